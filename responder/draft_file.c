/* draft_file.c - a draft as a file for people: a head, then the text and nothing else. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/draft_pick.h"
#include "responder/draft_store.h"
#include "responder/outfile.h"

#define HEAD_MAX (256 << 10)

const char *
draft_path(const char *dir, const struct draft_row *row, struct arena *a)
{
	if (row->version <= 1)
		return arena_textf(a, "%s/%.*s/%.*s.md", dir, STR_ARG(row->number),
				   STR_ARG(row->template));
	return arena_textf(a, "%s/%.*s/%.*s.%lld.md", dir, STR_ARG(row->number),
			   STR_ARG(row->template), (long long)row->version);
}

static void
line_add(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s: ", name);
	json_add_text(b, value); /* is a YAML double-quoted scalar, too */
	buf_add_byte(b, '\n');
}

static void
gaps_add(struct buf *b, struct str gaps, struct arena *a)
{
	struct err e;
	const struct json *list = json_parse(a, gaps, &e);

	buf_add(b, json_count(list) ? STR("gaps:\n") : STR("gaps: []\n"));
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *g = json_at(list, i);

		buf_addf(b, "  - %.*s: ", STR_ARG(json_text(json_get(g, "slot"), STR(""))));
		json_add_text(b, json_text(json_get(g, "wants"), STR("")));
		buf_add_byte(b, '\n');
	}
}

/* Findings, but for gaps: those stand above. */
static void
lint_add(struct buf *b, struct str lint, struct arena *a)
{
	struct err e;
	const struct json *list = json_parse(a, lint, &e);
	size_t n = 0;

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *f = json_at(list, i);
		struct buf line = BUF(4096);

		if (str_is(json_text(json_get(f, "rule"), STR("")), "any.gap"))
			continue;
		if (!n++)
			buf_add(b, STR("lint:\n"));
		buf_addf(&line, "%.*s line %lld %.*s: %.*s -> %.*s",
			 STR_ARG(json_text(json_get(f, "severity"), STR(""))),
			 (long long)json_int(json_get(f, "line"), 0),
			 STR_ARG(json_text(json_get(f, "rule"), STR(""))),
			 STR_ARG(json_text(json_get(f, "reason"), STR(""))),
			 STR_ARG(json_text(json_get(f, "rewrite"), STR(""))));
		buf_add(b, STR("  - "));
		json_add_text(b, buf_str(&line));
		buf_add_byte(b, '\n');
		buf_release(&line);
	}
	if (!n)
		buf_add(b, STR("lint: []\n"));
}

int
draft_write_file(const char *dir, const struct draft_row *row, const struct zone *z,
		 struct arena *a, struct err *e)
{
	const char *folder = arena_textf(a, "%s/%.*s", dir, STR_ARG(row->number));
	struct buf b = BUF(HEAD_MAX + (512 << 10));
	int bad;

	buf_add(&b, STR("---\n"));
	line_add(&b, "incident", row->number);
	line_add(&b, "template", row->template);
	buf_addf(&b, "kind: %.*s\nlanguage: %.*s\nstate: %.*s\nversion: %lld\nmade: \"",
		 STR_ARG(row->kind), STR_ARG(row->lang), STR_ARG(row->state),
		 (long long)row->version);
	clock_add_local(&b, z, row->at);
	buf_add(&b, STR("\"\ndraft: \""));
	id_add_hex(&b, &row->id);
	buf_add(&b, STR("\"\n"));
	if (row->why.n) {
		struct buf why = BUF(8192);

		draft_why_text(row->why, str_is(row->lang, "zh"), &why);
		line_add(&b, "why", buf_str(&why));
		buf_release(&why);
	}
	gaps_add(&b, row->gaps, a);
	lint_add(&b, row->lint, a);
	buf_add(&b, STR("---\n"));
	buf_add(&b, row->text);
	bad = outfile_folder(dir, e) < 0 || outfile_folder(folder, e) < 0 ||
	      outfile_write(draft_path(dir, row, a), buf_str(&b), e) < 0;
	buf_release(&b);
	return bad ? -1 : 0;
}
