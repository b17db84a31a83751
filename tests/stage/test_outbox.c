/*
 * Notices on their way out, with a receiver in the test itself: a listening socket and a script
 * of answers. Domain time is passed in; real time passes only as long as loopback needs.
 */
#include "core/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/channel.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-16T" clock "+08:00")
#define SEEN_MAX  16

/* ---- the receiver ------------------------------------------------------------------------ */

struct receiver {
	int fd, port;
	const char *answers[SEEN_MAX]; /* by the order of requests; the last goes on */
	size_t n_answers;
	char *seen[SEEN_MAX]; /* whole requests */
	size_t n_seen;
	bool silent; /* take the request and close without a word */
};

static void
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

static void
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

/* One connection, one request, one answer. */
static void
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

/* The value of a request's header, in a buffer of the test. */
static void
header_of(const char *request, const char *name, char *out, size_t size)
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

static struct str
body_of(const char *request)
{
	return str_of(strstr(request, "\r\n\r\n") + 4);
}

/* Until nothing is on its way at this domain time. */
static void
pump(struct desk *d, struct receiver *r, int64_t now)
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

/* ---- the desk ------------------------------------------------------------------------------ */

#define YES  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
#define BUSY "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define LATER                                                                        \
	"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\nConnection: " \
	"close\r\n\r\n"
#define NO "HTTP/1.1 400 Bad\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops"

struct world {
	struct desk d;
	struct receiver r;
	char dir[64], secret[96];
};

/* lin is told by webhook; a directory is the second way to her and the operator's. */
static void
world_open(struct world *w, int64_t now, const char *answer, ...)
{
	struct buf settings = BUF(1 << 16), record = BUF(200);
	va_list more;
	FILE *f;

	receiver_open(&w->r);
	va_start(more, answer);
	for (; answer; answer = va_arg(more, const char *))
		w->r.answers[w->r.n_answers++] = answer;
	va_end(more);
	snprintf(w->dir, sizeof w->dir, "/tmp/outbox-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->secret, sizeof w->secret, "%s/secret", w->dir);
	f = fopen(w->secret, "w");
	assert_non_null(f);
	fputs("demo-secret", f);
	fclose(f);
	chmod(w->secret, 0600);
	buf_addf(&settings,
		 "people:\n"
		 "  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, roles: [lead], "
		 "contacts: [ { "
		 "channel: hook }, { channel: shelf } ] }\n"
		 "routes: [ { owner: lin } ]\n"
		 "channels:\n"
		 "  hook: { kind: webhook, url: \"http://127.0.0.1:%d/notify\", secret: "
		 "\"file:%s\", "
		 "allow_private: [\"127.0.0.1:%d\"], rate: 8 }\n"
		 "  shelf: { kind: file, path: \"%s/shelf\" }\n",
		 w->r.port, w->secret, w->r.port, w->dir);
	buf_addf(&record, "%s/langyan.db", w->dir);
	desk_open(&w->d, settings.p, SEND_REAL, record.p, w->dir, now);
	desk_hear(&w->d, "喝出虫子", "weibo.example", "https://weibo.example/1", now - 600);
	buf_release(&settings);
	buf_release(&record);
}

static void
world_close(struct world *w)
{
	char command[128];

	desk_close(&w->d);
	receiver_close(&w->r);
	snprintf(command, sizeof command, "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
}

/* "1 500 answered, 2 200 answered" */
static const char *
attempts(struct world *w)
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

/* The same where the receiver has a thread of its own. */
static void
settle(struct desk *d, int64_t now)
{
	for (int turns = 0; notices_busy(d->notices); turns++) {
		struct pollfd fd = { notices_fd(d->notices), POLLIN, 0 };

		if (turns > 2000)
			fail_msg("still on its way:\n%s", desk_rows(d));
		assert_true(poll(&fd, 1, 1000) >= 0);
		desk_turn(d, now);
	}
}

/* ---- mail: a server that says what a script says -------------------------------------------- */

/* One connection, which may carry several mails: each ends in the next answer. */
static void
mail_take(struct receiver *r)
{
	int fd = accept(r->fd, NULL, NULL);
	struct buf text = BUF(1 << 20), line = BUF(2000);
	bool data = false;

	assert_true(fd >= 0);
	dprintf(fd, "220 desk\r\n");
	for (char c; r->n_seen < r->n_answers && read(fd, &c, 1) == 1;) {
		buf_add_byte(&line, c);
		if (c != '\n')
			continue;
		if (data && strcmp(line.p, ".\r\n") != 0) {
			buf_add(&text, buf_str(&line));
		} else if (data) {
			data = false;
			dprintf(fd, "%s\r\n", r->answers[r->n_seen]);
			r->seen[r->n_seen++] = strdup(text.p);
			buf_clear(&text);
		} else if (strncasecmp(line.p, "DATA", 4) == 0) {
			data = true;
			dprintf(fd, "354 go on\r\n");
		} else {
			dprintf(fd, "250 ok\r\n");
		}
		buf_clear(&line);
	}
	close(fd);
	buf_release(&text);
	buf_release(&line);
}

static void *
mail_thread(void *arg)
{
	struct receiver *r = arg;

	while (r->n_seen < r->n_answers)
		mail_take(r);
	return NULL;
}

/* ---- promises ------------------------------------------------------------------------------ */

static void
a_page_leaves_signed_with_its_key(void **state)
{
	struct world w;
	char key[100], delivery[100], sign[200], repeat[20], want[200];
	struct buf made = BUF(300);
	struct notice_row r;
	struct err e = { 0 };
	const struct json *j, *alert;
	int64_t t;

	(void)state;
	world_open(&w, AT("10:00:00"), YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 1);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "sent"));
	assert_int_equal(r.sent_at, AT("10:00:00"));
	assert_string_equal(attempts(&w), "1 200 answered");
	header_of(w.r.seen[0], "Idempotency-Key", key, sizeof key);
	header_of(w.r.seen[0], "X-Langyan-Delivery", delivery, sizeof delivery);
	header_of(w.r.seen[0], "X-Langyan-Signature", sign, sizeof sign);
	header_of(w.r.seen[0], "X-Langyan-Repeat", repeat, sizeof repeat);
	id_add_hex(&made, &r.id);
	snprintf(want, sizeof want, "%.8s-%.4s-%.4s-%.4s-%.12s", made.p, made.p + 8,
		 made.p + 12, made.p + 16, made.p + 20);
	assert_string_equal(key, want);
	assert_string_equal(delivery, want);
	assert_string_equal(repeat, "");
	/* Signed over "t.body" with a fresh t. */
	assert_int_equal(sscanf(sign, "t=%ld,", &t), 1);
	assert_true(t > 1700000000);
	buf_clear(&made);
	webhook_sign(STR("demo-secret"), t, body_of(w.r.seen[0]), &made);
	assert_string_equal(sign, made.p);
	j = json_parse(w.d.a, body_of(w.r.seen[0]), &e);
	assert_non_null(j);
	alert = json_at(json_get(j, "alerts"), 0);
	assert_true(str_is(json_text(json_get(j, "version"), STR("")), "4"));
	assert_true(str_is(json_text(json_get(j, "status"), STR("")), "firing"));
	assert_true(
		str_is(json_text(json_get(j, "groupKey"), STR("")), "langyan/INC-2026-0001"));
	assert_true(str_is(json_text(json_get(json_get(alert, "labels"), "alertname"), STR("")),
			   "burst"));
	assert_true(
		str_is(json_text(json_get(json_get(alert, "labels"), "level"), STR("")), "2"));
	assert_true(str_is(json_text(json_get(alert, "startsAt"), STR("")),
			   "2026-03-16T02:00:00Z"));
	assert_true(
		str_is(json_text(json_get(alert, "endsAt"), STR("")), "0001-01-01T00:00:00Z"));
	buf_release(&made);
	world_close(&w);
}

static void
after_a_500_the_same_goes_again_with_the_same_key(void **state)
{
	struct world w;
	char first[100], second[100], repeat[20];
	struct notice_row r;

	(void)state;
	world_open(&w, AT("10:00:00"), BUSY, YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "retry_wait"));
	assert_in_range(r.next_at, AT("10:00:04"), AT("10:00:06"));
	assert_int_equal(w.r.n_seen, 1);
	desk_until(&w.d, r.next_at - 1);
	assert_int_equal(w.r.n_seen, 1);
	desk_turn(&w.d, r.next_at);
	pump(&w.d, &w.r, r.next_at);
	assert_int_equal(w.r.n_seen, 2);
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	assert_string_equal(attempts(&w), "1 500 answered, 2 200 answered");
	header_of(w.r.seen[0], "Idempotency-Key", first, sizeof first);
	header_of(w.r.seen[1], "Idempotency-Key", second, sizeof second);
	header_of(w.r.seen[1], "X-Langyan-Repeat", repeat, sizeof repeat);
	assert_string_equal(first, second);
	assert_string_equal(repeat, "possible");
	assert_true(str_eq(body_of(w.r.seen[0]), body_of(w.r.seen[1])));
	world_close(&w);
}

/* A bell that rings on when everything is recorded keeps the stage awake for ever. */
static void
what_has_been_told_wakes_nobody(void **state)
{
	struct world w;
	struct pollfd fd;

	(void)state;
	world_open(&w, AT("10:00:00"), YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	fd = (struct pollfd){ notices_fd(w.d.notices), POLLIN, 0 };
	assert_int_equal(poll(&fd, 1, 0), 0);
	world_close(&w);
}

static void
retry_after_is_honoured(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, AT("10:00:00"), LATER, YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(desk_row(&w.d, "lin", "hook", "page").next_at, AT("10:02:00"));
	desk_turn(&w.d, AT("10:02:00"));
	pump(&w.d, &w.r, AT("10:02:00"));
	assert_string_equal(attempts(&w), "1 429 answered, 2 200 answered");
	/* The clock of the step began when it was sent. */
	assert_int_equal(notices_due(w.d.notices), AT("10:17:00"));
	world_close(&w);
}

static void
a_400_is_for_good_and_told_another_way(void **state)
{
	struct world w;
	struct notice_row r;

	(void)state;
	world_open(&w, AT("10:00:00"), NO, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 1);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "failed_perm"));
	r = desk_row(&w.d, "lin", "shelf", "page"); /* her next contact */
	assert_true(str_is(r.state, "sent"));
	assert_true(str_find(r.body, STR("现在　渠道 hook 送不到，改由这里通知")) > 0);
	r = desk_row(&w.d, "lin", "shelf", "operator");
	assert_true(str_is(r.state, "sent"));
	assert_string_equal(r.subject.p, "[狼烟] 通知没有送达：渠道 hook");
	desk_until(&w.d, AT("10:14:59"));
	assert_int_equal(w.r.n_seen, 1); /* never again */
	world_close(&w);
}

static void
a_refused_connection_waits_longer_each_time_and_is_never_lost(void **state)
{
	struct world w;
	int64_t now = AT("10:00:00"), last = 0;

	(void)state;
	world_open(&w, now, YES, NULL);
	close(w.r.fd); /* nobody listens */
	w.r.fd = -1;
	desk_fire(&w.d, 1, false, now);
	for (int i = 1; i <= 5; i++) {
		struct notice_row r;

		pump(&w.d, &w.r, now);
		r = desk_row(&w.d, "lin", "hook", "page");
		assert_true(str_is(r.state, "retry_wait"));
		assert_int_equal(r.attempts, i);
		assert_true(r.next_at - now > last);
		last = r.next_at - now;
		now = r.next_at;
		desk_turn(&w.d, now);
	}
	pump(&w.d, &w.r, now);
	/* The third failure told her another way, the fifth the operator. */
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "operator").state, "sent"));
	world_close(&w);
}

/* The receiver has it, we died before we wrote that down. */
static void
after_a_crash_the_same_key_goes_again_marked_as_a_repeat(void **state)
{
	struct world w;
	char first[100], second[100], repeat[20];
	int64_t now = AT("10:00:00");
	struct pollfd fd;

	(void)state;
	world_open(&w, now, YES, NULL);
	desk_fire(&w.d, 2, false, now); /* committed as 'sending', transfer begun */
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sending"));
	fd = (struct pollfd){ w.r.fd, POLLIN, 0 };
	for (int i = 0; i < 200 && poll(&fd, 1, 10) == 0; i++)
		notices_send(w.d.notices, now);
	notices_send(w.d.notices, now);
	w.r.silent = true; /* what it says is lost with us */
	receiver_take(&w.r);
	w.r.silent = false;
	desk_crash(&w.d, now + 60);
	assert_int_equal(desk_row(&w.d, "lin", "hook", "page").repeat_possible, 1);
	notices_send(w.d.notices, now + 60);
	pump(&w.d, &w.r, now + 60);
	assert_int_equal(w.r.n_seen, 2);
	header_of(w.r.seen[0], "Idempotency-Key", first, sizeof first);
	header_of(w.r.seen[1], "Idempotency-Key", second, sizeof second);
	header_of(w.r.seen[1], "X-Langyan-Repeat", repeat, sizeof repeat);
	assert_string_equal(first, second);
	assert_string_equal(repeat, "possible");
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	world_close(&w);
}

static void
no_channel_gets_more_than_its_rate_in_any_minute(void **state)
{
	struct world w;
	struct err e = { 0 };
	int64_t at = AT("10:00:00");
	int64_t sent[40];
	size_t n = 0;
	struct stmt *q;

	(void)state;
	world_open(&w, at, YES, NULL); /* rate: 8 */
	assert_int_equal(store_begin(w.d.store, &e), 0);
	for (int i = 0; i < 15; i++) {
		struct notice_text t = { .kind = "digest",
					 .person = STR("lin"),
					 .key = str_of(arena_textf(w.d.a, "%d", i)),
					 .subject = STR("x"),
					 .body = STR("y") };

		assert_int_equal(notices_tell(w.d.notices, &t, at, &e), 0);
	}
	assert_int_equal(store_commit(w.d.store, &e), 0);
	notices_send(w.d.notices, at);
	pump(&w.d, &w.r, at);
	while (notices_due(w.d.notices) < INT64_MAX) {
		at = notices_due(w.d.notices);
		desk_turn(&w.d, at);
		pump(&w.d, &w.r, at);
	}
	q = store_stmt(w.d.store, "SELECT sent_at FROM notice ORDER BY sent_at");
	while (stmt_step(q, &e) > 0)
		sent[n++] = stmt_col_int(q, 0);
	assert_int_equal(n, 15);
	for (size_t i = 8; i < n; i++)
		assert_true(sent[i] - sent[i - 8] >= 60);
	world_close(&w);
}

static void
a_file_is_whole_and_named_by_its_notice(void **state)
{
	struct world w;
	char path[200], text[4000] = "";
	struct buf hex = BUF(64);
	struct notice_row r;
	FILE *f;

	(void)state;
	world_open(&w, AT("10:00:00"), NO, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	pump(&w.d, &w.r, AT("10:00:00"));
	r = desk_row(&w.d, "lin", "shelf", "page");
	id_add_hex(&hex, &r.id);
	snprintf(path, sizeof path, "%s/shelf/20260316T020000Z-INC-2026-0001-page-%.16s.txt",
		 w.dir, hex.p);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	assert_string_equal(text, r.body.p);
	buf_release(&hex);
	world_close(&w);
}

/* Said "not now" to the first, takes the second: one thread, the same Message-ID; the next page
 * of the incident answers into the thread. */
static void
a_mail_waits_for_the_server_and_keeps_its_id(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, contacts: [ { "
		"channel: mail, "
		"address: \"lin@example.test\" } ] }\n"
		"routes: [ { owner: lin } ]\n"
		"channels: { mail: { kind: smtp, server: \"smtp://127.0.0.1:%d\", from: \"狼烟 "
		"<langyan@example.test>\", starttls: off } }\n";
	struct receiver r;
	struct desk d;
	struct buf yaml = BUF(1 << 12), id = BUF(64);
	struct notice_row row;
	int64_t now = AT("10:00:00");
	pthread_t thread;

	(void)state;
	receiver_open(&r);
	r.answers[0] = "451 greylisted, come back";
	r.answers[1] = r.answers[2] = "250 taken";
	r.n_answers = 3;
	buf_addf(&yaml, settings, r.port);
	desk_open(&d, yaml.p, SEND_REAL, NULL, NULL, now);
	desk_hear(&d, "喝出虫子\r\nBcc: evil@evil.test", "weibo.example",
		  "https://weibo.example/1", now - 600);
	assert_int_equal(pthread_create(&thread, NULL, mail_thread, &r), 0);
	desk_fire(&d, 2, false, now);
	settle(&d, now);
	row = desk_row(&d, "lin", "mail", "page");
	assert_true(str_is(row.state, "retry_wait"));
	now = row.next_at;
	desk_turn(&d, now);
	settle(&d, now);
	row = desk_row(&d, "lin", "mail", "page");
	assert_true(str_is(row.state, "sent"));
	desk_move(&d, EVENT_CLOSE, "unix:x", 0, now + 60);
	settle(&d, now + 60);
	assert_true(str_is(desk_row(&d, "lin", "mail", "clear").state, "sent"));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(r.n_seen, 3);
	id_add_hex(&id, &row.id);
	for (int i = 0; i < 2; i++) {
		const char *at = strcasestr(r.seen[i], "Message-ID: <");

		assert_non_null(at);
		assert_memory_equal(at + 13, id.p, 32);
		assert_null(strcasestr(r.seen[i], "In-Reply-To:"));
		assert_null(strcasestr(r.seen[i], "\nBcc:"));
		assert_non_null(strcasestr(r.seen[i], "multipart/alternative"));
	}
	assert_non_null(strcasestr(r.seen[2], "In-Reply-To: <"));
	assert_memory_equal(strcasestr(r.seen[2], "In-Reply-To: <") + 14, id.p, 32);
	desk_close(&d);
	receiver_close(&r);
	buf_release(&yaml);
	buf_release(&id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_leaves_signed_with_its_key),
		cmocka_unit_test(after_a_500_the_same_goes_again_with_the_same_key),
		cmocka_unit_test(what_has_been_told_wakes_nobody),
		cmocka_unit_test(retry_after_is_honoured),
		cmocka_unit_test(a_400_is_for_good_and_told_another_way),
		cmocka_unit_test(a_refused_connection_waits_longer_each_time_and_is_never_lost),
		cmocka_unit_test(after_a_crash_the_same_key_goes_again_marked_as_a_repeat),
		cmocka_unit_test(no_channel_gets_more_than_its_rate_in_any_minute),
		cmocka_unit_test(a_file_is_whole_and_named_by_its_notice),
		cmocka_unit_test(a_mail_waits_for_the_server_and_keeps_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
