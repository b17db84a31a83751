#include "core/base.h"

#include "core/document.h"
#include "core/str.h"
#include "responder/notice_text.h"

#define TITLE_MAX  60 /* code points */
#define SITE_MAX   40
#define REASON_MAX 300
#define NAMES_MAX  120
#define TEXT_MAX   (64 << 10)

static const char *
say(const struct notice_words *w, const char *zh, const char *en)
{
	return w->zh ? zh : en;
}

static void
add_plain(const struct notice_words *w, struct buf *b, struct str s, size_t max)
{
	plain_add(b, w->form, s, max);
}

static const char *
level_name(const struct notice_words *w)
{
	static const char *const names[][2] = {
		{ "", "" }, { "监测", "monitor" }, { "研判", "assess" }, { "处置", "handle" }
	};
	int64_t level = w->m->level >= 1 && w->m->level <= 3 ? w->m->level : 0;

	return names[level][!w->zh];
}

/* "21:40", with the day when it is another than that of the notice: "03-14 21:40". */
static void
add_time(const struct notice_words *w, struct buf *b, int64_t at)
{
	struct civil c = zone_civil(w->zone, at);

	if (zone_day(w->zone, at) != zone_day(w->zone, w->sent_at))
		buf_addf(b, "%02d-%02d ", c.month, c.day);
	buf_addf(b, "%02d:%02d", c.hour, c.minute);
}

void
notice_subject(const struct notice_words *w, struct buf *b)
{
	const struct matter *m = w->m;

	if (w->kind == WORDS_CLEAR)
		buf_addf(b, "[%s] ", say(w, "已结束", "over"));
	else
		buf_addf(b, "[L%lld %s] ", (long long)m->level, level_name(w));
	if (!w->brief)
		add_plain(w, b, m->title.n ? m->title : m->watch_title, TITLE_MAX);
	if (!w->brief && w->kind == WORDS_PAGE && w->unanswered)
		buf_add(b, str_of(say(w, "（无人确认）", " (unanswered)")));
	if (!w->brief && w->warns)
		buf_add(b, str_of(say(w, "（时限提醒）", " (deadline)")));
	if (!w->brief)
		buf_add(b, STR(" · "));
	buf_add(b, m->number);
}

/* ---- rows: what stands behind each label; an empty one is left out -------------------------- */

static void
row_why(const struct notice_words *w, struct buf *b)
{
	add_plain(w, b, w->zh ? w->m->reason_zh : w->m->reason_en, REASON_MAX);
}

static void
row_now(const struct notice_words *w, struct buf *b)
{
	add_plain(w, b, w->why_now, REASON_MAX);
}

static void
row_since(const struct notice_words *w, struct buf *b)
{
	const struct matter *m = w->m;

	buf_add(b, str_of(say(w, "最早一条 ", "first seen ")));
	add_time(w, b, m->first_mention_at);
	buf_add(b, str_of(say(w, "，立案 ", ", opened ")));
	add_time(w, b, m->opened_at);
	buf_addf(b, say(w, "，预警 W%lld", ", grade W%lld"), (long long)m->grade);
	if (m->safety)
		buf_add(b, str_of(say(w, "，涉及人身安全", ", people's safety is concerned")));
}

static void
row_owner(const struct notice_words *w, struct buf *b)
{
	if (w->owner.n)
		add_plain(w, b, w->owner, NAMES_MAX);
	else
		buf_add(b, str_of(say(w, "还没有人", "nobody yet")));
}

static void
row_clock(const struct notice_words *w, struct buf *b)
{
	if (!w->answer_at)
		return;
	buf_add(b, str_of(say(w, "请在 ", "take it by ")));
	add_time(w, b, w->answer_at);
	buf_add(b, str_of(say(w, " 前确认；否则", "; else ")));
	if (w->next.n) {
		buf_add(b, str_of(say(w, "通知 ", "next to be told: ")));
		add_plain(w, b, w->next, NAMES_MAX);
	} else if (w->m->level == 1) {
		buf_add(b, str_of(say(w, "不再催，只留在清单里", "it only stays on the list")));
	} else if (w->m->level == 2) {
		buf_add(b, str_of(say(w, "升为 L3", "it becomes L3")));
	} else {
		buf_add(b, str_of(say(w, "再通知一遍，直到有人接手",
				      "you are told again until somebody takes it")));
	}
}

/* What somebody who has done this before does first. */
static void
row_first(const struct notice_words *w, struct buf *b)
{
	static const struct {
		const char *zh, *en;
	} first[] = {
		{ "", "" },
		{ "看原文：是不是说我们、有没有人在等答复。今天内处理，不用对外发声。",
		  "Read the originals: is it about us, is somebody waiting for an answer? "
		  "Today is "
		  "soon enough; nothing public." },
		{ "30 "
		  "分钟内给出研判：是否属实、谁在传、要不要回应。研判之前不逐条回评，不删帖。",
		  "Assess within 30 minutes: is it true, who spreads it, does it need an "
		  "answer? "
		  "Until then reply to nobody and delete nothing." },
		{ "先核事实、保护人；30 "
		  "分钟内发情况说明（已知、未知、正在做什么、下次更新时间）。"
		  "只由发言人对外。",
		  "Facts and people's safety first; a holding statement within 30 minutes: "
		  "known, "
		  "not known, being done, next update. Only the spokesperson speaks." },
	};
	int64_t level = w->m->level >= 1 && w->m->level <= 3 ? w->m->level : 0;

	buf_add(b, str_of(say(w, first[level].zh, first[level].en)));
}

/* By one touch where there is an address that people reach; by code everywhere. */
static void
row_take(const struct notice_words *w, struct buf *b)
{
	if (w->take_url.n)
		buf_addf(b, "%.*s%s", STR_ARG(w->take_url), say(w, " ，或 ", " , or "));
	buf_addf(b, "langyan incident ack %.*s --code %.*s", STR_ARG(w->m->number),
		 STR_ARG(w->code));
	if (w->reply == REPLY_MAIL)
		buf_addf(b,
			 say(w, "，或回复本邮件，第一行只写 %.*s",
			     ", or reply to this mail with %.*s alone on its first line"),
			 STR_ARG(w->code));
	if (w->reply == REPLY_CHAT)
		buf_addf(b, say(w, "，或在这里发送 %.*s", ", or send %.*s here"),
			 STR_ARG(w->code));
}

static void
row_escalate(const struct notice_words *w, struct buf *b)
{
	buf_add(b, w->escalate_url);
}

static void
row_link(const struct notice_words *w, struct buf *b)
{
	if (w->public_url.n)
		buf_addf(b, "%.*s/incidents/%.*s", STR_ARG(w->public_url),
			 STR_ARG(w->m->number));
	else
		buf_addf(b, "langyan incident show %.*s", STR_ARG(w->m->number));
}

static const char *
class_name(const struct notice_words *w, int class)
{
	static const char *const zh[CLASS_COUNT] = {
		[CLASS_NEWS] = "新闻",     [CLASS_SOCIAL] = "社交", [CLASS_FORUM] = "论坛",
		[CLASS_VIDEO] = "短视频",  [CLASS_OWNED] = "自有",  [CLASS_COMPLAINT] = "投诉",
		[CLASS_OFFICIAL] = "官方", [CLASS_REVIEW] = "评价", [CLASS_OTHER] = "其他",
	};
	static const char *const en[CLASS_COUNT] = {
		[CLASS_NEWS] = "news",         [CLASS_SOCIAL] = "social",
		[CLASS_FORUM] = "forums",      [CLASS_VIDEO] = "short video",
		[CLASS_OWNED] = "owned",       [CLASS_COMPLAINT] = "complaints",
		[CLASS_OFFICIAL] = "official", [CLASS_REVIEW] = "reviews",
		[CLASS_OTHER] = "other",
	};

	return w->zh ? zh[class] : en[class];
}

/* What we hear, and what we do not: silence of a platform may be our own blindness. */
static void
row_coverage(const struct notice_words *w, struct buf *b)
{
	bool any = false, none = false;

	for (int i = 0; i < CLASS_COUNT; i++) {
		if (!w->m->heard[i])
			continue;
		buf_addf(b, "%s%s %lld",
			 any ? say(w, "、", ", ") : say(w, "近 24 小时 ", "last 24 h: "),
			 class_name(w, i), (long long)w->m->heard[i]);
		any = true;
	}
	for (int i = 0; i < CLASS_COUNT; i++) {
		if (w->m->heard[i] || i == CLASS_OWNED || i == CLASS_OTHER)
			continue;
		if (!none)
			buf_add(b, str_of(any ? say(w, "；没有收到：", "; nothing from: ")
					      : say(w, "近 24 小时没有收到：",
						    "last 24 h, nothing from: ")));
		buf_addf(b, "%s%s", none ? say(w, "、", ", ") : "", class_name(w, i));
		none = true;
	}
	if (none)
		buf_add(b, str_of(say(w, "（没人说，或没接入）", " (silent, or not covered)")));
}

/* We hear later than usual. */
static void
row_shed(const struct notice_words *w, struct buf *b)
{
	if (!w->m->shed_at)
		return;
	buf_add(b, str_of(say(w, "自 ", "since ")));
	add_time(w, b, w->m->shed_at);
	buf_add(b, str_of(say(w, " 起处理不过来，普通信源改为少抓；已收到的照常处理",
			      " ordinary sources are asked less often; what came in is worked "
			      "on as ever")));
}

static void
row_ended(const struct notice_words *w, struct buf *b)
{
	add_time(w, b, w->m->closed_at);
	buf_add(b, str_of(say(w, " 结束，立案于 ", ", opened ")));
	add_time(w, b, w->m->opened_at);
}

static void
row_ended_why(const struct notice_words *w, struct buf *b)
{
	add_plain(w, b, w->zh ? w->m->closed_why_zh : w->m->closed_why_en, REASON_MAX);
}

static void
row_counts(const struct notice_words *w, struct buf *b)
{
	buf_addf(b, say(w, "W%lld，%lld 条", "W%lld, %lld mentions"), (long long)w->m->grade,
		 (long long)w->m->evidence_total);
}

/* Stands for the evidence list: rendered by its own functions. */
static void
row_evidence(const struct notice_words *w, struct buf *b)
{
	(void)w, (void)b;
}

struct row {
	const char *zh, *en;
	void (*add)(const struct notice_words *w, struct buf *b);
};
static const struct row page_rows[] = {
	{ "为什么", "Why", row_why },     { "现在", "Now", row_now },
	{ "先做", "First", row_first },   { "时限", "Clock", row_clock },
	{ "接手", "Take it", row_take },  { "升级", "Escalate", row_escalate },
	{ "负责", "Owner", row_owner },   { "证据", "Evidence", row_evidence },
	{ "起因", "Since", row_since },   { "覆盖", "Coverage", row_coverage },
	{ "过载", "Overload", row_shed }, { NULL, NULL, NULL },
};
static const struct row clear_rows[] = {
	{ "结束", "Over", row_ended },  { "原因", "Because", row_ended_why },
	{ "当时", "It was", row_why },  { "负责", "Owner", row_owner },
	{ "记录", "Record", row_link }, { NULL, NULL, NULL },
};
static const struct row brief_rows[] = {
	{ "数量", "Counts", row_counts },
	{ "时限", "Clock", row_clock },
	{ "接手", "Take it", row_take },
	{ "升级", "Escalate", row_escalate },
	{ NULL, NULL, NULL },
};
static const struct row secret_rows[] = {
	{ "接手", "Take it", row_take },
	{ "升级", "Escalate", row_escalate },
	{ NULL, NULL, NULL },
};
static const struct row brief_clear_rows[] = {
	{ "记录", "Record", row_link },
	{ NULL, NULL, NULL },
};

static const struct row *
rows_of(const struct notice_words *w)
{
	if (w->kind == WORDS_CLEAR)
		return w->brief ? brief_clear_rows : clear_rows;
	if (w->m->confidential)
		return secret_rows;
	return w->brief ? brief_rows : page_rows;
}

void
notice_body(const struct notice_words *w, struct buf *b)
{
	struct buf v = BUF(TEXT_MAX);

	notice_subject(w, b);
	buf_add(b, STR("\n\n"));
	for (const struct row *r = rows_of(w); r->add; r++) {
		if (r->add == row_evidence) {
			notice_evidence_text(w, b);
			continue;
		}
		buf_clear(&v);
		r->add(w, &v);
		if (v.n)
			buf_addf(b, w->zh ? "%s　%s\n" : "%s: %s\n", w->zh ? r->zh : r->en,
				 v.p);
	}
	buf_release(&v);
}

/* ---- HTML: tables and inline styles, as mail programs want it ------------------------------- */

/* A link of ours, as something to touch. */
static struct str
button_url(const struct notice_words *w, const struct row *r)
{
	return r->add == row_take       ? w->take_url
	       : r->add == row_escalate ? w->escalate_url
					: STR("");
}

static void
html_button(const char *label, struct str url, const char *color, struct buf *b)
{
	buf_add(b, STR("<a href=\""));
	plain_add_html(b, url);
	buf_addf(b,
		 "\" style=\"display:inline-block;padding:8px 16px;background:%s;color:#fff;"
		 "font-weight:bold;text-decoration:none\">%s</a><br>\n",
		 color, label);
}

void
notice_html(const struct notice_words *w, struct buf *b)
{
	static const char *const colors[] = { "#555", "#b58900", "#cb4b16", "#b00020" };
	int64_t level =
		w->kind == WORDS_CLEAR || w->m->level < 1 || w->m->level > 3 ? 0 : w->m->level;
	struct buf v = BUF(TEXT_MAX);

	buf_addf(
		b,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"></head><body "
		"style=\"font:15px/1.6 sans-serif;color:#222\">\n<p style=\"margin:0 0 "
		"12px;padding:8px 12px;background:%s;color:#fff;font-weight:bold\">",
		w->zh ? "zh" : "en", colors[level]);
	notice_subject(w, &v);
	plain_add_html(b, buf_str(&v));
	buf_add(b, STR("</p>\n<table style=\"border-collapse:collapse\">\n"));
	for (const struct row *r = rows_of(w); r->add; r++) {
		if (r->add == row_evidence) {
			if (w->m->evidence_n)
				notice_evidence_html(w, b);
			continue;
		}
		buf_clear(&v);
		r->add(w, &v);
		if (!v.n)
			continue;
		notice_html_row(w->zh ? r->zh : r->en, b);
		if (button_url(w, r).n)
			html_button(w->zh ? r->zh : r->en, button_url(w, r), colors[level], b);
		plain_add_html(b, buf_str(&v));
		buf_add(b, STR("</td></tr>\n"));
	}
	buf_add(b, STR("</table>\n</body></html>\n"));
	buf_release(&v);
}
