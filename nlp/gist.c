/*
 * 1. Tokens of the lead (gist_tokens.c): Han characters, Latin words, figures, breaks.
 * 2. Parts of each: first those in the order of the text, whose neighbours matter (a name of
 *    four characters is three pairs: the responder must not count it thrice), then the others,
 *    then single Han characters, each with the pairs that it stands in: what a shared pair has
 *    told, its characters do not tell again.
 */
#include "core/base.h"

#include <uchar.h>

#include "core/utf8.h"
#include "nlp/gist.h"
#include "nlp/gist_inside.h"
#include "nlp/guise.h"

#define LEAD_BYTES  640
#define ROW_MAX     48    /* of GIST_WORDS, those in the order of the text */
#define SMALL_BELOW 10000 /* thousandths: a figure below ten says less */
#define OPENING     12    /* tokens of a title that may open it: before a colon */
#define BATCH_NEAR  5     /* tokens before a date that may say that it is a batch's */
#define AGAIN_NEAR  9     /* tokens between 又 and 了 */
#define CAPITALS    4     /* words of a title that has a capital to every word */

struct reading {
	const struct gist_words *words;
	struct str said;
	struct token t[GIST_TOKENS + 4];
	size_t n;
	uint32_t *parts;
	struct gist_place *place;
	size_t row_n;
	uint32_t rest[GIST_MAX];
	struct gist_place rest_place[GIST_MAX];
	size_t rest_n;
	uint32_t capitalised;          /* up to here capitals say nothing */
	uint32_t row_end;              /* where the text of the last part of the row ends */
	uint8_t pair[GIST_TOKENS + 1]; /* of each token: of the pair it begins, the place in
					* the row + 1; 0: it begins none */
};

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

/* A part in the order of the text. Returns its place + 1, or 0: there is no more room. */
static uint8_t
row_add(struct reading *r, uint32_t part, const struct token *from, uint32_t end)
{
	for (size_t i = 0; i < r->row_n; i++)
		if ((r->parts[i] ^ part) < 256) {
			r->parts[i] |= part & (GIST_PLACE | GIST_SPOT | GIST_NAME);
			return (uint8_t)(i + 1);
		}
	if (r->row_n == ROW_MAX)
		return 0;
	if (r->row_n && from->at <= r->row_end + (from->kind == TOKEN_LATIN))
		part |= GIST_FOLLOW;
	r->place[r->row_n] = (struct gist_place){ from->at, end - from->at };
	r->parts[r->row_n++] = part;
	r->row_end = from->kind == TOKEN_HAN ? end - 3 : end;
	return (uint8_t)r->row_n;
}

static void
rest_add(struct reading *r, uint32_t part, uint32_t at, uint32_t end)
{
	if (r->rest_n == GIST_WORDS - ROW_MAX || has(r->rest, r->rest_n, part))
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
		rest_add(r,
			 part_of_idea(gist_hash_pair(1, w->idea), w->idea,
				      w->flags & WORD_STEP ? GIST_STEP : GIST_IDEA),
			 at, end);
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
among(uint32_t han, const char32_t *these)
{
	while (*these && *these != han)
		these++;
	return *these;
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
		const char32_t *unless; /* this follows */
	} behind[] = {
		{ 0x5E02, U"场民值面" },       /* 市 */
		{ 0x53BF, U"" },               /* 县 */
		{ 0x533A, U"别间块" },         /* 区 */
		{ 0x9547, U"静定" },           /* 镇 */
		{ 0x5E97, U"员家主长面铺方" }, /* 店 */
	};

	if (t[2].kind != TOKEN_HAN || t[2].at != t[1].end)
		return false;
	for (size_t i = 0; i < LY_COUNT(behind); i++)
		if (t[2].code == behind[i].han)
			return !among(t[3].code, behind[i].unless);
	if (t[0].opens && t[2].code == 0x4E00) /* 一 */
		return t[3].kind == TOKEN_HAN && !among(t[3].code, U"批些致直起定般样次共大股");
	if (t[3].kind == TOKEN_HAN && t[4].code == 0x7AD9 &&
	    pair_flags(r, t + 2) & WORD_VEHICLE) /* 火车站 */
		return true;
	return pair_flags(r, t + 2) &
	       (WORD_AFTER | WORD_AFTER_WEAK | (t[0].opens ? WORD_AFTER_OPENING : 0));
}

/* A road, a square: a place within a place. */
static bool
spot_follows(const struct token *t)
{
	static const char32_t roads[] = U"路街巷桥";
	static const char32_t people[] = U"长人总员星手"; /* 董事长路某 */
	static const uint32_t wide[] = { 0x5E7F, 0x573A }, hall[] = { 0x5546, 0x573A };

	if (t[2].kind != TOKEN_HAN || t[2].at != t[1].end || among(t[1].code, people))
		return false;
	return among(t[2].code, roads) || (t[2].code == wide[0] && t[3].code == wide[1]) ||
	       (t[2].code == hall[0] && t[3].code == hall[1]);
}

/* What opens a clause and ends as places do: 衡浦…, ， 江口…. */
static bool
sounds_like_place(const struct reading *r, const struct token *t)
{
	static const char32_t ends[] =
		U"州川阳城江河湖海山岭陵原口港浦津渡溪泊泽庄安宁昌林岛湾洲滨丘坪屏沼埭汐渚塘潭";
	bool begins = t == r->t || t[-1].kind != TOKEN_HAN || t[-1].end != t->at;

	return begins && among(t[1].code, ends) && t[2].kind == TOKEN_HAN &&
	       t[2].at == t[1].end;
}

static bool
pair_is_place(const struct reading *r, const struct token *t, const struct gist_word *w)
{
	static const char32_t never[] =
		U"省市县区某这那一两三多各家茶店品场酒饭抽检超进不我门路闭关开";

	if (w->flags & WORD_CITY)
		return true;
	if (w->idea || w->flags & (WORD_WEAK | WORD_NO_PLACE) ||
	    !(place_follows(r, t) || sounds_like_place(r, t)))
		return false;
	return !among(t[0].code, never) && !among(t[1].code, never);
}

static bool
is_again(const struct token *t)
{
	if (t->code != 0x53C8) /* 又 */
		return false;
	if (t[1].kind == TOKEN_HAN && among(t[1].code, U"停崩瘫坏挂断炸着塌漏宕卡"))
		return true;
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
	bool contrary = i && t[-1].kind == TOKEN_HAN && among(t[-1].code, U"不未没无");

	if (gist_han_speaks(r->words, t->code))
		word_add(r, gist_word_find(r->words, gist_hash_pair(t->code, 0)), t->at, t->end,
			 false);
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
	r->pair[i] = row_add(r,
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

/* A word behind the last comma: a shop, Eastmere. */
static bool
closes_title(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	return i > 1 && t[-1].code == ',' && t[-2].kind == TOKEN_LATIN &&
	       (i + 1 == r->n || t[1].code == '\n');
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
	if (before & (WORD_BEFORE | WORD_SAINT) || after & WORD_AFTER ||
	    (before & WORD_OUR && after & WORD_AFTER_WEAK))
		return true;
	if (t->opens && t[1].code == ':') /* Eastmere: … */
		return true;
	if (closes_title(r, i))
		return true;
	if (before & WORD_IN)
		return t[1].kind != TOKEN_LATIN || after & (WORD_STOP | WORD_AFTER_WEAK);
	return false;
}

/* Every Word Has One: up to where capitals say nothing. */
static uint32_t
capitalised_end(const struct reading *r)
{
	int capitals = 0;
	uint32_t end = 0;

	for (size_t i = 0; i < r->n && r->t[i].code != '\n'; i++) {
		const struct token *t = &r->t[i];

		end = t->end;
		if (t->kind != TOKEN_LATIN || t->end - t->at < 4)
			continue;
		if (!t->capital)
			return 0;
		capitals++;
	}
	return capitals >= CAPITALS ? end : 0;
}

/* A capital within a sentence: a name. */
static bool
word_is_name(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	if (!t->capital || t->opens || t->word->idea || t->word->flags & ~(unsigned)WORD_CITY ||
	    t->at < r->capitalised)
		return false;
	return i && !(t[-1].kind == TOKEN_BREAK && among(t[-1].code, U".!?:\"“”\n—-"));
}

/* Harlow & Finch: one name. */
static bool
name_goes_on(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	return i > 1 && t->capital && t[-2].kind == TOKEN_LATIN && t[-2].capital && r->row_n &&
	       r->row_end == t[-2].end &&
	       (t[-1].code == '&' || (t[-1].kind == TOKEN_LATIN && t[-1].end == t[-1].at + 3 &&
				      t[-1].code == gist_hash_latin("and", 3)));
}

static void
latin_add(struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	if (name_goes_on(r, i))
		r->row_end = t->at;
	word_add(r, t->word, t->at, t->end, false);
	if (t->word->flags & (WORD_STOP | WORD_DAY))
		return;
	row_add(r,
		part_of_word(t->code, t->word) | (word_is_place(r, i) ? GIST_PLACE : 0) |
			(word_is_name(r, i) ? GIST_NAME : 0),
		t, t->end);
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

/* 26V-114, YL-3821: what stands before the hyphen belongs to it. */
static bool
hyphen_stands_before(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	return i > 1 && t->digits >= 2 && t[-1].code == '-' && t[-1].at == t[-2].end &&
	       t->at == t[-1].end &&
	       (t[-2].kind == TOKEN_MODEL || (t[-2].kind == TOKEN_LATIN && t[-2].capital &&
					      t[-2].end - t[-2].at <= 3 && t->digits >= 3));
}

/* 14日, 14号, 14 June, June 14. */
static bool
is_date(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	if (!t->plain || t->digits > 2 || t->milli < 1000 || t->milli > 31000)
		return false;
	if (t[1].kind == TOKEN_HAN)
		return among(t[1].code, U"日号");
	return word_flags(t + 1) & WORD_MONTH || (i && word_flags(t - 1) & WORD_MONTH);
}

/* 生产日期3月2日, 3月2日产, use by 12 June: the date says which batch. */
static bool
is_date_of_batch(const struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];

	for (size_t k = 1; k <= BATCH_NEAR && k <= i; k++)
		if (word_flags(t - k) & WORD_DATED || pair_flags(r, t - k) & WORD_DATED)
			return true;
	for (size_t k = 2; k < 4 && t[k].kind == TOKEN_HAN; k++)
		if (among(t[k].code, U"产批"))
			return true;
	return false;
}

static void
date_add(struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];
	uint32_t day = gist_hash_pair(12, (uint32_t)(t->milli / 1000));

	rest_add(r, part_of(day, GIST_DAY), t->at, t->end);
	if (is_date_of_batch(r, i))
		rest_add(r, part_of(gist_hash_pair(13, day), GIST_CODE), t->at, t->end);
}

/* S6, G3: which of a maker's products. */
static bool
is_product(const struct reading *r, const struct token *t)
{
	return !t->digits && t->end - t->at <= 4 && r->said.p[t->at] >= 'A' &&
	       r->said.p[t->at] <= 'Z';
}

/* 5号线, line 5: which of several. */
static bool
is_numbered(const struct reading *r, size_t i)
{
	static const uint32_t number = 0x53F7; /* 号 */
	const struct token *t = &r->t[i];

	if (t[1].code == number && t[2].kind == TOKEN_HAN)
		return among(t[2].code, U"线楼店院机门");
	return i && word_flags(t - 1) & WORD_NUMBERED;
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

static uint32_t
part_of_figure(int64_t milli)
{
	return part_of(gist_hash_pair((uint32_t)(9 + (milli >> 32)), (uint32_t)milli),
		       milli < SMALL_BELOW ? GIST_SMALL : GIST_NUMBER);
}

/* Morning briefing: …, 食安早报：…: what stands before the colon of the title says so. */
static bool
is_round_up(const struct reading *r)
{
	bool many = false;

	for (size_t i = 0; i < r->n && i < OPENING && r->t[i].code != '\n'; i++) {
		if (r->t[i].kind == TOKEN_BREAK &&
		    (r->t[i].code == ':' || r->t[i].code == 0xFF1A))
			return many;
		many |= (word_flags(&r->t[i]) | pair_flags(r, &r->t[i])) & WORD_MANY;
	}
	return false;
}

static void
figure_add(struct reading *r, size_t i)
{
	struct token *t = &r->t[i];

	if (hyphen_stands_before(r, i)) {
		rest_add(r, part_of(gist_hash_pair(t[-2].code, t->code), GIST_CODE), t[-2].at,
			 t->end);
		return;
	}
	if (is_code(r, i)) {
		rest_add(r, part_of(gist_hash_pair(6, t->code), GIST_CODE), t->at, t->end);
		return;
	}
	if (t->kind == TOKEN_MODEL) {
		rest_add(r,
			 part_of(gist_hash_pair(7, t->code), GIST_MODEL) |
				 (is_product(r, t) ? GIST_SPOT : 0),
			 t->at, t->end);
		return;
	}
	if (is_date(r, i) && !is_numbered(r, i)) {
		date_add(r, i);
		return;
	}
	if (t->plain && t->digits == 4 && t->milli >= 1990000 && t->milli < 2040000 &&
	    (t[1].code == 0x5E74 || t[1].kind != TOKEN_HAN)) { /* 年 */
		rest_add(r, part_of(gist_hash_pair(8, t->code), GIST_YEAR), t->at, t->end);
		return;
	}
	if (is_numbered(r, i)) {
		rest_add(r, part_of(gist_hash_pair(10, t->code), GIST_SMALL) | GIST_SPOT, t->at,
			 t->end);
		return;
	}
	if (unit_behind(t + 1) > 1)
		gist_grow(t, unit_behind(t + 1));
	rest_add(r, part_of_figure(t->milli), t->at, t->end);
}

/* 六万八. Returns the token behind it. */
static size_t
han_figure_add(struct reading *r, size_t i)
{
	const struct token *t = &r->t[i];
	int64_t milli;
	size_t n = gist_han_counts(r->words, t->code) ? gist_han_figure(t, &milli) : 0;

	if (n && milli >= SMALL_BELOW)
		rest_add(r, part_of_figure(milli), t->at, t[n - 1].end);
	return i + n;
}

/* ---- single characters ----------------------------------------------------------------------- */

/* Returns how many it puts at n of the parts. */
static size_t
hans_add(struct reading *r, size_t n)
{
	size_t from = n;
	uint64_t seen = 0; /* some of them: whose bit is not set is new */

	for (size_t i = 0; i < r->n && n < GIST_MAX && n - from < GIST_HANS; i++) {
		const struct token *t = &r->t[i];
		uint32_t part;
		size_t k = from;

		if (t->kind != TOKEN_HAN || gist_han_is_light(r->words, t->code))
			continue;
		part = gist_of_han(t->code, r->pair[i], i ? r->pair[i - 1] : 0);
		if (seen >> (t->code & 63) & 1)
			while (k < n && !gist_is_same(r->parts[k], part))
				k++;
		else
			k = n;
		if (k < n)
			continue;
		seen |= UINT64_C(1) << (t->code & 63);
		r->place[n] = (struct gist_place){ t->at, t->end - t->at };
		r->parts[n++] = part;
	}
	return n - from;
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
	size_t n, figure_end = 0;

	r.said = said;
	r.n = gist_tokens(w, said, r.t);
	r.capitalised = capitalised_end(&r);
	if (is_round_up(&r))
		rest_add(&r, part_of(gist_hash_pair(11, 0), GIST_MANY), 0, r.t[0].end);
	for (size_t i = 0; i < r.n; i++) {
		if (r.t[i].kind == TOKEN_HAN) {
			han_add(&r, i);
			if (i >= figure_end)
				figure_end = han_figure_add(&r, i);
		} else if (r.t[i].kind == TOKEN_LATIN)
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
	n += hans_add(&r, n);
	for (size_t i = 0; place && i < n && said.p != lead.p; i++) {
		uint32_t end = guise_end(&g, r.place[i].at + r.place[i].len);

		r.place[i].at = guise_begin(&g, r.place[i].at);
		r.place[i].len = end - r.place[i].at;
	}
	guise_release(&g);
	return n;
}
