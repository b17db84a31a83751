/* text of another list -> its terms and values, by format (lexicon_import.h) */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"
#include "nlp/lexicon_import_inside.h"

#define CELLS_MAX  16
#define LOOK_LINES 200  /* before it is said which format it is */
#define TWO_SIDED  2000 /* value of a word of which only the side is known */
#define NUMBER_MAX 1000

/* "-1.9", "3", "+0.25", "6.375e-01" has none: 1/1000, cut. -1 when it is no number. */
static int
number_read(struct str s, int64_t *out)
{
	int64_t v = 0, part = 100;
	bool minus = s.n && *s.p == '-', point = false, digit = false;

	for (size_t i = s.n && (*s.p == '-' || *s.p == '+') ? 1 : 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '.' && !point) {
			point = true;
		} else if (c < '0' || c > '9' || v > NUMBER_MAX * 1000) {
			return -1;
		} else {
			digit = true;
			v = point ? v + (c - '0') * part : v * 10 + (c - '0') * 1000;
			part = point ? part / 10 : part;
		}
	}
	*out = minus ? -v : v;
	return digit ? 0 : -1;
}

static bool
has_han(struct str s)
{
	uint32_t cp;

	for (size_t at = 0; at < s.n; at += utf8_next(s.p + at, s.p + s.n, &cp)) {
		utf8_next(s.p + at, s.p + s.n, &cp);
		if (utf8_is_han(cp))
			return true;
	}
	return false;
}

static bool
next_line(struct str *rest, struct str *line)
{
	if (!str_next(rest, '\n', line))
		return false;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* ---- term and number ----------------------------------------------------------------------------- */

/* At the first tab, comma, or else the last blank. */
static bool
pair_cut(struct str line, struct str *term, struct str *number)
{
	ptrdiff_t at = str_find_byte(line, '\t');
	struct str rest;

	if (at < 0)
		at = str_find_byte(line, ',');
	for (size_t i = line.n; at < 0 && i-- > 1;)
		at = line.p[i] == ' ' ? (ptrdiff_t)i : -1;
	if (at <= 0)
		return false;
	*term = str_slice(line, 0, (size_t)at);
	rest = str_trim(str_slice(line, (size_t)at + 1, SIZE_MAX));
	return str_next(&rest, line.p[at], number);
}

/* Their scale to ours. */
static const struct scale {
	int64_t most;       /* theirs, 1/1000: what is over it is no such number */
	int64_t by, parted; /* ours = theirs * by / parted */
} scales[] = {
	[FORMAT_VADER] = { 4000, 1, 1 },  [FORMAT_AFINN] = { 5000, 4, 5 },
	[FORMAT_SOCAL] = { 20000, 4, 5 }, /* its list of looked-up words goes beyond 5 */
	[FORMAT_BOSON] = { 10000, 4, 7 }, [FORMAT_PATTERN] = { 1000, 4, 1 },
};

static bool
is_beyond(const struct lexicon_import *k, int64_t theirs)
{
	const struct scale *s = &scales[k->format];

	return !k->degree && (theirs > s->most || theirs < -s->most);
}

static void
scaled_add(struct lexicon_import *k, int64_t line, struct str term, int64_t theirs)
{
	const struct scale *s = &scales[k->format];

	if (k->degree)
		import_add(k, line, term, 1000 + theirs);
	else if (is_beyond(k, theirs))
		import_aside(k, line, "%lld.%03lld is beyond the scale of %s",
			     (long long)(theirs / 1000), (long long)llabs(theirs % 1000),
			     lexicon_format_words[k->format]);
	else
		import_add(k, line, term, theirs * s->by / s->parted);
}

static void
pair_line(struct lexicon_import *k, int64_t line, struct str text)
{
	struct str term, number;
	int64_t v;

	if (!pair_cut(text, &term, &number)) {
		import_at(k, text, text.p + text.n);
		import_aside(k, line, "there is no number behind the term");
		return;
	}
	number = str_trim(number);
	if (number_read(number, &v) < 0) {
		import_at(k, text, number.p);
		import_aside(k, line, "\"%.*s\" is no number", STR_ARG(utf8_cut(number, 40)));
	} else {
		if (is_beyond(k, v))
			import_at(k, text, number.p);
		scaled_add(k, line, term, v);
	}
}

/* SO-CAL's list of degree words: fractions that are added to 1. */
static bool
is_fractions(struct str text)
{
	struct str line, term, number;
	size_t n = 0, broken = 0;
	int64_t v;

	while (next_line(&text, &line)) {
		if (!pair_cut(line, &term, &number) || number_read(str_trim(number), &v) < 0)
			continue;
		if (v > 2000 || v < -3000)
			return false;
		n++;
		broken += v % 1000 != 0;
	}
	return broken * 2 > n;
}

/* ---- one word a line -------------------------------------------------------------------------- */

static void
word_line(struct lexicon_import *k, int64_t line, struct str text)
{
	import_add(k, line, text, k->sign * TWO_SIDED);
}

/* HowNet's sections of degree words, by a word of their headline. */
static const struct {
	const char *word;
	int64_t value;
} degrees[] = {
	{ "extreme", 1800 }, { "most", 1800 }, { "极其", 1800 }, { "over", 1600 },
	{ "超", 1600 },      { "very", 1400 }, { "很", 1400 },   { "more", 1200 },
	{ "较", 1200 },      { "-ish", 700 },  { "稍", 700 },    { "insufficiently", 500 },
	{ "欠", 500 },
};
/* Headlines of its files: what stands below. */
static const struct {
	const char *word;
	int sign;
	bool degree;
} headlines[] = {
	{ "正面", 1, false },      { "positive", 1, false }, { "负面", -1, false },
	{ "negative", -1, false }, { "程度", 0, true },      { "degree", 0, true },
	{ "主张", 0, false },      { "claim", 0, false },
};

/* "1. “极其|extreme / 最|most”	69", "中文正面评价词语	3730": a tab and a count. */
static bool
is_headline(struct str text)
{
	struct str term, number;
	int64_t v;

	if (str_find_byte(text, '\t') < 0 || !pair_cut(text, &term, &number) ||
	    number_read(str_trim(number), &v) < 0)
		return false;
	return true;
}

static void
hownet_headline(struct lexicon_import *k, struct str text)
{
	for (size_t i = 0; i < LY_COUNT(headlines); i++)
		if (str_find_nocase(text, str_of(headlines[i].word)) >= 0) {
			k->sign = headlines[i].sign;
			k->degree |= headlines[i].degree && !k->n;
			k->skip = !headlines[i].sign && !k->degree;
			k->step = 0;
			return;
		}
	for (size_t i = 0; i < LY_COUNT(degrees); i++)
		if (str_find_nocase(text, str_of(degrees[i].word)) >= 0) {
			k->step = degrees[i].value;
			return;
		}
}

static void
hownet_line(struct lexicon_import *k, int64_t line, struct str text)
{
	if (is_headline(text))
		hownet_headline(k, text);
	else if (k->skip)
		import_aside(k, line,
			     "neither good nor bad: a word of claiming, or of degree "
			     "behind others");
	else if (k->degree && k->step)
		import_add(k, line, text, k->step);
	else if (!k->degree && k->sign)
		import_add(k, line, text, k->sign * TWO_SIDED);
	else
		import_aside(k, line, "no headline above says what it is");
}

/* ---- DUTIR ---------------------------------------------------------------------------------------- */

/* 词语, 词性种类, 词义数, 词义序号, 情感分类, 强度, 极性, … */
enum { DUTIR_WORD, DUTIR_STRENGTH = 5, DUTIR_SIDE = 6, DUTIR_CELLS };

void
lexicon_import_row(struct lexicon_import *k, int64_t line, const struct str *cells, size_t n)
{
	int64_t strength, side;

	k->format = FORMAT_DUTIR;
	if (!n || !str_trim(cells[0]).n || str_is(str_trim(cells[0]), "词语"))
		return;
	if (n < DUTIR_CELLS) {
		k->column = n;
		import_aside(k, line, "there are %zu columns of at least 7", n);
	} else if (number_read(str_trim(cells[DUTIR_STRENGTH]), &strength) < 0 ||
		   strength < 1000 || strength > 9000) {
		k->column = DUTIR_STRENGTH + 1;
		import_aside(k, line, "the strength is 1 to 9, not \"%.*s\"",
			     STR_ARG(utf8_cut(cells[DUTIR_STRENGTH], 40)));
	} else if (number_read(str_trim(cells[DUTIR_SIDE]), &side) < 0 || side < 0 ||
		   side > 3000 || side % 1000) {
		k->column = DUTIR_SIDE + 1;
		import_aside(k, line, "the polarity is 0, 1, 2 or 3, not \"%.*s\"",
			     STR_ARG(utf8_cut(cells[DUTIR_SIDE], 40)));
	} else if (side == 3000) {
		k->column = DUTIR_SIDE + 1;
		import_aside(k, line, "\"%.*s\": good and bad at once",
			     STR_ARG(utf8_cut(cells[DUTIR_WORD], 60)));
	} else {
		import_add(k, line, cells[DUTIR_WORD],
			   (side == 1000   ? 1
			    : side == 2000 ? -1
					   : 0) *
				   strength * 4 / 9);
	}
}

static void
dutir_line(struct lexicon_import *k, int64_t line, struct str text)
{
	char by = str_find_byte(text, '\t') >= 0 ? '\t' : ',';
	struct str cells[CELLS_MAX];
	size_t n = 0;

	while (n < CELLS_MAX && str_next(&text, by, &cells[n]))
		n++;
	lexicon_import_row(k, line, cells, n);
}

/* ---- pattern ---------------------------------------------------------------------------------------- */

struct pattern {
	struct lexicon_import *k;
	struct str text;  /* places in it tell the line */
	size_t at, begin; /* begin: of the line */
	int64_t line;
};

static void
pattern_start(void *self, const struct xml_tag *tag)
{
	struct pattern *p = self;
	struct str form = xml_attr(tag, "form");
	struct str polarity = xml_attr(tag, "polarity");
	int64_t v;

	if (!str_is(tag->name, "word"))
		return;
	if (tag->name.p >= p->text.p + p->at && tag->name.p < p->text.p + p->text.n)
		for (; p->text.p + p->at < tag->name.p; p->at++)
			if (p->text.p[p->at] == '\n') {
				p->line++;
				p->begin = p->at + 1;
			}
	p->k->column = p->at > p->begin ? p->at - p->begin : 1; /* its < */
	if (number_read(str_trim(polarity), &v) < 0)
		import_aside(p->k, p->line, "\"%.*s\": polarity \"%.*s\" is no number",
			     STR_ARG(utf8_cut(form, 60)), STR_ARG(utf8_cut(polarity, 40)));
	else
		scaled_add(p->k, p->line, form, v);
}

static void
pattern_nothing(void *self, struct str a, struct str b)
{
	(void)self, (void)a, (void)b;
}

static void
pattern_text(void *self, struct str s)
{
	(void)self, (void)s;
}

static void
pattern_read(struct lexicon_import *k, struct str text)
{
	static const struct xml_events events = { pattern_start, pattern_nothing,
						  pattern_text };
	struct pattern p = { .k = k, .text = text, .line = 1 };

	(void)xml_read_loose(k->a, text, &events, &p);
}

/* ---- which it is ---------------------------------------------------------------------------------- */

struct looks {
	size_t lines, words, han, pairs, whole, spread, joined, tabs;
};

static void
look(struct looks *l, struct str line)
{
	struct str term, number, rest = line, cell;
	size_t cells = 0;
	int64_t v;

	l->lines++;
	while (str_next(&rest, '\t', &cell))
		cells++;
	l->han += has_han(line);
	l->spread += cells >= 3;
	if (pair_cut(line, &term, &number) && number_read(str_trim(number), &v) == 0) {
		l->pairs++;
		l->whole += v % 1000 == 0;
		l->tabs += cells > 1;
		l->joined += str_find_byte(term, '_') > 0;
	} else {
		l->words++;
	}
}

static bool
begins_hownet(struct str line)
{
	if (!is_headline(line))
		return false;
	for (size_t i = 0; i < LY_COUNT(headlines); i++)
		if (has_han(line) && str_find_nocase(line, str_of(headlines[i].word)) >= 0)
			return true;
	return false;
}

static enum lexicon_format
format_of(struct str text)
{
	struct looks l = { .lines = 0 };
	struct str line;

	if (str_find(str_slice(text, 0, 4096), STR("<word ")) >= 0 ||
	    str_find(str_slice(text, 0, 4096), STR("<sentiment")) >= 0)
		return FORMAT_PATTERN;
	while (l.lines < LOOK_LINES && next_line(&text, &line)) {
		line = str_trim(line);
		if (!line.n || *line.p == ';' || *line.p == '#')
			continue;
		if (!l.lines && begins_hownet(line))
			return FORMAT_HOWNET;
		if (!l.lines && str_starts(line, STR("词语")))
			return FORMAT_DUTIR;
		look(&l, line);
	}
	if (!l.lines)
		return FORMAT_AUTO;
	if (l.words * 2 > l.lines)
		return l.han * 2 > l.lines ? FORMAT_NTUSD : FORMAT_HULIU;
	if (l.spread * 2 > l.lines)
		return FORMAT_VADER;
	if (!l.tabs)
		return FORMAT_BOSON;
	return l.joined || l.whole < l.pairs ? FORMAT_SOCAL : FORMAT_AFINN;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

/* What a line is, by format. */
static const struct {
	void (*take)(struct lexicon_import *k, int64_t line, struct str text);
} lines[] = {
	[FORMAT_VADER] = { pair_line },  [FORMAT_AFINN] = { pair_line },
	[FORMAT_NTUSD] = { word_line },  [FORMAT_HOWNET] = { hownet_line },
	[FORMAT_DUTIR] = { dutir_line }, [FORMAT_BOSON] = { pair_line },
	[FORMAT_HULIU] = { word_line },  [FORMAT_SOCAL] = { pair_line },
};

/* ";" begins a remark everywhere but where emoticons are terms; "#" where it is a line by itself. */
static bool
is_remark(const struct lexicon_import *k, struct str line)
{
	if (*line.p == ';')
		return k->format != FORMAT_VADER && k->format != FORMAT_AFINN;
	return *line.p == '#' && (line.n == 1 || line.p[1] == ' ' || line.p[1] == '#');
}

int
lexicon_import_text(struct lexicon_import *k, struct str text, struct err *e)
{
	struct str line;
	int64_t n = 0;

	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, SIZE_MAX);
	if (k->format == FORMAT_AUTO)
		k->format = format_of(text);
	if (k->format == FORMAT_AUTO)
		return err_set(e, ERR_USAGE, "there is no word in it");
	if ((k->format == FORMAT_NTUSD || k->format == FORMAT_HULIU) && !k->sign)
		return err_set(e, ERR_USAGE,
			       "it is one word a line: say which, --polarity pos or neg");
	if (k->format == FORMAT_PATTERN) {
		pattern_read(k, text);
		return 0;
	}
	k->degree = k->format == FORMAT_SOCAL && is_fractions(text);
	while (next_line(&text, &line)) {
		n++;
		if (str_trim(line).n && !is_remark(k, str_trim(line)))
			lines[k->format].take(k, n, line);
	}
	return 0;
}
