/* duty.c - see duty.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/duty.h"
#include "responder/duty_store.h"
#include "responder/gate.h"
#include "responder/state.h"

#define TEXT_MAX 4096
#define KEY      "duty."

/* ---- which: pure -------------------------------------------------------------------------------- */

static bool
meet(const struct conf_texts *a, const struct conf_texts *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (conf_texts_have(b, a->v[i]))
			return true;
	return false;
}

const struct duty_conf *
duty_find(const struct conf_list *all, struct str name)
{
	const struct duty_conf *d = all->v;

	for (size_t i = 0; i < all->n; i++)
		if (str_eq(d[i].name, name))
			return &d[i];
	return NULL;
}

/* What d leaves out is as in the shipped one. */
static struct duty_conf
filled(const struct duty_conf *d, const struct duty_conf *from)
{
	struct duty_conf f = *from;

	f.name = d->name;
	f.checked_by = d->checked_by;
	f.checked_on = d->checked_on;
	f.jurisdiction = d->jurisdiction.n ? d->jurisdiction : f.jurisdiction;
	f.group = d->group.n ? d->group : f.group;
	f.source = d->source.n ? d->source : f.source;
	f.topics = d->topics.n ? d->topics : f.topics;
	f.we_are = d->we_are.n ? d->we_are : f.we_are;
	f.deadline = d->deadline || d->at_once ? d->deadline : f.deadline;
	if (d->authority.n)
		f.authority = f.authority_en = d->authority;
	if (d->what.n)
		f.what = f.what_en = d->what;
	return f;
}

struct conf_list
duties_merge(const struct conf_list *own, struct arena *a)
{
	const struct duty_conf *mine = own->v, *s = duties_shipped;
	size_t room = own->n, n = 0;
	struct duty_conf *v;
	struct conf_list shipped = { (void *)(uintptr_t)duties_shipped, 0 };

	while (s[shipped.n].name.n)
		shipped.n++;
	room += shipped.n;
	v = arena_alloc(a, (room + 1) * sizeof *v);
	for (size_t i = 0; i < own->n; i++) {
		const struct duty_conf *from = duty_find(&shipped, mine[i].name);

		v[n++] = from ? filled(&mine[i], from) : mine[i];
	}
	for (; s->name.n; s++)
		if (!duty_find(own, s->name))
			v[n++] = *s;
	return (struct conf_list){ v, n };
}

bool
duty_applies(const struct duty_conf *d, const struct legal_conf *legal, struct str topic)
{
	return conf_texts_have(&legal->jurisdictions, d->jurisdiction) &&
	       (!d->topics.n || (topic.n && conf_texts_have(&d->topics, topic))) &&
	       (!d->we_are.n || meet(&d->we_are, &legal->we_are));
}

bool
duty_is_first(const struct conf_list *all, const struct duty_conf *d,
	      const struct legal_conf *legal, struct str topic)
{
	const struct duty_conf *v = all->v;

	for (size_t i = 0; d->group.n && i < all->n; i++)
		if (&v[i] != d && str_eq(v[i].group, d->group) &&
		    duty_applies(&v[i], legal, topic) &&
		    (v[i].deadline < d->deadline ||
		     (v[i].deadline == d->deadline && &v[i] < d)))
			return false;
	return true;
}

bool
duty_is_checked(const struct duty_conf *d)
{
	return d->checked_by.n && d->checked_on.n;
}

/* ---- words -------------------------------------------------------------------------------------- */

static void
span_add(struct buf *b, int64_t s, bool zh)
{
	if (!s)
		buf_add(b, str_of(zh ? "立即" : "at once"));
	else if (s % 3600)
		buf_addf(b, zh ? "%lld 分钟内" : "within %lld min", (long long)s / 60);
	else
		buf_addf(b, zh ? "%lld 小时内" : "within %lld h", (long long)s / 3600);
}

static void
others_add(const struct conf_list *all, const struct duty_conf *d, bool zh, struct buf *b)
{
	const struct duty_conf *v = all->v;

	for (size_t i = 0; d->group.n && i < all->n; i++) {
		if (str_eq(v[i].name, d->name) || !str_eq(v[i].group, d->group))
			continue;
		buf_addf(b, zh ? "；另有 %.*s：" : "; or %.*s: ", STR_ARG(v[i].name));
		span_add(b, v[i].deadline, zh);
	}
}

static struct str
in_lang(bool zh, struct str text, struct str en)
{
	return zh || !en.n ? text : en;
}

void
duty_text(const struct conf_list *all, const struct duty_conf *d, bool zh, struct buf *b)
{
	struct str who = in_lang(zh, d->authority, d->authority_en),
		   what = in_lang(zh, d->what, d->what_en);

	buf_addf(b, zh ? "%.*s：%.*s，" : "%.*s: %.*s, ", STR_ARG(who), STR_ARG(what));
	span_add(b, d->deadline, zh);
	buf_addf(b, zh ? "（依据 %.*s；" : " (%.*s; ", STR_ARG(d->source));
	if (duty_is_checked(d))
		buf_addf(b, zh ? "%.*s %.*s 核对" : "checked by %.*s on %.*s",
			 STR_ARG(d->checked_by), STR_ARG(d->checked_on));
	else
		buf_add(b, str_of(zh ? "未经法务核对，仅为示例" : "unconfirmed: an example"));
	others_add(all, d, zh, b);
	buf_add(b, str_of(zh ? "）" : ")"));
}

/* ---- opening ------------------------------------------------------------------------------------ */

static struct gate_ask
gate_for(struct responder *r, struct incident *i, int64_t now)
{
	return (struct gate_ask){ &r->env, &r->conf->notice, i, STR("clock"), now, r->batch };
}

static bool
is_zh(const struct responder *r)
{
	return !str_is(r->conf->site.lang, "en");
}

static struct str
key_of(struct responder *r, struct str name)
{
	return str_of(arena_textf(r->batch, KEY "%.*s", STR_ARG(name)));
}

static void
changed(struct responder *r)
{
	r->wrote = true;
	r->duty_known = r->due_known = false;
}

/* To whoever has the roles legal and lead; percent 0: it has been opened. Each once. */
static int
inform(struct responder *r, const struct gate_ask *q, const struct duty_row *row, struct err *e)
{
	static const char *const roles[] = { "legal", "lead" };
	const struct duty_conf *d = duty_find(&r->conf->duties, row->name);
	struct str names[LY_COUNT(roles)];
	struct conf_texts to = { names, 0 };
	struct notice_inform say = { .to = &to };
	struct buf at = BUF(64);
	struct id once =
		ID_OF(STR("duty"), row->name,
		      str_of(arena_textf(r->batch, "%lld %lld", (long long)row->clock.percent,
					 (long long)row->clock.due_at)));
	int told;

	for (size_t k = 0; k < LY_COUNT(roles); k++) {
		struct str person;

		if (gate_holder(q, roles[k], &person, e) < 0)
			return -1;
		if (person.n)
			names[to.n++] =
				str_of(arena_textf(r->batch, "person:%.*s", STR_ARG(person)));
	}
	clock_add_local(&at, r->zone, row->clock.due_at);
	say.why_zh = str_of(arena_textf(r->batch, "法务时限 %.*s：%.*s，%s 前，已过 %lld%%",
					STR_ARG(row->name), STR_ARG(d ? d->authority : STR("")),
					at.p, (long long)row->clock.percent));
	say.why_en = str_of(arena_textf(
		r->batch, "duty clock %.*s: %.*s, by %s; %lld%% of the time is over",
		STR_ARG(row->name),
		STR_ARG(d ? in_lang(false, d->authority, d->authority_en) : STR("")), at.p,
		(long long)row->clock.percent));
	buf_release(&at);
	memcpy(&say.once, once.b, sizeof say.once);
	say.once &= INT64_MAX;
	say.urge = true;
	told = to.n ? notices_inform(r->notices, q->incident, &say, q->at, e) : 0;
	if (!told)
		log_event(LOG_WARN, "duty_nobody", "incident=%.*s duty=%.*s",
			  STR_ARG(q->incident->number), STR_ARG(row->name));
	return told < 0 ? -1 : 0;
}

static int
open_one(struct responder *r, const struct gate_ask *q, const struct duty_conf *d,
	 int64_t started_at, struct err *e)
{
	struct buf text = BUF(TEXT_MAX);
	struct duty_row row = { .name = d->name,
				.clock = { .incident = q->incident->id,
					   .started_at = started_at,
					   .due_at = started_at + d->deadline } };
	const char *value[] = { "what", "", "role", "legal", "state", "open", "due", "", NULL };
	int bad;

	duty_text(&r->conf->duties, d, is_zh(r), &text);
	value[1] = arena_text(r->batch, buf_str(&text));
	buf_clear(&text);
	clock_add_iso(&text, row.clock.due_at);
	value[7] = arena_text(r->batch, buf_str(&text));
	buf_release(&text);
	changed(r);
	log_event(LOG_INFO, "duty_opened", "incident=%.*s duty=%.*s checked=%d",
		  STR_ARG(q->incident->number), STR_ARG(d->name), (int)duty_is_checked(d));
	bad = gate_add(q, "task", key_of(r, d->name), gate_value(q, value), e) < 0 ||
	      duty_write(r->store, &row, e) < 0;
	/* What is due at once is told by its clock. */
	return bad || (d->deadline && inform(r, q, &row, e) < 0) ? -1 : 0;
}

/* Has it a row, or one of its group? */
static bool
is_there(const struct responder *r, const struct duty_rows *rows, const struct duty_conf *d)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct duty_conf *o = duty_find(&r->conf->duties, rows->v[i].name);

		if (str_eq(rows->v[i].name, d->name) ||
		    (o && d->group.n && str_eq(o->group, d->group)))
			return true;
	}
	return false;
}

int
duties_on_move(struct responder *r, struct incident *i, int64_t now, struct err *e)
{
	const struct duty_conf *d = r->conf->duties.v;
	struct gate_ask q = gate_for(r, i, now);
	struct duty_rows rows;

	if (i->level < 2 || !incident_is_open(i) || !r->conf->duties.n)
		return 0;
	if (duties_read(r->store, &i->id, r->batch, &rows, e) < 0)
		return -1;
	for (size_t k = 0; k < r->conf->duties.n; k++)
		if (duty_applies(&d[k], &r->conf->legal, i->topic) &&
		    duty_is_first(&r->conf->duties, &d[k], &r->conf->legal, i->topic) &&
		    !is_there(r, &rows, &d[k]) && open_one(r, &q, &d[k], now, e) < 0)
			return -1;
	return 0;
}

/* ---- a person chooses ----------------------------------------------------------------------------- */

/* What stands of its task. 1, 0, -1. */
static int
task_now(struct responder *r, const struct gate_ask *q, struct str name, const struct json **j,
	 struct err *e)
{
	struct entry of = { .incident = q->incident->id,
			    .kind = STR("task"),
			    .key = key_of(r, name) },
		     x;
	struct err bad;
	int found = entry_newest(r->store, &of, r->batch, &x, e);

	*j = found > 0 ? json_parse(r->batch, x.value, &bad) : NULL;
	return found;
}

static int
set_aside(struct responder *r, const struct gate_ask *q, struct duty_row *row,
	  const struct duty_conf *by, struct err *e)
{
	const struct json *j;
	const char *value[] = {
		"what", "", "role", "legal", "state", "dropped", "why", "", NULL
	};

	if (task_now(r, q, row->name, &j, e) < 0)
		return -1;
	value[1] = arena_text(r->batch, json_text(json_get(j, "what"), STR("")));
	value[7] = arena_textf(r->batch, "%.*s applies", STR_ARG(by->name));
	row->clock.ended_at = q->at;
	if (duty_write(r->store, row, e) < 0)
		return -1;
	return gate_add(q, "task", key_of(r, row->name), gate_value(q, value), e);
}

int
duty_choose(struct responder *r, const struct gate_ask *q, struct incident *i,
	    const struct duty_conf *d, struct err *e)
{
	int64_t started_at = q->at;
	struct duty_rows rows;

	if (duties_read(r->store, &i->id, r->batch, &rows, e) < 0)
		return -1;
	for (size_t k = 0; k < rows.n; k++) {
		const struct duty_conf *o = duty_find(&r->conf->duties, rows.v[k].name);

		if (o == d && !rows.v[k].clock.ended_at)
			return 1;
		if (!o || !d->group.n || !str_eq(o->group, d->group) || o == d)
			continue;
		if (rows.v[k].clock.started_at < started_at)
			started_at = rows.v[k].clock.started_at;
		if (!rows.v[k].clock.ended_at && set_aside(r, q, &rows.v[k], d, e) < 0)
			return -1;
	}
	return open_one(r, q, d, started_at, e);
}

/* ---- two that become one -------------------------------------------------------------------------- */

/* The row of that name, better one that runs of that name or its group; or NULL. */
static const struct duty_row *
row_beside(const struct responder *r, const struct duty_rows *rows, struct str name)
{
	const struct duty_conf *d = duty_find(&r->conf->duties, name);
	const struct duty_row *found = NULL;

	for (size_t k = 0; k < rows->n; k++) {
		const struct duty_row *x = &rows->v[k];
		const struct duty_conf *o = duty_find(&r->conf->duties, x->name);
		bool same = str_eq(x->name, name);

		if (same && !x->clock.ended_at)
			return x;
		if (same && !found)
			found = x;
		if (!same && !x->clock.ended_at && d && o && d->group.n &&
		    str_eq(o->group, d->group))
			found = x;
	}
	return found;
}

/* from's clock, which runs, as it is to run beside own (or NULL) of into. */
static struct duty_row
row_joined(const struct duty_row *from, const struct duty_row *own, const struct incident *into)
{
	struct duty_row row = *from;
	struct deadline moved = from->clock;

	row.clock.incident = into->id;
	if (!own || own->clock.ended_at)
		return row;
	row = *own;
	if (!str_eq(own->name, from->name)) /* another time of the same group */
		moved.due_at = own->clock.due_at - own->clock.started_at + moved.started_at;
	deadline_earliest(&row.clock, &moved);
	return row;
}

/* told: the end that people know, when it differs by less than anybody is told; or empty. */
static int
carry_one(struct responder *r, const struct gate_ask *to, const struct duty_row *row,
	  struct str what, struct str told, struct err *e)
{
	const char *value[] = { "what",
				arena_text(r->batch, what),
				"role",
				"legal",
				"state",
				"open",
				"due",
				"",
				told.n ? "told" : NULL,
				arena_text(r->batch, told),
				NULL };
	struct buf due = BUF(64);

	clock_add_iso(&due, row->clock.due_at);
	value[7] = arena_text(r->batch, buf_str(&due));
	buf_release(&due);
	changed(r);
	if (duty_write(r->store, row, e) < 0)
		return -1;
	return gate_add(to, "task", key_of(r, row->name), gate_value(to, value), e);
}

/* What its task says: a person may have moved its end. */
static int
task_look(struct responder *r, const struct gate_ask *q, struct duty_row *row,
	  const struct json **j, struct err *e)
{
	int64_t due_at;
	struct err bad;

	if (task_now(r, q, row->name, j, e) < 0)
		return -1;
	if (clock_parse_iso(json_text(json_get(*j, "due"), STR("")), &due_at, &bad) == 0)
		row->clock.due_at = due_at;
	return 0;
}

int
duties_carry(struct responder *r, struct incident *from, struct incident *into, int64_t now,
	     struct err *e)
{
	struct gate_ask of = gate_for(r, from, now), to = gate_for(r, into, now);
	struct duty_rows rows, own;
	const struct json *j;

	if (duties_read(r->store, &from->id, r->batch, &rows, e) < 0 ||
	    duties_read(r->store, &into->id, r->batch, &own, e) < 0)
		return -1;
	for (size_t k = 0; k < own.n; k++)
		if (!own.v[k].clock.ended_at && task_look(r, &to, &own.v[k], &j, e) < 0)
			return -1;
	for (size_t k = 0; k < rows.n; k++) {
		struct duty_row *x = &rows.v[k], row;

		if (x->clock.ended_at)
			continue;
		if (task_look(r, &of, x, &j, e) < 0)
			return -1;
		if (!str_is(json_text(json_get(j, "state"), STR("")), "open"))
			continue; /* done, and its clock has not seen it yet */
		row = row_joined(x, row_beside(r, &own, x->name), into);
		if (!str_eq(row.name, x->name) && task_now(r, &to, row.name, &j, e) < 0)
			return -1;
		x->clock.ended_at = now;
		if (duty_write(r->store, x, e) < 0 ||
		    carry_one(r, &to, &row, json_text(json_get(j, "what"), STR("")), STR(""),
			      e) < 0)
			return -1;
	}
	return 0;
}

/* The end that people know of: the task says it when it is not the task's own. */
static struct str
told_end(const struct json *task)
{
	return json_text(json_get(task, "told"), json_text(json_get(task, "due"), STR("")));
}

static struct str
what_of(const struct json *task)
{
	return json_text(json_get(task, "what"), STR(""));
}

int
duties_set_back(struct responder *r, const struct set_back *b, struct err *e)
{
	struct duty_rows rows;

	if (duties_read(r->store, NULL, r->batch, &rows, e) < 0)
		return -1;
	for (size_t k = 0; k < rows.n; k++) {
		struct duty_row *x = &rows.v[k];
		struct incident *i = incidents_find(r->incidents, &x->clock.incident);
		struct gate_ask q = gate_for(r, i, b->now);
		const struct json *j;

		if (!i)
			continue; /* its clock ends at its next turn */
		if (task_look(r, &q, x, &j, e) < 0)
			return -1;
		if (str_is(json_text(json_get(j, "state"), STR("")), "open") &&
		    deadline_set_back(&x->clock, b) &&
		    carry_one(r, &q, x, what_of(j), told_end(j), e) < 0)
			return -1;
	}
	return 0;
}

int
duties_retell(struct responder *r, int64_t now, struct err *e)
{
	struct duty_rows rows;
	int told = 0;

	if (duties_read(r->store, NULL, r->batch, &rows, e) < 0)
		return -1;
	for (size_t k = 0; k < rows.n; k++) {
		struct duty_row *x = &rows.v[k];
		struct incident *i = incidents_find(r->incidents, &x->clock.incident);
		struct gate_ask q = gate_for(r, i, now);
		const struct json *j;
		int64_t told_at;
		struct err bad;

		if (!i)
			continue;
		if (task_look(r, &q, x, &j, e) < 0)
			return -1;
		if (!str_is(json_text(json_get(j, "state"), STR("")), "open") ||
		    x->clock.due_at <= now ||
		    clock_parse_iso(told_end(j), &told_at, &bad) < 0 ||
		    told_at - x->clock.due_at < CLOCK_RETOLD_S)
			continue;
		if (carry_one(r, &q, x, what_of(j), STR(""), e) < 0 || inform(r, &q, x, e) < 0)
			return -1;
		told++;
	}
	return told;
}

/* ---- clocks --------------------------------------------------------------------------------------- */

int64_t
duties_due(struct responder *r)
{
	struct arena *a;
	struct duty_rows rows;
	struct err e = { 0 };

	if (r->duty_known)
		return r->duty_at;
	a = arena_new();
	r->duty_at = INT64_MAX;
	if (duties_read(r->store, NULL, a, &rows, &e) < 0) {
		log_event(LOG_ERROR, "duties_unreadable", "why=%s", e.text);
		r->duty_at = 0;
	} else {
		r->duty_known = true;
	}
	for (size_t i = 0; r->duty_known && i < rows.n; i++)
		if (deadline_next_at(&rows.v[i].clock) < r->duty_at)
			r->duty_at = deadline_next_at(&rows.v[i].clock);
	arena_free(a);
	return r->duty_at;
}

/* The task is what stands: done or dropped ends the clock, another time moves it. */
static int
look(struct responder *r, struct duty_row *row, int64_t now, struct err *e)
{
	struct incident *i = incidents_find(r->incidents, &row->clock.incident);
	struct gate_ask q = gate_for(r, i, now);
	const struct json *j;
	int64_t due_at;
	struct err bad;

	if (!i)
		return err_set(e, ERR_BROKEN, "a duty of no incident");
	if (task_now(r, &q, row->name, &j, e) < 0)
		return -1;
	changed(r);
	if (!incident_is_open(i) || !str_is(json_text(json_get(j, "state"), STR("")), "open")) {
		row->clock.ended_at = now;
		return duty_write(r->store, row, e);
	}
	if (clock_parse_iso(json_text(json_get(j, "due"), STR("")), &due_at, &bad) == 0)
		row->clock.due_at = due_at;
	if (deadline_next_at(&row->clock) > now)
		return duty_write(r->store, row, e);
	row->clock.percent = deadline_percent(&row->clock, now);
	return duty_write(r->store, row, e) < 0 ? -1 : inform(r, &q, row, e);
}

int
duties_turn(struct responder *r, int64_t now, struct err *e)
{
	struct duty_rows rows;
	int changed = 0;

	if (duties_due(r) > now)
		return 0;
	if (duties_read(r->store, NULL, r->batch, &rows, e) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		if (deadline_next_at(&rows.v[i].clock) > now)
			continue;
		if (look(r, &rows.v[i], now, e) < 0)
			return -1;
		changed++;
	}
	return changed;
}
