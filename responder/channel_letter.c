/* channel_letter.c - a parcel read for its channel: clean, brief across a border, cut to size. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/exercise.h"

#define TEXT_MAX   (1 << 20)
#define BODY_MAX   (4 << 20) /* JSON escapes of a text that is all control bytes */
#define TITLE_MAX  160       /* code points */
#define LABEL_MAX  40
#define PARTS_MAX  99
#define PREFIX_MAX 10 /* "(99/99) " */

/* ---- reading ------------------------------------------------------------------------------------- */

struct str
letter_fact(const struct letter *l, const char *key)
{
	return json_text(json_get(l->facts, key), STR(""));
}

struct str
letter_link(const struct letter *l)
{
	struct str number = letter_fact(l, "incident");

	if (!l->p->public_url.n || !number.n)
		return STR("");
	return str_of(arena_textf(l->a, "%.*s/incidents/%.*s", STR_ARG(l->p->public_url),
				  STR_ARG(number)));
}

static struct str
keep(const struct letter *l, struct buf *b)
{
	struct str s = arena_str(l->a, buf_str(b));

	buf_release(b);
	return s;
}

static struct str
cleaned(const struct letter *l, struct str s)
{
	struct buf b = BUF(TEXT_MAX);

	text_clean(&b, s);
	return keep(l, &b);
}

static void
links_read(struct letter *l)
{
	const struct json *list = json_get(l->facts, "links");

	for (size_t i = 0; i < json_count(list) && l->links_n < LETTER_LINKS; i++) {
		struct buf url = BUF(4096), label = BUF(512);

		plain_add(&label, PLAIN_CHAT,
			  json_text(json_get(json_at(list, i), "label"), STR("")), LABEL_MAX);
		if (label.n && plain_add_url(&url, json_text(json_get(json_at(list, i), "url"),
							     STR("")))) {
			l->links[l->links_n].label = arena_str(l->a, buf_str(&label));
			l->links[l->links_n++].url = arena_str(l->a, buf_str(&url));
		}
		buf_release(&url);
		buf_release(&label);
	}
}

/* What a bare notice is about, as far as may be said. */
static const char *
kind_word(const struct parcel *p)
{
	static const struct {
		const char *kind, *zh, *en;
	} words[] = {
		{ "clear", "已结束", "over" },
		{ "digest", "有一份日报", "a digest is ready" },
		{ "bundle", "有几件事", "several notices" },
		{ "operator", "有一条通知没有送达", "a notice was not delivered" },
		{ "canary", "每日自检，无需处理", "daily check, nothing to do" },
	};

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_is(p->kind, words[i].kind))
			return p->zh ? words[i].zh : words[i].en;
	return "";
}

/* Only id, level, counts and link: RESPONSE.md 5. */
static void
letter_make_bare(struct letter *l)
{
	const struct parcel *p = l->p;
	struct str number = letter_fact(l, "incident"), link = letter_link(l);
	int64_t mentions = json_int(json_get(l->facts, "mentions"), 0);
	const char *word = kind_word(p);
	struct buf title = BUF(1000), text = BUF(4000);

	if (p->level)
		buf_addf(&title, "[L%lld] ", (long long)p->level);
	buf_addf(&title, "%s%s%.*s", word, *word && number.n ? " · " : "", STR_ARG(number));
	if (!title.n)
		buf_add(&title, STR("Langyan"));
	if (mentions)
		buf_addf(&text, p->zh ? "%lld 条\n" : "%lld mentions\n", (long long)mentions);
	if (!l->links_n && link.n) /* else those are the way there */
		buf_addf(&text, "%.*s\n", STR_ARG(link));
	else if (!l->links_n && number.n)
		buf_addf(&text, "langyan incident show %.*s\n", STR_ARG(number));
	l->title = keep(l, &title);
	l->text = keep(l, &text);
	l->whole =
		str_of(arena_textf(l->a, "%.*s\n\n%.*s", STR_ARG(l->title), STR_ARG(l->text)));
	l->bare = true;
}

/* Behind all that shortens it. */
static void
exercise_say(struct letter *l)
{
	struct str mark = exercise_mark(l->p->zh);

	if (!l->p->exercise)
		return;
	l->title = str_of(arena_textf(l->a, "%.*s %.*s", STR_ARG(mark), STR_ARG(l->title)));
	l->text = exercise_text(l->a, l->text, l->p->zh);
	l->whole = exercise_text(l->a, l->whole, l->p->zh);
}

void
letter_read(struct letter *l, struct arena *a, const struct channel_conf *c,
	    const struct parcel *p)
{
	struct err e = { 0 };
	struct buf title = BUF(4096);
	struct str subject;

	*l = (struct letter){ .a = a,
			      .c = c,
			      .p = p,
			      .dialect = channel_kind(c)->dialect,
			      .limit = channel_kind(c)->limit };
	if (c->kind == CHANNEL_WECOM)
		wecom_form(l);
	l->facts = json_parse(a, p->facts, &e);
	l->bare = json_int(json_get(l->facts, "brief"), 0) ||
		  json_int(json_get(l->facts, "confidential"), 0);
	links_read(l);
	if (p->crosses && !l->bare) {
		letter_make_bare(l);
		exercise_say(l);
		return;
	}
	plain_add(&title, PLAIN_TEXT, p->subject, TITLE_MAX);
	l->title = keep(l, &title);
	l->whole = l->text = cleaned(l, p->body);
	if (letter_fact(l, "chat").n) /* of a digest: its short form */
		l->text = cleaned(l, letter_fact(l, "chat"));
	subject = cleaned(l, p->subject);
	if (subject.n && str_starts(l->text, subject)) /* a page begins with it */
		l->text = str_trim(str_slice(l->text, subject.n, l->text.n));
	exercise_say(l);
}

/* ---- cutting --------------------------------------------------------------------------------------- */

void
letter_add_title(const struct letter *l, const struct piece *x, enum dialect d, struct buf *out)
{
	if (x->n > 1)
		buf_addf(out, "(%zu/%zu) ", x->i + 1, x->n);
	text_add_words(out, d, l->title);
}

void
letter_add_links(const struct letter *l, const struct piece *x, enum dialect d, struct buf *out)
{
	size_t before = out->n;

	for (size_t i = 0; piece_is_last(x) && i < l->links_n; i++) {
		if (str_find(l->text, l->links[i].url) >= 0)
			continue; /* the text says it already */
		if (d == DIALECT_MARKDOWN || d == DIALECT_PARAGRAPHS)
			buf_addf(out, "\n%s[%.*s](%.*s)", d == DIALECT_MARKDOWN ? "" : "\n",
				 STR_ARG(l->links[i].label), STR_ARG(l->links[i].url));
		else
			buf_addf(out, "\n%.*s: %.*s", STR_ARG(l->links[i].label),
				 STR_ARG(l->links[i].url));
	}
	if (l->p->exercise && out->n > before)
		buf_addf(out, "\n%.*s", STR_ARG(exercise_mark(l->p->zh)));
}

static int
counted(const struct letter *l, const struct piece *x, size_t *n, struct err *e)
{
	struct channel_request q = { .headers_n = 0 };

	if (channel_kind(l->c)->frame(l, x, &q, e) < 0)
		return -1;
	*n = l->limit.measure == MEASURE_UTF16 ? text_size(MEASURE_UTF16, q.counted)
					       : q.counted.n;
	return 0;
}

static struct str
written(const struct letter *l, struct str s)
{
	struct buf b = BUF(BODY_MAX);

	text_add(&b, l->dialect, s);
	return keep(l, &b);
}

static int
cut_to(const struct letter *l, size_t room, struct piece *v, size_t *n, struct err *e)
{
	struct str rest = l->text;

	for (*n = 0; rest.n; (*n)++) {
		struct str part;

		if (*n == PARTS_MAX)
			return err_set(e, ERR_REJECT, "it is longer than %d messages of %s",
				       PARTS_MAX, channel_words[l->c->kind]);
		part = text_cut(&rest, l->dialect, l->limit.measure, room);
		if (!part.n)
			return err_set(e, ERR_REJECT, "no part of it fits a message of %s",
				       channel_words[l->c->kind]);
		rest = str_trim(rest);
		v[*n].source = str_trim(part);
		v[*n].text = written(l, v[*n].source);
	}
	return 0;
}

int
letter_cut(const struct letter *l, struct piece **out, size_t *n, struct err *e)
{
	const struct channel_limit *limit = &l->limit;
	struct piece *v = arena_alloc(l->a, (PARTS_MAX + 1) * sizeof *v), none = { .n = 1 };
	size_t size, around;

	*out = v;
	*n = 1;
	v[0] = (struct piece){ written(l, l->text), l->text, 0, 1 };
	if (!limit->most)
		return 0;
	if (counted(l, &v[0], &size, e) < 0)
		return -1;
	if (size <= limit->most)
		return 0;
	if (counted(l, &none, &around, e) < 0)
		return -1;
	around += PREFIX_MAX;
	if (around >= limit->most)
		return err_set(e, ERR_REJECT, "no part of it fits a message of %s",
			       channel_words[l->c->kind]);
	if (cut_to(l, limit->most - around, v, n, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		v[i].i = i;
		v[i].n = *n;
	}
	return 0;
}

/* ---- requests ---------------------------------------------------------------------------------------- */

void
request_header(struct channel_request *q, const char *name, struct str value)
{
	if (q->headers_n < REQUEST_FIELDS)
		q->headers[q->headers_n++] = (struct http_header){ str_of(name), value };
}

int
request_json(const struct letter *l, struct channel_request *q, struct buf *b, struct err *e)
{
	bool fits = buf_ok(b);

	q->body = keep(l, b);
	if (!q->counted.n)
		q->counted = q->body;
	request_header(q, "Content-Type", STR("application/json; charset=utf-8"));
	return fits ? 1 : err_set(e, ERR_REJECT, "the notice is too large");
}

struct str
hook_url(const struct letter *l, const char *base, const char *path, const char *tail)
{
	struct str token = l->c->token, url = l->c->url;
	struct buf b = BUF(8192);

	if (str_starts(token, STR("http")) && url.n) { /* its path at another host */
		struct str rest = str_slice(token, 8, token.n);
		ptrdiff_t slash = str_find_byte(rest, '/');

		buf_add(&b, url);
		buf_add(&b, slash < 0 ? STR("") : str_slice(rest, (size_t)slash, rest.n));
	} else if (str_starts(token, STR("http"))) {
		buf_add(&b, token);
	} else {
		buf_addf(&b, "%.*s%s%.*s", STR_ARG(url.n ? url : str_of(base)), path,
			 STR_ARG(token));
	}
	if (*tail)
		buf_addf(&b, "%s%s",
			 *tail == '/'                           ? ""
			 : str_find_byte(buf_str(&b), '?') >= 0 ? "&"
								: "?",
			 tail);
	return keep(l, &b);
}

void
sign_base64(struct str key, struct str message, struct buf *out)
{
	uint8_t mac[32];

	hash_hmac_sha256(key, message, mac);
	hash_add_base64(out, (struct str){ (const char *)mac, sizeof mac });
}
