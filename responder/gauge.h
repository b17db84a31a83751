/*
 * gauge.h - numbers from outside that may fire: what the key `signals` says of them. Pure, but for
 * gauge_read (gauge_store.c).
 *
 * A signal may have several conditions, each armed for itself like a trigger:
 *
 *   drop      down by that share against the mean of the same hours of the same weekday in the
 *             last 4 weeks, by three deviations, twice in a row; hours of campaigns are left out
 *   above,    the newest sample over or under a number, for `for`
 *   below
 *   interval  two intervals went by without a sample - only while something else is heard: when
 *             nothing comes at all it is us who are blind
 *
 * With `of` a signal is a share of two counts (orders of visits), and its deviation that of a
 * share; without it that of four weeks, which is little to go by: at most W1.
 */
#ifndef LY_RESPONDER_GAUGE_H
#define LY_RESPONDER_GAUGE_H

#include "core/buf.h"
#include "core/conf.h"
#include "core/store.h"
#include "responder/route.h"
#include "responder/trigger.h"

enum gauge_kind { GAUGE_DROP, GAUGE_ABOVE, GAUGE_BELOW, GAUGE_SILENT, GAUGE_KINDS };
#define GAUGE_PREFIX "signal:"          /* of the trigger that a firing names */
extern const char *const gauge_words[]; /* "drop", "above", "below", "silent", NULL-ended */

struct signal_conf {
	struct str name;        /* of the samples                                        */
	struct str watch;       /* whose incident it joins                               */
	struct str of;          /* the signal that it is a part of; empty = a bare value */
	int64_t class;          /* enum signal_class                                     */
	int64_t window;         /* seconds: drop                                         */
	int64_t drop;           /* 1/1000; 0 = not asked                                 */
	int64_t above, below;   /* 1/1000 of the value; 0 = not asked              */
	int64_t hold, interval; /* seconds; interval 0 = not asked                 */
	int64_t grade;          /* 0 = by its class                                */
};
extern const struct conf_schema signal_schema; /* CONF_TABLE, name_at set */
/* Relations between them, and to the watches. */
void signals_conf_check(struct conf_reader *r, struct conf_list *signals,
			const struct str *watches, size_t n);
bool gauge_asks(const struct signal_conf *c, enum gauge_kind kind);
int64_t gauge_grade(const struct signal_conf *c, enum gauge_kind kind);

/* Sums over a window: of the signal, and of what it is a part of; how many samples it had. */
struct gauge_sum {
	int64_t value_micro, of_micro, n;
	bool left_out; /* a campaign touches it */
};
#define GAUGE_WEEKS 4
struct gauge_view {
	struct gauge_sum now, earlier, weeks[GAUGE_WEEKS]; /* earlier: the window before */
	int64_t newest_micro, newest_at;                   /* 0: there is none      */
	int64_t heard_at; /* when anything else came last; 0 = never */
};
struct gauge_found {
	bool over;
	/* 1/1000 of the value, of a share 1/1,000,000; silent: seconds. usual -1 = not asked */
	int64_t observed, threshold, usual;
};
struct gauge_found gauge_look(const struct signal_conf *c, enum gauge_kind kind,
			      const struct gauge_view *v, int64_t now);
/* What is read for kind, as it was known at now. */
int gauge_read(struct store *s, const struct signal_conf *c, const struct watch_conf *w,
	       int64_t now, struct gauge_view *v, struct err *e) LY_MUST_USE;

/* "conversion 2.91% an hour, usually 3.40% on this weekday; would have stayed silent above …" */
void gauge_reason(const struct signal_conf *c, enum gauge_kind kind, const struct gauge_view *v,
		  const struct gauge_found *f, bool zh, struct buf *b);

#endif
