/*
 * hostile.h - texts of people who mean harm: markup, formulas, template slots, marks that turn
 * or hide text, in random order. Always valid UTF-8, as every text in the record is.
 */
#ifndef LY_TESTS_HOSTILE_H
#define LY_TESTS_HOSTILE_H

#include "core/buf.h"

/* The same dice give the same texts; not 0. */
struct hostile {
	uint64_t dice;
};
/* Appends 1..12 pieces. */
void hostile_add(struct hostile *h, struct buf *b);
/* Control bytes but \n, direction and hidden marks: what must never stand in our output. */
bool hostile_marks(struct str s);

#endif
