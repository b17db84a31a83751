/* verify_notice.c - do the figures of a notice stand in a firing of its incident? */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/notice_said.h"
#include "responder/notice_text.h"
#include "responder/unquote_store.h"
#include "responder/verify_parts.h"
#include "responder/verify_store.h"

/* Both reasons end with the figure below which nothing would have happened. */
static const char *const reason_marks[] = { "would have stayed silent below", "不会触发" };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The next run of digits of *s, cut off its front; empty when there is none. */
static struct str
next_figure(struct str *s)
{
	size_t at = 0, n = 0;
	struct str out;

	while (at < s->n && !is_digit(s->p[at]))
		at++;
	while (at + n < s->n && is_digit(s->p[at + n]))
		n++;
	out = str_slice(*s, at, n);
	*s = str_slice(*s, at + n, s->n);
	return out;
}

/* All figures of reason stand in text, in this order and with none between them. The words
 * around them may have been made safe to print, the figures never change. */
static bool
holds_figures(struct str text, struct str reason)
{
	struct str first_rest = reason, first = next_figure(&first_rest);

	while (text.n) {
		struct str from, want_rest = first_rest, want = first,
				 have = next_figure(&text);

		from = text;
		while (want.n && str_eq(want, have)) {
			want = next_figure(&want_rest);
			have = next_figure(&from);
		}
		if (!want.n)
			return true;
	}
	return !first.n;
}

static bool
says_why(struct str body)
{
	for (size_t i = 0; i < LY_COUNT(reason_marks); i++)
		if (str_find(body, str_of(reason_marks[i])) >= 0)
			return true;
	return false;
}

struct asked {
	const struct stored_notice *notice;
	struct str trigger;
	int64_t mentions;
	bool counted, said, any;
};

static void
match_firing(void *arg, const struct stored_reason *r)
{
	struct asked *x = arg;

	x->any = true;
	if (str_eq(r->trigger, x->trigger) && r->evidence_n == x->mentions)
		x->counted = true;
	if (holds_figures(x->notice->body, r->zh) || holds_figures(x->notice->body, r->en))
		x->said = true;
}

/* Of the incident, and of what it went on as: firings go along. */
static int
match_firings(struct verify *v, const struct id *incident, struct asked *x)
{
	struct id at = *incident;
	int more = 1;

	while (more > 0) {
		struct id next;

		if (verify_reasons(v->s, &at, match_firing, x, v->e) < 0)
			return -1;
		more = verify_heir(v->s, &at, &next, v->e);
		at = next;
	}
	return more;
}

/* What it lists as evidence is told, or told as erased. */
static int
check_quotes(struct verify *v, const struct stored_notice *n, const struct json *facts)
{
	const struct json *list = json_get(facts, "evidence");
	int erased = 0;

	for (size_t i = 0; erased >= 0 && i < json_count(list); i++) {
		struct str hex = json_text(json_at(list, i), STR(""));
		struct id id;

		erased = id_from_hex(hex, &id) < 0 ? 0 : mention_is_erased(v->s, &id, v->e);
		if (erased > 0 && notice_quotes(n->body, i))
			verify_differs(v, "a notice still quotes mention %.*s, which is erased",
				       STR_ARG(hex));
	}
	return erased < 0 ? -1 : 0;
}

/* Nobody answers, or leaves unanswered, what has not left. */
static void
check_state(struct verify *v, const struct stored_notice *n, const char *hex)
{
	bool over = str_is(n->state, "acked") || str_is(n->state, "expired");

	if (!notice_said_find(notice_states, n->state))
		verify_differs(v, "notice %s is in no state there is: \"%.*s\"", hex,
			       STR_ARG(n->state));
	else if (over && !n->left)
		verify_differs(v, "notice %s is %.*s and has not left", hex, STR_ARG(n->state));
}

static int
check_notice(void *arg, const struct stored_notice *n)
{
	struct verify *v = arg;
	struct asked x = { .notice = n };
	const struct json *facts;
	struct buf hex = BUF(64);
	struct err bad;

	v->sum->notices++;
	v->sum->erased += n->erased;
	arena_reset(v->a);
	facts = json_parse(v->a, n->facts, &bad);
	if (check_quotes(v, n, facts) < 0)
		return -1;
	x.trigger = json_text(json_get(facts, "trigger"), STR(""));
	x.mentions = json_int(json_get(facts, "mentions"), 0);
	if (match_firings(v, &n->incident, &x) < 0)
		return -1;
	id_add_hex(&hex, &n->id);
	check_state(v, n, hex.p);
	if (json_int(json_get(facts, "confidential"), 0)) {
		if (says_why(n->body))
			verify_differs(v, "notice %s of a confidential incident tells why",
				       hex.p);
	} else if (!x.any)
		v->sum->expired++;
	else if (!x.counted)
		verify_differs(v,
			       "notice %s counts %lld mentions of \"%.*s\"; no firing of its "
			       "incident does",
			       hex.p, (long long)x.mentions, STR_ARG(x.trigger));
	else if (says_why(n->body) && !x.said)
		verify_differs(v, "notice %s gives figures that no firing of its incident has",
			       hex.p);
	buf_release(&hex);
	return 0;
}

int
verify_all_notices(struct verify *v)
{
	return verify_pages(v->s, check_notice, v, v->e) < 0 ? -1 : 0;
}
