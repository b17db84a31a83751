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
#include "cli/file.h"

/* ---- attach ---------------------------------------------------------------------------------------- */

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Under its hash beside the record, before the responder is told of it. */
static int
keep(const struct settings *s, const char *number, const char *path, struct arena *a,
     struct str *hex, struct err *e)
{
	struct buf bytes = BUF(PACK_FILE_MAX);
	const char *to;
	int64_t n;
	int bad = pack_file_hash(path, a, hex, &n, e);

	if (!bad)
		bad = file_read(path, &bytes, e);
	to = bad ? "" : pack_path(s->site.data, str_of(number), *hex, a);
	if (!bad)
		bad = outfile_folder(settings_path(s, "pack"), e) < 0 ||
		      outfile_folder(
			      arena_textf(a, "%.*s/pack/%s", STR_ARG(s->site.data), number),
			      e) < 0 ||
		      outfile_write(to, buf_str(&bytes), e) < 0;
	buf_release(&bytes);
	return bad ? -1 : 0;
}

static bool
is_number(const char *s)
{
	return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789") == strlen(s);
}

static int
attach(int argc, char **argv, struct err *e)
{
	const char *conf = "langyan.yaml", *words[3] = { NULL };
	struct command cmd = { .verb = STR("incident.pack_attach") };
	struct buf args = BUF(1 << 16);
	struct arena *a = arena_new();
	struct settings *s = NULL;
	struct str hex;
	struct reply r;
	size_t n = 0;
	int rc = -1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-c") && i + 1 < argc)
			conf = argv[++i];
		else if (n < 3)
			words[n++] = argv[i];
	}
	if (n < 3 || !is_number(words[0]))
		err_set(e, ERR_USAGE, "attach wants an incident, a piece and a file");
	else if ((s = settings_read(conf, NULL, e)) &&
		 keep(s, words[0], words[2], a, &hex, e) == 0) {
		control_member(&args, "id", words[0]);
		control_member(&args, "piece", words[1]);
		control_member(&args, "file", base_of(words[2]));
		control_member(&args, "sha256", arena_text(a, hex));
		buf_add_byte(&args, '}');
		cmd.args = buf_str(&args);
		if (control_call(s, "respond", &cmd, a, &r, e) == 0)
			rc = control_print(&r);
	}
	settings_free(s);
	arena_free(a);
	buf_release(&args);
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
show(int argc, char **argv, struct err *e)
{
	const char *conf = "langyan.yaml", *number = NULL;
	struct command cmd = { .verb = STR("incident.pack") };
	struct buf args = BUF(4096);
	struct arena *a = arena_new();
	struct settings *s;
	const struct json *j = NULL;
	struct reply r = { .status = 0 };
	int rc = -1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-c") && i + 1 < argc)
			conf = argv[++i];
		else
			number = argv[i];
	}
	if (!number)
		err_set(e, ERR_USAGE, "which incident? (langyan incident list)");
	s = number ? settings_read(conf, NULL, e) : NULL;
	if (s) {
		control_member(&args, "id", number);
		buf_add_byte(&args, '}');
		cmd.args = buf_str(&args);
		rc = control_call(s, "respond", &cmd, a, &r, e);
	}
	if (rc == 0 && r.status == 200)
		j = json_parse(a, r.body, e);
	if (rc == 0 && !j)
		rc = control_print(&r);
	for (size_t i = 0; i < json_count(json_get(j, "pieces")); i++)
		piece_put(json_at(json_get(j, "pieces"), i),
			  str_is(s->site.lang, "en") ? "what_en" : "what_zh");
	if (j)
		printf("due %.*s, %s\n", STR_ARG(json_text(json_get(j, "due"), STR("not set"))),
		       json_true(json_get(j, "complete")) ? "complete" : "not complete");
	settings_free(s);
	arena_free(a);
	buf_release(&args);
	return rc;
}

static int
pack(int argc, char **argv, struct err *e)
{
	static const struct control_line status = { "incident.pack_status",
						    { "id", "piece" },
						    "--text --until " };
	static const struct control_line waive = { "incident.pack_waive",
						   { "id", "piece" },
						   "--why " };

	if (argc > 1 && !strcmp(argv[1], "show"))
		return show(argc - 1, argv + 1, e);
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
	"show INC-… | attach INC-… PIECE FILE | status INC-… PIECE [--text T --until T] | "
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
