/* cmd_lint.c - look at texts as the people who wait for a slip will. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "responder/lint.h"
#include "responder/lint_rules.h"
#include "responder/lint_together.h"

#include "cli/command.h"
#include "cli/lint_file.h"
#include "cli/settings.h"

#define OUT_MAX (4 << 20)

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

/* ---- one file ------------------------------------------------------------------------------------ */

static void
finding_print(const struct lint_file *x, const struct lint_finding *f)
{
	struct str said = utf8_head(str_slice(x->ask.text, f->at, f->len), 40);

	printf("%s:%d: %s: %s", x->path, f->line + x->lines_before,
	       lint_severity_words[f->severity], f->rule);
	if (said.n)
		printf(" \"%.*s\"", STR_ARG(said));
	printf(": %s; %s%s\n", f->reason, f->hint, f->hard ? " (no override)" : "");
}

static void
findings_json(const struct lint_file *x, const struct lint_findings *f)
{
	struct buf b = BUF(OUT_MAX);

	buf_add(&b, STR("{\"file\":"));
	json_add_text(&b, str_of(x->path));
	buf_addf(&b, ",\"language\":\"%s\",\"kind\":", template_lang_words[x->ask.lang]);
	if (x->ask.kind == LINT_ANY_KIND)
		buf_add(&b, STR("null"));
	else
		buf_addf(&b, "\"%s\"", template_kind_words[x->ask.kind]);
	buf_addf(&b, ",\"blocks\":%zu,\"findings\":", f->blocks);
	lint_add_json(&b, f, x->ask.text, x->lines_before);
	buf_add_byte(&b, '}');
	puts(b.p);
	buf_release(&b);
}

static size_t
file_lint(struct lint *l, const struct lint_file *x, bool json, struct arena *a)
{
	struct lint_findings f;

	lint_text(l, &x->ask, a, &f);
	if (json)
		findings_json(x, &f);
	for (size_t i = 0; !json && i < f.n; i++)
		finding_print(x, &f.v[i]);
	return f.blocks;
}

/* ---- all of one incident ------------------------------------------------------------------------- */

static void
side_json(struct buf *b, const struct lint_file *files, const struct together_finding *f, int i)
{
	const struct lint_file *x = &files[f->text[i]];

	buf_addf(b, "%s{\"file\":", i ? "," : "");
	json_add_text(b, str_of(x->path));
	buf_addf(b, ",\"line\":%d,\"said\":", f->line[i] + x->lines_before);
	json_add_text(b, f->said[i]);
	buf_add_byte(b, '}');
}

static void
together_json(const struct lint_file *files, const struct together_findings *found)
{
	struct buf b = BUF(OUT_MAX);

	buf_add(&b, STR("{\"together\":["));
	for (size_t i = 0; i < found->n; i++) {
		const struct together_finding *f = &found->v[i];

		buf_addf(&b,
			 "%s{\"rule\":\"%s\",\"severity\":\"block\",\"matter\":\"%s\","
			 "\"texts\":[",
			 i ? "," : "", f->rule, f->matter);
		side_json(&b, files, f, 0);
		side_json(&b, files, f, 1);
		buf_add(&b, STR("],\"reason\":"));
		json_add_text(&b, str_of(f->reason));
		buf_add(&b, STR(",\"rewrite\":"));
		json_add_text(&b, str_of(f->hint));
		buf_add_byte(&b, '}');
	}
	buf_addf(&b, "],\"undecided\":%zu}", found->undecided);
	puts(b.p);
	buf_release(&b);
}

static void
together_print(const struct lint_file *files, const struct together_finding *f)
{
	const struct lint_file *x = &files[f->text[0]], *y = &files[f->text[1]];

	printf("%s:%d: block: %s (%s) \"%.*s\", but %s:%d \"%.*s\": %s; %s\n", x->path,
	       f->line[0] + x->lines_before, f->rule, f->matter,
	       STR_ARG(utf8_head(f->said[0], 40)), y->path, f->line[1] + y->lines_before,
	       STR_ARG(utf8_head(f->said[1], 40)), f->reason, f->hint);
}

/* Of the drafts of one template only the newest is what will be said. */
static bool
is_outdated(const struct lint_file *files, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (files[i].template.n && str_eq(files[k].template, files[i].template) &&
		    files[k].version > files[i].version) {
			fprintf(stderr, "%s: left out, %s is newer\n", files[i].path,
				files[k].path);
			return true;
		}
	return false;
}

static int
together_lint(struct lint_file *files, size_t n, bool json, struct arena *a, size_t *blocks,
	      struct err *e)
{
	struct together *t = together_new(e);
	struct together_text texts[TOGETHER_TEXTS];
	struct lint_file newest[TOGETHER_TEXTS];
	struct together_findings found;
	size_t kept = 0;

	if (!t)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!is_outdated(files, n, i))
			newest[kept++] = files[i];
	files = newest;
	n = kept;
	for (size_t i = 0; i < n; i++)
		texts[i] = (struct together_text){ files[i].path, files[i].ask.text,
						   files[i].ask.lang, files[i].ask.kind };
	together_look(t, texts, n, a, &found);
	if (json)
		together_json(files, &found);
	for (size_t i = 0; !json && i < found.n; i++)
		together_print(files, &found.v[i]);
	if (found.undecided)
		fprintf(stderr,
			"%zu comparisons took too long: read these texts against each other "
			"yourself\n",
			found.undecided);
	*blocks += found.n;
	together_free(t);
	return 0;
}

/* ---- the command --------------------------------------------------------------------------------- */

/* What each rule finds, in the words of its table. */
static void
rules_print(int64_t lang)
{
	for (size_t i = 0; lint_rule_at(i); i++) {
		const struct lint_rule *r = lint_rule_at(i);
		int words = r->lang == RULE_BOTH
				    ? (lang == TEMPLATE_ZH ? TEMPLATE_ZH : TEMPLATE_EN)
				    : (int)r->lang;

		if (lang < 0 || r->lang == RULE_BOTH || (int64_t)r->lang == lang)
			printf("%-20s %-5s %s; %s%s\n", r->name,
			       r->flags & LINT_UNDATED_BLOCKS
				       ? "dated"
				       : lint_severity_words[r->severity],
			       r->reason[words], r->hint[words],
			       r->flags & LINT_IS_HARD ? " (no override)" : "");
	}
}

static int
value_read(const char *option, const char *value, struct lint_options *o, struct err *e)
{
	if (!strcmp(option, "--kind"))
		return word_of(template_kind_words, value, "kind", &o->kind, e);
	if (!strcmp(option, "--lang"))
		return word_of(template_lang_words, value, "language", &o->lang, e);
	if (!strcmp(option, "--level"))
		return conf_count(str_of(value), &o->level, e);
	return err_set(e, ERR_USAGE, "no option \"%s\"", option);
}

/* Index of the first file, or -1. */
static int
options_read(int argc, char **argv, struct lint_options *o, struct err *e)
{
	const struct {
		const char *name;
		bool *at;
	} switches[] = { { "--json", &o->json },
			 { "--together", &o->together },
			 { "--rules", &o->rules } };
	static const char *const options[] = { "--json",  "--together", "--rules", "--kind=",
					       "--lang=", "--level=",   NULL };
	int i = 1;

	command_options_first(argc, argv, options);
	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		bool *at = NULL;

		for (size_t k = 0; k < LY_COUNT(switches); k++)
			if (!strcmp(argv[i], switches[k].name))
				at = switches[k].at;
		if (at) {
			*at = true;
			continue;
		}
		if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (value_read(argv[i], argv[i + 1], o, e) < 0)
			return -1;
		i++;
	}
	if (i == argc && !o->rules)
		return err_set(e, ERR_USAGE, "which file? (- is the standard input)");
	if (argc - i > TOGETHER_TEXTS && o->together)
		return err_set(e, ERR_USAGE, "at most %d files --together", TOGETHER_TEXTS);
	return i;
}

static int
files_lint(char **paths, size_t n, const struct lint_options *o, size_t *blocks, struct err *e)
{
	struct lint *l = lint_new(e);
	struct arena *a = arena_new();
	struct lint_file files[TOGETHER_TEXTS];
	int bad = l ? 0 : -1;

	for (size_t i = 0; i < n && !bad; i++) {
		struct lint_file *x = &files[i % TOGETHER_TEXTS];

		if (!o->together)
			arena_reset(a);
		bad = lint_file_read(paths[i], o, a, x, e);
		if (!bad)
			*blocks += file_lint(l, x, o->json, a);
	}
	if (!bad && o->together)
		bad = together_lint(files, n, o->json, a, blocks, e);
	arena_free(a);
	lint_free(l);
	return bad;
}

static int
lint(int argc, char **argv, struct err *e)
{
	struct lint_options o = { LINT_ANY_KIND, -1, 0, false, false, false };
	int i = options_read(argc, argv, &o, e);
	size_t blocks = 0;

	if (i < 0)
		return -1;
	if (o.rules)
		rules_print(o.lang);
	if (files_lint(argv + i, (size_t)(argc - i), &o, &blocks, e) < 0)
		return -1;
	return blocks > 0;
}

const struct subcommand cmd_lint = {
	"lint", "[--kind K] [--lang zh|en] [--level N] [--json] [--together] FILE… | --rules",
	"look for what a text to the public should not say, and for what it must\n"
	"K: holding, full, reply, complaint, update, staff, cover, press, closing; without it "
	"what "
	"is\n"
	"missing only warns. Drafts and templates say their kind themselves. Any encoding, "
	"plain "
	"text or\n"
	"HTML; - is the standard input. --together: the files are of one incident, and must "
	"not "
	"contradict\n"
	"each other in figures, dates, remedies and stand. --rules lists what is looked for "
	"(dated: "
	"it blocks\n"
	"unless a dated action follows). --json: one object a file. Exit 1 when a finding "
	"blocks.",
	"  langyan lint --kind holding statement.md\n  langyan lint --together "
	"data/drafts/INC-2026-0001/*.md",
	lint
};
