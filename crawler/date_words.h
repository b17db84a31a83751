/* date_words.h - the words that dates are written with. */
#ifndef LY_CRAWLER_DATE_WORDS_H
#define LY_CRAWLER_DATE_WORDS_H

#include "core/base.h"

enum date_word_kind {
	WORD_NONE,
	WORD_MONTH,    /* value 1..12                                          */
	WORD_HALF,     /* value 0: before noon, 12: after it                   */
	WORD_ZONE,     /* value: minutes east of UTC                           */
	WORD_DAYS_AGO, /* value: days before today                             */
	WORD_UNIT,     /* value: seconds                                       */
	WORD_NOW,
	WORD_AGO,
	WORD_YEAR_MARK, /* value: 1 in Korean, which means UTC+9 by itself      */
	WORD_MONTH_MARK,
	WORD_DAY_MARK,
	WORD_HOUR_MARK,
	WORD_MINUTE_MARK,
	WORD_SECOND_MARK,
	WORD_HALF_HOUR, /* value: minutes behind the hour                       */
	WORD_WEEKDAY,   /* value: 1 Monday .. 7 Sunday, the last one            */
	WORD_ERA,       /* value: the year before its first                     */
	WORD_ONE,       /* an hour ago                                          */
};
struct date_word {
	const char *text; /* letters folded */
	enum date_word_kind kind;
	int value;
};
/* The word at p: of the table's words written without blanks between (Chinese, Korean) the
 * longest that begins there, else the whole run of letters. *n: the bytes it takes, at least
 * one character. */
struct date_word date_word_at(const char *p, const char *end, size_t *n);

#endif
