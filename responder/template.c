#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/plain.h"
#include "responder/template.h"

#define FILE_MAX  (64 << 10)
#define PARTS_MAX 400
#define VALUE_MAX 2000 /* code points of one value */
#define TEXT_MAX  (256 << 10)

const char *const template_kind_words[] = { "holding", "full",  "reply", "complaint", "update",
					    "staff",   "cover", "press", "closing",   NULL };
const char *const template_lang_words[] = { "zh", "en", NULL };
const char *const template_form_words[] = { "text", "markdown", "html", NULL };
const char *const template_known_words[] = { "number",      "watch",      "title", "level",
					     "concern",     "first_seen", "date",  "time",
					     "next_update", NULL };
static const char *const known_wants[KNOWN_COUNT][2] = {
	[KNOWN_NUMBER] = { "事件编号", "incident number" },
	[KNOWN_WATCH] = { "品牌名", "brand" },
	[KNOWN_TITLE] = { "事件标题", "title of the incident" },
	[KNOWN_LEVEL] = { "响应级别", "level" },
	[KNOWN_CONCERN] = { "反映的是哪方面的问题", "what kind of problem is reported" },
	[KNOWN_FIRST_SEEN] = { "最早看到反映的时间", "when the first report was seen" },
	[KNOWN_DATE] = { "日期", "date" },
	[KNOWN_TIME] = { "时刻", "time" },
	[KNOWN_NEXT_UPDATE] = { "下一次更新的时间", "time of the next update" },
};
static const char *const strategies[] = { "instructing", "adjusting", "deny", "diminish",
					  "rebuild",     "bolster",   NULL };

/* ---- front matter ---------------------------------------------------------------------------- */

#define AT(field) offsetof(struct template, field)
static const struct conf_key keys[] = {
	{ "id", CONF_NAME, AT(id), 1, 60, NULL, "unique name; also of the draft's file" },
	{ "language", CONF_CHOICE, AT(lang), .dflt = NULL, .help = "zh or en",
	  .choices = template_lang_words },
	{ "scenario", CONF_TEXTS, AT(scenario), 1, 40, NULL, "topics it speaks of, or [any]" },
	{ "kind", CONF_CHOICE, AT(kind), .dflt = NULL,
	  .help = "holding, full, reply, complaint, update, staff, cover, press, closing",
	  .choices = template_kind_words },
	{ "strategy", CONF_TEXTS, AT(strategy), 0, 6, "",
	  "instructing, adjusting, deny, diminish, rebuild, bolster" },
	{ "level", CONF_COUNT, AT(level), 1, 3, "2", "drafted from this level on" },
	{ "audience", CONF_TEXT, AT(audience), 0, 200, "", "who reads it" },
	{ "channel", CONF_TEXT, AT(channel), 0, 200, "", "where it will stand" },
	{ "max_length", CONF_COUNT, AT(max_length), 20, 20000, "1000",
	  "code points, filled in" },
	{ "next_update", CONF_SECONDS, AT(next_update), 600, 14 * 86400, "2h",
	  "what {{next_update}} promises, rounded up to half an hour" },
	{ "format", CONF_CHOICE, AT(form), .dflt = "text",
	  .help = "text, markdown or html: how values are escaped",
	  .choices = template_form_words },
	{ "version", CONF_COUNT, AT(version), 1, 100000, "1", "raised when the text changes" },
	{ "approved_by", CONF_TEXT, AT(approved_by), 0, 200, "",
	  "who approved it; empty: nobody" },
	{ "slots", CONF_MAP, AT(slots), 0, 60, "", "facts it wants: name -> what to fill in" },
	CONF_END,
};

static bool
has_text(const struct conf_texts *t, const char *word)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_is(t->v[i], word))
			return true;
	return false;
}

static int
word_index(const char *const *words, struct str s)
{
	for (int i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return i;
	return -1;
}

static bool
slot_name_ok(struct str s)
{
	if (!s.n || s.n > 40 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      s.p[i] == '_'))
			return false;
	return true;
}

/* One claim is either denied or answered for: never both in one text. */
static void
head_check(struct conf_reader *r, void *self)
{
	struct template *t = self;
	const struct conf_pair *slot = t->slots.v;

	for (size_t i = 0; i < t->strategy.n; i++)
		if (word_index(strategies, t->strategy.v[i]) < 0)
			conf_error(r, &t->strategy, "there is no strategy \"%.*s\"",
				   STR_ARG(t->strategy.v[i]));
	if (has_text(&t->strategy, "deny") &&
	    (has_text(&t->strategy, "diminish") || has_text(&t->strategy, "rebuild")))
		conf_error(r, &t->strategy, "deny cannot stand beside diminish or rebuild");
	for (size_t i = 0; i < t->slots.n; i++) {
		if (!slot_name_ok(slot[i].name))
			conf_error(r, &t->slots, "slot \"%.*s\" is not of the form a-z, 0-9, _",
				   STR_ARG(slot[i].name));
		if (word_index(template_known_words, slot[i].name) >= 0)
			conf_error(r, &t->slots,
				   "slot \"%.*s\" is filled by langyan: leave it out",
				   STR_ARG(slot[i].name));
		if (!slot[i].value.n)
			conf_error(r, &t->slots, "slot \"%.*s\" does not say what to fill in",
				   STR_ARG(slot[i].name));
	}
}

static const struct conf_schema head_schema = {
	.name = "template",
	.size = sizeof(struct template),
	.keys = keys,
	.help = "The head of a template file.",
	.check = head_check,
};

/* ---- body -------------------------------------------------------------------------------------- */

struct parsing {
	struct template *t;
	const char *name;
	int line;
	size_t cap;
	struct str open; /* slot of the section we are in */
	int open_line;
	bool *used; /* by declared slot */
};

static int
wrong(const struct parsing *p, int line, struct err *e, const char *what, struct str s)
{
	s = utf8_cut(s, 60);
	return err_set(e, ERR_USAGE, "%s:%d: %s \"%.*s\"", p->name, line, what, STR_ARG(s));
}

static int
part_add(struct parsing *p, int kind, struct str text, struct err *e)
{
	struct template *t = p->t;

	if (kind == PART_TEXT && !text.n)
		return 0;
	if (t->parts_n == PARTS_MAX)
		return err_set(e, ERR_USAGE, "%s:%d: over %d slots and sections", p->name,
			       p->line, PARTS_MAX / 2);
	if (t->parts_n == p->cap)
		t->parts = heap_more(t->parts, &p->cap, sizeof *t->parts);
	t->parts[t->parts_n] = (struct template_part){ .text = text, .line = p->line };
	t->parts[t->parts_n++].kind = kind;
	return 0;
}

static int
slot_known(struct parsing *p, struct str slot)
{
	const struct conf_pair *d = p->t->slots.v;

	for (size_t i = 0; i < p->t->slots.n; i++)
		if (str_eq(d[i].name, slot)) {
			p->used[i] = true;
			return 1;
		}
	return word_index(template_known_words, slot) >= 0;
}

/* What stands between {{ and }}. */
static int
tag_read(struct parsing *p, struct str tag, struct err *e)
{
	char sign = tag.n ? tag.p[0] : 0;
	struct str slot = strchr("#^/", sign) && sign ? str_slice(tag, 1, tag.n) : tag;

	if (!slot_name_ok(slot))
		return wrong(p, p->line, e, "not a slot:", tag);
	if (!slot_known(p, slot))
		return wrong(p, p->line, e, "slots: does not declare", slot);
	if (sign == '/') {
		if (!p->open.n || !str_eq(p->open, slot))
			return wrong(p, p->line, e, "ends a section that is not open:", slot);
		p->open = (struct str){ "", 0 };
		return part_add(p, PART_END, slot, e);
	}
	if (sign == '#' || sign == '^') {
		if (p->open.n)
			return wrong(p, p->line, e, "a section within a section:", slot);
		p->open = slot;
		p->open_line = p->line;
		return part_add(p, sign == '#' ? PART_WITH : PART_WITHOUT, slot, e);
	}
	return part_add(p, PART_SLOT, slot, e);
}

static int
count_lines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static int
body_read(struct parsing *p, struct str body, struct err *e)
{
	const struct conf_pair *d = p->t->slots.v;

	while (body.n) {
		ptrdiff_t at = str_find(body, STR("{{")), end;
		struct str text = str_slice(body, 0, at < 0 ? body.n : (size_t)at);

		if (str_find(text, STR("}}")) >= 0)
			return wrong(p, p->line, e, "\"}}\" without \"{{\" in", str_trim(text));
		if (part_add(p, PART_TEXT, text, e) < 0)
			return -1;
		p->line += count_lines(text);
		if (at < 0)
			break;
		body = str_slice(body, (size_t)at + 2, body.n);
		end = str_find(body, STR("}}"));
		if (end < 0 || str_find_byte(str_slice(body, 0, (size_t)end), '\n') >= 0)
			return wrong(p, p->line, e, "\"{{\" is not closed on its line before",
				     str_slice(body, 0, 20));
		if (tag_read(p, str_slice(body, 0, (size_t)end), e) < 0)
			return -1;
		body = str_slice(body, (size_t)end + 2, body.n);
	}
	if (p->open.n)
		return wrong(p, p->open_line, e, "a section is not closed:", p->open);
	for (size_t i = 0; i < p->t->slots.n; i++)
		if (!p->used[i])
			return wrong(p, 1, e,
				     "slots: declares what the body does not use:", d[i].name);
	return 0;
}

/* ---- file ---------------------------------------------------------------------------------------- */

/* "---\n" head "---\n" body. The head keeps its first line so that line numbers are the file's. */
static int
split(struct str text, const char *name, struct str *head, struct str *body, struct err *e)
{
	ptrdiff_t end;

	if (!str_starts(text, STR("---\n")))
		return err_set(e, ERR_USAGE, "%s:1: a template begins with a line \"---\"",
			       name);
	end = str_find(text, STR("\n---\n"));
	if (end < 0)
		return err_set(e, ERR_USAGE, "%s:1: the head is not closed by a line \"---\"",
			       name);
	*head = str_slice(text, 0, (size_t)end + 1);
	*body = str_slice(text, (size_t)end + 5, text.n);
	return 0;
}

static bool
printable(struct str s)
{
	if (!utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t')
			return false;
	return true;
}

static int
head_read(struct template *t, struct str head, const char *name, struct err *e)
{
	struct buf report = BUF(1 << 16);
	struct template into = { .arena = t->arena, .file = t->file, .hash = t->hash };
	struct str first, all;

	into.conf = conf_read_text(head, name, &head_schema, &into, &report, e);
	all = buf_str(&report);
	if (!into.conf && str_next(&all, '\n', &first))
		err_set(e, ERR_USAGE, "%.*s", STR_ARG(utf8_cut(first, 240)));
	buf_release(&report);
	if (!into.conf)
		return -1;
	*t = into;
	return 0;
}

struct template *
template_parse(struct str text, const char *name, struct err *e)
{
	struct template *t = heap_zero(1, sizeof *t);
	struct parsing p = { .t = t, .name = name, .open = { "", 0 } };
	struct str head, body;
	int bad;

	t->arena = arena_new();
	t->file = str_of(arena_text(t->arena, str_of(name)));
	t->hash = ID_OF(text);
	text = arena_str(t->arena, text);
	if (text.n > FILE_MAX || !printable(text)) {
		err_set(e, ERR_USAGE, "%s:1: not UTF-8 text of at most %d bytes", name,
			FILE_MAX);
		goto fail;
	}
	if (split(text, name, &head, &body, e) < 0 || head_read(t, head, name, e) < 0)
		goto fail;
	p.line = count_lines(head) + 2;
	p.used = heap_zero(t->slots.n, sizeof *p.used);
	bad = body_read(&p, body, e);
	free(p.used);
	if (bad < 0)
		goto fail;
	return t;
fail:
	template_free(t);
	return NULL;
}

void
template_free(struct template *t)
{
	if (!t)
		return;
	conf_free(t->conf);
	arena_free(t->arena);
	free(t->parts);
	free(t);
}

int
template_fits(const struct template *t, struct str topic)
{
	for (size_t i = 0; topic.n && i < t->scenario.n; i++)
		if (str_eq(t->scenario.v[i], topic))
			return 2;
	return has_text(&t->scenario, "any");
}

/* ---- rendering ------------------------------------------------------------------------------------- */

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

static struct str
wants(const struct template *t, struct str slot)
{
	const struct conf_pair *d = t->slots.v;

	for (size_t i = 0; i < t->slots.n; i++)
		if (str_eq(d[i].name, slot))
			return d[i].value;
	return str_of(known_wants[word_index(template_known_words, slot)][t->lang]);
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
gap_add(const struct template *t, struct str slot, struct template_out *o)
{
	struct str what = wants(t, slot);

	buf_add(&o->text, t->lang == TEMPLATE_ZH ? STR("【待补：") : STR("[TO FILL: "));
	template_add_value(&o->text, (enum template_form)t->form, what);
	buf_add(&o->text, t->lang == TEMPLATE_ZH ? STR("】") : STR("]"));
	if (!tell_once(o, slot))
		return;
	buf_add(&o->gaps, o->gaps_n++ ? STR(",{\"slot\":") : STR("{\"slot\":"));
	json_add_text(&o->gaps, slot);
	buf_add(&o->gaps, STR(",\"wants\":"));
	json_add_text(&o->gaps, what);
	buf_add_byte(&o->gaps, '}');
}

static bool
value_find(const struct template *t, const struct template_source *src, struct str slot,
	   struct template_value *v)
{
	*v = (struct template_value){ .text = { "", 0 } };
	return src->find(src->arg, t, slot, v) && str_trim(v->text).n;
}

static void
slot_add(const struct template *t, size_t i, const struct template_source *src,
	 struct template_out *o)
{
	struct str slot = t->parts[i].text;
	struct template_value v;

	if (!value_find(t, src, slot, &v)) {
		gap_add(t, slot, o);
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

void
template_render(const struct template *t, const struct template_source *src,
		struct template_out *o)
{
	struct template_value v;
	bool skip = false;

	buf_add_byte(&o->gaps, '[');
	buf_add_byte(&o->evidence, '{');
	for (size_t i = 0; i < t->parts_n; i++) {
		const struct template_part *p = &t->parts[i];

		if (p->kind == PART_WITH || p->kind == PART_WITHOUT)
			skip = value_find(t, src, p->text, &v) != (p->kind == PART_WITH);
		else if (p->kind == PART_END)
			skip = false;
		else if (!skip && p->kind == PART_TEXT)
			buf_add(&o->text, p->text);
		else if (!skip)
			slot_add(t, i, src, o);
	}
	buf_add_byte(&o->gaps, ']');
	buf_add_byte(&o->evidence, '}');
}
