/* conf_report.c: mistakes, in the order of the files, each with its line and a caret. */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/conf_tree.h"
#include "core/str.h"
#include "core/utf8.h"

#define WINDOW 88 /* code points of a source line that are shown */

bool
conf_mistake_room(const struct conf_reader *r)
{
	return r->n_mistakes < CONF_MISTAKES;
}

void
conf_mistake(struct conf_reader *r, const struct conf_node *at, const char *fmt, ...)
{
	struct conf_mistake *m;
	char text[1024];
	va_list ap;

	if (r->n_mistakes++ >= CONF_MISTAKES)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	m = arena_alloc(r->scratch, sizeof *m);
	*m = (struct conf_mistake){ r->mistakes, at, arena_text(r->scratch, str_of(text)),
				    r->n_mistakes };
	r->mistakes = m;
}

void
conf_mask_add(struct conf_reader *r, const struct conf_node *node)
{
	struct conf_mask *m = arena_alloc(r->scratch, sizeof *m);

	*m = (struct conf_mask){ r->masks, node };
	r->masks = m;
}

/* Two cells wide on a terminal. */
static bool
wide(uint32_t cp)
{
	return cp >= 0x1100 &&
	       (cp <= 0x115f || (cp >= 0x2e80 && cp <= 0xa4cf) ||
		(cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
		(cp >= 0xfe30 && cp <= 0xfe6f) || (cp >= 0xff00 && cp <= 0xff60) ||
		(cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x1f300 && cp <= 0x1faff) ||
		(cp >= 0x20000 && cp <= 0x3fffd));
}

/* What a terminal would act on or hide. */
static bool
hidden(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0xfeff ||
	       (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfffd;
}

static void
add_point(struct buf *b, const char *p, size_t n, uint32_t cp)
{
	if (cp == '\t')
		buf_add_byte(b, ' ');
	else if (hidden(cp))
		buf_add_byte(b, '?');
	else
		buf_add(b, (struct str){ p, n });
}

static void
add_shown(struct buf *b, struct str s)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end) {
		uint32_t cp;
		size_t n = utf8_next(p, end, &cp);

		add_point(b, p, n, cp);
		p += n;
	}
}

bool
conf_line_next(struct str *rest, struct str *line)
{
	size_t n = 0, end = 0;

	if (rest->n == 0)
		return false;
	for (; n < rest->n && !end; n++) {
		struct str s = str_slice(*rest, n, 3);
		char c = s.p[0];

		if (c != '\n' && c != '\r' && c != '\xc2' && c != '\xe2')
			continue;
		if (str_starts(s, STR("\r\n")) || str_starts(s, STR("\xc2\x85")))
			end = 2;
		else if (c == '\n' || c == '\r')
			end = 1;
		else if (str_is(s, "\xe2\x80\xa8") || str_is(s, "\xe2\x80\xa9"))
			end = 3;
	}
	n -= end != 0;
	*line = str_slice(*rest, 0, n);
	*rest = str_slice(*rest, n + end, rest->n);
	return true;
}

static struct str
source_line(const struct conf_file *f, int line)
{
	struct str rest = f->text, found = { "", 0 };

	while (line-- > 0)
		if (!conf_line_next(&rest, &found))
			return (struct str){ "", 0 };
	return found;
}

static bool
masked(const struct conf_reader *r, const struct conf_file *f, int line, int column)
{
	for (const struct conf_mask *m = r->masks; m; m = m->next) {
		const struct conf_node *n = m->node;

		if (n->file != f || line < n->line || line > n->end_line)
			continue;
		if ((line > n->line || column >= n->column) &&
		    (line < n->end_line || column < n->end_column))
			return true;
	}
	return false;
}

/* Below the source's code point at column: nothing, the caret, or its tail. */
static void
add_below(struct buf *b, const struct conf_node *at, int column, bool two_cells)
{
	int length = at->end_line == at->line ? at->end_column - at->column : 1;

	if (column < at->column)
		buf_add(b, two_cells ? STR("  ") : STR(" "));
	else if (column == at->column)
		buf_add(b, two_cells && length > 0 ? STR("^~") : STR("^"));
	else if (column < at->column + length)
		buf_add(b, two_cells ? STR("~~") : STR("~"));
}

/* The line, and below it the caret under column at->column. */
static void
add_source(const struct conf_reader *r, const struct conf_node *at, struct buf *b)
{
	struct str line = source_line(at->file, at->line);
	const char *p = line.p, *end = line.p + line.n;
	int first = at->column > WINDOW * 3 / 4 ? at->column - WINDOW / 2 : 1, column = 1;
	struct buf below = BUF(4096);
	bool mask = false;

	buf_addf(b, "%5d | %s", at->line, first > 1 ? "…" : "");
	buf_addf(&below, "      | %s", first > 1 ? " " : "");
	for (; p < end && column < first + WINDOW; column++) {
		uint32_t cp;
		size_t n = utf8_next(p, end, &cp);
		bool was_masked = mask;

		mask = masked(r, at->file, at->line, column);
		if (column >= first && !(mask && was_masked)) {
			if (mask)
				buf_add(b, STR("…"));
			else
				add_point(b, p, n, cp);
			add_below(&below, at, column, wide(cp) && !mask);
		}
		p += n;
	}
	if (column <= at->column) /* the place is the line's end */
		buf_add_byte(&below, '^');
	buf_addf(b, "%s\n%s\n", p < end ? "…" : "", below.p);
	buf_release(&below);
}

static int
compare(const void *a, const void *b)
{
	const struct conf_mistake *x = *(struct conf_mistake *const *)a;
	const struct conf_mistake *y = *(struct conf_mistake *const *)b;

	if (x->at->file->number != y->at->file->number)
		return x->at->file->number - y->at->file->number;
	if (x->at->line != y->at->line)
		return x->at->line - y->at->line;
	if (x->at->column != y->at->column)
		return x->at->column - y->at->column;
	return x->order < y->order ? -1 : 1;
}

void
conf_report(struct conf_reader *r, struct buf *out)
{
	struct conf_mistake *sorted[CONF_MISTAKES];
	size_t n = 0;

	for (struct conf_mistake *m = r->mistakes; m; m = m->next)
		sorted[n++] = m;
	qsort(sorted, n, sizeof sorted[0], compare);
	for (size_t i = 0; i < n; i++) {
		const struct conf_node *at = sorted[i]->at;

		add_shown(out, str_of(at->file->name));
		buf_addf(out, ":%d:%d: ", at->line, at->column);
		add_shown(out, str_of(sorted[i]->text));
		buf_add_byte(out, '\n');
		if (at->file->text.n)
			add_source(r, at, out);
	}
	if (r->n_mistakes > n)
		buf_addf(out, "… and %zu more\n", r->n_mistakes - n);
}
