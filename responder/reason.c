#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/reason.h"

#define TEXT_MAX    (256 << 10)
#define STORIES_MAX 5

static const struct {
	const char *zh, *en, *en_title;
} signal_names[] = {
	[SIGNAL_MENTIONS] = { "提及", "mentions", "mentions" },
	[SIGNAL_NEGATIVE] = { "负面", "negative", "negative mentions" },
	[SIGNAL_COMPLAINTS] = { "投诉", "complaints", "complaints" },
	[SIGNAL_AUTHORS] = { "发言账号", "authors", "authors" },
	[SIGNAL_NEGATIVE_AUTHORS] = { "负面账号", "negative authors", "negative authors" },
	[SIGNAL_SITES] = { "来源", "sources", "sources" },
	[SIGNAL_CLASSES] = { "来源类别", "source classes", "source classes" },
	[SIGNAL_REACH] = { "触达", "people reached", "reach" },
};
/* How people call the topics that open incidents; others go by their id. */
static const struct {
	const char *id, *zh, *en;
} topic_names[] = {
	{ "food_safety", "食品安全", "food safety" },
	{ "product_safety", "产品安全", "product safety" },
	{ "injury", "人身伤害", "injury" },
	{ "death", "死亡", "death" },
	{ "minors", "未成年人", "minors" },
	{ "recall", "召回", "recall" },
	{ "data_leak", "数据泄露", "data leak" },
	{ "outage", "服务中断", "outage" },
	{ "safety", "安全", "safety" },
};

static struct str
topic_name(struct str id, bool zh)
{
	for (size_t i = 0; i < LY_COUNT(topic_names); i++)
		if (str_is(id, topic_names[i].id))
			return str_of(zh ? topic_names[i].zh : topic_names[i].en);
	return id;
}

/* ---- what the counted mentions say ------------------------------------------------------------ */

struct found {
	const struct signal_item *first; /* oldest */
	struct {
		struct id story;
		int64_t n;
	} top[STORIES_MAX]; /* largest first */
	size_t top_n;
	int64_t sites, classes, authors, stories;
	int64_t first_hand;
	struct str topic;
};

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
distinct(uint64_t *v, size_t n)
{
	int64_t k = 0;

	qsort(v, n, sizeof *v, by_number);
	for (size_t i = 0; i < n; i++)
		k += !i || v[i] != v[i - 1];
	return k;
}

static void
count_distinct(const struct reason *r, struct found *f)
{
	uint64_t *v = heap_zero(r->n, sizeof *v);

	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->site;
	f->sites = distinct(v, r->n);
	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->source_class;
	f->classes = distinct(v, r->n);
	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->author;
	f->authors = distinct(v, r->n);
	free(v);
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static void
top_put(struct found *f, const struct id *story, int64_t n)
{
	size_t at = f->top_n;

	while (at > 0 && f->top[at - 1].n < n)
		at--;
	if (at == STORIES_MAX)
		return;
	if (f->top_n < STORIES_MAX)
		f->top_n++;
	for (size_t i = f->top_n - 1; i > at; i--)
		f->top[i] = f->top[i - 1];
	f->top[at].story = *story;
	f->top[at].n = n;
}

static void
count_stories(const struct reason *r, struct found *f)
{
	struct id *v = heap_zero(r->n, sizeof *v);
	size_t from = 0;

	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->story;
	qsort(v, r->n, sizeof *v, by_id);
	for (size_t i = 1; i <= r->n; i++) {
		if (i < r->n && id_eq(&v[i], &v[from]))
			continue;
		top_put(f, &v[from], (int64_t)(i - from));
		f->stories++;
		from = i;
	}
	free(v);
}

/* The topic that most of the counted mentions have. */
static struct str
topic_of(const struct reason *r)
{
	int64_t counts[SIGNAL_TOPICS_MAX] = { 0 }, most = 0;
	struct str best = STR("safety");

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < SIGNAL_TOPICS_MAX; k++)
			counts[k] += (int64_t)(r->items[i]->topics >> k & 1);
	for (size_t k = 0; k < SIGNAL_TOPICS_MAX; k++) {
		struct str name = names_get(r->topics, (uint32_t)k + 1);
		bool listed = !r->conf->topics.n;

		for (size_t i = 0; i < r->conf->topics.n; i++)
			listed |= str_eq(name, r->conf->topics.v[i]);
		if (!listed || counts[k] < most || !counts[k])
			continue;
		if (counts[k] == most && str_cmp(name, best) > 0)
			continue; /* a tie goes by the alphabet: the same on every run */
		most = counts[k];
		best = name;
	}
	return best;
}

static struct found
look(const struct reason *r)
{
	struct found f = { .first = r->items[r->n - 1] };

	count_distinct(r, &f);
	count_stories(r, &f);
	for (size_t i = 0; i < r->n; i++)
		f.first_hand += !!(r->items[i]->bits & SIGNAL_BIT_FIRST_HAND);
	if (r->conf->kind == TRIGGER_WORDS)
		f.topic = topic_of(r);
	return f;
}

/* ---- figures as text --------------------------------------------------------------------------- */

/* 1/1000 -> "4", "0.5", "12": one decimal below ten, none above. */
static void
add_usual(struct buf *b, int64_t milli)
{
	int64_t tenths = (milli + 50) / 100;

	if (milli >= 10000 || tenths % 10 == 0)
		buf_addf(b, "%lld", (long long)((milli + 500) / 1000));
	else
		buf_addf(b, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

static const struct {
	int64_t s;
	const char *zh, *en, *en_one;
} units[] = {
	{ 86400, "天", "d", "a day" },
	{ 3600, "小时", "h", "an hour" },
	{ 60, "分钟", "min", "a minute" },
	{ 1, "秒", "s", "a second" },
};

/* "24 小时内" */
static void
add_window_zh(struct buf *b, int64_t window_s)
{
	for (size_t i = window_s > 86400 ? 0 : 1; i < LY_COUNT(units); i++)
		if (window_s % units[i].s == 0) {
			buf_addf(b, "%lld %s内", (long long)(window_s / units[i].s),
				 units[i].zh);
			return;
		}
}

/* " an hour", " in 24 h" */
static void
add_window_en(struct buf *b, int64_t window_s)
{
	for (size_t i = window_s > 86400 ? 0 : 1; i < LY_COUNT(units); i++)
		if (window_s % units[i].s == 0) {
			if (window_s == units[i].s)
				buf_addf(b, " %s", units[i].en_one);
			else
				buf_addf(b, " in %lld %s", (long long)(window_s / units[i].s),
					 units[i].en);
			return;
		}
}

static struct str
site_of(const struct reason *r, const struct signal_item *x)
{
	struct str s = names_get(r->sites, x->site);

	return s.n ? s : names_get(r->sites, x->source);
}

static void
add_time(struct buf *b, const struct reason *r, int64_t at)
{
	struct civil c = zone_civil(r->zone, at);

	buf_addf(b, "%02d:%02d", c.hour, c.minute);
}

static void
counted_zh(const struct reason *r, const struct found *f, struct buf *b)
{
	struct str site = site_of(r, f->first);

	add_window_zh(b, r->conf->window);
	buf_addf(b, "%s %lld 条", signal_names[r->conf->signal].zh,
		 (long long)r->view->observed);
	if (r->usual) {
		buf_add(b, STR("，平时约 "));
		add_usual(b, r->usual->milli);
		buf_add(b, STR(" 条"));
	}
	buf_addf(b, "；%lld 个账号、%lld 个来源；最早出自 %.*s（", (long long)f->authors,
		 (long long)f->sites, STR_ARG(site));
	add_time(b, r, f->first->at);
	buf_addf(b, "）；低于 %lld 条不会触发", (long long)r->threshold);
	if (r->conf->min_authors)
		buf_addf(b, "，少于 %lld 个账号也不会", (long long)r->conf->min_authors);
}

static void
counted_en(const struct reason *r, const struct found *f, struct buf *b)
{
	struct str site = site_of(r, f->first);

	buf_addf(b, "%lld %s", (long long)r->view->observed, signal_names[r->conf->signal].en);
	add_window_en(b, r->conf->window);
	if (r->usual) {
		buf_add(b, STR(", usually "));
		add_usual(b, r->usual->milli);
	}
	buf_addf(b, "; %lld author%s, %lld source%s; started by %.*s at ",
		 (long long)f->authors, f->authors == 1 ? "" : "s", (long long)f->sites,
		 f->sites == 1 ? "" : "s", STR_ARG(site));
	add_time(b, r, f->first->at);
	buf_addf(b, "; would have stayed silent below %lld", (long long)r->threshold);
	if (r->conf->min_authors)
		buf_addf(b, " or under %lld authors", (long long)r->conf->min_authors);
}

static void
words_zh(const struct reason *r, const struct found *f, int64_t grade, struct buf *b)
{
	struct str site = site_of(r, f->first), topic = topic_name(f->topic, true);

	add_window_zh(b, r->conf->window);
	buf_addf(b,
		 "“%.*s”提及 %lld 条（%lld 条亲历），折合 %lld 个故事、%lld "
		 "个独立来源；最早出自 %.*s（",
		 STR_ARG(topic), (long long)r->view->observed, (long long)f->first_hand,
		 (long long)f->stories, (long long)r->view->sites, STR_ARG(site));
	add_time(b, r, f->first->at);
	if (grade == 2)
		buf_addf(b, "）；亲历故事少于 %lld 个不会触发", (long long)r->conf->first_hand);
	else
		buf_addf(b,
			 "）；少于 %lld 个独立来源、且同一来源不足 %lld "
			 "个账号（亲历算两个）不会触发",
			 (long long)r->conf->sources, (long long)r->conf->authors);
}

static void
words_en(const struct reason *r, const struct found *f, int64_t grade, struct buf *b)
{
	struct str site = site_of(r, f->first), topic = topic_name(f->topic, false);

	buf_addf(b, "%lld %s on %.*s", (long long)r->view->observed,
		 r->view->observed == 1 ? "mention" : "mentions", STR_ARG(topic));
	add_window_en(b, r->conf->window);
	buf_addf(b,
		 ", %lld first-hand; %lld %s, %lld independent source%s; started by %.*s at ",
		 (long long)f->first_hand, (long long)f->stories,
		 f->stories == 1 ? "story" : "stories", (long long)r->view->sites,
		 r->view->sites == 1 ? "" : "s", STR_ARG(site));
	add_time(b, r, f->first->at);
	if (grade == 2)
		buf_addf(b, "; would have stayed silent below %lld first-hand",
			 (long long)r->conf->first_hand);
	else
		buf_addf(b,
			 "; would have stayed silent below %lld sources and below %lld authors "
			 "on one"
			 " (first-hand counts double)",
			 (long long)r->conf->sources, (long long)r->conf->authors);
}

/* ---- facts ------------------------------------------------------------------------------------- */

static void
add_int(struct buf *b, const char *key, int64_t v)
{
	buf_addf(b, ",\"%s\":%lld", key, (long long)v);
}

static void
facts_first(const struct reason *r, const struct found *f, struct buf *b)
{
	buf_add(b, STR(",\"first\":{\"mention\":\""));
	id_add_hex(b, &f->first->mention);
	buf_add(b, STR("\",\"site\":"));
	json_add_text(b, site_of(r, f->first));
	add_int(b, "at", f->first->at);
	buf_add(b, STR("},\"top_stories\":["));
	for (size_t i = 0; i < f->top_n; i++) {
		buf_add(b, i ? STR(",{\"story\":\"") : STR("{\"story\":\""));
		id_add_hex(b, &f->top[i].story);
		buf_addf(b, "\",\"mentions\":%lld}", (long long)f->top[i].n);
	}
	buf_add_byte(b, ']');
}

static void
facts_write(const struct reason *r, const struct found *f, const struct firing *x,
	    struct buf *b)
{
	const struct trigger_conf *t = r->conf;

	buf_add(b, STR("{\"trigger\":"));
	json_add_text(b, t->name);
	buf_addf(b, ",\"kind\":\"%s\",\"signal\":\"%s\"", trigger_words[t->kind],
		 signal_words[t->signal]);
	add_int(b, "window_s", t->window);
	add_int(b, "observed", r->view->observed);
	add_int(b, "threshold", r->threshold);
	add_int(b, "silent_below", r->threshold);
	add_int(b, "above", t->above);
	add_int(b, "times_median", t->times_median);
	add_int(b, "factor", t->factor);
	add_int(b, "min_count", t->min_count);
	add_int(b, "min_authors", t->min_authors);
	add_int(b, "authors", f->authors);
	add_int(b, "sites", f->sites);
	add_int(b, "classes", f->classes);
	add_int(b, "stories", f->stories);
	if (r->usual) {
		buf_addf(b, ",\"usual\":{\"method\":\"%s\",\"milli\":%lld,\"samples\":%lld",
			 baseline_words[r->usual->method], (long long)r->usual->milli,
			 (long long)r->usual->samples);
		add_int(b, "at", x->at);
		add_int(b, "as_of", r->usual_as_of);
		add_int(b, "prior", r->usual_prior);
		buf_add_byte(b, '}');
	}
	if (t->kind == TRIGGER_WORDS) {
		add_int(b, "first_hand", f->first_hand);
		add_int(b, "first_hand_stories", r->view->first_hand);
		add_int(b, "independent_sites", r->view->sites);
		add_int(b, "site_authors", r->view->site_authors);
		add_int(b, "ask_first_hand", t->first_hand);
		add_int(b, "ask_sources", t->sources);
		add_int(b, "ask_authors", t->authors);
		buf_add(b, STR(",\"topic\":"));
		json_add_text(b, f->topic);
		buf_add(b, STR(",\"topics\":["));
		for (size_t i = 0; i < t->topics.n; i++) {
			buf_add(b, i ? STR(",") : STR(""));
			json_add_text(b, t->topics.v[i]);
		}
		buf_add_byte(b, ']');
	}
	facts_first(r, f, b);
	buf_add(b, STR(",\"counted\":\"mentions of the watch that arrived after from_at and "
		       "not after "
		       "to_at; see docs/store.md\"}"));
}

/* ---- all of it --------------------------------------------------------------------------------- */

static struct str
take(struct buf *b, struct arena *a)
{
	struct str s = arena_str(a, buf_str(b));

	buf_clear(b);
	return s;
}

static struct str
hex_of(const struct id *id, struct arena *a)
{
	struct buf b = BUF(64);
	struct str s;

	id_add_hex(&b, id);
	s = take(&b, a);
	buf_release(&b);
	return s;
}

void
reason_make(const struct reason *r, struct firing *f, struct arena *a)
{
	struct found x = look(r);
	struct buf b = BUF(TEXT_MAX);
	struct id *ids;

	if (r->conf->kind == TRIGGER_WORDS) {
		words_zh(r, &x, f->grade, &b);
		f->reason_zh = take(&b, a);
		words_en(r, &x, f->grade, &b);
	} else {
		counted_zh(r, &x, &b);
		f->reason_zh = take(&b, a);
		counted_en(r, &x, &b);
	}
	f->reason_en = take(&b, a);
	facts_write(r, &x, f, &b);
	f->facts = take(&b, a);
	buf_release(&b);
	f->evidence_n = r->n < REASON_EVIDENCE_MAX ? r->n : REASON_EVIDENCE_MAX;
	ids = arena_alloc(a, (f->evidence_n + 1) * sizeof *ids);
	for (size_t i = 0; i < f->evidence_n; i++)
		ids[i] = r->items[i]->mention;
	f->evidence = ids;
	f->first_at = x.first->at;
	f->story = r->conf->kind == TRIGGER_WORDS ? hex_of(&x.top[0].story, a)
						  : (struct str){ "", 0 };
	f->topic = arena_str(a, x.topic);
	f->safety = r->conf->kind == TRIGGER_WORDS;
}

struct str
reason_title(const struct trigger_conf *t, const struct firing *f, struct str watch,
	     struct str lang, struct arena *a)
{
	static const char *const grows[2][2] = { { " rising", "增多" },
						 { " surging", "激增" } };
	bool zh = !str_is(lang, "en");
	struct buf b = BUF(1 << 16);
	struct str s;

	buf_add(&b, watch);
	buf_add(&b, zh ? STR("：") : STR(": "));
	if (t->kind == TRIGGER_WORDS)
		buf_add(&b, topic_name(f->topic, zh));
	else
		buf_addf(&b, "%s%s",
			 zh ? signal_names[t->signal].zh : signal_names[t->signal].en_title,
			 grows[t->kind == TRIGGER_SPIKE][zh]);
	s = take(&b, a);
	buf_release(&b);
	return s;
}
