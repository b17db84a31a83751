/*
 * json.h - JSON in (jansson) and out (by hand into a buf).
 *
 * Reading refuses doubled keys, bad UTF-8, depth over 64 and gives line:column. Values
 * live in the arena given to json_parse.
 */
#ifndef LY_CORE_JSON_H
#define LY_CORE_JSON_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

struct json; /* a value */
enum json_kind { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_TEXT, JSON_LIST, JSON_OBJECT };

/* One whole text. ERR_REJECT "line 3, column 14: …". */
const struct json *json_parse(struct arena *a, struct str text, struct err *e) LY_MUST_USE;
/* What others' servers wrote: halves of characters ("\ud83d" alone, of a text cut within an emoji)
 * and "\u0000" become U+FFFD, and the rest is kept. */
const struct json *json_parse_web(struct arena *a, struct str text, struct err *e) LY_MUST_USE;
/* The same by the slow way alone, for the test that both agree. */
const struct json *json_parse_any(struct arena *a, struct str text, struct err *e) LY_MUST_USE;
enum json_kind json_kind(const struct json *j); /* NULL counts as JSON_NULL */
/* Member of an object; NULL when j is no object or has none. */
const struct json *json_get(const struct json *j, const char *key);
size_t json_count(const struct json *j); /* entries of a list or object, else 0 */
const struct json *json_at(const struct json *j, size_t i);
/* i-th member of an object, in file order. */
const struct json *json_member(const struct json *j, size_t i, struct str *key);
/* With a fallback when j is NULL or of another kind. */
struct str json_text(const struct json *j, struct str dflt);
int64_t json_int(const struct json *j, int64_t dflt); /* reals are cut to integers if exact */
double json_read_real(const struct json *j, double dflt);
bool json_read_true(const struct json *j);
/* Inline because jansson exports functions of these names, and ours would take their place. */
static inline double
json_real(const struct json *j, double dflt)
{
	return json_read_real(j, dflt);
}
static inline bool
json_true(const struct json *j)
{
	return json_read_true(j);
}

/* Append "text" with quotes; escapes control bytes, quotes, U+2028/9 and "</". */
void json_add_text(struct buf *b, struct str s);
/* Append "key":"value" to an object that is being written, behind a comma when it is not the first. */
void json_add_pair(struct buf *b, const char *key, struct str value);
/* Append 1/1000 as a number: -0.25. */
void json_add_milli(struct buf *b, int64_t milli);

#endif
