#include "core/base.h"

#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/gist.h"
#include "responder/record_store.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/record_world.h"

/* ---- the world --------------------------------------------------------------------------------- */

static void
out_put(struct out *o, enum out_way way, struct str record)
{
	struct world *w = (struct world *)((char *)o - offsetof(struct world, out));
	struct err e = { 0 };
	struct receipt receipt;
	struct reply reply;

	if (way == OUT_RECEIPT) {
		assert_int_equal(record_decode(&receipt_record, record, &receipt, w->arena, &e),
				 0);
		w->kept_n += receipt.keep != 0;
		if (receipt.keep &
		    KEEP_INCIDENT) { /* receipted before: evidence is asked for */
			w->incident_kept_n++;
			w->hurried_n += (receipt.keep & KEEP_HURRY) != 0;
			return;
		}
		assert_true(w->receipts_n < LY_COUNT(w->receipts));
		w->receipts[w->receipts_n].spool = receipt.spool;
		w->receipts[w->receipts_n++].seq = receipt.seq;
	}
	if (way == OUT_REPLY) {
		assert_int_equal(record_decode(&reply_record, record, &reply, w->arena, &e), 0);
		buf_clear(&w->reply);
		buf_add(&w->reply, reply.body);
		w->reply_status = reply.status;
	}
}

static void
told(void *arg, const struct told *t)
{
	struct world *w = arg;

	buf_addf(&w->told, "%s %.*s %.*s L%d W%d\n", t->type, STR_ARG(t->watch),
		 STR_ARG(t->incident), (int)t->level, (int)t->grade);
}

void
world_reopen(struct world *w, int64_t now)
{
	struct err e = { 0 };

	responder_free(w->r);
	w->r = responder_new(&w->conf, now, &e);
	if (!w->r)
		fail_msg("%s", e.text);
}

void
world_open(struct world *w, enum clock_mode clock)
{
	memset(w, 0, sizeof *w);
	memset(&world_notices, 0, sizeof world_notices);
	w->arena = arena_new();
	w->out.put = out_put;
	w->out.scratch = OUT_SCRATCH;
	w->reply = BUF(8 << 20);
	w->told = BUF(8 << 20);
	snprintf(w->dir, sizeof w->dir, "/tmp/langyan-respond-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/langyan.db", w->dir);
	w->watches[0] = (struct watch_conf){ .name = STR("shancui"),
					     .title = STR("山脆"),
					     .size = WATCH_SMALL };
	w->watches[1] = (struct watch_conf){ .name = STR("qingshan"), .size = WATCH_MEDIUM };
	w->conf = (struct responder_conf){ .record = str_of(w->path),
					   .site = { .name = STR("test"),
						     .zone = STR("Asia/Shanghai"),
						     .lang = STR("en") },
					   .watches = w->watches,
					   .watches_n = 2,
					   .clock = clock,
					   .send = SEND_SINK,
					   .told = { told, w } };
	w->spool = ID_OF(STR("spool"));
	world_reopen(w, WORLD_T0);
}

void
world_stop(struct world *w)
{
	responder_free(w->r);
	w->r = NULL;
}

void
world_configure(struct world *w, const char *settings)
{
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };

	world_stop(w);
	conf_free(w->settings);
	w->settings = conf_read_text(str_of(settings), "world.yaml", desk_schema(),
				     &w->conf.notice, &report, &e);
	if (!w->settings)
		fail_msg("%s", report.p);
	buf_release(&report);
	w->conf.site.data = str_of(w->dir);
}

void
world_close(struct world *w)
{
	responder_free(w->r);
	conf_free(w->settings);
	folder_remove(w->dir); /* the record, and its reserve of 16 MiB */
	arena_free(w->arena);
	gist_words_free(w->words);
	buf_release(&w->reply);
	buf_release(&w->told);
	buf_release(&w->out.scratch);
}

/* A signature that no two texts share, or one that all share. */
static struct str
signature(struct world *w, struct str text)
{
	uint32_t *v = arena_alloc(w->arena, 64 * sizeof *v);

	for (uint32_t i = 0; i < 64; i++)
		v[i] = (uint32_t)hash_fast(text, i + 1);
	return (struct str){ (const char *)v, 64 * sizeof *v };
}

static struct str
gist(struct world *w, struct str text)
{
	uint32_t *parts = arena_alloc(w->arena, GIST_MAX * sizeof *parts);
	size_t n;

	if (!w->words)
		w->words = gist_words_new();
	n = gist_parts(w->words, text, parts, NULL);
	for (size_t i = 0; i < n; i++)
		parts[i] = htole32(parts[i]);
	return (struct str){ (char *)parts, n * sizeof *parts };
}

struct str
world_result(struct world *w, const struct world_mention *m)
{
	int64_t seq = m->seq ? m->seq : ++w->seq;
	char *identity = m->identity ? arena_text(w->arena, str_of(m->identity))
				     : arena_textf(w->arena, "item-%lld", (long long)seq);
	char *text =
		m->text ? arena_textf(w->arena, "%s", m->text)
			: arena_textf(w->arena, "text number %lld of the test", (long long)seq);
	struct str site = str_of(m->site ? m->site : "a.example");
	struct topic_hit topic = { .topic = str_of(m->topic),
				   .severity = m->severity ? m->severity : 3,
				   .weight = 1000,
				   .negated = m->negated,
				   .safety = 1 };
	struct mention mention = { .watch = str_of(m->watch ? m->watch : "shancui"),
				   .label = m->label,
				   .score = m->score ? m->score : m->label * 600,
				   .confidence = 800,
				   .intent = m->intent,
				   .flags = m->flags };
	struct mention both[2];
	struct result res = { .conf = ID_OF(STR("conf")), .image = ID_OF(STR("image")) };
	struct buf b = BUF(RECORD_MAX);
	struct document *d = &res.document;

	*d = (struct document){ .id = ID_OF(STR("src"), str_of(identity)),
				.spool = w->spool,
				.seq = seq,
				.source = STR("src"),
				.identity = str_of(identity),
				.source_class = m->source_class,
				.site = site,
				.url = str_of(m->url ? m->url : "http://a.example/x"),
				.title = str_of(m->title ? m->title : "title"),
				.text = str_of(text),
				.lang = str_of(m->lang),
				.author = str_of(m->author),
				.followers = m->followers ? m->followers : -1,
				.published_at = m->published_at,
				.arrived_at = m->at,
				.text_hash = ID_OF(str_of(text)),
				.flags = m->document_flags,
				.rank = m->rank,
				.best_rank = m->rank };
	if (m->author)
		d->author_key = ID_OF(STR("author"), site, str_of(m->author));
	mention.id = ID_OF(id_str(&d->id), mention.watch);
	if (m->topic)
		mention.topics = (struct rec_list){ &topic, 1 };
	both[0] = both[1] = mention;
	both[1].watch = str_of(m->also);
	both[1].id = ID_OF(id_str(&d->id), both[1].watch);
	if (!m->no_mention) {
		res.mentions = (struct rec_list){ both, m->also ? 2 : 1 };
		res.copies = signature(w, m->same_copy ? STR("one text") : str_of(text));
	}
	if (m->gist && !m->no_mention)
		res.gist = gist(w, str_of(text));
	record_encode(&result_record, &res, &b);
	assert_true(buf_ok(&b));
	{
		struct str s = arena_str(w->arena, buf_str(&b));

		buf_release(&b);
		return s;
	}
}

int
world_step(struct world *w, struct str record, int64_t now)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	int said = respond_stage.step(w->r, record, now, &w->out, a, &e);

	arena_free(a);
	if (said < 0)
		fail_msg("%s", e.text);
	return said;
}

void
world_settle(struct world *w, int64_t now)
{
	struct err e = { 0 };

	if (respond_stage.settle(w->r, now, &w->out, &e) < 0)
		fail_msg("%s", e.text);
}

int
world_say(struct world *w, const struct world_mention *m)
{
	int said = world_step(w, world_result(w, m), m->at);

	world_settle(w, m->at);
	return said;
}

int
world_grumble(struct world *w, int64_t at, int n)
{
	int said = 0;

	for (int i = 0; i < n; i++)
		said = world_say(w,
				 &(struct world_mention){
					 .at = at + i * 60,
					 .label = LABEL_NEG,
					 .author = arena_textf(w->arena, "p%d", i),
					 .site = arena_textf(w->arena, "s%d.example", i % 7) });
	return said;
}

void
world_turn(struct world *w, int64_t now)
{
	world_step(w, (struct str){ NULL, 0 }, now);
	world_settle(w, now);
}

struct str
world_tick(struct world *w, int64_t at, int64_t count)
{
	struct tick t = { .spool = w->spool, .seq = ++w->seq, .count = count, .at = at };
	struct buf b = BUF(4096);
	struct str s;

	t.upto = t.seq - 1;
	record_encode(&tick_record, &t, &b);
	s = arena_str(w->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static int
command(struct world *w, const struct command *c, int64_t now)
{
	struct buf b = BUF(1 << 16);

	record_encode(&command_record, c, &b);
	w->reply_status = 0;
	world_step(w, arena_str(w->arena, buf_str(&b)), now);
	buf_release(&b);
	return (int)w->reply_status;
}

int
world_act(struct world *w, const char *actor, const char *verb, const char *args,
	  int64_t version, int64_t now)
{
	return command(w,
		       &(struct command){ .id = ID_OF(STR("command"), str_of(actor),
						      str_of(verb), str_of(args)),
					  .call = 7,
					  .actor = str_of(actor),
					  .verb = str_of(verb),
					  .args = str_of(args),
					  .version = version },
		       now);
}

int
world_push(struct world *w, const char *signal, int64_t now)
{
	const char *body = arena_textf(w->arena, "{\"signal\":\"%s\",\"value\":1}", signal);

	return command(w,
		       &(struct command){ .id = ID_OF(STR("push"), str_of(signal),
						      str_of(arena_textf(w->arena, "%lld",
									 (long long)now))),
					  .call = 7,
					  .actor = STR("token:push"),
					  .verb = STR("signal.push"),
					  .args = STR("{}"),
					  .type = STR("application/json"),
					  .body = str_of(body) },
		       now);
}

int
world_act_on(struct world *w, const char *actor, const char *verb, const char *rest)
{
	return world_act(w, actor, verb,
			 arena_textf(w->arena, "{\"id\":\"INC-2026-0001\"%s}", rest), 0,
			 WORLD_T0 + 3600);
}

const char *
world_standing(struct world *w, const char *kind, const char *key)
{
	return world_ask(w,
			 arena_textf(w->arena,
				     "SELECT value FROM entry WHERE kind = '%s' AND key = '%s'"
				     " ORDER BY seq DESC LIMIT 1",
				     kind, key));
}

const char *
world_ask(struct world *w, const char *sql)
{
	struct err e = { 0 };
	struct store *s = store_open_reader(w->path, &record_migrations, &e);
	struct stmt *q;
	const char *answer = "";

	if (!s)
		fail_msg("%s", e.text);
	q = store_stmt(s, sql);
	if (stmt_step(q, &e) > 0)
		answer = arena_text(w->arena, stmt_col_text(q, 0));
	stmt_reset(q);
	store_close(s);
	return answer;
}

static void
add_line(void *arg, struct str what)
{
	struct world *w = arg;

	buf_add(&w->reply, what);
	buf_add_byte(&w->reply, '\n');
}

int64_t
world_verify(struct world *w, struct verify_sum *sum)
{
	struct err e = { 0 };
	struct zone *z = zone_open("Asia/Shanghai", &e);

	buf_clear(&w->reply);
	if (!z || verify_file(w->path, z, add_line, w, sum, &e) < 0)
		fail_msg("%s", e.text);
	zone_close(z);
	return sum->mismatches;
}

void
world_verified(struct world *w)
{
	struct verify_sum sum;

	if (world_verify(w, &sum))
		fail_msg("%s", w->reply.p);
}

void
world_forge(struct world *w, const char *sql)
{
	struct err e = { 0 };
	struct store *s;

	responder_free(w->r);
	w->r = NULL;
	s = store_open(w->path, &record_migrations, &e);
	if (!s || stmt_run(store_stmt(s, sql), &e) < 1)
		fail_msg("%s: %s", sql, e.text);
	store_close(s);
	world_reopen(w, WORLD_T0);
}
