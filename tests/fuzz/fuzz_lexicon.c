/* fuzz: nlp/lexicon.c nlp/lexicon_[lt]*.c nlp/image.c nlp/image_learned.c nlp/image_trie.c */
#include "core/base.h"

#include "core/str.h"
#include "nlp/image.h"
#include "nlp/image_learned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A folder of two files, parted by a form feed. What loads can be built, and every entry is in
 * the image that image_open() accepts. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str names[] = { STR("a.tsv"), STR("b.tsv") }, texts[2];
	struct str rest = { (const char *)p, n };
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l;
	struct image *m, *o;

	texts[0] = texts[1] = (struct str){ "", 0 };
	if (!str_next(&rest, '\f', &texts[0]))
		return 0;
	texts[1] = rest;
	l = lexicon_parse(names, texts, 2, &report, &e);
	if (!l && !report.n)
		abort();
	m = l ? image_build(l, NULL, 0, &e) : NULL;
	o = m ? image_open(m->bytes, &e) : NULL;
	if (m && !o)
		abort();
	for (size_t i = 0; o && i < l->n_entries; i++) {
		int64_t term = image_find(o, l->entries[i].term);

		if (term < 0 || !image_find_sense(o, (uint32_t)term, l->entries[i].kind))
			abort();
	}
	for (int k = 0; o && k < MODEL_LANGS; k++)
		for (size_t i = 0; l->models[k] && i < l->models[k]->n; i++) {
			struct image_grams all = image_grams_of(o, k);
			const struct lex_gram *x = &l->models[k]->grams[i];
			const struct image_gram *g = image_gram_find(&all, x->hash);

			for (int s = 0; s < MODEL_SUMS; s++)
				if (!g || image_gram_weight(*g, s) != x->weight[s])
					abort();
		}
	image_free(o);
	image_free(m);
	lexicon_free(l);
	buf_release(&report);
	return 0;
}
