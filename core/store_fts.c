#include "core/base.h"

#include "core/str.h"
#include "core/store_fts.h"
#include "core/utf8.h"

#define WORDS_MAX ((size_t)8 << 20)
#define TERMS_MAX 16  /* of a query */
#define QUERY_MAX 400 /* bytes of it */

const char fts_schema[] = "CREATE VIRTUAL TABLE fts USING fts5(title, body,"
			  " tokenize = 'unicode61 remove_diacritics 2');\n";

/* ---- words ------------------------------------------------------------------------------------- */

/* Written without blanks between words. */
static bool
is_pairs(uint32_t cp)
{
	return utf8_is_han(cp) || (cp >= 0x3041 && cp <= 0x30ff) ||
	       (cp >= 0x31f0 && cp <= 0x31ff);
}

/* ASCII punctuation, blanks, and the marks of general punctuation and CJK; all else may be part of a
 * word, and unicode61 has the last word on it. */
static bool
is_between(uint32_t cp)
{
	if (cp < 0x80)
		return !((cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
			 (cp >= 'A' && cp <= 'Z'));
	return (cp >= 0x80 && cp <= 0xbf) || (cp >= 0x2000 && cp <= 0x2fff) ||
	       (cp >= 0x3000 && cp <= 0x3004) || (cp >= 0x3007 && cp <= 0x303f) ||
	       (cp >= 0xfe00 && cp <= 0xffff) || cp == 0x30fb;
}

static uint32_t
plain(uint32_t cp)
{
	return cp >= 0xff01 && cp <= 0xff5e ? cp - 0xff01 + '!' : cp;
}

enum word_kind { WORD_PAIR, WORD_LAST, WORD_OTHER };
struct cutting {
	void (*each)(void *arg, struct str word, enum word_kind kind, bool joined);
	void *arg;
	bool joined; /* to the word before, as the pairs of one run are */
};

static void
told(struct cutting *c, const char *word, size_t n, enum word_kind kind)
{
	c->each(c->arg, (struct str){ word, n }, kind, c->joined && kind != WORD_OTHER);
	c->joined = kind == WORD_PAIR;
}

static void
cut(struct str text, struct cutting *c)
{
	const char *p = text.p, *end = text.p + text.n;
	char pair[8], other[64];
	size_t one_n = 0, other_n = 0; /* of the character that waits, of the word that grows */

	while (p < end || one_n || other_n) {
		uint32_t cp = ' ';
		bool pairs;

		if (p < end)
			p += utf8_next(p, end, &cp);
		cp = plain(cp);
		pairs = is_pairs(cp);
		if (other_n && (pairs || is_between(cp) || other_n + 4 > sizeof other)) {
			told(c, other, other_n, WORD_OTHER);
			other_n = 0;
		}
		if (pairs) {
			char now[4];
			size_t n = utf8_put(now, cp);

			if (one_n) {
				memcpy(pair + one_n, now, n);
				told(c, pair, one_n + n, WORD_PAIR);
			}
			memcpy(pair, now, n);
			one_n = n;
			continue;
		}
		if (one_n)
			told(c, pair, one_n, WORD_LAST);
		one_n = 0;
		c->joined = false;
		if (!is_between(cp))
			other_n += utf8_put(other + other_n, cp);
	}
}

static void
words_add(void *arg, struct str word, enum word_kind kind, bool joined)
{
	struct buf *out = arg;

	(void)kind;
	(void)joined;
	if (out->n)
		buf_add_byte(out, ' ');
	buf_add(out, word);
}

void
fts_words(struct str text, struct buf *out)
{
	cut(text, &(struct cutting){ words_add, out, false });
}

struct word_each {
	void (*each)(void *arg, struct str word);
	void *arg;
};

static void
word_give(void *arg, struct str word, enum word_kind kind, bool joined)
{
	struct word_each *w = arg;

	if (kind != WORD_LAST || !joined)
		w->each(w->arg, word);
}

void
fts_each_word(struct str text, void (*each)(void *arg, struct str word), void *arg)
{
	struct word_each w = { each, arg };

	cut(text, &(struct cutting){ word_give, &w, false });
}

/* ---- a query ------------------------------------------------------------------------------------- */

struct expression {
	struct buf *out;
	size_t terms;
	bool any, open; /* a phrase is */
};

static void
phrase_end(struct expression *x)
{
	if (x->open)
		buf_add_byte(x->out, '"');
	x->open = false;
}

static void
term_begin(struct expression *x)
{
	phrase_end(x);
	if (x->terms++)
		buf_add(x->out, x->any ? STR(" OR ") : STR(" AND "));
	buf_add_byte(x->out, '"');
	x->open = true;
}

/* A run of pairs is a phrase; one character alone, and a word of letters, is what one begins with. */
static void
term_add(void *arg, struct str word, enum word_kind kind, bool joined)
{
	struct expression *x = arg;

	if (kind == WORD_LAST && joined)
		return; /* the pair before it has it */
	if (kind == WORD_PAIR && joined && x->open) {
		buf_add_byte(x->out, ' ');
		buf_add(x->out, word);
		return;
	}
	if (x->terms == TERMS_MAX) {
		phrase_end(x);
		return;
	}
	term_begin(x);
	buf_add(x->out, word);
	if (kind == WORD_PAIR)
		return;
	phrase_end(x);
	if (kind == WORD_LAST || word.n >= 3)
		buf_add_byte(x->out, '*');
}

static void
expression(const struct fts_ask *q, struct buf *out)
{
	struct expression x = { .out = out, .any = q->mode == FTS_ANY };

	cut(utf8_cut(q->query, QUERY_MAX), &(struct cutting){ term_add, &x, false });
	phrase_end(&x);
}

/* ---- rows -------------------------------------------------------------------------------------- */

int
fts_drop(struct store *s, int64_t n, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM fts WHERE rowid = :n");

	stmt_int(q, 1, n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
fts_put(struct store *s, int64_t n, struct str title, struct str body, struct err *e)
{
	struct buf head = BUF(WORDS_MAX), rest = BUF(WORDS_MAX);
	struct stmt *q;
	int bad = fts_drop(s, n, e);

	fts_words(title, &head);
	fts_words(body, &rest);
	q = store_stmt(s, "INSERT INTO fts (rowid, title, body) VALUES (:n, :title, :body)");
	stmt_int(q, 1, n);
	stmt_text(q, 2, buf_str(&head));
	stmt_text(q, 3, buf_str(&rest));
	if (!bad)
		bad = stmt_run(q, e) < 0 ? -1 : 0;
	buf_release(&head);
	buf_release(&rest);
	return bad;
}

int
fts_forget(struct store *s, struct err *e)
{
	return stmt_run(store_stmt(s, "INSERT INTO fts (fts) VALUES ('optimize')"), e) < 0 ? -1
											   : 0;
}

int
fts_find(struct store *s, const struct fts_ask *ask, int (*each)(void *arg, int64_t n),
	 void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT rowid FROM fts WHERE fts MATCH :query ORDER BY"
				       " bm25(fts, 4.0, 1.0), rowid LIMIT :limit");
	struct buf b = BUF(16 << 10);
	int more = 0, stop = 0;

	expression(ask, &b);
	stmt_text(q, 1, buf_str(&b));
	stmt_int(q, 2, ask->limit);
	while (b.n && !stop && (more = stmt_step(q, e)) > 0)
		stop = each(arg, stmt_col_int(q, 0));
	stmt_reset(q);
	buf_release(&b);
	return more < 0 ? -1 : stop;
}
