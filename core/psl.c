#include "core/base.h"

#include <arpa/inet.h>

#include <libpsl.h>

#include "core/psl.h"

static bool
is_address(const char *host)
{
	unsigned char bytes[16];

	return host[0] == '[' || strchr(host, ':') || inet_pton(AF_INET, host, bytes) == 1;
}

struct str
psl_domain(struct arena *a, struct str host)
{
	const psl_ctx_t *list = psl_builtin(); /* constant data of the library */
	const char *domain;
	char *name;

	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	name = arena_text(a, host);
	for (char *p = name; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
	/* A name that is itself a public suffix has no registrable part. */
	domain = list && !is_address(name) ? psl_registrable_domain(list, name) : NULL;
	if (!domain)
		domain = name;
	return (struct str){ domain, strlen(domain) };
}
