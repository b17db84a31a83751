/* record, images -> each score again -> (cmd_verify.c) */
#include "core/base.h"

#include <endian.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"

#include "nlp/image_file.h"
#include "nlp/score.h"
#include "responder/record_store.h"
#include "responder/verify_store.h"

#include "cli/verify_scores.h"

struct opened {
	struct id id;
	struct image *image; /* NULL: it is not there */
};
struct scoring {
	struct verify_scores *sum;
	const char *folder;
	struct opened images[2 * IMAGES_KEPT]; /* asked for so far */
	size_t n;
	struct walk walk;
	struct arena *arena;
	struct buf text;
};

static const struct image *
image_of(struct scoring *k, const struct id *id)
{
	struct err e = { .kind = ERR_NONE };
	size_t i = 0;

	while (i < k->n && !id_eq(&k->images[i].id, id))
		i++;
	if (i == LY_COUNT(k->images)) { /* the oldest makes room */
		image_free(k->images[0].image);
		memmove(k->images, k->images + 1, (--i) * sizeof *k->images);
		k->n--;
	}
	if (i == k->n)
		k->images[k->n++] = (struct opened){ *id, image_kept(k->folder, id, &e) };
	return k->images[i].image;
}

/* The spans of one kind; how many. */
static size_t
spans_of(struct str bytes, enum span_kind kind, struct query_span *out)
{
	size_t n = 0;

	for (; bytes.n >= 12 && n < SPANS_OF_NAMES; bytes = str_slice(bytes, 12, SIZE_MAX)) {
		uint32_t three[3];

		memcpy(three, bytes.p, sizeof three);
		if (le32toh(three[2]) == (uint32_t)kind)
			out[n++] = (struct query_span){ le32toh(three[0]), le32toh(three[1]) };
	}
	return n;
}

static void
score_again(struct scoring *k, const struct image *m, const struct score_about *about,
	    struct score *out)
{
	struct score_text *t;
	int32_t *weights;

	walk_run(&k->walk, m, buf_str(&k->text));
	t = score_prepare(m, &k->walk, buf_str(&k->text), k->arena);
	weights = arena_alloc(k->arena, t->n_clauses * sizeof *weights);
	score_weights(t, about, weights);
	score_weigh(t, about, weights, out);
}

static void
text_check(void *arg, const struct stored_text *t)
{
	struct scoring *k = arg;
	struct query_span own[SPANS_OF_NAMES], rivals[SPANS_OF_NAMES];
	struct score_about about = { own, rivals, 0, 0, t->source_class, t->source };
	const struct image *m = image_of(k, &t->image);
	struct buf hex = BUF(64);
	struct score s;

	about.n = spans_of(t->spans, SPAN_WATCH, own);
	about.n_rivals = spans_of(t->spans, SPAN_RIVAL, rivals);
	if (!m || about.n == SPANS_OF_NAMES || about.n_rivals == SPANS_OF_NAMES) {
		*(m ? &k->sum->cut : &k->sum->no_image) += 1;
		return;
	}
	buf_clear(&k->text);
	buf_add(&k->text, t->title);
	buf_add_byte(&k->text, '\n');
	buf_add(&k->text, t->body);
	score_again(k, m, &about, &s);
	arena_reset(k->arena);
	k->sum->computed++;
	if (s.score == t->score && s.label == t->label && s.confidence == t->confidence &&
	    s.subjectivity == t->subjectivity && s.intent == t->intent)
		return;
	if (m->foreign) {
		k->sum->computed--;
		k->sum->foreign++;
		return;
	}
	k->sum->mismatches++;
	id_add_hex(&hex, &t->id);
	printf("mismatch: mention %s of \"%.*s\": its score is %lld, text and image give "
	       "%lld\n",
	       hex.p, STR_ARG(t->watch), (long long)t->score, (long long)s.score);
	buf_release(&hex);
}

int
verify_scores(const char *record, const char *images, struct verify_scores *sum, struct err *e)
{
	struct store *s = store_open_reader(record, &record_migrations, e);
	struct scoring *k = calloc(1, sizeof *k);
	struct id after = { .b = { 0 } };
	int more = -1;

	if (!k)
		abort();
	*sum = (struct verify_scores){ .computed = 0 };
	k->sum = sum;
	k->folder = images;
	k->arena = arena_new();
	k->text = BUF(1 << 20);
	while (s && (more = verify_texts(s, &after, text_check, k, e)) > 0)
		;
	for (size_t i = 0; i < k->n; i++)
		image_free(k->images[i].image);
	walk_release(&k->walk);
	arena_free(k->arena);
	buf_release(&k->text);
	free(k);
	store_close(s);
	return more;
}
