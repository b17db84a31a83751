/*
 * template_body.c - text with {{tags}} -> parts.
 *
 * Mustache without what would be logic or could let a value through unescaped; the cases of its
 * published specification that apply are held by tests/unit/test_mustache.c.
 */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/template_body.h"

#define PARTS_MAX 400
#define DEPTH_MAX 8

struct section {
	struct str slot;
	int line;
};
struct parsing {
	struct template *t;
	struct str body;
	size_t at; /* bytes of it that are read */
	int line;  /* of the file, there        */
	size_t cap;
	struct section open[DEPTH_MAX];
	size_t depth;
	bool *used; /* by declared slot */
};

static int
wrong(const struct parsing *p, int line, struct err *e, const char *what, struct str s)
{
	s = utf8_cut(s, 60);
	return err_set(e, ERR_USAGE, "%s:%d: %s \"%.*s\"", p->t->file.p, line, what,
		       STR_ARG(s));
}

static int
part_add(struct parsing *p, int kind, struct str text, struct err *e)
{
	struct template *t = p->t;

	if (kind == PART_TEXT && !text.n)
		return 0;
	if (t->parts_n == PARTS_MAX)
		return err_set(e, ERR_USAGE, "%s:%d: over %d slots and sections", t->file.p,
			       p->line, PARTS_MAX / 2);
	if (t->parts_n == p->cap)
		t->parts = heap_more(t->parts, &p->cap, sizeof *t->parts);
	t->parts[t->parts_n] = (struct template_part){ .text = text, .line = p->line };
	t->parts[t->parts_n++].kind = kind;
	return 0;
}

static bool
slot_known(struct parsing *p, struct str slot)
{
	const struct template_slot *d = template_slot_find(p->t, slot);

	if (d)
		p->used[d - (const struct template_slot *)p->t->slots.v] = true;
	return d || template_word(template_known_words, slot) >= 0;
}

static int
section_end(struct parsing *p, struct str slot, struct err *e)
{
	if (!p->depth)
		return wrong(p, p->line, e, "ends a section that is not open:", slot);
	if (!str_eq(p->open[p->depth - 1].slot, slot))
		return wrong(p, p->line, e, "ends another section than the open one:", slot);
	p->depth--;
	return part_add(p, PART_END, slot, e);
}

static int
section_begin(struct parsing *p, int kind, struct str slot, struct err *e)
{
	if (p->depth == DEPTH_MAX)
		return wrong(p, p->line, e, "sections too deep in sections:", slot);
	p->open[p->depth++] = (struct section){ slot, p->line };
	return part_add(p, kind, slot, e);
}

/* What stands between {{ and }}, a comment apart. */
static int
tag_read(struct parsing *p, struct str tag, struct err *e)
{
	char sign = tag.n ? tag.p[0] : 0;
	struct str slot =
		str_trim(sign && strchr("#^/", sign) ? str_slice(tag, 1, tag.n) : tag);

	if (sign && strchr("{&>=", sign))
		return wrong(p, p->line, e,
			     "only {{slot}}, {{#slot}}, {{^slot}}, {{/slot}} and {{! }}: not",
			     tag);
	if (!template_slot_name_ok(slot))
		return wrong(p, p->line, e, "not a slot:", tag);
	if (!slot_known(p, slot))
		return wrong(p, p->line, e, "slots: does not declare", slot);
	if (sign == '/')
		return section_end(p, slot, e);
	if (sign == '#' || sign == '^')
		return section_begin(p, sign == '#' ? PART_WITH : PART_WITHOUT, slot, e);
	return part_add(p, PART_SLOT, slot, e);
}

/* ---- lines --------------------------------------------------------------------------------------- */

static int
count_lines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the line begins that holds nothing but the tag [at, end) and blanks; *past: behind its
 * line feed. False when other things stand there. */
static bool
stands_alone(struct str body, size_t at, size_t end, size_t *from, size_t *past)
{
	while (at > 0 && is_blank(body.p[at - 1]))
		at--;
	while (end < body.n && is_blank(body.p[end]))
		end++;
	if ((at > 0 && body.p[at - 1] != '\n') || (end < body.n && body.p[end] != '\n'))
		return false;
	*from = at;
	*past = end < body.n ? end + 1 : end;
	return true;
}

/* One tag with the text before it. -1, 0 when the body has ended, 1. */
static int
piece_read(struct parsing *p, struct err *e)
{
	struct str rest = str_slice(p->body, p->at, p->body.n), tag;
	ptrdiff_t at = str_find(rest, STR("{{")), end;
	struct str text = str_slice(rest, 0, at < 0 ? rest.n : (size_t)at);
	size_t open = p->at + text.n, past, from = open;
	bool comment;

	if (str_find(text, STR("}}")) >= 0)
		return wrong(p, p->line, e, "\"}}\" without \"{{\" in", str_trim(text));
	if (at < 0)
		return part_add(p, PART_TEXT, text, e);
	tag = str_slice(p->body, open + 2, p->body.n);
	comment = tag.n && tag.p[0] == '!';
	end = str_find(tag, STR("}}"));
	if (end < 0 || (!comment && str_find_byte(str_slice(tag, 0, (size_t)end), '\n') >= 0))
		return wrong(p, p->line + count_lines(text), e,
			     "\"{{\" is not closed on its line before", str_slice(tag, 0, 20));
	tag = str_slice(tag, 0, (size_t)end);
	past = open + 2 + tag.n + 2;
	if (tag.n && strchr("#^/!", tag.p[0]))
		stands_alone(p->body, open, past, &from, &past);
	if (from > p->at &&
	    part_add(p, PART_TEXT, str_slice(p->body, p->at, from - p->at), e) < 0)
		return -1;
	p->line += count_lines(str_slice(p->body, p->at, open - p->at));
	if (!comment && tag_read(p, tag, e) < 0)
		return -1;
	p->line += count_lines(str_slice(p->body, open, past - open));
	p->at = past;
	return 1;
}

int
template_body_read(struct template *t, struct str body, int line, struct err *e)
{
	struct parsing p = { .t = t, .body = body, .line = line };
	const struct template_slot *d = t->slots.v;
	int more;

	p.used = heap_zero(t->slots.n + 1, sizeof *p.used);
	while ((more = piece_read(&p, e)) > 0)
		;
	if (more == 0 && p.depth)
		more = wrong(&p, p.open[p.depth - 1].line, e,
			     "a section is not closed:", p.open[p.depth - 1].slot);
	for (size_t i = 0; i < t->slots.n && more == 0; i++)
		if (!p.used[i])
			more = wrong(&p, 1, e,
				     "slots: declares what the body does not use:", d[i].name);
	free(p.used);
	return more;
}
