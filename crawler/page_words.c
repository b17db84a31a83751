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

struct word {
	const char *word;
	unsigned says;
};
/* Sorted by the first letter. Readability's lists, with what Chinese sites use. */
static const struct word words[] = {
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

/* At the beginning of a name's part only: "related-posts", "c-related". Sorted. */
static const struct word starts[] = {
	{ "abo", SAYS_ASK },         { "abstract", SAYS_LEAD },
	{ "ad", SAYS_AD },           { "adv", SAYS_AD },
	{ "affil", SAYS_AD },        { "also", SAYS_MORE },
	{ "aside", SAYS_NAV },       { "banner", SAYS_AD },
	{ "bio", SAYS_FOOT },        { "bottom", SAYS_FOOT },
	{ "box", SAYS_MORE },        { "bread", SAYS_NAV },
	{ "callout", SAYS_ASK },     { "caption", SAYS_PICTURE },
	{ "card", SAYS_MORE },       { "categor", SAYS_TAGS },
	{ "comment", SAYS_TALK },    { "consent", SAYS_ASK },
	{ "cookie", SAYS_ASK },      { "copyright", SAYS_FOOT | SAYS_PICTURE },
	{ "credit", SAYS_PICTURE },  { "crumb", SAYS_NAV },
	{ "cta", SAYS_ASK },         { "deck", SAYS_LEAD },
	{ "dek", SAYS_LEAD },        { "desc", SAYS_LEAD },
	{ "disclaimer", SAYS_FOOT }, { "discuss", SAYS_TALK },
	{ "disqus", SAYS_TALK },     { "donat", SAYS_ASK },
	{ "editor", SAYS_FOOT },     { "embed", SAYS_PICTURE },
	{ "excerpt", SAYS_LEAD },    { "fig", SAYS_PICTURE },
	{ "foot", SAYS_FOOT },       { "form", SAYS_ASK },
	{ "forum", SAYS_TALK },      { "gallery", SAYS_PICTURE },
	{ "headline", SAYS_LEAD },   { "hot", SAYS_MORE },
	{ "image", SAYS_PICTURE },   { "img", SAYS_PICTURE },
	{ "inline", SAYS_MORE },     { "intro", SAYS_LEAD },
	{ "kicker", SAYS_LEAD },     { "label", SAYS_TAGS },
	{ "latest", SAYS_MORE },     { "lead", SAYS_LEAD },
	{ "legal", SAYS_FOOT },      { "link", SAYS_MORE },
	{ "login", SAYS_ASK },       { "media", SAYS_PICTURE },
	{ "menu", SAYS_NAV },        { "more", SAYS_MORE },
	{ "most", SAYS_MORE },       { "nav", SAYS_NAV },
	{ "newsletter", SAYS_ASK },  { "next", SAYS_MORE },
	{ "pag", SAYS_NAV },         { "paywall", SAYS_ASK },
	{ "photo", SAYS_PICTURE },   { "pic", SAYS_PICTURE },
	{ "popular", SAYS_MORE },    { "prev", SAYS_MORE },
	{ "promo", SAYS_AD },        { "rank", SAYS_MORE },
	{ "read", SAYS_MORE },       { "recent", SAYS_MORE },
	{ "recom", SAYS_MORE },      { "related", SAYS_MORE },
	{ "reply", SAYS_TALK },      { "respon", SAYS_TALK },
	{ "review", SAYS_TALK },     { "shop", SAYS_AD },
	{ "side", SAYS_NAV },        { "sign", SAYS_ASK },
	{ "similar", SAYS_MORE },    { "social", SAYS_SHARE },
	{ "sponsor", SAYS_AD },      { "standfirst", SAYS_LEAD },
	{ "sub", SAYS_LEAD },        { "subscri", SAYS_ASK },
	{ "summary", SAYS_LEAD },    { "tag", SAYS_TAGS },
	{ "teaser", SAYS_MORE },     { "toc", SAYS_NAV },
	{ "toolbar", SAYS_NAV },     { "topic", SAYS_TAGS },
	{ "trending", SAYS_MORE },   { "tweet", SAYS_TALK },
	{ "vote", SAYS_TALK },       { "widget", SAYS_MORE },
	{ "xiangguan", SAYS_MORE },  { "yarpp", SAYS_MORE },
};

/* How lines begin that are no part of the text, and what may stand anywhere in one. Sorted. */
static const struct word phrases[] = {
	{ "abonn", SAYS_ASK },
	{ "advertis", SAYS_ASK },
	{ "agrandir", SAYS_PICTURE },
	{ "all rights", SAYS_FOOT },
	{ "alle rechte", SAYS_FOOT },
	{ "also read", SAYS_MORE },
	{ "anmelden", SAYS_ASK },
	{ "anzeige", SAYS_ASK },
	{ "auch interessant", SAYS_MORE },
	{ "bild:", SAYS_PICTURE },
	{ "bilder:", SAYS_PICTURE },
	{ "bookmark", SAYS_ASK },
	{ "click here", SAYS_ASK },
	{ "comment", SAYS_TALK },
	{ "cookie", SAYS_ASK },
	{ "copyright", SAYS_FOOT },
	{ "credit", SAYS_PICTURE },
	{ "datenschutz", SAYS_FOOT },
	{ "diesen artikel", SAYS_ASK },
	{ "drucken", SAYS_ASK },
	{ "empfehl", SAYS_MORE },
	{ "facebook", SAYS_ASK },
	{ "file photo", SAYS_PICTURE },
	{ "folgen sie", SAYS_ASK },
	{ "follow us", SAYS_ASK },
	{ "foto:", SAYS_PICTURE },
	{ "fotos:", SAYS_PICTURE },
	{ "getty", SAYS_PICTURE },
	{ "image:", SAYS_PICTURE },
	{ "image source", SAYS_PICTURE },
	{ "impressum", SAYS_FOOT },
	{ "instagram", SAYS_ASK },
	{ "kommentar", SAYS_TALK },
	{ "kontakt", SAYS_FOOT },
	{ "lea ", SAYS_MORE },
	{ "lea:", SAYS_MORE },
	{ "leave a", SAYS_TALK },
	{ "leer ", SAYS_MORE },
	{ "lesen sie", SAYS_MORE },
	{ "lies auch", SAYS_MORE },
	{ "lire aussi", SAYS_MORE },
	{ "log in", SAYS_ASK },
	{ "mehr zu", SAYS_MORE },
	{ "mira ", SAYS_MORE },
	{ "mire:", SAYS_MORE },
	{ "more from", SAYS_MORE },
	{ "more:", SAYS_MORE },
	{ "newsletter", SAYS_ASK },
	{ "photo:", SAYS_PICTURE },
	{ "photo by", SAYS_PICTURE },
	{ "picture:", SAYS_PICTURE },
	{ "please ", SAYS_ASK },
	{ "privacy", SAYS_FOOT },
	{ "puede interesar", SAYS_MORE },
	{ "read also", SAYS_MORE },
	{ "read more", SAYS_MORE },
	{ "read next", SAYS_MORE },
	{ "recommended", SAYS_MORE },
	{ "related", SAYS_MORE },
	{ "reply", SAYS_TALK },
	{ "see also", SAYS_MORE },
	{ "share", SAYS_ASK },
	{ "siehe auch", SAYS_MORE },
	{ "sign up", SAYS_ASK },
	{ "subscribe", SAYS_ASK },
	{ "tags", SAYS_MORE },
	{ "teilen", SAYS_ASK },
	{ "terms of", SAYS_FOOT },
	{ "twitter", SAYS_ASK },
	{ "vea ", SAYS_MORE },
	{ "via ", SAYS_PICTURE },
	{ "weiterlesen", SAYS_MORE },
	{ "whatsapp", SAYS_ASK },
	{ "you may", SAYS_MORE },
	{ "zum thema", SAYS_MORE },
	{ "©", SAYS_FOOT | SAYS_PICTURE },
	{ "上一篇", SAYS_MORE },
	{ "下一篇", SAYS_MORE },
	{ "下载", SAYS_ASK },
	{ "专题", SAYS_MORE },
	{ "举报", SAYS_ASK },
	{ "免责", SAYS_FOOT },
	{ "关注", SAYS_ASK },
	{ "分享", SAYS_ASK },
	{ "图片来源", SAYS_PICTURE },
	{ "扫描", SAYS_ASK },
	{ "扫码", SAYS_ASK },
	{ "推荐", SAYS_MORE },
	{ "来源：", SAYS_PICTURE },
	{ "热门", SAYS_MORE },
	{ "版权", SAYS_FOOT },
	{ "相关", SAYS_MORE },
	{ "编辑：", SAYS_FOOT },
	{ "评论", SAYS_TALK },
	{ "责任编辑", SAYS_FOOT },
	{ "责编", SAYS_FOOT },
	{ "转载", SAYS_FOOT },
	{ "阅读", SAYS_MORE },
};

/* Where the words of a byte begin in a table sorted by it: 1 + index; 0: none. */
static void
index_words(const struct word *v, size_t n, uint8_t first[256])
{
	memset(first, 0, 256);
	for (size_t i = n; i-- > 0;)
		first[(unsigned char)v[i].word[0]] = (uint8_t)(i + 1);
}

static size_t
pair_of(const char *p)
{
	return ((size_t)(unsigned char)p[0] << 5 ^ (unsigned char)p[1]) & 0xfff;
}

void
page_words_index(struct word_index *x)
{
	for (size_t i = 0; i < LY_COUNT(phrases); i++)
		x->begins[pair_of(phrases[i].word)] = 1;
	index_words(words, LY_COUNT(words), x->words);
	index_words(starts, LY_COUNT(starts), x->starts);
	index_words(phrases, LY_COUNT(phrases), x->phrases);
}

static unsigned
said_at(const char *p, const struct word *v, size_t n, size_t i)
{
	unsigned says = 0;

	for (; i < n && v[i].word[0] == *p; i++) {
		const char *w = v[i].word;
		size_t k = 1;

		while (w[k] && w[k] == p[k])
			k++;
		says |= w[k] ? 0 : v[i].says;
	}
	return says;
}

/* Does a word begin here? Not behind a letter; Han has no such places. */
static bool
is_start(struct str s, size_t at)
{
	return !at || (unsigned char)s.p[at] >= 0x80 || s.p[at - 1] < 'a' || s.p[at - 1] > 'z';
}

unsigned
page_words(const struct word_index *x, struct str hints)
{
	unsigned says = 0;

	for (size_t at = 0; at < hints.n; at++) {
		size_t i = x->words[(unsigned char)hints.p[at]];
		size_t k = x->starts[(unsigned char)hints.p[at]];

		if (i)
			says |= said_at(hints.p + at, words, LY_COUNT(words), i - 1);
		if (k && is_start(hints, at))
			says |= said_at(hints.p + at, starts, LY_COUNT(starts), k - 1);
	}
	return says;
}

static unsigned
phrase_at(const struct word_index *x, const char *p)
{
	size_t i = x->phrases[(unsigned char)*p];

	return i ? said_at(p, phrases, LY_COUNT(phrases), i - 1) : 0;
}

unsigned
page_phrases(const struct word_index *x, struct str line)
{
	unsigned says = 0;

	for (size_t at = 0; at < line.n; at++) {
		if (x->begins[pair_of(line.p + at)])
			says |= phrase_at(x, line.p + at);
		/* on to where a word may begin */
		while (at + 1 < line.n && !is_start(line, at + 1))
			at++;
	}
	return says;
}
