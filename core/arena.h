/*
 * arena.h - memory with one lifetime.
 *
 * One arena per message in flight. Whatever is made while handling the
 * message lives in it and goes at arena_reset(). Foreign handles (xmlDoc,
 * sqlite3_stmt, FILE) are tied to the same lifetime with arena_defer().
 * Allocation never returns NULL: out of memory ends the process, and the
 * store brings the work back after the restart.
 */
#ifndef LY_CORE_ARENA_H
#define LY_CORE_ARENA_H

#include "core/base.h"

struct arena;

struct arena *arena_new(void);
/* The same with a first block of so many bytes: for many that live at a time, or briefly. */
struct arena *arena_new_small(size_t bytes);
void arena_free(struct arena *a);                    /* runs the deferred calls, too */
void arena_reset(struct arena *a);                   /* newest deferred call first   */
void *arena_alloc(struct arena *a, size_t size);     /* zeroed, max-aligned */
char *arena_text(struct arena *a, struct str s);     /* NUL-ended copy      */
struct str arena_str(struct arena *a, struct str s); /* copy; .p[.n] is NUL */
char *arena_textf(struct arena *a, const char *fmt, ...) LY_PRINTF(2, 3);
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);
#endif
