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

	if (hex.n && hash_from_hex(hex, signature, SIGNATURE) < 0)
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
