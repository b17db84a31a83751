/*
 * charset.c - bytes from outside -> text: which encoding, and its conversion by ICU.
 *
 * 1. Whatever is chosen, the result is valid UTF-8; a bad sequence is one U+FFFD.
 * 2. Valid UTF-8 with non-ASCII in it wins over every label: other encodings are valid UTF-8
 *    by accident only in a few bytes, and labels are often wrong. (ISO-2022-JP is pure ASCII.)
 * 3. Labels are WHATWG's: a page that says gb2312 is read as gb18030, as browsers do.
 */
#include "core/base.h"

#include <stdio.h>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include "core/charset.h"
#include "core/charset_guess.h"
#include "core/str.h"
#include "core/utf8.h"

#define HEAD_BYTES 4096 /* where a declaration is looked for */

/* label ('-' for '_'), ICU's name of what browsers read for it. Sorted by nothing. */
static const struct {
	const char *label, *converter;
} labels[] = {
	{ "utf-8", "UTF-8" },
	{ "utf8", "UTF-8" },
	{ "unicode-1-1-utf-8", "UTF-8" },
	{ "us-ascii", "ibm-5348_P100-1997" },
	{ "ascii", "ibm-5348_P100-1997" },
	{ "iso-8859-1", "ibm-5348_P100-1997" },
	{ "iso8859-1", "ibm-5348_P100-1997" },
	{ "latin1", "ibm-5348_P100-1997" },
	{ "cp1252", "ibm-5348_P100-1997" },
	{ "windows-1252", "ibm-5348_P100-1997" },
	{ "gb2312", "gb18030" },
	{ "gb-2312", "gb18030" },
	{ "gb-2312-80", "gb18030" },
	{ "gb2312-80", "gb18030" },
	{ "gb2312-1980", "gb18030" },
	{ "csgb2312", "gb18030" },
	{ "csiso58gb231280", "gb18030" },
	{ "iso-ir-58", "gb18030" },
	{ "chinese", "gb18030" },
	{ "euc-cn", "gb18030" },
	{ "euccn", "gb18030" },
	{ "euc-gb2312-cn", "gb18030" },
	{ "x-gbk", "gb18030" },
	{ "gbk", "gb18030" },
	{ "cp936", "gb18030" },
	{ "ms936", "gb18030" },
	{ "936", "gb18030" },
	{ "windows-936", "gb18030" },
	{ "gb18030", "gb18030" },
	{ "gb18030-2000", "gb18030" },
	{ "hz-gb-2312", "HZ-GB-2312" },
	{ "hz-gb", "HZ-GB-2312" },
	{ "hz", "HZ-GB-2312" },
	{ "hzgb", "HZ-GB-2312" },
	{ "big5", "ibm-1375_P100-2008" },
	{ "big-5", "ibm-1375_P100-2008" },
	{ "csbig5", "ibm-1375_P100-2008" },
	{ "big5-hkscs", "ibm-1375_P100-2008" },
	{ "big5hkscs", "ibm-1375_P100-2008" },
	{ "hkscs", "ibm-1375_P100-2008" },
	{ "big5-tw", "ibm-1375_P100-2008" },
	{ "cn-big5", "ibm-1375_P100-2008" },
	{ "x-x-big5", "ibm-1375_P100-2008" },
	{ "cp950", "ibm-1375_P100-2008" },
	{ "ms950", "ibm-1375_P100-2008" },
	{ "950", "ibm-1375_P100-2008" },
	{ "windows-950", "ibm-1375_P100-2008" },
	{ "x-mac-trad-chinese", "ibm-1375_P100-2008" },
	{ "shift-jis", "ibm-943_P15A-2003" },
	{ "sjis", "ibm-943_P15A-2003" },
	{ "x-sjis", "ibm-943_P15A-2003" },
	{ "cp932", "ibm-943_P15A-2003" },
	{ "ms-kanji", "ibm-943_P15A-2003" },
	{ "windows-31j", "ibm-943_P15A-2003" },
	{ "euc-jp", "EUC-JP" },
	{ "x-euc-jp", "EUC-JP" },
	{ "euc-kr", "windows-949" },
	{ "ks-c-5601-1987", "windows-949" },
	{ "ks-c-5601", "windows-949" },
	{ "ksc5601", "windows-949" },
	{ "cp949", "windows-949" },
	{ "ks-x-1001", "windows-949" },
	{ "ksx1001", "windows-949" },
	{ "uhc", "windows-949" },
	{ "korean", "windows-949" },
	{ "windows-949", "windows-949" },
	{ "tis-620", "windows-874-2000" },
	{ "windows-874", "windows-874-2000" },
	{ "iso-8859-11", "windows-874-2000" },
	{ "iso-8859-9", "windows-1254" },
	{ "latin5", "windows-1254" },
	{ "maccyrillic", "x-mac-cyrillic" },
	{ "x-mac-cyrillic", "x-mac-cyrillic" },
	{ "mac-cyrillic", "x-mac-cyrillic" },
	{ "macintosh", "macintosh" },
	{ "x-mac-roman", "macintosh" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "unicode", "UTF-16LE" },
	{ "utf-16", "UTF-16LE" },
};

static bool
is_label(struct str s, const char *label)
{
	size_t i = 0;

	for (; i < s.n && label[i]; i++)
		if ((s.p[i] == '_'                    ? '-'
		     : s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 32
						      : s.p[i]) != label[i])
			return false;
	return i == s.n && !label[i];
}

static struct str
converter_of(struct str label)
{
	for (size_t i = 0; i < LY_COUNT(labels); i++)
		if (is_label(label, labels[i].label))
			return str_of(labels[i].converter);
	return label;
}

/* A value behind name=, as in charset="gb2312" or encoding='Big5'. */
static struct str
value_of(struct str s, const char *name)
{
	ptrdiff_t at = str_find_nocase(s, str_of(name));
	size_t n = 0;

	if (at < 0)
		return STR("");
	s = str_trim(str_slice(s, (size_t)at + strlen(name), s.n));
	if (!s.n || *s.p != '=')
		return STR("");
	s = str_trim(str_slice(s, 1, s.n));
	if (s.n && (*s.p == '"' || *s.p == '\''))
		s = str_trim(str_slice(s, 1, s.n));
	while (n < s.n && n < 40 && s.p[n] > ' ' && !strchr("\"';,>?/", s.p[n]))
		n++;
	return str_slice(s, 0, n);
}

/* What an XML declaration or a meta element in the first 4 KiB says. */
static struct str
declared(struct str bytes)
{
	struct str head = str_slice(bytes, 0, HEAD_BYTES), tag, found;
	ptrdiff_t at = str_find(head, STR("<?xml")), end;

	if (at >= 0) {
		tag = str_slice(head, (size_t)at, head.n);
		end = str_find(tag, STR("?>"));
		found = value_of(str_slice(tag, 0, end < 0 ? 200 : (size_t)end), "encoding");
		if (found.n)
			return found;
	}
	while ((at = str_find_nocase(head, STR("<meta"))) >= 0) {
		head = str_slice(head, (size_t)at + 5, head.n);
		end = str_find_byte(head, '>');
		found = value_of(str_slice(head, 0, end < 0 ? 200 : (size_t)end), "charset");
		if (found.n)
			return found;
	}
	return STR("");
}

static const struct {
	const char *bytes;
	size_t n;
	const char *converter;
} boms[] = {
	{ "\xef\xbb\xbf", 3, "UTF-8" },
	{ "\xff\xfe\0\0", 4, "UTF-32LE" },
	{ "\0\0\xfe\xff", 4, "UTF-32BE" },
	{ "\xff\xfe", 2, "UTF-16LE" },
	{ "\xfe\xff", 2, "UTF-16BE" },
	{ "\x84\x31\x95\x33", 4, "gb18030" },
	/* none, but nothing else begins so */
	{ "<\0\0\0", 4, "UTF-32LE" },
	{ "\0\0\0<", 4, "UTF-32BE" },
	{ "<\0?\0", 4, "UTF-16LE" },
	{ "\0<\0?", 4, "UTF-16BE" },
};

static bool
has_high(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & 0x80)
			return true;
	return false;
}

/* UTF-16 or UTF-32 without a mark: zeros in every other byte of the beginning, or three of four. */
static const char *
wide_guess(struct str s)
{
	static const struct {
		const char *zero; /* which of four bytes are zero */
		const char *converter;
	} forms[] = {
		{ "zzz.", "UTF-32BE" },
		{ ".zzz", "UTF-32LE" },
		{ "z.z.", "UTF-16BE" },
		{ ".z.z", "UTF-16LE" },
	};

	if (!s.n || !memchr(s.p, 0, s.n < 512 ? s.n : 512))
		return NULL;
	for (size_t f = 2; f < LY_COUNT(forms); f++) { /* "<htm": the rest may be anything */
		size_t fits = 0;

		for (size_t i = 0; s.n >= 12 && i < 8; i++)
			fits += !s.p[i] == (forms[f].zero[i % 4] == 'z') && !(s.p[i] & 0x80);
		if (fits == 8)
			return forms[f].converter;
	}
	for (size_t f = 0; f < LY_COUNT(forms); f++) {
		size_t n = s.n < 512 ? s.n / 4 : 128, fits = 0;

		for (size_t i = 0; i < n * 4; i++)
			fits += !s.p[i] == (forms[f].zero[i % 4] == 'z');
		if (n >= 4 && fits >= n * 7 / 2) /* most is ASCII; not all need be */
			return forms[f].converter;
	}
	return NULL;
}

static void
name(struct charset_found *found, struct str converter, const char *why)
{
	snprintf(found->name, sizeof found->name, "%.*s", STR_ARG(converter));
	found->why = why;
}

static bool
is_wide(struct str label)
{
	return label.n >= 6 && str_eq_nocase(str_slice(label, 0, 4), STR("utf-")) &&
	       (label.p[4] == '1' || label.p[4] == '3');
}

static bool
usable(struct str label)
{
	UErrorCode u = U_ZERO_ERROR;
	UConverter *c;
	char text[64];

	if (!label.n || label.n > 40)
		return false;
	snprintf(text, sizeof text, "%.*s", STR_ARG(converter_of(label)));
	c = ucnv_open(text, &u);
	ucnv_close(c);
	return U_SUCCESS(u);
}

/* UTF-8 with a few bytes gone bad, or another encoding that only calls itself so? Its letters
 * speak for UTF-8; general punctuation less, since a quotation mark alone may be three letters
 * of windows-1252. */
static bool
is_nearly_utf8(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t good = 0, bad = 0;
	uint32_t cp;

	while (p < end) {
		size_t n;

		if (!(*p & 0x80)) {
			p++;
			continue;
		}
		n = utf8_next(p, end, &cp);
		if (n == 1)
			bad++;
		else
			good += cp >= 0x2000 && cp < 0x2070 ? 1 : 4;
		p += n;
	}
	return good >= 3 * bad;
}

/* By label: the header, then the text's own declaration. */
static bool
choose_said(struct str bytes, struct str content_type, struct charset_found *found)
{
	for (int i = 0; i < 2; i++) {
		struct str said = i ? declared(bytes) : value_of(content_type, "charset");

		/* It begins with readable ASCII: it cannot be UTF-16, whoever says so. */
		if (!usable(said) || is_wide(said))
			continue;
		if (str_is(converter_of(said), "UTF-8") && !is_nearly_utf8(bytes))
			continue;
		name(found, converter_of(said), i ? "declared" : "header");
		return true;
	}
	return false;
}

/* ASCII that switches to other letters: ISO-2022 by an escape byte, HZ by "~{" and its label. */
static bool
is_escaped(struct str bytes, struct str content_type)
{
	struct str said;

	if (!memchr(bytes.p, 0x1b, bytes.n) && str_find_rare(bytes, STR("~{")) < 0)
		return false;
	if (has_high(bytes))
		return false;
	said = value_of(content_type, "charset");
	said = converter_of(said.n ? said : declared(bytes));
	return memchr(bytes.p, 0x1b, bytes.n) || str_is(said, "HZ-GB-2312");
}

/* Which converter, and how many bytes of mark to skip. */
static size_t
choose(struct str bytes, struct str content_type, struct charset_found *found)
{
	const char *wide;

	for (size_t i = 0; i < LY_COUNT(boms); i++) {
		if (!str_starts(bytes, (struct str){ boms[i].bytes, boms[i].n }))
			continue;
		name(found, str_of(boms[i].converter), "bom");
		return i < 6 ? boms[i].n : 0;
	}
	wide = wide_guess(bytes);
	if (wide)
		name(found, str_of(wide), "guess");
	else if (utf8_valid(bytes) && !is_escaped(bytes, content_type))
		name(found, STR("UTF-8"), "utf8");
	else if (!choose_said(bytes, content_type, found))
		name(found, str_of(charset_guess(bytes)), "guess");
	return 0;
}

static void
on_bad(const void *ctx, UConverterToUnicodeArgs *args, const char *units, int32_t n,
       UConverterCallbackReason why, UErrorCode *u)
{
	static const UChar mark = 0xfffd;
	size_t *replaced = (size_t *)(uintptr_t)ctx;

	(void)units, (void)n;
	if (why > UCNV_IRREGULAR)
		return;
	*u = U_ZERO_ERROR;
	++*replaced;
	ucnv_cbToUWriteUChars(args, &mark, 1, 0, u);
}

int
charset_convert(const char *converter, struct str bytes, struct buf *out, size_t *replaced,
		struct err *e)
{
	UErrorCode u = U_ZERO_ERROR;
	UConverter *from = ucnv_open(converter, &u), *to = ucnv_open("UTF-8", &u);
	const char *p = bytes.p, *end = bytes.p + bytes.n;
	UChar pivot[1024], *pivot_from = pivot, *pivot_to = pivot;
	char room[8192];
	bool first = true;

	if (U_SUCCESS(u))
		ucnv_setToUCallBack(from, on_bad, replaced, NULL, NULL, &u);
	if (U_FAILURE(u)) {
		ucnv_close(from);
		ucnv_close(to);
		return err_set(e, ERR_REJECT, "unknown charset \"%s\"", converter);
	}
	do {
		char *t = room;

		u = U_ZERO_ERROR;
		ucnv_convertEx(to, from, &t, room + sizeof room, &p, end, pivot, &pivot_from,
			       &pivot_to, pivot + LY_COUNT(pivot), first, true, &u);
		first = false;
		buf_add(out, (struct str){ room, (size_t)(t - room) });
	} while (u == U_BUFFER_OVERFLOW_ERROR && buf_ok(out));
	ucnv_close(from);
	ucnv_close(to);
	return 0;
}

int
charset_units(const char *converter, struct str bytes, uint16_t *to, size_t room, size_t *n)
{
	UErrorCode u = U_ZERO_ERROR;
	UConverter *from = ucnv_open(converter, &u);
	const char *p = bytes.p;
	UChar *end = to;
	size_t replaced = 0;

	if (U_SUCCESS(u))
		ucnv_setToUCallBack(from, on_bad, &replaced, NULL, NULL, &u);
	if (U_SUCCESS(u))
		ucnv_toUnicode(from, &end, to + room, &p, p + bytes.n, NULL, true, &u);
	ucnv_close(from);
	*n = (size_t)(end - to);
	return U_SUCCESS(u) || u == U_BUFFER_OVERFLOW_ERROR ? 0 : -1;
}

#define FIX_BYTES 3

/* Where ICU's table follows Microsoft and the standard's (as the web has it) says otherwise. */
static const struct {
	const char *converter, *from, *to; /* from: FIX_BYTES; to is never longer */
} fixes[] = {
	{ "EUC-JP", "～", "〜" },
	{ "EUC-JP", "∥", "‖" },
	{ "EUC-JP", "－", "−" },
	{ "EUC-JP", "￠", "¢" },
	{ "EUC-JP", "￡", "£" },
	{ "EUC-JP", "￢", "¬" },
	{ "ibm-1375_P100-2008", "‧", "•" },
	{ "ibm-1375_P100-2008", "﹑", "､" },
	{ "ibm-1375_P100-2008", "～", "∼" },
	{ "ibm-1375_P100-2008", "∕", "／" },
	{ "ibm-1375_P100-2008", "﹨", "＼" },
	{ "ibm-1375_P100-2008", "￥", "¥" },
	{ "ibm-1375_P100-2008", "￠", "¢" },
	{ "ibm-1375_P100-2008", "￡", "£" },
};

/* What row says stands at p: the bytes it takes there, or 0. All rows' letters take three. */
static size_t
fix_one(const char *converter, const char *p, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < LY_COUNT(fixes); i++) {
		if (memcmp(fixes[i].from, p, FIX_BYTES) != 0 ||
		    strcmp(fixes[i].converter, converter) != 0)
			continue;
		n = strlen(fixes[i].to);
		memcpy(to, fixes[i].to, n);
		break;
	}
	return n;
}

/* In one pass from there on: both scripts are full of letters that begin like these. */
static void
fix(struct buf *b, size_t from, const char *converter)
{
	size_t to = from, n;
	bool any = false;

	for (size_t i = 0; i < LY_COUNT(fixes) && !any; i++)
		any = strcmp(fixes[i].converter, converter) == 0;
	if (!any)
		return;
	while (from < b->n) {
		unsigned char c = (unsigned char)b->p[from];

		n = (c == 0xe2 || c == 0xef) && b->n - from >= FIX_BYTES
			    ? fix_one(converter, b->p + from, b->p + to)
			    : 0;
		from += n ? FIX_BYTES : 1;
		to += n ? n : 1;
		if (!n)
			b->p[to - 1] = (char)c;
	}
	b->n = to;
	b->p[b->n] = '\0';
}

int
charset_decode(struct str bytes, struct str content_type, struct buf *out,
	       struct charset_found *found, struct err *e)
{
	size_t skip, had = out->n;

	*found = (struct charset_found){ .why = "utf8" };
	skip = choose(bytes, content_type, found);
	bytes = str_slice(bytes, skip, bytes.n);
	if (strcmp(found->why, "utf8") == 0)
		buf_add(out, bytes); /* looked at already */
	else if (strcmp(found->name, "UTF-8") == 0)
		found->replaced = utf8_add_clean(out, bytes);
	else if (charset_convert(found->name, bytes, out, &found->replaced, e) < 0)
		return -1;
	fix(out, had, found->name);
	if (!buf_ok(out))
		return err_set(e, ERR_REJECT, "text is over %zu bytes", out->max);
	return 0;
}
