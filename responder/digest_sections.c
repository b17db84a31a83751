/* digest_sections.c - the parts of a digest that fold: cockpit, rota, sources, how it was counted. */
#include "core/base.h"

#include "core/str.h"
#include "responder/compare.h"
#include "responder/digest_words.h"
#include "responder/roster.h"

static struct str
f(struct writing *w, const char *zh, const char *en)
{
	return str_of(w->zh ? zh : en);
}

static const char *
k(struct writing *w, size_t kpi)
{
	return figure_mark(&w->d->figures, w->d->kpi + kpi, w->a);
}

static bool
is_known(struct writing *w, size_t kpi)
{
	return w->d->figures.v[w->d->kpi + kpi].known;
}

/* ---- cockpit: the twelve KPIs --------------------------------------------------------------------- */

static void
row(struct writing *w, struct str name, const char *value, const char *compared, struct str how)
{
	const struct page_cell cells[] = {
		{ .text = name },
		{ .text = str_of(*compared ? arena_textf(w->a, w->zh ? "%s；%s" : "%s; %s",
							 value, compared)
					   : value) },
		{ .text = how },
	};

	page_row(w->p, PAGE_ROW, cells, LY_COUNT(cells));
}

static const char *
text(struct writing *w, const char *zh, const char *en, const char *value)
{
	return arena_textf(w->a, w->zh ? zh : en, value);
}

static void
cockpit_said(struct writing *w)
{
	row(w, f(w, "提及", "mentions"), k(w, KPI_MENTIONS),
	    is_known(w, KPI_CHANGE)
		    ? arena_textf(w->a, w->zh ? "平时 %s（%s）" : "usually %s (%s)",
				  k(w, KPI_USUAL), k(w, KPI_CHANGE))
		    : text(w, "平时 %s", "usually %s", k(w, KPI_USUAL)),
	    f(w, "本期条数；平时为此前最多 28 期的中位数",
	      "in this window; usually: the median of up to 28 windows before"));
	row(w, f(w, "负面占比", "negative share"), k(w, KPI_SHARE),
	    text(w, "前期 %s", "before %s", k(w, KPI_SHARE_BEFORE)),
	    f(w, "负面 ÷ 提及；不足 30 条只报条数",
	      "negative / mentions; counts only under 30"));
	row(w, f(w, "净情感", "net sentiment"), k(w, KPI_NET),
	    text(w, "前期 %s", "before %s", k(w, KPI_NET_BEFORE)),
	    str_of(text(w, "（正面 − 负面）÷ 提及；按粉丝数加权 %s",
			"(positive - negative) / mentions; by followers %s",
			k(w, KPI_NET_REACH))));
	row(w, f(w, "负面触达", "negative reach"), k(w, KPI_REACH_NEGATIVE),
	    text(w, "占全部 %s", "%s of all", k(w, KPI_REACH_SHARE)),
	    f(w, "负面提及账号的已知粉丝数之和", "known followers of who was negative, added"));
	row(w, f(w, "热榜", "hot lists"), k(w, KPI_HOT),
	    text(w, "最高第 %s 位", "best place %s", k(w, KPI_PLACE)),
	    f(w, "上过热榜的提及", "mentions that stood on one"));
	row(w, f(w, "原创度", "originality"), k(w, KPI_ORIGINAL),
	    text(w, "不同文本 %s", "%s different texts", k(w, KPI_VOICES)),
	    is_known(w, KPI_ORIGINAL) && w->d->figures.v[w->d->kpi + KPI_ORIGINAL].value < 500
		    ? f(w, "不同文本 ÷ 提及；低于一半，疑似刷量",
			"different texts / mentions; under half: looks like a campaign")
		    : f(w, "不同文本 ÷ 提及", "different texts / mentions"));
	row(w, f(w, "投诉", "complaints"), k(w, KPI_COMPLAINTS),
	    text(w, "前期 %s", "before %s", k(w, KPI_COMPLAINTS_BEFORE)),
	    f(w, "投诉意图或投诉平台", "by intent, or from a complaint site"));
}

/* Conversion, DAU and the like, as far as somebody sends them. */
static void
cockpit_gauges(struct writing *w)
{
	static const char *const words[][2] = {
		{ "业务指标（转化、GMV、ROI）", "business (conversion, GMV, ROI)" },
		{ "DAU / MAU", "DAU / MAU" },
	};
	size_t users = 0;

	for (size_t i = 0; i < w->d->gauges_n; i++) {
		const struct day_gauge *g = &w->d->gauges[i];

		users += str_find(g->name, STR("dau")) >= 0 ||
			 str_find(g->name, STR("mau")) >= 0;
		row(w, page_clean(w->a, g->name, 40),
		    figure_mark(&w->d->figures, g->figure, w->a),
		    figure_mark(&w->d->figures, g->figure + 1, w->a),
		    f(w, "最近一次采样；变化对上一期末",
		      "newest sample; against the window before"));
	}
	for (size_t i = 0; i < 2; i++)
		if (i ? !users : w->d->gauges_n == users)
			row(w, str_of(words[i][!w->zh]), "—", "",
			    f(w, "未接入", "nobody sends it"));
}

static void
cockpit_done(struct writing *w)
{
	static const struct {
		enum measure_kind kind;
		const char *zh, *en, *how_zh, *how_en;
	} spans[] = {
		{ MEASURE_STATEMENT, "首次声明", "first statement",
		  "首次公开发布 − 首条提及；近 90 天",
		  "first public release - first mention; 90 days" },
		{ MEASURE_FULL, "完整回应", "full response",
		  "首次完整回应 − 首条提及；近 90 天",
		  "first full response - first mention; 90 days" },
		{ MEASURE_DETECTION, "发现", "detection", "首次触发 − 首条提及；近 90 天",
		  "first firing - first mention; 90 days" },
		{ MEASURE_ACK, "接手", "acknowledge", "首次确认 − 首次通知送出；近 90 天",
		  "first acknowledgement - first page sent; 90 days" },
	};

	row(w, f(w, "未结事件", "open incidents"),
	    arena_textf(w->a, "L3 %s · L2 %s · L1 %s", k(w, KPI_OPEN_3), k(w, KPI_OPEN_2),
			k(w, KPI_OPEN_1)),
	    text(w, "最久 %s", "oldest %s", k(w, KPI_OLDEST)),
	    f(w, "截至数据时刻", "at the time of the data"));
	for (size_t i = 0; i < LY_COUNT(spans); i++) {
		size_t at = KPI_SPANS + 3 * (size_t)spans[i].kind;

		row(w,
		    str_of(arena_textf(w->a, w->zh ? "%s用时" : "%s time",
				       w->zh ? spans[i].zh : spans[i].en)),
		    text(w, "中位 %s", "median %s", k(w, at + 1)),
		    arena_textf(w->a, "p90 %s · n=%s", k(w, at + 2), k(w, at)),
		    str_of(w->zh ? spans[i].how_zh : spans[i].how_en));
	}
	row(w, f(w, "三件套按时", "pack on time"), k(w, KPI_PACKS_IN_TIME),
	    text(w, "共 %s", "of %s", k(w, KPI_PACKS)),
	    f(w, "L3 后 2 小时内交齐；近 90 天", "complete 2 h after L3; 90 days"));
	row(w, f(w, "反转率", "reversal rate"),
	    is_known(w, KPI_TURNED_SHARE)
		    ? k(w, KPI_TURNED_SHARE)
		    : arena_textf(w->a, "%s / %s", k(w, KPI_TURNED), k(w, KPI_JUDGED)),
	    is_known(w, KPI_TURNED_LOW)
		    ? arena_textf(w->a, "95%% %s–%s", k(w, KPI_TURNED_LOW),
				  k(w, KPI_TURNED_HIGH))
		    : text(w, "完整回应 %s 次", "%s full responses", k(w, KPI_FULLS)),
	    f(w,
	      "L3 完整回应 6 小时后的 24 小时内，净情感 ≥ 0 或恢复到此前 28 "
	      "天均值的一半以上；近 90 "
	      "天；相关，不等于因果",
	      "L3 with net sentiment >= 0, or half of the way back to the 28 days before, in "
	      "the "
	      "24 h from 6 h after the full response; 90 days; correlation, not cause"));
}

static void
cockpit_templates(struct writing *w)
{
	for (size_t i = 0; i < w->d->templates_n; i++) {
		const struct day_template *t = &w->d->templates[i];
		const char *m[5];

		for (size_t n = 0; n < 5; n++)
			m[n] = figure_mark(&w->d->figures, t->figure + n, w->a);
		row(w, page_clean(w->a, t->name, 60),
		    text(w, "用过 %s 次", "used %s times", m[0]),
		    t->judged < DIGEST_SMALL
			    ? arena_textf(w->a, w->zh ? "反转 %s / %s" : "turned %s of %s",
					  m[2], m[1])
			    : arena_textf(w->a,
					  w->zh ? "反转 %s / %s，95%% %s–%s"
						: "turned %s of %s, 95%% %s-%s",
					  m[2], m[1], m[3], m[4]),
		    f(w, "以此话术作完整回应的 L3 事件；近 90 天；相关，不等于因果",
		      "L3 incidents answered in full with this template; 90 days; correlation, "
		      "not "
		      "cause"));
	}
}

#define PAIRS_SHOWN 5 /* of the most used; langyan draft effect has all */

/* What may be said of two templates of one language, beside their figures (compare.h). */
static void
cockpit_differences(struct writing *w)
{
	static const char *const zh[] = { "样本不足", "未显示差异", "前者反转更多",
					  "后者反转更多" };
	static const char *const en[] = { "not enough data", "no difference shown",
					  "the first turned more often",
					  "the second turned more often" };
	const struct day_template *t = w->d->templates;
	struct compare_pair v[DIGEST_TEMPLATES * DIGEST_TEMPLATES];
	size_t of[DIGEST_TEMPLATES * DIGEST_TEMPLATES][2], n = 0;

	for (size_t i = 0; i < w->d->templates_n; i++)
		for (size_t k = i + 1; k < w->d->templates_n; k++) {
			if (!str_eq(t[i].lang, t[k].lang))
				continue;
			of[n][0] = i;
			of[n][1] = k;
			v[n++] = (struct compare_pair){
				.a = { t[i].turned, t[i].judged },
				.b = { t[k].turned, t[k].judged },
			};
		}
	compare_all(v, n);
	for (size_t i = 0; i < n && i < PAIRS_SHOWN; i++) {
		const struct day_template *a = &t[of[i][0]], *b = &t[of[i][1]];
		const char *name =
			arena_textf(w->a, "%.*s : %.*s", STR_ARG(page_clean(w->a, a->name, 60)),
				    STR_ARG(page_clean(w->a, b->name, 60)));

		row(w, str_of(name), w->zh ? zh[v[i].is] : en[v[i].is],
		    arena_textf(w->a, "n=%s, %s",
				figure_mark(&w->d->figures, a->figure + 1, w->a),
				figure_mark(&w->d->figures, b->figure + 1, w->a)),
		    f(w, "Fisher 精确检验，多重比较按 Holm 校正；人选的，不是随机分配的",
		      "Fisher's exact test, Holm over all pairs; what people chose, not by "
		      "lot"));
	}
}

void
digest_cockpit(struct writing *w)
{
	const struct page_cell heads[] = { { .text = f(w, "指标", "KPI") },
					   { .text = f(w, "数值", "value") },
					   { .text = f(w, "口径", "how") } };

	page_add(w->p, PAGE_FOLD, f(w, "驾驶舱：12 项指标", "Cockpit: 12 KPIs"), 100);
	page_row(w->p, PAGE_TABLE, heads, LY_COUNT(heads));
	cockpit_said(w);
	cockpit_gauges(w);
	cockpit_done(w);
	cockpit_templates(w);
	cockpit_differences(w);
}

/* ---- rota ---------------------------------------------------------------------------------------- */

static struct str
names_of(struct writing *w, const struct str *who, size_t n)
{
	const struct notice_conf *c = roster_conf(w->d->roster);
	struct buf b = BUF(2000);
	struct str out;

	for (size_t i = 0; i < n; i++) {
		const struct person_conf *p = person_find(c, who[i]);

		buf_addf(&b, "%s%.*s", i ? w->zh ? "、" : ", " : "",
			 STR_ARG(page_clean(w->a, p ? p->name : who[i], 30)));
	}
	out = n ? arena_str(w->a, buf_str(&b)) : f(w, "无人当值", "nobody");
	buf_release(&b);
	return out;
}

void
digest_rota(struct writing *w)
{
	const struct notice_conf *c = w->d->roster ? roster_conf(w->d->roster) : NULL;
	const struct schedule_conf *s = c ? c->schedules.v : NULL;

	if (!c || !c->schedules.n)
		return;
	page_add(w->p, PAGE_FOLD, f(w, "值班", "On shift"), 100);
	for (size_t i = 0; i < c->schedules.n && i < 20; i++) {
		struct str who[ROTA_MAX];
		size_t n = roster_who(w->d->roster, &s[i], w->d->made_at, who);
		struct str now = names_of(w, who, n);
		int64_t until =
			rota_next(roster_schedule(w->d->roster, &s[i]),
				  roster_schedule_zone(w->d->roster, &s[i]), w->d->made_at);

		if (until == INT64_MAX) {
			page_addf(w->p, PAGE_ITEM, w->zh ? "%.*s：%.*s" : "%.*s: %.*s",
				  STR_ARG(page_clean(w->a, s[i].name, 40)), STR_ARG(now));
			continue;
		}
		n = roster_who(w->d->roster, &s[i], until, who);
		page_addf(w->p, PAGE_ITEM,
			  w->zh ? "%.*s：%.*s，%.*s 起 %.*s" : "%.*s: %.*s, from %.*s %.*s",
			  STR_ARG(page_clean(w->a, s[i].name, 40)), STR_ARG(now),
			  STR_ARG(digest_local(w, until)), STR_ARG(names_of(w, who, n)));
	}
}

/* ---- sources, and what waited -------------------------------------------------------------------- */

void
digest_health(struct writing *w)
{
	const struct digest_day *d = w->d;

	page_add(w->p, PAGE_FOLD, f(w, "信源、延迟、积压", "Sources, lag, what waited"), 100);
	page_addf(w->p, PAGE_LINE,
		  w->zh ? "%s 个来源送来 %s 篇文档；拒收 %s 条；发布到入库的中位延迟 %s。"
			: "%s sources brought %s documents; %s rejected; median lag from "
			  "publication %s.",
		  k(w, KPI_SOURCES), k(w, KPI_DOCUMENTS), k(w, KPI_REJECTS), k(w, KPI_LAG));
	page_addf(w->p, PAGE_LINE,
		  w->zh ? "通知：计划 %s 条，送出 %s 条。" : "Notices: %s planned, %s sent.",
		  k(w, KPI_PLANNED), k(w, KPI_SENT));
	if (d->shed.times)
		page_addf(w->p, PAGE_LINE,
			  w->zh ? "曾过载：%s 次抓取推迟，涉及 %s 个信源；没有丢弃任何内容。"
				: "Overloaded for a time: %s polls of %s sources came later; "
				  "nothing was dropped.",
			  k(w, KPI_SHED), k(w, KPI_SHED_SOURCES));
	for (size_t i = 0; i < d->silent_n; i++)
		page_addf(w->p, PAGE_ITEM,
			  w->zh ? "%.*s：沉默，最后一次 %.*s" : "%.*s: silent, last heard %.*s",
			  STR_ARG(page_clean(w->a, d->silent[i].source, 60)),
			  STR_ARG(digest_local(w, d->silent[i].last_at)));
	if (d->silent_all > d->silent_n)
		page_addf(w->p, PAGE_SMALL,
			  w->zh ? "另有 %zu 个来源沉默。" : "%zu more sources are silent.",
			  d->silent_all - d->silent_n);
}

/* ---- how it was counted -------------------------------------------------------------------------- */

void
digest_definitions(struct writing *w)
{
	const struct digest_day *d = w->d;

	page_add(w->p, PAGE_FOLD, f(w, "口径与核对", "How it was counted"), 100);
	page_addf(w->p, PAGE_SMALL,
		  w->zh ? "窗口：%.*s 至 %.*s（%.*s）；数据截至第 %lld 次提交（as_of）。"
			: "Window: %.*s to %.*s (%.*s); as of commit %lld.",
		  STR_ARG(digest_local(w, d->from)), STR_ARG(digest_local(w, d->to)),
		  STR_ARG(page_clean(w->a, d->conf->zone.n ? d->conf->zone : w->env->site->zone,
				     60)),
		  (long long)d->as_of);
	page_say(w->p, PAGE_SMALL,
		 f(w,
		   "提及按发布时间归日；没有发布时间的按到达时间。超龄内容和自有账号不计。日报"
		   "发出后才到的算补录，只报条数，不改前一期。图中更早的日子按到达时间计。",
		   "A mention counts on the day it was published, else on the day it arrived. "
		   "Old items and our own accounts are left out. What came after the digest is "
		   "told as late and changes no earlier one. Earlier days of the charts count "
		   "by "
		   "arrival."));
	page_addf(w->p, PAGE_SMALL,
		  w->zh ? "负面不含推广、自有账号和说竞品的内容。不足 %d "
			  "条时只报条数，不算占比和净情感。"
			: "Negative leaves out promotion, our own voice and what is said of "
			  "rivals. "
			  "Under %d mentions: counts only, no shares, no net sentiment.",
		  DIGEST_SMALL);
	page_say(w->p, PAGE_SMALL,
		 f(w,
		   "每个数字带编号（f1…），langyan verify 文件名 "
		   "逐一复算，改动任何一个都会指出来；证据编号 m:… 是提及编号的前十二位。",
		   "Each figure carries an id (f1...): langyan verify FILE computes them again "
		   "and "
		   "names any that was changed. Evidence ids begin with m:."));
}
