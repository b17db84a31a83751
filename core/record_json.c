#include "core/base.h"

#include <math.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/record.h"
#include "core/str.h"

static void write_fields(const struct record_type *t, const void *rec, struct buf *b);
static int read_fields(const struct record_type *t, const struct json *j, void *rec,
		       struct arena *a, struct err *e);

/* ---- out ---------------------------------------------------------------------------------- */

static void
write_list(const struct field *f, const struct rec_list *list, struct buf *b)
{
	buf_add_byte(b, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_add_byte(b, ',');
		write_fields(f->of, (const char *)list->v + i * f->of->size, b);
	}
	buf_add_byte(b, ']');
}

static void
write_time(int64_t at, struct buf *b)
{
	if (!at) {
		buf_add(b, STR("null"));
		return;
	}
	buf_add_byte(b, '"');
	clock_add_iso(b, at);
	buf_add_byte(b, '"');
}

static void
write_flags(const struct field *f, int64_t bits, struct buf *b)
{
	bool first = true;

	buf_add_byte(b, '[');
	for (int i = 0; i < 63 && f->words[i]; i++) {
		if (!(bits & (int64_t)1 << i))
			continue;
		buf_addf(b, "%s\"%s\"", first ? "" : ",", f->words[i]);
		first = false;
	}
	buf_add_byte(b, ']');
}

static void
write_word(const struct field *f, int64_t v, struct buf *b)
{
	int64_t i = 0;

	while (f->words[i] && i != v - f->first)
		i++;
	if (f->words[i])
		buf_addf(b, "\"%s\"", f->words[i]);
	else
		buf_add(b, STR("null"));
}

static void
write_id(const struct id *id, struct buf *b)
{
	if (id_none(id)) {
		buf_add(b, STR("null"));
		return;
	}
	buf_add_byte(b, '"');
	id_add_hex(b, id);
	buf_add_byte(b, '"');
}

static void
write_value(const struct field *f, const void *at, struct buf *b)
{
	switch (f->type) {
	case FIELD_INT:
		buf_addf(b, "%lld", (long long)*(const int64_t *)at);
		break;
	case FIELD_TIME:
		write_time(*(const int64_t *)at, b);
		break;
	case FIELD_MILLI:
		json_add_milli(b, *(const int64_t *)at);
		break;
	case FIELD_FLAGS:
		write_flags(f, *(const int64_t *)at, b);
		break;
	case FIELD_WORD:
		write_word(f, *(const int64_t *)at, b);
		break;
	case FIELD_ID:
		write_id(at, b);
		break;
	case FIELD_TEXT:
		json_add_text(b, *(const struct str *)at);
		break;
	case FIELD_BYTES:
		buf_add_byte(b, '"');
		hash_add_base64(b, *(const struct str *)at);
		buf_add_byte(b, '"');
		break;
	case FIELD_LIST:
		write_list(f, at, b);
		break;
	case FIELD_PART:
		write_fields(f->of, at, b);
		break;
	}
}

static void
write_fields(const struct record_type *t, const void *rec, struct buf *b)
{
	for (const struct field *f = t->fields; f->name; f++) {
		buf_addf(b, "%s\"%s\":", f == t->fields ? "{" : ",", f->name);
		write_value(f, (const char *)rec + f->at, b);
	}
	buf_add_byte(b, '}');
}

void
record_to_json(const struct record_type *t, const void *rec, struct buf *b)
{
	write_fields(t, rec, b);
}

/* ---- in ----------------------------------------------------------------------------------- */

static int
read_int(const struct json *j, int64_t *to, struct err *e)
{
	int64_t v = json_int(j, 0);

	if (v != json_int(j, 1))
		return err_set(e, ERR_REJECT, "not a whole number");
	*to = v;
	return 0;
}

static int
read_milli(const struct json *j, int64_t *to, struct err *e)
{
	double v = json_real(j, NAN) * 1000;

	if (!(fabs(v) < 9e15))
		return err_set(e, ERR_REJECT, "not a number");
	*to = llround(v);
	return 0;
}

static int
read_time(const struct json *j, int64_t *to, struct err *e)
{
	return clock_parse_iso(json_text(j, STR("")), to, e);
}

/* Add `, did you mean "x"?` when x is near. Returns -1. */
static int
suggest(struct str wrong, const char *const *names, size_t n, struct err *e)
{
	size_t best = 3;
	const char *near = NULL;

	wrong = str_slice(wrong, 0, 40);
	for (size_t i = 0; i < n; i++) {
		size_t far = str_distance(wrong, str_of(names[i]), 2);

		/* of two that are as near, the one with the same first letter */
		if (far < best ||
		    (far == best && near && wrong.n && names[i][0] == wrong.p[0])) {
			best = far;
			near = names[i];
		}
	}
	if (near)
		return err_set(e, ERR_REJECT, "unknown \"%.*s\", did you mean \"%s\"?",
			       STR_ARG(wrong), near);
	return err_set(e, ERR_REJECT, "unknown \"%.*s\"", STR_ARG(wrong));
}

static int
word_index(const struct field *f, const struct json *j, struct err *e)
{
	struct str s = json_text(j, STR(""));
	int n = 0;

	for (; f->words[n]; n++)
		if (str_is(s, f->words[n]))
			return n;
	return suggest(s, f->words, (size_t)n, e);
}

static int
read_word(const struct field *f, const struct json *j, int64_t *to, struct err *e)
{
	int i = word_index(f, j, e);

	if (i < 0)
		return -1;
	*to = i + f->first;
	return 0;
}

static int
read_flags(const struct field *f, const struct json *j, int64_t *to, struct err *e)
{
	if (json_kind(j) != JSON_LIST)
		return err_set(e, ERR_REJECT, "not a list of words");
	for (size_t k = 0; k < json_count(j); k++) {
		int i = word_index(f, json_at(j, k), e);

		if (i < 0)
			return -1;
		*to |= (int64_t)1 << i;
	}
	return 0;
}

static int
read_id(const struct json *j, struct id *to, struct err *e)
{
	struct str s = json_text(j, STR("?"));

	if (s.n && id_from_hex(s, to) < 0)
		return err_set(e, ERR_REJECT, "not 32 hex digits");
	return 0;
}

static int
read_text(const struct json *j, struct str *to, struct err *e)
{
	if (json_kind(j) != JSON_TEXT)
		return err_set(e, ERR_REJECT, "not a text");
	*to = json_text(j, STR(""));
	return 0;
}

static void
give_back(void *p)
{
	struct buf *b = p;

	buf_release(b);
}

static int
read_bytes(const struct json *j, struct str *to, struct arena *a, struct err *e)
{
	struct buf *b = arena_alloc(a, sizeof *b);

	*b = BUF(RECORD_CALL_MAX);
	arena_defer(a, give_back, b);
	if (json_kind(j) != JSON_TEXT || hash_from_base64(json_text(j, STR("")), b) < 0 ||
	    !buf_ok(b))
		return err_set(e, ERR_REJECT, "not base64");
	*to = buf_str(b);
	return 0;
}

static int
read_list(const struct field *f, const struct json *j, struct rec_list *to, struct arena *a,
	  struct err *e)
{
	if (json_kind(j) != JSON_LIST || json_count(j) > RECORD_LIST_MAX)
		return err_set(e, ERR_REJECT, "not a list of at most %d objects",
			       RECORD_LIST_MAX);
	to->n = json_count(j);
	to->v = arena_alloc(a, to->n * f->of->size);
	for (size_t i = 0; i < to->n; i++)
		if (read_fields(f->of, json_at(j, i), (char *)to->v + i * f->of->size, a, e) <
		    0)
			return err_within(e, "entry %zu", i + 1);
	return 0;
}

static int
read_value(const struct field *f, const struct json *j, void *to, struct arena *a,
	   struct err *e)
{
	switch (f->type) {
	case FIELD_INT:
		return read_int(j, to, e);
	case FIELD_TIME:
		return read_time(j, to, e);
	case FIELD_MILLI:
		return read_milli(j, to, e);
	case FIELD_FLAGS:
		return read_flags(f, j, to, e);
	case FIELD_WORD:
		return read_word(f, j, to, e);
	case FIELD_ID:
		return read_id(j, to, e);
	case FIELD_TEXT:
		return read_text(j, to, e);
	case FIELD_BYTES:
		return read_bytes(j, to, a, e);
	case FIELD_LIST:
		return read_list(f, j, to, a, e);
	case FIELD_PART:
		return read_fields(f->of, j, to, a, e);
	}
	return 0;
}

static int
key_unknown(const struct record_type *t, struct str key, struct err *e)
{
	const char *names[64];
	size_t n = 0;

	for (const struct field *f = t->fields; f->name; f++)
		names[n++] = f->name;
	return suggest(key, names, n, e);
}

static int
keys_check(const struct record_type *t, const struct json *j, struct err *e)
{
	for (size_t i = 0; i < json_count(j); i++) {
		const struct field *f = t->fields;
		struct str key;

		json_member(j, i, &key);
		while (f->name && !str_is(key, f->name))
			f++;
		if (!f->name)
			return key_unknown(t, key, e);
	}
	return 0;
}

static int
read_fields(const struct record_type *t, const struct json *j, void *rec, struct arena *a,
	    struct err *e)
{
	memset(rec, 0, t->size);
	if (j && json_kind(j) != JSON_OBJECT)
		return err_set(e, ERR_REJECT, "%s: not an object", t->name);
	if (keys_check(t, j, e) < 0)
		return err_within(e, "%s", t->name);
	for (const struct field *f = t->fields; f->name; f++) {
		const struct json *v = json_get(j, f->name);
		void *to = (char *)rec + f->at;

		if (json_kind(v) != JSON_NULL) {
			if (read_value(f, v, to, a, e) < 0)
				return err_within(e, "%s.%s", t->name, f->name);
		} else if (f->type == FIELD_PART) {
			if (read_fields(f->of, NULL, to, a, e) < 0)
				return -1;
		} else if (f->absent) {
			*(int64_t *)to = f->absent;
		}
	}
	return 0;
}

int
record_from_json(const struct record_type *t, struct str line, void *rec, struct arena *a,
		 struct err *e)
{
	const struct json *j = json_parse(a, line, e);

	if (!j)
		return err_within(e, "%s", t->name);
	return read_fields(t, j, rec, a, e);
}

/* ---- docs/wire.md ------------------------------------------------------------------------- */

static const char *const type_words[] = {
	[FIELD_INT] = "number",   [FIELD_TIME] = "time, UTC seconds",
	[FIELD_MILLI] = "1/1000", [FIELD_FLAGS] = "flags",
	[FIELD_WORD] = "word",    [FIELD_ID] = "id",
	[FIELD_TEXT] = "text",    [FIELD_BYTES] = "bytes",
	[FIELD_LIST] = "list of", [FIELD_PART] = "one",
};

static void
document_field(const struct field *f, struct buf *b)
{
	buf_addf(b, "| %d | `%s` | %s%s%s | %s", f->tag, f->name, type_words[f->type],
		 f->of ? " " : "", f->of ? f->of->name : "", f->help ? f->help : "");
	if (f->words) {
		buf_add(b, STR(":"));
		for (int i = 0; f->words[i]; i++)
			buf_addf(b, "%s `%s`", i ? "," : "", f->words[i]);
	}
	if (f->absent)
		buf_addf(b, "; %lld when absent", (long long)f->absent);
	buf_add(b, STR(" |\n"));
}

void
record_document(const struct record_type *t, struct buf *b)
{
	if (t->kind)
		buf_addf(b, "### %s (kind %d)\n\n%s\n\n", t->name, t->kind, t->help);
	else
		buf_addf(b, "### %s (a part)\n\n%s\n\n", t->name, t->help);
	buf_add(b, STR("| tag | name | type | meaning |\n|---|---|---|---|\n"));
	for (const struct field *f = t->fields; f->name; f++)
		document_field(f, b);
	buf_add_byte(b, '\n');
}
