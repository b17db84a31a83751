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
	return str_starts(json_text(json_get(json_get(facts, "screen"), "blind"), STR("")),
			  STR("盲区"));
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

static void
swap(struct again *x, struct str *s, const struct buf *old, const struct buf *fresh)
{
	ptrdiff_t at = str_find(*s, buf_str(old));

	if (at >= 0)
		put(x, s, (size_t)at, (size_t)at + old->n, fresh);
}

/* The line of screen one, if there was room for it. */
static void
line_again(struct again *x, const struct day_story *s)
{
	const struct json *know = json_get(json_get(x->facts, "screen"), "know");
	struct str old = { "", 0 }, fresh = digest_story_line(x->a, x->zh, s);
	struct page p = { .a = x->a };
	struct buf a = BUF(PAGE_BYTES), b = BUF(PAGE_BYTES);

	for (size_t i = 0; i < json_count(know); i++)
		if (str_starts(json_text(json_at(know, i), STR("")),
			       str_of(x->zh ? DIGEST_STORY_ZH : DIGEST_STORY_EN)))
			old = json_text(json_at(know, i), STR(""));
	page_add(&p, PAGE_ITEM, old, SCREEN_MAX);
	page_add(&p, PAGE_ITEM, fresh, SCREEN_MAX);
	for (int form = 0; old.n && form < FORMS; form++) {
		buf_clear(&a);
		buf_clear(&b);
		page_write_block(&p.v[0], (enum page_form)form, &a);
		page_write_block(&p.v[1], (enum page_form)form, &b);
		swap(x, x->forms[form], &a, &b);
	}
	buf_clear(&a);
	buf_clear(&b);
	json_add_text(&a, old);
	json_add_text(&b, fresh);
	if (old.n)
		swap(x, &x->row->facts, &a, &b);
	page_release(&p);
	buf_release(&a);
	buf_release(&b);
}

static int
story_read(struct again *x, const struct json *j, struct day_story *s, struct err *e)
{
	struct id mention;
	int found;

	*s = (struct day_story){ .negative = json_int(json_get(j, "negative"), 0),
				 .sites = json_int(json_get(j, "sites"), 0),
				 .first_at = json_int(json_get(j, "first_at"), 0) };
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
	return x.changed;
}

bool
digest_quotes(struct str text, const struct id *mention)
{
	struct arena *a = arena_new();
	size_t from, to;
	bool quotes = false;

	if (row_find(text, PAGE_TEXT, digest_evidence_name(a, mention), &from, &to)) {
		struct str row = str_slice(text, from + 2, to); /* behind "- " */

		quotes = !str_starts(row, STR(DIGEST_GONE_ZH)) &&
			 !str_starts(row, STR(DIGEST_GONE_EN));
	}
	arena_free(a);
	return quotes;
}
