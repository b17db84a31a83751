/* evidence_inside.h - what evidence.c (rows, files) and evidence_look.c (pages) share. */
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
	int64_t next_at; /* of the earliest row that may be begun; 0 = ask the store. A row that
			  * is being looked at stays due: if we die it is begun again. */
	bool full;       /* over keep_bytes: no page is looked at  */
	struct look *looks;
	size_t n_looks;
};
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
