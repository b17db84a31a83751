/* dossier_store.c - see dossier.h: reads incident, move, entry, notice, draft, rollup_hour. */
#include "core/base.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/audit.h"
#include "responder/dossier.h"
#include "responder/entry.h"
#include "responder/heap.h"
#include "responder/incident_store.h"
#include "responder/measure_store.h"
#include "responder/notice_store.h"
#include "responder/said.h"

#define SETTLED    600 /* seconds after which an hour of the roll-ups is whole     */
#define MERGED_MAX 500 /* incidents that became part of it */

const char *const dossier_turn_words[] = { "no_full", "too_soon", "too_few",
					   "not",     "turned",   NULL };

struct reading {
	struct store *s;
	struct arena *a;
	struct dossier *d;
	size_t moves_cap, entries_cap, notices_cap;
	struct said_list said;
};

/* ---- rows ---------------------------------------------------------------------------------------- */

static struct str
member(struct arena *a, struct str object, const char *name)
{
	struct err bad;

	return json_text(json_get(json_parse(a, object, &bad), name), STR(""));
}

static int
move_add(void *arg, const struct audit_row *m)
{
	struct reading *r = arg;
	struct dossier *d = r->d;
	struct dossier_move *x;
	struct err bad;

	if (m->at >= d->made_at)
		return 1;
	if (d->moves_n == DOSSIER_ROWS) {
		d->more.moves++;
		d->more.acks += str_is(m->event, "ack");
		return 0;
	}
	if (d->moves_n == r->moves_cap)
		d->moves = heap_more(d->moves, &r->moves_cap, sizeof *d->moves);
	x = &d->moves[d->moves_n++];
	*x = (struct dossier_move){
		.at = m->at,
		.from_level = m->from_level,
		.to_level = m->to_level,
		.event = arena_str(r->a, m->event),
		.actor = arena_str(r->a, m->actor),
		.from = arena_str(r->a, m->from_state),
		.to = arena_str(r->a, m->to_state),
		.reason_zh = member(r->a, m->reason, "zh"),
		.reason_en = member(r->a, m->reason, "en"),
		.evidence = (int64_t)json_count(json_parse(r->a, m->evidence, &bad)),
		.fired = !id_none(&m->firing),
	};
	return 0;
}

bool
dossier_is_deed(struct str kind, bool has_value)
{
	return str_is(kind, "note") ||
	       (has_value && (str_is(kind, "release") || str_is(kind, "claim")));
}

static int
entry_add(void *arg, const struct entry *n)
{
	struct reading *r = arg;
	struct dossier *d = r->d;
	struct dossier_entry *x;
	struct err bad;

	if (n->at >= d->made_at)
		return 1;
	if (d->entries_n == DOSSIER_ROWS) {
		d->more.entries++;
		d->more.deeds += dossier_is_deed(n->kind, n->value.n);
		return 0;
	}
	if (str_is(n->kind, "release"))
		said_take(&r->said, n);
	if (d->entries_n == r->entries_cap)
		d->entries = heap_more(d->entries, &r->entries_cap, sizeof *d->entries);
	for (size_t i = d->entries_n; i-- > 0;)
		if (str_eq(d->entries[i].kind, n->kind) && str_eq(d->entries[i].key, n->key)) {
			d->entries[i].stands = false; /* and no earlier one does */
			break;
		}
	x = &d->entries[d->entries_n++];
	*x = (struct dossier_entry){
		.at = n->at,
		.kind = arena_str(r->a, n->kind),
		.key = arena_str(r->a, n->key),
		.actor = arena_str(r->a, n->actor),
		.erased = arena_str(r->a, n->erased),
		.value = n->value.n ? json_parse(r->a, n->value, &bad) : NULL,
		.stands = true,
	};
	return 0;
}

static int
notices_load(struct reading *r, struct err *e)
{
	struct dossier *d = r->d;
	struct stmt *q = store_stmt(
		r->s, "SELECT level, kind, recipient, channel, created_at, coalesce(sent_at,"
		      " 0) FROM notice WHERE incident = :incident AND created_at < :made"
		      " ORDER BY created_at, seq, recipient, id");
	int more;

	stmt_id(q, 1, &d->incident.id);
	stmt_int(q, 2, d->made_at);
	while ((more = stmt_step(q, e)) > 0) {
		int64_t sent_at = stmt_col_int(q, 5);

		sent_at = sent_at < d->made_at ? sent_at : 0;
		if (d->notices_n == DOSSIER_ROWS) {
			d->more.notices++;
			d->more.sent += sent_at > 0;
			continue;
		}
		if (d->notices_n == r->notices_cap)
			d->notices = heap_more(d->notices, &r->notices_cap, sizeof *d->notices);
		d->notices[d->notices_n++] = (struct dossier_notice){
			.level = stmt_col_int(q, 0),
			.kind = arena_str(r->a, stmt_col_text(q, 1)),
			.recipient = arena_str(r->a, stmt_col_text(q, 2)),
			.channel = arena_str(r->a, stmt_col_text(q, 3)),
			.created_at = stmt_col_int(q, 4),
			.sent_at = sent_at,
		};
	}
	stmt_reset(q);
	return more;
}

/* ---- as it was ------------------------------------------------------------------------------------ */

int64_t
dossier_time(const struct dossier_entry *x, const char *name)
{
	struct err bad;
	int64_t at;

	return clock_parse_iso(dossier_get(x, name), &at, &bad) == 0 ? at : 0;
}

int64_t
dossier_said_at(const struct dossier_entry *x)
{
	int64_t at = dossier_time(x, "at");

	return at && at < x->at ? at : x->at;
}

/* State and level are those of the newest move. */
static void
turn_back(struct dossier *d)
{
	struct incident *i = &d->incident;

	for (size_t k = 0; k < d->moves_n; k++) {
		const struct dossier_move *m = &d->moves[k];
		bool over;

		i->state = incident_state_of(m->to);
		i->level = m->to_level;
		d->highest = m->to_level > d->highest ? m->to_level : d->highest;
		over = i->state == INCIDENT_CLOSED || i->state == INCIDENT_MERGED;
		i->closed_at = over ? m->at : 0;
		if (str_is(m->event, "ack") && !d->m.ack_at)
			d->m.ack_at = m->at;
		if (m->fired && !d->m.fired_at)
			d->m.fired_at = m->at;
	}
	if (i->state != INCIDENT_CLOSED)
		i->closed_why = STR("");
	d->m.level = d->highest;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* Its own times of an incident, which no merge writes. 1, 0, -1. */
static int
times_add(struct reading *r, const struct id *id, struct err *e)
{
	struct stmt *q =
		store_stmt(r->s, "SELECT i.own_first_mention_at, (SELECT m.at FROM move m WHERE"
				 " m.incident = i.id ORDER BY m.seq LIMIT 1) FROM incident i"
				 " WHERE i.id = :id");
	struct incident *i = &r->d->incident;
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0) {
		i->first_mention_at = sooner(i->first_mention_at, stmt_col_int(q, 0));
		i->opened_at = sooner(i->opened_at, stmt_col_int(q, 1));
	}
	stmt_reset(q);
	return found;
}

/* What was merged into it by then, behind v[*n]; -1. */
static int
merged_add(struct reading *r, const struct id *into, struct id v[MERGED_MAX], size_t *n,
	   struct err *e)
{
	struct stmt *q = store_stmt(r->s, "SELECT id FROM incident WHERE merged_into = :into"
					  " AND closed_at < :made ORDER BY closed_at, id");
	int more = 0;

	stmt_id(q, 1, into);
	stmt_int(q, 2, r->d->made_at);
	while (*n < MERGED_MAX && (more = stmt_step(q, e)) > 0)
		v[(*n)++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

/* Has another become part of it by then? */
static bool
took_in(const struct dossier *d)
{
	for (size_t k = 0; k < d->moves_n; k++)
		if (str_starts(d->moves[k].event, STR("join_")))
			return true;
	return false;
}

/* Its row has the earliest times of all that was ever merged into it, also after made_at. */
static int
times_read(struct reading *r, struct err *e)
{
	struct incident *i = &r->d->incident;
	struct id v[MERGED_MAX] = { i->id };
	size_t n = 1;

	i->first_mention_at = i->opened_at = 0;
	for (size_t k = 0; k < n; k++) {
		const struct id one = v[k];

		if (times_add(r, &one, e) < 0 ||
		    (took_in(r->d) && merged_add(r, &one, v, &n, e) < 0))
			return -1;
	}
	return 0;
}

static void
file_measure(struct dossier *d)
{
	struct strategies t;

	d->form = ASSESSMENT_NONE;
	for (size_t k = 0; k < d->entries_n; k++) {
		const struct dossier_entry *x = &d->entries[k];

		if (str_is(x->kind, "assessment") && x->stands && x->value)
			d->form = assessment_of(x->value);
	}
	t = strategies_of(&d->form, TRUTH_UNVERIFIED);
	d->cluster = t.cluster;
	for (size_t k = 0; k < d->notices_n && !d->m.page_at; k++)
		if (str_is(d->notices[k].kind, "page"))
			d->m.page_at = d->notices[k].sent_at;
}

static int
tones_read(struct reading *r, struct err *e)
{
	struct dossier *d = r->d;
	const struct incident *i = &d->incident;
	int64_t whole = (d->made_at - SETTLED) / 3600 * 3600;
	int64_t from = i->first_mention_at ? i->first_mention_at : i->opened_at;
	int judged;

	d->spread_to = i->closed_at && i->closed_at < whole ? i->closed_at : whole;
	if (d->spread_to > from &&
	    measure_tone(r->s, i->watch, from / 3600 * 3600, d->spread_to, &d->spread, e) < 0)
		return -1;
	if (!d->m.full_at)
		return 0;
	d->turn = DOSSIER_TOO_SOON;
	if (measure_over_at(&d->m) > d->made_at)
		return 0;
	judged = measure_reversal(r->s, &d->m, d->tones, e);
	if (judged < 0)
		return -1;
	d->turn = judged == REVERSAL_TURNED ? DOSSIER_TURNED
		  : judged == REVERSAL_NOT  ? DOSSIER_NOT
					    : DOSSIER_TOO_FEW;
	return 0;
}

static void
topic_add(struct reading *r, struct str topic)
{
	struct dossier *d = r->d;

	if (!topic.n || str_eq(topic, d->incident.topic) || d->topics_n == DOSSIER_TOPICS)
		return;
	for (size_t i = 0; i < d->topics_n; i++)
		if (str_eq(d->topics[i], topic))
			return;
	d->topics[d->topics_n++] = arena_str(r->a, topic);
}

static int
topics_read(struct reading *r, const struct id *mention, struct err *e)
{
	struct stmt *q = store_stmt(r->s, "SELECT topics FROM mention WHERE id = :id");
	const struct json *list;
	struct err bad;
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	list = found > 0 ? json_parse(r->a, stmt_col_text(q, 0), &bad) : NULL;
	for (size_t i = 0; i < json_count(list); i++)
		if (!json_true(json_get(json_at(list, i), "negated")))
			topic_add(r, json_text(json_get(json_at(list, i), "topic"), STR("")));
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* Texts of others, of the newest firing. */
static int
evidence_read(struct reading *r, struct err *e)
{
	struct matter m;
	int found = matter_read(r->s, &r->d->incident.id, r->a, &m, e);

	for (size_t k = 0; found > 0 && k < m.evidence_n && k < DOSSIER_EVIDENCE; k++) {
		r->d->evidence[r->d->evidence_n++] = m.evidence[k];
		if (topics_read(r, &m.evidence[k].mention, e) < 0)
			return -1;
	}
	return found < 0 ? -1 : 0;
}

/* What grew on the heap goes into the arena. */
static void *
settled(struct arena *a, void *v, size_t n, size_t size)
{
	void *copy = arena_alloc(a, (n + 1) * size);

	if (n)
		memcpy(copy, v, n * size);
	free(v);
	return copy;
}

int
dossier_read(struct store *s, struct str number, int64_t made_at, struct arena *a,
	     struct dossier *out, struct err *e)
{
	struct reading r = { .s = s, .a = a, .d = out };
	struct incident *i = &out->incident;
	int found, bad;

	*out = (struct dossier){ .made_at = made_at };
	found = incident_read(s, number, a, i, e);
	if (found <= 0)
		return found;
	bad = moves_read(s, &i->id, move_add, &r, e) < 0 || times_read(&r, e) < 0 ||
	      entries_read(s, &i->id, entry_add, &r, e) < 0 || notices_load(&r, e) < 0;
	out->moves = settled(a, out->moves, out->moves_n, sizeof *out->moves);
	out->entries = settled(a, out->entries, out->entries_n, sizeof *out->entries);
	out->notices = settled(a, out->notices, out->notices_n, sizeof *out->notices);
	out->m.id = i->id;
	out->m.watch = i->watch;
	out->m.opened_at = i->opened_at;
	out->m.first_mention_at = i->first_mention_at;
	turn_back(out);
	said_first(&r.said, &out->m.statement_at, &out->m.full_at, &out->full_draft);
	said_release(&r.said);
	file_measure(out);
	if (bad || tones_read(&r, e) < 0 || disclosure_read(s, &i->id, &out->told, e) < 0 ||
	    evidence_read(&r, e) < 0)
		return -1;
	return 1;
}

int
dossier_text(struct store *s, const struct id *draft, struct arena *a, struct dossier_text *out,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT template, text, author, version FROM draft WHERE"
				       " id = :id");
	int found;

	stmt_id(q, 1, draft);
	found = stmt_step(q, e);
	*out = (struct dossier_text){ .draft = *draft };
	if (found > 0) {
		out->template = arena_str(a, stmt_col_text(q, 0));
		out->text = arena_str(a, stmt_col_text(q, 1));
		out->author = arena_str(a, stmt_col_text(q, 2));
		out->version = stmt_col_int(q, 3);
	}
	stmt_reset(q);
	return found;
}
