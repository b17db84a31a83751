/* record -> each joining again -> (cmd_verify.c, mention_show.c) */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"

#include "nlp/gist.h"
#include "responder/join.h"
#include "responder/plain.h"
#include "responder/record_store.h"
#include "responder/verify_store.h"

#include "cli/verify_stories.h"

#define TITLE_MAX 60 /* code points of what it is alike */

struct parts {
	struct buf text;
	uint32_t v[GIST_MAX];
	struct gist_place place[GIST_MAX];
	size_t n;
};
struct again {
	struct stored_went went; /* the one before */
	struct gist_words *words;
	struct verify_stories *sum;
	struct parts own, like;
	struct buf *out; /* of story_explain() */
};

static void
parts_read(struct again *k, struct parts *p, struct str title, struct str body)
{
	buf_clear(&p->text);
	buf_add(&p->text, title);
	buf_add_byte(&p->text, '\n');
	buf_add(&p->text, body);
	p->n = gist_parts(k->words, buf_str(&p->text), p->v, p->place);
}

/* Its number, or p->n. */
static size_t
part_find(const struct parts *p, uint32_t part)
{
	size_t i = 0;

	while (i < p->n && !gist_is_same(p->v[i], part))
		i++;
	return i;
}

static bool
has_text(struct str title, struct str body)
{
	return title.n + body.n > 0;
}

static void
differs(struct again *k, const struct id *document, const char *what)
{
	struct buf hex = BUF(64);

	k->sum->mismatches++;
	id_add_hex(&hex, document);
	printf("mismatch: story of document %s: %s\n", hex.p, what);
	buf_release(&hex);
}

static void
why_check(void *arg, const struct stored_why *w)
{
	struct again *k = arg;
	struct join x = { .alike = 0 };

	k->sum->computed++;
	if (!id_eq(&w->story, &w->told))
		differs(k, &w->document, "its row names another story than the reason");
	if (!join_unpack_why(w->why, &x))
		differs(k, &w->document, "its reason is not to be read");
	else if (x.version != GIST_VERSION)
		k->sum->foreign++;
	else if (join_alike(&x) != w->alike)
		differs(k, &w->document,
			"the weights do not add up to how alike it is said to be");
	else if (!has_text(w->title, w->body) || !has_text(w->like_title, w->like_body))
		k->sum->erased++;
	else {
		parts_read(k, &k->own, w->title, w->body);
		parts_read(k, &k->like, w->like_title, w->like_body);
		for (size_t i = 0; i < x.n; i++)
			if (part_find(&k->own, x.shared[i].part) == k->own.n ||
			    part_find(&k->like, x.shared[i].part) == k->like.n) {
				differs(k, &w->document,
					"a part that both are said to have is not in them");
				return;
			}
	}
}

/* ---- texts that went to another story -------------------------------------------------------- */

/* The newest row of a document is what its own row says. */
static void
went_end(struct again *k)
{
	const struct stored_went *x = &k->went;

	if (id_none(&x->document))
		return;
	k->sum->went++;
	if (!id_eq(&x->story, &x->told) || x->as_of != x->told_as_of)
		differs(k, &x->document, "its row names another than it went to last");
}

static void
went_check(void *arg, const struct stored_went *x)
{
	struct again *k = arg;

	if (!id_eq(&k->went.document, &x->document))
		went_end(k);
	else if (!id_eq(&k->went.story, &x->was))
		differs(k, &x->document, "it left another than it had gone to");
	k->went = *x;
}

static void
untold_check(void *arg, const struct id *document)
{
	differs(arg, document, "nothing says of which it was before it went");
}

static int
went_all(struct again *k, struct store *s, struct err *e)
{
	if (verify_went(s, NULL, went_check, k, e) < 0)
		return -1;
	went_end(k);
	return verify_went_untold(s, untold_check, k, e);
}

static void
again_begin(struct again *k)
{
	k->words = gist_words_new();
	k->own.text = k->like.text = BUF(1 << 20);
}

static void
again_end(struct again *k)
{
	gist_words_free(k->words);
	buf_release(&k->own.text);
	buf_release(&k->like.text);
}

int
verify_stories(const char *record, struct verify_stories *sum, struct err *e)
{
	struct store *s = store_open_reader(record, &record_migrations, e);
	struct again k = { .sum = sum };
	int rc = -1;

	*sum = (struct verify_stories){ .computed = 0 };
	again_begin(&k);
	if (s)
		rc = verify_whys(s, NULL, why_check, &k, e);
	if (rc >= 0)
		rc = went_all(&k, s, e);
	again_end(&k);
	store_close(s);
	return rc < 0 ? -1 : 0;
}

/* ---- in words -------------------------------------------------------------------------------- */

static int
by_weight(const void *a, const void *b)
{
	const struct join_part *x = a, *y = b;

	return (x->weight < y->weight) - (x->weight > y->weight);
}

static void
why_write(void *arg, const struct stored_why *w)
{
	struct again *k = arg;
	struct join x = { .alike = 0 };
	struct str head =
		has_text(w->like_title, (struct str){ 0 }) ? w->like_title : w->like_body;

	if (!join_unpack_why(w->why, &x))
		return;
	parts_read(k, &k->own, w->title, w->body);
	qsort(x.shared, x.n, sizeof *x.shared, by_weight);
	buf_addf(k->out, "alike %d.%d %% to \"", (int)w->alike / 10, (int)w->alike % 10);
	plain_add(k->out, PLAIN_TEXT, head.n ? head : STR("(erased)"), TITLE_MAX);
	buf_add(k->out, STR("\", both have"));
	for (size_t i = 0; i < x.n; i++) {
		size_t at = part_find(&k->own, x.shared[i].part);
		struct str text = buf_str(&k->own.text);

		if (x.version != GIST_VERSION || at == k->own.n)
			continue;
		buf_add(k->out, i ? STR(", ") : STR(" "));
		plain_add(k->out, PLAIN_TEXT,
			  str_slice(text, k->own.place[at].at,
				    k->own.place[at].at + k->own.place[at].len),
			  TITLE_MAX);
		buf_addf(k->out, " (%u)", x.shared[i].weight);
	}
	buf_add_byte(k->out, '\n');
}

int
story_explain(struct store *record, const struct id *document, struct buf *out, struct err *e)
{
	struct again k = { .out = out };
	int rc;

	again_begin(&k);
	rc = verify_whys(record, document, why_write, &k, e);
	again_end(&k);
	return rc < 0 ? -1 : 0;
}
