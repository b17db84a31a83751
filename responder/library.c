#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/store_fts.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/library.h"
#include "responder/measure_store.h"
#include "responder/report.h"
#include "responder/sop.h"

#define AT_ONCE    50 /* cases that are made between two looks */
#define PAGE_BYTES (4 << 20)

static const struct conf_key keys[] = {
	{ "sop", CONF_PATH, offsetof(struct library_conf, sop), 0, 0, "",
	  "a folder of SOP pages (Markdown, at most 500 files of 256 KiB); empty: none" },
	CONF_END,
};
const struct conf_schema library_schema = {
	.name = "library",
	.size = sizeof(struct library_conf),
	.keys = keys,
	.help = "案例库: what is found beside closed incidents (langyan case)",
};

/* ---- what a case is compared by --------------------------------------------------------------------- */

struct wording {
	struct traits *t;
	struct arena *a;
};

static void
word_add(void *arg, struct str word)
{
	struct wording *w = arg;

	if (w->t->words_n < TRAITS_WORDS && word.n > 1)
		w->t->words[w->t->words_n++] = arena_str(w->a, word);
}

/* Settled now and then, so that the ceiling counts different words. */
static void
words_add(struct wording *w, struct str text)
{
	fts_each_word(utf8_cut(text, 400), word_add, w);
	traits_settle(w->t);
}

static void
site_add(struct traits *t, struct str site)
{
	for (size_t i = 0; i < t->sites_n; i++)
		if (str_eq(t->sites[i], site))
			return;
	if (site.n && t->sites_n < TRAITS_SITES)
		t->sites[t->sites_n++] = site;
}

void
library_traits(const struct dossier *d, struct arena *a, struct traits *out)
{
	struct wording w = { out, a };

	*out = (struct traits){ .level = d->highest,
				.cluster = str_of(cluster_words[d->cluster]),
				.turn = str_of(dossier_turn_words[d->turn]) };
	if (d->incident.topic.n)
		out->topics[out->topics_n++] = d->incident.topic;
	for (size_t k = 0; k < d->topics_n && out->topics_n < TRAITS_TOPICS; k++)
		out->topics[out->topics_n++] = d->topics[k];
	words_add(&w, d->incident.title);
	for (size_t k = 0; k < d->entries_n; k++) {
		const struct dossier_entry *x = &d->entries[k];

		if (x->stands && x->value && str_is(x->kind, "claim"))
			words_add(&w, dossier_get(x, "text"));
		if (x->stands && x->value && str_is(x->kind, "fact"))
			words_add(&w, dossier_get(x, "value"));
	}
	for (size_t k = 0; k < d->evidence_n; k++) {
		site_add(out, d->evidence[k].site);
		words_add(&w, d->evidence[k].title);
	}
}

/* ---- the index ------------------------------------------------------------------------------------- */

static struct str
page_text(struct page *p, struct arena *a)
{
	struct buf b = BUF(PAGE_BYTES);
	struct str out;

	page_write(p, PAGE_TEXT, "", &b);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static int
case_compose(const struct responder_env *env, const struct report_ask *q,
	     const struct dossier *d, struct arena *a, struct str *out, struct err *e)
{
	struct page p = { .a = a };
	struct figures f = { .v = NULL };
	int bad = report_page(env, q, d, &p, &f, e);

	*out = bad ? STR("") : page_text(&p, a);
	page_release(&p);
	figures_release(&f);
	return bad;
}

/* Asked again when what is measured of it can be. */
static int64_t
again_at(const struct dossier *d)
{
	return d->turn == DOSSIER_TOO_SOON ? measure_over_at(&d->m) : 0;
}

static bool
is_en(const struct responder_env *env)
{
	return str_is(env->site->lang, "en");
}

static int
case_make(const struct responder_env *env, const struct library_stale *s, int64_t now,
	  struct err *e)
{
	struct arena *a = arena_new();
	struct report_ask q = { REPORT_CASE, s->number, now + 1, !is_en(env) };
	struct traits *t = arena_alloc(a, sizeof *t);
	struct dossier *d = arena_alloc(a, sizeof *d);
	struct buf traits = BUF(64 << 10);
	struct dossier_text text = { .version = 0 };
	struct library_row row = { .kind = STR(LIBRARY_CASE),
				   .name = s->number,
				   .signature = s->signature };
	struct str words;
	int bad = dossier_read(env->store, s->number, q.made_at, a, d, e) <= 0;

	bad = bad || case_compose(env, &q, d, a, &words, e) < 0;
	if (!bad) {
		library_traits(d, a, t);
		if (!id_none(&d->full_draft))
			bad = dossier_text(env->store, &d->full_draft, a, &text, e) < 0;
		t->template = text.template;
		traits_add_json(&traits, t);
		row.title = d->incident.title;
		row.watch = d->incident.watch;
		row.traits = buf_str(&traits);
		row.at = d->incident.closed_at;
		row.again_at = again_at(d);
	}
	bad = bad || library_put(env->store, &row, e) < 0 ||
	      fts_put(env->store, row.n, row.title, words, e) < 0;
	buf_release(&traits);
	arena_free(a);
	return bad ? -1 : 0;
}

static int
cases_settle(const struct responder_env *env, int most, int64_t now, struct err *e)
{
	struct library_stale stale[AT_ONCE];
	int64_t gone[AT_ONCE];
	int some = most < AT_ONCE ? most : AT_ONCE, made = 0, n;

	while ((n = library_reopened(env->store, gone, AT_ONCE, e)) > 0)
		for (int i = 0; i < n; i++, made++)
			if (library_drop(env->store, gone[i], e) < 0 ||
			    fts_drop(env->store, gone[i], e) < 0)
				return -1;
	while (n == 0 && made < most) {
		struct arena *a = arena_new();

		n = library_stale(env->store, now, a, stale, some, e);
		for (int i = 0; i < n; i++, made++)
			if (case_make(env, &stale[i], now, e) < 0) {
				arena_free(a);
				return -1;
			}
		arena_free(a);
		if (n < some)
			return n < 0 ? -1 : made;
		n = 0;
	}
	return n < 0 ? -1 : made;
}

/* ---- pages ------------------------------------------------------------------------------------------- */

struct syncing {
	const struct responder_env *env;
	const struct sop_files *files;
	struct arena *a;
	int64_t *gone; /* rows whose file is not there */
	size_t gone_n;
};

static int
page_gone(void *arg, const struct library_row *row)
{
	struct syncing *x = arg;

	for (size_t i = 0; i < x->files->n; i++)
		if (str_eq(x->files->v[i].name, row->name))
			return 0;
	x->gone[x->gone_n++] = row->n;
	return 0;
}

/* {"unread":"it is no UTF-8"}: what the row of a page that cannot be read has as its traits. */
static struct str
unread_traits(struct syncing *x, const char *why)
{
	struct buf b = BUF(1000);
	struct str out;

	buf_add(&b, STR("{\"unread\":"));
	json_add_text(&b, str_of(why));
	buf_add_byte(&b, '}');
	out = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* A row without words, so that it is named and keeps no other from being found. for_now: it is looked
 * at again, as no file has an empty signature. false: it is so already. */
static bool
page_unread(struct syncing *x, const char *why, bool for_now, const struct library_row *was,
	    struct library_row *row)
{
	row->traits = unread_traits(x, why);
	if (for_now)
		row->signature = STR("");
	if (for_now && str_eq(was->signature, row->signature) &&
	    str_eq(was->traits, row->traits))
		return false;
	log_event(LOG_WARN, "sop_unread", "page=\"%.*s\" why=\"%s\"", STR_ARG(row->name), why);
	return true;
}

/* 1 it is another now, 0 as it was, -1. */
static int
page_make(struct syncing *x, const struct sop_file *f, struct err *e)
{
	struct store *s = x->env->store;
	struct library_row row = { .kind = STR(LIBRARY_SOP),
				   .name = f->name,
				   .title = f->name,
				   .signature = f->signature,
				   .traits = STR("{}"),
				   .at = f->at };
	struct library_row was = { .n = 0 };
	struct sop_page page = { .title = STR(""), .text = STR("") };
	struct err why = { 0 };
	int found = library_get(s, row.kind, row.name, x->a, &was, e);

	if (found < 0 || (found && str_eq(was.signature, f->signature)))
		return found < 0 ? -1 : 0;
	found = f->unread ? -1 : sop_read(x->env->site->sop, f->name, x->a, &page, &why);
	if (!found)
		return 0; /* gone in between: the next look tells */
	if (found > 0)
		row.title = page.title;
	else if (!page_unread(x, f->unread ? f->unread : why.text, why.kind == ERR_RETRY, &was,
			      &row))
		return 0;
	if (library_put(s, &row, e) < 0 || fts_put(s, row.n, page.title, page.text, e) < 0)
		return -1;
	return 1;
}

static int
pages_settle(const struct responder_env *env, struct err *e)
{
	struct arena *a = arena_new();
	struct sop_files files;
	struct syncing x = { env, &files, a, NULL, 0 };
	struct err why = { 0 };
	int made = 0, bad = 0;

	if (sop_list(env->site->sop, a, &files, &why) < 0) {
		log_event(LOG_WARN, "sop_unread", "why=\"%s\"", why.text);
		files = (struct sop_files){ .v = NULL };
	}
	x.gone = arena_alloc(a, (SOP_FILES + 1) * sizeof *x.gone);
	bad = library_each(env->store, STR(LIBRARY_SOP), SOP_FILES, page_gone, &x, e);
	for (size_t i = 0; i < x.gone_n && bad >= 0; i++, made++)
		bad = library_drop(env->store, x.gone[i], e) < 0 ||
				      fts_drop(env->store, x.gone[i], e) < 0
			      ? -1
			      : 0;
	for (size_t i = 0; i < files.n && bad >= 0; i++) {
		bad = page_make(&x, &files.v[i], e);
		made += bad > 0;
	}
	arena_free(a);
	return bad < 0 ? -1 : made;
}

int
library_settle(const struct responder_env *env, enum library_what what, int most, int64_t now,
	       struct err *e)
{
	int made = cases_settle(env, most, now, e), pages = 0;

	if (made >= 0 && what == LIBRARY_WITH_PAGES)
		pages = pages_settle(env, e);
	return made < 0 || pages < 0 ? -1 : made + pages;
}

struct str
library_unread(const struct library_row *row, struct arena *a)
{
	struct err bad;

	if (!str_is(row->kind, LIBRARY_SOP))
		return STR("");
	return json_text(json_get(json_parse(a, row->traits, &bad), "unread"), STR(""));
}

/* ---- forgetting ---------------------------------------------------------------------------------------- */

static int
forget_one(void *arg, const struct library_row *row)
{
	int64_t *n = arg;

	*n = row->n;
	return 1;
}

int
library_forget(struct store *s, struct err *e)
{
	int64_t n;
	int found;

	while ((found = library_each(s, STR(LIBRARY_CASE), 1, forget_one, &n, e)) > 0) {
		if (library_drop(s, n, e) < 0 || fts_drop(s, n, e) < 0)
			return -1;
	}
	/* Also when no row is left: words of one that was dropped lie in the index until then. */
	return found < 0 || fts_forget(s, e) < 0 ? -1 : 0;
}

int
library_forget_case(struct store *s, struct str number, struct err *e)
{
	struct arena *a = arena_new();
	struct library_row row;
	int found = library_get(s, STR(LIBRARY_CASE), number, a, &row, e);

	arena_free(a);
	if (found > 0 && (library_drop(s, row.n, e) < 0 || fts_drop(s, row.n, e) < 0))
		found = -1;
	return found < 0 || fts_forget(s, e) < 0 ? -1 : 0;
}

/* ---- asking ------------------------------------------------------------------------------------------ */

int
library_case_text(const struct responder_env *env, struct str number, bool zh, int64_t now,
		  struct arena *a, struct str *out, struct err *e)
{
	struct report_ask q = { REPORT_CASE, number, now + 1, zh };
	struct dossier *d = arena_alloc(a, sizeof *d);
	int found = dossier_read(env->store, number, q.made_at, a, d, e);

	if (found > 0 && case_compose(env, &q, d, a, out, e) < 0)
		found = -1;
	return found;
}

struct comparing {
	struct arena *a;
	const struct library_reader *reader;
	struct err *e;
	struct str but;
	struct library_similar *rows; /* number and title of each */
	const struct traits **cases;
	size_t n;
};

static int
case_add(void *arg, const struct library_row *row)
{
	struct comparing *x = arg;
	struct traits *t;
	struct err bad;
	int sees = 1;

	if (str_eq(row->name, x->but))
		return 0;
	if (x->reader)
		sees = x->reader->sees(x->reader->arg, row->name, x->e);
	if (sees <= 0)
		return sees;
	t = arena_alloc(x->a, sizeof *t);
	traits_read(json_parse(x->a, row->traits, &bad), t);
	x->rows[x->n].number = arena_str(x->a, row->name);
	x->rows[x->n].title = arena_str(x->a, row->title);
	x->cases[x->n++] = t;
	return 0;
}

int
library_similar_to(const struct responder_env *env, struct str number,
		   const struct library_reader *reader, int64_t now, struct arena *a,
		   struct library_similar out[SIMILAR_MAX], struct err *e)
{
	struct dossier *d = arena_alloc(a, sizeof *d);
	struct traits *to = arena_alloc(a, sizeof *to);
	struct comparing x = { .a = a, .reader = reader, .e = e, .but = number };
	struct similar found[SIMILAR_MAX];
	size_t n;
	int is;

	x.rows = arena_alloc(a, LIBRARY_CASES * sizeof *x.rows);
	x.cases = arena_alloc(a, LIBRARY_CASES * sizeof *x.cases);
	if (library_each(env->store, STR(LIBRARY_CASE), LIBRARY_CASES, case_add, &x, e) < 0)
		return -1;
	if (!x.n)
		return 0;
	is = dossier_read(env->store, number, now + 1, a, d, e);
	if (is <= 0)
		return is;
	library_traits(d, a, to);
	n = similar_rank(to, x.cases, x.n, found);
	for (size_t i = 0; i < n; i++) {
		const struct traits *t = x.cases[found[i].at];

		out[i] = x.rows[found[i].at];
		out[i].turn = t->turn;
		out[i].template = t->template;
		out[i].total = found[i].total;
		memcpy(out[i].share, found[i].share, sizeof out[i].share);
		memcpy(out[i].common, found[i].common, sizeof out[i].common);
		out[i].common_n = found[i].common_n;
	}
	return (int)n;
}
