/* act_retain.c - the command "retain": let go now of what is past its term. */
#include "core/base.h"

#include "core/str.h"
#include "responder/act.h"
#include "responder/retain.h"

#define STEPS 5 /* a thousand documents, as a batch of results */

/* {"authors":n,"text":n,"incidents":n,"rejects":n,"left":1}: asked again as long as left is 1. */
static int
act_retain(struct act *x, struct err *e)
{
	struct retain_sum sum = { 0 };
	int more = 1;

	for (int i = 0; more > 0 && i < STEPS; i++)
		more = retain_step(x->r, x->now, &sum, e);
	if (more < 0)
		return -1;
	for (int k = 0; k < RETAIN_CLASSES; k++)
		buf_addf(&x->out, "%s\"%s\":%lld", k ? "," : "{", retain_words[k],
			 (long long)sum.of[k].n);
	buf_addf(&x->out, ",\"left\":%d}", more > 0);
	return 0;
}

const struct verb act_retain_verbs[] = { { "retain", act_retain, true }, { .name = NULL } };
