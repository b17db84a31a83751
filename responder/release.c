/* release.c - see release.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/notice_store.h"
#include "responder/pack_keep.h"
#include "responder/release.h"

const char *const release_words[] = { "statement",  "full",  "update",  "reply",
				      "staff_note", "press", "closing", NULL };

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

struct standing {
	struct arena *a;
	int64_t n;
	bool full, statement; /* not taken back */
};

static int
standing_add(void *arg, const struct entry *x)
{
	struct standing *s = arg;
	struct err bad;
	const struct json *j = json_parse(s->a, x->value.n ? x->value : STR("{}"), &bad);

	struct str kind = json_text(json_get(j, "kind"), STR(""));

	s->n++;
	if (str_is(json_text(json_get(j, "state"), STR("")), "withdrawn"))
		return 0;
	s->full |= str_is(kind, "full");
	s->statement |= str_is(kind, "statement");
	return 0;
}

int64_t
release_next(struct store *s, const struct id *incident, struct err *e)
{
	struct arena *a = arena_new();
	struct standing x = { .a = a };
	int bad = entries_standing(s, incident, STR("release"), standing_add, &x, e);

	arena_free(a);
	return bad < 0 ? -1 : x.n + 1;
}

int
release_withdrawn(struct responder *r, const struct gate_ask *q, struct err *e)
{
	const char *value[] = { "act", pack_act_words[PACK_WITHDRAW], NULL };
	struct pack_file p[PACK_PIECES];
	struct standing x = { .a = q->a };

	if (pack_read(q, p, e) < 0 || entries_standing(r->store, &q->incident->id,
						       STR("release"), standing_add, &x, e) < 0)
		return -1;
	if (x.full || x.statement || p[PACK_STATEMENT].state != PACK_RELEASED)
		return 0;
	return gate_add(q, "pack", str_of(pack_piece_words[PACK_STATEMENT]),
			gate_value(q, value), e);
}

int
release_settle(struct responder *r, const struct gate_ask *q, struct incident *i, struct err *e)
{
	struct standing x = { .a = q->a };
	struct incident_move_info info = {
		.incident = i,
		.event = EVENT_STAND_DOWN,
		.at = q->at,
		.actor = q->actor,
		.reason_zh = STR("完整回应已发出，三件套齐备"),
		.reason_en = STR("full response released, response pack complete")
	};
	struct pack_file p[PACK_PIECES];

	if (i->state != INCIDENT_RESPONDING)
		return 0;
	if (pack_read(q, p, e) < 0)
		return -1;
	if (!pack_all_complete(p, q->at))
		return 0;
	if (entries_standing(r->store, &i->id, STR("release"), standing_add, &x, e) < 0)
		return -1;
	if (!x.full)
		return 0;
	return raise_move(r, &info, q->at, e) < 0 ? -1 : 1;
}

/* ---- publishing ------------------------------------------------------------------------------------ */

static void
member(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->n > 1 ? "," : "", name);
	json_add_text(b, value);
}

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
	member(&facts, "incident", q->incident->number);
	member(&facts, "release", p->number);
	member(&facts, "kind", p->kind);
	member(&facts, "language", p->lang);
	member(&facts, "sha256", p->hash);
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
	static const char *const waits[] = { "queued", "retry_wait", "sending" };
	const struct channel_conf *c = q->people->channels.v;
	struct str key = publish_key(q, number, hash);

	for (size_t i = 0; i < q->people->channels.n; i++) {
		struct notice_row of = { .kind = STR("publish"), .channel = c[i].name }, row;
		struct id id = notice_tell_id(&of, key);
		int found = notice_get(r->store, &id, q->a, &row, e);

		for (size_t k = 0; found > 0 && k < LY_COUNT(waits); k++)
			if (str_is(row.state, waits[k]) &&
			    notice_set_state(r->store, &id, "superseded", STR("taken back"), 0,
					     e) < 0)
				return -1;
		if (found < 0)
			return -1;
	}
	return 0;
}
