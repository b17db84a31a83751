/*
 * link_store.h - rows of link_key and link_use: with what links are signed, and which were used.
 *
 * The keys live in the record, which is its owner's alone (0600): a notice and the key of its links
 * are one commit, and what a backup restores still opens. A key signs for LINK_KEY_S; it is kept
 * until the last link that it can have signed has expired.
 */
#ifndef LY_RESPONDER_LINK_STORE_H
#define LY_RESPONDER_LINK_STORE_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/link.h"

struct link_key {
	int64_t number;
	struct str secret;
	int64_t made_at;
};
/* The newest. In a. 1, 0 there is none, -1. */
int link_key_newest(struct store *s, struct arena *a, struct link_key *k,
		    struct err *e) LY_MUST_USE;
/* One that a link names. In a. 1, 0, -1. */
int link_key_read(struct store *s, int64_t number, struct arena *a, struct str *secret,
		  struct err *e) LY_MUST_USE;
/* Also forgets those whose links have all expired at k->made_at. */
int link_key_add(struct store *s, const struct link_key *k, struct err *e) LY_MUST_USE;

struct link_use {
	struct id notice;
	enum link_verb verb;
	int64_t at;
	struct str actor;
};
/* 1 written, 0 it was used before, -1. */
int link_use_add(struct store *s, const struct link_use *u, struct err *e) LY_MUST_USE;
/* Fills at and actor (in a) of u. 1, 0 not used, -1. */
int link_use_read(struct store *s, struct arena *a, struct link_use *u,
		  struct err *e) LY_MUST_USE;

#endif
