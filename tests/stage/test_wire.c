/* A runner against a peer made of raw sockets: who is let in, what is refused, what is kept. */
#include "core/base.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/result.h"
#include "core/stage_wire.h"
#include "core/str.h"
#include "tests/support/walk.h"

#define PATIENCE_MS 10000

struct keys {
	char public_key[41], secret_key[41];
};
/* A sink with its keys behind tcp, and a second place for callers. */
struct place {
	char endpoint[64];
	struct keys server, client;
	struct str in, allowed;
	struct bus *bus;
	struct sink sink;
	struct lane lane;
	void *context, *sockets[8]; /* closed at the end, also after a failed check */
	int n;
	struct arena *a;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	struct err e = { 0 };
	struct curve c;

	snprintf(p->endpoint, sizeof p->endpoint, "tcp://127.0.0.1:%d",
		 20000 + (int)(getpid() * 8 + 5) % 12000);
	bus_keygen(p->server.public_key, p->server.secret_key);
	bus_keygen(p->client.public_key, p->client.secret_key);
	p->allowed = str_of(p->client.public_key);
	p->in = str_of(p->endpoint);
	c = (struct curve){ .public_key = str_of(p->server.public_key),
			    .secret_key = str_of(p->server.secret_key),
			    .allowed = { &p->allowed, 1 } };
	p->bus = bus_new(&c, &e);
	if (!p->bus)
		fail_msg("%s", e.text);
	sink_init(&p->sink, 100000);
	lane_start(&p->lane, p->bus, &sink_stage, &p->sink,
		   (struct ends){ .in = { &p->in, 1 },
				  .bind_in = true,
				  .control = STR("inproc://control") });
	p->context = zmq_ctx_new();
	p->a = arena_new();
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	runner_stop(p->lane.runner);
	assert_int_equal(lane_end(&p->lane, NULL), 0);
	while (p->n)
		zmq_close(p->sockets[--p->n]);
	zmq_ctx_term(p->context);
	bus_free(p->bus);
	sink_release(&p->sink);
	arena_free(p->a);
	free(p);
	return 0;
}

/* ---- a raw peer ----------------------------------------------------------------------------- */

/* keys NULL: the NULL mechanism. */
static void *
raw_open(struct place *p, const struct keys *k, const char *server_key)
{
	void *s = zmq_socket(p->context, ZMQ_DEALER);
	int none = 0;

	p->sockets[p->n++] = s;
	zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof none);
	if (k) {
		zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, k->public_key, 41);
		zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, k->secret_key, 41);
		zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, server_key, 41);
	}
	assert_int_equal(zmq_connect(s, p->endpoint), 0);
	return s;
}

static void
raw_send(void *s, struct str bytes)
{
	assert_int_equal(zmq_send(s, bytes.p, bytes.n, 0), bytes.n);
}

static void
raw_hello(void *s, int64_t major)
{
	struct hello h = {
		.major = major, .minor = 3, .name = STR("raw"), .run = { { 1 } }, .window = 100
	};
	struct buf b = BUF(1024);

	record_encode(&hello_record, &h, &b);
	raw_send(s, buf_str(&b));
	buf_release(&b);
}

static void
result_add(struct buf *b, int64_t seq)
{
	struct result r = { .document = { .spool = { { 7 } }, .seq = seq } };

	record_encode(&result_record, &r, b);
}

static void
raw_result(void *s, int64_t seq)
{
	struct buf b = BUF(RECORD_MAX);

	result_add(&b, seq);
	raw_send(s, buf_str(&b));
	buf_release(&b);
}

/* The kind of the next record that comes, hellos with a link passed over if asked; 0: none. */
static int
raw_next(struct place *p, void *s, int wait_ms, struct hello *h)
{
	zmq_pollitem_t item = { .socket = s, .events = ZMQ_POLLIN };
	struct err e = { 0 };
	char bytes[65536];
	int n, kind;

	if (zmq_poll(&item, 1, wait_ms) <= 0)
		return 0;
	n = zmq_recv(s, bytes, sizeof bytes, 0);
	assert_true(n > 0);
	kind = record_kind((struct str){ bytes, (size_t)n });
	if (kind == KIND_HELLO) {
		struct str copy = arena_str(p->a, (struct str){ bytes, (size_t)n });

		copy.n = record_length(copy);
		assert_int_equal(record_decode(&hello_record, copy, h, p->a, &e), 0);
	}
	return kind;
}

/* Waits for the hello that gives our link a name. */
static void
raw_greeted(struct place *p, void *s, struct hello *h)
{
	do {
		assert_int_equal(raw_next(p, s, PATIENCE_MS, h), KIND_HELLO);
	} while (id_none(&h->link));
}

static void
reaches(_Atomic int64_t *figure, int64_t n)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;

	while (*figure < n && clock_mono_ms() < until)
		sched_yield();
	assert_int_equal(*figure, n);
}

static uint64_t
rejects(struct place *p)
{
	struct runner_figures f;

	runner_figures(p->lane.runner, &f);
	return f.rejects;
}

/* ---- who is let in -------------------------------------------------------------------------- */

static void
a_known_key_is_let_in_and_gets_its_receipt(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct hello h;
	int kind;

	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	assert_true(str_is(h.name, "sink"));
	assert_int_equal(h.window, 2048);
	raw_result(s, 5);
	reaches(&p->sink.distinct, 1);
	do
		kind = raw_next(p, s, PATIENCE_MS, &h);
	while (kind == KIND_HELLO);
	assert_int_equal(kind, KIND_RECEIPT);
}

static void
nobody_else_gets_a_word_in(void **state)
{
	struct place *p = *state;
	struct keys stranger, other;
	void *s[4];
	struct hello h;

	bus_keygen(stranger.public_key, stranger.secret_key);
	bus_keygen(other.public_key, other.secret_key);
	s[0] = raw_open(p, &stranger, p->server.public_key); /* not on the list        */
	s[1] = raw_open(p, &p->client, other.public_key);    /* another server's key   */
	s[2] = raw_open(p, NULL, NULL);                      /* no mechanism           */
	memcpy(stranger.public_key, p->client.public_key, 41);
	s[3] = raw_open(p, &stranger, p->server.public_key); /* a key without its half */
	for (size_t i = 0; i < LY_COUNT(s); i++) {
		raw_hello(s[i], WIRE_MAJOR);
		raw_result(s[i], 10 + (int64_t)i);
	}
	for (size_t i = 0; i < LY_COUNT(s); i++)
		assert_int_equal(raw_next(p, s[i], 300, &h), 0);
	assert_int_equal(p->sink.distinct, 0);
	a_known_key_is_let_in_and_gets_its_receipt(state);
}

static void
a_revoked_key_is_cut_off_at_its_next_hello(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct hello h;
	struct err e = { 0 };

	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	raw_result(s, 1);
	reaches(&p->sink.distinct, 1);
	assert_int_equal(bus_allow(p->bus, (struct conf_texts){ NULL, 0 }, &e), 0);
	raw_hello(s, WIRE_MAJOR);
	raw_result(s, 2);
	raw_result(s, 3);
	while (raw_next(p, s, 500, &h))
		if (id_none(&h.link))
			break; /* "who are you?" */
	assert_int_equal(p->sink.distinct, 1);
	raw_hello(s, WIRE_MAJOR);
	raw_result(s, 4);
	while (raw_next(p, s, 500, &h))
		assert_true(id_none(&h.link));
	assert_int_equal(p->sink.seen[4], 0);
}

static void
another_major_version_is_refused_and_told_ours(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct hello h;

	raw_hello(s, WIRE_MAJOR + 1);
	assert_int_equal(raw_next(p, s, PATIENCE_MS, &h), KIND_HELLO);
	assert_true(id_none(&h.link));
	assert_int_equal(h.major, WIRE_MAJOR);
	raw_result(s, 1);
	assert_int_equal(raw_next(p, s, 500, &h), KIND_HELLO);
	assert_int_equal(p->sink.distinct, 0);
}

static void
records_before_a_hello_are_dropped_and_answered_by_a_question(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct hello h;

	raw_result(s, 1);
	assert_int_equal(raw_next(p, s, PATIENCE_MS, &h), KIND_HELLO);
	assert_true(id_none(&h.link));
	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	raw_result(s, 2);
	reaches(&p->sink.distinct, 1);
	assert_int_equal(p->sink.seen[1], 0);
	assert_int_equal(p->sink.seen[2], 1);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void
a_bad_message_is_counted_and_its_peer_kept(void **state)
{
	static const struct str bad[] = {
		STR_INIT("\x05"),                 /* cut                        */
		STR_INIT("\0\0\0"),               /* empty records              */
		STR_INIT("\xff\xff\xff\xff\x7f"), /* a length beyond all      */
		STR_INIT("\x03\x02\x09\x40"),     /* a part that is cut         */
		STR_INIT("hello"),
	};
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct buf b = BUF(RECORD_MAX);
	struct hello h;

	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	for (size_t i = 0; i < LY_COUNT(bad); i++)
		raw_send(s, bad[i]);
	zmq_send(s, "two", 3, ZMQ_SNDMORE); /* frames too many */
	raw_send(s, STR("parts"));
	result_add(&b, 1); /* what stands before the bad bytes counts */
	buf_add(&b, STR("\x7f"));
	raw_send(s, buf_str(&b));
	raw_result(s, 2); /* when it is here, all before it has been judged */
	reaches(&p->sink.distinct, 2);
	assert_int_equal(rejects(p), LY_COUNT(bad) + 2);
	buf_release(&b);
}

static void
a_message_of_over_64_records_is_cut_there(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	struct buf b = BUF(RECORD_MAX);
	struct hello h;

	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	for (int i = 1; i <= 65; i++)
		result_add(&b, i);
	raw_send(s, buf_str(&b));
	raw_result(s, 100);
	reaches(&p->sink.distinct, 65);
	assert_int_equal(p->sink.seen[64], 1);
	assert_int_equal(p->sink.seen[65], 0);
	assert_int_equal(rejects(p), 1);
	buf_release(&b);
}

static void
an_oversize_frame_never_arrives_and_hurts_nobody_else(void **state)
{
	struct place *p = *state;
	void *s = raw_open(p, &p->client, p->server.public_key);
	void *good = raw_open(p, &p->client, p->server.public_key);
	char *much = calloc(1, RECORD_MAX * 2);
	struct hello h;

	raw_hello(s, WIRE_MAJOR);
	raw_greeted(p, s, &h);
	raw_send(s, (struct str){ much, RECORD_MAX * 2 });
	raw_hello(good, WIRE_MAJOR);
	raw_greeted(p, good, &h);
	raw_result(good, 1);
	reaches(&p->sink.distinct, 1);
	assert_int_equal(rejects(p), 0);
	free(much);
}

/* ---- commands ------------------------------------------------------------------------------- */

static struct command
a_command(const char *verb, const char *body)
{
	return (struct command){ .id = id_random(),
				 .actor = STR("unix:anna"),
				 .verb = str_of(verb),
				 .args = STR("{}"),
				 .body = str_of(body) };
}

static void
a_call_gets_its_own_reply_in_any_order(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };
	struct caller *c = caller_open(p->bus, "inproc://control", &e);
	struct command cmd = a_command("yes", "first");
	int64_t tokens[100], token, until = clock_mono_ms() + PATIENCE_MS;
	struct reply reply;
	int got = 0;

	assert_non_null(c);
	assert_int_equal(caller_call(c, &cmd, PATIENCE_MS, p->a, &reply, &e), 0);
	assert_int_equal(reply.status, 200);
	assert_true(str_is(reply.body, "first"));
	for (int i = 0; i < 100; i++) {
		char body[16];

		snprintf(body, sizeof body, "%d", i);
		cmd = a_command(i % 2 ? "no" : "yes", body);
		assert_int_equal(caller_send(c, &cmd, &tokens[i], &e), 0);
	}
	while (got < 100 && clock_mono_ms() < until) {
		if (!caller_poll(c, p->a, &token, &reply))
			continue;
		for (int i = 0; i < 100; i++) {
			int64_t n = -1;

			if (tokens[i] != token)
				continue;
			assert_int_equal(str_int64(reply.body, &n), 0);
			assert_int_equal(n, i);
			assert_int_equal(reply.status, i % 2 ? 409 : 200);
			got++;
		}
	}
	assert_int_equal(got, 100);
	caller_close(c);
}

static void
a_large_body_comes_through_and_a_larger_one_is_refused(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };
	struct caller *c = caller_open(p->bus, "inproc://control", &e);
	struct command cmd = a_command("yes", "");
	char *much = calloc(1, RECORD_CALL_MAX);
	struct reply reply;

	assert_non_null(c);
	cmd.body = (struct str){ much, RECORD_CALL_MAX - 1000 };
	assert_int_equal(caller_call(c, &cmd, PATIENCE_MS, p->a, &reply, &e), 0);
	assert_int_equal(reply.status, 200);
	assert_int_equal(reply.body.n, cmd.body.n);
	cmd.body.n = RECORD_CALL_MAX;
	assert_int_equal(caller_call(c, &cmd, PATIENCE_MS, p->a, &reply, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	free(much);
	caller_close(c);
}

static void
nobody_at_the_endpoint_is_said_in_time(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };
	struct caller *c = caller_open(p->bus, "ipc:///tmp/langyan-nobody-is-here", &e);
	struct command cmd = a_command("yes", "");
	struct reply reply;
	int64_t from = clock_mono_ms();

	assert_non_null(c);
	assert_int_equal(caller_call(c, &cmd, 200, p->a, &reply, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_string_equal(e.text, "nobody is at \"ipc:///tmp/langyan-nobody-is-here\"");
	assert_in_range(clock_mono_ms() - from, 150, 2000);
	caller_close(c);
}

/* ---- what is said of wrong settings --------------------------------------------------------- */

static void
wrong_endpoints_and_keys_are_named(void **state)
{
	static const struct {
		const char *endpoint, *says;
		enum err_kind kind;
	} cases[] = {
		{ "tcp://127.0.0.1:1",
		  "sink: \"tcp://127.0.0.1:1\": tcp needs keys "
		  "(wire.public_key, wire.secret_key)",
		  ERR_USAGE },
		{ "nonsense", "sink: could not bind \"nonsense\": Invalid argument",
		  ERR_USAGE },
		{ "ipc:///nowhere/at/all",
		  "sink: could not bind \"ipc:///nowhere/at/all\": "
		  "No such file or directory",
		  ERR_USAGE },
	};
	struct keys k;
	struct curve c = { .public_key = STR("short") };
	struct err e = { 0 };
	struct bus *b = bus_new(NULL, &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str in = str_of(cases[i].endpoint);
		struct sink sink = { .n = 1 };
		struct lane lane;

		lane_start(&lane, b, &sink_stage, &sink,
			   (struct ends){ .in = { &in, 1 }, .bind_in = true });
		assert_int_equal(lane_end(&lane, NULL), -1);
		assert_string_equal(lane.e.text, cases[i].says);
		assert_int_equal(lane.e.kind, cases[i].kind);
	}
	bus_free(b);
	bus_keygen(k.public_key, k.secret_key);
	assert_null(bus_new(&c, &e));
	assert_string_equal(e.text, "the public key is not a key: 40 characters of Z85");
	c.public_key = str_of(k.public_key);
	assert_null(bus_new(&c, &e));
	assert_string_equal(e.text, "the secret key is not a key: 40 characters of Z85");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_known_key_is_let_in_and_gets_its_receipt),
		T(nobody_else_gets_a_word_in),
		T(a_revoked_key_is_cut_off_at_its_next_hello),
		T(another_major_version_is_refused_and_told_ours),
		T(records_before_a_hello_are_dropped_and_answered_by_a_question),
		T(a_bad_message_is_counted_and_its_peer_kept),
		T(a_message_of_over_64_records_is_cut_there),
		T(an_oversize_frame_never_arrives_and_hurts_nobody_else),
		T(a_call_gets_its_own_reply_in_any_order),
		T(a_large_body_comes_through_and_a_larger_one_is_refused),
		T(nobody_at_the_endpoint_is_said_in_time),
		cmocka_unit_test(wrong_endpoints_and_keys_are_named),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
