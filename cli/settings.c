/* settings.c - the top-level keys; every other table is owned by its module. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/str.h"

#include "crawler/coverage.h"
#include "crawler/law.h"

#include "cli/lexicons.h"
#include "cli/settings.h"
#include "crawler/page_rules.h"
#include "responder/gauge.h"
#include "responder/playbook.h"

#define AT(type, field) offsetof(struct type, field)
/* The crawler's receipts: what dies with it is sent again, and counted once. */
#define HOUSE_MS 100

static const char *const langs[] = { "zh", "en", NULL };
static const struct conf_key site_keys[] = {
	{ "name", CONF_TEXT, AT(site_conf, name), 1, 200, "Langyan",
	  "who watches; heads notices" },
	{ "zone", CONF_ZONE, AT(site_conf, zone), 0, 0, "Asia/Shanghai",
	  "days, numbering and digests follow it" },
	{ "lang", CONF_TEXT, AT(site_conf, lang), 2, 2, "zh",
	  "first language of texts: zh or en" },
	{ "data", CONF_PATH, AT(site_conf, data), 1, 80, "langyan-data",
	  "data directory; at most 80 bytes, because sockets live in it" },
	{ "public_url", CONF_TEXT, AT(site_conf, public_url), 0, 500, "",
	  "address people reach us at; empty: notices carry a 6-digit code" },
	{ "region", CONF_TEXT, AT(site_conf, region), 0, 40, "",
	  "where you are, as channels name it: cn, global; empty: cn with a Chinese zone, else "
	  "global" },
	{ "allow_root", CONF_BOOL, AT(site_conf, allow_root), 0, 1, "off", "may run as root" },
	CONF_END,
};

static void
site_check(struct conf_reader *r, void *self)
{
	struct site_conf *s = self;

	if (!str_is(s->lang, langs[0]) && !str_is(s->lang, langs[1]))
		conf_error(r, &s->lang, "\"%.*s\" is not zh or en", STR_ARG(s->lang));
	if (s->public_url.n && !str_starts(s->public_url, STR("https://")) &&
	    !str_starts(s->public_url, STR("http://")))
		conf_error(r, &s->public_url,
			   "\"%.*s\" is no address: write https://NAME (or leave it empty: "
			   "notices carry a code then)",
			   STR_ARG(s->public_url));
	while (str_ends(s->public_url, STR("/")))
		s->public_url.n--;
}

static const struct conf_schema site_schema = {
	.name = "site",
	.size = sizeof(struct site_conf),
	.keys = site_keys,
	.help = "who we are, where things lie",
	.check = site_check,
};

static const char *const modes[] = { "wall", "scaled", "stepped", NULL };
static const struct conf_key clock_keys[] = {
	{ "mode", CONF_CHOICE, AT(clock_conf, mode), 0, 0, "wall",
	  "wall in earnest; scaled and stepped for drills and tests", .choices = modes },
	{ "start", CONF_TIME, AT(clock_conf, start_at), 0, INT64_MAX, "2026-01-01T00:00:00Z",
	  "domain time at the beginning (scaled, stepped)" },
	{ "scale", CONF_COUNT, AT(clock_conf, scale), 0, 100000, "0",
	  "domain seconds a second; 0 = as fast as possible (stepped)" },
	{ "step", CONF_SECONDS, AT(clock_conf, step_s), 1, 3600, "10s",
	  "grid of stepped time" },
	{ "length", CONF_SECONDS, AT(clock_conf, length_s), 0, 366 * 86400LL, "0",
	  "end the run after so much domain time; 0 = never" },
	CONF_END,
};
static const struct conf_schema clock_schema = {
	.name = "clock",
	.size = sizeof(struct clock_conf),
	.keys = clock_keys,
	.help = "how domain time runs",
};

static const struct conf_key http_keys[] = {
	{ "listen", CONF_TEXT, AT(http_api_conf, listen), 0, 100, "127.0.0.1:8787",
	  "address:port of the API of `run` and `crawl`; empty = none" },
	{ "respond_listen", CONF_TEXT, AT(http_api_conf, respond_listen), 0, 100, "",
	  "address:port of a `respond` that is a process of its own; empty = none" },
	{ "token", CONF_SECRET, AT(http_api_conf, token), 0, 4096, "",
	  "bearer token for writes; without one nothing can be pushed over HTTP" },
	{ "signal_secret", CONF_SECRET, AT(http_api_conf, signal_secret), 0, 4096, "",
	  "numbers and alerts must be signed with it (X-Hub-Signature); empty: the token is "
	  "enough" },
	{ "hosts", CONF_TEXTS, AT(http_api_conf, hosts), 0, 0, "",
	  "further Host names that are ours" },
	CONF_END,
};
static const struct conf_schema http_schema = {
	.name = "http",
	.size = sizeof(struct http_api_conf),
	.keys = http_keys,
	.help = "the HTTP API",
};

static const struct conf_key wire_keys[] = {
	{ "documents", CONF_TEXTS, AT(wire_conf, documents), 0, 64, "",
	  "where crawlers offer documents (ipc:// or tcp://); empty = in the data directory" },
	{ "results", CONF_TEXT, AT(wire_conf, results), 0, 300, "",
	  "where the responder takes results; empty = in the data directory" },
	{ "public_key", CONF_SECRET, AT(wire_conf, public_key), 0, 100, "",
	  "CURVE key pair of this process (langyan keygen); needed for tcp://" },
	{ "secret_key", CONF_SECRET, AT(wire_conf, secret_key), 0, 100, "", "its secret half" },
	{ "server_key", CONF_SECRET, AT(wire_conf, server_key), 0, 100, "",
	  "public key of the end we connect to" },
	{ "allowed", CONF_TEXTS, AT(wire_conf, allowed), 0, 256, "",
	  "public keys that may connect to us" },
	{ "scorers", CONF_COUNT, AT(wire_conf, scorers), 1, 64, "1", "score threads in `run`" },
	{ "window", CONF_COUNT, AT(wire_conf, window), 64, 65536, "2048",
	  "documents on their way to one scorer without a receipt" },
	CONF_END,
};

static void
wire_check(struct conf_reader *r, void *self)
{
	struct wire_conf *w = self;
	bool tcp = str_starts(w->results, STR("tcp://"));

	for (size_t i = 0; i < w->documents.n; i++)
		tcp = tcp || str_starts(w->documents.v[i], STR("tcp://"));
	if (tcp && (!w->public_key.n || !w->secret_key.n))
		conf_error(r, &w->results,
			   "tcp:// needs public_key: and secret_key: "
			   "(make a pair with `langyan keygen`)");
}

static const struct conf_schema wire_schema = {
	.name = "wire",
	.size = sizeof(struct wire_conf),
	.keys = wire_keys,
	.help = "how stages find each other when they are processes",
	.check = wire_check,
};

static const struct conf_key root_keys[] = {
	{ "site", CONF_BLOCK, AT(settings, site), .dflt = "", .help = "who we are",
	  .of = &site_schema },
	{ "clock", CONF_BLOCK, AT(settings, clock), .dflt = "", .help = "domain time",
	  .of = &clock_schema },
	{ "http", CONF_BLOCK, AT(settings, http), .dflt = "", .help = "the API",
	  .of = &http_schema },
	{ "wire", CONF_BLOCK, AT(settings, wire), .dflt = "", .help = "between stages",
	  .of = &wire_schema },
	{ "fetch", CONF_BLOCK, AT(settings, fetch), .dflt = "", .help = "manners",
	  .of = &fetch_schema },
	{ "spool", CONF_BLOCK, AT(settings, spool), .dflt = "", .help = "the outbox",
	  .of = &spool_schema },
	{ "archive", CONF_BLOCK, AT(settings, archive), .dflt = "",
	  .help = "what came in, for trying watches", .of = &archive_schema },
	{ "evidence", CONF_BLOCK, AT(settings, evidence), .dflt = "",
	  .help = "证据: pages as they were", .of = &evidence_schema },
	{ "websub", CONF_BLOCK, AT(settings, websub), .dflt = "", .help = "news by push",
	  .of = &websub_schema },
	{ "coverage", CONF_BLOCK, AT(settings, coverage), .dflt = "",
	  .help = "platforms that matter", .of = &coverage_schema },
	{ "sources", CONF_TABLE, AT(settings, sources), .dflt = "", .help = "信源",
	  .of = &source_schema },
	{ "page_rules", CONF_TABLE, AT(settings, page_rules), .dflt = "",
	  .help = "what of one host's pages is what", .of = &page_rule_schema },
	{ "lists", CONF_TABLE, AT(settings, lists), .dflt = "",
	  .help = "words under a name, for the queries of all watches: list:NAME",
	  .of = &word_list_schema },
	{ "watches", CONF_TABLE, AT(settings, watches), .dflt = "", .help = "监测方案",
	  .of = &watch_schema },
	{ "lexicons", CONF_BLOCK, AT(settings, lexicons), .dflt = "", .help = "words",
	  .of = &lexicons_schema },
	{ "triggers", CONF_TABLE, AT(settings, triggers), .dflt = "",
	  .help = "触发规则; none = the shipped ones by size of watch", .of = &trigger_schema },
	{ "signals", CONF_TABLE, AT(settings, signals), .dflt = "",
	  .help = "指标: numbers from outside that may fire", .of = &signal_schema },
	{ "people", CONF_TABLE, AT(settings, notice.people), .dflt = "", .help = "who is told",
	  .of = &person_schema },
	{ "schedules", CONF_TABLE, AT(settings, notice.schedules), .dflt = "", .help = "班表",
	  .of = &schedule_schema },
	{ "policies", CONF_TABLE, AT(settings, notice.policies), .dflt = "", .help = "升级策略",
	  .of = &policy_schema },
	{ "routes", CONF_LIST, AT(settings, notice.routes), .dflt = "", .help = "路由",
	  .of = &route_schema },
	{ "timetables", CONF_TABLE, AT(settings, notice.timetables), .dflt = "",
	  .help = "时段, for `mute` and `active` of routes", .of = &timetable_schema },
	{ "silences", CONF_LIST, AT(settings, notice.silences), .dflt = "",
	  .help = "静默; more by langyan silence add", .of = &silence_schema },
	{ "inhibit", CONF_LIST, AT(settings, notice.inhibit), .dflt = "",
	  .help = "抑制; empty: a watch's L3 folds its L1 notices", .of = &inhibit_schema },
	{ "channels", CONF_TABLE, AT(settings, notice.channels), .dflt = "", .help = "how",
	  .of = &channel_schema },
	{ "alive", CONF_BLOCK, AT(settings, alive), .dflt = "",
	  .help = "守望: who hears when Langyan itself has stopped", .of = &alive_schema },
	{ "playbooks", CONF_TABLE, AT(settings, playbooks), .dflt = "",
	  .help = "预案; behind them stand the shipped ones", .of = &playbook_schema },
	{ "legal", CONF_BLOCK, AT(settings, legal), .dflt = "",
	  .help = "which duty clocks are ours", .of = &legal_schema },
	{ "duties", CONF_TABLE, AT(settings, duties), .dflt = "",
	  .help = "报告时限; behind them stand the shipped examples", .of = &duty_schema },
	{ "exercise", CONF_BLOCK, AT(settings, notice.exercise), .dflt = "",
	  .help = "演练: a rehearsal tells only who is enrolled", .of = &exercise_schema },
	{ "confidential", CONF_BLOCK, AT(settings, notice.confidential), .dflt = "",
	  .help = "机密: incidents that few may see", .of = &confidential_schema },
	{ "templates", CONF_BLOCK, AT(settings, templates), .dflt = "", .help = "话术库",
	  .of = &draft_schema },
	{ "approvals", CONF_BLOCK, AT(settings, approvals), .dflt = "", .help = "审批",
	  .of = &approval_schema },
	{ "publish", CONF_TEXTS, AT(settings, publish), 0, 100, "",
	  "channels (webhooks of your own) through which an approved text may be published" },
	{ "auto_ack", CONF_BLOCK, AT(settings, auto_ack), .dflt = "",
	  .help = "答复投诉: off unless you switch it on", .of = &auto_ack_schema },
	{ "digests", CONF_TABLE, AT(settings, digests), .dflt = "", .help = "日报",
	  .of = &digest_schema },
	{ "retention", CONF_BLOCK, AT(settings, retain), .dflt = "",
	  .help = "保存期限: how long what people wrote is kept", .of = &retain_schema },
	{ "library", CONF_BLOCK, AT(settings, library), .dflt = "", .help = "案例库",
	  .of = &library_schema },
	CONF_END,
};
/* What may fire: the triggers configured or shipped, and the numbers from outside. */
static size_t
trigger_names(struct conf_reader *r, const struct settings *s, struct str **out)
{
	const struct signal_conf *g = s->signals.v;
	const struct trigger_conf *t = s->triggers.v;
	size_t shipped = 0, n = 0;
	struct str *v;

	if (!s->triggers.n)
		t = trigger_defaults(0, &shipped);
	v = arena_alloc(conf_arena(r),
			(shipped + s->triggers.n + s->signals.n + 1) * sizeof *v);
	for (size_t i = 0; i < shipped + s->triggers.n; i++)
		v[n++] = t[i].name;
	for (size_t i = 0; i < s->signals.n; i++)
		v[n++] = str_of(
			arena_textf(conf_arena(r), GAUGE_PREFIX "%.*s", STR_ARG(g[i].name)));
	*out = v;
	return n;
}

static void
playbooks_check(struct conf_reader *r, const struct settings *s, const struct str *watches)
{
	struct playbook_names names = { .notice = &s->notice,
					.watches = watches,
					.watches_n = s->watches.n };
	struct str *triggers;

	names.triggers_n = trigger_names(r, s, &triggers);
	names.triggers = triggers;
	playbooks_conf_check(r, &s->playbooks, &names);
}

static void
acks_check(struct conf_reader *r, const struct settings *s, const struct str *watches)
{
	const struct source_conf *c = s->sources.v;
	struct str *sources = arena_alloc(conf_arena(r), (s->sources.n + 1) * sizeof *sources);
	bool *ours = arena_alloc(conf_arena(r), s->sources.n + 1);
	struct auto_ack_names names = { watches,      sources,      ours,
					s->watches.n, s->sources.n, &s->publish };

	for (size_t i = 0; i < s->sources.n; i++) {
		sources[i] = c[i].name;
		ours[i] = c[i].basis == BASIS_OWNED;
	}
	auto_ack_conf_check(r, &s->auto_ack, &names);
}

/* Names that one table uses of another. */
static void
settings_check(struct conf_reader *r, void *self)
{
	struct settings *s = self;
	const struct watch_conf *w = s->watches.v;
	struct str *names = arena_alloc(conf_arena(r), (s->watches.n + 1) * sizeof *names);

	for (size_t i = 0; i < s->watches.n; i++)
		names[i] = w[i].name;
	trigger_conf_check(r, &s->triggers, names, s->watches.n);
	signals_conf_check(r, &s->signals, names, s->watches.n);
	notice_conf_check(r, &s->notice, names, s->watches.n);
	digest_conf_check(r, &s->digests, &s->notice, names, s->watches.n);
	playbooks_check(r, s, names);
	publish_conf_check(r, &s->publish, &s->notice);
	exercise_conf_check(r, &s->notice);
	acks_check(r, s, names);
}

const struct conf_schema settings_schema = {
	.name = "langyan.yaml",
	.size = sizeof(struct settings),
	.keys = root_keys,
	.help = "everything a Langyan process is told",
	.check = settings_check,
};

static struct conf *
read_into(struct settings *s, const char *path, struct buf *report, struct err *e)
{
	struct buf own = BUF(1 << 20);
	struct conf *c = conf_read(path, &settings_schema, s, report ? report : &own, e);

	if (!c && !report)
		fputs(own.p, stderr);
	buf_release(&own);
	return c;
}

/* What the file leaves out is what came with this program; a folder of that name beside the
 * file goes before. */
static void
shipped_fill(struct settings *s, const char *folder, struct str *dir)
{
	struct buf b = BUF(1 << 14);

	if (!*conf_place(s->conf, dir) && (!dir->n || access(dir->p, F_OK) < 0) &&
	    shipped_find(folder, &b))
		*dir = arena_str(s->arena, buf_str(&b));
	buf_release(&b);
}

/* A copy: the canonical form of the configuration must not depend on where it lies. */
static void
words_fill(struct settings *s)
{
	const struct conf_texts *from = &s->lexicons.extra;
	struct conf_texts *to = &s->words.extra;

	s->words = s->lexicons;
	to->v = arena_alloc(s->arena, (from->n + 1) * sizeof *to->v);
	for (size_t i = 0; i < from->n; i++) {
		const char *place = conf_place(s->conf, &from->v[i]);
		const char *slash = strrchr(place, '/');
		bool joined = slash && from->v[i].n && from->v[i].p[0] != '/';

		to->v[i] =
			joined ? str_of(arena_textf(s->arena, "%.*s/%.*s", (int)(slash - place),
						    place, STR_ARG(from->v[i])))
			       : from->v[i];
	}
}

struct settings *
settings_read(const char *path, struct buf *report, struct err *e)
{
	struct settings *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->conf = read_into(s, path, report, e);
	s->arena = arena_new();
	if (!s->conf) {
		arena_free(s->arena);
		free(s);
		return NULL;
	}
	shipped_fill(s, "lexicons", &s->lexicons.dir);
	shipped_fill(s, "templates", &s->templates.dir);
	words_fill(s);
	return s;
}

void
settings_free(struct settings *s)
{
	if (!s)
		return;
	conf_free(s->conf);
	arena_free(s->arena);
	free(s);
}

const char *
settings_path(const struct settings *s, const char *part)
{
	return arena_textf(s->arena, "%.*s/%s", STR_ARG(s->site.data), part);
}

int
settings_make_dirs(const struct settings *s, struct err *e)
{
	static const char *const parts[] = { "", "crawl", "respond", "run" };

	for (size_t i = 0; i < LY_COUNT(parts); i++) {
		const char *dir = settings_path(s, parts[i]);

		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			return err_set(e, ERR_USAGE, "could not make \"%s\": %s", dir,
				       strerror(errno));
	}
	return 0;
}

/* Where the presets are that came with the program. */
static const char *
presets_dir(const struct settings *s)
{
	struct buf b = BUF(1 << 14);
	const char *dir = "presets";

	if (shipped_find("presets", &b))
		dir = arena_text(s->arena, buf_str(&b));
	buf_release(&b);
	return dir;
}

struct crawler_setup
settings_crawler(const struct settings *s, struct clock *clock)
{
	return (struct crawler_setup){
		.fetch = &s->fetch,
		.spool = &s->spool,
		.archive = &s->archive,
		.evidence = &s->evidence,
		.websub = &s->websub,
		.coverage = &s->coverage,
		.sources = &s->sources,
		.page_rules = &s->page_rules,
		.dir = settings_path(s, "crawl"),
		.presets = presets_dir(s),
		.clock = clock,
		.step_s = s->clock.step_s,
		.house_ms = HOUSE_MS,
		.until_at = s->clock.length_s ? s->clock.start_at + s->clock.length_s : 0
	};
}

struct nlp_setup
settings_nlp(const struct settings *s)
{
	return (struct nlp_setup){ .lexicons = &s->words,
				   .watches = &s->watches,
				   .lists = &s->lists,
				   .places = s->conf,
				   .zone = s->site.zone,
				   .conf = conf_hash(s->conf) };
}

/* As configured: whether a source works is the crawler's to say (source.coverage). */
static void
coverage_fill(const struct settings *s, struct site_view *site)
{
	const struct source_conf *v = s->sources.v;
	struct coverage_source *all;
	struct platform *p;
	const char *why;
	size_t n;

	if (!s->coverage.platforms.n)
		return;
	all = arena_alloc(s->arena, (s->sources.n + 1) * sizeof *all);
	for (size_t i = 0; i < s->sources.n; i++)
		all[i] = (struct coverage_source){
			.platform = coverage_platform(s->arena, &v[i]),
			.basis = v[i].basis,
			.dark = !law_allows(&v[i], clock_wall(), &why)
		};
	p = coverage_judge(s->arena, all, s->sources.n, &s->coverage.platforms, &n);
	site->uncovered.v = arena_alloc(s->arena, (n + 1) * sizeof *site->uncovered.v);
	site->exports.v = arena_alloc(s->arena, (n + 1) * sizeof *site->exports.v);
	for (size_t i = 0; i < n && p[i].listed; i++) {
		if (p[i].how == COVER_NONE || p[i].how == COVER_DOWN)
			site->uncovered.v[site->uncovered.n++] = p[i].name;
		if (p[i].how == COVER_EXPORT)
			site->exports.v[site->exports.n++] = p[i].name;
	}
}

struct responder_conf
settings_responder(const struct settings *s)
{
	struct site_view site = { .name = s->site.name,
				  .zone = s->site.zone,
				  .lang = s->site.lang,
				  .data = s->site.data,
				  .public_url = s->site.public_url,
				  .sop = s->library.sop,
				  .region = s->site.region };

	coverage_fill(s, &site);
	return (struct responder_conf){
		.record = str_of(settings_path(s, "respond/langyan.db")),
		.site = site,
		.watches = s->watches.v,
		.watches_n = s->watches.n,
		.triggers = s->triggers,
		.signals = s->signals,
		.playbooks = playbooks_merge(&s->playbooks, s->arena),
		.duties = duties_merge(&s->duties, s->arena),
		.legal = s->legal,
		.signal_secret = s->http.signal_secret,
		.notice = s->notice,
		.draft = s->templates,
		.approvals = s->approvals,
		.publish = s->publish,
		.auto_ack = s->auto_ack,
		.digests = s->digests,
		.retain = s->retain,
		.alive = s->alive,
		.clock = (enum clock_mode)s->clock.mode,
		.passed_s = s->clock.mode == CLOCK_WALL ? clock_passed_s : NULL,
		.send = SEND_REAL,
	};
}

void
settings_clock(const struct settings *s, struct clock *clock)
{
	clock_init(clock, (enum clock_mode)s->clock.mode, s->clock.start_at, s->clock.scale);
}

const struct curve *
settings_curve(const struct settings *s, struct curve *out)
{
	if (!s->wire.secret_key.n)
		return NULL;
	*out = (struct curve){ s->wire.public_key, s->wire.secret_key, s->wire.server_key,
			       s->wire.allowed };
	return out;
}

/* How many words the option takes, itself too; 0: it is none of them. */
static int
words_of(const char *const *options, const char *given)
{
	size_t n = strlen(given);

	for (; *options; options++)
		if (!strncmp(*options, given, n) && (!(*options)[n] || (*options)[n] == '='))
			return (*options)[n] ? 2 : 1;
	return 0;
}

int
command_options_first(int argc, char **argv, const char *const *options)
{
	int first = 1;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		int words = words_of(options, argv[i]);

		if (i + words > argc) /* its value is missing: it stays the last */
			break;
		for (int k = 0; k < words; k++) {
			char *word = argv[i + k];

			memmove(&argv[first + 1], &argv[first],
				(size_t)(i + k - first) * sizeof *argv);
			argv[first++] = word;
		}
		i += words ? words - 1 : 0;
	}
	return first;
}

int
command_options(int argc, char **argv, const char **path, struct err *e)
{
	static const char *const conf[] = { "-c=", NULL };
	int first = command_options_first(argc, argv, conf);

	*path = first > 1 ? argv[first - 1] : "langyan.yaml";
	for (int i = first; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "-c"))
			return err_set(e, ERR_USAGE, "-c wants a file");
	return first < argc && !strcmp(argv[first], "--") ? first + 1 : first;
}
