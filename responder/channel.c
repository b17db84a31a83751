#include "core/base.h"

#include "responder/channel.h"

const struct channel_kind channel_kinds[CHANNEL_TYPES] = {
	[CHANNEL_WEBHOOK] = { 60, PLAIN_CHAT, RETRY_HTTP,
			      webhook_start }, /* often leads into a chat */
	[CHANNEL_SMTP] = { 120, PLAIN_TEXT, RETRY_SMTP, mailbox_start },
	[CHANNEL_FILE] = { 6000, PLAIN_TEXT, RETRY_HTTP, file_start },
};
