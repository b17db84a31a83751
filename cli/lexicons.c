#include "core/base.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lexicons.h"
#include "core/str.h"

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void
lexicons_find(const char *given, struct buf *path)
{
	static const char *const beside[] = { "../lexicons", "../share/langyan/lexicons" };
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (given || is_folder("lexicons") || n <= 0) {
		buf_add(path, str_of(given ? given : "lexicons"));
		return;
	}
	while (n && exe[n - 1] != '/')
		n--;
	for (size_t i = 0; i < LY_COUNT(beside); i++) {
		buf_clear(path);
		buf_addf(path, "%.*s%s", (int)n, exe, beside[i]);
		if (is_folder(path->p))
			return;
	}
	buf_clear(path);
	buf_add(path, STR("lexicons"));
}

struct image *
lexicons_image(const char *given, struct err *e)
{
	struct buf path = BUF(1 << 14), report = BUF(1 << 20);
	struct image *m = NULL;
	struct lexicon *l;

	lexicons_find(given, &path);
	l = lexicon_load(buf_str(&path), NULL, 0, &report, e);
	if (l)
		m = image_build(l, NULL, 0, e);
	else
		fputs(report.p, stderr);
	lexicon_free(l);
	buf_release(&path);
	buf_release(&report);
	return m;
}
