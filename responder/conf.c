#include "core/base.h"

#include "core/str.h"
#include "responder/conf.h"
#include "responder/rate.h"

#define RATE_LEAST 30 /* mentions, before a quotient says something (RESPONSE.md section 7) */

const char *const signal_words[] = {
	"mentions",    "negative", "complaints", "authors", "negative_authors",
	"sites",       "classes",  "reach",      "net",     "net_reach",
	"originality", "lag",      NULL
};
const char *const trigger_words[] = { "above",  "spike",    "words",  "below",   "drop",
				      "absent", "share",    "author", "hotlist", "official",
				      "story",  "old_news", NULL };
static const char *const who_words[] = { "any", "T1", "T2", "T3", "notable", NULL };
static const char *const grade_words[] = { "W0", "W1", "W2", "W3", NULL };

#define AT(field) offsetof(struct trigger_night, field)
static const struct conf_key night_keys[] = {
	{ "from", CONF_CLOCK, AT(from), 0, 86400, "22:00", "in the site's zone", NULL, NULL },
	{ "until", CONF_CLOCK, AT(until), 0, 86400, "08:00", "in the site's zone", NULL, NULL },
	{ "above", CONF_COUNT, AT(above), 0, 1000000000, "0", "0: as by day", NULL, NULL },
	{ "factor", CONF_MILLI, AT(factor), 0, 1000000, "0", "0: as by day", NULL, NULL },
	{ "min_authors", CONF_COUNT, AT(min_authors), 0, 1000000, "0", "0: as by day", NULL,
	  NULL },
	{ "min_count", CONF_COUNT, AT(min_count), 0, 1000000000, "0", "0: as by day", NULL,
	  NULL },
	CONF_END,
};
#undef AT
static const struct conf_schema night_schema = {
	.name = "night",
	.size = sizeof(struct trigger_night),
	.keys = night_keys,
	.help = "Other figures while most people sleep.",
};

#define AT(field) offsetof(struct trigger_conf, field)
static const struct conf_key trigger_keys[] = {
	{ "kind", CONF_CHOICE, AT(kind), 0, 0, NULL,
	  "above, below: a number; spike, drop, absent: against the usual; share: of negative "
	  "ones; words: of safety; author, hotlist, official; story, old_news",
	  NULL, trigger_words },
	{ "signal", CONF_CHOICE, AT(signal), 0, 0, "negative",
	  "what is counted (above, below, spike, drop, absent)", NULL, signal_words },
	{ "window", CONF_SECONDS, AT(window), 60, 7 * 86400, "1h",
	  "over how long it is counted", NULL, NULL },
	{ "above", CONF_COUNT, AT(above), 0, 1000000000, "0", "above: fires over this", NULL,
	  NULL },
	{ "times_median", CONF_MILLI, AT(times_median), 0, 1000000, "0",
	  "above: and at least so many times the usual; 0 = not asked", NULL, NULL },
	{ "below", CONF_COUNT, AT(below), 0, 1000000000, "0", "below: fires under this", NULL,
	  NULL },
	{ "factor", CONF_MILLI, AT(factor), 0, 1000000, "4", "spike: so many times the usual",
	  NULL, NULL },
	{ "drop", CONF_RATIO, AT(drop), 1, 1000, "50%",
	  "drop: down by this share of the usual, and by three of its spreads", NULL, NULL },
	{ "level", CONF_TEXT, AT(level_text), 0, 40, "",
	  "above, below of net, net_reach, originality, lag: over or under this: -0.4, 35%, "
	  "30min",
	  NULL, NULL },
	{ "by", CONF_TEXT, AT(by_text), 0, 40, "",
	  "spike, drop of these: so far from the usual, and by three of its spreads", NULL,
	  NULL },
	{ "chance", CONF_COUNT, AT(chance), 1, 100000, "100",
	  "share, author: what chance gives so many times in a million is none", NULL, NULL },
	{ "min_authors", CONF_COUNT, AT(min_authors), 0, 1000000, "0",
	  "from at least so many different authors (story, old_news: of one story)", NULL,
	  NULL },
	{ "min_count", CONF_COUNT, AT(min_count), 0, 1000000000, "0",
	  "and at least so many (share: mentions in all)", NULL, NULL },
	{ "classes", CONF_COUNT, AT(classes), 0, 9, "0",
	  "story: in at least so many classes of source", NULL, NULL },
	{ "fresh", CONF_SECONDS, AT(fresh), 0, 86400, "0",
	  "story: that began no longer ago; 0 = whenever", NULL, NULL },
	{ "who", CONF_CHOICE, AT(who), 0, 0, "any",
	  "author: T1, T2, T3: with so many followers or more; notable: the watch's own list",
	  NULL, who_words },
	{ "confidence", CONF_RATIO, AT(confidence), 0, 1000, "70%",
	  "author: at least so surely negative (not of notable ones)", NULL, NULL },
	{ "severity", CONF_COUNT, AT(severity), 1, 3, "2",
	  "author: about a topic that grave one mention is enough", NULL, NULL },
	{ "place", CONF_COUNT, AT(place), 1, 1000, "50",
	  "hotlist: W2 when negative at this place or above", NULL, NULL },
	{ "top", CONF_COUNT, AT(top), 1, 1000, "10",
	  "hotlist: W3 when negative at this place or above", NULL, NULL },
	{ "for", CONF_SECONDS, AT(hold), 0, 7 * 86400, "0", "how long it must last", NULL,
	  NULL },
	{ "clear_below", CONF_RATIO, AT(clear_below), 0, 1000, "70%",
	  "armed again below this share of the threshold", NULL, NULL },
	{ "grade", CONF_CHOICE, AT(grade), 0, 0, "W1",
	  "what it means (words, hotlist: by what is seen)", NULL, grade_words },
	{ "night", CONF_BLOCK, AT(night), 0, 0, "", "other figures by night", &night_schema,
	  NULL },
	{ "shadow", CONF_BOOL, AT(shadow), 0, 0, "off",
	  "only write down what would have fired: nobody is told", NULL, NULL },
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "for these; empty: all", NULL,
	  NULL },
	{ "topics", CONF_TEXTS, AT(topics), 0, 60, "",
	  "words: these topics; empty: safety, injury, death, minors", NULL, NULL },
	{ "first_hand", CONF_COUNT, AT(first_hand), 1, 1000, "1",
	  "words: so many first-hand reports are W2", NULL, NULL },
	{ "sources", CONF_COUNT, AT(sources), 1, 1000, "2", "words: so many sites are W3", NULL,
	  NULL },
	{ "authors", CONF_COUNT, AT(authors), 1, 1000, "3",
	  "words: so many authors on one site are W3 (first-hand counts double)", NULL, NULL },
	CONF_END,
};

static bool
has_rollup(int64_t signal)
{
	return signal == SIGNAL_MENTIONS || signal == SIGNAL_NEGATIVE ||
	       signal == SIGNAL_COMPLAINTS || signal == SIGNAL_REACH;
}

/* Which kinds read a key, and what it holds when nobody wrote it. */
#define K(kind)   (1u << TRIGGER_##kind)
#define BY_SIGNAL (K(ABOVE) | K(BELOW) | K(SPIKE) | K(DROP) | K(ABSENT))
#define BY_COUNT  (K(ABOVE) | K(SPIKE) | K(SHARE) | K(STORY) | K(OLD_NEWS))
#define FIELD(f)  offsetof(struct trigger_conf, f)
static const struct {
	const char *name;
	size_t at;
	unsigned kinds;
	int64_t dflt;
} key_kinds[] = {
	{ "signal", FIELD(signal), BY_SIGNAL, SIGNAL_NEGATIVE },
	{ "above", FIELD(above), K(ABOVE), 0 },
	{ "times_median", FIELD(times_median), K(ABOVE), 0 },
	{ "below", FIELD(below), K(BELOW), 0 },
	{ "factor", FIELD(factor), K(SPIKE), 4000 },
	{ "drop", FIELD(drop), K(DROP), 500 },
	{ "chance", FIELD(chance), K(SHARE) | K(AUTHOR), 100 },
	{ "min_authors", FIELD(min_authors), BY_COUNT | K(OFFICIAL) | K(AUTHOR), 0 },
	{ "min_count", FIELD(min_count), BY_COUNT | K(WORDS) | K(OFFICIAL), 0 },
	{ "classes", FIELD(classes), K(STORY) | K(OLD_NEWS), 0 },
	{ "fresh", FIELD(fresh), K(STORY), 0 },
	{ "who", FIELD(who), K(AUTHOR), 0 },
	{ "confidence", FIELD(confidence), K(AUTHOR), 700 },
	{ "severity", FIELD(severity), K(AUTHOR), 2 },
	{ "place", FIELD(place), K(HOTLIST), 50 },
	{ "top", FIELD(top), K(HOTLIST), 10 },
	{ "first_hand", FIELD(first_hand), K(WORDS), 1 },
	{ "sources", FIELD(sources), K(WORDS), 2 },
	{ "authors", FIELD(authors), K(WORDS), 3 },
};

/* A quotient: what it is compared with, in its unit. */
static void
rate_check(struct conf_reader *r, struct trigger_conf *t)
{
	bool levels = t->kind == TRIGGER_ABOVE || t->kind == TRIGGER_BELOW;
	struct str *text = levels ? &t->level_text : &t->by_text,
		   *other = levels ? &t->by_text : &t->level_text;
	const char *key = levels ? "level" : "by";
	struct err e = { 0 };

	if (t->kind == TRIGGER_ABSENT)
		conf_error(r, &t->signal, "\"%s\" is a quotient: it is never absent",
			   signal_words[t->signal]);
	else if (!text->n)
		conf_error(r, t, "a trigger of the kind \"%s\" on \"%s\" needs %s: %s",
			   trigger_words[t->kind], signal_words[t->signal], key,
			   t->signal == SIGNAL_LAG ? "30min, say" : "0.3, say");
	else if (rate_parse(t->signal, *text, levels ? &t->level : &t->by, &e) < 0)
		conf_error(r, text, "%s", e.text);
	else if (!levels && t->by <= 0)
		conf_error(r, text, "how far from the usual? more than 0");
	if (other->n)
		conf_error(r, other,
			   "means nothing to a trigger of the kind \"%s\": leave it out",
			   trigger_words[t->kind]);
	if (t->above || t->below || t->times_median)
		conf_error(r, t, "of \"%s\" say level:, not above:, below: or times_median:",
			   signal_words[t->signal]);
	if (!t->min_count)
		t->min_count = t->signal == SIGNAL_LAG ? 1 : RATE_LEAST;
}

/* Does a trigger on a quotient read it although its kind does not? */
static bool
rate_reads(const struct trigger_conf *t, const char *key)
{
	return rate_is(t->signal) && (!strcmp(key, "min_count") || !strcmp(key, "min_authors"));
}

static void
keys_check(struct conf_reader *r, const struct trigger_conf *t)
{
	if (!rate_is(t->signal) && (t->level_text.n || t->by_text.n))
		conf_error(r, t->level_text.n ? &t->level_text : &t->by_text,
			   "means nothing to \"%s\": it is for net, net_reach, originality and "
			   "lag",
			   signal_words[t->signal]);
	for (size_t i = 0; i < LY_COUNT(key_kinds); i++) {
		const int64_t *v =
			(const int64_t *)(const void *)((const char *)t + key_kinds[i].at);

		if (*v != key_kinds[i].dflt && !(key_kinds[i].kinds & 1u << t->kind) &&
		    !rate_reads(t, key_kinds[i].name))
			conf_error(r, v,
				   "\"%s\" means nothing to a trigger of the kind "
				   "\"%s\": leave it out",
				   key_kinds[i].name, trigger_words[t->kind]);
	}
	if (t->topics.n && t->kind != TRIGGER_WORDS)
		conf_error(r, &t->topics,
			   "\"topics\" means nothing to a trigger of the kind \"%s\": leave it "
			   "out, or make it kind: words",
			   trigger_words[t->kind]);
}

/* A count that is compared with a number needs the number. */
static void
number_check(struct conf_reader *r, const struct trigger_conf *t)
{
	if (rate_is(t->signal))
		return;
	if (t->kind == TRIGGER_BELOW && !t->below)
		conf_error(r, t,
			   "below what? a trigger of the kind \"below\" needs below: 1 or "
			   "more");
	if (t->kind == TRIGGER_ABOVE && !t->above && !t->times_median && !t->min_count &&
	    !t->min_authors)
		conf_error(r, t,
			   "above what? a trigger of the kind \"above\" needs above: 1 or "
			   "more; for any at all min_count: 1");
}

/* What its kind cannot do without. */
static void
needs_check(struct conf_reader *r, const struct trigger_conf *t)
{
	bool against_usual = t->kind == TRIGGER_SPIKE || t->kind == TRIGGER_DROP ||
			     t->kind == TRIGGER_ABSENT ||
			     (t->kind == TRIGGER_ABOVE && t->times_median);

	if (t->kind == TRIGGER_SPIKE && t->factor < 1000)
		conf_error(r, &t->factor, "a spike is at least once the usual");
	if (against_usual && !rate_is(t->signal) && !has_rollup(t->signal))
		conf_error(r, &t->signal,
			   "there is no usual value of \"%s\": only of mentions, negative, "
			   "complaints, reach, net, net_reach, originality and lag",
			   signal_words[t->signal]);
	if (t->kind == TRIGGER_AUTHOR && !t->who)
		conf_error(r, t, "whom should it hear? who: T3, or who: notable");
	if ((t->kind == TRIGGER_STORY || t->kind == TRIGGER_OLD_NEWS) && !t->min_authors)
		conf_error(r, t, "told by how many? min_authors: 10, or so");
}

/* Gates that exclude each other, so that it could never fire, or always does. */
static void
gates_check(struct conf_reader *r, const struct trigger_conf *t)
{
	if (t->kind == TRIGGER_HOTLIST && t->top > t->place)
		conf_error(r, &t->top,
			   "contradicts place: %lld: W3 is for the places above those of W2",
			   (long long)t->place);
	if (t->kind == TRIGGER_STORY && t->classes > t->min_authors)
		conf_error(r, &t->classes,
			   "contradicts min_authors: %lld: so few cannot be in %lld classes",
			   (long long)t->min_authors, (long long)t->classes);
	if (t->kind == TRIGGER_SHARE && t->min_count && t->min_authors > t->min_count)
		conf_error(r, &t->min_authors,
			   "contradicts min_count: %lld: of so many mentions there are not "
			   "more authors",
			   (long long)t->min_count);
	if (t->kind == TRIGGER_STORY && t->fresh && t->hold >= t->fresh)
		conf_error(r, &t->hold,
			   "contradicts fresh: by then the story is too old to fire");
	if (t->night.from == t->night.until &&
	    (t->night.above || t->night.factor || t->night.min_authors || t->night.min_count))
		conf_error(r, &t->night.until, "a night that ends when it begins is none");
	if (t->night.factor && t->night.factor < 1000)
		conf_error(r, &t->night.factor, "a spike is at least once the usual");
}

static void
trigger_check(struct conf_reader *r, void *self)
{
	struct trigger_conf *t = self;

	if (rate_is(t->signal) && BY_SIGNAL & 1u << t->kind)
		rate_check(r, t);
	if (t->grade == 0)
		conf_error(r, &t->grade, "W0 is calm: a trigger has the grade W1, W2 or W3");
	keys_check(r, t);
	number_check(r, t);
	needs_check(r, t);
	gates_check(r, t);
}

void
trigger_conf_check(struct conf_reader *r, const struct conf_list *triggers,
		   const struct str *watches, size_t n)
{
	const struct trigger_conf *t = triggers->v;

	for (size_t i = 0; i < triggers->n; i++)
		for (size_t k = 0; k < t[i].watches.n; k++) {
			bool known = false;

			for (size_t w = 0; w < n; w++)
				known |= str_eq(watches[w], t[i].watches.v[k]);
			if (!known)
				conf_unknown(r, &t[i].watches.v[k], "watch", t[i].watches.v[k],
					     watches, n);
		}
}

const struct conf_schema trigger_schema = {
	.name = "trigger",
	.size = sizeof(struct trigger_conf),
	.keys = trigger_keys,
	.help = "A condition over a window that raises a grade. Without any, the shipped "
		"defaults "
		"by the size of each watch apply.",
	.name_at = AT(name),
	.check = trigger_check,
};

/* ---- the shipped defaults, RESPONSE.md section 1 ---------------------------------------- */

static const struct str safety_topics[] = { STR_INIT("food_safety"), STR_INIT("product_safety"),
					    STR_INIT("injury"), STR_INIT("death"),
					    STR_INIT("minors") };
#define COMPLAINTS(min, times)                                                \
	{                                                                     \
		.name = STR_INIT("complaints"), .kind = TRIGGER_ABOVE,        \
		.signal = SIGNAL_COMPLAINTS, .window = 86400, .above = (min), \
		.times_median = (times), .clear_below = 700, .grade = 1       \
	}
#define SPIKE(label, times, hours, from, w)                                                \
	{                                                                                  \
		.name = STR_INIT(label), .kind = TRIGGER_SPIKE, .signal = SIGNAL_NEGATIVE, \
		.window = (hours)*3600, .factor = (times)*1000, .min_authors = (from),     \
		.clear_below = 700, .grade = (w)                                           \
	}
#define SAFETY                                                                                \
	{                                                                                     \
		.name = STR_INIT("safety"), .kind = TRIGGER_WORDS, .signal = SIGNAL_MENTIONS, \
		.window = 86400, .clear_below = 700, .grade = 2,                              \
		.topics = { (struct str *)safety_topics, 5 }, .first_hand = 1, .sources = 2,  \
		.authors = 3                                                                  \
	}
#define SHARE(hours)                                                                         \
	{                                                                                    \
		.name = STR_INIT("share"), .kind = TRIGGER_SHARE, .signal = SIGNAL_NEGATIVE, \
		.window = (hours)*3600, .min_count = 15, .min_authors = 5, .chance = 100,    \
		.hold = 1800, .clear_below = 700, .grade = 1                                 \
	}
/* A large brand has a negative story of ten authors in three classes some four times a quarter in
 * calm months (tests/bench/bench_calm.c): from thirty on there. */
#define STORY(from)                                                                          \
	{                                                                                    \
		.name = STR_INIT("story"), .kind = TRIGGER_STORY, .signal = SIGNAL_NEGATIVE, \
		.window = 3600, .classes = 3, .min_authors = (from), .fresh = 86400,         \
		.clear_below = 700, .grade = 3                                               \
	}
/* chance: once in a thousand days, and a day that slides is looked at some three times: under one
 * a quarter (tests/bench/bench_calm.c). */
#define AUTHOR(label, whom)                                                                 \
	{                                                                                   \
		.name = STR_INIT(label), .kind = TRIGGER_AUTHOR, .signal = SIGNAL_NEGATIVE, \
		.window = 86400, .who = (whom), .confidence = 700, .severity = 2,           \
		.chance = 1000, .clear_below = 700, .grade = 2                              \
	}
#define ALERT(label, what, w)                                                             \
	{                                                                                 \
		.name = STR_INIT(label), .kind = (what), .signal = SIGNAL_MENTIONS,       \
		.window = 86400, .place = 50, .top = 10, .clear_below = 700, .grade = (w) \
	}
/* An old story with five new authors counts as new. */
#define OLD_NEWS                                                              \
	{                                                                     \
		.name = STR_INIT("old_news"), .kind = TRIGGER_OLD_NEWS,       \
		.signal = SIGNAL_NEGATIVE, .window = 86400, .min_authors = 5, \
		.clear_below = 700, .grade = 1                                \
	}
#define WHOEVER_SAYS_IT                                                               \
	AUTHOR("big_author", TRIGGER_WHO_T3), AUTHOR("notable", TRIGGER_WHO_NOTABLE), \
		ALERT("official", TRIGGER_OFFICIAL, 3), ALERT("hotlist", TRIGGER_HOTLIST, 1)

static const struct trigger_conf defaults[][11] = {
	[WATCH_SMALL] = { COMPLAINTS(4, 3000), SPIKE("burst", 4, 3, 5, 2),
			  SPIKE("flood", 10, 3, 10, 3), SAFETY, SHARE(3), STORY(10), OLD_NEWS,
			  WHOEVER_SAYS_IT },
	[WATCH_MEDIUM] = { COMPLAINTS(50, 0), SPIKE("burst", 4, 1, 20, 2),
			   SPIKE("flood", 10, 1, 50, 3), SAFETY, SHARE(1), STORY(10), OLD_NEWS,
			   WHOEVER_SAYS_IT },
	[WATCH_LARGE] = { COMPLAINTS(50, 3000), SPIKE("burst", 4, 1, 100, 2),
			  SPIKE("flood", 10, 1, 300, 3), SAFETY, SHARE(1), STORY(30), OLD_NEWS,
			  WHOEVER_SAYS_IT },
};

const struct trigger_conf *
trigger_defaults(int64_t size, size_t *n)
{
	*n = LY_COUNT(defaults[0]);
	return defaults[size >= WATCH_SMALL && size <= WATCH_LARGE ? size : WATCH_SMALL];
}

/* ---- looking up -------------------------------------------------------------------------- */

const struct watch_conf *
watch_find(const struct responder_env *env, struct str name)
{
	for (size_t i = 0; i < env->watches_n; i++)
		if (str_eq(env->watches[i].name, name))
			return &env->watches[i];
	return NULL;
}

struct str
watch_title(const struct responder_env *env, struct str watch)
{
	const struct watch_conf *w = watch_find(env, watch);

	return w && w->title.n ? w->title : watch;
}
