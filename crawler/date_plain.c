/* date_plain.c - a date as people write it -> blanks, ASCII digits, words of date_words.c. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/date_inside.h"
#include "crawler/date_words.h"

/* 〇零一二…九 十 两; DATE_UNSET for anything else. */
static int
numeral(uint32_t cp)
{
	static const char digits[] = "〇一二三四五六七八九";
	const char *p = digits, *end = p + sizeof digits - 1;
	uint32_t c;

	if (cp == 0x96f6)
		return 0; /* 零 */
	if (cp == 0x4e24 || cp == 0x5169)
		return 2; /* 两 兩 */
	if (cp == 0x5341)
		return 10; /* 十 */
	for (int i = 0; p < end; i++) {
		p += utf8_next(p, end, &c);
		if (c == cp)
			return i;
	}
	return DATE_UNSET;
}

/* A run of numerals that a mark follows becomes digits; other runs stay. */
static const char *
take_numerals(struct buf *b, const char *p, const char *end)
{
	const char *from = p;
	int value = 0, tens = DATE_UNSET, digits = 0;
	uint32_t cp = 0;
	size_t n;

	while (p < end && digits < 5) {
		size_t step = utf8_next(p, end, &cp);
		int d = numeral(cp);

		if (d == DATE_UNSET)
			break;
		if (d == 10) {
			tens = digits ? value : 1;
			value = 0;
		} else {
			value = value * 10 + d;
		}
		digits++;
		p += step;
	}
	if (p < end && date_word_at(p, end, &n).kind != WORD_NONE) {
		buf_addf(b, "%0*d", tens == DATE_UNSET ? digits : 1,
			 tens == DATE_UNSET ? value : tens * 10 + value);
		return p;
	}
	buf_add(b, (struct str){ from, (size_t)(p - from) });
	return p;
}

/* 半小时, 几秒: what is said without a number. */
static bool
half_unit(struct str s, struct buf *b, size_t *n)
{
	static const struct {
		const char *text, *means;
	} units[] = {
		{ "半小时", "30分钟" },   { "半小時", "30分钟" },   { "半个小时", "30分钟" },
		{ "半個小時", "30分钟" }, { "半天前", "12小时前" }, { "半个月", "15天" },
		{ "半個月", "15天" },     { "半年前", "6个月前" },  { "几秒", "3秒" },
		{ "幾秒", "3秒" },        { "数秒", "3秒" },        { "數秒", "3秒" },
	};

	for (size_t i = 0; s.n && (*s.p & 0x80) && i < LY_COUNT(units); i++)
		if (str_starts(s, str_of(units[i].text))) {
			buf_add(b, str_of(units[i].means));
			*n = strlen(units[i].text);
			return true;
		}
	return false;
}

void
date_plain(struct buf *b, struct str s)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end && b->n < DATE_LOOK_BYTES) {
		uint32_t cp;
		size_t n = utf8_next(p, end, &cp);
		struct str rest = { p, (size_t)(end - p) };

		if (half_unit(rest, b, &n)) {
			p += n;
			continue;
		}
		if (cp >= 0x80 && date_word_at(p, end, &n).kind == WORD_WEEKDAY) {
			buf_add(b, str_slice(rest, 0, n));
			p += n;
			continue;
		}
		n = utf8_next(p, end, &cp);
		if (cp >= 0x80 && numeral(cp) != DATE_UNSET) {
			p = take_numerals(b, p, end);
			continue;
		}
		if (cp >= 0xff01 && cp <= 0xff5e)
			buf_add_byte(b, (char)(cp - 0xff01 + '!'));
		else if (cp == 0x3000 || cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200b) ||
			 cp == 0x202f)
			buf_add_byte(b, ' ');
		else if (cp >= 0x2010 && cp <= 0x2015)
			buf_add_byte(b, '-');
		else
			buf_add(b, (struct str){ p, n });
		p += n;
	}
}
