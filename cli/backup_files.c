/* backup_files.c - see backup_files.h. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/append.h"
#include "core/str.h"

#include "cli/backup_files.h"

#define DEPTH_MAX 4

int
file_copy(const char *from, const char *to, struct err *e)
{
	char part[4200], block[65536];
	FILE *in = fopen(from, "rb"), *out = NULL;
	struct stat st; /* from before it is read: what comes meanwhile is another time */
	size_t n;
	bool well;

	snprintf(part, sizeof part, "%s.part", to);
	if (in && fstat(fileno(in), &st) == 0)
		out = fopen(part, "wb");
	while (out && (n = fread(block, 1, sizeof block, in)) > 0)
		if (fwrite(block, 1, n, out) != n)
			break;
	well = in && out && !ferror(in) && !ferror(out) && fflush(out) == 0 &&
	       fchmod(fileno(out), 0600) == 0 &&
	       futimens(fileno(out), (struct timespec[]){ st.st_atim, st.st_mtim }) == 0 &&
	       fsync(fileno(out)) == 0;
	if (in)
		fclose(in);
	if (out && fclose(out) != 0)
		well = false;
	if (!well || rename(part, to) < 0)
		return err_set(e, ERR_RETRY, "could not copy \"%s\" to \"%s\": %s", from, to,
			       strerror(errno));
	return 0;
}

struct copying {
	enum copy_what what;
	int64_t n;
};

/* Written at one moment, and as long: the same. */
static bool
is_same(const char *from, const char *to)
{
	struct stat a, b;

	return stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_size == b.st_size &&
	       a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

/* What stands there does for what is here. */
static bool
does(enum copy_what what, const char *from, const char *to)
{
	int64_t here = append_length(from), there = append_length(to);

	if (there < 0)
		return false;
	switch (what) {
	case COPY_GROWN:
		return here <= there;
	case COPY_SAME:
		return is_same(from, to);
	case COPY_MISSING:
		return true;
	case COPY_DIFFERS:
		break;
	}
	return here == there;
}

static int
file_take(struct copying *c, const char *from, const char *to, struct err *e)
{
	char aside[4200];

	if (does(c->what, from, to))
		return 0;
	if (append_length(to) >= 0 && c->what == COPY_DIFFERS) {
		snprintf(aside, sizeof aside, "%s.replaced", to);
		if (rename(to, aside) < 0)
			return err_set(e, ERR_RETRY, "could not set \"%s\" aside: %s", to,
				       strerror(errno));
	}
	c->n++;
	return file_copy(from, to, e);
}

/* The next of a folder; NULL at its end, and when it cannot be read on: *rc is -1 then. */
static struct dirent *
entry_next(DIR *d, const char *path, int *rc, struct err *e)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(d);
	if (!entry && errno)
		*rc = err_set(e, ERR_RETRY, "could not read \"%s\": %s", path, strerror(errno));
	return entry;
}

static int
folder_take(struct copying *c, const char *from, const char *to, int depth, struct err *e)
{
	DIR *d = opendir(from);
	struct dirent *entry;
	int rc = 0;

	if (!d)
		return errno == ENOENT ? 0
				       : err_set(e, ERR_RETRY, "could not read \"%s\": %s",
						 from, strerror(errno));
	if (mkdir(to, 0700) < 0 && errno != EEXIST)
		rc = err_set(e, ERR_USAGE, "could not make \"%s\": %s", to, strerror(errno));
	while (rc == 0 && (entry = entry_next(d, from, &rc, e))) {
		char *a = NULL, *b = NULL;
		struct stat st;

		if (entry->d_name[0] == '.' || str_ends(str_of(entry->d_name), STR(".part")))
			continue;
		if (asprintf(&a, "%s/%s", from, entry->d_name) < 0 ||
		    asprintf(&b, "%s/%s", to, entry->d_name) < 0)
			abort();
		if (lstat(a, &st) < 0)
			rc = errno == ENOENT
				     ? 0 /* retention removed it just now */
				     : err_set(e, ERR_RETRY, "could not read \"%s\": %s", a,
					       strerror(errno));
		else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			rc = folder_take(c, a, b, depth + 1, e);
		else if (S_ISREG(st.st_mode))
			rc = file_take(c, a, b, e);
		free(a);
		free(b);
	}
	closedir(d);
	return rc;
}

int
files_copy(const char *from, const char *to, enum copy_what what, int64_t *n, struct err *e)
{
	struct copying c = { .what = what };
	int rc = folder_take(&c, from, to, 0, e);

	*n = c.n;
	return rc;
}

struct dropping {
	const char *from, *to;
	bool (*keeps)(void *arg, const char *name);
	void *arg;
	int64_t n;
};

static int name_drop(struct dropping *d, const char *name, int depth, struct err *e);

/* name: below both folders; "" is they themselves. */
static int
folder_drop(struct dropping *d, const char *path, const char *name, int depth, struct err *e)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return errno == ENOENT ? 0
				       : err_set(e, ERR_RETRY, "could not read \"%s\": %s",
						 path, strerror(errno));
	while (rc == 0 && (entry = entry_next(dir, path, &rc, e))) {
		char *below = NULL;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&below, "%s%s%s", name, *name ? "/" : "", entry->d_name) < 0)
			abort();
		rc = name_drop(d, below, depth + 1, e);
		free(below);
	}
	closedir(dir);
	return rc;
}

static int
name_drop(struct dropping *d, const char *name, int depth, struct err *e)
{
	char *here = NULL, *there = NULL;
	struct stat st, from;
	int rc = 0;

	if (asprintf(&here, "%s/%s", d->from, name) < 0 ||
	    asprintf(&there, "%s/%s", d->to, name) < 0)
		abort();
	if (lstat(there, &st) < 0) {
		rc = errno == ENOENT ? 0
				     : err_set(e, ERR_RETRY, "could not read \"%s\": %s", there,
					       strerror(errno));
	} else if (S_ISDIR(st.st_mode) && depth <= DEPTH_MAX) {
		rc = folder_drop(d, there, name, depth, e);
		if (rc == 0 && lstat(here, &from) < 0 && errno == ENOENT)
			(void)rmdir(there); /* when nothing stayed in it */
	} else if (S_ISREG(st.st_mode) &&
		   (str_ends(str_of(name), STR(".part")) ||
		    (lstat(here, &from) < 0 && errno == ENOENT && !d->keeps(d->arg, name)))) {
		d->n++;
		rc = append_remove(there, e);
	}
	free(here);
	free(there);
	return rc;
}

int
files_drop(const char *from, const char *to, bool (*keeps)(void *arg, const char *name),
	   void *arg, int64_t *n, struct err *e)
{
	struct dropping d = { from, to, keeps, arg, 0 };
	struct stat st;
	int rc = 0;

	/* Of a folder that is not here nothing can be said. */
	if (stat(from, &st) == 0 && S_ISDIR(st.st_mode))
		rc = folder_drop(&d, to, "", 0, e);
	*n = d.n;
	return rc;
}
