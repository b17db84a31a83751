#include "core/base.h"

#include "core/http_loop.h"
#include "core/str.h"

#define LINES_MAX 512
#define BYTES_MAX ((size_t)256 << 10)
#define FIELD_MAX 16384

static const struct {
	struct str name;
	bool list; /* several headers are one list */
	size_t at;
} fields[FIELD_COUNT] = {
	[FIELD_TYPE] = { STR_INIT("content-type"), false,
			 offsetof(struct http_response, type) },
	[FIELD_ETAG] = { STR_INIT("etag"), false, offsetof(struct http_response, etag) },
	[FIELD_LAST_MODIFIED] = { STR_INIT("last-modified"), false,
				  offsetof(struct http_response, last_modified) },
	[FIELD_RETRY_AFTER] = { STR_INIT("retry-after"), false,
				offsetof(struct http_response, retry_after) },
	[FIELD_LOCATION] = { STR_INIT("location"), false,
			     offsetof(struct http_response, location) },
	[FIELD_LINK] = { STR_INIT("link"), true, offsetof(struct http_response, link) },
	[FIELD_CACHE_CONTROL] = { STR_INIT("cache-control"), true,
				  offsetof(struct http_response, cache_control) },
	[FIELD_EXPIRES] = { STR_INIT("expires"), false,
			    offsetof(struct http_response, expires) },
	[FIELD_DISPOSITION] = { STR_INIT("content-disposition"), false,
				offsetof(struct http_response, disposition) },
};

void
http_fields_init(struct http_fields *f, bool mail)
{
	*f = (struct http_fields){ .mail = mail };
	for (size_t i = 0; i < FIELD_COUNT; i++)
		f->v[i] = BUF(FIELD_MAX);
}

void
http_fields_release(struct http_fields *f)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_release(&f->v[i]);
}

/* "HTTP/1.1 301 Moved": a new hop begins, and the one before was a redirect. */
static void
take_status(struct http_fields *f, struct str line)
{
	int64_t status = 0;
	ptrdiff_t space = str_find_byte(line, ' ');

	if (f->status == 302 || f->status == 303 || f->status == 307)
		f->temporary = true;
	if (space < 0 || str_int64(str_slice(line, (size_t)space + 1, 3), &status) < 0)
		status = 0;
	f->status = (int)status;
	f->whole = false;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_clear(&f->v[i]);
}

static void
take_field(struct http_fields *f, struct str line)
{
	ptrdiff_t colon = str_find_byte(line, ':');
	struct str name, value;

	if (colon < 0)
		return;
	name = str_slice(line, 0, (size_t)colon);
	value = str_trim(str_slice(line, (size_t)colon + 1, line.n));
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (!str_eq_nocase(name, fields[i].name))
			continue;
		if (f->v[i].n && !fields[i].list)
			return; /* the first counts */
		if (f->v[i].n)
			buf_add(&f->v[i], STR(", "));
		buf_add(&f->v[i], value);
		return;
	}
}

/* The last one, but no "221 bye" shall hide a refusal. */
static void
take_reply(struct http_fields *f, struct str line)
{
	bool refused = f->v[0].n && (f->v[0].p[0] == '4' || f->v[0].p[0] == '5');

	if (refused && line.n && (line.p[0] == '2' || line.p[0] == '3'))
		return;
	buf_clear(&f->v[0]);
	buf_add(&f->v[0], line);
}

bool
http_fields_take(struct http_fields *f, struct str line)
{
	f->bytes += line.n;
	f->lines++;
	if (f->bytes > BYTES_MAX || f->lines > LINES_MAX)
		return false;
	line = str_trim(line);
	if (f->mail) {
		take_reply(f, line);
	} else if (str_starts(line, STR("HTTP/"))) {
		take_status(f, line);
	} else if (!line.n) {
		f->whole = true;
	} else {
		take_field(f, line);
	}
	return true;
}

bool
http_fields_fit(const struct http_fields *f, const char *const *types)
{
	struct str type = buf_str(&f->v[FIELD_TYPE]);

	if (!types || f->status < 200 || f->status > 299)
		return true;
	if (str_find_nocase(buf_str(&f->v[FIELD_DISPOSITION]), STR("attachment")) >= 0)
		return false;
	for (; *types; types++)
		if (str_eq_nocase(str_slice(type, 0, strlen(*types)), str_of(*types)))
			return true;
	return false;
}

void
http_fields_show(const struct http_fields *f, struct http_response *r)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct str value = buf_str(&f->v[i]);

		memcpy((char *)r + fields[i].at, &value, sizeof value);
	}
}

void
http_fields_keep(struct arena *a, struct http_response *r)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct str *value = (struct str *)(void *)((char *)r + fields[i].at);

		*value = arena_str(a, *value);
	}
}
