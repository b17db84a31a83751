/* night.c - see night.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/gauge.h"
#include "responder/hold_store.h"
#include "responder/playbook.h"
#include "responder/record_store.h"
#include "responder/roster.h"
#include "tests/support/desk.h"
#include "tests/support/night.h"
#include "tests/support/shipped.h"

#define MIDNIGHT  (WORLD_T0 + 16 * 3600) /* of Saturday, in Shanghai */
#define LINES_MAX 1000
/* Of the app: before and after nobody else is heard, who could make its silence one. */
#define BEATS_FROM  "23:30"
#define BEATS_UNTIL "00:45"

struct world_notices world_notices; /* the world empties it; the real parts do not look */

/* What was told, waited or happened at one time; those that say the same become one line. */
struct line {
	int64_t at; /* INT64_MAX: never */
	size_t order;
	const char *head, *tail; /* "L2 page rings", "quiet until 08:00" */
	const char *who;         /* "mei/phone"; NULL: the head says all */
};
struct night {
	struct world w;
	struct conf *people;
	struct roster *roster;
	struct zone *zone;
	const struct night_script *script;
	int64_t now, beat_at;
	struct line lines[LINES_MAX];
	size_t lines_n;
};

static struct str jurisdictions[] = { STR_INIT("CN") };
static struct signal_conf heartbeat[] = { { .name = STR_INIT("app"),
					    .watch = STR_INIT("shancui"),
					    .class = SIGNAL_SYSTEM,
					    .interval = 60 } };

static int64_t
time_of(const char *clock)
{
	int64_t h = strtoll(clock, NULL, 10), m = strtoll(clock + 3, NULL, 10);
	int64_t s = strlen(clock) > 5 ? strtoll(clock + 6, NULL, 10) : 0;

	return MIDNIGHT + (h >= 12 ? h - 24 : h) * 3600 + m * 60 + s;
}

static const char *
clock_of(struct night *x, int64_t at)
{
	int64_t s = at - MIDNIGHT + 86400, h = s / 3600 % 24, m = s / 60 % 60;

	return s % 60 ? arena_textf(x->w.arena, "%02d:%02d:%02d", (int)h, (int)m, (int)(s % 60))
		      : arena_textf(x->w.arena, "%02d:%02d", (int)h, (int)m);
}

/* ---- the night ------------------------------------------------------------------------------- */

static void
begin(struct night *x, const struct night_team *team)
{
	static const struct conf_list none = { NULL, 0 };
	struct buf report = BUF(1 << 16);
	struct world *w = &x->w;
	struct err e = { 0 };

	world_open(w, CLOCK_WALL);
	responder_free(w->r); /* it holds on to the people of before */
	w->r = NULL;
	x->people =
		conf_read_text(str_of(arena_textf(w->arena, "%s%s", team->people, team->rest)),
			       "team.yaml", desk_schema(), &w->conf.notice, &report, &e);
	if (!x->people)
		fail_msg("%s", report.p);
	buf_release(&report);
	w->conf.playbooks = playbooks_merge(&none, w->arena);
	w->conf.duties = duties_merge(&none, w->arena);
	w->conf.legal.jurisdictions = (struct conf_texts){ jurisdictions, 1 };
	w->conf.site.data = str_of(w->dir);
	w->conf.site.lang = STR("zh");
	w->conf.site.region = STR("cn");
	w->watches[1].title = STR("陈立");
	w->watches[1].size = WATCH_SMALL;
	if (x->script->down)
		w->conf.signals = (struct conf_list){ heartbeat, 1 };
	world_reopen(w, WORLD_T0);
	x->zone = zone_open("Asia/Shanghai", &e);
	x->roster = roster_new(&w->conf.notice, x->zone, &e);
	assert_non_null(x->roster);
	x->now = x->beat_at = time_of("23:00");
}

static void
end(struct night *x)
{
	world_verified(&x->w);
	roster_free(x->roster);
	zone_close(x->zone);
	world_close(&x->w);
	conf_free(x->people);
}

static bool
beats_at(const struct night *x, int64_t at)
{
	const struct night_script *s = x->script;

	return s->down && ((at >= time_of(BEATS_FROM) && at < time_of(s->down)) ||
			   (at >= time_of(s->up) && at <= time_of(BEATS_UNTIL)));
}

static void
act(struct night *x, const char *actor, const char *verb, const char *args)
{
	int status = world_act(&x->w, actor, verb, args, 0, x->now);

	if (status != 200)
		fail_msg("%s by %s: %d %s", verb, actor, status, x->w.reply.p);
	world_settle(&x->w, x->now);
}

static void
beat(struct night *x)
{
	if (world_push(&x->w, "app", x->now) != 200)
		fail_msg("a heartbeat: %s", x->w.reply.p);
	world_settle(&x->w, x->now);
}

/* Everything that is due until then, at its own time. */
static void
advance(struct night *x, int64_t to)
{
	for (int turns = 0; x->now <= to; turns++) {
		int64_t due = respond_stage.due(x->w.r);

		if (turns > 20000)
			fail_msg("something is due for ever at %s", clock_of(x, x->now));
		if (due > x->beat_at)
			due = x->beat_at;
		if (due > to)
			break;
		x->now = due > x->now ? due : x->now;
		if (x->now >= x->beat_at) {
			x->beat_at += 60;
			if (beats_at(x, x->now))
				beat(x);
		}
		world_turn(&x->w, x->now);
	}
	x->now = to;
}

static void
happen(struct night *x, const struct night_deed *d)
{
	struct world_mention m = d->says;

	advance(x, time_of(d->at));
	m.at = x->now;
	if (m.title) {
		world_say(&x->w, &m);
	} else if (d->verb) {
		act(x, arena_textf(x->w.arena, "unix:%s", d->who), d->verb,
		    arena_textf(x->w.arena, "{\"id\":\"INC-2026-0001\"%s}",
				d->args ? d->args : ""));
	}
	advance(x, x->now);
}

/* ---- what came of it ------------------------------------------------------------------------- */

static struct line *
line_add(struct night *x, int64_t at)
{
	struct line *l = &x->lines[x->lines_n];

	assert_true(x->lines_n < LINES_MAX);
	*l = (struct line){ .at = at, .order = x->lines_n++, .tail = "" };
	return l;
}

static void
moves_read(struct night *x, struct store *s)
{
	struct stmt *q = store_stmt(
		s, "SELECT at, event, to_state, to_level, from_state, from_level FROM move"
		   " ORDER BY seq");
	struct err e = { 0 };

	while (stmt_step(q, &e) > 0) {
		bool same = str_eq(stmt_col_text(q, 2), stmt_col_text(q, 4)) &&
			    stmt_col_int(q, 3) == stmt_col_int(q, 5);
		struct line *l = line_add(x, stmt_col_int(q, 0));

		l->head = same ? arena_textf(x->w.arena, "moved  %.*s",
					     STR_ARG(stmt_col_text(q, 1)))
			       : arena_textf(x->w.arena, "moved  %.*s L%lld by %.*s",
					     STR_ARG(stmt_col_text(q, 2)),
					     (long long)stmt_col_int(q, 3),
					     STR_ARG(stmt_col_text(q, 1)));
	}
	stmt_reset(q);
}

static bool
wakes(struct night *x, const struct person_conf *p, const struct notice_row *r)
{
	const struct channel_conf *c = channel_find(&x->w.conf.notice, r->channel);
	const struct contact_conf *k = p ? p->contacts.v : NULL;

	for (size_t i = 0; p && i < p->contacts.n; i++)
		if (str_eq(k[i].channel, r->channel) && str_eq(k[i].address, r->address) &&
		    k[i].wakes != WAKES_AS_CHANNEL)
			return k[i].wakes == WAKES_YES;
	return c && c->wakes;
}

/* How it came to whom, by their clock and their shift. */
static const char *
how_of(struct night *x, const struct notice_row *r)
{
	const struct person_conf *p = person_find(&x->w.conf.notice, r->recipient);

	if (!p || !quiet_is(&p->quiet, roster_zone(x->roster, p), r->sent_at))
		return "told";
	if (wakes(x, p, r))
		return "rings";
	return roster_on_shift(x->roster, p, r->sent_at) ? "on shift" : "silent";
}

struct holding {
	struct night *x;
	const struct notice_row *r;
	const char *head, *who;
};

static void
hold_line(void *arg, const struct notice_hold *h)
{
	const struct holding *of = arg;
	struct night *x = of->x;
	struct line *l = line_add(x, h->at);

	l->head = arena_textf(x->w.arena, "%s waits", of->head);
	l->who = of->who;
	l->tail = arena_textf(x->w.arena, " (%.*s until %s)", STR_ARG(h->why),
			      clock_of(x, h->until_at));
}

static void
notice_lines(struct night *x, struct store *s, const struct notice_row *r)
{
	const char *head =
		arena_textf(x->w.arena, "L%lld %.*s", (long long)r->level, STR_ARG(r->kind));
	struct holding of = { x, r, head,
			      arena_textf(x->w.arena, "%.*s%s%.*s", STR_ARG(r->recipient),
					  r->recipient.n ? "/" : "", STR_ARG(r->channel)) };
	struct err e = { 0 };
	struct line *l;

	if (notice_holds_read(s, &r->id, hold_line, &of, &e) < 0)
		fail_msg("%s", e.text);
	l = line_add(x, r->sent_at ? r->sent_at : INT64_MAX);
	l->who = of.who;
	l->head = r->sent_at ? arena_textf(x->w.arena, "%s %s", head, how_of(x, r)) : head;
	if (!r->sent_at)
		l->tail = arena_textf(x->w.arena, " (%.*s)",
				      STR_ARG(r->why.n ? r->why : r->state));
}

static void
notices_read(struct night *x, struct store *s)
{
	struct stmt *q = store_stmt(s, "SELECT id FROM notice WHERE incident <> :none ORDER BY"
				       " created_at, seq, recipient, channel");
	struct id ids[LINES_MAX], none = { { 0 } };
	struct err e = { 0 };
	size_t n = 0;

	stmt_id(q, 1, &none);
	while (n < LINES_MAX && stmt_step(q, &e) > 0)
		ids[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	for (size_t i = 0; i < n; i++) {
		struct notice_row r;

		assert_int_equal(notice_get(s, &ids[i], x->w.arena, &r, &e), 1);
		notice_lines(x, s, &r);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int c = (x->at > y->at) - (x->at < y->at);

	if (!c) /* what the incident did comes before who was told */
		c = (x->who != NULL) - (y->who != NULL);
	if (!c && x->who)
		c = strcmp(y->head, x->head); /* L3 first */
	if (!c && x->who)
		c = strcmp(x->tail, y->tail);
	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static bool
goes_on(const struct line *x, const struct line *y)
{
	return x->at == y->at && x->who && y->who && !strcmp(x->head, y->head) &&
	       !strcmp(x->tail, y->tail);
}

static void
table_write(struct night *x, struct buf *b)
{
	qsort(x->lines, x->lines_n, sizeof *x->lines, by_time);
	for (size_t i = 0; i < x->lines_n; i++) {
		const struct line *l = &x->lines[i];

		if (i && goes_on(&l[-1], l)) {
			buf_addf(b, ", %s", l->who);
		} else {
			buf_addf(b, "%-8s %s%s%s",
				 l->at == INT64_MAX ? "never" : clock_of(x, l->at), l->head,
				 l->who ? ": " : "", l->who ? l->who : "");
		}
		if (i + 1 == x->lines_n || !goes_on(l, &l[1]))
			buf_addf(b, "%s\n", l->tail);
	}
}

/* ---- in plain words -------------------------------------------------------------------------- */

static const char *const kind_words[][2] = {
	{ "page", "a page: take it" },      { "copy", "a copy, to know of it" },
	{ "urge", "a clock warns" },        { "sitrep", "the situation report" },
	{ "clear", "it is over" },          { "inform", "told by the playbook" },
	{ "operator", "for the operator" },
};
static const char *const how_words[][2] = {
	{ "rings", "rings" },       { "silent", "asleep, not woken" },
	{ "on shift", "on shift" }, { "told", "awake" },
	{ "waits", "held" },
};

static const char *
word_of(const char *const (*v)[2], size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i][0], word))
			return v[i][1];
	return word;
}

/* "L2 page waits" -> "  held             L2, a page: take it". */
static void
head_tell(struct night *x, const struct line *l, struct buf *b)
{
	struct str rest = str_of(l->head), level = { 0 }, kind = { 0 };

	if (!l->who) {
		buf_addf(b, "  incident %s\n", l->head);
		return;
	}
	(void)(str_next(&rest, ' ', &level) && str_next(&rest, ' ', &kind));
	buf_addf(b, "  %-18s %.*s, %s: ",
		 rest.n ? word_of(how_words, LY_COUNT(how_words), arena_text(x->w.arena, rest))
			: "never sent",
		 STR_ARG(level),
		 word_of(kind_words, LY_COUNT(kind_words), arena_text(x->w.arena, kind)));
}

/* What happened and what was told, in the order of their times. */
static void
story_write(struct night *x, const struct night_team *team, struct buf *b)
{
	const struct night_deed *d = x->script->deeds;
	int64_t shown = 0;

	buf_addf(b, "%s, %s\n", x->script->title, team->title);
	for (size_t i = 0; i < x->lines_n; i++) {
		const struct line *l = &x->lines[i];

		for (; d->at && time_of(d->at) <= l->at; d++)
			if (d->plain) {
				buf_addf(b, "%s %s\n", d->at, d->plain);
				shown = time_of(d->at);
			}
		if (i && goes_on(&l[-1], l)) {
			buf_addf(b, ", %s", l->who);
		} else {
			if (l->at != shown)
				buf_addf(b, "%s\n",
					 l->at == INT64_MAX ? "Never told:"
							    : clock_of(x, l->at));
			shown = l->at;
			head_tell(x, l, b);
			buf_add(b, str_of(l->who ? l->who : ""));
		}
		if (l->who && (i + 1 == x->lines_n || !goes_on(l, &l[1])))
			buf_addf(b, "%s\n", l->tail);
	}
}

static void
secret_is_kept(struct night *x)
{
	const char *sql =
		arena_textf(x->w.arena,
			    "SELECT count(*) FROM notice WHERE subject || body || html ||"
			    " facts LIKE '%%%s%%'",
			    x->script->secret ? x->script->secret : "");

	if (x->script->secret && strcmp(world_ask(&x->w, sql), "0"))
		fail_msg("%s: \"%s\" stands in a notice", x->script->title, x->script->secret);
}

static void
tell(struct night *x, const struct night_team *team)
{
	const char *asked = getenv("LY_TELL");
	struct buf b = BUF(1 << 20);

	story_write(x, team, &b);
	if (asked && asked[0])
		puts(b.p);
	if (x->script->told_in &&
	    str_find(shipped_file(x->w.arena, x->script->told_in), buf_str(&b)) < 0)
		fail_msg("%s does not tell this night as LY_TELL=1 does", x->script->told_in);
	buf_release(&b);
}

void
night_play(const struct night_team *team, const struct night_script *script, const char *table)
{
	static struct night night;
	struct night *x = &night;
	struct buf got = BUF(1 << 20);
	struct err e = { 0 };
	struct store *s;

	*x = (struct night){ .script = script };
	begin(x, team);
	for (const struct night_deed *d = script->deeds; d->at; d++)
		happen(x, d);
	advance(x, time_of(NIGHT_UNTIL));
	s = store_open_reader(x->w.path, &record_migrations, &e);
	assert_non_null(s);
	moves_read(x, s);
	notices_read(x, s);
	store_close(s);
	table_write(x, &got);
	tell(x, team);
	secret_is_kept(x);
	end(x);
	if (strcmp(got.p, table)) {
		fputs(got.p, stdout); /* fail_msg cuts long texts */
		fail_msg("%s, %s: this was told, and not what the table says", script->title,
			 team->title);
	}
	buf_release(&got);
}
