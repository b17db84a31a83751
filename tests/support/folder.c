/* folder.c - see folder.h. */
#include "core/base.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

void
folder_put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0 && fclose(f) == 0);
}

int
folder_files_with(const char *dir, const char *mark, struct buf *where)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int n = 0;

	assert_non_null(d);
	while ((entry = readdir(d))) {
		char path[512];
		struct stat st;
		FILE *f;
		char *all;

		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (entry->d_name[0] == '.' || stat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			n += folder_files_with(path, mark, where);
			continue;
		}
		all = malloc((size_t)st.st_size + 1);
		f = fopen(path, "rb");
		assert_true(f && all);
		assert_int_equal(fread(all, 1, (size_t)st.st_size, f), st.st_size);
		if (memmem(all, (size_t)st.st_size, mark, strlen(mark))) {
			buf_addf(where, "%s\n", path);
			n++;
		}
		fclose(f);
		free(all);
	}
	closedir(d);
	return n;
}

void
folder_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char path[512];

		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(path) < 0)
			folder_remove(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}
