#include "core/base.h"

#include "core/str.h"
#include "responder/silence.h"

const char *const silence_state_words[] = { "pending", "active", "expired" };

enum silence_state
silence_state(int64_t from_at, int64_t until_at, int64_t now)
{
	if (now < from_at && from_at < until_at)
		return SILENCE_PENDING;
	return now < until_at ? SILENCE_ACTIVE : SILENCE_EXPIRED;
}

bool
silence_end(struct silence *s, int64_t now)
{
	if (silence_state(s->from_at, s->until_at, now) == SILENCE_EXPIRED)
		return false;
	if (s->from_at > now)
		s->from_at = now;
	s->until_at = now;
	return true;
}

const struct silence *
silences_find(const struct silences *all, const struct tags *l, bool safety, int64_t now)
{
	const struct silence *best = NULL;
	bool most = str_is(l->v[TAG_LEVEL], "3");

	for (size_t i = 0; i < all->n && !safety; i++) {
		const struct silence *s = &all->v[i];

		if (silence_state(s->from_at, s->until_at, now) != SILENCE_ACTIVE ||
		    (most && !matchers_name(&s->matchers, TAG_LEVEL)) ||
		    matchers_fit(&s->matchers, l) != FIT_YES)
			continue;
		if (!best || s->until_at > best->until_at)
			best = s;
	}
	return best;
}

struct silence
silence_of_conf(const struct silence_conf *c, size_t i, struct arena *a)
{
	return (struct silence){ str_of(arena_textf(a, "conf %zu", i + 1)),
				 c->matchers,
				 c->from,
				 c->until,
				 c->who,
				 c->why };
}
