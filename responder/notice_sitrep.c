/* notice_sitrep.c - a situation report goes to the people of an incident's roles. */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/gate.h"
#include "responder/outbox.h"

#define TEXT_MAX (256 << 10)

/* Subject, text, HTML and facts of the row: what compose_add() asks of a wave with a report. */
void
notice_sitrep_fill(struct notices *n, const struct wave *w, const struct telling *t,
		   struct notice_row *r)
{
	const struct matter *m = w->m;
	const struct person_conf *owner = person_find(n->c, m->owner);
	struct sitrep_words words = { .s = w->report,
				      .m = m,
				      .zh = compose_is_zh(n, t->person),
				      .brief = channel_crosses(t->channel, n->env->site) ||
					       m->confidential,
				      .form = channel_kind(t->channel)->form,
				      .zone = roster_zone(n->roster, t->person),
				      .owner = owner ? owner->name : m->owner };
	struct buf b = BUF(TEXT_MAX);

	sitrep_subject(&words, &b);
	r->subject = buf_take(&b, n->a);
	sitrep_body(&words, &b);
	r->body = buf_take(&b, n->a);
	if (t->channel->kind == CHANNEL_SMTP)
		sitrep_html(&words, &b);
	r->html = buf_take(&b, n->a);
	buf_addf(&b, "{\"planned_at\":%lld,\"incident\":\"%.*s\",\"level\":%lld,",
		 (long long)w->now, STR_ARG(m->number), (long long)m->level);
	if (m->confidential) {
		buf_addf(&b, "\"confidential\":1,\"n\":%lld}", (long long)w->report->n);
	} else {
		sitrep_facts(w->report, &b);
		buf_addf(&b, ",\"brief\":%d,\"evidence\":[", words.brief);
		for (size_t i = 0; !words.brief && i < m->evidence_n; i++) {
			buf_add(&b, i ? STR(",\"") : STR("\""));
			id_add_hex(&b, &m->evidence[i].mention);
			buf_add_byte(&b, '"');
		}
		buf_add(&b, STR("]}"));
	}
	r->facts = buf_take(&b, n->a);
	buf_release(&b);
}

/* Whoever has a role, and the owner; each once, nobody who is out. */
static int
people_of(struct notices *n, const struct incident *i, const struct matter *m,
	  struct conf_texts *to, struct err *e)
{
	struct gate_ask q = { n->env, n->c, i, STR("clock"), n->now, n->a };
	struct conf_texts out;

	*to = (struct conf_texts){ arena_alloc(n->a, (ROLES + 1) * sizeof *to->v), 0 };
	if (gate_out(n->env->store, &i->id, n->a, &out, e) < 0)
		return -1;
	for (int k = 0; k < ROLES; k++) {
		struct str who;

		if (gate_holder(&q, role_words[k], &who, e) < 0)
			return -1;
		if (who.n && !gate_is_out(to, who))
			to->v[to->n++] = who;
	}
	if (m->owner.n && !gate_is_out(&out, m->owner) && !gate_is_out(to, m->owner))
		to->v[to->n++] = m->owner;
	return 0;
}

/* Through the first contact alone: a report wakes nobody whom the page has not woken. */
static int
tell(struct notices *n, const struct wave *w, const struct conf_texts *to, struct err *e)
{
	struct policy_ask q = { .roster = n->roster,
				.level = w->m->level,
				.safety = w->m->safety != 0,
				.now = w->now,
				.first_only = true };
	int told = 0;

	for (size_t i = 0; i < to->n; i++) {
		const struct person_conf *p = person_find(n->c, to->v[i]);
		struct tellings t = { .n = 0 };
		int added;

		if (p)
			person_tell(&q, p, &t);
		added = t.n ? compose_add(n, w, &t.v[0], e) : 0;
		if (added < 0)
			return -1;
		told += added;
	}
	return told;
}

int
notices_sitrep(struct notices *n, const struct incident *i, const struct sitrep *report,
	       int64_t now, struct err *e)
{
	struct wave w = { .kind = "sitrep", .seq = report->n, .report = report, .now = now };
	struct conf_texts to;
	struct matter m;
	int found, told;

	notices_fresh(n);
	n->due_known = false;
	found = matter_read(n->env->store, &i->id, n->a, &m, e);
	if (found <= 0)
		return found < 0 ? -1 : 0;
	m.watch_title = watch_title(n->env, m.watch);
	m.evidence_n = 0; /* of this report, not of the firing */
	w.m = &m;
	if (matter_evidence(n->env->store,
			    (struct str){ (const char *)report->top,
					  report->top_n * sizeof *report->top },
			    n->a, &m, e) < 0 ||
	    people_of(n, i, &m, &to, e) < 0)
		return -1;
	told = tell(n, &w, &to, e);
	if (told < 0)
		return -1;
	if (!told)
		log_event(LOG_WARN, "sitrep_nobody", "incident=%.*s n=%lld", STR_ARG(m.number),
			  (long long)report->n);
	return outbox_claim(n, now, e) < 0 ? -1 : told;
}
