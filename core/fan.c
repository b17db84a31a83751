/*
 * Block b lies in slots[b % slots_n]. A thread begins it when that slot is free again: when block
 * b - slots_n has been taken and its reader has come for the next.
 */
#include "core/base.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "core/fan.h"

#define SLOTS_A_THREAD 4

struct slot {
	struct buf out;
	bool done;
};
struct fan {
	struct fan_work work;
	struct slot *slots;
	size_t slots_n;
	pthread_mutex_t lock;
	pthread_cond_t room, ready;
	size_t begun, taken, read; /* blocks; read <= taken <= begun <= read + slots_n */
	bool stops;
	pthread_t thread[FAN_MAX];
	struct worker {
		struct fan *fan;
		int number;
	} worker[FAN_MAX];
};

int
fan_threads(int threads)
{
	long n = threads > 0 ? threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > FAN_MAX ? FAN_MAX : (int)n;
}

/* The next block, or none. With the lock. */
static bool
take(struct fan *f, size_t *block)
{
	while (!f->stops && f->begun < f->work.blocks && f->begun == f->read + f->slots_n)
		pthread_cond_wait(&f->room, &f->lock);
	if (f->stops || f->begun == f->work.blocks)
		return false;
	*block = f->begun++;
	return true;
}

static void *
work(void *arg)
{
	const struct worker *w = arg;
	struct fan *f = w->fan;
	size_t block;

	pthread_mutex_lock(&f->lock);
	while (take(f, &block)) {
		struct slot *s = &f->slots[block % f->slots_n];

		pthread_mutex_unlock(&f->lock);
		buf_clear(&s->out);
		f->work.run(f->work.arg, w->number, block, &s->out);
		pthread_mutex_lock(&f->lock);
		s->done = true;
		if (block == f->taken)
			pthread_cond_signal(&f->ready);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

struct fan *
fan_new(const struct fan_work *given)
{
	struct fan *f = calloc(1, sizeof *f);
	int n = fan_threads(given->threads);

	if (!f)
		abort();
	f->work = *given;
	f->work.threads = n;
	f->slots_n = (size_t)n * SLOTS_A_THREAD;
	f->slots = calloc(f->slots_n, sizeof *f->slots);
	if (!f->slots)
		abort();
	for (size_t i = 0; i < f->slots_n; i++)
		f->slots[i].out = BUF(given->max);
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->room, NULL);
	pthread_cond_init(&f->ready, NULL);
	for (int i = 0; i < n; i++) {
		f->worker[i] = (struct worker){ f, i };
		if (pthread_create(&f->thread[i], NULL, work, &f->worker[i]) != 0)
			abort(); /* as without memory */
	}
	return f;
}

bool
fan_next(struct fan *f, struct str *outcome)
{
	struct slot *s;

	pthread_mutex_lock(&f->lock);
	if (f->read < f->taken) {
		f->slots[f->read++ % f->slots_n].done = false;
		pthread_cond_signal(&f->room);
	}
	if (f->taken == f->work.blocks) {
		pthread_mutex_unlock(&f->lock);
		return false;
	}
	s = &f->slots[f->taken % f->slots_n];
	while (!s->done)
		pthread_cond_wait(&f->ready, &f->lock);
	f->taken++;
	pthread_mutex_unlock(&f->lock);
	*outcome = buf_str(&s->out);
	return true;
}

void
fan_free(struct fan *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&f->lock);
	f->stops = true;
	pthread_cond_broadcast(&f->room);
	pthread_mutex_unlock(&f->lock);
	for (int i = 0; i < f->work.threads; i++)
		pthread_join(f->thread[i], NULL);
	for (size_t i = 0; i < f->slots_n; i++)
		buf_release(&f->slots[i].out);
	pthread_cond_destroy(&f->ready);
	pthread_cond_destroy(&f->room);
	pthread_mutex_destroy(&f->lock);
	free(f->slots);
	free(f);
}
