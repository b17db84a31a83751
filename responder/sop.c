#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/plain.h"
#include "responder/sop.h"

#define NAME_BYTES  300
#define TITLE_CHARS 120

/* ---- a page ------------------------------------------------------------------------------------------ */

static bool
is_kept(uint32_t cp)
{
	if (cp == '\n' || cp == '\t')
		return true;
	return cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0) && !plain_hides(cp);
}

static struct str
cleaned(struct str bytes, struct arena *a)
{
	struct buf b = BUF(4 * SOP_BYTES);
	const char *p = bytes.p, *end = bytes.p + bytes.n;
	struct str out;

	while (p < end) {
		char to[4];
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if (is_kept(cp))
			buf_add(&b, (struct str){ to, utf8_put(to, cp) });
	}
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct sop_page
sop_parse(struct str name, struct str bytes, struct arena *a)
{
	struct sop_page page = { .title = name, .text = cleaned(bytes, a) };
	struct str rest = page.text, line;

	while (str_next(&rest, '\n', &line)) {
		size_t marks = 0;

		while (marks < line.n && line.p[marks] == '#')
			marks++;
		if (!marks || marks > 6 || marks == line.n || line.p[marks] != ' ')
			continue;
		line = str_trim(str_slice(line, marks, line.n));
		if (line.n)
			page.title = utf8_head(line, TITLE_CHARS);
		break;
	}
	return page;
}

/* ---- the folder ------------------------------------------------------------------------------------- */

struct listing {
	struct arena *a;
	struct sop_files *out;
	size_t cap;
};

/* No file that a person would not see in the folder. */
static bool
is_plain(struct str name)
{
	return name.n && name.n <= NAME_BYTES && name.p[0] != '.' && utf8_valid(name) &&
	       str_find_byte(name, '\n') < 0;
}

#define TOO_LARGE  "it is over 256 KiB"
#define NO_UTF8    "it is no UTF-8"
#define NOT_OPENED "it may not be read"

/* A new place, or where there is none that of one that cannot be read; NULL: there is neither. */
static struct sop_file *
place_of(struct listing *l, bool readable)
{
	struct sop_files *out = l->out;

	if (out->n < SOP_FILES) {
		if (out->n == l->cap)
			out->v = heap_more(out->v, &l->cap, sizeof *out->v);
		return &out->v[out->n++];
	}
	out->passed++;
	for (size_t i = 0; readable && i < out->n; i++)
		if (out->v[i].unread)
			return &out->v[i];
	return NULL;
}

/* may_read: by us. */
static void
file_add(struct listing *l, struct str name, const struct stat *st, bool may_read)
{
	struct sop_file *f;

	if (!str_ends(name, STR(".md")))
		return;
	f = place_of(l, may_read && st->st_size <= SOP_BYTES);
	if (!f)
		return;
	*f = (struct sop_file){
		.name = arena_str(l->a, name),
		.signature = str_of(arena_textf(l->a, "%lld.%lld.%ld%s", (long long)st->st_size,
						(long long)st->st_mtim.tv_sec,
						st->st_mtim.tv_nsec, may_read ? "" : ".shut")),
		.at = st->st_mtim.tv_sec,
		.unread = st->st_size > SOP_BYTES ? TOO_LARGE
			  : may_read              ? NULL
						  : NOT_OPENED,
	};
}

/* fd is taken. below: its name, with a slash at the end, or empty. */
static void
folder_list(struct listing *l, int fd, struct str below, int depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *one;

	if (!d) {
		close(fd);
		l->out->passed++;
		return;
	}
	while ((one = readdir(d))) {
		struct str name =
			str_of(arena_textf(l->a, "%.*s%s", STR_ARG(below), one->d_name));
		struct stat st;

		if (!is_plain(str_of(one->d_name)) || name.n > NAME_BYTES ||
		    fstatat(dirfd(d), one->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode)) {
			file_add(l, name, &st,
				 faccessat(dirfd(d), one->d_name, R_OK, AT_EACCESS) == 0);
		} else if (S_ISDIR(st.st_mode) && depth < SOP_DEPTH) {
			int sub = openat(dirfd(d), one->d_name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (sub >= 0)
				folder_list(l, sub,
					    str_of(arena_textf(l->a, "%.*s/", STR_ARG(name))),
					    depth + 1);
			else
				l->out->passed++;
		} else {
			l->out->passed++;
		}
	}
	closedir(d);
}

static int
by_name(const void *x, const void *y)
{
	return str_cmp(((const struct sop_file *)x)->name, ((const struct sop_file *)y)->name);
}

int
sop_list(struct str dir, struct arena *a, struct sop_files *out, struct err *e)
{
	struct listing l = { .a = a, .out = out };
	struct sop_file *v;
	int fd;

	*out = (struct sop_files){ .v = NULL };
	if (!dir.n)
		return 0;
	fd = open(arena_text(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_USAGE, "could not read the SOP folder \"%.*s\": %s",
			       STR_ARG(dir), strerror(errno));
	folder_list(&l, fd, STR(""), 1);
	v = arena_alloc(a, (out->n + 1) * sizeof *v);
	if (out->n) {
		qsort(out->v, out->n, sizeof *out->v, by_name);
		memcpy(v, out->v, out->n * sizeof *v);
	}
	free(out->v);
	out->v = v;
	return 0;
}

/* A name of ours, and not a way out of the folder. */
static bool
is_name(struct str name)
{
	struct str rest = name, part;
	int depth = 0;

	if (!str_ends(name, STR(".md")) || name.n > NAME_BYTES)
		return false;
	while (str_next(&rest, '/', &part))
		if (!is_plain(part) || ++depth > SOP_DEPTH)
			return false;
	return true;
}

/* Part by part, so that no link is followed on the way. */
static int
page_open(const char *dir, struct str name, struct arena *a)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;
	struct str rest = name, part;

	while (at >= 0 && str_next(&rest, '/', &part)) {
		int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

		next = openat(at, arena_text(a, part), rest.n ? flags | O_DIRECTORY : flags);
		close(at);
		at = next;
	}
	return at;
}

int
sop_read(struct str dir, struct str name, struct arena *a, struct sop_page *out, struct err *e)
{
	struct buf b = BUF(SOP_BYTES + 1);
	char part[16 << 10];
	struct stat st;
	ssize_t n = 0;
	int fd;

	if (!dir.n || !is_name(name))
		return 0;
	fd = page_open(arena_text(a, dir), name, a);
	if (fd < 0)
		return errno == ENOENT || errno == ELOOP || errno == ENOTDIR
			       ? 0
			       : err_set(e, ERR_RETRY, "%s", strerror(errno));
	n = fstat(fd, &st);
	if (n == 0 && S_ISREG(st.st_mode))
		while ((n = read(fd, part, sizeof part)) > 0)
			buf_add(&b, (struct str){ part, (size_t)n });
	if (n < 0)
		err_set(e, ERR_RETRY, "%s", strerror(errno));
	else if (!buf_ok(&b) || b.n > SOP_BYTES)
		n = err_set(e, ERR_USAGE, TOO_LARGE);
	else if (!utf8_valid(buf_str(&b)))
		n = err_set(e, ERR_USAGE, NO_UTF8);
	else
		*out = sop_parse(name, buf_str(&b), a);
	close(fd);
	buf_release(&b);
	return n < 0 ? -1 : 1;
}
