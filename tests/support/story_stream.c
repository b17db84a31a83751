#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "nlp/gist.h"
#include "tests/support/shipped.h"
#include "tests/support/story_stream.h"

static int
arrival_cmp(const void *a, const void *b)
{
	const struct story_headline *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return x->line - y->line;
}

static bool
is_round_up(const struct story_text *t)
{
	for (size_t i = 0; i < t->gist_n; i++)
		if (gist_kind_of(t->gist[i]) == GIST_MANY)
			return true;
	return false;
}

int
story_stream_read(struct story_stream *s, const char *path, const struct image *m,
		  struct arena *a, struct err *e)
{
	struct gist_words *words;
	struct buf joined = BUF(1 << 12);

	if (story_set_read(path, a, &s->set, e) < 0)
		return -1;
	words = gist_words_new();
	qsort(s->set.items, s->set.n_items, sizeof *s->set.items, arrival_cmp);
	s->texts = arena_alloc(a, s->set.n_items * sizeof *s->texts);
	for (size_t i = 0; i < s->set.n_items; i++) {
		struct story_text *t = &s->texts[s->n];
		struct str event;

		t->x = &s->set.items[i];
		event = s->set.events[t->x->event].name;
		t->family =
			hash_fast(str_slice(event, 0, event.n - 1), hash_fast(str_of(path), 0));
		buf_clear(&joined);
		buf_addf(&joined, "%.*s\n%.*s", STR_ARG(t->x->headline),
			 STR_ARG(t->x->sentence));
		t->sign = (int)shipped_score(m, buf_str(&joined), NULL).label;
		t->gist_n = gist_parts(words, buf_str(&joined), t->gist, NULL);
		s->n += !is_round_up(t);
	}
	gist_words_free(words);
	buf_release(&joined);
	return 0;
}

struct join_item
story_item_of(const struct story_text *t, size_t number)
{
	struct join_item item = { .at = t->x->hour * 3600,
				  .sign = t->sign,
				  .gist = { (const char *)t->gist, t->gist_n * 4 } };
	uint32_t n = (uint32_t)number;

	memcpy(item.document.b, &n, sizeof n);
	return item;
}

size_t
story_number_of(const struct id *document)
{
	uint32_t n;

	memcpy(&n, document->b, sizeof n);
	return n;
}

void
story_stream_follow(const struct joins *j, size_t *story)
{
	const struct join_moved *v;
	size_t n = joins_moved(j, &v);

	for (size_t i = 0; i < n; i++)
		story[story_number_of(&v[i].document)] = story_number_of(&v[i].why.story);
}

void
story_stream_count(const struct story_stream *s, const struct join_weights *const *by,
		   struct story_counts *c)
{
	size_t *story = calloc(s->n ? s->n : 1, sizeof *story);
	struct joins *j = joins_new();

	if (!story)
		abort();
	for (size_t i = 0; i < s->n; i++) {
		struct join_item item = story_item_of(&s->texts[i], i);
		struct join to;

		joins_weigh(j, by ? by[i] : &join_fitted);
		joins_add(j, &item, &to);
		story[i] = story_number_of(&to.story);
		story_stream_follow(j, story);
	}
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct story_headline *x = s->texts[i].x, *y = s->texts[k].x;
			bool same = x->event == y->event, together = story[i] == story[k];
			bool asked = same && str_eq(x->lang, y->lang) &&
				     (x->hour - y->hour) * 3600 <= JOIN_KEEP_S;

			c->together += together;
			c->right += together && same;
			c->pairs += asked;
			c->joined += asked && together;
		}
	joins_free(j);
	free(story);
}

double
story_precision(const struct story_counts *c)
{
	return c->together ? (double)c->right / (double)c->together : 0;
}

double
story_recall(const struct story_counts *c)
{
	return c->pairs ? (double)c->joined / (double)c->pairs : 0;
}
