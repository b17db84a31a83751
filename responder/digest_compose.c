#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/digest_compose.h"
#include "responder/digest_seal.h"
#include "responder/digest_words.h"

#define HTML_MAX  (90 * 1024) /* Gmail cuts a mail at 102 KB */
#define PAGE_MAX  (1 << 20)
#define FACTS_MAX (16 << 20)
#define TEXT_MAX  (1 << 20)
#define DETAIL    8 /* watches with their stories, as far as the mail holds them */

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
	out = buf_ok(&b) ? seal_close(arena_str(a, buf_str(&b)), a) : (struct str){ "", 0 };
	buf_release(&b);
	return out;
}

struct forming {
	const struct responder_env *env;
	const struct digest_day *d;
	struct digest_screen s;
	struct chart charts[CHARTS_MAX];
	size_t charts_n;
	struct str seal;
	struct arena *a;
};

/* False when there is no less to say. */
static bool
forms_write(struct forming *x, size_t detail, struct digest_row *out)
{
	struct page p = { .a = x->a, .charts = x->charts, .charts_n = x->charts_n };

	digest_page(x->env, x->d, &x->s, detail, &p);
	page_addf(&p, PAGE_SMALL, "%s%.*s",
		  x->d->zh ? "核对码：" : "Check: ", STR_ARG(x->seal));
	out->text = written(&p, PAGE_TEXT, x->d->zh, TEXT_MAX, x->a);
	out->md = written(&p, PAGE_MARKDOWN, x->d->zh, TEXT_MAX, x->a);
	out->html = written(&p, PAGE_HTML, x->d->zh, PAGE_MAX, x->a);
	out->mail = written(&p, PAGE_MAIL, x->d->zh, HTML_MAX, x->a);
	page_release(&p);
	return detail > 0;
}

static struct str
seal_of(const struct digest_ask *ask, bool zh, struct arena *a)
{
	const struct seal s = { .name = ask->conf->name,
				.watch = ask->watch,
				.at = ask->at,
				.made_at = ask->made_at,
				.as_of = ask->as_of,
				.zh = zh };
	struct buf b = BUF(8192);
	struct str out;

	seal_add(&s, &b);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static int
facts_write(struct forming *x, const struct digest_ask *ask, struct digest_row *out,
	    struct err *e)
{
	struct buf facts = BUF(FACTS_MAX);
	bool bad;

	digest_facts(x->env, x->d, digest_chat(x->d, &x->s, x->a), &facts);
	buf_addf(&facts, ",\"seal\":\"%.*s\"}", STR_ARG(x->seal));
	out->facts = seal_close(arena_str(x->a, buf_str(&facts)), x->a);
	bad = !buf_ok(&facts);
	buf_release(&facts);
	return bad ? err_set(e, ERR_USAGE, "digest \"%.*s\" has too many watches",
			     STR_ARG(ask->conf->name))
		   : 0;
}

static int
compose(const struct responder_env *env, const struct digest_ask *ask, struct arena *a,
	struct digest_row *out, struct err *e)
{
	struct digest_day *d = arena_alloc(a, sizeof *d);
	struct forming *x = arena_alloc(a, sizeof *x);

	digest_window(ask->conf, env->zone, ask->at, d);
	d->zh = is_zh(env, ask->conf);
	d->made_at = ask->made_at;
	d->as_of = ask->as_of;
	d->roster = ask->roster;
	*x = (struct forming){ .env = env, .d = d, .seal = seal_of(ask, d->zh, a), .a = a };
	if (digest_count(env, d, a, e) < 0)
		return -1;
	digest_screen(env, d, a, &x->s);
	x->charts_n = charts_of(d, env->zone, x->charts);
	*out = (struct digest_row){ .id = digest_id(ask->conf->name, d->day),
				    .name = ask->conf->name,
				    .day = d->day,
				    .at = ask->made_at,
				    .as_of = ask->as_of };
	out->subject = page_seen(a, str_of(arena_textf(a, "%.*s %.*s", STR_ARG(x->s.title),
						       STR_ARG(x->s.verdict))));
	if (facts_write(x, ask, out, e) < 0)
		return -1;
	for (size_t detail = DETAIL; !out->mail.n; detail /= 2)
		if (!forms_write(x, detail, out))
			break;
	return 0;
}

int
digest_compose(const struct responder_env *env, const struct digest_ask *ask, struct arena *a,
	       struct digest_row *out, struct err *e)
{
	struct responder_env own = *env;
	struct zone *z = NULL;
	int done;

	if (ask->conf->zone.n) {
		z = zone_open(arena_text(a, ask->conf->zone), e);
		if (!z)
			return -1;
		own.zone = z;
	}
	done = compose(&own, ask, a, out, e);
	zone_close(z);
	return done;
}

struct str
digest_chat_of(const struct digest_row *row, struct arena *a)
{
	struct err e;

	return json_text(json_get(json_parse(a, row->facts, &e), "chat"), STR(""));
}

/* ---- verify ---------------------------------------------------------------------------------------------- */

/* The part of the facts that is computed again. */
static struct str
figures_of(struct str facts)
{
	ptrdiff_t from = str_find(facts, STR("\"figures\":[")),
		  to = str_find(facts, STR("],\"stories\":["));

	return from < 0 || to < from ? (struct str){ "", 0 }
				     : str_slice(facts, (size_t)from, (size_t)(to - from));
}

static struct conf_texts
texts_of(const struct json *list, struct arena *a)
{
	struct conf_texts t = { arena_alloc(a, (json_count(list) + 1) * sizeof *t.v), 0 };

	for (size_t i = 0; i < json_count(list); i++)
		t.v[t.n++] = json_text(json_at(list, i), STR(""));
	return t;
}

/* The numbers from outside that were told then: one first sent later shifts nothing. */
static void
gauges_of(struct digest_day *d, const struct json *figures)
{
	d->gauges_named = true;
	for (size_t i = 0; i < json_count(figures); i++) {
		const struct json *f = json_at(figures, i);

		if (d->gauges_n < LY_COUNT(d->gauges) &&
		    str_is(json_text(json_get(f, "figure"), STR("")), "signal.value"))
			d->gauges[d->gauges_n++].name =
				json_text(json_get(f, "watch"), STR(""));
	}
}

/* The day that the facts tell of, as it was asked for then, whatever is configured now. */
static struct digest_day *
day_of(const struct json *j, struct str name, struct arena *a)
{
	struct digest_conf *conf = arena_alloc(a, sizeof *conf);
	struct digest_day *d = arena_alloc(a, sizeof *d);

	d->from_rows = true;
	conf->name = name;
	conf->period = json_int(json_get(j, "period"), 0) & 3;
	conf->cut = json_int(json_get(j, "cut"), 0);
	conf->zone = json_text(json_get(j, "zone"), STR(""));
	if (!json_true(json_get(j, "all_watches")))
		conf->watches = texts_of(json_get(j, "watches"), a);
	d->conf = conf;
	snprintf(d->date, sizeof d->date, "%.*s",
		 STR_ARG(json_text(json_get(j, "date"), STR(""))));
	d->from = d->span[DAY_NOW].from = json_int(json_get(j, "from"), 0);
	d->to = d->span[DAY_NOW].to = json_int(json_get(j, "to"), 0);
	d->span[DAY_BEFORE].from = json_int(json_get(j, "before_from"), 0);
	d->span[DAY_BEFORE].to = d->from;
	d->span[DAY_WEEK].from = json_int(json_get(j, "week_from"), 0);
	d->span[DAY_WEEK].to = json_int(json_get(j, "week_to"), 0);
	d->late_since = json_int(json_get(j, "late_since"), 0);
	d->made_at = json_int(json_get(j, "arrived_before"), 0);
	d->as_of = json_int(json_get(j, "as_of"), 0);
	gauges_of(d, json_get(j, "figures"));
	return d;
}

/* Where who wrote is past its term, how many different ones there were is taken as told. */
static void
authors_as_told(struct digest_day *d, const struct json *figures)
{
	for (size_t i = 0; i < d->figures.n; i++) {
		struct figure *x = &d->figures.v[i];

		for (size_t k = 0; k < d->watches_n; k++)
			if (d->watches[k].authors_gone &&
			    str_eq(d->watches[k].name, x->watch) &&
			    str_starts(str_of(x->name), STR("authors.")))
				x->value = json_int(json_get(json_at(figures, i), "value"),
						    x->value);
	}
}

int
digest_figures_again(struct store *s, const struct zone *site, struct str facts,
		     struct arena *a, struct str *again, struct err *e)
{
	const struct json *j = json_parse(a, facts, e);
	struct str name = json_text(json_get(j, "digest"), STR("")), zone;
	struct site_view site_view = { .name = STR("") };
	struct responder_env own = { .store = s, .site = &site_view, .zone = site };
	struct conf_texts watches = texts_of(json_get(j, "watches"), a);
	struct watch_conf *w = arena_alloc(a, (watches.n + 1) * sizeof *w);
	struct digest_day *d;
	struct zone *z = NULL;
	struct buf b = BUF(FACTS_MAX);
	int bad = 0;

	if (!j)
		return 0;
	for (size_t i = 0; i < watches.n; i++)
		w[i].name = watches.v[i];
	own.watches = w;
	own.watches_n = watches.n;
	d = day_of(j, name, a);
	zone = d->conf->zone;
	if (zone.n && (z = zone_open(arena_text(a, zone), e)))
		own.zone = z;
	bad = zone.n && !z ? -1 : digest_count(&own, d, a, e);
	if (bad == 0) {
		authors_as_told(d, json_get(j, "figures"));
		digest_facts(&own, d, STR(""), &b);
	}
	buf_add_byte(&b, '}');
	*again = arena_str(a, buf_str(&b));
	buf_release(&b);
	zone_close(z);
	return bad < 0 ? -1 : 1;
}

/* As far as the object that begins there goes. */
static int
object_length(struct str s, size_t from)
{
	ptrdiff_t n = str_find_byte(str_slice(s, from, s.n), '}');

	return n < 0 ? 0 : (int)n + 1;
}

int
digest_verify(struct store *s, const struct zone *z, const struct digest_row *row,
	      struct arena *a, const char **says, struct err *e)
{
	struct str again, was, now;
	int read = digest_figures_again(s, z, row->facts, a, &again, e);
	size_t i = 0, from;

	*says = "its facts cannot be read";
	if (read <= 0)
		return read;
	was = figures_of(row->facts);
	now = figures_of(again);
	*says = "its facts hold no figures";
	if (!was.n)
		return 0;
	*says = "";
	if (str_eq(was, now))
		return 1;
	while (i < was.n && i < now.n && was.p[i] == now.p[i])
		i++;
	for (from = i; from > 0 && was.p[from] != '{';)
		from--;
	*says = arena_textf(a, "its figures are not those of the record: %.*s",
			    object_length(was, from), was.p + from);
	return 0;
}
