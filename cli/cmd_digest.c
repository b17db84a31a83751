/* cmd_digest.c - the daily digest on stdout: as it was told, or computed now. */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/digest_pick.h"
#include "cli/rota_view.h"

struct digest_options {
	const char *path, *date, *watch, *name, *format;
};

static int
options_read(int argc, char **argv, struct digest_options *o, struct err *e)
{
	const struct {
		const char *name;
		const char **value;
	} known[] = { { "-c", &o->path },
		      { "--date", &o->date },
		      { "--watch", &o->watch },
		      { "--name", &o->name },
		      { "--format", &o->format } };

	for (int i = 1; i < argc; i += 2) {
		size_t k = 0;

		while (k < LY_COUNT(known) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == LY_COUNT(known))
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		*known[k].value = argv[i + 1];
	}
	return 0;
}

/* 2026-03-10 -> the moment at which its digest is told. */
static int
date_read(const char *date, const struct digest_conf *c, const struct zone *z, int64_t *at,
	  struct err *e)
{
	struct civil day;

	if (strlen(date) != 10 || clock_parse_iso(str_of(date), at, e) < 0)
		return err_set(e, ERR_USAGE, "\"%s\" is not a date like 2026-03-10", date);
	day = zone_civil(NULL, *at);
	day.hour = day.minute = day.second = 0;
	*at = digest_next(c, z, zone_utc(z, day) - 1);
	return 0;
}

static int
print_forms(const char *format, const struct digest_row *r, struct arena *a, struct err *e)
{
	struct str chat = digest_chat_of(r, a);
	const struct {
		const char *word;
		struct str bytes;
	} forms[] = {
		{ "html", r->html },  { "md", r->md },  { "text", r->text },
		{ "json", r->facts }, { "chat", chat },
	};
	struct str rest = str_of(format), word;

	while (str_next(&rest, ',', &word)) {
		size_t k = 0;

		while (k < LY_COUNT(forms) && !str_is(word, forms[k].word))
			k++;
		if (k == LY_COUNT(forms))
			return err_set(
				e, ERR_USAGE,
				"there is no format \"%.*s\": html, md, text, json, chat",
				STR_ARG(word));
		fwrite(forms[k].bytes.p, 1, forms[k].bytes.n, stdout);
		if (!str_ends(forms[k].bytes, STR("\n")))
			putchar('\n');
	}
	return 0;
}

/* The moment of its date, in its own zone. */
static int
moment_read(const struct responder_env *env, const char *date, struct digest_ask *ask,
	    struct arena *a, struct err *e)
{
	struct zone *own = NULL;
	int bad;

	if (ask->conf->zone.n && !(own = zone_open(arena_text(a, ask->conf->zone), e)))
		return -1;
	bad = date_read(date, ask->conf, own ? own : env->zone, &ask->at, e);
	zone_close(own);
	return bad;
}

/* As it was told; else computed from what the record holds now. */
static int
digest_find(const struct responder_env *env, const struct digest_options *o,
	    struct digest_ask *ask, struct arena *a, struct digest_row *r, struct err *e)
{
	int found = 0;

	if (o->date && moment_read(env, o->date, ask, a, e) < 0)
		return -1;
	if (!o->watch)
		found = digest_read_dated(env->store, ask->conf->name, o->date, a, r, e);
	if (found)
		return found < 0 ? -1 : 0;
	if (day_newest(env->store, &ask->made_at, e) < 0 ||
	    record_meta_int(env->store, "commit_seq", 0, &ask->as_of, e) < 0)
		return -1;
	ask->made_at++;
	/* Without a date: the day that is going on, as far as it is recorded. */
	if (!o->date)
		ask->at = ask->made_at;
	return digest_compose(env, ask, a, r, e);
}

static int
digest_print(struct settings *s, const struct digest_options *o, struct arena *a, struct err *e)
{
	struct rota_view rota = { .s = s };
	struct digest_view v;
	struct digest_conf c;
	struct digest_row r;
	struct digest_ask ask = { .conf = &c };
	int bad = digest_view_open(s, &v, e);

	if (bad == 0 && (digest_pick(s, o->name, &c, e) < 0 ||
			 (o->watch && digest_pick_watch(s, o->watch, &c, &ask.watch, e) < 0)))
		bad = -1;
	if (bad == 0)
		bad = rota_view_open(s, &rota, e);
	ask.roster = rota.roster;
	if (bad == 0)
		bad = digest_find(&v.env, o, &ask, a, &r, e);
	if (bad == 0)
		bad = print_forms(o->format, &r, a, e);
	rota_view_close(&rota);
	digest_view_close(&v);
	return bad;
}

static int
digest_show(int argc, char **argv, struct err *e)
{
	struct digest_options o = { .path = "langyan.yaml", .format = "text" };
	struct settings *s =
		options_read(argc, argv, &o, e) < 0 ? NULL : settings_read(o.path, NULL, e);
	struct arena *a = arena_new();
	int rc = s ? digest_print(s, &o, a, e) : -1;

	arena_free(a);
	settings_free(s);
	return rc;
}

/* ---- what people say to it ----------------------------------------------------------------------- */

static const struct {
	const char *name;
	struct control_line line;
} words[] = {
	{ "edit",
	  { .verb = "digest.edit",
	    .options = "--name --date --text ",
	    .lists = { { "--drop", "drop" }, { "--first", "first" } } } },
	{ "unsubscribe",
	  { .verb = "digest.unsubscribe",
	    .options = "--key --name --person ",
	    .flags = "--back " } },
};

static int
digest(int argc, char **argv, struct err *e)
{
	for (size_t i = 0; argc > 1 && i < LY_COUNT(words); i++)
		if (!strcmp(argv[1], words[i].name))
			return control_line(argc - 1, argv + 1, &words[i].line, e);
	return digest_show(argc, argv, e);
}

const struct subcommand cmd_digest = {
	"digest",
	"[--date D] [--watch W] [--name N] [--format html,md,json,text,chat] | edit [--name N]"
	" [--date D] [--text T] [--drop m:EVIDENCE]… [--first m:EVIDENCE]… | unsubscribe"
	" --key KEY | unsubscribe --name N --person P [--back]; each with [-c FILE]",
	"the digest as it was told; of another watch or day computed from the record\n"
	"D like 2026-03-10: the digest told on that day. json holds every figure and how it "
	"was\ncounted.\n"
	"edit: your assessment stands on screen one, stories are dropped or come first, until "
	"it is\n"
	"told; without it goes marked as not reviewed. unsubscribe: KEY is the one in the "
	"mail's\n"
	"List-Unsubscribe.",
	"  langyan digest\n  langyan digest --date 2026-03-10 --format html > digest.html\n"
	"  langyan digest edit --text \"同一批次，工厂已停线\" --drop m:7ed3ba716656",
	digest
};
