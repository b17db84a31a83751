/* cmd_lint.c - look at a text as the people who wait for a slip will. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"
#include "core/utf8.h"

#include "responder/lint.h"

#include "cli/command.h"
#include "cli/file.h"

#define FILE_MAX (256 << 10)

struct lint_options {
	int64_t kind, lang, level; /* -1, -1, 0: not given */
	bool json;
};

/* Index of a word; -1 and the nearest right spelling. */
static int
word_of(const char *const *words, const char *given, const char *what, int64_t *out,
	struct err *e)
{
	const char *near;
	size_t n = 0;

	for (; words[n]; n++)
		if (!strcmp(words[n], given)) {
			*out = (int64_t)n;
			return 0;
		}
	near = conf_nearest(str_of(given), words, n);
	return err_set(e, ERR_USAGE, "there is no %s \"%s\"%s%s%s", what, given,
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* ---- what the file says of itself ------------------------------------------------------------------ */

/* The head of a draft or template says its kind. The text is what comes after it; how many
 * lines that is, so that findings can be told with the file's. */
static int
head_read(struct str *text, struct lint_ask *ask)
{
	struct str head, line;
	ptrdiff_t end = str_starts(*text, STR("---\n")) ? str_find(*text, STR("\n---\n")) : -1;
	int lines = 0;

	if (end < 0)
		return 0;
	head = str_slice(*text, 0, (size_t)end + 5);
	*text = str_slice(*text, head.n, text->n);
	while (str_next(&head, '\n', &line)) {
		lines++;
		for (int i = 0; ask->kind == LINT_ANY_KIND && template_kind_words[i]; i++)
			if (str_starts(line, STR("kind: ")) &&
			    str_is(str_trim(str_slice(line, 6, line.n)),
				   template_kind_words[i]))
				ask->kind = i;
	}
	return lines;
}

/* A template is looked at with its facts left open and its dates filled in. */
static bool
sample(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	static const char *const values[KNOWN_COUNT][2] = {
		[KNOWN_NUMBER] = { "INC-2026-0001", "INC-2026-0001" },
		[KNOWN_WATCH] = { "品牌", "the brand" },
		[KNOWN_TITLE] = { "标题", "title" },
		[KNOWN_LEVEL] = { "L3", "L3" },
		[KNOWN_CONCERN] = { "食品安全", "food safety" },
		[KNOWN_FIRST_SEEN] = { "3月10日08:05", "08:05 on 10 March (UTC+8)" },
		[KNOWN_DATE] = { "2026年3月10日", "10 March 2026" },
		[KNOWN_TIME] = { "20:00", "20:00" },
		[KNOWN_NEXT_UPDATE] = { "3月10日22:00", "22:00 on 10 March (UTC+8)" },
	};

	(void)arg;
	for (int i = 0; template_known_words[i]; i++)
		if (str_is(slot, template_known_words[i]))
			out->text = str_of(values[i][t->lang]);
	return out->text.n > 0;
}

/* ---- one file ------------------------------------------------------------------------------------------ */

static void
finding_print(const char *path, const struct lint_finding *f, int lines_before, struct str text)
{
	struct str said = utf8_head(str_slice(text, f->at, f->len), 40);

	printf("%s:%d: %s: %s", path, f->line + lines_before, lint_severity_words[f->severity],
	       f->rule);
	if (said.n)
		printf(" \"%.*s\"", STR_ARG(said));
	printf(": %s; %s%s\n", f->reason, f->hint, f->hard ? " (no override)" : "");
}

static size_t
text_lint(struct lint *l, const char *path, struct lint_ask *ask, int lines_before, bool json,
	  struct arena *a)
{
	struct lint_findings f;
	struct buf b = BUF(1 << 20);

	lint_text(l, ask, a, &f);
	if (json) {
		lint_add_json(&b, &f, ask->text);
		puts(b.p);
	}
	for (size_t i = 0; !json && i < f.n; i++)
		finding_print(path, &f.v[i], lines_before, ask->text);
	buf_release(&b);
	return f.blocks;
}

static int
file_lint(struct lint *l, const char *path, const struct lint_options *o, size_t *blocks,
	  struct err *e)
{
	struct buf raw = BUF(FILE_MAX);
	struct arena *a = arena_new();
	struct template_out out = template_out_new();
	struct template_source src = { sample, NULL };
	struct lint_ask ask = { .kind = o->kind, .level = o->level, .age_s = -1 };
	struct template *t = NULL;
	struct err none;
	int bad = file_read(path, &raw, e), lines = 0;

	if (bad == 0 && !utf8_valid(buf_str(&raw)))
		bad = err_set(e, ERR_USAGE, "\"%s\" is not UTF-8 text", path);
	if (bad == 0) {
		ask.text = buf_str(&raw);
		t = template_parse(ask.text, path, &none);
		lines = head_read(&ask.text, &ask);
		if (t) {
			template_render(t, &src, &out);
			ask.text = buf_str(&out.text);
			ask.max_length = t->max_length;
			ask.gaps_pass = true;
		}
		ask.lang = o->lang >= 0 ? (enum template_lang)o->lang : lint_lang_of(ask.text);
		*blocks += text_lint(l, path, &ask, lines, o->json, a);
	}
	template_free(t);
	template_out_release(&out);
	buf_release(&raw);
	arena_free(a);
	return bad;
}

/* Index of the first file, or -1. */
static int
options_read(int argc, char **argv, struct lint_options *o, struct err *e)
{
	int i = 1, bad = 0;

	for (; i < argc && argv[i][0] == '-' && argv[i][1] && !bad; i++) {
		if (!strcmp(argv[i], "--json")) {
			o->json = true;
			continue;
		}
		if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (!strcmp(argv[i], "--kind"))
			bad = word_of(template_kind_words, argv[++i], "kind", &o->kind, e);
		else if (!strcmp(argv[i], "--lang"))
			bad = word_of(template_lang_words, argv[++i], "language", &o->lang, e);
		else if (!strcmp(argv[i], "--level"))
			bad = conf_count(str_of(argv[++i]), &o->level, e);
		else
			return err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	}
	if (!bad && i == argc)
		return err_set(e, ERR_USAGE, "which file? (- is the standard input)");
	return bad ? -1 : i;
}

static int
lint(int argc, char **argv, struct err *e)
{
	struct lint_options o = { LINT_ANY_KIND, -1, 0, false };
	int i = options_read(argc, argv, &o, e), bad = i < 0;
	struct lint *l = bad ? NULL : lint_new(e);
	size_t blocks = 0;

	for (; l && !bad && i < argc; i++)
		bad = file_lint(l, argv[i], &o, &blocks, e) < 0;
	bad |= !l;
	lint_free(l);
	return bad ? -1 : blocks > 0;
}

const struct subcommand cmd_lint = {
	"lint", "[--kind K] [--lang zh|en] [--level N] [--json] FILE…",
	"look for what a text to the public should not say, and for what it must\n"
	"K: holding, full, reply, complaint, update, staff, cover, press; without it what is "
	"missing\n"
	"only warns. Drafts and templates say their kind themselves. - is the standard input.\n"
	"Exit 1 when a finding blocks.",
	"  langyan lint --kind holding statement.md\n  langyan lint "
	"data/drafts/INC-2026-0001/*.md",
	lint
};
