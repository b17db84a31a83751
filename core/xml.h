/*
 * xml.h - the guard before libxml2, its SAX parser, and what we read without one.
 *
 * libxml2 2.9.14 is quadratic in attributes and takes seconds for what a pre-scan refuses in
 * microseconds (RELIABILITY.md 12): at most 256 attributes and 64 KiB a tag, depth 512, 8 MiB.
 * Never NOENT, HUGE, DTDLOAD, XINCLUDE; NONET always; internal entities are not expanded.
 */
#ifndef LY_CORE_XML_H
#define LY_CORE_XML_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

/* One pass over decoded text. ERR_REJECT names the limit: "tag at byte 1234 has over 256
 * attributes". For what xml_read gets. */
int xml_prescan(struct str text, struct err *e) LY_MUST_USE;
/* The same for what libxml2's HTML parser gets (which sees no CDATA and raw scripts): depth
 * 4,096, tags of 512 KiB, and at most what it can read in 0.3 s. */
int html_prescan(struct str text, struct err *e) LY_MUST_USE;

/* ---- XML as a stream of events -------------------------------------------------------------- */

struct xml_attr {
	struct str prefix, name, value; /* value: references are decoded */
};
/* Names keep their letters' case. uri: the namespace; empty when none is declared. */
struct xml_tag {
	struct str prefix, name, uri;
	const struct xml_attr *attrs;
	size_t n;
};
/* A text may come in many pieces. Everything is borrowed for the call. */
struct xml_events {
	void (*start)(void *self, const struct xml_tag *tag);
	void (*end)(void *self, struct str prefix, struct str name);
	void (*text)(void *self, struct str s);
};
/* Well-formed XML by libxml2. -1 and ERR_REJECT at the first fault: forget what was said and
 * use xml_read_loose. Call xml_prescan before. */
int xml_read(struct str text, const struct xml_events *ev, void *self,
	     struct err *e) LY_MUST_USE;
/* XML without a library, and whatever else people call XML: bare & and <, HTML's names, missing
 * and surplus end tags (ends come as they are written; who listens keeps the stack), unclosed
 * CDATA. Linear, never fails, reads no external thing. Attributes over 64 a tag are dropped.
 * A name or namespace that comes again is the same pointer, as far as 64 of them go. Decoded
 * values live in a. Returns what it had to forgive: 0 for all that is well-formed. */
size_t xml_read_loose(struct arena *a, struct str text, const struct xml_events *ev,
		      void *self);
/* HTML by libxml2, which adds what was left out and closes what stayed open: the events nest.
 * Text of script and style comes as text. Names are lower case, and one that comes again is the
 * same pointer. Call html_prescan before. */
int html_read(struct str text, const struct xml_events *ev, void *self,
	      struct err *e) LY_MUST_USE;
/* Value of the attribute (ASCII letters fold), or empty. */
struct str xml_attr(const struct xml_tag *t, const char *name);

/* ---- HTML and plain text (core/html.c) -------------------------------------------------------- */

/* Plain text out of an HTML fragment or page part: tags stripped, script/style dropped,
 * character references decoded, a line feed per block element, spaces folded. No parser is
 * started; >= 1 GB/s on plain text. Result lives in a. */
struct str html_text(struct arena *a, struct str html);
/* Decode character references only (&amp; &#x4e2d; and the HTML5 names in use). */
struct str html_unescape(struct arena *a, struct str s);
/* Escape & < > " ' for HTML text and attributes. */
void html_add(struct buf *b, struct str s);
/* One reference at the beginning of s ("&amp;", "&#8217;", "&copy"): its length, or 0. */
size_t html_reference(struct str s, uint32_t *cp);
/* U+0080..9F are windows-1252 gone astray: what was meant. Others stay. */
uint32_t html_windows(uint32_t cp);

#endif
