/* imap.c - SELECT, UID SEARCH and FETCH by libcurl; what a server says is read as lines. */
#include "core/base.h"

#include <curl/curl.h>

#include "core/http_loop.h"
#include "core/imap.h"
#include "core/str.h"

#define TIMEOUT_MS 30000
#define LINES_MAX  1000
#define ANSWER_MAX 65536

/* ---- what a server says ---------------------------------------------------------------------------- */

/* "[UIDVALIDITY 3857529045]" -> its number; 0: not in this line. */
static int64_t
code_of(struct str line, const char *name)
{
	struct buf b = BUF(64);
	struct str rest;
	ptrdiff_t at, end;
	int64_t v = 0;

	buf_addf(&b, "[%s ", name);
	at = str_find_nocase(line, buf_str(&b));
	if (at >= 0) {
		rest = str_slice(line, (size_t)at + b.n, line.n);
		end = str_find_byte(rest, ']');
		if (end <= 0 || str_int64(str_slice(rest, 0, (size_t)end), &v) < 0 || v < 0)
			v = 0;
	}
	buf_release(&b);
	return v;
}

static void
uid_add(struct imap_found *f, int64_t uid)
{
	size_t at = f->n;

	while (at > 0 && f->uids[at - 1] > uid)
		at--;
	if (at > 0 && f->uids[at - 1] == uid)
		return;
	if (f->n == IMAP_MAX) {
		f->more = true;
		if (at == IMAP_MAX)
			return;
		f->n--;
	}
	memmove(f->uids + at + 1, f->uids + at, (f->n - at) * sizeof *f->uids);
	f->uids[at] = uid;
	f->n++;
}

void
imap_found_read(struct str head, int64_t after, struct imap_found *f)
{
	static const struct str search = STR_INIT("* SEARCH");
	struct str line, word;
	int lines = 0;

	*f = (struct imap_found){ .n = 0 };
	while (lines++ < LINES_MAX && str_next(&head, '\n', &line)) {
		int64_t v = code_of(line, "UIDVALIDITY"), next = code_of(line, "UIDNEXT");

		if (!str_starts(line, STR("* ")))
			continue;
		f->validity = v ? v : f->validity;
		f->next = next ? next : f->next;
		if (!str_eq_nocase(str_slice(line, 0, search.n), search))
			continue;
		line = str_slice(line, search.n, line.n);
		while (str_next(&line, ' ', &word))
			if (str_int64(str_trim(word), &v) == 0 && v > after && v <= UINT32_MAX)
				uid_add(f, v); /* "n:*" names the last message, new or not */
	}
}

/* ---- asking ------------------------------------------------------------------------------------------ */

bool
imap_url_right(struct str url)
{
	struct str rest = url;
	ptrdiff_t slash;

	if (str_starts(url, STR("imaps://")))
		rest = str_slice(url, 8, url.n);
	else if (str_starts(url, STR("imap://")))
		rest = str_slice(url, 7, url.n);
	if (rest.n == url.n || url.n > 1000)
		return false;
	for (size_t i = 0; i < rest.n; i++) { /* ";" begins what we say of a message */
		unsigned char c = (unsigned char)rest.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr(";?#@\"'<>\\", c))
			return false;
	}
	slash = str_find_byte(rest, '/');
	return slash > 0 && (size_t)slash + 1 < rest.n && !str_ends(rest, STR("/"));
}

static void
set_text(CURL *c, CURLoption option, struct str s)
{
	struct buf text = BUF(8192);

	buf_add(&text, s);
	curl_easy_setopt(c, option, text.p); /* curl copies */
	buf_release(&text);
}

struct asking {
	const struct imap_box *box;
	struct str url, command; /* command empty: a plain fetch */
	int64_t max_bytes;
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};

static int
ask(struct http *h, const struct asking *q, struct err *e)
{
	struct transfer_spec spec = { .schemes = "imap,imaps",
				      .mail = true,
				      .lines = true,
				      .timeout_ms = TIMEOUT_MS,
				      .max_bytes = q->max_bytes,
				      .allow_private = q->box->allow_private,
				      .done = q->done,
				      .arg = q->arg };
	struct transfer *t;
	CURL *c;

	if (!imap_url_right(q->box->url))
		return err_set(e, ERR_USAGE,
			       "\"%.*s\" is not of the form imaps://host:port/MAILBOX",
			       (int)(q->box->url.n > 100 ? 100 : q->box->url.n),
			       q->box->url.p ? q->box->url.p : "");
	t = transfer_new(h, &spec, e);
	if (!t)
		return -1;
	c = transfer_easy(t);
	set_text(c, CURLOPT_URL, q->url);
	if (q->command.n)
		set_text(c, CURLOPT_CUSTOMREQUEST, q->command);
	if (q->box->user.n) {
		set_text(c, CURLOPT_USERNAME, q->box->user);
		set_text(c, CURLOPT_PASSWORD, q->box->password);
	}
	curl_easy_setopt(c, CURLOPT_USE_SSL,
			 (long)(q->box->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	return transfer_go(t, e);
}

int
imap_search(struct http *h, const struct imap_box *b, int64_t after,
	    void (*done)(void *arg, const struct http_response *r), void *arg, struct err *e)
{
	struct buf command = BUF(100);
	struct asking q = {
		.box = b, .url = b->url, .max_bytes = ANSWER_MAX, .done = done, .arg = arg
	};
	int r;

	buf_addf(&command, "UID SEARCH UID %lld:*", (long long)after + 1);
	q.command = buf_str(&command);
	r = ask(h, &q, e);
	buf_release(&command);
	return r;
}

int
imap_fetch(struct http *h, const struct imap_box *b, int64_t uid, int64_t max_bytes,
	   void (*done)(void *arg, const struct http_response *r), void *arg, struct err *e)
{
	struct buf url = BUF(2000);
	struct asking q = { .box = b, .max_bytes = max_bytes + 1000, .done = done, .arg = arg };
	int r;

	buf_addf(&url, "%.*s/;UID=%lld/;PARTIAL=0.%lld", STR_ARG(b->url), (long long)uid,
		 (long long)max_bytes);
	q.url = buf_str(&url);
	r = ask(h, &q, e);
	buf_release(&url);
	return r;
}
