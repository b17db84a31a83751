/* What is exported: every row once and in order however many, nothing personal that was not asked for, no
 * text that is gone. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/export_store.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define MENTIONS 2300 /* two pages and a part of one watch's */

struct seen {
	const struct export_table *t;
	int64_t rows, gone, last_at;
	bool disorder;
	char watch[32], found[64]; /* found: of the column that is looked for */
	const char *column;
	int64_t filled; /* rows that have something in it */
};

static size_t
column_at(const struct export_table *t, const char *name)
{
	size_t i = 0;

	while (t->columns[i].name && strcmp(t->columns[i].name, name) != 0)
		i++;
	assert_non_null(t->columns[i].name);
	return i;
}

static int
see(void *arg, const struct export_cell *cells, struct str gone)
{
	struct seen *s = arg;
	const struct export_cell *c = s->column ? &cells[column_at(s->t, s->column)] : NULL;

	s->rows++;
	s->gone += gone.n > 0;
	if (c && !c->none) {
		s->filled++;
		snprintf(s->found, sizeof s->found, "%.*s", STR_ARG(c->text));
	}
	if (!strcmp(s->t->name, "mentions")) {
		struct str watch = cells[1].text;

		if (!str_is(watch, s->watch))
			s->last_at = 0; /* watch by watch */
		snprintf(s->watch, sizeof s->watch, "%.*s", STR_ARG(watch));
		s->disorder |= cells[2].n < s->last_at;
		s->last_at = cells[2].n;
	}
	return 0;
}

static struct seen
seen(struct world *w, const char *what, const char *column, struct export_ask q)
{
	struct seen s = { .t = export_find(str_of(what)), .column = column };
	struct err e = { 0 };

	assert_non_null(s.t);
	q.table = s.t;
	q.to = q.to ? q.to : INT64_MAX;
	if (export_read(w->r->store, &q, see, &s, &e) != 0)
		fail_msg("%s", e.text);
	return s;
}

#define ALL ((struct export_ask){ .personal = false })

static void
say_many(struct world *w)
{
	for (int i = 0; i < MENTIONS; i++)
		world_say(w, &(struct world_mention){
				     .at = WORLD_T0 + i / 7, /* several in one second */
				     .watch = i % 10 ? "qingshan" : "shancui",
				     .author = arena_textf(w->arena, "author %d", i % 50),
				     .title = "=HYPERLINK(1)",
				     .text = "text",
				     .url = "https://a.example/x" });
}

static void
every_row_comes_once_and_in_order(void **state)
{
	struct world w;
	struct seen s;

	(void)state;
	world_open(&w, CLOCK_WALL);
	say_many(&w);
	s = seen(&w, "mentions", "title", ALL);
	assert_int_equal(s.rows, MENTIONS);
	assert_int_equal(s.filled, MENTIONS);
	assert_false(s.disorder);
	s = seen(&w, "mentions", NULL, (struct export_ask){ .watch = STR("shancui") });
	assert_int_equal(s.rows, MENTIONS / 10);
	s = seen(&w, "mentions", NULL,
		 (struct export_ask){ .from = WORLD_T0 + 10, .to = WORLD_T0 + 20 });
	assert_int_equal(s.rows, 70);
	s = seen(&w, "mentions", NULL, (struct export_ask){ .watch = STR("nobody") });
	assert_int_equal(s.rows, 0);
	for (const struct export_table *t = export_tables; t->name; t++) {
		size_t columns = 0;

		s = seen(&w, t->name, NULL, ALL); /* each can be read */
		while (t->columns[columns].name)
			columns++;
		assert_true(columns < 40);
	}
	world_close(&w);
}

static void
nothing_personal_comes_unasked(void **state)
{
	struct world w;
	struct seen s;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0,
					       .watch = "shancui",
					       .author = "zhangsan",
					       .source_class = CLASS_SOCIAL,
					       .url = "https://a.example/zhangsan/1" });
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 1,
					       .watch = "shancui",
					       .author = "reporter",
					       .source_class = CLASS_NEWS,
					       .url = "https://news.example/1" });
	for (const struct export_table *t = export_tables; t->name; t++)
		for (size_t i = 0; t->columns[i].name; i++) {
			if (!t->columns[i].personal)
				continue;
			s = seen(&w, t->name, t->columns[i].name, ALL);
			assert_int_equal(s.filled, 0);
		}
	s = seen(&w, "mentions", "public_url", ALL);
	assert_int_equal(s.filled, 1);
	assert_string_equal(s.found, "https://news.example/1");
	s = seen(&w, "mentions", "author", (struct export_ask){ .personal = true });
	assert_int_equal(s.filled, 2);
	assert_string_equal(s.found, "reporter");
	/* Who takes it out says why, and that stays. */
	assert_int_equal(world_act(&w, "unix:anna", "export.personal",
				   "{\"what\":\"mentions\",\"why\":\"\"}", 0, WORLD_T0 + 9),
			 400);
	assert_int_equal(world_act(&w, "unix:anna", "export.personal",
				   "{\"what\":\"odd\",\"why\":\"x\"}", 0, WORLD_T0 + 9),
			 404);
	assert_int_equal(world_act(&w, "unix:anna", "export.personal",
				   "{\"what\":\"mentions\",\"why\":\"court order 7\"}", 0,
				   WORLD_T0 + 9),
			 200);
	assert_string_equal(world_ask(&w, "SELECT actor || args FROM command WHERE verb ="
					  " 'export.personal'"),
			    "unix:anna{\"what\":\"mentions\",\"why\":\"court order 7\"}");
	world_close(&w);
}

/* An incident with a row in every table, confidential or not. */
static void
crisis(struct world *w, bool confidential)
{
	world_open(w, CLOCK_WALL);
	world_grumble(w, WORLD_T0, 6);
	assert_int_equal(world_act_on(w, "unix:anna", "incident.release",
				      ",\"kind\":\"statement\",\"channel\":\"weibo\","
				      "\"url\":\"https://w.example/1\",\"text\":\"x\""),
			 200);
	assert_int_equal(world_act_on(w, "unix:anna", "case.lesson",
				      ",\"side\":\"well\",\"text\":\"x\""),
			 200);
	world_forge(w, "INSERT INTO notice (id, incident, level, kind, recipient, channel,"
		       " address, seq, state, why, created_at, due_at, attempts, subject, body,"
		       " html, facts, code, repeat_possible) SELECT id, id, 2, 'page', 'anna',"
		       " 'mail', '', 1, 'sent', '', opened_at, opened_at, 1, '', '', '', '{}',"
		       " '', 0 FROM incident");
	world_forge(w, "UPDATE incident SET topic = 'recall'");
	assert_int_equal(world_act_on(w, "unix:anna", "incident.close", ",\"why\":\"over\""),
			 200);
	if (confidential)
		assert_int_equal(world_act_on(w, "unix:anna", "incident.confidential",
					      ",\"is\":\"yes\",\"why\":\"x\""),
				 200);
}

/* Who takes rows out has no name on its list: what it is about is in none of them, nor can it be found by
 * asking for its watch. */
static void
of_a_confidential_incident_only_that_it_is_one(void **state)
{
	static const struct {
		const char *what, *column;
	} cases[] = {
		{ "incidents", "watch" },      { "incidents", "title" },
		{ "incidents", "topic" },      { "incidents", "first_mention" },
		{ "incidents", "closed_why" }, { "moves", "why_zh" },
		{ "moves", "why_en" },         { "firings", "watch" },
		{ "firings", "trigger" },      { "firings", "window_from" },
		{ "firings", "window_to" },    { "firings", "observed" },
		{ "firings", "threshold" },    { "firings", "baseline" },
		{ "firings", "why_zh" },       { "firings", "why_en" },
		{ "notices", NULL },           { "releases", "kind" },
		{ "releases", "channel" },     { "releases", "url" },
		{ "lessons", "side" },         { "lessons", "text" },
	};
	const struct export_ask ours = { .watch = STR("shancui"), .personal = true };
	struct world w[2];

	(void)state;
	for (int hidden = 0; hidden < 2; hidden++)
		crisis(&w[hidden], hidden);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *what = cases[i].what, *column = cases[i].column;
		struct seen open = seen(&w[0], what, column, ours);
		struct seen all = seen(&w[1], what, column, ALL);

		if (!open.rows || (column && !open.filled))
			fail_msg("%s %s: nothing to hide", what, column ? column : "");
		if (!all.rows || all.filled || seen(&w[1], what, column, ours).rows)
			fail_msg("%s %s: %d rows, %d filled", what, column ? column : "",
				 (int)all.rows, (int)all.filled);
	}
	for (int hidden = 0; hidden < 2; hidden++)
		world_close(&w[hidden]);
}

static void
what_is_erased_is_told_and_not_there(void **state)
{
	struct world w;
	struct seen s;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 3; i++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + i,
						       .watch = "shancui",
						       .author = i ? "other" : "zhangsan",
						       .title = "title" });
	assert_int_equal(world_act(&w, "unix:root", "erase",
				   "{\"author\":\"zhangsan\",\"why\":\"asked\"}", 0,
				   WORLD_T0 + 9),
			 200);
	s = seen(&w, "mentions", "title", (struct export_ask){ .personal = true });
	assert_int_equal(s.rows, 3);
	assert_int_equal(s.gone, 1);
	assert_int_equal(s.filled, 2);
	s = seen(&w, "mentions", "gone", ALL);
	assert_int_equal(s.filled, 1);
	assert_string_equal(s.found, "asked");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_comes_once_and_in_order),
		cmocka_unit_test(nothing_personal_comes_unasked),
		cmocka_unit_test(of_a_confidential_incident_only_that_it_is_one),
		cmocka_unit_test(what_is_erased_is_told_and_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
