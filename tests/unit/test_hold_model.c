/*
 * Random histories of incidents, people, silences, channels that fail, and times, over rows:
 *   1. no L1 or L2 notice reaches anybody off shift in their quiet hours, but what touches safety
 *   2. nobody who must stay out of an incident is told of it from then on, nor of one that is
 *      confidential beside
 *   3. whatever waits has a reason, and a row of notice_hold that says it; whatever never left says why
 *   4. nothing waits beyond its time
 *   5. nothing of an exercise reaches a contact that is not enrolled in it: its row says so
 * and each reason, each state and each of these cases came at least once. Nothing waits in "queued"
 * here: no destination has a rate (tests/stage/test_outbox_lanes.c). By day 300 histories of some
 * fifty notices, half as many in a sanitizer's build, where not each must come; LY_NIGHTLY=1: 50,000,
 * for which a night's program has its 20 minutes. HISTORIES=1000000: so many; FROM=500000: but for
 * those before, so that each processor can have its part. A record's histories are drawn from its
 * number and LY_SEED alone.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/exercise.h"
#include "responder/hold.h"
#include "responder/hold_store.h"
#include "responder/incident_store.h"
#include "responder/outbox.h"
#include "responder/roster.h"
#include "responder/silence_store.h"
#include "tests/support/desk.h"
#include "tests/support/sanitized.h"

#define BY_DAY   (SANITIZED ? 150 : 300)
#define BY_NIGHT 50000
#define ON_DESK  20 /* histories of one record */
#define WHY_MAX  32 /* of a word why something is held */

static const char settings[] =
	"people:\n"
	"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ], roles: "
	"[lead] }\n"
	"  nat: { contacts: [ { channel: mail, address: \"nat@example.test\" } ] }\n"
	"  eve: { zone: Europe/London, contacts: [ { channel: mail, address: "
	"\"eve@example.test\" } "
	"] }\n"
	"  kim: { quiet: { from: 12:00, to: 15:00 }, contacts: [ { channel: mail, address: "
	"\"kim@example.test\" } ] }\n"
	"  boss: { contacts: [ { channel: mail, address: \"boss@example.test\" }, { channel: "
	"phone, "
	"wakes: yes } ] }\n"
	"schedules:\n"
	"  day: { shifts: [ { who: [lin], from: 08:00, to: 20:00 } ] }\n"
	"  night: { shifts: [ { who: [nat], days: [mon, tue, wed, thu], from: 20:00, to: 08:00 "
	"} ] }\n"
	"policies:\n"
	"  duty: { steps: [ { to: [\"schedule:day\", \"schedule:night\"] }, { to: "
	"[\"person:boss\"] } "
	"] }\n"
	"  night: { steps: [ { to: [\"schedule:night\"] } ] }\n"
	"  pr: { steps: [ { to: [\"person:eve\", \"person:kim\"] } ] }\n"
	"timetables: { noon: { spans: [ { from: 12:00, to: 13:00 } ] } }\n"
	"silences: [ { match: [level=2], from: 2026-03-03T06:00:00Z, until: "
	"2026-03-03T12:00:00Z, who: "
	"lin, why: fair } ]\n"
	"routes:\n"
	"  - { policy: duty, mute: [noon], continue: on }\n"
	"  - { levels: [1], policy: night, continue: on }\n"
	"  - { policy: pr }\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";

static const char *const people[] = { "lin", "nat", "eve", "kim", "boss" };
static const char *const states[] = { "planned",     "held",    "sent",       "acked",
				      "bundled",     "sending", "superseded", "retry_wait",
				      "failed_perm", "expired" };
enum { STATE_PLANNED, STATE_SENDING = 5, STATE_RETRY = 7 };
/* Why one never left. */
static const char *const dropped[] = { "raised",  "answered",     "closed", "watching",
				       "recused", "confidential", "harm",   NULL };
/* Who takes part: of each exercise some. */
static const struct str takers[] = { STR_INIT("lin"), STR_INIT("nat/mail"),
				     STR_INIT("eve/phone"), /* has none there */
				     STR_INIT("kim"), STR_INIT("boss/phone") };

struct model {
	struct desk d;
	struct roster *roster; /* as the configuration has it */
	uint64_t seed;
	int64_t now, silence;
	struct {
		struct id incident;
		const char *person;
		int64_t at;
	} out[400];
	size_t outs;
	uint64_t by_why[HOLD_COUNT], by_state[LY_COUNT(states)], by_drop[LY_COUNT(dropped)];
	uint64_t secret_outs;            /* somebody was out of one that was confidential */
	uint64_t not_enrolled, enrolled; /* did not leave, left: of exercises */
	struct str taking[LY_COUNT(takers)];
	bool fails; /* channels do, now and then */
};

static uint64_t
dice(struct model *m, uint64_t n)
{
	m->seed ^= m->seed << 13;
	m->seed ^= m->seed >> 7;
	m->seed ^= m->seed << 17;
	return m->seed % n;
}

static void
must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->text);
}

/* Some of what left is busy there, or refused for good. */
static void
fail_some(struct desk *d, void *arg)
{
	struct model *m = arg;

	for (size_t i = 0; i < d->notices->ended_n; i++) {
		struct ended *x = &d->notices->ended[i];
		uint64_t how = dice(m, 8);

		m->by_state[STATE_SENDING]++;
		if (!m->fails || x->said.fault != FAULT_NONE || how > 1)
			continue;
		x->said.fault = how ? FAULT_WORLD : FAULT_BODY;
		x->end = how ? HTTP_NO_CONNECT : HTTP_OK;
		x->status = how ? 0 : 404;
		snprintf(x->said.why, sizeof x->said.why, "the model says no");
	}
}

/* ---- what happens ----------------------------------------------------------------------------------- */

static void
pass(struct model *m)
{
	static const int64_t most[] = { 60, 600, 3600, 6 * 3600 };

	m->now += 1 + (int64_t)dice(m, (uint64_t)most[dice(m, LY_COUNT(most))]);
	desk_until(&m->d, m->now);
}

static void
move(struct model *m, enum incident_event event)
{
	const struct incident *i = m->d.incident;
	const char *who = people[dice(m, LY_COUNT(people))];

	if (!level_next(i->state, i->level, event))
		return;
	desk_move(&m->d, event, arena_textf(m->d.a, "person:%s", who),
		  event == EVENT_ACK ? m->now + 600 + (int64_t)dice(m, 7200) : 0, m->now);
}

static void
silence(struct model *m)
{
	static const char *const matchers[] = { "watch=tea", "level=1", "level=~\"2|3\"",
						"topic=none" };
	bool ends = m->silence && dice(m, 2);
	struct silence_row r = { .at = m->now,
				 .silence = ends ? m->silence : 0,
				 .kind = ends ? STR("expire") : STR("add"),
				 .matchers = STR(""),
				 .from_at = m->now,
				 .until_at = m->now + 600 + (int64_t)dice(m, 4 * 3600),
				 .actor = STR("unix:lin"),
				 .reason = STR("a fair") };
	struct err e = { 0 };

	if (!ends)
		r.matchers = str_of(matchers[dice(m, LY_COUNT(matchers))]);
	must(store_begin(m->d.store, &e), &e);
	must(silence_row_append(m->d.store, &r, &e), &e);
	must(notices_silenced(m->d.notices, m->now, &e), &e);
	must(store_commit(m->d.store, &e), &e);
	m->silence = ends ? 0 : r.silence;
}

static void
shut(struct model *m)
{
	const char *who = people[dice(m, LY_COUNT(people))];

	if (!incident_is_open(m->d.incident) || m->outs == LY_COUNT(m->out))
		return;
	desk_shut(&m->d, who, m->now);
	m->out[m->outs].incident = m->d.incident->id;
	m->out[m->outs].person = who;
	m->out[m->outs++].at = m->now;
	if (!m->d.incident->confidential && !dice(m, 3)) /* as of a matter of theirs */
		desk_shut(&m->d, NULL, m->now);
	m->secret_outs += m->d.incident->confidential;
}

static void
act(struct model *m)
{
	switch (dice(m, 12)) {
	case 0:
	case 1:
		desk_fire(&m->d, 1 + (int64_t)dice(m, 3), !dice(m, 9), m->now);
		break;
	case 2:
	case 3:
		desk_fire_another(&m->d, 1 + (int64_t)dice(m, 2), !dice(m, 9), m->now);
		break;
	case 4:
	case 5:
		move(m, EVENT_ACK);
		break;
	case 6:
		move(m, EVENT_ESCALATE);
		break;
	case 7:
		move(m, EVENT_STAND_DOWN);
		break;
	case 8:
		silence(m);
		break;
	case 9:
		shut(m);
		break;
	case 10:
		if (incident_is_open(m->d.incident) && !m->d.incident->confidential &&
		    !dice(m, 4))
			desk_shut(&m->d, NULL, m->now);
		break;
	default:
		move(m, EVENT_CLOSE);
	}
	desk_until(&m->d, m->now);
}

/* A burst: more than the budget in an hour. */
static void
burst(struct model *m)
{
	for (int i = 0; i < 14; i++) {
		desk_fire_another(&m->d, 2, false, m->now);
		m->now += 61;
		desk_until(&m->d, m->now);
	}
}

/* An open L3 tells the last of its policy for ever. */
static void
close_all(struct model *m)
{
	static const enum incident_event ends[] = { EVENT_STAND_DOWN, EVENT_CLOSE };

	for (size_t i = 0; i < incidents_count(m->d.incidents); i++)
		for (size_t k = 0; k < LY_COUNT(ends); k++) {
			struct incident *x = incidents_at(m->d.incidents, i);

			if (incident_is_open(x) && level_next(x->state, x->level, ends[k]))
				desk_move_of(&m->d, x, ends[k], "person:lin", 0, m->now);
		}
}

/* What waits for its group or for another try is gone from that state when all is over. */
static void
waiting_count(struct model *m)
{
	struct stmt *q =
		store_stmt(m->d.store, "SELECT state = 'planned' FROM notice WHERE (state ="
				       " 'planned' AND due_at > :now) OR state = 'retry_wait'");
	struct err e = { 0 };

	stmt_int(q, 1, m->now);
	while (stmt_step(q, &e) > 0)
		m->by_state[stmt_col_int(q, 0) ? STATE_PLANNED : STATE_RETRY]++;
	stmt_reset(q);
}

static void
history(struct model *m)
{
	m->fails = dice(m, 3) == 0;
	desk_fire_another(&m->d, 1 + (int64_t)dice(m, 3), !dice(m, 9), m->now);
	waiting_count(m);
	if (!dice(m, 10))
		burst(m);
	for (uint64_t i = 0, n = 2 + dice(m, 4); i < n; i++) {
		pass(m);
		act(m);
		waiting_count(m);
	}
	close_all(m);
}

/* ---- what must be true ------------------------------------------------------------------------------ */

static void
holds_count(void *arg, const struct notice_hold *r)
{
	struct model *m = arg;
	int why = 0;

	while (why < HOLD_COUNT && !str_is(r->why, hold_words[why]))
		why++;
	if (why == HOLD_COUNT || why == HOLD_NOT || !r->detail.n)
		fail_msg("a hold says \"%.*s\": \"%.*s\"", STR_ARG(r->why), STR_ARG(r->detail));
	m->by_why[why]++;
}

/* The word of the newest. */
static void
held_last(void *arg, const struct notice_hold *r)
{
	snprintf(arg, WHY_MAX, "%.*s", STR_ARG(r->why));
}

static void
quiet_is_kept(struct model *m, const struct notice_row *r, bool safety)
{
	const struct person_conf *p = person_find(&m->d.c, r->recipient);
	const struct zone *z = p ? roster_zone(m->roster, p) : NULL;

	if (!p || !r->sent_at || r->level >= 3 || safety || !r->level)
		return;
	if (quiet_is(&p->quiet, z, r->sent_at) && !roster_on_shift(m->roster, p, r->sent_at))
		fail_msg("L%lld %.*s reached %.*s at %lld, in quiet hours", (long long)r->level,
			 STR_ARG(r->kind), STR_ARG(r->recipient), (long long)r->sent_at);
}

static void
who_is_out_was_not_told(struct model *m, const struct notice_row *r)
{
	for (size_t i = 0; i < m->outs; i++)
		if (id_eq(&m->out[i].incident, &r->incident) &&
		    str_is(r->recipient, m->out[i].person) && r->sent_at > m->out[i].at)
			fail_msg("%s was told at %lld of what they are out of since %lld",
				 m->out[i].person, (long long)r->sent_at,
				 (long long)m->out[i].at);
}

static void
waiting_has_a_reason(struct model *m, const struct notice_row *r)
{
	char last[WHY_MAX] = "";
	struct err e = { 0 };

	must(notice_holds_read(m->d.store, &r->id, holds_count, m, &e), &e);
	if (!str_is(r->state, "held") && !str_is(r->state, "planned"))
		return;
	if (r->due_at < m->now)
		fail_msg("%.*s waits beyond its time", STR_ARG(r->kind));
	if (!r->why.n)
		fail_msg("%.*s waits for no reason", STR_ARG(r->kind));
	if (!str_is(r->state, "held"))
		return;
	must(notice_holds_read(m->d.store, &r->id, held_last, last, &e), &e);
	if (!str_is(r->why, last))
		fail_msg("%.*s is held (%.*s), its newest row says \"%s\"", STR_ARG(r->kind),
			 STR_ARG(r->why), last);
}

/* Of an incident, and never on its way: somebody wants to know why. */
static void
what_never_left_says_why(struct model *m, const struct notice_row *r)
{
	int i = 0;

	if (!str_is(r->state, "superseded") || id_none(&r->incident))
		return;
	while (dropped[i] && !str_is(r->why, dropped[i]))
		i++;
	if (!dropped[i])
		fail_msg("%.*s was dropped: \"%.*s\"", STR_ARG(r->kind), STR_ARG(r->why));
	m->by_drop[i]++;
}

/* What had its time: a page that left. */
static void
expired_is_a_page_that_left(const struct notice_row *r)
{
	if (str_is(r->state, "expired") &&
	    (!str_is(r->kind, "page") || !r->sent_at || !r->why.n))
		fail_msg("%.*s has expired (%.*s), sent at %lld", STR_ARG(r->kind),
			 STR_ARG(r->why), (long long)r->sent_at);
}

/* Their own second way, the disk, is nobody's. */
static void
an_exercise_reaches_who_is_enrolled(struct model *m, const struct notice_row *r)
{
	const struct conf_texts *in = &m->d.c.exercise.enrolled;
	bool may = false;

	if (!m->d.c.exercise.on || !r->recipient.n)
		return;
	for (size_t i = 0; i < in->n; i++)
		may |= str_eq(in->v[i], r->recipient) ||
		       (str_starts(in->v[i], r->recipient) && str_ends(in->v[i], r->channel) &&
			in->v[i].n == r->recipient.n + 1 + r->channel.n);
	if (!may && r->sent_at)
		fail_msg("%.*s of an exercise reached %.*s by %.*s at %lld", STR_ARG(r->kind),
			 STR_ARG(r->recipient), STR_ARG(r->channel), (long long)r->sent_at);
	if (may && str_is(r->why, EXERCISE_NOT))
		fail_msg("%.*s is enrolled, and had no %.*s", STR_ARG(r->recipient),
			 STR_ARG(r->kind));
	m->enrolled += r->sent_at > 0;
	m->not_enrolled += str_is(r->why, EXERCISE_NOT);
}

/* What the invariants ask of it; texts until the next step. */
static struct notice_row
row_of(struct stmt *q)
{
	return (struct notice_row){ .id = stmt_col_id(q, 0),
				    .incident = stmt_col_id(q, 1),
				    .level = stmt_col_int(q, 2),
				    .kind = stmt_col_text(q, 3),
				    .recipient = stmt_col_text(q, 4),
				    .channel = stmt_col_text(q, 5),
				    .state = stmt_col_text(q, 6),
				    .why = stmt_col_text(q, 7),
				    .due_at = stmt_col_int(q, 8),
				    .sent_at = stmt_col_int(q, 9) };
}

/* A bundle touches safety when all that it carries does. */
static void
check(struct model *m)
{
	struct stmt *q = store_stmt(m->d.store,
				    "SELECT n.id, n.incident, n.level, n.kind, n.recipient, "
				    "n.channel, n.state, n.why,"
				    " n.due_at, n.sent_at, coalesce(i.safety, (SELECT "
				    "min(j.safety) FROM notice c JOIN"
				    " incident j ON j.id = c.incident WHERE c.why = 'bundle:' "
				    "|| lower(hex(n.id))), 0)"
				    " FROM notice n LEFT JOIN incident i ON i.id = n.incident");
	struct err e = { 0 };
	int more, n = 0;

	for (; (more = stmt_step(q, &e)) > 0; n++) {
		struct notice_row r = row_of(q);

		for (size_t k = 0; k < LY_COUNT(states); k++)
			m->by_state[k] += str_is(r.state, states[k]);
		quiet_is_kept(m, &r, stmt_col_int(q, 10) != 0);
		who_is_out_was_not_told(m, &r);
		waiting_has_a_reason(m, &r);
		what_never_left_says_why(m, &r);
		expired_is_a_page_that_left(&r);
		an_exercise_reaches_who_is_enrolled(m, &r);
	}
	stmt_reset(q);
	must(more, &e);
	assert_int_not_equal(n, 0);
}

/* How many of each; none must be missing. */
static void
all_came(const char *const *words, const uint64_t *n, size_t from, size_t to)
{
	for (size_t i = from; i < to && words[i]; i++) {
		print_message("%10llu  %s\n", (unsigned long long)n[i], words[i]);
		assert_true(n[i] || SANITIZED);
	}
}

static int64_t
asked(const char *name, int64_t n)
{
	const char *text = getenv(name);

	if (text && str_int64(str_of(text), &n) < 0)
		fail_msg("%s=%s is no number", name, text);
	return n;
}

/* One record in eight is an exercise. */
static void
exercise(struct model *m)
{
	struct exercise_conf *c = &m->d.c.exercise;

	*c = (struct exercise_conf){ dice(m, 8) == 0, { m->taking, 0 } };
	for (size_t i = 0; c->on && i < LY_COUNT(takers); i++)
		if (dice(m, 2))
			m->taking[c->enrolled.n++] = takers[i];
}

/* Those of the record that begins with the history of this number. */
static void
record(struct model *m, int64_t number, int64_t from, int64_t histories)
{
	struct id drawn =
		ID_OF(STR("histories"), (struct str){ (char *)&number, sizeof number },
		      (struct str){ (char *)&from, sizeof from });

	memcpy(&m->seed, drawn.b, sizeof m->seed);
	m->seed |= 1; /* never 0 */
	m->now = desk_iso("2026-03-02T00:00:00Z") + (int64_t)dice(m, 2 * 86400);
	m->outs = 0;
	m->silence = 0;
	exercise(m);
	desk_reset(&m->d, m->now);
	for (int64_t k = 0; k < histories; k++)
		history(m);
	check(m);
}

static void
whatever_happens_nobody_is_woken_who_sleeps(void **state)
{
	static const char *const secret[] = { "out of a confidential one", NULL };
	static const char *const exercises[] = { "enrolled in an exercise, told",
						 "not enrolled, not told", NULL };
	const char *nightly = getenv("LY_NIGHTLY");
	int64_t number = asked("LY_SEED", 1), from = asked("FROM", 0);
	int64_t to = asked("HISTORIES", nightly && nightly[0] ? BY_NIGHT : BY_DAY);
	struct model *m = calloc(1, sizeof *m);
	struct err e = { 0 };

	(void)state;
	assert_non_null(m);
	log_threshold((enum log_level)(LOG_ERROR + 1)); /* refusals are meant */
	desk_begin(&m->d, settings, desk_iso("2026-03-02T00:00:00Z"));
	m->d.sent = fail_some;
	m->d.sent_arg = m;
	m->roster = roster_new(&m->d.c, m->d.zone, &e);
	assert_non_null(m->roster);
	for (int64_t i = from - from % ON_DESK; i < to; i += ON_DESK)
		record(m, number, i, to - i < ON_DESK ? to - i : ON_DESK);
	roster_free(m->roster);
	desk_close(&m->d);
	all_came(hold_words, m->by_why, HOLD_NOT + 1, HOLD_COUNT);
	all_came(states, m->by_state, 0, LY_COUNT(states));
	all_came(dropped, m->by_drop, 0, LY_COUNT(dropped));
	all_came(secret, &m->secret_outs, 0, 1);
	all_came(exercises, (uint64_t[]){ m->enrolled, m->not_enrolled }, 0, 2);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_nobody_is_woken_who_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
