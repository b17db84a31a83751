/* fuzz: core/stage_wire.c core/stage_trail.c */
/*
 * Bytes as a message from a peer: taken apart, each record looked at as a runner does, packed
 * again; what a table of addresses remembers is what a plain list remembers.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/stage_trail.h"
#include "core/stage_wire.h"
#include "core/str.h"

#define CHECK(x)  \
	if (!(x)) \
	__builtin_trap()

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
hello_look(struct str record)
{
	struct arena *a = arena_new();
	struct err e = { .kind = ERR_NONE };
	struct buf b = BUF(RECORD_MAX);
	struct hello h;

	if (record_decode(&hello_record, record, &h, a, &e) == 0) {
		record_encode(&hello_record, &h, &b);
		CHECK(record_decode(&hello_record, buf_str(&b), &h, a, &e) == 0);
	}
	buf_release(&b);
	arena_free(a);
}

/* Add, or drop what is there; count in a list beside it. */
static void
trail_look(struct trails *t, struct str record, size_t *n)
{
	struct trail new = { .peer = 1 };
	struct trail *old;

	if (!record_address(record, &new.spool, &new.seq))
		return;
	new.seq &= 0xfff;
	old = trails_find(t, &new.spool, new.seq);
	if (old) {
		CHECK(old->seq == new.seq &&id_eq(&old->spool, &new.spool));
		trails_drop(t, old);
		CHECK(!trails_find(t, &new.spool, new.seq));
		--*n;
	} else {
		CHECK(trails_add(t, &new));
		CHECK(trails_find(t, &new.spool, new.seq));
		++*n;
	}
	CHECK(t->n == *n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct unpack u = { .rest = { (const char *)p, n } };
	struct batch out = BATCH;
	struct trails t;
	struct str record;
	size_t taken = 0, kept = 0, seen = 0;

	trails_init(&t, 42);
	while (unpack_next(&u, &record) == 1) {
		CHECK(record.p == (const char *)p + taken);
		taken += record.n;
		CHECK(record.n > 0 && taken <= n && u.n <= WIRE_RECORDS);
		if (record_kind(record) == KIND_HELLO)
			hello_look(record);
		trail_look(&t, record, &kept);
		if (!batch_fits(&out, record.n))
			batch_clear(&out);
		CHECK(batch_fits(&out, record.n));
		batch_add(&out, record, 1);
		CHECK(buf_ok(&out.b));
	}
	for (struct trail *x = NULL; (x = trails_next(&t, x));)
		seen++;
	CHECK(seen == kept);
	batch_release(&out);
	trails_release(&t);
	return 0;
}
