#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/rota_live.h"

/* ---- rows ----------------------------------------------------------------------------------- */

struct reading {
	struct rota_changes *out;
	size_t cap;
	struct arena *a;
	struct err *e;
};

static struct conf_texts
texts_of(const struct json *list, struct arena *a)
{
	struct conf_texts t = { NULL, json_count(list) };

	t.v = arena_alloc(a, (t.n + 1) * sizeof *t.v);
	for (size_t i = 0; i < t.n; i++)
		t.v[i] = json_text(json_at(list, i), STR(""));
	return t;
}

static void
override_read(const struct json *j, struct rota_change *c, struct arena *a)
{
	struct str kind = json_text(json_get(j, "kind"), STR(""));
	struct override_conf *o = &c->overrides[c->overrides_n++];

	while (override_words[o->kind + 1] && !str_is(kind, override_words[o->kind]))
		o->kind++;
	o->who = texts_of(json_get(j, "who"), a);
	o->instead = texts_of(json_get(j, "instead"), a);
	o->from_at = c->from_at;
	o->to_at = c->to_at;
}

/* Each in the place of the other. */
static void
swap_read(const struct json *j, struct rota_change *c, struct arena *a)
{
	struct conf_texts two = texts_of(json_get(j, "who"), a);
	struct override_conf *o = c->overrides;

	if (two.n != 2)
		return;
	o[0] = (struct override_conf){
		OVERRIDE_REPLACE, { &two.v[1], 1 }, { &two.v[0], 1 }, c->from_at, c->to_at
	};
	o[1] = (struct override_conf){ OVERRIDE_REPLACE,
				       { &two.v[0], 1 },
				       { &two.v[1], 1 },
				       json_int(json_get(j, "back_from"), 0),
				       json_int(json_get(j, "back_to"), 0) };
	c->overrides_n = 2;
}

static void
temporary_read(const struct json *j, struct rota_change *c, struct arena *a)
{
	const struct json *list = json_get(j, "shifts");
	struct stint_conf *v = arena_alloc(a, (json_count(list) + 1) * sizeof *v);

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *x = json_at(list, i);

		v[i] = (struct stint_conf){ texts_of(json_get(x, "who"), a),
					    json_int(json_get(x, "from"), 0),
					    json_int(json_get(x, "to"), 0) };
	}
	c->temporary = (struct temporary_conf){ c->from_at, c->to_at, { v, json_count(list) } };
}

/* A cancel names the row that it ends. */
static void
cancel_read(const struct json *j, struct rota_changes *all, const struct rota_row *r)
{
	int64_t seq = json_int(json_get(j, "change"), 0);

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].row.seq == seq && !all->v[i].cancelled_by) {
			all->v[i].cancelled_by = r->seq;
			all->v[i].cancelled_at = r->at;
		}
}

static struct rota_row
row_keep(const struct rota_row *r, struct arena *a)
{
	struct rota_row k = *r;

	k.schedule = arena_str(a, r->schedule);
	k.kind = arena_str(a, r->kind);
	k.value = arena_str(a, r->value);
	k.actor = arena_str(a, r->actor);
	k.reason = arena_str(a, r->reason);
	return k;
}

static struct rota_change *
change_add(struct reading *x)
{
	if (x->out->n == x->cap) {
		struct rota_change *v;

		x->cap = x->cap ? 2 * x->cap : 16;
		v = arena_alloc(x->a, x->cap * sizeof *v);
		if (x->out->n)
			memcpy(v, x->out->v, x->out->n * sizeof *v);
		x->out->v = v;
	}
	return &x->out->v[x->out->n++];
}

static int
change_read(void *arg, const struct rota_row *r)
{
	struct reading *x = arg;
	struct rota_row row = row_keep(r, x->a);
	const struct json *j = json_parse(x->a, row.value, x->e);
	struct rota_change *c;

	if (!j)
		return err_set(x->e, ERR_BROKEN, "rota change %lld is not as we write them",
			       (long long)r->seq);
	c = change_add(x);
	*c = (struct rota_change){ .row = row,
				   .from_at = json_int(json_get(j, "from"), 0),
				   .to_at = json_int(json_get(j, "to"), 0),
				   .cancelled_at = INT64_MAX };
	if (str_is(row.kind, "override"))
		override_read(j, c, x->a);
	else if (str_is(row.kind, "swap"))
		swap_read(j, c, x->a);
	else if (str_is(row.kind, "temporary"))
		temporary_read(j, c, x->a);
	else if (str_is(row.kind, "cancel"))
		cancel_read(j, x->out, &row);
	return 0;
}

int
rota_changes_read(struct store *s, int64_t since, struct arena *a, struct rota_changes *out,
		  struct err *e)
{
	struct reading x = { out, 0, a, e };

	*out = (struct rota_changes){ NULL, 0 };
	return rota_rows_read(s, since, change_read, &x, e);
}

/* ---- schedules ------------------------------------------------------------------------------- */

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What one change adds; what was cancelled before it began is nothing. */
static void
change_apply(const struct rota_change *c, struct schedule_conf *s)
{
	struct override_conf *o = s->overrides.v;
	struct temporary_conf *t = s->temporary.v;

	for (size_t i = 0; i < c->overrides_n; i++) {
		struct override_conf x = c->overrides[i];

		x.to_at = sooner(x.to_at, c->cancelled_at);
		if (x.from_at < x.to_at)
			o[s->overrides.n++] = x;
	}
	if (c->temporary.stints.n) {
		struct temporary_conf x = c->temporary;

		x.to_at = sooner(x.to_at, c->cancelled_at);
		if (x.from_at < x.to_at)
			t[s->temporary.n++] = x;
	}
}

/* A copy with room for all changes. */
static void
list_grow(struct conf_list *l, size_t more, size_t size, struct arena *a)
{
	void *v = arena_alloc(a, (l->n + more + 1) * size);

	if (l->n)
		memcpy(v, l->v, l->n * size);
	l->v = v;
}

struct schedule_conf *
rota_live(const struct notice_conf *c, const struct rota_changes *changes, struct arena *a)
{
	const struct schedule_conf *from = c->schedules.v;
	struct schedule_conf *live = arena_alloc(a, (c->schedules.n + 1) * sizeof *live);

	for (size_t i = 0; i < c->schedules.n; i++) {
		live[i] = from[i];
		list_grow(&live[i].overrides, 2 * changes->n, sizeof(struct override_conf), a);
		list_grow(&live[i].temporary, changes->n, sizeof(struct temporary_conf), a);
		for (size_t k = 0; k < changes->n; k++)
			if (str_eq(changes->v[k].row.schedule, from[i].name))
				change_apply(&changes->v[k], &live[i]);
	}
	return live;
}
