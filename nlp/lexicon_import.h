/*
 * lexicon_import.h - other people's word lists -> one of ours. Pure: text in, text out.
 *
 * A user's own copy of VADER, AFINN, pattern's XML, NTUSD, HowNet, DUTIR, BosonNLP, Hu & Liu or SO-CAL.
 * Values come to our -4..4; lists that only have two sides get 2. What cannot be taken is set aside with
 * its place and a reason, never silently. Text is valid UTF-8 (core/charset.h); rows of a workbook are
 * handed in one by one.
 */
#ifndef LY_NLP_LEXICON_IMPORT_H
#define LY_NLP_LEXICON_IMPORT_H

#include "core/buf.h"
#include "core/err.h"

enum lexicon_format {
	FORMAT_AUTO,
	FORMAT_VADER,
	FORMAT_AFINN,
	FORMAT_PATTERN,
	FORMAT_NTUSD,
	FORMAT_HOWNET,
	FORMAT_DUTIR,
	FORMAT_BOSON,
	FORMAT_HULIU,
	FORMAT_SOCAL,
};
extern const char *const lexicon_format_words[]; /* "auto", "vader", …; NULL-ended */

struct lexicon_import;
/* format: FORMAT_AUTO looks. sign: -1 or 1 for lists that only name words, 0: the list says. */
struct lexicon_import *lexicon_import_new(enum lexicon_format format, int sign);
void lexicon_import_free(struct lexicon_import *k); /* accepts NULL */
/* A whole text; once. ERR_USAGE when the format cannot be told, or the sign is missing. */
int lexicon_import_text(struct lexicon_import *k, struct str text, struct err *e) LY_MUST_USE;
/* One row of a table (DUTIR), cells borrowed for the call. */
void lexicon_import_row(struct lexicon_import *k, int64_t line, const struct str *cells,
			size_t n);

/* What it was taken for, once it is read. */
enum lexicon_format lexicon_import_format(const struct lexicon_import *k);
struct lexicon_import_sum {
	enum lexicon_format format;
	size_t read, kept, doubled, averaged, aside; /* aside: everything that was not taken */
};
/* Once: ends the reading and writes the list into out: head with source, a term a line in order. told
 * gets the notes, "LINE:COLUMN: reason" (of a table the column is the cell), in order of lines, at most 1,000. */
void lexicon_import_write(struct lexicon_import *k, struct str name, struct str file,
			  struct buf *out, struct buf *told, struct lexicon_import_sum *sum);

#endif
