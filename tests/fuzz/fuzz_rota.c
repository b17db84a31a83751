/* fuzz: responder/rota_change.c */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "responder/rota_change.h"
#include "responder/rota_live.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char settings[] =
	"channels: { notes: { kind: file, path: ./notices } }\n"
	"people: { ann: { contacts: [ { channel: notes } ] }, ben: { }, cai: { } }\n"
	"schedules:\n"
	"  pr: { shifts: [ { who: [ann, ben], rotate: { every: day, start: 2026-03-10 09:00 } "
	"} ] }\n"
	"  day: { zone: Europe/London, shifts: [ { who: [cai], from: 08:00, to: 20:00 } ] }\n";
#define NOW 1773104400 /* 2026-03-10T09:00 in Shanghai */

static const struct conf_key root_keys[] = {
	{ "people", CONF_TABLE, offsetof(struct notice_conf, people), 0, 0, "", "",
	  &person_schema },
	{ "schedules", CONF_TABLE, offsetof(struct notice_conf, schedules), 0, 0, "", "",
	  &schedule_schema },
	{ "channels", CONF_TABLE, offsetof(struct notice_conf, channels), 0, 0, "", "",
	  &channel_schema },
	CONF_END,
};
static const struct conf_schema root = { "settings", sizeof(struct notice_conf), root_keys,
					 "" };

struct desk {
	struct notice_conf c;
	struct conf *conf;
	struct store *store;
	struct roster *roster;
};

static void
desk_make(struct desk *d)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };

	d->conf = conf_read_text(str_of(settings), "x.yaml", &root, &d->c, &report, &e);
	d->store = store_open(":memory:", &record_migrations, &e);
	d->roster = d->conf && d->store ? roster_new(&d->c, NULL, &e) : NULL;
	if (!d->roster) {
		fprintf(stderr, "%s%s\n", report.p, e.text);
		abort();
	}
	buf_release(&report);
}

/* Whatever is asked: it is answered in JSON with a status; what was taken can be read and asked. */
static void
change(struct desk *d, const struct rota_ask *q, size_t verb)
{
	static int (*const what[])(const struct rota_ask *q, struct buf *out,
				   struct err *e) = { rota_change_override, rota_change_swap,
						      rota_change_temporary, rota_change_cancel,
						      rota_change_list };
	struct buf out = BUF(1 << 20);
	struct rota_changes all;
	struct str who[ROTA_MAX];
	struct err e = { 0 };
	int status = what[verb % LY_COUNT(what)](q, &out, &e);

	if (status != 200 && status != 400 && status != 404 && status != 409)
		abort();
	if (!json_parse(q->a, buf_str(&out), &e) ||
	    rota_changes_read(d->store, INT64_MIN, q->a, &all, &e) < 0 ||
	    (status == 200) != (all.n == 1 || verb % LY_COUNT(what) == 4))
		abort();
	roster_who(d->roster, d->c.schedules.v, NOW + 3600, who);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct desk d;
	struct rota_ask q = { .actor = STR("unix:ann"), .now = NOW };
	struct err e = { 0 };

	if (!n)
		return 0;
	if (!d.roster)
		desk_make(&d);
	q.a = arena_new();
	q.store = d.store;
	q.roster = d.roster;
	q.args = json_parse(q.a, (struct str){ (const char *)p + 1, n - 1 }, &e);
	if (q.args) {
		if (store_begin(d.store, &e) < 0)
			abort();
		change(&d, &q, p[0]);
		store_rollback(d.store);
		if (roster_load(d.roster, d.store, NOW, &e) < 0)
			abort();
	}
	arena_free(q.a);
	return 0;
}
