/* disclosure_store.c - see disclosure.h: reads firing, mention, document, released, entry. */
#include "core/base.h"

#include "core/document.h"
#include "core/result.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/disclosure.h"
#include "responder/said.h"

#define STORIES_MAX  64
#define FIRINGS_MAX  20
#define MENTIONS_MAX 300 /* of one firing */
#define ID_SIZE      sizeof(((struct id *)0)->b)
#define BEFORE_S     (14 * 86400) /* so long before the first mention an own text may be */

const char *const disclosure_words[] = { "unknown", "outside", "own", NULL };

enum disclosure
disclosure_first(int64_t own_at, int64_t outside_at)
{
	if (!own_at && !outside_at)
		return DISCLOSURE_UNKNOWN;
	return own_at && (!outside_at || own_at <= outside_at) ? DISCLOSURE_OWN
							       : DISCLOSURE_OUTSIDE;
}

struct looking {
	struct store *s;
	struct disclosure_seen *out;
	struct id stories[STORIES_MAX];
	size_t n;
	struct arena *a;
};

static bool
has_story(const struct looking *l, const struct id *story)
{
	for (size_t i = 0; i < l->n; i++)
		if (id_eq(&l->stories[i], story))
			return true;
	return false;
}

/* One mention that a firing names. */
static int
mention_take(struct looking *l, const struct id *mention, struct err *e)
{
	struct stmt *q = store_stmt(
		l->s, "SELECT d.published_at, d.arrived_at, d.flags, m.flags, d.story FROM"
		      " mention m JOIN document d ON d.id = m.document WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0) {
		int64_t at = stmt_col_int(q, 0) ? stmt_col_int(q, 0) : stmt_col_int(q, 1);
		bool ours = stmt_col_int(q, 2) & DOCUMENT_OWNED ||
			    stmt_col_int(q, 3) & (MENTION_OWNED | MENTION_ECHO);
		struct id story = stmt_col_id(q, 4);

		if (!id_none(&story) && l->n < STORIES_MAX && !has_story(l, &story))
			l->stories[l->n++] = story;
		if (!ours && (!l->out->outside_at || at < l->out->outside_at)) {
			l->out->outside_at = at;
			l->out->mention = *mention;
		}
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
mentions_take(struct looking *l, struct str ids, struct err *e)
{
	for (size_t i = 0; (i + 1) * ID_SIZE <= ids.n && i < MENTIONS_MAX; i++) {
		struct id id;

		memcpy(id.b, ids.p + i * ID_SIZE, ID_SIZE);
		if (mention_take(l, &id, e) < 0)
			return -1;
	}
	return 0;
}

static int
outside_find(struct looking *l, const struct id *incident, struct err *e)
{
	struct stmt *q = store_stmt(l->s, "SELECT evidence FROM firing WHERE incident ="
					  " :incident ORDER BY at, id LIMIT :limit");
	struct str evidence[FIRINGS_MAX];
	size_t n = 0;
	int more;

	stmt_id(q, 1, incident);
	stmt_int(q, 2, FIRINGS_MAX);
	while ((more = stmt_step(q, e)) > 0)
		evidence[n++] = arena_str(l->a, stmt_col_bytes(q, 0));
	stmt_reset(q);
	for (size_t i = 0; i < n && more >= 0; i++)
		if (mentions_take(l, evidence[i], e) < 0)
			return -1;
	return more;
}

/* What own sites and accounts said of one of its stories. */
static int
own_find(struct looking *l, struct err *e)
{
	struct stmt *q = store_stmt(
		l->s,
		"SELECT r.id, r.at, d.story FROM released r JOIN document d ON d.id = r.id"
		" WHERE r.kind = 'owned' AND r.at >= :from ORDER BY r.at, r.id");
	int more;

	stmt_int(q, 1, l->out->outside_at ? l->out->outside_at - BEFORE_S : 0);
	while ((more = stmt_step(q, e)) > 0) {
		struct id story = stmt_col_id(q, 2);

		if (!has_story(l, &story))
			continue;
		l->out->own_at = stmt_col_int(q, 1);
		l->out->document = stmt_col_id(q, 0);
		break;
	}
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

static int
said_add(void *list, const struct entry *x)
{
	if (str_is(x->kind, "release"))
		said_take(list, x);
	return 0;
}

/* What we released: also what was taken back since, which had told of it. */
static int
released_find(struct looking *l, const struct id *incident, struct err *e)
{
	struct said_list said = { .v = NULL };
	int bad = entries_read(l->s, incident, said_add, &said, e);

	for (size_t i = 0; !bad && i < said.n; i++) {
		const struct said *x = &said.v[i];

		if (!said_is_public(x) || (l->out->own_at && x->at >= l->out->own_at))
			continue;
		l->out->own_at = x->at;
		l->out->document = (struct id){ { 0 } };
		l->out->release = x->number;
	}
	said_release(&said);
	return bad;
}

int
disclosure_read(struct store *s, const struct id *incident, struct disclosure_seen *out,
		struct err *e)
{
	struct looking l = { .s = s, .out = out, .a = arena_new() };
	int bad;

	*out = (struct disclosure_seen){ .own_at = 0 };
	bad = outside_find(&l, incident, e) < 0 || own_find(&l, e) < 0 ||
	      released_find(&l, incident, e) < 0;
	arena_free(l.a);
	return bad ? -1 : 0;
}
