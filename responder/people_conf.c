#include "core/base.h"

#include "core/str.h"
#include "responder/known.h"
#include "responder/people_conf.h"

#define AT(type, field) offsetof(struct type, field)

static const char *const role_words[] = { "lead",  "analyst",  "fixer", "spokesperson",
					  "legal", "approver", NULL };
static const char *const lang_words[] = { "site", "zh", "en", NULL };
static const char *const wakes_words[] = { "channel", "yes", "no", NULL };

/* ---- people ----------------------------------------------------------------------------- */

static const struct conf_key quiet_keys[] = {
	{ "from", CONF_CLOCK, AT(quiet_conf, from), 0, 0, "22:00", "when they begin" },
	{ "to", CONF_CLOCK, AT(quiet_conf, to), 0, 0, "08:00",
	  "when they end; the same as from: no quiet hours" },
	CONF_END,
};
static const struct conf_schema quiet_schema = {
	.name = "quiet",
	.size = sizeof(struct quiet_conf),
	.keys = quiet_keys,
	.help = "Hours in the person's zone in which L1 and L2 wait, unless they are on shift. "
		"L3 "
		"and safety never wait.",
};

static const struct conf_key contact_keys[] = {
	{ "channel", CONF_NAME, AT(contact_conf, channel), 0, 0, NULL, "name of a channel" },
	{ "address", CONF_TEXT, AT(contact_conf, address), 0, 320, "",
	  "what the channel needs: an e-mail address, a member to call; see docs/channels.md" },
	{ "wakes", CONF_CHOICE, AT(contact_conf, wakes), 0, 0, "channel",
	  "does it ring at night: yes, no, or as the channel says", NULL, wakes_words },
	CONF_END,
};
static const struct conf_schema contact_schema = {
	.name = "contact",
	.size = sizeof(struct contact_conf),
	.keys = contact_keys,
	.help = "One way to reach a person.",
};

static const struct conf_key person_keys[] = {
	{ "name", CONF_TEXT, AT(person_conf, name), 0, 100, "", "as people say it" },
	{ "unix", CONF_TEXT, AT(person_conf, unix_name), 0, 64, "",
	  "user name on this machine: who acts in the shell" },
	{ "zone", CONF_ZONE, AT(person_conf, zone), 0, 0, "", "time zone; empty: the site's" },
	{ "lang", CONF_CHOICE, AT(person_conf, lang), 0, 0, "site", "language of notices", NULL,
	  lang_words },
	{ "quiet", CONF_BLOCK, AT(person_conf, quiet), 0, 0, "", "quiet hours", &quiet_schema },
	{ "contacts", CONF_LIST, AT(person_conf, contacts), 0, 16, "",
	  "ways to reach them, first choice first", &contact_schema },
	{ "roles", CONF_TEXTS, AT(person_conf, roles), 0, 6, "",
	  "lead, analyst, fixer, spokesperson, legal, approver" },
	{ "watches", CONF_TEXTS, AT(person_conf, watches), 0, 1000, "",
	  "personal digests are of these; empty: as the digest says" },
	{ "deputy", CONF_NAME, AT(person_conf, deputy), 0, 0, "",
	  "who is told instead when there is no way to reach them" },
	CONF_END,
};

static void
person_check(struct conf_reader *r, void *self)
{
	struct person_conf *p = self;

	if (!p->name.n)
		p->name = p->key;
	conf_among(r, &p->roles, "role", role_words);
}

const struct conf_schema person_schema = {
	.name = "person",
	.size = sizeof(struct person_conf),
	.keys = person_keys,
	.help = "Somebody who can be told, and how.",
	.name_at = AT(person_conf, key),
	.check = person_check,
};

/* ---- confidential ----------------------------------------------------------------------- */

static const struct conf_key confidential_keys[] = {
	{ "topics", CONF_TEXTS, AT(confidential_conf, topics), 0, 60,
	  "[executive, data_leak, labour, legal, minors]",
	  "incidents of these topics are confidential" },
	{ "people", CONF_TEXTS, AT(confidential_conf, people), 0, 200, "",
	  "who sees them; empty: whoever has the role lead, spokesperson, legal or approver" },
	CONF_END,
};
const struct conf_schema confidential_schema = {
	.name = "confidential",
	.size = sizeof(struct confidential_conf),
	.keys = confidential_keys,
	.help = "Incidents that few may see: notices about them carry level, number and link "
		"only.",
};

/* ---- finding ---------------------------------------------------------------------------- */

const struct person_conf *
person_find(const struct notice_conf *c, struct str key)
{
	const struct person_conf *p = c->people.v;

	for (size_t i = 0; i < c->people.n; i++)
		if (str_eq(p[i].key, key))
			return &p[i];
	return NULL;
}

const struct schedule_conf *
schedule_find(const struct notice_conf *c, struct str name)
{
	const struct schedule_conf *s = c->schedules.v;

	for (size_t i = 0; i < c->schedules.n; i++)
		if (str_eq(s[i].name, name))
			return &s[i];
	return NULL;
}

const struct policy_conf *
policy_find(const struct notice_conf *c, struct str name)
{
	const struct policy_conf *p = c->policies.v;

	for (size_t i = 0; i < c->policies.n; i++)
		if (str_eq(p[i].name, name))
			return &p[i];
	return NULL;
}

const struct channel_conf *
channel_find(const struct notice_conf *c, struct str name)
{
	const struct channel_conf *p = c->channels.v;

	for (size_t i = 0; i < c->channels.n; i++)
		if (str_eq(p[i].name, name))
			return &p[i];
	return NULL;
}

const struct person_conf *
person_of_actor(const struct notice_conf *c, struct str actor)
{
	const struct person_conf *p = c->people.v;

	if (str_starts(actor, STR("unix:"))) {
		actor = str_slice(actor, 5, actor.n);
		for (size_t i = 0; i < c->people.n; i++)
			if (actor.n && str_eq(p[i].unix_name, actor))
				return &p[i];
		return NULL;
	}
	if (str_starts(actor, STR("person:")))
		actor = str_slice(actor, 7, actor.n);
	else if (str_starts(actor, STR("claimed:")))
		actor = str_slice(actor, 8, actor.n);
	return person_find(c, actor);
}

enum target_kind
target_parse(struct str text, struct str *name)
{
	static const struct {
		struct str head;
		enum target_kind kind;
	} heads[] = {
		{ STR_INIT("person:"), TARGET_PERSON },
		{ STR_INIT("schedule:"), TARGET_SCHEDULE },
		{ STR_INIT("channel:"), TARGET_CHANNEL },
	};

	for (size_t i = 0; i < LY_COUNT(heads); i++) {
		if (!str_starts(text, heads[i].head))
			continue;
		*name = str_slice(text, heads[i].head.n, text.n);
		return heads[i].kind;
	}
	*name = text;
	return TARGET_BAD;
}

/* ---- steps that can reach somebody --------------------------------------------------------- */

/* Some way to them; a channel of it that does not exist is a mistake of its own. */
static bool
can_be_told(const struct notice_conf *c, struct str key)
{
	const struct person_conf *p = person_find(c, key);
	const struct person_conf *deputy = p ? person_find(c, p->deputy) : NULL;

	return (p && p->contacts.n) || (deputy && deputy->contacts.n);
}

static bool
any_can_be_told(const struct notice_conf *c, const struct conf_texts *who)
{
	for (size_t i = 0; i < who->n; i++)
		if (can_be_told(c, who->v[i]))
			return true;
	return false;
}

/* Somebody who is ever on shift: in shifts or because of a change. */
static bool
schedule_can_be_told(const struct notice_conf *c, struct str name)
{
	const struct schedule_conf *s = schedule_find(c, name);
	const struct shift_conf *shift = s ? s->shifts.v : NULL;
	const struct override_conf *o = s ? s->overrides.v : NULL;
	const struct temporary_conf *t = s ? s->temporary.v : NULL;

	for (size_t i = 0; s && i < s->shifts.n; i++)
		if (any_can_be_told(c, &shift[i].who))
			return true;
	for (size_t i = 0; s && i < s->overrides.n; i++)
		if (o[i].kind != OVERRIDE_REMOVE && any_can_be_told(c, &o[i].who))
			return true;
	for (size_t i = 0; s && i < s->temporary.n; i++) {
		const struct stint_conf *x = t[i].stints.v;

		for (size_t k = 0; k < t[i].stints.n; k++)
			if (any_can_be_told(c, &x[k].who))
				return true;
	}
	return false;
}

static bool
step_can_tell(const struct notice_conf *c, const struct step_conf *s)
{
	for (size_t i = 0; i < s->to.n; i++) {
		struct str name;
		enum target_kind kind = target_parse(s->to.v[i], &name);

		if (kind == TARGET_PERSON     ? can_be_told(c, name)
		    : kind == TARGET_SCHEDULE ? schedule_can_be_told(c, name)
					      : kind == TARGET_CHANNEL && channel_find(c, name))
			return true;
	}
	return false;
}

static void
steps_check(struct conf_reader *r, const struct notice_conf *c, const struct conf_list *steps,
	    const struct known *by_kind[TARGET_BAD])
{
	const struct step_conf *s = steps->v;

	for (size_t i = 0; i < steps->n; i++) {
		bool named = true;

		for (size_t t = 0; t < s[i].to.n; t++) {
			struct str name;
			enum target_kind kind = target_parse(s[i].to.v[t], &name);

			if (kind == TARGET_BAD || !name.n) {
				named = false;
				conf_error(r, &s[i].to.v[t],
					   "\"%.*s\" is not person:NAME, schedule:NAME or "
					   "channel:NAME",
					   STR_ARG(s[i].to.v[t]));
			} else if (!known_must(r, &s[i].to.v[t], name, by_kind[kind]))
				named = false;
		}
		if (named && s[i].to.n && !step_can_tell(c, &s[i]))
			conf_error(r, &s[i].to.v[0],
				   "this step can never reach anybody: give somebody of it a "
				   "contact, or a deputy who has one");
	}
}

/* ---- the tables -------------------------------------------------------------------------------- */

static void
schedules_check(struct conf_reader *r, const struct conf_list *schedules,
		const struct known *people)
{
	const struct schedule_conf *s = schedules->v;

	for (size_t i = 0; i < schedules->n; i++) {
		const struct shift_conf *shift = s[i].shifts.v;
		const struct override_conf *o = s[i].overrides.v;
		const struct temporary_conf *t = s[i].temporary.v;

		for (size_t k = 0; k < s[i].shifts.n; k++)
			known_all(r, &shift[k].who, people);
		for (size_t k = 0; k < s[i].overrides.n; k++) {
			known_all(r, &o[k].who, people);
			known_all(r, &o[k].instead, people);
		}
		for (size_t k = 0; k < s[i].temporary.n; k++) {
			const struct stint_conf *x = t[k].stints.v;

			for (size_t j = 0; j < t[k].stints.n; j++)
				known_all(r, &x[j].who, people);
		}
	}
}

static void
people_check(struct conf_reader *r, const struct notice_conf *c, const struct known *people,
	     const struct known *channels)
{
	const struct person_conf *p = c->people.v;

	for (size_t i = 0; i < c->people.n; i++) {
		const struct contact_conf *k = p[i].contacts.v;

		for (size_t j = 0; j < p[i].contacts.n; j++) {
			const struct channel_conf *to = channel_find(c, k[j].channel);

			known_must(r, &k[j].channel, k[j].channel, channels);
			if (to)
				channel_check_address(r, to, &k[j].address);
		}
		known_must(r, &p[i].deputy, p[i].deputy, people);
		if (p[i].deputy.n && str_eq(p[i].deputy, p[i].key))
			conf_error(r, &p[i].deputy, "nobody is their own deputy");
	}
}

void
notice_conf_check(struct conf_reader *r, const struct notice_conf *c, const struct str *watches,
		  size_t watches_n)
{
	struct known people = known_of(r, "person", &c->people, &person_schema);
	struct known schedules = known_of(r, "schedule", &c->schedules, &schedule_schema);
	struct known policies = known_of(r, "policy", &c->policies, &policy_schema);
	struct known channels = known_of(r, "channel", &c->channels, &channel_schema);
	struct known watched = { "watch", NULL, watches_n };
	const struct known *by_kind[TARGET_BAD] = { [TARGET_PERSON] = &people,
						    [TARGET_SCHEDULE] = &schedules,
						    [TARGET_CHANNEL] = &channels };
	const struct person_conf *who = c->people.v;
	const struct policy_conf *p = c->policies.v;
	const struct route_names names = { &watched, &policies, &people, &channels };

	watched.v = arena_alloc(conf_arena(r), (watches_n + 1) * sizeof *watched.v);
	for (size_t i = 0; i < watches_n; i++)
		watched.v[i] = watches[i];
	people_check(r, c, &people, &channels);
	for (size_t i = 0; i < c->people.n; i++)
		known_all(r, &who[i].watches, &watched);
	known_all(r, &c->confidential.people, &people);
	schedules_check(r, &c->schedules, &people);
	for (size_t i = 0; i < c->policies.n; i++)
		steps_check(r, c, &p[i].steps, by_kind);
	routes_check(r, c, &names);
	inhibit_check_all(r, &c->inhibit);
}

void
exercise_conf_check(struct conf_reader *r, const struct notice_conf *c)
{
	for (size_t i = 0; i < c->exercise.enrolled.n; i++) {
		struct str *who = &c->exercise.enrolled.v[i], name;
		ptrdiff_t slash = str_find_byte(*who, '/');
		struct str person = slash < 0 ? *who : str_slice(*who, 0, (size_t)slash);

		if (target_parse(*who, &name) == TARGET_CHANNEL
			    ? channel_find(c, name) != NULL
			    : person_find(c, person) != NULL)
			continue;
		conf_error(r, who,
			   "\"%.*s\" is no PERSON, PERSON/CHANNEL or channel:NAME of this file",
			   STR_ARG(*who));
	}
}

void
publish_conf_check(struct conf_reader *r, const struct conf_texts *publish,
		   const struct notice_conf *notice)
{
	struct str *names =
		arena_alloc(conf_arena(r), (notice->channels.n + 1) * sizeof *names);
	const struct channel_conf *c = notice->channels.v;

	for (size_t i = 0; i < notice->channels.n; i++)
		names[i] = c[i].name;
	for (size_t i = 0; i < publish->n; i++) {
		size_t k = 0;

		while (k < notice->channels.n && !str_eq(names[k], publish->v[i]))
			k++;
		if (k == notice->channels.n)
			conf_unknown(r, publish, "channel", publish->v[i], names,
				     notice->channels.n);
		else if (c[k].kind != CHANNEL_WEBHOOK || !c[k].secret.n)
			conf_error(r, publish,
				   "what publishes is a webhook with a secret, which \"%.*s\" "
				   "is not",
				   STR_ARG(publish->v[i]));
	}
}
