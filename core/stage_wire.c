#include "core/base.h"

#include "core/stage_wire.h"

static const char *const leaving_words[] = { "no", "soon", "now", NULL };

#define AT(member) offsetof(struct hello, member)
static const struct field hello_fields[] = {
	{ "major", 1, FIELD_INT, AT(major), .help = "of the protocol; another is refused" },
	{ "minor", 2, FIELD_INT, AT(minor), .help = "of the protocol; any will do" },
	{ "name", 3, FIELD_TEXT, AT(name), .help = "of the stage" },
	{ "run", 4, FIELD_ID, AT(run), .help = "of this runner; another after a restart" },
	{ "link", 5, FIELD_ID, AT(link), .help = "of this connection, told by the bound end" },
	{ "window", 6, FIELD_INT, AT(window), .help = "records that may be on their way here" },
	{ "leaving", 7, FIELD_WORD, AT(leaving), .words = leaving_words,
	  .help = "soon: send no more; now: what is on its way is lost" },
	{ "conf", 8, FIELD_ID, AT(conf), .help = "hash of the configuration" },
	{ "image", 9, FIELD_ID, AT(image), .help = "hash of the lexicon" },
	FIELD_END,
};
const struct record_type hello_record = {
	.name = "hello",
	.kind = KIND_HELLO,
	.size = sizeof(struct hello),
	.fields = hello_fields,
	.help = "Runner to runner: who is there, and that it is alive.",
};

bool
batch_fits(const struct batch *m, size_t n)
{
	return m->n < WIRE_RECORDS && m->b.n + n <= RECORD_MAX;
}

void
batch_add(struct batch *m, struct str record, int64_t now_us)
{
	if (!m->n)
		m->since_us = now_us;
	buf_add(&m->b, record);
	m->n++;
}

void
batch_clear(struct batch *m)
{
	buf_clear(&m->b);
	m->n = 0;
}

void
batch_release(struct batch *m)
{
	buf_release(&m->b);
	m->n = 0;
}

int
unpack_next(struct unpack *u, struct str *record)
{
	size_t n = record_length(u->rest);

	if (!u->rest.n)
		return 0;
	if (!n || u->n == WIRE_RECORDS) {
		u->rest.n = 0;
		return -1;
	}
	*record = (struct str){ u->rest.p, n };
	u->rest.p += n;
	u->rest.n -= n;
	u->n++;
	return 1;
}
