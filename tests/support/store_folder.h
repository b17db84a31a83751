/*
 * store_folder.h - a folder with a store per test, on a disk that can be told to fail.
 *
 * A program that uses it has fsync and fdatasync of our own: they sync nothing.
 */
#ifndef LY_TESTS_SUPPORT_STORE_FOLDER_H
#define LY_TESTS_SUPPORT_STORE_FOLDER_H

#include "core/store.h"

extern struct store_folder {
	char dir[64], db[96];
} store_folder;
extern const struct migrations store_record, store_record2, store_spool; /* 2: with `mark` */
#define COUNT_ITEMS "SELECT count(*) FROM item"

int store_setup(void **state);
int store_teardown(void **state);
#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, store_setup, store_teardown)

/* errnos, 0 = works: of the writes after so many more, of every sync. */
void store_disk_is(int write_errno, long after, int sync_errno);
/* A path there, valid for the next three calls. */
const char *store_in_dir(const char *name);
struct store *store_open_ok(const struct migrations *m);
/* An item n; stmt_run() is to return want. */
void store_item_add(struct store *s, int64_t n, struct err *e, int want);
/* The first column of the first row of sql. */
int64_t store_number(struct store *s, const char *sql);

#endif
