#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "tests/support/statement_set.h"

#define FILE_MAX (1 << 18)

enum { LANG, KIND, LABEL, VERDICT, TEXT, COLUMNS };

const char *const statement_verdict_words[] = { "clean", "warn", "block", NULL };
static const char *const labels[] = { "good",    "near",      "formulaic", "blaming",
				      "evasive", "promising", NULL };

static int64_t
word_of(const char *const *words, struct str s)
{
	for (int64_t i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return i;
	return -1;
}

/* "\n" as two characters is a line's end. */
static struct str
text_of(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
			p[n++] = '\n';
			i++;
		} else {
			p[n++] = s.p[i];
		}
	p[n] = 0;
	return (struct str){ p, n };
}

static int
statement_read(struct str line, struct arena *a, struct statement *s, struct err *e)
{
	struct str v[COLUMNS];
	int64_t verdict;
	size_t n = 0;

	while (n < COLUMNS && str_next(&line, '\t', &v[n]))
		n++;
	if (n != COLUMNS || line.n)
		return err_set(e, ERR_USAGE, "a statement has %d columns", COLUMNS);
	s->lang = word_of(template_lang_words, v[LANG]);
	s->kind = word_of(template_kind_words, v[KIND]);
	verdict = word_of(statement_verdict_words, v[VERDICT]);
	s->label = v[LABEL];
	s->text = text_of(a, v[TEXT]);
	if (s->lang < 0 || verdict < 0 || word_of(labels, v[LABEL]) < 0 ||
	    (s->kind < 0 && !str_is(v[KIND], "any")))
		return err_set(e, ERR_USAGE, "no such language, kind, label or verdict");
	s->verdict = (enum statement_verdict)verdict;
	return 0;
}

int
statement_set_read(const char *path, struct arena *a, struct statement_set *set, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *bytes = arena_alloc(a, FILE_MAX);
	struct str text, line;
	int lineno = 0;

	set->n = 0;
	if (!f)
		return err_set(e, ERR_USAGE, "could not open \"%s\"", path);
	text = (struct str){ bytes, fread(bytes, 1, FILE_MAX, f) };
	if (fclose(f) != 0 || text.n == FILE_MAX)
		return err_set(e, ERR_USAGE, "\"%s\" cannot be read, or not whole", path);
	while (str_next(&text, '\n', &line)) {
		lineno++;
		if (!line.n || line.p[0] == '#')
			continue;
		if (set->n == STATEMENTS_MAX || statement_read(line, a, &set->v[set->n], e) < 0)
			return err_within(e, "%s:%d", path, lineno);
		set->v[set->n++].line = lineno;
	}
	return 0;
}

enum statement_verdict
statement_judge(struct lint *l, const struct statement *s, struct arena *a,
		const struct lint_finding **why)
{
	struct lint_ask ask = { .text = s->text,
				.lang = (enum template_lang)s->lang,
				.kind = s->kind,
				.level = 2,
				.age_s = -1 };
	enum statement_verdict said = STATEMENT_CLEAN;
	struct lint_findings f;

	*why = NULL;
	lint_text(l, &ask, a, &f);
	for (size_t i = 0; i < f.n; i++) {
		enum statement_verdict x =
			f.v[i].severity == LINT_BLOCK ? STATEMENT_BLOCK : STATEMENT_WARN;

		if ((s->kind == LINT_ANY_KIND && !f.v[i].len) || x <= said)
			continue;
		said = x;
		*why = &f.v[i];
	}
	return said;
}
