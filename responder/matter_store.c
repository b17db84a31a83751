/* What notices tell of an incident: reads incident, firing, mention, document; writes the
 * columns owner, policy, step, round, step_due of incident. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/notice_store.h"
#include "responder/shed.h"

#define HEARD_MAX 2000
#define DAY_S     86400
#define LOOKED_AT 300 /* newest mentions, folded into stories */
#define SITES_MAX 40
#define ID_SIZE   sizeof(((struct id *)0)->b)

int
matter_row(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
	   struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT number, watch, title, state, level, grade, safety, opened_at,"
		   " first_mention_at, closed_at, closed_why, owner, policy, step, round, "
		   "step_due,"
		   " acked_until, acked_by, confidential, topic FROM incident WHERE id = :id");
	int found;

	*m = (struct matter){ .id = *incident };
	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	if (found > 0) {
		m->number = arena_str(a, stmt_col_text(q, 0));
		m->watch = arena_str(a, stmt_col_text(q, 1));
		m->title = arena_str(a, stmt_col_text(q, 2));
		m->state = arena_str(a, stmt_col_text(q, 3));
		m->level = stmt_col_int(q, 4);
		m->grade = stmt_col_int(q, 5);
		m->safety = stmt_col_int(q, 6);
		m->opened_at = stmt_col_int(q, 7);
		m->first_mention_at = stmt_col_int(q, 8);
		m->closed_at = stmt_col_int(q, 9);
		m->closed_why_zh = m->closed_why_en = arena_str(a, stmt_col_text(q, 10));
		m->owner = arena_str(a, stmt_col_text(q, 11));
		m->policy = arena_str(a, stmt_col_text(q, 12));
		m->step_last = stmt_col_int(q, 13);
		m->step = stmt_col_null(q, 12) ? -1 : m->step_last;
		m->round = stmt_col_int(q, 14);
		m->step_due = stmt_col_int(q, 15);
		m->acked_until = stmt_col_int(q, 16);
		m->acked_by = arena_str(a, stmt_col_text(q, 17));
		m->confidential = stmt_col_int(q, 18);
		m->topic = arena_str(a, stmt_col_text(q, 19));
	}
	stmt_reset(q);
	return found;
}

/* The story of a mention's document and its site; 1, 0 there is none, -1. */
static int
story_of(struct store *s, const struct id *mention, struct id *story, uint64_t *site,
	 struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT coalesce(d.story, d.id), d.site FROM mention m JOIN"
			      " document d ON d.id = m.document WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0) {
		*story = stmt_col_id(q, 0);
		*site = hash_fast(stmt_col_text(q, 1), 0);
	}
	stmt_reset(q);
	return found;
}

/* The sites of a story's mentions, each once. */
struct story_sites {
	uint64_t v[SITES_MAX];
	int64_t n;
};

static void
site_add(struct story_sites *x, uint64_t site)
{
	for (int64_t i = 0; i < x->n; i++)
		if (x->v[i] == site)
			return;
	if (x->n < SITES_MAX)
		x->v[x->n++] = site;
}

static int
evidence_more(struct store *s, const struct id *mention, struct arena *a, struct matter *m,
	      struct story_sites sites[WORDS_EVIDENCE], struct err *e)
{
	struct evidence *x;
	struct id story;
	uint64_t site;
	size_t at = 0;
	int found = story_of(s, mention, &story, &site, e);

	if (found <= 0)
		return found;
	while (at < m->evidence_n && !id_eq(&m->evidence[at].story, &story))
		at++;
	if (at == WORDS_EVIDENCE)
		return 0;
	x = &m->evidence[at];
	if (at == m->evidence_n) {
		found = record_evidence(s, mention, a, x, e);
		if (found <= 0)
			return found;
		m->evidence_n++;
		x->story = story;
		sites[at].n = 0;
	}
	site_add(&sites[at], site);
	x->told++;
	x->sites = sites[at].n;
	return 0;
}

/* Until there is the first, when it is of one story; else all are counted. */
static int
evidence_read(struct store *s, struct str ids, size_t stories, struct arena *a,
	      struct matter *m, struct err *e)
{
	struct story_sites sites[WORDS_EVIDENCE];

	m->evidence_n = 0;
	m->evidence_total = (int64_t)(ids.n / ID_SIZE);
	for (size_t i = 0; i < ids.n / ID_SIZE && i < LOOKED_AT; i++) {
		struct id mention;

		if (stories == 1 && m->evidence_n)
			break;

		memcpy(mention.b, ids.p + i * ID_SIZE, ID_SIZE);
		if (evidence_more(s, &mention, a, m, sites, e) < 0)
			return -1;
	}
	return 0;
}

int
matter_evidence(struct store *s, struct str ids, struct arena *a, struct matter *m,
		struct err *e)
{
	return evidence_read(s, ids, WORDS_EVIDENCE, a, m, e);
}

/* The mentions that its newest firing counted; a number from outside counts none. */
static int
counted_last(struct store *s, struct arena *a, const struct matter *m, struct str *mentions,
	     struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT evidence FROM firing WHERE incident = :incident AND"
			      " length(evidence) > 0 ORDER BY at DESC, grade DESC, id LIMIT 1");
	int found;

	stmt_id(q, 1, &m->id);
	found = stmt_step(q, e);
	if (found > 0)
		*mentions = arena_str(a, stmt_col_bytes(q, 0));
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* What its newest firing says; with so many stories of its evidence. */
static int
firing_read(struct store *s, size_t stories, struct arena *a, struct matter *m, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT trigger, reason_zh, reason_en, evidence, facts FROM firing"
		   " WHERE incident = :incident ORDER BY at DESC, grade DESC, id"
		   " LIMIT 1");
	struct str mentions = { NULL, 0 };
	int found;

	stmt_id(q, 1, &m->id);
	found = stmt_step(q, e);
	if (found > 0) {
		m->trigger = arena_str(a, stmt_col_text(q, 0));
		m->reason_zh = arena_str(a, stmt_col_text(q, 1));
		m->reason_en = arena_str(a, stmt_col_text(q, 2));
		mentions = arena_str(a, stmt_col_bytes(q, 3));
		m->facts = arena_str(a, stmt_col_text(q, 4));
	}
	stmt_reset(q);
	if (found < 0 || (found > 0 && !mentions.n && counted_last(s, a, m, &mentions, e) < 0))
		return -1;
	return evidence_read(s, mentions, stories, a, m, e);
}

int
matter_glance(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
	      struct err *e)
{
	int found = matter_row(s, incident, a, m, e);

	return found > 0 && firing_read(s, 1, a, m, e) < 0 ? -1 : found;
}

int
matter_read(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
	    struct err *e)
{
	int found = matter_row(s, incident, a, m, e);

	if (found > 0 &&
	    (firing_read(s, WORDS_EVIDENCE, a, m, e) < 0 || shed_now(s, &m->shed_at, e) < 0))
		return -1;
	return found;
}

int
matter_heard(struct store *s, int64_t now, struct matter *m, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.source_class FROM mention m JOIN document d ON d.id ="
			      " m.document WHERE m.watch = :watch AND m.arrived_at > :since"
			      " ORDER BY m.arrived_at DESC LIMIT :most");
	int more;

	memset(m->heard, 0, sizeof m->heard);
	stmt_text(q, 1, m->watch);
	stmt_int(q, 2, now - DAY_S);
	stmt_int(q, 3, HEARD_MAX);
	while ((more = stmt_step(q, e)) > 0) {
		int64_t class = stmt_col_int(q, 0);

		if (class >= 0 && class < WORDS_CLASSES)
			m->heard[class]++;
	}
	stmt_reset(q);
	return more;
}

int
matter_write(struct store *s, const struct matter *m, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE incident SET owner = :owner, policy = :policy, step ="
			      " :step, round = :round, step_due = :due WHERE id = :id");

	if (m->owner.n)
		stmt_text(q, 1, m->owner);
	if (m->policy.n)
		stmt_text(q, 2, m->policy);
	stmt_int(q, 3, m->step < 0 ? m->step_last : m->step);
	stmt_int(q, 4, m->round);
	if (m->step_due)
		stmt_int(q, 5, m->step_due);
	stmt_id(q, 6, &m->id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
matters_waiting(struct store *s, int64_t now, struct arena *a, struct id **out, size_t *n,
		struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM incident WHERE step_due > 0 AND"
				       " step_due > :now");
	int64_t room;
	int more;

	*n = 0;
	stmt_int(q, 1, now);
	more = stmt_step(q, e);
	room = more > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	*out = arena_alloc(a, (size_t)(room + 1) * sizeof **out);
	q = store_stmt(s,
		       "SELECT id FROM incident WHERE step_due > 0 AND step_due > :now ORDER BY"
		       " step_due, number");
	stmt_int(q, 1, now);
	while (more >= 0 && (int64_t)*n < room && (more = stmt_step(q, e)) > 0)
		(*out)[(*n)++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

int
matters_due(struct store *s, enum matter_due what, int64_t now, struct id *out, size_t *n,
	    struct err *e)
{
	static const char *const sql[] = {
		[DUE_STEPS] =
			"SELECT id FROM incident WHERE policy IS NOT NULL AND step_due > 0 AND"
			" step_due <= :now ORDER BY step_due, number LIMIT :max",
		[DUE_ACKS] = "SELECT id FROM incident WHERE acked_by IS NOT NULL AND " ACKED
			     " AND acked_until <= :now ORDER BY acked_until, number LIMIT"
			     " :max",
	};
	struct stmt *q = store_stmt(s, sql[what]);
	int more;

	*n = 0;
	stmt_int(q, 1, now);
	stmt_int(q, 2, MATTERS_MAX);
	while ((more = stmt_step(q, e)) > 0 && *n < MATTERS_MAX)
		out[(*n)++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}
