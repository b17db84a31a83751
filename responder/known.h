/*
 * known.h - names that one table of the configuration uses of another: they must exist.
 */
#ifndef LY_RESPONDER_KNOWN_H
#define LY_RESPONDER_KNOWN_H

#include "responder/people_conf.h"

struct known {
	const char *what; /* "person", for the message */
	struct str *v;
	size_t n;
};
/* The names of a table's entries: the struct str at name_at of each. In the conf's arena. */
struct known known_of(struct conf_reader *r, const char *what, const struct conf_list *l,
		      const struct conf_schema *s);
/* name, which stands in field, is one of l; empty is not asked. False: a mistake was told. */
bool known_must(struct conf_reader *r, const void *field, struct str name,
		const struct known *l);
void known_all(struct conf_reader *r, const struct conf_texts *t, const struct known *l);

/* route_conf.c: what a child has from its parent, and every name; routes that are never reached. */
struct route_names {
	const struct known *watches, *policies, *people, *channels;
};
void routes_check(struct conf_reader *r, const struct notice_conf *c,
		  const struct route_names *names);

#endif
