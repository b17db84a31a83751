/*
 * evidence_store.h - what is kept as evidence, and how often it was looked at: in spool.db.
 *
 * A row of evidence is one document; a row of sight is one look at it, with the bytes that it
 * left, the file in which they stand, and their digest; a row of evidence_file is a file.
 */
#ifndef LY_CRAWLER_EVIDENCE_STORE_H
#define LY_CRAWLER_EVIDENCE_STORE_H

#include "core/arena.h"
#include "core/store.h"

#define EVIDENCE_NEVER INT64_MAX

struct evidence_row {
	struct id document;
	int64_t seq;             /* its number in the spool                       */
	int64_t at;              /* when it was first wanted                      */
	int64_t why;             /* enum keep_flag bits (core/control.h)          */
	struct str source, url;  /* url: empty when there is no page to look at   */
	int64_t bytes;           /* of all its sights                             */
	int64_t sights, fetches; /* rows of sight; those of them that were looks at the page */
	int64_t next_at;         /* of the next look; EVIDENCE_NEVER              */
	int64_t held_until;      /* an open incident wants to know until then     */
};
enum sight_outcome {
	SIGHT_TAKEN,       /* the document as it was taken in               */
	SIGHT_FIRST,       /* the page, for the first time                  */
	SIGHT_SAME,        /* its words are those of the sight before       */
	SIGHT_CHANGED,     /* they are not                                  */
	SIGHT_GONE,        /* 404 or 410                                    */
	SIGHT_UNREACHABLE, /* no answer, or one that says nothing of it     */
	SIGHT_REFUSED, /* we do not look: robots.txt, its type, too large, a private address */
	SIGHT_WALL,    /* a captcha, a login, an error page with status 200 (wall.h)   */
	SIGHT_OUTCOMES
};
extern const char *const sight_words[]; /* "taken in", "first seen", …, NULL-ended */
struct sight_row {
	int64_t n, at;
	int64_t outcome;     /* enum sight_outcome                          */
	int64_t status;      /* of the last answer; 0 = none                */
	int64_t file;        /* its id                                      */
	int64_t from, bytes; /* of that                                     */
	struct str sha;      /* 32 bytes: SHA-256 of those                  */
	struct str text_sha; /* 32 bytes: of the words; empty = there were none */
	struct str body_sha; /* 32 bytes: of the payload that is in the file; empty = none */
	struct str why;      /* in words, for people                        */
};

/* 1, 0, -1. Texts in a. */
int evidence_read(struct store *s, const struct id *document, struct arena *a,
		  struct evidence_row *r, struct err *e) LY_MUST_USE;
int evidence_read_seq(struct store *s, int64_t seq, struct arena *a, struct evidence_row *r,
		      struct err *e) LY_MUST_USE;
/* 1; 0 when there is one of that document already, -1. */
int evidence_add(struct store *s, const struct evidence_row *r, struct err *e) LY_MUST_USE;
/* Insert or replace. */
int evidence_write(struct store *s, const struct evidence_row *r, struct err *e) LY_MUST_USE;
/* Also its sights; their files are told what they lost, and with EVIDENCE_ERASED that it must
 * not be readable there. */
enum evidence_end { EVIDENCE_EXPIRED, EVIDENCE_ERASED };
int evidence_delete(struct store *s, const struct id *document, enum evidence_end why,
		    struct err *e) LY_MUST_USE;
/* Those due at now, the oldest first, at most max into v. Their number or -1. */
int evidence_due(struct store *s, int64_t now, struct arena *a, struct evidence_row *v, int max,
		 struct err *e) LY_MUST_USE;
/* As evidence_due: of those the documents that are not written yet, because the disk refused. */
int evidence_untaken(struct store *s, int64_t now, struct arena *a, struct evidence_row *v,
		     int max, struct err *e) LY_MUST_USE;
/* Earliest next_at after now; EVIDENCE_NEVER. */
int evidence_next(struct store *s, int64_t now, int64_t *at, struct err *e) LY_MUST_USE;
/* What is past its time. As evidence_due. */
struct evidence_terms {
	int64_t before;   /* wanted before that                            */
	int64_t incident; /* unless one of these bits of why stands: then  */
	int64_t longest;  /* before that                                   */
};
int evidence_old(struct store *s, const struct evidence_terms *t, struct arena *a,
		 struct evidence_row *v, int max, struct err *e) LY_MUST_USE;
/* All, by time. each returns 0 to go on. row is borrowed. */
int evidence_each(struct store *s, int (*each)(void *arg, const struct evidence_row *r),
		  void *arg, struct err *e) LY_MUST_USE;
int64_t evidence_bytes(struct store *s); /* of all files */

/* Its only sight, the document, could not be written: to be tried again at next_at. */
int sight_undo(struct store *s, const struct id *document, int64_t next_at,
	       struct err *e) LY_MUST_USE;
int sight_write(struct store *s, const struct id *document, const struct sight_row *r,
		struct err *e) LY_MUST_USE;
/* By number; rows in a, *n of them. */
int sights_read(struct store *s, const struct id *document, struct arena *a,
		struct sight_row **v, size_t *n, struct err *e) LY_MUST_USE;

#define EVIDENCE_NAME_MAX 80
struct evidence_file {
	int64_t id;                   /* the newest has the highest            */
	char name[EVIDENCE_NAME_MAX]; /* below DIR/evidence                    */
	int64_t at;                   /* when it was begun                     */
	int64_t bytes;                /* that are acknowledged                 */
	int64_t live, dead;           /* sights in it, and sights that went    */
	int64_t erase;                /* of those, that must not be readable   */
};
/* 1, 0, -1. */
int evidence_file_newest(struct store *s, struct evidence_file *f, struct err *e) LY_MUST_USE;
int evidence_file_read(struct store *s, int64_t id, struct evidence_file *f,
		       struct err *e) LY_MUST_USE;
int evidence_file_add(struct store *s, const struct evidence_file *f,
		      struct err *e) LY_MUST_USE;
/* It has so many bytes now, and so many sights more (or fewer). */
int evidence_file_grow(struct store *s, int64_t id, int64_t bytes, int64_t sights,
		       struct err *e) LY_MUST_USE;
int evidence_file_delete(struct store *s, int64_t id, struct err *e) LY_MUST_USE;
/* The oldest one that holds what must go: nothing but dead sights (unless it is the newest), an
 * erased one, or a dead one when it was begun before that. 1, 0, -1. */
int evidence_file_worn(struct store *s, int64_t before, struct evidence_file *f,
		       struct err *e) LY_MUST_USE;
/* Files that still hold what was erased; -1. */
int64_t evidence_files_erasing(struct store *s, struct err *e) LY_MUST_USE;
int evidence_files_each(struct store *s,
			int (*each)(void *arg, const struct evidence_file *f, struct err *e),
			void *arg, struct err *e) LY_MUST_USE;
/* A sight and whose it is; of a file, by place, at most max into v. Their number or -1. */
struct evidence_part {
	struct id document;
	int64_t n, from, bytes;
};
int evidence_parts(struct store *s, int64_t file, struct evidence_part *v, int max,
		   struct err *e) LY_MUST_USE;
int evidence_part_move(struct store *s, const struct evidence_part *p, int64_t file,
		       int64_t from, struct err *e) LY_MUST_USE;

#endif
