/*
 * ical.h - iCalendar (RFC 5545) out: a calendar of events with times in UTC.
 *
 * Lines end in CRLF and are folded at 75 bytes, never inside a character (3.1); backslash,
 * semicolon, comma and line feed in texts are escaped, other control bytes left out (3.3.11).
 */
#ifndef LY_RESPONDER_ICAL_H
#define LY_RESPONDER_ICAL_H

#include "core/buf.h"
#include "core/clock.h"

struct ical_event {
	struct str
		uid; /* the same event, the same uid, for ever; only ASCII letters, digits, . - @ */
	int64_t made_at, from, to;       /* UTC seconds; from < to */
	struct str summary, description; /* UTF-8; description may be empty */
};
/* name: as calendar programs show it. zone: what they may show times in. */
void ical_begin(struct buf *b, struct str name, const struct zone *zone);
void ical_add(struct buf *b, const struct ical_event *v);
void ical_end(struct buf *b);

#endif
