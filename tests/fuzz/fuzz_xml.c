/* fuzz: core/xml.c core/xml_loose.c core/html.c */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check(struct str s)
{
	volatile char sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum = (char)(sum + s.p[i]);
}
static void
start(void *self, const struct xml_tag *t)
{
	++*(size_t *)self;
	check(t->name);
	check(t->prefix);
	check(t->uri);
	for (size_t i = 0; i < t->n; i++) {
		check(t->attrs[i].name);
		check(t->attrs[i].value);
	}
	check(xml_attr(t, "href"));
}
static void
end(void *self, struct str prefix, struct str name)
{
	++*(size_t *)self;
	check(prefix);
	check(name);
}
static void
text(void *self, struct str s)
{
	++*(size_t *)self;
	check(s);
}

/* ---- what both readers say, in one form -------------------------------------------------------- */

static void
tell_value(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_add_byte(b, strchr("\t\n\r", s.p[i]) && s.p[i] ? ' ' : s.p[i]);
}
struct told {
	struct buf b;
	size_t depth;
};
static void
tell_start(void *self, const struct xml_tag *t)
{
	struct told *to = self;

	to->depth++;
	buf_addf(&to->b, "<%.*s ", STR_ARG(t->name));
	tell_value(&to->b, t->uri);
	for (size_t i = 0; i < t->n; i++) {
		if (str_is(t->attrs[i].prefix, "xmlns") || str_is(t->attrs[i].name, "xmlns"))
			continue;
		buf_addf(&to->b, " %.*s=", STR_ARG(t->attrs[i].name));
		tell_value(&to->b, t->attrs[i].value);
	}
	buf_add_byte(&to->b, '>');
}
static void
tell_end(void *self, struct str prefix, struct str name)
{
	struct told *to = self;

	(void)prefix;
	to->depth--;
	buf_addf(&to->b, "</%.*s>", STR_ARG(name));
}
static void
tell_text(void *self, struct str s)
{
	struct told *to = self;

	if (to->depth) /* libxml2 keeps the blanks around a document to itself */
		buf_add(&to->b, s);
}

/* Where libxml2 and we both find nothing to forgive, we tell the same. */
static void
compare(struct arena *a, struct str s)
{
	static const struct xml_events telling = { tell_start, tell_end, tell_text };
	struct told theirs = { BUF(1 << 24), 0 }, ours = { BUF(1 << 24), 0 };
	struct err e;

	if (memchr(s.p, '\r', s.n) || memmem(s.p, s.n, "<!DOCTYPE", 9))
		return;
	if (xml_read(s, &telling, &theirs, &e) == 0 && !xml_read_loose(a, s, &telling, &ours) &&
	    buf_ok(&ours.b) && !str_eq(buf_str(&theirs.b), buf_str(&ours.b))) {
		fprintf(stderr, "libxml2: %s\nours: %s\n", theirs.b.p, ours.b.p);
		abort();
	}
	buf_release(&theirs.b);
	buf_release(&ours.b);
}

/* Valid UTF-8, as after core/charset.c. What the pre-scan lets through is read in time. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct xml_events events = { start, end, text };
	struct str s = { (const char *)p, n }, plain;
	struct arena *a = arena_new();
	struct buf b = BUF(1 << 24);
	struct err e;
	size_t count = 0;
	int64_t began = clock_cpu_us();

	if (!utf8_valid(s))
		goto done;
	if (xml_prescan(s, &e) == 0)
		(void)!xml_read(s, &events, &count, &e);
	if (xml_prescan(s, &e) == 0)
		compare(a, s);
	if (html_prescan(s, &e) == 0)
		(void)!html_read(s, &events, &count, &e);
	xml_read_loose(a, s, &events, &count);
	plain = html_text(a, s);
	if (!utf8_valid(plain) || plain.n > s.n || html_unescape(a, s).n > s.n)
		abort();
	html_add(&b, s);
	if (memchr(b.p, '<', b.n))
		abort();
	if (clock_cpu_us() - began > 4 * 1000 * 1000) /* with sanitizers: 8 times slower */
		abort();
done:
	buf_release(&b);
	arena_free(a);
	return 0;
}
