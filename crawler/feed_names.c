/* feed_names.c - what RSS, RDF, Atom, CDF and their extensions call things. Data. */
#include "core/base.h"

#include <strings.h>

#include "core/str.h"
#include "crawler/feed_read.h"

static const struct {
	const char *uri;
	enum feed_space space;
} spaces[] = {
	{ "http://backend.userland.com/rss", SPACE_PLAIN },
	{ "http://backend.userland.com/rss2", SPACE_PLAIN },
	{ "http://backend.userland.com/rss20", SPACE_PLAIN },
	{ "http://blogs.law.harvard.edu/tech/rss", SPACE_PLAIN },
	{ "http://cyber.law.harvard.edu/rss", SPACE_PLAIN },
	{ "http://purl.org/rss/1.0/", SPACE_PLAIN },
	{ "http://channel.netscape.com/rdf/simple/0.9/", SPACE_PLAIN },
	{ "http://my.netscape.com/rdf/simple/0.9/", SPACE_PLAIN },
	{ "http://example.com/newformat#", SPACE_PLAIN },
	{ "http://example.com/necho", SPACE_PLAIN },
	{ "http://purl.org/echo/", SPACE_PLAIN },
	{ "uri/of/echo/namespace#", SPACE_PLAIN },
	{ "http://purl.org/pie/", SPACE_PLAIN },
	{ "http://purl.org/atom/ns#", SPACE_PLAIN },
	{ "http://www.w3.org/2005/atom", SPACE_PLAIN },
	{ "http://purl.org/rss/1.0/modules/rss091#", SPACE_PLAIN },
	{ "http://www.w3.org/1999/02/22-rdf-syntax-ns#", SPACE_RDF },
	{ "http://purl.org/dc/elements/1.1/", SPACE_DC },
	{ "http://purl.org/dc/terms/", SPACE_TERMS },
	{ "http://purl.org/rss/1.0/modules/content/", SPACE_CONTENT },
	{ "http://www.itunes.com/dtds/podcast-1.0.dtd", SPACE_ITUNES },
	{ "http://example.com/dtds/podcast-1.0.dtd", SPACE_ITUNES },
	{ "http://search.yahoo.com/mrss", SPACE_MEDIA },
	{ "http://search.yahoo.com/mrss/", SPACE_MEDIA },
	{ "http://purl.org/rss/1.0/modules/syndication/", SPACE_SYNDICATION },
	{ "http://www.w3.org/1999/xhtml", SPACE_XHTML },
	{ "http://www.w3.org/xml/1998/namespace", SPACE_XML },
};
static const struct {
	const char *prefix;
	enum feed_space space;
} prefixes[] = {
	{ "rss", SPACE_PLAIN },     { "atom", SPACE_PLAIN },    { "rdf", SPACE_RDF },
	{ "dc", SPACE_DC },         { "dcterms", SPACE_TERMS }, { "content", SPACE_CONTENT },
	{ "itunes", SPACE_ITUNES }, { "media", SPACE_MEDIA },   { "sy", SPACE_SYNDICATION },
	{ "xhtml", SPACE_XHTML },   { "xml", SPACE_XML },
};

enum feed_space
feed_space_of(struct str uri, struct str prefix)
{
	for (size_t i = 0; uri.n && i < LY_COUNT(spaces); i++)
		if (str_eq_nocase(uri, str_of(spaces[i].uri)))
			return spaces[i].space;
	if (!prefix.n)
		return SPACE_PLAIN;
	for (size_t i = 0; i < LY_COUNT(prefixes); i++)
		if (str_eq_nocase(prefix, str_of(prefixes[i].prefix)))
			return prefixes[i].space;
	return SPACE_OTHER;
}

static const struct name_row {
	const char *name; /* lower case */
	enum feed_space space;
	enum feed_field field;
} names[] /* sorted by name */ = {
	{ "abstract", SPACE_PLAIN, FIELD_ABSTRACT },
	{ "author", SPACE_DC, FIELD_AUTHOR },
	{ "author", SPACE_ITUNES, FIELD_AUTHOR },
	{ "author", SPACE_PLAIN, FIELD_AUTHOR },
	{ "body", SPACE_PLAIN, FIELD_BODY },
	{ "body", SPACE_XHTML, FIELD_BODY },
	{ "channel", SPACE_PLAIN, FIELD_FEED },
	{ "content", SPACE_PLAIN, FIELD_CONTENT },
	{ "contributor", SPACE_DC, FIELD_OWNER },
	{ "contributor", SPACE_PLAIN, FIELD_OWNER },
	{ "copyright", SPACE_PLAIN, FIELD_SKIP },
	{ "creator", SPACE_DC, FIELD_AUTHOR },
	{ "date", SPACE_DC, FIELD_UPDATED },
	{ "day", SPACE_PLAIN, FIELD_DAY },
	{ "description", SPACE_DC, FIELD_DESCRIPTION },
	{ "description", SPACE_MEDIA, FIELD_DESCRIPTION },
	{ "description", SPACE_PLAIN, FIELD_DESCRIPTION },
	{ "email", SPACE_ITUNES, FIELD_EMAIL },
	{ "email", SPACE_PLAIN, FIELD_EMAIL },
	{ "encoded", SPACE_CONTENT, FIELD_ENCODED },
	{ "entry", SPACE_PLAIN, FIELD_ITEM },
	{ "feed", SPACE_PLAIN, FIELD_FEED },
	{ "fullitem", SPACE_PLAIN, FIELD_ENCODED },
	{ "group", SPACE_MEDIA, FIELD_GROUP },
	{ "guid", SPACE_PLAIN, FIELD_ID },
	{ "hour", SPACE_PLAIN, FIELD_HOUR },
	{ "html", SPACE_PLAIN, FIELD_HTML },
	{ "html", SPACE_XHTML, FIELD_HTML },
	{ "id", SPACE_PLAIN, FIELD_ID },
	{ "image", SPACE_PLAIN, FIELD_IMAGE },
	{ "info", SPACE_PLAIN, FIELD_SKIP },
	{ "issued", SPACE_PLAIN, FIELD_PUBLISHED },
	{ "issued", SPACE_TERMS, FIELD_PUBLISHED },
	{ "item", SPACE_PLAIN, FIELD_ITEM },
	{ "language", SPACE_DC, FIELD_LANGUAGE },
	{ "language", SPACE_PLAIN, FIELD_LANGUAGE },
	{ "lastbuilddate", SPACE_PLAIN, FIELD_UPDATED },
	{ "link", SPACE_PLAIN, FIELD_LINK },
	{ "managingeditor", SPACE_PLAIN, FIELD_AUTHOR },
	{ "modified", SPACE_PLAIN, FIELD_UPDATED },
	{ "modified", SPACE_TERMS, FIELD_UPDATED },
	{ "name", SPACE_ITUNES, FIELD_NAME },
	{ "name", SPACE_PLAIN, FIELD_NAME },
	{ "owner", SPACE_ITUNES, FIELD_OWNER },
	{ "pubdate", SPACE_PLAIN, FIELD_PUBLISHED },
	{ "published", SPACE_PLAIN, FIELD_PUBLISHED },
	{ "rdf", SPACE_RDF, FIELD_ROOT },
	{ "rights", SPACE_DC, FIELD_SKIP },
	{ "rights", SPACE_PLAIN, FIELD_SKIP },
	{ "rss", SPACE_PLAIN, FIELD_ROOT },
	{ "source", SPACE_PLAIN, FIELD_SOURCE },
	{ "subtitle", SPACE_ITUNES, FIELD_SKIP },
	{ "subtitle", SPACE_PLAIN, FIELD_SKIP },
	{ "summary", SPACE_ITUNES, FIELD_SUMMARY },
	{ "summary", SPACE_PLAIN, FIELD_SUMMARY },
	{ "tagline", SPACE_PLAIN, FIELD_SKIP },
	{ "textinput", SPACE_PLAIN, FIELD_IMAGE },
	{ "title", SPACE_DC, FIELD_TITLE },
	{ "title", SPACE_MEDIA, FIELD_MEDIA_TITLE },
	{ "title", SPACE_PLAIN, FIELD_TITLE },
	{ "ttl", SPACE_PLAIN, FIELD_TTL },
	{ "updated", SPACE_PLAIN, FIELD_UPDATED },
	{ "updatefrequency", SPACE_SYNDICATION, FIELD_FREQUENCY },
	{ "updateperiod", SPACE_SYNDICATION, FIELD_PERIOD },
};

enum feed_field
feed_field_of(enum feed_space space, struct str name)
{
	char folded[20];
	size_t lo = 0, hi = LY_COUNT(names);

	if (name.n >= sizeof folded || space == SPACE_OTHER)
		return FIELD_OTHER;
	for (size_t i = 0; i < name.n; i++)
		folded[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 32)
								 : name.p[i];
	folded[name.n] = '\0';
	while (lo < hi) { /* the first row of that name */
		size_t mid = (lo + hi) / 2;

		if (strcmp(names[mid].name, folded) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < LY_COUNT(names) && strcmp(names[lo].name, folded) == 0; lo++)
		if (names[lo].space == space)
			return names[lo].field;
	return FIELD_OTHER;
}
