/* blind.c - see blind.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/blind.h"
#include "responder/plain.h"

#define NAME_MAX_CHARS 60
#define WHY_MAX_CHARS  160

static void
add_unless_there(struct str *v, size_t *n, size_t max, struct str name)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(v[i], name))
			return;
	if (*n < max && name.n)
		v[(*n)++] = name;
}

static bool
is_lead(const struct person_conf *p)
{
	for (size_t i = 0; i < p->roles.n; i++)
		if (str_is(p->roles.v[i], "lead"))
			return true;
	return false;
}

size_t
blind_owners(const struct notice_conf *c, struct str *v, size_t max)
{
	const struct route_conf *routes = c->routes.v;
	const struct person_conf *people = c->people.v;
	size_t n = 0;

	for (size_t i = 0; i < c->routes.n; i++)
		add_unless_there(v, &n, max, routes[i].owner);
	for (size_t i = 0; i < c->people.n && !n; i++)
		if (is_lead(&people[i]))
			add_unless_there(v, &n, max, people[i].key);
	if (!n && c->people.n)
		add_unless_there(v, &n, max, people[0].key);
	return n;
}

static const struct phrases {
	const char *dead, *back, *all_dead, *all_back; /* subjects */
	const char *since, *why, *many, *todo, *todo_all;
} phrases[] = {
	{ "[Langyan] blind spot: %s gives nothing", "[Langyan] %s is read again",
	  "[Langyan] we are blind: most sources cannot be read",
	  "[Langyan] sources can be read again", "since", "cause", "sources that fail",
	  "What is said there is not seen until it is back. It is tried again by itself; see "
	  "\"langyan source list\".",
	  "The fault may be our own connection. Until it is over, silence here means "
	  "nothing." },
	{ "[狼烟] 盲区：信源 %s 抓不到内容", "[狼烟] 信源 %s 已恢复",
	  "[狼烟] 我们看不见了：多数信源抓不到", "[狼烟] 信源已恢复抓取", "自", "原因",
	  "失败的信源",
	  "恢复之前，那里的声量我们看不到；系统会继续重试，详见 langyan source list。",
	  "可能是我们自己的网络故障。恢复之前，没有消息不等于没有事。" },
};

static void
line_add(struct buf *b, const char *label, bool zh)
{
	buf_addf(b, "%s%s", label, zh ? "：" : ": ");
}

void
blind_compose(const struct document *d, bool zh, const struct zone *zone, struct blind_words *w)
{
	const struct phrases *p = &phrases[zh];
	bool all = str_is(d->source, "*");
	bool begins = str_starts(d->identity, STR("outage-begins"));
	const char *subject = begins ? all ? p->all_dead : p->dead
			      : all  ? p->all_back
				     : p->back;
	struct buf name = BUF(1000);

	plain_add(&name, PLAIN_CHAT, d->source, NAME_MAX_CHARS);
	buf_addf(&w->subject, subject, name.p ? name.p : "");
	buf_release(&name);
	buf_add(&w->body, buf_str(&w->subject));
	buf_add_byte(&w->body, '\n');
	if (!all) {
		plain_add_url(&w->body, d->url);
		buf_add_byte(&w->body, '\n');
	}
	line_add(&w->body, p->since, zh);
	clock_add_local(&w->body, zone, d->published_at);
	buf_add_byte(&w->body, '\n');
	if (d->title.n) {
		line_add(&w->body, all ? p->many : p->why, zh);
		plain_add(&w->body, PLAIN_CHAT, d->title, WHY_MAX_CHARS);
		buf_add_byte(&w->body, '\n');
	}
	if (begins)
		buf_addf(&w->body, "%s\n", all ? p->todo_all : p->todo);
}
