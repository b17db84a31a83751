/* What `langyan lexicon diff` prints of two lists. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/str.h"

#include "cli/lexicon_diff.h"

#define H(kind) "# langyan-lexicon: 1\n# list: l\n# lang: en\n# kind: " kind "\n"

struct world {
	char dir[64], a[80], b[80], texts[80], out[80];
};

static void
file_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
world_open(struct world *w, const char *a, const char *b)
{
	snprintf(w->dir, sizeof w->dir, "/tmp/ly-diff-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->a, sizeof w->a, "%s/a.tsv", w->dir);
	snprintf(w->b, sizeof w->b, "%s/b.tsv", w->dir);
	snprintf(w->texts, sizeof w->texts, "%s/t.jsonl", w->dir);
	snprintf(w->out, sizeof w->out, "%s/out", w->dir);
	file_put(w->a, a);
	file_put(w->b, b);
}

static void
world_close(struct world *w)
{
	const char *files[] = { w->a, w->b, w->texts, w->out };

	for (size_t i = 0; i < LY_COUNT(files); i++)
		unlink(files[i]);
	rmdir(w->dir);
}

/* The exit code; what it printed is in *said. */
static int
diff(struct world *w, int argc, char **argv, struct buf *said, struct err *e)
{
	int out = dup(STDOUT_FILENO), code;
	char part[4096];
	FILE *f;
	size_t n;

	fflush(stdout);
	assert_non_null(freopen(w->out, "wb", stdout));
	code = lexicon_diff(argc, argv, e);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	f = fopen(w->out, "rb");
	buf_clear(said);
	buf_add(said, STR(""));
	while (f && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(said, (struct str){ part, n });
	if (f)
		fclose(f);
	return code;
}

static void
entries_are_new_gone_or_weigh_something_else(void **state)
{
	struct buf said = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct world w;
	char *args[] = { w.a, w.b };

	(void)state;
	world_open(&w, H("polarity") "frazzy\t-2\nglorpy\t2\nsame\t1\nshade\t-1\n",
		   H("polarity") "dorp\t1\nglorpy\t-2\nsame\t1\nshade\t-1\tsubj=0\n");
	assert_int_equal(diff(&w, 2, args, &said, &e), 1);
	assert_string_equal(said.p, "+ dorp\tpolarity\t1.00\n"
				    "- frazzy\tpolarity\t-2.00\n"
				    "~ glorpy\tpolarity\t2.00 -> -2.00\n"
				    "~ shade\tpolarity\t-1.00 (options)\n"
				    "1 added, 1 removed, 2 changed\n");
	world_close(&w);
	buf_release(&said);
}

static void
equal_lists_differ_in_nothing(void **state)
{
	struct buf said = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct world w;
	char *args[] = { w.a, w.b };

	(void)state;
	world_open(&w, H("degree") "very\t2\nquite\t1.5\n",
		   H("degree") "quite\t1.5\nVERY\t2\n");
	assert_int_equal(diff(&w, 2, args, &said, &e), 0);
	assert_string_equal(said.p, "0 added, 0 removed, 0 changed\n");
	world_close(&w);
	buf_release(&said);
}

static void
a_text_whose_label_changes_is_shown(void **state)
{
	static char option[] = "--texts";
	struct buf said = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct world w;
	char *args[] = { w.a, w.b, option, w.texts };

	(void)state;
	world_open(&w, H("polarity") "glorpy\t3\nsame\t3\n",
		   H("polarity") "glorpy\t-3\nsame\t3\n");
	file_put(w.texts, "{\"id\":7,\"text\":\"glorpy\"}\n{\"id\":\"x\",\"text\":\"same\"}\n");
	assert_int_equal(diff(&w, 4, args, &said, &e), 1);
	assert_non_null(strstr(said.p, "pos -> neg  +0."));
	assert_non_null(strstr(said.p, "  7\nlabels: "));
	assert_non_null(strstr(said.p, "pos -> neg 1, pos -> neu 0; the same 1\n"));
	file_put(w.texts, "{\"id\":7,\"text\":\"glorpy\"}\n{\"id\":8}\n");
	assert_int_equal(diff(&w, 4, args, &said, &e), -1);
	assert_non_null(strstr(e.text, "t.jsonl:2: has no \"text\""));
	world_close(&w);
	buf_release(&said);
}

static void
one_list_alone_is_asked_wrongly(void **state)
{
	struct buf said = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct world w;
	char *args[] = { w.a };

	(void)state;
	world_open(&w, H("degree") "very\t2\n", "");
	assert_int_equal(diff(&w, 1, args, &said, &e), -1);
	assert_string_equal(e.text, "lexicon diff wants two folders or lists");
	world_close(&w);
	buf_release(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_new_gone_or_weigh_something_else),
		cmocka_unit_test(equal_lists_differ_in_nothing),
		cmocka_unit_test(a_text_whose_label_changes_is_shown),
		cmocka_unit_test(one_list_alone_is_asked_wrongly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
