#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/child.h"
#include "core/clock.h"

#define GRACE_MS  ((int64_t)2000)     /* between SIGTERM and SIGKILL, or the limit again */
#define TURN_MAX  ((size_t)1 << 20)   /* read in one turn, so that others get theirs     */
#define DRAIN_MAX ((int64_t)64 << 20) /* output beyond: nobody reads it any more        */
#define REAP_MS   1000

struct child {
	pid_t pid;
	int pidfd, out, timer; /* -1: closed */
	int64_t began_us, grace_ms;
	bool termed, over; /* over: the limit was reached */
	bool ended;
	struct child_end end;
	struct buf kept;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
timer_set_ms(int fd, int64_t ms)
{
	struct itimerspec t = { .it_value = { .tv_sec = ms / 1000,
					      .tv_nsec = ms % 1000 * 1000000 } };

	return timerfd_settime(fd, 0, &t, NULL);
}

/* ---- starting ----------------------------------------------------------------------------------- */

/* errno's value, or 0. */
static int
spawn_with(const struct child_ask *q, int out, posix_spawnattr_t *attr,
	   posix_spawn_file_actions_t *files, pid_t *pid)
{
	sigset_t none, all;
	int bad;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	bad = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
						     POSIX_SPAWN_SETSIGDEF);
	if (!bad)
		bad = posix_spawn_file_actions_addchdir_np(files, q->dir);
	if (!bad)
		bad = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
	if (!bad)
		bad = posix_spawn_file_actions_adddup2(files, out, 1);
	if (!bad)
		bad = posix_spawn_file_actions_adddup2(files, out, 2);
	if (!bad)
		bad = posix_spawn_file_actions_addclosefrom_np(files, 3);
	return bad ? bad : posix_spawn(pid, q->argv[0], files, attr, q->argv, q->env);
}

static int
spawn(const struct child_ask *q, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int bad;

	if (posix_spawnattr_init(&attr))
		return ENOMEM;
	if (posix_spawn_file_actions_init(&files)) {
		posix_spawnattr_destroy(&attr);
		return ENOMEM;
	}
	bad = spawn_with(q, out, &attr, &files, pid);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return bad;
}

static int
watch(struct child *c, const struct child_ask *q)
{
	int fds[] = { c->pidfd, c->out, c->timer };

	for (size_t i = 0; i < LY_COUNT(fds); i++) {
		struct epoll_event on = { .events = EPOLLIN };

		if (epoll_ctl(q->epoll, EPOLL_CTL_ADD, fds[i], &on) < 0)
			return -1;
	}
	return timer_set_ms(c->timer, q->limit_ms);
}

static bool
may_come(int bad)
{
	return bad == EAGAIN || bad == ENOMEM || bad == EMFILE || bad == ENFILE;
}

struct child *
child_start(const struct child_ask *q, struct err *e)
{
	struct child *c = calloc(1, sizeof *c);
	int p[2] = { -1, -1 }, bad;

	if (!c)
		abort();
	*c = (struct child){
		.pidfd = -1, .out = -1, .timer = -1, .kept = BUF(q->keep_bytes + 1)
	};
	c->began_us = clock_mono_us();
	c->grace_ms = q->limit_ms < GRACE_MS ? q->limit_ms : GRACE_MS;
	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (c->timer < 0 || pipe2(p, O_CLOEXEC) < 0 || fcntl(p[0], F_SETFL, O_NONBLOCK) < 0) {
		err_set(e, ERR_RETRY, "could not start \"%s\": %s", q->argv[0],
			strerror(errno));
		goto fail;
	}
	c->out = p[0];
	bad = spawn(q, p[1], &c->pid);
	if (bad) {
		c->pid = 0;
		err_set(e, may_come(bad) ? ERR_RETRY : ERR_REJECT, "could not start \"%s\": %s",
			q->argv[0], strerror(bad));
		goto fail;
	}
	close_fd(&p[1]);
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	if (c->pidfd < 0 || watch(c, q) < 0) {
		err_set(e, ERR_REJECT, "cannot watch \"%s\": %s", q->argv[0], strerror(errno));
		goto fail;
	}
	return c;
fail:
	close_fd(&p[1]);
	if (c->out < 0)
		close_fd(&p[0]);
	child_free(c);
	return NULL;
}

/* ---- running ------------------------------------------------------------------------------------ */

static void
output_read(struct child *c)
{
	char block[1 << 16];
	size_t done = 0;

	while (c->out >= 0 && done < TURN_MAX) {
		ssize_t n = read(c->out, block, sizeof block);
		size_t room = c->kept.max - 1 - c->kept.n; /* it ends with a NUL */

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			close_fd(&c->out);
			return;
		}
		done += (size_t)n;
		c->end.bytes += n;
		buf_add(&c->kept, (struct str){ block, (size_t)n < room ? (size_t)n : room });
		if (c->end.bytes > DRAIN_MAX)
			close_fd(&c->out);
	}
}

static void
limit_look(struct child *c)
{
	uint64_t rang;

	if (read(c->timer, &rang, sizeof rang) != sizeof rang)
		return;
	c->over = true;
	kill(-c->pid, c->termed ? SIGKILL : SIGTERM);
	c->termed = true;
	timer_set_ms(c->timer, c->grace_ms);
}

/* Before it is reaped its number belongs to no other group. */
static bool
reap(struct child *c)
{
	siginfo_t info = { .si_pid = 0 };

	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	    info.si_pid != c->pid)
		return false;
	if (c->over) /* it went at SIGTERM, others of its group may not have */
		kill(-c->pid, SIGKILL);
	waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG);
	c->end.how = c->over                      ? CHILD_OVER_LIMIT
		     : info.si_code == CLD_EXITED ? CHILD_EXITED
						  : CHILD_KILLED;
	c->end.status = info.si_status;
	return true;
}

bool
child_turn(struct child *c, struct child_end *end)
{
	if (!c->ended) {
		output_read(c);
		limit_look(c);
		c->ended = reap(c);
	}
	if (c->ended && c->pidfd >= 0) {
		output_read(c);
		c->end.us = clock_mono_us() - c->began_us;
		close_fd(&c->pidfd);
		close_fd(&c->out);
		close_fd(&c->timer);
	}
	*end = c->end;
	end->output = buf_str(&c->kept);
	return c->ended;
}

void
child_free(struct child *c)
{
	if (!c)
		return;
	if (c->pid > 0 && !c->ended) {
		struct pollfd p = { .fd = c->pidfd, .events = POLLIN };

		kill(-c->pid, SIGKILL);
		poll(&p, 1, REAP_MS);
		waitpid(c->pid, NULL, WNOHANG);
	}
	close_fd(&c->pidfd);
	close_fd(&c->out);
	close_fd(&c->timer);
	buf_release(&c->kept);
	free(c);
}
