/*
 * One file per notice in a directory, whole or not at all: written to NAME.part, synced,
 * renamed. Its name comes from its time, incident and key, so that a repeat replaces itself.
 */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/channel_inside.h"

#define FILE_MAX (1 << 20)

/* Letters, digits, '-' only; at most 40. */
static void
add_word(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n && i < 40; i++) {
		char c = s.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || c == '-')
			buf_add_byte(b, c);
	}
}

void
file_name(const struct parcel *p, struct buf *out)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	const struct json *facts = json_parse(a, p->facts, &e);
	struct civil c = zone_civil(NULL, json_int(json_get(facts, "planned_at"), p->at));

	buf_addf(out, "%04d%02d%02dT%02d%02d%02dZ-", c.year, c.month, c.day, c.hour, c.minute,
		 c.second);
	add_word(out, json_text(json_get(facts, "incident"), STR("langyan")));
	buf_add_byte(out, '-');
	add_word(out, p->kind);
	buf_addf(out, "-%.16s.txt", p->hex);
	arena_free(a);
}

static int
write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		s = str_slice(s, (size_t)n, s.n);
	}
	return 0;
}

static int
make_dir(const char *path)
{
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -1 : 0;
}

static int
write_file(int dir, const char *name, struct str text)
{
	struct buf part = BUF(400);
	int fd, r = -1;

	buf_addf(&part, "%s.part", name);
	fd = openat(dir, part.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		r = write_all(fd, text);
		if (r == 0)
			r = fsync(fd);
		close(fd);
	}
	if (r == 0)
		r = renameat(dir, part.p, dir, name);
	if (r == 0)
		r = fsync(dir);
	buf_release(&part);
	return r;
}

static void
add_text(const struct letter *l, struct buf *text)
{
	const struct piece whole = { .n = 1 };

	if (!str_starts(l->whole, l->title)) /* a page begins with it */
		buf_addf(text, "%.*s\n\n", STR_ARG(l->title));
	buf_add(text, l->whole);
	letter_add_links(l, &whole, DIALECT_RAW, text);
}

int
file_start(struct sending *s, struct err *e)
{
	const struct channel_conf *c = s->letter.c;
	struct http_response r = { .end = HTTP_OK, .status = 200 };
	struct buf name = BUF(300), text = BUF(FILE_MAX);
	int dir = -1;

	(void)e;
	file_name(&s->parcel, &name);
	add_text(&s->letter, &text);
	if (make_dir(c->path.p) == 0)
		dir = open(c->path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || write_file(dir, name.p, buf_str(&text)) < 0) {
		r.end = HTTP_NO_CONNECT;
		r.status = 0;
		snprintf(r.detail, sizeof r.detail, "could not write: %s", strerror(errno));
	}
	if (dir >= 0)
		close(dir);
	buf_release(&name);
	buf_release(&text);
	sending_answered(s, &r);
	return 0;
}

/* Its name ends with its key: the time before it may be that of the attempt. */
static int
name_is_of(const char *name, const struct parcel *p, bool *part)
{
	char end[64], part_end[72];

	snprintf(end, sizeof end, "-%.16s.txt", p->hex);
	snprintf(part_end, sizeof part_end, "%s.part", end);
	*part = str_ends(str_of(name), str_of(part_end));
	return *part || str_ends(str_of(name), str_of(end));
}

int
file_again(const struct channel_conf *c, const struct parcel *p, struct err *e)
{
	struct buf text = BUF(FILE_MAX);
	struct arena *a = arena_new();
	struct letter l;
	DIR *d = opendir(c->path.p);
	struct dirent *entry;
	bool part;
	int n = 0;

	if (!d && errno != ENOENT)
		n = err_set(e, ERR_RETRY, "could not read \"%s\": %s", c->path.p,
			    strerror(errno));
	letter_read(&l, a, c, p);
	add_text(&l, &text);
	while (d && n >= 0 && (entry = readdir(d))) {
		int bad;

		if (!name_is_of(entry->d_name, p, &part))
			continue;
		bad = part ? unlinkat(dirfd(d), entry->d_name, 0)
			   : write_file(dirfd(d), entry->d_name, buf_str(&text));
		n = bad ? err_set(e, ERR_RETRY, "could not write \"%s/%s\": %s", c->path.p,
				  entry->d_name, strerror(errno))
			: n + 1;
	}
	if (d)
		closedir(d);
	buf_release(&text);
	arena_free(a);
	return n;
}
