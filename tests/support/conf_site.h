/* conf_site.h - a small program's settings with every type in it, and texts of them read. */
#ifndef LY_TESTS_SUPPORT_CONF_SITE_H
#define LY_TESTS_SUPPORT_CONF_SITE_H

#include <sys/types.h>

#include "core/buf.h"
#include "core/conf.h"

struct fetch {
	int64_t timeout_s, max_bytes, share, factor, robots;
	struct str data;
};
struct source {
	struct str name, url, token;
	int64_t kind, interval_s;
	struct conf_texts allow;
	struct conf_list headers;
};
struct quiet {
	int64_t from, to;
};
struct person {
	struct str name, zone, title;
	struct quiet quiet;
};
struct route {
	struct conf_texts to;
	int64_t wake, grade, since_at;
};
struct site {
	struct str name;
	struct fetch fetch;
	struct conf_list sources, people, routes, facts;
};

extern const struct conf_schema conf_site_schema;
extern const char conf_full[]; /* a text with every type in it */

/* Mistakes end the test; the caller frees the conf. */
struct conf *conf_must_read(const char *text, struct site *into);
/* text is refused with exactly this report. */
void conf_must_refuse(const char *text, const char *says);
/* A file in the test's own folder; returns its path, valid until the next call with this n, of
 * 0 to 3. */
const char *conf_file(int n, const char *name, const char *text, mode_t mode);
/* The text with the test's folder taken out of it. */
void conf_without_folder(struct buf *b, const char *text);

#endif
