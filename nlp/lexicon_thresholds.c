/* the lines of a list of thresholds -> lex_threshold -> (threshold.c) labels */
#include "core/base.h"

#include "core/conf.h"
#include "core/document.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/lexicon_thresholds.h"

static int
number_read(struct str part, int32_t *out, struct err *e)
{
	int64_t v;

	if (str_milli(part, &v) < 0 || v < -THRESHOLD_MAX || v > THRESHOLD_MAX)
		return err_set(e, ERR_USAGE,
			       "\"%.*s\" is not a number within -10.0..10.0, like 0.25",
			       STR_ARG(part));
	*out = (int32_t)v;
	return 0;
}

/* Whose texts they are for. */
static int
of_check(struct str of, struct err *e)
{
	struct str name = str_starts(of, STR("source:"))  ? str_slice(of, 7, SIZE_MAX)
			  : str_starts(of, STR("class:")) ? str_slice(of, 6, SIZE_MAX)
							  : STR("");
	const char *near;

	if (!utf8_valid(of) || memchr(of.p, 0, of.n))
		return err_set(e, ERR_USAGE, "the name is not UTF-8; save the file as UTF-8");
	if (of.n > LEXICON_TERM_MAX)
		return err_set(e, ERR_USAGE, "the name has %zu bytes; %d are the most", of.n,
			       LEXICON_TERM_MAX);
	if (str_is(of, "all") || (name.n && of.p[0] == 's'))
		return 0;
	if (!name.n)
		return err_set(
			e, ERR_USAGE,
			"a line begins with source:NAME, class:NAME or all, not \"%.*s\"",
			STR_ARG(of));
	for (int i = 0; i < CLASS_COUNT; i++)
		if (str_is(name, source_class_words[i]))
			return 0;
	near = conf_nearest(name, source_class_words, CLASS_COUNT);
	return err_set(e, ERR_USAGE, "class \"%.*s\" is not known%s%s%s", STR_ARG(name),
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int
thresholds_line(struct str line, struct lex_threshold *out, size_t *column, struct err *e)
{
	struct str rest = line, part = { NULL, 0 };
	int32_t *const to[] = { &out->pos, &out->neg };

	*column = 1;
	*out = (struct lex_threshold){ .by = THRESHOLD_SUMS };
	str_next(&rest, '\t', &out->of);
	if (of_check(out->of, e) < 0)
		return -1;
	for (size_t i = 0; i < LY_COUNT(to); i++) {
		if (!str_next(&rest, '\t', &part)) {
			*column = line.n + 1;
			return err_set(
				e, ERR_USAGE,
				"behind the name stand two numbers, parted by tabs: from "
				"where on it is praise, and blame");
		}
		*column = (size_t)(part.p - line.p) + 1;
		if (number_read(str_trim(part), to[i], e) < 0)
			return -1;
	}
	while (str_next(&rest, '\t', &part)) {
		*column = (size_t)(part.p - line.p) + 1;
		part = str_trim(part);
		if (str_is(part, "by=lists"))
			out->by = THRESHOLD_SCORE;
		else if (part.n)
			return err_set(e, ERR_USAGE,
				       "\"%.*s\" is not an option of kind thresholds; by=lists "
				       "is",
				       STR_ARG(part));
	}
	return 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct lex_threshold *x = a, *y = b;
	int c = str_cmp(x->of, y->of);

	if (!c)
		c = threshold_key(x->lang, x->by) - threshold_key(y->lang, y->by);
	if (!c)
		c = (x->list > y->list) - (x->list < y->list);
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

size_t
thresholds_settle(struct lex_threshold *v, size_t n, const struct lex_list *lists,
		  void (*twice)(void *arg, const struct lex_threshold *x,
				const struct lex_threshold *y),
		  void *arg)
{
	size_t kept = 0;

	if (n)
		qsort(v, n, sizeof *v, by_place);
	for (size_t i = 0; i < n; i++) {
		struct lex_threshold *x = kept ? &v[kept - 1] : NULL;

		if (!x || !str_eq(x->of, v[i].of) ||
		    threshold_key(x->lang, x->by) != threshold_key(v[i].lang, v[i].by)) {
			v[kept++] = v[i];
			continue;
		}
		if (lists[x->list].layer == lists[v[i].list].layer)
			twice(arg, x, &v[i]);
		else if (lists[x->list].layer < lists[v[i].list].layer)
			*x = v[i];
	}
	return kept;
}
