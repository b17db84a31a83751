/*
 * page_text.c - where on the page the article is: text density and structure.
 *
 * The method is Arc90's, as Mozilla's Readability has it: paragraphs give points to what holds
 * them, names of classes say what is a sidebar, links in a text speak against it.
 * 1. What names or roles call a menu, a comment, a footer is removed first; if then too little
 *    is left, it is tried again with less removed (see tries[]).
 * 2. A paragraph's points go to its parent, half to the next, less above; the best place wins,
 *    with the siblings that read like it.
 * 3. Inside, lists of links, forms, share buttons and empty boxes are removed.
 * Sums over subtrees (measure) make every question about a node O(1); removing one subtracts
 * its sums from all above, so a page of n nodes nested d deep costs O(n * d) at the most.
 * A Han character counts as two letters: so much is said with it.
 */
#include "core/base.h"

#include <math.h>

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page_blocks.h"

#define SHARE_MAX 500 /* letters in a box of share buttons */
/* A later try lets rubbish in: it is made when there is next to nothing, and must find much
 * more. Best on the page corpus of 80..500 letters and 1..3 times (2026-11). */
#define FEW       140
#define MUCH_MORE 3
#define FEW_LEFT  60 /* letters: the model found nothing */
#define TOP_MAX   5
#define LEVELS    5

struct finder {
	struct tree *t;
	bool strip, weigh, clean;
};

/* ---- what an element says of itself ------------------------------------------------------------------------ */

static const char *const roles[] = { "menu",  "menubar",     "complementary", "navigation",
				     "alert", "alertdialog", "dialog",        NULL };

static bool
has_role(struct str role)
{
	for (const char *const *r = roles; role.n && *r; r++)
		if (str_eq_nocase(role, str_of(*r)))
			return true;
	return false;
}

static int
class_weight(const struct finder *f, const struct node *n)
{
	if (!f->weigh)
		return 0;
	return (n->says & SAYS_POSITIVE ? 25 : 0) - (n->says & SAYS_NEGATIVE ? 25 : 0);
}

/* ---- sums ------------------------------------------------------------------------------------------- */

static bool
is_comma(uint32_t cp)
{
	return cp == ',' || cp == 0xff0c || cp == 0x3001 || cp == 0x3002 || cp == 0x60c ||
	       cp == 0xfe10 || cp == 0xfe11 || cp == 0xfe50 || cp == 0xff1b;
}

/* Own sums of a text node: white space counts once between words. */
static void
count_text(struct node *n)
{
	const char *p = n->text.p, *end = p + n->text.n;
	bool space = true;

	while (p < end) {
		uint32_t cp = (unsigned char)*p;

		if (cp >= 0xe4 && cp <= 0xe9 && end - p >= 3 && (p[1] & 0xc0) == 0x80 &&
		    (p[2] & 0xc0) == 0x80) { /* U+4000..U+9FFF: no blank, no comma */
			p += 3;
			n->chars += 2;
			space = false;
			continue;
		}
		p += cp < 0x80 ? 1 : utf8_next(p, end, &cp);
		if (cp <= ' ' || cp == 0xa0 || cp == 0x3000) {
			n->chars += !space;
			space = true;
			continue;
		}
		space = false;
		n->chars += cp >= 0x2e80 && cp < 0xfb00 ? 2 : 1;
		n->commas += is_comma(cp);
	}
}

static bool
is_heading(uint8_t tag)
{
	return tag >= TAG_H1 && tag <= TAG_H6;
}

static void
add_sums(struct node *to, const struct node *n, int sign)
{
	to->chars += sign * n->chars;
	to->link_chars += sign * (n->tag == TAG_A ? n->chars : n->link_chars);
	to->head_chars += sign * (is_heading(n->tag) ? n->chars : n->head_chars);
	to->dense_chars += sign * (tag_info[n->tag].block ? n->chars : n->dense_chars);
	to->commas += sign * n->commas;
	to->p += sign * (n->p + (n->tag == TAG_P));
	to->li += sign * (n->li + (n->tag == TAG_LI));
	to->img += sign * (n->img + (n->tag == TAG_IMG));
	to->input += sign * (n->input + (n->tag == TAG_INPUT));
	to->embed += sign * (n->embed + (n->tag == TAG_EMBED || n->tag == TAG_IFRAME ||
					 n->tag == TAG_OBJECT || n->tag == TAG_VIDEO));
}

static void
measure(struct tree *t)
{
	for (int32_t i = 0; i < t->n; i++) {
		struct node *n = &t->nodes[i];

		n->chars = n->link_chars = n->head_chars = n->commas = n->dense_chars = 0;
		n->p = n->li = n->img = n->input = n->embed = 0;
		n->score = 0;
		n->scored = false;
		if (n->tag == TAG_TEXT)
			count_text(n);
	}
	for (int32_t i = t->n - 1; i > 0; i--)
		if (!t->nodes[i].removed && t->nodes[i].parent >= 0)
			add_sums(&t->nodes[t->nodes[i].parent], &t->nodes[i], 1);
}

/* What an ancestor counts a node for depends on the nodes between, so they are summed anew. */
static void
remove_node(struct tree *t, int32_t i)
{
	struct node *n = &t->nodes[i];
	int32_t d_chars = n->chars, d_link = n->tag == TAG_A ? n->chars : n->link_chars;
	int32_t d_head = is_heading(n->tag) ? n->chars : n->head_chars;
	int32_t d_dense = tag_info[n->tag].block ? n->chars : n->dense_chars;

	n->removed = true;
	for (int32_t k = n->parent; k >= 0; k = t->nodes[k].parent) {
		struct node *up = &t->nodes[k];
		struct node one = *n;

		one.tag = TAG_OTHER; /* the counts only */
		one.chars = one.link_chars = one.head_chars = one.dense_chars = 0;
		add_sums(up, &one, -1);
		up->p -= n->tag == TAG_P;
		up->li -= n->tag == TAG_LI;
		up->img -= n->tag == TAG_IMG;
		up->chars -= d_chars;
		up->link_chars -= d_link;
		up->head_chars -= d_head;
		up->dense_chars -= d_dense;
		d_link = up->tag == TAG_A ? d_chars : d_link;
		d_head = is_heading(up->tag) ? d_chars : d_head;
		d_dense = tag_info[up->tag].block ? d_chars : d_dense;
	}
}

static double
link_density(const struct node *n)
{
	return n->chars > 0 ? (double)n->link_chars / n->chars : 0;
}

static bool
inside(const struct tree *t, int32_t i, uint8_t tag)
{
	for (i = t->nodes[i].parent; i >= 0; i = t->nodes[i].parent)
		if (t->nodes[i].tag == tag)
			return true;
	return false;
}

/* ---- 1. what is no article ---------------------------------------------------------------------------- */

static bool
is_junk(const struct finder *f, int32_t i)
{
	const struct node *n = &f->t->nodes[i];

	if (n->hidden)
		return true;
	if (!f->strip || n->tag == TAG_BODY || n->tag == TAG_HTML || n->tag == TAG_A ||
	    n->tag == TAG_TEXT || n->tag == TAG_ARTICLE || n->tag == TAG_MAIN)
		return false;
	if (has_role(n->attrs->role) || n->tag == TAG_NAV || n->tag == TAG_ASIDE)
		return true;
	return (n->says & (SAYS_UNLIKELY | SAYS_MAYBE)) == SAYS_UNLIKELY &&
	       !inside(f->t, i, TAG_TABLE) && !inside(f->t, i, TAG_CODE);
}

static void
strip(struct finder *f)
{
	struct tree *t = f->t;

	for (int32_t i = 0; i < t->n; i++)
		t->nodes[i].removed = tag_info[t->nodes[i].tag].dropped;
	for (int32_t i = 0; i < t->n; i++) {
		struct node *n = &t->nodes[i];

		if (!n->removed && is_junk(f, i))
			n->removed = true;
		if (n->removed)
			i = n->end - 1;
	}
}

/* ---- 2. points ------------------------------------------------------------------------------------------ */

static bool
has_block(const struct tree *t, int32_t i)
{
	static const bool blocks[TAG_COUNT] = {
		[TAG_BLOCKQUOTE] = true, [TAG_DL] = true,      [TAG_DIV] = true,
		[TAG_IMG] = true,        [TAG_OL] = true,      [TAG_P] = true,
		[TAG_PRE] = true,        [TAG_TABLE] = true,   [TAG_UL] = true,
		[TAG_SECTION] = true,    [TAG_ARTICLE] = true, [TAG_MAIN] = true,
		[TAG_H1] = true,         [TAG_H2] = true,      [TAG_H3] = true,
		[TAG_HEADER] = true,     [TAG_FOOTER] = true,
	};

	for (int32_t k = i + 1; k < t->nodes[i].end; k++) {
		if (t->nodes[k].removed)
			k = t->nodes[k].end - 1;
		else if (blocks[t->nodes[k].tag])
			return true;
	}
	return false;
}

/* Letters that stand in node i itself or in phrases, not in blocks of its own. */
static int32_t
own_chars(const struct tree *t, int32_t i)
{
	int32_t chars = 0;

	for (int32_t k = i + 1; k < t->nodes[i].end; k = t->nodes[k].end)
		if (!t->nodes[k].removed && !tag_info[t->nodes[k].tag].block)
			chars += t->nodes[k].chars;
	return chars;
}

static bool
gives_points(const struct tree *t, int32_t i, int32_t *chars)
{
	const struct node *n = &t->nodes[i];

	*chars = n->chars;
	switch (n->tag) {
	case TAG_P:
	case TAG_TD:
	case TAG_PRE:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
		return true;
	case TAG_SECTION:
	case TAG_DIV:
	case TAG_ARTICLE:
		if (!has_block(t, i))
			return true;
		*chars = own_chars(t, i); /* text between <br>, beside other blocks */
		return n->tag == TAG_DIV || n->tag == TAG_ARTICLE;
	default:
		return false;
	}
}

static void
give_points(const struct finder *f, int32_t i, int32_t chars)
{
	struct tree *t = f->t;
	const struct node *n = &t->nodes[i];
	int32_t whole = n->chars ? n->chars : 1;
	double points =
		1 + 1 + (double)n->commas * chars / whole + fmin(floor(chars / 100.0), 3);
	int level = 0;
	/* A div that reads like a paragraph is one: its parent is judged. Its own text beside
	 * blocks speaks for itself. */
	int32_t k = chars < n->chars ? i : n->parent;

	for (; k >= 0 && level < LEVELS; k = t->nodes[k].parent, level++) {
		struct node *up = &t->nodes[k];

		if (!up->scored) {
			up->scored = true;
			up->score = (float)(tag_info[up->tag].score + class_weight(f, up));
		}
		up->score += (float)(points / (level == 0 ? 1 : level == 1 ? 2 : level * 3));
	}
}

static void
score(const struct finder *f)
{
	struct tree *t = f->t;

	for (int32_t i = 0; i < t->n; i++) {
		int32_t chars;

		if (t->nodes[i].removed) {
			i = t->nodes[i].end - 1;
			continue;
		}
		if (t->nodes[i].chars >= 25 && gives_points(t, i, &chars) && chars >= 25)
			give_points(f, i, chars);
	}
	for (int32_t i = 0; i < t->n; i++)
		if (t->nodes[i].scored)
			t->nodes[i].score *= (float)(1 - link_density(&t->nodes[i]));
}

static bool
is_above(const struct tree *t, int32_t above, int32_t i)
{
	return i > above && i < t->nodes[above].end;
}

/* The nearest common ancestor of three good candidates is better than the best of them. */
static int32_t
common_place(const struct tree *t, const int32_t *top, size_t n)
{
	size_t good = 0;

	while (good < n && t->nodes[top[good]].score >= t->nodes[top[0]].score * 0.75f)
		good++;
	for (int32_t k = t->nodes[top[0]].parent;
	     good >= 4 && k >= 0 && t->nodes[k].tag != TAG_BODY; k = t->nodes[k].parent) {
		size_t held = 0;

		for (size_t i = 1; i < good; i++)
			held += is_above(t, k, top[i]);
		if (held >= 3)
			return k;
	}
	return top[0];
}

static int32_t
children(const struct tree *t, int32_t i)
{
	int32_t n = 0;

	for (int32_t k = i + 1; k < t->nodes[i].end; k = t->nodes[k].end)
		n += !t->nodes[k].removed && t->nodes[k].tag != TAG_TEXT;
	return n;
}

/* Up while the parent does better, or holds nothing else. */
static int32_t
climb(const struct tree *t, int32_t top)
{
	float last = t->nodes[top].score, least = last / 3;
	int32_t k = t->nodes[top].parent;

	for (; k >= 0 && t->nodes[k].tag != TAG_BODY; k = t->nodes[k].parent) {
		if (!t->nodes[k].scored)
			continue;
		if (t->nodes[k].score < least)
			break;
		if (t->nodes[k].score > last) {
			top = k;
			break;
		}
		last = t->nodes[k].score;
	}
	for (k = t->nodes[top].parent;
	     k >= 0 && t->nodes[k].tag != TAG_BODY && children(t, k) == 1;
	     k = t->nodes[k].parent)
		top = k;
	return top;
}

static int32_t
best_place(const struct finder *f)
{
	struct tree *t = f->t;
	int32_t top[TOP_MAX], body = 0;
	size_t n = 0;

	for (int32_t i = 0; i < t->n; i++) {
		size_t at = n;

		if (t->nodes[i].tag == TAG_BODY && !body)
			body = i;
		if (t->nodes[i].removed) {
			i = t->nodes[i].end - 1;
			continue;
		}
		if (!t->nodes[i].scored || t->nodes[i].tag == TAG_HTML)
			continue;
		while (at && t->nodes[top[at - 1]].score < t->nodes[i].score)
			at--;
		if (at == TOP_MAX)
			continue;
		if (n < TOP_MAX)
			n++;
		memmove(top + at + 1, top + at, (n - 1 - at) * sizeof *top);
		top[at] = i;
	}
	if (!n || t->nodes[top[0]].tag == TAG_BODY)
		return body;
	return climb(t, common_place(t, top, n));
}

/* ---- 3. inside ------------------------------------------------------------------------------------------- */

static bool
is_data_table(const struct tree *t, int32_t i)
{
	int32_t rows = 0, cells = 0;

	if (str_is(t->nodes[i].attrs->role, "presentation"))
		return false;
	for (int32_t k = i + 1; k < t->nodes[i].end; k++) {
		if (t->nodes[k].tag == TAG_TABLE)
			return false;
		if (t->nodes[k].tag == TAG_TH)
			return true;
		rows += t->nodes[k].tag == TAG_TR;
		cells += t->nodes[k].tag == TAG_TD;
	}
	return rows >= 10 || (rows > 1 && cells > 10);
}

/* More pictures, entries or fields than paragraphs? */
static bool
is_gallery(const struct node *n, bool list, bool figure)
{
	if (!figure && n->img > 1 && n->p * 2 < n->img)
		return true;
	if (!list && n->li - 100 > n->p)
		return true;
	return n->input > n->p / 3 || (n->embed == 1 && n->chars < 75) || n->embed > 1;
}

/* Does this box look like anything but text? */
static bool
is_box(const struct finder *f, int32_t i)
{
	const struct node *n = &f->t->nodes[i];
	bool list = n->tag == TAG_UL || n->tag == TAG_OL, figure;
	int weight = class_weight(f, n);
	double links = link_density(n);

	if (weight < 0)
		return true;
	if (n->commas >= 10)
		return false;
	figure = inside(f->t, i, TAG_FIGURE);
	if (is_gallery(n, list, figure) || (!n->img && !n->chars))
		return true;
	if (list)
		return links > 0.6;
	if (!figure && n->head_chars < n->chars * 0.9 && n->chars < 25 && n->img != 1 &&
	    n->img != 2 && links > 0)
		return true;
	return links > (weight < 25 ? 0.2 : 0.5);
}

static bool
is_share(const struct node *n)
{
	return n->chars < SHARE_MAX && (n->says & SAYS_SHARE);
}

static void
clean(const struct finder *f, int32_t top)
{
	struct tree *t = f->t;

	for (int32_t i = t->nodes[top].end - 1; i > top; i--) {
		struct node *n = &t->nodes[i];
		bool out = false;

		if (n->removed)
			continue;
		switch (n->tag) {
		case TAG_FOOTER:
		case TAG_ASIDE:
		case TAG_NAV:
			out = true;
			break;
		case TAG_H1:
		case TAG_H2:
			out = class_weight(f, n) < 0;
			break;
		case TAG_TABLE:
			out = f->clean && !is_data_table(t, i) && is_box(f, i);
			break;
		case TAG_FORM:
		case TAG_FIELDSET:
		case TAG_UL:
		case TAG_OL:
		case TAG_DIV:
		case TAG_SECTION:
			out = is_share(n) ||
			      (f->clean && !inside(t, i, TAG_CODE) && is_box(f, i));
			break;
		default:
			break;
		}
		if (out)
			remove_node(t, i);
	}
}

/* A heading that says the title again is no text. */
static void
drop_title(struct tree *t, int32_t top, struct str title)
{
	int looked = 0;

	for (int32_t i = top; title.n && i < t->nodes[top].end && looked < 50; i++) {
		struct node *n = &t->nodes[i];
		struct str text;

		if (n->removed || (n->tag != TAG_H1 && n->tag != TAG_H2))
			continue;
		looked++;
		text = tree_text(t, i);
		if (text.n > 8 && (str_find(title, text) >= 0 || str_find(text, title) >= 0))
			n->removed = true;
	}
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

/* A sibling of the best place that belongs to it. */
static bool
belongs(const struct tree *t, int32_t i, int32_t top, float least)
{
	const struct node *n = &t->nodes[i], *best = &t->nodes[top];
	double links = link_density(n);

	if (n->scored) {
		float bonus = n->attrs->hints.n && str_eq(n->attrs->hints, best->attrs->hints)
				      ? best->score * 0.2f
				      : 0;

		if (n->score + bonus >= least)
			return true;
	}
	if (n->tag != TAG_P)
		return false;
	return n->chars > 80 ? links < 0.25 : n->chars > 0 && links == 0 && n->commas > 0;
}

/* What is left below the node that is returned. */
static int32_t
gather(const struct finder *f, int32_t top)
{
	struct tree *t = f->t;
	int32_t parent = t->nodes[top].parent;
	float least = fmaxf(10, t->nodes[top].score * 0.2f);
	bool kept = false;

	clean(f, top);
	if (parent < 0 || t->nodes[top].tag == TAG_BODY)
		return top;
	for (int32_t i = parent + 1; i < t->nodes[parent].end; i = t->nodes[i].end) {
		if (i == top || t->nodes[i].removed)
			continue;
		if (belongs(t, i, top, least)) {
			clean(f, i);
			kept = true;
		} else {
			t->nodes[i].removed = true;
		}
	}
	return kept ? parent : top;
}

/* Letters below node i that are not removed; marks their texts as kept. */
static int64_t
mark_kept(struct tree *t, int32_t i, bool kept)
{
	int64_t chars = 0;

	for (int32_t k = 0; k < t->n && kept; k++)
		t->nodes[k].kept = false;
	for (int32_t k = i; k < t->nodes[i].end; k++) {
		struct node *n = &t->nodes[k];

		if (n->removed || tag_info[n->tag].dropped) {
			k = n->end - 1;
		} else if (n->tag == TAG_TEXT) {
			chars += n->chars;
			n->kept |= kept;
		}
	}
	return chars;
}

void
page_place(struct tree *t, struct str title)
{
	static const struct {
		bool strip, weigh, clean;
	} tries[] = {
		{ true, true, true },
		{ false, true, true },
		{ false, false, true },
		{ false, false, false },
	};
	int64_t best = 0;

	for (size_t i = 0; i < LY_COUNT(tries) && best < FEW; i++) {
		struct finder f = { t, tries[i].strip, tries[i].weigh, tries[i].clean };
		int32_t top, root;
		int64_t chars;

		strip(&f);
		measure(t);
		score(&f);
		top = best_place(&f);
		drop_title(t, top, title);
		root = gather(&f, top);
		chars = mark_kept(t, root, false);
		if (best && chars <= MUCH_MORE * best)
			continue;
		best = mark_kept(t, root, true);
		t->top = top;
		t->top_score = t->nodes[top].score;
	}
}

/* Lines that the model finds to be the article; what the place search found when those are
 * next to nothing; the text in the metadata when a script was to bring it in. */
struct str
page_main_text(struct tree *t, struct str title)
{
	struct page_lines l;
	struct str text;
	int64_t chars = 0;

	page_place(t, title);
	page_lines_read(t, title, &l);
	page_model(&l);
	for (int32_t i = 0; i < l.n; i++)
		chars += l.v[i].in ? l.v[i].chars : 0;
	for (int32_t i = 0; i < t->n; i++)
		t->nodes[i].removed =
			t->nodes[i].tag == TAG_TEXT && (chars >= FEW_LEFT || !t->nodes[i].kept);
	for (int32_t i = 0; i < l.n && chars >= FEW_LEFT; i++)
		for (int32_t k = l.v[i].from; l.v[i].in && k < l.v[i].end; k++)
			t->nodes[k].removed = false;
	text = tree_text_range(t, 0, t->n); /* there may be several roots */
	return t->body.n >= BODY_MIN && t->body.n > 2 * text.n ? t->body : text;
}
