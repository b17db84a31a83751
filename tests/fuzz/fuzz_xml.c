/* fuzz: core/xml.c core/xml_loose.c core/html.c */
#include "core/base.h"

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
