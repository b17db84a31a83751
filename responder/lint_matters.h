/* lint_matters.h - the table behind lint_together.h: what two texts can contradict each other in. */
#ifndef LY_RESPONDER_LINT_MATTERS_H
#define LY_RESPONDER_LINT_MATTERS_H

#include "core/base.h"

enum matter_kind {
	MATTER_FIGURE, /* a number; two numbers contradict each other           */
	MATTER_DATE,   /* a day, a time of day, or both                         */
	MATTER_REMEDY, /* a number that is paid                                 */
	MATTER_OFFER,  /* something that is given: texts are compared as sets   */
	MATTER_STAND,  /* excludes the matter of the same .group                */
};
struct matter {
	const char *name;
	enum matter_kind kind;
	/* By language. FIGURE, DATE, REMEDY: the first group that took part is the value. */
	const char *pattern[2];
	int group;        /* STAND, OFFER: others of this group, if not 0, exclude it */
	bool within_kind; /* compare only texts of one kind */
};
extern const struct matter lint_matters[]; /* ends with .name == NULL */

#endif
