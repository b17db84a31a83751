/* template_render.c - parts and values -> text, with what is missing in sight. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/plain.h"
#include "responder/template_body.h"

#define VALUE_MAX 2000 /* code points of one value */
#define TEXT_MAX  (256 << 10)

struct template_out
template_out_new(void)
{
	return (struct template_out){ .text = BUF(TEXT_MAX),
				      .gaps = BUF(TEXT_MAX),
				      .evidence = BUF(TEXT_MAX) };
}

void
template_out_release(struct template_out *o)
{
	buf_release(&o->text);
	buf_release(&o->gaps);
	buf_release(&o->evidence);
}

/* ASCII punctuation that means something to Markdown or HTML within it. Every one may be
 * escaped by a backslash (CommonMark 2.4). */
static void
add_markdown(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr("\\`*_{}[]<>#|~&!$=@", s.p[i]))
			buf_add_byte(b, '\\');
		buf_add_byte(b, s.p[i]);
	}
}

void
template_add_value(struct buf *b, enum template_form form, struct str value)
{
	struct buf line = BUF(TEXT_MAX);

	plain_add(&line, PLAIN_TEXT, value, VALUE_MAX);
	if (form == TEMPLATE_MARKDOWN)
		add_markdown(b, buf_str(&line));
	else if (form == TEMPLATE_HTML)
		plain_add_html(b, buf_str(&line));
	else
		buf_add(b, buf_str(&line));
	buf_release(&line);
}

/* Each slot is told of once, however often it stands in the text. */
static bool
tell_once(struct template_out *o, struct str slot)
{
	for (size_t i = 0; i < o->told_n; i++)
		if (str_eq(o->told[i], slot))
			return false;
	if (o->told_n < LY_COUNT(o->told))
		o->told[o->told_n++] = slot;
	return true;
}

static void
gap_tell(const struct template *t, struct str slot, const char *why, struct template_out *o)
{
	if (!tell_once(o, slot))
		return;
	buf_add(&o->gaps, o->gaps_n++ ? STR(",{\"slot\":") : STR("{\"slot\":"));
	json_add_text(&o->gaps, slot);
	buf_add(&o->gaps, STR(",\"wants\":"));
	json_add_text(&o->gaps, template_slot_wants(t, slot));
	if (why) {
		buf_add(&o->gaps, STR(",\"why\":"));
		json_add_text(&o->gaps, str_of(why));
	}
	buf_add_byte(&o->gaps, '}');
}

static void
gap_add(const struct template *t, struct str slot, const char *why, struct template_out *o)
{
	bool zh = t->lang == TEMPLATE_ZH;
	struct buf what = BUF(4096);

	buf_add(&what, template_slot_wants(t, slot));
	if (why)
		buf_addf(&what, zh ? "（%s）" : " (%s)", why);
	buf_add(&o->text, zh ? STR("【待补：") : STR("[TO FILL: "));
	template_add_value(&o->text, (enum template_form)t->form, buf_str(&what));
	buf_add(&o->text, zh ? STR("】") : STR("]"));
	buf_release(&what);
	gap_tell(t, slot, why, o);
}

/* A value of the slot's type. */
static bool
value_find(const struct template *t, const struct template_source *src, struct str slot,
	   struct template_value *v)
{
	const struct template_slot *d = template_slot_find(t, slot);

	*v = (struct template_value){ .text = { "", 0 } };
	if (!src->find(src->arg, t, slot, v) || !str_trim(v->text).n)
		return false;
	if (d && !v->why)
		v->why = slot_unfit((enum slot_type)d->type, str_trim(v->text),
				    (enum template_lang)t->lang);
	return !v->why;
}

static void
slot_add(const struct template *t, size_t i, const struct template_source *src,
	 struct template_out *o)
{
	struct str slot = t->parts[i].text;
	struct template_value v;

	if (!value_find(t, src, slot, &v)) {
		gap_add(t, slot, v.why, o);
		return;
	}
	template_add_value(&o->text, (enum template_form)t->form, v.text);
	if (!v.evidence.n || !tell_once(o, slot))
		return;
	if (o->evidence.n > 1)
		buf_add_byte(&o->evidence, ',');
	json_add_text(&o->evidence, slot);
	buf_add_byte(&o->evidence, ':');
	buf_add(&o->evidence, v.evidence);
}

/* Is the section left out? A value that does not fit is told of, though nothing shows it. */
static bool
section_out(const struct template *t, const struct template_part *p,
	    const struct template_source *src, struct template_out *o)
{
	struct template_value v;
	bool found = value_find(t, src, p->text, &v);

	if (v.why)
		gap_tell(t, p->text, v.why, o);
	return found != (p->kind == PART_WITH);
}

void
template_render(const struct template *t, const struct template_source *src,
		struct template_out *o)
{
	size_t depth = 0, out_from = 0; /* sections open; the outermost that is left out */

	buf_add_byte(&o->gaps, '[');
	buf_add_byte(&o->evidence, '{');
	for (size_t i = 0; i < t->parts_n; i++) {
		const struct template_part *p = &t->parts[i];

		if (p->kind == PART_WITH || p->kind == PART_WITHOUT) {
			depth++;
			if (!out_from && section_out(t, p, src, o))
				out_from = depth;
		} else if (p->kind == PART_END) {
			if (out_from == depth)
				out_from = 0;
			depth--;
		} else if (!out_from && p->kind == PART_TEXT) {
			buf_add(&o->text, p->text);
		} else if (!out_from) {
			slot_add(t, i, src, o);
		}
	}
	buf_add_byte(&o->gaps, ']');
	buf_add_byte(&o->evidence, '}');
}
