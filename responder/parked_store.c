/* parked_store.c - who asks which rules are parked: what was told of them. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/parked.h"

int
parked_read(struct store *s, const struct id *conf, struct arena *a, struct parked_row *v,
	    int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT facts, min(created_at) FROM notice"
				       " WHERE kind = 'operator' AND facts LIKE '{\"parked\"%'"
				       " GROUP BY facts ORDER BY 2, 1");
	struct buf hex = BUF(64);
	int n = 0, more;

	id_add_hex(&hex, conf);
	while ((more = stmt_step(q, e)) == 1 && n < max) {
		struct err bad = { .kind = ERR_NONE };
		const struct json *j = json_parse(a, arena_str(a, stmt_col_text(q, 0)), &bad);

		j = json_get(j, "parked");
		if (!str_eq(json_text(json_get(j, "conf"), STR("")), buf_str(&hex)))
			continue;
		v[n++] = (struct parked_row){ json_text(json_get(j, "watch"), STR("")),
					      json_text(json_get(j, "rule"), STR("")),
					      stmt_col_int(q, 1) };
	}
	stmt_reset(q);
	buf_release(&hex);
	return more < 0 ? -1 : n;
}
