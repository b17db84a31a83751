/* keep.c - see keep.h. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"
#include "responder/incident.h"
#include "responder/keep.h"
#include "responder/state.h"

#define SEVERITY    2
#define TIER        2
#define EVERY_S     600
#define HURRY_LEVEL 2
#define OF_ONE      200  /* documents of one incident */
#define OF_ALL      1000 /* of all, each time         */

static bool
topic_counts(const struct mention *m)
{
	const struct topic_hit *t = m->topics.v;

	for (size_t i = 0; i < m->topics.n; i++)
		if (!t[i].negated && t[i].severity >= SEVERITY)
			return true;
	return false;
}

int64_t
keep_flags(const struct result *res)
{
	const struct mention *m = res->mentions.v;
	int64_t keep = 0;

	if (res->document.flags & (DOCUMENT_OWNED | DOCUMENT_HISTORY))
		return 0;
	for (size_t i = 0; i < res->mentions.n; i++) {
		if (m[i].flags & MENTION_OWNED)
			continue;
		keep |= topic_counts(&m[i]) ? KEEP_TOPIC : 0;
		keep |= document_tier(&res->document) >= TIER ? KEEP_TIER : 0;
	}
	return keep;
}

static bool
any_open(const struct responder *r)
{
	for (size_t i = 0; i < incidents_count(r->incidents); i++)
		if (incident_is_open(incidents_at(r->incidents, i)))
			return true;
	return false;
}

int64_t
keep_due(const struct responder *r)
{
	return any_open(r) ? r->keep_at : INT64_MAX;
}

/* How many documents it asked for, at most OF_ONE and most. */
static int
incident_tell(struct responder *r, const struct incident *x, int most, struct out *out)
{
	int64_t keep = KEEP_INCIDENT | (x->level >= HURRY_LEVEL ? KEEP_HURRY : 0);
	struct kept v[OF_ONE];
	struct err e = { 0 };
	int n = keep_of_incident(r->store, &x->id, v, most < OF_ONE ? most : OF_ONE, &e);

	if (n < 0) /* asked again in ten minutes */
		log_event(LOG_WARN, "evidence_not_asked", "incident=%.*s why=%s",
			  STR_ARG(x->number), e.text);
	for (int k = 0; k < n; k++)
		out_receipt_keep(out, v[k].spool, v[k].seq, keep);
	return n < 0 ? 0 : n;
}

void
keep_tell(struct responder *r, int64_t now, struct out *out)
{
	bool all = now >= r->keep_at && any_open(r);
	int left = OF_ALL;

	if (!all && !r->keep_some)
		return;
	if (all)
		r->keep_at = now + EVERY_S;
	r->keep_some = false;
	for (size_t i = incidents_count(r->incidents); i-- > 0 && left > 0;) {
		struct incident *x = incidents_at(r->incidents, i);

		if (incident_is_open(x) && (all || x->asks))
			left -= incident_tell(r, x, left, out);
		x->asks = false;
	}
}
