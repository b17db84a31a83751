/* The keys `silences` and `inhibit`. */
#include "core/base.h"

#include "core/str.h"
#include "responder/inhibit.h"
#include "responder/silence.h"

#define AT(type, field) offsetof(struct type, field)
#define RULES_MAX       64 /* bits of a set */

/* ---- silences ---- */

static const struct conf_key silence_keys[] = {
	{ "match", CONF_TEXTS, AT(silence_conf, match), 1, 20, NULL,
	  "matchers, all of which fit: watch=tea, topic=~\"logistics|stock\"" },
	{ "from", CONF_TIME, AT(silence_conf, from), 0, 0, "",
	  "when it begins; empty: at once" },
	{ "until", CONF_TIME, AT(silence_conf, until), 0, 0, NULL, "when it ends" },
	{ "who", CONF_TEXT, AT(silence_conf, who), 0, 100, NULL, "who wants it" },
	{ "why", CONF_TEXT, AT(silence_conf, why), 0, 500, NULL, "and why" },
	CONF_END,
};

static void
silence_check(struct conf_reader *r, void *self)
{
	struct silence_conf *s = self;

	s->matchers = matchers_check(r, &s->match);
	if (!s->match.n)
		conf_error(r, s, "a silence needs a matcher: else it would hold everything");
	if (s->until <= s->from)
		conf_error(r, &s->until, "it ends before it begins");
}

const struct conf_schema silence_schema = {
	.name = "silence",
	.size = sizeof(struct silence_conf),
	.keys = silence_keys,
	.help = "What fits it is told to nobody while it lasts; L3 only when it names the "
		"level, "
		"safety never.",
	.check = silence_check,
};

/* ---- inhibit ---- */

static const struct conf_key inhibit_keys[] = {
	{ "source", CONF_TEXTS, AT(inhibit_conf, source), 1, 20, NULL,
	  "while an incident that fits these is open …" },
	{ "target", CONF_TEXTS, AT(inhibit_conf, target), 1, 20, NULL,
	  "… what fits these is held" },
	{ "equal", CONF_TEXTS, AT(inhibit_conf, equal), 0, TAG_COUNT, "[watch]",
	  "if both have the same of these labels" },
	CONF_END,
};

static void
inhibit_check(struct conf_reader *r, void *self)
{
	struct inhibit_conf *c = self;

	c->sources = matchers_check(r, &c->source);
	c->targets = matchers_check(r, &c->target);
	conf_among(r, &c->equal, "label", tag_words);
	for (size_t i = 0; i < c->equal.n; i++)
		for (int k = 0; k < TAG_COUNT; k++)
			c->equals |= (uint32_t)str_is(c->equal.v[i], tag_words[k]) << k;
	if (!c->source.n || !c->target.n)
		conf_error(r, c,
			   "a rule needs a source and a target: else it holds everything");
}

const struct conf_schema inhibit_schema = {
	.name = "inhibition",
	.size = sizeof(struct inhibit_conf),
	.keys = inhibit_keys,
	.help = "While a source is open its targets are held. L3 and safety never are.",
	.check = inhibit_check,
};

static bool
has(const struct conf_texts *all, struct str text)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(str_trim(all->v[i]), str_trim(text)))
			return true;
	return false;
}

/* Whatever fits a fits b, as far as their texts say. */
static bool
implies(const struct conf_texts *a, const struct conf_texts *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!has(a, b->v[i]))
			return false;
	return true;
}

/* Does what rule `from` holds, holding in turn what it is a source of, hold a source of `goal`? A
 * rule alone makes no circle: what fits both its sides holds nothing that does, too. */
static bool
reaches(const struct inhibit_conf *rules, size_t n, size_t from, size_t goal, uint64_t *seen)
{
	for (size_t i = 0; i < n && i < RULES_MAX; i++) {
		if (i == from || *seen >> i & 1 ||
		    !implies(&rules[from].target, &rules[i].source))
			continue;
		*seen |= (uint64_t)1 << i;
		if (i == goal || reaches(rules, n, i, goal, seen))
			return true;
	}
	return false;
}

void
inhibit_check_all(struct conf_reader *r, const struct conf_list *rules)
{
	const struct inhibit_conf *v = rules->v;

	for (size_t i = 0; i < rules->n && i < RULES_MAX; i++) {
		uint64_t seen = 0;

		if (reaches(v, i + 1, i, i, &seen))
			conf_error(r, &v[i].target,
				   "a circle: what this rule holds would hold its own source, "
				   "and both stay silent");
	}
}
