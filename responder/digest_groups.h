/* digest_groups.h - a personal digest as one for each group of readers who share language, zone and
 * watches: "daily@en.Europe_London". */
#ifndef LY_RESPONDER_DIGEST_GROUPS_H
#define LY_RESPONDER_DIGEST_GROUPS_H

#include "responder/digest_day.h"

struct digest_groups_ask {
	const struct digest_conf *conf;
	const struct roster *roster;
	const struct responder_env *env;
	int64_t now;
};
/* Each group, in order of their first readers, as the configuration of a digest of its own. In a, for as
 * long. add gives -1 to end it. */
int digest_groups(const struct digest_groups_ask *q, struct arena *a,
		  int (*add)(void *arg, const struct digest_conf *c, int64_t now,
			     struct err *e),
		  void *arg, struct err *e) LY_MUST_USE;

#endif
