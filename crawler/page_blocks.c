/*
 * page_blocks.c - see page_blocks.h.
 *
 * 1. One walk from above gives each element what its ancestors say (struct above).
 * 2. One walk cuts the text into lines, as tree_text() writes them.
 * 3. Each line's facts are read off its element, its container and its neighbours.
 */
#include "core/base.h"

#include <ctype.h>
#include <strings.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page_blocks.h"

#define FAR       20 /* levels, lines: as good as none */
#define LINES_MAX 20000
#define SAYS      16 /* kinds of SAYS_* that have a distance */

enum {
	IN_ARTICLE = 1,
	IN_ASIDE = 2,
	IN_FOOTER = 4,
	IN_HEADER = 8,
	IN_FORM = 16,
	IN_FIGURE = 32,
	IN_TABLE = 64,
	IN_LIST = 128,
	IN_QUOTE = 256,
	IN_HIDDEN = 512,
	IN_LINK = 1024,
	IN_STRONG = 2048,
};
static const uint16_t in_tag[TAG_COUNT] = {
	[TAG_ARTICLE] = IN_ARTICLE,  [TAG_MAIN] = IN_ARTICLE,  [TAG_NAV] = IN_ASIDE,
	[TAG_ASIDE] = IN_ASIDE,      [TAG_FOOTER] = IN_FOOTER, [TAG_HEADER] = IN_HEADER,
	[TAG_FORM] = IN_FORM,        [TAG_FIELDSET] = IN_FORM, [TAG_FIGURE] = IN_FIGURE,
	[TAG_TABLE] = IN_TABLE,      [TAG_UL] = IN_LIST,       [TAG_OL] = IN_LIST,
	[TAG_BLOCKQUOTE] = IN_QUOTE, [TAG_A] = IN_LINK,
};
enum block_tag {
	BT_OTHER,
	BT_P,
	BT_LI,
	BT_H1,
	BT_H2,
	BT_H3,
	BT_H4,
	BT_CELL,
	BT_QUOTE,
	BT_DD,
	BT_CAPTION,
	BT_DIV
};
static const uint8_t tag_kind[TAG_COUNT] = {
	[TAG_P] = BT_P,
	[TAG_LI] = BT_LI,
	[TAG_H1] = BT_H1,
	[TAG_H2] = BT_H2,
	[TAG_H3] = BT_H3,
	[TAG_H4] = BT_H4,
	[TAG_H5] = BT_H4,
	[TAG_H6] = BT_H4,
	[TAG_TD] = BT_CELL,
	[TAG_TH] = BT_CELL,
	[TAG_BLOCKQUOTE] = BT_QUOTE,
	[TAG_PRE] = BT_QUOTE,
	[TAG_DD] = BT_DD,
	[TAG_DT] = BT_DD,
	[TAG_FIGCAPTION] = BT_CAPTION,
	[TAG_DIV] = BT_DIV,
	[TAG_SECTION] = BT_DIV,
	[TAG_ARTICLE] = BT_DIV,
	[TAG_BODY] = BT_DIV,
};

/* What stands above a node, itself included. */
struct above {
	uint16_t in;
	uint8_t depth;
	uint8_t far[SAYS]; /* levels up to the nearest that says so */
};
struct reader {
	const struct tree *t;
	struct above *above;
	struct page_lines *l;
};

static void
look_up(const struct tree *t, struct above *above)
{
	for (int32_t i = 0; i < t->n; i++) {
		const struct node *n = &t->nodes[i];
		struct above *a = &above[i];

		if (n->tag == TAG_TEXT)
			continue;
		if (n->parent < 0)
			memset(a->far, FAR, sizeof a->far);
		else
			*a = above[n->parent];
		a->depth += a->depth < 250;
		a->in |= in_tag[n->tag] | (n->hidden ? IN_HIDDEN : 0) |
			 (n->strong ? IN_STRONG : 0);
		for (size_t k = 0; k < SAYS; k++)
			a->far[k] += a->far[k] < FAR;
		if (n->says && n->tag != TAG_BODY && n->tag != TAG_HTML)
			for (size_t k = 0; k < SAYS; k++)
				if (n->says & (1u << k))
					a->far[k] = 0;
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool
is_blank(struct str s)
{
	const char *p = s.p, *end = p + s.n;
	uint32_t cp;

	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (cp > ' ' && cp != 0xa0 && cp != 0x3000 && cp != 0x200b && cp != 0xfeff)
			return false;
	}
	return true;
}

static int32_t
digits_in(struct str s)
{
	int32_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] >= '0' && s.p[i] <= '9';
	return n;
}

static void
add_text(struct reader *r, int32_t i, bool fresh)
{
	const struct node *n = &r->t->nodes[i];
	uint16_t in = r->above[n->parent].in;
	struct block *b;

	if (fresh || !r->l->n) {
		int32_t e = n->parent;

		if (r->l->n == LINES_MAX)
			return;
		while (r->t->nodes[e].parent >= 0 && !tag_info[r->t->nodes[e].tag].block)
			e = r->t->nodes[e].parent;
		r->l->v[r->l->n++] = (struct block){ .from = i, .element = e };
	}
	b = &r->l->v[r->l->n - 1];
	b->end = i + 1;
	b->chars += n->chars;
	b->commas += n->commas;
	b->link_chars += in & IN_LINK ? n->chars : 0;
	b->strong_chars += in & IN_STRONG ? n->chars : 0;
	b->digits += digits_in(n->text);
	b->kept |= n->kept;
}

static void
cut_lines(struct reader *r)
{
	const struct tree *t = r->t;
	bool line = true;

	for (int32_t i = 0; i < t->n; i++) {
		const struct node *n = &t->nodes[i];

		for (int32_t k = i - 1; k >= 0 && t->nodes[k].end == i; k = t->nodes[k].parent)
			line |= tag_info[t->nodes[k].tag].block;
		if (tag_info[n->tag].dropped) {
			i = n->end - 1;
			continue;
		}
		line |= tag_info[n->tag].block;
		if (n->tag == TAG_TEXT && n->parent >= 0 && !is_blank(n->text)) {
			add_text(r, i, line);
			line = false;
		}
	}
}

/* ---- facts ----------------------------------------------------------------------------------- */

static int16_t
small(int64_t n)
{
	return (int16_t)(n > 30000 ? 30000 : n < -30000 ? -30000 : n);
}
static int16_t
percent(int64_t part, int64_t whole)
{
	return whole > 0 ? small(part * 100 / whole) : 0;
}

/* The last letter, and what kind of end it makes. */
static int16_t
end_of(const struct tree *t, const struct block *b)
{
	static const struct {
		struct str mark;
		int16_t kind;
	} ends[] = {
		{ STR_INIT("."), 3 },  { STR_INIT("!"), 3 },  { STR_INIT("?"), 3 },
		{ STR_INIT("。"), 3 }, { STR_INIT("！"), 3 }, { STR_INIT("？"), 3 },
		{ STR_INIT("\""), 2 }, { STR_INIT("”"), 2 },  { STR_INIT("“"), 2 },
		{ STR_INIT("»"), 2 },  { STR_INIT("’"), 2 },  { STR_INIT(")"), 2 },
		{ STR_INIT("）"), 2 }, { STR_INIT("」"), 2 }, { STR_INIT("|"), 4 },
		{ STR_INIT("›"), 4 },  { STR_INIT(">"), 4 },  { STR_INIT("…"), 5 },
		{ STR_INIT(":"), 1 },  { STR_INIT("："), 1 }, { STR_INIT("।"), 3 },
	};
	struct str s = STR("");

	for (int32_t i = b->end - 1; i >= b->from && !s.n; i--)
		if (t->nodes[i].tag == TAG_TEXT)
			s = str_trim(t->nodes[i].text);
	if (str_ends(s, STR("...")))
		return 5;
	if (s.n && isalnum((unsigned char)s.p[s.n - 1]))
		return 0;
	for (size_t i = 0; i < LY_COUNT(ends); i++)
		if (s.n >= ends[i].mark.n &&
		    s.p[s.n - 1] == ends[i].mark.p[ends[i].mark.n - 1] &&
		    str_ends(s, ends[i].mark))
			return ends[i].kind;
	return 0;
}

/* The longest text of a line, in what the metadata call the article's body. */
static int16_t
in_body(const struct tree *t, const struct block *b)
{
	struct str s = STR("");

	if (t->body.n < BODY_MIN)
		return 0;
	for (int32_t i = b->from; i < b->end; i++)
		if (t->nodes[i].tag == TAG_TEXT && t->nodes[i].text.n > s.n)
			s = str_trim(t->nodes[i].text);
	if (s.n < 20)
		return 0;
	return str_find(t->body, utf8_cut(s, 48)) >= 0 ? 1 : -1;
}

static void
facts_of_words(const struct reader *r, struct block *b, struct str title, int16_t *f)
{
	char room[200];
	size_t n = 0;
	unsigned said;

	for (int32_t i = b->from; i < b->end && n < sizeof room - 1; i++) {
		struct str s = r->t->nodes[i].text;

		if (r->t->nodes[i].tag != TAG_TEXT)
			continue;
		for (size_t k = 0; k < s.n && n < sizeof room - 1; k++) {
			char c = s.p[k];

			c = c >= 'A' && c <= 'Z' ? c | 32 : c;
			c = c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
			if (c != ' ' || (n && room[n - 1] != ' '))
				room[n++] = c;
		}
	}
	room[n] = 0;
	said = page_phrases(&r->t->words, (struct str){ room, n });
	f[BF_PHRASE_MORE] = !!(said & SAYS_MORE);
	f[BF_PHRASE_ASK] = !!(said & SAYS_ASK);
	f[BF_PHRASE_TALK] = !!(said & SAYS_TALK);
	f[BF_PHRASE_PICTURE] = !!(said & SAYS_PICTURE);
	f[BF_PHRASE_LEGAL] = !!(said & SAYS_FOOT);
	n = str_trim((struct str){ room, n }).n;
	f[BF_IS_TITLE] = n > 8 && n < sizeof room - 1 &&
			 str_find_nocase(title, str_trim((struct str){ room, n })) >= 0;
	b->words = hash_fast(str_trim((struct str){ room, n }), 0);
	f[BF_IN_BODY] = in_body(r->t, b);
}

static void
facts_of_above(const struct above *a, int16_t *f)
{
	static const struct {
		uint16_t in;
		uint8_t fact;
	} ins[] = {
		{ IN_ARTICLE, BF_IN_ARTICLE }, { IN_ASIDE, BF_IN_ASIDE },
		{ IN_FOOTER, BF_IN_FOOTER },   { IN_HEADER, BF_IN_HEADER },
		{ IN_FORM, BF_IN_FORM },       { IN_FIGURE, BF_IN_FIGURE },
		{ IN_TABLE, BF_IN_TABLE },     { IN_LIST, BF_IN_LIST },
		{ IN_QUOTE, BF_IN_QUOTE },     { IN_HIDDEN, BF_HIDDEN },
	};
	static const struct {
		unsigned says;
		uint8_t fact;
	} words[] = {
		{ SAYS_UNLIKELY, BF_UNLIKELY },    { SAYS_NEGATIVE, BF_NEGATIVE },
		{ SAYS_POSITIVE, BF_POSITIVE },    { SAYS_SHARE, BF_SAYS_SHARE },
		{ SAYS_MORE, BF_SAYS_MORE },       { SAYS_TALK, BF_SAYS_TALK },
		{ SAYS_PICTURE, BF_SAYS_PICTURE }, { SAYS_AD, BF_SAYS_AD },
		{ SAYS_FOOT, BF_SAYS_FOOT },       { SAYS_LEAD, BF_SAYS_LEAD },
		{ SAYS_ASK, BF_SAYS_ASK },         { SAYS_TAGS, BF_SAYS_TAGS },
		{ SAYS_AUTHOR, BF_SAYS_AUTHOR },   { SAYS_DATE, BF_SAYS_DATE },
		{ SAYS_NAV, BF_SAYS_NAV },
	};

	for (size_t i = 0; i < LY_COUNT(ins); i++)
		f[ins[i].fact] = !!(a->in & ins[i].in);
	for (size_t i = 0; i < LY_COUNT(words); i++)
		f[words[i].fact] = a->far[__builtin_ctz(words[i].says)];
	f[BF_DEPTH] = a->depth;
}

/* The box that holds a line and others: the first above with more than this line in it. */
static int32_t
box_of(const struct tree *t, const struct block *b)
{
	int32_t e = b->element;

	while (t->nodes[e].parent >= 0 && t->nodes[e].all_chars <= b->chars + b->chars / 8)
		e = t->nodes[e].parent;
	return e;
}

/* Lists repeat themselves: most of what is equal is the same. */
static bool
is_same(struct str a, struct str b)
{
	return a.n == b.n && (a.p == b.p || str_eq(a, b));
}

static int16_t
same_beside(const struct tree *t, int32_t box)
{
	int32_t parent = t->nodes[box].parent;
	int16_t same = 0;
	int looked = 0;

	if (parent < 0 || !t->nodes[box].attrs->hints.n)
		return 0;
	for (int32_t k = parent + 1; k < t->nodes[parent].end && looked < 40;
	     k = t->nodes[k].end, looked++)
		same += k != box && t->nodes[k].tag == t->nodes[box].tag &&
			is_same(t->nodes[k].attrs->hints, t->nodes[box].attrs->hints);
	return same;
}

static void
facts_of_box(const struct reader *r, const struct block *b, int16_t *f)
{
	const struct tree *t = r->t;
	int32_t box = box_of(t, b);
	const struct node *n = &t->nodes[box];
	float best = t->top_score, own = 0;

	for (int32_t k = b->element, up = 0; k >= 0 && up < 4; k = t->nodes[k].parent, up++)
		if (t->nodes[k].scored && t->nodes[k].score > own)
			own = t->nodes[k].score;
	f[BF_WEIGHT] = best > 0 ? small((int64_t)(own * 100 / best)) : 0;
	f[BF_BOX_CHARS] = small(n->all_chars / 10);
	f[BF_BOX_LINKED] = percent(n->all_link, n->all_chars);
	f[BF_BOX_P] = small(n->all_p);
	f[BF_BOX_MEAN] = small(n->all_lines ? n->all_chars / n->all_lines : 0);
	f[BF_BOX_SAME] = same_beside(t, box);
}

/* Sums over everything that is shown, whatever the place search removed. */
static void
sum_all(struct reader *r)
{
	struct node *nodes = r->t->nodes;

	for (int32_t i = 0; i < r->l->n; i++) {
		const struct block *b = &r->l->v[i];
		struct node *n = &nodes[b->element];

		n->all_chars += b->chars;
		n->all_link += b->link_chars;
		n->all_kept += b->kept ? b->chars : 0;
		n->all_lines++;
	}
	for (int32_t i = r->t->n - 1; i > 0; i--)
		if (nodes[i].tag != TAG_TEXT && nodes[i].parent >= 0) {
			struct node *up = &nodes[nodes[i].parent];

			up->all_chars += nodes[i].all_chars;
			up->all_link += nodes[i].all_link;
			up->all_lines += nodes[i].all_lines;
			up->all_kept += nodes[i].all_kept;
			up->all_p += nodes[i].all_p + (nodes[i].tag == TAG_P);
		}
}

struct totals {
	int32_t first, last; /* kept lines */
	int64_t chars, kept, before, first_at, last_at;
};

static void
facts_of_place(const struct page_lines *l, int32_t i, const struct totals *w, int16_t *f)
{
	const struct block *b = &l->v[i];
	int64_t around = 0, kept = 0;

	for (int32_t k = i - 3; k <= i + 3; k++) {
		if (k < 0 || k >= l->n || k == i)
			continue;
		around += l->v[k].chars - l->v[k].link_chars;
		kept += l->v[k].kept ? l->v[k].chars : 0;
	}
	f[BF_AROUND] = small(around);
	f[BF_AROUND_KEPT] = small(kept);
	f[BF_PLACE] = percent(w->before, w->chars);
	f[BF_SPAN] = w->first < 0   ? 0
		     : i < w->first ? small(w->before + b->chars - w->first_at)
		     : i > w->last  ? small(w->before - w->last_at)
				    : 0;
	f[BF_SIZE] = small(w->kept / 10);
	f[BF_SHARE] = percent(w->kept, w->chars);
	if (i) {
		f[BF_PREV_CHARS] = small(b[-1].chars);
		f[BF_PREV_LINKED] = percent(b[-1].link_chars, b[-1].chars);
		f[BF_PREV_KEPT] = b[-1].kept;
	}
	if (i + 1 < l->n) {
		f[BF_NEXT_CHARS] = small(b[1].chars);
		f[BF_NEXT_LINKED] = percent(b[1].link_chars, b[1].chars);
		f[BF_NEXT_KEPT] = b[1].kept;
	}
}

/* Lines to the nearest kept one. */
static void
facts_of_nearness(struct page_lines *l)
{
	int16_t far = FAR;

	for (int32_t i = 0; i < l->n; i++) {
		far = l->v[i].kept ? 0 : far < FAR ? far + 1 : FAR;
		l->facts[i][BF_NEAR] = far;
	}
	far = FAR;
	for (int32_t i = l->n - 1; i >= 0; i--) {
		far = l->v[i].kept ? 0 : far < FAR ? far + 1 : FAR;
		if (far < l->facts[i][BF_NEAR])
			l->facts[i][BF_NEAR] = far;
	}
}

static struct totals
total(const struct page_lines *l)
{
	struct totals w = { .first = -1, .last = -1 };

	for (int32_t i = 0; i < l->n; i++) {
		if (l->v[i].kept && w.first < 0) {
			w.first = i;
			w.first_at = w.chars;
		}
		w.chars += l->v[i].chars;
		if (l->v[i].kept) {
			w.last = i;
			w.last_at = w.chars;
			w.kept += l->v[i].chars;
		}
	}
	return w;
}

static void
read_facts(struct reader *r, struct str title)
{
	struct page_lines *l = r->l;
	struct totals w = total(l);
	int32_t h1 = -1;

	for (int32_t i = 0; i < l->n; i++) {
		struct block *b = &l->v[i];
		const struct node *e = &r->t->nodes[b->element];
		int16_t *f = l->facts[i];

		h1 = e->tag == TAG_H1 ? i : h1;
		f[BF_CHARS] = small(b->chars);
		f[BF_LINKED] = percent(b->link_chars, b->chars);
		f[BF_STRONG] = percent(b->strong_chars, b->chars);
		f[BF_COMMAS] = small(b->commas);
		f[BF_DIGITS] = percent(b->digits, b->chars);
		f[BF_END] = end_of(r->t, b);
		f[BF_TAG] = tag_kind[e->tag];
		f[BF_KEPT] =
			b->kept ? 2
				: b->from > r->t->top && b->from < r->t->nodes[r->t->top].end;
		f[BF_SINCE_H1] = h1 < 0 ? -1 : small(i - h1);
		facts_of_above(&r->above[b->element], f);
		facts_of_words(r, b, title, f);
		facts_of_box(r, b, f);
		facts_of_place(l, i, &w, f);
		w.before += b->chars;
	}
}

static uint64_t
path_of(const struct tree *t, int32_t element)
{
	uint64_t h = 7;

	for (int32_t k = element, up = 0; k >= 0 && up < 2; k = t->nodes[k].parent, up++)
		h = hash_fast(t->nodes[k].attrs->hints, h * 31 + t->nodes[k].tag);
	return h;
}

/* What the lines of a template's one place have in common. */
static void
facts_of_paths(struct reader *r, int64_t kept)
{
	struct page_lines *l = r->l;
	size_t room = 64;
	struct path {
		uint64_t path;
		int32_t lines, chars, link_chars, kept;
	} * seen;

	while (room < (size_t)l->n * 2)
		room *= 2;
	seen = arena_alloc(r->t->a, room * sizeof *seen);
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 0; i < l->n; i++) {
			struct block *b = &l->v[i];
			struct path *p;
			size_t at;

			if (!pass)
				b->path = path_of(r->t, b->element);
			at = b->path & (room - 1);
			while (seen[at].lines && seen[at].path != b->path)
				at = (at + 1) & (room - 1);
			p = &seen[at];
			if (pass) {
				l->facts[i][BF_PATH_KEPT] = percent(p->kept, kept);
				l->facts[i][BF_PATH_LINES] = small(p->lines);
				l->facts[i][BF_PATH_MEAN] = small(p->chars / p->lines);
				l->facts[i][BF_PATH_LINKED] = percent(p->link_chars, p->chars);
				continue;
			}
			p->path = b->path;
			p->lines++;
			p->chars += b->chars;
			p->link_chars += b->link_chars;
			p->kept += b->kept ? b->chars : 0;
		}
}

/* Where the line stands to what holds the most of the text. */
static void
facts_of_main(struct reader *r, int64_t kept)
{
	const struct node *nodes = r->t->nodes;

	for (int32_t i = 0; i < r->l->n; i++) {
		int32_t k = r->l->v[i].element, part = k, up = 0;
		int16_t *f = r->l->facts[i];

		while (k >= 0 && up < FAR && (int64_t)nodes[k].all_kept * 2 < kept) {
			part = k;
			k = nodes[k].parent;
			up++;
		}
		f[BF_UP] = small(k < 0 ? FAR : up);
		f[BF_SIDE] = percent(nodes[part].all_kept, kept);
	}
}

static bool
is_prose(const struct block *b)
{
	return b->kept && b->chars >= 80 && b->link_chars * 10 < b->chars * 3;
}

static void
facts_of_prose(struct page_lines *l)
{
	int32_t before = 0, back = FAR, behind = 0, on = FAR;

	for (int32_t i = 0; i < l->n; i++) {
		l->facts[i][BF_GOOD_BEFORE] = small(before);
		l->facts[i][BF_GOOD_BACK] = small(back);
		before += is_prose(&l->v[i]);
		back = is_prose(&l->v[i]) ? 1 : back < FAR ? back + 1 : FAR;
	}
	for (int32_t i = l->n - 1; i >= 0; i--) {
		l->facts[i][BF_GOOD_BEHIND] = small(behind);
		l->facts[i][BF_GOOD_ON] = small(on);
		behind += is_prose(&l->v[i]);
		on = is_prose(&l->v[i]) ? 1 : on < FAR ? on + 1 : FAR;
	}
}

/* How often the same words make a line. */
static void
count_repeats(struct page_lines *l, struct arena *a)
{
	size_t room = 64;
	struct seen {
		uint64_t words;
		int16_t n;
	} * seen;

	while (room < (size_t)l->n * 2)
		room *= 2;
	seen = arena_alloc(a, room * sizeof *seen);
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 0; i < l->n; i++) {
			size_t at = l->v[i].words & (room - 1);

			while (seen[at].n && seen[at].words != l->v[i].words)
				at = (at + 1) & (room - 1);
			seen[at].words = l->v[i].words;
			if (pass)
				l->facts[i][BF_REPEAT] = seen[at].n;
			else
				seen[at].n += seen[at].n < 100;
		}
}

void
page_lines_read(const struct tree *t, struct str title, struct page_lines *l)
{
	struct reader r = { .t = t, .l = l };
	int32_t room = t->n < LINES_MAX ? t->n : LINES_MAX;

	*l = (struct page_lines){ .v = arena_alloc(t->a, (size_t)room * sizeof *l->v) };
	r.above = arena_alloc(t->a, (size_t)t->n * sizeof *r.above);
	look_up(t, r.above);
	cut_lines(&r);
	l->facts = arena_alloc(t->a, (size_t)l->n * sizeof *l->facts);
	sum_all(&r);
	read_facts(&r, title);
	count_repeats(l, t->a);
	facts_of_paths(&r, total(l).kept);
	facts_of_main(&r, total(l).kept);
	facts_of_nearness(l);
	facts_of_prose(l);
}
