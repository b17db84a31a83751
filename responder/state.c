#include "core/base.h"

#include <errno.h>
#include <sys/epoll.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/copies_load.h"
#include "responder/count_store.h"
#include "responder/heap.h"
#include "responder/incident_store.h"
#include "responder/playbook.h"
#include "responder/record_store.h"
#include "responder/released_store.h"
#include "responder/signal_store.h"
#include "responder/state.h"

#define SLICE_S 3600 /* of what is read back at once */

struct watch_state *
state_watch(struct responder *r, struct str name)
{
	for (size_t i = 0; i < r->watches_n; i++)
		if (str_eq(r->watches[i].conf->name, name))
			return &r->watches[i];
	return NULL;
}

uint64_t
state_topic_bits(struct responder *r, struct str topic, bool safety)
{
	return signal_topic_bits(r->topics, topic, safety);
}

/* ---- triggers ------------------------------------------------------------------------------- */

static void
trigger_place(struct responder *r, struct watch_state *w, const struct trigger_conf *t)
{
	struct watch_trigger *x = &w->triggers[w->triggers_n];
	int64_t grades[3];

	if (!trigger_applies(t, w->conf->name))
		return;
	*x = (struct watch_trigger){ .conf = t,
				     .version = trigger_version(t),
				     .usual_at = INT64_MIN };
	x->halves = trigger_grades(t, grades);
	for (int h = 0; h < x->halves; h++)
		x->half[h].grade = grades[h];
	if (t->kind == TRIGGER_WORDS) {
		x->topics = t->topics.n ? 0 : SIGNAL_ANY_SAFETY;
		for (size_t i = 0; i < t->topics.n; i++)
			x->topics |= state_topic_bits(r, t->topics.v[i], false);
	}
	x->window = series_window_for(w->series, t, x->topics);
	w->triggers_n++;
}

struct str
state_half(const struct watch_trigger *t, int half)
{
	static const struct str names[] = { STR_INIT(""), STR_INIT("W1"), STR_INIT("W2"),
					    STR_INIT("W3") };

	return names[t->halves == 1 ? 0 : t->half[half].grade];
}

static int
states_read(struct responder *r, struct watch_state *w, struct err *e)
{
	for (size_t i = 0; i < w->triggers_n; i++) {
		struct watch_trigger *t = &w->triggers[i];

		for (int h = 0; h < t->halves; h++)
			if (trigger_state_read(r->store, t->conf->name, w->conf->name,
					       state_half(t, h), &t->half[h].state, e) < 0)
				return -1;
	}
	return 0;
}

static void
watch_place(struct responder *r, const struct watch_conf *c)
{
	struct watch_state *w = &r->watches[r->watches_n++];
	const struct trigger_conf *t = r->conf->triggers.v;
	size_t n = r->conf->triggers.n;

	if (!n)
		t = trigger_defaults(c->size, &n);
	w->conf = c;
	w->number = names_add(r->watch_names, c->name);
	w->series = series_new(0);
	w->triggers = heap_zero(n, sizeof *w->triggers);
	for (size_t i = 0; i < n; i++)
		trigger_place(r, w, &t[i]);
}

/* ---- mentions and copies back from the record --------------------------------------------------- */

struct reload {
	struct responder *r;
	struct watch_state *w;
	struct arena *a;
	int64_t *left; /* of each watch: what arrived until then has left every window */
};

static void
mention_back(void *arg, const struct stored_mention *m)
{
	struct reload *x = arg;
	struct signal_marks marks = stored_marks(m);
	struct signal_item item;

	if (!signal_is_kept(&marks))
		return;
	item = stored_item(m, x->r->sites, x->r->topics, x->a);
	series_add(x->w->series, &item);
	arena_reset(x->a);
}

static void
telling_back(void *arg, const struct stored_telling *t)
{
	const struct reload *x = arg;

	if (telling_is_kept(t))
		series_add(x->w->series,
			   &(struct signal_item){ .at = t->arrived_at, .story = t->story });
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What a watch keeps of those that arrived after from and until to. */
static int
slice_back(struct reload *x, int64_t from, int64_t to, int64_t now, struct err *e)
{
	for (size_t i = 0; i < x->r->watches_n; i++) {
		int64_t begins, left = x->left[i] < to ? x->left[i] : to;

		x->w = &x->r->watches[i];
		begins = later(now - series_keep(x->w->series), from);
		if (begins < left && tellings_read(x->r->store, x->w->conf->name, begins, left,
						   telling_back, x, e) < 0)
			return -1;
		begins = later(begins, left);
		if (begins < to && mentions_read(x->r->store, x->w->conf->name, begins, to,
						 mention_back, x, e) < 0)
			return -1;
	}
	return 0;
}

/* By the hour: what arrived together lies together, and is fetched once for all watches. */
static int
signals_back(struct responder *r, int64_t now, struct err *e)
{
	struct reload x = { .r = r,
			    .a = arena_new(),
			    .left = heap_zero(r->watches_n, sizeof *x.left) };
	int64_t from = now, to;
	int bad = 0;

	for (size_t i = 0; i < r->watches_n && !bad; i++) {
		int64_t begins = now - series_keep(r->watches[i].series);

		from = begins < from ? begins : from;
		bad = states_read(r, &r->watches[i], e) < 0 ||
		      telling_newest(r->store, r->watches[i].conf->name, begins, &x.left[i],
				     e) < 0;
		x.left[i] -= series_longest(r->watches[i].series);
	}
	for (; from <= now && !bad; from = to) {
		to = from + SLICE_S <= now ? from + SLICE_S : INT64_MAX;
		bad = slice_back(&x, from, to, now, e) < 0;
	}
	arena_free(x.a);
	free(x.left);
	return bad ? -1 : 0;
}

static void
released_back(void *echoes, const struct echo_text *t)
{
	echoes_add(echoes, t);
}

static int
texts_back(struct responder *r, int64_t now, struct err *e)
{
	struct copies_load copies;
	struct err other;
	int bad;

	if (copies_load_begin(r, &copies, e) < 0)
		return -1;
	bad = signals_back(r, now, e) < 0 ||
	      released_read(r->store, released_back, r->echoes, e) < 0;
	if (copies_load_end(&copies, bad ? &other : e) < 0)
		return -1;
	return bad ? -1 : 0;
}

/* ---- incidents ------------------------------------------------------------------------------- */

/* The clocks "clear" and "lower" hold since when its watches are so. And which playbook it has. */
static int
open_back(struct responder *r, struct err *e)
{
	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		struct incident *x = incidents_at(r->incidents, i);

		if (incident_is_open(x) &&
		    (timer_get(r->store, "clear", &x->id, &x->clear_at, e) < 0 ||
		     timer_get(r->store, "lower", &x->id, &x->lower_at, e) < 0 ||
		     playbook_back(r->store, &r->conf->playbooks, x, e) < 0))
			return -1;
	}
	return 0;
}

int
state_wait_for(struct responder *r, int fd, struct err *e)
{
	struct epoll_event on = { .events = EPOLLIN };

	if (fd >= 0 && epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &on) < 0)
		return err_set(e, ERR_RETRY, "could not wait: %s", strerror(errno));
	return 0;
}

/* How far what is walked by arrival is. */
static int
terms_back(struct responder *r, struct err *e)
{
	r->retain = retain_new(r->store, e);
	if (!r->retain)
		return -1;
	return count_until(r->store, &r->blocks.until, e);
}

int
state_load(struct responder *r, int64_t now, struct err *e)
{
	int64_t real_now = now, judged_at;

	if (record_meta_int(r->store, "commit_seq", 0, &r->commit_seq, e) < 0 ||
	    record_meta_int(r->store, "turned_at", 0, &r->turned_at, e) < 0 ||
	    record_meta_int(r->store, "judged_at", 0, &judged_at, e) < 0)
		return -1;
	r->jumps = r->jumps_kept;
	r->watch_names = names_new();
	r->sites = names_new();
	r->topics = names_new();
	r->stories = stories_new();
	r->echoes = echoes_new();
	r->joins = joins_new();
	r->watches = heap_zero(r->conf->watches_n, sizeof *r->watches);
	r->watches_n = 0;
	for (size_t i = 0; i < r->conf->watches_n; i++)
		watch_place(r, &r->conf->watches[i]);
	/* After a long stop the windows begin where judging ended, so that a backlog is judged as
	 * it would have been. What a channel asked for, or took already, counts until now. */
	if (judged_at && judged_at < now)
		now = judged_at;
	if (texts_back(r, now, e) < 0)
		return -1;
	r->incidents = incidents_new(&r->env, e);
	if (!r->incidents || open_back(r, e) < 0)
		return -1;
	if (hushes_load(r, now, e) < 0)
		return -1;
	if (terms_back(r, e) < 0)
		return -1;
	r->drafts = drafts_new(&r->conf->draft, &r->env, e);
	r->notices = r->drafts ? notices_new(&r->conf->notice, &r->env, real_now, e) : NULL;
	r->digests = r->notices ? digests_new(&r->conf->digests, &r->env, r->notices,
					      notices_roster(r->notices), now, e)
				: NULL;
	r->judge_at = now;
	r->duty_known = false;
	r->due_known = false;
	r->urge_known = r->follow_known = false;
	r->retold_at = 0;
	r->retell_at = INT64_MAX;
	r->acks_wait = true;
	if (r->notices && state_wait_for(r, notices_fd(r->notices), e) < 0)
		return -1;
	if (gauges_load(r, e) < 0 || alive_load(r, real_now, e) < 0)
		return -1;
	return r->digests ? 0 : -1;
}

void
state_drop(struct responder *r)
{
	digests_free(r->digests);
	notices_free(r->notices);
	drafts_free(r->drafts);
	incidents_free(r->incidents);
	hushes_free(r->hushes);
	retain_free(r->retain);
	stories_free(r->stories);
	echoes_free(r->echoes);
	joins_free(r->joins);
	for (size_t i = 0; i < r->watches_n; i++) {
		series_free(r->watches[i].series);
		free(r->watches[i].triggers);
	}
	free(r->watches);
	gauges_drop(r);
	names_free(r->watch_names);
	names_free(r->sites);
	names_free(r->topics);
	r->digests = NULL;
	r->notices = NULL;
	r->drafts = NULL;
	r->incidents = NULL;
	r->hushes = NULL;
	r->retain = NULL;
	r->stories = NULL;
	r->joins = NULL;
	r->echoes = NULL;
	r->watches = NULL;
	r->watches_n = 0;
	r->watch_names = r->sites = r->topics = NULL;
	rollup_clear(&r->rollup);
	r->fired = r->turned = r->wrote = false;
}
