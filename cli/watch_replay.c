/* watch_replay.c - documents of the archive -> matches per day, with samples. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/archive.h"

#include "cli/watch_replay.h"

#define SAMPLES    5
#define DAYS_MAX   4000
#define AROUND     60 /* bytes shown on each side of what matched */
#define BAR        40 /* columns of the busiest day               */
#define SAMPLE_MAX 2000

struct sample {
	uint64_t rank; /* those with the smallest stay: any document may, and always the same */
	char *text;
};
struct tried {
	const struct watch *watch;
	int64_t matches, undecided;
	int64_t *days;
	struct sample samples[SAMPLES];
	size_t n_samples;
};
struct replay {
	const struct watch_replay *w;
	struct zone *zone;
	struct arena *kept, *work;
	struct rx_scratch *scratch;
	struct walk walk;
	int64_t day_at[DAYS_MAX], documents[DAYS_MAX];
	size_t n_days;
	struct tried *tried;
	size_t n;
};

static size_t
day_find(struct replay *r, int64_t at)
{
	int64_t day = zone_day(r->zone, at);
	size_t i = r->n_days;

	while (i > 0 && r->day_at[i - 1] != day)
		i--;
	if (i)
		return i - 1;
	if (r->n_days == DAYS_MAX)
		return DAYS_MAX - 1;
	r->day_at[r->n_days] = day;
	return r->n_days++;
}

/* The words around the span, on one line. */
static void
around_add(struct buf *b, struct str text, const struct query_span *s)
{
	size_t from = s->at > AROUND ? s->at - AROUND : 0;
	struct str part;

	while (from < s->at && ((unsigned char)text.p[from] & 0xC0) == 0x80)
		from++;
	part = utf8_cut(str_slice(text, from, text.n), s->at - from + s->len + AROUND);
	buf_add(b, from ? STR("…") : STR(""));
	for (size_t i = 0; i < part.n; i++)
		buf_add_byte(b, (unsigned char)part.p[i] < 0x20 ? ' ' : part.p[i]);
	if (from + part.n < text.n)
		buf_add(b, STR("…"));
}

static void
sample_keep(struct replay *r, struct tried *t, const struct document *d, struct str text,
	    const struct notice_of *about)
{
	uint64_t rank = hash_fast(id_str(&d->id), 0);
	size_t at = t->n_samples;
	struct buf b = BUF(SAMPLE_MAX * 4);

	while (at > 0 && t->samples[at - 1].rank > rank)
		at--;
	if (at == SAMPLES)
		return;
	clock_add_local(&b, r->zone, d->arrived_at);
	buf_addf(&b, "  %.*s  ", STR_ARG(d->source));
	if (about->n)
		around_add(&b, text, &about->spans[0]);
	buf_addf(&b, "  %.*s", STR_ARG(utf8_cut(d->url, 200)));
	t->n_samples += t->n_samples < SAMPLES;
	memmove(&t->samples[at + 1], &t->samples[at],
		(t->n_samples - at - 1) * sizeof *t->samples);
	t->samples[at] = (struct sample){ rank, arena_text(r->kept, buf_str(&b)) };
	buf_release(&b);
}

/* The watches a document is about; the joined text is the scorer's. */
static void
document_try(struct replay *r, const struct document *d)
{
	size_t day = day_find(r, d->arrived_at), n;
	struct buf joined = BUF(RECORD_MAX * 2);
	struct notice_of *v;

	arena_reset(r->work);
	buf_add(&joined, d->title);
	buf_add_byte(&joined, '\n');
	buf_add(&joined, d->text);
	r->documents[day]++;
	walk_run(&r->walk, r->w->image, buf_str(&joined));
	v = watches_notice(r->w->watches, &r->walk, buf_str(&joined), r->scratch, r->work, &n);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < r->n && r->tried[k].watch != v[i].watch)
			k++;
		if (k == r->n)
			continue;
		r->tried[k].matches++;
		r->tried[k].undecided += v[i].undecided;
		r->tried[k].days[day]++;
		sample_keep(r, &r->tried[k], d, buf_str(&joined), &v[i]);
	}
	buf_release(&joined);
}

/* Days in order: the archive's own order is that of arrival, but a clock may have gone back. */
static void
days_print(const struct replay *r, const struct tried *t)
{
	int64_t most = 1;

	for (size_t i = 0; i < r->n_days; i++)
		most = t->days[i] > most ? t->days[i] : most;
	for (size_t i = 0; i < r->n_days; i++) {
		struct civil c = zone_civil(r->zone, r->day_at[i]);

		printf("  %04d-%02d-%02d %8lld of %8lld  ", c.year, c.month, c.day,
		       (long long)t->days[i], (long long)r->documents[i]);
		for (int64_t k = 0; k < (t->days[i] * BAR + most - 1) / most; k++)
			putchar('#');
		putchar('\n');
	}
}

static void
tried_print(const struct replay *r, const struct tried *t, int64_t documents)
{
	int64_t days = r->n_days ? (int64_t)r->n_days : 1;

	printf("\n%.*s\t%.*s\n  %lld of %lld documents match", STR_ARG(t->watch->name),
	       STR_ARG(t->watch->title), (long long)t->matches, (long long)documents);
	printf(", %lld.%lld a day\n", (long long)(t->matches / days),
	       (long long)(t->matches * 10 / days % 10));
	if (t->undecided)
		printf("  %lld of them undecided: a rule hit its limit\n",
		       (long long)t->undecided);
	days_print(r, t);
	for (size_t i = 0; i < t->n_samples; i++)
		printf("%s    %s\n", i ? "" : "  for example\n", t->samples[i].text);
}

static void
figures_print(const struct replay *r, const struct archive_figures *f)
{
	struct buf b = BUF(400);

	buf_addf(&b, "%lld documents", (long long)f->documents);
	if (f->documents) {
		buf_add(&b, STR(" that arrived from "));
		clock_add_local(&b, r->zone, f->first_at);
		buf_add(&b, STR(" to "));
		clock_add_local(&b, r->zone, f->last_at);
	}
	printf("%s\n", b.p);
	if (f->damaged)
		printf("%lld damaged places of the archive were stepped over (%lld bytes)\n",
		       (long long)f->damaged, (long long)f->lost_bytes);
	buf_release(&b);
}

static int
tried_choose(struct replay *r, struct err *e)
{
	const struct watches *w = r->w->watches;

	r->tried = arena_alloc(r->kept, (w->n + 1) * sizeof *r->tried);
	for (size_t i = 0; i < w->n; i++) {
		if (r->w->only.n && !str_eq(w->v[i].name, r->w->only))
			continue;
		r->tried[r->n++] = (struct tried){
			.watch = &w->v[i],
			.days = arena_alloc(r->kept, DAYS_MAX * sizeof(int64_t)),
		};
	}
	if (r->w->only.n && !r->n)
		return err_set(e, ERR_USAGE, "no watch \"%.*s\"", STR_ARG(r->w->only));
	return 0;
}

static int
archive_try(struct replay *r, struct err *e)
{
	const char *dir = settings_path(r->w->settings, "crawl");
	int64_t newest = archive_newest_at(dir);
	struct archive_reader *reader = archive_open(dir, newest - r->w->span_s, INT64_MAX, e);
	struct archive_figures f;
	struct document d;
	int more;

	if (!reader)
		return -1;
	while ((more = archive_read(reader, &d, e)) == 1)
		if (!(d.flags & DOCUMENT_SAMPLE))
			document_try(r, &d);
	archive_read_figures(reader, &f);
	archive_close(reader);
	if (more < 0)
		return -1;
	figures_print(r, &f);
	for (size_t i = 0; i < r->n; i++)
		tried_print(r, &r->tried[i], f.documents);
	return 0;
}

int
watch_replay(const struct watch_replay *w, struct err *e)
{
	struct replay *r = calloc(1, sizeof *r);
	int rc = -1;

	if (!r)
		abort();
	r->w = w;
	r->walk = WALK_INIT;
	r->kept = arena_new();
	r->work = arena_new();
	r->scratch = rx_scratch_new();
	r->zone = zone_open(w->settings->site.zone.p, e);
	if (r->zone && tried_choose(r, e) == 0)
		rc = archive_try(r, e);
	zone_close(r->zone);
	rx_scratch_free(r->scratch);
	walk_release(&r->walk);
	arena_free(r->kept);
	arena_free(r->work);
	free(r);
	return rc;
}
