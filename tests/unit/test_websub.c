#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/subscription.h"
#include "crawler/websub_find.h"

/* ---- finding the hub ------------------------------------------------------------------------------ */

#define BASE "https://blog.example.org/dir/feed.xml"

static void
the_hub_and_the_topic_are_found_where_feeds_put_them(void **state)
{
	static const struct {
		const char *header, *body, *hub, *self;
	} cases[] = {
		{ "<https://hub.example.org/>; rel=\"hub\", <https://a.example.org/f>; "
		  "rel=self",
		  "", "https://hub.example.org/", "https://a.example.org/f" },
		{ "<https://a.example.org/a,b>; title=\"x, <y>; rel=hub\"; rel=\"self hub\"",
		  "", "https://a.example.org/a,b", "https://a.example.org/a,b" },
		{ "</hub>;rel=HUB;rel=self", "", "https://blog.example.org/hub", "" },
		{ "<https://h1.example.org/>; rel=hub, <https://h2.example.org/>; rel=hub", "",
		  "https://h1.example.org/", "" },
		{ "<https://a.example.org/>; rel=alternate", "", "", "" },
		{ "<https://unclosed.example.org/; rel=hub", "", "", "" },
		{ "",
		  "<?xml version=\"1.0\"?><!-- <link rel=\"hub\" href=\"https://no.test/\"/> "
		  "-->"
		  "<feed xmlns=\"http://www.w3.org/2005/Atom\"><link rel='self' "
		  "href='https://a.example.org/?a=1&amp;b=2'/>\n<link\thref=\"hub\" "
		  "rel=\"hub\"/>",
		  "https://blog.example.org/dir/hub", "https://a.example.org/?a=1&b=2" },
		{ "",
		  "<rss><channel><atom:link href=\"https://h.example.org/\" rel=\"hub\" />"
		  "<item><atom:link rel=\"self\" href=\"https://no.test/\"/></item>",
		  "https://h.example.org/", "" },
		{ "", "<rss><channel><item/><atom:link href=\"https://no.test/\" rel=\"hub\"/>",
		  "", "" },
		{ "",
		  "<feed><linkage rel=\"hub\" href=\"https://no.test/\"/><link rel=\"hub\"/>",
		  "", "" },
		{ "", "<feed><link rel=hub href=https://h.example.org/x>",
		  "https://h.example.org/x", "" },
		{ "", "<feed><link rel=\"hub\" href=\"ftp://h.example.org/x\">", "", "" },
		{ "", "<feed><link rel=\"hub\" href=\"https://h.example.org/a b\">", "", "" },
		{ "<https://h.example.org/>; rel=hub",
		  "<feed><link rel=self href='https://s.test/'>", "https://h.example.org/",
		  "https://s.test/" },
		{ "",
		  "{\"version\":\"https://jsonfeed.org/version/1.1\",\"feed_url\":"
		  "\"https://j.example.org/f\",\"hubs\":[{\"type\":\"rssCloud\",\"url\":\"x\"},"
		  "{\"type\":\"WebSub\",\"url\":\"https://h.example.org/\"}],\"items\":[]}",
		  "https://h.example.org/", "https://j.example.org/f" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct websub_links l;

		websub_find(a, str_of(cases[i].header), str_of(cases[i].body), STR(BASE), &l);
		if (!str_is(l.hub, cases[i].hub) || !str_is(l.self, cases[i].self))
			fail_msg("%zu: \"%.*s\" \"%.*s\"", i, STR_ARG(l.hub), STR_ARG(l.self));
	}
	arena_free(a);
}

/* ---- the table of moves ---------------------------------------------------------------------------- */

#define NOW   1000000
#define LEASE 864000

static void
each_event_moves_it_where_the_picture_says(void **state)
{
	static const struct {
		enum sub_state from;
		enum sub_event event;
		enum sub_state to;
		enum sub_act act;
	} cases[] = {
		{ SUB_WANTED, SUB_DUE, SUB_WANTED, SUB_SUBSCRIBE },
		{ SUB_WANTED, SUB_SENT, SUB_ASKED, SUB_NOTHING },
		{ SUB_WANTED, SUB_VERIFIED, SUB_LIVE,
		  SUB_NOTHING },                               /* before the hub answered */
		{ SUB_LIVE, SUB_SENT, SUB_LIVE, SUB_NOTHING }, /* and then it answers    */
		{ SUB_WANTED, SUB_FAILED, SUB_WANTED, SUB_NOTHING },
		{ SUB_WANTED, SUB_DROPPED, SUB_WANTED, SUB_FORGET },
		{ SUB_ASKED, SUB_VERIFIED, SUB_LIVE, SUB_NOTHING },
		{ SUB_ASKED, SUB_DUE, SUB_WANTED, SUB_NOTHING },
		{ SUB_ASKED, SUB_REFUSED, SUB_DENIED, SUB_NOTHING },
		{ SUB_ASKED, SUB_DROPPED, SUB_LEAVING, SUB_NOTHING },
		{ SUB_LIVE, SUB_DUE, SUB_LIVE, SUB_SUBSCRIBE },
		{ SUB_LIVE, SUB_FAILED, SUB_LIVE, SUB_NOTHING },
		{ SUB_LIVE, SUB_VERIFIED, SUB_LIVE, SUB_NOTHING },
		{ SUB_LIVE, SUB_REFUSED, SUB_DENIED, SUB_NOTHING },
		{ SUB_LIVE, SUB_DROPPED, SUB_LEAVING, SUB_NOTHING },
		{ SUB_DENIED, SUB_DUE, SUB_WANTED, SUB_SUBSCRIBE },
		{ SUB_DENIED, SUB_DROPPED, SUB_DENIED, SUB_FORGET },
		{ SUB_LEAVING, SUB_DUE, SUB_LEAVING, SUB_UNSUBSCRIBE },
		{ SUB_LEAVING, SUB_VERIFIED, SUB_LEAVING, SUB_FORGET },
		{ SUB_LEAVING, SUB_REFUSED, SUB_LEAVING, SUB_FORGET },
		{ SUB_LEAVING, SUB_DROPPED, SUB_LEAVING, SUB_NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct subscription s = { .state = cases[i].from,
					  .next_at = NOW,
					  .expires_at = NOW + LEASE };
		enum sub_act act = subscription_move(&s, cases[i].event, LEASE, NOW);

		if (act != cases[i].act || s.state != (int64_t)cases[i].to)
			fail_msg("%zu: %d %s", i, (int)act, sub_state_words[s.state]);
		/* what waits for something comes to an end of waiting */
		if (act == SUB_SUBSCRIBE || act == SUB_UNSUBSCRIBE)
			assert_true(s.next_at > NOW);
	}
}

/* For every key: the renewal leaves time for several tries, which all come before the end. */
static void
a_lease_is_renewed_before_its_end_and_tried_again(void **state)
{
	static const int64_t leases[] = { 10, 60, 3600, LEASE, 366 * 86400LL };

	(void)state;
	for (size_t l = 0; l < LY_COUNT(leases); l++) {
		int64_t first = INT64_MAX, last = 0;

		for (int k = 0; k < 100; k++) {
			struct subscription s = { .key = { { (uint8_t)k } },
						  .state = SUB_ASKED };
			int tries = 0;

			subscription_move(&s, SUB_VERIFIED, leases[l], NOW);
			assert_int_equal(s.expires_at, NOW + leases[l]);
			assert_true(s.next_at >= NOW + leases[l] * 7 / 10);
			assert_true(s.next_at <= NOW + leases[l] * 8 / 10);
			first = s.next_at < first ? s.next_at : first;
			last = s.next_at > last ? s.next_at : last;
			while (s.next_at < s.expires_at) {
				int64_t now = s.next_at;

				assert_int_equal(subscription_move(&s, SUB_DUE, 0, now),
						 SUB_SUBSCRIBE);
				assert_true(subscription_live(&s, now));
				subscription_move(&s, SUB_FAILED, 0, now);
				tries++;
			}
			assert_true(leases[l] < 60 || tries >= 4);
			assert_true(tries < 200);
			/* and then it is simply wanted again */
			assert_int_equal(subscription_move(&s, SUB_DUE, 0, s.expires_at),
					 SUB_SUBSCRIBE);
			assert_int_equal(s.state, SUB_WANTED);
			assert_false(subscription_live(&s, s.expires_at));
		}
		assert_true(leases[l] < 60 || first < last); /* they do not all come at once */
	}
}

static void
a_lease_that_no_hub_means_is_bounded(void **state)
{
	struct subscription s = { .state = SUB_ASKED };

	(void)state;
	subscription_move(&s, SUB_VERIFIED, 1, NOW);
	assert_int_equal(s.expires_at, NOW + SUBSCRIPTION_LEASE_MIN);
	subscription_move(&s, SUB_VERIFIED, INT64_MAX, NOW);
	assert_int_equal(s.expires_at, NOW + SUBSCRIPTION_LEASE_MAX);
}

static void
a_hub_that_does_not_answer_is_asked_less_and_less(void **state)
{
	struct subscription s = { .state = SUB_WANTED };
	int64_t now = NOW, wait = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(subscription_move(&s, SUB_DUE, 0, now), SUB_SUBSCRIBE);
		subscription_move(&s, SUB_FAILED, 0, now);
		assert_true(s.next_at - now >= wait / 2);
		wait = s.next_at - now;
		assert_true(wait > 0 && wait <= 86400 * 11 / 10);
		now = s.next_at;
	}
	assert_true(wait >= 86400 * 9 / 10);
	s = (struct subscription){ .state = SUB_LEAVING, .next_at = NOW };
	for (int i = 0; i < 5; i++)
		assert_int_equal(subscription_move(&s, SUB_DUE, 0, s.next_at), SUB_UNSUBSCRIBE);
	assert_int_equal(subscription_move(&s, SUB_DUE, 0, s.next_at), SUB_FORGET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hub_and_the_topic_are_found_where_feeds_put_them),
		cmocka_unit_test(each_event_moves_it_where_the_picture_says),
		cmocka_unit_test(a_lease_is_renewed_before_its_end_and_tried_again),
		cmocka_unit_test(a_lease_that_no_hub_means_is_bounded),
		cmocka_unit_test(a_hub_that_does_not_answer_is_asked_less_and_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
