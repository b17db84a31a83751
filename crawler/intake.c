/* intake.c - identity, masking, cutting: once, here, for everything that comes in. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/http.h"
#include "core/psl.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/hotlist.h"
#include "crawler/health_keep.h"
#include "crawler/intake.h"
#include "crawler/mask.h"
#include "crawler/state.h"

#define FUTURE_S 600 /* a clock may be this far ahead before its date is clamped */

/* Valid UTF-8 of at most max bytes: a record that does not decode would be sent for ever. */
static struct str
proper(struct arena *a, struct str s, size_t max)
{
	s = utf8_cut(s, max);
	if (!utf8_valid(s)) {
		struct buf b = BUF(s.n * 3 + 1);

		utf8_add_clean(&b, s);
		s = arena_str(a, utf8_cut(buf_str(&b), max));
		buf_release(&b);
	}
	return s;
}

static struct str
site_of(struct arena *a, const struct intake *in)
{
	struct str from[] = { in->url, in->source->url };

	if (in->source->site.n)
		return in->source->site;
	if (in->site.n)
		return proper(a, in->site, SITE_MAX_BYTES);
	for (size_t i = 0; i < LY_COUNT(from); i++) {
		struct buf b = BUF(512);
		struct str site = { 0 };

		if (from[i].n && url_host(from[i], &b) == 0)
			site = psl_domain(a, buf_str(&b));
		if (site.n)
			site = arena_str(a, site);
		buf_release(&b);
		if (site.n)
			return site;
	}
	return in->source->name;
}

/* What makes the id: all of it, however much of it the document shows. */
static struct str
identity_of(const struct intake *in, struct str link)
{
	return in->identity.n ? in->identity : link;
}

static struct str
hash_identity(struct arena *a, const struct id *text_hash)
{
	struct buf b = BUF(40);
	struct str s;

	id_add_hex(&b, text_hash);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static int64_t
flags_of(const struct document *d, int64_t max_age_s)
{
	int64_t flags = 0;

	/* History is old by its nature; it is counted when it was said, and raises nothing. */
	if (d->published_at && d->published_at < d->arrived_at - max_age_s &&
	    !(d->flags & DOCUMENT_HISTORY))
		flags |= DOCUMENT_OLD;
	if (d->source_class == CLASS_OWNED)
		flags |= DOCUMENT_OWNED;
	return flags;
}

static void
hot_fill(const struct intake *in, struct document *d)
{
	if (!in->hot)
		return;
	d->rank = in->hot->rank;
	d->best_rank = in->hot->best;
	d->rank_before = in->hot->before;
	d->listed_at = in->hot->first_at;
	d->dwell_s = in->hot->dwell_s;
	d->heat = in->heat > 0 ? in->heat : 0;
}

void
intake_fill(struct arena *a, const struct intake *in, const uint8_t *key, int64_t now,
	    int64_t max_age_s, struct document *d)
{
	struct str link = url_canonical_text(a, in->url), identity = identity_of(in, link);
	struct str author = proper(a, str_trim(in->author), AUTHOR_MAX_BYTES);
	struct str title = proper(a, str_trim(in->title), in->title.n);
	struct str text = proper(a, str_trim(in->text), in->text.n);
	size_t masked = 0;

	*d = (struct document){ .source = in->source->name,
				.source_class = in->source->source_class,
				.site = site_of(a, in),
				.url = proper(a, link, URL_MAX_BYTES),
				.followers = in->followers,
				.engagement = in->engagement,
				.rating = in->rating,
				.country = proper(a, in->country, COUNTRY_MAX_BYTES),
				.published_at = in->published_at,
				.arrived_at = now,
				.flags = in->flags };
	hot_fill(in, d);
	d->lang = proper(a, in->lang.n ? in->lang : in->source->lang, LANG_MAX_BYTES);
	if (!(d->flags & DOCUMENT_SAMPLE)) { /* a number is nobody's */
		title = mask_text(a, title, &masked);
		text = mask_text(a, text, &masked);
	}
	d->text_hash = ID_OF(title, text);
	d->title = utf8_cut(title, TITLE_MAX_BYTES);
	d->text = utf8_cut(text, TEXT_MAX_BYTES);
	d->author = mask_text(a, author, &masked);
	if (author.n)
		d->author_key = id_keyed((struct str){ (const char *)key, 32 },
					 (struct str[]){ d->site, author }, 2);
	if (!identity.n)
		identity = hash_identity(a, &d->text_hash);
	d->id = ID_OF(d->source, identity);
	d->identity = proper(a, identity, IDENTITY_MAX_BYTES);
	if (d->published_at > now + FUTURE_S) {
		d->published_at = now;
		d->flags |= DOCUMENT_DATED;
	}
	d->flags |= flags_of(d, max_age_s);
	if (masked)
		d->flags |= DOCUMENT_MASKED;
	if (d->text.n < text.n || d->title.n < title.n)
		d->flags |= DOCUMENT_CUT;
}

/* Both marks are set in the batch's transaction; true when either stood already. The same words
 * of another author are another document. */
static int
was_seen(struct crawler *c, const struct document *d, bool words_alone, struct err *e)
{
	struct id text =
		ID_OF(STR("text"), d->source, id_str(&d->author_key), id_str(&d->text_hash));
	int fresh = spool_mark_seen(c->store, &d->id, c->now, e);

	if (fresh == 1 && !words_alone && (d->title.n || d->text.n))
		fresh = spool_mark_seen(c->store, &text, c->now, e);
	/* A mark lives as long as its item is met: spool_forget_seen. */
	if (fresh == 0 && (spool_renew_seen(c->store, &d->id, c->now, e) < 0 ||
			   spool_renew_seen(c->store, &text, c->now, e) < 0))
		return -1;
	return fresh < 0 ? -1 : !fresh;
}

int
intake_is_known(struct crawler *c, const struct intake *in, struct err *e)
{
	struct str identity = identity_of(in, url_canonical_text(c->arena, in->url));
	struct id id = ID_OF(in->source->name, identity);
	int known = identity.n ? spool_is_seen(c->store, &id, e) : 0;

	if (known == 1 &&
	    (crawler_begin(c, e) < 0 || spool_renew_seen(c->store, &id, c->now, e) < 0))
		return -1;
	return known;
}

void
intake_renumber(struct str record, int64_t seq, struct buf *out)
{
	struct arena *a = arena_new();
	struct document d;
	struct err e = { 0 };

	if (record_decode(&document_record, record, &d, a, &e) == 0) {
		d.seq = seq;
		record_encode(&document_record, &d, out);
	}
	arena_free(a);
}

int
intake_document(struct crawler *c, const struct intake *in, struct id *id, struct err *e)
{
	int64_t max_age =
		in->source->max_age_s ? in->source->max_age_s : c->setup.fetch->max_age_s;
	struct buf record = BUF(RECORD_MAX);
	struct document d;
	int r;

	intake_fill(c->arena, in, c->author_key, c->now, max_age, &d);
	*id = d.id;
	if (crawler_begin(c, e) < 0)
		return -1;
	/* A sample is known by its signal and time where it is kept. */
	r = d.flags & DOCUMENT_SAMPLE ? 0 : was_seen(c, &d, in->words_alone, e);
	if (r < 0)
		return -1;
	if (r) {
		c->figures.seen++;
		return INTAKE_SEEN;
	}
	d.spool = spool_name(c->spool);
	d.seq = spool_next_seq(c->spool);
	record_encode(&document_record, &d, &record);
	r = buf_ok(&record) ? spool_take(c->spool, d.seq, c->now, buf_str(&record), e)
			    : err_set(e, ERR_REJECT, "document is over %d bytes", RECORD_MAX);
	if (r == 0 && c->archive)
		archive_told(c->archive, record.n);
	buf_release(&record);
	if (r < 0)
		return -1;
	c->figures.documents++;
	health_document(c, in->source, &d);
	return d.flags & DOCUMENT_OLD ? INTAKE_OLD : INTAKE_TAKEN;
}
