/* date_words.c - the tables: a language's month is a row here, nothing else. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/date_words.h"

/* Written without blanks: matched where they begin. Longer ones stand before their beginnings. */
static const struct date_word marks[] = {
	{ "年", WORD_YEAR_MARK, 0 },    { "년", WORD_YEAR_MARK, 1 },
	{ "个月", WORD_UNIT, 2592000 }, { "個月", WORD_UNIT, 2592000 },
	{ "月", WORD_MONTH_MARK, 0 },   { "월", WORD_MONTH_MARK, 1 },
	{ "日", WORD_DAY_MARK, 0 },     { "号", WORD_DAY_MARK, 0 },
	{ "號", WORD_DAY_MARK, 0 },     { "일", WORD_DAY_MARK, 1 },
	{ "时", WORD_HOUR_MARK, 0 },    { "時", WORD_HOUR_MARK, 0 },
	{ "点", WORD_HOUR_MARK, 0 },    { "點", WORD_HOUR_MARK, 0 },
	{ "시", WORD_HOUR_MARK, 1 },    { "分钟", WORD_UNIT, 60 },
	{ "分鐘", WORD_UNIT, 60 },      { "分前", WORD_UNIT, 60 },
	{ "分", WORD_MINUTE_MARK, 0 },  { "분", WORD_MINUTE_MARK, 1 },
	{ "秒钟", WORD_UNIT, 1 },       { "秒鐘", WORD_UNIT, 1 },
	{ "秒前", WORD_UNIT, 1 },       { "秒", WORD_SECOND_MARK, 0 },
	{ "초", WORD_SECOND_MARK, 1 },  { "上午", WORD_HALF, 0 },
	{ "早上", WORD_HALF, 0 },       { "早晨", WORD_HALF, 0 },
	{ "凌晨", WORD_HALF, 0 },       { "清晨", WORD_HALF, 0 },
	{ "오전", WORD_HALF, 0 },       { "中午", WORD_HALF, 12 },
	{ "下午", WORD_HALF, 12 },      { "晚上", WORD_HALF, 12 },
	{ "傍晚", WORD_HALF, 12 },      { "晚间", WORD_HALF, 12 },
	{ "晚", WORD_HALF, 12 },        { "오후", WORD_HALF, 12 },
	{ "午前", WORD_HALF, 0 },       { "午後", WORD_HALF, 12 },
	{ "午后", WORD_HALF, 12 },      { "下晝", WORD_HALF, 12 },
	{ "半", WORD_HALF_HOUR, 30 },   { "一刻", WORD_HALF_HOUR, 15 },
	{ "三刻", WORD_HALF_HOUR, 45 }, { "民国", WORD_ERA, 1911 },
	{ "民國", WORD_ERA, 1911 },     { "明天", WORD_DAYS_AGO, -1 },
	{ "明日", WORD_DAYS_AGO, -1 },  { "昨夜", WORD_DAYS_AGO, 1 },
	{ "大前天", WORD_DAYS_AGO, 3 }, { "前天", WORD_DAYS_AGO, 2 },
	{ "前日", WORD_DAYS_AGO, 2 },   { "昨天", WORD_DAYS_AGO, 1 },
	{ "昨日", WORD_DAYS_AGO, 1 },   { "昨晚", WORD_DAYS_AGO, 1 },
	{ "今天", WORD_DAYS_AGO, 0 },   { "今日", WORD_DAYS_AGO, 0 },
	{ "今早", WORD_DAYS_AGO, 0 },   { "今晚", WORD_DAYS_AGO, 0 },
	{ "小时", WORD_UNIT, 3600 },    { "小時", WORD_UNIT, 3600 },
	{ "钟头", WORD_UNIT, 3600 },    { "時間", WORD_UNIT, 3600 },
	{ "天", WORD_UNIT, 86400 },     { "星期", WORD_UNIT, 604800 },
	{ "周", WORD_UNIT, 604800 },    { "週", WORD_UNIT, 604800 },
	{ "前", WORD_AGO, 0 },          { "刚刚", WORD_NOW, 0 },
	{ "剛剛", WORD_NOW, 0 },        { "刚才", WORD_NOW, 0 },
};

/* Whole words. */
static const struct date_word words[] = {
	/* days of the week that begin like a month */
	{ "mardi", WORD_NONE, 0 },
	{ "martes", WORD_NONE, 0 },
	{ "martedì", WORD_NONE, 0 },
	{ "marți", WORD_NONE, 0 },
	{ "am", WORD_HALF, 0 },
	{ "pm", WORD_HALF, 12 },
	{ "today", WORD_DAYS_AGO, 0 },
	{ "yesterday", WORD_DAYS_AGO, 1 },
	{ "now", WORD_NOW, 0 },
	{ "ago", WORD_AGO, 0 },
	{ "a", WORD_ONE, 1 },
	{ "an", WORD_ONE, 1 },
	{ "sec", WORD_UNIT, 1 },
	{ "secs", WORD_UNIT, 1 },
	{ "second", WORD_UNIT, 1 },
	{ "seconds", WORD_UNIT, 1 },
	{ "min", WORD_UNIT, 60 },
	{ "mins", WORD_UNIT, 60 },
	{ "minute", WORD_UNIT, 60 },
	{ "minutes", WORD_UNIT, 60 },
	{ "hr", WORD_UNIT, 3600 },
	{ "hrs", WORD_UNIT, 3600 },
	{ "hour", WORD_UNIT, 3600 },
	{ "hours", WORD_UNIT, 3600 },
	{ "day", WORD_UNIT, 86400 },
	{ "days", WORD_UNIT, 86400 },
	{ "week", WORD_UNIT, 604800 },
	{ "weeks", WORD_UNIT, 604800 },
	{ "month", WORD_UNIT, 2592000 },
	{ "months", WORD_UNIT, 2592000 },
	{ "year", WORD_UNIT, 31536000 },
	{ "years", WORD_UNIT, 31536000 },
	/* RFC 822's zones and those that people write */
	{ "z", WORD_ZONE, 0 },
	{ "ut", WORD_ZONE, 0 },
	{ "utc", WORD_ZONE, 0 },
	{ "gmt", WORD_ZONE, 0 },
	{ "wet", WORD_ZONE, 0 },
	{ "bst", WORD_ZONE, 60 },
	{ "cet", WORD_ZONE, 60 },
	{ "met", WORD_ZONE, 60 },
	{ "cest", WORD_ZONE, 120 },
	{ "eet", WORD_ZONE, 120 },
	{ "eest", WORD_ZONE, 180 },
	{ "msk", WORD_ZONE, 180 },
	{ "hkt", WORD_ZONE, 480 },
	{ "sgt", WORD_ZONE, 480 },
	{ "jst", WORD_ZONE, 540 },
	{ "kst", WORD_ZONE, 540 },
	{ "aest", WORD_ZONE, 600 },
	{ "aedt", WORD_ZONE, 660 },
	{ "ast", WORD_ZONE, -240 },
	{ "adt", WORD_ZONE, -180 },
	{ "et", WORD_ZONE, -300 },
	{ "est", WORD_ZONE, -300 },
	{ "edt", WORD_ZONE, -240 },
	{ "ct", WORD_ZONE, -360 },
	{ "cst", WORD_ZONE, -360 },
	{ "cdt", WORD_ZONE, -300 },
	{ "mt", WORD_ZONE, -420 },
	{ "mst", WORD_ZONE, -420 },
	{ "mdt", WORD_ZONE, -360 },
	{ "pt", WORD_ZONE, -480 },
	{ "pst", WORD_ZONE, -480 },
	{ "pdt", WORD_ZONE, -420 },
};

/* January to December; a name is known by its first three letters or more. */
static const char *const months[][12] = {
	{ "january", "february", "march", "april", "may", "june", "july", "august", "september",
	  "october", "november", "december" },
	{ "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
	  "oktober", "november", "dezember" },
	{ "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
	  "octobre", "novembre", "décembre" },
	{ "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
	  "septiembre", "octubre", "noviembre", "diciembre" },
	{ "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
	  "settembre", "ottobre", "novembre", "dicembre" },
	{ "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
	  "setembro", "outubro", "novembro", "dezembro" },
	{ "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
	  "september", "oktober", "november", "december" },
	{ "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
	  "октября", "ноября", "декабря" },
	{ "ιανουαρίου", "φεβρουαρίου", "μαρτίου", "απριλίου", "μαΐου", "ιουνίου", "ιουλίου",
	  "αυγούστου", "σεπτεμβρίου", "οκτωβρίου", "νοεμβρίου", "δεκεμβρίου" },
	{ "ιαν", "φεβ", "μάρτιος", "απρίλιος", "μάιος", "ιούνιος", "ιούλιος", "αύγουστος",
	  "σεπτέμβριος", "οκτώβριος", "νοέμβριος", "δεκέμβριος" },
	{ "január", "február", "március", "április", "május", "június", "július", "augusztus",
	  "szeptember", "október", "november", "december" },
	{ "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
	  "września", "października", "listopada", "grudnia" },
	{ "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül",
	  "ekim", "kasım", "aralık" },
};

static bool
is_letter(uint32_t cp)
{
	return (cp < 0x80 && (cp | 32) >= 'a' && (cp | 32) <= 'z') ||
	       (cp >= 0xc0 && cp < 0x530 && cp != 0xd7 && cp != 0xf7) ||
	       (cp >= 0x1f00 && cp < 0x2000);
}
static uint32_t
fold(uint32_t cp)
{
	if ((cp >= 'A' && cp <= 'Z') || (cp >= 0xc0 && cp <= 0xde) ||
	    (cp >= 0x391 && cp <= 0x3ab) || (cp >= 0x410 && cp <= 0x42f))
		return cp + 32;
	return cp;
}

static int
month_of(struct str w)
{
	struct str three = utf8_head(w, 3);

	if (utf8_count(three) < 3)
		return 0;
	for (size_t lang = 0; lang < LY_COUNT(months); lang++)
		for (int m = 0; m < 12; m++) {
			const char *full = months[lang][m];

			if (*full != *w.p || strncmp(full, three.p, three.n) != 0)
				continue;
			if (lang == 0 || str_starts(str_of(full), w))
				return m + 1;
		}
	return 0;
}

/* 周三, 星期日 at p: the day, 1..7, and its length; 0 for none. */
static int
weekday_at(struct str s, size_t *n)
{
	static const char *const weeks[] = { "周", "週", "星期", "礼拜", "禮拜" };
	static const char *const days[] = { "一", "二", "三", "四", "五", "六", "日", "天" };

	for (size_t i = 0; i < LY_COUNT(weeks); i++) {
		const char *week = weeks[i];
		size_t head = strlen(week);

		if (s.n < 6 || s.p[1] != week[1] || s.p[2] != week[2] ||
		    !str_starts(s, (struct str){ week, head }))
			continue;
		*n = head + 3;
		for (size_t d = 0; d < LY_COUNT(days); d++)
			if (str_starts(str_slice(s, head, 3), str_of(days[d])))
				return d < 7 ? (int)d + 1 : 7;
	}
	return 0;
}

/* One of the marks at p; they all begin with a byte of East Asia's. */
static const struct date_word *
mark_at(const char *p, const char *end)
{
	for (size_t i = 0; (unsigned char)*p >= 0xe3 && i < LY_COUNT(marks); i++) {
		const char *text = marks[i].text;

		if (end - p >= 3 && p[1] == text[1] && p[2] == text[2] && p[0] == text[0] &&
		    str_starts((struct str){ p, (size_t)(end - p) }, str_of(text)))
			return &marks[i];
	}
	return NULL;
}

struct date_word
date_word_at(const char *p, const char *end, size_t *n)
{
	const struct date_word *mark;
	const char *from = p;
	char folded[64];
	struct str w = { folded, 0 };
	uint32_t cp;
	size_t step;
	int month, day;

	day = (unsigned char)*p >= 0xe3 ? weekday_at((struct str){ p, (size_t)(end - p) }, n)
					: 0;
	if (day)
		return (struct date_word){ "", WORD_WEEKDAY, day };
	mark = mark_at(p, end);
	if (mark) {
		*n = strlen(mark->text);
		return *mark;
	}
	for (; p < end; p += step) {
		step = utf8_next(p, end, &cp);
		if (!is_letter(cp) || w.n + 4 > sizeof folded)
			break;
		w.n += utf8_put(folded + w.n, fold(cp));
	}
	if (!w.n) {
		*n = utf8_next(from, end, &cp);
		return (struct date_word){ "", WORD_NONE, 0 };
	}
	*n = (size_t)(p - from);
	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (*words[i].text == *folded && str_is(w, words[i].text))
			return words[i];
	month = month_of(w);
	return (struct date_word){ "", month ? WORD_MONTH : WORD_NONE, month };
}
