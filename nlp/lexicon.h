/*
 * lexicon.h - word lists with weights: text files -> one checked table of entries.
 *
 * docs/lexicon.md tells the format. Loading reports all mistakes at once, each with
 * file:line:column and what to do. Within a layer a term stands once for each kind: twice with
 * the same value is a warning, with another value a mistake. Layers, the later replacing the
 * earlier: lists of lang any, lists of a language, the files of `extra` in their order. Terms
 * are kept folded (nlp/fold.h).
 */
#ifndef LY_NLP_LEXICON_H
#define LY_NLP_LEXICON_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "nlp/model.h"

#define LEXICON_TERM_MAX 120 /* bytes, folded; bounds every step of the walk */
#define LEXICON_FILE_MAX (16 << 20)

enum lex_kind {
	LEX_POLARITY,
	LEX_NEGATOR,
	LEX_DEGREE,
	LEX_CONTRAST,
	LEX_CONCEDE,
	LEX_SUMMARY,
	LEX_WISH,
	LEX_SARCASM,
	LEX_OPENER,
	LEX_ABILITY,
	LEX_WAITING,
	LEX_UP,
	LEX_DOWN,
	LEX_GOOD_NOUN,
	LEX_BAD_NOUN,
	LEX_RHETORICAL,
	LEX_DURATION,
	LEX_COMPARE,
	LEX_SPEECH,
	LEX_STORY,
	LEX_NEUTRAL,
	LEX_NAME, /* like neutral, and without a learned weight (nlp/names.h) */
	/* from here on: facts, matched on their own, beside the ones above */
	LEX_FIRSTHAND,
	LEX_PROMO,
	LEX_QUESTION,
	LEX_HELP,
	LEX_DENY,
	LEX_OFFICIAL,
	LEX_ACTION,
	LEX_TOPIC,
	LEX_LITERAL, /* never in a file: a watch's word */
	LEX_KINDS,
	LEX_TOPICS_TABLE = LEX_KINDS, /* a list of topics, no terms */
	LEX_LEARNED,                  /* learned weights of n-grams  */
	LEX_THRESHOLDS,               /* where praise and blame begin */
};
extern const char *const lex_kind_words[]; /* as in the file; NULL-ended */
static inline bool
lex_is_fact(int kind)
{
	return kind >= LEX_FIRSTHAND && kind <= LEX_TOPIC;
}

enum lex_flag {
	LEX_SUBJ0 = 1 << 0, /* subj=0: an event, no opinion: does not speak for subjectivity */
	LEX_ALONE = 1 << 1, /* alone=V given: what a negator weighs when it negates nothing   */
	LEX_COUNT = 1 << 2, /* count=1: a duration only behind a number                       */
};
struct lex_list {
	struct str name, file, lang, about, source;
	int kind;
	int layer; /* 0 shipped for any language, 1 for one, 2.. the files of extra */
};
struct lex_entry {
	struct str term; /* folded */
	uint16_t list;
	uint8_t kind, flags;
	int32_t value; /* 1/1000: polarity, multiplier or weight */
	int32_t arg;   /* negator: alone, 1/1000; topic: its index */
	uint16_t scope;
	uint32_t line;
};
enum topic_flag { TOPIC_SAFETY = 1 << 0 };
struct lex_topic {
	struct str id, zh, en, flags; /* flags as written */
	int64_t severity;             /* 1..3 */
	int bits;                     /* enum topic_flag */
};
/* A list of kind learned: see nlp/model.h. The last one read for a language counts. */
struct lex_gram {
	struct str text;
	uint64_t hash; /* gram.h */
	uint32_t line;
	unsigned tokens;
	int8_t weight[MODEL_SUMS]; /* in units */
};
struct lex_model {
	uint16_t list;
	int32_t longest;                        /* tokens of the longest n-gram             */
	int32_t full;                           /* tokens of a text whose n-grams count fully */
	int32_t unit[MODEL_SUMS];               /* 1/1000000 */
	int32_t features[FEATURES][MODEL_SUMS]; /* 1/1000    */
	struct lex_gram *grams;                 /* by hash   */
	size_t n;
};
/* A line of kind thresholds: how much further than usual, in 1/1000, a text must lean to be
 * praise (pos) or blame (neg). */
#define THRESHOLD_MAX 10000
enum threshold_by {
	THRESHOLD_SUMS,  /* of the two sums, where a learned list speaks (nlp/model.h) */
	THRESHOLD_SCORE, /* of the score, where the lists and rules speak alone        */
};
struct lex_threshold {
	struct str of; /* source:NAME, class:NAME or all */
	uint16_t list;
	uint8_t by;
	int8_t lang; /* enum model_lang; -1: any */
	uint32_t line;
	int32_t pos, neg;
};
/* In the order of this they stand beside each other. */
static inline int
threshold_key(int lang, int by)
{
	return (lang + 1) * 2 + by;
}
struct lexicon {
	struct arena *arena;
	struct lex_list *lists;
	struct lex_entry *entries; /* sorted by term, then kind */
	struct lex_topic *topics;  /* sorted by id */
	size_t n_lists, n_entries, n_topics;
	struct lex_model *models[MODEL_LANGS]; /* NULL: none */
	struct lex_threshold *thresholds;      /* sorted by of, then threshold_key() */
	size_t n_thresholds;
};

/* Everything *.tsv under dir (three levels deep), then extra. NULL and ERR_USAGE
 * "N mistakes in the lexicons"; report then holds them, one a line. */
struct lexicon *lexicon_load(struct str dir, const struct str *extra, size_t n_extra,
			     struct buf *report, struct err *e) LY_MUST_USE;
/* From memory, for tests and the fuzzer: files[i] has names[i] and layer i if layered. */
struct lexicon *lexicon_parse(const struct str *names, const struct str *texts, size_t n,
			      struct buf *report, struct err *e) LY_MUST_USE;
void lexicon_free(struct lexicon *l); /* accepts NULL */

#endif
