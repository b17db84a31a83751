#include "core/base.h"

#include "core/control.h"

#define AT(type, member) offsetof(struct type, member)
/* Tags 2 and 3 of every record that travels are its address (spool, seq): the runner reads
 * them without decoding the rest. */
#define SPOOL(of) "spool", 2, FIELD_ID, AT(of, spool)
#define SEQ(of)   "seq", 3, FIELD_INT, AT(of, seq)

static const char *const keep_words[] = { "topic", "tier", "incident", "hurry", NULL };
static const struct field receipt_fields[] = {
	{ SPOOL(receipt), .help = "which spool" },
	{ SEQ(receipt), .help = "number of the document or tick" },
	{ "keep", 4, FIELD_FLAGS, AT(receipt, keep), .words = keep_words,
	  .help = "what is asked for: evidence of it, and why; hurry: more polls" },
	FIELD_END,
};
const struct record_type receipt_record = {
	.name = "receipt",
	.kind = KIND_RECEIPT,
	.size = sizeof(struct receipt),
	.fields = receipt_fields,
	.help = "The responder has committed the document. Travels back the way it came.",
};

static const struct field tick_fields[] = {
	{ SPOOL(tick), .help = "which spool" },
	{ SEQ(tick), .help = "its own number there" },
	{ "upto", 4, FIELD_INT, AT(tick, upto), .help = "last document number before it" },
	{ "at", 5, FIELD_TIME, AT(tick, at), .help = "the domain clock stands here" },
	{ "count", 6, FIELD_INT, AT(tick, count), .help = "unreceipted documents up to upto" },
	FIELD_END,
};
const struct record_type tick_record = {
	.name = "tick",
	.kind = KIND_TICK,
	.size = sizeof(struct tick),
	.fields = tick_fields,
	.help = "Stepped mode: every document up to upto has been sent, count of them wait.",
};

static const struct field command_fields[] = {
	{ "id", 1, FIELD_ID, AT(command, id), .help = "applied once" },
	{ "call", 2, FIELD_INT, AT(command, call), .help = "where the reply goes" },
	{ "actor", 3, FIELD_TEXT, AT(command, actor), .help = "who; never empty" },
	{ "verb", 4, FIELD_TEXT, AT(command, verb), .help = "what, as noun.verb" },
	{ "args", 5, FIELD_TEXT, AT(command, args), .help = "a JSON object" },
	{ "type", 6, FIELD_TEXT, AT(command, type), .help = "content type of body" },
	{ "body", 7, FIELD_BYTES, AT(command, body), .help = "as it was sent" },
	{ "version", 8, FIELD_INT, AT(command, version),
	  .help = "of the thing that was seen; 0 = any" },
	FIELD_END,
};
const struct record_type command_record = {
	.name = "command",
	.kind = KIND_COMMAND,
	.size = sizeof(struct command),
	.fields = command_fields,
	.help = "An act of a person or an HTTP request, applied in its own transaction.",
};

static const struct field reply_fields[] = {
	{ "call", 2, FIELD_INT, AT(reply, call), .help = "as in the command" },
	{ "status", 3, FIELD_INT, AT(reply, status), .help = "an HTTP status" },
	{ "type", 4, FIELD_TEXT, AT(reply, type), .help = "content type of body" },
	{ "body", 5, FIELD_BYTES, AT(reply, body), .help = "text or JSON, by type" },
	FIELD_END,
};
const struct record_type reply_record = {
	.name = "reply",
	.kind = KIND_REPLY,
	.size = sizeof(struct reply),
	.fields = reply_fields,
	.help = "The outcome of a command.",
};

static const struct field lost_seq_fields[] = {
	{ "seq", 1, FIELD_INT, AT(lost_seq, seq), .help = "number in the spool" },
	FIELD_END,
};
const struct record_type lost_seq_record = {
	.name = "lost_seq",
	.size = sizeof(struct lost_seq),
	.fields = lost_seq_fields,
	.help = "One record that has to be sent again.",
};

static const struct field lost_fields[] = {
	{ SPOOL(lost), .help = "which spool" },
	{ "seqs", 3, FIELD_LIST, AT(lost, seqs), .of = &lost_seq_record,
	  .help = "what was on its way" },
	FIELD_END,
};
const struct record_type lost_record = {
	.name = "lost",
	.kind = KIND_LOST,
	.size = sizeof(struct lost),
	.fields = lost_fields,
	.help = "The peer that had these is gone; they may be sent to another.",
};
