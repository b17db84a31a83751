/* exercise.c - see exercise.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/exercise.h"

#define CHANNEL "channel:"

#define AT(field) offsetof(struct exercise_conf, field)
static const struct conf_key keys[] = {
	{ "on", CONF_BOOL, AT(on), 0, 1, "off",
	  "this Langyan rehearses: it tells only who is enrolled, and says so in every "
	  "notice" },
	{ "enrolled", CONF_TEXTS, AT(enrolled), 0, 500, "",
	  "who has agreed: PERSON, PERSON/CHANNEL or channel:NAME" },
	CONF_END,
};
const struct conf_schema exercise_schema = {
	.name = "exercise",
	.size = sizeof(struct exercise_conf),
	.keys = keys,
	.help = "A rehearsal with real notices.",
};

bool
exercise_may(const struct exercise_conf *c, struct str recipient, struct str channel)
{
	for (size_t i = 0; i < c->enrolled.n; i++) {
		struct str who = c->enrolled.v[i];
		ptrdiff_t slash = str_find_byte(who, '/');

		if (!recipient.n) {
			if (str_starts(who, STR(CHANNEL)) &&
			    str_eq(str_slice(who, sizeof CHANNEL - 1, who.n), channel))
				return true;
			continue;
		}
		if (str_eq(who, recipient))
			return true;
		if (slash >= 0 && str_eq(str_slice(who, 0, (size_t)slash), recipient) &&
		    str_eq(str_slice(who, (size_t)slash + 1, who.n), channel))
			return true;
	}
	return false;
}

struct str
exercise_mark(bool zh)
{
	return zh ? STR("【演练】") : STR("[EXERCISE]");
}

struct str
exercise_text(struct arena *a, struct str text, bool zh)
{
	struct str mark = exercise_mark(zh);

	return str_of(arena_textf(a, "%.*s\n%.*s%s%.*s\n", STR_ARG(mark), STR_ARG(text),
				  str_ends(text, STR("\n")) ? "" : "\n", STR_ARG(mark)));
}

/* Behind the tag <body …>, before </body>; without one around it all. */
struct str
exercise_html(struct arena *a, struct str html, bool zh)
{
	struct str mark = exercise_mark(zh);
	ptrdiff_t open = str_find(html, STR("<body")), close = str_find(html, STR("</body>"));
	size_t from = 0, to = html.n;

	if (!html.n)
		return html;
	if (open >= 0) {
		ptrdiff_t end = str_find_byte(str_slice(html, (size_t)open, html.n), '>');

		from = end < 0 ? 0 : (size_t)(open + end + 1);
	}
	if (close >= 0 && (size_t)close >= from)
		to = (size_t)close;
	return str_of(arena_textf(
		a, "%.*s<p><strong>%.*s</strong></p>%.*s<p><strong>%.*s</strong></p>%.*s",
		STR_ARG(str_slice(html, 0, from)), STR_ARG(mark),
		STR_ARG(str_slice(html, from, to - from)), STR_ARG(mark),
		STR_ARG(str_slice(html, to, html.n))));
}
