/* The response pack: what completes it, what waives a piece, and its files. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/release_world.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* A file where `langyan pack attach` puts it. */
static void
file_put(struct world *w, const char *sha256, const char *text)
{
	const char *dir = arena_textf(w->arena, "%s/pack", w->dir);

	mkdir(dir, 0700);
	mkdir(arena_textf(w->arena, "%s/INC-2026-0001", dir), 0700);
	folder_put(arena_textf(w->arena, "%s/INC-2026-0001/%s", dir, sha256), text);
}

static void
who_is_recused_waives_nothing(void **state)
{
	const char *waive = ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, world_act_on(&w, "unix:anna", "incident.pack_waive", waive), 200, NULL);
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.claim", ",\"text\":\"Anna Li knew of it\""),
	   200, NULL);
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_waive", waive), 200,
	   "plan: missing");
	is(&w, world_act_on(&w, "unix:dan", "incident.pack_waive", waive), 200, "plan: waived");
	world_close(&w);
}

static void
a_pack_that_is_no_longer_complete_ends_nothing(void **state)
{
	const char *waive = ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"";
	const char *until = ",\"piece\":\"third\",\"text\":\"at the lab\",\"until\":\"1h\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, world_act_on(&w, "unix:anna", "incident.pack_waive", waive), 200, NULL);
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_waive", waive), 200, "waived");
	is(&w, world_act_on(&w, "unix:cara", "incident.pack_status", until), 200, "interim");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, NULL);
	assert_non_null(strstr(world_standing(&w, "task", "pack"), "\"done\""));
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.withdraw",
			",\"release\":\"1\",\"why\":\"another batch\""),
	   200, NULL);
	is(&w, world_act_on(&w, "unix:cara", "incident.pack", ""), 200, "\"complete\":false");
	assert_null(strstr(w.reply.p, "\"state\":\"released\""));
	is(&w, act_at(&w, "anna", "approve", "en-f", "", 90), 200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-f", "", 90), 200, NULL);
	is(&w, act_at(&w, "cara", "say", "en-f", SAY, 90), 200, "release 2 (full");
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	world_verified(&w);
	world_close(&w);
}

static void
a_full_response_beside_the_pack_is_the_end_of_responding(void **state)
{
	static const struct {
		const char *who, *verb, *rest;
		int status;
		const char *says;
	} cases[] = {
		{ "cara", "task", ",\"task\":\"pack\",\"state\":\"done\"", 409, "pack show" },
		{ "cara", "task", ",\"task\":\"pack.third\",\"state\":\"done\"", 409,
		  "pack show" },
		{ "anna", "pack_attach",
		  ",\"piece\":\"plan\",\"file\":\"plan.pdf\",\"sha256\":\"" ABC "\"", 409,
		  "could not open" },
		{ "anna", "pack_waive", ",\"piece\":\"song\",\"why\":\"x\"", 400, "piece is" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\"", 400, "why" },
		{ "eve", "pack_waive", ",\"piece\":\"plan\",\"why\":\"x\"", 403, "nobody" },
		{ "anna", "pack_status", ",\"piece\":\"third\"", 403, "fixer" },
		{ "cara", "pack_status", ",\"piece\":\"third\"", 409, "waits for you" },
		{ "anna", "pack_status",
		  ",\"piece\":\"third\",\"text\":\"at the lab\",\"until\":\"4h\"", 200,
		  "third: unconfirmed" },
		{ "cara", "pack_status", ",\"piece\":\"third\"", 200, "third: interim" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"", 200,
		  "plan: missing" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\",\"why\":\"again\"", 409,
		  "somebody else" },
	};
	struct world w;

	(void)state;
	open_l3(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		is(&w,
		   world_act_on(&w, arena_textf(w.arena, "unix:%s", cases[i].who),
				arena_textf(w.arena, "incident.%s", cases[i].verb),
				cases[i].rest),
		   cases[i].status, cases[i].says);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, "release 1 (full");
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	assert_non_null(strstr(world_standing(&w, "task", "pack.statement"), "\"done\""));
	file_put(&w, ABC, "abd");
	is(&w, world_act_on(&w, "unix:dan", "incident.pack_attach", cases[2].rest), 409,
	   "not the one");
	file_put(&w, ABC, "abc");
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_attach", cases[2].rest), 200,
	   "plan: attached; the pack is complete");
	assert_non_null(strstr(world_standing(&w, "task", "pack"), "\"done\""));
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "watching");
	world_verified(&w);
	world_close(&w);
}

/* What we said and who approved it is proved for ever; what was attached goes. */
static void
at_its_term_what_was_said_stays_and_attached_files_go(void **state)
{
	int64_t closed = WORLD_T0 + 80 * HOUR;
	struct world w;
	const char *file;

	(void)state;
	open_l3(&w);
	w.conf.retain = (struct retain_conf){ .incidents_s = 20 * 86400 };
	world_reopen(&w, WORLD_T0 + HOUR);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, "release 1");
	file_put(&w, ABC, "abc");
	file = arena_textf(w.arena, "%s/pack/INC-2026-0001/" ABC, w.dir);
	is(&w,
	   world_act_on(&w, "unix:anna", "incident.pack_attach",
			",\"piece\":\"plan\",\"file\":\"plan.pdf\",\"sha256\":\"" ABC "\""),
	   200, NULL);
	is(&w,
	   world_act(&w, "unix:anna", "incident.close",
		     "{\"id\":\"INC-2026-0001\",\"why\":\"calm\"}", 0, WORLD_T0 + 2 * HOUR),
	   200, NULL);
	for (int i = 2; i <= 80; i++)
		world_turn(&w, WORLD_T0 + i * HOUR);
	(void)world_act(&w, "unix:anna", "incident.close",
			"{\"id\":\"INC-2026-0001\",\"why\":\"over\"}", 0, closed);
	world_turn(&w, closed + 20 * 86400 - HOUR);
	assert_int_equal(access(file, F_OK), 0);
	for (int i = 0; i < 8; i++)
		world_turn(&w, closed + 20 * 86400 + HOUR + i);
	assert_string_equal(world_ask(&w, "SELECT group_concat(kind) FROM (SELECT DISTINCT"
					  " kind FROM entry WHERE value IS NOT NULL ORDER BY"
					  " kind)"),
			    "approval,clock,draft,release");
	assert_int_equal(access(arena_textf(w.arena, "%s/pack/INC-2026-0001", w.dir), F_OK),
			 -1);
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_recused_waives_nothing),
		cmocka_unit_test(a_pack_that_is_no_longer_complete_ends_nothing),
		cmocka_unit_test(at_its_term_what_was_said_stays_and_attached_files_go),
		cmocka_unit_test(a_full_response_beside_the_pack_is_the_end_of_responding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
