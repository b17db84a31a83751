/* act_review.c - people work on a draft: edit, look at it, override, submit, approve, send back. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act_review.h"
#include "responder/post.h"
#include "responder/release.h"

#define TEXT_MAX (64 << 10)

/* ---- what every act begins and ends with -------------------------------------------------------- */

int
act_review_begin(struct act *x, struct incident **i, struct gate_ask *q, struct review *v,
		 struct err *e)
{
	struct str hex = act_arg(x, "draft");
	struct id id;
	int found;

	*i = act_incident(x);
	if (!*i || act_seen_older(x, *i))
		return 0;
	if (id_from_hex(hex, &id) < 0)
		return act_say(x, 400, "which draft? its id is 32 hex digits, not \"%.*s\"",
			       utf8_cut(hex, 80));
	*q = act_gate(x, *i);
	found = review_read(x->r, q, &id, v, e);
	if (found == 0)
		act_say(x, 404, "the incident has no draft %.*s", hex);
	return found;
}

int
act_review_open(struct act *x, struct incident *i, bool late, struct err *e)
{
	struct incident *heir = incidents_heir(x->r->incidents, i);
	int64_t next;

	if (incident_is_open(i))
		return 1;
	next = release_next(x->r->store, &i->id, e);
	if (next < 0)
		return -1;
	if (i->state == INCIDENT_CLOSED && late && next > 1)
		return 1;
	return act_say(
		x, 409, "%.*s",
		str_of(arena_textf(x->a,
				   heir == i ? "%.*s is closed: nothing new is said of it%s"
					     : "%.*s is over: what is said next is "
					       "worked on in %s",
				   STR_ARG(i->number),
				   heir == i ? "" : arena_text(x->a, heir->number))));
}

void
act_review_say(struct act *x, int status, const struct review *v, const char *why)
{
	act_say(x, status, "%.*s",
		str_of(arena_textf(x->a, "%.*s v%lld, %s, %s", STR_ARG(v->row.template),
				   (long long)v->row.version, draft_state_words[v->state],
				   why)));
}

static void
add_block(struct buf *b, const struct draft_block *k, bool first)
{
	buf_add(b, first ? STR("{\"rule\":") : STR(",{\"rule\":"));
	json_add_text(b, k->rule);
	buf_addf(b, ",\"hard\":%s,\"overridden\":%s}", k->hard ? "true" : "false",
		 k->overridden ? "true" : "false");
}

int
act_review_done(struct act *x, const struct review *v, const struct draft_look *look)
{
	struct buf *b = &x->out;

	buf_add(b, STR("{\"draft\":"));
	json_add_text(b, v->hex);
	act_add_text(b, "template", v->row.template);
	buf_addf(b, ",\"version\":%lld", (long long)v->row.version);
	act_add_text(b, "state", str_of(draft_state_words[v->state]));
	act_add_text(b, "hash", v->hash);
	buf_addf(b, ",\"approvals\":%zu,\"needed\":%lld",
		 approvals_count(&v->given, &v->out, &v->may), (long long)v->needed);
	if (look) {
		buf_addf(b, ",\"gaps\":%zu,\"blocks\":[", look->gaps);
		for (size_t i = 0; i < look->n; i++)
			add_block(b, &look->blocks[i], !i);
		/* Written by us as JSON. */
		buf_addf(b, "],\"findings\":%.*s", STR_ARG(look->lint));
	}
	buf_add_byte(b, '}');
	return 0;
}

/* The people of the configuration go by their key, others as they came. */
static struct str
author_of(const struct act *x)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);

	return p ? p->key : x->c->actor;
}

/* ---- the text -------------------------------------------------------------------------------------- */

/* What may still become another version. */
static bool
is_open(const struct review *v)
{
	return draft_next(v->state, DRAFT_REPLACE) != DRAFT_NONE ||
	       v->state == DRAFT_RELEASED || v->state == DRAFT_ELSEWHERE;
}

static int
act_edit(struct act *x, struct err *e)
{
	struct review_edit edit = { .text = json_text(json_get(x->args, "text"), STR("")),
				    .author = author_of(x) };
	struct str next = act_arg(x, "next");
	struct incident *i;
	struct draft_look look;
	struct gate_ask q;
	struct review v;
	struct err bad;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found > 0)
		found = act_review_open(x, i, true, e);
	if (found <= 0)
		return found;
	if (!is_open(&v)) {
		act_review_say(x, 409, &v, "is not edited any more: edit the newest version");
		return 0;
	}
	if (!str_trim(edit.text).n || edit.text.n > TEXT_MAX || !utf8_valid(edit.text))
		return act_say(x, 400, "the text is empty, longer than 64 KiB or no UTF-8%.*s",
			       STR(""));
	if (str_eq(edit.text, v.row.text)) {
		act_review_say(x, 409, &v, "reads so already");
		return 0;
	}
	edit.promise_at = v.row.promise_at;
	if (next.n && clock_parse_iso(act_time(x, next), &edit.promise_at, &bad) < 0)
		return act_say(x, 400, "next is a span (2h) or a time to come, not \"%.*s\"",
			       utf8_cut(next, 80));
	found = review_edit(x->r, &q, &v, &edit, &look, e);
	if (!found)
		return act_say(x, 409, "%.*s was given these words a moment ago: try again",
			       v.row.template);
	if (found < 0 || incident_active(x->r->incidents, i, x->now, e) < 0)
		return -1;
	return act_review_done(x, &v, &look);
}

static int
act_look(struct act *x, struct err *e)
{
	struct incident *i;
	struct draft_look look;
	struct gate_ask q;
	struct review v;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found <= 0)
		return found;
	if (draft_next(v.state, DRAFT_REPLACE) == DRAFT_NONE) {
		act_review_say(x, 409, &v, "is as it was said: nothing about it changes");
		return 0;
	}
	if (review_look(x->r, &q, &v, &look, e) < 0)
		return -1;
	return act_review_done(x, &v, &look);
}

/* ---- overrides -------------------------------------------------------------------------------------- */

/* The finding that this rule has in the text now. */
static const struct draft_block *
block_of(const struct draft_look *look, struct str rule)
{
	for (size_t i = 0; i < look->n; i++)
		if (str_eq(look->blocks[i].rule, rule))
			return &look->blocks[i];
	return NULL;
}

static int
override_write(struct act *x, const struct gate_ask *q, struct review *v, struct str rule,
	       struct err *e)
{
	struct str why = act_why(x, "");
	struct str key = str_of(arena_textf(x->a, "%.*s.%.*s", STR_ARG(v->hex), STR_ARG(rule)));
	const char *value[] = { "draft", v->hex.p,
				"hash",  v->hash.p,
				"rule",  arena_text(x->a, rule),
				"why",   arena_text(x->a, why),
				NULL };

	v->over[v->overridden.n++] = rule;
	x->r->wrote = true;
	return gate_add(q, "override", key, gate_value(q, value), e);
}

/* A finding stands, a person says why it may: of this text, by name. Hard ones stay. */
/* Is there a post that changed since this text was made? 1, 0, -1. */
static int
post_changed(struct act *x, const struct review *v, struct err *e)
{
	struct post_word w;
	struct id mention;

	return post_of(x->r->store, &v->row, x->a, &w, &mention, e);
}

/* A person has seen what became of it, and lets this text stand. */
static int
post_confirm(struct act *x, const struct gate_ask *q, struct review *v,
	     const struct draft_look *look, struct err *e)
{
	int changed = post_changed(x, v, e);

	if (!changed)
		return act_say(x, 404, "no post that it rests on has changed%.*s", STR(""));
	if (changed < 0 || (!conf_texts_have(&v->overridden, STR(POST_RULE)) &&
			    override_write(x, q, v, STR(POST_RULE), e) < 0))
		return -1;
	return act_review_done(x, v, look);
}

/* Before anybody approves. 1, 0 refused, -1. */
static int
posts_stand(struct act *x, const struct review *v, struct err *e)
{
	int changed =
		conf_texts_have(&v->overridden, STR(POST_RULE)) ? 0 : post_changed(x, v, e);

	if (changed > 0)
		act_review_say(
			x, 409, v,
			"rests on a post that was edited or deleted since: look at it "
			"(langyan draft lint), then langyan draft override --rule any.post "
			"--why W, or edit it");
	return changed < 0 ? -1 : !changed;
}

static int
act_override(struct act *x, struct err *e)
{
	struct str rule = act_arg(x, "rule");
	const struct draft_block *b;
	struct incident *i;
	struct draft_look look;
	struct gate_ask q;
	struct review v;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found <= 0)
		return found;
	if (!act_why(x, "").n)
		return act_say(x, 400, "why is missing: an override stands with its reason%.*s",
			       STR(""));
	if (review_look(x->r, &q, &v, &look, e) < 0)
		return -1;
	if (str_is(rule, POST_RULE))
		return post_confirm(x, &q, &v, &look, e);
	b = block_of(&look, rule);
	if (!b)
		return act_say(x, 404, "nothing in the text is blocked by \"%.*s\"",
			       utf8_cut(rule, 80));
	if (b->hard)
		return act_say(x, 403, "%.*s cannot be overridden: change the text", rule);
	if (v.overridden.n == REVIEW_OVERRIDES)
		return act_say(x, 409, "%.*s has as many overrides as there may be",
			       v.row.template);
	if ((!b->overridden && override_write(x, &q, &v, b->rule, e) < 0) ||
	    review_look(x->r, &q, &v, &look, e) < 0)
		return -1;
	return act_review_done(x, &v, &look);
}

/* ---- approvals -------------------------------------------------------------------------------------- */

/* Looked at with the assessment and the other texts of now: 1 it is clean, 0 refused, -1. */
static int
is_clean(struct act *x, const struct gate_ask *q, struct review *v, struct draft_look *look,
	 struct err *e)
{
	if (draft_next(v->state, DRAFT_APPROVE) == DRAFT_NONE) {
		act_review_say(x, 409, v, "cannot be approved: only what the lint has passed");
		return 0;
	}
	if (review_look(x->r, q, v, look, e) < 0)
		return -1;
	if (draft_next(v->state, DRAFT_APPROVE) != DRAFT_NONE)
		return 1;
	act_review_say(x, 409, v, "the lint blocks it now: langyan draft show");
	return 0;
}

static int
act_submit(struct act *x, struct err *e)
{
	struct incident *i;
	struct draft_look look;
	struct gate_ask q;
	struct review v;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found > 0)
		found = act_review_open(x, i, true, e);
	if (found > 0)
		found = is_clean(x, &q, &v, &look, e);
	if (found > 0)
		found = review_move(x->r, &q, &v, DRAFT_SUBMIT, act_why(x, ""), e);
	if (found < 0)
		return -1;
	if (!found) {
		if (x->status == 200)
			act_review_say(x, 409, &v, "is in review already");
		return 0;
	}
	if (review_tell(x->r, &q, &v, e) < 0)
		return -1;
	return act_review_done(x, &v, &look);
}

static int
approval_write(struct act *x, const struct gate_ask *q, struct review *v,
	       const struct person_conf *p, struct err *e)
{
	struct str key =
		str_of(arena_textf(x->a, "%.*s.%.*s", STR_ARG(v->hex), STR_ARG(p->key)));
	struct draft_look_ask ask = { q->incident, &v->row, &v->overridden, q->at, q->a };
	const char *value[] = { "draft",  v->hex.p,
				"hash",   v->hash.p,
				"ground", "",
				"step",   arena_textf(x->a, "%zu", v->given.n + 1),
				"of",     arena_textf(x->a, "%lld", (long long)v->needed),
				NULL };

	if (draft_ground_hash(x->r->drafts, &ask, &v->ground, e) < 0)
		return -1;
	value[5] = v->ground.p;
	v->given.who[v->given.n++] = p->key;
	return gate_add(q, "approval", key, gate_value(q, value), e);
}

/* The hash that they saw is that of the text; given by whoever shows it to them. */
static bool
saw_another(struct act *x, const struct review *v)
{
	struct str saw = act_arg(x, "hash");

	if (!saw.n || str_eq(saw, v->hash))
		return false;
	act_review_say(x, 409, v, "is not the text that you saw");
	return true;
}

/* Why the actor may not, in words; NULL: they may. */
static const char *
approve_refused(struct act *x, const struct review *v, const struct person_conf *p)
{
	struct approval_ask ask = review_ask(x->r, v);
	const char *no =
		p ? approval_refused(&ask, p->key) : "is nobody of the configuration's people";

	if (!no && v->state == DRAFT_APPROVED && approvals_suffice(&ask))
		no = "comes late: it is approved";
	return no;
}

/* What an earlier approval stands on has changed in the files of facts: 1 it has not, 0 refused. */
static int
ground_stands(struct act *x, const struct gate_ask *q, struct review *v, struct err *e)
{
	int same = v->given.n ? review_same_ground(x->r, q, v, e) : 1;

	if (same)
		return same;
	if (review_move(x->r, q, v, DRAFT_EXPIRE, STR("what fills it has changed"), e) < 0)
		return -1;
	act_review_say(x, 409, v, "what fills its slots has changed: look at it again");
	return 0;
}

static int
approve(struct act *x, const struct gate_ask *q, struct review *v, const struct person_conf *p,
	struct err *e)
{
	struct approval_ask ask = review_ask(x->r, v);
	enum draft_event event;

	if (approval_write(x, q, v, p, e) < 0)
		return -1;
	event = approvals_suffice(&ask) ? DRAFT_APPROVE_LAST : DRAFT_APPROVE;
	if (review_move(x->r, q, v, event, act_why(x, ""), e) < 0)
		return -1;
	return v->state == DRAFT_IN_REVIEW ? review_tell(x->r, q, v, e) : 0;
}

static int
act_approve(struct act *x, struct err *e)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);
	struct incident *i;
	struct draft_look look;
	struct gate_ask q;
	struct review v;
	const char *no;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found <= 0 || saw_another(x, &v))
		return found < 0 ? -1 : 0;
	found = act_review_open(x, i, true, e);
	if (found > 0)
		found = is_clean(x, &q, &v, &look, e);
	if (found > 0)
		found = ground_stands(x, &q, &v, e);
	if (found > 0)
		found = posts_stand(x, &v, e);
	if (found <= 0)
		return found;
	no = approve_refused(x, &v, p);
	if (no)
		return act_say(x, 403, "%.*s",
			       str_of(arena_textf(x->a, "%.*s %s",
						  STR_ARG(p ? p->name : x->c->actor), no)));
	if (approve(x, &q, &v, p, e) < 0 || incident_active(x->r->incidents, i, x->now, e) < 0)
		return -1;
	return act_review_done(x, &v, &look);
}

static int
act_reject(struct act *x, struct err *e)
{
	struct incident *i;
	struct gate_ask q;
	struct review v;
	int found = act_review_begin(x, &i, &q, &v, e);

	if (found <= 0)
		return found;
	if (!act_why(x, "").n)
		return act_say(x, 400, "why is missing: whoever edits it wants to know%.*s",
			       STR(""));
	found = review_move(x->r, &q, &v, DRAFT_REJECT, act_why(x, ""), e);
	if (found < 0)
		return -1;
	if (!found) {
		act_review_say(x, 409, &v, "nobody asks approval for it");
		return 0;
	}
	return act_review_done(x, &v, NULL);
}

const struct verb act_review_verbs[] = {
	{ "incident.edit", act_edit, true },
	{ "incident.look", act_look, true },
	{ "incident.override", act_override, true },
	{ "incident.submit", act_submit, true },
	{ "incident.approve", act_approve, true },
	{ "incident.reject", act_reject, true },
	{ .name = NULL },
};
