/* page_rules.c - see page_rules.h. */
#include "core/base.h"

#include "core/charset.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/date.h"
#include "crawler/page_rules.h"
#include "crawler/select.h"

#define REMOVE_MAX    32
#define PAGE_MAX      ((size_t)8 << 20)
#define TEXT_MAX      ((size_t)256 << 10)
#define JSON_PAGE_MAX ((size_t)1 << 20)

static const char *const part_words[] = { "title", "text", "author", "published" };

#define PART(i) (offsetof(struct page_rule, part) + (i) * sizeof(struct str))
static const struct conf_key keys[] = {
	{ "title", CONF_TEXT, PART(RULE_TITLE), 0, 500, "", "path of the title" },
	{ "text", CONF_TEXT, PART(RULE_TEXT), 0, 500, "",
	  "path of the article or of its paragraphs; all that is found, in order" },
	{ "author", CONF_TEXT, PART(RULE_AUTHOR), 0, 500, "", "path of the author's name" },
	{ "published", CONF_TEXT, PART(RULE_PUBLISHED), 0, 500, "",
	  "path of the date, or of its attribute (time @datetime)" },
	{ "remove", CONF_TEXTS, offsetof(struct page_rule, remove), 0, REMOVE_MAX, "",
	  "paths of what is no part of the text" },
	CONF_END,
};

static struct select *
compile(struct conf_reader *r, const void *field, struct str path)
{
	struct err e = { 0 };
	struct select *s = select_compile(conf_arena(r), path, &e);

	if (!s)
		conf_error(r, field, "%s", e.text);
	return s;
}

static void
rule_check(struct conf_reader *r, void *self)
{
	struct page_rule *rule = self;
	size_t given = rule->remove.n;

	for (size_t i = 0; i < RULE_PARTS; i++) {
		given += rule->part[i].n;
		if (rule->part[i].n)
			rule->paths[i] = compile(r, &rule->part[i], rule->part[i]);
	}
	rule->removes =
		arena_alloc(conf_arena(r), (rule->remove.n + 1) * sizeof(struct select *));
	for (size_t i = 0; i < rule->remove.n; i++)
		rule->removes[i] = compile(r, &rule->remove, rule->remove.v[i]);
	if (!given)
		conf_error(r, rule,
			   "says nothing: give title, text, author, published or remove");
	if (str_find_byte(rule->host, '/') >= 0 || str_find_byte(rule->host, '.') < 1)
		conf_error(r, rule, "the name of a rule is a host: news.example.com");
}

const struct conf_schema page_rule_schema = {
	.name = "page_rule",
	.size = sizeof(struct page_rule),
	.keys = keys,
	.help = "what of one site's pages is title, text, author and date",
	.name_at = offsetof(struct page_rule, host),
	.check = rule_check,
};

/* ---- finding ----------------------------------------------------------------------------------- */

static struct str
host_of(struct str url)
{
	ptrdiff_t at = str_find(url, STR("://"));
	size_t n = 0;

	url = at < 0 ? STR("") : str_slice(url, (size_t)at + 3, url.n);
	while (n < url.n && !strchr("/:?#", url.p[n]))
		n++;
	url = str_slice(url, 0, n);
	at = str_find_byte(url, '@');
	return at < 0 ? url : str_slice(url, (size_t)at + 1, url.n);
}

static bool
fits(struct str host, struct str rule)
{
	if (host.n < rule.n || !str_eq_nocase(str_slice(host, host.n - rule.n, rule.n), rule))
		return false;
	return host.n == rule.n || host.p[host.n - rule.n - 1] == '.';
}

const struct page_rule *
page_rule_find(const struct conf_list *rules, struct str url)
{
	const struct page_rule *v = rules ? rules->v : NULL, *best = NULL;
	struct str host = host_of(url);

	for (size_t i = 0; rules && i < rules->n; i++)
		if (fits(host, v[i].host) && (!best || v[i].host.n > best->host.n))
			best = &v[i];
	return best;
}

/* ---- applying ---------------------------------------------------------------------------------- */

struct applying {
	const struct page_rule *rule;
	struct arena *a;
	struct dom *dom;
	struct err *e;
};

static int
nothing(const struct applying *x, enum page_rule_part part)
{
	return err_set(x->e, ERR_REJECT, "page_rules %.*s %s: \"%.*s\" matched 0 nodes",
		       STR_ARG(x->rule->host), part_words[part], STR_ARG(x->rule->part[part]));
}

/* What the path finds, a line each; one: the first alone. */
static int
find(const struct applying *x, enum page_rule_part part, bool one, struct str *out)
{
	struct buf text = BUF(TEXT_MAX * 4);
	struct dom_hit *hits;
	int n = dom_find(x->dom, NULL, x->rule->paths[part], x->a, &hits, x->e);

	if (n < 0)
		return -1;
	for (int i = 0; i < n && !(one && text.n); i++) {
		struct str s = str_trim(dom_text(&hits[i], x->a));

		if (s.n)
			buf_addf(&text, "%s%.*s", text.n ? "\n" : "", STR_ARG(s));
	}
	*out = arena_str(x->a, utf8_cut(buf_str(&text), TEXT_MAX));
	buf_release(&text);
	return out->n ? 0 : nothing(x, part);
}

static int
apply(const struct applying *x, int64_t now, struct page *p)
{
	struct str *const to[] = { &p->title, &p->text, &p->author };
	const char **const from[] = { &p->title_from, &p->text_from, &p->author_from };
	struct str day;

	for (size_t i = 0; i < x->rule->remove.n; i++) {
		struct dom_hit *hits;
		int n = dom_find(x->dom, NULL, x->rule->removes[i], x->a, &hits, x->e);

		if (n < 0)
			return -1;
		dom_remove(hits, (size_t)n);
	}
	for (size_t i = 0; i < LY_COUNT(to); i++) {
		if (!x->rule->paths[i])
			continue;
		if (find(x, i, i != RULE_TEXT, to[i]) < 0)
			return -1;
		*from[i] = "page_rules";
	}
	if (!x->rule->paths[RULE_PUBLISHED])
		return 0;
	if (find(x, RULE_PUBLISHED, true, &day) < 0)
		return -1;
	if (date_parse_local(day, now, NULL, &p->published_at, &p->published_offset_s) < 0)
		return err_set(x->e, ERR_REJECT,
			       "page_rules %.*s published: \"%.*s\" is no date",
			       STR_ARG(x->rule->host), STR_ARG(utf8_cut(day, 60)));
	p->published_from = "page_rules";
	return 0;
}

static void
release(void *b)
{
	buf_release(b);
}

/* What an interface answers, most often an error, is nobody's words. */
static bool
is_json(struct arena *a, const struct page_bytes *b)
{
	struct str s = str_trim(b->bytes);
	struct err ignored = { 0 };

	if (str_find_nocase(b->type, STR("json")) >= 0)
		return true;
	return s.n && s.n <= JSON_PAGE_MAX && strchr("{[", s.p[0]) && s.p[0] &&
	       json_parse_web(a, s, &ignored);
}

int
page_read_by(const struct conf_list *rules, struct arena *a, const struct page_bytes *b,
	     struct page *p, struct err *e)
{
	const struct page_rule *rule = page_rule_find(rules, b->url);
	struct applying x = { .rule = rule, .a = a, .e = e };
	struct charset_found found;
	struct buf *text;
	int rc;

	if (is_json(a, b))
		return err_set(e, ERR_REJECT,
			       "it is JSON, no page: the source may be of kind api");
	rc = page_extract(a, b->bytes, b->url, b->type, b->now, p, e);
	if (!rule || (rc < 0 && !rule->paths[RULE_TEXT]))
		return rc;
	text = arena_alloc(a, sizeof *text);
	*text = BUF(PAGE_MAX + 1);
	arena_defer(a, release, text);
	if (charset_decode(b->bytes, b->type, text, &found, e) < 0)
		return -1;
	x.dom = dom_parse(a, buf_str(text), e);
	if (!x.dom)
		return -1;
	if (rule->remove.n && !rule->paths[RULE_TEXT]) {
		struct str rest;

		/* What is removed is no part of what the general way finds, either. */
		for (size_t i = 0; i < rule->remove.n; i++) {
			struct dom_hit *hits;
			int n = dom_find(x.dom, NULL, rule->removes[i], a, &hits, e);

			if (n < 0)
				return -1;
			dom_remove(hits, (size_t)n);
		}
		rest = dom_html(x.dom, a);
		if (page_extract(a, rest, b->url, STR("text/html; charset=utf-8"), b->now, p,
				 e) < 0)
			return -1;
	}
	return apply(&x, b->now, p);
}
