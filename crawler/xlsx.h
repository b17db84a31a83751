/*
 * xlsx.h - the sheets of an Excel workbook, row by row.
 *
 * Shared and inline strings, numbers as they are meant, dates by their format (1900 and 1904),
 * booleans; formulas give their last value. Hidden sheets are left out. Macros, links and drawings
 * are never looked at. Ceilings: 64 MiB of strings, 128 MiB a sheet, 64 sheets, 1,024 columns.
 */
#ifndef LY_CRAWLER_XLSX_H
#define LY_CRAWLER_XLSX_H

#include "core/arena.h"
#include "core/table.h"
#include "core/unzip.h"

struct xlsx;
/* z and a outlive it. NULL and ERR_REJECT when it is no workbook. */
struct xlsx *xlsx_open(struct unzip *z, struct arena *a, struct err *e) LY_MUST_USE;
bool xlsx_is(struct unzip *z);
size_t xlsx_sheets(const struct xlsx *x);
struct str xlsx_sheet_name(const struct xlsx *x, size_t i);
/* All rows of sheet i. -1: what each() said, or ERR_REJECT. */
int xlsx_read(const struct xlsx *x, size_t i, table_row_fn *each, void *arg,
	      struct err *e) LY_MUST_USE;

/* The pure part, for tests: the rows of one sheet's XML. strings: the shared ones; is_date tells
 * by style number which cells are times; epoch_1904 as the workbook says. */
struct xlsx_style {
	const struct str *strings;
	size_t n_strings;
	const bool *is_date;
	size_t n_styles;
	bool epoch_1904;
};
int xlsx_sheet_rows(struct str xml, const struct xlsx_style *style, table_row_fn *each,
		    void *arg, struct err *e) LY_MUST_USE;
/* Append the serial day as "2026-03-05 14:03:00" (only the day when it has no time). False when
 * it is no time: nothing is appended. */
bool xlsx_add_time(struct buf *b, struct str serial, bool epoch_1904);

#endif
