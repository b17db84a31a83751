#include "core/base.h"

#include "core/str.h"
#include "responder/known.h"

struct known
known_of(struct conf_reader *r, const char *what, const struct conf_list *l,
	 const struct conf_schema *s)
{
	struct known names = { what, NULL, l->n };

	names.v = arena_alloc(conf_arena(r), (l->n + 1) * sizeof *names.v);
	for (size_t i = 0; i < l->n; i++)
		memcpy(&names.v[i], (const char *)l->v + i * s->size + s->name_at,
		       sizeof names.v[i]);
	return names;
}

bool
known_must(struct conf_reader *r, const void *field, struct str name, const struct known *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], name))
			return true;
	if (name.n)
		conf_unknown(r, field, l->what, name, l->v, l->n);
	return !name.n;
}

void
known_all(struct conf_reader *r, const struct conf_texts *t, const struct known *l)
{
	for (size_t i = 0; i < t->n; i++)
		known_must(r, &t->v[i], t->v[i], l);
}
