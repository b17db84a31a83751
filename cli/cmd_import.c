/*
 * cmd_import.c - exports from files into the spool, as documents of one source.
 *
 * A row becomes a line of documents.push, so that a running service and none take it alike, and
 * the same row twice is seen. Rows that were refused are kept as CSV in <data>/refused/ with their
 * lines and reasons, to be mended and imported again.
 */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/import_file.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/file.h"
#include "cli/lexicons.h"
#include "cli/progress.h"

#define FILE_BYTES  ((size_t)512 << 20)
#define CHUNK_BYTES ((size_t)384 << 10)
#define CHUNK_LINES 2000
#define TOLD_LINES  100 /* documents.push gives the reasons of so many */
#define SHOWN       20  /* refused rows that are shown one by one */

struct import {
	const struct settings *s;
	struct preset *preset;
	struct importer *im;
	const char *map, *source, *file;
	enum import_mode mode;
	bool dry;
	int64_t now;
	struct progress progress;

	struct buf chunk;
	struct buf parts; /* where each line of the chunk stands: "part\0" */
	int64_t lines[CHUNK_LINES];
	size_t part_at[CHUNK_LINES], line_at[CHUNK_LINES];
	size_t n;

	int64_t taken, seen, refused, tables, headless;
	struct id bytes; /* of the present file */
	FILE *aside;
	struct buf aside_path;
};

/* ---- refused rows ------------------------------------------------------------------------------ */

static void
csv_add(struct buf *b, struct str s)
{
	const char *q;

	buf_add(b, b->n ? STR(",\"") : STR("\""));
	while ((q = s.n ? memchr(s.p, '"', s.n) : NULL)) {
		size_t n = (size_t)(q - s.p) + 1;

		buf_add(b, str_slice(s, 0, n));
		buf_add_byte(b, '"');
		s = str_slice(s, n, s.n);
	}
	buf_add(b, s);
	buf_add_byte(b, '"');
}

static int
aside_open(struct import *m, struct err *e)
{
	const char *slash = strrchr(m->file, '/'), *base = slash ? slash + 1 : m->file;

	buf_addf(&m->aside_path, "%s", settings_path(m->s, "refused"));
	if (mkdir(m->aside_path.p, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_RETRY, "could not make \"%s\": %s", m->aside_path.p,
			       strerror(errno));
	/* The same file again writes the same file; another one of that name another. */
	buf_addf(&m->aside_path, "/%.100s-%02x%02x%02x%02x.csv", base, m->bytes.b[0],
		 m->bytes.b[1], m->bytes.b[2], m->bytes.b[3]);
	m->aside = fopen(m->aside_path.p, "w");
	if (!m->aside)
		return err_set(e, ERR_RETRY, "could not write \"%s\": %s", m->aside_path.p,
			       strerror(errno));
	fputs("\xef\xbb\xbf_part,_line,_column,_why\n", m->aside);
	return 0;
}

static int
refuse(struct import *m, const struct import_place *at, const struct table_row *row,
       size_t column, const char *why, struct err *e)
{
	struct buf b = BUF(FILE_BYTES);

	if (m->refused++ < SHOWN)
		fprintf(stderr, "%s%s%.*s: line %lld%s: %s\n", m->file, at->part.n ? ": " : "",
			STR_ARG(at->part), (long long)at->line,
			column ? arena_textf(m->s->arena, ", column %zu", column) : "", why);
	else if (m->refused == SHOWN + 1)
		fprintf(stderr, "(further refused rows only in the file of refused rows)\n");
	if (m->dry)
		return 0;
	if (!m->aside && aside_open(m, e) < 0)
		return -1;
	csv_add(&b, at->part);
	buf_addf(&b, ",%lld,%zu", (long long)at->line, column);
	csv_add(&b, str_of(why));
	for (size_t i = 0; i < row->n; i++)
		csv_add(&b, row->cells[i]);
	buf_add_byte(&b, '\n');
	if (fwrite(b.p, 1, b.n, m->aside) != b.n)
		err_set(e, ERR_RETRY, "could not write \"%s\": %s", m->aside_path.p,
			strerror(errno));
	buf_release(&b);
	return e->kind ? -1 : 0;
}

/* ---- a chunk to the crawler -------------------------------------------------------------------- */

static void
args_add(const struct import *m, struct buf *b)
{
	const struct preset *p = m->preset;
	struct str source = m->source ? str_of(m->source) : p->source;

	if (!source.n)
		source = str_of(arena_textf(m->s->arena, "import-%s", m->map));
	buf_add(b, STR("{\"rows\":\"1\",\"source\":"));
	json_add_text(b, source);
	buf_addf(b, ",\"class\":\"%s\"", source_class_words[p->source_class]);
	if (p->site.n) {
		buf_add(b, STR(",\"site\":"));
		json_add_text(b, p->site);
	}
	buf_addf(b, "%s}", m->mode == IMPORT_HISTORY ? ",\"history\":\"1\"" : "");
}

/* A line that the crawler refused: its row was good, its document is not. */
static int
line_refused(struct import *m, size_t i, struct str why, struct err *e)
{
	struct import_place at = { str_of(m->parts.p + m->part_at[i]), m->lines[i] };
	size_t end = i + 1 < m->n ? m->line_at[i + 1] : m->chunk.n;
	struct str json = str_slice(buf_str(&m->chunk), m->line_at[i], end - m->line_at[i] - 1);
	struct table_row row = { .line = at.line, .cells = &json, .n = 1 };

	return refuse(m, &at, &row, 0, arena_textf(m->s->arena, "%.*s", STR_ARG(why)), e);
}

/* Lines from..to of the chunk. count: add to the sums. */
static int
lines_send(struct import *m, size_t from, size_t to, bool count, struct err *e)
{
	size_t end = to < m->n ? m->line_at[to] : m->chunk.n;
	struct arena *a = arena_new();
	struct buf args = BUF(4096);
	struct command cmd = { .verb = STR("documents.push"),
			       .type = STR("application/x-ndjson"),
			       .body = str_slice(buf_str(&m->chunk), m->line_at[from],
						 end - m->line_at[from]) };
	struct reply r;
	const struct json *j = NULL, *errors;
	int64_t refused;
	int rc;

	args_add(m, &args);
	cmd.args = buf_str(&args);
	rc = control_call(m->s, "crawl", &cmd, a, &r, e);
	if (rc == 0)
		j = json_parse(a, r.body, e);
	if (rc == 0 && (!j || (r.status != 200 && r.status != 400)))
		rc = err_set(e, ERR_RETRY, "%.*s", STR_ARG(str_slice(r.body, 0, 200)));
	errors = json_get(j, "errors");
	refused = json_int(json_get(j, "refused"), 0);
	if (rc == 0 && count) {
		m->taken += json_int(json_get(j, "accepted"), 0);
		m->seen += json_int(json_get(j, "seen"), 0);
	}
	/* More than are told one by one: ask again in parts, what was taken is seen now. */
	if (rc == 0 && refused > (int64_t)json_count(errors))
		for (size_t i = from; rc == 0 && i < to; i += TOLD_LINES)
			rc = lines_send(m, i, i + TOLD_LINES < to ? i + TOLD_LINES : to, false,
					e);
	else
		for (size_t i = 0; rc == 0 && i < json_count(errors); i++) {
			const struct json *x = json_at(errors, i);
			int64_t line = json_int(json_get(x, "line"), 1);

			rc = line_refused(m, from + (size_t)line - 1,
					  json_text(json_get(x, "why"), STR("")), e);
		}
	buf_release(&args);
	arena_free(a);
	return rc;
}

static int
chunk_send(struct import *m, struct err *e)
{
	int rc = 0;

	if (m->n && m->dry)
		m->taken += (int64_t)m->n;
	else if (m->n)
		rc = lines_send(m, 0, m->n, true, e);
	progress_add(&m->progress, (int64_t)m->n);
	buf_clear(&m->chunk);
	buf_clear(&m->parts);
	m->n = 0;
	return rc;
}

/* ---- the sink ---------------------------------------------------------------------------------- */

static int
on_taken(void *arg, const struct import_place *at, struct str json, struct err *e)
{
	struct import *m = arg;

	if (m->n && (m->n == CHUNK_LINES || m->chunk.n + json.n > CHUNK_BYTES) &&
	    chunk_send(m, e) < 0)
		return -1;
	m->lines[m->n] = at->line;
	m->part_at[m->n] = m->parts.n;
	m->line_at[m->n] = m->chunk.n;
	buf_add(&m->parts, at->part);
	buf_add_byte(&m->parts, '\0');
	buf_add(&m->chunk, json);
	buf_add_byte(&m->chunk, '\n');
	m->n++;
	return 0;
}

static int
on_refused(void *arg, const struct import_place *at, const struct table_row *row, size_t column,
	   const char *why, struct err *e)
{
	return refuse(arg, at, row, column, why, e);
}

static int
on_table(void *arg, const struct import_place *at, bool found, const char *why, struct err *e)
{
	struct import *m = arg;
	struct buf used = BUF(1 << 16), unused = BUF(1 << 16);

	(void)e;
	fprintf(stderr, "%s%s%.*s: ", m->file, at->part.n ? ": " : "", STR_ARG(at->part));
	if (found) {
		m->tables++;
		importer_columns(m->im, &used, &unused);
		fprintf(stderr, "%s%s%s\n", used.p, unused.n ? "; not used: " : "", unused.p);
	} else {
		m->headless++;
		fprintf(stderr, "%s\n", why);
	}
	buf_release(&used);
	buf_release(&unused);
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

static void
time_add(struct buf *b, const char *key, int64_t at)
{
	buf_addf(b, ",\"%s\":", key);
	if (!at) {
		buf_add(b, STR("null"));
		return;
	}
	buf_add_byte(b, '"');
	clock_add_iso(b, at);
	buf_add_byte(b, '"');
}

/* Of days nobody counts the hours. */
static void
span_add(struct buf *b, int64_t s)
{
	clock_add_span(b, s < 2 * 86400 ? s - s % (s < 3600 ? 60 : 3600) : s - s % 86400);
}

/* How it went: for a program on stdout, for a person on stderr. */
static void
file_told(struct import *m)
{
	struct import_sum sum = importer_sum(m->im);
	struct buf b = BUF(1 << 16), age = BUF(64), day = BUF(64);

	buf_add(&b, STR("{\"file\":"));
	json_add_text(&b, str_of(m->file));
	buf_addf(&b, ",\"taken\":%lld,\"seen\":%lld,\"refused\":%lld", (long long)m->taken,
		 (long long)m->seen, (long long)m->refused);
	time_add(&b, "oldest", sum.oldest_at);
	time_add(&b, "newest", sum.newest_at);
	buf_addf(&b, ",\"age_s\":%lld,\"undated\":%lld",
		 sum.newest_at ? (long long)(m->now - sum.newest_at) : -1LL,
		 (long long)sum.undated);
	if (m->aside) {
		buf_add(&b, STR(",\"refused_file\":"));
		json_add_text(&b, buf_str(&m->aside_path));
	}
	buf_add_byte(&b, '}');
	puts(b.p);
	if (sum.newest_at) {
		clock_add_local(&day, m->preset->zone, sum.newest_at);
		span_add(&age, m->now > sum.newest_at ? m->now - sum.newest_at : 0);
		fprintf(stderr, "%s: the newest item is of %s, %s ago\n", m->file, day.p,
			age.p);
	}
	if (sum.followers_unread)
		fprintf(stderr,
			"%s: followers of %lld rows could not be read (first: line %lld): "
			"unknown\n",
			m->file, (long long)sum.followers_unread,
			(long long)sum.followers_unread_line);
	if (sum.cells_unread)
		fprintf(stderr,
			"%s: rating, country or engagement of %lld rows could not be read "
			"(first: line %lld): unknown\n",
			m->file, (long long)sum.cells_unread, (long long)sum.cells_unread_line);
	buf_release(&b);
	buf_release(&age);
	buf_release(&day);
}

static int
file_import(struct import *m, const char *path, struct err *e)
{
	struct import_sink sink = { m, on_taken, on_refused, on_table };
	struct buf bytes = BUF(FILE_BYTES);
	int rc;

	m->file = path;
	m->taken = m->seen = m->refused = m->tables = m->headless = 0;
	m->aside_path = BUF(1 << 14);
	m->im = importer_new(m->preset, m->mode, m->now);
	progress_begin(&m->progress, "rows");
	rc = file_read(path, &bytes, e);
	m->bytes = ID_OF(buf_str(&bytes));
	if (rc == 0)
		rc = import_read(m->im, buf_str(&bytes), &sink, e);
	if (rc == 0)
		rc = chunk_send(m, e);
	progress_end(&m->progress);
	if (m->aside && fclose(m->aside) != 0 && rc == 0)
		rc = err_set(e, ERR_RETRY, "could not write \"%s\": %s", m->aside_path.p,
			     strerror(errno));
	if (rc == 0)
		file_told(m);
	m->aside = NULL;
	importer_free(m->im);
	buf_release(&bytes);
	buf_release(&m->aside_path);
	if (rc < 0)
		return -1;
	return m->refused || m->headless || !m->tables ? 1 : 0;
}

/* ---- the command ------------------------------------------------------------------------------- */

static int
options(struct import *m, int argc, char **argv, const char **path, struct err *e)
{
	int i = 1;

	*path = "langyan.yaml";
	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		bool more = i + 1 < argc;

		if (!strcmp(argv[i], "--"))
			return i + 1;
		if (!strcmp(argv[i], "--history"))
			m->mode = IMPORT_HISTORY;
		else if (!strcmp(argv[i], "--dry-run"))
			m->dry = true;
		else if (!strcmp(argv[i], "--presets"))
			m->map = "";
		else if (more && !strcmp(argv[i], "--map"))
			m->map = argv[++i];
		else if (more && !strcmp(argv[i], "--source"))
			m->source = argv[++i];
		else if (more && !strcmp(argv[i], "-c"))
			*path = argv[++i];
		else
			return err_set(e, ERR_USAGE, "unknown option \"%s\", or it wants more",
				       argv[i]);
	}
	return i;
}

/* Options may also stand behind the files: they are moved to the front. */
static void
options_first(int argc, char **argv)
{
	static const char *const with[] = { "--map", "--source", "-c" };
	int to = 1;

	for (int i = 1; i < argc; i++) {
		int n = argv[i][0] == '-' && argv[i][1] ? 1 : 0;

		if (n && !strcmp(argv[i], "--"))
			return;
		for (size_t k = 0; n == 1 && k < LY_COUNT(with); k++)
			if (!strcmp(argv[i], with[k]) && i + 1 < argc)
				n = 2;
		for (int k = 0; k < n; k++) {
			char *x = argv[i + k];

			memmove(&argv[to + 1], &argv[to], (size_t)(i + k - to) * sizeof *argv);
			argv[to++] = x;
		}
		i += n ? n - 1 : 0;
	}
}

static int
presets_show(const char *dir, struct err *e)
{
	struct buf b = BUF(1 << 16);
	int rc = preset_list(dir, &b, e);

	fputs(b.p, stdout);
	buf_release(&b);
	return rc;
}

/* One letter too many, too few, another, or two that changed places. */
static bool
is_slip(struct str a, struct str b)
{
	size_t from = 0;

	while (from < a.n && from < b.n && a.p[from] == b.p[from])
		from++;
	while (a.n > from && b.n > from && a.p[a.n - 1] == b.p[b.n - 1])
		a.n--, b.n--;
	return (a.n - from <= 1 && b.n - from <= 1) ||
	       (a.n - from == 2 && b.n - from == 2 && a.p[from] == b.p[from + 1] &&
		a.p[from + 1] == b.p[from]);
}

/* A name that nobody configured is the preset's to describe; but one that is nearly another is a
 * slip, and its rows would be counted apart for ever. */
static int
source_check(const struct import *m, struct err *e)
{
	const struct conf_list *all = &m->s->sources;
	const struct source_conf *v = all->v;

	if (!m->source || source_find(all, str_of(m->source)))
		return 0;
	for (size_t i = 0; i < all->n; i++)
		if (is_slip(str_of(m->source), v[i].name))
			return err_set(e, ERR_USAGE, "no source \"%s\": did you mean \"%.*s\"?",
				       m->source, STR_ARG(v[i].name));
	fprintf(stderr, "source \"%s\" is not configured: it is as the preset says\n",
		m->source);
	return 0;
}

static int
import_all(struct import *m, int argc, char **argv, int i, struct err *e)
{
	struct clock clock;
	int rc = 0, worst = 0;

	settings_clock(m->s, &clock);
	m->now = clock_now(&clock);
	m->chunk = BUF(16 << 20);
	m->parts = BUF(16 << 20);
	for (; rc >= 0 && i < argc; i++) {
		rc = file_import(m, argv[i], e);
		worst = rc > worst ? rc : worst;
	}
	buf_release(&m->chunk);
	buf_release(&m->parts);
	return rc < 0 ? -1 : worst;
}

static int
import(int argc, char **argv, struct err *e)
{
	struct import *m = calloc(1, sizeof *m);
	struct buf dir = BUF(1 << 14), report = BUF(1 << 20);
	struct settings *s = NULL;
	const char *path;
	int i, rc = -1;

	if (!m)
		abort();
	options_first(argc, argv);
	i = options(m, argc, argv, &path, e);
	if (!shipped_find("presets", &dir))
		buf_add(&dir, STR("presets"));
	if (i >= 0 && m->map && !*m->map)
		rc = presets_show(dir.p, e);
	else if (i >= 0 && !m->map)
		err_set(e, ERR_USAGE, "which preset? --map NAME (--presets lists them)");
	else if (i == argc)
		err_set(e, ERR_USAGE, "which file? (\"-\" is standard input)");
	else if (i >= 0)
		m->preset = preset_read(m->map, dir.p, &report, e);
	if (report.n)
		fputs(report.p, stderr);
	if (m->preset)
		s = settings_read(path, NULL, e);
	m->s = s;
	if (s && source_check(m, e) == 0 && settings_make_dirs(s, e) == 0)
		rc = import_all(m, argc, argv, i, e);
	settings_free(s);
	preset_free(m->preset);
	buf_release(&dir);
	buf_release(&report);
	free(m);
	return rc;
}

const struct subcommand cmd_import = {
	"import",
	"--map PRESET [--history] [--source NAME] [--dry-run] [-c FILE] FILE… | --presets",
	"exports in: CSV, JSON Lines, xlsx, zip of these\n"
	"PRESET says which column is what: a name that --presets lists, or a file of your "
	"own.\n"
	"Tells how fresh the export is, what was taken, seen before and refused; refused rows "
	"are\n"
	"kept in <data>/refused/ with line, column and reason. The same file again repeats "
	"nothing.\n"
	"--history  fills the past: counted when it was said, raises nothing, tells nobody; "
	"then\n"
	"           what is usual is known at once\n"
	"--source   which source it is counted to, instead of the preset's\n"
	"--dry-run  read and tell, take nothing in",
	"  langyan import --map shop-reviews 评价导出.xlsx\n"
	"  langyan import --map en --history --source helpdesk tickets-2025.csv",
	import,
};
