#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/course.h"
#include "responder/heap.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"
#include "responder/signal_store.h"

#define EVIDENCE_MAX 20 /* mentions named in a move; the firing names them all */

struct incidents {
	const struct responder_env *env;
	struct incident **v; /* by opened_at, number */
	size_t n, cap;
	struct firing_heard *heard; /* by firings of those that are open or may come back; a
				     * story once, of the last */
	size_t heard_n, heard_cap;
	struct arena *texts; /* of the newest struct move */
	struct buf reason, evidence;
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

/* A story is of the incident that heard it last: one that comes back has lost what another took. */
static bool
story_take(struct incidents *s, const struct firing_heard *h)
{
	for (size_t i = 0; i < s->heard_n && !id_none(&h->story); i++) {
		struct firing_heard *x = &s->heard[i];

		if (!id_eq(&x->story, &h->story) || id_eq(&x->incident, &h->incident))
			continue;
		if (x->at > h->at)
			return false;
		x->story = (struct id){ { 0 } };
	}
	return true;
}

static void
heard_add(void *self, const struct firing_heard *h)
{
	struct incidents *s = self;
	struct firing_heard fresh = *h;

	if (!story_take(s, h))
		fresh.story = (struct id){ { 0 } };
	for (size_t i = 0; i < s->heard_n; i++) {
		struct firing_heard *x = &s->heard[i];

		if (id_eq(&x->incident, &fresh.incident) && id_eq(&x->story, &fresh.story) &&
		    str_eq(x->watch, fresh.watch)) {
			x->at = fresh.at > x->at ? fresh.at : x->at;
			return;
		}
	}
	if (s->heard_n == s->heard_cap)
		s->heard = heap_more(s->heard, &s->heard_cap, sizeof *s->heard);
	fresh.watch = own(h->watch);
	s->heard[s->heard_n++] = fresh;
}

/* What the firings of all that are open or may come back heard. */
static int
hear_all(struct incidents *s, struct err *e)
{
	int64_t ended_at = 0; /* the last that did: it is later now */

	for (size_t i = 0; i < s->n; i++)
		ended_at = s->v[i]->closed_at > ended_at ? s->v[i]->closed_at : ended_at;
	for (size_t i = 0; i < s->n; i++)
		if ((incident_is_open(s->v[i]) || course_recurs(s->v[i], ended_at)) &&
		    firings_heard(s->env->store, &s->v[i]->id, heard_add, s, e) < 0)
			return -1;
	return 0;
}

int
incidents_story_moved(struct incidents *s, const struct id *story, int64_t since, struct err *e)
{
	int changed = 0;

	for (size_t k = 0; k < s->heard_n; k++) {
		int n = !id_eq(&s->heard[k].story, story)
				? 0
				: firings_lead_again(s->env->store, &s->heard[k].incident,
						     story, since, e);

		if (n < 0)
			return -1;
		changed += n;
	}
	if (!changed)
		return 0;
	while (s->heard_n)
		text_free(&s->heard[--s->heard_n].watch);
	return hear_all(s, e);
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
		if (move_was_wrong(env->store, &s->v[i]->id, &s->v[i]->was_wrong, e) < 0)
			goto fail;
	if (hear_all(s, e) < 0)
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
	for (size_t i = 0; i < s->heard_n; i++)
		text_free(&s->heard[i].watch);
	free(s->heard);
	arena_free(s->texts);
	buf_release(&s->reason);
	buf_release(&s->evidence);
	free(s);
}

static struct incident *
follower_of(struct incidents *s, const struct incident *i)
{
	for (size_t k = s->n; k-- > 0;)
		if (id_eq(&s->v[k]->follows, &i->id))
			return s->v[k];
	return NULL;
}

struct incident *
incidents_heir(struct incidents *s, struct incident *i)
{
	/* Merged into, followed by: each is younger than the one before, or open. */
	for (size_t k = 0; k < s->n; k++) {
		struct incident *next = NULL;

		if (i->state == INCIDENT_MERGED)
			next = incidents_find(s, &i->merged_into);
		else if (i->state == INCIDENT_CLOSED)
			next = follower_of(s, i);
		if (!next)
			break;
		i = next;
	}
	return i;
}

/* Was one of that watch merged into it? */
static bool
is_heir(struct incidents *s, const struct incident *i, struct str watch)
{
	for (size_t k = s->n; k-- > 0;)
		if (s->v[k]->state == INCIDENT_MERGED && str_eq(s->v[k]->watch, watch) &&
		    incidents_heir(s, s->v[k]) == i)
			return true;
	return false;
}

/* Was any of that watch merged? Seldom; when not, no incident need be asked whether it is its heir. */
static bool
has_heirs(const struct incidents *s, struct str watch)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->v[k]->state == INCIDENT_MERGED && str_eq(s->v[k]->watch, watch))
			return true;
	return false;
}

static bool
is_heard_in(struct incidents *s, const struct firing_heard *h, const struct incident *i)
{
	struct incident *x = incidents_find(s, &h->incident);

	return x && incidents_heir(s, x) == i;
}

/* Where a story is worked on: of all incidents one has it (story_take). NULL: in none. */
static struct incident *
teller(struct incidents *s, const struct id *story)
{
	struct incident *x = NULL;

	for (size_t k = 0; k < s->heard_n && !id_none(story) && !x; k++)
		if (id_eq(&s->heard[k].story, story))
			x = incidents_find(s, &s->heard[k].incident);
	return x ? incidents_heir(s, x) : NULL;
}

bool
incidents_covers(struct incidents *s, const struct incident *i, struct str watch)
{
	if (str_eq(i->watch, watch) || is_heir(s, i, watch))
		return true;
	for (size_t k = 0; k < s->heard_n; k++)
		if (str_eq(s->heard[k].watch, watch) && is_heard_in(s, &s->heard[k], i))
			return true;
	return false;
}

struct conf_texts
incidents_watches(struct incidents *s, const struct incident *i, struct arena *a)
{
	struct conf_texts w = { arena_alloc(a, (s->n + s->heard_n + 1) * sizeof *w.v), 0 };

	w.v[w.n++] = i->watch;
	for (size_t k = 0; k < s->n; k++)
		if (!conf_texts_have(&w, s->v[k]->watch) && is_heir(s, i, s->v[k]->watch))
			w.v[w.n++] = s->v[k]->watch;
	for (size_t k = 0; k < s->heard_n; k++)
		if (!conf_texts_have(&w, s->heard[k].watch) && is_heard_in(s, &s->heard[k], i))
			w.v[w.n++] = s->heard[k].watch;
	return w;
}

struct incident *
incidents_open_for(struct incidents *s, struct str watch, const struct id *story)
{
	const struct incident *tells = teller(s, story);
	struct incident *best = NULL;
	enum course_tie most = TIE_NONE;
	bool heirs = has_heirs(s, watch);

	for (size_t i = s->n; i-- > 0;) {
		struct incident *x = s->v[i];
		enum course_tie tie;

		if (!incident_is_open(x))
			continue;
		tie = course_tie(x, x == tells, str_eq(x->watch, watch),
				 heirs && is_heir(s, x, watch));
		if (tie > most) {
			most = tie;
			best = x;
		}
	}
	return best;
}

void
incidents_hear(struct incidents *s, const struct incident *i, const struct firing *f)
{
	heard_add(s, &(struct firing_heard){ i->id, f->lead, f->watch, f->at });
}

struct incident *
incidents_closed_for(struct incidents *s, const struct firing *f, int64_t now)
{
	const struct incident *tells = teller(s, &f->lead);

	for (size_t i = s->n; i-- > 0 && f->topic.n;) {
		struct incident *x = s->v[i];

		if (!str_eq(x->topic, f->topic))
			continue;
		x = incidents_heir(s, x);
		if (!course_recurs(x, now))
			continue; /* most are open: nothing else is asked of them */
		if (course_comes_back(x, x == tells,
				      str_eq(x->watch, f->watch) || is_heir(s, x, f->watch),
				      incidents_covers(s, x, f->watch), now))
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

struct incident *
incidents_follow(struct incidents *s, const struct incident *old, int64_t at, struct err *e)
{
	struct buf number = BUF(64);
	struct incident i = {
		.id = ID_OF(STR("incident"), STR("follows"), id_str(&old->id)),
		.watch = old->watch,
		.story = old->story,
		.topic = old->topic,
		.title = old->title,
		.opened_at = at,
		.first_mention_at = old->first_mention_at,
		.follows = old->id,
		.grade = old->grade,
		.safety = old->safety,
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

/* The texts that an event sets. named: the first firing that says in words what it is about. */
static void
texts_set(struct incident *i, const struct incident_move_info *info, bool named)
{
	const struct firing *f = info->firing;
	bool ended = !incident_is_open(i);

	if (f && f->topic.n && (named || !i->topic.n))
		replace(&i->topic, f->topic);
	if (named) { /* a counter's incident gets its story */
		replace(&i->story, f->story);
		if (info->title.n)
			replace(&i->title, info->title);
	}
	if (info->event == EVENT_ACK)
		replace(&i->acked_by, info->actor);
	else if (!i->acked_until)
		replace(&i->acked_by, (struct str){ "", 0 });
	if (info->event == EVENT_MERGE && info->other)
		i->merged_into = info->other->id;
	replace(&i->closed_why, ended ? info->reason_en : (struct str){ "", 0 });
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
		.newcomer = info->firing &&
			    !incidents_covers(s, info->incident, info->firing->watch),
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

/* Another round of it. */
static bool
flares_up(const struct incident_move_info *info)
{
	return info->event == EVENT_RECUR || (info->from_state == INCIDENT_WATCHING &&
					      (info->to_state == INCIDENT_ASSESSING ||
					       info->to_state == INCIDENT_RESPONDING));
}

int
incident_move(struct incidents *s, struct incident_move_info *info, struct move *m,
	      struct err *e)
{
	struct incident *i = info->incident;
	const struct firing *f = info->firing;
	struct course_step step = { .event = info->event,
				    .at = info->at,
				    .grade = f ? f->grade : 0,
				    .safety = f ? f->safety != 0 : 0,
				    .until = info->until,
				    .other = info->other };

	bool named = f && f->safety && !i->safety;

	info->from_state = i->state;
	info->from_level = i->level;
	if (!course_take(level_moves, i, &step))
		return err_set(e, ERR_REJECT, "%.*s is %s at L%d: cannot %s",
			       STR_ARG(i->number), incident_state_words[i->state],
			       (int)i->level, incident_event_words[info->event]);
	info->to_state = i->state;
	info->to_level = i->level;
	texts_set(i, info, named);
	incident_check(i);
	log_event(LOG_INFO, "incident_moved",
		  "incident=%.*s event=%s from=%s to=%s level=%d actor=%.*s",
		  STR_ARG(i->number), incident_event_words[info->event],
		  incident_state_words[info->from_state], incident_state_words[i->state],
		  (int)i->level, STR_ARG(info->actor));
	arena_reset(s->texts);
	reason_write(s, info);
	if (evidence_write(s, info->firing, e) < 0 || incident_write(s->env->store, i, e) < 0)
		return -1;
	if (flares_up(info) && round_begin(s->env->store, &i->id, e) < 0)
		return -1;
	if (move_append(s, info, m, e) < 0)
		return -1;
	m->harm = named;
	return 0;
}

int
incident_active(struct incidents *s, struct incident *i, int64_t now, struct err *e)
{
	if (!incident_is_open(i) || i->acked_until <= now || i->acked_at >= now)
		return 0;
	i->acked_until += now - i->acked_at;
	i->acked_at = now;
	return incident_write(s->env->store, i, e);
}
