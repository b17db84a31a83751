/* sitrep_words.c - a situation report in words and as facts. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/sitrep.h"

#define TITLE_MAX 60 /* code points */
#define TEXT_MAX  (64 << 10)
#define CLAIM_MAX 80
#define LISTS_MAX 200

static const char *
say(const struct sitrep_words *w, const char *zh, const char *en)
{
	return w->zh ? zh : en;
}

/* "10:30", with the day when it is another than the report's. */
static void
add_time(const struct sitrep_words *w, struct buf *b, int64_t at)
{
	struct civil c = zone_civil(w->zone, at);

	if (zone_day(w->zone, at) != zone_day(w->zone, w->s->to_at))
		buf_addf(b, "%02d-%02d ", c.month, c.day);
	buf_addf(b, "%02d:%02d", c.hour, c.minute);
}

void
sitrep_subject(const struct sitrep_words *w, struct buf *b)
{
	buf_addf(b,
		 say(w, "[L%lld 处置] 态势快报 第 %lld 期",
		     "[L%lld handle] situation report %lld"),
		 (long long)w->m->level, (long long)w->s->n);
	if (!w->brief) {
		buf_add(b, str_of(say(w, "：", ": ")));
		plain_add(b, w->form, w->m->title.n ? w->m->title : w->m->watch_title,
			  TITLE_MAX);
	}
	buf_add(b, STR(" · "));
	buf_add(b, w->m->number);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static void
row_window(const struct sitrep_words *w, struct buf *b)
{
	add_time(w, b, w->s->from_at);
	buf_add(b, str_of(say(w, " 到 ", " to ")));
	add_time(w, b, w->s->to_at);
	buf_addf(b, say(w, "（截至第 %lld 次入库）", " (as of commit %lld)"),
		 (long long)w->s->to_seq);
}

void
sitrep_add_voices(const struct sitrep *s, bool zh, struct buf *b)
{
	buf_addf(b, zh ? "新增 %lld 条" : "%lld new", (long long)s->mentions);
	if (s->before >= 0)
		buf_addf(b, zh ? "（上一期 %lld 条）" : " (the report before: %lld)",
			 (long long)s->before);
	buf_addf(b,
		 zh ? "，其中负面 %lld 条、投诉 %lld 条；%lld 位作者，%lld 个来源"
		    : ", of these %lld negative and %lld complaints; %lld authors, %lld sites",
		 (long long)s->negative, (long long)s->complaints, (long long)s->authors,
		 (long long)s->sites);
}

void
sitrep_add_reach(const struct sitrep *s, bool zh, struct buf *b)
{
	buf_addf(b,
		 zh ? "作者的粉丝合计 %lld（已知的）；"
		    : "%lld followers in all (where known); ",
		 (long long)s->reach);
	if (s->rank)
		buf_addf(b, zh ? "热榜最高第 %lld 位" : "best place on a hot list: %lld",
			 (long long)s->rank);
	else
		buf_add(b, str_of(zh ? "没有上热榜" : "on no hot list"));
}

static void
row_voices(const struct sitrep_words *w, struct buf *b)
{
	sitrep_add_voices(w->s, w->zh, b);
}

static void
row_reach(const struct sitrep_words *w, struct buf *b)
{
	sitrep_add_reach(w->s, w->zh, b);
}

static const char *
truth_word(const struct sitrep_words *w, struct str truth)
{
	static const char *const words[][3] = {
		{ "unverified", "未核实", "unverified" },
		{ "true", "属实", "true" },
		{ "untrue", "不实", "untrue" },
		{ "partly", "部分属实", "partly true" },
	};

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_is(truth, words[i][0]))
			return words[i][w->zh ? 1 : 2];
	return words[0][w->zh ? 1 : 2];
}

static void
row_claims(const struct sitrep_words *w, struct buf *b)
{
	for (int64_t i = 0; i < w->s->claims_n && i < SITREP_SHOWN; i++) {
		const struct sitrep_claim *c = &w->s->claims[i];

		buf_add(b, i ? str_of(say(w, "；", "; ")) : STR(""));
		if (c->text.n)
			plain_add(b, w->form, c->text, CLAIM_MAX);
		else
			buf_add(b, str_of(say(w, "（已删除）", "(erased)")));
		buf_addf(b, say(w, "（%s）", " (%s)"), truth_word(w, c->truth));
	}
	if (w->s->claims_n > SITREP_SHOWN)
		buf_addf(b, say(w, "；另有 %lld 条", "; and %lld more"),
			 (long long)(w->s->claims_n - SITREP_SHOWN));
	if (!w->s->claims_n)
		buf_add(b, str_of(say(w, "还没有记下任何说法", "none is written down yet")));
}

static const char *
release_word(const struct sitrep_words *w, struct str kind)
{
	static const char *const words[][3] = {
		{ "statement", "情况说明", "first statement" },
		{ "full", "完整回应", "full response" },
		{ "update", "进展更新", "update" },
		{ "reply", "评论回复", "reply" },
		{ "staff_note", "员工通知", "note to staff" },
	};

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_is(kind, words[i][0]))
			return words[i][w->zh ? 1 : 2];
	return say(w, "回应", "a text");
}

static void
row_said(const struct sitrep_words *w, struct buf *b)
{
	const struct sitrep *s = w->s;

	if (!s->releases) {
		buf_add(b, str_of(say(w, "还没有对外发声", "nothing yet")));
		return;
	}
	buf_addf(b,
		 say(w, "共 %lld 次，本期 %lld 次；最近：%s，",
		     "%lld in all, %lld since the last "
		     "report; the newest: %s, "),
		 (long long)s->releases, (long long)s->released, release_word(w, s->last_kind));
	add_time(w, b, s->last_at);
}

static void
add_role(const struct sitrep_words *w, struct buf *b, struct str role)
{
	static const char *const words[][2] = {
		{ "lead", "运营" },           { "analyst", "数据" }, { "fixer", "产品" },
		{ "spokesperson", "发言人" }, { "legal", "法务" },   { "approver", "审批" },
	};

	for (size_t i = 0; w->zh && i < LY_COUNT(words); i++)
		if (str_is(role, words[i][0]))
			role = str_of(words[i][1]);
	plain_add(b, w->form, role, CLAIM_MAX);
}

static void
row_late(const struct sitrep_words *w, struct buf *b)
{
	if (!w->s->late_n)
		buf_add(b, str_of(say(w, "没有", "none")));
	else
		buf_addf(b, say(w, "%lld 项：", "%lld: "), (long long)w->s->late_n);
	for (int64_t i = 0; i < w->s->late_n && i < SITREP_SHOWN; i++) {
		const struct sitrep_task *t = &w->s->late[i];

		buf_add(b, i ? str_of(say(w, "；", "; ")) : STR(""));
		plain_add(b, w->form, t->what, CLAIM_MAX);
		buf_add(b, str_of(say(w, "（应在 ", " (due ")));
		add_time(w, b, t->due_at);
		buf_add(b, str_of(say(w, " 前，", ", ")));
		add_role(w, b, t->role);
		buf_add(b, str_of(say(w, "）", ")")));
	}
}

static void
row_promise(const struct sitrep_words *w, struct buf *b)
{
	if (!w->s->promise_at) {
		buf_add(b, str_of(say(w, "没有说过下次什么时候更新",
				      "no time of an update was promised")));
		return;
	}
	buf_add(b, str_of(say(w, "答应在 ", "an update by ")));
	add_time(w, b, w->s->promise_at);
	buf_add(b, str_of(w->s->promise_at < w->s->to_at
				  ? say(w, " 前更新：已经过时", ": that time is over")
				  : say(w, " 前更新", "")));
}

static void
row_owner(const struct sitrep_words *w, struct buf *b)
{
	if (w->owner.n)
		plain_add(b, w->form, w->owner, CLAIM_MAX);
	else
		buf_add(b, str_of(say(w, "还没有人", "nobody yet")));
}

static void
row_next(const struct sitrep_words *w, struct buf *b)
{
	add_time(w, b, w->s->next_at);
	buf_add(b, str_of(say(w, "，没有变化也会发", ", also when nothing has changed")));
}

static void
row_show(const struct sitrep_words *w, struct buf *b)
{
	buf_addf(b, "langyan incident show %.*s", STR_ARG(w->m->number));
}

/* Stands for the list of evidence. */
static void
row_evidence(const struct sitrep_words *w, struct buf *b)
{
	(void)w, (void)b;
}

struct row {
	const char *zh, *en;
	void (*add)(const struct sitrep_words *w, struct buf *b);
};
static const struct row whole[] = {
	{ "时段", "Time", row_window },       { "声量", "Voices", row_voices },
	{ "影响", "Reach", row_reach },       { "说法", "Claims", row_claims },
	{ "已发", "We said", row_said },      { "拖延", "Late", row_late },
	{ "承诺", "Promised", row_promise },  { "负责", "Owner", row_owner },
	{ "证据", "Evidence", row_evidence }, { "下一期", "Next report", row_next },
	{ "详情", "More", row_show },         { NULL, NULL, NULL },
};
static const struct row counts[] = {
	{ "时段", "Time", row_window },
	{ "声量", "Voices", row_voices },
	{ "下一期", "Next report", row_next },
	{ "详情", "More", row_show },
	{ NULL, NULL, NULL },
};
static const struct row secret[] = {
	{ "下一期", "Next report", row_next },
	{ "详情", "More", row_show },
	{ NULL, NULL, NULL },
};

static const struct row *
rows_of(const struct sitrep_words *w)
{
	return w->m->confidential ? secret : w->brief ? counts : whole;
}

/* The list of evidence is that of notices, so that an erased text is taken out of both alike. */
static struct notice_words
evidence_words(const struct sitrep_words *w)
{
	return (struct notice_words){
		.m = w->m, .zh = w->zh, .form = w->form, .zone = w->zone, .sent_at = w->s->to_at
	};
}

void
sitrep_body(const struct sitrep_words *w, struct buf *b)
{
	struct notice_words list = evidence_words(w);
	struct buf v = BUF(TEXT_MAX);

	sitrep_subject(w, b);
	buf_add(b, STR("\n\n"));
	for (const struct row *r = rows_of(w); r->add; r++) {
		if (r->add == row_evidence) {
			notice_evidence_text(&list, b);
			continue;
		}
		buf_clear(&v);
		r->add(w, &v);
		buf_addf(b, w->zh ? "%s　%s\n" : "%s: %s\n", w->zh ? r->zh : r->en, v.p);
	}
	buf_release(&v);
}

void
sitrep_html(const struct sitrep_words *w, struct buf *b)
{
	struct notice_words list = evidence_words(w);
	struct buf v = BUF(TEXT_MAX);

	buf_addf(
		b,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"></head><body "
		"style=\"font:15px/1.6 sans-serif;color:#222\">\n<p style=\"margin:0 0 "
		"12px;padding:8px 12px;background:#b00020;color:#fff;font-weight:bold\">",
		w->zh ? "zh" : "en");
	sitrep_subject(w, &v);
	plain_add_html(b, buf_str(&v));
	buf_add(b, STR("</p>\n<table style=\"border-collapse:collapse\">\n"));
	for (const struct row *r = rows_of(w); r->add; r++) {
		if (r->add == row_evidence) {
			if (w->m->evidence_n)
				notice_evidence_html(&list, b);
			continue;
		}
		buf_clear(&v);
		r->add(w, &v);
		notice_html_row(w->zh ? r->zh : r->en, b);
		plain_add_html(b, buf_str(&v));
		buf_add(b, STR("</td></tr>\n"));
	}
	buf_add(b, STR("</table>\n</body></html>\n"));
	buf_release(&v);
}

/* ---- facts ------------------------------------------------------------------------------------------ */

static const struct fact {
	const char *name;
	size_t at;
} figures[] = {
#define FACT(field)                                    \
	{                                              \
#field, offsetof(struct sitrep, field) \
	}
	FACT(n),        FACT(from_at),  FACT(to_at),      FACT(from_seq), FACT(to_seq),
	FACT(mentions), FACT(negative), FACT(complaints), FACT(authors),  FACT(sites),
	FACT(reach),    FACT(rank),     FACT(before),     FACT(entries),  FACT(claims_n),
	FACT(late_n),   FACT(releases), FACT(released),   FACT(last_at),  FACT(promise_at),
	FACT(next_at),
#undef FACT
};

void
sitrep_facts(const struct sitrep *s, struct buf *b)
{
	for (size_t i = 0; i < LY_COUNT(figures); i++) {
		int64_t v;

		memcpy(&v, (const char *)s + figures[i].at, sizeof v);
		buf_addf(b, "%s\"%s\":%lld", i ? "," : "", figures[i].name, (long long)v);
	}
	buf_add(b, STR(",\"watches\":["));
	for (size_t i = 0; i < s->watches.n; i++) {
		buf_add(b, i ? STR(",") : STR(""));
		json_add_text(b, s->watches.v[i]);
	}
	buf_add(b, STR("],\"claims\":["));
	for (int64_t i = 0; i < s->claims_n && i < SITREP_SHOWN; i++) {
		buf_addf(b, "%s{\"entry\":%lld,\"truth\":", i ? "," : "",
			 (long long)s->claims[i].entry);
		json_add_text(b, s->claims[i].truth);
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, ']');
}

int
sitrep_of_facts(const struct json *facts, struct arena *a, struct sitrep *s)
{
	const struct json *watches = json_get(facts, "watches"),
			  *claims = json_get(facts, "claims");

	*s = (struct sitrep){ .watches = { arena_alloc(a, LISTS_MAX * sizeof(struct str)),
					   0 } };
	for (size_t i = 0; i < LY_COUNT(figures); i++) {
		const struct json *j = json_get(facts, figures[i].name);
		int64_t v = json_int(j, 0);

		if (json_kind(j) != JSON_INT)
			return -1;
		memcpy((char *)s + figures[i].at, &v, sizeof v);
	}
	for (size_t i = 0; i < json_count(watches) && i < LISTS_MAX; i++)
		s->watches.v[s->watches.n++] = json_text(json_at(watches, i), STR(""));
	for (size_t i = 0; i < json_count(claims) && i < SITREP_SHOWN; i++) {
		const struct json *c = json_at(claims, i);

		s->claims[i].entry = json_int(json_get(c, "entry"), 0);
		s->claims[i].truth = json_text(json_get(c, "truth"), STR(""));
	}
	return 0;
}
