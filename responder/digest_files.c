#include "core/base.h"

#include <unistd.h>

#include "core/str.h"
#include "responder/digest_compose.h"
#include "responder/digest_files.h"
#include "responder/digest_word.h"
#include "responder/outfile.h"

static const struct {
	const char *word, *suffix;
} formats[] = { { "html", "html" },
		{ "md", "md" },
		{ "text", "txt" },
		{ "json", "json" },
		{ "chat", "chat.txt" } };

static struct str
bytes_of(const struct digest_row *r, const char *format, struct arena *a)
{
	if (!strcmp(format, "chat"))
		return digest_chat_of(r, a);
	if (!strcmp(format, "html"))
		return r->html;
	if (!strcmp(format, "md"))
		return r->md;
	return !strcmp(format, "json") ? r->facts : r->text;
}

static const char *
file_path(const struct digest_files *f, const struct digest_row *r, size_t format,
	  struct arena *a)
{
	char date[DIGEST_DATE];

	digest_date(f->zone, r->day, date);
	return arena_textf(a, "%.*s/%.*s-%s.%s", STR_ARG(f->conf->path), STR_ARG(f->conf->name),
			   date, formats[format].suffix);
}

static int
file_write(const struct digest_files *f, const struct digest_row *r, size_t format,
	   struct arena *a, struct err *e)
{
	const char *path = file_path(f, r, format, a);

	if (f->only_missing && access(path, F_OK) == 0)
		return 0;
	return outfile_write(path, bytes_of(r, formats[format].word, a), e);
}

int
digest_files_write(const struct digest_files *f, const struct digest_row *r, struct arena *a,
		   struct err *e)
{
	const struct conf_texts *wanted = &f->conf->formats;

	if (outfile_folder(f->conf->path.p, e) < 0)
		return -1;
	for (size_t i = 0; i < wanted->n; i++)
		for (size_t k = 0; k < LY_COUNT(formats); k++)
			if (str_is(wanted->v[i], formats[k].word) &&
			    file_write(f, r, k, a, e) < 0)
				return -1;
	return 0;
}

int
digest_files_again(const struct digest_files *f, const struct digest_row *r, struct arena *a,
		   struct err *e)
{
	for (size_t k = 0; k < LY_COUNT(formats); k++)
		if (outfile_again(file_path(f, r, k, a), bytes_of(r, formats[k].word, a), e) <
		    0)
			return -1;
	return 0;
}
