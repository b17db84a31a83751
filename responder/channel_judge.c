/*
 * channel_judge.c - what an answer means: taken, later, this text never, or nothing through here
 * until somebody changes the settings. A table of codes per kind over one rule for HTTP.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"
#include "responder/channel.h"
#include "responder/retry.h"

static void
say(struct channel_said *s, enum channel_fault fault, int64_t wait_s, const char *why)
{
	s->fault = fault;
	if (wait_s > s->wait_s)
		s->wait_s = wait_s;
	snprintf(s->why, sizeof s->why, "%s", why);
}

/* A status that is no yes: of whom does it speak? */
static enum channel_fault
fault_of_status(int status)
{
	static const int key[] = { 401, 402, 403, 404, 405, 407, 410 };

	if (status >= 500 || status == 408 || status == 425 || status == 429)
		return FAULT_WORLD;
	for (size_t i = 0; i < LY_COUNT(key); i++)
		if (status == key[i])
			return FAULT_KEY;
	return FAULT_BODY;
}

static void
judge_http(const struct channel_answer *a, struct channel_said *s)
{
	enum retry_said said = retry_judge(RETRY_HTTP, a->end, a->status);
	char why[160];

	if (said == RETRY_DONE)
		return;
	s->wait_s = retry_asked_s(a->retry_after, a->wall_at);
	if (a->end != HTTP_OK) {
		say(s, said == RETRY_LATER ? FAULT_WORLD : FAULT_KEY, 0,
		    a->detail && a->detail[0] ? a->detail : http_end_words[a->end]);
		return;
	}
	snprintf(why, sizeof why, "it answered %d", a->status);
	say(s, fault_of_status(a->status), 0, why);
}

/* RFC 5321, RFC 4954: 53x is about who we are, the other 5yz about this mail. */
static void
judge_mail(const struct channel_answer *a, struct channel_said *s)
{
	enum retry_said said = retry_judge(RETRY_SMTP, a->end, a->status);
	bool key = (a->status >= 530 && a->status < 540) || a->end != HTTP_REFUSED_MAIL;

	if (said == RETRY_DONE)
		return;
	say(s,
	    said == RETRY_LATER ? FAULT_WORLD
	    : key               ? FAULT_KEY
				: FAULT_BODY,
	    0, a->detail && a->detail[0] ? a->detail : http_end_words[a->end]);
}

void
channel_judge(enum channel_type kind, const struct channel_answer *a, struct channel_said *out)
{
	*out = (struct channel_said){ .fault = FAULT_NONE };
	if (kind == CHANNEL_SMTP)
		judge_mail(a, out);
	else
		judge_http(a, out);
}
