/*
 * csv.h - comma separated values as RFC 4180 has them, and as programs really write them.
 *
 * Separators , ; or tab (found by looking, or told by Excel's "sep=;" line), line ends \n \r\n \r,
 * quoted cells with line ends in them, quotes inside unquoted cells as they stand. A quote that is
 * never closed spoils its own row only: the row is given with what is wrong with it, reading goes
 * on behind it.
 */
#ifndef LY_CORE_CSV_H
#define LY_CORE_CSV_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/table.h"

struct csv {
	struct str text; /* decoded: valid UTF-8 without a byte order mark */
	size_t at;       /* the next row begins here                       */
	int64_t line;    /* of at, from 1                                  */
	char separator;
	bool growing; /* more may follow: a last row without its line end is not given */
	int unclosed; /* quotes that were never closed so far */
};
/* From the beginning of text; the separator is found. */
void csv_begin(struct csv *c, struct str text);
/* , ; or tab: which of them cuts the first rows most evenly. */
char csv_separator(struct str text);
/* 1 and *row (cells live in a or point into the text), 0 at the end. Blank lines are rows of one
 * empty cell. */
int csv_next(struct csv *c, struct arena *a, struct table_row *row);
/* One cell for a spreadsheet, quoted: read back by csv_next it is the same text, but that one that
 * would be taken for a formula (=, +, -, @, their full-width twins, a tab or line end in front)
 * begins with an apostrophe. NUL is left out. */
void csv_add_cell(struct buf *b, struct str s);

#endif
