/* labelled JSON Lines -> thresholds by source, each judged by labels it was not fitted on */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "cli/file.h"
#include "cli/json_lines.h"
#include "cli/lexicon_calibrate.h"
#include "cli/lexicons.h"
#include "cli/settings.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/nlp.h"

#define FILES_MAX      100
#define LINE_MAX_BYTES (1 << 20)
#define GROUPS_MAX     1000
#define LIST_MAX       (1 << 20)

enum group_by { BY_SOURCE, BY_CLASS, BY_ALL };
static const char *const by_words[] = { "source", "class", "all", NULL };

struct group {
	struct str of; /* as in the list: source:weibo */
	struct calibrate_row *rows;
	size_t n, cap;
	struct calibrate_result result;
	struct err why; /* kind set: it has no result */
	bool wanted;
};
struct calibrating {
	struct lexicons_given lexicons;
	const char *files[FILES_MAX], *out;
	size_t n_files;
	int by, kind; /* kind: enum threshold_by of the first row */
	bool force;
	struct str cost; /* as it was given */
	struct calibrate_costs costs;
	struct settings *settings;
	struct nlp *nlp;
	struct arena *names, *a;
	struct group groups[GROUPS_MAX];
	size_t n_groups, n_rows, unnamed, otherwise, unnoticed;
	struct id hash; /* of all labels */
};

/* ---- arguments ---- */

static const char *const labels[] = { "neg", "neu", "pos" };

/* "neg-missed=5". */
static int
cost_read(struct calibrating *k, struct str part, struct err *e)
{
	struct str name = { NULL, 0 };
	int64_t v = 0;

	str_next(&part, '=', &name);
	for (int i = 0; i < 6; i++) {
		struct str kind = str_slice(name, 3, SIZE_MAX);

		if (!str_starts(name, str_of(labels[i / 2])) ||
		    !str_is(kind, i % 2 ? "-wrong" : "-missed"))
			continue;
		if (str_milli(part, &v) < 0 || v < 0 || v > 1000000)
			return err_set(e, ERR_USAGE,
				       "--cost %.*s: \"%.*s\" is not within "
				       "0..1000",
				       STR_ARG(name), STR_ARG(part));
		(i % 2 ? k->costs.wrong : k->costs.missed)[i / 2] = (double)v / 1000;
		return 0;
	}
	return err_set(
		e, ERR_USAGE,
		"--cost knows no \"%.*s\": neg-missed, neu-missed, pos-missed, neg-wrong, "
		"neu-wrong and pos-wrong can cost",
		STR_ARG(name));
}

static int
costs_read(struct calibrating *k, const char *value, struct err *e)
{
	struct str rest = str_of(value), part;

	k->cost = rest;
	k->costs.stated = true;
	while (str_next(&rest, ',', &part))
		if (cost_read(k, str_trim(part), e) < 0)
			return -1;
	return 0;
}

static int
by_read(struct calibrating *k, const char *value, struct err *e)
{
	for (k->by = 0; by_words[k->by]; k->by++)
		if (!strcmp(value, by_words[k->by]))
			return 0;
	return err_set(e, ERR_USAGE, "--by \"%s\" is none of source, class, all", value);
}

/* argv[i] and, when it takes one, its value; returns how many were read. */
static int
argument_read(struct calibrating *k, int argc, char **argv, int i, struct err *e)
{
	const struct {
		const char *name, **to;
	} texts[] = { { "-c", &k->lexicons.conf },
		      { "--lexicons", &k->lexicons.folder },
		      { "--out", &k->out } };
	const char *value = i + 1 < argc ? argv[i + 1] : NULL;

	if (!strcmp(argv[i], "--force"))
		return k->force = true, 1;
	if (argv[i][0] != '-') {
		if (k->n_files == FILES_MAX)
			return err_set(e, ERR_USAGE, "more than %d files", FILES_MAX);
		return k->files[k->n_files++] = argv[i], 1;
	}
	if (!value)
		return err_set(e, ERR_USAGE,
			       "lexicon calibrate: %s needs a value, or is not known", argv[i]);
	for (size_t j = 0; j < LY_COUNT(texts); j++)
		if (!strcmp(argv[i], texts[j].name))
			return *texts[j].to = value, 2;
	if (!strcmp(argv[i], "--by"))
		return by_read(k, value, e) < 0 ? -1 : 2;
	if (!strcmp(argv[i], "--cost"))
		return costs_read(k, value, e) < 0 ? -1 : 2;
	return err_set(e, ERR_USAGE, "lexicon calibrate knows no \"%s\"", argv[i]);
}

static int
arguments_read(struct calibrating *k, int argc, char **argv, struct err *e)
{
	for (int i = 0; i < 3; i++)
		k->costs.missed[i] = 1;
	for (int i = 0, n; i < argc; i += n) {
		n = argument_read(k, argc, argv, i, e);
		if (n < 0)
			return -1;
	}
	if (k->n_files)
		return 0;
	return err_set(e, ERR_USAGE,
		       "lexicon calibrate needs files with {\"text\",\"label\",\"source\"} a "
		       "line, as `langyan mention export --labelled` gives them");
}

/* ---- the labels ---- */

static int
group_add(struct calibrating *k, struct str of, const struct calibrate_row *row, struct err *e)
{
	struct group *g = NULL;

	for (size_t i = 0; i < k->n_groups && !g; i++)
		if (str_eq(k->groups[i].of, of))
			g = &k->groups[i];
	if (!g && k->n_groups == GROUPS_MAX)
		return err_set(e, ERR_USAGE, "more than %d sources: try --by class",
			       GROUPS_MAX);
	if (!g) {
		g = &k->groups[k->n_groups++];
		g->of = arena_str(k->names, of);
	}
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 256;
		g->rows = realloc(g->rows, g->cap * sizeof *g->rows);
		if (!g->rows)
			abort();
	}
	g->rows[g->n++] = *row;
	return 0;
}

static int
class_of(struct str name)
{
	for (int i = 0; i < CLASS_COUNT; i++)
		if (str_is(name, source_class_words[i]))
			return i;
	return CLASS_OTHER;
}

/* The text as the scorer weighs it: with its watch, where it is one of ours. */
static int
text_take(struct calibrating *k, const struct json_member *m, struct calibrate_row *row,
	  struct err *e)
{
	struct document d = { .text = m[0].text,
			      .source = m[2].text,
			      .source_class = class_of(m[3].text),
			      .lang = m[5].text,
			      .followers = -1,
			      .heat = -1 };

	if (!m[0].text.n || !utf8_valid(m[0].text))
		return err_set(e, ERR_REJECT, "has no \"text\" of UTF-8");
	for (row->label = -1; row->label <= 1; row->label++)
		if (str_is(m[1].text, labels[row->label + 1]))
			break;
	if (row->label > 1)
		return err_set(e, ERR_REJECT, "label \"%.*s\" is none of neg, neu, pos",
			       STR_ARG(m[1].text));
	k->unnoticed += !nlp_lean(k->nlp, &d, m[4].text, k->a, row) && m[4].text.n;
	row->copies = calibrate_copies(m[0].text);
	return 0;
}

static int
line_take(struct calibrating *k, struct str line, struct err *e)
{
	struct json_member m[] = { { .name = "text" },   { .name = "label" },
				   { .name = "source" }, { .name = "class" },
				   { .name = "watch" },  { .name = "lang" } };
	struct str name;
	struct calibrate_row row;
	struct buf of = BUF(1 << 10);
	int code;

	if (json_line_read(line, m, LY_COUNT(m), k->a, e) < 0 || text_take(k, m, &row, e) < 0)
		return -1;
	name = k->by == BY_ALL ? STR("all") : m[k->by == BY_CLASS ? 3 : 2].text;
	if (!k->n_rows++)
		k->kind = row.by;
	k->hash = ID_OF(id_str(&k->hash), m[1].text, m[0].text);
	if (!name.n || row.by != k->kind) {
		*(name.n ? &k->otherwise : &k->unnamed) += 1;
		return 0;
	}
	if (k->by != BY_ALL)
		buf_addf(&of, "%s:", by_words[k->by]);
	buf_add(&of, name);
	if (!buf_ok(&of) || of.n > LEXICON_TERM_MAX || memchr(of.p, '\t', of.n))
		code = err_set(e, ERR_REJECT, "the name of its source cannot stand in a list");
	else
		code = group_add(k, buf_str(&of), &row, e);
	buf_release(&of);
	return code;
}

static int
file_take(struct calibrating *k, const char *path, struct err *e)
{
	FILE *in = fopen(path, "rb");
	size_t cap = 0, number = 0;
	char *line = NULL;
	ssize_t n;
	int code = 0;

	if (!in)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", path,
			       strerror(errno));
	while (code == 0 && (n = getline(&line, &cap, in)) >= 0) {
		struct str s = str_trim((struct str){ line, (size_t)n });

		number++;
		if (s.n > LINE_MAX_BYTES)
			code = err_set(e, ERR_USAGE, "is longer than %d KiB",
				       LINE_MAX_BYTES >> 10);
		else if (s.n)
			code = line_take(k, s, e);
		arena_reset(k->a);
	}
	if (code < 0) {
		char why[sizeof e->text];

		snprintf(why, sizeof why, "%s", e->text);
		err_set(e, ERR_USAGE, "%s:%zu: %s", path, number, why);
	}
	if (code >= 0)
		code = file_ended(in, path, e);
	free(line);
	fclose(in);
	return code;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(((const struct group *)a)->of, ((const struct group *)b)->of);
}

/* ---- the report ---- */

static void
figure_print(const struct calibrating *k, const struct calibrate_figure *x)
{
	printf(" | %5.1f %5.1f", 100 * x->macro_f1, 100 * x->negative_f1);
	if (k->costs.stated)
		printf(" %6.3f", x->cost);
}

static void
report(const struct calibrating *k)
{
	const char *cost = k->costs.stated ? "   cost" : "";

	printf("%-24s %5s %5s %5s %5s | usual:     %s | fitted, cross-validated\n", "", "", "",
	       "", "", k->costs.stated ? "       " : "");
	printf("%-24s %5s %5s %5s %5s |   mF1 negF1%s |   mF1 negF1%s | praise blame\n",
	       "texts of", "n", "neg", "neu", "pos", cost, cost);
	for (size_t i = 0; i < k->n_groups; i++) {
		const struct group *g = &k->groups[i];
		const struct calibrate_result *r = &g->result;

		printf("%-24.*s %5zu %5zu %5zu %5zu", STR_ARG(g->of), g->n, r->each[0],
		       r->each[1], r->each[2]);
		if (g->why.kind) {
			printf(" | %s\n", g->why.text);
			continue;
		}
		figure_print(k, &r->usual);
		figure_print(k, &r->fitted);
		printf(" | %+6.3f %+.3f%s\n", (double)r->pos / 1000, (double)r->neg / 1000,
		       g->wanted ? "" : "  no better: left out");
	}
	if (k->unnamed)
		fprintf(stderr, "%zu labels name no %s and count nowhere\n", k->unnamed,
			by_words[k->by]);
	if (k->otherwise)
		fprintf(stderr,
			"%zu labels are of a language that is scored otherwise (with or "
			"without "
			"a learned list) and count nowhere\n",
			k->otherwise);
	if (k->unnoticed)
		fprintf(stderr,
			"%zu labels name a watch that is not configured or does not notice "
			"them: their whole text was weighed\n",
			k->unnoticed);
}

/* ---- the list ---- */

static void
list_add(const struct calibrating *k, struct buf *b)
{
	buf_addf(b,
		 "# langyan-lexicon: 1\n# list: %.*s\n# lang: any\n# kind: thresholds\n"
		 "# about: where praise and blame begin, by lexicon calibrate\n"
		 "# source: %zu labels, hash ",
		 STR_ARG(lexicons_list_name(k->out)), k->n_rows);
	id_add_hex(b, &k->hash);
	buf_addf(b, "\n# aim: %s%.*s\n", k->costs.stated ? "least cost, " : "macro-F1",
		 STR_ARG(k->cost));
	for (size_t i = 0; i < k->n_groups; i++) {
		const struct group *g = &k->groups[i];
		const struct calibrate_result *r = &g->result;

		if (!g->wanted)
			continue;
		buf_addf(b, "# %zu labels; macro-F1 %.1f as usual, %.1f by these; ", g->n,
			 100 * r->usual.macro_f1, 100 * r->fitted.macro_f1);
		buf_addf(b, "negative F1 %.1f, %.1f\n", 100 * r->usual.negative_f1,
			 100 * r->fitted.negative_f1);
		buf_addf(b, "%.*s\t%.3f\t%.3f%s\n", STR_ARG(g->of), (double)r->pos / 1000,
			 (double)r->neg / 1000, k->kind == THRESHOLD_SCORE ? "\tby=lists" : "");
	}
}

static int
list_write(const struct calibrating *k, struct err *e)
{
	struct buf b = BUF(LIST_MAX);
	FILE *f = fopen(k->out, "wb");
	bool ok;

	list_add(k, &b);
	ok = f && buf_ok(&b) && fwrite(b.p, 1, b.n, f) == b.n;
	if (f && fclose(f) != 0)
		ok = false;
	buf_release(&b);
	return ok ? 0
		  : err_set(e, ERR_USAGE, "could not write \"%s\": %s", k->out,
			    strerror(errno));
}

/* Fit each group. Nothing gets worse silently: who gains nothing is left out, and when nobody
 * gains nothing is written. */
static int
groups_judge(struct calibrating *k, struct err *e)
{
	size_t wanted = 0, fitted = 0;

	qsort(k->groups, k->n_groups, sizeof *k->groups, by_name);
	for (size_t i = 0; i < k->n_groups; i++) {
		struct group *g = &k->groups[i];

		if (calibrate_run(g->rows, g->n, &k->costs, &g->result, &g->why) < 0)
			continue;
		g->wanted = k->force || calibrate_gains(&g->result, &k->costs);
		fitted++;
		wanted += g->wanted;
	}
	report(k);
	if (!fitted)
		return err_set(e, ERR_RETRY,
			       "too few labels: nothing was fitted (--by class or "
			       "--by all puts more of them together)");
	if (!wanted)
		return err_set(e, ERR_RETRY,
			       "on labels that they were not fitted on the thresholds are no "
			       "better than the usual ones: nothing written (--force writes)");
	return k->out ? list_write(k, e) : 0;
}

/* ---- the whole ---- */

static int
scorer_open(struct calibrating *k, struct err *e)
{
	struct buf report = BUF(1 << 20), dir = BUF(1 << 14);
	struct lexicons_conf lexicons = { .extra = { .n = 0 } };
	struct nlp_setup setup = { .lexicons = &lexicons };

	if (k->lexicons.conf) {
		k->settings = settings_read(k->lexicons.conf, NULL, e);
		if (!k->settings)
			return -1;
		setup = settings_nlp(k->settings);
	} else {
		lexicons_find(k->lexicons.folder, &dir);
		lexicons.dir = buf_str(&dir);
	}
	k->nlp = nlp_new(&setup, &report, e);
	if (!k->nlp)
		fputs(report.p ? report.p : "", stderr);
	buf_release(&report);
	buf_release(&dir);
	return k->nlp ? 0 : -1;
}

int
lexicon_calibrate(int argc, char **argv, struct err *e)
{
	struct calibrating *k = calloc(1, sizeof *k);
	int code = -1;

	if (!k)
		abort();
	k->names = arena_new();
	k->a = arena_new();
	if (arguments_read(k, argc, argv, e) < 0 || scorer_open(k, e) < 0)
		goto done;
	for (size_t i = 0; i < k->n_files; i++)
		if (file_take(k, k->files[i], e) < 0)
			goto done;
	code = groups_judge(k, e);
done:
	for (size_t i = 0; i < k->n_groups; i++)
		free(k->groups[i].rows);
	nlp_free(k->nlp);
	settings_free(k->settings);
	arena_free(k->names);
	arena_free(k->a);
	free(k);
	return code;
}
