/* evidence_text.c - see evidence_text.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/charset.h"
#include "core/gzip.h"
#include "core/str.h"

#include "crawler/evidence_text.h"
#include "crawler/page.h"

#define TEXT_MAX ((size_t)16 << 20) /* of a body, decoded */

const char *const evidence_types[] = { "text/",
				       "application/xhtml+xml",
				       "application/json",
				       "application/ld+json",
				       "application/xml",
				       "application/rss+xml",
				       "application/atom+xml",
				       "application/feed+json",
				       NULL };

struct str
evidence_field(struct str head, struct str name)
{
	struct str line;

	while (str_next(&head, '\n', &line)) {
		ptrdiff_t colon = str_find_byte(line, ':');

		if (colon > 0 && str_eq_nocase(str_slice(line, 0, (size_t)colon), name))
			return str_trim(str_slice(line, (size_t)colon + 1, line.n));
	}
	return STR("");
}

/* The body without its content coding. */
static int
uncoded(struct arena *a, struct str head, struct str body, struct str *out, struct err *e)
{
	struct str coding = evidence_field(head, STR("Content-Encoding"));
	struct buf b = BUF(TEXT_MAX);
	int rc;

	*out = body;
	if (!coding.n || str_eq_nocase(coding, STR("identity")))
		return 0;
	if (!str_eq_nocase(coding, STR("gzip")) && !str_eq_nocase(coding, STR("x-gzip")) &&
	    !str_eq_nocase(coding, STR("deflate")))
		return err_set(e, ERR_REJECT, "coded as \"%.*s\"",
			       (int)(coding.n < 40 ? coding.n : 40), coding.p);
	rc = gzip_decode(body, &b, e);
	if (rc == 0)
		*out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return rc;
}

static int
page_text(struct arena *a, struct str body, struct str type, struct str url, int64_t now,
	  struct str *text, struct err *e)
{
	struct buf b = BUF(TEXT_MAX);
	struct page page;

	if (page_extract(a, body, url, type, now, &page, e) < 0)
		return -1;
	buf_add(&b, page.title);
	buf_add_byte(&b, '\n');
	buf_add(&b, page.text);
	*text = arena_str(a, str_trim(buf_str(&b)));
	buf_release(&b);
	return 0;
}

static int
plain_text(struct arena *a, struct str body, struct str type, struct str *text, struct err *e)
{
	struct charset_found found;
	struct buf b = BUF(TEXT_MAX);
	int rc = charset_decode(body, type, &b, &found, e);

	if (rc == 0)
		*text = arena_str(a, str_trim(buf_str(&b)));
	buf_release(&b);
	return rc;
}

int
evidence_text(struct arena *a, struct str head, struct str body, struct str url, int64_t now,
	      struct str *text, struct err *e)
{
	struct str type = evidence_field(head, STR("Content-Type"));
	bool html = str_find_nocase(type, STR("html")) >= 0;

	*text = STR("");
	if (uncoded(a, head, body, &body, e) < 0)
		return -1;
	return html ? page_text(a, body, type, url, now, text, e)
		    : plain_text(a, body, type, text, e);
}

/* ---- what is never read -------------------------------------------------------------------------- */

static const char *const endings[] = {
	".zip", ".rar",  ".7z",   ".tar",  ".gz",   ".tgz",     ".bz2",    ".xz",
	".zst", ".iso",  ".pdf",  ".doc",  ".xls",  ".ppt",     ".csv",    ".sql",
	".db",  ".docx", ".xlsx", ".pptx", ".bak",  ".dmp",     ".apk",    ".exe",
	".msi", ".dmg",  ".jar",  ".eml",  ".mbox", ".torrent", ".sqlite",
};

bool
evidence_is_file(struct str url)
{
	ptrdiff_t cut = str_find_byte(url, '#');

	if (cut >= 0)
		url.n = (size_t)cut;
	cut = str_find_byte(url, '?');
	if (cut >= 0)
		url.n = (size_t)cut;
	for (size_t i = 0; i < LY_COUNT(endings); i++) {
		size_t n = strlen(endings[i]);

		if (url.n > n &&
		    str_eq_nocase(str_slice(url, url.n - n, n), str_of(endings[i])))
			return true;
	}
	return false;
}

bool
evidence_is_packed(struct str body)
{
	static const struct str magic[] = {
		STR_INIT("PK\003\004"),
		STR_INIT("PK\005\006"),
		STR_INIT("Rar!\032\007"),
		STR_INIT("7z\274\257\047\034"),
		STR_INIT("\037\213"),
		STR_INIT("BZh"),
		STR_INIT("\3757zXZ"),
		STR_INIT("\050\265\057\375"),
		STR_INIT("%PDF-"),
		STR_INIT("\320\317\021\340\241\261\032\341"),
		STR_INIT("SQLite format 3\000"),
		STR_INIT("\177ELF"),
		STR_INIT("MZ\220"),
	};

	for (size_t i = 0; i < LY_COUNT(magic); i++)
		if (str_starts(body, magic[i]))
			return true;
	/* a tar archive says so in its first header */
	return body.n > 262 && str_eq(str_slice(body, 257, 5), STR("ustar"));
}

void
evidence_head_add(struct buf *b, struct str head)
{
	struct str line;

	while (str_next(&head, '\n', &line)) {
		if (str_eq_nocase(str_slice(line, 0, 18), STR("transfer-encoding:")))
			buf_add(b, STR("X-Orig-"));
		if (str_ends(line, STR("\r")))
			line.n--;
		buf_add(b, line);
		buf_add(b, STR("\r\n"));
	}
}
