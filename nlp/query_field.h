/*
 * query_field.h - the fields that a query can ask for: one table.
 */
#ifndef LY_NLP_QUERY_FIELD_H
#define LY_NLP_QUERY_FIELD_H

#include "core/str.h"

struct parse;
struct value;
struct query_about;

enum ask_kind {
	ASK_PLACE,   /* title:, body: — a part of the query stands behind it */
	ASK_LIST,    /* list:NAME — stands for the words of the list          */
	ASK_SITE,    /* a domain and all under it                            */
	ASK_PIECE,   /* a piece of the text                                  */
	ASK_NAME,    /* the whole text, * and ? as wildcards                 */
	ASK_CHOICE,  /* one of words                                         */
	ASK_NUMBER,  /* with k, m, 万, 亿                                    */
	ASK_DECIMAL, /* 1/1000                                               */
	ASK_DAY,     /* a day or a moment                                    */
	ASK_MINUTE,  /* of the day: 540 or 09:00                             */
	ASK_TOPIC,
};
/* What is asked of one field: one of texts, or within one of ranges. */
struct field_range {
	int64_t from, to; /* both included */
};
struct field_test {
	const struct query_field *field;
	struct str *texts; /* folded */
	struct field_range *ranges;
	struct str *written; /* as in the query, for query_show() */
	size_t n_texts, n_ranges, n_written;
};
struct query_field {
	const char *name;
	enum ask_kind kind;
	bool scored; /* known only after weighing */
	/* CHOICE: words of values from first on, NULL-ended */
	const char *const *words;
	int64_t first;
	/* The value; INT64_MIN: unknown. */
	int64_t (*number)(const struct query_about *about);
	struct str (*text)(const struct query_about *about);
	const char *help; /* for the manual */
};
extern const struct query_field query_fields[]; /* ends with .name == NULL */
const struct query_field *query_field_find(struct str name);
/* The nearest name, or NULL. */
const char *query_field_nearest(struct str name);

/* The values v behind field, in arena of p; faults for those that do not fit, then NULL. */
struct field_test *field_parse(struct parse *p, const struct query_field *field,
			       const struct value *v, size_t n);
enum field_answer { FIELD_IS, FIELD_IS_NOT, FIELD_UNKNOWN_YET };
enum field_answer field_ask(const struct field_test *t, const struct query_about *about);
/* "example.com" is "example.com" and "shop.example.com"; letters fold. */
bool field_site_is(struct str host, struct str site);
/* The host in an address, or empty. */
struct str field_host(struct str url);

#endif
