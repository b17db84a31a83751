/* inbox.c - one look into an inbox, and what is known of it afterwards. */
#include "core/base.h"

#include <stdio.h>

#include "core/log.h"
#include "core/str.h"

#include "crawler/harvest.h"
#include "crawler/health_keep.h"
#include "crawler/inbox.h"
#include "crawler/inbox_read.h"
#include "crawler/spool_store.h"
#include "crawler/state.h"

#define EVERY_S   60 /* between looks of an inbox that states nothing */
#define DROPPED_S 60

bool
inbox_is(const struct source_conf *source)
{
	return source->kind == SOURCE_FILE || source->kind == SOURCE_MAIL;
}

int
look_take(struct look *l, const struct intake *in)
{
	struct id id;
	int r = intake_document(l->c, in, &id, l->e);

	if (r < 0 && l->e->kind != ERR_REJECT)
		return -1;
	if (r < 0)
		look_refused(l, "", 0, l->e->text);
	else
		*(r == INTAKE_SEEN ? &l->seen : r == INTAKE_OLD ? &l->old : &l->documents) += 1;
	*l->e = (struct err){ 0 };
	return 0;
}

void
look_refused(struct look *l, const char *file, int64_t line, const char *why)
{
	if (!l->refused++ && !l->why[0])
		snprintf(l->why, sizeof l->why, "%.80s line %lld: %.100s", file,
			 (long long)line, why);
	log_event(LOG_WARN, "row_refused", "source=%.*s line=%lld why=%s",
		  STR_ARG(l->source->name), (long long)line, why);
}

int
look_pass(struct look *l, const char *file)
{
	if (l->e->kind != ERR_REJECT)
		return -1;
	if (!l->why[0])
		snprintf(l->why, sizeof l->why, "%.80s: %.110s", file, l->e->text);
	log_event(LOG_WARN, "file_passed_over", "source=%.*s why=%s", STR_ARG(l->source->name),
		  l->e->text);
	l->passed = true;
	*l->e = (struct err){ 0 };
	return 0;
}

bool
look_full(const struct look *l)
{
	return l->documents + l->seen + l->old + l->refused >= LOOK_DOCUMENTS ||
	       l->bytes >= LOOK_BYTES;
}

static int
preset_get(struct look *l)
{
	struct buf report = BUF(1 << 16);

	if (!l->source->preset.n)
		return 0;
	l->preset = preset_read(arena_text(l->a, l->source->preset), l->c->setup.presets,
				&report, l->e);
	if (!l->preset && report.n)
		log_event(LOG_ERROR, "preset_wrong", "source=%.*s why=%s",
			  STR_ARG(l->source->name), report.p);
	buf_release(&report);
	return l->preset ? 0 : -1;
}

/* A failed look is a failed poll; only our own store's troubles stop the crawler. */
static void
look_end(struct look *l, struct slot *slot, struct source_state *st, bool failed,
	 uint64_t drops)
{
	struct crawler *c = l->c;
	const struct source_conf *src = l->source;
	int64_t every = src->interval_s ? src->interval_s : EVERY_S, next;

	st->failures = failed ? st->failures + 1 : 0;
	st->documents += l->documents;
	st->seen += l->seen;
	st->old += l->old;
	st->refused += l->refused;
	st->status = failed ? 0 : 200;
	st->why = failed ? arena_str(l->a, str_of(l->e->text)) : str_of(l->why);
	st->polled_at = c->now;
	st->ok_at = failed ? st->ok_at : c->now;
	st->url = src->url;
	if (failed)
		log_event(LOG_WARN, "inbox_failed", "source=%.*s failures=%lld why=%s",
			  STR_ARG(src->name), (long long)st->failures, l->e->text);
	next = schedule_after(c->now, every, st->failures, src->name);
	if (l->more && !failed)
		next = c->setup.clock->mode == CLOCK_STEPPED ? c->now : c->now + 1;
	if (drops != c->drops)
		next = c->now + DROPPED_S;
	st->next_at = next;
	health_look(c, src,
		    failed                      ? HEALTH_UNREAD
		    : l->documents + l->old > 0 ? HEALTH_READ
						: HEALTH_SAME);
	*l->e = (struct err){ 0 };
	if (source_state_write(c->store, src->name, st, l->e) < 0)
		crawler_fail(c, l->e);
	schedule_give(c->schedule, slot, c->now, next, 0);
}

void
inbox_poll(struct crawler *c, struct slot *slot)
{
	struct err e = { 0 };
	struct look l = { .c = c,
			  .source = slot->source,
			  .a = arena_new(),
			  .file = arena_new(),
			  .row = arena_new(),
			  .e = &e };
	struct source_state st;
	uint64_t drops = c->drops;
	int r = -1;

	if (source_state_read(c->store, l.source->name, l.a, &st, &e) >= 0 &&
	    crawler_begin(c, &e) == 0 && preset_get(&l) == 0)
		r = l.source->kind == SOURCE_MAIL ? mail_look(&l) : files_look(&l);
	/* What is wrong with the inbox is its own; what is wrong with the spool is ours. */
	if (r < 0 && (e.kind == ERR_BROKEN || e.kind == ERR_RETRY)) {
		crawler_fail(c, &e);
		schedule_give(c->schedule, slot, c->now, c->now + DROPPED_S, 0);
	} else {
		look_end(&l, slot, &st, r < 0, drops);
	}
	preset_free(l.preset);
	arena_free(l.a);
	arena_free(l.file);
	arena_free(l.row);
}
