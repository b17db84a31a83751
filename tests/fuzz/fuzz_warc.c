/* fuzz: crawler/warc.c crawler/evidence_text.c core/gzip.c */
#include "core/base.h"

#include <assert.h>

#include "core/gzip.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/evidence_text.h"
#include "crawler/warc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A file of records: each lies within it, is what it says, or is refused by name. */
static void
file_read(struct str file)
{
	struct warc_reader r = { .rest = file, .record = BUF(1 << 20) };
	struct arena *a = arena_new();
	struct warc_seen s;
	struct err e = { 0 };
	size_t seen = 0;
	int more;

	while ((more = warc_read(&r, &s, &e)) == 1) {
		struct str text;
		struct err why = { 0 };

		assert(s.at == seen && s.n > 0 && s.at + s.n <= file.n);
		seen += s.n;
		assert(s.head.n + s.payload.n == s.block.n);
		arena_reset(a);
		if (evidence_text(a, s.head, s.payload, STR("http://a.example/"), 1774000000,
				  &text, &why) == 0)
			assert(utf8_valid(text));
		else
			assert(why.kind == ERR_REJECT);
	}
	if (more < 0)
		assert(e.kind == ERR_REJECT && e.text[0]);
	else
		assert(seen == file.n);
	arena_free(a);
	buf_release(&r.record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct buf file = BUF(1 << 22), out = BUF(1 << 20), head = BUF(1 << 20);
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	struct warc_record w = { .type = n % 2 ? WARC_RESPONSE : WARC_RESOURCE,
				 .target = in,
				 .content_type = STR("application/http"),
				 .head = STR("HTTP/1.1 200 OK\r\n\r\n"),
				 .body = in };
	struct warc_seen s;
	struct err e = { 0 };

	file_read(in);
	gzip_add(&file, in); /* the bytes as a record */
	file_read(buf_str(&file));
	(void)!gzip_decode(in, &out, &e);
	(void)evidence_is_packed(in);
	(void)evidence_is_file(in);
	evidence_head_add(&head, in);
	/* What we write we read, whatever it holds. */
	buf_clear(&file);
	warc_add(&file, &w);
	if (!buf_ok(&file))
		abort();
	r.rest = buf_str(&file);
	if (warc_read(&r, &s, &e) == 1) {
		assert(s.block_check == WARC_RIGHT && s.payload_check != WARC_WRONG);
		assert(s.block.n == n + w.head.n);
	} else {
		/* an address that is longer than a head may be, and nothing else */
		assert(n > 60000);
	}
	buf_release(&file);
	buf_release(&out);
	buf_release(&head);
	buf_release(&r.record);
	return 0;
}
