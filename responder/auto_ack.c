/* auto_ack.c - see auto_ack.h. */
#include "core/base.h"

#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/auto_ack.h"

const char *const ack_lock_words[] = { "open",     "off",   "watch", "source", "channel",
				       "intent",   "ours",  "stale", "topic",  "author",
				       "level",    "grade", "quiet", "once",   "rate",
				       "template", NULL };

#define AT(field) offsetof(struct quiet_conf, field)
static const struct conf_key quiet_keys[] = {
	{ "from", CONF_CLOCK, AT(from), 0, 86400, "22:00", "in the site's zone" },
	{ "to", CONF_CLOCK, AT(to), 0, 86400, "08:00", "…; equal: none" },
	CONF_END,
};
#undef AT
static const struct conf_schema quiet_schema = {
	.name = "quiet",
	.size = sizeof(struct quiet_conf),
	.keys = quiet_keys,
	.help = "When nothing is acknowledged, also not later.",
};
#define AT(field) offsetof(struct auto_ack_conf, field)
static const struct conf_key keys[] = {
	{ "enabled", CONF_BOOL, AT(enabled), 0, 0, "off", "complaints are acknowledged" },
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "of these; empty: of none" },
	{ "sources", CONF_TEXTS, AT(sources), 0, 1000, "",
	  "that came through these, which are yours (basis: owned); empty: none" },
	{ "channel", CONF_NAME, AT(channel), 0, 0, "", "through this channel of publish:" },
	{ "templates", CONF_TEXTS, AT(templates), 0, 100, "",
	  "with the first of these in the language of the complaint that was approved "
	  "(approved_by)" },
	{ "per_hour", CONF_COUNT, AT(per_hour), 1, 1000, "20", "at most so many" },
	{ "quiet", CONF_BLOCK, AT(quiet), .dflt = "", .help = "not then", .of = &quiet_schema },
	{ "max_age", CONF_SECONDS, AT(max_age), 60, 7 * 86400, "24h",
	  "not when the complaint is older" },
	{ "unknown_tier", CONF_BOOL, AT(unknown_tier), 0, 0, "off",
	  "on: also to authors whose followers the source does not tell, as of a help desk" },
	CONF_END,
};
#undef AT
const struct conf_schema auto_ack_schema = {
	.name = "auto_ack",
	.size = sizeof(struct auto_ack_conf),
	.keys = keys,
	.help = "Acknowledge complaints on channels of your own.",
};

/* ---- names ------------------------------------------------------------------------------------------ */

static size_t
index_of(struct str name, const struct str *names, size_t n)
{
	size_t i = 0;

	while (i < n && !str_eq(names[i], name))
		i++;
	return i;
}

void
auto_ack_conf_check(struct conf_reader *r, const struct auto_ack_conf *c,
		    const struct auto_ack_names *names)
{
	if (!c->enabled)
		return;
	for (size_t i = 0; i < c->watches.n; i++)
		if (index_of(c->watches.v[i], names->watches, names->watches_n) ==
		    names->watches_n)
			conf_unknown(r, &c->watches, "watch", c->watches.v[i], names->watches,
				     names->watches_n);
	for (size_t i = 0; i < c->sources.n; i++) {
		size_t k = index_of(c->sources.v[i], names->sources, names->sources_n);

		if (k == names->sources_n)
			conf_unknown(r, &c->sources, "source", c->sources.v[i], names->sources,
				     names->sources_n);
		else if (!names->ours[k])
			conf_error(r, &c->sources,
				   "source \"%.*s\" is not yours (basis: owned): nobody is "
				   "answered there by itself",
				   STR_ARG(c->sources.v[i]));
	}
	if (!conf_texts_have(names->publish, c->channel))
		conf_error(r, &c->channel,
			   "channel \"%.*s\" is none of publish:", STR_ARG(c->channel));
	if (!c->templates.n)
		conf_error(r, &c->templates, "which templates? nothing else is ever sent");
}

/* ---- locks ------------------------------------------------------------------------------------------ */

/* Grave also when it is negated: better no machine's word there. */
static bool
is_grave(const struct mention *m)
{
	static const char *const never[] = { "product_safety", "food_safety", "injury",
					     "death",          "minors",      "legal",
					     "regulator" };
	const struct topic_hit *t = m->topics.v;

	for (size_t i = 0; i < m->topics.n; i++) {
		if (t[i].safety)
			return true;
		for (size_t k = 0; k < LY_COUNT(never); k++)
			if (str_is(t[i].topic, never[k]))
				return true;
	}
	return false;
}

static bool
is_somebody(const struct auto_ack_ask *q)
{
	const struct document *d = q->document;
	int tier = document_tier(d);

	return tier >= 2 || (tier < 0 && !q->conf->unknown_tier) ||
	       d->source_class == CLASS_NEWS || d->source_class == CLASS_OFFICIAL ||
	       q->mention->flags & (MENTION_OFFICIAL | MENTION_NOTABLE) ||
	       id_none(&d->author_key);
}

static bool
is_stale(const struct auto_ack_ask *q)
{
	const struct document *d = q->document;
	int64_t at = d->published_at ? d->published_at : d->arrived_at;

	return d->flags & (DOCUMENT_OLD | DOCUMENT_HISTORY) || q->now - at > q->conf->max_age;
}

/* What the configuration says. */
static enum ack_lock
place(const struct auto_ack_ask *q)
{
	const struct auto_ack_conf *c = q->conf;

	if (!c->enabled)
		return ACK_OFF;
	if (!conf_texts_have(&c->watches, q->mention->watch))
		return ACK_WATCH;
	if (!conf_texts_have(&c->sources, q->document->source))
		return ACK_SOURCE;
	return conf_texts_have(q->publish, c->channel) ? ACK_OPEN : ACK_CHANNEL;
}

enum ack_lock
auto_ack_glance(const struct auto_ack_ask *q)
{
	const struct mention *m = q->mention;
	enum ack_lock held = place(q);

	if (held != ACK_OPEN)
		return held;
	if (m->intent != INTENT_COMPLAINT || m->label > 0 ||
	    m->flags & (MENTION_PROMOTION | MENTION_RIVAL | MENTION_UNDECIDED))
		return ACK_NO_COMPLAINT;
	if (q->document->flags & DOCUMENT_OWNED || m->flags & (MENTION_OWNED | MENTION_ECHO))
		return ACK_OURS;
	if (is_stale(q))
		return ACK_STALE;
	if (is_grave(m))
		return ACK_TOPIC;
	if (is_somebody(q))
		return ACK_AUTHOR;
	return q->quiet ? ACK_QUIET : ACK_OPEN;
}

/* What goes on in the watch. */
static enum ack_lock
trouble(const struct auto_ack_ask *q)
{
	if (q->level >= 2)
		return ACK_LEVEL;
	return q->grade >= 2 ? ACK_GRADE : ACK_OPEN;
}

enum ack_lock
auto_ack_again(const struct auto_ack_ask *q)
{
	enum ack_lock held = place(q);

	if (held == ACK_OPEN && is_stale(q))
		held = ACK_STALE;
	if (held == ACK_OPEN && q->quiet)
		held = ACK_QUIET;
	if (held == ACK_OPEN)
		held = trouble(q);
	return held == ACK_OPEN && !q->preapproved ? ACK_TEMPLATE : held;
}

enum ack_lock
auto_ack_judge(const struct auto_ack_ask *q)
{
	enum ack_lock held = auto_ack_glance(q);

	if (held == ACK_OPEN)
		held = trouble(q);
	if (held != ACK_OPEN)
		return held;
	if (q->known)
		return ACK_ONCE;
	if (q->last_hour >= q->conf->per_hour)
		return ACK_RATE;
	return q->preapproved ? ACK_OPEN : ACK_TEMPLATE;
}
