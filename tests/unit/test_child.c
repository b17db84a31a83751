/* Programs beside us: their output, their end, their limit. Nothing here sleeps: the epoll says when. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/child.h"

#define WAIT_MS 20000 /* a test that waits for longer has failed */

struct ran {
	int epoll;
	struct arena *a;
	struct child *child;
	struct child_end end;
};

static char *const no_env[] = { NULL };

static void
run(struct ran *x, const struct child_ask *ask)
{
	struct child_ask q = *ask;
	struct err e = { 0 };
	bool ended = false;

	x->epoll = epoll_create1(EPOLL_CLOEXEC);
	x->a = arena_new();
	q.epoll = x->epoll;
	q.env = q.env ? q.env : no_env;
	q.dir = q.dir ? q.dir : "/";
	q.limit_ms = q.limit_ms ? q.limit_ms : WAIT_MS;
	q.keep_bytes = q.keep_bytes ? q.keep_bytes : 4096;
	x->child = child_start(&q, &e);
	if (!x->child)
		fail_msg("%s", e.text);
	while (!ended) {
		struct epoll_event ev;

		assert_int_equal(epoll_wait(x->epoll, &ev, 1, WAIT_MS), 1);
		ended = child_turn(x->child, &x->end);
	}
}

static void
done(struct ran *x)
{
	child_free(x->child);
	close(x->epoll);
	arena_free(x->a);
}

static void
sh(struct ran *x, const char *line, int64_t limit_ms, size_t keep)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)(uintptr_t)line, NULL };
	struct child_ask q = { .argv = argv, .limit_ms = limit_ms, .keep_bytes = keep };

	run(x, &q);
}

static const char *
said(const struct ran *x)
{
	return arena_text(x->a, x->end.output);
}

static void
both_outputs_and_the_exit_code_come_back(void **state)
{
	struct ran x;

	(void)state;
	sh(&x, "echo out; echo err >&2; exit 3", 0, 0);
	assert_int_equal(x.end.how, CHILD_EXITED);
	assert_int_equal(x.end.status, 3);
	assert_string_equal(said(&x), "out\nerr\n");
	assert_int_equal(x.end.bytes, 8);
	done(&x);
	sh(&x, "kill -9 $$", 0, 0);
	assert_int_equal(x.end.how, CHILD_KILLED);
	assert_int_equal(x.end.status, SIGKILL);
	done(&x);
}

/* No variable, no descriptor, no input, no signal of ours, and a session of its own. */
static void
it_has_nothing_of_ours(void **state)
{
	char *argv[] = { (char *)"/usr/bin/env", NULL },
	     *ls[] = { (char *)"/bin/ls", (char *)"/proc/self/fd", NULL };
	char *const env[] = { (char *)"LANGYAN_LEVEL=3", NULL };
	struct child_ask q = { .argv = argv, .env = env };
	struct ran x;
	int leak = dup(1); /* not CLOEXEC */

	(void)state;
	run(&x, &q);
	assert_string_equal(said(&x), "LANGYAN_LEVEL=3\n");
	done(&x);
	q = (struct child_ask){ .argv = ls };
	run(&x, &q);
	assert_string_equal(said(&x), "0\n1\n2\n3\n"); /* 3: ls's own */
	done(&x);
	close(leak);
	signal(SIGPIPE, SIG_IGN);
	/* The C library's own two, 32 and 33, are beyond the last seven digits. */
	sh(&x, "cat; grep -c 'SigIgn:.*0000000$' /proc/self/status", 0, 0);
	assert_string_equal(said(&x), "1\n");
	done(&x);
}

static void
at_its_limit_the_whole_group_is_ended(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct ran x;
	pid_t grandchild;

	(void)state;
	/* The shell goes at SIGTERM; what it started does not care and is killed. */
	sh(&x, "sh -c 'trap \"\" TERM; exec sleep 100' & echo $!; exec sleep 100", 300, 0);
	assert_int_equal(x.end.how, CHILD_OVER_LIMIT);
	assert_int_equal(x.end.status, SIGTERM);
	grandchild = (pid_t)strtol(said(&x), NULL, 10);
	assert_true(grandchild > 1);
	/* Its parent is gone; it may still be on its way out. */
	p.fd = (int)syscall(SYS_pidfd_open, grandchild, 0);
	if (p.fd >= 0) {
		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		close(p.fd);
	}
	assert_true(x.end.us >= 300000);
	done(&x);
}

static void
what_does_not_go_at_sigterm_is_killed(void **state)
{
	struct ran x;

	(void)state;
	sh(&x, "trap '' TERM; exec sleep 100", 100, 0);
	assert_int_equal(x.end.how, CHILD_OVER_LIMIT);
	assert_int_equal(x.end.status, SIGKILL);
	done(&x);
}

static void
output_beyond_the_ceiling_is_counted_and_not_kept(void **state)
{
	struct ran x;

	(void)state;
	sh(&x, "head -c 300000 /dev/zero | tr '\\0' x", 0, 1000);
	assert_int_equal(x.end.how, CHILD_EXITED);
	assert_int_equal(x.end.status, 0);
	assert_int_equal(x.end.bytes, 300000);
	assert_int_equal(x.end.output.n, 1000);
	done(&x);
}

/* That is how a server is started. */
static void
what_it_leaves_running_is_left_alone_and_not_waited_for(void **state)
{
	struct ran x;
	pid_t server;

	(void)state;
	sh(&x, "sleep 100 & echo $!", 0, 0);
	assert_int_equal(x.end.how, CHILD_EXITED);
	server = (pid_t)strtol(said(&x), NULL, 10);
	assert_int_equal(kill(server, 0), 0);
	kill(server, SIGKILL);
	done(&x);
}

static void
what_cannot_be_run_says_why(void **state)
{
	char *argv[] = { (char *)"/no/such/program", NULL };
	struct child_ask q = { .argv = argv, .env = no_env, .dir = "/", .limit_ms = 1000 };
	struct err e = { 0 };

	(void)state;
	q.epoll = epoll_create1(EPOLL_CLOEXEC);
	assert_null(child_start(&q, &e));
	assert_int_equal(e.kind, ERR_REJECT);
	assert_string_equal(e.text, "could not start \"/no/such/program\": No such file or "
				    "directory");
	argv[0] = (char *)"/bin/true";
	q.dir = "/no/such/folder";
	assert_null(child_start(&q, &e));
	close(q.epoll);
}

static void
one_that_is_dropped_while_it_runs_is_killed(void **state)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)"echo $$; exec sleep 100",
			 NULL };
	struct child_ask q = {
		.argv = argv, .env = no_env, .dir = "/", .limit_ms = WAIT_MS, .keep_bytes = 100
	};
	struct child_end end = { .bytes = 0 };
	struct err e = { 0 };
	struct child *c;
	pid_t pid;

	(void)state;
	q.epoll = epoll_create1(EPOLL_CLOEXEC);
	c = child_start(&q, &e);
	assert_non_null(c);
	while (!end.output.n) {
		struct epoll_event ev;

		assert_int_equal(epoll_wait(q.epoll, &ev, 1, WAIT_MS), 1);
		assert_false(child_turn(c, &end));
	}
	pid = (pid_t)strtol(end.output.p, NULL, 10);
	child_free(c);
	assert_int_equal(kill(pid, 0), -1);
	close(q.epoll);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_outputs_and_the_exit_code_come_back),
		cmocka_unit_test(it_has_nothing_of_ours),
		cmocka_unit_test(at_its_limit_the_whole_group_is_ended),
		cmocka_unit_test(what_does_not_go_at_sigterm_is_killed),
		cmocka_unit_test(output_beyond_the_ceiling_is_counted_and_not_kept),
		cmocka_unit_test(what_it_leaves_running_is_left_alone_and_not_waited_for),
		cmocka_unit_test(what_cannot_be_run_says_why),
		cmocka_unit_test(one_that_is_dropped_while_it_runs_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
