/* lexicon + the watches' words -> image -> (walk.c) hits */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/image.h"

#define IMAGE_MAGIC 0x31474D494E41594CULL /* "LYANIMG1", little endian */
#define IMAGE_ALIGN 8
#define TERMS_MAX   (1 << 20)
#define SECTIONS    7

struct section {
	uint64_t at, n; /* byte offset from the start of the image, number of entries */
};
struct header {
	uint64_t magic;
	uint32_t longest, inner;
	uint64_t literals;
	struct section units, terms, senses, lists, topics, starts, text;
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

static void
image_point(struct image *m, const struct header *h)
{
	m->units = section_data(m, &h->units);
	m->terms = section_data(m, &h->terms);
	m->senses = section_data(m, &h->senses);
	m->lists = section_data(m, &h->lists);
	m->topics = section_data(m, &h->topics);
	m->starts = section_data(m, &h->starts);
	m->text = section_data(m, &h->text);
	m->n_units = h->units.n;
	m->n_terms = h->terms.n;
	m->n_senses = h->senses.n;
	m->n_lists = h->lists.n;
	m->n_topics = h->topics.n;
	m->n_literals = h->literals;
	m->text_n = h->text.n;
	m->longest = h->longest;
	m->inner = h->inner != 0;
	m->id = h->id;
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
	if (h->starts.n != IMAGE_STARTS_BITS / 64)
		return err_set(e, ERR_REJECT, "has a wrong set of starts");
	if (h->longest > LEXICON_TERM_MAX || h->literals > TERMS_MAX)
		return err_set(e, ERR_REJECT, "has too long terms or too many literals");
	return 0;
}

static int
units_check(const struct image *m, struct err *e)
{
	for (size_t i = 0; i < m->n_units; i++) {
		uint32_t u = m->units[i], base = UNIT_BASE(u);

		if (u & UNIT_LEAF)
			continue;
		if (base >= m->n_units)
			return err_set(e, ERR_REJECT, "unit %zu points outside", i);
		if (u & UNIT_HAS_LEAF && (!(m->units[base] & UNIT_LEAF) ||
					  (m->units[base] & ~UNIT_LEAF) >= m->n_terms))
			return err_set(e, ERR_REJECT, "unit %zu has no term", i);
	}
	if (m->units[0] & UNIT_LEAF)
		return err_set(e, ERR_REJECT, "the trie has no root");
	return 0;
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
	if (units_check(m, e) < 0 || terms_check(m, e) < 0 || senses_check(m, e) < 0 ||
	    tables_check(m, e) < 0)
		goto fail;
	return m;
fail:
	free(m);
	return NULL;
}

void
image_free(struct image *m)
{
	free(m);
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
	uint32_t u = m->units[0], v;

	for (size_t i = 0; i < folded.n; i++) {
		unsigned c = (uint8_t)folded.p[i];

		u = m->units[UNIT_BASE(u) ^ c];
		if (!c || (u & (UNIT_LEAF | 0xFF)) != c)
			return -1;
	}
	if (!(u & UNIT_HAS_LEAF))
		return -1;
	v = m->units[UNIT_BASE(u)] & ~UNIT_LEAF;
	return v;
}

/* ---- building: the trie ---- */

struct key {
	struct str text;
	uint32_t term;
};
/* Free units are linked in a ring of offsets; only the newest blocks stay in it, so that a
 * search is short (first fit over everything took 7.9 s on 27,506 terms, this takes 6 ms). */
#define OPEN_BLOCKS 16
struct trie {
	uint32_t *units;
	uint32_t *next, *prev; /* ring of free units        */
	uint8_t *based;        /* is this the base of a node */
	size_t n, cap;
	uint32_t head; /* a free unit, or UINT32_MAX */
	bool full;
};

static void *
resized(void *p, size_t bytes)
{
	p = realloc(p, bytes);
	if (!p)
		abort();
	return p;
}

static void
unit_take(struct trie *t, uint32_t i)
{
	if (t->next[i] == i) {
		t->head = UINT32_MAX;
	} else {
		t->next[t->prev[i]] = t->next[i];
		t->prev[t->next[i]] = t->prev[i];
		if (t->head == i)
			t->head = t->next[i];
	}
	t->next[i] = UINT32_MAX;
}

static void
unit_give(struct trie *t, uint32_t i)
{
	if (t->head == UINT32_MAX) {
		t->head = t->next[i] = t->prev[i] = i;
		return;
	}
	t->prev[i] = t->prev[t->head];
	t->next[i] = t->head;
	t->next[t->prev[i]] = i;
	t->prev[t->head] = i;
}

static void
block_add(struct trie *t)
{
	size_t from = t->n;

	if (t->n + 256 > 1 << 22) {
		t->full = true;
		return;
	}
	if (t->n + 256 > t->cap) {
		t->cap = t->cap ? t->cap * 2 : 1 << 16;
		t->units = resized(t->units, t->cap * sizeof *t->units);
		t->next = resized(t->next, t->cap * sizeof *t->next);
		t->prev = resized(t->prev, t->cap * sizeof *t->prev);
		t->based = resized(t->based, t->cap);
	}
	t->n += 256;
	memset(t->based + from, 0, 256);
	for (size_t i = from; i < t->n; i++) {
		t->units[i] = UNIT_UNUSED;
		unit_give(t, (uint32_t)i);
	}
	if (from < OPEN_BLOCKS * 256)
		return;
	from -= OPEN_BLOCKS * 256; /* the oldest open block is closed */
	for (size_t i = from; i < from + 256; i++)
		if (t->next[i] != UINT32_MAX)
			unit_take(t, (uint32_t)i);
}

static bool
base_fits(const struct trie *t, uint32_t base, const uint8_t *labels, size_t n)
{
	if (t->based[base])
		return false;
	for (size_t i = 1; i < n; i++)
		if (t->next[base ^ labels[i]] == UINT32_MAX)
			return false;
	return true;
}

static uint32_t
base_find(struct trie *t, const uint8_t *labels, size_t n)
{
	for (;;) {
		uint32_t i = t->head;

		if (i != UINT32_MAX)
			do {
				uint32_t base = i ^ labels[0];

				if (base_fits(t, base, labels, n))
					return base;
				i = t->next[i];
			} while (i != t->head);
		block_add(t);
		if (t->full)
			return 0;
	}
}

/* Hang keys [from, to), which share their first depth bytes, under unit. */
static void
branch_build(struct trie *t, const struct key *k, size_t from, size_t to, size_t depth,
	     uint32_t unit)
{
	uint8_t labels[256];
	size_t n = 0, i = from;
	uint32_t base;

	if (k[i].text.n == depth)
		labels[n++] = 0, i++;
	for (; i < to; i++) {
		uint8_t c = (uint8_t)k[i].text.p[depth];

		if (!n || labels[n - 1] != c)
			labels[n++] = c;
	}
	base = base_find(t, labels, n);
	if (t->full)
		return;
	t->based[base] = 1;
	t->units[unit] = (t->units[unit] & 0xFF) | base << 9;
	for (size_t j = 0; j < n; j++) {
		unit_take(t, base ^ labels[j]);
		t->units[base ^ labels[j]] = labels[j];
	}
	i = from;
	if (k[i].text.n == depth) {
		t->units[base] = UNIT_LEAF | k[i].term;
		t->units[unit] |= UNIT_HAS_LEAF;
		i++;
	}
	while (i < to && !t->full) {
		uint8_t c = (uint8_t)k[i].text.p[depth];
		size_t end = i + 1;

		while (end < to && (uint8_t)k[end].text.p[depth] == c)
			end++;
		branch_build(t, k, i, end, depth + 1, base ^ c);
		i = end;
	}
}

static void
trie_build(struct trie *t, const struct key *k, size_t n)
{
	t->head = UINT32_MAX;
	block_add(t);
	unit_take(t, 0);
	t->units[0] = 0;
	/* the root's base must not be a place where a byte 0 would find the root itself */
	if (n)
		branch_build(t, k, 0, n, 0, 0);
	else
		t->units[0] = 1u << 9;
}

/* ---- building: what terms mean ---- */

struct meaning {
	struct str term;
	struct image_sense sense;
};

static int
by_text(const void *a, const void *b)
{
	const struct meaning *x = a, *y = b;
	int c = str_cmp(x->term, y->term);

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
			lit[i].text,
			{ .kind = LEX_LITERAL,
			  .flags = lit[i].inner ? SENSE_INNER : 0,
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
	uint64_t starts[IMAGE_STARTS_BITS / 64];
	struct buf text;
	struct trie trie;
	size_t n_terms, n_senses;
	uint32_t longest, inner;
};

static void
start_note(struct making *k, struct str term)
{
	const uint8_t *p = (const uint8_t *)term.p;
	unsigned bit = image_start(p[0], term.n > 1 ? p[1] : 0, term.n > 2 ? p[2] : 0);

	k->starts[bit / 64] |= 1ull << bit % 64;
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

static void
terms_make(struct making *k, const struct meaning *v, size_t n)
{
	k->keys = resized(NULL, (n + 1) * sizeof *k->keys);
	k->terms = resized(NULL, (n + 1) * sizeof *k->terms);
	k->senses = resized(NULL, (n + 1) * sizeof *k->senses);
	for (size_t i = 0; i < n; i++) {
		struct str s = v[i].term;
		struct image_term *t;

		if (!i || !str_eq(v[i - 1].term, s)) {
			k->keys[k->n_terms] = (struct key){ s, (uint32_t)k->n_terms };
			k->terms[k->n_terms++] = (struct image_term){ .first = (uint32_t)i };
			if (s.n > k->longest)
				k->longest = (uint32_t)s.n;
		}
		t = &k->terms[k->n_terms - 1];
		t->n++;
		t->classes |= image_class_of(v[i].sense.kind);
		t->edges = edges_of(s);
		if (t->classes & ~IMAGE_SCORE)
			start_note(k, s);
		k->inner |= v[i].sense.flags & SENSE_INNER;
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
	h.id = ID_OF(((struct str){ p + sizeof h, n - sizeof h }));
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
	if (k->trie.full || n > TERMS_MAX || k->text.over)
		err_set(e, ERR_USAGE, "%zu terms are more than a lexicon image holds", n);
	else
		m = image_make(k, l, n_literals);
	free(k->trie.units);
	free(k->trie.next);
	free(k->trie.prev);
	free(k->trie.based);
	free(k->keys);
	free(k->terms);
	free(k->senses);
	free(k->lists);
	free(k->topics);
	buf_release(&k->text);
	free(k);
	free(v);
	return m;
}
