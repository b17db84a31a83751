/* fuzz: core/json.c */
/* Any bytes are read or refused; each text that was read is written so that it reads back. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"

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
	const struct json *j = json_parse(a, (struct str){ (const char *)p, n }, &e);

	if (j)
		walk(a, j, 0);
	else if (e.kind != ERR_REJECT || !str_starts(str_of(e.text), STR("line ")))
		abort();
	arena_free(a);
	return 0;
}
