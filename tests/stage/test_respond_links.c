/* Signed links through the responder: shown, done once, refused without a change. The notices are
 * the real ones. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/unsubscribe.h"
#include "tests/support/desk.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400
#define FROM "http:192.0.2.7"

static const char settings[] =
	"people:\n"
	"  anna: { name: 安娜, unix: anna, contacts: [ { channel: disk } ], roles: [lead] }\n"
	"  bob: { name: Bob, unix: bob, contacts: [ { channel: disk } ], roles: [analyst] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"person:anna\", \"channel:group\"] }, "
	"{ to: [\"person:bob\"] } ] }\n"
	"routes: [ { policy: default, owner: anna } ]\n"
	"channels:\n"
	"  disk: { kind: file, path: told }\n"
	"  group: { kind: file, path: told-all }\n"
	"confidential: { topics: [minors], people: [anna] }\n";

struct house {
	struct world w;
	int64_t now;
};

static void
house_open(struct house *h, const char *topic)
{
	world_open(&h->w, CLOCK_WALL);
	world_configure(&h->w, settings);
	h->w.conf.site.public_url = STR("https://watch.example.test");
	h->w.conf.send = SEND_SINK;
	h->now = WORLD_T0 + HOUR;
	world_reopen(&h->w, WORLD_T0);
	world_say(&h->w, &(struct world_mention){ .at = h->now,
						  .label = LABEL_NEG,
						  .author = "x",
						  .title = "虾滑里吃出 <玻璃>",
						  .topic = topic,
						  .severity = 3,
						  .flags = MENTION_FIRST_HAND });
	world_turn(&h->w, h->now);
	world_turn(&h->w, h->now);
	assert_string_equal(world_ask(&h->w, "SELECT state || level FROM incident"),
			    "assessing2");
}

/* The token of a link in the newest notice to that person (or channel, person ""). */
static const char *
token(struct house *h, const char *recipient, const char *verb)
{
	const char *facts = world_ask(
			   &h->w, arena_textf(h->w.arena,
					      "SELECT facts FROM notice WHERE recipient = '%s'"
					      " AND kind = 'page' ORDER BY created_at DESC, seq"
					      " DESC LIMIT 1",
					      recipient)),
		   *at = strstr(facts, arena_textf(h->w.arena, "\"verb\":\"%s\"", verb));
	struct buf b = BUF(100);
	char *t;

	if (!at)
		fail_msg("no link %s for %s in %s", verb, recipient, facts);
	at = strstr(at, "/a/") + 3;
	for (; *at != '"'; at++) {
		if (!strncmp(at, "%5F", 3)) {
			buf_add_byte(&b, '_');
			at += 2;
		} else {
			buf_add_byte(&b, *at);
		}
	}
	t = arena_text(h->w.arena, buf_str(&b));
	buf_release(&b);
	return t;
}

/* A request; its status. form NULL: a GET. */
static int
asked(struct house *h, const char *what, const char *token, const char *form)
{
	struct command c = {
		.id = id_random(),
		.call = 7,
		.actor = STR(FROM),
		.verb = str_of(arena_textf(h->w.arena, "%s.%s", what, form ? "use" : "show")),
		.type = STR("application/x-www-form-urlencoded"),
		.body = str_of(form),
		.args = str_of(arena_textf(h->w.arena, "{\"token\":\"%s\"}", token))
	};
	struct buf b = BUF(1 << 16);

	record_encode(&command_record, &c, &b);
	h->w.reply_status = 0;
	world_step(&h->w, arena_str(h->w.arena, buf_str(&b)), h->now);
	buf_release(&b);
	return (int)h->w.reply_status;
}

static int
ask(struct house *h, const char *token, const char *form)
{
	return asked(h, "link", token, form);
}

static int
moves(struct house *h)
{
	int64_t n = 0;

	assert_int_equal(str_int64(str_of(world_ask(&h->w, "SELECT count(*) FROM move")), &n),
			 0);
	return (int)n;
}

static void
says(struct house *h, const char *text)
{
	if (!strstr(h->w.reply.p, text))
		fail_msg("\"%s\" is not in: %s", text, h->w.reply.p);
}

static void
counted(struct house *h, const char *outcome, int n)
{
	world_act(&h->w, "metrics", "signal.metrics", "{}", 0, h->now);
	says(h,
	     arena_textf(h->w.arena, "langyan_links_total{outcome=\"%s\"} %d\n", outcome, n));
}

static void
a_personal_link_takes_it_once(void **state)
{
	struct house h;
	const char *take;
	int before;

	(void)state;
	house_open(&h, "food_safety");
	take = token(&h, "anna", "take");
	before = moves(&h);
	for (int i = 0; i < 3; i++) { /* a mail scanner opens it first */
		assert_int_equal(ask(&h, take, NULL), 200);
		says(&h, "<form method=\"post\">");
		says(&h, "山脆: food safety");
		says(&h, "<p lang=\"zh\">24 小时内");
	}
	assert_int_equal(moves(&h), before);
	assert_int_equal(ask(&h, take, ""), 200);
	says(&h, "安娜");
	assert_int_equal(moves(&h), before + 1);
	assert_string_equal(world_ask(&h.w, "SELECT acked_by || (acked_until - acked_at) FROM"
					    " incident"),
			    "anna3600");
	assert_string_equal(world_ask(&h.w, "SELECT args FROM command WHERE verb = 'link.use'"),
			    arena_textf(h.w.arena, "{\"verb\":\"take\",\"notice\":\"%s\"}",
					world_ask(&h.w, "SELECT lower(hex(notice)) FROM "
							"link_use")));
	world_reopen(&h.w, h.now); /* the program ends and comes again */
	assert_int_equal(ask(&h, take, ""), 410);
	says(&h, "这个链接已经用过：安娜");
	assert_int_equal(ask(&h, take, NULL), 410);
	assert_int_equal(moves(&h), before + 1);
	counted(&h, "used", 2);
	world_verified(&h.w);
	world_close(&h.w);
}

static void
in_a_group_somebody_says_who_they_are(void **state)
{
	struct house h;
	const char *take;
	int before;

	(void)state;
	house_open(&h, "food_safety");
	take = token(&h, "", "take");
	before = moves(&h);
	assert_int_equal(ask(&h, take, NULL), 200);
	says(&h, "value=\"anna\">我是 安娜");
	says(&h, "value=\"bob\">我是 Bob");
	assert_int_equal(ask(&h, take, ""), 400);
	assert_int_equal(ask(&h, take, "who=mallory"), 400);
	assert_int_equal(ask(&h, take, "who=%ff"), 400);
	assert_int_equal(moves(&h), before);
	assert_int_equal(ask(&h, take, "x=1&who=bob"), 200);
	assert_string_equal(world_ask(&h.w, "SELECT acked_by || '/' || owner FROM incident"),
			    "claimed:bob/bob");
	assert_string_equal(world_ask(&h.w, "SELECT actor FROM move ORDER BY seq DESC LIMIT 1"),
			    "claimed:bob");
	counted(&h, "nameless", 3);
	/* anna's own is not used, but it is taken */
	assert_int_equal(ask(&h, token(&h, "anna", "take"), ""), 409);
	says(&h, "Bob 已经接手");
	counted(&h, "taken", 1);
	assert_int_equal(moves(&h), before + 1);
	world_verified(&h.w);
	world_close(&h.w);
}

static void
the_next_step_is_told_by_a_link(void **state)
{
	struct house h;
	const char *up;

	(void)state;
	house_open(&h, "food_safety");
	up = token(&h, "anna", "escalate");
	assert_int_equal(ask(&h, up, NULL), 200);
	assert_string_equal(
		world_ask(&h.w, "SELECT count(*) FROM notice WHERE recipient = 'bob'"), "0");
	assert_int_equal(ask(&h, up, ""), 200);
	assert_string_equal(
		world_ask(&h.w, "SELECT count(*) FROM notice WHERE recipient = 'bob' AND kind ="
				" 'page'"),
		"1");
	assert_int_equal(ask(&h, up, ""), 410);
	/* taking it is another link */
	assert_int_equal(ask(&h, token(&h, "anna", "take"), ""), 200);
	world_close(&h.w);
}

static void
what_is_wrong_old_or_over_changes_nothing(void **state)
{
	struct house h;
	const char *take;
	char *changed;
	int before;

	(void)state;
	house_open(&h, "food_safety");
	take = token(&h, "anna", "take");
	before = moves(&h);
	changed = arena_text(h.w.arena, str_of(take));
	changed[40] = changed[40] == 'A' ? 'B' : 'A';
	assert_int_equal(ask(&h, changed, ""), 404);
	assert_null(strstr(h.w.reply.p, "INC-"));
	assert_int_equal(ask(&h, "x", ""), 404);
	assert_int_equal(ask(&h, "", NULL), 404);
	counted(&h, "wrong", 3);
	h.now += 72 * HOUR - 1;
	assert_int_equal(ask(&h, take, NULL), 200);
	h.now += 1;
	assert_int_equal(ask(&h, take, ""), 410);
	says(&h, "过期");
	counted(&h, "expired", 1);
	h.now -= 72 * HOUR;
	assert_int_equal(moves(&h), before);
	assert_int_equal(world_act_on(&h.w, "unix:anna", "incident.close", ",\"why\":\"x\""),
			 200);
	assert_int_equal(ask(&h, take, ""), 410);
	says(&h, "这件事已经结束");
	assert_int_equal(moves(&h), before + 1);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM link_use"), "0");
	/* Who brings wrong ones is slowed down; a right one is not. */
	for (int i = 0; i < 40; i++)
		(void)ask(&h, changed, "");
	assert_int_equal(ask(&h, changed, ""), 429);
	assert_int_equal(ask(&h, take, NULL), 410);
	world_close(&h.w);
}

static void
whoever_is_out_does_nothing_by_a_link(void **state)
{
	struct house h;
	const char *mine, *ours;
	int before;

	(void)state;
	house_open(&h, "food_safety");
	mine = token(&h, "anna", "take");
	ours = token(&h, "", "take");
	assert_int_equal(world_act_on(&h.w, "unix:bob", "incident.recuse",
				      ",\"person\":\"anna\",\"why\":\"her cousin\""),
			 200);
	before = moves(&h);
	assert_int_equal(ask(&h, mine, NULL), 403);
	assert_null(strstr(h.w.reply.p, "<button"));
	assert_int_equal(ask(&h, mine, ""), 403);
	assert_int_equal(ask(&h, ours, NULL), 200);
	assert_null(strstr(h.w.reply.p, "value=\"anna\""));
	assert_int_equal(ask(&h, ours, "who=anna"), 403);
	counted(&h, "recused", 3);
	assert_int_equal(moves(&h), before);
	assert_int_equal(ask(&h, ours, "who=bob"), 200);
	world_close(&h.w);
}

static void
of_a_confidential_one_the_page_tells_number_and_level(void **state)
{
	struct house h;
	const char *ours;

	(void)state;
	house_open(&h, "minors");
	ours = token(&h, "", "take");
	assert_int_equal(ask(&h, ours, NULL), 200);
	says(&h, "INC-2026-0001");
	says(&h, "L2 研判");
	assert_null(strstr(h.w.reply.p, "玻璃"));
	assert_null(strstr(h.w.reply.p, "value=\"bob\"")); /* not on the list */
	assert_int_equal(ask(&h, ours, "who=bob"), 400);
	assert_int_equal(ask(&h, token(&h, "anna", "take"), ""), 200);
	world_close(&h.w);
}

static void
links_outlive_the_key_that_signed_them(void **state)
{
	struct house h;
	const char *old;

	(void)state;
	house_open(&h, "food_safety");
	h.now += 30 * DAY - HOUR; /* the first key's last hour */
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.promote",
				   "{\"id\":\"INC-2026-0001\",\"level\":3}", 0, h.now),
			 200);
	old = token(&h, "anna", "take");
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM link_key"), "1");
	h.now += 2 * HOUR;
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.escalate",
				   "{\"id\":\"INC-2026-0001\"}", 0, h.now),
			 200);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM link_key"), "2");
	assert_int_equal(ask(&h, token(&h, "bob", "escalate"), NULL), 200);
	assert_int_equal(ask(&h, old, NULL), 200);
	h.now += 30 * DAY;
	assert_int_equal(world_act(&h.w, "unix:bob", "incident.escalate",
				   "{\"id\":\"INC-2026-0001\"}", 0, h.now),
			 200);
	/* no link of the first can be valid any more */
	assert_string_equal(world_ask(&h.w, "SELECT min(number) || '-' || max(number) FROM"
					    " link_key"),
			    "1-2");
	world_close(&h.w);
}

/* ---- the link that ends a digest -------------------------------------------------------------------- */

static const char *
digest_token(struct house *h, const char *digest, const char *person)
{
	struct str salt =
		str_of(world_ask(&h->w, "SELECT value FROM meta WHERE name = 'notice_salt'"));
	const struct unsubscribe u = { str_of(digest), str_of(person) };
	struct buf b = BUF(1000);
	char *t;

	unsubscribe_add(&b, salt, &u);
	t = arena_text(h->w.arena, buf_str(&b));
	buf_release(&b);
	return t;
}

/* A mail program may POST as often as it likes: the first one is a row, and the first one back. */
static void
the_same_click_again_writes_nothing(void **state)
{
	static struct digest_conf daily = { .name = STR_INIT("daily"), .at = 8 * HOUR };
	static const struct {
		const char *digest, *person, *form;
		int status;
		const char *rows; /* of digest_word, of its commands, then */
	} cases[] = {
		{ "daily", "anna", NULL, 200, "0 0" },
		{ "daily", "anna", "back=1", 200, "0 0" }, /* she has it */
		{ "daily", "anna", "List-Unsubscribe=One-Click", 200, "1 1" },
		{ "daily", "anna", "List-Unsubscribe=One-Click", 200, "1 1" },
		{ "daily", "anna", "", 200, "1 1" },
		{ "daily", "anna", "back=1", 200, "2 2" },
		{ "daily", "anna", "back=1", 200, "2 2" },
		{ "daily", "anna", "", 200, "3 3" },
		{ "daily", "bob", "", 200, "4 4" },
		/* Nobody's any more, of no digest any more. */
		{ "daily", "zoe", "", 404, "4 4" },
		{ "weekly", "anna", "", 404, "4 4" },
	};
	struct house h;
	char *wrong;

	(void)state;
	house_open(&h, "food_safety");
	world_stop(&h.w);
	h.w.conf.digests = (struct conf_list){ &daily, 1 };
	world_reopen(&h.w, h.now);
	for (int restarts = 0; restarts < 2; restarts++) {
		for (size_t i = restarts ? LY_COUNT(cases) - 3 : 0; i < LY_COUNT(cases); i++) {
			const char *rows;
			const char *t = digest_token(&h, cases[i].digest, cases[i].person);
			int status = asked(&h, "unsubscribe", t, cases[i].form);

			rows = world_ask(&h.w, "SELECT (SELECT count(*) FROM digest_word) ||"
					       " ' ' || (SELECT count(*) FROM command WHERE"
					       " verb LIKE 'unsubscribe%')");
			if (status != cases[i].status || strcmp(rows, cases[i].rows) != 0)
				fail_msg("case %zu: %d, %s rows", i, status, rows);
		}
		world_reopen(&h.w, h.now);
	}
	wrong = arena_text(h.w.arena, str_of(digest_token(&h, "daily", "anna")));
	wrong[0] = wrong[0] == '0' ? '1' : '0';
	assert_int_equal(asked(&h, "unsubscribe", wrong, "back=1"), 404);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM digest_word"), "4");
	world_close(&h.w);
}

#define PAGES                                                                      \
	"SELECT group_concat(recipient || ' ' || state, ', ') FROM (SELECT * FROM" \
	" notice WHERE kind = 'page' ORDER BY seq, recipient)"

/* Who answers too late takes it all the same; that the page was too late stays. */
static void
a_page_that_nobody_answers_expires_and_verify_knows_it(void **state)
{
	static const char *const forged[] = {
		"UPDATE notice SET sent_at = NULL WHERE recipient = 'anna' AND kind"
		" = 'page'",
		"UPDATE notice SET state = 'lost' WHERE recipient = 'bob'",
	};
	struct house h;
	struct verify_sum sum;
	const char *late;

	(void)state;
	house_open(&h, "food_safety");
	late = token(&h, "anna", "take");
	h.now += 15 * 60 - 1;
	world_turn(&h.w, h.now);
	assert_string_equal(world_ask(&h.w, PAGES), " sent, anna sent");
	h.now += 1;
	world_turn(&h.w, h.now);
	world_turn(&h.w, h.now);
	assert_string_equal(world_ask(&h.w, PAGES), " expired, anna expired, bob sent");
	assert_int_equal(ask(&h, late, ""), 200);
	assert_string_equal(world_ask(&h.w, "SELECT acked_by FROM incident"), "anna");
	assert_string_equal(world_ask(&h.w, PAGES), " expired, anna expired, bob acked");
	world_verified(&h.w);
	for (size_t i = 0; i < LY_COUNT(forged); i++) {
		world_forge(&h.w, forged[i]);
		if (world_verify(&h.w, &sum) < 1)
			fail_msg("nothing found after: %s", forged[i]);
	}
	world_close(&h.w);
}

/* Two try in the same second: each hears of their own. */
static void
a_trial_shows_its_own_notice_alone(void **state)
{
	struct house h;

	(void)state;
	house_open(&h, "food_safety");
	assert_int_equal(
		world_act(&h.w, "unix:anna", "notice.test", "{\"name\":\"anna\"}", 0, h.now),
		200);
	assert_non_null(strstr(h.w.reply.p, "\"recipient\":\"anna\""));
	assert_int_equal(
		world_act(&h.w, "unix:bob", "notice.test", "{\"name\":\"group\"}", 0, h.now),
		200);
	assert_non_null(strstr(h.w.reply.p, "\"channel\":\"group\""));
	assert_null(strstr(h.w.reply.p, "\"recipient\":\"anna\""));
	assert_int_equal(world_act(&h.w, "unix:bob", "notice.test", "{\"name\":\"anna/group\"}",
				   0, h.now),
			 404);
	world_close(&h.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_personal_link_takes_it_once),
		cmocka_unit_test(in_a_group_somebody_says_who_they_are),
		cmocka_unit_test(the_next_step_is_told_by_a_link),
		cmocka_unit_test(what_is_wrong_old_or_over_changes_nothing),
		cmocka_unit_test(whoever_is_out_does_nothing_by_a_link),
		cmocka_unit_test(of_a_confidential_one_the_page_tells_number_and_level),
		cmocka_unit_test(links_outlive_the_key_that_signed_them),
		cmocka_unit_test(the_same_click_again_writes_nothing),
		cmocka_unit_test(a_page_that_nobody_answers_expires_and_verify_knows_it),
		cmocka_unit_test(a_trial_shows_its_own_notice_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
