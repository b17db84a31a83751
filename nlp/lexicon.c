/* text files -> lexicon -> (image.c) one trie */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/conf.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/eight.h"
#include "nlp/fold.h"
#include "nlp/lexicon.h"
#include "nlp/lexicon_learned.h"
#include "nlp/lexicon_thresholds.h"

const char *const lex_kind_words[] = {
	"polarity",       "negator",   "degree",      "contrast",   "concede",   "summary",
	"wish",           "sarcasm",   "opener",      "ability",    "waiting",   "direction-up",
	"direction-down", "good-noun", "bad-noun",    "rhetorical", "duration",  "compare",
	"speech",         "story",     "neutral",     "name",       "firsthand", "promo",
	"question",       "help",      "rumour-deny", "official",   "action",    "topic",
	"literal",        NULL,
};
/* Kinds of lists that hold no terms. */
static const struct {
	const char *word;
	int kind;
} other_kinds[] = { { "topics-table", LEX_TOPICS_TABLE },
		    { "learned", LEX_LEARNED },
		    { "thresholds", LEX_THRESHOLDS } };

/* What a value may be, by kind. */
static const struct bounds {
	int32_t min, max;
	const char *says;
	bool may_lack; /* then it is 1 */
} bounds[LEX_KINDS] = {
	[LEX_POLARITY] = { -4000, 4000, "-4.0..4.0" },
	[LEX_NEGATOR] = { -2000, 2000, "-2.0..2.0" },
	[LEX_DEGREE] = { 100, 3000, "0.1..3.0" },
	[LEX_RHETORICAL] = { -4000, 0, "-4.0..0" },
	[LEX_STORY] = { 0, 1000, "0..1.0" },
	[LEX_DURATION] = { 1000, 3000, "1.0..3.0" },
	[LEX_GOOD_NOUN] = { 100, 3000, "0.1..3.0", true },
	[LEX_BAD_NOUN] = { 100, 3000, "0.1..3.0", true },
};
#define MISTAKES_MAX 200

struct reading {
	struct lexicon *l;
	struct buf *report;
	size_t mistakes;
	struct str file;
	uint32_t line;
	size_t cap_lists, cap_entries, cap_topics, cap_thresholds;
	/* topic entries hold the id here until all tables are read */
	struct str *ids;
	size_t cap_ids;
	struct learned_list learned; /* of the file in work */
};

static void LY_PRINTF(3, 4) mistake(struct reading *r, size_t column, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (r->mistakes++ < MISTAKES_MAX)
		buf_addf(r->report, "%.*s:%u:%zu: %s\n", STR_ARG(r->file), r->line, column,
			 text);
}

/* Room for one more in an array that is doubled from the arena. */
static void *
grown(struct arena *a, void *old, size_t n, size_t *cap, size_t size)
{
	void *p;

	if (n < *cap)
		return old;
	*cap = *cap ? *cap * 2 : 64;
	p = arena_alloc(a, *cap * size);
	if (n)
		memcpy(p, old, n * size);
	return p;
}

/* ---- the head ---- */

static int
kind_of(struct str word)
{
	for (int i = 0; i < LEX_LITERAL; i++)
		if (str_is(word, lex_kind_words[i]))
			return i;
	for (size_t i = 0; i < LY_COUNT(other_kinds); i++)
		if (str_is(word, other_kinds[i].word))
			return other_kinds[i].kind;
	return -1;
}

static void
head_line(struct reading *r, struct lex_list *list, struct str line, bool *magic)
{
	struct str rest = str_trim(str_slice(line, 1, SIZE_MAX)), key, value;
	ptrdiff_t at = str_find_byte(rest, ':');

	if (at < 0)
		return; /* a remark */
	key = str_trim(str_slice(rest, 0, (size_t)at));
	value = arena_str(r->l->arena, str_trim(str_slice(rest, (size_t)at + 1, SIZE_MAX)));
	if (str_is(key, "langyan-lexicon")) {
		*magic = true;
		if (!str_is(value, "1"))
			mistake(r, 1, "format \"%.*s\" is not known: this program reads 1",
				STR_ARG(value));
	} else if (str_is(key, "list")) {
		list->name = value;
	} else if (str_is(key, "lang")) {
		list->lang = value;
		if (!str_is(value, "zh") && !str_is(value, "en") && !str_is(value, "any"))
			mistake(r, 1, "lang \"%.*s\" is none of zh, en, any", STR_ARG(value));
	} else if (str_is(key, "kind")) {
		list->kind = kind_of(value);
		if (list->kind < 0)
			mistake(r, 1,
				"kind \"%.*s\" is not known; docs/lexicon.md lists the kinds",
				STR_ARG(value));
	} else if (str_is(key, "about")) {
		list->about = value;
	} else if (str_is(key, "source")) {
		list->source = value;
	} else {
		struct err e = { .kind = ERR_NONE };

		if (learned_head(&r->learned, r->l->arena, key, value, &e) < 0)
			mistake(r, 1, "%.*s: %s", STR_ARG(key), e.text);
	}
}

/* ---- one line of terms ---- */

static struct str
term_folded(struct reading *r, struct str raw)
{
	struct buf b = BUF(LEXICON_TERM_MAX * 4);
	struct str kept = { NULL, 0 };

	fold_add(&b, raw);
	if (!raw.n)
		mistake(r, 1, "a line starts with its term; this one is empty");
	else if (str_trim(raw).n != raw.n)
		mistake(r, 1, "the term has blanks at an end; remove them");
	else if (!b.n)
		mistake(r, 1, "the term has no character that is seen");
	else if (b.over || b.n > LEXICON_TERM_MAX)
		mistake(r, 1, "the term has %zu bytes; %d are the most", b.n, LEXICON_TERM_MAX);
	else if (!utf8_valid(raw) || memchr(raw.p, 0, raw.n))
		mistake(r, 1, "the term is not UTF-8; save the file as UTF-8");
	else
		kept = arena_str(r->l->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

static void
option_read(struct reading *r, struct lex_entry *x, struct str opt, size_t column)
{
	ptrdiff_t eq = str_find_byte(opt, '=');
	struct str key = str_slice(opt, 0, eq < 0 ? opt.n : (size_t)eq);
	struct str value =
		eq < 0 ? (struct str){ NULL, 0 } : str_slice(opt, (size_t)eq + 1, SIZE_MAX);
	int64_t v;

	if (eq < 0) {
		mistake(r, column, "\"%.*s\" is not of the form key=value", STR_ARG(opt));
	} else if (str_milli(value, &v) < 0 || v < -4000 || v > 20000) {
		mistake(r, column, "%.*s: \"%.*s\" is not a number", STR_ARG(key),
			STR_ARG(value));
	} else if (str_is(key, "subj")) {
		x->flags |= v ? 0 : LEX_SUBJ0;
	} else if (str_is(key, "alone") && x->kind == LEX_NEGATOR) {
		x->flags |= LEX_ALONE;
		x->arg = (int32_t)v;
	} else if (str_is(key, "count") && x->kind == LEX_DURATION) {
		x->flags |= v ? LEX_COUNT : 0;
	} else if (str_is(key, "scope")) {
		x->scope = (uint16_t)(v < 0 ? 0 : v / 1000);
	} else if (str_is(key, "w") && x->kind == LEX_TOPIC) {
		x->value = (int32_t)v;
		if (v < 100 || v > 1000)
			mistake(r, column, "w: %.*s is not within 0.1..1.0", STR_ARG(value));
	} else {
		mistake(r, column, "\"%.*s\" is not an option of kind %s", STR_ARG(key),
			lex_kind_words[x->kind]);
	}
}

static void
value_read(struct reading *r, struct lex_entry *x, struct str value, size_t column)
{
	const struct bounds *b = &bounds[x->kind];
	int32_t min = b->says ? b->min : -4000, max = b->says ? b->max : 4000;
	int64_t v;

	x->value = 1000;
	if (!value.n || str_is(value, "-")) {
		if (b->says && !b->may_lack)
			mistake(r, column, "kind %s needs a value within %s behind a tab",
				lex_kind_words[x->kind], b->says);
		return;
	}
	if (str_milli(value, &v) < 0)
		mistake(r, column, "\"%.*s\" is not a number like -1.5", STR_ARG(value));
	else if (v < min || v > max)
		mistake(r, column, "%.*s is not within %s", STR_ARG(value),
			b->says ? b->says : "-4.0..4.0");
	else if (!v && x->kind == LEX_POLARITY)
		mistake(r, column,
			"a polarity of 0 says nothing; put the term in a list of kind neutral");
	else
		x->value = (int32_t)v;
}

static void
entry_add(struct reading *r, const struct lex_entry *x, struct str topic)
{
	struct lexicon *l = r->l;

	l->entries =
		grown(l->arena, l->entries, l->n_entries, &r->cap_entries, sizeof *l->entries);
	r->ids = grown(l->arena, r->ids, l->n_entries, &r->cap_ids, sizeof *r->ids);
	r->ids[l->n_entries] = topic;
	l->entries[l->n_entries] = *x;
	/* until all are read, arg of a topic entry is where its id stands */
	if (x->kind == LEX_TOPIC)
		l->entries[l->n_entries].arg = (int32_t)l->n_entries;
	l->n_entries++;
}

static void
term_line(struct reading *r, uint16_t list, struct str line)
{
	struct lex_entry x = { .list = list, .line = r->line };
	struct str rest = line, raw = { NULL, 0 }, value = { NULL, 0 }, opt, id;
	bool topic;

	x.kind = (uint8_t)r->l->lists[list].kind;
	topic = x.kind == LEX_TOPIC;
	str_next(&rest, '\t', &raw);
	x.term = term_folded(r, raw);
	if (str_next(&rest, '\t', &value) && topic)
		x.value = 1000;
	else if (!topic)
		value_read(r, &x, str_trim(value), raw.n + 2);
	while (str_next(&rest, '\t', &opt))
		if (str_trim(opt).n)
			option_read(r, &x, str_trim(opt), (size_t)(opt.p - line.p) + 1);
	if (!x.term.n)
		return;
	if (!topic) {
		entry_add(r, &x, (struct str){ NULL, 0 });
		return;
	}
	if (!value.n)
		mistake(r, raw.n + 2, "a topic term names its topic");
	while (str_next(&value, ',', &id))
		entry_add(r, &x, arena_str(r->l->arena, str_trim(id)));
}

static void
table_line(struct reading *r, struct str line)
{
	static const char *const safety[] = { "safety", "injury", "death", "minors" };
	struct lexicon *l = r->l;
	struct lex_topic t = { .bits = 0 };
	struct str rest = arena_str(l->arena, line), severity = { NULL, 0 }, flags, flag;

	if (!str_next(&rest, '\t', &t.id) || !str_next(&rest, '\t', &severity) ||
	    !str_next(&rest, '\t', &t.zh) || !str_next(&rest, '\t', &t.en)) {
		mistake(r, 1,
			"a topic is: id, severity, Chinese name, English name, flags or -");
		return;
	}
	str_next(&rest, '\t', &t.flags);
	if (str_int64(str_trim(severity), &t.severity) < 0 || t.severity < 1 || t.severity > 3)
		mistake(r, t.id.n + 2, "severity \"%.*s\" is none of 1, 2, 3",
			STR_ARG(severity));
	for (flags = t.flags; str_next(&flags, ',', &flag);)
		for (size_t i = 0; i < LY_COUNT(safety); i++)
			if (str_is(str_trim(flag), safety[i]))
				t.bits |= TOPIC_SAFETY;
	for (size_t i = 0; i < l->n_topics; i++)
		if (str_eq(l->topics[i].id, t.id))
			mistake(r, 1, "topic \"%.*s\" stands here twice", STR_ARG(t.id));
	l->topics = grown(l->arena, l->topics, l->n_topics, &r->cap_topics, sizeof *l->topics);
	l->topics[l->n_topics++] = t;
}

/* ---- learned lists ---- */

static void
gram_line(struct reading *r, struct str line)
{
	struct err e = { .kind = ERR_NONE };
	size_t column;

	if (learned_line(&r->learned, r->l->arena, line, r->line, &column, &e) < 0)
		mistake(r, column, "%s", e.text);
}

/* The last list of a language counts, two of one layer are a mistake. */
static void
learned_settle(struct reading *r, uint16_t list)
{
	struct lexicon *l = r->l;
	const struct lex_list *x = &l->lists[list], *old;
	struct lex_model **to = NULL;
	struct err e = { .kind = ERR_NONE };
	uint32_t at_end = r->line;

	for (size_t i = 0; i < MODEL_LANGS; i++)
		if (str_is(x->lang, model_lang_words[i]))
			to = &l->models[i];
	for (size_t at = 0; learned_end(&r->learned, &at, &r->line, &e) < 0;)
		mistake(r, 1, "%s", e.text);
	r->line = 1;
	old = to && *to ? &l->lists[(*to)->list] : NULL;
	if (!to)
		mistake(r, 1, "a learned list is of one language: zh or en");
	else if (!r->learned.model)
		mistake(r, 1, "the list has no n-gram");
	else if (old && old->layer == x->layer)
		mistake(r, 1, "the learned list of %.*s is already in %.*s; keep one of them",
			STR_ARG(x->lang), STR_ARG(old->file));
	else
		*to = r->learned.model;
	if (r->learned.model)
		r->learned.model->list = list;
	r->line = at_end;
}

/* ---- thresholds ---- */

static void
threshold_line(struct reading *r, uint16_t list, struct str line)
{
	struct lexicon *l = r->l;
	struct err e = { .kind = ERR_NONE };
	struct lex_threshold t;
	size_t column;

	if (thresholds_line(line, &t, &column, &e) < 0) {
		mistake(r, column, "%s", e.text);
		return;
	}
	t.of = arena_str(l->arena, t.of);
	t.list = list;
	t.line = r->line;
	t.lang = -1;
	for (int i = 0; i < MODEL_LANGS; i++)
		if (str_is(l->lists[list].lang, model_lang_words[i]))
			t.lang = (int8_t)i;
	l->thresholds = grown(l->arena, l->thresholds, l->n_thresholds, &r->cap_thresholds,
			      sizeof *l->thresholds);
	l->thresholds[l->n_thresholds++] = t;
}

static void
threshold_twice(void *arg, const struct lex_threshold *x, const struct lex_threshold *y)
{
	struct reading *r = arg;

	r->file = r->l->lists[y->list].file;
	r->line = y->line;
	mistake(r, 1, "\"%.*s\" is already in %.*s:%u; keep one of them", STR_ARG(y->of),
		STR_ARG(r->l->lists[x->list].file), x->line);
}

/* ---- one file ---- */

static void
head_check(struct reading *r, const struct lex_list *list, bool magic)
{
	r->line = 1;
	if (!magic)
		mistake(r, 1, "the first lines of a lexicon say \"# langyan-lexicon: 1\"");
	if (!list->name.n)
		mistake(r, 1, "the head has no \"# list: NAME\"");
	if (!list->lang.n)
		mistake(r, 1, "the head has no \"# lang: zh\", en or any");
	if (list->kind < 0)
		mistake(r, 1, "the head has no \"# kind: …\" of this program");
}

static void
file_parse(struct reading *r, struct str name, struct str text, int layer)
{
	struct lexicon *l = r->l;
	struct lex_list list = { .file = arena_str(l->arena, name),
				 .kind = -1,
				 .layer = layer };
	struct str rest = text, line;
	bool magic = false, head = true;

	r->file = list.file;
	r->line = 0;
	r->learned = (struct learned_list){ .model = NULL };
	if (l->n_lists >= UINT16_MAX) {
		mistake(r, 1, "more than %d lists", UINT16_MAX);
		return;
	}
	if (str_find_byte(text, '\0') >= 0) { /* UTF-16, as some programs write "Unicode" */
		r->line = 1;
		mistake(r, 1, "the file is not UTF-8; save it as UTF-8");
		return;
	}
	l->lists = grown(l->arena, l->lists, l->n_lists, &r->cap_lists, sizeof *l->lists);
	if (str_starts(rest, STR("\xEF\xBB\xBF")))
		rest = str_slice(rest, 3, SIZE_MAX);
	while (str_next(&rest, '\n', &line)) {
		r->line++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n)
			continue;
		if (line.p[0] == '#') {
			if (head)
				head_line(r, &list, line, &magic);
			continue;
		}
		if (head) {
			uint32_t at = r->line;

			head = false;
			head_check(r, &list, magic);
			r->line = at;
			list.layer = layer ? layer + 1 : !str_is(list.lang, "any");
			l->lists[l->n_lists++] = list;
			if (list.kind < 0)
				return;
		}
		if (list.kind == LEX_TOPICS_TABLE)
			table_line(r, line);
		else if (list.kind == LEX_LEARNED)
			gram_line(r, line);
		else if (list.kind == LEX_THRESHOLDS)
			threshold_line(r, (uint16_t)(l->n_lists - 1), line);
		else
			term_line(r, (uint16_t)(l->n_lists - 1), line);
	}
	if (head) {
		head_check(r, &list, magic);
		if (list.kind >= 0)
			l->lists[l->n_lists++] = list;
	}
	if (list.kind == LEX_LEARNED)
		learned_settle(r, (uint16_t)(l->n_lists - 1));
}

/* ---- all of them against each other ---- */

struct sorting {
	uint64_t head; /* of the term: most are told apart by it */
	const struct lex_entry *of;
};

static int
by_term(const void *a, const void *b)
{
	const struct sorting *i = a, *j = b;
	const struct lex_entry *x = i->of, *y = j->of;
	int c;

	if (i->head != j->head)
		return i->head < j->head ? -1 : 1;
	c = str_cmp(x->term, y->term);
	if (!c)
		c = (x->kind > y->kind) - (x->kind < y->kind);
	if (!c && x->kind == LEX_TOPIC)
		c = (x->arg > y->arg) - (x->arg < y->arg);
	if (!c)
		c = (x->list > y->list) - (x->list < y->list);
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

static int
topic_by_id(const void *a, const void *b)
{
	return str_cmp(((const struct lex_topic *)a)->id, ((const struct lex_topic *)b)->id);
}

#define NEAR_TOPICS 256 /* that a mistyped one is compared with */

static void
topic_unknown(struct reading *r, size_t column, struct str id)
{
	const struct lexicon *l = r->l;
	const char *names[NEAR_TOPICS], *near;
	size_t n = 0;

	for (; n < l->n_topics && n < NEAR_TOPICS; n++)
		names[n] = arena_text(l->arena, l->topics[n].id);
	near = n ? conf_nearest(id, names, n) : NULL;
	mistake(r, column, "topic \"%.*s\" is in no topics-table%s%s%s", STR_ARG(id),
		near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static void
topics_resolve(struct reading *r)
{
	struct lexicon *l = r->l;

	if (l->n_topics)
		qsort(l->topics, l->n_topics, sizeof *l->topics, topic_by_id);
	for (size_t i = 0; i < l->n_entries; i++) {
		struct lex_entry *x = &l->entries[i];
		struct lex_topic key, *t;

		if (x->kind != LEX_TOPIC)
			continue;
		key.id = r->ids[x->arg];
		t = l->n_topics ? bsearch(&key, l->topics, l->n_topics, sizeof key, topic_by_id)
				: NULL;
		if (!t) {
			r->file = l->lists[x->list].file;
			r->line = x->line;
			topic_unknown(r, x->term.n + 2, key.id);
		}
		x->arg = t ? (int32_t)(t - l->topics) : 0;
	}
}

/* Say where y says again or against what x said; false when y rightly replaces it. */
static bool
clash(struct reading *r, const struct lex_entry *x, const struct lex_entry *y)
{
	const struct lex_list *lx = &r->l->lists[x->list], *ly = &r->l->lists[y->list];
	bool against = x->kind == LEX_POLARITY && (x->value < 0) != (y->value < 0);

	if (lx->layer != ly->layer)
		return false;
	r->file = ly->file;
	r->line = y->line;
	if (x->kind == y->kind && x->value == y->value) {
		buf_addf(r->report, "warning: %.*s:%u:1: \"%.*s\" stands also in %.*s:%u\n",
			 STR_ARG(ly->file), y->line, STR_ARG(y->term), STR_ARG(lx->file),
			 x->line);
		return true;
	}
	mistake(r, 1, "\"%.*s\" %s %.*s:%u; keep one of them", STR_ARG(y->term),
		against ? "contradicts" : "is already in", STR_ARG(lx->file), x->line);
	return true;
}

static bool
same_place(const struct lex_entry *x, const struct lex_entry *y)
{
	return x->kind == y->kind && str_eq(x->term, y->term) &&
	       (x->kind != LEX_TOPIC || x->arg == y->arg);
}

/* Polarity and neutral cannot both hold; the later layer wins, the same one is a mistake. */
static bool
denies(const struct lex_entry *x, const struct lex_entry *y)
{
	return x->kind == LEX_POLARITY && y->kind == LEX_NEUTRAL && str_eq(x->term, y->term);
}

static void
entries_sort(struct lexicon *l)
{
	struct lex_entry *sorted = arena_alloc(l->arena, l->n_entries * sizeof *sorted);
	struct sorting *v = malloc((l->n_entries + 1) * sizeof *v);

	if (!v)
		abort();
	for (size_t i = 0; i < l->n_entries; i++)
		v[i] = (struct sorting){ eight_head(l->entries[i].term), &l->entries[i] };
	qsort(v, l->n_entries, sizeof *v, by_term);
	for (size_t i = 0; i < l->n_entries; i++)
		sorted[i] = *v[i].of;
	l->entries = sorted;
	free(v);
}

static void
entries_settle(struct reading *r)
{
	struct lexicon *l = r->l;
	size_t n = 0;

	entries_sort(l);
	for (size_t i = 0; i < l->n_entries; i++) {
		struct lex_entry *y = &l->entries[i], *x = n ? &l->entries[n - 1] : NULL;
		size_t first = n;

		if (x && same_place(x, y)) {
			if (!clash(r, x, y) &&
			    l->lists[y->list].layer > l->lists[x->list].layer)
				*x = *y;
			continue;
		}
		while (first && str_eq(l->entries[first - 1].term, y->term) &&
		       l->entries[first - 1].kind != LEX_POLARITY)
			first--;
		if (first && denies(&l->entries[first - 1], y)) {
			x = &l->entries[first - 1];
			if (!clash(r, x, y) &&
			    l->lists[y->list].layer > l->lists[x->list].layer)
				*x = *y;
			continue;
		}
		l->entries[n++] = *y;
	}
	l->n_entries = n;
}

static struct reading
reading_begin(struct buf *report)
{
	struct reading r = { .report = report };
	struct arena *a = arena_new();

	r.l = arena_alloc(a, sizeof *r.l);
	r.l->arena = a;
	return r;
}

static struct lexicon *
reading_end(struct reading *r, struct err *e)
{
	topics_resolve(r);
	entries_settle(r);
	r->l->n_thresholds = thresholds_settle(r->l->thresholds, r->l->n_thresholds,
					       r->l->lists, threshold_twice, r);
	if (!r->mistakes)
		return r->l;
	if (r->mistakes > MISTAKES_MAX)
		buf_addf(r->report, "… and %zu more\n", r->mistakes - MISTAKES_MAX);
	err_set(e, ERR_USAGE, "%zu mistake%s in the lexicons", r->mistakes,
		r->mistakes == 1 ? "" : "s");
	lexicon_free(r->l);
	return NULL;
}

struct lexicon *
lexicon_parse(const struct str *names, const struct str *texts, size_t n, struct buf *report,
	      struct err *e)
{
	struct reading r = reading_begin(report);

	for (size_t i = 0; i < n; i++)
		file_parse(&r, names[i], arena_str(r.l->arena, texts[i]), 0);
	return reading_end(&r, e);
}

void
lexicon_free(struct lexicon *l)
{
	if (l)
		arena_free(l->arena);
}

/* ---- files and folders ---- */

static void
file_read(struct reading *r, const char *path, int layer)
{
	FILE *f = fopen(path, "rb");
	struct str text = { NULL, 0 };
	long size;

	r->file = arena_str(r->l->arena, str_of(path));
	r->line = 0;
	if (!f) {
		mistake(r, 0, "could not open: %s", strerror(errno));
		return;
	}
	if (fseek(f, 0, SEEK_END) < 0 || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) < 0)
		mistake(r, 0, "could not read: %s", strerror(errno));
	else if (size > LEXICON_FILE_MAX)
		mistake(r, 0, "is larger than %d MiB", LEXICON_FILE_MAX >> 20);
	else {
		char *p = arena_alloc(r->l->arena, (size_t)size + 1);

		text.n = fread(p, 1, (size_t)size, f);
		text.p = p;
		file_parse(r, r->file, text, layer);
	}
	fclose(f);
}

static int
named(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
tree_read(struct reading *r, const char *path, int layer, int depth)
{
	struct dirent **v = NULL;
	struct stat st;
	int n;

	if (stat(path, &st) < 0) {
		r->file = arena_str(r->l->arena, str_of(path));
		r->line = 0;
		mistake(r, 0, "could not open: %s", strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (depth == 0 || str_ends(str_of(path), STR(".tsv")))
			file_read(r, path, layer);
		return;
	}
	n = depth < 3 ? scandir(path, &v, named, alphasort) : 0;
	for (int i = 0; i < n; i++) {
		tree_read(r, arena_textf(r->l->arena, "%s/%s", path, v[i]->d_name), layer,
			  depth + 1);
		free(v[i]);
	}
	free(v);
}

struct lexicon *
lexicon_load(struct str dir, const struct str *extra, size_t n_extra, struct buf *report,
	     struct err *e)
{
	struct reading r = reading_begin(report);

	if (dir.n)
		tree_read(&r, arena_text(r.l->arena, dir), 0, 0);
	for (size_t i = 0; i < n_extra; i++)
		tree_read(&r, arena_text(r.l->arena, extra[i]), (int)i + 1, 0);
	return reading_end(&r, e);
}
