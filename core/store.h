/*
 * store.h - an SQLite file: open, migrate, run, back up.
 *
 * Only core/store*.c include sqlite3.h. Each stage keeps its SQL in its own *_store.c and
 * is the only writer of its tables. SQL keeps to the subset in docs/store.md (ON CONFLICT,
 * RETURNING, named parameters; column types BIGINT, TEXT, BYTEA, no rowid, PRAGMA, FTS), so
 * that the record can move to PostgreSQL. (SQLite takes any type name; BYTEA columns hold
 * blobs.) WAL, synchronous FULL, foreign keys on, trusted_schema off.
 *
 * A struct store belongs to one thread.
 */
#ifndef LY_CORE_STORE_H
#define LY_CORE_STORE_H

#include "core/buf.h"
#include "core/err.h"

struct store;
struct stmt;

/* Numbered from 1; each runs in one transaction; forward only. */
struct migration {
	int number;
	const char *what;
	const char *sql; /* several statements */
};
struct migrations {
	const char *app;           /* "record", "spool": refuses the other's file by name */
	const struct migration *m; /* ends with .sql == NULL */
};

/* Open or create path and bring it to the newest schema, after an automatic backup to
 * path.before-N when it held an older one. NULL and: ERR_USAGE (cannot open, newer schema
 * than ours, other app), ERR_BROKEN (damaged: names the restore command). ":memory:" works. */
struct store *store_open(const char *path, const struct migrations *m,
			 struct err *e) LY_MUST_USE;
/* Read only; refuses a file that is not there or has another schema number. A single read
 * that takes longer than 5 s is cut (ERR_RETRY); reads left open are their caller's to end
 * with store_read_end, because they keep the writer's WAL from being reused. */
struct store *store_open_reader(const char *path, const struct migrations *m,
				struct err *e) LY_MUST_USE;
void store_read_limit(struct store *s, int64_t ms); /* another limit than 5 s */
/* A scan, each page once: no limit, and next to nothing of it is kept in memory. */
void store_read_once(struct store *s);
/* Reset every statement, so that no snapshot stays open. */
void store_read_end(struct store *s);
/* Accepts NULL. Finishes every statement that is still open; rolls back. */
void store_close(struct store *s);

/* A batch. When it fails for want of room (ERR_RETRY, "the disk is full") SQLite has undone
 * all of it: every later step and the commit of this batch fail too, until store_rollback.
 * After a failed store_commit the batch is undone, whatever the reason: begin again. */
int store_begin(struct store *s, struct err *e) LY_MUST_USE; /* IMMEDIATE */
int store_commit(struct store *s, struct err *e)
	LY_MUST_USE; /* ERR_BROKEN after a failed fsync, for ever: stop acknowledging */
void store_rollback(struct store *s);
bool store_in_batch(const struct store *s); /* between begin and commit */

/* The prepared statement for sql, made once and kept by the address of the literal. Reset and
 * unbound. Never NULL: a mistake in our own SQL ends the process with the text. */
struct stmt *store_stmt(struct store *s, const char *sql);
/* Parameters by their order of first appearance in the text, from 1. */
void stmt_int(struct stmt *q, int at, int64_t v);
void stmt_text(struct stmt *q, int at,
	       struct str v); /* borrowed until the next store_stmt/reset */
void stmt_bytes(struct stmt *q, int at, struct str v);    /* the same */
void stmt_id(struct stmt *q, int at, const struct id *v); /* copied */
void stmt_null(struct stmt *q, int at);
/* 1 a row, 0 done, -1 and *e (ERR_RETRY busy or disk full, ERR_REJECT constraint or too
 * large, ERR_USAGE not writable, ERR_BROKEN else). */
int stmt_step(struct stmt *q, struct err *e) LY_MUST_USE;
/* Step to the end, reset; number of changed rows or -1. */
int stmt_run(struct stmt *q, struct err *e) LY_MUST_USE;
void stmt_reset(struct stmt *q);
/* Columns of the row, from 0. Texts live until the next step or reset. */
int64_t stmt_col_int(struct stmt *q, int at);
struct str stmt_col_text(struct stmt *q, int at);
struct str stmt_col_bytes(struct stmt *q, int at);
struct id stmt_col_id(struct stmt *q, int at); /* all zero for NULL */
bool stmt_col_null(struct stmt *q, int at);

/* A consistent copy while others write: to path.part, fsync, rename. Not inside a batch. */
int store_backup(struct store *s, const char *path, struct err *e) LY_MUST_USE;
/* What has come together in the write-ahead log goes into the file: called by the writer between
 * batches, when what hung on the commit has left (ends every open read of its own). */
void store_upkeep(struct store *s);
/* What was overwritten or deleted is not in the write-ahead log any more either: TRUNCATE
 * checkpoint, between batches (ends every open read of its own). ERR_RETRY: somebody reads an
 * older state. */
int store_forget(struct store *s, struct err *e) LY_MUST_USE;
/* Quick integrity check at start; ERR_BROKEN says what and how to restore. */
int store_check(struct store *s, struct err *e) LY_MUST_USE;
int64_t store_wal_bytes(const struct store *s);

/* flock on dir/lock, with our pid inside. NULL and ERR_RETRY naming the pid that has it. */
struct dir_lock;
struct dir_lock *dir_lock_take(const char *dir, struct err *e) LY_MUST_USE;
void dir_lock_release(struct dir_lock *l);

/* 16 MiB set aside in dir/reserve, given back when the disk is full so that notices still go
 * out. store_reserve_open makes the file whole when it is not (at start, and when there is
 * room again); ERR_RETRY when there is no room for it. */
#define STORE_RESERVE_BYTES ((int64_t)16 << 20)
int store_reserve_open(const char *dir, struct err *e) LY_MUST_USE;
/* True when there was something to give. */
bool store_reserve_release(const char *dir);
/* Is more free on the disk of path than a reserve that was given back? Who does not have it, its owner
 * included, writes only what must be: else a reserve is used up by whoever comes first. True also
 * when it cannot be found out. */
#define STORE_ROOM_BYTES (STORE_RESERVE_BYTES + ((int64_t)8 << 20))
bool store_has_room(const char *path);

#endif
