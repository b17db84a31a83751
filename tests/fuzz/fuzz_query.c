/* fuzz: nlp/query.c nlp/query_token.c nlp/query_term.c nlp/query_field.c nlp/query_need.c nlp/query_ask.c nlp/query_place.c nlp/query_show.c nlp/literals.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/query_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The shown form of a query is understood the same way again. */
static void
shown_again(const struct query_ask *k)
{
	struct buf shown = BUF(1 << 20), twice = BUF(1 << 20);
	struct query_ask again;

	query_show(k->q, &shown);
	if (buf_ok(&shown) && shown.n <= QUERY_BYTES) {
		if (query_ask_open(&again, buf_str(&shown), NULL)) {
			query_show(again.q, &twice);
			if (!str_eq(buf_str(&shown), buf_str(&twice)))
				abort();
		}
		query_ask_close(&again);
	}
	buf_release(&shown);
	buf_release(&twice);
}

/* A query up to a NUL byte (it may have lines), then a title, a line feed and a text. A text that
 * matches holds a required literal (query_ask_about() sees to it); spans lie inside. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n }, query;
	struct document d = { .followers = -1, .site = STR("a.com") };
	struct mention m = { .label = LABEL_NEG };
	struct query_about about = { .document = &d };
	struct buf spans = BUF(1 << 20);
	struct query_ask k;
	ptrdiff_t line;

	if (!str_next(&text, '\0', &query) || !utf8_valid((struct str){ (const char *)p, n }))
		return 0;
	line = str_find_byte(text, '\n');
	about.text = text;
	about.title_n = line < 0 ? SIZE_MAX : (size_t)line;
	if (query_ask_open(&k, query, NULL)) {
		shown_again(&k);
		query_ask_about(&k, &about, &spans);
		about.mention = &m;
		if (query_ask_about(&k, &about, &spans) == QUERY_LATER)
			abort();
	} else if (!k.faults.wrong) {
		abort();
	}
	query_ask_close(&k);
	buf_release(&spans);
	return 0;
}
