/* fuzz: responder/answer_text.c core/imap.c */
/* What others write back, what bots and mailboxes say. */
#include "core/base.h"

#include "core/imap.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena *a = arena_new();
	struct updates *u = arena_alloc(a, sizeof *u);
	struct imap_found f;
	struct coded x;
	struct err e = { .kind = ERR_NONE };

	if (answer_read(s, &x) && (x.code.n != 6 || x.verb >= LINK_VERBS))
		abort();
	imap_found_read(s, 3, &f);
	for (size_t i = 0; i < f.n; i++)
		if (f.n > IMAP_MAX || f.uids[i] <= (i ? f.uids[i - 1] : 3))
			abort();
	if (updates_read(a, s, u, &e) < 0) {
		if (e.kind != ERR_REJECT && e.kind != ERR_RETRY)
			abort();
	} else {
		for (size_t i = 0; i < u->n; i++)
			if (!utf8_valid(u->v[i].text) || u->v[i].id > u->last)
				abort();
	}
	(void)imap_url_right(s);
	arena_free(a);
	return 0;
}
