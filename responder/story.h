/*
 * story.h - story 事件簇: which documents tell the same, by their MinHash signatures.
 *
 * Keeps 72 h. Two signatures (64 x u32 from nlp) with at least 45 equal places are copies; they
 * are found through 16 bands of 4 places. A document without a signature (under 20 code points)
 * is a copy only of the very same text. Copies fold into the story of the oldest one found;
 * stories of opposite sentiment are never merged ("不" makes a copy the contrary).
 *
 * Nothing is dropped: a story is shown once with its number of copies, all still count.
 */
#ifndef LY_RESPONDER_STORY_H
#define LY_RESPONDER_STORY_H

#include "core/base.h"

#define STORY_PLACES 64
#define STORY_KEEP_S (72 * 3600)
#define STORY_MAX    200000 /* documents in memory (about 95 MB); the oldest leave first */
#define STORY_MOVES  8 /* at most that many move when one is added and room is made for more */

struct stories;
struct stories *stories_new(void);
void stories_free(struct stories *s);
/* Keep fewer than STORY_MAX. Before the first. */
void stories_bound(struct stories *s, size_t most);
/* What a document brings. */
struct story_item {
	struct id document;
	int64_t at;
	struct str copies;   /* 256 bytes, or empty           */
	struct id text_hash; /* used when copies is empty     */
	uint8_t room;        /* loading: stories_room() when it was added; 0: not known */
	int sign;            /* -1, 0, 1: sentiment           */
};
/* The story that the document belongs to: an older one's, or a new one named after it
 * (the id of its first document). The document is remembered. */
struct id stories_add(struct stories *s, const struct story_item *item);
/* From the record, in the same order: remember the document with the story it was given, and forget
 * what is older than 72 h by then. */
void stories_load(struct stories *s, const struct story_item *item, const struct id *story);
/* Forget what is older than 72 h. */
void stories_forget(struct stories *s, int64_t now);
size_t stories_count(const struct stories *s);
/* Memory is for 1 << that many. How much room there is decides how deep is looked for copies of
 * boilerplate, so a document is written with it. */
uint8_t stories_room(const struct stories *s);
/* How many have moved since stories_new(), because room was made. */
uint64_t stories_moves(const struct stories *s);

/* The bytes of the column copies.signature: signature or text hash, then sign and room. */
struct story_blob {
	uint8_t b[STORY_PLACES * 4 + 1];
	size_t n;
};
struct story_blob story_pack(const struct story_item *item);
/* False when blob is none of ours. Fills copies (borrowed from blob), text_hash, sign, room. */
bool story_unpack(struct str blob, struct story_item *item);

#endif
