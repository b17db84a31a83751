/* person's word -> a row beside each mention (label.h) */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/label.h"
#include "responder/label_store.h"

#define WHY_MAX 500 /* bytes of a person's reason */

const char *const label_words[] = { "neg", "neu", "pos", NULL };

int
label_parse(struct str word, int64_t *out)
{
	for (int i = 0; label_words[i]; i++)
		if (str_is(word, label_words[i])) {
			*out = i - 1;
			return 0;
		}
	return -1;
}

static int refuse(struct buf *out, int status, const char *fmt, ...) LY_PRINTF(3, 4);

static int
refuse(struct buf *out, int status, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_clear(out);
	buf_add(out, STR("{\"error\":"));
	json_add_text(out, utf8_cut(str_of(text), sizeof text - 4));
	buf_add_byte(out, '}');
	return status;
}

static struct str
why_of(const struct label_ask *q)
{
	return utf8_cut(str_trim(json_text(json_get(q->args, "why"), STR(""))), WHY_MAX);
}

static size_t
ids_count(const struct label_ask *q)
{
	return json_get(q->args, "id") ? 1 : json_count(json_get(q->args, "ids"));
}

static struct str
ids_at(const struct label_ask *q, size_t i)
{
	const struct json *one = json_get(q->args, "id");

	return json_text(one ? one : json_at(json_get(q->args, "ids"), i), STR(""));
}

/* 0 all are there, a status when not (told), -1. */
static int
ids_check(struct store *s, const struct label_ask *q, struct buf *out, struct err *e)
{
	size_t n = ids_count(q);

	if (!n)
		return refuse(out, 400, "which mentions? give their ids");
	if (n > LABELS_MAX)
		return refuse(out, 400, "%zu mentions: at most %d in one command", n,
			      LABELS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct str hex = ids_at(q, i);
		struct id id;
		int known;

		if (id_from_hex(hex, &id) < 0)
			return refuse(out, 400, "a mention's id is 32 hex digits, not \"%.*s\"",
				      (int)(hex.n < 80 ? hex.n : 80), hex.p);
		known = label_mention_known(s, &id, e);
		if (known <= 0)
			return known < 0 ? -1
					 : refuse(out, 404,
						  "there is no mention %.*s; nothing was "
						  "labelled",
						  STR_ARG(hex));
	}
	return 0;
}

/* 1 written, 0 it stands so already, -1. */
static int
label_one(struct store *s, const struct label_ask *q, const struct id *mention, int64_t label,
	  struct err *e)
{
	struct label_row last = { .label = LABEL_UNSAID };
	struct label_row row = { .mention = *mention,
				 .at = q->now,
				 .event = STR("label"),
				 .label = label,
				 .actor = q->actor,
				 .reason = why_of(q),
				 .batch = q->batch };

	if (label_newest(s, mention, &last, e) < 0)
		return -1;
	if (last.label == label)
		return 0;
	row.was = last.label;
	return label_append(s, &row, e) < 0 ? -1 : 1;
}

static void
answer(struct buf *out, const struct id *batch, const char *did, size_t n)
{
	buf_add(out, STR("{\"batch\":\""));
	id_add_hex(out, batch);
	buf_addf(out, "\",\"%s\":%zu", did, n);
}

int
labels_set(struct store *s, const struct label_ask *q, struct buf *out, struct err *e)
{
	struct str word = json_text(json_get(q->args, "label"), STR(""));
	size_t n = ids_count(q), written = 0;
	int64_t label;
	int status;

	if (label_parse(word, &label) < 0)
		return refuse(out, 400, "a label is neg, neu or pos, not \"%.*s\"",
			      (int)(word.n < 80 ? word.n : 80), word.p);
	status = ids_check(s, q, out, e);
	if (status)
		return status;
	for (size_t i = 0; i < n; i++) {
		struct id id;
		int one;

		if (id_from_hex(ids_at(q, i), &id) < 0)
			continue; /* checked above */
		one = label_one(s, q, &id, label, e);
		if (one < 0)
			return -1;
		written += one > 0;
	}
	answer(out, &q->batch, "labelled", written);
	buf_addf(out, ",\"unchanged\":%zu}", n - written);
	return 200;
}

/* 1 undone, 0 somebody has said something since, -1. */
static int
undo_one(struct store *s, const struct label_ask *q, const struct label_row *of, struct err *e)
{
	struct label_row last = { .seq = 0 };
	struct label_row row = { .mention = of->mention,
				 .at = q->now,
				 .event = STR("undo"),
				 .label = of->was,
				 .was = of->label,
				 .actor = q->actor,
				 .reason = why_of(q),
				 .batch = q->batch };

	if (label_newest(s, &of->mention, &last, e) < 0)
		return -1;
	if (last.seq != of->seq)
		return 0;
	return label_append(s, &row, e) < 0 ? -1 : 1;
}

/* 0 found, a status when not (told), -1. */
static int
batch_of(struct store *s, const struct label_ask *q, struct id *batch, struct buf *out,
	 struct err *e)
{
	struct str hex = json_text(json_get(q->args, "batch"), STR(""));
	int found;

	if (hex.n)
		return id_from_hex(hex, batch) == 0
			       ? 0
			       : refuse(out, 400, "a batch's id is 32 hex digits");
	found = label_last_batch(s, q->actor, batch, e);
	return found > 0 ? 0
	       : found   ? -1
			 : refuse(out, 404, "%.*s has no label that still stands",
				  STR_ARG(q->actor));
}

int
labels_undo(struct store *s, const struct label_ask *q, struct buf *out, struct err *e)
{
	struct label_row *rows;
	struct id batch;
	size_t undone = 0;
	int status = batch_of(s, q, &batch, out, e), n;

	if (status)
		return status;
	rows = heap_zero(LABELS_MAX, sizeof *rows);
	n = labels_of_batch(s, &batch, rows, LABELS_MAX, e);
	for (int i = 0; i < n; i++) {
		int one = undo_one(s, q, &rows[i], e);

		if (one < 0) {
			n = -1;
			break;
		}
		undone += one > 0;
	}
	free(rows);
	if (n <= 0)
		return n < 0 ? -1 : refuse(out, 404, "no label was given in that batch");
	if (!undone)
		return refuse(out, 409, "all %d have been labelled anew since", n);
	answer(out, &q->batch, "undone", undone);
	buf_addf(out, ",\"kept\":%zu}", (size_t)n - undone);
	return 200;
}
