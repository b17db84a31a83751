/*
 * digest.c - when a digest is made, written, told.
 *
 * 1. A digest of a day is a row with id = hash(name, day): made once, whatever happens.
 * 2. What a downtime missed is made afterwards, oldest first, at most a week of it.
 * 3. Row and notices are one commit; files follow it, and come back when they are missing.
 */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/digest.h"
#include "responder/heap.h"
#include "responder/outfile.h"

#define CATCH_UP_S (7 * 86400)

static const char *const lang_words[] = { "site", "zh", "en", NULL };
static const char *const period_words[] = { "day", "week", "month", "quarter", NULL };
static const char *const day_words[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL
};
static const struct {
	const char *word, *suffix;
} formats[] = { { "html", "html" },
		{ "md", "md" },
		{ "text", "txt" },
		{ "json", "json" },
		{ "chat", "chat.txt" } };

#define AT(field) offsetof(struct digest_conf, field)
static const struct conf_key digest_keys[] = {
	{ "every", CONF_CHOICE, AT(period), .dflt = "day", .help = "day, week, month, quarter",
	  .choices = period_words },
	{ "on", CONF_CHOICE, AT(on), .dflt = "mon", .help = "a week's: told on this day",
	  .choices = day_words },
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "of these; empty: all" },
	{ "cut", CONF_CLOCK, AT(cut), .dflt = "08:00", .help = "a day ends at this time" },
	{ "at", CONF_CLOCK, AT(at), .dflt = "09:00", .help = "and is told at this time" },
	{ "zone", CONF_ZONE, AT(zone), 0, 0, "", "of these times; empty: the site's" },
	{ "to", CONF_TEXTS, AT(to), 0, 200, "", "people it is sent to" },
	{ "channels", CONF_TEXTS, AT(channels), 0, 20, "",
	  "through these; empty: each person's first contact" },
	{ "formats", CONF_TEXTS, AT(formats), 0, 5, "[html, md, text]",
	  "files: html, md, text, json, chat" },
	{ "lang", CONF_CHOICE, AT(lang), .dflt = "site", .help = "zh, en, or site: the site's",
	  .choices = lang_words },
	{ "path", CONF_PATH, AT(path), 0, 0, "", "folder of the files; empty: no files" },
	CONF_END,
};

static void
digest_check(struct conf_reader *r, void *self)
{
	struct digest_conf *c = self;

	for (size_t i = 0; i < c->formats.n; i++) {
		size_t k = 0;

		while (k < LY_COUNT(formats) && !str_is(c->formats.v[i], formats[k].word))
			k++;
		if (k == LY_COUNT(formats))
			conf_error(r, &c->formats,
				   "there is no format \"%.*s\": html, md, text, json, chat",
				   STR_ARG(c->formats.v[i]));
	}
	if (c->cut >= 86400 || c->at >= 86400)
		conf_error(r, c->cut >= 86400 ? &c->cut : &c->at,
			   "24:00 is 00:00 of the next day");
}

const struct conf_schema digest_schema = {
	.name = "digest",
	.size = sizeof(struct digest_conf),
	.keys = digest_keys,
	.help = "A digest 日报: a day, week, month or quarter of the record, told at a local "
		"time.",
	.name_at = AT(name),
	.check = digest_check,
};

static bool
is_one_of(struct str s, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, names[i]))
			return true;
	return false;
}

static void
names_check(struct conf_reader *r, const struct conf_texts *t, const char *what,
	    const struct str *names, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		if (!is_one_of(t->v[i], names, n))
			conf_unknown(r, t, what, t->v[i], names, n);
}

void
digest_conf_check(struct conf_reader *r, const struct conf_list *digests,
		  const struct notice_conf *people, const struct str *watches, size_t watches_n)
{
	struct arena *a = conf_arena(r);
	const struct person_conf *p = people->people.v;
	const struct channel_conf *ch = people->channels.v;
	struct str *who = arena_alloc(a, (people->people.n + 1) * sizeof *who);
	struct str *through = arena_alloc(a, (people->channels.n + 1) * sizeof *through);
	const struct digest_conf *c = digests->v;

	for (size_t i = 0; i < people->people.n; i++)
		who[i] = p[i].key;
	for (size_t i = 0; i < people->channels.n; i++)
		through[i] = ch[i].name;
	for (size_t i = 0; i < digests->n; i++) {
		names_check(r, &c[i].watches, "watch", watches, watches_n);
		names_check(r, &c[i].to, "person", who, people->people.n);
		names_check(r, &c[i].channels, "channel", through, people->channels.n);
	}
}

/* ---- life ------------------------------------------------------------------------------------------- */

struct one {
	const struct digest_conf *conf;
	int64_t next_at;
	bool unwritten; /* its newest row may have no files */
};
struct digests {
	const struct responder_env *env;
	struct notices *notices;
	struct one *v;
	size_t n;
	struct {
		const struct digest_conf *conf;
		int64_t day;
	} * pending; /* rows of which files are to be written */
	size_t pending_n, pending_cap;
};

static int
one_begin(struct digests *d, struct one *o, int64_t now, struct err *e)
{
	int64_t last;

	if (digest_last(d->env->store, o->conf->name, &last, e) < 0)
		return -1;
	o->unwritten = last != 0;
	if (!last) {
		o->next_at = digest_next(o->conf, d->env->zone, now - 1);
		return 0;
	}
	o->next_at = digest_next(o->conf, d->env->zone, last - 1); /* of that day */
	o->next_at = digest_next(o->conf, d->env->zone, o->next_at);
	while (o->next_at < now - CATCH_UP_S) {
		log_event(LOG_WARN, "digest_skipped", "name=%.*s at=%lld",
			  STR_ARG(o->conf->name), (long long)o->next_at);
		o->next_at = digest_next(o->conf, d->env->zone, o->next_at);
	}
	return 0;
}

struct digests *
digests_new(const struct conf_list *list, const struct responder_env *env,
	    struct notices *notices, int64_t now, struct err *e)
{
	struct digests *d = heap_zero(1, sizeof *d);
	const struct digest_conf *c = list->v;

	d->env = env;
	d->notices = notices;
	d->v = heap_zero(list->n, sizeof *d->v);
	for (; d->n < list->n; d->n++) {
		d->v[d->n].conf = &c[d->n];
		if (one_begin(d, &d->v[d->n], now, e) < 0) {
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
	free(d->v);
	free(d->pending);
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
tell_one(struct digests *d, const struct digest_row *r, struct str person, struct str channel,
	 struct err *e)
{
	struct buf key = BUF(256);
	struct notice_text t = { .kind = "digest",
				 .person = person,
				 .channel = channel,
				 .subject = r->subject,
				 .body = r->text,
				 .html = r->mail,
				 .facts = r->facts };
	int bad;

	id_add_hex(&key, &r->id);
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
			if (tell_one(d, r, to->v[i], ch->n ? ch->v[k] : (struct str){ "", 0 },
				     e) < 0)
				return -1;
	return 0;
}

static void
pending_add(struct digests *d, const struct digest_conf *c, int64_t day)
{
	if (!c->path.n || d->env->send == SEND_SINK)
		return;
	if (d->pending_n == d->pending_cap)
		d->pending = heap_more(d->pending, &d->pending_cap, sizeof *d->pending);
	d->pending[d->pending_n].conf = c;
	d->pending[d->pending_n++].day = day;
}

static int
one_make(struct digests *d, struct one *o, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct digest_ask ask = { .conf = o->conf, .at = o->next_at, .made_at = now };
	struct digest_row r;
	int bad = record_meta_int(d->env->store, "commit_seq", 0, &ask.as_of, e), added = 0;

	ask.as_of++; /* rows of the open batch are read, and committed with it */
	bad = bad < 0 || digest_compose(d->env, &ask, a, &r, e) < 0;
	if (!bad)
		added = digest_add(d->env->store, &r, e);
	bad |= added < 0;
	if (added > 0) {
		bad = tell_all(d, o, &r, e);
		pending_add(d, o->conf, r.day);
		log_event(LOG_INFO, "digest_made", "name=%.*s as_of=%lld", STR_ARG(r.name),
			  (long long)r.as_of);
	}
	arena_free(a);
	return bad ? -1 : 0;
}

int
digests_turn(struct digests *d, int64_t now, struct err *e)
{
	int made = 0;

	for (size_t i = 0; i < d->n; i++)
		while (d->v[i].next_at <= now) {
			if (one_make(d, &d->v[i], now, e) < 0)
				return -1;
			d->v[i].next_at =
				digest_next(d->v[i].conf, d->env->zone, d->v[i].next_at);
			made = 1;
		}
	return made;
}

/* ---- files --------------------------------------------------------------------------------------------- */

static struct str
bytes_of(const struct digest_row *r, const char *format, struct arena *a)
{
	if (!strcmp(format, "chat"))
		return digest_chat_of(r, a);
	if (!strcmp(format, "html"))
		return r->html;
	if (!strcmp(format, "md"))
		return r->md;
	return !strcmp(format, "json") ? r->facts : r->text;
}

static const char *
file_path(const struct digests *d, const struct digest_conf *c, const struct digest_row *r,
	  size_t format, struct arena *a)
{
	struct civil day = zone_civil(d->env->zone, r->day);

	return arena_textf(a, "%.*s/%.*s-%d-%02d-%02d.%s", STR_ARG(c->path), STR_ARG(c->name),
			   day.year, day.month, day.day, formats[format].suffix);
}

static int
file_write(struct digests *d, const struct digest_conf *c, const struct digest_row *r,
	   size_t format, bool only_missing, struct arena *a, struct err *e)
{
	const char *path = file_path(d, c, r, format, a);

	if (only_missing && access(path, F_OK) == 0)
		return 0;
	return outfile_write(path, bytes_of(r, formats[format].word, a), e);
}

static void
files_write(struct digests *d, const struct digest_conf *c, int64_t day, bool only_missing)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct digest_row r;
	int bad = digest_read(d->env->store, c->name, day, a, &r, &e);

	if (bad > 0)
		bad = outfile_folder(c->path.p, &e);
	for (size_t i = 0; bad == 0 && r.name.n && i < c->formats.n; i++)
		for (size_t k = 0; k < LY_COUNT(formats); k++)
			if (str_is(c->formats.v[i], formats[k].word) &&
			    file_write(d, c, &r, k, only_missing, a, &e) < 0)
				bad = -1;
	if (bad < 0)
		log_event(LOG_WARN, "digest_unwritten", "name=%.*s why=%s", STR_ARG(c->name),
			  e.text);
	arena_free(a);
}

void
digests_flush(struct digests *d)
{
	if (store_in_batch(d->env->store))
		return;
	for (size_t i = 0; i < d->n; i++) {
		struct one *o = &d->v[i];

		if (o->unwritten && o->conf->path.n && d->env->send != SEND_SINK)
			files_write(d, o->conf, 0, true);
		o->unwritten = false;
	}
	for (size_t i = 0; i < d->pending_n; i++)
		files_write(d, d->pending[i].conf, d->pending[i].day, false);
	d->pending_n = 0;
}

static int
files_again(struct digests *d, const struct digest_conf *c, const struct digest_row *r,
	    struct arena *a, struct err *e)
{
	for (size_t k = 0; k < LY_COUNT(formats); k++)
		if (outfile_again(file_path(d, c, r, k, a), bytes_of(r, formats[k].word, a),
				  e) < 0)
			return -1;
	return 0;
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
	if (found > 0 && i == d->n)
		log_event(LOG_WARN, "digest_files_unknown", "name=%.*s", STR_ARG(r.name));
	else if (found > 0 && d->v[i].conf->path.n && d->env->send != SEND_SINK)
		found = files_again(d, d->v[i].conf, &r, a, e);
	arena_free(a);
	return found < 0 ? -1 : 0;
}
