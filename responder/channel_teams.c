/* channel_teams.c - Microsoft Teams by a workflow's address: an adaptive card. */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"

#define BODY_MAX (1 << 20)

static void
add_block(struct str text, const char *more, struct buf *b)
{
	buf_add(b, STR("{\"type\":\"TextBlock\""));
	json_add_pair(b, "text", text);
	buf_addf(b, ",\"wrap\":true%s}", more);
}

static void
add_actions(const struct letter *l, const struct piece *x, struct buf *b)
{
	if (!piece_is_last(x) || !l->links_n)
		return;
	buf_add(b, STR(",\"actions\":["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_addf(b, "%s{\"type\":\"Action.OpenUrl\"", i ? "," : "");
		json_add_pair(b, "title", l->links[i].label);
		json_add_pair(b, "url", l->links[i].url);
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, ']');
}

int
teams_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	    struct err *e)
{
	static const char *const heads[] = { "", ",\"color\":\"Warning\"",
					     ",\"color\":\"Warning\"",
					     ",\"color\":\"Attention\"" };
	int64_t level = l->p->level >= 1 && l->p->level <= 3 ? l->p->level : 0;
	struct buf b = BUF(BODY_MAX), title = BUF(4096);

	letter_add_title(l, x, DIALECT_PARAGRAPHS, &title);
	buf_add(&b, STR("{\"type\":\"message\",\"attachments\":[{\"contentType\":"
			"\"application/vnd.microsoft.card.adaptive\",\"contentUrl\":null,"
			"\"content\":{\"$schema\":"
			"\"http://adaptivecards.io/schemas/adaptive-card.json\","
			"\"type\":\"AdaptiveCard\",\"version\":\"1.2\","
			"\"msteams\":{\"width\":\"full\"},\"body\":["));
	add_block(buf_str(&title),
		  arena_textf(l->a,
			      ",\"weight\":\"Bolder\",\"size\":\"Medium\",\"style\":"
			      "\"heading\"%s",
			      heads[level]),
		  &b);
	buf_add_byte(&b, ',');
	add_block(x->text, "", &b);
	buf_add_byte(&b, ']');
	add_actions(l, x, &b);
	buf_add(&b, STR("}}]}"));
	q->url = hook_url(l, "", "", "");
	buf_release(&title);
	return request_json(l, q, &b, e);
}
