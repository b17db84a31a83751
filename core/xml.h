/*
 * xml.h - the guard before libxml2, and its SAX parsers with our limits.
 *
 * libxml2 2.9.14 is quadratic in attributes and takes seconds for what a pre-scan refuses in
 * microseconds (RELIABILITY.md 12): at most 256 attributes and 64 KiB a tag, depth 512, 8 MiB.
 * Never NOENT, HUGE, DTDLOAD, XINCLUDE; NONET always; internal entities are not expanded.
 */
#ifndef LY_CORE_XML_H
#define LY_CORE_XML_H

#include "core/arena.h"
#include "core/err.h"

/* One pass over decoded text. ERR_REJECT names the limit: "tag at byte 1234 has over 256
 * attributes". Accepts XML and HTML. */
int xml_prescan(struct str text, struct err *e) LY_MUST_USE;

/* Plain text out of an HTML fragment or page part: tags stripped, script/style dropped,
 * character references decoded, a line feed per block element, spaces folded. No parser is
 * started; >= 1 GB/s on plain text. Result lives in a. */
struct str html_text(struct arena *a, struct str html);
/* Decode character references only (&amp; &#x4e2d; and the HTML5 names in use). */
struct str html_unescape(struct arena *a, struct str s);
/* Escape & < > " ' for HTML text and attributes. */
struct buf;
void html_add(struct buf *b, struct str s);

#endif
