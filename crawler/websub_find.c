/* websub_find.c - see websub_find.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/http.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/websub_find.h"

#define LINKS_MAX  64
#define MARKUP_MAX ((size_t)256 << 10)

struct finding {
	struct arena *a;
	struct str base;
	struct websub_links *out;
	size_t links;
};

/* An address that may stand in a request: kept to the letter, because the hub compares. */
static struct str
address(struct finding *f, struct str s)
{
	struct buf b = BUF(WEBSUB_URL_MAX);
	struct err e;

	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return STR("");
	if (!s.n || s.n > WEBSUB_URL_MAX || !utf8_valid(s))
		return STR("");
	if (!str_starts(s, STR("https://")) && !str_starts(s, STR("http://")))
		s = url_resolve(f->base, s, &b, &e) == 0 ? buf_str(&b) : STR("");
	s = arena_str(f->a, s);
	buf_release(&b);
	return s;
}

static bool
has_word(struct str list, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= list.n; i++) {
		bool begins = !i || list.p[i - 1] == ' ',
		     ends = i + n == list.n || list.p[i + n] == ' ';

		if (begins && ends && str_eq_nocase(str_slice(list, i, n), str_of(word)))
			return true;
	}
	return false;
}

static void
link_take(struct finding *f, struct str rel, struct str href)
{
	if (f->links++ >= LINKS_MAX)
		return;
	if (has_word(rel, "hub") && !f->out->hub.n)
		f->out->hub = address(f, href);
	if (has_word(rel, "self") && !f->out->self.n)
		f->out->self = address(f, href);
}

/* ---- the Link header: <address>; rel="a b"; other=…, <…> ---------------------------------------- */

/* Cut off *s what stands before any of ends outside quotes; what ended it stays. */
static struct str
until(struct str *s, const char *ends)
{
	bool quoted = false;
	size_t i = 0;
	struct str part;

	for (; i < s->n && (quoted || !strchr(ends, s->p[i]) || !s->p[i]); i++) {
		if (s->p[i] == '"')
			quoted = !quoted;
		else if (quoted && s->p[i] == '\\' && i + 1 < s->n)
			i++;
	}
	if (i > s->n)
		i = s->n;
	part = str_slice(*s, 0, i);
	*s = str_slice(*s, i, s->n);
	return str_trim(part);
}

static struct str
unquoted(struct str s)
{
	s = str_trim(s);
	return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_slice(s, 1, s.n - 2) : s;
}

static void
header_find(struct finding *f, struct str s)
{
	while (s.n && f->links < LINKS_MAX) {
		struct str rel = STR(""), href;
		ptrdiff_t open = str_find_byte(s, '<'), close;

		if (open < 0)
			return;
		s = str_slice(s, (size_t)open + 1, s.n);
		close = str_find_byte(s, '>');
		if (close < 0)
			return;
		href = str_slice(s, 0, (size_t)close);
		s = str_slice(s, (size_t)close + 1, s.n);
		until(&s, ";,");
		while (s.n && s.p[0] == ';') {
			struct str name;

			s = str_slice(s, 1, s.n);
			name = until(&s, "=;,");
			if (!s.n || s.p[0] != '=')
				continue;
			s = str_slice(s, 1, s.n);
			if (str_eq_nocase(name, STR("rel")) &&
			    !rel.n) /* the first: RFC 8288 3.3 */
				rel = unquoted(until(&s, ";,"));
			else
				until(&s, ";,");
		}
		link_take(f, rel, href);
	}
}

/* ---- link elements ------------------------------------------------------------------------------ */

static const struct entity {
	const char *name, *is;
} entities[] = {
	{ "&amp;", "&" },  { "&#38;", "&" },   { "&#x26;", "&" }, { "&lt;", "<" },
	{ "&gt;", ">" },   { "&quot;", "\"" }, { "&apos;", "'" }, { "&#39;", "'" },
	{ "&#x27;", "'" }, { "&#34;", "\"" },
};

static struct str
unescaped(struct arena *a, struct str s)
{
	struct buf b = BUF(WEBSUB_URL_MAX);
	struct str out;

	for (size_t i = 0; i < s.n;) {
		size_t k = 0;

		while (k < LY_COUNT(entities) &&
		       !str_starts(str_slice(s, i, s.n), str_of(entities[k].name)))
			k++;
		buf_add(&b,
			k < LY_COUNT(entities) ? str_of(entities[k].is) : str_slice(s, i, 1));
		i += k < LY_COUNT(entities) ? strlen(entities[k].name) : 1;
	}
	out = buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR("");
	buf_release(&b);
	return out;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str
cut(struct str *s, size_t n)
{
	struct str part = str_slice(*s, 0, n);

	*s = str_slice(*s, n, s->n);
	return part;
}

/* The value after '=', between quotes or up to white space. */
static struct str
value_read(struct str *s)
{
	char quote = s->n && (s->p[0] == '"' || s->p[0] == '\'') ? s->p[0] : 0;
	size_t n = 0;
	struct str value;

	cut(s, quote != 0);
	while (n < s->n && (quote ? s->p[n] != quote : !is_space(s->p[n])))
		n++;
	value = cut(s, n);
	cut(s, quote != 0);
	return value;
}

/* The next attribute of a tag; false at its end. */
static bool
attribute_read(struct str *s, struct str *name, struct str *value)
{
	size_t n = 0;

	while (s->n && (is_space(s->p[0]) || s->p[0] == '/'))
		cut(s, 1);
	while (n < s->n && !is_space(s->p[n]) && s->p[n] != '=' && s->p[n] != '/')
		n++;
	*name = cut(s, n);
	*value = STR("");
	*s = str_trim(*s);
	if (s->n && s->p[0] == '=') {
		*s = str_trim(str_slice(*s, 1, s->n));
		*value = value_read(s);
		return true;
	}
	return n > 0;
}

static void
tag_read(struct finding *f, struct str s)
{
	struct str rel = STR(""), href = STR(""), name, value;

	while (attribute_read(&s, &name, &value)) {
		if (str_is(name, "rel"))
			rel = value;
		else if (str_is(name, "href"))
			href = value;
	}
	if (href.n <= 2 * WEBSUB_URL_MAX)
		link_take(f, rel, unescaped(f->a, href));
}

/* Bytes that stand for no element. 0 when s does not begin with one. */
static size_t
skipped(struct str s)
{
	static const struct {
		const char *open, *close;
	} others[] = {
		{ "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" }, { "<!", ">" }
	};

	for (size_t i = 0; i < LY_COUNT(others); i++) {
		ptrdiff_t end;

		if (!str_starts(s, str_of(others[i].open)))
			continue;
		end = str_find(s, str_of(others[i].close));
		return end < 0 ? s.n : (size_t)end + strlen(others[i].close);
	}
	return 0;
}

/* Where the tag that begins s ends: '>' outside quotes. */
static size_t
tag_end(struct str s)
{
	char quote = 0;

	for (size_t i = 1; i < s.n; i++) {
		if (quote && s.p[i] == quote)
			quote = 0;
		else if (!quote && (s.p[i] == '"' || s.p[i] == '\''))
			quote = s.p[i];
		else if (!quote && s.p[i] == '>')
			return i;
	}
	return s.n;
}

static struct str
local_name(struct str tag)
{
	ptrdiff_t colon;
	size_t n = 0;

	while (n < tag.n && !is_space(tag.p[n]) && tag.p[n] != '/')
		n++;
	tag.n = n;
	colon = str_find_byte(tag, ':');
	return colon < 0 ? tag : str_slice(tag, (size_t)colon + 1, tag.n);
}

static void
markup_find(struct finding *f, struct str s)
{
	ptrdiff_t open;

	s = str_slice(s, 0, MARKUP_MAX);
	while ((open = str_find_byte(s, '<')) >= 0) {
		struct str tag, name;
		size_t n;

		s = str_slice(s, (size_t)open, s.n);
		n = skipped(s);
		if (n) {
			s = str_slice(s, n, s.n);
			continue;
		}
		n = tag_end(s);
		tag = str_slice(s, 1, n - 1);
		name = local_name(tag);
		if (str_is(name, "item") || str_is(name, "entry"))
			return;
		if (str_is(name, "link")) {
			size_t head = (size_t)(name.p + name.n - tag.p);

			tag_read(f, str_slice(tag, head, tag.n));
		}
		s = str_slice(s, n, s.n);
	}
}

static void
json_find(struct finding *f, struct str body)
{
	struct err e;
	const struct json *j = json_parse_web(f->a, body, &e), *hubs = json_get(j, "hubs");

	for (size_t i = 0; i < json_count(hubs) && i < LINKS_MAX; i++) {
		const struct json *hub = json_at(hubs, i);

		if (str_eq_nocase(json_text(json_get(hub, "type"), STR("")), STR("websub")))
			link_take(f, STR("hub"), json_text(json_get(hub, "url"), STR("")));
	}
	link_take(f, STR("self"), json_text(json_get(j, "feed_url"), STR("")));
}

void
websub_find(struct arena *a, struct str link_header, struct str body, struct str base,
	    struct websub_links *out)
{
	struct finding f = { .a = a, .base = base, .out = out };
	struct str head = str_trim(str_slice(body, 0, 1024));

	*out = (struct websub_links){ 0 };
	header_find(&f, link_header);
	if (out->hub.n && out->self.n)
		return;
	f.links = 0;
	if (head.n && head.p[0] == '{')
		json_find(&f, body);
	else
		markup_find(&f, body);
}
