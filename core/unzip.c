/* unzip.c - see unzip.h. */
#include "core/base.h"

#include <zip.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/unzip.h"
#include "core/utf8.h"

struct unzip {
	zip_t *zip;
};

bool
unzip_is(struct str bytes)
{
	return str_starts(bytes, STR("PK\003\004")) || str_starts(bytes, STR("PK\005\006"));
}

struct unzip *
unzip_open(struct str bytes, struct err *e)
{
	struct unzip *z = calloc(1, sizeof *z);
	zip_error_t why;
	zip_source_t *src;

	if (!z)
		abort();
	zip_error_init(&why);
	src = zip_source_buffer_create(bytes.p, bytes.n, 0, &why);
	z->zip = src ? zip_open_from_source(src, ZIP_RDONLY, &why) : NULL;
	if (!z->zip) {
		if (src)
			zip_source_free(src);
		err_set(e, ERR_REJECT, "it is no zip file: %s", zip_error_strerror(&why));
		zip_error_fini(&why);
		unzip_close(z);
		return NULL;
	}
	zip_error_fini(&why);
	return z;
}

void
unzip_close(struct unzip *z)
{
	if (!z)
		return;
	if (z->zip)
		zip_discard(z->zip);
	free(z);
}

size_t
unzip_count(const struct unzip *z)
{
	zip_int64_t n = zip_get_num_entries(z->zip, 0);

	return n < 0 ? 0 : n > UNZIP_MEMBERS_MAX ? UNZIP_MEMBERS_MAX : (size_t)n;
}

/* Chinese Windows writes GBK names without saying so. */
struct str
unzip_name(struct unzip *z, size_t i, struct arena *a)
{
	const char *raw = zip_get_name(z->zip, i, ZIP_FL_ENC_RAW);
	struct str name = utf8_cut(str_of(raw), 1024);
	struct charset_found found;
	struct buf b = BUF(4096);
	struct err e = { 0 };

	if (!utf8_valid(str_of(raw)) &&
	    charset_decode(str_slice(str_of(raw), 0, 1024), STR("text/plain; charset=gb18030"),
			   &b, &found, &e) == 0)
		name = buf_str(&b);
	name = arena_str(a, name);
	buf_release(&b);
	return name;
}

int64_t
unzip_find(struct unzip *z, const char *name)
{
	zip_int64_t i = zip_name_locate(z->zip, name, ZIP_FL_NOCASE);

	return i < 0 || i >= UNZIP_MEMBERS_MAX ? -1 : i;
}

int
unzip_read(struct unzip *z, size_t i, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct str name = unzip_name(z, i, a);
	zip_file_t *f = zip_fopen_index(z->zip, i, 0);
	char block[65536];
	zip_int64_t n = -1;
	int rc = -1;

	if (!f) {
		err_set(e, ERR_REJECT, "\"%.*s\" cannot be unpacked: %s",
			STR_ARG(utf8_cut(name, 100)), zip_strerror(z->zip));
		goto done;
	}
	while (buf_ok(out) && (n = zip_fread(f, block, sizeof block)) > 0)
		buf_add(out, (struct str){ block, (size_t)n });
	if (!buf_ok(out))
		err_set(e, ERR_REJECT, "\"%.*s\" is over %zu bytes when it is unpacked",
			STR_ARG(utf8_cut(name, 100)), out->max);
	else if (n < 0)
		err_set(e, ERR_REJECT, "\"%.*s\" is damaged", STR_ARG(utf8_cut(name, 100)));
	else
		rc = 0;
done:
	if (f)
		zip_fclose(f);
	arena_free(a);
	return rc;
}
