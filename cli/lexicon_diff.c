/* lexicon_diff.c - entries of two lexicons side by side; texts whose label changes between them. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/json.h"
#include "core/str.h"

#include "cli/file.h"
#include "cli/lexicon_diff.h"
#include "cli/lexicons.h"
#include "nlp/score.h"

#define LINE_MAX_BYTES (8 << 20)

struct side {
	const char *path;
	struct lexicon *l;
	struct image *m;
};

static void
side_release(struct side *s)
{
	image_free(s->m);
	lexicon_free(s->l);
}

/* A folder of lists, or one list. */
static int
side_read(struct side *s, struct err *e)
{
	struct str extra = str_of(s->path);
	struct buf report = BUF(1 << 20);
	struct stat st;

	if (stat(s->path, &st) < 0)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", s->path,
			       strerror(errno));
	if (S_ISDIR(st.st_mode)) {
		s->l = lexicon_load(extra, NULL, 0, &report, e);
	} else {
		struct buf text = BUF(LEXICON_FILE_MAX);
		struct str all;

		if (file_read(s->path, &text, e) == 0) {
			all = buf_str(&text);
			s->l = lexicon_parse(&extra, &all, 1, &report, e);
		}
		buf_release(&text);
	}
	if (s->l)
		s->m = image_build(s->l, NULL, 0, e);
	else
		fputs(report.p, stderr);
	buf_release(&report);
	return s->m ? 0 : -1;
}

/* ---- entries ------------------------------------------------------------------------------------ */

static int
entry_cmp(const struct lex_entry *a, const struct lex_entry *b)
{
	int c = str_cmp(a->term, b->term);

	return c ? c : (a->kind > b->kind) - (a->kind < b->kind);
}

static bool
entry_same(const struct side *sa, const struct side *sb, const struct lex_entry *a,
	   const struct lex_entry *b)
{
	if (a->kind == LEX_TOPIC && a->value == b->value)
		return str_eq(sa->l->topics[a->arg].id, sb->l->topics[b->arg].id);
	return a->value == b->value && a->flags == b->flags && a->scope == b->scope &&
	       a->arg == b->arg;
}

static void
entry_put(const char *sign, const struct lex_entry *x, const struct lex_entry *was)
{
	printf("%s %.*s\t%s\t", sign, STR_ARG(x->term), lex_kind_words[x->kind]);
	if (was && was->value != x->value)
		printf("%.2f -> %.2f\n", (double)was->value / 1000, (double)x->value / 1000);
	else
		printf("%.2f%s\n", (double)x->value / 1000, was ? " (options)" : "");
}

struct sums {
	size_t added, removed, changed;
};

static struct sums
entries_diff(const struct side *a, const struct side *b)
{
	const struct lex_entry *x = a->l->entries, *y = b->l->entries;
	const struct lex_entry *x_end = x + a->l->n_entries, *y_end = y + b->l->n_entries;
	struct sums s = { 0, 0, 0 };

	while (x < x_end || y < y_end) {
		int c = x == x_end ? 1 : y == y_end ? -1 : entry_cmp(x, y);

		if (c < 0) {
			s.removed++;
			entry_put("-", x++, NULL);
		} else if (c > 0) {
			s.added++;
			entry_put("+", y++, NULL);
		} else {
			if (!entry_same(a, b, x, y)) {
				s.changed++;
				entry_put("~", y, x);
			}
			x++;
			y++;
		}
	}
	return s;
}

/* ---- texts -------------------------------------------------------------------------------------- */

static struct score
text_score(const struct image *m, struct walk *w, struct str text, struct arena *a)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct score_text *t;
	struct score s;
	int32_t *weights;

	walk_run(w, m, text);
	t = score_prepare(m, w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	return s;
}

static void
id_put(const struct json *id)
{
	struct buf b = BUF(4096);

	if (json_kind(id) == JSON_INT)
		buf_addf(&b, "%lld", (long long)json_int(id, 0));
	else
		json_add_text(&b, json_text(id, STR("")));
	printf("%s", b.p);
	buf_release(&b);
}

/* by[from + 1][to + 1] counts. -1 and *e for a line that is none. */
static int
line_diff(const struct side *a, const struct side *b, struct str line, struct arena *ar,
	  size_t by[3][3], struct err *e)
{
	static const char *const words[] = { "neg", "neu", "pos" };
	const struct json *j = json_parse(ar, line, e);
	struct walk w = WALK_INIT;
	struct score x, y;
	struct str text;

	if (!j)
		return -1;
	if (json_kind(json_get(j, "text")) != JSON_TEXT)
		return err_set(e, ERR_REJECT, "has no \"text\"");
	text = json_text(json_get(j, "text"), STR(""));
	x = text_score(a->m, &w, text, ar);
	y = text_score(b->m, &w, text, ar);
	walk_release(&w);
	by[x.label + 1][y.label + 1]++;
	if (x.label != y.label) {
		printf("%s -> %s  %+.3f -> %+.3f  ", words[x.label + 1], words[y.label + 1],
		       (double)x.score / 1000, (double)y.score / 1000);
		id_put(json_get(j, "id"));
		putchar('\n');
	}
	return 0;
}

static int
texts_diff(const struct side *a, const struct side *b, const char *path, struct err *e)
{
	FILE *f = fopen(path, "rb");
	struct arena *ar = arena_new();
	size_t by[3][3] = { { 0 } }, n = 0, cap = 0;
	char *line = NULL;
	ssize_t len;
	int rc = f ? 0
		   : err_set(e, ERR_USAGE, "could not open \"%s\": %s", path, strerror(errno));

	while (rc == 0 && (len = getline(&line, &cap, f)) >= 0) {
		struct str s = str_trim((struct str){ line, (size_t)len });

		n++;
		if (s.n > LINE_MAX_BYTES)
			rc = err_set(e, ERR_REJECT, "is longer than 8 MiB");
		else if (s.n)
			rc = line_diff(a, b, s, ar, by, e);
		if (rc < 0)
			err_within(e, "%s:%zu", path, n);
		arena_reset(ar);
	}
	if (rc == 0)
		rc = file_ended(f, path, e);
	if (rc == 0)
		printf("labels: neg -> neu %zu, neg -> pos %zu, neu -> neg %zu, neu -> pos "
		       "%zu, pos -> "
		       "neg %zu, pos -> neu %zu; the same %zu\n",
		       by[0][1], by[0][2], by[1][0], by[1][2], by[2][0], by[2][1],
		       by[0][0] + by[1][1] + by[2][2]);
	free(line);
	arena_free(ar);
	if (f)
		fclose(f);
	return rc;
}

int
lexicon_diff(int argc, char **argv, struct err *e)
{
	const char *texts = NULL;
	struct side s[2] = { { .path = NULL } };
	struct sums sums = { 0, 0, 0 };
	int n = 0, rc = 0;

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--texts") && i + 1 < argc)
			texts = argv[++i];
		else if (argv[i][0] == '-')
			return err_set(e, ERR_USAGE, "lexicon diff knows no \"%s\"", argv[i]);
		else if (n < 2)
			s[n++].path = argv[i];
		else
			n = 3;
	}
	if (n != 2)
		return err_set(e, ERR_USAGE, "lexicon diff wants two folders or lists");
	for (int i = 0; rc == 0 && i < 2; i++)
		rc = side_read(&s[i], e);
	if (rc == 0) {
		sums = entries_diff(&s[0], &s[1]);
		printf("%zu added, %zu removed, %zu changed\n", sums.added, sums.removed,
		       sums.changed);
	}
	if (rc == 0 && texts)
		rc = texts_diff(&s[0], &s[1], texts, e);
	side_release(&s[0]);
	side_release(&s[1]);
	return rc < 0 ? -1 : sums.added || sums.removed || sums.changed;
}
