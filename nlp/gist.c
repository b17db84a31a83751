/*
 * 1. Tokens of the lead, at most TOKENS: Han characters, Latin words, figures, breaks.
 * 2. Parts of each: first those in the order of the text, whose neighbours matter (a name of
 *    four characters is three pairs: the responder must not count it thrice), then the others.
 */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/gist.h"
#include "nlp/gist_words.h"
#include "nlp/guise.h"

#define LEAD_BYTES 640
#define TOKENS     160
#define ROW_MAX    48 /* of GIST_MAX, those in the order of the text */
#define AGAIN_NEAR 9  /* tokens between 又 and 了 */

enum token_kind { TOKEN_BREAK, TOKEN_HAN, TOKEN_LATIN, TOKEN_NUMBER, TOKEN_MODEL };
struct token {
	uint32_t at, end;
	uint32_t code; /* the character; a word's or model's hash */
	uint8_t kind;
	bool capital, opens; /* a word's first letter; it begins a line, or follows a colon */
	uint8_t digits;      /* of a number */
	bool plain, zero;    /* digits only; the first is 0 */
	int64_t milli;       /* value */
	const struct gist_word *word;
};
struct reading {
	const struct gist_words *words;
	struct token t[TOKENS + 4]; /* breaks behind the end */
	size_t n;
	uint32_t *parts;
	struct gist_place *place;
	size_t row_n;
	uint32_t rest[GIST_MAX];
	struct gist_place rest_place[GIST_MAX];
	size_t rest_n;
	uint32_t row_end; /* where the text of the last part of the row ends */
};

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
small(char c)
{
	return (char)fold_byte[(uint8_t)c];
}

static void
value_read(struct token *t, const char *p, const char *end)
{
	int64_t v = 0, scale = 1000;
	bool point = false;

	t->zero = *p == '0';
	t->plain = true;
	for (; p < end && v < INT64_C(100000000000000); p++) {
		if (!is_digit(*p)) {
			t->plain = false;
			point = point || *p == '.';
			continue;
		}
		t->digits++;
		if (point && scale == 1)
			continue;
		if (point)
			scale /= 10;
		v = v * 10 + (*p - '0');
	}
	t->milli = v * scale;
}

static int64_t
unit_of_letter(char c)
{
	switch (small(c)) {
	case 'k':
		return 1000;
	case 'm':
		return 1000000;
	case 'b':
		return 1000000000;
	default:
		return 0;
	}
}

static void
grown(struct token *t, int64_t by)
{
	if (t->milli < INT64_C(1000000000000000) / by)
		t->milli *= by;
	t->plain = false;
}

/* A run of letters and digits. */
struct run {
	const char *from, *end; /* end: behind what it is read from, 's included */
	size_t letters, digits, n;
	char word[32]; /* its first n, small */
};

/* The end of Langyan's, whose apostrophe is at p; p when no letter follows. */
static const char *
possessive_end(const char *p, const char *end)
{
	if (p + 1 >= end || !is_alpha(p[1]))
		return p;
	do
		p++;
	while (p < end && is_alpha(*p));
	return p;
}

static void
run_read(struct run *u, const char *p, const char *end)
{
	*u = (struct run){ .from = p };
	for (; p < end; p++) {
		bool inside = (*p == '.' || *p == ',') && u->digits && p + 1 < end &&
			      is_digit(p[1]) && is_digit(p[-1]);

		if (!is_alpha(*p) && !is_digit(*p) && !inside)
			break;
		u->letters += is_alpha(*p);
		u->digits += is_digit(*p);
		if (u->n < sizeof u->word)
			u->word[u->n++] = small(*p);
	}
	u->end = p < end && *p == '\'' && !u->digits ? possessive_end(p, end) : p;
}

static void
figure_read(struct token *t, const struct run *u)
{
	int64_t unit = unit_of_letter(u->end[-1]);

	t->kind = u->letters ? TOKEN_MODEL : TOKEN_NUMBER;
	if (u->letters == 1 && unit) { /* 8.3M */
		t->kind = TOKEN_NUMBER;
		value_read(t, u->from, u->end - 1);
		grown(t, unit);
	} else if (!u->letters) {
		value_read(t, u->from, u->end);
	} else if (is_alpha(*u->from) && u->letters <= 3 && u->digits >= 3) {
		t->digits = (uint8_t)u->digits; /* C118: as good as a lot */
	}
}

/* A word, a number or a model. Returns where it ends. */
static const char *
latin_read(struct reading *r, struct token *t, const char *p, const char *end)
{
	struct run u;

	run_read(&u, p, end);
	t->code = gist_hash_latin(u.word, u.n);
	if (u.digits) {
		figure_read(t, &u);
		return u.end;
	}
	t->kind = u.n < 2 ? TOKEN_BREAK : TOKEN_LATIN;
	t->capital = fold_byte[(uint8_t)*p] != (uint8_t)*p;
	t->word = gist_word_find(r->words, t->code);
	return u.end;
}

static void
tokens_read(struct reading *r, struct str text)
{
	const char *p = text.n ? text.p : "", *end = p + text.n; /* nothing may be at NULL */
	bool opens = true;

	while (p < end && r->n < TOKENS) {
		struct token *t = &r->t[r->n];
		uint32_t cp;
		const char *next = p + utf8_next(p, end, &cp);

		*t = (struct token){ .at = (uint32_t)(p - text.p), .opens = opens };
		if (cp < 0x80 && (is_alpha(*p) || is_digit(*p))) {
			next = latin_read(r, t, p, end);
		} else if (cp >= 0x4E00 && cp < 0xA000) {
			t->kind = TOKEN_HAN;
			t->code = cp;
		} else {
			t->code = cp;
		}
		p = next;
		t->end = (uint32_t)(p - text.p);
		if (cp == ' ') /* a gap, but no break */
			continue;
		opens = cp == '\n' || cp == ':' || cp == 0xFF1A ||
			(opens && t->kind == TOKEN_BREAK);
		r->n++;
	}
	for (size_t i = 0; i < 4; i++)
		r->t[r->n + i] = (struct token){ .kind = TOKEN_BREAK };
}

/* ---- parts ----------------------------------------------------------------------------------- */

static uint32_t
part_of(uint32_t hash, enum gist_kind kind)
{
	return (hash & 0xFFFFFF00u) | kind;
}

/* An idea and its words have the highest byte in common. */
static uint32_t
part_of_idea(uint32_t hash, uint8_t idea, enum gist_kind kind)
{
	return (hash & 0x00FFFF00u) | (uint32_t)idea << 24 | kind;
}

static bool
has(const uint32_t *v, size_t n, uint32_t part)
{
	for (size_t i = 0; i < n; i++)
		if ((v[i] ^ part) < 256)
			return true;
	return false;
}

/* A part in the order of the text; place: the text shows that it is one. */
static void
row_add(struct reading *r, uint32_t part, const struct token *from, uint32_t end)
{
	if (r->row_n == ROW_MAX)
		return;
	if (has(r->parts, r->row_n, part)) {
		for (size_t i = 0; i < r->row_n; i++)
			if ((r->parts[i] ^ part) < 256)
				r->parts[i] |= part & (GIST_PLACE | GIST_SPOT);
		return;
	}
	if (r->row_n && from->at <= r->row_end + (from->kind == TOKEN_LATIN))
		part |= GIST_FOLLOW;
	r->place[r->row_n] = (struct gist_place){ from->at, end - from->at };
	r->parts[r->row_n++] = part;
	r->row_end = from->kind == TOKEN_HAN ? end - 3 : end;
}

static void
rest_add(struct reading *r, uint32_t part, uint32_t at, uint32_t end)
{
	if (r->rest_n == GIST_MAX - ROW_MAX || has(r->rest, r->rest_n, part))
		return;
	r->rest_place[r->rest_n] = (struct gist_place){ at, end - at };
	r->rest[r->rest_n++] = part;
}

/* What hangs on a word beside itself. */
static void
word_add(struct reading *r, const struct gist_word *w, uint32_t at, uint32_t end, bool contrary)
{
	bool good = !(w->flags & WORD_GOOD) == contrary;

	if (w->idea)
		rest_add(r, part_of_idea(gist_hash_pair(1, w->idea), w->idea, GIST_IDEA), at,
			 end);
	if (w->flags & WORD_DAY)
		rest_add(r, part_of(gist_hash_pair(2, w->axis), GIST_DAY), at, end);
	if (w->flags & WORD_AGAIN)
		rest_add(r, part_of(gist_hash_pair(3, 0), GIST_AGAIN), at, end);
	if (w->flags & (WORD_GOOD | WORD_BAD)) {
		uint32_t hash = gist_hash_pair(4, w->axis) & ~GIST_CONTRARY;

		rest_add(r,
			 good ? part_of(hash, GIST_GOOD)
			      : part_of(hash | GIST_CONTRARY, GIST_BAD),
			 at, end);
	}
}

static uint32_t
part_of_word(uint32_t hash, const struct gist_word *w)
{
	enum gist_kind kind = w->flags & WORD_WEAK ? GIST_WEAK
			      : w->idea            ? GIST_KNOWN
						   : GIST_WORD;

	return w->idea ? part_of_idea(hash, w->idea, kind) : part_of(hash, kind);
}

/* ---- Chinese --------------------------------------------------------------------------------- */

static bool
among(uint32_t han, const char *these)
{
	for (const char *p = these, *end = these + strlen(these); p < end;) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if (cp == han)
			return true;
	}
	return false;
}

static unsigned
pair_flags(const struct reading *r, const struct token *t)
{
	if (t[0].kind != TOKEN_HAN || t[1].kind != TOKEN_HAN)
		return 0;
	return gist_word_find(r->words, gist_hash_pair(t[0].code, t[1].code))->flags;
}

/* What stands behind two characters: does it say that they are a place? 临汐市, 临汐警方,
 * 临汐店, at the beginning 临汐一… */
static bool
place_follows(const struct reading *r, const struct token *t)
{
	static const struct {
		uint32_t han;
		const char *unless; /* this follows */
	} behind[] = {
		{ 0x5E02, "场民值面" },       /* 市 */
		{ 0x53BF, "" },               /* 县 */
		{ 0x533A, "别间块" },         /* 区 */
		{ 0x9547, "静定" },           /* 镇 */
		{ 0x5E97, "员家主长面铺方" }, /* 店 */
	};

	if (t[2].kind != TOKEN_HAN)
		return false;
	for (size_t i = 0; i < LY_COUNT(behind); i++)
		if (t[2].code == behind[i].han)
			return !among(t[3].code, behind[i].unless);
	if (t[0].opens && t[2].code == 0x4E00) /* 一 */
		return t[3].kind == TOKEN_HAN && !among(t[3].code, "批些致直起定般样次共大股");
	return pair_flags(r, t + 2) & (WORD_AFTER | WORD_AFTER_WEAK);
}

/* A road, a square: a place within a place. */
static bool
spot_follows(const struct token *t)
{
	static const char roads[] = "路街巷桥";
	static const uint32_t wide[] = { 0x5E7F, 0x573A }, hall[] = { 0x5546, 0x573A };

	if (t[2].kind != TOKEN_HAN)
		return false;
	return among(t[2].code, roads) || (t[2].code == wide[0] && t[3].code == wide[1]) ||
	       (t[2].code == hall[0] && t[3].code == hall[1]);
}

static bool
pair_is_place(const struct reading *r, const struct token *t, const struct gist_word *w)
{
	static const char never[] = "省市县区某这那一两三多各家茶店品场酒饭抽检超进不我";

	if (w->flags & WORD_CITY)
		return true;
	if (w->idea || w->flags & (WORD_WEAK | WORD_NO_PLACE) || !place_follows(r, t))
		return false;
	return !among(t[0].code, never) && !among(t[1].code, never);
}

static bool
is_again(const struct token *t)
{
	if (t->code != 0x53C8) /* 又 */
		return false;
	for (int i = 1; i <= AGAIN_NEAR && t[i].kind != TOKEN_BREAK; i++)
		if (t[i].code == 0x4E86) /* 了 */
			return true;
	return false;
}

static void
han_add(struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];
	const struct gist_word *w;
	uint32_t hash;
	bool contrary = i && t[-1].kind == TOKEN_HAN && among(t[-1].code, "不未没无");

	if (is_again(t))
		rest_add(r, part_of(gist_hash_pair(3, 0), GIST_AGAIN), t->at, t->end);
	if (t[1].kind != TOKEN_HAN || t[1].at != t->end)
		return;
	hash = gist_hash_pair(t->code, t[1].code);
	w = gist_word_find(r->words, hash);
	word_add(r, w, t->at, t[1].end, contrary);
	if (w->flags & (WORD_DAY | WORD_STOP) || gist_han_stops(r->words, t->code) ||
	    gist_han_stops(r->words, t[1].code))
		return;
	row_add(r,
		part_of_word(hash, w) | (pair_is_place(r, t, w) ? GIST_PLACE : 0) |
			(spot_follows(t) && !w->flags && !w->idea ? GIST_SPOT : 0),
		t, t[1].end);
}

/* ---- Latin ----------------------------------------------------------------------------------- */

static unsigned
word_flags(const struct token *t)
{
	return t->kind == TOKEN_LATIN ? t->word->flags : 0;
}

/* Eastmere in: in Eastmere, near Eastmere, Port Eastmere, Eastmere council, the Eastmere shop. */
static bool
word_is_place(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];
	unsigned before = i ? word_flags(t - 1) : 0, after = word_flags(t + 1);

	if (t->word->flags & WORD_CITY)
		return true;
	if (!t->capital || t->word->idea ||
	    t->word->flags & (WORD_WEAK | WORD_NO_PLACE | WORD_DAY | WORD_AFTER |
			      WORD_AFTER_WEAK | WORD_SAINT))
		return false;
	if (before & WORD_SAINT && i > 1) /* in Port Hallow */
		return t[-1].capital;
	if (before & (WORD_BEFORE | WORD_SAINT) || after & WORD_AFTER)
		return true;
	if (before & WORD_IN)
		return t[1].kind != TOKEN_LATIN || after & (WORD_STOP | WORD_AFTER_WEAK);
	return false;
}

static void
latin_add(struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	word_add(r, t->word, t->at, t->end, false);
	if (t->word->flags & (WORD_STOP | WORD_DAY))
		return;
	row_add(r, part_of_word(t->code, t->word) | (word_is_place(r, i) ? GIST_PLACE : 0), t,
		t->end);
}

/* ---- figures --------------------------------------------------------------------------------- */

/* Do words before it say so? 批号：L2207, lot # 12; not 批次12个. */
static bool
lot_stands_before(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];
	size_t k = i;

	while (k && r->t[k - 1].kind == TOKEN_BREAK && r->t[k - 1].code != '\n')
		k--;
	if (k && word_flags(&r->t[k - 1]) & WORD_LOT)
		return true;
	return k > 1 && pair_flags(r, &r->t[k - 2]) & WORD_LOT && t[1].code != 0x4E2A &&
	       (t->kind == TOKEN_MODEL || t->plain);
}

static bool
is_code(const struct reading *r, size_t i)
{
	static const uint32_t lot = 0x6279, nth = 0x7B2C; /* 批 第 */
	const struct token *t = &r->t[i];

	if (lot_stands_before(r, i))
		return true;
	if (t->kind == TOKEN_MODEL)
		return t->digits >= 3 || t[1].code == lot;
	if (!t->plain)
		return false;
	if (t[1].code == lot && (t->digits >= 3 || (i && t[-1].code == nth)))
		return true;
	return t->digits >= (t->zero ? 3 : 6);
}

/* 830万, 8.3 million. */
static int64_t
unit_behind(const struct token *t)
{
	static const struct {
		uint32_t code;
		int64_t by;
	} han[] = {
		{ 0x767E, 100 }, { 0x5343, 1000 }, { 0x4E07, 10000 }, { 0x4EBF, 100000000 }
	};
	static const struct {
		const char *word;
		int64_t by;
	} latin[] = { { "thousand", 1000 }, { "million", 1000000 }, { "billion", 1000000000 } };

	for (size_t k = 0; t->kind == TOKEN_HAN && k < LY_COUNT(han); k++)
		if (t->code == han[k].code)
			return han[k].by;
	for (size_t k = 0; t->kind == TOKEN_LATIN && k < LY_COUNT(latin); k++)
		if (t->code == gist_hash_latin(latin[k].word, strlen(latin[k].word)))
			return latin[k].by;
	return 1;
}

static void
figure_add(struct reading *r, size_t i)
{
	struct token *t = &r->t[i];
	enum gist_kind kind;

	if (is_code(r, i)) {
		rest_add(r, part_of(gist_hash_pair(6, t->code), GIST_CODE), t->at, t->end);
		return;
	}
	if (t->kind == TOKEN_MODEL) {
		rest_add(r, part_of(gist_hash_pair(7, t->code), GIST_MODEL), t->at, t->end);
		return;
	}
	if (t->plain && t->digits == 4 && t->milli >= 1990000 && t->milli < 2040000 &&
	    (t[1].code == 0x5E74 || t[1].kind != TOKEN_HAN)) { /* 年 */
		rest_add(r, part_of(gist_hash_pair(8, t->code), GIST_YEAR), t->at, t->end);
		return;
	}
	if (unit_behind(t + 1) > 1)
		grown(t, unit_behind(t + 1));
	kind = t->milli < 10000 ? GIST_SMALL : GIST_NUMBER;
	rest_add(r,
		 part_of(gist_hash_pair((uint32_t)(9 + (t->milli >> 32)), (uint32_t)t->milli),
			 kind),
		 t->at, t->end);
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Failed and passed at once says nothing of how it went. */
static bool
is_both(const struct reading *r, uint32_t part)
{
	return (gist_kind_of(part) == GIST_GOOD || gist_kind_of(part) == GIST_BAD) &&
	       has(r->rest, r->rest_n, part ^ GIST_CONTRARY);
}

size_t
gist_parts(const struct gist_words *w, struct str text, uint32_t parts[GIST_MAX],
	   struct gist_place *place)
{
	struct gist_place places[GIST_MAX];
	struct reading r = { .words = w, .parts = parts, .place = place ? place : places };
	struct guise g = GUISE_INIT;
	struct str lead = utf8_cut(text, LEAD_BYTES), said = guise_take_off(&g, lead, NULL);
	size_t n;

	tokens_read(&r, said);
	for (size_t i = 0; i < r.n; i++) {
		if (r.t[i].kind == TOKEN_HAN)
			han_add(&r, i);
		else if (r.t[i].kind == TOKEN_LATIN)
			latin_add(&r, i);
		else if (r.t[i].kind != TOKEN_BREAK)
			figure_add(&r, i);
	}
	n = r.row_n;
	for (size_t i = 0; i < r.rest_n; i++) {
		if (is_both(&r, r.rest[i]))
			continue;
		r.place[n] = r.rest_place[i];
		parts[n++] = r.rest[i];
	}
	for (size_t i = 0; i < n && said.p != lead.p; i++) {
		uint32_t end = guise_end(&g, r.place[i].at + r.place[i].len);

		r.place[i].at = guise_begin(&g, r.place[i].at);
		r.place[i].len = end - r.place[i].at;
	}
	guise_release(&g);
	return n;
}
