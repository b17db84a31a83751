/* control.c - see control.h. */
#include "core/base.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/store.h"
#include "core/str.h"

#include "cli/control.h"
#include "cli/service.h"

#define CALL_MS 15000

struct str
control_actor(struct arena *a)
{
	struct passwd *p = getpwuid(getuid());

	if (p)
		return str_of(arena_textf(a, "unix:%s", p->pw_name));
	return str_of(arena_textf(a, "unix:%u", (unsigned)getuid()));
}

/* An out that keeps the one reply. */
struct keep {
	struct out out;
	struct arena *arena;
	struct reply *reply;
	bool got;
};

static void
keep_put(struct out *o, enum out_way way, struct str record)
{
	struct keep *k = (struct keep *)o;
	struct err e = { 0 };

	if (way != OUT_REPLY)
		return; /* documents wait in the spool for the next start */
	k->got = record_decode(&reply_record, arena_str(k->arena, record), k->reply, k->arena,
			       &e) == 0;
}

static size_t
keep_room(struct out *o)
{
	(void)o;
	return 0;
}

static int
crawl_here(const struct settings *s, const struct command *cmd, struct keep *k, struct err *e)
{
	struct clock clock;
	struct crawler_setup setup = settings_crawler(s, &clock);
	struct buf b = BUF(RECORD_MAX * 32);
	struct crawler *c;
	int rc = -1;

	settings_clock(s, &clock);
	setup.quiet = true;
	c = crawler_new(&setup, e);
	if (!c)
		return -1;
	record_encode(&command_record, cmd, &b);
	if (!buf_ok(&b))
		err_set(e, ERR_REJECT, "the command is too large");
	else if (crawl_stage.step(c, buf_str(&b), clock_now(&clock), &k->out, k->arena, e) >= 0)
		rc = crawl_stage.settle(c, clock_now(&clock), &k->out, e);
	buf_release(&b);
	crawler_free(c);
	return rc;
}

static int
respond_here(const struct settings *s, const struct command *cmd, struct keep *k, struct err *e)
{
	struct responder_conf conf = settings_responder(s);
	struct clock clock;
	struct responder *r;
	int rc;

	conf.send = SEND_LATER; /* we would cut off what we began */
	settings_clock(s, &clock);
	r = responder_new(&conf, clock_now(&clock), e);
	if (!r)
		return -1;
	rc = responder_act(r, cmd, clock_now(&clock), &k->out, e);
	responder_free(r);
	return rc;
}

static int
call_there(const struct settings *s, const char *stage, const struct command *cmd,
	   struct arena *a, struct reply *reply, struct err *e)
{
	struct bus *b = bus_new(NULL, e);
	struct caller *c = b ? caller_open(b, service_control(s, stage), e) : NULL;
	int rc = c ? caller_call(c, cmd, CALL_MS, a, reply, e) : -1;

	caller_close(c);
	bus_free(b);
	return rc;
}

int
control_call(const struct settings *s, const char *stage, struct command *cmd, struct arena *a,
	     struct reply *reply, struct err *e)
{
	bool crawl = !strcmp(stage, "crawl");
	struct keep k = {
		{ .room = keep_room, .put = keep_put, .scratch = OUT_SCRATCH }, a, reply, false
	};
	struct err busy = { 0 };
	struct dir_lock *lock;
	int rc;

	if (id_none(&cmd->id))
		cmd->id = id_random();
	if (!cmd->actor.n)
		cmd->actor = control_actor(a);
	if (settings_make_dirs(s, e) < 0)
		return -1;
	lock = dir_lock_take(settings_path(s, stage), &busy);
	if (!lock)
		return call_there(s, stage, cmd, a, reply, e);
	rc = crawl ? crawl_here(s, cmd, &k, e) : respond_here(s, cmd, &k, e);
	buf_release(&k.out.scratch);
	dir_lock_release(lock);
	if (rc == 0 && !k.got)
		return err_set(e, ERR_BROKEN, "the command got no answer");
	return rc;
}

int
control_print(const struct reply *r)
{
	bool ok = r->status >= 200 && r->status < 300;
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct str why = ok ? STR("")
			    : json_text(json_get(json_parse(a, r->body, &e), "error"), STR(""));

	/* Answers may be read by a program; why there is none, by a person. */
	fprintf(ok ? stdout : stderr, "%.*s\n", STR_ARG(why.n ? why : r->body));
	arena_free(a);
	return ok ? 0 : r->status == 400 || r->status == 404 ? 2 : 1;
}

const struct json *
control_answer(const struct reply *r, struct arena *a, int *rc, struct err *e)
{
	const struct json *j = NULL;

	if (r->status != 200) {
		*rc = control_print(r);
		return NULL;
	}
	j = json_parse(a, r->body, e);
	if (!j)
		err_within(e, "the answer cannot be read");
	*rc = j ? 0 : -1;
	return j;
}

int
control_run(const char *conf, const char *stage, struct command *cmd,
	    const struct control_shown *shown, struct err *e)
{
	struct settings *s = settings_read(conf, NULL, e);
	struct arena *a = arena_new();
	const struct json *j = NULL;
	struct zone *z = NULL;
	struct reply r;
	int rc = s ? control_call(s, stage, cmd, a, &r, e) : -1;

	if (rc == 0 && !shown)
		rc = control_print(&r);
	else if (rc == 0)
		j = control_answer(&r, a, &rc, e);
	if (j)
		z = zone_open(s->site.zone.p, e);
	if (j)
		rc = z ? shown->show(shown->arg, j, s, z, e) : -1;
	zone_close(z);
	settings_free(s);
	arena_free(a);
	return rc;
}

static int
ask_args(const struct control_ask *q, const char *given, struct buf *args, struct err *e)
{
	int64_t n;

	buf_addf(args, "{\"%s\":", q->what);
	if (!q->number)
		json_add_text(args, str_of(given));
	else if (str_int64(str_of(given), &n) < 0 || n < 1)
		return err_set(e, ERR_USAGE, "\"%s\" is not a number from 1", given);
	else
		buf_addf(args, "%lld", (long long)n);
	buf_add_byte(args, '}');
	return 0;
}

int
control_ask(int argc, char **argv, const struct control_ask *q, struct err *e)
{
	const char *path;
	struct command cmd = { .verb = str_of(q->verb) };
	struct buf args = BUF(4096);
	int i = command_options(argc, argv, &path, e), rc = i < 0 ? -1 : 0;

	if (i >= 0 && i < argc && (!q->what || i + 1 < argc || argv[i][0] == '-'))
		rc = err_set(e, ERR_USAGE, "cannot use \"%s\" here",
			     argv[q->what && argv[i][0] != '-' ? i + 1 : i]);
	else if (i >= 0 && i < argc)
		rc = ask_args(q, argv[i], &args, e);
	cmd.args = buf_str(&args);
	if (rc == 0)
		rc = control_run(path, q->stage, &cmd, NULL, e);
	buf_release(&args);
	return rc;
}

void
control_member(struct buf *args, const char *name, const char *value)
{
	buf_add(args, args->n ? STR(",") : STR("{"));
	json_add_text(args, str_of(name));
	buf_add_byte(args, ':');
	json_add_text(args, str_of(value));
}

bool
control_takes(const char *options, const char *option)
{
	struct str rest = options ? str_of(options) : STR(""), word;

	while (str_next(&rest, ' ', &word))
		if (word.n && str_is(word, option))
			return true;
	return false;
}

/* What may come again; the last: the word that does. */
struct lists {
	struct buf of[CONTROL_LISTS + 1];
	bool given[CONTROL_LISTS + 1];
};

static void
list_take(struct lists *l, size_t k, const char *value)
{
	l->given[k] = true;
	if (!*value)
		return;
	buf_add(&l->of[k], l->of[k].n ? STR(",") : STR(""));
	json_add_text(&l->of[k], str_of(value));
}

static void
member_add(struct buf *args, const char *name, struct str json)
{
	buf_addf(args, "%s\"%s\":", args->n ? "," : "{", name);
	buf_add(args, json);
}

static void
lists_add(const struct control_line *q, struct lists *l, size_t words, struct buf *args)
{
	for (size_t k = 0; k <= CONTROL_LISTS; k++) {
		struct buf list = BUF(1 << 17);

		buf_add_byte(&list, '[');
		buf_add(&list, buf_str(&l->of[k]));
		buf_add_byte(&list, ']');
		if (l->given[k])
			member_add(args,
				   k < CONTROL_LISTS ? q->lists[k].member : q->words[words - 1],
				   buf_str(&list));
		buf_release(&list);
		buf_release(&l->of[k]);
	}
}

/* Is a value behind it used? 1, 0, -1. */
static int
option_read(const char *verb, const char *name, const char *value, const struct control_line *q,
	    struct control_given *out, struct lists *l, struct err *e)
{
	bool path = !strcmp(name, "-c"), text = control_takes(q->options, name);
	size_t k = 0;

	if (q->shown && !strcmp(name, "--json")) {
		out->json = true;
		return 0;
	}
	if (control_takes(q->flags, name)) {
		member_add(&out->args, name + 2, STR("true"));
		return 0;
	}
	while (k < CONTROL_LISTS && (!q->lists[k].option || strcmp(q->lists[k].option, name)))
		k++;
	if (!path && !text && k == CONTROL_LISTS)
		return err_set(e, ERR_USAGE, "%s has no option \"%s\"", verb, name);
	if (!value)
		return err_set(e, ERR_USAGE, "%s wants a value", name);
	if (path)
		out->conf = value;
	else if (text)
		control_member(&out->args, name + 2, value);
	else
		list_take(l, k, value);
	return 1;
}

int
control_read(int argc, char **argv, const struct control_line *q, struct control_given *out,
	     struct err *e)
{
	struct lists l = { .of = { BUF(1 << 16), BUF(1 << 16), BUF(1 << 16) } };
	size_t n = 0;
	int bad = 0;

	*out = (struct control_given){ .conf = "langyan.yaml", .args = BUF(1 << 18) };
	for (int i = 1; i < argc && bad >= 0; i++) {
		bool last = q->many && n && !q->words[n];

		if (argv[i][0] == '-' && argv[i][1]) {
			bad = option_read(argv[0], argv[i], argv[i + 1], q, out, &l, e);
			i += bad == 1;
			continue;
		}
		if (!last && !q->words[n]) {
			bad = err_set(e, ERR_USAGE, "%s cannot use \"%s\"", argv[0], argv[i]);
			continue;
		}
		if (!last)
			out->words[n++] = argv[i];
		if (q->many && !q->words[n])
			list_take(&l, CONTROL_LISTS, argv[i]);
	}
	if (bad >= 0 && q->words[n])
		bad = err_set(e, ERR_USAGE, "%s: which %s?", argv[0],
			      !strcmp(q->words[n], "id") ? "incident" : q->words[n]);
	for (size_t k = 0; k <= CONTROL_LISTS && bad >= 0; k++)
		if (!buf_ok(&l.of[k]))
			bad = err_set(e, ERR_USAGE, "the options are too long");
	lists_add(q, &l, n, &out->args);
	return bad < 0 ? -1 : 0;
}

int
control_line(int argc, char **argv, const struct control_line *q, struct err *e)
{
	struct command cmd = { .verb = str_of(q->verb) };
	struct control_given given;
	int rc = control_read(argc, argv, q, &given, e);

	for (size_t i = 0; rc == 0 && q->words[i] && (!q->many || q->words[i + 1]); i++)
		control_member(&given.args, q->words[i], given.words[i]);
	buf_add(&given.args, given.args.n ? STR("}") : STR("{}"));
	cmd.args = buf_str(&given.args);
	if (rc == 0 && !buf_ok(&given.args))
		rc = err_set(e, ERR_USAGE, "the options are too long");
	if (rc == 0)
		rc = control_run(given.conf, "respond", &cmd, given.json ? NULL : q->shown, e);
	buf_release(&given.args);
	return rc;
}
