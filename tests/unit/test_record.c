#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/control.h"
#include "core/result.h"
#include "core/stage.h"
#include "core/str.h"
#include "core/varint.h"

struct bench {
	struct arena *a;
	struct buf b;
};

static int
set_up(void **state)
{
	struct bench *t = calloc(1, sizeof *t);

	t->a = arena_new();
	t->b = BUF(RECORD_CALL_MAX);
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *t = *state;

	arena_free(t->a);
	buf_release(&t->b);
	free(t);
	return 0;
}

static struct document
a_document(void)
{
	return (struct document){
		.id = { { 1, 2, 3 } },
		.spool = { { 9, 9 } },
		.seq = 4711,
		.source = STR("shancheng-daily"),
		.source_class = CLASS_FORUM,
		.site = STR("example.test"),
		.identity = STR("guid:7"),
		.url = STR("http://example.test/7"),
		.title = STR("山脆脆片里有异物"),
		.text = STR("“第三次了”\n退款"),
		.author = STR("阿明"),
		.author_key = { { 5 } },
		.followers = 12345,
		.published_at = 1795302941,
		.arrived_at = 1795303000,
		.lang = STR("zh"),
		.text_hash = { { 7 } },
		.flags = DOCUMENT_MASKED | DOCUMENT_DATED,
		.rank = 3,
		.best_rank = 2,
		.rank_before = 12,
		.listed_at = 1795291200,
		.dwell_s = 7200,
		.heat = 120000,
		.engagement = 31,
		.rating = 4500,
		.country = STR("cn"),
	};
}

static const char document_json[] =
	"{\"id\":\"01020300000000000000000000000000\",\"spool\":"
	"\"09090000000000000000000000000000\","
	"\"seq\":4711,\"source\":\"shancheng-daily\",\"class\":\"forum\",\"site\":\"example."
	"test\","
	"\"identity\":\"guid:7\",\"url\":\"http://example.test/"
	"7\",\"title\":\"山脆脆片里有异物\","
	"\"text\":\"“第三次了”\\n退款\",\"author\":\"阿明\","
	"\"author_key\":\"05000000000000000000000000000000\",\"followers\":12345,"
	"\"published\":\"2026-11-21T23:15:41Z\",\"arrived\":\"2026-11-21T23:16:40Z\",\"lang\":"
	"\"zh\","
	"\"text_hash\":\"07000000000000000000000000000000\",\"flags\":[\"masked\",\"dated\"],"
	"\"rank\":3,\"best_rank\":2,\"rank_before\":12,\"listed\":\"2026-11-21T20:00:00Z\","
	"\"dwell\":7200,\"heat\":120000,\"engagement\":31,"
	"\"rating\":4.5,\"country\":\"cn\"}";

static struct result
a_result(void)
{
	static struct topic_hit topics[] = {
		{ .topic = STR_INIT("food_safety"),
		  .severity = 3,
		  .weight = 750,
		  .safety = 1,
		  .at = 3,
		  .len = 6 },
	};
	static struct span spans[] = { { 0, 6, SPAN_WATCH }, { 15, 6, SPAN_RIVAL } };
	static struct mention mentions[] = {
		{ .id = { { 1 } },
		  .watch = STR_INIT("shancui"),
		  .score = -812,
		  .label = LABEL_NEG,
		  .confidence = 900,
		  .subjectivity = 1000,
		  .intent = INTENT_COMPLAINT,
		  .flags = MENTION_FIRST_HAND,
		  .topics = { topics, 1 },
		  .spans = { spans, 2 } },
		{ .id = { { 2 } }, .watch = STR_INIT("山城"), .label = LABEL_NEU },
		{ .id = { { 3 } }, .watch = STR_INIT("x"), .label = LABEL_POS, .score = 5 },
	};

	return (struct result){ .document = a_document(),
				.conf = { { 8 } },
				.image = { { 9 } },
				.mentions = { mentions, 3 },
				.copies = STR("\0\xff\x01") };
}

static void
same_json(const struct record_type *t, const void *rec, struct bench *at, const char *expected)
{
	buf_clear(&at->b);
	record_to_json(t, rec, &at->b);
	assert_string_equal(at->b.p, expected);
}

static void
a_document_comes_through_wire_and_json_unchanged(void **state)
{
	struct bench *t = *state;
	struct document d = a_document(), back;
	struct buf wire = BUF(RECORD_MAX);
	struct err e = { 0 };

	record_encode(&document_record, &d, &wire);
	assert_true(buf_ok(&wire));
	assert_int_equal(record_kind(buf_str(&wire)), KIND_DOCUMENT);
	assert_int_equal(record_length(buf_str(&wire)), wire.n);
	assert_int_equal(record_decode(&document_record, buf_str(&wire), &back, t->a, &e), 0);
	same_json(&document_record, &back, t, document_json);
	assert_int_equal(
		record_from_json(&document_record, str_of(document_json), &back, t->a, &e), 0);
	same_json(&document_record, &back, t, document_json);
	buf_release(&wire);
}

static void
a_result_keeps_every_list_label_and_byte(void **state)
{
	struct bench *t = *state;
	struct result r = a_result(), back;
	struct buf wire = BUF(RECORD_MAX), first = BUF(RECORD_MAX);
	struct err e = { 0 };
	const struct mention *m;

	record_to_json(&result_record, &r, &first);
	record_encode(&result_record, &r, &wire);
	assert_int_equal(record_decode(&result_record, buf_str(&wire), &back, t->a, &e), 0);
	same_json(&result_record, &back, t, first.p);
	m = back.mentions.v;
	assert_int_equal(back.mentions.n, 3);
	assert_int_equal(m[0].label, LABEL_NEG);
	assert_int_equal(m[1].label, LABEL_NEU);
	assert_int_equal(m[2].label, LABEL_POS);
	assert_int_equal(((const struct span *)m[0].spans.v)[1].at, 15);
	assert_int_equal(back.copies.n, 3);
	assert_non_null(
		strstr(first.p, "\"score\":-0.812,\"label\":\"neg\",\"confidence\":0.9,"));
	assert_int_equal(record_from_json(&result_record, buf_str(&first), &back, t->a, &e), 0);
	same_json(&result_record, &back, t, first.p);
	buf_release(&wire);
	buf_release(&first);
}

static void
what_is_absent_is_the_default_and_takes_no_bytes(void **state)
{
	struct bench *t = *state;
	struct document d = { .followers = -1 }, back = { .followers = 7 };
	struct err e = { 0 };

	record_encode(&document_record, &d, &t->b);
	assert_int_equal(t->b.n, 2); /* length and kind */
	assert_int_equal(record_decode(&document_record, buf_str(&t->b), &back, t->a, &e), 0);
	assert_int_equal(back.followers, -1);
	assert_int_equal(document_tier(&back), -1);
	assert_int_equal(
		record_from_json(&document_record, STR("{\"id\":null}"), &back, t->a, &e), 0);
	assert_int_equal(back.followers, -1);
	assert_int_equal(
		record_from_json(&result_record, STR("{}"), &(struct result){ 0 }, t->a, &e),
		0);
}

static void
tiers_follow_the_followers(void **state)
{
	static const struct {
		int64_t followers;
		int tier;
	} cases[] = { { -1, -1 },   { 0, 0 },      { 9999, 0 },   { 10000, 1 },
		      { 99999, 1 }, { 100000, 2 }, { 499999, 2 }, { 500000, 3 } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d = { .followers = cases[i].followers };

		assert_int_equal(document_tier(&d), cases[i].tier);
	}
}

static void
control_records_come_through(void **state)
{
	struct bench *t = *state;
	struct lost_seq seqs[] = { { 1 }, { 1LL << 40 } };
	struct lost l = { .spool = { { 1 } }, .seqs = { seqs, 2 } }, back;
	struct tick k = { { { 1 } }, 12, 11, 3, 1795302941 }, tick;
	struct err e = { 0 };

	record_encode(&lost_record, &l, &t->b);
	assert_int_equal(record_decode(&lost_record, buf_str(&t->b), &back, t->a, &e), 0);
	assert_int_equal(((struct lost_seq *)back.seqs.v)[1].seq, 1LL << 40);
	buf_clear(&t->b);
	record_encode(&tick_record, &k, &t->b);
	assert_int_equal(record_decode(&tick_record, buf_str(&t->b), &tick, t->a, &e), 0);
	assert_memory_equal(&tick, &k, sizeof k);
}

/* A body without its length in front; \3 stands for a text field of one byte, as it likes. */
struct bad {
	const char *says;
	struct str body;
};

static void
bytes_that_are_no_document_are_refused_by_field(void **state)
{
	static const struct bad cases[] = {
		{ "document: the record is of kind 2, not 1", STR_INIT("\2") },
		{ "document: cut after its start", STR_INIT("\1\x06\x01\x02") },
		{ "document.title: not valid UTF-8", STR_INIT("\1\x25\1\xff") },
		{ "document.title: comes twice", STR_INIT("\1\x25\1a\x25\1b") },
		{ "document.title: shape 0 is not 1", STR_INIT("\1\x24\1") },
		{ "document.class: 99 is not a known word", STR_INIT("\1\x14\xc6\1") },
		{ "document.class: -1 is not a known word", STR_INIT("\1\x14\1") },
		{ "document.published: 4611686018427387904 is not a time",
		  STR_INIT("\1\x38\x80\x80\x80\x80\x80\x80\x80\x80\x80\1") },
		{ "document: cut after class", STR_INIT("\1\x14\2\x25\x7f"
							"a") },
		{ "document: cut after its start",
		  STR_INIT("\1\x14\xff\xff\xff\xff\xff\xff\xff\xff\xff\2") },
	};
	struct bench *t = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d;
		struct err e = { 0 };

		buf_clear(&t->b);
		buf_add_byte(&t->b, (char)cases[i].body.n);
		buf_add(&t->b, cases[i].body);
		assert_int_equal(record_decode(&document_record, buf_str(&t->b), &d, t->a, &e),
				 -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
	}
}

static void
a_list_that_lies_about_its_length_is_refused(void **state)
{
	static const struct bad cases[] = {
		{ "lost.seqs: list is cut", STR_INIT("\7\x0f\0") },
		{ "lost.seqs: list is cut", STR_INIT("\7\x0f\2\xff\1") },
		{ "lost.seqs: entry 2 is cut", STR_INIT("\7\x0f\3\2\0\5") },
		{ "lost.seqs: list has bytes after its entries", STR_INIT("\7\x0f\3\1\0\0") },
		{ "lost.seqs: lost_seq.seq: comes twice", STR_INIT("\7\x0f\6\1\4\4\2\4\2") },
	};
	struct bench *t = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct lost l;
		struct err e = { 0 };

		buf_clear(&t->b);
		buf_add_byte(&t->b, (char)cases[i].body.n);
		buf_add(&t->b, cases[i].body);
		assert_int_equal(record_decode(&lost_record, buf_str(&t->b), &l, t->a, &e), -1);
		assert_string_equal(e.text, cases[i].says);
	}
}

static void
every_cut_of_a_record_is_refused_and_none_is_read_past(void **state)
{
	struct bench *t = *state;
	struct result r = a_result(), back;
	struct err e = { 0 };

	record_encode(&result_record, &r, &t->b);
	for (size_t n = 0; n < t->b.n; n++) {
		char *part = malloc(n ? n : 1); /* exact, so that ASan sees a byte too many */

		memcpy(part, t->b.p, n);
		assert_int_equal(record_length((struct str){ part, n }), 0);
		assert_int_equal(
			record_decode(&result_record, (struct str){ part, n }, &back, t->a, &e),
			-1);
		free(part);
	}
}

static void
a_field_of_a_newer_version_is_skipped(void **state)
{
	static const char body[] = "\1"           /* document */
				   "\x14\2"       /* class: social */
				   "\xf8\3\x81\1" /* tag 126, a number */
				   "\xf9\3\3abc"  /* tag 126, a run */
				   "\xba\3"
				   "0123456789abcdef" /* tag 110, an id */
				   "\x25\1t";         /* title */
	struct bench *t = *state;
	struct document d;
	struct err e = { 0 };

	buf_add_byte(&t->b, (char)(sizeof body - 1));
	buf_add(&t->b, (struct str){ body, sizeof body - 1 });
	assert_int_equal(record_decode(&document_record, buf_str(&t->b), &d, t->a, &e), 0);
	assert_int_equal(d.source_class, CLASS_SOCIAL);
	assert_true(str_is(d.title, "t"));
}

static void
json_that_is_no_document_is_refused_by_field(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "[]", "document: not an object" },
		{ "{\"titel\":\"x\"}", "document: unknown \"titel\", did you mean \"title\"?" },
		{ "{\"color\":1}", "document: unknown \"color\"" },
		{ "{\"title\":7}", "document.title: not a text" },
		{ "{\"class\":\"forums\"}",
		  "document.class: unknown \"forums\", did you mean \"forum\"?" },
		{ "{\"flags\":[\"kaput\"]}", "document.flags: unknown \"kaput\"" },
		{ "{\"flags\":\"cut\"}", "document.flags: not a list of words" },
		{ "{\"seq\":1.5}", "document.seq: not a whole number" },
		{ "{\"seq\":\"1\"}", "document.seq: not a whole number" },
		{ "{\"id\":\"abc\"}", "document.id: not 32 hex digits" },
	};
	struct bench *t = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d;
		struct err e = { 0 };

		assert_int_equal(
			record_from_json(&document_record, str_of(cases[i].line), &d, t->a, &e),
			-1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
	}
}

static void
the_tables_obey_their_own_rules(void **state)
{
	static const struct record_type *const types[] = {
		&document_record, &result_record,  &mention_record,  &topic_record,
		&span_record,     &receipt_record, &tick_record,     &command_record,
		&reply_record,    &lost_record,    &lost_seq_record,
	};
	struct bench *t = *state;

	for (size_t i = 0; i < LY_COUNT(types); i++) {
		uint64_t tags = 0;

		for (const struct field *f = types[i]->fields; f->name; f++) {
			assert_in_range(f->tag, 1, 63);
			assert_int_equal(tags >> f->tag & 1, 0);
			tags |= (uint64_t)1 << f->tag;
			assert_true(f->at < types[i]->size);
			assert_non_null(f->help);
			assert_int_equal(f->type == FIELD_LIST || f->type == FIELD_PART,
					 f->of != NULL);
			assert_int_equal(f->type == FIELD_WORD || f->type == FIELD_FLAGS,
					 f->words != NULL);
		}
		buf_clear(&t->b);
		record_document(types[i], &t->b);
		assert_non_null(strstr(t->b.p, "| tag | name | type | meaning |"));
	}
}

static void
the_document_of_a_record_is_a_markdown_table(void **state)
{
	struct bench *t = *state;

	record_document(&span_record, &t->b);
	assert_string_equal(
		t->b.p, "### span (a part)\n\n"
			"A place in the joined text: title, line feed, text.\n\n"
			"| tag | name | type | meaning |\n|---|---|---|---|\n"
			"| 1 | `at` | number | byte offset in the joined text |\n"
			"| 2 | `len` | number | bytes |\n"
			"| 3 | `kind` | word | what was seen: `watch`, `positive`, `negative`, "
			"`topic`, `cue`, `rival` |\n\n");
}

static void
varints_are_exact_up_to_64_bits(void **state)
{
	static const uint64_t cases[] = {
		0, 1, 127, 128, 16383, 16384, 1ULL << 63, UINT64_MAX
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		uint8_t bytes[VARINT_MAX];
		struct str in = { (char *)bytes, varint_put(bytes, cases[i]) };
		uint64_t v = 42;

		assert_true(varint_take(&in, &v));
		assert_true(v == cases[i]);
		assert_int_equal(in.n, 0);
		assert_true(varint_unzigzag(varint_zigzag((int64_t)v)) == (int64_t)v);
	}
}

/* An out that remembers the last record. */
struct catch
{
	struct out out;
	enum out_way way;
	struct buf last;
};

static void
catch_put(struct out *o, enum out_way way, struct str record)
{
	struct catch *c = (struct catch *)o;

	c->way = way;
	buf_clear(&c->last);
	buf_add(&c->last, record);
}

static void
what_a_stage_emits_goes_its_way(void **state)
{
	struct bench *t = *state;
	struct catch c = { .out = { .put = catch_put, .scratch = OUT_SCRATCH },
			   .last = OUT_SCRATCH };
	struct document d = a_document();
	struct receipt receipt;
	struct reply reply;
	struct err e = { 0 };

	assert_int_equal(out_emit(&c.out, &document_record, &d, &e), 0);
	assert_int_equal(c.way, OUT_NEXT);
	out_receipt(&c.out, d.spool, 12);
	assert_int_equal(c.way, OUT_RECEIPT);
	assert_int_equal(record_decode(&receipt_record, buf_str(&c.last), &receipt, t->a, &e),
			 0);
	assert_int_equal(receipt.seq, 12);
	out_reply(&c.out, 5, 404, NULL, STR("no such incident\n"));
	assert_int_equal(c.way, OUT_REPLY);
	assert_int_equal(record_decode(&reply_record, buf_str(&c.last), &reply, t->a, &e), 0);
	assert_int_equal(reply.call, 5);
	assert_int_equal(reply.status, 404);
	assert_true(str_is(reply.type, "text/plain; charset=utf-8"));
	assert_true(str_is(reply.body, "no such incident\n"));
	buf_release(&c.last);
	buf_release(&c.out.scratch);
}

static void
what_is_too_large_does_not_leave(void **state)
{
	struct bench *t = *state;
	struct catch c = { .out = { .put = catch_put, .scratch = OUT_SCRATCH },
			   .last = OUT_SCRATCH };
	char *much = calloc(1, RECORD_CALL_MAX);
	struct document d = { .text = { much, RECORD_MAX } };
	struct reply reply;
	struct err e = { 0 };

	assert_int_equal(out_emit(&c.out, &document_record, &d, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_string_equal(e.text, "document: over 524288 bytes");
	assert_int_equal(c.last.n, 0);
	out_reply(&c.out, 5, 200, NULL, (struct str){ much, RECORD_CALL_MAX });
	assert_int_equal(record_decode(&reply_record, buf_str(&c.last), &reply, t->a, &e), 0);
	assert_int_equal(reply.status, 500);
	assert_true(str_is(reply.body, "the answer is too large\n"));
	d.text.n = RECORD_MAX - 30;
	assert_int_equal(out_emit(&c.out, &document_record, &d, &e), 0);
	free(much);
	buf_release(&c.last);
	buf_release(&c.out.scratch);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_document_comes_through_wire_and_json_unchanged),
		T(a_result_keeps_every_list_label_and_byte),
		T(what_is_absent_is_the_default_and_takes_no_bytes),
		T(tiers_follow_the_followers),
		T(control_records_come_through),
		T(bytes_that_are_no_document_are_refused_by_field),
		T(a_list_that_lies_about_its_length_is_refused),
		T(every_cut_of_a_record_is_refused_and_none_is_read_past),
		T(a_field_of_a_newer_version_is_skipped),
		T(json_that_is_no_document_is_refused_by_field),
		T(the_tables_obey_their_own_rules),
		T(the_document_of_a_record_is_a_markdown_table),
		T(varints_are_exact_up_to_64_bits),
		T(what_a_stage_emits_goes_its_way),
		T(what_is_too_large_does_not_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
