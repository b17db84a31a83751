#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/digest_compose.h"
#include "responder/digest_words.h"

#define HTML_MAX (90 * 1024) /* Gmail cuts a mail at 102 KB */
#define TEXT_MAX (1 << 20)
#define DETAIL   8 /* watches with their stories, as far as the mail holds them */

static struct id
digest_id(struct str name, int64_t day)
{
	char text[32];

	snprintf(text, sizeof text, "%lld", (long long)day);
	return ID_OF(STR("digest"), name, str_of(text));
}

static bool
is_zh(const struct responder_env *env, const struct digest_conf *c)
{
	return c->lang ? c->lang == 1 : !str_is(env->site->lang, "en");
}

static struct str
written(const struct page *p, enum page_form form, bool zh, size_t max, struct arena *a)
{
	struct buf b = BUF(max);
	struct str out;

	page_write(p, form, zh ? "zh-CN" : "en", &b);
	out = buf_ok(&b) ? arena_str(a, buf_str(&b)) : (struct str){ "", 0 };
	buf_release(&b);
	return out;
}

/* False when there is no less to say. */
static bool
forms_write(const struct responder_env *env, const struct digest_day *d,
	    const struct digest_screen *s, size_t detail, struct digest_row *out,
	    struct arena *a)
{
	struct page p = { .a = a };

	digest_page(env, d, s, detail, &p);
	out->text = written(&p, PAGE_TEXT, d->zh, TEXT_MAX, a);
	out->md = written(&p, PAGE_MARKDOWN, d->zh, TEXT_MAX, a);
	out->html = written(&p, PAGE_HTML, d->zh, HTML_MAX, a);
	page_release(&p);
	return detail > 0;
}

int
digest_compose(const struct responder_env *env, const struct digest_ask *ask, struct arena *a,
	       struct digest_row *out, struct err *e)
{
	struct digest_day *d = arena_alloc(a, sizeof *d);
	struct digest_screen s;
	struct buf facts = BUF(16 << 20);
	bool bad;

	digest_window(ask->conf, env->zone, ask->at, d);
	d->zh = is_zh(env, ask->conf);
	d->made_at = ask->made_at;
	d->as_of = ask->as_of;
	if (digest_count(env, d, a, e) < 0)
		return -1;
	digest_screen(env, d, a, &s);
	digest_facts(env, d, &facts);
	*out = (struct digest_row){ .id = digest_id(ask->conf->name, d->day),
				    .name = ask->conf->name,
				    .day = d->day,
				    .at = ask->made_at,
				    .as_of = ask->as_of,
				    .facts = arena_str(a, buf_str(&facts)) };
	bad = !buf_ok(&facts);
	buf_release(&facts);
	if (bad)
		return err_set(e, ERR_USAGE, "digest \"%.*s\" has too many watches",
			       STR_ARG(ask->conf->name));
	for (size_t detail = DETAIL; !out->html.n; detail /= 2)
		if (!forms_write(env, d, &s, detail, out, a))
			break;
	return 0;
}

/* ---- verify ---------------------------------------------------------------------------------------------- */

/* The part of the facts that rests on mentions alone. */
static struct str
figures_of(struct str facts)
{
	ptrdiff_t from = str_find(facts, STR("\"figures\":[")),
		  to = str_find(facts, STR("],\"late\":{"));

	return from < 0 || to < from ? (struct str){ "", 0 }
				     : str_slice(facts, (size_t)from, (size_t)(to - from));
}

/* The watches it was of, in their order. */
static struct conf_texts
watches_of(const struct json *figures, struct arena *a)
{
	struct conf_texts t = { arena_alloc(a, (json_count(figures) + 1) * sizeof *t.v), 0 };

	for (size_t i = 0; i < json_count(figures); i += DIGEST_FIGURES)
		t.v[t.n++] = json_text(json_get(json_at(figures, i), "watch"), STR(""));
	return t;
}

int
digest_verify(struct store *s, const struct zone *z, const struct digest_row *row,
	      struct arena *a, const char **says, struct err *e)
{
	const struct json *j = json_parse(a, row->facts, e);
	struct digest_conf conf = { .name = row->name };
	struct digest_day d = { .conf = &conf };
	struct site_view site = { .name = STR("") };
	struct responder_env own = { .store = s, .site = &site, .zone = z };
	struct watch_conf *watches;
	struct buf again = BUF(4 << 20);
	bool same;

	*says = "its facts cannot be read";
	if (!j)
		return 0;
	conf.watches = watches_of(json_get(j, "figures"), a);
	watches = arena_alloc(a, (conf.watches.n + 1) * sizeof *watches);
	for (size_t i = 0; i < conf.watches.n; i++)
		watches[i].name = conf.watches.v[i];
	own.watches = watches; /* as it was then, whatever is configured now */
	own.watches_n = conf.watches.n;
	d.from = json_int(json_get(j, "from"), 0);
	d.to = json_int(json_get(j, "to"), 0);
	d.late_since = json_int(json_get(j, "late_since"), 0);
	d.made_at = json_int(json_get(j, "arrived_before"), 0);
	d.as_of = json_int(json_get(j, "as_of"), 0);
	if (digest_count(&own, &d, a, e) < 0)
		return -1;
	digest_facts(&own, &d, &again);
	same = str_eq(figures_of(buf_str(&again)), figures_of(row->facts)) &&
	       figures_of(row->facts).n;
	buf_release(&again);
	*says = same ? "" : "its figures are not those of the record";
	return same;
}
