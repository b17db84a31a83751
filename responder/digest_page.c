#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/digest_page.h"
#include "responder/heap.h"
#include "responder/plain.h"

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

struct page_block *
page_row(struct page *p, enum page_kind kind, const struct page_cell *cells, size_t n)
{
	struct page_cell *copy = arena_alloc(p->a, n * sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i].text = arena_str(p->a, cells[i].text);
		copy[i].url = arena_str(p->a, cells[i].url);
	}
	if (p->n == p->cap)
		p->v = heap_more(p->v, &p->cap, sizeof *p->v);
	p->v[p->n] = (struct page_block){ kind, copy, n, 0 };
	return &p->v[p->n++];
}

void
page_say(struct page *p, enum page_kind kind, struct str text)
{
	page_row(p, kind, &(struct page_cell){ .text = text }, 1);
}

void
page_add(struct page *p, enum page_kind kind, struct str text, size_t max)
{
	page_say(p, kind, page_clean(p->a, text, max));
}

void
page_addf(struct page *p, enum page_kind kind, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	page_say(p, kind, utf8_cut(str_of(line), sizeof line));
}

void
page_speak(const struct page_voice *v, struct str s, struct buf *out)
{
	size_t from = 0, number, len;
	struct str value;

	for (size_t i = 0; i < s.n; i++) {
		if (!figure_marked(str_slice(s, i, s.n), &number, &value, &len))
			continue;
		v->plain(str_slice(s, from, i - from), out);
		v->figure(number, value, out);
		from = i + len;
		i = from - 1;
	}
	v->plain(str_slice(s, from, s.n), out);
}

/* "[f12" in somebody's words is no figure's id: its bracket becomes the full-width twin. */
static void
seen_plain(struct str s, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i + 2 < s.n; i++) {
		char twin[4];

		if (s.p[i] != '[' || s.p[i + 1] != 'f' || s.p[i + 2] < '0' || s.p[i + 2] > '9')
			continue;
		buf_add(out, str_slice(s, from, i - from));
		buf_add(out, (struct str){ twin, utf8_put(twin, plain_twin('[')) });
		from = i + 1;
	}
	buf_add(out, str_slice(s, from, s.n));
}

static void
seen_figure(size_t number, struct str value, struct buf *out)
{
	(void)number;
	buf_add(out, value);
}

static const struct page_voice seen = { seen_plain, seen_figure };

struct str
page_seen(struct arena *a, struct str s)
{
	struct buf b = BUF(LINE_MAX_BYTES);
	struct str out;

	page_speak(&seen, s, &b);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

size_t
page_length(struct str s)
{
	struct buf b = BUF(LINE_MAX_BYTES);
	size_t n;

	page_speak(&seen, s, &b);
	n = utf8_count(buf_str(&b));
	buf_release(&b);
	return n;
}

struct str
page_cut(struct arena *a, struct str s, size_t max)
{
	size_t i = 0, n = 0, number, len;
	struct str value;

	if (page_length(s) <= max)
		return s;
	while (i < s.n) {
		uint32_t cp;
		size_t wide = 1;

		if (figure_marked(str_slice(s, i, s.n), &number, &value, &len))
			wide = utf8_count(value);
		else
			len = (size_t)utf8_next(s.p + i, s.p + s.n, &cp);
		if (n + wide + 1 > max)
			break;
		n += wide;
		i += len;
	}
	return str_of(arena_textf(a, "%.*s…", (int)i, s.p));
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void
text_figure(size_t number, struct str value, struct buf *out)
{
	buf_addf(out, "%.*s[f%zu]", STR_ARG(value), number);
}

static const struct page_voice text_voice = { seen_plain, text_figure };

static void
text_cells(const struct page_block *b, struct buf *out)
{
	for (size_t i = 0; i < b->n; i++) {
		struct buf url = BUF(LINE_MAX_BYTES);

		if (i)
			buf_add(out, STR(" | "));
		page_speak(&text_voice, b->cells[i].text, out);
		if (plain_add_url(&url, b->cells[i].url))
			buf_addf(out, " <%s>", url.p);
		buf_release(&url);
	}
}

/* A chart is its lines, cards are pairs. */
static void
text_lines(const struct page_block *b, struct buf *out)
{
	for (size_t i = 0; i < b->n; i++) {
		page_speak(&text_voice, b->cells[i].text, out);
		buf_add(out, b->kind == PAGE_CHART || i + 1 == b->n ? STR("\n")
			     : i % 2                                ? STR(" | ")
								    : STR(" "));
	}
}

static void
text_block(const struct page_block *b, struct buf *out)
{
	static const char *const before[] = {
		[PAGE_TITLE] = "",     [PAGE_VERDICT] = "", [PAGE_HEAD] = "\n== ",
		[PAGE_FOLD] = "\n== ", [PAGE_STRONG] = "",  [PAGE_LINE] = "",
		[PAGE_SMALL] = "",     [PAGE_ITEM] = "- ",  [PAGE_CARDS] = "",
		[PAGE_CHART] = "",     [PAGE_TABLE] = "",   [PAGE_ROW] = "- ",
	};
	bool head = b->kind == PAGE_HEAD || b->kind == PAGE_FOLD;

	if (b->kind == PAGE_CHART || b->kind == PAGE_CARDS) {
		text_lines(b, out);
		return;
	}
	buf_add(out, str_of(before[b->kind]));
	text_cells(b, out);
	buf_add(out, head ? STR(" ==\n") : STR("\n"));
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
markdown_figure(size_t number, struct str value, struct buf *out)
{
	buf_addf(out, "%.*s[f%zu]", STR_ARG(value), number);
}

static const struct page_voice markdown_voice = { markdown_text, markdown_figure };

static void
markdown_cell(const struct page_cell *c, struct buf *out)
{
	struct buf url = BUF(LINE_MAX_BYTES);

	if (plain_add_url(&url, c->url)) {
		buf_add_byte(out, '[');
		page_speak(&markdown_voice, c->text, out);
		buf_addf(out, "](<%s>)", url.p);
	} else {
		page_speak(&markdown_voice, c->text, out);
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
markdown_lines(const struct page_block *b, struct buf *out)
{
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < b->n; i++) {
		markdown_cell(&b->cells[i], out);
		buf_add(out, i + 1 == b->n           ? STR("\n")
			     : b->kind == PAGE_CHART ? STR("  \n")
			     : i % 2                 ? STR(" · ")
						     : STR(" "));
	}
}

static void
markdown_block(const struct page_block *b, struct buf *out)
{
	static const struct {
		const char *before, *after;
	} marks[] = {
		[PAGE_TITLE] = { "# ", "\n" },      [PAGE_VERDICT] = { "\n**", "**\n" },
		[PAGE_HEAD] = { "\n## ", "\n" },    [PAGE_FOLD] = { "\n## ", "\n" },
		[PAGE_STRONG] = { "\n**", "**\n" }, [PAGE_LINE] = { "\n", "\n" },
		[PAGE_SMALL] = { "\n", "\n" },      [PAGE_ITEM] = { "- ", "\n" },
	};

	if (b->kind == PAGE_CHART || b->kind == PAGE_CARDS) {
		markdown_lines(b, out);
		return;
	}
	if (b->kind == PAGE_TABLE || b->kind == PAGE_ROW) {
		markdown_table(b, out);
		return;
	}
	buf_add(out, str_of(marks[b->kind].before));
	markdown_cell(&b->cells[0], out);
	buf_add(out, str_of(marks[b->kind].after));
}

/* ---- chat ---------------------------------------------------------------------------------------- */

static void
chat_plain(struct str s, struct buf *out)
{
	/* Spaces around figures are ours; plain_add() would take them. */
	if (s.n && s.p[0] == ' ')
		buf_add_byte(out, ' ');
	plain_add(out, PLAIN_CHAT, s, s.n);
	if (s.n > 1 && s.p[s.n - 1] == ' ')
		buf_add_byte(out, ' ');
}

static const struct page_voice chat_voice = { chat_plain, seen_figure };

static void
chat_block(const struct page_block *b, struct buf *out)
{
	if (b->kind == PAGE_ITEM)
		buf_add(out, STR("· "));
	page_speak(&chat_voice, b->cells[0].text, out);
	buf_add_byte(out, '\n');
}

/* ---- all ----------------------------------------------------------------------------------------- */

void
page_write_block(const struct page_block *b, enum page_form form, struct buf *out)
{
	if (form == PAGE_HTML || form == PAGE_MAIL)
		page_block_html(NULL, b, form, out);
	else if (form == PAGE_MARKDOWN)
		markdown_block(b, out);
	else if (form == PAGE_CHAT)
		chat_block(b, out);
	else
		text_block(b, out);
}

void
page_write(const struct page *p, enum page_form form, const char *lang, struct buf *out)
{
	if (form == PAGE_HTML || form == PAGE_MAIL) {
		page_write_html(p, form, lang, out);
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
