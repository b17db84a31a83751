/* cmd_lexicon.c - the lexicon workshop: check, build, explain, diff, import, fit, calibrate. */
#include "core/base.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "core/str.h"

#include "cli/command.h"
#include "cli/lexicon_calibrate.h"
#include "cli/lexicon_diff.h"
#include "cli/lexicon_fit.h"
#include "cli/lexicon_import.h"
#include "cli/lexicons.h"
#include "cli/settings.h"
#include "nlp/explain.h"
#include "nlp/learned.h"
#include "nlp/threshold.h"

/* Folder and extra files: of the configuration, then of the rest of the arguments. */
struct places {
	struct settings *settings;
	struct buf dir;
	struct str extra[100];
	size_t n;
};

/* -c and --lexicons go to *g; what is none stays, in order, at the beginning of argv. Gives how
 * many, or -1. */
static int
options_read(int argc, char **argv, struct lexicons_given *g, struct err *e)
{
	int n = 0;

	*g = (struct lexicons_given){ NULL, NULL };
	for (int i = 0; i < argc; i++) {
		const char **to = !strcmp(argv[i], "-c")           ? &g->conf
				  : !strcmp(argv[i], "--lexicons") ? &g->folder
								   : NULL;

		if (to && i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s needs a value", argv[i]);
		if (to)
			*to = argv[++i];
		else if (argv[i][0] == '-' &&
			 (argv[i][1] == '-' || isalpha((unsigned char)argv[i][1])))
			return err_set(e, ERR_USAGE, "lexicon knows no \"%s\"", argv[i]);
		else
			argv[n++] = argv[i];
	}
	return n;
}

static int
places_read(int argc, char **argv, struct places *p, struct err *e)
{
	struct lexicons_given g;
	int n = options_read(argc, argv, &g, e);

	if (n < 0)
		return -1;
	if (g.conf) {
		p->settings = settings_read(g.conf, NULL, e);
		if (!p->settings)
			return -1;
		for (size_t i = 0; i < p->settings->words.extra.n; i++)
			if (p->n < LY_COUNT(p->extra))
				p->extra[p->n++] = p->settings->words.extra.v[i];
	}
	for (int i = 0; i < n; i++)
		if (p->n < LY_COUNT(p->extra))
			p->extra[p->n++] = str_of(argv[i]);
	p->dir = BUF(1 << 14);
	lexicons_find(p->settings ? p->settings->words.dir.p : g.folder, &p->dir);
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
	lexicons_report(buf_str(&report), p.n ? p.dir.p : NULL, stdout);
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
	settings_free(p.settings);
	return code;
}

static int
build(int argc, char **argv, struct err *e)
{
	struct lexicons_given g;
	struct image *m;
	int code, n = options_read(argc, argv, &g, e);

	if (n < 0)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE,
			       "lexicon build needs the name of the file to write");
	m = lexicons_image(&g, e);
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

/* Beside the items: n-grams and features, without those that add nothing. */
static void
learned_print(const struct score_text *t, const struct score *s, const int32_t *weights,
	      const int64_t *parts, struct arena *a)
{
	size_t n;
	const struct learned_part *v = learned_parts(t, s, weights, a, &n);

	for (size_t i = 0; i < n; i++) {
		const struct image_gram *g = v[i].gram;

		if (!parts[i])
			continue;
		if (g)
			printf("%+7.3f  %.*s  (learned, line %u, %+d %+d)\n",
			       (double)parts[i] / 1000,
			       STR_ARG(str_slice(t->text, v[i].at, v[i].len)),
			       (unsigned)v[i].line, image_gram_weight(*g, MODEL_POLAR),
			       image_gram_weight(*g, MODEL_NEUTRAL));
		else
			printf("%+7.3f  = %s\n", (double)parts[i] / 1000,
			       model_feature_words[i]);
	}
}

/* Terms that weigh nothing and hide others: who added a word looks for it here. */
static void
covers_print(const struct score_text *t)
{
	for (size_t i = 0; i < t->walk->score.n; i++) {
		const struct walk_hit *h = &t->walk->score.v[i];
		const struct image_sense *s =
			h->mark ? NULL : image_find_sense(t->image, h->term, LEX_NEUTRAL);

		if (s)
			printf("         %.*s  (neutral %.*s:%u: no word inside it or across "
			       "its end counts)\n",
			       STR_ARG(str_slice(t->text, h->at, h->len)),
			       STR_ARG(image_str(t->image, t->image->lists[s->list].name)),
			       (unsigned)s->line);
	}
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
	const int64_t *parts;
	struct learned_words words;
	size_t n;

	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	topics_find(t, weights, NULL, CLASS_OTHER, &topics);
	parts = explain_parts(t, &s, weights, a, &n);
	words = learned_words(t);
	for (size_t i = 0; i < t->n_items; i++)
		item_print(t, &t->items[i], weights[t->items[i].clause], parts[i]);
	covers_print(t);
	learned_print(t, &s, weights, parts + t->n_items, a);
	for (size_t i = 0; i < topics.n; i++)
		printf(" topic   %.*s  severity %lld%s\n", STR_ARG(topics.v[i].topic),
		       (long long)topics.v[i].severity, topics.v[i].negated ? ", negated" : "");
	if (learned_is_foreign(t))
		printf(" no word of it is known: no opinion\n");
	else if (words.known < words.all)
		printf(" %u of %u words known\n", words.known, words.all);
	if (s.sum)
		printf("%+7.2f  sum S, before S / sqrt(S * S + 15)\n", (double)s.sum / 1000);
	if (s.threshold) {
		struct buf b = BUF(1 << 12);

		threshold_add_text(m, s.threshold, &b);
		printf("         label by the thresholds of %s\n", b.p);
		buf_release(&b);
	}
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
	struct lexicons_given g;
	struct image *m;
	int n = options_read(argc, argv, &g, e);

	if (n < 0)
		return -1;
	if (!n)
		return err_set(e, ERR_USAGE, "lexicon explain needs a text");
	m = lexicons_image(&g, e);
	if (!m)
		return -1;
	for (int i = 0; i < n; i++)
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
	} verbs[] = { { "check", check },
		      { "build", build },
		      { "explain", explain },
		      { "diff", lexicon_diff },
		      { "import", lexicon_import },
		      { "fit", lexicon_fit },
		      { "calibrate", lexicon_calibrate } };

	for (size_t i = 0; argc > 1 && i < LY_COUNT(verbs); i++)
		if (!strcmp(argv[1], verbs[i].verb))
			return verbs[i].run(argc - 2, argv + 2, e);
	return err_set(e, ERR_USAGE,
		       "lexicon needs a verb: check, build, explain, diff, import, fit or "
		       "calibrate");
}

const struct subcommand cmd_lexicon = {
	"lexicon",
	"check [FILE…] | build OUT | explain TEXT… | fit --lang en|zh [--out LIST] [--measure "
	"JSONL] [--cross] [--force] JSONL… | calibrate [--by source|class|all] [--cost "
	"neg-missed=N,…] [--out LIST] [--force] JSONL…; each with [-c FILE | --lexicons DIR] | "
	"diff A B [--texts FILE] | import FILE [--as NAME] [--format F] [--polarity pos|neg] "
	"[--encoding E]",
	"check word lists, build the image, explain a score word by word, learn weights and "
	"thresholds\n"
	"-c FILE: with the lists of that configuration, those of lexicons.extra too\n"
	"explain: what each word adds to the score; in brackets its list and line, its value\n"
	"and what multiplies it. The products make the sum S, the score is S / sqrt(S * S + "
	"15);\n"
	"with a learned list that score is one feature, and n-grams add to it "
	"(docs/lexicon.md)\n"
	"diff: entries that two folders or lists do not share, and texts whose label changes\n"
	"calibrate: where praise and blame begin in each source, from about 200 labels of it; "
	"for\n"
	"macro-F1 or, with --cost, for what mistakes cost (neg-missed=5)\n"
	"import: your own copy of a known list (VADER, AFINN, SO-CAL, pattern, Hu & Liu, "
	"NTUSD,\n"
	"HowNet, DUTIR, BosonNLP) as NAME.tsv",
	"  langyan lexicon check                     every mistake and every term that stands "
	"twice\n"
	"  langyan lexicon check my-words.tsv        the shipped lists with yours on top\n"
	"  langyan lexicon explain '送餐太慢了，但味道不错'\n"
	"  langyan lexicon explain -c my-brand/langyan.yaml '一句用到新词的话'\n"
	"  langyan lexicon diff lexicons-old lexicons --texts posts.jsonl\n"
	"  langyan lexicon import vader_lexicon.txt --as vader\n"
	"  langyan lexicon fit --lang en --out learned.tsv ours.jsonl     from labelled texts\n"
	"  langyan lexicon calibrate -c langyan.yaml --out thresholds.tsv ours.jsonl",
	run,
};
