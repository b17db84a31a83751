/* review.c - see review.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/incident_store.h"
#include "responder/notice_store.h"
#include "responder/post.h"
#include "responder/review.h"

#define DRAFTS_MAX 500 /* of one incident */

/* ---- what its entries tell ---------------------------------------------------------------------- */

struct folding {
	struct review *v;
	struct arena *a;
};

static struct str
of(const struct folding *f, const struct json *j, const char *name)
{
	return arena_str(f->a, json_text(json_get(j, name), STR("")));
}

/* An approval of another text of the same draft is none. */
static void
approval_take(struct folding *f, const struct json *j, const struct entry *x)
{
	struct approvals *g = &f->v->given;
	struct str who = arena_str(f->a, str_slice(x->key, f->v->hex.n + 1, x->key.n));

	if (!str_eq(json_text(json_get(j, "hash"), STR("")), f->v->hash) ||
	    approvals_have(g, who) || g->n == APPROVALS_MAX)
		return;
	g->who[g->n++] = who;
	f->v->ground = of(f, j, "ground");
	f->v->given_at = x->at;
}

static void
void_all(struct review *v)
{
	v->given.n = 0;
	v->rounds++;
}

static int
fold(void *arg, const struct entry *x)
{
	struct folding *f = arg;
	struct review *v = f->v;
	struct err bad;
	const struct json *j;

	if (!str_starts(x->key, v->hex))
		return 0;
	j = json_parse(f->a, x->value.n ? x->value : STR("{}"), &bad);
	/* Nobody knows what an erased one was: it may have been a no. */
	if (str_is(x->kind, "draft") &&
	    (!x->value.n || draft_voids(draft_event_of(of(f, j, "event")))))
		void_all(v);
	else if (!x->value.n)
		return 0;
	else if (str_is(x->kind, "approval"))
		approval_take(f, j, x);
	else if (str_is(x->kind, "override") && v->overridden.n < REVIEW_OVERRIDES &&
		 str_eq(of(f, j, "hash"), v->hash))
		v->over[v->overridden.n++] = of(f, j, "rule");
	return 0;
}

/* ---- who may ------------------------------------------------------------------------------------- */

static void
may_add(struct conf_texts *may, struct str who)
{
	if (who.n && !conf_texts_have(may, who))
		may->v[may->n++] = who;
}

static int
slot_add(void *arg, const struct entry *x)
{
	struct folding *f = arg;
	struct err bad;
	const struct json *j;

	if (!str_is(x->key, "approver") || !x->value.n)
		return 0;
	j = json_parse(f->a, x->value, &bad);
	may_add(&f->v->may, of(f, j, "person"));
	may_add(&f->v->may, of(f, j, "deputy"));
	return 0;
}

/* Who has the role in the configuration, their deputies, and who has it in this incident: as far as
 * they may see it. */
static int
may_find(const struct gate_ask *q, struct review *v, struct err *e)
{
	struct folding f = { v, q->a };
	const struct person_conf *p = q->people->people.v;
	struct conf_texts all;
	size_t n = q->people->people.n;

	v->may.v = arena_alloc(q->a, (3 * n + 2) * sizeof *v->may.v);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < p[i].roles.n; k++)
			if (str_is(p[i].roles.v[k], "approver")) {
				may_add(&v->may, p[i].key);
				may_add(&v->may, p[i].deputy);
			}
	if (entries_standing(q->env->store, &q->incident->id, STR("role"), slot_add, &f, e) < 0)
		return -1;
	all = v->may;
	v->may.n = 0;
	for (size_t i = 0; i < all.n; i++) {
		const struct person_conf *who = person_find(q->people, all.v[i]);
		int sees = !who                        ? 0
			   : q->incident->confidential ? confidential_lists(q, who, e)
						       : 1;

		if (sees < 0)
			return -1;
		if (sees && !conf_texts_have(&v->out, all.v[i]))
			v->may.v[v->may.n++] = all.v[i];
	}
	return 0;
}

int
review_read(struct responder *r, const struct gate_ask *q, const struct id *draft,
	    struct review *v, struct err *e)
{
	struct folding f = { v, q->a };
	struct buf hex = BUF(64);
	int found;

	memset(v, 0, sizeof *v);
	v->overridden.v = v->over;
	found = draft_read(r->store, draft, q->a, &v->row, e);
	if (found <= 0 || !id_eq(&v->row.incident, &q->incident->id))
		return found < 0 ? -1 : 0;
	id_add_hex(&hex, draft);
	v->hex = arena_str(q->a, buf_str(&hex));
	buf_release(&hex);
	v->hash = draft_hash(v->row.text, q->a);
	v->state = draft_state_of(v->row.state);
	v->needed = approvals_needed(&r->conf->approvals, q->incident->level);
	if (entries_read(r->store, &q->incident->id, fold, &f, e) < 0 ||
	    gate_out(r->store, &q->incident->id, q->a, &v->out, e) < 0 || may_find(q, v, e) < 0)
		return -1;
	return 1;
}

struct approval_ask
review_ask(struct responder *r, const struct review *v)
{
	return (struct approval_ask){ v->needed,     r->conf->approvals.author_alone != 0,
				      v->row.author, &v->given,
				      &v->out,       &v->may };
}

/* ---- moves ------------------------------------------------------------------------------------------ */

static int
move_tell(struct responder *r, const struct gate_ask *q, const struct review *v,
	  enum draft_event event, struct str why, struct err *e)
{
	const char *value[] = {
		"event",    draft_event_words[event],
		"to",       draft_state_words[v->state],
		"hash",     arena_text(q->a, v->hash),
		"template", arena_text(q->a, v->row.template),
		"version",  arena_textf(q->a, "%lld", (long long)v->row.version),
		"why",      arena_text(q->a, why),
		NULL
	};

	r->wrote = true;
	log_event(LOG_INFO, "draft", "incident=%.*s draft=%.8s event=%s to=%s",
		  STR_ARG(q->incident->number), v->hex.p, draft_event_words[event],
		  draft_state_words[v->state]);
	return gate_add(q, "draft", v->hex, gate_value(q, value), e);
}

int
review_move(struct responder *r, const struct gate_ask *q, struct review *v,
	    enum draft_event event, struct str why, struct err *e)
{
	enum draft_state to;
	int moved = draft_assign(r->store, &v->row.id, event, &to, e);

	if (moved <= 0)
		return moved;
	v->state = to;
	if (draft_voids(event))
		void_all(v);
	return move_tell(r, q, v, event, why, e) < 0 ? -1 : 1;
}

static struct draft_look_ask
look_ask(const struct gate_ask *q, const struct review *v)
{
	return (struct draft_look_ask){ q->incident, &v->row, &v->overridden, q->at, q->a };
}

int
review_look(struct responder *r, const struct gate_ask *q, struct review *v,
	    struct draft_look *look, struct err *e)
{
	struct draft_look_ask ask = look_ask(q, v);
	enum draft_event event = DRAFT_CLEAN;

	if (draft_look(r->drafts, &ask, look, e) < 0 ||
	    draft_set_lint(r->store, &v->row.id, look->lint, e) < 0)
		return -1;
	r->wrote = true;
	if (look->faults || look->gaps)
		event = DRAFT_FAULTS;
	if (event == DRAFT_FAULTS && !look->faults && v->state == DRAFT_GENERATED)
		return 0; /* only gaps, as before */
	/* No row of the table: it is there already. */
	return review_move(r, q, v, event, STR("lint"), e) < 0 ? -1 : 0;
}

int
review_edit(struct responder *r, const struct gate_ask *q, struct review *v,
	    const struct review_edit *edit, struct draft_look *look, struct err *e)
{
	struct review before = *v;
	struct draft_row *row = &v->row;
	struct str moment = str_of(arena_textf(q->a, "%lld", (long long)q->at));
	struct buf hex = BUF(64);
	int added;

	row->id = ID_OF(STR("draft"), id_str(&row->incident), row->template, STR("edit"),
			moment, edit->author, edit->text);
	row->at = q->at;
	row->text = edit->text;
	row->author = edit->author;
	row->promise_at = edit->promise_at;
	row->state = str_of(draft_state_words[draft_next(DRAFT_NONE, DRAFT_EDIT)]);
	added = draft_add(r->store, row, e);
	if (added <= 0)
		return added;
	id_add_hex(&hex, &row->id);
	v->hex = arena_str(q->a, buf_str(&hex));
	buf_release(&hex);
	v->hash = draft_hash(row->text, q->a);
	v->state = DRAFT_EDITING;
	v->given.n = v->overridden.n = 0;
	v->rounds = 0;
	draft_written(r->drafts, &row->id);
	if (review_move(r, q, &before, DRAFT_REPLACE, STR("a newer version"), e) < 0 ||
	    move_tell(r, q, v, DRAFT_EDIT, STR(""), e) < 0)
		return -1;
	return review_look(r, q, v, look, e) < 0 ? -1 : 1;
}

int
review_same_ground(struct responder *r, const struct gate_ask *q, const struct review *v,
		   struct err *e)
{
	struct draft_look_ask ask = look_ask(q, v);
	struct str now;

	if (draft_ground_hash(r->drafts, &ask, &now, e) < 0)
		return -1;
	return str_eq(now, v->ground);
}

/* ---- who is told ---------------------------------------------------------------------------------- */

/* Another number for each step of each round, so that each person is told once of each. */
static int64_t
step_number(const struct review *v)
{
	uint8_t n[] = { (uint8_t)v->given.n, (uint8_t)v->rounds, (uint8_t)(v->rounds >> 8) };
	struct id id = ID_OF(STR("approve"), v->hex, (struct str){ (char *)n, sizeof n });
	int64_t once;

	memcpy(&once, id.b, sizeof once);
	return once & INT64_MAX;
}

int
review_tell(struct responder *r, const struct gate_ask *q, const struct review *v,
	    struct err *e)
{
	struct conf_texts to = { arena_alloc(q->a, (v->may.n + 1) * sizeof *to.v), 0 };
	struct notice_inform say = { .to = &to, .once = step_number(v) };
	const struct person_conf *by = person_of_actor(q->people, q->actor);

	for (size_t i = 0; i < v->may.n; i++)
		if (!approvals_have(&v->given, v->may.v[i]) &&
		    !(by && str_eq(by->key, v->may.v[i])))
			to.v[to.n++] =
				str_of(arena_textf(q->a, "person:%.*s", STR_ARG(v->may.v[i])));
	if (!to.n)
		return 0;
	say.why_zh = str_of(arena_textf(q->a,
					"等您审批：%.*s 第 %lld 版（已有 %zu 人同意，需要 %lld "
					"人）：langyan approve %.8s",
					STR_ARG(v->row.template), (long long)v->row.version,
					v->given.n, (long long)v->needed, v->hex.p));
	say.why_en = str_of(arena_textf(q->a,
					"for you to approve: %.*s version %lld (%zu of %lld "
					"have): langyan approve %.8s",
					STR_ARG(v->row.template), (long long)v->row.version,
					v->given.n, (long long)v->needed, v->hex.p));
	return notices_inform(r->notices, q->incident, &say, q->at, e) < 0 ? -1 : 0;
}

int
review_told_at(struct responder *r, const struct gate_ask *q, const struct review *v,
	       int64_t *at, struct err *e)
{
	return notice_first_sent(r->store, &q->incident->id, step_number(v), at, e);
}

/* ---- facts ------------------------------------------------------------------------------------------ */

struct resting {
	struct arena *a;
	struct str key;
	struct id ids[DRAFTS_MAX];
	size_t n;
};

static int
resting_add(void *arg, const struct draft_row *row)
{
	struct resting *s = arg;

	if (s->n < DRAFTS_MAX &&
	    draft_next(draft_state_of(row->state), DRAFT_EXPIRE) != DRAFT_NONE &&
	    draft_uses_fact(row, s->key, s->a))
		s->ids[s->n++] = row->id;
	return 0;
}

int
review_fact_changed(struct responder *r, const struct gate_ask *q, struct str key,
		    struct err *e)
{
	struct resting s = { .a = q->a, .key = key };
	struct str why = str_of(arena_textf(q->a, "fact %.*s has changed", STR_ARG(key)));
	int expired = 0;

	if (drafts_read(r->store, q->incident->number, DRAFTS_MAX, resting_add, &s, e) < 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		struct review v;

		if (review_read(r, q, &s.ids[i], &v, e) < 0)
			return -1;
		if (review_move(r, q, &v, DRAFT_EXPIRE, why, e) < 0)
			return -1;
		expired++;
	}
	return expired;
}

/* ---- posts --------------------------------------------------------------------------------------------- */

static int
post_say(struct responder *r, const struct post_draft *d, int64_t now, struct arena *a,
	 struct err *e)
{
	struct incident i;
	struct gate_ask q = { &r->env, &r->conf->notice, &i, STR("crawler"), now, a };
	struct draft_look_ask ask;
	struct draft_look look;
	struct review v;
	int found = incident_read(r->store, d->number, a, &i, e);

	if (found > 0)
		found = review_read(r, &q, &d->draft, &v, e);
	if (found <= 0)
		return found;
	ask = look_ask(&q, &v);
	if (draft_look(r->drafts, &ask, &look, e) < 0 ||
	    draft_set_lint(r->store, &v.row.id, look.lint, e) < 0)
		return -1;
	draft_written(r->drafts, &v.row.id);
	return 0;
}

int
review_post_changed(struct responder *r, const struct post_word *w, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct post_draft v[DRAFTS_MAX];
	int n = post_drafts(r->store, w, a, v, DRAFTS_MAX, e), bad = 0;

	for (int k = 0; k < n && !bad; k++)
		bad = post_say(r, &v[k], now, a, e) < 0;
	arena_free(a);
	return n < 0 || bad ? -1 : 0;
}
