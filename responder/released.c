/* a person's word -> a text whose echo is known (released.h) */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/released.h"

#define SIGNATURE 256

static int
refuse(struct buf *out, const char *why)
{
	buf_clear(out);
	buf_add(out, STR("{\"error\":"));
	json_add_text(out, str_of(why));
	buf_add_byte(out, '}');
	return 400;
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False when hex is no signature. Empty: none is given. */
static bool
signature_read(struct str hex, uint8_t to[SIGNATURE])
{
	for (size_t i = 0; i < SIGNATURE && hex.n; i++) {
		int high = i * 2 + 1 < hex.n ? nibble(hex.p[i * 2]) : -1;
		int low = high < 0 ? -1 : nibble(hex.p[i * 2 + 1]);

		if (low < 0)
			return false;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return !hex.n || hex.n == SIGNATURE * 2;
}

int
released_tell(struct store *s, struct echoes *x, const struct released_ask *q, struct buf *out,
	      struct err *e)
{
	uint8_t signature[SIGNATURE];
	struct str hex = json_text(json_get(q->args, "copies"), STR(""));
	struct released_row row = {
		.text = { .at = q->now,
			  .title = str_trim(json_text(json_get(q->args, "title"), STR(""))),
			  .text = str_trim(json_text(json_get(q->args, "text"), STR(""))),
			  .url = str_trim(json_text(json_get(q->args, "url"), STR(""))) },
		.kind = STR("told"),
		.actor = q->actor,
	};
	size_t marks;
	int added;

	if (!signature_read(hex, signature))
		return refuse(out, "\"copies\" is not 512 hex digits");
	if (hex.n)
		row.text.copies = (struct str){ (const char *)signature, SIGNATURE };
	row.text.id = ID_OF(STR("released"), row.text.title, row.text.text, row.text.url);
	marks = echoes_marks(x, &row.text);
	if (!marks)
		return refuse(out, "there is nothing to know its echo by: it wants a sentence "
				   "of 14 characters or 10 words, or an address with a path");
	added = released_add(s, &row, e);
	if (added < 0)
		return -1;
	echoes_add(x, &row.text);
	buf_add(out, STR("{\"released\":\""));
	id_add_hex(out, &row.text.id);
	buf_addf(out, "\",\"known_by\":%zu,\"new\":%s}", marks, added ? "true" : "false");
	return 200;
}
