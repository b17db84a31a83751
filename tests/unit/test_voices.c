/* Voices that come and go are what they would be if those that are there were counted anew. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "responder/voices.h"

#define REPORTS 30000
#define WINDOW  25 /* seconds */

static uint32_t
next(uint64_t *r, uint32_t n)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return (uint32_t)(*r >> 20) % n;
}

static bool
is_same(const struct voices *a, const struct voices *b)
{
	return a->sites == b->sites && a->first_hand == b->first_hand &&
	       a->site_authors == b->site_authors;
}

/* The plain way: stories by their first reports, then authors by site. v is in order. */
static struct voices
counted(const struct voice *v, size_t n)
{
	struct voices out = { 0 };

	for (size_t i = 0; i < n; i++) {
		int64_t on_site = 0;
		bool new_site = true, is_first = true, first_hand = false;

		for (size_t k = 0; k < n; k++) {
			bool same = !memcmp(&v[k].story, &v[i].story, sizeof v[k].story);

			is_first &= !same || k >= i;
			first_hand |= same && v[k].first_hand;
		}
		if (!is_first)
			continue;
		out.first_hand += first_hand;
		/* Once a site, by its first: the authors that begin a story there. */
		for (size_t k = 0; k < n; k++) {
			bool begins = true, seen = false, twice = false;

			for (size_t j = 0; j < k; j++)
				begins &= memcmp(&v[j].story, &v[k].story, sizeof v[j].story) !=
					  0;
			if (!begins || v[k].site != v[i].site)
				continue;
			new_site &= k >= i;
			for (size_t j = 0; j < n; j++) {
				bool other_begins = true;

				for (size_t l = 0; l < j; l++)
					other_begins &= memcmp(&v[l].story, &v[j].story,
							       sizeof v[l].story) != 0;
				if (!other_begins || v[j].site != v[k].site ||
				    v[j].author != v[k].author)
					continue;
				seen |= j < k;
				for (size_t l = 0; l < n; l++)
					twice |= v[l].first_hand &&
						 !memcmp(&v[l].story, &v[j].story,
							 sizeof v[l].story);
			}
			on_site += seen ? 0 : twice ? 2 : 1;
		}
		out.sites += new_site;
		if (on_site > out.site_authors)
			out.site_authors = on_site;
	}
	return out;
}

static int
by_report(const void *a, const void *b)
{
	const struct voice *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->author > y->author) - (x->author < y->author);
}

static void
add_all(struct voices *v, const struct voice *from, size_t n)
{
	voices_clear(v);
	for (size_t i = 0; i < n; i++)
		assert_true(voices_add(v, &from[i]));
}

static void
what_goes_leaves_what_was_never_there(void **state)
{
	struct voice *v = calloc(REPORTS, sizeof *v);
	struct voices kept = { 0 }, anew = { 0 };
	uint64_t dice = 88172645463325252u;
	size_t first = 0, refused = 0, dense = 0, plain = 0;
	int64_t at = 1000;

	(void)state;
	assert_non_null(v);
	for (size_t n = 0; n < REPORTS; n++) {
		struct voice *x = &v[n];
		size_t live;

		at += next(&dice, 4) ? 0 : next(&dice, n / 1000 % 2 ? 3 : 9);
		x->story.b[0] = (uint8_t)next(&dice, 12);
		x->at = at;
		x->author = next(&dice, 6);
		x->site = next(&dice, 4);
		x->first_hand = !next(&dice, 5);
		voices_forget(&kept, at - WINDOW);
		while (v[first].at <= at - WINDOW)
			first++;
		live = n + 1 - first;
		dense += live > 50;
		if (!voices_add(&kept, x)) {
			refused++;
			qsort(v + first, live, sizeof *v, by_report);
			add_all(&kept, v + first, live);
		}
		if (n % 7)
			continue;
		qsort(v + first, live, sizeof *v, by_report);
		add_all(&anew, v + first, live);
		if (!is_same(&kept, &anew))
			fail_msg("%zu: %lld %lld %lld, not %lld %lld %lld", n,
				 (long long)kept.sites, (long long)kept.first_hand,
				 (long long)kept.site_authors, (long long)anew.sites,
				 (long long)anew.first_hand, (long long)anew.site_authors);
		if (live > 30)
			continue;
		voices_release(&anew);
		anew = counted(v + first, live);
		assert_true(is_same(&kept, &anew));
		plain++;
		anew = (struct voices){ 0 };
	}
	assert_true(refused > 20 && dense > 100 && plain > 100);
	voices_release(&kept);
	voices_release(&anew);
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_leaves_what_was_never_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
