/*
 * conf.h - one YAML file (and what it includes) read by tables into plain structs.
 *
 * A module owns a struct of plain fields and a schema: for each key its name, type
 * (with its unit), place, bounds, default and help. The reader, `langyan config`, the
 * annotated example, the manual and a test that they agree all read the same tables.
 *
 * Strict (DESIGN.md section 5): an unknown or doubled key, a bad unit, an alias, an
 * anchor, a tag is an error with file:line:column, the source line with a caret and
 * the nearest right spelling; all errors are collected before anybody is told. Every
 * scalar is text until its key's type says otherwise ("no" is text for CONF_TEXT).
 * Defaults are written as text and pass through the same parser and bounds.
 *
 * All memory (structs in lists, texts) belongs to the struct conf. Immutable after
 * conf_read, so threads may share it.
 */
#ifndef LY_CORE_CONF_H
#define LY_CORE_CONF_H

#include "core/arena.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/err.h"

/*
 *           field in the struct            spelling in the file
 * BOOL      int64_t 0/1                    on, off (yes, true … are errors that say so)
 * COUNT     int64_t                        12, 1_000_000
 * SECONDS   int64_t seconds                90s 15m 2h 7d 1w; 0
 * BYTES     int64_t bytes                  512, 64k, 8M, 2G (powers of 1024)
 * RATIO     int64_t, 1/1000                0.15 or 15%
 * MILLI     int64_t, 1/1000, signed        -1.5
 * CLOCK     int64_t seconds after midnight 08:00, 22:30, 24:00
 * TIME      int64_t UTC seconds            2026-11-21T08:00:00+08:00
 * TEXT      struct str, NUL-ended          any scalar, at most .max bytes
 * NAME      struct str                     letters, digits, Han, after the first also _ . -
 * CHOICE    int64_t index into .choices    one of the words
 * ZONE      struct str, checked to exist   Asia/Shanghai
 * URL       struct str                     http:// or https://
 * PATH      struct str, made absolute      taken from the folder of the file that names it
 * SECRET    struct str, never printed      file:PATH or env:NAME (what everybody may read is refused)
 * TEXTS     struct conf_texts              a list of texts (or one text)
 * BLOCK     the nested struct itself       a mapping; keys by .of
 * LIST      struct conf_list of structs    a list of mappings; keys by .of
 * TABLE     struct conf_list of structs    a mapping name -> mapping; the name goes to the struct's
 *                                          field .of->name_at (struct str). Entries whose only key
 *                                          is TEXTS may be written as the list alone
 * MAP       struct conf_list of conf_pair  name -> scalar text
 */
enum conf_type {
	CONF_BOOL,
	CONF_COUNT,
	CONF_SECONDS,
	CONF_BYTES,
	CONF_RATIO,
	CONF_MILLI,
	CONF_CLOCK,
	CONF_TIME,
	CONF_TEXT,
	CONF_NAME,
	CONF_CHOICE,
	CONF_ZONE,
	CONF_URL,
	CONF_PATH,
	CONF_SECRET,
	CONF_TEXTS,
	CONF_BLOCK,
	CONF_LIST,
	CONF_TABLE,
	CONF_MAP,
};

struct conf_texts {
	struct str *v;
	size_t n;
};
bool conf_texts_have(const struct conf_texts *t, struct str text);
struct conf_list {
	void *v; /* n structs of .of->size bytes each */
	size_t n;
};
struct conf_pair {
	struct str name, value;
};

struct conf_key;
struct conf_reader;
struct conf_schema {
	const char *name;            /* "source", for messages and docs               */
	size_t size;                 /* of the struct                                 */
	const struct conf_key *keys; /* ends with .name == NULL                       */
	const char *help;            /* one or two lines                              */
	size_t name_at;              /* CONF_TABLE: where the entry's own name goes   */
	/* After all keys of all files are in place: relations between them. May be NULL.
	 * Reports with conf_error() and returns nothing. Values that were wrong hold their
	 * default or zero; what is reported of them again is not told twice. */
	void (*check)(struct conf_reader *r, void *self);
};
struct conf_key {
	const char *name;
	enum conf_type type;
	size_t at; /* offsetof */
	/* In the type's unit; texts: bytes; lists: entries. 0, 0: numbers >= 0 (MILLI: any), texts
	 * of 4096 bytes, lists of 10,000 entries. */
	int64_t min, max;
	/* As in the file, lists "[a, b]"; NULL = required; "" = empty (numbers: 0, whatever min says).
	 * BLOCK: NULL = what is required in it is required, "" = it may be left out: then its fields
	 * have their defaults or zero, and its check does not run. */
	const char *dflt;
	const char *help;             /* one line              */
	const struct conf_schema *of; /* BLOCK, LIST, TABLE    */
	const char *const *choices;   /* CHOICE, NULL-ended    */
};
#define CONF_END             \
	{                    \
		.name = NULL \
	}

struct conf;
/* Read path and everything it includes (`include: [a.yaml, dir/x.yaml]` at the top level
 * adds to lists and tables behind the entries that are there, at most 64 files of 4 MiB, depth
 * 32, 100,000 values in all; any other key has one place) into *into, a zeroed struct
 * of root->size bytes which the caller owns and which must not outlive the conf.
 * On any mistake: NULL, ERR_USAGE with "N mistakes in FILE", and *report holds all of them
 * as text for a terminal, ready to print. A file that cannot be read is told in *e alone. report may be a BUF(1 << 20). */
struct conf *conf_read(const char *path, const struct conf_schema *root, void *into,
		       struct buf *report, struct err *e) LY_MUST_USE;
/* The same from memory; name stands for the file in messages, relative paths are taken
 * from the working directory. */
struct conf *conf_read_text(struct str text, const char *name, const struct conf_schema *root,
			    void *into, struct buf *report, struct err *e) LY_MUST_USE;
void conf_free(struct conf *c);

/* 16 bytes over the canonical form of all values but secrets: two processes compare it. */
struct id conf_hash(const struct conf *c);
/* For the check functions: report a mistake at the place where field (an address inside a
 * struct that this conf filled: &source->url) was written, or at its block. */
void conf_error(struct conf_reader *r, const void *field, const char *fmt, ...) LY_PRINTF(3, 4);
/* The same for a name that should be one of names: adds `did you mean "x"?`. what: "channel". */
void conf_unknown(struct conf_reader *r, const void *field, const char *what, struct str name,
		  const struct str *names, size_t n);
/* For checks: does the file say the field itself, or has it its default? */
bool conf_written(const struct conf_reader *r, const void *field);
/* Each text is one of words (NULL-ended, at most 16); else that mistake. */
void conf_among(struct conf_reader *r, const struct conf_texts *t, const char *what,
		const char *const *words);
/* Memory that lives as long as the conf, for values that a check derives. */
struct arena *conf_arena(struct conf_reader *r);
/* The root struct, for checks that look across modules. */
void *conf_root(struct conf_reader *r);
/* "langyan.yaml:12:5" of a field, or "" when it has its default. */
const char *conf_place(const struct conf *c, const void *field);
/* Append the place of byte at of the field's text, however it is quoted or folded. Reads the
 * file again; when that cannot be, the place of the field. For messages: not quick. */
void conf_add_place_inside(struct buf *b, const struct conf *c, const void *field, size_t at);

/* Values as YAML again with secrets as "(from env:NAME)" and defaults as comments. */
void conf_show(const struct conf *c, struct buf *out);
/* An annotated example / the manual's table of keys, from the tables alone. */
void conf_document(const struct conf_schema *root, struct buf *out);

/* The one parser for each unit; also used by the command line. -1 and ERR_USAGE with
 * `"soon" is not a duration like "90s", "15m", "2h", "7d"`. */
int conf_seconds(struct str s, int64_t *out, struct err *e) LY_MUST_USE;
int conf_bytes(struct str s, int64_t *out, struct err *e) LY_MUST_USE;
int conf_ratio(struct str s, int64_t *out_milli, struct err *e) LY_MUST_USE;
int conf_clock(struct str s, int64_t *out, struct err *e) LY_MUST_USE;
int conf_count(struct str s, int64_t *out, struct err *e) LY_MUST_USE;
int conf_milli(struct str s, int64_t *out, struct err *e) LY_MUST_USE;
/* Nearest of names to s for "did you mean", or NULL when none is near. */
const char *conf_nearest(struct str s, const char *const *names, size_t n);

#endif
