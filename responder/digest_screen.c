/* digest_screen.c - screen one: what a reader must know in three hundred characters. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/deadline.h"
#include "responder/digest_words.h"

#define TITLE_ZH 20 /* code points of a story's title in a line */
#define TITLE_EN 40

static struct str
say(struct arena *a, char *text)
{
	return page_clean(a, str_of(text), SCREEN_MAX);
}

static const char *
span(struct arena *a, int64_t seconds, bool zh)
{
	if (seconds < 3600)
		return arena_textf(a, zh ? "%lld 分钟" : "%lld min", (long long)(seconds / 60));
	if (seconds < 2 * 86400)
		return arena_textf(a, zh ? "%lld 小时" : "%lld h", (long long)(seconds / 3600));
	return arena_textf(a, zh ? "%lld 天" : "%lld d", (long long)(seconds / 86400));
}

static const char *
clock_of(const struct responder_env *env, struct arena *a, int64_t at)
{
	struct civil c = zone_civil(env->zone, at);

	return arena_textf(a, "%02d:%02d", c.hour, c.minute);
}

/* ---- verdict ------------------------------------------------------------------------------------ */

static size_t
open_at(const struct digest_day *d, int64_t level)
{
	size_t n = 0;

	for (size_t i = 0; i < d->incidents_n; i++)
		n += !d->incidents[i].closed_at && d->incidents[i].level == level;
	return n;
}

static struct str
verdict(const struct digest_day *d, struct arena *a)
{
	static const char *const words[4][2] = {
		{ "平静：没有未结事件。", "Calm: no open incident." },
		{ "监测：%zu 起 L1 事件未结。", "Watching: %zu open at L1." },
		{ "研判：%zu 起 L2 事件未结。", "Assessing: %zu open at L2." },
		{ "处置：%zu 起 L3 事件未结。", "Responding: %zu open at L3." },
	};
	int level = 3;

	while (level > 0 && !open_at(d, level))
		level--;
	if (!level && !d->documents)
		return d->zh ? STR("看不见：这一天没有收到任何数据，不能说平静。")
			     : STR("Blind: no data came in, so we cannot say calm.");
	return say(a, arena_textf(a, words[level][!d->zh], open_at(d, level)));
}

/* ---- things to know -------------------------------------------------------------------------------- */

static struct day_counts
total(const struct digest_day *d, bool before)
{
	struct day_counts t = { 0 };

	for (size_t i = 0; i < d->watches_n; i++) {
		const struct day_counts *c =
			before ? &d->watches[i].before : &d->watches[i].now;

		t.mentions += c->mentions;
		t.negative += c->negative;
	}
	return t;
}

/* Shares only of enough mentions. */
static const char *
share(struct arena *a, const struct day_counts *c, bool zh)
{
	if (c->mentions < DIGEST_SMALL)
		return "";
	return arena_textf(a, zh ? "（%lld%%）" : " (%lld%%)",
			   (long long)((c->negative * 100 + c->mentions / 2) / c->mentions));
}

static struct str
know_volume(const struct digest_day *d, struct arena *a)
{
	struct day_counts now = total(d, false), before = total(d, true);
	const char *today = arena_textf(
		a,
		d->zh ? "提及 %lld 条，负面 %lld 条%s；前一日"
		      : "%lld mentions, %lld negative%s; the day before ",
		(long long)now.mentions, (long long)now.negative, share(a, &now, d->zh));

	if (!before.mentions)
		return say(a,
			   arena_textf(a, d->zh ? "%s没有记录。" : "%snone recorded.", today));
	return say(a, arena_textf(a, d->zh ? "%s %lld 条，负面 %lld 条%s。" : "%s%lld, %lld%s.",
				  today, (long long)before.mentions, (long long)before.negative,
				  share(a, &before, d->zh)));
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
know_incident(const struct digest_day *d, struct arena *a)
{
	const struct day_incident *i = first_open(d);
	struct str title;

	if (!i)
		return (struct str){ "", 0 };
	title = page_clean(a, i->title, d->zh ? TITLE_ZH : TITLE_EN);
	return say(a, arena_textf(a,
				  d->zh ? "%.*s（L%lld）%.*s，已 %s。"
					: "%.*s (L%lld) %.*s, open for %s.",
				  STR_ARG(i->number), (long long)i->level, STR_ARG(title),
				  span(a, d->made_at - i->opened_at, d->zh)));
}

struct str
digest_story_line(struct arena *a, bool zh, const struct day_story *s)
{
	struct str title = page_clean(a, s->shown.title, zh ? TITLE_ZH : TITLE_EN);

	if (s->shown.erased.n)
		title = zh ? STR("（已删除）") : STR("(erased)");
	else if (!title.n) /* posts have none: their own first words */
		title = page_clean(a, s->shown.body, zh ? TITLE_ZH : TITLE_EN);
	return say(a, arena_textf(a,
				  zh ? DIGEST_STORY_ZH "%.*s”×%lld，%lld 个来源。"
				     : DIGEST_STORY_EN "%.*s\" x%lld, %lld sites.",
				  STR_ARG(title), (long long)s->negative, (long long)s->sites));
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
count_add(struct buf *b, int64_t n, const char *says)
{
	if (n)
		buf_addf(b, says, (long long)n);
}

static struct str
blind(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	struct buf b = BUF(2000);
	struct str out;
	size_t n = 0;
	int64_t late = 0;

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
	buf_addf(&b, d->zh ? "%lld 个来源有数据，%zu 个沉默" : "%lld sources heard, %zu silent",
		 (long long)d->sources_heard, d->silent_all);
	for (size_t i = 0; i < d->watches_n; i++)
		late += d->watches[i].late;
	count_add(&b, late, d->zh ? "；补录 %lld 条" : "; %lld came late");
	count_add(&b, d->rejects, d->zh ? "；拒收 %lld 条" : "; %lld rejected");
	count_add(&b, d->shed.polls,
		  d->zh ? "；曾过载，推迟抓取 %lld 次"
			: "; overloaded for a time, %lld polls put off");
	buf_addf(&b, d->zh ? "。" : ".");
	out = page_clean(a, buf_str(&b), SCREEN_MAX);
	buf_release(&b);
	return out;
}

/* ---- together ------------------------------------------------------------------------------------------ */

static size_t
length(const struct digest_screen *s)
{
	size_t n = utf8_count(s->title) + utf8_count(s->verdict) + utf8_count(s->todo) +
		   utf8_count(s->blind);

	for (size_t i = 0; i < s->know_n; i++)
		n += utf8_count(s->know[i]);
	return n;
}

static struct str
title(const struct responder_env *env, const struct digest_day *d, struct arena *a)
{
	struct civil c = zone_civil(env->zone, d->day);
	struct str site = page_clean(a, env->site->name, TITLE_ZH);

	return say(a, arena_textf(a,
				  d->zh ? "%.*s 舆情日报 %d-%02d-%02d（自动生成，未经人工复核）"
					: "%.*s digest %d-%02d-%02d (automatic, not reviewed)",
				  STR_ARG(site), c.year, c.month, c.day));
}

void
digest_screen(const struct responder_env *env, const struct digest_day *d, struct arena *a,
	      struct digest_screen *out)
{
	struct str know[3];

	*out = (struct digest_screen){ .title = title(env, d, a),
				       .verdict = verdict(d, a),
				       .todo = todo(env, d, a),
				       .blind = blind(env, d, a) };
	know[0] = know_volume(d, a);
	know[1] = know_incident(d, a);
	know[2] = know_story(d, a);
	for (size_t i = 0; i < LY_COUNT(know); i++)
		if (know[i].n)
			out->know[out->know_n++] = know[i];
	/* What does not fit is below anyway: the least of it goes first. */
	while (length(out) > SCREEN_MAX && out->know_n > 1)
		out->know_n--;
	if (length(out) > SCREEN_MAX)
		out->blind = page_clean(a, out->blind,
					SCREEN_MAX - (length(out) - utf8_count(out->blind)));
}
