/*
 * preset.h - which column of an export is what: a file of YAML with the names that columns have.
 *
 * Shipped ones lie in presets/ (docs/import.md); a path names one's own.
 */
#ifndef LY_CRAWLER_PRESET_H
#define LY_CRAWLER_PRESET_H

#include "core/clock.h"
#include "core/conf.h"

enum preset_field {
	COLUMN_TEXT,
	COLUMN_TITLE,
	COLUMN_AUTHOR,
	COLUMN_PUBLISHED,
	COLUMN_ID,
	COLUMN_URL,
	COLUMN_FOLLOWERS,
	COLUMN_LANG,
	COLUMN_RATING,
	COLUMN_COUNTRY,
	/* from here on all columns of a name count, not the first alone */
	COLUMN_MORE,       /* joined to the text when not empty */
	COLUMN_ENGAGEMENT, /* added up */
	COLUMN_COUNT
};
extern const char *const preset_field_words[]; /* "text", … */

struct preset {
	struct str about, source, site, lang, zone_name;
	int64_t source_class;                    /* enum source_class */
	struct conf_texts columns[COLUMN_COUNT]; /* names a column may have, best first */
	struct conf_texts unknown;               /* what is written for "nothing" */
	struct zone *zone;
	struct conf *conf;
};
extern const struct conf_schema preset_schema;

/* name: a file ("x.yaml", "dir/x.yaml"), or a preset shipped in dir. NULL and ERR_USAGE; the
 * mistakes in the file, or the presets there are, go to *report. */
struct preset *preset_read(const char *name, const char *dir, struct buf *report,
			   struct err *e) LY_MUST_USE;
void preset_free(struct preset *p);
/* "name - about" a line, sorted; -1 when dir cannot be read. */
int preset_list(const char *dir, struct buf *out, struct err *e) LY_MUST_USE;

/* ---- the values of cells ---------------------------------------------------------------------- */

/* A column's name as it is compared: half-width, lower case, no blanks, no unit in brackets.
 * *factor: 10,000 for 粉丝数(万), else 1. Lives in a. */
struct str preset_name(struct arena *a, struct str s, int64_t *factor);
/* "12,000" "1.2万" "3.4w" "1.5k" "2亿" "10万+" and full-width ones, times factor. -1 when it is no
 * count from 0. */
int preset_count(struct str s, int64_t factor, int64_t *out) LY_MUST_USE;
/* "4.5" "5星" "4/5" "★★★" "3 stars", in 1/1000. -1 when it is none of 0..100. */
int preset_rating(struct str s, int64_t *milli) LY_MUST_USE;
/* Is that what programs write for nothing: empty, "-", "null", or one of unknown? */
bool preset_is_unknown(const struct preset *p, struct str s);

#endif
