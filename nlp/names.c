/* tokens, the walk's hits and a watch's spans -> tokens without names -> (learned.c) */
#include "core/base.h"

#include "nlp/names.h"

#define NAME_MOST 120 /* bytes; a longer span is a pattern, not a name */

struct names
names_begin(const struct image *m, const struct walk *w, const struct score_about *about)
{
	static const struct score_about none = { .n = 0 };

	return (struct names){ .cursor = gram_begin(w->said),
			       .image = m,
			       .walk = w,
			       .about = about ? about : &none,
			       .guised = w->said.p && w->said.p == w->guise.said.p };
}

void
names_token_back(const struct names *n, struct gram_token *t)
{
	uint32_t end;

	if (!n->guised)
		return;
	end = guise_end(&n->walk->guise, t->at + t->len);
	t->at = guise_begin(&n->walk->guise, t->at);
	t->len = end > t->at ? end - t->at : 0;
}

/* ---- where the names are ---- */

static void
nearer_take(struct names *n, uint32_t at, uint32_t len)
{
	if (at >= n->from)
		return;
	n->from = at;
	n->end = at + len;
}

/* Does an opinion word of the lists begin or lie in the span? Hits stand in the order of the text. */
static bool
is_opinion(const struct names *n, const struct query_span *s)
{
	const struct walk_hits *v = &n->walk->score;
	size_t lo = 0, hi = v->n;

	while (lo < hi) { /* the first that begins in the span or behind */
		size_t mid = (lo + hi) / 2;

		if (v->v[mid].at >= s->at)
			hi = mid;
		else
			lo = mid + 1;
	}
	for (; lo < v->n && v->v[lo].at < s->at + s->len; lo++)
		if (!v->v[lo].mark && image_find_sense(n->image, v->v[lo].term, LEX_POLARITY))
			return true;
	return false;
}

static size_t
span_next(struct names *n, const struct query_span *v, size_t count, size_t i, uint32_t at)
{
	while (i < count &&
	       (v[i].at + v[i].len <= at || v[i].len > NAME_MOST || is_opinion(n, &v[i])))
		i++;
	if (i < count)
		nearer_take(n, v[i].at, v[i].len);
	return i;
}

/* The first name that ends behind at. */
static void
name_next(struct names *n, uint32_t at)
{
	const struct walk_hits *v = &n->walk->score;

	n->from = n->end = UINT32_MAX;
	n->inside = false;
	while (n->hit < v->n &&
	       (v->v[n->hit].at + v->v[n->hit].len <= at || v->v[n->hit].mark ||
		!image_find_sense(n->image, v->v[n->hit].term, LEX_NAME)))
		n->hit++;
	if (n->hit < v->n)
		nearer_take(n, v->v[n->hit].at, v->v[n->hit].len);
	n->own = span_next(n, n->about->spans, n->about->n, n->own, at);
	n->rival = span_next(n, n->about->rivals, n->about->n_rivals, n->rival, at);
}

/* ---- tokens ---- */

enum part { PART_NONE, PART_FIRST, PART_REST };

/* Which part of a name the token is. */
static enum part
part_of(struct names *n, const struct gram_token *token)
{
	struct gram_token t = *token;
	enum part part;

	names_token_back(n, &t);
	if (t.at >= n->end)
		name_next(n, t.at);
	if (t.at + t.len <= n->from || t.kind == GRAM_LINK)
		return PART_NONE;
	part = n->inside ? PART_REST : PART_FIRST;
	n->inside = true;
	return part;
}

/* Does the next name begin behind all of these? */
static bool
all_before(struct names *n, const struct gram_token *t, size_t count)
{
	if (n->guised || !count)
		return false;
	if (t[0].at >= n->end)
		name_next(n, t[0].at);
	return !n->inside && t[count - 1].at + t[count - 1].len <= n->from;
}

size_t
names_read(struct names *n, struct gram_token *tokens, size_t most)
{
	size_t count, kept = 0;

	do {
		count = gram_read(&n->cursor, tokens, most);
		if (all_before(n, tokens, count))
			return count;
		for (size_t i = 0; i < count; i++) {
			struct gram_token t = tokens[i];
			enum part part = part_of(n, &t);

			if (part == PART_REST) {
				if (kept)
					tokens[kept - 1].len =
						t.at + t.len - tokens[kept - 1].at;
				continue;
			}
			if (part == PART_FIRST)
				t.kind = t.hash = GRAM_NAME;
			tokens[kept++] = t;
		}
	} while (count && !kept);
	return kept;
}

void
names_mask(const struct image *m, const struct walk *w, struct buf *out)
{
	struct names n = names_begin(m, w, NULL);
	struct gram_token t;
	size_t done = 0;

	while (gram_next(&n.cursor, &t)) {
		enum part part = part_of(&n, &t);

		if (part == PART_NONE)
			continue;
		if (part == PART_FIRST) {
			buf_add(out, str_slice(w->said, done, t.at - done));
			buf_add(out, STR(" @ "));
		}
		done = t.at + t.len;
	}
	buf_add(out, str_slice(w->said, done, SIZE_MAX));
}
