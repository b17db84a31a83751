/* answer_apply.c - what a reply with a code does: who wrote it, may they, and then the same as a link. */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/answer_inside.h"
#include "responder/answer_store.h"
#include "responder/gate.h"

/* Whose contact is this, of the channel that it came by? */
static const struct person_conf *
writer(const struct responder *r, const struct answer_heard *h)
{
	const struct person_conf *p = r->conf->notice.people.v;

	for (size_t i = 0; h->from.n && i < r->conf->notice.people.n; i++) {
		const struct contact_conf *k = p[i].contacts.v;

		for (size_t j = 0; j < p[i].contacts.n; j++) {
			const struct channel_conf *c =
				channel_find(&r->conf->notice, k[j].channel);

			if (c && c->kind == h->c->kind && str_eq_nocase(k[j].address, h->from))
				return &p[i];
		}
	}
	return NULL;
}

static bool
reads_zh(const struct responder *r, const struct person_conf *p)
{
	return p->lang == LANG_SITE ? !str_is(r->conf->site.lang, "en") : p->lang == LANG_ZH;
}

/* A wrong code: counted, and when there were too many, said. */
static int
wrong(struct responder *r, const struct answer_heard *h, const struct person_conf *p, bool zh,
      const char **said, struct err *e)
{
	struct answer_try t = { h->id, h->now, p->key };

	r->wrote = true;
	log_event(LOG_WARN, "answer_wrong", "channel=%.*s person=%.*s", STR_ARG(h->c->name),
		  STR_ARG(p->key));
	*said = zh ? "没有这个验证码：请照抄最新通知里的六位数字。什么都没有改变。"
		   : "There is no such code: copy the six digits of the newest notice. Nothing "
		     "was changed.";
	return answer_try_add(r->store, &t, e);
}

/* 1: too many wrong ones, and that is said; 0; -1. */
static int
is_void(struct responder *r, const struct answer_heard *h, const struct person_conf *p, bool zh,
	const char **said, struct err *e)
{
	int64_t his, all;

	if (answer_tries(r->store, p->key, h->now - ANSWER_HOUR_S, &his, &all, e) < 0)
		return -1;
	if (his < ANSWER_TRIES && all < ANSWER_TRIES_ALL)
		return 0;
	log_event(LOG_ERROR, "answers_void", "channel=%.*s person=%.*s wrong=%lld all=%lld",
		  STR_ARG(h->c->name), STR_ARG(p->key), (long long)his, (long long)all);
	*said = zh ? "错的验证码太多：一小时内不再接受回复里的验证码。请用 langyan incident "
		     "ack，或打电话。"
		   : "Too many wrong codes: none is taken from replies for an hour. Use "
		     "langyan "
		     "incident ack, or call.";
	return 1;
}

static int
do_it(struct responder *r, const struct answer_heard *h, const struct person_conf *p,
      struct incident *i, enum link_verb verb, struct err *e)
{
	bool take = verb == LINK_TAKE;
	struct incident_move_info info = {
		.incident = i,
		.event = take ? EVENT_ACK : EVENT_ESCALATE,
		.at = h->now,
		.actor = p->key,
		.until = take ? h->now + ACT_ACK_S : 0,
		.reason_zh =
			str_of(arena_textf(h->a, "凭验证码，经渠道 %.*s", STR_ARG(h->c->name))),
		.reason_en = str_of(arena_textf(h->a, "by code, through channel %.*s",
						STR_ARG(h->c->name))),
	};

	return raise_move(r, &info, h->now, e);
}

static const char *
time_text(struct responder *r, const struct answer_heard *h, int64_t at)
{
	struct buf b = BUF(64);
	const char *s;

	clock_add_local(&b, r->zone, at);
	s = arena_text(h->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static int
apply_to(struct responder *r, const struct answer_heard *h, const struct person_conf *p,
	 bool zh, struct incident *i, enum link_verb verb, const char **said, struct err *e)
{
	const char *number = arena_text(h->a, i->number);
	struct conf_texts out;

	if (gate_out(r->store, &i->id, h->a, &out, e) < 0)
		return -1;
	if (gate_is_out(&out, p->key)) {
		*said = arena_textf(h->a,
				    zh ? "%s：这件事你需要回避，由你的代理人处理。"
				       : "%s: you are recused; your deputy acts.",
				    number);
		return 0;
	}
	if (verb == LINK_TAKE && i->acked_by.n && i->acked_until > h->now) {
		const struct person_conf *has = person_of_actor(&r->conf->notice, i->acked_by);

		*said = arena_textf(h->a,
				    zh ? "%s：%.*s 已经接手，到 %s 为止。"
				       : "%s: %.*s has it until %s.",
				    number, STR_ARG(has ? has->name : i->acked_by),
				    time_text(r, h, i->acked_until));
		return 0;
	}
	if (!level_next(i->state, i->level, verb == LINK_TAKE ? EVENT_ACK : EVENT_ESCALATE)) {
		*said = arena_textf(
			h->a, zh ? "%s：现在不能这样做。" : "%s: that does not apply now.",
			number);
		return 0;
	}
	if (do_it(r, h, p, i, verb, e) < 0)
		return -1;
	if (verb == LINK_TAKE)
		*said = arena_textf(
			h->a, zh ? "%s：由你负责，到 %s 为止。" : "%s: it is yours until %s.",
			number, time_text(r, h, i->acked_until));
	else
		*said = arena_textf(
			h->a, zh ? "%s：已通知下一步的人。" : "%s: the next step is told.",
			number);
	return 0;
}

int
answer_apply(struct responder *r, const struct answer_heard *h, const char **said,
	     struct err *e)
{
	const struct person_conf *p = writer(r, h);
	struct coded what;
	struct incident *i;
	struct str whose;
	struct id id;
	bool zh;
	int found;

	*said = NULL;
	if (!p || !answer_read(h->text, &what))
		return 0;
	zh = reads_zh(r, p);
	found = is_void(r, h, p, zh, said, e);
	if (found)
		return found < 0 ? -1 : 0;
	found = notices_find_code(r->notices, what.code, &id, &whose, h->a, e);
	if (found < 0)
		return -1;
	i = found ? incidents_find(r->incidents, &id) : NULL;
	if (!i || (whose.n && !str_eq(whose, p->key)))
		return wrong(r, h, p, zh, said, e);
	return apply_to(r, h, p, zh, i, what.verb, said, e);
}

int
answer_tell(struct responder *r, const struct answer_heard *h, const char *said, struct err *e)
{
	const struct person_conf *p = writer(r, h);
	struct buf key = BUF(64);
	int done;

	id_add_hex(&key, &h->id);
	done = notices_tell(r->notices,
			    &(struct notice_text){ .kind = "operator",
						   .key = buf_str(&key),
						   .person = p ? p->key : STR(""),
						   .channel = h->c->name,
						   .address = h->from,
						   .subject = STR("[狼烟 Langyan] Re"),
						   .facts = STR("{\"personal\":1}"),
						   .body = str_of(said) },
			    h->now, e);
	buf_release(&key);
	return done;
}
