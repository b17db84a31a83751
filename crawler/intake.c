/* intake.c - identity, masking, cutting: once, here, for everything that comes in. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/http.h"
#include "core/psl.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/intake.h"
#include "crawler/mask.h"
#include "crawler/state.h"

#define FUTURE_S 600 /* a clock may be this far ahead before its date is clamped */

static struct str
canonical_link(struct arena *a, struct str url)
{
	struct buf b = BUF(8192);
	struct err e = { 0 };
	struct str s = { 0 };

	if (url.n && url_canonical(STR(""), url, &b, &e) == 0)
		s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str
site_of(struct arena *a, const struct intake *in)
{
	struct str from[] = { in->url, in->source->url };

	if (in->source->site.n)
		return in->source->site;
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

void
intake_fill(struct arena *a, const struct intake *in, const uint8_t *key, int64_t now,
	    int64_t max_age_s, struct document *d)
{
	struct str link = canonical_link(a, in->url), author = str_trim(in->author);
	size_t masked = 0;

	*d = (struct document){ .source = in->source->name,
				.source_class = in->source->source_class,
				.site = site_of(a, in),
				.url = link,
				.followers = in->followers,
				.published_at = in->published_at,
				.arrived_at = now,
				.lang = in->lang.n ? in->lang : in->source->lang };
	d->title = mask_text(a, str_trim(in->title), &masked);
	d->text = mask_text(a, str_trim(in->text), &masked);
	d->author = mask_text(a, author, &masked);
	d->text_hash = ID_OF(d->title, d->text);
	if (author.n)
		d->author_key = id_keyed((struct str){ (const char *)key, 32 },
					 (struct str[]){ d->site, author }, 2);
	if (in->identity.n) {
		d->identity = str_slice(in->identity, 0, 1024);
	} else if (link.n) {
		d->identity = str_slice(link, 0, 1024);
	} else {
		struct buf b = BUF(40);

		id_add_hex(&b, &d->text_hash);
		d->identity = arena_str(a, buf_str(&b));
		buf_release(&b);
	}
	d->id = ID_OF(d->source, d->identity);
	if (masked)
		d->flags |= DOCUMENT_MASKED;
	if (d->text.n > TEXT_MAX_BYTES) {
		d->text = utf8_cut(d->text, TEXT_MAX_BYTES);
		d->flags |= DOCUMENT_CUT;
	}
	if (d->published_at > now + FUTURE_S) {
		d->published_at = now;
		d->flags |= DOCUMENT_DATED;
	}
	if (d->published_at && d->published_at < now - max_age_s)
		d->flags |= DOCUMENT_OLD;
	if (d->source_class == CLASS_OWNED)
		d->flags |= DOCUMENT_OWNED;
}

/* Both marks are set in the batch's transaction; true when either stood already. */
static int
was_seen(struct crawler *c, const struct document *d, struct err *e)
{
	struct id text = ID_OF(STR("text"), d->source, id_str(&d->text_hash));
	int fresh = spool_mark_seen(c->store, &d->id, c->now, e);

	if (fresh == 1)
		fresh = spool_mark_seen(c->store, &text, c->now, e);
	return fresh < 0 ? -1 : !fresh;
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
	r = was_seen(c, &d, e);
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
	buf_release(&record);
	if (r < 0)
		return -1;
	c->figures.documents++;
	return d.flags & DOCUMENT_OLD ? INTAKE_OLD : INTAKE_TAKEN;
}
