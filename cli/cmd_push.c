/* cmd_push.c - documents from files or stdin into the spool; also what was set aside. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/progress.h"

#define CHUNK_BYTES (384 * 1024)

struct push {
	const struct settings *s;
	struct progress progress;
	const char *path; /* of several or one; NULL: standard input */
	int64_t before;   /* lines of the files before this one */
	int64_t accepted, seen, refused;
};

static void
refusal_print(const struct push *p, int64_t line, struct str why)
{
	if (p->path)
		fprintf(stderr, "%s:%lld: %.*s\n", p->path, (long long)line, STR_ARG(why));
	else
		fprintf(stderr, "line %lld: %.*s\n", (long long)line, STR_ARG(why));
}

static int
chunk_send(struct push *p, struct str body, struct err *e)
{
	struct arena *a = arena_new();
	struct command cmd = { .verb = STR("documents.push"),
			       .type = STR("application/x-ndjson"),
			       .body = body };
	struct reply r;
	int rc = control_call(p->s, "crawl", &cmd, a, &r, e);
	const struct json *j = rc == 0 ? json_parse(a, r.body, e) : NULL;
	const struct json *errors = json_get(j, "errors");

	if (rc == 0 && (!j || (r.status != 200 && r.status != 400)))
		rc = err_set(e, ERR_RETRY, "%.*s", STR_ARG(r.body));
	for (size_t i = 0; i < json_count(errors); i++) {
		struct str why = json_text(json_get(json_at(errors, i), "why"), STR(""));
		int64_t line = json_int(json_get(json_at(errors, i), "line"), 0);

		refusal_print(p, p->progress.done - p->before + line, why);
	}
	p->accepted += json_int(json_get(j, "accepted"), 0);
	p->seen += json_int(json_get(j, "seen"), 0);
	p->refused += json_int(json_get(j, "refused"), 0);
	arena_free(a);
	return rc;
}

static int
push_stream(struct push *p, FILE *f, struct err *e)
{
	struct buf chunk = BUF(16 << 20);
	char *line = NULL;
	size_t cap = 0;
	int64_t lines = 0;
	ssize_t n;
	int rc = 0;

	p->before = p->progress.done;
	while (rc == 0 && (n = getline(&line, &cap, f)) > 0) {
		if (n > 4 << 20) {
			refusal_print(p, p->progress.done - p->before + lines + 1,
				      STR("over 4 MiB"));
			p->refused++;
			n = 0;
		}
		buf_add(&chunk, n ? (struct str){ line, (size_t)n } : STR("\n"));
		lines++;
		if (chunk.n >= CHUNK_BYTES) {
			rc = chunk_send(p, buf_str(&chunk), e);
			progress_add(&p->progress, lines);
			lines = 0;
			buf_clear(&chunk);
		}
	}
	if (rc == 0 && chunk.n) {
		rc = chunk_send(p, buf_str(&chunk), e);
		progress_add(&p->progress, lines);
	}
	if (rc == 0 && !feof(f))
		rc = err_set(e, ERR_RETRY, "could not read on: %s", strerror(errno));
	free(line);
	buf_release(&chunk);
	return rc;
}

static int
push(int argc, char **argv, struct err *e)
{
	const char *path;
	int i = command_options(argc, argv, &path, e), rc = 0;
	struct push p = { 0 };
	struct settings *s = i < 0 ? NULL : settings_read(path, NULL, e);

	if (!s)
		return -1;
	p.s = s;
	progress_begin(&p.progress, "pushed");
	if (i == argc)
		rc = push_stream(&p, stdin, e);
	for (; rc == 0 && i < argc; i++) {
		FILE *f = strcmp(argv[i], "-") ? fopen(argv[i], "r") : stdin;

		if (!f) {
			rc = err_set(e, ERR_USAGE, "could not open \"%s\": %s", argv[i],
				     strerror(errno));
			break;
		}
		p.path = f == stdin ? NULL : argv[i];
		rc = push_stream(&p, f, e);
		if (f != stdin)
			fclose(f);
	}
	progress_end(&p.progress);
	settings_free(s);
	printf("{\"accepted\":%lld,\"seen\":%lld,\"refused\":%lld}\n", (long long)p.accepted,
	       (long long)p.seen, (long long)p.refused);
	return rc < 0 ? -1 : p.refused ? 1 : 0;
}

const struct subcommand cmd_push = {
	"push", "[-c FILE] [FILE.jsonl …]",
	"documents in, from files or standard input\n"
	"JSON Lines with id, url, title, text, author, followers, published, lang, source,\n"
	"country, engagement, rating.\n"
	"They are in the spool when this ends; those that came before are counted as "
	"seen.",
	"  langyan push export.jsonl\n"
	"  echo '{\"text\":\"…\",\"source\":\"hotline\"}' | langyan push",
	push
};

static int
reject(int argc, char **argv, struct err *e)
{
	static const struct control_ask list = { "crawl", "reject.list", NULL, false };
	static const struct control_ask retry = { "crawl", "reject.retry", "seq", true };

	if (argc > 1 && !strcmp(argv[1], "list"))
		return control_ask(argc - 1, argv + 1, &list, e);
	if (argc > 1 && !strcmp(argv[1], "retry"))
		return control_ask(argc - 1, argv + 1, &retry, e);
	return err_set(e, ERR_USAGE, "list, or retry [SEQ]");
}

const struct subcommand cmd_reject = {
	"reject", "list | retry [-c FILE] [SEQ]",
	"documents that were set aside, with their reasons; retry lets one or all wait again",
	"  langyan reject list\n  langyan reject retry 4711", reject
};
