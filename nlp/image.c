/* lexicon + the watches' words -> image -> (walk.c) hits */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/eight.h"
#include "nlp/fold.h"
#include "nlp/guise.h"
#include "nlp/image.h"
#include "nlp/image_learned.h"
#include "nlp/image_trie.h"

#define IMAGE_MAGIC 0x38474D494E41594CULL /* "LYANIMG8", little endian */
#define IMAGE_ALIGN 8
#define TERMS_MAX   (1 << 20) /* as a leaf has room for */
#define SECTIONS    15
#define STARTS      ((1u << IMAGE_STARTS_BITS) / 32) /* words of 32 slots */

struct section {
	uint64_t at, n; /* byte offset from the start of the image, number of entries */
};
/* Sum of what is in nlp/: another program may find and weigh otherwise. From make. */
#ifndef LY_READER
#define LY_READER "unknown"
#endif
struct header {
	uint64_t magic;
	char reader[56]; /* LY_READER and guise_version */
	uint32_t longest, inner;
	uint64_t literals;
	struct section units, terms, senses, lists, topics, starts, han, words, models, grams,
		bits, seeds, lines, thresholds;
	struct section text;
	struct id id;
};
/* The sections in file order, and how large an entry is. */
static const struct {
	size_t at, size;
	const char *name;
} sections[SECTIONS] = {
	{ offsetof(struct header, units), sizeof(uint32_t), "units" },
	{ offsetof(struct header, terms), sizeof(struct image_term), "terms" },
	{ offsetof(struct header, senses), sizeof(struct image_sense), "senses" },
	{ offsetof(struct header, lists), sizeof(struct image_list), "lists" },
	{ offsetof(struct header, topics), sizeof(struct image_topic), "topics" },
	{ offsetof(struct header, starts), sizeof(uint64_t), "starts" },
	{ offsetof(struct header, han), sizeof(uint32_t), "han" },
	{ offsetof(struct header, words), sizeof(struct image_word), "words" },
	{ offsetof(struct header, models), sizeof(struct image_model), "models" },
	{ offsetof(struct header, grams), sizeof(struct image_gram), "grams" },
	{ offsetof(struct header, bits), sizeof(uint64_t), "bits" },
	{ offsetof(struct header, seeds), sizeof(uint16_t), "seeds" },
	{ offsetof(struct header, lines), sizeof(uint32_t), "lines" },
	{ offsetof(struct header, thresholds), sizeof(struct image_threshold), "thresholds" },
	{ offsetof(struct header, text), 1, "text" },
};

static struct section *
section_of(struct header *h, size_t i)
{
	return (struct section *)((char *)h + sections[i].at);
}

/* ---- reading ---- */

static const void *
section_data(const struct image *m, const struct section *s)
{
	return m->bytes.p + s->at;
}

static unsigned
words_shift(uint64_t n)
{
	return 64 - (unsigned)__builtin_ctzll(n);
}

static struct id
image_sum(struct str bytes, const char *reader)
{
	return ID_OF(str_of(reader), str_slice(bytes, sizeof(struct header), SIZE_MAX));
}

bool
image_is_whole(const struct image *m)
{
	const struct header *h = (const void *)m->bytes.p;
	char reader[sizeof h->reader + 1] = "";
	struct id sum;

	memcpy(reader, h->reader, sizeof h->reader);
	sum = image_sum(m->bytes, reader);
	return id_eq(&sum, &h->id);
}

static void
reader_fill(char *to, size_t n)
{
	memset(to, 0, n);
	snprintf(to, n, "%s, %s", LY_READER, guise_version);
}

static void
image_point(struct image *m, const struct header *h)
{
	char reader[sizeof h->reader];

	reader_fill(reader, sizeof reader);
	m->foreign = memcmp(reader, h->reader, sizeof reader) != 0;
	m->units = section_data(m, &h->units);
	m->terms = section_data(m, &h->terms);
	m->senses = section_data(m, &h->senses);
	m->lists = section_data(m, &h->lists);
	m->topics = section_data(m, &h->topics);
	m->starts = section_data(m, &h->starts);
	m->han = section_data(m, &h->han);
	m->words = section_data(m, &h->words);
	m->words_mask = h->words.n - 1;
	m->words_shift = words_shift(h->words.n);
	m->models = section_data(m, &h->models);
	m->grams = section_data(m, &h->grams);
	m->bits = section_data(m, &h->bits);
	m->seeds = section_data(m, &h->seeds);
	m->lines = section_data(m, &h->lines);
	m->n_grams = h->grams.n;
	m->thresholds = section_data(m, &h->thresholds);
	m->n_thresholds = h->thresholds.n;
	m->text = section_data(m, &h->text);
	m->n_units = h->units.n;
	m->n_terms = h->terms.n;
	m->n_senses = h->senses.n;
	m->n_lists = h->lists.n;
	m->n_topics = h->topics.n;
	m->n_literals = h->literals;
	m->text_n = h->text.n;
	m->longest = h->longest;
	m->inner = (h->inner & SENSE_INNER) != 0;
	m->open = (h->inner & SENSE_OPEN) != 0;
	m->id = h->id;
}

static bool
learned_fits(const struct header *h)
{
	return h->models.n == MODEL_LANGS && h->bits.n == IMAGE_BITS_WORDS &&
	       h->seeds.n == h->grams.n / IMAGE_BUCKET && h->lines.n == h->grams.n;
}

static int
header_check(struct header *h, struct str bytes, struct err *e)
{
	if (bytes.n < sizeof *h)
		return err_set(e, ERR_REJECT, "is shorter than a lexicon image's head");
	if ((uintptr_t)bytes.p % IMAGE_ALIGN)
		return err_set(e, ERR_REJECT, "does not start at a multiple of %d",
			       IMAGE_ALIGN);
	memcpy(h, bytes.p, sizeof *h);
	if (h->magic != IMAGE_MAGIC)
		return err_set(e, ERR_REJECT, "is not a lexicon image of this version");
	for (size_t i = 0; i < SECTIONS; i++) {
		const struct section *s = section_of(h, i);

		if (s->at % IMAGE_ALIGN || s->at < sizeof *h || s->at > bytes.n ||
		    s->n > (bytes.n - s->at) / sections[i].size)
			return err_set(e, ERR_REJECT, "section %s lies outside",
				       sections[i].name);
	}
	if (!h->units.n || h->units.n % 256 || h->units.n > 1 << 22)
		return err_set(e, ERR_REJECT, "has a trie of no whole blocks");
	if (h->starts.n != STARTS || h->han.n != IMAGE_HAN)
		return err_set(e, ERR_REJECT, "has a wrong set of starts");
	if (!learned_fits(h))
		return err_set(e, ERR_REJECT, "has a wrong set of learned lists");
	if (h->words.n < 2 || h->words.n & (h->words.n - 1))
		return err_set(e, ERR_REJECT, "has a wrong table of words");
	if (h->longest > LEXICON_TERM_MAX || h->literals > TERMS_MAX)
		return err_set(e, ERR_REJECT, "has too long terms or too many literals");
	return 0;
}

/* Can a walk go on from u, a node? */
static bool
unit_ok(const struct image *m, uint32_t u)
{
	uint32_t base = UNIT_BASE(u), leaf;

	if (u & UNIT_LEAF || base >= m->n_units)
		return false;
	leaf = m->units[base];
	return !(u & UNIT_HAS_LEAF) || (leaf & UNIT_LEAF && LEAF_TERM(leaf) < m->n_terms);
}

static int
units_check(const struct image *m, struct err *e)
{
	for (size_t i = 0; i < m->n_units; i++)
		if (!(m->units[i] & UNIT_LEAF) && !unit_ok(m, m->units[i]))
			return err_set(e, ERR_REJECT, "unit %zu leads nowhere", i);
	if (m->units[0] & UNIT_LEAF)
		return err_set(e, ERR_REJECT, "the trie has no root");
	for (size_t i = 0; i < IMAGE_HAN; i++)
		if (!unit_ok(m, m->han[i]))
			return err_set(e, ERR_REJECT, "Han character %zu leads nowhere", i);
	return 0;
}

static int
words_check(const struct image *m, struct err *e)
{
	size_t free_slots = 0;

	for (size_t i = 0; i <= m->words_mask; i++) {
		free_slots += !m->words[i].run;
		if (!unit_ok(m, m->words[i].unit))
			return err_set(e, ERR_REJECT, "word %zu leads nowhere", i);
	}
	return free_slots ? 0 : err_set(e, ERR_REJECT, "has a full table of words");
}

static bool
text_ok(const struct image *m, struct image_text t)
{
	return t.at <= m->text_n && t.n <= m->text_n - t.at;
}

static int
terms_check(const struct image *m, struct err *e)
{
	for (size_t i = 0; i < m->n_terms; i++) {
		const struct image_term *t = &m->terms[i];

		if (!t->n || t->first >= m->n_senses || t->n > m->n_senses - t->first)
			return err_set(e, ERR_REJECT, "term %zu has senses outside", i);
	}
	return 0;
}

static bool
sense_ok(const struct image *m, const struct image_sense *s)
{
	if (s->kind > LEX_LITERAL || s->value < -4000 || s->value > 4000)
		return false;
	if (s->kind == LEX_LITERAL)
		return s->arg >= 0 && (size_t)s->arg < m->n_literals;
	if (s->list >= m->n_lists)
		return false;
	if (s->kind == LEX_TOPIC)
		return s->arg >= 0 && (size_t)s->arg < m->n_topics;
	return s->arg >= -20000 && s->arg <= 20000;
}

static int
senses_check(const struct image *m, struct err *e)
{
	for (size_t i = 0; i < m->n_senses; i++)
		if (!sense_ok(m, &m->senses[i]))
			return err_set(e, ERR_REJECT, "sense %zu is out of range", i);
	return 0;
}

static bool
threshold_ok(const struct image *m, const struct image_threshold *t)
{
	return text_ok(m, t->of) && t->list < m->n_lists && t->pos >= -THRESHOLD_MAX &&
	       t->pos <= THRESHOLD_MAX && t->neg >= -THRESHOLD_MAX && t->neg <= THRESHOLD_MAX;
}

static int
tables_check(const struct image *m, struct err *e)
{
	for (size_t i = 0; i < m->n_lists; i++)
		if (!text_ok(m, m->lists[i].name) || !text_ok(m, m->lists[i].file) ||
		    !text_ok(m, m->lists[i].lang))
			return err_set(e, ERR_REJECT, "list %zu has texts outside", i);
	for (size_t i = 0; i < m->n_topics; i++)
		if (!text_ok(m, m->topics[i].id) || !text_ok(m, m->topics[i].zh) ||
		    !text_ok(m, m->topics[i].en))
			return err_set(e, ERR_REJECT, "topic %zu has texts outside", i);
	for (size_t i = 0; i < m->n_thresholds; i++)
		if (!threshold_ok(m, &m->thresholds[i]))
			return err_set(e, ERR_REJECT, "threshold %zu is out of range", i);
	return 0;
}

struct image *
image_open(struct str bytes, struct err *e)
{
	struct image *m = calloc(1, sizeof *m);
	struct header h;

	if (!m)
		abort();
	m->bytes = bytes;
	if (header_check(&h, bytes, e) < 0)
		goto fail;
	image_point(m, &h);
	if (units_check(m, e) < 0 || words_check(m, e) < 0 || terms_check(m, e) < 0 ||
	    senses_check(m, e) < 0 || tables_check(m, e) < 0 || image_learned_check(m, e) < 0)
		goto fail;
	return m;
fail:
	free(m);
	return NULL;
}

const struct image_sense *
image_find_sense(const struct image *m, uint32_t term, int kind)
{
	const struct image_term *t = &m->terms[term];

	for (unsigned i = 0; i < t->n; i++)
		if (m->senses[t->first + i].kind == kind)
			return &m->senses[t->first + i];
	return NULL;
}

int64_t
image_find(const struct image *m, struct str folded)
{
	uint32_t u = trie_find(m->units, folded);

	if (u & UNIT_LEAF || !(u & UNIT_HAS_LEAF))
		return -1;
	return LEAF_TERM(m->units[UNIT_BASE(u)]);
}

bool
image_leads(const struct image *m, const uint32_t *chars, size_t n)
{
	struct buf b = BUF(64);
	uint32_t u;

	for (size_t i = 0; i < n; i++) {
		char utf8[8];

		buf_add(&b, (struct str){ utf8, utf8_put(utf8, chars[i]) });
	}
	u = trie_find(m->units, buf_str(&b));
	buf_release(&b);
	return !(u & UNIT_LEAF);
}

/* ---- building: what terms mean ---- */

static void *
resized(void *p, size_t bytes)
{
	p = realloc(p, bytes);
	if (!p)
		abort();
	return p;
}

struct meaning {
	uint64_t head; /* of the term: most are told apart by it */
	struct str term;
	struct image_sense sense;
};

static int
by_text(const void *a, const void *b)
{
	const struct meaning *x = a, *y = b;
	int c;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	c = str_cmp(x->term, y->term);
	if (!c)
		c = (int)x->sense.kind - (int)y->sense.kind;
	return c ? c : (x->sense.arg > y->sense.arg) - (x->sense.arg < y->sense.arg);
}

static struct meaning *
meanings_collect(const struct lexicon *l, const struct image_literal *lit, size_t n_lit,
		 size_t *n)
{
	size_t n_lex = l ? l->n_entries : 0;
	struct meaning *v = resized(NULL, (n_lex + n_lit + 1) * sizeof *v);

	*n = 0;
	for (size_t i = 0; i < n_lex; i++) {
		const struct lex_entry *x = &l->entries[i];

		v[(*n)++] = (struct meaning){
			eight_head(x->term),
			x->term,
			{ .kind = x->kind,
			  .flags = x->flags,
			  .list = x->list,
			  .value = x->value,
			  .arg = x->arg,
			  .line = x->line & 0xFFFFFF,
			  .scope = x->scope > 255 ? 255 : (unsigned)x->scope },
		};
	}
	for (size_t i = 0; i < n_lit; i++)
		v[(*n)++] = (struct meaning){
			eight_head(lit[i].text),
			lit[i].text,
			{ .kind = LEX_LITERAL,
			  .flags = lit[i].edge == LITERAL_INNER  ? SENSE_INNER
				   : lit[i].edge == LITERAL_OPEN ? SENSE_OPEN
								 : 0,
			  .arg = (int32_t)i },
		};
	qsort(v, *n, sizeof *v, by_text);
	return v;
}

struct making {
	struct key *keys;
	struct image_term *terms;
	struct image_sense *senses;
	struct image_list *lists;
	struct image_topic *topics;
	struct image_threshold *thresholds;
	uint64_t starts[STARTS];
	uint32_t han[IMAGE_HAN];
	struct image_word *words;
	size_t n_words;
	struct image_learned learned;
	struct buf text;
	struct trie trie;
	size_t n_terms, n_senses;
	uint32_t longest, inner;
};

/* ---- building: where terms begin ---- */

static void
begin_add(struct making *k, uint64_t hash, unsigned classes)
{
	unsigned slot = (unsigned)(hash >> (64 - IMAGE_STARTS_BITS));
	uint64_t bits = (classes & IMAGE_SCORE ? BEGINS_SCORE : 0) |
			(classes & ~(unsigned)IMAGE_SCORE ? BEGINS_OTHER : 0);

	k->starts[slot / 32] |= bits << slot % 32 * 2;
}

/* The letters and digits that s begins with, as the walk reads them. */
struct run {
	size_t n;
	uint64_t hash, last; /* last: the last bytes up to eight */
};

static struct run
run_of(struct str s)
{
	struct run r = { .n = 0 };

	for (; r.n < s.n && fold_is_ascii_word((uint8_t)s.p[r.n]); r.n++) {
		if (r.n && r.n % 8 == 0) {
			r.hash = image_mix(r.hash, r.last);
			r.last = 0;
		}
		r.last |= (uint64_t)(uint8_t)s.p[r.n] << r.n % 8 * 8;
	}
	if (r.n)
		r.hash = image_mix(r.hash, r.last);
	return r;
}

static uint32_t
three_bytes(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static bool
is_han(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;

	return s.n >= 3 && p[0] >= 0xE4 && p[0] <= 0xE9;
}

static void
han_note(struct making *k, uint32_t han, struct str term, unsigned classes)
{
	const uint8_t *p = (const uint8_t *)term.p;
	struct str rest = str_slice(term, 3, term.n);

	k->han[han] |= classes;
	if (!rest.n)
		k->han[han] |= classes << 4;
	else
		begin_add(k,
			  image_mix_han(three_bytes(p), is_han(rest) ? three_bytes(p + 3) : 0),
			  classes);
}

/* The place of this run in the table: its own or a free one. */
static struct image_word *
word_place(struct making *k, const struct run *r)
{
	size_t i = r->hash >> words_shift(k->n_words);

	while (k->words[i].run && k->words[i].run != r->last)
		i = (i + 1) & (k->n_words - 1);
	return &k->words[i];
}

static void
word_note(struct making *k, const struct run *r, struct str term, unsigned classes)
{
	struct str rest = str_slice(term, r->n, term.n);
	struct run next = rest.n && *rest.p == ' ' ? run_of(str_slice(rest, 1, rest.n))
						   : (struct run){ .n = 0 };

	if (r->n <= 8) {
		struct image_word *w = word_place(k, r);

		w->run = r->last;
		w->unit |= classes | (rest.n ? 0 : classes << 4);
	} else if (!rest.n) {
		begin_add(k, r->hash, classes);
	}
	if (rest.n)
		begin_add(k, image_mix_word(r->hash, next.hash, (uint8_t)*rest.p), classes);
}

static void
begin_note(struct making *k, struct str term, unsigned classes, bool anywhere)
{
	const uint8_t *p = (const uint8_t *)term.p;
	uint32_t han = is_han(term) ? fold_han(p) - IMAGE_HAN_FIRST : IMAGE_HAN;
	struct run run = run_of(term);

	if (han < IMAGE_HAN)
		han_note(k, han, term, classes);
	else if (run.n)
		word_note(k, &run, term, classes);
	/* anywhere: not only where a run or a Han character begins as a whole */
	if ((han >= IMAGE_HAN && !run.n) || anywhere)
		begin_add(k, image_mix_sign(p[0], term.n > 1 ? p[1] : 0, term.n > 2 ? p[2] : 0),
			  classes);
}

/* After the trie: where in it each Han character and each word leads. */
static void
begins_make(struct making *k)
{
	for (uint32_t i = 0; i < IMAGE_HAN; i++) {
		uint32_t v = IMAGE_HAN_FIRST + i;
		char utf8[3] = { (char)(0xE0 | v >> 12), (char)(0x80 | (v >> 6 & 63)),
				 (char)(0x80 | (v & 63)) };

		if (k->han[i])
			k->han[i] |= trie_find(k->trie.units, (struct str){ utf8, 3 }) & ~0xFFu;
	}
	for (size_t i = 0; i < k->n_words; i++) {
		struct str run = { .n = 0 };
		char bytes[8];

		for (uint64_t x = k->words[i].run; x; x >>= 8)
			bytes[run.n++] = (char)(x & 0xFF);
		run.p = bytes;
		if (run.n)
			k->words[i].unit |= trie_find(k->trie.units, run) & ~0xFFu;
	}
}

static uint8_t
edges_of(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	unsigned last = p[s.n - 1];
	uint8_t edges = fold_is_word(p[0]) ? EDGE_START : 0;

	if ((last & 0xC0) == 0x80 && s.n > 1)
		last = p[s.n - 2]; /* the lead of a two-byte letter */
	return edges | (fold_is_word(last) ? EDGE_END : 0);
}

/* An empty table with room for twice the runs that terms begin with. */
static void
words_make(struct making *k, const struct meaning *v, size_t n)
{
	uint64_t last = 0;
	size_t runs = 1;

	for (size_t i = 0; i < n; i++) {
		struct run r = run_of(v[i].term);

		runs += r.n && r.n <= 8 && r.last != last;
		last = r.last;
	}
	for (k->n_words = 64; k->n_words < 2 * runs;)
		k->n_words *= 2;
	k->words = resized(NULL, k->n_words * sizeof *k->words);
	memset(k->words, 0, k->n_words * sizeof *k->words);
}

static void
terms_make(struct making *k, const struct meaning *v, size_t n)
{
	k->keys = resized(NULL, (n + 1) * sizeof *k->keys);
	k->terms = resized(NULL, (n + 1) * sizeof *k->terms);
	k->senses = resized(NULL, (n + 1) * sizeof *k->senses);
	words_make(k, v, n);
	for (size_t i = 0; i < n; i++) {
		struct str s = v[i].term;
		struct image_term *t;

		if (!i || !str_eq(v[i - 1].term, s)) {
			k->keys[k->n_terms].text = s;
			k->terms[k->n_terms++] = (struct image_term){ .first = (uint32_t)i };
			if (s.n > k->longest)
				k->longest = (uint32_t)s.n;
		}
		t = &k->terms[k->n_terms - 1];
		t->n++;
		t->classes |= image_class_of(v[i].sense.kind);
		t->edges = edges_of(s);
		begin_note(k, s, t->classes, v[i].sense.flags & (SENSE_INNER | SENSE_OPEN));
		k->inner |= v[i].sense.flags & (SENSE_INNER | SENSE_OPEN);
		k->keys[k->n_terms - 1].leaf = UNIT_LEAF | (uint32_t)t->edges << 24 |
					       (uint32_t)t->classes << 20 |
					       ((uint32_t)(k->n_terms - 1) & 0xFFFFF);
		k->senses[i] = v[i].sense;
	}
	k->n_senses = n;
}

static struct image_text
text_add(struct making *k, struct str s)
{
	struct image_text t = { (uint32_t)k->text.n, (uint32_t)s.n };

	buf_add(&k->text, s);
	return t;
}

static void
tables_make(struct making *k, const struct lexicon *l)
{
	k->lists = resized(NULL, ((l ? l->n_lists : 0) + 1) * sizeof *k->lists);
	k->topics = resized(NULL, ((l ? l->n_topics : 0) + 1) * sizeof *k->topics);
	for (size_t i = 0; l && i < l->n_lists; i++) {
		const struct lex_list *x = &l->lists[i];

		k->lists[i] = (struct image_list){ text_add(k, x->name), text_add(k, x->file),
						   text_add(k, x->lang), (uint32_t)x->kind };
	}
	for (size_t i = 0; l && i < l->n_topics; i++) {
		const struct lex_topic *x = &l->topics[i];

		k->topics[i] = (struct image_topic){ text_add(k, x->id), text_add(k, x->zh),
						     text_add(k, x->en), (uint32_t)x->severity,
						     (uint32_t)x->bits };
	}
	k->thresholds = resized(NULL, ((l ? l->n_thresholds : 0) + 1) * sizeof *k->thresholds);
	for (size_t i = 0; l && i < l->n_thresholds; i++) {
		const struct lex_threshold *x = &l->thresholds[i];

		k->thresholds[i] = (struct image_threshold){
			.of = text_add(k, x->of),
			.list = x->list,
			.line = x->line,
			.pos = x->pos,
			.neg = x->neg,
			.key = threshold_key(x->lang, x->by),
		};
	}
}

static size_t
section_put(char *p, size_t at, struct section *s, const void *data, size_t n, size_t size)
{
	*s = (struct section){ at, n };
	if (p && n)
		memcpy(p + at, data, n * size);
	return (at + n * size + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
}

/* Lay the sections out at p; NULL p only counts. Returns the whole length. */
static size_t
sections_put(struct making *k, const struct lexicon *l, struct header *h, char *p)
{
	size_t at = sizeof *h;

	at = section_put(p, at, &h->units, k->trie.units, k->trie.n, sizeof(uint32_t));
	at = section_put(p, at, &h->terms, k->terms, k->n_terms, sizeof *k->terms);
	at = section_put(p, at, &h->senses, k->senses, k->n_senses, sizeof *k->senses);
	at = section_put(p, at, &h->lists, k->lists, l ? l->n_lists : 0, sizeof *k->lists);
	at = section_put(p, at, &h->topics, k->topics, l ? l->n_topics : 0, sizeof *k->topics);
	at = section_put(p, at, &h->starts, k->starts, LY_COUNT(k->starts), sizeof(uint64_t));
	at = section_put(p, at, &h->han, k->han, IMAGE_HAN, sizeof *k->han);
	at = section_put(p, at, &h->words, k->words, k->n_words, sizeof *k->words);
	at = section_put(p, at, &h->models, k->learned.models, MODEL_LANGS,
			 sizeof(struct image_model));
	at = section_put(p, at, &h->grams, k->learned.grams, k->learned.n_grams,
			 sizeof(struct image_gram));
	at = section_put(p, at, &h->bits, k->learned.bits, IMAGE_BITS_WORDS, sizeof(uint64_t));
	at = section_put(p, at, &h->seeds, k->learned.seeds, k->learned.n_grams / IMAGE_BUCKET,
			 sizeof(uint16_t));
	at = section_put(p, at, &h->lines, k->learned.lines, k->learned.n_grams,
			 sizeof(uint32_t));
	at = section_put(p, at, &h->thresholds, k->thresholds, l ? l->n_thresholds : 0,
			 sizeof *k->thresholds);
	return section_put(p, at, &h->text, k->text.p, k->text.n, 1);
}

static struct image *
image_make(struct making *k, const struct lexicon *l, size_t n_literals)
{
	struct header h = { .magic = IMAGE_MAGIC,
			    .longest = k->longest,
			    .inner = k->inner,
			    .literals = n_literals };
	size_t n = sections_put(k, l, &h, NULL);
	/* the image and its bytes are one allocation, so that one free() gives all back */
	struct image *m = calloc(1, sizeof *m + IMAGE_ALIGN + n);
	char *p;

	if (!m)
		abort();
	p = (char *)(((uintptr_t)(m + 1) + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN);
	sections_put(k, l, &h, p);
	reader_fill(h.reader, sizeof h.reader);
	h.id = image_sum((struct str){ p, n }, h.reader);
	memcpy(p, &h, sizeof h);
	m->bytes = (struct str){ p, n };
	image_point(m, &h);
	return m;
}

struct image *
image_build(const struct lexicon *l, const struct image_literal *literals, size_t n_literals,
	    struct err *e)
{
	struct making *k = calloc(1, sizeof *k);
	struct image *m = NULL;
	struct meaning *v;
	size_t n;

	if (!k)
		abort();
	k->text = BUF(64 << 20);
	v = meanings_collect(l, literals, n_literals, &n);
	terms_make(k, v, n);
	tables_make(k, l);
	trie_build(&k->trie, k->keys, k->n_terms);
	if (!k->trie.full)
		begins_make(k);
	if (image_learned_make(&k->learned, l, e) < 0)
		goto out;
	if (k->trie.full || n > TERMS_MAX || k->text.over)
		err_set(e, ERR_USAGE, "%zu terms are more than a lexicon image holds", n);
	else
		m = image_make(k, l, n_literals);
out:
	trie_release(&k->trie);
	free(k->keys);
	free(k->terms);
	free(k->words);
	free(k->senses);
	free(k->lists);
	free(k->topics);
	free(k->thresholds);
	image_learned_release(&k->learned);
	buf_release(&k->text);
	free(k);
	free(v);
	return m;
}
