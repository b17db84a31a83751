/*
 * place.c - see place.h.
 *
 * Chinese has no spaces, so where the name of a road begins is only known from what stands
 * before it: the suffix of a district, a mark, a word like 住在, or after so many characters.
 */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/place.h"

#define NAME_MAX_CP   8 /* characters of a road's or an estate's own name */
#define PART_MAX_CP   7 /* of a province, a city, a district */
#define PARTS_MAX     6
#define TAIL_MAX      10 /* 3弄 5号楼 2单元 501室 … */
#define NUMBER_DIGITS 6

struct word {
	const char *text;
	bool weak; /* is a house number only with more behind it */
};

static const struct word roads[] = {
	{ "大道", 0 }, { "大街", 0 }, { "胡同", 0 }, { "路", 0 },   { "街", 0 },
	{ "巷", 0 },   { "弄", 0 },   { "东路", 0 }, { "西路", 0 }, { "村", 0 },
	{ "里", 1 },   { "组", 1 },   { "屯", 0 },   { "公路", 0 }, { "一段", 0 },
	{ "二段", 0 }, { "三段", 0 }, { "四段", 0 }, { "五段", 0 },
};
/* Words that end like a road and are none. */
static const char *const no_roads[] = {
	"套路", "线路", "思路", "电路", "网路", "铁路", "问路", "一路", "半路", "出路", "门路",
	"销路", "后路", "退路", "走路", "赶路", "这里", "那里", "哪里", "家里", "公里", "英里",
	"手里", "心里", "夜里", "城里", "店里", "箱里", "袋里", "盒里", "嘴里", "群里", "海里",
	"小组", "分组", "一组", "上街", "逛街", "道路", "马路", "农村", "乡村"
};
static const char *const estates[] = {
	"小区", "花园", "家园", "公寓", "新村", "社区",   "公馆",
	"华庭", "雅居", "名苑", "花苑", "嘉苑", "佳苑",   "新苑",
	"苑",   "大厦", "广场", "新城", "府邸", "家属院", "宿舍"
};
static const char *const house[] = { "号楼", "号院", "号", "弄", "支弄", "之" };
static const char *const units[] = { "号楼", "号院", "号", "支弄", "弄", "栋", "幢", "座",
				     "单元", "楼",   "层", "室",   "户", "房", "门", "期",
				     "组",   "排",   "区", "梯",   "F",  "f" };
/* Behind "N号" these make it something else: line 2, exit 3, the machine. */
static const char *const no_house[] = { "线",   "出口", "口", "机", "店",   "选手", "车",
					"产品", "批",   "令", "文", "公告", "柜",   "码" };
static const char *const parts[] = { "特别行政区", "自治区", "自治州", "自治县", "省", "市",
				     "地区",       "街道",   "新区",   "区",     "县", "州",
				     "盟",         "旗",     "镇",     "乡" };
static const char *const provinces[] = { "北京", "天津", "上海",   "重庆",  "河北", "山西",
					 "辽宁", "吉林", "江苏",   "浙江",  "安徽", "福建",
					 "江西", "山东", "河南",   "湖北",  "湖南", "广东",
					 "海南", "四川", "贵州",   "云南",  "陕西", "甘肃",
					 "青海", "台湾", "广西",   "西藏",  "宁夏", "新疆",
					 "香港", "澳门", "内蒙古", "黑龙江" };
/* A name does not reach back over these. */
static const char *const stops[] = { "在", "住", "到", "于", "是", "址", "至", "往",
				     "去", "从", "来", "我", "你", "他", "她", "的",
				     "了", "寄", "送", "和", "与", "及" };

static const char *
ends_with(struct str s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ends(s, str_of(v[i])))
			return v[i];
	return NULL;
}

static const char *
starts_with(struct str s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, str_of(v[i])))
			return v[i];
	return NULL;
}

/* The character that ends at byte at: where it begins, and whether it is Han. */
static size_t
before(struct str s, size_t at, bool *han)
{
	size_t i = at;
	uint32_t cp;

	do
		i--;
	while (i && at - i < 4 && ((unsigned char)s.p[i] & 0xc0) == 0x80);
	utf8_next(s.p + i, s.p + at, &cp);
	*han = utf8_is_han(cp);
	return i;
}

/* Back over at most max Han characters from at, not below low, not over a stop word; with own
 * the first one is not looked at. */
static size_t
name_back(struct str s, size_t at, size_t low, int max)
{
	size_t i = at;

	for (int n = 0; n < max && i > low; n++) {
		bool han;
		size_t to = before(s, i, &han);

		if (!han || to < low ||
		    ends_with(str_slice(s, to, i - to), stops, LY_COUNT(stops)))
			break;
		i = to;
	}
	return i;
}

/* Where the own name that ends at at begins, when a province, city or district ends in it. */
static size_t
name_own(struct str s, size_t from, size_t at)
{
	size_t own = from;

	for (size_t i = from; i < at; i++) {
		const char *p = starts_with(str_slice(s, i, at - i), parts, LY_COUNT(parts));

		if (p && i > from && i + strlen(p) < at) {
			own = i + strlen(p);
			i = own - 1;
		}
	}
	return own;
}

/* The chain 省 市 区 镇 that ends at at: where it begins; at itself when there is none. */
static size_t
parts_back(struct str s, size_t at, size_t low)
{
	for (int n = 0; n < PARTS_MAX && at > low; n++) {
		struct str head = str_slice(s, low, at - low);
		const char *p = ends_with(head, parts, LY_COUNT(parts));
		const char *province = ends_with(head, provinces, LY_COUNT(provinces));
		size_t end, from;

		if (!p)
			return province ? at - strlen(province) : at;
		end = at - strlen(p);
		from = name_own(s, name_back(s, end, low, PART_MAX_CP), end);
		if (from == end)
			return at; /* 市 alone */
		/* A province's name in it is where the address begins. */
		for (size_t i = from; i < end; i++) {
			const char *q = starts_with(str_slice(s, i, end - i), provinces,
						    LY_COUNT(provinces));

			if (q)
				return i;
		}
		at = from;
	}
	return at;
}

/* Digits, ASCII or full-width, and a hyphen between two runs; a letter may be the last. */
static size_t
number_at(struct str s, size_t at)
{
	size_t i = at, n = 0;

	while (i < s.n && n < NUMBER_DIGITS * 2) {
		const unsigned char *p = (const unsigned char *)s.p + i;

		if (*p >= '0' && *p <= '9')
			i++;
		else if (s.n - i >= 3 && p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 &&
			 p[2] <= 0x99)
			i += 3;
		else if (n && *p == '-' && i + 1 < s.n && s.p[i + 1] >= '0' &&
			 s.p[i + 1] <= '9')
			i++;
		else
			break;
		n++;
	}
	if (n > NUMBER_DIGITS * 2 - 1)
		return at;
	if (i > at && i < s.n && ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'd'))
		i++; /* 12A号 */
	return i;
}

/* "A座", "东单元": a unit that has a letter or a direction for a number. */
static size_t
lettered_at(struct str s, size_t at)
{
	static const char *const heads[] = { "A", "B", "C", "D", "东", "西", "南", "北" };
	static const char *const tails[] = { "座", "栋", "幢", "单元", "区" };
	const char *h = starts_with(str_slice(s, at, 8), heads, LY_COUNT(heads));
	const char *t =
		h ? starts_with(str_slice(s, at + strlen(h), 8), tails, LY_COUNT(tails)) : NULL;

	return t ? at + strlen(h) + strlen(t) : at;
}

/* Building, unit, room behind at; *n counts them. */
static size_t
tail_forward(struct str s, size_t at, int *n)
{
	for (*n = 0; *n < TAIL_MAX;) {
		size_t i = at, end;
		const char *u;

		if (str_starts(str_slice(s, i, 3), STR("，")) ||
		    str_starts(str_slice(s, i, 3), STR("、")))
			i += 3;
		if (*n == 0 && str_starts(str_slice(s, i, 3), STR("附")))
			i += 3;
		while (i < s.n && (s.p[i] == ' ' || s.p[i] == '-' || s.p[i] == '#') &&
		       i < at + 2)
			i++;
		end = lettered_at(s, i);
		if (end == i) {
			end = number_at(s, i);
			if (end == i)
				return at;
			u = starts_with(str_slice(s, end, 8), units, LY_COUNT(units));
			/* The last may be a bare room: "3栋501". */
			if (!u && (i != at || !*n || end - i < 3))
				return at;
			end += u ? strlen(u) : 0;
		}
		at = end;
		++*n;
	}
	return at;
}

/* The road that head ends with, or NULL. */
static const struct word *
road_of(struct str head)
{
	for (size_t i = 0; i < LY_COUNT(roads); i++)
		if (str_ends(head, str_of(roads[i].text)))
			return ends_with(head, no_roads, LY_COUNT(no_roads)) ? NULL : &roads[i];
	return NULL;
}

bool
place_around(struct str s, size_t at, size_t low, size_t *from, size_t *to)
{
	struct str head = str_slice(s, low, at - low);
	const struct word *road;
	const char *estate, *h = NULL;
	size_t end, name, own;
	int n = 0;

	if (!head.n || !(head.p[head.n - 1] & 0x80))
		return false; /* no road or estate ends in ASCII: nearly all digits are passed here */
	road = road_of(head);
	estate = road ? NULL : ends_with(head, estates, LY_COUNT(estates));
	end = number_at(s, at);
	if ((!road && !estate) || end == at)
		return false;
	h = starts_with(str_slice(s, end, 8), house, LY_COUNT(house));
	if (road && h) {
		end += strlen(h);
		if (starts_with(str_slice(s, end, 8), no_house, LY_COUNT(no_house)))
			return false;
		end = tail_forward(s, end, &n);
		if (road->weak && !n)
			return false;
	} else if (estate) {
		end = tail_forward(s, at, &n);
		if (n < 2)
			return false;
	} else {
		return false;
	}
	name = at - strlen(road ? road->text : estate);
	own = name_own(s, name_back(s, name, low, NAME_MAX_CP), name);
	if (own == name)
		return false; /* 路3号: of no name */
	*from = parts_back(s, own, low);
	*to = end;
	return true;
}
