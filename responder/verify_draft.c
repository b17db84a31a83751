/* verify_draft.c - drafts and releases: every state follows from the entries, every text from its hash. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/draft_store.h"
#include "responder/entry.h"
#include "responder/heap.h"
#include "responder/verify_parts.h"

/* One draft as far as the entries have told. */
struct told_draft {
	struct id id, incident;
	enum draft_state state;
	struct approvals given;
};
struct telling {
	struct verify *v;
	struct told_draft *d;
	size_t n, cap;
	struct arena *a, *kept; /* of one entry; names of people */
};

static struct str
text(const struct json *j, const char *name)
{
	return json_text(json_get(j, name), STR(""));
}

static struct told_draft *
draft_of(struct telling *t, const struct entry *x, struct str hex)
{
	struct id id;

	if (id_from_hex(str_slice(hex, 0, 32), &id) < 0)
		return NULL;
	for (size_t i = t->n; i-- > 0;)
		if (id_eq(&t->d[i].id, &id))
			return &t->d[i];
	if (t->n == t->cap)
		t->d = heap_more(t->d, &t->cap, sizeof *t->d);
	t->d[t->n] = (struct told_draft){ .id = id, .incident = x->incident };
	return &t->d[t->n++];
}

/* From the state before; of a draft that has no entry yet, from wherever the table allows. */
static void
take_move(struct telling *t, struct told_draft *d, const struct entry *x, const struct json *j)
{
	enum draft_state to = draft_state_of(text(j, "to"));
	enum draft_event event = draft_event_of(text(j, "event"));

	if (event == DRAFT_EVENTS || to == DRAFT_STATES) {
		verify_differs(t->v, "entry %lld is no move of a draft", (long long)x->seq);
		return;
	}
	if (d->state != DRAFT_NONE && draft_next(d->state, event) != to)
		verify_differs(t->v, "entry %lld: a draft goes from %s by %s to %s",
			       (long long)x->seq, draft_state_words[d->state],
			       draft_event_words[event], draft_state_words[to]);
	d->state = to;
	if (draft_voids(event))
		d->given.n = 0;
}

/* Its text is that of the hash: as it was approved or released. */
static int
check_text(struct telling *t, const struct told_draft *d, const struct entry *x,
	   const struct json *j)
{
	struct draft_row row;
	int found = draft_read(t->v->s, &d->id, t->a, &row, t->v->e);

	if (found < 0)
		return -1;
	if (!found)
		verify_differs(t->v, "entry %lld is about a draft that is not there",
			       (long long)x->seq);
	else if (!str_eq(draft_hash(row.text, t->a), text(j, "hash")))
		verify_differs(t->v, "entry %lld: %.*s v%lld is not the text that it names",
			       (long long)x->seq, STR_ARG(row.template),
			       (long long)row.version);
	return 0;
}

static void
take_approval(struct telling *t, struct told_draft *d, const struct entry *x)
{
	struct str who = str_slice(x->key, 33, x->key.n);
	struct approvals *g = &d->given;

	if (g->n < APPROVALS_MAX && !approvals_have(g, who))
		g->who[g->n++] = arena_str(t->kept, who);
}

/* Of as many different people as it asked for; in an emergency of one. */
static int
take_release(struct telling *t, const struct entry *x, const struct json *j)
{
	struct told_draft *d;
	int64_t needed = 0, level = 0;
	struct str how = text(j, "how");

	if (!text(j, "draft").n || !str_is(text(j, "state"), "released"))
		return 0;
	d = draft_of(t, x, text(j, "draft"));
	if (!d || str_int64(text(j, "needed"), &needed) < 0 ||
	    str_int64(text(j, "level"), &level) < 0) {
		verify_differs(t->v, "entry %lld is no release of a draft", (long long)x->seq);
		return 0;
	}
	if (str_is(how, "emergency") || needed < 1)
		needed = 1;
	if (!str_is(how, "elsewhere") && (int64_t)d->given.n < needed)
		verify_differs(t->v, "entry %lld: released with %zu approvals of %lld",
			       (long long)x->seq, d->given.n, (long long)needed);
	if (d->state != (str_is(how, "elsewhere") ? DRAFT_ELSEWHERE : DRAFT_RELEASED))
		verify_differs(t->v, "entry %lld: released, but its draft is %s",
			       (long long)x->seq, draft_state_words[d->state]);
	return check_text(t, d, x, j);
}

static int
take_entry(void *arg, const struct entry *x)
{
	struct telling *t = arg;
	const struct json *j;
	struct told_draft *d;
	struct err bad;
	int rc = 0;
	bool draft = str_is(x->kind, "draft"), approval = str_is(x->kind, "approval");

	if (!x->value.n || (!draft && !approval && !str_is(x->kind, "release")))
		return 0;
	j = json_parse(t->a, x->value, &bad);
	d = draft || approval ? draft_of(t, x, x->key) : NULL;
	if (!draft && !approval)
		rc = take_release(t, x, j);
	else if (!d)
		verify_differs(t->v, "entry %lld names no draft", (long long)x->seq);
	else if (draft)
		take_move(t, d, x, j);
	else
		take_approval(t, d, x);
	if (d)
		rc = check_text(t, d, x, j);
	arena_reset(t->a);
	return rc;
}

/* Each row stands where its entries have left it. */
static int
check_rows(struct telling *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct draft_row row;
		int found = draft_read(t->v->s, &t->d[i].id, t->a, &row, t->v->e);

		if (found < 0)
			return -1;
		t->v->sum->drafts++;
		if (found && t->d[i].state != DRAFT_NONE &&
		    draft_state_of(row.state) != t->d[i].state)
			verify_differs(t->v, "draft %.*s v%lld is %.*s, its entries say %s",
				       STR_ARG(row.template), (long long)row.version,
				       STR_ARG(row.state), draft_state_words[t->d[i].state]);
		arena_reset(t->a);
	}
	return 0;
}

/* A draft that nobody has moved is nowhere in public. */
static int
check_unmoved(void *arg, const struct draft_row *row)
{
	static const unsigned moved = 1u << DRAFT_EDITING | 1u << DRAFT_IN_REVIEW |
				      1u << DRAFT_APPROVED | 1u << DRAFT_RELEASED |
				      1u << DRAFT_ELSEWHERE | 1u << DRAFT_CORRECTED |
				      1u << DRAFT_WITHDRAWN;
	struct telling *t = arg;

	if (!(moved >> draft_state_of(row->state) & 1))
		return 0;
	for (size_t i = 0; i < t->n; i++)
		if (id_eq(&t->d[i].id, &row->id) && t->d[i].state != DRAFT_NONE)
			return 0;
	verify_differs(t->v, "draft %.*s v%lld is %.*s, and no entry says so",
		       STR_ARG(row->template), (long long)row->version, STR_ARG(row->state));
	return 0;
}

int
verify_all_drafts(struct verify *v)
{
	struct telling t = { .v = v, .a = arena_new(), .kept = arena_new() };
	int bad = entries_read(v->s, NULL, take_entry, &t, v->e);

	if (bad >= 0)
		bad = check_rows(&t);
	if (bad >= 0)
		bad = drafts_read(v->s, STR(""), INT64_MAX, check_unmoved, &t, v->e);
	free(t.d);
	arena_free(t.a);
	arena_free(t.kept);
	return bad;
}
