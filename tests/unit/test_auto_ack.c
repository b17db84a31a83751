/* Auto-acknowledgement: with all locks open it goes, and each lock holds it alone. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/auto_ack.h"

#define T0 ((int64_t)1773446400)

static struct str watches[] = { STR_INIT("shancui") };
static struct str sources[] = { STR_INIT("shop-desk") };
static struct str channels[] = { STR_INIT("desk") };

/* All that one ask stands on, so that a test can change one thing. */
struct case_ {
	struct auto_ack_conf conf;
	struct conf_texts publish;
	struct document d;
	struct mention m;
	struct topic_hit topic;
	struct auto_ack_ask ask;
};

static struct case_ *
good(void)
{
	static struct case_ k;

	memset(&k, 0, sizeof k);
	k.conf = (struct auto_ack_conf){ .enabled = 1,
					 .watches = { watches, 1 },
					 .sources = { sources, 1 },
					 .channel = STR("desk"),
					 .per_hour = 3,
					 .max_age = 3600 };
	k.publish = (struct conf_texts){ channels, 1 };
	k.d = (struct document){ .source = STR("shop-desk"),
				 .source_class = CLASS_COMPLAINT,
				 .followers = 120,
				 .published_at = T0 - 60,
				 .arrived_at = T0 };
	k.d.author_key.b[0] = 1;
	k.topic = (struct topic_hit){ .topic = STR("delivery"), .severity = 1 };
	k.m = (struct mention){ .watch = STR("shancui"),
				.label = -1,
				.intent = INTENT_COMPLAINT,
				.topics = { &k.topic, 1 } };
	k.ask = (struct auto_ack_ask){ .conf = &k.conf,
				       .publish = &k.publish,
				       .document = &k.d,
				       .mention = &k.m,
				       .level = 1,
				       .grade = 1,
				       .last_hour = 2,
				       .preapproved = true,
				       .now = T0 };
	return &k;
}

static void
each_lock_holds_alone(void **state)
{
	struct case_ *k = good();
	bool tried[ACK_LOCKS] = { [ACK_OPEN] = true };

	(void)state;
	assert_int_equal(auto_ack_judge(&k->ask), ACK_OPEN);
#define BUT(change, lock)                                                  \
	do {                                                               \
		k = good();                                                \
		change;                                                    \
		if (auto_ack_judge(&k->ask) != (lock))                     \
			fail_msg(#change " is held by %s",                 \
				 ack_lock_words[auto_ack_judge(&k->ask)]); \
		tried[lock] = true;                                        \
	} while (0)
	BUT(k->conf.enabled = 0, ACK_OFF);
	BUT(k->conf.watches.n = 0, ACK_WATCH);
	BUT(k->m.watch = STR("qingshan"), ACK_WATCH);
	BUT(k->conf.sources.n = 0, ACK_SOURCE);
	BUT(k->d.source = STR("weibo"), ACK_SOURCE);
	BUT(k->publish.n = 0, ACK_CHANNEL);
	BUT(k->conf.channel = STR("other"), ACK_CHANNEL);
	BUT(k->m.intent = INTENT_QUESTION, ACK_NO_COMPLAINT);
	BUT(k->m.label = 1, ACK_NO_COMPLAINT);
	BUT(k->m.flags = MENTION_PROMOTION, ACK_NO_COMPLAINT);
	BUT(k->m.flags = MENTION_RIVAL, ACK_NO_COMPLAINT);
	BUT(k->m.flags = MENTION_UNDECIDED, ACK_NO_COMPLAINT);
	BUT(k->d.flags = DOCUMENT_OWNED, ACK_OURS);
	BUT(k->m.flags = MENTION_OWNED, ACK_OURS);
	BUT(k->m.flags = MENTION_ECHO, ACK_OURS);
	BUT(k->d.flags = DOCUMENT_OLD, ACK_STALE);
	BUT(k->d.flags = DOCUMENT_HISTORY, ACK_STALE);
	BUT(k->d.published_at = T0 - 3601, ACK_STALE);
	BUT((k->d.published_at = 0, k->d.arrived_at = T0 - 3601), ACK_STALE);
	BUT(k->topic.safety = 1, ACK_TOPIC);
	BUT(k->topic.topic = STR("injury"), ACK_TOPIC);
	BUT(k->topic.topic = STR("death"), ACK_TOPIC);
	BUT(k->topic.topic = STR("minors"), ACK_TOPIC);
	BUT(k->topic.topic = STR("legal"), ACK_TOPIC);
	BUT((k->topic.topic = STR("death"), k->topic.negated = true), ACK_TOPIC);
	BUT(k->d.followers = 100000, ACK_AUTHOR);
	BUT(k->d.followers = -1, ACK_AUTHOR);
	BUT((k->d.followers = -1, k->conf.unknown_tier = 1), ACK_OPEN);
	BUT((k->d.followers = 100000, k->conf.unknown_tier = 1), ACK_AUTHOR);
	BUT(k->d.source_class = CLASS_NEWS, ACK_AUTHOR);
	BUT(k->d.source_class = CLASS_OFFICIAL, ACK_AUTHOR);
	BUT(k->m.flags = MENTION_OFFICIAL, ACK_AUTHOR);
	BUT(k->m.flags = MENTION_NOTABLE, ACK_AUTHOR);
	BUT(k->d.author_key = (struct id){ { 0 } }, ACK_AUTHOR);
	BUT(k->ask.level = 2, ACK_LEVEL);
	BUT(k->ask.grade = 2, ACK_GRADE);
	BUT(k->ask.quiet = true, ACK_QUIET);
	BUT(k->ask.known = true, ACK_ONCE);
	BUT(k->ask.last_hour = 3, ACK_RATE);
	BUT(k->ask.preapproved = false, ACK_TEMPLATE);
#undef BUT
	for (int i = 0; i < ACK_LOCKS; i++)
		if (!tried[i])
			fail_msg("lock %s was not tried", ack_lock_words[i]);
}

/* What waits was a complaint of somebody: that is not asked again. */
static void
what_may_have_changed_is_asked_again(void **state)
{
	struct case_ *k = good();

	(void)state;
	k->d.author_key = (struct id){ { 0 } };
	k->d.followers = -1;
	k->ask.known = true;
	k->ask.last_hour = 9;
	assert_int_equal(auto_ack_again(&k->ask), ACK_OPEN);
#define BUT(change, lock)                                          \
	do {                                                       \
		k = good();                                        \
		change;                                            \
		assert_int_equal(auto_ack_again(&k->ask), (lock)); \
	} while (0)
	BUT(k->conf.enabled = 0, ACK_OFF);
	BUT(k->conf.watches.n = 0, ACK_WATCH);
	BUT(k->conf.sources.n = 0, ACK_SOURCE);
	BUT(k->publish.n = 0, ACK_CHANNEL);
	BUT(k->d.published_at = T0 - 3601, ACK_STALE);
	BUT(k->ask.level = 2, ACK_LEVEL);
	BUT(k->ask.grade = 2, ACK_GRADE);
	BUT(k->ask.quiet = true, ACK_QUIET);
	BUT(k->ask.preapproved = false, ACK_TEMPLATE);
#undef BUT
}

/* A zeroed configuration, as it is when nobody wrote one. */
static void
it_is_off_unless_somebody_switches_it_on(void **state)
{
	struct case_ *k = good();

	(void)state;
	memset(&k->conf, 0, sizeof k->conf);
	assert_int_equal(auto_ack_judge(&k->ask), ACK_OFF);
	assert_int_equal(auto_ack_glance(&k->ask), ACK_OFF);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_lock_holds_alone),
		cmocka_unit_test(what_may_have_changed_is_asked_again),
		cmocka_unit_test(it_is_off_unless_somebody_switches_it_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
