/* robots.c - see robots.h. Fetched and remembered by robots_gate.c. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/robots.h"

enum key { KEY_AGENT, KEY_ALLOW, KEY_DISALLOW, KEY_SITEMAP, KEY_DELAY, KEY_OTHER };

/* A key is known by its head, in this order. */
static const struct {
	struct str head;
	enum key key;
} heads[] = {
	{ STR_INIT("user-agent"), KEY_AGENT },  { STR_INIT("useragent"), KEY_AGENT },
	{ STR_INIT("user agent"), KEY_AGENT },  { STR_INIT("allow"), KEY_ALLOW },
	{ STR_INIT("disallow"), KEY_DISALLOW }, { STR_INIT("dissallow"), KEY_DISALLOW },
	{ STR_INIT("dissalow"), KEY_DISALLOW }, { STR_INIT("disalow"), KEY_DISALLOW },
	{ STR_INIT("diasllow"), KEY_DISALLOW }, { STR_INIT("disallaw"), KEY_DISALLOW },
	{ STR_INIT("sitemap"), KEY_SITEMAP },   { STR_INIT("site-map"), KEY_SITEMAP },
	{ STR_INIT("crawl-delay"), KEY_DELAY }, { STR_INIT("crawldelay"), KEY_DELAY },
	{ STR_INIT("crawl delay"), KEY_DELAY },
};

/* Rules of one kind of group while the file is read. */
struct group {
	struct robots_rule *rules;
	size_t n, cap;
	int64_t delay_ms;
};
struct reader {
	struct arena *a;
	struct str agent;
	struct robots *out;
	size_t cap_sitemaps;
	struct group own, all;
	bool in_own, in_all; /* agents named since the last rule */
	bool ruled;          /* a rule came since the last agent */
	struct buf escaped;
};

/* ---- lines -------------------------------------------------------------------------------- */

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str
stripped(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s = str_slice(s, 1, s.n);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static size_t
blank_at(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t')
		i++;
	return i;
}

/* "key: value", or two words; false for anything else. */
static bool
line_split(struct str line, struct str *key, struct str *value)
{
	ptrdiff_t hash = str_find_byte(line, '#'), colon;
	size_t at;

	if (hash >= 0)
		line.n = (size_t)hash;
	line = stripped(line);
	colon = str_find_byte(line, ':');
	at = colon >= 0 ? (size_t)colon : blank_at(line);
	if (at == line.n)
		return false;
	*key = stripped(str_slice(line, 0, at));
	*value = stripped(str_slice(line, at + 1, line.n));
	return key->n && (colon >= 0 || blank_at(*value) == value->n);
}

static enum key
key_of(struct str key)
{
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		if (str_eq_nocase(str_slice(key, 0, heads[i].head.n), heads[i].head))
			return heads[i].key;
	return KEY_OTHER;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void
robots_escape(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && is_hex(s.p[i + 1]) && is_hex(s.p[i + 2])) {
			char hex[3] = { '%', upper(s.p[i + 1]), upper(s.p[i + 2]) };

			buf_add(out, (struct str){ hex, sizeof hex });
			i += 2;
		} else if ((unsigned char)s.p[i] & 0x80) {
			buf_addf(out, "%%%02X", (unsigned char)s.p[i]);
		} else {
			buf_add_byte(out, s.p[i]);
		}
	}
}

struct str
robots_token(struct str agent)
{
	size_t n = 0;

	while (n < agent.n && ((agent.p[n] >= 'a' && agent.p[n] <= 'z') ||
			       (agent.p[n] >= 'A' && agent.p[n] <= 'Z') || agent.p[n] == '-' ||
			       agent.p[n] == '_'))
		n++;
	return str_slice(agent, 0, n);
}

/* "10", "0.5", "2.5 s": the number at the head in ms; -1 when there is none. */
static int64_t
delay_of(struct str s)
{
	int64_t ms = 0, unit = 1000;
	bool point = false, digit = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			break;
		digit = true;
		if (point)
			ms += (s.p[i] - '0') * (unit /= 10);
		else
			ms = ms * 10 + (s.p[i] - '0') * 1000;
		if (ms > ROBOTS_DELAY_MAX)
			return ROBOTS_DELAY_MAX;
	}
	return digit ? ms : -1;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Room for one more of size bytes behind n. What is left behind goes with the arena. */
static void *
grown(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 16;
	bigger = arena_alloc(a, *cap * size);
	if (n)
		memcpy(bigger, v, n * size);
	return bigger;
}

static void
agent_take(struct reader *r, struct str value)
{
	if (r->ruled)
		r->in_own = r->in_all = r->ruled = false;
	if (value.n && value.p[0] == '*' && (value.n == 1 || is_space(value.p[1])))
		r->in_all = true;
	else if (str_eq_nocase(robots_token(value), r->agent))
		r->in_own = r->out->named = true;
}

static struct str
folder_of(struct arena *a, struct str pattern)
{
	size_t slash = pattern.n;

	while (slash && pattern.p[slash - 1] != '/')
		slash--;
	if (!slash || !str_starts(str_slice(pattern, slash, pattern.n), STR("index.htm")))
		return STR("");
	return str_of(arena_textf(a, "%.*s$", (int)slash, pattern.p));
}

static void
rule_take(struct reader *r, struct str value, int64_t line, bool allow)
{
	struct group *g = r->in_own ? &r->own : &r->all;
	struct robots_rule *rule;

	if (!r->in_own && !r->in_all)
		return; /* nobody was named */
	r->ruled = true;
	if (!value.n)
		return; /* fits everything and decides nothing */
	g->rules = grown(r->a, g->rules, g->n, &g->cap, sizeof *g->rules);
	rule = &g->rules[g->n++];
	buf_clear(&r->escaped);
	robots_escape(value, &r->escaped);
	*rule = (struct robots_rule){ .pattern = arena_str(r->a, buf_str(&r->escaped)),
				      .line = line,
				      .allow = allow };
	if (allow)
		rule->folder = folder_of(r->a, rule->pattern);
}

static void
delay_take(struct reader *r, struct str value)
{
	int64_t ms = delay_of(value);

	if (r->in_own && r->own.delay_ms < 0)
		r->own.delay_ms = ms;
	if (r->in_all && r->all.delay_ms < 0)
		r->all.delay_ms = ms;
}

static void
sitemap_take(struct reader *r, struct str value)
{
	struct robots *out = r->out;

	if (!value.n)
		return;
	out->sitemaps = grown(r->a, out->sitemaps, out->n_sitemaps, &r->cap_sitemaps,
			      sizeof *out->sitemaps);
	out->sitemaps[out->n_sitemaps++] = arena_str(r->a, value);
}

static void
line_take(struct reader *r, struct str line, int64_t number)
{
	struct str key, value;
	ptrdiff_t nul;

	line = str_slice(line, 0, ROBOTS_LINE_MAX);
	nul = str_find_byte(line, '\0');
	if (nul >= 0)
		line.n = (size_t)nul;
	if (!line_split(line, &key, &value))
		return;
	switch (key_of(key)) {
	case KEY_AGENT:
		agent_take(r, value);
		break;
	case KEY_ALLOW:
		rule_take(r, value, number, true);
		break;
	case KEY_DISALLOW:
		rule_take(r, value, number, false);
		break;
	case KEY_DELAY:
		delay_take(r, value);
		break;
	case KEY_SITEMAP:
		sitemap_take(r, value);
		break;
	case KEY_OTHER:
		break; /* ends no group */
	}
}

/* Cut to the ceiling at the end of a line: half a path would disallow more than was meant. */
static struct str
body_cut(struct str body)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n = ROBOTS_BYTES_MAX;

	if (body.n > n) {
		while (n && body.p[n - 1] != '\n' && body.p[n - 1] != '\r')
			n--;
		body.n = n;
	}
	for (size_t i = 0; i < 3 && body.n && body.p[0] == mark[i]; i++)
		body = str_slice(body, 1, body.n); /* also a part of it */
	return body;
}

void
robots_read(struct arena *a, struct str body, struct str agent, struct robots *out)
{
	struct reader r = { .a = a,
			    .agent = agent,
			    .out = out,
			    .own.delay_ms = -1,
			    .all.delay_ms = -1,
			    .escaped = BUF(3 * ROBOTS_LINE_MAX) };
	const struct group *g;
	int64_t number = 0;
	size_t at = 0;

	*out = (struct robots){ 0 };
	body = body_cut(body);
	while (at < body.n) {
		size_t end = at;

		while (end < body.n && body.p[end] != '\n' && body.p[end] != '\r')
			end++;
		line_take(&r, str_slice(body, at, end - at), ++number);
		at = end + 1;
		if (at < body.n && body.p[end] == '\r' && body.p[at] == '\n')
			at++;
	}
	g = out->named ? &r.own : &r.all;
	out->rules = g->rules;
	out->n = g->n;
	out->delay_ms = g->delay_ms;
	buf_release(&r.escaped);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* Does the pattern fit the head of path? Each run between stars is taken at its first place:
 * one walk over the path, whatever the pattern. */
static bool
fits(struct str path, struct str pattern)
{
	bool to_end = pattern.n && pattern.p[pattern.n - 1] == '$';
	ptrdiff_t star;

	pattern.n -= to_end;
	star = str_find_byte(pattern, '*');
	if (!str_starts(path, star < 0 ? pattern : str_slice(pattern, 0, (size_t)star)))
		return false;
	if (star < 0)
		return !to_end || path.n == pattern.n;
	path = str_slice(path, (size_t)star, path.n);
	for (;;) {
		struct str run;
		ptrdiff_t at;

		pattern = str_slice(pattern, (size_t)star + 1, pattern.n);
		star = str_find_byte(pattern, '*');
		if (star < 0 && to_end)
			return str_ends(path, pattern);
		run = star < 0 ? pattern : str_slice(pattern, 0, (size_t)star);
		at = str_find(path, run);
		if (at < 0)
			return false;
		if (star < 0)
			return true;
		path = str_slice(path, (size_t)at + run.n, path.n);
	}
}

static size_t
first_of(struct str s, const char *set, size_t from)
{
	while (from < s.n && !memchr(set, s.p[from], strlen(set)))
		from++;
	return from;
}

/* Path and query of an address, "/" when it has none; "/?x" is written as "?x" here, with
 * *slash set. The scheme may be missing. */
static struct str
path_of(struct str url, bool *slash)
{
	size_t from = str_starts(url, STR("//")) ? 2 : 0, start, hash;
	ptrdiff_t scheme = str_find(str_slice(url, from, url.n), STR("://"));

	*slash = false;
	if (scheme >= 0 && first_of(url, "/?;", from) >= from + (size_t)scheme + 1)
		start = first_of(url, "/?;", from + (size_t)scheme + 3);
	else
		start = first_of(url, "/?;", from);
	hash = first_of(url, "#", from);
	if (start == url.n || hash < start)
		return STR("/");
	*slash = url.p[start] != '/';
	return str_slice(url, start, hash - start);
}

bool
robots_allows(const struct robots *r, struct str url, const struct robots_rule **why)
{
	const struct robots_rule *best = NULL;
	size_t most = 0, work = 0;
	bool slash;
	struct str path = path_of(url, &slash);
	struct buf whole = BUF(url.n + 2);

	if (slash) {
		buf_add_byte(&whole, '/');
		buf_add(&whole, path);
		path = buf_str(&whole);
	}
	for (size_t i = 0; i < r->n && work <= ROBOTS_WORK_MAX; i++) {
		const struct robots_rule *rule = &r->rules[i];
		size_t weight = 0;

		work += path.n;
		if (fits(path, rule->pattern))
			weight = rule->pattern.n;
		else if (rule->folder.n && fits(path, rule->folder))
			weight = rule->folder.n;
		if (weight > most ||
		    (weight && weight == most && rule->allow && !best->allow)) {
			most = weight;
			best = rule;
		}
	}
	buf_release(&whole);
	*why = work <= ROBOTS_WORK_MAX ? best : NULL;
	return work <= ROBOTS_WORK_MAX && (!best || best->allow);
}
