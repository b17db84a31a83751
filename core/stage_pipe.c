/* The end "-": JSON lines on stdin and stdout. A line is receipted when it has been written. */
#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/result.h"
#include "core/stage_runner.h"
#include "core/str.h"

#define LINE_MAX_BYTES ((size_t)4 << 20) /* JSON may take six bytes for one */
#define READ_BYTES     ((size_t)64 << 10)
#define WRITE_BYTES    ((size_t)1 << 20) /* no more room while so much waits */

struct pipe {
	const struct record_type *t; /* NULL: this is the out end */
	struct arena *a;
	struct buf text;       /* in: bytes not taken yet; out: lines not written yet */
	size_t taken;          /* of text, in */
	int64_t line;          /* number of the last one */
	bool ended;            /* no more bytes will come */
	bool skipping;         /* until the end of a line that is too long */
	struct lost_seq *seqs; /* out: what the lines in text are about */
	struct id *spools;
	size_t n, cap;
};

struct pipe *
pipe_open(const struct record_type *t)
{
	struct pipe *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->t = t;
	p->a = arena_new();
	p->text = BUF(t ? LINE_MAX_BYTES + READ_BYTES + 1 : LINE_MAX_BYTES + 2 * WRITE_BYTES);
	return p;
}

void
pipe_free(struct pipe *p)
{
	if (!p)
		return;
	arena_free(p->a);
	buf_release(&p->text);
	free(p->seqs);
	free(p->spools);
	free(p);
}

/* ---- in ----------------------------------------------------------------------------------- */

int
pipe_fd(const struct pipe *p)
{
	return p->ended ? -1 : STDIN_FILENO;
}

static void
pipe_fill(struct pipe *p)
{
	char bytes[READ_BYTES];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	p->ended = n <= 0;
	if (p->taken) {
		memmove(p->text.p, p->text.p + p->taken, p->text.n - p->taken);
		p->text.n -= p->taken;
		p->taken = 0;
	}
	if (n > 0)
		buf_add(&p->text, (struct str){ bytes, (size_t)n });
	if (p->ended && p->text.n && p->text.p[p->text.n - 1] != '\n')
		buf_add_byte(&p->text, '\n');
}

/* The next whole line. One that is too long is refused at its beginning, and passed over. */
static bool
pipe_line(struct runner *r, struct pipe *p, struct str *line)
{
	struct str rest = str_slice(buf_str(&p->text), p->taken, p->text.n);
	ptrdiff_t end = rest.n ? str_find_byte(rest, '\n') : -1;

	if (end < 0) {
		if (rest.n > LINE_MAX_BYTES) {
			r->figures.rejects++;
			log_event(LOG_WARN, "line_refused",
				  "line=%lld reason=\"over %zu bytes\"", (long long)p->line + 1,
				  LINE_MAX_BYTES);
			p->skipping = true;
			p->taken = p->text.n;
		} else if (p->skipping) {
			p->taken = p->text.n;
		}
		return false;
	}
	*line = str_slice(rest, 0, (size_t)end);
	p->taken += (size_t)end + 1;
	p->line++;
	if (p->skipping) {
		p->skipping = false;
		line->n = 0;
	}
	return true;
}

/* A line that does not say where it comes from gets the number of its line. */
static void
address_give(struct pipe *p, struct document *d)
{
	if (id_none(&d->spool))
		d->spool = ID_OF(STR("stdin"));
	if (!d->seq)
		d->seq = p->line;
}

static int
line_take(struct runner *r, struct pipe *p, struct str line)
{
	union {
		struct document document;
		struct result result;
	} rec;
	struct err e = { .kind = ERR_NONE };
	struct buf b = BUF(RECORD_MAX + 1);
	int rc = 0;

	arena_reset(p->a);
	if (record_from_json(p->t, line, &rec, p->a, &e) == 0) {
		address_give(p, p->t == &result_record ? &rec.result.document : &rec.document);
		record_encode(p->t, &rec, &b);
		if (!buf_ok(&b))
			err_set(&e, ERR_REJECT, "over %d bytes", RECORD_MAX);
	}
	if (e.kind) {
		r->figures.rejects++;
		log_event(LOG_WARN, "line_refused", "line=%lld reason=\"%s\"",
			  (long long)p->line, e.text);
	} else {
		rc = flow_in(r, NULL, NULL, buf_str(&b));
	}
	buf_release(&b);
	return rc;
}

int
pipe_read(struct runner *r, struct pipe *p, bool ready)
{
	struct str line;

	if (ready && !p->ended)
		pipe_fill(p);
	while (flow_room(&r->out.out) && pipe_line(r, p, &line)) {
		if (!str_trim(line).n)
			continue;
		return line_take(r, p, line) < 0 ? -1 : 1;
	}
	return 0;
}

/* ---- out ---------------------------------------------------------------------------------- */

size_t
pipe_room(const struct pipe *p)
{
	return p->text.n >= WRITE_BYTES ? 0 : 64;
}

static void
address_keep(struct pipe *p, struct str record)
{
	struct id spool;
	int64_t seq;

	if (!record_address(record, &spool, &seq))
		return;
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->seqs = realloc(p->seqs, p->cap * sizeof *p->seqs);
		p->spools = realloc(p->spools, p->cap * sizeof *p->spools);
		if (!p->seqs || !p->spools)
			abort();
	}
	p->seqs[p->n].seq = seq;
	p->spools[p->n++] = spool;
}

/* Ticks are not written: they are of use between runners only. */
void
pipe_put(struct runner *r, struct pipe *p, struct str record)
{
	const struct record_type *t =
		record_kind(record) == KIND_RESULT ? &result_record : &document_record;
	union {
		struct document document;
		struct result result;
	} rec;
	struct err e = { .kind = ERR_NONE };
	size_t before = p->text.n;

	address_keep(p, record);
	if (record_kind(record) != t->kind)
		return;
	arena_reset(p->a);
	if (record_decode(t, record, &rec, p->a, &e) == 0) {
		record_to_json(t, &rec, &p->text);
		buf_add_byte(&p->text, '\n');
	}
	if (!e.kind && buf_ok(&p->text))
		return;
	p->text.n = before;
	p->text.over = false;
	r->figures.rejects++;
	log_event(LOG_ERROR, "line_unwritten", "reason=\"%s\"", e.kind ? e.text : "too long");
}

static int
text_write(struct str text, struct err *e)
{
	while (text.n) {
		ssize_t n = write(STDOUT_FILENO, text.p, text.n);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

			(void)poll(&fd, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_BROKEN, "could not write to stdout: %s",
				       strerror(errno));
		text.p += n;
		text.n -= (size_t)n;
	}
	return 0;
}

/* The stage may put more while it is told: what is told of is taken away first. */
int
pipe_flush(struct runner *r, struct pipe *p)
{
	struct err e = { .kind = ERR_NONE };
	struct lost_seq *seqs = p->seqs;
	struct id *spools = p->spools;
	size_t n = p->n;
	int rc = 0;

	if (text_write(buf_str(&p->text), &e) < 0)
		return runner_break(r, &e);
	buf_clear(&p->text);
	p->seqs = NULL;
	p->spools = NULL;
	p->n = p->cap = 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct receipt receipt = { .spool = spools[i], .seq = seqs[i].seq };
		struct buf b = BUF(128);

		record_encode(&receipt_record, &receipt, &b);
		rc = flow_receipt(r, buf_str(&b));
		buf_release(&b);
	}
	free(seqs);
	free(spools);
	return rc;
}
