/* playbook_store.h - what has fired for an incident, by trigger. */
#ifndef LY_RESPONDER_PLAYBOOK_STORE_H
#define LY_RESPONDER_PLAYBOOK_STORE_H

#include "core/conf.h"
#include "core/store.h"

/* Each trigger once, by name, at most 64; in a. Sees the open transaction. */
int playbook_fired(struct store *s, const struct id *incident, struct arena *a,
		   struct conf_texts *out, struct err *e) LY_MUST_USE;

#endif
