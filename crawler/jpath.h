/*
 * jpath.h - paths into JSON: data.list[*].title
 *
 *   name  ["any name"]  [0]  [-1] (from the end)  [*] (all entries, or an object's values)
 *   $ in front: from the document's root, also inside an item; "$" or "." alone: all of it
 *
 * A text that itself holds a JSON object or list is entered as if it were one (APIs nest them).
 * At most 32 steps and 5,000 values.
 */
#ifndef LY_CRAWLER_JPATH_H
#define LY_CRAWLER_JPATH_H

#include "core/json.h"

#define JPATH_STEPS_MAX 32
#define JPATH_HITS_MAX  5000

struct jpath;
/* Lives as long as a. NULL and ERR_USAGE with the place in the path. Immutable. */
struct jpath *jpath_compile(struct arena *a, struct str path, struct err *e) LY_MUST_USE;
bool jpath_is_rooted(const struct jpath *p); /* begins with "$" */

struct jpath_hit {
	const struct json *value;
	struct str place; /* "data.list[3].title", when asked for */
};
enum jpath_places { JPATH_BARE, JPATH_PLACES };
/* All values p finds from from (base: its own place, for the hits' places). In a. */
size_t jpath_find(const struct jpath *p, const struct json *from, struct str base,
		  enum jpath_places places, struct arena *a, struct jpath_hit **hits);
/* Is there what the path's last [*] or name stands in (a list that is empty is there)? */
bool jpath_is_there(const struct jpath *p, const struct json *from, struct arena *a);
/* In words, where the path found nothing: `"data" has no "list"; it has "code", "msg"`. */
struct str jpath_why(const struct jpath *p, const struct json *from, struct arena *a);

/* Text of a value: a number as written short, true and false, a list's or object's JSON not at
 * all (empty). */
struct str jpath_text(const struct json *v, struct arena *a);

#endif
