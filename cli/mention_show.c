/* mention_show.c - see mention_show.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/label.h"
#include "responder/label_store.h"
#include "responder/plain.h"
#include "responder/verify_store.h"

#include "cli/mention_show.h"
#include "cli/show_time.h"
#include "cli/verify_stories.h"

#define HEAD_POINTS 60     /* of the text in a line of a list */
#define LINE_POINTS 100000 /* of one line of a text shown whole */

static const char *
word_of(int64_t label)
{
	return label >= -1 && label <= 1 ? label_words[label + 1] : "-";
}

static int64_t
stands(const struct mention_row *m)
{
	return m->said == LABEL_UNSAID ? m->label : m->said;
}

static void
put_plain(struct str s, size_t max)
{
	struct buf b = BUF(4 << 20);

	plain_add(&b, PLAIN_TEXT, s, max);
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

void
mention_put_line(const struct mention_row *m, const struct zone *z)
{
	struct buf hex = BUF(40);
	const struct document *d = &m->document;

	id_add_hex(&hex, &m->id);
	printf("%.*s  ", MENTION_SHORT, hex.p);
	show_time(z, d->arrived_at);
	printf("  %s%s%s %+.2f  ", word_of(stands(m)), m->said == LABEL_UNSAID ? "" : " was ",
	       m->said == LABEL_UNSAID ? "" : word_of(m->label), (double)m->score / 1000);
	if (m->flags & MENTION_ECHO)
		fputs("echo  ", stdout);
	put_plain(m->watch, HEAD_POINTS);
	fputs("  ", stdout);
	put_plain(d->site, HEAD_POINTS);
	fputs("  ", stdout);
	put_plain(record_is_expired(m->erased) ? STR("(past its term)")
		  : m->erased.n                ? STR("(erased)")
		  : d->title.n                 ? d->title
					       : d->text,
		  HEAD_POINTS);
	putchar('\n');
	buf_release(&hex);
}

static void
add_text(struct buf *b, const char *key, struct str s)
{
	buf_addf(b, ",\"%s\":", key);
	json_add_text(b, s);
}

static void
add_time(struct buf *b, const char *key, int64_t at)
{
	buf_addf(b, ",\"%s\":\"", key);
	clock_add_iso(b, at);
	buf_add_byte(b, '"');
}

void
mention_put_json(const struct mention_row *m)
{
	struct buf b = BUF(4 << 20);
	const struct document *d = &m->document;

	buf_add(&b, STR("{\"id\":\""));
	id_add_hex(&b, &m->id);
	buf_add_byte(&b, '"');
	add_text(&b, "watch", m->watch);
	add_time(&b, "arrived", d->arrived_at);
	add_text(&b, "source", d->source);
	add_text(&b, "site", d->site);
	add_text(&b, "url", d->url);
	add_text(&b, "lang", d->lang);
	add_text(&b, "title", d->title);
	add_text(&b, "text", d->text);
	buf_add(&b, STR(",\"score\":"));
	json_add_milli(&b, m->score);
	buf_addf(&b, ",\"label\":\"%s\",\"scored\":\"%s\"", word_of(stands(m)),
		 word_of(m->label));
	if (m->flags & MENTION_ECHO)
		buf_add(&b, STR(",\"echo\":true"));
	if (m->said != LABEL_UNSAID) {
		add_text(&b, "by", m->said_by);
		add_time(&b, "labelled", m->said_at);
	}
	buf_add(&b, STR("}\n"));
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

void
mention_put_labelled(const struct mention_row *m)
{
	struct buf b = BUF(4 << 20), text = BUF(2 << 20);
	const struct document *d = &m->document;

	buf_add(&text, d->title);
	if (d->title.n && d->text.n)
		buf_add_byte(&text, '\n');
	buf_add(&text, d->text);
	buf_add(&b, STR("{\"id\":\""));
	id_add_hex(&b, &m->id);
	buf_add_byte(&b, '"');
	add_text(&b, "text", buf_str(&text));
	buf_addf(&b, ",\"label\":\"%s\"", word_of(m->said));
	add_text(&b, "lang", d->lang);
	add_text(&b, "source", d->source);
	if (d->source_class >= 0 && d->source_class < CLASS_COUNT)
		add_text(&b, "class", str_of(source_class_words[d->source_class]));
	add_text(&b, "watch", m->watch);
	buf_add(&b, STR("}\n"));
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
	buf_release(&text);
}

/* ---- one, whole ------------------------------------------------------------------------------- */

struct showing {
	struct store *record;
	const struct settings *s;
	const struct zone *z;
	struct nlp *n; /* NULL: it cannot be explained, and why has been said */
	struct arena *a;
	struct err *e;
};

/* " x1.50 degree very" for each rule. */
static void
steps_put(const struct json *steps)
{
	for (size_t i = 0; i < json_count(steps); i++) {
		const struct json *t = json_at(steps, i);
		struct str by = json_text(json_get(json_get(t, "by"), "text"), STR(""));

		printf(" x%.2f ", json_real(json_get(t, "factor"), 1));
		put_plain(json_text(json_get(t, "rule"), STR("")), HEAD_POINTS);
		if (by.n)
			putchar(' ');
		put_plain(by, HEAD_POINTS);
	}
}

static void
parts_put(const struct json *explain)
{
	const struct json *parts = json_get(explain, "parts");

	for (size_t i = 0; i < json_count(parts); i++) {
		const struct json *p = json_at(parts, i);

		printf("  %+7.3f  ", json_real(json_get(p, "part"), 0));
		put_plain(json_text(json_get(p, "text"), STR("")), HEAD_POINTS);
		fputs("  (", stdout);
		put_plain(json_text(json_get(p, "list"), STR("")), HEAD_POINTS);
		if (json_get(p, "line"))
			printf(":%lld", (long long)json_int(json_get(p, "line"), 0));
		if (json_get(p, "base"))
			printf(", %+.2f", json_real(json_get(p, "base"), 0));
		steps_put(json_get(p, "steps"));
		fputs(")\n", stdout);
	}
}

/* Whose thresholds made the label, where these are not the usual ones. */
static void
thresholds_put(const struct json *t)
{
	if (!t)
		return;
	fputs("  label by the thresholds of ", stdout);
	put_plain(json_text(json_get(t, "of"), STR("")), HEAD_POINTS);
	printf(": praise from %+.3f, blame from %+.3f (", json_real(json_get(t, "positive"), 0),
	       json_real(json_get(t, "negative"), 0));
	put_plain(json_text(json_get(t, "list"), STR("")), HEAD_POINTS);
	printf(":%lld)\n", (long long)json_int(json_get(t, "line"), 0));
}

static void
explain_put(const struct showing *x, const struct mention_row *m)
{
	struct buf b = BUF(8 << 20);
	struct id now = nlp_image(x->n);
	struct err bad = { 0 };
	const struct json *j;

	if (!nlp_explain(x->n, &m->document, m->watch, x->a, &b)) {
		puts("  the watch as it is configured now does not notice this text, or asks "
		     "for "
		     "what is not kept of it");
	} else if ((j = json_parse(x->a, buf_str(&b), &bad))) {
		parts_put(json_get(j, "explain"));
		thresholds_put(json_get(json_get(j, "explain"), "thresholds"));
		printf("  %+7.3f  %s\n", json_real(json_get(j, "score"), 0),
		       word_of(json_int(json_get(j, "label"), 0)));
		if (!id_eq(&now, &m->image))
			puts("  (words or watches have changed since it was scored: these are "
			     "the words of now)");
	}
	buf_release(&b);
}

static int
said_put(void *arg, const struct label_row *r)
{
	const struct showing *x = arg;
	struct buf hex = BUF(40);

	id_add_hex(&hex, &r->batch);
	fputs("  ", stdout);
	show_time(x->z, r->at);
	printf("  %s  ", str_is(r->event, "undo") ? "taken back" : "labelled");
	printf("%s -> %s  ", r->was == LABEL_UNSAID ? "as scored" : word_of(r->was),
	       r->label == LABEL_UNSAID ? "as scored" : word_of(r->label));
	put_plain(r->actor, HEAD_POINTS);
	printf("  batch %s", hex.p);
	fputs(r->reason.n ? "  " : "", stdout);
	put_plain(r->reason, LINE_POINTS);
	putchar('\n');
	buf_release(&hex);
	return 0;
}

static void
text_put(struct str text)
{
	struct str line;

	while (str_next(&text, '\n', &line)) {
		put_plain(line, LINE_POINTS);
		putchar('\n');
	}
}

static void
head_put(const struct showing *x, const struct mention_row *m)
{
	const struct document *d = &m->document;
	struct buf hex = BUF(40), url = BUF(4096);

	id_add_hex(&hex, &m->id);
	printf("%s  ", hex.p);
	put_plain(m->watch, HEAD_POINTS);
	fputs("  ", stdout);
	show_time(x->z, d->arrived_at);
	fputs("\n", stdout);
	put_plain(d->source, HEAD_POINTS);
	fputs("  ", stdout);
	put_plain(d->author, HEAD_POINTS);
	fputs("  ", stdout);
	if (plain_add_url(&url, d->url))
		fputs(url.p, stdout);
	fputs("\n\n", stdout);
	if (record_is_expired(m->erased)) {
		puts("past its term (retention.text): title, text, link and author are gone");
	} else if (m->erased.n) {
		fputs("erased: ", stdout);
		put_plain(m->erased, LINE_POINTS);
		putchar('\n');
	}
	text_put(d->title);
	text_put(d->text);
	buf_release(&hex);
	buf_release(&url);
}

static void
went_put(void *arg, const struct stored_went *w)
{
	const struct showing *x = arg;
	struct str head = w->title.n ? w->title : w->body;

	fputs("\nlooked at again when others came, ", stdout);
	show_time(x->z, w->at);
	if (id_eq(&w->was, &w->document)) {
		puts(": until then a story of its own");
		return;
	}
	fputs(": until then of the story of \"", stdout);
	put_plain(head.n ? head : STR("(erased)"), HEAD_POINTS);
	puts("\"");
}

/* Why it is of the story that it is of, and of which it was. */
static int
story_put(struct showing *x, const struct id *document)
{
	struct buf b = BUF(1 << 16);
	int rc = story_explain(x->record, document, &b, x->e);

	if (rc == 0 && b.n)
		printf("\none event with others: %.*s", (int)b.n, b.p);
	buf_release(&b);
	if (rc == 0 && verify_went(x->record, document, went_put, x, x->e) < 0)
		rc = -1;
	return rc;
}

static int
whole_put(void *arg, const struct mention_row *m)
{
	struct showing *x = arg;

	head_put(x, m);
	printf("\nscored %s %+.3f, confidence %.2f, subjectivity %.2f, intent %s\n",
	       word_of(m->label), (double)m->score / 1000, (double)m->confidence / 1000,
	       (double)m->subjectivity / 1000,
	       m->intent >= 0 && m->intent < INTENT_COUNT ? intent_words[m->intent] : "-");
	if (m->flags & MENTION_ECHO)
		puts("an echo: it spreads a text that we released (langyan echo list), and "
		     "counts "
		     "for no trigger");
	if (x->n && !m->erased.n)
		explain_put(x, m);
	if (story_put(x, &m->document.id) < 0)
		return -1;
	if (m->said != LABEL_UNSAID)
		printf("\nlabel %s\n", word_of(m->said));
	return labels_read(x->record, &m->id, said_put, x, x->e);
}

int
mention_show(struct store *record, const struct id *id, const struct settings *s,
	     const struct zone *z, struct err *e)
{
	struct nlp_setup setup = settings_nlp(s);
	struct buf report = BUF(1 << 20);
	struct err bad = { 0 };
	struct showing x = { record, s, z, nlp_new(&setup, &report, &bad), arena_new(), e };
	int rc;

	if (!x.n)
		fprintf(stderr, "%sno explanation: %s\n", report.p, bad.text);
	rc = mention_find(record, id, whole_put, &x, e);
	nlp_free(x.n);
	arena_free(x.a);
	buf_release(&report);
	return rc < 0 ? -1 : 0;
}
