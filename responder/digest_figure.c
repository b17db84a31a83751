#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/digest_figure.h"
#include "responder/heap.h"

size_t
figure_add(struct figures *f, const struct figure *x)
{
	if (f->n == f->cap)
		f->v = heap_more(f->v, &f->cap, sizeof *f->v);
	f->v[f->n] = *x;
	return f->n++;
}

void
figures_release(struct figures *f)
{
	free(f->v);
	*f = (struct figures){ .v = NULL };
}

static void
print_share(int64_t milli, const char *sign, char out[FIGURE_PRINT_MAX])
{
	if (milli < 100 && milli % 10)
		snprintf(out, FIGURE_PRINT_MAX, "%s%lld.%lld%%", sign, (long long)(milli / 10),
			 (long long)(milli % 10));
	else
		snprintf(out, FIGURE_PRINT_MAX, "%s%lld%%", sign,
			 (long long)((milli + 5) / 10));
}

static void
print_span(int64_t s, char out[FIGURE_PRINT_MAX])
{
	static const struct {
		int64_t under, unit;
		const char *word;
	} units[] = { { 3600, 60, "min" },
		      { 2 * 86400, 3600, "h" },
		      { INT64_MAX, 86400, "d" } };
	size_t i = 0;

	while (s >= units[i].under)
		i++;
	if (i == 0 || s % units[i].unit * 10 / units[i].unit == 0)
		snprintf(out, FIGURE_PRINT_MAX, "%lld%s", (long long)(s / units[i].unit),
			 units[i].word);
	else
		snprintf(out, FIGURE_PRINT_MAX, "%lld.%lld%s", (long long)(s / units[i].unit),
			 (long long)(s % units[i].unit * 10 / units[i].unit), units[i].word);
}

static void
print_micro(int64_t v, char out[FIGURE_PRINT_MAX])
{
	long long whole = llabs(v) / 1000000, cents = llabs(v) % 1000000 / 10000;

	if (cents)
		snprintf(out, FIGURE_PRINT_MAX, "%s%lld.%02lld", v < 0 ? "-" : "", whole,
			 cents);
	else
		snprintf(out, FIGURE_PRINT_MAX, "%s%lld", v < 0 ? "-" : "", whole);
}

void
figure_show(const struct figure *x, char out[FIGURE_PRINT_MAX])
{
	int64_t v = x->value;
	const char *sign = v < 0 ? "-" : "+";

	if (!x->known)
		snprintf(out, FIGURE_PRINT_MAX, "—");
	else if (x->form == FIGURE_SHARE)
		print_share(v, "", out);
	else if (x->form == FIGURE_SIGNED)
		snprintf(out, FIGURE_PRINT_MAX, "%s%lld.%02lld", sign, llabs(v) / 1000,
			 llabs(v) % 1000 / 10);
	else if (x->form == FIGURE_CHANGE)
		print_share(llabs(v), sign, out);
	else if (x->form == FIGURE_MICRO)
		print_micro(v, out);
	else if (x->form == FIGURE_SPAN)
		print_span(v, out);
	else
		snprintf(out, FIGURE_PRINT_MAX, "%lld", (long long)v);
}

const char *
figure_mark_of(size_t number, const struct figure *x, struct arena *a)
{
	char text[FIGURE_PRINT_MAX];

	figure_show(x, text);
	return arena_textf(a, "%c%zu%c%s%c", FIGURE_OPEN, number, FIGURE_VALUE, text,
			   FIGURE_CLOSE);
}

const char *
figure_mark(const struct figures *f, size_t i, struct arena *a)
{
	return figure_mark_of(i + 1, &f->v[i], a);
}

bool
figure_marked(struct str s, size_t *number, struct str *value, size_t *len)
{
	size_t i = 1, from;

	if (!s.n || s.p[0] != FIGURE_OPEN)
		return false;
	*number = 0;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && *number < 1000000)
		*number = *number * 10 + (size_t)(s.p[i++] - '0');
	if (i == 1 || i == s.n || s.p[i] != FIGURE_VALUE)
		return false;
	from = ++i;
	while (i < s.n && s.p[i] != FIGURE_CLOSE && i - from < FIGURE_PRINT_MAX)
		i++;
	if (i == s.n || s.p[i] != FIGURE_CLOSE)
		return false;
	*value = str_slice(s, from, i - from);
	*len = i + 1;
	return true;
}
