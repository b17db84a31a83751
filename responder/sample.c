/* sample.c - see sample.h. */
#include "core/base.h"

#include <inttypes.h>
#include <math.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/sample.h"
#include "responder/signal_store.h"

#define WHOLE_MAX  ((int64_t)9000000000000)
#define NAME_MAX_B 200
#define SHOWN_MAX  10000
#define AHEAD_S    600 /* a sender's clock may be so far ahead */
#define LINES_MAX  10000

int
sample_parse(struct str text, int64_t *value_micro)
{
	bool minus = text.n && text.p[0] == '-';
	int64_t whole = 0, part = 0, unit = 1000000;
	size_t i = minus, digits = 0;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++, digits++) {
		whole = whole * 10 + (text.p[i] - '0');
		if (whole > WHOLE_MAX)
			return -1;
	}
	if (i < text.n && text.p[i] == '.')
		for (i++; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && unit > 1; i++)
			part += (text.p[i] - '0') * (unit /= 10);
	if (!digits || i < text.n)
		return -1;
	*value_micro = (whole * 1000000 + part) * (minus ? -1 : 1);
	return 0;
}

void
sample_add_value(struct buf *b, int64_t v)
{
	uint64_t m = v < 0 ? -(uint64_t)v : (uint64_t)v;

	buf_addf(b, "%s%" PRIu64, v < 0 ? "-" : "", m / 1000000);
	if (m % 1000000) {
		buf_addf(b, ".%06" PRIu64, m % 1000000);
		while (b->p[b->n - 1] == '0')
			b->p[--b->n] = 0;
	}
}

/* ---- pushed ------------------------------------------------------------------------------------ */

static int
value_read(const struct json *j, int64_t *micro)
{
	double d = json_real(j, json_kind(j) == JSON_INT ? (double)json_int(j, 0) : NAN);

	if (json_kind(j) == JSON_TEXT)
		return sample_parse(json_text(j, STR("")), micro);
	if (!isfinite(d) || fabs(d) >= (double)WHOLE_MAX)
		return -1;
	*micro = json_kind(j) == JSON_INT ? json_int(j, 0) * 1000000 : llround(d * 1000000.0);
	return 0;
}

static int
line_read(struct arena *a, struct str line, int64_t now, struct sample *x, struct err *e)
{
	const struct json *j = json_parse(a, line, e), *at = json_get(j, "at");

	if (!j)
		return -1;
	x->signal = str_trim(json_text(json_get(j, "signal"), STR("")));
	x->at = json_int(at, now);
	if (!x->signal.n || x->signal.n > NAME_MAX_B)
		return err_set(e, ERR_REJECT, "\"signal\" is no name");
	if (value_read(json_get(j, "value"), &x->value_micro) < 0)
		return err_set(e, ERR_REJECT, "\"value\" is no number");
	if (json_kind(at) == JSON_TEXT &&
	    clock_parse_iso(json_text(at, STR("")), &x->at, e) < 0)
		return err_within(e, "\"at\"");
	if (x->at <= 0 || x->at > now + AHEAD_S)
		return err_set(e, ERR_REJECT, "\"at\" is not a time up to now");
	return 0;
}

static int
refuse(struct buf *out, int64_t line, const struct err *why)
{
	struct buf clean = BUF(1024);

	buf_clear(out);
	buf_addf(out, "{\"error\":");
	utf8_add_clean(&clean, str_of(why->text));
	json_add_text(out, buf_str(&clean));
	buf_addf(out, ",\"line\":%lld}", (long long)line);
	buf_release(&clean);
	return 400;
}

/* Lines are read before the first is kept: what is refused changes nothing. */
int
samples_push(struct store *s, struct str body, struct str source, int64_t now, struct buf *out,
	     struct err *e)
{
	struct arena *a = arena_new();
	struct sample *v = arena_alloc(a, LINES_MAX * sizeof *v);
	struct err why = { 0 };
	int64_t line = 0, n = 0, kept = 0;
	struct str l;
	int r = 0;

	while (!why.kind && str_next(&body, '\n', &l)) {
		line++;
		if (!str_trim(l).n)
			continue;
		if (n == LINES_MAX)
			err_set(&why, ERR_REJECT, "over %d lines at once", LINES_MAX);
		else
			v[n].source = source, v[n].arrived_at = now;
		if (!why.kind && line_read(a, l, now, &v[n], &why) == 0)
			n++;
	}
	if (!n && !why.kind)
		err_set(&why, ERR_REJECT, "no sample was sent");
	for (int64_t i = 0; !why.kind && r >= 0 && i < n; i++) {
		r = sample_add(s, &v[i], e);
		kept += r > 0;
	}
	if (r >= 0 && !why.kind)
		buf_addf(out, "{\"accepted\":%lld,\"seen\":%lld}", (long long)kept,
			 (long long)(n - kept));
	r = r < 0 ? -1 : why.kind ? refuse(out, line, &why) : 200;
	arena_free(a);
	return r;
}

/* ---- shown ------------------------------------------------------------------------------------- */

struct listing {
	struct buf *b;
	size_t n;
};

static void
list_add(void *arg, const struct sample *x, int64_t count)
{
	struct listing *l = arg;

	buf_add(l->b, l->n++ ? STR(",\n{\"signal\":") : STR("{\"signal\":"));
	json_add_text(l->b, x->signal);
	buf_add(l->b, STR(",\"at\":\""));
	clock_add_iso(l->b, x->at);
	buf_add(l->b, STR("\",\"value\":"));
	sample_add_value(l->b, x->value_micro);
	buf_add(l->b, STR(",\"source\":"));
	json_add_text(l->b, x->source);
	buf_addf(l->b, ",\"samples\":%lld}", (long long)count);
}

static void
show_add(void *arg, const struct sample *x, int64_t count)
{
	struct listing *l = arg;

	(void)count;
	buf_add(l->b, l->n++ ? STR(",\n{\"at\":\"") : STR("{\"at\":\""));
	clock_add_iso(l->b, x->at);
	buf_add(l->b, STR("\",\"value\":"));
	sample_add_value(l->b, x->value_micro);
	buf_add_byte(l->b, '}');
}

int
samples_list(struct store *s, struct buf *out, struct err *e)
{
	struct listing l = { out, 0 };

	buf_add(out, STR("{\"signals\":["));
	if (samples_newest(s, list_add, &l, e) < 0)
		return -1;
	buf_add(out, STR("]}"));
	return 0;
}

int
samples_show(struct store *s, struct str signal, int64_t from, struct buf *out, struct err *e)
{
	struct sample_span of = { signal, from, INT64_MAX, SHOWN_MAX };
	struct listing l = { out, 0 };

	buf_add(out, STR("{\"signal\":"));
	json_add_text(out, signal);
	buf_add(out, STR(",\"samples\":["));
	if (samples_read(s, &of, show_add, &l, e) < 0)
		return -1;
	buf_add(out, STR("]}"));
	return (int)(l.n > INT32_MAX ? INT32_MAX : l.n);
}
