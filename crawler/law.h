/*
 * law.h - on what footing a source may be read, and until when (pure).
 *
 *   basis      what it says                          what follows
 *   public     anybody may read it                   no cookies: what needs a login is not public
 *   owned      our own account, shop, help desk      cookies and keys of ours are in order
 *   licensed   a vendor's, by contract               contract_end: past it nothing is taken in
 *   export     files that somebody carries in        as fresh as the last file
 *   bridge     a reader of our own (RSSHub) between  off until accept_risk names a person
 */
#ifndef LY_CRAWLER_LAW_H
#define LY_CRAWLER_LAW_H

#include "crawler/conf.h"

enum law_said {
	LAW_OPEN,
	LAW_ENDING, /* open, but its contract ends within ahead_s */
	LAW_ENDED,  /* its contract has ended                     */
	LAW_RISK,   /* nobody has accepted the risk by name       */
	LAW_PAUSED, /* by a person, in the configuration          */
};
enum law_said law_judge(const struct source_conf *s, int64_t now, int64_t ahead_s);
/* May anything be taken in from it now? When not, why (in words, for people) is set. */
bool law_allows(const struct source_conf *s, int64_t now, const char **why);
/* Mistakes of one source that can be seen in its configuration. */
void law_check(struct conf_reader *r, const struct source_conf *s);

#endif
