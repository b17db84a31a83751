#include "core/base.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lexicons.h"
#include "cli/settings.h"
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

void
lexicons_report(struct str report, const char *but, FILE *to)
{
	struct buf shipped = BUF(1 << 14);
	struct str line;

	buf_addf(&shipped, "warning: %s/", but ? but : "");
	while (str_next(&report, '\n', &line))
		if (line.n && (!but || !str_starts(line, buf_str(&shipped))))
			fprintf(to, "%.*s\n", STR_ARG(line));
	buf_release(&shipped);
}

struct image *
lexicons_image(const struct lexicons_given *g, struct err *e)
{
	struct settings *s = g->conf ? settings_read(g->conf, NULL, e) : NULL;
	struct buf path = BUF(1 << 14), report = BUF(1 << 20);
	struct conf_texts extra = { .n = 0 };
	struct image *m = NULL;
	struct lexicon *l;

	if (g->conf && !s)
		return NULL;
	if (s)
		extra = s->words.extra;
	lexicons_find(s ? s->words.dir.p : g->folder, &path);
	if (is_file(path.p)) {
		m = image_map(path.p, e);
		buf_release(&path);
		settings_free(s);
		return m;
	}
	l = lexicon_load(buf_str(&path), extra.v, extra.n, &report, e);
	if (l)
		m = image_build(l, NULL, 0, e);
	else
		lexicons_report(buf_str(&report), path.p, stderr);
	lexicon_free(l);
	settings_free(s); /* its names were the list's */
	buf_release(&path);
	buf_release(&report);
	return m;
}

struct str
lexicons_list_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str s = str_of(slash ? slash + 1 : path);
	ptrdiff_t dot = str_find_byte(s, '.');

	return str_slice(s, 0, dot > 0 ? (size_t)dot : s.n);
}
