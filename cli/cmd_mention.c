/* cmd_mention.c - triage in a shell: which mentions there are, what they are, what they are not. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/label.h"
#include "responder/label_store.h"
#include "responder/mention_store.h"
#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/mention_show.h"

#define LIST_ROWS 50
#define READ_MS   120000 /* looking for a text reads all of them */

struct asked {
	const char *path;
	struct str verb, since, until, label, why, limit;
	struct mention_filter f;
	bool json, bulk, dry, undo, filtered;
	char **ids;
	int n;
};

/* Options with a value. */
static struct str *
option_find(struct asked *q, const char *name, bool *filters)
{
	const struct {
		const char *name;
		struct str *value;
		bool filters;
	} known[] = {
		{ "--watch", &q->f.watch, true }, { "--source", &q->f.source, true },
		{ "--text", &q->f.text, true },   { "--since", &q->since, true },
		{ "--until", &q->until, true },   { "--label", &q->label, true },
		{ "--limit", &q->limit, false },  { "--why", &q->why, false },
	};

	for (size_t i = 0; i < LY_COUNT(known); i++)
		if (!strcmp(name, known[i].name)) {
			*filters = known[i].filters;
			return known[i].value;
		}
	return NULL;
}

static bool
flag_read(struct asked *q, const char *name)
{
	const struct {
		const char *name;
		bool *flag;
	} known[] = { { "--json", &q->json },
		      { "--bulk", &q->bulk },
		      { "--dry-run", &q->dry },
		      { "--undo", &q->undo } };

	for (size_t i = 0; i < LY_COUNT(known); i++)
		if (!strcmp(name, known[i].name))
			return *known[i].flag = true;
	if (!strcmp(name, "--labelled") || !strcmp(name, "--unlabelled")) {
		q->f.said = name[2] == 'l' ? SAID_YES : SAID_NO;
		return q->filtered = true;
	}
	return false;
}

/* Sorts argv: what is no option comes to its front, and is q->ids. */
static int
asked_read(int argc, char **argv, struct asked *q, struct err *e)
{
	*q = (struct asked){ .path = "langyan.yaml", .verb = str_of(argv[0]), .ids = argv };
	for (int i = 1; i < argc; i++) {
		bool filters = false;
		struct str *value = option_find(q, argv[i], &filters);

		if (argv[i][0] != '-')
			q->ids[q->n++] = argv[i];
		else if (flag_read(q, argv[i]))
			continue;
		else if (!value && strcmp(argv[i], "-c") != 0)
			return err_set(e, ERR_USAGE, "mention %.*s knows no \"%s\"",
				       STR_ARG(q->verb), argv[i]);
		else if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		else if (value)
			*value = str_of(argv[++i]);
		else
			q->path = argv[++i];
		q->filtered |= filters;
	}
	return 0;
}

/* "7d": so long ago; else a date or time. */
static int
when_read(struct str text, const char *name, int64_t now, int64_t *at, struct err *e)
{
	struct err bad = { 0 };
	int64_t span_s;

	if (!text.n)
		return 0;
	if (conf_seconds(text, &span_s, &bad) == 0) {
		*at = now - span_s;
		return 0;
	}
	if (clock_parse_iso(text, at, &bad) == 0)
		return 0;
	return err_set(e, ERR_USAGE,
		       "%s: \"%.*s\" is neither a span (7d) nor a date (2026-11-28)", name,
		       STR_ARG(text));
}

static int
filter_read(struct asked *q, const struct settings *s, int64_t limit, struct err *e)
{
	struct clock clock;
	int64_t now;

	settings_clock(s, &clock);
	now = clock_now(&clock);
	if (when_read(q->since, "--since", now, &q->f.since, e) < 0 ||
	    when_read(q->until, "--until", now, &q->f.until, e) < 0)
		return -1;
	q->f.by_label = q->label.n > 0;
	if (q->label.n && label_parse(q->label, &q->f.label) < 0)
		return err_set(e, ERR_USAGE, "--label is neg, neu or pos, not \"%.*s\"",
			       STR_ARG(q->label));
	q->f.limit = limit;
	if (q->limit.n && (str_int64(q->limit, &q->f.limit) < 0 || q->f.limit < 1))
		return err_set(e, ERR_USAGE, "--limit wants a number from 1");
	return 0;
}

static struct store *
record_open(const struct settings *s, struct err *e)
{
	struct store *r = store_open_reader(settings_path(s, "respond/langyan.db"),
					    &record_migrations, e);

	if (r)
		store_read_limit(r, READ_MS);
	return r;
}

/* ---- list, export ------------------------------------------------------------------------------ */

struct listing {
	const struct zone *z;
	void (*put)(const struct mention_row *m);
	int64_t n, erased;
};

static int
row_put(void *arg, const struct mention_row *m)
{
	struct listing *l = arg;

	l->n++;
	if (!l->put)
		mention_put_line(m, l->z);
	else if (l->put == mention_put_labelled && m->erased.n)
		l->erased++;
	else
		l->put(m);
	return 0;
}

static int
list(struct asked *q, const struct settings *s, struct store *record, struct err *e)
{
	struct zone *z = zone_open(s->site.zone.p, e);
	struct listing l = { .z = z, .put = q->json ? mention_put_json : NULL };
	int rc = z ? filter_read(q, s, LIST_ROWS, e) : -1;

	if (rc == 0)
		rc = mentions_find(record, &q->f, row_put, &l, e);
	if (rc == 0 && l.n == q->f.limit)
		fprintf(stderr, "the newest %lld; --limit N for more\n", (long long)l.n);
	if (rc == 0 && !l.n)
		fputs("no such mention\n", stderr);
	zone_close(z);
	return rc;
}

static int export(struct asked *q, const struct settings *s, struct store *record,
		  struct err *e)
{
	struct listing l = { .put = mention_put_labelled };

	if (q->f.said != SAID_YES)
		return err_set(e, ERR_USAGE,
			       "export gives what people labelled: say --labelled");
	if (filter_read(q, s, 0, e) < 0 || mentions_find(record, &q->f, row_put, &l, e) < 0)
		return -1;
	fprintf(stderr, "%lld labelled mentions", (long long)(l.n - l.erased));
	fprintf(stderr, l.erased ? ", %lld left out: erased\n" : "\n", (long long)l.erased);
	return 0;
}

/* ---- which -------------------------------------------------------------------------------------- */

static int
id_resolve(struct store *record, const char *given, struct id *out, struct err *e)
{
	struct str hex = str_of(given);
	int n = mention_match(record, hex, out, e);

	if (n < 0)
		return -1;
	if (hex.n < 6)
		return err_set(e, ERR_USAGE, "\"%s\": give at least six digits of the id",
			       given);
	if (n != 1)
		return err_set(e, ERR_USAGE,
			       n ? "more than one mention begins with \"%s\": give more of it"
				 : "there is no mention \"%s\" (langyan mention list)",
			       given);
	return 0;
}

static int
show(struct asked *q, const struct settings *s, struct store *record, struct err *e)
{
	struct zone *z = zone_open(s->site.zone.p, e);
	int rc = z ? 0 : -1;

	if (!q->n && z)
		rc = err_set(e, ERR_USAGE, "which mention? (langyan mention list)");
	for (int i = 0; rc == 0 && i < q->n; i++) {
		struct id id;

		rc = id_resolve(record, q->ids[i], &id, e);
		if (rc == 0)
			rc = mention_show(record, &id, s, z, e);
	}
	zone_close(z);
	return rc;
}

/* ---- label -------------------------------------------------------------------------------------- */

struct picking {
	struct buf *args;
	const struct zone *z; /* not NULL: show each */
	int64_t n;
};

static int
id_add(struct picking *p, const struct id *id)
{
	buf_add(p->args, p->n++ ? STR(",\"") : STR("\""));
	id_add_hex(p->args, id);
	buf_add_byte(p->args, '"');
	return 0;
}

static int
row_pick(void *arg, const struct mention_row *m)
{
	struct picking *p = arg;

	if (p->z)
		mention_put_line(m, p->z);
	return id_add(p, &m->id);
}

/* The ids of what was asked, into p->args. */
static int
pick(struct asked *q, const struct settings *s, struct store *record, struct picking *p,
     struct err *e)
{
	struct id id;

	if (q->bulk != q->filtered || q->bulk != (q->n == 1))
		return err_set(
			e, ERR_USAGE,
			"name the mentions, or say --bulk with --watch, --label, --since, "
			"--text, --source or --unlabelled");
	if (q->bulk) {
		if (filter_read(q, s, LABELS_MAX + 1, e) < 0 ||
		    mentions_find(record, &q->f, row_pick, p, e) < 0)
			return -1;
		return p->n > LABELS_MAX
			       ? err_set(e, ERR_USAGE,
					 "that is more than %d mentions: narrow it down with "
					 "--since, or say --limit %d",
					 LABELS_MAX, LABELS_MAX)
			       : 0;
	}
	for (int i = 1; i < q->n; i++)
		if (id_resolve(record, q->ids[i], &id, e) < 0 || id_add(p, &id) < 0)
			return -1;
	return 0;
}

static int
send(const struct settings *s, const char *verb, const struct buf *args, struct err *e)
{
	struct command cmd = { .verb = str_of(verb), .args = buf_str(args) };
	struct arena *a = arena_new();
	struct reply r;
	int rc = -1;

	if (!buf_ok(args))
		err_set(e, ERR_USAGE, "the command is too large");
	else if (control_call(s, "respond", &cmd, a, &r, e) == 0)
		rc = control_print(&r);
	arena_free(a);
	return rc;
}

static void
why_add(struct buf *args, struct str why)
{
	buf_add(args, STR("\"why\":"));
	json_add_text(args, why);
	buf_add_byte(args, '}');
}

static int
undo(struct asked *q, const struct settings *s, struct err *e)
{
	struct buf args = BUF(RECORD_CALL_MAX / 2);
	int rc;

	if (q->n > 1 || q->bulk || q->filtered)
		return err_set(e, ERR_USAGE, "label --undo takes the batch, or nothing");
	buf_add_byte(&args, '{');
	if (q->n) {
		buf_add(&args, STR("\"batch\":"));
		json_add_text(&args, str_of(q->ids[0]));
		buf_add_byte(&args, ',');
	}
	why_add(&args, q->why);
	rc = send(s, "mention.unlabel", &args, e);
	buf_release(&args);
	return rc;
}

static int
label(struct asked *q, const struct settings *s, struct store *record, struct err *e)
{
	struct buf args = BUF(RECORD_CALL_MAX / 2);
	struct zone *z = zone_open(s->site.zone.p, e);
	struct picking p = { .args = &args, .z = q->dry ? z : NULL };
	int64_t ignored;
	int rc = -1;

	if (!z)
		goto done;
	if (!q->n || label_parse(str_of(q->ids[0]), &ignored) < 0) {
		err_set(e, ERR_USAGE, "label neg|neu|pos ID…, or label neg|neu|pos --bulk …");
		goto done;
	}
	buf_add(&args, STR("{\"label\":"));
	json_add_text(&args, str_of(q->ids[0]));
	buf_add(&args, STR(",\"ids\":["));
	if (pick(q, s, record, &p, e) < 0)
		goto done;
	store_read_end(record);
	buf_add(&args, STR("],"));
	why_add(&args, q->why);
	if (!p.n) {
		err_set(e, ERR_REJECT, "no such mention");
	} else if (q->dry) {
		fprintf(stderr, "%lld mentions would be labelled %s\n", (long long)p.n,
			q->ids[0]);
		rc = 0;
	} else {
		rc = send(s, "mention.label", &args, e);
	}
done:
	zone_close(z);
	buf_release(&args);
	return rc;
}

/* ---- the verbs ----------------------------------------------------------------------------------- */

static int
mention(int argc, char **argv, struct err *e)
{
	static const struct {
		const char *verb;
		int (*run)(struct asked *q, const struct settings *s, struct store *record,
			   struct err *e);
	} verbs[] = {
		{ "list", list }, { "show", show }, { "label", label }, { "export", export }
	};
	struct settings *s = NULL;
	struct store *record = NULL;
	struct asked q;
	size_t k = 0;
	int rc = -1;

	while (argc > 1 && k < LY_COUNT(verbs) && strcmp(argv[1], verbs[k].verb) != 0)
		k++;
	if (argc < 2 || k == LY_COUNT(verbs))
		return err_set(e, ERR_USAGE,
			       "mention needs a verb: list, show, label or export");
	if (asked_read(argc - 1, argv + 1, &q, e) == 0)
		s = settings_read(q.path, NULL, e);
	if (s && q.undo && !strcmp(verbs[k].verb, "label"))
		rc = undo(&q, s, e);
	else if (s && (record = record_open(s, e)))
		rc = verbs[k].run(&q, s, record, e);
	store_close(record);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_mention = {
	"mention",
	"list [filters] [--json] | show ID… | label neg|neu|pos ID… | label neg|neu|pos --bulk "
	"filters [--dry-run] | label --undo [BATCH] | export --labelled [filters]",
	"what was said: list it, see how it was scored, say what it is, take that back\n"
	"Filters: --watch NAME, --source NAME, --label neg|neu|pos (as it stands), --since and "
	"--until\n"
	"(7d, or a date), --text WORDS, --labelled, --unlabelled, --limit N. Also -c FILE, "
	"--why "
	"TEXT.\n"
	"A label stands beside the score, with who and when; counts and alarms stay what they "
	"were.\n"
	"export gives JSON Lines {id,text,label,lang,source} for lexicon fit.",
	"  langyan mention list --watch shancui --since 24h --unlabelled\n"
	"  langyan mention show 3fa94c10be77\n"
	"  langyan mention label neu 3fa94c10be77 --why \"a film, not the snack\"\n"
	"  langyan mention label neu --bulk --text \"ticket sales\" --since 7d --dry-run\n"
	"  langyan mention label --undo\n"
	"  langyan mention export --labelled > ours.jsonl",
	mention
};
