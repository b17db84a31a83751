/*
 * channel_pagerduty.c - PagerDuty Events v2: one incident is one alert there, by its dedup_key;
 * what is over resolves it.
 */
#include "core/base.h"

#include "core/clock.h"
#include "core/str.h"
#include "responder/channel_inside.h"

#define BODY_MAX (1 << 20)

static void
add_time(const struct letter *l, struct buf *b)
{
	buf_add(b, STR(",\"timestamp\":\""));
	clock_add_iso(b, json_int(json_get(l->facts, "planned_at"), l->p->at));
	buf_add_byte(b, '"');
}

static void
add_payload(const struct letter *l, const struct piece *x, struct buf *b)
{
	static const char *const severity[] = { "info", "warning", "error", "critical" };
	int64_t level = l->p->level >= 1 && l->p->level <= 3 ? l->p->level : 0;
	struct buf title = BUF(4096);

	letter_add_title(l, x, DIALECT_RAW, &title);
	buf_add(b, STR(",\"payload\":{"));
	json_add_pair(b, "summary", buf_str(&title));
	json_add_pair(b, "source", STR("langyan"));
	json_add_pair(b, "severity", str_of(severity[level]));
	add_time(l, b);
	if (!l->bare && letter_fact(l, "watch").n) {
		json_add_pair(b, "component", letter_fact(l, "watch"));
		json_add_pair(b, "class", letter_fact(l, "trigger"));
	}
	buf_add(b, STR(",\"custom_details\":{"));
	json_add_pair(b, "text", x->text);
	json_add_pair(b, "kind", l->p->kind);
	buf_add(b, STR("}}"));
	buf_release(&title);
}

static void
add_links(const struct letter *l, struct buf *b)
{
	buf_add(b, STR(",\"links\":["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_add(b, i ? STR(",{") : STR("{"));
		json_add_pair(b, "href", l->links[i].url);
		json_add_pair(b, "text", l->links[i].label);
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, ']');
}

int
pagerduty_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
		struct err *e)
{
	struct str number = letter_fact(l, "incident"),
		   about = number.n ? number : str_of(l->p->hex);
	struct buf b = BUF(BODY_MAX);

	buf_add_byte(&b, '{');
	json_add_pair(&b, "routing_key", l->c->token);
	json_add_pair(&b, "event_action",
		      str_is(l->p->kind, "clear") || str_is(l->p->kind, "canary")
			      ? STR("resolve")
			      : STR("trigger"));
	json_add_pair(&b, "dedup_key",
		      str_of(arena_textf(l->a, "langyan/%.*s", STR_ARG(about))));
	add_payload(l, x, &b);
	add_links(l, &b);
	json_add_pair(&b, "client", STR("Langyan"));
	if (letter_link(l).n)
		json_add_pair(&b, "client_url", letter_link(l));
	buf_add_byte(&b, '}');
	q->url = str_of(arena_textf(
		l->a, "%.*s/v2/enqueue",
		STR_ARG(l->c->url.n ? l->c->url : STR("https://events.pagerduty.com"))));
	return request_json(l, q, &b, e);
}
