#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/httpd_desk.h"
#include "core/log.h"

#define MOUNTS_MAX 8

struct desk {
	struct caller *callers[MOUNTS_MAX];
	size_t n;
	int64_t timeout_ms;
	void (*done)(void *arg, struct slip *s);
	void *arg;
	pthread_t thread;
	bool started;
	int wake;
	pthread_mutex_t lock; /* of news and stop */
	struct slip *news;
	bool stop;
	struct slip *out; /* sent, without a reply; the desk's thread only */
	struct arena *a;
};

static void
slip_done(struct desk *d, struct slip *s, const struct reply *r)
{
	s->status = r->status >= 100 && r->status < 600 ? (int)r->status : 500;
	snprintf(s->type, sizeof s->type, "%.*s", STR_ARG(r->type));
	s->body_n = r->body.n;
	s->body = malloc(r->body.n + 1);
	if (!s->body)
		abort();
	if (r->body.n)
		memcpy(s->body, r->body.p, r->body.n);
	d->done(d->arg, s);
}

static void
slip_fail(struct desk *d, struct slip *s, struct str why)
{
	struct reply r = { .status = 503,
			   .type = STR("text/plain; charset=utf-8"),
			   .body = why };

	slip_done(d, s, &r);
}

static void
slip_send(struct desk *d, struct slip *s)
{
	struct err e = { .kind = ERR_NONE };

	s->until_ms = clock_mono_ms() + d->timeout_ms;
	if (caller_send(d->callers[s->mount], &s->cmd, &s->token, &e) < 0) {
		log_event(LOG_WARN, "http_unanswered", "verb=%.*s reason=\"%s\"",
			  STR_ARG(s->cmd.verb), e.text);
		slip_fail(d, s, STR("not ready, try again\n"));
		return;
	}
	s->next = d->out;
	d->out = s;
}

/* Take what was handed in, oldest first. True when the desk closes. */
static bool
desk_news(struct desk *d)
{
	struct slip *news, *oldest = NULL;
	uint64_t count;
	bool stop;

	if (read(d->wake, &count, sizeof count) < 0 && errno != EAGAIN)
		log_event(LOG_ERROR, "http_desk", "reason=\"%s\"", strerror(errno));
	pthread_mutex_lock(&d->lock);
	news = d->news;
	d->news = NULL;
	stop = d->stop;
	pthread_mutex_unlock(&d->lock);
	while (news) {
		struct slip *next = news->next;

		news->next = oldest;
		oldest = news;
		news = next;
	}
	while (oldest) {
		struct slip *next = oldest->next;

		if (stop)
			slip_fail(d, oldest, STR("stopping\n"));
		else
			slip_send(d, oldest);
		oldest = next;
	}
	return stop;
}

static void
reply_came(struct desk *d, size_t mount, int64_t token, const struct reply *r)
{
	for (struct slip **at = &d->out; *at; at = &(*at)->next) {
		struct slip *s = *at;

		if (s->token != token || s->mount != mount)
			continue;
		*at = s->next;
		slip_done(d, s, r);
		return;
	}
}

static void
desk_replies(struct desk *d)
{
	struct reply r;
	int64_t token;

	for (size_t i = 0; i < d->n; i++) {
		while (caller_poll(d->callers[i], d->a, &token, &r) > 0) {
			reply_came(d, i, token, &r);
			arena_reset(d->a);
		}
		arena_reset(d->a);
	}
}

static void
desk_late(struct desk *d, int64_t now_ms)
{
	struct slip **at = &d->out;

	while (*at) {
		struct slip *s = *at;

		if (now_ms < s->until_ms) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		log_event(LOG_WARN, "http_unanswered", "verb=%.*s reason=late",
			  STR_ARG(s->cmd.verb));
		slip_fail(d, s, STR("no answer in time, try again\n"));
	}
}

static void *
desk_run(void *arg)
{
	struct desk *d = arg;
	struct pollfd fds[MOUNTS_MAX + 1];
	bool stop = false;

	fds[0] = (struct pollfd){ .fd = d->wake, .events = POLLIN };
	for (size_t i = 0; i < d->n; i++)
		fds[i + 1] =
			(struct pollfd){ .fd = caller_fd(d->callers[i]), .events = POLLIN };
	while (!stop) {
		(void)poll(fds, (nfds_t)d->n + 1, d->out ? 100 : 1000);
		stop = desk_news(d);
		/* also after sending: it may have used up the edge of the descriptor */
		desk_replies(d);
		desk_late(d, stop ? INT64_MAX : clock_mono_ms());
	}
	return NULL;
}

struct desk *
desk_open(struct bus *b, const struct httpd_mount *mounts, size_t n, int64_t timeout_ms,
	  void (*done)(void *arg, struct slip *s), void *arg, struct err *e)
{
	struct desk *d = calloc(1, sizeof *d);
	int rc;

	if (!d)
		abort();
	pthread_mutex_init(&d->lock, NULL);
	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	d->timeout_ms = timeout_ms;
	d->done = done;
	d->arg = arg;
	d->a = arena_new();
	if (n > MOUNTS_MAX) {
		err_set(e, ERR_BROKEN, "over %d mounts", MOUNTS_MAX);
		goto fail;
	}
	for (; d->n < n; d->n++) {
		d->callers[d->n] = caller_open(b, mounts[d->n].endpoint, e);
		if (!d->callers[d->n])
			goto fail;
	}
	rc = pthread_create(&d->thread, NULL, desk_run, d);
	if (!rc) {
		d->started = true;
		return d;
	}
	err_set(e, ERR_RETRY, "could not start a thread: %s", strerror(rc));
fail:
	desk_close(d);
	return NULL;
}

static void
desk_wake(struct desk *d)
{
	uint64_t one = 1;

	if (write(d->wake, &one, sizeof one) < 0)
		log_event(LOG_ERROR, "http_desk", "reason=\"%s\"", strerror(errno));
}

int
desk_send(struct desk *d, struct slip *s, void (*before)(void *arg), void *arg)
{
	bool stop;

	pthread_mutex_lock(&d->lock);
	stop = d->stop;
	if (!stop) {
		before(arg);
		s->next = d->news;
		d->news = s;
	}
	pthread_mutex_unlock(&d->lock);
	if (stop)
		return -1;
	desk_wake(d);
	return 0;
}

void
desk_stop(struct desk *d)
{
	if (!d->started)
		return;
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_mutex_unlock(&d->lock);
	desk_wake(d);
	pthread_join(d->thread, NULL);
	d->started = false;
}

void
desk_close(struct desk *d)
{
	if (!d)
		return;
	desk_stop(d);
	for (size_t i = 0; i < d->n; i++)
		caller_close(d->callers[i]);
	close(d->wake);
	arena_free(d->a);
	pthread_mutex_destroy(&d->lock);
	free(d);
}
