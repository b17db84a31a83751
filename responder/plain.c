#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/plain.h"

#define URL_MAX 1000

/* Shown as nothing: they turn the direction, hide or join invisibly. ZWJ and ZWNJ stay: emoji and
 * several scripts need them. */
bool
plain_hides(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0x00AD, 0x00AD },   { 0x061C, 0x061C }, { 0x180E, 0x180E },
		{ 0x200B, 0x200B },   { 0x200E, 0x200F }, { 0x202A, 0x202E },
		{ 0x2060, 0x206F },   { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB },
		{ 0xE0000, 0xE0FFF },
	};

	for (size_t i = 0; i < LY_COUNT(ranges); i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return true;
	return false;
}

static bool
is_space(uint32_t cp)
{
	return cp <= 0x20 || (cp >= 0x7f && cp <= 0xa0) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x3000;
}

uint32_t
plain_twin(uint32_t cp)
{
	bool bends = cp < 0x80 && cp && strchr("*_`~|[]<>#@\\&", (int)cp);

	return bends ? cp + 0xFEE0 : cp; /* U+FF01..FF5E follow ASCII */
}

void
plain_add(struct buf *b, enum plain_form form, struct str s, size_t max)
{
	const char *p = s.n ? s.p : "", *end = p + s.n;
	bool gap = false, any = false;
	size_t n = 0;

	while (p < end) {
		char out[4];
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if (plain_hides(cp))
			continue;
		if (is_space(cp)) {
			gap = any;
			continue;
		}
		if (n + gap + 1 > max) {
			buf_add(b, STR("…"));
			return;
		}
		if (gap)
			buf_add_byte(b, ' ');
		n += (size_t)gap + 1;
		gap = false;
		any = true;
		if (form == PLAIN_CHAT)
			cp = plain_twin(cp);
		buf_add(b, (struct str){ out, utf8_put(out, cp) });
	}
}

bool
plain_add_url(struct buf *b, struct str url)
{
	static const char hex[] = "0123456789ABCDEF";

	if (url.n > URL_MAX ||
	    (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://"))))
		return false;
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"'<>()[]{}*`|\\^@~_", c)) {
			buf_add_byte(b, '%');
			buf_add_byte(b, hex[c >> 4]);
			buf_add_byte(b, hex[c & 15]);
		} else {
			buf_add_byte(b, (char)c);
		}
	}
	return true;
}

void
plain_add_html(struct buf *b, struct str s)
{
	static const struct {
		char c;
		struct str as;
	} escapes[] = { { '&', STR_INIT("&amp;") },  { '<', STR_INIT("&lt;") },
			{ '>', STR_INIT("&gt;") },   { '"', STR_INIT("&quot;") },
			{ '\'', STR_INIT("&#39;") }, { '\n', STR_INIT("<br>\n") } };
	size_t done = 0;

	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;

		while (k < LY_COUNT(escapes) && escapes[k].c != s.p[i])
			k++;
		if (k == LY_COUNT(escapes))
			continue;
		buf_add(b, str_slice(s, done, i - done));
		buf_add(b, escapes[k].as);
		done = i + 1;
	}
	buf_add(b, str_slice(s, done, s.n));
}
