/* lint_file.c - bytes -> the text that people will read, and what the file says of itself. */
#include "core/base.h"

#include <string.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "responder/template.h"

#include "cli/file.h"
#include "cli/lint_file.h"

#define FILE_MAX (256 << 10)
#define TEXT_MAX (1 << 20)

static int
bytes_read(const char *path, struct arena *a, struct str *text, struct err *e)
{
	struct buf raw = BUF(FILE_MAX), utf8 = BUF(TEXT_MAX);
	struct charset_found found;
	int bad = file_read(path, &raw, e);

	if (bad == 0)
		bad = charset_decode(buf_str(&raw), STR(""), &utf8, &found, e);
	if (bad == 0 && (str_find_byte(buf_str(&utf8), 0) >= 0 || found.replaced > 8))
		bad = err_set(e, ERR_USAGE,
			      "\"%s\" is not a text: save it as plain text or HTML first",
			      path);
	if (bad == 0)
		*text = arena_str(a, buf_str(&utf8));
	buf_release(&raw);
	buf_release(&utf8);
	return bad;
}

/* Lines end in \n alone: a \r would stand between a sentence and its end. */
static struct str
lines_plain(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			p[n++] = s.p[i];
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = '\n';
	p[n] = 0;
	return (struct str){ p, n };
}

/* What stands behind "name: " in a line of a head; false: it is another line. */
static bool
value_of(struct str line, const char *name, struct str *out)
{
	size_t n = strlen(name);

	if (!str_starts(line, str_of(name)) || !str_starts(str_slice(line, n, 2), STR(": ")))
		return false;
	*out = str_trim(str_slice(line, n + 2, line.n));
	return true;
}

/* The head of a draft says its kind, language, template and version; the text is what comes after
 * it. */
static void
head_read(struct lint_file *x, int64_t *lang)
{
	struct str *text = &x->ask.text, head, line, v;
	ptrdiff_t end = str_starts(*text, STR("---\n")) ? str_find(*text, STR("\n---\n")) : -1;

	if (end < 0)
		return;
	head = str_slice(*text, 0, (size_t)end + 5);
	*text = str_slice(*text, head.n, text->n);
	while (head.n && str_next(&head, '\n', &line)) {
		x->lines_before++;
		if (x->ask.kind == LINT_ANY_KIND && value_of(line, "kind", &v))
			x->ask.kind = str_index(v, template_kind_words);
		else if (*lang < 0 && value_of(line, "language", &v))
			*lang = str_index(v, template_lang_words);
		else if (value_of(line, "template", &v))
			x->template = v;
		else if (value_of(line, "version", &v) && str_int64(v, &x->version) < 0)
			x->version = 0;
	}
}

/* A template is looked at with its slots filled in by words of their types, so that what it says
 * is read as a whole. */
static bool
sample(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	(void)arg;
	out->text = str_of(template_sample(t, slot));
	return out->text.n > 0;
}

/* A template's head has an id; a draft's has none. */
static bool
is_template(struct str text)
{
	ptrdiff_t end = str_starts(text, STR("---\n")) ? str_find(text, STR("\n---\n")) : -1;

	return end > 0 && str_find(str_slice(text, 0, (size_t)end), STR("\nid: ")) >= 0;
}

static int
template_fill(struct arena *a, struct lint_ask *ask, const char *path, int64_t *lang,
	      struct err *e)
{
	struct template_source src = { sample, NULL };
	struct template_out out;
	struct template *t = template_parse(ask->text, path, e);

	if (!t)
		return -1;
	out = template_out_new();
	template_render(t, &src, &out);
	ask->text = arena_str(a, buf_str(&out.text));
	ask->max_length = t->max_length;
	ask->kind = t->kind;
	ask->gaps_pass = true;
	*lang = t->lang;
	template_out_release(&out);
	template_free(t);
	return 0;
}

int
lint_file_read(const char *path, const struct lint_options *o, struct arena *a,
	       struct lint_file *out, struct err *e)
{
	struct lint_ask *ask = &out->ask;
	int64_t lang = o->lang;

	*out = (struct lint_file){ .path = path };
	*ask = (struct lint_ask){ .kind = o->kind, .level = o->level, .age_s = -1 };
	if (bytes_read(path, a, &ask->text, e) < 0)
		return -1;
	ask->text = lines_plain(a, ask->text);
	if (is_template(ask->text)) {
		if (template_fill(a, ask, path, &lang, e) < 0)
			return -1;
	} else {
		head_read(out, &lang);
		if (str_starts(str_trim(ask->text), STR("<")))
			ask->text = html_text(a, ask->text);
	}
	ask->lang = lang >= 0 ? (enum template_lang)lang : lint_lang_of(ask->text);
	return 0;
}
