/*
 * conf.h - what the configuration says to the responder, and what all its parts stand on.
 *
 * The structs are filled by core/conf through the schemas named here; cli/settings.c lists
 * them. Everything lives as long as the struct conf it came from.
 */
#ifndef LY_RESPONDER_CONF_H
#define LY_RESPONDER_CONF_H

#include "core/clock.h"
#include "core/conf.h"
#include "core/store.h"
#include "core/watch_conf.h"

/* The key `site`, as far as the responder reads it. */
struct site_view {
	struct str name;       /* "山脆"                                        */
	struct str zone;       /* IANA name: numbering years, days, digests     */
	struct str lang;       /* "zh" or "en": the first language of texts     */
	struct str data;       /* data directory, absolute                      */
	struct str public_url; /* without a trailing slash; empty = none        */
	struct str sop;        /* folder of SOP pages; empty = none (library.h)   */
	struct str region;     /* where it may keep what it says: "cn"; empty: by its zone */
	/* Platforms that matter (coverage.platforms) without a source, and those that are heard
	 * only when somebody carries a file in. */
	struct conf_texts uncovered, exports;
};

enum trigger_kind {
	TRIGGER_ABOVE,    /* a signal over a number                                   */
	TRIGGER_SPIKE,    /* over a multiple of the usual                             */
	TRIGGER_WORDS,    /* what people report of safety                             */
	TRIGGER_BELOW,    /* a signal under a number                                  */
	TRIGGER_DROP,     /* a share under the usual, and not by chance               */
	TRIGGER_ABSENT,   /* nothing came, though something usually does              */
	TRIGGER_SHARE,    /* the negative part of all, more than chance gives         */
	TRIGGER_AUTHOR,   /* one with many followers, or one to know, is negative     */
	TRIGGER_HOTLIST,  /* the watch stands on a hot list                           */
	TRIGGER_OFFICIAL, /* an authority names it with an action                     */
	TRIGGER_STORY,    /* one young negative story in several classes of source    */
	TRIGGER_OLD_NEWS, /* an old negative story is told again                      */
	TRIGGER_KINDS
};
/* Who an author trigger hears: from that tier on, or the watch's people to know. */
enum trigger_who { TRIGGER_WHO_T1 = 1, TRIGGER_WHO_T2, TRIGGER_WHO_T3, TRIGGER_WHO_NOTABLE };
enum signal_kind {
	SIGNAL_MENTIONS,
	SIGNAL_NEGATIVE,
	SIGNAL_COMPLAINTS,
	SIGNAL_AUTHORS,
	SIGNAL_NEGATIVE_AUTHORS,
	SIGNAL_SITES,
	SIGNAL_CLASSES,
	SIGNAL_REACH,
	SIGNAL_NET, /* from here on a quotient: rate.h */
	SIGNAL_NET_REACH,
	SIGNAL_ORIGINALITY,
	SIGNAL_LAG,
	SIGNAL_COUNT
};
extern const char *const signal_words[];  /* "mentions" …, NULL-ended */
extern const char *const trigger_words[]; /* "above", "spike", "words" …, NULL-ended */

/* Other figures by night; 0 = as by day. */
struct trigger_night {
	int64_t from, until; /* seconds after midnight in the site's zone; equal = no night */
	int64_t above, factor, min_authors, min_count;
};
/* One entry of `triggers`. Fields that its kind does not read must have their default. */
struct trigger_conf {
	struct str name;
	int64_t kind;   /* enum trigger_kind                                         */
	int64_t signal; /* enum signal_kind: above, below, spike, drop, absent       */
	int64_t window; /* seconds                                                   */
	int64_t above;  /* above: fires when the signal is greater than this         */
	int64_t times_median; /* above: and at least so many times (1/1000) the usual; 0 = not asked */
	int64_t factor;      /* spike: so many times (1/1000) the usual                   */
	int64_t min_authors; /* distinct authors (of negative mentions for that signal) */
	int64_t min_count;   /* and at least so many                                 */
	int64_t hold;        /* `for`: seconds the condition must last               */
	int64_t clear_below; /* 1/1000 of the threshold: armed again below it        */
	int64_t grade;       /* 1..3 = W1..W3                                        */
	struct conf_texts watches; /* empty = all                                    */
	struct conf_texts topics;  /* words: which; empty = the safety topics        */
	int64_t first_hand;        /* words: so many first-hand reports -> W2              */
	int64_t sources;           /* words: so many sites -> W3                           */
	int64_t authors; /* words: so many authors on one site -> W3, first-hand count double */
	int64_t below;   /* below: fires when the signal is smaller than this        */
	int64_t drop;    /* drop: down by this share (1/1000) of the usual           */
	int64_t chance;  /* share, author: a chance of so many in a million is none  */
	int64_t classes; /* story: so many source classes                            */
	int64_t fresh;   /* story: younger than this, seconds                        */
	int64_t who;     /* author: enum trigger_who                                 */
	int64_t confidence; /* author: at least so sure that it is negative, 1/1000     */
	int64_t severity;   /* author: a topic of this severity fires without a baseline  */
	int64_t place;      /* hotlist: W2 for a negative tone at this place or above  */
	int64_t top;        /* hotlist: W3 at this place or above                      */
	int64_t shadow;     /* 1: what fires is kept and told to nobody                */
	struct str level_text, by_text;
	int64_t level; /* above, below of a quotient: in the signal's unit (rate.h)    */
	int64_t by;    /* spike, drop of a quotient: so far from the usual, in its unit */
	struct trigger_night night;
};
extern const struct conf_schema trigger_schema; /* CONF_TABLE, name_at set */
/* Relations to what other tables name: watches. */
void trigger_conf_check(struct conf_reader *r, const struct conf_list *triggers,
			const struct str *watches, size_t n);
/* What applies to a watch of this size (enum watch_size) when `triggers` is absent. */
const struct trigger_conf *trigger_defaults(int64_t size, size_t *n);

/* Something that a reader of the walk may want to see as it happens: `replay`, `run`'s
 * terminal, tests. Texts are borrowed for the call. */
struct told {
	int64_t at;
	const char *type; /* "firing", "move", "notice", "digest" */
	struct id id;
	struct str watch, incident; /* incident: its number, or empty */
	int64_t level, grade;       /* 0 = none */
	struct str reason;
};
struct told_sink {
	void (*put)(void *arg, const struct told *t); /* NULL = nobody looks */
	void *arg;
};
static inline void
told_put(const struct told_sink *k, const struct told *t)
{
	if (k->put)
		k->put(k->arg, t);
}

enum send_mode {
	SEND_REAL,  /* notices leave through their channels                               */
	SEND_SINK,  /* replay, tests: what may leave succeeds at once, and nothing does   */
	SEND_LATER, /* a command without a running responder: they wait for the next one  */
};
struct signal_conf;
/* What every part of the responder is given by the stage. Outlives the parts. */
struct responder_env {
	struct store *store; /* the record; all writes happen in the stage's open transaction */
	const struct site_view *site;
	const struct zone *zone;          /* of site.zone */
	const struct watch_conf *watches; /* core/watch_conf.h */
	size_t watches_n;
	int64_t (*passed_s)(void); /* real time (jump.h); NULL: not known */
	enum clock_mode clock;     /* CLOCK_STEPPED: the same input must give the same bytes */
	enum send_mode send;
	struct told_sink told;
	const struct signal_conf *signals; /* gauge.h */
	size_t signals_n;
	const struct conf_texts *publish; /* channels that publish for us; NULL: all may */
};
/* The watch's title, or its name when it has none or is no longer configured. */
struct str watch_title(const struct responder_env *env, struct str watch);
/* NULL when there is no such watch. */
const struct watch_conf *watch_find(const struct responder_env *env, struct str name);

#endif
