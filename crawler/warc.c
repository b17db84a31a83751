/* warc.c - see warc.h. */
#include "core/base.h"

#include "core/clock.h"
#include "core/gzip.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/warc.h"

#define HEAD_MAX  65536
#define LINES_MAX 200
#define PROFILE   "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

const char *const warc_type_words[] = { "warcinfo", "request", "response", "resource",
					"metadata", "revisit", "" };

/* ---- writing ----------------------------------------------------------------------------------- */

static void
line_add(struct buf *b, const char *name, struct str value)
{
	if (!value.n)
		return;
	buf_addf(b, "%s: ", name);
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f)
			buf_add_byte(b, value.p[i]);
	buf_add(b, STR("\r\n"));
}

/* "<urn:uuid:…>" of version 8: bytes of our own (RFC 9562 5.8). */
static void
id_line_add(struct buf *b, const char *name, const struct id *id)
{
	static const char cut[] = { 4, 6, 8, 10, 0 };
	struct id u = *id;

	if (id_none(id))
		return;
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x80);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	buf_addf(b, "%s: <urn:uuid:", name);
	for (size_t i = 0, k = 0; i < sizeof u.b; i++) {
		if (i == (size_t)cut[k]) {
			buf_add_byte(b, '-');
			k++;
		}
		hash_add_hex(b, &u.b[i], 1);
	}
	buf_add(b, STR(">\r\n"));
}

static void
sha_line_add(struct buf *b, const char *name, struct str bytes)
{
	uint8_t sha[32];

	hash_sha256(bytes, sha);
	buf_addf(b, "%s: sha256:", name);
	hash_add_hex(b, sha, sizeof sha);
	buf_add(b, STR("\r\n"));
}

static bool
is_http(const struct warc_record *r)
{
	return r->type == WARC_REQUEST || r->type == WARC_RESPONSE;
}

void
warc_add(struct buf *out, const struct warc_record *r)
{
	struct buf b = BUF(WARC_RECORD_MAX), block = BUF(WARC_RECORD_MAX);

	buf_add(&block, r->head);
	buf_add(&block, r->body);
	buf_addf(&b, "WARC/1.1\r\nWARC-Type: %s\r\n", warc_type_words[r->type]);
	id_line_add(&b, "WARC-Record-ID", &r->id);
	buf_add(&b, STR("WARC-Date: "));
	clock_add_iso(&b, r->at);
	buf_add(&b, STR("\r\n"));
	line_add(&b, "WARC-Target-URI", r->target);
	line_add(&b, "WARC-Filename", r->filename);
	id_line_add(&b, "WARC-Concurrent-To", &r->with);
	line_add(&b, "WARC-IP-Address", r->ip);
	if (r->type == WARC_REVISIT) {
		line_add(&b, "WARC-Profile", STR(PROFILE));
		id_line_add(&b, "WARC-Refers-To", &r->refers_to);
		buf_add(&b, STR("WARC-Payload-Digest: sha256:"));
		hash_add_hex(&b, (const uint8_t *)r->payload_sha.p, r->payload_sha.n);
		buf_add(&b, STR("\r\n"));
	} else if (is_http(r)) {
		sha_line_add(&b, "WARC-Payload-Digest", r->body);
	}
	sha_line_add(&b, "WARC-Block-Digest", buf_str(&block));
	line_add(&b, "Content-Type", r->content_type);
	buf_addf(&b, "Content-Length: %zu\r\n\r\n", block.n);
	buf_add(&b, buf_str(&block));
	buf_add(&b, STR("\r\n\r\n"));
	if (buf_ok(&b) && buf_ok(&block))
		gzip_add(out, buf_str(&b));
	else
		out->over = true; /* the caller asks once, with buf_ok() */
	buf_release(&b);
	buf_release(&block);
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct fields {
	struct str type, length, block_sha, payload_sha;
	struct warc_seen *s;
};

static void
field_take(struct fields *f, struct str name, struct str value)
{
	const struct {
		struct str name;
		struct str *to;
	} known[] = {
		{ STR_INIT("WARC-Type"), &f->type },
		{ STR_INIT("WARC-Record-ID"), &f->s->id },
		{ STR_INIT("WARC-Date"), &f->s->date },
		{ STR_INIT("WARC-Target-URI"), &f->s->target },
		{ STR_INIT("WARC-IP-Address"), &f->s->ip },
		{ STR_INIT("WARC-Refers-To"), &f->s->refers_to },
		{ STR_INIT("WARC-Block-Digest"), &f->block_sha },
		{ STR_INIT("WARC-Payload-Digest"), &f->payload_sha },
		{ STR_INIT("Content-Type"), &f->s->content_type },
		{ STR_INIT("Content-Length"), &f->length },
	};

	for (size_t i = 0; i < LY_COUNT(known); i++)
		if (str_eq_nocase(name, known[i].name) && !known[i].to->n)
			*known[i].to = value;
}

static int
head_read(struct str head, struct fields *f, struct err *e)
{
	struct str line;
	int n = 0;

	while (str_next(&head, '\n', &line)) {
		ptrdiff_t colon = str_find_byte(line, ':');

		if (!n++) {
			line = str_trim(line);
			if (!str_is(line, "WARC/1.1") && !str_is(line, "WARC/1.0"))
				return err_set(e, ERR_REJECT, "not a WARC record");
			continue;
		}
		if (colon < 1 || n > LINES_MAX)
			return err_set(e, ERR_REJECT, "line %d of its head is none", n);
		field_take(f, str_slice(line, 0, (size_t)colon),
			   str_trim(str_slice(line, (size_t)colon + 1, line.n)));
	}
	return 0;
}

static enum warc_check
sha_check(struct str said, struct str bytes)
{
	struct buf b = BUF(80);
	uint8_t sha[32];
	bool same;

	if (!str_starts(said, STR("sha256:")))
		return WARC_UNSAID;
	hash_sha256(bytes, sha);
	hash_add_hex(&b, sha, sizeof sha);
	same = str_eq_nocase(str_slice(said, 7, said.n), buf_str(&b));
	buf_release(&b);
	return same ? WARC_RIGHT : WARC_WRONG;
}

/* Head and payload of an HTTP message; a message without an empty line is all head. */
static void
payload_find(struct warc_seen *s)
{
	ptrdiff_t at = str_find(s->block, STR("\r\n\r\n"));

	s->payload = s->block;
	if (!str_starts(s->content_type, STR("application/http")))
		return;
	if (at < 0)
		at = (ptrdiff_t)s->block.n - 4;
	s->head = str_slice(s->block, 0, (size_t)(at + 4));
	s->payload = str_slice(s->block, (size_t)(at + 4), s->block.n);
}

static int
record_read(struct str record, struct warc_seen *s, struct err *e)
{
	struct fields f = { .s = s };
	ptrdiff_t end = str_find(str_slice(record, 0, HEAD_MAX), STR("\r\n\r\n"));
	struct str rest;
	int64_t n;

	if (end < 0)
		return err_set(e, ERR_REJECT, "its head has no end");
	if (head_read(str_slice(record, 0, (size_t)end), &f, e) < 0)
		return -1;
	rest = str_slice(record, (size_t)end + 4, record.n);
	if (str_int64(f.length, &n) < 0 || n < 0 || (size_t)n + 4 != rest.n ||
	    !str_ends(rest, STR("\r\n\r\n")))
		return err_set(e, ERR_REJECT, "its length is not the one it says");
	while (s->type < WARC_OTHER && !str_is(f.type, warc_type_words[s->type]))
		s->type++;
	s->block = str_slice(rest, 0, (size_t)n);
	payload_find(s);
	s->block_check = sha_check(f.block_sha, s->block);
	/* A revisit's payload stands elsewhere. */
	if (s->type != WARC_REVISIT)
		s->payload_check = sha_check(f.payload_sha, s->payload);
	return 0;
}

int
warc_read(struct warc_reader *r, struct warc_seen *s, struct err *e)
{
	size_t before = r->rest.n;

	*s = (struct warc_seen){ .at = r->at };
	if (!r->rest.n)
		return 0;
	buf_clear(&r->record);
	if (gzip_take(&r->rest, &r->record, e) < 0 ||
	    record_read(buf_str(&r->record), s, e) < 0)
		return err_within(e, "record at byte %zu", s->at);
	s->n = before - r->rest.n;
	r->at += s->n;
	return 1;
}
