/* act_case.c - what people add to the file of an incident: assessment, claims, facts, tasks, roles,
 * recusals, releases. Each verb is a table of fields; what is not given stays as it was. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act.h"
#include "responder/sitrep.h"
#include "responder/confidential.h"
#include "responder/gate.h"
#include "responder/incident_store.h"
#include "responder/library.h"
#include "responder/pack.h"
#include "responder/release.h"
#include "responder/review.h"
#include "responder/strategy.h"

#define TEXT_MAX    2000 /* bytes of one field */
#define NUMBERS_MAX 1000 /* claims, tasks, releases of one incident */
#define AHEAD_MAX_S (90 * 86400)

enum form_kind { FORM_TEXT, FORM_WORD, FORM_TIME };
struct form_line {
	const char *name;
	enum form_kind kind;
	const char *const *words; /* FORM_WORD */
	const char *dflt;         /* NULL: must be given */
};

/* ---- fields ---------------------------------------------------------------------------------- */

/* "a, b or c". */
static struct str
words_text(struct act *x, const char *const *words)
{
	struct buf b = BUF(1024);
	struct str s;

	for (int i = 0; words[i]; i++) {
		buf_add(&b, !i ? STR("") : words[i + 1] ? STR(", ") : STR(" or "));
		buf_add(&b, str_of(words[i]));
	}
	s = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* "2h" from now, or a time; as ISO 8601. Empty: not a time. */
struct str
act_time(struct act *x, struct str text)
{
	struct err bad = { 0 };
	struct buf b = BUF(64);
	int64_t at, span_s;
	struct str s;

	if (conf_seconds(text, &span_s, &bad) == 0)
		at = x->now + span_s;
	else if (clock_parse_iso(text, &at, &bad) < 0)
		return STR("");
	if (at <= x->now || at > x->now + AHEAD_MAX_S)
		return STR("");
	clock_add_iso(&b, at);
	s = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* What the field is to be. False: refused. */
static bool
field_read(struct act *x, const struct form_line *f, const struct json *before, struct str *out)
{
	struct str given = act_arg(x, f->name);

	*out = given;
	if (!given.n) {
		*out = json_text(json_get(before, f->name), str_of(f->dflt));
		if (out->n || f->dflt)
			return true;
		return act_say(x, 400, "%.*s is missing", str_of(f->name)) != 0;
	}
	if (given.n > TEXT_MAX)
		return act_say(x, 400, "%.*s: more than 2,000 bytes", str_of(f->name)) != 0;
	if (!utf8_valid(given))
		return act_say(x, 400, "%.*s is not UTF-8", str_of(f->name)) != 0;
	if (f->kind == FORM_WORD && str_index(given, f->words) < 0)
		return act_say(x, 400, "%.*s",
			       str_of(arena_textf(x->a, "%s is %.*s, not \"%.*s\"", f->name,
						  STR_ARG(words_text(x, f->words)),
						  STR_ARG(utf8_cut(given, 80))))) != 0;
	if (f->kind == FORM_TIME)
		*out = act_time(x, given);
	return out->n || act_say(x, 400,
				 "\"%.*s\" is neither a span (2h) nor a time to come within 90 "
				 "days",
				 utf8_cut(given, 80)) != 0;
}

/* The whole value as JSON; empty: refused. */
static struct str
fields_read(struct act *x, const struct form_line *fields, const struct json *before)
{
	struct buf b = BUF(ENTRY_VALUE_MAX);
	struct str s = { NULL, 0 };

	for (const struct form_line *f = fields; f->name; f++) {
		struct str value;

		if (!field_read(x, f, before, &value)) {
			buf_release(&b);
			return s;
		}
		buf_add(&b, f == fields ? STR("{\"") : STR(",\""));
		buf_add(&b, str_of(f->name));
		buf_add(&b, STR("\":"));
		json_add_text(&b, value);
	}
	buf_add_byte(&b, '}');
	if (buf_ok(&b))
		s = arena_str(x->a, buf_str(&b));
	else
		act_say(x, 400, "more than an entry holds%.*s", STR(""));
	buf_release(&b);
	return s;
}

/* ---- one verb --------------------------------------------------------------------------------- */

struct writing {
	const char *kind;
	const struct form_line *fields;
	struct str key; /* empty with numbered: the next number */
	bool numbered;
	/* what was found and written */
	struct incident *incident;
	struct gate_ask gate;
	const struct json *before, *now; /* the value that stood, and the one written */
};

/* The next number, or what stands under the given one. 1, 0 refused, -1. */
static int
place(struct act *x, struct writing *w, const struct json **before, struct err *e)
{
	struct entry of = { .incident = w->incident->id,
			    .kind = str_of(w->kind),
			    .key = w->key },
		     was = { .seq = 0 };
	struct err bad;
	int found;

	*before = NULL;
	if (w->numbered && !w->key.n) {
		int64_t n = 1;

		for (; n <= NUMBERS_MAX; n++) {
			of.key = w->key = str_of(arena_textf(x->a, "%lld", (long long)n));
			found = entry_newest(x->r->store, &of, x->a, &was, e);
			if (found <= 0)
				return found < 0 ? -1 : 1;
		}
		act_say(x, 409, "%.*s has as many as there may be", w->incident->number);
		return 0;
	}
	found = entry_newest(x->r->store, &of, x->a, &was, e);
	if (found > 0)
		*before = json_parse(x->a, was.value, &bad);
	if (found == 0 && w->numbered) {
		act_say(x, 404, "there is no number %.*s", w->key);
		return 0;
	}
	return found < 0 ? -1 : 1;
}

/* 1 written, 0 refused, -1. */
static int
entry_write(struct act *x, struct writing *w, struct err *e)
{
	const struct json *before;
	struct str value;
	struct err bad;
	int placed;

	w->incident = act_incident(x);
	if (!w->incident || act_seen_older(x, w->incident))
		return 0;
	w->gate = act_gate(x, w->incident);
	placed = place(x, w, &before, e);
	if (placed <= 0)
		return placed;
	value = fields_read(x, w->fields, before);
	if (!value.n)
		return 0;
	w->before = before;
	w->now = json_parse(x->a, value, &bad);
	x->r->wrote = true;
	if (incident_active(x->r->incidents, w->incident, x->now, e) < 0)
		return -1;
	return gate_add(&w->gate, w->kind, w->key, value, e) < 0 ? -1 : 1;
}

static struct str
now_text(const struct writing *w, const char *name)
{
	return json_text(json_get(w->now, name), STR(""));
}

/* What became of it: the number or key it has, and the state of the incident. */
static int
written(struct act *x, const struct writing *w, const char *said)
{
	struct str text = str_of(
		arena_textf(x->a, "%s%s%.*s", said, w->key.n ? " " : "", STR_ARG(w->key)));

	return act_done(x, w->incident, arena_text(x->a, text));
}

static const char *const reputation_words[] = { "unknown", "0", "1", "2", NULL };
static const char *const view_words[] = { "all", "legal", NULL };

static int
act_assess(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "type", FORM_WORD, crisis_words, "unknown" },
		{ "fault", FORM_WORD, answer_words, "unknown" },
		{ "injury", FORM_WORD, answer_words, "unknown" },
		{ "history", FORM_WORD, answer_words, "unknown" },
		{ "reputation", FORM_WORD, reputation_words, "unknown" },
		{ "view", FORM_WORD, view_words, "all" },
		{ "note", FORM_TEXT, NULL, "" },
		{ .name = NULL },
	};
	struct writing w = { .kind = "assessment", .fields = fields };
	int done = entry_write(x, &w, e);

	if (done <= 0)
		return done;
	return gate_done(&w.gate, "assessment", e) < 0
		       ? -1
		       : written(x, &w, "saved as a working hypothesis, not a finding");
}

static int
act_claim(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "text", FORM_TEXT, NULL, NULL },
		{ "truth", FORM_WORD, truth_words, "unverified" },
		{ "proof", FORM_TEXT, NULL, "" },
		{ .name = NULL },
	};
	struct writing w = {
		.kind = "claim", .fields = fields, .key = act_arg(x, "claim"), .numbered = true
	};
	int done = entry_write(x, &w, e);
	char *why;

	if (done <= 0)
		return done;
	why = arena_textf(x->a, "named in claim %.*s", STR_ARG(w.key));
	w.gate.actor = STR("table");
	if (gate_recuse(&w.gate, now_text(&w, "text"), why, e) < 0 ||
	    (w.incident->level >= 2 && gate_roles(&w.gate, e) < 0) ||
	    notices_recall(x->r->notices, w.incident, RECALL_OUT, x->now, e) < 0)
		return -1;
	w.gate.actor = x->c->actor;
	if (!str_is(now_text(&w, "truth"), "unverified") && gate_done(&w.gate, "claim", e) < 0)
		return -1;
	return written(x, &w, "claim");
}

static const char *const fact_words[] = { "unconfirmed", "confirmed", "withdrawn", NULL };

/* Does it fill slots with something else than before? */
static bool
fact_differs(const struct writing *w)
{
	struct str was = json_text(json_get(w->before, "value"), STR(""));
	bool stood = str_is(json_text(json_get(w->before, "status"), STR("")), "confirmed");
	bool stands = str_is(now_text(w, "status"), "confirmed");

	return !w->before || stood != stands || (stands && !str_eq(was, now_text(w, "value")));
}

static int
act_fact(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "value", FORM_TEXT, NULL, NULL },
		{ "status", FORM_WORD, fact_words, "unconfirmed" },
		{ "source", FORM_TEXT, NULL, "" },
		{ .name = NULL },
	};
	struct writing w = { .kind = "fact", .fields = fields, .key = act_arg(x, "key") };
	int done;

	if (!w.key.n || w.key.n > 64)
		return act_say(x, 400,
			       "a fact has a key of at most 64 bytes, like \"batch\"%.*s",
			       STR(""));
	done = entry_write(x, &w, e);
	if (done <= 0)
		return done;
	if (fact_differs(&w) && review_fact_changed(x->r, &w.gate, w.key, e) < 0)
		return -1;
	if (str_is(now_text(&w, "status"), "confirmed") && gate_done(&w.gate, "fact", e) < 0)
		return -1;
	return written(x, &w, "fact");
}

static const char *const task_words[] = { "open", "done", "dropped", NULL };

/* "pack.third", not "pack.third.1773446400", which an interim status promised. */
static bool
is_piece(struct str key)
{
	for (int k = 0; k < PACK_PIECES; k++)
		if (str_starts(key, STR("pack.")) &&
		    str_is(str_slice(key, 5, key.n), pack_piece_words[k]))
			return true;
	return false;
}

static int
act_task(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "what", FORM_TEXT, NULL, NULL },
		{ "role", FORM_WORD, role_words, "lead" },
		{ "state", FORM_WORD, task_words, "open" },
		{ "due", FORM_TIME, NULL, "" },
		{ "why", FORM_TEXT, NULL, "" },
		{ .name = NULL },
	};
	struct writing w = {
		.kind = "task", .fields = fields, .key = act_arg(x, "task"), .numbered = true
	};
	int done;

	/* Its pieces end it: each with a file, a status or two people. */
	if ((str_is(w.key, "pack") || is_piece(w.key)) && act_arg(x, "state").n)
		return act_say(x, 409,
			       "what the pack lacks is attached, told or waived: "
			       "langyan pack show%.*s",
			       STR(""));
	done = entry_write(x, &w, e);

	if (done <= 0)
		return done;
	if (str_is(now_text(&w, "state"), "done") &&
	    urge_done(x->r, w.incident, deadline_of_word(w.key), x->now, e) < 0)
		return -1;
	return written(x, &w, "task");
}

/* A person of the configuration who is not out; empty and "none" take the slot's person away. */
static int
person_check(struct act *x, const struct incident *i, struct str name, struct err *e)
{
	struct conf_texts out;

	if (!name.n || str_is(name, "none"))
		return 1;
	if (!person_find(&x->r->conf->notice, name)) {
		act_say(x, 400, "the configuration has no person \"%.*s\"", utf8_cut(name, 80));
		return 0;
	}
	if (gate_out(x->r->store, &i->id, x->a, &out, e) < 0)
		return -1;
	if (!gate_is_out(&out, name))
		return 1;
	act_say(x, 409, "%.*s is recused from this incident", name);
	return 0;
}

static int
act_assign(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "person", FORM_TEXT, NULL, NULL },
		{ "deputy", FORM_TEXT, NULL, "" },
		{ .name = NULL },
	};
	struct writing w = { .kind = "role", .fields = fields, .key = act_arg(x, "role") };
	struct incident *i = act_incident(x);
	int ok;

	if (!i)
		return 0;
	if (str_index(w.key, role_words) < 0)
		return act_say(x, 400, "role is %.*s", words_text(x, role_words));
	ok = person_check(x, i, act_arg(x, "person"), e);
	if (ok > 0)
		ok = person_check(x, i, act_arg(x, "deputy"), e);
	if (ok > 0)
		ok = entry_write(x, &w, e);
	return ok <= 0 ? ok : written(x, &w, "role");
}

static const char *const yes_words[] = { "yes", "no", NULL };

/* By hand: whoever the texts do not name. Taken back with out=no. */
static int
act_recuse(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "out", FORM_WORD, yes_words, "yes" },
		{ "why", FORM_TEXT, NULL, NULL },
		{ .name = NULL },
	};
	struct writing w = { .kind = "recusal", .fields = fields, .key = act_arg(x, "person") };
	int done;

	if (!person_find(&x->r->conf->notice, w.key))
		return act_say(x, 400, "the configuration has no person \"%.*s\"",
			       utf8_cut(w.key, 80));
	done = entry_write(x, &w, e);
	if (done <= 0)
		return done;
	w.gate.actor = STR("table");
	if ((w.incident->level >= 2 && gate_roles(&w.gate, e) < 0) ||
	    notices_recall(x->r->notices, w.incident, RECALL_OUT, x->now, e) < 0)
		return -1;
	return written(x, &w, "recusal of");
}

static const char *const elsewhere_words[] = { "elsewhere", NULL };

/* Made elsewhere: here it is written down. */
static int
act_release(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "kind", FORM_WORD, release_words, NULL },
		{ "channel", FORM_TEXT, NULL, NULL },
		{ "url", FORM_TEXT, NULL, "" },
		{ "text", FORM_TEXT, NULL, "" },
		{ "next", FORM_TIME, NULL, "" },
		{ "how", FORM_WORD, elsewhere_words, "elsewhere" },
		{ .name = NULL },
	};
	struct writing w = { .kind = "release", .fields = fields, .numbered = true };
	struct err bad;
	int64_t next_at = 0;
	int done = entry_write(x, &w, e);

	if (done <= 0)
		return done;
	if (clock_parse_iso(now_text(&w, "next"), &next_at, &bad) < 0)
		next_at = 0;
	if (release_effects(x->r, &w.gate, w.incident, now_text(&w, "kind"), next_at, e) < 0)
		return -1;
	return written(x, &w, "release");
}

/* Few may see it, or all again: a person's word stands against topic and playbook. */
static int
act_confidential(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "is", FORM_WORD, yes_words, NULL },
		{ "why", FORM_TEXT, NULL, NULL },
		{ .name = NULL },
	};
	struct writing w = { .kind = "confidential", .fields = fields };
	int done = entry_write(x, &w, e);
	bool is, was;

	if (done <= 0)
		return done;
	was = w.incident->confidential;
	is = str_is(now_text(&w, "is"), "yes");
	if (confidential_set(x->r->store, w.incident, is, e) < 0 ||
	    (is && !was &&
	     notices_recall(x->r->notices, w.incident, RECALL_ALL, x->now, e) < 0))
		return -1;
	return written(x, &w, is ? "confidential" : "not confidential any more");
}

/* Somebody is let in who is not on the list, or put out who is. */
static int
act_share(struct act *x, struct err *e)
{
	static const struct form_line fields[] = {
		{ "in", FORM_WORD, yes_words, NULL },
		{ "why", FORM_TEXT, NULL, NULL },
		{ .name = NULL },
	};
	struct writing w = { .kind = "reader", .fields = fields, .key = act_arg(x, "person") };
	int done;

	if (!person_find(&x->r->conf->notice, w.key))
		return act_say(x, 400, "the configuration has no person \"%.*s\"",
			       utf8_cut(w.key, 80));
	done = entry_write(x, &w, e);
	return done <= 0 ? done
			 : written(x, &w,
				   str_is(now_text(&w, "in"), "yes") ? "shown to"
								     : "no longer shown to");
}

/* What a text rests on that goes to the public stays: who said yes or no to it, and what was said. So do
 * clocks: people wrote nothing there, and figures rest on them. */
static bool
is_kept(struct str kind)
{
	static const char *const kept[] = { "draft", "approval", "override", "release",
					    "pack",  "clock",    NULL };

	return str_index(kind, kept) >= 0;
}

/* What stands under a kind and key, and stood before, goes; the chain holds. */
static int
act_strike(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	struct entry of = { .kind = act_arg(x, "kind"), .key = act_arg(x, "key") };
	char *verb = arena_textf(x->a, "incident.%.*s", STR_ARG(of.kind));
	int64_t n;

	if (!i || act_seen_older(x, i))
		return 0;
	if (!act_arg(x, "why").n)
		return act_say(x, 400, "why is missing: it stays in the place of the text%.*s",
			       STR(""));
	if (is_kept(of.kind))
		return act_say(x, 409,
			       "%.*s stays: what was approved, said or measured rests on it",
			       of.kind);
	of.incident = i->id;
	n = entries_erase(x->r->store, &of, act_why(x, ""), x->now, e);
	if (n < 0 || commands_forget(x->r->store, str_of(verb), i->number, e) < 0 ||
	    (n && sitreps_strike(x->r->store, &i->id, x->now, e) < 0))
		return -1;
	if (!n)
		return act_say(x, 404, "there is no such entry: %.*s", act_arg(x, "key"));
	/* Notes and lessons were said to the case; its words are found, and told as common with others. */
	verb = arena_textf(x->a, "case.%.*s", STR_ARG(of.kind));
	if (commands_forget(x->r->store, str_of(verb), i->number, e) < 0 ||
	    library_forget_case(x->r->store, i->number, e) < 0)
		return -1;
	x->r->library.look_at = x->now;
	x->r->wrote = true;
	if (str_is(of.kind, "fact")) {
		struct gate_ask q = act_gate(x, i);

		if (review_fact_changed(x->r, &q, of.key, e) < 0)
			return -1;
	}
	return act_done(x, i, arena_textf(x->a, "%lld erased", (long long)n));
}

const struct verb act_case_verbs[] = {
	{ "incident.assess", act_assess, true },
	{ "incident.claim", act_claim, true },
	{ "incident.fact", act_fact, true },
	{ "incident.task", act_task, true },
	{ "incident.assign", act_assign, true },
	{ "incident.recuse", act_recuse, true },
	{ "incident.release", act_release, true },
	{ "incident.strike", act_strike, true },
	{ "incident.confidential", act_confidential, true },
	{ "incident.share", act_share, true },
	{ .name = NULL },
};

/* ---- recusal ---------------------------------------------------------------------------------- */

int
act_is_out(struct act *x, struct err *e)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);
	struct str number = act_arg(x, "id");
	struct incident *i =
		p && number.n ? incidents_find_number(x->r->incidents, number) : NULL;
	struct conf_texts out;

	if (!i || !str_starts(x->c->verb, STR("incident.")))
		return 0;
	if (gate_out(x->r->store, &i->id, x->a, &out, e) < 0)
		return -1;
	if (!gate_is_out(&out, p->key))
		return 0;
	act_say(x, 403, "%.*s is recused from this incident: the deputy acts", p->name);
	return 1;
}

/* ---- confidential ------------------------------------------------------------------------------ */

struct gate_ask
act_gate(const struct act *x, const struct incident *i)
{
	return (struct gate_ask){
		&x->r->env, &x->r->conf->notice, i, x->c->actor, x->now, x->a
	};
}

int
act_sees(const struct act *x, const struct incident *i, struct err *e)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);
	struct gate_ask q = act_gate(x, i);
	struct conf_texts out;
	int has = confidential_sees(&q, e);

	if (has <= 0 || !p)
		return has;
	if (gate_out(x->r->store, &i->id, x->a, &out, e) < 0)
		return -1;
	return !gate_is_out(&out, p->key);
}

/* Whoever got a notice may take it and raise it: that shows nothing of it. */
int
act_is_secret(struct act *x, struct err *e)
{
	static const char *const free_verbs[] = { "incident.list", "incident.ack",
						  "incident.promote" };
	struct str number = act_arg(x, "id");
	const struct incident *i =
		number.n ? incidents_find_number(x->r->incidents, number) : NULL;
	struct gate_ask q;
	int may;

	if (!i || !str_starts(x->c->verb, STR("incident.")))
		return 0;
	for (size_t k = 0; k < LY_COUNT(free_verbs); k++)
		if (str_is(x->c->verb, free_verbs[k]))
			return 0;
	q = act_gate(x, i);
	may = confidential_sees(&q, e);
	if (may)
		return may < 0 ? -1 : 0;
	act_say(x, 403,
		"%.*s is confidential: somebody who may see it lets you in (langyan incident "
		"share)",
		i->number);
	return 1;
}
