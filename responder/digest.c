/*
 * digest.c - when a digest is made, written, told.
 *
 * 1. A digest of a day is a row with id = hash(name, day): made once, whatever happens.
 * 2. What a downtime missed is made afterwards, oldest first, as far back as its period says.
 * 3. Row and notices are one commit; files follow it, and come back when they are missing.
 * 4. A personal digest is one for each group of readers who share language, zone and watches. What
 *    a reader was told is remembered by name, date and reader: groups come and go.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/digest.h"
#include "responder/digest_files.h"
#include "responder/digest_groups.h"
#include "responder/digest_word.h"
#include "responder/heap.h"

#define DAY 86400
/* How much of what was missed is made up for. */
static const int64_t catch_up[] = {
	[PERIOD_DAY] = 7 * DAY,
	[PERIOD_WEEK] = 28 * DAY,
	[PERIOD_MONTH] = 93 * DAY,
	[PERIOD_QUARTER] = 186 * DAY,
};

/* ---- life ------------------------------------------------------------------------------------------- */

struct one {
	const struct digest_conf *conf; /* the list's, or of d->a */
	struct zone *own;               /* of conf->zone; NULL: the site's */
	int64_t next_at;
};
struct digests {
	const struct responder_env *env;
	struct notices *notices;
	const struct roster *roster; /* NULL: nobody is told */
	struct arena *a;
	struct one *v;
	size_t n, cap;
	struct {
		size_t one; /* of v */
		int64_t day;
		bool only_missing, failed;
	} * pending; /* rows of which files are to be written */
	size_t pending_n, pending_cap;
};

static const struct zone *
zone_of(const struct digests *d, const struct one *o)
{
	return o->own ? o->own : d->env->zone;
}

static bool
has_files(const struct digests *d, const struct one *o)
{
	return o->conf->path.n && d->env->send != SEND_SINK;
}

static void
pending_add(struct digests *d, const struct one *o, int64_t day, bool only_missing)
{
	if (!has_files(d, o))
		return;
	if (d->pending_n == d->pending_cap)
		d->pending = heap_more(d->pending, &d->pending_cap, sizeof *d->pending);
	d->pending[d->pending_n].one = (size_t)(o - d->v);
	d->pending[d->pending_n].day = day;
	d->pending[d->pending_n].failed = false;
	d->pending[d->pending_n++].only_missing = only_missing;
}

struct looking {
	struct digests *d;
	const struct one *o;
	int64_t last; /* the newest day of this very name */
};

static void
missing_add(void *arg, int64_t day)
{
	struct looking *x = arg;

	x->last = day;
	pending_add(x->d, x->o, day, true);
}

static int
one_begin(struct digests *d, struct one *o, int64_t now, struct err *e)
{
	struct looking look = { d, o, 0 };
	const struct zone *z;
	int64_t last;

	if (o->conf->zone.n && !(o->own = zone_open(arena_text(d->a, o->conf->zone), e)))
		return -1;
	if (digest_last(d->env->store, digest_base(o->conf->name), &last, d->a, e) < 0 ||
	    digest_days(d->env->store, o->conf->name, now - catch_up[o->conf->period],
			missing_add, &look, e) < 0)
		return -1;
	z = zone_of(d, o);
	if (!last) {
		o->next_at = digest_next(o->conf, z, now - 1);
		return 0;
	}
	/* One is made a turn: of the last day other groups may have theirs, and this one not yet. */
	o->next_at = digest_next(o->conf, z, last - 1);
	if (look.last && zone_day(z, o->next_at) == zone_day(z, look.last))
		o->next_at = digest_next(o->conf, z, o->next_at);
	while (o->next_at < now - catch_up[o->conf->period]) {
		log_event(LOG_WARN, "digest_skipped", "name=%.*s at=%lld",
			  STR_ARG(o->conf->name), (long long)o->next_at);
		o->next_at = digest_next(o->conf, z, o->next_at);
	}
	return 0;
}

static int
one_add(void *arg, const struct digest_conf *c, int64_t now, struct err *e)
{
	struct digests *d = arg;

	if (d->n == d->cap)
		d->v = heap_more(d->v, &d->cap, sizeof *d->v);
	d->v[d->n] = (struct one){ .conf = c };
	return one_begin(d, &d->v[d->n++], now, e);
}

struct digests *
digests_new(const struct conf_list *list, const struct responder_env *env,
	    struct notices *notices, const struct roster *roster, int64_t now, struct err *e)
{
	struct digests *d = heap_zero(1, sizeof *d);
	const struct digest_conf *c = list->v;

	d->env = env;
	d->notices = notices;
	d->a = arena_new();
	d->roster = roster;
	for (size_t i = 0; i < list->n; i++) {
		const struct digest_groups_ask q = { &c[i], roster, env, now };
		int bad = c[i].personal && roster ? digest_groups(&q, d->a, one_add, d, e)
						  : one_add(d, &c[i], now, e);

		if (bad < 0) {
			digests_free(d);
			return NULL;
		}
	}
	return d;
}

void
digests_free(struct digests *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++)
		zone_close(d->v[i].own);
	free(d->v);
	free(d->pending);
	arena_free(d->a);
	free(d);
}

int64_t
digests_due(struct digests *d)
{
	int64_t at = INT64_MAX;

	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].next_at < at)
			at = d->v[i].next_at;
	return at;
}

/* ---- making ------------------------------------------------------------------------------------------- */

static int
tell_one(struct digests *d, const struct one *o, const struct digest_row *r, struct str person,
	 struct str channel, struct err *e)
{
	struct buf key = BUF(256);
	char date[DIGEST_DATE];
	struct id id;
	struct notice_text t = { .kind = "digest",
				 .person = person,
				 .channel = channel,
				 .subject = r->subject,
				 .body = r->text,
				 .html = r->mail,
				 .facts = r->facts };
	int bad;

	bad = digest_is_off(d->env->store, r->name, person, e);
	if (bad)
		return bad < 0 ? -1 : 0;
	digest_date(zone_of(d, o), r->day, date);
	id = ID_OF(STR("digest"), digest_base(r->name), str_of(date), person);
	id_add_hex(&key, &id);
	t.key = buf_str(&key);
	bad = notices_tell(d->notices, &t, r->at, e);
	buf_release(&key);
	return bad;
}

static int
tell_all(struct digests *d, const struct one *o, const struct digest_row *r, struct err *e)
{
	const struct conf_texts *to = &o->conf->to, *ch = &o->conf->channels;
	struct told told = { .at = r->at, .type = "digest", .id = r->id, .reason = r->subject };

	told_put(&d->env->told, &told);
	for (size_t i = 0; d->notices && i < to->n; i++)
		for (size_t k = 0; k < (ch->n ? ch->n : 1); k++)
			if (tell_one(d, o, r, to->v[i],
				     ch->n ? ch->v[k] : (struct str){ "", 0 }, e) < 0)
				return -1;
	return 0;
}

static int
one_make(struct digests *d, struct one *o, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct digest_ask ask = {
		.conf = o->conf, .at = o->next_at, .made_at = now, .roster = d->roster
	};
	struct digest_row r;
	int bad = record_meta_int(d->env->store, "commit_seq", 0, &ask.as_of, e), added = 0;

	ask.as_of++; /* rows of the open batch are read, and committed with it */
	bad = bad < 0 || digest_compose(d->env, &ask, a, &r, e) < 0;
	if (!bad)
		added = digest_add(d->env->store, &r, e);
	bad |= added < 0;
	if (added > 0) {
		bad = tell_all(d, o, &r, e);
		pending_add(d, o, r.day, false);
		log_event(LOG_INFO, "digest_made", "name=%.*s as_of=%lld", STR_ARG(r.name),
			  (long long)r.as_of);
	}
	arena_free(a);
	return bad ? -1 : 0;
}

int
digests_turn(struct digests *d, int64_t now, struct err *e)
{
	struct one *o = d->v;

	for (size_t i = 1; i < d->n; i++)
		if (d->v[i].next_at < o->next_at)
			o = &d->v[i];
	if (!d->n || o->next_at > now)
		return 0;
	if (one_make(d, o, now, e) < 0)
		return -1;
	o->next_at = digest_next(o->conf, zone_of(d, o), o->next_at);
	return 1;
}

/* ---- files --------------------------------------------------------------------------------------------- */

/* failed: it was said before. */
static bool
files_write(struct digests *d, const struct one *o, int64_t day, bool only_missing, bool failed)
{
	const struct digest_files f = { o->conf, zone_of(d, o), only_missing };
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct digest_row r;
	int found = digest_read(d->env->store, o->conf->name, day, a, &r, &e);

	bool written = found >= 0 && (!found || digest_files_write(&f, &r, a, &e) == 0);

	if (!written && !failed)
		log_event(LOG_WARN, "digest_unwritten", "name=%.*s why=%s",
			  STR_ARG(o->conf->name), e.text);
	arena_free(a);
	return written;
}

/* What cannot be written now stays, and is tried again. */
void
digests_flush(struct digests *d)
{
	size_t kept = 0;

	if (store_in_batch(d->env->store))
		return;
	for (size_t i = 0; i < d->pending_n; i++) {
		if (files_write(d, &d->v[d->pending[i].one], d->pending[i].day,
				d->pending[i].only_missing, d->pending[i].failed))
			continue;
		d->pending[kept] = d->pending[i];
		d->pending[kept++].failed = true;
	}
	d->pending_n = kept;
}

int
digests_file_again(struct digests *d, const struct id *id, struct err *e)
{
	struct arena *a = arena_new();
	struct digest_row r;
	int found = digest_get(d->env->store, id, a, &r, e);
	size_t i = 0;

	while (found > 0 && i < d->n && !str_eq(d->v[i].conf->name, r.name))
		i++;
	if (found > 0 && i == d->n) {
		log_event(LOG_WARN, "digest_files_unknown", "name=%.*s", STR_ARG(r.name));
	} else if (found > 0 && has_files(d, &d->v[i])) {
		const struct digest_files f = { d->v[i].conf, zone_of(d, &d->v[i]), false };

		found = digest_files_again(&f, &r, a, e);
	}
	arena_free(a);
	return found < 0 ? -1 : 0;
}
