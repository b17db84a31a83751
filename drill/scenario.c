/* scenario.c - read, check, and lay every item out on the clock. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"

#include "drill/scenario.h"

#define ITEMS_MAX 1000000
#define TEXT_MAX  (64 * 1024)
#define BYTES_MAX ((size_t)256 << 20) /* of all texts: a file of 100 KB may ask for terabytes */

struct list_conf {
	struct str name;
	struct conf_texts of;
};
struct noise_conf {
	struct str feed;
	int64_t from_s, to_s, every_s, authors;
	struct conf_texts titles, texts;
};
struct script_conf {
	struct str feed, author, title, text;
	int64_t at_s, copies, every_s;
};

#define AT(type, field) offsetof(struct type, field)
static const char *const formats[] = { "rss", "atom", NULL };
static const struct conf_key feed_keys[] = {
	{ "path", CONF_TEXT, AT(scenario_feed, path), 1, 200, NULL, "\"/news/rss.xml\"" },
	{ "title", CONF_TEXT, AT(scenario_feed, title), 1, 200, NULL, "the medium's name" },
	{ "lang", CONF_TEXT, AT(scenario_feed, lang), 0, 16, "zh",
	  "language told in the feed" },
	{ "format", CONF_CHOICE, AT(scenario_feed, format), 0, 0, "rss", "rss or atom",
	  .choices = formats },
	{ "window", CONF_COUNT, AT(scenario_feed, window), 1, 2000, "100",
	  "newest items shown" },
	{ "pages", CONF_BOOL, AT(scenario_feed, pages), 0, 1, "off",
	  "the feed gives the first sentence, a page the whole" },
	CONF_END,
};
static const struct conf_schema feed_schema = {
	.name = "feed",
	.size = sizeof(struct scenario_feed),
	.keys = feed_keys,
	.name_at = offsetof(struct scenario_feed, name),
};
static const struct conf_key list_keys[] = {
	{ "of", CONF_TEXTS, AT(list_conf, of), 1, 1000, NULL, "entries" },
	CONF_END,
};
static const struct conf_schema list_schema = {
	.name = "list",
	.size = sizeof(struct list_conf),
	.keys = list_keys,
	.name_at = offsetof(struct list_conf, name),
};
static const struct conf_key noise_keys[] = {
	{ "feed", CONF_NAME, AT(noise_conf, feed), 0, 0, NULL, "which feed" },
	{ "from", CONF_SECONDS, AT(noise_conf, from_s), 0, 400 * 86400LL, "0",
	  "after the start" },
	{ "to", CONF_SECONDS, AT(noise_conf, to_s), 0, 400 * 86400LL, NULL, "after the start" },
	{ "every", CONF_SECONDS, AT(noise_conf, every_s), 1, 400 * 86400LL, NULL,
	  "one item in each such span, at a moment the seed chooses" },
	{ "authors", CONF_COUNT, AT(noise_conf, authors), 1, 1000000, "500",
	  "different people" },
	{ "titles", CONF_TEXTS, AT(noise_conf, titles), 0, 1000, "", "one is chosen" },
	{ "texts", CONF_TEXTS, AT(noise_conf, texts), 1, 1000, NULL, "one is chosen" },
	CONF_END,
};
static const struct conf_schema noise_schema = {
	.name = "noise",
	.size = sizeof(struct noise_conf),
	.keys = noise_keys,
};
static const struct conf_key script_keys[] = {
	{ "at", CONF_SECONDS, AT(script_conf, at_s), 0, 400 * 86400LL, NULL,
	  "after the start" },
	{ "feed", CONF_NAME, AT(script_conf, feed), 0, 0, NULL, "which feed" },
	{ "author", CONF_TEXT, AT(script_conf, author), 0, 100, "", "who says it" },
	{ "title", CONF_TEXT, AT(script_conf, title), 0, 1000, "", "" },
	{ "text", CONF_TEXT, AT(script_conf, text), 1, 60000, NULL, "" },
	{ "copies", CONF_COUNT, AT(script_conf, copies), 1, 10000, "1",
	  "said so often by different people ({n} differs)" },
	{ "every", CONF_SECONDS, AT(script_conf, every_s), 1, 86400, "60s", "between copies" },
	CONF_END,
};
static const struct conf_schema script_schema = {
	.name = "inject",
	.size = sizeof(struct script_conf),
	.keys = script_keys,
};
static const struct conf_key scenario_keys[] = {
	{ "title", CONF_TEXT, AT(scenario, title), 1, 200, NULL, "for people" },
	{ "start", CONF_TIME, AT(scenario, start_at), 0, INT64_MAX, NULL, "domain time of 0s" },
	{ "length", CONF_SECONDS, AT(scenario, length_s), 60, 400 * 86400LL, NULL,
	  "of the whole" },
	{ "seed", CONF_COUNT, AT(scenario, seed), 0, INT64_MAX, "1", "of every choice" },
	{ "words", CONF_MAP, AT(scenario, words), 0, 1000, "", "{word} in any text" },
	{ "lists", CONF_TABLE, AT(scenario, lists), 0, 1000, "", "{list} in any text",
	  .of = &list_schema },
	{ "feeds", CONF_TABLE, AT(scenario, feeds), 1, 200, NULL, "media", .of = &feed_schema },
	{ "noise", CONF_LIST, AT(scenario, noise), 0, 1000, "", "ordinary talk",
	  .of = &noise_schema },
	{ "injects", CONF_LIST, AT(scenario, script), 0, 10000, "", "what happens",
	  .of = &script_schema },
	CONF_END,
};

static ptrdiff_t
feed_number(const struct scenario *s, struct str name)
{
	const struct scenario_feed *f = s->feeds.v;

	for (size_t i = 0; i < s->feeds.n; i++)
		if (str_eq(f[i].name, name))
			return (ptrdiff_t)i;
	return -1;
}

static void
feeds_known(struct conf_reader *r, const struct scenario *s, const struct str *name)
{
	struct str names[200];
	const struct scenario_feed *f = s->feeds.v;
	size_t n = 0;

	if (feed_number(s, *name) >= 0)
		return;
	while (n < s->feeds.n && n < LY_COUNT(names)) {
		names[n] = f[n].name;
		n++;
	}
	conf_unknown(r, name, "feed", *name, names, n);
}

static void
scenario_check(struct conf_reader *r, void *self)
{
	const struct scenario *s = self;
	const struct noise_conf *noise = s->noise.v;
	const struct script_conf *script = s->script.v;
	const struct scenario_feed *feeds = s->feeds.v;

	for (size_t i = 0; i < s->feeds.n; i++)
		if (feeds[i].path.n && feeds[i].path.p[0] != '/')
			conf_error(r, &feeds[i].path, "a path begins with /");
	for (size_t i = 0; i < s->noise.n; i++)
		feeds_known(r, s, &noise[i].feed);
	for (size_t i = 0; i < s->script.n; i++)
		feeds_known(r, s, &script[i].feed);
}

static const struct conf_schema scenario_schema = {
	.name = "scenario",
	.size = sizeof(struct scenario),
	.keys = scenario_keys,
	.help = "a drill: timed texts in invented media",
	.check = scenario_check,
};

/* A choice that depends on the seed, the item and what is chosen, and on nothing else. */
static size_t
choose(const struct scenario *s, size_t number, struct str what, size_t of)
{
	return of ? (size_t)(hash_fast(what, (uint64_t)s->seed * 1000003 + number) % of) : 0;
}

static const struct conf_pair *
word_find(const struct scenario *s, struct str name)
{
	const struct conf_pair *w = s->words.v;

	for (size_t i = 0; i < s->words.n; i++)
		if (str_eq(w[i].name, name))
			return &w[i];
	return NULL;
}

/* A list's entry may hold words, one level deep; other braces stay as they stand. */
static void
fill_entry(const struct scenario *s, struct str rest, struct buf *out)
{
	ptrdiff_t open, shut;

	while ((open = str_find_byte(rest, '{')) >= 0) {
		const struct conf_pair *word;

		shut = str_find_byte(str_slice(rest, (size_t)open, rest.n), '}');
		if (shut < 0)
			break;
		word = word_find(s, str_slice(rest, (size_t)open + 1, (size_t)shut - 1));
		buf_add(out, str_slice(rest, 0, (size_t)open));
		buf_add(out,
			word ? word->value : str_slice(rest, (size_t)open, (size_t)shut + 1));
		rest = str_slice(rest, (size_t)(open + shut) + 1, rest.n);
	}
	buf_add(out, rest);
}

static void
fill_name(const struct scenario *s, size_t number, struct str name, struct buf *out)
{
	const struct conf_pair *word = word_find(s, name);
	const struct list_conf *l = s->lists.v;

	if (str_is(name, "n")) {
		buf_addf(out, "%zu", number);
		return;
	}
	if (word) {
		buf_add(out, word->value);
		return;
	}
	for (size_t i = 0; i < s->lists.n; i++)
		if (str_eq(l[i].name, name)) {
			fill_entry(s, l[i].of.v[choose(s, number, name, l[i].of.n)], out);
			return;
		}
	buf_addf(out, "{%.*s}", STR_ARG(name));
}

static struct str
fill(struct scenario *s, size_t number, struct str text)
{
	struct buf b = BUF(TEXT_MAX);
	struct str done;

	while (text.n) {
		ptrdiff_t open = str_find_byte(text, '{'), shut;

		shut = open < 0 ? -1
				: str_find_byte(str_slice(text, (size_t)open, text.n), '}');
		if (shut < 0)
			break;
		buf_add(&b, str_slice(text, 0, (size_t)open));
		fill_name(s, number, str_slice(text, (size_t)open + 1, (size_t)shut - 1), &b);
		text = str_slice(text, (size_t)(open + shut) + 1, text.n);
	}
	buf_add(&b, text);
	s->bytes += b.n;
	done = arena_str(s->arena, buf_str(&b));
	buf_release(&b);
	return done;
}

static struct scenario_item *
item_add(struct scenario *s)
{
	if (s->n % 1024 == 0) {
		s->items = reallocarray(s->items, s->n + 1024, sizeof *s->items);
		if (!s->items)
			abort();
	}
	return &s->items[s->n++];
}

/* One more than the ceiling tells that it was reached. */
static bool
fits(const struct scenario *s)
{
	return s->n <= ITEMS_MAX && s->bytes <= BYTES_MAX;
}

static void
noise_lay(struct scenario *s, const struct noise_conf *c, size_t nth)
{
	for (int64_t from = c->from_s; from < c->to_s && fits(s); from += c->every_s) {
		size_t number = s->n + 1;
		struct scenario_item *x = item_add(s);
		size_t who = choose(s, number + nth, STR("author"), (size_t)c->authors);

		*x = (struct scenario_item){
			.at = s->start_at + from +
			      (int64_t)choose(s, number, STR("at"), (size_t)c->every_s),
			.feed = (size_t)feed_number(s, c->feed),
			.number = number,
			.author = str_of(arena_textf(s->arena, "user%zu", 1000 + who)),
		};
		if (c->titles.n)
			x->title =
				fill(s, number,
				     c->titles.v[choose(s, number, STR("title"), c->titles.n)]);
		x->text =
			fill(s, number, c->texts.v[choose(s, number, STR("text"), c->texts.n)]);
	}
}

static void
script_lay(struct scenario *s, const struct script_conf *c)
{
	for (int64_t k = 0; k < c->copies && fits(s); k++) {
		size_t number = s->n + 1;
		struct scenario_item *x = item_add(s);

		*x = (struct scenario_item){ .at = s->start_at + c->at_s + k * c->every_s,
					     .feed = (size_t)feed_number(s, c->feed),
					     .number = number };
		x->author = fill(s, number, c->author);
		if (c->copies > 1)
			x->author = str_of(arena_textf(s->arena, "%.*s%lld", STR_ARG(x->author),
						       (long long)k + 1));
		x->title = fill(s, number, c->title);
		x->text = fill(s, number, c->text);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct scenario_item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

struct scenario *
scenario_read(const char *path, struct buf *report, struct err *e)
{
	struct scenario *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->conf = conf_read(path, &scenario_schema, s, report, e);
	s->arena = arena_new();
	if (!s->conf) {
		scenario_free(s);
		return NULL;
	}
	for (size_t i = 0; i < s->noise.n; i++)
		noise_lay(s, (const struct noise_conf *)s->noise.v + i, i);
	for (size_t i = 0; i < s->script.n; i++)
		script_lay(s, (const struct script_conf *)s->script.v + i);
	if (!fits(s)) {
		err_set(e, ERR_USAGE, "\"%s\" makes over %d items or %zu MiB of text", path,
			ITEMS_MAX, BYTES_MAX >> 20);
		scenario_free(s);
		return NULL;
	}
	if (s->n)
		qsort(s->items, s->n, sizeof *s->items, by_time);
	return s;
}

int64_t
scenario_end(const struct scenario *s)
{
	int64_t end = s->start_at + s->length_s;

	return s->n && s->items[s->n - 1].at > end ? s->items[s->n - 1].at : end;
}

void
scenario_free(struct scenario *s)
{
	if (!s)
		return;
	free(s->items);
	arena_free(s->arena);
	conf_free(s->conf);
	free(s);
}
