/* act_file.c - the file of an incident as it is shown: what stands, and what may be said of each
 * claim. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/disclosure.h"
#include "responder/gate.h"
#include "responder/strategy.h"

struct showing {
	struct act *x;
	struct assessment form;
	bool legal; /* the asker may see what is for legal only */
	size_t n;
};

static int
add_entry(void *arg, const struct entry *n)
{
	struct showing *s = arg;
	struct buf *b = &s->x->out;
	struct err bad;
	const struct json *j = json_parse(s->x->a, n->value.n ? n->value : STR("{}"), &bad);
	bool hidden = str_is(json_text(json_get(j, "view"), STR("")), "legal") && !s->legal;

	if (str_is(n->kind, "assessment"))
		s->form = assessment_of(j);
	buf_add(b, s->n++ ? STR(",{\"kind\":") : STR("{\"kind\":"));
	json_add_text(b, n->kind);
	act_add_text(b, "key", n->key);
	act_add_time(b, "at", n->at);
	act_add_text(b, "actor", n->actor);
	if (n->erased.n)
		act_add_text(b, "erased", n->erased);
	/* Written by us as JSON. */
	buf_addf(b, ",\"value\":%.*s}",
		 STR_ARG(hidden       ? STR("{\"view\":\"legal\"}")
			 : n->value.n ? n->value
				      : STR("{}")));
	return 0;
}

static void
add_strategies(struct buf *b, const char *key, unsigned bits)
{
	const char *comma = "";

	buf_addf(b, ",\"%s\":[", key);
	for (int i = 0; strategy_words[i]; i++) {
		if (!(bits >> i & 1))
			continue;
		buf_addf(b, "%s\"%s\"", comma, strategy_words[i]);
		comma = ",";
	}
	buf_add_byte(b, ']');
}

static int
add_claim(void *arg, const struct entry *n)
{
	struct showing *s = arg;
	struct buf *b = &s->x->out;
	struct err bad;
	const struct json *j = json_parse(s->x->a, n->value, &bad);
	struct strategies t = strategies_of(&s->form, truth_of(j));

	buf_add(b, s->n++ ? STR(",{\"claim\":") : STR("{\"claim\":"));
	json_add_text(b, n->key);
	act_add_text(b, "cluster", str_of(cluster_words[t.cluster]));
	buf_addf(b, ",\"stepped\":%s", t.stepped ? "true" : "false");
	add_strategies(b, "use", t.use);
	add_strategies(b, "blocked", t.blocked);
	act_add_text(b, "why_zh", str_of(t.why_zh));
	act_add_text(b, "why_en", str_of(t.why_en));
	buf_add_byte(b, '}');
	return 0;
}

static bool
is_legal(const struct act *x)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);

	for (size_t i = 0; p && i < p->roles.n; i++)
		if (str_is(p->roles.v[i], "legal"))
			return true;
	return false;
}

int
act_add_file(struct act *x, const struct incident *i, struct err *e)
{
	struct showing s = { .x = x, .form = ASSESSMENT_NONE, .legal = is_legal(x) };

	buf_add(&x->out, STR(",\"file\":["));
	if (entries_standing(x->r->store, &i->id, STR(""), add_entry, &s, e) < 0)
		return -1;
	s.n = 0;
	buf_add(&x->out, STR("],\"strategies\":["));
	if (entries_standing(x->r->store, &i->id, STR("claim"), add_claim, &s, e) < 0)
		return -1;
	buf_add_byte(&x->out, ']');
	return 0;
}

int
act_add_told(struct act *x, const struct incident *i, struct err *e)
{
	struct buf *b = &x->out;
	struct disclosure_seen d;

	if (disclosure_read(x->r->store, &i->id, &d, e) < 0)
		return -1;
	buf_add(b, STR(",\"told_first\":{\"by\":"));
	json_add_text(b, str_of(disclosure_words[disclosure_first(d.own_at, d.outside_at)]));
	act_add_time(b, "outside_at", d.outside_at);
	act_add_time(b, "own_at", d.own_at);
	if (d.outside_at) {
		buf_add(b, STR(",\"mention\":\""));
		id_add_hex(b, &d.mention);
		buf_add_byte(b, '"');
	}
	if (d.release)
		buf_addf(b, ",\"release\":%lld", (long long)d.release);
	else if (d.own_at) {
		buf_add(b, STR(",\"document\":\""));
		id_add_hex(b, &d.document);
		buf_add_byte(b, '"');
	}
	buf_add_byte(b, '}');
	return 0;
}
