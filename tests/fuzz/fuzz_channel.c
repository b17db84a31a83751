/* fuzz: responder/channel_letter.c responder/channel_text.c responder/channel_judge.c */
/*
 * The first byte chooses a kind of channel. The rest is an answer of its vendor, and the words of a
 * notice: whatever it is, an answer is judged one way, every part is within the limit and is JSON,
 * and nobody but the one who is told is called.
 */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
judged(enum channel_type kind, struct str in)
{
	for (int status = 200; status <= 500; status += 100) {
		struct channel_answer a = { .end = HTTP_OK,
					    .status = status,
					    .body = in,
					    .retry_after = in,
					    .detail = "x" };
		struct channel_said said;

		channel_judge(kind, &a, &said);
		must(said.fault <= FAULT_KEY && said.wait_s >= 0 && said.wait_s <= 3600);
		must((said.fault == FAULT_NONE) == !said.why[0]);
		must(utf8_valid(str_of(said.why)));
	}
}

static void
part_is_whole(const struct letter *l, const struct channel_request *q)
{
	struct err e = { 0 };
	size_t most = l->limit.most;

	must(utf8_valid(q->body));
	must(!most || (l->limit.measure == MEASURE_UTF16 ? text_size(MEASURE_UTF16, q->counted)
							 : q->counted.n) <= most);
	if (l->c->kind == CHANNEL_NTFY || l->c->kind == CHANNEL_PAGERDUTY)
		return; /* show what they get */
	must(json_parse(l->a, q->body, &e) != NULL);
	must(l->c->kind == CHANNEL_WEBHOOK || str_find(q->body, STR("@all")) < 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data + 1, size - 1 };
	struct channel_conf c = { .name = STR("c"), .token = STR("t"), .topic = STR("x") };
	struct parcel p = { .hex = "00112233445566778899aabbccddeeff",
			    .uuid = "u",
			    .kind = STR("page"),
			    .facts = STR("{}") };
	struct piece *pieces;
	struct letter l;
	struct err e = { 0 };
	size_t n;

	if (!size)
		return 0;
	c.kind = data[0] % CHANNEL_TYPES;
	judged((enum channel_type)c.kind, in);
	if (!channel_kind(&c)->frame)
		return 0;
	p.subject = str_slice(in, 0, 200);
	p.body = in;
	p.address = data[0] & 0x80 ? STR("13800001111") : STR("");
	letter_read(&l, arena_new(), &c, &p);
	/* Small parts, so that a short text is cut, too. */
	if (l.limit.most > 2000)
		l.limit.most = l.limit.measure == MEASURE_BODY ? 4000 : 2000;
	if (letter_cut(&l, &pieces, &n, &e) == 0) {
		must(n >= 1 && n <= 99);
		for (size_t i = 0; i < n; i++) {
			struct channel_request q = { .headers_n = 0 };

			must(channel_kind(&c)->frame(&l, &pieces[i], &q, &e) == 1);
			part_is_whole(&l, &q);
		}
	}
	arena_free(l.a);
	return 0;
}
