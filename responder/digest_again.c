/*
 * digest_again.c - a digest that was made, told without what has been erased since.
 *
 * Its figures are what it counted then and stay. Of a story whose text is gone the row of the
 * table and the line of screen one are composed again from the facts, and take the place of the
 * old ones: a row is found by its evidence's name, its last cell, the line by what the facts say.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/digest_again.h"
#include "responder/digest_seal.h"
#include "responder/digest_words.h"

#define PAGE_BYTES (32 << 20) /* facts have 16 MiB */
#define FORMS      3

/* How a row of the table ends. No text of other people holds a line feed. */
static const char *const row_ends[FORMS] = {
	[PAGE_TEXT] = " | %.*s\n",
	[PAGE_MARKDOWN] = " | %.*s |\n",
	[PAGE_HTML] = ">%.*s</td></tr>\n",
};

struct again {
	const struct responder_env *env;
	struct digest_row *row;
	struct str *forms[FORMS];
	const struct json *facts;
	struct arena *a;
	bool zh, changed;
};

static bool
is_zh(const struct json *facts)
{
	return str_is(json_text(json_get(facts, "lang"), STR("")), "zh");
}

/* Bytes from..to of *s become what b holds. */
static void
put(struct again *x, struct str *s, size_t from, size_t to, const struct buf *b)
{
	struct buf all = BUF(PAGE_BYTES);

	buf_add(&all, str_slice(*s, 0, from));
	buf_add(&all, buf_str(b));
	buf_add(&all, str_slice(*s, to, s->n));
	if (!str_eq(buf_str(&all), *s)) {
		x->changed = true;
		*s = buf_ok(&all) ? arena_str(x->a, buf_str(&all)) : (struct str){ "", 0 };
	}
	buf_release(&all);
}

/* The line that ends with the name of a story's evidence. */
static bool
row_find(struct str page, enum page_form form, struct str name, size_t *from, size_t *to)
{
	struct buf end = BUF(256);
	ptrdiff_t at;

	buf_addf(&end, row_ends[form], STR_ARG(name));
	at = str_find(page, buf_str(&end));
	if (at >= 0) {
		*from = (size_t)at;
		*to = (size_t)at + end.n;
		while (*from && page.p[*from - 1] != '\n')
			--*from;
	}
	buf_release(&end);
	return at >= 0;
}

static void
row_again(struct again *x, const struct day_story *s)
{
	struct page p = { .a = x->a };
	struct str name = digest_evidence_name(x->a, &s->shown.mention);

	digest_story_row(x->env, x->zh, s, &p);
	for (int form = 0; form < FORMS; form++) {
		struct buf b = BUF(PAGE_BYTES);
		size_t from, to;

		page_write_block(&p.v[0], (enum page_form)form, &b);
		if (row_find(*x->forms[form], (enum page_form)form, name, &from, &to))
			put(x, x->forms[form], from, to, &b);
		buf_release(&b);
	}
	page_release(&p);
}

/* The line that begins so: nobody's title has a line of its own. */
static bool
line_find(struct str page, struct str begin, size_t *from, size_t *to)
{
	ptrdiff_t at = str_starts(page, begin) ? 0 : -1, end;
	struct buf after_feed = BUF(1024);

	buf_add_byte(&after_feed, '\n');
	buf_add(&after_feed, begin);
	if (at < 0)
		at = str_find(page, buf_str(&after_feed)) + 1;
	buf_release(&after_feed);
	if (at <= 0 && !str_starts(page, begin))
		return false;
	*from = (size_t)at;
	end = str_find_byte(str_slice(page, *from, page.n), '\n');
	*to = end < 0 ? page.n : *from + (size_t)end + 1;
	return true;
}

/* How the line of screen one about a story begins in a form: the block up to where the title is. */
static struct str
line_begin(struct again *x, enum page_form form, struct str whole)
{
	struct str title = str_of(x->zh ? "“" : "\"");
	ptrdiff_t at;

	if (form == PAGE_HTML && !x->zh)
		title = STR("&quot;");
	at = str_find(whole, title);
	return at < 0 ? (struct str){ "", 0 } : str_slice(whole, 0, (size_t)at + title.n);
}

static void
line_put(struct again *x, struct str *s, enum page_form form, const struct page_block *b)
{
	struct buf fresh = BUF(PAGE_BYTES);
	struct str begin;
	size_t from, to;

	page_write_block(b, form, &fresh);
	begin = line_begin(x, form, buf_str(&fresh));
	if (begin.n && line_find(*s, begin, &from, &to))
		put(x, s, from, to, &fresh);
	buf_release(&fresh);
}

/* A string of the facts gives its place to another. */
static void
facts_swap(struct again *x, struct str was, struct str now)
{
	struct buf a = BUF(PAGE_BYTES), b = BUF(PAGE_BYTES);
	ptrdiff_t at;

	json_add_text(&a, was);
	json_add_text(&b, now);
	at = was.n ? str_find(x->row->facts, buf_str(&a)) : -1;
	if (at >= 0)
		put(x, &x->row->facts, (size_t)at, (size_t)at + a.n, &b);
	buf_release(&a);
	buf_release(&b);
}

/* The line of screen one, if there was room for it, in every form, among the facts and in the chat
 * form. */
static void
line_again(struct again *x, const struct day_story *s)
{
	const struct json *know = json_get(json_get(x->facts, "screen"), "know");
	struct str chat = json_text(json_get(x->facts, "chat"), STR("")), fresh = chat;
	struct page p = { .a = x->a };
	struct buf line = BUF(PAGE_BYTES);

	page_say(&p, PAGE_ITEM, digest_story_line(x->a, x->zh, s));
	for (int form = 0; form < FORMS; form++)
		line_put(x, x->forms[form], (enum page_form)form, &p.v[0]);
	line_put(x, &fresh, PAGE_CHAT, &p.v[0]);
	facts_swap(x, chat, fresh);
	p.v[0].kind = PAGE_LINE;
	page_write_block(&p.v[0], PAGE_TEXT, &line);
	for (size_t i = 0; i < json_count(know); i++)
		if (str_starts(json_text(json_at(know, i), STR("")),
			       str_of(x->zh ? DIGEST_STORY_ZH : DIGEST_STORY_EN)))
			facts_swap(x, json_text(json_at(know, i), STR("")),
				   str_trim(buf_str(&line)));
	page_release(&p);
	buf_release(&line);
}

static int
story_read(struct again *x, const struct json *j, struct day_story *s, struct err *e)
{
	struct id mention;
	int found;

	*s = (struct day_story){ .negative = json_int(json_get(j, "negative"), 0),
				 .sites = json_int(json_get(j, "sites"), 0),
				 .first_at = json_int(json_get(j, "first_at"), 0),
				 .figure = (size_t)json_int(json_get(j, "number"), 0) };
	if (id_from_hex(json_text(json_get(j, "mention"), STR("")), &mention) < 0)
		return 0;
	found = record_evidence(x->env->store, &mention, x->a, &s->shown, e);
	return found > 0 ? s->shown.erased.n > 0 : found;
}

/* The one that screen one tells of: the most negative of the first of each watch. */
static size_t
top_of(const struct json *stories)
{
	size_t top = 0;
	int64_t most = -1;

	for (size_t i = 0; i < json_count(stories); i++) {
		const struct json *j = json_at(stories, i);
		const struct json *before = i ? json_at(stories, i - 1) : NULL;
		int64_t negative = json_int(json_get(j, "negative"), 0);

		if (before && str_eq(json_text(json_get(j, "watch"), STR("")),
				     json_text(json_get(before, "watch"), STR(""))))
			continue;
		if (negative > most) {
			most = negative;
			top = i;
		}
	}
	return top;
}

int
digest_again(const struct responder_env *env, struct digest_row *r, struct arena *a,
	     struct err *e)
{
	struct err bad;
	const struct json *facts = json_parse(a, r->facts, &bad);
	const struct json *stories = json_get(facts, "stories");
	struct again x = { .env = env,
			   .row = r,
			   .forms = { &r->text, &r->md, &r->html },
			   .facts = facts,
			   .a = a,
			   .zh = is_zh(facts) };
	size_t top = top_of(stories);

	for (size_t i = 0; i < json_count(stories); i++) {
		struct day_story s;
		int erased = story_read(&x, json_at(stories, i), &s, e);

		if (erased < 0)
			return -1;
		if (!erased)
			continue;
		row_again(&x, &s);
		if (i == top)
			line_again(&x, &s);
	}
	for (int form = 0; x.changed && form < FORMS; form++)
		*x.forms[form] = seal_close(*x.forms[form], a);
	if (x.changed)
		r->facts = seal_close(r->facts, a);
	return x.changed;
}

bool
digest_quotes(struct str text, const struct id *mention)
{
	struct arena *a = arena_new();
	size_t from, to;
	static const char *const gone[] = { DIGEST_GONE_ZH, DIGEST_GONE_EN, DIGEST_TERM_ZH,
					    DIGEST_TERM_EN };
	bool quotes = false;

	if (row_find(text, PAGE_TEXT, digest_evidence_name(a, mention), &from, &to)) {
		struct str row = str_slice(text, from + 2, to); /* behind "- " */

		quotes = true;
		for (size_t i = 0; i < LY_COUNT(gone); i++)
			quotes &= !str_starts(row, str_of(gone[i]));
	}
	arena_free(a);
	return quotes;
}
