/*
 * channel_ntfy.c - ntfy: the text is the body, all else are headers. One incident is one
 * notification on the phone, which is brought up to date.
 */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel_inside.h"

#define BODY_MAX (1 << 20)

static void
add_actions(const struct letter *l, const struct piece *x, struct channel_request *q)
{
	struct buf b = BUF(16384);

	for (size_t i = 0; piece_is_last(x) && i < l->links_n && i < 3;
	     i++) { /* at most three */
		buf_addf(&b, "%sview, \"", i ? "; " : "");
		for (size_t k = 0; k < l->links[i].label.n; k++) {
			char c = l->links[i].label.p[k];

			buf_add_byte(&b, c == '"' ? '\'' : c);
		}
		buf_addf(&b, "\", \"%.*s\"", STR_ARG(l->links[i].url));
	}
	if (b.n)
		request_header(q, "X-Actions", arena_str(l->a, buf_str(&b)));
	buf_release(&b);
}

int
ntfy_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	   struct err *e)
{
	static const char *const priority[] = { "2", "3", "4", "5" };
	static const char *const tags[] = { "memo", "eyes", "warning", "rotating_light" };
	int64_t level = l->p->level >= 1 && l->p->level <= 3 ? l->p->level : 0;
	struct str number = letter_fact(l, "incident");
	struct buf title = BUF(4096);

	(void)e;
	letter_add_title(l, x, DIALECT_RAW, &title);
	q->url = str_of(arena_textf(l->a, "%.*s/%.*s",
				    STR_ARG(l->c->url.n ? l->c->url : STR("https://ntfy.sh")),
				    STR_ARG(l->c->topic)));
	q->body = q->counted = x->text;
	request_header(q, "Content-Type", STR("text/plain; charset=utf-8"));
	request_header(q, "X-Title", arena_str(l->a, utf8_cut(buf_str(&title), 900)));
	request_header(q, "X-Priority", str_of(priority[level]));
	request_header(q, "X-Tags", str_of(tags[level]));
	if (number.n)
		request_header(q, "X-Sequence-ID",
			       str_of(arena_textf(l->a, x->i ? "%.*s-%zu" : "%.*s",
						  STR_ARG(number), x->i + 1)));
	if (l->links_n)
		request_header(q, "X-Click", l->links[0].url);
	add_actions(l, x, q);
	if (l->c->token.n)
		q->bearer = str_of(arena_textf(l->a, "Bearer %.*s", STR_ARG(l->c->token)));
	buf_release(&title);
	return 1;
}
