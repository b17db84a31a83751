/*
 * channel_dingtalk.c - 钉钉: a group's robot. Signed in the query, with the time in milliseconds;
 * whoever is called stands in the text, too; a card with buttons cannot call anybody.
 */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"

#define BODY_MAX (1 << 20)

void
dingtalk_sign(struct str secret, int64_t wall_ms, struct buf *out)
{
	struct buf message = BUF(8192);

	buf_addf(&message, "%lld\n%.*s", (long long)wall_ms, STR_ARG(secret));
	sign_base64(secret, buf_str(&message), out);
	buf_release(&message);
}

static struct str
signed_url(const struct letter *l)
{
	struct buf sign = BUF(200), tail = BUF(400);
	long long ms = (long long)l->wall_at * 1000;
	struct str url;

	if (l->c->secret.n) {
		dingtalk_sign(l->c->secret, ms, &sign);
		buf_addf(&tail, "timestamp=%lld&sign=", ms);
		url_add_percent(&tail, buf_str(&sign));
	}
	url = hook_url(l, "https://oapi.dingtalk.com", "/robot/send?access_token=", tail.p);
	buf_release(&sign);
	buf_release(&tail);
	return url;
}

static bool
is_mobile(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '+' && s.p[i] != '-')
			return false;
	return s.n >= 8;
}

static void
add_text(const struct letter *l, const struct piece *x, struct str title, struct buf *text)
{
	buf_addf(text, "### %.*s\n\n%.*s", STR_ARG(title), STR_ARG(x->text));
	if (l->c->keyword.n && str_find(buf_str(text), l->c->keyword) < 0)
		buf_addf(text, "\n\n%.*s", STR_ARG(l->c->keyword));
	if (l->p->address.n && !x->i)
		buf_addf(text, "\n\n@%.*s", STR_ARG(l->p->address));
}

static void
add_markdown(const struct letter *l, const struct piece *x, struct str title, struct str text,
	     struct buf *b)
{
	bool mobile = is_mobile(l->p->address), called = l->p->address.n && !x->i;

	buf_add(b, STR("{\"msgtype\":\"markdown\",\"markdown\":{"));
	json_add_pair(b, "title", title);
	json_add_pair(b, "text", text);
	buf_add(b, STR("},\"at\":{\"atMobiles\":["));
	if (called && mobile)
		json_add_text(b, l->p->address);
	buf_add(b, STR("],\"atUserIds\":["));
	if (called && !mobile)
		json_add_text(b, l->p->address);
	buf_add(b, STR("],\"isAtAll\":false}}"));
}

static void
add_action_card(const struct letter *l, struct str title, struct str text, struct buf *b)
{
	buf_add(b, STR("{\"msgtype\":\"actionCard\",\"actionCard\":{"));
	json_add_pair(b, "title", title);
	json_add_pair(b, "text", text);
	buf_add(b, STR(",\"btnOrientation\":\"0\",\"btns\":["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_add(b, i ? STR(",{") : STR("{"));
		json_add_pair(b, "title", l->links[i].label);
		json_add_pair(b, "actionURL", l->links[i].url);
		buf_add_byte(b, '}');
	}
	buf_add(b, STR("]}}"));
}

int
dingtalk_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	       struct err *e)
{
	struct buf b = BUF(BODY_MAX), title = BUF(4096), text = BUF(BODY_MAX);
	bool card = l->links_n && piece_is_last(x) && !l->p->address.n;

	letter_add_title(l, x, DIALECT_PARAGRAPHS, &title);
	add_text(l, x, buf_str(&title), &text);
	if (!card)
		letter_add_links(l, x, DIALECT_PARAGRAPHS, &text);
	if (card)
		add_action_card(l, buf_str(&title), buf_str(&text), &b);
	else
		add_markdown(l, x, buf_str(&title), buf_str(&text), &b);
	q->url = signed_url(l);
	buf_release(&title);
	buf_release(&text);
	return request_json(l, q, &b, e);
}
