/* digest_words.c - the page under screen one: tables with the id of every figure. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/deadline.h"
#include "responder/digest_words.h"

#define WATCHES_ROWS   40 /* in the trend table */
#define TITLE_MAX      80
#define INCIDENTS_ROWS 20

struct writing {
	const struct responder_env *env;
	const struct digest_day *d;
	struct page *p;
	struct arena *a;
	bool zh;
};

static struct str
f(struct writing *w, const char *zh, const char *en)
{
	return str_of(w->zh ? zh : en);
}

static struct str
number(struct writing *w, int64_t n)
{
	return str_of(arena_textf(w->a, "%lld", (long long)n));
}

static struct str
local(struct writing *w, int64_t at)
{
	struct civil c = zone_civil(w->env->zone, at);

	return str_of(
		arena_textf(w->a, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute));
}

/* ---- trend ------------------------------------------------------------------------------------------ */

static int64_t
column(const struct day_counts *c, size_t figure)
{
	const int64_t v[] = { c->mentions,   c->negative, c->positive,
			      c->complaints, c->authors,  c->sites };

	return v[figure];
}

static const char *
signed_ratio(struct writing *w, int64_t milli)
{
	return arena_textf(w->a, "%s%lld.%02lld", milli < 0 ? "-" : "+", llabs(milli) / 1000,
			   llabs(milli) % 1000 / 10);
}

static const char *
net(struct writing *w, const struct day_counts *c)
{
	if (c->mentions < DIGEST_SMALL)
		return arena_textf(w->a, "n=%lld", (long long)c->mentions);
	return signed_ratio(w, digest_net(c));
}

static struct str
trend_cell(struct writing *w, size_t watch, size_t figure)
{
	const struct day_watch *x = &w->d->watches[watch];
	const char *id = digest_figure_id(watch, figure, w->a);

	if (figure == DIGEST_FIGURES - 1)
		return str_of(arena_textf(w->a, "%s / %s · %s", net(w, &x->now),
					  net(w, &x->before), id));
	return str_of(arena_textf(w->a, "%lld / %lld · %s", (long long)column(&x->now, figure),
				  (long long)column(&x->before, figure), id));
}

static void
trend(struct writing *w)
{
	static const char *const heads[][2] = {
		{ "监测方案", "watch" }, { "提及", "mentions" },        { "负面", "negative" },
		{ "正面", "positive" },  { "投诉", "complaints" },      { "账号", "authors" },
		{ "来源", "sites" },     { "净情感", "net sentiment" },
	};
	struct page_cell cells[LY_COUNT(heads)] = { { .text = { "", 0 } } };

	page_add(w->p, PAGE_HEAD,
		 f(w, "趋势（当日 / 前一日 · 依据）",
		   "Trend (this day / the day before · figure)"),
		 100);
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		cells[i].text = str_of(heads[i][!w->zh]);
	page_row(w->p, PAGE_TABLE, cells, LY_COUNT(heads));
	for (size_t i = 0; i < w->d->watches_n && i < WATCHES_ROWS; i++) {
		cells[0].text = page_clean(w->a, w->d->watches[i].title, 40);
		for (size_t k = 0; k < DIGEST_FIGURES; k++)
			cells[k + 1].text = trend_cell(w, i, k);
		page_row(w->p, PAGE_ROW, cells, LY_COUNT(heads));
	}
	if (w->d->watches_n > WATCHES_ROWS)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "另有 %zu 个监测方案未列出。"
				: "%zu more watches are not shown.",
			  w->d->watches_n - WATCHES_ROWS);
}

/* ---- one watch ----------------------------------------------------------------------------------------- */

static struct str
story_title(struct writing *w, const struct evidence *x)
{
	if (x->erased.n)
		return str_of(arena_textf(
			w->a, w->zh ? DIGEST_GONE_ZH "%.*s）" : DIGEST_GONE_EN "%.*s)",
			STR_ARG(page_clean(w->a, x->erased, 40))));
	if (!x->title.n)
		return page_clean(w->a, x->body, TITLE_MAX / 2);
	return page_clean(w->a, x->title, TITLE_MAX);
}

struct str
digest_evidence_name(struct arena *a, const struct id *mention)
{
	struct buf b = BUF(64);
	struct str out;

	buf_add(&b, STR("m:"));
	id_add_hex(&b, mention);
	out = arena_str(a, str_slice(buf_str(&b), 0, 14));
	buf_release(&b);
	return out;
}

void
digest_story_row(const struct responder_env *env, bool zh, const struct day_story *s,
		 struct page *p)
{
	struct writing w = { env, NULL, p, p->a, zh };
	const struct page_cell cells[] = {
		{ story_title(&w, &s->shown),
		  s->shown.erased.n ? (struct str){ "", 0 } : s->shown.url },
		{ .text = str_of(arena_textf(p->a, "×%lld", (long long)s->negative)) },
		{ .text = page_clean(p->a, s->shown.site, 40) },
		{ .text = number(&w, s->sites) },
		{ .text = local(&w, s->first_at) },
		{ .text = digest_evidence_name(p->a, &s->shown.mention) },
	};

	page_row(p, PAGE_ROW, cells, LY_COUNT(cells));
}

static void
stories(struct writing *w, const struct day_watch *x)
{
	const struct page_cell heads[] = {
		{ .text = f(w, "事件簇", "story") }, { .text = f(w, "负面条数", "negative") },
		{ .text = f(w, "来源", "site") },    { .text = f(w, "来源数", "sites") },
		{ .text = f(w, "首见", "first") },   { .text = f(w, "证据", "evidence") }
	};

	if (!x->stories_n) {
		page_add(w->p, PAGE_LINE, f(w, "没有负面提及。", "No negative mention."), 100);
		return;
	}
	page_row(w->p, PAGE_TABLE, heads, LY_COUNT(heads));
	for (size_t i = 0; i < x->stories_n; i++)
		digest_story_row(w->env, w->zh, &x->stories[i], w->p);
	if (x->stories_all > x->stories_n)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "共 %zu 个负面事件簇，列出前 %d 个。"
				: "%zu negative stories in all; the first %d are shown.",
			  x->stories_all, DIGEST_TOP);
}

static const struct {
	const char *id, *zh, *en;
} topics[] = {
	{ "product_safety", "产品安全", "product safety" },
	{ "food_safety", "食品安全", "food safety" },
	{ "injury", "人身伤害", "injury" },
	{ "recall", "召回下架", "recall" },
	{ "quality", "产品质量", "quality" },
	{ "service", "服务态度", "service" },
	{ "refund", "退款退货", "refunds and returns" },
	{ "outage", "服务故障", "outage" },
	{ "fraud", "欺诈假货", "fraud and counterfeits" },
	{ "advertising", "虚假宣传", "advertising" },
	{ "price", "价格争议", "price" },
	{ "data_leak", "数据泄露", "data leak" },
	{ "privacy", "隐私", "privacy" },
	{ "executive", "高管言行", "executives" },
	{ "labour", "劳动用工", "labour" },
	{ "discrimination", "歧视冒犯", "discrimination" },
	{ "endorser", "代言人", "endorsers" },
	{ "minors", "未成年人", "minors" },
	{ "death", "死亡事件", "death" },
	{ "environment", "环境", "environment" },
	{ "boycott", "抵制", "boycott" },
	{ "regulator", "监管处置", "regulators" },
	{ "legal", "诉讼", "legal" },
	{ "rumour", "谣言", "rumour" },
};

static struct str
topic_words(struct writing *w, struct str id)
{
	for (size_t i = 0; i < LY_COUNT(topics); i++)
		if (str_is(id, topics[i].id))
			return f(w, topics[i].zh, topics[i].en);
	return page_clean(w->a, id, 40);
}

static void
shares(struct writing *w, const struct day_share *v, size_t n, bool is_topic, const char *label)
{
	struct buf b = BUF(4096);

	if (!n)
		return;
	buf_addf(&b, w->zh ? "%s：" : "%s: ", label);
	for (size_t i = 0; i < n; i++) {
		struct str name =
			is_topic ? topic_words(w, v[i].name) : page_clean(w->a, v[i].name, 40);

		buf_addf(&b, w->zh ? "%s%.*s %lld（负 %lld）" : "%s%.*s %lld (%lld negative)",
			 i ? w->zh ? "，" : ", " : "", STR_ARG(name), (long long)v[i].mentions,
			 (long long)v[i].negative);
	}
	page_add(w->p, PAGE_LINE, buf_str(&b), 400);
	buf_release(&b);
}

static void
watch_detail(struct writing *w, const struct day_watch *x)
{
	page_addf(w->p, PAGE_HEAD,
		  w->zh ? "%.*s：负面最多的事件簇" : "%.*s: the most negative stories",
		  STR_ARG(page_clean(w->a, x->title, 40)));
	stories(w, x);
	shares(w, x->topics, x->topics_n, true, w->zh ? "话题" : "Topics");
	shares(w, x->sites, x->sites_n, false, w->zh ? "来源" : "Sites");
	if (x->now.mentions < DIGEST_SMALL)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "样本少（n=%lld，不足 %d）：只报条数，不算占比和净情感。"
				: "Few mentions (n=%lld, under %d): counts only, no shares, no "
				  "net sentiment.",
			  (long long)x->now.mentions, DIGEST_SMALL);
}

/* ---- incidents ------------------------------------------------------------------------------------------- */

static struct str
clock_words(struct writing *w, const struct day_incident *i)
{
	const struct deadline_rule *rule;

	if (!i->clock || i->closed_at)
		return STR("-");
	rule = &deadline_rules[deadline_of_word(str_of(i->clock))];
	return str_of(arena_textf(w->a, "%s %.*s", w->zh ? rule->zh : rule->en,
				  STR_ARG(local(w, i->clock_at))));
}

static struct str
state_words(struct writing *w, struct str state)
{
	static const char *const words[][2] = {
		{ "open", "监测" },     { "assessing", "研判" }, { "responding", "处置" },
		{ "watching", "观察" }, { "closed", "已结束" },  { "merged", "已合并" }
	};

	for (size_t i = 0; w->zh && i < LY_COUNT(words); i++)
		if (str_is(state, words[i][0]))
			return str_of(words[i][1]);
	return state;
}

static void
incidents(struct writing *w)
{
	const struct page_cell heads[] = {
		{ .text = f(w, "编号", "number") }, { .text = f(w, "级别", "level") },
		{ .text = f(w, "标题", "title") },  { .text = f(w, "状态", "state") },
		{ .text = f(w, "开始", "opened") }, { .text = f(w, "下一个时限", "next clock") }
	};
	size_t confidential = 0, shown = 0;

	page_add(w->p, PAGE_HEAD, f(w, "事件", "Incidents"), 100);
	for (size_t i = 0; i < w->d->incidents_n; i++) {
		const struct day_incident *x = &w->d->incidents[i];
		const struct page_cell cells[] = {
			{ .text = x->number },
			{ .text = str_of(arena_textf(w->a, "L%lld", (long long)x->level)) },
			{ .text = page_clean(w->a, x->title, TITLE_MAX) },
			{ .text = state_words(w, x->state) },
			{ .text = local(w, x->opened_at) },
			{ .text = clock_words(w, x) },
		};

		confidential += x->confidential;
		if (x->confidential || shown == INCIDENTS_ROWS)
			continue;
		if (!shown++)
			page_row(w->p, PAGE_TABLE, heads, LY_COUNT(heads));
		page_row(w->p, PAGE_ROW, cells, LY_COUNT(cells));
	}
	if (confidential)
		page_addf(w->p, PAGE_LINE,
			  w->zh              ? "保密事件 %zu 起。"
			  : confidential > 1 ? "%zu confidential incidents."
					     : "%zu confidential incident.",
			  confidential);
	if (!shown && !confidential)
		page_add(w->p, PAGE_LINE, f(w, "没有事件。", "None."), 100);
}

/* ---- coverage and definitions -------------------------------------------------------------------------------- */

static void
coverage(struct writing *w)
{
	const struct digest_day *d = w->d;

	page_add(w->p, PAGE_HEAD, f(w, "覆盖", "Coverage"), 100);
	page_addf(w->p, PAGE_LINE,
		  w->zh ? "%lld 个来源送来 %lld 篇文档；拒收 %lld 条。"
			: "%lld sources brought %lld documents; %lld rejected.",
		  (long long)d->sources_heard, (long long)d->documents, (long long)d->rejects);
	if (d->shed.times)
		page_addf(
			w->p, PAGE_LINE,
			w->zh ? "曾过载：%lld 次抓取推迟，涉及 %lld 个信源；没有丢弃任何内容。"
			      : "Overloaded for a time: %lld polls of %lld sources came later; "
				"nothing was dropped.",
			(long long)d->shed.polls, (long long)d->shed.sources);
	for (size_t i = 0; i < d->silent_n; i++)
		page_addf(w->p, PAGE_ITEM,
			  w->zh ? "%.*s：沉默，最后一次 %.*s" : "%.*s: silent, last heard %.*s",
			  STR_ARG(page_clean(w->a, d->silent[i].source, 60)),
			  STR_ARG(local(w, d->silent[i].last_at)));
	if (d->silent_all > d->silent_n)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "另有 %zu 个来源沉默。" : "%zu more sources are silent.",
			  d->silent_all - d->silent_n);
}

static void
definitions(struct writing *w)
{
	const struct digest_day *d = w->d;

	page_add(w->p, PAGE_HEAD, f(w, "口径", "How it was counted"), 100);
	page_addf(w->p, PAGE_SMALL,
		  w->zh ? "窗口：%.*s 至 %.*s（%.*s）；数据截至第 %lld 次提交（as_of）。"
			: "Window: %.*s to %.*s (%.*s); as of commit %lld.",
		  STR_ARG(local(w, d->from)), STR_ARG(local(w, d->to)),
		  STR_ARG(w->env->site->zone), (long long)d->as_of);
	page_add(w->p, PAGE_SMALL,
		 f(w,
		   "提及按发布时间归日；没有发布时间的按到达时间。超龄内容和自有账号不计。日报"
		   "发出后才到的算补录，只报条数，不改前一日。",
		   "A mention counts on the day it was published, else on the day it arrived. "
		   "Old items and "
		   "our own accounts are left out. What came after the digest is told as late "
		   "and changes no "
		   "earlier day."),
		 400);
	page_addf(w->p, PAGE_SMALL,
		  w->zh ? "净情感 =（正面 − 负面）÷ 全部提及；不足 %d "
			  "条时不算。负面不含推广、自有账号和说竞品的内容。"
			: "Net sentiment = (positive - negative) / all mentions; not computed "
			  "under %d. Negative "
			  "leaves out promotion, our own voice and what is said of rivals.",
		  DIGEST_SMALL);
	page_add(w->p, PAGE_SMALL,
		 f(w,
		   "每个数字的编号（f1…）见本日报的 facts，langyan verify 可逐一复算；证据编号 "
		   "m:… 是提及编号的前十二位。",
		   "Each figure's id (f1...) is listed in this digest's facts; langyan verify "
		   "computes them "
		   "again. Evidence ids begin with m:."),
		 400);
}

/* ---- together ------------------------------------------------------------------------------------------------ */

void
digest_page(const struct responder_env *env, const struct digest_day *d,
	    const struct digest_screen *s, size_t detail, struct page *p)
{
	struct writing w = { env, d, p, p->a, d->zh };

	page_add(p, PAGE_TITLE, s->title, SCREEN_MAX);
	page_add(p, PAGE_STRONG, s->verdict, SCREEN_MAX);
	for (size_t i = 0; i < s->know_n; i++)
		page_add(p, PAGE_ITEM, s->know[i], SCREEN_MAX);
	if (s->todo.n)
		page_addf(p, PAGE_STRONG, "%s%.*s",
			  d->zh ? "要做：" : "To do: ", STR_ARG(s->todo));
	page_add(p, PAGE_SMALL, s->blind, SCREEN_MAX);
	trend(&w);
	for (size_t i = 0; i < d->watches_n && i < detail; i++)
		watch_detail(&w, &d->watches[i]);
	if (d->watches_n > detail)
		page_addf(p, PAGE_SMALL,
			  d->zh ? "另有 %zu 个监测方案的明细未列出。"
				: "The stories of %zu more watches are not shown.",
			  d->watches_n - detail);
	incidents(&w);
	coverage(&w);
	definitions(&w);
}
