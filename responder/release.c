/* release.c - see release.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/incident_store.h"
#include "responder/notice_store.h"
#include "responder/pack_keep.h"
#include "responder/release.h"

static const struct {
	const char *template, *release;
} kinds[] = {
	{ "holding", "statement" }, { "full", "full" },       { "reply", "reply" },
	{ "complaint", "reply" },   { "update", "update" },   { "staff", "staff_note" },
	{ "press", "press" },       { "closing", "closing" },
};

/* What each ends: clocks, and the tasks of the same name. */
static const struct {
	const char *kind;
	enum deadline_kind clock;
} ends[] = {
	{ "statement", DEADLINE_STATEMENT }, { "statement", DEADLINE_UPDATE },
	{ "full", DEADLINE_STATEMENT },      { "full", DEADLINE_FULL },
	{ "full", DEADLINE_UPDATE },         { "update", DEADLINE_UPDATE },
	{ "closing", DEADLINE_UPDATE },
};

const char *
release_kind(struct str template_kind)
{
	for (size_t k = 0; k < LY_COUNT(kinds); k++)
		if (str_is(template_kind, kinds[k].template))
			return kinds[k].release;
	return NULL;
}

int
release_effects(struct responder *r, const struct gate_ask *q, struct incident *i,
		struct str kind, int64_t next_at, struct err *e)
{
	static const struct pack_adding said = { .piece = PACK_STATEMENT, .act = PACK_RELEASE };

	for (size_t k = 0; k < LY_COUNT(ends); k++)
		if (str_is(kind, ends[k].kind) &&
		    (gate_done(q, deadline_rules[ends[k].clock].word, e) < 0 ||
		     urge_done(r, i, ends[k].clock, q->at, e) < 0))
			return -1;
	if ((str_is(kind, "statement") || str_is(kind, "full")) &&
	    i->state == INCIDENT_RESPONDING && pack_add(r, q, i, &said, e) < 0)
		return -1;
	if (str_is(kind, "full") && followup_start(r, q, e) < 0)
		return -1;
	if ((str_is(kind, "update") || str_is(kind, "closing")) && followup_done(r, q, e) < 0)
		return -1;
	if (next_at && urge_promise(r, i, next_at, q->at, e) < 0)
		return -1;
	return release_settle(r, q, i, e) < 0 ? -1 : 0;
}

/* ---- what stands ---------------------------------------------------------------------------------- */

static int
said_add(void *list, const struct entry *x)
{
	if (str_is(x->kind, "release"))
		said_take(list, x);
	return 0;
}

/* Does one of the kind (NULL: a statement or a full response) stand that was said in the
 * round? 1, 0, -1. */
static int
is_said(const struct gate_ask *q, const char *kind, const struct round *in, struct err *e)
{
	struct said_list l = { .v = NULL };
	int found = entries_read(q->env->store, &q->incident->id, said_add, &l, e);

	for (size_t i = 0; !found && i < l.n; i++) {
		struct str is = l.v[i].kind;
		bool fits =
			kind ? str_is(is, kind) : str_is(is, "statement") || str_is(is, "full");

		found = fits && l.v[i].seq > in->entry &&
			(!l.v[i].late || l.v[i].at > in->at) && said_stands(&l, i);
	}
	said_release(&l);
	return found;
}

static int
count_one(void *n, const struct entry *x)
{
	(void)x;
	++*(int64_t *)n;
	return 0;
}

int64_t
release_next(struct store *s, const struct id *incident, struct err *e)
{
	int64_t n = 1;

	return entries_standing(s, incident, STR("release"), count_one, &n, e) < 0 ? -1 : n;
}

int
release_withdrawn(struct responder *r, const struct gate_ask *q, struct err *e)
{
	const char *value[] = { "act", pack_act_words[PACK_WITHDRAW], NULL };
	struct pack_file p[PACK_PIECES];
	struct round round;
	int said;

	if (pack_read(q, p, e) < 0 || round_read(r->store, &q->incident->id, &round, e) < 0)
		return -1;
	said = is_said(q, NULL, &round, e);
	if (said || p[PACK_STATEMENT].state != PACK_RELEASED)
		return said < 0 ? -1 : 0;
	return gate_add(q, "pack", str_of(pack_piece_words[PACK_STATEMENT]),
			gate_value(q, value), e);
}

int
release_settle(struct responder *r, const struct gate_ask *q, struct incident *i, struct err *e)
{
	struct incident_move_info info = {
		.incident = i,
		.event = EVENT_STAND_DOWN,
		.at = q->at,
		.actor = q->actor,
		.reason_zh = STR("完整回应已发出，三件套齐备"),
		.reason_en = STR("full response released, response pack complete")
	};
	struct pack_file p[PACK_PIECES];
	struct round round;
	int full;

	if (i->state != INCIDENT_RESPONDING)
		return 0;
	if (pack_read(q, p, e) < 0)
		return -1;
	if (!pack_all_complete(p, q->at))
		return 0;
	if (round_read(r->store, &i->id, &round, e) < 0)
		return -1;
	full = is_said(q, "full", &round, e);
	if (full <= 0)
		return full;
	return raise_move(r, &info, q->at, e) < 0 ? -1 : 1;
}

/* ---- publishing ------------------------------------------------------------------------------------ */

static struct str
publish_key(const struct gate_ask *q, struct str number, struct str hash)
{
	struct id key = ID_OF(STR("publish"), id_str(&q->incident->id), number, hash);
	struct buf hex = BUF(64);
	struct str s;

	id_add_hex(&hex, &key);
	s = arena_str(q->a, buf_str(&hex));
	buf_release(&hex);
	return s;
}

int
release_publish(struct responder *r, const struct gate_ask *q, const struct release_publish *p,
		struct err *e)
{
	struct notice_text t = { .kind = "publish",
				 .channel = p->channel,
				 .subject = q->incident->number,
				 .body = p->text };
	struct buf facts = BUF(4096);
	int told;

	buf_add_byte(&facts, '{');
	json_add_pair(&facts, "incident", q->incident->number);
	json_add_pair(&facts, "release", p->number);
	json_add_pair(&facts, "kind", p->kind);
	json_add_pair(&facts, "language", p->lang);
	json_add_pair(&facts, "sha256", p->hash);
	buf_add_byte(&facts, '}');
	t.key = publish_key(q, p->number, p->hash);
	t.facts = buf_str(&facts);
	told = notices_tell(r->notices, &t, q->at, e);
	log_event(LOG_INFO, "publish", "incident=%.*s release=%.*s channel=%.*s",
		  STR_ARG(q->incident->number), STR_ARG(p->number), STR_ARG(p->channel));
	buf_release(&facts);
	return told < 0 ? -1 : 0;
}

int
release_recall(struct responder *r, const struct gate_ask *q, struct str number,
	       struct str hash, struct err *e)
{
	static const char *const waits[] = { "queued", "retry_wait" };
	const struct str why = STR("taken back");
	const struct channel_conf *c = q->people->channels.v;
	struct str key = publish_key(q, number, hash);

	for (size_t i = 0; i < q->people->channels.n; i++) {
		struct notice_row of = { .kind = STR("publish"), .channel = c[i].name }, row;
		struct id id = notice_tell_id(&of, key);
		int found = notice_get(r->store, &id, q->a, &row, e);

		for (size_t k = 0; found > 0 && k < LY_COUNT(waits); k++)
			if (str_is(row.state, waits[k]) &&
			    notice_set_state(r->store, &id, "superseded", why, 0, e) < 0)
				return -1;
		if (found < 0 || (found && notice_recall(r->store, &id, why, e) < 0))
			return -1;
	}
	return 0;
}
