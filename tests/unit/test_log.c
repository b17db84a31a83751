#include "core/base.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

static int log_fd = -1;
static int64_t now_ms;

static int64_t
test_ms(void)
{
	return now_ms;
}

static int
begin(void **state)
{
	(void)state;
	now_ms = 1000000;
	log_fd = memfd_create("log", 0);
	log_redirect(log_fd, test_ms);
	log_threshold(LOG_INFO);
	return log_fd < 0;
}

static int
end(void **state)
{
	(void)state;
	log_redirect(-1, NULL);
	return close(log_fd);
}

/* What was written since begin, without "t=2026-11-21T23:15:41Z ". */
static void
written(struct buf *b)
{
	static char bytes[1 << 20];
	ssize_t n = pread(log_fd, bytes, sizeof bytes, 0);
	struct str rest = { bytes, n < 0 ? 0 : (size_t)n }, line;

	assert_true(n == 0 || bytes[n - 1] == '\n');
	while (str_next(&rest, '\n', &line)) {
		assert_true(str_starts(line, STR("t=20")) && line.n > 23 && line.p[21] == 'Z');
		buf_add(b, str_slice(line, 23, line.n));
		buf_add_byte(b, '\n');
	}
}

static void
check_written(const char *want)
{
	struct buf b = BUF(1 << 20);

	written(&b);
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static void
a_value_is_quoted_when_it_must_be(void **state)
{
	(void)state;
	log_event(LOG_WARN, "fetch_failed", "source=%s kind=%s wait_s=%d", "a", "tls", 5);
	log_event(LOG_INFO, "e", "a=%s b=%s c=%s d=%s", "x y", "say \"hi\"", "", "k=v");
	log_event(LOG_ERROR, "settings", "why=\"%s\" at=%s:%d", "bad\\", "a b", 3);
	log_event(LOG_ERROR, "bad", "%s", "prose without a key");
	log_event(LOG_ERROR, "bare", "a=1 literal b=%d%%", 5);
	check_written("level=warn event=fetch_failed source=a kind=tls wait_s=5\n"
		      "level=info event=e a=\"x y\" b=\"say \\\"hi\\\"\" c=\"\" d=\"k=v\"\n"
		      "level=error event=settings why=\"bad\\\\\" at=\"a b:3\"\n"
		      "level=error event=bad text=\"prose without a key\"\n"
		      "level=error event=bare a=1 text=literal b=5%\n");
}

static void
no_value_can_forge_a_line_or_a_pair(void **state)
{
	(void)state;
	log_event(LOG_WARN, "e", "a=%s b=%s", "x\nt=0 level=error event=fake", "\x1b[31m\x7f");
	log_event(LOG_WARN, "f", "a=%s", "\u2028\u202e\u200b\xc2\x85\ufeff山");
	log_event(LOG_WARN, "g", "a=%s", "bad\xff\xe5\xb1");
	log_event(LOG_WARN, "h", "a=\"%s\" b=%d", "\" level=error x=\"", 1);
	log_event(LOG_WARN, "i", "a=%s b=%d",
		  "\x01"
		  "000000000\x02"
		  "000000000",
		  1);
	check_written(
		"level=warn event=e a=\"x\\nt=0 level=error event=fake\" b=\"\\x1b[31m\\x7f\"\n"
		"level=warn event=f a=\\u2028\\u202e\\u200b\\u0085\\ufeff山\n"
		"level=warn event=g a=bad\\xff\\xe5\\xb1\n"
		"level=warn event=h a=\"\\\" level=error x=\\\"\" b=1\n"
		"level=warn event=i a=\"\\x01000000000\\x02000000000\" b=1\n");
}

static void
ten_lines_a_minute_then_the_count_of_what_was_held(void **state)
{
	struct buf want = BUF(1 << 16);

	(void)state;
	for (int i = 0; i < 25; i++)
		log_event(LOG_WARN, "fetch_failed", "source=%s try=%d", "a b", i);
	log_event(LOG_WARN, "fetch_failed", "source=%s try=%d", "other", 0);
	now_ms += 59999;
	log_event(LOG_WARN, "fetch_failed", "source=%s try=%d", "a b", 25);
	now_ms += 1;
	log_event(LOG_INFO, "something_else", "n=%d", 1);
	now_ms += 1000;
	log_event(LOG_WARN, "fetch_failed", "source=%s try=%d", "a b", 26);
	for (int i = 0; i < 10; i++)
		buf_addf(&want, "level=warn event=fetch_failed source=\"a b\" try=%d\n", i);
	buf_add(&want,
		STR("level=warn event=fetch_failed source=other try=0\n"
		    "level=info event=something_else n=1\n"
		    "level=warn event=log_held_back of=fetch_failed source=\"a b\" held=16\n"
		    "level=warn event=fetch_failed source=\"a b\" try=26\n"));
	check_written(want.p);
	buf_release(&want);
}

static void
a_flood_of_names_cannot_fill_the_disk(void **state)
{
	struct buf b = BUF(1 << 20);
	struct str rest, line;
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 20000; i++)
		log_event(LOG_WARN, "flood", "host=%d", i);
	written(&b);
	rest = buf_str(&b);
	while (str_next(&rest, '\n', &line))
		lines++;
	assert_in_range(lines, 900, 1034); /* 1,024 places and ten lines for all others */
	buf_release(&b);
}

static void
what_is_below_the_threshold_is_neither_written_nor_counted(void **state)
{
	uint64_t debug = log_count(LOG_DEBUG), warn = log_count(LOG_WARN);

	(void)state;
	log_event(LOG_DEBUG, "d", "a=%d", 1);
	assert_int_equal(log_count(LOG_DEBUG), debug);
	log_threshold(LOG_WARN);
	log_event(LOG_INFO, "i", "a=%d", 1);
	log_event(LOG_WARN, "w", "a=%d", 1);
	log_threshold(LOG_DEBUG);
	log_event(LOG_DEBUG, "d", "a=%d", 2);
	assert_int_equal(log_count(LOG_DEBUG), debug + 1);
	assert_int_equal(log_count(LOG_WARN), warn + 1);
	check_written("level=warn event=w a=1\nlevel=debug event=d a=2\n");
}

static void
a_line_too_long_is_cut_between_code_points(void **state)
{
	struct buf value = BUF(1 << 16), b = BUF(1 << 16);

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_add(&value, STR("山"));
	log_event(LOG_WARN, "e", "a=%s", value.p);
	written(&b);
	assert_true(utf8_valid(buf_str(&b)));
	assert_true(b.n <= 4096 && b.n > 3900);
	buf_release(&value);
	buf_release(&b);
}

static void *
shout(void *arg)
{
	for (int i = 0; i < 200; i++)
		log_event(LOG_WARN, "t", "id=%d_%d text=%s", *(int *)arg, i,
			  "a longer piece of text");
	return NULL;
}

static void
threads_do_not_tear_lines(void **state)
{
	int ids[4] = { 0, 1, 2, 3 };
	pthread_t threads[4];
	struct buf b = BUF(1 << 20);
	struct str rest, line;
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, shout, &ids[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	written(&b);
	rest = buf_str(&b);
	for (; str_next(&rest, '\n', &line); lines++) {
		assert_true(str_starts(line, STR("level=warn event=t id=")));
		assert_true(str_ends(line, STR(" text=\"a longer piece of text\"")));
	}
	assert_in_range(lines, 700, 800);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_value_is_quoted_when_it_must_be, begin, end),
		cmocka_unit_test_setup_teardown(no_value_can_forge_a_line_or_a_pair, begin,
						end),
		cmocka_unit_test_setup_teardown(
			ten_lines_a_minute_then_the_count_of_what_was_held, begin, end),
		cmocka_unit_test_setup_teardown(a_flood_of_names_cannot_fill_the_disk, begin,
						end),
		cmocka_unit_test_setup_teardown(
			what_is_below_the_threshold_is_neither_written_nor_counted, begin, end),
		cmocka_unit_test_setup_teardown(a_line_too_long_is_cut_between_code_points,
						begin, end),
		cmocka_unit_test_setup_teardown(threads_do_not_tear_lines, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
