/* One mail to one person: Message-ID is the key, the incident is the thread. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/smtp.h"
#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/drawings.h"

#define TIMEOUT_MS 30000
#define TEXT_MAX   (256 << 10)

/* Out of a list of mails that nobody asked for today. A page is none. */
static struct str
unsubscribe(const struct sending *s)
{
	const struct channel_conf *c = s->letter.c;
	struct str from = c->from;
	ptrdiff_t open = str_find_byte(from, '<');

	if (!str_is(s->parcel.kind, "digest"))
		return STR("");
	if (c->unsubscribe.n)
		return c->unsubscribe;
	if (s->parcel.unsubscribe.n)
		return s->parcel.unsubscribe;
	if (open >= 0)
		from = str_slice(from, (size_t)open + 1, from.n - (size_t)open - 2);
	return str_of(arena_textf(s->letter.a, "mailto:%.*s?subject=unsubscribe%%20%s",
				  STR_ARG(from), s->parcel.hex)); /* names digest and reader */
}

/* The same links in the HTML part, before its end. */
static struct str
html_of(const struct sending *s)
{
	const struct letter *l = &s->letter;
	struct str html = s->parcel.html;
	ptrdiff_t end = str_find(html, STR("</body>"));
	struct buf b = BUF(2 * TEXT_MAX);
	struct str made;

	if (l->bare && s->parcel.crosses)
		return STR("");
	if (!html.n || end < 0 || !l->links_n || str_find(html, l->links[0].url) >= 0)
		return html;
	buf_add(&b, str_slice(html, 0, (size_t)end));
	buf_add(&b, STR("<p>"));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_add(&b, STR("<a style=\"margin-right:16px\" href=\""));
		plain_add_html(&b, l->links[i].url);
		buf_add(&b, STR("\">"));
		plain_add_html(&b, l->links[i].label);
		buf_add(&b, STR("</a>"));
	}
	buf_add(&b, STR("</p>\n"));
	buf_add(&b, str_slice(html, (size_t)end, html.n));
	made = arena_str(l->a, buf_str(&b));
	buf_release(&b);
	return made;
}

/* The charts that the HTML shows, of its facts. Nothing is said of one that cannot be drawn: its
 * figures stand in the text, and a mail without a picture is better than none. */
static size_t
images_of(const struct sending *s, struct mail_image *images)
{
	static const char *const names[CHARTS_MAX] = { "chart0", "chart1", "chart2" };
	const struct json *list = NULL;
	struct chart c;
	size_t n = 0;

	if (str_find(s->parcel.html, STR("cid:chart")) >= 0)
		list = json_get(s->letter.facts, "charts");
	for (size_t i = 0; i < json_count(list) && i < CHARTS_MAX; i++) {
		if (!chart_parse(json_at(list, i), &c))
			continue;
		images[n].name = names[i];
		images[n].png = drawings_png(s->drawings, &c);
		n += images[n].png.n > 0;
	}
	return n;
}

int
mailbox_start(struct sending *s, struct err *e)
{
	static const struct str any = STR_INIT("*");
	const struct piece whole = { .n = 1 };
	const struct channel_conf *c = s->letter.c;
	const struct parcel *p = &s->parcel;
	struct conf_texts everywhere = { (struct str *)(uintptr_t)&any, 1 };
	struct buf thread = BUF(64), text = BUF(TEXT_MAX);
	bool first = id_eq(&p->thread, &p->key);
	struct mail_image images[CHARTS_MAX];
	struct mail m = { .server = c->server,
			  .starttls = c->starttls,
			  .user = c->user,
			  .password = c->password,
			  .from = c->from,
			  .to = p->address,
			  .subject = s->letter.title,
			  .html = html_of(s),
			  .key = str_of(p->hex),
			  .unsubscribe = unsubscribe(s),
			  .at = p->at,
			  .timeout_ms = TIMEOUT_MS,
			  .allow_private = &everywhere,
			  .done = sending_answered,
			  .arg = s };
	int r;

	if (str_starts(c->server, STR("smtps://")))
		m.starttls = 0; /* TLS from the first byte */
	if (!first)
		id_add_hex(&thread, &p->thread);
	m.thread = buf_str(&thread);
	if (p->repeat_possible)
		buf_add(&text, STR("(可能是重复的一封 / this may be a repeat)\n\n"));
	buf_add(&text, s->letter.whole);
	letter_add_links(&s->letter, &whole, DIALECT_RAW, &text);
	m.text = buf_str(&text);
	if (m.html.n) {
		m.images = images;
		m.images_n = images_of(s, images);
	}
	r = mail_start(s->http, &m, e);
	buf_release(&thread);
	buf_release(&text);
	return r;
}
