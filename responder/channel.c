/* channel.c - the table of kinds: limits, rates, what rings, where it is kept. */
#include "core/base.h"

#include "core/str.h"
#include "responder/channel_inside.h"

/* Limits are below the vendors' (CHANNELS.md 0), so that what they count otherwise still fits. */
const struct channel_kind channel_kinds[CHANNEL_TYPES] = {
	[CHANNEL_WEBHOOK] = { .name = "webhook",
			      .rate = { 60, 60, 15 },
			      .region = "",
			      .form = PLAIN_CHAT, /* often leads into a chat */
			      .frame = webhook_frame },
	[CHANNEL_SMTP] = { .name = "smtp",
			   .rate = { 120, 60, 30 },
			   .region = "",
			   .form = PLAIN_TEXT,
			   .start = mailbox_start },
	[CHANNEL_FILE] = { .name = "file",
			   .rate = { 6000, 60, 1500 },
			   .region = "",
			   .form = PLAIN_TEXT,
			   .start = file_start },
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
