#include "core/base.h"

#include <stdlib.h>
#include <errno.h>
#include <unistd.h>

#include "core/log.h"
#include "core/store.h"
#include "core/str.h"

#include "responder/gauge.h"
#include "responder/heap.h"
#include "responder/record_store.h"
#include "responder/route.h"

#include "cli/rota_view.h"

#define AHEAD_S (90 * 86400)

static int
changes_load(struct rota_view *v, struct err *e)
{
	const char *path = settings_path(v->s, "respond/langyan.db");
	struct store *record;
	int rc;

	if (access(path, F_OK) != 0)
		return errno == ENOENT ? 0
				       : err_set(e, ERR_USAGE, "could not read \"%s\": %s",
						 path, strerror(errno));
	record = store_open_reader(path, &record_migrations, e);
	rc = record ? roster_load(v->roster, record, v->now, e) : -1;
	store_close(record);
	return rc;
}

static unsigned
classes_of(const struct settings *s)
{
	const struct signal_conf *signal = s->signals.v;
	unsigned bits = 1u << SIGNAL_VOICE;

	for (size_t i = 0; i < s->signals.n; i++)
		bits |= 1u << signal[i].class;
	return bits;
}

int
rota_view_open(const struct settings *s, struct rota_view *v, struct err *e)
{
	const struct watch_conf *w = s->watches.v;
	struct clock clock;

	*v = (struct rota_view){ .s = s };
	settings_clock(s, &clock);
	v->now = clock_now(&clock);
	v->classes = classes_of(s);
	v->watches = heap_zero(s->watches.n, sizeof *v->watches);
	for (size_t i = 0; i < s->watches.n; i++)
		v->watches[i] = w[i].name;
	v->zone = zone_open(s->site.zone.p, e);
	v->roster = v->zone ? roster_new(&s->notice, v->zone, e) : NULL;
	return v->roster ? changes_load(v, e) : -1;
}

void
rota_view_close(struct rota_view *v)
{
	roster_free(v->roster);
	zone_close(v->zone);
	free(v->watches);
}

struct cover_ask
rota_view_cover(const struct rota_view *v, int64_t from, int64_t span_s)
{
	return (struct cover_ask){ .roster = v->roster,
				   .watches = v->watches,
				   .watches_n = v->s->watches.n,
				   .classes = v->classes,
				   .playbooks = &v->s->playbooks,
				   .from = from,
				   .to = from + span_s };
}

/* ---- contacts that are not proved ------------------------------------------------------------ */

struct unproved {
	const struct rota_view *v;
	void (*each)(void *arg, const struct contact_proof *p);
	void *arg;
};

static void
unproved_see(void *arg, const struct contact_proof *p)
{
	const struct unproved *x = arg;

	if (!p->at || x->v->now - p->at >= x->v->s->alive.proof_s)
		x->each(x->arg, p);
}

void
rota_view_unproved(const struct rota_view *v,
		   void (*each)(void *arg, const struct contact_proof *p), void *arg)
{
	struct unproved x = { v, each, arg };
	const char *path = settings_path(v->s, "respond/langyan.db");
	struct err e = { 0 };
	struct store *record = access(path, F_OK) == 0
				       ? store_open_reader(path, &record_migrations, &e)
				       : NULL;

	if (record && contact_proofs(record, &v->s->notice, unproved_see, &x, &e) < 0)
		log_event(LOG_WARN, "proofs_unread", "why=\"%s\"", e.text);
	store_close(record);
}

/* ---- a warning ------------------------------------------------------------------------------- */

struct warning {
	struct cover_gap first[4][3]; /* by level and lack; to == 0: none */
	size_t n[4][3];
};

static void
gap_count(void *arg, const struct cover_gap *g)
{
	struct warning *w = arg;

	if (!w->n[g->level][g->lack]++)
		w->first[g->level][g->lack] = *g;
}

static void
gap_first(void *first_at, const struct cover_gap *g)
{
	int64_t *at = first_at;

	*at = g->from < *at ? g->from : *at;
}

int64_t
rota_view_gaps(const struct settings *s, int64_t *first_at, struct err *e)
{
	struct rota_view v;
	int64_t n = -1;

	*first_at = INT64_MAX;
	if (rota_view_open(s, &v, e) == 0) {
		struct cover_ask q = rota_view_cover(&v, v.now, AHEAD_S);

		n = (int64_t)coverage_check(&q, gap_first, first_at, NULL);
	}
	rota_view_close(&v);
	return n;
}

void
rota_view_warn(const struct settings *s)
{
	static const char *const why[] = { "nobody_can_be_reached", "nobody_can_be_woken",
					   "no_route" };
	struct warning w = { 0 };
	struct rota_view v;
	struct err e = { 0 };

	if (rota_view_open(s, &v, &e) == 0) {
		struct cover_ask q = rota_view_cover(&v, v.now, AHEAD_S);

		coverage_check(&q, gap_count, &w, NULL);
	}
	for (size_t level = 1; level <= 3; level++)
		for (size_t lack = 0; lack < LY_COUNT(why); lack++) {
			struct buf at = BUF(64);

			if (!w.n[level][lack])
				continue;
			clock_add_iso(&at, w.first[level][lack].from);
			log_event(LOG_WARN, "rota_gap",
				  "level=%zu why=%s gaps=%zu first=%s see=\"langyan rota "
				  "check\"",
				  level, why[lack], w.n[level][lack], at.p);
			buf_release(&at);
		}
	rota_view_close(&v);
}
