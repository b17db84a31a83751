/* watch_replay.c - documents of the archive -> matches per day, with samples. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/archive.h"

#include "cli/watch_kept.h"
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
struct samples {
	struct sample v[SAMPLES];
	size_t n;
	int64_t of; /* how many there were to choose from */
};
enum was { WAS_UNKNOWN, WAS_NOT_THERE, WAS_THE_SAME, WAS_OTHERWISE };
struct tried {
	const struct watch_conf *watch;
	int64_t undecided;
	int64_t *days;
	enum was was;
	struct samples all, more, less; /* less: only the query of before matches */
};
struct replay {
	const struct watch_replay *w;
	struct nlp *now, *before; /* before: with other queries; NULL: none are known */
	const struct conf_list *before_watches; /* struct watch_conf: names and queries */
	struct zone *zone;
	struct arena *kept, *work;
	int64_t day_at[DAYS_MAX], documents[DAYS_MAX];
	size_t n_days;
	struct tried *tried; /* by name */
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

/* The words around the first place of the watch, on one line. */
static void
around_add(struct buf *b, struct str text, const struct mention *m)
{
	const struct span *s = m->spans.v;
	size_t i = 0, from, at;
	struct str part;

	while (i < m->spans.n && s[i].kind != SPAN_WATCH)
		i++;
	if (i == m->spans.n)
		return;
	at = (size_t)s[i].at;
	from = at > AROUND ? at - AROUND : 0;
	while (from < at && ((unsigned char)text.p[from] & 0xC0) == 0x80)
		from++;
	part = utf8_cut(str_slice(text, from, text.n), at - from + (size_t)s[i].len + AROUND);
	buf_add(b, from ? STR("…") : STR(""));
	for (size_t k = 0; k < part.n; k++)
		buf_add_byte(b, (unsigned char)part.p[k] < 0x20 ? ' ' : part.p[k]);
	if (from + part.n < text.n)
		buf_add(b, STR("…"));
}

static void
sample_keep(struct replay *r, struct samples *t, const struct document *d,
	    const struct mention *m)
{
	uint64_t rank = hash_fast(id_str(&d->id), 0);
	size_t at = t->n;
	struct buf b = BUF(SAMPLE_MAX * 4), joined = BUF(RECORD_MAX * 2);

	t->of++;
	while (at > 0 && t->v[at - 1].rank > rank)
		at--;
	if (at == SAMPLES)
		return;
	buf_add(&joined, d->title);
	buf_add_byte(&joined, '\n');
	buf_add(&joined, d->text);
	clock_add_local(&b, r->zone, d->arrived_at);
	buf_addf(&b, "  %.*s  ", STR_ARG(d->source));
	around_add(&b, buf_str(&joined), m);
	buf_addf(&b, "  %.*s", STR_ARG(utf8_cut(d->url, 200)));
	t->n += t->n < SAMPLES;
	memmove(&t->v[at + 1], &t->v[at], (t->n - at - 1) * sizeof *t->v);
	t->v[at] = (struct sample){ rank, arena_text(r->kept, buf_str(&b)) };
	buf_release(&b);
	buf_release(&joined);
}

static int
name_order(const void *key, const void *entry)
{
	return str_cmp(*(const struct str *)key, ((const struct tried *)entry)->watch->name);
}

static struct tried *
tried_find(struct replay *r, struct str name)
{
	return r->n ? bsearch(&name, r->tried, r->n, sizeof *r->tried, name_order) : NULL;
}

static bool
is_among(const struct result *res, struct str watch)
{
	const struct mention *m = res->mentions.v;

	for (size_t i = 0; i < res->mentions.n; i++)
		if (str_eq(m[i].watch, watch))
			return true;
	return false;
}

/* What matches now, and what matched before. */
static void
document_try(struct replay *r, const struct document *d)
{
	size_t day = day_find(r, d->arrived_at);
	struct result now = { .document = *d }, before = { .document = *d };
	const struct mention *m;

	arena_reset(r->work);
	r->documents[day]++;
	nlp_mentions(r->now, &now, r->work);
	if (r->before)
		nlp_mentions(r->before, &before, r->work);
	m = now.mentions.v;
	for (size_t i = 0; i < now.mentions.n; i++) {
		struct tried *t = tried_find(r, m[i].watch);

		if (!t)
			continue;
		t->undecided += (m[i].flags & MENTION_UNDECIDED) != 0;
		t->days[day]++;
		sample_keep(r, &t->all, d, &m[i]);
		if (t->was == WAS_OTHERWISE && !is_among(&before, m[i].watch))
			sample_keep(r, &t->more, d, &m[i]);
	}
	m = before.mentions.v;
	for (size_t i = 0; i < before.mentions.n; i++) {
		struct tried *t = tried_find(r, m[i].watch);

		if (t && t->was == WAS_OTHERWISE && !is_among(&now, m[i].watch))
			sample_keep(r, &t->less, d, &m[i]);
	}
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
samples_print(const struct samples *t, const char *head)
{
	for (size_t i = 0; i < t->n; i++)
		printf("%s%s    %s\n", i ? "" : head, i ? "" : "\n", t->v[i].text);
}

static void
difference_print(const struct tried *t)
{
	static const char *const says[] = {
		[WAS_UNKNOWN] =
			"which queries run is not known: no service was started on this "
			"data directory (--against FILE compares with another "
			"configuration)",
		[WAS_NOT_THERE] = "a new watch: the queries that run have none of this name",
		[WAS_THE_SAME] = "the query is the one that runs",
	};

	if (t->was != WAS_OTHERWISE) {
		printf("  %s\n", says[t->was]);
		return;
	}
	printf("  against the query that runs: %lld documents more, %lld no longer\n",
	       (long long)t->more.of, (long long)t->less.of);
	samples_print(&t->more, "  more");
	samples_print(&t->less, "  no longer");
}

static void
tried_print(const struct replay *r, const struct tried *t, int64_t documents)
{
	int64_t days = r->n_days ? (int64_t)r->n_days : 1;

	printf("\n%.*s\t%.*s\n  %lld of %lld documents match", STR_ARG(t->watch->name),
	       STR_ARG(t->watch->title), (long long)t->all.of, (long long)documents);
	printf(", %lld.%lld a day\n", (long long)(t->all.of / days),
	       (long long)(t->all.of * 10 / days % 10));
	if (t->undecided)
		printf("  %lld of them undecided: a rule hit its limit\n",
		       (long long)t->undecided);
	days_print(r, t);
	samples_print(&t->all, "  for example");
	difference_print(t);
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

static enum was
was_of(const struct replay *r, const struct watch_conf *c)
{
	const struct watch_conf *v;

	if (!r->before_watches)
		return WAS_UNKNOWN;
	v = r->before_watches->v;
	for (size_t i = 0; i < r->before_watches->n; i++)
		if (str_eq(v[i].name, c->name))
			return str_eq(v[i].query, c->query) ? WAS_THE_SAME
			       : r->before                  ? WAS_OTHERWISE
							    : WAS_UNKNOWN;
	return WAS_NOT_THERE;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(((const struct tried *)a)->watch->name,
		       ((const struct tried *)b)->watch->name);
}

static int
tried_choose(struct replay *r, struct err *e)
{
	const struct conf_list *w = &r->w->settings->watches;
	const struct watch_conf *c = w->v;

	r->tried = arena_alloc(r->kept, (w->n + 1) * sizeof *r->tried);
	for (size_t i = 0; i < w->n; i++) {
		if (r->w->only.n && !str_eq(c[i].name, r->w->only))
			continue;
		r->tried[r->n++] = (struct tried){
			.watch = &c[i],
			.days = arena_alloc(r->kept, DAYS_MAX * sizeof(int64_t)),
			.was = was_of(r, &c[i]),
		};
	}
	if (r->n)
		qsort(r->tried, r->n, sizeof *r->tried, by_name);
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
		if (!(d.flags & (DOCUMENT_SAMPLE | DOCUMENT_HEALTH)))
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

/* The scorer as configured, and one with the queries to compare with. */
static int
scorers_open(struct replay *r, struct settings **other, struct watch_kept *kept, struct err *e)
{
	const struct settings *s = r->w->settings;
	struct nlp_setup setup = settings_nlp(s);
	struct buf report = BUF(1 << 20);
	struct err bad = { .kind = ERR_NONE };
	int known = 1;

	if (r->w->against) {
		*other = settings_read(r->w->against, NULL, e);
		if (!*other)
			return -1;
		*kept = (struct watch_kept){ (*other)->watches, (*other)->lists };
	} else if ((known = watch_kept_read(s, r->kept, kept, e)) < 0) {
		return -1;
	}
	r->now = nlp_new(&setup, &report, e);
	if (r->now && known) {
		setup.watches = r->before_watches = &kept->watches;
		setup.lists = &kept->lists;
		setup.places = NULL;
		r->before = nlp_new(&setup, &report, &bad);
		if (!r->before)
			fprintf(stderr, "the other queries cannot be compared with: %s\n",
				bad.text);
	}
	buf_release(&report);
	return r->now ? 0 : -1;
}

int
watch_replay(const struct watch_replay *w, struct err *e)
{
	struct replay *r = calloc(1, sizeof *r);
	struct settings *other = NULL;
	struct watch_kept kept = { { NULL, 0 }, { NULL, 0 } };
	int rc = -1;

	if (!r)
		abort();
	r->w = w;
	r->kept = arena_new();
	r->work = arena_new();
	r->zone = zone_open(w->settings->site.zone.p, e);
	if (r->zone && scorers_open(r, &other, &kept, e) == 0 && tried_choose(r, e) == 0)
		rc = archive_try(r, e);
	nlp_free(r->now);
	nlp_free(r->before);
	settings_free(other);
	zone_close(r->zone);
	arena_free(r->kept);
	arena_free(r->work);
	free(r);
	return rc;
}
