#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/ical.h"

#define LINE_MAX_BYTES 75 /* without CRLF: RFC 5545, 3.1 */

/* name:text, folded: a line feed and a blank before what does not fit. */
static void
add_line(struct buf *b, const char *name, struct str text)
{
	struct str rest = text;
	size_t room = LINE_MAX_BYTES - strlen(name) - 1;

	buf_add(b, str_of(name));
	buf_add_byte(b, ':');
	for (;;) {
		struct str part = utf8_cut(rest, room);

		buf_add(b, part);
		rest = str_slice(rest, part.n, rest.n);
		if (!rest.n)
			break;
		buf_add(b, STR("\r\n "));
		room = LINE_MAX_BYTES - 1;
	}
	buf_add(b, STR("\r\n"));
}

/* A TEXT value. */
static void
add_text(struct buf *b, const char *name, struct str text)
{
	struct buf v = BUF(2 * text.n + 1);

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n')
			buf_add(&v, STR("\\n"));
		else if (c == '\\' || c == ';' || c == ',')
			buf_addf(&v, "\\%c", c);
		else if ((c >= ' ' && c != 0x7f) || c == '\t')
			buf_add_byte(&v, (char)c);
	}
	add_line(b, name, buf_str(&v));
	buf_release(&v);
}

static void
add_time(struct buf *b, const char *name, int64_t at)
{
	struct civil c = zone_civil(NULL, at);
	struct buf v = BUF(32);

	buf_addf(&v, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute,
		 c.second);
	add_line(b, name, buf_str(&v));
	buf_release(&v);
}

void
ical_begin(struct buf *b, struct str name, const struct zone *zone)
{
	buf_add(b, STR("BEGIN:VCALENDAR\r\n"));
	add_line(b, "VERSION", STR("2.0"));
	add_line(b, "PRODID", STR("-//Langyan//rota//EN"));
	add_line(b, "CALSCALE", STR("GREGORIAN"));
	add_line(b, "METHOD", STR("PUBLISH"));
	add_text(b, "X-WR-CALNAME", name);
	add_text(b, "X-WR-TIMEZONE", str_of(zone_name(zone)));
}

void
ical_add(struct buf *b, const struct ical_event *v)
{
	buf_add(b, STR("BEGIN:VEVENT\r\n"));
	add_line(b, "UID", v->uid);
	add_time(b, "DTSTAMP", v->made_at);
	add_time(b, "DTSTART", v->from);
	add_time(b, "DTEND", v->to);
	add_text(b, "SUMMARY", v->summary);
	if (v->description.n)
		add_text(b, "DESCRIPTION", v->description);
	buf_add(b, STR("END:VEVENT\r\n"));
}

void
ical_end(struct buf *b)
{
	buf_add(b, STR("END:VCALENDAR\r\n"));
}
