/* mime.c - see mime.h. Offsets only move forward; what is over a ceiling is left out, not cut wrong. */
#include "core/base.h"

#include <ctype.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"
#include "core/mime.h"

#define HEADERS_MAX  ((size_t)256 << 10)
#define VALUE_MAX    ((size_t)16 << 10)
#define TEXT_MAX     ((size_t)4 << 20)
#define PARTS_MAX    256
#define DEPTH_MAX    12
#define LABEL_MAX    40
#define BOUNDARY_MAX 200
/* A plain part so much shorter than the HTML one only says that one's reader is too old. */
#define STUB_TIMES 10
#define STUB_BYTES 300

struct walk {
	struct arena *a;
	size_t parts, attachments;
};

/* ---- headers ----------------------------------------------------------------------------------- */

/* Cut the headers of s off; *body is the rest. */
static struct str
head_cut(struct str s, struct str *body)
{
	struct str rest = s, line;
	size_t n;

	while (str_next(&rest, '\n', &line)) {
		if (!line.n || str_is(line, "\r"))
			break;
	}
	n = s.n - rest.n;
	*body = rest;
	return str_slice(s, 0, n < HEADERS_MAX ? n : HEADERS_MAX);
}

/* The first header called name, unfolded, in a. */
static struct str
header(struct arena *a, struct str headers, const char *name)
{
	size_t n = strlen(name);
	struct buf b = BUF(VALUE_MAX);
	struct str line, value;
	bool in = false;

	while (str_next(&headers, '\n', &line)) {
		bool folded = line.n && (line.p[0] == ' ' || line.p[0] == '\t');

		if (in && !folded)
			break;
		if (in) {
			buf_add_byte(&b, ' ');
			buf_add(&b, str_trim(line));
		} else if (!folded && line.n > n && line.p[n] == ':' &&
			   str_eq_nocase(str_slice(line, 0, n), str_of(name))) {
			in = true;
			buf_add(&b, str_trim(str_slice(line, n + 1, line.n)));
		}
	}
	value = arena_str(a, buf_str(&b));
	buf_release(&b);
	return value;
}

/* "text/html; charset=\"gbk\"" -> gbk for "charset". */
static struct str
parameter(struct str value, const char *name)
{
	ptrdiff_t at = str_find_byte(value, ';');

	while (at >= 0) {
		struct str key, v;
		ptrdiff_t eq;

		value = str_trim(str_slice(value, (size_t)at + 1, value.n));
		eq = str_find_byte(value, '=');
		if (eq < 0)
			break;
		key = str_trim(str_slice(value, 0, (size_t)eq));
		value = str_trim(str_slice(value, (size_t)eq + 1, value.n));
		if (value.n && value.p[0] == '"') {
			value = str_slice(value, 1, value.n);
			at = str_find_byte(value, '"');
		} else {
			at = str_find_byte(value, ';');
		}
		v = str_slice(value, 0, at < 0 ? value.n : (size_t)at);
		if (str_eq_nocase(key, str_of(name)))
			return str_trim(v);
		value = str_slice(value, v.n, value.n);
		at = str_find_byte(value, ';');
	}
	return STR("");
}

static bool
is_type(struct str value, const char *type)
{
	size_t n = strlen(type);

	return value.n >= n && str_eq_nocase(str_slice(value, 0, n), str_of(type)) &&
	       (value.n == n || type[n - 1] == '/' || value.p[n] == ';' || value.p[n] == ' ');
}

/* ---- bytes -> text ----------------------------------------------------------------------------- */

static void
charset_add(struct buf *out, struct str bytes, struct str label)
{
	struct buf type = BUF(200), text = BUF(bytes.n * 3 + 16);
	struct charset_found found;
	struct err e = { 0 };
	bool plain = label.n > 0 && label.n <= LABEL_MAX;

	for (size_t i = 0; i < label.n && plain; i++)
		plain = isalnum((unsigned char)label.p[i]) || strchr("-_.:", label.p[i]);
	if (plain)
		buf_addf(&type, "text/plain; charset=%.*s", STR_ARG(label));
	if (charset_decode(bytes, buf_str(&type), &text, &found, &e) == 0)
		buf_add(out, buf_str(&text));
	else
		utf8_add_clean(out, bytes);
	buf_release(&type);
	buf_release(&text);
}

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* What is no base64 is passed over, as mail programs do. */
static void
base64_add(struct buf *out, struct str s)
{
	unsigned bits = 0;
	int n = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
		int v = sextet(s.p[i]);

		if (v < 0)
			continue;
		bits = (bits << 6 | (unsigned)v) & 0xffff;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_add_byte(out, (char)(bits >> n));
		}
	}
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

/* in_word: RFC 2047's Q, where _ is a blank. */
static void
quoted_add(struct buf *out, struct str s, bool in_word)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '=' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			buf_add_byte(out, (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2])));
			i += 2;
		} else if (c == '=' && !in_word && i + 1 < s.n && s.p[i + 1] == '\n') {
			i++;
		} else if (c == '=' && !in_word && i + 2 < s.n && s.p[i + 1] == '\r' &&
			   s.p[i + 2] == '\n') {
			i += 2;
		} else {
			buf_add_byte(out, c == '_' && in_word ? ' ' : c);
		}
	}
}

struct word {
	struct str charset, text;
	char how; /* 'B' or 'Q' */
};

/* An encoded word at the beginning of s: its length, or 0. */
static size_t
word_at(struct str s, struct word *w)
{
	struct str rest = str_slice(s, 2, s.n), how;
	ptrdiff_t end;

	if (!str_starts(s, STR("=?")) || !str_next(&rest, '?', &w->charset) ||
	    !str_next(&rest, '?', &how) || how.n != 1)
		return 0;
	w->how = (char)toupper((unsigned char)how.p[0]);
	end = str_find(rest, STR("?="));
	if (end < 0 || (w->how != 'B' && w->how != 'Q') || !w->charset.n)
		return 0;
	w->text = str_slice(rest, 0, (size_t)end);
	end = str_find_byte(w->charset, '*'); /* RFC 2231's language */
	if (end >= 0)
		w->charset = str_slice(w->charset, 0, (size_t)end);
	return s.n - rest.n + w->text.n + 2;
}

struct str
mime_words(struct arena *a, struct str s)
{
	struct buf out = BUF(VALUE_MAX * 4), bytes = BUF(VALUE_MAX);
	struct str charset = STR(""), text;
	size_t plain = 0, i = 0;
	bool after_word = false;

	s = str_slice(s, 0, VALUE_MAX);
	while (i < s.n) {
		struct word w;
		size_t n = s.p[i] == '=' ? word_at(str_slice(s, i, s.n), &w) : 0;
		struct str between = str_slice(s, plain, i - plain);

		if (!n) {
			i++;
			continue;
		}
		/* Blanks between two words are none; a character may be cut by them. */
		if (!after_word || str_trim(between).n || !str_eq_nocase(charset, w.charset)) {
			charset_add(&out, buf_str(&bytes), charset);
			buf_clear(&bytes);
			if (!after_word || str_trim(between).n)
				charset_add(&out, between, STR(""));
		}
		charset = w.charset;
		if (w.how == 'B')
			base64_add(&bytes, w.text);
		else
			quoted_add(&bytes, w.text, true);
		after_word = true;
		i += n;
		plain = i;
	}
	charset_add(&out, buf_str(&bytes), charset);
	charset_add(&out, str_slice(s, plain, s.n - plain), STR(""));
	text = arena_str(a, str_trim(buf_str(&out)));
	buf_release(&out);
	buf_release(&bytes);
	return text;
}

/* ---- parts ------------------------------------------------------------------------------------- */

/* The body of a text part into out, as UTF-8 plain text. */
static void
text_add(struct walk *w, struct str headers, struct str type, struct str body, struct buf *out)
{
	struct str how = header(w->a, headers, "Content-Transfer-Encoding"), plain;
	struct buf bytes = BUF(TEXT_MAX * 2), text = BUF(TEXT_MAX);

	body = str_slice(body, 0, TEXT_MAX * 2);
	if (str_eq_nocase(how, STR("base64")))
		base64_add(&bytes, body);
	else if (str_eq_nocase(how, STR("quoted-printable")))
		quoted_add(&bytes, body, false);
	else
		buf_add(&bytes, body);
	charset_add(&text, buf_str(&bytes), parameter(type, "charset"));
	plain = is_type(type, "text/html") ? html_text(w->a, buf_str(&text)) : buf_str(&text);
	if (out->n && str_trim(plain).n)
		buf_add_byte(out, '\n');
	buf_add(out, utf8_cut(plain, out->max - out->n));
	buf_release(&bytes);
	buf_release(&text);
}

static void part_add(struct walk *w, struct str entity, int depth, struct buf *out);

/* Of alternatives the plain one, unless it is a stub for programs that show no other. */
static void
alternative_take(struct str type, struct buf *best, bool *best_plain, struct buf *one)
{
	bool plain = is_type(type, "text/plain") || !type.n;
	size_t n = str_trim(buf_str(one)).n, had = str_trim(buf_str(best)).n;
	bool stub = *best_plain && had < STUB_BYTES && n > had * STUB_TIMES;
	bool other_stub = plain && n < STUB_BYTES && had > n * STUB_TIMES;

	if (!n || other_stub || (had && *best_plain && !stub))
		return;
	buf_clear(best);
	buf_add(best, buf_str(one));
	*best_plain = plain;
}

/* Cut the next part off *body at its boundary line. False at the end. */
static bool
part_next(struct str *body, struct str mark, struct str *part, bool *last)
{
	struct str rest = *body, line;
	size_t from = 0;

	while (str_next(&rest, '\n', &line)) {
		size_t at = body->n - rest.n;

		if (str_starts(line, mark)) {
			size_t line_at = (size_t)(line.p - body->p);

			*part = str_slice(*body, from, line_at - from);
			*last = str_starts(str_slice(line, mark.n, 2), STR("--"));
			*body = str_slice(*body, at, body->n);
			return true;
		}
	}
	*part = *body;
	*last = true;
	*body = STR("");
	return part->n > 0;
}

static void
multipart_add(struct walk *w, struct str type, struct str body, int depth, struct buf *out)
{
	struct str boundary = parameter(type, "boundary"), mark, part;
	bool alternative = is_type(type, "multipart/alternative"), plain = false, last = false;
	struct buf best = BUF(TEXT_MAX);

	if (!boundary.n || boundary.n > BOUNDARY_MAX)
		return;
	mark = str_of(arena_textf(w->a, "--%.*s", STR_ARG(boundary)));
	if (!part_next(&body, mark, &part,
		       &last)) /* what stands before the first is for nobody */
		return;
	while (!last && w->parts < PARTS_MAX && part_next(&body, mark, &part, &last)) {
		struct buf one = BUF(TEXT_MAX);
		struct str inner, headers = head_cut(part, &inner);

		if (!alternative) {
			part_add(w, part, depth + 1, out);
			continue;
		}
		part_add(w, part, depth + 1, &one);
		alternative_take(header(w->a, headers, "Content-Type"), &best, &plain, &one);
		buf_release(&one);
	}
	if (out->n && best.n)
		buf_add_byte(out, '\n');
	buf_add(out, utf8_cut(buf_str(&best), out->max - out->n));
	buf_release(&best);
}

static void
part_add(struct walk *w, struct str entity, int depth, struct buf *out)
{
	struct str body, headers = head_cut(entity, &body);
	struct str type = header(w->a, headers, "Content-Type");
	struct str how = header(w->a, headers, "Content-Disposition");

	if (depth > DEPTH_MAX || w->parts++ >= PARTS_MAX)
		return;
	if (is_type(how, "attachment"))
		w->attachments++;
	else if (is_type(type, "multipart/"))
		multipart_add(w, type, body, depth, out);
	else if (is_type(type, "message/rfc822"))
		part_add(w, body, depth + 1, out);
	else if (!type.n || is_type(type, "text") || is_type(type, "text/plain") ||
		 is_type(type, "text/html"))
		text_add(w, headers, type, body, out);
	else
		w->attachments++;
}

/* ---- the message ------------------------------------------------------------------------------- */

/* "Name" <a@b>, a@b (Name), a@b. */
static void
from_read(struct arena *a, struct str from, struct mime *m)
{
	ptrdiff_t open = str_find_byte(from, '<'), close = str_find_byte(from, '>');
	struct str name;

	if (open >= 0 && close > open) {
		m->address = str_slice(from, (size_t)open + 1, (size_t)(close - open - 1));
		name = str_trim(str_slice(from, 0, (size_t)open));
	} else {
		open = str_find_byte(from, '(');
		m->address = str_trim(str_slice(from, 0, open < 0 ? from.n : (size_t)open));
		name = open < 0 ? STR("") : str_slice(from, (size_t)open + 1, from.n);
		if (name.n && name.p[name.n - 1] == ')')
			name.n--;
	}
	if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_slice(name, 1, name.n - 2);
	m->address = mime_words(a, m->address);
	m->author = mime_words(a, name);
	if (!m->author.n)
		m->author = m->address;
}

static struct str
bracketed(struct arena *a, struct str s)
{
	ptrdiff_t open = str_find_byte(s, '<'), close = str_find_byte(s, '>');

	if (open >= 0 && close > open)
		s = str_slice(s, (size_t)open + 1, (size_t)(close - open - 1));
	return mime_words(a, s);
}

int
mime_parse(struct arena *a, struct str raw, struct mime *m, struct err *e)
{
	struct str body, headers = head_cut(raw, &body);
	struct walk w = { .a = a };
	struct buf text = BUF(TEXT_MAX);

	*m = (struct mime){ .attachments = 0 };
	m->date = header(a, headers, "Date");
	m->id = bracketed(a, header(a, headers, "Message-ID"));
	m->list = bracketed(a, header(a, headers, "List-Id"));
	m->subject = mime_words(a, header(a, headers, "Subject"));
	from_read(a, header(a, headers, "From"), m);
	if (!m->author.n && !m->subject.n && !m->id.n && !m->date.n)
		return err_set(e, ERR_REJECT, "it is no e-mail: none of From, Subject, Date");
	part_add(&w, raw, 0, &text);
	m->attachments = w.attachments;
	m->text = arena_str(a, str_trim(buf_str(&text)));
	buf_release(&text);
	return 0;
}
