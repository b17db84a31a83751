#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/str.h"
#include "core/watchdog.h"

#define FILES_WANTED 65536

void
sd_notify_state(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n > sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0'; /* Linux's abstract names */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	/* Nobody to tell is nobody to tell: systemd acts by itself when it hears nothing. */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

int64_t
sd_watchdog_ms(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t n, whose;

	if (!us || str_int64(str_of(us), &n) < 0 || n < 2000)
		return 0;
	if (pid && (str_int64(str_of(pid), &whose) < 0 || whose != getpid()))
		return 0;
	return n / 2000; /* twice within what systemd allows */
}

int
process_settle(bool allow_root, struct err *e)
{
	struct rlimit none = { 0, 0 }, files;

	if (geteuid() == 0 && !allow_root)
		return err_set(e, ERR_USAGE,
			       "cannot run as root: use another user, or say "
			       "allow_root: on under site:");
	umask(077);
	/* libidn2 inside libcurl reads host names in the locale's encoding. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return err_set(e, ERR_USAGE, "cannot forbid core files: %s", strerror(errno));
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_WANTED) {
		files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max : FILES_WANTED;
		if (setrlimit(RLIMIT_NOFILE, &files) < 0)
			return err_set(e, ERR_USAGE, "cannot open more files: %s",
				       strerror(errno));
	}
	return 0;
}

struct listener {
	sigset_t set;
	int to;
};

/* A thread and not a handler: a handler could reach the descriptor only through a global. */
static void *
listen_for_signals(void *arg)
{
	struct listener *l = arg;
	bool stopping = false;
	int sig;

	while (sigwait(&l->set, &sig) == 0) {
		if (sig == SIGHUP) {
			(void)!write(l->to, "H", 1);
			continue;
		}
		if (stopping)
			_exit(130);
		stopping = true;
		(void)!write(l->to, "T", 1);
	}
	return NULL;
}

int
signals_fd(struct err *e)
{
	struct listener *l = calloc(1, sizeof *l);
	pthread_attr_t attr;
	pthread_t thread;
	int p[2], rc;

	if (!l)
		abort();
	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(l);
		return err_set(e, ERR_USAGE, "cannot watch for signals: %s", strerror(errno));
	}
	l->to = p[1];
	sigemptyset(&l->set);
	sigaddset(&l->set, SIGTERM);
	sigaddset(&l->set, SIGINT);
	sigaddset(&l->set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &l->set, NULL);
	signal(SIGPIPE, SIG_IGN);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, listen_for_signals, l);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		return p[0];
	close(p[0]);
	close(p[1]);
	free(l);
	return err_set(e, ERR_USAGE, "cannot watch for signals: %s", strerror(rc));
}
