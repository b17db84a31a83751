/* act_release.c - a draft is said in public: recorded, published, corrected, taken back. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act_review.h"
#include "responder/release.h"
#include "responder/released.h"

#define REVIEW_S 86400 /* an emergency is looked at the next day */

enum way { WAY_APPROVED, WAY_EMERGENCY, WAY_ELSEWHERE, WAYS };

struct saying {
	struct incident *i;
	struct gate_ask q;
	struct review v;
	int way;
	struct str kind, channel, publish, number;
	int64_t at, next_at;
};

/* ---- may it ------------------------------------------------------------------------------------------ */

static int
refuse(struct act *x, const struct saying *s, const char *why)
{
	act_review_say(x, 409, &s->v, why);
	return 0;
}

/* Of a release as approved: 1, 0 refused, -1. */
static int
approved_ok(struct act *x, struct saying *s, struct err *e)
{
	struct approval_ask ask = review_ask(x->r, &s->v);
	int same;

	if (!approvals_possible(&ask))
		return refuse(x, s,
			      "this team has too few approvers: what was released without "
			      "Langyan is told with --elsewhere");
	if (s->v.state != DRAFT_APPROVED || !approvals_suffice(&ask))
		return refuse(x, s, "it is not approved by as many as the level wants");
	if (s->at < s->v.given_at)
		return refuse(x, s, "it was not said before it was approved");
	same = review_same_ground(x->r, &s->q, &s->v, e);
	if (same)
		return same;
	if (review_move(x->r, &s->q, &s->v, DRAFT_EXPIRE, STR("what fills it has changed"), e) <
	    0)
		return -1;
	return refuse(x, s,
		      "what fills its slots has changed since: it wants to be approved anew");
}

static int
emergency_ok(struct act *x, struct saying *s, struct err *e)
{
	struct approval_ask ask = review_ask(x->r, &s->v);
	struct emergency_ask em = {
		.conf = &x->r->conf->approvals,
		.approval = &ask,
		.level = s->i->level,
		.holding = str_is(s->v.row.kind, "holding"),
		.preapproved = draft_preapproved(x->r->drafts, s->v.row.template).n > 0,
		.by_hand = s->v.row.author.n > 0,
		.gaps = s->v.row.gaps.n > 2,
		.facts_only = draft_facts_only(&s->v.row, x->a),
		.now = x->now
	};
	const char *no;
	int same;

	if (review_told_at(x->r, &s->q, &s->v, &em.asked_at, e) < 0)
		return -1;
	no = s->v.state == DRAFT_IN_REVIEW ? approval_emergency(&em)
					   : "it wants an approval all the same";
	if (no)
		return refuse(x, s, no);
	same = review_same_ground(x->r, &s->q, &s->v, e);
	return same ? same : refuse(x, s, "what fills its slots has changed since");
}

static int
elsewhere_ok(struct act *x, struct saying *s, struct err *e)
{
	struct approval_ask ask = review_ask(x->r, &s->v);

	(void)e;
	if (approvals_possible(&ask))
		return refuse(x, s, "this team can approve it: langyan approve");
	if (s->publish.n)
		return refuse(x, s, "nothing is published that nobody could approve");
	return 1;
}

/* Clean with what is known now, and nothing that it promises is past. */
static int
text_ok(struct act *x, struct saying *s, struct err *e)
{
	struct draft_look look;

	if (draft_next(s->v.state, DRAFT_EXPIRE) == DRAFT_NONE)
		return refuse(x, s, "only a text that the lint has passed is released");
	if (review_look(x->r, &s->q, &s->v, &look, e) < 0)
		return -1;
	if (look.faults || look.gaps)
		return refuse(x, s, "the lint blocks it now: langyan draft show");
	if (s->way != WAY_ELSEWHERE && s->v.row.promise_at && s->v.row.promise_at <= s->at)
		return refuse(x, s, "the update that it promises is past: edit it");
	return 1;
}

static bool
may_publish(struct act *x, const struct saying *s)
{
	if (!s->publish.n || conf_texts_have(&x->r->conf->publish, s->publish))
		return true;
	act_say(x, 403, "the configuration does not let us publish through \"%.*s\" (publish:)",
		utf8_cut(s->publish, 80));
	return false;
}

static const struct {
	const char *word; /* as "how" */
	enum draft_event event;
	int (*ok)(struct act *x, struct saying *s, struct err *e);
} ways[WAYS] = {
	[WAY_APPROVED] = { "approved", DRAFT_RELEASE, approved_ok },
	[WAY_EMERGENCY] = { "emergency", DRAFT_EMERGENCY, emergency_ok },
	[WAY_ELSEWHERE] = { "elsewhere", DRAFT_TOLD, elsewhere_ok },
};

/* ---- what is told ------------------------------------------------------------------------------------ */

static bool
times_read(struct act *x, struct saying *s)
{
	struct str at = act_arg(x, "at"), next = act_arg(x, "next");
	struct err bad;

	s->at = x->now;
	if (at.n && s->publish.n)
		return act_say(x, 400, "what is published is published now, not at \"%.*s\"",
			       utf8_cut(at, 80)) != 0;
	if (at.n && (clock_parse_iso(at, &s->at, &bad) < 0 || s->at > x->now ||
		     s->at < s->i->opened_at))
		return act_say(x, 400,
			       "at is a time since the incident was opened, not \"%.*s\"",
			       utf8_cut(at, 80)) != 0;
	s->next_at = s->v.row.promise_at;
	if (next.n && clock_parse_iso(act_time(x, next), &s->next_at, &bad) < 0)
		return act_say(x, 400, "next is a span (2h) or a time to come, not \"%.*s\"",
			       utf8_cut(next, 80)) != 0;
	return true;
}

/* Of an incident that has ended: a correction, or what it still owes 48 h after. 1, 0 refused, -1. */
static int
may_say(struct act *x, struct saying *s, struct err *e)
{
	bool late = act_arg(x, "corrects").n > 0;
	int owed = 0;

	s->kind = str_of(release_kind(s->v.row.kind));
	if (!late && (str_is(s->kind, "update") || str_is(s->kind, "closing")))
		owed = followup_owed(x->r, &s->q, e);
	return owed < 0 ? -1 : act_review_open(x, s->i, late || owed, e);
}

/* 1, 0 refused, -1. */
static int
saying_read(struct act *x, struct saying *s, struct err *e)
{
	struct str how = act_arg(x, "how");
	int found = act_review_begin(x, &s->i, &s->q, &s->v, e);

	if (found > 0)
		found = may_say(x, s, e);
	if (found <= 0)
		return found;
	while (s->way < WAYS && !str_is(how.n ? how : STR("approved"), ways[s->way].word))
		s->way++;
	if (s->way == WAYS)
		return act_say(x, 400, "how is approved, emergency or elsewhere, not \"%.*s\"",
			       utf8_cut(how, 80));
	s->publish = act_arg(x, "publish");
	s->channel = act_arg(x, "channel");
	if (!s->channel.n)
		s->channel = s->publish;
	if (!s->kind.n)
		return refuse(x, s, "a cover is not released: it goes into the pack");
	if (!s->channel.n || s->channel.n > 200 || act_arg(x, "url").n > 2000)
		return act_say(x, 400, "through which channel? a word like weibo%.*s", STR(""));
	if (s->way == WAY_EMERGENCY && !act_why(x, "").n)
		return act_say(x, 400, "why is missing: it is read the next day%.*s", STR(""));
	return times_read(x, s) && may_publish(x, s);
}

static const char *
iso(struct act *x, int64_t at)
{
	struct buf b = BUF(64);
	const char *s;

	if (at)
		clock_add_iso(&b, at);
	s = arena_text(x->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static const char *
names(struct act *x, const struct review *v)
{
	const char *s = "";

	for (size_t i = 0; i < v->given.n; i++)
		if (conf_texts_have(&v->may, v->given.who[i]))
			s = arena_textf(x->a, "%s%s%.*s", s, *s ? "," : "",
					STR_ARG(v->given.who[i]));
	return s;
}

static int
release_write(struct act *x, struct saying *s, struct err *e)
{
	struct str corrects = act_arg(x, "corrects");
	int64_t n = release_next(x->r->store, &s->i->id, e);
	const char *value[] = { "kind",
				arena_text(x->a, s->kind),
				"channel",
				arena_text(x->a, s->channel),
				"url",
				arena_text(x->a, act_arg(x, "url")),
				"next",
				iso(x, s->next_at),
				"how",
				ways[s->way].word,
				"draft",
				s->v.hex.p,
				"hash",
				s->v.hash.p,
				"at",
				iso(x, s->at),
				"level",
				arena_textf(x->a, "%d", (int)s->i->level),
				"needed",
				arena_textf(x->a, "%lld", (long long)s->v.needed),
				"approved_by",
				names(x, &s->v),
				"state",
				"released",
				"why",
				arena_text(x->a, act_why(x, "")),
				corrects.n ? "corrects" : NULL,
				arena_text(x->a, corrects),
				NULL };

	if (n < 0)
		return -1;
	s->number = str_of(arena_textf(x->a, "%lld", (long long)n));
	return gate_add(&s->q, "release", s->number, gate_value(&s->q, value), e);
}

/* Whoever copies, quotes or links it is its echo. What has no mark to be known by has none. */
static int
echo_note(struct act *x, const struct saying *s, struct err *e)
{
	struct buf args = BUF(256 << 10), said = BUF(4096);
	struct released_ask q = { .actor = x->c->actor, .now = x->now };
	struct str copies = act_arg(x, "copies");
	struct err bad;
	int status;

	if (str_is(s->kind, "staff_note"))
		return 0;
	buf_add(&args, STR("{\"text\":"));
	json_add_text(&args, s->v.row.text);
	act_add_text(&args, "url", act_arg(x, "url"));
	if (copies.n)
		act_add_text(&args, "copies", copies);
	buf_add_byte(&args, '}');
	q.args = json_parse(x->a, arena_str(x->a, buf_str(&args)), &bad);
	status = released_tell(x->r->store, x->r->echoes, &q, &said, e);
	buf_release(&args);
	buf_release(&said);
	return status < 0 ? -1 : 0;
}

static int
review_task(struct act *x, struct saying *s, struct err *e)
{
	bool zh = !str_is(x->r->conf->site.lang, "en");
	struct gate_ask q = s->q;
	struct gate_task t = { .key = str_of(
				       arena_textf(x->a, "review.%.*s", STR_ARG(s->number))),
			       .role = STR("lead"),
			       .due_at = x->now + REVIEW_S };

	t.what = str_of(
		arena_textf(x->a,
			    zh ? "复核紧急发布：第 %.*s 次发布只有 %s 一道审批"
			       : "look at emergency release %.*s again: %s alone approved it",
			    STR_ARG(s->number), names(x, &s->v)));
	q.actor = STR("table");
	return gate_task(&q, &t, e) < 0 ? -1 : 0;
}

/* ---- what stood before ------------------------------------------------------------------------------- */

static const char *const kept[] = { "kind",   "channel",     "url",      "next", "text",
				    "how",    "draft",       "hash",     "at",   "level",
				    "needed", "approved_by", "corrects", NULL };

/* One that stands, in *j. 1, 0 refused, -1. */
static int
release_find(struct act *x, const struct incident *i, struct str number, const struct json **j,
	     struct err *e)
{
	struct entry of = { .incident = i->id, .kind = STR("release"), .key = number }, was;
	struct str state;
	struct err bad;
	int found = entry_newest(x->r->store, &of, x->a, &was, e);

	if (found <= 0) {
		if (!found)
			act_say(x, 404, "there is no release %.*s", utf8_cut(number, 20));
		return found;
	}
	*j = json_parse(x->a, was.value.n ? was.value : STR("{}"), &bad);
	state = json_text(json_get(*j, "state"), STR("released"));
	if (str_is(state, "released"))
		return 1;
	return act_say(x, 409, "it is %.*s already", state);
}

/* Its row, and its draft. by: the number of what takes its place, or empty. */
static int
release_end(struct act *x, const struct gate_ask *q, struct str number, const struct json *j,
	    struct str by, struct err *e)
{
	const char *value[2 * LY_COUNT(kept) + 7];
	struct review v;
	struct id draft;
	size_t n = 0;

	for (int k = 0; kept[k]; k++) {
		struct str s = json_text(json_get(j, kept[k]), STR(""));

		if (!s.n)
			continue;
		value[n++] = kept[k];
		value[n++] = arena_text(x->a, s);
	}
	value[n++] = "state";
	value[n++] = by.n ? "corrected" : "withdrawn";
	value[n++] = "why";
	value[n++] = arena_text(x->a, act_why(x, ""));
	value[n++] = by.n ? "by" : NULL;
	value[n++] = arena_text(x->a, by);
	value[n] = NULL;
	if (gate_add(q, "release", number, gate_value(q, value), e) < 0 ||
	    release_recall(x->r, q, number, json_text(json_get(j, "hash"), STR("")), e) < 0 ||
	    (!by.n && release_withdrawn(x->r, q, e) < 0))
		return -1;
	if (id_from_hex(json_text(json_get(j, "draft"), STR("")), &draft) < 0)
		return 0; /* told of, without a draft */
	if (review_read(x->r, q, &draft, &v, e) < 0)
		return -1;
	return review_move(x->r, q, &v, by.n ? DRAFT_CORRECT : DRAFT_WITHDRAW, act_why(x, ""),
			   e) < 0
		       ? -1
		       : 0;
}

/* ---- the verbs ------------------------------------------------------------------------------------------ */

/* May it, with all that it needs? 1, 0 refused, -1. *before: what it corrects, or NULL. */
static int
saying_ok(struct act *x, struct saying *s, const struct json **before, struct err *e)
{
	struct str corrects = act_arg(x, "corrects");
	int ok = saying_read(x, s, e);

	*before = NULL;
	if (ok > 0 && corrects.n && !act_why(x, "").n)
		return act_say(x, 400, "why is missing: a correction says what was wrong%.*s",
			       STR(""));
	if (ok > 0 && corrects.n)
		ok = release_find(x, s->i, corrects, before, e);
	if (ok > 0)
		ok = text_ok(x, s, e);
	return ok > 0 ? ways[s->way].ok(x, s, e) : ok;
}

static int
publish(struct act *x, struct saying *s, struct err *e)
{
	struct release_publish p = { s->publish,    s->number, s->kind,
				     s->v.row.lang, s->v.hash, s->v.row.text };

	return s->publish.n ? release_publish(x->r, &s->q, &p, e) : 0;
}

static int
act_say_it(struct act *x, struct err *e)
{
	struct saying s = { .way = 0 };
	const struct json *before;
	int ok = saying_ok(x, &s, &before, e);

	if (ok <= 0)
		return ok;
	ok = review_move(x->r, &s.q, &s.v, ways[s.way].event, act_why(x, ""), e);
	if (ok <= 0)
		return ok < 0 ? -1 : refuse(x, &s, "that is no way out of this state");
	if (release_write(x, &s, e) < 0 || echo_note(x, &s, e) < 0 || publish(x, &s, e) < 0 ||
	    (s.way == WAY_EMERGENCY && review_task(x, &s, e) < 0) ||
	    (before && release_end(x, &s.q, act_arg(x, "corrects"), before, s.number, e) < 0))
		return -1;
	if (incident_active(x->r->incidents, s.i, x->now, e) < 0 ||
	    release_effects(x->r, &s.q, s.i, s.kind, s.next_at, e) < 0)
		return -1;
	return act_done(x, s.i,
			arena_textf(x->a, "release %.*s (%.*s, %s)", STR_ARG(s.number),
				    STR_ARG(s.kind), ways[s.way].word));
}

static int
act_withdraw(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	struct str number = act_arg(x, "release");
	struct gate_ask q;
	const struct json *j;
	int found;

	if (!i || act_seen_older(x, i))
		return 0;
	if (!act_why(x, "").n)
		return act_say(x, 400, "why is missing: it stays beside the release%.*s",
			       STR(""));
	found = release_find(x, i, number, &j, e);
	if (found <= 0)
		return found;
	q = act_gate(x, i);
	x->r->wrote = true;
	if (release_end(x, &q, number, j, STR(""), e) < 0)
		return -1;
	return act_done(x, i,
			arena_textf(x->a, "release %.*s is withdrawn: say so where it stood",
				    STR_ARG(number)));
}

const struct verb act_release_verbs[] = {
	{ "incident.say", act_say_it, true },
	{ "incident.withdraw", act_withdraw, true },
	{ .name = NULL },
};
