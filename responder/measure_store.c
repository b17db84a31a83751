#include "core/base.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/measure_store.h"
#include "responder/said.h"

#define DAY 86400

/* An incident as the record told of it at made_at: from its own moves, firings and releases, never
 * from what a later merge or successor wrote into its row. */
struct one {
	struct measured m;
	struct id draft;          /* of the first full response; none: not from a draft */
	struct id into, follows;  /* what it was merged into; what it goes on from      */
	struct one *heir;         /* it is measured with that one; NULL: by itself      */
	int64_t level;            /* as it is at made_at */
	bool open, merged, moved; /* merged, moved: by then */
	bool asked;               /* its watch is           */
	int64_t pack;             /* 1 in time, -1 late     */
	struct said_list said;
};
struct measuring {
	struct store *s;
	const struct measure_ask *q;
	struct arena *a;
	struct one *v;
	size_t n, cap;
};

static int
by_id(const void *x, const void *y)
{
	return id_cmp(&((const struct one *)x)->m.id, &((const struct one *)y)->m.id);
}

static struct one *
find(struct measuring *x, const struct id *id)
{
	struct one key = { .m = { .id = *id } };

	return x->n ? bsearch(&key, x->v, x->n, sizeof *x->v, by_id) : NULL;
}

static bool
is_asked(const struct measure_ask *q, struct str watch)
{
	return !q->watches->n || conf_texts_have(q->watches, watch);
}

static int
incidents_load(struct measuring *x, struct err *e)
{
	struct stmt *q = store_stmt(
		x->s, "SELECT i.id, i.number, i.watch, i.own_first_mention_at, i.merged_into,"
		      " i.follows, coalesce((SELECT min(n.sent_at) FROM notice n WHERE"
		      " n.incident = i.id AND n.kind = 'page' AND n.sent_at < :made), 0) FROM"
		      " incident i ORDER BY i.id");
	int more;

	stmt_int(q, 1, x->q->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		struct one *o;

		if (str_starts(stmt_col_text(q, 1), STR("DRL-")) != x->q->drills)
			continue;
		if (x->n == x->cap)
			x->v = heap_more(x->v, &x->cap, sizeof *x->v);
		o = &x->v[x->n++];
		*o = (struct one){ .m = { .id = stmt_col_id(q, 0),
					  .watch = arena_str(x->a, stmt_col_text(q, 2)),
					  .first_mention_at = stmt_col_int(q, 3),
					  .page_at = stmt_col_int(q, 6) },
				   .into = stmt_col_id(q, 4),
				   .follows = stmt_col_id(q, 5),
				   .asked = is_asked(x->q, stmt_col_text(q, 2)) };
	}
	stmt_reset(q);
	return more;
}

/* What the moves say of the time: state and level then, the highest, when it was opened, fired, and the
 * first word that it is taken. */
static int
moves_load(struct measuring *x, struct err *e)
{
	struct stmt *q =
		store_stmt(x->s, "SELECT incident, at, event, to_state, to_level, firing FROM"
				 " move WHERE at < :made ORDER BY seq DESC");
	int more;

	stmt_int(q, 1, x->q->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);
		struct one *o = find(x, &id);
		struct str state = stmt_col_text(q, 3);

		if (!o)
			continue;
		if (!o->moved) { /* the newest */
			o->moved = true;
			o->m.level = o->level = stmt_col_int(q, 4);
			o->merged = str_is(state, "merged");
			o->open = !o->merged && !str_is(state, "closed");
		}
		if (stmt_col_int(q, 4) > o->m.level)
			o->m.level = stmt_col_int(q, 4);
		o->m.opened_at = stmt_col_int(q, 1); /* the first stays */
		if (!stmt_col_null(q, 5))
			o->m.fired_at = stmt_col_int(q, 1);
		if (str_is(stmt_col_text(q, 2), "ack"))
			o->m.ack_at = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return more;
}

/* How the clock of the response pack ended. */
static void
pack_take_clock(struct one *o, struct str value)
{
	struct arena *a = arena_new();
	struct err bad;
	struct str state = json_text(json_get(json_parse(a, value, &bad), "state"), STR(""));

	if (str_is(state, "met"))
		o->pack = 1;
	else if (str_is(state, "late") || str_is(state, "100"))
		o->pack = -1;
	arena_free(a);
}

/* Releases, and the clock of the response pack. Erased values tell nothing. */
static int
entries_load(struct measuring *x, struct err *e)
{
	struct stmt *q = store_stmt(
		x->s,
		"SELECT incident, at, kind, key, value FROM entry WHERE at < :made AND value IS"
		" NOT NULL AND (kind = 'release' OR (kind = 'clock' AND key = 'pack'))"
		" ORDER BY seq");
	int more;

	stmt_int(q, 1, x->q->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);
		struct one *o = find(x, &id);
		struct entry row = { .at = stmt_col_int(q, 1),
				     .key = stmt_col_text(q, 3),
				     .value = stmt_col_text(q, 4) };

		if (o && str_is(stmt_col_text(q, 2), "release"))
			said_take(&o->said, &row);
		else if (o)
			pack_take_clock(o, row.value);
	}
	stmt_reset(q);
	return more;
}

/* ---- what is one incident ------------------------------------------------------------------------ */

static void
heirs_find(struct measuring *x)
{
	for (size_t i = 0; i < x->n; i++) {
		struct one *o = &x->v[i], *before;

		if (!o->moved)
			continue;
		if (o->merged)
			o->heir = find(x, &o->into);
		before = id_none(&o->follows) ? NULL : find(x, &o->follows);
		if (before && !before->heir)
			before->heir = o;
	}
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* What was merged into another, or goes on in another, is one with it: the earliest of both. */
static void
heirs_fold(struct measuring *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct one *o = &x->v[i];
		struct one *to = o->heir;

		for (size_t n = 0; to && to->heir && n < x->n; n++)
			to = to->heir;
		if (!to || to == o || to->heir)
			continue;
		to->m.first_mention_at = sooner(to->m.first_mention_at, o->m.first_mention_at);
		to->m.opened_at = sooner(to->m.opened_at, o->m.opened_at);
		to->m.fired_at = sooner(to->m.fired_at, o->m.fired_at);
		to->m.page_at = sooner(to->m.page_at, o->m.page_at);
		to->m.ack_at = sooner(to->m.ack_at, o->m.ack_at);
		to->m.statement_at = sooner(to->m.statement_at, o->m.statement_at);
		if (o->m.full_at && sooner(to->m.full_at, o->m.full_at) == o->m.full_at) {
			to->m.full_at = o->m.full_at;
			to->draft = o->draft;
		}
		to->m.level = to->m.level > o->m.level ? to->m.level : o->m.level;
		to->pack = to->pack ? to->pack : o->pack;
	}
}

/* Is it told of: by itself, and asked for? */
static bool
is_told(const struct measuring *x, const struct one *o)
{
	int64_t days = x->q->days ? x->q->days : MEASURE_DAYS;

	return o->moved && o->asked && !o->merged && !o->heir &&
	       o->m.opened_at >= x->q->made_at - days * DAY;
}

static int
load(struct measuring *x, struct err *e)
{
	if (incidents_load(x, e) < 0 || moves_load(x, e) < 0 || entries_load(x, e) < 0)
		return -1;
	for (size_t i = 0; i < x->n; i++)
		said_first(&x->v[i].said, &x->v[i].m.statement_at, &x->v[i].m.full_at,
			   &x->v[i].draft);
	heirs_find(x);
	heirs_fold(x);
	return 0;
}

static void
unload(struct measuring *x)
{
	for (size_t i = 0; i < x->n; i++)
		said_release(&x->v[i].said);
	free(x->v);
	arena_free(x->a);
}

/* ---- reversal ------------------------------------------------------------------------------------ */

/* Roll-ups are whole hours: the first that begins then or later. */
static int64_t
hour_from(int64_t at)
{
	return (at + 3599) / 3600 * 3600;
}

int
measure_tone(struct store *s, struct str watch, int64_t from, int64_t to,
	     struct measured_tone *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT coalesce(sum(mentions), 0), coalesce(sum(negative), 0),"
		" coalesce(sum(positive), 0) FROM rollup_hour WHERE watch = :watch AND topic ="
		" '' AND at >= :from AND at < :to");
	int found;

	stmt_text(q, 1, watch);
	stmt_int(q, 2, hour_from(from));
	stmt_int(q, 3, hour_from(to));
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct measured_tone){ stmt_col_int(q, 0), stmt_col_int(q, 1),
					       stmt_col_int(q, 2) };
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
measure_reversal(struct store *s, const struct measured *m, struct measured_tone tones[3],
		 struct err *e)
{
	int64_t from = m->full_at + REVERSAL_AFTER_S;

	if (measure_tone(s, m->watch, m->opened_at - REVERSAL_BEFORE_S, m->opened_at, &tones[0],
			 e) < 0 ||
	    measure_tone(s, m->watch, m->opened_at, m->full_at, &tones[1], e) < 0 ||
	    measure_tone(s, m->watch, from, from + REVERSAL_WINDOW_S, &tones[2], e) < 0)
		return -1;
	return (int)reversal_judge(&tones[0], &tones[1], &tones[2]);
}

static int
judge(struct store *s, const struct measured *m, struct err *e)
{
	struct measured_tone tones[3];

	return measure_reversal(s, m, tones, e);
}

int64_t
measure_over_at(const struct measured *m)
{
	return hour_from(m->full_at + REVERSAL_AFTER_S + REVERSAL_WINDOW_S);
}

static bool
is_over(const struct measured *m, int64_t now)
{
	return measure_over_at(m) <= now;
}

static int
reversals(struct measuring *x, struct measures *out, struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct measured *m = &x->v[i].m;
		int r;

		if (!is_told(x, &x->v[i]) || m->level < 3 || !m->full_at)
			continue;
		out->fulls++;
		if (!is_over(m, x->q->made_at)) {
			out->too_soon++;
			continue;
		}
		r = judge(x->s, m, e);
		if (r < 0)
			return -1;
		out->too_few += r == REVERSAL_TOO_FEW;
		out->judged += r != REVERSAL_TOO_FEW;
		out->turned += r == REVERSAL_TURNED;
	}
	return 0;
}

static void
spans(const struct measuring *x, struct measures *out)
{
	int64_t *v[MEASURE_KINDS];
	size_t n[MEASURE_KINDS] = { 0 };

	for (int k = 0; k < MEASURE_KINDS; k++)
		v[k] = heap_zero(x->n + 1, sizeof *v[k]);
	for (size_t i = 0; i < x->n; i++) {
		const struct measured *m = &x->v[i].m;
		const int64_t ends[][2] = {
			[MEASURE_DETECTION] = { m->first_mention_at, m->fired_at },
			[MEASURE_ACK] = { m->page_at, m->ack_at },
			[MEASURE_STATEMENT] = { m->first_mention_at, m->statement_at },
			[MEASURE_FULL] = { m->first_mention_at, m->full_at },
		};

		if (!is_told(x, &x->v[i]))
			continue;
		for (int k = 0; k < MEASURE_KINDS; k++)
			if (ends[k][0] && ends[k][1] >= ends[k][0])
				v[k][n[k]++] = ends[k][1] - ends[k][0];
		out->packs += x->v[i].pack != 0;
		out->packs_in_time += x->v[i].pack > 0;
	}
	for (int k = 0; k < MEASURE_KINDS; k++) {
		out->spans[k] = measure_span(v[k], n[k]);
		free(v[k]);
	}
}

int
measure_read(struct store *s, const struct measure_ask *q, struct measures *out, struct err *e)
{
	struct measuring x = { .s = s, .q = q, .a = arena_new() };
	int bad = load(&x, e);

	*out = (struct measures){ .oldest_s = -1 };
	for (size_t i = 0; i < x.n; i++) {
		const struct one *o = &x.v[i];

		if (!o->open || !o->asked)
			continue;
		out->open[o->level & 3]++;
		if (q->made_at - o->m.opened_at > out->oldest_s)
			out->oldest_s = q->made_at - o->m.opened_at;
	}
	if (bad == 0) {
		spans(&x, out);
		bad = reversals(&x, out, e);
	}
	unload(&x);
	return bad;
}

/* ---- by template ------------------------------------------------------------------------------- */

struct template_sum {
	struct arena *a;
	struct measured_template *v;
	size_t n, cap;
};

static struct measured_template *
template_of(struct template_sum *t, struct str name, struct str lang)
{
	size_t i = 0;

	while (i < t->n && !str_eq(t->v[i].name, name))
		i++;
	if (i == t->cap)
		t->v = heap_more(t->v, &t->cap, sizeof *t->v);
	if (i == t->n)
		t->v[t->n++] = (struct measured_template){ .name = arena_str(t->a, name),
							   .lang = arena_str(t->a, lang) };
	return &t->v[i];
}

/* Of the draft that was said; none: it was written elsewhere. */
static int
template_add(struct measuring *x, const struct one *o, struct template_sum *t, struct err *e)
{
	struct stmt *q = store_stmt(x->s, "SELECT template, lang, author FROM draft WHERE"
					  " id = :id");
	int r = is_over(&o->m, x->q->made_at) ? judge(x->s, &o->m, e) : REVERSAL_TOO_FEW, found;

	if (r < 0)
		return -1;
	stmt_id(q, 1, &o->draft);
	found = stmt_step(q, e);
	if (found > 0 && stmt_col_text(q, 0).n) {
		struct measured_template *one =
			template_of(t, stmt_col_text(q, 0), stmt_col_text(q, 1));
		struct measured_use *use = stmt_col_text(q, 2).n ? &one->edited : &one->made;

		use->used++;
		use->judged += r != REVERSAL_TOO_FEW;
		use->turned += r == REVERSAL_TURNED;
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
by_use(const void *x, const void *y)
{
	const struct measured_template *a = x, *b = y;
	int64_t of_a = a->made.used + a->edited.used, of_b = b->made.used + b->edited.used;

	return of_a != of_b ? (of_a > of_b ? -1 : 1) : str_cmp(a->name, b->name);
}

int
measure_templates(struct store *s, const struct measure_ask *q,
		  void (*each)(void *arg, const struct measured_template *t), void *arg,
		  struct err *e)
{
	struct measuring x = { .s = s, .q = q, .a = arena_new() };
	struct template_sum t = { .a = x.a };
	int bad = load(&x, e);

	for (size_t i = 0; bad == 0 && i < x.n; i++)
		if (is_told(&x, &x.v[i]) && x.v[i].m.level >= 3 && x.v[i].m.full_at)
			bad = template_add(&x, &x.v[i], &t, e);
	if (t.n)
		qsort(t.v, t.n, sizeof *t.v, by_use);
	for (size_t i = 0; bad == 0 && i < t.n; i++)
		each(arg, &t.v[i]);
	free(t.v);
	unload(&x);
	return bad;
}
