/* fuzz: core/csv.c */
#include "core/base.h"

#include "core/charset.h"
#include "core/csv.h"
#include "core/str.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The same rows whether the file lies whole or grows by a byte; all cells are UTF-8. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct buf text = BUF(1 << 20);
	struct charset_found found;
	struct table_row row;
	struct csv c, grows;
	struct err e = { 0 };

	if (charset_decode((struct str){ (const char *)p, n }, STR(""), &text, &found, &e) ==
	    0) {
		csv_begin(&c, buf_str(&text));
		grows = c;
		grows.growing = true;
		for (size_t before = c.at; csv_next(&c, a, &row); before = c.at) {
			struct table_row same;

			if (c.at <= before || !row.n || row.n > TABLE_CELLS_MAX)
				abort();
			for (size_t i = 0; i < row.n; i++)
				if (!utf8_valid(row.cells[i]))
					abort();
			if (csv_next(&grows, a, &same) &&
			    (same.n != row.n || same.line != row.line || grows.at != c.at))
				abort();
		}
		if (c.at < text.n)
			abort();
	}
	buf_release(&text);
	arena_free(a);
	return 0;
}
