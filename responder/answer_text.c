/* answer_text.c - the code in the first lines of a reply; what Telegram says. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/answer.h"

#define BYTES_MAX 4096
#define LINES_MAX 12 /* below stands what was answered, or a signature */
#define TEXT_MAX  4096

static const struct {
	const char *word;
	enum link_verb verb;
} words[] = {
	{ "接手", LINK_TAKE },     { "我来处理", LINK_TAKE },     { "确认", LINK_TAKE },
	{ "take", LINK_TAKE },     { "ack", LINK_TAKE },          { "code", LINK_TAKE },
	{ "升级", LINK_ESCALATE }, { "escalate", LINK_ESCALATE },
};
/* What stands before the text that is answered: our own, with the code in it. */
static const char *const quotes[] = { ">",      "-----",  "_____",      "From:",
				      "发件人", "寄件者", "------原始", NULL };

static bool
is_quote(struct str line)
{
	for (int i = 0; quotes[i]; i++)
		if (str_starts(line, str_of(quotes[i])))
			return true;
	return str_ends(line, STR("wrote:")) || str_ends(line, STR("写道：")) ||
	       str_ends(line, STR("写道:"));
}

/* Without a full stop or colon in either script at its end. */
static struct str
bare(struct str s)
{
	static const struct str ends[] = { STR_INIT("。"), STR_INIT("."),  STR_INIT("："),
					   STR_INIT(":"),  STR_INIT("！"), STR_INIT("!") };

	s = str_trim(s);
	for (size_t i = 0; i < LY_COUNT(ends); i++)
		if (str_ends(s, ends[i]))
			return str_trim(str_slice(s, 0, s.n - ends[i].n));
	return s;
}

static bool
is_code(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == 6;
}

static bool
line_read(struct str line, struct coded *out)
{
	struct str before;

	line = bare(line);
	if (line.n < 6)
		return false;
	out->code = str_slice(line, line.n - 6, 6);
	before = bare(str_slice(line, 0, line.n - 6));
	if (!is_code(out->code) ||
	    (before.n && before.p[before.n - 1] >= '0' && before.p[before.n - 1] <= '9'))
		return false;
	out->verb = LINK_TAKE;
	if (!before.n)
		return true;
	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_eq_nocase(before, str_of(words[i].word))) {
			out->verb = words[i].verb;
			return true;
		}
	return false;
}

bool
answer_read(struct str text, struct coded *out)
{
	struct str line;
	int lines = 0;

	text = str_slice(text, 0, BYTES_MAX);
	while (lines < LINES_MAX && str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			continue;
		lines++;
		if (is_quote(line))
			return false;
		if (line_read(line, out))
			return true;
	}
	return false;
}

/* ---- Telegram --------------------------------------------------------------------------------------- */

static struct str
number(struct arena *a, const struct json *j)
{
	return json_kind(j) == JSON_INT
		       ? str_of(arena_textf(a, "%lld", (long long)json_int(j, 0)))
		       : STR("");
}

static struct str
words_of(const struct json *j)
{
	return utf8_cut(json_text(j, STR("")), TEXT_MAX);
}

int
updates_read(struct arena *a, struct str body, struct updates *out, struct err *e)
{
	const struct json *j = json_parse_web(a, body, e), *list = json_get(j, "result");

	*out = (struct updates){ .n = 0 };
	if (!j)
		return -1;
	if (!json_true(json_get(j, "ok")))
		return err_set(
			e, ERR_RETRY, "the bot's server said: %.*s",
			STR_ARG(utf8_cut(
				json_text(json_get(j, "description"), STR("no reason")), 100)));
	for (size_t i = 0; i < json_count(list) && out->n < UPDATES_MAX; i++) {
		const struct json *x = json_at(list, i), *message = json_get(x, "message"),
				  *press = json_get(x, "callback_query");
		int64_t id = json_int(json_get(x, "update_id"), 0);
		struct update *u = &out->v[out->n];

		if (id <= 0)
			continue;
		out->last = id > out->last ? id : out->last;
		*u = (struct update){ .id = id };
		if (press) {
			message = json_get(press, "message");
			u->callback = words_of(json_get(press, "id"));
			u->text = words_of(json_get(press, "data"));
			u->from = number(a, json_get(json_get(press, "from"), "id"));
		} else {
			u->text = words_of(json_get(message, "text"));
			u->from = number(a, json_get(json_get(message, "from"), "id"));
		}
		u->chat = number(a, json_get(json_get(message, "chat"), "id"));
		if (u->from.n && u->chat.n && u->text.n)
			out->n++;
	}
	return 0;
}
