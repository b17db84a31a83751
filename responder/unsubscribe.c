/* unsubscribe.c - see unsubscribe.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/link_page.h"
#include "responder/plain.h"
#include "responder/unsubscribe.h"

#define MAC_BYTES 16
#define NAME_MAX  (UNSUBSCRIBE_MAX / 2 - MAC_BYTES)
#define TITLE_MAX 80 /* code points */

/* ---- the token ----------------------------------------------------------------------------------- */

static void
mac_of(struct str secret, struct str names, uint8_t out[32])
{
	struct buf b = BUF(1024);

	buf_add(&b, STR("langyan unsubscribe\n"));
	buf_add(&b, names);
	hash_hmac_sha256(secret, buf_str(&b), out);
	buf_release(&b);
}

void
unsubscribe_add(struct buf *b, struct str secret, const struct unsubscribe *u)
{
	struct buf names = BUF(NAME_MAX);
	uint8_t mac[32];

	buf_add(&names, u->digest);
	buf_add_byte(&names, '\n');
	buf_add(&names, u->person);
	if (buf_ok(&names)) {
		mac_of(secret, buf_str(&names), mac);
		hash_add_hex(b, mac, MAC_BYTES);
		hash_add_hex(b, (const uint8_t *)names.p, names.n);
	}
	buf_release(&names);
}

int
unsubscribe_parse(struct str token, struct str secret, struct arena *a, struct unsubscribe *u)
{
	size_t n = token.n / 2;
	uint8_t bytes[UNSUBSCRIBE_MAX / 2], mac[32];
	struct str names;
	ptrdiff_t line;

	if (token.n > UNSUBSCRIBE_MAX || token.n % 2 || n <= MAC_BYTES ||
	    hash_from_hex(token, bytes, n) < 0)
		return -1;
	names = arena_str(a, (struct str){ (const char *)bytes + MAC_BYTES, n - MAC_BYTES });
	mac_of(secret, names, mac);
	line = str_find_byte(names, '\n');
	if (!hash_equal(mac, bytes, MAC_BYTES) || line < 0)
		return -1;
	u->digest = str_slice(names, 0, (size_t)line);
	u->person = str_slice(names, (size_t)line + 1, names.n);
	return 0;
}

/* ---- the page ------------------------------------------------------------------------------------- */

static const struct {
	int status;
	const char *zh, *en;
	const char *button, *name; /* NULL: none */
} pages[UNSUBSCRIBE_PAGES] = {
	[UNSUBSCRIBE_ASKED] = { 200, "不再收到这份简报？随时可以再订回来。",
				"No more of this digest? You can have it back at any time.",
				"退订 · Unsubscribe", "" },
	[UNSUBSCRIBE_DONE] = { 200, "已退订，这份简报不会再发给您。",
			       "You are unsubscribed: this digest is not sent to you any more.",
			       "重新订阅 · Have it back", " name=\"back\" value=\"1\"" },
	[UNSUBSCRIBE_BACK] = { 200, "已重新订阅，下一期照常发给您。",
			       "You have it back: the next one is sent to you.", NULL, NULL },
	[UNSUBSCRIBE_WRONG] = { 404,
				"这个链接无效：可能没有复制完整，或者这份简报已经不再发送。",
				"This link is not valid: it may have been cut short, or the "
				"digest is no longer sent.",
				NULL, NULL },
	[UNSUBSCRIBE_LIMITED] = { 429, "请求太频繁，请一分钟后再试。",
				  "Too many requests. Please try again in a minute.", NULL,
				  NULL },
};

int
unsubscribe_status(enum unsubscribe_page page)
{
	return pages[page].status;
}

void
unsubscribe_page(enum unsubscribe_page page, struct str title, struct buf *b)
{
	struct buf plain = BUF(4096);

	plain_add(&plain, PLAIN_TEXT, title.n ? title : STR("狼烟 Langyan"), TITLE_MAX);
	buf_add(b,
		STR("<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		    "<meta name=\"robots\" content=\"noindex,nofollow\">\n<title>"));
	plain_add_html(b, buf_str(&plain));
	buf_addf(b, "</title>\n<style>%s</style></head>\n<body><main>\n<h1>", link_page_style);
	plain_add_html(b, buf_str(&plain));
	buf_addf(b, "</h1>\n<p lang=\"zh\">%s</p>\n<p lang=\"en\">%s</p>\n", pages[page].zh,
		 pages[page].en);
	if (pages[page].button)
		buf_addf(b, "<form method=\"post\">\n<button%s>%s</button>\n</form>\n",
			 pages[page].name, pages[page].button);
	buf_add(b, STR("</main></body></html>\n"));
	buf_release(&plain);
}
