/* jump.c - see jump.h. */
#include "core/base.h"

#include <string.h>

#include "responder/jump.h"

/* What the clock went on by, beyond the time that passed. */
static int64_t
drift(const struct jumps *j, int64_t newest, int64_t now, int64_t passed_s)
{
	if (j->known && passed_s >= 0)
		return now - passed_s - j->ahead_s;
	return now < newest ? now - newest : 0;
}

bool
jumps_seen(const struct jumps *j, int64_t newest, int64_t now, int64_t passed_s)
{
	int64_t by_s = drift(j, newest, now, passed_s);

	return now < newest || by_s > JUMP_SLACK_S || by_s < -JUMP_SLACK_S;
}

static void
forward(struct jumps *j, int64_t at, int64_t by_s)
{
	if (j->n == JUMPS_MAX) {
		j->v[0].by_s += j->v[1].by_s;
		j->n--;
		memmove(&j->v[1], &j->v[2], (j->n - 1) * sizeof *j->v);
	}
	j->v[j->n++] = (struct jump_ahead){ at, by_s };
}

/* The newest first: what began before the oldest was ahead by all of them. */
static void
take_back(struct jumps *j, int64_t by_s)
{
	while (by_s > 0 && j->n) {
		struct jump_ahead *x = &j->v[j->n - 1];
		int64_t part = by_s < x->by_s ? by_s : x->by_s;

		x->by_s -= part;
		by_s -= part;
		j->n -= !x->by_s;
	}
}

bool
jumps_take(struct jumps *j, int64_t newest, int64_t now, int64_t passed_s,
	   struct set_back *back)
{
	bool jumped = jumps_seen(j, newest, now, passed_s);
	int64_t by_s = drift(j, newest, now, passed_s);

	if (passed_s >= 0 && (jumped || !j->known)) {
		j->ahead_s = now - passed_s;
		j->known = true;
	}
	if (!jumped)
		return false;
	if (by_s > JUMP_SLACK_S && now >= newest) {
		forward(j, now, by_s);
		return false;
	}
	*back = (struct set_back){ by_s < 0 ? -by_s : 0, now, *j };
	take_back(j, back->by_s);
	return true;
}

size_t
set_back_spans(const struct set_back *back, struct set_back_span v[SPANS_MAX])
{
	size_t n = back->before.n;

	for (size_t k = 0; k < n;
	     k++) { /* a clock that went back further: not in their order */
		int64_t until = back->before.v[k].at - 1;
		size_t at = k;

		for (; at && v[at - 1].until > until; at--)
			v[at].until = v[at - 1].until;
		v[at].until = until;
	}
	v[n].until = INT64_MAX;
	for (size_t k = 0; k <= n; k++) {
		v[k].after = k ? v[k - 1].until : INT64_MIN;
		v[k].by_s = set_back_since(back, v[k].until);
	}
	return n + 1;
}

int64_t
set_back_since(const struct set_back *back, int64_t at)
{
	int64_t by_s = back->by_s;

	for (size_t k = 0; k < back->before.n; k++)
		if (back->before.v[k].at > at)
			by_s -= back->before.v[k].by_s;
	return by_s > 0 ? by_s : 0;
}
