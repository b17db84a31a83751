/* cmd_robots.c - "langyan robots": may an agent fetch an address, by a robots.txt in a file. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/file.h"
#include "core/json.h"
#include "core/str.h"
#include "crawler/robots.h"

#define LINE_MAX_BYTES (64 << 10)

/* The part of a file that is ever looked at, and a byte more; "-" is the standard input. */
static int
head_read(const char *path, struct buf *out, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char room[65536];
	size_t n;

	if (!f)
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", path,
			       strerror(errno));
	while (out->n <= ROBOTS_BYTES_MAX && (n = fread(room, 1, sizeof room, f)) > 0)
		buf_add(out, (struct str){ room, n });
	if (f != stdin)
		fclose(f);
	return 0;
}

static int
answer(const char *path, struct str agent, struct str url, bool tell, struct err *e)
{
	struct buf body = BUF(ROBOTS_BYTES_MAX + 65537);
	const struct robots_rule *why;
	struct arena *a;
	struct robots r;
	bool allowed;

	if (head_read(path, &body, e) < 0) {
		buf_release(&body);
		return -1;
	}
	a = arena_new();
	robots_read(a, buf_str(&body), agent, &r);
	allowed = robots_allows(&r, url, &why);
	puts(allowed ? "allow" : "deny");
	if (tell && why)
		fprintf(stderr, "line %lld: %s: %.*s\n", (long long)why->line,
			why->allow ? "allow" : "disallow", STR_ARG(why->pattern));
	else if (tell)
		fprintf(stderr, "no rule for %s fits\n", r.named ? "this agent" : "all agents");
	arena_free(a);
	buf_release(&body);
	return 0;
}

static int
answer_lines(struct err *e)
{
	struct arena *a = arena_new();
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int rc = 0;

	for (int number = 1; rc == 0 && (n = getline(&line, &room, stdin)) >= 0; number++) {
		const struct json *j = NULL;

		if (n <= LINE_MAX_BYTES)
			j = json_parse(a, (struct str){ line, (size_t)n }, e);
		else
			err_set(e, ERR_REJECT, "over %d bytes", LINE_MAX_BYTES);
		rc = j ? answer(arena_text(a, json_text(json_get(j, "file"), STR(""))),
				json_text(json_get(j, "agent"), STR("")),
				json_text(json_get(j, "url"), STR("")), false, e)
		       : -1;
		if (rc < 0)
			err_within(e, "line %d", number);
		arena_reset(a);
	}
	if (rc == 0)
		rc = file_ended(stdin, "-", e);
	free(line);
	arena_free(a);
	return rc;
}

static int
run(int argc, char **argv, struct err *e)
{
	const char *agent = NULL, *given[2] = { NULL, NULL };
	size_t n = 0;

	if (argc == 2 && strcmp(argv[1], "-") == 0)
		return answer_lines(e);
	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && strcmp(argv[i], "--agent") == 0)
			agent = argv[++i];
		else if (n < LY_COUNT(given) && (argv[i][0] != '-' || !argv[i][1]))
			given[n++] = argv[i];
		else
			return err_set(e, ERR_USAGE, "unexpected argument \"%s\"", argv[i]);
	}
	if (!agent || n != LY_COUNT(given))
		return err_set(e, ERR_USAGE, "%s",
			       !agent ? "who asks? (--agent NAME)"
			       : !n   ? "which robots.txt? (\"-\" is standard input)"
				      : "which address?");
	/* an empty one is the site itself, as with "-" */
	if (given[1][0] && given[1][0] != '/' && !strstr(given[1], "://"))
		return err_set(e, ERR_USAGE,
			       "\"%s\" is no address: https://…, or a path from /", given[1]);
	return answer(given[0], str_of(agent), str_of(given[1]), true, e);
}

const struct subcommand cmd_robots = {
	"robots",
	"--agent NAME FILE URL",
	"may NAME fetch URL? \"allow\" or \"deny\", by the robots.txt in FILE (RFC 9309)\n"
	"NAME is a product token, \"Langyan\". Which line decided goes to stderr. FILE - is "
	"the\n"
	"standard input. \"langyan robots -\" reads {\"file\",\"agent\",\"url\"} a line "
	"instead.",
	"  langyan robots --agent Langyan robots.txt https://example.com/news/1.html\n"
	"  curl -s https://example.com/robots.txt | langyan robots --agent Langyan - "
	"https://example.com/",
	run,
};
