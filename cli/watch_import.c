/* watch_import.c - a file with a query of Brandwatch, Meltwater or Talkwalker -> YAML. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"
#include "core/utf8.h"

#include "cli/file.h"
#include "cli/watch_import.h"
#include "nlp/query.h"
#include "nlp/query_import.h"

struct importing {
	const char *from, *name, *path;
	struct arena *a;
	struct str text;
};

static int
arguments_read(int argc, char **argv, struct importing *k, struct err *e)
{
	int i = 0;

	for (; i + 1 < argc && argv[i][0] == '-' && argv[i][1]; i += 2) {
		if (!strcmp(argv[i], "--from"))
			k->from = argv[i + 1];
		else if (!strcmp(argv[i], "--name"))
			k->name = argv[i + 1];
		else
			return err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	}
	if (!k->from)
		return err_set(e, ERR_USAGE,
			       "--from is missing: brandwatch, meltwater or "
			       "talkwalker");
	if (i + 1 != argc)
		return err_set(e, ERR_USAGE, "which file? (one query; - is standard input)");
	k->path = argv[i];
	return 0;
}

static int
query_read(struct importing *k, struct err *e)
{
	bool standard = !strcmp(k->path, "-");
	FILE *f = standard ? stdin : fopen(k->path, "r");
	char *p = arena_alloc(k->a, QUERY_BYTES + 1);
	int rc;

	if (!f)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", k->path,
			       strerror(errno));
	k->text = (struct str){ p, fread(p, 1, QUERY_BYTES + 1, f) };
	rc = file_ended(f, k->path, e);
	if (!standard)
		fclose(f);
	if (rc < 0)
		return -1;
	if (k->text.n > QUERY_BYTES)
		return err_set(e, ERR_USAGE, "%s: a query has at most %d bytes", k->path,
			       QUERY_BYTES);
	if (!utf8_valid(k->text))
		return err_set(e, ERR_USAGE, "%s: not UTF-8: see \"langyan to-utf8\"", k->path);
	if (str_starts(k->text, STR("\xEF\xBB\xBF")))
		k->text = str_slice(k->text, 3, SIZE_MAX);
	k->text = str_trim(k->text);
	return 0;
}

static void
place_print(const struct importing *k, size_t at)
{
	size_t line = 1, from = 0;

	for (size_t i = 0; i < at; i++)
		if (k->text.p[i] == '\n') {
			line++;
			from = i + 1;
		}
	fprintf(stderr, "%s:%zu:%zu: ", k->path, line,
		utf8_count(str_slice(k->text, from, at - from)) + 1);
}

/* Does our own parser take it? Its word on it goes to stderr. */
static bool
ours_check(const struct importing *k, struct str ours)
{
	struct literals l = { .n = 0 };
	uint32_t rules = 0;
	struct query_setup setup = { &l, &rules, NULL, NULL };
	struct query_faults faults;
	struct query *q = query_parse(k->a, &setup, ours, &faults);

	for (size_t i = 0; i < faults.n; i++) {
		struct buf place = BUF(100);

		query_add_place(&place, ours, faults.v[i].at);
		fprintf(stderr, "%sthe translated query, %s: %s\n",
			faults.v[i].warning ? "warning: " : "", place.p, faults.v[i].text);
		buf_release(&place);
	}
	literals_release(&l);
	return q != NULL;
}

static void
watch_print(const struct importing *k, struct str ours)
{
	struct str rest = ours, line;

	printf("# from %s\nwatches:\n  %s:\n    query: |\n", k->from,
	       k->name ? k->name : "imported");
	while (str_next(&rest, '\n', &line))
		printf("      %.*s\n", STR_ARG(str_trim(line)));
}

int
watch_import(int argc, char **argv, struct err *e)
{
	struct importing k = { .a = arena_new() };
	struct buf ours = BUF(QUERY_BYTES * 4);
	struct import_notes notes;
	int tool = 0, rc = -1;

	if (arguments_read(argc, argv, &k, e) < 0 || query_read(&k, e) < 0)
		goto done;
	while (query_tool_words[tool] && strcmp(query_tool_words[tool], k.from) != 0)
		tool++;
	if (!query_tool_words[tool]) {
		err_set(e, ERR_USAGE, "--from \"%s\": brandwatch, meltwater or talkwalker",
			k.from);
		goto done;
	}
	query_import(k.a, (enum query_tool)(1 << tool), k.text, &ours, &notes);
	watch_print(&k, buf_str(&ours));
	for (size_t i = 0; i < notes.n; i++) {
		place_print(&k, notes.v[i].at);
		fprintf(stderr, "%s%s\n",
			notes.v[i].how == IMPORT_LOST ? "cannot be translated: " : "nearly: ",
			notes.v[i].text);
	}
	rc = !ours_check(&k, buf_str(&ours)) || notes.lost > 0;
done:
	buf_release(&ours);
	arena_free(k.a);
	return rc;
}
