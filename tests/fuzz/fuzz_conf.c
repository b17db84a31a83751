/* fuzz: core/conf.c core/conf_yaml.c core/conf_apply.c core/conf_value.c core/conf_text.c core/conf_report.c core/conf_show.c */
/*
 * Any text is read or refused with a report that is UTF-8 without control bytes; what was read
 * is shown so that it reads back to the same hash.
 */
#include "core/base.h"

#include "core/conf.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

struct inner {
	int64_t from, to;
};
struct entry {
	struct str name, text, url, zone, path, secret;
	int64_t on, count, seconds, bytes, ratio, milli, clock, at, choice;
	struct conf_texts texts;
	struct conf_list map;
	struct inner inner;
};
struct all {
	struct entry block;
	struct conf_list table, list;
};

static const char *const words[] = { "feed", "page", "push", NULL };
#define KEY(name, type, dflt)                                                          \
	{                                                                              \
#name, type, offsetof(struct entry, name), 0, 0, dflt, "", NULL, words \
	}
static const struct conf_key inner_keys[] = {
	{ "from", CONF_CLOCK, offsetof(struct inner, from), 0, 0, NULL, "", NULL, NULL },
	{ "to", CONF_CLOCK, offsetof(struct inner, to), 0, 0, NULL, "", NULL, NULL },
	CONF_END,
};
static const struct conf_schema inner = {
	"inner", sizeof(struct inner), inner_keys, "", 0, NULL
};
static const struct conf_key entry_keys[] = {
	KEY(text, CONF_TEXT, ""),
	KEY(url, CONF_URL, ""),
	KEY(zone, CONF_ZONE, "UTC"),
	KEY(path, CONF_PATH, "./data"),
	KEY(secret, CONF_SECRET, ""),
	KEY(on, CONF_BOOL, "off"),
	KEY(count, CONF_COUNT, "1"),
	{ "seconds", CONF_SECONDS, offsetof(struct entry, seconds), 1, 600, "30s", "", NULL,
	  NULL },
	KEY(bytes, CONF_BYTES, "8M"),
	KEY(ratio, CONF_RATIO, "70%"),
	KEY(milli, CONF_MILLI, "-1.5"),
	KEY(clock, CONF_CLOCK, "08:00"),
	KEY(at, CONF_TIME, ""),
	KEY(choice, CONF_CHOICE, "page"),
	KEY(texts, CONF_TEXTS, "[a, b]"),
	KEY(map, CONF_MAP, ""),
	{ "inner", CONF_BLOCK, offsetof(struct entry, inner), 0, 0, "", "", &inner, NULL },
	CONF_END,
};

static void
entry_check(struct conf_reader *r, void *self)
{
	struct entry *e = self;

	if (e->count == 7)
		conf_error(r, &e->count, "seven");
	for (size_t i = 0; i < e->texts.n; i++)
		if (str_is(e->texts.v[i], "who"))
			conf_unknown(r, &e->texts.v[i], "text", e->texts.v[i], &e->name, 1);
}

static const struct conf_schema entry = {
	"entry", sizeof(struct entry),         entry_keys,
	"",      offsetof(struct entry, name), entry_check,
};
static const struct conf_key all_keys[] = {
	{ "block", CONF_BLOCK, offsetof(struct all, block), 0, 0, NULL, "", &entry, NULL },
	{ "table", CONF_TABLE, offsetof(struct all, table), 0, 0, "", "", &entry, NULL },
	{ "list", CONF_LIST, offsetof(struct all, list), 0, 0, "", "", &entry, NULL },
	CONF_END,
};
static const struct conf_schema all = { "all", sizeof(struct all), all_keys, "", 0, NULL };

static void
check_report(struct str s)
{
	if (!utf8_valid(s))
		abort();
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n') || s.p[i] == 0x7f)
			abort();
}

static void
check_shown(struct conf *c)
{
	struct buf shown = BUF(16 << 20), report = BUF(1 << 20);
	struct id first = conf_hash(c), again;
	struct err e = { 0 };
	struct all v = { 0 };

	conf_show(c, &shown);
	if (buf_ok(&shown) && str_find(buf_str(&shown), STR("(from ")) < 0) {
		c = conf_read_text(buf_str(&shown), "shown", &all, &v, &report, &e);
		if (!c)
			abort();
		again = conf_hash(c);
		if (!id_eq(&first, &again))
			abort();
		conf_free(c);
	}
	buf_release(&shown);
	buf_release(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf report = BUF(1 << 20), manual = BUF(1 << 20);
	struct err e = { 0 };
	struct all v = { 0 };
	struct conf *c;

	c = conf_read_text((struct str){ (const char *)p, n }, "fuzz", &all, &v, &report, &e);
	if (c) {
		(void)conf_place(c, &v.block.count);
		check_shown(c);
	} else {
		check_report(buf_str(&report));
	}
	conf_free(c);
	conf_document(&all, &manual);
	buf_release(&manual);
	buf_release(&report);
	return 0;
}
