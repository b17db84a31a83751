#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/digest_seal.h"
#include "responder/report_inside.h"

#define FILE_BYTES (4 << 20)
#define NAME_HEAD  "report "

const char *const report_words[] = { "brief", "after-action", "case", NULL };
const char *const report_forms[] = { "md", "html", "text", NULL };

/* Which page takes which section, in this order. */
static const struct {
	int (*add)(struct reporting *r, struct err *e);
	unsigned kinds; /* bits 1 << enum report_kind */
} sections[] = {
#define BRIEF (1u << REPORT_BRIEF)
#define AFTER (1u << REPORT_AFTER_ACTION)
#define CASE  (1u << REPORT_CASE)
	{ report_summary, BRIEF | AFTER | CASE },  { report_facts_known, BRIEF | AFTER | CASE },
	{ report_evidence, BRIEF | AFTER | CASE }, { report_timeline, AFTER | CASE },
	{ report_clocks, BRIEF | AFTER },          { report_notices, AFTER },
	{ report_texts, BRIEF | AFTER | CASE },    { report_measured, AFTER | CASE },
	{ report_lessons, AFTER | CASE },          { report_tasks, BRIEF | AFTER },
	{ report_counted, BRIEF | AFTER },
#undef BRIEF
#undef AFTER
#undef CASE
};

int
report_page(const struct responder_env *env, const struct report_ask *q,
	    const struct dossier *d, struct page *p, struct figures *f, struct err *e)
{
	struct reporting r = {
		.env = env, .q = q, .d = d, .p = p, .f = f, .a = p->a, .zh = q->zh
	};

	for (size_t i = 0; i < LY_COUNT(sections); i++)
		if (sections[i].kinds >> q->kind & 1 && sections[i].add(&r, e) < 0)
			return -1;
	return 0;
}

/* ---- the seal ------------------------------------------------------------------------------------- */

const char *
report_name(const struct report_ask *q, struct arena *a)
{
	return arena_textf(a, NAME_HEAD "%s %.*s", report_words[q->kind], STR_ARG(q->number));
}

bool
report_of_name(struct str name, struct report_ask *q)
{
	struct str rest = str_slice(name, strlen(NAME_HEAD), name.n), word;
	int k = 0;

	if (!str_starts(name, STR(NAME_HEAD)) || !str_next(&rest, ' ', &word) ||
	    !str_next(&rest, ' ', &q->number))
		return false;
	while (report_words[k] && !str_is(word, report_words[k]))
		k++;
	q->kind = (enum report_kind)k;
	return k < REPORT_KINDS && !rest.n;
}

static void
sealed(const struct report_ask *q, struct page *p)
{
	const struct seal seal = { .name = str_of(report_name(q, p->a)),
				   .at = q->made_at,
				   .made_at = q->made_at,
				   .zh = q->zh };
	struct buf b = BUF(4096);

	seal_add(&seal, &b);
	page_say(p, PAGE_SMALL, buf_str(&b));
	buf_release(&b);
}

int
report_write(const struct responder_env *env, const struct report_ask *q, enum report_form form,
	     struct arena *a, struct str *out, struct err *e)
{
	static const enum page_form forms[] = { PAGE_MARKDOWN, PAGE_HTML, PAGE_TEXT };
	struct page p = { .a = a };
	struct figures f = { .v = NULL };
	struct buf b = BUF(FILE_BYTES);
	struct dossier d;
	int found = dossier_read(env->store, q->number, q->made_at, a, &d, e);

	if (found > 0 && report_page(env, q, &d, &p, &f, e) < 0)
		found = -1;
	if (found > 0) {
		sealed(q, &p);
		page_write(&p, forms[form], q->zh ? "zh" : "en", &b);
		*out = seal_close(arena_str(a, buf_str(&b)), a);
		if (!buf_ok(&b))
			found = err_set(e, ERR_REJECT, "the report would be over 4 MiB");
	}
	page_release(&p);
	figures_release(&f);
	buf_release(&b);
	return found;
}

/* ---- computed again ------------------------------------------------------------------------------ */

static void
figure_add_json(const struct figure *x, size_t number, struct buf *b)
{
	char shown[FIGURE_PRINT_MAX];

	figure_show(x, shown);
	buf_addf(b, "%s{\"id\":\"f%zu\",\"figure\":\"%s\",\"value\":", number > 1 ? "," : "",
		 number, x->name);
	if (x->known)
		buf_addf(b, "%lld", (long long)x->value);
	else
		buf_add(b, STR("null"));
	buf_addf(b, ",\"shown\":\"%s\"}", shown);
}

int
report_facts(const struct responder_env *env, const struct report_ask *q, struct arena *a,
	     struct str *out, struct err *e)
{
	struct page p = { .a = a };
	struct figures f = { .v = NULL };
	struct buf b = BUF(1 << 20);
	struct dossier d;
	int found = dossier_read(env->store, q->number, q->made_at, a, &d, e);

	if (found > 0 && report_page(env, q, &d, &p, &f, e) < 0)
		found = -1;
	buf_add(&b, STR("{\"figures\":["));
	for (size_t i = 0; i < f.n; i++)
		figure_add_json(&f.v[i], i + 1, &b);
	buf_add(&b, STR("]}"));
	*out = arena_str(a, buf_str(&b));
	page_release(&p);
	figures_release(&f);
	buf_release(&b);
	return found;
}
