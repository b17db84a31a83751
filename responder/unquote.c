/* unquote.c - see unquote.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/channel.h"
#include "responder/digest_again.h"
#include "responder/heap.h"
#include "responder/notice_store.h"
#include "responder/pack_keep.h"
#include "responder/quote_store.h"
#include "responder/unquote.h"
#include "responder/unquote_store.h"

#define TEXT_MAX      (1 << 20)
#define INCIDENTS_MAX 1000
#define CARRIED_S     (90 * 86400) /* what holds a notice that long has let go of it */

struct ids {
	struct id *v;
	size_t n, cap;
};
/* A body that is told again; others carry it whole. */
struct swap {
	struct str old, fresh;
};
/* Somebody who may hold the text. */
struct told_to {
	struct str recipient, channel, address;
	int64_t notices, last_at;
};
struct unquoting {
	struct responder *r;
	int64_t now;
	struct arena *kept, *row; /* of the call; of one row */
	struct ids ids;
	struct swap *swaps;
	size_t swaps_n, swaps_cap;
	struct made_between carriers; /* when what carries them was made */
	struct told_to *told;
	size_t told_n, told_cap;
	struct str incidents[INCIDENTS_MAX];
	size_t incidents_n;
	int64_t notices, waiting, digests, drafts;
	const struct id *only; /* documents; NULL: look at everything */
	size_t only_n;
	struct err *e;
};

static void
ids_add(struct ids *x, const struct id *id)
{
	if (x->n == x->cap)
		x->v = heap_more(x->v, &x->cap, sizeof *x->v);
	x->v[x->n++] = *id;
}

static int
by_id(const void *a, const void *b)
{
	return id_cmp(a, b);
}

/* ---- who quotes -------------------------------------------------------------------------------- */

static int
is_erased(struct unquoting *x, const struct json *mention)
{
	struct id id;

	if (id_from_hex(json_text(mention, STR("")), &id) < 0)
		return 0;
	return mention_is_erased(x->r->store, &id, x->e);
}

/* Facts of a notice list the mentions as "evidence", those of a digest under "stories"; an
 * acknowledgement has the one that it answers. */
static int
quotes_erased(struct unquoting *x, struct str facts)
{
	struct err bad;
	const struct json *j, *evidence, *stories;
	int erased;

	arena_reset(x->row);
	j = json_parse(x->row, facts, &bad);
	erased = is_erased(x, json_get(j, "reply_to"));
	evidence = json_get(j, "evidence");
	stories = json_get(j, "stories");
	for (size_t i = 0; !erased && i < json_count(evidence); i++)
		erased = is_erased(x, json_at(evidence, i));
	for (size_t i = 0; !erased && i < json_count(stories); i++)
		erased = is_erased(x, json_get(json_at(stories, i), "mention"));
	return erased;
}

static int
keep_quoting(void *arg, const struct id *id, struct str facts)
{
	struct unquoting *x = arg;
	int erased = quotes_erased(x, facts);

	if (erased > 0)
		ids_add(&x->ids, id);
	return erased < 0 ? -1 : 0;
}

static int
keep_one(void *arg, const struct id *id)
{
	ids_add(arg, id);
	return 0;
}

/* What shows texts of the documents that x is only about, each once. */
static int
keep_showing(struct unquoting *x, enum quote_in in)
{
	size_t n = 0;

	for (size_t i = 0; i < x->only_n; i++)
		if (quotes_of(x->r->store, in, &x->only[i], keep_one, &x->ids, x->e) < 0)
			return -1;
	if (x->ids.n)
		qsort(x->ids.v, x->ids.n, sizeof *x->ids.v, by_id);
	for (size_t i = 0; i < x->ids.n; i++)
		if (!n || !id_eq(&x->ids.v[n - 1], &x->ids.v[i]))
			x->ids.v[n++] = x->ids.v[i];
	x->ids.n = n;
	return 0;
}

static int
keep_digest(void *arg, const struct digest_row *row)
{
	return keep_quoting(arg, &row->id, row->facts);
}

/* ---- a notice ---------------------------------------------------------------------------------- */

/* One part of a notice with its erased evidence told as erased. What cannot be read goes whole. */
static struct str
part_again(struct unquoting *x, const struct notice_row *r, enum notice_part part,
	   enum plain_form form, size_t i, const struct evidence *now)
{
	struct str is = part == NOTICE_BODY ? r->body : r->html;
	struct buf b = BUF(TEXT_MAX);
	enum notice_found found = notice_again(is, part, form, i, now, &b);

	if (found == NOTICE_UNREADABLE && part == NOTICE_BODY)
		buf_addf(&b, "%.*s\n\n（内容已删除 content erased）\n", STR_ARG(r->subject));
	if (found != NOTICE_NOT_LISTED)
		is = arena_str(x->kept, buf_str(&b));
	buf_release(&b);
	return is;
}

static int
page_again(struct unquoting *x, struct notice_row *r)
{
	const struct channel_conf *c = channel_find(&x->r->conf->notice, r->channel);
	enum plain_form form = c ? channel_kind(c)->form : PLAIN_TEXT;
	struct err bad;
	const struct json *list = json_get(json_parse(x->row, r->facts, &bad), "evidence");

	for (size_t i = 0; i < json_count(list); i++) {
		struct evidence now;
		struct id id;
		int found = id_from_hex(json_text(json_at(list, i), STR("")), &id) < 0
				    ? 0
				    : record_evidence(x->r->store, &id, x->row, &now, x->e);

		if (found < 0)
			return -1;
		if (!found || !now.erased.n)
			continue;
		r->body = part_again(x, r, NOTICE_BODY, form, i, &now);
		r->html = part_again(x, r, NOTICE_HTML, form, i, &now);
	}
	return 0;
}

static int
told_digest_again(struct unquoting *x, struct notice_row *r)
{
	struct digest_row d = { .facts = r->facts, .text = r->body, .html = r->html };

	if (digest_again(&x->r->env, &d, x->row, x->e) < 0)
		return -1;
	r->facts = d.facts;
	r->body = d.text;
	r->html = d.html;
	return 0;
}

/* An acknowledgement: whom it answered, and where, goes; what was said stays. */
static int
ack_again(struct unquoting *x, struct notice_row *r)
{
	static const char *const stay[] = { "watch", "source", "template", "sha256" };
	struct buf b = BUF(TEXT_MAX);
	struct err bad;
	const struct json *j = json_parse(x->row, r->facts, &bad);

	buf_add_byte(&b, '{');
	for (size_t k = 0; k < LY_COUNT(stay); k++)
		json_add_pair(&b, stay[k], json_text(json_get(j, stay[k]), STR("")));
	buf_add_byte(&b, '}');
	r->facts = arena_str(x->row, buf_str(&b));
	buf_release(&b);
	return 0;
}

/* Bundles, and what tells the operator that one failed: whole bodies of others stand in them. */
static int
carrier_again(struct unquoting *x, struct notice_row *r)
{
	for (size_t i = 0; i < x->swaps_n; i++) {
		const struct swap *w = &x->swaps[i];
		ptrdiff_t at = str_find(r->body, w->old);
		struct buf b = BUF(TEXT_MAX);

		if (at < 0)
			continue;
		buf_add(&b, str_slice(r->body, 0, (size_t)at));
		buf_add(&b, w->fresh);
		buf_add(&b, str_slice(r->body, (size_t)at + w->old.n, r->body.n));
		r->body = arena_str(x->row, buf_str(&b));
		buf_release(&b);
	}
	return 0;
}

static void
count_told(struct unquoting *x, const struct notice_row *r)
{
	size_t i = 0;

	while (i < x->told_n && !(str_eq(x->told[i].recipient, r->recipient) &&
				  str_eq(x->told[i].channel, r->channel) &&
				  str_eq(x->told[i].address, r->address)))
		i++;
	if (i == x->told_n) {
		if (x->told_n == x->told_cap)
			x->told = heap_more(x->told, &x->told_cap, sizeof *x->told);
		x->told[x->told_n++] = (struct told_to){ arena_str(x->kept, r->recipient),
							 arena_str(x->kept, r->channel),
							 arena_str(x->kept, r->address), 0, 0 };
	}
	x->told[i].notices++;
	if (r->sent_at > x->told[i].last_at)
		x->told[i].last_at = r->sent_at;
}

static void
count_incident(struct unquoting *x, const struct notice_row *r)
{
	struct err bad;
	struct str number =
		json_text(json_get(json_parse(x->row, r->facts, &bad), "incident"), STR(""));

	for (size_t i = 0; i < x->incidents_n; i++)
		if (str_eq(x->incidents[i], number))
			return;
	if (number.n && x->incidents_n < INCIDENTS_MAX)
		x->incidents[x->incidents_n++] = arena_str(x->kept, number);
}

/* Every attempt may have arrived, whatever came back. */
static void
count(struct unquoting *x, const struct notice_row *r)
{
	static const char *const waits[] = { "planned", "held", "queued", "retry_wait" };

	x->notices++;
	count_incident(x, r);
	if (r->attempts)
		count_told(x, r);
	for (size_t i = 0; i < LY_COUNT(waits); i++)
		x->waiting += !r->sent_at && str_is(r->state, waits[i]);
}

static int
notice_write(struct unquoting *x, const struct notice_row *was, const struct notice_row *r)
{
	if (str_eq(was->body, r->body) && str_eq(was->html, r->html) &&
	    str_eq(was->facts, r->facts))
		return 0;
	if (x->swaps_n == x->swaps_cap)
		x->swaps = heap_more(x->swaps, &x->swaps_cap, sizeof *x->swaps);
	x->swaps[x->swaps_n++] =
		(struct swap){ arena_str(x->kept, was->body), arena_str(x->kept, r->body) };
	if (r->created_at < x->carriers.from)
		x->carriers.from = r->created_at;
	if (r->created_at + CARRIED_S > x->carriers.until)
		x->carriers.until = r->created_at + CARRIED_S;
	count(x, r);
	if (notice_set_again(x->r->store, r, x->now, x->e) < 0)
		return -1;
	return r->attempts ? rewrite_add(x->r->store, REWRITE_NOTICE, &r->id, x->e) : 0;
}

/* Which notices: that quote (1), that carry others (0: none when no other was changed). */
static int
notices_find(struct unquoting *x, bool quotes)
{
	x->ids.n = 0;
	if (quotes)
		return x->only ? keep_showing(x, QUOTE_NOTICE)
			       : notices_telling(x->r->store, keep_quoting, x, x->e);
	return x->swaps_n ? notices_carrying(x->r->store, &x->carriers, keep_one, &x->ids, x->e)
			  : 0;
}

static int
notices_again(struct unquoting *x, bool quotes)
{
	if (notices_find(x, quotes) < 0)
		return -1;
	for (size_t i = 0; i < x->ids.n; i++) {
		struct notice_row was, r;
		int done;

		arena_reset(x->row);
		done = notice_get(x->r->store, &x->ids.v[i], x->row, &was, x->e);
		if (done <= 0)
			return -1;
		r = was;
		done = !quotes                      ? carrier_again(x, &r)
		       : str_is(r.kind, "digest")   ? told_digest_again(x, &r)
		       : str_is(r.kind, "auto_ack") ? ack_again(x, &r)
						    : page_again(x, &r);
		if (done < 0 || notice_write(x, &was, &r) < 0)
			return -1;
	}
	return 0;
}

/* ---- digests and drafts ------------------------------------------------------------------------ */

static int
digests_again(struct unquoting *x)
{
	x->ids.n = 0;
	if (x->only ? keep_showing(x, QUOTE_DIGEST)
		    : digests_read(x->r->store, keep_digest, x, x->e) < 0)
		return -1;
	for (size_t i = 0; i < x->ids.n; i++) {
		struct digest_row d;
		int done;

		arena_reset(x->row);
		if (digest_get(x->r->store, &x->ids.v[i], x->row, &d, x->e) <= 0)
			return -1;
		done = digest_again(&x->r->env, &d, x->row, x->e);
		if (done < 0)
			return -1;
		if (!done)
			continue;
		x->digests++;
		if (digest_set_again(x->r->store, &d, x->now, x->e) < 0 ||
		    rewrite_add(x->r->store, REWRITE_DIGEST, &d.id, x->e) < 0)
			return -1;
	}
	return 0;
}

static int
draft_rests(void *arg, struct str evidence)
{
	struct unquoting *x = arg;
	struct err bad;
	const struct json *slots;
	struct str slot;
	int erased = 0;

	arena_reset(x->row);
	slots = json_parse(x->row, evidence, &bad);
	for (size_t i = 0; !erased && i < json_count(slots); i++) {
		const struct json *m = json_get(json_member(slots, i, &slot), "mentions");

		for (size_t k = 0; !erased && k < json_count(m); k++)
			erased = is_erased(x, json_at(m, k));
	}
	x->drafts += erased > 0;
	return erased < 0 ? -1 : 0;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

static void
add_found(const struct unquoting *x, struct buf *b)
{
	buf_addf(b,
		 "{\"notices\":%lld,\"waiting\":%lld,\"digests\":%lld,\"drafts\":%lld,"
		 "\"incidents\":[",
		 (long long)x->notices, (long long)x->waiting, (long long)x->digests,
		 (long long)x->drafts);
	for (size_t i = 0; i < x->incidents_n; i++) {
		buf_add(b, i ? STR(",") : STR(""));
		json_add_text(b, x->incidents[i]);
	}
	buf_add(b, STR("],\"told\":["));
	for (size_t i = 0; i < x->told_n; i++) {
		const struct told_to *t = &x->told[i];

		buf_add(b, i ? STR(",{\"recipient\":") : STR("{\"recipient\":"));
		json_add_text(b, t->recipient);
		buf_add(b, STR(",\"channel\":"));
		json_add_text(b, t->channel);
		buf_add(b, STR(",\"address\":"));
		json_add_text(b, t->address);
		buf_addf(b, ",\"notices\":%lld,\"last_at\":", (long long)t->notices);
		if (t->last_at) {
			buf_add_byte(b, '"');
			clock_add_iso(b, t->last_at);
			buf_add_byte(b, '"');
		} else {
			buf_add(b, STR("null"));
		}
		buf_add_byte(b, '}');
	}
	buf_add(b, STR("]}"));
}

static struct unquoting *
unquoting_new(struct responder *r, int64_t now, struct err *e)
{
	struct unquoting *x = heap_zero(1, sizeof *x);

	x->r = r;
	x->now = now;
	x->e = e;
	x->carriers.from = INT64_MAX;
	x->kept = arena_new();
	x->row = arena_new();
	return x;
}

static void
unquoting_free(struct unquoting *x)
{
	arena_free(x->kept);
	arena_free(x->row);
	free(x->ids.v);
	free(x->swaps);
	free(x->told);
	free(x);
}

int
unquote_rows(struct responder *r, int64_t now, struct buf *out, struct err *e)
{
	struct unquoting *x = unquoting_new(r, now, e);
	bool bad = notices_again(x, true) < 0 || notices_again(x, false) < 0 ||
		   digests_again(x) < 0 || drafts_resting(r->store, draft_rests, x, e) < 0 ||
		   unquote_log(r, e) < 0;

	r->unquoting = true;
	add_found(x, out);
	unquoting_free(x);
	return bad ? -1 : 0;
}

int
unquote_documents(struct responder *r, const struct id *documents, size_t n, int64_t now,
		  struct err *e)
{
	struct unquoting *x = unquoting_new(r, now, e);
	bool bad;

	x->only = documents;
	x->only_n = n;
	bad = n && (notices_again(x, true) < 0 || notices_again(x, false) < 0 ||
		    digests_again(x) < 0);
	r->unquoting |= x->notices || x->digests;
	unquoting_free(x);
	return bad ? -1 : 0;
}

int
unquote_log(struct responder *r, struct err *e)
{
	static const struct id here = { { 1 } };

	return rewrite_add(r->store, REWRITE_LOG, &here, e);
}

/* ---- told before there was table quote ---------------------------------------------------------- */

static int
notice_shows(void *arg, const struct id *id, struct str facts)
{
	struct unquoting *x = arg;

	return quotes_add(x->r->store, QUOTE_NOTICE, id, facts, x->e);
}

static int
digest_shows(void *arg, const struct digest_row *row)
{
	struct unquoting *x = arg;

	return quotes_add(x->r->store, QUOTE_DIGEST, &row->id, row->facts, x->e);
}

static int
quotes_fill(struct responder *r, struct err *e)
{
	struct unquoting x = { .r = r, .e = e };

	if (notices_telling(r->store, notice_shows, &x, e) < 0)
		return -1;
	return digests_read(r->store, digest_shows, &x, e) < 0 ? -1 : 0;
}

/* ---- behind the commit ------------------------------------------------------------------------- */

static int
do_one(struct responder *r, const struct rewrite *x, int64_t now, struct err *e)
{
	struct buf unread = BUF(1 << 20);
	int done = 0;

	switch (x->what) {
	case REWRITE_QUOTES:
		done = quotes_fill(r, e);
		break;
	case REWRITE_ALL:
		done = unquote_rows(r, now, &unread, e);
		break;
	case REWRITE_NOTICE:
		done = notices_file_again(r->notices, &x->id, e);
		break;
	case REWRITE_DIGEST:
		done = digests_file_again(r->digests, &x->id, e);
		break;
	case REWRITE_PACK:
		done = pack_folder_remove(r->store, r->conf->site.data, &x->id, e);
		break;
	case REWRITE_LOG:
		break;
	}
	buf_release(&unread);
	return done < 0 ? -1 : rewrite_done(r->store, x, e);
}

/* In a transaction of its own: a file that is written twice is the same file. */
static int
do_alone(struct responder *r, const struct rewrite *x, int64_t now, struct err *e)
{
	if (x->what == REWRITE_LOG && store_forget(r->store, e) < 0)
		return -1;
	if (store_begin(r->store, e) < 0)
		return -1;
	if (do_one(r, x, now, e) < 0) {
		store_rollback(r->store);
		return -1;
	}
	return store_commit(r->store, e);
}

int
unquote_finish(struct responder *r, int64_t now, struct err *e)
{
	struct rewrite x = { REWRITE_QUOTES, { { 0 } } };
	int more = 0, bad = 0;

	if (!r->unquoting || store_in_batch(r->store))
		return 0;
	while (!(bad && e->kind == ERR_BROKEN) && (more = rewrite_next(r->store, &x, e)) > 0)
		bad |= do_alone(r, &x, now, e) < 0;
	r->unquoting = false; /* what failed is tried with the next command or start */
	if (more < 0 || bad)
		log_event(LOG_ERROR, "erase_delayed", "why=\"%s\"", e->text);
	return more < 0 || bad ? -1 : 0;
}
