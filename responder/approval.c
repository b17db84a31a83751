/* approval.c - see approval.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/approval.h"

const char *const draft_state_words[] = { "none",      "generated",   "lint_failed",
					  "editing",   "lint_passed", "in_review",
					  "approved",  "released",    "released_elsewhere",
					  "corrected", "withdrawn",   "superseded",
					  NULL };
const char *const draft_event_words[] = {
	"made_gaps", "made_faulty", "made_clean",   "edit",    "faults",   "clean",
	"submit",    "approve",     "approve_last", "reject",  "expire",   "replace",
	"release",   "emergency",   "told",         "correct", "withdraw", NULL
};

enum draft_state
draft_state_of(struct str word)
{
	int k = str_index(word, draft_state_words);

	return k < 0 ? DRAFT_STATES : (enum draft_state)k;
}

#define S(state)  (1u << DRAFT_##state)
#define LOOKED_AT (S(GENERATED) | S(LINT_FAILED) | S(EDITING) | S(LINT_PASSED))
#define CLEAN     (S(LINT_PASSED) | S(IN_REVIEW) | S(APPROVED))
#define SAID      (S(RELEASED) | S(ELSEWHERE))

const struct draft_course draft_courses[] = {
	{ S(NONE), DRAFT_MADE_GAPS, DRAFT_GENERATED, "only gaps are left" },
	{ S(NONE), DRAFT_MADE_FAULTY, DRAFT_LINT_FAILED, "the lint blocks it" },
	{ S(NONE), DRAFT_MADE_CLEAN, DRAFT_LINT_PASSED, "nothing blocks it" },
	{ S(NONE), DRAFT_EDIT, DRAFT_EDITING, "a person's version" },
	{ S(GENERATED) | S(EDITING) | CLEAN, DRAFT_FAULTS, DRAFT_LINT_FAILED,
	  "looked at: the lint blocks it" },
	{ S(GENERATED) | S(EDITING) | S(LINT_FAILED), DRAFT_CLEAN, DRAFT_LINT_PASSED,
	  "looked at: nothing blocks it" },
	{ S(LINT_PASSED), DRAFT_SUBMIT, DRAFT_IN_REVIEW, "approvers are asked" },
	{ CLEAN, DRAFT_APPROVE, DRAFT_IN_REVIEW, "one more has approved" },
	{ CLEAN, DRAFT_APPROVE_LAST, DRAFT_APPROVED, "enough have approved" },
	{ S(IN_REVIEW) | S(APPROVED), DRAFT_REJECT, DRAFT_EDITING, "sent back" },
	{ CLEAN, DRAFT_EXPIRE, DRAFT_EDITING, "a fact in it has changed" },
	{ LOOKED_AT | CLEAN, DRAFT_REPLACE, DRAFT_SUPERSEDED, "there is a newer version" },
	{ S(APPROVED), DRAFT_RELEASE, DRAFT_RELEASED, "released" },
	{ S(IN_REVIEW), DRAFT_EMERGENCY, DRAFT_RELEASED, "released in an emergency" },
	{ CLEAN, DRAFT_TOLD, DRAFT_ELSEWHERE, "released elsewhere, and told here" },
	{ SAID, DRAFT_CORRECT, DRAFT_CORRECTED, "another took its place in public" },
	{ SAID, DRAFT_WITHDRAW, DRAFT_WITHDRAWN, "taken back in public" },
	{ .what = NULL },
};

enum draft_event
draft_event_of(struct str word)
{
	int k = str_index(word, draft_event_words);

	return k < 0 ? DRAFT_EVENTS : (enum draft_event)k;
}

enum draft_state
draft_next_by(const struct draft_course *table, enum draft_state from, enum draft_event event)
{
	for (; table->what; table++)
		if (table->event == event && table->from >> from & 1)
			return table->to;
	return DRAFT_NONE;
}

bool
draft_voids(enum draft_event event)
{
	return event == DRAFT_FAULTS || event == DRAFT_REJECT || event == DRAFT_EXPIRE;
}

/* ---- how many ------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct approval_conf, field)
static const struct conf_key approval_keys[] = {
	{ "L1", CONF_COUNT, AT(l1), 1, APPROVALS_MAX, "1", "people who approve a text at L1" },
	{ "L2", CONF_COUNT, AT(l2), 1, APPROVALS_MAX, "1", "… at L2" },
	{ "L3", CONF_COUNT, AT(l3), 1, APPROVALS_MAX, "2", "… at L3: different people" },
	{ "emergency", CONF_COUNT, AT(emergency), 1, APPROVALS_MAX, "1",
	  "so many are enough for a holding statement at L3 when nobody else answers" },
	{ "emergency_after", CONF_SECONDS, AT(after), 60, 86400, "10m",
	  "how long after the notice to another approver was sent" },
	{ "author_alone", CONF_BOOL, AT(author_alone), 0, 0, "off",
	  "on: who wrote a text may be the only one who approves it" },
	CONF_END,
};
#undef AT
const struct conf_schema approval_schema = {
	.name = "approvals",
	.size = sizeof(struct approval_conf),
	.keys = approval_keys,
	.help = "审批: how many people approve what is said in public.",
};

static int64_t
or_else(int64_t v, int64_t dflt)
{
	return v > 0 ? v : dflt;
}

int64_t
approvals_needed(const struct approval_conf *c, int64_t level)
{
	if (level >= 3)
		return or_else(c->l3, 2);
	return or_else(level == 2 ? c->l2 : c->l1, 1);
}

/* ---- who ------------------------------------------------------------------------------------ */

bool
approvals_have(const struct approvals *a, struct str who)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_eq(a->who[i], who))
			return true;
	return false;
}

static bool
counts(struct str who, const struct conf_texts *out, const struct conf_texts *may)
{
	return conf_texts_have(may, who) && !conf_texts_have(out, who);
}

size_t
approvals_count(const struct approvals *a, const struct conf_texts *out,
		const struct conf_texts *may)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += counts(a->who[i], out, may);
	return n;
}

/* Of those who count is there one who did not write it? */
static bool
others_eyes(const struct approval_ask *q)
{
	for (size_t i = 0; i < q->given->n; i++)
		if (counts(q->given->who[i], q->out, q->may) &&
		    !(q->author.n && str_eq(q->given->who[i], q->author)))
			return true;
	return false;
}

bool
approvals_suffice(const struct approval_ask *q)
{
	return (int64_t)approvals_count(q->given, q->out, q->may) >= q->needed &&
	       (q->author_alone || others_eyes(q));
}

const char *
approval_refused(const struct approval_ask *q, struct str by)
{
	if (conf_texts_have(q->out, by))
		return "is recused from this incident";
	if (!conf_texts_have(q->may, by))
		return "is no approver of this incident, nor a deputy of one";
	if (approvals_have(q->given, by))
		return "has approved this text already: it wants somebody else";
	if (q->given->n == APPROVALS_MAX)
		return "comes after as many as there may be";
	if (q->needed <= 1 && !q->author_alone && q->author.n && str_eq(q->author, by))
		return "wrote this text: it wants somebody else's eyes";
	return NULL;
}

bool
approvals_possible(const struct approval_ask *q)
{
	struct approvals all = { .n = 0 };
	struct approval_ask then = *q;

	for (size_t i = 0; i < q->may->n && all.n < APPROVALS_MAX; i++)
		if (!approvals_have(&all, q->may->v[i]))
			all.who[all.n++] = q->may->v[i];
	then.given = &all;
	return approvals_suffice(&then);
}

const char *
approval_emergency(const struct emergency_ask *q)
{
	int64_t enough = or_else(q->conf->emergency, 1);
	int64_t given = (int64_t)approvals_count(q->approval->given, q->approval->out,
						 q->approval->may);

	if (q->level < 3)
		return "an emergency is for L3";
	if (!q->holding)
		return "in an emergency only a holding statement goes";
	if (!q->preapproved)
		return "its template names nobody who approved it beforehand (approved_by)";
	if (q->by_hand)
		return "a person has changed the text since the template made it";
	if (q->gaps)
		return "it has gaps";
	if (!q->facts_only)
		return "a slot is filled by something that is no confirmed fact";
	if (given < enough || (!q->approval->author_alone && !others_eyes(q->approval)))
		return "it wants an approval all the same";
	if (!q->asked_at)
		return "no notice to another approver was sent yet";
	if (q->now < q->asked_at + or_else(q->conf->after, 600))
		return "another approver was told a short while ago: wait for the answer";
	return NULL;
}
