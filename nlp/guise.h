/*
 * guise.h - characters in guise, and what they stand for.
 *
 * People write 騙子 for 骗子, ｂаd with a Cyrillic а, 𝗯𝗮𝗱, b​ad with an invisible blank,
 * 好好好好吃: to the eye it is the word. guise_take_off() gives the text as it is to be read and
 * a map back, so that every place found in it is a place of the original. Nothing is copied
 * when there is no guise. The tables are made at build time (nlp/guise_make.c).
 *
 * Taken off: traditional Han, compatibility forms, radicals; accents, marks over any letter,
 * letters in circles, boxes, bold, small capitals; letters of other alphabets that look like
 * Latin ones, in words where Latin letters stand too and every other letter has a twin;
 * invisible characters, variation selectors, skin tones; a Han character three times and more
 * on end. Not here: case, full width, curly quotes (fold.h: they are too common to copy for).
 */
#ifndef LY_NLP_GUISE_H
#define LY_NLP_GUISE_H

#include "core/base.h"
#include "core/buf.h"

/* What a cell of the tables says. From 0x100: the Han character it stands for. */
enum guise_cell {
	GUISE_NONE,         /* it stands for itself                       */
	GUISE_GONE,         /* it is not seen                             */
	GUISE_MARK,         /* it goes, and belongs to what stands before */
	GUISE_LETTER = '0', /* an ASCII letter or digit: up to 'z'        */
	GUISE_ALIKE = 0x80, /* with one: only in a Latin word             */
	GUISE_OTHER = 0x100,
};
#define GUISE_HAN_FIRST 0x4E00
#define GUISE_HAN       (0xA000 - GUISE_HAN_FIRST)
#define GUISE_END       0x20000                 /* above are no cells: guise_of() knows */
extern const uint64_t guise_bits[0x10000 / 64]; /* below 0x10000: has it a cell? */
extern const uint16_t guise_han[GUISE_HAN];
extern const uint16_t guise_cells[][128];
extern const uint16_t guise_blocks[GUISE_END / 128];
extern const char guise_version[];

/* The cell of a code point. */
static inline unsigned
guise_of(uint32_t c)
{
	if (c - GUISE_HAN_FIRST < GUISE_HAN)
		return guise_han[c - GUISE_HAN_FIRST];
	if (c < GUISE_END)
		return guise_cells[guise_blocks[c >> 7]][c & 127];
	return c >> 12 == 0xE0 ? GUISE_GONE : GUISE_NONE; /* tags, selectors */
}

/* Where the map bends: byte to of the text as read. Up to the next bend both go on alike. */
struct guise_bend {
	uint32_t to;
	uint32_t end;  /* what ends at to, ends here in the original     */
	uint32_t from; /* what begins at to, begins here in the original */
};
/* A text without its guise; keeps its memory from text to text. */
struct guise {
	struct buf said;
	struct guise_bend *bends;
	size_t n, cap;
};
#define GUISE_INIT ((struct guise){ .said = { .p = NULL } })

/* Does a Han character that is repeated count once, twice, or each time? next is the character
 * behind the run, 0 at an end; both without guise. Returns how many to keep, 0 for all. */
struct guise_runs {
	unsigned (*keep)(const void *ctx, uint32_t han, uint32_t next);
	const void *ctx;
};

/* The text as it is to be read: text itself when it is in no guise, else bytes of g that live
 * until its next use. runs NULL: runs stay. text may be any bytes, below 4 GiB. */
struct str guise_take_off(struct guise *g, struct str text, const struct guise_runs *runs);
/* Places of the original, for those of what guise_take_off() gave last, when it was a copy. */
uint32_t guise_begin(const struct guise *g, uint32_t at);
uint32_t guise_end(const struct guise *g, uint32_t at);
void guise_release(struct guise *g);

#endif
