/* notice_said.c - see notice_said.h. */
#include "core/base.h"

#include "responder/notice_said.h"

const struct notice_said notice_kinds[] = {
	{ "page", "its answer is waited for" },
	{ "copy", "of a page, to know" },
	{ "urge", "a clock runs out, or has another end" },
	{ "clear", "it is over" },
	{ "inform", "a playbook tells it" },
	{ "sitrep", "the situation report" },
	{ "bundle", "several in one" },
	{ "digest", "the digest" },
	{ "operator", "Langyan itself needs somebody" },
	{ "test", "somebody's trial" },
	{ "canary", "the daily check of a contact that wakes" },
	{ "action", "a playbook's call to a program of yours" },
	{ "publish", "a released text on its way to your own channel" },
	{ "auto_ack", "a first answer to a complaint" },
	{ NULL, NULL },
};

const struct notice_said notice_states[] = {
	{ "planned", "not yet decided when it leaves" },
	{ "held", "waits on purpose, see why" },
	{ "queued", "leaves as soon as it is its turn" },
	{ "sending", "on its way now" },
	{ "sent", "the other side has taken it" },
	{ "acked", "taken, and somebody answered" },
	{ "expired", "taken, and nobody answered in its time: the next was told" },
	{ "retry_wait", "did not get through; is tried again" },
	{ "failed_perm", "refused for good: not tried again; a page goes another way" },
	{ "bundled", "went inside another notice to the same address" },
	{ "superseded", "did not leave: no longer needed, see why" },
	{ NULL, NULL },
};

const struct notice_said notice_whys[] = {
	{ "quiet", "quiet hours" },
	{ "bundle", "goes with the next hour's" },
	{ "shift", "nobody is on shift until then" },
	{ "budget", "over 12 an hour: goes with others" },
	{ "silenced", "a silence holds it: langyan silence list" },
	{ "muted", "outside the times of its route" },
	{ "inhibited", "a more urgent one of the same matter is told" },
	{ "group", "waits for others of its group" },
	{ "unanswered", "nobody answered in its time" },
	{ "answered", "somebody took the incident" },
	{ "raised", "a notice of a higher level took its place" },
	{ "harm", "people may be hurt: it was told anew, at once" },
	{ "watching", "the incident is only watched" },
	{ "closed", "the incident is over" },
	{ "over", "the clock that warned has ended" },
	{ "recused", "they are out of this incident" },
	{ "confidential", "told anew: it became confidential" },
	{ "down", "the channel is down or refuses us, and is tried now and then: a page goes "
		  "another way meanwhile" },
	{ "crash", "we were ended while it was on its way" },
	{ NULL, NULL },
};

const struct notice_said *
notice_said_find(const struct notice_said *table, struct str word)
{
	while (table->word && !str_is(word, table->word))
		table++;
	return table->word ? table : NULL;
}
