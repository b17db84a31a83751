/*
 * people_conf.h - what the configuration says about who is told: people, schedules, policies,
 * routes, channels.
 *
 * Plain structs and their schemas. Names between the tables are checked by notice_conf_check,
 * which the root schema's check calls once all of them are in place.
 */
#ifndef LY_RESPONDER_PEOPLE_CONF_H
#define LY_RESPONDER_PEOPLE_CONF_H

#include "responder/channel_conf.h"
#include "responder/exercise.h"
#include "responder/inhibit.h"
#include "responder/rota_conf.h"
#include "responder/silence.h"
#include "responder/timetable.h"

/* Quiet hours in the person's zone; from after to crosses midnight; equal: none. */
struct quiet_conf {
	int64_t from, to; /* seconds after midnight */
};
enum contact_wakes { WAKES_AS_CHANNEL, WAKES_YES, WAKES_NO };
struct contact_conf {
	struct str channel; /* name of a channel                           */
	struct str address; /* what the channel's kind wants; may be empty */
	int64_t wakes;      /* enum contact_wakes                          */
};
enum person_lang { LANG_SITE, LANG_ZH, LANG_EN };
struct person_conf {
	struct str key;  /* "linjing", the entry's name                       */
	struct str name; /* "林静", as people say it                          */
	struct str unix_name;
	struct str zone; /* empty: the site's                                 */
	int64_t lang;    /* enum person_lang                                  */
	struct quiet_conf quiet;
	struct conf_list contacts; /* struct contact_conf, first choice first */
	struct conf_texts roles;   /* lead, analyst, fixer, spokesperson, legal, approver */
	struct conf_texts
		watches;   /* their personal digests are of these; empty: as the digest */
	struct str deputy; /* stands in when this person has no contact; or empty */
};

struct step_conf {
	struct conf_texts to; /* "person:linjing", "schedule:pr-duty", "channel:hook"       */
	int64_t after; /* seconds unanswered since the step before; 0: 30, 15, 5 min by level */
};
struct policy_conf {
	struct str name;
	struct conf_list steps; /* struct step_conf */
	int64_t repeat;         /* how often all steps are gone through again */
};

#define ROUTE_GROUP_WAIT      30
#define ROUTE_GROUP_INTERVAL  (5 * 60)
#define ROUTE_REPEAT_INTERVAL (4 * 3600)
#define ROUTE_GROUP_ALL       "..."

/* What a child does not say is its parent's; mute and active are its own. */
struct route_conf {
	struct conf_texts watches; /* empty: all                                     */
	struct conf_texts levels;  /* "1", "2", "3"; empty: all                      */
	struct conf_texts classes; /* voice, business, system; empty: all            */
	struct conf_texts match;   /* matchers, all of which fit                     */
	struct str policy;         /* empty: only the owner is told                  */
	struct str owner;          /* a person; or empty                             */
	struct conf_texts
		channels; /* contacts through these first; empty: as people order them */
	int64_t go_on;    /* `continue`: look at the next routes, too                  */
	struct conf_texts group_by; /* labels; ROUTE_GROUP_ALL: by each                */
	int64_t group_wait, group_interval, repeat_interval; /* seconds                */
	struct conf_texts mute, active; /* names of timetables                         */
	struct conf_list routes;        /* struct route_conf                           */
	/* read by the check: */
	struct matchers matchers;
	struct str key; /* how it is reached: "{}/{class=\"voice\"}" */
};

/* 机密: which incidents few may see, and who (confidential.h). */
struct confidential_conf {
	struct conf_texts topics, people;
};

/* The keys people, schedules, policies, routes, channels, timetables, silences, inhibit. */
struct notice_conf {
	struct conf_list people, schedules, policies, routes, channels;
	struct conf_list timetables, silences, inhibit;
	struct confidential_conf confidential; /* the key confidential */
	struct exercise_conf exercise;         /* the key exercise     */
};
extern const struct conf_schema person_schema, policy_schema, route_schema, confidential_schema;

/* Every name that one table uses of another exists: else a mistake at its place, with the
 * nearest right spelling. watches: the names a route may have, n of them. */
void notice_conf_check(struct conf_reader *r, const struct notice_conf *c,
		       const struct str *watches, size_t watches_n);

/* NULL when there is none of that name. */
const struct person_conf *person_find(const struct notice_conf *c, struct str key);
const struct schedule_conf *schedule_find(const struct notice_conf *c, struct str name);
const struct policy_conf *policy_find(const struct notice_conf *c, struct str name);
const struct channel_conf *channel_find(const struct notice_conf *c, struct str name);
/* The person that an actor stands for: "unix:anna" by unix name, "person:x" or plain "x" by
 * key, "claimed:x" (said in a group, not proved) by key. NULL when nobody. */
const struct person_conf *person_of_actor(const struct notice_conf *c, struct str actor);

/* What a step is addressed to. */
enum target_kind { TARGET_PERSON, TARGET_SCHEDULE, TARGET_CHANNEL, TARGET_BAD };
/* "schedule:pr-duty" -> TARGET_SCHEDULE and its name. */
enum target_kind target_parse(struct str text, struct str *name);
/* Each that is enrolled in an exercise is a person, one of their contacts, or a channel. */
void exercise_conf_check(struct conf_reader *r, const struct notice_conf *c);
/* Channels of `publish`: each is a webhook that signs. */
void publish_conf_check(struct conf_reader *r, const struct conf_texts *publish,
			const struct notice_conf *notice);

#endif
