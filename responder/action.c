/* action.c - actions: what is done at once, what waits, and for whom. See action.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/action.h"
#include "responder/action_inside.h"
#include "responder/incident_store.h"
#include "responder/state.h"

#define FACTS_MAX 4096
#define AGREE     2 /* signals */

/* ---- which signals stand ------------------------------------------------------------------------ */

static bool
voices_stand(const struct watch_state *w)
{
	for (size_t i = 0; w && i < w->triggers_n; i++)
		for (int h = 0; h < w->triggers[i].halves; h++)
			if (!w->triggers[i].conf->shadow && w->triggers[i].half[h].grade >= 2 &&
			    w->triggers[i].half[h].state.fired_at)
				return true;
	return false;
}

/* Silence is no sign that two can agree on: one exporter that dies silences all of its numbers. */
static bool
number_stands(const struct gauge_state *g)
{
	for (int k = 0; k < GAUGE_KINDS; k++)
		if (k != GAUGE_SILENT && g->at[k].fired_at &&
		    gauge_grade(g->conf, (enum gauge_kind)k) >= 2)
			return true;
	return false;
}

struct conf_texts
action_signals(struct responder *r, struct str watch)
{
	struct conf_texts t = { arena_alloc(r->batch, (r->gauges_n + 1) * sizeof *t.v), 0 };

	if (voices_stand(state_watch(r, watch)))
		t.v[t.n++] = STR("voices");
	for (size_t i = 0; i < r->gauges_n; i++)
		if (str_eq(r->gauges[i].conf->watch, watch) && number_stands(&r->gauges[i]))
			t.v[t.n++] = r->gauges[i].conf->name;
	return t;
}

static const char *
agreed(struct responder *r, const struct conf_texts *t)
{
	const char *s = "";

	for (size_t i = 0; i < t->n; i++)
		s = arena_textf(r->batch, "%s%s%.*s", s, i ? ", " : "", STR_ARG(t->v[i]));
	return s;
}

/* ---- an attempt --------------------------------------------------------------------------------- */

static struct gate_ask
gate_of(struct responder *r, const struct doing *d)
{
	return (struct gate_ask){ &r->env, &r->conf->notice, d->incident, d->row.by,
				  d->at,   r->batch };
}

static const char *
key_of(struct responder *r, const struct doing *d)
{
	return arena_textf(r->batch, "%.*s.%.*s", STR_ARG(d->row.playbook),
			   STR_ARG(d->row.name));
}

/* What a person has to do about it: open while it waits or went wrong. */
static int
task_follow(struct responder *r, const struct doing *d, struct err *e)
{
	static const struct {
		const char *state, *zh, *en;
	} calls[] = {
		{ "waiting", "动作 %.*s 等第二个信号或一个人：langyan incident act %.*s %.*s",
		  "action %.*s waits for a second signal or a person: langyan incident act "
		  "%.*s %.*s" },
		{ "failed",
		  "动作 %.*s 没有做成（incident show %.*s 有输出）：人工处理，或再做 %.*s",
		  "action %.*s failed (incident show %.*s has its output): do it by hand, or "
		  "act %.*s again" },
		{ "unknown",
		  "动作 %.*s 结果未知：我们中途停了（%.*s）。先核实做没做，再决定要不要重做 "
		  "%.*s",
		  "outcome of action %.*s unknown: we were ended while it ran (%.*s); look "
		  "whether it was done before you act %.*s again" },
	};
	bool zh = !str_is(r->conf->site.lang, "en");
	struct gate_ask q = gate_of(r, d);
	const char *key = arena_textf(r->batch, "%s.%lld", key_of(r, d), (long long)d->row.n);

	for (size_t i = 0; i < LY_COUNT(calls); i++) {
		struct gate_task t = { .key = str_of(key), .role = STR("fixer") };

		if (!str_is(d->row.state, calls[i].state))
			continue;
		t.what = str_of(arena_textf(r->batch, zh ? calls[i].zh : calls[i].en,
					    STR_ARG(d->row.name), STR_ARG(d->incident->number),
					    STR_ARG(d->row.name)));
		q.actor = STR("table");
		return gate_task(&q, &t, e) < 0 ? -1 : 0;
	}
	return str_is(d->row.state, "running") ? 0 : gate_done(&q, key, e);
}

int
action_write(struct responder *r, const struct doing *d, struct str from, struct err *e)
{
	struct gate_ask q = gate_of(r, d);
	const char *value[] = { "n",     arena_textf(r->batch, "%lld", (long long)d->row.n),
				"kind",  arena_text(r->batch, d->row.kind),
				"state", arena_text(r->batch, d->row.state),
				"why",   arena_text(r->batch, d->row.why),
				NULL };
	int done = from.n ? action_set(r->store, &d->row, from, e)
			  : action_add(r->store, &d->row, e);

	if (done <= 0)
		return done;
	r->wrote = true;
	log_event(str_is(d->row.state, "failed") || str_is(d->row.state, "unknown") ? LOG_ERROR
										    : LOG_INFO,
		  "action", "incident=%.*s action=%.*s n=%lld state=%.*s by=%.*s",
		  STR_ARG(d->incident->number), STR_ARG(d->row.name), (long long)d->row.n,
		  STR_ARG(d->row.state), STR_ARG(d->row.by));
	if (str_is(d->row.state, "ready"))
		return 1; /* of this moment only */
	if (gate_add(&q, "action", str_of(key_of(r, d)), gate_value(&q, value), e) < 0)
		return -1;
	return task_follow(r, d, e) < 0 ? -1 : 1;
}

/* ---- doing: state and why of the row ------------------------------------------------------------- */

static void
came_to(struct doing *d, const char *state, const char *why)
{
	d->row.state = str_of(state);
	d->row.why = str_of(why);
	if (strcmp(state, "done") == 0 || strcmp(state, "failed") == 0)
		d->row.started_at = d->row.ended_at = d->at;
}

/* "role:legal" is whoever has that role in the incident; others as they stand. */
static int
whom(struct responder *r, const struct doing *d, struct str to, struct str *out, struct err *e)
{
	struct entry of = { .incident = d->incident->id,
			    .kind = STR("role"),
			    .key = str_slice(to, 5, to.n) },
		     x;
	struct err bad;
	struct str person;
	int found;

	*out = to;
	if (!str_starts(to, STR("role:")))
		return 1;
	found = entry_newest(r->store, &of, r->batch, &x, e);
	if (found <= 0)
		return found;
	person = json_text(json_get(json_parse(r->batch, x.value, &bad), "person"), STR(""));
	*out = str_of(arena_textf(r->batch, "person:%.*s", STR_ARG(person)));
	return person.n > 0;
}

static int
notify(struct responder *r, struct doing *d, struct err *e)
{
	const struct playbook_conf *p = d->incident->playbook;
	struct conf_texts to = { arena_alloc(r->batch, (d->conf->to.n + 1) * sizeof *to.v), 0 };
	struct str title = p ? playbook_title(p, true) : d->row.playbook,
		   title_en = p ? playbook_title(p, false) : d->row.playbook;
	struct notice_inform say = { .to = &to };
	int told;

	for (size_t i = 0; i < d->conf->to.n; i++) {
		int found = whom(r, d, d->conf->to.v[i], &to.v[to.n], e);

		if (found < 0)
			return -1;
		to.n += found > 0;
	}
	say.why_zh = str_of(arena_textf(r->batch, "预案“%.*s”：%.*s", STR_ARG(title),
					STR_ARG(d->row.name)));
	say.why_en = str_of(arena_textf(r->batch, "playbook \"%.*s\": %.*s", STR_ARG(title_en),
					STR_ARG(d->row.name)));
	memcpy(&say.once, d->row.id.b, sizeof say.once);
	say.once &= INT64_MAX;
	told = notices_inform(r->notices, d->incident, &say, d->at, e);
	came_to(d, told > 0 ? "done" : "failed",
		told > 0 ? arena_textf(r->batch, "%d notices", told)
			 : "nobody to tell, or all told already");
	return told < 0 ? -1 : 0;
}

static int
draft(struct responder *r, struct doing *d, struct err *e)
{
	struct move m = { .incident = d->incident->id,
			  .at = d->at,
			  .to_level = d->incident->level,
			  .from_state = d->incident->state,
			  .to_state = d->incident->state };
	uint8_t hash[32];
	int made;

	if (move_newest(r->store, &m.seq, hash, e) < 0)
		return -1;
	made = drafts_for(r->drafts, d->incident, &m, &d->conf->templates, d->at, e);
	came_to(d, made > 0 ? "done" : "failed",
		made > 0 ? arena_textf(r->batch, "%d templates", made)
			 : "no such template is loaded");
	return made < 0 ? -1 : 0;
}

static int
task(struct responder *r, struct doing *d, struct err *e)
{
	struct gate_ask q = gate_of(r, d);
	struct gate_task t = { .key = str_of(arena_textf(r->batch, "%s.task", key_of(r, d))),
			       .what = d->conf->what,
			       .role = d->conf->role.n ? d->conf->role : STR("lead"),
			       .due_at = d->conf->due ? d->at + d->conf->due : 0 };
	int opened = gate_task(&q, &t, e);

	came_to(d, "done", opened > 0 ? "opened" : "it is open already");
	return opened < 0 ? -1 : 0;
}

static void
facts_add(struct buf *b, const char *key, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->n ? "," : "{", key);
	json_add_text(b, value);
}

/* Number, level and the action's name: what it is about stays here. Of a confidential one number
 * and level alone. */
static int
webhook(struct responder *r, struct doing *d, struct err *e)
{
	struct buf facts = BUF(FACTS_MAX), id = BUF(64);
	struct notice_text t = { .kind = "action",
				 .channel = d->conf->channel,
				 .level = d->incident->level };
	bool secret = d->incident->confidential;
	int told;

	id_add_hex(&id, &d->row.id);
	facts_add(&facts, "incident", d->incident->number);
	if (!secret) {
		facts_add(&facts, "trigger", d->row.name);
		facts_add(&facts, "playbook", d->row.playbook);
	}
	facts_add(&facts, "fingerprint", str_slice(buf_str(&id), 0, 16));
	buf_addf(&facts, ",\"opened_at\":%lld}", (long long)d->incident->opened_at);
	t.key = buf_str(&id);
	t.facts = buf_str(&facts);
	t.subject = t.body =
		str_of(arena_textf(r->batch, "%.*s L%lld%s%.*s", STR_ARG(d->incident->number),
				   (long long)d->incident->level, secret ? "" : ": ",
				   STR_ARG(secret ? STR("") : d->row.name)));
	told = notices_tell(r->notices, &t, d->at, e);
	came_to(d, "done", "given to the outbox (langyan notice list)");
	buf_release(&facts);
	buf_release(&id);
	return told < 0 ? -1 : 0;
}

static int
command(struct responder *r, struct doing *d, struct err *e)
{
	(void)r, (void)e;
	came_to(d, "ready", d->row.why.n ? d->row.why.p : "");
	return 0;
}

static const struct {
	int (*run)(struct responder *r, struct doing *d, struct err *e);
	bool outward; /* it may change a system */
} kinds[ACTION_KINDS] = {
	[ACTION_NOTIFY] = { notify, false },  [ACTION_DRAFT] = { draft, false },
	[ACTION_TASK] = { task, false },      [ACTION_WEBHOOK] = { webhook, true },
	[ACTION_COMMAND] = { command, true },
};

/* Whether, and then do it. A person's word stands for any signal. */
static int
consider(struct responder *r, struct doing *d, bool by_person, struct err *e)
{
	bool outward = kinds[d->conf->kind].outward;
	bool asks = outward && d->conf->changes && !by_person;
	/* A webhook leaves through the outbox, which knows who is enrolled; a program does not. */
	bool rehearsed = d->conf->kind == ACTION_COMMAND && r->conf->notice.exercise.on;
	struct conf_texts stand = { NULL, 0 };

	if (asks)
		stand = action_signals(r, d->incident->watch);
	if (outward && (d->conf->dry_run || r->env.send == SEND_SINK || rehearsed)) {
		came_to(d, "dry",
			asks && stand.n < AGREE
				? "dry run: would have waited for a second signal or a person"
				: "dry run: would have been done");
		return 0;
	}
	if (asks && stand.n < AGREE) {
		came_to(d, "waiting", "for a second signal or a person");
		return 0;
	}
	if (asks) {
		d->row.by = STR("signals");
		d->row.why = str_of(agreed(r, &stand));
	}
	return kinds[d->conf->kind].run(r, d, e);
}

/* ---- planning ------------------------------------------------------------------------------------- */

static struct doing
doing_of(struct responder *r, struct incident *i, const struct action_conf *c, int64_t n,
	 int64_t at)
{
	struct doing d = { .incident = i, .conf = c, .at = at };

	d.row = (struct action_row){ .incident = i->id,
				     .playbook = i->playbook->name,
				     .name = c->name,
				     .kind = str_of(action_words[c->kind]),
				     .n = n,
				     .level = i->level,
				     .by = STR("playbook"),
				     .why = STR(""),
				     .output = STR(""),
				     .at = at };
	d.row.id = ID_OF(STR("action"), id_str(&i->id), d.row.playbook, c->name,
			 str_of(arena_textf(r->batch, "%lld", (long long)n)));
	return d;
}

int
actions_open(struct responder *r, struct incident *i, int64_t at, struct err *e)
{
	const struct action_conf *c = i->playbook ? i->playbook->actions.v : NULL;

	for (size_t k = 0; c && k < i->playbook->actions.n; k++) {
		struct doing d = doing_of(r, i, &c[k], 1, at);
		struct action_row was;
		int found;

		if (c[k].level > i->level)
			continue;
		found = action_newest(r->store, &d.row, r->batch, &was, e);
		if (found < 0 || (!found && (consider(r, &d, false, e) < 0 ||
					     action_write(r, &d, STR(""), e) < 0)))
			return -1;
	}
	return actions_claim(r, at, e) < 0 ? -1 : 0;
}

/* What waits: it may go now, or the incident is over. */
static int
waiting_look(struct responder *r, struct incident *i, int64_t at, struct err *e)
{
	struct action_rows rows;

	if (actions_pick(r->store, STR("waiting"), &i->id, r->batch, &rows, e) < 0)
		return -1;
	for (size_t k = 0; k < rows.n; k++) {
		struct doing d = { .incident = i, .row = rows.v[k], .at = at };

		d.conf = action_find(r, &rows.v[k]);
		if (!incident_is_open(i) || !d.conf)
			came_to(&d, "dropped",
				d.conf ? "the incident is over" : "it is no longer configured");
		else if (consider(r, &d, false, e) < 0)
			return -1;
		if (!str_is(d.row.state, "waiting") &&
		    action_write(r, &d, STR("waiting"), e) < 0)
			return -1;
	}
	return 0;
}

int
actions_on_move(struct responder *r, struct incident *i, const struct move *m, bool bound,
		struct err *e)
{
	if (waiting_look(r, i, m->at, e) < 0)
		return -1;
	if (!incident_is_open(i) || (!bound && m->to_level <= m->from_level))
		return actions_claim(r, m->at, e) < 0 ? -1 : 0;
	return actions_open(r, i, m->at, e);
}

/* ---- a person ------------------------------------------------------------------------------------- */

static int
refuse(const char **said, const char *why)
{
	*said = why;
	return 1;
}

int
action_let(struct responder *r, const struct action_by *by, const char **said, struct err *e)
{
	struct doing d = doing_of(r, by->incident, by->action, 1, by->at);
	struct action_row was;
	struct str from = { "", 0 };
	int found = action_newest(r->store, &d.row, r->batch, &was, e);

	if (found < 0)
		return -1;
	if (found && (str_is(was.state, "running") || str_is(was.state, "ready")))
		return refuse(said, "it is running");
	if (found && str_is(was.state, "waiting")) {
		d.row = was;
		from = STR("waiting");
	} else if (found) {
		d = doing_of(r, by->incident, by->action, was.n + 1, by->at);
	}
	d.row.by = by->actor;
	d.row.why = STR("");
	if (consider(r, &d, true, e) < 0 || action_write(r, &d, from, e) < 0 ||
	    actions_claim(r, by->at, e) < 0)
		return -1;
	*said = arena_textf(
		r->batch, "%.*s: %.*s%s%.*s", STR_ARG(d.row.name),
		STR_ARG(str_is(d.row.state, "ready") ? STR("started") : d.row.state),
		d.row.why.n ? ", " : "", STR_ARG(d.row.why));
	return 0;
}
