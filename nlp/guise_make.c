/*
 * guise_make.c - a program of the build: prints the tables of nlp/guise.h as C.
 *
 * What a character stands for comes from ICU (Unicode's decompositions, its table of confusable
 * characters, traditional to simplified Han), so that no such table lies in the project. Only
 * what ICU does not say is written down here.
 */
#include "core/base.h"

#include <stdio.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "nlp/guise.h"

#define HAN_LAST  (GUISE_HAN_FIRST + GUISE_HAN - 1)
#define TEXT_MAX  64
#define BLOCK_LEN 128

/* Common characters that ICU's transliterator leaves alone: variants, and the ones that Taiwan
 * and Hong Kong write where the mainland has merged them. */
static const char variants[][2][4] = {
	{ "妳", "你" }, { "牠", "它" }, { "衞", "卫" }, { "峯", "峰" }, { "滙", "汇" },
	{ "噁", "恶" }, { "囌", "苏" }, { "甦", "苏" }, { "吿", "告" }, { "麽", "么" },
	{ "糢", "模" }, { "綫", "线" }, { "祇", "只" }, { "嶽", "岳" }, { "彫", "雕" },
	{ "廕", "荫" }, { "殭", "僵" }, { "淩", "凌" }, { "濛", "蒙" }, { "矇", "蒙" },
	{ "鉆", "钻" }, { "鍼", "针" }, { "鎌", "镰" }, { "鵰", "雕" }, { "麴", "曲" },
	{ "韆", "千" }, { "鞦", "秋" }, { "犛", "牦" }, { "璿", "璇" }, { "硃", "朱" },
	{ "菴", "庵" }, { "衕", "同" }, { "閤", "合" }, { "嫺", "娴" }, { "卽", "即" },
	{ "旣", "既" }, { "敎", "教" }, { "査", "查" }, { "殻", "壳" }, { "舘", "馆" },
	{ "鎭", "镇" }, { "麪", "面" }, { "麫", "面" }, { "喒", "咱" }, { "痲", "麻" },
	{ "姍", "姗" },
};

struct making {
	const UNormalizer2 *folded, *parted;
	USpoofChecker *spoof;
	uint16_t han[GUISE_HAN];
};

static void
must(UErrorCode code, const char *what)
{
	if (U_FAILURE(code)) {
		fprintf(stderr, "guise_make: %s: %s\n", what, u_errorName(code));
		exit(1);
	}
}

/* The one code point of a text, or 0. */
static UChar32
only(const UChar *s, int32_t n)
{
	UChar32 c;
	int32_t at = 0;

	if (n < 1)
		return 0;
	U16_NEXT(s, at, n, c);
	return at == n ? c : 0;
}

static UChar32
variant_of(UChar32 c)
{
	for (size_t i = 0; i < LY_COUNT(variants); i++) {
		UChar from[4], to[4];
		int32_t n, m;
		UErrorCode code = U_ZERO_ERROR;

		u_strFromUTF8(from, 4, &n, variants[i][0], -1, &code);
		u_strFromUTF8(to, 4, &m, variants[i][1], -1, &code);
		must(code, "a variant");
		if (only(from, n) == c)
			return only(to, m);
	}
	return c;
}

/* One pass over all Han characters, each on its own line, so that none is read as a phrase. */
static void
han_fill(struct making *k)
{
	static const UChar id[] = u"Hant-Hans";
	UErrorCode code = U_ZERO_ERROR;
	UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
	int32_t n = 2 * GUISE_HAN, end = n;
	UChar *s = calloc((size_t)n, sizeof *s);

	must(code, "Hant-Hans");
	for (int32_t i = 0; i < GUISE_HAN; i++) {
		s[2 * i] = (UChar)variant_of(GUISE_HAN_FIRST + i);
		s[2 * i + 1] = '\n';
	}
	utrans_transUChars(t, s, &n, n, 0, &end, &code);
	must(code, "Hant-Hans");
	for (int32_t i = 0; i < GUISE_HAN && n == 2 * GUISE_HAN; i++) {
		UChar c = s[2 * i];

		if (c != GUISE_HAN_FIRST + i && c >= GUISE_HAN_FIRST && c <= HAN_LAST)
			k->han[i] = c;
	}
	/* what a character stands for stands for itself */
	for (int32_t i = 0; i < GUISE_HAN; i++)
		if (k->han[i] && k->han[k->han[i] - GUISE_HAN_FIRST])
			k->han[i] = k->han[k->han[i] - GUISE_HAN_FIRST];
	utrans_close(t);
	free(s);
}

static uint16_t
han_of(const struct making *k, UChar32 c)
{
	uint16_t to = c >= GUISE_HAN_FIRST && c <= HAN_LAST ? k->han[c - GUISE_HAN_FIRST] : 0;

	return to ? to : c <= HAN_LAST ? (uint16_t)c : 0;
}

static bool
is_letter(UChar32 c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* s without its combining marks, if one ASCII letter (or digit) is left: that, else 0. */
static UChar32
bare(const struct making *k, const UChar *s, int32_t n, bool digits)
{
	UChar parts[TEXT_MAX];
	UErrorCode code = U_ZERO_ERROR;
	int32_t m = unorm2_normalize(k->parted, s, n, parts, TEXT_MAX, &code), kept = 0;
	UChar32 c;

	if (U_FAILURE(code))
		return 0;
	for (int32_t i = 0; i < m; i++)
		if (u_charType(parts[i]) != U_NON_SPACING_MARK &&
		    u_charType(parts[i]) != U_ENCLOSING_MARK)
			parts[kept++] = parts[i];
	c = only(parts, kept);
	return is_letter(c) || (digits && c >= '0' && c <= '9') ? c : 0;
}

static UChar32
cased(UChar32 c, UChar32 letter)
{
	if (!u_hasBinaryProperty(c, UCHAR_UPPERCASE))
		return u_tolower(letter);
	/* capital i and small l look alike: Unicode shows both as l */
	return letter == 'l' ? 'I' : u_toupper(letter);
}

/* By decomposition: é, ⓐ, 𝐚, ℝ. */
static UChar32
folded_of(const struct making *k, UChar32 c)
{
	UChar s[2], out[TEXT_MAX];
	int32_t n = 0, m;
	UErrorCode code = U_ZERO_ERROR;
	UChar32 letter;

	U16_APPEND_UNSAFE(s, n, c);
	m = unorm2_normalize(k->folded, s, n, out, TEXT_MAX, &code);
	letter = U_FAILURE(code) ? 0 : bare(k, out, m, c >= 0x1D7CE && c <= 0x1D7FF);
	return letter >= 'a' && u_hasBinaryProperty(c, UCHAR_UPPERCASE) ? u_toupper(letter)
									: letter;
}

/* By name, for forms that do not decompose: small capitals, letters in filled boxes. */
static UChar32
named_letter(UChar32 c)
{
	static const char *const heads[] = {
		"LATIN LETTER SMALL CAPITAL ",
		"NEGATIVE CIRCLED LATIN CAPITAL LETTER ",
		"NEGATIVE SQUARED LATIN CAPITAL LETTER ",
		"PARENTHESIZED LATIN SMALL LETTER ",
		"PARENTHESIZED LATIN CAPITAL LETTER ",
	};
	char name[128];
	UErrorCode code = U_ZERO_ERROR;
	int32_t n = u_charName(c, U_UNICODE_CHAR_NAME, name, sizeof name, &code);

	for (size_t i = 0; i < LY_COUNT(heads) && U_SUCCESS(code); i++) {
		size_t head = strlen(heads[i]);

		if ((size_t)n == head + 1 && !strncmp(name, heads[i], head))
			return i && i != 3 ? name[head] : u_tolower(name[head]);
	}
	return 0;
}

static UChar32
skeleton_of(const struct making *k, UChar32 c)
{
	UChar s[2], out[TEXT_MAX];
	int32_t n = 0, m;
	UErrorCode code = U_ZERO_ERROR;

	U16_APPEND_UNSAFE(s, n, c);
	m = uspoof_getSkeleton(k->spoof, 0, s, n, out, TEXT_MAX, &code);
	return U_FAILURE(code) ? 0 : bare(k, out, m, false);
}

/* Letters of other alphabets that look like Latin ones; a small letter without a twin may have
 * one in its capital: м is a small М. */
static UChar32
twin_of(const struct making *k, UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar32 letter;

	switch (uscript_getScript(c, &code)) {
	case USCRIPT_LATIN:
	case USCRIPT_CYRILLIC:
	case USCRIPT_GREEK:
	case USCRIPT_ARMENIAN:
	case USCRIPT_CHEROKEE:
	case USCRIPT_COPTIC:
	case USCRIPT_LISU:
		break;
	default:
		return 0;
	}
	letter = skeleton_of(k, c);
	if (!letter && u_toupper(c) != c)
		letter = skeleton_of(k, u_toupper(c));
	return letter ? cased(c, letter) : 0;
}

/* Marks that are written over, under or through any letter. */
static bool
is_mark(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	int8_t type = u_charType(c);

	if (u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) ||
	    u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR))
		return true;
	return (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK) && c != 0x3099 &&
	       c != 0x309A && /* these two make other kana */
	       (uscript_getScript(c, &code) == USCRIPT_INHERITED || (c >= 0x483 && c <= 0x489));
}

static uint16_t
cell_of(const struct making *k, UChar32 c)
{
	UChar s[2], out[TEXT_MAX];
	UErrorCode code = U_ZERO_ERROR;
	UChar32 letter;
	int32_t n = 0;

	/* ordinals stand behind numbers (30º); full width is the walk's own */
	if (c < 0x80 || c == 0xAA || c == 0xBA || U_IS_SURROGATE(c) ||
	    (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x3400 && c <= HAN_LAST))
		return GUISE_NONE;
	if (is_mark(c))
		return GUISE_MARK;
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return GUISE_GONE;
	letter = folded_of(k, c);
	if (!letter)
		letter = named_letter(c);
	if (letter)
		return (uint16_t)letter;
	letter = twin_of(k, c);
	if (letter)
		return (uint16_t)(GUISE_ALIKE | letter);
	U16_APPEND_UNSAFE(s, n, c);
	n = unorm2_normalize(k->folded, s, n, out, TEXT_MAX, &code);
	letter = U_FAILURE(code) ? 0 : only(out, n);
	return letter != c && letter >= GUISE_HAN_FIRST && letter <= HAN_LAST
		       ? han_of(k, letter)
		       : GUISE_NONE;
}

static void
cells_print(const uint16_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%u,%s", v[i], i % 16 == 15 ? "\n" : "");
}

static unsigned
cell_any(const struct making *k, UChar32 c)
{
	return c >= GUISE_HAN_FIRST && c <= HAN_LAST ? k->han[c - GUISE_HAN_FIRST]
						     : cell_of(k, c);
}

/* One bit for each character of the basic plane: has it a guise? */
static void
bits_print(const struct making *k)
{
	printf("const uint64_t guise_bits[%d] = {\n", 0x10000 / 64);
	for (UChar32 c = 0; c < 0x10000; c += 64) {
		unsigned long long bits = 0;

		for (int i = 0; i < 64; i++)
			bits |= (unsigned long long)(cell_any(k, c + i) != 0) << i;
		printf("0x%llxu,%s", bits, c / 64 % 8 == 7 ? "\n" : "");
	}
	printf("};\n");
}

/* Blocks without a guise share the first. */
static void
blocks_print(const struct making *k)
{
	uint16_t block[GUISE_END / BLOCK_LEN] = { 0 }, blocks = 1, cells[BLOCK_LEN] = { 0 };

	printf("const uint16_t guise_cells[][%d] = {\n{\n", BLOCK_LEN);
	cells_print(cells, BLOCK_LEN);
	printf("},\n");
	for (uint32_t b = 0; b < LY_COUNT(block); b++) {
		uint16_t any = 0;

		for (uint32_t i = 0; i < BLOCK_LEN; i++)
			any |= cells[i] = cell_of(k, (UChar32)(b * BLOCK_LEN + i));
		if (!any)
			continue;
		block[b] = blocks++;
		printf("{\n");
		cells_print(cells, BLOCK_LEN);
		printf("},\n");
	}
	printf("};\nconst uint16_t guise_blocks[%zu] = {\n", LY_COUNT(block));
	cells_print(block, LY_COUNT(block));
	printf("};\n");
}

int
main(void)
{
	UErrorCode code = U_ZERO_ERROR;
	struct making *k = calloc(1, sizeof *k);

	if (!k)
		return 1;
	k->folded = unorm2_getNFKCCasefoldInstance(&code);
	k->parted = unorm2_getNFDInstance(&code);
	k->spoof = uspoof_open(&code);
	must(code, "ICU");
	han_fill(k);
	printf("/* Made by nlp/guise_make.c with ICU %s, Unicode %s. */\n"
	       "#include \"core/base.h\"\n\n#include \"nlp/guise.h\"\n\n"
	       "const char guise_version[] = \"ICU %s, Unicode %s\";\n"
	       "const uint16_t guise_han[%d] = {\n",
	       U_ICU_VERSION, U_UNICODE_VERSION, U_ICU_VERSION, U_UNICODE_VERSION, GUISE_HAN);
	cells_print(k->han, GUISE_HAN);
	printf("};\n");
	bits_print(k);
	blocks_print(k);
	uspoof_close(k->spoof);
	free(k);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
