/*
 * join.h - story 事件簇: which documents tell of one event, by the parts of their gists.
 *
 * A document joins the story of the live document it is most alike, or begins one, which is
 * named after it. Alike: the shared parts' weights (rare among the live ones, and by kind;
 * neighbours count half, for a name of four characters is three pairs; the heaviest run counts
 * half, for it mostly is the name) to both texts' weights; at least JOIN_ALIKE. A copy
 * (story.h) joins what it copies.
 *
 * It never joins a story that is older than 72 h, none of another watch, and none that it
 * contradicts: two places, two batches, two days, two years are two stories, and so are "passed"
 * and "failed", and what happens "again" a day later. What is a place is learned from the live
 * texts ("临汐市", "in Eastmere", "Port Hallow"): gist.h.
 *
 * All is integer arithmetic on the live documents in their order: the same stream gives the same
 * stories, also when it is loaded from the record midway. Bounded: JOIN_MAX documents.
 */
#ifndef LY_RESPONDER_JOIN_H
#define LY_RESPONDER_JOIN_H

#include "core/gist.h"

#define JOIN_ALIKE  80 /* of 1000: found on the develop half, see bench_story */
#define JOIN_KEEP_S (72 * 3600)
#define JOIN_MAX    50000 /* documents in memory (about 55 MB); the oldest leave first */
#define JOIN_VOICES 5     /* authors that make old news new */

struct join_item {
	struct id document;
	int64_t at;
	struct str gist;       /* u32 each, little endian */
	uint64_t watches;      /* a bit for each, join_watch() */
	int sign;              /* -1, 0, 1: sentiment */
	const struct id *copy; /* of which document; NULL: of none */
	uint32_t old_author;   /* who spreads what is old; 0: it is not old, or unknown */
};
/* Why it joined: enough to compute alike again. */
struct join_part {
	uint32_t part, weight;
};
struct join {
	struct id story;
	int64_t first_at;
	struct id like; /* the document it is alike; all zero: it began the story */
	int alike;      /* of 1000; a copy: 1000 */
	int old_voices; /* different ones that spread it though it is old, up to JOIN_VOICES */
	uint32_t root;  /* of its own weight; kept with the document for joins_load() */
	uint32_t root_like, age_s;
	uint8_t version; /* of the gist; set by unpacking */
	bool asleep;     /* nobody had told of the story for a day */
	struct join_part shared[GIST_MAX];
	size_t n;
};

struct joins;
struct joins *joins_new(void);
void joins_free(struct joins *j);
uint64_t join_watch(struct str name);
/* Where the document belongs; it is remembered. Documents come in the order of their time. */
void joins_add(struct joins *j, const struct join_item *item, struct join *out);
/* From the record, in the same order: story, first_at, like, root as they were given. */
void joins_load(struct joins *j, const struct join_item *item, const struct join *given);
void joins_forget(struct joins *j, int64_t now);
size_t joins_count(const struct joins *j);

/* How alike what is shared makes two texts, of 1000: to check what is in the record. */
int join_alike(const struct join *x);

/* The bytes of the record: why it joined (story_why.why), and what joins_load() needs
 * (copies.gist). Unpacking is false when they are none of ours; what is unpacked borrows. */
struct buf;
void join_pack_why(const struct join *x, struct buf *b);
bool join_unpack_why(struct str bytes, struct join *x);
void join_pack_state(const struct join_item *item, const struct join *x, struct buf *b);
bool join_unpack_state(struct str bytes, struct join_item *item, struct join *x);

#endif
