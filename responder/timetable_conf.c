/* The key `timetables`. */
#include "core/base.h"

#include "core/str.h"
#include "responder/timetable.h"

#define AT(type, field) offsetof(struct type, field)

static const char *const day_words[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL
};

static const struct conf_key span_keys[] = {
	{ "days", CONF_TEXTS, AT(timespan_conf, days), 0, 7, "",
	  "mon … sun; empty: every day" },
	{ "from", CONF_CLOCK, AT(timespan_conf, from), 0, 0, "00:00", "from this time of day" },
	{ "to", CONF_CLOCK, AT(timespan_conf, to), 0, 0, "24:00",
	  "up to this one, later the same day" },
	{ "dates", CONF_TEXTS, AT(timespan_conf, dates), 0, 31, "",
	  "of the month: 1, 8..14, -3..-1 (the last three); empty: all" },
	{ "months", CONF_TEXTS, AT(timespan_conf, months), 0, 12, "",
	  "1..3, 12; empty: every month" },
	{ "years", CONF_TEXTS, AT(timespan_conf, years), 0, 30, "",
	  "2026, 2026..2028; empty: every year" },
	CONF_END,
};

/* "3", "-3..-1". */
static bool
range_parse(struct str text, struct number_range *out)
{
	ptrdiff_t dots = str_find(text, STR(".."));
	struct str from = dots < 0 ? text : str_slice(text, 0, (size_t)dots);
	struct str to = dots < 0 ? text : str_slice(text, (size_t)dots + 2, text.n);

	return str_int64(str_trim(from), &out->from) == 0 &&
	       str_int64(str_trim(to), &out->to) == 0;
}

/* Within min..max, forwards; negative ones count from the end. */
static const char *
range_mistake(const struct number_range *r, int64_t min, int64_t max)
{
	if (r->from < min || r->from > max || r->to < min || r->to > max || !r->from || !r->to)
		return min < 0 ? "a date is 1..31, or -31..-1 from the month's end"
			       : "this is out of range";
	if (r->from < 0 && r->to > 0)
		return "a range that begins at the month's end must end there, too";
	if (r->from > 0 && r->to < 0 ? r->from > max + 1 + r->to : r->from > r->to)
		return "it ends before it begins";
	return NULL;
}

static struct number_ranges
ranges_check(struct conf_reader *r, const struct conf_texts *texts, int64_t min, int64_t max)
{
	struct number_ranges out = { arena_alloc(conf_arena(r), (texts->n + 1) * sizeof *out.v),
				     0 };

	for (size_t i = 0; i < texts->n; i++) {
		struct number_range *x = &out.v[out.n];
		const char *wrong = range_parse(texts->v[i], x)
					    ? range_mistake(x, min, max)
					    : "this is no number, nor a range like 8..14";

		if (wrong)
			conf_error(r, &texts->v[i], "%s", wrong);
		else
			out.n++;
	}
	return out;
}

static void
span_check(struct conf_reader *r, void *self)
{
	struct timespan_conf *s = self;

	conf_among(r, &s->days, "day", day_words);
	for (size_t i = 0; i < s->days.n; i++)
		for (int d = 0; day_words[d]; d++)
			s->weekdays |= (uint32_t)str_is(s->days.v[i], day_words[d]) << (d + 1);
	if (s->to <= s->from)
		conf_error(r, &s->to,
			   "it ends before it begins: what crosses midnight is two spans");
	s->date = ranges_check(r, &s->dates, -31, 31);
	s->month = ranges_check(r, &s->months, 1, 12);
	s->year = ranges_check(r, &s->years, 1970, 9999);
}

static const struct conf_schema span_schema = {
	.name = "span",
	.size = sizeof(struct timespan_conf),
	.keys = span_keys,
	.help = "It holds when all that it says does.",
	.check = span_check,
};
static const struct conf_key timetable_keys[] = {
	{ "zone", CONF_ZONE, AT(timetable_conf, zone), 0, 0, "",
	  "time zone; empty: the site's" },
	{ "spans", CONF_LIST, AT(timetable_conf, spans), 0, 100, NULL, "one of them is enough",
	  &span_schema },
	CONF_END,
};

static void
zone_gone(void *z)
{
	zone_close(z);
}

static void
timetable_check(struct conf_reader *r, void *self)
{
	struct timetable_conf *t = self;
	struct err e = { 0 };

	if (!t->zone.n)
		return;
	t->z = zone_open(t->zone.p, &e); /* a wrong name was told by its key */
	if (t->z)
		arena_defer(conf_arena(r), zone_gone, t->z);
}

const struct conf_schema timetable_schema = {
	.name = "timetable",
	.size = sizeof(struct timetable_conf),
	.keys = timetable_keys,
	.help = "Named times, for `mute` and `active` of routes.",
	.name_at = AT(timetable_conf, name),
	.check = timetable_check,
};
