/* digest_pick.h - which entry of `digests` is meant, and the record it is read from. */
#ifndef LY_CLI_DIGEST_PICK_H
#define LY_CLI_DIGEST_PICK_H

#include "responder/digest.h"

#include "cli/settings.h"

/* By name; name NULL: the first, else the defaults. */
int digest_pick(const struct settings *s, const char *name, struct digest_conf *out,
		struct err *e) LY_MUST_USE;
/* Of this watch alone; its name lives as long as s. */
int digest_pick_watch(const struct settings *s, const char *name, struct digest_conf *c,
		      struct str *watch, struct err *e) LY_MUST_USE;

/* What reading a digest stands on. */
struct digest_view {
	struct responder_conf rc;
	struct responder_env env;
	struct zone *zone;
};
int digest_view_open(struct settings *s, struct digest_view *v, struct err *e) LY_MUST_USE;
void digest_view_close(struct digest_view *v);

#endif
