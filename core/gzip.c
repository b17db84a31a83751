/* gzip.c - see gzip.h. */
#include "core/base.h"

#include <limits.h>

#include <zlib.h>

#include "core/gzip.h"

#define GZIP_WINDOW (15 + 16) /* windowBits: gzip's header, largest window */
/* Under this a record is kept as it is: one of 1.4 kB shrank by 40 % for 26 us of CPU, mostly the
 * making of its code, against 1.5 us. With 10,000 documents a second that was 8 % of all. */
#define SMALL      2048
#define WINDOW_MIN 10
#define WINDOW_MAX 15
#define ANY_WINDOW (15 + 32) /* gzip or zlib by its header                */
#define PIECE      65536

/* The window that s fills. zlib clears tables of the window's size first: for a record of 1 kB
 * that took 60 us of CPU with the largest one, 17 with its own, to the same length. */
static int
window_for(struct str s)
{
	int bits = WINDOW_MIN;

	while (bits < WINDOW_MAX && s.n > (size_t)1 << bits)
		bits++;
	return bits;
}

void
gzip_add(struct buf *out, struct str s)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.n };
	Bytef piece[PIECE];
	int rc = Z_OK, bits = window_for(s);
	int level = s.n < SMALL ? Z_NO_COMPRESSION : Z_DEFAULT_COMPRESSION;

	/* memLevel: hash chains to the window's size, 8 for the largest */
	if (s.n > UINT_MAX || deflateInit2(&z, level, Z_DEFLATED, bits + 16, bits - 7,
					   Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	while (rc == Z_OK) {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		rc = deflate(&z, Z_FINISH);
		buf_add(out, (struct str){ (char *)piece, sizeof piece - z.avail_out });
	}
	deflateEnd(&z);
	if (rc != Z_STREAM_END)
		abort(); /* with room and all input there is no other end */
}

/* Inflate one stream. The bytes of in that it took, or 0 and *e. */
static size_t
inflate_one(struct str in, int window, struct buf *out, struct err *e)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p,
		       .avail_in = (uInt)(in.n < UINT_MAX ? in.n : UINT_MAX) };
	uInt all = z.avail_in;
	Bytef piece[PIECE];
	int rc = inflateInit2(&z, window);

	if (rc != Z_OK)
		abort();
	while (rc == Z_OK && buf_ok(out)) {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		rc = inflate(&z, Z_NO_FLUSH);
		buf_add(out, (struct str){ (char *)piece, sizeof piece - z.avail_out });
	}
	inflateEnd(&z);
	if (!buf_ok(out))
		err_set(e, ERR_REJECT, "compressed data holds over %zu bytes", out->max);
	else if (rc == Z_STREAM_END)
		return all - z.avail_in;
	else
		err_set(e, ERR_REJECT,
			rc == Z_BUF_ERROR ? "compressed data ends in the middle"
					  : "compressed data is damaged");
	return 0;
}

int
gzip_take(struct str *in, struct buf *out, struct err *e)
{
	size_t n = inflate_one(*in, GZIP_WINDOW, out, e);

	if (!n)
		return -1;
	in->p += n;
	in->n -= n;
	return 0;
}

int
gzip_decode(struct str in, struct buf *out, struct err *e)
{
	if (inflate_one(in, ANY_WINDOW, out, e))
		return 0;
	if (!buf_ok(out))
		return -1;
	/* "deflate" without zlib's header, as some servers send it */
	buf_clear(out);
	return inflate_one(in, -15, out, e) ? 0 : -1;
}
