/*
 * mime.h - one e-mail message (RFC 5322, MIME) -> who, when, what about, and its text.
 *
 * multipart, base64 and quoted-printable, charsets, RFC 2047 words; of alternatives the plain one,
 * else the HTML one as text. Attachments are counted and never opened. Pure. Ceilings: 256 KiB of
 * headers, 256 parts, 12 levels, 4 MiB of text.
 */
#ifndef LY_CORE_MIME_H
#define LY_CORE_MIME_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

struct mime {
	struct str id;      /* of Message-ID, without its brackets; may be empty */
	struct str subject; /* all texts are valid UTF-8 and live in the arena    */
	struct str author;  /* the name in From, else its address                 */
	struct str address;
	struct str list; /* of List-Id: "list.example.com", or empty           */
	struct str text;
	struct str date; /* of Date, as it is written; or empty */
	size_t attachments;
};
/* ERR_REJECT when it is no message. */
int mime_parse(struct arena *a, struct str raw, struct mime *m, struct err *e) LY_MUST_USE;
/* "=?gb2312?B?…?=" and bare bytes of any charset -> UTF-8 in a. */
struct str mime_words(struct arena *a, struct str s);

#endif
