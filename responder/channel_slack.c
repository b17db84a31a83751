/* channel_slack.c - Slack's incoming webhook: a header, sections of at most 3,000 characters, buttons. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel_inside.h"

#define BODY_MAX     (1 << 20)
#define HEADER_MAX   140  /* of 150 */
#define SECTION_MOST 2900 /* of 3,000 */

static void
add_section(struct str text, struct buf *b)
{
	buf_add(b, STR(",{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\""));
	json_add_pair(b, "text", text);
	buf_add(b, STR("}}"));
}

static void
add_sections(const struct letter *l, const struct piece *x, struct buf *b)
{
	struct str rest = x->source;

	if (l->p->address.n && !x->i)
		add_section(str_of(arena_textf(l->a, "<@%.*s>", STR_ARG(l->p->address))), b);
	while (rest.n) {
		struct str part = text_cut(&rest, DIALECT_SLACK, MEASURE_UTF16, SECTION_MOST);
		struct buf text = BUF(BODY_MAX);

		if (!part.n)
			return;
		text_add(&text, DIALECT_SLACK, part);
		add_section(buf_str(&text), b);
		buf_release(&text);
	}
}

static void
add_buttons(const struct letter *l, const struct piece *x, struct buf *b)
{
	if (!piece_is_last(x) || !l->links_n)
		return;
	buf_add(b, STR(",{\"type\":\"actions\",\"elements\":["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_addf(b, "%s{\"type\":\"button\",\"text\":{\"type\":\"plain_text\"",
			 i ? "," : "");
		json_add_pair(b, "text", l->links[i].label);
		buf_add_byte(b, '}');
		json_add_pair(b, "url", l->links[i].url);
		buf_add_byte(b, '}');
	}
	buf_add(b, STR("]}"));
}

int
slack_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	    struct err *e)
{
	struct buf b = BUF(BODY_MAX), title = BUF(4096);

	letter_add_title(l, x, DIALECT_SLACK, &title);
	buf_add_byte(&b, '{');
	json_add_pair(&b, "text", buf_str(&title));
	buf_add(&b, STR(",\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\""));
	json_add_pair(&b, "text", utf8_head(buf_str(&title), HEADER_MAX));
	buf_add(&b, STR("}}"));
	add_sections(l, x, &b);
	add_buttons(l, x, &b);
	buf_add(&b, STR("]}"));
	q->url = hook_url(l, "https://hooks.slack.com", "/services/", "");
	q->counted = x->text;
	buf_release(&title);
	return request_json(l, q, &b, e);
}
