/* digest_world.c - see digest_world.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "responder/audit.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"

#include "tests/support/digest_world.h"

static struct str all_formats[] = { STR_INIT("html"), STR_INIT("md"), STR_INIT("text"),
				    STR_INIT("json") };

static void
told(void *arg, const struct told *t)
{
	struct digest_world *w = arg;

	buf_addf(&w->told, "%lld %s %.*s\n", (long long)t->at, t->type, STR_ARG(t->reason));
}

int
digest_world_make(void **state)
{
	static struct digest_world w;
	struct err e = { 0 };

	memset(&w, 0, sizeof w);
	snprintf(w.dir, sizeof w.dir, "/tmp/langyan-digest-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	snprintf(w.path, sizeof w.path, "%s/digests", w.dir);
	w.a = arena_new();
	w.told = BUF(1 << 16);
	w.store = store_open(":memory:", &record_migrations, &e);
	w.zone = zone_open("Asia/Shanghai", &e);
	assert_true(w.store && w.zone);
	w.site = (struct site_view){ .name = STR("山脆"),
				     .zone = STR("Asia/Shanghai"),
				     .lang = STR("zh"),
				     .data = str_of(w.dir) };
	w.watches[0] = (struct watch_conf){ .name = STR("shancui"), .title = STR("山脆") };
	w.watches[1] = (struct watch_conf){ .name = STR("other") };
	w.env = (struct responder_env){ .store = w.store,
					.site = &w.site,
					.zone = w.zone,
					.watches = w.watches,
					.watches_n = 1,
					.told = { told, &w } };
	w.conf = (struct digest_conf){ .name = STR("daily"),
				       .cut = 8 * HOUR,
				       .at = 9 * HOUR,
				       .formats = { all_formats, 4 },
				       .path = str_of(w.path) };
	w.list = (struct conf_list){ &w.conf, 1 };
	*state = &w;
	return 0;
}

int
digest_world_drop(void **state)
{
	struct digest_world *w = *state;
	const char *command = arena_textf(w->a, "rm -rf %s", w->dir);

	digests_free(w->digests);
	store_close(w->store);
	zone_close(w->zone);
	buf_release(&w->told);
	if (system(command) != 0)
		return -1;
	arena_free(w->a);
	return 0;
}

void
digest_world_say(struct digest_world *w, struct digest_said m)
{
	struct err e = { 0 };
	char key[32];
	struct topic_hit topic = { .topic = str_of(m.topic), .severity = 3 };
	struct mention mention = { .watch = str_of(m.watch ? m.watch : "shancui"),
				   .label = m.label,
				   .score = m.label * 600,
				   .confidence = 800,
				   .flags = m.flags,
				   .topics = { &topic, m.topic ? 1 : 0 } };
	struct result r = { .mentions = { &mention, 1 } };
	struct document *d = &r.document;
	struct buf scratch = BUF(1 << 20);
	struct id salt = { { 1 } };
	struct record_document doc = { .document = d, .mentions = 1, .as_of = 1 };
	struct record_mention row = { .result = &r, .mention = &mention, .as_of = 1 };

	snprintf(key, sizeof key, "%d", w->n++);
	d->id = ID_OF(STR("d"), str_of(key));
	d->source = d->site = str_of(m.site ? m.site : "a.example");
	d->source_class = CLASS_SOCIAL;
	d->url = str_of(m.url);
	d->title = str_of(m.title ? m.title : "标题");
	d->author = str_of(m.author);
	if (m.author)
		d->author_key = ID_OF(d->author);
	d->followers = m.followers;
	d->published_at = m.published_at;
	d->arrived_at = m.at;
	d->flags = m.document_flags;
	mention.id = ID_OF(id_str(&d->id), mention.watch);
	row.story = m.story ? ID_OF(str_of(m.story)) : (struct id){ { 0 } };
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(record_add_document(w->store, &doc, &e), 0);
	assert_int_equal(record_add_content(w->store, d, &salt, &scratch, &e), 0);
	assert_true(record_add_mention(w->store, &row, &scratch, &e) >= 0);
	assert_int_equal(store_commit(w->store, &e), 0);
	buf_release(&scratch);
}

void
digest_world_open(struct digest_world *w, const char *number, int64_t level, const char *topic,
		  int64_t at)
{
	struct err e = { 0 };
	struct incident i = { .id = ID_OF(str_of(number)),
			      .number = str_of(number),
			      .watch = STR("shancui"),
			      .topic = str_of(topic),
			      .title = STR("山脆：食品安全"),
			      .state = level == 3 ? INCIDENT_RESPONDING : INCIDENT_ASSESSING,
			      .level = level,
			      .grade = level,
			      .opened_at = at,
			      .version = 1 };

	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(incident_write(w->store, &i, &e), 0);
	assert_int_equal(audit_append(w->store,
				      &(struct audit_row){
					      .incident = i.id,
					      .at = at,
					      .event = str_of(level == 3 ? "W3" : "W2"),
					      .from_state = STR("none"),
					      .to_state = str_of(incident_state_words[i.state]),
					      .to_level = level,
					      .actor = STR("trigger:burst"),
					      .reason = STR(""),
					      .evidence = STR("[]") },
				      &e),
			 0);
	assert_int_equal(store_commit(w->store, &e), 0);
}

struct digest_row
digest_world_compose(struct digest_world *w, int64_t at)
{
	struct digest_ask ask = { .conf = &w->conf, .at = at, .made_at = at, .as_of = 9 };
	struct digest_row r;
	struct err e = { 0 };

	if (digest_compose(&w->env, &ask, w->a, &r, &e) < 0)
		fail_msg("%s", e.text);
	return r;
}

void
text_has(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) < 0)
		fail_msg("no \"%s\" in:\n%.*s", part, STR_ARG(text));
}

void
text_has_not(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) >= 0)
		fail_msg("\"%s\" in:\n%.*s", part, STR_ARG(text));
}

size_t
text_times(struct str s, const char *part)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(s, str_of(part))) >= 0) {
		n++;
		s = str_slice(s, (size_t)at + 1, s.n);
	}
	return n;
}

size_t
text_lines(struct str s)
{
	return text_times(s, "\n");
}

void
digest_world_turn(struct digest_world *w, int64_t now, int made)
{
	struct err e = { 0 };
	int said;

	assert_int_equal(store_begin(w->store, &e), 0);
	said = digests_turn(w->digests, now, &e);
	if (said != made)
		fail_msg("made %d, not %d: %s", said, made, e.text);
	assert_int_equal(store_commit(w->store, &e), 0);
	digests_flush(w->digests);
}

void
digest_world_begin(struct digest_world *w, int64_t now)
{
	struct err e = { 0 };

	digests_free(w->digests);
	w->digests = digests_new(&w->list, &w->env, NULL, NULL, now, &e);
	assert_non_null(w->digests);
}

void
digest_world_usual_day(struct digest_world *w)
{
	for (int i = 0; i < 3; i++)
		digest_world_say(w, (struct digest_said){
					    .at = CUT - 5 * HOUR + i * 60,
					    .label = -1,
					    .title = "海苔脆片吃出异物",
					    .site = i ? "weitopic.example" : "chihuo.example",
					    .author = i == 2 ? "乙" : "甲",
					    .topic = "food_safety",
					    .story = "s1",
					    .url = "https://chihuo.example/t?a=1&b=2" });
	digest_world_say(
		w, (struct digest_said){
			   .at = CUT - 4 * HOUR, .label = 1, .title = "好吃", .author = "丙" });
	digest_world_say(w, (struct digest_said){ .at = CUT - 30 * HOUR,
						  .label = -1,
						  .title = "前一天",
						  .author = "丁" });
}
