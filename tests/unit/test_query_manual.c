/* docs/query.md: what stands in its tables is true. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/query_ask.h"

#define CELLS_MAX 8

/* Cells of a row; "\|" is no border. */
static size_t
cells_read(struct str line, struct str *cells)
{
	size_t n = 0, from = 1;

	for (size_t i = 1; i < line.n && n < CELLS_MAX; i++)
		if (line.p[i] == '|' && line.p[i - 1] != '\\') {
			cells[n++] = str_trim(str_slice(line, from, i - from));
			from = i + 1;
		}
	return n;
}

/* The next `code` of a cell, without "\" before "|". */
static bool
code_next(struct arena *a, struct str *rest, struct str *code)
{
	ptrdiff_t from = str_find_byte(*rest, '`'), to;
	struct buf b = BUF(4096);

	if (from < 0)
		return false;
	*rest = str_slice(*rest, (size_t)from + 1, SIZE_MAX);
	to = str_find_byte(*rest, '`');
	assert_true(to >= 0);
	for (ptrdiff_t i = 0; i < to; i++)
		if (rest->p[i] != '\\' || rest->p[i + 1] != '|')
			buf_add_byte(&b, rest->p[i]);
	*rest = str_slice(*rest, (size_t)to + 1, SIZE_MAX);
	*code = arena_str(a, buf_str(&b));
	buf_release(&b);
	return true;
}

/* What stands in [name=value; …] before a text. */
struct example {
	struct document d;
	struct mention m;
	struct topic_hit topic;
	struct str title, text;
};

static int64_t
word_of(struct str s, const char *const *words)
{
	int64_t i = 0;

	while (words[i] && !str_is(s, words[i]))
		i++;
	assert_non_null(words[i]);
	return i;
}

static void
field_set(struct example *x, struct str name, struct str v)
{
	static const char *const labels[] = { "negative", "neutral", "positive", NULL };
	const struct {
		const char *name;
		struct str *text;
		int64_t *number;
	} fields[] = {
		{ "title", &x->title, NULL },
		{ "site", &x->d.site, NULL },
		{ "url", &x->d.url, NULL },
		{ "author", &x->d.author, NULL },
		{ "lang", &x->d.lang, NULL },
		{ "country", &x->d.country, NULL },
		{ "source", &x->d.source, NULL },
		{ "topic", &x->topic.topic, NULL },
		{ "followers", NULL, &x->d.followers },
		{ "rank", NULL, &x->d.rank },
		{ "engagement", NULL, &x->d.engagement },
	};
	struct err e = { .kind = ERR_NONE };

	for (size_t i = 0; i < LY_COUNT(fields); i++) {
		if (!str_is(name, fields[i].name))
			continue;
		if (fields[i].text)
			*fields[i].text = v;
		else
			assert_int_equal(str_int64(v, fields[i].number), 0);
		return;
	}
	if (str_is(name, "class"))
		x->d.source_class = word_of(v, source_class_words);
	else if (str_is(name, "rating"))
		assert_int_equal(str_milli(v, &x->d.rating), 0);
	else if (str_is(name, "published"))
		assert_int_equal(clock_parse_iso(v, &x->d.published_at, &e), 0);
	else if (str_is(name, "sentiment"))
		x->m.label = word_of(v, labels) - 1;
	else if (str_is(name, "score"))
		assert_int_equal(str_milli(v, &x->m.score), 0);
	else if (str_is(name, "intent"))
		x->m.intent = word_of(v, intent_words);
	else
		fail_msg("no field %.*s", STR_ARG(name));
}

static void
example_read(struct example *x, struct str s)
{
	struct str head, one, name;

	*x = (struct example){ .d = { .followers = -1 } };
	x->text = s;
	if (str_starts(s, STR("["))) {
		s = str_slice(s, 1, SIZE_MAX);
		str_next(&s, ']', &head);
		x->text = str_trim(s);
		while (str_next(&head, ';', &one)) {
			str_next(&one, '=', &name);
			field_set(x, str_trim(name), one);
		}
	}
	x->m.topics = (struct rec_list){ &x->topic, x->topic.topic.n > 0 };
}

static void
example_check(struct query_ask *k, struct str query, struct str shown, bool matches)
{
	struct buf joined = BUF(4096);
	struct query_about about;
	struct example x;

	example_read(&x, shown);
	buf_addf(&joined, "%.*s\n%.*s", STR_ARG(x.title), STR_ARG(x.text));
	about = (struct query_about){ buf_str(&joined), x.title.n, &x.d,
				      { NULL, 0 },      &x.m,      k->zone };
	if ((query_ask_about(k, &about, NULL) == QUERY_YES) != matches)
		fail_msg("`%.*s` should %smatch `%.*s`", STR_ARG(query), matches ? "" : "not ",
			 STR_ARG(shown));
	buf_release(&joined);
}

static size_t
row_check(struct arena *a, const struct str *cells, bool says)
{
	struct str rest = cells[0], query, shown;
	struct buf faults = BUF(1 << 14);
	struct query_ask k;
	size_t n = 0;

	assert_true(code_next(a, &rest, &query));
	query_ask_open(&k, query, "Asia/Shanghai");
	query_ask_faults(&k, query, &faults);
	if (!says && !k.q)
		fail_msg("%.*s: %s", STR_ARG(query), faults.p);
	rest = cells[1];
	while (code_next(a, &rest, &shown)) {
		if (!says)
			example_check(&k, query, shown, true);
		else if (k.q || !strstr(faults.p, arena_text(a, shown)))
			fail_msg("`%.*s` does not say `%.*s` but %s", STR_ARG(query),
				 STR_ARG(shown), faults.p);
		n++;
	}
	rest = cells[2];
	while (!says && code_next(a, &rest, &shown)) {
		example_check(&k, query, shown, false);
		n++;
	}
	query_ask_close(&k);
	buf_release(&faults);
	return n;
}

static struct str
file_read(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "r");
	char *p = arena_alloc(a, 1 << 17);
	struct str s = { p, 0 };

	assert_non_null(f);
	s.n = fread(p, 1, 1 << 17, f);
	fclose(f);
	return s;
}

static void
every_example_of_the_manual_is_true(void **state)
{
	struct arena *a = arena_new();
	struct str rest = file_read(a, "docs/query.md"), line, cells[CELLS_MAX];
	enum { OUTSIDE, MATCHES, SAYS } table = OUTSIDE;
	size_t examples = 0;

	(void)state;
	while (str_next(&rest, '\n', &line)) {
		if (!str_starts(line, STR("|")))
			table = OUTSIDE;
		else if (str_starts(line, STR("| you write | matches |")))
			table = MATCHES;
		else if (str_starts(line, STR("| you write | it says |")))
			table = SAYS;
		else if (table != OUTSIDE && !str_starts(line, STR("|---"))) {
			memset(cells, 0, sizeof cells);
			cells_read(line, cells);
			examples += row_check(a, cells, table == SAYS);
		}
	}
	assert_true(examples > 100); /* the tables were found */
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_of_the_manual_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
