/* entries of another list -> checked, merged, written as one of ours (lexicon_import.h) */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/lexicon.h"
#include "nlp/lexicon_import_inside.h"

#define ENTRIES_MAX 1000000
#define NOTES_MAX   1000
#define VALUE_MAX   4000
#define DEGREE_MIN  100
#define DEGREE_MAX  3000
#define SHOWN_BYTES 60 /* of a term in a note */

const char *const lexicon_format_words[] = { "auto",  "vader",  "afinn", "pattern",
					     "ntusd", "hownet", "dutir", "boson",
					     "huliu", "socal",  NULL };

struct lexicon_import *
lexicon_import_new(enum lexicon_format format, int sign)
{
	struct lexicon_import *k = calloc(1, sizeof *k);

	if (!k)
		abort();
	k->format = format;
	k->sign = sign;
	k->a = arena_new();
	return k;
}

void
lexicon_import_free(struct lexicon_import *k)
{
	if (!k)
		return;
	arena_free(k->a);
	free(k->v);
	free(k->notes);
	free(k);
}

enum lexicon_format
lexicon_import_format(const struct lexicon_import *k)
{
	return k->format;
}

static void *
grown(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 64;
	p = reallocarray(p, *cap, size);
	if (!p)
		abort();
	return p;
}

/* ---- taking ------------------------------------------------------------------------------------ */

static void LY_PRINTF(3, 0)
	note_add(struct lexicon_import *k, int64_t line, const char *fmt, va_list ap)
{
	char text[200];

	if (k->n_notes == NOTES_MAX)
		return;
	vsnprintf(text, sizeof text, fmt, ap);
	k->notes = grown(k->notes, k->n_notes, &k->cap_notes, sizeof *k->notes);
	k->notes[k->n_notes++] =
		(struct import_note){ line, k->column ? k->column : 1,
				      arena_text(k->a,
						 utf8_cut(str_of(text), sizeof text - 4)) };
}

static void LY_PRINTF(3, 4) note(struct lexicon_import *k, int64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_add(k, line, fmt, ap);
	va_end(ap);
}

void
import_aside(struct lexicon_import *k, int64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_add(k, line, fmt, ap);
	va_end(ap);
	k->column = 0;
	k->aside++;
}

void
import_at(struct lexicon_import *k, struct str line, const char *part)
{
	k->column = utf8_count(str_slice(line, 0, (size_t)(part - line.p))) + 1;
}

/* "_" that joins words is a blank; in "^_^" it is a mouth. */
static struct str
spaced(struct arena *a, struct str s)
{
	char *p = arena_text(a, s);

	for (size_t i = 1; i + 1 < s.n; i++)
		if (p[i] == '_' &&
		    (fold_is_word(fold_byte[(uint8_t)p[i - 1]]) || p[i - 1] & 0x80) &&
		    (fold_is_word(fold_byte[(uint8_t)p[i + 1]]) || p[i + 1] & 0x80))
			p[i] = ' ';
	return (struct str){ p, s.n };
}

static const char *
term_fault(struct str term, const struct buf *folded)
{
	if (!term.n || !folded->n)
		return "the term is empty";
	if (term.p[0] == '#')
		return "a term cannot begin with #";
	if (folded->over || folded->n > LEXICON_TERM_MAX)
		return "the term is longer than 120 bytes";
	for (size_t i = 0; i < term.n; i++)
		if ((uint8_t)term.p[i] < 0x20 || term.p[i] == 0x7f)
			return "there is a control byte in the term";
	return utf8_valid(term) ? NULL : "the term is not UTF-8";
}

static const char *
value_fault(const struct lexicon_import *k, int64_t value)
{
	if (k->degree)
		return value < DEGREE_MIN || value > DEGREE_MAX ? "a multiplier is 0.1 to 3"
								: NULL;
	return value ? NULL : "it leans to neither side";
}

void
import_add(struct lexicon_import *k, int64_t line, struct str term, int64_t value_milli)
{
	struct str t = spaced(k->a, str_trim(term));
	struct buf folded = BUF(LEXICON_TERM_MAX * 4);
	const char *fault;

	if (!k->degree && value_milli > VALUE_MAX)
		value_milli = VALUE_MAX;
	if (!k->degree && value_milli < -VALUE_MAX)
		value_milli = -VALUE_MAX;
	value_milli -= value_milli % 10;
	fold_add(&folded, t);
	fault = term_fault(t, &folded);
	if (!fault)
		fault = value_fault(k, value_milli);
	k->read++;
	if (!fault && k->n == ENTRIES_MAX)
		fault = "there are over 1,000,000 entries";
	if (fault) {
		import_aside(k, line, "\"%.*s\": %s", STR_ARG(utf8_cut(t, SHOWN_BYTES)), fault);
	} else {
		k->v = grown(k->v, k->n, &k->cap, sizeof *k->v);
		k->v[k->n] = (struct import_entry){ t, arena_str(k->a, buf_str(&folded)),
						    value_milli, line, k->n };
		k->n++;
	}
	buf_release(&folded);
}

/* ---- merging ----------------------------------------------------------------------------------- */

static int
by_term(const void *a, const void *b)
{
	const struct import_entry *x = a, *y = b;
	int c = str_cmp(x->folded, y->folded);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static int
by_line(const void *a, const void *b)
{
	const struct import_note *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* Lists that have a row for each sense of a word. */
static bool
has_senses(const struct lexicon_import *k)
{
	return k->format == FORMAT_PATTERN || k->format == FORMAT_DUTIR;
}

/* v[0 .. n) are one term: v[0] becomes what stands. False: none of them does. */
static bool
merge(struct lexicon_import *k, struct import_entry *v, size_t n,
      struct lexicon_import_sum *sum)
{
	struct str term = utf8_cut(v[0].term, SHOWN_BYTES);
	int64_t total = 0;
	bool same = true, both = false;

	for (size_t i = 0; i < n; i++) {
		total += v[i].value;
		same &= v[i].value == v[0].value;
		both |= (v[i].value < 0) != (v[0].value < 0);
	}
	if (same) {
		sum->doubled += n - 1;
		for (size_t i = 1; i < n && !has_senses(k); i++)
			note(k, v[i].line, "\"%.*s\" stands already in line %lld",
			     STR_ARG(term), (long long)v[0].line);
		return true;
	}
	if (has_senses(k)) {
		sum->averaged += n;
		v[0].value = total / (int64_t)n / 10 * 10;
		if (v[0].value)
			return true;
		import_aside(k, v[0].line, "\"%.*s\": its senses cancel out", STR_ARG(term));
		return false;
	}
	for (size_t i = 1; i < n; i++)
		import_aside(k, v[i].line, "\"%.*s\" has another value in line %lld: %s",
			     STR_ARG(term), (long long)v[0].line,
			     both ? "neither is taken" : "that one stands");
	if (both)
		import_aside(k, v[0].line, "\"%.*s\" is contradicted in line %lld",
			     STR_ARG(term), (long long)v[n - 1].line);
	return !both;
}

/* ---- writing ------------------------------------------------------------------------------------ */

static const char *
lang_of(const struct lexicon_import *k)
{
	size_t han = 0, latin = 0;

	for (size_t i = 0; i < k->n; i++) {
		uint32_t cp;

		utf8_next(k->v[i].term.p, k->v[i].term.p + k->v[i].term.n, &cp);
		han += utf8_is_han(cp);
		latin += cp < 128 && fold_is_ascii_word(fold_byte[cp]);
	}
	return han > latin ? "zh" : latin ? "en" : "any";
}

static void
value_add(struct buf *b, int64_t v)
{
	int64_t u = v < 0 ? -v : v;

	buf_addf(b, "%s%lld.%02lld", v < 0 ? "-" : "", (long long)(u / 1000),
		 (long long)(u % 1000 / 10));
}

static void
head_add(const struct lexicon_import *k, struct str name, struct str file, struct buf *out)
{
	buf_addf(out, "# langyan-lexicon: 1\n# list: %.*s\n# lang: %s\n# kind: %s\n",
		 STR_ARG(name), lang_of(k), k->degree ? "degree" : "polarity");
	buf_addf(out, "# about: words of %s\n# source: imported from %.*s; its licence holds\n",
		 lexicon_format_words[k->format], STR_ARG(file));
}

void
lexicon_import_write(struct lexicon_import *k, struct str name, struct str file,
		     struct buf *out, struct buf *told, struct lexicon_import_sum *sum)
{
	*sum = (struct lexicon_import_sum){ .format = k->format, .read = k->read };
	head_add(k, name, file, out);
	if (k->n)
		qsort(k->v, k->n, sizeof *k->v, by_term);
	k->column = 0;
	for (size_t i = 0, n; i < k->n; i += n) {
		for (n = 1; i + n < k->n && str_eq(k->v[i].folded, k->v[i + n].folded);)
			n++;
		if (!merge(k, &k->v[i], n, sum))
			continue;
		sum->kept++;
		buf_add(out, k->v[i].term);
		buf_add_byte(out, '\t');
		value_add(out, k->v[i].value);
		buf_add_byte(out, '\n');
	}
	if (k->n_notes)
		qsort(k->notes, k->n_notes, sizeof *k->notes, by_line);
	for (size_t i = 0; i < k->n_notes; i++)
		buf_addf(told, "%lld:%zu: %s\n", (long long)k->notes[i].line,
			 k->notes[i].column, k->notes[i].text);
	sum->aside = k->aside;
}
