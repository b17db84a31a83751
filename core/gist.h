/*
 * gist.h - what a part of a gist looks like on the wire and in the record.
 *
 * nlp makes them, the responder compares them (nlp/gist.h, responder/join.h). A u32, little
 * endian: bits 0..3 the kind, 4 it follows the part before without a gap, 5 the text shows that
 * it is a place, 6 a road or square, 7 a name, 8..31 a hash. Two parts are the same when their hashes are;
 * an idea and the words that stand for it have bits 24..31 in common. A single Han character is
 * otherwise: bits 4..9 and 10..15 the places + 1 among the parts of the pairs that it begins and
 * ends (0: of none), 16..31 the character.
 */
#ifndef LY_CORE_GIST_H
#define LY_CORE_GIST_H

#include "core/base.h"

#define GIST_WORDS 64 /* parts, */
#define GIST_HANS  32 /* and behind them single characters */
#define GIST_MAX   (GIST_WORDS + GIST_HANS)
/* Grows when the same text gives other parts: older ones are not computed again. */
#define GIST_VERSION  3
#define GIST_FOLLOW   0x10u
#define GIST_PLACE    0x20u
#define GIST_SPOT     0x40u
#define GIST_NAME     0x80u
#define GIST_CONTRARY 0x100u /* turns good into bad of the same matter */

enum gist_kind {
	GIST_WORD,   /* two Han characters or a Latin word            */
	GIST_KNOWN,  /* such that stand for an idea, too              */
	GIST_WEAK,   /* such as say little: 回应, company              */
	GIST_MODEL,  /* letters and digits: S6                        */
	GIST_IDEA,   /* what words of both languages stand for        */
	GIST_NUMBER, /* ten and more                                  */
	GIST_SMALL,  /* a number below ten                            */
	GIST_CODE,   /* of a batch or a lot                           */
	GIST_DAY,    /* of the week                                   */
	GIST_YEAR,   /* as a number                                   */
	GIST_GOOD,   /* how a matter went: passed, approved           */
	GIST_BAD,    /* the contrary: hash ^ GIST_CONTRARY             */
	GIST_AGAIN,  /* 又, second time: another event of the kind     */
	GIST_STEP,   /* an idea that follows many kinds of event: recall */
	GIST_MANY,   /* a round-up: it names several events            */
	GIST_HAN,    /* a single character, which a pair may not show */
	GIST_KINDS
};

static inline enum gist_kind
gist_kind_of(uint32_t part)
{
	return (enum gist_kind)(part & 15);
}
static inline uint32_t
gist_hash_of(uint32_t part)
{
	return part >> 8;
}

/* Of a character (0x4E00..0x9FFF); first and second: see above. */
static inline uint32_t
gist_of_han(uint32_t han, uint32_t first, uint32_t second)
{
	return (han - 0x4E00u + 1) << 16 | second << 10 | first << 4 | GIST_HAN;
}
static inline bool
gist_is_same(uint32_t a, uint32_t b)
{
	bool han = gist_kind_of(a) == GIST_HAN;

	if (han != (gist_kind_of(b) == GIST_HAN))
		return false;
	return !((a ^ b) >> (han ? 16 : 8));
}

#endif
