#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/digest_page.h"
#include "responder/heap.h"
#include "responder/plain.h"

#define CELL_MAX       400 /* code points */
#define LINE_MAX_BYTES 8192

struct str
page_clean(struct arena *a, struct str s, size_t max)
{
	struct buf b = BUF(LINE_MAX_BYTES);
	struct str out;

	plain_add(&b, PLAIN_TEXT, s, max);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

void
page_release(struct page *p)
{
	free(p->v);
	p->v = NULL;
	p->n = p->cap = 0;
}

void
page_row(struct page *p, enum page_kind kind, const struct page_cell *cells, size_t n)
{
	struct page_cell *copy = arena_alloc(p->a, n * sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i].text = page_clean(p->a, cells[i].text, CELL_MAX);
		copy[i].url = arena_str(p->a, cells[i].url);
	}
	if (p->n == p->cap)
		p->v = heap_more(p->v, &p->cap, sizeof *p->v);
	p->v[p->n++] = (struct page_block){ kind, copy, n };
}

void
page_add(struct page *p, enum page_kind kind, struct str text, size_t max)
{
	struct page_cell cell = { .text = page_clean(p->a, text, max) };

	page_row(p, kind, &cell, 1);
}

void
page_addf(struct page *p, enum page_kind kind, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	page_add(p, kind, utf8_cut(str_of(line), sizeof line), CELL_MAX);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void
text_cells(const struct page_block *b, struct buf *out)
{
	for (size_t i = 0; i < b->n; i++) {
		struct buf url = BUF(LINE_MAX_BYTES);

		if (i)
			buf_add(out, STR(" | "));
		buf_add(out, b->cells[i].text);
		if (plain_add_url(&url, b->cells[i].url))
			buf_addf(out, " <%s>", url.p);
		buf_release(&url);
	}
}

static void
text_block(const struct page_block *b, struct buf *out)
{
	static const char *const before[] = {
		[PAGE_TITLE] = "", [PAGE_HEAD] = "\n== ", [PAGE_STRONG] = "", [PAGE_LINE] = "",
		[PAGE_SMALL] = "", [PAGE_ITEM] = "- ",    [PAGE_TABLE] = "",  [PAGE_ROW] = "- ",
	};

	buf_add(out, str_of(before[b->kind]));
	text_cells(b, out);
	buf_add(out, b->kind == PAGE_HEAD ? STR(" ==\n") : STR("\n"));
}

/* ---- Markdown --------------------------------------------------------------------------------------- */

/* What could be read as markup where it stands: its own characters, "://" and "www." that some
 * readers turn into links, a sign at the beginning that would start a list or a heading. */
static bool
markdown_bends(struct str s, size_t i)
{
	struct str rest = str_slice(s, i, s.n);

	if (strchr("\\`*_{}[]<>#|~&!$=@", s.p[i]))
		return true;
	if (str_starts(rest, STR("://")))
		return true;
	if (s.p[i] == '.' && i >= 3 && str_eq_nocase(str_slice(s, i - 3, 3), STR("www")))
		return true;
	if (i == 0 && strchr("-+", s.p[i]))
		return true;
	if (s.p[i] != '.' && s.p[i] != ')')
		return false;
	for (size_t k = 0; k < i; k++)
		if (s.p[k] < '0' || s.p[k] > '9')
			return false;
	return i > 0;
}

static void
markdown_text(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && markdown_bends(s, i))
			buf_add_byte(out, '\\');
		buf_add_byte(out, s.p[i]);
	}
}

static void
markdown_cell(const struct page_cell *c, struct buf *out)
{
	struct buf url = BUF(LINE_MAX_BYTES);

	if (plain_add_url(&url, c->url)) {
		buf_add_byte(out, '[');
		markdown_text(c->text, out);
		buf_addf(out, "](<%s>)", url.p);
	} else {
		markdown_text(c->text, out);
	}
	buf_release(&url);
}

static void
markdown_table(const struct page_block *b, struct buf *out)
{
	if (b->kind == PAGE_TABLE)
		buf_add_byte(out, '\n');
	for (size_t i = 0; i < b->n; i++) {
		buf_add(out, i ? STR(" | ") : STR("| "));
		markdown_cell(&b->cells[i], out);
	}
	buf_add(out, STR(" |\n"));
	for (size_t i = 0; b->kind == PAGE_TABLE && i < b->n; i++)
		buf_add(out, i + 1 < b->n ? STR("|---") : STR("|---|\n"));
}

static void
markdown_block(const struct page_block *b, struct buf *out)
{
	static const struct {
		const char *before, *after;
	} marks[] = {
		[PAGE_TITLE] = { "# ", "\n" },      [PAGE_HEAD] = { "\n## ", "\n" },
		[PAGE_STRONG] = { "\n**", "**\n" }, [PAGE_LINE] = { "\n", "\n" },
		[PAGE_SMALL] = { "\n", "\n" },      [PAGE_ITEM] = { "- ", "\n" },
	};

	if (b->kind == PAGE_TABLE || b->kind == PAGE_ROW) {
		markdown_table(b, out);
		return;
	}
	buf_add(out, str_of(marks[b->kind].before));
	markdown_cell(&b->cells[0], out);
	buf_add(out, str_of(marks[b->kind].after));
}

/* ---- HTML -------------------------------------------------------------------------------------------- */

/* Mail programs know tables and inline styles, and little else. */
#define FONT                                                             \
	"font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft " \
	"YaHei',Arial,sans-serif"
static const struct {
	const char *open, *close;
} html_marks[] = {
	[PAGE_TITLE] = { "<h1 style=\"font-size:20px;margin:0 0 8px\">", "</h1>\n" },
	[PAGE_HEAD] = { "<h2 style=\"font-size:16px;margin:24px 0 8px;border-bottom:1px solid "
			"#ddd\">",
			"</h2>\n" },
	[PAGE_STRONG] = { "<p style=\"font-size:16px;font-weight:bold;margin:8px 0\">",
			  "</p>\n" },
	[PAGE_LINE] = { "<p style=\"margin:6px 0\">", "</p>\n" },
	[PAGE_SMALL] = { "<p style=\"margin:4px 0;font-size:12px;color:#666\">", "</p>\n" },
	[PAGE_ITEM] = { "<p style=\"margin:4px 0 4px 12px\">&#8226; ", "</p>\n" },
};

static void
html_cell(const struct page_cell *c, struct buf *out)
{
	struct buf url = BUF(LINE_MAX_BYTES);
	bool link = plain_add_url(&url, c->url);

	if (link) {
		buf_add(out, STR("<a href=\""));
		plain_add_html(out, buf_str(&url));
		buf_add(out, STR("\" rel=\"noopener noreferrer\" style=\"color:#06c\">"));
	}
	plain_add_html(out, c->text);
	if (link)
		buf_add(out, STR("</a>"));
	buf_release(&url);
}

static void
html_row(const struct page_block *b, struct buf *out)
{
	bool head = b->kind == PAGE_TABLE;

	if (head)
		buf_add(out, STR("<table cellpadding=\"4\" cellspacing=\"0\" border=\"0\" "
				 "width=\"100%\""
				 " style=\"border-collapse:collapse;font-size:13px\">\n"));
	buf_add(out, STR("<tr>"));
	for (size_t i = 0; i < b->n; i++) {
		buf_add(out,
			head ? STR("<th align=\"left\" style=\"border-bottom:1px solid #999\">")
			     : STR("<td valign=\"top\" style=\"border-bottom:1px solid "
				   "#eee\">"));
		html_cell(&b->cells[i], out);
		buf_add(out, head ? STR("</th>") : STR("</td>"));
	}
	buf_add(out, STR("</tr>\n"));
}

static void
html_block(const struct page_block *b, struct buf *out)
{
	if (b->kind == PAGE_TABLE || b->kind == PAGE_ROW) {
		html_row(b, out);
		return;
	}
	buf_add(out, str_of(html_marks[b->kind].open));
	html_cell(&b->cells[0], out);
	buf_add(out, str_of(html_marks[b->kind].close));
}

static void
html_write(const struct page *p, const char *lang, struct buf *out)
{
	buf_addf(out,
		 "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
		 lang);
	if (p->n)
		plain_add_html(out, p->v[0].cells[0].text);
	buf_add(out,
		STR("</title></head>\n<body style=\"margin:0;padding:0\"><table width=\"100%\" "
		    "cellpadding=\"16\" cellspacing=\"0\" border=\"0\"><tr><td style=\"" FONT
		    ";font-size:14px;line-height:1.5;color:#222\">\n"));
	for (size_t i = 0; i < p->n; i++) {
		bool in_table = p->v[i].kind == PAGE_TABLE || p->v[i].kind == PAGE_ROW;

		html_block(&p->v[i], out);
		if (in_table && (i + 1 == p->n || p->v[i + 1].kind != PAGE_ROW))
			buf_add(out, STR("</table>\n"));
	}
	buf_add(out, STR("</td></tr></table></body></html>\n"));
}

void
page_write_block(const struct page_block *b, enum page_form form, struct buf *out)
{
	if (form == PAGE_HTML)
		html_block(b, out);
	else if (form == PAGE_MARKDOWN)
		markdown_block(b, out);
	else
		text_block(b, out);
}

void
page_write(const struct page *p, enum page_form form, const char *lang, struct buf *out)
{
	if (form == PAGE_HTML) {
		html_write(p, lang, out);
		return;
	}
	for (size_t i = 0; i < p->n; i++) {
		/* In Markdown a list begins after an empty line. */
		if (form == PAGE_MARKDOWN && p->v[i].kind == PAGE_ITEM && i &&
		    p->v[i - 1].kind != PAGE_ITEM)
			buf_add_byte(out, '\n');
		page_write_block(&p->v[i], form, out);
	}
}
