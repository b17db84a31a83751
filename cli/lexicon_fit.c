/* labelled JSON Lines -> cross-validated figures and lexicons/LANG/learned.tsv */
#include "core/base.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "cli/file.h"
#include "cli/json_lines.h"
#include "cli/lexicon_fit.h"
#include "cli/lexicons.h"
#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/fit.h"
#include "nlp/gram.h"
#include "nlp/image_learned.h"

#define FILES_MAX      100
#define LINE_MAX_BYTES (1 << 20)
#define ROWS_MAX       1000000
#define LIST_MAX       (64 << 20)
#define WORSE          0.0005 /* of the mean figure: what counts as worse */

struct fitting {
	struct fit_setup setup;
	struct lexicons_given lexicons;
	const char *out;
	const char *files[FILES_MAX];
	bool learn[FILES_MAX];
	size_t n_files, n_rows, learned;
	enum fit_cross cross;
	bool force;
	struct id hash; /* of all rows that are learned from */
};

/* ---- arguments ---- */

/* What holds for both languages, then for each; found by cross-validation. */
static const struct fit_setup usual[MODEL_LANGS] = {
	[MODEL_EN] = { .lang = MODEL_EN,
		       .longest = 2,
		       .full = 20,
		       .least = 3,
		       .keep = 20000,
		       .folds = 5,
		       .rounds = 60,
		       .penalty = 40,
		       .penalty_features = 0.05 },
	[MODEL_ZH] = { .lang = MODEL_ZH,
		       .longest = 2,
		       .full = 20,
		       .least = 3,
		       .keep = 20000,
		       .folds = 5,
		       .rounds = 60,
		       .penalty = 11,
		       .penalty_features = 0.05 },
};

struct number {
	const char *name;
	size_t at;
	int least, most;
};
static const struct number numbers[] = {
	{ "--grams", offsetof(struct fit_setup, longest), 1, GRAM_MAX },
	{ "--full", offsetof(struct fit_setup, full), 1, MODEL_FULL_MAX },
	{ "--least", offsetof(struct fit_setup, least), 2, 1000 },
	{ "--keep", offsetof(struct fit_setup, keep), 1, MODEL_GRAMS_MAX },
	{ "--folds", offsetof(struct fit_setup, folds), 2, 20 },
	{ "--rounds", offsetof(struct fit_setup, rounds), 2, 1000 },
};

/* 1: it was one of ours. */
static int
number_read(struct fitting *k, const char *name, const char *value, struct err *e)
{
	int64_t v;

	if (!strcmp(name, "--penalty")) {
		if (str_milli(str_of(value), &v) < 0 || v < 1 || v > 1000000)
			return err_set(e, ERR_USAGE,
				       "--penalty \"%s\" is not within 0.001..1000", value);
		k->setup.penalty = (double)v / 1000;
		return 1;
	}
	for (size_t i = 0; i < LY_COUNT(numbers); i++) {
		const struct number *x = &numbers[i];

		if (strcmp(name, x->name) != 0)
			continue;
		if (str_int64(str_of(value), &v) < 0 || v < x->least || v > x->most)
			return err_set(e, ERR_USAGE, "%s \"%s\" is not within %d..%d", name,
				       value, x->least, x->most);
		*(int *)((char *)&k->setup + x->at) = (int)v;
		return 1;
	}
	return 0;
}

static int
file_add(struct fitting *k, const char *path, bool learn, struct err *e)
{
	if (k->n_files == FILES_MAX)
		return err_set(e, ERR_USAGE, "more than %d files", FILES_MAX);
	k->learn[k->n_files] = learn;
	k->files[k->n_files++] = path;
	return 0;
}

/* argv[i] and, when it takes one, its value; returns how many were read. */
static int
argument_read(struct fitting *k, int argc, char **argv, int i, struct err *e)
{
	const char *value = i + 1 < argc ? argv[i + 1] : NULL;
	int n;

	if (!strcmp(argv[i], "--cross"))
		return k->cross = FIT_CROSS, 1;
	if (!strcmp(argv[i], "--force"))
		return k->force = true, 1;
	if (argv[i][0] != '-')
		return file_add(k, argv[i], true, e) < 0 ? -1 : 1;
	if (!value)
		return err_set(e, ERR_USAGE, "lexicon fit: %s needs a value, or is not known",
			       argv[i]);
	if (!strcmp(argv[i], "--lang"))
		return 2; /* read first */
	if (!strcmp(argv[i], "--measure"))
		return file_add(k, value, false, e) < 0 ? -1 : 2;
	if (!strcmp(argv[i], "--lexicons"))
		return k->lexicons.folder = value, 2;
	if (!strcmp(argv[i], "--out"))
		return k->out = value, 2;
	if (!strcmp(argv[i], "-c"))
		return k->lexicons.conf = value, 2;
	n = number_read(k, argv[i], value, e);
	if (n < 0)
		return -1;
	return n ? 2 : err_set(e, ERR_USAGE, "lexicon fit knows no \"%s\"", argv[i]);
}

static int
arguments_read(struct fitting *k, int argc, char **argv, struct err *e)
{
	int lang = -1;

	for (int i = 0; i + 1 < argc; i++)
		for (int j = 0; !strcmp(argv[i], "--lang") && j < MODEL_LANGS; j++)
			if (!strcmp(argv[i + 1], model_lang_words[j]))
				lang = j;
	if (lang < 0)
		return err_set(e, ERR_USAGE, "lexicon fit needs --lang en or --lang zh");
	k->setup = usual[lang];
	for (int i = 0, n; i < argc; i += n) {
		n = argument_read(k, argc, argv, i, e);
		if (n < 0)
			return -1;
	}
	if (!k->n_files)
		return err_set(e, ERR_USAGE,
			       "lexicon fit needs files with {\"text\",\"label\"} a line");
	return 0;
}

/* ---- the texts ---- */

static int
label_read(struct str s, int *label)
{
	static const char *const words[] = { "neg", "neu", "pos" };

	for (int i = 0; i < 3; i++)
		if (str_is(s, words[i]))
			return *label = i - 1, 0;
	return -1;
}

static int
human_read(const struct json_member *m, double *human, struct err *e)
{
	char text[40], *end;

	*human = (double)NAN;
	if (!m->raw.n || str_is(m->raw, "null"))
		return 0;
	snprintf(text, sizeof text, "%.*s", STR_ARG(str_slice(m->raw, 0, sizeof text - 1)));
	*human = strtod(text, &end);
	if (*end || !(*human >= -1 && *human <= 1))
		return err_set(e, ERR_REJECT, "score %s is not within -1..1", text);
	return 0;
}

static int
line_take(struct fitting *k, struct fit *f, bool learn, struct str line, struct arena *a,
	  struct err *e)
{
	struct json_member m[] = { { .name = "text" },
				   { .name = "label" },
				   { .name = "score" } };
	struct str text;
	double human;
	int label;

	if (json_line_read(line, m, LY_COUNT(m), a, e) < 0)
		return -1;
	text = m[0].text;
	if (!text.n || !utf8_valid(text))
		return err_set(e, ERR_REJECT, "has no \"text\" of UTF-8");
	if (label_read(m[1].text, &label) < 0)
		return err_set(e, ERR_REJECT, "label \"%.*s\" is none of neg, neu, pos",
			       STR_ARG(m[1].text));
	if (human_read(&m[2], &human, e) < 0)
		return -1;
	if (++k->n_rows > ROWS_MAX)
		return err_set(e, ERR_USAGE, "more than %d texts", ROWS_MAX);
	if (learn) {
		k->hash = ID_OF(id_str(&k->hash), m[1].text, text);
		k->learned++;
	}
	fit_add(f, text, label, human);
	return 0;
}

static int
file_take(struct fitting *k, struct fit *f, size_t i, struct arena *a, struct err *e)
{
	FILE *in = fopen(k->files[i], "rb");
	size_t cap = 0, number = 0;
	char *line = NULL;
	ssize_t n;
	int code = 0;

	if (!in)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", k->files[i],
			       strerror(errno));
	fit_corpus(f, lexicons_list_name(k->files[i]), k->learn[i]);
	while (code == 0 && (n = getline(&line, &cap, in)) >= 0) {
		struct str s = str_trim((struct str){ line, (size_t)n });

		number++;
		if (s.n > LINE_MAX_BYTES)
			code = err_set(e, ERR_USAGE, "is longer than %d KiB",
				       LINE_MAX_BYTES >> 10);
		else if (s.n)
			code = line_take(k, f, k->learn[i], s, a, e);
		arena_reset(a);
	}
	if (code < 0) {
		char why[sizeof e->text];

		snprintf(why, sizeof why, "%s", e->text);
		err_set(e, ERR_USAGE, "%s:%zu: %s", k->files[i], number, why);
	}
	if (code >= 0)
		code = file_ended(in, k->files[i], e);
	free(line);
	fclose(in);
	return code;
}

/* ---- the report ---- */

static void
percent_print(double v)
{
	if (isnan(v))
		printf("     -");
	else
		printf(" %5.1f", 100 * v);
}

static void
figure_print(const struct fit_figure *x)
{
	printf(" |");
	percent_print(x->macro_f1);
	percent_print(x->macro_recall);
	percent_print(x->negative_f1);
	percent_print(x->auc);
	percent_print(x->r);
}

static void
report(const struct fitting *k, const struct fit *f)
{
	size_t n;
	const struct fit_corpus_figures *v = fit_figures(f, &n);

	printf("%-14s %6s | %-29s | %-29s%s\n", "", "", "lists and rules alone",
	       "with learned weights, pooled",
	       k->cross == FIT_CROSS ? " | without the corpus (cross)" : "");
	printf("%-14s %6s", "corpus", "n");
	for (int i = 0; i < (k->cross == FIT_CROSS ? 3 : 2); i++)
		printf(" |   mF1    mR negF1   AUC     r");
	printf("\n");
	for (size_t i = 0; i < n; i++) {
		printf("%-14.*s %6zu", STR_ARG(v[i].name), v[i].n);
		figure_print(&v[i].hand);
		figure_print(&v[i].pooled);
		if (k->cross == FIT_CROSS)
			figure_print(&v[i].cross);
		printf("%s\n", v[i].learn ? "" : "  only measured");
	}
	printf("mean of the learned (r where people scored, else mF1): %.2f alone, %.2f "
	       "pooled\n",
	       100 * fit_mean_hand(f), 100 * fit_mean_pooled(f));
}

/* ---- the list ---- */

static void
head_write(const struct fitting *k, const struct fit *f, struct buf *b)
{
	const char *lang = model_lang_words[k->setup.lang];

	buf_addf(b,
		 "# langyan-lexicon: 1\n# list: %s-learned\n# lang: %s\n# kind: learned\n"
		 "# about: n-grams and their weights beside the lists and rules, by lexicon "
		 "fit\n"
		 "# source: counts over labelled texts; PROVENANCE.md names the corpora\n",
		 lang, lang);
	buf_addf(b, "# corpora:");
	for (size_t i = 0; i < k->n_files; i++)
		if (k->learn[i])
			buf_addf(b, " %.*s", STR_ARG(lexicons_list_name(k->files[i])));
	buf_addf(b, "\n# texts: %zu, hash ", k->learned);
	id_add_hex(b, &k->hash);
	buf_addf(b, "\n# solver: penalty %g, least %d, keep %d, folds %d, rounds %d\n",
		 k->setup.penalty, k->setup.least, k->setup.keep, k->setup.folds,
		 k->setup.rounds);
	buf_addf(b, "# validated: %.4f\n", fit_mean_pooled(f));
}

/* The figure in the head of the list that is there; 0: none, or of other texts. */
static double
validated_before(const struct fitting *k, const char *path)
{
	FILE *f = fopen(path, "rb");
	char line[512], hash[64], *p;
	struct buf mine = BUF(64);
	double v = 0;
	bool same = false;

	if (!f)
		return 0;
	id_add_hex(&mine, &k->hash);
	while (fgets(line, sizeof line, f) && line[0] == '#') {
		p = strstr(line, ", hash ");
		if (!strncmp(line, "# texts: ", 9) && p && sscanf(p, ", hash %63s", hash) == 1)
			same = !strcmp(hash, mine.p);
		if (!strncmp(line, "# validated: ", 13))
			v = strtod(line + 13, NULL);
	}
	fclose(f);
	buf_release(&mine);
	return same ? v : 0;
}

static int
file_write(const char *path, const struct buf *b, struct err *e)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(b->p, 1, b->n, f) == b->n;

	if (f && fclose(f) != 0)
		ok = false;
	return ok ? 0
		  : err_set(e, ERR_USAGE, "could not write \"%s\": %s", path, strerror(errno));
}

/* Nothing gets worse silently. */
static int
list_write(const struct fitting *k, const struct fit *f, struct err *e)
{
	double now = fit_mean_pooled(f), hand = fit_mean_hand(f);
	double before = validated_before(k, k->out);
	struct buf b = BUF(LIST_MAX);
	int code;

	if (!k->force && now < hand - WORSE)
		return err_set(
			e, ERR_RETRY,
			"%.4f is worse than the %.4f of the lists and rules alone: nothing "
			"written (--force writes it)",
			now, hand);
	if (!k->force && now < before - WORSE)
		return err_set(e, ERR_RETRY,
			       "%.4f is worse than the %.4f of \"%s\", learned from the same "
			       "texts: nothing written (--force writes it)",
			       now, before, k->out);
	head_write(k, f, &b);
	fit_write(f, &b);
	code = file_write(k->out, &b, e);
	buf_release(&b);
	return code;
}

int
lexicon_fit(int argc, char **argv, struct err *e)
{
	struct fitting k = { .n_files = 0 };
	struct arena *a = NULL;
	struct fit *f = NULL;
	struct image *m;
	int code = -1;

	if (arguments_read(&k, argc, argv, e) < 0)
		return -1;
	m = lexicons_image(&k.lexicons, e);
	if (!m)
		return -1;
	image_forget_learned(m);
	m->n_thresholds = 0; /* the label of the lists is a feature: as usual */
	a = arena_new();
	f = fit_new(m, &k.setup);
	for (size_t i = 0; i < k.n_files; i++)
		if (file_take(&k, f, i, a, e) < 0)
			goto done;
	if (fit_run(f, k.cross, e) < 0)
		goto done;
	report(&k, f);
	code = k.out ? list_write(&k, f, e) : 0;
done:
	fit_free(f);
	arena_free(a);
	image_free(m);
	return code;
}
