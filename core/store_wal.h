/*
 * store_wal.h - what a batch appends to the write-ahead log goes to the disk in large pieces.
 *
 * SQLite writes a log page by page, each as a head of 24 bytes and the page: two system calls for
 * each 4 KiB. A batch of a thousand documents has some thousands of them, a page that must leave at
 * once some fifty. Only core/store.c needs this.
 */
#ifndef LY_CORE_STORE_WAL_H
#define LY_CORE_STORE_WAL_H

struct sqlite3; /* a connection of theirs */

/* Name of the file system to open a writer with (sqlite3_open_v2). Only for synchronous FULL. */
extern const char store_wal_files[];
/* A batch was undone: what waits of it is never written. */
void store_wal_forget(struct sqlite3 *db);

#endif
