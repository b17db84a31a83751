#include "core/base.h"

#include "core/str.h"
#include "responder/conf.h"

const char *const signal_words[] = {
	"mentions", "negative", "complaints", "authors", "negative_authors",
	"sites",    "classes",  "reach",      NULL
};
const char *const trigger_words[] = { "above", "spike", "words", NULL };
static const char *const grade_words[] = { "W0", "W1", "W2", "W3", NULL };

#define AT(field) offsetof(struct trigger_conf, field)
static const struct conf_key trigger_keys[] = {
	{ "kind", CONF_CHOICE, AT(kind), 0, 0, NULL,
	  "above: a signal over a number; spike: over a multiple of the usual; words: safety "
	  "topics",
	  NULL, trigger_words },
	{ "signal", CONF_CHOICE, AT(signal), 0, 0, "negative", "what is counted (above, spike)",
	  NULL, signal_words },
	{ "window", CONF_SECONDS, AT(window), 60, 7 * 86400, "1h",
	  "over how long it is counted", NULL, NULL },
	{ "above", CONF_COUNT, AT(above), 0, 1000000000, "0", "above: fires over this", NULL,
	  NULL },
	{ "times_median", CONF_MILLI, AT(times_median), 0, 1000000, "0",
	  "above: and at least so many times the usual; 0 = not asked", NULL, NULL },
	{ "factor", CONF_MILLI, AT(factor), 0, 1000000, "4", "spike: so many times the usual",
	  NULL, NULL },
	{ "min_authors", CONF_COUNT, AT(min_authors), 0, 1000000, "0",
	  "above, spike: from at least so many different authors", NULL, NULL },
	{ "min_count", CONF_COUNT, AT(min_count), 0, 1000000000, "0", "and at least so many",
	  NULL, NULL },
	{ "for", CONF_SECONDS, AT(hold), 0, 7 * 86400, "0", "how long it must last", NULL,
	  NULL },
	{ "clear_below", CONF_RATIO, AT(clear_below), 0, 1000, "70%",
	  "armed again below this share of the threshold", NULL, NULL },
	{ "grade", CONF_CHOICE, AT(grade), 0, 0, "W1",
	  "what it means (words: ignored, W2 and W3)", NULL, grade_words },
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

static void
trigger_check(struct conf_reader *r, void *self)
{
	const struct trigger_conf *t = self;

	if (t->grade == 0)
		conf_error(r, &t->grade, "W0 is calm: a trigger has the grade W1, W2 or W3");
	if (t->kind == TRIGGER_SPIKE && t->factor < 1000)
		conf_error(r, &t->factor, "a spike is at least once the usual");
	if ((t->kind == TRIGGER_SPIKE || (t->kind == TRIGGER_ABOVE && t->times_median)) &&
	    !has_rollup(t->signal))
		conf_error(r, &t->signal,
			   "there is no usual value of \"%s\": only of mentions, negative, "
			   "complaints "
			   "and reach",
			   signal_words[t->signal]);
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

static const struct trigger_conf defaults[][4] = {
	[WATCH_SMALL] = { COMPLAINTS(4, 3000), SPIKE("burst", 4, 3, 5, 2),
			  SPIKE("flood", 10, 3, 10, 3), SAFETY },
	[WATCH_MEDIUM] = { COMPLAINTS(50, 0), SPIKE("burst", 4, 1, 20, 2),
			   SPIKE("flood", 10, 1, 50, 3), SAFETY },
	[WATCH_LARGE] = { COMPLAINTS(50, 3000), SPIKE("burst", 4, 1, 100, 2),
			  SPIKE("flood", 10, 1, 300, 3), SAFETY },
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
