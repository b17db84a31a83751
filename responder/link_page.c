/* link_page.c - what a person sees behind a signed link, in Chinese and English. */
#include "core/base.h"

#include "core/str.h"
#include "responder/link_page.h"
#include "responder/plain.h"

#define TITLE_MAX 80 /* code points */
#define WHY_MAX   160
#define WHO_MAX   60

/* The browser's own colours: right by day and in the dark. */
const char link_page_style[] =
	":root{color-scheme:light dark}"
	"body{font:17px/1.6 system-ui,sans-serif;margin:0}"
	"main{max-width:34rem;margin:0 auto;padding:1.5rem}"
	"h1{font-size:1.4rem;margin:.2rem 0}"
	"p{margin:.6rem 0}"
	".l1{border-left:.5rem solid #b58900;padding-left:.8rem}"
	".l2{border-left:.5rem solid #cb4b16;padding-left:.8rem}"
	".l3{border-left:.5rem solid #b00020;padding-left:.8rem}"
	"button{font:inherit;font-weight:bold;display:block;width:100%;margin:.6rem 0;"
	"padding:.8rem;border:0;border-radius:.4rem;background:#1a5fb4;color:#fff}";

const char link_page_policy[] =
	"default-src 'none'; style-src 'sha256-adnawH38FsGNL28HIYkZZynJ/wKZRdwI49E09XZ9oQk=';"
	" form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const char *const link_outcome_words[LINK_OUTCOMES] = {
	[LINK_SHOWN] = "shown",     [LINK_DONE] = "done",       [LINK_WRONG] = "wrong",
	[LINK_EXPIRED] = "expired", [LINK_USED] = "used",       [LINK_TAKEN] = "taken",
	[LINK_CLOSED] = "closed",   [LINK_RECUSED] = "recused", [LINK_NAMELESS] = "nameless",
	[LINK_LIMITED] = "limited",
};

/* %W: who, %T: when. */
static const struct say {
	int status;
	const char *zh, *en;
} says[LINK_OUTCOMES] = {
	[LINK_SHOWN] = { 200, "", "" },
	[LINK_DONE] = { 200, "", "" },
	[LINK_WRONG] = { 404,
			 "这个链接无效：可能没有复制完整，或者不是发给你的。请回到通知里重新打"
			 "开。",
			 "This link is not valid: it may have been cut short, or is not yours. "
			 "Please open it again from the notice." },
	[LINK_EXPIRED] = { 410,
			   "这个链接已经过期（有效期 72 "
			   "小时），什么都没有改变。请用更新的通知里的链接。",
			   "This link has expired (it lasts 72 hours). Nothing was changed. "
			   "Please use "
			   "the one in a newer notice." },
	[LINK_USED] = { 410, "这个链接已经用过：%W，%T。这次什么都没有改变。",
			"This link has been used by %W at %T. Nothing was changed this time." },
	[LINK_TAKEN] = { 409,
			 "%W 已经接手，到 %T 为止。什么都没有改变。要换人，请先和 TA 说好，"
			 "再用 langyan incident ack 接手。",
			 "%W has it, until %T. Nothing was changed. To take over, agree with "
			 "them "
			 "first, then use langyan incident ack." },
	[LINK_CLOSED] = { 410, "这件事已经结束，什么都没有改变。",
			  "This incident is over. Nothing was changed." },
	[LINK_RECUSED] = { 403, "这件事你需要回避，由你的代理人处理。什么都没有改变。",
			   "You are recused from this incident; your deputy acts. Nothing was "
			   "changed." },
	[LINK_NAMELESS] = { 400, "请先告诉我们你是谁。", "Please say first who you are." },
	[LINK_LIMITED] = { 429, "请求太频繁，请一分钟后再试。",
			   "Too many requests. Please try again in a minute." },
};
static const struct {
	const char *ask_zh, *ask_en, *done_zh, *done_en;
} verbs[LINK_VERBS] = {
	[LINK_TAKE] = { "接手后，升级停止，这件事由你负责一小时；期间有进展会自动延长。",
			"Once you take it the escalation stops and it is yours for an hour; "
			"working "
			"on it makes that longer.",
			"%W 已接手，到 %T 为止。", "%W has it now, until %T." },
	[LINK_ESCALATE] = { "立刻通知下一步的人，不管有没有人接手。",
			    "Whoever comes next is told at once, whether somebody has it or "
			    "not.",
			    "已通知下一步的人（%W）。",
			    "The next step has been told (by %W)." },
};

int
link_page_status(enum link_outcome o)
{
	return says[o].status;
}

static void
text_add(struct buf *b, struct str s, size_t max)
{
	struct buf plain = BUF(8192);

	plain_add(&plain, PLAIN_TEXT, s, max);
	plain_add_html(b, buf_str(&plain));
	buf_release(&plain);
}

static void
say_add(const struct link_page *p, struct buf *b, const char *lang, const char *text)
{
	if (!*text)
		return;
	buf_addf(b, "<p lang=\"%s\">", lang);
	for (const char *c = text; *c; c++) {
		if (c[0] == '%' && (c[1] == 'W' || c[1] == 'T'))
			text_add(b, *++c == 'W' ? p->who : p->when, WHO_MAX);
		else
			buf_add_byte(b, *c);
	}
	buf_add(b, STR("</p>\n"));
}

static void
button_add(const struct link_page *p, struct buf *b, const struct link_choice *who)
{
	const struct link_word *w = &link_words[p->verb];

	buf_add(b, STR("<button"));
	if (who) {
		buf_add(b, STR(" name=\"who\" value=\""));
		plain_add_html(b, who->key);
		buf_add_byte(b, '"');
	}
	buf_add_byte(b, '>');
	if (who) {
		buf_add(b, STR("我是 "));
		text_add(b, who->name, WHO_MAX);
		buf_add(b, STR(" · "));
	}
	buf_addf(b, "%s · %s</button>\n", w->zh, w->en);
}

static void
form_add(const struct link_page *p, struct buf *b)
{
	say_add(p, b, "zh", verbs[p->verb].ask_zh);
	say_add(p, b, "en", verbs[p->verb].ask_en);
	buf_add(b, STR("<form method=\"post\">\n"));
	if (p->people_n)
		buf_add(b, STR("<p lang=\"zh\">这个链接是发到群里的：你是谁？</p>\n"
			       "<p lang=\"en\">This link was sent to a group: who are "
			       "you?</p>\n"));
	for (size_t i = 0; i < p->people_n; i++)
		button_add(p, b, &p->people[i]);
	if (!p->people_n)
		button_add(p, b, NULL);
	buf_add(b, STR("</form>\n"));
}

static void
line_add(struct buf *b, const char *lang, struct str s, size_t max)
{
	if (!s.n)
		return;
	buf_addf(b, "<p lang=\"%s\">", lang);
	text_add(b, s, max);
	buf_add(b, STR("</p>\n"));
}

static void
about_add(const struct link_page *p, struct buf *b)
{
	static const char *const names[][2] = {
		{ "", "" }, { "监测", "monitor" }, { "研判", "assess" }, { "处置", "handle" }
	};
	int level = p->level >= 1 && p->level <= 3 ? (int)p->level : 0;

	buf_addf(b, "<div class=\"l%d\"><h1>", level);
	text_add(b, p->number, WHO_MAX);
	buf_addf(b, "</h1>\n<p>L%d %s %s</p>\n", level, names[level][0], names[level][1]);
	line_add(b, "zh", p->title, TITLE_MAX);
	line_add(b, "zh", p->why_zh, WHY_MAX);
	line_add(b, "en", p->why_en, WHY_MAX);
	buf_add(b, STR("</div>\n"));
}

void
link_page(const struct link_page *p, struct buf *b)
{
	const struct say *s = &says[p->outcome];

	buf_add(b,
		STR("<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		    "<meta name=\"robots\" content=\"noindex,nofollow\">\n<title>"));
	text_add(b, p->number.n ? p->number : STR("狼烟 Langyan"), WHO_MAX);
	buf_addf(b, "</title>\n<style>%s</style></head>\n<body><main>\n", link_page_style);
	if (p->number.n)
		about_add(p, b);
	say_add(p, b, "zh", p->outcome == LINK_DONE ? verbs[p->verb].done_zh : s->zh);
	say_add(p, b, "en", p->outcome == LINK_DONE ? verbs[p->verb].done_en : s->en);
	if (p->outcome == LINK_SHOWN || p->outcome == LINK_NAMELESS)
		form_add(p, b);
	buf_add(b, STR("</main></body></html>\n"));
}
