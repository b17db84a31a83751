/* auto_ack_store.h - rows of auto_ack: whom we acknowledged, once each; auto_ack_hear.c alone writes. */
#ifndef LY_RESPONDER_AUTO_ACK_STORE_H
#define LY_RESPONDER_AUTO_ACK_STORE_H

#include "core/store.h"

/* who: a hash of author and watch. 1 known, 0, -1. */
int auto_ack_known(struct store *s, const struct id *who, struct err *e) LY_MUST_USE;
/* How many since then. -1. */
int64_t auto_ack_count(struct store *s, int64_t since, struct err *e) LY_MUST_USE;
struct auto_ack_row {
	struct id who, mention;
	int64_t at;
	struct str template, hash; /* of the text */
};
int auto_ack_add(struct store *s, const struct auto_ack_row *row, struct err *e) LY_MUST_USE;

#endif
