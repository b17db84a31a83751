/* source_list.c - `langyan source list`: how every source is, for people and for programs. */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/health.h"

#include "cli/control.h"
#include "cli/source_verbs.h"

#define PAGE  500 /* sources a question */
#define WIDTH 100 /* columns            */

enum form { FORM_TABLE, FORM_JSON };
struct list {
	const char *path, *state;
	enum form form;
	bool coverage;
	/* while it is told */
	const struct settings *s;
	bool zh;
	int64_t now;
	size_t n;
	struct {
		struct str word;
		size_t n;
	} states[16];
	size_t n_states;
};

/* ---- texts in columns ------------------------------------------------------------------------------- */

/* What does not take one column of a terminal: marks none, East Asian wide characters two. */
static const struct wide {
	uint32_t from, to;
	size_t columns;
} wides[] = {
	{ 0x300, 0x36f, 0 },   { 0x1100, 0x115f, 2 },   { 0x200b, 0x200f, 0 },
	{ 0x2e80, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },
	{ 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x3ffff, 2 },
};

static size_t
columns_of(uint32_t cp)
{
	for (size_t i = 0; i < LY_COUNT(wides); i++)
		if (cp >= wides[i].from && cp <= wides[i].to)
			return wides[i].columns;
	return 1;
}

static size_t
width_of(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t n = 0;

	while (p < end) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		n += columns_of(cp);
	}
	return n;
}

/* As much of s as fits, one line, without control bytes; "…" says that more was there. Padded when
 * pad. Columns taken. */
static size_t
put(struct str s, size_t max, bool pad)
{
	const char *p = s.p, *end = s.p + s.n;
	bool cut = width_of(s) > max;
	size_t n = 0;

	while (p < end) {
		uint32_t cp;
		size_t len = utf8_next(p, end, &cp);

		if (n + columns_of(cp) + cut > max)
			break;
		if (cp < 0x20 || cp == 0x7f)
			putchar(' ');
		else
			fwrite(p, 1, len, stdout);
		n += columns_of(cp);
		p += len;
	}
	if (cut && max) {
		fputs("…", stdout);
		n++;
	}
	for (; pad && n < max; n++)
		putchar(' ');
	return n;
}

/* "45s", "12m", "3h", "9d"; "-" for none. */
static const char *
span(struct arena *a, int64_t s)
{
	static const struct {
		int64_t below, unit;
		char name;
	} units[] = { { 100, 1, 's' },
		      { 100 * 60, 60, 'm' },
		      { 48 * 3600, 3600, 'h' },
		      { INT64_MAX, 86400, 'd' } };
	size_t i = 0;

	if (s < 0)
		return "-";
	while (s >= units[i].below)
		i++;
	return arena_textf(a, "%lld%c", (long long)(s / units[i].unit), units[i].name);
}

static int64_t
number(const struct json *j, const char *key)
{
	return json_int(json_get(j, key), 0);
}

static struct str
text(const struct json *j, const char *key)
{
	return json_text(json_get(j, key), STR(""));
}

/* Of a key there is a text in each language. */
static struct str
local(const struct list *l, const struct json *j, const char *key, struct arena *a)
{
	return text(j, arena_textf(a, "%s_%s", key, l->zh ? "zh" : "en"));
}

/* ---- a line a source ---------------------------------------------------------------------------------- */

struct row {
	const struct list *list;
	const struct json *j;
	struct arena *a;
};

static struct str
cell_name(const struct row *r)
{
	return text(r->j, "name");
}
static struct str
cell_state(const struct row *r)
{
	return local(r->list, r->j, "state", r->a);
}
static struct str
ago(const struct row *r, const char *key)
{
	int64_t at = number(r->j, key);

	return str_of(span(r->a, at > 0 ? (r->list->now > at ? r->list->now - at : 0) : -1));
}
static struct str
cell_polled(const struct row *r)
{
	return ago(r, "polled_at");
}
static struct str
cell_next(const struct row *r)
{
	int64_t at = number(r->j, "next_at"), in = at - r->list->now;

	return str_of(span(r->a, at <= 0 ? -1 : in < 0 ? 0 : in));
}
static struct str
cell_lag(const struct row *r)
{
	return str_of(span(r->a, json_int(json_get(r->j, "lag_s"), -1)));
}
static struct str
cell_delay(const struct row *r)
{
	return str_of(span(r->a, json_int(json_get(r->j, "delay_s"), -1)));
}
static struct str
cell_same(const struct row *r)
{
	double share = json_real(json_get(r->j, "unchanged_share"), -1);

	return str_of(share < 0 ? "-" : arena_textf(r->a, "%.0f%%", share * 100));
}
static struct str
cell_per_day(const struct row *r)
{
	double n = json_real(json_get(r->j, "per_day"), -1);

	return str_of(n < 0 ? "-" : arena_textf(r->a, n < 10 ? "%.1f" : "%.0f", n));
}
static struct str
cell_documents(const struct row *r)
{
	return str_of(arena_textf(
		r->a, "%lld", (long long)(number(r->j, "documents") + number(r->j, "old"))));
}
static struct str
cell_platform(const struct row *r)
{
	return text(r->j, "platform");
}

static const struct column {
	const char *zh, *en;
	size_t width;
	struct str (*cell)(const struct row *r);
} columns[] = {
	{ "信源", "source", 24, cell_name },   { "状态", "state", 13, cell_state },
	{ "上次", "last", 5, cell_polled },    { "下次", "next", 5, cell_next },
	{ "滞后", "lag", 5, cell_lag },        { "延迟", "delay", 5, cell_delay },
	{ "未变", "same", 5, cell_same },      { "每日", "/day", 6, cell_per_day },
	{ "文档", "docs", 7, cell_documents }, { "平台", "platform", 15, cell_platform },
};

static void
head_print(const struct list *l)
{
	for (size_t i = 0; i < LY_COUNT(columns); i++) {
		bool last = i + 1 == LY_COUNT(columns);

		put(str_of(l->zh ? columns[i].zh : columns[i].en), columns[i].width, !last);
		putchar(last ? '\n' : ' ');
	}
}

/* What is wrong with it, or will be, on a line of its own. */
static void
why_print(const struct row *r)
{
	const struct list *l = r->list;
	struct str cause = local(l, r->j, "cause", r->a), ahead = local(l, r->j, "ahead", r->a);
	struct str why = text(r->j, "why");
	struct buf b = BUF(8192);

	if (number(r->j, "failures"))
		buf_addf(&b,
			 l->zh ? "%.*s（连续 %lld 次；%.*s）" : "%.*s (%lld in a row; %.*s)",
			 STR_ARG(cause), (long long)number(r->j, "failures"), STR_ARG(why));
	else if (why.n) /* the poll went well, but a path of its fields gave nothing … */
		buf_addf(&b, l->zh ? "请看：%.*s" : "look at: %.*s", STR_ARG(why));
	if (ahead.n) {
		int64_t at = number(r->j, "ahead_at");

		buf_addf(&b, "%s%.*s", b.n ? "; " : "", STR_ARG(ahead));
		buf_addf(&b, l->zh ? "（%s 后）" : " (in %s)",
			 span(r->a, at > l->now ? at - l->now : 0));
	}
	if (b.n) {
		fputs("  ", stdout);
		put(buf_str(&b), 2 * WIDTH, false); /* a path has to be read whole */
		putchar('\n');
	}
	buf_release(&b);
}

static void
state_count(struct list *l, struct str word)
{
	size_t i = 0;

	while (i < l->n_states && !str_eq(l->states[i].word, word))
		i++;
	if (i == LY_COUNT(l->states))
		return;
	if (i == l->n_states) {
		l->states[i].word = arena_str(l->s->arena, word);
		l->n_states++;
	}
	l->states[i].n++;
}

static void
row_print(struct list *l, const struct json *j, struct arena *a)
{
	struct row r = { l, j, a };

	for (size_t i = 0; i < LY_COUNT(columns); i++) {
		bool last = i + 1 == LY_COUNT(columns);

		put(columns[i].cell(&r), columns[i].width, !last);
		putchar(last ? '\n' : ' ');
	}
	why_print(&r);
	state_count(l, local(l, j, "state", a));
}

static void
sum_print(const struct list *l)
{
	printf(l->zh ? "共 %zu 个信源" : l->n == 1 ? "%zu source" : "%zu sources", l->n);
	for (size_t i = 0; i < l->n_states; i++)
		printf("%s%.*s %zu", i ? (l->zh ? "，" : ", ") : (l->zh ? "：" : ": "),
		       STR_ARG(l->states[i].word), l->states[i].n);
	putchar('\n');
}

/* ---- coverage -------------------------------------------------------------------------------------------- */

static void
coverage_print(struct list *l, const struct json *all, struct arena *a)
{
	put(str_of(l->zh ? "平台" : "platform"), 30, true);
	putchar(' ');
	put(str_of(l->zh ? "覆盖" : "coverage"), 14, true);
	printf(" %s\n", l->zh ? "可用/信源  最近一条" : "working/sources  last item");
	for (size_t i = 0; i < json_count(all); i++) {
		const struct json *j = json_at(all, i);
		struct row r = { l, j, a };

		put(text(j, "platform"), 30, true);
		putchar(' ');
		put(local(l, j, "coverage", a), 14, true);
		printf(" %lld/%lld  %.*s\n", (long long)number(j, "working"),
		       (long long)number(j, "sources"), STR_ARG(ago(&r, "came_at")));
	}
}

/* ---- asking ------------------------------------------------------------------------------------------------ */

/* One answer of the crawler as JSON; NULL and *e. */
static const struct json *
ask(struct list *l, const char *verb, size_t from, struct arena *a, struct err *e)
{
	struct command cmd = { .verb = str_of(verb) };
	struct buf args = BUF(1024);
	struct reply r;
	const struct json *j = NULL;

	buf_addf(&args, "{\"from\":%zu,\"max\":%d", from, PAGE);
	if (l->state) {
		buf_add(&args, STR(",\"state\":"));
		json_add_text(&args, str_of(l->state));
	}
	buf_add_byte(&args, '}');
	cmd.args = buf_str(&args);
	if (control_call(l->s, "crawl", &cmd, a, &r, e) == 0) {
		if (r.status == 200)
			j = json_parse(a, r.body, e);
		else
			err_set(e, ERR_RETRY, "%.*s", STR_ARG(r.body));
		if (j && l->form == FORM_JSON && json_count(j))
			printf("%s%.*s", l->n ? ",\n" : "",
			       STR_ARG(str_slice(r.body, 1, r.body.n - 2)));
	}
	buf_release(&args);
	return j;
}

static int
list_print(struct list *l, struct err *e)
{
	struct arena *a = arena_new();
	int rc = 0;

	if (l->form == FORM_JSON)
		putchar('[');
	else
		head_print(l);
	for (size_t from = 0; rc == 0 && from < l->s->sources.n; from += PAGE) {
		const struct json *all = ask(l, "source.list", from, a, e);

		rc = all ? 0 : -1;
		for (size_t i = 0; i < json_count(all); i++)
			if (l->form == FORM_TABLE)
				row_print(l, json_at(all, i), a);
		l->n += json_count(all);
		arena_reset(a);
	}
	if (l->form == FORM_JSON)
		puts("]");
	else if (rc == 0)
		sum_print(l);
	arena_free(a);
	return rc;
}

static int
coverage_tell(struct list *l, struct err *e)
{
	struct arena *a = arena_new();
	const struct json *all;

	if (l->form == FORM_JSON)
		putchar('[');
	all = ask(l, "source.coverage", 0, a, e);
	if (l->form == FORM_JSON)
		puts("]");
	else if (all)
		coverage_print(l, all, a);
	arena_free(a);
	return all ? 0 : -1;
}

static int
options(struct list *l, int argc, char **argv, struct err *e)
{
	l->path = "langyan.yaml";
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			l->form = FORM_JSON;
		else if (!strcmp(argv[i], "--coverage"))
			l->coverage = true;
		else if (!strcmp(argv[i], "--state") && i + 1 < argc)
			l->state = argv[++i];
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			l->path = argv[++i];
		else
			return err_set(e, ERR_USAGE, "source list cannot use \"%s\"", argv[i]);
	}
	return 0;
}

/* A state that is none would give an empty list. */
static int
state_check(const struct list *l, struct err *e)
{
	struct buf all = BUF(1024);
	const char *keys[HEALTH_COUNT], *near;

	for (size_t i = 0; l->state && i < HEALTH_COUNT; i++) {
		keys[i] = health_words[i].key;
		if (!strcmp(keys[i], l->state))
			return 0;
	}
	if (!l->state)
		return 0;
	near = conf_nearest(str_of(l->state), keys, HEALTH_COUNT);
	for (size_t i = 0; i < HEALTH_COUNT; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", keys[i]);
	err_set(e, ERR_USAGE, "no state \"%s\"%s%s%s: there are %s", l->state,
		near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "", all.p);
	buf_release(&all);
	return -1;
}

int
source_list_run(int argc, char **argv, struct err *e)
{
	struct list l = { 0 };
	struct settings *s;
	struct clock clock;
	int rc;

	if (options(&l, argc, argv, e) < 0 || state_check(&l, e) < 0)
		return -1;
	s = settings_read(l.path, NULL, e);
	if (!s)
		return -1;
	settings_clock(s, &clock);
	l.s = s;
	l.zh = str_is(s->site.lang, "zh");
	l.now = clock_now(&clock);
	rc = l.coverage ? coverage_tell(&l, e) : list_print(&l, e);
	settings_free(s);
	return rc;
}
