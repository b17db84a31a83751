/*
 * fetch_turns.c - what else belongs to one poll: next pages, the parts of an index, a fallback.
 *
 * One request at a time, after the pages behind the items: the poll goes on as a reader would.
 *
 * Invariants
 *  1. At most source_max_pages() answers of the source itself are read in a poll.
 *  2. A next page is asked for only while the one before had something new. Always for resume, and
 *     when the poll before did not come to its end: what it had read is not new any more.
 *  3. A turn that fails leaves a note and no ETag: the next poll does all of it again. That a next
 *     page is wanted is in the store with the items before it, so a crash is such a failure.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/answer.h"
#include "crawler/fetch.h"
#include "crawler/harvest.h"
#include "crawler/hotlist.h"
#include "crawler/state.h"

#define NOTES_MAX 1000

void
turns_note(struct harvest *h, struct str note)
{
	struct str old = h->turns.notes;

	if (!note.n || old.n > NOTES_MAX || str_find(old, note) >= 0)
		return;
	h->turns.notes =
		str_of(arena_textf(h->arena, "%.*s%s%.*s", STR_ARG(old), old.n ? "; " : "",
				   STR_ARG(utf8_cut(note, NOTES_MAX))));
}

const struct map_way *
turns_way(const struct harvest *h)
{
	return &h->turns.way;
}

void
turns_first(struct harvest *h, struct source_ask *ask)
{
	const struct source_conf *src = h->slot->source;
	struct str page = STR("");
	struct err e = { 0 };

	h->turns.way = src->way;
	h->turns.way.url = fetch_url(src, &h->state);
	h->turns.number = 1;
	h->turns.again = h->state.unfinished != 0;
	source_ask_first(src, &h->turns.way, h->arena, ask);
	if (!src->resume)
		return;
	if (thread_page_read(h->c->store, src->name, src->url, h->arena, &page, &e) < 0)
		crawler_fail(h->c, &e);
	if (page.n) {
		ask->url = page;
		h->turns.resumed = true;
	}
}

/* A thread goes on where it was left, also if that page had nothing new. */
static void
page_remember(struct harvest *h, struct str page)
{
	const struct source_conf *src = h->slot->source;
	struct err e = { 0 };

	if (src->resume && (crawler_begin(h->c, &e) < 0 ||
			    thread_page_write(h->c->store, src->name, src->url, page, &e) < 0))
		crawler_fail(h->c, &e);
}

/* A next page is wanted: in the transaction of the items before it. */
static void
unfinished_note(struct harvest *h)
{
	const struct source_conf *src = h->slot->source;
	struct err e = { 0 };

	if (h->state.unfinished || src->resume)
		return;
	h->state.unfinished = 1;
	h->state.url = src->url;
	if (crawler_begin(h->c, &e) < 0 ||
	    source_state_write(h->c->store, src->name, &h->state, &e) < 0)
		crawler_fail(h->c, &e);
}

void
turns_after(struct harvest *h, const struct source_content *content, struct str url, bool anew)
{
	struct harvest_turns *t = &h->turns;

	turns_note(h, content->notes);
	page_remember(h, url);
	if (content->more == MORE_PARTS && t->number == 1) {
		t->parts = content->parts;
		t->n_parts = content->n_parts;
	} else if (content->more == MORE_PARTS) {
		turns_note(h, STR("an index inside an index is not followed"));
	} else if (content->more == MORE_NEXT &&
		   (anew || t->again || h->slot->source->resume)) {
		t->waiting = source_ask_next(h->slot->source, turns_way(h), url, content->next,
					     t->number + 1, h->arena, &t->ask);
		if (t->waiting)
			unfinished_note(h);
	}
}

static void
turn_failed(struct harvest *h, const char *why)
{
	char note[300];

	snprintf(note, sizeof note, "page %lld: %s", (long long)h->turns.number, why);
	turns_note(h, str_of(note));
	h->fresh = false;
	h->turns.failed = true;
}

static bool
is_fallback(const struct harvest *h)
{
	return h->turns.fallback && h->turns.number == 1;
}

/* The fallback's answer is the poll's: it goes well, or all has failed. */
static bool
fallback_read(struct harvest *h, const struct http_response *r, const char *why)
{
	struct err e = { 0 };

	if (why || harvest_read(h, r, &e) < 0) {
		harvest_failed(h, r->status,
			       arena_textf(h->arena, "%.*s; fallback: %s",
					   STR_ARG(h->turns.first_why), why ? why : e.text));
		return false;
	}
	h->state.failures = h->state.gone = 0;
	h->state.status = r->status;
	h->state.ok_at = h->c->now;
	turns_note(h, str_of(arena_textf(h->arena, "the fallback answered: %.*s",
					 STR_ARG(h->turns.first_why))));
	return true;
}

static void
turn_done(void *arg, const struct http_response *r)
{
	struct harvest *h = arg;
	struct crawler *c = h->c;
	bool first = is_fallback(h);
	struct answer a;
	struct err e = { 0 };

	h->active--;
	if (r->end == HTTP_STOPPED)
		return; /* fetch_stop */
	c->figures.fetches++;
	a = answer_judge(&(struct source_state){ 0 }, r, c->now);
	if (!h->turns.home)
		schedule_leave(c->schedule, h->turns.ask.url, c->now,
			       a.host_until > c->now
				       ? a.host_until
				       : c->now + harvest_delay_at(h, h->turns.ask.url));
	else if (a.host_until > h->host_free_at)
		h->host_free_at = a.host_until;
	if (first) {
		if (!fallback_read(h, r, a.act == ANSWER_READ ? NULL : a.why))
			return;
	} else if (a.act != ANSWER_READ) {
		turn_failed(h, a.why);
	} else if (harvest_read(h, r, &e) < 0) {
		turn_failed(h, e.text);
	}
	harvest_pages(h);
}

/* Where the ask may go: now (0), or not before. */
static int64_t
turn_wait(struct harvest *h)
{
	struct crawler *c = h->c;
	int64_t at = h->home_at > h->host_free_at ? h->home_at : h->host_free_at;

	h->turns.home = schedule_is_home(c->schedule, h->slot, h->turns.ask.url);
	if (h->turns.home)
		return at > c->now ? at : 0;
	return schedule_enter(c->schedule, h->turns.ask.url, c->now);
}

/* It cannot go. A fallback was all that was left: then the poll has failed (true: h is gone). */
static bool
turn_stuck(struct harvest *h, const char *why)
{
	h->turns.waiting = false;
	if (!is_fallback(h)) {
		turn_failed(h, why);
		return false;
	}
	harvest_failed(
		h, 0,
		arena_textf(h->arena, "%.*s; fallback: %s", STR_ARG(h->turns.first_why), why));
	return true;
}

static bool
turn_begin(struct harvest *h)
{
	struct err e = { 0 };

	h->turns.waiting = false;
	if (harvest_ask(h, &h->turns.ask, ASK_MORE, turn_done, &e) == 0) {
		h->active++;
		if (h->turns.home)
			h->home_at = h->c->now + harvest_delay(h);
		return true;
	}
	if (!h->turns.home)
		schedule_leave(h->c->schedule, h->turns.ask.url, h->c->now, h->c->now);
	return turn_stuck(h, e.text);
}

bool
turns_go(struct harvest *h)
{
	struct harvest_turns *t = &h->turns;
	int64_t wait_until;

	if (!t->waiting && t->next_part < t->n_parts &&
	    t->number <= source_max_pages(h->slot->source)) {
		t->ask = (struct source_ask){ t->parts[t->next_part++], STR(""), STR("") };
		t->waiting = true;
	}
	if (!t->waiting || h->c->failed)
		return false;
	if (h->c->now < h->page_at)
		return true;
	wait_until = turn_wait(h);
	if (wait_until && wait_until <= fetch_patience(h->c)) {
		h->page_at = wait_until;
		return true;
	}
	t->number += !t->fallback || t->ran;
	t->ran = true;
	return wait_until ? turn_stuck(h, "its host rests for long") : turn_begin(h);
}

bool
turns_fall_back(struct harvest *h, const char *why)
{
	const struct source_conf *src = h->slot->source;

	if (h->turns.resumed)
		page_remember(h, STR(""));
	if (!src->fallback.url.n || h->turns.fallback || h->begun)
		return false;
	h->turns = (struct harvest_turns){ .way = src->fallback,
					   .fallback = true,
					   .number = 1,
					   .waiting = true,
					   .notes = STR(""),
					   .first_why = arena_str(h->arena, str_of(why)) };
	source_ask_first(src, &src->fallback, h->arena, &h->turns.ask);
	h->begun = true;
	harvest_pages(h);
	return true;
}
