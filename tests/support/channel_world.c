/* channel_world.c - see channel_world.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/channel_world.h"

struct channel_conf
channel_world_conf(enum channel_type kind)
{
	static struct str argv[] = { STR_INIT("/bin/true") };

	return (struct channel_conf){
		.name = STR("c"),
		.kind = kind,
		.url = kind == CHANNEL_WEBHOOK ? STR("https://hook.example/x")
		       : kind == CHANNEL_TEAMS ? STR("")
					       : STR("https://fake.example"),
		.token = kind == CHANNEL_TEAMS ? STR("https://flow.example/x?sig=1")
					       : STR("0123456789abcdef0123456789abcdef"),
		.secret = kind == CHANNEL_DINGTALK ? STR("SECdemo") : STR("demo-secret"),
		.app = STR("cli_1"),
		.chat = STR("-1001"),
		.topic = STR("alerts"),
		.keyword = kind == CHANNEL_DINGTALK || kind == CHANNEL_FEISHU ? STR("狼烟")
									      : STR(""),
		.argv = { argv, 1 },
	};
}

struct parcel
channel_world_parcel(struct str subject, struct str body)
{
	return (struct parcel){
		.hex = "00112233445566778899aabbccddeeff",
		.uuid = "00112233-4455-6677-8899-aabbccddeeff",
		.kind = STR("page"),
		.level = 2,
		.subject = subject,
		.body = body,
		.facts = STR("{\"planned_at\":1773626400,\"incident\":\"INC-2026-0042\","
			     "\"fingerprint\":\"0123456789abcdef\",\"watch\":\"oolong\","
			     "\"trigger\":\"burst\",\"mentions\":63,\"opened_at\":1773626400,"
			     "\"links\":[{\"label\":\"我来处理\",\"url\":\"https://l.example/a/"
			     "1\"}]}"),
		.public_url = STR("https://l.example"),
		.at = 1773626400,
		.zh = true,
	};
}

void
channel_world_say(struct channel_world_said *s, const struct channel_conf *c,
		  const struct parcel *p)
{
	struct err e = { 0 };

	s->a = arena_new();
	s->c = *c;
	s->p = *p;
	letter_read(&s->l, s->a, &s->c, &s->p);
	s->l.wall_at = CHANNEL_WORLD_WALL;
	if (letter_cut(&s->l, &s->pieces, &s->n, &e) < 0)
		fail_msg("%s: %s", channel_words[c->kind], e.text);
	for (size_t i = 0; i < s->n; i++) {
		s->q[i] = (struct channel_request){ .headers_n = 0 };
		if (channel_kind(c)->frame(&s->l, &s->pieces[i], &s->q[i], &e) != 1)
			fail_msg("%s: %s", channel_words[c->kind], e.text);
	}
}

bool
channel_world_http(int kind)
{
	return channel_kinds[kind].frame;
}
