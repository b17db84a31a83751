/*
 * signal_store.h - rows of counting and firing: roll-ups, trigger states, firings, and what
 * is read back at the start.
 */
#ifndef LY_RESPONDER_SIGNAL_STORE_H
#define LY_RESPONDER_SIGNAL_STORE_H

#include "core/store.h"
#include "responder/baseline.h"
#include "responder/conf.h"
#include "responder/firing.h"
#include "responder/names.h"
#include "responder/record_store.h"
#include "responder/rollup.h"
#include "responder/signal.h"
#include "responder/trigger.h"

/* Add all rows of r to the tables rollup_minute, rollup_hour, rollup_day. */
int rollup_write(struct store *s, const struct rollup *r, const struct names *watches,
		 const struct names *topics, struct err *e) LY_MUST_USE;
/* What of rollup_hour is asked. signal must have a roll-up. */
struct rollup_ask {
	struct str watch, topic; /* topic: empty = all; ROLLUP_T3 */
	enum signal_kind signal;
};
/* Stands beside the topics: mentions by authors of the upper tier. */
#define ROLLUP_T3 "@T3"
/* meta: what arrived until then stands in roll-ups without tone_reach, copies and lag. */
#define ROLLUP_RATES_FROM "rates_from"
/* Fill h (its span is set): mentions of all topics, counts of the one that is asked. */
int rollup_read_hours(struct store *s, const struct rollup_ask *of, struct baseline_hours *h,
		      struct err *e) LY_MUST_USE;

/* half: "W1" … of a trigger that is judged for several grades, else "". */
int trigger_state_write(struct store *s, struct str trigger, struct str watch, struct str half,
			const struct trigger_state *st, const struct id *firing,
			struct err *e) LY_MUST_USE;
/* The calm state when there is no row. */
int trigger_state_read(struct store *s, struct str trigger, struct str watch, struct str half,
		       struct trigger_state *st, struct err *e) LY_MUST_USE;

/* 1 added, 0 it was there already (the same window has fired), -1. */
int firing_add(struct store *s, const struct firing *f, struct err *e) LY_MUST_USE;
/* Is a document of its lead, of those that it counted last, a mention of one of these watches, too?
 * 1, 0, -1. */
int firing_shares(struct store *s, const struct firing *f, const struct conf_texts *watches,
		  struct err *e) LY_MUST_USE;
/* The story that most of what it counted last tells, of f->evidence; all zero: none. */
int firing_lead(struct store *s, const struct firing *f, struct id *lead,
		struct err *e) LY_MUST_USE;
/* Texts of the story that arrived since then went to another: firings of the incident that it leads are
 * led by the one that most of what they counted tells now, if one does. How many changed, or -1. */
int firings_lead_again(struct store *s, const struct id *incident, const struct id *story,
		       int64_t since, struct err *e) LY_MUST_USE;
/* What firings of an incident heard: each watch and story once, with the newest time. Borrowed. */
struct firing_heard {
	struct id incident, story; /* story all zero: of none that leads */
	struct str watch;
	int64_t at;
};
int firings_heard(struct store *s, const struct id *incident,
		  void (*each)(void *arg, const struct firing_heard *h), void *arg,
		  struct err *e) LY_MUST_USE;
int firing_set_incident(struct store *s, const struct id *firing, const struct id *incident,
			struct err *e) LY_MUST_USE;
/* All firings of the one are the other's from now on. */
int firings_move(struct store *s, const struct id *from, const struct id *into,
		 struct err *e) LY_MUST_USE;
/* Highest observed of the incident's firings by this trigger, before the newest; -1 = none. */
int firing_peak(struct store *s, const struct id *incident, struct str trigger, int64_t *peak,
		struct err *e) LY_MUST_USE;

/* A mention with what its document tells, for rebuilding the signals. Texts are borrowed. */
struct stored_mention {
	struct id id, document, author_key, story;
	struct str watch, site, source, topics;
	int64_t arrived_at, source_class, followers, score, label, intent, flags,
		document_flags;
	int64_t published_at, as_of, confidence, severity, rank;
};
#define STORED_FIELDS                                                                      \
	"m.id, m.document, d.author_key, m.story, m.watch, d.site, d.source, m.topics,"    \
	" m.arrived_at, d.source_class, d.followers, m.score, m.label, m.intent, m.flags," \
	" d.flags, m.published_at, m.as_of, m.confidence, m.severity, d.rank FROM mention" \
	" m JOIN document d ON "
#define STORED_COLUMNS STORED_FIELDS "d.id = m.document"
/* The row q stands on, whose columns are STORED_COLUMNS. */
struct stored_mention stored_mention_of(struct stmt *q);
struct signal_marks stored_marks(const struct stored_mention *m);
int64_t stored_lag(const struct stored_mention *m);
/* What it added to the roll-ups. */
struct rollup_counts stored_counts(const struct stored_mention *m);
/* The same item that the mention was when it came. Uses a. */
struct signal_item stored_item(const struct stored_mention *m, struct names *sites,
			       struct names *topics, struct arena *a);
/* All mentions of a watch that arrived after from and until to, oldest first. */
int mentions_read(struct store *s, struct str watch, int64_t from, int64_t to,
		  void (*each)(void *arg, const struct stored_mention *m), void *arg,
		  struct err *e) LY_MUST_USE;

/* Of such a mention, when nothing is left of it but when its story was told: enough for what has left
 * every window of the watch (series_longest). */
struct stored_telling {
	struct id story;
	int64_t arrived_at, flags, document_flags;
};
bool telling_is_kept(const struct stored_telling *t);
int tellings_read(struct store *s, struct str watch, int64_t from, int64_t to,
		  void (*each)(void *arg, const struct stored_telling *t), void *arg,
		  struct err *e) LY_MUST_USE;
/* When the newest of them arrived that belongs into a series; from when none does. */
int telling_newest(struct store *s, struct str watch, int64_t from, int64_t *at,
		   struct err *e) LY_MUST_USE;

/* ---- numbers from outside: signal_sample ------------------------------------------------------- */

struct sample {
	struct str signal, source;
	int64_t at, value_micro, arrived_at;
};
/* 1 kept, 0 there is one of this signal and time: the first stays. */
int sample_add(struct store *s, const struct sample *x, struct err *e) LY_MUST_USE;
/* The newest sample of each signal, by name; *count: how many it has. */
int samples_newest(struct store *s,
		   void (*each)(void *arg, const struct sample *x, int64_t count), void *arg,
		   struct err *e) LY_MUST_USE;
struct sample_span {
	struct str signal;
	int64_t from, until, limit;
};
/* Samples of a signal, from <= at < until, newest first, at most limit. */
int samples_read(struct store *s, const struct sample_span *of,
		 void (*each)(void *arg, const struct sample *x, int64_t count), void *arg,
		 struct err *e) LY_MUST_USE;
/* Drop samples older than before; at most 1,000 at a time. Number dropped or -1. */
int samples_forget(struct store *s, int64_t before, struct err *e) LY_MUST_USE;

#endif
