/*
 * image_trie.h - sorted terms -> the units of an image's trie (format: image.h).
 */
#ifndef LY_NLP_IMAGE_TRIE_H
#define LY_NLP_IMAGE_TRIE_H

#include "core/base.h"
#include "core/str.h"

struct key {
	struct str text;
	uint32_t leaf; /* what stands at its end */
};
struct trie {
	uint32_t *units;
	uint32_t *next, *prev; /* ring of free units        */
	uint8_t *based;        /* is this the base of a node */
	size_t n, cap;
	uint32_t head; /* a free unit, or UINT32_MAX */
	bool full;
};

/* t is zeroed; keys are sorted by text and differ. t->full: there is no room, units are of no use. */
void trie_build(struct trie *t, const struct key *k, size_t n);
void trie_release(struct trie *t);
/* The unit that these bytes lead to from the root, or UNIT_UNUSED. */
uint32_t trie_find(const uint32_t *units, struct str folded);

#endif
