/*
 * What must stay true here: every line of a header was written by us. Whatever came from
 * outside is refused when it holds a control byte, and is encoded when it is not ASCII or could
 * be read as something else, so nothing can begin a header of its own.
 */
#include "core/base.h"

#include <curl/curl.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/http_loop.h"
#include "core/smtp.h"
#include "core/str.h"
#include "core/utf8.h"

#define LINE_BYTES  76 /* RFC 2047; also of base64 */
#define MAIL_MAX    ((size_t)32 << 20)
#define ADDRESS_MAX 254
#define SUBJECT_MAX 1000
#define KEY_MAX     128

/* ---- what may stand in a header ------------------------------------------------------------ */

static int
refuse_control(const char *what, struct str s, struct err *e)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return err_set(e, ERR_REJECT, "the %s of a mail holds a control byte",
				       what);
	if (!utf8_valid(s))
		return err_set(e, ERR_REJECT, "the %s of a mail is not UTF-8", what);
	return 0;
}

static bool
is_atom(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool
is_address(struct str s)
{
	ptrdiff_t at = str_find_byte(s, '@');

	if (at <= 0 || s.n > ADDRESS_MAX || (size_t)at + 1 == s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i != (size_t)at && !is_atom(s.p[i]))
			return false;
	return true;
}

struct mailbox {
	struct str name, address;
};

/* "address" or "Name <address>", the name perhaps in quotes. */
static int
read_mailbox(const char *what, struct str s, struct mailbox *m, struct err *e)
{
	ptrdiff_t open;

	if (refuse_control(what, s, e) < 0)
		return -1;
	s = str_trim(s);
	*m = (struct mailbox){ .address = s };
	if (str_ends(s, STR(">"))) {
		open = str_find_byte(s, '<');
		if (open >= 0) {
			m->name = str_trim(str_slice(s, 0, (size_t)open));
			m->address = str_slice(s, (size_t)open + 1, s.n - (size_t)open - 2);
		}
	}
	if (m->name.n >= 2 && m->name.p[0] == '"' && m->name.p[m->name.n - 1] == '"')
		m->name = str_slice(m->name, 1, m->name.n - 2);
	if (is_address(m->address) && m->name.n <= SUBJECT_MAX)
		return 0;
	return err_set(e, ERR_REJECT, "the %s of a mail is no address: \"%.*s\"", what,
		       (int)(s.n > 100 ? 100 : s.n), s.n ? s.p : "");
}

static int
check_key(const char *what, struct str key, struct err *e)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		      (c && strchr("._+-", c))))
			return err_set(e, ERR_REJECT,
				       "the %s of a mail holds other bytes than "
				       "letters, digits and \"._+-\"",
				       what);
	}
	if (key.n > KEY_MAX)
		return err_set(e, ERR_REJECT, "the %s of a mail is too long", what);
	return 0;
}

static int
check_unsubscribe(struct str url, struct err *e)
{
	bool known = str_starts(url, STR("https://")) || str_starts(url, STR("mailto:"));

	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20 || (unsigned char)url.p[i] >= 0x7f ||
		    url.p[i] == '<' || url.p[i] == '>')
			known = false;
	if (url.n && (!known || url.n > 900))
		return err_set(e, ERR_REJECT,
			       "the way to unsubscribe is no https or mailto address");
	return 0;
}

/* ---- headers ------------------------------------------------------------------------------- */

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return str_find(s, STR("=?")) < 0;
}

/* RFC 2047: words of at most 75 bytes, each of whole characters, folded. used: bytes that
 * stand in the line already. */
static void
add_words(struct buf *out, struct str s, size_t used)
{
	while (s.n) {
		size_t room = LINE_BYTES - used - strlen("=?UTF-8?B?") - 2;
		struct str part = utf8_cut(s, room / 4 * 3);

		buf_add(out, STR("=?UTF-8?B?"));
		hash_add_base64(out, part);
		buf_add(out, STR("?="));
		s = str_slice(s, part.n, s.n);
		if (s.n)
			buf_add(out, STR("\r\n "));
		used = 1;
	}
}

static void
add_text_header(struct buf *out, const char *name, struct str value)
{
	size_t used = strlen(name) + 2;

	buf_addf(out, "%s: ", name);
	if (is_plain(value) && used + value.n <= LINE_BYTES)
		buf_add(out, value);
	else
		add_words(out, value, used);
	buf_add(out, STR("\r\n"));
}

static void
add_mailbox(struct buf *out, const char *name, const struct mailbox *m)
{
	size_t used = strlen(name) + 2;

	buf_addf(out, "%s: ", name);
	if (!m->name.n) {
		buf_addf(out, "%.*s\r\n", STR_ARG(m->address));
		return;
	}
	if (is_plain(m->name) && used + 2 * m->name.n <= LINE_BYTES) {
		buf_add_byte(out, '"');
		for (size_t i = 0; i < m->name.n; i++) {
			if (m->name.p[i] == '"' || m->name.p[i] == '\\')
				buf_add_byte(out, '\\');
			buf_add_byte(out, m->name.p[i]);
		}
		buf_add_byte(out, '"');
	} else {
		add_words(out, m->name, used);
	}
	buf_addf(out, "\r\n <%.*s>\r\n", STR_ARG(m->address));
}

static void
add_date(struct buf *out, int64_t at)
{
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil c = zone_civil(NULL, at);

	buf_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[c.weekday - 1],
		 c.day, months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void
add_list(struct buf *out, struct str unsubscribe, struct str domain)
{
	if (!unsubscribe.n)
		return;
	buf_addf(out, "List-Id: <langyan.%.*s>\r\nList-Unsubscribe: <%.*s>\r\n",
		 STR_ARG(domain), STR_ARG(unsubscribe));
	if (str_starts(unsubscribe, STR("https://"))) /* RFC 8058 */
		buf_add(out, STR("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

/* ---- bodies -------------------------------------------------------------------------------- */

/* ASCII in lines of at most 76 bytes may go as it is. */
static bool
is_seven_bit(struct str s)
{
	size_t line = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n') {
			line = 0;
			continue;
		}
		if (c < 0x20 || c >= 0x7f || ++line > LINE_BYTES)
			return false;
	}
	return true;
}

/* Every end of line becomes CRLF, whatever it was. */
static void
add_lines(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (s.p[i] == '\n' || s.p[i] == '\r')
			buf_add(out, STR("\r\n"));
		else
			buf_add_byte(out, s.p[i]);
	}
}

static void
add_base64(struct buf *out, struct str s)
{
	for (; s.n; s = str_slice(s, LINE_BYTES / 4 * 3, s.n)) {
		hash_add_base64(out, str_slice(s, 0, LINE_BYTES / 4 * 3));
		buf_add(out, STR("\r\n"));
	}
}

static void
add_body(struct buf *out, const char *type, struct str s)
{
	struct buf lines = BUF(MAIL_MAX);
	bool seven = is_seven_bit(s);

	buf_addf(out,
		 "Content-Type: text/%s; charset=utf-8\r\n"
		 "Content-Transfer-Encoding: %s\r\n\r\n",
		 type, seven ? "7bit" : "base64");
	add_lines(seven ? out : &lines, s);
	add_base64(out, buf_str(&lines));
	out->over |= lines.over;
	buf_release(&lines);
	if (seven && !str_ends(buf_str(out), STR("\r\n")))
		buf_add(out, STR("\r\n"));
}

static void
add_image(struct buf *out, const struct mail_image *x)
{
	buf_addf(out,
		 "Content-Type: image/png\r\nContent-ID: <%s>\r\nContent-Disposition: inline;"
		 " filename=\"%s.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		 x->name, x->name);
	add_base64(out, x->png);
}

/* The HTML; with images as one part with them. */
static void
add_html(struct buf *out, const struct mail *m, const char *boundary)
{
	if (!m->images_n) {
		add_body(out, "html", m->html);
		return;
	}
	buf_addf(out,
		 "Content-Type: multipart/related; type=\"text/html\";\r\n"
		 " boundary=\"%s.r\"\r\n\r\n--%s.r\r\n",
		 boundary, boundary);
	add_body(out, "html", m->html);
	for (size_t i = 0; i < m->images_n; i++) {
		buf_addf(out, "--%s.r\r\n", boundary);
		add_image(out, &m->images[i]);
	}
	buf_addf(out, "--%s.r--\r\n", boundary);
}

static void
add_bodies(struct buf *out, const struct mail *m)
{
	struct id id = ID_OF(m->key, m->text, m->html);
	struct buf boundary = BUF(64);

	if (!m->html.n) {
		add_body(out, "plain", m->text);
		return;
	}
	/* "=_" is in no base64, and nobody writes a text that holds its own hash. */
	buf_add(&boundary, STR("=_"));
	id_add_hex(&boundary, &id);
	buf_addf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
		 boundary.p);
	buf_addf(out, "--%s\r\n", boundary.p);
	add_body(out, "plain", m->text);
	buf_addf(out, "--%s\r\n", boundary.p);
	add_html(out, m, boundary.p);
	buf_addf(out, "--%s--\r\n", boundary.p);
	buf_release(&boundary);
}

static int
check_mail(const struct mail *m, struct mailbox *from, struct mailbox *to, struct err *e)
{
	if (read_mailbox("sender", m->from, from, e) < 0 ||
	    read_mailbox("recipient", m->to, to, e) < 0 ||
	    refuse_control("subject", m->subject, e) < 0 || check_key("key", m->key, e) < 0 ||
	    check_key("thread", m->thread, e) < 0 || check_unsubscribe(m->unsubscribe, e) < 0)
		return -1;
	if (!m->key.n)
		return err_set(e, ERR_REJECT, "a mail has no key");
	if (m->subject.n > SUBJECT_MAX)
		return err_set(e, ERR_REJECT, "the subject of a mail is too long");
	if (!utf8_valid(m->text) || !utf8_valid(m->html))
		return err_set(e, ERR_REJECT, "the text of a mail is not UTF-8");
	return 0;
}

int
mail_render(const struct mail *m, struct buf *out, struct err *e)
{
	struct mailbox from, to;
	struct str domain;

	if (check_mail(m, &from, &to, e) < 0)
		return -1;
	domain = str_slice(from.address, (size_t)str_find_byte(from.address, '@') + 1,
			   from.address.n);
	add_date(out, m->at);
	add_mailbox(out, "From", &from);
	add_mailbox(out, "To", &to);
	add_text_header(out, "Subject", m->subject);
	buf_addf(out, "Message-ID: <%.*s@%.*s>\r\n", STR_ARG(m->key), STR_ARG(domain));
	if (m->thread.n)
		for (int i = 0; i < 2; i++)
			buf_addf(out, "%s: <%.*s@%.*s>\r\n", i ? "References" : "In-Reply-To",
				 STR_ARG(m->thread), STR_ARG(domain));
	add_list(out, m->unsubscribe, domain);
	/* RFC 3834: nobody's holiday notice shall answer. */
	buf_add(out, STR("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"));
	add_bodies(out, m);
	return buf_ok(out) ? 0 : err_set(e, ERR_REJECT, "a mail is too large");
}

/* ---- sending ------------------------------------------------------------------------------- */

/* scheme://host[:port] and nothing else: a path would become the name we greet with. */
static int
check_server(struct str server, struct err *e)
{
	struct str host = server;

	if (str_starts(server, STR("smtp://")))
		host = str_slice(server, 7, server.n);
	else if (str_starts(server, STR("smtps://")))
		host = str_slice(server, 8, server.n);
	for (size_t i = 0; i < host.n; i++)
		if (!is_atom(host.p[i]) && !strchr("[]:", host.p[i] ? host.p[i] : 'x'))
			host.n = 0;
	if (host.n && host.n < 300 && host.n != server.n && str_find_byte(host, '/') < 0)
		return 0;
	return err_set(e, ERR_USAGE,
		       "\"%.*s\" is not of the form smtp://host:port or smtps://host:port",
		       (int)(server.n > 100 ? 100 : server.n), server.p ? server.p : "");
}

static void
set_text(CURL *c, CURLoption option, const char *head, struct str s, const char *tail)
{
	struct buf text = BUF(8192);

	buf_addf(&text, "%s%.*s%s", head, STR_ARG(s), tail);
	curl_easy_setopt(c, option, text.p); /* curl copies */
	buf_release(&text);
}

static void
set_mail(struct transfer *t, const struct mail *m)
{
	CURL *c = transfer_easy(t);
	struct mailbox from, to;
	struct err e;
	struct buf rcpt = BUF(ADDRESS_MAX + 8);

	(void)!read_mailbox("sender", m->from, &from, &e); /* checked by mail_render */
	(void)!read_mailbox("recipient", m->to, &to, &e);
	set_text(c, CURLOPT_URL, "", m->server, "");
	set_text(c, CURLOPT_MAIL_FROM, "<", from.address, ">");
	buf_addf(&rcpt, "<%.*s>", STR_ARG(to.address));
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, transfer_list_add(t, rcpt.p));
	buf_release(&rcpt);
	if (m->user.n) {
		set_text(c, CURLOPT_USERNAME, "", m->user, "");
		set_text(c, CURLOPT_PASSWORD, "", m->password, "");
	}
	curl_easy_setopt(c, CURLOPT_USE_SSL,
			 (long)(m->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer_upload(t)->n);
}

int
mail_start(struct http *h, const struct mail *m, struct err *e)
{
	struct transfer_spec spec = {
		.schemes = "smtp,smtps",
		.mail = true,
		.timeout_ms = m->timeout_ms,
		.max_bytes = 65536,
		.allow_private = m->allow_private,
		.done = m->done,
		.arg = m->arg,
	};
	struct transfer *t;

	if (check_server(m->server, e) < 0)
		return -1;
	t = transfer_new(h, &spec, e);
	if (!t)
		return -1;
	if (mail_render(m, transfer_upload(t), e) < 0) {
		transfer_free(t);
		return -1;
	}
	set_mail(t, m);
	return transfer_go(t, e);
}
