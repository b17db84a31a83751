/* subscription.c - see subscription.h. */
#include "core/base.h"

#include "core/hash.h"

#include "crawler/schedule.h"
#include "crawler/subscription.h"

#define RETRY_S     60
#define RETRY_MIN_S 2   /* near the end of a short lease          */
#define SENDING_S   120 /* longer than a request may take         */
#define VERIFY_S    600 /* for the hub to ask back                */
#define DENIED_S    (7 * 86400LL)
#define LEAVE_TRIES 5

const char *const sub_state_words[] = {
	[SUB_WANTED] = "wanted", [SUB_ASKED] = "asked",     [SUB_LIVE] = "live",
	[SUB_DENIED] = "denied", [SUB_LEAVING] = "leaving", [SUB_STATE_COUNT] = NULL,
};

bool
subscription_live(const struct subscription *s, int64_t now)
{
	return s->state == SUB_LIVE && now < s->expires_at;
}

static int64_t
clamp(int64_t v, int64_t min, int64_t max)
{
	return v < min ? min : v > max ? max : v;
}

/* While nothing is lost by waiting: doubling up to a day. */
static int64_t
later(const struct subscription *s, int64_t now)
{
	return schedule_after(now, RETRY_S, s->failures, id_str(&s->key));
}

/* Several tries before the lease ends. */
static int64_t
sooner(const struct subscription *s, int64_t now)
{
	int64_t wait = later(s, now) - now, left = (s->expires_at - now) / 4;

	return now + clamp(wait, RETRY_MIN_S, left < RETRY_MIN_S ? RETRY_MIN_S : left);
}

static enum sub_act
due(struct subscription *s, int64_t now)
{
	switch ((enum sub_state)s->state) {
	case SUB_ASKED: /* nobody asked back */
		s->failures++;
		s->state = SUB_WANTED;
		s->next_at = later(s, now);
		return SUB_NOTHING;
	case SUB_LIVE:
		if (now < s->expires_at) {
			s->next_at = sooner(s, now);
			s->failures++; /* until it is verified again */
			return SUB_SUBSCRIBE;
		}
		s->state = SUB_WANTED;
		s->failures = 0;
		break;
	case SUB_LEAVING:
		if (s->failures++ >= LEAVE_TRIES)
			return SUB_FORGET;
		s->next_at = later(s, now);
		return SUB_UNSUBSCRIBE;
	default:
		s->state = SUB_WANTED;
	}
	s->next_at = now + SENDING_S;
	return SUB_SUBSCRIBE;
}

/* A fifth of the lease is left for tries; up to a tenth more, so that those that began together
 * do not end together. */
static void
verified(struct subscription *s, int64_t lease_s, int64_t now)
{
	int64_t lease = clamp(lease_s, SUBSCRIPTION_LEASE_MIN, SUBSCRIPTION_LEASE_MAX);
	int64_t jitter = (int64_t)(hash_fast(id_str(&s->key), (uint64_t)now) %
				   (uint64_t)(lease / 10 + 1));

	s->state = SUB_LIVE;
	s->failures = 0;
	s->expires_at = now + lease;
	s->next_at = now + lease - lease / 5 - jitter;
}

enum sub_act
subscription_move(struct subscription *s, enum sub_event ev, int64_t lease_s, int64_t now)
{
	bool leaving = s->state == SUB_LEAVING;

	switch (ev) {
	case SUB_DUE:
		return due(s, now);
	case SUB_SENT:
		if (s->state != SUB_WANTED)
			break; /* the hub may have asked back before it answered */
		s->state = SUB_ASKED;
		s->next_at = now + VERIFY_S;
		break;
	case SUB_FAILED:
		if (s->state == SUB_WANTED) {
			s->failures++;
			s->next_at = later(s, now);
		}
		break; /* LIVE and LEAVING know when they try again */
	case SUB_VERIFIED:
		if (leaving)
			return SUB_FORGET;
		verified(s, lease_s, now);
		break;
	case SUB_REFUSED:
		if (leaving)
			return SUB_FORGET;
		s->state = SUB_DENIED;
		s->next_at = now + DENIED_S;
		break;
	case SUB_DROPPED:
		if (s->state == SUB_WANTED || s->state == SUB_DENIED)
			return SUB_FORGET;
		if (leaving)
			break;
		s->state = SUB_LEAVING;
		s->failures = 0;
		s->next_at = now;
		break;
	}
	return SUB_NOTHING;
}
