#include "core/base.h"

#include "tests/support/record_people.h"

struct person_conf world_people[2] = {
	{ .key = STR_INIT("lin"),
	  .name = STR_INIT("林静"),
	  .unix_name = STR_INIT("lin"),
	  .roles = { (struct str[]){ STR_INIT("lead") }, 1 } },
	{ .key = STR_INIT("wang"),
	  .name = STR_INIT("王强"),
	  .unix_name = STR_INIT("wang"),
	  .roles = { (struct str[]){ STR_INIT("analyst") }, 1 } },
};

void
world_open_peopled(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ world_people, LY_COUNT(world_people) };
	world_reopen(w, WORLD_T0);
}

void
world_complain(struct world *w, int64_t at)
{
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = at + i,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w->arena, "c%d", i) });
}

void
world_report(struct world *w, const char *watch, const char *topic, int64_t at)
{
	world_say(w, &(struct world_mention){
			     .at = at,
			     .watch = watch,
			     .label = LABEL_NEG,
			     .author = arena_textf(w->arena, "r%lld", (long long)at),
			     .topic = topic,
			     .flags = MENTION_FIRST_HAND });
}

const char *
world_states(struct world *w)
{
	return world_ask(w, "SELECT group_concat(number || ' ' || state || level, ', ') FROM"
			    " (SELECT * FROM incident ORDER BY number)");
}
