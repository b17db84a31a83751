/* fuzz: crawler/xlsx.c crawler/xlsx_sheet.c core/unzip.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/xlsx.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int
row_check(void *arg, const struct table_row *row, struct err *e)
{
	(void)arg, (void)e;
	if (!row->n || row->n > TABLE_CELLS_MAX)
		abort();
	for (size_t i = 0; i < row->n; i++)
		if (row->cells[i].n > TABLE_CELL_MAX || !utf8_valid(row->cells[i]))
			abort();
	return 0;
}

/* A zip is a workbook, or told; anything else is the XML of a sheet. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct str strings[] = { STR_INIT("a"), STR_INIT("中") };
	static const bool dates[] = { false, true, true };
	static const struct xlsx_style style = { strings, 2, dates, 3, true };
	struct str bytes = { (const char *)p, n };
	struct arena *a = arena_new();
	struct err e = { 0 };

	if (unzip_is(bytes)) {
		struct unzip *z = unzip_open(bytes, &e);
		struct xlsx *x = z && xlsx_is(z) ? xlsx_open(z, a, &e) : NULL;

		for (size_t i = 0; x && i < xlsx_sheets(x); i++)
			if (xlsx_read(x, i, row_check, NULL, &e) < 0 && e.kind != ERR_REJECT)
				abort();
		unzip_close(z);
	} else if (xlsx_sheet_rows(bytes, &style, row_check, NULL, &e) < 0) {
		abort();
	}
	arena_free(a);
	return 0;
}
