/* digest_words.c - the page under screen one: tables with the id of every figure. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/deadline.h"
#include "responder/digest_words.h"

#define WATCHES_ROWS   40 /* in the trend table */
#define TITLE_MAX      80
#define INCIDENTS_ROWS 20

static struct str
f(struct writing *w, const char *zh, const char *en)
{
	return str_of(w->zh ? zh : en);
}

/* A figure, marked. */
static const char *
m(struct writing *w, size_t figure)
{
	return figure_mark(&w->d->figures, figure, w->a);
}

struct str
digest_local(struct writing *w, int64_t at)
{
	struct civil c = zone_civil(w->env->zone, at);

	return str_of(
		arena_textf(w->a, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute));
}

/* ---- the first figures --------------------------------------------------------------------------- */

static void
cards(struct writing *w)
{
	size_t k = w->d->kpi;
	bool share = w->d->figures.v[k + KPI_SHARE].known;
	const struct page_cell cells[] = {
		{ .text = f(w, "提及", "mentions") },
		{ .text = str_of(m(w, k + KPI_MENTIONS)) },
		{ .text = share ? f(w, "负面占比", "negative") : f(w, "负面", "negative") },
		{ .text = str_of(m(w, k + (share ? KPI_SHARE : KPI_NEGATIVE))) },
		{ .text = f(w, "净情感", "net") },
		{ .text = str_of(m(w, k + KPI_NET)) },
		{ .text = f(w, "投诉", "complaints") },
		{ .text = str_of(m(w, k + KPI_COMPLAINTS)) },
	};

	page_row(w->p, PAGE_CARDS, cells, LY_COUNT(cells));
}

/* ---- charts -------------------------------------------------------------------------------------- */

/* A line of text for each bar that has something. */
static struct page_cell
bar_line(struct writing *w, const struct chart *c, size_t i)
{
	static const char full[] = "████████████████████";
	int64_t most = 1;
	size_t n;

	for (size_t k = 0; k < c->n; k++)
		most = c->value[k] > most ? c->value[k] : most;
	n = (size_t)(c->value[i] * 20 / most) * strlen("█");
	if (c->kind == CHART_SHARE)
		return (struct page_cell){ .text = str_of(arena_textf(
						   w->a, "%s %.*s %s", c->label[i], (int)n,
						   full, m(w, c->figure[i] - 1))) };
	return (struct page_cell){
		.text = str_of(arena_textf(
			w->a, w->zh ? "%s %.*s %s（负面 %s）" : "%s %.*s %s (%s negative)",
			c->label[i], (int)n, full, m(w, c->figure[i] - 1), m(w, c->figure[i])))
	};
}

static const char *
caption(struct writing *w, const struct chart *c)
{
	bool hours = c->label[0][2] == ':';

	if (c->kind == CHART_SHARE)
		return w->zh ? "负面占比，不足 30 条的不画" : "Negative share; none under 30";
	if (hours)
		return w->zh ? "每小时提及，红色为负面" : "Mentions by hour, negative in red";
	if (w->d->conf->period == PERIOD_QUARTER)
		return w->zh ? "每周提及，红色为负面，虚线为平时水平"
			     : "Mentions by week, negative in red, the usual dashed";
	return w->zh ? "每日提及，红色为负面，虚线为平时水平"
		     : "Mentions by day, negative in red, the usual dashed";
}

static void
chart_say(struct writing *w, int index)
{
	const struct chart *c = &w->p->charts[index];
	struct page_cell cells[DIGEST_BUCKETS + 1];
	size_t n = 0;

	cells[n++] = (struct page_cell){ .text = str_of(caption(w, c)) };
	for (size_t i = 0; i < c->n; i++)
		if (c->value[i] > 0)
			cells[n++] = bar_line(w, c, i);
	page_row(w->p, PAGE_CHART, cells, n)->mark = index;
}

/* ---- trend ------------------------------------------------------------------------------------------ */

static struct str
against(struct writing *w, size_t watch, enum trend column)
{
	const struct day_watch *x = &w->d->watches[watch];

	return str_of(arena_textf(w->a, "%s / %s",
				  m(w, digest_trend_figure(x, column, DAY_NOW)),
				  m(w, digest_trend_figure(x, column, DAY_BEFORE))));
}

static const struct {
	const char *zh, *en;
} trend_words[TREND_COLUMNS] = {
	[TREND_MENTIONS] = { "提及", "mentions" },
	[TREND_NEGATIVE] = { "负面", "negative" },
	[TREND_POSITIVE] = { "正面", "positive" },
	[TREND_COMPLAINTS] = { "投诉", "complaints" },
	[TREND_AUTHORS] = { "账号", "authors" },
	[TREND_SITES] = { "来源", "sites" },
	[TREND_SHARE] = { "负面占比", "negative share" },
	[TREND_NET] = { "净情感", "net sentiment" },
};
static const char *const before_words[][2] = {
	[PERIOD_DAY] = { "前一日", "day before" },
	[PERIOD_WEEK] = { "前一周", "week before" },
	[PERIOD_MONTH] = { "前一月", "month before" },
	[PERIOD_QUARTER] = { "前一季", "quarter before" },
};

static void
trend(struct writing *w)
{
	static const enum trend columns[] = { TREND_MENTIONS, TREND_NEGATIVE, TREND_SHARE,
					      TREND_NET };
	struct page_cell cells[LY_COUNT(columns) + 2];
	bool voice = w->d->watches_n > 1;
	size_t n = LY_COUNT(columns) + 1 + voice;

	page_addf(w->p, PAGE_HEAD, w->zh ? "趋势（本期 / %s）" : "Trend (now / %s)",
		  before_words[w->d->conf->period][!w->zh]);
	cells[0] = (struct page_cell){ .text = f(w, "监测方案", "watch") };
	for (size_t i = 0; i < LY_COUNT(columns); i++)
		cells[i + 1] = (struct page_cell){
			.text = str_of(w->zh ? trend_words[columns[i]].zh
					     : trend_words[columns[i]].en)
		};
	cells[n - voice] = (struct page_cell){ .text = f(w, "声量占比", "share of voice") };
	page_row(w->p, PAGE_TABLE, cells, n);
	for (size_t i = 0; i < w->d->watches_n && i < WATCHES_ROWS; i++) {
		const struct day_watch *x = &w->d->watches[i];

		cells[0].text = page_clean(w->a, x->title, 40);
		for (size_t k = 0; k < LY_COUNT(columns); k++)
			cells[k + 1].text = against(w, i, columns[k]);
		cells[n - voice].text =
			str_of(m(w, x->figure + (size_t)TREND_COLUMNS * DAY_SPANS));
		page_row(w->p, PAGE_ROW, cells, n);
	}
	if (w->d->watches_n > WATCHES_ROWS)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "另有 %zu 个监测方案未列出。"
				: "%zu more watches are not shown.",
			  w->d->watches_n - WATCHES_ROWS);
}

/* One watch: each column of the trend a row, against the span before and a week ago. */
static void
compared(struct writing *w, const struct day_watch *x)
{
	bool week = w->d->span[DAY_WEEK].to != 0;
	struct page_cell cells[] = {
		{ .text = f(w, "指标", "figure") },
		{ .text = f(w, "本期", "now") },
		{ .text = str_of(before_words[w->d->conf->period][!w->zh]) },
		{ .text = f(w, "上周同日", "a week ago") },
	};

	page_row(w->p, PAGE_TABLE, cells, LY_COUNT(cells) - !week);
	for (int k = 0; k < TREND_COLUMNS; k++) {
		cells[0].text = str_of(w->zh ? trend_words[k].zh : trend_words[k].en);
		for (int span = 0; span < DAY_SPANS; span++)
			cells[span + 1].text = str_of(m(
				w, digest_trend_figure(x, (enum trend)k, (enum day_span)span)));
		page_row(w->p, PAGE_ROW, cells, LY_COUNT(cells) - !week);
	}
}

/* ---- one watch ----------------------------------------------------------------------------------------- */

static struct str
story_title(struct writing *w, const struct evidence *x)
{
	if (record_is_expired(x->erased))
		return w->zh ? STR(DIGEST_TERM_ZH) : STR(DIGEST_TERM_EN);
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

/* "chihuo.example 等 2 个"; where there is but one, that one. */
static struct str
story_sites(struct arena *a, bool zh, const struct day_story *s)
{
	struct str site = page_clean(a, s->shown.site, 40);

	if (s->sites < 2)
		return site;
	return str_of(arena_textf(a, zh ? "%.*s 等 %s 个" : "%.*s, of %s", STR_ARG(site),
				  day_story_mark(s, STORY_SITES, a)));
}

void
digest_story_row(const struct responder_env *env, bool zh, const struct day_story *s,
		 struct page *p)
{
	struct writing w = { env, NULL, p, p->a, zh };
	const struct page_cell cells[] = {
		{ story_title(&w, &s->shown),
		  s->shown.erased.n ? (struct str){ "", 0 } : s->shown.url },
		{ .text = str_of(
			  arena_textf(p->a, "×%s", day_story_mark(s, STORY_NEGATIVE, p->a))) },
		{ .text = story_sites(p->a, zh, s) },
		{ .text = digest_local(&w, s->first_at) },
		{ .text = digest_evidence_name(p->a, &s->shown.mention) },
	};

	page_row(p, PAGE_ROW, cells, LY_COUNT(cells));
}

static void
stories(struct writing *w, const struct day_watch *x)
{
	const struct page_cell heads[] = { { .text = f(w, "事件簇", "story") },
					   { .text = f(w, "负面", "negative") },
					   { .text = f(w, "来源", "sites") },
					   { .text = f(w, "首见", "first") },
					   { .text = f(w, "证据", "evidence") } };

	if (!x->stories_n) {
		page_add(w->p, PAGE_LINE, f(w, "没有负面提及。", "No negative mention."), 100);
		return;
	}
	page_row(w->p, PAGE_TABLE, heads, LY_COUNT(heads));
	for (size_t i = 0; i < x->stories_n; i++)
		digest_story_row(w->env, w->zh, &x->stories[i], w->p);
	if (x->stories_all > x->stories_n)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "共 %s 个负面事件簇，列出前 %d 个。"
				: "%s negative stories in all; the first %d are shown.",
			  m(w, x->figure + (size_t)TREND_COLUMNS * DAY_SPANS + 1), DIGEST_TOP);
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
	struct buf b = BUF(8192);

	if (!n)
		return;
	buf_addf(&b, w->zh ? "%s：" : "%s: ", label);
	for (size_t i = 0; i < n; i++) {
		struct str name =
			is_topic ? topic_words(w, v[i].name) : page_clean(w->a, v[i].name, 40);

		buf_addf(&b, w->zh ? "%s%.*s %s（负 %s）" : "%s%.*s %s (%s negative)",
			 i ? w->zh ? "，" : ", " : "", STR_ARG(name), m(w, v[i].figure),
			 m(w, v[i].figure + 1));
	}
	page_say(w->p, PAGE_LINE, buf_str(&b));
	buf_release(&b);
}

/* Of the tiers that said anything. */
static void
tiers(struct writing *w, const struct day_watch *x)
{
	static const char *const words[DAY_TIERS][2] = { { "T0（不足 1 万粉）", "T0 (<10k)" },
							 { "T1（1–10 万）", "T1 (10-100k)" },
							 { "T2（10–50 万）", "T2 (100-500k)" },
							 { "T3（50 万以上）", "T3 (>=500k)" },
							 { "未知", "unknown" } };
	struct buf b = BUF(4096);
	const struct day_share *v = x->counts[DAY_NOW].tiers;

	buf_addf(&b, w->zh ? "账号层级：" : "Authors by tier: ");
	for (int i = 0, n = 0; i < DAY_TIERS; i++)
		if (v[i].mentions)
			buf_addf(&b, w->zh ? "%s%s %s（负 %s）" : "%s%s %s (%s negative)",
				 n++ ? w->zh ? "，" : ", " : "", words[i][!w->zh],
				 m(w, v[i].figure), m(w, v[i].figure + 1));
	if (x->counts[DAY_NOW].mentions)
		page_say(w->p, PAGE_LINE, buf_str(&b));
	buf_release(&b);
}

static void
watch_stories(struct writing *w, const struct day_watch *x)
{
	page_addf(w->p, PAGE_HEAD,
		  w->zh ? "%.*s：负面最多的事件簇" : "%.*s: the most negative stories",
		  STR_ARG(page_clean(w->a, x->title, 40)));
	stories(w, x);
}

static void
watch_detail(struct writing *w, const struct day_watch *x)
{
	page_addf(w->p, PAGE_FOLD,
		  w->zh ? "%.*s：对比、话题、来源、账号"
			: "%.*s: comparison, topics, sites, authors",
		  STR_ARG(page_clean(w->a, x->title, 40)));
	compared(w, x);
	shares(w, x->topics, x->topics_n, true, w->zh ? "话题" : "Topics");
	shares(w, x->sites, x->sites_n, false, w->zh ? "来源" : "Sites");
	tiers(w, x);
	if (x->counts[DAY_NOW].mentions < DIGEST_SMALL)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "样本少（n=%s，不足 %d）：只报条数，不算占比和净情感。"
				: "Few mentions (n=%s, under %d): counts only, no shares, no "
				  "net sentiment.",
			  m(w, digest_trend_figure(x, TREND_MENTIONS, DAY_NOW)), DIGEST_SMALL);
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
				  STR_ARG(digest_local(w, i->clock_at))));
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
			{ .text = digest_local(w, x->opened_at) },
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

/* ---- together ------------------------------------------------------------------------------------------------ */

struct str
digest_chat(const struct digest_day *d, const struct digest_screen *s, struct arena *a)
{
	struct page p = { .a = a };
	struct writing w = { NULL, d, &p, a, d->zh };
	struct buf b = BUF(16384);
	struct str out;

	page_say(&p, PAGE_LINE, s->title);
	page_say(&p, PAGE_LINE, s->verdict);
	if (s->word.n)
		page_say(&p, PAGE_LINE, s->word);
	for (size_t i = 0; i < s->know_n; i++)
		page_say(&p, PAGE_ITEM, s->know[i]);
	if (s->todo.n)
		page_addf(&p, PAGE_LINE, "%s%.*s",
			  d->zh ? "要做：" : "To do: ", STR_ARG(s->todo));
	page_say(&p, PAGE_LINE, s->blind);
	for (size_t i = 0; i < d->watches_n && d->watches_n > 1 && i < 5; i++)
		page_addf(&p, PAGE_ITEM,
			  d->zh ? "%.*s：提及 %s，负面 %s" : "%.*s: %s, %s negative",
			  STR_ARG(page_clean(a, d->watches[i].title, 20)),
			  m(&w, digest_trend_figure(&d->watches[i], TREND_MENTIONS, DAY_NOW)),
			  m(&w, digest_trend_figure(&d->watches[i], TREND_NEGATIVE, DAY_NOW)));
	do {
		buf_clear(&b);
		page_write(&p, PAGE_CHAT, "", &b);
	} while (utf8_count(buf_str(&b)) > CHAT_MAX && p.n-- > 1);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	page_release(&p);
	return out;
}

void
digest_page(const struct responder_env *env, const struct digest_day *d,
	    const struct digest_screen *s, size_t detail, struct page *p)
{
	struct writing w = { env, d, p, p->a, d->zh };

	page_say(p, PAGE_TITLE, s->title);
	page_say(p, PAGE_VERDICT, s->verdict);
	p->v[p->n - 1].mark = digest_level(d);
	if (s->word.n)
		page_say(p, PAGE_STRONG, s->word);
	for (size_t i = 0; i < s->know_n; i++)
		page_say(p, PAGE_ITEM, s->know[i]);
	if (s->todo.n)
		page_addf(p, PAGE_STRONG, "%s%.*s",
			  d->zh ? "要做：" : "To do: ", STR_ARG(s->todo));
	page_say(p, PAGE_SMALL, s->blind);
	cards(&w);
	for (size_t i = 0; i < p->charts_n; i++)
		chart_say(&w, (int)i);
	trend(&w);
	for (size_t i = 0; i < d->watches_n && i < detail; i++)
		watch_stories(&w, &d->watches[i]);
	if (d->watches_n > detail)
		page_addf(p, PAGE_SMALL,
			  d->zh ? "另有 %zu 个监测方案的明细未列出。"
				: "The stories of %zu more watches are not shown.",
			  d->watches_n - detail);
	incidents(&w);
	for (size_t i = 0; i < d->watches_n && i < detail; i++)
		watch_detail(&w, &d->watches[i]);
	digest_cockpit(&w);
	digest_rota(&w);
	digest_health(&w);
	digest_definitions(&w);
}
