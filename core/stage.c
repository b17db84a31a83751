#include "core/base.h"

#include "core/stage.h"
#include "core/str.h"

static enum out_way
way_of(const struct record_type *t)
{
	switch (t->kind) {
	case KIND_RECEIPT:
		return OUT_RECEIPT;
	case KIND_REPLY:
		return OUT_REPLY;
	default:
		return OUT_NEXT;
	}
}

int
out_emit(struct out *o, const struct record_type *t, const void *rec, struct err *e)
{
	enum out_way way = way_of(t);
	size_t max = way == OUT_REPLY ? RECORD_CALL_MAX : RECORD_MAX;

	buf_clear(&o->scratch);
	record_encode(t, rec, &o->scratch);
	if (!buf_ok(&o->scratch) || o->scratch.n > max)
		return err_set(e, ERR_REJECT, "%s: over %zu bytes", t->name, max);
	o->put(o, way, buf_str(&o->scratch));
	return 0;
}

void
out_receipt(struct out *o, struct id spool, int64_t seq)
{
	out_receipt_keep(o, spool, seq, 0);
}

void
out_receipt_keep(struct out *o, struct id spool, int64_t seq, int64_t keep)
{
	struct receipt r = { .spool = spool, .seq = seq, .keep = keep };
	struct err e;

	(void)out_emit(o, &receipt_record, &r, &e); /* 30 bytes always fit */
}

void
out_reply(struct out *o, int64_t call, int status, const char *type, struct str body)
{
	struct reply r = { .call = call,
			   .status = status,
			   .type = str_of(type ? type : "text/plain; charset=utf-8"),
			   .body = body };
	struct err e;

	if (out_emit(o, &reply_record, &r, &e) == 0)
		return;
	r.status = 500;
	r.type = STR("text/plain; charset=utf-8");
	r.body = STR("the answer is too large\n");
	(void)out_emit(o, &reply_record, &r, &e);
}
