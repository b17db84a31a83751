/*
 * strategy.h - assessment 研判 -> what may be said of a claim 说法, by SCCT (situational crisis
 * communication theory, Coombs 2007). Pure; one table.
 *
 * The crisis type gives the cluster: how far people hold us responsible. A history of the like or
 * a bad reputation moves it one step up, and so does evidence of own fault in what looked like
 * something that befell us. Instructing information (how to protect yourself) and adjusting
 * information (care, what is being done) always come first.
 *
 *   victim       + nothing; deny, when the claim is untrue
 *   accidental   + diminish
 *   preventable  + rebuild: compensation, full apology
 *   unknown type or fault: + say what is not known; deny is blocked
 *
 * One claim is never both denied and diminished or rebuilt.
 */
#ifndef LY_RESPONDER_STRATEGY_H
#define LY_RESPONDER_STRATEGY_H

#include "core/base.h"

enum crisis_type {
	CRISIS_UNKNOWN,
	CRISIS_DISASTER,
	CRISIS_RUMOUR,
	CRISIS_TAMPERING,
	CRISIS_VIOLENCE,
	CRISIS_CHALLENGE,
	CRISIS_TECHNICAL_ERROR,
	CRISIS_HUMAN_ERROR,
	CRISIS_MISDEED,
	CRISIS_MISMANAGEMENT,
	CRISIS_TYPES
};
enum crisis_cluster {
	CLUSTER_UNKNOWN,
	CLUSTER_VICTIM,
	CLUSTER_ACCIDENTAL,
	CLUSTER_PREVENTABLE
};
enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };
/* A field of each claim, never a verdict on the incident: what is untrue and spreads is a crisis. */
enum truth { TRUTH_UNVERIFIED, TRUTH_TRUE, TRUTH_UNTRUE, TRUTH_PARTLY };
/* As people write them; each ends with NULL. */
extern const char *const crisis_words[],
	*const cluster_words[], *const answer_words[], *const truth_words[],
							       *const strategy_words[];

/* A working hypothesis, not a finding. */
struct assessment {
	enum crisis_type type;
	enum answer fault, injury, history; /* own fault: is there evidence of it? */
	int64_t reputation;                 /* before: 0 bad, 1 mixed, 2 good; -1 unknown */
};
#define ASSESSMENT_NONE ((struct assessment){ .reputation = -1 })

enum strategy {
	STRATEGY_INSTRUCT = 1 << 0,
	STRATEGY_ADJUST = 1 << 1,
	STRATEGY_UNCERTAIN = 1 << 2, /* say what is not known, and when it will be */
	STRATEGY_DENY = 1 << 3,
	STRATEGY_DIMINISH = 1 << 4,
	STRATEGY_REBUILD = 1 << 5
};
struct strategies {
	enum crisis_cluster cluster; /* after the step up */
	unsigned use, blocked;       /* enum strategy; no bit is in both */
	bool stepped;                /* history, reputation or fault moved it up */
	const char *why_zh, *why_en; /* why these, and not others */
};
/* As the entry of an incident's file has them (act_file.c): what is missing or no word of ours is
 * unknown, or unverified. */
struct json;
struct assessment assessment_of(const struct json *entry);
enum truth truth_of(const struct json *claim);
struct strategies strategies_of(const struct assessment *a, enum truth claim);
/* What a text with these strategies would do wrong, in a few words; NULL: nothing. */
const char *strategies_conflict(const struct strategies *s, unsigned tags);

#endif
