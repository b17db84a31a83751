/* sitrep_count.c - the figures of a situation report, from the record. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/deadline.h"
#include "responder/entry.h"
#include "responder/signal_store.h"
#include "responder/sitrep.h"
#include "responder/tally.h"

int64_t
sitrep_next(int64_t since, int64_t now)
{
	int64_t gone = now - since;

	if (gone < 0)
		return since + SITREP_OFTEN_S;
	if (gone < SITREP_WHILE_S)
		return since + (gone / SITREP_OFTEN_S + 1) * SITREP_OFTEN_S;
	gone -= SITREP_WHILE_S;
	return since + SITREP_WHILE_S + (gone / SITREP_THEN_S + 1) * SITREP_THEN_S;
}

/* ---- voices --------------------------------------------------------------------------------------- */

struct counting {
	struct sitrep *s;
	struct tally authors, sites;
	int64_t reach[SITREP_TOP]; /* of s->top */
};

/* Greatest reach first; of the same the later. */
static void
top_add(struct counting *c, const struct stored_mention *m)
{
	int64_t reach = m->followers > 0 ? m->followers : 0;
	size_t at = c->s->top_n;

	while (at > 0 && c->reach[at - 1] <= reach)
		at--;
	if (at == SITREP_TOP)
		return;
	if (c->s->top_n < SITREP_TOP)
		c->s->top_n++;
	for (size_t i = c->s->top_n - 1; i > at; i--) {
		c->s->top[i] = c->s->top[i - 1];
		c->reach[i] = c->reach[i - 1];
	}
	c->s->top[at] = m->id;
	c->reach[at] = reach;
}

static void
count(void *arg, const struct stored_mention *m)
{
	struct counting *c = arg;
	struct signal_marks marks = stored_marks(m);
	unsigned bits = signal_bits(&marks);
	size_t before = c->authors.distinct;

	if (!signal_counts_window(&marks))
		return;
	c->s->mentions++;
	c->s->negative += !!(bits & SIGNAL_BIT_NEGATIVE);
	c->s->complaints += !!(bits & SIGNAL_BIT_COMPLAINT);
	tally_add(&c->authors, hash_fast(id_none(&m->author_key) ? id_str(&m->document)
								 : id_str(&m->author_key),
					 0));
	tally_add(&c->sites, hash_fast(m->site.n ? m->site : m->source, 0));
	if (c->authors.distinct > before && m->followers > 0)
		c->s->reach += m->followers;
	if (m->rank > 0 && (!c->s->rank || m->rank < c->s->rank))
		c->s->rank = m->rank;
	if (bits & SIGNAL_BIT_NEGATIVE)
		top_add(c, m);
}

int
sitrep_voices(struct store *s, struct sitrep *x, struct err *e)
{
	struct counting c = { .s = x };
	int r = 0;

	x->mentions = x->negative = x->complaints = x->reach = x->rank = 0;
	x->top_n = 0;
	for (size_t i = 0; r >= 0 && i < x->watches.n; i++)
		r = sitrep_mentions(s, x->watches.v[i], x, count, &c, e);
	x->authors = (int64_t)c.authors.distinct;
	x->sites = (int64_t)c.sites.distinct;
	tally_release(&c.authors);
	tally_release(&c.sites);
	return r < 0 ? -1 : 0;
}

/* ---- the file ------------------------------------------------------------------------------------- */

/* The newest row of each key, in the order of their first. */
struct standing {
	struct str kind, key, value;
	int64_t at, entry; /* at: of the first row */
	struct standing *next;
};
struct reading {
	struct sitrep *s;
	struct arena *a;
	int64_t upto, newest;
	struct standing *first, **end;
};

static bool
is_told(struct str kind)
{
	static const char *const told[] = { "claim", "task", "release", "clock" };

	for (size_t i = 0; i < LY_COUNT(told); i++)
		if (str_is(kind, told[i]))
			return true;
	return false;
}

static int
stand(void *arg, const struct entry *x)
{
	struct reading *r = arg;
	struct standing *p;

	if (r->upto && x->seq > r->upto)
		return 0;
	r->newest = x->seq;
	if (!is_told(x->kind))
		return 0;
	for (p = r->first; p; p = p->next)
		if (str_eq(p->kind, x->kind) && str_eq(p->key, x->key))
			break;
	if (!p) {
		p = arena_alloc(r->a, sizeof *p);
		*p = (struct standing){ .kind = arena_str(r->a, x->kind),
					.key = arena_str(r->a, x->key),
					.at = x->at };
		*r->end = p;
		r->end = &p->next;
	}
	p->value = arena_str(r->a, x->value);
	p->entry = x->seq;
	return 0;
}

static struct str
member(const struct json *j, const char *name)
{
	return json_text(json_get(j, name), STR(""));
}

static int64_t
time_of(struct str iso)
{
	struct err bad = { 0 };
	int64_t at = 0;

	return iso.n && clock_parse_iso(iso, &at, &bad) == 0 ? at : 0;
}

/* Those that are untrue or unverified and the newest matter most; the newest are shown. */
static void
claim_take(struct sitrep *s, const struct standing *p, const struct json *j)
{
	struct str truth = member(j, "truth");

	s->claims_n++;
	if (SITREP_SHOWN > 1)
		memmove(s->claims + 1, s->claims, (SITREP_SHOWN - 1) * sizeof *s->claims);
	s->claims[0] = (struct sitrep_claim){ member(j, "text"),
					      truth.n ? truth : STR("unverified"), p->entry };
}

static void
task_take(struct sitrep *s, const struct json *j)
{
	int64_t due = time_of(member(j, "due"));
	size_t n = s->late_n < SITREP_SHOWN ? (size_t)s->late_n : SITREP_SHOWN, at = n;

	if (!str_is(member(j, "state"), "open") || !due || due >= s->to_at)
		return;
	s->late_n++;
	while (at > 0 && s->late[at - 1].due_at > due)
		at--;
	if (at == SITREP_SHOWN)
		return;
	for (size_t i = n < SITREP_SHOWN ? n : SITREP_SHOWN - 1; i > at; i--)
		s->late[i] = s->late[i - 1];
	s->late[at] = (struct sitrep_task){ member(j, "what"), member(j, "role"), due };
}

static void
take(struct sitrep *s, const struct standing *p, const struct json *j)
{
	if (str_is(p->kind, "claim")) {
		claim_take(s, p, j);
	} else if (str_is(p->kind, "task")) {
		s->tasks_gone += !p->value.n;
		task_take(s, j);
	} else if (str_is(p->kind, "release")) {
		s->releases++;
		s->released += p->at >= s->from_at && p->at < s->to_at;
		s->last_kind = member(j, "kind");
		s->last_at = p->at;
	} else if (str_is(p->key, deadline_rules[DEADLINE_UPDATE].word)) {
		struct str state = member(j, "state");

		if (!str_is(state, "met") && !str_is(state, "late") &&
		    !str_is(state, "stopped"))
			s->promise_at = time_of(member(j, "due"));
	}
}

int
sitrep_file(struct store *s, const struct id *incident, struct arena *a, struct sitrep *x,
	    struct err *e)
{
	struct reading r = { .s = x, .a = a, .upto = x->entries, .first = NULL };
	struct err bad;

	r.end = &r.first;
	x->claims_n = x->late_n = x->tasks_gone = x->releases = x->released = x->last_at =
		x->promise_at = 0;
	x->last_kind = STR("");
	if (entries_read(s, incident, stand, &r, e) < 0)
		return -1;
	x->entries = r.newest;
	for (const struct standing *p = r.first; p; p = p->next)
		take(x, p, json_parse(a, p->value, &bad));
	return 0;
}
