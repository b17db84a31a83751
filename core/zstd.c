/* zstd.c - see core/zstd.h. */
#include "core/base.h"

#include <zstd.h>

#include "core/zstd.h"

#define LEVEL 3 /* 2,022 short posts of the quickstart become 3.0 times smaller */

static char *
space(size_t n)
{
	char *p = malloc(n ? n : 1);

	if (!p)
		abort();
	return p;
}

void
zstd_add(struct buf *out, struct str s)
{
	size_t most = ZSTD_compressBound(s.n), n;
	ZSTD_CCtx *c = ZSTD_createCCtx();
	char *p = space(most);

	if (!c)
		abort();
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(c, p, most, s.p ? s.p : "", s.n);
	if (ZSTD_isError(n))
		abort(); /* there was room for the worst */
	buf_add(out, (struct str){ p, n });
	free(p);
	ZSTD_freeCCtx(c);
}

int
zstd_read(struct str in, size_t n, struct buf *out, struct err *e)
{
	size_t got;
	char *p;

	if (ZSTD_getFrameContentSize(in.p ? in.p : "", in.n) != n)
		return err_set(e, ERR_REJECT, "compressed data is damaged: not %zu bytes", n);
	if (n >= out->max - out->n)
		return err_set(e, ERR_REJECT, "compressed data holds over %zu bytes", out->max);
	p = space(n);
	got = ZSTD_decompress(p, n, in.p, in.n);
	if (got == n)
		buf_add(out, (struct str){ p, n });
	free(p);
	return got == n ? 0
			: err_set(e, ERR_REJECT, "compressed data is damaged: %s",
				  ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
}
