/* Are we alive, and who hears when not: the decisions alone, then through the responder. */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/alive.h"
#include "responder/alive_store.h"
#include "tests/support/receiver.h"
#include "tests/support/record_world.h"

#define NOW  INT64_C(1800000000)
#define MIN  60
#define HOUR 3600

struct world_notices world_notices; /* the world empties it; the real parts do not look */

/* ---- the decisions ---------------------------------------------------------------------------------- */

static void
what_is_not_well_is_named(void **state)
{
	static const struct {
		int64_t started, heard, answered, polled,
			failing; /* seconds ago; heard -1: never */
		int64_t late_pages;
		bool full;
		enum alive_lack lack, silent;
		int64_t since; /* seconds ago; 0: it is not silent */
	} cases[] = {
		{ 7200, 30, 30, 3, 0, 0, false, ALIVE_WELL, ALIVE_WELL, 0 },
		/* Calm is no fault, nor is one source of several. */
		{ 90000, 30, 80000, 3, 2, 0, false, ALIVE_WELL, ALIVE_WELL, 0 },
		/* Who only pushes has nothing that could fail. */
		{ 90000, 30, 90000, 0, 0, 0, false, ALIVE_WELL, ALIVE_WELL, 0 },
		{ 7200, 180, 30, 3, 0, 0, false, ALIVE_WELL, ALIVE_WELL, 0 },
		{ 7200, 181, 30, 3, 0, 0, false, ALIVE_STILL, ALIVE_WELL, 0 },
		{ 7200, 3600, 30, 3, 0, 0, false, ALIVE_STILL, ALIVE_STILL, 3600 },
		/* Nothing has come since the start. */
		{ 30, -1, 0, 0, 0, 0, false, ALIVE_STILL, ALIVE_WELL, 0 },
		{ 3600, -1, 0, 0, 0, 0, false, ALIVE_STILL, ALIVE_STILL, 3600 },
		/* All sources fail. */
		{ 90000, 30, 3599, 3, 3, 0, false, ALIVE_WELL, ALIVE_WELL, 0 },
		{ 90000, 30, 3600, 3, 3, 0, false, ALIVE_DEAF, ALIVE_DEAF, 3600 },
		{ 5000, 30, 90000, 3, 3, 0, false, ALIVE_DEAF, ALIVE_DEAF, 5000 },
		/* What is due is counted, and room for it. */
		{ 7200, 30, 30, 3, 0, 1, false, ALIVE_LATE, ALIVE_WELL, 0 },
		{ 7200, 30, 30, 3, 0, 0, true, ALIVE_FULL, ALIVE_WELL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct pulses all = { .n = 0 };
		struct pulse p = { .spool = ID_OF(STR("a")),
				   .at = NOW - cases[i].heard,
				   .answered_at = NOW - cases[i].answered,
				   .polled = cases[i].polled,
				   .failing = cases[i].failing };
		struct alive_ask q = { .pulses = &all,
				       .started_at = NOW - cases[i].started,
				       .late_pages = cases[i].late_pages,
				       .full = cases[i].full,
				       .silent_after_s = HOUR,
				       .now = NOW };
		enum alive_lack lack, silent;
		int64_t since;

		if (cases[i].heard >= 0)
			pulses_take(&all, &p);
		lack = alive_judge(&q);
		since = alive_silent(&q, &silent);
		if (lack != cases[i].lack || silent != cases[i].silent ||
		    since != (cases[i].since ? NOW - cases[i].since : 0))
			fail_msg("case %zu: \"%s\", silent \"%s\" since %lld", i,
				 alive_words[lack], alive_words[silent], (long long)since);
	}
}

static void
each_crawler_is_heard_by_itself(void **state)
{
	struct pulses all = { .n = 0 };
	struct alive_ask q = {
		.pulses = &all, .started_at = NOW - 9 * HOUR, .silent_after_s = HOUR, .now = NOW
	};
	enum alive_lack why;

	(void)state;
	for (int i = 0; i < 20; i++) { /* crawlers come and go: the newest are kept */
		char name[] = { (char)('a' + i), 0 };

		pulses_take(&all, &(struct pulse){ .spool = ID_OF(str_of(name)),
						   .at = NOW - 30 * HOUR + i });
	}
	assert_int_equal(all.n, PULSES_MAX);
	pulses_take(&all, &(struct pulse){ .spool = ID_OF(STR("t")), .at = NOW - 10 });
	assert_int_equal(all.n, PULSES_MAX);
	assert_int_equal(alive_judge(&q), ALIVE_WELL); /* those of yesterday were taken out */
	pulses_take(&all, &(struct pulse){ .spool = ID_OF(STR("s")), .at = NOW - 2 * HOUR });
	assert_int_equal(alive_judge(&q), ALIVE_STILL); /* this one was not */
	assert_int_equal(alive_silent(&q, &why), NOW - 2 * HOUR);
}

static void
a_canary_comes_once_a_day_on_the_clock_of_its_reader(void **state)
{
	static const struct {
		const char *zone, *now, *last, *next;
	} cases[] = {
		{ "Asia/Shanghai", "2026-03-14T09:59:59+08:00", "2026-03-13T10:00:00+08:00",
		  "2026-03-14T10:00:00+08:00" },
		{ "Asia/Shanghai", "2026-03-14T10:00:00+08:00", "2026-03-14T10:00:00+08:00",
		  "2026-03-15T10:00:00+08:00" },
		{ "Europe/London", "2026-03-29T09:00:00+01:00", "2026-03-28T10:00:00+00:00",
		  "2026-03-29T10:00:00+01:00" },
		{ "America/New_York", "2026-12-31T23:00:00-05:00", "2026-12-31T10:00:00-05:00",
		  "2027-01-01T10:00:00-05:00" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct zone *z = zone_open(cases[i].zone, &e);
		int64_t now = desk_iso(cases[i].now);

		assert_int_equal(canary_last(z, 10 * HOUR, now), desk_iso(cases[i].last));
		assert_int_equal(canary_next(z, 10 * HOUR, now), desk_iso(cases[i].next));
		zone_close(z);
	}
}

/* ---- through the responder -------------------------------------------------------------------------- */

static const char settings[] =
	"people:\n"
	"  anna: { lang: en, contacts: [ { channel: disk }, { channel: bell, address: a } ], "
	"roles: [lead] }\n"
	"  bob: { zone: Europe/London, contacts: [ { channel: disk } , { channel: bell, "
	"address: "
	"b } ] }\n"
	"  cat: { contacts: [ { channel: bell, address: c, wakes: no } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"person:anna\"] } ] }\n"
	"routes: [ { policy: default, owner: anna, group_wait: 0s } ]\n"
	"channels:\n"
	"  disk: { kind: file, path: %s/told }\n"
	"  bell: { kind: file, path: %s/loud, wakes: on }\n";

struct house {
	struct world w;
	struct conf *conf;
	struct receiver r;
	struct str at; /* of the receiver */
};

static void
house_open(struct house *h, int64_t now)
{
	struct world *w = &h->w;
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };

	world_open(w, CLOCK_WALL);
	receiver_open(&h->r);
	h->r.answers[h->r.n_answers++] = YES;
	responder_free(w->r);
	w->r = NULL;
	h->conf = conf_read_text(str_of(arena_textf(w->arena, settings, w->dir, w->dir)),
				 "house.yaml", desk_schema(), &w->conf.notice, &report, &e);
	if (!h->conf)
		fail_msg("%s", report.p);
	buf_release(&report);
	h->at = str_of(arena_textf(w->arena, "127.0.0.1:%d", h->r.port));
	w->conf.site.data = str_of(w->dir);
	w->conf.send = SEND_REAL;
	w->conf.alive = (struct alive_conf){
		.heartbeat_out = str_of(arena_textf(w->arena, "http://%s/ping", h->at.p)),
		.heartbeat_private = { &h->at, 1 },
		.heartbeat_every_s = MIN,
		.canary = 1,
		.canary_at = 10 * HOUR,
		.proof_s = 7 * 86400,
		.silent_after_s = HOUR,
	};
	world_reopen(w, now);
}

static void
house_close(struct house *h)
{
	world_close(&h->w);
	receiver_close(&h->r);
	conf_free(h->conf);
}

/* The crawler's word. */
static void
pulse(struct house *h, int64_t answered_at, int64_t polled, int64_t failing, int64_t now)
{
	world_say(&h->w, &(struct world_mention){
				 .at = now,
				 .identity = "pulse:1",
				 .document_flags = DOCUMENT_HEALTH,
				 .no_mention = true,
				 .text = arena_textf(h->w.arena,
						     "{\"answered_at\":%lld,\"polled\":%lld,"
						     "\"failing\":%lld}",
						     (long long)answered_at, (long long)polled,
						     (long long)failing) });
	world_turn(&h->w, now);
}

/* Files end at once: rows are sent a turn later. */
static void
turns(struct house *h, int64_t now)
{
	for (int i = 0; i < 4; i++)
		world_turn(&h->w, now);
}

/* What leaves within a moment: one request at the monitor, or none. */
static size_t
pings(struct house *h, int64_t now)
{
	struct pollfd p = { h->r.fd, POLLIN, 0 };
	size_t before = h->r.n_seen;

	world_turn(&h->w, now);
	/* A transfer that was started has connected, or will within the loop's turns. */
	for (int i = 0; i < 20 && h->r.n_seen == before; i++) {
		world_turn(&h->w, now);
		if (poll(&p, 1, 5) > 0)
			receiver_take(&h->r);
	}
	for (int i = 0; i < 20; i++) {
		world_turn(&h->w, now);
		poll(NULL, 0, 1);
	}
	return h->r.n_seen - before;
}

static void
the_monitor_is_pinged_only_while_all_is_well(void **state)
{
	int64_t t = desk_iso("2026-03-14T12:00:00+08:00");
	struct house h;

	(void)state;
	house_open(&h, t);
	assert_int_equal(pings(&h, t), 0); /* nothing has come from the crawler yet */
	pulse(&h, t, 2, 0, t + MIN);
	assert_int_equal(pings(&h, t + MIN), 1);
	assert_non_null(strstr(h.r.seen[0], "GET /ping HTTP/1.1"));
	assert_int_equal(pings(&h, t + MIN + 30), 0); /* its minute is not over */
	assert_int_equal(pings(&h, t + 2 * MIN), 1);
	assert_string_equal(
		world_ask(&h.w, "SELECT value FROM meta WHERE name = 'heartbeat_heard_at'"),
		arena_textf(h.w.arena, "%lld", (long long)(t + 2 * MIN)));
	/* The crawler is still: so are we, until it is back. */
	assert_int_equal(pings(&h, t + 5 * MIN), 0);
	pulse(&h, t, 2, 0, t + 6 * MIN);
	assert_int_equal(pings(&h, t + 6 * MIN), 1);
	/* A page that should have left long ago. */
	world_forge(&h.w,
		    arena_textf(h.w.arena,
				"INSERT INTO notice (id, incident, level, kind, recipient, "
				"channel, address, seq, state, why, created_at, due_at, "
				"attempts, next_at, subject, body, html, facts, code, "
				"repeat_possible) VALUES (x'01', x'02', 3, 'page', 'anna', "
				"'disk', '', 1, 'retry_wait', '', 0, %lld, 1, %lld, '', '', "
				"'', '{}', '', 0)",
				(long long)t, (long long)(t + 86400)));
	pulse(&h, t, 2, 0, t + 12 * MIN);
	assert_int_equal(pings(&h, t + 12 * MIN), 0);
	/* Its incident's other page has left: they know. */
	world_forge(&h.w,
		    arena_textf(h.w.arena,
				"INSERT INTO notice (id, incident, level, kind, recipient, "
				"channel, address, seq, state, why, created_at, due_at, "
				"attempts, next_at, subject, body, html, facts, code, "
				"repeat_possible, sent_at) VALUES (x'03', x'02', 3, 'page', "
				"'bob', 'disk', '', 1, 'sent', '', 0, %lld, 1, 0, '', '', "
				"'', '{}', '', 0, %lld)",
				(long long)t, (long long)(t + MIN)));
	pulse(&h, t, 2, 0, t + 13 * MIN);
	assert_int_equal(pings(&h, t + 13 * MIN), 1);
	house_close(&h);
}

static const char *
canaries(struct house *h)
{
	return world_ask(&h->w, "SELECT coalesce(group_concat(recipient || '/' || channel || "
				"'/' || address || ' L' || level || ' ' || state, ', '), '') "
				"FROM (SELECT * FROM notice WHERE kind = 'canary' ORDER BY "
				"created_at, recipient) AS c");
}

static void
proof_add(void *arg, const struct contact_proof *p)
{
	buf_addf(arg, "%.*s/%.*s %s\n", STR_ARG(p->person->key), STR_ARG(p->contact->channel),
		 p->at ? "proved" : "never");
}

static void
each_contact_that_wakes_is_proved_once_a_day(void **state)
{
	int64_t t = desk_iso("2026-03-14T09:00:00+08:00");
	struct buf said = BUF(4096);
	struct err e = { 0 };
	struct store *s;
	struct house h;

	(void)state;
	house_open(&h, t);
	turns(&h, t);
	assert_string_equal(canaries(&h), "");
	assert_true(respond_stage.due(h.w.r) <= t + HOUR);
	turns(&h, t + HOUR);
	assert_string_equal(canaries(&h), "anna/bell/a L0 sent");
	assert_string_equal(world_ask(&h.w, "SELECT subject FROM notice WHERE kind = 'canary'"),
			    "[Langyan] daily check: this way to you works");
	turns(&h, t + HOUR + 1);
	world_reopen(&h.w, t + HOUR + 2); /* once, through a restart and a clock set back */
	turns(&h, t + HOUR + 3);
	turns(&h, t);
	turns(&h, t + HOUR);
	assert_string_equal(canaries(&h), "anna/bell/a L0 sent");
	turns(&h, desk_iso("2026-03-14T10:00:00+00:00")); /* ten in London */
	assert_string_equal(canaries(&h), "anna/bell/a L0 sent, bob/bell/b L0 sent");
	s = store_open_reader(h.w.path, &record_migrations, &e);
	assert_int_equal(contact_proofs(s, &h.w.conf.notice, proof_add, &said, &e), 2);
	assert_string_equal(said.p, "anna/bell proved\nbob/bell proved\n");
	buf_clear(&said);
	assert_int_equal(contact_proofs(NULL, &h.w.conf.notice, proof_add, &said, &e), 2);
	assert_string_equal(said.p, "anna/bell never\nbob/bell never\n");
	store_close(s);
	buf_release(&said);
	house_close(&h);
}

static void
silence_is_told_through_the_second_contact_once(void **state)
{
	static const char rows[] =
		"SELECT coalesce(group_concat(recipient || '/' || channel || ': ' || subject, "
		"'; '), '') FROM (SELECT * FROM notice WHERE kind = 'operator' ORDER BY "
		"created_at) AS o";
	int64_t t = desk_iso("2026-03-14T12:00:00+08:00");
	struct house h;

	(void)state;
	house_open(&h, t);
	h.w.conf.alive.heartbeat_out = STR("");
	pulse(&h, t, 3, 1, t);
	pulse(&h, t + MIN, 3, 3, t + 59 * MIN);
	assert_string_equal(world_ask(&h.w, rows), "");
	pulse(&h, t + MIN, 3, 3, t + 61 * MIN); /* all fail for an hour */
	turns(&h, t + 61 * MIN);
	turns(&h, t + 70 * MIN);
	assert_string_equal(world_ask(&h.w, rows),
			    "anna/bell: [Langyan] we are blind: no source answers");
	world_reopen(&h.w, t + 71 * MIN); /* and again at once: nobody is told twice */
	turns(&h, t + 71 * MIN);
	turns(&h, t + 73 * MIN);
	pulse(&h, t + 74 * MIN, 3, 2, t + 74 * MIN);
	turns(&h, t + 75 * MIN);
	assert_string_equal(world_ask(&h.w, rows),
			    "anna/bell: [Langyan] we are blind: no source answers; "
			    "anna/bell: [Langyan] sources are read again");
	turns(&h, t + 134 * MIN); /* and then the crawler itself is still */
	assert_string_equal(
		world_ask(&h.w, "SELECT subject FROM notice WHERE kind = 'operator' ORDER BY "
				"created_at DESC LIMIT 1"),
		"[Langyan] we are blind: nothing comes from the crawler");
	house_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_well_is_named),
		cmocka_unit_test(each_crawler_is_heard_by_itself),
		cmocka_unit_test(a_canary_comes_once_a_day_on_the_clock_of_its_reader),
		cmocka_unit_test(the_monitor_is_pinged_only_while_all_is_well),
		cmocka_unit_test(each_contact_that_wakes_is_proved_once_a_day),
		cmocka_unit_test(silence_is_told_through_the_second_contact_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
