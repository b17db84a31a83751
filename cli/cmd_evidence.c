/* cmd_evidence.c - what was kept of a mention, a document or an incident, checked now. */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/control.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/evidence_check.h"
#include "crawler/evidence_warc.h"
#include "crawler/spool_store.h"
#include "responder/incident_store.h"
#include "responder/keep.h"
#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/settings.h"

#define OF_INCIDENT 500
#define WORDS_MAX   4000 /* bytes of a text that are shown  */
#define CHANGES_MAX 40   /* lines of a change that are shown */
#define LINE_MAX    300

struct showing {
	struct settings *settings;
	struct store *spool, *record; /* record NULL: there is none here */
	struct zone *zone;
	const char *dir;
	FILE *warc; /* --warc */
	struct evidence_sum sum;
	struct buf piece; /* what one look left */
};

static void
wrong_print(void *arg, const struct evidence_row *row, const char *what)
{
	(void)arg;
	(void)row;
	printf("  MISMATCH %s\n", what);
}

static void
at_print(const struct showing *w, int64_t at)
{
	struct buf b = BUF(40);

	clock_add_local(&b, w->zone, at);
	fputs(b.p, stdout);
	buf_release(&b);
}

static void
text_print(struct str text)
{
	struct str cut = utf8_cut(text, WORDS_MAX), line;

	while (str_next(&cut, '\n', &line))
		printf("      %.*s\n", STR_ARG(line));
	if (text.n > WORDS_MAX)
		printf("      … (%zu bytes in all)\n", text.n);
}

static bool
has_line(struct str text, struct str wanted)
{
	struct str line;

	while (str_next(&text, '\n', &line))
		if (str_eq(str_trim(line), wanted))
			return true;
	return false;
}

/* Lines of one text that the other has not. */
static void
lines_print(struct str of, struct str other, char sign)
{
	struct str line;
	int n = 0;

	while (str_next(&of, '\n', &line)) {
		line = str_trim(line);
		if (!line.n || has_line(other, line))
			continue;
		if (n++ == CHANGES_MAX) {
			printf("      %c …\n", sign);
			return;
		}
		printf("      %c %.*s\n", sign, STR_ARG(utf8_cut(line, LINE_MAX)));
	}
}

static void
sha_print(const char *before, struct str sha)
{
	struct buf b = BUF(80);

	hash_add_hex(&b, (const uint8_t *)sha.p, sha.n < 8 ? sha.n : 8);
	printf("%s%s…", before, b.p);
	buf_release(&b);
}

static void
sight_print(const struct showing *w, const struct sight_row *s, const struct sight_row *before)
{
	fputs("  ", stdout);
	at_print(w, s->at);
	printf("  %-11s", sight_words[s->outcome]);
	if (s->status)
		printf("  %lld", (long long)s->status);
	if (s->text_sha.n && before && before->text_sha.n && s->outcome == SIGHT_CHANGED) {
		sha_print("  words ", before->text_sha);
		sha_print(" -> ", s->text_sha);
	} else if (s->text_sha.n) {
		sha_print("  words ", s->text_sha);
	}
	if (s->why.n)
		printf("  (%.*s)", STR_ARG(s->why));
	putchar('\n');
}

/* The words at first sight, and every later change of them. */
static void
words_print(struct showing *w, const struct evidence_row *row, const struct sight_row *v,
	    size_t n)
{
	struct arena *a = arena_new();
	struct str before = STR("");

	for (size_t i = 0; i < n; i++) {
		struct str words;
		struct err e = { 0 };

		if (v[i].outcome != SIGHT_TAKEN && v[i].outcome != SIGHT_FIRST &&
		    v[i].outcome != SIGHT_CHANGED)
			continue;
		if (evidence_sight_read(w->spool, w->dir, &v[i], &w->piece, &e) < 0)
			continue; /* told as a mismatch */
		words = evidence_words(a, buf_str(&w->piece), row, &v[i]);
		printf("    %s ", v[i].outcome == SIGHT_TAKEN   ? "as it was taken in,"
				  : v[i].outcome == SIGHT_FIRST ? "the page at first sight,"
								: "what had changed by");
		at_print(w, v[i].at);
		putchar('\n');
		if (!words.n)
			printf("      (no words that we can read)\n");
		else if (v[i].outcome != SIGHT_CHANGED)
			text_print(words);
		else {
			lines_print(before, words, '-');
			lines_print(words, before, '+');
		}
		if (v[i].outcome != SIGHT_TAKEN)
			before = words;
	}
	arena_free(a);
}

static void
why_print(int64_t why)
{
	static const struct {
		int64_t bit;
		const char *words;
	} all[] = { { KEEP_TOPIC, "a topic of severity 2 or 3" },
		    { KEEP_TIER, "an author of 100,000 followers or more" },
		    { KEEP_INCIDENT, "an incident" } };
	const char *between = "  kept for ";

	for (size_t i = 0; i < LY_COUNT(all); i++)
		if (why & all[i].bit) {
			printf("%s%s", between, all[i].words);
			between = ", ";
		}
	putchar('\n');
}

/* The records of every look, as they came. */
static int
warc_copy(struct showing *w, const struct sight_row *v, size_t n, struct err *e)
{
	for (size_t i = 0; w->warc && i < n; i++) {
		struct err why = { 0 };

		if (evidence_sight_read(w->spool, w->dir, &v[i], &w->piece, &why) < 0)
			continue; /* told as a mismatch */
		if (fwrite(w->piece.p, 1, w->piece.n, w->warc) != w->piece.n)
			return err_set(e, ERR_RETRY, "could not write the WARC file");
	}
	return 0;
}

/* Which files they stand in. */
static void
files_print(const struct showing *w, const struct sight_row *v, size_t n)
{
	struct evidence_file f = { .id = 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (i && v[i].file == v[i - 1].file)
			continue;
		if (evidence_file_read(w->spool, v[i].file, &f, &e) == 1)
			printf("  %s/evidence/%s from byte %lld\n", w->dir, f.name,
			       (long long)v[i].from);
	}
}

/* 1 shown, 0 nothing is kept, -1. */
static int
document_show(struct showing *w, const struct id *document, struct err *e)
{
	const struct evidence_told told = { wrong_print, w };
	struct arena *a = arena_new();
	struct evidence_row row;
	struct sight_row *v;
	struct buf hex = BUF(40);
	size_t n;
	int64_t wrong = w->sum.wrong;
	int r = evidence_read(w->spool, document, a, &row, e);

	if (r == 1 && sights_read(w->spool, document, a, &v, &n, e) < 0)
		r = -1;
	if (r == 1) {
		id_add_hex(&hex, document);
		printf("document %s  %.*s  %.*s\n", hex.p, STR_ARG(row.source),
		       STR_ARG(row.url));
		why_print(row.why);
		files_print(w, v, n);
		if (evidence_check(w->spool, w->dir, &row, &told, &w->piece, &w->sum, e) < 0 ||
		    warc_copy(w, v, n, e) < 0)
			r = -1;
		for (size_t i = 0; i < n; i++)
			sight_print(w, &v[i], i ? &v[i - 1] : NULL);
		if (row.next_at != EVIDENCE_NEVER && row.url.n) {
			printf("  next look ");
			at_print(w, row.next_at);
			putchar('\n');
		}
		printf("  digests: %s\n", w->sum.wrong == wrong ? "right" : "WRONG");
		words_print(w, &row, v, n);
	}
	buf_release(&hex);
	arena_free(a);
	return r;
}

/* ---- what the id names -------------------------------------------------------------------------- */

static int
incident_show(struct showing *w, const char *number, struct err *e)
{
	struct arena *a = arena_new();
	struct kept *v = arena_alloc(a, OF_INCIDENT * sizeof *v);
	struct incident x = { .number = STR("") };
	int found = 0, n = 0, shown = 0;

	if (w->record)
		found = incident_read(w->record, str_of(number), a, &x, e);
	if (found == 1)
		n = keep_of_incident(w->record, &x.id, v, OF_INCIDENT, e);
	for (int i = 0; i < n && found >= 0; i++) {
		found = document_show(w, &v[i].document, e);
		shown += found > 0;
	}
	if (found >= 0 && n >= 0 && x.number.n)
		printf("%s: evidence of %d of the %d documents that its triggers counted\n",
		       number, shown, n);
	arena_free(a);
	if (found < 0 || n < 0)
		return -1;
	return n ? 1 : 0;
}

static int
id_show(struct showing *w, const char *word, struct err *e)
{
	struct kept k;
	struct id id;
	int r;

	if (id_from_hex(str_of(word), &id) < 0)
		return incident_show(w, word, e);
	r = document_show(w, &id, e);
	if (r || !w->record)
		return r;
	r = keep_of_mention(w->record, &id, &k, e);
	return r == 1 ? document_show(w, &k.document, e) : r;
}

static int
stores_open(struct showing *w, struct err *e)
{
	const char *record = settings_path(w->settings, "respond/langyan.db");
	const char *spool = settings_path(w->settings, "crawl/spool.db");

	w->dir = settings_path(w->settings, "crawl");
	w->zone = zone_open(w->settings->site.zone.p, e);
	if (!w->zone)
		return -1;
	if (access(spool, F_OK) < 0)
		return err_set(e, ERR_USAGE, "there is no spool at \"%s\" yet", spool);
	w->spool = store_open_reader(spool, &spool_migrations, e);
	if (w->spool && access(record, F_OK) == 0) {
		w->record = store_open_reader(record, &record_migrations, e);
		return w->record ? 0 : -1;
	}
	return w->spool ? 0 : -1;
}

/* A new file, headed as every WARC file is. */
static int
warc_begin(struct showing *w, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct buf head = BUF(65536);
	bool well;

	w->warc = fopen(path, "wbx");
	if (!w->warc)
		return err_set(e, ERR_USAGE, "could not make \"%s\" (it must not be there)",
			       path);
	evidence_add_info(&head, str_of(slash ? slash + 1 : path), clock_wall());
	well = fwrite(head.p, 1, head.n, w->warc) == head.n;
	buf_release(&head);
	return well ? 0 : err_set(e, ERR_RETRY, "could not write \"%s\"", path);
}

static int
show(struct showing *w, const char *word, const char *warc, struct err *e)
{
	int r = stores_open(w, e);

	if (r == 0 && warc)
		r = warc_begin(w, warc, e);
	if (r == 0)
		r = id_show(w, word, e);
	if (w->warc && fclose(w->warc) != 0 && r >= 0)
		r = err_set(e, ERR_RETRY, "could not write \"%s\"", warc);
	if (r == 0)
		printf("nothing is kept of \"%s\"\n", word);
	else if (r == 1 && w->sum.wrong)
		printf("%lld mismatches\n", (long long)w->sum.wrong);
	store_close(w->spool);
	store_close(w->record);
	zone_close(w->zone);
	buf_release(&w->piece);
	return r < 0 ? -1 : r == 0 || w->sum.wrong ? 1 : 0;
}

static int
evidence(int argc, char **argv, struct err *e)
{
	struct showing w = { .piece = BUF(EVIDENCE_LOOK_MAX) };
	const char *path, *warc = NULL, *word = NULL;
	int i = command_options(argc, argv, &path, e), rc;

	if (i < 0)
		return -1;
	for (; i < argc; i++) {
		if (!strcmp(argv[i], "--warc") && i + 1 < argc)
			warc = argv[++i];
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			path = argv[++i];
		else if (argv[i][0] == '-' || word)
			return err_set(e, ERR_USAGE, "not understood: \"%s\"", argv[i]);
		else
			word = argv[i];
	}
	if (!word)
		return err_set(e, ERR_USAGE,
			       "which one? an incident's number, or the id of a mention or "
			       "document");
	w.settings = settings_read(path, NULL, e);
	if (!w.settings)
		return -1;
	rc = show(&w, word, warc, e);
	settings_free(w.settings);
	return rc;
}

const struct subcommand cmd_evidence = {
	"evidence", "[-c FILE] ID [--warc FILE]",
	"what was kept of a mention, a document or an incident, digests checked now\n"
	"Where and when it was seen, its words at first sight and every later change; personal "
	"data\n"
	"is masked. --warc copies the records as they came, unmasked, into a new .warc.gz "
	"file. "
	"Exit 1\n"
	"when a digest is wrong, or nothing is kept.",
	"  langyan evidence INC-2026-0042\n"
	"  langyan evidence 3f0c…  --warc case.warc.gz     the id as `langyan incident show` "
	"prints it",
	evidence
};
