/* policy_conf.c - the schema of one entry of `policies:`, whose structs are in people_conf.h. */
#include "core/base.h"

#include "responder/people_conf.h"

#define AT(type, field) offsetof(struct type, field)

static const struct conf_key step_keys[] = {
	{ "to", CONF_TEXTS, AT(step_conf, to), 1, 32, NULL,
	  "who is told: person:NAME, schedule:NAME (who is on shift), channel:NAME" },
	{ "after", CONF_SECONDS, AT(step_conf, after), 0, 540000, "0",
	  "told when the step before is unanswered for so long; 0: 30m at L1, 15m at L2, 5m at "
	  "L3; of the first step: before it is told again (repeat)" },
	CONF_END,
};
static const struct conf_schema step_schema = {
	.name = "step",
	.size = sizeof(struct step_conf),
	.keys = step_keys,
	.help = "One rung of an escalation.",
};
static const struct conf_key policy_keys[] = {
	{ "steps", CONF_LIST, AT(policy_conf, steps), 1, 32, NULL, "in this order",
	  &step_schema },
	{ "repeat", CONF_COUNT, AT(policy_conf, repeat), 0, 5, "0",
	  "how often all steps are gone through again" },
	CONF_END,
};

static void
policy_check(struct conf_reader *r, void *self)
{
	struct policy_conf *p = self;
	struct step_conf *s = p->steps.v;

	for (size_t i = 0; i < p->steps.n; i++)
		if (s[i].after && s[i].after < 60)
			conf_error(r, &s[i].after, "a person needs at least 1m to answer");
	if (p->steps.n && s[0].after && !p->repeat)
		conf_error(r, &s[0].after,
			   "the first step is told at once: leave \"after\" out, or let the "
			   "policy repeat");
}

const struct conf_schema policy_schema = {
	.name = "policy",
	.size = sizeof(struct policy_conf),
	.keys = policy_keys,
	.help = "Who is told next while nobody takes it.",
	.name_at = AT(policy_conf, name),
	.check = policy_check,
};
