/* cmd_draft.c - the drafts of incidents: list them, read one, copy them out, work on one. */
#include "core/base.h"

#include <stdio.h>
#include <sys/stat.h>

#include "core/csv.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/draft_pick.h"
#include "responder/draft_store.h"
#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/draft_call.h"
#include "cli/draft_effect.h"
#include "cli/settings.h"

#define ALL 100000

struct reading {
	struct settings *s;
	struct store *store;
	struct zone *z;
	struct arena *a;
	struct str wanted; /* show: id or template */
	const char *dir;   /* export */
	bool csv;          /* list */
	size_t n;
	struct err *e;
};

static size_t
blocks_of(struct str lint, struct arena *a)
{
	struct err e;
	const struct json *list = json_parse(a, lint, &e);
	size_t n = 0;

	for (size_t i = 0; i < json_count(list); i++)
		n += str_is(json_text(json_get(json_at(list, i), "severity"), STR("")),
			    "block");
	return n;
}

static size_t
count_of(struct str list, struct arena *a)
{
	struct err e;

	return json_count(json_parse(a, list, &e));
}

/* For a spreadsheet in which colleagues read along. */
static void
row_csv(struct reading *r, const struct draft_row *row)
{
	struct buf b = BUF(2 << 20), at = BUF(64);
	char counts[64];

	if (!r->n)
		puts("\xEF\xBB\xBF" /* so that Excel reads UTF-8 */
		     "incident,at,template,version,kind,language,state,gaps,blocks,text");
	clock_add_local(&at, r->z, row->at);
	snprintf(counts, sizeof counts, ",%zu,%zu,", count_of(row->gaps, r->a),
		 blocks_of(row->lint, r->a));
	csv_add_cell(&b, row->number);
	buf_add_byte(&b, ',');
	csv_add_cell(&b, buf_str(&at));
	buf_add_byte(&b, ',');
	csv_add_cell(&b, row->template);
	buf_addf(&b, ",%lld,", (long long)row->version);
	csv_add_cell(&b, row->kind);
	buf_add_byte(&b, ',');
	csv_add_cell(&b, row->lang);
	buf_add_byte(&b, ',');
	csv_add_cell(&b, row->state);
	buf_add(&b, str_of(counts));
	csv_add_cell(&b, row->text);
	puts(b.p);
	r->n++;
	buf_release(&at);
	buf_release(&b);
}

static int
list_one(void *arg, const struct draft_row *row)
{
	struct reading *r = arg;
	struct buf b = BUF(4096);

	if (r->csv) {
		row_csv(r, row);
		return 0;
	}

	id_add_hex(&b, &row->id);
	b.n = 8;
	buf_addf(&b, "  %.*s  ", STR_ARG(row->number));
	clock_add_local(&b, r->z, row->at);
	buf_addf(&b, "  %-28.*s v%lld  %.*s, %zu gaps, %zu findings that block",
		 STR_ARG(row->template), (long long)row->version, STR_ARG(row->state),
		 count_of(row->gaps, r->a), blocks_of(row->lint, r->a));
	puts(b.p);
	buf_release(&b);
	r->n++;
	return 0;
}

static bool
is_wanted(const struct reading *r, const struct draft_row *row)
{
	struct buf hex = BUF(64);
	bool same;

	id_add_hex(&hex, &row->id);
	same = str_eq(r->wanted, row->template) ||
	       (r->wanted.n >= 6 && str_starts(buf_str(&hex), r->wanted));
	buf_release(&hex);
	return same;
}

/* The text alone goes to stdout, what is to be known of it to stderr. */
static int
show_one(void *arg, const struct draft_row *row)
{
	struct reading *r = arg;
	struct err e;
	const struct json *gaps, *lint;

	if (!is_wanted(r, row))
		return 0;
	gaps = json_parse(r->a, row->gaps, &e);
	lint = json_parse(r->a, row->lint, &e);
	fprintf(stderr, "%.*s %.*s v%lld, %.*s\n", STR_ARG(row->number), STR_ARG(row->template),
		(long long)row->version, STR_ARG(row->state));
	if (row->why.n) {
		struct buf why = BUF(8192);

		draft_why_text(row->why, !str_is(r->s->site.lang, "en"), &why);
		fprintf(stderr, "why: %s\n", why.p);
		buf_release(&why);
	}
	for (size_t i = 0; i < json_count(gaps); i++)
		fprintf(stderr, "gap: %.*s: %.*s\n",
			STR_ARG(json_text(json_get(json_at(gaps, i), "slot"), STR(""))),
			STR_ARG(json_text(json_get(json_at(gaps, i), "wants"), STR(""))));
	for (size_t i = 0; i < json_count(lint); i++) {
		const struct json *f = json_at(lint, i);

		fprintf(stderr, "%.*s: line %lld: %.*s; %.*s\n",
			STR_ARG(json_text(json_get(f, "severity"), STR(""))),
			(long long)json_int(json_get(f, "line"), 0),
			STR_ARG(json_text(json_get(f, "reason"), STR(""))),
			STR_ARG(json_text(json_get(f, "rewrite"), STR(""))));
	}
	printf("%.*s", STR_ARG(row->text));
	r->n++;
	return 1;
}

static int
export_one(void *arg, const struct draft_row *row)
{
	struct reading *r = arg;

	if (draft_write_file(r->dir, row, r->z, r->a, r->e) < 0)
		return -1;
	puts(draft_path(r->dir, row, r->a));
	r->n++;
	return 0;
}

static const struct act {
	const char *name;
	int (*each)(void *arg, const struct draft_row *row);
} acts[] = { { "list", list_one }, { "show", show_one }, { "export", export_one } };

struct asked {
	const char *path, *word;
	bool csv;
};

/* -c FILE may stand before or after the word. */
static int
arguments(int argc, char **argv, struct asked *q, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-c") && i + 1 < argc)
			q->path = argv[++i];
		else if (!strcmp(argv[i], "--csv"))
			q->csv = true;
		else if (argv[i][0] == '-' || q->word)
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		else
			q->word = argv[i];
	}
	return 0;
}

static int
run_act(const struct act *act, const struct asked *q, struct err *e)
{
	const char *word = q->word;
	struct reading r = { .wanted = str_of(word), .dir = word, .csv = q->csv, .e = e };
	struct str number = act->each == list_one && word ? str_of(word) : STR("");
	int rc = -1;

	r.s = settings_read(q->path, NULL, e);
	r.a = arena_new();
	if (r.s && (r.z = zone_open(r.s->site.zone.p, e)))
		r.store = store_open_reader(settings_path(r.s, "respond/langyan.db"),
					    &record_migrations, e);
	if (r.store)
		rc = drafts_read(r.store, number, ALL, act->each, &r, e) < 0 ? -1 : 0;
	if (rc == 0 && !r.n && act->each == show_one)
		rc = err_set(e, ERR_USAGE, "there is no draft \"%s\" (langyan draft list)",
			     word);
	store_close(r.store);
	zone_close(r.z);
	arena_free(r.a);
	settings_free(r.s);
	return rc;
}

/* What goes to the responder. */
static const struct draft_act works[] = {
	{ "edit", "incident.edit", "--next --why ", true, NULL },
	{ "lint", "incident.look", "", false, NULL },
	{ "override", "incident.override", "--rule --why ", false, NULL },
	{ "submit", "incident.submit", "--why ", false, NULL },
};

static int
draft(int argc, char **argv, struct err *e)
{
	struct asked q = { .path = "langyan.yaml" };

	if (argc > 1 && !strcmp(argv[1], "effect"))
		return draft_effect(argc - 1, argv + 1, e);
	for (size_t i = 0; argc > 1 && i < LY_COUNT(works); i++)
		if (!strcmp(argv[1], works[i].name))
			return draft_call(argc - 1, argv + 1, &works[i], e);
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++) {
		if (strcmp(argv[1], acts[i].name) != 0)
			continue;
		if (arguments(argc - 1, argv + 1, &q, e) < 0)
			return -1;
		if (q.csv && acts[i].each != list_one)
			return err_set(e, ERR_USAGE, "--csv is for list");
		if (!q.word && acts[i].each != list_one)
			return err_set(e, ERR_USAGE, "which %s?",
				       acts[i].each == show_one ? "draft" : "directory");
		return run_act(&acts[i], &q, e);
	}
	return err_set(e, ERR_USAGE,
		       "list, show, export, edit, lint, override, submit or effect");
}

const struct subcommand cmd_draft = {
	"draft",
	"list [INC-…] [--csv] | show D | export DIR | edit D FILE [--next T] | lint D | "
	"override D "
	"--rule R --why W | submit D | effect [--days N] [--drills] [--json]; each with [-c "
	"FILE]",
	"texts that were drafted when incidents reached L2 and L3, and what people make of "
	"them\n"
	"D: the first digits of its id, its template (the newest), or INC-…/TEMPLATE. show "
	"prints "
	"the text\n"
	"alone on stdout, its gaps and findings on stderr; export writes "
	"DIR/INC-…/TEMPLATE.md. "
	"edit: FILE\n"
	"becomes the next version, which nobody has approved. lint looks at it with the facts "
	"of "
	"now.\n"
	"override lets one finding stand, with a reason; hard ones stay. submit tells those "
	"who "
	"approve.\n"
	"list --csv prints them with their texts for a spreadsheet. effect tells what came "
	"after the\n"
	"full responses of each template, as drafted and as edited, with n and intervals, and "
	"which\n"
	"differences are no chance. See docs/responses.md.",
	"  langyan draft list INC-2026-0042\n  langyan draft show zh-food-safety-holding\n"
	"  langyan draft edit 3fa94c10 statement.md --next 2h",
	draft
};
