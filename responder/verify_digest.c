/* verify_digest.c - the figures of each digest again, from the mentions of the same commits; and what
 * digests count. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/count_fill.h"
#include "responder/digest_again.h"
#include "responder/digest_compose.h"
#include "responder/unquote_store.h"
#include "responder/verify_parts.h"

/* Its stories are told, or told as erased. */
static int
check_quotes(struct verify *v, const struct digest_row *row, struct arena *a)
{
	struct err bad;
	const struct json *list = json_get(json_parse(a, row->facts, &bad), "stories");
	int erased = 0;

	for (size_t i = 0; erased >= 0 && i < json_count(list); i++) {
		struct str hex = json_text(json_get(json_at(list, i), "mention"), STR(""));
		struct id id;

		erased = id_from_hex(hex, &id) < 0 ? 0 : mention_is_erased(v->s, &id, v->e);
		if (erased > 0 && digest_quotes(row->text, &id))
			verify_differs(v,
				       "digest %.*s still quotes mention %.*s, which is erased",
				       STR_ARG(row->name), STR_ARG(hex));
	}
	return erased < 0 ? -1 : 0;
}

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
	if (same >= 0 && check_quotes(v, row, a) < 0)
		same = -1;
	v->sum->digests++;
	arena_free(a);
	return same < 0 ? -1 : 0;
}

/* What digests count is what the mentions say. */
static int
check_block(void *arg, const struct count_row *r)
{
	struct verify *v = arg;
	int right = count_right(v->s, r, v->e);

	if (!right)
		verify_differs(v, "count_block %.*s up to %lld is not what its rows say",
			       STR_ARG(r->watch), (long long)r->to_at);
	return right < 0 ? -1 : 0;
}

int
verify_all_digests(struct verify *v)
{
	if (count_read_all(v->s, check_block, v, v->e) < 0)
		return -1;
	return digests_read(v->s, check_digest, v, v->e) < 0 ? -1 : 0;
}
