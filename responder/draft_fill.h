/*
 * draft_fill.h - values for the slots of one draft: facts, and what the record knows.
 *
 * 1. Nothing is invented: a slot without a confirmed fact or evidence gets no value.
 * 2. No user is quoted: what people say stands in our words (draft_told.c), with the ids of the
 *    mentions as evidence. A slot of type quote needs the fact NAME_consent beside it (who
 *    consented, when), and gets nothing where people were hurt or may be harmed by it.
 * 3. A Chinese value never stands in an English text.
 */
#ifndef LY_RESPONDER_DRAFT_FILL_H
#define LY_RESPONDER_DRAFT_FILL_H

#include "responder/draft_ground.h"
#include "responder/draft_pick.h"
#include "responder/incident.h"

#define DRAFT_VALUES 80

struct draft_fill {
	const struct responder_env *env;
	const struct draft_facts *facts;
	const struct draft_ground *ground;
	const struct incident *i;
	const struct move *m;
	int64_t now;     /* that the text is of      */
	int64_t made_at; /* later after an outage    */
	struct arena *a;
	const struct draft_worked *worked; /* what similar cases say (draft_pick.h) */
	size_t worked_n;
	struct str values[DRAFT_VALUES]; /* what was put in: figures in them are supported */
	size_t values_n;
};
/* A struct template_source's find; arg: struct draft_fill. */
bool draft_fill_find(void *arg, const struct template *t, struct str slot,
		     struct template_value *out);

/* What {{next_update}} of a text of as_of promises: rounded up to half an hour. Counted from now
 * when that would be past. Pure. */
int64_t draft_fill_promise(const struct template *t, int64_t as_of, int64_t now);

/* What a topic is called in public, "" for one that a person says better. */
const char *draft_concern(struct str topic, enum template_lang lang);
/* What people report of it, in our words: ends no sentence. "" as above. */
const char *draft_told(struct str topic, enum template_lang lang);
/* Is nobody quoted on it, whatever consent there is? */
bool draft_is_delicate(struct str topic);

#endif
