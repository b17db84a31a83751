/* channel_conf.c - the keys of a channel, and which kind has which. */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel.h"

#define AT(type, field) offsetof(struct type, field)

const char *const channel_words[] = { "webhook", "smtp", "file", NULL };
static const char *const wakes_words[] = { "off", "on", "kind", NULL };

static const struct conf_key channel_keys[] = {
	{ "kind", CONF_CHOICE, AT(channel_conf, kind), 0, 0, NULL, "webhook, smtp or file",
	  NULL, channel_words },
	{ "wakes", CONF_CHOICE, AT(channel_conf, wakes), 0, 0, "kind",
	  "does it ring at night: on, off, or as its kind does", NULL, wakes_words },
	{ "region", CONF_TEXT, AT(channel_conf, region), 0, 40, "",
	  "where what is sent is kept; another than here: only id, level, counts and link go; "
	  "empty: as the kind" },
	{ "rate", CONF_COUNT, AT(channel_conf, rate), 0, 6000, "0",
	  "notices a minute; 0: what the kind allows" },
	{ "url", CONF_URL, AT(channel_conf, url), 0, 2048, "", "webhook: where to" },
	{ "secret", CONF_SECRET, AT(channel_conf, secret), 0, 0, "",
	  "webhook: key of the signature header" },
	{ "allow_private", CONF_TEXTS, AT(channel_conf, allow_private), 0, 32, "",
	  "webhook: private addresses that are meant: \"127.0.0.1:8080\"" },
	{ "server", CONF_TEXT, AT(channel_conf, server), 0, 300, "",
	  "smtp: smtp://host:port or smtps://host:port" },
	{ "from", CONF_TEXT, AT(channel_conf, from), 0, 320, "", "smtp: sender" },
	{ "user", CONF_TEXT, AT(channel_conf, user), 0, 320, "", "smtp: user name" },
	{ "password", CONF_SECRET, AT(channel_conf, password), 0, 0, "", "smtp: password" },
	{ "starttls", CONF_BOOL, AT(channel_conf, starttls), 0, 0, "on",
	  "smtp://: refuse to send without TLS" },
	{ "path", CONF_PATH, AT(channel_conf, path), 0, 0, "", "file: directory" },
	CONF_END,
};

/* Which keys a kind must have, and which are of this kind only. */
static const struct needs {
	int kind;
	size_t at; /* of a struct str */
	bool must;
	const char *key;
} needs[] = {
	{ CHANNEL_WEBHOOK, AT(channel_conf, url), true, "url" },
	{ CHANNEL_WEBHOOK, AT(channel_conf, secret), false, "secret" },
	{ CHANNEL_SMTP, AT(channel_conf, server), true, "server" },
	{ CHANNEL_SMTP, AT(channel_conf, from), true, "from" },
	{ CHANNEL_SMTP, AT(channel_conf, user), false, "user" },
	{ CHANNEL_SMTP, AT(channel_conf, password), false, "password" },
	{ CHANNEL_FILE, AT(channel_conf, path), true, "path" },
};

static void
channel_check(struct conf_reader *r, void *self)
{
	struct channel_conf *c = self;

	if (c->wakes == CHANNEL_WAKES_KIND)
		c->wakes = channel_kind(c)->wakes;
	if (!c->region.n)
		c->region = str_of(channel_kind(c)->region);
	for (size_t i = 0; i < LY_COUNT(needs); i++) {
		const struct str *v = (const void *)((const char *)self + needs[i].at);

		if (needs[i].kind == c->kind && needs[i].must && !v->n)
			conf_error(r, c, "a %s channel needs \"%s\"", channel_words[c->kind],
				   needs[i].key);
		if (needs[i].kind != c->kind && v->n)
			conf_error(r, v, "a %s channel has no \"%s\"", channel_words[c->kind],
				   needs[i].key);
	}
	if (c->kind == CHANNEL_SMTP && c->server.n && !str_starts(c->server, STR("smtp://")) &&
	    !str_starts(c->server, STR("smtps://")))
		conf_error(r, &c->server,
			   "a mail server is smtp://host:port or smtps://host:port");
}

const struct conf_schema channel_schema = {
	.name = "channel",
	.size = sizeof(struct channel_conf),
	.keys = channel_keys,
	.help = "A way out: where notices leave.",
	.name_at = AT(channel_conf, name),
	.check = channel_check,
};
