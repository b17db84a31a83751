/*
 * digest_seal.h - the last line of a digest: what it was made of, and a sum of all its bytes; by
 * which a file is checked. Pure.
 *
 *   ly1.<name>.<at>.<made_at>.<as_of>.<zh or en>.<watch>.<sum>
 *
 * name and watch (of `--watch`, else x) in hex, numbers decimal; sum: the first 16 hex digits of
 * SHA-256 over the file with zeros in its place, carriage returns
 * and white space at its ends left out. Letters, digits and dots mean the same in every
 * form.
 */
#ifndef LY_RESPONDER_DIGEST_SEAL_H
#define LY_RESPONDER_DIGEST_SEAL_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"

struct seal {
	struct str name, watch;
	int64_t at, made_at, as_of;
	bool zh;
};
/* With zeros for a sum. */
void seal_add(const struct seal *s, struct buf *out);
/* The file with its sum, in a; as it is when there is no seal in it. */
struct str seal_close(struct str file, struct arena *a);
/* The last seal of a file. Texts in a. *holds: its sum is right. false: there is none. */
bool seal_find(struct str file, struct arena *a, struct seal *out, bool *holds);

/* Every figure of the file against those of facts (digest_facts), by id. Each that is not as it was
 * counted goes to differs: its id, what the file says, what was counted. How many figures the file
 * has, -1 when facts cannot be read. Form by its beginning: HTML, JSON, else text or Markdown. */
struct seal_told {
	void (*differs)(void *arg, struct str id, struct str says, struct str counted,
			const struct json *figure);
	void *arg;
};
int64_t seal_figures(struct str file, const struct json *facts, const struct seal_told *told);

#endif
