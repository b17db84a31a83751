/*
 * inbox_file.c - how a file is followed: by inode, from where we were.
 *
 * 1. The place moves only in the transaction of the documents before it.
 * 2. A file that shrank, or whose birth, first bytes or last bytes that were read are others, is
 *    another file: from its start. What was read of it before is known by its marks.
 * 3. One file of a folder that cannot be read keeps nobody from the others.
 */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/str.h"

#include "crawler/evidence_text.h"
#include "crawler/inbox_read.h"
#include "crawler/state.h"

#define HEAD_BYTES  256
#define TAIL_BYTES  64                 /* before the place where we are */
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

/* The bytes before place: those of a file that was written anew are others. */
static int
tail_read(struct look *l, const struct opened *o, int64_t place, struct str *out)
{
	int64_t n = place < TAIL_BYTES ? place : TAIL_BYTES;

	return part_read(l, o, place - n, (size_t)n, out);
}

/* Where we are in the file; at its start when it is another one than it was. */
static int
place_find(struct look *l, const struct opened *o, struct watched *w)
{
	struct str start, tail = STR(""), was = { 0 };
	int known = watched_read(l->c->store, l->source->name, o->inode, l->file, w, l->e);

	if (known < 0 || part_read(l, o, 0, HEAD_BYTES, &start) < 0)
		return -1;
	was = w->head;
	w->head = head_of(l, o, start);
	if (w->tail.n && w->place <= o->size && tail_read(l, o, w->place, &tail) < 0)
		return -1;
	if (o->size < w->place || !str_starts(w->head, was) || !str_eq(tail, w->tail))
		w->place = 0, w->line = 1, w->size = -1;
	return 0;
}

/* Zeros before the text: the file was truncated, and its writer went on where it had been. */
static size_t
hole_at(struct str s)
{
	size_t n = 0;

	while (n < s.n && !s.p[n])
		n++;
	return n;
}

/* What stands for no text at all is refused once, whatever its name. NULL: it is text. */
static const char *
not_text(const struct piece *p)
{
	size_t hole = hole_at(p->whole);
	struct str s = str_slice(p->whole, hole, hole + HEAD_BYTES);

	if (str_starts(s, STR("\xff\xfe")) || str_starts(s, STR("\xfe\xff")))
		return "it is UTF-16, which cannot be followed: import it";
	if (evidence_is_packed(p->whole) || (s.n && memchr(s.p, '\0', s.n)))
		return "it is no text";
	return NULL;
}

/* The reader's part of what is new. */
static int
piece_take(struct look *l, struct piece *p, piece_fn *fn)
{
	const char *why = p->text.n ? not_text(p) : NULL;
	size_t hole = hole_at(p->text);

	p->text = str_slice(p->text, hole, p->text.n);
	if (p->text.n && !why && fn(l, p) < 0)
		return -1;
	if (!why && !p->used && p->text.n + hole == LOOK_BYTES)
		why = "over 16 MiB without an end: passed over"; /* no line is as long as that */
	if (why) {
		look_refused(l, p->name, p->line, why);
		p->used = p->text.n;
	}
	p->used += hole;
	return 0;
}

static int
piece_read(struct look *l, const struct opened *o, const char *path, piece_fn *fn)
{
	int64_t left;
	struct piece p = { .name = base_name(path) };
	struct watched w;

	if (place_find(l, o, &w) < 0)
		return -1;
	left = o->size - w.place;
	p.inode = w.inode;
	p.place = w.place;
	p.line = w.line;
	p.final = left <= (int64_t)LOOK_BYTES && w.size == o->size;
	if (left > 0 && (part_read(l, o, 0, START_BYTES, &p.whole) < 0 ||
			 part_read(l, o, w.place, LOOK_BYTES, &p.text) < 0))
		return -1;
	if (!w.place && watched_rows_forget(l->c->store, l->source->name, w.inode, l->e) < 0)
		return -1;
	if (piece_take(l, &p, fn) < 0)
		return -1;
	l->bytes += p.used;
	w.place += (int64_t)p.used;
	w.line += p.lines;
	l->more = l->more ||
		  (p.used && w.place < o->size && (look_full(l) || left > (int64_t)LOOK_BYTES));
	w.size = o->size;
	w.name = str_of(p.name);
	w.met_at = l->c->now;
	if (tail_read(l, o, w.place, &w.tail) < 0)
		return -1;
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
		if (file_follow(l, names[i], rows_reader(l, base_name(names[i]))) < 0 &&
		    look_pass(l, base_name(names[i])) < 0)
			return -1;
	}
	return 0;
}

/* Files we knew and did not meet: one that was renamed beside path is read to its end, one that
 * is gone is forgotten. */
static int
rotated_look(struct look *l, const char *path, piece_fn *fn)
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
			if (found && file_follow(l, names[f], fn) < 0)
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
path_find(struct look *l, const char **path)
{
	char *real = realpath(arena_text(l->a, l->source->path), NULL);

	if (!real)
		return err_set(l->e, ERR_REJECT, "could not find \"%.*s\": %s",
			       STR_ARG(l->source->path), strerror(errno));
	*path = arena_text(l->a, str_of(real));
	free(real);
	return 0;
}

int
files_look(struct look *l)
{
	piece_fn *fn = rows_reader(l, base_name(arena_text(l->a, l->source->path)));
	const char *path;
	struct stat st;
	int r;

	if (path_find(l, &path) < 0)
		return -1;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return folder_look(l, path) < 0 ? -1
		       : l->more || l->passed   ? 0
						: gone_forget(l);
	/* What was renamed is not met because path has another inode now. */
	r = file_follow(l, path, fn);
	return r < 0 ? -1 : rotated_look(l, path, fn);
}
