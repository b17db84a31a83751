/*
 * json_lines.h - the flat JSON Lines that analyze reads: fast, strict, one line at a time.
 *
 * A line is an object; the members asked for are texts (id may be a number). Others are
 * checked for form and skipped, nested ones too. core/json.h reads everything else.
 */
#ifndef LY_CLI_JSON_LINES_H
#define LY_CLI_JSON_LINES_H

#include "core/arena.h"
#include "core/err.h"

struct json_member {
	const char *name;
	struct str text; /* decoded; points into the line or the arena */
	struct str raw;  /* as it stands, quotes included; empty: not there */
};
/* Fill members by name. ERR_REJECT "column 14: …" for what is no JSON object or has a member
 * asked for twice or of another type. */
int json_line_read(struct str line, struct json_member *members, size_t n, struct arena *a,
		   struct err *e) LY_MUST_USE;

#endif
