/*
 * credentials.h - what a source shows to be let in, and how long that lasts.
 *
 * Secret headers go to the origin of the source's own address alone (core/http drops them behind
 * a redirect to another one); cookies go where their file says.
 */
#ifndef LY_CRAWLER_CREDENTIALS_H
#define LY_CRAWLER_CREDENTIALS_H

#include "core/arena.h"
#include "core/http.h"

#include "crawler/conf.h"

struct credentials {
	struct http_header *v; /* in the arena; values are secrets */
	size_t n;
	size_t expired;     /* cookies that would go, but their time is over */
	int64_t expires_at; /* of the first cookie that goes; 0 = none says  */
};
/* For a request of src to url. Cookies that cannot be read give none: credentials_check has
 * refused them with the configuration. */
void credentials_fill(struct arena *a, const struct source_conf *src, struct str url,
		      int64_t now, struct credentials *out);
bool credentials_any(const struct source_conf *src);
/* Mistakes of one source that can be seen in its configuration. */
void credentials_check(struct conf_reader *r, const struct source_conf *src);

#endif
