#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/str.h"
#include "nlp/learned.h"
#include "tests/support/shipped.h"

#define FILE_MAX ((size_t)1 << 20)

struct image *
shipped_image(struct buf *report)
{
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_load(STR("lexicons"), NULL, 0, report, &e);
	struct image *m = l ? image_build(l, NULL, 0, &e) : NULL;

	if (!m) {
		fprintf(stderr, "%.*s%s\n", STR_ARG(buf_str(report)), e.text);
		abort();
	}
	lexicon_free(l);
	return m;
}

struct score
shipped_score(const struct image *m, struct str text, bool *foreign)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct arena *a = arena_new();
	struct walk w = WALK_INIT;
	struct score_text *t;
	struct score s;
	int32_t *weights;

	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	if (foreign)
		*foreign = learned_is_foreign(t);
	walk_release(&w);
	arena_free(a);
	return s;
}

struct str
shipped_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = arena_alloc(a, FILE_MAX + 1);
	size_t n = f ? fread(p, 1, FILE_MAX + 1, f) : 0;

	if (!f || n > FILE_MAX) {
		fprintf(stderr, "%s: %s\n", path, f ? "over 1 MiB" : "not there");
		abort();
	}
	fclose(f);
	return (struct str){ p, n };
}
