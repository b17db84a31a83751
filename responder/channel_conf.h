/*
 * channel_conf.h - what the configuration says of a channel: its kind and that kind's settings.
 *
 * One struct for all kinds. channel_conf.c has the table that says which keys a kind must have
 * and may have; whatever else is written is a mistake at its place.
 */
#ifndef LY_RESPONDER_CHANNEL_CONF_H
#define LY_RESPONDER_CHANNEL_CONF_H

#include "core/conf.h"

enum channel_type { CHANNEL_WEBHOOK, CHANNEL_SMTP, CHANNEL_FILE, CHANNEL_TYPES };
extern const char *const channel_words[]; /* "webhook" …, NULL-ended */
enum channel_wakes { CHANNEL_WAKES_NO, CHANNEL_WAKES_YES, CHANNEL_WAKES_KIND };
struct channel_conf {
	struct str name;
	int64_t kind;                    /* enum channel_type                               */
	int64_t wakes;                   /* 1: rings; as the kind does is resolved when read */
	struct str region;               /* where what is sent is kept: "cn", "global"; the
					  * kind's when not written; empty: here          */
	int64_t rate;                    /* notices a minute; 0: what the kind allows       */
	struct str url;                  /* where to                                        */
	struct str secret;               /* signs; empty: unsigned                          */
	struct conf_texts allow_private; /* "127.0.0.1:8080"                                */
	struct str server, from, user, password; /* smtp                      */
	int64_t starttls; /* smtp: 1 required                                */
	struct str path;  /* file: directory                                 */
};
extern const struct conf_schema channel_schema;

#endif
