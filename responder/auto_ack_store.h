/*
 * auto_ack_store.h - rows of auto_ack: whom we acknowledged, once each; auto_ack_hear.c alone writes.
 * Reads notice, mention, document, content for those that wait.
 */
#ifndef LY_RESPONDER_AUTO_ACK_STORE_H
#define LY_RESPONDER_AUTO_ACK_STORE_H

#include "core/document.h"
#include "core/store.h"

/* who: a hash of the author. 1 known, 0, -1. */
int auto_ack_known(struct store *s, const struct id *who, struct err *e) LY_MUST_USE;
/* How many since then. -1. */
int64_t auto_ack_count(struct store *s, int64_t since, struct err *e) LY_MUST_USE;
struct auto_ack_row {
	struct id who, mention;
	int64_t at;
	struct str template, hash; /* of the text */
};
int auto_ack_add(struct store *s, const struct auto_ack_row *row, struct err *e) LY_MUST_USE;
/* Whoever was to be answered for this mention was not. */
int auto_ack_forget(struct store *s, const struct id *mention, struct err *e) LY_MUST_USE;

/* One in the outbox that has not arrived. Texts in the arena of the call. */
struct ack_waiting {
	struct id id, mention; /* of the notice; what it answers: none when that was erased */
	char hex[33];          /* of id                                                      */
	int64_t at, tries;
	struct str text;
	bool under_way;
};
/* The first of them, by their turn (lane_store.h). How many, at most max; -1. */
int auto_ack_waits(struct store *s, struct arena *a, struct ack_waiting *v, int max,
		   struct err *e) LY_MUST_USE;
/* Of a mention whose text is there: its watch, and of its document source, times and flags. 1, 0, -1. */
int auto_ack_about(struct store *s, const struct id *mention, struct arena *a,
		   struct document *d, struct str *watch, struct err *e) LY_MUST_USE;

#endif
