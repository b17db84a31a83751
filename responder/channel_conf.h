/*
 * channel_conf.h - what the configuration says of a channel: its kind and that kind's settings.
 *
 * One struct for all kinds. channel_conf.c has the table that says which keys a kind must have
 * and may have; whatever else is written is a mistake at its place.
 */
#ifndef LY_RESPONDER_CHANNEL_CONF_H
#define LY_RESPONDER_CHANNEL_CONF_H

#include "core/conf.h"

enum channel_type {
	CHANNEL_WEBHOOK,
	CHANNEL_SMTP,
	CHANNEL_FILE,
	CHANNEL_COMMAND,
	CHANNEL_FEISHU,
	CHANNEL_FEISHU_APP,
	CHANNEL_DINGTALK,
	CHANNEL_WECOM,
	CHANNEL_SLACK,
	CHANNEL_TEAMS,
	CHANNEL_TELEGRAM,
	CHANNEL_NTFY,
	CHANNEL_PAGERDUTY,
	CHANNEL_TYPES
};
extern const char *const channel_words[]; /* "webhook" …, NULL-ended */
enum channel_wakes { CHANNEL_WAKES_NO, CHANNEL_WAKES_YES, CHANNEL_WAKES_KIND };
enum channel_urgent { URGENT_OFF, URGENT_APP, URGENT_SMS, URGENT_PHONE };
struct channel_conf {
	struct str name;
	int64_t kind;                    /* enum channel_type                               */
	int64_t wakes;                   /* 1: rings; as the kind does is resolved when read */
	struct str region;               /* where what is sent is kept: "cn", "global"; the
					  * kind's when not written; empty: here          */
	int64_t rate;                    /* messages a minute; 0: what the kind allows      */
	struct str url;                  /* where to; of a vendor: instead of its own host  */
	struct str token;                /* of a vendor's hook, or its whole address        */
	struct str secret;               /* signs; empty: unsigned                          */
	struct str keyword;              /* that the robot wants to see in every text       */
	struct conf_texts allow_private; /* "127.0.0.1:8080"                                */
	struct str server, from, user, password; /* smtp                                    */
	int64_t starttls;       /* smtp: 1 required                                */
	struct str unsubscribe; /* smtp: of digests; empty: a mail to the sender   */
	struct str path;        /* file: directory                                 */
	struct conf_texts argv; /* command: program and its arguments              */
	int64_t timeout_s;      /* command */
	struct str app;         /* feishu-app: its id; secret is its secret        */
	int64_t urgent;         /* feishu-app: enum channel_urgent, at L3          */
	struct str chat;        /* telegram: for contacts without an address       */
	int64_t thread;         /* telegram: topic of a group; 0: none             */
	struct str topic;       /* ntfy */
	int64_t answers;        /* telegram: 1: read what people write to the bot (answer.h) */
	struct str replies;     /* smtp: the mailbox that answers come to; empty: not read   */
	struct str replies_user, replies_password; /* of it; empty: user, password           */
	int64_t replies_every; /* seconds between two looks                                 */
};
extern const struct conf_schema channel_schema;

/* Does nothing leave through it to nobody in particular? */
bool channel_needs_address(const struct channel_conf *c);
/* Is address what a contact of this channel needs? Else a mistake at the address. */
void channel_check_address(struct conf_reader *r, const struct channel_conf *c,
			   const struct str *address);

#endif
