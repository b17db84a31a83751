/*
 * charset_guess.c - undeclared encodings: decode a sample by each candidate, see what reads best.
 *
 * A candidate earns up to 1 a byte: letters that are frequent in the languages written with it
 * earn most, other letters of its script some; foreign scripts, capitals behind small letters,
 * symbols and bad sequences cost. So Chinese read as Big5 instead of GB 18030 gives Han that
 * nobody writes, Russian read as KOI8-R instead of windows-1251 swaps capitals and small
 * letters, and both lose.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/charset_guess.h"
#include "core/str.h"
#include "core/utf8.h"

#define SAMPLE_BYTES ((size_t)24 << 10)
#define FIRST_BYTES  ((size_t)3 << 10) /* enough to tell who may win */
#define FINALISTS    4
#define LEAD         40 /* in 1/100 a byte: who is that far behind by then will not catch up */
#define LEAST        30 /* what any real text earns, in 1/100 a byte */
#define RARE_LEAST   12 /* bytes that it takes to speak for what hardly anybody uses */

enum script {
	HAN,
	KANA,
	HANGUL,
	CYRILLIC,
	GREEK,
	HEBREW,
	ARABIC,
	THAI,
	LATIN,
	N_SCRIPTS,
	ASCII
};

/* The letters that make up most of a text. From common knowledge of each language. */
static const char *const frequent[N_SCRIPTS] = {
	[HAN] = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得"
		"于着下自之年过"
		"发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其"
		"些主样理心她本前"
		"开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将"
		"两高间由问很最重"
		"并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老"
		"给世位次度门任常"
		"先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四"
		"神总何电数安少报"
		"才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决"
		"治展马科司五基眼"
		"书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交"
		"规万取拉格望觉术"
		"領共确传师观清今切院让识候带导争运网站客户系统服务版权所有新闻京店货差评退款质"
		"量食品"
		"這個們來為國說時會對於後過發著裡種經麼學現當沒動還進樣開從實軍無與長機關點業將"
		"兩間問並應戰頭"
		"體見產給話門兒東聲員論處義幾認條氣題爾別變總電數報結務場計資許統區隊決馬書則聽"
		"卻達強難權設記"
		"類據邊張該規萬覺術領確傳師觀讓識帶導爭運網聞灣臺",
	[KANA] = "のにはをたがでてとしれさあいるこまなかもらうりくすけきよえおっだんどじつみそ"
		 "ちせわめごンースルトアクイリラレプグフロ"
		 "日本人年大国会中事時出者社行見新東京語用方今",
	[HANGUL] = "이다는의가을를에서고하한지로은도으나기자사아리대인해어시그스라전수정부있장"
		   "것일과원보제들주만여구상"
		   "동조국성발비신경안우무연선민미화소공내유치개회방오통모관계당적출체실현생업"
		   "금용간진세습니",
	[CYRILLIC] = "оеаинтсрвлкмдпуяыьгз",
	[GREEK] = "αοιετσνηυρπκμλςάίόέήύω",
	[HEBREW] = "יוהלאתרבמשנםכעדח",
	[ARABIC] = "اليمونرتبةعدفهسكقح",
	[THAI] = "านรอกเงมยลวดทตสปะั่ี้ิแคไพบห็์ใขจช",
	[LATIN] = "éèàùâêîôûçäöüßñáíóúãõåæøőűčěšřžýůąćęłńśźżğışăţđ’“”–",
};

struct candidate {
	const char *converter;
	enum script script;
	uint8_t bytes; /* of a letter */
	bool rare;
};
static const struct candidate candidates[] = {
	{ "gb18030", HAN, 2, false },
	{ "ibm-1375_P100-2008", HAN, 2, false },
	{ "ibm-943_P15A-2003", KANA, 2, false },
	{ "EUC-JP", KANA, 2, false },
	{ "windows-949", HANGUL, 2, false },
	{ "windows-1251", CYRILLIC, 1, false },
	{ "KOI8-R", CYRILLIC, 1, false },
	{ "ISO-8859-5", CYRILLIC, 1, false },
	{ "IBM866", CYRILLIC, 1, true },
	{ "IBM855", CYRILLIC, 1, true },
	{ "x-mac-cyrillic", CYRILLIC, 1, true },
	{ "ISO-8859-7", GREEK, 1, false },
	{ "windows-1255", HEBREW, 1, false },
	{ "windows-1256", ARABIC, 1, false },
	{ "windows-874-2000", THAI, 1, false },
	{ "ibm-5348_P100-1997", LATIN, 1, false },
	{ "macintosh", LATIN, 1, false },
};

/* ---- what a letter is --------------------------------------------------------------------- */

/* In one byte, so that a candidate costs a look into a table a letter: its script, and these. */
#define SCRIPT  0x0f
#define COMMON  0x10 /* among the frequent letters of the candidate's script */
#define CAPITAL 0x20
#define SMALL   0x40
#define MARK    0x80 /* Thai vowels above and below, tones: each sits on a consonant */
struct letters {
	uint8_t is[65536];
};
struct letter {
	uint32_t cp;
	uint8_t is;
};

static void
letters_fill(struct letters *l)
{
	static const struct {
		uint16_t from, to;
		uint8_t is;
	} ranges[] = {
		{ 'A', 'Z', ASCII },
		{ 'a', 'z', ASCII },
		{ 0xc0, 0xde, LATIN | CAPITAL },
		{ 0xdf, 0xff, LATIN | SMALL },
		{ 0x100, 0x24f, LATIN },
		{ 0x370, 0x390, GREEK },
		{ 0x391, 0x3a9, GREEK | CAPITAL },
		{ 0x3aa, 0x3ab, GREEK },
		{ 0x3ac, 0x3ce, GREEK | SMALL },
		{ 0x3cf, 0x3ff, GREEK },
		{ 0x400, 0x42f, CYRILLIC | CAPITAL },
		{ 0x430, 0x45f, CYRILLIC | SMALL },
		{ 0x460, 0x4ff, CYRILLIC },
		{ 0x5d0, 0x5ea, HEBREW },
		{ 0x620, 0x652, ARABIC },
		{ 0xe01, 0xe5b, THAI },
		{ 0xe31, 0xe31, THAI | MARK },
		{ 0xe34, 0xe3a, THAI | MARK },
		{ 0xe47, 0xe4e, THAI | MARK },
		{ 0x3041, 0x30ff, KANA },
		{ 0x4e00, 0x9fff, HAN },
		{ 0xac00, 0xd7a3, HANGUL },
	};

	memset(l->is, N_SCRIPTS, sizeof l->is);
	for (size_t i = 0; i < LY_COUNT(ranges); i++)
		memset(l->is + ranges[i].from, ranges[i].is,
		       (size_t)(ranges[i].to - ranges[i].from) + 1);
}

/* common: COMMON to mark the script's frequent letters, 0 to forget them again. */
static void
letters_mark(struct letters *l, enum script s, uint8_t common)
{
	const char *p = frequent[s], *end = p + strlen(p);
	uint32_t cp;

	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (cp < LY_COUNT(l->is))
			l->is[cp] = (uint8_t)((l->is[cp] & ~COMMON) | common);
	}
}

/* ---- one candidate --------------------------------------------------------------------------- */

/* Latin letters stand among ASCII letters; other alphabets never do. NONE: no opinion. */
#define NONE (-1)
static int
worth_latin(struct letter now, bool ascii)
{
	bool common = now.is & COMMON;

	if (now.cp > 0x2000)
		return common && ascii ? 90 : NONE;
	if (now.cp == 0xa3 || now.cp == 0xa9 || now.cp == 0xae)
		return 40; /* pound, copyright, registered */
	if ((now.is & SCRIPT) != LATIN)
		return ascii ? -100 : NONE;
	if (common && ascii)
		return 100;
	return common ? 20 : -20;
}

static int
worth_beside(const struct candidate *c, struct letter before, struct letter now,
	     struct letter next)
{
	bool ascii = (before.is & SCRIPT) == ASCII || (next.is & SCRIPT) == ASCII;
	uint8_t s = now.is & SCRIPT;

	if (c->script == LATIN)
		return worth_latin(now, ascii);
	if (c->bytes == 1 && s == c->script) {
		if (ascii)
			return -150;
		if ((before.is & SCRIPT) != s && (next.is & SCRIPT) != s)
			return -20; /* a letter on its own */
	}
	if ((now.is & MARK) &&
	    ((before.is & SCRIPT) != THAI || ((before.is & MARK) && now.cp < 0xe47)))
		return -150;
	return NONE;
}

/* Full stops, brackets, wide forms: at home in East Asia. */
static int
worth_sign(const struct candidate *c, uint32_t cp)
{
	if (cp >= 0x3000 && cp <= 0x303f)
		return c->bytes == 2 ? 60 : -100;
	if (cp >= 0xff01 && cp <= 0xff5e)
		return c->bytes == 2 && c->script != HANGUL ? 50 : -50;
	if (cp == 0xa0 || cp == 0xab || cp == 0xbb || cp == 0xb7 ||
	    (cp >= 0x2010 && cp <= 0x2026))
		return 10;
	return -100;
}

/* In 1/100 a byte, by the letters beside it. */
static int
worth(const struct candidate *c, struct letter before, struct letter now, struct letter next)
{
	/* A letter of the script that is not among the frequent ones. */
	static const int rare[N_SCRIPTS] = {
		[HAN] = 30,    [KANA] = 25,   [HANGUL] = 25, [CYRILLIC] = 35, [GREEK] = 35,
		[HEBREW] = 35, [ARABIC] = 35, [THAI] = 35,   [LATIN] = 35
	};
	uint8_t s = now.is & SCRIPT;
	int w;

	if (now.cp == 0xfffd || (now.cp >= 0x80 && now.cp < 0xa0))
		return -300;
	if ((now.is & CAPITAL) && (before.is & SMALL))
		return -150;
	w = worth_beside(c, before, now, next);
	if (w != NONE)
		return w;
	if (now.is & COMMON)
		return 100;
	if (s == c->script)
		return rare[s] + (now.is & CAPITAL ? 10 : 0);
	if (s == HAN && c->script == KANA)
		return 15;
	if (s == HAN && c->script == HANGUL)
		return 0;
	return worth_sign(c, now.cp);
}

/* The letter at *at (before n), which is moved behind it. */
static struct letter
letter_next(const struct letters *l, const uint16_t *units, size_t n, size_t *at)
{
	uint32_t cp = units[(*at)++];

	if ((cp & 0xfc00) != 0xd800 || *at == n)
		return (struct letter){ cp, l->is[cp] };
	cp = 0x10000 + ((cp & 0x3ff) << 10) + (units[(*at)++] & 0x3ff);
	return (struct letter){ cp, N_SCRIPTS };
}

/* Room for what a sample becomes, and what is known of letters. */
struct bench {
	struct letters letters;
	uint16_t units[SAMPLE_BYTES + 64];
};

static double
score(struct bench *b, const struct candidate *c, struct str sample)
{
	const struct letters *l = &b->letters;
	struct letter before = { ' ', N_SCRIPTS }, now, next = before;
	size_t n, at = 0, bytes = 0;
	long sum = 0;
	bool last;

	if (charset_units(c->converter, sample, b->units, LY_COUNT(b->units), &n) < 0)
		return -1e9;
	letters_mark(&b->letters, c->script, COMMON);
	if (n)
		next = letter_next(l, b->units, n, &at);
	for (last = !n; !last; before = now) {
		now = next;
		last = at >= n;
		if (!last)
			next = letter_next(l, b->units, n, &at);
		if (now.cp < 0x80)
			continue;
		sum += worth(c, before, now, next) * c->bytes;
		bytes += c->bytes;
	}
	letters_mark(&b->letters, c->script, 0);
	if (c->rare && bytes < RARE_LEAST)
		return -1e9;
	return bytes ? (double)sum / (double)bytes : -1e9;
}

/* ---- Latin letters: the language's small words tell east from west ------------------------------ */

static const struct {
	const char *converter;
	const char *words; /* each with a blank on both sides */
} latin[] = {
	{ "ibm-5348_P100-1997",
	  " the and of to le la les des et est der die das und ist el los que en "
	  "de do da os um il che non di een het van og det att som er ikke " },
	{ "windows-1250",
	  " az hogy nem egy van meg ez csak volt se na je pro jsou jako byl ktere sa som "
	  "aby ako in za so bi ki po pa nie jest to ze w z do i od si v s " },
	{ "windows-1254",
	  " bir ve bu ile de da ne o olan olarak daha kadar gibi en sonra ama var mi " },
};

static bool
has_word(const char *words, struct str w)
{
	char padded[20];
	int n = snprintf(padded, sizeof padded, " %.*s ", STR_ARG(w));

	return n > 2 && n < (int)sizeof padded && strcasestr(words, padded);
}

/* How often each language's small words stand in s, ASCII words only. */
static void
count_words(struct str s, size_t hits[LY_COUNT(latin)])
{
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		unsigned char c = i < s.n ? (unsigned char)s.p[i] : ' ';

		if ((c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80)
			continue;
		for (size_t k = 0; c < 0x80 && i > from && k < LY_COUNT(latin); k++)
			hits[k] += has_word(latin[k].words, str_slice(s, from, i - from));
		from = i + 1;
	}
}

static const char *
latin_guess(struct str s)
{
	size_t hits[LY_COUNT(latin)] = { 0 }, best = 0, windows = 0, iso = 0, holes = 0;

	count_words(s, hits);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		windows += c >= 0x80 && c < 0xa0;
		holes += c >= 0x80 && strchr("\x81\x8d\x8f\x90\x9d", c); /* no windows-1252 */
		iso += c == 0xb9 || c == 0xbe || c == 0xa9 || c == 0xae || c == 0xbb;
	}
	for (size_t k = 1; k < LY_COUNT(latin); k++)
		if (hits[k] > hits[best])
			best = k;
	if ((best == 1 && !windows && iso) || (!best && holes))
		return "ISO-8859-2";
	return latin[best].converter;
}

/* Lines with bytes over 0x7f, up to the size of a sample. */
static void
sample_fill(struct buf *b, struct str bytes)
{
	struct str line;

	while (b->n < SAMPLE_BYTES && str_next(&bytes, '\n', &line)) {
		bool high = false;

		for (size_t i = 0; i < line.n && !high; i++)
			high = line.p[i] & 0x80;
		if (!high)
			continue;
		buf_add(b, str_slice(line, 0, SAMPLE_BYTES - b->n));
		buf_add_byte(b, '\n');
	}
}

/* The best candidates by the sample's beginning, the best first; among those, by all of it. */
static const struct candidate *
candidate_pick(struct bench *b, struct str sample, double *earned)
{
	const struct candidate *best[FINALISTS + 1] = { NULL }, *won = candidates;
	double points[FINALISTS + 1], most = -1e8;
	struct str head = str_slice(sample, 0, FIRST_BYTES);
	size_t n = 0;

	for (size_t i = 0; i < LY_COUNT(candidates); i++) {
		double p = score(b, &candidates[i], head);
		size_t at = n;

		for (; at && points[at - 1] < p; at--) {
			points[at] = points[at - 1];
			best[at] = best[at - 1];
		}
		points[at] = p;
		best[at] = &candidates[i];
		n += n < FINALISTS;
	}
	while (n > 1 && points[n - 1] < points[0] - LEAD)
		n--;
	for (size_t i = 0; i < n; i++) {
		double p = head.n == sample.n || (n == 1 && points[0] >= LEAST)
				   ? points[i]
				   : score(b, best[i], sample);

		if (p > most) {
			most = p;
			won = best[i];
		}
	}
	*earned = most;
	return won;
}

const char *
charset_guess(struct str bytes)
{
	struct buf sample = BUF(SAMPLE_BYTES + 16);
	const struct candidate *won;
	struct bench *bench;
	const char *best;
	double earned;

	if (memmem(bytes.p, bytes.n, "\x1b$B", 3) || memmem(bytes.p, bytes.n, "\x1b$@", 3))
		return "ISO-2022-JP";
	sample_fill(&sample, bytes);
	bench = malloc(sizeof *bench);
	if (!bench)
		abort();
	letters_fill(&bench->letters);
	won = candidate_pick(bench, buf_str(&sample), &earned);
	free(bench);
	best = won->converter;
	if (earned < LEAST)
		best = "ibm-5348_P100-1997"; /* no language speaks here: as the west has it */
	if ((earned < LEAST || won->script == LATIN) &&
	    str_is(str_of(best), "ibm-5348_P100-1997"))
		best = latin_guess(buf_str(&sample));
	buf_release(&sample);
	return best;
}
