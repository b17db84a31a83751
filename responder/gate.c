/* gate.c - see gate.h. */
#include "core/base.h"

#include <ctype.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/gate.h"
#include "responder/incident_store.h"
#include "responder/pack_keep.h"
#include "responder/playbook.h"

#define REPORT_S (7 * 86400) /* after-action report after closing */
#define PACK_S   (2 * 3600)  /* response pack from L3 on */

const char *const role_words[] = { "lead",  "analyst",  "fixer", "spokesperson",
				   "legal", "approver", NULL };

const struct gate gates[] = {
	{ 2, "assessment", "analyst", "填写研判表（类型、责任、伤害、前科、声誉）",
	  "fill in the assessment: type, own fault, injury, history, reputation", false },
	{ 2, "claim", "analyst", "记下流传的说法，并逐条核实真伪",
	  "write down what is claimed, and whether each claim is true", false },
	{ 2, "verdict", "lead", "给出研判结论：处置、观察、与我无关或误报",
	  "say what it is: respond, watch, not ours or a wrong alarm", true },
	{ 3, "fact", "fixer", "事实表：至少一条已确认的事实",
	  "fact sheet: at least one confirmed fact", false },
	{ 3, "statement", "spokesperson", "首次表态（已知、未知、请怎么做、何时更新）",
	  "first statement: known, not known, what to do, when we speak again", true },
	{ 3, "pack", "lead", "回应三件套：致歉声明、补偿方案、按场景的第三件，两小时内齐备",
	  "response pack within two hours: statement, compensation plan, and the third piece",
	  true },
	{ 3, "full", "spokesperson", "完整回应（经过、责任、补救、下次更新）",
	  "full response: what happened, responsibility, remedy, next update", true },
	{ .key = NULL },
};

/* ---- named ---------------------------------------------------------------------------------- */

static bool
is_word_byte(struct str text, size_t at)
{
	return at < text.n && isalnum((unsigned char)text.p[at]);
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 127)
			return false;
	return true;
}

/* "Li" is not in "Lily"; 王强 is in 王强总裁. */
bool
gate_names(const struct person_conf *p, struct str text)
{
	struct str name = p->name;
	bool words = is_ascii(name);

	if (name.n < 2)
		return false;
	for (size_t i = 0; i + name.n <= text.n; i++) {
		if (!str_eq_nocase((struct str){ text.p + i, name.n }, name))
			continue;
		if (!words ||
		    ((!i || !is_word_byte(text, i - 1)) && !is_word_byte(text, i + name.n)))
			return true;
	}
	return false;
}

/* ---- entries -------------------------------------------------------------------------------- */

struct adding {
	struct str key, value;
};

/* One behind the other. */
static int
add_all(const struct gate_ask *q, const char *kind, const struct adding *v, size_t n,
	struct err *e)
{
	bool stepped = q->env->clock == CLOCK_STEPPED;
	struct entry *x = arena_alloc(q->a, n * sizeof *x);
	struct id *salt = arena_alloc(q->a, n * sizeof *salt);
	int64_t before = 0;

	if (stepped && n)
		before = entries_count(q->env->store, &q->incident->id, str_of(kind), e);
	if (before < 0)
		return -1;
	/* Rehearsals must repeat byte for byte; real salts must not be guessed. */
	if (!stepped)
		hash_random(salt, n * sizeof *salt);
	for (size_t i = 0; i < n; i++) {
		x[i] = (struct entry){ .incident = q->incident->id,
				       .at = q->at,
				       .kind = str_of(kind),
				       .key = v[i].key,
				       .actor = q->actor,
				       .value = v[i].value };
		if (stepped)
			salt[i] = ID_OF(STR("entry"), id_str(&x[i].incident), x[i].kind,
					str_of(arena_textf(q->a, "%lld",
							   (long long)before + (long long)i)));
		x[i].salt = id_str(&salt[i]);
	}
	return entries_append(q->env->store, x, n, e);
}

int
gate_add(const struct gate_ask *q, const char *kind, struct str key, struct str value,
	 struct err *e)
{
	return add_all(q, kind, &(struct adding){ key, value }, 1, e);
}

struct recused {
	struct conf_texts *out;
	size_t room;
	struct arena *a;
};

/* Only a readable "no" lets somebody in again: a row whose text was erased does not. */
static int
add_out(void *arg, const struct entry *x)
{
	struct recused *to = arg;
	struct err bad;
	const struct json *j = json_parse(to->a, x->value, &bad);

	if (str_is(json_text(json_get(j, "out"), STR("")), "no"))
		return 0;
	if (to->out->n == to->room) {
		struct str *more = arena_alloc(to->a, 2 * to->room * sizeof *more);

		memcpy(more, to->out->v, to->room * sizeof *more);
		to->out->v = more;
		to->room *= 2;
	}
	to->out->v[to->out->n++] = arena_str(to->a, x->key);
	return 0;
}

int
gate_out(struct store *s, const struct id *incident, struct arena *a, struct conf_texts *out,
	 struct err *e)
{
	struct recused to = { out, 16, a };

	out->n = 0;
	out->v = arena_alloc(a, to.room * sizeof *out->v);
	return entries_standing(s, incident, STR("recusal"), add_out, &to, e);
}

struct str
gate_value(const struct gate_ask *q, const char *const *pairs)
{
	struct buf b = BUF(ENTRY_VALUE_MAX);
	struct str s;

	buf_reserve(&b, 512);
	for (; pairs[0]; pairs += 2) {
		buf_add(&b, b.n ? STR(",\"") : STR("{\""));
		buf_add(&b, str_of(pairs[0]));
		buf_add(&b, STR("\":"));
		json_add_text(&b, str_of(pairs[1]));
	}
	buf_add_byte(&b, '}');
	s = arena_str(q->a, buf_str(&b));
	buf_release(&b);
	return s;
}

int
gate_recuse(const struct gate_ask *q, struct str text, const char *why, struct err *e)
{
	const struct person_conf *p = q->people->people.v;
	struct conf_texts out;

	if (!text.n || gate_out(q->env->store, &q->incident->id, q->a, &out, e) < 0)
		return text.n ? -1 : 0;
	for (size_t i = 0; i < q->people->people.n; i++) {
		const char *const value[] = { "out", "yes", "why", why, NULL };

		if (gate_is_out(&out, p[i].key) || !gate_names(&p[i], text))
			continue;
		log_event(LOG_WARN, "recused", "incident=%.*s person=%.*s",
			  STR_ARG(q->incident->number),
			  STR_ARG(q->incident->confidential ? STR("-") : p[i].key));
		if (gate_add(q, "recusal", p[i].key, gate_value(q, value), e) < 0)
			return -1;
	}
	return 0;
}

/* ---- who may know ------------------------------------------------------------------------- */

struct held_role {
	struct str person;
	struct arena *a;
	bool found;
};

static int
role_holds(void *arg, const struct entry *x)
{
	struct held_role *h = arg;
	struct err bad;
	const struct json *j = json_parse(h->a, x->value, &bad);

	h->found |= str_eq(json_text(json_get(j, "person"), STR("")), h->person) ||
		    str_eq(json_text(json_get(j, "deputy"), STR("")), h->person);
	return 0;
}

int
gate_has_role(struct store *s, const struct id *incident, struct str person, struct arena *a,
	      struct err *e)
{
	struct held_role h = { person, a, false };
	int bad = entries_standing(s, incident, STR("role"), role_holds, &h, e);

	return bad < 0 ? -1 : h.found;
}

/* ---- tasks and roles ------------------------------------------------------------------------- */

/* 1 when there is one that stands (its value in *j), 0, -1. */
static int
standing(const struct gate_ask *q, const char *kind, const char *key, const struct json **j,
	 struct err *e)
{
	struct entry of = { .incident = q->incident->id,
			    .kind = str_of(kind),
			    .key = str_of(key) },
		     x = { .seq = 0 };
	struct err bad;
	int found = entry_newest(q->env->store, &of, q->a, &x, e);

	*j = found > 0 ? json_parse(q->a, x.value, &bad) : NULL;
	return found;
}

int
gate_holder(const struct gate_ask *q, const char *role, struct str *person, struct err *e)
{
	const struct json *j;
	struct conf_texts out;

	if (standing(q, "role", role, &j, e) < 0 ||
	    gate_out(q->env->store, &q->incident->id, q->a, &out, e) < 0)
		return -1;
	*person = json_text(json_get(j, "person"), STR(""));
	if (gate_is_out(&out, *person))
		*person = STR("");
	return 0;
}

static struct str
task_value(const struct gate_ask *q, const struct gate_task *t)
{
	const char *value[] = { "what",  arena_text(q->a, t->what),
				"role",  arena_text(q->a, t->role),
				"state", "open",
				NULL,    NULL,
				NULL };
	struct buf due = BUF(64);

	if (t->due_at) {
		clock_add_iso(&due, t->due_at);
		value[6] = "due";
		value[7] = arena_text(q->a, buf_str(&due));
		buf_release(&due);
	}
	return gate_value(q, value);
}

int
gate_task_again(const struct gate_ask *q, const struct gate_task *t, struct err *e)
{
	return gate_add(q, "task", t->key, task_value(q, t), e);
}

/* What there is of wanted tasks: newest[i] is the seq of v[i]'s newest row, 0: none. */
struct tasks_there {
	const struct gate_task *v;
	size_t n;
	int64_t *newest;
	bool anew; /* there is one of those that are wanted once in each round */
};

static int
task_there(void *arg, struct str key, int64_t seq)
{
	struct tasks_there *t = arg;

	for (size_t i = 0; i < t->n; i++) {
		if (!str_eq(t->v[i].key, key))
			continue;
		t->newest[i] = seq;
		t->anew |= t->v[i].anew;
	}
	return 0;
}

static bool
has_key(const struct adding *v, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key))
			return true;
	return false;
}

int
gate_tasks(const struct gate_ask *q, const struct gate_task *t, size_t n, struct err *e)
{
	struct tasks_there there = { t, n, arena_alloc(q->a, n * sizeof *there.newest), false };
	struct adding *v = arena_alloc(q->a, n * sizeof *v);
	struct store *s = q->env->store;
	struct round round = { 0 };
	size_t added = 0;

	memset(there.newest, 0, n * sizeof *there.newest);
	if (n && entries_newest(s, &q->incident->id, STR("task"), task_there, &there, e) < 0)
		return -1;
	if (there.anew && round_read(s, &q->incident->id, &round, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (there.newest[i] <= (t[i].anew ? round.entry : 0) &&
		    !has_key(v, added, t[i].key))
			v[added++] = (struct adding){ t[i].key, task_value(q, &t[i]) };
	return add_all(q, "task", v, added, e) < 0 ? -1 : (int)added;
}

int
gate_task(const struct gate_ask *q, const struct gate_task *t, struct err *e)
{
	return gate_tasks(q, t, 1, e);
}

static struct gate_task
task_of(const struct gate_ask *q, const struct gate *g, int64_t due_at)
{
	bool zh = !str_is(q->env->site->lang, "en");

	return (struct gate_task){ str_of(g->key), str_of(zh ? g->what_zh : g->what_en),
				   str_of(g->role), due_at, g->anew };
}

static bool
has_role(const struct person_conf *p, const char *role)
{
	for (size_t i = 0; i < p->roles.n; i++)
		if (str_is(p->roles.v[i], role))
			return true;
	return false;
}

struct gate_slot
gate_pick(const struct notice_conf *people, const struct conf_texts *out, const char *role,
	  struct str wanted)
{
	const struct person_conf *p = people->people.v;
	struct gate_slot s = { NULL, NULL };

	if (wanted.n && !gate_is_out(out, wanted))
		s.person = person_find(people, wanted);
	for (size_t i = 0; i < people->people.n; i++) {
		if (!has_role(&p[i], role) || gate_is_out(out, p[i].key) || &p[i] == s.person)
			continue;
		if (!s.person)
			s.person = &p[i];
		else if (!s.deputy)
			s.deputy = &p[i];
	}
	/* Whoever stands in for one who is out. */
	for (size_t i = 0; !s.person && i < people->people.n; i++)
		if (has_role(&p[i], role) && p[i].deputy.n && !gate_is_out(out, p[i].deputy))
			s.person = person_find(people, p[i].deputy);
	if (s.person && s.person->deputy.n && !gate_is_out(out, s.person->deputy))
		s.deputy = person_find(people, s.person->deputy);
	return s;
}

/* told: that the slot is empty stands already, and is not said again: 0. */
static int
role_fill(const struct gate_ask *q, const struct conf_texts *out, const char *role, bool told,
	  struct adding *x)
{
	struct gate_slot s =
		gate_pick(q->people, out, role, playbook_role(q->incident->playbook, role));
	const char *value[] = { "person", "", "deputy", "", NULL };

	if (s.person)
		value[1] = arena_text(q->a, s.person->key);
	if (s.deputy)
		value[3] = arena_text(q->a, s.deputy->key);
	if (!s.person && told)
		return 0;
	if (!s.person)
		log_event(LOG_WARN, "role_empty", "incident=%.*s role=%s",
			  STR_ARG(q->incident->number), role);
	*x = (struct adding){ str_of(role), gate_value(q, value) };
	return 1;
}

/* Of a confidential incident only those get a role who may see it. */
static int
unlisted_add(const struct gate_ask *q, struct conf_texts *out, struct err *e)
{
	const struct person_conf *p = q->people->people.v;
	struct str *v = arena_alloc(q->a, (out->n + q->people->people.n + 1) * sizeof *v);

	if (out->n)
		memcpy(v, out->v, out->n * sizeof *v);
	out->v = v;
	for (size_t i = 0; i < q->people->people.n; i++) {
		int listed = confidential_lists(q, &p[i], e);

		if (listed < 0)
			return -1;
		if (!listed)
			out->v[out->n++] = p[i].key;
	}
	return 0;
}

struct role_now {
	bool found;
	struct str person;
};
struct roles_now {
	struct arena *a;
	struct role_now v[ROLES];
};

/* The newest row of a role comes last. */
static int
role_now(void *arg, const struct entry *x)
{
	struct roles_now *to = arg;
	struct err bad;
	int k = str_index(x->key, role_words);

	if (k >= 0)
		to->v[k] = (struct role_now){
			true,
			json_text(json_get(json_parse(to->a, arena_str(to->a, x->value), &bad),
					   "person"),
				  STR(""))
		};
	return 0;
}

int
gate_roles(const struct gate_ask *q, struct err *e)
{
	struct roles_now now = { .a = q->a };
	struct conf_texts out;
	struct adding v[ROLES];
	size_t n = 0;

	if (gate_out(q->env->store, &q->incident->id, q->a, &out, e) < 0 ||
	    (q->incident->confidential && unlisted_add(q, &out, e) < 0))
		return -1;
	if (entries_of_kind(q->env->store, &q->incident->id, STR("role"), role_now, &now, e) <
	    0)
		return -1;
	for (int i = 0; i < ROLES; i++) {
		const struct role_now *x = &now.v[i];

		if (x->found && x->person.n && !gate_is_out(&out, x->person))
			continue;
		n += (size_t)role_fill(q, &out, role_words[i], x->found && !x->person.n, &v[n]);
	}
	return add_all(q, "role", v, n, e);
}

/* The tasks of these levels, or of what is wanted again alone. */
static int
gates_open(const struct gate_ask *q, int64_t from_level, int64_t level, bool again,
	   struct err *e)
{
	int64_t pack_s = playbook_clock(q->incident->playbook, PLAY_PACK, PACK_S);
	struct gate_task t[LY_COUNT(gates) + PACK_PIECES];
	size_t n = 0;

	for (const struct gate *g = gates; g->key && g->level <= level; g++)
		if (g->level >= from_level && (g->anew || !again))
			t[n++] = task_of(q, g, 0);
	for (int k = 0; level >= 3 && k < PACK_PIECES; k++)
		t[n++] = pack_task(q, (enum pack_piece)k, q->at + pack_s);
	return gate_tasks(q, t, n, e) < 0 ? -1 : 0;
}

int
gate_done(const struct gate_ask *q, const char *key, struct err *e)
{
	const struct json *j;
	int found = standing(q, "task", key, &j, e);
	const char *value[] = { "what",  "",     "role", "",
				"state", "done", "why",  "the field is there",
				NULL };

	if (found <= 0 || !str_is(json_text(json_get(j, "state"), STR("")), "open"))
		return found < 0 ? -1 : 0;
	value[1] = arena_text(q->a, json_text(json_get(j, "what"), STR("")));
	value[3] = arena_text(q->a, json_text(json_get(j, "role"), STR("")));
	return gate_add(q, "task", str_of(key), gate_value(q, value), e);
}

static int
opened(const struct gate_ask *q, struct err *e)
{
	const struct incident *i = q->incident;
	const struct watch_conf *w = watch_find(q->env, i->watch);

	if (gate_recuse(q, i->title, "named in the title", e) < 0)
		return -1;
	return w ? gate_recuse(q, w->title, "named in the watch", e) : 0;
}

/* Another watch heard it, too. */
static int
joined(const struct gate_ask *q, struct str watch, struct err *e)
{
	const struct watch_conf *w = watch_find(q->env, watch);

	return w ? gate_recuse(q, w->title, "named in the watch", e) : 0;
}

static bool
is_verdict(enum incident_event event)
{
	return event == EVENT_VERDICT_RESPOND || event == EVENT_VERDICT_WATCH ||
	       event == EVENT_VERDICT_WRONG;
}

static bool
flares_up(const struct move *m)
{
	return m->from_state == INCIDENT_WATCHING &&
	       (m->to_state == INCIDENT_ASSESSING || m->to_state == INCIDENT_RESPONDING);
}

int
gate_on_move(const struct gate_ask *q, const struct move *m, struct err *e)
{
	static const struct gate report = { 2,
					    "report",
					    "lead",
					    "复盘报告（结束后 7 天内）",
					    "after-action report, within 7 days of closing",
					    false };
	bool ended = m->to_state == INCIDENT_CLOSED && m->event != EVENT_VERDICT_WRONG;
	struct gate_task task;

	if (m->from_state == INCIDENT_NONE && opened(q, e) < 0)
		return -1;
	if (m->newcomer && joined(q, m->firing->watch, e) < 0)
		return -1;
	if (m->to_level >= 2 && m->to_level > m->from_level) {
		if (gates_open(q, 0, m->to_level, false, e) < 0 || gate_roles(q, e) < 0)
			return -1;
	} else if (flares_up(m) && gates_open(q, m->to_level, m->to_level, true, e) < 0) {
		return -1;
	}
	if (is_verdict(m->event) && gate_done(q, "verdict", e) < 0)
		return -1;
	if (!ended || m->to_level < 2)
		return 0;
	task = task_of(q, &report, q->at + REPORT_S);
	return gate_task_again(q, &task, e);
}
