/*
 * notice_text.h - the words of a notice: what happened, why you are told, what to do by when.
 *
 * Pure: the same struct gives the same bytes. One table of rows makes the text and the HTML
 * part. Text of other people goes through plain.h, HTML is escaped whole.
 */
#ifndef LY_RESPONDER_NOTICE_TEXT_H
#define LY_RESPONDER_NOTICE_TEXT_H

#include "core/clock.h"
#include "responder/matcher.h"
#include "responder/plain.h"
#include "responder/record_store.h"

#define WORDS_EVIDENCE 3
#define WORDS_CLASSES  16

struct playbook_conf;
/* An incident as its notices tell of it. Texts live as long as whoever made it says. */
struct matter {
	struct id id;
	struct str number, watch, watch_title, topic, title, state, trigger;
	int64_t level, grade, safety, confidential;
	int64_t opened_at, first_mention_at, closed_at;
	struct str closed_why_zh, closed_why_en;
	struct str reason_zh, reason_en; /* of its newest firing                            */
	struct str facts;                /* of it: JSON */
	struct tags tags;                /* what matchers see; without pointers: not read yet */
	struct evidence evidence[WORDS_EVIDENCE]; /* newest first                           */
	size_t evidence_n;
	int64_t evidence_total; /* mentions the firing counted                              */
	const struct playbook_conf *playbook; /* bound to it, where it is known */
	int64_t heard[WORDS_CLASSES]; /* mentions of the watch by source class, last 24 h   */
	/* columns of notice_store.c */
	struct str owner, policy;
	int64_t step, round, step_due; /* step -1: nobody is being told */
	int64_t step_last;             /* told last, also then          */
	int64_t acked_until;
	struct str acked_by;
	bool gathers;    /* its first page may wait for others of its group */
	int64_t shed_at; /* polls are put off since (shed.h); 0 = they are not */
};

enum words_kind { WORDS_PAGE, WORDS_CLEAR };
struct notice_words {
	enum words_kind kind;
	const struct matter *m;
	bool zh;
	bool brief; /* across a border: id, level, counts and link only; of a confidential one
		     * not the counts either */
	enum plain_form form;
	const struct zone *zone; /* of who reads it                                  */
	struct str owner;        /* as people say it; empty: nobody yet                 */
	struct str why_now;      /* why you, why now; empty: the first to be told       */
	bool unanswered;         /* because nobody took the step before                 */
	bool warns;              /* it tells of a clock, and waits for no answer        */
	struct str next;         /* who is told when you do not answer; empty: nobody   */
	int64_t answer_at;       /* by when; 0: no clock                                */
	int64_t sent_at;         /* when it is planned to leave                         */
	struct str code;         /* 6 digits                                            */
	enum words_reply { REPLY_NOT, REPLY_MAIL, REPLY_CHAT } reply; /* where a code is read */
	struct str take_url, escalate_url; /* signed links; or empty                    */
	struct str public_url;
};
/* "[L2 研判] 山脆：负面激增 · INC-2026-0042" */
void notice_subject(const struct notice_words *w, struct buf *out);
void notice_body(const struct notice_words *w, struct buf *out);
void notice_html(const struct notice_words *w, struct buf *out);

/* ---- notice_evidence.c: the list of evidence in both -------------------------------------------- */

void notice_evidence_text(const struct notice_words *w, struct buf *out);
void notice_evidence_html(const struct notice_words *w, struct buf *out);
void notice_html_row(const char *label, struct buf *out); /* up to where its text begins */

enum notice_part { NOTICE_BODY, NOTICE_HTML };
enum notice_found {
	NOTICE_NOT_LISTED, /* it lists no evidence: nothing is quoted                       */
	NOTICE_TOLD_AGAIN,
	NOTICE_UNREADABLE, /* it lists evidence, and not this: what it quotes is not known */
};
/* A stored text whose evidence i (from 0, as in its facts) is told as it is now: an erased one
 * by its reason and without its link. All else stays byte for byte, also how many told the same.
 * Nothing is added to out unless NOTICE_TOLD_AGAIN. */
enum notice_found notice_again(struct str text, enum notice_part part, enum plain_form form,
			       size_t i, const struct evidence *now, struct buf *out);
/* Does a body list evidence i, and not as erased? */
bool notice_quotes(struct str body, size_t i);

#endif
