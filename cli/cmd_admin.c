/* cmd_admin.c - reload, keygen, config, verify, erase: small acts on a configuration. */
#include "core/base.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/config_warn.h"
#include "cli/control.h"
#include "cli/service.h"
#include "nlp/lexicon.h"

#define ANSWER_MS 20000

/* Wait until path holds an answer; its text, or NULL after ANSWER_MS. */
static const char *
answer_read(struct arena *a, const char *path)
{
	char line[400];

	for (int64_t until = clock_mono_ms() + ANSWER_MS; clock_mono_ms() < until;) {
		FILE *f = fopen(path, "r");
		char *got = f ? fgets(line, sizeof line, f) : NULL;

		if (f)
			fclose(f);
		if (got && strchr(line, '\n'))
			return arena_text(a, str_trim(str_of(line)));
		(void)poll(NULL, 0, 50);
	}
	return NULL;
}

static int
reload_one(const struct settings *s, const char *pid_name, struct arena *a)
{
	int64_t pid;
	size_t n = strlen(pid_name) - 4;
	const char *path =
		settings_path(s, arena_textf(a, "run/%.*s.reload", (int)n, pid_name));
	const char *here = settings_path(s, arena_textf(a, "run/%s", pid_name));
	const char *said;

	if (str_int64((struct str){ pid_name, n }, &pid) < 0 || pid <= 1)
		return 0;
	unlink(path);
	/* The number may be another process's by now: only the lock tells. */
	if (!service_lives(here) || kill((pid_t)pid, SIGHUP) < 0) {
		printf("%lld\tis gone\n", (long long)pid);
		unlink(here);
		return 0;
	}
	said = answer_read(a, path);
	printf("%lld\t%s\n", (long long)pid, said ? said : "no answer");
	return said && !strcmp(said, "ok") ? 0 : 1;
}

static int
reload(int argc, char **argv, struct err *e)
{
	const char *path;
	struct settings *s = NULL;
	struct arena *a = arena_new();
	struct dirent *d;
	DIR *dir = NULL;
	int rc = -1, told = 0;

	if (command_options(argc, argv, &path, e) >= 0)
		s = settings_read(path, NULL, e);
	if (!s)
		goto done;
	dir = opendir(settings_path(s, "run"));
	rc = 0;
	while (dir && (d = readdir(dir)))
		if (str_ends(str_of(d->d_name), STR(".pid"))) {
			rc |= reload_one(s, d->d_name, a);
			told++;
		}
	if (!told)
		rc = err_set(e, ERR_RETRY, "no process runs on \"%.*s\"",
			     STR_ARG(s->site.data));
done:
	if (dir)
		closedir(dir);
	arena_free(a);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_reload = {
	"reload", "[-c FILE]",
	"tell every process of this data directory to read its configuration again\n"
	"Each answers: ok, or refused and why; then the old configuration goes on.",
	"  langyan reload", reload
};

static int
keygen(int argc, char **argv, struct err *e)
{
	char public_key[41], secret_key[41];

	(void)argc, (void)argv, (void)e;
	bus_keygen(public_key, secret_key);
	printf("public_key: %s\nsecret_key: %s\n", public_key, secret_key);
	return 0;
}

const struct subcommand cmd_keygen = { "keygen", "",
				       "a CURVE key pair for stages that talk over tcp://",
				       "  langyan keygen", keygen };

static void
well_print(const char *path, const struct settings *s)
{
	size_t sources = s->sources.n, watches = s->watches.n, people = s->notice.people.n,
	       channels = s->notice.channels.n;

	printf("%s is well: %zu source%s, %zu watch%s, %zu %s, %zu channel%s\n", path, sources,
	       sources == 1 ? "" : "s", watches, watches == 1 ? "" : "es", people,
	       people == 1 ? "person" : "people", channels, channels == 1 ? "" : "s");
}

/* Topics that triggers name must be in a topics-table, or they could never fire. How many are not. */
static int
trigger_topics_check(const struct settings *s, struct buf *report, struct err *e)
{
	const struct trigger_conf *t = s->triggers.v;
	struct buf words = BUF(1 << 20);
	struct lexicon *l =
		lexicon_load(s->words.dir, s->words.extra.v, s->words.extra.n, &words, e);
	const char **names = arena_alloc(s->arena, (l ? l->n_topics + 1 : 1) * sizeof *names);
	int unknown = 0;

	buf_release(&words);
	for (size_t i = 0; l && i < l->n_topics; i++)
		names[i] = arena_text(s->arena, l->topics[i].id);
	for (size_t i = 0; l && i < s->triggers.n; i++)
		for (size_t k = 0; k < t[i].topics.n; k++) {
			struct str id = t[i].topics.v[k];
			const char *near = conf_nearest(id, names, l->n_topics);
			size_t j = 0;

			while (j < l->n_topics && !str_is(id, names[j]))
				j++;
			if (j < l->n_topics)
				continue;
			unknown++;
			buf_addf(report,
				 "%s: trigger \"%.*s\": topic \"%.*s\" is in no topics-table "
				 "of the lexicons%s%s%s\n",
				 conf_place(s->conf, &t[i].topics), STR_ARG(t[i].name),
				 STR_ARG(id), near ? ": did you mean \"" : "", near ? near : "",
				 near ? "\"?" : "");
		}
	lexicon_free(l);
	if (unknown)
		err_set(e, ERR_USAGE, "%d topic%s of triggers %s unknown", unknown,
			unknown == 1 ? "" : "s", unknown == 1 ? "is" : "are");
	return unknown;
}

static int
config_check(const char *path, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct settings *s = settings_read(path, &report, e);
	struct nlp *n = NULL;
	bool well;

	if (s) {
		struct nlp_setup setup = settings_nlp(s);

		n = nlp_new(&setup, &report, e);
	}
	well = n && !trigger_topics_check(s, &report, e);
	if (well)
		config_warn(s, &report);
	if (report.n)
		fputs(report.p, stderr);
	if (well)
		well_print(path, s);
	nlp_free(n);
	settings_free(s);
	buf_release(&report);
	return well ? 0 : -1;
}

static int
config(int argc, char **argv, struct err *e)
{
	struct buf b = BUF(4 << 20);
	struct settings *s;
	const char *path;

	if (argc < 2)
		return err_set(e, ERR_USAGE, "check, show or keys");
	if (command_options(argc - 1, argv + 1, &path, e) < 0)
		return -1;
	if (!strcmp(argv[1], "check"))
		return config_check(path, e);
	if (!strcmp(argv[1], "keys")) {
		conf_document(&settings_schema, &b);
	} else if (!strcmp(argv[1], "show")) {
		s = settings_read(path, NULL, e);
		if (!s)
			return -1;
		conf_show(s->conf, &b);
		settings_free(s);
	} else {
		return err_set(e, ERR_USAGE, "no \"%s\": check, show or keys", argv[1]);
	}
	fputs(b.p, stdout);
	buf_release(&b);
	return 0;
}

const struct subcommand cmd_config = {
	"config", "check | show | keys [-c FILE]",
	"check a configuration whole, show it with its defaults, or list every key there is\n"
	"check exits with 2 for a mistake; warnings are about what would leave somebody "
	"untold.",
	"  langyan config check\n  langyan config keys | less", config
};
