#include "core/base.h"

#include "core/utf8.h"
#include "nlp/guise.h"
#include "tests/support/plain_text.h"

static struct letter *
decoded(struct str s, size_t *n)
{
	struct letter *v = calloc(s.n + 1, sizeof *v);

	*n = 0;
	for (size_t i = 0; i < s.n;) {
		uint32_t c = (uint8_t)s.p[i];
		size_t more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3, from = i++;

		c &= more == 0 ? 0x7F : more == 1 ? 0x1F : more == 2 ? 0x0F : 0x07;
		while (more--)
			c = c << 6 | ((uint8_t)s.p[i++] & 63);
		v[(*n)++] = (struct letter){ .raw = c, .original = c, .from = from, .to = i };
	}
	return v;
}

/* May it stand in a word of letters, Latin or not? Invisible ones may. */
static bool
in_word(uint32_t c)
{
	unsigned cell = guise_of(c);

	if (c < 0x80)
		return ascii_letter(c) || ascii_digit(c);
	if (cell)
		return cell < GUISE_OTHER;
	return (c >= 0xC0 && c < 0x2000) || (c >= 0xA000 && c < 0xAC00);
}

/* Is the word about letter i a Latin one, all other letters of which have twins? */
static bool
word_is_latin(const struct letter *v, size_t n, size_t i)
{
	bool latin = false;

	while (i && in_word(v[i - 1].original))
		i--;
	for (; i < n && in_word(v[i].original); i++) {
		unsigned cell = guise_of(v[i].original);

		if (v[i].original < 0x80)
			latin |= ascii_letter(v[i].original);
		else if (cell >= GUISE_LETTER && cell < GUISE_ALIKE)
			latin = true;
		else if (!cell)
			return false;
	}
	return latin;
}

static void
guise_drop(struct letter *v, size_t *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		unsigned cell = guise_of(v[i].original);

		if (cell >= GUISE_OTHER)
			v[i].raw = cell;
		else if (cell >= GUISE_ALIKE && word_is_latin(v, *n, i))
			v[i].raw = cell & 0x7F;
		else if (cell >= GUISE_LETTER && cell < GUISE_ALIKE)
			v[i].raw = cell;
	}
	for (size_t i = 0; i < *n; i++) {
		unsigned cell = guise_of(v[i].original);

		if (cell == GUISE_MARK && kept && v[kept - 1].to == v[i].from)
			v[kept - 1].to = v[i].to;
		if (cell != GUISE_MARK && cell != GUISE_GONE)
			v[kept++] = v[i];
	}
	*n = kept;
}

static bool
leads(const struct plain_terms *t, uint32_t a, uint32_t b, uint32_t c)
{
	char s[16];
	size_t n = utf8_put(s, a);
	bool more;

	n += utf8_put(s + n, b);
	if (c)
		n += utf8_put(s + n, c);
	plain_term_find(t, (struct str){ s, n }, &more);
	return more;
}

/* A run of three and more Han characters, undisturbed, is cut to as many as terms need. */
static void
runs_cut(const struct plain_terms *t, struct letter *v, size_t *n)
{
	size_t kept = 0;

	for (size_t i = 0, end; i < *n; i = end) {
		uint32_t c = v[i].raw;
		size_t keep, len;

		for (end = i + 1; end < *n && v[end].raw == c && v[end].from == v[end - 1].to;)
			end++;
		len = keep = end - i;
		if (c < 0x4E00 || c > 0x9FFF || len < 3 || leads(t, c, c, c)) {
			keep = len;
		} else {
			bool touches = end < *n && v[end].from == v[end - 1].to;

			keep = touches && leads(t, c, v[end].raw, 0) ? 1
			       : leads(t, c, c, 0)                   ? 2
								     : 1;
		}
		v[i].to = v[i + len - keep].to;
		v[kept++] = v[i];
		for (size_t k = 1; k < keep; k++)
			v[kept++] = v[i + len - keep + k];
	}
	*n = kept;
}

static void
letters_fold(struct letter *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t c = v[i].raw;

		v[i].wide = true;
		if (c >= 0xFF01 && c <= 0xFF5E)
			c = c - 0xFF01 + '!';
		else if (c == 0x3000)
			c = ' ';
		else if (c == 0x2018 || c == 0x2019)
			c = '\'';
		else if (c == 0x201C || c == 0x201D)
			c = '"';
		else
			v[i].wide = false;
		v[i].c = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
	}
}

struct letter *
plain_text(const struct plain_terms *t, struct str s, size_t *n)
{
	struct letter *v = decoded(s, n);

	guise_drop(v, n);
	runs_cut(t, v, n);
	letters_fold(v, *n);
	return v;
}
