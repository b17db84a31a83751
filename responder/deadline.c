/* deadline.c - see deadline.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/deadline.h"

#define ASSESSING  (1u << INCIDENT_ASSESSING)
#define RESPONDING (1u << INCIDENT_RESPONDING)
#define WORKED_ON  (1u << INCIDENT_OPEN | ASSESSING | RESPONDING)
#define ANY_OPEN   (WORKED_ON | 1u << INCIDENT_WATCHING)

/* Spans are defaults: a playbook may have others. The full response: within a day, as authorities
 * ask of each other after a grave event. */
const struct deadline_rule deadline_rules[DEADLINE_KINDS] = {
	[DEADLINE_ACK] = { "ack", 0, WORKED_ON, 0, false, "接手", "answer", "接手", "take it" },
	[DEADLINE_VERDICT] = { "verdict", 30 * 60, ASSESSING, 2, true, "研判", "verdict",
			       "完成研判", "give the verdict" },
	[DEADLINE_STATEMENT] = { "statement", 30 * 60, RESPONDING, 3, true, "首次声明",
				 "first statement", "发出首次声明",
				 "release the first statement" },
	[DEADLINE_FULL] = { "full", 24 * 3600, RESPONDING, 3, true, "完整回应", "full response",
			    "发出完整回应", "release the full response" },
	[DEADLINE_PACK] = { "pack", 2 * 3600, RESPONDING, 3, true, "三件套", "response pack",
			    "交齐三件套", "complete the response pack" },
	[DEADLINE_UPDATE] = { "update", 0, ANY_OPEN, 0, true, "下次更新", "next update",
			      "发出承诺过的更新", "release the update that was promised" },
};

enum deadline_kind
deadline_of_word(struct str word)
{
	int k = 0;

	while (k < DEADLINE_KINDS && !str_is(word, deadline_rules[k].word))
		k++;
	return (enum deadline_kind)k;
}

bool
deadline_goes_on(enum deadline_kind kind, const struct incident *i)
{
	return deadline_rules[kind].states >> i->state & 1;
}

bool
deadline_starts(enum deadline_kind kind, const struct incident *i, int64_t level,
		const struct deadline *before)
{
	if (!level || deadline_rules[kind].level != level || !deadline_goes_on(kind, i))
		return false;
	return !before || (before->ended_at && before->ended_at < i->moved_at);
}

static int64_t
reached_at(const struct deadline *d, int64_t percent)
{
	return d->started_at + (d->due_at - d->started_at) * percent / 100;
}

static const int64_t warns[] = { 50, 75, 100 };

int64_t
deadline_next_at(const struct deadline *d)
{
	for (size_t k = 0; !d->ended_at && k < LY_COUNT(warns); k++)
		if (warns[k] > d->percent)
			return reached_at(d, warns[k]);
	return INT64_MAX;
}

int64_t
deadline_percent(const struct deadline *d, int64_t now)
{
	int64_t percent = 0;

	for (size_t k = 0; k < LY_COUNT(warns); k++)
		if (reached_at(d, warns[k]) <= now)
			percent = warns[k];
	return percent;
}

bool
deadline_set_back(struct deadline *d, const struct set_back *b)
{
	int64_t by_s = set_back_since(b, d->started_at);
	bool was_over = d->due_at <= b->now + by_s;

	if (d->ended_at ? d->ended_at <= b->now
			: !by_s || (was_over && d->started_at <= b->now))
		return false;
	d->started_at -= by_s;
	d->due_at -= by_s;
	if (d->ended_at)
		d->ended_at -= set_back_since(b, d->ended_at);
	return true;
}

void
deadline_earliest(struct deadline *d, const struct deadline *other)
{
	if (other->started_at < d->started_at)
		d->started_at = other->started_at;
	if (other->due_at < d->due_at)
		d->due_at = other->due_at;
	if (other->percent < d->percent)
		d->percent = other->percent; /* better warned twice than not at all */
}

const char *
deadline_end_word(const struct deadline *d, bool met, int64_t now)
{
	if (!met)
		return "stopped";
	return now > d->due_at ? "late" : "met";
}
