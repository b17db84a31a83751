/* template_slot.c - what slots may hold: types, what langyan itself knows, samples of each. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/template_body.h"

#define NAME_MAX_POINTS 80

const char *const slot_type_words[] = { "text",    "brand",  "product", "person",
					"batch",   "figure", "remedy",  "deadline",
					"contact", "link",   "quote",   NULL };
const char *const template_known_words[] = { "number",      "watch",      "title", "level",
					     "concern",     "first_seen", "date",  "time",
					     "next_update", "told",       NULL };

/* What langyan fills: what it wants when it does not know, and how it could look. */
static const struct {
	const char *wants[2], *sample[2];
} known[KNOWN_COUNT] = {
	[KNOWN_NUMBER] = { { "事件编号", "incident number" },
			   { "INC-2026-0001", "INC-2026-0001" } },
	[KNOWN_WATCH] = { { "品牌名", "brand" }, { "青禾", "Harrow" } },
	[KNOWN_TITLE] = { { "事件标题", "title of the incident" },
			  { "青禾：食品安全", "Harrow: food safety" } },
	[KNOWN_LEVEL] = { { "响应级别", "level" }, { "L3", "L3" } },
	[KNOWN_CONCERN] = { { "反映的是哪方面的问题", "what kind of problem is reported" },
			    { "食品安全", "food safety" } },
	[KNOWN_FIRST_SEEN] = { { "最早看到反映的时间", "when the first report was seen" },
			       { "3月10日08:05", "08:05 on 10 March (UTC+8)" } },
	[KNOWN_DATE] = { { "日期", "date" }, { "2026年3月10日", "10 March 2026" } },
	[KNOWN_TIME] = { { "时刻", "time" }, { "20:00", "20:00" } },
	[KNOWN_NEXT_UPDATE] = { { "下一次更新的时间", "time of the next update" },
				{ "3月10日22:00", "22:00 on 10 March (UTC+8)" } },
	[KNOWN_TOLD] = { { "大家说自己遇到了什么：转述，不引原话",
			   "what people say happened to them, in our words" },
			 { "有人说东西有问题", "people say that something was wrong" } },
};

/* How a value of each type could look; none ends a sentence. */
static const char *const samples[][2] = {
	[SLOT_TEXT] = { "3月10日09:30已核对出货记录",
			"at 09:30 today the records were checked" },
	[SLOT_BRAND] = { "青禾", "Harrow" },
	[SLOT_PRODUCT] = { "青禾燕麦脆", "Harrow oat crisps" },
	[SLOT_PERSON] = { "客户关怀部 赵敏", "Dana Whitlock, customer care" },
	[SLOT_BATCH] = { "QH0312", "K-7741" },
	[SLOT_FIGURE] = { "320份（截至3月10日18:00，据出库记录）",
			  "320 as of 18:00 on 10 March, counted by the warehouse" },
	[SLOT_REMEDY] = { "全额退款，3月15日前到账", "a full refund, paid by 15 March" },
	[SLOT_DEADLINE] = { "3月31日18:00", "18:00 on 31 March" },
	[SLOT_CONTACT] = { "400-555-0123", "0800 555 0144" },
	[SLOT_LINK] = { "https://qinghe.example/0312", "https://harrow.example/0312" },
	[SLOT_QUOTE] = { "打开就看到了", "I saw it when I opened it" },
};

/* ---- types --------------------------------------------------------------------------------------- */

static bool
has_any(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_find_nocase(s, str_of(*words)) >= 0)
			return true;
	return false;
}

static bool
has_digit(struct str s)
{
	static const char *const han[] = { "一", "二", "两", "三", "四", "五",
					   "六", "七", "八", "九", "十", NULL };

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return has_any(s, han);
}

static bool
holds_batch(struct str s)
{
	return has_digit(s);
}

static bool
is_name(struct str s)
{
	return utf8_count(s) <= NAME_MAX_POINTS;
}

static bool
holds_day(struct str s)
{
	static const char *const marks[] = { "月",  "日",   "号",  "点",  "时",  "今",
					     "明",  ":",    "：",  "-",   "/",   "周",
					     "jan", "feb",  "mar", "apr", "may", "jun",
					     "jul", "aug",  "sep", "oct", "nov", "dec",
					     "day", "noon", "am",  "pm",  NULL };

	return has_any(s, marks) &&
	       (has_digit(s) || str_find_nocase(s, STR("day")) >= 0 ||
		str_find(s, STR("今")) >= 0 || str_find(s, STR("明")) >= 0);
}

static bool
reaches_somebody(struct str s)
{
	static const char *const ways[] = { "@",    "http",    "私信", "留言",    "客服",
					    "前台", "门店",    "后台", "message", "dm",
					    "desk", "counter", "chat", "reply",   NULL };

	return has_digit(s) || has_any(s, ways);
}

static bool
is_link(struct str s)
{
	return (str_starts(s, STR("https://")) || str_starts(s, STR("http://"))) &&
	       str_find_byte(s, ' ') < 0;
}

static const struct {
	bool (*fits)(struct str s); /* NULL: everything does */
	const char *why[2];
} types[] = {
	[SLOT_TEXT] = { NULL, { NULL, NULL } },
	[SLOT_BRAND] = { is_name, { "太长，不像名称", "too long for a name" } },
	[SLOT_PRODUCT] = { is_name, { "太长，不像名称", "too long for a name" } },
	[SLOT_PERSON] = { is_name, { "太长，不像名称", "too long for a name" } },
	[SLOT_BATCH] = { holds_batch, { "现有的值里没有批号", "what is there holds no code" } },
	[SLOT_FIGURE] = { has_digit,
			  { "现有的值里没有数字", "what is there holds no figure" } },
	[SLOT_REMEDY] = { NULL, { NULL, NULL } },
	[SLOT_DEADLINE] = { holds_day,
			    { "现有的值里没有日期", "what is there holds no date" } },
	[SLOT_CONTACT] = { reaches_somebody,
			   { "现有的值联系不上人", "what is there reaches nobody" } },
	[SLOT_LINK] = { is_link, { "现有的值不是网址", "what is there is no address" } },
	[SLOT_QUOTE] = { NULL, { NULL, NULL } },
};

const char *
slot_unfit(enum slot_type type, struct str value, enum template_lang lang)
{
	return types[type].fits && !types[type].fits(value) ? types[type].why[lang] : NULL;
}

/* ---- by name ------------------------------------------------------------------------------------- */

int
template_word(const char *const *words, struct str s)
{
	for (int i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return i;
	return -1;
}

bool
template_slot_name_ok(struct str s)
{
	if (!s.n || s.n > 40 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      s.p[i] == '_'))
			return false;
	return true;
}

const struct template_slot *
template_slot_find(const struct template *t, struct str name)
{
	const struct template_slot *d = t->slots.v;

	for (size_t i = 0; i < t->slots.n; i++)
		if (str_eq(d[i].name, name))
			return &d[i];
	return NULL;
}

struct str
template_slot_wants(const struct template *t, struct str name)
{
	const struct template_slot *d = template_slot_find(t, name);

	return d ? d->wants
		 : str_of(known[template_word(template_known_words, name)].wants[t->lang]);
}

const char *
template_sample(const struct template *t, struct str slot)
{
	const struct template_slot *d = template_slot_find(t, slot);
	int k = template_word(template_known_words, slot);

	if (d)
		return samples[d->type][t->lang];
	return k < 0 ? "" : known[k].sample[t->lang];
}
