/* fuzz: core/record.c core/record_json.c core/document.c */
/*
 * The first byte chooses a noun, the rest is a record of it or a line of JSON. What is read is
 * written so that it reads back to the same, by either way; addresses agree with the fields.
 */
#include "core/base.h"

#include "core/control.h"
#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"
#include "core/utf8.h"

union any {
	struct document document;
	struct result result;
	struct receipt receipt;
	struct tick tick;
	struct command command;
	struct reply reply;
	struct lost lost;
};
static const struct record_type *const types[] = {
	&document_record, &result_record, &receipt_record, &tick_record,
	&command_record,  &reply_record,  &lost_record,
};
#define CHECK(x)  \
	if (!(x)) \
	__builtin_trap()

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
by_wire(const struct record_type *t, const union any *rec, struct arena *a)
{
	struct buf first = BUF(RECORD_CALL_MAX), second = BUF(RECORD_CALL_MAX);
	struct err e = { .kind = ERR_NONE };
	struct id spool = { { 0 } };
	union any back;
	int64_t seq = 0;

	record_encode(t, rec, &first);
	CHECK(buf_ok(&first));
	CHECK(record_kind(buf_str(&first)) == t->kind);
	CHECK(record_decode(t, buf_str(&first), &back, a, &e) == 0);
	record_encode(t, &back, &second);
	CHECK(str_eq(buf_str(&first), buf_str(&second)));
	if (t == &tick_record && record_address(buf_str(&first), &spool, &seq))
		CHECK(seq == rec->tick.seq && id_eq(&spool, &rec->tick.spool));
	if (t == &result_record && record_address(buf_str(&first), &spool, &seq))
		CHECK(seq == rec->result.document.seq);
	if (t == &document_record && rec->document.followers >= 0)
		CHECK(document_tier(&rec->document) >= 0);
	buf_release(&first);
	buf_release(&second);
}

static void
by_json(const struct record_type *t, const union any *rec, struct arena *a)
{
	struct buf first = BUF(64 << 20), second = BUF(64 << 20);
	struct err e = { .kind = ERR_NONE };
	union any back;

	record_to_json(t, rec, &first);
	CHECK(buf_ok(&first) && utf8_valid(buf_str(&first)));
	CHECK(str_find_byte(buf_str(&first), '\n') < 0);
	if (record_from_json(t, buf_str(&first), &back, a, &e) == 0) {
		record_to_json(t, &back, &second);
		CHECK(str_eq(buf_str(&first), buf_str(&second)));
	}
	buf_release(&first);
	buf_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct record_type *t;
	struct arena *a = arena_new();
	struct buf doc = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct str in;
	union any rec;

	if (!n)
		goto out;
	t = types[p[0] % LY_COUNT(types)];
	in = (struct str){ (const char *)p + 1, n - 1 };
	CHECK(record_length(in) <= in.n);
	if (record_decode(t, in, &rec, a, &e) == 0) {
		by_wire(t, &rec, a);
		by_json(t, &rec, a);
	}
	if (record_from_json(t, in, &rec, a, &e) == 0) {
		by_wire(t, &rec, a);
		by_json(t, &rec, a);
	}
	record_document(t, &doc);
out:
	buf_release(&doc);
	arena_free(a);
	return 0;
}
