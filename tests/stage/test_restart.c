/* A service that is ended anywhere and begun again writes what one writes that never was. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define SAID  700
#define BATCH 4
#define CROWD 300 /* the first come so close together, the others far apart */

/* How it is cut. 0: memory as large as always. */
struct cut {
	int restarts; /* about so many */
	int moved;    /* so many arrivals and more move others to another story */
	size_t stories_most, joins_most;
	bool older; /* the record is always one of a version that wrote less of stories */
};

/* What is written of a stream; salts of content are random. Which commit it was may differ:
 * time sets off less beside a batch that comes again. */
static const char *const tables[] = { "document",      "mention",     "story_why",  "firing",
				      "rollup_minute", "rollup_hour", "rollup_day", "incident",
				      "trigger_state", "hush",        "copies" };

/* The next of a row of numbers, below most. */
static unsigned
luck(uint64_t *row, unsigned most)
{
	return (unsigned)(hash_fast(STR("restart"), (*row)++) % most);
}

static const char *
event_text(struct world *w, uint64_t *row)
{
	static const char *const places[] = { "岑溪市", "沔阳县", "", "潭口", "" };
	static const char *const brands[] = { "山脆饼干", "山脆门店" };
	static const char *const matters[] = { "检出霉菌",   "高管辞职，财务总监离任",
					       "后厨有老鼠", "Rats filmed in Shancui bakery",
					       "抽检合格",   "吃出铁丝" };
	static const char *const tails[] = { "，网友吵翻", "，企业回应", "", "，我家也有",
					     " again" };
	const char *place = places[luck(row, LY_COUNT(places))];
	const char *brand = brands[luck(row, LY_COUNT(brands))];
	const char *batch =
		luck(row, 3) ? "" : arena_textf(w->arena, "07%u批次", 10 + luck(row, 3));
	const char *matter = matters[luck(row, LY_COUNT(matters))];
	const char *tail = tails[luck(row, LY_COUNT(tails))];

	/* Few words: copies, word for word, are common. */
	return arena_textf(w->arena, "%s%s%s%s%s%c", place, brand, batch, matter, tail,
			   'a' + (int)luck(row, 3));
}

/* Some repeat, word for word, what came shortly before. */
static const char *
text_of(struct world *w, int i)
{
	uint64_t row = (uint64_t)i * 100 + 50;
	int of = luck(&row, 3) ? i : i - (int)luck(&row, 12);

	row = (uint64_t)(of < 0 ? 0 : of) * 100;
	return event_text(w, &row);
}

/* When the ith comes: a crowd, several at one second, and then few. */
static int64_t
comes_at(int i)
{
	int64_t since = i < CROWD ? i * (int64_t)40 : CROWD * 40 + (i - CROWD) * (int64_t)2500;

	return WORLD_T0 + since / 90 * 90;
}

/* The same whoever asks. Some were long on their way; spread: some are old news. */
static struct str
said(struct world *w, int i, bool spread)
{
	static const char *const watches[] = { "shancui", "qingshan" };
	uint64_t row = (uint64_t)i * 100;

	return world_result(
		w, &(struct world_mention){
			   .seq = i + 1,
			   .at = comes_at(i) - (luck(&row, 6) ? 0 : luck(&row, 5000)),
			   .text = text_of(w, i),
			   .watch = watches[!luck(&row, 4)],
			   .author = arena_textf(w->arena, "u%u", luck(&row, 9)),
			   .site = arena_textf(w->arena, "s%u.example", luck(&row, 5)),
			   .document_flags = spread && !luck(&row, 3) ? DOCUMENT_OLD : 0,
			   .label = luck(&row, 8) < 5 ? LABEL_NEG : LABEL_NEU,
			   .gist = true });
}

/* What stories remember of those that left is in no row. (Nor is it old news here: its voices would
 * stand between.) */
static void
make_older(struct world *w)
{
	struct err e = { 0 };
	struct store *s;

	world_stop(w);
	s = store_open(w->path, &record_migrations, &e);
	if (!s || stmt_run(store_stmt(s, "UPDATE copies SET gist = CAST(substr(gist, 1, 39)"
					 " || substr(gist, 42) AS BLOB) WHERE"
					 " length(gist) % 4 IN (1, 2)"),
			   &e) < 0)
		fail_msg("%s", e.text);
	store_close(s);
}

/* How many of the newest moved others: their rows say whom. */
static int
moved_in_batch(struct world *w)
{
	const char *n = world_ask(w, "SELECT coalesce(sum(length(gist) % 2 = 0), 0) FROM copies"
				     " WHERE n > (SELECT max(n) FROM copies) - 4");

	return *n - '0';
}

/* How many moved others. All come, in batches of some. It is ended also before a batch is whole, and what had no receipt comes
 * again. */
static int
stream_run(struct world *w, const struct cut *c, int restarts)
{
	uint64_t row = 1 << 20;
	int moved = 0;

	for (int i = 0; i < SAID; i++) {
		int64_t now = comes_at(i / BATCH * BATCH + BATCH - 1);

		world_step(w, said(w, i, !c->older), now);
		if (i % BATCH == BATCH - 1) {
			world_settle(w, now);
			world_turn(w, now);
			w->receipts_n = 0;
			moved += moved_in_batch(w);
		}
		/* One that is older is so from the beginning: what it let go of was past its time. */
		if (!restarts ||
		    (luck(&row, SAID / (unsigned)restarts) && !(c->older && i == BATCH - 1)))
			continue;
		if (c->older)
			make_older(w);
		world_reopen(w, now);
		i = (i + 1) / BATCH * BATCH - 1;
	}
	return moved;
}

static const char *
rows_of(struct world *w, const char *table)
{
	const char *columns = world_ask(
		w, arena_textf(w->arena,
			       "SELECT group_concat('quote(' || CASE name WHEN 'facts' THEN"
			       " 'json_remove(facts, ''$.usual.as_of'')' ELSE name END || ')',"
			       " '||'' ''||') FROM pragma_table_info('%s') WHERE name NOT IN"
			       " ('as_of', 'story_as_of')",
			       table));

	return world_ask(
		w, arena_textf(w->arena,
			       "SELECT group_concat(v, char(10)) FROM (SELECT %s AS v FROM"
			       " %s ORDER BY 1)",
			       columns, table));
}

static int
stream_world(struct world *w, const struct cut *c, int restarts)
{
	int moved;

	world_open(w, CLOCK_WALL);
	w->conf.stories_most = c->stories_most;
	w->conf.joins_most = c->joins_most;
	world_reopen(w, WORLD_T0);
	moved = stream_run(w, c, restarts);
	if (c->older)
		make_older(w);
	return moved;
}

static void
same_table(struct world *one, struct world *cut, const char *table)
{
	struct str a = str_of(rows_of(one, table)), b = str_of(rows_of(cut, table));
	size_t same = 0, from;

	while (same < a.n && same < b.n && a.p[same] == b.p[same])
		same++;
	from = same > 100 ? same - 100 : 0;
	if (!str_eq(a, b))
		fail_msg("rows of %s differ at %zu: \"%.200s\" and \"%.200s\"", table, same,
			 a.p + from, b.p + from);
}

static void
same_rows(const struct cut *c)
{
	struct world *one = calloc(1, sizeof *one), *cut = calloc(1, sizeof *cut);
	int moved;

	moved = stream_world(one, c, 0);
	assert_true(moved >= c->moved);
	stream_world(cut, c, c->restarts);
	/* Of the last, an older one keeps more. */
	for (size_t i = 0; i < LY_COUNT(tables) - c->older; i++)
		same_table(one, cut, tables[i]);
	/* Stories were found, by members and by copies, and something fired. */
	assert_string_equal(world_ask(one, "SELECT count(*) > 70 FROM story_why"), "1");
	assert_string_equal(world_ask(one, "SELECT count(*) > 0 FROM mention WHERE story <>"
					   " document"),
			    "1");
	assert_string_equal(world_ask(one, "SELECT count(*) > 0 FROM firing"), "1");
	world_close(one);
	world_close(cut);
	free(one);
	free(cut);
}

static void
what_is_cut_by_restarts_is_written_as_what_is_not(void **state)
{
	(void)state;
	same_rows(&(struct cut){ .restarts = 20, .moved = 100 });
}

/* Most that a story is made of has left memory, and the story goes on. */
static void
also_when_memory_is_for_fewer_than_come(void **state)
{
	(void)state;
	same_rows(&(struct cut){
		.restarts = 60, .moved = 100, .stories_most = 60, .joins_most = 25 });
	same_rows(&(struct cut){
		.restarts = 60, .moved = 40, .stories_most = 8, .joins_most = 8 });
}

static void
also_with_a_record_of_an_older_version(void **state)
{
	(void)state;
	same_rows(&(struct cut){ .restarts = 20,
				 .moved = 100,
				 .stories_most = 60,
				 .joins_most = 25,
				 .older = true });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_cut_by_restarts_is_written_as_what_is_not),
		cmocka_unit_test(also_when_memory_is_for_fewer_than_come),
		cmocka_unit_test(also_with_a_record_of_an_older_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
