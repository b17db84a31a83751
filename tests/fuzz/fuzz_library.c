/* fuzz: core/store_fts.c responder/sop.c */
/* Any text can be put into the index and looked for; a page is valid text without control bytes; no name
 * leads out of the folder. */
#include "core/base.h"

#include "core/arena.h"
#include "core/str.h"
#include "core/store_fts.h"
#include "core/utf8.h"
#include "responder/sop.h"

static const struct migration steps[] = { { 1, "words", fts_schema }, { 0, NULL, NULL } };
static const struct migrations words = { "words", steps };

static int
found(void *arg, int64_t n)
{
	*(bool *)arg |= n == 1;
	return 0;
}

static void
word_check(void *arg, struct str word)
{
	(void)arg;
	if (!word.n || !utf8_valid(word))
		abort();
}

/* What was put in is found by itself, and not any more once it is dropped. */
static void
index_check(struct store *s, struct str text)
{
	struct fts_ask q = { text, FTS_ALL, 5 };
	struct err e = { 0 };
	bool is = false;

	fts_each_word(text, word_check, NULL);
	if (fts_put(s, 1, text, STR("召回 recall"), &e) < 0 ||
	    fts_find(s, &q, found, &is, &e) < 0)
		abort();
	q.mode = FTS_ANY;
	if (fts_find(s, &q, found, &is, &e) < 0 || fts_drop(s, 1, &e) < 0)
		abort();
	is = false;
	q = (struct fts_ask){ STR("召回"), FTS_ALL, 5 };
	if (fts_find(s, &q, found, &is, &e) < 0 || is)
		abort();
}

static void
page_check(struct str bytes, struct arena *a)
{
	struct sop_page p = sop_parse(STR("x.md"), bytes, a);

	if (!utf8_valid(p.text) || !utf8_valid(p.title))
		abort();
	for (size_t i = 0; i < p.text.n; i++)
		if ((unsigned char)p.text.p[i] < 0x20 && p.text.p[i] != '\n' &&
		    p.text.p[i] != '\t')
			abort();
}

/* A folder of the tree; what is read from it is one of its files. */
static void
name_check(struct str name, struct arena *a)
{
	struct sop_files files;
	struct sop_page p;
	struct err e = { 0 };

	if (sop_list(STR("docs"), a, &files, &e) < 0)
		return; /* not run from the tree's root */
	if (sop_read(STR("docs"), name, a, &p, &e) > 0) {
		size_t i = 0;

		while (i < files.n && !str_eq(files.v[i].name, name))
			i++;
		if (i == files.n)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct store *s;
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct str in = { (const char *)p + (n > 0), n - (n > 0) };
	struct buf clean = BUF(1 << 20);

	if (!s && !(s = store_open(":memory:", &words, &e)))
		abort();
	page_check((struct str){ (const char *)p, n }, a);
	utf8_add_clean(&clean, in);
	if (n && p[0] % 8 == 1)
		index_check(s, buf_str(&clean));
	else if (n && p[0] % 64 == 0)
		name_check(in, a);
	if (n && p[0] == 2 && fts_forget(s, &e) < 0)
		abort();
	buf_release(&clean);
	arena_free(a);
	return 0;
}
