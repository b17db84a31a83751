/* fuzz: nlp/gist.c nlp/gist_tokens.c responder/echo.c responder/join.c responder/join_find.c responder/join_judge.c responder/join_deny.c responder/join_again.c responder/join_tale.c responder/join_pack.c */
#include "core/base.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/gist.h"
#include "responder/echo.h"
#include "responder/join.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define TEXTS 32

/* Parts lie inside their text; packed bytes come back, and what joins adds up. */
static void
join_text(struct joins *j, const struct gist_words *words, struct str text, int64_t at)
{
	uint32_t parts[GIST_MAX];
	struct gist_place place[GIST_MAX];
	size_t n = gist_parts(words, text, parts, place);
	struct join_item item = { .document = ID_OF(text), .at = at, .watches = 1 }, back;
	struct buf b = BUF(1 << 16);
	struct join out, again;

	for (size_t i = 0; i < n; i++)
		if (place[i].at > text.n || place[i].len > text.n - place[i].at)
			abort();
	item.gist = (struct str){ (const char *)parts, n * sizeof *parts };
	joins_add(j, &item, &out);
	join_pack_state(&item, &out, &b);
	if (!join_unpack_state(buf_str(&b), &back, &again) || back.gist.n != item.gist.n ||
	    !id_eq(&again.story, &out.story) || !str_eq(again.moved, out.moved))
		abort();
	buf_clear(&b);
	join_pack_why(&out, &b);
	if (out.n && (!join_unpack_why(buf_str(&b), &again) || join_alike(&again) != out.alike))
		abort();
	buf_release(&b);
}

/* Our own text is an echo of itself where it has a whole sentence. */
static void
echo_text(struct echoes *x, struct str text, int64_t at)
{
	struct echo_text t = { .id = ID_OF(text), .at = at, .text = text, .url = text };
	size_t marks = echoes_marks(x, &t);
	struct id of;

	(void)echoes_find(x, &t, &of);
	echoes_add(x, &t);
	t.url = STR("");
	if (echoes_marks(x, &t) && marks && echoes_find(x, &t, &of) == ECHO_NONE)
		abort();
}

/* Lines are documents, a minute apart; then the bytes as a row of the record. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str all = { (const char *)p, n }, line;
	struct gist_words *words = gist_words_new();
	struct echoes *x = echoes_new();
	struct joins *j = joins_new();
	struct join_item item;
	struct join out;

	if (join_unpack_state(all, &item, &out) && item.gist.n > GIST_MAX * 4)
		abort();
	if (join_unpack_why(all, &out))
		(void)join_alike(&out);
	for (int i = 0; i < TEXTS && str_next(&all, '\n', &line); i++) {
		join_text(j, words, line, 1000000 + i * 60);
		echo_text(x, line, 1000000 + i * 60);
	}
	joins_free(j);
	echoes_free(x);
	gist_words_free(words);
	return 0;
}
