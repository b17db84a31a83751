/* push.c - the keys of a pushed document, as a table. */
#include "core/base.h"

#include "core/document.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/date.h"
#include "crawler/push.h"

#define TIME_MAX 253402300799 /* the last second of the year 9999 */

enum push_kind { PUSH_TEXT, PUSH_COUNT, PUSH_STARS, PUSH_TIME };
static const struct push_key {
	struct str name;
	enum push_kind kind;
	size_t at;
	size_t max; /* bytes of a text */
} push_keys[] = {
	{ STR_INIT("id"), PUSH_TEXT, offsetof(struct pushed, id), 1024 },
	{ STR_INIT("url"), PUSH_TEXT, offsetof(struct pushed, url), 4096 },
	{ STR_INIT("title"), PUSH_TEXT, offsetof(struct pushed, title), 4096 },
	{ STR_INIT("text"), PUSH_TEXT, offsetof(struct pushed, text), 4 << 20 },
	{ STR_INIT("author"), PUSH_TEXT, offsetof(struct pushed, author), 512 },
	{ STR_INIT("lang"), PUSH_TEXT, offsetof(struct pushed, lang), 16 },
	{ STR_INIT("source"), PUSH_TEXT, offsetof(struct pushed, source), 200 },
	{ STR_INIT("country"), PUSH_TEXT, offsetof(struct pushed, country), 8 },
	{ STR_INIT("followers"), PUSH_COUNT, offsetof(struct pushed, followers), 0 },
	{ STR_INIT("engagement"), PUSH_COUNT, offsetof(struct pushed, engagement), 0 },
	{ STR_INIT("rating"), PUSH_STARS, offsetof(struct pushed, rating), 0 },
	{ STR_INIT("published"), PUSH_TIME, offsetof(struct pushed, published_at), 0 },
	{ STR_INIT("arrived"), PUSH_TIME, offsetof(struct pushed, arrived_at), 0 },
};

static int
time_read(const struct json *v, int64_t now, int64_t *at)
{
	if (json_kind(v) == JSON_INT) {
		*at = json_int(v, 0);
		if (*at > 100000000000) /* milliseconds */
			*at /= 1000;
	} else if (date_parse(json_text(v, STR("")), now, NULL, at) < 0) {
		return -1;
	}
	return *at > 0 && *at <= TIME_MAX ? 0 : -1;
}

static int
key_set(const struct push_key *k, const struct json *v, int64_t now, struct pushed *p,
	struct err *e)
{
	char *field = (char *)p + k->at;
	struct str text;
	int64_t n = 0;

	if (json_kind(v) == JSON_NULL)
		return 0;
	switch (k->kind) {
	case PUSH_TEXT:
		if (json_kind(v) != JSON_TEXT)
			return err_set(e, ERR_REJECT, "\"%.*s\" is not a text",
				       STR_ARG(k->name));
		text = json_text(v, STR(""));
		if (text.n > k->max)
			return err_set(e, ERR_REJECT, "\"%.*s\" is over %zu bytes",
				       STR_ARG(k->name), k->max);
		memcpy(field, &text, sizeof text);
		return 0;
	case PUSH_COUNT:
		n = json_int(v, -1);
		if (n < 0)
			return err_set(e, ERR_REJECT, "\"%.*s\" is not a number from 0",
				       STR_ARG(k->name));
		break;
	case PUSH_STARS:
		if (!(json_real(v, -1) >= 0 && json_real(v, -1) <= 100))
			return err_set(e, ERR_REJECT, "\"%.*s\" is not a number 0..100",
				       STR_ARG(k->name));
		n = (int64_t)(json_real(v, 0) * 1000 + 0.5);
		break;
	case PUSH_TIME:
		if (time_read(v, now, &n) < 0)
			return err_set(e, ERR_REJECT,
				       "\"%.*s\" is not a time like "
				       "\"2026-11-21T08:00:00Z\"",
				       STR_ARG(k->name));
		break;
	}
	memcpy(field, &n, sizeof n);
	return 0;
}

/* Of one line only the column is told: which line of the file it is the caller knows. */
static int
syntax_said(struct str line, struct err *e)
{
	struct err was = *e;
	size_t skip =
		str_find_byte(line, '\n') < 0 && !strncmp(was.text, "line 1, ", 8) ? 8 : 0;

	return err_set(e, was.kind, "%s%s", was.text + skip,
		       utf8_valid(line) ? "" : ": not UTF-8? `langyan to-utf8` makes it so");
}

int
push_parse(struct arena *a, struct str line, int64_t now, struct pushed *p, struct err *e)
{
	const struct json *j;

	if (str_starts(line, STR("\xEF\xBB\xBF"))) /* before the first line of a file */
		line = str_slice(line, 3, SIZE_MAX);
	j = json_parse(a, line, e);
	*p = (struct pushed){ .followers = -1 };
	if (!j)
		return syntax_said(line, e);
	if (json_kind(j) != JSON_OBJECT)
		return err_set(e, ERR_REJECT,
			       "a document is a JSON object, one a line (of a list: jq -c "
			       "'.[]')");
	for (size_t i = 0; i < json_count(j); i++) {
		struct str name;
		const struct json *v = json_member(j, i, &name);
		size_t k = 0;

		while (k < LY_COUNT(push_keys) && !str_eq(name, push_keys[k].name))
			k++;
		if (k == LY_COUNT(push_keys)) {
			if (!p->ignored.n)
				p->ignored = name;
		} else if (str_is(name, "id") && json_kind(v) == JSON_INT) {
			p->id = str_of(arena_textf(a, "%lld", (long long)json_int(v, 0)));
		} else if (key_set(&push_keys[k], v, now, p, e) < 0) {
			return -1;
		}
	}
	if (!str_trim(p->text).n && !str_trim(p->title).n)
		return err_set(e, ERR_REJECT, "neither \"text\" nor \"title\"");
	return 0;
}

struct intake
push_intake(const struct pushed *p, const struct source_conf *source)
{
	return (struct intake){ .source = source,
				.identity = p->id,
				.url = p->url,
				.title = p->title,
				.text = p->text,
				.author = p->author,
				.lang = p->lang,
				.country = p->country,
				.followers = p->followers,
				.engagement = p->engagement,
				.rating = p->rating,
				.published_at = p->published_at };
}

/* ---- how a body is to be taken ----------------------------------------------------------------- */

#define NAME_MAX_BYTES 200

static int
source_set(struct push_as *as, struct str v, const struct conf_list *sources)
{
	const struct source_conf *known = source_find(sources, v);

	if (known)
		as->source = *known;
	else
		as->source.name = v;
	return v.n && v.n <= NAME_MAX_BYTES ? 0 : -1;
}

static int
class_set(struct push_as *as, struct str v)
{
	int64_t k = 0;

	while (source_class_words[k] && !str_is(v, source_class_words[k]))
		k++;
	if (!source_class_words[k])
		return -1;
	as->source.source_class = k;
	return 0;
}

static int
flag_read(struct str v, bool *on)
{
	*on = str_is(v, "1") || str_is(v, "on");
	return *on || str_is(v, "0") || str_is(v, "off") ? 0 : -1;
}

/* One argument but the source. known: the source is configured, and says it itself. */
static int
as_set(struct push_as *as, struct str key, struct str v, bool known)
{
	bool history = false;
	int r;

	if (str_is(key, "class"))
		return known ? 0 : class_set(as, v);
	if (str_is(key, "rows"))
		return flag_read(v, &as->rows);
	if (str_is(key, "history")) {
		r = flag_read(v, &history);
		as->flags = history ? DOCUMENT_HISTORY : 0;
		return r;
	}
	if (!known)
		*(str_is(key, "site") ? &as->source.site : &as->source.lang) = v;
	return v.n > NAME_MAX_BYTES ? -1 : 0;
}

int
push_as_parse(struct arena *a, struct str args, const struct conf_list *sources,
	      struct push_as *as, struct err *e)
{
	static const char *const keys[] = {
		"source", "class", "site", "lang", "rows", "history"
	};
	const struct json *j = args.n ? json_parse(a, args, e) : NULL, *source;
	bool known;

	*as = (struct push_as){ .source = { .name = STR("push"),
					    .kind = SOURCE_PUSH,
					    .source_class = CLASS_OTHER } };
	if (args.n && (!j || json_kind(j) != JSON_OBJECT))
		return err_set(e, ERR_REJECT, "the arguments are no JSON object");
	source = json_get(j, "source");
	if (source && source_set(as, json_text(source, STR("")), sources) < 0)
		return err_set(e, ERR_REJECT, "the source's name is empty or too long");
	known = source_find(sources, as->source.name) != NULL;
	for (size_t i = 0; i < json_count(j); i++) {
		struct str key, v = json_text(json_member(j, i, &key), STR(""));
		size_t k = 0;

		while (k < LY_COUNT(keys) && !str_is(key, keys[k]))
			k++;
		if (k == LY_COUNT(keys))
			return err_set(e, ERR_REJECT, "documents are pushed with no \"%.*s\"",
				       STR_ARG(str_slice(key, 0, 60)));
		if (k && as_set(as, key, v, known) < 0)
			return err_set(e, ERR_REJECT, "\"%.*s\" is no %s",
				       STR_ARG(str_slice(v, 0, 60)), keys[k]);
	}
	return 0;
}
