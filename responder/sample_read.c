/* sample_read.c - see sample_read.h. */
#include "core/base.h"

#include <math.h>

#include "core/clock.h"
#include "core/csv.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/sample_read.h"

#define WHOLE_MAX  ((int64_t)9000000000000)
#define NAME_MAX_B 200
#define AT_ZERO    "0001-01-01T00:00:00Z" /* how Alertmanager's clients write "no time" */

enum samples_form
samples_form_of(struct str type)
{
	return str_starts(type, STR("text/csv")) ? SAMPLES_CSV : SAMPLES_JSON;
}

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

/* ---- what all forms check ------------------------------------------------------------------------- */

static int
name_set(struct sample *x, struct str name, struct err *e)
{
	x->signal = str_trim(name);
	if (!x->signal.n || x->signal.n > NAME_MAX_B || !utf8_valid(x->signal))
		return err_set(e, ERR_REJECT, "\"signal\" is no name of 1 to %d bytes",
			       NAME_MAX_B);
	return 0;
}

static int
time_set(struct sample *x, struct str at, int64_t now, struct err *e)
{
	if (clock_parse_iso(at, &x->at, e) < 0)
		return err_within(e, "\"at\"");
	if (x->at <= 0 || x->at > now + SAMPLES_AHEAD_S)
		return err_set(e, ERR_REJECT,
			       "\"at\" is in the future: a sample tells of what was");
	return 0;
}

static struct sample *
sample_next(struct samples *out, struct err *e)
{
	if (out->n == SAMPLES_AT_ONCE) {
		err_set(e, ERR_REJECT, "over %d samples at once", SAMPLES_AT_ONCE);
		return NULL;
	}
	out->v[out->n] = (struct sample){ .at = 0 };
	return &out->v[out->n];
}

/* ---- JSON ------------------------------------------------------------------------------------------ */

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
json_line(struct arena *a, struct str line, int64_t now, struct samples *out, struct err *e)
{
	const struct json *j = json_parse(a, line, e), *at = json_get(j, "at");
	struct sample *x = j ? sample_next(out, e) : NULL;

	if (!x || name_set(x, json_text(json_get(j, "signal"), STR("")), e) < 0)
		return -1;
	if (value_read(json_get(j, "value"), &x->value_micro) < 0)
		return err_set(e, ERR_REJECT, "\"value\" is no number");
	x->at = json_int(at, now);
	if (json_kind(at) == JSON_TEXT && time_set(x, json_text(at, STR("")), now, e) < 0)
		return -1;
	if (x->at <= 0 || x->at > now + SAMPLES_AHEAD_S)
		return err_set(e, ERR_REJECT,
			       "\"at\" is in the future: a sample tells of what was");
	out->n++;
	return 0;
}

static int
json_body(struct arena *a, struct str body, int64_t now, struct samples *out, struct err *e)
{
	struct str line;

	while (str_next(&body, '\n', &line)) {
		out->line++;
		if (str_trim(line).n && json_line(a, line, now, out, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- CSV ------------------------------------------------------------------------------------------- */

static const char *const columns[] = { "signal", "value", "at" };
struct columns {
	int place[LY_COUNT(columns)]; /* -1: not there */
};

static int
head_read(const struct table_row *row, struct columns *c, struct err *e)
{
	for (size_t k = 0; k < LY_COUNT(columns); k++) {
		c->place[k] = -1;
		for (size_t i = 0; i < row->n; i++)
			if (str_eq_nocase(str_trim(row->cells[i]), str_of(columns[k])))
				c->place[k] = (int)i;
	}
	if (c->place[0] < 0 || c->place[1] < 0)
		return err_set(e, ERR_REJECT,
			       "the first line names the columns: signal,value,at");
	return 0;
}

static int
row_read(const struct table_row *row, const struct columns *c, struct samples *out, int64_t now,
	 struct err *e)
{
	struct sample *x = sample_next(out, e);
	struct str cells[LY_COUNT(columns)];

	if (!x)
		return -1;
	for (size_t k = 0; k < LY_COUNT(columns); k++) {
		bool there = c->place[k] >= 0 && (size_t)c->place[k] < row->n;

		if (!there && k < 2)
			return err_set(e, ERR_REJECT,
				       "it has %zu cells, the first line names more", row->n);
		cells[k] = there ? str_trim(row->cells[c->place[k]]) : STR("");
	}
	if (name_set(x, cells[0], e) < 0)
		return -1;
	if (sample_parse(cells[1], &x->value_micro) < 0)
		return err_set(e, ERR_REJECT, "\"value\" is no number");
	x->at = now;
	if (cells[2].n && time_set(x, cells[2], now, e) < 0)
		return -1;
	out->n++;
	return 0;
}

static int
csv_body(struct arena *a, struct str body, int64_t now, struct samples *out, struct err *e)
{
	struct table_row row;
	struct columns c;
	bool headed = false;
	struct csv csv;

	out->line = 1;
	if (str_starts(body, STR("\xEF\xBB\xBF")))
		body = str_slice(body, 3, body.n);
	if (!utf8_valid(body))
		return err_set(e, ERR_REJECT, "it is not UTF-8");
	csv_begin(&csv, body);
	while (csv_next(&csv, a, &row)) {
		out->line = row.line;
		if (row.why)
			return err_set(e, ERR_REJECT, "%s", row.why);
		if (row.n == 1 && !str_trim(row.cells[0]).n)
			continue;
		if ((headed ? row_read(&row, &c, out, now, e) : head_read(&row, &c, e)) < 0)
			return -1;
		headed = true;
	}
	return 0;
}

/* ---- alerts ---------------------------------------------------------------------------------------- */

/* endsAt in the future says only until when it counts without being sent again. */
static int
alert_read(struct arena *a, const struct json *alert, int64_t now, struct samples *out,
	   struct err *e)
{
	const struct json *labels = json_get(alert, "labels");
	struct str name = str_trim(json_text(json_get(labels, "alertname"), STR("")));
	struct str starts = json_text(json_get(alert, "startsAt"), STR(""));
	struct str ends = json_text(json_get(alert, "endsAt"), STR(""));
	struct sample *x = sample_next(out, e), end = { .at = 0 };

	if (!x)
		return -1;
	if (json_kind(labels) != JSON_OBJECT || !name.n)
		return err_set(e, ERR_REJECT, "an alert has labels, one of them alertname");
	name = str_of(arena_textf(a, ALERT_PREFIX "%.*s", STR_ARG(name)));
	if (name_set(x, name, e) < 0)
		return -1;
	x->at = now;
	x->value_micro = 1000000;
	if (starts.n && !str_is(starts, AT_ZERO) && time_set(x, starts, now, e) < 0)
		return err_within(e, "\"startsAt\"");
	out->n++;
	if (!ends.n || str_is(ends, AT_ZERO))
		return 0;
	if (clock_parse_iso(ends, &end.at, e) < 0)
		return err_within(e, "\"endsAt\"");
	if (end.at > now)
		return 0;
	if (end.at <= x->at) /* over within its second: the end is what stays */
		end.at = x->at + 1;
	end.signal = x->signal;
	x = sample_next(out, e);
	if (!x)
		return -1;
	*x = end;
	out->n++;
	return 0;
}

static int
alerts_body(struct arena *a, struct str body, int64_t now, struct samples *out, struct err *e)
{
	const struct json *list = json_parse(a, body, e);

	out->line = 1;
	if (!list)
		return -1;
	if (json_kind(list) != JSON_LIST)
		return err_set(e, ERR_REJECT, "alerts come as a list: [{\"labels\":{…}}]");
	for (size_t i = 0; i < json_count(list); i++)
		if (alert_read(a, json_at(list, i), now, out, e) < 0)
			return err_within(e, "alert %zu", i + 1);
	return 0;
}

/* Room for as many samples as the body can have: JSON has one a line. */
static size_t
samples_most(enum samples_form form, struct str body)
{
	size_t lines = 1;

	if (form != SAMPLES_JSON)
		return SAMPLES_AT_ONCE;
	for (size_t i = 0; i < body.n && lines < SAMPLES_AT_ONCE; i++)
		lines += body.p[i] == '\n';
	return lines;
}

int
samples_read_body(struct arena *a, enum samples_form form, struct str body, int64_t now,
		  struct samples *out, struct err *e)
{
	int r;

	*out = (struct samples){ .v = arena_alloc(a,
						  samples_most(form, body) * sizeof *out->v) };
	switch (form) {
	case SAMPLES_CSV:
		r = csv_body(a, body, now, out, e);
		break;
	case SAMPLES_ALERTS:
		r = alerts_body(a, body, now, out, e);
		break;
	default:
		r = json_body(a, body, now, out, e);
	}
	if (r < 0)
		return -1;
	if (!out->n && form != SAMPLES_ALERTS)
		return err_set(e, ERR_REJECT, "no sample was sent");
	return 0;
}
