/* origins.c - see origins.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/http.h"
#include "core/str.h"

#include "crawler/origins.h"

#define KEPT 1024

struct origins {
	struct {
		char *written, *file; /* "http://example.com:81" as addresses begin */
	} kept[KEPT];
};

struct origins *
origins_new(void)
{
	struct origins *o = calloc(1, sizeof *o);

	if (!o)
		abort();
	return o;
}

void
origins_free(struct origins *o)
{
	for (size_t i = 0; o && i < KEPT; i++) {
		free(o->kept[i].written);
		free(o->kept[i].file);
	}
	free(o);
}

/* Scheme, host and port of an address when nobody can read them in another way; or empty. */
static struct str
plain(struct str url)
{
	size_t n = str_starts(url, STR("http://"))    ? strlen("http://")
		   : str_starts(url, STR("https://")) ? strlen("https://")
						      : url.n;
	size_t from = n;

	while (n < url.n &&
	       ((url.p[n] >= 'a' && url.p[n] <= 'z') || (url.p[n] >= '0' && url.p[n] <= '9') ||
		url.p[n] == '.' || url.p[n] == '-' || url.p[n] == ':'))
		n++;
	return n > from && n < url.n && url.p[n] == '/' ? str_slice(url, 0, n) : STR("");
}

static char *
copy(struct str s)
{
	char *mine = strndup(s.p, s.n);

	if (!mine)
		abort();
	return mine;
}

int
origins_file(struct origins *o, struct str url, struct arena *a, struct str *file,
	     struct err *e)
{
	struct str written = plain(url);
	size_t at = hash_fast(written, 0) % KEPT;
	struct buf b = BUF(16384);
	int rc;

	if (written.n && o->kept[at].written && str_is(written, o->kept[at].written)) {
		*file = arena_str(a, str_of(o->kept[at].file));
		return 0;
	}
	rc = url_canonical(url, STR("/robots.txt"), &b, e);
	if (rc == 0)
		*file = arena_str(a, buf_str(&b));
	if (rc == 0 && written.n) {
		free(o->kept[at].written);
		free(o->kept[at].file);
		o->kept[at].written = copy(written);
		o->kept[at].file = copy(buf_str(&b));
	}
	buf_release(&b);
	return rc;
}
