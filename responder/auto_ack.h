/*
 * auto_ack.h - auto-acknowledgement: "we have read this, and by then somebody answers", to a complaint on a
 * channel that we own; the one text that leaves without a person's yes to it.
 *
 * Off by default. Every lock must be open, each holds alone (tests/unit/test_auto_ack.c): a watch, a
 * source and a channel of its lists; a template that somebody approved beforehand and facts fill
 * without a gap; a complaint, fresh, not ours; once per author; so many an hour; not in quiet hours;
 * nothing above W1 in the watch and no incident at L2 or more, or about safety; no safety, injury, death,
 * minors or legal topic; nobody of T2 or more or of whom that is not known (`unknown_tier`), no medium,
 * no authority, nobody to know. What a lock held is not sent later; what waits for its turn is asked
 * again when that comes, and when an incident reaches L2. RESPONSE.md section 6.
 */
#ifndef LY_RESPONDER_AUTO_ACK_H
#define LY_RESPONDER_AUTO_ACK_H

#include "core/conf.h"
#include "core/result.h"
#include "responder/people_conf.h"

struct auto_ack_conf {
	int64_t enabled;
	struct conf_texts watches, sources, templates;
	struct str channel;
	int64_t per_hour;
	struct quiet_conf quiet; /* in the site's zone */
	int64_t max_age;         /* seconds since publication */
	int64_t unknown_tier;    /* 1: also whose followers the source does not tell */
};
extern const struct conf_schema auto_ack_schema; /* CONF_BLOCK */
/* Its names: watches, sources (n of them, and whether each is ours), and a channel of `publish`. */
struct auto_ack_names {
	const struct str *watches, *sources;
	const bool *ours;
	size_t watches_n, sources_n;
	const struct conf_texts *publish;
};
void auto_ack_conf_check(struct conf_reader *r, const struct auto_ack_conf *c,
			 const struct auto_ack_names *names);

enum ack_lock {
	ACK_OPEN, /* it may go */
	ACK_OFF,
	ACK_WATCH,
	ACK_SOURCE,
	ACK_CHANNEL,
	ACK_NO_COMPLAINT,
	ACK_OURS,  /* our own text, or its echo */
	ACK_STALE, /* old, or brought in from the past */
	ACK_TOPIC,
	ACK_AUTHOR, /* T2 or more, or unknown; a medium, an authority, somebody to know; or nobody known */
	ACK_LEVEL,
	ACK_GRADE,
	ACK_QUIET,
	ACK_ONCE,
	ACK_RATE,
	ACK_TEMPLATE,
	ACK_LOCKS
};
extern const char *const ack_lock_words[]; /* "open", "off", … NULL-ended */

struct auto_ack_ask {
	const struct auto_ack_conf *conf;
	const struct conf_texts *publish;
	const struct document *document;
	const struct mention *mention;
	int64_t level,
		grade; /* highest open incident (about safety: 2 at least) and what fires, of the watch */
	bool quiet;        /* the site's clock is in the quiet hours */
	bool known;        /* this author was answered before        */
	int64_t last_hour; /* how many left within the hour          */
	bool preapproved;  /* a template in its language, approved, without gaps or faults */
	int64_t now;
};
/* The first lock that holds it, or ACK_OPEN. Pure. */
enum ack_lock auto_ack_judge(const struct auto_ack_ask *q);
/* The same without what has to be read first: level, grade, known, last_hour, preapproved. */
enum ack_lock auto_ack_glance(const struct auto_ack_ask *q);
/* Of one that waits to leave: what time, people and configuration may have locked since. Of the mention
 * only watch, of the document only source, times and flags are read. */
enum ack_lock auto_ack_again(const struct auto_ack_ask *q);

#endif
