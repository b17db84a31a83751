/* digest_conf.c - the key `digests`: what is told when, of what, to whom. */
#include "core/base.h"

#include "core/str.h"
#include "responder/digest.h"

const char *const digest_format_words[] = { "html", "md", "text", "json", "chat", NULL };
static const char *const lang_words[] = { "site", "zh", "en", NULL };
static const char *const period_words[] = { "day", "week", "month", "quarter", NULL };
static const char *const day_words[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL
};
#define AT(field) offsetof(struct digest_conf, field)
static const struct conf_key digest_keys[] = {
	{ "every", CONF_CHOICE, AT(period), .dflt = "day", .help = "day, week, month, quarter",
	  .choices = period_words },
	{ "on", CONF_CHOICE, AT(on), .dflt = "mon", .help = "a week's: told on this day",
	  .choices = day_words },
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "of these; empty: all" },
	{ "cut", CONF_CLOCK, AT(cut), .dflt = "08:00", .help = "a day ends at this time" },
	{ "at", CONF_CLOCK, AT(at), .dflt = "09:00", .help = "and is told at this time" },
	{ "zone", CONF_ZONE, AT(zone), 0, 0, "", "of these times; empty: the site's" },
	{ "personal", CONF_BOOL, AT(personal), .dflt = "off",
	  .help = "each in their language, at these times of their zone, of their watches" },
	{ "to", CONF_TEXTS, AT(to), 0, 2000, "", "people it is sent to" },
	{ "channels", CONF_TEXTS, AT(channels), 0, 20, "",
	  "through these; empty: each person's first contact" },
	{ "formats", CONF_TEXTS, AT(formats), 0, 5, "[html, md, text]",
	  "files: html, md, text, json, chat" },
	{ "lang", CONF_CHOICE, AT(lang), .dflt = "site", .help = "zh, en, or site: the site's",
	  .choices = lang_words },
	{ "path", CONF_PATH, AT(path), 0, 0, "", "folder of the files; empty: no files" },
	CONF_END,
};

static void
digest_check(struct conf_reader *r, void *self)
{
	struct digest_conf *c = self;

	conf_among(r, &c->formats, "format", digest_format_words);
	if (c->cut >= 86400 || c->at >= 86400)
		conf_error(r, c->cut >= 86400 ? &c->cut : &c->at,
			   "24:00 is 00:00 of the next day");
}

const struct conf_schema digest_schema = {
	.name = "digest",
	.size = sizeof(struct digest_conf),
	.keys = digest_keys,
	.help = "A digest 日报: a day, week, month or quarter of the record, told at a local "
		"time.",
	.name_at = AT(name),
	.check = digest_check,
};

static bool
is_one_of(struct str s, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, names[i]))
			return true;
	return false;
}

static void
names_check(struct conf_reader *r, const struct conf_texts *t, const char *what,
	    const struct str *names, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		if (!is_one_of(t->v[i], names, n))
			conf_unknown(r, t, what, t->v[i], names, n);
}

void
digest_conf_check(struct conf_reader *r, const struct conf_list *digests,
		  const struct notice_conf *people, const struct str *watches, size_t watches_n)
{
	struct arena *a = conf_arena(r);
	const struct person_conf *p = people->people.v;
	const struct channel_conf *ch = people->channels.v;
	struct str *who = arena_alloc(a, (people->people.n + 1) * sizeof *who);
	struct str *through = arena_alloc(a, (people->channels.n + 1) * sizeof *through);
	const struct digest_conf *c = digests->v;

	for (size_t i = 0; i < people->people.n; i++)
		who[i] = p[i].key;
	for (size_t i = 0; i < people->channels.n; i++)
		through[i] = ch[i].name;
	for (size_t i = 0; i < digests->n; i++) {
		names_check(r, &c[i].watches, "watch", watches, watches_n);
		names_check(r, &c[i].to, "person", who, people->people.n);
		names_check(r, &c[i].channels, "channel", through, people->channels.n);
	}
}
