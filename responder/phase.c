/* phase.c - see phase.h. */
#include "core/base.h"

#include "responder/phase.h"

#define SPAN 3 /* hours that are counted together */
#define FEW  5 /* in three hours: below that nothing has broken out */

const char *const phase_words[] = { "latent", "outbreak", "lasting", "ending", NULL };

/* The three hours that end with hour i. */
static int64_t
span_at(const struct phase_curve *c, size_t i)
{
	int64_t sum = 0;

	for (size_t k = 0; k < SPAN && k <= i; k++)
		sum += c->v[i - k];
	return sum;
}

enum phase
phase_of(const struct phase_curve *c)
{
	int64_t most = 0, now, usual = SPAN * c->usual_milli;
	size_t at = 0;

	for (size_t i = 0; i < c->n; i++)
		if (span_at(c, i) >= most) {
			most = span_at(c, i);
			at = i;
		}
	if (most < FEW || most * 1000 < 2 * usual)
		return PHASE_LATENT;
	now = span_at(c, c->n - 1);
	if (at + SPAN >= c->n || now * 5 >= most * 4)
		return PHASE_OUTBREAK;
	return now * 5 <= most || now * 1000 <= usual ? PHASE_ENDING : PHASE_LASTING;
}
