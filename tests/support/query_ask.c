#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "tests/support/query_ask.h"

bool
query_ask_open(struct query_ask *k, struct str query, const char *zone)
{
	return query_ask_with(k, query, zone, NULL);
}

bool
query_ask_with(struct query_ask *k, struct str query, const char *zone,
	       const struct conf_list *lists)
{
	struct err e = { .kind = ERR_NONE };
	struct query_setup setup = { &k->literals, &k->n_rules, NULL, lists };

	*k = (struct query_ask){ .a = arena_new_small(4096), .work = arena_new_small(4096) };
	if (zone && !(k->zone = zone_open(zone, &e)))
		abort();
	setup.zone = k->zone;
	k->rules.scratch = rx_scratch_new();
	k->q = query_parse(k->a, &setup, query, &k->faults);
	if (!k->q)
		return false;
	k->rules.n = k->n_rules;
	k->rules.v = arena_alloc(k->a, (k->n_rules + 1) * sizeof *k->rules.v);
	return true;
}

void
query_ask_close(struct query_ask *k)
{
	walk_release(&k->walk);
	image_free(k->m);
	rx_scratch_free(k->rules.scratch);
	literals_release(&k->literals);
	zone_close(k->zone);
	arena_free(k->a);
	arena_free(k->work);
}

enum query_answer
query_ask_about(struct query_ask *k, const struct query_about *about, struct buf *spans)
{
	struct query_span v[16];
	const uint32_t *required;
	enum query_answer answer;
	struct err e = { .kind = ERR_NONE };
	bool called = false;
	size_t n;

	if (!k->m && !(k->m = image_build(NULL, k->literals.v, k->literals.n, &e)))
		abort();
	arena_reset(k->work);
	k->rules.text++;
	walk_run(&k->walk, k->m, about->text);
	query_see(&k->seen, &k->walk.literals, k->work);
	answer = query_test(k->q, &k->seen, about, &k->rules, k->work);
	required = query_required(k->q, &n);
	for (size_t i = 0; i < n; i++)
		called |= query_first(&k->seen, required[i]) != 0;
	if (answer != QUERY_NO && !called) {
		fprintf(stderr, "no required literal in: %.*s\n", STR_ARG(about->text));
		abort();
	}
	if (!spans)
		return answer;
	buf_clear(spans);
	n = answer == QUERY_NO
		    ? 0
		    : query_spans(k->q, &k->seen, about, &k->rules, k->work, v, LY_COUNT(v));
	for (size_t i = 0; i < n; i++)
		buf_addf(spans, "|%.*s", STR_ARG(str_slice(about->text, v[i].at, v[i].len)));
	return answer;
}

enum query_answer
query_ask_text(struct query_ask *k, struct str text, struct buf *spans)
{
	struct query_about about = { .text = text, .title_n = SIZE_MAX };

	return query_ask_about(k, &about, spans);
}

void
query_ask_faults(const struct query_ask *k, struct str query, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < k->faults.n; i++) {
		const struct query_fault *f = &k->faults.v[i];

		buf_add(out, f->warning ? STR("warning: ") : STR(""));
		query_add_place(out, query, f->at);
		buf_addf(out, ": %s\n", f->text);
	}
}
