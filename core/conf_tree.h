/*
 * conf_tree.h - between core/conf*.c only: files, nodes with places, mistakes.
 *
 * The way of a file: conf_yaml.c makes nodes of its events; conf.c merges what it includes;
 * conf_apply.c lays the tree into structs by the schema, value by value through
 * conf_value.c and conf_text.c; conf_report.c prints what was wrong. Nodes and file texts live
 * in the reader's scratch arena and are gone when conf_read returns; values and spots stay.
 */
#ifndef LY_CORE_CONF_TREE_H
#define LY_CORE_CONF_TREE_H

#include "core/arena.h"
#include "core/conf.h"
#include "core/err.h"

#define CONF_FILE_BYTES ((size_t)4 << 20)
#define CONF_FILES      64
#define CONF_DEPTH      32
#define CONF_NODES      100000
#define CONF_MISTAKES   100 /* told one by one; the rest is counted */
#define CONF_TEXT_BYTES 4096
#define CONF_ENTRIES    10000

struct conf_file {
	const char *name; /* as messages show it             */
	const char *dir;  /* absolute; relative paths start here */
	struct str text;  /* without a byte order mark      */
	int number;       /* 0 is the main file              */
};

enum conf_node_kind { NODE_TEXT, NODE_LIST, NODE_MAPPING };
/* A value in a file. Lines and columns count from 1, columns in code points. */
struct conf_node {
	enum conf_node_kind kind;
	bool plain; /* a text without quotes: an empty one is a value left out     */
	bool bad;   /* a mistake was reported here: say nothing more about it       */
	bool deflt; /* not from a file: the default of a key                        */
	const struct conf_file *file;
	int line, column, end_line, end_column;
	struct str text;
	struct conf_node *key;                 /* in a mapping: the entry's name */
	struct conf_node *first, *last, *next; /* entries of a list or mapping   */
	size_t n;
};

/* Where a field of a struct was written. */
struct conf_spot {
	const char *at;
	size_t size;       /* of a block; 0 for a field                              */
	const char *place; /* "langyan.yaml:12:5"                                    */
	struct str raw;    /* PATH and SECRET: as the file has it                    */
	bool name;         /* of a table's entry: stands for the block                */
	const struct conf_node *node; /* only while reading                          */
};

struct conf {
	struct arena *arena;
	const struct conf_schema *root;
	void *into;
	struct conf_spot *spots; /* sorted by at, fields before blocks, once read */
	size_t n_spots, cap_spots;
};

struct conf_mistake {
	struct conf_mistake *next;
	const struct conf_node *at;
	const char *text;
	size_t order;
};
struct conf_pending { /* a check to run once every value is in place */
	struct conf_pending *next;
	const struct conf_schema *schema;
	void *self;
	bool in_doubt; /* a value of its own is wrong or missing */
};
struct conf_mask { /* a secret written into the file: not shown in the report either */
	struct conf_mask *next;
	const struct conf_node *node;
};
struct conf_reader {
	struct conf *conf;
	struct arena *scratch;
	struct conf_file *files[CONF_FILES];
	struct conf_node *included_by[CONF_FILES];
	size_t n_files, n_nodes, n_mistakes;
	bool cut_short; /* a file could not be read to its end: what is missing is not judged */
	struct conf_mistake *mistakes; /* newest first */
	struct conf_pending *checks, **checks_end;
	bool in_doubt; /* of the check that runs */
	struct conf_mask *masks;
	struct buf path; /* "sources.shop" while that block is laid out */
};

/* conf_yaml.c: the tree of one file; NULL when it holds nothing. Mistakes go to r. */
struct conf_node *conf_yaml_read(struct conf_reader *r, const struct conf_file *f);
/* Report and unlink entries whose name came before. */
void conf_yaml_doubles(struct conf_reader *r, struct conf_node *mapping);
struct conf_node *conf_node_new(struct conf_reader *r, enum conf_node_kind kind,
				const struct conf_file *f);
void conf_node_add(struct conf_node *to, struct conf_node *entry);
/* The entry of that name, or NULL. */
struct conf_node *conf_node_find(const struct conf_node *mapping, struct str name);

/* conf_apply.c: lay the tree (NULL: nothing but defaults) into r->conf->into, then run checks. */
void conf_apply(struct conf_reader *r, struct conf_node *root);

/* conf_value.c: numbers. */
struct conf_unit {
	const char *name; /* for the manual: "duration"          */
	const char *form; /* `"90s", "15m", "2h", "7d"`          */
	int (*parse)(struct str s, int64_t *out, struct err *e);
};
/* NULL when the type is no number that is parsed alone (CHOICE is not). */
const struct conf_unit *conf_unit_find(enum conf_type type);
void conf_add_number(struct buf *b, enum conf_type type, int64_t v);
/* A value for a message: "…" in quotes, cut to 60 bytes. Lives in a. */
const char *conf_quote(struct arena *a, struct str s);

/* conf_text.c: one scalar as struct str; memory in the conf's arena. */
int conf_text_value(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
		    struct str *out, struct err *e);
bool conf_is_name(struct str s);

/* conf_report.c */
void conf_mistake(struct conf_reader *r, const struct conf_node *at, const char *fmt, ...)
	LY_PRINTF(3, 4);
/* False when another one would only be counted: no need to look for a suggestion. */
bool conf_mistake_room(const struct conf_reader *r);
void conf_mask_add(struct conf_reader *r, const struct conf_node *node);
void conf_report(struct conf_reader *r, struct buf *out);
/* Cut a line off *rest as YAML 1.1 counts lines: also at CR, U+0085, U+2028 and U+2029. */
bool conf_line_next(struct str *rest, struct str *line);

/* conf.c */
struct conf_spot *conf_spot_add(struct conf_reader *r, const void *at, size_t size,
				const struct conf_node *node);
/* The spot of exactly this field once the conf is read, or NULL. */
const struct conf_spot *conf_spot_find(const struct conf *c, const void *field);
/* A whole regular file into a; why says what was wrong. */
int conf_file_text(struct arena *a, const char *path, size_t max_bytes, struct str *out,
		   unsigned *mode, const char **why);
/* dir/path, or path when it is absolute; without "./". */
const char *conf_path_join(struct arena *a, const char *dir, struct str path);

/* conf_show.c: the canonical form that conf_hash reads. */
void conf_canonical(const struct conf *c, struct buf *out);

#endif
