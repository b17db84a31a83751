/*
 * join_inside.h - what join.c and its parts share: join_find.c finds a story, join_judge.c says how
 * alike, join_deny.c what contradicts, join_tale.c keeps members. Invariants: join.c.
 */
#ifndef LY_RESPONDER_JOIN_INSIDE_H
#define LY_RESPONDER_JOIN_INSIDE_H

#include "core/buf.h"
#include "responder/join.h"

#define JOIN_FIRSTS 16   /* members of a story that are asked for contradictions, */
#define JOIN_ASKED  8    /* and how alike the newcomer is */
#define JOIN_FULL   1024 /* the weight of what no live document has */
#define JOIN_NONE   UINT32_MAX
#define JOIN_HAN    20993 /* characters, gist_of_han() */
#define JOIN_FOUND  1024
#define JOIN_SLOTS  16 /* slots for each place in the ring */
#define JOIN_ROOM   16 /* 1 << JOIN_ROOM places are enough for JOIN_MAX */
#define JOIN_MOVED  96 /* at most so many are moved by one that comes */
#define JOIN_PLACES (1u << JOIN_ROOM)

struct entry {
	struct id document;
	int64_t at;
	uint64_t watches;
	uint32_t next; /* with the same bucket of documents, number + 1 */
	uint8_t n, hans_n;
	int8_t sign;
	uint32_t parts[GIST_WORDS], prev[GIST_WORDS];
	uint32_t hans[GIST_HANS];
};
/* Where an entry belongs. Numbers are + 1, 0: none. */
struct member {
	uint32_t tale;
	uint32_t next;    /* the younger one of its story; of a copy: the copy before it */
	uint32_t copies;  /* the newest of it */
	uint32_t copy_of; /* of a copy: the entry, unless that has left */
};
struct tale {
	struct id story;
	int64_t first_at;
	uint32_t live;           /* members in the ring; 0: the place is free */
	uint32_t next;           /* with the same bucket of stories, or free: place + 1 */
	uint32_t oldest, newest; /* member that is no copy, number + 1; 0: there is none */
	uint32_t voices[JOIN_VOICES];
	uint8_t voices_n;
};
struct slot {
	uint32_t link, count;
};
struct place {
	uint32_t hash, count; /* live entries whose text shows that it is one */
};
/* In hundredths of a nat: what speaks for and against one event (join_judge.c). */
struct join_weights {
	int begin;
	int own_length, like_length;    /* for each doubling of the parts beyond 16 */
	int older;                      /* after 72 h */
	int16_t says[2][GIST_KINDS];    /* of what no live one has, by kind; in two tongues */
	int16_t against[JOIN_AGAINSTS]; /* by bit of join_against */
};
extern const struct join_weights join_fitted;

struct ring {
	struct entry *entries;
	struct slot *slots;
	uint32_t *documents; /* buckets; cap of them */
	uint32_t cap;        /* power of two; 0: there is none */
};

/* Members that were found for a newcomer, likeliest first: what a second look begins with. */
#define JOIN_LOOK 12
struct join_seen {
	struct join_candidate {
		uint32_t number;
		int evidence;
	} v[JOIN_LOOK];
	size_t n;
};
/* Entries that are to be one story, or are: the first is the oldest. */
#define JOIN_POOL 33 /* texts that are looked at again, the newcomer among them */
struct join_group {
	uint32_t number[JOIN_POOL];
	unsigned n;                /* 0: it has become part of another */
	int64_t first_at, last_at; /* of its stories, of its texts */
};

struct joins {
	const struct join_weights *weights; /* join_fitted */
	struct ring ring;
	struct ring wide; /* join.c, 5 */
	uint32_t widened; /* number of the next entry that goes into it */
	uint64_t moves;
	uint32_t *hans;         /* how many live entries hold each character */
	struct member *members; /* of entry i: i % JOIN_PLACES */
	struct tale *tales;
	uint32_t *stories;  /* buckets of tales */
	uint32_t free_tale; /* place + 1 */
	uint32_t head, next, tales_n;
	struct join_moved *moved; /* JOIN_MOVED of them */
	size_t moved_n;
	struct buf packed;    /* the same: join_pack_moved() */
	uint32_t most;        /* JOIN_MAX */
	struct place *places; /* open addressing */
	uint32_t places_n, places_cap;
	struct found {
		uint32_t number, sum;
	} found[JOIN_FOUND]; /* open addressing; number + 1 */
	uint16_t filled[JOIN_FOUND / 2];
	size_t filled_n;
};

static inline struct entry *
join_entry(const struct joins *j, uint32_t number)
{
	return &j->ring.entries[number & (j->ring.cap - 1)];
}

static inline struct member *
join_member(const struct joins *j, uint32_t number)
{
	return &j->members[number & (JOIN_PLACES - 1)];
}

static inline bool
join_lives(const struct joins *j, uint32_t number)
{
	return number - j->head < j->next - j->head;
}

static inline struct slot *
join_slot(const struct joins *j, uint32_t part)
{
	return &j->ring.slots[gist_hash_of(part) & (j->ring.cap * JOIN_SLOTS - 1)];
}

/* ---- stories and their members (join_tale.c) -------------------------------------------------- */

/* A bucket among cap of them. */
static inline uint32_t
join_bucket(const struct id *id, uint32_t cap)
{
	uint32_t x;

	memcpy(&x, id->b, sizeof x);
	return x & (cap - 1);
}

/* The number of the document's entry, or JOIN_NONE. */
uint32_t join_number(const struct joins *j, const struct id *document);
/* The place of the story, or JOIN_NONE. */
uint32_t join_tale_find(const struct joins *j, const struct id *story);
uint32_t join_tale_new(struct joins *j, const struct id *story, int64_t first_at);
void join_voice_add(struct tale *t, uint32_t author);
/* An entry becomes a member: by its number among those that are no copies. */
void join_member_add(struct joins *j, uint32_t number, uint32_t tale);
/* It is one no more; a story without members is dropped. */
void join_member_remove(struct joins *j, uint32_t number);
/* The entry is a copy of that document, if that is still there. */
void join_copy_link(struct joins *j, uint32_t number, const struct id *document);

/* ---- a query ---------------------------------------------------------------------------------- */

/* The newcomer, and what is asked of it again and again. */
struct query {
	struct entry x;
	const struct join_weights *by;
	uint32_t weight[GIST_WORDS];   /* of JOIN_FULL: how rare */
	uint32_t evidence[GIST_WORDS]; /* the same by kind */
	uint32_t han_weight[GIST_HANS];
	uint8_t han_pair[GIST_HANS][2]; /* places of the pairs it stands in + 1 */
	unsigned ideas, codes;          /* parts of that kind */
	bool round_up, placed;          /* it names several events; places */
	uint8_t index[256];             /* place in parts + 1 by hash, open addressing */
	uint8_t han_index[128];
};

bool join_is_place(const struct joins *j, uint32_t part);
/* Fill q from what came. */
void join_query(const struct joins *j, const struct join_item *item, struct query *q);
/* The same of what came before. */
void join_query_again(const struct joins *j, const struct entry *x, struct query *q);
/* Its places are those that are known by now. */
void join_query_places(const struct joins *j, struct query *q);
/* The evidence that q and y are of one event: returns it, and all of out but story, first_at,
 * old_voices, others, alike. */
int join_compare(const struct joins *j, const struct query *q, const struct entry *y,
		 struct join *out);
/* Evidence to alike. */
int join_sure(int evidence);
int join_alike_by(const struct join_weights *w, const struct join *x);
/* How many doublings there are of n parts beyond 16, in 1/64; never far below. */
int join_length(unsigned n);
/* Other weights, which must live as long as j: for those who look for better ones. */
void joins_weigh(struct joins *j, const struct join_weights *w);
/* The place of the story whose members q is most alike, or JOIN_NONE; *out says why. */
uint32_t join_most_alike(struct joins *j, const struct query *q, struct join_seen *seen,
			 struct join *out);
/* Why an entry is where it is: all of *out but past. Of the first that came before it. */
void join_why(const struct joins *j, uint32_t number, struct join *out);
/* Is the story young enough for q, and denies nothing of it? */
bool join_may(const struct joins *j, const struct query *q, uint32_t tale);
/* Does q say what the story's first members deny? */
bool join_contradicts(const struct joins *j, const struct query *q, const struct tale *t);
/* The same of two groups. */
bool join_groups_contradict(const struct joins *j, const struct join_group *x,
			    const struct join_group *y);
/* The newcomer, entry number, is where it seemed to belong: look at that and at what else was seen
 * again. True: it, or others, which joined->moved says, belong elsewhere. */
bool join_look_again(struct joins *j, uint32_t number, const struct join_seen *seen);

/* From the record: what the newest, which has been loaded, moved then. */
void join_move_again(struct joins *j, struct str moved);

/* Whom the newest moved and where to, as a row has it; sizes are of one kind by 4. */
struct join_homes {
	struct join_home {
		struct id story;
		int64_t first_at;
		uint8_t voices_n;
		uint32_t voices[JOIN_VOICES];
	} v[JOIN_POOL];
	size_t n;
	struct str texts; /* id and which of v, 17 bytes each */
};
#define JOIN_MOVED_TEXT 17
void join_pack_moved(const struct joins *j, struct buf *b);
/* Takes them from the front. False when they are none of ours. */
bool join_unpack_moved(struct str *bytes, struct join_homes *h);

/* What a single member pulls: one that is not alike at all no more than a little, and one that
 * is the same text no more than a lot. */
#define JOIN_PULL_LEAST (-560)
#define JOIN_PULL_MOST  3000
static inline int
join_pull(int evidence)
{
	if (evidence < JOIN_PULL_LEAST)
		return JOIN_PULL_LEAST;
	return evidence < JOIN_PULL_MOST ? evidence : JOIN_PULL_MOST;
}

#endif
