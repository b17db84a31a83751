/* fuzz: cli/json_lines.c */
#include "core/base.h"

#include "cli/json_lines.h"
#include "core/json.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What both readers take, they read alike; texts never grow. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct json_member m[] = { { .name = "id" }, { .name = "text" } };
	struct str line = { (const char *)p, n };
	struct err e = { .kind = ERR_NONE }, e2 = e;
	struct arena *a = arena_new();
	const struct json *j;

	if (memchr(p, '\n', n) == NULL && json_line_read(line, m, 2, a, &e) == 0) {
		if (m[1].text.n > n)
			abort();
		j = json_parse(a, line, &e2);
		if (j && m[1].raw.n && m[1].raw.p[0] == '"' &&
		    !str_eq(json_text(json_get(j, "text"), STR("?")), m[1].text))
			abort();
	}
	arena_free(a);
	return 0;
}
