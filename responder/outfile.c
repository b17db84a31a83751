#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "responder/outfile.h"

int
outfile_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_RETRY, "could not make \"%s\": %s", path,
			       strerror(errno));
	return 0;
}

static int
write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s.p += n;
		s.n -= (size_t)n;
	}
	return 0;
}

int
outfile_write(const char *path, struct str bytes, struct err *e)
{
	struct buf part = BUF(8192);
	int fd, bad;

	buf_addf(&part, "%s.part", path);
	fd = open(part.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bad = fd < 0 || write_all(fd, bytes) < 0;
	if (fd >= 0 && close(fd) < 0)
		bad = true;
	if (bad || rename(part.p, path) < 0)
		bad = err_set(e, ERR_RETRY, "could not write \"%s\": %s", path,
			      strerror(errno));
	buf_release(&part);
	return bad ? -1 : 0;
}

int
outfile_again(const char *path, struct str bytes, struct err *e)
{
	struct buf part = BUF(8192);
	int bad = 0;

	if (access(path, F_OK) == 0) {
		bad = outfile_write(path, bytes, e) < 0 ? -1 : 1;
	} else {
		buf_addf(&part, "%s.part", path);
		if (unlink(part.p) < 0 && errno != ENOENT && errno != ENOTDIR)
			bad = err_set(e, ERR_RETRY, "could not remove \"%s\": %s", part.p,
				      strerror(errno));
	}
	buf_release(&part);
	return bad;
}
