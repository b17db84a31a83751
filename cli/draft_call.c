/* draft_call.c - see draft_call.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "nlp/copies.h"
#include "responder/lint.h"
#include "responder/record_store.h"

#include "cli/draft_call.h"
#include "cli/lint_file.h"

#define ARGS_MAX   (400 << 10)
#define ROWS       100000
#define PREFIX     6 /* digits of an id that name a draft */
#define TEXT_BYTES (64 << 10)

/* ---- which draft ----------------------------------------------------------------------------- */

struct looking {
	struct str number, template, prefix;
	struct arena *a;
	struct draft_row *out;
	size_t n;
};

/* Newest first: of a template the first is meant, of digits all are counted. */
static int
look_at(void *arg, const struct draft_row *row)
{
	struct looking *l = arg;
	struct buf hex = BUF(64);
	bool by_id, by_name = str_eq(row->template, l->template);

	id_add_hex(&hex, &row->id);
	by_id = l->prefix.n >= PREFIX && str_starts(buf_str(&hex), l->prefix);
	buf_release(&hex);
	if (!by_id && !by_name)
		return 0;
	if (!l->n++) {
		*l->out = *row;
		l->out->number = arena_str(l->a, row->number);
		l->out->template = arena_str(l->a, row->template);
		l->out->kind = arena_str(l->a, row->kind);
		l->out->lang = arena_str(l->a, row->lang);
		l->out->text = arena_str(l->a, row->text);
		l->out->state = arena_str(l->a, row->state);
	}
	return by_name || l->n > 1;
}

int
draft_find(struct store *record, struct str word, struct arena *a, struct draft_row *out,
	   struct err *e)
{
	struct looking l = { .number = { "", 0 }, .template = word, .a = a, .out = out };
	ptrdiff_t slash = str_find_byte(word, '/');
	int stop;

	if (slash > 0) {
		l.number = str_slice(word, 0, (size_t)slash);
		l.template = str_slice(word, (size_t)slash + 1, word.n);
	}
	l.prefix = l.template;
	stop = drafts_read(record, l.number, ROWS, look_at, &l, e);
	if (stop < 0)
		return -1;
	if (l.n > 1)
		return err_set(e, ERR_USAGE, "several drafts begin with \"%.*s\"",
			       STR_ARG(word));
	return l.n > 0;
}

/* ---- what is sent ------------------------------------------------------------------------------ */

struct calling {
	const struct draft_act *act;
	const char *conf, *word, *file;
	struct settings *s;
	struct arena *a;
	struct draft_row row;
	struct buf args;
};

static int
arguments(int argc, char **argv, struct calling *c, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		bool option = argv[i][0] == '-' && argv[i][1];

		if (option && i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (!strcmp(argv[i], "-c"))
			c->conf = argv[++i];
		else if (option && control_takes(c->act->options, argv[i])) {
			control_member(&c->args, argv[i] + 2, argv[i + 1]);
			i++;
		} else if (option)
			return err_set(e, ERR_USAGE, "%s has no option \"%s\"", c->act->name,
				       argv[i]);
		else if (!c->word)
			c->word = argv[i];
		else if (c->act->file && !c->file)
			c->file = argv[i];
		else
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
	}
	if (!c->word)
		return err_set(e, ERR_USAGE, "which draft? (langyan draft list)");
	if (c->act->file && !c->file)
		return err_set(e, ERR_USAGE,
			       "which file has the text? (- is the standard input)");
	return 0;
}

static int
find(struct calling *c, struct err *e)
{
	struct store *record;
	int found;

	c->s = settings_read(c->conf, NULL, e);
	if (!c->s)
		return -1;
	record = store_open_reader(settings_path(c->s, "respond/langyan.db"),
				   &record_migrations, e);
	found = record ? draft_find(record, str_of(c->word), c->a, &c->row, e) : -1;
	store_close(record);
	if (found)
		return found < 0 ? -1 : 0;
	return err_set(e, ERR_USAGE, "there is no draft \"%s\" (langyan draft list)", c->word);
}

/* Its text without the head that our own files have. */
static int
text_add(struct calling *c, struct err *e)
{
	struct lint_options o = { .kind = LINT_ANY_KIND, .lang = -1 };
	struct lint_file x;

	if (!c->file)
		return 0;
	if (lint_file_read(c->file, &o, c->a, &x, e) < 0)
		return -1;
	if (x.ask.text.n > TEXT_BYTES)
		return err_set(e, ERR_USAGE, "\"%s\" is longer than 64 KiB", c->file);
	control_member(&c->args, "text", arena_text(c->a, x.ask.text));
	return 0;
}

static void
draft_add_args(struct calling *c)
{
	struct buf hex = BUF(2048);
	uint8_t sig[COPIES_BYTES];

	id_add_hex(&hex, &c->row.id);
	control_member(&c->args, "draft", hex.p);
	control_member(&c->args, "id", arena_text(c->a, c->row.number));
	/* The text that the person sees here is the one that they approve. */
	control_member(&c->args, "hash", arena_text(c->a, draft_hash(c->row.text, c->a)));
	if (!strcmp(c->act->verb, "incident.say") && copies_sign(c->row.text, sig)) {
		buf_clear(&hex);
		hash_add_hex(&hex, sig, sizeof sig);
		control_member(&c->args, "copies", hex.p);
	}
	buf_add_byte(&c->args, '}');
	buf_release(&hex);
}

/* ---- what came of it ---------------------------------------------------------------------------- */

static void
findings_put(const struct json *list, const struct json *blocks)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *f = json_at(list, i);

		printf("  %.*s %.*s: line %lld: %.*s; %.*s\n",
		       STR_ARG(json_text(json_get(f, "severity"), STR(""))),
		       STR_ARG(json_text(json_get(f, "rule"), STR(""))),
		       (long long)json_int(json_get(f, "line"), 0),
		       STR_ARG(json_text(json_get(f, "reason"), STR(""))),
		       STR_ARG(json_text(json_get(f, "rewrite"), STR(""))));
	}
	for (size_t i = 0; i < json_count(blocks); i++)
		if (json_true(json_get(json_at(blocks, i), "overridden")))
			printf("  overridden: %.*s\n",
			       STR_ARG(json_text(json_get(json_at(blocks, i), "rule"),
						 STR(""))));
}

static int
reply_put(const struct reply *r, struct arena *a, struct err *e)
{
	int rc;
	const struct json *j = control_answer(r, a, &rc, e);

	if (!j)
		return rc;
	if (!json_get(j, "draft")) {
		struct str said = json_text(json_get(j, "said"), STR(""));

		printf("%.*s: %.*s\n", STR_ARG(json_text(json_get(j, "incident"), STR(""))),
		       STR_ARG(said));
		return 0;
	}
	printf("%.*s  %.*s v%lld  %.*s, %lld of %lld approvals\n",
	       STR_ARG(str_slice(json_text(json_get(j, "draft"), STR("")), 0, 8)),
	       STR_ARG(json_text(json_get(j, "template"), STR(""))),
	       (long long)json_int(json_get(j, "version"), 0),
	       STR_ARG(json_text(json_get(j, "state"), STR(""))),
	       (long long)json_int(json_get(j, "approvals"), 0),
	       (long long)json_int(json_get(j, "needed"), 0));
	findings_put(json_get(j, "findings"), json_get(j, "blocks"));
	return 0;
}

int
draft_call(int argc, char **argv, const struct draft_act *act, struct err *e)
{
	struct calling c = {
		.act = act, .conf = "langyan.yaml", .a = arena_new(), .args = BUF(ARGS_MAX)
	};
	struct command cmd = { .verb = str_of(act->verb) };
	struct reply r;
	int rc = -1;

	if (arguments(argc, argv, &c, e) < 0 || find(&c, e) < 0 || text_add(&c, e) < 0)
		goto done;
	draft_add_args(&c);
	cmd.args = buf_str(&c.args);
	if (!buf_ok(&c.args))
		rc = err_set(e, ERR_USAGE, "the options are too long");
	else if (control_call(c.s, "respond", &cmd, c.a, &r, e) == 0)
		rc = reply_put(&r, c.a, e);
done:
	settings_free(c.s);
	arena_free(c.a);
	buf_release(&c.args);
	return rc;
}
