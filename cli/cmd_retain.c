/* cmd_retain.c - what is past its term: what would go, or now goes. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/record_store.h"
#include "responder/retain.h"

#include "cli/command.h"
#include "cli/control.h"

/* What each class is, and whose term it has. */
static const struct {
	const char *what, *since;
} classes[RETAIN_CLASSES] = {
	[RETAIN_AUTHORS] = { "documents whose author goes", "arrived" },
	[RETAIN_TEXT] = { "texts and links", "arrived" },
	[RETAIN_INCIDENTS] = { "incidents with all that rests on them", "ended" },
	[RETAIN_REJECTS] = { "refused results", "refused" },
};

static void
term_add(struct buf *b, int64_t s)
{
	if (s)
		buf_addf(b, "%lldd", (long long)(s / 86400));
	else
		buf_add(b, STR("for ever"));
}

/* "text       180d      12 texts and links; the oldest arrived 2026-01-02; 3 more stay with incidents" */
static void
class_print(const struct settings *s, const struct zone *z, const struct retain_sum *sum,
	    enum retain_class k)
{
	const int64_t terms[RETAIN_CLASSES] = {
		[RETAIN_AUTHORS] = s->retain.authors_s,
		[RETAIN_TEXT] = s->retain.text_s,
		[RETAIN_INCIDENTS] = s->retain.incidents_s,
		[RETAIN_REJECTS] = s->retain.text_s,
	};
	struct buf term = BUF(64), day = BUF(64);

	term_add(&term, terms[k]);
	printf("%-10s %-9s %8lld %s", retain_words[k], term.p, (long long)sum->of[k].n,
	       classes[k].what);
	if (sum->of[k].n) {
		clock_add_local(&day, z, sum->of[k].oldest_at);
		printf("; the oldest %s %.10s", classes[k].since, day.p);
	}
	if (sum->of[k].held)
		printf("; %lld more stay: an incident rests on them",
		       (long long)sum->of[k].held);
	putchar('\n');
	buf_release(&term);
	buf_release(&day);
}

static int64_t
now_of(const struct settings *s, struct store *record, struct err *e)
{
	int64_t now = clock_wall();

	if (s->clock.mode == CLOCK_STEPPED &&
	    record_meta_int(record, "stepped_at", now, &now, e) < 0)
		return -1;
	return now;
}

static int
dry_run(const struct settings *s, struct err *e)
{
	struct retain_sum sum = { 0 };
	struct store *record = store_open_reader(settings_path(s, "respond/langyan.db"),
						 &record_migrations, e);
	struct zone *z = record ? zone_open(s->site.zone.p, e) : NULL;
	int64_t now = z ? now_of(s, record, e) : -1;
	int rc = now < 0 ? -1 : retain_plan(record, &s->retain, now, &sum, e);

	for (int k = 0; rc == 0 && k < RETAIN_CLASSES; k++)
		class_print(s, z, &sum, (enum retain_class)k);
	if (rc == 0)
		printf("nothing was changed: it goes by itself while the responder runs, with "
		       "--now at once\n");
	zone_close(z);
	store_close(record);
	return rc;
}

/* Each call does a part. */
static int
go_now(const struct settings *s, struct err *e)
{
	struct arena *a = arena_new();
	int64_t n[RETAIN_CLASSES] = { 0 }, left = 1;
	int rc = 0;

	while (rc == 0 && left) {
		struct command cmd = { .verb = STR("retain") };
		const struct json *j = NULL;
		struct reply r;

		arena_reset(a);
		if (control_call(s, "respond", &cmd, a, &r, e) < 0)
			rc = -1;
		else if (r.status != 200)
			rc = control_print(&r);
		else if (!(j = json_parse(a, r.body, e)))
			rc = -1;
		for (int k = 0; j && k < RETAIN_CLASSES; k++)
			n[k] += json_int(json_get(j, retain_words[k]), 0);
		left = j ? json_int(json_get(j, "left"), 0) : 0;
	}
	for (int k = 0; rc == 0 && k < RETAIN_CLASSES; k++)
		printf("%-10s %8lld %s: gone\n", retain_words[k], (long long)n[k],
		       classes[k].what);
	arena_free(a);
	return rc;
}

static int
retain(int argc, char **argv, struct err *e)
{
	const char *path = "langyan.yaml";
	struct settings *s;
	bool now = false;
	int rc;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--now"))
			now = true;
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			path = argv[++i];
		else
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
	}
	s = settings_read(path, NULL, e);
	if (!s)
		return -1;
	rc = now ? go_now(s, e) : dry_run(s, e);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_retain = {
	"retain", "[--now] [-c FILE]",
	"what is past its term (retention:) and would go: texts, authors, incidents; how many, "
	"how old\n"
	"Counts stay, and a tombstone that says \"expired\". What an open or kept incident "
	"rests "
	"on stays with it.\n"
	"It goes by itself while the responder runs; --now does not wait. Evidence, archive "
	"and "
	"spool have terms of their own (evidence.keep, archive.keep, spool.keep).",
	"  langyan retain\n  langyan retain --now", retain
};
