/* apply.c - result -> rows, roll-ups, signals: counted exactly once. */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/blind.h"
#include "responder/copies_store.h"
#include "responder/count_fill.h"
#include "responder/parked.h"
#include "responder/notice.h"
#include "responder/post.h"
#include "responder/review.h"
#include "responder/record_store.h"
#include "responder/released_store.h"
#include "responder/shed.h"
#include "responder/sample.h"
#include "responder/signal_store.h"
#include "responder/state.h"

/* The strongest sentiment of a document's mentions: copies of opposite sense never fold. */
static int
sign_of(const struct result *res)
{
	const struct mention *m = res->mentions.v;
	int64_t most = 0;

	for (size_t i = 0; i < res->mentions.n; i++)
		if (m[i].label && llabs(m[i].score) >= llabs(most))
			most = m[i].score ? m[i].score : m[i].label;
	return most < 0 ? -1 : most > 0;
}

/* The same copies, and the event. */
struct placed {
	struct id copy, story;
};

static uint64_t
watches_of(const struct result *res)
{
	const struct mention *m = res->mentions.v;
	uint64_t bits = 0;

	for (size_t i = 0; i < res->mentions.n; i++)
		bits |= join_watch(m[i].watch);
	return bits;
}

static int
add_why(struct responder *r, const struct document *d, const struct join *x, struct err *e)
{
	struct record_why row = { d->id, x->story, x->like, d->arrived_at, x->alike, { 0 } };

	if (!x->n) /* it began the story, or is a copy */
		return 0;
	buf_clear(&r->scratch);
	join_pack_why(x, &r->scratch);
	row.why = buf_str(&r->scratch);
	return record_add_why(r->store, &row, e);
}

/* Old news that enough people spread anew is new: *flags says so from then on. */
static int
add_story(struct responder *r, const struct result *res, struct placed *placed, int64_t *flags,
	  struct err *e)
{
	const struct document *d = &res->document;
	struct story_item item = { .document = d->id,
				   .at = d->arrived_at,
				   .copies = res->copies,
				   .text_hash = d->text_hash,
				   .sign = sign_of(res) };
	struct join_item gist = { .document = d->id,
				  .at = d->arrived_at,
				  .gist = res->gist,
				  .watches = watches_of(res),
				  .sign = item.sign };
	struct copies_row row = { .document = d->id, .arrived_at = d->arrived_at };
	struct story_blob blob;
	struct join to;

	stories_forget(r->stories, d->arrived_at);
	placed->copy = row.story = stories_add(r->stories, &item);
	gist.copy = id_eq(&placed->copy, &d->id) ? NULL : &placed->copy;
	if (*flags & DOCUMENT_OLD)
		gist.old_author = (uint32_t)signal_author(&d->author_key, d->site);
	joins_add(r->joins, &gist, &to);
	placed->story = to.story;
	if (*flags & DOCUMENT_OLD && to.old_voices >= JOIN_VOICES)
		*flags |= DOCUMENT_STIRRED;
	buf_clear(&r->scratch);
	if (r->conf->fleeting)
		return 0;
	item.room = stories_room(r->stories);
	blob = story_pack(&item);
	row.signature = (struct str){ (const char *)blob.b, blob.n };
	join_pack_state(&gist, &to, &r->scratch);
	row.gist = buf_str(&r->scratch);
	if (copies_add(r->store, &row, e) < 0)
		return -1;
	return add_why(r, d, &to, e);
}

/* Its story, and what it showed of those before it. */
static int
place(struct responder *r, struct result *own, struct placed *placed, int64_t now,
      struct err *e)
{
	struct document *d = &own->document;
	const struct join_moved *v;
	size_t n;

	if (!own->mentions.n)
		return 0;
	/* What was said long ago is no copy of what is said today: a story of its own. */
	if (d->flags & DOCUMENT_HISTORY) {
		placed->copy = placed->story = d->id;
		return 0;
	}
	if (add_story(r, own, placed, &d->flags, e) < 0)
		return -1;
	n = joins_moved(r->joins, &v);
	return story_moved(r, v, n, now, e);
}

static int64_t
local_day(struct responder *r, int64_t at)
{
	if (at < r->day_from || at >= r->day_to) {
		r->day_at = r->day_from = zone_day(r->zone, at);
		r->day_to = zone_day(r->zone, r->day_from + 36 * 3600);
	}
	return r->day_at;
}

/* Is the i-th hit the first of its topic that is not negated? */
static bool
first_of_topic(const struct topic_hit *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!t[k].negated && str_eq(t[k].topic, t[i].topic))
			return false;
	return !t[i].negated;
}

static void
add_rollups(struct responder *r, const struct result *res, const struct mention *m,
	    const struct signal_marks *marks, const struct placed *placed)
{
	const struct document *d = &res->document;
	int64_t at = marks->document_flags & DOCUMENT_HISTORY ? d->published_at : d->arrived_at;
	const struct topic_hit *t = m->topics.v;
	struct rollup_row row = {
		.watch = names_add(r->watch_names, m->watch),
		.c = signal_counts(
			signal_bits(marks) | signal_copy(&placed->copy, &d->id), m->score,
			d->followers,
			signal_lag(d->published_at, d->arrived_at, marks->document_flags)),
	};
	const int64_t starts[] = { at - at % 60, at - at % 3600,
				   at > 0 ? local_day(r, at) : 0 };

	if (at <= 0 || !signal_counts_rollup(marks))
		return;
	/* Minutes are there to be verified. */
	for (int s = r->conf->fleeting ? ROLLUP_HOUR : ROLLUP_MINUTE; s < ROLLUP_SCALES; s++) {
		row.scale = (enum rollup_scale)s;
		row.at = starts[s];
		row.topic = 0;
		rollup_add(&r->rollup, &row);
		for (size_t i = 0; i < m->topics.n; i++) {
			if (!first_of_topic(t, i))
				continue;
			row.topic = names_add(r->topics, t[i].topic);
			rollup_add(&r->rollup, &row);
		}
	}
	if (document_tier(d) < 3)
		return;
	row.scale = ROLLUP_HOUR;
	row.at = starts[ROLLUP_HOUR];
	row.topic = names_add(r->topics, STR(ROLLUP_T3));
	rollup_add(&r->rollup, &row);
}

static int
add_signal(struct responder *r, const struct result *res, const struct mention *m,
	   const struct signal_marks *marks, const struct placed *placed, int64_t now,
	   struct err *e)
{
	const struct document *d = &res->document;
	struct watch_state *w = state_watch(r, m->watch);
	const struct topic_hit *t = m->topics.v;
	struct signal_item item = {
		.at = d->arrived_at,
		.mention = m->id,
		.story = placed->copy,
		.site = names_add(r->sites, d->site),
		.source = names_add(r->sites, d->source),
		.reach = d->followers > 0 ? d->followers : 0,
		.lag_s = (int32_t)signal_lag(d->published_at, d->arrived_at, d->flags),
		.score = (int16_t)m->score,
		.bits = (uint16_t)(signal_bits(marks) | signal_copy(&placed->copy, &d->id)),
		.source_class = (uint8_t)d->source_class,
		.tier = (int8_t)document_tier(d),
		.severity = (uint8_t)record_severity(m),
		.confidence = (int16_t)m->confidence,
		.rank = (int16_t)record_rank(d),
	};

	if (!w || !signal_is_kept(marks))
		return 0;
	item.author = signal_author(&d->author_key, d->site);
	for (size_t i = 0; i < m->topics.n; i++)
		if (!t[i].negated)
			item.topics |= state_topic_bits(r, t[i].topic, t[i].safety);
	series_add(w->series, &item);
	return raise_judge(r, w, &item, now, e);
}

/* ---- our own texts and their echo ---------------------------------------------------------- */

static bool
is_ours(const struct result *res)
{
	const struct mention *m = res->mentions.v;

	for (size_t i = 0; i < res->mentions.n; i++)
		if (m[i].flags & MENTION_OWNED)
			return true;
	return res->document.flags & DOCUMENT_OWNED;
}

/* Whose word counts although they quote or link us: witnesses, authorities, people to know. */
#define HEARD_ALL_THE_SAME (MENTION_FIRST_HAND | MENTION_OFFICIAL | MENTION_NOTABLE)

/* What own sites and accounts say is released: remember it. Else mark the mentions that only
 * spread what we released. */
static int
hear_echo(struct responder *r, const struct result *res, struct mention *m, struct err *e)
{
	const struct document *d = &res->document;
	struct released_row row = {
		.text = { .id = d->id,
			  .at = d->published_at ? d->published_at : d->arrived_at,
			  .title = d->title,
			  .text = d->text,
			  .url = d->url,
			  .copies = res->copies },
		.kind = STR("owned"),
	};
	enum echo_how how;
	struct id of;

	if (is_ours(res)) {
		if (!echoes_marks(r->echoes, &row.text))
			return 0;
		echoes_add(r->echoes, &row.text);
		return released_add(r->store, &row, e) < 0 ? -1 : 0;
	}
	how = echoes_find(r->echoes, &row.text, &of);
	for (size_t i = 0; how && i < res->mentions.n; i++) {
		if (how != ECHO_COPY && m[i].flags & HEARD_ALL_THE_SAME)
			continue;
		m[i].flags |= MENTION_ECHO;
		if (echo_add(r->store, &m[i].id, &of, how, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_mentions(struct responder *r, const struct result *res, const struct placed *placed,
	     int64_t now, struct err *e)
{
	struct mention *m = arena_alloc(r->work, res->mentions.n * sizeof *m);

	memcpy(m, res->mentions.v, res->mentions.n * sizeof *m);
	if (hear_echo(r, res, m, e) < 0)
		return -1;
	/* All rows first: what a mention sets off may show the others. */
	for (size_t i = 0; i < res->mentions.n; i++) {
		struct record_mention row = { res, &m[i], placed->copy, r->commit_seq + 1 };

		if (record_add_mention(r->store, &row, &r->scratch, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < res->mentions.n; i++) {
		struct signal_marks marks = { m[i].label, m[i].intent, m[i].flags,
					      res->document.flags, res->document.source_class };

		add_rollups(r, res, &m[i], &marks, placed);
		if (hush_hear(r, &res->document, &m[i], &placed->story, now, e) < 0)
			return -1;
		if (add_signal(r, res, &m[i], &marks, placed, now, e) < 0 ||
		    auto_ack_hear(r, &res->document, &m[i], now, e) < 0)
			return -1;
	}
	return 0;
}

/* A number takes a document's way, so that it comes once. What is none is logged and let go: it
 * was ours to write it well. */
static int
apply_sample(struct responder *r, const struct document *d, struct err *e)
{
	struct sample x = { .signal = d->title,
			    .source = d->source,
			    .at = d->published_at ? d->published_at : d->arrived_at,
			    .arrived_at = d->arrived_at };
	int added;

	if (!x.signal.n || sample_parse(d->text, &x.value_micro) < 0) {
		log_event(LOG_ERROR, "sample_unread", "source=%.*s seq=%lld",
			  STR_ARG(d->source), (long long)d->seq);
		return 0;
	}
	added = sample_add(r->store, &x, e);
	r->wrote |= added > 0;
	gauges_hear(r, d->arrived_at);
	return added < 0 ? -1 : 0;
}

static void
blind_text(const struct responder *r, const void *what, bool zh, struct buf *subject,
	   struct buf *body, struct buf *facts)
{
	struct blind_words w = { *subject, *body };

	(void)facts;
	blind_compose(what, zh, r->zone, &w);
	*subject = w.subject;
	*body = w.body;
}

/* The crawler's word that a source is dead or back. */
static int
tell_blind(struct responder *r, const struct document *d, int64_t now, struct err *e)
{
	struct buf key = BUF(64);
	int bad;

	id_add_hex(&key, &d->id);
	bad = owners_tell(r, &(struct owners_word){ d, buf_str(&key), blind_text }, now, e);
	buf_release(&key);
	return bad;
}

static void
shed_text(const struct responder *r, const void *what, bool zh, struct buf *subject,
	  struct buf *body, struct buf *facts)
{
	struct blind_words w = { *subject, *body };

	(void)facts;
	shed_compose(what, zh, r->zone, &w);
	*subject = w.subject;
	*body = w.body;
}

/* The crawler's word that it puts polls off, or does not any more: a row of its own, once. */
static int
apply_shed(struct responder *r, const struct document *d, const struct shed_word *w,
	   int64_t now, struct err *e)
{
	struct buf key = BUF(64);
	int bad = shed_add(r->store, &d->id, w, r->commit_seq + 1, e);

	if (bad <= 0)
		return bad;
	r->wrote = true;
	id_add_hex(&key, &d->id);
	bad = owners_tell(r, &(struct owners_word){ w, buf_str(&key), shed_text }, now, e);
	buf_release(&key);
	return bad;
}

/* The crawler's word that a post was edited or deleted: a row, and each draft that rests on it says so. */
static int
apply_post(struct responder *r, const struct post_word *w, int64_t now, struct err *e)
{
	int added = post_add(r->store, w, e);

	if (added <= 0)
		return added;
	r->wrote = true;
	log_event(LOG_INFO, "post_changed", "gone=%d", w->gone);
	return review_post_changed(r, w, now, e);
}

struct parked_what {
	const struct parked_rule *rule;
	const struct id *conf;
};

static void
parked_text(const struct responder *r, const void *what, bool zh, struct buf *subject,
	    struct buf *body, struct buf *facts)
{
	const struct parked_what *p = what;
	struct parked_words w = { *subject, *body, *facts };

	(void)r;
	parked_compose(p->rule, p->conf, zh, &w);
	*subject = w.subject;
	*body = w.body;
	*facts = w.facts;
}

/* The scorer's word that a rule is not run any more. */
static int
tell_parked(struct responder *r, const struct result *res, int64_t now, struct err *e)
{
	const struct parked_rule *v = res->parked.v;
	int bad = 0;

	for (size_t i = 0; i < res->parked.n && !bad; i++) {
		struct parked_what what = { &v[i], &res->conf };
		struct id id = ID_OF(STR("parked"), id_str(&res->conf), v[i].watch, v[i].rule);
		struct buf key = BUF(64);

		id_add_hex(&key, &id);
		bad = owners_tell(r, &(struct owners_word){ &what, buf_str(&key), parked_text },
				  now, e);
		buf_release(&key);
	}
	return bad;
}

/* In a fleeting record what nobody noticed only says that something was heard: one document an
 * hour is kept, so that no digest calls the day blind. */
static bool
is_passed_over(struct responder *r, const struct result *res)
{
	const struct document *d = &res->document;

	if (!r->conf->fleeting || res->mentions.n || res->parked.n ||
	    d->flags & DOCUMENT_HEALTH)
		return false;
	if (d->arrived_at / 3600 == r->kept_hour)
		return true;
	r->kept_hour = d->arrived_at / 3600;
	return false;
}

/* A word of the crawler that is kept as no document. 0 done, 1 it is another, -1. */
static int
apply_word(struct responder *r, const struct document *d, int64_t now, struct err *e)
{
	struct shed_word shed;
	struct pulse pulse;
	struct post_word post;

	if (pulse_read(r->work, d, &pulse)) {
		alive_hear(r, &pulse);
		return 0;
	}
	if (post_read(r->work, d, &post))
		return apply_post(r, &post, now, e);
	return shed_read(r->work, d, &shed) ? apply_shed(r, d, &shed, now, e) : 1;
}

int
apply_result(struct responder *r, const struct result *res, int64_t now, struct err *e)
{
	struct result own = *res; /* with flags of ours */
	struct document *d = &own.document;
	struct placed placed = { { { 0 } }, { { 0 } } };
	struct record_document row = { .document = d };
	struct id salt;
	int known;

	r->heard_at = d->arrived_at > r->heard_at ? d->arrived_at : r->heard_at;
	if (d->flags & DOCUMENT_SAMPLE)
		return apply_sample(r, d, e);
	if (d->flags & DOCUMENT_HEALTH && (known = apply_word(r, d, now, e)) <= 0)
		return known;
	if (is_passed_over(r, res))
		return 0;
	known = record_known(r->store, &d->id, e);
	if (known)
		return known < 0 ? -1 : 0;
	r->wrote = true;
	row.mentions = (int64_t)res->mentions.n;
	row.as_of = r->commit_seq + 1;
	if (place(r, &own, &placed, now, e) < 0)
		return -1;
	row.story = placed.story;
	if (record_add_document(r->store, &row, e) < 0 ||
	    retain_arrived(r, d->arrived_at, e) < 0 || count_fill_arrived(r, &own, now, e) < 0)
		return -1;
	if (d->flags & DOCUMENT_HEALTH)
		return tell_blind(r, d, now, e);
	if (tell_parked(r, res, now, e) < 0)
		return -1;
	if (!res->mentions.n)
		return 0;
	/* Rehearsals must repeat byte for byte; real salts must not be guessed. */
	salt = r->env.clock == CLOCK_STEPPED ? ID_OF(STR("salt"), id_str(&d->id)) : id_random();
	if (record_add_content(r->store, d, &salt, &r->scratch, e) < 0)
		return -1;
	return add_mentions(r, &own, &placed, now, e);
}
