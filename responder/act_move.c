/* act_move.c - people move incidents: take, raise, judge, lower, close, merge. */
#include "core/base.h"

#include "core/conf.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/course.h"
#include "responder/gate.h"
#include "responder/playbook.h"

#define ACK_MAX_S (7 * 86400)

static int
move(struct act *x, struct incident *i, enum incident_event event, struct str why,
     struct err *e)
{
	struct incident_move_info info = { .incident = i,
					   .event = event,
					   .at = x->now,
					   .actor = x->c->actor,
					   .reason_zh = why,
					   .reason_en = why };

	if (!level_next(i->state, i->level, event)) {
		struct str what =
			str_of(arena_textf(x->a, "%.*s is %s at L%d: %s does not apply",
					   STR_ARG(i->number), incident_state_words[i->state],
					   (int)i->level, incident_event_words[event]));

		act_say(x, 409, "%.*s", what);
		return 1;
	}
	if (event == EVENT_ACK)
		info.until = act_arg_int(x, "until", 0);
	return raise_move(x->r, &info, x->now, e);
}

/* By a code nobody names the incident: neither whose code it is nor who brings it may be out of
 * it. 1 refused, 0, -1. */
static int
code_is_out(struct act *x, const struct incident *i, struct str whose, struct err *e)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);
	struct conf_texts out;

	if (gate_out(x->r->store, &i->id, x->a, &out, e) < 0)
		return -1;
	if (!gate_is_out(&out, whose) && !(p && gate_is_out(&out, p->key)))
		return 0;
	act_say(x, 403, "%.*s is recused from this incident: the deputy acts",
		gate_is_out(&out, whose) ? whose : p->name);
	return 1;
}

static int
act_ack(struct act *x, struct err *e)
{
	struct str span = act_arg(x, "for"), code = act_arg(x, "code"), who = x->c->actor;
	struct incident_move_info info = { .event = EVENT_ACK, .at = x->now };
	int64_t for_s = ACT_ACK_S;
	struct id id;
	int found;

	if (span.n && conf_seconds(span, &for_s, e) < 0)
		return act_say(x, 400, "%.*s", str_of(arena_textf(x->a, "for: %s", e->text)));
	if (for_s < 60 || for_s > ACK_MAX_S)
		return act_say(x, 400, "for: from a minute to 7d, not %.*s", span);
	if (code.n) {
		found = notices_find_code(x->r->notices, code, &id, &who, x->a, e);
		if (found < 0)
			return -1;
		info.incident = found ? incidents_find(x->r->incidents, &id) : NULL;
		if (!info.incident)
			return act_say(x, 404, "there is no notice with the code %.*s", code);
		found = code_is_out(x, info.incident, who, e);
		if (found)
			return found < 0 ? -1 : 0;
	} else {
		info.incident = act_incident(x);
	}
	if (!info.incident || act_seen_older(x, info.incident))
		return 0;
	if (!incident_is_open(info.incident))
		return act_say(x, 409, "%.*s is closed", info.incident->number);
	info.actor = who;
	info.until = x->now + for_s;
	info.reason_zh = act_why(x, "已有人接手");
	info.reason_en = act_why(x, "taken");
	if (raise_move(x->r, &info, x->now, e) < 0)
		return -1;
	return act_done(x, info.incident, "acknowledged");
}

static int
act_promote(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	int64_t level;
	int said;

	if (!i || act_seen_older(x, i))
		return 0;
	level = act_arg_int(x, "level", act_arg(x, "level").n ? 0 : i->level + 1);
	if (level < 2 || level > 3 || level <= i->level)
		return act_say(x, 409, "a level only rises, to 2 or 3: %.*s", i->number);
	said = move(x, i, level == 2 ? EVENT_PERSON_L2 : EVENT_PERSON_L3,
		    act_why(x, "raised by a person"), e);
	return said ? (said < 0 ? -1 : 0) : act_done(x, i, "promoted");
}

/* Nobody has it any more, and whoever comes next in the policy is told. */
static int
act_escalate(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	int said;

	if (!i || act_seen_older(x, i))
		return 0;
	said = move(x, i, EVENT_ESCALATE, act_why(x, "the next step is wanted now"), e);
	return said ? (said < 0 ? -1 : 0) : act_done(x, i, "the next step is told");
}

static const struct {
	const char *word;
	enum incident_event event;
} verdicts[] = {
	{ "respond", EVENT_VERDICT_RESPOND }, { "watch", EVENT_VERDICT_WATCH },
	{ "wrong", EVENT_VERDICT_WRONG },     { "wrong_alarm", EVENT_VERDICT_WRONG },
	{ "not_ours", EVENT_VERDICT_WRONG },  { "stand_down", EVENT_STAND_DOWN },
};

static int
act_verdict(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	struct str word = act_arg(x, "verdict");

	if (!i || act_seen_older(x, i))
		return 0;
	for (size_t k = 0; k < LY_COUNT(verdicts); k++) {
		int said;

		if (!str_is(word, verdicts[k].word))
			continue;
		said = move(x, i, verdicts[k].event, act_why(x, verdicts[k].word), e);
		return said ? (said < 0 ? -1 : 0) : act_done(x, i, verdicts[k].word);
	}
	return act_say(
		x, 400,
		"verdict is respond, watch, wrong_alarm, not_ours or stand_down, not \"%.*s\"",
		word);
}

/* An L3 is stood down first, and closed when it has been calm for 72 h; a person closes it. */
static int
act_close(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	const char *said = "closed";
	int moved;

	if (!i || act_seen_older(x, i))
		return 0;
	if (i->state == INCIDENT_RESPONDING) {
		said = "stood down to watching; close it again when it has been calm for 72 h";
		moved = move(x, i, EVENT_STAND_DOWN, act_why(x, "stood down by a person"), e);
	} else if (!course_may_close(i, x->now)) {
		return act_say(
			x, 409,
			"%.*s is at L3: it can be closed when all signals have been clear"
			" for 72 h",
			i->number);
	} else {
		moved = move(x, i, EVENT_CLOSE, act_why(x, "closed by a person"), e);
	}
	return moved ? (moved < 0 ? -1 : 0) : act_done(x, i, said);
}

/* `for` of the triggers that would raise the level, the longest of them. */
static int64_t
hold_of(struct act *x, const struct incident *i)
{
	int64_t most = 0;

	for (size_t k = 0; k < x->r->watches_n; k++) {
		const struct watch_state *w = &x->r->watches[k];

		if (!incidents_covers(x->r->incidents, i, w->conf->name))
			continue;
		for (size_t t = 0; t < w->triggers_n; t++)
			for (int h = 0; h < w->triggers[t].halves; h++)
				if (w->triggers[t].half[h].grade >= i->level &&
				    w->triggers[t].conf->hold > most)
					most = w->triggers[t].conf->hold;
	}
	return most;
}

/* Down needs both: numbers that say less, for twice as long as they have to last, and a person. */
static int
act_lower(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	int64_t for_s;
	int said;

	if (!i || act_seen_older(x, i))
		return 0;
	for_s = hold_of(x, i);
	if (incident_is_open(i) && !course_may_lower(i, for_s, x->now)) {
		char *why = arena_textf(x->a,
					"%.*s stays at L%d: what fires must have been lower "
					"for %lld min",
					STR_ARG(i->number), (int)i->level,
					(long long)(2 * for_s / 60));

		return act_say(x, 409, "%.*s", str_of(why));
	}
	said = move(x, i, EVENT_LOWER, act_why(x, "lowered by a person"), e);
	return said ? (said < 0 ? -1 : 0) : act_done(x, i, "lowered");
}

/* 1, 0 refused, -1. */
static int
may_see(struct act *x, const struct incident *i, struct err *e)
{
	int sees = act_sees(x, i, e);

	if (!sees)
		act_say(x, 403, "%.*s is not yours to see", i->number);
	return sees;
}

static int
act_merge(struct act *x, struct err *e)
{
	struct str number = act_arg(x, "into");
	struct incident *i = act_incident(x), *into;
	struct str why = act_why(x, "");
	struct incident_move_info by = {
		.at = x->now, .actor = x->c->actor, .reason_zh = why, .reason_en = why
	};
	int ok;

	if (!i || act_seen_older(x, i))
		return 0;
	into = number.n ? incidents_find_number(x->r->incidents, number) : NULL;
	if (!into)
		return act_say(x, number.n ? 404 : 400,
			       number.n ? "there is no incident \"%.*s\""
					: "into which one? give its number as \"into\"%.*s",
			       number);
	ok = may_see(x, i, e);
	if (ok > 0)
		ok = may_see(x, into, e);
	if (ok <= 0)
		return ok;
	if (course_join(i, into) == EVENT_COUNT)
		return act_say(
			x, 409, "%.*s",
			str_of(arena_textf(x->a,
					   "%.*s is %s and %.*s is %s: only two "
					   "that are open become one",
					   STR_ARG(i->number), incident_state_words[i->state],
					   STR_ARG(into->number),
					   i == into ? "the same"
						     : incident_state_words[into->state])));
	if (merge_incidents(x->r, i, into, &by, e) < 0)
		return -1;
	return act_done(x, into, arena_textf(x->a, "took in %.*s", STR_ARG(i->number)));
}

const struct verb act_move_verbs[] = {
	{ "incident.ack", act_ack, true },           { "incident.promote", act_promote, true },
	{ "incident.escalate", act_escalate, true }, { "incident.lower", act_lower, true },
	{ "incident.verdict", act_verdict, true },   { "incident.close", act_close, true },
	{ "incident.merge", act_merge, true },       { .name = NULL },
};
