/* cmd_pack.c - the response pack in a shell: what there is, attach, say how far it is, waive. */
#include "core/base.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/outfile.h"
#include "responder/pack.h"

#include "cli/command.h"
#include "cli/control.h"

/* ---- attach ---------------------------------------------------------------------------------------- */

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Under its hash beside the record, before the responder is told of it. hex: in a. */
static int
keep(const struct settings *s, const char *number, const char *path, struct arena *a,
     struct str *hex, struct err *e)
{
	struct buf bytes = BUF(PACK_FILE_MAX);
	const char *folder = arena_textf(a, "%s/%s", settings_path(s, "pack"), number);
	int bad = pack_file_read(path, &bytes, e);

	*hex = pack_hash(buf_str(&bytes), a);
	if (!bad)
		bad = outfile_folder(settings_path(s, "pack"), e) < 0 ||
		      outfile_folder(folder, e) < 0 ||
		      outfile_write(pack_path(s->site.data, str_of(number), *hex, a),
				    buf_str(&bytes), e) < 0;
	buf_release(&bytes);
	return bad ? -1 : 0;
}

static bool
is_number(const char *s)
{
	return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789") == strlen(s);
}

static int
attach_send(const struct settings *s, struct control_given *g, struct arena *a, struct err *e)
{
	struct command cmd = { .verb = STR("incident.pack_attach") };
	struct str hex;
	struct reply r;

	if (!is_number(g->words[0]))
		return err_set(e, ERR_USAGE, "\"%s\" is no incident (langyan incident list)",
			       g->words[0]);
	if (keep(s, g->words[0], g->words[2], a, &hex, e) < 0)
		return -1;
	control_member(&g->args, "id", g->words[0]);
	control_member(&g->args, "piece", g->words[1]);
	control_member(&g->args, "file", base_of(g->words[2]));
	control_member(&g->args, "sha256", arena_text(a, hex));
	buf_add_byte(&g->args, '}');
	if (!buf_ok(&g->args))
		return err_set(e, ERR_USAGE, "the options are too long");
	cmd.args = buf_str(&g->args);
	return control_call(s, "respond", &cmd, a, &r, e) < 0 ? -1 : control_print(&r);
}

static int
attach(int argc, char **argv, struct err *e)
{
	static const struct control_line line = { .words = { "id", "piece", "file" } };
	struct control_given g;
	struct arena *a = arena_new();
	struct settings *s = NULL;
	int rc = control_read(argc, argv, &line, &g, e);

	if (rc == 0)
		s = settings_read(g.conf, NULL, e);
	rc = s ? attach_send(s, &g, a, e) : -1;
	settings_free(s);
	arena_free(a);
	buf_release(&g.args);
	return rc;
}

/* ---- show ------------------------------------------------------------------------------------------- */

static void
piece_put(const struct json *p, const char *what)
{
	struct str file = json_text(json_get(p, "file"), STR("")),
		   text = json_text(json_get(p, "text"), STR("")),
		   until = json_text(json_get(p, "until"), STR("")),
		   owner = json_text(json_get(p, "owner"), STR(""));

	printf("%s %-9.*s  %-11.*s  %.*s (%.*s)  %.*s\n",
	       json_true(json_get(p, "complete")) ? "x" : "-",
	       STR_ARG(json_text(json_get(p, "piece"), STR(""))),
	       STR_ARG(json_text(json_get(p, "state"), STR(""))),
	       STR_ARG(json_text(json_get(p, "role"), STR(""))),
	       STR_ARG(owner.n ? owner : STR("nobody")),
	       STR_ARG(json_text(json_get(p, what), STR(""))));
	if (file.n)
		printf("    %.*s  sha256 %.*s\n", STR_ARG(file),
		       STR_ARG(json_text(json_get(p, "sha256"), STR(""))));
	if (text.n)
		printf("    until %.*s: %.*s\n", STR_ARG(until), STR_ARG(text));
}

static int
answer_show(void *arg, const struct json *j, const struct settings *s, const struct zone *z,
	    struct err *e)
{
	const struct json *pieces = json_get(j, "pieces");

	(void)arg;
	(void)z;
	(void)e;
	for (size_t i = 0; i < json_count(pieces); i++)
		piece_put(json_at(pieces, i),
			  str_is(s->site.lang, "en") ? "what_en" : "what_zh");
	printf("due %.*s, %s\n", STR_ARG(json_text(json_get(j, "due"), STR("not set"))),
	       json_true(json_get(j, "complete")) ? "complete" : "not complete");
	return 0;
}

static int
pack(int argc, char **argv, struct err *e)
{
	static const struct control_shown shown = { answer_show, NULL };
	static const struct control_line show = { .verb = "incident.pack",
						  .words = { "id" },
						  .shown = &shown };
	static const struct control_line status = { .verb = "incident.pack_status",
						    .words = { "id", "piece" },
						    .options = "--text --until " };
	static const struct control_line waive = { .verb = "incident.pack_waive",
						   .words = { "id", "piece" },
						   .options = "--why " };

	if (argc > 1 && !strcmp(argv[1], "show"))
		return control_line(argc - 1, argv + 1, &show, e);
	if (argc > 1 && !strcmp(argv[1], "attach"))
		return attach(argc - 1, argv + 1, e);
	if (argc > 1 && !strcmp(argv[1], "status"))
		return control_line(argc - 1, argv + 1, &status, e);
	if (argc > 1 && !strcmp(argv[1], "waive"))
		return control_line(argc - 1, argv + 1, &waive, e);
	return err_set(e, ERR_USAGE, "show, attach, status or waive");
}

const struct subcommand cmd_pack = {
	"pack",
	"show INC-… [--json] | attach INC-… PIECE FILE | status INC-… PIECE [--text T --until "
	"T] | "
	"waive "
	"INC-… PIECE --why W; each with [-c FILE]",
	"the response pack: statement, compensation plan, and the third piece by what it is "
	"about\n"
	"PIECE: statement, plan or third. A file is kept by its hash (at most 16 MiB). status "
	"is an "
	"interim\n"
	"status with a time by which there is more; it counts when the fixer says it, or "
	"confirms "
	"it (status\n"
	"without --text). Two people waive a piece. See docs/responses.md.",
	"  langyan pack show INC-2026-0042\n"
	"  langyan pack attach INC-2026-0042 third report.pdf\n"
	"  langyan pack status INC-2026-0042 third --text \"samples are at the laboratory\" "
	"--until 20h",
	pack
};
