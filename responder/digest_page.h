/*
 * digest_page.h - a page as blocks of plain cells, written as text, Markdown or mail-safe HTML.
 *
 * Everything that is put in, ours or not, is made one line without control and direction marks
 * and escaped when it is written: no text can be more than text. Links are http(s) or nothing.
 */
#ifndef LY_RESPONDER_DIGEST_PAGE_H
#define LY_RESPONDER_DIGEST_PAGE_H

#include "core/arena.h"
#include "core/buf.h"

enum page_kind {
	PAGE_TITLE,
	PAGE_HEAD,
	PAGE_STRONG, /* one line that counts */
	PAGE_LINE,
	PAGE_SMALL,
	PAGE_ITEM,
	PAGE_TABLE, /* the head of a table: rows follow */
	PAGE_ROW
};
enum page_form { PAGE_TEXT, PAGE_MARKDOWN, PAGE_HTML };
struct page_cell {
	struct str text, url; /* url may be empty */
};
struct page_block {
	enum page_kind kind;
	struct page_cell *cells;
	size_t n;
};
struct page {
	struct arena *a; /* borrowed */
	struct page_block *v;
	size_t n, cap;
};
void page_release(struct page *p);
/* One cell; at most max code points are kept. */
void page_add(struct page *p, enum page_kind kind, struct str text, size_t max);
void page_addf(struct page *p, enum page_kind kind, const char *fmt, ...) LY_PRINTF(3, 4);
/* PAGE_TABLE or PAGE_ROW. Cells are copied. */
void page_row(struct page *p, enum page_kind kind, const struct page_cell *cells, size_t n);
void page_write(const struct page *p, enum page_form form, const char *lang, struct buf *out);
/* One block alone, an item or a row, as page_write() puts it: one line with its feed. */
void page_write_block(const struct page_block *b, enum page_form form, struct buf *out);

/* One line of at most max code points, in a. */
struct str page_clean(struct arena *a, struct str s, size_t max);

#endif
