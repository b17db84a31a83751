/* house.c - see house.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/folder.h"
#include "tests/support/house.h"

static const char settings[] =
	"people:\n"
	"  anna: { name: Anna, lang: zh, contacts: [ { channel: disk } ], roles: [lead] }\n"
	"  boss: { name: Boss, lang: en, contacts: [ { channel: mail, address: "
	"\"boss@example.test\" }, { channel: hook } ] }\n"
	"schedules:\n"
	"  duty: { shifts: [ { who: [anna], from: 08:00, to: 20:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"person:anna\"] }, { to: [\"person:boss\"] } ] }\n"
	"routes: [ { policy: default, owner: anna, group_wait: 0s } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  hook: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n" /* refused: not allowed */
	"  disk: { kind: file, path: %s/told }\n";

/* ---- every byte of the folder --------------------------------------------------------------- */

void
house_nowhere(const struct house *h)
{
	struct buf where = BUF(1 << 16);

	if (folder_files_with(h->w.dir, HOUSE_MARK, &where))
		fail_msg("the erased text is in\n%s", where.p);
	buf_release(&where);
}

void
house_holds(const struct house *h, const char *part)
{
	struct buf where = BUF(1 << 16);

	folder_files_with(h->w.dir, HOUSE_MARK, &where);
	if (!strstr(where.p, part))
		fail_msg("not in %s, only in\n%s", part, where.p);
	buf_release(&where);
}

/* ---- a crisis with one text to erase -------------------------------------------------------- */

void
house_open(struct house *h)
{
	static struct str formats[] = { STR_INIT("html"), STR_INIT("md"), STR_INIT("text"),
					STR_INIT("json") },
			  to[] = { STR_INIT("anna"), STR_INIT("boss") };
	struct world *w = &h->w;

	world_open(w, CLOCK_WALL);
	world_configure(w, arena_textf(w->arena, settings, w->dir));
	h->digest = (struct digest_conf){
		.name = STR("daily"),
		.cut = 8 * HOUR,
		.at = 9 * HOUR,
		.to = { to, LY_COUNT(to) },
		.formats = { formats, LY_COUNT(formats) },
		.path = str_of(arena_textf(w->arena, "%s/daily", w->dir)),
	};
	w->conf.digests = (struct conf_list){ &h->digest, 1 };
	w->conf.site.lang = STR("zh");
	w->conf.send = SEND_REAL;
	w->watches[1].size = WATCH_SMALL;
	world_reopen(w, WORLD_T0);
}

void
house_close(struct house *h)
{
	world_close(&h->w);
}

void
house_live(struct house *h, int64_t from, int64_t to)
{
	for (int64_t at = from; at <= to; at += 600) {
		world_turn(&h->w, at);
		world_turn(&h->w, at);
	}
}

void
house_burst(struct house *h, const char *title)
{
	struct world *w = &h->w;

	world_grumble(w, WORLD_T0 + HOUR, 4);
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 300,
					      .label = LABEL_NEG,
					      .author = "y",
					      .same_copy = true });
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 310,
					      .label = LABEL_NEG,
					      .score = -900,
					      .author = "author " HOUSE_MARK,
					      .title = title,
					      .text = HOUSE_MARK " 虾滑里吃出玻璃",
					      .url = "https://a.example/" HOUSE_MARK,
					      .same_copy = true });
	world_say(w, &(struct world_mention){
			     .at = WORLD_T0 + HOUR + 320, .label = LABEL_NEG, .author = "z" });
}

int64_t
house_rows(struct house *h, const char *where)
{
	const char *sql =
		arena_textf(h->w.arena, "SELECT count(*) FROM notice WHERE %s", where);

	return strtoll(world_ask(&h->w, sql), NULL, 10);
}
