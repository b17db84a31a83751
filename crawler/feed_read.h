/*
 * feed_read.h - inside the feed parser: names -> fields, events -> items, texts -> plain.
 *
 * crawler/feed.c drives, feed_json.c reads what is no XML; feed_names.c knows what the formats call things; feed_build.c keeps
 * the state; feed_text.c makes a field's value out of its text. Nobody else includes this.
 */
#ifndef LY_CRAWLER_FEED_READ_H
#define LY_CRAWLER_FEED_READ_H

#include "core/xml.h"
#include "crawler/feed.h"

enum feed_field {
	FIELD_OTHER, /* its text is nobody's */
	FIELD_SKIP,  /* the same, with whatever is inside (rights, subtitle)           */
	FIELD_ROOT,  /* rss, rdf:RDF                                                   */
	FIELD_FEED,  /* channel, feed: what stands in it is the feed's                 */
	FIELD_ITEM,
	FIELD_IMAGE, /* image, textinput: their title and link are not the feed's      */
	FIELD_SOURCE,
	FIELD_GROUP, /* media:group: as if it were not there                           */
	FIELD_AUTHOR,
	FIELD_OWNER, /* owner, contributor: their names are not the author's           */
	FIELD_NAME,
	FIELD_EMAIL,
	FIELD_TITLE,
	FIELD_MEDIA_TITLE,
	FIELD_LINK,
	FIELD_ID,
	FIELD_DESCRIPTION,
	FIELD_ABSTRACT,
	FIELD_SUMMARY,
	FIELD_CONTENT,
	FIELD_ENCODED,
	FIELD_BODY,
	FIELD_LANGUAGE,
	FIELD_PUBLISHED,
	FIELD_UPDATED,
	FIELD_TTL,
	FIELD_PERIOD,
	FIELD_FREQUENCY,
	FIELD_HOUR, /* skipHours, skipDays */
	FIELD_DAY,
	FIELD_HTML, /* the root of a web page */
};
enum feed_space {
	SPACE_PLAIN, /* RSS, Atom or none */
	SPACE_RDF,
	SPACE_DC,
	SPACE_TERMS,
	SPACE_CONTENT,
	SPACE_ITUNES,
	SPACE_MEDIA,
	SPACE_SYNDICATION,
	SPACE_XHTML,
	SPACE_XML,
	SPACE_OTHER,
};
/* By the namespace if we know it, else by the prefix people use for it. */
enum feed_space feed_space_of(struct str uri, struct str prefix);
enum feed_field feed_field_of(enum feed_space space, struct str name);

/* What a text construct says it is. */
enum feed_markup { MARKUP_PLAIN, MARKUP_HTML, MARKUP_XML, MARKUP_OTHER };
enum feed_markup feed_markup_of(struct str type, enum feed_markup dflt);
struct feed_raw {
	struct str text;
	enum feed_markup markup;
	bool base64, atom;
	bool body; /* a summary or content: in it a lone <br> is markup, in a title it may be meant */
};
/* Plain text of at most 256 KiB. */
struct str feed_text_plain(struct arena *a, const struct feed_raw *raw);
/* A value that is no markup: trimmed, windows-1252's strays put right. */
struct str feed_text_value(struct arena *a, struct str s);
/* The same for a link or id: an "&amp;" left in it by one escaping too many is an "&". */
struct str feed_text_address(struct arena *a, struct str s);
/* "mail@example.com (Name)", "Name <mail@example.com>" -> Name. */
struct str feed_text_person(struct str s);
/* RFC 3986 section 5.2, by the letters only; url as it is when base is empty. */
struct str feed_link(struct arena *a, struct str base, struct str url);

/* Where and when a feed was fetched. */
struct feed_place {
	struct str base_url;
	int64_t now;
};
/* A JSON Feed whole (crawler/feed_json.c). -1 with f->reject and *e. */
int feed_json_read(struct arena *a, struct str text, const struct feed_place *at,
		   struct feed *f, struct err *e) LY_MUST_USE;

struct feed_builder;
/* Lives in a. f is filled as events come. */
struct feed_builder *feed_builder_new(struct arena *a, struct feed *f, struct str base_url,
				      int64_t now);
/* Before the first event: the text was cut off, so what it says of its texts counts less. */
void feed_builder_doubt(struct feed_builder *b);
extern const struct xml_events feed_builder_events; /* self: the builder */
/* After the last event: what is still open is closed. */
void feed_builder_end(struct feed_builder *b);
/* Elements seen; whether a feed's root was among them; whether it is a page. */
size_t feed_builder_elements(const struct feed_builder *b);
bool feed_builder_is_feed(const struct feed_builder *b);
bool feed_builder_is_page(const struct feed_builder *b);

#endif
