/* said.c - see said.h. */
#include "core/base.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/said.h"

const char *const release_words[] = { "statement",  "full",  "update",  "reply",
				      "staff_note", "press", "closing", NULL };

static struct said *
find(const struct said_list *l, int64_t number)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].number == number)
			return &l->v[i];
	return NULL;
}

static struct said *
add(struct said_list *l, int64_t number, const struct entry *x)
{
	if (l->n == l->cap)
		l->v = heap_more(l->v, &l->cap, sizeof *l->v);
	l->v[l->n] = (struct said){ .number = number, .at = x->at, .seq = x->seq };
	return &l->v[l->n++];
}

static void
read_row(struct said *s, const struct json *j)
{
	struct str state = json_text(json_get(j, "state"), STR(""));
	int kind = str_index(json_text(json_get(j, "kind"), STR("")), release_words);
	struct err bad;
	int64_t at;

	if (clock_parse_iso(json_text(json_get(j, "at"), STR("")), &at, &bad) == 0 &&
	    at < s->at) {
		s->at = at;
		s->late = true;
	}
	s->kind = kind < 0 ? STR("") : str_of(release_words[kind]);
	s->withdrawn = str_is(state, "withdrawn");
	s->corrected = str_is(state, "corrected");
	if (str_int64(json_text(json_get(j, "by"), STR("")), &s->by) < 0)
		s->by = 0;
	if (id_from_hex(json_text(json_get(j, "draft"), STR("")), &s->draft) < 0)
		s->draft = (struct id){ { 0 } };
}

void
said_take(struct said_list *l, const struct entry *x)
{
	struct arena *a;
	struct said *s;
	struct err bad;
	int64_t number;

	if (!x->value.n || str_int64(x->key, &number) < 0)
		return; /* an erased value tells nothing */
	a = arena_new();
	s = find(l, number);
	read_row(s ? s : add(l, number, x), json_parse(a, x->value, &bad));
	arena_free(a);
}

bool
said_stands(const struct said_list *l, size_t i)
{
	const struct said *s = &l->v[i];

	/* What takes its place comes later: this ends. */
	while (s && s->corrected && s->by > s->number)
		s = find(l, s->by);
	return s && !s->withdrawn && !s->corrected;
}

bool
said_is_public(const struct said *s)
{
	return s->kind.n && !str_is(s->kind, "staff_note");
}

void
said_first(const struct said_list *l, int64_t *statement_at, int64_t *full_at, struct id *draft)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct said *s = &l->v[i];

		if (!said_is_public(s) || !said_stands(l, i))
			continue;
		if (!*statement_at || s->at < *statement_at)
			*statement_at = s->at;
		if (!str_is(s->kind, "full") || (*full_at && s->at >= *full_at))
			continue;
		*full_at = s->at;
		*draft = s->draft;
	}
}

void
said_release(struct said_list *l)
{
	free(l->v);
	*l = (struct said_list){ .v = NULL };
}
