/* action_run.c - commands of actions: which run, what came of them. See action.h. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/child.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/action_inside.h"
#include "responder/heap.h"
#include "responder/state.h"

#define RUN_MAX   4 /* at once */
#define ENV_MAX   48
#define VALUE_MAX 4096

/* The whole path that a program may look for others in. */
#define SEARCH_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct running {
	struct id id;
	struct child *child; /* NULL: it did not start                    */
	char why[256];       /* then                                      */
	bool ended;          /* seen by a turn, which writes it into its row */
	struct running *next;
};
struct actions {
	int epoll, event; /* event: one that did not start */
	struct running *list;
	bool claimed; /* rows became running that no child stands for yet */
};

/* ---- life ---------------------------------------------------------------------------------------- */

const struct action_conf *
action_find(const struct responder *r, const struct action_row *row)
{
	const struct playbook_conf *p = playbook_find(&r->conf->playbooks, row->playbook);
	const struct action_conf *c = p ? p->actions.v : NULL;

	for (size_t i = 0; p && i < p->actions.n; i++)
		if (str_eq(c[i].name, row->name))
			return &c[i];
	return NULL;
}

/* In a transaction: what ran when we died. */
static int
lost_write(struct responder *r, int64_t now, struct err *e)
{
	struct action_rows rows;

	do {
		if (actions_pick(r->store, STR("running"), NULL, r->batch, &rows, e) < 0)
			return -1;
		for (size_t i = 0; i < rows.n; i++) {
			struct doing d = { .row = rows.v[i], .at = now };

			d.incident = incidents_find(r->incidents, &rows.v[i].incident);
			d.row.state = STR("unknown");
			d.row.why = STR("langyan ended while it ran");
			d.row.ended_at = now;
			if (!d.incident)
				return err_set(e, ERR_BROKEN, "an action of no incident");
			if (action_write(r, &d, STR("running"), e) < 0)
				return -1;
		}
	} while (rows.n);
	return 0;
}

static int
lost_find(struct responder *r, int64_t now, struct err *e)
{
	struct action_rows rows;

	if (actions_pick(r->store, STR("running"), NULL, r->batch, &rows, e) < 0)
		return -1;
	if (!rows.n)
		return 0;
	if (store_begin(r->store, e) < 0)
		return -1;
	if (lost_write(r, now, e) < 0) {
		store_rollback(r->store);
		return -1;
	}
	return store_commit(r->store, e);
}

struct actions *
actions_new(struct responder *r, int64_t now, struct err *e)
{
	struct actions *a = heap_zero(1, sizeof *a);
	struct epoll_event on = { .events = EPOLLIN };

	a->epoll = epoll_create1(EPOLL_CLOEXEC);
	a->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	a->claimed = true; /* rows that were ready */
	if (a->epoll < 0 || a->event < 0 ||
	    epoll_ctl(a->epoll, EPOLL_CTL_ADD, a->event, &on) < 0)
		err_set(e, ERR_RETRY, "could not wait for actions: %s", strerror(errno));
	else if (lost_find(r, now, e) == 0)
		return a;
	actions_free(a);
	return NULL;
}

static void
running_drop(struct running **at)
{
	struct running *x = *at;

	*at = x->next;
	child_free(x->child);
	free(x);
}

void
actions_free(struct actions *a)
{
	if (!a)
		return;
	while (a->list)
		running_drop(&a->list);
	if (a->epoll >= 0)
		close(a->epoll);
	if (a->event >= 0)
		close(a->event);
	free(a);
}

bool
actions_busy(const struct actions *a)
{
	return a->list || a->claimed;
}

int
actions_fd(const struct actions *a)
{
	return a->epoll;
}

/* ---- ready -> running ------------------------------------------------------------------------------ */

int
actions_claim(struct responder *r, int64_t at, struct err *e)
{
	struct action_rows run, ready;
	int changed = 0;

	if (actions_pick(r->store, STR("ready"), NULL, r->batch, &ready, e) < 0)
		return -1;
	if (!ready.n)
		return 0;
	if (actions_pick(r->store, STR("running"), NULL, r->batch, &run, e) < 0)
		return -1;
	for (size_t i = 0; i < ready.n && run.n + i < RUN_MAX; i++) {
		struct doing d = { .row = ready.v[i], .at = at };

		d.incident = incidents_find(r->incidents, &ready.v[i].incident);
		if (!d.incident)
			return err_set(e, ERR_BROKEN, "an action of no incident");
		d.row.state = STR("running");
		d.row.started_at = at;
		if (action_write(r, &d, STR("ready"), e) < 0)
			return -1;
		r->actions->claimed = true;
		changed++;
	}
	return changed;
}

/* ---- running: programs ------------------------------------------------------------------------------- */

static bool
is_under_way(const struct actions *a, const struct id *id)
{
	for (const struct running *x = a->list; x; x = x->next)
		if (id_eq(&x->id, id))
			return true;
	return false;
}

/* The few variables that it may see: ours, and those that `pass` names. */
static char **
env_make(struct responder *r, const struct incident *i, const struct action_conf *c,
	 const struct id *id)
{
	char **env = arena_alloc(r->batch, ENV_MAX * sizeof *env);
	struct buf hex = BUF(64);
	size_t n = 0;

	id_add_hex(&hex, id);
	env[n++] = arena_textf(r->batch, SEARCH_PATH);
	env[n++] = arena_textf(r->batch, "LANG=C.UTF-8");
	env[n++] = arena_textf(r->batch, "LANGYAN_INCIDENT=%.*s", STR_ARG(i->number));
	env[n++] = arena_textf(r->batch, "LANGYAN_LEVEL=%lld", (long long)i->level);
	env[n++] = arena_textf(r->batch, "LANGYAN_WATCH=%.*s", STR_ARG(i->watch));
	env[n++] = arena_textf(r->batch, "LANGYAN_ACTION=%.*s", STR_ARG(c->name));
	env[n++] = arena_textf(r->batch, "LANGYAN_RUN=%s", hex.p);
	buf_release(&hex);
	for (size_t k = 0; k < c->pass.n && n + 1 < ENV_MAX; k++) {
		const char *value = getenv(arena_text(r->batch, c->pass.v[k]));

		if (value)
			env[n++] =
				arena_textf(r->batch, "%.*s=%s", STR_ARG(c->pass.v[k]), value);
	}
	return env;
}

static struct child *
child_of(struct responder *r, const struct action_row *row, struct err *e)
{
	const struct action_conf *c = action_find(r, row);
	const struct incident *i = incidents_find(r->incidents, &row->incident);
	struct child_ask q = { .epoll = r->actions->epoll, .dir = "/" };
	char **argv;

	if (!c || !i || c->kind != ACTION_COMMAND) {
		err_set(e, ERR_REJECT, "it is no longer configured");
		return NULL;
	}
	argv = arena_alloc(r->batch, (c->argv.n + 1) * sizeof *argv);
	for (size_t k = 0; k < c->argv.n; k++)
		argv[k] = arena_text(r->batch, c->argv.v[k]);
	q.argv = argv;
	q.env = env_make(r, i, c, &row->id);
	if (c->dir.n)
		q.dir = arena_text(r->batch, c->dir);
	q.limit_ms = c->timeout * 1000;
	q.keep_bytes = (size_t)c->keep_bytes;
	return child_start(&q, e);
}

static void
start_one(struct responder *r, const struct action_row *row)
{
	struct actions *a = r->actions;
	struct running *x = heap_zero(1, sizeof *x);
	struct err e = { 0 };
	uint64_t one = 1;

	x->id = row->id;
	x->child = child_of(r, row, &e);
	snprintf(x->why, sizeof x->why, "%s", e.text);
	x->next = a->list;
	a->list = x;
	if (!x->child && write(a->event, &one, sizeof one) < 0)
		return; /* full: it rings already */
}

/* Those whose end is in the record are done with. */
static void
ended_forget(struct responder *r)
{
	for (struct running **at = &r->actions->list; *at;) {
		struct action_row row;
		struct err e = { 0 };
		int found = 1;

		if ((*at)->ended)
			found = action_read(r->store, &(*at)->id, r->batch, &row, &e);
		if (!(*at)->ended || found < 0 || (found && str_is(row.state, "running")))
			at = &(*at)->next;
		else
			running_drop(at);
	}
}

void
actions_start(struct responder *r)
{
	struct actions *a = r->actions;
	struct action_rows rows;
	struct err e = { 0 };

	if (store_in_batch(r->store))
		return;
	if (a->list)
		ended_forget(r);
	if (!a->claimed)
		return;
	if (actions_pick(r->store, STR("running"), NULL, r->batch, &rows, &e) < 0) {
		log_event(LOG_ERROR, "actions_unreadable", "why=%s", e.text);
		return;
	}
	a->claimed = false;
	for (size_t i = 0; i < rows.n; i++)
		if (!is_under_way(a, &rows.v[i].id))
			start_one(r, &rows.v[i]);
}

/* ---- what ended becomes rows --------------------------------------------------------------------------- */

static const char *
end_words(struct responder *r, const struct action_conf *c, const struct child_end *end)
{
	if (end->how == CHILD_OVER_LIMIT)
		return arena_textf(r->batch,
				   "over its limit of %llds: it and its group were "
				   "ended",
				   c ? (long long)c->timeout : 0);
	if (end->how == CHILD_KILLED)
		return arena_textf(r->batch, "ended by signal %d", end->status);
	return end->status ? arena_textf(r->batch, "exit code %d", end->status) : "";
}

/* 1 its row was changed, 0 not, -1. */
static int
record_end(struct responder *r, const struct running *x, const struct child_end *end,
	   int64_t now, struct err *e)
{
	struct doing d = { .at = now };
	int found = action_read(r->store, &x->id, r->batch, &d.row, e);
	bool good = x->child && end->how == CHILD_EXITED && !end->status;

	if (found <= 0 || !str_is(d.row.state, "running"))
		return found < 0 ? -1 : 0;
	d.incident = incidents_find(r->incidents, &d.row.incident);
	d.conf = action_find(r, &d.row);
	if (!d.incident)
		return err_set(e, ERR_BROKEN, "an action of no incident");
	d.row.state = good ? STR("done") : STR("failed");
	d.row.why = str_of(x->child ? end_words(r, d.conf, end)
				    : arena_textf(r->batch, "%s", x->why));
	d.row.ended_at = now;
	if (x->child) {
		d.row.status = end->how == CHILD_EXITED ? end->status : 128 + end->status;
		d.row.us = r->env.clock == CLOCK_STEPPED ? 0 : end->us;
		d.row.bytes = end->bytes;
		d.row.output = end->output;
	}
	return action_write(r, &d, STR("running"), e);
}

int
actions_turn(struct responder *r, int64_t now, struct err *e)
{
	struct actions *a = r->actions;
	int changed = 0, claimed;
	uint64_t rang;

	if (!a->list && !a->claimed)
		return 0;
	if (read(a->event, &rang, sizeof rang) < 0)
		rang = 0; /* it did not ring */
	for (struct running *x = a->list; x; x = x->next) {
		struct child_end end = { .how = CHILD_EXITED };
		int done;

		x->ended = !x->child || child_turn(x->child, &end);
		if (!x->ended)
			continue;
		done = record_end(r, x, &end, now, e);
		if (done < 0)
			return -1;
		changed += done;
	}
	claimed = actions_claim(r, now, e);
	return claimed < 0 ? -1 : changed + claimed;
}
