#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/image_file.h"

#define IMAGE_END   ".image"
#define IMAGE_BYTES (64 << 20) /* larger files are none of ours */

void
image_free(struct image *m)
{
	if (m && m->mapped)
		munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
	free(m);
}

/* ---- one file ---- */

static struct image *
descriptor_map(int fd, struct err *e)
{
	struct stat st;
	struct image *m;
	void *p;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size ||
	    st.st_size > IMAGE_BYTES) {
		err_set(e, ERR_REJECT, "is no lexicon image");
		return NULL;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		err_set(e, ERR_USAGE, "could not be mapped: %s", strerror(errno));
		return NULL;
	}
	m = image_open((struct str){ p, (size_t)st.st_size }, e);
	if (!m) {
		munmap(p, (size_t)st.st_size);
		return NULL;
	}
	m->mapped = true;
	if (!image_is_whole(m)) {
		err_set(e, ERR_REJECT, "is damaged: its hash is another");
		image_free(m);
		return NULL;
	}
	return m;
}

struct image *
image_map(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct image *m;

	if (fd < 0) {
		err_set(e, ERR_USAGE, "could not open \"%s\": %s", path, strerror(errno));
		return NULL;
	}
	m = descriptor_map(fd, e);
	close(fd);
	if (!m)
		err_within(e, "\"%s\"", path);
	return m;
}

static bool
bytes_write(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			s = str_slice(s, (size_t)n, SIZE_MAX);
	}
	return fsync(fd) == 0;
}

int
image_write(const struct image *m, const char *path, struct err *e)
{
	struct buf part = BUF(1 << 14);
	bool ok = false;
	int fd;

	buf_addf(&part, "%s.%d", path, (int)getpid());
	fd = open(part.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0) {
		ok = bytes_write(fd, m->bytes);
		ok = close(fd) == 0 && ok && rename(part.p, path) == 0;
	}
	if (!ok)
		err_set(e, ERR_USAGE, "could not write \"%s\": %s", path, strerror(errno));
	if (!ok && fd >= 0)
		unlink(part.p);
	buf_release(&part);
	return ok ? 0 : -1;
}

/* ---- a folder of them ---- */

static void
path_add(struct buf *b, const char *folder, const struct id *id)
{
	buf_addf(b, "%s/", folder);
	id_add_hex(b, id);
	buf_add(b, STR(IMAGE_END));
}

struct kept {
	char name[256];
	struct timespec used;
};

static int
latest_first(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec < y->used.tv_nsec ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int
is_image(const struct dirent *d)
{
	struct str name = str_of(d->d_name);

	return name.n == 32 + sizeof IMAGE_END - 1 && str_ends(name, STR(IMAGE_END));
}

/* What cannot be removed stays: the next one that is kept tries again. */
static void
folder_prune(const char *folder)
{
	struct dirent **v = NULL;
	int n = scandir(folder, &v, is_image, NULL), dir = open(folder, O_RDONLY | O_DIRECTORY);
	struct kept *kept = calloc((size_t)(n > 0 ? n : 1), sizeof *kept);
	struct stat st;

	if (!kept)
		abort();
	for (int i = 0; i < n; i++) {
		snprintf(kept[i].name, sizeof kept[i].name, "%s", v[i]->d_name);
		if (dir >= 0 && fstatat(dir, v[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			kept[i].used = st.st_mtim;
		free(v[i]);
	}
	if (n > 0)
		qsort(kept, (size_t)n, sizeof *kept, latest_first);
	for (int i = IMAGES_KEPT; i < n; i++)
		(void)unlinkat(dir, kept[i].name, 0);
	if (dir >= 0)
		close(dir);
	free(kept);
	free(v);
}

struct image *
image_kept(const char *folder, const struct id *id, struct err *e)
{
	struct buf path = BUF(1 << 14);
	struct image *m;

	path_add(&path, folder, id);
	m = image_map(path.p, e);
	if (m && !id_eq(&m->id, id)) {
		err_set(e, ERR_REJECT, "\"%s\" is another image than its name says", path.p);
		image_free(m);
		m = NULL;
	}
	buf_release(&path);
	return m;
}

struct image *
image_keep(struct image *m, const char *folder, struct err *e)
{
	struct buf path = BUF(1 << 14);
	struct err why = { .kind = ERR_NONE };
	struct image *mapped = NULL;

	path_add(&path, folder, &m->id);
	if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
		err_set(e, ERR_USAGE, "could not make \"%s\": %s", folder, strerror(errno));
		goto done;
	}
	/* one that is there and whole was used last now */
	mapped = image_kept(folder, &m->id, &why);
	if (mapped)
		(void)utimensat(AT_FDCWD, path.p, NULL, 0);
	else if (image_write(m, path.p, e) == 0)
		mapped = image_kept(folder, &m->id, e);
	if (mapped)
		folder_prune(folder);
done:
	buf_release(&path);
	if (!mapped)
		return m;
	image_free(m);
	return mapped;
}
