#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/chain.h"
#include "responder/heap.h"
#include "responder/silence_store.h"

#define ROW_MAX      (64 << 10)
#define MATCHERS_MAX 20

void
silence_row_hash(const struct silence_row *r, uint8_t out[32])
{
	struct buf b = BUF(2 * ROW_MAX);

	buf_addf(&b, "%lld %lld %lld %lld %lld ", (long long)r->seq, (long long)r->at,
		 (long long)r->silence, (long long)r->from_at, (long long)r->until_at);
	chain_hash_part(&b, r->previous);
	chain_part(&b, r->kind);
	chain_part(&b, r->matchers);
	chain_part(&b, r->actor);
	chain_part(&b, r->reason);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

int
silence_row_append(struct store *s, struct silence_row *r, struct err *e)
{
	struct stmt *q;

	if (chain_newest(
		    store_stmt(
			    s,
			    "SELECT seq, hash FROM silence_change ORDER BY seq DESC LIMIT 1"),
		    &r->seq, r->previous, e) < 0)
		return -1;
	r->seq++;
	if (!r->silence)
		r->silence = r->seq;
	silence_row_hash(r, r->hash);
	q = store_stmt(s,
		       "INSERT INTO silence_change (seq, at, silence, kind, matchers, from_at,"
		       " until_at, actor, reason, previous, hash) VALUES (:seq, :at, :silence,"
		       " :kind, :matchers, :from, :until, :actor, :reason, :previous, :hash)");
	stmt_int(q, 1, r->seq);
	stmt_int(q, 2, r->at);
	stmt_int(q, 3, r->silence);
	stmt_text(q, 4, r->kind);
	stmt_text(q, 5, r->matchers);
	stmt_int(q, 6, r->from_at);
	stmt_int(q, 7, r->until_at);
	stmt_text(q, 8, r->actor);
	stmt_text(q, 9, r->reason);
	chain_bind(q, 10, r->previous);
	chain_bind(q, 11, r->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
silence_rows_read(struct store *s, int (*each)(void *arg, const struct silence_row *r),
		  void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq, at, silence, kind, matchers, from_at,"
				       " until_at, actor, reason, previous, hash FROM"
				       " silence_change ORDER BY seq");
	int more = 0, rc = 0;

	while (rc == 0 && (more = stmt_step(q, e)) > 0) {
		struct silence_row r;

		r = (struct silence_row){ .seq = stmt_col_int(q, 0),
					  .at = stmt_col_int(q, 1),
					  .silence = stmt_col_int(q, 2),
					  .kind = stmt_col_text(q, 3),
					  .matchers = stmt_col_text(q, 4),
					  .from_at = stmt_col_int(q, 5),
					  .until_at = stmt_col_int(q, 6),
					  .actor = stmt_col_text(q, 7),
					  .reason = stmt_col_text(q, 8) };
		chain_col(q, 9, r.previous);
		chain_col(q, 10, r.hash);
		rc = each(arg, &r);
	}
	stmt_reset(q);
	return more < 0 ? -1 : rc;
}

/* ---- as they are now --------------------------------------------------------------------------- */

struct reading {
	struct silences_kept *out;
	size_t cap;
	struct silence_kept *v;
	struct arena *a;
	struct err *e;
};

static int
matchers_read(struct reading *x, struct str lines, struct matchers *out)
{
	struct conf_texts texts = { arena_alloc(x->a, MATCHERS_MAX * sizeof *texts.v), 0 };
	struct str line;

	while (str_next(&lines, '\n', &line) && texts.n < MATCHERS_MAX)
		texts.v[texts.n++] = line;
	return matchers_parse(&texts, x->a, out, x->e);
}

static int
add_read(struct reading *x, const struct silence_row *r)
{
	struct silence_kept *k;

	if (x->out->n == x->cap)
		x->v = heap_more(x->v, &x->cap, sizeof *x->v);
	k = &x->v[x->out->n++];
	*k = (struct silence_kept){ .n = r->seq, .matchers = arena_str(x->a, r->matchers) };
	k->silence.name = str_of(arena_textf(x->a, "%lld", (long long)r->seq));
	k->silence.from_at = r->from_at;
	k->silence.until_at = r->until_at;
	k->silence.who = arena_str(x->a, r->actor);
	k->silence.why = arena_str(x->a, r->reason);
	return matchers_read(x, k->matchers, &k->silence.matchers);
}

static int
row_read(void *arg, const struct silence_row *r)
{
	struct reading *x = arg;

	if (str_is(r->kind, "add"))
		return add_read(x, r);
	for (size_t i = 0; i < x->out->n; i++)
		if (x->v[i].n == r->silence && silence_end(&x->v[i].silence, r->at))
			x->v[i].ended_by = arena_str(x->a, r->actor);
	return 0;
}

int
silences_read(struct store *s, int64_t since, struct arena *a, struct silences_kept *out,
	      struct err *e)
{
	struct reading x = { .out = out, .a = a, .e = e };
	size_t kept = 0;
	int rc;

	*out = (struct silences_kept){ NULL, 0 };
	rc = silence_rows_read(s, row_read, &x, e);
	for (size_t i = 0; rc == 0 && i < out->n; i++)
		if (x.v[i].silence.until_at > since)
			x.v[kept++] = x.v[i];
	out->n = kept;
	out->v = arena_alloc(a, (kept + 1) * sizeof *out->v);
	if (kept)
		memcpy(out->v, x.v, kept * sizeof *out->v);
	free(x.v);
	return rc;
}
