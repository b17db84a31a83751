#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "responder/audit.h"
#include "responder/incident_store.h"

static void
add_number(struct buf *b, int64_t v)
{
	for (int i = 0; i < 8; i++)
		buf_add_byte(b, (char)((uint64_t)v >> 8 * i & 0xff));
}

static void
add_sized(struct buf *b, struct str s)
{
	add_number(b, (int64_t)s.n);
	buf_add(b, s);
}

void
audit_hash(const struct audit_row *r, uint8_t out[32])
{
	const int64_t numbers[] = { r->seq, r->at, r->from_level, r->to_level };
	struct str parts[] = { { (const char *)r->previous, 32 },
			       id_str(&r->incident),
			       id_str(&r->firing),
			       r->event,
			       r->from_state,
			       r->to_state,
			       r->actor,
			       r->reason,
			       r->evidence };
	struct buf b = BUF(16 << 20);

	for (size_t i = 0; i < LY_COUNT(numbers); i++)
		add_number(&b, numbers[i]);
	for (size_t i = 0; i < LY_COUNT(parts); i++)
		add_sized(&b, parts[i]);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

int
audit_append(struct store *s, struct audit_row *row, struct err *e)
{
	if (move_newest(s, &row->seq, row->previous, e) < 0)
		return -1;
	row->seq++;
	audit_hash(row, row->hash);
	return move_write(s, row, e);
}
