/* score -> label, by the thresholds of its source -> (weigh.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/learned.h"
#include "nlp/threshold.h"

/* ---- which ---- */

/* The first entry that is not before (of, key). */
static const struct image_threshold *
entry_find(const struct image *m, struct str of, int key)
{
	size_t lo = 0, hi = m->n_thresholds;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = str_cmp(image_str(m, m->thresholds[mid].of), of);

		if (c < 0 || (!c && m->thresholds[mid].key < key))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == m->n_thresholds || m->thresholds[lo].key != key ||
	    !str_eq(image_str(m, m->thresholds[lo].of), of))
		return NULL;
	return &m->thresholds[lo];
}

static const struct image_threshold *
lang_find(const struct score_text *t, struct str of)
{
	int lang = str_is(score_lang(t->walk), "zh") ? MODEL_ZH : MODEL_EN;
	const struct image_threshold *x;

	x = entry_find(t->image, of, threshold_key(lang, threshold_by(t)));
	return x ? x : entry_find(t->image, of, threshold_key(-1, threshold_by(t)));
}

/* "source:weibo" in room, which is LEXICON_TERM_MAX bytes; what is longer has no entry. */
static struct str
of_make(char *room, struct str kind, struct str name)
{
	if (!name.n || kind.n + name.n > LEXICON_TERM_MAX)
		return STR("");
	memcpy(room, kind.p, kind.n);
	memcpy(room + kind.n, name.p, name.n);
	return (struct str){ room, kind.n + name.n };
}

static const struct image_threshold *
threshold_find(const struct score_text *t, const struct score_about *about)
{
	bool known = about->source_class >= 0 && about->source_class < CLASS_COUNT;
	struct str cls = known ? str_of(source_class_words[about->source_class]) : STR("");
	const struct image_threshold *x;
	char room[LEXICON_TERM_MAX];

	x = lang_find(t, of_make(room, STR("source:"), about->source));
	if (!x)
		x = lang_find(t, of_make(room, STR("class:"), cls));
	return x ? x : lang_find(t, STR("all"));
}

/* ---- what it says ---- */

int
threshold_by(const struct score_text *t)
{
	return t->model < 0 ? THRESHOLD_SCORE : THRESHOLD_SUMS;
}

struct score_lean
threshold_lean(const struct score_text *t, const struct score *s)
{
	if (threshold_by(t) == THRESHOLD_SCORE)
		return score_lean(s);
	return (struct score_lean){ s->polar - s->neutral, -s->polar - s->neutral };
}

int
threshold_label(struct score_lean lean, int64_t pos, int64_t neg)
{
	int64_t praise = lean.pos - pos, blame = lean.neg - neg;

	if ((praise <= 0 && blame <= 0) || praise == blame)
		return LABEL_NEU;
	return praise > blame ? LABEL_POS : LABEL_NEG;
}

void
threshold_apply(const struct score_text *t, const struct score_about *about, struct score *s)
{
	const struct image_threshold *x =
		t->image->n_thresholds ? threshold_find(t, about) : NULL;
	struct score_lean lean;
	int64_t praise, blame, ahead;

	if (!x || learned_is_foreign(t))
		return;
	lean = threshold_lean(t, s);
	praise = lean.pos - x->pos;
	blame = lean.neg - x->neg;
	ahead = praise > blame ? praise : blame;
	s->threshold = x;
	s->label = threshold_label(lean, x->pos, x->neg);
	if (s->label && ahead > llabs(praise - blame))
		ahead = llabs(praise - blame); /* the other side is nearer */
	s->confidence = threshold_by(t) == THRESHOLD_SUMS ? learned_sure(t, llabs(ahead))
							  : score_sure(s, llabs(ahead));
}

void
threshold_add_text(const struct image *m, const struct image_threshold *x, struct buf *out)
{
	struct str of = image_str(m, x->of), kind = { NULL, 0 };

	if (str_find_byte(of, ':') >= 0) {
		str_next(&of, ':', &kind);
		buf_addf(out, "%.*s %.*s", STR_ARG(kind), STR_ARG(of));
	} else {
		buf_add(out, STR("all texts"));
	}
	buf_addf(out, ": praise from %+.3f, blame from %+.3f (%.*s:%u)", (double)x->pos / 1000,
		 (double)x->neg / 1000, STR_ARG(image_str(m, m->lists[x->list].name)),
		 (unsigned)x->line);
}
