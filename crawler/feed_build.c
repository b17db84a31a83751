/*
 * feed_build.c - events -> feed and items: which text belongs to which field.
 *
 * The rules are those that twenty years of broken feeds taught the Universal Feed Parser:
 * 1. Every open element has a frame; its text is cut off the common buffer when it closes, so
 *    a stranger's text never becomes its parent's.
 * 2. Inside a text construct everything is markup. A construct that says "escaped HTML" and
 *    has elements in it is XHTML from there on, and its texts are escaped again, so that one
 *    walk of html_text reads both.
 * 3. A field set at a smaller depth wins over a deeper one (image/title, media:title in a
 *    group); among equals the last one does, for titles the first.
 * 4. A second summary before any content is the content.
 * 5. An end tag closes the nearest open element of its name and all above it; one that fits
 *    nothing is ignored.
 */
#include "core/base.h"

#include "core/str.h"
#include "crawler/date.h"
#include "crawler/feed_read.h"

#define FRAMES_MAX 512
#define ITEMS_MAX  5000
#define TEXT_MAX   ((size_t)16 << 20) /* escaped again, 8 MiB may become more */
#define DATES_MAX  16                 /* of an item: each takes microseconds */
#define LINKED_MAX ((size_t)16 << 20) /* of resolved links: a base may be long, links short */
#define CACHE_SIZE 64                 /* a power of two */

enum where { IN_NOTHING, IN_FEED, IN_ITEM };

struct frame {
	uint64_t name; /* hash of its local name                    */
	enum feed_field field;
	size_t text_from;
	struct str base;
	bool construct; /* a text construct: what is inside is markup */
	bool markup;    /* an element inside of one                   */
};
/* What an item's fields were taken at; 0 = not yet. */
struct taken {
	size_t title, id, author, published, updated, summary;
	size_t dates; /* looked at */
	bool has_content, has_summary, has_link;
};
struct cached {
	struct str name, prefix;
	const char *uri;
	enum feed_field field;
	uint64_t hash;
};
struct feed_builder {
	struct arena *a;
	struct feed *f;
	int64_t now;
	struct frame *frames;     /* FRAMES_MAX of them */
	uint16_t open_names[256]; /* frames by the low bits of their name's hash */
	size_t n_frames, n_over, n_elements, room, linked;
	struct buf text;
	struct str base;
	struct feed_raw raw; /* of the construct that is open */
	struct taken taken;
	size_t title_depth; /* 0 = none */
	size_t images, sources, authors, owners;
	bool doubt;      /* cut off: even content:encoded may be plain text */
	bool feed_image; /* the feed has one; then images say nothing about items */
	bool in_construct, in_feed, in_item, is_feed, is_page, atom, full;
	bool plain_content; /* the item's, and it says so */
	bool as_content;    /* rule 4: this summary is the content */
	bool entry_link;    /* this link is the item's own        */
	bool id_is_link;
	struct str name, email;
	int64_t period_s, frequency;
	struct cached cache[CACHE_SIZE];
	/* the last namespace asked for */
	const char *space_uri;
	struct str space_prefix;
	enum feed_space space;
};

static void
release(void *self)
{
	struct feed_builder *b = self;

	buf_release(&b->text);
	free(b->frames);
}

struct feed_builder *
feed_builder_new(struct arena *a, struct feed *f, struct str base_url, int64_t now)
{
	struct feed_builder *b = arena_alloc(a, sizeof *b);

	b->a = a;
	b->f = f;
	b->now = now;
	b->base = base_url;
	b->text = BUF(TEXT_MAX);
	b->frames = malloc(FRAMES_MAX * sizeof *b->frames);
	if (!b->frames)
		abort();
	arena_defer(a, release, b);
	return b;
}
void
feed_builder_doubt(struct feed_builder *b)
{
	b->doubt = true;
}
size_t
feed_builder_elements(const struct feed_builder *b)
{
	return b->n_elements;
}
bool
feed_builder_is_feed(const struct feed_builder *b)
{
	return b->is_feed;
}
bool
feed_builder_is_page(const struct feed_builder *b)
{
	return b->is_page;
}

/* ---- small questions --------------------------------------------------------------------------------- */

/* An image of the item itself may stand in for what the item does not say (rule 3). */
static enum where
where(const struct feed_builder *b)
{
	if ((b->images && (!b->in_item || b->feed_image)) || b->sources)
		return IN_NOTHING;
	return b->in_item   ? (b->full ? IN_NOTHING : IN_ITEM)
	       : b->in_feed ? IN_FEED
			    : IN_NOTHING;
}
static struct feed_item *
item(const struct feed_builder *b)
{
	return &b->f->items[b->f->n - 1];
}
static struct str
base_of(const struct feed_builder *b)
{
	return b->n_frames ? b->frames[b->n_frames - 1].base : b->base;
}

/* Resolved, until that has taken enough memory; then as it is written. */
static struct str
link_here(struct feed_builder *b, struct str url)
{
	struct str base = base_of(b);

	b->linked += base.n + url.n;
	return feed_link(b->a, b->linked > LINKED_MAX ? STR("") : base, url);
}

/* FNV-1a over the folded letters. */
static uint64_t
name_hash(struct str name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		h = (h ^ (c >= 'A' && c <= 'Z' ? c | 32u : c)) * UINT64_C(0x100000001b3);
	}
	return h;
}

static bool
is_same(struct str a, struct str b)
{
	return a.p == b.p && a.n == b.n;
}

/* What the tag means, and its name's hash. The same name is the same pointer, mostly. */
static const struct cached *
look_up(struct feed_builder *b, const struct xml_tag *t)
{
	struct cached *c = &b->cache[((uintptr_t)t->name.p ^ (uintptr_t)t->name.p >> 6 ^
				      (uintptr_t)t->uri.p >> 5) &
				     (CACHE_SIZE - 1)];

	if (is_same(c->name, t->name) && c->uri == t->uri.p && is_same(c->prefix, t->prefix))
		return c;
	if (t->uri.p != b->space_uri || !t->uri.n || !str_eq(t->prefix, b->space_prefix)) {
		b->space = feed_space_of(t->uri, t->prefix);
		b->space_uri = t->uri.p;
		b->space_prefix = t->prefix;
	}
	*c = (struct cached){ t->name, t->prefix, t->uri.p, feed_field_of(b->space, t->name),
			      name_hash(t->name) };
	return c;
}

static struct str
attr_of_space(const struct xml_tag *t, const char *prefix, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq_nocase(t->attrs[i].name, str_of(name)) &&
		    str_is(t->attrs[i].prefix, prefix))
			return t->attrs[i].value;
	return STR("");
}

/* Does a value at this depth replace one taken at *had? */
static bool
wins(const struct feed_builder *b, size_t *had)
{
	if (*had && b->n_frames > *had)
		return false;
	*had = b->n_frames;
	return true;
}

/* ---- values ------------------------------------------------------------------------------------------- */

static void
set_title(struct feed_builder *b, struct str value, bool first)
{
	enum where w = where(b);

	if (b->title_depth && b->title_depth <= b->n_frames)
		return;
	if (w == IN_ITEM && wins(b, &b->taken.title))
		item(b)->title = value;
	else if (w == IN_FEED)
		b->f->title = value;
	if (value.n && first)
		b->title_depth = b->n_frames;
}

static void
set_link(struct feed_builder *b, struct str value)
{
	enum where w = where(b);

	if (b->images)
		return;
	if (w == IN_FEED)
		b->f->link = value;
	if (w != IN_ITEM || !(b->entry_link || !item(b)->link.n))
		return;
	item(b)->link = value;
	b->taken.has_link = true;
}

static void
set_id(struct feed_builder *b, struct str raw)
{
	struct str value = feed_text_address(b->a, raw);

	if (b->id_is_link && value.n)
		value = link_here(b, value);
	if (where(b) == IN_FEED && b->id_is_link && !b->f->link.n)
		b->f->link = value;
	if (where(b) != IN_ITEM)
		return;
	if (wins(b, &b->taken.id))
		item(b)->id = value;
	if (b->id_is_link && !b->taken.has_link && value.n) {
		item(b)->link = value;
		b->taken.has_link = true;
	}
}

static void
set_summary(struct feed_builder *b, struct str value)
{
	if (where(b) != IN_ITEM)
		return;
	if (wins(b, &b->taken.summary))
		item(b)->summary = value;
	b->taken.has_summary = true;
}
static void
set_content(struct feed_builder *b, struct str value)
{
	if (where(b) != IN_ITEM)
		return;
	if (!item(b)->content.n) {
		item(b)->content = value;
		b->plain_content = b->raw.markup == MARKUP_PLAIN && b->atom;
	}
	b->taken.has_summary = true;
}

static void
set_date(struct feed_builder *b, int64_t *to, size_t *had, struct str raw)
{
	int64_t at;

	if (b->taken.dates++ >= DATES_MAX)
		return;
	if (date_parse(raw, b->now, NULL, &at) == 0 && at > 0 && wins(b, had))
		*to = at;
}

static void
set_author(struct feed_builder *b, struct str raw)
{
	struct str value = b->name.n ? b->name : b->email;

	if (!value.n)
		value = feed_text_person(feed_text_value(b->a, raw));
	b->name = b->email = STR("");
	if (where(b) == IN_ITEM && value.n && wins(b, &b->taken.author))
		item(b)->author = value;
}

/* <skipHours><hour>3</hour>, <skipDays><day>Monday</day>: 24 is what some call 0. */
static void
set_skip(struct feed_builder *b, enum feed_field field, struct str raw)
{
	static const char *const days[] = { "monday", "tuesday",  "wednesday", "thursday",
					    "friday", "saturday", "sunday" };
	int64_t hour;

	raw = str_trim(raw);
	if (field == FIELD_HOUR && str_int64(raw, &hour) == 0 && hour >= 0 && hour <= 24)
		b->f->skip_hours |= 1u << (hour % 24);
	for (size_t i = 0; field == FIELD_DAY && i < LY_COUNT(days); i++)
		if (str_eq_nocase(raw, str_of(days[i])))
			b->f->skip_days |= 2u << i;
}

static void
set_pace(struct feed_builder *b, enum feed_field field, struct str raw)
{
	static const struct {
		const char *word;
		int64_t seconds;
	} periods[] = {
		{ "hourly", 3600 },     { "daily", 86400 },     { "weekly", 604800 },
		{ "monthly", 2592000 }, { "yearly", 31536000 },
	};
	int64_t n;

	raw = str_trim(raw);
	for (size_t i = 0; field == FIELD_PERIOD && i < LY_COUNT(periods); i++)
		if (str_eq_nocase(raw, str_of(periods[i].word)))
			b->period_s = periods[i].seconds;
	if (field == FIELD_PERIOD || b->in_item || str_int64(raw, &n) < 0 || n < 1 ||
	    n > 1000000)
		return;
	if (field == FIELD_TTL)
		b->f->ttl_s = n * 60;
	else
		b->frequency = n;
}

/* ---- opening ------------------------------------------------------------------------------------------- */

static struct frame *
push(struct feed_builder *b, const struct xml_tag *t, enum feed_field field, uint64_t hash)
{
	struct frame *fr = &b->frames[b->n_frames];
	struct str base = STR("");

	if (t->n)
		base = attr_of_space(t, "xml", "base");
	if (t->n && !base.n && !b->in_construct)
		base = attr_of_space(t, "", "base"); /* CDF */
	*fr = (struct frame){ .name = hash, .field = field, .text_from = b->text.n };
	fr->base = base_of(b);
	if (base.n)
		fr->base = link_here(b, base);
	b->n_frames++;
	b->open_names[fr->name & 255]++;
	return fr;
}

static void
open_markup(struct feed_builder *b, const struct xml_tag *t)
{
	push(b, t, FIELD_OTHER, look_up(b, t)->hash)->markup = true;
	if (b->raw.markup != MARKUP_XML) {
		if (str_eq_nocase(t->name, STR("div")))
			return;
		b->raw.markup = MARKUP_XML;
	}
	buf_add_byte(&b->text, '<');
	buf_add(&b->text, t->name);
	buf_add_byte(&b->text, '>');
}

static void
open_construct(struct feed_builder *b, const struct xml_tag *t, enum feed_markup dflt)
{
	struct str type = xml_attr(t, "type");

	b->frames[b->n_frames - 1].construct = true;
	b->in_construct = true;
	b->raw = (struct feed_raw){ .markup = feed_markup_of(type, dflt), .atom = b->atom };
	b->raw.base64 = str_is(xml_attr(t, "mode"), "base64") || b->raw.markup == MARKUP_OTHER;
}

static void
open_item(struct feed_builder *b, const struct xml_tag *t)
{
	struct feed *f = b->f;
	struct str about = attr_of_space(t, "rdf", "about");
	struct str modified = xml_attr(t, "lastmod"), href = xml_attr(t, "href");

	b->in_item = true;
	b->title_depth = 0;
	b->id_is_link = false;
	b->taken = (struct taken){ 0 };
	b->full = f->n == ITEMS_MAX;
	if (b->full)
		return;
	if (f->n == b->room) {
		size_t room = b->room ? b->room * 2 : 32;
		struct feed_item *items = arena_alloc(b->a, room * sizeof *items);

		if (f->n)
			memcpy(items, f->items, f->n * sizeof *items);
		f->items = items;
		b->room = room;
	}
	f->items[f->n++] = (struct feed_item){ .id = STR("") };
	if (about.n)
		item(b)->id = feed_text_value(b->a, about);
	if (modified.n)
		set_date(b, &item(b)->updated_at, &b->taken.updated, modified);
	if (href.n)
		item(b)->link = link_here(b, href);
}

static void
open_feed(struct feed_builder *b, const struct xml_tag *t)
{
	struct str href = xml_attr(t, "href");

	b->is_feed = b->in_feed = true;
	if (str_eq_nocase(t->name, STR("feed")))
		b->atom = true;
	else if (href.n)
		b->f->link = link_here(b, href);
}

static void
open_link(struct feed_builder *b, const struct xml_tag *t)
{
	struct str rel = xml_attr(t, "rel"), type = xml_attr(t, "type"),
		   href = xml_attr(t, "url");
	enum feed_markup m =
		feed_markup_of(type, str_is(rel, "self") ? MARKUP_OTHER : MARKUP_HTML);

	if (!href.n)
		href = xml_attr(t, "uri");
	if (!href.n)
		href = xml_attr(t, "href");
	if ((!rel.n || str_eq_nocase(rel, STR("alternate"))) &&
	    (m == MARKUP_HTML || str_eq_nocase(type, STR("application/xhtml+xml")) ||
	     str_is(type, "xhtml")))
		b->entry_link = true;
	if (!href.n)
		return;
	b->frames[b->n_frames - 1].field = FIELD_OTHER;
	if (b->entry_link)
		set_link(b, link_here(b, href));
	b->entry_link = false;
}

/* Rule 4. */
static void
open_summary(struct feed_builder *b, const struct xml_tag *t, enum feed_field field)
{
	b->as_content = where(b) == IN_ITEM && b->taken.has_summary && !b->taken.has_content &&
			field != FIELD_ABSTRACT;
	if (b->as_content)
		b->taken.has_content = true;
	open_construct(b, t,
		       field == FIELD_DESCRIPTION && !b->as_content ? MARKUP_HTML
								    : MARKUP_PLAIN);
	b->raw.body = true;
}

/* A prefix that nobody declared: what the name means is a guess. */
static bool
is_undeclared(const struct xml_tag *t)
{
	return t->prefix.n && !t->uri.n;
}

static void
open_field(struct feed_builder *b, const struct xml_tag *t, enum feed_field field)
{
	switch (field) {
	case FIELD_ROOT:
		b->is_feed = true;
		break;
	case FIELD_FEED:
		open_feed(b, t);
		break;
	case FIELD_ITEM:
		open_item(b, t);
		break;
	case FIELD_IMAGE:
		b->images++;
		b->feed_image |= !b->in_item;
		b->title_depth = 0;
		break;
	case FIELD_SOURCE:
		b->sources++;
		b->title_depth = 0;
		break;
	case FIELD_AUTHOR:
		b->authors++;
		b->name = b->email = STR("");
		break;
	case FIELD_OWNER:
		b->owners++;
		break;
	case FIELD_LINK:
		open_link(b, t);
		break;
	case FIELD_ID:
		b->id_is_link = !xml_attr(t, "ispermalink").n ||
				str_is(xml_attr(t, "ispermalink"), "true");
		break;
	case FIELD_TITLE:
	case FIELD_MEDIA_TITLE:
	case FIELD_SKIP:
		open_construct(b, t, MARKUP_PLAIN);
		break;
	case FIELD_DESCRIPTION:
	case FIELD_ABSTRACT:
	case FIELD_SUMMARY:
		open_summary(b, t, field);
		break;
	case FIELD_CONTENT:
		b->taken.has_content = true;
		open_construct(b, t, MARKUP_PLAIN);
		b->raw.body = true;
		break;
	case FIELD_ENCODED:
		b->taken.has_content = true;
		open_construct(b, t, b->doubt || is_undeclared(t) ? MARKUP_PLAIN : MARKUP_HTML);
		break;
	case FIELD_BODY:
		open_construct(b, t, MARKUP_XML);
		break;
	default:
		break;
	}
}

static void
on_start(void *self, const struct xml_tag *t)
{
	struct feed_builder *b = self;
	const struct cached *known;
	enum feed_field field;
	struct str lang;

	b->n_elements++;
	if (b->n_frames == FRAMES_MAX) {
		b->n_over++;
		return;
	}
	if (b->in_construct) {
		open_markup(b, t);
		return;
	}
	known = look_up(b, t);
	field = known->field;
	if (field == FIELD_HTML) {
		b->is_page |= !b->is_feed;
		field = FIELD_OTHER;
	}
	push(b, t, field, known->hash);
	open_field(b, t, field);
	if (field == FIELD_ROOT || field == FIELD_FEED) {
		lang = attr_of_space(t, "xml", "lang");
		if (lang.n && !str_eq_nocase(t->name, STR("channel")))
			b->f->language = feed_text_value(b->a, lang);
	}
}

/* ---- closing -------------------------------------------------------------------------------------------- */

static void
close_construct(struct feed_builder *b, enum feed_field field, struct str raw)
{
	struct str value;

	b->in_construct = false;
	if (field == FIELD_SKIP || where(b) == IN_NOTHING)
		return;
	b->raw.text = raw;
	value = feed_text_plain(b->a, &b->raw);
	if (field == FIELD_TITLE || field == FIELD_MEDIA_TITLE)
		set_title(b, value, field == FIELD_TITLE);
	else if (field == FIELD_CONTENT || field == FIELD_ENCODED || field == FIELD_BODY ||
		 b->as_content)
		set_content(b, value);
	else
		set_summary(b, value);
	b->as_content = false;
}

/* A plain text that looks like markup may be meant as it: who shows summaries reads that. */
static void
close_item(struct feed_builder *b)
{
	struct feed_item *it = b->full ? NULL : item(b);

	if (it && !b->taken.summary && b->plain_content && str_find_byte(it->content, '<') >= 0)
		it->summary = html_text(b->a, it->content);
	b->plain_content = false;
	b->in_item = false;
	b->full = false;
	b->taken = (struct taken){ 0 };
}

static void
close_field(struct feed_builder *b, enum feed_field field, struct str raw)
{
	bool mine = b->authors && !b->owners;

	switch (field) {
	case FIELD_FEED:
		b->in_feed = false;
		break;
	case FIELD_ITEM:
		close_item(b);
		break;
	case FIELD_IMAGE:
		b->images--;
		b->title_depth = 0;
		break;
	case FIELD_SOURCE:
		b->sources--;
		break;
	case FIELD_AUTHOR:
		set_author(b, raw);
		b->authors--;
		break;
	case FIELD_OWNER:
		b->owners--;
		break;
	case FIELD_NAME:
		if (mine)
			b->name = feed_text_value(b->a, raw);
		break;
	case FIELD_EMAIL:
		if (mine)
			b->email = feed_text_value(b->a, raw);
		break;
	case FIELD_LINK:
		set_link(b, link_here(b, feed_text_address(b->a, raw)));
		b->entry_link = false;
		break;
	case FIELD_ID:
		set_id(b, raw);
		break;
	case FIELD_LANGUAGE:
		if (where(b) == IN_FEED)
			b->f->language = feed_text_value(b->a, raw);
		break;
	case FIELD_PUBLISHED:
		if (where(b) == IN_ITEM)
			set_date(b, &item(b)->published_at, &b->taken.published, raw);
		break;
	case FIELD_UPDATED:
		if (where(b) == IN_ITEM)
			set_date(b, &item(b)->updated_at, &b->taken.updated, raw);
		break;
	case FIELD_HOUR:
	case FIELD_DAY:
		if (!b->in_item)
			set_skip(b, field, raw);
		break;
	case FIELD_TTL:
	case FIELD_PERIOD:
	case FIELD_FREQUENCY:
		set_pace(b, field, raw);
		break;
	default:
		break;
	}
}

/* The innermost frame. Its field sees itself still open (depths count it). */
static void
close_top(struct feed_builder *b, struct str name)
{
	const struct frame *fr = &b->frames[b->n_frames - 1];
	struct str raw = str_slice(buf_str(&b->text), fr->text_from, b->text.n);

	b->open_names[fr->name & 255]--;
	if (fr->markup) {
		if (b->raw.markup == MARKUP_XML) {
			buf_add(&b->text, STR("</"));
			buf_add(&b->text, name);
			buf_add_byte(&b->text, '>');
		}
		b->n_frames--;
		return;
	}
	if (fr->construct)
		close_construct(b, fr->field, raw);
	else
		close_field(b, fr->field, raw);
	b->text.n = fr->text_from;
	b->n_frames--;
}

static void
on_end(void *self, struct str prefix, struct str name)
{
	struct feed_builder *b = self;
	size_t i = b->n_frames;
	uint64_t hash;

	(void)prefix;
	if (b->n_over) {
		b->n_over--;
		return;
	}
	hash = name_hash(name);
	if (!b->open_names[hash & 255])
		return; /* surely not open, without looking */
	while (i && b->frames[i - 1].name != hash)
		i--;
	if (!i)
		return;
	while (b->n_frames > i)
		close_top(b, STR(""));
	close_top(b, name);
}

/* Elements that have no text of their own. */
static bool
is_container(enum feed_field f)
{
	return f == FIELD_ROOT || f == FIELD_FEED || f == FIELD_ITEM || f == FIELD_IMAGE ||
	       f == FIELD_GROUP || f == FIELD_OWNER || f == FIELD_SOURCE;
}

static void
on_text(void *self, struct str s)
{
	struct feed_builder *b = self;

	if (!b->n_frames || b->n_over)
		return;
	if (b->in_construct && b->raw.markup == MARKUP_XML)
		html_add(&b->text, s);
	else if (!is_container(b->frames[b->n_frames - 1].field) ||
		 b->frames[b->n_frames - 1].construct)
		buf_add(&b->text, s);
}

const struct xml_events feed_builder_events = { on_start, on_end, on_text };

void
feed_builder_end(struct feed_builder *b)
{
	while (b->n_frames)
		close_top(b, STR(""));
	if (!b->f->ttl_s && b->period_s)
		b->f->ttl_s = b->period_s / (b->frequency ? b->frequency : 1);
}
