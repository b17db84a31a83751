/* owners.c - one text to each who owns a route, in their language: about us, not about an incident. */
#include "core/base.h"

#include "core/str.h"
#include "responder/blind.h"
#include "responder/state.h"

#define OWNERS_MAX 16

int
owners_tell(struct responder *r, const struct owners_word *t, int64_t now, struct err *e)
{
	const struct notice_conf *c = &r->conf->notice;
	struct str to[OWNERS_MAX];
	size_t n = blind_owners(c, to, LY_COUNT(to));
	int bad = 0;

	r->due_known = false;
	if (!n)
		to[n++] = STR(""); /* to the disk and the log */
	for (size_t i = 0; r->notices && i < n && !bad; i++) {
		const struct person_conf *p = person_find(c, to[i]);
		const struct contact_conf *k = p ? p->contacts.v : NULL;
		bool zh = p && p->lang != LANG_SITE ? p->lang == LANG_ZH
						    : !str_is(r->conf->site.lang, "en");
		struct buf subject = BUF(4096), body = BUF(8192), facts = BUF(1 << 17);
		struct notice_text text = { .kind = "operator",
					    .key = t->key,
					    .person = to[i] };

		t->compose(r, t->what, zh, &subject, &body, &facts);
		text.subject = buf_str(&subject);
		text.body = buf_str(&body);
		text.facts = buf_str(&facts);
		if (t->second && p && p->contacts.n > 1) {
			text.channel = k[1].channel;
			text.address = k[1].address;
		}
		bad = notices_tell(r->notices, &text, now, e);
		buf_release(&subject);
		buf_release(&body);
		buf_release(&facts);
	}
	return bad;
}
