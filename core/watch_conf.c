#include "core/base.h"

#include "core/str.h"
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

static const struct conf_key word_list_keys[] = {
	{ "words", CONF_TEXTS, offsetof(struct word_list, words), 1, 1000, NULL,
	  "words, phrases, names, domains: what a query would otherwise say one by one", NULL,
	  NULL },
	CONF_END,
};

static void
word_list_check(struct conf_reader *r, void *self)
{
	struct word_list *l = self;

	for (size_t i = 0; i < l->words.n; i++)
		if (!l->words.v[i].n)
			conf_error(r, &l->words.v[i], "a word of a list cannot be empty");
}

const struct conf_schema word_list_schema = {
	"list",
	sizeof(struct word_list),
	word_list_keys,
	"Words under a name, for the queries of all watches: list:NAME. [a, b] is enough.",
	offsetof(struct word_list, name),
	word_list_check,
};

#define NEAR_MAX 256 /* lists that a mistyped name is compared with */

const struct word_list *
word_list_find(const struct conf_list *lists, struct str name, struct err *e)
{
	const struct word_list *v = lists ? lists->v : NULL;
	const char *names[NEAR_MAX], *near;
	size_t n = lists ? lists->n : 0;

	for (size_t i = 0; i < n; i++) {
		if (str_eq(v[i].name, name))
			return &v[i];
		if (i < NEAR_MAX)
			names[i] = v[i].name.p;
	}
	near = n ? conf_nearest(name, names, n < NEAR_MAX ? n : NEAR_MAX) : NULL;
	if (near)
		err_set(e, ERR_USAGE, "there is no list \"%.*s\": did you mean \"%s\"?",
			STR_ARG(name), near);
	else
		err_set(e, ERR_USAGE,
			"there is no list \"%.*s\"; the configuration names them, as lists: { "
			"NAME: [a, b] }",
			STR_ARG(name));
	return NULL;
}
