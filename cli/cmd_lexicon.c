/* cmd_lexicon.c - the lexicon workshop: check, build, explain. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/str.h"

#include "cli/command.h"
#include "cli/lexicons.h"
#include "nlp/explain.h"

/* Folder and extra files from the rest of the arguments. */
struct places {
	struct buf dir;
	struct str extra[100];
	size_t n;
};

static int
places_read(int argc, char **argv, struct places *p, struct err *e)
{
	const char *dir = NULL;

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--lexicons") && i + 1 < argc)
			dir = argv[++i];
		else if (argv[i][0] == '-')
			return err_set(e, ERR_USAGE, "lexicon knows no \"%s\"", argv[i]);
		else if (p->n < LY_COUNT(p->extra))
			p->extra[p->n++] = str_of(argv[i]);
	}
	p->dir = BUF(1 << 14);
	lexicons_find(dir, &p->dir);
	return 0;
}

static int
check(int argc, char **argv, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct places p = { .n = 0 };
	struct image *m = NULL;
	struct lexicon *l;
	int code = 1;

	if (places_read(argc, argv, &p, e) < 0)
		return -1;
	l = lexicon_load(buf_str(&p.dir), p.extra, p.n, &report, e);
	fputs(report.p, stdout);
	if (l)
		m = image_build(l, NULL, 0, e);
	if (m) {
		printf("%zu lists, %zu entries, %zu topics; image of %zu bytes\n", l->n_lists,
		       l->n_entries, l->n_topics, m->bytes.n);
		code = 0;
	} else {
		fprintf(stderr, "%s\n", e->text);
	}
	image_free(m);
	lexicon_free(l);
	buf_release(&report);
	buf_release(&p.dir);
	return code;
}

static int
build(int argc, char **argv, struct err *e)
{
	struct image *m;
	int code;

	if (argc < 1 || argv[0][0] == '-')
		return err_set(e, ERR_USAGE,
			       "lexicon build needs the name of the file to write");
	m = lexicons_image(argc > 2 && !strcmp(argv[1], "--lexicons") ? argv[2] : NULL, e);
	if (!m)
		return -1;
	code = image_write(m, argv[0], e);
	image_free(m);
	return code;
}

static void
item_print(const struct score_text *t, const struct score_item *x, int32_t weight, int64_t part)
{
	const struct image_sense *s = image_find_sense(t->image, x->term, x->kind);

	printf("%+7.3f  %.*s  (%s%s%.*s:%u, %+.2f", (double)part / 1000,
	       STR_ARG(str_slice(t->text, x->at, x->len)), lex_kind_words[x->kind],
	       s ? " " : "",
	       STR_ARG(s ? image_str(t->image, t->image->lists[s->list].name) : STR("")),
	       s ? (unsigned)s->line : 0, (double)x->base / 1000);
	for (unsigned i = 0; i < x->n_steps; i++)
		printf(" x%.2f %s%s%.*s", (double)x->steps[i].factor / 1000,
		       score_rule_words[x->steps[i].rule], x->steps[i].len ? " " : "",
		       STR_ARG(str_slice(t->text, x->steps[i].at, x->steps[i].len)));
	if (weight != 1000)
		printf(" x%.2f target", (double)weight / 1000);
	printf(")\n");
}

static void
explain_print(const struct image *m, struct str text)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct arena *a = arena_new();
	struct walk w = WALK_INIT;
	struct score_text *t;
	struct topics topics;
	struct score s;
	int32_t *weights;
	int64_t *parts;

	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	parts = arena_alloc(a, (t->n_items + 1) * sizeof *parts);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	topics_find(t, weights, NULL, CLASS_OTHER, &topics);
	explain_parts(t, &s, weights, parts);
	for (size_t i = 0; i < t->n_items; i++)
		item_print(t, &t->items[i], weights[t->items[i].clause], parts[i]);
	for (size_t i = 0; i < topics.n; i++)
		printf(" topic   %.*s  severity %lld%s\n", STR_ARG(topics.v[i].topic),
		       (long long)topics.v[i].severity, topics.v[i].negated ? ", negated" : "");
	printf("%+7.3f  %s, confidence %.2f, subjectivity %.2f, intent %s\n",
	       (double)s.score / 1000,
	       s.label < 0 ? "negative"
	       : s.label   ? "positive"
			   : "neutral",
	       (double)s.confidence / 1000, (double)s.subjectivity / 1000,
	       intent_words[s.intent]);
	walk_release(&w);
	arena_free(a);
}

static int
explain(int argc, char **argv, struct err *e)
{
	const char *dir = NULL;
	struct image *m;
	int i = 0;

	if (argc > 1 && !strcmp(argv[0], "--lexicons")) {
		dir = argv[1];
		i = 2;
	}
	if (i == argc)
		return err_set(e, ERR_USAGE, "lexicon explain needs a text");
	m = lexicons_image(dir, e);
	if (!m)
		return -1;
	for (; i < argc; i++)
		explain_print(m, str_of(argv[i]));
	image_free(m);
	return 0;
}

static int
run(int argc, char **argv, struct err *e)
{
	static const struct {
		const char *verb;
		int (*run)(int argc, char **argv, struct err *e);
	} verbs[] = { { "check", check }, { "build", build }, { "explain", explain } };

	for (size_t i = 0; argc > 1 && i < LY_COUNT(verbs); i++)
		if (!strcmp(argv[1], verbs[i].verb))
			return verbs[i].run(argc - 2, argv + 2, e);
	return err_set(e, ERR_USAGE, "lexicon needs a verb: check, build or explain");
}

const struct subcommand cmd_lexicon = {
	"lexicon",
	"check [--lexicons DIR] [FILE…] | build OUT [--lexicons DIR] | explain [--lexicons "
	"DIR] TEXT…",
	"check word lists, build the image, explain a score word by word",
	"  langyan lexicon check                     every mistake and every term that stands "
	"twice\n"
	"  langyan lexicon check my-words.tsv        the shipped lists with yours on top\n"
	"  langyan lexicon explain '送餐太慢了，但味道不错'",
	run,
};
