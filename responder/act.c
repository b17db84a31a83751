/* act.c - commands of people: each in its own transaction, applied once, answered in JSON. */
#include "core/base.h"

#include "core/conf.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act.h"
#include "responder/deadline_store.h"
#include "responder/export_store.h"
#include "responder/incident_store.h"
#include "responder/link_page.h"
#include "responder/notice_store.h"
#include "responder/phase.h"
#include "responder/label.h"
#include "responder/library.h"
#include "responder/digest_word.h"
#include "responder/released.h"
#include "responder/record_store.h"
#include "responder/sample.h"
#include "responder/state.h"
#include "responder/unquote.h"
#include "responder/unsubscribe.h"

#define REPLY_MAX (7 << 20)
#define WHY_MAX   500 /* bytes of a person's reason */

/* Refuse: nothing was changed. */
int
act_say(struct act *x, int status, const char *why, struct str what)
{
	buf_clear(&x->out);
	buf_add(&x->out, STR("{\"error\":"));
	json_add_text(&x->out, str_of(arena_textf(x->a, why, STR_ARG(what))));
	buf_add_byte(&x->out, '}');
	x->status = status;
	return 0;
}

struct str
act_arg(const struct act *x, const char *name)
{
	return str_trim(json_text(json_get(x->args, name), STR("")));
}

/* Commands from HTTP bring every value as text. */
int64_t
act_arg_int(const struct act *x, const char *name, int64_t dflt)
{
	const struct json *j = json_get(x->args, name);
	int64_t v;

	if (json_kind(j) == JSON_TEXT)
		return str_int64(json_text(j, STR("")), &v) < 0 ? dflt : v;
	return json_int(j, dflt);
}

/* ---- showing ---------------------------------------------------------------------------------- */

void
act_add_text(struct buf *b, const char *key, struct str s)
{
	buf_addf(b, ",\"%s\":", key);
	json_add_text(b, s);
}

/* null for 0: a time that is not known. */
void
act_add_time(struct buf *b, const char *key, int64_t at)
{
	buf_addf(b, ",\"%s\":", key);
	if (!at) {
		buf_add(b, STR("null"));
		return;
	}
	buf_add_byte(b, '"');
	clock_add_iso(b, at);
	buf_add_byte(b, '"');
}

/* When it cannot be found out they do not. */
static bool
sees(const struct act *x, const struct incident *i)
{
	struct err e = { 0 };

	return act_sees(x, i, &e) > 0;
}

static void
add_matter(struct act *x, const struct incident *i)
{
	struct conf_texts watches = incidents_watches(x->r->incidents, i, x->a);
	struct buf *b = &x->out;

	act_add_text(b, "watch", i->watch);
	for (size_t k = 0; k < watches.n; k++) {
		buf_add(b, k ? STR(",") : STR(",\"watches\":["));
		json_add_text(b, watches.v[k]);
	}
	buf_add_byte(b, ']');
	act_add_text(b, "title", i->title);
	act_add_text(b, "topic", i->topic);
	act_add_text(b, "story", i->story);
	act_add_time(b, "first_mention_at", i->first_mention_at);
	act_add_text(b, "closed_why", i->closed_why);
	buf_addf(b, ",\"safety\":%s", i->safety ? "true" : "false");
}

/* Who may not see it gets number, state, level and who has taken it. */
static void
add_incident(struct act *x, const struct incident *i)
{
	struct buf *b = &x->out;

	buf_add(b, STR("\"incident\":"));
	json_add_text(b, i->number);
	buf_add(b, STR(",\"id\":\""));
	id_add_hex(b, &i->id);
	buf_add_byte(b, '"');
	if (sees(x, i))
		add_matter(x, i);
	act_add_text(b, "state", str_of(incident_state_words[i->state]));
	buf_addf(b, ",\"level\":%d,\"grade\":%d", (int)i->level, (int)i->grade);
	act_add_time(b, "opened_at", i->opened_at);
	act_add_text(b, "acked_by", i->acked_by);
	act_add_time(b, "acked_until", i->acked_until);
	act_add_time(b, "clear_since", i->clear_at);
	act_add_time(b, "closed_at", i->closed_at);
	buf_addf(b, ",\"confidential\":%s,\"version\":%lld", i->confidential ? "true" : "false",
		 (long long)i->version);
}

/* ,"phase":"outbreak" of one that is open. */
static int
add_phase(struct act *x, const struct incident *i, struct err *e)
{
	struct phase_ask q = { i->watch, i->topic,
			       i->first_mention_at ? i->first_mention_at : i->opened_at,
			       x->now };
	struct phase_curve c;

	if (!incident_is_open(i))
		return 0;
	if (phase_read(x->r->store, &q, &c, e) < 0)
		return -1;
	act_add_text(&x->out, "phase", str_of(phase_words[phase_of(&c)]));
	return 0;
}

static int
act_list(struct act *x, struct err *e)
{
	struct str state = act_arg(x, "state"), watch = act_arg(x, "watch");
	size_t shown = 0;

	buf_add(&x->out, STR("{\"incidents\":["));
	for (size_t i = 0; i < incidents_count(x->r->incidents); i++) {
		const struct incident *n = incidents_at(x->r->incidents, i);

		if (!(str_is(state, "all") || (!state.n && incident_is_open(n)) ||
		      str_is(state, incident_state_words[n->state]) ||
		      (str_is(state, "open") && incident_is_open(n))))
			continue;
		if (watch.n && (!str_eq(watch, n->watch) || !sees(x, n)))
			continue;
		buf_add(&x->out, shown++ ? STR(",{") : STR("{"));
		add_incident(x, n);
		if (sees(x, n) && add_phase(x, n, e) < 0)
			return -1;
		buf_add_byte(&x->out, '}');
	}
	buf_add(&x->out, STR("]}"));
	return 0;
}

struct moves {
	struct buf *b;
	size_t n;
};

static int
add_move(void *arg_, const struct audit_row *m)
{
	struct moves *x = arg_;

	buf_add(x->b, x->n++ ? STR(",{\"seq\":") : STR("{\"seq\":"));
	buf_addf(x->b, "%lld", (long long)m->seq);
	act_add_time(x->b, "at", m->at);
	act_add_text(x->b, "event", m->event);
	act_add_text(x->b, "from", m->from_state);
	act_add_text(x->b, "to", m->to_state);
	buf_addf(x->b, ",\"from_level\":%d,\"to_level\":%d", (int)m->from_level,
		 (int)m->to_level);
	act_add_text(x->b, "actor", m->actor);
	/* Written by us as JSON. */
	buf_addf(x->b, ",\"reason\":%.*s,\"evidence\":%.*s", STR_ARG(m->reason),
		 STR_ARG(m->evidence));
	buf_add(x->b, STR(",\"hash\":\""));
	hash_add_hex(x->b, m->hash, sizeof m->hash);
	buf_add(x->b, STR("\"}"));
	return 0;
}

static void
add_told(void *arg_, const struct told_row *n)
{
	struct moves *x = arg_;

	buf_addf(x->b, "%s{\"level\":%d", x->n++ ? "," : "", (int)n->level);
	act_add_text(x->b, "kind", n->kind);
	act_add_text(x->b, "incident", n->incident);
	act_add_time(x->b, "created_at", n->created_at);
	act_add_time(x->b, "at", n->at);
	act_add_text(x->b, "state", n->state);
	act_add_text(x->b, "recipient", n->recipient);
	act_add_text(x->b, "channel", n->channel);
	act_add_text(x->b, "why", n->why);
	if (n->erased_at)
		act_add_time(x->b, "erased_at", n->erased_at);
	buf_add_byte(x->b, '}');
}

struct incident *
act_incident(struct act *x)
{
	struct str id = act_arg(x, "id");
	struct incident *i = id.n ? incidents_find_number(x->r->incidents, id) : NULL;

	if (!id.n)
		act_say(x, 400, "which incident? give its number as \"id\"%.*s",
			(struct str){ "", 0 });
	else if (!i)
		act_say(x, 404, "there is no incident \"%.*s\"", id);
	return i;
}

/* What the newest firing counts, each story once. */
static int
add_stories(struct act *x, const struct incident *i, struct err *e)
{
	struct arena *a = arena_new();
	struct matter m;
	int found = matter_read(x->r->store, &i->id, a, &m, e);

	buf_add(&x->out, STR(",\"stories\":["));
	for (size_t k = 0; found > 0 && k < m.evidence_n; k++) {
		const struct evidence *v = &m.evidence[k];

		buf_add(&x->out, k ? STR(",{\"story\":\"") : STR("{\"story\":\""));
		id_add_hex(&x->out, &v->story);
		buf_addf(&x->out, "\",\"told\":%lld,\"sites\":%lld", (long long)v->told,
			 (long long)v->sites);
		act_add_text(&x->out, "site", v->site);
		act_add_text(&x->out, "title", v->title);
		act_add_text(&x->out, "url", v->url);
		buf_add(&x->out, STR(",\"mention\":\""));
		id_add_hex(&x->out, &v->mention);
		buf_add(&x->out, STR("\"}"));
	}
	buf_add_byte(&x->out, ']');
	arena_free(a);
	return found < 0 ? -1 : 0;
}

static int
act_show(struct act *x, struct err *e)
{
	const struct incident *i = act_incident(x);
	struct moves m = { .b = &x->out };
	struct deadline clocks[DEADLINE_KINDS];
	int n;

	if (!i)
		return 0;
	buf_add_byte(&x->out, '{');
	add_incident(x, i);
	if (add_phase(x, i, e) < 0 || add_stories(x, i, e) < 0)
		return -1;
	n = deadlines_of(x->r->store, &i->id, clocks, e);
	if (n < 0)
		return -1;
	buf_add(&x->out, STR(",\"clocks\":{\"kept\":true"));
	for (int k = 0; k < n; k++)
		act_add_time(&x->out, deadline_rules[clocks[k].kind].word, clocks[k].due_at);
	buf_add(&x->out, STR("},\"moves\":["));
	if (moves_read(x->r->store, &i->id, add_move, &m, e) < 0)
		return -1;
	m.n = 0;
	buf_add(&x->out, STR("],\"notices\":["));
	if (told_read(x->r->store, &i->id, add_told, &m, e) < 0)
		return -1;
	buf_add_byte(&x->out, ']');
	if (act_add_told(x, i, e) < 0 || act_add_actions(x, i, e) < 0 ||
	    act_add_similar(x, i, e) < 0 || act_add_file(x, i, e) < 0)
		return -1;
	buf_add_byte(&x->out, '}');
	return 0;
}

/* ---- what every act says --------------------------------------------------------------------- */

int
act_done(struct act *x, const struct incident *i, const char *said)
{
	buf_add_byte(&x->out, '{');
	add_incident(x, i);
	act_add_text(&x->out, "said", str_of(said));
	buf_add_byte(&x->out, '}');
	return 0;
}

/* The person's own words, or ours. */
struct str
act_why(const struct act *x, const char *ours)
{
	struct str why = act_arg(x, json_get(x->args, "reason") ? "reason" : "why");

	return why.n ? (struct str){ why.p, why.n < WHY_MAX ? why.n : WHY_MAX } : str_of(ours);
}

bool
act_seen_older(struct act *x, const struct incident *i)
{
	if (!x->c->version || x->c->version == i->version)
		return false;
	buf_addf(&x->out, "{\"error\":\"%.*s has changed since you saw it\",\"version\":%lld}",
		 STR_ARG(i->number), (long long)i->version);
	x->status = 409;
	return true;
}

/* ---- erasing ------------------------------------------------------------------------------------ */

/* One author (key) or document; the texts go, the figures stay. Number of texts or -1. */
static int64_t
erase_one(struct act *x, const struct id *author, const struct id *document, struct err *e)
{
	struct id fresh;
	int64_t n = record_erase(x->r->store, author, document, act_why(x, "asked for"), x->now,
				 &fresh, e);

	if (n < 0)
		return -1;
	x->r->wrote = true;
	for (size_t i = 0; author && i < x->r->watches_n; i++)
		series_rename_author(x->r->watches[i].series, signal_author(author, STR("")),
				     signal_author(&fresh, STR("")));
	return n;
}

/* Everybody who is shown under that name (on that site). */
static int64_t
erase_name(struct act *x, struct str name, struct err *e)
{
	int64_t n = 0, one;
	struct id key;
	int found;

	while ((found = record_author(x->r->store, name, act_arg(x, "site"), &key, e)) > 0) {
		one = erase_one(x, &key, NULL, e);
		if (one < 0)
			return -1;
		n += one;
	}
	return found < 0 ? -1 : n;
}

/* Of the command itself: why, not whom. */
static struct str
kept_args(struct act *x)
{
	struct buf b = BUF(4096);
	struct str kept;

	buf_add(&b, STR("{\"reason\":"));
	json_add_text(&b, act_why(x, "asked for"));
	buf_add_byte(&b, '}');
	kept = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return kept;
}

static int
act_erase(struct act *x, struct err *e)
{
	struct str author = act_arg(x, "author"), document = act_arg(x, "document");
	struct id id;
	bool is_id = id_from_hex(author.n ? author : document, &id) == 0;
	int64_t n;

	if (!author.n == !document.n)
		return act_say(x, 400,
			       "erase wants \"author\" (a key, or a name with \"site\") or "
			       "\"document\" (an id)%.*s",
			       STR(""));
	if (document.n && !is_id)
		return act_say(x, 400, "a document's id is 32 hex digits, not \"%.*s\"",
			       document);
	if (str_is(act_why(x, ""), RECORD_EXPIRED))
		return act_say(x, 400,
			       "\"" RECORD_EXPIRED "\" is said of what is past its "
			       "term: give another reason%.*s",
			       STR(""));
	if (author.n && !is_id)
		n = erase_name(x, author, e);
	else
		n = erase_one(x, author.n ? &id : NULL, author.n ? NULL : &id, e);
	if (n < 0)
		return -1;
	buf_addf(&x->out, "{\"erased\":%lld,\"quoted\":", (long long)n);
	x->r->library.look_at = x->now;
	if (library_forget(x->r->store, e) < 0 || unquote_rows(x->r, x->now, &x->out, e) < 0)
		return -1;
	buf_add_byte(&x->out, '}');
	x->r->wrote = true;
	x->kept = kept_args(x);
	return 0;
}

/* ---- what leaves ---------------------------------------------------------------------------------- */

/* Somebody takes personal data out: who, what and why stays as the row of this command. */
static int
act_export(struct act *x, struct err *e)
{
	struct str what = act_arg(x, "what");

	(void)e;
	if (!export_find(what))
		return act_say(x, 404, "there is no \"%.*s\" to export", utf8_cut(what, 80));
	if (!act_why(x, "").n)
		return act_say(x, 400, "why is missing: it is kept%.*s", STR(""));
	x->r->wrote = true;
	buf_add(&x->out, STR("{\"kept\":true}"));
	return 0;
}

/* ---- numbers from outside ------------------------------------------------------------------------ */

/* A body that says who signed it, when a secret is configured. */
static bool
is_signed(struct act *x)
{
	struct str secret = x->r->conf->signal_secret, given = act_arg(x, "signature");

	if (!secret.n || hash_signature_right(given, secret, x->c->body))
		return true;
	x->r->refused.signature++;
	act_say(x, 401,
		given.n ? "X-Hub-Signature is wrong: it is not the HMAC of this body under "
			  "http.signal_secret%.*s"
			: "X-Hub-Signature is missing: \"sha256=\" and the HMAC of the body "
			  "under "
			  "http.signal_secret%.*s",
		STR(""));
	return false;
}

static int
samples_take(struct act *x, enum samples_form form, struct err *e)
{
	struct pushed_body body = { x->c->body, x->c->actor, x->now };
	int status;

	if (!is_signed(x))
		return 0;
	status = samples_push(x->r->store, form, &body, &x->out, e);
	x->status = status < 0 ? x->status : status;
	x->r->wrote |= status == 200;
	x->r->refused.body += status == 400;
	if (status == 200)
		gauges_hear(x->r, x->now);
	return status < 0 ? -1 : 0;
}

static int
act_signal_push(struct act *x, struct err *e)
{
	return samples_take(x, samples_form_of(x->c->type), e);
}

static int
act_alert_push(struct act *x, struct err *e)
{
	return samples_take(x, SAMPLES_ALERTS, e);
}

/* Prometheus text, for /metrics. */
static int
act_signal_metrics(struct act *x, struct err *e)
{
	(void)e;
	buf_addf(&x->out,
		 "# HELP langyan_signals_refused_total pushed bodies that were refused\n"
		 "# TYPE langyan_signals_refused_total counter\n"
		 "langyan_signals_refused_total{why=\"signature\"} %lld\n"
		 "langyan_signals_refused_total{why=\"body\"} %lld\n",
		 (long long)x->r->refused.signature, (long long)x->r->refused.body);
	buf_add(&x->out,
		STR("# HELP langyan_links_total signed links that were opened, by what came of "
		    "it\n# TYPE langyan_links_total counter\n"));
	for (int o = 0; o < LINK_OUTCOMES; o++)
		buf_addf(&x->out, "langyan_links_total{outcome=\"%s\"} %lld\n",
			 link_outcome_words[o], (long long)x->r->links[o]);
	return 0;
}

static int
act_signal_list(struct act *x, struct err *e)
{
	return samples_list(x->r->store, &x->out, e);
}

static int
act_signal_show(struct act *x, struct err *e)
{
	struct str name = act_arg(x, "name");
	int n = samples_show(x->r->store, name, act_arg_int(x, "from", 0), &x->out, e);

	return n ? (n < 0 ? -1 : 0) : act_say(x, 404, "there is no sample of \"%.*s\"", name);
}

/* ---- labels -------------------------------------------------------------------------------------- */

static int
label_with(struct act *x,
	   int (*what)(struct store *s, const struct label_ask *q, struct buf *out,
		       struct err *e),
	   struct err *e)
{
	struct label_ask q = {
		.actor = x->c->actor, .now = x->now, .batch = x->c->id, .args = x->args
	};
	int status = what(x->r->store, &q, &x->out, e);

	x->status = status < 0 ? x->status : status;
	x->r->wrote |= status == 200;
	return status < 0 ? -1 : 0;
}

static int
act_label(struct act *x, struct err *e)
{
	return label_with(x, labels_set, e);
}

static int
act_label_undo(struct act *x, struct err *e)
{
	return label_with(x, labels_undo, e);
}

/* ---- what we released ----------------------------------------------------------------------------- */

static int
act_released(struct act *x, struct err *e)
{
	struct released_ask q = { x->c->actor, x->now, x->args };
	int status = released_tell(x->r->store, x->r->echoes, &q, &x->out, e);

	x->status = status < 0 ? x->status : status;
	x->r->wrote |= status == 200;
	return status < 0 ? -1 : 0;
}

/* ---- digests -------------------------------------------------------------------------------------- */

int
act_digest_word(struct act *x, act_digest_say *say, struct err *e)
{
	const struct digest_word_ask q = { .store = x->r->store,
					   .env = &x->r->env,
					   .digests = &x->r->conf->digests,
					   .people = &x->r->conf->notice,
					   .actor = x->c->actor,
					   .now = x->now,
					   .args = x->args,
					   .a = x->a,
					   .wrote = &x->r->wrote };
	int status = say(&q, &x->out, e);

	x->status = status < 0 ? x->status : status;
	return status < 0 ? -1 : 0;
}

static int
act_digest_edit(struct act *x, struct err *e)
{
	return act_digest_word(x, digest_word_edit, e);
}

static int
act_digest_off(struct act *x, struct err *e)
{
	return act_digest_word(x, digest_word_off, e);
}

/* ---- the table ------------------------------------------------------------------------------------ */

static const struct verb verbs[] = {
	{ "incident.list", act_list, false },
	{ "incident.show", act_show, false },
	{ "erase", act_erase, true },
	{ "export.personal", act_export, true },
	{ "mention.label", act_label, true },
	{ "mention.unlabel", act_label_undo, true },
	{ "echo.add", act_released, true },
	{ "digest.edit", act_digest_edit, true },
	{ "digest.unsubscribe", act_digest_off, true },
	{ "signal.push", act_signal_push, true },
	{ "alert.push", act_alert_push, true },
	{ "signal.metrics", act_signal_metrics, false },
	{ "signal.list", act_signal_list, false },
	{ "signal.show", act_signal_show, false },
};

const struct route responder_routes[] = {
	{ "GET", "/api/v1/incidents", "incident.list", ROUTE_TOKEN, 0, "open incidents" },
	{ "GET", "/api/v1/incidents/<id>", "incident.show", ROUTE_TOKEN, 0,
	  "one with its moves" },
	{ "POST", "/api/v1/ack/<id>", "incident.ack", ROUTE_TOKEN, 4096, "take an incident" },
	{ "POST", "/api/v1/promote/<id>", "incident.promote", ROUTE_TOKEN, 4096,
	  "raise its level" },
	{ "POST", "/api/v1/verdict/<id>", "incident.verdict", ROUTE_TOKEN, 4096,
	  "say what it is" },
	{ "POST", "/api/v1/close/<id>", "incident.close", ROUTE_TOKEN, 4096, "close it" },
	{ "POST", "/api/v1/signals", "signal.push", ROUTE_TOKEN, 1 << 20,
	  "samples: {\"signal\",\"value\",\"at\"}, one or JSON Lines; text/csv",
	  .signed_body = true },
	{ "POST", "/api/v2/alerts", "alert.push", ROUTE_TOKEN, 1 << 20,
	  "alerts as Alertmanager takes them; each a sample of alert/NAME",
	  .signed_body = true },
	{ "GET", "/api/v1/signals", "signal.list", ROUTE_TOKEN, 0, "the newest of each" },
	{ "GET", LINK_PATH "<token>", "link.show", ROUTE_OPEN, 0, "what a signed link is for",
	  .policy = link_page_policy },
	{ "POST", LINK_PATH "<token>", "link.use", ROUTE_OPEN, 1024, "do it, once",
	  .policy = link_page_policy },
	{ "GET", UNSUBSCRIBE_PATH "<token>", "unsubscribe.show", ROUTE_OPEN, 0,
	  "no more of a digest? a button", .policy = link_page_policy },
	{ "POST", UNSUBSCRIBE_PATH "<token>", "unsubscribe.use", ROUTE_OPEN, 1024,
	  "no more of it (RFC 8058)", .policy = link_page_policy },
	{ .path = NULL },
};

static const struct verb *
verb_of(struct str name)
{
	static const struct verb *const others[] = {
		act_move_verbs,        act_silence_verbs, act_case_verbs,   act_rota_verbs,
		act_play_verbs,        act_draft_verbs,   act_link_verbs,   act_review_verbs,
		act_release_verbs,     act_notice_verbs,  act_retain_verbs, act_pack_verbs,
		act_unsubscribe_verbs, act_library_verbs
	};

	for (size_t i = 0; i < LY_COUNT(verbs); i++)
		if (str_is(name, verbs[i].name))
			return &verbs[i];
	for (size_t t = 0; t < LY_COUNT(others); t++)
		for (const struct verb *v = others[t]; v->name; v++)
			if (str_is(name, v->name))
				return v;
	return NULL;
}

bool
act_writes(struct str name)
{
	const struct verb *v = verb_of(name);

	return v && v->writes;
}

static int
act_run(struct act *x, struct err *e)
{
	const struct verb *v = verb_of(x->c->verb);
	struct err bad;
	int out;

	if (!v)
		return act_say(x, 404, "the responder knows no command \"%.*s\"", x->c->verb);
	x->args = json_parse(x->a, x->c->args.n ? x->c->args : STR("{}"), &bad);
	if (!x->args || json_kind(x->args) != JSON_OBJECT)
		return act_say(x, 400, "the arguments are no JSON object: %.*s",
			       x->args ? x->c->args : str_of(bad.text));
	out = act_is_out(x, e);
	if (!out)
		out = act_is_secret(x, e);
	return out ? (out < 0 ? -1 : 0) : v->act(x, e);
}

int
act_command(struct responder *r, const struct command *c, int64_t now, struct reply *reply,
	    struct arena *a, struct err *e)
{
	struct act x = {
		.r = r, .c = c, .now = now, .out = BUF(REPLY_MAX), .status = 200, .a = a
	};
	bool named = act_writes(c->verb) && !id_none(&c->id);
	int known = named ? command_known(r->store, &c->id, a, reply, e) : 0, done_;

	if (known)
		return known < 0 ? -1 : 0;
	r->wrote = false;
	done_ = act_run(&x, e);
	reply->status = x.status;
	reply->body = arena_str(a, buf_str(&x.out));
	reply->type = str_of(x.type);
	if (!buf_ok(&x.out))
		reply->status = 500;
	buf_release(&x.out);
	if (done_ == 0 && named && r->wrote) {
		struct command kept = *c;

		kept.args = x.kept.n ? x.kept : c->args;
		done_ = command_write(r->store, &kept, now, reply, e);
	}
	return done_;
}
