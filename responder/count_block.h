/*
 * count_block.h - what digests count of many mentions of a watch, or of many documents by source:
 * packed bytes, and back. Pure.
 *
 * A block says what its rows say, in 48 bytes a mention and in one read: counting rows costs 15
 * times as much. It never says more than they do: where there is none the rows are counted.
 * Little endian; a layout or a rule of counting that changes takes another BLOCK_VERSION, and
 * the blocks of before are read no more, and packed again.
 */
#ifndef LY_RESPONDER_COUNT_BLOCK_H
#define LY_RESPONDER_COUNT_BLOCK_H

#include "core/arena.h"
#include "responder/counted.h"
#include "responder/names.h"

#define BLOCK_VERSION 1

/* Bytes of another version, of both kinds: no word on whether they were right. */
bool block_is_other(struct str bytes);

/* ---- of mentions ---------------------------------------------------------------------------- */

/* What is packed: block_begin, any number of block_add, block_write, block_release. */
struct block_maker {
	int64_t from_at; /* nothing arrived earlier */
	struct buf records, negatives, topics;
	struct names *site_names, *topic_names;
	uint32_t n;
	bool unfit; /* something does not fit its field: no block */
	struct arena *a;
};
void block_begin(struct block_maker *b, int64_t from_at);
/* A mention as its row has it; what no digest counts is left out. */
void block_add(struct block_maker *b, const struct day_mention *m);
/* The bytes; -1 when there can be no block: the rows are to be counted. */
int block_write(struct block_maker *b, struct buf *out) LY_MUST_USE;
void block_release(struct block_maker *b);

/* What is read; all of it borrowed from the bytes. */
struct count_block {
	int64_t from_at;
	const char *records, *negatives, *topics;
	uint32_t n, negatives_n, topics_n, site_names_n, topic_names_n;
	struct str names; /* sites, then topics: block_name() */
};
/* False: another version, or bytes that are no block. Numbers in a block that was opened are
 * within what they count. */
bool block_open(struct str bytes, int64_t from_at, struct count_block *b);
/* The i-th mention; its site is a number of the block's site names. */
struct counted block_get(const struct count_block *b, uint32_t i);
struct counted_negative block_negative(const struct count_block *b, uint32_t i);
/* The i-th time that a mention has a topic. */
struct block_topic {
	uint32_t of, topic; /* numbers of the mention and of the topic names */
};
struct block_topic block_topic(const struct count_block *b, uint32_t i);
/* The next of the names; *rest begins as b->names. */
struct str block_name(struct str *rest);

/* ---- of documents --------------------------------------------------------------------------- */

/* How many of a source arrived, and when the last did. */
struct heard {
	int64_t documents, last_at;
};
struct heard_list {
	struct names *keys; /* a source and its class: heard_source() */
	struct heard *v;    /* of each number of keys, from 1 */
	size_t cap;
	struct arena *a;
};
void heard_begin(struct heard_list *l);
/* That of a key or of a source, until the next call; zeros when it is new. */
struct heard *heard_get(struct heard_list *l, struct str key);
struct heard *heard_of(struct heard_list *l, struct str source, int64_t source_class);
/* What a key is made of; the source is borrowed from it. */
struct str heard_source(struct str key, int64_t *source_class);
/* -1: too much for a block. */
int heard_write(const struct heard_list *l, struct buf *out) LY_MUST_USE;
/* False: no block of documents. each may be NULL: only looked at. */
bool heard_open(struct str bytes,
		void (*each)(void *arg, struct str key, const struct heard *h), void *arg);
void heard_release(struct heard_list *l);

#endif
