/*
 * What people write about us never becomes more than words: not a template, not markup, not a
 * header of a mail, not a formula. The same generated texts go through every way out: the three forms
 * of a draft (12,000), the forms of a digest (20,000), a mail's head (8,000), a spreadsheet (4,000).
 * Whole notices and digests of such texts: test_plain.c, test_digest.c, test_channel.c.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/csv.h"
#include "core/smtp.h"
#include "core/str.h"
#include "responder/digest_page.h"
#include "responder/plain.h"
#include "responder/template.h"
#include "tests/support/hostile.h"

#define TEXTS 4000 /* each through three forms of template, a mail's head and a spreadsheet */

static bool
hostile_find(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	(void)t, (void)slot;
	out->text = buf_str(arg);
	return true;
}

/* Undo the escaping of a form: what a reader sees is exactly the cleaned value. */
static void
unescape(enum template_form form, struct str s, struct buf *out)
{
	static const struct {
		const char *from, *to;
	} entities[] = { { "&lt;", "<" },
			 { "&gt;", ">" },
			 { "&amp;", "&" },
			 { "&quot;", "\"" },
			 { "&#39;", "'" } };

	for (size_t i = 0; i < s.n;) {
		size_t k = 0, n = 1;
		struct str rest = str_slice(s, i, s.n);

		while (form == TEMPLATE_HTML && k < LY_COUNT(entities) &&
		       !str_starts(rest, str_of(entities[k].from)))
			k++;
		if (form == TEMPLATE_HTML && k < LY_COUNT(entities)) {
			n = strlen(entities[k].from);
			buf_add(out, str_of(entities[k].to));
		} else {
			if (form == TEMPLATE_MARKDOWN && s.p[i] == '\\')
				n++;
			buf_add_byte(out, s.p[i + n - 1]);
		}
		i += n;
	}
}

static struct template *
template_of(enum template_form form)
{
	static const char head[] =
		"---\nid: t\nlanguage: zh\nscenario: [any]\nkind: reply\nchannel: [comment]\n"
		"format: %s\nslots: { a: { wants: 甲 }, b: { wants: 乙 } }\n---\n"
		"[{{a}}]{{#b}}({{b}}){{/b}}\n";
	char text[400];
	struct err e = { 0 };
	struct template *t;

	snprintf(text, sizeof text, head, template_form_words[form]);
	t = template_parse(str_of(text), "t.md", &e);
	if (!t)
		fail_msg("%s", e.text);
	return t;
}

static void
through_a_template(const struct template *t, struct buf *value)
{
	struct buf plain = BUF(65536), seen = BUF(1 << 20), whole = BUF(1 << 20);
	struct template_source src = { hostile_find, value };
	struct template_out o = template_out_new();

	template_render(t, &src, &o);
	template_add_value(&plain, TEMPLATE_TEXT, buf_str(value));
	buf_addf(&whole, "[%s](%s)\n", plain.p, plain.p);
	unescape((enum template_form)t->form, buf_str(&o.text), &seen);
	assert_string_equal(seen.p, whole.p);
	assert_false(hostile_marks(buf_str(&o.text)));
	assert_int_equal(str_find_byte(buf_str(&o.text), '\n'), o.text.n - 1);
	if (t->form == TEMPLATE_HTML)
		assert_int_equal(str_find_byte(buf_str(&o.text), '<'), -1);
	assert_int_equal(o.gaps_n, 0);
	template_out_release(&o);
	buf_release(&plain);
	buf_release(&seen);
	buf_release(&whole);
}

static void
never_parsed_in_a_template_and_never_out_of_its_place(void **state)
{
	struct hostile h = { 20260310 };
	struct template *t[3];

	(void)state;
	for (int form = 0; form < 3; form++)
		t[form] = template_of((enum template_form)form);
	for (int i = 0; i < TEXTS; i++) {
		struct buf value = BUF(65536);

		hostile_add(&h, &value);
		buf_add_byte(&value, 'x'); /* never empty */
		for (int form = 0; form < 3; form++)
			through_a_template(t[form], &value);
		buf_release(&value);
	}
	for (int form = 0; form < 3; form++)
		template_free(t[form]);
}

/* What stands between what is written around any text. */
static struct str
inside(struct str whole, const char *before, const char *after)
{
	size_t head = strlen(before), tail = strlen(after);

	assert_true(str_starts(whole, str_of(before)) && str_ends(whole, str_of(after)));
	return str_slice(whole, head, whole.n - head - tail);
}

/* One item of a digest in a form that has markup: escaped, it reads as what was cleaned. */
static void
through_an_item(const struct page_block *b, enum page_form form, struct str clean)
{
	static const char *const around[][2] = {
		[PAGE_MARKDOWN] = { "- ", "\n" },
		[PAGE_HTML] = { "<p style=\"margin:5px 0 5px 4px\">&#8226; ", "</p>\n" },
		[PAGE_MAIL] = { "<p style=\"margin:5px 0 5px 4px\">&#8226; ", "</p>\n" },
	};
	bool html = form != PAGE_MARKDOWN;
	struct buf out = BUF(1 << 20), seen = BUF(1 << 20);
	struct str text;

	page_write_block(b, form, &out);
	text = inside(buf_str(&out), around[form][0], around[form][1]);
	unescape(html ? TEMPLATE_HTML : TEMPLATE_MARKDOWN, text, &seen);
	assert_true(str_eq(buf_str(&seen), clean));
	assert_int_equal(str_find_byte(text, '\n'), -1);
	if (html)
		assert_int_equal(str_find_byte(text, '<'), -1);
	buf_release(&out);
	buf_release(&seen);
}

/* Text and chat have no markup of ours: one line, without a mark that hides or turns it. */
static void
through_a_line(const struct page_block *b, enum page_form form)
{
	struct buf out = BUF(1 << 20);

	page_write_block(b, form, &out);
	assert_int_equal(str_find_byte(buf_str(&out), '\n'), out.n - 1);
	assert_false(hostile_marks(buf_str(&out)));
	buf_release(&out);
}

static void
never_markup_of_a_digest(void **state)
{
	struct hostile h = { 90210 };

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		struct buf value = BUF(65536);
		struct arena *a = arena_new();
		struct page p = { .a = a };
		struct str clean;

		hostile_add(&h, &value);
		buf_add_byte(&value, 'x');
		page_add(&p, PAGE_ITEM, buf_str(&value), 200);
		clean = page_clean(a, buf_str(&value), 200);
		for (int form = PAGE_MARKDOWN; form <= PAGE_MAIL; form++)
			through_an_item(&p.v[0], (enum page_form)form, clean);
		through_a_line(&p.v[0], PAGE_TEXT);
		through_a_line(&p.v[0], PAGE_CHAT);
		page_release(&p);
		arena_free(a);
		buf_release(&value);
	}
}

/* Lines up to the empty one: how many begin with a name and a colon. */
static size_t
headers_of(struct str mail)
{
	struct str line;
	size_t n = 0;

	while (str_next(&mail, '\n', &line) && line.n > 1)
		n += line.p[0] != ' ' && line.p[0] != '\t';
	return n;
}

/* As a subject it is refused, or it is one header among as many as a plain one leaves. */
static void
never_a_header_of_a_mail(void **state)
{
	struct hostile h = { 8001 };
	struct mail m = { .server = STR("smtp://mail.example:25"),
			  .from = STR("a@langyan.example"),
			  .to = STR("b@langyan.example"),
			  .subject = STR("plain"),
			  .text = STR("text"),
			  .key = STR("k1"),
			  .at = 1773100800 };
	struct buf out = BUF(1 << 20);
	struct err e = { 0 };
	size_t plain, refused = 0;

	(void)state;
	assert_int_equal(mail_render(&m, &out, &e), 0);
	plain = headers_of(buf_str(&out));
	for (int i = 0; i < TEXTS; i++) {
		struct buf value = BUF(65536), line = BUF(65536);

		hostile_add(&h, &value);
		buf_add_byte(&value, 'x');
		plain_add(&line, PLAIN_TEXT, buf_str(&value), 200); /* as notices do */
		for (int raw = 0; raw < 2; raw++) {
			buf_clear(&out);
			m.subject = raw ? buf_str(&value) : buf_str(&line);
			if (mail_render(&m, &out, &e) < 0) {
				refused++;
				assert_true(raw);
				continue;
			}
			assert_int_equal(headers_of(buf_str(&out)), plain);
		}
		buf_release(&value);
		buf_release(&line);
	}
	assert_true(refused > 0 && refused < TEXTS);
	buf_release(&out);
}

/* In a spreadsheet it is one cell of its row, reads as it was, and begins with no sign that a
 * formula begins with. */
static void
never_a_formula(void **state)
{
	struct hostile h = { 4711 };

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		struct buf value = BUF(65536), out = BUF(1 << 20);
		struct arena *a = arena_new();
		struct table_row row;
		struct csv c;
		struct str cell;

		if (i % 3 == 0)
			buf_add_byte(&value, "=+-@\t\r"[i / 3 % 6]);
		hostile_add(&h, &value);
		buf_add(&out, STR("first,"));
		csv_add_cell(&out, buf_str(&value));
		buf_add(&out, STR(",last\n"));
		csv_begin(&c, buf_str(&out));
		assert_int_equal(c.separator, ',');
		assert_int_equal(csv_next(&c, a, &row), 1);
		assert_int_equal(row.n, 3);
		cell = row.cells[1];
		assert_false(cell.n && strchr("=+-@\t\r\n", cell.p[0]));
		if (cell.n == value.n + 1) {
			assert_int_equal(cell.p[0], '\'');
			cell = str_slice(cell, 1, cell.n);
		}
		assert_true(str_eq(cell, buf_str(&value)));
		assert_true(str_is(row.cells[2], "last"));
		assert_int_equal(csv_next(&c, a, &row), 0);
		arena_free(a);
		buf_release(&value);
		buf_release(&out);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_parsed_in_a_template_and_never_out_of_its_place),
		cmocka_unit_test(never_markup_of_a_digest),
		cmocka_unit_test(never_a_header_of_a_mail),
		cmocka_unit_test(never_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
