/* verbs.h - the commands that the crawler answers, as a table. */
#ifndef LY_CRAWLER_VERBS_H
#define LY_CRAWLER_VERBS_H

#include "core/control.h"
#include "core/stage.h"

struct crawler;
/* Apply one encoded command; enum step_said or -1. Its reply leaves at once, or after the commit
 * when it wrote. */
int verb_apply(struct crawler *c, struct str in, struct out *out, struct err *e) LY_MUST_USE;

/* The answer to call, kept until the batch is committed. type: a literal; NULL = JSON. */
void verb_answer(struct crawler *c, int64_t call, int status, const char *type,
		 struct str body);

#endif
