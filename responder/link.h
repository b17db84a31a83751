/*
 * link.h - signed links 签名链接: "I take it" and "escalate", each for one use, for one recipient.
 *
 *   PUBLIC_URL/a/TOKEN    TOKEN: 64 characters of base64url
 *
 * A token is 48 bytes: version, number of the key, verb, the notice's id (16), when it expires
 * (5), a nonce (8), and the first 16 of an HMAC-SHA256 over these, the incident and the recipient.
 * What is signed and does not stand in the token comes from the notice's row: a token is right only for
 * the row that it was made for. Every character counts; there is no second way to write one.
 * Keys are rows of the record (link_store.h).
 *
 * Pure: time, key and nonce are given.
 */
#ifndef LY_RESPONDER_LINK_H
#define LY_RESPONDER_LINK_H

#include "core/base.h"
#include "core/buf.h"

#define LINK_TOKEN     64
#define LINK_PATH      "/a/"
#define LINK_S         (72 * 3600) /* a weekend: whoever was told on Friday can still answer */
#define LINK_KEY_BYTES 32
#define LINK_KEY_S     (30 * 86400) /* how long a key signs */

enum link_verb { LINK_TAKE, LINK_ESCALATE, LINK_VERBS };
struct link_word {
	const char *verb; /* "take": of the facts, of metrics */
	const char *zh, *en;
};
extern const struct link_word link_words[LINK_VERBS];

struct link {
	enum link_verb verb;
	int64_t key; /* number; 0..255 */
	struct id notice;
	int64_t expires_at;
	uint8_t nonce[8];
	uint8_t mac[16];
	/* of the notice's row, not in the token */
	struct id incident;
	struct str recipient; /* a person; empty: a group */
};
/* Signs *l: fills mac. secret: LINK_KEY_BYTES. */
void link_sign(struct link *l, struct str secret);
/* Was it signed with this key, for this incident and recipient? In constant time. */
bool link_right(const struct link *l, struct str secret);
void link_add(struct buf *b, const struct link *l);
/* The shape alone, incident and recipient empty. -1: no token of ours. */
int link_parse(struct str token, struct link *l) LY_MUST_USE;

#endif
