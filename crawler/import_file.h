/*
 * import_file.h - the bytes of an export, whatever it is -> its rows through an importer.
 *
 * CSV in any charset, JSON Lines, one JSON text that holds a list of objects, an Excel workbook, a
 * zip of these. What a file is, its first bytes say, not its name.
 */
#ifndef LY_CRAWLER_IMPORT_FILE_H
#define LY_CRAWLER_IMPORT_FILE_H

#include "crawler/import.h"

/* Where a row stands. */
struct import_place {
	struct str part; /* member of a zip and sheet of a workbook, "" in a plain file */
	int64_t line;
};
struct import_sink {
	void *arg;
	/* One document as JSON. -1 and *e end the reading. */
	int (*taken)(void *arg, const struct import_place *at, struct str json, struct err *e);
	/* A row that was refused, with its cells as they stand. */
	int (*refused)(void *arg, const struct import_place *at, const struct table_row *row,
		       size_t column, const char *why, struct err *e);
	/* A table is over: its columns (used, unused as importer_columns says), or, when no header
	 * was found, none. A whole part that cannot be read comes here too, with why. */
	int (*table)(void *arg, const struct import_place *at, bool found, const char *why,
		     struct err *e);
};
/* -1: what the sink said, or ERR_REJECT: the file as a whole cannot be read. */
int import_read(struct importer *im, struct str bytes, const struct import_sink *sink,
		struct err *e) LY_MUST_USE;

/* One JSON object of a line. As importer_row. */
enum import_said importer_json(struct importer *im, struct arena *a, struct str line,
			       struct buf *json, struct err *e);

#endif
