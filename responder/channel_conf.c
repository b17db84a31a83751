/* channel_conf.c - the keys of a channel, which kind has which, what an address of each is. */
#include "core/base.h"

#include "core/imap.h"
#include "core/str.h"
#include "responder/channel.h"

#define AT(field) offsetof(struct channel_conf, field)

const char *const channel_words[] = { "webhook",   "smtp",       "file",     "command",
				      "feishu",    "feishu-app", "dingtalk", "wecom",
				      "slack",     "teams",      "telegram", "ntfy",
				      "pagerduty", NULL };
static const char *const wakes_words[] = { "off", "on", "kind", NULL };
static const char *const urgent_words[] = { "off", "app", "sms", "phone", NULL };

static const struct conf_key channel_keys[] = {
	{ "kind", CONF_CHOICE, AT(kind), 0, 0, NULL,
	  "webhook, smtp, file, command, feishu, feishu-app, dingtalk, wecom, slack, teams, "
	  "telegram, ntfy, pagerduty: see docs/channels.md",
	  NULL, channel_words },
	{ "wakes", CONF_CHOICE, AT(wakes), 0, 0, "kind",
	  "does it ring at night: on, off, or as its kind does", NULL, wakes_words },
	{ "region", CONF_TEXT, AT(region), 0, 40, "",
	  "where what is sent is kept; another than here: only id, level, counts and link go; "
	  "empty: as the kind" },
	{ "rate", CONF_COUNT, AT(rate), 0, 6000, "0",
	  "messages a minute; 0: what the kind allows" },
	{ "url", CONF_URL, AT(url), 0, 2048, "",
	  "webhook: where to; others: scheme://host instead of the vendor's (Lark: "
	  "https://open.larksuite.com)" },
	{ "token", CONF_SECRET, AT(token), 0, 0, "",
	  "of a robot or hook: the token, or the whole address as the vendor shows it" },
	{ "secret", CONF_SECRET, AT(secret), 0, 0, "",
	  "webhook, feishu, dingtalk: key of the signature; feishu-app: the app's" },
	{ "keyword", CONF_TEXT, AT(keyword), 0, 60, "",
	  "feishu, dingtalk: the word that the robot wants in every text" },
	{ "allow_private", CONF_TEXTS, AT(allow_private), 0, 32, "",
	  "private addresses that are meant: \"127.0.0.1:8080\"" },
	{ "server", CONF_TEXT, AT(server), 0, 300, "",
	  "smtp: smtp://host:port or smtps://host:port" },
	{ "from", CONF_TEXT, AT(from), 0, 320, "", "smtp: sender" },
	{ "user", CONF_TEXT, AT(user), 0, 320, "", "smtp: user name" },
	{ "password", CONF_SECRET, AT(password), 0, 0, "", "smtp: password" },
	{ "starttls", CONF_BOOL, AT(starttls), 0, 0, "on",
	  "smtp://: refuse to send without TLS" },
	{ "unsubscribe", CONF_TEXT, AT(unsubscribe), 0, 900, "",
	  "smtp: https or mailto address in digests; empty: a mail to the sender" },
	{ "path", CONF_PATH, AT(path), 0, 0, "", "file: directory" },
	{ "argv", CONF_TEXTS, AT(argv), 0, 64, "",
	  "command: the program's whole path and its arguments; no shell" },
	{ "timeout", CONF_SECONDS, AT(timeout_s), 1, 300, "30s", "command: then it is ended" },
	{ "app", CONF_TEXT, AT(app), 0, 100, "", "feishu-app: App ID, cli_…" },
	{ "urgent", CONF_CHOICE, AT(urgent), 0, 0, "off",
	  "feishu-app: how an L3 rings: off, app, sms, phone", NULL, urgent_words },
	{ "chat", CONF_TEXT, AT(chat), 0, 64, "",
	  "telegram: chat id of contacts that have no address" },
	{ "thread", CONF_COUNT, AT(thread), 0, INT32_MAX, "0", "telegram: topic in a group" },
	{ "topic", CONF_TEXT, AT(topic), 0, 64, "", "ntfy: topic" },
	{ "answers", CONF_BOOL, AT(answers), 0, 0, "off",
	  "telegram: read what people write to the bot: the code of a notice takes it" },
	{ "replies", CONF_TEXT, AT(replies), 0, 1000, "",
	  "smtp: imaps://host/MAILBOX that answers come to: the code of a notice takes it" },
	{ "replies_user", CONF_TEXT, AT(replies_user), 0, 320, "",
	  "smtp: user name there; empty: user" },
	{ "replies_password", CONF_SECRET, AT(replies_password), 0, 0, "",
	  "smtp: password there; empty: password" },
	{ "replies_every", CONF_SECONDS, AT(replies_every), 1, 3600, "30s",
	  "smtp: how often it is looked at" },
	CONF_END,
};

/* ---- which keys of which kind ---------------------------------------------------------------------- */

#define OF(kind) (1u << CHANNEL_##kind)
#define HOOKS                                                                           \
	(OF(FEISHU) | OF(DINGTALK) | OF(WECOM) | OF(SLACK) | OF(TEAMS) | OF(TELEGRAM) | \
	 OF(PAGERDUTY))

/* Texts and lists; other types have defaults that mean nothing elsewhere. */
static const struct needs {
	const char *key;
	size_t at;
	unsigned must, may; /* bits of kinds */
	const char *hint;   /* what to write */
	bool list;
} needs[] = {
	{ "url", AT(url), OF(WEBHOOK), HOOKS | OF(FEISHU_APP) | OF(NTFY), "url: https://…",
	  false },
	{ "token", AT(token), HOOKS, OF(NTFY),
	  "token: file:NAME or env:NAME with what the vendor's page shows", false },
	{ "secret", AT(secret), OF(FEISHU_APP), OF(WEBHOOK) | OF(FEISHU) | OF(DINGTALK),
	  "secret: file:NAME or env:NAME with the App Secret", false },
	{ "keyword", AT(keyword), 0, OF(FEISHU) | OF(DINGTALK), "", false },
	{ "server", AT(server), OF(SMTP), 0, "server: smtp://host:port", false },
	{ "from", AT(from), OF(SMTP), 0, "from: \"狼烟 <langyan@example.com>\"", false },
	{ "user", AT(user), 0, OF(SMTP), "", false },
	{ "password", AT(password), 0, OF(SMTP), "", false },
	{ "unsubscribe", AT(unsubscribe), 0, OF(SMTP), "", false },
	{ "path", AT(path), OF(FILE), 0, "path: ./notices", false },
	{ "argv", AT(argv), OF(COMMAND), 0, "argv: [/usr/local/bin/page]", true },
	{ "app", AT(app), OF(FEISHU_APP), 0, "app: cli_…", false },
	{ "chat", AT(chat), 0, OF(TELEGRAM), "", false },
	{ "topic", AT(topic), OF(NTFY), 0, "topic: one that nobody guesses", false },
	{ "replies", AT(replies), 0, OF(SMTP), "", false },
	{ "replies_user", AT(replies_user), 0, OF(SMTP), "", false },
	{ "replies_password", AT(replies_password), 0, OF(SMTP), "", false },
};

static void
needs_check(struct conf_reader *r, struct channel_conf *c)
{
	unsigned kind = 1u << c->kind;

	for (size_t i = 0; i < LY_COUNT(needs); i++) {
		const struct needs *x = &needs[i];
		const void *field = (const char *)c + x->at;
		bool is = x->list ? ((const struct conf_texts *)field)->n > 0
				  : ((const struct str *)field)->n > 0;

		if (!is && (x->must & kind))
			conf_error(r, c, "a %s channel needs \"%s\": write %s",
				   channel_words[c->kind], x->key, x->hint);
		if (is && !((x->must | x->may) & kind))
			conf_error(r, field, "a %s channel has no \"%s\"",
				   channel_words[c->kind], x->key);
	}
	if (c->urgent && c->kind != CHANNEL_FEISHU_APP)
		conf_error(r, &c->urgent, "only a feishu-app channel can ring by \"urgent\"");
}

/* A path that could leave its place, or a header of its own, is no token. */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f ||
		    strchr("\"'<>\\^`{|}#", s.p[i]))
			return false;
	return true;
}

static void
token_check(struct conf_reader *r, const struct channel_conf *c)
{
	bool whole =
		str_starts(c->token, STR("https://")) || str_starts(c->token, STR("http://"));

	if (!c->token.n)
		return;
	if (!is_token(c->token))
		conf_error(r, &c->token,
			   "the token holds a space or another byte that no address has: "
			   "copy it again");
	if (c->kind == CHANNEL_TEAMS && !whole)
		conf_error(r, &c->token,
			   "the token of a teams channel is the whole address of the workflow, "
			   "https://…");
	if (c->kind == CHANNEL_PAGERDUTY && c->token.n != 32)
		conf_error(r, &c->token,
			   "the token of a pagerduty channel is the integration key, 32 "
			   "characters");
}

static bool
is_topic(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("/?&=%:.", s.p[i]))
			return false;
	return is_token(s);
}

static void
kind_check(struct conf_reader *r, const struct channel_conf *c)
{
	token_check(r, c);
	if (c->kind == CHANNEL_DINGTALK && !c->secret.n && !c->keyword.n)
		conf_error(r, c,
			   "a dingtalk robot refuses what is neither signed nor holds its "
			   "keyword: write secret: file:NAME (加签) or keyword: 狼烟 "
			   "(自定义关键词)");
	if (c->kind == CHANNEL_SMTP && c->server.n && !str_starts(c->server, STR("smtp://")) &&
	    !str_starts(c->server, STR("smtps://")))
		conf_error(r, &c->server,
			   "a mail server is smtp://host:port or smtps://host:port");
	if (c->argv.n && !str_starts(c->argv.v[0], STR("/")))
		conf_error(r, &c->argv,
			   "a program is named by its whole path: \"%.*s\" is none",
			   STR_ARG(c->argv.v[0]));
	if (!is_topic(c->topic))
		conf_error(r, &c->topic, "a topic has letters, digits, \"_\" and \"-\" only");
}

static void
channel_check(struct conf_reader *r, void *self)
{
	struct channel_conf *c = self;

	needs_check(r, c);
	kind_check(r, c);
	if (c->answers && c->kind != CHANNEL_TELEGRAM)
		conf_error(r, &c->answers, "a %s channel has no \"answers\": only telegram has",
			   channel_words[c->kind]);
	if (c->replies.n && !imap_url_right(c->replies))
		conf_error(r, &c->replies,
			   "\"%.*s\" is not of the form imaps://host:port/MAILBOX",
			   STR_ARG(c->replies));
	if (c->wakes == CHANNEL_WAKES_KIND)
		c->wakes = channel_kind(c)->wakes &&
			   (c->kind != CHANNEL_FEISHU_APP || c->urgent >= URGENT_SMS);
	if (!c->region.n)
		c->region = str_of(channel_kind(c)->region);
	while (c->url.n && c->kind != CHANNEL_WEBHOOK && c->url.p[c->url.n - 1] == '/')
		c->url.n--; /* paths are ours */
}

const struct conf_schema channel_schema = {
	.name = "channel",
	.size = sizeof(struct channel_conf),
	.keys = channel_keys,
	.help = "A way out: where notices leave.",
	.name_at = AT(name),
	.check = channel_check,
};

/* ---- addresses of contacts ------------------------------------------------------------------------------ */

/* Nothing that a chat could read as more than one name. */
static bool
is_one_name(struct str s)
{
	static const char *const crowds[] = { "all", "@all", "everyone", "here", "channel" };

	for (size_t i = 0; i < LY_COUNT(crowds); i++)
		if (str_eq_nocase(s, str_of(crowds[i])))
			return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		      (c && strchr("_-.@+", c))))
			return false;
	}
	return true;
}

bool
channel_needs_address(const struct channel_conf *c)
{
	return c->kind == CHANNEL_SMTP || c->kind == CHANNEL_FEISHU_APP ||
	       (c->kind == CHANNEL_TELEGRAM && !c->chat.n);
}

void
channel_check_address(struct conf_reader *r, const struct channel_conf *c,
		      const struct str *address)
{
	static const char *const what[CHANNEL_TYPES] = {
		[CHANNEL_FEISHU_APP] =
			"the receiver's ou_…, on_…, user id, e-mail, or oc_… of a "
			"group",
	};
	bool chat = (HOOKS | OF(FEISHU_APP)) & 1u << c->kind;

	if (c->kind == CHANNEL_SMTP && str_find_byte(*address, '@') < 1)
		conf_error(r, address, "channel \"%.*s\" needs an e-mail address",
			   STR_ARG(c->name));
	if (what[c->kind] && !address->n)
		conf_error(r, address, "channel \"%.*s\" needs an address: %s",
			   STR_ARG(c->name), what[c->kind]);
	if (c->kind == CHANNEL_TELEGRAM && !address->n && !c->chat.n)
		conf_error(r, address,
			   "channel \"%.*s\" has no \"chat\": write the chat id as this "
			   "contact's address, or chat: in the channel",
			   STR_ARG(c->name));
	if (chat && !is_one_name(*address))
		conf_error(r, address,
			   "\"%.*s\" does not name one person of channel \"%.*s\"; nobody "
			   "calls a whole group",
			   STR_ARG(*address), STR_ARG(c->name));
}
