/* cmd_doctor.c - is this installation well? One line a question, in words. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/http.h"
#include "core/json.h"
#include "core/store.h"
#include "core/str.h"

#include "crawler/credentials.h"
#include "crawler/health.h"
#include "crawler/law.h"
#include "crawler/source_read.h"
#include "crawler/spool_store.h"
#include "responder/ledger_store.h"
#include "responder/record_store.h"
#include "responder/shed.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/rota_view.h"
#include "cli/watch_kept.h"

#define HEADERS_MAX 40
#define HEARD_S     (7 * 86400) /* of a channel: older tries tell nothing of now */

struct visit {
	const struct settings *s;
	struct arena *arena;
	int bad, warned;
};

static void
say(struct visit *v, const char *mark, const char *what, const char *detail)
{
	v->bad += !strcmp(mark, "bad");
	v->warned += !strcmp(mark, "warn");
	printf("%-4s  %-14s %s\n", mark, what, detail);
}

static void
see_words(struct visit *v)
{
	struct nlp_setup setup = settings_nlp(v->s);
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct nlp *n = nlp_new(&setup, &report, &e);

	say(v, n ? "ok" : "bad", "lexicons", n ? "read, all watches compile" : e.text);
	if (!n)
		fputs(report.p, stderr);
	nlp_free(n);
	buf_release(&report);
}

/* Rules that are not run any more: somebody was told, but it may be long ago. */
static void
see_parked(struct visit *v)
{
	struct parked_row rows[HEADERS_MAX];
	struct err e = { 0 };
	int n = watch_parked(v->s, rows, LY_COUNT(rows), &e);

	for (int i = 0; i < n; i++)
		say(v, "warn", "watches",
		    arena_textf(v->arena,
				"%.*s: a rule hit its limit three times and is parked until a "
				"reload: /%.*s/",
				STR_ARG(rows[i].watch), STR_ARG(rows[i].rule)));
	if (n < 0)
		say(v, "warn", "watches", e.text);
}

/* Does the crawler put polls off? */
static void
see_valve(struct visit *v)
{
	const char *path = settings_path(v->s, "respond/langyan.db");
	struct err e = { 0 };
	struct store *s = access(path, F_OK) == 0
				  ? store_open_reader(path, &record_migrations, &e)
				  : NULL;
	int64_t since_at = 0;
	struct buf at = BUF(64);

	if (s && shed_now(s, &since_at, &e) == 0 && since_at) {
		clock_add_iso(&at, since_at);
		say(v, "warn", "overload",
		    arena_textf(v->arena,
				"since %s ordinary sources are asked less often; nothing that "
				"came in "
				"is left undone",
				at.p));
	}
	buf_release(&at);
	store_close(s);
}

static void
see_disk(struct visit *v)
{
	struct statvfs d;
	struct err e = { 0 };

	if (settings_make_dirs(v->s, &e) < 0) {
		say(v, "bad", "data", e.text);
		return;
	}
	if (access(v->s->site.data.p, W_OK) < 0 || statvfs(v->s->site.data.p, &d) < 0) {
		say(v, "bad", "data", "cannot write to the data directory");
		return;
	}
	say(v, (uint64_t)d.f_bavail * d.f_frsize < (uint64_t)1 << 30 ? "warn" : "ok", "disk",
	    arena_textf(v->arena, "%llu MiB free",
			(unsigned long long)((uint64_t)d.f_bavail * d.f_frsize >> 20)));
}

static void
see_store(struct visit *v, const char *what, const char *path, const struct migrations *m)
{
	struct err e = { 0 };
	struct store *s;

	if (access(path, F_OK) < 0) {
		say(v, "ok", what, "not there yet; made at the first start");
		return;
	}
	s = store_open_reader(path, m, &e);
	say(v, s && store_check(s, &e) == 0 ? "ok" : "bad", what, e.kind ? e.text : path);
	store_close(s);
}

static void
see_running(struct visit *v, const char *part)
{
	struct err e = { 0 };
	struct dir_lock *l = dir_lock_take(settings_path(v->s, part), &e);

	say(v, "ok", part, l ? "not running" : e.text);
	dir_lock_release(l);
}

/* On what footing: what is closed, and what will be. True when it may be asked. */
static bool
see_law(struct visit *v, const struct source_conf *s, const struct credentials *k)
{
	int64_t now = clock_wall(), at;
	struct health_facts f = { .source = s,
				  .cookies_until_at = k->expires_at,
				  .ahead_s = v->s->fetch.ahead_s };
	const struct words *ahead = health_ahead(&f, now, &at);
	enum law_said law = law_judge(s, now, 0);
	const char *why;

	if (!law_allows(s, now, &why)) {
		say(v,
		    law == LAW_PAUSED ? "ok"
		    : law == LAW_RISK ? "warn"
				      : "bad",
		    s->name.p, why);
		return false;
	}
	if (k->expired)
		say(v, "bad", s->name.p, "its cookies have expired: get new ones");
	if (ahead)
		say(v, "warn", s->name.p,
		    arena_textf(v->arena, "%s in %lld days", ahead->en,
				(long long)((at - now) / 86400)));
	if (s->basis == BASIS_LICENSED && !s->contract_end_at)
		say(v, "warn", s->name.p, "licensed, and no contract_end says until when");
	return true;
}

static void
see_coverage(struct visit *v, const struct responder_conf *r)
{
	for (size_t i = 0; i < r->site.uncovered.n; i++)
		say(v, "warn", "coverage",
		    arena_textf(v->arena, "no source for %.*s",
				STR_ARG(r->site.uncovered.v[i])));
	for (size_t i = 0; i < r->site.exports.n; i++)
		say(v, "ok", "coverage",
		    arena_textf(v->arena, "%.*s only by exports that somebody carries in",
				STR_ARG(r->site.exports.v[i])));
}

static void
see_source(struct visit *v, struct http *h, const struct source_conf *s)
{
	struct credentials k;
	struct http_header headers[HEADERS_MAX];
	const struct conf_pair *own = s->headers.v;
	struct source_ask ask = { .url = s->url };
	struct http_request q = { .headers = headers,
				  .max_bytes = v->s->fetch.max_bytes,
				  .timeout_ms = 10000,
				  .max_redirects = (int)v->s->fetch.max_redirects,
				  .allow_private = &s->allow_private };
	struct http_response r;
	struct err e = { 0 };

	if (s->url.n)
		source_ask_first(s, &s->way, v->arena, &ask);
	q.url = ask.url;
	q.method = ask.body.n ? STR("POST") : STR("GET");
	q.body = ask.body;
	if (ask.type.n)
		headers[q.n_headers++] = (struct http_header){ STR("Content-Type"), ask.type };
	for (size_t i = 0; i < s->headers.n && q.n_headers < HEADERS_MAX; i++)
		headers[q.n_headers++] = (struct http_header){ own[i].name, own[i].value };
	credentials_fill(v->arena, s, ask.url, clock_wall(), &k);
	q.secrets = k.v;
	q.n_secrets = k.n;
	if (!see_law(v, s, &k) || !s->url.n)
		return;
	if (http_once(h, &q, v->arena, &r, &e) < 0)
		say(v, "bad", s->name.p, e.text);
	else if (r.end == HTTP_BLOCKED)
		say(v, "bad", s->name.p,
		    arena_textf(v->arena, "%s; if it is yours: allow_private: [ADDRESS:PORT]",
				r.detail));
	else if (r.end != HTTP_OK)
		say(v, "bad", s->name.p, r.detail);
	else if (r.status != 200)
		say(v, "bad", s->name.p, arena_textf(v->arena, "answered %d", r.status));
	else
		say(v, "ok", s->name.p, arena_textf(v->arena, "%zu bytes", r.body.n));
}

/* Is somebody there at every minute to come? */
static void
see_rota(struct visit *v)
{
	struct err e = { 0 };
	struct buf b = BUF(200);
	int64_t first_at, n = rota_view_gaps(v->s, &first_at, &e);

	if (n > 0) {
		buf_addf(&b, "%lld gaps in the next 90 days, the first at ", (long long)n);
		clock_add_iso(&b, first_at);
		buf_add(&b, STR(": langyan rota check"));
	}
	say(v, n ? "warn" : "ok", "rota",
	    n < 0   ? e.text
	    : n > 0 ? b.p
		    : "every minute of the next 90 days has somebody for every level");
	buf_release(&b);
}

/* ---- channels ---------------------------------------------------------------------------------- */

static bool
leads_to(const struct conf_list *routes, struct str channel)
{
	const struct route_conf *o = routes->v;

	for (size_t i = 0; i < routes->n; i++)
		if (conf_texts_have(&o[i].channels, channel) || leads_to(&o[i].routes, channel))
			return true;
	return false;
}

/* Does any contact, step, digest or route name it? */
static bool
is_used(const struct settings *s, struct str channel)
{
	const struct person_conf *p = s->notice.people.v;
	const struct policy_conf *y = s->notice.policies.v;
	const struct digest_conf *d = s->digests.v;

	for (size_t i = 0; i < s->notice.people.n; i++) {
		const struct contact_conf *k = p[i].contacts.v;

		for (size_t j = 0; j < p[i].contacts.n; j++)
			if (str_eq(k[j].channel, channel))
				return true;
	}
	for (size_t i = 0; i < s->notice.policies.n; i++) {
		const struct step_conf *t = y[i].steps.v;

		for (size_t j = 0; j < y[i].steps.n; j++)
			for (size_t k = 0; k < t[j].to.n; k++) {
				struct str name;

				if (target_parse(t[j].to.v[k], &name) == TARGET_CHANNEL &&
				    str_eq(name, channel))
					return true;
			}
	}
	for (size_t i = 0; i < s->digests.n; i++)
		if (conf_texts_have(&d[i].channels, channel))
			return true;
	return conf_texts_have(&s->publish, channel) || leads_to(&s->notice.routes, channel);
}

/* What will not work, or lets others in. NULL: nothing is seen. */
static const char *
channel_lacks(struct visit *v, const struct channel_conf *c)
{
	switch ((enum channel_type)c->kind) {
	case CHANNEL_COMMAND:
		return access(c->argv.v[0].p, X_OK) < 0
			       ? arena_textf(v->arena, "\"%.*s\" cannot be run: %s",
					     STR_ARG(c->argv.v[0]), strerror(errno))
			       : NULL;
	case CHANNEL_FILE:
		return access(c->path.p, F_OK) == 0 && access(c->path.p, W_OK) < 0
			       ? arena_textf(v->arena, "cannot write to \"%.*s\": %s",
					     STR_ARG(c->path), strerror(errno))
			       : NULL;
	case CHANNEL_WEBHOOK:
	case CHANNEL_FEISHU:
		return c->secret.n ? NULL
				   : "not signed: whoever learns its address can post there "
				     "(secret: file:NAME)";
	case CHANNEL_SMTP:
		return !c->starttls && str_starts(c->server, STR("smtp://")) &&
				       !str_starts(c->server, STR("smtp://127.")) &&
				       !str_starts(c->server, STR("smtp://localhost"))
			       ? "mail leaves in the clear (starttls: on)"
			       : NULL;
	default:
		return NULL;
	}
}

struct heard {
	struct visit *v;
	struct str channel;
	const char *says; /* NULL: its newest notice was taken, or there is none */
	bool for_good;
};

static void
heard_end(void *arg, const struct ledger_end *x)
{
	struct heard *h = arg;
	struct buf at = BUF(64);

	clock_add_iso(&at, x->at);
	if (x->said.n)
		h->says = arena_textf(h->v->arena,
				      "its newest notice did not get through at %s: %.*s "
				      "(langyan notice list --channel %.*s)",
				      at.p, STR_ARG(x->said), STR_ARG(h->channel));
	h->for_good = x->for_good;
	buf_release(&at);
}

/* One line, and another when its newest notice did not get through. */
static void
see_channel(struct visit *v, struct store *record, const struct channel_conf *c)
{
	const char *lacks = channel_lacks(v, c);
	bool bad = lacks && (c->kind == CHANNEL_COMMAND || c->kind == CHANNEL_FILE);
	const char *says = lacks ? lacks : c->wakes ? "wakes" : "";
	struct heard h = { .v = v, .channel = c->name };
	struct err e = { 0 };

	if (!lacks && !is_used(v->s, c->name))
		lacks = says = "nobody is told through it: no contact, step, route or "
			       "digest names it";
	if (record &&
	    ledger_newest(record, c->name, clock_wall() - HEARD_S, heard_end, &h, &e) < 0)
		h.says = arena_textf(v->arena, "%s", e.text);
	if (h.says)
		say(v, h.for_good ? "bad" : "warn", c->name.p, h.says);
	if (!h.says || lacks)
		say(v,
		    bad     ? "bad"
		    : lacks ? "warn"
			    : "ok",
		    c->name.p,
		    arena_textf(v->arena, "channel %s%s%s", channel_words[c->kind],
				*says ? ": " : "", says));
}

static void
see_channels(struct visit *v)
{
	const struct channel_conf *c = v->s->notice.channels.v;
	const char *path = settings_path(v->s, "respond/langyan.db");
	struct err e = { 0 };
	struct store *record = access(path, F_OK) == 0
				       ? store_open_reader(path, &record_migrations, &e)
				       : NULL;

	for (size_t i = 0; i < v->s->notice.channels.n; i++)
		see_channel(v, record, &c[i]);
	store_close(record);
}

/* ---- are we watched ourselves? ----------------------------------------------------------------- */

static void
proof_see(void *arg, const struct contact_proof *p)
{
	struct visit *v = arg;
	int64_t age = clock_wall() - p->at;

	if (p->at && age < v->s->alive.proof_s)
		return;
	say(v, "warn", p->person->key.p,
	    arena_textf(v->arena, "nothing has reached them through %.*s, which wakes, %s: %s",
			STR_ARG(p->contact->channel),
			p->at ? arena_textf(v->arena, "for %lld days", (long long)(age / 86400))
			      : "yet",
			v->s->alive.canary ? "langyan notify test" : "alive.canary is off"));
}

static void
see_alive(struct visit *v)
{
	const char *path = settings_path(v->s, "respond/langyan.db");
	struct err e = { 0 };
	struct store *s = access(path, F_OK) == 0
				  ? store_open_reader(path, &record_migrations, &e)
				  : NULL;
	int64_t heard_at = 0;

	if (s && record_meta_int(s, "heartbeat_heard_at", 0, &heard_at, &e) < 0)
		heard_at = 0;
	if (!v->s->alive.heartbeat_out.n)
		say(v, "warn", "heartbeat",
		    "no alive.heartbeat_out: nobody outside learns when Langyan itself has "
		    "stopped");
	else if (s)
		say(v,
		    clock_wall() - heard_at < 3 * v->s->alive.heartbeat_every_s ? "ok" : "warn",
		    "heartbeat",
		    heard_at ? arena_textf(v->arena, "the monitor answered %lld s ago",
					   (long long)(clock_wall() - heard_at))
			     : "the monitor has not answered yet");
	if (s && contact_proofs(s, &v->s->notice, proof_see, v, &e) < 0)
		say(v, "warn", "canary", e.text);
	store_close(s);
}

static void
see_people(struct visit *v)
{
	if (!v->s->notice.people.n)
		say(v, "warn", "people", "nobody is told: notices only go to files");
	if (!v->s->notice.routes.n)
		say(v, "warn", "routes",
		    "no route: voices go to the role spokesperson, figures to lead, systems to "
		    "fixer; to "
		    "files where nobody has it");
	if (!v->s->http.token.n && v->s->http.listen.n)
		say(v, "warn", "http", "no token: nothing can be pushed over HTTP");
	if (!v->s->watches.n)
		say(v, "warn", "watches", "nothing is watched");
	see_parked(v);
}

static int
doctor(int argc, char **argv, struct err *e)
{
	const char *path;
	struct settings *s = NULL;
	struct responder_conf rc;
	struct http *h;
	struct visit v;

	if (command_options(argc, argv, &path, e) >= 0)
		s = settings_read(path, NULL, e);
	if (!s)
		return -1;
	v = (struct visit){ .s = s, .arena = arena_new() };
	say(&v, "ok", "configuration", path);
	see_words(&v);
	see_disk(&v);
	see_store(&v, "record", settings_path(s, "respond/langyan.db"), &record_migrations);
	see_store(&v, "spool", settings_path(s, "crawl/spool.db"), &spool_migrations);
	see_running(&v, "crawl");
	see_running(&v, "respond");
	see_valve(&v);
	see_people(&v);
	see_channels(&v);
	see_rota(&v);
	see_alive(&v);
	rc = settings_responder(s);
	see_coverage(&v, &rc);
	h = http_new(&(struct http_conf){ .agent = s->fetch.agent,
					  .proxy = s->fetch.proxy,
					  .ca_file = s->fetch.ca_file },
		     e);
	if (!h)
		say(&v, "bad", "sources", e->text);
	for (size_t i = 0; h && i < s->sources.n; i++)
		see_source(&v, h, (const struct source_conf *)s->sources.v + i);
	http_free(h);
	printf("%d bad, %d to look at\n", v.bad, v.warned);
	arena_free(v.arena);
	settings_free(s);
	return v.bad ? 1 : 0;
}

const struct subcommand cmd_doctor = {
	"doctor", "[-c FILE]",
	"is everything well: configuration, lexicons, disk, stores, sources, people, rota",
	"  langyan doctor", doctor
};
