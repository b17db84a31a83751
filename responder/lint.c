#include "core/base.h"

#include "core/json.h"
#include "core/rx.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/lint_rules.h"

#define LOOKED_AT    (64 << 10)
#define FINDINGS_MAX 200
#define FIRST_DAY    86400

const char *const lint_severity_words[] = { "warn", "block", NULL };

struct compiled {
	struct rx *pattern, *unless, *with;
};
struct lint {
	struct compiled *rules;
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
rules_compile(struct lint *l, struct err *e)
{
	while (lint_rules[l->rules_n].name)
		l->rules_n++;
	l->rules = heap_zero(l->rules_n, sizeof *l->rules);
	for (size_t i = 0; i < l->rules_n; i++) {
		const struct lint_rule *r = &lint_rules[i];

		if (compile(r->pattern, &l->rules[i].pattern, e) < 0 ||
		    compile(r->unless, &l->rules[i].unless, e) < 0 ||
		    compile(r->with, &l->rules[i].with, e) < 0)
			return err_within(e, "lint rule %s", r->name);
	}
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

const char *
lint_rule_name(size_t i)
{
	return lint_rules[i].name;
}

/* ---- places -------------------------------------------------------------------------------------- */

/* A sentence ends at 。！？；!? and a line's end, and at a full stop before a blank. */
static bool
ends_sentence(struct str t, size_t at, size_t *len)
{
	static const struct str wide[] = { STR_INIT("。"), STR_INIT("！"), STR_INIT("？"),
					   STR_INIT("；") };
	struct str rest = str_slice(t, at, t.n);

	*len = 1;
	if (!rest.n || strchr("\n!?", rest.p[0]))
		return true;
	if (rest.p[0] == '.' && (rest.n == 1 || strchr(" \n\"'", rest.p[1])))
		return true;
	*len = 3;
	for (size_t i = 0; i < LY_COUNT(wide); i++)
		if (str_starts(rest, wide[i]))
			return true;
	return false;
}

static size_t
sentence_end(struct str t, size_t at)
{
	size_t len;

	while (at < t.n && !ends_sentence(t, at, &len))
		at++;
	return at < t.n ? at + len : t.n;
}

static struct str
sentence_of(struct str t, size_t at, size_t end, size_t *from)
{
	size_t len;

	*from = at;
	while (*from > 0 && !(ends_sentence(t, *from - 1, &len) && len == 1) &&
	       !(*from >= 3 && ends_sentence(t, *from - 3, &len) && len == 3))
		--*from;
	end = sentence_end(t, end);
	return str_slice(t, *from, end - *from);
}

static struct str
scope_of(struct str t, enum lint_scope scope, size_t at, size_t end)
{
	size_t from, to;
	struct str s = sentence_of(t, at, end, &from);

	if (scope == SCOPE_TEXT)
		return t;
	to = from + s.n;
	if (scope == SCOPE_NEXT)
		to = sentence_end(t, sentence_end(t, to) == to + 1 ? to + 1 : to);
	return str_slice(t, from, to - from);
}

static bool
stands_in(struct lint *l, const struct rx *rx, struct str s)
{
	struct rx_span g[1];

	return rx && rx_match(rx, l->scratch, s, 0, g, 1) > 0;
}

static int
line_of(struct str t, size_t at)
{
	int n = 1;

	for (size_t i = 0; i < at && i < t.n; i++)
		n += t.p[i] == '\n';
	return n;
}

/* Somebody else's words between quotation marks, denied in this or the next sentence. */
static bool
is_denied_quote(struct looking *k, size_t at, size_t end)
{
	static const struct {
		struct str open, close;
	} quotes[] = { { STR_INIT("“"), STR_INIT("”") },
		       { STR_INIT("「"), STR_INIT("」") },
		       { STR_INIT("『"), STR_INIT("』") },
		       { STR_INIT("\""), STR_INIT("\"") } };
	size_t from;
	struct str s = sentence_of(k->text, at, end, &from);
	struct str before = str_slice(k->text, from, at - from);
	struct str after = str_slice(k->text, end, from + s.n - end);

	if (!stands_in(k->l, k->l->denies[k->ask->lang],
		       scope_of(k->text, SCOPE_NEXT, at, end)))
		return false;
	for (size_t i = 0; i < LY_COUNT(quotes); i++) {
		bool open = false;

		for (size_t b = 0; b < before.n; b++) {
			struct str here = str_slice(before, b, before.n);

			if (str_starts(here, open ? quotes[i].close : quotes[i].open))
				open = !open;
		}
		if (open && str_find(after, quotes[i].close) >= 0)
			return true;
	}
	return false;
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
	o->v[o->n++].line = line_of(k->text, f->at);
	o->blocks += f->severity == LINT_BLOCK;
}

static bool
is_supported(const struct lint_ask *ask, struct str figure)
{
	for (size_t i = 0; i < ask->supported_n; i++)
		if (str_find(ask->supported[i], figure) >= 0)
			return true;
	return false;
}

static bool
passes(struct looking *k, size_t i, size_t at, size_t end)
{
	const struct lint_rule *r = &lint_rules[i];
	struct lint *l = k->l;
	int lang = (int)k->ask->lang;
	struct str sentence = scope_of(k->text, SCOPE_SENTENCE, at, end);

	if ((r->flags & LINT_IS_GAP && k->ask->gaps_pass) ||
	    (r->flags & LINT_HIGH_LEVEL && k->ask->level == 1))
		return true;
	if (r->flags & LINT_DATED_PASSES &&
	    stands_in(l, l->dated[lang], scope_of(k->text, SCOPE_NEXT, at, end)))
		return true;
	if (r->flags & LINT_COUNT_PASSES && stands_in(l, l->counted[lang], sentence))
		return true;
	if (r->flags & LINT_IS_FIGURE && is_supported(k->ask, str_slice(k->text, at, end - at)))
		return true;
	return stands_in(l, l->rules[i].unless, scope_of(k->text, r->scope, at, end)) ||
	       (r->lang != RULE_BOTH && !(r->flags & LINT_IS_HARD) &&
		is_denied_quote(k, at, end));
}

static enum lint_severity
severity_of(struct looking *k, const struct lint_rule *r, size_t at, size_t end)
{
	int lang = (int)k->ask->lang;

	if (r->flags & LINT_FIRST_DAY && k->ask->age_s >= 0 && k->ask->age_s < FIRST_DAY)
		return LINT_BLOCK;
	if (r->flags & LINT_UNDATED_BLOCKS &&
	    !stands_in(k->l, k->l->dated[lang], scope_of(k->text, SCOPE_NEXT, at, end)))
		return LINT_BLOCK;
	return r->severity;
}

static void
rule_look(struct looking *k, size_t i)
{
	const struct lint_rule *r = &lint_rules[i];
	const struct compiled *c = &k->l->rules[i];
	int lang = (int)k->ask->lang;
	struct rx_span g[1];
	size_t from = 0;

	if ((r->lang != RULE_BOTH && (int)r->lang != lang) ||
	    (c->with && !stands_in(k->l, c->with, k->text)))
		return;
	while (from < k->text.n && k->out->n < FINDINGS_MAX) {
		int said = rx_match(c->pattern, k->l->scratch, k->text, from, g, 1);

		/* Undecided is for a person to look at, never "no match". */
		if (said == RX_LIMIT)
			g[0] = (struct rx_span){ from, k->text.n - from };
		else if (said <= 0)
			return;
		if (said == RX_LIMIT || !passes(k, i, g[0].at, g[0].at + g[0].n)) {
			struct lint_finding f = { .rule = r->name,
						  .at = g[0].at,
						  .len = g[0].n,
						  .hard = r->flags & LINT_IS_HARD,
						  .reason = r->reason[lang],
						  .hint = r->hint[lang] };

			f.severity = said == RX_LIMIT
					     ? LINT_WARN
					     : severity_of(k, r, g[0].at, g[0].at + g[0].n);
			finding_add(k, &f);
		}
		from = g[0].at + (g[0].n ? g[0].n : 1);
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
		rule_look(&k, i);
	structure_look(&k);
	length_look(&k);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_place);
}

void
lint_add_json(struct buf *b, const struct lint_findings *f, struct str text)
{
	buf_add_byte(b, '[');
	for (size_t i = 0; i < f->n; i++) {
		const struct lint_finding *x = &f->v[i];

		buf_addf(b,
			 "%s{\"rule\":\"%s\",\"severity\":\"%s\",\"line\":%d,\"at\":%zu,"
			 "\"len\":%zu",
			 i ? "," : "", x->rule, lint_severity_words[x->severity], x->line,
			 x->at, x->len);
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
