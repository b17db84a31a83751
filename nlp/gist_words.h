/*
 * gist_words.h - what gist.c knows of a word; private to it and gist_words.c.
 */
#ifndef LY_NLP_GIST_WORDS_H
#define LY_NLP_GIST_WORDS_H

#include "core/base.h"

enum gist_word_flag {
	WORD_STOP = 1 << 0,       /* says nothing: no part                              */
	WORD_WEAK = 1 << 1,       /* says little                                        */
	WORD_CITY = 1 << 2,       /* a place, whatever stands around it                 */
	WORD_NO_PLACE = 1 << 3,   /* never one                                          */
	WORD_GOOD = 1 << 4,       /* passed, approved; axis says of what                */
	WORD_BAD = 1 << 5,        /* the contrary                                       */
	WORD_AGAIN = 1 << 6,      /* another event of the kind                          */
	WORD_AFTER = 1 << 7,      /* stands after a place: 警方, station                 */
	WORD_AFTER_WEAK = 1 << 8, /* the same, when a preposition says so, too: store   */
	WORD_BEFORE = 1 << 9,     /* stands before a place: near                        */
	WORD_IN = 1 << 10,        /* the same, when nothing goes on behind it: in       */
	WORD_SAINT = 1 << 11,     /* begins a place's name: Port                        */
	WORD_LOT = 1 << 12,       /* what follows is a code: lot                        */
	WORD_DAY = 1 << 13,       /* of the week; axis is its number                    */
	WORD_STEP = 1 << 14,      /* its idea follows events of many kinds: recall      */
	WORD_NUMBERED = 1 << 15,  /* the number behind it is a name: line 5             */
	WORD_MANY = 1 << 16,      /* in what opens a title: a round-up of several       */
	WORD_AFTER_OPENING = 1 << 17, /* stands after a place that opens a title: 男子  */
	WORD_MONTH = 1 << 18,
	WORD_DATED = 1 << 19,   /* stands before the date of a batch: use by, 日期     */
	WORD_VEHICLE = 1 << 20, /* what stands before 站 behind a place: 火车          */
	WORD_OUR = 1 << 21,     /* stands before a place of a chain: our Eastmere store */
};
struct gist_word {
	uint32_t hash; /* 0: none */
	uint32_t flags;
	uint8_t idea; /* from 1; 0 = none */
	uint8_t axis;
};

/* The words, rows of one meaning: gist_rows.c. A row without a flag, or with WORD_STEP, is an
 * idea; Chinese words are of one or two characters. */
struct gist_row {
	uint32_t flags;
	uint8_t axis;
	const char *words;
};
extern const struct gist_row gist_rows[];
extern const size_t gist_rows_n;

/* The word of that hash, or one that is all zero. */
struct gist_words;
const struct gist_word *gist_word_find(const struct gist_words *w, uint32_t hash);
/* 的, 了: no pair of Han characters goes over them. */
bool gist_han_stops(const struct gist_words *w, uint32_t han);
/* 不, 年: alone it says nothing. Those that stop, too. */
bool gist_han_is_light(const struct gist_words *w, uint32_t han);
/* 六, 十: it may begin a figure. */
bool gist_han_counts(const struct gist_words *w, uint32_t han);
/* 虫: alone it stands for an idea; its word is gist_hash_pair(han, 0). */
bool gist_han_speaks(const struct gist_words *w, uint32_t han);

/* Never 0. */
uint32_t gist_hash_pair(uint32_t first, uint32_t second);
/* Of a Latin word, its letters small, its ending taken off. */
uint32_t gist_hash_latin(const char *p, size_t n);

#endif
