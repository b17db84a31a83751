/*
 * confidential.h - confidential incidents 机密: who may see one.
 *
 * An incident becomes confidential with its topic (`confidential.topics`), with its playbook, or
 * because a person says so; what a person says stands. It is shown to those on the list only:
 *
 *   `confidential.people`; without any, whoever has the role lead, spokesperson, legal or approver
 *   whoever has a role in the incident
 *   whoever is let in: an entry "reader" of the person (and put out again: in = no)
 *
 * Whoever is not on it sees number, state and level, and may take it. Notices carry level, number
 * and link only, whoever gets them; a digest says how many there are.
 *
 *   kind "confidential", key ""        is, why
 *   kind "reader",       key "linjing" in, why
 */
#ifndef LY_RESPONDER_CONFIDENTIAL_H
#define LY_RESPONDER_CONFIDENTIAL_H

#include "responder/gate.h"

/* After a move, before roles are filled and anybody is told: topic or playbook make i, which is
 * q's, confidential unless somebody has said something. */
int confidential_on_move(const struct gate_ask *q, struct incident *i,
			 struct err *e) LY_MUST_USE;
/* A firing of another watch brings a topic that makes it so, unless somebody has said something. */
int confidential_on_topic(const struct gate_ask *q, struct incident *i, struct str topic,
			  struct err *e) LY_MUST_USE;
/* What was merged into i, which is q's, was confidential: now i is. */
int confidential_carry(const struct gate_ask *q, struct incident *i,
		       const struct incident *from, struct err *e) LY_MUST_USE;
/* Who was let in or put out of `from` by a person is so of q's incident, too. */
int confidential_readers(const struct gate_ask *q, const struct incident *from,
			 struct err *e) LY_MUST_USE;
/* A person says so: the entry is written already. */
int confidential_set(struct store *s, struct incident *i, bool is, struct err *e) LY_MUST_USE;
/* Is this person on the list of the incident? 1, 0, -1. */
int confidential_lists(const struct gate_ask *q, const struct person_conf *p,
		       struct err *e) LY_MUST_USE;
/* May q->actor see it? Yes when it is not confidential. When nobody at all is on the list, whoever
 * works on this machine ("unix:…") may. 1, 0, -1. */
int confidential_sees(const struct gate_ask *q, struct err *e) LY_MUST_USE;

#endif
