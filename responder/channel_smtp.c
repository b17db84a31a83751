/* One mail to one person: Message-ID is the key, the incident is the thread. */
#include "core/base.h"

#include "core/hash.h"
#include "core/smtp.h"
#include "core/str.h"
#include "responder/channel_inside.h"

#define TIMEOUT_MS 30000
#define TEXT_MAX   (256 << 10)

int
mailbox_start(struct sending *s, struct err *e)
{
	const struct channel_conf *c = s->letter.c;
	const struct parcel *p = &s->parcel;
	static const struct str any = STR_INIT("*");
	struct conf_texts everywhere = { (struct str *)(uintptr_t)&any, 1 };
	struct buf thread = BUF(64), text = BUF(TEXT_MAX);
	bool first = id_eq(&p->thread, &p->key);
	struct mail m = { .server = c->server,
			  .starttls = c->starttls,
			  .user = c->user,
			  .password = c->password,
			  .from = c->from,
			  .to = p->address,
			  .subject = p->subject,
			  .html = p->html,
			  .key = str_of(p->hex),
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
	buf_add(&text, p->body);
	m.text = buf_str(&text);
	r = mail_start(s->http, &m, e);
	buf_release(&thread);
	buf_release(&text);
	return r;
}
