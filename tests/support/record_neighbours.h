/*
 * record_neighbours.h - the parts beside the stage (notices, drafts, digests), replaced by ones
 * that only remember what they were told.
 *
 * Definitions, not declarations: included once, by the one file of a test program that wants
 * its responder with them. Not in the library of test helpers: there they would take the
 * place of the real parts in every test of those.
 */
#ifndef LY_TESTS_RECORD_NEIGHBOURS_H
#define LY_TESTS_RECORD_NEIGHBOURS_H

#include <stdio.h>

#include "core/str.h"
#include "responder/heap.h"
#include "tests/support/record_world.h"

struct world_notices world_notices;
struct notices {
	int unused;
};
struct drafts {
	int unused;
};
struct digests {
	int unused;
};

struct notices *
notices_new(const struct notice_conf *c, const struct responder_env *env, int64_t now,
	    struct err *e)
{
	(void)c, (void)env, (void)now, (void)e;
	return heap_zero(1, sizeof(struct notices));
}

void
notices_free(struct notices *n)
{
	free(n);
}

struct roster *
notices_roster(struct notices *n)
{
	(void)n;
	return NULL; /* nobody here asks the rota */
}

int
notices_on_move(struct notices *n, const struct incident *i, const struct move *m, int64_t now,
		struct err *e)
{
	(void)n, (void)now, (void)e;
	incident_check(i);
	world_notices.moves++;
	world_notices.pages += m->to_level > m->from_level;
	world_notices.last_level = m->to_level;
	return 0;
}

int
notices_ack(struct notices *n, const struct incident *i, struct str actor, int64_t now,
	    struct err *e)
{
	(void)n, (void)i, (void)actor, (void)now, (void)e;
	world_notices.acks++;
	return 0;
}

int
notices_recall(struct notices *n, const struct incident *i, enum notice_recall what,
	       int64_t now, struct err *e)
{
	(void)n, (void)i, (void)now, (void)e;
	world_notices.recalls[what]++;
	return 0;
}

int
notices_tell(struct notices *n, const struct notice_text *t, int64_t now, struct err *e)
{
	(void)n, (void)now, (void)e;
	world_notices.tells++;
	snprintf(world_notices.told_key, sizeof world_notices.told_key, "%.*s",
		 STR_ARG(t->key));
	snprintf(world_notices.told_subject, sizeof world_notices.told_subject, "%.*s",
		 STR_ARG(t->subject));
	return 0;
}

int
notices_inform(struct notices *n, const struct incident *i, const struct notice_inform *say,
	       int64_t now, struct err *e)
{
	(void)n, (void)i, (void)now, (void)e;
	snprintf(world_notices.told_key, sizeof world_notices.told_key, "%.*s",
		 STR_ARG(say->to->n ? say->to->v[0] : STR("")));
	snprintf(world_notices.told_subject, sizeof world_notices.told_subject, "%.*s",
		 STR_ARG(say->why_en));
	world_notices.tells += (int)say->to->n;
	return (int)say->to->n;
}

int
notices_clock_over(struct notices *n, const struct id *incident, enum deadline_kind kind,
		   struct err *e)
{
	(void)n, (void)incident, (void)kind, (void)e;
	return 0;
}

int
notices_urge(struct notices *n, const struct notice_urge *u, int64_t now, struct err *e)
{
	(void)n, (void)now, (void)e;
	snprintf(world_notices.urged + strlen(world_notices.urged),
		 sizeof world_notices.urged - strlen(world_notices.urged), "%s %lld%%\n",
		 deadline_rules[u->deadline->kind].word, (long long)u->deadline->percent);
	return 0;
}

int
notices_retell(struct notices *n, const struct clock_back *by, struct err *e)
{
	(void)n, (void)e;
	for (size_t k = 0; k < by->n; k++)
		snprintf(world_notices.urged + strlen(world_notices.urged),
			 sizeof world_notices.urged - strlen(world_notices.urged), "%s moved\n",
			 deadline_rules[by->v[k].kind].word);
	return 0;
}

int
notices_find_code(struct notices *n, struct str code, struct id *incident, struct str *person,
		  struct arena *a, struct err *e)
{
	(void)n, (void)code, (void)a, (void)e;
	if (!world_notices.code_person)
		return 0;
	*incident = world_notices.code_incident;
	*person = str_of(world_notices.code_person);
	return 1;
}

int
notices_people(struct notices *n, const struct incident *i, int64_t now, struct arena *a,
	       struct conf_texts *out, struct err *e)
{
	static struct str anna[] = { STR_INIT("anna") };

	(void)n, (void)i, (void)now, (void)a, (void)e;
	*out = (struct conf_texts){ anna, 1 };
	return 0;
}

int
notices_silenced(struct notices *n, int64_t now, struct err *e)
{
	(void)n;
	(void)now;
	(void)e;
	return 0;
}

int
notices_sitrep(struct notices *n, const struct incident *i, const struct sitrep *report,
	       int64_t now, struct err *e)
{
	(void)n, (void)i, (void)report, (void)now, (void)e;
	return 0;
}

struct http *
notices_http(struct notices *n)
{
	(void)n;
	return NULL;
}

int64_t
notices_due(struct notices *n)
{
	(void)n;
	return world_notices.due_at ? world_notices.due_at : INT64_MAX;
}

int
notices_set_back(struct notices *n, const struct set_back *b, struct err *e)
{
	(void)n, (void)b, (void)e;
	return 0;
}

int
notices_turn(struct notices *n, int64_t now, struct notice_events *out, struct err *e)
{
	(void)n, (void)e;
	if (world_notices.due_at && world_notices.due_at > now)
		return 0;
	*out = world_notices.next;
	world_notices.next.n = 0;
	world_notices.due_at = 0;
	return out->n > 0;
}

int
notices_unsubscribe(const struct notices *n, struct str token, struct arena *a,
		    struct unsubscribe *out)
{
	(void)n, (void)token, (void)a, (void)out;
	return -1;
}

void
notices_send(struct notices *n, int64_t now)
{
	(void)n, (void)now;
	world_notices.sends++;
}

bool
notices_busy(struct notices *n)
{
	(void)n;
	return world_notices.busy;
}

int
notices_fd(struct notices *n)
{
	(void)n;
	return -1;
}

struct drafts *
drafts_new(const struct draft_conf *c, const struct responder_env *env, struct err *e)
{
	(void)c, (void)env, (void)e;
	return heap_zero(1, sizeof(struct drafts));
}

void
drafts_free(struct drafts *d)
{
	free(d);
}

int
drafts_on_move(struct drafts *d, const struct move *m, struct err *e)
{
	(void)d, (void)m, (void)e;
	return 0;
}

int64_t
drafts_due(const struct drafts *d)
{
	(void)d;
	return INT64_MAX;
}

int
drafts_step(struct drafts *d, struct incidents *s, int64_t now, struct err *e)
{
	(void)d, (void)s, (void)now, (void)e;
	return 0;
}

int
drafts_turn(struct drafts *d, struct incidents *s, int64_t now, struct err *e)
{
	(void)d, (void)s, (void)now, (void)e;
	return 0;
}

int
drafts_for(struct drafts *d, const struct incident *i, const struct move *m,
	   const struct conf_texts *templates, int64_t now, struct err *e)
{
	(void)d, (void)i, (void)m, (void)now, (void)e;
	return (int)templates->n;
}

/* There is one template, "zh-x". */
int
drafts_asked(struct drafts *d, const struct incident *i, const struct move *m,
	     struct str template, int64_t now,
	     void (*each)(void *arg, const struct draft_made *x), void *arg, struct err *e)
{
	const struct draft_made made = { STR("zh-x"), STR("generated"), 2,
					 (size_t)m->to_level };

	(void)d, (void)i, (void)now, (void)e;
	if (!str_is(template, "zh-x") && !str_is(template, "all"))
		return 0;
	each(arg, &made);
	return 1;
}

void
drafts_flush(struct drafts *d)
{
	(void)d;
}

struct digests *
digests_new(const struct conf_list *list, const struct responder_env *env, struct notices *n,
	    const struct roster *roster, int64_t now, struct err *e)
{
	(void)list, (void)env, (void)n, (void)roster, (void)now, (void)e;
	return heap_zero(1, sizeof(struct digests));
}

void
digests_free(struct digests *d)
{
	free(d);
}

int64_t
digests_due(struct digests *d)
{
	(void)d;
	return INT64_MAX;
}

int
digests_turn(struct digests *d, int64_t now, struct err *e)
{
	(void)d, (void)now, (void)e;
	return 0;
}

void
digests_flush(struct digests *d)
{
	(void)d;
}

int
notices_file_again(struct notices *n, const struct id *id, struct err *e)
{
	(void)n, (void)id, (void)e;
	return 0;
}

int
digests_file_again(struct digests *d, const struct id *id, struct err *e)
{
	(void)d, (void)id, (void)e;
	return 0;
}

#endif
