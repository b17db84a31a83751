/* cmd_echo.c - the spread of our own texts: note one that we released, see how far each went. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/file.h"
#include "nlp/copies.h"
#include "responder/plain.h"
#include "responder/record_store.h"
#include "responder/released_store.h"

#define TEXT_MAX  (128 << 10)
#define LIST_ROWS 50
#define HEAD      40 /* code points of a text that are shown */

/* ---- list ---- */

static int
row_put(void *arg, const struct released_spread *x)
{
	struct buf b = BUF(1 << 16);

	clock_add_local(&b, arg, x->at);
	buf_addf(&b,
		 "  %.*s  %lld documents (%lld copies, %lld quotes, %lld links) on %lld sites,"
		 " %lld followers",
		 STR_ARG(x->kind), (long long)x->documents, (long long)x->copies,
		 (long long)x->quotes, (long long)x->links, (long long)x->sites,
		 (long long)x->followers);
	if (x->last_at) {
		buf_add(&b, STR(", last "));
		clock_add_local(&b, arg, x->last_at);
	}
	buf_add(&b, STR("\n                  "));
	plain_add(&b, PLAIN_TEXT, x->title.n ? x->title : x->text.n ? x->text : x->url, HEAD);
	puts(b.p);
	buf_release(&b);
	return 0;
}

static int
list(const struct settings *s, struct err *e)
{
	struct store *record = store_open_reader(settings_path(s, "respond/langyan.db"),
						 &record_migrations, e);
	struct zone *z = record ? zone_open(s->site.zone.p, e) : NULL;
	int rc = z ? released_list(record, LIST_ROWS, row_put, z, e) : -1;

	zone_close(z);
	store_close(record);
	return rc < 0 ? -1 : 0;
}

/* ---- add ---- */

static int
text_read(const char *path, struct buf *to, struct err *e)
{
	if (file_read(path, to, e) < 0)
		return -1;
	if (!utf8_valid(buf_str(to)))
		return err_set(e, ERR_USAGE, "\"%s\" is not UTF-8: langyan to-utf8 makes it so",
			       path);
	return 0;
}

static void
member_add(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->n > 1 ? "," : "", name);
	json_add_text(b, value);
}

struct telling {
	const char *conf, *path, *url, *title;
	bool adds;
};

static int
add(const struct settings *s, const struct telling *t, struct err *e)
{
	struct buf text = BUF(TEXT_MAX), args = BUF(1 << 20), hex = BUF(1 << 10);
	struct command cmd = { .verb = STR("echo.add") };
	uint8_t sig[COPIES_BYTES];
	struct arena *a = arena_new();
	struct reply r;
	int rc = -1;

	if (t->path && text_read(t->path, &text, e) < 0)
		goto done;
	buf_add_byte(&args, '{');
	member_add(&args, "text", buf_str(&text));
	member_add(&args, "url", str_of(t->url));
	member_add(&args, "title", str_of(t->title));
	if (copies_sign(buf_str(&text), sig)) {
		hash_add_hex(&hex, sig, sizeof sig);
		member_add(&args, "copies", buf_str(&hex));
	}
	buf_add_byte(&args, '}');
	cmd.args = buf_str(&args);
	if (control_call(s, "respond", &cmd, a, &r, e) == 0)
		rc = control_print(&r);
done:
	arena_free(a);
	buf_release(&text);
	buf_release(&args);
	buf_release(&hex);
	return rc;
}

static int
arguments_read(int argc, char **argv, struct telling *t, struct err *e)
{
	const struct {
		const char *name, **to;
	} known[] = { { "-c", &t->conf }, { "--url", &t->url }, { "--title", &t->title } };

	for (int i = 1; i < argc; i++) {
		size_t k = 0, n = t->adds ? LY_COUNT(known) : 1;

		while (k < n && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k < n && i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s needs a value", argv[i]);
		if (k < n)
			*known[k].to = argv[++i];
		else if (!t->adds || t->path || (argv[i][0] == '-' && argv[i][1]))
			return err_set(e, ERR_USAGE, "echo %s knows no \"%s\"", argv[0],
				       argv[i]);
		else
			t->path = argv[i];
	}
	if (t->adds && !t->path && !t->url)
		return err_set(e, ERR_USAGE, "echo add wants a file with the text, or --url");
	return 0;
}

static int
echo(int argc, char **argv, struct err *e)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct telling t = { .conf = "langyan.yaml", .adds = !strcmp(verb, "add") };
	struct settings *s;
	int rc;

	if (!t.adds && strcmp(verb, "list") != 0)
		return err_set(e, ERR_USAGE, "echo needs a verb: list or add");
	if (arguments_read(argc - 1, argv + 1, &t, e) < 0)
		return -1;
	s = settings_read(t.conf, NULL, e);
	if (!s)
		return -1;
	rc = t.adds ? add(s, &t, e) : list(s, e);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_echo = {
	"echo",
	"list | add [FILE|-] [--url URL] [--title TEXT]; each with [-c FILE]",
	"how far our own texts went: who copies, quotes or links them\n"
	"What own_sites and own_accounts say is known by itself; add tells of a text that we "
	"released\n"
	"elsewhere. A mention that only spreads our text never counts for a trigger.",
	"  langyan echo list\n"
	"  langyan echo add statement.txt --url https://news.example.com/statement/12\n"
	"  langyan draft show 3fa94c10be77 | langyan echo add - --title \"To our customers\"",
	echo,
};
