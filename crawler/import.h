/*
 * import.h - rows of an export -> documents as `langyan push` takes them.
 *
 * The first row that names a column of the preset's text (or title) is the header; titles, blank
 * rows and group names above it, and a second line of merged headers below it, are understood.
 * A row that cannot be used is refused with line, column and reason and nothing of it is lost:
 * the caller keeps it aside. Pure.
 */
#ifndef LY_CRAWLER_IMPORT_H
#define LY_CRAWLER_IMPORT_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/table.h"

#include "crawler/preset.h"

enum import_mode {
	IMPORT_LIVE,   /* what it says counts as heard today                            */
	IMPORT_HISTORY /* it fills the past: a row without its time cannot be counted  */
};
enum import_said {
	IMPORT_SKIPPED, /* blank, above the header, or the header (again) */
	IMPORT_TAKEN,
	IMPORT_REFUSED
};
struct importer;
/* preset outlives it. now: for times like 昨天. */
struct importer *importer_new(const struct preset *preset, enum import_mode mode, int64_t now);
void importer_free(struct importer *im);
/* Another table begins: its header is looked for. */
void importer_table(struct importer *im);
/* A row that only its words name is told from others of the same words by how many of them came
 * before it in the table. Who sees a table in parts counts himself: *before, and one more the
 * next time. -1: an error of his own, and the row is REFUSED with it. */
typedef int importer_count_fn(void *arg, const struct id *row, int64_t *before, struct err *e);
void importer_count_by(struct importer *im, importer_count_fn *count, void *arg);
/* One row. TAKEN: a JSON object without a line feed was added to json. REFUSED: *column (from 1;
 * 0 = of the whole row) and e->text say why. */
enum import_said importer_row(struct importer *im, const struct table_row *row,
			      struct buf *json, size_t *column, struct err *e);
/* The same for a row that brings its own header, as a JSON object does. */
enum import_said importer_named(struct importer *im, const struct str *names,
				const struct table_row *row, struct buf *json, size_t *column,
				struct err *e);
/* Is one of these names what was said? */
bool importer_knows(const struct importer *im, const struct str *names, size_t n);
/* Was a header found in the present table? */
bool importer_began(const struct importer *im);
/* Columns of the present header; names the preset does not use are added to unused, by comma. */
void importer_columns(const struct importer *im, struct buf *used, struct buf *unused);
struct import_sum {
	int64_t newest_at, oldest_at;  /* of what was taken; 0 = none had a time             */
	int64_t undated;               /* taken without a time                               */
	int64_t followers_unread;      /* taken though the number could not be read: unknown */
	int64_t followers_unread_line; /* the first of them                                  */
	int64_t cells_unread;          /* ratings, countries, engagement: the same           */
	int64_t cells_unread_line;
};
struct import_sum importer_sum(const struct importer *im);

#endif
