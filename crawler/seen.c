/* seen.c - see seen.h. */
#include "core/base.h"

#include "crawler/seen.h"
#include "crawler/state.h"

#define DAY_S 86400

int
seen_is_stale(struct crawler *c, struct str source, struct err *e)
{
	int64_t keep_s = c->setup.spool->keep_seen_s, at;

	if (!keep_s)
		return 0;
	if (source_read_at(c->store, source, &at, e) < 0)
		return -1;
	return at + keep_s / 4 < c->now;
}

int
seen_renewed(struct crawler *c, struct str source, struct err *e)
{
	int64_t at;

	if (source_read_at(c->store, source, &at, e) < 0)
		return -1;
	if (at + DAY_S > c->now)
		return 0; /* marks are no finer */
	if (crawler_begin(c, e) < 0)
		return -1;
	return source_read_set(c->store, source, c->now, e);
}
