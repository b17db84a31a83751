/* cmd_watch.c - what is watched, and what a text would match. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "cli/command.h"
#include "cli/settings.h"
#include "nlp/watch.h"

static const char *
size_word(const struct settings *s, struct str name)
{
	const struct watch_conf *c = s->watches.v;

	for (size_t i = 0; i < s->watches.n; i++)
		if (str_eq(c[i].name, name))
			return watch_size_words[c[i].size];
	return "";
}

static void
watch_print(const struct settings *s, const struct watches *w, const struct watch *x)
{
	struct buf out = BUF(1 << 16);
	const uint32_t *required;
	size_t n;

	query_show(x->query, &out);
	required = query_required(x->query, &n);
	printf("%.*s\t%.*s\t%s\n  query     %s\n  looks for ", STR_ARG(x->name),
	       STR_ARG(x->title), size_word(s, x->name), out.p);
	for (size_t i = 0; i < n; i++)
		printf("%s\"%.*s\"", i ? ", " : "", STR_ARG(w->literals.v[required[i]].text));
	printf("\n  samples   %zu to match, %zu not to\n", x->match.n, x->nomatch.n);
	buf_release(&out);
}

static void
text_test(const struct watches *w, const struct image *m, struct str text)
{
	struct rx_scratch *scratch = rx_scratch_new();
	struct arena *a = arena_new();
	struct walk walk = WALK_INIT;
	struct notice_of *v;
	size_t n;

	walk_run(&walk, m, text);
	v = watches_notice(w, &walk, text, scratch, a, &n);
	printf("%.*s\n", STR_ARG(text));
	for (size_t i = 0; i < n; i++) {
		printf("  %.*s%s:", STR_ARG(v[i].watch->name),
		       v[i].undecided ? " (undecided)" : "");
		for (size_t j = 0; j < v[i].n; j++)
			printf(" \"%.*s\"",
			       STR_ARG(str_slice(text, v[i].spans[j].at, v[i].spans[j].len)));
		printf("\n");
	}
	if (!n)
		printf("  no watch\n");
	walk_release(&walk);
	arena_free(a);
	rx_scratch_free(scratch);
}

static int
act(const struct settings *s, bool test, int argc, char **argv, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct watches *w = watches_new(&s->watches, &report, e);
	struct lexicon *l = NULL;
	struct image *m = NULL;
	size_t mistakes = 0;
	int code = -1;

	if (w)
		l = lexicon_load(s->lexicons.dir, s->lexicons.extra.v, s->lexicons.extra.n,
				 &report, e);
	if (l)
		m = image_build(l, w->literals.v, w->literals.n, e);
	if (m) {
		buf_clear(&report);
		mistakes = watches_check(w, m, &report);
		code = mistakes ? 1 : 0;
		for (size_t i = 0; i < w->n && !test; i++)
			watch_print(s, w, &w->v[i]);
		for (int i = 0; i < argc && test; i++)
			text_test(w, m, str_of(argv[i]));
		if (test)
			printf("%zu watches, %zu sample%s wrong\n", w->n, mistakes,
			       mistakes == 1 ? "" : "s");
	}
	fputs(report.p, stderr);
	image_free(m);
	lexicon_free(l);
	watches_free(w);
	buf_release(&report);
	return code;
}

static int
run(int argc, char **argv, struct err *e)
{
	bool test = argc > 1 && !strcmp(argv[1], "test");
	struct settings *s;
	const char *path;
	int first, code;

	if (argc < 2 || (!test && strcmp(argv[1], "list") != 0))
		return err_set(e, ERR_USAGE, "watch needs a verb: list or test");
	first = command_options(argc - 1, argv + 1, &path, e);
	if (first < 0)
		return -1;
	s = settings_read(path, NULL, e);
	if (!s)
		return -1;
	code = act(s, test, argc - 1 - first, argv + 1 + first, e);
	settings_free(s);
	return code;
}

const struct subcommand cmd_watch = {
	"watch",
	"list [-c FILE] | test [-c FILE] [TEXT…]",
	"what is watched; run the match and nomatch samples, and texts of yours",
	"  langyan watch list\n"
	"  langyan watch test '山脆薯片吃出异物'      which watches it is about, and by which "
	"words",
	run,
};
