/* cmd_push.c - documents from files or stdin into the spool; also reject and source lists. */
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
	struct str source; /* --source, put into lines by the caller's choice of field */
	struct progress progress;
	int64_t accepted, seen, refused;
};

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

	if (rc == 0 && !j)
		rc = err_set(e, ERR_RETRY, "%.*s", STR_ARG(r.body));
	for (size_t i = 0; i < json_count(errors); i++) {
		struct str why = json_text(json_get(json_at(errors, i), "why"), STR(""));
		int64_t line = json_int(json_get(json_at(errors, i), "line"), 0);

		fprintf(stderr, "line %lld: %.*s\n", (long long)(p->progress.done + line),
			STR_ARG(why));
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

	while (rc == 0 && (n = getline(&line, &cap, f)) > 0) {
		if (n > 4 << 20) {
			fprintf(stderr, "line %lld: over 4 MiB\n",
				(long long)(p->progress.done + lines + 1));
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
	"documents in: JSON Lines with id, url, title, text, author, followers, published, "
	"lang,\n"
	"source. They are in the spool when this ends; those that came before are counted as "
	"seen.",
	"  langyan push export.jsonl\n"
	"  echo '{\"text\":\"…\",\"source\":\"hotline\"}' | langyan push",
	push
};

/* One command without a body: VERB to STAGE with JSON args, answer printed. */
static int
simple(int argc, char **argv, const char *stage, const char *verb, struct str args,
       struct err *e)
{
	const char *path;
	struct command cmd = { .verb = str_of(verb), .args = args };
	struct arena *a = arena_new();
	struct settings *s = NULL;
	struct reply r;
	int rc = -1;

	if (command_options(argc, argv, &path, e) >= 0)
		s = settings_read(path, NULL, e);
	if (s && control_call(s, stage, &cmd, a, &r, e) == 0)
		rc = control_print(&r);
	settings_free(s);
	arena_free(a);
	return rc;
}

static int
reject(int argc, char **argv, struct err *e)
{
	struct buf args = BUF(64);
	int64_t seq = 0;
	int rc;

	if (argc < 2)
		return err_set(e, ERR_USAGE, "list, or retry [SEQ]");
	if (!strcmp(argv[1], "list"))
		return simple(argc - 1, argv + 1, "crawl", "reject.list", STR(""), e);
	if (strcmp(argv[1], "retry") != 0)
		return err_set(e, ERR_USAGE, "no \"%s\": list, or retry [SEQ]", argv[1]);
	if (argc > 2 && argv[argc - 1][0] != '-' &&
	    str_int64(str_of(argv[argc - 1]), &seq) == 0)
		argc--;
	buf_addf(&args, "{\"seq\":%lld}", (long long)seq);
	rc = simple(argc - 1, argv + 1, "crawl", "reject.retry", buf_str(&args), e);
	buf_release(&args);
	return rc;
}

const struct subcommand cmd_reject = {
	"reject", "list | retry [-c FILE] [SEQ]",
	"documents that were set aside, with their reasons; retry lets one or all wait again",
	"  langyan reject list\n  langyan reject retry 4711", reject
};

static int
source(int argc, char **argv, struct err *e)
{
	if (argc < 2 || strcmp(argv[1], "list") != 0)
		return err_set(e, ERR_USAGE, "source list");
	return simple(argc - 1, argv + 1, "crawl", "source.list", STR(""), e);
}

const struct subcommand cmd_source = {
	"source", "list [-c FILE]",
	"state of every source: last poll, documents, failures, why",
	"  langyan source list | jq .", source
};
