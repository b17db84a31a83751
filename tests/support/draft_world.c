/* draft_world.c - see draft_world.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/audit.h"
#include "responder/draft_store.h"
#include "responder/entry.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"
#include "tests/support/draft_world.h"
#include "tests/support/folder.h"

#define T0 DRAFT_WORLD_T0

void
draft_world_reopen(struct draft_world *w)
{
	struct err e = { 0 };

	drafts_free(w->drafts);
	w->drafts = drafts_new(&w->conf, &w->env, &e);
	if (!w->drafts)
		fail_msg("%s", e.text);
}

int
draft_world_make(void **state)
{
	static struct draft_world w;
	struct err e = { 0 };

	memset(&w, 0, sizeof w);
	snprintf(w.dir, sizeof w.dir, "/tmp/langyan-draft-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	snprintf(w.facts, sizeof w.facts, "%s/facts.yaml", w.dir);
	folder_put(w.facts,
		   "facts:\n  brand: 山脆\n  brand_en: Shancui\n  product: 山脆海苔脆片\n"
		   "  product_en: Shancui seaweed crisps\n  contact: 400-000-0000\n"
		   "  spokesperson: 山脆食品 公共事务部\n"
		   "  hub: https://shancui.example/n\n");
	w.a = arena_new();
	w.store = store_open(":memory:", &record_migrations, &e);
	w.zone = zone_open("Asia/Shanghai", &e);
	assert_true(w.store && w.zone);
	w.site = (struct site_view){ .name = STR("山脆"),
				     .zone = STR("Asia/Shanghai"),
				     .lang = STR("zh"),
				     .data = str_of(w.dir) };
	w.watch = (struct watch_conf){ .name = STR("shancui"), .title = STR("山脆") };
	w.env = (struct responder_env){ .store = w.store,
					.site = &w.site,
					.zone = w.zone,
					.watches = &w.watch,
					.watches_n = 1 };
	w.conf = (struct draft_conf){ .dir = STR("templates"),
				      .facts = str_of(w.facts),
				      .variants = 1 };
	w.incident = (struct incident){ .id = ID_OF(STR("i")),
					.number = STR("INC-2026-0001"),
					.watch = STR("shancui"),
					.topic = STR("food_safety"),
					.title = STR("山脆：食品安全"),
					.state = INCIDENT_ASSESSING,
					.level = 2,
					.grade = 2,
					.opened_at = T0,
					.first_mention_at = T0 - 1800,
					.version = 1 };
	draft_world_reopen(&w);
	assert_int_equal(store_begin(w.store, &e), 0);
	assert_int_equal(incident_write(w.store, &w.incident, &e), 0);
	assert_int_equal(store_commit(w.store, &e), 0);
	*state = &w;
	return 0;
}

int
draft_world_drop(void **state)
{
	struct draft_world *w = *state;

	drafts_free(w->drafts);
	store_close(w->store);
	zone_close(w->zone);
	folder_remove(w->dir);
	arena_free(w->a);
	return 0;
}

/* What the stage does before a move's drafts are asked for. */
void
draft_world_move_put(struct draft_world *w, const struct move *m)
{
	struct audit_row row = { .seq = m->seq,
				 .incident = m->incident,
				 .at = m->at,
				 .event = STR("W2"),
				 .from_state = str_of(incident_state_words[m->from_state]),
				 .to_state = str_of(incident_state_words[m->to_state]),
				 .from_level = m->from_level,
				 .to_level = m->to_level,
				 .actor = STR("trigger:words"),
				 .reason = STR("r"),
				 .evidence = m->evidence };
	struct err e = { 0 };

	assert_int_equal(incident_write(w->store, &w->incident, &e), 0);
	assert_int_equal(move_write(w->store, &row, &e), 0);
	assert_int_equal(drafts_on_move(w->drafts, m, &e), 0);
}

int
draft_world_turn_at(struct draft_world *w, int64_t now)
{
	struct err e = { 0 };
	struct incidents *s = incidents_new(&w->env, &e);
	int made;

	assert_non_null(s);
	assert_int_equal(store_begin(w->store, &e), 0);
	made = drafts_turn(w->drafts, s, now, &e);
	if (made < 0)
		fail_msg("%s", e.text);
	drafts_flush(w->drafts); /* not yet: the batch is open */
	assert_int_equal(store_commit(w->store, &e), 0);
	incidents_free(s);
	return made;
}

/* The next turn. */
int
draft_world_turn(struct draft_world *w)
{
	return draft_world_turn_at(w, T0 + 1);
}

void
draft_world_move(struct draft_world *w, int64_t seq, int64_t from, int64_t to, int64_t now)
{
	static const enum incident_state states[] = { INCIDENT_NONE, INCIDENT_OPEN,
						      INCIDENT_ASSESSING, INCIDENT_RESPONDING };
	struct err e = { 0 };
	struct move m = { .seq = seq,
			  .incident = w->incident.id,
			  .at = now,
			  .event = EVENT_W2,
			  .from_state = states[from],
			  .to_state = states[to],
			  .from_level = from,
			  .to_level = to,
			  .evidence = STR("[{\"mention\":\"00112233445566778899aabbccddeeff\","
					  "\"digest\":\"ab\"}]") };

	w->incident.state = states[to];
	w->incident.level = to;
	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	(void)draft_world_turn(w);
	drafts_flush(w->drafts);
}

static int
name_add(void *arg, const struct draft_row *row)
{
	buf_addf(arg, "%.*s v%lld %.*s\n", STR_ARG(row->template), (long long)row->version,
		 STR_ARG(row->state));
	return 0;
}

const char *
draft_world_names(struct draft_world *w)
{
	struct buf b = BUF(65536);
	struct err e = { 0 };
	const char *out;

	assert_int_equal(drafts_read(w->store, STR("INC-2026-0001"), 200, name_add, &b, &e), 0);
	out = arena_text(w->a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct wanted {
	struct draft_world *w;
	const char *template;
	struct draft_row row;
};

static int
row_take(void *arg, const struct draft_row *row)
{
	struct wanted *x = arg;
	struct err e;

	return str_is(row->template, x->template) &&
	       draft_read(x->w->store, &row->id, x->w->a, &x->row, &e) == 1;
}

struct draft_row
draft_world_row(struct draft_world *w, const char *template)
{
	struct wanted x = { .w = w, .template = template };
	struct err e = { 0 };

	assert_int_equal(drafts_read(w->store, STR("INC-2026-0001"), 100, row_take, &x, &e), 1);
	return x.row;
}

void
draft_world_say_at(struct draft_world *w, int64_t at, const char *kind, const char *key,
		   const char *value)
{
	struct err e = { 0 };
	struct entry x = { .incident = w->incident.id,
			   .at = at,
			   .kind = str_of(kind),
			   .key = str_of(key),
			   .actor = STR("unix:anna"),
			   .value = str_of(value),
			   .salt = STR("0123456789abcdef") };

	assert_int_equal(store_begin(w->store, &e), 0);
	if (entry_append(w->store, &x, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(store_commit(w->store, &e), 0);
}

void
draft_world_say(struct draft_world *w, const char *kind, const char *key, const char *value)
{
	draft_world_say_at(w, T0, kind, key, value);
}
