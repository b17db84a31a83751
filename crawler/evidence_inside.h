/* evidence_inside.h - what evidence.c (rows), evidence_files.c and evidence_look.c (pages) share. */
#ifndef LY_CRAWLER_EVIDENCE_INSIDE_H
#define LY_CRAWLER_EVIDENCE_INSIDE_H

#include "core/document.h"

#include "crawler/evidence.h"
#include "crawler/state.h"

#define LOOKS_MAX 16

struct look;
struct evidence {
	struct crawler *c;
	const struct evidence_conf *conf;
	char *dir;
	struct want {
		int64_t seq, keep;
	} * wants;
	size_t n_wants, cap;
	bool granted;      /* their rows are in the open batch */
	struct buf pieces; /* of documents whose rows are in the open batch already */
	struct id *taken;  /* those                                                 */
	size_t n_taken, taken_cap;
	int64_t next_at; /* of the earliest row that may be begun; 0 = ask the store. A row that
			  * is being looked at stays due: if we die it is begun again. */
	bool full;       /* over keep_bytes: no page is looked at  */
	struct look *looks;
	size_t n_looks;
	/* evidence_files.c */
	struct evidence_file cur; /* the newest, with what the open batch wrote */
	int64_t acked;            /* its bytes as the store knows them          */
	int64_t grown;            /* sights that the batch put into it          */
	bool unsynced;
	bool short_cur; /* somebody cut it: go on in another          */
	bool worn;      /* perhaps a file holds what must go          */
};

/* evidence_files.c: the newest file is found, or begun; what was not acknowledged is cut. Not in
 * a batch. */
int files_open(struct evidence *v, struct err *e) LY_MUST_USE;
/* The newest one has at least its head: the next bytes stand at cur.bytes. */
int files_head(struct evidence *v, struct err *e) LY_MUST_USE;
/* Put bytes of so many sights at *from; on disk only after files_settle. -1: ERR_RETRY, ERR_REJECT. */
int files_put(struct evidence *v, struct str pieces, int64_t sights, int64_t *from,
	      struct err *e) LY_MUST_USE;
/* fsync, then the length into the open batch. */
int files_settle(struct evidence *v, struct err *e) LY_MUST_USE;
void files_committed(struct evidence *v);
void files_dropped(struct evidence *v);

/* Put pieces behind what the file of row has, and s beside it, in the open batch; row and s are
 * filled in. -1: the store's error; what the disk refuses is told to the log and tried later. */
int evidence_put(struct evidence *v, struct evidence_row *row, struct sight_row *s,
		 struct str pieces, struct err *e) LY_MUST_USE;
/* When row is looked at after now. */
int64_t evidence_again(const struct evidence *v, const struct evidence_row *row, int64_t now);

/* evidence_look.c: begin to look at the page of row. */
void look_begin(struct evidence *v, const struct evidence_row *row);
/* Those that wait for their host go when they may. */
void looks_turn(struct evidence *v);
/* Earliest time at which one may; EVIDENCE_NEVER. */
int64_t looks_due(const struct evidence *v);
bool look_runs(const struct evidence *v, const struct id *document);
void looks_free(struct evidence *v);

#endif
