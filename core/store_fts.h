/*
 * store_fts.h - words of texts, by which they are found again: one FTS5 index in a store.
 *
 * The one place that knows FTS5: SQL elsewhere keeps to the subset of docs/store.md. SQLite's
 * tokenizers find no Chinese word of two characters (trigram wants three, unicode61 takes a
 * sentence for one word), so we cut the text ourselves: scripts that write no blanks (Han, kana)
 * into overlapping pairs, 召回薯片 -> 召回 回薯 薯片 片; the last character stands alone, so that
 * a single one is found, too, as what a pair begins with. All else is left to unicode61, which
 * folds case and accents. Full-width letters and digits become plain ones.
 *
 * A text is known by a number of the caller's. The index holds its words, so what is erased there
 * must be dropped here, and fts_forget() takes it out of what SQLite keeps of dropped rows.
 */
#ifndef LY_CORE_STORE_FTS_H
#define LY_CORE_STORE_FTS_H

#include "core/store.h"

extern const char fts_schema[]; /* a migration's SQL: makes the empty index */

/* In the place of what stood under that number. Titles count four times. */
int fts_put(struct store *s, int64_t n, struct str title, struct str body,
	    struct err *e) LY_MUST_USE;
int fts_drop(struct store *s, int64_t n, struct err *e) LY_MUST_USE;
/* Also what was dropped before; rewrites the index, so not after every drop. */
int fts_forget(struct store *s, struct err *e) LY_MUST_USE;

enum fts_mode {
	FTS_ALL, /* every word of the query */
	FTS_ANY
};
struct fts_ask {
	struct str query; /* a person's words: nothing in it is syntax */
	enum fts_mode mode;
	int64_t limit;
};
/* Best first. each returns 0 to go on. 0 also when the query has no word. */
int fts_find(struct store *s, const struct fts_ask *q, int (*each)(void *arg, int64_t n),
	     void *arg, struct err *e) LY_MUST_USE;

/* The words of a text as they are put into the index, a blank between them. Pure. */
void fts_words(struct str text, struct buf *out);
/* Each word of a text as fts_words() cuts it. Pure. */
void fts_each_word(struct str text, void (*each)(void *arg, struct str word), void *arg);

#endif
