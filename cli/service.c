/*
 * service.c - see service.h.
 *
 * Invariants
 *  1. The data directory's parts are locked before a store in them is opened.
 *  2. Sockets are made in the order bind, then connect, inside each runner.
 *  3. Ready, and reloaded, are told after HTTP listens: who waits for them may call.
 *  4. Stop order is the way documents walk: crawl, score, respond; each drains first.
 */
#include "core/base.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "core/watchdog.h"

#include "cli/rota_view.h"
#include "cli/service.h"
#include "cli/service_http.h"
#include "cli/watch_kept.h"

#define PARTS_MAX 72
#define TURN_MS   200
#define SOON_MS   10 /* until we are ready: whoever waits for it learns it at once */
#define UP_MS     5000
#define STUCK_MS  20000 /* a stage whose loop has not turned for so long: no watchdog ping */

struct part {
	const char *name;
	enum service_part kind;
	void *self;
	struct clock clock;
	struct runner *runner;
	pthread_t thread;
	bool started, ended;
	int rc;
	struct err e;
};
struct service {
	const struct service_setup *setup;
	struct settings *settings;
	struct bus *bus;
	struct service_httpd *httpd;
	struct dir_lock *locks[2];
	struct part parts[PARTS_MAX];
	size_t n;
	struct id image;
	bool ready_told;
	struct clock clock; /* of all parts, over reloads */
	bool clocked;
	int pid_fd; /* the lock on it says that we live; 0 = none */
};

const char *
service_control(const struct settings *s, const char *stage)
{
	return arena_textf(s->arena, "ipc://%.*s/run/%s.sock", STR_ARG(s->site.data), stage);
}

static void *
part_main(void *arg)
{
	struct part *p = arg;

	p->rc = runner_run(p->runner, &p->e);
	__atomic_store_n(&p->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static struct conf_texts
one_text(const struct settings *s, const char *text)
{
	struct conf_texts t = { arena_alloc(s->arena, sizeof(struct str)), 1 };

	t.v[0] = str_of(arena_text(s->arena, str_of(text)));
	return t;
}

/* The endpoints of one part. In `run` all are inproc; alone they come from wire:, with
 * defaults in the data directory. */
static struct ends
part_ends(struct service *sv, enum service_part kind)
{
	const struct settings *s = sv->settings;
	bool all = sv->setup->parts == PART_ALL;
	struct conf_texts documents = s->wire.documents;
	struct str results = s->wire.results;
	struct ends e = { .window = s->wire.window,
			  .conf = conf_hash(s->conf),
			  .image = sv->image };

	if (all || !documents.n)
		documents = one_text(s, all ? "inproc://documents"
					    : service_control(s, "documents"));
	if (all || !results.n)
		results = all ? STR("inproc://results") : str_of(service_control(s, "results"));
	switch (kind) {
	case PART_CRAWL:
		e.out = sv->setup->out.n ? sv->setup->out : documents.v[0];
		e.bind_out = true;
		e.control = str_of(service_control(s, "crawl"));
		e.control_too = STR("inproc://control-crawl");
		break;
	case PART_SCORE:
		e.in = sv->setup->in.n ? sv->setup->in : documents;
		e.out = sv->setup->out.n ? sv->setup->out : results;
		break;
	default:
		e.in = sv->setup->in.n ? sv->setup->in
				       : one_text(s, arena_text(s->arena, results));
		e.bind_in = true;
		e.control = str_of(service_control(s, "respond"));
		e.control_too = STR("inproc://control-respond");
	}
	return e;
}

static struct part *
part_add(struct service *sv, const char *name, enum service_part kind)
{
	struct part *p = &sv->parts[sv->n++];

	*p = (struct part){ .name = name, .kind = kind, .clock = sv->clock };
	return p;
}

/* The same clock goes on after a reload, unless it was set anew: scaled or stepped time must not
 * go back to its start. */
static void
clock_begin(struct service *sv)
{
	struct clock fresh;

	settings_clock(sv->settings, &fresh);
	if (!sv->clocked || fresh.mode != sv->clock.mode ||
	    fresh.start_at != sv->clock.start_at || fresh.scale != sv->clock.scale)
		sv->clock = fresh;
	sv->clocked = true;
}

static int
part_open(struct service *sv, struct part *p, struct err *e)
{
	const struct settings *s = sv->settings;
	struct crawler_setup crawl = settings_crawler(s, &p->clock);
	struct nlp_setup score = settings_nlp(s);
	struct responder_conf *respond;
	struct buf report = BUF(1 << 20);

	switch (p->kind) {
	case PART_CRAWL:
		crawl.quiet = sv->setup->quiet_crawl;
		crawl.all_in_one = sv->setup->parts == PART_ALL;
		if (sv->setup->endless)
			crawl.until_at = 0;
		p->self = crawler_new(&crawl, e);
		break;
	case PART_SCORE:
		score.images = settings_path(s, "images");
		p->self = nlp_new(&score, &report, e);
		if (report.n)
			fputs(report.p, stderr);
		if (p->self)
			sv->image = nlp_image(p->self);
		break;
	default:
		respond = arena_alloc(s->arena, sizeof *respond);
		*respond = settings_responder(s);
		respond->told = sv->setup->told;
		p->self = responder_new(respond, clock_now(&p->clock), e);
	}
	buf_release(&report);
	return p->self ? 0 : err_within(e, "%s", p->name);
}

static const struct stage *
part_stage(const struct part *p)
{
	return p->kind == PART_CRAWL   ? &crawl_stage
	       : p->kind == PART_SCORE ? &score_stage
				       : &respond_stage;
}

static void
part_close(struct part *p)
{
	runner_free(p->runner);
	if (!p->self)
		return;
	if (p->kind == PART_CRAWL)
		crawler_free(p->self);
	else if (p->kind == PART_SCORE)
		nlp_free(p->self);
	else
		responder_free(p->self);
	p->self = NULL;
	p->runner = NULL;
}

static int
locks_take(struct service *sv, struct err *e)
{
	static const struct {
		enum service_part part;
		const char *dir;
	} owned[] = { { PART_CRAWL, "crawl" }, { PART_RESPOND, "respond" } };

	for (size_t i = 0; i < LY_COUNT(owned); i++) {
		if (!(sv->setup->parts & owned[i].part) || sv->locks[i])
			continue;
		sv->locks[i] = dir_lock_take(settings_path(sv->settings, owned[i].dir), e);
		if (!sv->locks[i])
			return -1;
	}
	return 0;
}

/* Settings are read: build every part and start its thread. */
static int
service_open(struct service *sv, struct err *e)
{
	const struct settings *s = sv->settings;
	struct curve curve;
	struct err kept = { .kind = ERR_NONE };
	size_t scorers = sv->setup->parts == PART_ALL ? (size_t)s->wire.scorers : 1;

	sv->n = 0;
	clock_begin(sv);
	if (settings_make_dirs(s, e) < 0 || locks_take(sv, e) < 0)
		return -1;
	sv->bus = bus_new(settings_curve(s, &curve), e);
	if (!sv->bus)
		return -1;
	if (sv->setup->parts & PART_RESPOND)
		part_add(sv, "respond", PART_RESPOND);
	for (size_t i = 0; sv->setup->parts & PART_SCORE && i < scorers; i++)
		part_add(sv, "score", PART_SCORE);
	if (sv->setup->parts & PART_CRAWL)
		part_add(sv, "crawl", PART_CRAWL);
	for (size_t i = 0; i < sv->n; i++)
		if (part_open(sv, &sv->parts[i], e) < 0)
			return -1;
	for (size_t i = 0; i < sv->n; i++) {
		struct part *p = &sv->parts[i];

		p->runner = runner_new(sv->bus, part_stage(p), p->self, part_ends(sv, p->kind),
				       &p->clock);
		if (pthread_create(&p->thread, NULL, part_main, p) != 0)
			return err_set(e, ERR_BROKEN, "could not start a thread");
		p->started = true;
	}
	/* what `watch test --replay` compares with; without it the service runs as well */
	if (sv->setup->parts & PART_SCORE && watch_keep(s, &kept) < 0)
		log_event(LOG_WARN, "watches_not_kept", "why=%s", kept.text);
	if (sv->setup->parts & PART_RESPOND)
		rota_view_warn(s);
	return 0;
}

/* Stop in walking order, wait for each, close. The first failure of a part is *e. */
static int
service_close(struct service *sv, struct err *e)
{
	int rc = 0;

	service_http_close(sv->httpd);
	sv->httpd = NULL;
	for (size_t k = sv->n; k-- > 0;) {
		struct part *p = &sv->parts[k];

		if (!p->started)
			continue;
		runner_stop(p->runner);
		pthread_join(p->thread, NULL);
		if (p->clock.mode == CLOCK_STEPPED)
			clock_step(&sv->clock, clock_now(&p->clock));
		if (p->rc < 0 && rc == 0) {
			*e = p->e;
			err_within(e, "%s", p->name);
			rc = -1;
		}
		p->started = false;
	}
	for (size_t k = sv->n; k-- > 0;)
		part_close(&sv->parts[k]);
	sv->n = 0;
	bus_free(sv->bus);
	sv->bus = NULL;
	return rc;
}

static const char *
run_path(const struct service *sv, const char *suffix)
{
	return settings_path(sv->settings, arena_textf(sv->settings->arena, "run/%ld.%s",
						       (long)getpid(), suffix));
}

/* run/<pid>.pid says that we are here, as long as its lock is held. */
static void
pid_take(struct service *sv)
{
	const char *path = run_path(sv, "pid");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 ||
	    dprintf(fd, "%s\n", part_stage(&sv->parts[0])->name) < 0)
		log_event(LOG_WARN, "pid_file", "could not write");
	sv->pid_fd = fd > 0 ? fd : 0;
}

bool
service_lives(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool lives = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0;

	if (fd >= 0)
		close(fd);
	return lives;
}

static void
pid_give(struct service *sv)
{
	unlink(run_path(sv, "pid"));
	unlink(run_path(sv, "reload"));
	if (sv->pid_fd)
		close(sv->pid_fd);
}

/* run/<pid>.reload says what came of the last reload. */
static void
reload_answer(const struct service *sv, const char *text)
{
	FILE *f = fopen(run_path(sv, "reload"), "w");

	if (!f) {
		log_event(LOG_WARN, "reload_file", "could not write");
		return;
	}
	fprintf(f, "%s\n", text);
	fclose(f);
}

static bool
service_ready(const struct service *sv)
{
	for (size_t i = 0; i < sv->n; i++)
		if (!runner_ready(sv->parts[i].runner))
			return false;
	return true;
}

static void
service_watch(struct service *sv, int64_t *pinged_ms)
{
	int64_t every = sd_watchdog_ms(), now = clock_mono_ms();

	if (!sv->ready_told && service_ready(sv)) {
		sv->ready_told = true;
		sd_notify_state("READY=1");
		pid_take(sv);
		log_event(LOG_INFO, "ready", "parts=%zu", sv->n);
	}
	if (!every || now - *pinged_ms < every / 2)
		return;
	for (size_t i = 0; i < sv->n; i++) {
		struct runner_figures f;

		runner_figures(sv->parts[i].runner, &f);
		if (now - f.beat_ms > STUCK_MS)
			return;
	}
	*pinged_ms = now;
	sd_notify_state("WATCHDOG=1");
}

/* 1: a part has ended by itself (the end of stepped time, or a failure). */
static bool
part_ended(const struct service *sv)
{
	for (size_t i = 0; i < sv->n; i++)
		if (__atomic_load_n(&sv->parts[i].ended, __ATOMIC_ACQUIRE))
			return true;
	return false;
}

static int
service_http(struct service *sv, struct err *e)
{
	struct service_http h = { .bus = sv->bus, .settings = sv->settings, .n = sv->n };

	h.listen = sv->setup->parts & PART_CRAWL     ? sv->settings->http.listen
		   : sv->setup->parts & PART_RESPOND ? sv->settings->http.respond_listen
						     : STR("");
	if (!h.listen.n || sv->httpd)
		return 0;
	for (size_t i = 0; i < sv->n; i++) {
		h.runners[i] = sv->parts[i].runner;
		h.names[i] = sv->parts[i].name;
	}
	h.crawl = sv->setup->parts & PART_CRAWL;
	h.respond = sv->setup->parts & PART_RESPOND;
	sv->httpd = service_http_open(&h, e);
	return sv->httpd ? 0 : -1;
}

/* Open and wait until every end is: what cannot be opened is known before the old one goes. */
static int
service_up(struct service *sv, struct err *e)
{
	int64_t until_ms = clock_mono_ms() + UP_MS;

	if (service_open(sv, e) < 0)
		return -1;
	while (!service_ready(sv) && !part_ended(sv) && clock_mono_ms() < until_ms)
		(void)poll(NULL, 0, 5);
	for (size_t i = 0; i < sv->n; i++)
		if (__atomic_load_n(&sv->parts[i].ended, __ATOMIC_ACQUIRE) &&
		    sv->parts[i].rc < 0) {
			*e = sv->parts[i].e;
			return -1;
		}
	return service_http(sv, e);
}

static int
reload_refuse(struct service *sv, struct settings *fresh, const struct err *why)
{
	log_event(LOG_ERROR, "reload_refused", "why=%s", why->text);
	reload_answer(sv, arena_textf(sv->settings->arena, "refused: %s", why->text));
	settings_free(fresh);
	return 0;
}

/* The new settings, if they are well by all that can be said without using them. */
static struct settings *
settings_fresh(const struct service *sv, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct settings *fresh = settings_read(sv->setup->path, &report, e);
	struct nlp_setup score;
	struct nlp *trial = NULL;
	bool well;

	if (fresh) {
		score = settings_nlp(fresh);
		trial = nlp_new(&score, &report, e);
	}
	well = trial && str_eq(fresh->site.data, sv->settings->site.data);
	if (trial && !well)
		err_set(e, ERR_USAGE, "site.data cannot change while we run: restart");
	if (!well)
		fputs(report.p, stderr);
	nlp_free(trial);
	buf_release(&report);
	if (well)
		return fresh;
	settings_free(fresh);
	return NULL;
}

/* 0, also when the old settings go on; -1 when nothing does. */
static int
service_reload(struct service *sv, struct err *e)
{
	struct settings *old = sv->settings, *fresh;
	struct err why = { 0 }, after = { 0 };

	fresh = settings_fresh(sv, &why);
	if (!fresh)
		return reload_refuse(sv, NULL, &why);
	if (service_close(sv, e) < 0) {
		settings_free(fresh);
		return -1;
	}
	sv->settings = fresh;
	if (service_up(sv, &why) == 0) {
		settings_free(old);
		reload_answer(sv, "ok");
		log_event(LOG_INFO, "reloaded", "file=%s", sv->setup->path);
		return 0;
	}
	(void)service_close(sv, &after); /* it never came up */
	sv->settings = old;
	if (service_up(sv, e) < 0) {
		settings_free(fresh);
		return -1;
	}
	return reload_refuse(sv, fresh, &why);
}

static int
service_turn(struct service *sv, int signals, int64_t *pinged_ms, struct err *e)
{
	struct pollfd p = { .fd = signals, .events = POLLIN };
	char byte = 0;

	if (service_http(sv, e) < 0)
		return -1;
	if (poll(&p, 1, sv->ready_told ? TURN_MS : SOON_MS) > 0 &&
	    read(signals, &byte, 1) == 1) {
		if (byte == 'T')
			return 1;
		if (byte == 'H' && service_reload(sv, e) < 0)
			return -1;
	}
	service_watch(sv, pinged_ms);
	return part_ended(sv) ? 1 : 0;
}

int
service_main(const struct service_setup *setup, struct err *e)
{
	struct service sv = { .setup = setup };
	struct err after = { 0 };
	int64_t pinged_ms = 0;
	int signals, rc = -1;

	sv.settings = settings_read(setup->path, NULL, e);
	if (!sv.settings)
		return -1;
	signals = signals_fd(e);
	if (signals < 0 || process_settle(sv.settings->site.allow_root, e) < 0 ||
	    service_open(&sv, e) < 0)
		goto done;
	do
		rc = service_turn(&sv, signals, &pinged_ms, e);
	while (rc == 0);
	sd_notify_state("STOPPING=1");
done:
	if (service_close(&sv, &after) < 0 && rc >= 0) {
		*e = after;
		rc = -1;
	}
	pid_give(&sv);
	for (size_t i = 0; i < LY_COUNT(sv.locks); i++)
		dir_lock_release(sv.locks[i]);
	settings_free(sv.settings);
	return rc < 0 ? -1 : 0;
}
