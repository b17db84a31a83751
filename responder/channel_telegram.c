/* channel_telegram.c - Telegram's sendMessage, as HTML: only & < > need an escape. */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/link.h"

#define BODY_MAX (1 << 20)

/* Without an address to touch a button says the code, as if it were written. */
static void
add_buttons(const struct letter *l, struct buf *b)
{
	static const char *const verbs[LINK_VERBS] = {
		[LINK_TAKE] = "take", [LINK_ESCALATE] = "escalate"
	};
	struct str code = letter_fact(l, "code");

	if (!l->c->answers || !code.n)
		return;
	buf_add(b, STR(",\"reply_markup\":{\"inline_keyboard\":[["));
	for (int v = 0; v < LINK_VERBS; v++)
		buf_addf(b, "%s{\"text\":\"%s · %s\",\"callback_data\":\"%s %.*s\"}",
			 v ? "," : "", link_words[v].zh, link_words[v].en, verbs[v],
			 STR_ARG(code));
	buf_add(b, STR("]]}"));
}

static void
add_keyboard(const struct letter *l, const struct piece *x, struct buf *b)
{
	if (!piece_is_last(x))
		return;
	if (!l->links_n) {
		add_buttons(l, b);
		return;
	}
	buf_add(b, STR(",\"reply_markup\":{\"inline_keyboard\":[["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_add(b, i ? STR(",{") : STR("{"));
		json_add_pair(b, "text", l->links[i].label);
		json_add_pair(b, "url", l->links[i].url);
		buf_add_byte(b, '}');
	}
	buf_add(b, STR("]]}"));
}

int
telegram_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	       struct err *e)
{
	struct buf b = BUF(BODY_MAX), text = BUF(BODY_MAX);

	buf_add(&text, STR("<b>"));
	letter_add_title(l, x, DIALECT_HTML, &text);
	buf_addf(&text, "</b>\n%.*s", STR_ARG(x->text));
	buf_add_byte(&b, '{');
	json_add_pair(&b, "chat_id", l->p->address.n ? l->p->address : l->c->chat);
	if (l->c->thread)
		buf_addf(&b, ",\"message_thread_id\":%lld", (long long)l->c->thread);
	json_add_pair(&b, "text", buf_str(&text));
	buf_addf(&b,
		 ",\"parse_mode\":\"HTML\",\"disable_web_page_preview\":true,"
		 "\"disable_notification\":%s",
		 l->p->level ? "false" : "true");
	add_keyboard(l, x, &b);
	buf_add_byte(&b, '}');
	q->url = hook_url(l, "https://api.telegram.org", "/bot", "/sendMessage");
	q->counted = arena_str(l->a, buf_str(&text));
	buf_release(&text);
	return request_json(l, q, &b, e);
}
