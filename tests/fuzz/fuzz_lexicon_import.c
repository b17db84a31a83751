/* fuzz: nlp/lexicon_import.c nlp/lexicon_import_read.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/lexicon.h"
#include "nlp/lexicon_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first byte says format and sign. Whatever is kept makes a list that loads. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf text = BUF(1 << 22), out = BUF(1 << 22), told = BUF(1 << 22);
	struct str name = STR("x.tsv"), made;
	struct lexicon_import_sum sum;
	struct lexicon_import *k;
	struct err e = { 0 };

	if (!n)
		return 0;
	utf8_add_clean(&text, (struct str){ (const char *)p + 1, n - 1 });
	k = lexicon_import_new((enum lexicon_format)((*p & 15) % 10), (*p >> 4) % 3 - 1);
	if (lexicon_import_text(k, buf_str(&text), &e) == 0) {
		lexicon_import_write(k, STR("x"), STR("x.txt"), &out, &told, &sum);
		made = buf_str(&out);
		if (sum.kept > sum.read || sum.aside + sum.kept > sum.read + n)
			abort();
		if (sum.kept && buf_ok(&out)) {
			struct buf report = BUF(1 << 20);
			struct lexicon *l = lexicon_parse(&name, &made, 1, &report, &e);

			if (!l || l->n_entries != sum.kept)
				abort();
			lexicon_free(l);
			buf_release(&report);
		}
	} else if (e.kind != ERR_USAGE) {
		abort();
	}
	lexicon_import_free(k);
	buf_release(&text);
	buf_release(&out);
	buf_release(&told);
	return 0;
}
