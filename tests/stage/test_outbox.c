/*
 * Notices on their way out, with a receiver in the test itself: a listening socket and a script
 * of answers. Domain time is passed in; real time passes only as long as loopback needs.
 */
#include "core/base.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/channel.h"
#include "tests/support/receiver.h"

#define AT(clock) desk_iso("2026-03-16T" clock "+08:00")

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
	struct hooked w;
	char key[100], delivery[100], sign[200], repeat[20], want[200];
	struct buf made = BUF(300);
	struct notice_row r;
	struct err e = { 0 };
	const struct json *j, *alert;
	int64_t t;

	(void)state;
	hooked_open(&w, AT("10:00:00"), YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 1);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "sent"));
	assert_int_equal(r.sent_at, AT("10:00:00"));
	assert_string_equal(hooked_attempts(&w), "1 200 answered");
	receiver_header(w.r.seen[0], "Idempotency-Key", key, sizeof key);
	receiver_header(w.r.seen[0], "X-Langyan-Delivery", delivery, sizeof delivery);
	receiver_header(w.r.seen[0], "X-Langyan-Signature", sign, sizeof sign);
	receiver_header(w.r.seen[0], "X-Langyan-Repeat", repeat, sizeof repeat);
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
	webhook_sign(STR("demo-secret"), t, receiver_body(w.r.seen[0]), &made);
	assert_string_equal(sign, made.p);
	j = json_parse(w.d.a, receiver_body(w.r.seen[0]), &e);
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
	hooked_close(&w);
}

/* What was approved arrives as it was approved, wherever it is read. */
static void
an_approved_text_leaves_as_it_was_approved(void **state)
{
	static const struct str text =
		STR_INIT("  \xe6\x88\x91\xe4\xbb\xac\xe5\x9c\xa8\xe6\x9f\xa5\r\n\r\n"
			 "a \"b\"\t</p>\xe2\x80\x8b \n");
	static const char *const kinds[] = { "publish", "auto_ack" };

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		struct notice_text t = { .kind = kinds[k % 2],
					 .channel = STR("hook"),
					 .key = STR("k"),
					 .subject = STR("INC-2026-0001"),
					 .body = text,
					 .facts = STR("{\"release\":\"1\"}") };
		struct hooked w;
		struct buf made = BUF(300);
		struct err e = { 0 };
		const struct json *j;
		char sign[200];
		long at;

		hooked_open(&w, AT("10:00:00"), YES, NULL);
		if (k > 1) /* beyond a border */
			((struct channel_conf *)channel_find(&w.d.c, t.channel))->region =
				STR("mars");
		assert_int_equal(store_begin(w.d.store, &e), 0);
		assert_int_equal(notices_tell(w.d.notices, &t, AT("10:00:00"), &e), 0);
		assert_int_equal(store_commit(w.d.store, &e), 0);
		notices_send(w.d.notices, AT("10:00:00"));
		hooked_pump(&w.d, &w.r, AT("10:00:00"));
		assert_int_equal(w.r.n_seen, 1);
		receiver_header(w.r.seen[0], "X-Langyan-Signature", sign, sizeof sign);
		assert_int_equal(sscanf(sign, "t=%ld,", &at), 1);
		webhook_sign(STR("demo-secret"), at, receiver_body(w.r.seen[0]), &made);
		assert_string_equal(sign, made.p);
		j = json_parse(w.d.a, receiver_body(w.r.seen[0]), &e);
		assert_non_null(j);
		assert_true(str_is(json_text(json_get(j, "event"), STR("")), t.kind));
		assert_true(str_eq(json_text(json_get(j, "text"), STR("")), text));
		assert_true(str_is(
			json_text(json_get(json_get(j, "release"), "release"), STR("")), "1"));
		assert_null(json_get(j, "alerts"));
		buf_release(&made);
		hooked_close(&w);
	}
}

static void
after_a_500_the_same_goes_again_with_the_same_key(void **state)
{
	struct hooked w;
	char first[100], second[100], repeat[20];
	struct notice_row r;

	(void)state;
	hooked_open(&w, AT("10:00:00"), BUSY, YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "retry_wait"));
	assert_in_range(r.next_at, AT("10:00:04"), AT("10:00:06"));
	assert_int_equal(w.r.n_seen, 1);
	desk_until(&w.d, r.next_at - 1);
	assert_int_equal(w.r.n_seen, 1);
	desk_turn(&w.d, r.next_at);
	hooked_pump(&w.d, &w.r, r.next_at);
	assert_int_equal(w.r.n_seen, 2);
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	assert_string_equal(hooked_attempts(&w), "1 500 answered, 2 200 answered");
	receiver_header(w.r.seen[0], "Idempotency-Key", first, sizeof first);
	receiver_header(w.r.seen[1], "Idempotency-Key", second, sizeof second);
	receiver_header(w.r.seen[1], "X-Langyan-Repeat", repeat, sizeof repeat);
	assert_string_equal(first, second);
	assert_string_equal(repeat, "possible");
	assert_true(str_eq(receiver_body(w.r.seen[0]), receiver_body(w.r.seen[1])));
	hooked_close(&w);
}

/* A bell that rings on when everything is recorded keeps the stage awake for ever. */
static void
what_has_been_told_wakes_nobody(void **state)
{
	struct hooked w;
	struct pollfd fd;

	(void)state;
	hooked_open(&w, AT("10:00:00"), YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	fd = (struct pollfd){ notices_fd(w.d.notices), POLLIN, 0 };
	assert_int_equal(poll(&fd, 1, 0), 0);
	hooked_close(&w);
}

static void
retry_after_is_honoured(void **state)
{
	struct hooked w;

	(void)state;
	hooked_open(&w, AT("10:00:00"), LATER, YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(desk_row(&w.d, "lin", "hook", "page").next_at, AT("10:02:00"));
	desk_turn(&w.d, AT("10:02:00"));
	hooked_pump(&w.d, &w.r, AT("10:02:00"));
	/* For so long nobody waits: it went another way meanwhile, and the step's clock began. */
	assert_string_equal(hooked_attempts(&w),
			    "1 429 answered, 2 200 answered, 1 200 answered");
	assert_int_equal(notices_due(w.d.notices), AT("10:15:00"));
	hooked_close(&w);
}

static void
a_400_is_for_good_and_told_another_way(void **state)
{
	struct hooked w;
	struct notice_row r;

	(void)state;
	hooked_open(&w, AT("10:00:00"), NO, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 1);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "failed_perm"));
	r = desk_row(&w.d, "lin", "shelf", "page"); /* her next contact */
	assert_true(str_is(r.state, "sent"));
	assert_true(str_find(r.body, STR("现在　渠道 hook 送不到，改由这里通知")) > 0);
	assert_true(str_find(r.body, STR("请在 10:15 前确认；否则")) > 0); /* its clock */
	r = desk_row(&w.d, "lin", "shelf", "operator");
	assert_true(str_is(r.state, "sent"));
	assert_string_equal(r.subject.p, "[狼烟] 通知没有送达：渠道 hook");
	/* What answers it is hers alone. */
	assert_true(str_find(r.body, desk_row(&w.d, "lin", "hook", "page").code) < 0);
	assert_true(str_find(r.body, STR("langyan notice show ")) > 0);
	desk_until(&w.d, AT("10:14:59"));
	assert_int_equal(w.r.n_seen, 1); /* never again */
	hooked_close(&w);
}

/* Nor does the trouble with it tell the words of an incident to whom they are kept from. */
static void
the_operator_is_not_who_must_stay_out(void **state)
{
	static const char people[] =
		"  cara: { name: Cara, contacts: [ { channel: shelf } ], roles: [lead] }\n"
		"  dora: { name: Dora, contacts: [ { channel: shelf } ] }\n"
		"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, contacts: [ { "
		"channel: hook } ] }\n";
	static const char *const answers[] = { NO, NULL };

	(void)state;
	for (int secret = 0; secret < 2; secret++) {
		struct hooked w;
		struct notice_row r;

		hooked_open_for(&w, AT("10:00:00"), people, answers);
		desk_fire(&w.d, 1, false, AT("10:00:00"));
		desk_shut(&w.d, secret ? NULL : "cara", AT("10:00:00"));
		desk_until(&w.d, AT("10:00:00"));
		hooked_pump(&w.d, &w.r, AT("10:00:00"));
		r = desk_row(&w.d, secret ? "cara" : "dora", "shelf", "operator");
		assert_int_equal(str_find(r.body, STR("茶")) >= 0 ||
					 str_find(r.body, STR("INC-2026-0001")) >= 0,
				 !secret);
		hooked_close(&w);
	}
}

/* Langyan says something of itself. */
static void
tell_operator(struct desk *d, const char *person, const char *subject, const char *body,
	      const char *facts)
{
	const struct notice_text t = { .kind = "operator",
				       .key = str_of(subject),
				       .person = str_of(person),
				       .subject = str_of(subject),
				       .body = str_of(body),
				       .facts = str_of(facts) };
	struct err e = { 0 };

	assert_int_equal(store_begin(d->store, &e), 0);
	assert_int_equal(notices_tell(d->notices, &t, AT("10:00:00"), &e), 0);
	assert_int_equal(store_commit(d->store, &e), 0);
	desk_turn(d, AT("10:00:00"));
}

/* What Langyan says of itself goes by the next contact, too, and at the end to the disk. */
static void
the_operator_is_told_by_the_next_contact(void **state)
{
	static const char people[] =
		"  cara: { name: Cara, lang: en, contacts: [ { channel: hook }, { channel: box "
		"} ], roles: [lead] }\n"
		"  lin: { name: 林静, contacts: [ { channel: shelf } ] }\n";
	struct hooked w;
	struct notice_row r;

	(void)state;
	hooked_open_for(&w, AT("10:00:00"), people, (const char *const[]){ NO, NULL });
	tell_operator(&w.d, "cara", "we are blind", "nothing comes\n", "{}");
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_true(str_is(desk_row(&w.d, "cara", "hook", "operator").state, "failed_perm"));
	r = desk_row(&w.d, "cara", "box", "operator");
	assert_true(str_is(r.state, "sent"));
	assert_string_equal(r.subject.p, "we are blind");
	assert_string_equal(r.body.p, "nothing comes\n");
	hooked_close(&w);
}

/* The answer to a code is for who sent it. */
static void
an_answer_to_one_person_is_told_to_nobody_else(void **state)
{
	static const char people[] = "  cara: { name: Cara, lang: en, contacts: [ { channel: "
				     "shelf } ], roles: [lead] }\n"
				     "  lin: { name: 林静, contacts: [ { channel: hook } ] }\n";
	struct hooked w;

	(void)state;
	hooked_open_for(&w, AT("10:00:00"), people, (const char *const[]){ NO, NULL });
	tell_operator(&w.d, "lin", "Re", "taken\n", "{\"personal\":1}");
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_string_equal(desk_rows(&w.d),
			    "L0 operator - last-resort sent 03-16 10:00\n"
			    "L0 operator lin hook failed_perm (it answered 400) 03-16 10:00\n");
	hooked_close(&w);
}

/* The alarm about one channel is refused by another: a third has it, and each is tried once. */
static void
trouble_is_told_though_a_second_channel_fails(void **state)
{
	static const char people[] =
		"  cara: { name: Cara, lang: en, contacts: [ { channel: hook }, { channel: "
		"shelf }, { channel: box } ], roles: [lead] }\n"
		"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, contacts: [ { "
		"channel: shelf } ] }\n";
	int64_t now = AT("10:00:00");
	struct hooked w;
	struct notice_row r;
	char *shelf;
	FILE *f;

	(void)state;
	hooked_open_for(&w, now, people, (const char *const[]){ NO, NULL });
	shelf = arena_textf(w.d.kept, "%s/shelf", w.dir);
	f = fopen(shelf, "w"); /* where a folder should be */
	assert_non_null(f);
	fclose(f);
	desk_fire(&w.d, 1, false, now);
	for (int i = 0; i < 40 && !w.r.n_seen; i++) {
		desk_until(&w.d, now);
		hooked_pump(&w.d, &w.r, now);
		now += 60;
	}
	desk_until(&w.d, now);
	assert_true(str_is(desk_row(&w.d, "cara", "hook", "operator").state, "failed_perm"));
	r = desk_row(&w.d, "cara", "box", "operator");
	assert_true(str_is(r.state, "sent"));
	assert_string_equal(r.subject.p, desk_row(&w.d, "cara", "hook", "operator").subject.p);
	assert_true(str_find(r.subject, STR("shelf")) > 0);
	hooked_close(&w);
}

static void
a_refused_connection_waits_longer_each_time_and_is_never_lost(void **state)
{
	struct hooked w;
	int64_t now = AT("10:00:00"), last = 0;

	(void)state;
	hooked_open(&w, now, YES, NULL);
	close(w.r.fd); /* nobody listens */
	w.r.fd = -1;
	desk_fire(&w.d, 1, false, now);
	for (int i = 1; i <= 5; i++) {
		struct notice_row r;

		hooked_pump(&w.d, &w.r, now);
		r = desk_row(&w.d, "lin", "hook", "page");
		assert_true(str_is(r.state, "retry_wait"));
		assert_int_equal(r.attempts, i);
		assert_true(r.next_at - now > last);
		last = r.next_at - now;
		now = r.next_at;
		desk_turn(&w.d, now);
	}
	hooked_pump(&w.d, &w.r, now);
	/* The third failure told her another way, the fifth the operator. */
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "operator").state, "sent"));
	hooked_close(&w);
}

/* The receiver has it, we died before we wrote that down. */
static void
after_a_crash_the_same_key_goes_again_marked_as_a_repeat(void **state)
{
	struct hooked w;
	char first[100], second[100], repeat[20];
	int64_t now = AT("10:00:00");
	struct pollfd fd;

	(void)state;
	hooked_open(&w, now, YES, NULL);
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
	hooked_pump(&w.d, &w.r, now + 60);
	assert_int_equal(w.r.n_seen, 2);
	receiver_header(w.r.seen[0], "Idempotency-Key", first, sizeof first);
	receiver_header(w.r.seen[1], "Idempotency-Key", second, sizeof second);
	receiver_header(w.r.seen[1], "X-Langyan-Repeat", repeat, sizeof repeat);
	assert_string_equal(first, second);
	assert_string_equal(repeat, "possible");
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "sent"));
	hooked_close(&w);
}

static void
what_is_taken_back_on_its_way_is_not_tried_again(void **state)
{
	int64_t now = AT("10:00:00");
	struct notice_row r;
	struct hooked w;
	struct err e = { 0 };

	(void)state;
	hooked_open(&w, now, YES, NULL);
	close(w.r.fd); /* nobody listens */
	w.r.fd = -1;
	desk_fire(&w.d, 1, false, now);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "sending"));
	assert_int_equal(store_begin(w.d.store, &e), 0);
	assert_int_equal(notice_recall(w.d.store, &r.id, STR("x"), &e), 0);
	assert_int_equal(store_commit(w.d.store, &e), 0);
	hooked_pump(&w.d, &w.r, now);
	r = desk_row(&w.d, "lin", "hook", "page");
	assert_true(str_is(r.state, "superseded"));
	assert_int_equal(r.attempts, 1);
	hooked_close(&w);
}

static void
nothing_is_published_where_it_may_not_any_more(void **state)
{
	static struct str hook[] = { STR_INIT("hook") };

	(void)state;
	for (size_t may = 0; may < 2; may++) {
		struct conf_texts publish = { hook, may };
		struct notice_text t = { .kind = "publish",
					 .channel = STR("hook"),
					 .key = STR("1"),
					 .subject = STR("x"),
					 .body = STR("y") };
		int64_t now = AT("10:00:00");
		struct hooked w;
		struct err e = { 0 };

		hooked_open(&w, now, YES, NULL);
		w.d.env.publish = &publish;
		assert_int_equal(store_begin(w.d.store, &e), 0);
		assert_int_equal(notices_tell(w.d.notices, &t, now, &e), 0);
		assert_int_equal(store_commit(w.d.store, &e), 0);
		notices_send(w.d.notices, now);
		hooked_pump(&w.d, &w.r, now);
		assert_int_equal(w.r.n_seen, may);
		assert_true(str_is(desk_row(&w.d, "", "hook", "publish").state,
				   may ? "sent" : "failed_perm"));
		hooked_close(&w);
	}
}

static void
no_channel_gets_more_than_its_rate_in_any_minute(void **state)
{
	struct hooked w;
	struct err e = { 0 };
	int64_t at = AT("10:00:00");
	int64_t sent[40];
	size_t n = 0;
	struct stmt *q;

	(void)state;
	hooked_open(&w, at, YES, NULL); /* rate: 8 */
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
	hooked_pump(&w.d, &w.r, at);
	while (notices_due(w.d.notices) < INT64_MAX) {
		at = notices_due(w.d.notices);
		desk_turn(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
	}
	q = store_stmt(w.d.store, "SELECT sent_at FROM notice ORDER BY sent_at");
	while (stmt_step(q, &e) > 0)
		sent[n++] = stmt_col_int(q, 0);
	assert_int_equal(n, 15);
	for (size_t i = 8; i < n; i++)
		assert_true(sent[i] - sent[i - 8] >= 60);
	hooked_close(&w);
}

static void
a_file_is_whole_and_named_by_its_notice(void **state)
{
	struct hooked w;
	char path[200], text[4000] = "";
	struct buf hex = BUF(64);
	struct notice_row r;
	FILE *f;

	(void)state;
	hooked_open(&w, AT("10:00:00"), NO, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
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
	hooked_close(&w);
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
		"routes: [ { owner: lin, group_wait: 0s } ]\n"
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
		cmocka_unit_test(an_approved_text_leaves_as_it_was_approved),
		cmocka_unit_test(after_a_500_the_same_goes_again_with_the_same_key),
		cmocka_unit_test(what_has_been_told_wakes_nobody),
		cmocka_unit_test(retry_after_is_honoured),
		cmocka_unit_test(a_400_is_for_good_and_told_another_way),
		cmocka_unit_test(the_operator_is_not_who_must_stay_out),
		cmocka_unit_test(the_operator_is_told_by_the_next_contact),
		cmocka_unit_test(an_answer_to_one_person_is_told_to_nobody_else),
		cmocka_unit_test(trouble_is_told_though_a_second_channel_fails),
		cmocka_unit_test(a_refused_connection_waits_longer_each_time_and_is_never_lost),
		cmocka_unit_test(after_a_crash_the_same_key_goes_again_marked_as_a_repeat),
		cmocka_unit_test(what_is_taken_back_on_its_way_is_not_tried_again),
		cmocka_unit_test(nothing_is_published_where_it_may_not_any_more),
		cmocka_unit_test(no_channel_gets_more_than_its_rate_in_any_minute),
		cmocka_unit_test(a_file_is_whole_and_named_by_its_notice),
		cmocka_unit_test(a_mail_waits_for_the_server_and_keeps_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
