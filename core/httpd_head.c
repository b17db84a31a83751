#include "core/base.h"

#include "core/httpd_head.h"
#include "core/str.h"

struct reading {
	struct head *h;
	const char *why;
	unsigned seen; /* bits of once[] */
};

static int
refuse(struct reading *r, int status, const char *why)
{
	r->why = why;
	return status;
}

static bool
is_token(struct str s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			continue;
		if (!c || !strchr(others, c))
			return false;
	}
	return s.n > 0;
}

/* ---- the lines that we use; none of them may come twice ------------------------------------- */

static int
read_host(struct reading *r, struct str value)
{
	r->h->host = value;
	for (size_t i = 0; i < value.n; i++)
		if (strchr(" \t,/@?#\\", value.p[i]))
			return refuse(r, 400, "Host is not one name");
	return 0;
}

static int
read_length(struct reading *r, struct str value)
{
	int64_t n = 0;

	if (!value.n || value.n > 15)
		return refuse(r, 400, "Content-Length is not a number");
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return refuse(r, 400, "Content-Length is not a number");
		n = n * 10 + (value.p[i] - '0');
	}
	r->h->length = n;
	return 0;
}

static int
read_encoding(struct reading *r, struct str value)
{
	if (!str_eq_nocase(value, STR("chunked")))
		return refuse(r, 501, "Transfer-Encoding is not chunked");
	r->h->chunked = true;
	return 0;
}

static int
read_expect(struct reading *r, struct str value)
{
	if (!str_eq_nocase(value, STR("100-continue")))
		return refuse(r, 417, "Expect is not 100-continue");
	return 0;
}

static int
read_authorization(struct reading *r, struct str value)
{
	r->h->authorization = value;
	return 0;
}

static int
read_origin(struct reading *r, struct str value)
{
	r->h->origin = value.n ? value : STR("null");
	return 0;
}

static int
read_fetch_site(struct reading *r, struct str value)
{
	r->h->fetch_site = value;
	return 0;
}

static int
read_type(struct reading *r, struct str value)
{
	r->h->type = value;
	return 0;
}

static int
read_if_match(struct reading *r, struct str value)
{
	r->h->if_match = value;
	return 0;
}

static int
read_signature(struct reading *r, struct str value)
{
	r->h->signature = value;
	return 0;
}

static const struct once {
	struct str name;
	int (*read)(struct reading *r, struct str value);
} once[] = {
	{ STR_INIT("Host"), read_host },
	{ STR_INIT("Content-Length"), read_length },
	{ STR_INIT("Transfer-Encoding"), read_encoding },
	{ STR_INIT("Expect"), read_expect },
	{ STR_INIT("Authorization"), read_authorization },
	{ STR_INIT("Origin"), read_origin },
	{ STR_INIT("Sec-Fetch-Site"), read_fetch_site },
	{ STR_INIT("Content-Type"), read_type },
	{ STR_INIT("If-Match"), read_if_match },
	{ STR_INIT("X-Hub-Signature"), read_signature },
};

static int
read_line(struct reading *r, struct str line)
{
	ptrdiff_t colon = str_find_byte(line, ':');
	struct str name, value;

	if (colon < 0)
		return refuse(r, 400, "a header line without a colon");
	name = str_slice(line, 0, (size_t)colon);
	value = str_trim(str_slice(line, (size_t)colon + 1, line.n));
	if (!is_token(name))
		return refuse(r, 400,
			      "a header name that is none"); /* folded lines, "Name :" */
	for (size_t i = 0; i < LY_COUNT(once); i++) {
		if (!str_eq_nocase(name, once[i].name))
			continue;
		if (r->seen & 1u << i)
			return refuse(r, 400, "a header that must not come twice");
		r->seen |= 1u << i;
		return once[i].read(r, value);
	}
	return 0;
}

static int
read_request(struct reading *r, struct str line)
{
	struct str rest = line, version;

	if (!str_next(&rest, ' ', &r->h->method) || !str_next(&rest, ' ', &r->h->target) ||
	    !str_next(&rest, ' ', &version) || rest.n)
		return refuse(r, 400, "not a request line");
	if (!is_token(r->h->method) || r->h->method.n > 16)
		return refuse(r, 400, "not a method");
	if (r->h->target.n > HEAD_TARGET_MAX)
		return refuse(r, 414, "the address is too long");
	if (!r->h->target.n || r->h->target.p[0] != '/' ||
	    str_find_byte(r->h->target, '#') >= 0)
		return refuse(r, 400, "not an address on this server");
	for (size_t i = 0; i < r->h->target.n; i++)
		if (r->h->target.p[i] <= ' ' || r->h->target.p[i] > '~')
			return refuse(r, 400, "bytes in the address that must be escaped");
	if (!str_is(version, "HTTP/1.1") && !str_is(version, "HTTP/1.0"))
		return str_starts(version, STR("HTTP/")) ? refuse(r, 505, "not HTTP/1")
							 : refuse(r, 400, "not a request line");
	r->h->minor = version.p[version.n - 1] - '0';
	return 0;
}

/* Relations between the lines. */
static int
read_whole(struct reading *r)
{
	struct head *h = r->h;

	if (h->chunked && h->length != HEAD_NO_LENGTH)
		return refuse(r, 400, "Content-Length beside Transfer-Encoding");
	if (h->chunked && h->minor == 0)
		return refuse(r, 400, "Transfer-Encoding in HTTP/1.0");
	if (!h->host.n)
		return refuse(r, 400, "Host is missing");
	return 200;
}

/* Where the line at the start ends; -1: not whole yet, -2: a byte that may not stand there. */
static ptrdiff_t
line_end(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\r' && i + 1 == s.n)
			return -1;
		if (c == '\r')
			return s.p[i + 1] == '\n' ? (ptrdiff_t)i : -2;
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return -2;
	}
	return -1;
}

static int
read_lines(struct reading *r, struct str bytes)
{
	struct str rest = bytes;

	for (int lines = 0;; lines++) {
		ptrdiff_t end = line_end(rest);
		struct str line;
		int status;

		if (end == -2)
			return refuse(r, 400, "a control character or a bare CR or LF");
		if (end < 0)
			return bytes.n > HEAD_BYTES_MAX ? refuse(r, 431, "the head is too long")
							: 0;
		line = str_slice(rest, 0, (size_t)end);
		rest = str_slice(rest, (size_t)end + 2, rest.n);
		r->h->n = bytes.n - rest.n;
		if (r->h->n > HEAD_BYTES_MAX)
			return refuse(r, 431, "the head is too long");
		if (!line.n && lines > 0)
			return read_whole(r);
		if (lines > HEAD_LINES_MAX)
			return refuse(r, 431, "too many header lines");
		status = lines ? read_line(r, line) : read_request(r, line);
		if (status)
			return status;
	}
}

int
head_read(struct str bytes, struct head *h, const char **why)
{
	struct reading r = { .h = h };
	int status;

	*h = (struct head){ .length = HEAD_NO_LENGTH };
	status = read_lines(&r, bytes);
	*why = r.why;
	return status;
}
