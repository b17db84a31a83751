/* fuzz: core/json.c */
/* Any bytes are read or refused; each text that was read is written so that it reads back. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"

/* The quick way and jansson read the same. */
static void
agree(const struct json *a, const struct json *b)
{
	struct str x = STR(""), y = STR("");

	if (json_kind(a) != json_kind(b) || json_count(a) != json_count(b) ||
	    json_int(a, 7) != json_int(b, 7) || json_true(a) != json_true(b) ||
	    json_read_real(a, 7) < json_read_real(b, 7) ||
	    json_read_real(a, 7) > json_read_real(b, 7) ||
	    !str_eq(json_text(a, STR("")), json_text(b, STR(""))))
		abort();
	for (size_t i = 0; i < json_count(a); i++) {
		bool list = json_kind(a) == JSON_LIST;

		agree(list ? json_at(a, i) : json_member(a, i, &x),
		      list ? json_at(b, i) : json_member(b, i, &y));
		if (!str_eq(x, y))
			abort();
	}
}

static void
walk(struct arena *a, const struct json *j, int depth)
{
	struct buf b = BUF(1 << 20);
	struct err e = { 0 };
	struct str key;

	if (depth > 64)
		abort();
	if (json_kind(j) == JSON_TEXT) {
		json_add_text(&b, json_text(j, STR("")));
		if (buf_ok(&b) && !str_eq(json_text(json_parse(a, buf_str(&b), &e), STR("?")),
					  json_text(j, STR(""))))
			abort();
	}
	if (json_kind(j) == JSON_INT) {
		json_add_milli(&b, json_int(j, 0));
		if (!json_parse(a, buf_str(&b), &e))
			abort();
	}
	(void)json_real(j, 0);
	(void)json_true(j);
	for (size_t i = 0; i < json_count(j); i++) {
		const struct json *v =
			json_kind(j) == JSON_LIST ? json_at(j, i) : json_member(j, i, &key);

		if (json_kind(j) == JSON_OBJECT && i < 64 && strlen(key.p) == key.n &&
		    json_get(j, key.p) != v)
			abort();
		walk(a, v, depth + 1);
	}
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct str text = { (const char *)p, n };
	const struct json *j = json_parse(a, text, &e), *slow = json_parse_any(a, text, &e);

	if (!j != !slow)
		abort();
	if (j)
		agree(j, slow);
	if (j)
		walk(a, j, 0);
	else if (e.kind != ERR_REJECT || !str_starts(str_of(e.text), STR("line ")))
		abort();
	arena_free(a);
	return 0;
}
