/*
 * image.h - every term (lexicon, cues, topics, the watches' words) in one immutable block.
 *
 * A byte double-array trie over folded terms, then what each term means. The block has no
 * pointers in it: it can be written to a file, mapped and shared. image_open() checks every
 * index of a foreign block once, so that the walk need not.
 *
 * Trie unit (32 bits): a leaf has bit 31 and the term's number; a node has its label in bits
 * 0..7, "a leaf hangs at base" in bit 8 and its base in bits 9..30. The child for byte c lies
 * at base ^ c, so all children of a node share one block of 256; no two nodes share a base,
 * which is why the label alone proves the parent. An unused unit is a leaf without a number:
 * no byte can step on it.
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

/* Open: the walk reads it in its inner loop. All pointers lie in bytes. */
struct image {
	struct str bytes;
	const uint32_t *units;
	const struct image_term *terms;
	const struct image_sense *senses;
	const struct image_list *lists;
	const struct image_topic *topics;
	const uint64_t
		*starts; /* bit set over image_start(): where all but SCORE terms begin */
	const char *text;
	size_t n_units, n_terms, n_senses, n_lists, n_topics, n_literals, text_n;
	uint32_t longest; /* bytes of the longest term */
	bool inner;       /* there are SENSE_INNER literals */
	struct id id;     /* hash of the content */
};
#define IMAGE_STARTS_BITS 65536

/* Where in the bit set a term that begins with these folded bytes is noted. */
static inline unsigned
image_start(unsigned a, unsigned b, unsigned c)
{
	return a < 0xE0 ? a : ((a * 0x9E5u) ^ (b * 0x1F1u) ^ (c * 0x3Du) ^ (b << 9)) & 0xFFFF;
}

/* A word of a watch. The same text may stand here once with and once without inner. */
struct image_literal {
	struct str text; /* folded */
	bool inner;
};

/* l may be NULL (no lexicon). The literals' numbers are their places in the array. NULL and
 * ERR_USAGE when there are too many terms for the format. */
struct image *image_build(const struct lexicon *l, const struct image_literal *literals,
			  size_t n_literals, struct err *e) LY_MUST_USE;
/* Over bytes that the caller keeps (8-byte aligned, a mapped file). ERR_REJECT names the
 * first thing that is wrong. */
struct image *image_open(struct str bytes, struct err *e) LY_MUST_USE;
void image_free(struct image *m); /* accepts NULL */

static inline struct str
image_str(const struct image *m, struct image_text t)
{
	return (struct str){ m->text + t.at, t.n };
}
/* The first sense of term of this kind, or NULL. */
const struct image_sense *image_find_sense(const struct image *m, uint32_t term, int kind);
/* The number of the term with exactly this folded text, or -1. */
int64_t image_find(const struct image *m, struct str folded);

#endif
