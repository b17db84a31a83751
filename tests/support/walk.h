/*
 * walk.h - three toy stages on real runners: a producer that counts, a scorer, a sink.
 *
 * The producer numbers its documents 1..n and keeps each until its receipt, as the crawler's
 * spool does; every tick_every of them it emits a tick. The sink counts how often it saw
 * each, writes what it saw to a file before the receipt (if asked), and is the only one
 * that makes receipts.
 */
#ifndef LY_TESTS_WALK_H
#define LY_TESTS_WALK_H

#include <pthread.h>

#include "core/document.h"
#include "core/stage.h"

enum walk_state { WALK_WAITING, WALK_SENT, WALK_DONE };
struct producer {
	struct id spool;
	int64_t n, next, done;
	int64_t tick_every;
	uint8_t *state; /* by number */
	_Atomic int64_t lost, receipted;
};
struct scorer {
	bool shuffle; /* give results in another order than documents came */
	struct document held[64];
	int n;
	uint32_t dice;
};
struct sink {
	int64_t n;
	_Atomic uint8_t *seen; /* by number, how often */
	bool mute;             /* no receipts */
	int file;              /* -1: none */
	struct receipt open[4096];
	int n_open;
	_Atomic int64_t distinct, ticks, commands;
};
extern const struct stage producer_stage, scorer_stage, sink_stage;
void producer_init(struct producer *p, int64_t n);
void producer_release(struct producer *p);
void sink_init(struct sink *s, int64_t n);
void sink_release(struct sink *s);

/* A runner in a thread of its own. */
struct lane {
	pthread_t thread;
	struct runner *runner;
	struct clock clock;
	struct err e;
	int rc;
};
void lane_start(struct lane *l, struct bus *b, const struct stage *s, void *self,
		struct ends ends);
/* Waits for the end of the runner and frees it; its result. */
int lane_end(struct lane *l, struct runner_figures *f);

/* This program again, as one stage in a process of its own ("walk", kind, in, out). */
int walk_spawn(const char *kind, const char *in, const char *out);
/* The same with its stdin and stdout. */
int walk_spawn_on(const char *kind, const char *in, const char *out, int in_fd, int out_fd);
/* To be called first in main(): does not come back in such a process. */
void walk_main(int argc, char **argv);
#endif
