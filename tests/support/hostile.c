#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/hostile.h"

static const char *const pieces[] = {
	"{{brand}}",
	"{{#a}}",
	"{{/a}}",
	"{{",
	"}}",
	"{{contact}}",
	"【待补：x】",
	"[TO FILL: x]",
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"</td></table>",
	"<!--",
	"-->",
	"<a href=\"javascript:alert(1)\">",
	"\"",
	"'",
	"&lt;",
	"&",
	"&#60;",
	"`",
	"```",
	"**",
	"__",
	"~~",
	"|",
	"\\",
	"![x](http://evil.example/x.png)",
	"[x](javascript:alert(1))",
	"# ",
	"> ",
	"- ",
	"1. ",
	"---",
	"***",
	"| a | b |",
	"=HYPERLINK(\"http://evil.example\")",
	"+1",
	"@SUM(A1)",
	"-2+3",
	"\t",
	"\r\n",
	"\n",
	"\n\n",
	"\x01",
	"\x1b[31m",
	"\x7f",
	"\xC2\x85",
	"\xE2\x80\xAE" /* RLO */,
	"\xE2\x80\xAA",
	"\xE2\x81\xA6",
	"\xE2\x80\x8B",
	"\xEF\xBB\xBF",
	"\xE2\x80\xA8",
	"\xE2\x80\xA9",
	"\xF3\xA0\x81\x81",
	"http://evil.example/?a=1&b=2",
	"www.evil.example",
	"山脆",
	"异物",
	"好吃",
	"，",
	"。",
	"crisps",
	" ",
	"a",
	"😊",
	"\xCC\x81",
	",",
	";",
	"%s%n",
	"$(id)",
	"'; DROP TABLE draft; --",
	"\xE3\x80\x80",
};

static uint64_t
next(struct hostile *h)
{
	h->dice ^= h->dice << 13;
	h->dice ^= h->dice >> 7;
	h->dice ^= h->dice << 17;
	return h->dice;
}

void
hostile_add(struct hostile *h, struct buf *b)
{
	for (uint64_t n = 1 + next(h) % 12; n > 0; n--)
		buf_add(b, str_of(pieces[next(h) % LY_COUNT(pieces)]));
}

bool
hostile_marks(struct str s)
{
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if ((cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0) || cp == 0x200b ||
		    cp == 0xfeff || (cp >= 0x202a && cp <= 0x202e) || cp == 0x2028 ||
		    cp == 0x2029 || (cp >= 0x2060 && cp <= 0x206f) ||
		    (cp >= 0xe0000 && cp <= 0xe0fff))
			return true;
	}
	return false;
}
