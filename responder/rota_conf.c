#include "core/base.h"

#include "core/clock.h"
#include "core/str.h"
#include "responder/rota_conf.h"

#define AT(type, field) offsetof(struct type, field)
#define TURN_MAX        9000 /* hours, days, weeks or months of one turn */
#define WHO_MAX         32

static const char *const day_words[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL
};
const char *const rotate_words[] = { "never", "hour", "day", "week", "month", NULL };
const char *const override_words[] = { "add", "remove", "replace", NULL };

int
day_of_word(struct str word)
{
	for (int i = 0; day_words[i]; i++)
		if (str_is(word, day_words[i]))
			return i + 1;
	return 0;
}

/* ---- shifts ----------------------------------------------------------------------------- */

static const struct conf_key rotate_keys[] = {
	{ "every", CONF_CHOICE, AT(rotate_conf, every), 0, 0, NULL,
	  "what a turn is counted in: hour, day, week, month; never: all of them at once", NULL,
	  rotate_words },
	{ "length", CONF_COUNT, AT(rotate_conf, length), 1, TURN_MAX, "1",
	  "how many of these a turn lasts" },
	{ "start", CONF_TEXT, AT(rotate_conf, start), 0, 19, NULL,
	  "when the first of them began, on the schedule's clock: \"2026-01-05 09:00\"; a date "
	  "alone: when the shift begins" },
	CONF_END,
};
static const struct conf_schema rotate_schema = {
	.name = "rotate",
	.size = sizeof(struct rotate_conf),
	.keys = rotate_keys,
	.help = "The people of the shift take turns, in the order written. Hand-offs keep "
		"their "
		"time of day when the clocks change.",
};

static const struct conf_key shift_keys[] = {
	{ "who", CONF_TEXTS, AT(shift_conf, who), 1, WHO_MAX, NULL,
	  "people on this shift: all of them, or by turns (rotate)" },
	{ "rotate", CONF_BLOCK, AT(shift_conf, rotate), 0, 0, "", "by turns", &rotate_schema },
	{ "days", CONF_TEXTS, AT(shift_conf, days), 0, 7, "",
	  "days it begins on: mon tue wed thu fri sat sun; empty: every day" },
	{ "from", CONF_CLOCK, AT(shift_conf, from), 0, 0, "00:00", "when it begins" },
	{ "to", CONF_CLOCK, AT(shift_conf, to), 0, 0, "00:00",
	  "when it ends; not after from: on the next day" },
	CONF_END,
};

/* The first hand-off; its time of day is the shift's unless it is given. */
static void
rotate_check(struct conf_reader *r, struct shift_conf *s)
{
	struct rotate_conf *o = &s->rotate;
	struct civil c;
	bool timed;

	if (o->every == ROTATE_NEVER)
		return;
	if (!clock_parse_civil(o->start, &c, &timed)) {
		conf_error(r, &o->start,
			   "\"%.*s\" is not a date like \"2026-01-05\" or \"2026-01-05 09:00\"",
			   STR_ARG(o->start));
		return;
	}
	o->start_s = zone_utc(NULL, c) + (timed ? 0 : s->from);
}

static void
shift_check(struct conf_reader *r, void *self)
{
	struct shift_conf *s = self;

	conf_among(r, &s->days, "day", day_words);
	if (s->from == 86400)
		conf_error(r, &s->from,
			   "a shift begins at 00:00 of the next day, not at 24:00");
	rotate_check(r, s);
}

static const struct conf_schema shift_schema = {
	.name = "shift",
	.size = sizeof(struct shift_conf),
	.keys = shift_keys,
	.help = "Hours that repeat every week.",
	.check = shift_check,
};

/* ---- changes of some time ----------------------------------------------------------------- */

static const struct conf_key override_keys[] = {
	{ "kind", CONF_CHOICE, AT(override_conf, kind), 0, 0, NULL,
	  "add: also on shift; remove: not on shift; replace: in the place of \"instead\"",
	  NULL, override_words },
	{ "who", CONF_TEXTS, AT(override_conf, who), 1, WHO_MAX, NULL, "people it is about" },
	{ "instead", CONF_TEXTS, AT(override_conf, instead), 0, WHO_MAX, "",
	  "replace: whom of those on shift; empty: all of them" },
	{ "from", CONF_TIME, AT(override_conf, from_at), 0, 0, NULL, "when it begins" },
	{ "to", CONF_TIME, AT(override_conf, to_at), 0, 0, NULL, "when it is over" },
	CONF_END,
};

static void
override_check(struct conf_reader *r, void *self)
{
	struct override_conf *o = self;

	if (o->to_at <= o->from_at)
		conf_error(r, &o->to_at, "an override ends after it begins");
	if (o->instead.n && o->kind != OVERRIDE_REPLACE)
		conf_error(r, &o->instead, "only \"kind: replace\" has \"instead\"");
}

static const struct conf_schema override_schema = {
	.name = "override",
	.size = sizeof(struct override_conf),
	.keys = override_keys,
	.help = "A change of the schedule for some time: holidays, illness.",
	.check = override_check,
};

static const struct conf_key stint_keys[] = {
	{ "who", CONF_TEXTS, AT(stint_conf, who), 1, WHO_MAX, NULL, "people on this shift" },
	{ "from", CONF_TIME, AT(stint_conf, from_at), 0, 0, NULL, "when it begins" },
	{ "to", CONF_TIME, AT(stint_conf, to_at), 0, 0, NULL, "when it is over" },
	CONF_END,
};
static const struct conf_schema stint_schema = {
	.name = "temporary shift",
	.size = sizeof(struct stint_conf),
	.keys = stint_keys,
	.help = "One shift with its dates.",
};
static const struct conf_key temporary_keys[] = {
	{ "from", CONF_TIME, AT(temporary_conf, from_at), 0, 0, NULL, "when it begins" },
	{ "to", CONF_TIME, AT(temporary_conf, to_at), 0, 0, NULL, "when it is over" },
	{ "shifts", CONF_LIST, AT(temporary_conf, stints), 1, 1000, NULL, "who is on duty when",
	  &stint_schema },
	CONF_END,
};

static void
temporary_check(struct conf_reader *r, void *self)
{
	struct temporary_conf *t = self;
	struct stint_conf *s = t->stints.v;

	if (t->to_at <= t->from_at)
		conf_error(r, &t->to_at, "a temporary schedule ends after it begins");
	for (size_t i = 0; i < t->stints.n; i++) {
		if (s[i].to_at <= s[i].from_at)
			conf_error(r, &s[i].to_at, "a shift ends after it begins");
		else if (s[i].from_at < t->from_at || s[i].to_at > t->to_at)
			conf_error(r, &s[i].from_at,
				   "this shift reaches out of the temporary schedule");
	}
}

static const struct conf_schema temporary_schema = {
	.name = "temporary schedule",
	.size = sizeof(struct temporary_conf),
	.keys = temporary_keys,
	.help = "While it holds, its shifts alone count: shifts, turns and overrides do not.",
	.check = temporary_check,
};

/* ---- schedules ---------------------------------------------------------------------------- */

static const struct conf_key schedule_keys[] = {
	{ "zone", CONF_ZONE, AT(schedule_conf, zone), 0, 0, "",
	  "time zone; empty: the site's" },
	{ "shifts", CONF_LIST, AT(schedule_conf, shifts), 1, 100, NULL, "who is on duty when",
	  &shift_schema },
	{ "overrides", CONF_LIST, AT(schedule_conf, overrides), 0, 1000, "",
	  "later ones win over earlier ones", &override_schema },
	{ "temporary", CONF_LIST, AT(schedule_conf, temporary), 0, 100, "",
	  "instead of shifts and overrides, for some time; the last that holds counts",
	  &temporary_schema },
	CONF_END,
};
const struct conf_schema schedule_schema = {
	.name = "schedule",
	.size = sizeof(struct schedule_conf),
	.keys = schedule_keys,
	.help = "A rota: who is on shift at any time.",
	.name_at = AT(schedule_conf, name),
};
