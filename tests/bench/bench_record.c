/*
 * bench_record.c - a record of 5,000,000 mentions: how soon it is ready, what it takes, what it
 * answers how quickly.
 *
 *	bench_record [FOLDER [MENTIONS]]   build/record by default; ends with 1 when a limit is broken
 *
 * The record is built once, by the responder itself, 30 days of 50 watches, and kept in FOLDER;
 * a build that was cut off goes on where it was. It is refused when the disk has no room for it.
 */
#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/digest.h"
#include "responder/mention_store.h"
#include "responder/signal_store.h"
#include "responder/state.h"
#include "tests/support/record_world.h"

#define MENTIONS       5000000
#define BYTES_EACH     2500 /* of the record, and some more */
#define WATCHES        50
#define DAYS           30
#define BATCH          1000
#define GIST_S         (80 * 3600)
#define BUILD_SAYS     100000
#define READY_MS_MAX   2000
#define MEMORY_MB_MAX  300
#define QUERY_MS_MAX   5.0
#define DIGEST_MS_MAX  2000
#define DIGEST_ONE_MAX 40 /* 500 readers of their own watches in 20 s */
#define DIGEST_MB_MAX  200
#define QUERIES        1000

static char folder[160], record[192];
static int64_t mentions;
static int broken;

/* ---- building --------------------------------------------------------------------------------- */

static int64_t
arrived_at(int64_t i)
{
	return WORLD_T0 + i * DAYS * 86400 / mentions;
}

static struct watch_conf watches[WATCHES];

static void
watches_name(void)
{
	static char names[WATCHES][16]; /* they live for ever */

	for (size_t i = 0; i < WATCHES; i++) {
		snprintf(names[i], sizeof names[i], "brand%zu", i);
		watches[i] = (struct watch_conf){ .name = str_of(names[i]),
						  .title = str_of(names[i]),
						  .size = WATCH_MEDIUM };
	}
}

/* The responder of the folder. *from_us: when it began to be opened (NULL: not asked). */
static struct world *
world_of(int64_t now, int64_t *from_us)
{
	struct world *w = calloc(1, sizeof *w);

	if (!w)
		abort();
	world_open(w, CLOCK_SCALED);
	w->conf.record = str_of(record);
	w->conf.watches = watches;
	w->conf.watches_n = WATCHES;
	world_stop(w);
	if (from_us)
		*from_us = clock_mono_us();
	world_reopen(w, now);
	return w;
}

static void
world_end(struct world *w)
{
	world_close(w);
	free(w);
}

/* What happens where, in some thousand ways. */
static const char *
happening(uint64_t luck, char *b, size_t n)
{
	static const char *const places[] = { "岑溪",     "沔阳",       "潭口",    "临汐",
					      "潮屿",     "江口",       "Ellerby", "Norham",
					      "Eastmere", "Port Hallow" };
	static const char *const things[] = { "饼干",   "酱油",     "门店",    "客服",
					      "电动车", "充电宝",   "toaster", "bread",
					      "app",    "delivery", "面馆",    "快递" };
	static const char *const matters[] = { "收到货了",
					       "包装破了",
					       "味道不错",
					       "排队太久",
					       "打折",
					       "换了新包装",
					       "arrived late",
					       "works as before",
					       "is back in stock",
					       "was refunded",
					       "开了新店",
					       "请了代言人",
					       "涨价",
					       "退货" };
	static const char *const tails[] = { "家里老人也说不错",     "下次再买两箱",
					     "朋友推荐的",           "same as last year",
					     "my neighbour has one", "周末再去看看",
					     "希望早点处理",         "已经联系客服" };

	snprintf(b, n, "%s%s%s，%s，%s，订单%llu", places[luck % LY_COUNT(places)],
		 things[(luck >> 4) % LY_COUNT(things)],
		 matters[(luck >> 9) % LY_COUNT(matters)],
		 tails[(luck >> 14) % LY_COUNT(tails)], tails[(luck >> 18) % LY_COUNT(tails)],
		 (unsigned long long)(luck >> 22) % 100000);
	return b;
}

/* One in eight is negative. Nobody raises a storm. What stories are found by is asked of those that
 * are still looked at in the end. */
static void
say(struct world *w, int64_t i)
{
	uint64_t luck = hash_fast(str_of("mention"), (uint64_t)i);
	char watch[16], site[32], author[32], text[500], what[300];

	snprintf(watch, sizeof watch, "brand%d", (int)(luck % WATCHES));
	snprintf(site, sizeof site, "s%d.example", (int)(luck >> 8) % 200);
	snprintf(author, sizeof author, "u%d", (int)((luck >> 16) % 50000));
	snprintf(text, sizeof text, "%s：%s。第%lld号，number %lld.", watch,
		 happening(hash_fast(str_of("what"), (uint64_t)i), what, sizeof what),
		 (long long)i, (long long)i);
	world_step(w,
		   world_result(w,
				&(struct world_mention){
					.watch = watch,
					.site = site,
					.author = author,
					.text = text,
					.at = arrived_at(i),
					.published_at = arrived_at(i) - 600,
					.label = luck >> 40 & 7 ? LABEL_NEU : LABEL_NEG,
					.source_class = (int64_t)(luck >> 48 & 3),
					.gist = arrived_at(i) > arrived_at(mentions) - GIST_S,
					.seq = i + 1 }),
		   arrived_at(i));
}

static void
room_check(int64_t missing)
{
	struct statvfs f;

	if (mkdir(folder, 0755) < 0 && access(folder, W_OK) < 0) {
		fprintf(stderr, "bench_record: %s cannot be written\n", folder);
		exit(2);
	}
	if (statvfs(folder, &f) < 0 ||
	    (double)f.f_bavail * (double)f.f_frsize < (double)missing * BYTES_EACH) {
		fprintf(stderr,
			"bench_record: %s has no room for %lld mentions (%lld MB); name "
			"another "
			"folder\n",
			folder, (long long)missing, (long long)missing * BYTES_EACH >> 20);
		exit(2);
	}
}

static int64_t
counted(const char *sql)
{
	struct err e;
	struct store *s = store_open_reader(record, &record_migrations, &e);
	struct stmt *q = s ? store_stmt(s, sql) : NULL;
	int64_t n;

	if (!q || stmt_step(q, &e) <= 0)
		abort();
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	store_close(s);
	return n;
}

/* A record that an older program built. */
static void
migrate(void)
{
	struct err e;
	struct store *s =
		access(record, R_OK) == 0 ? store_open(record, &record_migrations, &e) : NULL;

	store_close(s);
}

static void
build(void)
{
	bool begun = access(record, R_OK) == 0;
	int64_t had = begun ? counted("SELECT count(*) FROM mention") : 0,
		from_ms = clock_mono_ms();
	struct world *w;

	if (had >= mentions)
		return;
	room_check(mentions - had);
	/* Not at the beginning: it would read back all that has come since. */
	w = world_of(arrived_at(had), NULL);
	for (int64_t i = had; i < mentions; i++) {
		say(w, i);
		if ((i + 1) % BATCH && i + 1 < mentions)
			continue;
		world_settle(w, arrived_at(i));
		w->receipts_n = 0;
		arena_reset(w->arena);
		if ((i + 1) % BUILD_SAYS == 0)
			fprintf(stderr, "built %lld of %lld, %lld s\n", (long long)i + 1,
				(long long)mentions,
				(long long)(clock_mono_ms() - from_ms) / 1000);
	}
	world_end(w);
}

/* Turns, until all that digests count is packed. */
static void
pack(void)
{
	static const char sql[] = "SELECT count(*) FROM count_block";
	int64_t now = arrived_at(mentions - 1) + 3600, had, have = -1;
	struct world *w = world_of(now, NULL);

	do {
		had = have;
		for (int i = 0; i < 50; i++)
			world_turn(w, now += 2);
		have = counted(sql);
	} while (have > had);
	world_end(w);
}

/* ---- measuring -------------------------------------------------------------------------------- */

static void
limit(const char *what, double value, double most, const char *unit)
{
	bool over = value > most;

	printf("%-44s %8.1f %s (at most %.0f)%s\n", what, value, unit, most,
	       over ? "  BROKEN" : "");
	broken |= over;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct times {
	double ms[QUERIES];
	size_t n;
	int64_t from_us;
};

static void
times_show(const char *what, struct times *t)
{
	char line[96];

	qsort(t->ms, t->n, sizeof *t->ms, by_size);
	snprintf(line, sizeof line, "%s, p50 %.2f ms, p99 of %zu", what, t->ms[t->n / 2], t->n);
	limit(line, t->ms[t->n * 99 / 100], QUERY_MS_MAX, "ms");
	t->n = 0;
}

static void
begin(struct times *t)
{
	t->from_us = clock_mono_us();
}

static void
end(struct times *t)
{
	t->ms[t->n++] = (double)(clock_mono_us() - t->from_us) / 1000;
}

static int
one_more(void *arg, const struct mention_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static void
ask_signals(struct store *s, int64_t now, struct times *t)
{
	static const enum signal_kind kinds[] = { SIGNAL_MENTIONS, SIGNAL_NEGATIVE,
						  SIGNAL_COMPLAINTS };
	static struct baseline_hours h;
	struct err e;

	for (size_t i = 0; i < QUERIES; i++) {
		char watch[16];

		snprintf(watch, sizeof watch, "brand%zu", i % WATCHES);
		begin(t);
		baseline_span(&h, now);
		if (rollup_read_hours(
			    s,
			    &(struct rollup_ask){ .watch = str_of(watch),
						  .topic = STR(""),
						  .signal = kinds[i % LY_COUNT(kinds)] },
			    &h, &e) < 0)
			abort();
		end(t);
	}
	times_show("a signal by the hour, 5 weeks", t);
}

static void
ask_mentions(struct store *s, int64_t now, struct times *t)
{
	struct err e;

	for (size_t i = 0; i < QUERIES; i++) {
		char watch[16];
		int rows = 0;

		snprintf(watch, sizeof watch, "brand%zu", i % WATCHES);
		begin(t);
		if (mentions_find(s,
				  &(struct mention_filter){ .watch = str_of(watch),
							    .since = now - 86400,
							    .by_label = true,
							    .label = LABEL_NEG,
							    .limit = 20 },
				  one_more, &rows, &e) < 0 ||
		    !rows)
			abort();
		end(t);
	}
	times_show("the newest 20 negative ones of a watch", t);
}

static double
cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return 1000.0 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* Of all watches: the day, the one before, the same a week ago. In CPU time. */
static void
ask_digest(struct world *w, int64_t now)
{
	static struct str formats[] = { STR_INIT("html"), STR_INIT("md"), STR_INIT("text"),
					STR_INIT("json") };
	const struct digest_conf conf = { .name = STR("bench"),
					  .cut = 8 * 3600,
					  .at = 9 * 3600,
					  .formats = { formats, LY_COUNT(formats) } };
	const struct digest_ask ask = {
		.conf = &conf, .at = now, .made_at = now, .as_of = w->r->commit_seq
	};
	double from_ms = cpu_ms();
	struct digest_row row;
	struct err e;

	if (digest_compose(&w->r->env, &ask, w->arena, &row, &e) < 0)
		abort();
	limit("a digest of all watches, CPU", cpu_ms() - from_ms, DIGEST_MS_MAX, "ms");
}

/* Of a week and the one before; of all that there is, in one window. */
static const struct {
	int64_t period;
	const char *name, *memory;
} long_ones[] = {
	{ PERIOD_WEEK, "a digest of a week, CPU", "a process with it alone" },
	{ PERIOD_MONTH, "a digest of the whole month, CPU", "a process with it alone" },
};
static size_t long_one;

/* In a process of its own, for its memory. */
static void
measure_long(void)
{
	const struct digest_conf conf = { .name = STR("long"),
					  .period = long_ones[long_one].period,
					  .cut = 8 * 3600,
					  .at = 9 * 3600 };
	int64_t now = arrived_at(mentions - 1) + 3600;
	const struct digest_ask ask = {
		.conf = &conf, .at = now, .made_at = now, .as_of = INT64_MAX
	};
	const struct site_view site = { .name = STR("bench"), .lang = STR("zh") };
	struct arena *a = arena_new();
	struct digest_row row;
	struct rusage u;
	struct err e;
	struct store *s = store_open_reader(record, &record_migrations, &e);
	struct zone *z = zone_open("Asia/Shanghai", &e);
	const struct responder_env env = {
		.store = s, .site = &site, .zone = z, .watches = watches, .watches_n = WATCHES
	};
	double from_ms = cpu_ms();

	if (!s || !z)
		abort();
	store_read_limit(s, 600000);
	if (digest_compose(&env, &ask, a, &row, &e) < 0)
		abort();
	limit(long_ones[long_one].name, cpu_ms() - from_ms, DIGEST_MS_MAX, "ms");
	getrusage(RUSAGE_SELF, &u);
	limit(long_ones[long_one].memory, (double)u.ru_maxrss / 1024, DIGEST_MB_MAX, "MB");
	arena_free(a);
	zone_close(z);
	store_close(s);
	exit(broken);
}

/* Of one watch each, as readers of their own watches have them. In CPU time. */
static void
ask_personal(struct world *w, int64_t now)
{
	double from_ms = cpu_ms();

	for (size_t i = 0; i < WATCHES; i++) {
		struct str watch = watches[i].name;
		const struct digest_conf conf = { .name = STR("bench"),
						  .watches = { &watch, 1 },
						  .cut = 8 * 3600,
						  .at = 9 * 3600 };
		const struct digest_ask ask = {
			.conf = &conf, .at = now, .made_at = now, .as_of = w->r->commit_seq
		};
		struct digest_row row;
		struct err e;

		if (digest_compose(&w->r->env, &ask, w->arena, &row, &e) < 0)
			abort();
		arena_reset(w->arena);
	}
	limit("a digest of one watch, CPU", (cpu_ms() - from_ms) / WATCHES, DIGEST_ONE_MAX,
	      "ms");
}

/* In a process of its own, so that its memory is that of a restart and what follows. */
static void
measure(void)
{
	int64_t now = arrived_at(mentions - 1) + 60, from_us;
	struct world *w = world_of(now, &from_us);
	struct times *t = calloc(1, sizeof *t);
	struct rusage u;
	struct store *s;
	struct err e;

	if (!t)
		abort();
	world_turn(w, now);
	limit("ready after", (double)(clock_mono_us() - from_us) / 1000, READY_MS_MAX, "ms");
	s = store_open_reader(record, &record_migrations, &e);
	if (!s)
		abort();
	ask_signals(s, now, t);
	ask_mentions(s, now, t);
	for (size_t i = 0; i < QUERIES; i++) {
		begin(t);
		if (world_act(w, "bench", i & 1 ? "signal.list" : "incident.list", "{}", 0,
			      now) != 200)
			abort();
		end(t);
	}
	times_show("signal.list and incident.list", t);
	ask_digest(w, now);
	ask_personal(w, now);
	store_close(s);
	getrusage(RUSAGE_SELF, &u);
	limit("memory at most", (double)u.ru_maxrss / 1024, MEMORY_MB_MAX, "MB");
	world_end(w);
	free(t);
	exit(broken);
}

static bool
went_well(void (*part)(void))
{
	pid_t child = fork();
	int status = 1;

	if (child == 0)
		part();
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* All, whatever the first says. */
static bool
measured(void)
{
	bool well = true;

	for (long_one = 0; long_one < LY_COUNT(long_ones); long_one++)
		well = went_well(measure_long) && well;
	return went_well(measure) && well;
}

int
main(int argc, char **argv)
{
	snprintf(folder, sizeof folder, "%s", argc > 1 ? argv[1] : "build/record");
	snprintf(record, sizeof record, "%s/langyan.db", folder);
	mentions = argc > 2 ? strtoll(argv[2], NULL, 10) : MENTIONS;
	log_threshold(LOG_ERROR);
	if (mentions < BATCH)
		return 2;
	room_check(0);
	watches_name();
	migrate();
	build();
	pack();
	return measured() ? 0 : 1;
}
