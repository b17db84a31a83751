/*
 * cmd_init.c - nine questions, one configuration.
 *
 * The questions are a table; on a terminal they are asked, with --answers FILE (YAML, the same
 * names) they are read. What is written is checked whole before init says that it is done.
 */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "cli/command.h"
#include "cli/settings.h"

struct answers {
	struct str brand, zone, person, mail, smtp, public_url;
	struct str chat_token, chat_secret, chat_id, heartbeat;
	struct conf_texts names, exclude, own_sites, own_accounts, rivals, feeds;
	int64_t size, lang, waking, chat, keep_s, digest_at;
};
static const char *const sizes[] = { "small", "medium", "large", NULL };
static const char *const langs[] = { "zh", "en", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };
/* A robot in a group is told by the policy's step; what is one person's is a contact. */
static const struct chat_kind {
	bool group;
	const char *key; /* what its answer is in the channel; a secret lies in a file */
} chat_kinds[] = { { false, "" },      { true, "token" },  { true, "token" },
		   { true, "token" },  { true, "token" },  { true, "token" },
		   { false, "token" }, { false, "topic" }, { false, "token" } };
static const char *const chats[] = { "none",  "feishu",   "dingtalk", "wecom",     "slack",
				     "teams", "telegram", "ntfy",     "pagerduty", NULL };
#define AT(field) offsetof(struct answers, field)
static const struct conf_key answer_keys[] = {
	{ "brand", CONF_TEXT, AT(brand), 1, 200, NULL, "1 What is the brand called?" },
	{ "names", CONF_TEXTS, AT(names), 0, 2000, "",
	  "1 Other names, misspellings, products, executives (a, b, c)" },
	{ "exclude", CONF_TEXTS, AT(exclude), 0, 2000, "",
	  "1 Words that mean somebody else's" },
	{ "own_sites", CONF_TEXTS, AT(own_sites), 0, 2000, "",
	  "1 Your own sites (never alarm)" },
	{ "own_accounts", CONF_TEXTS, AT(own_accounts), 0, 2000, "", "1 Your own accounts" },
	{ "rivals", CONF_TEXTS, AT(rivals), 0, 2000, "", "1 Rivals" },
	{ "size", CONF_CHOICE, AT(size), 0, 0, "small",
	  "2 Mentions a day: small (about 20), medium (3,000), large (50,000)",
	  .choices = sizes },
	{ "zone", CONF_ZONE, AT(zone), 0, 0, "Asia/Shanghai", "3 Time zone" },
	{ "lang", CONF_CHOICE, AT(lang), 0, 0, "zh", "3 Language of notices: zh or en",
	  .choices = langs },
	{ "feeds", CONF_TEXTS, AT(feeds), 0, 8000, "",
	  "4 Feeds you have (addresses, a, b, c)" },
	{ "person", CONF_TEXT, AT(person), 1, 100, NULL, "5 Who is told? A name" },
	{ "mail", CONF_TEXT, AT(mail), 0, 200, "",
	  "5 Their e-mail address (empty: files only)" },
	{ "smtp", CONF_TEXT, AT(smtp), 0, 200, "smtp://127.0.0.1:25", "5 Mail server" },
	{ "waking", CONF_CHOICE, AT(waking), 0, 0, "no",
	  "6 Does that mailbox wake somebody at night? yes or no", .choices = no_yes },
	{ "chat", CONF_CHOICE, AT(chat), 0, 0, "none",
	  "6 A chat or a bell beside it (none, feishu, dingtalk, wecom, slack, teams, "
	  "telegram, "
	  "ntfy, pagerduty)",
	  .choices = chats },
	{ "chat_token", CONF_TEXT, AT(chat_token), 0, 2000, "",
	  "6 What its page shows (token or address of the hook; of ntfy the topic)" },
	{ "chat_secret", CONF_TEXT, AT(chat_secret), 0, 200, "",
	  "6 With what it is signed (feishu, dingtalk)" },
	{ "chat_id", CONF_TEXT, AT(chat_id), 0, 100, "", "6 Id of the chat (telegram)" },
	{ "public_url", CONF_TEXT, AT(public_url), 0, 500, "",
	  "7 Address at which people reach this service (empty: codes instead of links)" },
	{ "heartbeat", CONF_TEXT, AT(heartbeat), 0, 2000, "",
	  "7 Address of a monitor outside that is pinged while all is well (empty: none)" },
	{ "keep", CONF_SECONDS, AT(keep_s), 3600, 365 * 86400LL, "7d",
	  "8 Keep the crawler's copies for" },
	{ "digest_at", CONF_CLOCK, AT(digest_at), 0, 86399, "09:00",
	  "9 When does the daily digest go?" },
	CONF_END,
};
/* What is left of an answer: of one text, or of a list of them. */
struct parts {
	struct str rest;
	struct conf_texts more;
};

static bool
rest_next(struct str *rest, struct str *part)
{
	static const struct str commas[] = { STR_INIT(","), STR_INIT("，"), STR_INIT("、"),
					     STR_INIT(";"), STR_INIT("；") };

	while (rest->n) {
		ptrdiff_t end = -1;
		size_t wide = 0;

		for (size_t i = 0; i < LY_COUNT(commas); i++) {
			ptrdiff_t at = str_find(*rest, commas[i]);

			if (at >= 0 && (end < 0 || at < end)) {
				end = at;
				wide = commas[i].n;
			}
		}
		*part = str_trim(str_slice(*rest, 0, end < 0 ? rest->n : (size_t)end));
		*rest = str_slice(*rest, end < 0 ? rest->n : (size_t)end + wide, rest->n);
		if (part->n)
			return true;
	}
	return false;
}

/* "a, b、c，d": people separate by whichever comma their keyboard has. */
static bool
part_next(struct parts *p, struct str *part)
{
	while (!rest_next(&p->rest, part)) {
		if (!p->more.n)
			return false;
		p->rest = *p->more.v++;
		p->more.n--;
	}
	return true;
}

/* What a text must look like. Also sees one answer alone: the others are empty then. */
static void
answers_check(struct conf_reader *r, void *self)
{
	struct answers *a = self;
	struct parts feeds = { .more = a->feeds };
	struct str part;

	while (part_next(&feeds, &part))
		if (!str_starts(part, STR("http://")) && !str_starts(part, STR("https://")))
			conf_error(r, &a->feeds,
				   "\"%.*s\" does not begin with http:// or https://",
				   STR_ARG(part));
	if (a->mail.n && str_find_byte(a->mail, '@') < 0)
		conf_error(r, &a->mail, "\"%.*s\" is not an e-mail address", STR_ARG(a->mail));
	if (a->smtp.n && !str_starts(a->smtp, STR("smtp://")) &&
	    !str_starts(a->smtp, STR("smtps://")))
		conf_error(r, &a->smtp,
			   "\"%.*s\" is not an address like smtp://mail.example.com:25",
			   STR_ARG(a->smtp));
}

static const struct conf_schema answers_schema = {
	.name = "answers",
	.size = sizeof(struct answers),
	.keys = answer_keys,
	.help = "what langyan init asks",
	.check = answers_check,
};

/* Would this answer do? If not, its mistake is told as it would be of a file of answers. */
static bool
answer_fits(const struct conf_key *k, struct str line)
{
	const struct conf_key one[] = { *k, CONF_END };
	struct conf_schema schema = answers_schema;
	struct buf report = BUF(65536);
	struct answers trial = { 0 };
	struct err e = { 0 };
	struct conf *c;

	schema.keys = one;
	c = conf_read_text(line, "answer", &schema, &trial, &report, &e);
	if (!c)
		fputs(report.p, stderr);
	conf_free(c);
	buf_release(&report);
	return c != NULL;
}

/* Ask on the terminal, each until its answer will do; what comes is an answers file as if it had been written. */
static int
ask(struct buf *yaml, struct err *e)
{
	struct buf answer = BUF(1 << 16);
	char line[8192];

	for (const struct conf_key *k = answer_keys; k->name; k++) {
		struct str said;

		do {
			buf_clear(&answer);
			fprintf(stderr, "%s%s%s%s: ", k->help, k->dflt && *k->dflt ? " [" : "",
				k->dflt ? k->dflt : "", k->dflt && *k->dflt ? "]" : "");
			if (!fgets(line, sizeof line, stdin))
				err_set(e, ERR_USAGE, "the answers ended at \"%s\"", k->name);
			else if (!strchr(line, '\n') && !feof(stdin))
				err_set(e, ERR_USAGE, "\"%s\": over 8,000 bytes", k->name);
			if (e->kind)
				break;
			said = str_trim(str_of(line));
			if (!said.n)
				continue;
			buf_addf(&answer, "%s: ", k->name);
			/* A JSON text is a YAML double-quoted scalar. */
			json_add_text(&answer, said);
			buf_add_byte(&answer, '\n');
		} while (said.n ? !answer_fits(k, buf_str(&answer)) : !k->dflt);
		if (e->kind)
			break;
		buf_add(yaml, buf_str(&answer));
	}
	buf_release(&answer);
	return e->kind ? -1 : 0;
}

/* Each as a quoted entry of a YAML list (a JSON text is a YAML double-quoted scalar). */
static void
list_add(struct buf *b, struct conf_texts texts)
{
	struct parts rest = { .more = texts };
	struct str part;
	bool first = true;

	while (part_next(&rest, &part)) {
		buf_add(b, first ? STR("") : STR(", "));
		json_add_text(b, part);
		first = false;
	}
}

/* A name as the query language can say it: it knows no escapes, so quotes become spaces. */
static void
plain_add(struct buf *b, struct str name)
{
	bool words = false, space = false;

	while (name.n) {
		uint32_t c;
		size_t n = utf8_next(name.p, name.p + name.n, &c);

		if (c == '"' || c == 0xff02 || c <= ' ') {
			space = words;
		} else {
			buf_add(b, space ? STR(" ") : STR(""));
			buf_add(b, (struct str){ name.p, n });
			words = true;
			space = false;
		}
		name = str_slice(name, n, name.n);
	}
	if (!words)
		buf_add_byte(b, '?');
}

static void
phrase_add(struct buf *b, struct str name)
{
	buf_add(b, b->n ? STR(" OR \"") : STR("\""));
	plain_add(b, name);
	buf_add_byte(b, '"');
}

static void
phrases_add(struct buf *b, struct conf_texts names, struct str but)
{
	struct parts rest = { .more = names };
	struct str part;

	while (part_next(&rest, &part))
		if (!str_eq_nocase(part, but))
			phrase_add(b, part);
}

static void
query_write(struct buf *b, const struct answers *a)
{
	struct buf names = BUF(16384), not_names = BUF(8192), query = BUF(32768);

	phrase_add(&names, a->brand); /* one name, commas and all */
	phrases_add(&names, a->names, a->brand);
	phrases_add(&not_names, a->exclude, STR(""));
	buf_addf(&query, not_names.n ? "(%s) AND NOT (%s)" : "%s", names.p, not_names.p);
	json_add_text(b, buf_str(&query));
	buf_release(&names);
	buf_release(&not_names);
	buf_release(&query);
}

static void
pair_add(struct buf *b, const char *key, struct str value)
{
	buf_add(b, str_of(key));
	json_add_text(b, value);
}

static void
key_add(struct buf *b, const char *key, struct str value)
{
	pair_add(b, key, value);
	buf_add_byte(b, '\n');
}

static void
watch_write(struct buf *b, const struct answers *a)
{
	struct buf name = BUF(1024);

	key_add(b, "watches:\n  brand:\n    title: ", a->brand);
	buf_add(b, STR("    query: "));
	query_write(b, a);
	buf_add_byte(b, '\n');
	key_add(b, "    size: ", str_of(sizes[a->size]));
	buf_add(b, STR("    own_sites: ["));
	list_add(b, a->own_sites);
	buf_add(b, STR("]\n    own_accounts: ["));
	list_add(b, a->own_accounts);
	buf_add(b, STR("]\n    rivals: ["));
	list_add(b, a->rivals);
	buf_add(b, STR("]\n    match: ["));
	plain_add(&name, a->brand);
	json_add_text(b, buf_str(&name));
	buf_release(&name);
	buf_add(b, STR("]            # texts that must match; add your own\n"
		       "    nomatch: []          # and texts that must not\n"));
}

static void
sources_write(struct buf *b, const struct answers *a)
{
	struct parts feeds = { .more = a->feeds };
	struct str part;
	int n = 0;

	buf_add(b, STR("sources:\n  pushed: { kind: push, class: complaint }   # POST "
		       "/api/v1/documents "
		       "with \"source\": \"pushed\"\n"));
	while (part_next(&feeds, &part)) {
		buf_addf(b, "  feed%d: { class: news, url: ", ++n);
		json_add_text(b, part);
		buf_add(b, STR(" }\n"));
	}
}

static void
chat_write(struct buf *b, const struct answers *a)
{
	const struct chat_kind *kind = &chat_kinds[a->chat];

	if (!a->chat)
		return;
	buf_addf(b, "  chat: { kind: %s", chats[a->chat]);
	if (a->chat_token.n && !strcmp(kind->key, "token"))
		buf_add(b, STR(", token: \"file:chat-token\""));
	if (a->chat_token.n && strcmp(kind->key, "token") != 0)
		pair_add(b, ", topic: ", a->chat_token);
	if (a->chat_secret.n)
		buf_add(b, STR(", secret: \"file:chat-secret\""));
	if (a->chat_id.n)
		pair_add(b, ", chat: ", a->chat_id);
	buf_add(b, STR(" }\n"));
}

static void
people_write(struct buf *b, const struct answers *a)
{
	bool mail = a->mail.n > 0, group = chat_kinds[a->chat].group;

	buf_add(b, STR("people:\n  first:\n    name: "));
	json_add_text(b, a->person);
	buf_add_byte(b, '\n');
	key_add(b, "    zone: ", a->zone);
	key_add(b, "    lang: ", str_of(langs[a->lang]));
	buf_add(b, STR("    roles: [lead]\n    contacts:\n"));
	if (mail) {
		buf_add(b, STR("      - { channel: mail, address: "));
		json_add_text(b, a->mail);
		buf_add(b, STR(" }\n"));
	}
	if (a->chat && !group)
		buf_add(b, STR("      - { channel: chat }\n"));
	buf_add(b, STR("      - { channel: files, address: first }\n"
		       "schedules:\n  duty:\n"));
	key_add(b, "    zone: ", a->zone);
	buf_add(b, STR("    shifts:\n      - { who: [first], days: [mon, tue, wed, thu, fri], "
		       "from: 09:00, to: 18:00 }\n"));
	buf_addf(b,
		 "policies:\n  default:\n    steps:\n"
		 "      - { to: [\"schedule:duty\"%s], after: 0s }\n",
		 group ? ", \"channel:chat\"" : "");
	buf_add(b, STR("      - { to: [\"person:first\"], after: 15m }\n"
		       "routes:\n  - { policy: default, owner: first }\nchannels:\n"
		       "  files: { kind: file, path: notices }\n"));
	if (mail) {
		buf_add(b, STR("  mail: { kind: smtp, server: "));
		json_add_text(b, a->smtp);
		buf_add(b, STR(", from: "));
		json_add_text(b, a->mail);
		/* A mail server on this machine speaks in the clear; any other must not. */
		buf_addf(b, ", starttls: %s, wakes: %s }\n",
			 str_starts(a->smtp, STR("smtp://127.")) ||
					 str_starts(a->smtp, STR("smtp://localhost"))
				 ? "off"
				 : "on",
			 a->waking ? "on" : "off");
	}
	chat_write(b, a);
	if (a->heartbeat.n)
		buf_add(b, STR("alive: { heartbeat_out: \"file:heartbeat\" }\n"));
}

static void
yaml_write(struct buf *b, const struct answers *a)
{
	buf_add(b, STR("# Written by `langyan init`. Every key there is: langyan config "
		       "keys\nsite:\n"));
	key_add(b, "  name: ", a->brand);
	key_add(b, "  zone: ", a->zone);
	key_add(b, "  lang: ", str_of(langs[a->lang]));
	key_add(b, "  data: langyan-data\n  public_url: ", a->public_url);
	buf_add(b, STR("http: { listen: \"127.0.0.1:8787\", token: \"file:token\" }\n"));
	buf_addf(b, "spool: { keep: %lld%s }\n",
		 (long long)(a->keep_s % 86400 ? a->keep_s : a->keep_s / 86400),
		 a->keep_s % 86400 ? "s" : "d");
	sources_write(b, a);
	watch_write(b, a);
	people_write(b, a);
	buf_add(b, STR("digests:\n  daily:\n    watches: [brand]\n    cut: 08:00\n"
		       "    to: [first]\n    path: digests\n"));
	buf_addf(b, "    at: %02d:%02d\n", (int)(a->digest_at / 3600),
		 (int)(a->digest_at / 60 % 60));
	key_add(b, "    lang: ", str_of(langs[a->lang]));
}

/* Never over a file that is there. */
static int
file_write(const char *path, struct str text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	bool well = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;

	if (fd >= 0 && close(fd) < 0)
		well = false;
	if (well)
		return 0;
	if (fd >= 0)
		unlink(path);
	return err_set(e, ERR_USAGE, "could not write \"%s\": %s", path,
		       errno == EEXIST ? "it is there already" : strerror(errno));
}

/* The configuration as it would be written, read back; its mistakes are those of the answers. */
static int
yaml_check(struct str yaml, const char *dir, struct err *e)
{
	struct buf path = BUF(4096), report = BUF(1 << 20);
	struct settings *s = NULL;
	struct nlp *n = NULL;

	buf_addf(&path, "%s/.langyan.yaml.%ld", dir, (long)getpid());
	if (file_write(path.p, yaml, e) == 0) {
		s = settings_read(path.p, &report, e);
		unlink(path.p);
	}
	if (s) {
		struct nlp_setup setup = settings_nlp(s);

		n = nlp_new(&setup, &report, e);
	}
	if (report.n)
		fputs(report.p, stderr);
	nlp_free(n);
	settings_free(s);
	buf_release(&path);
	buf_release(&report);
	return n ? 0 : -1;
}

/* What nobody else may read lies beside the configuration; nothing_there() made sure of the room. */
static const char *const secrets[] = { "token", "chat-token", "chat-secret", "heartbeat" };

static int
secrets_write(const struct answers *a, const char *dir, struct str token, struct err *e)
{
	bool hook = a->chat && !strcmp(chat_kinds[a->chat].key, "token");
	const struct str texts[LY_COUNT(secrets)] = { token, hook ? a->chat_token : STR(""),
						      a->chat ? a->chat_secret : STR(""),
						      a->heartbeat };
	struct buf path = BUF(4096);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < LY_COUNT(secrets); i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", dir, secrets[i]);
		if (texts[i].n)
			rc = file_write(path.p, texts[i], e);
	}
	buf_release(&path);
	return rc;
}

static void
secrets_drop(const char *dir)
{
	struct buf path = BUF(4096);

	for (size_t i = 0; i < LY_COUNT(secrets); i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", dir, secrets[i]);
		unlink(path.p);
	}
	buf_release(&path);
}

static int
write_all(const struct answers *a, const char *dir, struct err *e)
{
	struct buf b = BUF(1 << 20), token = BUF(128), path = BUF(4096);
	uint8_t raw[32];
	int rc = 0;

	yaml_write(&b, a);
	hash_random(raw, sizeof raw);
	hash_add_hex(&token, raw, sizeof raw);
	buf_addf(&path, "%s/langyan.yaml", dir);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		rc = err_set(e, ERR_USAGE, "could not make \"%s\": %s", dir, strerror(errno));
	if (rc == 0 && access(path.p, F_OK) == 0)
		rc = err_set(e, ERR_USAGE, "could not write \"%s\": it is there already",
			     path.p);
	if (rc == 0 &&
	    (secrets_write(a, dir, buf_str(&token), e) < 0 ||
	     yaml_check(buf_str(&b), dir, e) < 0 || file_write(path.p, buf_str(&b), e) < 0)) {
		secrets_drop(dir); /* so that the next try finds room */
		rc = -1;
	}
	if (rc == 0)
		printf("wrote %s and the token of its API\n  langyan config check -c %s\n"
		       "  langyan doctor -c %s\n  langyan run -c %s\n",
		       path.p, path.p, path.p, path.p);
	buf_release(&b);
	buf_release(&token);
	buf_release(&path);
	return rc;
}

/* Better told before the questions than after them. */
static int
nothing_there(const char *dir, struct err *e)
{
	static const char *const files[] = { "langyan.yaml", "token", "chat-token",
					     "chat-secret", "heartbeat" };
	struct buf path = BUF(4096);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < LY_COUNT(files); i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", dir, files[i]);
		if (access(path.p, F_OK) == 0)
			rc = err_set(e, ERR_USAGE,
				     "\"%s\" is there already: name another directory", path.p);
	}
	buf_release(&path);
	return rc;
}

static int
init(int argc, char **argv, struct err *e)
{
	const char *file = NULL, *dir = ".";
	struct buf yaml = BUF(1 << 20), report = BUF(1 << 20);
	struct answers a = { 0 };
	struct conf *c = NULL;
	int rc = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--answers") && i + 1 == argc)
			return err_set(e, ERR_USAGE, "--answers wants a file");
		if (!strcmp(argv[i], "--answers"))
			file = argv[++i];
		else if (argv[i][0] != '-')
			dir = argv[i];
		else
			return err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	}
	if (nothing_there(dir, e) < 0)
		return -1;
	if (file)
		c = conf_read(file, &answers_schema, &a, &report, e);
	else if (ask(&yaml, e) == 0)
		c = conf_read_text(buf_str(&yaml), "answers", &answers_schema, &a, &report, e);
	if (report.n)
		fputs(report.p, stderr);
	rc = c ? write_all(&a, dir, e) : -1;
	conf_free(c);
	buf_release(&yaml);
	buf_release(&report);
	return rc;
}

const struct subcommand cmd_init = {
	"init", "[--answers FILE] [DIRECTORY]",
	"nine questions, then langyan.yaml and the API's token in DIRECTORY (default: here)\n"
	"--answers reads them from a YAML file; brand and person must be there, the others\n"
	"may be: exclude, own_sites, own_accounts, rivals, size (small, medium, large), zone,\n"
	"lang (zh, en), smtp, waking (no, yes), chat (feishu, dingtalk, wecom, slack, teams,\n"
	"telegram, ntfy, pagerduty) with chat_token, chat_secret, chat_id, public_url,\n"
	"heartbeat (a monitor's address), keep (7d), digest_at (09:00).\n"
	"  brand: 山脆\n"
	"  names: [Shancui, 山脆薯片]       # or one text with commas\n"
	"  feeds: [https://news.example/rss.xml]\n"
	"  person: 王芳\n"
	"  mail: wang@example.com\n"
	"Nothing that is there is overwritten.",
	"  langyan init\n  langyan init --answers answers.yaml /etc/langyan", init
};
