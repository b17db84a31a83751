/* digest_screen.c - screen one: what a reader must know in three hundred characters. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/deadline.h"
#include "responder/digest_words.h"

#define TITLE_ZH 20 /* code points of a story's title in a line */
#define TITLE_EN 40
#define WORD_MAX 120 /* of an editor's word */

static struct str
say(struct arena *a, char *text)
{
	return page_cut(a, str_of(text), SCREEN_MAX);
}

/* The figure, marked. */
static const char *
f(const struct digest_day *d, enum kpi k, struct arena *a)
{
	return figure_mark(&d->figures, d->kpi + (size_t)k, a);
}

static const char *
clock_of(const struct responder_env *env, struct arena *a, int64_t at)
{
	struct civil c = zone_civil(env->zone, at);

	return arena_textf(a, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
}

/* ---- verdict ------------------------------------------------------------------------------------ */

int
digest_level(const struct digest_day *d)
{
	int level = 3;

	while (level > 0 && !d->measures.open[level])
		level--;
	return !level && !d->documents ? -1 : level;
}

static struct str
verdict(const struct digest_day *d, struct arena *a)
{
	static const struct {
		enum kpi open;
		const char *zh, *en;
	} words[] = {
		{ KPI_COUNT, "平静：没有未结事件。", "Calm: no open incident." },
		{ KPI_OPEN_1, "监测：%s 起 L1 事件未结。", "Watching: %s open at L1." },
		{ KPI_OPEN_2, "研判：%s 起 L2 事件未结。", "Assessing: %s open at L2." },
		{ KPI_OPEN_3, "处置：%s 起 L3 事件未结。", "Responding: %s open at L3." },
	};
	int level = digest_level(d);

	if (level < 0)
		return d->zh ? STR("看不见：这一期没有收到任何数据，不能说平静。")
			     : STR("Blind: no data came in, so we cannot say calm.");
	if (!level)
		return str_of(d->zh ? words[0].zh : words[0].en);
	return say(a, arena_textf(a, d->zh ? words[level].zh : words[level].en,
				  f(d, words[level].open, a)));
}

/* ---- things to know -------------------------------------------------------------------------------- */

/* "（64%）"; nothing of too few. */
static const char *
share(const struct digest_day *d, enum kpi k, struct arena *a)
{
	if (!d->figures.v[d->kpi + (size_t)k].known)
		return "";
	return arena_textf(a, d->zh ? "（%s）" : " (%s)", f(d, k, a));
}

static const char *
before_words(const struct digest_day *d)
{
	static const char *const words[][2] = {
		[PERIOD_DAY] = { "前一日", "the day before" },
		[PERIOD_WEEK] = { "前一周", "the week before" },
		[PERIOD_MONTH] = { "前一月", "the month before" },
		[PERIOD_QUARTER] = { "前一季", "the quarter before" },
	};

	return words[d->conf->period][!d->zh];
}

static struct str
know_volume(const struct digest_day *d, struct arena *a)
{
	const char *now = arena_textf(
		a, d->zh ? "提及 %s 条，负面 %s 条%s；%s" : "%s mentions, %s negative%s; %s ",
		f(d, KPI_MENTIONS, a), f(d, KPI_NEGATIVE, a), share(d, KPI_SHARE, a),
		before_words(d));
	const char *usual = "";

	if (d->figures.v[d->kpi + KPI_USUAL].known)
		usual = arena_textf(a, d->zh ? "，平时约 %s 条" : "; usually about %s",
				    f(d, KPI_USUAL, a));
	if (!d->all[DAY_BEFORE].mentions)
		return say(a, arena_textf(a, d->zh ? "%s没有记录%s。" : "%snone recorded%s.",
					  now, usual));
	return say(a,
		   arena_textf(a, d->zh ? "%s %s 条，负面 %s 条%s%s。" : "%s%s, %s%s%s.", now,
			       f(d, KPI_MENTIONS_BEFORE, a), f(d, KPI_NEGATIVE_BEFORE, a),
			       share(d, KPI_SHARE_BEFORE, a), usual));
}

/* The open incident to speak of: the highest that is not confidential. */
static const struct day_incident *
first_open(const struct digest_day *d)
{
	for (size_t i = 0; i < d->incidents_n; i++)
		if (!d->incidents[i].closed_at && !d->incidents[i].confidential)
			return &d->incidents[i];
	return NULL;
}

static struct str
know_incident(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	const struct day_incident *i = first_open(d);
	struct str title;

	if (!i)
		return (struct str){ "", 0 };
	title = page_clean(a, i->title, d->zh ? TITLE_ZH : TITLE_EN);
	return say(a, arena_textf(a,
				  d->zh ? "%.*s（L%lld）%.*s，始于 %s。"
					: "%.*s (L%lld) %.*s, since %s.",
				  STR_ARG(i->number), (long long)i->level, STR_ARG(title),
				  clock_of(env, a, i->opened_at)));
}

const char *
day_story_mark(const struct day_story *s, enum story_figure which, struct arena *a)
{
	const struct figure x = { .known = true,
				  .value = which == STORY_SITES ? s->sites : s->negative };

	return figure_mark_of(s->figure + 1 + (size_t)which, &x, a);
}

struct str
digest_story_line(struct arena *a, bool zh, const struct day_story *s)
{
	struct str title = page_clean(a, s->shown.title, zh ? TITLE_ZH : TITLE_EN);

	if (record_is_expired(s->shown.erased))
		title = zh ? STR(DIGEST_TERM_ZH) : STR(DIGEST_TERM_EN);
	else if (s->shown.erased.n)
		title = zh ? STR("（已删除）") : STR("(erased)");
	else if (!title.n) /* posts have none: their own first words */
		title = page_clean(a, s->shown.body, zh ? TITLE_ZH : TITLE_EN);
	return say(a, arena_textf(a,
				  zh ? DIGEST_STORY_ZH "%.*s”×%s，%s 个来源。"
				     : DIGEST_STORY_EN "%.*s\" x %s, %s sites.",
				  STR_ARG(title), day_story_mark(s, STORY_NEGATIVE, a),
				  day_story_mark(s, STORY_SITES, a)));
}

static struct str
know_story(const struct digest_day *d, struct arena *a)
{
	const struct day_story *top = NULL;

	for (size_t i = 0; i < d->watches_n; i++)
		if (d->watches[i].stories_n &&
		    (!top || d->watches[i].stories[0].negative > top->negative))
			top = &d->watches[i].stories[0];
	return top ? digest_story_line(a, d->zh, top) : (struct str){ "", 0 };
}

/* ---- one thing to do --------------------------------------------------------------------------------- */

static struct str
todo_clock(const struct responder_env *env, const struct digest_day *d,
	   const struct day_incident *i, struct arena *a)
{
	const struct deadline_rule *rule = &deadline_rules[deadline_of_word(str_of(i->clock))];
	bool late = i->clock_at < d->made_at;

	return say(a, arena_textf(a, d->zh ? "%s前%s：%.*s%s。" : "By %s %s: %.*s%s.",
				  clock_of(env, a, i->clock_at),
				  d->zh ? rule->do_zh : rule->do_en, STR_ARG(i->number),
				  late ? d->zh ? "（已过时）" : " (overdue)" : ""));
}

static struct str
todo(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	for (size_t i = 0; i < d->incidents_n; i++) {
		const struct day_incident *x = &d->incidents[i];

		if (x->closed_at || x->confidential)
			continue;
		if (x->level >= 2 && (!x->acked_by.n || x->acked_until < d->made_at))
			return say(a, arena_textf(a,
						  d->zh ? "认领 %.*s：还没有人接手。"
							: "Take %.*s: nobody has it.",
						  STR_ARG(x->number)));
		if (x->clock)
			return todo_clock(env, d, x, a);
	}
	return (struct str){ "", 0 };
}

/* ---- what we cannot see ------------------------------------------------------------------------------- */

static const struct {
	unsigned bit;
	const char *zh, *en;
} classes[] = {
	{ 1u << CLASS_NEWS, "新闻", "news" },
	{ 1u << CLASS_SOCIAL, "社交", "social" },
	{ 1u << CLASS_VIDEO, "短视频", "short video" },
	{ 1u << CLASS_FORUM, "论坛", "forums" },
	{ 1u << CLASS_COMPLAINT, "投诉", "complaints" },
	{ 1u << CLASS_REVIEW, "评价", "reviews" },
	{ 1u << CLASS_OFFICIAL, "官方", "official" },
};

/* "没有接入：抖音、小红书；" */
static void
platforms_add(struct buf *b, bool zh, const char *what, const struct conf_texts *names)
{
	for (size_t i = 0; i < names->n; i++)
		buf_addf(b, "%s%.*s", !i ? what : zh ? "、" : ", ", STR_ARG(names->v[i]));
	if (names->n)
		buf_addf(b, zh ? "；" : "; ");
}

static void
count_add(const struct digest_day *d, enum kpi k, const char *says, struct arena *a,
	  struct buf *b)
{
	if (d->figures.v[d->kpi + (size_t)k].value)
		buf_addf(b, says, f(d, k, a));
}

static struct str
blind(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	struct buf b = BUF(2000);
	struct str out;
	size_t n = 0;

	buf_addf(&b, d->zh ? "盲区：" : "Blind spots: ");
	platforms_add(&b, d->zh, d->zh ? "没有接入：" : "no source for ",
		      &env->site->uncovered);
	platforms_add(&b, d->zh,
		      d->zh ? "仅靠导出：" : "only by export: ", &env->site->exports);
	for (size_t i = 0; i < LY_COUNT(classes); i++)
		if (!(d->classes & classes[i].bit))
			buf_addf(&b, "%s%s",
				 n++     ? d->zh ? "、" : ", "
				 : d->zh ? "没有"
					 : "no ",
				 d->zh ? classes[i].zh : classes[i].en);
	if (n)
		buf_addf(&b, d->zh ? "类数据；" : " data; ");
	buf_addf(&b, d->zh ? "%s 个来源有数据，%s 个沉默" : "%s sources heard, %s silent",
		 f(d, KPI_SOURCES, a), f(d, KPI_SILENT, a));
	count_add(d, KPI_LATE, d->zh ? "；补录 %s 条" : "; %s came late", a, &b);
	count_add(d, KPI_REJECTS, d->zh ? "；拒收 %s 条" : "; %s rejected", a, &b);
	count_add(d, KPI_SHED,
		  d->zh ? "；曾过载，推迟抓取 %s 次"
			: "; overloaded for a time, %s polls put off",
		  a, &b);
	buf_addf(&b, d->zh ? "。" : ".");
	out = page_cut(a, arena_str(a, buf_str(&b)), SCREEN_MAX);
	buf_release(&b);
	return out;
}

/* ---- together ------------------------------------------------------------------------------------------ */

static size_t
length(const struct digest_screen *s)
{
	size_t n = page_length(s->title) + page_length(s->verdict) + page_length(s->todo) +
		   page_length(s->blind) + page_length(s->word);

	for (size_t i = 0; i < s->know_n; i++)
		n += page_length(s->know[i]);
	return n;
}

static struct str
title(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	static const char *const words[][2] = {
		[PERIOD_DAY] = { "舆情日报", "digest" },
		[PERIOD_WEEK] = { "舆情周报", "weekly digest" },
		[PERIOD_MONTH] = { "舆情月报", "monthly digest" },
		[PERIOD_QUARTER] = { "舆情季报", "quarterly digest" },
	};
	struct civil c = zone_civil(env->zone, d->day);
	struct str site = page_clean(a, env->site->name, TITLE_ZH);
	const char *checked = d->zh ? "自动生成，未经人工复核" : "automatic, not reviewed";

	if (d->edit.by.n)
		checked = arena_textf(a, d->zh ? "%.*s 已复核" : "reviewed by %.*s",
				      STR_ARG(page_clean(a, d->edit.by, TITLE_ZH)));
	return say(a, arena_textf(a,
				  d->zh ? "%.*s %s %d-%02d-%02d（%s）"
					: "%.*s %s %d-%02d-%02d (%s)",
				  STR_ARG(site), words[d->conf->period][!d->zh], c.year,
				  c.month, c.day, checked));
}

/* An editor's assessment: what does not fit of it is cut. */
static struct str
word(const struct digest_day *d, struct arena *a)
{
	if (!d->edit.text.n)
		return (struct str){ "", 0 };
	return say(a, arena_textf(a, d->zh ? "研判：%.*s" : "Assessment: %.*s",
				  STR_ARG(page_clean(a, d->edit.text, WORD_MAX))));
}

void
digest_screen(const struct responder_env *env, const struct digest_day *d, struct arena *a,
	      struct digest_screen *out)
{
	struct str know[3];

	*out = (struct digest_screen){ .title = title(env, d, a),
				       .verdict = verdict(d, a),
				       .word = word(d, a),
				       .todo = todo(env, d, a),
				       .blind = blind(env, d, a) };
	know[0] = know_volume(d, a);
	know[1] = know_incident(env, d, a);
	know[2] = know_story(d, a);
	for (size_t i = 0; i < LY_COUNT(know); i++)
		if (know[i].n)
			out->know[out->know_n++] = know[i];
	/* What does not fit is below anyway: the least of it goes first. */
	while (length(out) > SCREEN_MAX && out->know_n > 1)
		out->know_n--;
	if (length(out) > SCREEN_MAX)
		out->blind = page_cut(a, out->blind,
				      SCREEN_MAX - (length(out) - page_length(out->blind)));
}
