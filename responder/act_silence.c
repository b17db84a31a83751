/* act_silence.c - commands that begin, list and end silences 静默. */
#include "core/base.h"

#include "core/str.h"
#include "responder/act.h"
#include "responder/silence_store.h"

#define MATCHERS_MAX 20
#define LIVE_MAX     200          /* that are not over */
#define SPAN_MAX_S   (31 * 86400) /* what is to last longer belongs into the configuration */

static void
add_matchers(struct buf *b, struct str lines)
{
	struct str line;
	int n = 0;

	buf_add(b, STR(",\"match\":["));
	while (str_next(&lines, '\n', &line)) {
		buf_add(b, n++ ? STR(",") : STR(""));
		json_add_text(b, line);
	}
	buf_add_byte(b, ']');
}

/* {"silence":…, and what it is. */
static void
add_silence(struct act *x, const struct silence *s, struct str matchers, struct str ended_by)
{
	struct buf *b = &x->out;

	buf_add(b, STR("{\"silence\":"));
	json_add_text(b, s->name);
	act_add_text(
		b, "state",
		str_of(silence_state_words[silence_state(s->from_at, s->until_at, x->now)]));
	add_matchers(b, matchers);
	act_add_time(b, "from", s->from_at);
	act_add_time(b, "until", s->until_at);
	act_add_text(b, "who", s->who);
	act_add_text(b, "why", s->why);
	act_add_text(b, "ended_by", ended_by);
	buf_add_byte(b, '}');
}

/* ---- add --------------------------------------------------------------------------------------- */

/* "match": a text or a list of them -> one a line in *lines. False: refused. */
static bool
matchers_take(struct act *x, struct buf *lines, struct silence *s)
{
	const struct json *j = json_get(x->args, "match");
	size_t n = json_kind(j) == JSON_LIST ? json_count(j) : 1;
	struct conf_texts texts = { arena_alloc(x->a, (n + 1) * sizeof *texts.v), 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < n && i <= MATCHERS_MAX; i++) {
		struct str t = str_trim(
			json_text(json_kind(j) == JSON_LIST ? json_at(j, i) : j, STR("")));

		if (!t.n)
			continue;
		if (str_find_byte(t, '\n') >= 0)
			return act_say(x, 400, "a matcher is one line%.*s", STR("")), false;
		buf_addf(lines, "%s%.*s", texts.n ? "\n" : "", STR_ARG(t));
		texts.v[texts.n++] = t;
	}
	if (!texts.n || texts.n > MATCHERS_MAX)
		return act_say(x, 400,
			       texts.n ? "too many matchers%.*s"
				       : "a silence needs a matcher: else it would hold "
					 "everything%.*s",
			       STR("")),
		       false;
	if (matchers_parse(&texts, x->a, &s->matchers, &e) < 0)
		return act_say(x, 400, "%.*s", str_of(e.text)), false;
	return true;
}

static bool
time_take(struct act *x, const char *name, int64_t dflt, int64_t *at)
{
	struct str text = act_arg(x, name);
	struct err e = { 0 };

	*at = dflt;
	if (!text.n || clock_parse_local(x->r->zone, text, at, &e) == 0)
		return true;
	act_say(x, 400, "%.*s", str_of(e.text));
	return false;
}

/* from, and until or for: seconds, or "2h". */
static bool
span_take(struct act *x, struct silence *s)
{
	struct str length = act_arg(x, "for");
	struct err e = { 0 };
	int64_t span = 0;

	if (!time_take(x, "from", x->now, &s->from_at) ||
	    !time_take(x, "until", 0, &s->until_at))
		return false;
	if (length.n && conf_seconds(length, &span, &e) < 0)
		return act_say(x, 400, "%.*s", str_of(e.text)), false;
	if (!span == !s->until_at)
		return act_say(x, 400, "say until when, or for how long%.*s", STR("")), false;
	s->from_at = s->from_at < x->now ? x->now : s->from_at;
	s->until_at = span ? s->from_at + span : s->until_at;
	if (s->until_at <= s->from_at)
		return act_say(x, 400, "it has to end after it begins%.*s", STR("")), false;
	if (s->until_at - s->from_at > SPAN_MAX_S || s->from_at > x->now + SPAN_MAX_S)
		return act_say(x, 400,
			       "more than 31 days: that belongs into the configuration "
			       "(silences)%.*s",
			       STR("")),
		       false;
	return true;
}

static int
live(struct act *x, size_t *n, struct err *e)
{
	struct silences_kept all;

	if (silences_read(x->r->store, x->now, x->a, &all, e) < 0)
		return -1;
	*n = all.n;
	return 0;
}

static int
append(struct act *x, struct silence_row *row, struct err *e)
{
	if (silence_row_append(x->r->store, row, e) < 0 ||
	    notices_silenced(x->r->notices, x->now, e) < 0)
		return -1;
	x->status = 200;
	x->r->wrote = true;
	x->r->due_known = false;
	return 0;
}

static int
act_add(struct act *x, struct err *e)
{
	struct buf lines = BUF(16 << 10);
	struct silence s = { .who = x->c->actor, .why = act_arg(x, "why") };
	struct silence_row row = { .at = x->now, .kind = STR("add") };
	size_t n = 0;
	int rc = 0;

	if (!s.why.n || s.why.n > 500) {
		act_say(x, 400, "say why, in at most 500 bytes (--why)%.*s", STR(""));
	} else if (matchers_take(x, &lines, &s) && span_take(x, &s)) {
		rc = live(x, &n, e);
		if (rc == 0 && n >= LIVE_MAX)
			act_say(x, 409, "too many silences are live: end some%.*s", STR(""));
		else if (rc == 0) {
			row.matchers = buf_str(&lines);
			row.from_at = s.from_at;
			row.until_at = s.until_at;
			row.actor = s.who;
			row.reason = s.why;
			rc = append(x, &row, e);
			s.name = str_of(arena_textf(x->a, "%lld", (long long)row.silence));
			add_silence(x, &s, row.matchers, STR(""));
		}
	}
	buf_release(&lines);
	return rc;
}

/* ---- expire ------------------------------------------------------------------------------------ */

static int
act_expire(struct act *x, struct err *e)
{
	struct silence_row row = { .at = x->now,
				   .kind = STR("expire"),
				   .silence = act_arg_int(x, "silence", 0),
				   .actor = x->c->actor,
				   .reason = act_arg(x, "why") };
	struct silences_kept all;

	if (silences_read(x->r->store, INT64_MIN, x->a, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		struct silence *s = &all.v[i].silence;

		if (all.v[i].n != row.silence)
			continue;
		if (!silence_end(s, x->now))
			return act_say(x, 409, "silence %.*s is over already", s->name);
		row.from_at = s->from_at;
		row.until_at = s->until_at;
		if (append(x, &row, e) < 0)
			return -1;
		add_silence(x, s, all.v[i].matchers, x->c->actor);
		return 0;
	}
	return act_say(x, 404, "there is no silence \"%.*s\" (langyan silence list)",
		       act_arg(x, "silence"));
}

/* ---- list -------------------------------------------------------------------------------------- */

static void
add_configured(struct act *x, size_t *shown, bool whole)
{
	const struct conf_list *list = &x->r->conf->notice.silences;
	const struct silence_conf *c = list->v;

	for (size_t i = 0; i < list->n; i++) {
		struct silence s = silence_of_conf(&c[i], i, x->a);
		struct buf lines = BUF(16 << 10);

		if (!whole && s.until_at <= x->now)
			continue;
		for (size_t k = 0; k < c[i].match.n; k++)
			buf_addf(&lines, "%s%.*s", k ? "\n" : "", STR_ARG(c[i].match.v[k]));
		buf_add(&x->out, (*shown)++ ? STR(",") : STR(""));
		add_silence(x, &s, buf_str(&lines), STR(""));
		buf_release(&lines);
	}
}

static int
act_list(struct act *x, struct err *e)
{
	bool whole = json_true(json_get(x->args, "all"));
	struct silences_kept all;
	size_t shown = 0;

	if (silences_read(x->r->store, whole ? INT64_MIN : x->now, x->a, &all, e) < 0)
		return -1;
	buf_add(&x->out, STR("{\"silences\":["));
	for (size_t i = 0; i < all.n; i++) {
		buf_add(&x->out, shown++ ? STR(",") : STR(""));
		add_silence(x, &all.v[i].silence, all.v[i].matchers, all.v[i].ended_by);
	}
	add_configured(x, &shown, whole);
	buf_add(&x->out, STR("]}"));
	x->status = 200;
	return 0;
}

const struct verb act_silence_verbs[] = {
	{ "silence.add", act_add, true },
	{ "silence.expire", act_expire, true },
	{ "silence.list", act_list, false },
	{ .name = NULL },
};
