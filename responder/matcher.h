/*
 * matcher.h - labels 标签 of what is told, and matchers 匹配 on them: level=3, topic=~"food.*". Pure.
 *
 * As in Alertmanager: = and != compare the whole value, =~ and !~ match the whole value with a
 * pattern (rx.h); a label that is not there is the empty text. A pattern that gives up fits
 * nothing, whichever way it asks: nobody is silenced, and no route taken, by an undecided one.
 */
#ifndef LY_RESPONDER_MATCHER_H
#define LY_RESPONDER_MATCHER_H

#include "core/arena.h"
#include "core/conf.h"
#include "core/rx.h"

enum tag {
	TAG_WATCH,
	TAG_TOPIC, /* the incident's strongest topic                                     */
	TAG_GRADE, /* 1..3 for W1..W3                                                    */
	TAG_LEVEL, /* 1..3                                                               */
	TAG_CLASS, /* of the signal: voice, business, system                             */
	TAG_KIND,  /* of the trigger that fired last: spike, words, …; "signal": a number */
	TAG_SCENARIO, /* the playbook bound to it                                           */
	TAG_SOURCE,   /* class of source of the newest mention it counts: news, social, …   */
	TAG_LANG,     /* of that mention: zh, en, …                                         */
	TAG_VOICES,   /* "rising" when more mention its topic than before, else "steady"    */
	TAG_COUNT
};
extern const char *const tag_words[]; /* "watch" …, NULL-ended */
/* A text without a pointer is not known (coverage asks so): matchers on it may fit. */
struct tags {
	struct str v[TAG_COUNT];
};

enum matcher_op { MATCH_IS, MATCH_IS_NOT, MATCH_LIKE, MATCH_NOT_LIKE };
struct matcher {
	enum tag tag;
	enum matcher_op op;
	struct str value;
	struct rx *rx; /* LIKE, NOT_LIKE; goes with the arena */
};
struct matchers {
	const struct matcher *v;
	size_t n;
};
/* LABEL, one of = != =~ !~, and a value, plain or in double quotes (\" \\ \n in it). ERR_USAGE.
 * Texts in a. */
int matcher_parse(struct str text, struct arena *a, struct matcher *m,
		  struct err *e) LY_MUST_USE;
/* All of them, or the first mistake. */
int matchers_parse(const struct conf_texts *texts, struct arena *a, struct matchers *out,
		   struct err *e) LY_MUST_USE;
/* For checks: those that are right; each mistake is reported at its text. */
struct matchers matchers_check(struct conf_reader *r, const struct conf_texts *texts);

enum fit { FIT_NO, FIT_MAYBE, FIT_YES };
/* All of them fit; none at all: YES. MAYBE: it depends on a label that is not known. */
enum fit matchers_fit(const struct matchers *m, const struct tags *l);
/* Is any of them on this label? */
bool matchers_name(const struct matchers *m, enum tag tag);
/* {level="3",topic=~"food.*"}, in their order. */
void matchers_add(struct buf *b, const struct matchers *m);

#endif
