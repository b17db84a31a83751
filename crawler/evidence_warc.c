/* evidence_warc.c - see evidence_warc.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"

#include "crawler/evidence_text.h"
#include "crawler/evidence_warc.h"
#include "crawler/warc.h"

#define BLOCK_MAX ((size_t)1 << 20)

static struct id
record_id(const char *what, const struct id *document, int64_t n, int64_t hop)
{
	int64_t number[] = { n, hop };

	return ID_OF(str_of(what), id_str(document),
		     ((struct str){ (const char *)number, sizeof number }));
}

void
evidence_add_info(struct buf *out, struct str name, int64_t at)
{
	struct warc_record r = {
		.type = WARC_INFO,
		.id = ID_OF(STR("warcinfo"), name,
			    ((struct str){ (const char *)&at, sizeof at })),
		.at = at,
		.filename = name,
		.content_type = STR("application/warc-fields"),
		.body = STR("software: langyan\r\n"
			    "format: WARC File Format 1.1\r\n"
			    "conformsTo: http://iipc.github.io/warc-specifications/"
			    "specifications/warc-format/warc-1.1/\r\n"
			    "robots: obey\r\n")
	};

	warc_add(out, &r);
}

void
evidence_add_document(struct buf *out, const struct document *d, int64_t at)
{
	struct buf json = BUF(RECORD_MAX * 8), name = BUF(80);
	struct warc_record r = { .type = WARC_RESOURCE,
				 .id = record_id("resource", &d->id, 0, 0),
				 .at = at,
				 .content_type = STR("application/json") };

	buf_add(&name, STR("urn:langyan:document:"));
	id_add_hex(&name, &d->id);
	r.target = buf_str(&name);
	record_to_json(&document_record, d, &json);
	buf_add_byte(&json, '\n');
	r.body = buf_str(&json);
	if (buf_ok(&json))
		warc_add(out, &r);
	else
		out->over = true;
	buf_release(&json);
	buf_release(&name);
}

void
evidence_add_hop(struct buf *out, const struct evidence_hop *h)
{
	const struct http_response *a = h->response;
	struct buf head = BUF(BLOCK_MAX);
	uint8_t sha[32];
	struct warc_record r = { .type = WARC_REQUEST,
				 .id = record_id("request", &h->document, h->n, h->hop),
				 .with = record_id("response", &h->document, h->n, h->hop),
				 .at = h->at,
				 .target = h->url,
				 .ip = a->address,
				 .content_type = STR("application/http;msgtype=request"),
				 .head = a->sent };

	warc_add(out, &r);
	evidence_head_add(&head, a->head);
	r = (struct warc_record){ .type = h->same_as < 0 ? WARC_RESPONSE : WARC_REVISIT,
				  .id = r.with,
				  .at = h->at,
				  .target = h->url,
				  .ip = a->address,
				  .content_type = STR("application/http;msgtype=response"),
				  .head = buf_str(&head),
				  .body = a->body };
	if (h->same_as >= 0) {
		hash_sha256(a->body, sha);
		r.payload_sha = (struct str){ (const char *)sha, sizeof sha };
		r.refers_to = record_id("response", &h->document, h->same_as, 0);
		r.body = STR("");
	}
	warc_add(out, &r);
	buf_release(&head);
}

static void
sha_add(struct buf *b, const char *name, struct str sha)
{
	if (!sha.n)
		return;
	buf_addf(b, "%s: sha256:", name);
	hash_add_hex(b, (const uint8_t *)sha.p, sha.n);
	buf_add(b, STR("\r\n"));
}

void
evidence_add_outcome(struct buf *out, const struct evidence_row *row, const struct sight_row *s,
		     const struct sight_row *before)
{
	struct buf b = BUF(BLOCK_MAX);
	struct warc_record r = { .type = WARC_METADATA,
				 .id = record_id("metadata", &row->document, s->n, 0),
				 .at = s->at,
				 .target = row->url,
				 .content_type = STR("application/warc-fields") };

	buf_addf(&b, "outcome: %s\r\n", sight_words[s->outcome]);
	if (s->status)
		buf_addf(&b, "status: %lld\r\n", (long long)s->status);
	if (s->why.n)
		buf_addf(&b, "why: %.*s\r\n", STR_ARG(s->why));
	sha_add(&b, "text-sha256", s->text_sha);
	if (before)
		sha_add(&b, "text-sha256-before", before->text_sha);
	r.body = buf_str(&b);
	warc_add(out, &r);
	buf_release(&b);
}
