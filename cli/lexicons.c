#include "core/base.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lexicons.h"
#include "core/str.h"
#include "nlp/image_file.h"

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
shipped_find(const char *folder, struct buf *path)
{
	static const char *const beside[] = { "../share/langyan/", "../", "../../" };
	char exe[4096], *real = NULL;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	while (n > 0 && exe[n - 1] != '/')
		n--;
	for (size_t i = 0; n > 0 && i < LY_COUNT(beside) && !real; i++) {
		struct buf b = BUF(1 << 14);

		buf_addf(&b, "%.*s%s%s", (int)n, exe, beside[i], folder);
		if (is_folder(b.p))
			real = realpath(b.p, NULL);
		buf_release(&b);
	}
	if (!real)
		return false;
	buf_add(path, str_of(real));
	free(real);
	return true;
}

void
lexicons_find(const char *given, struct buf *path)
{
	if (given || is_folder("lexicons") || !shipped_find("lexicons", path))
		buf_add(path, str_of(given ? given : "lexicons"));
}

struct image *
lexicons_image(const char *given, struct err *e)
{
	struct buf path = BUF(1 << 14), report = BUF(1 << 20);
	struct image *m = NULL;
	struct lexicon *l;

	lexicons_find(given, &path);
	if (is_file(path.p)) {
		m = image_map(path.p, e);
		buf_release(&path);
		return m;
	}
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
