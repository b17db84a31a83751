/* source_show.c - a trial as people read it, as JSON, and as a piece of configuration. */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/hotlist.h"

#include "cli/source_trial.h"

#define SHOWN_CHARS 90 /* code points of a value on one line */

static const struct charset_words {
	const char *why, *words;
} charset_words[] = {
	{ "bom", "a byte order mark says so" },       { "utf8", "its bytes are valid UTF-8" },
	{ "header", "the HTTP header says so" },      { "declared", "the text itself says so" },
	{ "guess", "by its bytes; nothing says so" },
};

static const char *
charset_why(const char *why)
{
	for (size_t i = 0; i < LY_COUNT(charset_words); i++)
		if (!strcmp(why, charset_words[i].why))
			return charset_words[i].words;
	return why;
}

void
trial_add_when(struct buf *b, int64_t at, int64_t now)
{
	int64_t far = at > now ? at - now : now - at;
	static const struct {
		int64_t s;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	size_t i = 0;

	while (i + 1 < LY_COUNT(units) && far < 2 * units[i].s)
		i++;
	if (far < 2)
		buf_add(b, STR("now"));
	else
		buf_addf(b, "%s%lld %s%s", at > now ? "in " : "", (long long)(far / units[i].s),
			 units[i].unit, at > now ? "" : " ago");
}

/* One line of at most SHOWN_CHARS. */
static void
add_line(struct buf *b, struct str s)
{
	struct str head = utf8_head(s, SHOWN_CHARS);

	for (size_t i = 0; i < head.n; i++)
		buf_add_byte(b, (unsigned char)head.p[i] < 0x20 ? ' ' : head.p[i]);
	if (head.n < s.n)
		buf_add(b, STR("…"));
}

static bool
has(const struct map_item *it, size_t f)
{
	switch (f) {
	case MAP_PUBLISHED:
		return it->published_at != 0;
	case MAP_FOLLOWERS:
		return it->followers >= 0;
	case MAP_HEAT:
		return it->heat >= 0;
	case MAP_RANK:
		return it->rank > 0;
	default:
		return it->text[f].n > 0;
	}
}

static bool
is_shown(const struct trial *t, size_t f)
{
	bool hot = t->source->kind == SOURCE_HOTLIST;

	return f == MAP_RANK || f == MAP_HEAT ? hot : true;
}

static size_t
count_with(const struct trial *t, size_t f)
{
	size_t n = 0;

	for (size_t i = 0; i < t->content.n; i++)
		n += has(&t->content.v[i], f);
	return n;
}

static void
add_value(struct buf *b, const struct trial_world *w, const struct map_item *it, size_t f)
{
	switch (f) {
	case MAP_PUBLISHED:
		clock_add_local(b, w->zone, it->published_at);
		buf_addf(b, " %s, ", w->zone ? zone_name(w->zone) : "UTC");
		trial_add_when(b, it->published_at, w->now);
		break;
	case MAP_FOLLOWERS:
		buf_addf(b, "%lld", (long long)it->followers);
		break;
	case MAP_HEAT:
		buf_addf(b, "%lld", (long long)it->heat);
		break;
	case MAP_RANK:
		buf_addf(b, "%lld", (long long)it->rank);
		break;
	case MAP_TEXT:
		buf_addf(b, "%zu characters: ", utf8_count(it->text[f]));
		add_line(b, it->text[f]);
		break;
	default:
		add_line(b, it->text[f]);
	}
}

/* ---- for people --------------------------------------------------------------------------------- */

static void row(const char *name, const char *fmt, ...) LY_PRINTF(2, 3);
static void
row(const char *name, const char *fmt, ...)
{
	va_list ap;

	printf("%-10s ", name);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void
print_answer(const struct trial *t)
{
	const struct http_response *r = &t->answer;
	bool moved = r->url.n && !str_eq(r->url, t->ask.url);

	row("address", "%.*s%s", STR_ARG(t->ask.url), t->ask.body.n ? "  (by POST)" : "");
	if (moved)
		row("", "led to %.*s%s", STR_ARG(r->url),
		    r->moved_for_good ? " for good: better to write this one" : "");
	if (t->robots.n)
		row("robots.txt", "%.*s", STR_ARG(t->robots));
	if (t->forbidden)
		return;
	if (r->end != HTTP_OK) {
		row("answer", "none: %s", r->detail);
		return;
	}
	row("answer", "%d, %zu bytes in %lld ms, said to be %.*s", r->status, r->body.n,
	    (long long)r->us / 1000, STR_ARG(r->type.n ? r->type : STR("nothing")));
	if (t->content.charset[0])
		row("charset", "%s%s%s", t->content.charset,
		    *t->content.charset_why ? ": " : "", charset_why(t->content.charset_why));
}

static void
print_kind(const struct trial *t)
{
	if (t->configured)
		row("kind", "%s, as configured", source_kind_words[t->source->kind]);
	else if (t->guess.why.n)
		row("kind", "%s: %.*s", source_kind_words[t->source->kind],
		    STR_ARG(t->guess.why));
	if (t->read && t->content.title.n)
		row("title", "%.*s", STR_ARG(utf8_head(t->content.title, SHOWN_CHARS)));
}

/* Which fields all, some and no items have. */
struct having {
	struct buf all, some, none;
};

static void
having_count(struct having *h, const struct trial *t)
{
	/* What few sources say is missed by nobody. */
	static const bool is_missed[MAP_FIELDS] = { [MAP_TITLE] = true,
						    [MAP_URL] = true,
						    [MAP_TEXT] = true,
						    [MAP_AUTHOR] = true,
						    [MAP_PUBLISHED] = true };

	for (size_t f = 0; f < MAP_FIELDS; f++) {
		size_t n = is_shown(t, f) ? count_with(t, f) : 0;
		struct buf *b = n == t->content.n ? &h->all : n ? &h->some : &h->none;

		if (!is_shown(t, f) || (b == &h->none && !is_missed[f]))
			continue;
		buf_addf(b, "%s%s", b->n ? ", " : "", map_field_words[f]);
		if (b == &h->some)
			buf_addf(b, " in %zu", n);
	}
}

static void
print_counts(const struct trial *t)
{
	struct having h = { BUF(1000), BUF(1000), BUF(1000) };
	const struct source_content *c = &t->content;
	bool many = c->n > 1;

	having_count(&h, t);
	row("items", "%zu%s", c->n,
	    c->n                    ? ""
	    : c->more == MORE_PARTS ? ": it is an index of other sitemaps"
				    : ": nothing is in it now");
	if (c->n && h.all.n)
		row("", "%s: %s", many ? "every one has" : "it has", h.all.p);
	if (c->n && h.some.n)
		row("", "not every one has: %s", h.some.p);
	if (c->n && h.none.n)
		row("", "%s: %s", many ? "none has" : "it has not", h.none.p);
	if (t->source->kind == SOURCE_SITEMAP && c->n)
		row("", "title and text come from the page behind each address");
	if (c->left_out)
		row("", "%zu more are left out: over max_items, or older than max_age",
		    c->left_out);
	buf_release(&h.all);
	buf_release(&h.some);
	buf_release(&h.none);
}

static void
print_known(const struct trial_world *w, const struct trial *t)
{
	struct buf b = BUF(400);

	if (t->fresh >= 0 && t->seen >= 0)
		row("new", "%lld would be taken in now; %lld were seen before%s",
		    (long long)t->fresh, (long long)t->seen,
		    t->old ? "; the rest is older than max_age" : "");
	else if (t->fresh >= 0)
		row("new", "%lld would be taken in%s%s", (long long)t->fresh,
		    t->old ? arena_textf(w->arena,
					 "; %lld more are older than max_age: counted, "
					 "no alarm",
					 (long long)t->old)
			   : "",
		    w->settings ? " (nothing is in the data directory yet)" : "");
	if (t->has_state && t->state.next_at != INT64_MAX) {
		trial_add_when(&b, t->state.next_at, w->now);
		row("next due", "%s%s", b.p,
		    t->state.failures ? ", later than usual: it has failed" : "");
	} else if (t->has_state) {
		row("next due", "never: it is closed until `langyan source poll`");
	}
	if (t->has_state && t->state.why.n)
		row("last poll", "%.*s", STR_ARG(t->state.why));
	buf_release(&b);
}

static void
print_hot(const struct hot_entry *x, int64_t now)
{
	struct buf b = BUF(200);

	if (!x->looks) {
		puts("  history    not seen on this list before");
		return;
	}
	trial_add_when(&b, x->first_at, now);
	printf("  history    appeared %s, best rank %lld, last seen at %lld\n", b.p,
	       (long long)x->best, (long long)x->rank);
	buf_release(&b);
}

static void
print_item(const struct trial_world *w, const struct trial *t, size_t i)
{
	const struct map_item *it = &t->content.v[i];
	struct buf b = BUF(4096);

	printf("\nitem %zu\n", i + 1);
	for (size_t f = 0; f < MAP_FIELDS; f++) {
		if (!is_shown(t, f))
			continue;
		if (!has(it, f)) {
			if (f == MAP_TITLE || f == MAP_URL || f == MAP_TEXT ||
			    f == MAP_PUBLISHED)
				printf("  %-10s (nothing)\n", map_field_words[f]);
			continue;
		}
		buf_clear(&b);
		add_value(&b, w, it, f);
		printf("  %-10s %s\n", map_field_words[f], b.p);
		if (it->from[f].n)
			printf("             ← %.*s\n", STR_ARG(it->from[f]));
	}
	if (t->hot)
		print_hot(&t->hot[i], w->now);
	buf_release(&b);
}

static void
print_behind(const struct trial *t)
{
	if (!t->page_url.n)
		return;
	printf("\nthe page behind item 1 (full_text)\n  %-10s %.*s\n", "address",
	       STR_ARG(t->page_url));
	if (t->page_why.n)
		printf("  %-10s could not be read: %.*s\n", "text", STR_ARG(t->page_why));
	else
		printf("  %-10s %.*s\n  %-10s %zu characters of main text\n", "title",
		       STR_ARG(utf8_head(t->page_title, SHOWN_CHARS)), "text", t->page_chars);
}

/* What a person may want to do about it. */
static void
print_hints(const struct trial_world *w, const struct trial *t)
{
	const struct http_response *r = &t->answer;

	if (t->forbidden ? w->robots.blocked : r->end == HTTP_BLOCKED)
		puts("\nThis address is in a private network. If it is meant: allow_private: "
		     "[ADDRESS:PORT] in the source,\nor --allow-private ADDRESS:PORT here.");
	else if (r->end == HTTP_OK && (r->status == 401 || r->status == 403))
		puts("\nThe server wants to know who asks. What needs a login is not public: "
		     "see "
		     "basis:, cookies: and\nsecret_headers: in `langyan config keys`.");
	else if (str_starts(t->why, STR("blocked")))
		puts("\nWalls are not climbed: ask whoever runs it for a feed or a contract, "
		     "or "
		     "take another\nsource. What people carry in by hand: langyan help push.");
	else if (!t->configured && t->source->kind == SOURCE_PAGE && !t->forbidden &&
		 r->end == HTTP_OK && r->status == 200)
		puts("\nIt was read as one article page. To look for this site's feeds: "
		     "langyan source "
		     "discover URL.\nFor a list of items: kind: list with items: and fields: "
		     "(docs/sources.md).");
	else if (t->read && t->content.n && !count_with(t, MAP_PUBLISHED))
		puts("\nNo item says when it was published: each counts from when it is first "
		     "seen.");
}

/* A forum's "09:01" is its own clock's; read as UTC it is told hours late or early. */
static void
print_zone_hint(const struct trial *t)
{
	enum source_kind kind = (enum source_kind)t->source->kind;
	bool page = kind == SOURCE_LIST || kind == SOURCE_PAGE;

	if (t->read && page && !t->source->zone && count_with(t, MAP_PUBLISHED))
		puts("\nTimes that name no zone were read as UTC. If the page's clock is "
		     "another: "
		     "zone: Asia/Shanghai\n(or what it is) in the source.");
}

void
trial_print(const struct trial_world *w, const struct trial *t, size_t items)
{
	struct buf snippet = BUF(1 << 16);

	print_answer(t);
	print_kind(t);
	if (t->fell_back)
		row("provider", "the first failed; this is the fallback's answer");
	if (t->read)
		print_counts(t);
	else
		row("result", "nothing could be read: %.*s", STR_ARG(t->why));
	if (t->read && t->content.notes.n)
		row("look at", "%.*s", STR_ARG(t->content.notes));
	print_known(w, t);
	if (t->next.n)
		row("then", "%.*s", STR_ARG(t->next));
	for (size_t i = 0; t->read && i < items && i < t->content.n; i++)
		print_item(w, t, i);
	print_behind(t);
	print_hints(w, t);
	print_zone_hint(t);
	if (!t->configured && t->read) {
		trial_snippet(w->arena, t, &snippet);
		printf("\nFor langyan.yaml:\n%s", snippet.p);
	}
	buf_release(&snippet);
}

/* ---- as configuration ---------------------------------------------------------------------------- */

/* Bare in YAML, or in quotes. */
static void
add_yaml(struct buf *b, struct str s)
{
	bool bare = s.n > 0 && str_find(s, STR(": ")) < 0 && str_find(s, STR(" #")) < 0 &&
		    s.p[0] != ' ' && s.p[s.n - 1] != ':';

	for (size_t i = 0; i < s.n && bare; i++)
		bare = (unsigned char)s.p[i] >= 0x20 &&
		       str_find_byte(STR("\"'\\{},"), s.p[i]) < 0 &&
		       (i || str_find_byte(STR("@&*!|>%`[]?$-#="), s.p[i]) < 0);
	if (bare)
		buf_add(b, s);
	else
		json_add_text(b, s);
}

/* "news-example" of https://www.news.example/rss */
static void
add_name(struct buf *b, struct str url)
{
	struct buf host = BUF(300);
	struct str s;

	(void)!url_host(url, &host);
	s = buf_str(&host);
	if (str_starts(s, STR("www.")))
		s = str_slice(s, 4, s.n);
	for (size_t i = 0; i < s.n; i++)
		buf_add_byte(b, (s.p[i] >= 'a' && s.p[i] <= 'z') ||
						(s.p[i] >= '0' && s.p[i] <= '9')
					? s.p[i]
					: '-');
	if (!s.n)
		buf_add(b, STR("new-source"));
	buf_release(&host);
}

void
trial_snippet(struct arena *a, const struct trial *t, struct buf *b)
{
	const struct source_conf *s = t->source;
	const struct conf_pair *v = s->way.map.fields.v;
	struct str url = t->answer.moved_for_good && t->answer.url.n ? t->answer.url : s->url;

	(void)a;
	buf_add(b, STR("sources:\n  "));
	add_name(b, url);
	buf_addf(b, ":\n    kind: %s\n    url: ", source_kind_words[s->kind]);
	add_yaml(b, url);
	buf_add(b, STR("\n    class: news        # or social, forum, video, owned, complaint, "
		       "official, "
		       "review, other\n"));
	for (size_t i = 0; i < s->allow_private.n; i++)
		buf_addf(b, "    allow_private: [\"%.*s\"]\n", STR_ARG(s->allow_private.v[i]));
	if (s->kind != SOURCE_API)
		return;
	buf_add(b, STR("    items: "));
	add_yaml(b, s->way.map.items);
	buf_add(b, STR("\n    fields:\n"));
	for (size_t i = 0; i < s->way.map.fields.n; i++) {
		buf_addf(b, "      %.*s: ", STR_ARG(v[i].name));
		add_yaml(b, v[i].value);
		buf_add_byte(b, '\n');
	}
}

/* ---- as JSON --------------------------------------------------------------------------------------- */

static void
key(struct buf *b, const char *name)
{
	buf_addf(b, "%s\"%s\":", b->n && b->p[b->n - 1] != '{' ? "," : "", name);
}
static void
key_text(struct buf *b, const char *name, struct str s)
{
	key(b, name);
	if (s.n)
		json_add_text(b, s);
	else
		buf_add(b, STR("null"));
}
static void
key_int(struct buf *b, const char *name, int64_t n)
{
	key(b, name);
	if (n < 0)
		buf_add(b, STR("null"));
	else
		buf_addf(b, "%lld", (long long)n);
}
static void
key_time(struct buf *b, const char *name, int64_t at)
{
	struct buf iso = BUF(64);

	if (at > 0 && at != INT64_MAX)
		clock_add_iso(&iso, at);
	key_text(b, name, buf_str(&iso));
	buf_release(&iso);
}

static void
json_item(struct buf *b, const struct trial *t, const struct map_item *it)
{
	buf_add(b, b->p[b->n - 1] == '[' ? STR("{") : STR(",{"));
	for (size_t f = 0; f < MAP_FIELDS; f++) {
		if (!is_shown(t, f) || !has(it, f))
			continue;
		key(b, map_field_words[f]);
		buf_add_byte(b, '{');
		if (f == MAP_PUBLISHED)
			key_time(b, "value", it->published_at);
		else if (f == MAP_FOLLOWERS || f == MAP_HEAT || f == MAP_RANK)
			key_int(b, "value",
				f == MAP_RANK   ? it->rank
				: f == MAP_HEAT ? it->heat
						: it->followers);
		else
			key_text(b, "value", it->text[f]);
		key_text(b, "from", it->from[f]);
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, '}');
}

void
trial_print_json(const struct trial_world *w, const struct trial *t, size_t items)
{
	struct buf b = BUF(64 << 20);

	(void)w;
	buf_add_byte(&b, '{');
	key_text(&b, "address", t->ask.url);
	key_text(&b, "final_address", t->answer.url);
	key_text(&b, "robots", t->robots);
	key(&b, "forbidden");
	buf_add(&b, t->forbidden ? STR("true") : STR("false"));
	key_int(&b, "status", t->answer.status);
	key_text(&b, "ended", str_of(http_end_words[t->answer.end]));
	key_text(&b, "type", t->answer.type);
	key_int(&b, "bytes", (int64_t)t->answer.body.n);
	key_int(&b, "ms", t->answer.us / 1000);
	key_text(&b, "charset", str_of(t->content.charset));
	key_text(&b, "charset_why",
		 str_of(t->content.charset_why ? t->content.charset_why : ""));
	key_text(&b, "kind", str_of(source_kind_words[t->source->kind]));
	key_text(&b, "kind_why", t->configured ? STR("configured") : t->guess.why);
	key_text(&b, "title", t->content.title);
	key_text(&b, "why", t->why);
	key_text(&b, "notes", t->content.notes);
	key_int(&b, "items", t->read ? (int64_t)t->content.n : -1);
	key_int(&b, "left_out", (int64_t)t->content.left_out);
	key(&b, "with");
	buf_add_byte(&b, '{');
	for (size_t f = 0; f < MAP_FIELDS; f++)
		if (is_shown(t, f))
			key_int(&b, map_field_words[f], (int64_t)count_with(t, f));
	buf_add_byte(&b, '}');
	key_int(&b, "new", t->fresh);
	key_int(&b, "seen", t->seen);
	key_int(&b, "old", t->old);
	key_time(&b, "next_due", t->has_state ? t->state.next_at : 0);
	key_text(&b, "then", t->next);
	key(&b, "first");
	buf_add_byte(&b, '[');
	for (size_t i = 0; t->read && i < items && i < t->content.n; i++)
		json_item(&b, t, &t->content.v[i]);
	buf_add(&b, STR("]}\n"));
	fputs(b.p, stdout);
	buf_release(&b);
}
