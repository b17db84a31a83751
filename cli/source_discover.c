/* source_discover.c - `langyan source discover URL`: the feeds of a site, each tried, the best first. */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/discover.h"

#include "cli/source_trial.h"
#include "cli/source_verbs.h"

#define TRIES_MAX   20 /* addresses that are asked for one site */
#define PRIVATE_MAX 8
#define STALE_S     (180 * 86400)

struct found {
	struct trial trial;
	const struct lead *lead;
	int64_t newest_at;
	int score;
};
struct hunt {
	struct trial_world *w;
	struct leads leads;
	struct found v[TRIES_MAX];
	size_t n, tried, feeds;
	struct buf log; /* what was tried and is none, a line each */
};

static bool
is_about_comments(const struct trial *t)
{
	return str_find_nocase(t->source->url, STR("comment")) >= 0 ||
	       str_find_nocase(t->content.title, STR("comment")) >= 0 ||
	       str_find(t->content.title, STR("评论")) >= 0;
}

/* Feeds before sitemaps, living ones before those that sleep, articles before comments. */
static int
score_of(const struct found *f, int64_t now)
{
	const struct trial *t = &f->trial;
	int score = t->source->kind == SOURCE_FEED ? 1000 : 0;

	if (f->newest_at)
		score += f->newest_at > now - STALE_S ? 200 : -100;
	score += t->content.n ? 50 + (int)(t->content.n < 30 ? t->content.n : 30) : 0;
	score += t->content.n_parts ? 20 : 0;
	score += f->lead->kind <= LEAD_LINK ? 40 : f->lead->kind == LEAD_ANCHOR ? 20 : 0;
	return score - (is_about_comments(t) ? 300 : 0);
}

static int
better_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->score != y->score ? (x->score > y->score ? -1 : 1)
				    : str_cmp(x->trial.source->url, y->trial.source->url);
}

static bool
is_known(const struct hunt *h, const struct trial *t)
{
	for (size_t i = 0; i < h->n; i++)
		if (str_eq(h->v[i].trial.answer.url, t->answer.url))
			return true;
	return false;
}

/* Ask for it, read it. */
static void
lead_try(struct hunt *h, const struct lead *lead)
{
	struct found *f = &h->v[h->n];
	struct trial *t = &f->trial;
	struct err e = { 0 };

	if (h->tried == TRIES_MAX)
		return;
	h->tried++;
	if (trial_run(h->w, arena_text(h->w->arena, lead->url), 0, t, &e) < 0)
		t->why = arena_str(h->w->arena, str_of(e.text));
	/* made moved with the struct: the pointer is into it */
	if (!t->read || (t->source->kind != SOURCE_FEED && t->source->kind != SOURCE_SITEMAP)) {
		buf_addf(&h->log, "  %.*s: %.*s\n", STR_ARG(utf8_cut(lead->url, 200)),
			 STR_ARG(t->why.n ? utf8_cut(t->why, 200) : t->guess.why));
		return;
	}
	if (is_known(h, t))
		return;
	f->lead = lead;
	f->newest_at = 0;
	for (size_t i = 0; i < t->content.n; i++)
		if (t->content.v[i].published_at > f->newest_at)
			f->newest_at = t->content.v[i].published_at;
	f->score = score_of(f, h->w->now);
	h->feeds += t->source->kind == SOURCE_FEED;
	h->n++;
}

/* The address itself first: when it is a page, what it names. */
static int
start(struct hunt *h, struct str url, struct err *e)
{
	struct charset_found found;
	struct buf text = BUF(8 << 20);
	struct arena *a = h->w->arena;
	struct err ignored = { 0 };
	struct trial *t = &h->v[0].trial;

	leads_add(a, &h->leads, LEAD_GIVEN, STR(""), url, STR(""));
	if (!h->leads.n)
		return err_set(e, ERR_USAGE, "\"%.*s\" is no http(s) address", STR_ARG(url));
	lead_try(h, &h->leads.v[0]);
	if (h->n)
		return 0;
	if (t->forbidden || t->answer.end != HTTP_OK)
		return 0;
	leads_of_header(a, &h->leads, t->answer.url, t->answer.link);
	if (charset_decode(t->answer.body, t->answer.type, &text, &found, &ignored) == 0)
		(void)!leads_of_page(a, &h->leads, t->answer.url, arena_str(a, buf_str(&text)),
				     &ignored);
	buf_release(&text);
	return 0;
}

static void
robots_leads(struct hunt *h, struct str url)
{
	const struct robots *r = &h->w->robots.rules;

	for (size_t i = 0;
	     !h->w->robots.none && !h->w->robots.all && i < r->n_sitemaps && i < 3; i++)
		leads_add(h->w->arena, &h->leads, LEAD_SITEMAP, url, r->sitemaps[i], STR(""));
}

static int
hunt(struct hunt *h, struct str url, struct err *e)
{
	size_t from = 1;

	if (start(h, url, e) < 0)
		return -1;
	if (h->n && h->v[0].trial.source->kind == SOURCE_FEED)
		return 0;
	robots_leads(h, url);
	for (; from < h->leads.n; from++)
		lead_try(h, &h->leads.v[from]);
	/* Habit only where the site says nothing: each is a request for what may not be there. */
	if (!h->feeds)
		leads_of_habit(h->w->arena, &h->leads, url);
	else if (h->feeds == h->n)
		leads_add(h->w->arena, &h->leads, LEAD_PATH, url, STR("/sitemap.xml"), STR(""));
	for (; from < h->leads.n; from++)
		lead_try(h, &h->leads.v[from]);
	return 0;
}

/* ---- print ---------------------------------------------------------------------------------------- */

static void
print_one(const struct hunt *h, size_t i)
{
	const struct found *f = &h->v[i];
	const struct trial *t = &f->trial;
	struct buf when = BUF(100);

	if (f->newest_at) {
		buf_add(&when, STR(", newest "));
		trial_add_when(&when, f->newest_at, h->w->now);
	}
	printf("%zu. %.*s\n   %.*s%s%.*s%s: %zu %s%s\n   found as: %s%s%.*s%s\n", i + 1,
	       STR_ARG(t->source->url), STR_ARG(t->content.what),
	       t->content.title.n ? " \"" : "", STR_ARG(utf8_head(t->content.title, 60)),
	       t->content.title.n ? "\"" : "",
	       t->content.n_parts ? t->content.n_parts : t->content.n + t->content.left_out,
	       t->content.n_parts                  ? "sitemaps"
	       : t->source->kind == SOURCE_SITEMAP ? "addresses"
	       : t->content.n == 1                 ? "item"
						   : "items",
	       when.p, lead_words[f->lead->kind], f->lead->label.n ? ": \"" : "",
	       STR_ARG(utf8_head(f->lead->label, 40)), f->lead->label.n ? "\"" : "");
	buf_release(&when);
}

static void
print(const struct hunt *h)
{
	struct buf b = BUF(1 << 16);

	if (!h->n) {
		printf("No feed and no sitemap was found. What was asked:\n%s\n"
		       "A page without a feed can be read as kind: list (docs/sources.md).\n",
		       h->log.p);
		buf_release(&b);
		return;
	}
	for (size_t i = 0; i < h->n; i++)
		print_one(h, i);
	if (h->tried == TRIES_MAX)
		puts("There were more leads; no more are followed for one site.");
	trial_snippet(h->w->arena, &h->v[0].trial, &b);
	printf("\nThe first, for langyan.yaml:\n%s\nTry it: langyan source test '%.*s'", b.p,
	       STR_ARG(h->v[0].trial.source->url));
	for (size_t i = 0; i < h->w->allow_private.n; i++)
		printf(" --allow-private %.*s", STR_ARG(h->w->allow_private.v[i]));
	puts("");
	buf_release(&b);
}

static void
print_json(const struct hunt *h)
{
	struct buf b = BUF(16 << 20);

	buf_add_byte(&b, '[');
	for (size_t i = 0; i < h->n; i++) {
		const struct found *f = &h->v[i];

		buf_addf(&b, "%s{\"url\":", i ? ",\n" : "");
		json_add_text(&b, f->trial.source->url);
		buf_addf(&b, ",\"kind\":\"%s\",\"title\":",
			 source_kind_words[f->trial.source->kind]);
		json_add_text(&b, f->trial.content.title);
		buf_addf(&b, ",\"items\":%zu,\"newest\":",
			 f->trial.content.n + f->trial.content.left_out +
				 f->trial.content.n_parts);
		if (f->newest_at) {
			buf_add_byte(&b, '"');
			clock_add_iso(&b, f->newest_at);
			buf_add_byte(&b, '"');
		} else {
			buf_add(&b, STR("null"));
		}
		buf_addf(&b, ",\"found\":\"%s\",\"score\":%d}", lead_words[f->lead->kind],
			 f->score);
	}
	buf_add(&b, STR("]\n"));
	fputs(b.p, stdout);
	buf_release(&b);
}

int
source_discover(int argc, char **argv, struct err *e)
{
	struct str allowed[PRIVATE_MAX];
	struct trial_world w = { .allow_private = { allowed, 0 } };
	const char *path = NULL, *url = NULL;
	struct hunt *h;
	bool json = false;
	int rc = -1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!strcmp(argv[i], "-c") && i + 1 < argc)
			path = argv[++i];
		else if (!strcmp(argv[i], "--allow-private") && i + 1 < argc &&
			 w.allow_private.n < PRIVATE_MAX)
			allowed[w.allow_private.n++] = str_of(argv[++i]);
		else if (argv[i][0] == '-' || url)
			return err_set(e, ERR_USAGE, "cannot use \"%s\" here", argv[i]);
		else
			url = argv[i];
	}
	if (!url)
		return err_set(e, ERR_USAGE, "which address?");
	if (trial_world_open(&w, path, e) == 0) {
		h = arena_alloc(w.arena, sizeof *h);
		h->w = &w;
		h->log = BUF(1 << 16);
		if (hunt(h, str_of(url), e) == 0) {
			qsort(h->v, h->n, sizeof h->v[0], better_first);
			for (size_t i = 0; i < h->n; i++)
				h->v[i].trial.source = &h->v[i].trial.made;
			(json ? print_json : print)(h);
			rc = h->n ? 0 : 1;
		}
		buf_release(&h->log);
	}
	trial_world_close(&w);
	return rc;
}
