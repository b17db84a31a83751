#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "crawler/hotlist.h"
#include "crawler/source_read.h"

#define NOW INT64_C(1772697600) /* 2026-03-05T08:00:00Z */

struct root {
	struct conf_list sources;
};
static const struct conf_key root_keys[] = {
	{ "sources", CONF_TABLE, offsetof(struct root, sources), 0, 0, "", "sources",
	  .of = &source_schema },
	CONF_END,
};
static const struct conf_schema root_schema = { .name = "test",
						.size = sizeof(struct root),
						.keys = root_keys };

static void
every_mistake_of_a_source_is_told_at_its_place(void **state)
{
	static const char text[] = "sources:\n"
				   "  a:\n"
				   "    kind: list\n"
				   "    url: http://a.test/\n"
				   "    items: 'li..x'\n"
				   "    fields: { titel: a, url: 'a @href | prfix x' }\n"
				   "  b:\n"
				   "    kind: feed\n"
				   "    url: http://b.test/\n"
				   "    items: li\n"
				   "    page_param: p\n"
				   "  c:\n"
				   "    kind: api\n"
				   "    url: http://c.test/\n"
				   "    fields: { title: t }\n"
				   "  d:\n"
				   "    kind: list\n"
				   "    url: http://d.test/\n"
				   "    items: li\n"
				   "    inside: script#x\n"
				   "    fields: { author: b }\n"
				   "    zone: Mars/Base\n";
	static const char *const says[] = {
		"x.yaml:5:12: a name is missing at \".x\"",
		"x.yaml:6:22: no field \"titel\": did you mean \"title\"?",
		"x.yaml:6:30: url: no transform \"prfix\": did you mean \"prefix\"?",
		"x.yaml:10:12: items is not for a source of this kind",
		"x.yaml:11:17: page_param is not for a source of this kind",
		"needs items: the path to the items",
		"x.yaml:20:13: is for JSON in a page: format: json is missing",
		"x.yaml:21:13: fields: needs title or text",
		"Mars/Base",
	};
	struct root root = { 0 };
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };

	(void)state;
	assert_null(conf_read_text(str_of(text), "x.yaml", &root_schema, &root, &report, &e));
	for (size_t i = 0; i < LY_COUNT(says); i++)
		if (!strstr(report.p, says[i]))
			fail_msg("not told: %s\n%s", says[i], report.p);
	buf_release(&report);
}

static struct conf *
configured(const char *text, struct root *root)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct conf *c =
		conf_read_text(str_of(text), "x.yaml", &root_schema, root, &report, &e);

	if (!c)
		fail_msg("%s", report.p);
	buf_release(&report);
	return c;
}

static const char api[] = "sources:\n"
			  "  api:\n"
			  "    kind: api\n"
			  "    url: http://a.test/x?page=9&k=v#z\n"
			  "    page_param: page\n"
			  "    items: l\n"
			  "    fields: { title: t }\n"
			  "  cursor:\n"
			  "    kind: api\n"
			  "    url: http://a.test/x\n"
			  "    body: '{\"after\":\"{page}\"}'\n"
			  "    items: l\n"
			  "    next: c\n"
			  "    fields: { title: t }\n"
			  "  list:\n"
			  "    kind: list\n"
			  "    url: http://a.test/b/\n"
			  "    items: li\n"
			  "    next: a @href\n"
			  "    max_pages: 2\n"
			  "    fields: { title: a }\n";

static const char *
next_of(const struct source_conf *src, const char *next, int64_t n, struct arena *a)
{
	struct source_ask ask;

	if (!source_ask_next(src, &src->way, src->url, str_of(next), n, a, &ask))
		return "none";
	return arena_textf(a, "%.*s%s%.*s", STR_ARG(ask.url), ask.body.n ? " " : "",
			   STR_ARG(ask.body));
}

static void
further_pages_are_asked_by_number_cursor_or_address(void **state)
{
	struct root root = { 0 };
	struct conf *c = configured(api, &root);
	const struct source_conf *v = root.sources.v;
	struct arena *a = arena_new();
	struct source_ask ask;

	(void)state;
	source_ask_first(&v[0], &v[0].way, a, &ask);
	assert_string_equal(arena_text(a, ask.url), "http://a.test/x?page=1&k=v");
	assert_string_equal(next_of(&v[0], "", 2, a), "http://a.test/x?page=2&k=v");
	assert_string_equal(next_of(&v[0], "", 3, a), "http://a.test/x?page=3&k=v");
	assert_string_equal(next_of(&v[0], "", 4, a), "none");
	source_ask_first(&v[1], &v[1].way, a, &ask);
	assert_string_equal(arena_text(a, ask.body), "{\"after\":\"\"}");
	assert_string_equal(arena_text(a, ask.type), "application/json");
	assert_string_equal(next_of(&v[1], "x\",\"admin\":\"1", 2, a),
			    "http://a.test/x {\"after\":\"x\\\",\\\"admin\\\":\\\"1\"}");
	assert_string_equal(next_of(&v[1], "", 2, a), "none");
	assert_string_equal(next_of(&v[2], "?p=2", 2, a), "http://a.test/b/?p=2");
	assert_string_equal(next_of(&v[2], "http://evil.test/b/?p=2", 2, a), "none");
	assert_string_equal(next_of(&v[2], "?p=3", 3, a), "none");
	arena_free(a);
	conf_free(c);
}

static void
each_kind_is_read_by_its_reader(void **state)
{
	static const char text[] = "sources:\n"
				   "  hot:\n"
				   "    kind: hotlist\n"
				   "    url: http://a.test/hot\n"
				   "    items: l\n"
				   "    fields: { title: t, rank: r, heat: h }\n"
				   "    max_items: 2\n"
				   "  map:\n"
				   "    kind: sitemap\n"
				   "    url: http://a.test/sitemap.xml\n"
				   "    max_items: 1\n"
				   "  gbk:\n"
				   "    kind: list\n"
				   "    url: http://a.test/\n"
				   "    items: li\n"
				   "    fields: { title: a }\n";
	struct root root = { 0 };
	struct conf *c = configured(text, &root);
	const struct source_conf *v = root.sources.v;
	struct arena *a = arena_new();
	struct source_bytes b = { .url = STR("http://a.test/"),
				  .now = NOW,
				  .max_age_s = 86400 };
	struct source_content out;
	struct err e = { 0 };

	(void)state;
	b.body = STR("{\"l\":[{\"t\":\"c\",\"r\":3},{\"t\":\"a\",\"r\":1,\"h\":\"1.5万\"},"
		     "{\"t\":\"b\",\"r\":2}]}");
	assert_int_equal(source_read(&v[0], &v[0].way, &b, a, &out, &e), 0);
	assert_int_equal(out.n, 2);
	assert_int_equal(out.left_out, 1);
	assert_string_equal(arena_text(a, out.v[0].text[MAP_TITLE]), "a");
	assert_int_equal(out.v[0].heat, 15000);
	assert_int_equal(out.more, MORE_NONE);
	b.body = STR("<urlset><url><loc>/1</loc><lastmod>2026-03-04T09:00:00Z</lastmod></url>"
		     "<url><loc>/2</loc><lastmod>2026-03-05</lastmod></url>"
		     "<url><loc>/3</loc><lastmod>2020-03-05</lastmod></url></urlset>");
	assert_int_equal(source_read(&v[1], &v[1].way, &b, a, &out, &e), 0);
	assert_true(v[1].full_text);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.left_out, 2);
	assert_string_equal(arena_text(a, out.v[0].text[MAP_URL]), "http://a.test/2");
	b.body = STR("<meta charset=gbk><li><a>\xc9\xbd\xb4\xe0</a>");
	assert_int_equal(source_read(&v[2], &v[2].way, &b, a, &out, &e), 0);
	assert_string_equal(arena_text(a, out.v[0].text[MAP_TITLE]), "山脆");
	assert_string_equal(out.charset, "gb18030");
	arena_free(a);
	conf_free(c);
}

static void
an_entry_is_told_when_it_appears_and_when_its_best_passes_a_step(void **state)
{
	/* Looks at 0, 60, … seconds; rank 0: it is not there. */
	static const struct {
		int64_t at, rank;
		bool due;
		int64_t best, before, dwell_s;
	} looks[] = {
		{ 0, 60, true, 60, 0, 0 },           { 60, 51, false, 51, 60, 60 },
		{ 120, 50, true, 50, 51, 120 },      { 180, 12, true, 12, 50, 180 },
		{ 240, 30, false, 12, 12, 240 },     { 300, 11, false, 11, 30, 300 },
		{ 360, 0, false, 0, 0, 0 },          { 420, 2, true, 2, 0, 300 },
		{ 480, 1, true, 1, 2, 360 },         { 540, 3, false, 1, 1, 420 },
		{ 540 + 86401, 15, true, 15, 0, 0 }, { 540 + 86461, 15, false, 15, 15, 60 },
	};
	struct hot_entry x = { .entry = { { 1 } } };
	int64_t looked_at = 0;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(looks); i++) {
		int64_t now = NOW + looks[i].at;

		if (looks[i].rank) {
			if (hot_look(&x, looks[i].rank, looked_at, now) != looks[i].due)
				fail_msg("look %zu", i);
			assert_int_equal(x.best, looks[i].best);
			assert_int_equal(x.before, looks[i].before);
			assert_int_equal(x.dwell_s, looks[i].dwell_s);
		}
		looked_at = now;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_of_a_source_is_told_at_its_place),
		cmocka_unit_test(further_pages_are_asked_by_number_cursor_or_address),
		cmocka_unit_test(each_kind_is_read_by_its_reader),
		cmocka_unit_test(
			an_entry_is_told_when_it_appears_and_when_its_best_passes_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
