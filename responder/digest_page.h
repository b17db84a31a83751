/*
 * digest_page.h - a page as blocks of plain cells, written as text, Markdown, HTML page, mail or chat.
 *
 * What is put in is composed by us, with marked figures (digest_figure.h) and, of other people's
 * texts, only what went through page_clean(): one line without control and direction marks. It is
 * escaped when it is written, so no text can be more than text. Links are http(s) or nothing.
 */
#ifndef LY_RESPONDER_DIGEST_PAGE_H
#define LY_RESPONDER_DIGEST_PAGE_H

#include "core/arena.h"
#include "core/buf.h"
#include "responder/digest_chart.h"

enum page_kind {
	PAGE_TITLE,
	PAGE_VERDICT, /* mark: the level 0..3, -1: blind         */
	PAGE_HEAD,    /* the head of a section                   */
	PAGE_FOLD,    /* of one that a page shows when it is asked */
	PAGE_STRONG,  /* one line that counts */
	PAGE_LINE,
	PAGE_SMALL,
	PAGE_ITEM,
	PAGE_CARDS, /* pairs of cells: a word, a large figure  */
	PAGE_CHART, /* mark: index of charts; cells: what it shows, then its lines as text */
	PAGE_TABLE, /* the head of a table: rows follow */
	PAGE_ROW
};
enum page_form { PAGE_TEXT, PAGE_MARKDOWN, PAGE_HTML, PAGE_MAIL, PAGE_CHAT };
struct page_cell {
	struct str text, url; /* url may be empty */
};
struct page_block {
	enum page_kind kind;
	struct page_cell *cells;
	size_t n;
	int mark;
};
struct page {
	struct arena *a; /* borrowed */
	struct page_block *v;
	size_t n, cap;
	const struct chart *charts;
	size_t charts_n;
};
void page_release(struct page *p);
/* One cell of text from outside: cleaned, at most max code points are kept. */
void page_add(struct page *p, enum page_kind kind, struct str text, size_t max);
/* One cell, composed by us. */
void page_say(struct page *p, enum page_kind kind, struct str text);
void page_addf(struct page *p, enum page_kind kind, const char *fmt, ...) LY_PRINTF(3, 4);
/* Cells are copied. The block, for its mark; until the next is added. */
struct page_block *page_row(struct page *p, enum page_kind kind, const struct page_cell *cells,
			    size_t n);
void page_write(const struct page *p, enum page_form form, const char *lang, struct buf *out);
/* One block alone, an item or a row, as page_write() puts it: one line with its feed. */
void page_write_block(const struct page_block *b, enum page_form form, struct buf *out);

/* HTML and mail: digest_html.c. */
void page_write_html(const struct page *p, enum page_form form, const char *lang,
		     struct buf *out);
void page_block_html(const struct page *p, const struct page_block *b, enum page_form form,
		     struct buf *out);
/* Each run between marked figures goes to plain, each figure to figure; then what is behind. */
struct page_voice {
	void (*plain)(struct str s, struct buf *out);
	void (*figure)(size_t number, struct str value, struct buf *out);
};
void page_speak(const struct page_voice *v, struct str s, struct buf *out);
/* As a reader sees it, without marks. In a. */
struct str page_seen(struct arena *a, struct str s);
/* Code points that a reader sees. */
size_t page_length(struct str s);
/* At most max of these; what is cut ends in "…". In a. */
struct str page_cut(struct arena *a, struct str s, size_t max);

/* One line of at most max code points, in a. */
struct str page_clean(struct arena *a, struct str s, size_t max);

#endif
