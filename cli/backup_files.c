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
	size_t n;
	bool well;

	snprintf(part, sizeof part, "%s.part", to);
	if (in)
		out = fopen(part, "wb");
	while (out && (n = fread(block, 1, sizeof block, in)) > 0)
		if (fwrite(block, 1, n, out) != n)
			break;
	well = in && out && !ferror(in) && !ferror(out) && fflush(out) == 0 &&
	       fchmod(fileno(out), 0600) == 0 && fsync(fileno(out)) == 0;
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

static int
file_take(struct copying *c, const char *from, const char *to, struct err *e)
{
	int64_t here = append_length(from), there = append_length(to);
	char aside[4200];

	if (here < 0)
		return 0; /* removed just now */
	if (there >= 0 && (c->what == COPY_MISSING || here == there ||
			   (c->what == COPY_GROWN && here < there)))
		return 0;
	if (there >= 0 && c->what == COPY_DIFFERS) {
		snprintf(aside, sizeof aside, "%s.replaced", to);
		if (rename(to, aside) < 0)
			return err_set(e, ERR_RETRY, "could not set \"%s\" aside: %s", to,
				       strerror(errno));
	}
	c->n++;
	return file_copy(from, to, e);
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
	while (rc == 0 && (entry = readdir(d))) {
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
