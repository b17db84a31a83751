/* retain_conf.c - the keys of retention: in the configuration. */
#include "core/base.h"

#include "responder/retain.h"

#define AT(field) offsetof(struct retain_conf, field)
#define DAY_S     86400
/* Windows look back 7 days, an incident that is closed opens again within 14. */
#define LEAST_S (14 * DAY_S)

static const struct conf_key keys[] = {
	{ "text", CONF_SECONDS, AT(text_s), 0, 3650 * (int64_t)DAY_S, "180d",
	  "title, text and link stay so long after arrival; 0 = for ever" },
	{ "authors", CONF_SECONDS, AT(authors_s), 0, 3650 * (int64_t)DAY_S, "30d",
	  "who wrote it, unless an incident rests on it; 0 = for ever" },
	{ "incidents", CONF_SECONDS, AT(incidents_s), 0, 7300 * (int64_t)DAY_S, "1095d",
	  "an incident, its file and all it rests on, after its end; 0 = for ever" },
	CONF_END,
};

/* Is a longer than b? 0 is the longest. */
static bool
is_longer(int64_t a, int64_t b)
{
	return b && (!a || a > b);
}

static void
check(struct conf_reader *r, void *self)
{
	struct retain_conf *c = self;
	int64_t *v[] = { &c->text_s, &c->authors_s, &c->incidents_s };

	for (size_t i = 0; i < LY_COUNT(v); i++)
		if (*v[i] && *v[i] < LEAST_S)
			conf_error(r, v[i],
				   "is less than 14d: windows and incidents look back so far");
	if (is_longer(c->authors_s, c->text_s))
		conf_error(r, &c->authors_s, "is longer than text: an author goes no later");
	if (is_longer(c->text_s, c->incidents_s))
		conf_error(r, &c->incidents_s, "is shorter than text:");
}

const struct conf_schema retain_schema = {
	.name = "retention",
	.size = sizeof(struct retain_conf),
	.keys = keys,
	.help = "保存期限: how long the record keeps what people wrote; counts stay",
	.check = check,
};
