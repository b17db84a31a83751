/* sample.c - see sample.h. */
#include "core/base.h"

#include <inttypes.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/sample.h"
#include "responder/signal_store.h"

#define SHOWN_MAX 10000

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

/* All is read before the first is kept: what is refused changes nothing. */
int
samples_push(struct store *s, enum samples_form form, const struct pushed_body *body,
	     struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct err why = { 0 };
	struct samples v;
	int64_t kept = 0;
	int r = 0;

	if (samples_read_body(a, form, body->bytes, body->now, &v, &why) < 0) {
		r = refuse(out, v.line, &why);
		arena_free(a);
		return r;
	}
	for (size_t i = 0; r >= 0 && i < v.n; i++) {
		v.v[i].source = body->source;
		v.v[i].arrived_at = body->now;
		r = sample_add(s, &v.v[i], e);
		kept += r > 0;
	}
	if (r >= 0)
		buf_addf(out, "{\"accepted\":%lld,\"seen\":%lld}", (long long)kept,
			 (long long)v.n - (long long)kept);
	arena_free(a);
	return r < 0 ? -1 : 200;
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
