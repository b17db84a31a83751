/* notice_links.c - the signed links that a notice carries: made, and told in its facts. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/link_store.h"
#include "responder/outbox.h"

/* The key that signs now; the first, and one of its own each LINK_KEY_S. Stepped runs are the same
 * byte for byte, so theirs is no secret. */
static int
key_of(struct notices *n, int64_t now, struct link_key *k, struct err *e)
{
	uint8_t bytes[LINK_KEY_BYTES];
	int found = link_key_newest(n->env->store, n->a, k, e);

	if (found < 0 || (found && now - k->made_at < LINK_KEY_S))
		return found < 0 ? -1 : 0;
	k->number = found ? (k->number + 1) & 255 : 0;
	k->made_at = now;
	if (n->env->clock == CLOCK_STEPPED)
		hash_sha256(STR("stepped"), bytes);
	else
		hash_random(bytes, sizeof bytes);
	k->secret = arena_str(n->a, (struct str){ (const char *)bytes, sizeof bytes });
	return link_key_add(n->env->store, k, e);
}

int
notice_links_of(struct notices *n, const struct notice_row *r, int64_t now,
		struct notice_links *out, struct err *e)
{
	struct str url = n->env->site->public_url;
	struct buf whole = BUF(4096), safe = BUF(4096);
	struct link_key key;

	*out = (struct notice_links){ .url = { { "", 0 } } };
	if (!url.n)
		return 0;
	if (key_of(n, now, &key, e) < 0)
		return -1;
	for (int v = 0; v < LINK_VERBS; v++) {
		struct link l = { .verb = (enum link_verb)v,
				  .key = key.number,
				  .notice = r->id,
				  .expires_at = now + LINK_S,
				  .incident = r->incident,
				  .recipient = r->recipient };
		struct id nonce =
			ID_OF(STR("link"), n->salt, id_str(&r->id), str_of(link_words[v].verb));

		memcpy(l.nonce, nonce.b, sizeof l.nonce);
		link_sign(&l, key.secret);
		buf_clear(&whole);
		buf_clear(&safe);
		buf_addf(&whole, "%.*s" LINK_PATH, STR_ARG(url));
		link_add(&whole, &l);
		if (plain_add_url(&safe,
				  buf_str(&whole))) /* no "_": a chat reads more into it */
			out->url[v] = arena_str(n->a, buf_str(&safe));
	}
	buf_release(&whole);
	buf_release(&safe);
	return 0;
}

void
notice_links_add(const struct notice_links *l, bool zh, struct buf *facts)
{
	bool any = false;

	for (int v = 0; v < LINK_VERBS; v++) {
		if (!l->url[v].n)
			continue;
		buf_add(facts, any ? STR(",{\"label\":") : STR(",\"links\":[{\"label\":"));
		json_add_text(facts, str_of(zh ? link_words[v].zh : link_words[v].en));
		buf_addf(facts, ",\"verb\":\"%s\",\"url\":", link_words[v].verb);
		json_add_text(facts, l->url[v]);
		buf_add_byte(facts, '}');
		any = true;
	}
	if (any)
		buf_add_byte(facts, ']');
	if (l->code.n)
		buf_addf(facts, ",\"code\":\"%.*s\"", STR_ARG(l->code));
}
