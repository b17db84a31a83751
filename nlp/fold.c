#include "core/base.h"

#include "nlp/fold.h"
#include "nlp/guise.h"

#define ROW(a)                                                                            \
	a, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6, a + 7, a + 8, a + 9, a + 10, a + 11, \
		a + 12, a + 13, a + 14, a + 15
const uint8_t fold_byte[256] = {
	ROW(0x00), ROW(0x10), ROW(0x20), ROW(0x30), '@',       'a',       'b',       'c',
	'd',       'e',       'f',       'g',       'h',       'i',       'j',       'k',
	'l',       'm',       'n',       'o',       'p',       'q',       'r',       's',
	't',       'u',       'v',       'w',       'x',       'y',       'z',       '[',
	'\\',      ']',       '^',       '_',       ROW(0x60), ROW(0x70), ROW(0x80), ROW(0x90),
	ROW(0xA0), ROW(0xB0), ROW(0xC0), ROW(0xD0), ROW(0xE0), ROW(0xF0),
};

size_t
fold_wide(const uint8_t *p, const uint8_t *end, unsigned *c)
{
	if (end - p < 3)
		return 0;
	if (p[0] == 0xEF) { /* U+FF01..FF5E */
		if (p[1] == 0xBC && p[2] >= 0x81)
			*c = fold_byte[p[2] - 0x81 + 0x21];
		else if (p[1] == 0xBD && p[2] >= 0x80 && p[2] <= 0x9E)
			*c = fold_byte[p[2] - 0x80 + 0x60];
		else
			return 0;
		return 3;
	}
	if (p[0] == 0xE2) {
		if (p[1] != 0x80)
			return 0;
		if (p[2] == 0x98 || p[2] == 0x99)
			*c = '\'';
		else if (p[2] == 0x9C || p[2] == 0x9D)
			*c = '"';
		else
			return 0;
		return 3;
	}
	if (p[1] == 0x80 && p[2] == 0x80) {
		*c = ' ';
		return 3;
	}
	return 0;
}

void
fold_add(struct buf *b, struct str s)
{
	struct guise g = GUISE_INIT;
	struct str said = guise_take_off(&g, s, NULL);
	const uint8_t *p = (const uint8_t *)said.p, *end = p + said.n;

	while (p < end) {
		unsigned c;

		p += fold_at(p, end, &c);
		buf_add_byte(b, (char)c);
	}
	guise_release(&g);
}
