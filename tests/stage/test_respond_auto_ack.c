/* The one text that leaves by itself: an acknowledgement on our own channel. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/release_world.h"

static struct str ack_watches[] = { STR_INIT("shancui") };
static struct str ack_sources[] = { STR_INIT("src") };
static struct str ack_templates[] = { STR_INIT("en-h"), STR_INIT("en-ack") };

static void
complain(struct world *w, const char *author, int64_t at)
{
	world_say(w, &(struct world_mention){ .at = at,
					      .label = LABEL_NEG,
					      .intent = INTENT_COMPLAINT,
					      .topic = NULL,
					      .author = author,
					      .source_class = CLASS_COMPLAINT });
}

static void
a_complaint_on_our_own_channel_is_acknowledged_once(void **state)
{
	static const struct {
		const char *author;
		int64_t minutes;
		const char *sent;
	} cases[] = {
		{ "amy", 1, "1" },  { "amy", 2, "1" },
		{ "ben", 3, "2" },  { "cid", 4, "2" }, /* two an hour are enough */
		{ "dee", 65, "3" }, { NULL, 66, "3" },
	};

	(void)state;
	for (int on = 0; on < 2; on++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		release_world_library(&w);
		world_stop(&w);
		w.conf.notice.channels = (struct conf_list){ release_world_channels,
							     LY_COUNT(release_world_channels) };
		w.conf.publish = (struct conf_texts){ release_world_publish, 1 };
		w.conf.auto_ack = (struct auto_ack_conf){ .enabled = on,
							  .watches = { ack_watches, 1 },
							  .sources = { ack_sources, 1 },
							  .templates = { ack_templates, 2 },
							  .channel = STR("site"),
							  .per_hour = 2,
							  .max_age = HOUR };
		world_reopen(&w, WORLD_T0);
		for (size_t i = 0; i < LY_COUNT(cases); i++) {
			const char *n;

			complain(&w, cases[i].author, WORLD_T0 + cases[i].minutes * MINUTE);
			n = world_ask(&w,
				      "SELECT count(*) FROM notice WHERE kind = 'auto_ack'");
			if (strcmp(n, on ? cases[i].sent : "0") != 0)
				fail_msg("after %s: %s", cases[i].author, n);
		}
		if (on)
			assert_string_equal(
				world_ask(&w, "SELECT count(DISTINCT n.id) FROM notice n JOIN "
					      "auto_ack a ON"
					      " instr(n.facts, a.hash) > 0 WHERE n.channel = "
					      "'site' AND n.body LIKE '%400-000-0000%'"),
				"3");
		/* Whatever is worked on at L2 stops it. */
		world_grumble(&w, WORLD_T0 + 3 * HOUR, 40);
		complain(&w, "eve", WORLD_T0 + 4 * HOUR);
		assert_string_equal(
			world_ask(&w, "SELECT count(*) FROM notice WHERE kind = 'auto_ack'"),
			on ? "3" : "0");
		world_verified(&w);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complaint_on_our_own_channel_is_acknowledged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
