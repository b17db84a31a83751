/* act_library.c - the case library for people: list, search, show, notes and lessons; and reports. */
#include "core/base.h"

#include "core/hash.h"
#include "core/store_fts.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act.h"
#include "responder/incident_store.h"
#include "responder/library.h"
#include "responder/report.h"
#include "responder/sop.h"

#define LISTED    200  /* rows of one list                              */
#define FOUND     40   /* hits that are shown                           */
#define LOOKED    2000 /* hits of which those are that the actor sees   */
#define WORDS_MAX 2000 /* bytes of a note or lesson                    */
#define ROWS_MAX  500  /* notes, and lessons, of one case              */
#define AROUND    40   /* code points before and behind a hit           */
#define TEXT_UTF8 "text/plain; charset=utf-8"

/* Any incident, however long ago it ended, that the actor may see. 1, 0 refused, -1. */
static int
case_of(struct act *x, struct incident *i, struct err *e)
{
	struct str number = act_arg(x, "id");
	int found = number.n ? incident_read(x->r->store, number, x->a, i, e) : 0;

	if (!number.n)
		return act_say(x, 400, "which case? its incident's number as \"id\"%.*s",
			       STR(""));
	if (!found)
		return act_say(x, 404, "there is no incident \"%.*s\"", utf8_cut(number, 80));
	if (found > 0)
		found = act_sees(x, i, e);
	return found ? found
		     : act_say(x, 403, "%.*s is confidential, or you are out of it", number);
}

static int
row_sees(struct act *x, const struct library_row *row, struct err *e)
{
	struct incident i;
	int found;

	if (!str_is(row->kind, LIBRARY_CASE))
		return 1;
	found = incident_read(x->r->store, row->name, x->a, &i, e);
	return found > 0 ? act_sees(x, &i, e) : found;
}

static bool
zh_of(const struct act *x)
{
	struct str lang = act_arg(x, "lang");

	return !str_is(lang.n ? lang : x->r->conf->site.lang, "en");
}

/* ---- list -------------------------------------------------------------------------------------------- */

static void
row_add(struct act *x, const struct library_row *row)
{
	struct err bad;
	const struct json *t = json_parse(x->a, row->traits, &bad);

	buf_add(&x->out,
		x->out.p[x->out.n - 1] == '[' ? STR("{\"kind\":") : STR(",{\"kind\":"));
	json_add_text(&x->out, row->kind);
	act_add_text(&x->out, "name", row->name);
	act_add_text(&x->out, "title", row->title);
	act_add_text(&x->out, "watch", row->watch);
	act_add_text(&x->out, "topic", json_text(json_at(json_get(t, "topics"), 0), STR("")));
	buf_addf(&x->out, ",\"level\":%lld", (long long)json_int(json_get(t, "level"), 0));
	act_add_text(&x->out, "turn", json_text(json_get(t, "turn"), STR("")));
	act_add_text(&x->out, "template", json_text(json_get(t, "template"), STR("")));
	act_add_time(&x->out, "at", row->at);
}

struct listing {
	struct act *x;
	struct err *e;
	struct library_row rows[LISTED];
	size_t n;
};

static int
row_keep(void *arg, const struct library_row *row)
{
	struct listing *l = arg;
	struct arena *a = l->x->a;

	l->rows[l->n] = *row;
	l->rows[l->n].kind = arena_str(a, row->kind);
	l->rows[l->n].name = arena_str(a, row->name);
	l->rows[l->n].title = arena_str(a, row->title);
	l->rows[l->n].watch = arena_str(a, row->watch);
	l->rows[l->n++].traits = arena_str(a, row->traits);
	return 0;
}

struct unread {
	struct act *x;
	size_t n;
};

static int
unread_add(void *arg, const struct library_row *row)
{
	struct unread *u = arg;
	struct act *x = u->x;
	struct str why = library_unread(row, x->a);

	if (!why.n)
		return 0;
	buf_add(&x->out, u->n++ ? STR(",{\"page\":") : STR("{\"page\":"));
	json_add_text(&x->out, row->name);
	act_add_text(&x->out, "why", why);
	buf_add_byte(&x->out, '}');
	return 0;
}

/* ],"unread":[…]: the pages that nothing can be found in. */
static int
add_unread(struct act *x, struct err *e)
{
	struct unread u = { x, 0 };

	buf_add(&x->out, STR("],\"unread\":["));
	if (library_each(x->r->store, STR(LIBRARY_SOP), SOP_FILES, unread_add, &u, e) < 0)
		return -1;
	buf_add_byte(&x->out, ']');
	return 0;
}

static int
act_case_list(struct act *x, struct err *e)
{
	struct listing *l = arena_alloc(x->a, sizeof *l);
	struct str kind = act_arg(x, "kind"), watch = act_arg(x, "watch");

	if (kind.n && !str_is(kind, LIBRARY_CASE) && !str_is(kind, LIBRARY_SOP))
		return act_say(x, 400, "kind is case or sop, not \"%.*s\"", utf8_cut(kind, 80));
	l->x = x;
	if (library_each(x->r->store, kind, LISTED, row_keep, l, e) < 0)
		return -1;
	buf_add(&x->out, STR("{\"cases\":["));
	for (size_t i = 0; i < l->n; i++) {
		int sees = row_sees(x, &l->rows[i], e);

		if (sees < 0)
			return -1;
		if (!sees || library_unread(&l->rows[i], x->a).n ||
		    (watch.n && !str_eq(watch, l->rows[i].watch)))
			continue;
		row_add(x, &l->rows[i]);
		buf_add_byte(&x->out, '}');
	}
	if (add_unread(x, e) < 0)
		return -1;
	buf_add(&x->out, l->n == LISTED ? STR(",\"more\":true}") : STR("}"));
	return 0;
}

/* ---- search ----------------------------------------------------------------------------------------- */

static int
text_of(struct act *x, const struct library_row *row, struct str *text, struct err *e)
{
	struct sop_page page;
	struct err bad;
	int found;

	*text = STR("");
	if (str_is(row->kind, LIBRARY_CASE))
		return library_case_text(&x->r->env, row->name, zh_of(x), x->now, x->a, text,
					 e);
	/* Since the last look it may be gone, or shut: then nothing is shown of it. */
	found = sop_read(x->r->conf->site.sop, row->name, x->a, &page, &bad);
	if (found > 0)
		*text = page.text;
	return 1;
}

/* The place of the first word of the query that is in it; else its beginning. */
static struct str
around(struct act *x, struct str text, struct str query)
{
	struct str rest = query, word, before, found = STR("");
	ptrdiff_t at = -1;
	size_t from;

	while (at < 0 && str_next(&rest, ' ', &word))
		if (word.n) {
			found = word;
			at = str_find_nocase(text, word);
			if (at < 0)
				at = str_find_nocase(text, utf8_head(word, 2));
		}
	if (at < 0)
		return utf8_head(text, 2 * AROUND);
	from = (size_t)at > 4 * AROUND ? (size_t)at - 4 * AROUND : 0;
	while (from < (size_t)at && (text.p[from] & 0xc0) == 0x80)
		from++;
	before = str_slice(text, from, (size_t)at - from);
	while (utf8_count(before) > AROUND)
		before = str_slice(before, utf8_head(before, 1).n, before.n);
	return str_of(arena_textf(x->a, "%.*s%.*s", STR_ARG(before),
				  STR_ARG(utf8_head(str_slice(text, (size_t)at, text.n),
						    AROUND + utf8_count(found)))));
}

struct hits {
	int64_t v[LOOKED];
	size_t n;
};

static int
hit_add(void *arg, int64_t n)
{
	struct hits *h = arg;

	h->v[h->n++] = n;
	return 0;
}

/* Only what the actor may see counts, also for how it is looked for: else who searches a word learns
 * whether a hidden case has it. */
static int
hits_find(struct act *x, const struct fts_ask *q, struct hits *h, struct err *e)
{
	struct hits all = { .n = 0 };

	h->n = 0;
	if (fts_find(x->r->store, q, hit_add, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < all.n && h->n < FOUND; i++) {
		struct library_row row;
		int sees = library_at(x->r->store, all.v[i], x->a, &row, e);

		if (sees > 0)
			sees = row_sees(x, &row, e);
		if (sees < 0)
			return -1;
		if (sees)
			h->v[h->n++] = all.v[i];
	}
	return 0;
}

static int
hit_show(struct act *x, int64_t n, struct str query, struct err *e)
{
	struct library_row row;
	struct str text, snippet;
	int found = library_at(x->r->store, n, x->a, &row, e);

	if (found > 0)
		found = text_of(x, &row, &text, e) < 0 ? -1 : 1;
	if (found <= 0)
		return found;
	row_add(x, &row);
	snippet = page_clean(x->a, around(x, text, query), 200);
	act_add_text(&x->out, "snippet", snippet);
	buf_add_byte(&x->out, '}');
	return 1;
}

/* Words, as one text or each by itself. */
static struct str
query_of(struct act *x)
{
	const struct json *list = json_get(x->args, "query");
	struct buf b = BUF(8192);
	struct str query = act_arg(x, "query");

	for (size_t i = 0; i < json_count(list); i++) {
		buf_add(&b, json_text(json_at(list, i), STR("")));
		buf_add_byte(&b, ' ');
	}
	if (b.n)
		query = str_trim(arena_str(x->a, buf_str(&b)));
	buf_release(&b);
	return query;
}

static int
act_case_search(struct act *x, struct err *e)
{
	struct fts_ask q = { query_of(x), FTS_ALL, LOOKED };
	struct hits h = { .n = 0 };

	if (!q.query.n)
		return act_say(x, 400, "what for? words as \"query\"%.*s", STR(""));
	if (hits_find(x, &q, &h, e) < 0)
		return -1;
	if (!h.n) {
		q.mode = FTS_ANY;
		if (hits_find(x, &q, &h, e) < 0)
			return -1;
	}
	buf_addf(&x->out, "{\"words\":\"%s\",\"cases\":[", q.mode == FTS_ALL ? "all" : "any");
	for (size_t i = 0; i < h.n; i++)
		if (hit_show(x, h.v[i], q.query, e) < 0)
			return -1;
	if (add_unread(x, e) < 0)
		return -1;
	buf_add_byte(&x->out, '}');
	return 0;
}

/* ---- show ------------------------------------------------------------------------------------------- */

static int
act_case_show(struct act *x, struct err *e)
{
	struct str name = act_arg(x, "id"), text = STR("");
	struct sop_page page;
	struct incident i;
	struct err why;
	int found;

	if (str_ends(name, STR(".md"))) {
		found = sop_read(x->r->conf->site.sop, name, x->a, &page, &why);
		if (!found)
			return act_say(x, 404, "there is no SOP page \"%.*s\"",
				       utf8_cut(name, 200));
		if (found < 0)
			return act_say(x, 409, "that SOP page cannot be read: %.*s",
				       str_of(why.text));
		text = page.text;
	} else {
		found = case_of(x, &i, e);
		if (found > 0)
			found = library_case_text(&x->r->env, name, zh_of(x), x->now, x->a,
						  &text, e);
	}
	if (found <= 0)
		return found;
	x->type = TEXT_UTF8;
	buf_add(&x->out, text);
	return 0;
}

/* ---- what people make of it -------------------------------------------------------------------------- */

/* Whether there is room under the key: 1, 0 it is taken, -1. */
static int
key_free(struct act *x, const struct incident *i, const char *kind, struct str key,
	 struct err *e)
{
	struct entry of = { .incident = i->id, .kind = str_of(kind), .key = key }, was;
	int found = entry_newest(x->r->store, &of, x->a, &was, e);

	return found < 0 ? -1 : !found;
}

static int
case_add(struct act *x, const char *kind, const char *const *pairs, struct err *e)
{
	struct str text = act_arg(x, "text"), key = act_arg(x, "key");
	bool given = key.n > 0;
	struct gate_ask q;
	struct incident i;
	int found = case_of(x, &i, e);

	if (found <= 0)
		return found;
	if (!text.n || text.n > WORDS_MAX || !utf8_valid(text))
		return act_say(x, 400, "text is missing, no UTF-8 or over 2,000 bytes%.*s",
			       STR(""));
	found = given ? !key_free(x, &i, kind, key, e) : 0;
	if (given && !found)
		return act_say(x, 404, "there is no number %.*s", utf8_cut(key, 20));
	for (int n = 1; !given && !found; n++) {
		if (n > ROWS_MAX)
			return act_say(x, 409, "%.*s has as many as there may be", i.number);
		key = str_of(arena_textf(x->a, "%d", n));
		found = key_free(x, &i, kind, key, e);
	}
	if (found < 0)
		return -1;
	q = act_gate(x, &i);
	if (gate_add(&q, kind, key, gate_value(&q, pairs), e) < 0)
		return -1;
	x->r->wrote = true;
	buf_add(&x->out, STR("{\"case\":"));
	json_add_text(&x->out, i.number);
	act_add_text(&x->out, "kind", str_of(kind));
	act_add_text(&x->out, "key", key);
	buf_add_byte(&x->out, '}');
	return 0;
}

static int
act_case_note(struct act *x, struct err *e)
{
	const char *const pairs[] = { "text", arena_text(x->a, act_arg(x, "text")), NULL };

	return case_add(x, "note", pairs, e);
}

static int
act_case_lesson(struct act *x, struct err *e)
{
	static const char *const sides[] = { "well", "badly", "change" };
	struct str side = act_arg(x, "side");
	const char *const pairs[] = { "text", arena_text(x->a, act_arg(x, "text")), "side",
				      arena_text(x->a, side), NULL };

	for (size_t i = 0; i < LY_COUNT(sides); i++)
		if (str_is(side, sides[i]))
			return case_add(x, "lesson", pairs, e);
	return act_say(x, 400, "side is well, badly or change, not \"%.*s\"",
		       utf8_cut(side, 80));
}

/* A note or lesson goes; that there was one, when and by whom stays. */
static int
act_case_strike(struct act *x, struct err *e)
{
	struct entry of = { .kind = act_arg(x, "kind"), .key = act_arg(x, "key") };
	struct incident i;
	int found = case_of(x, &i, e);
	int64_t n;

	if (found <= 0)
		return found;
	if (!str_is(of.kind, "note") && !str_is(of.kind, "lesson"))
		return act_say(x, 400, "kind is note or lesson, not \"%.*s\"",
			       utf8_cut(of.kind, 80));
	if (!act_arg(x, "why").n)
		return act_say(x, 400, "why is missing: it stays in the place of the text%.*s",
			       STR(""));
	of.incident = i.id;
	n = entries_erase(x->r->store, &of, act_why(x, ""), x->now, e);
	if (n < 0 || commands_forget(x->r->store,
				     str_of(arena_textf(x->a, "case.%.*s", STR_ARG(of.kind))),
				     i.number, e) < 0)
		return -1;
	if (!n)
		return act_say(x, 404, "there is no such entry: %.*s", utf8_cut(of.key, 20));
	if (library_forget_case(x->r->store, i.number, e) < 0)
		return -1;
	x->r->wrote = true;
	buf_addf(&x->out, "{\"erased\":%lld}", (long long)n);
	return 0;
}

/* ---- reports --------------------------------------------------------------------------------------------- */

static int
word_of(struct str word, const char *const *words, int dflt)
{
	if (!word.n)
		return dflt;
	for (int i = 0; words[i]; i++)
		if (str_is(word, words[i]))
			return i;
	return -1;
}

static int
act_report(struct act *x, struct err *e)
{
	static const char *const types[] = { "text/markdown; charset=utf-8",
					     "text/html; charset=utf-8", TEXT_UTF8 };
	int kind = word_of(act_arg(x, "kind"), report_words, REPORT_BRIEF);
	int form = word_of(act_arg(x, "format"), report_forms, REPORT_MD);
	struct report_ask q = { .number = act_arg(x, "id"), .made_at = x->now, .zh = zh_of(x) };
	struct str text;
	struct incident i;
	int found;

	if (kind < 0 || form < 0)
		return act_say(x, 400, "%.*s",
			       str_of(kind < 0 ? "kind is brief or after-action"
					       : "format is md, html or text"));
	found = case_of(x, &i, e);
	q.kind = (enum report_kind)kind;
	if (found > 0)
		found = report_write(&x->r->env, &q, (enum report_form)form, x->a, &text, e);
	if (found <= 0)
		return found;
	x->type = types[form];
	buf_add(&x->out, text);
	return 0;
}

const struct verb act_library_verbs[] = {
	{ "case.list", act_case_list, false },    { "case.search", act_case_search, false },
	{ "case.show", act_case_show, false },    { "case.note", act_case_note, true },
	{ "case.lesson", act_case_lesson, true }, { "case.strike", act_case_strike, true },
	{ "report", act_report, false },          { .name = NULL },
};

static int
case_sees(void *arg, struct str number, struct err *e)
{
	const struct library_row row = { .kind = STR(LIBRARY_CASE), .name = number };

	return row_sees(arg, &row, e);
}

/* ,"similar":[…]: cases like it, each with its reasons; those that the actor may see. */
int
act_add_similar(struct act *x, const struct incident *i, struct err *e)
{
	const struct library_reader actor = { case_sees, x };
	struct library_similar v[SIMILAR_MAX];
	int n = library_similar_to(&x->r->env, i->number, &actor, x->now, x->a, v, e);
	const char *comma = "";

	buf_add(&x->out, STR(",\"similar\":["));
	for (int k = 0; k < n; k++) {
		buf_addf(&x->out, "%s{\"case\":", comma);
		comma = ",";
		json_add_text(&x->out, v[k].number);
		act_add_text(&x->out, "title", v[k].title);
		act_add_text(&x->out, "turn", v[k].turn);
		act_add_text(&x->out, "template", v[k].template);
		buf_addf(&x->out, ",\"total\":%lld,\"shares\":{", (long long)v[k].total);
		for (int w = 0; w < SIMILAR_WHYS; w++)
			buf_addf(&x->out, "%s\"%s\":%lld", w ? "," : "", similar_words[w],
				 (long long)v[k].share[w]);
		buf_add(&x->out, STR("},\"common\":["));
		for (size_t w = 0; w < v[k].common_n; w++) {
			if (w)
				buf_add_byte(&x->out, ',');
			json_add_text(&x->out, v[k].common[w]);
		}
		buf_add(&x->out, STR("]}"));
	}
	buf_add_byte(&x->out, ']');
	return n < 0 ? -1 : 0;
}
