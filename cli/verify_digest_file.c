#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/digest_seal.h"
#include "responder/report.h"

#include "cli/digest_pick.h"
#include "cli/verify_digest_file.h"

bool
digest_file_is(struct str file)
{
	struct arena *a = arena_new();
	struct seal seal;
	bool holds, is = seal_find(file, a, &seal, &holds);

	arena_free(a);
	return is;
}

static void
differs(void *arg, struct str id, struct str says, struct str counted,
	const struct json *figure)
{
	int64_t *wrong = arg;
	struct str watch = json_text(json_get(figure, "watch"), STR(""));
	struct str name = json_text(json_get(figure, "figure"), STR("no such figure"));

	printf("mismatch: figure %.*s (%.*s%s%.*s) says %.*s, the record gives %.*s\n",
	       STR_ARG(id), STR_ARG(watch), watch.n ? ", " : "", STR_ARG(name), STR_ARG(says),
	       counted.n ? (int)counted.n : 7, counted.n ? counted.p : "nothing");
	++*wrong;
}

/* The facts that the file should show: as they were stored, counted again; or composed again. 1, 0
 * what was stored cannot be counted again, -1. */
static int
facts_again(struct settings *s, const struct digest_view *v, const struct seal *seal,
	    struct arena *a, struct str *facts, struct err *e)
{
	struct digest_conf c;
	struct str watch;
	struct digest_ask ask = { .conf = &c,
				  .at = seal->at,
				  .made_at = seal->made_at,
				  .as_of = seal->as_of,
				  .watch = seal->watch };
	struct digest_row r;
	int found = seal->watch.n ? 0
				  : digest_read_made(v->env.store, seal->name, seal->made_at,
						     seal->as_of, a, &r, e);

	if (found < 0)
		return -1;
	if (found)
		return digest_figures_again(v->env.store, v->zone, r.facts, a, facts, e);
	if (digest_pick(s, arena_text(a, seal->name), &c, e) < 0 ||
	    (seal->watch.n &&
	     digest_pick_watch(s, arena_text(a, seal->watch), &c, &watch, e) < 0))
		return -1;
	c.lang = seal->zh ? 1 : 2;
	if (digest_compose(&v->env, &ask, a, &r, e) < 0)
		return -1;
	*facts = r.facts;
	return 1;
}

/* The same of a report: composed again for its time. */
static int
report_again(const struct digest_view *v, const struct seal *seal, struct arena *a,
	     struct str *facts, struct err *e)
{
	struct report_ask q = { .made_at = seal->made_at, .zh = seal->zh };
	int found;

	report_of_name(seal->name, &q);
	found = report_facts(&v->env, &q, a, facts, e);
	return found ? found
		     : err_set(e, ERR_USAGE, "there is no incident \"%.*s\" in this record",
			       STR_ARG(q.number));
}

static int64_t
compare(struct settings *s, struct str file, struct arena *a, struct err *e)
{
	struct digest_view v;
	struct seal seal;
	struct str facts;
	int64_t wrong = 0, n = -1;
	struct seal_told told = { differs, &wrong };
	bool holds = false;
	int read = -1;

	if (digest_view_open(s, &v, e) == 0 && seal_find(file, a, &seal, &holds))
		read = report_of_name(seal.name, &(struct report_ask){ .made_at = 0 })
			       ? report_again(&v, &seal, a, &facts, e)
			       : facts_again(s, &v, &seal, a, &facts, e);
	if (read > 0)
		n = seal_figures(file, json_parse(a, facts, e), &told);
	digest_view_close(&v);
	if (read < 0)
		return -1;
	if (n < 0)
		return err_set(e, ERR_BROKEN, "the facts of this digest cannot be read");
	if (!wrong && !holds) {
		printf("mismatch: no figure, but other words or marks are not what was "
		       "written\n");
		wrong++;
	}
	printf("%lld figures of %s%.*s computed again; %lld mismatches\n", (long long)n,
	       str_starts(seal.name, STR("report ")) ? "" : "digest ", STR_ARG(seal.name),
	       (long long)wrong);
	return wrong;
}

int64_t
digest_file_verify(struct settings *s, struct str file, struct err *e)
{
	struct arena *a = arena_new();
	int64_t wrong = compare(s, file, a, e);

	arena_free(a);
	return wrong;
}
