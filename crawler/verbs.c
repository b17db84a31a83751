/* verbs.c - documents.push and what people ask of the crawler. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/erase.h"
#include "crawler/fetch.h"
#include "crawler/hurry.h"
#include "crawler/intake.h"
#include "crawler/law.h"
#include "crawler/push.h"
#include "crawler/robots_gate.h"
#include "crawler/source_list.h"
#include "crawler/state.h"
#include "crawler/verbs.h"
#include "crawler/websub.h"

#define PUSH_LINES_MAX 20000
#define TOLD_MAX       100       /* refused lines that are told one by one */
#define BATCH_BYTES    (4 << 20) /* of pushed bodies; then the batch ends at once */
#define IGNORED_MAX    100

const struct route crawler_routes[] = {
	{ "POST", "/api/v1/documents", "documents.push", ROUTE_TOKEN, 8 << 20,
	  "one JSON object, or JSON Lines; 200 after the commit" },
	{ "GET", "/api/v1/sources", "source.list", ROUTE_TOKEN, 0, "state of every source" },
	{ "GET", "/api/v1/coverage", "source.coverage", ROUTE_TOKEN, 0,
	  "how well each platform is heard" },
	{ "GET", "/websub/<token>", "websub.verify", ROUTE_OPEN, 0,
	  "a hub asks whether we meant it" },
	{ "POST", "/websub/<token>", "websub.deliver", ROUTE_OPEN, 8 << 20,
	  "a hub brings news, signed; 202 after the commit", .signed_body = true },
	{ .path = NULL },
};

void
verb_answer(struct crawler *c, int64_t call, int status, const char *type, struct str body)
{
	struct crawler_reply *r = arena_alloc(c->arena, sizeof *r);

	*r = (struct crawler_reply){ c->replies, call, status, type,
				     arena_str(c->arena, body) };
	c->replies = r;
}

struct push_sum {
	size_t line, accepted, seen, refused, told;
	struct buf why;      /* JSON list entries */
	struct buf ignored;  /* an unknown key    */
	struct arena *arena; /* of one line */
	struct push_as as;
};

/* A message may have been cut in the middle of a character. */
static void
why_add(struct buf *b, struct str why)
{
	struct buf clean = BUF(4096);

	utf8_add_clean(&clean, why);
	json_add_text(b, buf_str(&clean));
	buf_release(&clean);
}

static void
refused(struct push_sum *sum, const char *why)
{
	sum->refused++;
	if (sum->told++ >= TOLD_MAX)
		return;
	buf_addf(&sum->why, "%s{\"line\":%zu,\"why\":", sum->why.n ? "," : "", sum->line);
	why_add(&sum->why, str_of(why));
	buf_add_byte(&sum->why, '}');
}

static int
push_one(struct crawler *c, struct str line, struct push_sum *sum, struct err *e)
{
	const struct source_conf *src = NULL;
	const char *closed;
	struct pushed p;
	struct intake in;
	struct id id;
	int r;

	arena_reset(sum->arena);
	if (push_parse(sum->arena, line, c->now, &p, e) < 0) {
		refused(sum, e->text);
		return 0;
	}
	if (p.ignored.n && !sum->ignored.n)
		buf_add(&sum->ignored, utf8_cut(p.ignored, IGNORED_MAX));
	src = source_find(c->setup.sources, p.source.n ? p.source : sum->as.source.name);
	if (src && !law_allows(src, c->now, &closed)) {
		refused(sum, arena_textf(sum->arena, "source \"%.*s\": %s", STR_ARG(src->name),
					 closed));
		return 0;
	}
	if (sum->as.flags && !p.published_at) {
		refused(sum, "history needs \"published\"");
		return 0;
	}
	in = push_intake(&p, src ? src : &sum->as.source);
	in.flags = sum->as.flags;
	in.words_alone = sum->as.rows && p.id.n;
	r = intake_document(c, &in, &id, e);
	if (r < 0 && e->kind == ERR_REJECT) {
		refused(sum, e->text);
		return 0;
	}
	if (r < 0)
		return -1;
	*(r == INTAKE_SEEN ? &sum->seen : &sum->accepted) += 1;
	return 0;
}

static int
push_lines(struct crawler *c, struct str body, struct push_sum *sum, struct err *e)
{
	struct str line;
	struct err ignored = { 0 };
	int r = 0;

	/* One object may be written over several lines. */
	if (json_parse(sum->arena, body, &ignored)) {
		sum->line = 1;
		return push_one(c, body, sum, e);
	}
	while (r == 0 && str_next(&body, '\n', &line)) {
		sum->line++;
		line = str_trim(line);
		if (line.n && sum->line > PUSH_LINES_MAX)
			refused(sum, "over 20000 lines in one request");
		else if (line.n)
			r = push_one(c, line, sum, e);
	}
	return r;
}

static void
push_answer(const struct push_sum *sum, struct buf *b)
{
	buf_addf(b, "{\"accepted\":%zu,\"seen\":%zu,\"refused\":%zu", sum->accepted, sum->seen,
		 sum->refused);
	if (sum->why.n)
		buf_addf(b, ",\"errors\":[%s]", sum->why.p);
	if (sum->ignored.n) {
		buf_add(b, STR(",\"ignored\":"));
		json_add_text(b, buf_str(&sum->ignored));
	}
	buf_add_byte(b, '}');
}

static int
documents_push(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	struct push_sum sum = { .why = BUF(RECORD_MAX),
				.ignored = BUF(IGNORED_MAX),
				.arena = arena_new() };
	struct buf b = BUF(RECORD_MAX * 2);
	int r;

	if (crawler_full(c)) {
		out_reply(out, cmd->call, 503, NULL, STR("the spool is full: try again later"));
		arena_free(sum.arena);
		return 0;
	}
	if (push_as_parse(c->arena, cmd->args, c->setup.sources, &sum.as, e) < 0) {
		out_reply(out, cmd->call, 400, NULL, str_of(e->text));
		arena_free(sum.arena);
		return 0;
	}
	r = push_lines(c, cmd->body, &sum, e);
	c->figures.pushed += (int64_t)sum.accepted;
	c->figures.refused += (int64_t)sum.refused;
	push_answer(&sum, &b);
	if (r == 0)
		verb_answer(c, cmd->call, sum.accepted + sum.seen ? 200 : 400, NULL,
			    buf_str(&b));
	arena_free(sum.arena);
	buf_release(&sum.why);
	buf_release(&sum.ignored);
	buf_release(&b);
	c->batch_bytes += cmd->body.n;
	return r < 0 ? -1 : c->batch_bytes > BATCH_BYTES ? STEP_SETTLE : STEP_OK;
}

/* Poll a source now, also one that was closed. */
static int
source_poll(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct json *args = cmd->args.n ? json_parse(c->arena, cmd->args, e) : NULL;
	struct slot *slot =
		schedule_slot(c->schedule, json_text(json_get(args, "name"), STR("")));
	const char *closed;

	if (!slot) {
		out_reply(out, cmd->call, 404, NULL, STR("no such source is polled"));
		return 0;
	}
	if (!law_allows(slot->source, c->now, &closed)) {
		out_reply(out, cmd->call, 409, NULL, str_of(closed));
		return 0;
	}
	schedule_pull(c->schedule, slot, INT64_MIN, c->now);
	out_reply(out, cmd->call, 202, NULL, STR("it is polled next"));
	return 0;
}

static int
crawler_figures(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	struct buf b = BUF(4096);
	struct robots_figures robots;
	struct spool_figures f;

	(void)e;
	robots_figures(c->robots, &robots);
	spool_figures(c->spool, &f);
	buf_addf(&b,
		 "{\"documents\":%lld,\"seen\":%lld,\"refused\":%lld,\"pushed\":%lld,"
		 "\"fetches\":%lld,\"not_modified\":%lld,\"waiting\":%lld,\"sent\":%lld,"
		 "\"rejected\":%lld,\"spool_bytes\":%lld,\"sources\":%zu,\"robots_asked\":%lld,"
		 "\"robots_missed\":%lld,\"robots_denied\":%lld,",
		 (long long)c->figures.documents, (long long)c->figures.seen,
		 (long long)c->figures.refused, (long long)c->figures.pushed,
		 (long long)c->figures.fetches, (long long)c->figures.not_modified,
		 (long long)f.waiting, (long long)f.sent, (long long)f.rejected,
		 (long long)f.bytes, schedule_count(c->schedule), (long long)robots.asked,
		 (long long)robots.missed, (long long)robots.denied);
	shed_add_json(c, &b);
	buf_add_byte(&b, '}');
	out_reply(out, cmd->call, 200, "application/json", buf_str(&b));
	buf_release(&b);
	return 0;
}

static void
reject_add(void *arg, int64_t seq, int64_t at, struct str why)
{
	struct buf *b = arg;

	buf_addf(b, "%s{\"seq\":%lld,\"at\":%lld,\"why\":", b->n > 1 ? ",\n" : "",
		 (long long)seq, (long long)at);
	json_add_text(b, why);
	buf_add_byte(b, '}');
}

static int
reject_list(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	struct buf b = BUF(RECORD_MAX * 8);
	int r;

	buf_add_byte(&b, '[');
	r = spool_each_reject(c->store, reject_add, &b, e);
	buf_add_byte(&b, ']');
	if (r >= 0)
		out_reply(out, cmd->call, 200, "application/json", buf_str(&b));
	buf_release(&b);
	return r;
}

static int
reject_retry(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct json *args = cmd->args.n ? json_parse(c->arena, cmd->args, e) : NULL;
	int64_t seq = json_int(json_get(args, "seq"), args && json_get(args, "seq") ? -1 : 0);
	struct buf b = BUF(64);
	int n;

	if ((cmd->args.n && !args) || seq < 0) {
		out_reply(out, cmd->call, 400, NULL,
			  STR("\"seq\" is a number; 0 or none = all"));
		return 0;
	}
	if (crawler_begin(c, e) < 0)
		return -1;
	n = spool_again(c->spool, seq, c->now, intake_renumber, e);
	buf_addf(&b, "{\"waiting_again\":%d}", n);
	if (n >= 0)
		verb_answer(c, cmd->call, 200, NULL, buf_str(&b));
	buf_release(&b);
	return n < 0 ? -1 : 0;
}

static int
reload_refuse(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	(void)c, (void)e;
	out_reply(out, cmd->call, 409, NULL, STR("the process reloads as a whole: SIGHUP"));
	return 0;
}

/* What was set aside of "author" (a name, with "site", or a key): number or -1. */
static int64_t
rejected_erase(struct crawler *c, const struct command *cmd, struct err *e)
{
	const struct json *args = cmd->args.n ? json_parse(c->arena, cmd->args, e) : NULL;
	struct str author = json_text(json_get(args, "author"), STR(""));

	if (cmd->args.n && !args)
		return -1;
	return author.n ? erase_rejected(c, author, json_text(json_get(args, "site"), STR("")),
					 e)
			: 0;
}

/* body: "ID ARRIVED_AT" a line; args: whose rejected documents go, too; neither asks how far it is: "left" is not 0 before all is done, so
 * that the caller asks again. */
static int
documents_erase(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	struct str body = cmd->body, line;
	struct buf b = BUF(64);
	int64_t gone = 0, left = 0, rejected = 0;
	int r = crawler_begin(c, e);

	(void)out;
	while (r >= 0 && str_next(&body, '\n', &line)) {
		ptrdiff_t space = str_find_byte(line, ' ');
		struct archive_erased x;

		if (space > 0 &&
		    id_from_hex(str_slice(line, 0, (size_t)space), &x.document) == 0 &&
		    str_int64(str_trim(str_slice(line, (size_t)space, line.n)), &x.at) == 0)
			gone += (r = erase_document(c, &x, e)) > 0;
	}
	if (r >= 0)
		rejected = rejected_erase(c, cmd, e);
	if (rejected < 0 || (r >= 0 && (left = erase_left(c, e)) < 0))
		r = -1;
	buf_addf(&b, "{\"erased\":%lld,\"rejected\":%lld,\"left\":%lld}", (long long)gone,
		 (long long)rejected, (long long)left);
	if (r >= 0)
		verb_answer(c, cmd->call, 200, NULL, buf_str(&b));
	buf_release(&b);
	return r < 0 ? -1 : STEP_SETTLE;
}

static const struct verb {
	const char *name;
	int (*apply)(struct crawler *c, const struct command *cmd, struct out *out,
		     struct err *e);
} verbs[] = {
	{ "documents.push", documents_push },
	{ "source.list", source_list },
	{ "crawler.figures", crawler_figures },
	{ "reject.list", reject_list },
	{ "reject.retry", reject_retry },
	{ "source.poll", source_poll },
	{ "source.hurry", hurry_apply },
	{ "source.coverage", source_coverage },
	{ "source.metrics", source_metrics },
	{ "websub.verify", websub_verify },
	{ "websub.deliver", websub_deliver },
	{ "documents.erase", documents_erase },
	{ "reload", reload_refuse },
};

int
verb_apply(struct crawler *c, struct str in, struct out *out, struct err *e)
{
	struct command cmd;
	size_t i = 0;
	int r;

	if (record_decode(&command_record, in, &cmd, c->arena, e) < 0)
		return -1;
	while (i < LY_COUNT(verbs) && !str_is(cmd.verb, verbs[i].name))
		i++;
	if (i == LY_COUNT(verbs)) {
		out_reply(out, cmd.call, 404, NULL, STR("the crawler knows no such verb"));
		return 0;
	}
	r = verbs[i].apply(c, &cmd, out, e);
	if (r < 0 && e->kind == ERR_RETRY)
		out_reply(out, cmd.call, 503, NULL, str_of(e->text));
	return r;
}
