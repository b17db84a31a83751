/* gist_words.c - from a token's hash to what gist_rows.c says of the word. */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/gist.h"
#include "nlp/gist_words.h"

#define SLOTS      16384 /* power of two, four times the words */
#define HAN_FIRST  0x4E00u
#define HAN_LETTER (0xA000u - HAN_FIRST)

static const char stops[] = "的了是在就都也还和与及被把又很我你他她它这那吗呢吧啊着过里之其等将"
			    "已对为于从以到有个们呀啦嘛";

static const char lights[] =
	"一不人上下大小来去出会能要可没说年月日时家多中后前点让给成用天好看";

static const char figures[] = "一二两三四五六七八九十";

enum { STOPS = 1, LIGHT = 2, SPEAKS = 4, COUNTS = 8 };

struct gist_words {
	struct gist_word slots[SLOTS];
	uint8_t han[HAN_LETTER]; /* of each character */
};

/* ---- hashes ---------------------------------------------------------------------------------- */

static uint32_t
mixed(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	h ^= h >> 33;
	return (uint32_t)(h >> 32) | 1;
}

uint32_t
gist_hash_pair(uint32_t first, uint32_t second)
{
	return mixed((uint64_t)first << 21 | second);
}

/* ---- Latin words ----------------------------------------------------------------------------- */

static bool
ends(const char *p, size_t n, const char *with, size_t with_n)
{
	return n >= with_n && !memcmp(p + n - with_n, with, with_n);
}

/* How much of a word stays when its ending goes: recalls, recalled, recalling are one. A rough
 * cut: both sides of a comparison are cut alike. */
static size_t
stem(const char *p, size_t n)
{
	static const struct {
		const char *s;
		size_t n;
	} endings[] = { { "ing", 3 }, { "ed", 2 }, { "es", 2 },
			{ "s", 1 },   { "er", 2 }, { "ly", 2 } };

	if (n <= 3 || ends(p, n, "ss", 2))
		return n;
	if (n > 4 && (ends(p, n, "ies", 3) || ends(p, n, "ied", 3)))
		return n - 3;
	for (size_t i = 0; i < LY_COUNT(endings); i++)
		if (n >= endings[i].n + 3 && ends(p, n, endings[i].s, endings[i].n)) {
			n -= endings[i].n;
			break;
		}
	if (n > 3 && p[n - 1] == p[n - 2] && p[n - 1] != 'l' && p[n - 1] != 's')
		n--;
	if (n > 3 && (p[n - 1] == 'e' || p[n - 1] == 'y'))
		n--;
	return n;
}

uint32_t
gist_hash_latin(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	n = stem(p, n);
	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3ULL;
	return mixed(h);
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct gist_word *
slot_of(struct gist_words *w, uint32_t hash)
{
	uint32_t i = hash >> 8;

	while (w->slots[i & (SLOTS - 1)].hash && w->slots[i & (SLOTS - 1)].hash != hash)
		i++;
	return &w->slots[i & (SLOTS - 1)];
}

const struct gist_word *
gist_word_find(const struct gist_words *w, uint32_t hash)
{
	uint32_t i = hash >> 8;

	while (w->slots[i & (SLOTS - 1)].hash && w->slots[i & (SLOTS - 1)].hash != hash)
		i++;
	return &w->slots[i & (SLOTS - 1)];
}

static bool
han_is(const struct gist_words *w, uint32_t han, uint8_t what)
{
	uint32_t i = han - HAN_FIRST;

	return i < HAN_LETTER && w->han[i] & what;
}

bool
gist_han_stops(const struct gist_words *w, uint32_t han)
{
	return han_is(w, han, STOPS);
}

bool
gist_han_is_light(const struct gist_words *w, uint32_t han)
{
	return han_is(w, han, STOPS | LIGHT);
}

bool
gist_han_counts(const struct gist_words *w, uint32_t han)
{
	return han_is(w, han, COUNTS);
}

bool
gist_han_speaks(const struct gist_words *w, uint32_t han)
{
	return han_is(w, han, SPEAKS);
}

static void
hans_mark(struct gist_words *w, const char *p, size_t n, uint8_t what)
{
	for (const char *end = p + n; p < end;) {
		uint32_t han;

		p += utf8_next(p, end, &han);
		w->han[han - HAN_FIRST] |= what;
	}
}

static uint32_t
hash_of(struct gist_words *w, const char *p, size_t n)
{
	uint32_t first, second = 0;
	size_t k;

	if ((uint8_t)*p < 0x80)
		return gist_hash_latin(p, n);
	k = (size_t)utf8_next(p, p + n, &first);
	if (k < n)
		utf8_next(p + k, p + n, &second);
	else
		hans_mark(w, p, n, SPEAKS);
	return gist_hash_pair(first, second);
}

static void
row_add(struct gist_words *w, const struct gist_row *r, uint8_t idea)
{
	for (const char *p = r->words, *end; *p; p = end + strspn(end, " ")) {
		struct gist_word *x;
		uint32_t hash;

		end = p + strcspn(p, " ");
		hash = hash_of(w, p, (size_t)(end - p));
		x = slot_of(w, hash);
		x->hash = hash;
		x->flags |= r->flags;
		x->axis = r->axis ? r->axis : x->axis;
		x->idea = x->idea ? x->idea : idea;
	}
}

struct gist_words *
gist_words_new(void)
{
	struct gist_words *w = calloc(1, sizeof *w);
	uint8_t ideas = 0;

	if (!w)
		abort();
	for (size_t i = 0; i < gist_rows_n; i++) {
		bool is_idea = !gist_rows[i].flags || gist_rows[i].flags & WORD_STEP;

		row_add(w, &gist_rows[i], is_idea ? ++ideas : 0);
	}
	hans_mark(w, stops, sizeof stops - 1, STOPS);
	hans_mark(w, lights, sizeof lights - 1, LIGHT);
	hans_mark(w, figures, sizeof figures - 1, COUNTS);
	return w;
}

void
gist_words_free(struct gist_words *w)
{
	free(w);
}
