/* verify_packs.c - record -> each attached file by its hash -> cmd_verify.c */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/entry.h"
#include "responder/pack.h"
#include "responder/record_store.h"

#include "cli/verify_packs.h"

struct looking {
	const struct settings *s;
	struct verify_packs *sum;
	struct arena *a; /* of one entry */
};

static int
look_at(void *arg, const struct entry *x)
{
	struct looking *l = arg;
	struct err e = { 0 };
	const struct json *j;
	struct str sha, number, hex = { "", 0 };
	int64_t bytes;

	if (!str_is(x->kind, "pack") || !x->value.n)
		return 0;
	arena_reset(l->a);
	j = json_parse(l->a, x->value, &e);
	if (!j) {
		l->sum->mismatches++;
		printf("entry %lld: a pack entry of %.*s cannot be read: %s\n",
		       (long long)x->seq, STR_ARG(x->key), e.text);
		return 0;
	}
	sha = json_text(json_get(j, "sha256"), STR(""));
	number = json_text(json_get(j, "incident"), STR(""));
	if (!sha.n)
		return 0;
	l->sum->files++;
	if (pack_file_hash(pack_path(l->s->site.data, number, sha, l->a), l->a, &hex, &bytes,
			   &e) < 0 ||
	    !str_eq(hex, sha)) {
		l->sum->mismatches++;
		printf("%.*s: attached file %.*s of %.*s: %s\n", STR_ARG(number),
		       STR_ARG(json_text(json_get(j, "file"), STR(""))), STR_ARG(x->key),
		       hex.n ? "is another one now" : e.text);
	}
	return 0;
}

int
verify_packs(const struct settings *s, const char *record, struct verify_packs *sum,
	     struct err *e)
{
	struct store *store = store_open_reader(record, &record_migrations, e);
	struct looking l = { s, sum, arena_new() };
	int bad = store ? entries_read(store, NULL, look_at, &l, e) : -1;

	arena_free(l.a);
	store_close(store);
	return bad < 0 ? -1 : 0;
}
