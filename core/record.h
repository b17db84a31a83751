/*
 * record.h - the nouns that travel, each described once by a field table.
 *
 * The table drives the wire encoding, the JSON Lines form and docs/wire.md. A record is
 * a plain struct; texts and lists in a decoded one point into the input bytes or the
 * arena.
 *
 * Wire form of a record (all integers little endian or LEB128 varints):
 *   varint body length · u8 kind · fields, each: varint tag << 2 | shape · value
 *   shape 0 varint (signed: zigzag) · 1 run: varint length + bytes · 2 16 bytes · 3 list: varint
 *   byte length, varint count, then each entry as varint length + fields
 * Numbers equal to the field's .absent (0 unless said) and empty values are left out, in JSON
 * lines that are read, too. A part is a run of fields. Unknown tags are skipped (a newer minor
 * version), a tag that comes twice is refused; tags are never reused.
 * Ceilings: 65,536 entries in a list, depth 4, RECORD_MAX bytes; RECORD_CALL_MAX for commands
 * and replies, which travel alone.
 */
#ifndef LY_CORE_RECORD_H
#define LY_CORE_RECORD_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

#define RECORD_MAX      (512 * 1024)
#define RECORD_CALL_MAX (RECORD_MAX * 16)
#define RECORD_LIST_MAX 65536

enum field_type {
	FIELD_INT,  /* int64_t                                        JSON number */
	FIELD_TIME, /* int64_t UTC seconds, 0 = unknown               JSON "2026-…Z", null */
	FIELD_MILLI, /* int64_t 1/1000                                 JSON number with decimals */
	FIELD_FLAGS, /* int64_t bits, .words names them                JSON list of words */
	FIELD_WORD,  /* int64_t index into .words                      JSON text */
	FIELD_ID,    /* struct id                                      JSON 32 hex digits */
	FIELD_TEXT,  /* struct str, valid UTF-8                        JSON text */
	FIELD_BYTES, /* struct str, any bytes                          JSON base64 */
	FIELD_LIST,  /* struct rec_list of structs described by .of    JSON list of objects */
	FIELD_PART,  /* the struct itself, described by .of            JSON object */
};
struct rec_list {
	void *v; /* n structs of .of->size bytes */
	size_t n;
};
struct field {
	const char *name;
	uint8_t tag; /* 1..63, unique in the record, never reused */
	enum field_type type;
	size_t at;
	const struct record_type *of; /* LIST, PART */
	const char *const *words;     /* WORD, FLAGS; NULL-ended */
	const char *help;             /* for docs/wire.md, unit included */
	int64_t absent;               /* numbers: the value when the field is not there */
	int64_t first;                /* WORD: the value that words[0] stands for */
};
struct record_type {
	const char *name;
	uint8_t kind; /* on the wire; 0 for a part that only stands in lists */
	size_t size;
	const struct field *fields; /* ends with .name == NULL */
	const char *help;
};
#define FIELD_END            \
	{                    \
		.name = NULL \
	}

/* Append rec. b's ceiling decides: ask buf_ok(). */
void record_encode(const struct record_type *t, const void *rec, struct buf *b);
/* The kind of the record that starts in, without decoding it. 0 when there is none. */
uint8_t record_kind(struct str in);
/* The address (spool, seq) of a record that travels: its tags 2 and 3, or those of its part at
 * tag 1. False when it is malformed or has none. */
bool record_address(struct str in, struct id *spool, int64_t *seq);
/* Decode one whole record (as record_encode wrote it, at most RECORD_CALL_MAX bytes) into the
 * struct at rec. Texts point into in, lists into a. ERR_REJECT says which field. Texts are
 * checked to be UTF-8, words to be known, times to be in the years 1..9999. */
int record_decode(const struct record_type *t, struct str in, void *rec, struct arena *a,
		  struct err *e) LY_MUST_USE;
/* Length in bytes of the record at the start of in; 0 when it is cut or over RECORD_MAX. */
size_t record_length(struct str in);

/* One line of JSON, every key, in table order, without the line feed. */
void record_to_json(const struct record_type *t, const void *rec, struct buf *b);
/* The other way; a missing key or null gives .absent or nothing, unknown keys are ERR_REJECT
 * with the nearest right one. Texts live in a. */
int record_from_json(const struct record_type *t, struct str line, void *rec, struct arena *a,
		     struct err *e) LY_MUST_USE;
/* Markdown table of all fields, for docs/wire.md. */
void record_document(const struct record_type *t, struct buf *b);

#endif
