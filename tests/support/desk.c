#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/record_store.h"
#include "tests/support/desk.h"

static const struct conf_key root_keys[] = {
	{ "people", CONF_TABLE, offsetof(struct notice_conf, people), 0, 0, "", "",
	  &person_schema },
	{ "schedules", CONF_TABLE, offsetof(struct notice_conf, schedules), 0, 0, "", "",
	  &schedule_schema },
	{ "policies", CONF_TABLE, offsetof(struct notice_conf, policies), 0, 0, "", "",
	  &policy_schema },
	{ "routes", CONF_LIST, offsetof(struct notice_conf, routes), 0, 0, "", "",
	  &route_schema },
	{ "channels", CONF_TABLE, offsetof(struct notice_conf, channels), 0, 0, "", "",
	  &channel_schema },
	{ "timetables", CONF_TABLE, offsetof(struct notice_conf, timetables), 0, 0, "", "",
	  &timetable_schema },
	{ "silences", CONF_LIST, offsetof(struct notice_conf, silences), 0, 0, "", "",
	  &silence_schema },
	{ "inhibit", CONF_LIST, offsetof(struct notice_conf, inhibit), 0, 0, "", "",
	  &inhibit_schema },
	{ "confidential", CONF_BLOCK, offsetof(struct notice_conf, confidential), 0, 0, "", "",
	  &confidential_schema },
	CONF_END,
};

static void
root_check(struct conf_reader *r, void *self)
{
	static const struct str watches[] = { STR_INIT("tea"), STR_INIT("milk") };

	notice_conf_check(r, self, watches, LY_COUNT(watches));
}

static const struct conf_schema root = { "settings", sizeof(struct notice_conf),
					 root_keys,  "",
					 0,          root_check };

const struct conf_schema *
desk_schema(void)
{
	return &root;
}

int64_t
desk_iso(const char *text)
{
	int64_t at = 0;
	struct err e = { 0 };

	if (clock_parse_iso(str_of(text), &at, &e) < 0)
		fail_msg("%s: %s", text, e.text);
	return at;
}

static void
must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->text);
}

static void
load(struct desk *d, int64_t now)
{
	struct err e = { 0 };

	if (!d->store)
		d->store = store_open(d->path ? d->path : ":memory:", &record_migrations, &e);
	if (!d->store)
		fail_msg("%s", e.text);
	d->env.store = d->store;
	d->incidents = incidents_new(&d->env, &e);
	d->notices = d->incidents ? notices_new(&d->c, &d->env, now, &e) : NULL;
	if (!d->notices)
		fail_msg("%s", e.text);
}

void
desk_open(struct desk *d, const char *settings, enum send_mode send, const char *path,
	  const char *data, int64_t now)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };

	*d = (struct desk){ .a = arena_new(), .kept = arena_new(), .seen = BUF(1 << 20) };
	d->conf = conf_read_text(str_of(settings), "desk.yaml", &root, &d->c, &report, &e);
	if (!d->conf)
		fail_msg("%s", report.p);
	buf_release(&report);
	d->path = path ? arena_text(d->kept, str_of(path)) : NULL;
	d->site = (struct site_view){ STR("茶铺"), STR("Asia/Shanghai"), STR("zh"),
				      str_of(arena_text(d->kept, str_of(data ? data : ""))),
				      STR("") };
	d->watch = (struct watch_conf){ .name = STR("tea"), .title = STR("茶铺") };
	d->zone = zone_open("Asia/Shanghai", &e);
	d->env = (struct responder_env){ .site = &d->site,
					 .zone = d->zone,
					 .watches = &d->watch,
					 .watches_n = 1,
					 .clock = CLOCK_STEPPED,
					 .send = send };
	load(d, now);
}

static void
forget(struct desk *d)
{
	notices_free(d->notices);
	incidents_free(d->incidents);
}

static void
unload(struct desk *d)
{
	forget(d);
	store_close(d->store);
	d->store = NULL;
}

void
desk_close(struct desk *d)
{
	unload(d);
	conf_free(d->conf);
	zone_close(d->zone);
	buf_release(&d->seen);
	arena_free(d->a);
	arena_free(d->kept);
}

static void
first_report(struct desk *d, int64_t now)
{
	desk_hear(d, "喝出虫子", "weibo.example", "https://weibo.example/1", now - 600);
}

/* Of each table that a desk fills; what is searched (fts) it does not. */
static void
emptying_make(struct desk *d)
{
	struct stmt *q =
		store_stmt(d->store, "SELECT name FROM sqlite_master WHERE type ="
				     " 'table' AND name <> 'langyan_schema' AND name NOT"
				     " LIKE 'fts%'");
	struct err e = { 0 };

	while (d->tables < LY_COUNT(d->empty) && stmt_step(q, &e) > 0)
		d->empty[d->tables++] =
			arena_textf(d->kept, "DELETE FROM %.*s", STR_ARG(stmt_col_text(q, 0)));
	stmt_reset(q);
	assert_in_range(d->tables, 1, LY_COUNT(d->empty) - 1);
}

void
desk_reset(struct desk *d, int64_t now)
{
	struct err e = { 0 };

	forget(d);
	arena_reset(d->a);
	d->incident = NULL;
	d->fired = 0;
	d->exhausted = 0;
	buf_clear(&d->seen);
	if (!d->tables)
		emptying_make(d);
	must(store_begin(d->store, &e), &e);
	for (size_t i = 0; i < d->tables; i++)
		must(stmt_run(store_stmt(d->store, d->empty[i]), &e), &e);
	must(store_commit(d->store, &e), &e);
	load(d, now);
	first_report(d, now);
}

void
desk_crash(struct desk *d, int64_t now)
{
	char *number = arena_text(d->a, d->incident->number);

	unload(d);
	load(d, now);
	d->incident = incidents_find_number(d->incidents, str_of(number));
	assert_non_null(d->incident);
}

static void
run(struct desk *d, struct stmt *q)
{
	struct err e = { 0 };

	(void)d;
	must(stmt_run(q, &e), &e);
}

struct id
desk_hear(struct desk *d, const char *title, const char *site, const char *url, int64_t at)
{
	struct id document = ID_OF(STR("document"), str_of(title), str_of(url));
	struct id mention = ID_OF(STR("mention"), id_str(&document));
	struct stmt *q = store_stmt(
		d->store,
		"INSERT INTO document (id, source, source_class, site, url, lang, followers,"
		" published_at, arrived_at, flags, spool, seq, text_hash, mentions, as_of) "
		"VALUES"
		" (:id, 'src', :class, :site, :url, 'zh', -1, :at, :at, 0, :id, 1, :id, 1, 1)");

	stmt_id(q, 1, &document);
	stmt_int(q, 2, CLASS_NEWS);
	stmt_text(q, 3, str_of(site));
	stmt_text(q, 4, str_of(url));
	stmt_int(q, 5, at);
	run(d, q);
	q = store_stmt(d->store,
		       "INSERT INTO content (document, digest, title, body) SELECT n, id,"
		       " :title, 'body' FROM document WHERE id = :id");
	stmt_text(q, 1, str_of(title));
	stmt_id(q, 2, &document);
	run(d, q);
	q = store_stmt(
		d->store,
		"INSERT INTO mention (id, document, watch, arrived_at, published_at, score,"
		" label, confidence, subjectivity, intent, flags, severity, topics, spans,"
		" conf, image, as_of) VALUES (:id, :document, 'tea', :at, :at, -500, -1,"
		" 900, 0, 0, 0, 0, '[]', :id, :id, :id, 1)");
	stmt_id(q, 1, &mention);
	stmt_id(q, 2, &document);
	stmt_int(q, 3, at);
	run(d, q);
	return mention;
}

static size_t
heard(struct desk *d, struct id *out, size_t max)
{
	struct stmt *q =
		store_stmt(d->store, "SELECT id FROM mention ORDER BY arrived_at DESC, id");
	struct err e = { 0 };
	size_t n = 0;

	while (stmt_step(q, &e) > 0 && n < max)
		out[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return n;
}

static void
firing_write(struct desk *d, const struct firing *f)
{
	struct stmt *q = store_stmt(
		d->store,
		"INSERT INTO firing (id, trigger, version, watch, story, grade, at, from_at,"
		" to_at, observed, threshold, baseline, facts, reason_zh, reason_en,"
		" evidence, incident, as_of) VALUES (:id, :trigger, :id, :watch, '', :grade,"
		" :at, 0, :at, 63, 16, 4000, '{}', :zh, :en, :evidence, :incident, 1)");

	stmt_id(q, 1, &f->id);
	stmt_text(q, 2, f->trigger);
	stmt_text(q, 3, f->watch);
	stmt_int(q, 4, f->grade);
	stmt_int(q, 5, f->at);
	stmt_text(q, 6, f->reason_zh);
	stmt_text(q, 7, f->reason_en);
	stmt_bytes(
		q, 8,
		(struct str){ (const char *)f->evidence, f->evidence_n * sizeof *f->evidence });
	stmt_id(q, 9, &d->incident->id);
	run(d, q);
}

/* As raise.c does it. */
static void
apply(struct desk *d, struct incident_move_info *info)
{
	struct err e = { 0 };
	struct move m;

	must(incident_move(d->incidents, info, &m, &e), &e);
	must(notices_on_move(d->notices, info->incident, &m, info->at, &e), &e);
	if (info->event == EVENT_ACK)
		must(notices_ack(d->notices, info->incident, info->actor, info->at, &e), &e);
}

static void
begin(struct desk *d)
{
	struct err e = { 0 };

	must(store_begin(d->store, &e), &e);
}

static void
commit(struct desk *d, int64_t now)
{
	struct err e = { 0 };

	must(store_commit(d->store, &e), &e);
	notices_send(d->notices, now);
	if (d->sent)
		d->sent(d, d->sent_arg);
}

struct shot {
	int64_t grade;
	bool safety, another;
	const char *watch; /* it joins the newest, though it is of this watch; NULL: "tea" */
};

static void
fire(struct desk *d, struct shot s, int64_t at)
{
	struct id evidence[8];
	struct firing f = { .trigger = STR("burst"),
			    .watch = str_of(s.watch ? s.watch : "tea"),
			    .grade = s.grade,
			    .at = at,
			    .to_at = at,
			    .observed = 63,
			    .first_at = at - 600,
			    .safety = s.safety,
			    .facts = STR("{}"),
			    .reason_zh = STR("3 小时内负面 63 条，平时约 4 条；5 个来源"),
			    .reason_en = STR("63 negative in 3 h, usually 4; 5 sources"),
			    .evidence = evidence };
	struct incident_move_info info = { .at = at,
					   .actor = STR("trigger:burst"),
					   .firing = &f,
					   .reason_zh = f.reason_zh,
					   .reason_en = f.reason_en,
					   .event = s.grade == 1   ? EVENT_W1
						    : s.grade == 2 ? EVENT_W2
								   : EVENT_W3 };
	struct err e = { 0 };

	begin(d);
	f.id = ID_OF(STR("firing"), str_of(arena_textf(d->a, "%d", d->fired++)));
	f.evidence_n = heard(d, evidence, LY_COUNT(evidence));
	info.incident = s.another ? NULL
			: s.watch ? d->incident
				  : incidents_open_for(d->incidents, f.watch, &f.lead);
	if (!info.incident)
		info.incident = incidents_add(d->incidents, &f, STR("茶铺：负面激增"), at, &e);
	assert_non_null(info.incident);
	d->incident = info.incident;
	apply(d, &info);
	incidents_hear(d->incidents, d->incident, &f);
	firing_write(d, &f);
	commit(d, at);
}

void
desk_fire(struct desk *d, int64_t grade, bool safety, int64_t at)
{
	fire(d, (struct shot){ grade, safety, false, NULL }, at);
}

void
desk_fire_another(struct desk *d, int64_t grade, bool safety, int64_t at)
{
	fire(d, (struct shot){ grade, safety, true, NULL }, at);
}

void
desk_fire_too(struct desk *d, const char *watch, int64_t grade, int64_t at)
{
	fire(d, (struct shot){ grade, false, false, watch }, at);
}

void
desk_move(struct desk *d, enum incident_event event, const char *actor, int64_t until,
	  int64_t at)
{
	desk_move_of(d, d->incident, event, actor, until, at);
}

void
desk_move_of(struct desk *d, struct incident *i, enum incident_event event, const char *actor,
	     int64_t until, int64_t at)
{
	struct incident_move_info info = { .incident = i,
					   .event = event,
					   .at = at,
					   .actor = str_of(actor),
					   .until = until,
					   .reason_zh = STR("人工"),
					   .reason_en = STR("a person") };

	begin(d);
	apply(d, &info);
	commit(d, at);
}

void
desk_urge(struct desk *d, int64_t percent, int64_t due_at, int64_t at)
{
	struct deadline clock = { .incident = d->incident->id,
				  .kind = DEADLINE_VERDICT,
				  .due_at = due_at,
				  .percent = percent };
	struct notice_urge u = { d->incident, &clock, STR("lin"), STR("boss") };
	struct err e = { 0 };

	begin(d);
	must(notices_urge(d->notices, &u, at, &e), &e);
	commit(d, at);
}

void
desk_shut(struct desk *d, const char *person, int64_t at)
{
	struct gate_ask q = { &d->env, &d->c, d->incident, STR("unix:boss"), at, d->a };
	struct err e = { 0 };

	begin(d);
	if (person)
		must(gate_add(&q, "recusal", str_of(person), STR("{\"out\":\"yes\"}"), &e), &e);
	else
		must(confidential_set(d->store, d->incident, true, &e), &e);
	must(notices_recall(d->notices, d->incident, person ? RECALL_OUT : RECALL_ALL, at, &e),
	     &e);
	commit(d, at);
}

static void
take_event(struct desk *d, const struct notice_event *x)
{
	static const char *const words[] = { "sent", "exhausted", "ack_over" };
	struct incident *i = incidents_find(d->incidents, &x->incident);
	struct incident_move_info info = { .incident = i,
					   .at = x->at,
					   .actor = STR("policy"),
					   .event = x->what == NOTICE_ACK_OVER
							    ? EVENT_ACK_OVER
							    : EVENT_POLICY_EXHAUSTED,
					   .reason_zh = str_of(x->why_zh),
					   .reason_en = str_of(x->why) };
	struct civil c = zone_civil(d->zone, x->at), until = zone_civil(d->zone, x->answer_at);

	assert_non_null(i);
	buf_addf(&d->seen, "%02d:%02d %s L%lld", c.hour, c.minute, words[x->what],
		 (long long)x->level);
	if (x->to_person && x->answer_at)
		buf_addf(&d->seen, " until %02d:%02d", until.hour, until.minute);
	buf_addf(&d->seen, ": %s\n", x->why);
	d->exhausted += x->what == NOTICE_EXHAUSTED;
	if (x->what != NOTICE_SENT && x->level == i->level)
		apply(d, &info);
}

void
desk_turn(struct desk *d, int64_t now)
{
	struct notice_events out = { .n = 0 };
	struct err e = { 0 };

	begin(d);
	must(notices_turn(d->notices, now, &out, &e), &e);
	for (size_t i = 0; i < out.n; i++)
		take_event(d, &out.v[i]);
	commit(d, now);
}

void
desk_until(struct desk *d, int64_t now)
{
	for (int turns = 0; notices_due(d->notices) <= now; turns++) {
		int64_t at = notices_due(d->notices);

		if (turns > 1000)
			fail_msg("something is due for ever");
		desk_turn(d, at);
	}
}

static void
add_clock(struct desk *d, struct buf *b, int64_t at)
{
	struct civil c = zone_civil(d->zone, at);

	buf_addf(b, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
}

const char *
desk_rows(struct desk *d)
{
	struct stmt *q =
		store_stmt(d->store, "SELECT level, kind, recipient, channel, state, why,"
				     " due_at, sent_at FROM notice ORDER BY seq, created_at,"
				     " recipient, channel");
	struct err e = { 0 };
	struct buf b = BUF(1 << 20);
	char *text;

	while (stmt_step(q, &e) > 0) {
		struct str who = stmt_col_text(q, 2), why = stmt_col_text(q, 5);

		buf_addf(&b, "L%lld %.*s %.*s %.*s %.*s", (long long)stmt_col_int(q, 0),
			 STR_ARG(stmt_col_text(q, 1)), STR_ARG(who.n ? who : STR("-")),
			 STR_ARG(stmt_col_text(q, 3)), STR_ARG(stmt_col_text(q, 4)));
		if (why.n && !str_starts(why, STR("bundle:")))
			buf_addf(&b, " (%.*s)", STR_ARG(why));
		buf_add_byte(&b, ' ');
		add_clock(d, &b, stmt_col_null(q, 7) ? stmt_col_int(q, 6) : stmt_col_int(q, 7));
		buf_add_byte(&b, '\n');
	}
	text = arena_text(d->a, buf_str(&b));
	buf_release(&b);
	return text;
}

struct notice_row
desk_row(struct desk *d, const char *recipient, const char *channel, const char *kind)
{
	struct stmt *q =
		store_stmt(d->store, "SELECT id FROM notice WHERE (:who IS NULL OR recipient"
				     " = :who) AND (:channel IS NULL OR channel = :channel)"
				     " AND kind = :kind");
	struct notice_row r = { .level = 0 };
	struct err e = { 0 };
	struct id id = { { 0 } };
	int n = 0;

	if (recipient)
		stmt_text(q, 1, str_of(recipient));
	if (channel)
		stmt_text(q, 2, str_of(channel));
	stmt_text(q, 3, str_of(kind));
	for (; stmt_step(q, &e) > 0; n++)
		id = stmt_col_id(q, 0);
	stmt_reset(q);
	if (n != 1 || notice_get(d->store, &id, d->a, &r, &e) != 1)
		fail_msg("%d rows are %s for %s via %s:\n%s", n, kind,
			 recipient ? recipient : "*", channel ? channel : "*", desk_rows(d));
	return r;
}

const char desk_office[] =
	"people:\n"
	"  lin: { name: 林静, unix: lin, contacts: [ { channel: mail, address: "
	"\"lin@example.test\" } "
	"], roles: [lead] }\n"
	"  boss: { name: 陈立, lang: en, contacts: [ { channel: mail, address: "
	"\"boss@example.test\" "
	"}, { channel: phone, wakes: yes } ] }\n"
	"schedules:\n"
	"  duty: { shifts: [ { who: [lin], days: [mon, tue, wed, thu, fri, sat, sun], from: "
	"08:00, "
	"to: 20:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"schedule:duty\"] }, { to: [\"person:boss\"] } ] }\n"
	"routes: [ { policy: default, owner: lin, group_wait: 0s } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";

void
desk_begin(struct desk *d, const char *settings, int64_t now)
{
	desk_open(d, settings, SEND_SINK, NULL, NULL, now);
	first_report(d, now);
}
