#include "core/base.h"

#include "core/str.h"
#include "responder/lint_place.h"

/* A sentence ends at 。！？；!? and a line's end, and at a full stop before a blank. *len: bytes
 * of what ends it. */
static bool
ends_sentence(struct str t, size_t at, size_t *len)
{
	static const struct str wide[] = { STR_INIT("。"), STR_INIT("！"), STR_INIT("？"),
					   STR_INIT("；") };
	struct str rest = str_slice(t, at, t.n);

	*len = 1;
	if (!rest.n || strchr("\n!?", rest.p[0]))
		return true;
	if (rest.p[0] == '.' && (rest.n == 1 || strchr(" \n\"'", rest.p[1])))
		return true;
	*len = 3;
	for (size_t i = 0; i < LY_COUNT(wide); i++)
		if (str_starts(rest, wide[i]))
			return true;
	return false;
}

static size_t
sentence_end(struct str t, size_t at)
{
	size_t len;

	while (at < t.n && !ends_sentence(t, at, &len))
		at++;
	return at < t.n ? at + len : t.n;
}

struct str
lint_sentence(struct str t, size_t at, size_t end, size_t *from)
{
	size_t len;

	*from = at;
	while (*from > 0 && !(ends_sentence(t, *from - 1, &len) && len == 1) &&
	       !(*from >= 3 && ends_sentence(t, *from - 3, &len) && len == 3))
		--*from;
	end = sentence_end(t, end);
	return str_slice(t, *from, end - *from);
}

/* The end of the sentence that begins at at; an empty line is none. */
static size_t
next_end(struct str t, size_t at)
{
	size_t end = sentence_end(t, at);

	return end == at + 1 ? sentence_end(t, end) : end;
}

struct str
lint_scope_of(struct str t, enum lint_scope scope, size_t at, size_t end)
{
	size_t from, to;
	struct str s = lint_sentence(t, at, end, &from);

	if (scope == SCOPE_TEXT)
		return t;
	to = from + s.n;
	return scope == SCOPE_NEXT ? str_slice(t, from, next_end(t, to) - from) : s;
}

struct str
lint_paragraph(struct str t, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && t.p[from - 1] != '\n')
		from--;
	while (to < t.n && t.p[to] != '\n')
		to++;
	return str_slice(t, from, to - from);
}

struct str
lint_follows(struct str t, size_t at, size_t end)
{
	size_t from, to, stop;
	struct str s = lint_sentence(t, at, end, &from);
	struct str p = lint_paragraph(t, at);

	stop = (size_t)(p.p - t.p) + p.n;
	to = from + s.n;
	for (int i = 0; i < 2 && to < stop; i++)
		to = next_end(t, to);
	return str_slice(t, from, to - from);
}

bool
lint_is_quoted(struct str t, size_t at, size_t end)
{
	static const struct {
		struct str open, close;
	} quotes[] = { { STR_INIT("“"), STR_INIT("”") },
		       { STR_INIT("「"), STR_INIT("」") },
		       { STR_INIT("『"), STR_INIT("』") },
		       { STR_INIT("\""), STR_INIT("\"") } };
	size_t from;
	struct str s = lint_sentence(t, at, end, &from);
	struct str before = str_slice(t, from, at - from);
	struct str after = str_slice(t, end, from + s.n - end);

	for (size_t i = 0; i < LY_COUNT(quotes); i++) {
		bool open = false;

		for (size_t b = 0; b < before.n; b++) {
			struct str here = str_slice(before, b, before.n);

			if (str_starts(here, open ? quotes[i].close : quotes[i].open))
				open = !open;
		}
		if (open && str_find(after, quotes[i].close) >= 0)
			return true;
	}
	return false;
}

bool
lint_in_gap(struct str t, size_t at)
{
	static const struct {
		struct str open, close;
	} gaps[] = { { STR_INIT("【待补"), STR_INIT("】") },
		     { STR_INIT("[TO FILL"), STR_INIT("]") } };
	struct str line = lint_paragraph(t, at);
	struct str before = str_slice(line, 0, at - (size_t)(line.p - t.p));

	for (size_t i = 0; i < LY_COUNT(gaps); i++)
		for (size_t k = before.n; k-- > 0;) {
			struct str here = str_slice(before, k, before.n);

			if (str_starts(here, gaps[i].close))
				break;
			if (str_starts(here, gaps[i].open))
				return true;
		}
	return false;
}

int
lint_line(struct str t, size_t at)
{
	int n = 1;

	for (size_t i = 0; i < at && i < t.n; i++)
		n += t.p[i] == '\n';
	return n;
}
