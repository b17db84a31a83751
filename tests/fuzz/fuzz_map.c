/* fuzz: crawler/map.c crawler/map_conf.c crawler/map_inside.c crawler/map_step.c crawler/jpath.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/map.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
ignore(void *arg, const void *where, const char *says)
{
	(void)arg, (void)where, (void)says;
}

/* Format, then a line each for items, inside, next, title and the rest, then the body. What comes
 * out is valid UTF-8, addresses are whole. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "title", "url", "published", "followers", "text" };
	struct str text = { (const char *)p + 1, n ? n - 1 : 0 }, line[4 + 4] = { { "", 0 } };
	struct conf_pair fields[LY_COUNT(names)];
	struct map_conf c = { .fields = { fields, LY_COUNT(names) } };
	struct map_input in = { .url = STR("http://example.test/a/"),
				.now = 1772697600,
				.explain = 2 };
	struct map_result out;
	struct mapping *m;
	struct arena *a;
	struct err e = { 0 };

	if (!n || !utf8_valid(text))
		return 0;
	for (size_t i = 0; i < LY_COUNT(line); i++)
		if (!str_next(&text, '\n', &line[i]))
			return 0;
	a = arena_new();
	c.items = line[0];
	c.inside = line[1];
	c.next = line[2];
	for (size_t i = 0; i < LY_COUNT(names); i++)
		fields[i] = (struct conf_pair){ str_of(names[i]), line[3 + i] };
	m = map_compile(a, &c, p[0] & 1 ? MAP_JSON : MAP_HTML, ignore, NULL);
	in.text = text;
	if (m && map_run(m, &in, a, &out, &e) < 0 && e.kind != ERR_REJECT)
		abort();
	for (size_t i = 0; m && !e.kind && i < out.n; i++)
		for (size_t f = 0; f < MAP_FIELDS; f++)
			if (!utf8_valid(out.v[i].text[f]) || !utf8_valid(out.v[i].from[f]))
				abort();
	arena_free(a);
	return 0;
}
