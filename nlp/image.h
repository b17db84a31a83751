/*
 * image.h - every term (lexicon, cues, topics, the watches' words) in one immutable block.
 *
 * A byte double-array trie over folded terms, then what each term means. The block has no
 * pointers in it: it can be written to a file, mapped and shared. image_open() checks every
 * index of a foreign block once, so that the walk need not.
 *
 * Trie unit (32 bits): a leaf has bit 31, the term's number in bits 0..19, its classes in
 * 20..23 and its edges in 24..25; a node has its label in bits 0..7, "a leaf hangs at base" in
 * bit 8 and its base in bits 9..30. The child for byte c lies
 * at base ^ c, so all children of a node share one block of 256; no two nodes share a base,
 * which is why the label alone proves the parent. An unused unit is a leaf without a number:
 * no byte can step on it.
 *
 * Most places of a text begin no term, most that do begin a short one. Three tables say so
 * without the trie. han[] has for each common Han character the unit that its three bytes lead
 * to; words[] has the same for each run of up to eight letters and digits that a term begins
 * with. starts[] has two bits for each hash of how a term goes on from there: with which second
 * character or word; and of how any other term begins: its first byte, or three when that is a
 * lead of three. There a set bit may lie, a clear one does not.
 */
#ifndef LY_NLP_IMAGE_H
#define LY_NLP_IMAGE_H

#include "core/base.h"
#include "core/err.h"
#include "nlp/lexicon.h"

#define UNIT_LEAF     0x80000000u
#define UNIT_HAS_LEAF 0x100u
#define UNIT_BASE(u)  ((u) >> 9 & 0x3FFFFFu)
#define UNIT_UNUSED   0xFFFFFFFFu
#define LEAF_TERM(u)  ((u)&0xFFFFFu)
#define LEAF_CLASS(u) ((u) >> 20 & 15)
#define LEAF_EDGES(u) ((u) >> 24 & 3)

/* Kinds of hits are found each on their own: leftmost-longest, without overlap, within
 * SCORE, within FACT and within TOPIC; every one, wherever it stands, for LITERAL. */
enum image_class { IMAGE_SCORE = 1, IMAGE_FACT = 2, IMAGE_LITERAL = 4, IMAGE_TOPIC = 8 };
static inline uint8_t
image_class_of(int kind)
{
	return kind == LEX_LITERAL ? IMAGE_LITERAL
	       : kind == LEX_TOPIC ? IMAGE_TOPIC
	       : lex_is_fact(kind) ? IMAGE_FACT
				   : IMAGE_SCORE;
}
enum image_edge {
	EDGE_START = 1, /* starts with a letter: nothing of the kind may stand before it */
	EDGE_END = 2,
};
struct image_term {
	uint32_t first; /* its first sense      */
	uint16_t n;     /* number of them, >= 1 */
	uint8_t classes, edges;
};
enum image_sense_flag {
	/* beside enum lex_flag */
	SENSE_INNER = 1 << 4, /* literal of a regex: word edges do not count */
	SENSE_OPEN = 1 << 5,  /* beginning of a pattern: its end need be no word's end */
};
struct image_sense {
	uint8_t kind, flags;
	uint16_t list;
	int32_t value; /* 1/1000 */
	int32_t arg;   /* negator: alone; topic: index; literal: its number */
	uint32_t line : 24, scope : 8;
};
struct image_text { /* offset and length in the text block */
	uint32_t at, n;
};
struct image_list {
	struct image_text name, file, lang;
	uint32_t kind;
};
struct image_topic {
	struct image_text id, zh, en;
	uint32_t severity, bits;
};

/* Learned weights of a language: a table of hashes of n-grams (gram.h), and before it one bit
 * a slot that tells most n-grams without a weight from the others. An n-gram has one slot where
 * it can be, so that a look-up is one comparison: image_gram_slot(), by the seed of its bucket.
 * n_slots 0: none. */
#define IMAGE_BITS        18 /* 2^18 of them: 32 KiB, one in 13 taken */
#define IMAGE_BUCKET      4  /* slots to a seed, which lies at slot / IMAGE_BUCKET */
#define IMAGE_SLOTS_LEAST 8
/* One word, for the cache: of the hash all but the lowest 16 bits, where the weights are. 0: free. */
struct image_gram {
	uint64_t v;
};
static inline bool
image_gram_is(struct image_gram g, uint64_t hash)
{
	return !((g.v ^ hash) >> 16);
}
static inline int
image_gram_weight(struct image_gram g, int sum)
{
	return (int8_t)(g.v >> 8 * sum);
}
struct image_model {
	uint32_t list, longest, full, n_grams;
	uint32_t slots, n_slots; /* in grams: a power of two, IMAGE_SLOTS_LEAST at least */
	int32_t unit[MODEL_SUMS];
	int32_t features[FEATURES][MODEL_SUMS];
};

/* Where the labels of a source, a class or of all texts begin: nlp/threshold.h. */
struct image_threshold {
	struct image_text of;
	uint32_t list, line;
	int32_t pos, neg; /* 1/1000 */
	int32_t key;      /* threshold_key() */
};

/* Open: the walk reads it in its inner loop. All pointers lie in bytes. */
struct image {
	struct str bytes;
	const uint32_t *units;
	const struct image_term *terms;
	const struct image_sense *senses;
	const struct image_list *lists;
	const struct image_topic *topics;
	const struct image_model *models; /* MODEL_LANGS of them */
	const struct image_gram *grams;
	const uint32_t *lines; /* by slot: where the n-gram stands in its file */
	const uint64_t *bits;  /* by model, 2^IMAGE_BITS each */
	const uint16_t *seeds; /* n_grams / IMAGE_BUCKET of them */
	const struct image_threshold *thresholds; /* sorted by of, then key */
	const uint64_t *starts;                   /* two bits a slot, enum image_begins */
	const uint32_t *han;                      /* by code point */
	const struct image_word *words; /* open addressing, a power of two, never full */
	size_t words_mask;
	unsigned words_shift; /* a hash >> this is where to look first */
	const char *text;
	size_t n_units, n_terms, n_senses, n_lists, n_topics, n_literals, n_grams, n_thresholds,
		text_n;
	uint32_t longest; /* bytes of the longest term */
	bool inner;       /* there are SENSE_INNER literals */
	bool open;        /* there are SENSE_OPEN literals */
	struct id id;     /* hash of the content and of who reads it */
	bool mapped;      /* bytes are a file's: image_file.h */
	bool foreign;     /* made by a program that may read it otherwise */
};

/* A unit to begin with, its low byte of another use: bits 0..3 the classes of all terms that
 * begin so, 4..7 those of the term that ends here. 0: no term begins so. */
#define BEGINS(u) ((u)&15)
#define ALONE(u)  ((u) >> 4 & 15)

#define IMAGE_HAN_FIRST 0x4E00u
#define IMAGE_HAN       (0x9FFFu - IMAGE_HAN_FIRST + 1)
struct image_word {
	uint64_t run; /* the folded bytes, the first in the lowest bits; 0: free */
	uint32_t unit, zero;
};

#define IMAGE_STARTS_BITS 19 /* 2^19 slots of two bits: 128 KiB, one in 15 taken */
enum image_begins { BEGINS_SCORE = 1, BEGINS_OTHER = 2 };

/* Take eight more bytes of a beginning into its hash, which is 0 at first. */
static inline uint64_t
image_mix(uint64_t hash, uint64_t bytes)
{
	return (hash ^ hash >> 29 ^ bytes) * 0x9E3779B97F4A7C15u;
}
/* Two Han characters' three bytes each; second 0: what follows is none. */
static inline uint64_t
image_mix_han(uint32_t first, uint32_t second)
{
	return image_mix(0, (uint64_t)first << 32 | second);
}
/* What a run, hashed by image_mix(), goes on with: a blank and the run with hash next; or, if
 * next is 0, the byte c. */
static inline uint64_t
image_mix_word(uint64_t run, uint64_t next, unsigned c)
{
	return image_mix(run, next ? next : c);
}
/* Neither Latin nor Han: its first three folded bytes. */
static inline uint64_t
image_mix_sign(unsigned a, unsigned b, unsigned c)
{
	return image_mix(0, a < 0xE0 ? a << 24 : a << 24 | b << 16 | c << 8);
}
static inline unsigned
image_begins(const struct image *m, uint64_t hash)
{
	unsigned slot = (unsigned)(hash >> (64 - IMAGE_STARTS_BITS));

	return m->starts[slot / 32] >> slot % 32 * 2 & 3;
}

/* Where a Latin literal may stand. */
enum literal_edge {
	LITERAL_WORD,  /* between word edges          */
	LITERAL_OPEN,  /* at the beginning of a word  */
	LITERAL_INNER, /* anywhere, also inside words */
};
/* A word of a watch. The same text may stand here once with each edge. */
struct image_literal {
	struct str text; /* folded */
	enum literal_edge edge;
};

/* l may be NULL (no lexicon). The literals' numbers are their places in the array. NULL and
 * ERR_USAGE when there are too many terms for the format. */
struct image *image_build(const struct lexicon *l, const struct image_literal *literals,
			  size_t n_literals, struct err *e) LY_MUST_USE;
/* Over bytes that the caller keeps (8-byte aligned, a mapped file). ERR_REJECT names the
 * first thing that is wrong. */
struct image *image_open(struct str bytes, struct err *e) LY_MUST_USE;
/* Is the content what its hash says? image_open() does not ask: it takes milliseconds. */
bool image_is_whole(const struct image *m);
void image_free(struct image *m); /* accepts NULL; gives a mapped file back */

static inline struct str
image_str(const struct image *m, struct image_text t)
{
	return (struct str){ m->text + t.at, t.n };
}
/* The first sense of term of this kind, or NULL. */
const struct image_sense *image_find_sense(const struct image *m, uint32_t term, int kind);
/* The number of the term with exactly this folded text, or -1. */
int64_t image_find(const struct image *m, struct str folded);
/* Does a term begin with these n code points of three bytes? */
bool image_leads(const struct image *m, const uint32_t *chars, size_t n);

#endif
