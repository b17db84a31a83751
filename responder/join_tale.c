/* join_tale.c - stories and who belongs to them. Decides nothing. Invariants: join.c. */
#include "core/base.h"

#include "core/hash.h"
#include "responder/join_inside.h"

uint32_t
join_number(const struct joins *j, const struct id *document)
{
	uint32_t i = j->ring.documents[join_bucket(document, j->ring.cap)];

	while (i && join_lives(j, i - 1)) {
		if (id_eq(&join_entry(j, i - 1)->document, document))
			return i - 1;
		i = join_entry(j, i - 1)->next;
	}
	return JOIN_NONE;
}

/* ---- stories ---------------------------------------------------------------------------------- */

static uint32_t *
bucket_of(const struct joins *j, const struct id *story)
{
	return &j->stories[join_bucket(story, JOIN_PLACES)];
}

uint32_t
join_tale_find(const struct joins *j, const struct id *story)
{
	uint32_t i = *bucket_of(j, story);

	while (i && !id_eq(&j->tales[i - 1].story, story))
		i = j->tales[i - 1].next;
	return i ? i - 1 : JOIN_NONE;
}

uint32_t
join_tale_new(struct joins *j, const struct id *story, int64_t first_at)
{
	uint32_t at = j->free_tale ? j->free_tale - 1 : j->tales_n++;
	uint32_t *b = bucket_of(j, story);

	if (j->free_tale)
		j->free_tale = j->tales[at].next;
	j->tales[at] = (struct tale){ .story = *story, .first_at = first_at, .next = *b };
	*b = at + 1;
	return at;
}

static void
tale_drop(struct joins *j, uint32_t at)
{
	struct tale *t = &j->tales[at];
	uint32_t *p = bucket_of(j, &t->story);

	while (*p != at + 1)
		p = &j->tales[*p - 1].next;
	*p = t->next;
	*t = (struct tale){ .next = j->free_tale };
	j->free_tale = at + 1;
}

void
join_voice_add(struct tale *t, uint32_t author)
{
	for (unsigned i = 0; i < t->voices_n; i++)
		if (t->voices[i] == author)
			return;
	if (author && t->voices_n < JOIN_VOICES)
		t->voices[t->voices_n++] = author;
}

/* ---- members ---------------------------------------------------------------------------------- */

void
join_member_add(struct joins *j, uint32_t number, uint32_t tale)
{
	struct tale *t = &j->tales[tale];
	struct member *m = join_member(j, number);
	uint32_t *at = &t->oldest;

	m->tale = tale;
	t->live++;
	if (!join_entry(j, number)->n)
		return;
	if (t->newest && t->newest <= number)
		at = &join_member(j, t->newest - 1)->next;
	while (*at && *at <= number)
		at = &join_member(j, *at - 1)->next;
	m->next = *at;
	*at = number + 1;
	if (!m->next)
		t->newest = number + 1;
}

static void
chain_remove(struct joins *j, struct tale *t, uint32_t number)
{
	uint32_t *at = &t->oldest, before = 0;

	while (*at != number + 1) {
		before = *at;
		at = &join_member(j, before - 1)->next;
	}
	*at = join_member(j, number)->next;
	if (t->newest == number + 1)
		t->newest = before;
}

void
join_member_remove(struct joins *j, uint32_t number)
{
	uint32_t tale = join_member(j, number)->tale;

	if (join_entry(j, number)->n)
		chain_remove(j, &j->tales[tale], number);
	if (!--j->tales[tale].live)
		tale_drop(j, tale);
}

void
join_copy_link(struct joins *j, uint32_t number, const struct id *document)
{
	uint32_t of = join_number(j, document);

	if (of != JOIN_NONE && join_member(j, of)->copy_of)
		of = join_member(j, of)->copy_of - 1;
	if (of == JOIN_NONE || !join_lives(j, of) || of == number)
		return;
	join_member(j, number)->copy_of = of + 1;
	join_member(j, number)->next = join_member(j, of)->copies;
	join_member(j, of)->copies = number + 1;
}
