/* page_words.c - what class and id names say about an element. Data, and one walk over it. */
#include "core/base.h"

#include "core/str.h"
#include "crawler/page_tree.h"

#define U SAYS_UNLIKELY
#define M SAYS_MAYBE
#define P SAYS_POSITIVE
#define N SAYS_NEGATIVE
#define S SAYS_SHARE
#define A SAYS_AUTHOR
#define D SAYS_DATE

/* Sorted by the first letter. Readability's lists, with what Chinese sites use. */
static const struct {
	const char *word;
	unsigned says;
} words[] = {
	{ "-ad-", U | N },
	{ "ad-break", U },
	{ "agegate", U },
	{ "ai2html", U },
	{ "and", M },
	{ "article", M | P },
	{ "author", A },
	{ "banner", U | N },
	{ "blog", P },
	{ "body", M | P },
	{ "breadcrumb", U },
	{ "byline", A | D },
	{ "column", M },
	{ "com-", N },
	{ "combx", U | N },
	{ "comment", U | N },
	{ "community", U },
	{ "contact", N },
	{ "content", M | P },
	{ "cookie", U },
	{ "copyright", U },
	{ "cover-wrap", U },
	{ "date", D },
	{ "dateline", A },
	{ "disqus", U },
	{ "entry", P },
	{ "extra", U },
	{ "footer", U | N },
	{ "gdpr", U | N },
	{ "h-entry", P },
	{ "header", U },
	{ "hidden", N },
	{ "hot-news", U },
	{ "hotnews", U },
	{ "info", D },
	{ "legends", U },
	{ "main", M | P },
	{ "masthead", N },
	{ "mathjax", M },
	{ "media", N },
	{ "menu", U },
	{ "meta", N | D },
	{ "newsletter", U },
	{ "outbrain", N },
	{ "page", P },
	{ "pager", U },
	{ "pagination", U | P },
	{ "popup", U },
	{ "post", P },
	{ "posted", D },
	{ "promo", N },
	{ "publish", D },
	{ "qrcode", U },
	{ "recommend", U | N },
	{ "related", U | N },
	{ "remark", U },
	{ "replies", U },
	{ "rss", U },
	{ "scroll", N },
	{ "shadow", M },
	{ "share", N | S },
	{ "shopping", N },
	{ "shoutbox", U | N },
	{ "sidebar", U | N },
	{ "skyscraper", U | N },
	{ "social", U | S },
	{ "source", D },
	{ "sponsor", U | N },
	{ "story", P },
	{ "subscribe", U },
	{ "supplemental", U },
	{ "tags", N },
	{ "text", P },
	{ "time", D },
	{ "toolbar", U },
	{ "widget", N },
	{ "writtenby", A },
	{ "yom-remote", U },
};

/* hints: lower case, ended by a NUL. */
unsigned
page_words(struct str hints)
{
	uint8_t first[256] = { 0 }; /* 1 + where the words of a letter begin */
	unsigned says = 0;

	for (size_t i = LY_COUNT(words); i-- > 0;)
		first[(unsigned char)words[i].word[0]] = (uint8_t)(i + 1);
	for (size_t at = 0; at < hints.n; at++) {
		size_t i = first[(unsigned char)hints.p[at]];

		if (!i)
			continue;
		for (i--; i < LY_COUNT(words) && words[i].word[0] == hints.p[at]; i++)
			if (strncmp(hints.p + at, words[i].word, strlen(words[i].word)) == 0)
				says |= words[i].says;
	}
	return says;
}
