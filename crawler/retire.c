/* retire.c - see retire.h. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"

#include "crawler/retire.h"
#include "crawler/source_store.h"
#include "crawler/state.h"

#define AT_A_TIME 200

int
sources_retire(struct crawler *c, int64_t before, struct err *e)
{
	struct arena *a = arena_new();
	struct str *names;
	size_t n, gone = 0;
	int r = source_rows_old(c->store, before, a, &names, &n, e);

	for (size_t i = 0; r >= 0 && i < n && gone < AT_A_TIME; i++) {
		if (source_find(c->setup.sources, names[i]))
			continue;
		r = source_rows_forget(c->store, names[i], e);
		gone++;
	}
	if (r >= 0 && gone)
		log_event(LOG_INFO, "sources_forgotten", "n=%zu", gone);
	arena_free(a);
	return r < 0 ? -1 : 0;
}
