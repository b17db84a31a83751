/*
 * export_store.h - rows of the record for a spreadsheet or another program, oldest first. Read only.
 *
 * One table of what there is; each column says whether it is personal data. Rows are read a page at
 * a time from the place where the last page ended, so an export of any length needs the memory of one
 * page and holds no snapshot open. Of erased or expired texts the row is there and says why, not the
 * text; of confidential incidents number, state and level alone.
 */
#ifndef LY_RESPONDER_EXPORT_STORE_H
#define LY_RESPONDER_EXPORT_STORE_H

#include "core/store.h"

enum export_kind {
	EXPORT_TEXT,
	EXPORT_INT,
	EXPORT_TIME,  /* ISO 8601; 0: empty */
	EXPORT_MILLI, /* 1/1000 */
	EXPORT_ID,    /* hex */
	EXPORT_JSON,  /* as it is */
	EXPORT_CLASS, /* of a source */
	EXPORT_TONE,  /* -1, 0, 1 */
	EXPORT_INTENT
};
struct export_column {
	const char *name;
	enum export_kind kind;
	bool personal;      /* left out unless it is asked for */
	const char *member; /* of a JSON object in the column; NULL: the column itself */
	int at;             /* the column of the query; 0 is the first behind the place */
};
struct export_table {
	const char *name, *help;
	const struct export_column *columns; /* end with .name == NULL */
	const char *sql;
	bool by_number; /* the place is (time, number), not (time, id) */
	bool by_watch;  /* read watch by watch */
	int gone;       /* the column that says why a text is gone; -1: none */
};
extern const struct export_table export_tables[]; /* end with .name == NULL */
const struct export_table *export_find(struct str name);

struct export_cell {
	bool none;
	struct str text; /* TEXT, JSON */
	int64_t n;       /* the others, but ID */
	struct id id;
};
struct export_ask {
	const struct export_table *table;
	struct str watch; /* empty: all */
	int64_t from, to; /* from <= t < to */
	bool personal;
};
/* Cells by the table's columns (of personal ones none, unless asked for), borrowed. gone: why the
 * row's text is not there, or empty. each returns 0 to go on; what else it returns ends. */
int export_read(struct store *s, const struct export_ask *q,
		int (*each)(void *arg, const struct export_cell *cells, struct str gone),
		void *arg, struct err *e) LY_MUST_USE;

#endif
