/*
 * pack.h - response pack 回应三件套: statement, compensation plan, and a third piece by what the incident is
 * about; due two hours after L3, an owner each.
 *
 * A piece is complete with a file that was attached (by its hash), with an interim status that says
 * when there will be more and that the fixer has confirmed, until then; or when two people have
 * waived it (who is recused since has not). The statement is complete when one was released and not
 * taken back, too. Nothing that stands in a piece is
 * ever written by us: findings are people's. RESPONSE.md section 6.
 *
 *   kind "pack"  key "statement", "plan", "third"   act, and: file, sha256, bytes; text, until;
 *                                                   release; why
 */
#ifndef LY_RESPONDER_PACK_H
#define LY_RESPONDER_PACK_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/json.h"

#define PACK_FILE_MAX (16 << 20) /* bytes of an attached file */

enum pack_piece { PACK_STATEMENT, PACK_PLAN, PACK_THIRD, PACK_PIECES };
extern const char *const pack_piece_words[]; /* "statement", "plan", "third", NULL */
/* The role that owes it. */
extern const char *const pack_owners[PACK_PIECES];
/* What it is, for an incident about this topic. */
struct pack_wants {
	const char *
		word; /* of a third piece: "sampling", "investigation", "scope", "status", "proof", "findings" */
	const char *zh, *en;
};
struct pack_wants pack_wants(enum pack_piece piece, struct str topic);

enum pack_act {
	PACK_ATTACH,
	PACK_INTERIM,   /* a status, by somebody         */
	PACK_CONFIRMED, /* … by the fixer, or confirmed by them */
	PACK_RELEASE,   /* of the statement              */
	PACK_WAIVE,
	PACK_WITHDRAW, /* no released statement is left in public */
	PACK_ACTS
};
extern const char *const
	pack_act_words[]; /* "attach", "interim", "confirmed", "release", "waive", "withdraw" */
enum pack_state {
	PACK_MISSING,
	PACK_UNCONFIRMED, /* an interim status that the fixer has not confirmed */
	PACK_DATED,       /* an interim status; complete until its time         */
	PACK_ATTACHED,
	PACK_RELEASED,
	PACK_WAIVED,
	PACK_STATES
};
extern const char *const pack_state_words[];

/* One piece, by what was done to it. Texts are borrowed from what was taken. */
struct pack_file {
	enum pack_state state;
	struct str file, sha256, text;
	int64_t until;
	struct str waived_by[2];
	size_t waivers;
};
/* Why it cannot be done to it; NULL: it can. by: who waives. until: of an interim status. */
struct pack_doing {
	enum pack_act act;
	struct str by;
	int64_t until, now;
};
const char *pack_refused(const struct pack_file *p, const struct pack_doing *d);
/* What an entry says was done. */
void pack_take(struct pack_file *p, const struct json *entry, struct str by);
bool pack_is_complete(const struct pack_file *p, int64_t now);
bool pack_all_complete(const struct pack_file p[PACK_PIECES], int64_t now);

/* A whole file, not empty, into b = BUF(PACK_FILE_MAX). -1 and ERR_USAGE: also a link, or no file. */
int pack_file_read(const char *path, struct buf *b, struct err *e) LY_MUST_USE;
/* SHA-256 in hex. In a. */
struct str pack_hash(struct str bytes, struct arena *a);
/* Both: hash and size of a file. */
int pack_file_hash(const char *path, struct arena *a, struct str *hex, int64_t *bytes,
		   struct err *e) LY_MUST_USE;
/* <data>/pack/<number>/<sha256>, in a. */
const char *pack_path(struct str data, struct str number, struct str sha256, struct arena *a);

#endif
