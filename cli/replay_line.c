/*
 * The time of a line is looked for without making values of the rest: most of a history is in the order
 * of its times, and then nothing of it needs to be kept.
 */
#include "core/base.h"

#include "core/buf.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/date.h"
#include "crawler/intake.h"
#include "crawler/push.h"

#include "responder/sample.h"

#include "cli/replay_line.h"
#include "cli/settings.h"

#define TIME_MAX   253402300799 /* the last second of the year 9999 */
#define MILLIS     100000000000 /* above, a time is in milliseconds: crawler/push.c */
#define DIGITS_MAX 15

/* ---- one line -------------------------------------------------------------------------------- */

static const struct source_conf *
source_of(const struct replay_how *k, struct str name)
{
	static const struct source_conf unknown = { .name = STR_INIT("replay"),
						    .kind = SOURCE_PUSH,
						    .source_class = CLASS_OTHER };
	const struct source_conf *known = name.n ? source_find(&k->s->sources, name) : NULL;

	return known ? known : &unknown;
}

static void
fill(const struct replay_how *k, struct arena *a, const struct intake *in, int64_t at,
     struct document *d)
{
	static const uint8_t key[32] = "replay: no key, nothing is kept";

	intake_fill(a, in, key, at, k->s->fetch.max_age_s, d);
}

static int
document_read(const struct replay_how *k, struct arena *a, struct str line, struct document *d,
	      struct err *e)
{
	struct pushed p;
	struct intake in;
	int64_t at;

	if (push_parse(a, line, 0, &p, e) < 0)
		return -1;
	at = p.arrived_at ? p.arrived_at : p.published_at;
	if (!at)
		return err_set(e, ERR_REJECT, "neither \"arrived\" nor \"published\"");
	in = push_intake(&p, source_of(k, p.source));
	fill(k, a, &in, at, d);
	return 0;
}

/* A number takes a document's way, as those of a metrics source do. */
static int
sample_read(const struct replay_how *k, struct arena *a, struct str line, struct document *d,
	    struct err *e)
{
	const int64_t none = TIME_MAX - SAMPLES_AHEAD_S;
	struct buf identity = BUF(1024), value = BUF(64);
	struct samples x;

	if (samples_read_body(a, SAMPLES_JSON, line, none, &x, e) < 0)
		return -1;
	if (x.v->at == none)
		return err_set(e, ERR_REJECT, "a number of the past needs \"at\"");
	buf_addf(&identity, "%.*s@%lld", STR_ARG(x.v->signal), (long long)x.v->at);
	sample_add_value(&value, x.v->value_micro);
	fill(k, a,
	     &(struct intake){ .source = source_of(k, (struct str){ 0 }),
			       .identity = buf_str(&identity),
			       .title = x.v->signal,
			       .text = buf_str(&value),
			       .followers = -1,
			       .published_at = x.v->at,
			       .flags = DOCUMENT_SAMPLE },
	     x.v->at, d);
	d->identity = arena_str(a, d->identity);
	d->text = arena_str(a, d->text);
	buf_release(&identity);
	buf_release(&value);
	return 0;
}

/* Is the line a number? A document's text may speak of "signal", so its keys decide. */
static bool
is_sample(struct arena *a, struct str line)
{
	struct err e;

	return str_find(line, STR("\"signal\"")) >= 0 &&
	       json_get(json_parse(a, line, &e), "signal");
}

int
replay_line_read(const struct replay_how *k, struct arena *a, struct str line,
		 struct document *d, struct err *e)
{
	if (is_sample(a, line))
		return sample_read(k, a, line, d, e) < 0 ? -1 : 1;
	if (k->takes == REPLAY_SIGNALS)
		return 0;
	return document_read(k, a, line, d, e) < 0 ? -1 : 1;
}

/* ---- its time ---------------------------------------------------------------------------------- */

struct looking {
	const char *p, *end;
};

static char
peek(struct looking *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t'))
		l->p++;
	return l->p < l->end ? *l->p : '\0';
}

/* The text that begins here, as it is written. False: it does not end. */
static bool
text_pass(struct looking *l, struct str *text, bool *escaped)
{
	const char *from = l->p + 1, *end = from;

	*escaped = false;
	for (;; end += 2) {
		const char *quote =
			end < l->end ? memchr(end, '"', (size_t)(l->end - end)) : NULL;
		const char *slash = quote ? memchr(end, '\\', (size_t)(quote - end)) : NULL;

		if (!quote)
			return false;
		end = slash ? slash : quote;
		if (!slash)
			break;
		*escaped = true;
	}
	*text = (struct str){ from, (size_t)(end - from) };
	l->p = end + 1;
	return true;
}

static void
word_pass(struct looking *l, struct str *word)
{
	const char *from = l->p;

	while (l->p < l->end && *l->p != ',' && *l->p != '}' && *l->p != ' ' && *l->p != '\t')
		l->p++;
	*word = (struct str){ from, (size_t)(l->p - from) };
}

/* As push_parse() takes it; false: it must say. */
static bool
time_said(struct str v, bool text, int64_t *at)
{
	int64_t n = 0;

	if (text)
		return date_parse(v, 0, NULL, at) == 0 && *at > 0 && *at <= TIME_MAX;
	if (str_is(v, "null"))
		return true;
	if (!v.n || v.n > DIGITS_MAX || v.p[0] == '0')
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (v.p[i] - '0');
	}
	*at = n > MILLIS ? n / 1000 : n;
	return *at <= TIME_MAX;
}

/* A member; 1: another may follow, 0: that was the last, -1: look at it the slow way. */
static int
member_pass(struct looking *l, int64_t *arrived, int64_t *published)
{
	struct str key, v;
	bool escaped, text;
	char next;

	if (peek(l) != '"' || !text_pass(l, &key, &escaped) || escaped || peek(l) != ':')
		return -1;
	l->p++;
	next = peek(l);
	text = next == '"';
	if (next == '{' || next == '[' || str_is(key, "signal"))
		return -1;
	if (!text)
		word_pass(l, &v);
	else if (!text_pass(l, &v, &escaped))
		return -1;
	if (str_is(key, "arrived") || str_is(key, "published")) {
		int64_t *at = str_is(key, "arrived") ? arrived : published;

		if (*at || (text && escaped) || !time_said(v, text, at))
			return -1;
	}
	next = peek(l);
	l->p++;
	return next == ',' ? 1 : next == '}' ? 0 : -1;
}

int64_t
replay_line_time(const struct replay_how *how, struct arena *a, struct str line)
{
	struct looking l = { line.p, line.p + line.n };
	int64_t arrived = 0, published = 0;
	struct document d;
	struct err e = { .kind = ERR_NONE };
	int more = peek(&l) == '{' ? 1 : -1;

	l.p++;
	while (more > 0)
		more = member_pass(&l, &arrived, &published);
	if (more == 0 && how->takes == REPLAY_ALL && (arrived || published))
		return arrived ? arrived : published;
	return replay_line_read(how, a, line, &d, &e) > 0 ? d.arrived_at : REPLAY_NEVER;
}
