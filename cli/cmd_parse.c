/* cmd_parse.c - the parsers at a shell: parse-feed, extract and to-utf8. Files in, one answer out. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/file.h"
#include "cli/settings.h"
#include "cli/json_lines.h"
#include "core/charset.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "crawler/feed.h"
#include "crawler/page.h"
#include "crawler/page_rules.h"
#include "crawler/wall.h"

#define FILE_MAX ((size_t)128 << 20)

static void
add_text(struct buf *b, const char *key, struct str s)
{
	buf_addf(b, "%s\"%s\":", b->n && b->p[b->n - 1] != '{' ? "," : "", key);
	if (s.n)
		json_add_text(b, s);
	else
		buf_add(b, STR("null"));
}
static void
add_time(struct buf *b, const char *key, int64_t at)
{
	struct buf iso = BUF(64);

	if (at > 0)
		clock_add_iso(&iso, at);
	add_text(b, key, buf_str(&iso));
	buf_release(&iso);
}

static void
add_feed(struct buf *b, const struct feed *f)
{
	buf_add(b, STR("{\"feed\":{"));
	add_text(b, "title", f->title);
	add_text(b, "link", f->link);
	add_text(b, "language", f->language);
	buf_addf(b, ",\"ttl\":%lld", (long long)f->ttl_s);
	add_text(b, "charset", str_of(f->charset));
	buf_add(b, STR("},\"entries\":["));
	for (size_t i = 0; i < f->n; i++) {
		const struct feed_item *it = &f->items[i];

		buf_add(b, i ? STR(",{") : STR("{"));
		add_text(b, "id", it->id);
		add_text(b, "title", it->title);
		add_text(b, "link", it->link);
		add_text(b, "author", it->author);
		add_time(b, "published", it->published_at);
		add_time(b, "updated", it->updated_at);
		add_text(b, "summary_text", it->summary);
		add_text(b, "content_text", it->content);
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, ']');
	if (f->reject != FEED_OK)
		add_text(b, "reject", str_of(feed_reject_words[f->reject]));
	buf_add_byte(b, '}');
}

static int
run_parse_feed(int argc, char **argv, struct err *e)
{
	struct str base = STR(""), type = STR("");
	const char *path = NULL;
	struct buf bytes = BUF(FILE_MAX), out = BUF(FILE_MAX);
	struct arena *a;
	struct feed f;
	int rc;

	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && strcmp(argv[i], "--base-url") == 0)
			base = str_of(argv[++i]);
		else if (i + 1 < argc && strcmp(argv[i], "--content-type") == 0)
			type = str_of(argv[++i]);
		else if (!path && (argv[i][0] != '-' || !argv[i][1]))
			path = argv[i];
		else
			return err_set(e, ERR_USAGE, "unexpected argument \"%s\"", argv[i]);
	}
	if (!path)
		return err_set(e, ERR_USAGE, "which file? (\"-\" is standard input)");
	if (file_read(path, &bytes, e) < 0) {
		buf_release(&bytes);
		return -1;
	}
	a = arena_new();
	rc = feed_parse(a, buf_str(&bytes), base, type, clock_wall(), &f, e);
	if (rc < 0)
		fprintf(stderr, "parse-feed: %s\n", e->text);
	add_feed(&out, &f);
	puts(out.p);
	buf_release(&out);
	buf_release(&bytes);
	arena_free(a);
	return rc < 0 ? 1 : 0;
}

/* "2026-03-05T14:03:00+08:00": the day is the one that stands on the page. */
static void
add_local(struct buf *b, const char *key, int64_t at, int offset_s)
{
	struct buf iso = BUF(64);
	int minutes = abs(offset_s) / 60;

	if (at > 0) {
		clock_add_iso(&iso, at + offset_s);
		if (minutes) {
			iso.n--; /* the Z */
			buf_addf(&iso, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60,
				 minutes % 60);
		}
	}
	add_text(b, key, buf_str(&iso));
	buf_release(&iso);
}

static void
add_page(struct buf *b, const struct page *p, const struct wall *w)
{
	buf_add_byte(b, '{');
	if (w->kind)
		add_text(b, "wall", str_of(w->why));
	add_text(b, "title", p->title);
	add_text(b, "author", p->author);
	add_local(b, "published", p->published_at, p->published_offset_s);
	add_text(b, "site", p->site);
	add_text(b, "lang", p->lang);
	add_text(b, "canonical", p->canonical);
	add_text(b, "charset", str_of(p->charset));
	add_text(b, "title_from", str_of(p->title_from ? p->title_from : ""));
	add_text(b, "author_from", str_of(p->author_from ? p->author_from : ""));
	add_text(b, "published_from", str_of(p->published_from ? p->published_from : ""));
	add_text(b, "text", p->text);
	buf_add_byte(b, '}');
}

static int
extract_one(const char *path, struct str url, const struct conf_list *rules, struct buf *out,
	    struct err *e)
{
	struct buf bytes = BUF(FILE_MAX);
	struct arena *a = arena_new();
	struct page p = { .title = STR("") };
	struct wall w = { .kind = WALL_NONE };
	int rc = file_read(path, &bytes, e);

	if (rc == 0) {
		w = wall_find(&(struct wall_answer){ 200, url, url, STR(""), buf_str(&bytes) },
			      a);
		rc = page_read_by(
			rules, a,
			&(struct page_bytes){ buf_str(&bytes), url, STR(""), clock_wall() }, &p,
			e);
	}
	if (rc < 0)
		fprintf(stderr, "extract: %s: %s\n", path, e->text);
	add_page(out, &p, &w);
	buf_add_byte(out, '\n');
	fwrite(out->p, 1, out->n, stdout);
	buf_clear(out);
	buf_release(&bytes);
	arena_free(a);
	return rc;
}

/* {"file":...,"url":...} a line in, a page a line out, flushed. */
static int
extract_lines(const struct conf_list *rules, struct err *e)
{
	struct buf out = BUF(FILE_MAX);
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = getline(&line, &room, stdin)) >= 0) {
		struct arena *a = arena_new();
		struct json_member m[] = { { "file" }, { "url" } };
		struct err why = { 0 };

		if (json_line_read(str_trim((struct str){ line, (size_t)n }), m, 2, a, e) < 0)
			rc = -1;
		else if (!m[0].text.n)
			rc = err_set(e, ERR_REJECT, "a line names no \"file\"");
		else if (extract_one(arena_text(a, m[0].text), m[1].text, rules, &out, &why) <
				 0 &&
			 why.kind != ERR_REJECT)
			rc = err_set(e, why.kind, "%s", why.text);
		fflush(stdout);
		arena_free(a);
	}
	if (rc == 0)
		rc = file_ended(stdin, "-", e);
	free(line);
	buf_release(&out);
	return rc;
}

struct extract {
	struct str url;
	const char *path, *conf;
	bool lines;
};

static int
extract_asked(int argc, char **argv, struct extract *x, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && strcmp(argv[i], "--url") == 0)
			x->url = str_of(argv[++i]);
		else if (i + 1 < argc && strcmp(argv[i], "-c") == 0)
			x->conf = argv[++i];
		else if (strcmp(argv[i], "--lines") == 0)
			x->lines = true;
		else if (!x->path && (argv[i][0] != '-' || !argv[i][1]))
			x->path = argv[i];
		else
			return err_set(e, ERR_USAGE, "unexpected argument \"%s\"", argv[i]);
	}
	if (x->lines && (x->path || x->url.n))
		return err_set(e, ERR_USAGE,
			       "--lines reads files and addresses from the standard input");
	if (!x->lines && !x->path)
		return err_set(e, ERR_USAGE, "which file? (\"-\" is standard input)");
	return 0;
}

static int
run_extract(int argc, char **argv, struct err *e)
{
	struct extract x = { .url = STR("") };
	struct buf out = BUF(FILE_MAX);
	struct settings *s = NULL;
	const struct conf_list *rules = NULL;
	int rc = extract_asked(argc, argv, &x, e);

	if (rc == 0 && x.conf) {
		s = settings_read(x.conf, NULL, e);
		rc = s ? 0 : -1;
		rules = s ? &s->page_rules : NULL;
	}
	/* No answer for what could not be read; a line of --lines must have one. */
	if (rc == 0 && x.path && strcmp(x.path, "-") && access(x.path, R_OK) < 0)
		rc = err_set(e, ERR_USAGE, "could not open \"%s\": %s", x.path,
			     strerror(errno));
	if (rc == 0)
		rc = x.lines ? extract_lines(rules, e)
			     : extract_one(x.path, x.url, rules, &out, e);
	settings_free(s);
	buf_release(&out);
	return rc < 0 && e->kind != ERR_USAGE && !x.lines ? 1 : rc;
}

static int
run_to_utf8(int argc, char **argv, struct err *e)
{
	struct buf bytes = BUF(FILE_MAX), out = BUF(FILE_MAX * 3);
	struct charset_found found;
	int rc;

	if (argc != 2)
		return err_set(e, ERR_USAGE, "which file? (\"-\" is standard input)");
	rc = file_read(argv[1], &bytes, e);
	if (rc == 0)
		rc = charset_decode(buf_str(&bytes), STR(""), &out, &found, e);
	if (rc == 0) {
		fwrite(out.p, 1, out.n, stdout);
		fprintf(stderr, "%s (%s), %zu replaced\n", found.name, found.why,
			found.replaced);
	}
	buf_release(&bytes);
	buf_release(&out);
	return rc;
}

const struct subcommand cmd_parse_feed = {
	"parse-feed",
	"[--base-url URL] [--content-type TYPE] FILE",
	"read a feed's bytes (RSS, RDF, Atom, CDF, JSON Feed) and print what is in it, as one\n"
	"JSON object\n"
	"FILE - is the standard input. Exit 1 if it is no feed.",
	"  langyan parse-feed news.xml\n"
	"  curl -s https://example.com/rss | langyan parse-feed --base-url "
	"https://example.com/rss -",
	run_parse_feed,
};
const struct subcommand cmd_extract = {
	"extract",
	"[-c FILE] [--url URL] FILE | --lines",
	"find a page's main text, title, author and date; one JSON object\n"
	"FILE - is the standard input. --lines reads {\"file\":...,\"url\":...} a line from "
	"it\n"
	"and answers a line each. \"wall\" is there when the page is none: a captcha, a "
	"login,\n"
	"a firewall's refusal, an error page. With -c the page_rules of that configuration "
	"hold.",
	"  langyan extract --url https://example.com/news/1.html page.html\n"
	"  langyan extract -c langyan.yaml --url https://example.com/news/1.html page.html",
	run_extract,
};
const struct subcommand cmd_to_utf8 = {
	"to-utf8",
	"FILE",
	"print any text as UTF-8; which encoding it was goes to stderr",
	"  langyan to-utf8 old-page.html > new-page.html",
	run_to_utf8,
};
