/*
 * harvest.h - inside one poll of a source: what fetch.c, fetch_pages.c and harvest.c share.
 *
 *   fetch_begin -> poll_done -> answer_judge -> harvest_read -> harvest_pages -> harvest_end
 *      (fetch.c)                 (answer.c)     (harvest.c)    (fetch_pages.c)     (fetch.c)
 *
 * A harvest lives from fetch_begin to harvest_end; its arena holds what it read. All callbacks
 * run inside http_turn, that is, inside step().
 */
#ifndef LY_CRAWLER_HARVEST_H
#define LY_CRAWLER_HARVEST_H

#include "core/http.h"

#include "crawler/intake.h"
#include "crawler/schedule.h"
#include "crawler/source_read.h"
#include "crawler/spool_store.h"

/* Further requests of the same poll: fetch_turns.c. */
struct harvest_turns {
	struct map_way way; /* of the source, at the address it has now; or its fallback */
	struct source_ask ask;
	bool waiting; /* ask goes as soon as manners allow    */
	bool home;    /* its host is the source's             */
	bool fallback, resumed, ran;
	bool again;        /* the poll before left pages unread */
	bool failed;       /* a turn did */
	int64_t number;    /* of the answer that is read: 1 = the first */
	struct str *parts; /* of an index */
	size_t n_parts, next_part;
	struct str notes;     /* what a person should look at */
	struct str first_why; /* why the fallback was asked   */
};
struct harvest {
	struct crawler *c;
	struct slot *slot;
	struct arena *arena; /* lives as long as the poll */
	struct source_state state;
	int64_t had;                 /* documents of it before this poll */
	int64_t host_free_at;        /* what the answer asked for; 0 = nothing */
	bool news;                   /* the answer brought something new */
	bool silent;                 /* no answer at all: it may be our own connection */
	bool moved;                  /* state.adopted changed */
	bool closed;                 /* never again by itself                  */
	bool brought;                /* by a hub: tells nothing of how often to ask */
	struct harvest *next, *prev; /* all of them: crawler.harvests */

	/* What a whole harvest leaves in state; until then the old values stand there. */
	struct str etag, last_modified;
	struct id body;
	bool fresh;     /* these three are known                                 */
	uint64_t drops; /* crawler.drops at the start: other now = items are lost */

	struct intake *pages; /* items whose page is to be fetched */
	size_t n_pages, next_page, active;
	int64_t page_at; /* the next one is looked at then       */
	int64_t home_at; /* the source's own host rests until    */
	bool begun;      /* all items were looked at */
	struct harvest_turns turns;
};

/* Our own error, found in a callback: step() returns it. */
void crawler_fail(struct crawler *c, const struct err *e);

/* Read a 200's body by the kind of the source: its items go into the spool, or among the pages
 * to fetch. -1 and ERR_REJECT when it is not what the source should give; nothing was taken
 * then. */
int harvest_read(struct harvest *h, const struct http_response *r, struct err *e) LY_MUST_USE;
/* One item into the spool, counted in h->state. */
void harvest_take(struct harvest *h, const struct intake *in);
/* The same, or among the pages to fetch when it is new and full_text is on. h->pages has room. */
void harvest_item(struct harvest *h, const struct intake *in);
/* harvest_read for what source_read() reads. */
int mapped_read(struct harvest *h, const struct http_response *r, struct err *e) LY_MUST_USE;
/* As many pages as manners allow; after the last one the harvest ends (h is gone then). */
void harvest_pages(struct harvest *h);
/* The poll has failed: its fallback is asked, or it ends (h may be gone). */
void harvest_failed(struct harvest *h, int status, const char *why);
/* Send one request of the poll. FIRST: on condition that it has changed. */
enum ask_kind { ASK_FIRST, ASK_MORE };
int harvest_ask(struct harvest *h, const struct source_ask *ask, enum ask_kind kind,
		void (*done)(void *arg, const struct http_response *r),
		struct err *e) LY_MUST_USE;

void turns_first(struct harvest *h, struct source_ask *ask);
/* What was read says what comes next; anew: something in it was new. */
void turns_after(struct harvest *h, const struct source_content *content, struct str url,
		 bool anew);
/* The next request goes, or waits: true. False: the poll is over. */
bool turns_go(struct harvest *h);
bool turns_fall_back(struct harvest *h, const char *why);
const struct map_way *turns_way(const struct harvest *h);
void turns_note(struct harvest *h, struct str note);
/* Write what is known now, give the slot back, free h. */
void harvest_end(struct harvest *h);
/* How long its host is left alone after a request. */
int64_t harvest_delay(const struct harvest *h);
/* The same between requests to another host, that of url. */
int64_t harvest_delay_at(const struct harvest *h, struct str url);
/* As http_request.max_redirects has it. */
int harvest_redirects(const struct crawler *c);

#endif
