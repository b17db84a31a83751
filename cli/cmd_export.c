/* cmd_export.c - rows of the record for a spreadsheet (CSV) or another program (JSON Lines). */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/csv.h"
#include "core/document.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/result.h"
#include "core/str.h"

#include "responder/export_store.h"
#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/control.h"

#define ROW_BYTES (4 << 20)

struct export_options {
	const char *conf, *what, *watch, *from, *to, *format, *why;
	bool personal;
};
struct exporting {
	const struct export_ask *q;
	bool csv, named; /* the columns are written */
	struct buf row;
	int64_t rows, erased, expired;
};

static int
options_read(int argc, char **argv, struct export_options *o, struct err *e)
{
	const struct {
		const char *name;
		const char **value;
	} known[] = { { "-c", &o->conf }, { "--watch", &o->watch },   { "--from", &o->from },
		      { "--to", &o->to }, { "--format", &o->format }, { "--why", &o->why } };

	for (int i = 1; i < argc; i++) {
		size_t k = 0;

		if (!strcmp(argv[i], "--personal")) {
			o->personal = true;
			continue;
		}
		while (k < LY_COUNT(known) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == LY_COUNT(known) && (argv[i][0] == '-' || o->what))
			return err_set(e, ERR_USAGE, "export cannot use \"%s\"", argv[i]);
		if (k == LY_COUNT(known))
			o->what = argv[i];
		else if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		else
			*known[k].value = argv[++i];
	}
	if (strcmp(o->format, "csv") != 0 && strcmp(o->format, "jsonl") != 0)
		return err_set(e, ERR_USAGE, "--format is csv or jsonl, not \"%s\"", o->format);
	if (o->personal && !str_trim(str_of(o->why)).n)
		return err_set(e, ERR_USAGE,
			       "--personal wants --why: the reason is kept in the record");
	return 0;
}

static int
table_pick(const char *what, struct export_ask *q, struct err *e)
{
	struct buf names = BUF(1000);
	const char *near = NULL, *all[32];
	size_t n = 0;

	q->table = what ? export_find(str_of(what)) : NULL;
	for (; export_tables[n].name; n++) {
		all[n] = export_tables[n].name;
		buf_addf(&names, "%s%s", n ? ", " : "", all[n]);
	}
	if (what)
		near = conf_nearest(str_of(what), all, n);
	if (!what)
		err_set(e, ERR_USAGE, "export what? %s", names.p);
	else if (!q->table)
		err_set(e, ERR_USAGE, "there is no \"%s\" to export%s%s%s: %s", what,
			near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "",
			names.p);
	buf_release(&names);
	return q->table ? 0 : -1;
}

static int
ask_fill(const struct settings *s, const struct export_options *o, struct export_ask *q,
	 struct err *e)
{
	struct zone *z = zone_open(s->site.zone.p, e);
	const struct watch_conf *w = s->watches.v;
	int bad = z ? 0 : -1;
	size_t i = 0;

	q->from = INT64_MIN / 2;
	q->to = INT64_MAX;
	q->watch = str_of(o->watch);
	q->personal = o->personal;
	if (!bad && o->from)
		bad = clock_parse_local(z, str_of(o->from), &q->from, e);
	if (!bad && o->to)
		bad = clock_parse_local(z, str_of(o->to), &q->to, e);
	zone_close(z);
	while (!bad && o->watch && i < s->watches.n && !str_is(w[i].name, o->watch))
		i++;
	if (!bad && o->watch && i == s->watches.n)
		bad = err_set(e, ERR_USAGE, "there is no watch \"%s\"", o->watch);
	return bad;
}

/* ---- a row ------------------------------------------------------------------------------------- */

static struct str
word_of(const char *const *words, int64_t at, int64_t max)
{
	for (int64_t i = 0; i <= at && i <= max; i++) {
		if (!words[i])
			break;
		if (i == at)
			return str_of(words[i]);
	}
	return STR("");
}

static struct str
cell_word(const struct export_column *c, const struct export_cell *x)
{
	static const char *const tones[] = { "neg", "neu", "pos", NULL };

	if (c->kind == EXPORT_CLASS)
		return word_of(source_class_words, x->n, CLASS_COUNT);
	if (c->kind == EXPORT_TONE)
		return word_of(tones, x->n + 1, 2);
	return word_of(intent_words, x->n, 64);
}

/* Quotes around it? As a text; numbers stand as they are. */
static bool
cell_add(struct buf *b, const struct export_column *c, const struct export_cell *x)
{
	if (x->none)
		return false;
	switch (c->kind) {
	case EXPORT_INT:
		buf_addf(b, "%lld", (long long)x->n);
		return false;
	case EXPORT_MILLI:
		json_add_milli(b, x->n);
		return false;
	case EXPORT_TIME:
		clock_add_iso(b, x->n);
		return true;
	case EXPORT_ID:
		id_add_hex(b, &x->id);
		return true;
	case EXPORT_TEXT:
	case EXPORT_JSON:
		buf_add(b, x->text);
		return true;
	default:
		buf_add(b, cell_word(c, x));
		return true;
	}
}

static void
csv_row(struct exporting *x, const struct export_cell *cells)
{
	const struct export_column *c = x->q->table->columns;
	struct buf text = BUF(ROW_BYTES);

	for (size_t i = 0; c[i].name; i++) {
		if (c[i].personal && !x->q->personal)
			continue;
		if (x->row.n)
			buf_add_byte(&x->row, ',');
		buf_clear(&text);
		if (cell_add(&text, &c[i], &cells[i]))
			csv_add_cell(&x->row, buf_str(&text));
		else
			buf_add(&x->row, buf_str(&text));
	}
	buf_add(&x->row, STR("\r\n"));
	buf_release(&text);
}

static void
json_row(struct exporting *x, const struct export_cell *cells)
{
	const struct export_column *c = x->q->table->columns;
	struct buf text = BUF(ROW_BYTES);

	buf_add_byte(&x->row, '{');
	for (size_t i = 0; c[i].name; i++) {
		bool quoted;

		if (c[i].personal && !x->q->personal)
			continue;
		buf_addf(&x->row, "%s\"%s\":", x->row.n > 1 ? "," : "", c[i].name);
		buf_clear(&text);
		quoted = cell_add(&text, &c[i], &cells[i]);
		if (cells[i].none)
			buf_add(&x->row, STR("null"));
		else if (quoted && c[i].kind != EXPORT_JSON)
			json_add_text(&x->row, buf_str(&text));
		else
			buf_add(&x->row, buf_str(&text));
	}
	buf_add(&x->row, STR("}\n"));
	buf_release(&text);
}

/* The mark tells Excel that it is UTF-8. */
static void
names_add(struct exporting *x)
{
	const struct export_column *c = x->q->table->columns;
	const char *comma = "\xef\xbb\xbf";

	for (size_t i = 0; x->csv && c[i].name; i++) {
		if (c[i].personal && !x->q->personal)
			continue;
		printf("%s%s", comma, c[i].name);
		comma = ",";
	}
	if (x->csv)
		fputs("\r\n", stdout);
}

static int
row_put(void *arg, const struct export_cell *cells, struct str gone)
{
	struct exporting *x = arg;

	buf_clear(&x->row);
	if (x->csv)
		csv_row(x, cells);
	else
		json_row(x, cells);
	x->rows++;
	x->expired += record_is_expired(gone);
	x->erased += gone.n && !record_is_expired(gone);
	if (!buf_ok(&x->row))
		return 2;
	return fwrite(x->row.p, 1, x->row.n, stdout) == x->row.n ? 0 : 3;
}

/* ---- all of them --------------------------------------------------------------------------------- */

/* Who takes personal data out, and why, is a row before the first of them is read. */
static int
reason_keep(const struct settings *s, const struct export_options *o, struct arena *a,
	    struct err *e)
{
	struct command cmd = { .verb = STR("export.personal") };
	struct buf args = BUF(8192);
	struct reply r;
	int rc;

	control_member(&args, "what", o->what);
	control_member(&args, "watch", o->watch ? o->watch : "");
	control_member(&args, "from", o->from ? o->from : "");
	control_member(&args, "to", o->to ? o->to : "");
	control_member(&args, "why", o->why);
	buf_add_byte(&args, '}');
	cmd.args = buf_str(&args);
	rc = control_call(s, "respond", &cmd, a, &r, e);
	if (rc == 0 && r.status != 200)
		rc = control_print(&r);
	buf_release(&args);
	return rc;
}

static int
rows_put(const struct settings *s, const struct export_ask *q, bool csv, struct err *e)
{
	struct exporting x = { .q = q, .csv = csv, .row = BUF(ROW_BYTES) };
	struct store *record = store_open_reader(settings_path(s, "respond/langyan.db"),
						 &record_migrations, e);
	int rc = -1;

	if (record) {
		names_add(&x);
		rc = export_read(record, q, row_put, &x, e);
	}
	store_close(record);
	buf_release(&x.row);
	if (rc == 0 && (fflush(stdout) == EOF || ferror(stdout)))
		rc = 3;
	if (rc == 2)
		return err_set(e, ERR_REJECT, "a row is over 4 MiB");
	if (rc == 3)
		return err_set(e, ERR_RETRY, "could not write: %s", strerror(errno));
	if (rc < 0)
		return -1;
	fprintf(stderr, "%lld %s", (long long)x.rows, q->table->name);
	if (x.erased || x.expired)
		fprintf(stderr, "; without the text of %lld erased and %lld past their term",
			(long long)x.erased, (long long)x.expired);
	fprintf(stderr, "%s\n", q->personal ? "; with personal data" : "");
	return 0;
}

static int
export_run(int argc, char **argv, struct err *e)
{
	struct export_options o = { .conf = "langyan.yaml", .format = "csv" };
	struct export_ask q = { .table = NULL };
	struct arena *a = arena_new();
	struct settings *s = NULL;
	int rc = options_read(argc, argv, &o, e);

	if (rc == 0)
		rc = table_pick(o.what, &q, e);
	if (rc == 0 && !(s = settings_read(o.conf, NULL, e)))
		rc = -1;
	if (rc == 0)
		rc = ask_fill(s, &o, &q, e);
	if (rc == 0 && o.personal)
		rc = reason_keep(s, &o, a, e);
	if (rc == 0)
		rc = rows_put(s, &q, !strcmp(o.format, "csv"), e);
	settings_free(s);
	arena_free(a);
	return rc;
}

const struct subcommand cmd_export = {
	"export",
	"mentions|incidents|moves|firings|notices|releases|lessons [--format csv|jsonl] "
	"[--from T] [--to T] [--watch W] [--personal --why W] [-c FILE]",
	"rows of the record on stdout, for a spreadsheet (CSV) or another program (JSON "
	"Lines)\n"
	"Oldest first, from <= time < to, read a page at a time: any number of rows in the "
	"memory of\n"
	"one page, also while the responder runs. CSV is UTF-8 with a mark for Excel, every "
	"text "
	"in\n"
	"quotes, and what a spreadsheet would take for a formula begins with an apostrophe.\n"
	"Who wrote, links to their posts, addresses and who did what are personal data: left "
	"out "
	"unless\n"
	"you say --personal, and why, which is kept in the record. Of erased texts and those "
	"past "
	"their\n"
	"term the row says so, and stderr how many; of confidential incidents there is number, "
	"state\n"
	"and level (docs/export.md).",
	"  langyan export mentions --from 2026-03-01 --to 2026-04-01 --watch shancui > "
	"march.csv\n"
	"  langyan export incidents --format jsonl\n"
	"  langyan export mentions --personal --why \"request of the regulator, 2026-03-20\" > "
	"all.csv",
	export_run
};
