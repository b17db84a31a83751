#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/desk.h"
#include "tests/support/rota_world.h"

bool
rota_world_open(struct rota_world *w, const char *text, const char *zone)
{
	struct err e = { 0 };

	*w = (struct rota_world){ .report = BUF(1 << 20) };
	w->conf = conf_read_text(str_of(text), "x.yaml", desk_schema(), &w->c, &w->report, &e);
	if (!w->conf)
		return false;
	w->zone = zone_open(zone, &e);
	w->roster = w->zone ? roster_new(&w->c, w->zone, &e) : NULL;
	if (!w->roster)
		fail_msg("%s", e.text);
	return true;
}

void
rota_world_must(struct rota_world *w, const char *text, const char *zone)
{
	if (!rota_world_open(w, text, zone))
		fail_msg("%s: %s", text, w->report.p);
}

void
rota_world_close(struct rota_world *w)
{
	roster_free(w->roster);
	zone_close(w->zone);
	conf_free(w->conf);
	buf_release(&w->report);
}

/* ---- GoAlert ------------------------------------------------------------------------------ */

static const char *const names[] = { "ann", "bob", "bar", "baz", "ben", "bin", "foo",
				     "joe", "rab", "sam", "u1",  "u2",  "u3" };

static void
people_add(struct buf *b)
{
	buf_add(b, STR("channels: { notes: { kind: file, path: ./notices } }\npeople:\n"));
	for (size_t i = 0; i < LY_COUNT(names); i++)
		buf_addf(b,
			 "  %s: { quiet: { from: 00:00, to: 00:00 }, contacts: [ { channel: "
			 "notes } ] }\n",
			 names[i]);
}

bool
goalert_open(struct rota_world *w, const char *part, const char *zone)
{
	struct buf b = BUF(1 << 20);
	bool taken;

	people_add(&b);
	buf_add(&b, str_of(part));
	taken = rota_world_open(w, b.p, zone);
	buf_release(&b);
	return taken;
}

void
goalert_must(struct rota_world *w, const char *part, const char *zone)
{
	if (!goalert_open(w, part, zone))
		fail_msg("%s: %s", part, w->report.p);
}

int64_t
goalert_when(const struct rota_world *w, const char *text)
{
	struct err e = { 0 };
	int64_t at = 0;

	if (clock_parse_local(w->zone, str_of(text), &at, &e) < 0)
		fail_msg("%s", e.text);
	return at;
}

void
goalert_same(size_t i, const char *file, const char *function, const struct buf *got,
	     const char *want)
{
	if (strcmp(got->n ? got->p : "", want) != 0)
		fail_msg("case %zu (%s, %s):\n  we say  \"%s\"\n  it says \"%s\"", i, file,
			 function, got->n ? got->p : "", want);
}
