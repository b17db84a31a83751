/*
 * join.h - story 事件簇: which documents tell of one event, by the parts of their gists.
 *
 * A document joins the story whose members it is most alike, or begins one, which is named after
 * it. Alike: weights of evidence are added up, each what a part that both texts have says for one
 * event, by its kind and by how rare it is among the live documents, less what speaks against it:
 * another idea of what happened, another batch, place or name, length, age. Half of what counts
 * is the member it is most alike, half the mean of the first members: so one stray pulls no more
 * after it. The sum is a log-odds, alike its probability in thousandths, at least JOIN_ALIKE.
 * A copy (story.h) joins what it copies; a round-up stands alone.
 *
 * When it has come, the stories that it is somewhat like are looked at again (join_again.c): so an
 * older text may move to another story, or to one of its own, and its copies with it. joins_moved()
 * says which did.
 *
 * It never joins a story that is older than 72 h, none of another watch, and none that it
 * contradicts: two places, two batches, two days, two years are two stories, and so are "passed"
 * and "failed", and what happens "again" a day later. What is a place is learned from the live
 * texts ("临汐市", "in Eastmere", "Port Hallow"): gist.h.
 *
 * All is integer arithmetic on the live documents in their order: the same stream gives the same
 * stories, also when it is loaded from the record midway. Bounded: JOIN_MAX documents. What a story
 * remembers of members that left (join_past) and whom a text moved is written with each that comes,
 * so that the newest JOIN_MAX are enough to go on from.
 */
#ifndef LY_RESPONDER_JOIN_H
#define LY_RESPONDER_JOIN_H

#include "core/gist.h"

#define JOIN_ALIKE  500 /* of 1000: rather one event than not; see docs/stories.md */
#define JOIN_KEEP_S (72 * 3600)
#define JOIN_MAX    50000 /* documents in memory (about 60 MB); the oldest leave first */
#define JOIN_MOVES  8 /* at most that many move when one is added and room is made for more */
#define JOIN_VOICES 5 /* authors that make old news new */

struct join_item {
	struct id document;
	int64_t at;
	struct str gist;       /* u32 each, little endian */
	uint64_t watches;      /* a bit for each, join_watch() */
	int sign;              /* -1, 0, 1: sentiment */
	const struct id *copy; /* of which document; NULL: of none */
	uint32_t old_author;   /* who spreads what is old; 0: it is not old, or unknown */
};
/* Why it joined: enough to compute alike again. Evidence is in hundredths of a nat. */
struct join_part {
	uint32_t part, weight;
};
enum join_against {
	JOIN_NAME_ALONE = 1 << 0,   /* nothing is shared but one run of words            */
	JOIN_OTHER_IDEA = 1 << 1,   /* both say what happened, and not the same          */
	JOIN_OTHER_CODE = 1 << 2,   /* both name batches, and not the same               */
	JOIN_OTHER_PLACE = 1 << 3,  /* each names a place that the other does not        */
	JOIN_CONTRARY = 1 << 4,     /* passed, and failed                                */
	JOIN_OTHER_TONGUE = 1 << 5, /* one has Han characters: words cannot be shared    */
	JOIN_OTHER_NAME = 1 << 6    /* each has a name that the other has not           */
};
#define JOIN_AGAINSTS 7
/* What memory was like when the document came, as far as those before it do not tell. */
struct join_past {
	bool known;       /* false: written before this was written */
	uint8_t room;     /* for 1 << room documents                */
	uint8_t voices_n; /* old voices that the story had          */
	uint32_t voices[JOIN_VOICES];
};
struct join {
	struct id story;
	int64_t first_at;
	struct id like; /* the member it is most alike; all zero: it began the story */
	int alike; /* of 1000; a copy: 1000; after a second look it may be below JOIN_ALIKE */
	int old_voices;  /* different ones that spread it though it is old, up to JOIN_VOICES */
	uint8_t version; /* of the gist; set by unpacking */
	uint8_t against; /* join_against */
	uint8_t own_n, like_n; /* parts of each, single characters aside */
	uint32_t age_s;        /* between the two */
	int16_t named;  /* one watch: what their name would have said, had it been rare */
	int16_t others; /* mean over the story's first members */
	struct join_past past;
	struct str moved; /* whom it moved, as bytes of the record; borrowed as joins_moved() */
	struct join_part shared[GIST_MAX];
	size_t n;
};

/* A text that belongs to another story since the newest came: why as for a newcomer. */
struct join_moved {
	struct id document;
	struct join why; /* story, first_at: where it is now. like all zero: it heads that story
			  * now; a copy: alike 1000, like: what it copies */
};

struct joins;
struct joins *joins_new(void);
void joins_free(struct joins *j);
/* Keep fewer than JOIN_MAX. Before the first. */
void joins_bound(struct joins *j, size_t most);
uint64_t join_watch(struct str name);
/* Where the document belongs, after the second look; it is remembered. Documents come in the order
 * of their time. */
void joins_add(struct joins *j, const struct join_item *item, struct join *out);
/* Those that the newest joins_add() moved, copies of theirs included; borrowed until the next
 * call. */
size_t joins_moved(const struct joins *j, const struct join_moved **v);
/* From the record, in the same order: story, first_at, alike, past, moved as they were given, and
 * what it copies (as far as alike says that it does). Of the newest JOIN_MAX; of all that are live
 * when the oldest of those does not know its past. */
void joins_load(struct joins *j, const struct join_item *item, const struct join *given);
void joins_forget(struct joins *j, int64_t now);
size_t joins_count(const struct joins *j);
/* How many have moved since joins_new(), because room was made. */
uint64_t joins_moves(const struct joins *j);

/* How alike what *x says makes them, of 1000: to check what is in the record. */
int join_alike(const struct join *x);

/* The bytes of the record: why it joined (story_why.why), and what joins_load() needs
 * (copies.gist). Unpacking is false when they are none of ours; what is unpacked borrows. Why of
 * another version of the gist is unpacked as its version alone. */
struct buf;
void join_pack_why(const struct join *x, struct buf *b);
bool join_unpack_why(struct str bytes, struct join *x);
void join_pack_state(const struct join_item *item, const struct join *x, struct buf *b);
bool join_unpack_state(struct str bytes, struct join_item *item, struct join *x);

#endif
