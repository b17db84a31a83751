/*
 * bench_wire - documents through producer, scorers and sink, with receipts, per transport.
 * Prints wall and CPU time of the whole process per document (all five runners and ZeroMQ).
 */
#include "core/base.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"
#include "tests/support/walk.h"

#define DOCUMENTS 200000
#define SCORERS   2

static double
cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
walk(const char *name, struct bus *b, const char *documents, const char *results)
{
	struct producer producer;
	struct scorer scorers[SCORERS] = { { .n = 0 } };
	struct sink *sink = calloc(1, sizeof *sink);
	struct lane produce, score[SCORERS], respond;
	struct str from = str_of(documents), to = str_of(results);
	double cpu = cpu_s();
	int64_t wall_us = clock_mono_us();

	if (!sink)
		abort();
	producer_init(&producer, DOCUMENTS);
	sink_init(sink, DOCUMENTS);
	lane_start(&respond, b, &sink_stage, sink,
		   (struct ends){ .in = { &to, 1 }, .bind_in = true });
	for (int i = 0; i < SCORERS; i++)
		lane_start(&score[i], b, &scorer_stage, &scorers[i],
			   (struct ends){ .in = { &from, 1 }, .out = to });
	lane_start(&produce, b, &producer_stage, &producer,
		   (struct ends){ .out = from, .bind_out = true });
	(void)lane_end(&produce, NULL);
	wall_us = clock_mono_us() - wall_us;
	cpu = cpu_s() - cpu;
	for (int i = 0; i < SCORERS; i++)
		runner_stop(score[i].runner);
	for (int i = 0; i < SCORERS; i++)
		(void)lane_end(&score[i], NULL);
	runner_stop(respond.runner);
	(void)lane_end(&respond, NULL);
	printf("%-8s %8.0f documents/s wall  %6.2f us CPU/document  lost %lld\n", name,
	       DOCUMENTS * 1e6 / (double)wall_us, cpu * 1e6 / DOCUMENTS,
	       (long long)producer.lost);
	producer_release(&producer);
	sink_release(sink);
	free(sink);
}

int
main(void)
{
	struct err e;
	char documents[64], results[64];
	struct bus *b = bus_new(NULL, &e);

	log_threshold(LOG_ERROR);
	walk("inproc", b, "inproc://documents", "inproc://results");
	snprintf(documents, sizeof documents, "ipc:///tmp/langyan-bench-d%d", getpid());
	snprintf(results, sizeof results, "ipc:///tmp/langyan-bench-r%d", getpid());
	walk("ipc", b, documents, results);
	unlink(documents + 6);
	unlink(results + 6);
	bus_free(b);
	return 0;
}
