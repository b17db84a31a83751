/* tell.c - see tell.h. */
#include "core/base.h"

#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/state.h"
#include "crawler/tell.h"

int
crawler_tell(struct crawler *c, const struct word *w, struct err *e)
{
	struct str identity = str_of(
		arena_textf(c->arena, "%.*s:%lld", STR_ARG(w->says), (long long)w->since_at));
	struct document d = { .id = ID_OF(w->kind, w->name, identity),
			      .spool = spool_name(c->spool),
			      .source = w->name,
			      .source_class = CLASS_OTHER,
			      .site = w->name,
			      .identity = identity,
			      .url = w->url,
			      .title = w->title,
			      .text = w->text,
			      .followers = -1,
			      .published_at = w->since_at,
			      .arrived_at = c->now,
			      .flags = DOCUMENT_HEALTH };
	struct buf record = BUF(RECORD_MAX);
	int r;

	d.text_hash = ID_OF(d.title, d.text);
	d.seq = spool_next_seq(c->spool);
	record_encode(&document_record, &d, &record);
	r = buf_ok(&record)
		    ? spool_take(c->spool, d.seq, c->now, buf_str(&record), e)
		    : err_set(e, ERR_BROKEN, "a word of ours is over %d bytes", RECORD_MAX);
	buf_release(&record);
	return r;
}
