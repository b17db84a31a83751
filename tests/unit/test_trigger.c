#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"
#include "responder/signal.h"
#include "responder/trigger.h"

#define NOW ((int64_t)1773446400)

static const struct trigger_conf complaints = { .name = STR_INIT("complaints"),
						.kind = TRIGGER_ABOVE,
						.signal = SIGNAL_COMPLAINTS,
						.window = 86400,
						.above = 4,
						.times_median = 3000,
						.clear_below = 700,
						.grade = 1 };
static const struct trigger_conf burst = { .name = STR_INIT("burst"),
					   .kind = TRIGGER_SPIKE,
					   .signal = SIGNAL_NEGATIVE,
					   .window = 3600,
					   .factor = 4000,
					   .min_authors = 5,
					   .clear_below = 700,
					   .grade = 2 };
static const struct trigger_conf slow = { .name = STR_INIT("slow"),
					  .kind = TRIGGER_ABOVE,
					  .signal = SIGNAL_NEGATIVE,
					  .window = 3600,
					  .above = 9,
					  .hold = 600,
					  .clear_below = 700,
					  .grade = 1 };
static const struct trigger_conf safety = { .name = STR_INIT("safety"),
					    .kind = TRIGGER_WORDS,
					    .window = 86400,
					    .clear_below = 700,
					    .grade = 2,
					    .first_hand = 1,
					    .sources = 2,
					    .authors = 3 };

static const struct trigger_conf few = { .kind = TRIGGER_BELOW, .below = 5, .grade = 1 };
static const struct trigger_conf fall = { .kind = TRIGGER_DROP, .drop = 500, .grade = 1 };
static const struct trigger_conf none = { .kind = TRIGGER_ABSENT, .grade = 1 };
static const struct trigger_conf share = { .kind = TRIGGER_SHARE,
					   .min_count = 15,
					   .min_authors = 5,
					   .chance = 100,
					   .clear_below = 700,
					   .grade = 1 };
static const struct trigger_conf loud = { .kind = TRIGGER_AUTHOR,
					  .who = TRIGGER_WHO_T3,
					  .chance = 2000,
					  .clear_below = 700,
					  .grade = 2 };
static const struct trigger_conf known = {
	.kind = TRIGGER_AUTHOR, .who = TRIGGER_WHO_NOTABLE, .clear_below = 700, .grade = 2
};
static const struct trigger_conf hot = { .kind = TRIGGER_HOTLIST, .place = 50, .top = 10 };
static const struct trigger_conf named = { .kind = TRIGGER_OFFICIAL,
					   .clear_below = 700,
					   .grade = 3 };
static const struct trigger_conf wide = {
	.kind = TRIGGER_STORY, .classes = 3, .min_authors = 10, .clear_below = 700, .grade = 3
};

static void
when_each_kind_fires(void **state)
{
	static const struct {
		const struct trigger_conf *t;
		int64_t grade;
		struct trigger_view v;
		enum trigger_said want;
		int64_t threshold;
	} cases[] = {
		{ &complaints, 1, { .observed = 4, .baseline = 500 }, TRIGGER_SILENT, 5 },
		{ &complaints, 1, { .observed = 5, .baseline = 500 }, TRIGGER_FIRES, 5 },
		{ &complaints, 1, { .observed = 8, .baseline = 3000 }, TRIGGER_SILENT, 9 },
		{ &complaints, 1, { .observed = 9, .baseline = 3000 }, TRIGGER_FIRES, 9 },
		{ &burst,
		  2,
		  { .observed = 16, .authors = 5, .baseline = 4000 },
		  TRIGGER_FIRES,
		  16 },
		{ &burst,
		  2,
		  { .observed = 15, .authors = 15, .baseline = 4000 },
		  TRIGGER_SILENT,
		  16 },
		/* one author shouting is no burst */
		{ &burst,
		  2,
		  { .observed = 900, .authors = 4, .baseline = 4000 },
		  TRIGGER_SILENT,
		  16 },
		/* 4 x 3.3 = 13.2: the next whole count */
		{ &burst,
		  2,
		  { .observed = 13, .authors = 9, .baseline = 3300 },
		  TRIGGER_SILENT,
		  14 },
		{ &burst,
		  2,
		  { .observed = 14, .authors = 9, .baseline = 3300 },
		  TRIGGER_FIRES,
		  14 },
		{ &slow, 1, { .observed = 10, .baseline = -1 }, TRIGGER_WAITS, 10 },
		{ &safety, 2, { .observed = 3, .baseline = -1 }, TRIGGER_SILENT, 1 },
		{ &safety,
		  2,
		  { .observed = 1, .first_hand = 1, .baseline = -1 },
		  TRIGGER_FIRES,
		  1 },
		{ &safety,
		  3,
		  { .observed = 1,
		    .first_hand = 1,
		    .sites = 1,
		    .site_authors = 2,
		    .baseline = -1 },
		  TRIGGER_SILENT,
		  2 },
		{ &safety,
		  3,
		  { .observed = 2, .sites = 2, .site_authors = 1, .baseline = -1 },
		  TRIGGER_FIRES,
		  2 },
		{ &safety,
		  3,
		  { .observed = 2,
		    .first_hand = 1,
		    .sites = 1,
		    .site_authors = 3,
		    .baseline = -1 },
		  TRIGGER_FIRES,
		  2 },
		{ &few, 1, { .observed = 5, .baseline = -1 }, TRIGGER_SILENT, 4 },
		{ &few, 1, { .observed = 4, .baseline = -1 }, TRIGGER_FIRES, 4 },
		/* half of 100 is 50; three times 10 under 100 is 70: the lower one */
		{ &fall,
		  1,
		  { .observed = 50, .baseline = 100000, .spread = 10000 },
		  TRIGGER_FIRES,
		  50 },
		{ &fall,
		  1,
		  { .observed = 50, .baseline = 100000, .spread = 20000 },
		  TRIGGER_SILENT,
		  40 },
		/* as unsteady as it is large: no fall says anything */
		{ &fall,
		  1,
		  { .observed = 0, .baseline = 100000, .spread = 50000 },
		  TRIGGER_SILENT,
		  -1 },
		{ &none, 1, { .observed = 0, .baseline = 10000 }, TRIGGER_FIRES, 0 },
		{ &none, 1, { .observed = 0, .baseline = 3000 }, TRIGGER_SILENT, -1 },
		{ &none, 1, { .observed = 1, .baseline = 90000 }, TRIGGER_SILENT, 0 },
		/* 12 % of 80 are 9.6; 23 or more have a chance under 1 in 10,000 */
		{ &share,
		  1,
		  { .observed = 23, .authors = 9, .total = 80, .baseline = 120 },
		  TRIGGER_FIRES,
		  23 },
		{ &share,
		  1,
		  { .observed = 22, .authors = 9, .total = 80, .baseline = 120 },
		  TRIGGER_SILENT,
		  23 },
		{ &share,
		  1,
		  { .observed = 14, .authors = 9, .total = 14, .baseline = 120 },
		  TRIGGER_SILENT,
		  8 },
		{ &share,
		  1,
		  { .observed = 23, .authors = 4, .total = 80, .baseline = 120 },
		  TRIGGER_SILENT,
		  23 },
		{ &loud, 2, { .observed = 1, .baseline = 1 }, TRIGGER_FIRES, 1 },
		{ &loud, 2, { .observed = 2, .baseline = 180 }, TRIGGER_SILENT, 3 },
		{ &loud, 2, { .observed = 9, .baseline = 3000 }, TRIGGER_SILENT, 10 },
		{ &loud,
		  2,
		  { .observed = 1, .severe = 1, .baseline = 3000 },
		  TRIGGER_FIRES,
		  1 },
		{ &known, 2, { .observed = 1, .baseline = -1 }, TRIGGER_FIRES, 1 },
		{ &hot, 1, { .observed = 1, .rank = 70 }, TRIGGER_FIRES, 1000 },
		{ &hot, 2, { .observed = 1, .rank = 7 }, TRIGGER_SILENT, 50 },
		{ &hot, 2, { .observed = 1, .crisis_rank = 50 }, TRIGGER_FIRES, 50 },
		{ &hot, 3, { .observed = 1, .crisis_rank = 11 }, TRIGGER_SILENT, 10 },
		{ &hot, 3, { .observed = 1, .crisis_rank = 10 }, TRIGGER_FIRES, 10 },
		{ &named, 3, { .observed = 1, .baseline = -1 }, TRIGGER_FIRES, 1 },
		{ &wide,
		  3,
		  { .observed = 10, .authors = 10, .classes = 3 },
		  TRIGGER_FIRES,
		  10 },
		{ &wide,
		  3,
		  { .observed = 90, .authors = 90, .classes = 2 },
		  TRIGGER_SILENT,
		  10 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct trigger_verdict v =
			trigger_judge(cases[i].t, cases[i].grade, &cases[i].v,
				      (struct trigger_state){ 0 }, NOW);

		if (v.said != cases[i].want || v.threshold != cases[i].threshold)
			fail_msg("case %zu: said %d, threshold %lld", i, (int)v.said,
				 (long long)v.threshold);
	}
}

static void
it_fires_once_until_it_has_cleared(void **state)
{
	static const struct {
		int64_t after_s, observed;
		enum trigger_said want;
	} steps[] = {
		{ 0, 10, TRIGGER_WAITS },     { 300, 12, TRIGGER_WAITS },
		{ 400, 9, TRIGGER_SILENT }, /* the condition must last */
		{ 500, 11, TRIGGER_WAITS },   { 1099, 11, TRIGGER_WAITS },
		{ 1100, 11, TRIGGER_FIRES },  { 1101, 50, TRIGGER_SILENT },
		{ 1200, 9, TRIGGER_SILENT }, /* under the threshold is not yet clear */
		{ 1300, 10, TRIGGER_SILENT }, { 1400, 7, TRIGGER_SILENT },
		{ 1500, 6, TRIGGER_CLEARS },  { 1600, 6, TRIGGER_SILENT },
		{ 1700, 10, TRIGGER_WAITS },  { 2300, 10, TRIGGER_FIRES },
	};
	struct trigger_state s = { 0 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(steps); i++) {
		struct trigger_view v = { .observed = steps[i].observed, .baseline = -1 };
		struct trigger_verdict said =
			trigger_judge(&slow, 1, &v, s, NOW + steps[i].after_s);

		if (said.said != steps[i].want)
			fail_msg("step %zu: said %d", i, (int)said.said);
		s = said.state;
	}
}

static void
what_cannot_fire_whatever_is_usual_is_not_looked_up(void **state)
{
	const struct trigger_view little = { .observed = 1, .authors = 1, .total = 9 };

	(void)state;
	assert_false(trigger_could_fire(&burst, 2, &little));
	assert_false(trigger_could_fire(&complaints, 1, &little));
	assert_false(trigger_could_fire(&share, 1, &little));
	assert_true(trigger_could_fire(&loud, 2, &little));
	assert_true(trigger_could_fire(&none, 1, &little));
}

static void
by_night_other_figures_apply(void **state)
{
	static const struct {
		int64_t from, until, second;
		bool night;
	} cases[] = {
		{ 22 * 3600, 8 * 3600, 22 * 3600, true },
		{ 22 * 3600, 8 * 3600, 7 * 3600, true },
		{ 22 * 3600, 8 * 3600, 8 * 3600, false },
		{ 22 * 3600, 8 * 3600, 12 * 3600, false },
		{ 3600, 7200, 3600, true },
		{ 3600, 7200, 7200, false },
		{ 0, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct trigger_conf t = burst, night;
		const struct trigger_conf *now;

		t.night = (struct trigger_night){ .from = cases[i].from,
						  .until = cases[i].until,
						  .min_authors = 3 };
		now = trigger_at(&t, cases[i].second, &night);
		assert_int_equal(now->min_authors, cases[i].night ? 3 : 5);
		assert_int_equal(now->factor, 4000); /* not said: as by day */
	}
}

static void
another_setting_is_another_version(void **state)
{
	struct trigger_conf t = burst;
	struct id a = trigger_version(&burst), b = trigger_version(&t), c;

	(void)state;
	t.factor = 5000;
	c = trigger_version(&t);
	assert_true(id_eq(&a, &b));
	assert_false(id_eq(&a, &c));
}

static void
the_shipped_defaults_are_those_of_the_table(void **state)
{
	static const struct {
		int64_t size, above, times, window, burst_authors, flood_authors;
	} want[] = {
		{ WATCH_SMALL, 4, 3000, 3 * 3600, 5, 10 },
		{ WATCH_MEDIUM, 50, 0, 3600, 20, 50 },
		{ WATCH_LARGE, 50, 3000, 3600, 100, 300 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(want); i++) {
		size_t n;
		const struct trigger_conf *t = trigger_defaults(want[i].size, &n);

		assert_int_equal(n, 11);
		assert_int_equal(t[0].above, want[i].above);
		assert_int_equal(t[0].times_median, want[i].times);
		assert_int_equal(t[1].window, want[i].window);
		assert_int_equal(t[1].min_authors, want[i].burst_authors);
		assert_int_equal(t[2].min_authors, want[i].flood_authors);
		assert_int_equal(t[2].factor, 10000);
		assert_int_equal(t[3].kind, TRIGGER_WORDS);
		assert_int_equal(t[3].topics.n, 5);
	}
}

/* ---- signals ------------------------------------------------------------------------------------ */

static void
what_a_mention_counts_as(void **state)
{
	static const struct {
		struct signal_marks m;
		unsigned bits;
	} cases[] = {
		{ { .label = LABEL_NEG }, SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_VOICE },
		{ { .label = LABEL_POS }, SIGNAL_BIT_POSITIVE | SIGNAL_BIT_VOICE },
		{ { .label = LABEL_NEG, .flags = MENTION_PROMOTION }, 0 },
		{ { .label = LABEL_NEG, .flags = MENTION_RIVAL }, 0 },
		{ { .label = LABEL_NEG, .flags = MENTION_OWNED }, 0 },
		{ { .label = LABEL_NEG, .flags = MENTION_DENIAL }, SIGNAL_BIT_NEGATIVE },
		{ { .intent = INTENT_COMPLAINT }, SIGNAL_BIT_COMPLAINT | SIGNAL_BIT_VOICE },
		{ { .source_class = CLASS_COMPLAINT },
		  SIGNAL_BIT_COMPLAINT | SIGNAL_BIT_VOICE },
		{ { .source_class = CLASS_COMPLAINT, .label = LABEL_POS },
		  SIGNAL_BIT_POSITIVE | SIGNAL_BIT_VOICE },
		{ { .flags = MENTION_FIRST_HAND }, SIGNAL_BIT_FIRST_HAND | SIGNAL_BIT_VOICE },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (signal_bits(&cases[i].m) != cases[i].bits)
			fail_msg("case %zu: %x", i, signal_bits(&cases[i].m));
}

/* A slow second opinion: count the items one by one. */
static void
windows_hold_what_counting_one_by_one_gives(void **state)
{
	enum { N = 3000 };
	static struct signal_item items[N];
	struct series *s = series_new(0);
	size_t w = series_window(s, 600, SIGNAL_NEGATIVE, 0);
	size_t sites = series_window(s, 900, SIGNAL_SITES, 0);
	uint32_t dice = 3;

	(void)state;
	for (int i = 0; i < N; i++) {
		int64_t count = 0, authors = 0, different = 0, now;
		struct trigger_view v;
		bool seen[16] = { false }, site_seen[8] = { false };

		dice = dice * 1664525u + 1013904223u;
		/* One in ten comes late. */
		items[i] = (struct signal_item){ .at = NOW + i * 3 - (dice >> 28 ? 0 : 400),
						 .author = dice >> 8 & 15,
						 .site = dice >> 12 & 7,
						 .bits = dice >> 16 & 1 };
		series_add(s, &items[i]);
		now = series_now(s);
		for (int k = 0; k <= i; k++) {
			if (items[k].at > now - 900 && !site_seen[items[k].site]) {
				site_seen[items[k].site] = true;
				different++;
			}
			if (items[k].at <= now - 600 || !(items[k].bits & SIGNAL_BIT_NEGATIVE))
				continue;
			count++;
			authors += !seen[items[k].author];
			seen[items[k].author] = true;
		}
		series_view(s, w, &v);
		assert_int_equal(v.observed, count);
		assert_int_equal(v.authors, authors);
		series_view(s, sites, &v);
		assert_int_equal(v.observed, different);
	}
	series_advance(s, NOW + 4 * N);
	{
		struct trigger_view v;

		series_view(s, w, &v);
		assert_int_equal(v.observed, 0);
		assert_int_equal(v.authors, 0);
	}
	series_free(s);
}

static void
independent_voices_of_a_safety_topic(void **state)
{
	/* author, site, story; upper case author: first-hand */
	static const struct {
		const char *said;
		int64_t first_hand, sites, site_authors;
	} cases[] = {
		{ "a11", 0, 1, 1 },
		{ "A11", 1, 1, 2 },
		{ "a11 b12", 0, 1, 2 },
		{ "a11 b12 c13", 0, 1, 3 },
		{ "A11 b12", 1, 1, 3 },
		{ "a11 b21", 0, 1, 1 }, /* a copy elsewhere is no second source */
		{ "a11 b22", 0, 2, 1 },
		{ "a11 a12 a13", 0, 1, 1 }, /* one person three times */
		{ "a11 B21", 1, 1, 2 },     /* first-hand though found as a copy */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct series *s = series_new(86400);
		size_t w = series_window(s, 86400, SIGNAL_MENTIONS, 1);
		struct str rest = str_of(cases[i].said), part;
		struct trigger_view v;
		int64_t at = NOW;

		while (str_next(&rest, ' ', &part)) {
			bool first_hand = part.p[0] < 'a';
			struct signal_item x = { .at = at++,
						 .author = (uint64_t)(part.p[0] | 32),
						 .site = (uint32_t)(part.p[1] - '0'),
						 .topics = 1,
						 .bits = SIGNAL_BIT_VOICE };

			x.story.b[0] = (uint8_t)part.p[2];
			x.bits |= first_hand ? SIGNAL_BIT_FIRST_HAND : 0;
			series_add(s, &x);
		}
		series_view(s, w, &v);
		series_free(s);
		if (v.first_hand != cases[i].first_hand || v.sites != cases[i].sites ||
		    v.site_authors != cases[i].site_authors)
			fail_msg("\"%s\": %lld first-hand, %lld sites, %lld on one",
				 cases[i].said, (long long)v.first_hand, (long long)v.sites,
				 (long long)v.site_authors);
	}
}

/* A slow second opinion for stories: the authors and classes of each, one by one. */
static void
stories_one_by_one(const struct signal_item *items, int n, int64_t after,
		   struct trigger_view *best)
{
	*best = (struct trigger_view){ 0 };
	for (int story = 0; story < 8; story++) {
		bool author[32] = { false }, class[CLASS_COUNT] = { false };
		int64_t authors = 0, classes = 0;

		for (int i = 0; i < n; i++) {
			if (items[i].at <= after || items[i].story.b[0] != story ||
			    !(items[i].bits & SIGNAL_BIT_NEGATIVE))
				continue;
			authors += !author[items[i].author];
			author[items[i].author] = true;
			classes += !class[items[i].source_class];
			class[items[i].source_class] = true;
		}
		if (authors >= 10 && classes >= 3 && authors > best->observed)
			*best = (struct trigger_view){ .observed = authors,
						       .classes = classes };
	}
}

static void
the_story_that_leads_is_the_one_that_counting_gives(void **state)
{
	enum { N = 3000 };
	static struct signal_item items[N];
	struct series *s = series_new(0);
	struct trigger_conf t = wide;
	uint32_t dice = 9;
	size_t w, wide_ones = 0;

	(void)state;
	t.window = 600;
	w = series_window_for(s, &t, 0);
	for (int i = 0; i < N; i++) {
		struct trigger_view v, want;

		dice = dice * 1664525u + 1013904223u;
		items[i] = (struct signal_item){ .at = NOW + i * 4 - (dice >> 28 ? 0 : 90),
						 .author = dice >> 8 & 31,
						 .source_class = (dice >> 13 & 7) % 4,
						 .bits = dice >> 16 & 1 };
		items[i].story.b[0] = dice >> 17 & 7;
		series_add(s, &items[i]);
		series_view(s, w, &v);
		stories_one_by_one(items, i + 1, series_now(s) - 600, &want);
		wide_ones += want.observed > 0;
		if (v.observed != want.observed)
			fail_msg("after %d: %lld in %lld, not %lld in %lld", i + 1,
				 (long long)v.observed, (long long)v.classes,
				 (long long)want.observed, (long long)want.classes);
	}
	series_free(s);
	assert_true(wide_ones > N / 10 && wide_ones < N);
}

static void
what_each_window_counts(void **state)
{
	static const struct trigger_conf old_news = { .kind = TRIGGER_OLD_NEWS,
						      .window = 86400,
						      .min_authors = 2 };
	static const struct {
		const struct trigger_conf *t;
		struct signal_item yes, no;
	} cases[] = {
		{ &loud,
		  { .bits = SIGNAL_BIT_NEGATIVE, .tier = 3 },
		  { .bits = SIGNAL_BIT_NEGATIVE, .tier = 2 } },
		{ &known,
		  { .bits = SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_NOTABLE, .tier = -1 },
		  { .bits = SIGNAL_BIT_NEGATIVE, .tier = 3 } },
		{ &named, { .bits = SIGNAL_BIT_OFFICIAL }, { .bits = SIGNAL_BIT_VOICE } },
		{ &hot, { .rank = 900 }, { .rank = 0 } },
		{ &burst,
		  { .bits = SIGNAL_BIT_NEGATIVE },
		  { .bits = SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_OLD } },
		{ &old_news,
		  { .bits = SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_OLD },
		  { .bits = SIGNAL_BIT_NEGATIVE } },
		/* of the whole of which a share is taken it is a part */
		{ &share, { .bits = SIGNAL_BIT_POSITIVE }, { .bits = SIGNAL_BIT_OLD } },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct series *s = series_new(0);
		struct trigger_conf t = *cases[i].t;
		size_t w;

		t.window = 86400;
		w = series_window_for(s, &t, 0);
		assert_true(series_counts(s, w, &cases[i].yes));
		if (series_counts(s, w, &cases[i].no))
			fail_msg("case %zu", i);
		series_free(s);
	}
}

/* The first report of x's story among n: the earliest, of one second the smallest author. */
static const struct signal_item *
first_report(const struct signal_item *items, int n, const struct signal_item *x, int64_t after)
{
	const struct signal_item *first = x;

	for (int i = 0; i < n; i++)
		if (items[i].at > after && id_eq(&items[i].story, &x->story) &&
		    (items[i].at < first->at ||
		     (items[i].at == first->at && items[i].author < first->author)))
			first = &items[i];
	return first;
}

/* A slow second opinion for voices: all of the window is looked at for each question. */
static struct trigger_view
voices_one_by_one(const struct signal_item *items, int n, int64_t after)
{
	enum { STORIES = 32, SITES = 8, AUTHORS = 16 };
	const struct signal_item *first[STORIES] = { NULL };
	int heard[SITES][AUTHORS] = { { 0 } };
	bool hand[STORIES] = { false };
	struct trigger_view v = { 0 };

	for (int i = 0; i < n; i++) {
		uint8_t story = items[i].story.b[0];

		if (items[i].at <= after)
			continue;
		if (!first[story])
			first[story] = first_report(items, n, &items[i], after);
		hand[story] |= (items[i].bits & SIGNAL_BIT_FIRST_HAND) != 0;
	}
	for (int k = 0; k < STORIES; k++) {
		int *h = first[k] ? &heard[first[k]->site][first[k]->author] : NULL;

		v.first_hand += hand[k];
		if (h && *h < 1 + hand[k])
			*h = 1 + hand[k];
	}
	for (int site = 0; site < SITES; site++) {
		int64_t sum = 0;

		for (int author = 0; author < AUTHORS; author++)
			sum += heard[site][author];
		v.sites += sum > 0;
		v.site_authors = sum > v.site_authors ? sum : v.site_authors;
	}
	return v;
}

static void
voices_are_those_that_a_look_at_the_whole_window_gives(void **state)
{
	enum { N = 2000 };
	static struct signal_item items[N];
	struct series *s = series_new(0);
	size_t w = series_window(s, 300, SIGNAL_MENTIONS, 1);
	uint32_t dice = 5;

	(void)state;
	for (int i = 0; i < N; i++) {
		struct trigger_view v, want;

		dice = dice * 1664525u + 1013904223u;
		/* Several a second; one in sixteen comes late; some are not counted. */
		items[i] = (struct signal_item){ .at = NOW + i / 3 - (dice >> 28 ? 0 : 40),
						 .author = dice >> 8 & 15,
						 .site = dice >> 12 & 7,
						 .topics = 1,
						 .bits = SIGNAL_BIT_VOICE };
		items[i].story.b[0] = dice >> 16 & 31;
		items[i].bits |= dice >> 21 & 7 ? 0 : SIGNAL_BIT_FIRST_HAND;
		series_add(s, &items[i]);
		if (dice >> 24 & 1)
			continue; /* not looked at after each */
		series_view(s, w, &v);
		want = voices_one_by_one(items, i + 1, series_now(s) - 300);
		if (v.sites != want.sites || v.first_hand != want.first_hand ||
		    v.site_authors != want.site_authors)
			fail_msg("after %d: %lld %lld %lld, not %lld %lld %lld", i + 1,
				 (long long)v.sites, (long long)v.first_hand,
				 (long long)v.site_authors, (long long)want.sites,
				 (long long)want.first_hand, (long long)want.site_authors);
	}
	series_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_each_kind_fires),
		cmocka_unit_test(it_fires_once_until_it_has_cleared),
		cmocka_unit_test(what_cannot_fire_whatever_is_usual_is_not_looked_up),
		cmocka_unit_test(by_night_other_figures_apply),
		cmocka_unit_test(another_setting_is_another_version),
		cmocka_unit_test(the_shipped_defaults_are_those_of_the_table),
		cmocka_unit_test(what_a_mention_counts_as),
		cmocka_unit_test(windows_hold_what_counting_one_by_one_gives),
		cmocka_unit_test(the_story_that_leads_is_the_one_that_counting_gives),
		cmocka_unit_test(what_each_window_counts),
		cmocka_unit_test(independent_voices_of_a_safety_topic),
		cmocka_unit_test(voices_are_those_that_a_look_at_the_whole_window_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
