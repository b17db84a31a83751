#include "core/base.h"

#include "core/json.h"
#include "core/rx.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/lint_place.h"
#include "responder/lint_rules.h"

#define LOOKED_AT    (64 << 10)
#define FINDINGS_MAX 200
#define FIRST_DAY    86400

const char *const lint_severity_words[] = { "warn", "block", NULL };

struct compiled {
	const struct lint_rule *rule;
	struct rx *pattern, *unless, *with;
};
struct lint {
	struct compiled *rules;  /* all tables in one row */
	struct rx **elements[2]; /* by language */
	struct rx *dated[2], *counted[2], *denies[2];
	struct rx_scratch *scratch;
	size_t rules_n, elements_n;
};

/* One text being looked at. */
struct looking {
	struct lint *l;
	const struct lint_ask *ask;
	struct str text;
	struct lint_findings *out;
	struct arena *a;
};

/* ---- compiling ----------------------------------------------------------------------------------- */

static int
compile(const char *pattern, struct rx **out, struct err *e)
{
	*out = NULL;
	if (!pattern)
		return 0;
	*out = rx_compile(str_of(pattern), RX_NOCASE, e);
	return *out ? 0 : -1;
}

static int
rule_compile(const struct lint_rule *r, struct compiled *c, struct err *e)
{
	c->rule = r;
	if (compile(r->pattern, &c->pattern, e) < 0 || compile(r->unless, &c->unless, e) < 0 ||
	    compile(r->with, &c->with, e) < 0)
		return err_within(e, "lint rule %s", r->name);
	return 0;
}

static int
rules_compile(struct lint *l, struct err *e)
{
	while (lint_rule_at(l->rules_n))
		l->rules_n++;
	l->rules = heap_zero(l->rules_n, sizeof *l->rules);
	for (size_t i = 0; i < l->rules_n; i++)
		if (rule_compile(lint_rule_at(i), &l->rules[i], e) < 0)
			return -1;
	return 0;
}

static int
elements_compile(struct lint *l, struct err *e)
{
	while (lint_elements[l->elements_n].name)
		l->elements_n++;
	for (int lang = 0; lang < 2; lang++) {
		l->elements[lang] = heap_zero(l->elements_n, sizeof *l->elements[lang]);
		for (size_t i = 0; i < l->elements_n; i++)
			if (compile(lint_elements[i].pattern[lang], &l->elements[lang][i], e) <
			    0)
				return err_within(e, "lint element %s", lint_elements[i].name);
		if (compile(lint_dated[lang], &l->dated[lang], e) < 0 ||
		    compile(lint_counted[lang], &l->counted[lang], e) < 0 ||
		    compile(lint_denies[lang], &l->denies[lang], e) < 0)
			return -1;
	}
	return 0;
}

struct lint *
lint_new(struct err *e)
{
	struct lint *l = heap_zero(1, sizeof *l);

	l->scratch = rx_scratch_new();
	if (rules_compile(l, e) == 0 && elements_compile(l, e) == 0)
		return l;
	lint_free(l);
	return NULL;
}

void
lint_free(struct lint *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->rules && i < l->rules_n; i++) {
		rx_free(l->rules[i].pattern);
		rx_free(l->rules[i].unless);
		rx_free(l->rules[i].with);
	}
	for (int lang = 0; lang < 2; lang++) {
		for (size_t i = 0; l->elements[lang] && i < l->elements_n; i++)
			rx_free(l->elements[lang][i]);
		free(l->elements[lang]);
		rx_free(l->dated[lang]);
		rx_free(l->counted[lang]);
		rx_free(l->denies[lang]);
	}
	free(l->rules);
	rx_scratch_free(l->scratch);
	free(l);
}

const struct lint_rule *
lint_rule_at(size_t i)
{
	for (const struct lint_rule *const *t = lint_tables; *t; t++)
		for (const struct lint_rule *r = *t; r->name; r++)
			if (!i--)
				return r;
	return NULL;
}

/* ---- findings ------------------------------------------------------------------------------------- */

static void
finding_add(struct looking *k, const struct lint_finding *f)
{
	struct lint_findings *o = k->out;

	if (o->n == FINDINGS_MAX)
		return;
	if (!o->v)
		o->v = arena_alloc(k->a, FINDINGS_MAX * sizeof *o->v);
	o->v[o->n] = *f;
	o->v[o->n++].line = lint_line(k->text, f->at);
	o->blocks += f->severity == LINT_BLOCK;
}

/* "5%" is not supported by "15%", nor "3" by "1.3". */
static bool
holds_figure(struct str value, struct str figure)
{
	for (size_t at = 0; at + figure.n <= value.n; at++) {
		ptrdiff_t found = str_find(str_slice(value, at, value.n), figure);

		if (found < 0)
			return false;
		at += (size_t)found;
		if (!at || !strchr("0123456789.,", value.p[at - 1]))
			return true;
	}
	return false;
}

static bool
is_supported(const struct lint_ask *ask, struct str figure)
{
	for (size_t i = 0; i < ask->supported_n; i++)
		if (holds_figure(ask->supported[i], figure))
			return true;
	return false;
}

static bool
stands_in(struct lint *l, const struct rx *rx, struct str s)
{
	struct rx_span g[1];

	return rx && rx_match(rx, l->scratch, s, 0, g, 1) > 0;
}

/* Stands there in our own words, not in somebody's that we quote. */
static bool
stands_unquoted(struct lint *l, const struct rx *rx, struct str s)
{
	struct rx_span g[1];

	for (size_t from = 0; rx && from < s.n && rx_match(rx, l->scratch, s, from, g, 1) > 0;
	     from = g[0].at + (g[0].n ? g[0].n : 1))
		if (!lint_is_quoted(s, g[0].at, g[0].at + g[0].n))
			return true;
	return false;
}

/* Somebody else's words between quotation marks, denied in this or the next sentence. */
static bool
is_denied_quote(struct looking *k, size_t at, size_t end)
{
	return lint_is_quoted(k->text, at, end) &&
	       stands_in(k->l, k->l->denies[k->ask->lang],
			 lint_scope_of(k->text, SCOPE_NEXT, at, end));
}

static bool
is_dated(struct looking *k, size_t at, size_t end)
{
	return stands_in(k->l, k->l->dated[k->ask->lang], lint_follows(k->text, at, end));
}

static bool
passes(struct looking *k, const struct compiled *c, size_t at, size_t end)
{
	const struct lint_rule *r = c->rule;
	struct lint *l = k->l;

	if ((r->flags & LINT_IS_GAP && k->ask->gaps_pass) ||
	    (r->flags & LINT_HIGH_LEVEL && k->ask->level == 1) ||
	    (!(r->flags & LINT_IS_GAP) && lint_in_gap(k->text, at)))
		return true;
	if (r->flags & LINT_DATED_PASSES && is_dated(k, at, end))
		return true;
	if (r->flags & LINT_COUNT_PASSES &&
	    stands_in(l, l->counted[k->ask->lang],
		      lint_scope_of(k->text, SCOPE_SENTENCE, at, end)))
		return true;
	if (r->flags & LINT_IS_FIGURE && is_supported(k->ask, str_slice(k->text, at, end - at)))
		return true;
	return stands_in(l, c->unless, lint_scope_of(k->text, r->scope, at, end)) ||
	       (r->lang != RULE_BOTH && is_denied_quote(k, at, end));
}

static enum lint_severity
severity_of(struct looking *k, const struct compiled *c, size_t at, size_t end)
{
	int flags = c->rule->flags;
	bool blocks =
		(flags & LINT_FIRST_DAY && k->ask->age_s >= 0 && k->ask->age_s < FIRST_DAY) ||
		(flags & LINT_UNDATED_BLOCKS && !is_dated(k, at, end)) ||
		(flags & LINT_IS_FIGURE && k->ask->supported) ||
		(flags & LINT_NEAR_BLOCKS &&
		 stands_unquoted(k->l, c->with, lint_paragraph(k->text, at)));

	return blocks ? LINT_BLOCK : c->rule->severity;
}

static void
rule_look(struct looking *k, const struct compiled *c)
{
	const struct lint_rule *r = c->rule;
	int lang = (int)k->ask->lang;
	struct rx_span g[1];
	size_t from = 0, end;

	if ((r->lang != RULE_BOTH && (int)r->lang != lang) ||
	    (r->strategy && !(r->strategy & k->ask->blocked)) ||
	    (c->with && !stands_unquoted(k->l, c->with, k->text)))
		return;
	while (from < k->text.n && k->out->n < FINDINGS_MAX) {
		int said = rx_match(c->pattern, k->l->scratch, k->text, from, g, 1);

		/* Undecided is for a person to look at, never "no match". */
		if (said == RX_LIMIT)
			g[0] = (struct rx_span){ from, k->text.n - from };
		else if (said <= 0)
			return;
		end = g[0].at + g[0].n;
		if (said == RX_LIMIT || !passes(k, c, g[0].at, end)) {
			struct lint_finding f = { .rule = r->name,
						  .at = g[0].at,
						  .len = g[0].n,
						  .hard = r->flags & LINT_IS_HARD,
						  .reason = r->reason[lang],
						  .hint = r->hint[lang] };

			f.severity =
				said == RX_LIMIT ? LINT_WARN : severity_of(k, c, g[0].at, end);
			finding_add(k, &f);
		}
		from = end + !g[0].n;
	}
}

/* ---- structure ------------------------------------------------------------------------------------- */

static void
structure_look(struct looking *k)
{
	int lang = (int)k->ask->lang;
	bool any = k->ask->kind == LINT_ANY_KIND;

	for (size_t i = 0; i < k->l->elements_n; i++) {
		const struct lint_element *x = &lint_elements[i];
		struct lint_finding f = { .rule = x->name,
					  .severity = any ? LINT_WARN : LINT_BLOCK,
					  .at = k->text.n,
					  .reason = x->reason[lang],
					  .hint = x->hint[lang] };

		if (any ? !x->always : !(x->kinds & 1u << k->ask->kind))
			continue;
		if (!stands_in(k->l, k->l->elements[lang][i], k->text))
			finding_add(k, &f);
	}
}

static void
length_look(struct looking *k)
{
	bool zh = k->ask->lang == TEMPLATE_ZH;
	int64_t max = k->ask->max_length;
	struct lint_finding f = { .rule = "over_length",
				  .severity = LINT_BLOCK,
				  .reason = zh ? "超过了规定的长度"
					       : "longer than its place allows",
				  .hint = zh ? "删到规定长度以内" : "cut it down" };

	if (!max || utf8_count(k->text) <= (size_t)max)
		return;
	f.at = utf8_head(k->text, (size_t)max).n;
	f.len = k->text.n - f.at;
	finding_add(k, &f);
}

static int
by_place(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return strcmp(x->rule, y->rule);
}

void
lint_text(struct lint *l, const struct lint_ask *ask, struct arena *a,
	  struct lint_findings *out)
{
	struct looking k = { l, ask, utf8_cut(ask->text, LOOKED_AT), out, a };

	*out = (struct lint_findings){ .v = NULL };
	for (size_t i = 0; i < l->rules_n; i++)
		rule_look(&k, &l->rules[i]);
	structure_look(&k);
	length_look(&k);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_place);
}

void
lint_add_json(struct buf *b, const struct lint_findings *f, struct str text, int lines_before)
{
	buf_add_byte(b, '[');
	for (size_t i = 0; i < f->n; i++) {
		const struct lint_finding *x = &f->v[i];

		buf_addf(b,
			 "%s{\"rule\":\"%s\",\"severity\":\"%s\",\"line\":%d,\"at\":%zu,"
			 "\"len\":%zu",
			 i ? "," : "", x->rule, lint_severity_words[x->severity],
			 x->line + lines_before, x->at, x->len);
		if (x->hard)
			buf_add(b, STR(",\"hard\":true"));
		buf_add(b, STR(",\"said\":"));
		json_add_text(b, utf8_head(str_slice(text, x->at, x->len), 80));
		buf_add(b, STR(",\"reason\":"));
		json_add_text(b, str_of(x->reason));
		buf_add(b, STR(",\"rewrite\":"));
		json_add_text(b, str_of(x->hint));
		buf_add_byte(b, '}');
	}
	buf_add_byte(b, ']');
}

enum template_lang
lint_lang_of(struct str text)
{
	size_t han = 0, letters = 0;

	for (const char *p = text.p, *end = text.p + text.n; p < end;) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		han += utf8_is_han(cp);
		letters += cp > 0x7f || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
	}
	return han * 5 >= letters && han ? TEMPLATE_ZH : TEMPLATE_EN;
}
