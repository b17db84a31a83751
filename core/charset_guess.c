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
#define LEAST        30 /* what any real text earns, in 1/100 a byte */
#define RARE_LEAST   12 /* bytes that it takes to speak for what hardly anybody uses */

enum script { HAN, KANA, HANGUL, CYRILLIC, GREEK, HEBREW, ARABIC, THAI, LATIN, N_SCRIPTS };

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

/* ---- one candidate --------------------------------------------------------------------------- */

static enum script
script_of(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
		enum script is;
	} ranges[] = {
		{ 0xc0, 0x24f, LATIN },   { 0x370, 0x3ff, GREEK },  { 0x400, 0x4ff, CYRILLIC },
		{ 0x5d0, 0x5ea, HEBREW }, { 0x620, 0x652, ARABIC }, { 0xe01, 0xe5b, THAI },
		{ 0x3041, 0x30ff, KANA }, { 0x4e00, 0x9fff, HAN },  { 0xac00, 0xd7a3, HANGUL },
	};

	for (size_t i = 0; i < LY_COUNT(ranges); i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return ranges[i].is;
	return N_SCRIPTS;
}

static bool
is_capital(uint32_t cp)
{
	return (cp >= 'A' && cp <= 'Z') || (cp >= 0x410 && cp <= 0x42f) ||
	       (cp >= 0x400 && cp <= 0x40f) || (cp >= 0x391 && cp <= 0x3a9) ||
	       (cp >= 0xc0 && cp <= 0xde);
}
static bool
is_small(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 0x430 && cp <= 0x45f) ||
	       (cp >= 0x3ac && cp <= 0x3ce) || (cp >= 0xdf && cp <= 0xff);
}

struct table {
	uint8_t bits[65536 / 8]; /* frequent letters of one script */
};
static void
table_fill(struct table *t, enum script s)
{
	const char *p = frequent[s], *end = p + strlen(p);
	uint32_t cp;

	memset(t, 0, sizeof *t);
	while (p < end) {
		p += utf8_next(p, end, &cp);
		t->bits[cp >> 3 & 8191] |= (uint8_t)(1 << (cp & 7));
	}
}

static bool
is_ascii_letter(uint32_t cp)
{
	return (cp | 32) >= 'a' && (cp | 32) <= 'z';
}
/* Vowels above and below, tones: each sits on a consonant. */
static bool
is_thai_mark(uint32_t cp)
{
	return cp == 0xe31 || (cp >= 0xe34 && cp <= 0xe3a) || (cp >= 0xe47 && cp <= 0xe4e);
}

/* Latin letters stand among ASCII letters; other alphabets never do. NONE: no opinion. */
#define NONE (-1)
static int
worth_latin(enum script s, bool common, bool ascii, uint32_t cp)
{
	if (cp > 0x2000)
		return common && ascii ? 90 : NONE;
	if (cp == 0xa3 || cp == 0xa9 || cp == 0xae)
		return 40; /* pound, copyright, registered */
	if (s != LATIN)
		return ascii ? -100 : NONE;
	if (common && ascii)
		return 100;
	return common ? 20 : -20;
}

static int
worth_beside(const struct candidate *c, enum script s, bool common, uint32_t cp,
	     const uint32_t beside[2])
{
	bool ascii = is_ascii_letter(beside[0]) || is_ascii_letter(beside[1]);
	enum script before = script_of(beside[0]);

	if (c->script == LATIN)
		return worth_latin(s, common, ascii, cp);
	if (c->bytes == 1 && s == c->script) {
		if (ascii)
			return -150;
		if (before != s && script_of(beside[1]) != s)
			return -20; /* a letter on its own */
	}
	if (is_thai_mark(cp) && (before != THAI || (is_thai_mark(beside[0]) && cp < 0xe47)))
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

/* In 1/100 a byte. beside: the letters before and behind. */
static int
worth(const struct candidate *c, const struct table *t, uint32_t cp, const uint32_t beside[2])
{
	/* A letter of the script that is not among the frequent ones. */
	static const int rare[N_SCRIPTS] = {
		[HAN] = 30,    [KANA] = 25,   [HANGUL] = 25, [CYRILLIC] = 35, [GREEK] = 35,
		[HEBREW] = 35, [ARABIC] = 35, [THAI] = 35,   [LATIN] = 35
	};
	enum script s = script_of(cp);
	bool common = cp < 65536 && (t->bits[cp >> 3] >> (cp & 7) & 1);
	int w;

	if (cp == 0xfffd || (cp >= 0x80 && cp < 0xa0))
		return -300;
	if (is_capital(cp) && is_small(beside[0]))
		return -150;
	w = worth_beside(c, s, common, cp, beside);
	if (w != NONE)
		return w;
	if (common)
		return 100;
	if (s == c->script)
		return rare[s] + (is_capital(cp) ? 10 : 0);
	if (s == HAN && c->script == KANA)
		return 15;
	if (s == HAN && c->script == HANGUL)
		return 0;
	return worth_sign(c, cp);
}

static double
score(const struct candidate *c, struct str sample)
{
	struct buf text = BUF(SAMPLE_BYTES * 4);
	struct err e;
	struct table t;
	size_t replaced = 0, bytes = 0;
	uint32_t cp, next, beside[2] = { ' ', ' ' };
	long sum = 0;

	if (charset_convert(c->converter, sample, &text, &replaced, &e) < 0)
		return -1e9;
	table_fill(&t, c->script);
	next = ' ';
	for (const char *p = text.p, *end = p + text.n; p < end; beside[0] = cp) {
		p += utf8_next(p, end, &cp);
		if (p < end)
			utf8_next(p, end, &next);
		if (cp < 0x80)
			continue;
		beside[1] = next;
		sum += worth(c, &t, cp, beside) * c->bytes;
		bytes += c->bytes;
	}
	buf_release(&text);
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
candidate_pick(struct str sample, double *earned)
{
	const struct candidate *best[FINALISTS + 1] = { NULL }, *won = candidates;
	double points[FINALISTS + 1], most = -1e8;
	struct str head = str_slice(sample, 0, FIRST_BYTES);
	size_t n = 0;

	for (size_t i = 0; i < LY_COUNT(candidates); i++) {
		double p = score(&candidates[i], head);
		size_t at = n;

		for (; at && points[at - 1] < p; at--) {
			points[at] = points[at - 1];
			best[at] = best[at - 1];
		}
		points[at] = p;
		best[at] = &candidates[i];
		n += n < FINALISTS;
	}
	for (size_t i = 0; i < n; i++) {
		double p = head.n == sample.n ? points[i] : score(best[i], sample);

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
	const char *best;
	double earned;

	if (memmem(bytes.p, bytes.n, "\x1b$B", 3) || memmem(bytes.p, bytes.n, "\x1b$@", 3))
		return "ISO-2022-JP";
	sample_fill(&sample, bytes);
	won = candidate_pick(buf_str(&sample), &earned);
	best = won->converter;
	if (earned < LEAST)
		best = "ibm-5348_P100-1997"; /* no language speaks here: as the west has it */
	if ((earned < LEAST || won->script == LATIN) &&
	    str_is(str_of(best), "ibm-5348_P100-1997"))
		best = latin_guess(buf_str(&sample));
	buf_release(&sample);
	return best;
}
