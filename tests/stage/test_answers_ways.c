/* How bots and mailboxes are asked: what is asked again, what is left, after which mishap. */
#include "core/base.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/answer_inside.h"
#include "responder/answer_store.h"
#include "tests/support/receiver.h"

#define NOW 1773100800

/* ---- the record, as far as it is asked ---------------------------------------------------------- */

static struct answer_from kept;
static bool known;
static char heard[100]; /* first letters of what was applied */

int
answer_from_read(struct store *s, struct answer_from *x, struct err *e)
{
	(void)s, (void)e;
	x->upto = kept.upto;
	x->validity = kept.validity;
	return known;
}

int
answer_from_write(struct store *s, const struct answer_from *x, struct err *e)
{
	(void)s, (void)e;
	kept = *x;
	known = true;
	return 0;
}

int
answer_apply(struct responder *r, const struct answer_heard *h, const char **said,
	     struct err *e)
{
	size_t n = strlen(heard);

	(void)r, (void)e;
	*said = NULL;
	assert_true(n + 1 < sizeof heard);
	heard[n] = h->text.n ? h->text.p[0] : '?';
	heard[n + 1] = '\0';
	return 0;
}

int
answer_tell(struct responder *r, const struct answer_heard *h, const char *said, struct err *e)
{
	(void)r, (void)h, (void)said, (void)e;
	fail();
	return -1;
}

/* ---- a mailbox of the mails a, b -------------------------------------------------------------------- */

enum { GIVE, HANG_UP, SAY_NO };

struct box {
	struct receiver r;
	pthread_t thread; /* libcurl waits for the answer to its LOGOUT */
	int fd, mails;
	atomic_int fetch; /* of the first mail */
	atomic_int fetches;
	char got[4096];
};

static void
box_say(struct box *b, const char *text)
{
	(void)!send(b->fd, text, strlen(text), MSG_NOSIGNAL); /* whoever asked may be gone */
}

static void
box_line(struct box *b, char *line)
{
	char tag[20], out[400] = "";
	const char *word = strchr(line, ' ') + 1;
	int uid;

	snprintf(tag, sizeof tag, "%.*s", (int)(word - line - 1), line);
	if (strncmp(word, "SELECT", 6) == 0) {
		box_say(b, "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n");
	} else if (strncmp(word, "UID SEARCH", 10) == 0) {
		box_say(b, "* SEARCH");
		for (uid = 1; uid <= b->mails; uid++) {
			snprintf(out, sizeof out, " %d", uid);
			box_say(b, out);
		}
		box_say(b, "\r\n");
	} else if (sscanf(word, "UID FETCH %d", &uid) == 1) {
		b->fetches++;
		if (uid == 1 && b->fetch == HANG_UP) {
			shutdown(b->fd, SHUT_RDWR);
			return;
		}
		if (uid == 1 && b->fetch == SAY_NO) {
			snprintf(out, sizeof out, "%s NO it is locked\r\n", tag);
			box_say(b, out);
			return;
		}
		snprintf(
			out, sizeof out,
			"* %d FETCH (UID %d BODY[]<0> {22}\r\nFrom: a@b.example\r\n\r\n%c)\r\n",
			uid, uid, 'a' + uid - 1);
		box_say(b, out);
	}
	snprintf(out, sizeof out, "%s OK done\r\n", tag);
	box_say(b, out);
}

static void
box_serve(struct box *b)
{
	size_t have = 0;
	ssize_t n;
	char *end;

	box_say(b, "* OK [CAPABILITY IMAP4rev1] ready\r\n");
	while ((n = read(b->fd, b->got + have, sizeof b->got - have - 1)) > 0) {
		b->got[have + (size_t)n] = '\0';
		while ((end = strstr(b->got, "\r\n"))) {
			*end = '\0';
			box_line(b, b->got);
			memmove(b->got, end + 2, strlen(end + 2) + 1);
		}
		have = strlen(b->got);
	}
}

static void *
box_run(void *arg)
{
	struct box *b = arg;

	while ((b->fd = accept(b->r.fd, NULL, NULL)) >= 0) {
		box_serve(b);
		close(b->fd);
	}
	return NULL;
}

/* ---- a house that reads one channel ---------------------------------------------------------------- */

struct ways {
	struct box b;
	struct channel_conf c;
	struct responder_conf conf;
	struct responder r;
	struct answers *x;
	struct str all;
	char url[100];
	int64_t now;
	int turns;
};

static void
ways_open(struct ways *w, int64_t kind)
{
	struct err e = { 0 };

	*w = (struct ways){ .b.mails = 2, .all = STR("*"), .now = NOW };
	receiver_open(&w->b.r);
	snprintf(w->url, sizeof w->url,
		 kind == CHANNEL_SMTP ? "imap://127.0.0.1:%d/INBOX" : "http://127.0.0.1:%d",
		 w->b.r.port);
	w->c = (struct channel_conf){ .name = STR("way"),
				      .kind = kind,
				      .answers = true,
				      .token = STR("T"),
				      .allow_private = { &w->all, 1 },
				      .replies_every = 1 };
	*(kind == CHANNEL_SMTP ? &w->c.replies : &w->c.url) = str_of(w->url);
	w->conf.notice.channels.v = &w->c;
	w->conf.notice.channels.n = 1;
	w->r.conf = &w->conf;
	w->r.env.clock = CLOCK_WALL;
	kept = (struct answer_from){ .validity = 7 };
	known = true;
	heard[0] = '\0';
	if (kind == CHANNEL_SMTP)
		assert_int_equal(pthread_create(&w->b.thread, NULL, box_run, &w->b), 0);
	w->x = answers_new(&w->r, w->now, &e);
	assert_non_null(w->x);
}

static void
ways_close(struct ways *w)
{
	answers_free(w->x);
	shutdown(w->b.r.fd, SHUT_RDWR);
	if (w->c.kind == CHANNEL_SMTP)
		assert_int_equal(pthread_join(w->b.thread, NULL), 0);
	receiver_close(&w->b.r);
}

/* Asks what is due; until an answer is there. */
static void
ways_ask(struct ways *w)
{
	int64_t at = answers_due(w->x);

	w->now = at != INT64_MAX && at > w->now ? at : w->now;
	answers_start(w->x, w->now);
	for (int turns = 0; !answers_hear(w->x); turns++) {
		struct pollfd fds[] = { { answers_fd(w->x), POLLIN, 0 },
					{ w->b.r.fd, POLLIN, 0 } };

		assert_true(turns < 200);
		assert_true(poll(fds, w->c.kind == CHANNEL_TELEGRAM ? 2 : 1, 100) >= 0);
		if (fds[1].revents)
			receiver_take(&w->b.r);
	}
}

static int
ways_turn(struct ways *w)
{
	struct err e = { 0 };
	int r;

	assert_true(w->turns++ < 100);
	ways_ask(w);
	r = answers_turn(w->x, w->now, &e);
	assert_true(r >= 0);
	return r;
}

static void
a_mail_outlives_an_outage(void **state)
{
	struct ways w;

	(void)state;
	ways_open(&w, CHANNEL_SMTP);
	w.b.fetch = HANG_UP;
	while (w.b.fetches < 8)
		ways_turn(&w);
	assert_string_equal(heard, "");
	assert_int_equal(kept.upto, 0);
	w.b.fetch = GIVE;
	while (kept.upto < 2)
		ways_turn(&w);
	assert_string_equal(heard, "ab");
	ways_close(&w);
}

static void
a_mail_that_the_server_does_not_give_is_left(void **state)
{
	struct ways w;

	(void)state;
	ways_open(&w, CHANNEL_SMTP);
	w.b.fetch = SAY_NO;
	while (kept.upto < 2 && w.b.fetches < 20)
		ways_turn(&w);
	assert_string_equal(heard, "b");
	assert_int_equal(w.b.fetches, 7); /* five times later, then left; the other */
	assert_in_range(w.now, NOW + 60, NOW + 70);
	ways_close(&w);
}

static void
what_was_undone_is_asked_again(void **state)
{
	struct ways w;

	(void)state;
	for (int flying = 0; flying < 2; flying++) {
		ways_open(&w, CHANNEL_SMTP);
		while (kept.upto < 1)
			ways_turn(&w);
		if (flying) /* the next is here, and not applied yet */
			ways_ask(&w);
		answers_undo(w.x);
		kept.upto = 0;
		while (kept.upto < 2)
			ways_turn(&w);
		assert_string_equal(heard, "aab");
		ways_close(&w);
	}
}

static void
more_than_we_take_is_asked_for_in_parts(void **state)
{
	static const char none[] = "HTTP/1.1 200 OK\r\nContent-Length: 23\r\n"
				   "Connection: close\r\n\r\n{\"ok\":true,\"result\":[]}";
	struct buf large = BUF(1 << 22);
	struct ways w;

	(void)state;
	buf_addf(&large, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
		 1 << 21);
	ways_open(&w, CHANNEL_TELEGRAM);
	w.b.r.answers[0] = w.b.r.answers[1] = large.p; /* its head says enough */
	w.b.r.answers[2] = none;
	w.b.r.n_answers = 3;
	for (int i = 0; i < 4; i++)
		ways_turn(&w);
	assert_non_null(strstr(w.b.r.seen[0], "\"limit\":100,"));
	assert_non_null(strstr(w.b.r.seen[1], "\"limit\":50,"));
	assert_non_null(strstr(w.b.r.seen[2], "\"limit\":25,"));
	assert_non_null(strstr(w.b.r.seen[3], "\"limit\":50,"));
	assert_int_equal(w.now, NOW);
	buf_release(&large);
	ways_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_outlives_an_outage),
		cmocka_unit_test(a_mail_that_the_server_does_not_give_is_left),
		cmocka_unit_test(what_was_undone_is_asked_again),
		cmocka_unit_test(more_than_we_take_is_asked_for_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
