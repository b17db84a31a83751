/* base.h - first include of every .c file: feature macros, small words. */
#ifndef LY_CORE_BASE_H
#define LY_CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LY_COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define LY_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define LY_MUST_USE     __attribute__((warn_unused_result))

/* A borrowed run of bytes (UTF-8 unless said otherwise). Never freed. */
struct str {
	const char *p;
	size_t n;
};
#define STR(lit) ((struct str){ lit, sizeof(lit) - 1 })
#define STR_INIT(lit)                \
	{                            \
		lit, sizeof(lit) - 1 \
	}                                         /* in a static table */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : "" /* for "%.*s" */

/* A hash that names a thing for ever (DESIGN.md section 2: identity never
 * contains a version). All zero means "none". Shown as 32 hex digits. */
struct id {
	uint8_t b[16];
};

#endif
