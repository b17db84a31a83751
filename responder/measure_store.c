#include "core/base.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/incident.h"
#include "responder/measure_store.h"

#define DAY 86400

struct measuring {
	struct store *s;
	const struct measure_ask *q;
	struct arena *a;
	struct one {
		struct measured m;
		struct id draft; /* of the first full response; none: not from a draft */
		int64_t level;   /* as it is at made_at */
		bool open, merged, moved;
		int64_t pack; /* 1 in time, -1 late */
	} * v;
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
is_asked(const struct measure_ask *q, struct str watch, struct str number)
{
	if (str_starts(number, STR("DRL-")) != q->drills)
		return false;
	for (size_t i = 0; i < q->watches->n; i++)
		if (str_eq(q->watches->v[i], watch))
			return true;
	return !q->watches->n;
}

static int
incidents_load(struct measuring *x, struct err *e)
{
	struct stmt *q = store_stmt(
		x->s,
		"SELECT i.id, i.number, i.watch, i.opened_at, i.first_mention_at, i.state,"
		" i.level, i.closed_at, coalesce((SELECT min(f.at) FROM firing f WHERE"
		" f.incident = i.id AND f.at < :made), 0), coalesce((SELECT min(n.sent_at) FROM"
		" notice n WHERE n.incident = i.id AND n.kind = 'page' AND n.sent_at < :made),"
		" 0) FROM incident i WHERE i.opened_at < :made ORDER BY i.id");
	int more;

	stmt_int(q, 1, x->q->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		struct one *o;

		if (!is_asked(x->q, stmt_col_text(q, 2), stmt_col_text(q, 1)))
			continue;
		if (x->n == x->cap)
			x->v = heap_more(x->v, &x->cap, sizeof *x->v);
		o = &x->v[x->n++];
		*o = (struct one){
			.m = { .id = stmt_col_id(q, 0),
			       .watch = arena_str(x->a, stmt_col_text(q, 2)),
			       .opened_at = stmt_col_int(q, 3),
			       .first_mention_at = stmt_col_int(q, 4),
			       .fired_at = stmt_col_int(q, 8),
			       .page_at = stmt_col_int(q, 9),
			       .level = stmt_col_int(q, 6) },
			.level = stmt_col_int(q, 6),
			.open = !stmt_col_int(q, 7) || stmt_col_int(q, 7) >= x->q->made_at,
		};
	}
	stmt_reset(q);
	return more;
}

/* What the moves say of the time: state and level then, the highest, the first word that it is
 * taken. */
static int
moves_load(struct measuring *x, struct err *e)
{
	struct stmt *q = store_stmt(x->s, "SELECT incident, at, event, to_state, to_level FROM"
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
		if (str_is(stmt_col_text(q, 2), "ack"))
			o->m.ack_at = stmt_col_int(q, 1); /* the first stays */
	}
	stmt_reset(q);
	return more;
}

/* It was said when its row says, which may be written later. */
static void
release_add(struct one *o, int64_t at, const struct json *j)
{
	struct str kind = json_text(json_get(j, "kind"), STR(""));
	bool full = str_is(kind, "full");
	struct err bad;
	int64_t said;

	if (clock_parse_iso(json_text(json_get(j, "at"), STR("")), &said, &bad) == 0 &&
	    said < at)
		at = said;

	if ((full || str_is(kind, "statement") || str_is(kind, "update")) && !o->m.statement_at)
		o->m.statement_at = at;
	if (!full || o->m.full_at)
		return;
	o->m.full_at = at;
	if (id_from_hex(json_text(json_get(j, "draft"), STR("")), &o->draft) < 0)
		o->draft = (struct id){ { 0 } };
}

/* Releases, and how the clock of the response pack ended. Erased values tell nothing. */
static int
entries_load(struct measuring *x, struct err *e)
{
	struct stmt *q = store_stmt(
		x->s,
		"SELECT incident, at, kind, value FROM entry WHERE at < :made AND value IS"
		" NOT NULL AND (kind = 'release' OR (kind = 'clock' AND key = 'pack'))"
		" ORDER BY seq");
	int more;

	stmt_int(q, 1, x->q->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);
		struct arena *a = arena_new();
		struct err bad;
		const struct json *j = json_parse(a, stmt_col_text(q, 3), &bad);
		struct str state = json_text(json_get(j, "state"), STR(""));
		struct one *o = find(x, &id);

		if (o && str_is(stmt_col_text(q, 2), "release"))
			release_add(o, stmt_col_int(q, 1), j);
		else if (o && str_is(state, "met"))
			o->pack = 1;
		else if (o && (str_is(state, "late") || str_is(state, "100")))
			o->pack = -1;
		arena_free(a);
	}
	stmt_reset(q);
	return more;
}

static int
load(struct measuring *x, struct err *e)
{
	return incidents_load(x, e) < 0 || moves_load(x, e) < 0 || entries_load(x, e) < 0 ? -1
											  : 0;
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
	stmt_int(q, 2, (from + 3599) / 3600 * 3600);
	stmt_int(q, 3, (to + 3599) / 3600 * 3600);
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct measured_tone){ stmt_col_int(q, 0), stmt_col_int(q, 1),
					       stmt_col_int(q, 2) };
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* -1 on failure; else enum reversal. */
static int
judge(struct store *s, const struct measured *m, struct err *e)
{
	struct measured_tone before, low, after;
	int64_t from = m->full_at + REVERSAL_AFTER_S;

	if (measure_tone(s, m->watch, m->opened_at - REVERSAL_BEFORE_S, m->opened_at, &before,
			 e) < 0 ||
	    measure_tone(s, m->watch, m->opened_at, m->full_at, &low, e) < 0 ||
	    measure_tone(s, m->watch, from, from + REVERSAL_WINDOW_S, &after, e) < 0)
		return -1;
	return (int)reversal_judge(&before, &low, &after);
}

static bool
is_over(const struct measured *m, int64_t now)
{
	return m->full_at + REVERSAL_AFTER_S + REVERSAL_WINDOW_S <= now;
}

static int
reversals(struct measuring *x, struct measures *out, struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct measured *m = &x->v[i].m;
		int r;

		if (m->opened_at < x->q->made_at - MEASURE_DAYS * DAY || m->level < 3 ||
		    !m->full_at || x->v[i].merged)
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

		if (m->opened_at < x->q->made_at - MEASURE_DAYS * DAY || x->v[i].merged)
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

		if (!o->open)
			continue;
		out->open[o->level & 3]++;
		if (q->made_at - o->m.opened_at > out->oldest_s)
			out->oldest_s = q->made_at - o->m.opened_at;
	}
	if (bad == 0) {
		spans(&x, out);
		bad = reversals(&x, out, e);
	}
	free(x.v);
	arena_free(x.a);
	return bad;
}

/* ---- by template ------------------------------------------------------------------------------- */

struct template_sum {
	struct arena *a;
	struct measured_template *v;
	size_t n, cap;
};

static struct measured_template *
template_of(struct template_sum *t, struct str name)
{
	size_t i = 0;

	while (i < t->n && !str_eq(t->v[i].name, name))
		i++;
	if (i == t->cap)
		t->v = heap_more(t->v, &t->cap, sizeof *t->v);
	if (i == t->n)
		t->v[t->n++] = (struct measured_template){ .name = arena_str(t->a, name) };
	return &t->v[i];
}

/* Of the draft that was said; none: it was written elsewhere. */
static int
template_add(struct measuring *x, const struct one *o, struct template_sum *t, struct err *e)
{
	struct stmt *q = store_stmt(x->s, "SELECT template FROM draft WHERE id = :id");
	int r = is_over(&o->m, x->q->made_at) ? judge(x->s, &o->m, e) : REVERSAL_TOO_FEW, found;

	if (r < 0)
		return -1;
	stmt_id(q, 1, &o->draft);
	found = stmt_step(q, e);
	if (found > 0 && stmt_col_text(q, 0).n) {
		struct measured_template *one = template_of(t, stmt_col_text(q, 0));

		one->used++;
		one->judged += r != REVERSAL_TOO_FEW;
		one->turned += r == REVERSAL_TURNED;
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
by_use(const void *x, const void *y)
{
	const struct measured_template *a = x, *b = y;

	return a->used != b->used ? (a->used > b->used ? -1 : 1) : str_cmp(a->name, b->name);
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
		if (x.v[i].m.level >= 3 && x.v[i].m.full_at && !x.v[i].merged &&
		    x.v[i].m.opened_at >= q->made_at - MEASURE_DAYS * DAY)
			bad = template_add(&x, &x.v[i], &t, e);
	if (t.n)
		qsort(t.v, t.n, sizeof *t.v, by_use);
	for (size_t i = 0; bad == 0 && i < t.n; i++)
		each(arg, &t.v[i]);
	free(t.v);
	free(x.v);
	arena_free(x.a);
	return bad;
}
