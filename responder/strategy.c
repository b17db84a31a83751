/* strategy.c - see strategy.h. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/strategy.h"

const char *const crisis_words[] = { "unknown",         "disaster",    "rumour",
				     "tampering",       "violence",    "challenge",
				     "technical_error", "human_error", "misdeed",
				     "mismanagement",   NULL };
const char *const cluster_words[] = { "unknown", "victim", "accidental", "preventable", NULL };
const char *const answer_words[] = { "unknown", "no", "yes", NULL };
const char *const truth_words[] = { "unverified", "true", "untrue", "partly", NULL };
const char *const strategy_words[] = { "instruct", "adjust",  "uncertain", "deny",
				       "diminish", "rebuild", NULL };

static const enum crisis_cluster clusters[CRISIS_TYPES] = {
	[CRISIS_UNKNOWN] = CLUSTER_UNKNOWN,
	[CRISIS_DISASTER] = CLUSTER_VICTIM,
	[CRISIS_RUMOUR] = CLUSTER_VICTIM,
	[CRISIS_TAMPERING] = CLUSTER_VICTIM,
	[CRISIS_VIOLENCE] = CLUSTER_VICTIM,
	[CRISIS_CHALLENGE] = CLUSTER_ACCIDENTAL,
	[CRISIS_TECHNICAL_ERROR] = CLUSTER_ACCIDENTAL,
	[CRISIS_HUMAN_ERROR] = CLUSTER_PREVENTABLE,
	[CRISIS_MISDEED] = CLUSTER_PREVENTABLE,
	[CRISIS_MISMANAGEMENT] = CLUSTER_PREVENTABLE,
};

#define FIRST  (STRATEGY_INSTRUCT | STRATEGY_ADJUST)
#define DENY   STRATEGY_DENY
#define SOFTER (STRATEGY_DIMINISH | STRATEGY_REBUILD)

/* What a row asks for, and the first that fits decides. */
enum known { KNOWN_NOT, KNOWN_YES };
static const struct rule {
	enum known fault;            /* type and own fault: is either unknown? */
	bool untrue;                 /* the claim is */
	enum crisis_cluster cluster; /* CLUSTER_UNKNOWN: any */
	unsigned add, blocked;
	const char *why_zh, *why_en;
} rules[] = {
	{ KNOWN_NOT, false, CLUSTER_UNKNOWN, STRATEGY_UNCERTAIN, DENY | SOFTER,
	  "责任尚不清楚：先说如何自保、正在做什么、哪些还不知道；此时不得否认",
	  "who is at fault is not known: how to stay safe, what is being done, what is not "
	  "known "
	  "yet; nothing may be denied" },
	{ KNOWN_YES, true, CLUSTER_UNKNOWN, DENY, SOFTER,
	  "说法不实：以证据否认；没有发生的事，不淡化也不赔礼",
	  "the claim is untrue: deny it with proof; what did not happen is neither made small "
	  "nor "
	  "paid for" },
	{ KNOWN_YES, false, CLUSTER_VICTIM, 0, DENY | SOFTER,
	  "我们也是受害者：给出指引与关切即可；说法并非不实，不得否认",
	  "it befell us: guidance and care; the claim is not untrue, so it is not denied" },
	{ KNOWN_YES, false, CLUSTER_ACCIDENTAL, STRATEGY_DIMINISH, DENY | STRATEGY_REBUILD,
	  "非故意的差错：说明原因与范围，不否认",
	  "not meant and hard to foresee: give cause and extent; do not deny" },
	{ KNOWN_YES, false, CLUSTER_PREVENTABLE, STRATEGY_REBUILD, DENY | STRATEGY_DIMINISH,
	  "本可避免：完整道歉并补偿，不淡化、不否认",
	  "it could have been avoided: full apology and compensation; neither deny nor make it "
	  "small" },
};

struct strategies
strategies_of(const struct assessment *a, enum truth claim)
{
	struct strategies s = { .cluster = clusters[a->type] };
	enum known known = s.cluster != CLUSTER_UNKNOWN && a->fault != ANSWER_UNKNOWN
				   ? KNOWN_YES
				   : KNOWN_NOT;
	bool befell_by_us = s.cluster == CLUSTER_VICTIM && a->fault == ANSWER_YES;

	s.stepped = s.cluster != CLUSTER_UNKNOWN && s.cluster < CLUSTER_PREVENTABLE &&
		    (a->history == ANSWER_YES || a->reputation == 0 || befell_by_us);
	s.cluster += s.stepped;
	for (size_t i = 0; i < LY_COUNT(rules); i++) {
		const struct rule *r = &rules[i];

		if (r->fault != known || (r->untrue && claim != TRUTH_UNTRUE) ||
		    (r->cluster != CLUSTER_UNKNOWN && r->cluster != s.cluster))
			continue;
		s.use = FIRST | r->add;
		s.blocked = r->blocked;
		s.why_zh = r->why_zh;
		s.why_en = r->why_en;
		break;
	}
	if (claim == TRUTH_UNVERIFIED)
		s.use |= STRATEGY_UNCERTAIN;
	return s;
}

const char *
strategies_conflict(const struct strategies *s, unsigned tags)
{
	if (tags & DENY && tags & SOFTER)
		return "one claim is never both denied and diminished or rebuilt";
	if (tags & s->blocked & DENY)
		return "denying is blocked";
	if (tags & s->blocked & STRATEGY_DIMINISH)
		return "diminishing is blocked";
	if (tags & s->blocked)
		return "rebuilding is blocked";
	if (tags & (DENY | SOFTER) && (tags & FIRST) != FIRST)
		return "how to stay safe and what is being done come first";
	return NULL;
}

/* ---- as it is written --------------------------------------------------------------------------- */

static int
word_at(const struct json *j, const char *name, const char *const *words)
{
	int k = str_index(json_text(json_get(j, name), STR("")), words);

	return k < 0 ? 0 : k;
}

struct assessment
assessment_of(const struct json *j)
{
	int64_t reputation;

	if (str_int64(json_text(json_get(j, "reputation"), STR("")), &reputation) < 0)
		reputation = -1;
	return (struct assessment){
		(enum crisis_type)word_at(j, "type", crisis_words),
		(enum answer)word_at(j, "fault", answer_words),
		(enum answer)word_at(j, "injury", answer_words),
		(enum answer)word_at(j, "history", answer_words),
		reputation,
	};
}

enum truth
truth_of(const struct json *claim)
{
	return (enum truth)word_at(claim, "truth", truth_words);
}
