/* source_trial.c - see source_trial.h: asks and reads. */
#include "core/base.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/credentials.h"
#include "crawler/hotlist.h"
#include "crawler/intake.h"
#include "crawler/page_rules.h"
#include "crawler/wall.h"

#include "cli/source_trial.h"

#define DECODED_MAX ((size_t)8 << 20)
#define HEADERS_MAX 40
#define ROBOTS_MAX  ((int64_t)512 << 10)

int
trial_world_open(struct trial_world *w, const char *path, struct err *e)
{
	struct http_conf http;
	struct buf report = BUF(1 << 20);

	w->arena = arena_new();
	w->now = clock_wall();
	if (path || access("langyan.yaml", F_OK) == 0) {
		w->settings = settings_read(path ? path : "langyan.yaml", NULL, e);
		if (!w->settings)
			return -1;
		w->fetch = w->settings->fetch;
	} else {
		w->defaults = conf_read_text(STR("{}"), "defaults", &fetch_schema, &w->fetch,
					     &report, e);
		buf_release(&report);
		if (!w->defaults)
			return -1;
	}
	if (w->settings && w->settings->site.zone.n)
		w->zone = zone_open(arena_text(w->arena, w->settings->site.zone), e);
	http = (struct http_conf){ .agent = w->fetch.agent,
				   .proxy = w->fetch.proxy,
				   .ca_file = w->fetch.ca_file };
	w->http = http_new(&http, e);
	return w->http ? 0 : -1;
}

void
trial_world_close(struct trial_world *w)
{
	http_free(w->http);
	zone_close(w->zone);
	settings_free(w->settings);
	conf_free(w->defaults);
	arena_free(w->arena);
}

/* As the crawler does: no second request before fetch.delay has passed. */
static void
rest(struct trial_world *w)
{
	int64_t until = w->asked_ms + w->fetch.delay_s * 1000, left = until - clock_mono_ms();

	if (w->asked++ && left > 0 && !w->allow_private.n)
		(void)poll(NULL, 0, (int)left);
	w->asked_ms = clock_mono_ms();
}

static struct http_request
request_of(const struct trial_world *w, struct str url)
{
	return (struct http_request){ .method = STR("GET"),
				      .url = url,
				      .max_bytes = w->fetch.max_bytes,
				      .timeout_ms = w->fetch.timeout_s * 1000,
				      .max_redirects = w->fetch.max_redirects
							       ? (int)w->fetch.max_redirects
							       : -1,
				      .allow_private = &w->allow_private };
}

int
trial_get(struct trial_world *w, struct str url, struct http_response *r, struct err *e)
{
	struct http_request q = request_of(w, url);

	rest(w);
	return http_once(w->http, &q, w->arena, r, e);
}

/* No robots.txt allows all; one that cannot be had now (5xx, no answer) forbids all (RFC 9309). */
static void
robots_fetch(struct trial_world *w, struct str at)
{
	struct http_request q = request_of(w, at);
	struct http_response r = { 0 };
	struct err e = { 0 };

	w->robots.origin = at;
	w->robots.none = w->robots.all = w->robots.blocked = false;
	q.max_bytes = ROBOTS_MAX;
	if (http_once(w->http, &q, w->arena, &r, &e) < 0 || r.end != HTTP_OK ||
	    r.status >= 500) {
		w->robots.none = true;
		w->robots.blocked = r.end == HTTP_BLOCKED;
		w->robots.why = str_of(
			arena_textf(w->arena, "could not be had, so nothing may be asked: %s",
				    e.kind             ? e.text
				    : r.end != HTTP_OK ? r.detail
						       : "the server has a fault"));
	} else if (r.status != 200) {
		w->robots.all = true;
		w->robots.why = STR("there is none: all may be asked for");
	} else {
		robots_read(w->arena, r.body, robots_token(w->fetch.agent), &w->robots.rules);
	}
}

bool
trial_may(struct trial_world *w, struct str url, struct str *why)
{
	const struct robots_rule *rule = NULL;
	struct buf at = BUF(8192);
	struct err e = { 0 };
	bool may;

	*why = STR("");
	if (url_resolve(url, STR("/robots.txt"), &at, &e) == 0 &&
	    !str_eq(buf_str(&at), w->robots.origin))
		robots_fetch(w, arena_str(w->arena, buf_str(&at)));
	buf_release(&at);
	if (w->robots.none || w->robots.all) {
		*why = w->robots.why;
		return w->robots.all;
	}
	may = robots_allows(&w->robots.rules, url, &rule);
	if (rule)
		*why = str_of(arena_textf(w->arena, "%s by line %lld: %s: %.*s",
					  may ? "allowed" : "forbidden", (long long)rule->line,
					  rule->allow ? "Allow" : "Disallow",
					  STR_ARG(utf8_cut(rule->pattern, 200))));
	else
		*why = may ? STR("no rule is about it") : STR("forbidden");
	return may;
}

static int
find_source(struct trial_world *w, const char *target, struct trial *t, struct err *e)
{
	struct str s = str_of(target);
	const struct source_conf *v;
	const char **names;
	const char *near;
	size_t n;

	if (str_starts(s, STR("http://")) || str_starts(s, STR("https://"))) {
		t->made = (struct source_conf){ .name = STR("new"),
						.url = s,
						.allow_private = w->allow_private };
		t->made.way.url = s;
		t->source = &t->made;
		return 0;
	}
	if (!w->settings)
		return err_set(e, ERR_USAGE,
			       "\"%s\" is no address: one begins with http:// or https://; and "
			       "there is no langyan.yaml here "
			       "to find a source of that name in",
			       target);
	t->source = source_find(&w->settings->sources, s);
	t->configured = true;
	if (t->source) {
		w->allow_private = t->source->allow_private;
		return 0;
	}
	v = w->settings->sources.v;
	n = w->settings->sources.n;
	names = arena_alloc(w->arena, (n + 1) * sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = arena_text(w->arena, v[i].name);
	near = conf_nearest(s, names, n);
	return err_set(e, ERR_USAGE, "no source \"%s\"%s%s%s", target,
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int
ask(struct trial_world *w, struct trial *t, const struct source_ask *a, struct http_response *r,
    struct err *e)
{
	struct http_request q = request_of(w, a->url);
	struct http_header headers[HEADERS_MAX];
	const struct conf_pair *own = t->source->headers.v;
	struct credentials secrets;

	q.method = a->body.n ? STR("POST") : STR("GET");
	q.body = a->body;
	q.headers = headers;
	if (a->type.n)
		headers[q.n_headers++] = (struct http_header){ STR("Content-Type"), a->type };
	for (size_t i = 0; i < t->source->headers.n && q.n_headers < HEADERS_MAX; i++)
		headers[q.n_headers++] = (struct http_header){ own[i].name, own[i].value };
	credentials_fill(w->arena, t->source, a->url, w->now, &secrets);
	q.secrets = secrets.v;
	q.n_secrets = secrets.n;
	rest(w);
	return http_once(w->http, &q, w->arena, r, e);
}

/* The text for a guess; gzipped bytes as they are. */
static struct str
decoded(struct trial_world *w, const struct http_response *r)
{
	struct buf b = BUF(DECODED_MAX);
	struct charset_found found;
	struct err e = { 0 };
	struct str s = r->body;

	if (r->body.n > 2 && memcmp(r->body.p, "\x1f\x8b", 2) == 0)
		return s;
	if (charset_decode(r->body, r->type, &b, &found, &e) == 0)
		s = arena_str(w->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
no_fault(void *arg, const void *where, const char *says)
{
	(void)arg, (void)where, (void)says;
}

/* A guessed mapping is tried as if it stood in a configuration. */
static void
mapping_take(struct trial_world *w, struct trial *t)
{
	struct map_way *way = &t->made.way;

	way->map.items = t->guess.items;
	way->map.fields = t->guess.fields;
	way->map.format = FORMAT_JSON;
	if (way->map.items.n && way->map.fields.n)
		way->compiled = map_compile(w->arena, &way->map, MAP_JSON, no_fault, NULL);
	if (!way->compiled)
		t->why = STR("it is JSON, but which of it are the items is for you to say: see "
			     "docs/sources.md");
}

static void
read_answer(struct trial_world *w, struct trial *t, const struct map_way *way, size_t explain)
{
	struct source_bytes b = { .body = t->answer.body,
				  .type = t->answer.type,
				  .url = t->answer.url.n ? t->answer.url : t->source->url,
				  .now = w->now,
				  .max_age_s = t->source->max_age_s ? t->source->max_age_s
								    : w->fetch.max_age_s,
				  .page_rules = w->settings ? &w->settings->page_rules : NULL,
				  .explain = explain };
	struct err e = { 0 };

	if (!t->configured) {
		source_guess(decoded(w, &t->answer), w->arena, &t->guess);
		t->made.kind = t->guess.kind;
		t->made.full_text = t->made.kind == SOURCE_SITEMAP;
		if (t->made.kind == SOURCE_API)
			mapping_take(w, t);
		if (t->made.kind == SOURCE_API && !t->made.way.compiled)
			return;
	}
	t->read = source_read(t->source, way, &b, w->arena, &t->content, &e) == 0;
	if (!t->read)
		t->why = arena_str(w->arena, str_of(e.text));
}

/* " (not found)"; empty for what needs a book. */
static const char *
status_word(int status)
{
	static const struct {
		int status;
		const char *word;
	} words[] = {
		{ 401, " (who are you?)" },
		{ 403, " (forbidden)" },
		{ 404, " (not found)" },
		{ 405,
		  " (not asked this way: an API that wants POST has body: in its source)" },
		{ 410, " (gone for good)" },
		{ 429, " (too many requests: wait)" },
	};

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (words[i].status == status)
			return words[i].word;
	return status >= 500 ? " (the server has a fault)" : "";
}

/* As the crawler sees it: what is a wall is read by nobody, whatever its status says. */
static bool
walled(struct trial_world *w, struct trial *t)
{
	const struct http_response *r = &t->answer;
	struct wall wall = wall_find(
		&(struct wall_answer){ r->status, t->ask.url, r->url, r->type, r->body },
		w->arena);

	if (!wall.kind || (wall.kind == WALL_ERROR && r->status >= 400))
		return false;
	t->why = arena_str(w->arena, str_of(wall.why));
	return true;
}

static bool
answered(struct trial_world *w, struct trial *t, const struct map_way *way, size_t explain)
{
	const struct http_response *r = &t->answer;

	if (r->end != HTTP_OK) {
		t->why = arena_str(w->arena, str_of(r->detail));
	} else if (walled(w, t)) {
		return false;
	} else if (r->status != 200) {
		t->why = str_of(arena_textf(w->arena, "the server answered %d%s", r->status,
					    status_word(r->status)));
	} else {
		read_answer(w, t, way, explain);
	}
	return t->read;
}

/* ---- what the data directory knows ------------------------------------------------------------- */

/* On the list already? Its history is kept for whoever prints. */
static int
hot_known(struct trial *t, struct store *store, size_t i)
{
	struct id entry = source_hot_entry(&t->content.v[i]);
	struct err e = { 0 };

	return hot_read(store, t->source->name, &entry, &t->hot[i], &e);
}

static void
count_known(struct trial_world *w, struct trial *t, struct store *store)
{
	static const uint8_t key[32]; /* author keys are not looked at here */
	int64_t max_age = t->source->max_age_s ? t->source->max_age_s : w->fetch.max_age_s;
	struct err e = { 0 };

	t->fresh = t->seen = t->old = 0;
	if (t->source->kind == SOURCE_HOTLIST)
		t->hot = arena_alloc(w->arena, (t->content.n + 1) * sizeof *t->hot);
	for (size_t i = 0; i < t->content.n; i++) {
		const struct map_item *it = &t->content.v[i];
		struct intake in;
		struct document d;
		int known;

		source_intake(w->arena, t->source, it, t->answer.url, &in);
		intake_fill(w->arena, &in, key, w->now, max_age, &d);
		known = !store   ? 0
			: t->hot ? hot_known(t, store, i)
				 : spool_is_seen(store, &d.id, &e);
		if (known == 1)
			t->seen++;
		else if (d.flags & DOCUMENT_OLD)
			t->old++;
		else
			t->fresh++;
	}
}

static void
look_at_data(struct trial_world *w, struct trial *t)
{
	struct store *store = NULL;
	struct err e = { 0 };

	t->fresh = t->seen = t->old = -1;
	if (w->settings) {
		const char *path = settings_path(w->settings, "crawl/spool.db");

		if (access(path, R_OK) == 0)
			store = store_open_reader(path, &spool_migrations, &e);
	}
	if (t->read)
		count_known(w, t, store);
	if (!store)
		t->seen = -1;
	if (store && t->configured)
		t->has_state =
			source_state_read(store, t->source->name, w->arena, &t->state, &e) == 1;
	store_close(store);
}

/* full_text: what stands behind the first item. */
static void
look_behind(struct trial_world *w, struct trial *t)
{
	struct http_response r;
	struct page p;
	struct err e = { 0 };

	if (!t->read || !t->source->full_text || !t->content.n ||
	    !t->content.v[0].text[MAP_URL].n)
		return;
	t->page_url = t->content.v[0].text[MAP_URL];
	if (trial_get(w, t->page_url, &r, &e) < 0)
		t->page_why = arena_str(w->arena, str_of(e.text));
	else if (r.end != HTTP_OK || r.status != 200)
		t->page_why =
			str_of(arena_textf(w->arena, "answered %d %s", r.status, r.detail));
	else if (page_read_by(w->settings ? &w->settings->page_rules : NULL, w->arena,
			      &(struct page_bytes){ r.body, r.url, r.type, w->now }, &p,
			      &e) < 0)
		t->page_why = arena_str(w->arena, str_of(e.text));
	if (t->page_why.n)
		return;
	t->page_title = p.title;
	t->page_chars = utf8_count(p.text);
}

static void
look_ahead(struct trial_world *w, struct trial *t, const struct map_way *way)
{
	struct source_ask next;

	if (!t->read)
		return;
	if (t->content.more == MORE_PARTS)
		t->next = str_of(arena_textf(w->arena,
					     "%zu sitemaps of the index, at most %lld a "
					     "poll, the newest first",
					     t->content.n_parts,
					     (long long)source_max_pages(t->source)));
	else if (t->content.more == MORE_NEXT &&
		 source_ask_next(t->source, way, t->answer.url, t->content.next, 2, w->arena,
				 &next))
		t->next = str_of(arena_textf(w->arena,
					     "%.*s%s%.*s (while a page has something "
					     "new, at most %lld a poll)",
					     STR_ARG(next.url), next.body.n ? " with " : "",
					     STR_ARG(next.body),
					     (long long)source_max_pages(t->source)));
}

int
trial_run(struct trial_world *w, const char *target, size_t explain, struct trial *t,
	  struct err *e)
{
	const struct map_way *way;

	*t = (struct trial){ .fresh = -1, .seen = -1, .old = -1 };
	if (find_source(w, target, t, e) < 0)
		return -1;
	if (!t->source->url.n)
		return err_set(e, ERR_USAGE, "\"%s\" is a %s source: nothing is fetched for it",
			       target, source_kind_words[t->source->kind]);
	way = &t->source->way;
	source_ask_first(t->source, way, w->arena, &t->ask);
	if (t->source->robots == ROBOTS_IGNORE)
		t->robots = STR("not asked: the configuration says robots: ignore");
	else
		t->forbidden = !trial_may(w, t->ask.url, &t->robots);
	if (t->forbidden) {
		t->why = w->robots.none ? STR("its robots.txt could not be had")
					: STR("its robots.txt forbids it");
	} else if (ask(w, t, &t->ask, &t->answer, e) < 0) {
		return -1;
	} else if (!answered(w, t, way, explain) && t->source->fallback.url.n) {
		t->fell_back = true;
		way = &t->source->fallback;
		source_ask_first(t->source, way, w->arena, &t->ask);
		if (ask(w, t, &t->ask, &t->answer, e) < 0)
			return -1;
		(void)answered(w, t, way, explain);
	}
	look_at_data(w, t);
	look_behind(w, t);
	look_ahead(w, t, way);
	return 0;
}
