/*
 * template.h - template 话术模板: reply texts with slots, read from templates/zh and templates/en.
 *
 * A file is a front matter (YAML between two lines "---") and a body. docs/templates.md is the
 * manual. In the body
 *   {{slot}}                      the slot's value, or a visible gap when there is none
 *   {{#slot}} … {{/slot}}         only when the slot has a value; sections may stand in sections
 *   {{^slot}} … {{/slot}}         only when it has none
 *   {{! … }}                      nothing: a word to whoever edits the file
 * and nothing else of mustache: no lists, no unescaped values, no partials, no delimiters.
 * A section's tag or a comment alone on its line takes the line with it. A value is put in once
 * and never parsed again; it is made one line without control and direction marks, and escaped by
 * the form of the output. A slot that nobody declared is an error with file:line when the file is
 * read; a value that does not fit its slot's type is none, and the gap says why.
 */
#ifndef LY_RESPONDER_TEMPLATE_H
#define LY_RESPONDER_TEMPLATE_H

#include "core/arena.h"
#include "core/conf.h"

enum template_kind {
	TEMPLATE_HOLDING,
	TEMPLATE_FULL,
	TEMPLATE_REPLY,
	TEMPLATE_COMPLAINT,
	TEMPLATE_UPDATE,
	TEMPLATE_STAFF,
	TEMPLATE_COVER,
	TEMPLATE_PRESS,
	TEMPLATE_CLOSING,
	TEMPLATE_KINDS
};
extern const char *const template_kind_words[]; /* "holding" …, NULL-ended */
enum template_lang { TEMPLATE_ZH, TEMPLATE_EN };
extern const char *const template_lang_words[]; /* "zh", "en", NULL */
enum template_form { TEMPLATE_TEXT, TEMPLATE_MARKDOWN, TEMPLATE_HTML };
extern const char *const template_form_words[];
extern const char *const template_channel_words[], *const template_tone_words[];

/* What langyan itself knows of an incident: every other slot is a fact. */
enum template_known {
	KNOWN_NUMBER,
	KNOWN_WATCH,
	KNOWN_TITLE,
	KNOWN_LEVEL,
	KNOWN_CONCERN,
	KNOWN_FIRST_SEEN,
	KNOWN_DATE,
	KNOWN_TIME,
	KNOWN_NEXT_UPDATE,
	KNOWN_TOLD, /* what people say happened to them, in our words (draft_known.c) */
	KNOWN_COUNT
};
extern const char *const template_known_words[]; /* "number" …, NULL-ended */

/* What a slot holds; a value that is not of its type is none. */
enum slot_type {
	SLOT_TEXT,
	SLOT_BRAND,
	SLOT_PRODUCT,
	SLOT_PERSON,   /* these three: a name, at most 80 code points    */
	SLOT_BATCH,    /* holds a digit                                  */
	SLOT_FIGURE,   /* holds a number                                 */
	SLOT_REMEDY,   /* what somebody gets                             */
	SLOT_DEADLINE, /* holds a day or a time                          */
	SLOT_CONTACT,  /* a number, an address, or where a person answers */
	SLOT_LINK,     /* http(s)://                                     */
	SLOT_QUOTE     /* a user's own words: only with recorded consent */
};
extern const char *const slot_type_words[]; /* "text" …, NULL-ended */
struct template_slot {
	struct str name;
	int64_t type;
	struct str wants; /* what to fill in, shown in the gap */
};

struct template_part {
	enum { PART_TEXT, PART_SLOT, PART_WITH, PART_WITHOUT, PART_END } kind;
	struct str text; /* of a text; else the slot's name */
	int line;        /* in the file */
};
struct template
{
	struct str id; /* "zh-food-safety-holding" */
	int64_t lang, kind, form, tone, level, max_length, next_update, version;
	struct conf_texts scenario; /* topic ids, or "any" */
	struct conf_texts strategy; /* SCCT */
	struct conf_texts repair;   /* Benoit */
	struct conf_texts channel;  /* words of template_channel_words */
	struct str audience, approved_by;
	unsigned strategies,
		channels;       /* bits of enum strategy; bits by template_channel_words */
	struct conf_list slots; /* struct template_slot */
	struct str file;
	struct id hash; /* of the file's bytes */
	struct template_part *parts;
	size_t parts_n;
	/* Not for others: the memory of all this. */
	struct conf *conf;
	struct arena *arena;
};

/* name: of the file, for messages. NULL and ERR_USAGE "name:line: …" (the first mistake). */
struct template *template_parse(struct str text, const char *name, struct err *e) LY_MUST_USE;
void template_free(struct template *t);
/* Does it speak of this topic? 2 by name, 1 as "any", 0 not. */
int template_fits(const struct template *t, struct str topic);

/* Values for slots. find: true and the value (valid until the rendering ends); evidence: JSON of
 * where it comes from, or empty. An empty value counts as none. */
struct template_value {
	struct str text, evidence;
	const char *why; /* why there is none, or NULL */
};
struct template_source {
	bool (*find)(void *arg, const struct template *t, struct str slot,
		     struct template_value *out);
	void *arg;
};
/* Bytes appended; gaps: JSON [{"slot","wants","why"?}]; evidence: JSON {"slot": evidence}. */
struct template_out {
	struct buf text, gaps, evidence;
	size_t gaps_n;
	struct str told[80]; /* slots that are in gaps or evidence already */
	size_t told_n;
};
struct template_out template_out_new(void);
void template_out_release(struct template_out *o);
void template_render(const struct template *t, const struct template_source *src,
		     struct template_out *out);
/* A value as it stands in an output of this form. */
void template_add_value(struct buf *b, enum template_form form, struct str value);

/* Why a value is not of a type, in words for a gap; NULL: it is. Pure. */
const char *slot_unfit(enum slot_type type, struct str value, enum template_lang lang);
/* A value as it could be, for looking at a template as a whole; "" for a slot it does not know. */
const char *template_sample(const struct template *t, struct str slot);

/* All templates of a folder: <dir>/zh/…md and <dir>/en/…md, by id. */
struct templates;
struct templates *templates_load(const char *dir, struct err *e) LY_MUST_USE;
void templates_free(struct templates *t);
size_t templates_count(const struct templates *t);
const struct template *templates_at(const struct templates *t, size_t i);
const struct template *templates_find(const struct templates *t, struct str id);

#endif
