/* channel_text.c - see channel_text.h. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel_text.h"

#define LINK_MAX  1000 /* bytes of an address: longer ones are text */
#define WROTE_MAX 1500 /* bytes of a link as it is written          */
#define SPAN_MAX  400  /* bytes of a code span or of a link's words */
#define JOIN_MAX  40   /* bytes of a character with what joins it   */

/* ---- clean ------------------------------------------------------------------------------------- */

void
text_clean(struct buf *out, struct str s)
{
	const char *p = s.n ? s.p : "", *end = p + s.n;

	while (p < end) {
		char to[4];
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if (cp == '\r' && p < end && *p == '\n')
			continue;
		if (cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
			cp = '\n';
		if (cp == '\t')
			cp = ' ';
		if ((cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0) || plain_hides(cp))
			continue;
		buf_add(out, (struct str){ to, utf8_put(to, cp) });
	}
}

/* ---- spans: what is never cut -------------------------------------------------------------------- */

static bool
ends_address(unsigned char c)
{
	return c <= 0x20 || c >= 0x7f || strchr("<>\"`", c);
}

/* Bytes of the address that s begins with, 0 when it begins with none. */
static size_t
address_at(struct str s)
{
	size_t n = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;
	size_t scheme = n;

	if (!n)
		return 0;
	while (n < s.n && !ends_address((unsigned char)s.p[n]))
		n++;
	while (n > scheme && strchr(".,;:!?)]}'", s.p[n - 1]))
		n--;
	return n > scheme && n <= LINK_MAX ? n : 0;
}

/* From s's first byte to the next c in the same line, both included. 0: none within most. */
static size_t
run_to(struct str s, char c, size_t most)
{
	for (size_t i = 1; i < s.n && i < most && s.p[i] != '\n'; i++)
		if (s.p[i] == c)
			return i + 1;
	return 0;
}

static size_t
entity_at(struct str s)
{
	size_t i = 1;

	while (i < s.n && i < 12 &&
	       (s.p[i] == '#' || (s.p[i] >= '0' && s.p[i] <= '9') ||
		((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')))
		i++;
	return i > 1 && i < s.n && s.p[i] == ';' ? i + 1 : 0;
}

/* "[words](address)" */
static size_t
link_at(struct str s)
{
	size_t words = run_to(s, ']', SPAN_MAX), address;

	if (!words || words >= s.n || s.p[words] != '(')
		return 0;
	address = run_to(str_slice(s, words, s.n), ')', LINK_MAX);
	return address ? words + address : 0;
}

/* Does cp go with what stands before it? */
static bool
joins(uint32_t cp)
{
	return (cp >= 0x300 && cp <= 0x36f) || cp == 0x200d || (cp >= 0xfe00 && cp <= 0xfe0f) ||
	       (cp >= 0x1f3fb && cp <= 0x1f3ff) || cp == 0x20e3;
}

static size_t
character_at(struct str s)
{
	uint32_t cp, before = 0;
	size_t n = utf8_next(s.p, s.p + s.n, &cp);

	while (n < s.n && n < JOIN_MAX) {
		size_t more = utf8_next(s.p + n, s.p + s.n, &cp);

		if (!joins(cp) && before != 0x200d)
			break;
		before = cp;
		n += more;
	}
	return n;
}

static size_t
span_at(struct str s)
{
	size_t n = 0;

	switch (s.p[0]) {
	case 'h':
		n = address_at(s);
		break;
	case '`':
		n = run_to(s, '`', SPAN_MAX);
		break;
	case '&':
		n = entity_at(s);
		break;
	case '[':
		n = link_at(s);
		break;
	}
	return n ? n : character_at(s);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void
add_entity(struct buf *b, char c)
{
	switch (c) {
	case '&':
		buf_add(b, STR("&amp;"));
		break;
	case '<':
		buf_add(b, STR("&lt;"));
		break;
	case '>':
		buf_add(b, STR("&gt;"));
		break;
	case '"':
		buf_add(b, STR("&quot;"));
		break;
	default:
		buf_add_byte(b, c);
	}
}

static void
add_entities(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		add_entity(b, s.p[i]);
}

static void
add_twin(struct buf *b, uint32_t cp)
{
	char to[4];

	buf_add(b, (struct str){ to, utf8_put(to, plain_twin(cp)) });
}

static void
add_character(struct buf *b, enum dialect d, uint32_t cp, struct str bytes)
{
	if (d == DIALECT_PARAGRAPHS && cp == '\n')
		buf_add(b, STR("\n\n"));
	else if (d == DIALECT_RAW || cp >= 0x80)
		buf_add(b, bytes);
	else if (d != DIALECT_HTML || cp == '@')
		add_twin(b, cp);
	else
		add_entity(b, (char)cp);
}

/* What a link is called: the host, so that nobody is sent where the words do not say. */
static void
add_link(struct buf *b, enum dialect d, struct str url, struct str host)
{
	if (d == DIALECT_HTML) {
		buf_add(b, STR("<a href=\""));
		add_entities(b, url);
		buf_addf(b, "\">%.*s</a>", STR_ARG(host));
	} else if (d == DIALECT_SLACK) {
		buf_add_byte(b, '<');
		add_entities(b, url);
		buf_addf(b, "|%.*s>", STR_ARG(host));
	} else {
		buf_addf(b, "[%.*s](%.*s)", STR_ARG(host), STR_ARG(url));
	}
}

/* False when it can be none. */
static bool
add_address(struct buf *b, enum dialect d, struct str s)
{
	struct buf url = BUF(4 * LINK_MAX), host = BUF(300), shown = BUF(1000),
		   link = BUF(WROTE_MAX);
	bool fits = false;

	if (d == DIALECT_RAW || d == DIALECT_TWINS) {
		buf_add(b, s);
		return true;
	}
	if (plain_add_url(&url, s) && url_host(buf_str(&url), &host) == 0) {
		plain_add(&shown, PLAIN_CHAT, buf_str(&host), 100);
		add_link(&link, d, buf_str(&url), buf_str(&shown));
		fits = buf_ok(&link);
		if (fits)
			buf_add(b, buf_str(&link));
	}
	buf_release(&url);
	buf_release(&host);
	buf_release(&shown);
	buf_release(&link);
	return fits;
}

void
text_add(struct buf *out, enum dialect d, struct str s)
{
	while (s.n) {
		size_t n = s.p[0] == 'h' ? address_at(s) : 0;
		uint32_t cp;

		if (!n || !add_address(out, d, str_slice(s, 0, n))) {
			n = utf8_next(s.p, s.p + s.n, &cp);
			add_character(out, d, cp, str_slice(s, 0, n));
		}
		s = str_slice(s, n, s.n);
	}
}

void
text_add_words(struct buf *out, enum dialect d, struct str s)
{
	while (s.n) {
		uint32_t cp;
		size_t n = utf8_next(s.p, s.p + s.n, &cp);

		add_character(out, d, cp, str_slice(s, 0, n));
		s = str_slice(s, n, s.n);
	}
}

/* ---- measuring --------------------------------------------------------------------------------------- */

static size_t
utf16_units(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += (c & 0xc0) != 0x80; /* each character once, */
		n += c >= 0xf0;          /* of the upper planes twice */
	}
	return n;
}

size_t
text_size(enum channel_measure m, struct str s)
{
	struct buf escaped = BUF(8 * s.n + 64);
	size_t n;

	if (m == MEASURE_TEXT)
		return s.n;
	if (m == MEASURE_UTF16)
		return utf16_units(s);
	json_add_text(&escaped, s);
	n = escaped.n - 2;
	buf_release(&escaped);
	return n;
}

/* ---- cutting ------------------------------------------------------------------------------------------ */

enum edge { EDGE_STORY, EDGE_PARAGRAPH, EDGE_LINE, EDGE_SENTENCE, EDGE_WORD, EDGE_ANY, EDGES };

/* What ends with the span before `at`. */
static enum edge
edge_at(struct str s, size_t at)
{
	static const char *const stops[] = { "。", "！", "？", "；", ". ", "! ", "? ", "; " };
	struct str head = str_slice(s, 0, at);

	if (str_ends(head, STR("――――\n")) || str_ends(head, STR("――――\n\n")))
		return EDGE_STORY;
	if (str_ends(head, STR("\n\n")))
		return EDGE_PARAGRAPH;
	if (str_ends(head, STR("\n")))
		return EDGE_LINE;
	for (size_t i = 0; i < LY_COUNT(stops); i++)
		if (str_ends(head, str_of(stops[i])))
			return EDGE_SENTENCE;
	return str_ends(head, STR(" ")) ? EDGE_WORD : EDGE_ANY;
}

struct reach {
	size_t last[EDGES]; /* where the last edge of each kind was seen */
	size_t all;         /* so far it fits */
};

/* As far as room goes, by whole spans. */
static void
reach_find(struct reach *r, struct str s, enum dialect d, enum channel_measure m, size_t room)
{
	struct buf one = BUF(1 << 16);
	size_t used = 0;

	*r = (struct reach){ .all = 0 };
	while (r->all < s.n) {
		size_t n = span_at(str_slice(s, r->all, s.n));

		buf_clear(&one);
		text_add(&one, d, str_slice(s, r->all, n));
		used += text_size(m, buf_str(&one));
		if (used > room)
			break;
		r->all += n;
		r->last[edge_at(s, r->all)] = r->all;
	}
	buf_release(&one);
}

/* A span that is longer than a part: by characters. */
static size_t
reach_inside(struct str s, enum dialect d, enum channel_measure m, size_t room)
{
	struct buf one = BUF(1 << 12);
	size_t at = 0, used = 0;

	while (at < s.n) {
		uint32_t cp;
		size_t n = utf8_next(s.p + at, s.p + s.n, &cp);

		buf_clear(&one);
		add_character(&one, d, cp, str_slice(s, at, n));
		used += text_size(m, buf_str(&one));
		if (used > room)
			break;
		at += n;
	}
	/* Its beginning may be written as a link of its own, which takes more. */
	for (buf_clear(&one); at; at = utf8_cut(s, at - 1).n, buf_clear(&one)) {
		text_add(&one, d, str_slice(s, 0, at));
		if (text_size(m, buf_str(&one)) <= room)
			break;
	}
	buf_release(&one);
	return at;
}

struct str
text_cut(struct str *rest, enum dialect d, enum channel_measure m, size_t room)
{
	struct str s = *rest;
	struct reach r;
	size_t at;

	reach_find(&r, s, d, m, room);
	at = r.all;
	if (!at && s.n)
		at = reach_inside(str_slice(s, 0, span_at(s)), d, m, room);
	/* The best edge that leaves no part less than half full. */
	for (int i = 0; i < EDGES && at < s.n; i++)
		if (r.last[i] > r.all / 2) {
			at = r.last[i];
			break;
		}
	*rest = str_slice(s, at, s.n);
	return str_slice(s, 0, at);
}
