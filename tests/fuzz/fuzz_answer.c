/* fuzz: crawler/answer.c crawler/interval.c */
/* Headers of an answer as they come: status, Retry-After, Cache-Control, Expires, ETag, one a line. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/interval.h"

#define NOW 1773100800

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The pace that follows: dates of items and wishes are taken from the same bytes. */
static void
pace(const uint8_t *data, size_t size, int64_t max_age_s)
{
	int64_t dates[32], learned = 0, next;
	struct interval_facts f = { .min_s = 120, .max_s = 7200, .max_age_s = max_age_s };
	size_t n = size < LY_COUNT(dates) ? size : LY_COUNT(dates);

	for (size_t i = 0; i < n; i++)
		dates[i] = NOW - (int64_t)data[i] * 997;
	f.pace_s = interval_pace(dates, n, NOW, &f.newest_at);
	f.news = size & 1;
	f.ttl_s = n > 1 ? data[1] * 60 : 0;
	f.skip_hours = n > 2 ? data[2] : 0;
	f.skip_days = n > 3 ? data[3] : 0;
	f.learned_s = n > 4 ? data[4] * 30 : 0;
	next = interval_next(&f, NOW, &learned);
	if (f.pace_s < 0 || next <= 0 || learned < 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, line[5] = { { 0 } };
	struct source_state st = { .url = STR("https://a.example/") };
	struct arena *a = arena_new();
	struct http_response r;
	struct answer got;
	int64_t status, age;

	for (size_t i = 0; i < LY_COUNT(line) && str_next(&rest, '\n', &line[i]); i++)
		;
	if (str_int64(line[0], &status) < 0)
		status = 503;
	r = (struct http_response){ .status = (int)(status & 1023),
				    .retry_after = line[1],
				    .cache_control = line[2],
				    .expires = line[3],
				    .etag = line[4],
				    .url = line[4],
				    .moved_for_good = true,
				    .body = rest };
	got = answer_judge(&st, &r, NOW);
	if (got.host_until && (got.host_until < NOW || got.host_until > NOW + 86400))
		abort();
	age = interval_max_age(line[2], line[3], NOW);
	if (age < 0 || age > 30 * 86400)
		abort();
	if (answer_validator(line[4]).n > 1024)
		abort();
	for (int day = 0; day < 4; day++)
		if (answer_moved(&st, &r, false, NOW + day * 86400, a) &&
		    !str_starts(st.adopted, STR("https:")))
			abort();
	st.failures = got.act == ANSWER_FAILED;
	st.ok_at = st.polled_at = NOW - age;
	(void)answer_outage(&st, got.closed, 21600, NOW);
	(void)answer_moved_back(&st);
	pace(data, size, age);
	arena_free(a);
	return 0;
}
