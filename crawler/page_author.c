/*
 * page_author.c - who wrote a page.
 *
 * JSON-LD's person, meta, microdata, rel=author, classes and bylines near the heading; the
 * company that signs, or the editor, only when there is no other. The site's own name is no
 * author where a person is known.
 */
#include "core/base.h"

#include <ctype.h>
#include <strings.h>

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page_meta.h"

#define NAME_MAX_BYTES 120
#define NEAR_BEFORE    60
#define NEAR_BEHIND    200

static const char *const meta_author[] = { "author",
					   "byl",
					   "parsely-author",
					   "dc.creator",
					   "dcterms.creator",
					   "sailthru.author",
					   "article:author",
					   "og:article:author",
					   "article:author_name",
					   "citation_author",
					   "creator",
					   "authors",
					   "mediaid",
					   NULL };

/* What stands before a name. Longer ones first where one begins another. */
static const struct str heads[] = {
	STR_INIT("posted by"),
	STR_INIT("written by"),
	STR_INIT("published by"),
	STR_INIT("veröffentlicht von"),
	STR_INIT("geschrieben von"),
	STR_INIT("ein artikel von"),
	STR_INIT("ein beitrag von"),
	STR_INIT("interview von"),
	STR_INIT("und interview"),
	STR_INIT("verfasst von"),
	STR_INIT("erstellt von"),
	STR_INIT("ein gastbeitrag von"),
	STR_INIT("publié par"),
	STR_INIT("escrito por"),
	STR_INIT("by"),
	STR_INIT("von"),
	STR_INIT("por"),
	STR_INIT("par"),
	STR_INIT("di"),
	STR_INIT("text und"),
	STR_INIT("text"),
	STR_INIT("authors"),
	STR_INIT("author"),
	STR_INIT("autorin"),
	STR_INIT("autoren"),
	STR_INIT("autor"),
	STR_INIT("auteur"),
	STR_INIT("interview"),
	STR_INIT("protokoll"),
	STR_INIT("本报记者"),
	STR_INIT("特约记者"),
	STR_INIT("作者"),
	STR_INIT("责任编辑"),
	STR_INIT("责编"),
	STR_INIT("编辑"),
	STR_INIT("记者"),
	STR_INIT("撰文"),
	STR_INIT("文/"),
	STR_INIT("："),
};
/* What ends one. */
static const char *const tails[] = {
	" am ", " on ", " vom ", " at ", " le ", " el ",     " um ",       " | ",   " • ",
	" · ",  " / ",  " – ",   " — ",  "  ",   " updated", " published", "来源",  "编辑",
	" in ", " (",   "（",    "时间", "责任", " aktual",  " Lesezeit",  " für ",
};
/* What is no name at all. */
static const char *const nobody[] = {
	"posted",  "publi",     "admin",     "http",         "www.", "comment", "share",
	"follow",  "kommentar", "unbekannt", "anonym",       "von",  "author",  "autor",
	"leave a", "datum",     "foto",      "view all",     "mehr", "read",    "zuletzt",
	"quelle",  "source",    "updated",   "last updated",
};

/* Does s begin with the word, and then something that is no letter? */
static bool
has_head(struct str s, struct str word)
{
	if (s.n <= word.n || !str_eq_nocase(str_slice(s, 0, word.n), word))
		return false;
	return (unsigned char)word.p[0] >= 0x80 || strchr(" \n:\t", s.p[word.n]) != NULL;
}

static struct str
without_heads(struct str s)
{
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		if (has_head(s, heads[i]))
			s = str_trim(str_slice(s, heads[i].n, s.n));
	while (s.n && strchr(":|-,;/", *s.p))
		s = str_trim(str_slice(s, 1, s.n));
	return s;
}

static struct str
without_tails(struct str s)
{
	ptrdiff_t at = str_find_byte(s, '\n');

	if (at >= 0)
		s = str_trim(str_slice(s, 0, (size_t)at));
	for (size_t i = 0; i < LY_COUNT(tails); i++) {
		at = str_find_nocase(s, str_of(tails[i]));
		if (at > 2)
			s = str_trim(str_slice(s, 0, (size_t)at));
	}
	for (size_t i = 1; i < s.n; i++) /* "Ann Lee 12.3.2026" */
		if (isdigit((unsigned char)s.p[i]) && s.p[i - 1] == ' ')
			s = str_trim(str_slice(s, 0, i));
	while (s.n && strchr(",;:|-", s.p[s.n - 1]))
		s = str_trim(str_slice(s, 0, s.n - 1));
	return s;
}

/* "Posted on March 5, 2026 by Ann Lee" -> "Ann Lee". */
static struct str
behind_day(struct str s)
{
	static const struct {
		struct str head, mark;
	} forms[] = {
		{ STR_INIT("posted on "), STR_INIT(" by ") },
		{ STR_INIT("published on "), STR_INIT(" by ") },
		{ STR_INIT("veröffentlicht am "), STR_INIT(" von ") },
		{ STR_INIT("geschrieben am "), STR_INIT(" von ") },
		{ STR_INIT("erstellt am "), STR_INIT(" von ") },
		{ STR_INIT("publié le "), STR_INIT(" par ") },
		{ STR_INIT("publicado el "), STR_INIT(" por ") },
	};

	for (size_t i = 0; i < LY_COUNT(forms); i++) {
		ptrdiff_t at;

		if (!str_eq_nocase(str_slice(s, 0, forms[i].head.n), forms[i].head))
			continue;
		at = str_find_nocase(s, forms[i].mark);
		return at < 0 ? s : str_trim(str_slice(s, (size_t)at + forms[i].mark.n, s.n));
	}
	return s;
}

/* "By Ann Lee", "作者：王小明" -> the name; empty when it reads like no name. */
static struct str
person(struct str s)
{
	s = without_tails(without_heads(behind_day(str_trim(s))));
	if (s.n < 2 || s.n > NAME_MAX_BYTES || *s.p == '@' || str_find(s, STR("://")) >= 0 ||
	    isdigit((unsigned char)*s.p))
		return STR("");
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		if (str_eq_nocase(s, heads[i]))
			return STR("");
	for (size_t i = 0; i < LY_COUNT(nobody); i++)
		if (str_eq_nocase(str_slice(s, 0, strlen(nobody[i])), str_of(nobody[i])))
			return STR("");
	return s;
}

/* Letters and digits alone, lower case: "Hill-Daily" is hilldaily of hilldaily.test. */
static size_t
plain(struct str s, char *to, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < room - 1; i++)
		if (isalnum((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			to[n++] = (char)tolower((unsigned char)s.p[i]);
	to[n] = 0;
	return n;
}

/* Is the host's own label part of the name, and more is in it: "Bund der Verbraucher e.V." of
 * verbraucher.test? */
static bool
signs_for_host(struct str host, const char *name)
{
	char label[200];
	struct str part, own = STR("");
	ptrdiff_t dot;

	while ((dot = str_find_byte(host, '.')) >= 0) { /* the longest of them */
		part = str_slice(host, 0, (size_t)dot);
		host = str_slice(host, (size_t)dot + 1, host.n);
		own = part.n > own.n ? part : own;
	}
	return plain(own, label, sizeof label) >= 5 && strstr(name, label);
}

/* Is it the site that signs? */
static bool
is_site(const struct page *p, struct str url, struct str s)
{
	char name[200], site[200], host[200];
	size_t n = plain(s, name, sizeof name);
	ptrdiff_t at = str_find(url, STR("://"));
	struct str h = at < 0 ? url : str_slice(url, (size_t)at + 3, url.n);

	at = str_find_byte(h, '/');
	h = at < 0 ? h : str_slice(h, 0, (size_t)at);
	plain(h, host, sizeof host);
	if (plain(p->site, site, sizeof site) && (!strcmp(name, site) || strstr(name, site)))
		return true;
	if (n >= 4 && strstr(host, name))
		return true;
	return signs_for_host(h, name);
}

/* ---- elements --------------------------------------------------------------------------------- */

static bool
is_hit(const struct node *n, int pass)
{
	switch (pass) {
	case 0:
		return n->attrs->itemprop.n && strcasestr(n->attrs->itemprop.p, "author");
	case 1:
		return n->attrs->rel.n && str_find_nocase(n->attrs->rel, STR("author")) >= 0;
	default:
		return (n->says & SAYS_AUTHOR) != 0;
	}
}

static struct str
by_element(const struct tree *t, int32_t from, int32_t end, bool anywhere)
{
	for (int pass = 0; pass < 3; pass++)
		for (int32_t i = from < 0 ? 0 : from; i < end && i < t->n; i++) {
			const struct node *n = &t->nodes[i];
			struct str s;

			if (n->tag == TAG_TEXT || !is_hit(n, pass) || n->end - i > 60 ||
			    (!anywhere && page_is_aside(t, i)))
				continue;
			if (pass == 2 && (n->says & SAYS_UNLIKELY))
				continue;
			s = person(pass == 0 && n->attrs->value.n ? n->attrs->value
								  : tree_text(t, i));
			if (s.n > 1)
				return s;
		}
	return STR("");
}

/* ---- bylines ----------------------------------------------------------------------------------- */

/* Two to five words, each with a capital: "Von Ann Lee". */
static bool
reads_like_name(struct str s)
{
	int words = 0, capital = 0;

	if (s.n < 4 || s.n > 60)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (i && s.p[i - 1] != ' ' && s.p[i - 1] != '-')
			continue;
		words += s.p[i] != ' ';
		capital += isupper((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80;
	}
	return words >= 2 && words <= 6 && capital * 4 >= words * 3;
}

static struct str
by_byline(const struct tree *t, int32_t from, int32_t end)
{
	static const struct str marks[] = { STR_INIT("by"),
					    STR_INIT("von"),
					    STR_INIT("por"),
					    STR_INIT("par"),
					    STR_INIT("autor"),
					    STR_INIT("text"),
					    STR_INIT("author"),
					    STR_INIT("autorin"),
					    STR_INIT("written by"),
					    STR_INIT("posted by"),
					    STR_INIT("posted on"),
					    STR_INIT("veröffentlicht am"),
					    STR_INIT("veröffentlicht von"),
					    STR_INIT("geschrieben von"),
					    STR_INIT("ein artikel von"),
					    STR_INIT("ein beitrag von"),
					    STR_INIT("publié le"),
					    STR_INIT("ein gastbeitrag von") };

	for (int32_t i = from < 0 ? 0 : from; i < end && i < t->n; i++) {
		const struct node *n = &t->nodes[i];
		struct str s, name;

		if (n->tag == TAG_TEXT || !tag_info[n->tag].block || n->end - i > 12)
			continue;
		s = tree_text(t, i);
		for (size_t k = 0; s.n < 150 && k < LY_COUNT(marks); k++) {
			if (!has_head(s, marks[k]))
				continue;
			name = person(s);
			if (reads_like_name(name))
				return name;
		}
	}
	return STR("");
}

/* "来源：… 作者：王小明 " in a short run of text. */
static struct str
by_han(const struct tree *t)
{
	static const char *const marks[] = { "作者", "记者：", "责任编辑", "编辑：", "记者" };

	int32_t *runs = arena_alloc(t->a, (size_t)t->n * sizeof *runs), n_runs = 0;

	for (int32_t i = 0; i < t->n; i++) {
		struct str s = t->nodes[i].text;

		if (t->nodes[i].tag == TAG_TEXT && s.n <= 300 && s.n >= 6 &&
		    (str_find(s, STR("者")) >= 0 || str_find(s, STR("编辑")) >= 0))
			runs[n_runs++] = i;
	}
	for (size_t k = 0; k < LY_COUNT(marks); k++)
		for (int32_t i = 0; i < n_runs; i++) {
			struct str s = t->nodes[runs[i]].text;
			ptrdiff_t at = str_find(s, str_of(marks[k]));
			size_t n = 0;

			if (at < 0)
				continue;
			s = without_heads(str_trim(str_slice(s, (size_t)at, s.n)));
			while (n < s.n && !strchr(" |)]\n\t", s.p[n]) &&
			       str_find(str_slice(s, n, 3), STR("）")) != 0 &&
			       str_find(str_slice(s, n, 3), STR("】")) != 0)
				n++;
			if (n > 3 && n <= 30 && utf8_count(str_slice(s, 0, n)) <= 10)
				return str_slice(s, 0, n);
		}
	return STR("");
}

/* ---- all of them -------------------------------------------------------------------------------- */

void
page_find_author(const struct tree *t, const struct page_ld *ld, struct str url,
		 int32_t heading, struct page *p)
{
	int32_t from = heading - NEAR_BEFORE, end = heading < 0 ? t->n : heading + NEAR_BEHIND;
	const char *key = NULL;
	struct {
		struct str name;
		const char *from;
	} found[] = {
		{ person(ld->author), "json-ld" },
		{ person(page_meta_get(t, meta_author, &key)), "meta" },
		{ by_element(t, from, end, false), "element" },
		{ STR(""), "byline" },
		{ STR(""), "element" },
		{ STR(""), "text" },
		{ STR(""), "element" },
		{ ld->company, "json-ld organization" },
	};
	size_t last = LY_COUNT(found);

	for (size_t i = 0; i < LY_COUNT(found); i++) {
		if (i == 3)
			found[i].name = by_byline(t, heading < 0 ? 0 : heading - 10,
						  heading < 0 ? 0 : heading + 60);
		else if (i == 4)
			found[i].name = by_element(t, 0, t->n, false);
		else if (i == 5)
			found[i].name = by_han(t);
		else if (i == 6)
			found[i].name = by_element(t, 0, t->n, true);
		if (!found[i].name.n)
			continue;
		if (last == LY_COUNT(found))
			last = i; /* the site itself, if it must be */
		if (is_site(p, url, found[i].name))
			continue;
		last = i;
		break;
	}
	if (last == LY_COUNT(found))
		return;
	p->author = found[last].name;
	p->author_from = last == 1 && key ? key : found[last].from;
}
