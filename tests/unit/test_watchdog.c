#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/watchdog.h"

static void
hears(const char *address, size_t n)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char got[64] = "";

	memcpy(at.sun_path, address, n);
	if (address[0] == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
			 0);
	setenv("NOTIFY_SOCKET", address, 1);
	sd_notify_state("READY=1");
	assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), 7);
	assert_string_equal(got, "READY=1");
	close(fd);
}

static void
systemd_hears_that_we_are_ready(void **state)
{
	char dir[] = "/tmp/langyan-watchdog-XXXXXX", path[64], name[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/notify", dir);
	hears(path, strlen(path));
	unlink(path);
	rmdir(dir);
	snprintf(name, sizeof name, "@langyan-test-%d", (int)getpid());
	hears(name, strlen(name));
	sd_notify_state("READY=1"); /* nobody there any more: harmless */
	setenv("NOTIFY_SOCKET", "relative", 1);
	sd_notify_state("READY=1");
	unsetenv("NOTIFY_SOCKET");
	sd_notify_state("READY=1");
}

static void
the_watchdog_is_fed_twice_as_often_as_asked(void **state)
{
	char pid[24];

	(void)state;
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(sd_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(sd_watchdog_ms(), 15000);
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(sd_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(sd_watchdog_ms(), 0);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(sd_watchdog_ms(), 15000);
}

/* Runs f in a child; its exit status, or 1000 + the signal that ended it. */
static int
in_child(int (*f)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(f());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int
settle_and_look(void)
{
	struct err e = { 0 };
	struct rlimit core, files;

	if (process_settle(true, &e) < 0)
		return 1;
	if (umask(077) != 077)
		return 2;
	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_NOFILE, &files);
	if (core.rlim_cur != 0 || core.rlim_max != 0)
		return 3;
	return files.rlim_cur == files.rlim_max || files.rlim_cur >= 65536 ? 0 : 4;
}

static int
settle_as_root(void)
{
	struct err e = { 0 };

	if (geteuid() != 0)
		return process_settle(false, &e) == 0 ? 0 : 1;
	if (process_settle(false, &e) == 0 || e.kind != ERR_USAGE)
		return 2;
	if (strcmp(e.text, "cannot run as root: use another user, or say "
			   "allow_root: on under site:") != 0)
		return 3;
	if (setuid(65534) != 0)
		return 4;
	return process_settle(false, &e) == 0 ? 0 : 5;
}

static void
a_process_settles_with_tight_limits(void **state)
{
	(void)state;
	assert_int_equal(in_child(settle_and_look), 0);
	assert_int_equal(in_child(settle_as_root), 0);
}

static char
next_byte(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char c = 0;

	if (poll(&p, 1, 5000) != 1 || read(fd, &c, 1) != 1)
		return '?';
	return c;
}

static int
hup_then_term(void)
{
	struct err e = { 0 };
	int fd = signals_fd(&e);
	char c;

	if (fd < 0)
		return 1;
	kill(getpid(), SIGHUP);
	if (next_byte(fd) != 'H')
		return 2;
	kill(getpid(), SIGTERM);
	if (next_byte(fd) != 'T')
		return 3;
	kill(getpid(), SIGHUP);
	if (next_byte(fd) != 'H')
		return 4;
	if (read(fd, &c, 1) != -1 || errno != EAGAIN)
		return 5;
	return kill(getpid(), SIGPIPE) == 0 ? 0 : 6;
}

static int
a_second_one(void)
{
	struct err e = { 0 };
	int fd = signals_fd(&e);

	kill(getpid(), SIGINT);
	if (next_byte(fd) != 'T')
		return 3;
	kill(getpid(), SIGTERM);
	next_byte(fd);
	return 4;
}

static void
signals_become_bytes_and_the_second_stop_is_at_once(void **state)
{
	(void)state;
	assert_int_equal(in_child(hup_then_term), 0);
	assert_int_equal(in_child(a_second_one), 130);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(systemd_hears_that_we_are_ready),
		cmocka_unit_test(the_watchdog_is_fed_twice_as_often_as_asked),
		cmocka_unit_test(a_process_settles_with_tight_limits),
		cmocka_unit_test(signals_become_bytes_and_the_second_stop_is_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
