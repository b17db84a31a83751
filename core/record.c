#include "core/base.h"

#include <assert.h>

#include "core/record.h"
#include "core/utf8.h"
#include "core/varint.h"

enum shape { SHAPE_INT, SHAPE_RUN, SHAPE_ID, SHAPE_LIST };
#define DEPTH_MAX   4
#define TIME_OLDEST (-62135596800) /* 0001-01-01T00:00:00Z */
#define TIME_NEWEST 253402300799   /* 9999-12-31T23:59:59Z */

static const enum shape shapes[] = {
	[FIELD_INT] = SHAPE_INT,   [FIELD_TIME] = SHAPE_INT,  [FIELD_MILLI] = SHAPE_INT,
	[FIELD_FLAGS] = SHAPE_INT, [FIELD_WORD] = SHAPE_INT,  [FIELD_ID] = SHAPE_ID,
	[FIELD_TEXT] = SHAPE_RUN,  [FIELD_BYTES] = SHAPE_RUN, [FIELD_LIST] = SHAPE_LIST,
	[FIELD_PART] = SHAPE_RUN,
};

/* ---- writing ---------------------------------------------------------------------------- */

static void encode_fields(const struct record_type *t, const void *rec, struct buf *b);

/* A run whose length is not known yet: one byte is kept for it, which nearly always does. */
static size_t
run_open(struct buf *b)
{
	buf_add_byte(b, 0);
	return b->n;
}

static void
run_close(struct buf *b, size_t at)
{
	static const char room[VARINT_MAX];
	uint8_t head[VARINT_MAX];
	size_t n = b->n - at, h;

	if (!buf_ok(b))
		return;
	h = varint_put(head, n);
	if (h > 1) {
		buf_add(b, (struct str){ room, h - 1 });
		if (!buf_ok(b))
			return;
		memmove(b->p + at - 1 + h, b->p + at, n);
	}
	memcpy(b->p + at - 1, head, h);
}

static void
encode_tag(const struct field *f, struct buf *b)
{
	uint8_t head[VARINT_MAX];

	buf_add(b, (struct str){ (char *)head,
				 varint_put(head, (uint64_t)f->tag << 2 | shapes[f->type]) });
}

static void
encode_int(const struct field *f, int64_t v, struct buf *b)
{
	uint8_t head[2 * VARINT_MAX];
	size_t n;

	if (v == f->absent)
		return;
	n = varint_put(head, (uint64_t)f->tag << 2 | SHAPE_INT);
	n += varint_put(head + n, varint_zigzag(v - f->first));
	buf_add(b, (struct str){ (char *)head, n });
}

static void
encode_id(const struct field *f, const struct id *id, struct buf *b)
{
	static const struct id none;

	if (!memcmp(id, &none, sizeof none))
		return;
	encode_tag(f, b);
	buf_add(b, (struct str){ (const char *)id->b, sizeof id->b });
}

static void
encode_text(const struct field *f, struct str s, struct buf *b)
{
	uint8_t head[2 * VARINT_MAX];
	size_t n;

	if (!s.n)
		return;
	n = varint_put(head, (uint64_t)f->tag << 2 | SHAPE_RUN);
	n += varint_put(head + n, s.n);
	buf_add(b, (struct str){ (char *)head, n });
	buf_add(b, s);
}

static void
encode_list(const struct field *f, const struct rec_list *list, struct buf *b)
{
	uint8_t count[VARINT_MAX];
	size_t whole;

	if (!list->n)
		return;
	encode_tag(f, b);
	whole = run_open(b);
	buf_add(b, (struct str){ (char *)count, varint_put(count, list->n) });
	for (size_t i = 0; i < list->n; i++) {
		size_t entry = run_open(b);

		encode_fields(f->of, (const char *)list->v + i * f->of->size, b);
		run_close(b, entry);
	}
	run_close(b, whole);
}

static void
encode_part(const struct field *f, const void *part, struct buf *b)
{
	size_t at;

	encode_tag(f, b);
	at = run_open(b);
	encode_fields(f->of, part, b);
	run_close(b, at);
}

static void
encode_fields(const struct record_type *t, const void *rec, struct buf *b)
{
	for (const struct field *f = t->fields; f->name; f++) {
		const void *at = (const char *)rec + f->at;

		switch (f->type) {
		case FIELD_ID:
			encode_id(f, at, b);
			break;
		case FIELD_TEXT:
		case FIELD_BYTES:
			encode_text(f, *(const struct str *)at, b);
			break;
		case FIELD_LIST:
			encode_list(f, at, b);
			break;
		case FIELD_PART:
			encode_part(f, at, b);
			break;
		default:
			encode_int(f, *(const int64_t *)at, b);
		}
	}
}

void
record_encode(const struct record_type *t, const void *rec, struct buf *b)
{
	size_t at = run_open(b);

	buf_add_byte(b, (char)t->kind);
	encode_fields(t, rec, b);
	run_close(b, at);
}

/* ---- reading ---------------------------------------------------------------------------- */

/* One field as it stands on the wire. */
struct wire_field {
	uint64_t tag;
	enum shape shape;
	uint64_t number; /* INT */
	struct str run;  /* RUN, ID, LIST */
};
struct decoder {
	struct arena *a;
	struct err *e;
	int depth;
};

static int decode_fields(const struct record_type *t, struct str in, void *rec,
			 struct decoder *d);

static bool
run_take(struct str *in, uint64_t n, struct str *run)
{
	if (n > in->n)
		return false;
	*run = (struct str){ in->p, (size_t)n };
	in->p += n;
	in->n -= (size_t)n;
	return true;
}

static bool
wire_take(struct str *in, struct wire_field *w)
{
	uint64_t head, n;

	if (!varint_take(in, &head))
		return false;
	w->tag = head >> 2;
	w->shape = head & 3;
	w->run = (struct str){ NULL, 0 };
	if (w->shape == SHAPE_INT)
		return varint_take(in, &w->number);
	if (w->shape == SHAPE_ID)
		return run_take(in, sizeof(struct id), &w->run);
	return varint_take(in, &n) && run_take(in, n, &w->run);
}

/* Fields mostly come in table order: look from the last one on, then from the start. */
static const struct field *
field_find(const struct record_type *t, const struct field *from, uint64_t tag)
{
	for (const struct field *f = from; f->name; f++)
		if (f->tag == tag)
			return f;
	for (const struct field *f = t->fields; f != from; f++)
		if (f->tag == tag)
			return f;
	return NULL;
}

static bool
word_known(const struct field *f, int64_t index)
{
	int64_t n = 0;

	while (f->words[n])
		n++;
	return index >= 0 && index < n;
}

static int
decode_int(const struct field *f, uint64_t number, int64_t *to, struct err *e)
{
	int64_t v = varint_unzigzag(number);

	if (f->type == FIELD_WORD && !word_known(f, v))
		return err_set(e, ERR_REJECT, "%lld is not a known word", (long long)v);
	if (f->type == FIELD_TIME && (v < TIME_OLDEST || v > TIME_NEWEST))
		return err_set(e, ERR_REJECT, "%lld is not a time", (long long)v);
	*to = f->type == FIELD_WORD ? v + f->first : v;
	return 0;
}

static int
decode_list(const struct field *f, struct str in, struct rec_list *list, struct decoder *d)
{
	uint64_t count, n;
	struct str entry;

	/* an entry takes a byte at least, so a count over that is a lie */
	if (!varint_take(&in, &count) || count > in.n)
		return err_set(d->e, ERR_REJECT, "list is cut");
	if (count > RECORD_LIST_MAX)
		return err_set(d->e, ERR_REJECT, "list has over %d entries", RECORD_LIST_MAX);
	list->v = arena_alloc(d->a, (size_t)count * f->of->size);
	list->n = (size_t)count;
	for (size_t i = 0; i < list->n; i++) {
		if (!varint_take(&in, &n) || !run_take(&in, n, &entry))
			return err_set(d->e, ERR_REJECT, "entry %zu is cut", i + 1);
		if (decode_fields(f->of, entry, (char *)list->v + i * f->of->size, d) < 0)
			return -1;
	}
	if (in.n)
		return err_set(d->e, ERR_REJECT, "list has bytes after its entries");
	return 0;
}

static int
decode_value(const struct field *f, const struct wire_field *w, void *to, struct decoder *d)
{
	if (w->shape != shapes[f->type])
		return err_set(d->e, ERR_REJECT, "shape %d is not %d", (int)w->shape,
			       (int)shapes[f->type]);
	switch (f->type) {
	case FIELD_ID:
		memcpy(to, w->run.p, sizeof(struct id));
		return 0;
	case FIELD_TEXT:
		if (!utf8_valid(w->run))
			return err_set(d->e, ERR_REJECT, "not valid UTF-8");
		/* fall through */
	case FIELD_BYTES:
		*(struct str *)to = w->run;
		return 0;
	case FIELD_LIST:
		return decode_list(f, w->run, to, d);
	case FIELD_PART:
		return decode_fields(f->of, w->run, to, d);
	default:
		return decode_int(f, w->number, to, d->e);
	}
}

static bool
is_number(const struct field *f)
{
	return shapes[f->type] == SHAPE_INT;
}

/* What a struct looks like before any field was read. */
static void
fields_clear(const struct record_type *t, void *rec)
{
	memset(rec, 0, t->size);
	for (const struct field *f = t->fields; f->name; f++) {
		if (is_number(f) && f->absent)
			*(int64_t *)((char *)rec + f->at) = f->absent;
		if (f->type == FIELD_PART)
			fields_clear(f->of, (char *)rec + f->at);
	}
}

static int
decode_fields(const struct record_type *t, struct str in, void *rec, struct decoder *d)
{
	const struct field *next = t->fields;
	struct wire_field w = { .tag = 0 };
	uint64_t seen = 0;

	assert(d->depth < DEPTH_MAX);
	fields_clear(t, rec);
	d->depth++;
	while (in.n) {
		const struct field *f;

		if (!wire_take(&in, &w))
			return err_set(d->e, ERR_REJECT, "%s: cut after %s", t->name,
				       next == t->fields ? "its start" : next[-1].name);
		f = field_find(t, next, w.tag);
		if (!f)
			continue;
		if (seen & (uint64_t)1 << f->tag)
			return err_set(d->e, ERR_REJECT, "%s.%s: comes twice", t->name,
				       f->name);
		seen |= (uint64_t)1 << f->tag;
		if (decode_value(f, &w, (char *)rec + f->at, d) < 0)
			return err_within(d->e, "%s.%s", t->name, f->name);
		next = f + 1;
	}
	d->depth--;
	return 0;
}

/* The body of the record at the start of *in, which moves behind it. */
static bool
body_take(struct str *in, size_t max, struct str *body)
{
	size_t before = in->n;
	uint64_t n;

	return varint_take(in, &n) && n > 0 && n <= max && before - in->n + n <= max &&
	       run_take(in, n, body);
}

uint8_t
record_kind(struct str in)
{
	uint64_t n;

	return varint_take(&in, &n) && n > 0 && in.n > 0 ? (uint8_t)in.p[0] : 0;
}

size_t
record_length(struct str in)
{
	struct str rest = in, body;

	return body_take(&rest, RECORD_MAX, &body) ? in.n - rest.n : 0;
}

/* Tags of the address; ADDRESS_PART is the part that may hold them. */
enum { ADDRESS_PART = 1, ADDRESS_SPOOL = 2, ADDRESS_SEQ = 3 };

static bool
fields_address(struct str in, struct id *spool, int64_t *seq)
{
	struct wire_field w = { .tag = 0 };
	bool inside = false;
	int found = 0;

	while (found < 2 && in.n) {
		if (!wire_take(&in, &w))
			return false;
		if (w.tag == ADDRESS_PART && w.shape == SHAPE_RUN && !inside) {
			in = w.run;
			inside = true;
			continue;
		}
		if (w.tag == ADDRESS_SPOOL && w.shape == SHAPE_ID) {
			memcpy(spool, w.run.p, sizeof *spool);
			found++;
		}
		if (w.tag == ADDRESS_SEQ && w.shape == SHAPE_INT) {
			*seq = varint_unzigzag(w.number);
			found++;
		}
	}
	return found == 2;
}

bool
record_address(struct str in, struct id *spool, int64_t *seq)
{
	struct str body;

	return body_take(&in, RECORD_MAX, &body) &&
	       fields_address((struct str){ body.p + 1, body.n - 1 }, spool, seq);
}

int
record_decode(const struct record_type *t, struct str in, void *rec, struct arena *a,
	      struct err *e)
{
	struct decoder d = { .a = a, .e = e };
	struct str body;

	if (!body_take(&in, RECORD_CALL_MAX, &body) || in.n)
		return err_set(e, ERR_REJECT, "%s: not one whole record", t->name);
	if ((uint8_t)body.p[0] != t->kind)
		return err_set(e, ERR_REJECT, "%s: the record is of kind %d, not %d", t->name,
			       (uint8_t)body.p[0], t->kind);
	return decode_fields(t, (struct str){ body.p + 1, body.n - 1 }, rec, &d);
}
