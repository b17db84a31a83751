/*
 * signal.h - signal 指标: what a watch's mentions add up to over sliding windows, in memory.
 *
 * One series per watch holds its mentions of the last days in order of arrival; each trigger
 * has a window into it whose counts and different authors are kept up as mentions come and
 * go, so judging a mention costs no query and no scan. Rebuilt from the record at the start.
 *
 * Old items (older than max_age on arrival) are counted by windows that ask for old news alone.
 */
#ifndef LY_RESPONDER_SIGNAL_H
#define LY_RESPONDER_SIGNAL_H

#include "core/arena.h"
#include "responder/conf.h"
#include "responder/names.h"
#include "responder/rollup.h"
#include "responder/trigger.h"

enum signal_bit {
	SIGNAL_BIT_NEGATIVE = 1 << 0,
	SIGNAL_BIT_COMPLAINT = 1 << 1,
	SIGNAL_BIT_POSITIVE = 1 << 2,
	SIGNAL_BIT_VOICE = 1 << 3, /* may be read for words: no promotion, rival, denial  */
	SIGNAL_BIT_FIRST_HAND = 1 << 4,
	SIGNAL_BIT_OFFICIAL = 1 << 5, /* an authority with an action, about the watch     */
	SIGNAL_BIT_NOTABLE = 1 << 6,  /* by one of the watch's people to know             */
	SIGNAL_BIT_OLD = 1 << 7,      /* older than max_age on arrival                    */
	SIGNAL_BIT_COPY = 1 << 8,     /* near duplicate of an earlier text: signal_copy() */
};
#define SIGNAL_CRISIS_SEVERITY 2  /* of a topic: from here on it is one of crises */
#define SIGNAL_TOPICS_MAX      63 /* topics that have a bit of their own     */
#define SIGNAL_ANY_SAFETY      ((uint64_t)1 << 63) /* some safety topic, not negated         */

/* A mention, as far as triggers read it. */
struct signal_item {
	int64_t at; /* arrived */
	struct id mention, story;
	uint64_t author;       /* hash; of the site when the author is unknown */
	uint32_t site, source; /* names.h */
	uint64_t topics;       /* bits, negated ones left out */
	int64_t reach;         /* followers, 0 = unknown */
	int32_t lag_s;         /* from publication to arrival; -1 = unknown */
	int16_t score;         /* 1/1000 */
	uint16_t bits;
	uint8_t source_class;
	int8_t tier;        /* 0..3, -1 = unknown                       */
	uint8_t severity;   /* of its strongest topic, 0 = none         */
	int16_t confidence; /* 1/1000                                   */
	int16_t rank;       /* best place on a hot list; 0 = on no list */
};

/* What decides how a mention counts: of the wire or of stored rows alike. */
struct signal_marks {
	int64_t label, intent, flags; /* of the mention: core/result.h */
	int64_t document_flags, source_class;
};
/* enum signal_bit of a mention. The rule, in one place: it is negative or a complaint unless it
 * is promotion, our own or about a rival; it is a voice unless it also denies a rumour. */
unsigned signal_bits(const struct signal_marks *m);
/* SIGNAL_BIT_COPY when what it says was said before: copies (story_add) began with another. */
unsigned signal_copy(const struct id *copies, const struct id *document);
/* Seconds from publication to arrival; -1: not known, or imported history. */
int64_t signal_lag(int64_t published_at, int64_t arrived_at, int64_t document_flags);
/* What one mention adds to a roll-up. bits: with SIGNAL_BIT_COPY. */
struct rollup_counts signal_counts(unsigned bits, int64_t score, int64_t reach, int64_t lag_s);
/* Does it count at all? Old items, our own voice and its echo do not; history fills roll-ups
 * only. */
bool signal_counts_rollup(const struct signal_marks *m);
bool signal_counts_window(const struct signal_marks *m);
/* Does it belong into a series? Old items do: some windows ask for them alone. */
bool signal_is_kept(const struct signal_marks *m);

/* The bits of a topic for signal_item.topics; topics: the names that have bits, in order. */
uint64_t signal_topic_bits(struct names *topics, struct str topic, bool safety);
/* The hash that stands for who said it; of the site when the author is unknown. */
uint64_t signal_author(const struct id *author_key, struct str site);

struct series;
/* Keeps items for keep_s seconds before the newest advance. */
struct series *series_new(int64_t keep_s);
void series_free(struct series *s);
/* A window of window_s seconds over what signal counts; topics: bits for a words trigger,
 * else 0. Its number, from 0. Before the first item. */
size_t series_window(struct series *s, int64_t window_s, enum signal_kind signal,
		     uint64_t topics);
/* The window that a trigger reads; topics: bits of its topics, for words. The series keeps what
 * it looks at: the window, and twice as long as a story is fresh. */
size_t series_window_for(struct series *s, const struct trigger_conf *t, uint64_t topics);
/* Seconds that it keeps items for: keep_s, or longer when a window looks further back. */
int64_t series_keep(const struct series *s);
/* Seconds that its longest window looks back: of what is older than that before series_now() only
 * the story counts, and when it was told. */
int64_t series_longest(const struct series *s);
/* Would the window count it? */
bool series_counts(const struct series *s, size_t window, const struct signal_item *item);
/* Items should come in order of arrival; a late one is put in its place. */
void series_add(struct series *s, const struct signal_item *item);
/* The author's key was replaced (record_erase): count on under the new one. */
void series_rename_author(struct series *s, uint64_t from, uint64_t to);
/* Time goes on: what is no longer after now - window leaves. Going back is ignored. */
void series_advance(struct series *s, int64_t now);
int64_t series_now(const struct series *s);
/* What the window holds: observed, authors, and for words the other three. */
void series_view(struct series *s, size_t window, struct trigger_view *v);
/* The items counted in the window, newest first, in a. Of a trigger on stories: those of the
 * story that the last view saw lead. */
const struct signal_item **series_counted(const struct series *s, size_t window,
					  struct arena *a, size_t *n);

#endif
