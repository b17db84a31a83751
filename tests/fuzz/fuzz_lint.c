/* fuzz: responder/lint.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* First byte: language and kind; then the text. Findings lie within it, in order. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct lint *l; /* compiling the rules takes longer than a run */
	struct lint_ask ask = { .text = { (const char *)p + 1, n ? n - 1 : 0 }, .age_s = 60 };
	struct lint_findings f;
	struct buf json = BUF(1 << 20);
	struct arena *a;
	struct err e = { 0 };

	if (!n || !utf8_valid(ask.text))
		return 0;
	if (!l && !(l = lint_new(&e)))
		abort();
	ask.lang = p[0] & 1 ? TEMPLATE_EN : TEMPLATE_ZH;
	ask.kind = (p[0] >> 1) % (TEMPLATE_KINDS + 1) - 1;
	ask.max_length = p[0] & 0x80 ? 100 : 0;
	a = arena_new();
	lint_text(l, &ask, a, &f);
	for (size_t i = 0; i < f.n; i++) {
		if (f.v[i].at > ask.text.n || f.v[i].len > ask.text.n - f.v[i].at ||
		    f.v[i].line < 1)
			abort();
		if (i && f.v[i].at < f.v[i - 1].at)
			abort();
	}
	lint_add_json(&json, &f, ask.text, 0);
	if (json.p[json.n - 1] != ']')
		abort();
	if (lint_lang_of(ask.text) > TEMPLATE_EN || !lint_rule_at(0))
		abort();
	buf_release(&json);
	arena_free(a);
	if (ask.max_length && p[0] == 0xff) { /* and give it back, so that leaks are seen */
		lint_free(l);
		l = NULL;
	}
	return 0;
}
