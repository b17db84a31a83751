/* fuzz: core/httpd_head.c core/httpd_route.c */
/*
 * Bytes as a client sends them. A head is whole at one length only, however it is cut; what is
 * accepted has one meaning; what is judged to pass has its token, host and length.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/httpd_head.h"
#include "core/httpd_route.h"
#include "core/str.h"
#include "core/utf8.h"

#define CHECK(x)  \
	if (!(x)) \
	__builtin_trap()

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct route routes[] = {
	{ "POST", "/api/v1/documents", "push", ROUTE_TOKEN, 1 << 20, "" },
	{ "GET", "/i/<id>", "show", ROUTE_TOKEN, 0, "" },
	{ "POST", "/l/<link>/<what>", "link", ROUTE_OPEN, 64, "" },
	{ "GET", "/open", "open", ROUTE_OPEN, 0, "" },
	{ "POST", "/hub/<token>", "hub", ROUTE_OPEN, 64, "", .signed_body = true },
	{ .path = NULL },
};

static void
judge(const struct head *h)
{
	struct str host = STR("watch.example");
	const struct httpd_mount mount = { routes, "inproc://none" };
	const struct route_rules rules = { .mounts = &mount,
					   .n = 1,
					   .listen = STR("127.0.0.1:8787"),
					   .hosts = { &host, 1 },
					   .token = STR("t") };
	struct buf args = BUF(1 << 20);
	struct verdict v = route_judge(&rules, h, &args);

	CHECK(v.status || v.route);
	if (!v.status) {
		CHECK(args.p[0] == '{' && args.p[args.n - 1] == '}');
		CHECK(utf8_valid(buf_str(&args)));
		CHECK(v.owner || v.route->access == ROUTE_OPEN);
		CHECK(h->length <= v.route->max_body);
	} else {
		CHECK(v.status >= 400 && v.text);
	}
	CHECK(route_version(h->if_match) >= 0);
	buf_release(&args);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str in = { (const char *)p, n };
	struct head h, shorter;
	const char *why;
	int status = head_read(in, &h, &why);

	if (status == 0) {
		CHECK(n <= HEAD_BYTES_MAX);
		return 0;
	}
	if (status != 200) {
		CHECK(why);
		return 0;
	}
	CHECK(h.n <= n && h.n <= HEAD_BYTES_MAX);
	CHECK(!memcmp(p + h.n - 4, "\r\n\r\n", 4));
	CHECK(!(h.chunked && h.length != HEAD_NO_LENGTH));
	CHECK(head_read((struct str){ in.p, h.n }, &shorter, &why) == 200);
	CHECK(head_read((struct str){ in.p, h.n - 1 }, &shorter, &why) == 0);
	CHECK(head_read((struct str){ in.p, h.n / 2 }, &shorter, &why) == 0);
	judge(&h);
	return 0;
}
