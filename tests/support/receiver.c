/* receiver.c - see receiver.h. */
#include "core/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/receiver.h"

void
receiver_open(struct receiver *r)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;

	*r = (struct receiver){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	assert_true(r->fd >= 0);
	assert_int_equal(bind(r->fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(r->fd, 16), 0);
	assert_int_equal(getsockname(r->fd, (struct sockaddr *)&a, &n), 0);
	r->port = ntohs(a.sin_port);
}

void
receiver_close(struct receiver *r)
{
	close(r->fd);
	for (size_t i = 0; i < r->n_seen; i++)
		free(r->seen[i]);
}

static bool
is_whole(const char *text)
{
	const char *head = strstr(text, "\r\n\r\n"),
		   *length = strcasestr(text, "\r\nContent-Length:");

	return head && (!length || strlen(head + 4) >= strtoul(length + 17, NULL, 10));
}

void
receiver_take(struct receiver *r)
{
	int fd = accept(r->fd, NULL, NULL);
	size_t n = 0, cap = 1 << 20;
	char *text = calloc(1, cap);
	const char *answer;

	assert_true(fd >= 0);
	assert_non_null(text);
	while (!is_whole(text)) {
		ssize_t got = read(fd, text + n, cap - n - 1);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	assert_true(r->n_seen < SEEN_MAX);
	answer = r->answers[r->n_seen < r->n_answers ? r->n_seen : r->n_answers - 1];
	r->seen[r->n_seen++] = text;
	if (!r->silent)
		assert_int_equal(write(fd, answer, strlen(answer)), (ssize_t)strlen(answer));
	close(fd);
}

void
receiver_header(const char *request, const char *name, char *out, size_t size)
{
	char key[100];
	const char *at;
	size_t n;

	snprintf(key, sizeof key, "\r\n%s: ", name);
	at = strcasestr(request, key);
	if (!at || at > strstr(request, "\r\n\r\n")) {
		out[0] = '\0';
		return;
	}
	at += strlen(key);
	n = strcspn(at, "\r");
	snprintf(out, size, "%.*s", (int)n, at);
}

struct str
receiver_body(const char *request)
{
	return str_of(strstr(request, "\r\n\r\n") + 4);
}

void
hooked_pump(struct desk *d, struct receiver *r, int64_t now)
{
	for (int turns = 0; notices_busy(d->notices); turns++) {
		struct pollfd fds[] = { { r->fd, POLLIN, 0 },
					{ notices_fd(d->notices), POLLIN, 0 } };

		if (turns > 2000)
			fail_msg("still on its way:\n%s", desk_rows(d));
		assert_true(poll(fds, 2, 1000) >= 0);
		if (fds[0].revents)
			receiver_take(r);
		desk_turn(d, now);
	}
}

static const char only_lin[] =
	"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, roles: [lead], contacts: [ { "
	"channel: hook }, { channel: shelf } ] }\n";

void
hooked_open_for(struct hooked *w, int64_t now, const char *people, const char *const *answers)
{
	struct buf settings = BUF(1 << 16), record = BUF(200);
	FILE *f;

	receiver_open(&w->r);
	for (size_t i = 0; answers[i]; i++)
		w->r.answers[w->r.n_answers++] = answers[i];
	snprintf(w->dir, sizeof w->dir, "/tmp/outbox-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->secret, sizeof w->secret, "%s/secret", w->dir);
	f = fopen(w->secret, "w");
	assert_non_null(f);
	fputs("demo-secret", f);
	fclose(f);
	chmod(w->secret, 0600);
	buf_addf(&settings,
		 "people:\n%s"
		 "routes: [ { owner: lin, group_wait: 0s } ]\n"
		 "channels:\n"
		 "  hook: { kind: webhook, url: \"http://127.0.0.1:%d/notify\", secret: "
		 "\"file:%s\", "
		 "allow_private: [\"127.0.0.1:%d\"], rate: 8 }\n"
		 "  shelf: { kind: file, path: \"%s/shelf\" }\n"
		 "  box: { kind: file, path: \"%s/box\" }\n",
		 people, w->r.port, w->secret, w->r.port, w->dir, w->dir);
	buf_addf(&record, "%s/langyan.db", w->dir);
	desk_open(&w->d, settings.p, SEND_REAL, record.p, w->dir, now);
	desk_hear(&w->d, "喝出虫子", "weibo.example", "https://weibo.example/1", now - 600);
	buf_release(&settings);
	buf_release(&record);
}

void
hooked_open(struct hooked *w, int64_t now, const char *answer, ...)
{
	const char *answers[SEEN_MAX + 1] = { NULL };
	va_list more;

	va_start(more, answer);
	for (size_t n = 0; answer && n < SEEN_MAX; answer = va_arg(more, const char *))
		answers[n++] = answer;
	va_end(more);
	hooked_open_for(w, now, only_lin, answers);
}

void
hooked_close(struct hooked *w)
{
	char command[128];

	desk_close(&w->d);
	receiver_close(&w->r);
	snprintf(command, sizeof command, "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
}

const char *
hooked_attempts(struct hooked *w)
{
	struct stmt *q =
		store_stmt(w->d.store, "SELECT n, status, ended FROM attempt ORDER BY notice,"
				       " n");
	struct buf b = BUF(1000);
	struct err e = { 0 };
	char *text;

	while (stmt_step(q, &e) > 0)
		buf_addf(&b, "%s%lld %lld %.*s", b.n ? ", " : "", (long long)stmt_col_int(q, 0),
			 (long long)stmt_col_int(q, 1), STR_ARG(stmt_col_text(q, 2)));
	text = arena_text(w->d.a, buf_str(&b));
	buf_release(&b);
	return text;
}
