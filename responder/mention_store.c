#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/label_store.h"
#include "responder/mention_store.h"

#define LIKE_MAX 4096

/* The newest word of a person beside each mention. */
#define ROWS                                                                             \
	"SELECT m.id, m.document, m.watch, m.topics, m.score, m.label, m.confidence,"    \
	" m.subjectivity, m.intent, m.flags, m.image, d.source, d.source_class, d.site," \
	" d.url, d.lang, d.followers, d.published_at, d.arrived_at, d.flags, c.title,"   \
	" c.body, c.author, c.erased_why, l.label, l.at, l.actor FROM mention m JOIN"    \
	" document d ON d.id = m.document JOIN content c ON c.document = d.n LEFT"       \
	" JOIN mention_label l ON l.mention = m.id AND l.seq = (SELECT max(x.seq) FROM"  \
	" mention_label x WHERE x.mention = m.id) "
#define CHOSEN                                                                            \
	" AND (:source = '' OR d.source = :source) AND (:text = '' OR"                    \
	" lower(c.title) LIKE :text ESCAPE '\\' OR lower(c.body) LIKE :text ESCAPE '\\')" \
	" AND m.arrived_at >= :since AND (:until = 0 OR m.arrived_at < :until) AND"       \
	" (:by = 0 OR coalesce(l.label, m.label) = :label) AND (:said = 0 OR (l.label IS" \
	" NULL) = (:said = 2)) ORDER BY m.arrived_at DESC, m.id LIMIT :limit"

static void
row_read(struct stmt *q, struct mention_row *r)
{
	*r = (struct mention_row){
		.id = stmt_col_id(q, 0),
		.document = { .id = stmt_col_id(q, 1),
			      .source = stmt_col_text(q, 11),
			      .source_class = stmt_col_int(q, 12),
			      .site = stmt_col_text(q, 13),
			      .url = stmt_col_text(q, 14),
			      .lang = stmt_col_text(q, 15),
			      .followers = stmt_col_int(q, 16),
			      .published_at = stmt_col_int(q, 17),
			      .arrived_at = stmt_col_int(q, 18),
			      .flags = stmt_col_int(q, 19),
			      .title = stmt_col_text(q, 20),
			      .text = stmt_col_text(q, 21),
			      .author = stmt_col_text(q, 22),
			      .heat = -1 },
		.watch = stmt_col_text(q, 2),
		.topics = stmt_col_text(q, 3),
		.score = stmt_col_int(q, 4),
		.label = stmt_col_int(q, 5),
		.confidence = stmt_col_int(q, 6),
		.subjectivity = stmt_col_int(q, 7),
		.intent = stmt_col_int(q, 8),
		.flags = stmt_col_int(q, 9),
		.image = stmt_col_id(q, 10),
		.erased = stmt_col_text(q, 23),
		.said = stmt_col_null(q, 24) ? LABEL_UNSAID : stmt_col_int(q, 24),
		.said_at = stmt_col_int(q, 25),
		.said_by = stmt_col_text(q, 26),
	};
}

/* "%…%" with what LIKE would read as its own signs escaped; lower case. */
static void
like_add(struct buf *b, struct str text)
{
	if (!text.n)
		return;
	buf_add_byte(b, '%');
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '%' || c == '_' || c == '\\')
			buf_add_byte(b, '\\');
		buf_add_byte(b, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	buf_add_byte(b, '%');
}

static int
rows_tell(struct stmt *q, int (*each)(void *arg, const struct mention_row *row), void *arg,
	  int *n, struct err *e)
{
	struct mention_row r;
	int found = 0, rc = 0;

	*n = 0;
	while (rc == 0 && (found = stmt_step(q, e)) > 0) {
		row_read(q, &r);
		(*n)++;
		rc = each(arg, &r);
	}
	stmt_reset(q);
	return found < 0 ? -1 : rc;
}

int
mentions_find(struct store *s, const struct mention_filter *f,
	      int (*each)(void *arg, const struct mention_row *row), void *arg, struct err *e)
{
	/* With a watch its index is used. */
	struct stmt *q = f->watch.n ? store_stmt(s, ROWS "WHERE m.watch = :watch" CHOSEN)
				    : store_stmt(s, ROWS "WHERE :watch = ''" CHOSEN);
	struct buf like = BUF(LIKE_MAX);
	int rc, n;

	like_add(&like, f->text);
	if (!buf_ok(&like)) {
		buf_release(&like);
		return err_set(e, ERR_USAGE, "the text to look for is too long");
	}
	stmt_text(q, 1, f->watch);
	stmt_text(q, 2, f->source);
	stmt_text(q, 3, buf_str(&like));
	stmt_int(q, 4, f->since);
	stmt_int(q, 5, f->until);
	stmt_int(q, 6, f->by_label);
	stmt_int(q, 7, f->label);
	stmt_int(q, 8, f->said);
	stmt_int(q, 9, f->limit ? f->limit : INT64_MAX);
	rc = rows_tell(q, each, arg, &n, e);
	buf_release(&like);
	return rc;
}

int
mention_find(struct store *s, const struct id *id,
	     int (*each)(void *arg, const struct mention_row *row), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, ROWS "WHERE m.id = :id");
	int rc, n;

	stmt_id(q, 1, id);
	rc = rows_tell(q, each, arg, &n, e);
	return rc ? -1 : n;
}

/* The least (greatest) id that begins so. */
static int
bound_of(struct str hex, char fill, struct id *out)
{
	char full[32];

	if (hex.n > sizeof full)
		return -1;
	memset(full, fill, sizeof full);
	memcpy(full, hex.p, hex.n);
	return id_from_hex((struct str){ full, sizeof full }, out);
}

int
mention_match(struct store *s, struct str hex, struct id *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id FROM mention WHERE id >= :least AND id <="
				       " :most LIMIT 2");
	struct id least, most;
	int found = 0, n = 0;

	if (bound_of(hex, '0', &least) < 0 || bound_of(hex, 'f', &most) < 0)
		return 0;
	stmt_id(q, 1, &least);
	stmt_id(q, 2, &most);
	while (n < 2 && (found = stmt_step(q, e)) > 0)
		if (n++ == 0)
			*out = stmt_col_id(q, 0);
	stmt_reset(q);
	return found < 0 ? -1 : n;
}
