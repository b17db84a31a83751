/* lexicon_import.c - bytes of a file -> UTF-8 or rows of a workbook -> nlp/lexicon_import -> NAME.tsv. */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/unzip.h"

#include "cli/file.h"
#include "cli/lexicon_import.h"
#include "crawler/xlsx.h"
#include "nlp/lexicon.h"
#include "nlp/lexicon_import.h"

#define FILE_MAX ((size_t)64 << 20)
#define TOLD_MAX 200 /* notes that are printed */

struct importing {
	const char *file, *name, *encoding;
	enum lexicon_format format;
	int sign;
};

static int
format_read(const char *word, enum lexicon_format *out, struct err *e)
{
	for (int i = 0; lexicon_format_words[i]; i++)
		if (!strcmp(word, lexicon_format_words[i])) {
			*out = (enum lexicon_format)i;
			return 0;
		}
	return err_set(
		e, ERR_USAGE,
		"--format is auto, vader, afinn, pattern, ntusd, hownet, dutir, boson, huliu "
		"or socal, not \"%s\"",
		word);
}

static int
option_read(struct importing *q, const char *name, const char *value, struct err *e)
{
	if (!strcmp(name, "--as"))
		q->name = value;
	else if (!strcmp(name, "--encoding"))
		q->encoding = value;
	else if (!strcmp(name, "--format"))
		return format_read(value, &q->format, e);
	else if (strcmp(name, "--polarity") != 0)
		return err_set(e, ERR_USAGE, "lexicon import knows no \"%s\"", name);
	else if (!strcmp(value, "pos") || !strcmp(value, "neg"))
		q->sign = *value == 'p' ? 1 : -1;
	else
		return err_set(e, ERR_USAGE, "--polarity is pos or neg, not \"%s\"", value);
	return 0;
}

static int
asked_read(int argc, char **argv, struct importing *q, struct err *e)
{
	*q = (struct importing){ .format = FORMAT_AUTO };
	for (int i = 0; i < argc; i++) {
		if (argv[i][0] != '-' && !q->file)
			q->file = argv[i];
		else if (argv[i][0] != '-')
			return err_set(e, ERR_USAGE, "one file at a time");
		else if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		else if (option_read(q, argv[i], argv[i + 1], e) < 0)
			return -1;
		else
			i++;
	}
	if (!q->file)
		return err_set(e, ERR_USAGE, "which file?");
	for (const char *p = q->name ? q->name : ""; *p; p++)
		if (strchr("/\\\n\r\t", *p) || (*p == '.' && p == q->name))
			return err_set(e, ERR_USAGE,
				       "--as is a plain name: NAME.tsv is written here");
	return 0;
}

static int
row_take(void *arg, const struct table_row *row, struct err *e)
{
	(void)e;
	lexicon_import_row(arg, row->line, row->cells, row->n);
	return 0;
}

static int
workbook_read(struct lexicon_import *k, struct str bytes, struct err *e)
{
	struct arena *a = arena_new();
	struct unzip *z = unzip_open(bytes, e);
	struct xlsx *x = z ? xlsx_open(z, a, e) : NULL;
	int rc = x ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < xlsx_sheets(x); i++)
		rc = xlsx_read(x, i, row_take, k, e);
	unzip_close(z);
	arena_free(a);
	return rc;
}

static int
text_read(struct lexicon_import *k, const struct importing *q, struct str bytes, struct err *e)
{
	struct buf text = BUF(FILE_MAX * 3), label = BUF(256);
	struct charset_found found;
	int rc;

	if (q->encoding)
		buf_addf(&label, "text/plain; charset=%s", q->encoding);
	rc = charset_decode(bytes, buf_str(&label), &text, &found, e);
	if (rc == 0) {
		fprintf(stderr, "%s: read as %s (%s)%s\n", q->file, found.name, found.why,
			found.replaced ? "; some bytes fit it badly: try --encoding" : "");
		rc = lexicon_import_text(k, buf_str(&text), e);
	}
	buf_release(&text);
	buf_release(&label);
	return rc;
}

static int
list_write(const char *name, const struct buf *b, struct err *e)
{
	struct buf path = BUF(4096);
	int fd, rc = 0;

	buf_addf(&path, "%s.tsv", name);
	fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		rc = err_set(e, ERR_USAGE, "could not make \"%s\": %s%s", path.p,
			     strerror(errno), errno == EEXIST ? "; --as another name" : "");
	else if (write(fd, b->p, b->n) != (ssize_t)b->n || fsync(fd) < 0)
		rc = err_set(e, ERR_RETRY, "could not write \"%s\": %s", path.p,
			     strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && rc < 0)
		unlink(path.p);
	buf_release(&path);
	return rc;
}

static void
told_put(const char *file, struct str told)
{
	struct str line;
	size_t n = 0;

	while (str_next(&told, '\n', &line))
		if (n++ < TOLD_MAX)
			fprintf(stderr, "%s:%.*s\n", file, STR_ARG(line));
	if (n > TOLD_MAX)
		fprintf(stderr, "and %zu more\n", n - TOLD_MAX);
}

/* What was made must be one of our lists: 0, or -1 with its mistakes told. */
static int
list_check(const char *name, const struct buf *list, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct str file = str_of(name), text = buf_str(list);
	struct lexicon *l = lexicon_parse(&file, &text, 1, &report, e);

	if (!l)
		fputs(report.p, stderr);
	lexicon_free(l);
	buf_release(&report);
	return l ? 0 : -1;
}

static int
list_make(struct lexicon_import *k, const struct importing *q, struct err *e)
{
	struct buf out = BUF(FILE_MAX), told = BUF(1 << 20);
	struct lexicon_import_sum sum;
	const char *name = q->name ? q->name : lexicon_format_words[lexicon_import_format(k)];
	int rc;

	lexicon_import_write(k, str_of(name), str_of(q->file), &out, &told, &sum);
	told_put(q->file, buf_str(&told));
	printf("%s: %zu entries read, %zu kept, %zu set aside",
	       lexicon_format_words[sum.format], sum.read, sum.kept, sum.aside);
	if (sum.doubled)
		printf(", %zu twice", sum.doubled);
	if (sum.averaged)
		printf(", %zu senses averaged", sum.averaged);
	putchar('\n');
	rc = sum.kept ? list_check(name, &out, e)
		      : err_set(e, ERR_REJECT, "there is nothing to keep: no list was written");
	if (rc == 0 && (rc = list_write(name, &out, e)) == 0)
		printf("%s.tsv: name it under lexicons: { extra: [...] }\n", name);
	buf_release(&out);
	buf_release(&told);
	return rc;
}

int
lexicon_import(int argc, char **argv, struct err *e)
{
	struct buf bytes = BUF(FILE_MAX);
	struct lexicon_import *k = NULL;
	struct importing q;
	int rc = asked_read(argc, argv, &q, e);

	if (rc == 0)
		rc = file_read(q.file, &bytes, e);
	if (rc == 0) {
		k = lexicon_import_new(q.format, q.sign);
		rc = unzip_is(buf_str(&bytes)) ? workbook_read(k, buf_str(&bytes), e)
					       : text_read(k, &q, buf_str(&bytes), e);
	}
	if (rc == 0)
		rc = list_make(k, &q, e);
	lexicon_import_free(k);
	buf_release(&bytes);
	return rc;
}
