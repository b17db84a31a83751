/* reason_text.c - see reason_text.h: what each kind of trigger says, as a table. */
#include "core/base.h"

#include "core/str.h"
#include "responder/rate.h"
#include "responder/reason_text.h"

#define TITLE_MAX (1 << 16)

static const struct {
	const char *zh, *en, *en_title;
} signal_names[] = {
	[SIGNAL_MENTIONS] = { "提及", "mentions", "mentions" },
	[SIGNAL_NEGATIVE] = { "负面", "negative", "negative mentions" },
	[SIGNAL_COMPLAINTS] = { "投诉", "complaints", "complaints" },
	[SIGNAL_AUTHORS] = { "发言账号", "authors", "authors" },
	[SIGNAL_NEGATIVE_AUTHORS] = { "负面账号", "negative authors", "negative authors" },
	[SIGNAL_SITES] = { "来源", "sources", "sources" },
	[SIGNAL_CLASSES] = { "来源类别", "source classes", "source classes" },
	[SIGNAL_REACH] = { "触达", "people reached", "reach" },
	[SIGNAL_NET] = { "净情感", "net sentiment", "net sentiment" },
	[SIGNAL_NET_REACH] = { "按触达加权的净情感", "net sentiment by reach",
			       "net sentiment by reach" },
	[SIGNAL_ORIGINALITY] = { "原创度", "originality", "originality" },
	[SIGNAL_LAG] = { "采集时延", "lag of sources", "lag of sources" },
};
/* How people call the topics that open incidents; others go by their id. */
static const struct {
	const char *id, *zh, *en;
} topic_names[] = {
	{ "food_safety", "食品安全", "food safety" },
	{ "product_safety", "产品安全", "product safety" },
	{ "injury", "人身伤害", "injury" },
	{ "death", "死亡", "death" },
	{ "minors", "未成年人", "minors" },
	{ "recall", "召回", "recall" },
	{ "data_leak", "数据泄露", "data leak" },
	{ "outage", "服务中断", "outage" },
	{ "safety", "安全", "safety" },
};

static struct str
topic_name(struct str id, bool zh)
{
	for (size_t i = 0; i < LY_COUNT(topic_names); i++)
		if (str_is(id, topic_names[i].id))
			return str_of(zh ? topic_names[i].zh : topic_names[i].en);
	return id;
}

/* ---- figures as text --------------------------------------------------------------------------- */

/* 1/1000 -> "4", "0.5", "12": one decimal below ten, none above. */
static void
add_usual(struct buf *b, int64_t milli)
{
	int64_t tenths = (milli + 50) / 100;

	if (milli >= 10000 || tenths % 10 == 0)
		buf_addf(b, "%lld", (long long)((milli + 500) / 1000));
	else
		buf_addf(b, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

static const struct {
	int64_t s;
	const char *zh, *en, *en_one;
} units[] = {
	{ 86400, "天", "d", "a day" },
	{ 3600, "小时", "h", "an hour" },
	{ 60, "分钟", "min", "a minute" },
	{ 1, "秒", "s", "a second" },
};

/* "24 小时内" */
static void
add_window_zh(struct buf *b, int64_t window_s)
{
	for (size_t i = window_s > 86400 ? 0 : 1; i < LY_COUNT(units); i++)
		if (window_s % units[i].s == 0) {
			buf_addf(b, "%lld %s内", (long long)(window_s / units[i].s),
				 units[i].zh);
			return;
		}
}

/* " an hour", " in 24 h" */
static void
add_window_en(struct buf *b, int64_t window_s)
{
	for (size_t i = window_s > 86400 ? 0 : 1; i < LY_COUNT(units); i++)
		if (window_s % units[i].s == 0) {
			if (window_s == units[i].s)
				buf_addf(b, " %s", units[i].en_one);
			else
				buf_addf(b, " in %lld %s", (long long)(window_s / units[i].s),
					 units[i].en);
			return;
		}
}

struct str
reason_site(const struct reason *r, const struct signal_item *x)
{
	struct str s = names_get(r->sites, x->site);

	return s.n ? s : names_get(r->sites, x->source);
}

static void
add_time(struct buf *b, const struct reason *r, int64_t at)
{
	struct civil c = zone_civil(r->zone, at);

	buf_addf(b, "%02d:%02d", c.hour, c.minute);
}

/* ---- what was seen ------------------------------------------------------------------------------ */

struct telling {
	const struct reason *r;
	const struct found *x;
	const struct firing *f;
	bool zh;
	struct buf *b;
};

static void
add_window(const struct telling *t)
{
	if (t->zh)
		add_window_zh(t->b, t->r->conf->window);
	else
		add_window_en(t->b, t->r->conf->window);
}

static void
add_what(const struct telling *t)
{
	int64_t signal = t->r->conf->signal;

	buf_add(t->b, str_of(t->zh ? signal_names[signal].zh : signal_names[signal].en));
}

static void
add_usually(const struct telling *t)
{
	if (!t->r->usual)
		return;
	buf_add(t->b, t->zh ? STR("，平时约 ") : STR(", usually "));
	add_usual(t->b, t->r->usual->milli);
	buf_add(t->b, t->zh ? STR(" 条") : STR(""));
}

/* "63 negative an hour, usually 4" */
static void
lead_counted(const struct telling *t)
{
	long long n = (long long)t->f->observed;

	if (t->zh) {
		add_window(t);
		add_what(t);
		buf_addf(t->b, " %lld 条", n);
	} else {
		buf_addf(t->b, "%lld ", n);
		add_what(t);
		add_window(t);
	}
	add_usually(t);
}

/* "31 of 80 mentions negative (38 %) an hour, usually 12 %, for 30 min" */
static void
lead_share(const struct telling *t)
{
	const struct reason *r = t->r;
	long long n = (long long)t->f->observed, of = (long long)r->view->total;
	long long share = of ? (n * 100 + of / 2) / of : 0;
	long long usual = (long long)(r->usual ? (r->usual->milli + 5) / 10 : 0);

	if (t->zh) {
		add_window(t);
		buf_addf(t->b, " %lld 条提及中有 %lld 条负面（%lld%%），平时约 %lld%%", of, n,
			 share, usual);
	} else {
		buf_addf(t->b, "%lld of %lld mentions negative (%lld%%)", n, of, share);
		add_window(t);
		buf_addf(t->b, ", usually %lld%%", usual);
	}
	if (r->conf->hold >= 60)
		buf_addf(t->b, t->zh ? "，已持续 %lld 分钟" : ", for %lld min by now",
			 (long long)(r->conf->hold / 60));
}

static void
lead_author(const struct telling *t)
{
	static const char *const floors[] = { "0", "10,000", "100,000", "500,000" };
	const struct trigger_conf *c = t->r->conf;
	long long n = (long long)t->f->observed, severe = (long long)t->r->view->severe;
	bool known = c->who == TRIGGER_WHO_NOTABLE;

	if (t->zh && known)
		buf_addf(t->b, "重点人物发出 %lld 条负面", n);
	else if (t->zh)
		buf_addf(t->b, "粉丝不少于 %s 的账号发出 %lld 条负面", floors[c->who], n);
	else if (known)
		buf_addf(t->b, "%lld negative by people to know", n);
	else
		buf_addf(t->b, "%lld negative by authors with %s followers or more", n,
			 floors[c->who]);
	if (!t->zh)
		add_window(t);
	if (!known && severe)
		buf_addf(t->b, t->zh ? "，其中 %lld 条涉及严重话题" : ", %lld on a grave topic",
			 severe);
	else
		add_usually(t);
}

static void
lead_hotlist(const struct telling *t)
{
	if (t->zh)
		buf_addf(t->b, "热搜榜第 %lld 位%s", (long long)t->f->observed,
			 t->f->grade > 1 ? "，负面或涉及危机话题" : "");
	else
		buf_addf(t->b, "place %lld on a hot list%s", (long long)t->f->observed,
			 t->f->grade > 1 ? ", negative or on a crisis topic" : "");
}

static void
lead_official(const struct telling *t)
{
	if (t->zh)
		add_window(t);
	buf_addf(t->b,
		 t->zh ? "有 %lld 条监管、司法、消协或官媒通报点名"
		       : "%lld official: an authority, court or state medium names it",
		 (long long)t->f->observed);
	if (!t->zh)
		add_window(t);
}

static void
lead_story(const struct telling *t)
{
	bool old = t->r->conf->kind == TRIGGER_OLD_NEWS;
	long long n = (long long)t->f->observed, classes = (long long)t->r->view->classes;

	if (t->zh) {
		add_window(t);
		buf_addf(t->b, "%s有 %lld 个账号在传，涉及 %lld 类来源",
			 old ? "一条旧闻" : "同一件负面", n, classes);
	} else {
		buf_addf(t->b, "%s told by %lld authors in %lld %s",
			 old ? "an old negative story" : "one negative story", n, classes,
			 classes == 1 ? "class of source" : "classes of source");
		add_window(t);
	}
}

/* "net sentiment -0.42 over 80 mentions an hour, usually +0.05" */
static void
lead_rate(const struct telling *t)
{
	const struct trigger_conf *c = t->r->conf;
	long long n = (long long)t->r->view->total;

	if (t->zh)
		add_window(t);
	add_what(t);
	buf_add_byte(t->b, ' ');
	rate_show(c->signal, t->f->observed, t->zh, t->b);
	buf_addf(t->b, t->zh ? "（%lld 条提及）" : " over %lld mentions", n);
	if (!t->zh)
		add_window(t);
	if (!t->r->usual)
		return;
	buf_add(t->b, t->zh ? STR("，平时约 ") : STR(", usually "));
	rate_show(c->signal, t->r->usual->milli / 1000, t->zh, t->b);
}

/* ---- what would have kept it silent ------------------------------------------------------------------ */

static void
silent_below(const struct telling *t)
{
	long long n = (long long)t->r->threshold, authors = (long long)t->r->conf->min_authors;

	buf_addf(t->b,
		 t->zh ? "；低于 %lld 条不会触发" : "; would have stayed silent below %lld", n);
	if (authors)
		buf_addf(t->b, t->zh ? "，少于 %lld 个账号也不会" : " or under %lld authors",
			 authors);
}

static void
silent_above(const struct telling *t)
{
	buf_addf(t->b,
		 t->zh ? "；多于 %lld 条不会触发" : "; would have stayed silent above %lld",
		 (long long)t->r->threshold);
}

static void
silent_rate(const struct telling *t)
{
	const struct trigger_conf *c = t->r->conf;
	bool down = c->kind == TRIGGER_BELOW || c->kind == TRIGGER_DROP;

	buf_add(t->b, !t->zh ? down ? STR("; would have stayed silent above ")
				    : STR("; would have stayed silent below ")
		      : down ? STR("；高于 ")
			     : STR("；低于 "));
	rate_show(c->signal, t->r->threshold, t->zh, t->b);
	if (t->zh)
		buf_addf(t->b, " 或不足 %lld 条提及不会触发", (long long)c->min_count);
	else
		buf_addf(t->b, " or under %lld mentions", (long long)c->min_count);
}

static void
silent_place(const struct telling *t)
{
	if (t->f->grade == 1)
		buf_add(t->b, t->zh ? STR("；不上榜不会触发")
				    : STR("; would have stayed silent on no list"));
	else
		buf_addf(t->b,
			 t->zh ? "；第 %lld 位以后不会触发"
			       : "; would have stayed silent below place %lld",
			 (long long)t->r->threshold);
}

static void
silent_story(const struct telling *t)
{
	long long n = (long long)t->r->threshold, classes = (long long)t->r->conf->classes;

	buf_addf(t->b,
		 t->zh ? "；少于 %lld 个账号不会触发"
		       : "; would have stayed silent under %lld authors",
		 n);
	if (classes)
		buf_addf(t->b,
			 t->zh ? "，少于 %lld 类来源也不会" : " or %lld classes of source",
			 classes);
}

/* "; 5 authors, 3 sources; started by weibo.example at 20:02" */
static void
add_voices(const struct telling *t)
{
	const struct found *x = t->x;
	struct str site;

	if (!x->first)
		return;
	site = reason_site(t->r, x->first);
	if (t->zh)
		buf_addf(t->b, "；%lld 个账号、%lld 个来源；最早出自 %.*s（",
			 (long long)x->authors, (long long)x->sites, STR_ARG(site));
	else
		buf_addf(t->b, "; %lld author%s, %lld source%s; started by %.*s at ",
			 (long long)x->authors, x->authors == 1 ? "" : "s", (long long)x->sites,
			 x->sites == 1 ? "" : "s", STR_ARG(site));
	add_time(t->b, t->r, x->first->at);
	buf_add(t->b, t->zh ? STR("）") : STR(""));
}

/* ---- words of safety ------------------------------------------------------------------------------- */

static void
words_zh(const struct reason *r, const struct found *f, int64_t grade, struct buf *b)
{
	struct str site = reason_site(r, f->first), topic = topic_name(f->topic, true);

	add_window_zh(b, r->conf->window);
	buf_addf(b,
		 "“%.*s”提及 %lld 条（%lld 条亲历），折合 %lld 个故事、%lld "
		 "个独立来源；最早出自 %.*s（",
		 STR_ARG(topic), (long long)r->view->observed, (long long)f->first_hand,
		 (long long)f->stories, (long long)r->view->sites, STR_ARG(site));
	add_time(b, r, f->first->at);
	if (grade == 2)
		buf_addf(b, "）；亲历故事少于 %lld 个不会触发", (long long)r->conf->first_hand);
	else
		buf_addf(b,
			 "）；少于 %lld 个独立来源、且同一来源不足 %lld "
			 "个账号（亲历算两个）不会触发",
			 (long long)r->conf->sources, (long long)r->conf->authors);
}

static void
words_en(const struct reason *r, const struct found *f, int64_t grade, struct buf *b)
{
	struct str site = reason_site(r, f->first), topic = topic_name(f->topic, false);

	buf_addf(b, "%lld %s on %.*s", (long long)r->view->observed,
		 r->view->observed == 1 ? "mention" : "mentions", STR_ARG(topic));
	add_window_en(b, r->conf->window);
	buf_addf(b,
		 ", %lld first-hand; %lld %s, %lld independent source%s; started by %.*s at ",
		 (long long)f->first_hand, (long long)f->stories,
		 f->stories == 1 ? "story" : "stories", (long long)r->view->sites,
		 r->view->sites == 1 ? "" : "s", STR_ARG(site));
	add_time(b, r, f->first->at);
	if (grade == 2)
		buf_addf(b, "; would have stayed silent below %lld first-hand",
			 (long long)r->conf->first_hand);
	else
		buf_addf(b,
			 "; would have stayed silent below %lld sources and below %lld authors "
			 "on one"
			 " (first-hand counts double)",
			 (long long)r->conf->sources, (long long)r->conf->authors);
}

static const struct words {
	void (*lead)(const struct telling *t); /* NULL: words of safety have their own */
	void (*silent)(const struct telling *t);
	const char *zh_title, *en_title; /* NULL: what is counted, and that it grows */
} kinds[TRIGGER_KINDS] = {
	[TRIGGER_ABOVE] = { lead_counted, silent_below, NULL, NULL },
	[TRIGGER_SPIKE] = { lead_counted, silent_below, NULL, NULL },
	[TRIGGER_WORDS] = { NULL, NULL, NULL, NULL },
	[TRIGGER_BELOW] = { lead_counted, silent_above, "声量过低", "hardly heard" },
	[TRIGGER_DROP] = { lead_counted, silent_above, "声量骤降", "heard much less" },
	[TRIGGER_ABSENT] = { lead_counted, silent_above, "没有声音", "silence" },
	[TRIGGER_SHARE] = { lead_share, silent_below, "负面占比升高",
			    "more negative than usual" },
	[TRIGGER_AUTHOR] = { lead_author, silent_below, "重要账号发声",
			     "a loud voice against it" },
	[TRIGGER_HOTLIST] = { lead_hotlist, silent_place, "上热搜", "on a hot list" },
	[TRIGGER_OFFICIAL] = { lead_official, silent_below, "官方点名",
			       "named by an authority" },
	[TRIGGER_STORY] = { lead_story, silent_story, "同一件负面多平台扩散",
			    "one story on many platforms" },
	[TRIGGER_OLD_NEWS] = { lead_story, silent_story, "旧闻翻炒", "old news again" },
};

static const struct words rate_words = { lead_rate, silent_rate, NULL, NULL };

static const struct words *
words_of(const struct trigger_conf *t)
{
	return rate_is(t->signal) ? &rate_words : &kinds[t->kind];
}

void
reason_write(const struct reason *r, const struct found *x, const struct firing *f, bool zh,
	     struct buf *b)
{
	const struct telling t = { r, x, f, zh, b };

	const struct words *w = words_of(r->conf);

	if (!w->lead) {
		(zh ? words_zh : words_en)(r, x, f->grade, b);
		return;
	}
	w->lead(&t);
	add_voices(&t);
	w->silent(&t);
}

struct str
reason_title(const struct trigger_conf *t, const struct firing *f, struct str watch,
	     struct str lang, struct arena *a)
{
	static const char *const grows[2][2] = { { " rising", "增多" },
						 { " surging", "激增" } };
	static const char *const lies[TRIGGER_KINDS][2] = {
		[TRIGGER_ABOVE] = { " high", "偏高" },
		[TRIGGER_BELOW] = { " low", "偏低" },
		[TRIGGER_SPIKE] = { " much higher than usual", "明显高于平时" },
		[TRIGGER_DROP] = { " much lower than usual", "明显低于平时" },
	};
	bool zh = !str_is(lang, "en");
	struct buf b = BUF(TITLE_MAX);
	struct str s;

	buf_add(&b, watch);
	buf_add(&b, zh ? STR("：") : STR(": "));
	if (t->kind == TRIGGER_WORDS)
		buf_add(&b, topic_name(f->topic, zh));
	else if (rate_is(t->signal))
		buf_addf(&b, "%s%s",
			 zh ? signal_names[t->signal].zh : signal_names[t->signal].en_title,
			 lies[t->kind][zh]);
	else if (kinds[t->kind].zh_title)
		buf_add(&b, str_of(zh ? kinds[t->kind].zh_title : kinds[t->kind].en_title));
	else
		buf_addf(&b, "%s%s",
			 zh ? signal_names[t->signal].zh : signal_names[t->signal].en_title,
			 grows[t->kind == TRIGGER_SPIKE][zh]);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}
