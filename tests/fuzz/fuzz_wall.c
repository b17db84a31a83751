/* fuzz: crawler/wall.c */
#include "core/base.h"

#include "core/str.h"
#include "crawler/wall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str s = { (const char *)data, size };
	struct wall w =
		wall_find(&(struct wall_answer){ size % 2 ? 200 : 403, STR("https://a.test/"),
						 str_slice(s, 0, 40), STR("text/html"), s },
			  a);

	if ((w.kind == WALL_NONE) != !w.why[0])
		abort();
	arena_free(a);
	return 0;
}
