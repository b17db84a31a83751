/*
 * story_moved.c - what follows when a newcomer shows that texts before it are of another story.
 *
 * 1. document.story and why are the newest; story_move keeps what was, by commit: what was counted
 *    or sealed as of an earlier one is counted again as it was.
 * 2. Voices (mention.story), figures of minutes to days and windows of triggers know copies only: they stay.
 * 3. What has been sent, and what is in a chain, stays. What is asked from now on is asked of the
 *    stories as they are: silence (hush.h), and which incident tells a story.
 */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"
#include "responder/count_store.h"
#include "responder/join.h"
#include "responder/record_store.h"
#include "responder/state.h"
#include "responder/story_store.h"

/* Why it is of that story, in the place of what was said before. */
static int
why_set(struct responder *r, const struct join_moved *m, const struct story_of *was,
	struct err *e)
{
	struct record_why row = { m->document,     m->why.story, m->why.like,
				  was->arrived_at, m->why.alike, { 0 } };
	struct story_of like = { .erased = false };
	int found;

	if (story_why_drop(r->store, &m->document, was->arrived_at, e) < 0)
		return -1;
	if (!m->why.n || was->erased || r->conf->fleeting)
		return 0;
	found = story_of_document(r->store, &m->why.like, &like, e);
	if (found < 0 || like.erased)
		return found < 0 ? -1
				 : 0; /* parts of words that are gone are not written anew */
	buf_clear(&r->scratch);
	join_pack_why(&m->why, &r->scratch);
	row.why = buf_str(&r->scratch);
	return record_add_why(r->store, &row, e);
}

/* 1 its story is another, *x says which; 0 only why may be; -1. */
static int
one_moved(struct responder *r, const struct join_moved *m, int64_t now, struct story_went *x,
	  struct err *e)
{
	struct story_move move = { .document = m->document,
				   .story = m->why.story,
				   .as_of = r->commit_seq + 1,
				   .at = now };
	struct story_of was;
	int found = story_of_document(r->store, &m->document, &was, e);

	if (found <= 0 || why_set(r, m, &was, e) < 0)
		return found ? -1 : 0;
	if (id_eq(&was.story, &m->why.story))
		return 0;
	move.was = was.story;
	*x = (struct story_went){ m->document, was.story, m->why.story, was.arrived_at,
				  was.source_class };
	if (story_move_add(r->store, &move, e) < 0)
		return -1;
	if (was.arrived_at < r->blocks.until &&
	    count_empty_at(r->store, was.arrived_at, now, e) < 0)
		return -1;
	return 1;
}

/* Each story that something left, once. */
static int
incidents_moved(struct responder *r, const struct story_went *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int64_t since = v[i].arrived_at;
		size_t k = 0;

		while (k < i && !id_eq(&v[k].was, &v[i].was))
			k++;
		if (k < i)
			continue;
		for (k = i; k < n; k++)
			if (id_eq(&v[k].was, &v[i].was) && v[k].arrived_at < since)
				since = v[k].arrived_at;
		if (incidents_story_moved(r->incidents, &v[i].was, since, e) < 0)
			return -1;
	}
	return 0;
}

int
story_moved(struct responder *r, const struct join_moved *v, size_t n, int64_t now,
	    struct err *e)
{
	struct story_went *went = n ? arena_alloc(r->work, n * sizeof *went) : NULL;
	size_t moved = 0;

	for (size_t i = 0; i < n; i++) {
		int bad = one_moved(r, &v[i], now, &went[moved], e);

		if (bad < 0)
			return -1;
		moved += bad > 0;
	}
	if (!moved)
		return 0;
	r->wrote = true;
	log_event(LOG_DEBUG, "story_moved", "documents=%zu", moved);
	if (hushes_moved(r, went, moved, now, e) < 0)
		return -1;
	return incidents_moved(r, went, moved, e);
}
