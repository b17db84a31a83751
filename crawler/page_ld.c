/* page_ld.c - JSON-LD: the first article of a page, its persons by reference, too. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "crawler/page_meta.h"

#define OBJECTS_MAX 500
#define DEPTH_MAX   6
#define NAMES_MAX   8 /* of authors */
#define SCRIPTS_MAX 32

struct found {
	struct arena *a;
	struct page_ld *ld;
	const struct json *roots[SCRIPTS_MAX];
	size_t n_roots;
	int left; /* objects still looked at */
};

static void
keep(struct str *to, struct str s)
{
	if (!to->n)
		*to = str_trim(s);
}

static bool
is_type(const struct json *j, const char *const *kinds)
{
	const struct json *type = json_get(j, "@type");
	struct str s = json_kind(type) == JSON_LIST ? json_text(json_at(type, 0), STR(""))
						    : json_text(type, STR(""));

	for (; *kinds; kinds++)
		if (str_ends(s, str_of(*kinds)))
			return true;
	return false;
}

/* The object with the @id, anywhere: {"@id": "#ann"} stands for it. */
static const struct json *
by_id(const struct json *j, struct str id, int depth, int *left)
{
	const struct json *hit = NULL;

	if (depth > DEPTH_MAX || (*left)-- <= 0)
		return NULL;
	if (json_kind(j) == JSON_LIST) {
		for (size_t i = 0; !hit && i < json_count(j) && i < 50; i++)
			hit = by_id(json_at(j, i), id, depth + 1, left);
		return hit;
	}
	if (json_kind(j) != JSON_OBJECT)
		return NULL;
	if (json_get(j, "name") && str_eq(json_text(json_get(j, "@id"), STR("")), id))
		return j;
	for (size_t i = 0; !hit && i < json_count(j); i++) {
		struct str key;
		const struct json *v = json_member(j, i, &key);

		if (json_kind(v) == JSON_LIST || json_kind(v) == JSON_OBJECT)
			hit = by_id(v, id, depth + 1, left);
	}
	return hit;
}

static const struct json *
resolve(const struct found *f, const struct json *j)
{
	struct str id = json_text(json_get(j, "@id"), STR(""));
	const struct json *hit = NULL;
	int left = OBJECTS_MAX * 4;

	if (json_kind(j) != JSON_OBJECT || json_get(j, "name") || !id.n)
		return j;
	for (size_t i = 0; !hit && i < f->n_roots; i++)
		hit = by_id(f->roots[i], id, 0, &left);
	return hit;
}

static struct str
name_of(const struct found *f, const struct json *j)
{
	if (json_kind(j) == JSON_LIST)
		j = json_at(j, 0);
	if (json_kind(j) == JSON_TEXT)
		return json_text(j, STR(""));
	j = json_get(resolve(f, j), "name");
	if (json_kind(j) == JSON_LIST)
		j = json_at(j, 0);
	return json_text(j, STR(""));
}

/* The first person: one account. A company that signs is not yet an author. */
static void
read_authors(struct found *f, const struct json *j)
{
	static const char *const companies[] = { "Organization", "Corporation", NULL };
	bool list = json_kind(j) == JSON_LIST;

	for (size_t i = 0; i < (list ? json_count(j) : 1) && i < NAMES_MAX; i++) {
		const struct json *one = resolve(f, list ? json_at(j, i) : j);

		keep(is_type(one, companies) ? &f->ld->company : &f->ld->author,
		     name_of(f, one));
	}
}

static void
look(struct found *f, const struct json *j, int depth)
{
	static const char *const articles[] = { "Article", "Posting",     "NewsStory",
						"Report",  "WebPage",     "Review",
						"Recipe",  "VideoObject", NULL };
	struct page_ld *ld = f->ld;

	if (depth > DEPTH_MAX || f->left-- <= 0)
		return;
	if (json_kind(j) == JSON_LIST) {
		for (size_t i = 0; i < json_count(j) && i < 50; i++)
			look(f, json_at(j, i), depth + 1);
		return;
	}
	if (json_kind(j) != JSON_OBJECT)
		return;
	if (is_type(j, articles)) {
		keep(&ld->headline, json_text(json_get(j, "headline"), STR("")));
		read_authors(f, json_get(j, "author"));
		read_authors(f, json_get(j, "creator"));
		keep(&ld->date, json_text(json_get(j, "datePublished"), STR("")));
		keep(&ld->date, json_text(json_get(j, "dateCreated"), STR("")));
		keep(&ld->modified, json_text(json_get(j, "dateModified"), STR("")));
		keep(&ld->site, name_of(f, json_get(j, "publisher")));
		keep(&ld->lang, json_text(json_get(j, "inLanguage"), STR("")));
		keep(&ld->body, json_text(json_get(j, "articleBody"), STR("")));
	}
	look(f, json_get(j, "@graph"), depth + 1);
	look(f, json_get(j, "mainEntity"), depth + 1);
	look(f, json_get(j, "mainEntityOfPage"), depth + 1);
}

/* Scripts that are no JSON (raw line feeds, commas too many): a quoted value behind its key. */
static struct str
loose_value(struct str s, const char *key)
{
	ptrdiff_t at = str_find(s, str_of(key)), end;

	if (at < 0)
		return STR("");
	s = str_trim(str_slice(s, (size_t)at + strlen(key), s.n));
	if (!s.n || *s.p != ':')
		return STR("");
	s = str_trim(str_slice(s, 1, s.n));
	if (!s.n || *s.p != '"')
		return STR("");
	s = str_slice(s, 1, 300);
	end = str_find_byte(s, '"');
	return end < 0 ? STR("") : str_slice(s, 0, (size_t)end);
}

static struct str
loose_author(struct str s)
{
	ptrdiff_t at = str_find(s, STR("\"author\""));

	return at < 0 ? STR("") : loose_value(str_slice(s, (size_t)at + 8, 300), "\"name\"");
}

void
page_ld_read(const struct tree *t, struct page_ld *ld)
{
	struct found f = { .a = t->a, .ld = ld, .left = OBJECTS_MAX };
	struct str all = buf_str(&t->json), one;

	*ld = (struct page_ld){ .headline = STR("") };
	while (str_next(&all, '\0', &one)) {
		const struct json *j;
		struct err e;

		one = str_trim(one);
		if (!one.n)
			continue;
		j = json_parse_web(f.a, one, &e);
		if (j && f.n_roots < SCRIPTS_MAX) {
			f.roots[f.n_roots++] = j;
			continue;
		}
		keep(&ld->date, loose_value(one, "\"datePublished\""));
		keep(&ld->date, loose_value(one, "\"pubDate\""));
		keep(&ld->headline, loose_value(one, "\"headline\""));
		keep(&ld->author, loose_author(one));
	}
	for (size_t i = 0; i < f.n_roots; i++)
		look(&f, f.roots[i], 0);
}
