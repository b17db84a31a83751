/* report_sections.c - the sections of a report, one function each. See report.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/deadline.h"
#include "responder/digest_words.h"
#include "responder/measure_store.h"
#include "responder/report_inside.h"

#define ROWS_SHOWN 200 /* of a table; the rest is counted */
#define LINE       200 /* code points of one cell of people's words */
#define LONG       600
#define TEXT_SHOWN 1200 /* code points of a text that was released */

/* ---- words ----------------------------------------------------------------------------------------- */

static struct str
say(const struct reporting *r, const char *zh, const char *en)
{
	return str_of(r->zh ? zh : en);
}

static struct str
clean(const struct reporting *r, struct str s, size_t max)
{
	return page_clean(r->a, s, max);
}

static struct str
local(const struct reporting *r, int64_t at)
{
	struct buf b = BUF(64);
	struct str s;

	if (at)
		clock_add_local(&b, r->env->zone, at);
	else
		buf_add(&b, STR("—"));
	s = arena_str(r->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
head(const struct reporting *r, const char *zh, const char *en)
{
	page_say(r->p, PAGE_HEAD, say(r, zh, en));
}

/* A figure, marked. known false: "—". Ids go by the order of the calls, so each stands in a
 * statement of its own: the order of a call's arguments is the compiler's. */
static const char *
figure(const struct reporting *r, const char *name, enum figure_form form, bool known,
       int64_t value)
{
	size_t at = figure_add(
		r->f,
		&(struct figure){
			.name = name, .form = form, .known = known, .value = value, .n = -1 });

	return figure_mark(r->f, at, r->a);
}

static const char *
count(const struct reporting *r, const char *name, int64_t value)
{
	return figure(r, name, FIGURE_COUNT, true, value);
}

/* From one time to another; unknown when either has not come. */
static const char *
span(const struct reporting *r, const char *name, int64_t from, int64_t to)
{
	return figure(r, name, FIGURE_SPAN, from && to && to >= from, to - from);
}

static void
row(const struct reporting *r, enum page_kind kind, const struct str *cells, size_t n)
{
	struct page_cell v[8];

	for (size_t i = 0; i < n; i++)
		v[i] = (struct page_cell){ .text = cells[i] };
	page_row(r->p, kind, v, n);
}

static void
table(const struct reporting *r, const char *const *zh, const char *const *en, size_t n)
{
	struct str cells[8];

	for (size_t i = 0; i < n; i++)
		cells[i] = str_of(r->zh ? zh[i] : en[i]);
	row(r, PAGE_TABLE, cells, n);
}

static void
more(const struct reporting *r, size_t all)
{
	if (all > ROWS_SHOWN)
		page_addf(r->p, PAGE_SMALL, r->zh ? "另有 %zu 行未列出。" : "%zu more rows.",
			  all - ROWS_SHOWN);
}

static const char *const state_zh[] = { "无",     "监测", "研判中", "处置中",
					"观察中", "已结", "已并入" };

static struct str
state_word(const struct reporting *r, enum incident_state state)
{
	return str_of(r->zh ? state_zh[state] : incident_state_words[state]);
}

/* Is a value only for legal? A report may be read by anybody. */
static bool
is_hidden(const struct dossier_entry *x)
{
	return str_is(dossier_get(x, "view"), "legal");
}

static bool
is_of(const struct dossier_entry *x, const char *kind)
{
	return x->stands && str_is(x->kind, kind);
}

/* What an erased row shows in the place of its words. */
static struct str
words_of(const struct reporting *r, const struct dossier_entry *x, const char *name, size_t max)
{
	if (!x->value)
		return say(r, "（已删除）", "(erased)");
	if (is_hidden(x))
		return say(r, "（仅法务可见）", "(for legal only)");
	return clean(r, dossier_get(x, name), max);
}

/* ---- what happened ------------------------------------------------------------------------------- */

static struct str
title_of(const struct reporting *r)
{
	static const char *const zh[] = { "事件简报", "复盘报告", "案例" };
	static const char *const en[] = { "Incident brief", "After-action report", "Case" };
	const struct incident *i = &r->d->incident;

	return str_of(arena_textf(r->a, "%s %.*s %.*s", r->zh ? zh[r->q->kind] : en[r->q->kind],
				  STR_ARG(i->number), STR_ARG(clean(r, i->title, LINE))));
}

static void
verdict(struct reporting *r)
{
	const struct incident *i = &r->d->incident;
	struct str text;

	if (i->closed_at)
		text = str_of(arena_textf(
			r->a, r->zh ? "%.*s，最高 L%d，%.*s" : "%.*s, at most L%d, %.*s",
			STR_ARG(state_word(r, i->state)), (int)r->d->highest,
			STR_ARG(local(r, i->closed_at))));
	else
		text = str_of(arena_textf(r->a, "L%d %.*s", (int)i->level,
					  STR_ARG(state_word(r, i->state))));
	page_row(r->p, PAGE_VERDICT, &(struct page_cell){ .text = text }, 1)->mark =
		(int)(i->closed_at ? 0 : i->level);
}

static const struct dossier_move *
newest_firing(const struct dossier *d)
{
	for (size_t k = d->moves_n; k-- > 0;)
		if (d->moves[k].fired)
			return &d->moves[k];
	return NULL;
}

static const char *
net(const struct reporting *r, const char *name, const struct measured_tone *t)
{
	int64_t milli = t->mentions ? (t->positive - t->negative) * 1000 / t->mentions : 0;

	return figure(r, name, FIGURE_SIGNED, t->mentions >= REVERSAL_SMALL, milli);
}

static void
spread_line(struct reporting *r)
{
	const struct measured_tone *t = &r->d->spread;
	const char *mentions = count(r, "mentions", t->mentions);
	const char *negative = count(r, "negative", t->negative);

	page_addf(r->p, PAGE_LINE,
		  r->zh ? "截至 %.*s，整个监测方案：提及 %s 条，负面 %s 条，净情感 %s。"
			: "Until %.*s, of the whole watch: %s mentions, %s negative, net "
			  "sentiment %s.",
		  STR_ARG(local(r, r->d->spread_to)), mentions, negative, net(r, "net", t));
}

static void
first_line(struct reporting *r)
{
	static const char *const zh[] = { "不清楚", "外部先爆出", "我们先披露" };
	static const char *const en[] = { "not known", "somebody outside", "we ourselves" };
	const struct disclosure_seen *t = &r->d->told;
	enum disclosure by = disclosure_first(t->own_at, t->outside_at);

	page_addf(r->p, PAGE_LINE, r->zh ? "谁先说：%s。" : "Told first by: %s.",
		  r->zh ? zh[by] : en[by]);
}

/* What is behind the rows that were read may be of weight: a later state, a later claim. */
static void
left_out_line(struct reporting *r)
{
	const struct dossier *d = r->d;

	if (d->more.moves || d->more.entries)
		page_addf(r->p, PAGE_LINE,
			  r->zh ? "按每类最早的 %d 行叙述：状态变动 %zu 条、档案记录 %zu "
				  "条，其后的只计数。"
				: "Told by the first %d rows of each kind: of %zu moves and %zu"
				  " entries of the file the later ones are only counted.",
			  DOSSIER_ROWS, d->moves_n + d->more.moves,
			  d->entries_n + d->more.entries);
}

int
report_summary(struct reporting *r, struct err *e)
{
	const struct incident *i = &r->d->incident;
	const struct dossier_move *fired = newest_firing(r->d);

	(void)e;
	page_say(r->p, PAGE_TITLE, title_of(r));
	verdict(r);
	page_addf(r->p, PAGE_LINE,
		  r->zh ? "监测方案：%.*s；主题：%.*s；首条提及 %.*s；开立 %.*s。"
			: "Watch: %.*s; topic: %.*s; first mention %.*s; opened %.*s.",
		  STR_ARG(clean(r, watch_title(r->env, i->watch), 60)),
		  STR_ARG(i->topic.n ? clean(r, i->topic, 60) : STR("—")),
		  STR_ARG(local(r, i->first_mention_at)), STR_ARG(local(r, i->opened_at)));
	if (fired)
		page_add(r->p, PAGE_STRONG, r->zh ? fired->reason_zh : fired->reason_en, LONG);
	spread_line(r);
	first_line(r);
	left_out_line(r);
	if (i->closed_why.n)
		page_addf(r->p, PAGE_LINE, r->zh ? "结束原因：%.*s" : "Closed because: %.*s",
			  STR_ARG(clean(r, i->closed_why, LONG)));
	page_addf(r->p, PAGE_SMALL, r->zh ? "写于 %.*s。" : "Written %.*s.",
		  STR_ARG(local(r, r->d->made_at)));
	return 0;
}

/* ---- what is known ---------------------------------------------------------------------------------- */

static void
assessment_lines(struct reporting *r)
{
	for (size_t k = 0; k < r->d->entries_n; k++) {
		const struct dossier_entry *x = &r->d->entries[k];

		if (!is_of(x, "assessment"))
			continue;
		if (!x->value || is_hidden(x)) {
			page_say(r->p, PAGE_ITEM, words_of(r, x, "type", LINE));
			continue;
		}
		page_addf(r->p, PAGE_ITEM,
			  r->zh ? "研判（工作假设，不是结论）：类型 %.*s，类群 %s；自身过错 "
				  "%.*s；伤亡 %.*s。%.*s"
				: "Assessment (a working hypothesis, not a finding): %.*s, "
				  "cluster %s; own fault %.*s; injury %.*s. %.*s",
			  STR_ARG(clean(r, dossier_get(x, "type"), 40)),
			  cluster_words[r->d->cluster],
			  STR_ARG(clean(r, dossier_get(x, "fault"), 40)),
			  STR_ARG(clean(r, dossier_get(x, "injury"), 40)),
			  STR_ARG(clean(r, dossier_get(x, "note"), LONG)));
	}
}

int
report_facts_known(struct reporting *r, struct err *e)
{
	size_t at = r->p->n;

	(void)e;
	head(r, "已知与说法", "What is known, what is claimed");
	assessment_lines(r);
	for (size_t k = 0; k < r->d->entries_n; k++) {
		const struct dossier_entry *x = &r->d->entries[k];

		if (is_of(x, "fact"))
			page_addf(r->p, PAGE_ITEM,
				  r->zh ? "事实 %.*s：%.*s（%.*s）" : "Fact %.*s: %.*s (%.*s)",
				  STR_ARG(clean(r, x->key, 64)),
				  STR_ARG(words_of(r, x, "value", LINE)),
				  STR_ARG(clean(r, dossier_get(x, "status"), 40)));
		else if (is_of(x, "claim"))
			page_addf(r->p, PAGE_ITEM,
				  r->zh ? "说法 %.*s：%.*s（%.*s）%.*s"
					: "Claim %.*s: %.*s (%.*s) %.*s",
				  STR_ARG(clean(r, x->key, 20)),
				  STR_ARG(words_of(r, x, "text", LINE)),
				  STR_ARG(clean(r, dossier_get(x, "truth"), 40)),
				  STR_ARG(clean(r, dossier_get(x, "proof"), LINE)));
	}
	if (r->p->n == at + 1)
		page_say(r->p, PAGE_LINE,
			 say(r, "还没有人登记事实、说法或研判。",
			     "Nobody has entered facts, claims or an assessment."));
	return 0;
}

static struct str
evidence_title(struct reporting *r, const struct evidence *v)
{
	if (!v->erased.n)
		return clean(r, v->title.n ? v->title : v->body, 80);
	if (record_is_expired(v->erased))
		return say(r, DIGEST_TERM_ZH, DIGEST_TERM_EN);
	return say(r, "（已删除）", "(erased)");
}

int
report_evidence(struct reporting *r, struct err *e)
{
	static const char *const zh[] = { "站点", "标题", "证据" };
	static const char *const en[] = { "site", "title", "evidence" };
	size_t n = r->q->kind == REPORT_BRIEF && r->d->evidence_n > 3 ? 3 : r->d->evidence_n;

	(void)e;
	if (!n)
		return 0;
	head(r, "证据", "Evidence");
	table(r, zh, en, 3);
	for (size_t k = 0; k < n; k++) {
		const struct evidence *v = &r->d->evidence[k];

		page_row(r->p, PAGE_ROW,
			 (const struct page_cell[]){
				 { .text = clean(r, v->site, 60) },
				 { .text = evidence_title(r, v),
				   .url = v->erased.n ? STR("") : v->url },
				 { .text = digest_evidence_name(r->a, &v->mention) } },
			 3);
	}
	return 0;
}

/* ---- who did what --------------------------------------------------------------------------------- */

/* What stands in the time line beside the moves. */
static struct str
deed_of(struct reporting *r, const struct dossier_entry *x)
{
	if (!dossier_is_deed(x->kind, x->value))
		return STR("");
	if (str_is(x->kind, "release"))
		return str_of(arena_textf(r->a,
					  r->zh ? "发布 %.*s：%.*s，%.*s %.*s"
						: "release %.*s: %.*s, %.*s %.*s",
					  STR_ARG(clean(r, x->key, 20)),
					  STR_ARG(clean(r, dossier_get(x, "kind"), 40)),
					  STR_ARG(clean(r, dossier_get(x, "channel"), 60)),
					  STR_ARG(clean(r, dossier_get(x, "state"), 40))));
	if (str_is(x->kind, "note"))
		return str_of(arena_textf(r->a, r->zh ? "备注：%.*s" : "note: %.*s",
					  STR_ARG(words_of(r, x, "text", LINE))));
	return str_of(arena_textf(r->a, r->zh ? "说法 %.*s：%.*s" : "claim %.*s: %.*s",
				  STR_ARG(clean(r, x->key, 20)),
				  STR_ARG(clean(r, dossier_get(x, "truth"), 40))));
}

static void
move_row(struct reporting *r, const struct dossier_move *m)
{
	const struct str cells[] = {
		local(r, m->at),
		clean(r, m->event, 40),
		str_of(arena_textf(r->a, "L%d → L%d", (int)m->from_level, (int)m->to_level)),
		clean(r, m->actor, 60),
		clean(r, r->zh ? m->reason_zh : m->reason_en, LINE),
	};

	row(r, PAGE_ROW, cells, LY_COUNT(cells));
}

static void
deed_row(struct reporting *r, const struct dossier_entry *x, struct str deed)
{
	const struct str cells[] = { local(r, x->at), clean(r, x->kind, 40), STR(""),
				     clean(r, x->actor, 60), deed };

	row(r, PAGE_ROW, cells, LY_COUNT(cells));
}

int
report_timeline(struct reporting *r, struct err *e)
{
	static const char *const zh[] = { "时间", "事", "级别", "谁", "原因" };
	static const char *const en[] = { "time", "what", "level", "who", "why" };
	const struct dossier *d = r->d;
	size_t m = 0, n = 0;

	(void)e;
	head(r, "时间线：级别与原因", "Time line: levels and reasons");
	table(r, zh, en, LY_COUNT(zh));
	for (size_t k = 0; k < d->entries_n; k++) {
		struct str deed = deed_of(r, &d->entries[k]);

		for (; m < d->moves_n && d->moves[m].at <= d->entries[k].at; m++)
			if (n++ < ROWS_SHOWN)
				move_row(r, &d->moves[m]);
		if (deed.n && n++ < ROWS_SHOWN)
			deed_row(r, &d->entries[k], deed);
	}
	for (; m < d->moves_n; m++)
		if (n++ < ROWS_SHOWN)
			move_row(r, &d->moves[m]);
	more(r, n + d->more.moves + d->more.deeds);
	return 0;
}

/* The last word on each clock: it runs, was met, came late or was stopped. */
static struct str
clock_word(struct reporting *r, struct str state)
{
	static const struct {
		const char *state, *zh, *en;
	} words[] = { { "met", "按时", "in time" },
		      { "late", "超时", "late" },
		      { "stopped", "不再需要", "no longer wanted" },
		      { "running", "进行中", "runs" },
		      { "moved", "进行中（本机时钟拨回过）", "runs; our clock was set back" },
		      { "100", "已到期未完成", "due and not done" } };

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_is(state, words[i].state))
			return say(r, words[i].zh, words[i].en);
	return str_of(arena_textf(r->a, r->zh ? "已过 %.*s%%" : "%.*s%% gone",
				  STR_ARG(clean(r, state, 10))));
}

int
report_clocks(struct reporting *r, struct err *e)
{
	int64_t met = 0, late = 0;
	size_t at = r->p->n;
	const char *in_time;

	(void)e;
	head(r, "时限", "Clocks");
	for (size_t k = 0; k < r->d->entries_n; k++) {
		const struct dossier_entry *x = &r->d->entries[k];
		enum deadline_kind kind = deadline_of_word(x->key);
		struct str state = dossier_get(x, "state");

		if (!str_is(x->kind, "clock") || kind == DEADLINE_KINDS)
			continue;
		met += str_is(state, "met");
		late += str_is(state, "late");
		if (x->stands)
			page_addf(r->p, PAGE_ITEM,
				  r->zh ? "%s：%.*s，期限 %.*s" : "%s: %.*s, due %.*s",
				  r->zh ? deadline_rules[kind].zh : deadline_rules[kind].en,
				  STR_ARG(clock_word(r, state)),
				  STR_ARG(local(r, dossier_time(x, "due"))));
	}
	if (r->p->n == at + 1) {
		page_say(r->p, PAGE_LINE, say(r, "没有启动过时限。", "No clock has run."));
		return 0;
	}
	in_time = count(r, "clocks_met", met);
	page_addf(r->p, PAGE_LINE, r->zh ? "按时 %s 次，超时 %s 次。" : "In time %s, late %s.",
		  in_time, count(r, "clocks_late", late));
	return 0;
}

int
report_notices(struct reporting *r, struct err *e)
{
	static const char *const zh[] = { "计划", "送出", "级别", "类别", "收件人", "渠道" };
	static const char *const en[] = { "planned", "sent", "level", "kind", "to", "channel" };
	const struct dossier *d = r->d;
	int64_t sent = d->more.sent, acks = d->more.acks;
	const char *planned, *left, *taken;

	(void)e;
	head(r, "通知与确认", "Notices and acknowledgements");
	for (size_t k = 0; k < d->notices_n; k++)
		sent += d->notices[k].sent_at > 0;
	for (size_t k = 0; k < d->moves_n; k++) {
		if (!str_is(d->moves[k].event, "ack"))
			continue;
		acks++;
		page_addf(r->p, PAGE_ITEM, r->zh ? "%.*s 接手：%.*s" : "%.*s taken by %.*s",
			  STR_ARG(local(r, d->moves[k].at)),
			  STR_ARG(clean(r, d->moves[k].actor, 60)));
	}
	planned = count(r, "notices", (int64_t)(d->notices_n + d->more.notices));
	left = count(r, "notices_sent", sent);
	taken = count(r, "acks", acks);
	page_addf(r->p, PAGE_LINE,
		  r->zh ? "通知计划 %s 条，送出 %s 条；确认 %s 次；首次确认距首条通知送出 %s。"
			: "%s notices planned, %s sent; %s acknowledgements; the first came %s "
			  "after the first page was sent.",
		  planned, left, taken, span(r, "acknowledge", d->m.page_at, d->m.ack_at));
	if (!d->notices_n)
		return 0;
	table(r, zh, en, LY_COUNT(zh));
	for (size_t k = 0; k < d->notices_n && k < ROWS_SHOWN; k++) {
		const struct dossier_notice *n = &d->notices[k];
		const struct str cells[] = { local(r, n->created_at),
					     local(r, n->sent_at),
					     str_of(arena_textf(r->a, "L%d", (int)n->level)),
					     clean(r, n->kind, 40),
					     clean(r, n->recipient, 60),
					     clean(r, n->channel, 60) };

		row(r, PAGE_ROW, cells, LY_COUNT(cells));
	}
	more(r, d->notices_n + d->more.notices);
	return 0;
}

/* ---- what was said, and what came of it -------------------------------------------------------------- */

static int
text_lines(struct reporting *r, const struct dossier_entry *x, struct err *e)
{
	struct dossier_text t;
	struct id draft;
	int found = 0;

	page_addf(r->p, PAGE_STRONG, "%.*s. %.*s · %.*s · %.*s · %.*s",
		  STR_ARG(clean(r, x->key, 20)), STR_ARG(clean(r, dossier_get(x, "kind"), 40)),
		  STR_ARG(clean(r, dossier_get(x, "channel"), 60)),
		  STR_ARG(local(r, dossier_said_at(x))),
		  STR_ARG(clean(r, dossier_get(x, "state"), 40)));
	if (dossier_get(x, "approved_by").n || dossier_get(x, "how").n)
		page_addf(r->p, PAGE_LINE,
			  r->zh ? "审批：%.*s（需 %.*s 人；方式 %.*s）"
				: "Approved by: %.*s (%.*s wanted; %.*s)",
			  STR_ARG(clean(r, dossier_get(x, "approved_by"), LINE)),
			  STR_ARG(clean(r, dossier_get(x, "needed"), 10)),
			  STR_ARG(clean(r, dossier_get(x, "how"), 40)));
	if (id_from_hex(dossier_get(x, "draft"), &draft) == 0)
		found = dossier_text(r->env->store, &draft, r->a, &t, e);
	if (found < 0)
		return -1;
	if (found)
		page_addf(r->p, PAGE_SMALL,
			  r->zh ? "模板 %.*s，第 %lld 版，哈希 %.*s"
				: "Template %.*s, version %lld, hash %.*s",
			  STR_ARG(clean(r, t.template, 80)), (long long)t.version,
			  STR_ARG(clean(r, dossier_get(x, "hash"), 64)));
	if (r->q->kind != REPORT_BRIEF)
		page_add(r->p, PAGE_LINE, found ? t.text : dossier_get(x, "text"), TEXT_SHOWN);
	return 0;
}

int
report_texts(struct reporting *r, struct err *e)
{
	int64_t said = 0, approvals = 0;
	const char *releases, *yes, *first;

	head(r, "对外文本与审批", "What was said, and who approved it");
	for (size_t k = 0; k < r->d->entries_n; k++) {
		const struct dossier_entry *x = &r->d->entries[k];

		approvals += str_is(x->kind, "approval");
		if (!is_of(x, "release"))
			continue;
		said++;
		if (x->value && text_lines(r, x, e) < 0)
			return -1;
	}
	releases = count(r, "releases", said);
	yes = count(r, "approvals", approvals);
	first = span(r, "statement", r->d->m.first_mention_at, r->d->m.statement_at);
	page_addf(r->p, PAGE_LINE,
		  r->zh ? "发布 %s 次，审批 %s 次；首条提及到首次声明 %s，到完整回应 %s。"
			: "%s releases, %s approvals; from the first mention to the first "
			  "statement %s, to the full response %s.",
		  releases, yes, first,
		  span(r, "full", r->d->m.first_mention_at, r->d->m.full_at));
	return 0;
}

static struct str
turn_word(const struct reporting *r)
{
	static const char *const zh[] = { "没有完整回应，不判断", "观察窗口未结束，不判断",
					  "提及太少，不判断", "没有反转", "已反转" };
	static const char *const en[] = { "there was no full response, so it is not judged",
					  "its window is not over yet, so it is not judged",
					  "too little was said, so it is not judged",
					  "it did not turn", "it turned" };

	return say(r, zh[r->d->turn], en[r->d->turn]);
}

static void
tone_rows(struct reporting *r)
{
	static const char *const zh[] = { "窗口", "提及", "净情感" };
	static const char *const en[] = { "window", "mentions", "net sentiment" };
	static const char *const windows_zh[] = { "事前 28 天", "开立至完整回应",
						  "完整回应 6 小时后的 24 小时" };
	static const char *const windows_en[] = { "28 days before", "opened to full response",
						  "24 h from 6 h after it" };
	static const char *const names[][2] = { { "before", "net_before" },
						{ "low", "net_low" },
						{ "after", "net_after" } };

	table(r, zh, en, 3);
	for (int k = 0; k < 3; k++) {
		const struct measured_tone *t = &r->d->tones[k];
		const char *mentions = count(r, names[k][0], t->mentions);
		const struct str cells[] = {
			str_of(r->zh ? windows_zh[k] : windows_en[k]),
			str_of(mentions),
			str_of(net(r, names[k][1], t)),
		};

		row(r, PAGE_ROW, cells, 3);
	}
}

/* The team's own rate, so that one case is read beside the others. */
static int
team_line(struct reporting *r, struct err *e)
{
	struct conf_texts all = { NULL, 0 };
	struct measure_ask q = { .watches = &all, .made_at = r->d->made_at };
	struct measures m;
	const char *judged, *turned, *least;
	int64_t low = 0, high = 0;

	if (measure_read(r->env->store, &q, &m, e) < 0)
		return -1;
	if (m.judged)
		measure_wilson(m.turned, m.judged, &low, &high);
	judged = count(r, "judged", m.judged);
	turned = count(r, "turned", m.turned);
	least = figure(r, "turned_low", FIGURE_SHARE, m.judged > 0, low);
	page_addf(r->p, PAGE_LINE,
		  r->zh ? "团队 90 天：可判断 %s 起，反转 %s 起；95%% 区间 %s 至 "
			  "%s。先后不等于因果。"
			: "The team's 90 days: %s judged, %s turned; 95%% interval %s to %s. "
			  "What "
			  "came after is not because of it.",
		  judged, turned, least,
		  figure(r, "turned_high", FIGURE_SHARE, m.judged > 0, high));
	return 0;
}

int
report_measured(struct reporting *r, struct err *e)
{
	head(r, "效果", "What came of it");
	page_addf(r->p, PAGE_STRONG, r->zh ? "情绪反转：%.*s。" : "Reversal: %.*s.",
		  STR_ARG(turn_word(r)));
	page_addf(r->p, PAGE_LINE,
		  r->zh ? "发现用时（首条提及到首次触发）%s。"
			: "Detection (first mention to first firing): %s.",
		  span(r, "detection", r->d->m.first_mention_at, r->d->m.fired_at));
	if (r->d->turn >= DOSSIER_TOO_FEW)
		tone_rows(r);
	return r->q->kind == REPORT_AFTER_ACTION ? team_line(r, e) : 0;
}

/* ---- what people make of it ------------------------------------------------------------------------- */

int
report_lessons(struct reporting *r, struct err *e)
{
	static const struct {
		const char *side, *zh, *en;
	} sides[] = { { "well", "做得好的", "What went well" },
		      { "badly", "没做好的", "What went badly" },
		      { "change", "要改的", "What is to change" } };
	bool any = false;

	(void)e;
	for (size_t s = 0; s < LY_COUNT(sides); s++) {
		bool begun = false;

		for (size_t k = 0; k < r->d->entries_n; k++) {
			const struct dossier_entry *x = &r->d->entries[k];

			if (!is_of(x, "lesson") ||
			    !str_is(x->value ? dossier_get(x, "side") : STR("change"),
				    sides[s].side))
				continue;
			if (!begun)
				head(r, sides[s].zh, sides[s].en);
			begun = any = true;
			page_addf(r->p, PAGE_ITEM, r->zh ? "%.*s（%.*s）" : "%.*s (%.*s)",
				  STR_ARG(words_of(r, x, "text", LONG)),
				  STR_ARG(clean(r, x->actor, 60)));
		}
	}
	if (!any && r->q->kind == REPORT_AFTER_ACTION) {
		head(r, "经验教训", "Lessons");
		page_addf(r->p, PAGE_LINE,
			  r->zh ? "还没有人写：langyan case lesson %.*s --side "
				  "well|badly|change --text …"
				: "Nobody has written any: langyan case lesson %.*s --side "
				  "well|badly|change --text …",
			  STR_ARG(r->d->incident.number));
	}
	return 0;
}

int
report_tasks(struct reporting *r, struct err *e)
{
	size_t at = r->p->n;

	(void)e;
	head(r, "未完成的任务", "Open tasks");
	for (size_t k = 0; k < r->d->entries_n; k++) {
		const struct dossier_entry *x = &r->d->entries[k];

		if (!is_of(x, "task") || !str_is(dossier_get(x, "state"), "open"))
			continue;
		page_addf(r->p, PAGE_ITEM,
			  r->zh ? "%.*s：%.*s（%.*s），期限 %.*s"
				: "%.*s: %.*s (%.*s), due %.*s",
			  STR_ARG(clean(r, x->key, 40)), STR_ARG(words_of(r, x, "what", LINE)),
			  STR_ARG(clean(r, dossier_get(x, "role"), 40)),
			  STR_ARG(local(r, dossier_time(x, "due"))));
	}
	if (r->p->n == at + 1)
		page_say(r->p, PAGE_LINE, say(r, "没有。", "None."));
	return 0;
}

int
report_counted(struct reporting *r, struct err *e)
{
	(void)e;
	page_say(r->p, PAGE_SMALL,
		 say(r,
		     "每个数字带编号（f1…），langyan verify 文件名 "
		     "逐一复算，改动任何一个都会指出来。"
		     "提及按小时汇总、到达时间计，只算完整的小时；不足 30 条不算净情感。",
		     "Each figure carries an id (f1...): langyan verify FILE computes them "
		     "again "
		     "and names any that was changed. Mentions are counted by whole hours of "
		     "arrival; under 30 there is no net sentiment."));
	return 0;
}
