/* Rows of notice and their words: key, code, subject, text, HTML, facts. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/gate.h"
#include "responder/outbox.h"

#define TEXT_MAX   (256 << 10)
#define CODE_TRIES 100

static struct str
int_text(struct notices *n, int64_t v)
{
	return str_of(arena_textf(n->a, "%lld", (long long)v));
}

bool
compose_is_zh(const struct notices *n, const struct person_conf *p)
{
	if (p && p->lang != LANG_SITE)
		return p->lang == LANG_ZH;
	return !str_is(n->env->site->lang, "en");
}

struct str
compose_step_names(struct notices *n, const struct step_conf *s, bool zh)
{
	struct buf b = BUF(1000);
	struct str out;

	for (size_t i = 0; s && i < s->to.n; i++) {
		struct str name;
		enum target_kind kind = target_parse(s->to.v[i], &name);
		const struct person_conf *p =
			kind == TARGET_PERSON ? person_find(n->c, name) : NULL;

		if (i)
			buf_add(&b, zh ? STR("、") : STR(", "));
		if (kind == TARGET_SCHEDULE && !zh)
			buf_add(&b, STR("on shift in "));
		buf_add(&b, p ? p->name : name);
		if (kind == TARGET_SCHEDULE && zh)
			buf_add(&b, STR(" 值班"));
	}
	out = arena_str(n->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* ---- key and code ---------------------------------------------------------------------------- */

/* hash(incident, level, recipient, channel, kind, seq), and the address: two mailboxes of one
 * person are two notices. */
static struct id
key_of(struct notices *n, const struct notice_row *r)
{
	return ID_OF(STR("notice"), id_str(&r->incident), int_text(n, r->level), r->recipient,
		     r->channel, r->address, r->kind, int_text(n, r->seq));
}

/* Six digits, unique among open incidents. */
static int
code_of(struct notices *n, const struct id *key, struct str *code, struct err *e)
{
	for (int i = 0; i < CODE_TRIES; i++) {
		struct id h = ID_OF(STR("code"), n->salt, id_str(key), int_text(n, i));
		uint32_t v = (uint32_t)h.b[0] << 24 | (uint32_t)h.b[1] << 16 |
			     (uint32_t)h.b[2] << 8 | h.b[3];
		int is_free;

		*code = str_of(arena_textf(n->a, "%06u", v % 1000000));
		is_free = notice_code_free(n->env->store, *code, e);
		if (is_free)
			return is_free < 0 ? -1 : 0;
	}
	return err_set(e, ERR_BROKEN, "no free 6-digit code: too many open incidents");
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void
add_text_fact(struct buf *b, const char *key, struct str v)
{
	buf_addf(b, ",\"%s\":", key);
	json_add_text(b, v);
}

/* Level, number and times: of what it is about nothing leaves. */
static struct str
secret_facts_of(struct notices *n, const struct wave *w, const struct notice_links *l, bool zh,
		struct buf *print)
{
	const struct matter *m = w->m;
	struct buf b = BUF(TEXT_MAX);
	struct str out;

	buf_addf(&b, "{\"planned_at\":%lld,\"confidential\":1", (long long)w->now);
	add_text_fact(&b, "incident", m->number);
	add_text_fact(&b, "fingerprint", str_slice(buf_str(print), 0, 16));
	buf_addf(&b, ",\"level\":%lld,\"opened_at\":%lld,\"closed_at\":%lld",
		 (long long)m->level, (long long)m->opened_at,
		 (long long)(strcmp(w->kind, "clear") == 0 ? m->closed_at : 0));
	notice_links_add(l, zh, &b);
	buf_add_byte(&b, '}');
	out = arena_str(n->a, buf_str(&b));
	buf_release(&b);
	buf_release(print);
	return out;
}

/* "brief": subject and body say nothing that may not cross a border (channel.h). */
static struct str
facts_of(struct notices *n, const struct wave *w, const struct telling *t,
	 const struct notice_links *l)
{
	const struct matter *m = w->m;
	struct buf b = BUF(TEXT_MAX), print = BUF(64);
	bool zh = compose_is_zh(n, t->person);
	struct str out;

	id_add_hex(&print, &m->id);
	if (m->confidential)
		return secret_facts_of(n, w, l, zh, &print);
	buf_addf(&b, "{\"planned_at\":%lld%s", (long long)w->now,
		 channel_crosses(t->channel, n->env->site) ? ",\"brief\":1" : "");
	add_text_fact(&b, "incident", m->number);
	add_text_fact(&b, "fingerprint", str_slice(buf_str(&print), 0, 16));
	add_text_fact(&b, "watch", m->watch);
	add_text_fact(&b, "title", m->title);
	add_text_fact(&b, "trigger", m->trigger);
	add_text_fact(&b, "owner", m->owner);
	buf_addf(&b, ",\"level\":%lld,\"grade\":%lld,\"opened_at\":%lld,\"closed_at\":%lld",
		 (long long)m->level, (long long)m->grade, (long long)m->opened_at,
		 (long long)(strcmp(w->kind, "clear") == 0 ? m->closed_at : 0));
	buf_addf(&b, ",\"step\":%lld,\"round\":%lld,\"mentions\":%lld,\"evidence\":[",
		 (long long)m->step, (long long)m->round, (long long)m->evidence_total);
	for (size_t i = 0; i < m->evidence_n; i++) {
		buf_add(&b, i ? STR(",\"") : STR("\""));
		id_add_hex(&b, &m->evidence[i].mention);
		buf_add_byte(&b, '"');
	}
	buf_add_byte(&b, ']');
	notice_links_add(l, zh, &b);
	buf_add_byte(&b, '}');
	out = arena_str(n->a, buf_str(&b));
	buf_release(&b);
	buf_release(&print);
	return out;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void
words_fill(struct notices *n, const struct wave *w, const struct telling *t,
	   const struct notice_links *links, struct notice_row *r)
{
	const struct person_conf *owner = person_find(n->c, w->m->owner);
	bool zh = compose_is_zh(n, t->person);
	struct buf b = BUF(TEXT_MAX);
	struct notice_words words = {
		.kind = strcmp(w->kind, "clear") == 0 ? WORDS_CLEAR : WORDS_PAGE,
		.m = w->m,
		.zh = zh,
		.brief = channel_crosses(t->channel, n->env->site) || w->m->confidential,
		.form = channel_kind(t->channel)->form,
		.zone = roster_zone(n->roster, t->person),
		.owner = owner ? owner->name : w->m->owner,
		.why_now = zh ? w->why.zh : w->why.en,
		.unanswered = w->unanswered,
		.warns = strcmp(w->kind, "urge") == 0,
		.next = compose_step_names(n, w->next, zh),
		.sent_at = t->at,
		.answer_at = w->wait_s ? t->at + w->wait_s : 0,
		.code = r->code,
		.reply = t->channel->replies.n ? REPLY_MAIL
			 : t->channel->answers ? REPLY_CHAT
					       : REPLY_NOT,
		.take_url = links->url[LINK_TAKE],
		.escalate_url = links->url[LINK_ESCALATE],
		.public_url = n->env->site->public_url,
	};

	notice_subject(&words, &b);
	r->subject = buf_take(&b, n->a);
	notice_body(&words, &b);
	r->body = buf_take(&b, n->a);
	if (t->channel->kind == CHANNEL_SMTP)
		notice_html(&words, &b);
	r->html = buf_take(&b, n->a);
	buf_release(&b);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* What holds it now, or how long its group waits. */
static int
held(struct notices *n, const struct wave *w, struct telling *t, struct suppressed *s,
     struct err *e)
{
	bool clear = strcmp(w->kind, "clear") == 0;
	struct matter m = *w->m;
	struct suppress_ask q = { .matter = &m,
				  .route = w->route,
				  .person = t->person,
				  .level = clear ? 1 : m.level,
				  .safety = m.safety && !clear,
				  .reach_at = t->at,
				  .reach_why = t->why,
				  .now = w->now };

	if (!m.tags.v[TAG_LEVEL].p && escalate_tags(n, &m, w->now, e) < 0)
		return -1;
	if (suppress_decide(n, &q, s, e) < 0)
		return -1;
	t->at = s->hold.until;
	if (w->flush_at > t->at)
		t->at = s->hold.until = w->flush_at;
	return 0;
}

/* Something to take: it carries a code and links. */
static bool
is_asked(const struct wave *w)
{
	return !w->report && strcmp(w->kind, "clear") != 0;
}

int
compose_add(struct notices *n, const struct wave *w, const struct telling *to, struct err *e)
{
	struct telling t = *to;
	struct notice_row r = {
		.incident = w->m->id,
		.level = w->m->level,
		.kind = str_of(w->kind),
		.recipient = t.person ? t.person->key : STR(""),
		.channel = t.channel->name,
		.address = t.address,
		.seq = w->seq,
		.created_at = w->now,
		.code = STR(""),
	};
	struct notice_links links = { .url = { { "", 0 } } };
	struct suppressed s;
	int added;

	r.id = key_of(n, &r);
	if (is_asked(w) && (code_of(n, &r.id, &r.code, e) < 0 ||
			    notice_links_of(n, &r, w->now, &links, e) < 0))
		return -1;
	if (t.channel->answers)
		links.code = r.code;
	if (held(n, w, &t, &s, e) < 0)
		return -1;
	if (w->report) {
		notice_sitrep_fill(n, w, &t, &r);
	} else {
		words_fill(n, w, &t, &links, &r);
		r.facts = facts_of(n, w, &t, &links);
	}
	r.due_at = r.next_at = t.at;
	r.state = s.hold.why != HOLD_NOT ? STR("held")
		  : t.at > w->now        ? STR("planned")
					 : STR("queued");
	r.why = str_is(r.state, "planned") ? STR("group") : str_of(hold_words[s.hold.why]);
	added = notice_add(n->env->store, &r, e);
	if (added > 0 && s.hold.why != HOLD_NOT && suppress_write(n, &r.id, &s, w->now, e) < 0)
		return -1;
	if (added > 0)
		log_event(LOG_INFO, "notice_planned",
			  "incident=%.*s kind=%s level=%lld to=%.*s via=%.*s"
			  " state=%.*s why=%.*s",
			  STR_ARG(w->m->number), w->kind, (long long)r.level,
			  STR_ARG(r.recipient), STR_ARG(r.channel), STR_ARG(r.state),
			  STR_ARG(r.why));
	return added;
}

int
compose_hopes(struct notices *n, const struct wave *w, const struct telling *t, struct err *e)
{
	struct notice_row r = {
		.incident = w->m->id,
		.level = w->m->level,
		.kind = str_of(w->kind),
		.recipient = t->person ? t->person->key : STR(""),
		.channel = t->channel->name,
		.address = t->address,
		.seq = w->seq,
	};
	struct id id = key_of(n, &r);
	int found = notice_get(n->env->store, &id, n->a, &r, e);

	return found <= 0 ? found : !str_is(r.state, "failed_perm");
}

int
compose_add_net(struct notices *n, const struct wave *w, struct err *e)
{
	struct telling t = { .channel = &n->net, .address = STR(""), .at = w->now };

	log_event(LOG_ERROR, "nobody_to_tell", "incident=%.*s level=%lld written_to=%.*s",
		  STR_ARG(w->m->number), (long long)w->m->level, STR_ARG(n->net.path));
	return compose_add(n, w, &t, e);
}

int
compose_bundle(struct notices *n, const struct notice_row *v, size_t count, int64_t now,
	       struct id *key, struct err *e)
{
	const struct person_conf *p = person_find(n->c, v->recipient);
	bool zh = compose_is_zh(n, p);
	struct buf body = BUF(TEXT_MAX), subject = BUF(1000), facts = BUF(1000);
	bool brief = true;
	struct notice_row r = { .kind = STR("bundle"),
				.recipient = v->recipient,
				.channel = v->channel,
				.address = v->address,
				.state = STR("queued"),
				.created_at = now,
				.due_at = now,
				.next_at = now,
				.seq = now };
	int added;

	for (size_t i = 0; i < count; i++) {
		r.level = v[i].level > r.level ? v[i].level : r.level;
		brief = brief && (str_find(v[i].facts, STR(",\"brief\":1")) >= 0 ||
				  str_find(v[i].facts, STR(",\"confidential\":1")) >= 0);
		buf_addf(&body, "%s%.*s", i ? "\n――――――――\n\n" : "", STR_ARG(v[i].body));
	}
	buf_addf(&subject, zh ? "[L%lld] %zu 件事：%.*s 等" : "[L%lld] %zu notices: %.*s, …",
		 (long long)r.level, count, STR_ARG(v[0].subject));
	buf_addf(&facts, "{\"planned_at\":%lld%s,\"notices\":%zu}", (long long)now,
		 brief ? ",\"brief\":1" : "", count);
	r.id = ID_OF(STR("bundle"), id_str(&v[0].id), id_str(&v[count - 1].id),
		     int_text(n, now));
	r.subject = buf_take(&subject, n->a);
	r.body = buf_take(&body, n->a);
	r.facts = buf_take(&facts, n->a);
	*key = r.id;
	added = notice_add(n->env->store, &r, e);
	buf_release(&body);
	buf_release(&subject);
	buf_release(&facts);
	return added < 0 ? -1 : 0;
}

/* ---- the operator ---------------------------------------------------------------------------- */

static bool
has_role(const struct person_conf *p, const char *role)
{
	for (size_t i = 0; i < p->roles.n; i++)
		if (str_is(p->roles.v[i], role))
			return true;
	return false;
}

#define WITHOUT_MAX 3

/* Ways that are no use: channels that have failed, people who are out. */
struct without {
	struct str channel[WITHOUT_MAX];
	size_t n;
	struct conf_texts out;
};

static bool
is_without(const struct without *w, struct str channel)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->channel[i], channel))
			return true;
	return false;
}

/* The nth way to somebody who can be reached: a lead's, else anybody's. False: there are no more. */
static bool
operator_way(struct notices *n, const struct without *w, size_t nth, struct telling *t)
{
	const struct person_conf *p = n->c->people.v;
	size_t people = n->c->people.n;

	for (size_t i = 0; i < 2 * people; i++) {
		const struct person_conf *q = &p[i % people];
		const struct contact_conf *k = q->contacts.v;

		if (has_role(q, "lead") != (i < people) || gate_is_out(&w->out, q->key))
			continue;
		for (size_t j = 0; j < q->contacts.n; j++) {
			const struct channel_conf *c = channel_find(n->c, k[j].channel);

			if (!c || is_without(w, c->name) || nth--)
				continue;
			*t = (struct telling){ .person = q,
					       .channel = c,
					       .address = k[j].address };
			return true;
		}
	}
	return false;
}

/* Who, through what, why. */
static const struct trouble_phrases {
	const char *subject, *body;
} trouble_phrases[][2] = {
	[TROUBLE_REFUSED] = { { "[Langyan] a notice was refused: channel %.*s",
				"The notice to %.*s was refused by channel %.*s and will not "
				"be tried again: "
				"%s.\nPlease look at the channel's settings (langyan "
				"doctor).\n" },
			      { "[狼烟] 通知没有送达：渠道 %.*s",
				"给 %.*s 的通知被渠道 %.*s 拒收，不会再试：%s。\n"
				"请检查该渠道的设置（langyan doctor）。\n" } },
	[TROUBLE_LATE] = { { "[Langyan] a notice does not arrive: channel %.*s",
			     "The notice to %.*s was tried five times through channel %.*s and "
			     "has not "
			     "arrived: %s.\nIt is tried again by itself (langyan notice "
			     "list).\n" },
			   { "[狼烟] 通知迟迟没有送达：渠道 %.*s",
			     "给 %.*s 的通知经渠道 %.*s 试了五次仍未送达：%s。\n"
			     "系统会继续重试（langyan notice list）。\n" } },
	[TROUBLE_DOWN] = { { "[Langyan] channel %.*s is down",
			     "The notice to %.*s and others do not get through channel %.*s: "
			     "%s.\n"
			     "It is tried again by itself; whoever waits for it is told "
			     "another way.\n"
			     "Please look at the channel (langyan doctor, langyan notice "
			     "list).\n" },
			   { "[狼烟] 渠道 %.*s 不通",
			     "给 %.*s 的通知和其他通知都无法经渠道 %.*s 送出：%s。\n"
			     "系统会一直重试；等在它后面的人已改用其他方式通知。\n"
			     "请检查该渠道（langyan doctor，langyan notice list）。\n" } },
};

/* Which notice it is. Its body is its person's alone: it carries what answers it. Its subject says
 * nothing that is kept from anybody; of several incidents, or beyond a border, it is not said. */
static void
add_which(struct notices *n, const struct notice_row *failed, const struct telling *t,
	  bool secret, struct buf *b)
{
	bool zh = compose_is_zh(n, t->person);
	struct buf hex = BUF(64);

	id_add_hex(&hex, &failed->id);
	if (!secret && !str_is(failed->kind, "bundle") &&
	    channel_kind(t->channel)->form == PLAIN_TEXT &&
	    !channel_crosses(t->channel, n->env->site))
		buf_addf(b, zh ? "\n标题：%.*s\n" : "\nSubject: %.*s\n",
			 STR_ARG(failed->subject));
	buf_addf(b,
		 zh ? "查看：langyan notice show %.12s\n" : "See: langyan notice show %.12s\n",
		 hex.p);
	buf_release(&hex);
}

static void
trouble_words(struct notices *n, const struct notice_row *failed, const struct trouble *x,
	      const struct telling *t, bool secret, struct notice_row *r)
{
	const struct trouble_phrases *say =
		&trouble_phrases[x->kind][compose_is_zh(n, t->person)];
	struct buf b = BUF(TEXT_MAX);

	buf_addf(&b, say->subject, STR_ARG(failed->channel));
	r->subject = buf_take(&b, n->a);
	buf_addf(&b, say->body, STR_ARG(failed->recipient), STR_ARG(failed->channel), x->why);
	add_which(n, failed, t, secret, &b);
	r->body = buf_take(&b, n->a);
	buf_addf(&b,
		 "{\"planned_at\":%lld%s,\"trouble\":%d,\"said\":", (long long)r->created_at,
		 channel_crosses(t->channel, n->env->site) ? ",\"brief\":1" : "", (int)x->kind);
	json_add_text(&b, str_of(x->why));
	buf_add(&b, STR(",\"failed\":\""));
	id_add_hex(&b, &failed->id);
	buf_add(&b, STR("\"}"));
	r->facts = buf_take(&b, n->a);
	buf_release(&b);
}

/* Of the row's incident: who is out, and is it confidential. */
static int
kept_from(struct notices *n, const struct notice_row *failed, struct conf_texts *out,
	  bool *secret, struct err *e)
{
	struct matter m;
	int found;

	*out = (struct conf_texts){ .n = 0 };
	*secret = str_find(failed->facts, STR(",\"confidential\":1")) >= 0;
	if (id_none(&failed->incident))
		return 0;
	found = matter_row(n->env->store, &failed->incident, n->a, &m, e);
	if (found < 0 || gate_out(n->env->store, &failed->incident, n->a, out, e) < 0)
		return -1;
	*secret |= found && m.confidential;
	return 0;
}

/* One notice of L1 or L2 that does not get through wakes nobody; a channel that takes nothing is news at
 * any hour, and so is somebody's test. */
static bool
operator_hold(struct notices *n, const struct telling *t, const struct notice_row *failed,
	      struct notice_row *r, struct suppressed *s)
{
	enum quiet_why why = QUIET_NO;

	if (t->person && failed->level)
		s->hold.until = roster_reach(n->roster, t->person, failed->level, false,
					     r->created_at, &why);
	if (why == QUIET_NO)
		return false;
	s->hold.why = hold_of_quiet(why);
	s->detail = STR("of a notice that would not have woken anybody");
	r->state = STR("held");
	r->why = str_of(hold_words[s->hold.why]);
	r->due_at = r->next_at = s->hold.until;
	return true;
}

int
compose_operator(struct notices *n, const struct notice_row *failed, const struct trouble *x,
		 int64_t now, struct err *e)
{
	struct telling t = { .channel = &n->net, .address = STR("") };
	struct notice_row r = { .incident = failed->incident,
				.level = failed->level,
				.kind = STR("operator"),
				.state = STR("queued"),
				.created_at = now,
				.due_at = now,
				.next_at = now };
	struct without w = { { failed->channel }, 1, { .n = 0 } };
	struct suppressed hold;
	bool secret, held = false;
	int added;

	if (str_eq(failed->channel, n->net.name))
		return 0; /* even the disk said no: the log has it */
	if (kept_from(n, failed, &w.out, &secret, e) < 0)
		return -1;
	/* A notice about a notice: only on the disk; what it tells goes another way
	 * (compose_operator_again). That a channel is down is said once and is nobody's. */
	if (!str_is(failed->kind, "operator") || x->kind == TROUBLE_DOWN)
		operator_way(n, &w, 0, &t);
	r.recipient = t.person ? t.person->key : STR("");
	r.channel = t.channel->name;
	r.address = t.address;
	trouble_words(n, failed, x, &t, secret, &r);
	r.id = ID_OF(STR("operator"), id_str(&x->once), r.channel);
	if (!x->channel)
		held = operator_hold(n, &t, failed, &r, &hold);
	added = notice_add(n->env->store, &r, e);
	if (added > 0 && held && suppress_write(n, &r.id, &hold, now, e) < 0)
		return -1;
	return added < 0 ? -1 : 0;
}

/* ---- the operator by another way ------------------------------------------------------------------ */

/* What an operator's row told at first, and of which row, when it is of one that did not get through. */
struct alarm {
	struct notice_row first, failed;
	struct trouble x;
	bool of_row;
	bool personal; /* an answer to one person: nobody else is told instead */
};

static int
row_named(struct notices *n, const struct json *facts, const char *key, struct notice_row *out,
	  struct err *e)
{
	struct id id;

	if (id_from_hex(json_text(json_get(facts, key), STR("")), &id) < 0)
		return 0;
	return notice_get(n->env->store, &id, n->a, out, e);
}

static int
alarm_read(struct notices *n, const struct notice_row *r, struct alarm *m, struct err *e)
{
	struct err bad = { 0 };
	const struct json *facts = json_parse(n->a, r->facts, &bad);
	struct str said = json_text(json_get(facts, "said"), STR(""));
	int found;

	*m = (struct alarm){ .first = *r };
	if (row_named(n, facts, "first", &m->first, e) < 0)
		return -1;
	found = row_named(n, facts, "failed", &m->failed, e);
	m->of_row = found > 0;
	m->personal = json_int(json_get(facts, "personal"), 0) != 0;
	m->x.kind = (enum trouble_kind)json_int(json_get(facts, "trouble"), 0);
	m->x.why = arena_text(n->a, said);
	return found < 0 ? -1 : 0;
}

/* The facts, with the row that told it at first. */
static struct str
facts_of_first(struct notices *n, struct str facts, const struct id *first)
{
	struct buf b = BUF(TEXT_MAX);
	bool some = facts.n > 2; /* more than {} */
	struct str out;

	buf_add(&b, some ? str_slice(facts, 0, facts.n - 1) : STR("{"));
	buf_add(&b, some ? STR(",\"first\":\"") : STR("\"first\":\""));
	id_add_hex(&b, first);
	buf_add(&b, STR("\"}"));
	out = buf_take(&b, n->a);
	buf_release(&b);
	return out;
}

/* 1 it is there, now or since before; 0 it has failed there, too; -1. */
static int
add_unless_failed(struct notices *n, const struct notice_row *r, struct err *e)
{
	struct notice_row old;
	int added = notice_add(n->env->store, r, e);

	if (added)
		return added;
	if (notice_get(n->env->store, &r->id, n->a, &old, e) < 0)
		return -1;
	return !str_is(old.state, "failed_perm");
}

/* 1 it is there, now or since before; 0 it has failed there, too; -1. */
static int
tell_again_by(struct notices *n, const struct alarm *m, const struct telling *t, bool secret,
	      int64_t now, struct err *e)
{
	struct notice_row a = m->first;

	a.state = STR("queued");
	a.why = a.recalled = STR("");
	a.attempts = a.arrived = a.repeat_possible = a.sent_at = 0;
	a.created_at = a.due_at = a.next_at = now;
	a.recipient = t->person->key;
	a.channel = t->channel->name;
	a.address = t->address;
	if (m->of_row)
		trouble_words(n, &m->failed, &m->x, t, secret, &a);
	a.facts = facts_of_first(n, a.facts, &m->first.id);
	a.id = ID_OF(STR("operator again"), id_str(&m->first.id), a.channel, a.address);
	return add_unless_failed(n, &a, e);
}

int
compose_operator_again(struct notices *n, const struct notice_row *r, int64_t now,
		       struct err *e)
{
	struct without w = { { r->channel }, 1, { .n = 0 } };
	struct alarm m;
	struct telling t;
	bool secret;
	int added = 0;

	if (str_eq(r->channel, n->net.name))
		return 0;
	if (alarm_read(n, r, &m, e) < 0 ||
	    kept_from(n, m.of_row ? &m.failed : r, &w.out, &secret, e) < 0)
		return -1;
	w.channel[w.n++] = m.first.channel;
	if (m.of_row)
		w.channel[w.n++] = m.failed.channel;
	/* Who it was for, by another way; then whoever looks after Langyan. */
	for (int own = 1; !added && own >= m.personal; own--)
		for (size_t i = 0; !added && operator_way(n, &w, i, &t); i++)
			if (str_eq(t.person->key, m.first.recipient) == own)
				added = tell_again_by(n, &m, &t, secret, now, e);
	return added;
}
