/* langyan analyze: JSON Lines in, a score for each line out. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/file.h"
#include "cli/json_lines.h"
#include "cli/lexicons.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/explain.h"
#include "nlp/image_learned.h"

#define LINE_MAX_BYTES (8 << 20)
#define FLUSH_AT       (1 << 16)

struct analyzing {
	const struct image *image;
	struct walk walk;
	struct arena *arena;
	struct buf out;
	const char *name;      /* of what is read, for errors */
	bool explain, foreign; /* a text was not UTF-8, and that was told */
};

static void
topics_add(const struct topics *topics, struct buf *out)
{
	const char *comma = "";

	buf_add(out, STR(",\"topics\":["));
	for (size_t i = 0; i < topics->n; i++) {
		if (topics->v[i].negated)
			continue;
		buf_add(out, str_of(comma));
		json_add_text(out, topics->v[i].topic);
		comma = ",";
	}
	buf_add_byte(out, ']');
}

static void
line_write(struct analyzing *k, const struct json_member *id, struct str lang,
	   const struct score *s, const struct topics *topics)
{
	static const char *const labels[] = { "neg", "neu", "pos" };
	struct buf *out = &k->out;

	buf_add(out, STR("{\"id\":"));
	if (id->raw.n && id->raw.p[0] == '"')
		json_add_text(out, id->text);
	else
		buf_add(out, id->raw.n ? id->raw : STR("null"));
	buf_add(out, STR(",\"score\":"));
	json_add_milli(out, s->score);
	buf_add(out, STR(",\"label\":\""));
	buf_add(out, str_of(labels[s->label + 1]));
	buf_add(out, STR("\",\"confidence\":"));
	json_add_milli(out, s->confidence);
	buf_add(out, STR(",\"lang\":"));
	json_add_text(out, lang);
	topics_add(topics, out);
	buf_add(out, STR(",\"intent\":\""));
	buf_add(out, str_of(intent_words[s->intent]));
	buf_add_byte(out, '"');
}

static int
line_take(struct analyzing *k, struct str line, struct err *e)
{
	struct score_about whole = { .source_class = CLASS_OTHER };
	struct json_member m[] = { { .name = "id" },
				   { .name = "text" },
				   { .name = "lang" },
				   /* asked for only where there are thresholds by them */
				   { .name = "source" },
				   { .name = "class" } };
	size_t n = k->image->n_thresholds ? LY_COUNT(m) : 3;
	struct buf clean = BUF(LINE_MAX_BYTES * 3);
	struct score_text *t;
	struct topics topics;
	struct score s;
	int32_t *weights;

	if (json_line_read(line, m, n, k->arena, e) < 0)
		return -1;
	whole.source = m[3].text;
	for (int i = 0; m[4].text.n && i < CLASS_COUNT; i++)
		if (str_is(m[4].text, source_class_words[i]))
			whole.source_class = i;
	if (!m[1].raw.n || m[1].raw.p[0] != '"')
		return err_set(e, ERR_REJECT, "has no \"text\"");
	if (!utf8_valid(m[1].text)) {
		if (!k->foreign)
			fputs("not UTF-8: bad bytes count as U+FFFD; `langyan to-utf8` makes "
			      "a file UTF-8\n",
			      stderr);
		k->foreign = true;
		utf8_add_clean(&clean, m[1].text);
		m[1].text = arena_str(k->arena, buf_str(&clean));
		buf_release(&clean);
	}
	walk_run(&k->walk, k->image, m[1].text);
	t = score_prepare(k->image, &k->walk, m[1].text, k->arena);
	weights = arena_alloc(k->arena, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	topics_find(t, weights, NULL, CLASS_OTHER, &topics);
	line_write(k, &m[0], m[2].text.n ? m[2].text : score_lang(&k->walk), &s, &topics);
	if (k->explain) {
		buf_add(&k->out, STR(",\"explain\":"));
		explain_add_json(t, &s, weights, &topics, k->arena, &k->out);
	}
	buf_add(&k->out, STR("}\n"));
	return 0;
}

static int
flush(struct analyzing *k, struct err *e)
{
	if (fwrite(k->out.p, 1, k->out.n, stdout) != k->out.n || fflush(stdout) != 0)
		return err_set(e, ERR_RETRY, "could not write the answers");
	buf_clear(&k->out);
	return 0;
}

/* file:line:column; what is wrong with the whole line is at its beginning. s: as it was read. */
static void
wrong_line(const struct analyzing *k, size_t number, struct str s, const char *why)
{
	size_t column = 1, skipped = (size_t)(str_trim(s).p - s.p);
	int n = 0;

	if (sscanf(why, "column %zu: %n", &column, &n) >= 1 && n)
		why += n;
	column = utf8_count(str_slice(str_trim(s), 0, column - 1)) + 1;
	fprintf(stderr, "%s:%zu:%zu: %s\n", k->name, number, column + skipped, why);
}

/* Exit code 1 when a line could not be read: it is told on stderr, the others are answered. */
static int
file_take(struct analyzing *k, FILE *in, struct err *e)
{
	char *line = NULL;
	size_t cap = 0, number = 0;
	ssize_t n;
	int code = 0;

	while ((n = getline(&line, &cap, in)) >= 0) {
		struct str s = { line, (size_t)n };
		struct err why = { .kind = ERR_NONE };

		if (++number == 1 && str_starts(s, STR("\xEF\xBB\xBF")))
			s = str_slice(s, 3, s.n);
		if (!str_trim(s).n)
			continue;
		if (s.n > LINE_MAX_BYTES)
			err_set(&why, ERR_REJECT, "is longer than %d MiB",
				LINE_MAX_BYTES >> 20);
		if (why.kind || line_take(k, str_trim(s), &why) < 0) {
			wrong_line(k, number, s, why.text);
			code = 1;
		}
		arena_reset(k->arena);
		if (k->out.n >= FLUSH_AT && flush(k, e) < 0) {
			code = -1;
			break;
		}
	}
	free(line);
	if (code >= 0 && file_ended(in, k->name, e) < 0)
		code = -1;
	return code < 0 || flush(k, e) < 0 ? -1 : code;
}

static int
run(int argc, char **argv, struct err *e)
{
	struct analyzing k = { .explain = false };
	struct lexicons_given lexicons = { NULL, NULL };
	const char *path = NULL;
	bool hand = false;
	struct image *image;
	FILE *in = stdin;
	int code;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--explain"))
			k.explain = true;
		else if (!strcmp(argv[i], "--no-learned"))
			hand = true;
		else if (!strcmp(argv[i], "--lexicons") && i + 1 < argc)
			lexicons.folder = argv[++i];
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			lexicons.conf = argv[++i];
		else if (argv[i][0] == '-' && argv[i][1])
			return err_set(e, ERR_USAGE, "analyze knows no \"%s\"", argv[i]);
		else
			path = argv[i];
	}
	image = lexicons_image(&lexicons, e);
	if (!image)
		return -1;
	if (hand)
		image_forget_learned(image);
	if (path && strcmp(path, "-") != 0)
		in = fopen(path, "rb");
	if (!in) {
		image_free(image);
		return err_set(e, ERR_USAGE, "could not open \"%s\": %s", path,
			       strerror(errno));
	}
	k.image = image;
	k.name = in == stdin ? "<stdin>" : path;
	k.arena = arena_new();
	k.out = BUF(256 << 20);
	code = file_take(&k, in, e);
	if (in != stdin)
		fclose(in);
	buf_release(&k.out);
	arena_free(k.arena);
	walk_release(&k.walk);
	image_free(image);
	return code;
}

const struct subcommand cmd_analyze = {
	"analyze",
	"[--explain] [--no-learned] [-c FILE | --lexicons DIR] [JSONL]",
	"score texts: JSON Lines {\"id\",\"text\",\"lang\"?} in, one scored line each out\n"
	"\"source\" and \"class\" choose the thresholds, where a list has some for them\n"
	"-c FILE: with the word lists of that configuration, your own ones too",
	"  echo '{\"id\":1,\"text\":\"The app is great but support is useless\"}' | langyan "
	"analyze\n"
	"  langyan analyze --explain posts.jsonl    every word, rule and the sum\n"
	"  langyan analyze --no-learned posts.jsonl the hand-written lists and rules alone",
	run,
};
