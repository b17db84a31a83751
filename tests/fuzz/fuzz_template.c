/* fuzz: responder/template.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/template.h"
#include "tests/support/hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Every other slot has a value: the file's own text, as hostile as it is. */
static bool
find(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	const struct str *text = arg;

	(void)t;
	if (slot.n % 2)
		return false;
	*out = (struct template_value){ *text, STR("{\"fact\":\"x\"}") };
	return true;
}

/* A file is refused with its name, or rendered without a slot left that was one. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n }, value = str_slice(text, 0, 200);
	struct template_source src = { find, &value };
	struct template_out o;
	struct template *t;
	struct err e = { 0 };

	t = template_parse(text, "t.md", &e);
	if (!t) {
		if (e.kind != ERR_USAGE || !str_starts(str_of(e.text), STR("t.md:")))
			abort();
		return 0;
	}
	template_fits(t, STR("food_safety"));
	o = template_out_new();
	value = utf8_cut(value, value.n);
	template_render(t, &src, &o);
	if (buf_ok(&o.text) && !utf8_valid(buf_str(&o.text)))
		abort();
	if (o.gaps.p[0] != '[' || o.evidence.p[0] != '{')
		abort();
	template_out_release(&o);
	template_free(t);
	return 0;
}
