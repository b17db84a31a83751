/*
 * channel_wecom.c - 企业微信: a group's robot. Its limits count bytes of the content: 4,096 of
 * markdown, which calls members by their id, 2,048 of text, which calls mobile numbers as well.
 */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"

#define BODY_MAX  (1 << 20)
#define TEXT_MOST 2000

static bool
is_mobile(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == 11;
}

void
wecom_form(struct letter *l)
{
	if (!is_mobile(l->p->address))
		return;
	l->dialect = DIALECT_TWINS;
	l->limit.most = TEXT_MOST;
}

int
wecom_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	    struct err *e)
{
	static const char *const colours[] = { "info", "comment", "warning", "warning" };
	int64_t level = l->p->level >= 1 && l->p->level <= 3 ? l->p->level : 0;
	bool plain = l->dialect == DIALECT_TWINS;
	struct buf b = BUF(BODY_MAX), content = BUF(BODY_MAX);

	if (!plain)
		buf_addf(&content, "<font color=\"%s\">", colours[level]);
	letter_add_title(l, x, l->dialect, &content);
	buf_addf(&content, "%s\n%.*s", plain ? "" : "</font>", STR_ARG(x->text));
	letter_add_links(l, x, l->dialect, &content);
	if (!plain && l->p->address.n && !x->i)
		buf_addf(&content, "\n<@%.*s>", STR_ARG(l->p->address));
	buf_addf(&b, "{\"msgtype\":\"%s\",\"%s\":{", plain ? "text" : "markdown",
		 plain ? "text" : "markdown");
	json_add_pair(&b, "content", buf_str(&content));
	if (plain && !x->i) {
		buf_add(&b, STR(",\"mentioned_mobile_list\":["));
		json_add_text(&b, l->p->address);
		buf_add_byte(&b, ']');
	}
	buf_add(&b, STR("}}"));
	q->url = hook_url(l, "https://qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key=", "");
	q->counted = arena_str(l->a, buf_str(&content));
	buf_release(&content);
	return request_json(l, q, &b, e);
}
