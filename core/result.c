#include "core/base.h"

#include "core/result.h"

const char *const intent_words[] = { "none",   "complaint", "question", "help",
				     "praise", "promotion", "news",     NULL };
static const char *const label_words[] = { "neg", "neu", "pos", NULL };
static const char *const flag_words[] = { "first_hand", "promotion", "official",
					  "owned",      "rival",     "undecided",
					  "denial",     "notable",   NULL };
static const char *const span_words[] = { "watch", "positive", "negative", "topic",
					  "cue",   "rival",    NULL };

#define AT(type, member) offsetof(struct type, member)

static const struct field span_fields[] = {
	{ "at", 1, FIELD_INT, AT(span, at), .help = "byte offset in the joined text" },
	{ "len", 2, FIELD_INT, AT(span, len), .help = "bytes" },
	{ "kind", 3, FIELD_WORD, AT(span, kind), .words = span_words, .help = "what was seen" },
	FIELD_END,
};
const struct record_type span_record = {
	.name = "span",
	.size = sizeof(struct span),
	.fields = span_fields,
	.help = "A place in the joined text: title, line feed, text.",
};

static const struct field topic_fields[] = {
	{ "topic", 1, FIELD_TEXT, AT(topic_hit, topic),
	  .help = "id of lexicons/topics/topics.tsv" },
	{ "severity", 2, FIELD_INT, AT(topic_hit, severity), .help = "1..3" },
	{ "weight", 3, FIELD_MILLI, AT(topic_hit, weight), .help = "how surely" },
	{ "negated", 4, FIELD_INT, AT(topic_hit, negated),
	  .help = "1: said not to be so; raises nothing" },
	{ "safety", 5, FIELD_INT, AT(topic_hit, safety),
	  .help = "1: safety, injury, death or minors" },
	{ "at", 6, FIELD_INT, AT(topic_hit, at), .help = "byte offset in the joined text" },
	{ "len", 7, FIELD_INT, AT(topic_hit, len), .help = "bytes" },
	FIELD_END,
};
const struct record_type topic_record = {
	.name = "topic",
	.size = sizeof(struct topic_hit),
	.fields = topic_fields,
	.help = "A topic found in the clause about the watch.",
};

static const struct field mention_fields[] = {
	{ "id", 1, FIELD_ID, AT(mention, id), .help = "hash of document id and watch" },
	{ "watch", 2, FIELD_TEXT, AT(mention, watch), .help = "name of the watch" },
	{ "score", 3, FIELD_MILLI, AT(mention, score), .help = "-1..1" },
	{ "label", 4, FIELD_WORD, AT(mention, label), .words = label_words, .first = LABEL_NEG,
	  .absent = LABEL_NEU, .help = "what the score amounts to" },
	{ "confidence", 5, FIELD_MILLI, AT(mention, confidence), .help = "0..1" },
	{ "subjectivity", 6, FIELD_MILLI, AT(mention, subjectivity), .help = "0..1" },
	{ "intent", 7, FIELD_WORD, AT(mention, intent), .words = intent_words,
	  .help = "what the author wants" },
	{ "flags", 8, FIELD_FLAGS, AT(mention, flags), .words = flag_words,
	  .help = "what else is true of it" },
	{ "topics", 9, FIELD_LIST, AT(mention, topics), .of = &topic_record,
	  .help = "strongest first, at most 16" },
	{ "spans", 10, FIELD_LIST, AT(mention, spans), .of = &span_record,
	  .help = "by offset, at most 64" },
	FIELD_END,
};
const struct record_type mention_record = {
	.name = "mention",
	.size = sizeof(struct mention),
	.fields = mention_fields,
	.help = "A document in which a watch was seen, weighed.",
};

static const struct field parked_fields[] = {
	{ "watch", 1, FIELD_TEXT, AT(parked_rule, watch), .help = "name of the watch" },
	{ "rule", 2, FIELD_TEXT, AT(parked_rule, rule), .help = "as written" },
	FIELD_END,
};
const struct record_type parked_record = {
	.name = "parked",
	.size = sizeof(struct parked_rule),
	.fields = parked_fields,
	.help = "A rule of a watch that is not run any more: it hit its limit too often.",
};

static const struct field result_fields[] = {
	{ "document", 1, FIELD_PART, AT(result, document), .of = &document_record,
	  .help = "without title, text and author when nothing was seen" },
	{ "conf", 2, FIELD_ID, AT(result, conf), .help = "hash of the scorer's configuration" },
	{ "image", 3, FIELD_ID, AT(result, image), .help = "hash of the scorer's lexicon" },
	{ "mentions", 4, FIELD_LIST, AT(result, mentions), .of = &mention_record,
	  .help = "by name of the watch" },
	{ "copies", 5, FIELD_BYTES, AT(result, copies),
	  .help = "MinHash signature, 64 little-endian u32" },
	{ "parked", 6, FIELD_LIST, AT(result, parked), .of = &parked_record,
	  .help = "rules that are not run any more, since this document" },
	{ "gist", 7, FIELD_BYTES, AT(result, gist),
	  .help = "parts of title and lead by which reports of one event are known, "
		  "little-endian u32" },
	FIELD_END,
};
const struct record_type result_record = {
	.name = "result",
	.kind = 2,
	.size = sizeof(struct result),
	.fields = result_fields,
	.help = "What the scorer says of one document. Exactly one per document.",
};
