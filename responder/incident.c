#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/incident.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"

#define DAY           86400
#define KEEP_CLOSED_S (14 * DAY) /* a story that comes back within this is a recurrence */
#define EVIDENCE_MAX  20         /* mentions named in a move; the firing names them all */
#define ROWS_MAX      64

struct incidents {
	const struct responder_env *env;
	struct incident **v; /* by opened_at, number */
	size_t n, cap;
	struct arena *texts; /* of the newest struct move */
	struct buf reason, evidence;
	int64_t taken[ROWS_MAX];
};

/* ---- the rows in memory --------------------------------------------------------------------- */

static struct str
own(struct str s)
{
	char *p = heap_zero(s.n + 1, 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

static void
replace(struct str *at, struct str s)
{
	struct str fresh = own(s);

	free((char *)(uintptr_t)at->p);
	*at = fresh;
}

static void
each_text(struct incident *i, void (*fn)(struct str *))
{
	struct str *texts[] = { &i->number, &i->watch,    &i->story,     &i->topic,
				&i->title,  &i->acked_by, &i->closed_why };

	for (size_t k = 0; k < LY_COUNT(texts); k++)
		fn(texts[k]);
}

static void
text_own(struct str *s)
{
	*s = own(*s);
}

static void
text_free(struct str *s)
{
	free((char *)(uintptr_t)s->p);
}

static struct incident *
keep(struct incidents *s, const struct incident *i)
{
	struct incident *copy = heap_zero(1, sizeof *copy);

	*copy = *i;
	each_text(copy, text_own);
	if (s->n == s->cap)
		s->v = heap_more(s->v, &s->cap, sizeof *s->v);
	s->v[s->n++] = copy;
	return copy;
}

static void
keep_each(void *self, const struct incident *i)
{
	struct incident *x = keep(self, i);

	incident_check(x);
}

struct incidents *
incidents_new(const struct responder_env *env, struct err *e)
{
	struct incidents *s = heap_zero(1, sizeof *s);

	s->env = env;
	s->texts = arena_new();
	s->reason = BUF(1 << 20);
	s->evidence = BUF(1 << 20);
	if (incidents_read(env->store, 0, keep_each, s, e) < 0)
		goto fail;
	for (size_t i = 0; i < s->n; i++)
		if (move_changed_at(env->store, &s->v[i]->id, &s->v[i]->moved_at, e) < 0)
			goto fail;
	return s;
fail:
	incidents_free(s);
	return NULL;
}

void
incidents_free(struct incidents *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		each_text(s->v[i], text_free);
		free(s->v[i]);
	}
	free(s->v);
	arena_free(s->texts);
	buf_release(&s->reason);
	buf_release(&s->evidence);
	free(s);
}

struct incident *
incidents_open_for(struct incidents *s, struct str watch)
{
	for (size_t i = s->n; i-- > 0;)
		if (incident_is_open(s->v[i]) && str_eq(s->v[i]->watch, watch))
			return s->v[i];
	return NULL;
}

struct incident *
incidents_closed_for(struct incidents *s, struct str watch, struct str topic, int64_t now)
{
	if (!topic.n)
		return NULL;
	for (size_t i = s->n; i-- > 0;) {
		struct incident *x = s->v[i];

		if (x->state == INCIDENT_CLOSED && x->closed_at > now - KEEP_CLOSED_S &&
		    str_eq(x->watch, watch) && str_eq(x->topic, topic))
			return x;
	}
	return NULL;
}

struct incident *
incidents_find(struct incidents *s, const struct id *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (id_eq(&s->v[i]->id, id))
			return s->v[i];
	return NULL;
}

struct incident *
incidents_find_number(struct incidents *s, struct str number)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq_nocase(s->v[i]->number, number))
			return s->v[i];
	return NULL;
}

size_t
incidents_count(const struct incidents *s)
{
	return s->n;
}

struct incident *
incidents_at(struct incidents *s, size_t i)
{
	return s->v[i];
}

int64_t
incidents_taken(const struct incidents *s, size_t row)
{
	return s->taken[row];
}

/* ---- opening -------------------------------------------------------------------------------- */

/* "INC-2026-0001": counted in meta, in the transaction that opens. */
static int
number_next(struct incidents *s, int64_t at, struct buf *b, struct err *e)
{
	int year = zone_civil(s->env->zone, at).year;
	struct buf name = BUF(64);
	int64_t n;
	int bad;

	buf_addf(&name, "incidents_%d", year);
	bad = record_meta_int(s->env->store, name.p, 0, &n, e) < 0 ||
	      record_meta_set(s->env->store, name.p, n + 1, e) < 0;
	buf_release(&name);
	if (bad)
		return -1;
	buf_addf(b, "INC-%04d-%04lld", year, (long long)n + 1);
	return 0;
}

struct incident *
incidents_add(struct incidents *s, const struct firing *f, struct str title, int64_t at,
	      struct err *e)
{
	struct buf number = BUF(64);
	struct incident i = {
		.id = ID_OF(STR("incident"), f->watch, id_str(&f->id)),
		.watch = f->watch,
		.story = f->story,
		.topic = f->topic,
		.title = title,
		.opened_at = at,
		.first_mention_at = f->first_at,
	};
	struct incident *kept = NULL;

	if (number_next(s, at, &number, e) == 0) {
		i.number = buf_str(&number);
		kept = keep(s, &i);
	}
	buf_release(&number);
	return kept;
}

/* ---- moving --------------------------------------------------------------------------------- */

void
incident_check(const struct incident *i)
{
	assert(i->state > INCIDENT_NONE && i->state < INCIDENT_STATES);
	assert(i->level >= 1 && i->level <= 3);
	assert(i->grade >= 0 && i->grade <= 3);
	assert(i->state != INCIDENT_OPEN || i->level == 1);
	assert(i->state != INCIDENT_ASSESSING || i->level == 2);
	assert(i->state != INCIDENT_RESPONDING || i->level == 3);
	assert(incident_is_open(i) == !i->closed_at);
	assert(i->version >= 1);
	(void)i;
}

/* [{"mention":"…","digest":"…"}] for the newest few of the firing. */
static int
evidence_write(struct incidents *s, const struct firing *f, struct err *e)
{
	struct buf *b = &s->evidence;

	buf_clear(b);
	buf_add_byte(b, '[');
	for (size_t i = 0, n = 0; f && i < f->evidence_n && n < EVIDENCE_MAX; i++) {
		struct evidence x;
		int found = record_evidence(s->env->store, &f->evidence[i], s->texts, &x, e);

		if (found < 0)
			return -1;
		if (!found)
			continue;
		buf_add(b, n++ ? STR(",{\"mention\":\"") : STR("{\"mention\":\""));
		id_add_hex(b, &x.mention);
		buf_add(b, STR("\",\"digest\":\""));
		hash_add_hex(b, x.digest, sizeof x.digest);
		buf_add(b, STR("\"}"));
	}
	buf_add_byte(b, ']');
	return 0;
}

static void
reason_write(struct incidents *s, const struct incident_move_info *info)
{
	buf_clear(&s->reason);
	buf_add(&s->reason, STR("{\"zh\":"));
	json_add_text(&s->reason, info->reason_zh);
	buf_add(&s->reason, STR(",\"en\":"));
	json_add_text(&s->reason, info->reason_en);
	buf_add_byte(&s->reason, '}');
}

/* The fields beside state and level that an event sets. */
static void
apply_event(struct incident *i, const struct incident_move_info *info)
{
	bool fired = info->firing != NULL;

	if (fired && info->firing->grade > i->grade)
		i->grade = info->firing->grade;
	if (fired && info->firing->safety)
		i->safety = 1;
	if (fired && !i->topic.n && info->firing->topic.n) {
		replace(&i->topic,
			info->firing->topic); /* a counter's incident gets its story */
		replace(&i->story, info->firing->story);
		if (info->title.n)
			replace(&i->title, info->title);
	}
	if (info->event == EVENT_ACK) {
		replace(&i->acked_by, info->actor);
		i->acked_at = info->at;
		i->acked_until = info->until;
	}
	if (info->event == EVENT_ACK_OVER || info->event == EVENT_RECUR) {
		replace(&i->acked_by, (struct str){ "", 0 });
		i->acked_at = i->acked_until = 0;
	}
	if (info->event == EVENT_RECUR)
		i->grade = 1;
	if (info->event == EVENT_MERGE && info->into)
		i->merged_into = *info->into;
	if (i->state == INCIDENT_CLOSED || i->state == INCIDENT_MERGED) {
		i->closed_at = info->at;
		replace(&i->closed_why, info->reason_en);
	} else {
		i->closed_at = 0;
		replace(&i->closed_why, (struct str){ "", 0 });
	}
}

static int
move_append(struct incidents *s, const struct incident_move_info *info, struct move *m,
	    struct err *e)
{
	struct audit_row row = {
		.incident = info->incident->id,
		.at = info->at,
		.event = str_of(incident_event_words[info->event]),
		.from_state = str_of(incident_state_words[info->from_state]),
		.to_state = str_of(incident_state_words[info->to_state]),
		.from_level = info->from_level,
		.to_level = info->to_level,
		.actor = info->actor,
		.reason = buf_str(&s->reason),
		.evidence = buf_str(&s->evidence),
	};

	if (info->firing)
		row.firing = info->firing->id;
	if (audit_append(s->env->store, &row, e) < 0)
		return -1;
	*m = (struct move){
		.seq = row.seq,
		.incident = row.incident,
		.at = info->at,
		.event = info->event,
		.from_state = info->from_state,
		.to_state = info->to_state,
		.from_level = info->from_level,
		.to_level = info->to_level,
		.actor = info->actor,
		.reason_zh = info->reason_zh,
		.reason_en = info->reason_en,
		.firing = info->firing,
		.evidence = row.evidence,
	};
	return 0;
}

int
incident_move(struct incidents *s, struct incident_move_info *info, struct move *m,
	      struct err *e)
{
	struct incident *i = info->incident;
	const struct level_move *row = level_next(i->state, i->level, info->event);

	if (!row)
		return err_set(e, ERR_REJECT, "%.*s is %s at L%d: cannot %s",
			       STR_ARG(i->number), incident_state_words[i->state],
			       (int)i->level, incident_event_words[info->event]);
	info->from_state = i->state;
	info->from_level = i->level;
	if (row->to != INCIDENT_NONE)
		i->state = row->to;
	if (row->level > i->level || info->event == EVENT_RECUR)
		i->level = row->level;
	info->to_state = i->state;
	info->to_level = i->level;
	apply_event(i, info);
	i->version++;
	if (info->to_state != info->from_state)
		i->moved_at = info->at;
	incident_check(i);
	s->taken[row - level_moves]++;
	log_event(LOG_INFO, "incident_moved",
		  "incident=%.*s event=%s from=%s to=%s level=%d actor=%.*s",
		  STR_ARG(i->number), incident_event_words[info->event],
		  incident_state_words[info->from_state], incident_state_words[i->state],
		  (int)i->level, STR_ARG(info->actor));
	arena_reset(s->texts);
	reason_write(s, info);
	if (evidence_write(s, info->firing, e) < 0 || incident_write(s->env->store, i, e) < 0)
		return -1;
	return move_append(s, info, m, e);
}
