/*
 * faulty_respond.c - a responder with one of the two mistakes that flow_kill.py must notice.
 *
 *   early    a receipt leaves before its commit: a kill in between loses
 *   forget   identity is forgotten: what is sent twice is counted twice
 *
 * usage: faulty_respond early|forget -c FILE. The product has no such code: the mistake is in
 * the stage that is wrapped around the real one here.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/result.h"
#include "core/store.h"
#include "core/str.h"

#include "cli/service.h"
#include "cli/settings.h"

struct faulty {
	struct responder *r;
	bool early, forget;
};

static int
faulty_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	    struct err *e)
{
	struct faulty *f = self;
	struct buf b = BUF(RECORD_MAX * 2);
	struct result res;
	struct mention *m;
	int said;

	if (!in.n || record_kind(in) != KIND_RESULT)
		return respond_stage.step(f->r, in, now, out, a, e);
	if (record_decode(&result_record, in, &res, a, e) < 0)
		return -1;
	m = res.mentions.v;
	if (f->forget)
		res.document.id = id_random();
	for (size_t i = 0; f->forget && i < res.mentions.n; i++)
		m[i].id = id_random();
	record_encode(&result_record, &res, &b);
	said = respond_stage.step(f->r, arena_str(a, buf_str(&b)), now, out, a, e);
	if (f->early && said >= 0)
		out_receipt(out, res.document.spool, res.document.seq);
	buf_release(&b);
	return said;
}

static int
faulty_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	return respond_stage.settle(((struct faulty *)self)->r, now, out, e);
}

static int64_t
faulty_due(void *self)
{
	return respond_stage.due(((struct faulty *)self)->r);
}

static int
faulty_fd(void *self)
{
	return respond_stage.fd(((struct faulty *)self)->r);
}

static int
run(struct faulty *f, const struct settings *s, struct err *e)
{
	struct stage stage = respond_stage;
	struct responder_conf conf = settings_responder(s);
	struct str in = str_of(service_control(s, "results"));
	struct ends ends = { .in = { &in, 1 }, .bind_in = true };
	struct clock clock;
	struct bus *bus = bus_new(NULL, e);
	struct runner *r;
	int rc;

	stage.step = faulty_step;
	stage.settle = faulty_settle;
	stage.due = faulty_due;
	stage.fd = faulty_fd;
	stage.refuse = NULL;
	stage.batch_ms = 200; /* time for a kill between receipt and commit */
	stage.linger_ms = 100;
	settings_clock(s, &clock);
	f->r = bus ? responder_new(&conf, clock_now(&clock), e) : NULL;
	if (!f->r)
		return -1;
	r = runner_new(bus, &stage, f, ends, &clock);
	log_event(LOG_INFO, "ready", "faulty=1");
	rc = runner_run(r, e);
	runner_free(r);
	responder_free(f->r);
	bus_free(bus);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	struct settings *s = argc == 4 ? settings_read(argv[3], NULL, &e) : NULL;
	struct faulty f = { 0 };
	struct dir_lock *lock = NULL;

	if (s && settings_make_dirs(s, &e) == 0)
		lock = dir_lock_take(settings_path(s, "respond"), &e);
	if (!lock) {
		fprintf(stderr, "faulty_respond: %s\n", e.text);
		return 2;
	}
	f.early = !strcmp(argv[1], "early");
	f.forget = !strcmp(argv[1], "forget");
	if (run(&f, s, &e) < 0)
		fprintf(stderr, "faulty_respond: %s\n", e.text);
	dir_lock_release(lock);
	return 0;
}
