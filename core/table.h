/*
 * table.h - one row of cells, however it was written: CSV, a sheet, a JSON object.
 */
#ifndef LY_CORE_TABLE_H
#define LY_CORE_TABLE_H

#include "core/err.h"

#define TABLE_CELLS_MAX 1024                /* in a row                        */
#define TABLE_CELL_MAX  ((size_t)1 << 20)   /* bytes of a cell                 */
#define TABLE_ROWS_MAX  ((int64_t)20000000) /* of a file                       */

struct table_row {
	int64_t line; /* where it begins in its file, from 1; of a sheet: the row's number */
	const struct str *cells; /* valid UTF-8 */
	size_t n;
	const char *why; /* NULL, or what is wrong with how it is written ... */
	size_t column;   /* ... and in which column, from 1                   */
};
/* Row and cells are borrowed for the call. -1 and *e end the reading. */
typedef int table_row_fn(void *arg, const struct table_row *row, struct err *e);

#endif
