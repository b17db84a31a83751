#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/incident_store.h"
#include "responder/label_store.h"
#include "responder/record_store.h"
#include "responder/signal_store.h"
#include "responder/verify_parts.h"
#include "responder/verify_store.h"

void
verify_differs(struct verify *v, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	v->sum->mismatches++;
	v->mismatch(v->arg, str_of(text));
}

/* ---- roll-ups -------------------------------------------------------------------------------- */

static int64_t
day_of(struct verify *v, int64_t at)
{
	if (at < v->day_from || at >= v->day_to) {
		v->day_from = zone_day(v->zone, at);
		v->day_to = zone_day(v->zone, v->day_from + 36 * 3600);
	}
	return v->day_from;
}

/* All topics that are not negated, each once, after topic 0. */
static size_t
topics_of(struct verify *v, struct str text, uint32_t *out, size_t max)
{
	struct err bad;
	const struct json *list = json_parse(v->a, text, &bad);
	size_t n = 1;

	out[0] = 0;
	for (size_t i = 0; i < json_count(list) && n < max; i++) {
		const struct json *t = json_at(list, i);
		uint32_t topic = names_add(v->topics, json_text(json_get(t, "topic"), STR("")));
		bool seen = json_int(json_get(t, "negated"), 0) != 0;

		for (size_t k = 1; k < n; k++)
			seen |= out[k] == topic;
		if (!seen)
			out[n++] = topic;
	}
	return n;
}

static void
want_mention(void *arg, const struct stored_mention *m)
{
	struct verify *v = arg;
	struct signal_marks marks = stored_marks(m);
	int64_t at = m->document_flags & DOCUMENT_HISTORY ? m->published_at : m->arrived_at;
	uint32_t topics[64];
	struct rollup_row row = {
		.watch = names_add(v->watches, m->watch),
		.c = stored_counts(m),
	};
	size_t n;

	v->sum->mentions++;
	if (at > 0 && at < v->oldest)
		v->oldest = at;
	if (at <= 0 || !signal_counts_rollup(&marks))
		return;
	arena_reset(v->a);
	n = topics_of(v, m->topics, topics, LY_COUNT(topics));
	for (int s = 0; s < ROLLUP_SCALES; s++)
		for (size_t i = 0; i < n; i++) {
			row.scale = (enum rollup_scale)s;
			row.topic = topics[i];
			row.at = s == ROLLUP_MINUTE ? at - at % 60
				 : s == ROLLUP_HOUR ? at - at % 3600
						    : day_of(v, at);
			rollup_add(&v->want, &row);
		}
	if (m->followers < DOCUMENT_T3)
		return;
	row.scale = ROLLUP_HOUR;
	row.at = at - at % 3600;
	row.topic = names_add(v->topics, STR(ROLLUP_T3));
	rollup_add(&v->want, &row);
}

static const char *const scale_words[] = { "minute", "hour", "day" };

static void
rollup_differs(struct verify *v, const struct rollup_row *row, const struct rollup_counts *is,
	       const struct rollup_counts *should)
{
	bool counts = memcmp(is, should, offsetof(struct rollup_counts, tone_reach)) != 0;

	verify_differs(
		v,
		counts ? "rollup_%s %.*s/%.*s at %lld says %lld mentions, %lld negative, "
			 "%lld complaints; the mentions say %lld, %lld, %lld"
		       : "rollup_%s %.*s/%.*s at %lld says %lld copies, %lld s lag, %lld "
			 "reach of tone; the mentions say %lld, %lld, %lld",
		scale_words[row->scale], STR_ARG(names_get(v->watches, row->watch)),
		STR_ARG(names_get(v->topics, row->topic)), (long long)row->at,
		(long long)(counts ? is->mentions : is->copies),
		(long long)(counts ? is->negative : is->lag_s),
		(long long)(counts ? is->complaints : is->tone_reach),
		(long long)(counts ? should->mentions : should->copies),
		(long long)(counts ? should->negative : should->lag_s),
		(long long)(counts ? should->complaints : should->tone_reach));
}

/* Rows of a program that knew no quotients hold the first six alone. */
static bool
same_counts(const struct verify *v, const struct rollup_row *row,
	    const struct rollup_counts *want)
{
	return memcmp(want, &row->c,
		      row->at <= v->rates_from ? offsetof(struct rollup_counts, tone_reach)
					       : sizeof *want) == 0;
}

static void
have_rollup(void *arg, const struct rollup_row *row)
{
	struct verify *v = arg;
	const struct rollup_row *want = rollup_find(&v->want, row);
	static const struct rollup_counts nothing;

	v->sum->rollups++;
	rollup_add(&v->have, row);
	/* Mentions expire before their roll-ups. */
	if (!want && row->at < v->oldest - 86400)
		v->sum->expired++;
	else if (!same_counts(v, row, want ? &want->c : &nothing))
		rollup_differs(v, row, &row->c, want ? &want->c : &nothing);
}

static int
verify_all_rollups(struct verify *v)
{
	static const struct rollup_counts nothing;

	if (record_meta_int(v->s, ROLLUP_RATES_FROM, 0, &v->rates_from, v->e) < 0 ||
	    verify_mentions(v->s, want_mention, v, v->e) < 0)
		return -1;
	for (int s = 0; s < ROLLUP_SCALES; s++)
		if (verify_rollups(v->s, (enum rollup_scale)s, v->watches, v->topics,
				   have_rollup, v, v->e) < 0)
			return -1;
	for (size_t i = 0; i < v->want.n; i++)
		if (!rollup_find(&v->have, &v->want.rows[i]))
			rollup_differs(v, &v->want.rows[i], &nothing, &v->want.rows[i].c);
	return 0;
}

/* ---- contents --------------------------------------------------------------------------------- */

static void
check_content(void *arg, const struct stored_content *c)
{
	struct verify *v = arg;
	uint8_t digest[32];
	struct buf hex = BUF(64);

	v->sum->contents++;
	if (c->erased) {
		v->sum->expired += record_is_expired(c->erased_why);
		v->sum->erased += !record_is_expired(c->erased_why);
		if (!c->title.n && !c->body.n && !c->author.n && !c->salt.n)
			return;
	}
	record_digest(c->salt, c->title, c->body, c->author, &v->scratch, digest);
	if (!c->erased && c->digest.n == 32 && !memcmp(digest, c->digest.p, 32))
		return;
	id_add_hex(&hex, &c->document);
	if (c->erased)
		verify_differs(v, "content of document %s is gone (%.*s) but still has text",
			       hex.p, STR_ARG(c->erased_why));
	else
		verify_differs(v, "content of document %s is not what its digest was made of",
			       hex.p);
	buf_release(&hex);
}

/* ---- moves ------------------------------------------------------------------------------------- */

static struct verify_place *
place_of(struct verify *v, const struct id *incident)
{
	for (size_t i = v->places_n; i-- > 0;)
		if (id_eq(&v->places[i].incident, incident))
			return &v->places[i];
	if (v->places_n == v->places_cap)
		v->places = heap_more(v->places, &v->places_cap, sizeof *v->places);
	v->places[v->places_n] = (struct verify_place){ .incident = *incident };
	return &v->places[v->places_n++];
}

/* Does the table know this move, from where the incident stood? */
static void
check_table(struct verify *v, const struct audit_row *row)
{
	struct verify_place *p = place_of(v, &row->incident);
	int from = str_index(row->from_state, incident_state_words);
	int to = str_index(row->to_state, incident_state_words);
	int event = str_index(row->event, incident_event_words);
	const struct level_move *m = NULL;

	if (from >= 0 && to >= 0 && event >= 0)
		m = level_next((enum incident_state)from, row->from_level,
			       (enum incident_event)event);
	if (!m || (m->to != INCIDENT_NONE ? (int)m->to : from) != to)
		verify_differs(v, "move %lld: the table knows no %.*s from %.*s to %.*s",
			       (long long)row->seq, STR_ARG(row->event),
			       STR_ARG(row->from_state), STR_ARG(row->to_state));
	if (from != (int)p->state || row->from_level != p->level)
		verify_differs(
			v, "move %lld begins at %.*s L%d, but the one before ended at %s L%d",
			(long long)row->seq, STR_ARG(row->from_state), (int)row->from_level,
			incident_state_words[p->state], (int)p->level);
	p->state = to < 0 ? INCIDENT_NONE : (enum incident_state)to;
	p->level = row->to_level;
	p->moves++;
}

static int
check_evidence(struct verify *v, const struct audit_row *row)
{
	struct err bad;
	const struct json *list;

	arena_reset(v->a);
	list = json_parse(v->a, row->evidence, &bad);
	for (size_t i = 0; i < json_count(list); i++) {
		struct str mention = json_text(json_get(json_at(list, i), "mention"), STR(""));
		struct str digest = json_text(json_get(json_at(list, i), "digest"), STR(""));
		struct buf hex = BUF(128);
		struct evidence x;
		struct id id;
		int found = id_from_hex(mention, &id) == 0
				    ? record_evidence(v->s, &id, v->a, &x, v->e)
				    : 0;

		if (found < 0)
			return -1;
		if (!found) {
			v->sum->expired++;
			continue;
		}
		hash_add_hex(&hex, x.digest, sizeof x.digest);
		if (!str_eq(buf_str(&hex), digest))
			verify_differs(v, "move %lld: evidence %.*s has another digest now",
				       (long long)row->seq, STR_ARG(mention));
		buf_release(&hex);
	}
	return 0;
}

static int
check_move(void *arg, const struct audit_row *row)
{
	struct verify *v = arg;
	uint8_t hash[32];

	v->sum->moves++;
	if (row->seq != v->seq + 1)
		verify_differs(v, "move %lld comes after move %lld: one is missing",
			       (long long)row->seq, (long long)v->seq);
	if (memcmp(row->previous, v->hash, sizeof v->hash) != 0)
		verify_differs(v, "move %lld does not hold the hash of the move before it",
			       (long long)row->seq);
	audit_hash(row, hash);
	if (memcmp(row->hash, hash, sizeof hash) != 0)
		verify_differs(v, "move %lld was changed: its hash does not fit",
			       (long long)row->seq);
	memcpy(v->hash, row->hash, sizeof v->hash);
	v->seq = row->seq;
	check_table(v, row);
	return check_evidence(v, row);
}

static void
check_incident(void *arg, const struct incident *i)
{
	struct verify *v = arg;
	const struct verify_place *p = place_of(v, &i->id);

	if (p->state != i->state || p->level != i->level || p->moves != i->version)
		verify_differs(
			v, "incident %.*s says %s L%d version %lld; its moves say %s L%d, %lld",
			STR_ARG(i->number), incident_state_words[i->state], (int)i->level,
			(long long)i->version, incident_state_words[p->state], (int)p->level,
			(long long)p->moves);
}

/* ---- labels ------------------------------------------------------------------------------------ */

/* The same chain, of what people said. */
struct label_chain {
	struct verify *v;
	int64_t seq;
	uint8_t hash[32];
};

static int
check_label(void *arg, const struct label_row *row)
{
	struct label_chain *c = arg;
	uint8_t hash[32];

	c->v->sum->labels++;
	if (row->seq != c->seq + 1)
		verify_differs(c->v, "label %lld comes after label %lld: one is missing",
			       (long long)row->seq, (long long)c->seq);
	if (memcmp(row->previous, c->hash, sizeof c->hash) != 0)
		verify_differs(c->v, "label %lld does not hold the hash of the one before it",
			       (long long)row->seq);
	label_hash(row, hash);
	if (memcmp(row->hash, hash, sizeof hash) != 0)
		verify_differs(c->v, "label %lld was changed: its hash does not fit",
			       (long long)row->seq);
	memcpy(c->hash, row->hash, sizeof c->hash);
	c->seq = row->seq;
	return 0;
}

static int
verify_labels(struct verify *v)
{
	struct label_chain c = { .v = v };

	return labels_read(v->s, NULL, check_label, &c, v->e);
}

/* ---- all of it --------------------------------------------------------------------------------- */

int
verify_record(struct store *s, const struct zone *zone,
	      void (*mismatch)(void *arg, struct str what), void *arg, struct verify_sum *sum,
	      struct err *e)
{
	struct verify *v = heap_zero(1, sizeof *v);
	int bad;

	*sum = (struct verify_sum){ 0 };
	v->s = s;
	v->zone = zone;
	v->mismatch = mismatch;
	v->arg = arg;
	v->sum = sum;
	v->e = e;
	v->oldest = INT64_MAX;
	v->a = arena_new();
	v->scratch = BUF(4 << 20);
	v->watches = names_new();
	v->topics = names_new();
	bad = verify_all_rollups(v) < 0 || verify_contents(s, check_content, v, e) < 0 ||
	      verify_all_firings(v) < 0 || verify_all_notices(v) < 0 ||
	      verify_all_sitreps(v) < 0 || verify_all_digests(v) < 0 ||
	      moves_read(s, NULL, check_move, v, e) < 0 ||
	      incidents_read(s, 0, check_incident, v, e) < 0 || verify_labels(v) < 0 ||
	      verify_all_entries(v) < 0 || verify_all_rota(v) < 0 ||
	      verify_all_silences(v) < 0 || verify_all_drafts(v) < 0;
	rollup_release(&v->want);
	rollup_release(&v->have);
	names_free(v->watches);
	names_free(v->topics);
	arena_free(v->a);
	buf_release(&v->scratch);
	free(v->places);
	free(v);
	return bad ? -1 : 0;
}

int
verify_file(const char *path, const struct zone *zone,
	    void (*mismatch)(void *arg, struct str what), void *arg, struct verify_sum *sum,
	    struct err *e)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct store *live = store_open_reader(path, &record_migrations, e), *copy = NULL;
	struct buf to = BUF(1 << 16);
	size_t n;
	int done = -1;

	buf_addf(&to, "%s.verify-%d", path, (int)getpid());
	n = to.n;
	if (live && store_backup(live, to.p, e) == 0)
		copy = store_open(to.p, &record_migrations, e);
	if (copy)
		done = verify_record(copy, zone, mismatch, arg, sum, e);
	store_close(copy);
	store_close(live);
	for (size_t i = 0; i < LY_COUNT(ends); i++) {
		to.n = n;
		to.p[n] = '\0';
		buf_add(&to, str_of(ends[i]));
		unlink(to.p);
	}
	buf_release(&to);
	return done;
}
