/* The walk and its plain writing find the same in texts of terms, their folded forms and noise. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/fold.h"
#include "tests/support/plain_walk.h"

#define TEXTS 1500 /* of about 100 bytes, for each image */

/* The second of each pair is found inside words when the image is made with such. */
static const char *const literals[] = {
	"山脆",
	"脆",
	"recall",
	"good",
	"not at",
	"不好",
	"i",
	"cui cui",
	"'s",
	"00",
	"é",
	"brand0001",
	"internationalization",
	"internationalization of",
};
static const char *const open[] = { "rec", "go", "thank y", "é" };
static const char *const inner[] = { "recal", "lot a", "好a", ".c" };

static const char *const noise[] = {
	" ",
	" ",
	"  ",
	",",
	"。",
	"，",
	"!",
	"?",
	"\n",
	"@",
	"//@",
	"’",
	"'",
	"‘",
	"é",
	"ß",
	"д",
	"а",
	"的",
	"了",
	"人",
	"好",
	"不",
	"a",
	"I",
	"x",
	"1",
	"23",
	":)",
	"😀",
	"❤️",
	"…",
	"㐀",
	"䶵",
	"鿿",
	"　",
	"ＡＢ",
	"ｇ",
	"ế",
	"ก",
	"“",
	"'s ",
	"'t",
	"-",
	"_",
	"%",
	".",
	"·",
	"W",
	"H",
	"【",
	"ooo",
	"aaaa",
	"888d",
	"1,000.5",
	"http://",
	"www.a.cn ",
	"https://x.test/good/bad ",
	"internationalization",
	"騙子",
	"後悔",
	"好好好好",
	"不不不",
	"哈哈哈哈哈",
	"來來來",
	"\u200B",
	"\u200D",
	"\u00AD",
	"\uFE0F",
	"\u0336",
	"\u0301",
	"👍🏽",
	"𝗴𝗼",
	"ɢᴏᴏ",
	"ⓖ",
	"аос",
	"пр",
	"ρ",
	"ł",
	"m0st ",
	"g00d",
	"b4d ",
	"1l",
	"⼈",
};

static uint32_t
next(uint64_t *r, uint32_t n)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return (uint32_t)(*r >> 20) % n;
}

/* s as somebody may have written it: full width, capitals, curly quotes, stretched. */
static void
written_add(struct buf *b, struct str s, uint64_t *r)
{
	bool wide = !next(r, 6);

	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (uint8_t)s.p[i], how = next(r, wide ? 4 : 40);

		if (wide && !how && c > ' ' && c < 0x7F) {
			buf_add_byte(b, (char)0xEF);
			buf_add_byte(b, (char)(c < 0x60 ? 0xBC : 0xBD));
			buf_add_byte(b, (char)(0x80 + (c < 0x60 ? c - 0x20 : c - 0x60)));
		} else if (wide && !how && c == ' ') {
			buf_add(b, STR("　"));
		} else if (how == 3 && c >= 'a' && c <= 'z' && !next(r, 2)) {
			buf_add(b, str_of(c == 'o' ? "0" : c == 'e' ? "\u0435" : "\u200C"));
			if (c != 'o' && c != 'e')
				buf_add_byte(b, (char)c);
		} else if (c == '\'' && how < 2) {
			buf_add(b, how ? STR("’") : STR("‘"));
		} else if (how == 1 && c >= 'a' && c <= 'z') {
			buf_add_byte(b, (char)(c - 'a' + 'A'));
		} else {
			for (int k = how == 2 && c < 0x80 && !next(r, 8) ? 3 : 1; k; k--)
				buf_add_byte(b, (char)c);
		}
	}
}

static void
text_make(struct buf *b, const struct lexicon *l, uint64_t *r)
{
	buf_clear(b);
	for (uint32_t parts = 1 + next(r, 16); parts; parts--) {
		struct str s;

		switch (next(r, 8)) {
		case 0:
			written_add(b, str_of(literals[next(r, LY_COUNT(literals))]), r);
			break;
		case 1:
			buf_add(b, str_of(inner[next(r, LY_COUNT(inner))]));
			break;
		case 2:
		case 3:
			buf_add(b, str_of(noise[next(r, LY_COUNT(noise))]));
			break;
		default:
			s = l->entries[next(r, (uint32_t)l->n_entries)].term;
			if (!next(r, 8)) /* cut short, between characters */
				for (s.n = 1 + next(r, (uint32_t)s.n);
				     (s.p[s.n] & 0xC0) == 0x80;)
					s.n++;
			written_add(b, s, r);
			if (next(r, 2))
				buf_add_byte(b, ' ');
		}
	}
}

/* What each term of the image is, by its number. */
static struct str *
names_of(const struct image *m, const struct plain_terms *t)
{
	struct str *v = calloc(m->n_terms, sizeof *v);

	assert_int_equal(m->n_terms, t->n);
	for (size_t i = 0; i < t->n; i++) {
		int64_t term = image_find(m, t->v[i].text);

		assert_true(term >= 0);
		v[term] = t->v[i].text;
	}
	return v;
}

static void
hits_show(struct buf *b, const char *name, const struct walk_hits *h, const struct str *names)
{
	buf_addf(b, " %s", name);
	for (size_t i = 0; i < h->n; i++) {
		const struct walk_hit *x = &h->v[i];
		struct str term = names && !x->mark ? names[x->term] : STR("");

		buf_addf(b, " %u+%u:%.*s#%u,%u,%d,%d,%d", x->at, x->len, STR_ARG(term),
			 names ? 0 : x->term, x->unit, x->mark, x->caps, x->cls);
	}
}

static void
walk_show(struct buf *b, const struct walk *w, const struct str *names)
{
	buf_clear(b);
	buf_addf(b,
		 "%u units %u han %u latin %u shouts %u asks %u caps %u lower %u numbers "
		 "%u links %u names",
		 w->units, w->han, w->latin, w->shouts, w->asks, w->caps, w->lower, w->numbers,
		 w->links, w->names);
	hits_show(b, "score", &w->score, names);
	hits_show(b, "facts", &w->facts, names);
	hits_show(b, "literals", &w->literals, NULL);
}

static void
lit_add(struct image_literal *lit, size_t *n, const char *const *texts, size_t count,
	enum literal_edge edge, struct arena *a)
{
	for (size_t i = 0; i < count; i++) {
		struct buf folded = BUF(1 << 10);

		fold_add(&folded, str_of(texts[i]));
		lit[(*n)++] = (struct image_literal){ arena_str(a, buf_str(&folded)), edge };
		buf_release(&folded);
	}
}

static void
same_with(const struct lexicon *l, size_t n_inner, uint64_t seed)
{
	struct image_literal lit[LY_COUNT(literals) + LY_COUNT(open) + LY_COUNT(inner)];
	struct err e = { .kind = ERR_NONE };
	struct buf text = BUF(1 << 20), fast = BUF(1 << 20), plain = BUF(1 << 20);
	struct walk w = WALK_INIT;
	struct arena *a = arena_new();
	size_t n = 0;
	struct plain_terms terms;
	struct str *names;
	struct image *m;

	lit_add(lit, &n, literals, LY_COUNT(literals), LITERAL_WORD, a);
	lit_add(lit, &n, open, LY_COUNT(open), LITERAL_OPEN, a);
	lit_add(lit, &n, inner, n_inner, LITERAL_INNER, a);
	m = image_build(l, lit, n, &e);
	assert_non_null(m);
	terms = plain_terms_make(l, lit, n);
	names = names_of(m, &terms);
	for (int i = 0; i < TEXTS; i++) {
		struct str exact;

		text_make(&text, l, &seed);
		/* in an allocation of its size, so that a sanitizer sees a step beyond */
		exact = (struct str){ memcpy(malloc(text.n), text.p, text.n), text.n };
		walk_run(&w, m, exact);
		walk_show(&fast, &w, names);
		plain_walk_show(&terms, exact, &plain);
		if (strcmp(fast.p, plain.p) != 0)
			print_message("text: %.*s\n", STR_ARG(exact));
		assert_string_equal(fast.p, plain.p);
		free((char *)exact.p);
	}
	walk_release(&w);
	plain_terms_release(&terms);
	free(names);
	buf_release(&text);
	buf_release(&fast);
	buf_release(&plain);
	arena_free(a);
	image_free(m);
}

static void
the_fast_walk_finds_what_the_plain_one_does(void **state)
{
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_load(STR("lexicons"), NULL, 0, &report, &e);

	(void)state;
	assert_non_null(l);
	same_with(l, 0, 88172645463325252u);
	same_with(l, LY_COUNT(inner), 2463534242u);
	lexicon_free(l);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fast_walk_finds_what_the_plain_one_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
