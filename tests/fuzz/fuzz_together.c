/* fuzz: responder/lint_together.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/lint_together.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Two texts, parted by a NUL; the first byte says their languages. What is said stands in them. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct together *t; /* compiling takes longer than a run */
	struct together_text x[2] = { { .name = "a", .kind = -1 },
				      { .name = "b", .kind = -1 } };
	struct str all = { (const char *)p + 1, n ? n - 1 : 0 };
	struct together_findings f;
	struct arena *a;
	struct err e = { 0 };
	ptrdiff_t cut;

	if (!n || !utf8_valid(all))
		return 0;
	if (!t && !(t = together_new(&e)))
		abort();
	cut = str_find_byte(all, 0);
	x[0].text = cut < 0 ? all : str_slice(all, 0, (size_t)cut);
	x[1].text = cut < 0 ? all : str_slice(all, (size_t)cut + 1, all.n);
	x[0].lang = p[0] & 1 ? TEMPLATE_EN : TEMPLATE_ZH;
	x[1].lang = p[0] & 2 ? TEMPLATE_EN : TEMPLATE_ZH;
	a = arena_new();
	together_look(t, x, 2, a, &f);
	for (size_t i = 0; i < f.n; i++)
		for (int s = 0; s < 2; s++) {
			struct str in = x[f.v[i].text[s]].text;

			if (f.v[i].said[s].p < in.p ||
			    f.v[i].said[s].p + f.v[i].said[s].n > in.p + in.n ||
			    f.v[i].line[s] < 1)
				abort();
		}
	if (cut < 0 && x[0].lang == x[1].lang)
		for (size_t i = 0; i < f.n; i++) /* a text does not contradict itself … */
			if (strcmp(f.v[i].rule, "together.figure") == 0)
				abort();
	arena_free(a);
	if (p[0] == 0xff) { /* and give it back, so that leaks are seen */
		together_free(t);
		t = NULL;
	}
	return 0;
}
