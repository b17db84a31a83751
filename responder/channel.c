/* channel.c - the table of kinds: limits, rates, what rings, where it is kept. */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"

/* Limits are below the vendors' (CHANNELS.md 0), so that what they count otherwise still fits. */
const struct channel_kind channel_kinds[CHANNEL_TYPES] = {
	[CHANNEL_WEBHOOK] = { .rate = { 60, 60, 15 },
			      .region = "",
			      .form = PLAIN_CHAT, /* often leads into a chat */
			      .frame = webhook_frame },
	[CHANNEL_SMTP] = { .rate = { 120, 60, 30 },
			   .region = "",
			   .form = PLAIN_TEXT,
			   .start = mailbox_start },
	[CHANNEL_FILE] = { .rate = { 6000, 60, 1500 },
			   .region = "",
			   .form = PLAIN_TEXT,
			   .start = file_start },
	[CHANNEL_COMMAND] = { .rate = { 60, 60, 4 },
			      .region = "",
			      .form = PLAIN_TEXT,
			      .start = command_start },
	/* 20 KB of JSON; 100 a minute and 5 a second */
	[CHANNEL_FEISHU] = { .rate = { 100, 60, 5 },
			     .limit = { 18000, MEASURE_BODY },
			     .region = "cn",
			     .form = PLAIN_CHAT,
			     .dialect = DIALECT_MARKDOWN,
			     .frame = feishu_frame },
	/* 30 KB of card */
	[CHANNEL_FEISHU_APP] = { .rate = { 100, 60, 5 },
				 .limit = { 25000, MEASURE_BODY },
				 .wakes = true, /* with urgent: sms or phone */
				 .region = "cn",
				 .form = PLAIN_CHAT,
				 .dialect = DIALECT_MARKDOWN,
				 .frame = feishu_app_frame,
				 .step = feishu_app_step,
				 .heard = feishu_app_heard },
	/* 20,000 bytes; over 20 a minute it takes nothing for ten minutes */
	[CHANNEL_DINGTALK] = { .rate = { 20, 60, 5 },
			       .limit = { 18000, MEASURE_BODY },
			       .region = "cn",
			       .form = PLAIN_CHAT,
			       .dialect = DIALECT_PARAGRAPHS,
			       .frame = dingtalk_frame },
	/* 4,096 bytes of content */
	[CHANNEL_WECOM] = { .rate = { 20, 60, 5 },
			    .limit = { 4000, MEASURE_TEXT },
			    .region = "cn",
			    .form = PLAIN_CHAT,
			    .dialect = DIALECT_MARKDOWN,
			    .frame = wecom_frame },
	/* 50 blocks, about 13,000 characters in all; one a second */
	[CHANNEL_SLACK] = { .rate = { 60, 60, 1 },
			    .limit = { 12000, MEASURE_UTF16 },
			    .region = "global",
			    .form = PLAIN_CHAT,
			    .dialect = DIALECT_SLACK,
			    .frame = slack_frame },
	/* about 28 KB, seen: 21,000 bytes; four a second, of which the fourth is the next one's */
	[CHANNEL_TEAMS] = { .rate = { 60, 60, 3 },
			    .limit = { 20000, MEASURE_BODY },
			    .region = "global",
			    .form = PLAIN_CHAT,
			    .dialect = DIALECT_PARAGRAPHS,
			    .frame = teams_frame },
	/* 4,096 characters; 20 a minute in a group, one a second in a chat */
	[CHANNEL_TELEGRAM] = { .rate = { 20, 60, 1 },
			       .limit = { 4000, MEASURE_UTF16 },
			       .region = "global",
			       .form = PLAIN_CHAT,
			       .dialect = DIALECT_HTML,
			       .frame = telegram_frame },
	/* 4,096 bytes; 60 at once, then one in five seconds */
	[CHANNEL_NTFY] = { .rate = { 60, 300, 30 },
			   .limit = { 3800, MEASURE_TEXT },
			   .wakes = true, /* priority 5 */
			   .region = "global",
			   .form = PLAIN_TEXT,
			   .dialect = DIALECT_RAW,
			   .frame = ntfy_frame },
	/* 512 KB */
	[CHANNEL_PAGERDUTY] = { .rate = { 60, 60, 15 },
				.limit = { 100000, MEASURE_BODY },
				.wakes = true,
				.region = "global",
				.form = PLAIN_TEXT,
				.dialect = DIALECT_RAW,
				.frame = pagerduty_frame },
};

struct channel_rate
channel_rate(const struct channel_conf *c)
{
	int64_t burst = c->rate / 4 > 0 ? c->rate / 4 : 1;

	return c->rate ? (struct channel_rate){ c->rate, 60, burst } : channel_kind(c)->rate;
}

/* Where a site is that does not say it. */
static struct str
region_of_zone(struct str zone)
{
	static const char *const cn[] = { "Asia/Shanghai", "Asia/Urumqi",  "Asia/Chongqing",
					  "Asia/Harbin",   "Asia/Kashgar", "PRC" };

	for (size_t i = 0; i < LY_COUNT(cn); i++)
		if (str_is(zone, cn[i]))
			return STR("cn");
	return STR("global");
}

bool
channel_crosses(const struct channel_conf *c, const struct site_view *site)
{
	struct str here = site->region.n ? site->region : region_of_zone(site->zone);

	return c->region.n && !str_eq(c->region, here);
}
