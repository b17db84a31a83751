/* notice_evidence.c - the evidence that a notice lists: written, and told again when the text of
 * one is erased. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/notice_text.h"

#define TITLE_MAX 60 /* code points */
#define SITE_MAX  40
#define TEXT_MAX  (64 << 10)

static const char *
say(const struct notice_words *w, const char *zh, const char *en)
{
	return w->zh ? zh : en;
}

/* ---- one of them ------------------------------------------------------------------------------ */

#define GONE_ZH "（内容已删除："
#define GONE_EN "(content erased: "
#define TERM_ZH "（内容已过保存期）"
#define TERM_EN "(content past its term)"

static void
title_add(const struct notice_words *w, const struct evidence *x, struct buf *b)
{
	if (record_is_expired(x->erased)) {
		buf_add(b, str_of(say(w, TERM_ZH, TERM_EN)));
	} else if (x->erased.n) {
		buf_add(b, str_of(say(w, GONE_ZH, GONE_EN)));
		plain_add(b, w->form, x->erased, SITE_MAX);
		buf_add(b, str_of(say(w, "）", ")")));
	} else {
		plain_add(b, w->form, x->title.n ? x->title : x->body, TITLE_MAX);
	}
}

static void
site_add(const struct notice_words *w, const struct evidence *x, struct buf *b)
{
	plain_add(b, w->form, x->site.n ? x->site : x->source, SITE_MAX);
}

/* Behind the site, when more tell the same: ×12, 5 sites. */
static void
told_add(const struct notice_words *w, const struct evidence *x, struct buf *b)
{
	if (x->told > 1)
		buf_addf(b,
			 w->zh          ? "　×%lld，%lld 个来源"
			 : x->sites > 1 ? ", ×%lld from %lld sites"
					: ", ×%lld from %lld site",
			 (long long)x->told, (long long)x->sites);
}

static void
item_text(const struct notice_words *w, const struct evidence *x, size_t i, struct buf *b)
{
	size_t before;

	buf_addf(b, "  %zu. ", i + 1);
	title_add(w, x, b);
	buf_add(b, STR(" — "));
	site_add(w, x, b);
	told_add(w, x, b);
	before = b->n;
	buf_add(b, STR("\n     "));
	if (!plain_add_url(b, x->url)) {
		b->n = before; /* no link: nothing to open */
		b->p[b->n] = '\0';
	}
	buf_add_byte(b, '\n');
}

static void
item_html(const struct notice_words *w, const struct evidence *x, size_t i, struct buf *b)
{
	struct buf v = BUF(TEXT_MAX), url = BUF(TEXT_MAX);
	bool linked = plain_add_url(&url, x->url);

	title_add(w, x, &v);
	buf_addf(b, "%zu. ", i + 1);
	if (linked) {
		buf_add(b, STR("<a rel=\"noopener noreferrer nofollow\" href=\""));
		plain_add_html(b, buf_str(&url));
		buf_add(b, STR("\">"));
	}
	plain_add_html(b, buf_str(&v));
	buf_add(b, linked ? STR("</a> — ") : STR(" — "));
	buf_clear(&v);
	site_add(w, x, &v);
	plain_add_html(b, buf_str(&v));
	told_add(w, x, b);
	buf_add(b, STR("<br>\n"));
	buf_release(&v);
	buf_release(&url);
}

/* ---- all of them ------------------------------------------------------------------------------ */

#define HEAD_ZH  "证据　最新 "
#define HEAD_EN  "Evidence: the newest "
#define LABEL_ZH "证据"
#define LABEL_EN "Evidence"

void
notice_evidence_text(const struct notice_words *w, struct buf *b)
{
	const struct matter *m = w->m;

	if (!m->evidence_n)
		return;
	buf_addf(b, say(w, HEAD_ZH "%zu 条，共 %lld 条\n", HEAD_EN "%zu of %lld\n"),
		 m->evidence_n, (long long)m->evidence_total);
	for (size_t i = 0; i < m->evidence_n; i++)
		item_text(w, &m->evidence[i], i, b);
}

void
notice_html_row(const char *label, struct buf *b)
{
	buf_addf(b,
		 "<tr><td style=\"padding:6px 12px 6px 0;color:#666;vertical-align:top;"
		 "white-space:nowrap\">%s</td><td style=\"padding:6px 0\">",
		 label);
}

void
notice_evidence_html(const struct notice_words *w, struct buf *b)
{
	notice_html_row(say(w, LABEL_ZH, LABEL_EN), b);
	for (size_t i = 0; i < w->m->evidence_n; i++)
		item_html(w, &w->m->evidence[i], i, b);
	buf_addf(b, say(w, "共 %lld 条</td></tr>\n", "%lld in all</td></tr>\n"),
		 (long long)w->m->evidence_total);
}

/* ---- told again ------------------------------------------------------------------------------- */

/* Where the list begins in a text, just behind its head; -1: there is none. Text of other people
 * is one line and, in HTML, escaped: no head can be theirs. */
static ptrdiff_t
list_find(struct str text, enum notice_part part, bool zh)
{
	struct buf head = BUF(1000);
	struct str rest;
	ptrdiff_t at, line;

	if (part == NOTICE_HTML)
		notice_html_row(zh ? LABEL_ZH : LABEL_EN, &head);
	else
		buf_addf(&head, "\n%s", zh ? HEAD_ZH : HEAD_EN);
	at = str_find(text, buf_str(&head));
	if (at >= 0) {
		at += (ptrdiff_t)head.n;
		rest = str_slice(text, (size_t)at, text.n);
		line = part == NOTICE_HTML ? -1 : str_find_byte(rest, '\n');
		at = part == NOTICE_HTML ? at : line < 0 ? -1 : at + line + 1;
	}
	buf_release(&head);
	return at;
}

/* The lines of number i + 1 of the list that rest begins with, cut off its front. */
static bool
item_next(struct str *rest, enum notice_part part, size_t i, struct str *item)
{
	char number[32];
	const char *p = rest->p, *end = rest->p + rest->n;

	snprintf(number, sizeof number, part == NOTICE_HTML ? "%zu. " : "  %zu. ", i + 1);
	if (!str_starts(*rest, str_of(number)))
		return false;
	do {
		const char *feed = memchr(p, '\n', (size_t)(end - p));

		p = feed ? feed + 1 : end;
	} while (part == NOTICE_BODY &&
		 str_starts((struct str){ p, (size_t)(end - p) }, STR("     ")));
	*item = (struct str){ rest->p, (size_t)(p - rest->p) };
	*rest = (struct str){ p, (size_t)(end - p) };
	return true;
}

static enum notice_found
item_find(struct str text, enum notice_part part, size_t i, bool *zh, struct str *item)
{
	ptrdiff_t at = list_find(text, part, true);
	struct str rest;

	*zh = at >= 0;
	if (at < 0)
		at = list_find(text, part, false);
	if (at < 0)
		return NOTICE_NOT_LISTED;
	rest = str_slice(text, (size_t)at, text.n);
	for (size_t k = 0; k <= i; k++)
		if (!item_next(&rest, part, k, item))
			return NOTICE_UNREADABLE;
	return NOTICE_TOLD_AGAIN;
}

/* "×12，5 个来源" behind the site: what it counted then is counted for ever. */
static void
told_read(struct str item, struct str site, struct evidence *x)
{
	struct str rest = { "", 0 };
	int64_t n[2] = { 1, 1 };
	size_t k = 0;

	for (ptrdiff_t at; (at = str_find(item, site)) >= 0;) /* the last one is ours */
		rest = item = str_slice(item, (size_t)at + site.n, item.n);
	if (str_find_byte(rest, '\n') >= 0)
		rest = str_slice(rest, 0, (size_t)str_find_byte(rest, '\n'));
	for (size_t i = 0; i < rest.n && k < 2; i++) {
		size_t from = i;

		while (i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9')
			i++;
		if (i > from && str_int64(str_slice(rest, from, i - from), &n[k]) == 0)
			k++;
	}
	x->told = k == 2 ? n[0] : 1;
	x->sites = k == 2 ? n[1] : 1;
}

enum notice_found
notice_again(struct str text, enum notice_part part, enum plain_form form, size_t i,
	     const struct evidence *now, struct buf *out)
{
	struct notice_words w = { .form = form };
	struct evidence x = *now;
	struct buf plain = BUF(TEXT_MAX), site = BUF(TEXT_MAX);
	struct str item;
	enum notice_found found = item_find(text, part, i, &w.zh, &item);

	if (found != NOTICE_TOLD_AGAIN)
		return found;
	site_add(&w, &x, &plain);
	buf_add(&site, STR(" — "));
	if (part == NOTICE_HTML)
		plain_add_html(&site, buf_str(&plain));
	else
		buf_add(&site, buf_str(&plain));
	told_read(item, buf_str(&site), &x);
	buf_add(out, (struct str){ text.p, (size_t)(item.p - text.p) });
	if (part == NOTICE_HTML)
		item_html(&w, &x, i, out);
	else
		item_text(&w, &x, i, out);
	buf_add(out,
		(struct str){ item.p + item.n, (size_t)(text.p + text.n - item.p - item.n) });
	buf_release(&plain);
	buf_release(&site);
	return found;
}

bool
notice_quotes(struct str body, size_t i)
{
	struct str item;
	bool zh;

	if (item_find(body, NOTICE_BODY, i, &zh, &item) != NOTICE_TOLD_AGAIN)
		return false;
	item = str_trim(item);
	item = str_slice(item, (size_t)str_find(item, STR(". ")) + 2, item.n);
	return !str_starts(item, str_of(zh ? GONE_ZH : GONE_EN)) &&
	       !str_starts(item, str_of(zh ? TERM_ZH : TERM_EN));
}
