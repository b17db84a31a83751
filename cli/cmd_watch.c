/* cmd_watch.c - what is watched, and what a text would match. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "cli/command.h"
#include "cli/lexicons.h"
#include "cli/settings.h"
#include "cli/watch_import.h"
#include "cli/watch_kept.h"
#include "cli/watch_replay.h"
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

#define PARKED_MAX 1000

static void
parked_print(const struct settings *s, const struct parked_row *v, int n)
{
	struct err e = { .kind = ERR_NONE };
	struct zone *zone = zone_open(s->site.zone.p, &e);

	for (int i = 0; i < n; i++) {
		struct buf at = BUF(100);

		clock_add_local(&at, zone, v[i].at);
		printf("parked\t%.*s\t/%.*s/\n  hit its limit three times by %s and is not run "
		       "until a reload: what hangs on it is undecided\n",
		       STR_ARG(v[i].watch), STR_ARG(v[i].rule), at.p);
		buf_release(&at);
	}
	zone_close(zone);
}

/* A text alone: what fields of a document or its score would say is not known. */
static void
text_test(const struct watches *w, const struct image *m, struct str text)
{
	struct query_rules rules = { .n = 0 };
	struct query_about about = { .text = text, .title_n = SIZE_MAX };
	struct arena *a = arena_new();
	struct walk walk = WALK_INIT;
	struct notice_of *v;
	size_t n;

	watches_account(w, &rules);
	walk_run(&walk, m, text);
	v = watches_notice(w, &walk, &about, &rules, a, &n);
	printf("%.*s\n", STR_ARG(text));
	for (size_t i = 0; i < n; i++) {
		printf("  %.*s%s:", STR_ARG(v[i].watch->name),
		       v[i].undecided ? " (undecided)"
		       : v[i].later   ? " (if its fields say so)"
				      : "");
		for (size_t j = 0; j < v[i].n; j++)
			printf(" \"%.*s\"",
			       STR_ARG(str_slice(text, v[i].spans[j].at, v[i].spans[j].len)));
		printf("\n");
	}
	if (!n)
		printf("  no watch\n");
	walk_release(&walk);
	arena_free(a);
	watches_account_release(&rules);
}

/* What the command line asks for. */
struct asked {
	bool test;
	int64_t span_s; /* --replay; 0 = not */
	struct str only;
	const char *against;
	int n;
	char **texts;
};

static int
option_read(const char *name, const char *value, struct asked *q, const char **path,
	    struct err *e)
{
	static const char *const names[] = { "-c", "--replay", "--watch", "--against" };
	size_t i = 0;

	while (i < LY_COUNT(names) && strcmp(name, names[i]) != 0)
		i++;
	if (i == LY_COUNT(names))
		return err_set(e, ERR_USAGE, "no option \"%s\"", name);
	if (!value)
		return err_set(e, ERR_USAGE, "%s wants a value", name);
	if (!strcmp(name, "-c"))
		*path = value;
	else if (!strcmp(name, "--watch"))
		q->only = str_of(value);
	else if (!strcmp(name, "--against"))
		q->against = value;
	else if (conf_seconds(str_of(value), &q->span_s, e) < 0)
		return err_within(e, "--replay");
	return 0;
}

static int
asked_read(int argc, char **argv, struct asked *q, const char **path, struct err *e)
{
	static const char *const options[] = { "-c=", "--replay=", "--watch=", "--against=",
					       NULL };
	int i = 2;

	if (argc > 1)
		command_options_first(argc - 1, argv + 1, options);
	if (argc < 2 || (strcmp(argv[1], "test") != 0 && strcmp(argv[1], "list") != 0))
		return err_set(e, ERR_USAGE, "watch needs a verb: list, test or import");
	*q = (struct asked){ .test = !strcmp(argv[1], "test") };
	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i += 2) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (option_read(argv[i], i + 1 < argc ? argv[i + 1] : NULL, q, path, e) < 0)
			return -1;
	}
	q->n = argc - i;
	q->texts = argv + i;
	if (!q->test && (q->span_s || q->only.n || q->against || q->n))
		return err_set(e, ERR_USAGE, "list takes no more than -c FILE");
	if (q->against && !q->span_s)
		return err_set(e, ERR_USAGE, "--against goes with --replay");
	return 0;
}

static int
list(const struct settings *s, const struct watches *w, struct err *e)
{
	struct parked_row *parked = arena_alloc(s->arena, PARKED_MAX * sizeof *parked);
	int n = watch_parked(s, parked, PARKED_MAX, e);

	for (size_t i = 0; i < w->n; i++)
		watch_print(s, w, &w->v[i]);
	parked_print(s, parked, n);
	return n < 0 ? -1 : 0;
}

static int
act(const struct settings *s, const struct asked *q, struct err *e)
{
	struct buf report = BUF(1 << 20), words = BUF(1 << 20);
	struct watches_setup setup = { &s->watches, s->conf, s->site.zone, &s->lists };
	struct watches *w = watches_new(&setup, &report, e);
	struct lexicon *l = NULL;
	struct image *m = NULL;
	size_t mistakes = 0;
	int code = -1;

	if (w)
		l = lexicon_load(s->words.dir, s->words.extra.v, s->words.extra.n, &words, e);
	if (w && !l)
		lexicons_report(buf_str(&words), s->words.dir.p, stderr);
	if (l)
		m = image_build(l, w->literals.v, w->literals.n, e);
	if (m) {
		struct watch_replay r = { s, q->span_s, q->only, q->against };

		mistakes = watches_check(w, m, &report);
		code = mistakes ? 1 : 0;
		if (!q->test && list(s, w, e) < 0)
			code = -1;
		for (int i = 0; i < q->n; i++)
			text_test(w, m, str_of(q->texts[i]));
		if (q->test)
			printf("%zu watch%s, %zu sample%s wrong\n", w->n, w->n == 1 ? "" : "es",
			       mistakes, mistakes == 1 ? "" : "s");
		if (q->span_s && watch_replay(&r, e) < 0)
			code = -1;
	}
	fputs(report.p, stderr);
	image_free(m);
	lexicon_free(l);
	watches_free(w);
	buf_release(&report);
	buf_release(&words);
	return code;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct settings *s;
	struct asked q;
	const char *path = "langyan.yaml";
	int code;

	if (argc > 1 && !strcmp(argv[1], "import"))
		return watch_import(argc - 2, argv + 2, e);
	if (asked_read(argc, argv, &q, &path, e) < 0)
		return -1;
	s = settings_read(path, NULL, e);
	if (!s)
		return -1;
	code = act(s, &q, e);
	settings_free(s);
	return code;
}

const struct subcommand cmd_watch = {
	"watch",
	"list [-c FILE] | test [-c FILE] [--replay SPAN] [--watch NAME] [--against FILE] "
	"[TEXT…] | "
	"import --from TOOL [--name NAME] FILE",
	"what is watched; run the match and nomatch samples, and texts of yours\n"
	"--replay tries the watches on every document that came in during that time, matched "
	"or not\n"
	"(archive: says how long they are kept): matches per day, five of them, and which "
	"documents are\n"
	"more or no longer against the queries that run now (or those of another "
	"configuration).\n"
	"import makes a watch of a query of brandwatch, meltwater or talkwalker, and says what "
	"it cannot.",
	"  langyan watch list\n"
	"  langyan watch test '山脆薯片吃出异物'      which watches it is about, and by which "
	"words\n"
	"  langyan watch test --replay 30d --watch shancui\n"
	"  langyan watch import --from brandwatch --name shancui query.txt",
	run,
};
