/* a byte of a value -> the line and column where it stands in the file -> messages */
#include "core/base.h"

#include "core/conf_tree.h"
#include "core/str.h"
#include "core/utf8.h"

/* A walk over a scalar as the file has it, byte by byte of what it means. */
struct scan {
	struct str s; /* the file from the scalar on */
	size_t at;
	char quote;    /* ' " or 0 */
	bool block;    /* | or > */
	bool folded;   /* one line break means a blank */
	size_t indent; /* of a block's lines */
};

static size_t
indent_of(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] == ' ')
		n++;
	return n;
}

static size_t
line_after(struct str s, size_t at)
{
	while (at < s.n && s.p[at] != '\n')
		at++;
	return at < s.n ? at + 1 : at;
}

static void
scan_begin(struct scan *k)
{
	char c = k->s.n ? k->s.p[0] : '\0';
	size_t at;

	k->folded = c != '|';
	if (c == '\'' || c == '"') {
		k->quote = c;
		k->at = 1;
	} else if (c == '|' || c == '>') {
		k->block = true;
		k->at = at = line_after(k->s, 0);
		while (at < k->s.n && k->s.p[at + indent_of(k->s, at)] == '\n')
			at = line_after(k->s, at);
		k->indent = indent_of(k->s, at);
		k->at += indent_of(k->s, k->at) < k->indent ? 0 : k->indent;
	}
}

/* At a line break: to where the next line's text begins; bytes that the break means. */
static size_t
break_take(struct scan *k)
{
	size_t breaks = 0;

	while (k->at < k->s.n && k->s.p[k->at] == '\n') {
		size_t indent;

		breaks++;
		k->at++;
		indent = indent_of(k->s, k->at);
		k->at += k->block && indent > k->indent ? k->indent : indent;
		if (!k->folded)
			break;
	}
	return k->folded && breaks > 1 ? breaks - 1 : 1;
}

/* At a backslash in "…": bytes that it means. */
static size_t
escape_take(struct scan *k)
{
	static const struct {
		char letter;
		size_t digits;
	} codes[] = { { 'x', 2 }, { 'u', 4 }, { 'U', 8 } };
	char c = k->at + 1 < k->s.n ? k->s.p[k->at + 1] : '\0', to[4];
	uint32_t cp = 0;

	k->at += 2;
	if (c == '\n') {
		k->at += indent_of(k->s, k->at);
		return 0;
	}
	for (size_t i = 0; i < LY_COUNT(codes); i++) {
		if (c != codes[i].letter)
			continue;
		for (size_t j = 0; j < codes[i].digits && k->at < k->s.n; j++, k->at++) {
			char d = k->s.p[k->at] | 0x20;

			cp = cp << 4 | (uint32_t)(d >= 'a' ? d - 'a' + 10 : d & 15);
		}
		return cp <= 0x10FFFF ? utf8_put(to, cp) : 1;
	}
	return c == 'N' || c == '_' ? 2 : c == 'L' || c == 'P' ? 3 : 1;
}

static size_t
step_take(struct scan *k)
{
	char c = k->s.p[k->at];

	if (c == '\n')
		return break_take(k);
	if (k->quote == '"' && c == '\\')
		return escape_take(k);
	k->at += k->quote == '\'' && c == '\'' ? 2 : 1;
	return 1;
}

/* Cut ":12:5" off the end of place. */
static bool
place_read(struct str place, struct str *file, int64_t *line, int64_t *column)
{
	int64_t *numbers[] = { column, line };

	for (size_t i = 0; i < LY_COUNT(numbers); i++) {
		size_t at = place.n;

		while (at > 0 && place.p[at - 1] != ':')
			at--;
		if (!at || str_int64(str_slice(place, at, SIZE_MAX), numbers[i]) < 0)
			return false;
		place.n = at - 1;
	}
	*file = place;
	return true;
}

void
conf_add_place_inside(struct buf *b, const struct conf *c, const void *field, size_t at)
{
	struct str place = str_of(conf_place(c, field)), file, text;
	struct arena *a = arena_new_small(4096);
	int64_t line, column;
	const char *why;
	size_t from = 0, meant = 0;
	struct scan k = { .at = 0 };
	unsigned mode;

	if (!place.n || !place_read(place, &file, &line, &column) ||
	    conf_file_text(a, arena_text(a, file), CONF_FILE_BYTES, &text, &mode, &why) < 0) {
		buf_add(b, place); /* of memory, or gone since */
		arena_free(a);
		return;
	}
	for (int64_t i = 1; i < line; i++)
		from = line_after(text, from);
	from += utf8_head(str_slice(text, from, SIZE_MAX), (size_t)(column - 1)).n;
	k.s = str_slice(text, from, SIZE_MAX);
	scan_begin(&k);
	while (meant < at && k.at < k.s.n)
		meant += step_take(&k);
	while (k.quote == '"' && str_starts(str_slice(k.s, k.at, 2), STR("\\\n")))
		step_take(&k);
	for (size_t i = from; i < from + k.at; i++)
		line += text.p[i] == '\n';
	for (from += k.at; from > 0 && text.p[from - 1] != '\n';)
		from--;
	column = (int64_t)utf8_count(
		str_slice(text, from, (size_t)(k.s.p - text.p) + k.at - from));
	buf_addf(b, "%.*s:%lld:%lld", STR_ARG(file), (long long)line, (long long)column + 1);
	arena_free(a);
}
