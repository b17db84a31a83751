/*
 * digest_html.c - a page as HTML: for a browser with charts as SVG and sections that fold, for mail
 * with charts as attached images and nothing that mail programs do not know.
 *
 * Light colours stand in the elements, since many mail programs read no <style>; where one does,
 * the style gives the dark ones.
 */
#include "core/base.h"

#include "core/str.h"
#include "responder/digest_page.h"
#include "responder/plain.h"

#define URL_BYTES 8192

#define FONT                                                             \
	"font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft " \
	"YaHei','Noto Sans CJK SC',Arial,sans-serif"
static const char style[] =
	"<style>\n"
	":root{color-scheme:light dark}\n"
	"table.t{border-collapse:collapse;width:100%;font-size:13px}\n"
	"table.t th{text-align:left;font-weight:normal;color:#6b7280;border-bottom:1px solid "
	"#d1d5db;padding:4px 8px 4px 0}\n"
	"table.t td{vertical-align:top;border-bottom:1px solid #e5e7eb;padding:5px 8px 5px 0;"
	"overflow-wrap:anywhere}\n"
	"table.t th,table.t td:nth-child(2){white-space:nowrap}\n"
	"summary{cursor:pointer;font-size:16px;font-weight:bold;margin:20px 0 6px}\n"
	"svg{display:block;width:100%;max-width:640px;height:auto;margin:6px 0}\n"
	".c0{fill:#9eb5d1}.c1{fill:#d14a5c}.c4{fill:#5c6675}.c5{fill:#1f2937}\n"
	".l1{stroke:#d14a5c;stroke-width:1.5}.l2{stroke:#4d5666;stroke-width:1.2}"
	".l3{stroke:#e5e7eb;stroke-width:.7}\n"
	"@media (prefers-color-scheme:dark){\n"
	".bg{background:#101418!important}.card{background:#1a2027!important}\n"
	".card,.card h1,.card h2,.big,td{color:#e6e9ed!important}\n"
	".dim,table.t th{color:#9aa5b1!important}a{color:#7db4ff!important}\n"
	"table.t th,table.t td,.card h2{border-color:#323b45!important}"
	".box{background:#232b34!important}\n"
	".v{color:#fff!important}\n"
	".c0{fill:#5d7695}.c1{fill:#ef6f80}.c4{fill:#aab4c0}.c5{fill:#f3f4f6}\n"
	".l1{stroke:#ef6f80}.l2{stroke:#c3ccd6}.l3{stroke:#323b45}\n"
	"}\n</style>\n";

static void
html_figure(size_t number, struct str value, struct buf *out)
{
	buf_addf(out, "<span title=\"f%zu\">", number);
	plain_add_html(out, value);
	buf_add(out, STR("</span>"));
}

static void
html_plain(struct str s, struct buf *out)
{
	plain_add_html(out, s);
}

static const struct page_voice html_voice = { html_plain, html_figure };

static const struct {
	const char *open, *close;
} html_marks[] = {
	[PAGE_TITLE] = { "<h1 style=\"font-size:19px;margin:0 0 10px;color:#111827\">",
			 "</h1>\n" },
	[PAGE_HEAD] = { "<h2 style=\"font-size:16px;margin:24px 0 6px;color:#111827\">",
			"</h2>\n" },
	[PAGE_FOLD] = { "<h2 style=\"font-size:16px;margin:24px 0 6px;color:#111827\">",
			"</h2>\n" },
	[PAGE_STRONG] = { "<p style=\"font-weight:bold;margin:10px 0\">", "</p>\n" },
	[PAGE_LINE] = { "<p style=\"margin:6px 0\">", "</p>\n" },
	[PAGE_SMALL] = { "<p class=\"dim\" style=\"margin:4px 0;font-size:12px;color:#6b7280;"
			 "overflow-wrap:anywhere\">",
			 "</p>\n" },
	[PAGE_ITEM] = { "<p style=\"margin:5px 0 5px 4px\">&#8226; ", "</p>\n" },
};

static void
html_cell(const struct page_cell *c, struct buf *out)
{
	struct buf url = BUF(URL_BYTES);
	bool link = plain_add_url(&url, c->url);

	if (link) {
		buf_add(out, STR("<a href=\""));
		plain_add_html(out, buf_str(&url));
		buf_add(out, STR("\" rel=\"noopener noreferrer\" style=\"color:#0b5cc4\">"));
	}
	page_speak(&html_voice, c->text, out);
	if (link)
		buf_add(out, STR("</a>"));
	buf_release(&url);
}

static void
html_row(const struct page_block *b, struct buf *out)
{
	bool head = b->kind == PAGE_TABLE;

	if (head)
		buf_add(out, STR("<table class=\"t\" cellpadding=\"4\" cellspacing=\"0\" "
				 "border=\"0\" width=\"100%\">\n"));
	buf_add(out, STR("<tr>"));
	for (size_t i = 0; i < b->n; i++) {
		buf_add(out, head ? STR("<th align=\"left\">") : STR("<td valign=\"top\">"));
		html_cell(&b->cells[i], out);
		buf_add(out, head ? STR("</th>") : STR("</td>"));
	}
	buf_add(out, STR("</tr>\n"));
}

/* One under the other on a phone: each is a cell of a table that may wrap. */
static void
html_cards(const struct page_block *b, struct buf *out)
{
	buf_add(out, STR("<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
			 "width=\"100%\" style=\"margin:12px 0;table-layout:fixed\"><tr>\n"));
	for (size_t i = 0; i + 1 < b->n; i += 2) {
		buf_add(out,
			STR("<td style=\"padding:0 4px 0 0\"><div class=\"box\" "
			    "style=\"background:#f3f4f6;border-radius:8px;padding:8px 6px;"
			    "text-align:center\"><div class=\"big\" style=\"font-size:20px;"
			    "font-weight:bold;color:#111827\">"));
		html_cell(&b->cells[i + 1], out);
		buf_add(out, STR("</div><div class=\"dim\" style=\"font-size:12px;"
				 "color:#6b7280\">"));
		html_cell(&b->cells[i], out);
		buf_add(out, STR("</div></div></td>\n"));
	}
	buf_add(out, STR("</tr></table>\n"));
}

static void
html_verdict(const struct page_block *b, struct buf *out)
{
	static const char *const colours[] = { "#4b5563", "#2f7d4f", "#2563a8", "#b45f06",
					       "#b3261e" };
	int level = b->mark < -1 || b->mark > 3 ? -1 : b->mark;

	buf_addf(out,
		 "<p class=\"v\" style=\"background:%s;color:#ffffff;font-size:17px;"
		 "font-weight:bold;margin:0 0 10px;padding:10px 14px;border-radius:8px\">",
		 colours[level + 1]);
	html_cell(&b->cells[0], out);
	buf_add(out, STR("</p>\n"));
}

static void
html_chart(const struct page *p, const struct page_block *b, enum page_form form,
	   struct buf *out)
{
	buf_add(out, STR("<p class=\"dim\" style=\"margin:10px 0 0;font-size:12px;"
			 "color:#6b7280\">"));
	html_cell(&b->cells[0], out);
	buf_add(out, STR("</p>\n"));
	if (form == PAGE_HTML && p) {
		chart_svg(&p->charts[b->mark], b->cells[0].text, out);
		return;
	}
	buf_addf(out, "<img src=\"cid:chart%d\" width=\"360\" alt=\"", b->mark);
	plain_add_html(out, b->cells[0].text);
	buf_add(out, STR("\" style=\"display:block;width:100%;max-width:640px;height:auto;"
			 "margin:6px 0;border-radius:6px\">\n"));
}

void
page_block_html(const struct page *p, const struct page_block *b, enum page_form form,
		struct buf *out)
{
	if (b->kind == PAGE_TABLE || b->kind == PAGE_ROW) {
		html_row(b, out);
	} else if (b->kind == PAGE_CARDS) {
		html_cards(b, out);
	} else if (b->kind == PAGE_VERDICT) {
		html_verdict(b, out);
	} else if (b->kind == PAGE_CHART) {
		html_chart(p, b, form, out);
	} else if (b->kind == PAGE_FOLD && form == PAGE_HTML) {
		buf_add(out, STR("<details><summary>"));
		html_cell(&b->cells[0], out);
		buf_add(out, STR("</summary>\n"));
	} else {
		buf_add(out, str_of(html_marks[b->kind].open));
		html_cell(&b->cells[0], out);
		buf_add(out, str_of(html_marks[b->kind].close));
	}
}

static void
html_blocks(const struct page *p, enum page_form form, struct buf *out)
{
	bool folded = false;

	for (size_t i = 0; i < p->n; i++) {
		enum page_kind kind = p->v[i].kind;
		bool in_table = kind == PAGE_TABLE || kind == PAGE_ROW;

		if (folded && (kind == PAGE_HEAD || kind == PAGE_FOLD)) {
			buf_add(out, STR("</details>\n"));
			folded = false;
		}
		page_block_html(p, &p->v[i], form, out);
		folded |= kind == PAGE_FOLD && form == PAGE_HTML;
		if (in_table && (i + 1 == p->n || p->v[i + 1].kind != PAGE_ROW))
			buf_add(out, STR("</table>\n"));
	}
	if (folded)
		buf_add(out, STR("</details>\n"));
}

void
page_write_html(const struct page *p, enum page_form form, const char *lang, struct buf *out)
{
	buf_addf(out,
		 "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<meta name=\"supported-color-schemes\" content=\"light dark\"><title>",
		 lang);
	if (p->n)
		plain_add_html(out, p->v[0].cells[0].text);
	buf_addf(out, "</title>\n%s", style);
	buf_add(out, STR("</head>\n<body class=\"bg\" style=\"margin:0;padding:0;"
			 "background:#eef0f3\"><table class=\"bg\" width=\"100%\" "
			 "cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
			 "style=\"background:#eef0f3\"><tr><td align=\"center\" "
			 "style=\"padding:12px 8px\">\n"
			 "<table class=\"card\" width=\"100%\" cellpadding=\"0\" "
			 "cellspacing=\"0\" border=\"0\" style=\"max-width:720px;"
			 "background:#ffffff;border-radius:10px;color:#1f2937\"><tr><td "
			 "style=\"padding:18px 16px;text-align:left;" FONT
			 ";font-size:14px;line-height:1.55;color:#1f2937\">\n"));
	html_blocks(p, form, out);
	buf_add(out, STR("</td></tr></table></td></tr></table></body></html>\n"));
}
