/*
 * SQLite's own file system with one difference: bytes that are appended to a write-ahead log wait
 * here for those that follow.
 *
 * 1. Whatever is done with the log other than to go on writing it writes out first what waits: a
 *    read, a sync, a truncation, a look at its size. So its file is always as SQLite believes.
 * 2. Others learn of a commit through the log's index, which SQLite writes behind the sync of that
 *    commit (synchronous FULL). So nobody looks for bytes that wait.
 * 3. What cannot be written is forgotten, and the call that found out fails: a write or a sync with
 *    that error, any other with SQLITE_IOERR_WRITE, after which SQLite undoes the whole batch (after
 *    SQLITE_FULL from a read it would undo one statement and commit the rest, with a hole).
 * 4. What waits when a batch is undone, or the log closed, was never committed: it is forgotten, not
 *    written where by then another writer's pages may be.
 */
#include "core/base.h"

#include <stdio.h>

#include <sqlite3.h>

#include "core/store_wal.h"

#define ROOM \
	((sqlite3_int64)64 << 10) /* SQLite's own write takes less than 128 KiB at a time */

struct wal {
	sqlite3_file file; /* first: what SQLite sees */
	sqlite3_file *real;
	char *waiting; /* ROOM bytes, once something was written */
	sqlite3_int64 at, n;
};

static void *
make(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

/* ---- the log ---------------------------------------------------------------------------- */

static struct wal *
wal_of(sqlite3_file *f)
{
	return (struct wal *)f;
}

static int
write_out(struct wal *w)
{
	int n = (int)w->n;

	w->n = 0;
	return n ? w->real->pMethods->xWrite(w->real, w->waiting, n, w->at) : SQLITE_OK;
}

static int
wal_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct wal *w = wal_of(f);
	int rc = w->n && (at != w->at + w->n || w->n + n > ROOM) ? write_out(w) : SQLITE_OK;

	if (rc != SQLITE_OK)
		return rc;
	if (n > ROOM)
		return w->real->pMethods->xWrite(w->real, p, n, at);
	if (!w->waiting)
		w->waiting = make((size_t)ROOM);
	if (!w->n)
		w->at = at;
	memcpy(w->waiting + w->n, p, (size_t)n);
	w->n += n;
	return SQLITE_OK;
}

static int
wal_close(sqlite3_file *f)
{
	struct wal *w = wal_of(f);

	free(w->waiting);
	w->waiting = NULL;
	return w->real->pMethods->xClose(w->real);
}

/* Before what is no part of a commit. */
static int
settle(struct wal *w)
{
	return write_out(w) == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int
wal_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	struct wal *w = wal_of(f);
	int rc = settle(w);

	return rc == SQLITE_OK ? w->real->pMethods->xRead(w->real, p, n, at) : rc;
}

static int
wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct wal *w = wal_of(f);
	int rc = settle(w);

	return rc == SQLITE_OK ? w->real->pMethods->xTruncate(w->real, size) : rc;
}

static int
wal_sync(sqlite3_file *f, int flags)
{
	struct wal *w = wal_of(f);
	int rc = write_out(w);

	return rc == SQLITE_OK ? w->real->pMethods->xSync(w->real, flags) : rc;
}

static int
wal_size(sqlite3_file *f, sqlite3_int64 *size)
{
	struct wal *w = wal_of(f);
	int rc = settle(w);

	return rc == SQLITE_OK ? w->real->pMethods->xFileSize(w->real, size) : rc;
}

static int
wal_control(sqlite3_file *f, int what, void *arg)
{
	struct wal *w = wal_of(f);
	int rc = settle(w);

	return rc == SQLITE_OK ? w->real->pMethods->xFileControl(w->real, what, arg) : rc;
}

/* A log is locked through its index, in the main file. */
static int
wal_lock(sqlite3_file *f, int how)
{
	return wal_of(f)->real->pMethods->xLock(wal_of(f)->real, how);
}

static int
wal_unlock(sqlite3_file *f, int how)
{
	return wal_of(f)->real->pMethods->xUnlock(wal_of(f)->real, how);
}

static int
wal_reserved(sqlite3_file *f, int *is)
{
	return wal_of(f)->real->pMethods->xCheckReservedLock(wal_of(f)->real, is);
}

static int
wal_sector(sqlite3_file *f)
{
	return wal_of(f)->real->pMethods->xSectorSize(wal_of(f)->real);
}

static int
wal_device(sqlite3_file *f)
{
	return wal_of(f)->real->pMethods->xDeviceCharacteristics(wal_of(f)->real);
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = wal_close,
	.xRead = wal_read,
	.xWrite = wal_write,
	.xTruncate = wal_truncate,
	.xSync = wal_sync,
	.xFileSize = wal_size,
	.xLock = wal_lock,
	.xUnlock = wal_unlock,
	.xCheckReservedLock = wal_reserved,
	.xFileControl = wal_control,
	.xSectorSize = wal_sector,
	.xDeviceCharacteristics = wal_device,
};

/* ---- the file system -------------------------------------------------------------------- */

/* All but logs are opened as ever. */
static int
files_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *given)
{
	sqlite3_vfs *base = v->pAppData;
	struct wal *w = wal_of(f);
	int rc;

	if (!(flags & SQLITE_OPEN_WAL))
		return base->xOpen(base, name, f, flags, given);
	*w = (struct wal){ .real = (sqlite3_file *)(w + 1) };
	memset(w->real, 0, (size_t)base->szOsFile);
	rc = base->xOpen(base, name, w->real, flags, given);
	if (rc == SQLITE_OK)
		w->file.pMethods = &methods;
	return rc;
}

const char store_wal_files[] = "langyan-wal";

void
store_wal_forget(struct sqlite3 *db)
{
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK &&
	    f && f->pMethods == &methods)
		wal_of(f)->n = 0;
}

/* Before main, as what SQLite must be told before its first call: it counts its memory under one
 * lock for all threads, and nobody asks for that count. */
__attribute__((constructor)) static void
store_start(void)
{
	sqlite3_vfs *base, *v = make(sizeof *v);

	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	base = sqlite3_vfs_find(NULL);
	*v = *base;
	v->pNext = NULL;
	v->zName = store_wal_files;
	v->szOsFile = base->szOsFile + (int)sizeof(struct wal);
	v->pAppData = base;
	v->xOpen = files_open;
	if (sqlite3_vfs_register(v, 0) != SQLITE_OK)
		abort();
}
