/* append.c - see append.h. */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/append.h"
#include "core/store.h"

static int
failed(const char *path, const char *what, struct err *e)
{
	return err_set(e, ERR_RETRY, "could not %s \"%s\": %s", what, path, strerror(errno));
}

static int
write_all(int fd, struct str s, int64_t at)
{
	while (s.n) {
		ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		s.p += n;
		s.n -= (size_t)n;
		at += n;
	}
	return 0;
}

/* A name is on disk only when its folder is. */
static int
folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash && slash > path ? strndup(path, (size_t)(slash - path))
					  : strdup(slash ? "/" : ".");
	int fd, rc;

	if (!dir)
		abort();
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

enum put { PUT_WRITTEN, PUT_SYNCED };

static int
put(const char *path, int64_t from, struct str bytes, enum put how, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), rc = -1;
	struct stat st;

	if (fd < 0)
		return failed(path, "open", e);
	if (fstat(fd, &st) < 0) {
		failed(path, "read", e);
	} else if (!store_has_room(path)) {
		errno = ENOSPC;
		failed(path, "write", e);
	} else if (st.st_size < from) {
		err_set(e, ERR_REJECT, "\"%s\" has %lld bytes and should have %lld", path,
			(long long)st.st_size, (long long)from);
	} else if ((st.st_size > from && ftruncate(fd, (off_t)from) < 0) ||
		   write_all(fd, bytes, from) < 0 || (how == PUT_SYNCED && fsync(fd) < 0) ||
		   (!st.st_size && folder_sync(path) < 0)) {
		failed(path, "write", e);
		if (ftruncate(fd, (off_t)from) < 0)
			errno = 0; /* the next one cuts it */
	} else {
		rc = 0;
	}
	close(fd);
	return rc;
}

int
append_at(const char *path, int64_t from, struct str bytes, struct err *e)
{
	return put(path, from, bytes, PUT_SYNCED, e);
}

int
append_write(const char *path, int64_t from, struct str bytes, struct err *e)
{
	return put(path, from, bytes, PUT_WRITTEN, e);
}

int
append_sync(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	if (fd < 0)
		return failed(path, "open", e);
	rc = fsync(fd) < 0 ? failed(path, "write", e) : 0;
	close(fd);
	return rc;
}

int
append_rename(const char *from, const char *to, struct err *e)
{
	if (append_sync(from, e) < 0)
		return -1;
	return rename(from, to) < 0 || folder_sync(to) < 0 ? failed(to, "replace", e) : 0;
}

int
append_remove(const char *path, struct err *e)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return failed(path, "remove", e);
	return folder_sync(path) < 0 && errno != ENOENT ? failed(path, "remove", e) : 0;
}

int64_t
append_length(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 || !S_ISREG(st.st_mode) ? -1 : (int64_t)st.st_size;
}

int
append_cut(const char *path, int64_t n, struct err *e)
{
	if (append_length(path) <= n)
		return 0;
	return truncate(path, (off_t)n) < 0 ? failed(path, "cut", e) : 1;
}

int
append_read(const char *path, int64_t from, int64_t n, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char piece[65536];
	int64_t left = n;
	ssize_t got = 1;

	if (fd < 0)
		return err_set(e, ERR_REJECT, "could not open \"%s\": %s", path,
			       strerror(errno));
	while (left && buf_ok(out)) {
		size_t want =
			left < 0 || left > (int64_t)sizeof piece ? sizeof piece : (size_t)left;

		got = pread(fd, piece, want, (off_t)from);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		buf_add(out, (struct str){ piece, (size_t)got });
		from += got;
		left -= left < 0 ? 0 : got;
	}
	close(fd);
	if (got < 0)
		return err_set(e, ERR_REJECT, "could not read \"%s\": %s", path,
			       strerror(errno));
	if (!buf_ok(out))
		return err_set(e, ERR_REJECT, "\"%s\" has over %zu bytes", path, out->max);
	return left > 0 ? err_set(e, ERR_REJECT, "\"%s\" is %lld bytes short", path,
				  (long long)left)
			: 0;
}
