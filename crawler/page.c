/* page.c - bytes -> document: the walk from a page's body to its main text and metadata. */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"
#include "crawler/page_tree.h"

#define BYTES_MAX ((size_t)8 << 20)
#define TEXT_MAX  ((size_t)256 << 10)

static void
release(void *b)
{
	buf_release(b);
}

int
page_extract(struct arena *a, struct str bytes, struct str url, struct str type, int64_t now,
	     struct page *p, struct err *e)
{
	struct buf *text = arena_alloc(a, sizeof *text);
	struct tree *t = arena_alloc(a, sizeof *t);
	struct charset_found found;

	*p = (struct page){ .title = STR("") };
	if (bytes.n > BYTES_MAX)
		return err_set(e, ERR_REJECT, "page is over 8 MiB");
	*text = BUF(BYTES_MAX + 1);
	arena_defer(a, release, text);
	if (charset_decode(bytes, type, text, &found, e) < 0)
		return -1;
	snprintf(p->charset, sizeof p->charset, "%s", found.name);
	if (html_prescan(buf_str(text), e) < 0 || tree_read(a, buf_str(text), t, e) < 0)
		return -1;
	page_find_meta(t, url, now, p);
	p->text = utf8_cut(page_main_text(t, p->title), TEXT_MAX);
	if (!p->text.n)
		return err_set(e, ERR_REJECT, "no text found");
	return 0;
}
