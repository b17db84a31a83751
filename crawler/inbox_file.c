/*
 * inbox_file.c - how a file is followed: by inode, from where we were.
 *
 * 1. The place moves only in the transaction of the documents before it.
 * 2. A file that shrank, or whose birth or first bytes are others, is another file: from its start.
 *    What was read of it before is known by its marks.
 */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/str.h"

#include "crawler/inbox_read.h"
#include "crawler/state.h"

#define HEAD_BYTES  256
#define START_BYTES ((size_t)64 << 10) /* where the header of a table is */

struct opened {
	int fd;
	int64_t inode, size, born_ns;
};

/* Never waits (a pipe), never follows a link out of the folder. 1: not there, or no file. */
static int
file_open(struct look *l, const char *path, struct opened *o)
{
	struct statx x;

	o->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (o->fd < 0 && (errno == ENOENT || errno == ELOOP))
		return 1;
	if (o->fd < 0)
		return err_set(l->e, ERR_REJECT, "could not open \"%s\": %s", path,
			       strerror(errno));
	if (statx(o->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &x) < 0 ||
	    !S_ISREG(x.stx_mode)) {
		close(o->fd);
		return 1;
	}
	o->inode = (int64_t)x.stx_ino;
	o->size = (int64_t)x.stx_size;
	o->born_ns = x.stx_mask & STATX_BTIME
			     ? x.stx_btime.tv_sec * INT64_C(1000000000) + x.stx_btime.tv_nsec
			     : 0;
	return 0;
}

static int
bytes_read(struct look *l, int fd, int64_t at, size_t n, struct str *out)
{
	char *p = arena_alloc(l->file, n + 1);
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, p + have, n - have, at + (int64_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(l->e, ERR_REJECT, "could not read: %s", strerror(errno));
		if (!got)
			break;
		have += (size_t)got;
	}
	*out = (struct str){ p, have };
	return 0;
}

/* What tells that it is still the same file: its birth, then its first bytes. */
static struct str
head_of(struct look *l, const struct opened *o, struct str start)
{
	size_t n = start.n < HEAD_BYTES ? start.n : HEAD_BYTES;
	char *p = arena_alloc(l->file, sizeof o->born_ns + n + 1);

	memcpy(p, &o->born_ns, sizeof o->born_ns);
	if (n)
		memcpy(p + sizeof o->born_ns, start.p, n);
	return (struct str){ p, sizeof o->born_ns + n };
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* At most n of the file's bytes from a place on. */
static int
part_read(struct look *l, const struct opened *o, int64_t at, size_t n, struct str *out)
{
	int64_t left = o->size - at;

	return bytes_read(l, o->fd, at, left < (int64_t)n ? (size_t)left : n, out);
}

static int
piece_read(struct look *l, const struct opened *o, const char *path, piece_fn *fn)
{
	int64_t left;
	struct piece p = { .name = base_name(path) };
	struct watched w;
	struct str start, head;

	if (watched_read(l->c->store, l->source->name, o->inode, l->file, &w, l->e) < 0 ||
	    part_read(l, o, 0, HEAD_BYTES, &start) < 0)
		return -1;
	head = head_of(l, o, start);
	if (o->size < w.place || !str_starts(head, w.head))
		w.place = 0, w.line = 1, w.size = -1;
	left = o->size - w.place;
	p.place = w.place;
	p.line = w.line;
	p.final = left <= (int64_t)LOOK_BYTES && w.size == o->size;
	if (left > 0 && (part_read(l, o, 0, START_BYTES, &p.whole) < 0 ||
			 part_read(l, o, w.place, LOOK_BYTES, &p.text) < 0))
		return -1;
	if (p.text.n && fn(l, &p) < 0)
		return -1;
	if (!p.used && p.text.n == LOOK_BYTES) { /* no line is as long as that */
		look_refused(l, p.name, p.line, "over 16 MiB without an end: passed over");
		p.used = p.text.n;
	}
	l->bytes += p.used;
	w.place += (int64_t)p.used;
	w.line += p.lines;
	l->more = l->more ||
		  (p.used && w.place < o->size && (look_full(l) || left > (int64_t)LOOK_BYTES));
	w.size = o->size;
	w.name = str_of(p.name);
	w.head = head;
	w.met_at = l->c->now;
	return watched_write(l->c->store, l->source->name, &w, l->e);
}

int
file_follow(struct look *l, const char *path, piece_fn *fn)
{
	struct opened o = { .fd = -1 };
	int r = file_open(l, path, &o);

	if (r)
		return r;
	r = piece_read(l, &o, path, fn);
	arena_reset(l->file);
	close(o.fd);
	return r;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
folder_list(struct look *l, const char *path, char ***names, size_t *n)
{
	DIR *d = opendir(path);
	struct dirent *x;

	size_t cap = 256;

	*n = 0;
	*names = arena_alloc(l->a, cap * sizeof **names);
	if (!d)
		return err_set(l->e, ERR_REJECT, "could not read \"%s\": %s", path,
			       strerror(errno));
	while (*n < INBOX_FILES && (x = readdir(d))) {
		if (x->d_name[0] == '.')
			continue;
		if (*n == cap) {
			char **more = arena_alloc(l->a, (cap *= 2) * sizeof *more);

			memcpy(more, *names, *n * sizeof *more);
			*names = more;
		}
		(*names)[(*n)++] = arena_textf(l->a, "%s/%s", path, x->d_name);
	}
	closedir(d);
	if (*n == INBOX_FILES)
		look_refused(l, path, 0, "over 200,000 files: the others are not read");
	qsort(*names, *n, sizeof **names, by_name);
	return 0;
}

/* ---- kind: file ---------------------------------------------------------------------------------- */

static bool
is_unfinished(const char *name)
{
	struct str s = str_of(name);

	return str_ends(s, STR(".tmp")) || str_ends(s, STR(".part")) ||
	       str_ends(s, STR(".swp")) || str_ends(s, STR("~"));
}

static int
folder_look(struct look *l, const char *path)
{
	char **names;
	size_t n;

	if (folder_list(l, path, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (is_unfinished(names[i]))
			continue;
		if (look_full(l)) {
			l->more = true;
			return 0;
		}
		if (file_follow(l, names[i], rows_reader(l, base_name(names[i]))) < 0)
			return -1;
	}
	return 0;
}

/* Files we knew and did not meet: one that was renamed beside path is read to its end, one that
 * is gone is forgotten. */
static int
rotated_look(struct look *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		arena_text(l->a, (struct str){ path, slash ? (size_t)(slash - path) : 0 });
	char **names;
	int64_t *inodes;
	size_t n, k;

	if (watched_unmet(l->c->store, l->source->name, l->c->now, l->a, &inodes, &k, l->e) < 0)
		return -1;
	if (!k)
		return 0;
	if (folder_list(l, slash == path ? "/" : folder, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < k; i++) {
		bool found = false;

		for (size_t f = 0; f < n && !found; f++) {
			struct stat st;

			found = lstat(names[f], &st) == 0 && S_ISREG(st.st_mode) &&
				(int64_t)st.st_ino == inodes[i];
			if (found &&
			    file_follow(l, names[f], rows_reader(l, base_name(path))) < 0)
				return -1;
		}
		if (!found && watched_forget(l->c->store, l->source->name, inodes[i], l->e) < 0)
			return -1;
	}
	return 0;
}

static int
gone_forget(struct look *l)
{
	int64_t *inodes;
	size_t n;

	if (watched_unmet(l->c->store, l->source->name, l->c->now, l->a, &inodes, &n, l->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (watched_forget(l->c->store, l->source->name, inodes[i], l->e) < 0)
			return -1;
	return 0;
}

int
files_look(struct look *l)
{
	const char *path = arena_text(l->a, l->source->path);
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return err_set(l->e, ERR_REJECT, "could not find \"%s\": %s", path,
			       strerror(errno));
	if (S_ISDIR(st.st_mode))
		return folder_look(l, path) < 0 ? -1 : l->more ? 0 : gone_forget(l);
	/* What was renamed is not met because path has another inode now. */
	r = file_follow(l, path, rows_reader(l, base_name(path)));
	return r < 0 ? -1 : rotated_look(l, path);
}
