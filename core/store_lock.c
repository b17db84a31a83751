#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/store.h"

struct dir_lock {
	int fd;
};

static int
refuse_second(int fd, const char *path, struct err *e)
{
	char pid[24];
	ssize_t n = pread(fd, pid, sizeof pid - 1, 0);

	while (n > 0 && (pid[n - 1] < '0' || pid[n - 1] > '9'))
		n--;
	if (n <= 0)
		return err_set(e, ERR_RETRY, "\"%s\" is held by another process", path);
	return err_set(e, ERR_RETRY, "\"%s\" is held by process %.*s", path, (int)n, pid);
}

static int
lock_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", path,
			       strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			refuse_second(fd, path, e);
		else
			err_set(e, ERR_USAGE, "could not lock \"%s\": %s", path,
				strerror(errno));
		close(fd);
		return -1;
	}
	/* Only a courtesy for the message above: the lock itself is the kernel's. */
	if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		errno = 0;
	return fd;
}

struct dir_lock *
dir_lock_take(const char *dir, struct err *e)
{
	struct buf path = BUF(4096);
	struct dir_lock *l = NULL;
	int fd;

	buf_addf(&path, "%s/lock", dir);
	fd = lock_file(path.p, e);
	buf_release(&path);
	if (fd < 0)
		return NULL;
	l = calloc(1, sizeof *l);
	if (!l)
		abort();
	l->fd = fd;
	return l;
}

/* The file stays: removing it would let two processes lock two different files. */
void
dir_lock_release(struct dir_lock *l)
{
	if (!l)
		return;
	if (ftruncate(l->fd, 0) < 0)
		errno = 0;
	close(l->fd);
	free(l);
}

static bool
whole(const struct stat *st)
{
	return st->st_size >= STORE_RESERVE_BYTES &&
	       (int64_t)st->st_blocks * 512 >= STORE_RESERVE_BYTES;
}

int
store_reserve_open(const char *dir, struct err *e)
{
	struct buf path = BUF(4096);
	struct stat st;
	int fd, rc = 0;

	buf_addf(&path, "%s/reserve", dir);
	fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		rc = errno;
	else if (!whole(&st))
		rc = posix_fallocate(fd, 0, STORE_RESERVE_BYTES);
	if (rc != 0) {
		err_set(e, rc == ENOSPC || rc == EDQUOT ? ERR_RETRY : ERR_USAGE,
			"could not keep 16 MiB aside in \"%s\": %s", path.p, strerror(rc));
		unlink(path.p); /* half a reserve would take room and be worth nothing */
	}
	if (fd >= 0)
		close(fd);
	buf_release(&path);
	return rc == 0 ? 0 : -1;
}

bool
store_has_room(const char *path)
{
	struct statvfs d;

	return statvfs(path, &d) < 0 ||
	       (int64_t)d.f_bavail * (int64_t)d.f_frsize > STORE_ROOM_BYTES;
}

bool
store_reserve_release(const char *dir)
{
	struct buf path = BUF(4096);
	bool gave;

	buf_addf(&path, "%s/reserve", dir);
	gave = unlink(path.p) == 0;
	buf_release(&path);
	return gave;
}
