/*
 * lint_value.h - figures and dates as statements write them, made comparable. Pure.
 */
#ifndef LY_RESPONDER_LINT_VALUE_H
#define LY_RESPONDER_LINT_VALUE_H

#include "core/base.h"
#include "core/err.h"

/* "约3万", "29,800", "三十七", "over 40,000", "1.2 million", "95%". */
struct lint_figure {
	int64_t milli; /* the value times 1,000 */
	bool about;    /* 约, 近, over …: within a tenth of another is the same */
	bool percent;
};
/* False: there is none in s. */
bool lint_figure_parse(struct str s, struct lint_figure *out);
bool lint_figure_same(const struct lint_figure *a, const struct lint_figure *b);

/* "3月10日22:10", "22:10", "10 March, 22:10 (UTC+8)", "8 pm on 10 March". -1: not said. */
struct lint_date {
	int month, day, minute;
	int zone_minutes; /* LINT_ZONE_UNSAID */
};
#define LINT_ZONE_UNSAID 10000
/* The compiled patterns; one thread each. */
struct lint_dates;
struct lint_dates *lint_dates_new(struct err *e) LY_MUST_USE;
void lint_dates_free(struct lint_dates *d);
/* False: there is none in s. */
bool lint_date_parse(const struct lint_dates *d, struct str s, struct lint_date *out);
/* What only one of them says is no difference. A zone that only one says is taken for the other's,
 * too; but for UTC: then times that lie whole half hours apart may be the same. */
bool lint_date_same(const struct lint_date *a, const struct lint_date *b);

#endif
