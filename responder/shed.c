/* shed.c - see shed.h. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/plain.h"
#include "responder/shed.h"

#define NAMES_MAX       8
#define NAMES_MAX_CHARS 400
#define LOAD_MAX_CHARS  100

static struct str
names_of(struct arena *a, const struct json *list)
{
	struct buf b = BUF(4096);
	struct str names;

	for (size_t i = 0; i < json_count(list) && i < NAMES_MAX; i++) {
		buf_add(&b, i ? STR(", ") : STR(""));
		buf_add(&b, json_text(json_at(list, i), STR("")));
	}
	names = arena_str(a, buf_str(&b));
	buf_release(&b);
	return names;
}

bool
shed_read(struct arena *a, const struct document *d, struct shed_word *w)
{
	struct err e;
	const struct json *j;

	*w = (struct shed_word){ .at = d->arrived_at,
				 .since_at = d->published_at,
				 .load = d->title };
	w->sheds = str_starts(d->identity, STR("valve-sheds"));
	if (!w->sheds && !str_starts(d->identity, STR("valve-opens")))
		return false;
	j = d->text.n ? json_parse(a, d->text, &e) : NULL;
	w->polls = json_int(json_get(j, "polls"), 0);
	w->sources = json_int(json_get(j, "sources"), 0);
	w->names = names_of(a, json_get(j, "names"));
	return true;
}

static const struct phrases {
	const char *sheds, *over, *since, *load, *what, *none, *put_off, *names;
} phrases[] = {
	{ "[Langyan] more to do than this machine can: sources are asked less often",
	  "[Langyan] the load is over: sources are asked as usual", "since", "load",
	  "What came in is worked on as ever. Put off, by an hour at most, are ordinary "
	  "sources, "
	  "then those that need a page for each item. Never put off: official and complaint "
	  "sources, hot lists, numbers, inboxes, sources of open incidents. If it lasts: fewer "
	  "sources, longer intervals, or another machine for `langyan score`.",
	  "Nothing was put off.", "%lld polls of %lld sources came later; nothing was dropped.",
	  "among them" },
	{ "[狼烟] 过载：信源改为少抓", "[狼烟] 过载已过，信源恢复正常抓取", "自", "负载",
	  "已收到的内容照常处理。推迟（最多一小时）的是普通信源，其次是逐条打开正文的信源；"
	  "官方和投诉类信源、热榜、指标、收件夹、未结事件的信源从不推迟。如果持续过载：减少信源"
	  "、"
	  "放宽间隔，或另开一台机器运行 langyan score。",
	  "没有推迟任何抓取。", "%lld 次抓取推迟（%lld 个信源），没有丢弃任何内容。", "其中" },
};

static void
line_add(struct buf *b, const char *label, bool zh)
{
	buf_addf(b, "%s%s", label, zh ? "：" : ": ");
}

void
shed_compose(const struct shed_word *w, bool zh, const struct zone *zone,
	     struct blind_words *out)
{
	const struct phrases *p = &phrases[zh];
	struct buf *b = &out->body;

	buf_add(&out->subject, str_of(w->sheds ? p->sheds : p->over));
	buf_addf(b, "%s\n", out->subject.p);
	line_add(b, p->since, zh);
	clock_add_local(b, zone, w->since_at);
	buf_add_byte(b, '\n');
	if (w->sheds) {
		line_add(b, p->load, zh);
		plain_add(b, PLAIN_CHAT, w->load, LOAD_MAX_CHARS);
		buf_addf(b, "\n%s\n", p->what);
		return;
	}
	if (w->polls)
		buf_addf(b, p->put_off, (long long)w->polls, (long long)w->sources);
	else
		buf_add(b, str_of(p->none));
	buf_add_byte(b, '\n');
	if (!w->names.n)
		return;
	line_add(b, p->names, zh);
	plain_add(b, PLAIN_CHAT, w->names, NAMES_MAX_CHARS);
	buf_add_byte(b, '\n');
}
