/* parked.c - see parked.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/parked.h"
#include "responder/plain.h"

#define NAME_MAX_CHARS 60
#define RULE_MAX_CHARS 200

static const struct phrases {
	const char *subject, *rule, *what, *todo;
} phrases[] = {
	{ "[Langyan] watch %s: a rule is parked", "rule: ",
	  "It hit its step limit three times, so it is not run any more. What hangs on it is "
	  "marked "
	  "undecided and comes to a person; nothing is left out.",
	  "Write it shorter, or with words and NEAR, then reload. See \"langyan watch "
	  "list\"." },
	{ "[狼烟] 监测方案 %s：一条规则已停用", "规则：",
	  "该规则三次触及步数上限，已不再运行。依赖它的提及标为“未决”，交人判断，不会漏掉。",
	  "请改短，或改用词语与 NEAR，然后重新加载。详见 langyan watch list。" },
};

void
parked_compose(const struct parked_rule *p, const struct id *conf, bool zh,
	       struct parked_words *w)
{
	const struct phrases *x = &phrases[zh];
	struct buf name = BUF(1000);

	plain_add(&name, PLAIN_CHAT, p->watch, NAME_MAX_CHARS);
	buf_addf(&w->subject, x->subject, name.p);
	buf_release(&name);
	buf_addf(&w->body, "%s\n%s", w->subject.p, x->rule);
	plain_add(&w->body, PLAIN_CHAT, p->rule, RULE_MAX_CHARS);
	buf_addf(&w->body, "\n%s\n%s\n", x->what, x->todo);
	buf_add(&w->facts, STR("{\"parked\":{\"conf\":\""));
	id_add_hex(&w->facts, conf);
	buf_add(&w->facts, STR("\",\"watch\":"));
	json_add_text(&w->facts, p->watch);
	buf_add(&w->facts, STR(",\"rule\":"));
	json_add_text(&w->facts, p->rule);
	buf_add(&w->facts, STR("}}"));
}
