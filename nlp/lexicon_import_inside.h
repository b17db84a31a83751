/* lexicon_import_inside.h - between the halves: entries (lexicon_import.c), formats (…_read.c). */
#ifndef LY_NLP_LEXICON_IMPORT_INSIDE_H
#define LY_NLP_LEXICON_IMPORT_INSIDE_H

#include "core/arena.h"

#include "nlp/lexicon_import.h"

struct import_entry {
	struct str term, folded;
	int64_t value; /* 1/1000 of ours */
	int64_t line;
	size_t order;
};
struct import_note {
	int64_t line;
	size_t column;
	const char *text;
};
struct lexicon_import {
	enum lexicon_format format;
	int sign;
	bool degree;  /* multipliers, not opinion words     */
	int64_t step; /* HowNet: multiplier of this section */
	bool skip;    /* HowNet: nothing below is opinion   */
	struct arena *a;
	struct import_entry *v;
	size_t n, cap;
	struct import_note *notes;
	size_t n_notes, cap_notes, aside, read;
	size_t column; /* of the next note in its line, from 1; 0: at its beginning */
};
/* A term with its value. value_milli in our scale. Blanks around it and "_" between letters go. */
void import_add(struct lexicon_import *k, int64_t line, struct str term, int64_t value_milli);
/* The next note is about the part of the line that begins at this byte. */
void import_at(struct lexicon_import *k, struct str line, const char *part);
/* Not taken, and why. */
void import_aside(struct lexicon_import *k, int64_t line, const char *fmt, ...) LY_PRINTF(3, 4);

#endif
