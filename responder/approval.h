/*
 * approval.h - approval 审批: the states of a draft, the one table of its moves, and who must have said
 * yes before it is said in public. Pure.
 *
 *   (made) ─▶ generated, lint_failed, lint_passed          a person's text ─▶ editing
 *                 │           ▲ │          │ ▲                             │
 *                 └── clean ──┼─┴──────────┘ └──────────── clean ──────────┤
 *                             └────────────────── faults ──────────────────┘
 *   lint_passed ─submit─▶ in_review ─approve…─▶ approved ─release─▶ released ─▶ corrected, withdrawn
 *                             │  emergency, with fewer approvals ──────▲
 *   lint_passed, in_review, approved ─a fact changed, sent back─▶ editing
 *   a person's version takes the place of the one that was edited, if that is not released yet; another
 *   by the template takes that of its elder that nobody has touched, unless it is in review or approved
 *
 * Invariants (tests/unit/test_approval.c plays random histories against them)
 *  1. Only draft_assign() (draft_store.c) writes a state, and only by this table.
 *  2. The text of a draft never changes: an edit is a new version. So an approval, which names the
 *     draft and the SHA-256 of its text, cannot pass to another text.
 *  3. Approvals count from the newest move that makes void: another look of the lint that finds
 *     faults, sent back, a changed fact.
 *  4. Nobody counts twice, nobody who is recused or is no approver any more counts, and whoever wrote the text is never enough
 *     alone (unless the configuration says so).
 *  5. At L3 it wants two, else one (`approvals`). RESPONSE.md section 6.
 */
#ifndef LY_RESPONDER_APPROVAL_H
#define LY_RESPONDER_APPROVAL_H

#include "core/conf.h"

enum draft_state {
	DRAFT_NONE,
	DRAFT_GENERATED, /* only gaps keep it from going out */
	DRAFT_LINT_FAILED,
	DRAFT_EDITING,
	DRAFT_LINT_PASSED,
	DRAFT_IN_REVIEW,
	DRAFT_APPROVED,
	DRAFT_RELEASED,
	DRAFT_ELSEWHERE, /* released without us: a team that has too few approvers */
	DRAFT_CORRECTED,
	DRAFT_WITHDRAWN,
	DRAFT_SUPERSEDED,
	DRAFT_STATES
};
extern const char *const draft_state_words[]; /* "none", "generated", …, NULL-ended */
/* DRAFT_STATES when there is none of that word. */
enum draft_state draft_state_of(struct str word);

enum draft_event {
	DRAFT_MADE_GAPS,
	DRAFT_MADE_FAULTY,
	DRAFT_MADE_CLEAN,
	DRAFT_EDIT,   /* a person wrote it */
	DRAFT_FAULTS, /* looked at again: the lint blocks */
	DRAFT_CLEAN,
	DRAFT_SUBMIT,
	DRAFT_APPROVE,      /* one more, and not enough yet */
	DRAFT_APPROVE_LAST, /* enough */
	DRAFT_REJECT,       /* an approver sends it back */
	DRAFT_EXPIRE,       /* a fact that fills a slot has changed */
	DRAFT_REPLACE,      /* there is a newer version */
	DRAFT_RELEASE,
	DRAFT_EMERGENCY, /* released with fewer approvals: approval_emergency() */
	DRAFT_TOLD,      /* released elsewhere, where nobody could approve */
	DRAFT_CORRECT,
	DRAFT_WITHDRAW,
	DRAFT_EVENTS
};
extern const char *const draft_event_words[];
/* DRAFT_EVENTS when there is none of that word. */
enum draft_event draft_event_of(struct str word);

struct draft_course {
	unsigned from; /* bits 1 << enum draft_state */
	enum draft_event event;
	enum draft_state to;
	const char *what; /* for people and docs */
};
extern const struct draft_course draft_courses[]; /* ends with .what == NULL */
/* Where it leads by a table; DRAFT_NONE: no such move. */
enum draft_state draft_next_by(const struct draft_course *table, enum draft_state from,
			       enum draft_event event);
static inline enum draft_state
draft_next(enum draft_state from, enum draft_event event)
{
	return draft_next_by(draft_courses, from, event);
}
/* Does it void what was approved? */
bool draft_voids(enum draft_event event);

/* The key approvals. A zeroed one has the defaults. */
struct approval_conf {
	int64_t l1, l2, l3, emergency; /* people                            */
	int64_t after; /* seconds after the second approver was told until one is enough */
	int64_t author_alone; /* 1: who wrote it may be the only one */
};
extern const struct conf_schema approval_schema; /* CONF_BLOCK */
/* How many at this level. */
int64_t approvals_needed(const struct approval_conf *c, int64_t level);

#define APPROVALS_MAX 16
/* Those of one text since they were last void: keys of people, each once. */
struct approvals {
	struct str who[APPROVALS_MAX];
	size_t n;
};
bool approvals_have(const struct approvals *a, struct str who);
/* Those of them that count: of people who may approve now, and are not out. */
size_t approvals_count(const struct approvals *a, const struct conf_texts *out,
		       const struct conf_texts *may);

struct approval_ask {
	int64_t needed;
	bool author_alone;
	struct str author;             /* who wrote the text; empty: nobody, a template */
	const struct approvals *given; /* of exactly this text */
	const struct conf_texts *out;  /* recused              */
	const struct conf_texts *may;  /* who may approve in this incident */
};
/* Is what was given enough? */
bool approvals_suffice(const struct approval_ask *q);
/* Why this person may not approve now; NULL: they may. */
const char *approval_refused(const struct approval_ask *q, struct str by);
/* Could it ever be enough? Otherwise a release can only be told of. */
bool approvals_possible(const struct approval_ask *q);

/* Why fewer are not enough; NULL: they are. A holding statement at L3 that a template, approved
 * beforehand, and confirmed facts have made, and nobody since. */
struct emergency_ask {
	const struct approval_conf *conf;
	const struct approval_ask *approval;
	int64_t level;
	bool holding, preapproved, by_hand, gaps;
	bool facts_only; /* every slot is filled by a confirmed fact, or by what we know ourselves */
	int64_t asked_at; /* when a notice to another approver was sent; 0: none was */
	int64_t now;
};
const char *approval_emergency(const struct emergency_ask *q);

#endif
