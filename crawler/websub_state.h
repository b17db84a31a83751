/* websub_state.h - inside the subscriber: what websub.c and websub_hear.c share. */
#ifndef LY_CRAWLER_WEBSUB_STATE_H
#define LY_CRAWLER_WEBSUB_STATE_H

#include "crawler/websub_store.h"

struct crawler;
struct websub {
	struct str callback; /* all of our addresses but the token; ours */
	int64_t due_at;      /* of the first row; INT64_MAX = none       */
	int64_t open_at;     /* hubs are not asked before: they ask back */
	int calls;           /* requests on their way                    */
};
/* By what a callback's last part is looked up: the time that takes tells nothing of the token. */
struct id websub_key(struct str token);
/* subscription_move, told in the log; polls are drawn near where the lease does not reach. */
enum sub_act websub_move(struct crawler *c, struct subscription *s, enum sub_event ev,
			 int64_t lease_s);
/* Write what act left of it, in the open batch. */
int websub_keep(struct crawler *c, const struct subscription *s, enum sub_act act,
		struct err *e) LY_MUST_USE;

#endif
