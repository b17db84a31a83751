/* Duty clocks: which are ours, what is said of them, and what is refused. Pure. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "cli/settings.h"
#include "core/str.h"
#include "responder/duty.h"

static struct conf *
read_with(const char *text, struct settings *s, struct arena *a, const char **says)
{
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };
	struct conf *c =
		conf_read_text(str_of(text), "langyan.yaml", &settings_schema, s, &report, &e);

	*says = arena_text(a, buf_str(&report));
	buf_release(&report);
	return c;
}

static void
a_mistake_is_told_with_its_place_and_what_to_do(void **state)
{
	static const struct {
		const char *text, *place, *what;
	} cases[] = {
		{ "duties:\n  cn-ciber: {checked_by: anna, checked_on: 2026-11-29}\n",
		  "2:", "none of the shipped duties is called \"cn-ciber\"" },
		{ "duties:\n  cn-cyber: {checked_by: anna}\n", "2:", "belongs to when" },
		{ "duties:\n  cn-cyber: {checked_by: anna, checked_on: 29.11.26}\n",
		  "2:", "is no day like 2026-11-29" },
		{ "duties:\n  cn-cyber: {dedline: 4h}\n", "2:", "did you mean \"deadline\"?" },
		{ "duties:\n  cn-cyber: {deadline: 4}\n", "2:", "is not a duration" },
		{ "legal: {jurisdiction: [CN]}\n", "1:", "did you mean \"jurisdictions\"?" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct settings s = { 0 };
		const char *says;

		if (read_with(cases[i].text, &s, a, &says) || !strstr(says, cases[i].place) ||
		    !strstr(says, cases[i].what))
			fail_msg("%s: %s", cases[i].text, says);
	}
	arena_free(a);
}

/* The names of those that would be opened. */
static const char *
opened(const struct conf_list *all, const struct legal_conf *legal, const char *topic,
       struct arena *a)
{
	const struct duty_conf *d = all->v;
	const char *s = "";

	for (size_t i = 0; i < all->n; i++)
		if (duty_applies(&d[i], legal, str_of(topic)) &&
		    duty_is_first(all, &d[i], legal, str_of(topic)))
			s = arena_textf(a, "%s%s%.*s", s, *s ? " " : "", STR_ARG(d[i].name));
	return s;
}

static void
topic_jurisdiction_and_what_we_are_decide(void **state)
{
	static struct str cn[] = { STR_INIT("CN"), STR_INIT("EU") },
			  are[] = { STR_INIT("listed"), STR_INIT("critical_infrastructure") };
	static const struct {
		size_t jurisdictions, we_are;
		const char *topic, *opens;
	} cases[] = {
		{ 1, 0, "food_safety", "cn-food-recall-1" },
		{ 1, 0, "data_leak", "cn-cyber cn-pipl-57" },
		{ 2, 0, "data_leak", "cn-cyber cn-pipl-57 eu-gdpr-33" },
		{ 1, 1, "price", "cn-listed" },
		{ 1, 2, "data_leak", "cn-cyber-critical cn-pipl-57 cn-listed" },
		{ 1, 0, "price", "" },
		{ 1, 0, "", "" },
		{ 0, 2, "data_leak", "" },
	};
	struct conf_list none = { NULL, 0 }, all;
	struct arena *a = arena_new();

	(void)state;
	all = duties_merge(&none, a);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct legal_conf legal = { { cn, cases[i].jurisdictions },
					    { are, cases[i].we_are } };

		assert_string_equal(opened(&all, &legal, cases[i].topic, a), cases[i].opens);
	}
	arena_free(a);
}

static void
it_is_unconfirmed_until_the_configuration_names_who_and_when(void **state)
{
	struct settings s = { 0 };
	struct arena *a = arena_new();
	const char *says;
	struct conf *c = read_with("duties:\n  cn-cyber: {checked_by: 王岚, checked_on: "
				   "2026-11-29}\n",
				   &s, a, &says);
	struct conf_list all;
	struct buf b = BUF(4096);

	(void)state;
	if (!c)
		fail_msg("%s", says);
	all = duties_merge(&s.duties, a);
	assert_true(duty_is_checked(duty_find(&all, STR("cn-cyber"))));
	assert_int_equal(duty_find(&all, STR("cn-cyber"))->deadline, 4 * 3600);
	duty_text(&all, duty_find(&all, STR("cn-cyber")), true, &b);
	assert_string_equal(b.p, "属地省级网信部门：较大以上网络安全事件报告，4 小时内（依据 "
				 "《国家网络安全事件报告管理办法》；王岚 2026-11-29 核对；另有 "
				 "cn-cyber-critical：1 小时内）");
	buf_clear(&b);
	duty_text(&all, duty_find(&all, STR("cn-pipl-57")), false, &b);
	assert_non_null(strstr(b.p, ", at once ("));
	assert_non_null(strstr(b.p, "unconfirmed: an example"));
	for (const struct duty_conf *d = duties_shipped; d->name.n; d++)
		assert_false(duty_is_checked(d));
	buf_release(&b);
	conf_free(c);
	arena_free(a);
}

static void
a_shipped_one_is_due_at_once_where_the_file_says_so(void **state)
{
	static const struct {
		const char *text;
		int64_t deadline;
	} cases[] = {
		{ "duties:\n  cn-cyber: {deadline: 0s}\n", 0 },
		{ "duties:\n  cn-cyber: {deadline: 2h}\n", 2 * 3600 },
		{ "duties:\n  cn-cyber: {authority: us}\n", 4 * 3600 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct settings s = { 0 };
		const char *says;
		struct conf *c = read_with(cases[i].text, &s, a, &says);
		struct conf_list all;

		if (!c)
			fail_msg("%s", says);
		all = duties_merge(&s.duties, a);
		assert_int_equal(duty_find(&all, STR("cn-cyber"))->deadline, cases[i].deadline);
		conf_free(c);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_is_told_with_its_place_and_what_to_do),
		cmocka_unit_test(a_shipped_one_is_due_at_once_where_the_file_says_so),
		cmocka_unit_test(topic_jurisdiction_and_what_we_are_decide),
		cmocka_unit_test(it_is_unconfirmed_until_the_configuration_names_who_and_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
