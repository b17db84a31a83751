/* service_http.h - one port for the routes of all parts, /healthz and /metrics. */
#ifndef LY_CLI_SERVICE_HTTP_H
#define LY_CLI_SERVICE_HTTP_H

#include "core/httpd.h"

#include "cli/settings.h"

struct service_http {
	struct bus *bus;
	const struct settings *settings;
	struct str listen;
	bool crawl, respond;        /* which routes are mounted      */
	struct runner *runners[72]; /* outlive the server            */
	const char *names[72];
	size_t n;
};
struct service_httpd;
struct service_httpd *service_http_open(const struct service_http *h,
					struct err *e) LY_MUST_USE;
void service_http_close(struct service_httpd *h); /* accepts NULL */

#endif
