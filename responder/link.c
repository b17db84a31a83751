/* link.c - tokens of signed links: bytes, signature, text. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/link.h"

#define VERSION 1
#define SIGNED  32 /* bytes of a token that the MAC stands behind */
#define WHOLE   (SIGNED + 16)

const struct link_word link_words[LINK_VERBS] = {
	[LINK_TAKE] = { "take", "我来处理", "I take it" },
	[LINK_ESCALATE] = { "escalate", "升级", "Escalate" },
};

static void
pack(const struct link *l, uint8_t out[SIGNED])
{
	out[0] = VERSION;
	out[1] = (uint8_t)l->key;
	out[2] = (uint8_t)l->verb;
	memcpy(out + 3, l->notice.b, sizeof l->notice.b);
	for (int i = 0; i < 5; i++)
		out[19 + i] = (uint8_t)(l->expires_at >> (8 * (4 - i)));
	memcpy(out + 24, l->nonce, sizeof l->nonce);
}

static void
mac_of(const struct link *l, struct str secret, uint8_t out[32])
{
	uint8_t head[SIGNED];
	struct buf b = BUF(4096);

	pack(l, head);
	buf_add(&b, STR("langyan link\n"));
	buf_add(&b, (struct str){ (const char *)head, sizeof head });
	buf_add(&b, id_str(&l->incident));
	buf_add(&b, l->recipient); /* last: nothing follows that it could run into */
	hash_hmac_sha256(secret, buf_str(&b), out);
	if (!buf_ok(&b))
		memset(out, 0, 32);
	buf_release(&b);
}

void
link_sign(struct link *l, struct str secret)
{
	uint8_t mac[32];

	mac_of(l, secret, mac);
	memcpy(l->mac, mac, sizeof l->mac);
}

bool
link_right(const struct link *l, struct str secret)
{
	uint8_t mac[32];

	mac_of(l, secret, mac);
	return hash_equal(mac, l->mac, sizeof l->mac);
}

static void
swap(char *p, size_t n, const char *from, const char *to)
{
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2; k++)
			if (p[i] == from[k]) {
				p[i] = to[k];
				break;
			}
}

void
link_add(struct buf *b, const struct link *l)
{
	uint8_t bytes[WHOLE];
	size_t at = b->n;

	pack(l, bytes);
	memcpy(bytes + SIGNED, l->mac, sizeof l->mac);
	hash_add_base64(b, (struct str){ (const char *)bytes, sizeof bytes });
	swap(b->p + at, b->n - at, "+/", "-_");
}

static bool
is_shaped(struct str token)
{
	for (size_t i = 0; i < token.n; i++) {
		char c = token.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return token.n == LINK_TOKEN;
}

int
link_parse(struct str token, struct link *l)
{
	char text[LINK_TOKEN];
	struct buf b = BUF(WHOLE + 1);
	const uint8_t *p;

	*l = (struct link){ .key = 0 };
	if (!is_shaped(token))
		return -1;
	memcpy(text, token.p, sizeof text);
	swap(text, sizeof text, "-_", "+/");
	if (hash_from_base64((struct str){ text, sizeof text }, &b) < 0 || b.n != WHOLE)
		goto other;
	p = (const uint8_t *)b.p;
	if (p[0] != VERSION || p[2] >= LINK_VERBS)
		goto other;
	l->key = p[1];
	l->verb = (enum link_verb)p[2];
	memcpy(l->notice.b, p + 3, sizeof l->notice.b);
	for (int i = 0; i < 5; i++)
		l->expires_at = l->expires_at << 8 | p[19 + i];
	memcpy(l->nonce, p + 24, sizeof l->nonce);
	memcpy(l->mac, p + SIGNED, sizeof l->mac);
	buf_release(&b);
	return 0;
other:
	buf_release(&b);
	return -1;
}
