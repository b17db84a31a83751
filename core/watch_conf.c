#include "core/base.h"

#include "core/watch_conf.h"

const char *const watch_size_words[] = { "small", "medium", "large", NULL };

static const struct conf_key campaign_keys[] = {
	{ "from", CONF_TIME, offsetof(struct watch_campaign, from_at), 0, 0, NULL,
	  "when it begins", NULL, NULL },
	{ "to", CONF_TIME, offsetof(struct watch_campaign, to_at), 0, 0, NULL,
	  "when it is over", NULL, NULL },
	{ "title", CONF_TEXT, offsetof(struct watch_campaign, title), 0, 200, "", "what it is",
	  NULL, NULL },
	CONF_END,
};

static void
campaign_check(struct conf_reader *r, void *self)
{
	struct watch_campaign *c = self;

	if (c->to_at <= c->from_at)
		conf_error(r, &c->to_at, "a campaign ends after it begins");
}

static const struct conf_schema campaign_schema = {
	"campaign",
	sizeof(struct watch_campaign),
	campaign_keys,
	"A planned campaign, kept out of baselines.",
	0,
	campaign_check,
};

#define AT(f) offsetof(struct watch_conf, f)
static const struct conf_key watch_keys[] = {
	{ "title", CONF_TEXT, AT(title), 0, 200, "", "the name as people say it", NULL, NULL },
	{ "query", CONF_TEXT, AT(query), 1, 65536, NULL,
	  "what is said about it: words, \"phrases\", AND OR NOT NEAR/5, fields; docs/query.md",
	  NULL, NULL },
	{ "size", CONF_CHOICE, AT(size), 0, 0, "small",
	  "mentions a day: small (about 20), medium (3,000), large (50,000)", NULL,
	  watch_size_words },
	{ "rivals", CONF_TEXTS, AT(rivals), 0, 200, "",
	  "names whose praise and blame are not about us", NULL, NULL },
	{ "own_sites", CONF_TEXTS, AT(own_sites), 0, 200, "", "our own sites: never alarm",
	  NULL, NULL },
	{ "own_accounts", CONF_TEXTS, AT(own_accounts), 0, 200, "",
	  "our own accounts: never alarm", NULL, NULL },
	{ "match", CONF_TEXTS, AT(match), 0, 1000, "", "samples the query must match", NULL,
	  NULL },
	{ "nomatch", CONF_TEXTS, AT(nomatch), 0, 1000, "", "samples the query must not match",
	  NULL, NULL },
	{ "campaigns", CONF_LIST, AT(campaigns), 0, 100, "", "planned campaigns",
	  &campaign_schema, NULL },
	{ "notable", CONF_TEXTS, AT(notable), 0, 1000, "",
	  "authors of whom any negative mention counts", NULL, NULL },
	{ "topics", CONF_TEXTS, AT(topics), 0, 100, "", "topic ids to report; empty: all", NULL,
	  NULL },
	CONF_END,
};
#undef AT

static void
watch_check(struct conf_reader *r, void *self)
{
	struct watch_conf *w = self;

	if (!w->title.n)
		w->title = w->name;
	for (size_t i = 0; i < w->rivals.n; i++)
		if (!w->rivals.v[i].n)
			conf_error(r, &w->rivals, "a rival's name cannot be empty");
}

const struct conf_schema watch_schema = {
	"watch",
	sizeof(struct watch_conf),
	watch_keys,
	"A brand or topic that is watched: what counts as about it, how much is normal.",
	offsetof(struct watch_conf, name),
	watch_check,
};
