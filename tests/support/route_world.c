/* route_world.c - see route_world.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/desk.h"
#include "tests/support/route_world.h"

#define PEOPLE                                                                               \
	"people: { lin: { contacts: [ { channel: wall } ] } }\n"                             \
	"channels: { wall: { kind: file, path: /tmp }, chat: { kind: file, path: /tmp } }\n" \
	"policies:\n"                                                                        \
	"  all: { steps: [ { to: [\"person:lin\"] } ] }\n"                                   \
	"  tea: { steps: [ { to: [\"person:lin\"] } ] }\n"                                   \
	"  forum: { steps: [ { to: [\"person:lin\"] } ] }\n"                                 \
	"  news: { steps: [ { to: [\"person:lin\"] } ] }\n"                                  \
	"  press: { steps: [ { to: [\"person:lin\"] } ] }\n"                                 \
	"  drinks: { steps: [ { to: [\"person:lin\"] } ] }\n"

bool
route_world_read(struct route_world *w, const char *settings, struct buf *report)
{
	struct buf text = BUF(1 << 20);
	struct err e = { 0 };

	*w = (struct route_world){ .conf = NULL };
	buf_addf(&text, PEOPLE "%s", settings);
	w->conf = conf_read_text(buf_str(&text), "conf.yaml", desk_schema(), &w->c, report, &e);
	buf_release(&text);
	return w->conf != NULL;
}

void
route_world_open(struct route_world *w, const char *settings)
{
	struct buf report = BUF(1 << 20);

	if (!route_world_read(w, settings, &report))
		fail_msg("%s", report.p);
	buf_release(&report);
}

struct tags
route_world_tags(const char *text)
{
	struct str rest = str_of(text), part;
	struct tags t;

	for (int i = 0; i < TAG_COUNT; i++)
		t.v[i] = STR("");
	while (str_next(&rest, ',', &part)) {
		size_t is = (size_t)str_find_byte(part, '=');
		int tag = 0;

		while (tag < TAG_COUNT && !str_is(str_slice(part, 0, is), tag_words[tag]))
			tag++;
		if (tag == TAG_COUNT)
			fail_msg("no label in \"%s\"", text);
		t.v[tag] = str_slice(part, is + 1, part.n);
	}
	if (!t.v[TAG_LEVEL].n)
		t.v[TAG_LEVEL] = STR("2");
	return t;
}
