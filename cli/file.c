#include "core/base.h"

#include <errno.h>
#include <sys/stat.h>

#include "cli/file.h"

int
file_ended(FILE *f, const char *path, struct err *e)
{
	return ferror(f) ? err_set(e, ERR_USAGE, "could not read \"%s\": %s", path,
				   strerror(errno))
			 : 0;
}

static int
too_long(const char *path, size_t max, struct err *e)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB" };
	size_t u = 0;

	for (; u + 1 < LY_COUNT(units) && max >= 1024 && max % 1024 == 0; u++)
		max /= 1024;
	return err_set(e, ERR_USAGE, "\"%s\" is over %zu %s", path, max, units[u]);
}

int
file_read(const char *path, struct buf *b, struct err *e)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "rbe") : stdin;
	char block[65536];
	struct stat st;
	size_t n;
	int rc;

	if (!f)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", path,
			       strerror(errno));
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		buf_reserve(b, b->n + (size_t)st.st_size + 1); /* or it grows, copy by copy */
	while (buf_ok(b) && (n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(b, (struct str){ block, n });
	rc = file_ended(f, path, e);
	if (f != stdin)
		fclose(f);
	if (rc == 0 && !buf_ok(b))
		return too_long(path, b->max, e);
	return rc;
}
