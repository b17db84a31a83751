/* draft_effect.c - what came after the texts of each template, and which differences are none. */
#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/compare.h"
#include "responder/heap.h"
#include "responder/measure_store.h"
#include "responder/record_store.h"

#include "cli/draft_effect.h"
#include "cli/settings.h"

#define TEMPLATES_MAX 40 /* the most used; pairs are of one language */

/* What is compared with what: a template, or one of its two variants. */
struct side {
	struct str name;
	const char *variant;
};
struct effects {
	struct arena *a;
	struct measured_template v[TEMPLATES_MAX];
	size_t n;
	struct compare_pair *pairs;
	struct side (*sides)[2];
	size_t pairs_n, pairs_cap, sides_cap;
};

static void
template_add(void *arg, const struct measured_template *t)
{
	struct effects *x = arg;

	if (x->n == TEMPLATES_MAX)
		return;
	x->v[x->n] = *t;
	x->v[x->n].lang = arena_str(x->a, t->lang);
	x->v[x->n++].name = arena_str(x->a, t->name);
}

static struct measured_use
all_of(const struct measured_template *t)
{
	return (struct measured_use){ t->made.used + t->edited.used,
				      t->made.judged + t->edited.judged,
				      t->made.turned + t->edited.turned };
}

static void
pair_add(struct effects *x, struct side a, const struct measured_use *au, struct side b,
	 const struct measured_use *bu)
{
	if (!au->used || !bu->used)
		return;
	if (x->pairs_n == x->pairs_cap) {
		x->pairs = heap_more(x->pairs, &x->pairs_cap, sizeof *x->pairs);
		x->sides = heap_more(x->sides, &x->sides_cap, sizeof *x->sides);
	}
	x->sides[x->pairs_n][0] = a;
	x->sides[x->pairs_n][1] = b;
	x->pairs[x->pairs_n++] = (struct compare_pair){ .a = { au->turned, au->judged },
							.b = { bu->turned, bu->judged } };
}

static void
pairs_make(struct effects *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct measured_use whole = all_of(&x->v[i]);

		pair_add(x, (struct side){ x->v[i].name, ", as drafted" }, &x->v[i].made,
			 (struct side){ x->v[i].name, ", edited" }, &x->v[i].edited);
		for (size_t k = i + 1; k < x->n; k++) {
			const struct measured_use other = all_of(&x->v[k]);

			if (str_eq(x->v[i].lang, x->v[k].lang))
				pair_add(x, (struct side){ x->v[i].name, "" }, &whole,
					 (struct side){ x->v[k].name, "" }, &other);
		}
	}
	compare_all(x->pairs, x->pairs_n);
}

/* ---- for people ------------------------------------------------------------------------------------ */

static void
use_put(struct str name, const char *variant, const struct measured_use *u)
{
	int64_t low, high;

	if (!u->used)
		return;
	printf("%-32.*s  %-11s  used %lld  turned %lld of %lld", STR_ARG(name), variant,
	       (long long)u->used, (long long)u->turned, (long long)u->judged);
	if (u->judged) {
		measure_wilson(u->turned, u->judged, &low, &high);
		printf("  95%% %lld-%lld%%", (long long)(low / 10),
		       (long long)((high + 9) / 10));
	}
	putchar('\n');
}

static void
pair_put(const struct compare_pair *p, const struct side *s)
{
	static const char *const words[] = { "not enough data", "no difference shown",
					     "the first turned more often",
					     "the second turned more often" };

	printf("%.*s%s : %.*s%s: %s (n=%lld and %lld", STR_ARG(s[0].name), s[0].variant,
	       STR_ARG(s[1].name), s[1].variant, words[p->is], (long long)p->a.judged,
	       (long long)p->b.judged);
	if (p->is != COMPARE_TOO_FEW)
		printf(", p=%lld.%06lld", (long long)(p->p / 1000000),
		       (long long)(p->p % 1000000));
	puts(")");
}

static void
text_put(const struct effects *x, int64_t days)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct measured_use all = all_of(&x->v[i]);

		use_put(x->v[i].name, "all", &all);
		use_put(STR(""), "as drafted", &x->v[i].made);
		use_put(STR(""), "edited", &x->v[i].edited);
	}
	for (size_t i = 0; i < x->pairs_n; i++)
		pair_put(&x->pairs[i], x->sides[i]);
	printf("full responses to L3 incidents of %lld days; Fisher's exact test, Holm over "
	       "%zu "
	       "pairs; what people chose, not by lot: a correlation, not a cause\n",
	       (long long)days, x->pairs_n);
}

/* ---- for programs ----------------------------------------------------------------------------------- */

static void
use_add(struct buf *b, const char *name, const struct measured_use *u)
{
	int64_t low = 0, high = 0;

	buf_addf(b, ",\"%s\":{\"used\":%lld,\"judged\":%lld,\"turned\":%lld", name,
		 (long long)u->used, (long long)u->judged, (long long)u->turned);
	if (u->judged) {
		measure_wilson(u->turned, u->judged, &low, &high);
		buf_addf(b, ",\"low_milli\":%lld,\"high_milli\":%lld", (long long)low,
			 (long long)high);
	}
	buf_add_byte(b, '}');
}

static void
json_put(const struct effects *x)
{
	static const char *const words[] = { "too_few", "none", "first", "second" };
	struct buf b = BUF(1 << 20);

	for (size_t i = 0; i < x->n; i++) {
		const struct measured_use all = all_of(&x->v[i]);

		buf_add(&b, STR("{\"template\":"));
		json_add_text(&b, x->v[i].name);
		use_add(&b, "all", &all);
		use_add(&b, "as_drafted", &x->v[i].made);
		use_add(&b, "edited", &x->v[i].edited);
		buf_add(&b, STR("}\n"));
	}
	for (size_t i = 0; i < x->pairs_n; i++) {
		const struct compare_pair *p = &x->pairs[i];

		buf_add(&b, STR("{\"first\":"));
		json_add_text(&b, x->sides[i][0].name);
		buf_add(&b, STR(",\"second\":"));
		json_add_text(&b, x->sides[i][1].name);
		buf_addf(&b,
			 ",\"variants\":%s,\"n\":[%lld,%lld],\"p_micro\":%lld,\"differ\":"
			 "\"%s\"}\n",
			 *x->sides[i][0].variant ? "true" : "false", (long long)p->a.judged,
			 (long long)p->b.judged, (long long)p->p, words[p->is]);
	}
	fputs(b.p, stdout);
	buf_release(&b);
}

/* ---- asked --------------------------------------------------------------------------------------------- */

struct effect_options {
	const char *conf;
	int64_t days;
	bool json, drills;
};

static int
options_read(int argc, char **argv, struct effect_options *o, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			o->json = true;
		else if (!strcmp(argv[i], "--drills"))
			o->drills = true;
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			o->conf = argv[++i];
		else if (!strcmp(argv[i], "--days") && i + 1 < argc) {
			if (str_int64(str_of(argv[++i]), &o->days) < 0 || o->days < 1 ||
			    o->days > 7300)
				return err_set(e, ERR_USAGE,
					       "--days is a number from 1 to 7300, not \"%s\"",
					       argv[i]);
		} else
			return err_set(e, ERR_USAGE, "draft effect cannot use \"%s\"", argv[i]);
	}
	return 0;
}

int
draft_effect(int argc, char **argv, struct err *e)
{
	struct effect_options o = { .conf = "langyan.yaml", .days = 365 };
	struct conf_texts watches = { NULL, 0 };
	struct measure_ask q = { .watches = &watches, .made_at = clock_wall() };
	struct effects *x = heap_zero(1, sizeof *x);
	struct settings *s = NULL;
	struct store *record = NULL;
	int rc = options_read(argc, argv, &o, e);

	x->a = arena_new();
	q.days = o.days;
	q.drills = o.drills;
	if (rc == 0 && !(s = settings_read(o.conf, NULL, e)))
		rc = -1;
	if (rc == 0)
		record = store_open_reader(settings_path(s, "respond/langyan.db"),
					   &record_migrations, e);
	if (rc == 0)
		rc = record ? measure_templates(record, &q, template_add, x, e) : -1;
	if (rc == 0) {
		pairs_make(x);
		if (o.json)
			json_put(x);
		else
			text_put(x, o.days);
	}
	store_close(record);
	settings_free(s);
	free(x->pairs);
	free(x->sides);
	arena_free(x->a);
	free(x);
	return rc;
}
