/*
 * small_disk.h - a disk on which so much is free as the test says, whatever path is asked for.
 *
 * A definition, not a declaration: included once, by the file of a test program whose statvfs() it is
 * to be.
 */
#ifndef LY_TESTS_SUPPORT_SMALL_DISK_H
#define LY_TESTS_SUPPORT_SMALL_DISK_H

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/store.h"

#define MIB ((int64_t)1 << 20)

static struct {
	int64_t free_bytes; /* beside the reserve */
	const char *
		reserve; /* its file: what is free while it is not there; NULL: there is none */
} disk = { .free_bytes = 1024 * MIB };

static bool
disk_has_reserve(void)
{
	return disk.reserve && access(disk.reserve, F_OK) == 0;
}

int
statvfs(const char *path, struct statvfs *d)
{
	int64_t left = disk.free_bytes;

	(void)path;
	if (disk.reserve && !disk_has_reserve())
		left += STORE_RESERVE_BYTES;
	memset(d, 0, sizeof *d);
	d->f_bsize = d->f_frsize = 4096;
	d->f_bavail = d->f_bfree = (fsblkcnt_t)(left / 4096);
	return 0;
}

#endif
