#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "tests/support/story_set.h"

#define FILE_MAX   (1 << 18)
#define EVENTS_MAX 256
#define ITEMS_MAX  1024

enum { EVENT, NAME, NEAR, KIND, WHAT, EVENT_COLUMNS };
enum { OF, LANG, CLASS, HOUR, HEADLINE, SENTENCE, ITEM_COLUMNS };

size_t
story_set_find(const struct story_set *set, struct str name)
{
	size_t i = 0;

	while (i < set->n_events && !str_eq(set->events[i].name, name))
		i++;
	return i;
}

/* How many columns there are; more than ITEM_COLUMNS: one more than that. */
static size_t
columns_of(struct str line, struct str v[ITEM_COLUMNS])
{
	struct str column;
	size_t n = 0;

	while (n <= ITEM_COLUMNS && str_next(&line, '\t', &column)) {
		if (n < ITEM_COLUMNS)
			v[n] = column;
		n++;
	}
	return n;
}

static int
event_add(struct story_set *set, const struct str *v, size_t n, struct err *e)
{
	if (n != EVENT_COLUMNS)
		return err_set(e, ERR_USAGE, "an event has %d columns", EVENT_COLUMNS);
	if (set->n_events == EVENTS_MAX)
		return err_set(e, ERR_USAGE, "more than %d events", EVENTS_MAX);
	if (story_set_find(set, v[NAME]) < set->n_events)
		return err_set(e, ERR_USAGE, "\"%.*s\" stands here twice", STR_ARG(v[NAME]));
	set->events[set->n_events++] =
		(struct story_event){ v[NAME], v[NEAR], v[KIND], v[WHAT], 0 };
	return 0;
}

static int
item_add(struct story_set *set, const struct str *v, size_t n, int line, struct err *e)
{
	struct story_headline x = { .line = line };

	if (n != ITEM_COLUMNS)
		return err_set(e, ERR_USAGE, "an item has %d columns", ITEM_COLUMNS);
	if (set->n_items == ITEMS_MAX)
		return err_set(e, ERR_USAGE, "more than %d items", ITEMS_MAX);
	x.event = story_set_find(set, v[OF]);
	if (x.event == set->n_events)
		return err_set(e, ERR_USAGE, "no event \"%.*s\" above", STR_ARG(v[OF]));
	if (str_int64(v[HOUR], &x.hour) < 0)
		return err_set(e, ERR_USAGE, "\"%.*s\" is no hour", STR_ARG(v[HOUR]));
	x.lang = v[LANG];
	x.source_class = v[CLASS];
	x.headline = v[HEADLINE];
	x.sentence = str_is(v[SENTENCE], "-") ? (struct str){ 0 } : v[SENTENCE];
	set->events[x.event].n++;
	set->items[set->n_items++] = x;
	return 0;
}

int
story_set_read(const char *path, struct arena *a, struct story_set *set, struct err *e)
{
	struct str rest = { arena_alloc(a, FILE_MAX), 0 }, line, v[ITEM_COLUMNS];
	FILE *f = fopen(path, "rb");
	int at = 0, rc = 0;

	if (!f)
		return err_set(e, ERR_USAGE, "could not open \"%s\"", path);
	rest.n = fread((char *)rest.p, 1, FILE_MAX, f);
	fclose(f);
	if (rest.n == FILE_MAX)
		return err_set(e, ERR_USAGE, "\"%s\" is over %d bytes", path, FILE_MAX);
	*set = (struct story_set){
		arena_alloc(a, EVENTS_MAX * sizeof *set->events),
		arena_alloc(a, ITEMS_MAX * sizeof *set->items),
		0,
		0,
	};
	while (rc == 0 && str_next(&rest, '\n', &line)) {
		size_t n = columns_of(line, v);

		at++;
		if (!line.n || line.p[0] == '#')
			continue;
		rc = str_is(v[EVENT], "event") ? event_add(set, v, n, e)
					       : item_add(set, v, n, at, e);
	}
	return rc < 0 ? err_within(e, "%s:%d", path, at) : 0;
}
