/* fuzz: crawler/push.c crawler/mask.c crawler/place.c crawler/intake.c */
#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/intake.h"
#include "crawler/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever is pushed becomes a document that encodes and decodes, or is refused by name. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct source_conf source = { .name = STR_INIT("push"),
						   .kind = SOURCE_PUSH };
	static const uint8_t key[32] = "key";
	struct arena *a = arena_new();
	struct buf record = BUF(RECORD_MAX), again = BUF(RECORD_MAX);
	struct str line = { (const char *)data, n };
	struct err e = { 0 };
	struct document d, back;
	struct pushed p;
	struct intake in;

	if (push_parse(a, line, 1774000000, &p, &e) < 0) {
		assert(e.kind == ERR_REJECT && e.text[0]);
		/* Not JSON: its bytes are a text as a feed may give it. */
		p = (struct pushed){ .id = line, .title = line, .text = line, .author = line };
	}
	in = push_intake(&p, &source);
	intake_fill(a, &in, key, 1774000000, 7 * 86400, &d);
	assert(utf8_valid(d.text) && utf8_valid(d.identity) && d.identity.n);
	d.seq = 1;
	record_encode(&document_record, &d, &record);
	assert(buf_ok(&record));
	if (record_decode(&document_record, buf_str(&record), &back, a, &e) < 0)
		abort();
	assert(id_eq(&back.id, &d.id) && str_eq(back.text, d.text));
	intake_renumber(buf_str(&record), 2, &again);
	assert(again.n);
	buf_release(&record);
	buf_release(&again);
	arena_free(a);
	return 0;
}
