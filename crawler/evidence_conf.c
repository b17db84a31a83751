/* evidence_conf.c - the keys of evidence: in the configuration. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/conf.h"

#define AT(field) offsetof(struct evidence_conf, field)

static const struct conf_key keys[] = {
	{ "fetch", CONF_BOOL, AT(fetch), 0, 1, "on",
	  "fetch the page behind a document that is kept, now and later; off = only what "
	  "came" },
	{ "again", CONF_TEXTS, AT(again), 0, EVIDENCE_AGAIN_MAX, "[1h, 6h, 1d, 7d]",
	  "look again so long after the first sight; later daily while an incident is open" },
	{ "max_bytes", CONF_BYTES, AT(max_bytes), 1024, 32 << 20, "4M", "largest page kept" },
	{ "keep", CONF_SECONDS, AT(keep_s), 0, 3650 * 86400LL, "180d",
	  "evidence stays; 0 = none is kept" },
	{ "keep_incident", CONF_SECONDS, AT(keep_incident_s), 0, 3650 * 86400LL, "1095d",
	  "that of an incident stays" },
	{ "keep_bytes", CONF_BYTES, AT(keep_bytes), 1 << 20, (int64_t)1 << 44, "20G",
	  "over this no page is fetched any more; nothing kept is removed for it" },
	CONF_END,
};

static void
check(struct conf_reader *r, void *self)
{
	struct evidence_conf *c = self;
	int64_t before = 0;

	for (size_t i = 0; i < c->again.n && i < EVIDENCE_AGAIN_MAX; i++) {
		struct err e = { 0 };
		int64_t s;

		if (conf_seconds(c->again.v[i], &s, &e) < 0)
			conf_error(r, &c->again, "%s", e.text);
		else if (s <= before)
			conf_error(r, &c->again, "\"%.*s\" is not later than the one before",
				   STR_ARG(c->again.v[i]));
		else
			c->again_s[c->n_again++] = before = s;
	}
	if (c->keep_s && c->keep_incident_s < c->keep_s)
		conf_error(r, &c->keep_incident_s, "is shorter than keep:");
}

const struct conf_schema evidence_schema = {
	.name = "evidence",
	.size = sizeof(struct evidence_conf),
	.keys = keys,
	.help = "what grave or far-heard mentions looked like, and became",
	.check = check,
};
