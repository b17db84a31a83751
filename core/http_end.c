/* http_end.c - how a transfer ended: curl's codes -> the closed list that is shown to people. */
#include "core/base.h"

#include "core/http_inside.h"
#include "core/str.h"
#include "core/utf8.h"

const char *const http_end_words[] = {
	[HTTP_OK] = "answered",
	[HTTP_NO_NAME] = "name not found",
	[HTTP_NO_CONNECT] = "no connection",
	[HTTP_BLOCKED] = "address not allowed",
	[HTTP_TLS] = "certificate or handshake refused",
	[HTTP_SLOW] = "too slow",
	[HTTP_TOO_LARGE] = "too large",
	[HTTP_REDIRECTS] = "too many redirects",
	[HTTP_PROTOCOL] = "broken answer",
	[HTTP_CUT] = "cut off",
	[HTTP_REFUSED_MAIL] = "mail refused",
	[HTTP_OTHER_TYPE] = "not a type that is read",
	[HTTP_STOPPED] = "stopped",
	[HTTP_DISALLOWED] = "robots.txt disallows it",
};

static const struct {
	CURLcode code;
	enum http_end end;
} ends[] = {
	{ CURLE_OK, HTTP_OK },
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_NAME },
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_NAME },
	{ CURLE_COULDNT_CONNECT, HTTP_NO_CONNECT },
	{ CURLE_INTERFACE_FAILED, HTTP_NO_CONNECT },
	{ CURLE_PROXY, HTTP_NO_CONNECT },
	{ CURLE_ABORTED_BY_CALLBACK, HTTP_BLOCKED },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_TLS },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS },
	{ CURLE_SSL_CERTPROBLEM, HTTP_TLS },
	{ CURLE_SSL_CIPHER, HTTP_TLS },
	{ CURLE_SSL_CACERT_BADFILE, HTTP_TLS },
	{ CURLE_SSL_ISSUER_ERROR, HTTP_TLS },
	{ CURLE_SSL_SHUTDOWN_FAILED, HTTP_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, HTTP_TLS },
	{ CURLE_SSL_ENGINE_INITFAILED, HTTP_TLS },
	{ CURLE_USE_SSL_FAILED, HTTP_TLS },
	{ CURLE_OPERATION_TIMEDOUT, HTTP_SLOW },
	{ CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LARGE },
	{ CURLE_OUT_OF_MEMORY, HTTP_TOO_LARGE }, /* of curl's 100 KB for one header */
	{ CURLE_TOO_MANY_REDIRECTS, HTTP_REDIRECTS },
	{ CURLE_GOT_NOTHING, HTTP_CUT },
	{ CURLE_PARTIAL_FILE, HTTP_CUT },
	{ CURLE_SEND_ERROR, HTTP_CUT },
	{ CURLE_RECV_ERROR, HTTP_CUT },
	{ CURLE_HTTP2_STREAM, HTTP_CUT },
};

enum http_end
transfer_end(const struct transfer *t, CURLcode code, int status)
{
	if (t->mail && code != CURLE_OK && status >= 500)
		return HTTP_REFUSED_MAIL;
	if (t->mail && code != CURLE_OK && status >= 400)
		return HTTP_OK; /* an answer, and its status says "later" */
	if (t->too_large)
		return HTTP_TOO_LARGE;
	if (t->other_type)
		return HTTP_OTHER_TYPE;
	if (code == CURLE_OK && !t->mail && !t->fields.whole)
		return HTTP_CUT; /* curl takes half a header for an answer */
	if (t->blocked[0] && code == CURLE_COULDNT_CONNECT)
		return HTTP_BLOCKED;
	for (size_t i = 0; i < LY_COUNT(ends); i++)
		if (ends[i].code == code)
			return ends[i].end;
	return HTTP_PROTOCOL; /* what is left is a far end that speaks no HTTP */
}

void
transfer_explain(const struct transfer *t, CURLcode code, struct http_response *r)
{
	const char *words = t->words[0] ? t->words : curl_easy_strerror(code);
	struct str cut;

	if (r->end == HTTP_BLOCKED)
		words = t->blocked;
	else if (t->other_type)
		words = t->fields.v[FIELD_TYPE].n ? t->fields.v[FIELD_TYPE].p
						  : "it does not say its type";
	else if (t->too_large)
		words = buf_ok(&t->body) ? "more headers than allowed"
					 : "more bytes than allowed";
	else if (code == CURLE_OUT_OF_MEMORY)
		words = "a larger header than allowed";
	else if (code == CURLE_USE_SSL_FAILED)
		words = "it offers no STARTTLS";
	else if (t->mail && t->fields.v[0].n && code != CURLE_OK &&
		 (r->end == HTTP_REFUSED_MAIL || r->end == HTTP_OK))
		words = t->fields.v[0].p; /* else its last line is not what went wrong */
	else if (r->end == HTTP_CUT && code == CURLE_OK)
		words = "the headers end in the middle";
	else if (r->end == HTTP_OK)
		return;
	cut = utf8_cut(str_of(words), sizeof r->detail - 1);
	memcpy(r->detail, cut.p, cut.n);
	/* The far end may have chosen these words. */
	for (char *p = r->detail; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
}

bool
http_is_redirect(const struct http_response *r)
{
	return r->end == HTTP_OK && r->location.n &&
	       ((r->status >= 301 && r->status <= 303) || r->status == 307 || r->status == 308);
}
