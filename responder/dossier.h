/*
 * dossier.h - all that the record has of one incident, as it was at a time: what a case, a report and
 * what is like it are made of.
 *
 * Rows written before made_at alone are read, so whoever reads it again for the same time gets the
 * same. Of values that were erased since, nothing is there but that they were.
 */
#ifndef LY_RESPONDER_DOSSIER_H
#define LY_RESPONDER_DOSSIER_H

#include "core/json.h"
#include "responder/disclosure.h"
#include "responder/incident.h"
#include "responder/measure.h"
#include "responder/record_store.h"
#include "responder/strategy.h"

#define DOSSIER_EVIDENCE 12 /* texts of others that are shown */
#define DOSSIER_TOPICS   8

struct dossier_move {
	int64_t at, from_level, to_level;
	struct str event, actor, from, to, reason_zh, reason_en;
	int64_t evidence; /* mentions and digests that it names */
	bool fired;       /* a trigger did it */
};
/* Every row of its file; stands: the newest of its kind and key. */
struct dossier_entry {
	int64_t at;
	struct str kind, key, actor, erased;
	const struct json *value; /* NULL: erased */
	bool stands;
};
struct dossier_notice {
	int64_t level, created_at, sent_at; /* sent_at 0: not by then */
	struct str kind, recipient, channel;
};
/* What was said with a draft of ours; texts empty when it was written elsewhere. */
struct dossier_text {
	struct id draft;
	struct str template, text, author;
	int64_t version;
};
enum dossier_turn {
	DOSSIER_NO_FULL, /* there was no full response */
	DOSSIER_TOO_SOON,
	DOSSIER_TOO_FEW,
	DOSSIER_NOT,
	DOSSIER_TURNED
};
extern const char *const dossier_turn_words[]; /* "no_full", …, NULL-ended */

#define DOSSIER_ROWS 5000 /* of each kind; an incident with more is told of by these */
struct dossier {
	struct incident incident; /* state, level and times: as of made_at */
	int64_t made_at, highest;
	struct dossier_move *moves;
	struct dossier_entry *entries;
	struct dossier_notice *notices;
	size_t moves_n, entries_n, notices_n; /* at most DOSSIER_ROWS */
	/* What there is behind those, counted: deeds of the entries, acks of the moves. */
	struct {
		size_t moves, entries, notices, deeds;
		int64_t acks, sent;
	} more;
	struct assessment form;
	enum crisis_cluster cluster;
	/* Measured (measure.h); times 0: it has not come to that. */
	struct measured m;
	struct measured_tone spread,
		tones[3];  /* tones: before, until and after the full response */
	int64_t spread_to; /* spread: from the first mention until then */
	enum dossier_turn turn;
	struct id full_draft; /* of the full response; none: written elsewhere, or none */
	struct disclosure_seen told;
	struct evidence evidence[DOSSIER_EVIDENCE]; /* as they are now, each story once */
	size_t evidence_n;
	struct str topics[DOSSIER_TOPICS]; /* of these, but the incident's own; not negated */
	size_t topics_n;
};
/* Does an entry of that kind stand in the time line beside the moves? */
bool dossier_is_deed(struct str kind, bool has_value);
/* 1, 0 there is no such incident, -1. All in a. */
int dossier_read(struct store *s, struct str number, int64_t made_at, struct arena *a,
		 struct dossier *out, struct err *e) LY_MUST_USE;
/* The text of a release, or of any draft. 1, 0, -1. */
int dossier_text(struct store *s, const struct id *draft, struct arena *a,
		 struct dossier_text *out, struct err *e) LY_MUST_USE;

/* A member of an entry's value; empty when it is erased or has none. */
static inline struct str
dossier_get(const struct dossier_entry *x, const char *name)
{
	return json_text(json_get(x->value, name), (struct str){ "", 0 });
}
/* The time that a member says; 0: none. */
int64_t dossier_time(const struct dossier_entry *x, const char *name);
/* When a release was said: as its row has it, which may have been written later. */
int64_t dossier_said_at(const struct dossier_entry *x);

#endif
