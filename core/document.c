#include "core/base.h"

#include "core/document.h"

const char *const source_class_words[] = { "news",      "social",   "forum",  "video", "owned",
					   "complaint", "official", "review", "other", NULL };
static const char *const flag_words[] = { "cut",    "old",   "history", "owned",
					  "masked", "dated", "sample",  NULL };

#define AT(member) offsetof(struct document, member)
static const struct field fields[] = {
	{ "id", 1, FIELD_ID, AT(id), .help = "hash of source and identity" },
	{ "spool", 2, FIELD_ID, AT(spool), .help = "which spool holds it" },
	{ "seq", 3, FIELD_INT, AT(seq), .help = "its number there" },
	{ "source", 4, FIELD_TEXT, AT(source), .help = "name of the source" },
	{ "class", 5, FIELD_WORD, AT(source_class), .words = source_class_words,
	  .help = "what kind of source it is" },
	{ "site", 6, FIELD_TEXT, AT(site), .help = "registrable domain or platform" },
	{ "identity", 7, FIELD_TEXT, AT(identity),
	  .help = "guid, canonical link or hash that made the id" },
	{ "url", 8, FIELD_TEXT, AT(url), .help = "http, https or empty" },
	{ "title", 9, FIELD_TEXT, AT(title), .help = "plain text" },
	{ "text", 10, FIELD_TEXT, AT(text), .help = "plain text, at most 256 KiB" },
	{ "author", 11, FIELD_TEXT, AT(author), .help = "as shown; empty = unknown" },
	{ "author_key", 12, FIELD_ID, AT(author_key), .help = "keyed hash of site and author" },
	{ "followers", 13, FIELD_INT, AT(followers), .absent = -1,
	  .help = "of the author; -1 = unknown" },
	{ "published", 14, FIELD_TIME, AT(published_at), .help = "null = unknown" },
	{ "arrived", 15, FIELD_TIME, AT(arrived_at),
	  .help = "domain clock at the spool's commit" },
	{ "lang", 16, FIELD_TEXT, AT(lang), .help = "zh, en, empty = not stated" },
	{ "text_hash", 17, FIELD_ID, AT(text_hash),
	  .help = "of title and whole text, before the cut" },
	{ "flags", 18, FIELD_FLAGS, AT(flags), .words = flag_words,
	  .help = "what happened to it at intake" },
	{ "rank", 19, FIELD_INT, AT(rank), .help = "place on a hot list, from 1; 0 = on none" },
	{ "best_rank", 20, FIELD_INT, AT(best_rank), .help = "best place since it appeared" },
	{ "rank_before", 21, FIELD_INT, AT(rank_before),
	  .help = "place one look earlier; 0 = it was not there" },
	{ "listed", 22, FIELD_TIME, AT(listed_at), .help = "when it appeared on the hot list" },
	{ "dwell", 23, FIELD_INT, AT(dwell_s), .help = "seconds on the hot list so far" },
	{ "heat", 24, FIELD_INT, AT(heat), .help = "the hot list's own figure; 0 = none" },
	{ "engagement", 25, FIELD_INT, AT(engagement),
	  .help = "likes, replies and shares together; 0 = none that is known" },
	{ "rating", 26, FIELD_MILLI, AT(rating), .help = "stars; 0 = unknown" },
	{ "country", 27, FIELD_TEXT, AT(country), .help = "two letters; empty = not stated" },
	FIELD_END,
};

const struct record_type document_record = {
	.name = "document",
	.kind = 1,
	.size = sizeof(struct document),
	.fields = fields,
	.help = "One item as a source gave it. Made by the crawler; immutable.",
};

int
document_tier(const struct document *d)
{
	static const int64_t floors[] = { 10000, 100000, DOCUMENT_T3 };
	int tier = 0;

	if (d->followers < 0)
		return -1;
	for (size_t i = 0; i < LY_COUNT(floors); i++)
		tier += d->followers >= floors[i];
	return tier;
}
