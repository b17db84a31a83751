/*
 * result.h - what nlp says of one document: 0..n mentions. Exactly one per document.
 *
 * A mention 提及 is document x watch. Spans are byte offsets into title + "\n" + text
 * (the *joined text*), so that every figure can be pointed at. All score parts are kept
 * as 1/1000 and integer arithmetic: the same bytes on every machine.
 */
#ifndef LY_CORE_RESULT_H
#define LY_CORE_RESULT_H

#include "core/document.h"

enum label { LABEL_NEG = -1, LABEL_NEU = 0, LABEL_POS = 1 };
enum intent {
	INTENT_NONE,
	INTENT_COMPLAINT,
	INTENT_QUESTION,
	INTENT_HELP,
	INTENT_PRAISE,
	INTENT_PROMOTION,
	INTENT_NEWS,
	INTENT_COUNT
};
extern const char *const intent_words[];
enum mention_flag {
	MENTION_FIRST_HAND = 1 << 0, /* 我/我家/my … beside the topic */
	MENTION_PROMOTION = 1 << 1,  /* give-away, advert */
	MENTION_OFFICIAL = 1 << 2,   /* a listed authority with an action, about the watch */
	MENTION_OWNED = 1 << 3,      /* the brand's own text: never alarms */
	MENTION_RIVAL = 1 << 4,      /* the negative words are about a rival */
	MENTION_UNDECIDED = 1 << 5,  /* a rule hit its limit: to a person, never "no match" */
	MENTION_DENIAL = 1 << 6,     /* a rumour is being denied (辟谣) */
	MENTION_NOTABLE = 1 << 7,    /* by one of the watch's people to know */
	/* It copies, quotes or links a text that we released: set by the responder, which knows
	 * these. It never counts, it is the spread of our response. */
	MENTION_ECHO = 1 << 8,
};

/* Where something was seen: byte offset and length in the joined text. */
struct span {
	int64_t at, len;
	int64_t kind; /* enum span_kind */
};
/* The names that a score was weighed about. All else that it rests on is found again from the
 * text and the image; 1 to 4 stand in older records. */
enum span_kind { SPAN_WATCH, SPAN_RIVAL = 5 };
/* At most as many of ours, and of rivals: a mention with fewer has all that there are. */
#define SPANS_OF_NAMES 16

/* A topic found in the clause about the watch. */
struct topic_hit {
	struct str topic; /* id of lexicons/topics/topics.tsv */
	int64_t severity; /* 1..3 */
	int64_t weight;   /* 1/1000: how surely */
	int64_t negated;  /* 0/1: "没有异物": kept for the record, raises nothing */
	int64_t safety;   /* 0/1: one of safety, injury, death, minors */
	int64_t at, len;  /* span in the joined text */
};

struct mention {
	struct id id;           /* hash(document id, watch) */
	struct str watch;       /* name of the watch */
	int64_t score;          /* 1/1000, -1000..1000 */
	int64_t label;          /* enum label; a word: neg, neu, pos */
	int64_t confidence;     /* 1/1000, 0..1000 */
	int64_t subjectivity;   /* 1/1000 */
	int64_t intent;         /* enum intent */
	int64_t flags;          /* enum mention_flag */
	struct rec_list topics; /* struct topic_hit, strongest first, at most 16 */
	struct rec_list spans;  /* struct span, by offset, at most 2 * SPANS_OF_NAMES */
};

/* A rule of a watch that is not run any more: it hit its limit too often. */
struct parked_rule {
	struct str watch, rule;
};

struct result {
	/* whole when mentions.n > 0; else without title, text, author */
	struct document document;
	struct id conf;           /* hash of the configuration the scorer ran on */
	struct id image;          /* hash of the lexicon image */
	struct rec_list mentions; /* struct mention, by watch name */
	/* MinHash signature, 64 x u32 little endian; empty under 20 code points or unmatched */
	struct str copies;
	struct str
		gist; /* parts by which one event is known: u32 each (gist.h); empty unmatched */
	struct rec_list parked; /* struct parked_rule: since this document */
};
extern const struct record_type span_record;    /* a part */
extern const struct record_type topic_record;   /* a part */
extern const struct record_type mention_record; /* a part */
extern const struct record_type parked_record;  /* a part */
extern const struct record_type result_record;  /* kind 2 */

#endif
