#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/rota_change.h"
#include "responder/rota_live.h"

#define WHY_MAX    500 /* bytes of a person's reason */
#define PEOPLE_MAX 32
#define STINTS_MAX 200
#define LOOK_S     (40 * 86400) /* a shift without an end within it is none that can be swapped */

/* One command on its way. */
struct change {
	const struct rota_ask *q;
	struct buf *out;
	int status; /* of a refusal; 0: none yet */
	const struct schedule_conf *s;
	const struct zone *z;
	struct str kind;
	int64_t from_at, to_at;
	struct buf value;
};

/* ---- refusing -------------------------------------------------------------------------------- */

static bool refuse(struct change *c, int status, const char *fmt, ...) LY_PRINTF(3, 4);

/* False, so that a reader can return it. */
static bool
refuse(struct change *c, int status, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_clear(c->out);
	buf_add(c->out, STR("{\"error\":"));
	json_add_text(c->out, utf8_cut(str_of(text), sizeof text - 4));
	buf_add_byte(c->out, '}');
	c->status = status;
	return false;
}

static struct str
shown(struct str s)
{
	return utf8_cut(s, 80);
}

/* "there is no person "ana": did you mean "anna"?" */
static bool
refuse_name(struct change *c, const char *what, struct str name, const struct str *known,
	    size_t n)
{
	const char **list = arena_alloc(c->q->a, (n + 1) * sizeof *list), *near;

	for (size_t i = 0; i < n; i++)
		list[i] = arena_text(c->q->a, known[i]);
	near = conf_nearest(name, list, n);
	return refuse(c, 404,
		      near ? "there is no %s \"%.*s\": did you mean \"%s\"?"
			   : "there is no %s \"%.*s\"",
		      what, STR_ARG(shown(name)), near);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static struct str
arg(const struct change *c, const char *name)
{
	return str_trim(json_text(json_get(c->q->args, name), STR("")));
}

static bool
schedule_read(struct change *c)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);
	const struct schedule_conf *all = conf->schedules.v;
	struct str name = arg(c, "schedule"), known[100];
	size_t n = 0;

	c->s = schedule_find(conf, name);
	if (c->s) {
		c->z = roster_schedule_zone(c->q->roster, c->s);
		return true;
	}
	for (size_t i = 0; i < conf->schedules.n && n < LY_COUNT(known); i++)
		known[n++] = all[i].name;
	return name.n ? refuse_name(c, "schedule", name, known, n)
		      : refuse(c, 400, "which schedule?");
}

static bool
person_known(struct change *c, struct str key)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);
	const struct person_conf *p = conf->people.v;
	struct str *known;

	if (person_find(conf, key))
		return true;
	known = arena_alloc(c->q->a, (conf->people.n + 1) * sizeof *known);
	for (size_t i = 0; i < conf->people.n; i++)
		known[i] = p[i].key;
	return refuse_name(c, "person", key, known, conf->people.n);
}

static bool
person_take(struct change *c, struct str key, struct conf_texts *to)
{
	key = str_trim(key);
	if (!key.n)
		return true;
	if (to->n == PEOPLE_MAX)
		return refuse(c, 400, "more than %d people", PEOPLE_MAX);
	to->v[to->n++] = key;
	return person_known(c, key);
}

/* "anna, ben" */
static bool
people_split(struct change *c, struct str text, struct conf_texts *to)
{
	struct str part;

	*to = (struct conf_texts){ arena_alloc(c->q->a, PEOPLE_MAX * sizeof *to->v), 0 };
	while (str_next(&text, ',', &part))
		if (!person_take(c, part, to))
			return false;
	return true;
}

static bool
people_read(struct change *c, const char *name, struct conf_texts *to)
{
	const struct json *j = json_get(c->q->args, name);

	if (j && json_kind(j) != JSON_LIST && json_kind(j) != JSON_TEXT)
		return refuse(c, 400, "%s: people are text", name);
	if (json_kind(j) != JSON_LIST)
		return people_split(c, json_text(j, STR("")), to);
	*to = (struct conf_texts){ arena_alloc(c->q->a, PEOPLE_MAX * sizeof *to->v), 0 };
	for (size_t i = 0; i < json_count(j); i++) {
		if (json_kind(json_at(j, i)) != JSON_TEXT)
			return refuse(c, 400, "%s: people are text", name);
		if (!person_take(c, json_text(json_at(j, i), STR("")), to))
			return false;
	}
	return true;
}

static bool
time_parse(struct change *c, const char *name, struct str text, int64_t *at)
{
	struct err bad = { 0 };

	if (!text.n)
		return refuse(c, 400, "%s: when?", name);
	if (clock_parse_local(c->z, text, at, &bad) < 0)
		return refuse(c, 400, "%s: %s", name, bad.text);
	return true;
}

static bool
time_read(struct change *c, const char *name, int64_t *at)
{
	return time_parse(c, name, arg(c, name), at);
}

/* From now on, for a year at most. */
static bool
span_check(struct change *c, int64_t *from, int64_t *to)
{
	if (*to <= *from)
		return refuse(c, 400, "it has to end after it begins");
	if (*to <= c->q->now)
		return refuse(c, 409, "that is over: what was cannot be changed");
	if (*from > c->q->now + ROTA_CHANGE_S || *to - *from > ROTA_CHANGE_S)
		return refuse(
			c, 400,
			"more than a year: that belongs into the configuration (schedules)");
	*from = *from < c->q->now ? c->q->now : *from;
	return true;
}

static bool
span_read(struct change *c)
{
	return time_read(c, "from", &c->from_at) && time_read(c, "to", &c->to_at) &&
	       span_check(c, &c->from_at, &c->to_at);
}

/* ---- the shifts there are ---------------------------------------------------------------------- */

struct looking {
	struct str who;
	int64_t at;             /* within it              */
	struct rota_span found; /* to == 0: none          */
	struct rota_span next;  /* that begins after at   */
};

static void
span_look(void *arg_, const struct rota_span *s)
{
	struct looking *l = arg_;

	if (!str_eq(s->who, l->who))
		return;
	if (s->from <= l->at && l->at < s->to)
		l->found = *s;
	if (s->from > l->at && (!l->next.to || s->from < l->next.from))
		l->next = *s;
}

/* Is the person on shift at any time in [from, to)? */
static bool
on_shift_in(const struct change *c, struct str who, int64_t from, int64_t to)
{
	struct looking l = { .who = who, .at = from };

	rota_spans(roster_schedule(c->q->roster, c->s), c->z, from, to, span_look, &l);
	return l.found.to || l.next.to;
}

static struct str
local(const struct change *c, int64_t at)
{
	struct buf b = BUF(64);
	struct str s;

	clock_add_local(&b, c->z, at);
	s = arena_str(c->q->a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* ---- value and row ---------------------------------------------------------------------------- */

static void
add_people(struct buf *b, const char *key, const struct conf_texts *t)
{
	buf_addf(b, ",\"%s\":[", key);
	for (size_t i = 0; i < t->n; i++) {
		buf_add(b, i ? STR(",") : STR(""));
		json_add_text(b, t->v[i]);
	}
	buf_add_byte(b, ']');
}

/* Its begin: the times. */
static void
add_times(struct buf *b, int64_t from, int64_t to)
{
	buf_addf(b, "{\"from\":%lld,\"to\":%lld", (long long)from, (long long)to);
}

static void
add_iso(struct buf *b, const char *key, int64_t at)
{
	buf_addf(b, ",\"%s\":\"", key);
	clock_add_iso(b, at);
	buf_add_byte(b, '"');
}

static int
standing(void *arg_, const struct rota_row *r)
{
	(void)r;
	++*(int64_t *)arg_;
	return 0;
}

/* When nobody at all is on shift, between the change's begin and end. */
static void
add_nobody(struct change *c)
{
	const struct schedule_conf *s = roster_schedule(c->q->roster, c->s);
	struct str who[ROTA_MAX];
	int64_t since = 0;
	size_t n = 0;

	buf_add(c->out, STR(",\"nobody\":["));
	for (int64_t t = c->from_at;; t = rota_next(s, c->z, t)) {
		bool ends = t >= c->to_at || rota_who(s, c->z, t, who) > 0;

		t = t < c->to_at ? t : c->to_at;
		if (!ends && !since)
			since = t;
		if (ends && since) {
			buf_add(c->out, n++ ? STR(",{\"from\":\"") : STR("{\"from\":\""));
			clock_add_iso(c->out, since);
			buf_add(c->out, STR("\",\"to\":\""));
			clock_add_iso(c->out, t);
			buf_add(c->out, STR("\"}"));
			since = 0;
		}
		if (t >= c->to_at || n == 100)
			break;
	}
	buf_add_byte(c->out, ']');
}

/* The row, and what the rota says with it. The status. */
static int
change_write(struct change *c, struct err *e)
{
	struct rota_row r = { .at = c->q->now,
			      .schedule = c->s->name,
			      .kind = c->kind,
			      .value = buf_str(&c->value),
			      .actor = c->q->actor,
			      .reason = utf8_cut(arg(c, "why"), WHY_MAX),
			      .ends_at = c->to_at };
	int64_t n = 0;

	if (rota_rows_read(c->q->store, c->q->now, standing, &n, e) < 0)
		return -1;
	if (n >= ROTA_CHANGES_MAX)
		refuse(c, 409,
		       "%d changes are not over yet: cancel some, or write them into "
		       "the configuration",
		       ROTA_CHANGES_MAX);
	else if (!buf_ok(&c->value))
		refuse(c, 400, "that is too much for one change");
	if (c->status)
		return c->status;
	if (rota_row_append(c->q->store, &r, e) < 0 ||
	    roster_load(c->q->roster, c->q->store, c->q->now, e) < 0)
		return -1;
	buf_addf(c->out, "{\"change\":%lld", (long long)r.seq);
	buf_add(c->out, STR(",\"schedule\":"));
	json_add_text(c->out, c->s->name);
	buf_add(c->out, STR(",\"kind\":"));
	json_add_text(c->out, c->kind);
	add_iso(c->out, "from", c->from_at);
	add_iso(c->out, "to", c->to_at);
	add_nobody(c);
	buf_add_byte(c->out, '}');
	return 200;
}

/* ok: everything was read; else it was refused. */
static int
change_end(struct change *c, bool ok, struct err *e)
{
	int status = ok ? change_write(c, e) : c->status;

	buf_release(&c->value);
	return status;
}

static struct change
change_begin(const struct rota_ask *q, const char *kind, struct buf *out)
{
	return (struct change){
		.q = q, .out = out, .kind = str_of(kind), .value = BUF(ROTA_VALUE_MAX)
	};
}

/* ---- override --------------------------------------------------------------------------------- */

static bool
override_read(struct change *c)
{
	struct str kind = arg(c, "kind");
	struct conf_texts who, instead;
	const struct conf_texts *leave;
	int k = 0;

	while (override_words[k] && !str_is(kind, override_words[k]))
		k++;
	if (!override_words[k])
		return refuse(c, 400, "kind is add, remove or replace, not \"%.*s\"",
			      STR_ARG(shown(kind)));
	if (!people_read(c, "who", &who) || !people_read(c, "instead", &instead) ||
	    !span_read(c))
		return false;
	if (!who.n)
		return refuse(c, 400, "who?");
	if (instead.n && k != OVERRIDE_REPLACE)
		return refuse(c, 400, "only replace has \"instead\"");
	leave = k == OVERRIDE_REMOVE ? &who : &instead;
	for (size_t i = 0; i < leave->n; i++)
		if (!on_shift_in(c, leave->v[i], c->from_at, c->to_at))
			return refuse(c, 409, "%.*s is not on shift in \"%.*s\" at that time",
				      STR_ARG(leave->v[i]), STR_ARG(c->s->name));
	add_times(&c->value, c->from_at, c->to_at);
	buf_addf(&c->value, ",\"kind\":\"%s\"", override_words[k]);
	add_people(&c->value, "who", &who);
	add_people(&c->value, "instead", &instead);
	buf_add_byte(&c->value, '}');
	return true;
}

int
rota_change_override(const struct rota_ask *q, struct buf *out, struct err *e)
{
	struct change c = change_begin(q, "override", out);

	return change_end(&c, schedule_read(&c) && override_read(&c), e);
}

/* ---- swap ------------------------------------------------------------------------------------- */

/* The shift of the person that holds at `at`; what of it is left. */
static bool
shift_read(struct change *c, struct str who, int64_t at, struct rota_span *span)
{
	struct looking l = { .who = who, .at = at };

	rota_spans(roster_schedule(c->q->roster, c->s), c->z, at - LOOK_S, at + LOOK_S,
		   span_look, &l);
	if (!l.found.to && l.next.to)
		return refuse(c, 409, "%.*s is not on shift at %.*s; the next begins at %.*s",
			      STR_ARG(who), STR_ARG(local(c, at)),
			      STR_ARG(local(c, l.next.from)));
	if (!l.found.to)
		return refuse(c, 409, "%.*s is not on shift at %.*s", STR_ARG(who),
			      STR_ARG(local(c, at)));
	if (l.found.to >= at + LOOK_S)
		return refuse(c, 409,
			      "%.*s's shift has no end: say from when until when with "
			      "override replace",
			      STR_ARG(who));
	*span = l.found;
	return span_check(c, &span->from, &span->to);
}

static bool
swap_read(struct change *c)
{
	struct rota_span there, back;
	struct conf_texts who, with;
	struct str two[2];
	int64_t at, back_at;

	if (!people_read(c, "who", &who) || !people_read(c, "with", &with) ||
	    !time_read(c, "at", &at) || !time_read(c, "back", &back_at))
		return false;
	if (who.n != 1 || with.n != 1 || str_eq(who.v[0], with.v[0]))
		return refuse(c, 400, "a swap is between two people");
	if (!shift_read(c, who.v[0], at, &there) || !shift_read(c, with.v[0], back_at, &back))
		return false;
	if (on_shift_in(c, with.v[0], there.from, there.to) ||
	    on_shift_in(c, who.v[0], back.from, back.to))
		return refuse(c, 409, "one of them is on shift then already: nothing to swap");
	c->from_at = there.from < back.from ? there.from : back.from;
	c->to_at = there.to > back.to ? there.to : back.to;
	two[0] = who.v[0];
	two[1] = with.v[0];
	add_times(&c->value, there.from, there.to);
	buf_addf(&c->value, ",\"back_from\":%lld,\"back_to\":%lld", (long long)back.from,
		 (long long)back.to);
	add_people(&c->value, "who", &(struct conf_texts){ two, 2 });
	buf_add_byte(&c->value, '}');
	return true;
}

int
rota_change_swap(const struct rota_ask *q, struct buf *out, struct err *e)
{
	struct change c = change_begin(q, "swap", out);

	return change_end(&c, schedule_read(&c) && swap_read(&c), e);
}

/* ---- temporary schedule ------------------------------------------------------------------------- */

static bool
stint_add(struct change *c, const struct conf_texts *who, int64_t from, int64_t to)
{
	if (!who->n)
		return refuse(c, 400, "a shift without people");
	if (to <= from || from < c->from_at || to > c->to_at)
		return refuse(c, 400,
			      "the shift %.*s – %.*s is not within the temporary "
			      "schedule",
			      STR_ARG(local(c, from)), STR_ARG(local(c, to)));
	buf_add(&c->value, str_ends(buf_str(&c->value), STR("[")) ? STR("") : STR(","));
	add_times(&c->value, from, to);
	add_people(&c->value, "who", who);
	buf_add_byte(&c->value, '}');
	return true;
}

/* "anna, ben: 2026-12-24 08:00 / 2026-12-24 20:00" */
static bool
stint_read(struct change *c, struct str text)
{
	ptrdiff_t colon = str_find_byte(text, ':'), slash = str_find_byte(text, '/');
	struct conf_texts who;
	int64_t from, to;

	if (colon < 0 || slash < colon)
		return refuse(c, 400,
			      "a shift is \"anna, ben: 2026-12-24 08:00 / 2026-12-24 20:00\", "
			      "not \"%.*s\"",
			      STR_ARG(shown(text)));
	if (!people_split(c, str_slice(text, 0, (size_t)colon), &who) ||
	    !time_parse(
		    c, "shift",
		    str_trim(str_slice(text, (size_t)colon + 1, (size_t)(slash - colon - 1))),
		    &from) ||
	    !time_parse(c, "shift", str_trim(str_slice(text, (size_t)slash + 1, text.n)), &to))
		return false;
	from = from < c->from_at && to > c->from_at && c->from_at == c->q->now ? c->from_at
									       : from;
	return stint_add(c, &who, from, to);
}

static bool
temporary_read(struct change *c)
{
	const struct json *list = json_get(c->q->args, "shifts");
	struct conf_texts who;

	if (!people_read(c, "who", &who) || !span_read(c))
		return false;
	if (!who.n == !json_count(list))
		return refuse(c, 400, "say who for all of the time, or shifts, one of both");
	if (json_count(list) > STINTS_MAX)
		return refuse(c, 400, "more than %d shifts", STINTS_MAX);
	add_times(&c->value, c->from_at, c->to_at);
	buf_add(&c->value, STR(",\"shifts\":["));
	if (who.n && !stint_add(c, &who, c->from_at, c->to_at))
		return false;
	for (size_t i = 0; i < json_count(list); i++)
		if (!stint_read(c, json_text(json_at(list, i), STR(""))))
			return false;
	buf_add(&c->value, STR("]}"));
	return true;
}

int
rota_change_temporary(const struct rota_ask *q, struct buf *out, struct err *e)
{
	struct change c = change_begin(q, "temporary", out);

	return change_end(&c, schedule_read(&c) && temporary_read(&c), e);
}

/* ---- cancel ------------------------------------------------------------------------------------- */

static bool
cancel_read(struct change *c, const struct rota_changes *all)
{
	const struct json *given = json_get(c->q->args, "change");
	const struct rota_change *of = NULL;
	int64_t seq = json_int(given, 0);

	if (json_kind(given) == JSON_TEXT && str_int64(arg(c, "change"), &seq) < 0)
		seq = 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].row.seq == seq && !str_is(all->v[i].row.kind, "cancel"))
			of = &all->v[i];
	if (!of)
		return refuse(c, 404, "there is no such change (langyan rota changes)");
	if (of->cancelled_by)
		return refuse(c, 409, "change %lld is cancelled already", (long long)seq);
	if (of->row.ends_at <= c->q->now)
		return refuse(c, 409, "change %lld is over", (long long)seq);
	c->s = schedule_find(roster_conf(c->q->roster), of->row.schedule);
	if (!c->s)
		return refuse(c, 409, "its schedule \"%.*s\" is gone: it changes nothing",
			      STR_ARG(shown(of->row.schedule)));
	c->z = roster_schedule_zone(c->q->roster, c->s);
	c->from_at = c->q->now;
	c->to_at = of->row.ends_at;
	buf_addf(&c->value, "{\"change\":%lld}", (long long)seq);
	return true;
}

int
rota_change_cancel(const struct rota_ask *q, struct buf *out, struct err *e)
{
	struct change c = change_begin(q, "cancel", out);
	struct rota_changes all;

	if (rota_changes_read(q->store, q->now - ROTA_KEEP_S, q->a, &all, e) < 0) {
		buf_release(&c.value);
		return -1;
	}
	return change_end(&c, cancel_read(&c, &all), e);
}

/* ---- list --------------------------------------------------------------------------------------- */

static const char *
state_of(const struct rota_change *c, int64_t now)
{
	if (str_is(c->row.kind, "cancel"))
		return "cancel";
	if (c->cancelled_by)
		return "cancelled";
	return c->row.ends_at <= now ? "over" : c->from_at > now ? "to come" : "holds";
}

static void
add_change(struct buf *b, const struct rota_change *c, int64_t now)
{
	buf_addf(b, "{\"change\":%lld", (long long)c->row.seq);
	add_iso(b, "at", c->row.at);
	buf_add(b, STR(",\"schedule\":"));
	json_add_text(b, c->row.schedule);
	buf_add(b, STR(",\"kind\":"));
	json_add_text(b, c->row.kind);
	buf_addf(b, ",\"state\":\"%s\"", state_of(c, now));
	if (c->cancelled_by)
		buf_addf(b, ",\"cancelled_by\":%lld", (long long)c->cancelled_by);
	/* Written by us as JSON. */
	buf_addf(b, ",\"value\":%.*s,\"actor\":", STR_ARG(c->row.value));
	json_add_text(b, c->row.actor);
	buf_add(b, STR(",\"why\":"));
	json_add_text(b, c->row.reason);
	buf_add_byte(b, '}');
}

int
rota_change_list(const struct rota_ask *q, struct buf *out, struct err *e)
{
	bool whole = json_true(json_get(q->args, "all"));
	struct rota_changes all;
	size_t n = 0;

	if (rota_changes_read(q->store, whole ? INT64_MIN : q->now, q->a, &all, e) < 0)
		return -1;
	buf_add(out, STR("{\"changes\":["));
	for (size_t i = 0; i < all.n; i++) {
		buf_add(out, n++ ? STR(",") : STR(""));
		add_change(out, &all.v[i], q->now);
	}
	buf_add(out, STR("]}"));
	return 200;
}
