#include "core/base.h"

#include "core/document.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/rate.h"
#include "responder/record_store.h"
#include "responder/hush_store.h"
#include "responder/signal_store.h"

/* ---- roll-ups ------------------------------------------------------------------------------ */

#define UPSERT(table)                                                                        \
	"INSERT INTO " table " (watch, topic, at, mentions, negative, positive, complaints," \
	" score, reach, tone_reach, copies, lag, lagged) VALUES (:watch, :topic, :at,"       \
	" :mentions, :negative, :positive, :complaints, :score, :reach, :tone, :copies,"     \
	" :lag, :lagged) ON CONFLICT (watch, topic, at) DO UPDATE SET"                       \
	" mentions = " table ".mentions + excluded.mentions,"                                \
	" negative = " table ".negative + excluded.negative,"                                \
	" positive = " table ".positive + excluded.positive,"                                \
	" complaints = " table ".complaints + excluded.complaints,"                          \
	" score = " table ".score + excluded.score, reach = " table                          \
	".reach + excluded.reach, tone_reach = " table ".tone_reach + excluded.tone_reach,"  \
	" copies = " table ".copies + excluded.copies, lag = " table ".lag + excluded.lag,"  \
	" lagged = " table ".lagged + excluded.lagged"

static const char *const upserts[ROLLUP_SCALES] = {
	[ROLLUP_MINUTE] = UPSERT("rollup_minute"),
	[ROLLUP_HOUR] = UPSERT("rollup_hour"),
	[ROLLUP_DAY] = UPSERT("rollup_day"),
};

int
rollup_write(struct store *s, const struct rollup *r, const struct names *watches,
	     const struct names *topics, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct rollup_row *row = &r->rows[i];
		struct stmt *q = store_stmt(s, upserts[row->scale]);

		stmt_text(q, 1, names_get(watches, row->watch));
		stmt_text(q, 2, names_get(topics, row->topic));
		stmt_int(q, 3, row->at);
		stmt_int(q, 4, row->c.mentions);
		stmt_int(q, 5, row->c.negative);
		stmt_int(q, 6, row->c.positive);
		stmt_int(q, 7, row->c.complaints);
		stmt_int(q, 8, row->c.score);
		stmt_int(q, 9, row->c.reach);
		stmt_int(q, 10, row->c.tone_reach);
		stmt_int(q, 11, row->c.copies);
		stmt_int(q, 12, row->c.lag_s);
		stmt_int(q, 13, row->c.lagged);
		if (stmt_run(q, e) < 0)
			return -1;
	}
	return 0;
}

/* Since when roll-ups hold all that quotients are made of: the first whole hour. */
static int
rates_from(struct store *s, int64_t first_at, int64_t *from, struct err *e)
{
	int64_t at;

	if (record_meta_int(s, ROLLUP_RATES_FROM, 0, &at, e) < 0)
		return -1;
	at += at ? 3600 - at % 3600 : 0;
	*from = at > first_at ? at : first_at;
	return 0;
}

static void
rate_read(struct stmt *q, enum signal_kind signal, int64_t *part, int64_t *of)
{
	const struct rollup_counts c = { .mentions = stmt_col_int(q, 1),
					 .negative = stmt_col_int(q, 2),
					 .reach = stmt_col_int(q, 4),
					 .positive = stmt_col_int(q, 6),
					 .tone_reach = stmt_col_int(q, 7),
					 .copies = stmt_col_int(q, 8),
					 .lag_s = stmt_col_int(q, 9),
					 .lagged = stmt_col_int(q, 10) };
	struct rate x = rate_of(signal, &c);

	*part = x.part;
	*of = x.of;
}

int
rollup_read_hours(struct store *s, const struct rollup_ask *of, struct baseline_hours *h,
		  struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT at, mentions, negative, complaints, reach, topic,"
			      " positive, tone_reach, copies, lag, lagged"
			      " FROM rollup_hour WHERE watch = :watch AND (topic = ''"
			      " OR topic = :topic) AND at >= :from AND at < :to");
	bool rate = rate_is(of->signal);
	int64_t from = h->first_at;
	int column = of->signal == SIGNAL_NEGATIVE     ? 2
		     : of->signal == SIGNAL_COMPLAINTS ? 3
		     : of->signal == SIGNAL_REACH      ? 4
						       : 1;
	int more;

	memset(h->mentions, 0, sizeof h->mentions);
	memset(h->counts, 0, sizeof h->counts);
	memset(h->of, 0, sizeof h->of);
	if (rate && of->signal != SIGNAL_NET && rates_from(s, h->first_at, &from, e) < 0)
		return -1;
	stmt_text(q, 1, of->watch);
	stmt_text(q, 2, of->topic);
	stmt_int(q, 3, from);
	stmt_int(q, 4, h->first_at + (int64_t)h->n * 3600);
	while ((more = stmt_step(q, e)) > 0) {
		int64_t i = (stmt_col_int(q, 0) - h->first_at) / 3600;
		struct str topic = stmt_col_text(q, 5);

		if (!topic.n)
			h->mentions[i] = stmt_col_int(q, 1);
		if (str_eq(topic, of->topic) && rate)
			rate_read(q, of->signal, &h->counts[i], &h->of[i]);
		else if (str_eq(topic, of->topic))
			h->counts[i] = stmt_col_int(q, column);
	}
	stmt_reset(q);
	return more;
}

/* ---- trigger states ------------------------------------------------------------------------- */

int
trigger_state_write(struct store *s, struct str trigger, struct str watch, struct str half,
		    const struct trigger_state *st, const struct id *firing, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO trigger_state (trigger, watch, story, over_since, fired_at, "
		   "firing)"
		   " VALUES (:trigger, :watch, :story, :over, :fired, :firing)"
		   " ON CONFLICT (trigger, watch, story) DO UPDATE SET over_since ="
		   " excluded.over_since, fired_at = excluded.fired_at, firing = "
		   "coalesce(excluded.firing, trigger_state.firing)");

	stmt_text(q, 1, trigger);
	stmt_text(q, 2, watch);
	stmt_text(q, 3, half);
	stmt_int(q, 4, st->over_since);
	stmt_int(q, 5, st->fired_at);
	if (firing && !id_none(firing))
		stmt_id(q, 6, firing);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
trigger_state_read(struct store *s, struct str trigger, struct str watch, struct str half,
		   struct trigger_state *st, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT over_since, fired_at FROM trigger_state WHERE"
			      " trigger = :trigger AND watch = :watch AND story = :story");
	int found;

	*st = (struct trigger_state){ 0 };
	stmt_text(q, 1, trigger);
	stmt_text(q, 2, watch);
	stmt_text(q, 3, half);
	found = stmt_step(q, e);
	if (found > 0) {
		st->over_since = stmt_col_int(q, 0);
		st->fired_at = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* ---- firings -------------------------------------------------------------------------------- */

int
firing_add(struct store *s, const struct firing *f, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO firing (id, trigger, version, watch, story, grade, at, from_at,"
		" to_at, observed, threshold, baseline, facts, reason_zh, reason_en, evidence,"
		" as_of, lead) VALUES (:id, :trigger, :version, :watch, :story, :grade, :at, "
		":from,"
		" :to, :observed, :threshold, :baseline, :facts, :zh, :en, :evidence, :as_of,"
		" :lead)"
		" ON CONFLICT (id) DO NOTHING");

	stmt_id(q, 1, &f->id);
	stmt_text(q, 2, f->trigger);
	stmt_id(q, 3, &f->version);
	stmt_text(q, 4, f->watch);
	stmt_text(q, 5, f->story);
	stmt_int(q, 6, f->grade);
	stmt_int(q, 7, f->at);
	stmt_int(q, 8, f->from_at);
	stmt_int(q, 9, f->to_at);
	stmt_int(q, 10, f->observed);
	stmt_int(q, 11, f->threshold);
	stmt_int(q, 12, f->baseline);
	stmt_text(q, 13, f->facts);
	stmt_text(q, 14, f->reason_zh);
	stmt_text(q, 15, f->reason_en);
	stmt_bytes(
		q, 16,
		(struct str){ (const char *)f->evidence, f->evidence_n * sizeof *f->evidence });
	stmt_int(q, 17, f->as_of);
	if (id_none(&f->lead))
		stmt_null(q, 18);
	else
		stmt_id(q, 18, &f->lead);
	return stmt_run(q, e);
}

/* Of those that it counted last. */
#define LEAD_LOOK 200

int
firing_lead(struct store *s, const struct firing *f, struct id *lead, struct err *e)
{
	struct {
		struct id story;
		size_t n;
	} v[LEAD_LOOK];
	size_t of = f->evidence_n < LEAD_LOOK ? f->evidence_n : LEAD_LOOK, n = 0;

	*lead = (struct id){ { 0 } };
	for (size_t i = 0; i < of; i++) {
		struct id story;
		size_t k = 0;
		int found = mention_event(s, &f->evidence[i], &story, e);

		if (found < 0)
			return -1;
		while (found && k < n && !id_eq(&v[k].story, &story))
			k++;
		if (found && k == n) {
			v[n].story = story;
			v[n++].n = 0;
		}
		if (found && ++v[k].n * 2 > of)
			*lead = story;
	}
	return 0;
}

#define LEADS_MOST 100 /* the newest */

static int
lead_set(struct store *s, const struct id *firing, const struct id *lead, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE firing SET lead = :lead WHERE id = :id");

	stmt_id(q, 1, lead);
	stmt_id(q, 2, firing);
	return stmt_run(q, e) < 0 ? -1 : 1;
}

int
firings_lead_again(struct store *s, const struct id *incident, const struct id *story,
		   int64_t since, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, evidence FROM firing WHERE incident ="
				       " :incident AND at >= :since AND lead = :story"
				       " ORDER BY at DESC LIMIT :most");
	struct arena *a = arena_new();
	struct firing v[LEADS_MOST];
	int more = 0, n = 0, changed = 0;

	stmt_id(q, 1, incident);
	stmt_int(q, 2, since);
	stmt_id(q, 3, story);
	stmt_int(q, 4, LEADS_MOST);
	while (n < LEADS_MOST && (more = stmt_step(q, e)) > 0) {
		struct str ids = arena_str(a, stmt_col_bytes(q, 1));

		v[n++] = (struct firing){ .id = stmt_col_id(q, 0),
					  .evidence = (const struct id *)ids.p,
					  .evidence_n = ids.n / sizeof(struct id) };
	}
	stmt_reset(q);
	for (int i = 0; i < n && more >= 0; i++) {
		struct id lead;

		more = firing_lead(s, &v[i], &lead, e);
		if (more < 0 || id_none(&lead) || id_eq(&lead, story))
			continue;
		more = lead_set(s, &v[i].id, &lead, e);
		changed++;
	}
	arena_free(a);
	return more < 0 ? -1 : changed;
}

/* Is its document, too, a mention of that watch? */
static int
mention_is_of(struct store *s, const struct id *mention, struct str watch, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT 1 FROM mention m JOIN mention o ON o.watch = :watch AND o.arrived_at ="
		" m.arrived_at AND o.document = m.document WHERE m.id = :id");
	int found;

	stmt_text(q, 1, watch);
	stmt_id(q, 2, mention);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int
firing_shares(struct store *s, const struct firing *f, const struct conf_texts *watches,
	      struct err *e)
{
	size_t of = f->evidence_n < LEAD_LOOK ? f->evidence_n : LEAD_LOOK;
	int found = 0;

	for (size_t i = 0; !found && i < of; i++) {
		struct id story;

		found = mention_event(s, &f->evidence[i], &story, e);
		if (found > 0 && !id_eq(&story, &f->lead))
			found = 0;
		if (found <= 0)
			continue;
		found = 0;
		for (size_t k = 0; !found && k < watches->n; k++)
			found = mention_is_of(s, &f->evidence[i], watches->v[k], e);
	}
	return found;
}

int
firings_heard(struct store *s, const struct id *incident,
	      void (*each)(void *arg, const struct firing_heard *h), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT watch, lead, max(at) FROM firing WHERE incident ="
			      " :incident GROUP BY watch, lead ORDER BY watch, lead");
	int more;

	stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0) {
		struct firing_heard h = { *incident, stmt_col_id(q, 1), stmt_col_text(q, 0),
					  stmt_col_int(q, 2) };

		each(arg, &h);
	}
	stmt_reset(q);
	return more;
}

int
firing_set_incident(struct store *s, const struct id *firing, const struct id *incident,
		    struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE firing SET incident = :incident WHERE id = :id");

	stmt_id(q, 1, incident);
	stmt_id(q, 2, firing);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
firings_move(struct store *s, const struct id *from, const struct id *into, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE firing SET incident = :into WHERE incident = :from");

	stmt_id(q, 1, into);
	stmt_id(q, 2, from);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
firing_peak(struct store *s, const struct id *incident, struct str trigger, int64_t *peak,
	    struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(max(observed), -1) FROM firing"
				       " WHERE incident = :incident AND trigger = :trigger");
	int found;

	stmt_id(q, 1, incident);
	stmt_text(q, 2, trigger);
	found = stmt_step(q, e);
	*peak = found > 0 ? stmt_col_int(q, 0) : -1;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* ---- reading back --------------------------------------------------------------------------- */

struct stored_mention
stored_mention_of(struct stmt *q)
{
	return (struct stored_mention){
		.id = stmt_col_id(q, 0),
		.document = stmt_col_id(q, 1),
		.author_key = stmt_col_id(q, 2),
		.story = stmt_col_id(q, 3),
		.watch = stmt_col_text(q, 4),
		.site = stmt_col_text(q, 5),
		.source = stmt_col_text(q, 6),
		.topics = stmt_col_text(q, 7),
		.arrived_at = stmt_col_int(q, 8),
		.source_class = stmt_col_int(q, 9),
		.followers = stmt_col_int(q, 10),
		.score = stmt_col_int(q, 11),
		.label = stmt_col_int(q, 12),
		.intent = stmt_col_int(q, 13),
		.flags = stmt_col_int(q, 14),
		.document_flags = stmt_col_int(q, 15),
		.published_at = stmt_col_int(q, 16),
		.as_of = stmt_col_int(q, 17),
		.confidence = stmt_col_int(q, 18),
		.severity = stmt_col_int(q, 19),
		.rank = stmt_col_int(q, 20),
	};
}

int64_t
stored_lag(const struct stored_mention *m)
{
	return signal_lag(m->published_at, m->arrived_at, m->document_flags);
}

struct rollup_counts
stored_counts(const struct stored_mention *m)
{
	struct signal_marks marks = stored_marks(m);

	return signal_counts(signal_bits(&marks) | signal_copy(&m->story, &m->document),
			     m->score, m->followers, stored_lag(m));
}

struct signal_marks
stored_marks(const struct stored_mention *m)
{
	return (struct signal_marks){ m->label, m->intent, m->flags, m->document_flags,
				      m->source_class };
}

static uint64_t
topics_of(struct str text, struct names *topics, struct arena *a)
{
	struct err e;
	const struct json *list = text.n > 2 ? json_parse(a, text, &e) : NULL;
	uint64_t bits = 0;

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_at(list, i);

		if (!json_int(json_get(t, "negated"), 0))
			bits |= signal_topic_bits(topics,
						  json_text(json_get(t, "topic"), STR("")),
						  json_int(json_get(t, "safety"), 0) != 0);
	}
	return bits;
}

struct signal_item
stored_item(const struct stored_mention *m, struct names *sites, struct names *topics,
	    struct arena *a)
{
	struct signal_marks marks = stored_marks(m);
	struct document d = { .followers = m->followers };

	return (struct signal_item){
		.at = m->arrived_at,
		.mention = m->id,
		.story = m->story,
		.author = signal_author(&m->author_key, m->site),
		.site = names_add(sites, m->site),
		.source = names_add(sites, m->source),
		.topics = topics_of(m->topics, topics, a),
		.reach = m->followers > 0 ? m->followers : 0,
		.lag_s = (int32_t)stored_lag(m),
		.score = (int16_t)m->score,
		.bits = (uint16_t)(signal_bits(&marks) | signal_copy(&m->story, &m->document)),
		.source_class = (uint8_t)m->source_class,
		.tier = (int8_t)document_tier(&d),
		.severity = (uint8_t)m->severity,
		.confidence = (int16_t)m->confidence,
		.rank = (int16_t)m->rank,
	};
}

int
mentions_read(struct store *s, struct str watch, int64_t from, int64_t to,
	      void (*each)(void *arg, const struct stored_mention *m), void *arg, struct err *e)
{
	/* By time: what came together lies together in that index, and not in that of random ids. */
	struct stmt *q = store_stmt(s, "SELECT " STORED_FIELDS
				       "d.arrived_at = m.arrived_at AND d.id = m.document"
				       " WHERE m.watch = :watch AND m.arrived_at > :from"
				       " AND m.arrived_at <= :to"
				       " ORDER BY m.arrived_at");
	int more;

	stmt_text(q, 1, watch);
	stmt_int(q, 2, from);
	stmt_int(q, 3, to);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_mention m = stored_mention_of(q);

		each(arg, &m);
	}
	stmt_reset(q);
	return more;
}

#define TELLINGS                                                                        \
	"SELECT m.story, m.arrived_at, m.flags, d.flags FROM mention m JOIN document d" \
	" ON d.arrived_at = m.arrived_at AND d.id = m.document WHERE m.watch = :watch"  \
	" AND m.arrived_at > :from AND m.arrived_at <= :to ORDER BY m.arrived_at"

static struct stored_telling
stored_telling_of(struct stmt *q)
{
	return (struct stored_telling){ .story = stmt_col_id(q, 0),
					.arrived_at = stmt_col_int(q, 1),
					.flags = stmt_col_int(q, 2),
					.document_flags = stmt_col_int(q, 3) };
}

bool
telling_is_kept(const struct stored_telling *t)
{
	return signal_is_kept(&(struct signal_marks){ .flags = t->flags,
						      .document_flags = t->document_flags });
}

int
tellings_read(struct store *s, struct str watch, int64_t from, int64_t to,
	      void (*each)(void *arg, const struct stored_telling *t), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, TELLINGS);
	int more;

	stmt_text(q, 1, watch);
	stmt_int(q, 2, from);
	stmt_int(q, 3, to);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_telling t = stored_telling_of(q);

		each(arg, &t);
	}
	stmt_reset(q);
	return more;
}

int
telling_newest(struct store *s, struct str watch, int64_t from, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, TELLINGS " DESC");
	int more = 0;

	*at = from;
	stmt_text(q, 1, watch);
	stmt_int(q, 2, from);
	stmt_int(q, 3, INT64_MAX);
	while (*at == from && (more = stmt_step(q, e)) > 0) {
		struct stored_telling t = stored_telling_of(q);

		if (telling_is_kept(&t))
			*at = t.arrived_at;
	}
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

/* ---- numbers from outside ---------------------------------------------------------------------- */

int
sample_add(struct store *s, const struct sample *x, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO signal_sample (signal, at, value, source,"
				       " arrived_at) VALUES (:signal, :at, :value, :source,"
				       " :arrived) ON CONFLICT (signal, at) DO NOTHING");

	stmt_text(q, 1, x->signal);
	stmt_int(q, 2, x->at);
	stmt_int(q, 3, x->value_micro);
	stmt_text(q, 4, x->source);
	stmt_int(q, 5, x->arrived_at);
	return stmt_run(q, e);
}

static int
samples_each(struct stmt *q, void (*each)(void *arg, const struct sample *x, int64_t count),
	     void *arg, struct err *e)
{
	int more;

	while ((more = stmt_step(q, e)) > 0) {
		struct sample x = { .signal = stmt_col_text(q, 0),
				    .source = stmt_col_text(q, 3),
				    .at = stmt_col_int(q, 1),
				    .value_micro = stmt_col_int(q, 2),
				    .arrived_at = stmt_col_int(q, 4) };

		each(arg, &x, stmt_col_int(q, 5));
	}
	stmt_reset(q);
	return more;
}

int
samples_newest(struct store *s, void (*each)(void *arg, const struct sample *x, int64_t count),
	       void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT x.signal, x.at, x.value, x.source, x.arrived_at, n.count FROM"
		   " signal_sample x JOIN (SELECT signal, max(at) AS at, count(*) AS count"
		   " FROM signal_sample GROUP BY signal) n ON n.signal = x.signal AND"
		   " n.at = x.at ORDER BY x.signal");

	return samples_each(q, each, arg, e);
}

int
samples_read(struct store *s, const struct sample_span *of,
	     void (*each)(void *arg, const struct sample *x, int64_t count), void *arg,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT signal, at, value, source, arrived_at, 1 FROM"
				       " signal_sample WHERE signal = :signal AND at >= :from"
				       " AND at < :until ORDER BY at DESC LIMIT :limit");

	stmt_text(q, 1, of->signal);
	stmt_int(q, 2, of->from);
	stmt_int(q, 3, of->until);
	stmt_int(q, 4, of->limit);
	return samples_each(q, each, arg, e);
}

int
samples_forget(struct store *s, int64_t before, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "DELETE FROM signal_sample WHERE (signal, at) IN (SELECT signal,"
			      " at FROM signal_sample WHERE at < :before LIMIT 1000)");

	stmt_int(q, 1, before);
	return stmt_run(q, e);
}
