#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/digest_store.h"
#include "responder/digest_word.h"
#include "responder/digest_word_store.h"
#include "responder/digest_words.h"
#include "responder/people_conf.h"

#define TEXT_MAX 2000 /* bytes: some 660 Chinese characters */
#define LIST_MAX 50

void
digest_date(const struct zone *z, int64_t at, char out[DIGEST_DATE])
{
	struct civil c = zone_civil(z, at);

	snprintf(out, DIGEST_DATE, "%04u-%02u-%02u", (unsigned)c.year % 10000,
		 (unsigned)c.month % 100, (unsigned)c.day % 100);
}

struct str
digest_base(struct str name)
{
	ptrdiff_t at = str_find_byte(name, '@');

	return at < 0 ? name : str_slice(name, 0, (size_t)at);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static struct conf_texts
list_of(const struct json *j, struct arena *a)
{
	size_t n = json_count(j) < LIST_MAX ? json_count(j) : LIST_MAX;
	struct conf_texts t = { arena_alloc(a, (n + 1) * sizeof *t.v), 0 };

	while (t.n < n) {
		t.v[t.n] = json_text(json_at(j, t.n), STR(""));
		t.n++;
	}
	return t;
}

int
digest_edit_read(struct store *s, const struct digest_day *d, struct arena *a,
		 struct day_edit *out, struct err *e)
{
	const struct digest_word of = { .kind = STR("edit"),
					.name = digest_base(d->conf->name),
					.key = str_of(d->date) };
	struct digest_word w;
	struct err bad;
	const struct json *j;
	int found = digest_word_newest(s, &of, d->made_at, a, &w, e);

	*out = (struct day_edit){ .at = 0 };
	if (found <= 0)
		return found;
	j = json_parse(a, w.value, &bad);
	*out = (struct day_edit){ .by = json_text(json_get(j, "by"), w.actor),
				  .text = json_text(json_get(j, "text"), STR("")),
				  .drop = list_of(json_get(j, "drop"), a),
				  .first = list_of(json_get(j, "first"), a),
				  .at = w.at };
	return 0;
}

/* Where the story stands in the list; the list's length when it does not. */
static size_t
place_of(const struct conf_texts *list, const struct day_story *s, struct arena *a)
{
	struct str name = digest_evidence_name(a, &s->shown.mention);
	size_t i = 0;

	while (i < list->n && !str_eq(list->v[i], name))
		i++;
	return i;
}

void
digest_edit_apply(const struct day_edit *x, struct day_watch *w, struct arena *a)
{
	size_t n = 0;

	for (size_t i = 0; i < w->stories_n; i++)
		if (place_of(&x->drop, &w->stories[i], a) == x->drop.n)
			w->stories[n++] = w->stories[i];
	for (size_t i = 1; i < n;
	     i++) { /* those that are first, in their order; the rest stays */
		struct day_story s = w->stories[i];
		size_t k = i;

		while (k > 0 && place_of(&x->first, &w->stories[k - 1], a) >
					place_of(&x->first, &s, a)) {
			w->stories[k] = w->stories[k - 1];
			k--;
		}
		w->stories[k] = s;
	}
	w->stories_n = n < DIGEST_TOP ? n : DIGEST_TOP;
}

int
digest_is_off(struct store *s, struct str name, struct str person, struct err *e)
{
	const struct digest_word of = { .kind = STR("off"),
					.name = digest_base(name),
					.key = person };
	struct arena *a = arena_new();
	struct digest_word w = { .kind = STR("on") };
	int found = digest_word_newest(s, &of, INT64_MAX, a, &w, e);
	int off = str_is(w.kind, "off");

	arena_free(a);
	return found < 0 ? -1 : off;
}

/* ---- saying -------------------------------------------------------------------------------------- */

static int
refuse(struct buf *out, int status, const char *why)
{
	buf_clear(out);
	buf_add(out, STR("{\"error\":"));
	json_add_text(out, str_of(why));
	buf_add_byte(out, '}');
	return status;
}

static const struct digest_conf *
conf_find(const struct digest_word_ask *q, struct str name)
{
	const struct digest_conf *c = q->digests->v;

	for (size_t i = 0; i < q->digests->n; i++)
		if (!name.n || str_eq(c[i].name, name))
			return &c[i];
	return NULL;
}

static bool
is_date(struct str s)
{
	struct err bad;
	int64_t at;

	return s.n == DIGEST_DATE - 1 && clock_parse_iso(s, &at, &bad) == 0;
}

/* A list of texts, at most LIST_MAX; NULL (not given) is none. */
static bool
is_list(const struct json *j)
{
	if (j && json_kind(j) != JSON_LIST)
		return false;
	for (size_t i = 0; i < json_count(j); i++)
		if (json_kind(json_at(j, i)) != JSON_TEXT)
			return false;
	return true;
}

/* Why it cannot be meant, in q->a; NULL: it can. */
static const char *
edit_refused(const struct digest_word_ask *q)
{
	static const char *const texts[] = { "name", "date", "text" }, *const lists[] = {
		"drop", "first"
	};
	const struct json *date = json_get(q->args, "date");

	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		const struct json *j = json_get(q->args, texts[i]);

		if (j && json_kind(j) != JSON_TEXT)
			return arena_textf(q->a, "%s is a text", texts[i]);
	}
	for (size_t i = 0; i < LY_COUNT(lists); i++) {
		const struct json *j = json_get(q->args, lists[i]);

		if (!is_list(j))
			return arena_textf(q->a, "%s is a list of evidence like m:7ed3ba716656",
					   lists[i]);
		if (json_count(j) > LIST_MAX)
			return arena_textf(q->a, "%s: over %d stories", lists[i], LIST_MAX);
	}
	if (date && !is_date(json_text(date, STR(""))))
		return arena_textf(q->a, "\"%.*s\" is not a date like 2026-03-10",
				   STR_ARG(json_text(date, STR(""))));
	if (json_text(json_get(q->args, "text"), STR("")).n > TEXT_MAX)
		return arena_textf(q->a, "the text is over %d bytes", TEXT_MAX);
	return NULL;
}

/* Which day's: what is asked (a date), else the next that will be told. */
static int
date_of(const struct digest_word_ask *q, const struct digest_conf *c, struct digest_day *d,
	struct err *e)
{
	struct zone *own = c->zone.n ? zone_open(arena_text(q->a, c->zone), e) : NULL;
	struct str asked = json_text(json_get(q->args, "date"), STR(""));

	if (c->zone.n && !own)
		return -1;
	digest_date(own ? own : q->env->zone, digest_next(c, own ? own : q->env->zone, q->now),
		    d->date);
	zone_close(own);
	if (asked.n)
		snprintf(d->date, DIGEST_DATE, "%.*s", STR_ARG(asked));
	return 0;
}

static void
list_add(struct buf *b, const char *name, const struct json *asked,
	 const struct conf_texts *was)
{
	struct conf_texts t = *was;

	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < (asked ? json_count(asked) : t.n); i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, asked ? json_text(json_at(asked, i), STR("")) : t.v[i]);
	}
	buf_add_byte(b, ']');
}

static void
edit_add(const struct digest_word_ask *q, const struct day_edit *was, struct buf *b)
{
	const struct person_conf *p = person_of_actor(q->people, q->actor);
	struct str text = json_text(json_get(q->args, "text"), was->text);

	buf_add(b, STR("{\"by\":"));
	json_add_text(b, p ? p->name : q->actor);
	buf_add(b, STR(",\"text\":"));
	json_add_text(b, text);
	list_add(b, "drop", json_get(q->args, "drop"), &was->drop);
	list_add(b, "first", json_get(q->args, "first"), &was->first);
	buf_add_byte(b, '}');
}

static int
word_write(const struct digest_word_ask *q, const struct digest_word *w, struct err *e)
{
	*q->wrote = true;
	return digest_word_add(q->store, w, e);
}

static int
edit_write(const struct digest_word_ask *q, const struct digest_day *d, struct buf *out,
	   struct err *e)
{
	struct digest_word w = { .at = q->now,
				 .kind = STR("edit"),
				 .name = d->conf->name,
				 .key = str_of(d->date),
				 .actor = q->actor };
	struct buf value = BUF(64 << 10);
	struct day_edit was;
	int bad = digest_edit_read(q->store, d, q->a, &was, e);

	if (bad == 0)
		edit_add(q, &was, &value);
	w.value = buf_str(&value);
	if (bad == 0 && !buf_ok(&value)) {
		buf_release(&value);
		return refuse(out, 400, "that is too much for an edit");
	}
	if (bad == 0)
		bad = word_write(q, &w, e);
	if (bad == 0)
		buf_addf(out, "{\"digest\":\"%.*s\",\"date\":\"%s\",\"edit\":%.*s}",
			 STR_ARG(d->conf->name), d->date, STR_ARG(w.value));
	buf_release(&value);
	return bad < 0 ? -1 : 200;
}

int
digest_word_edit(const struct digest_word_ask *q, struct buf *out, struct err *e)
{
	const struct digest_conf *c =
		conf_find(q, json_text(json_get(q->args, "name"), STR("")));
	struct digest_day *d = arena_alloc(q->a, sizeof *d);
	const char *why = edit_refused(q);
	int told;

	if (why)
		return refuse(out, 400, why);
	if (!c)
		return refuse(out, 404, "there is no such digest in the configuration");
	d->conf = c;
	d->made_at = INT64_MAX;
	if (date_of(q, c, d, e) < 0)
		return -1;
	told = digest_told_on(q->store, c->name, d->date, q->a, e);
	if (told < 0)
		return -1;
	if (told)
		return refuse(out, 409,
			      "that digest has been told: what left cannot be edited");
	return edit_write(q, d, out, e);
}

int
digest_word_off(const struct digest_word_ask *q, struct buf *out, struct err *e)
{
	struct str key = json_text(json_get(q->args, "key"), STR("")), facts;
	struct digest_word w = { .at = q->now,
				 .kind = str_of(json_true(json_get(q->args, "back")) ? "on"
										     : "off"),
				 .name = json_text(json_get(q->args, "name"), STR("")),
				 .key = json_text(json_get(q->args, "person"), STR("")),
				 .actor = q->actor,
				 .value = STR("{}") };
	struct id notice;
	struct err bad;
	int is_off;

	if (key.n) {
		int found = id_from_hex(key, &notice) < 0
				    ? 0
				    : digest_word_reader(q->store, &notice, q->a, &w.key,
							 &facts, e);

		if (found < 0)
			return -1;
		if (!found)
			return refuse(out, 404, "no digest has that key");
		w.name = json_text(json_get(json_parse(q->a, facts, &bad), "digest"), STR(""));
	}
	w.name = digest_base(w.name);
	if (!conf_find(q, w.name) || !w.name.n)
		return refuse(out, 404, "there is no such digest in the configuration");
	if (!person_find(q->people, w.key))
		return refuse(out, 404, "there is no such person");
	is_off = digest_is_off(q->store, w.name, w.key, e);
	if (is_off < 0 || (is_off != str_is(w.kind, "off") && word_write(q, &w, e) < 0))
		return -1;
	buf_addf(out, "{\"digest\":\"%.*s\",\"person\":\"%.*s\",\"wanted\":%s}",
		 STR_ARG(w.name), STR_ARG(w.key), str_is(w.kind, "on") ? "true" : "false");
	return 200;
}
