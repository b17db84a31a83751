/* verify_digest.c - the figures of each digest again, from the mentions of the same commits. */
#include "core/base.h"

#include "core/str.h"
#include "responder/digest_compose.h"
#include "responder/verify_parts.h"

static int
check_digest(void *arg, const struct digest_row *row)
{
	struct verify *v = arg;
	struct arena *a = arena_new();
	const char *says;
	int same = 1;

	/* Nothing of its day is left: expired. (A record without mentions has lost none.) */
	if (v->oldest < row->day + 86400 || v->oldest == INT64_MAX)
		same = digest_verify(v->s, v->zone, row, a, &says, v->e);
	else
		v->sum->expired++;
	if (!same)
		verify_differs(v, "digest %.*s of day %lld: %s", STR_ARG(row->name),
			       (long long)row->day, says);
	v->sum->digests++;
	arena_free(a);
	return same < 0 ? -1 : 0;
}

int
verify_all_digests(struct verify *v)
{
	return digests_read(v->s, check_digest, v, v->e) < 0 ? -1 : 0;
}
