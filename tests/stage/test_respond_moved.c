/* Texts that went to another story after they came: what follows in the record, and what stays. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "cli/verify_stories.h"
#include "nlp/gist.h"
#include "responder/count_fill.h"
#include "responder/digest_compose.h"
#include "responder/join.h"
#include "responder/record_store.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_people.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

/* Two events of one brand, told in turns: a, b, a, b, a, b. */
static const char *const reports[] = {
	"岑溪市场监管局通报：山脆饼干0715批次检出霉菌",
	"山脆饼干高管辞职，财务总监离任",
	"山脆饼干0715批次发霉，赶紧看看你家的",
	"财务总监辞职 山脆饼干回应",
	"0715批次山脆饼干霉变 企业已召回",
	"山脆财务总监离职，高管又走一个",
};

/* The document of a text: its identity is its name. */
static struct id
document_of(const char *name)
{
	return ID_OF(STR("src"), str_of(name));
}

static const char *
hex_of(struct world *w, const char *name)
{
	struct id id = document_of(name);
	struct buf b = BUF(64);
	const char *hex;

	id_add_hex(&b, &id);
	hex = arena_text(w->arena, buf_str(&b));
	buf_release(&b);
	return hex;
}

static void
open_with_reports(struct world *w)
{
	world_open(w, CLOCK_WALL);
	for (size_t i = 0; i < LY_COUNT(reports); i++)
		world_say(w, &(struct world_mention){
				     .at = WORLD_T0 + (int64_t)i * MINUTE,
				     .identity = arena_textf(w->arena, "r%zu", i),
				     .text = reports[i],
				     .site = arena_textf(w->arena, "s%zu.example", i),
				     .author = arena_textf(w->arena, "a%zu", i),
				     .label = LABEL_NEG,
				     .gist = true });
	assert_string_equal(world_ask(w,
				      "SELECT count(*) || ' in ' || count(DISTINCT story) FROM "
				      "document"),
			    "6 in 2");
}

/* A text went to the story of another; like NULL: it heads that story, or is a copy. */
struct goes {
	const char *document, *story, *like;
};

/* Why, by the parts that the two reports have both; unsure, as one may be that was moved. */
static struct join
why_of(struct world *w, const struct goes *g)
{
	struct join x = { .story = document_of(g->story), .own_n = 9, .like_n = 9 };
	uint32_t own[GIST_MAX], like[GIST_MAX];
	size_t own_n, like_n;

	if (!g->like)
		return x;
	if (!w->words)
		w->words = gist_words_new();
	own_n = gist_parts(w->words, str_of(reports[g->document[1] - '0']), own, NULL);
	like_n = gist_parts(w->words, str_of(reports[g->like[1] - '0']), like, NULL);
	x.like = document_of(g->like);
	for (size_t i = 0; i < own_n; i++)
		for (size_t k = 0; k < like_n; k++)
			if (gist_is_same(own[i], like[k]) && !x.n)
				x.shared[x.n++] = (struct join_part){ own[i], 30 };
	assert_int_equal(x.n, 1);
	x.alike = join_alike(&x);
	assert_true(x.alike < JOIN_ALIKE);
	return x;
}

static void
move_all(struct world *w, const struct goes *g, size_t n, int64_t now)
{
	struct join_moved *v = calloc(n, sizeof *v);
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		v[i] = (struct join_moved){ document_of(g[i].document), why_of(w, &g[i]) };
	if (!store_in_batch(w->r->store))
		assert_int_equal(store_begin(w->r->store, &e), 0);
	if (story_moved(w->r, v, n, now, &e) < 0)
		fail_msg("%s", e.text);
	free(v);
	world_settle(w, now);
}
#define MOVE(w, now, ...)                                 \
	move_all(w, (const struct goes[]){ __VA_ARGS__ }, \
		 sizeof((const struct goes[]){ __VA_ARGS__ }) / sizeof(struct goes), now)

static int64_t
mismatches(struct world *w, int64_t went)
{
	struct verify_stories sum;
	struct err e = { 0 };

	assert_int_equal(verify_stories(w->path, &sum, &e), 0);
	assert_int_equal(sum.went, went);
	return sum.mismatches;
}

static bool
is_of(struct world *w, const char *name, const char *story)
{
	const char *sql =
		arena_textf(w->arena, "SELECT lower(hex(story)) FROM document WHERE id = X'%s'",
			    hex_of(w, name));

	return !strcmp(world_ask(w, sql), hex_of(w, story));
}

static const char *
whys_of(struct world *w, const char *name)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT count(*) || ' ' || coalesce(sum(alike < 500),"
					" 0) FROM story_why WHERE document = X'%s'",
					hex_of(w, name)));
}

/* ---- its own rows ---------------------------------------------------------------------------- */

static void
a_text_that_went_says_where_to_why_and_from_where(void **state)
{
	struct world w;

	(void)state;
	open_with_reports(&w);
	assert_true(is_of(&w, "r5", "r1"));
	MOVE(&w, WORLD_T0 + HOUR, { "r5", "r0", "r4" });
	assert_true(is_of(&w, "r5", "r0"));
	assert_string_equal(whys_of(&w, "r5"), "1 1");
	assert_string_equal(world_ask(&w, "SELECT count(*) || ' ' || min(at) || ' ' ||"
					  " min(v.as_of = d.story_as_of) FROM story_move v JOIN"
					  " document d ON d.id = v.document AND d.story ="
					  " v.story AND v.was <> v.story"),
			    arena_textf(w.arena, "1 %lld 1", (long long)WORLD_T0 + HOUR));
	assert_int_equal(mismatches(&w, 1), 0);
	/* A voice is one still. */
	assert_string_equal(world_ask(&w, "SELECT count(DISTINCT story) FROM mention"), "6");
	/* Then it heads a story of its own: for that there is no reason. */
	MOVE(&w, WORLD_T0 + 2 * HOUR, { "r5", "r5", NULL }, { "r3", "r5", "r5" });
	assert_true(is_of(&w, "r5", "r5") && is_of(&w, "r3", "r5"));
	assert_string_equal(whys_of(&w, "r5"), "0 0");
	assert_string_equal(whys_of(&w, "r3"), "1 1");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM story_move"), "3");
	assert_int_equal(mismatches(&w, 2), 0);
	world_verified(&w);
	world_close(&w);
}

static void
of_two_moves_in_one_commit_the_first_says_where_it_was(void **state)
{
	struct world w;

	(void)state;
	open_with_reports(&w);
	MOVE(&w, WORLD_T0 + HOUR, { "r5", "r5", NULL }, { "r5", "r0", "r4" });
	assert_true(is_of(&w, "r5", "r0"));
	assert_string_equal(world_ask(&w, "SELECT count(*) || lower(hex(was)) FROM story_move"),
			    arena_textf(w.arena, "1%s", hex_of(&w, "r1")));
	assert_int_equal(mismatches(&w, 1), 0);
	world_close(&w);
}

static void
of_a_text_that_is_erased_no_part_is_written(void **state)
{
	struct world w;

	(void)state;
	open_with_reports(&w);
	world_act(&w, "unix:root", "erase", "{\"author\":\"a5\",\"why\":\"asked\"}", 0,
		  WORLD_T0 + HOUR);
	MOVE(&w, WORLD_T0 + 2 * HOUR, { "r5", "r0", "r4" }, { "r3", "r0", "r5" });
	assert_true(is_of(&w, "r5", "r0") && is_of(&w, "r3", "r0"));
	assert_string_equal(whys_of(&w, "r5"), "0 0");
	assert_string_equal(whys_of(&w, "r3"), "0 0"); /* it names parts of the other */
	assert_int_equal(mismatches(&w, 2), 0);
	world_close(&w);
}

static void
verify_finds_a_story_that_was_forged(void **state)
{
	static const char *const forged[] = {
		"UPDATE document SET story = X'00112233445566778899aabbccddeeff' WHERE"
		" story_as_of > 0 AND story = id",
		"UPDATE document SET story_as_of = story_as_of + 1 WHERE story_as_of > 0",
		"UPDATE document SET story_as_of = 1 WHERE story_as_of = 0",
		"UPDATE story_move SET was = story WHERE as_of = (SELECT max(as_of) FROM"
		" story_move)",
		"DELETE FROM story_move WHERE as_of = (SELECT max(as_of) FROM story_move)",
		"DELETE FROM story_move",
		"UPDATE story_why SET story = alike_to || story WHERE document IN (SELECT id"
		" FROM document WHERE story_as_of > 0)",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(forged); i++) {
		struct verify_stories sum;
		struct err e = { 0 };
		struct world w;

		open_with_reports(&w);
		MOVE(&w, WORLD_T0 + HOUR, { "r5", "r5", NULL });
		MOVE(&w, WORLD_T0 + 2 * HOUR, { "r3", "r3", NULL }, { "r5", "r0", "r4" });
		assert_int_equal(mismatches(&w, 2), 0);
		world_forge(&w, forged[i]);
		assert_int_equal(verify_stories(w.path, &sum, &e), 0);
		if (!sum.mismatches)
			fail_msg("not found: %s", forged[i]);
		world_close(&w);
	}
}

/* ---- digests --------------------------------------------------------------------------------- */

static struct digest_row
digest_as_of(struct world *w, int64_t at, int64_t as_of)
{
	const struct digest_conf conf = {
		.name = STR("daily"), .period = PERIOD_DAY, .cut = 8 * HOUR, .at = 9 * HOUR
	};
	const struct digest_ask ask = {
		.conf = &conf, .at = at, .made_at = at, .as_of = as_of
	};
	struct digest_row row;
	struct err e = { 0 };

	if (digest_compose(&w->r->env, &ask, w->arena, &row, &e) < 0)
		fail_msg("%s", e.text);
	return row;
}

static struct digest_row
digest_of(struct world *w, int64_t at)
{
	return digest_as_of(w, at, w->r->commit_seq);
}

/* Its figures are those of the rows; and it says the same when it is composed again, of blocks. */
static void
holds(struct world *w, const struct digest_row *row)
{
	struct digest_row again;
	const char *says;
	struct err e = { 0 };

	if (digest_verify(w->r->store, w->r->zone, row, w->arena, &says, &e) != 1)
		fail_msg("%s", says);
	again = digest_as_of(w, row->at, row->as_of);
	assert_true(str_eq(again.facts, row->facts));
}

static void
pack(struct world *w)
{
	struct err e = { 0 };

	assert_int_equal(store_begin(w->r->store, &e), 0);
	assert_true(count_fill(w->r->store, STR("shancui"), WORLD_T0, WORLD_T0 + HOUR, &e) > 0);
	assert_int_equal(store_commit(w->r->store, &e), 0);
	w->r->blocks.until = WORLD_T0 + HOUR;
}

static const char blocks_full[] = "SELECT count(*) FROM count_block WHERE as_of > 0";

/* Counted of rows and of blocks alike, those that were packed before and after it went. */
static void
a_digest_counts_the_stories_of_its_own_commit(void **state)
{
	int64_t at = WORLD_T0 + 25 * HOUR;
	struct digest_row before, after;
	struct world w;

	(void)state;
	open_with_reports(&w);
	pack(&w);
	before = digest_of(&w, at);
	holds(&w, &before);
	assert_string_equal(world_ask(&w, blocks_full), "1");
	MOVE(&w, at + HOUR, { "r5", "r0", "r4" }, { "r3", "r0", "r2" });
	assert_string_equal(world_ask(&w, blocks_full), "0");
	holds(&w, &before);
	after = digest_of(&w, at);
	assert_false(str_eq(before.facts, after.facts));
	pack(&w);
	holds(&w, &before);
	holds(&w, &after);
	MOVE(&w, at + 2 * HOUR, { "r5", "r5", NULL });
	holds(&w, &before);
	holds(&w, &after);
	pack(&w);
	holds(&w, &before);
	holds(&w, &after);
	world_verified(&w);
	world_close(&w);
}

/* ---- silence --------------------------------------------------------------------------------- */

static struct trigger_conf triggers[] = {
	{ .name = STR_INIT("few"),
	  .kind = TRIGGER_ABOVE,
	  .signal = SIGNAL_NEGATIVE,
	  .window = DAY,
	  .above = 2,
	  .clear_below = 700,
	  .grade = 1 },
	{ .name = STR_INIT("many"),
	  .kind = TRIGGER_ABOVE,
	  .signal = SIGNAL_NEGATIVE,
	  .window = HOUR,
	  .above = 5,
	  .clear_below = 700,
	  .grade = 2 },
};

/* Texts like "ess", which are copies: named ess0, ess1, …, by the people w0, w1, … */
static void
tell(struct world *w, const char *text, int from, int n, int64_t at)
{
	for (int i = from; i < from + n; i++)
		world_say(w,
			  &(struct world_mention){
				  .at = at + i,
				  .identity = arena_textf(w->arena, "%s%d", text, i),
				  .text = arena_textf(w->arena, "a bottle of %s leaked", text),
				  .author = arena_textf(w->arena, "w%d", i),
				  .label = LABEL_NEG });
}

static void
is_called_wrong(struct world *w, int64_t at)
{
	assert_int_equal(world_act(w, "unix:lin", "incident.verdict",
				   "{\"id\":\"INC-2026-0001\",\"verdict\":\"wrong_alarm\"}", 0,
				   at),
			 200);
}

/* Four told ess, and that was a wrong alarm. */
static void
open_with_silence(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.triggers = (struct conf_list){ triggers, LY_COUNT(triggers) };
	world_reopen(w, WORLD_T0);
	tell(w, "ess", 0, 4, WORLD_T0);
	assert_string_equal(world_states(w), "INC-2026-0001 open1");
	is_called_wrong(w, WORLD_T0 + 600);
	assert_string_equal(world_states(w), "INC-2026-0001 closed1");
}

/* The documents name0 … name(n-1) from `from` on go to a story. */
static void
move_texts(struct world *w, const char *text, int from, int n, const char *story, int64_t at)
{
	struct goes *v = calloc((size_t)n, sizeof *v);

	for (int i = 0; i < n; i++)
		v[i] = (struct goes){ arena_textf(w->arena, "%s%d", text, from + i), story,
				      NULL };
	move_all(w, v, (size_t)n, at);
	free(v);
}

static const char *
silent(struct world *w)
{
	return world_ask(w, "SELECT group_concat(authors || coalesce(why, ''), ' ') FROM"
			    " (SELECT * FROM hush ORDER BY authors, broken_at)");
}

static void
what_was_silenced_is_silent_under_another_name(void **state)
{
	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		int64_t at = WORLD_T0 + 2 * DAY;
		struct world w;

		open_with_silence(&w);
		world_turn(&w, at);
		tell(&w, "tee", 0, 1, at + 60);
		move_texts(&w, "ess", 0, 4, "tee0", at + 120);
		assert_string_equal(silent(&w), "4 4");
		if (restarts)
			world_reopen(&w, at + 130);
		tell(&w, "tee", 1, 10, at + 180);
		world_turn(&w, at + 240);
		assert_string_equal(world_states(&w), "INC-2026-0001 closed1");
		/* Until it is told by three times as many. */
		tell(&w, "tee", 11, 1, at + 300);
		assert_string_equal(silent(&w), "4authors 4authors");
		world_turn(&w, at + 360);
		assert_string_equal(world_states(&w),
				    "INC-2026-0001 closed1, INC-2026-0002 assessing2");
		world_verified(&w);
		world_close(&w);
	}
}

/* It took the silence over, and gives it back. */
static void
a_story_is_silent_only_as_long_as_the_other_is_part_of_it(void **state)
{
	int64_t at = WORLD_T0 + 2 * DAY;
	struct world w;

	(void)state;
	open_with_silence(&w);
	world_turn(&w, at);
	tell(&w, "tee", 0, 1, at + 60);
	/* A part is not all of it. */
	move_texts(&w, "ess", 0, 3, "tee0", at + 120);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM hush"), "1");
	move_texts(&w, "ess", 3, 1, "tee0", at + 121);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM hush"), "2");
	move_texts(&w, "ess", 0, 4, "ess0", at + 122);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM hush"), "1");
	move_texts(&w, "ess", 0, 4, "tee0", at + 130);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM hush"), "2");
	move_texts(&w, "ess", 0, 4, "ess0", at + 140);
	assert_string_equal(world_ask(&w, "SELECT count(*) || ' ' || (into_story IS NULL) FROM"
					  " hush"),
			    "1 1");
	tell(&w, "tee", 1, 4, at + 180);
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	world_close(&w);
}

/* Texts that were called wrong part from their story: they have been heard. */
static void
what_was_silenced_is_silent_when_it_parts(void **state)
{
	struct world w;

	(void)state;
	open_with_silence(&w);
	move_texts(&w, "ess", 1, 3, "ess1", WORLD_T0 + 700);
	world_grumble(&w, WORLD_T0 + 800, 3);
	world_turn(&w, WORLD_T0 + 1000);
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1");
	world_grumble(&w, WORLD_T0 + 1100, 3);
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 closed1, INC-2026-0002 assessing2");
	world_close(&w);
}

/* What came after that, and turns out to be another event, was heard by nobody. */
static void
what_came_later_and_parts_is_heard(void **state)
{
	(void)state;
	for (int parts = 0; parts < 2; parts++) {
		struct world w;

		open_with_silence(&w);
		tell(&w, "ess", 4, 6, WORLD_T0 + 700);
		if (parts)
			move_texts(&w, "ess", 4, 6, "ess4", WORLD_T0 + 900);
		world_turn(&w, WORLD_T0 + 1000);
		assert_string_equal(world_states(&w),
				    parts ? "INC-2026-0001 closed1, INC-2026-0002 assessing2"
					  : "INC-2026-0001 closed1");
		world_close(&w);
	}
}

/* Nothing new is said when two that were called wrong are one. */
static void
two_that_are_silent_are_silent_together(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	w.conf.triggers = (struct conf_list){ triggers, LY_COUNT(triggers) };
	world_reopen(&w, WORLD_T0);
	tell(&w, "ess", 0, 4, WORLD_T0);
	tell(&w, "tee", 4, 9, WORLD_T0);
	is_called_wrong(&w, WORLD_T0 + 600);
	assert_string_equal(silent(&w), "4 9");
	move_texts(&w, "tee", 4, 9, "ess0", WORLD_T0 + 700);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM hush WHERE broken_at IS NULL"),
			    "2");
	assert_string_equal(world_ask(&w, "SELECT authors FROM hush ORDER BY authors DESC"),
			    "13");
	tell(&w, "ess", 13, 3, WORLD_T0 + 800);
	world_turn(&w, WORLD_T0 + 900);
	assert_null(strstr(world_states(&w), "INC-2026-0002"));
	world_close(&w);
}

/* What left it is not what it is measured by: it is another sooner. */
static void
a_silence_is_measured_by_what_is_left(void **state)
{
	struct world w;

	(void)state;
	open_with_silence(&w);
	move_texts(&w, "ess", 1, 3, "ess1", WORLD_T0 + 700);
	tell(&w, "ess", 4, 1, WORLD_T0 + 800);
	assert_string_equal(silent(&w), "4");
	world_reopen(&w, WORLD_T0 + 850);
	tell(&w, "ess", 5, 1, WORLD_T0 + 900);
	assert_string_equal(silent(&w), "4authors");
	world_close(&w);
}

/* ---- incidents ------------------------------------------------------------------------------- */

static const char *
teller(struct world *w, const char *watch, const char *story)
{
	struct id id = document_of(story);
	const struct incident *i = incidents_open_for(w->r->incidents, str_of(watch), &id);

	return i ? arena_textf(w->arena, "%.*s", STR_ARG(i->number)) : "none";
}

static void
report_as(struct world *w, const char *watch, const char *name, int64_t at)
{
	world_say(w, &(struct world_mention){ .at = at,
					      .watch = watch,
					      .identity = name,
					      .text = name,
					      .label = LABEL_NEG,
					      .author = name,
					      .topic = "food_safety",
					      .flags = MENTION_FIRST_HAND });
}

/* One incident a story, of two the one that heard it last; also after a restart. */
static void
an_incident_tells_what_its_texts_tell_now(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_say(&w, &(struct world_mention){
			      .at = WORLD_T0, .identity = "old", .text = "an old text" });
	report_as(&w, "qingshan", "one", WORLD_T0 + 60);
	report_as(&w, "shancui", "two", WORLD_T0 + 120);
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 assessing2, INC-2026-0002 assessing2");
	assert_string_equal(teller(&w, "third", "one"), "INC-2026-0001");
	MOVE(&w, WORLD_T0 + 180, { "one", "old", NULL });
	for (int restarts = 0; restarts < 2; restarts++) {
		assert_string_equal(teller(&w, "third", "one"), "none");
		assert_string_equal(teller(&w, "third", "old"), "INC-2026-0001");
		assert_string_equal(teller(&w, "third", "two"), "INC-2026-0002");
		world_reopen(&w, WORLD_T0 + 200);
	}
	MOVE(&w, WORLD_T0 + 240, { "two", "old", NULL });
	for (int restarts = 0; restarts < 2; restarts++) {
		assert_string_equal(teller(&w, "third", "two"), "none");
		assert_string_equal(teller(&w, "third", "old"), "INC-2026-0002");
		assert_string_equal(teller(&w, "qingshan", "old"), "INC-2026-0002");
		world_reopen(&w, WORLD_T0 + 300);
	}
	/* Both stay open, and what was written of them stays. */
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 assessing2, INC-2026-0002 assessing2");
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_went_says_where_to_why_and_from_where),
		cmocka_unit_test(of_two_moves_in_one_commit_the_first_says_where_it_was),
		cmocka_unit_test(of_a_text_that_is_erased_no_part_is_written),
		cmocka_unit_test(verify_finds_a_story_that_was_forged),
		cmocka_unit_test(a_digest_counts_the_stories_of_its_own_commit),
		cmocka_unit_test(what_was_silenced_is_silent_under_another_name),
		cmocka_unit_test(a_story_is_silent_only_as_long_as_the_other_is_part_of_it),
		cmocka_unit_test(what_was_silenced_is_silent_when_it_parts),
		cmocka_unit_test(what_came_later_and_parts_is_heard),
		cmocka_unit_test(two_that_are_silent_are_silent_together),
		cmocka_unit_test(a_silence_is_measured_by_what_is_left),
		cmocka_unit_test(an_incident_tells_what_its_texts_tell_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
