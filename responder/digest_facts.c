/* digest_facts.c - every figure of a digest with its id, its value and how it was counted: JSON. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/digest_words.h"

static void
figure_list_add(const struct digest_day *d, struct buf *b)
{
	for (size_t i = 0; i < d->figures.n; i++) {
		const struct figure *x = &d->figures.v[i];
		char shown[FIGURE_PRINT_MAX];

		figure_show(x, shown);
		buf_addf(b, "%s{\"id\":\"f%zu\",", i ? "," : "", i + 1);
		if (x->watch.n) {
			buf_add(b, STR("\"watch\":"));
			json_add_text(b, x->watch);
			buf_add_byte(b, ',');
		}
		buf_addf(b, "\"figure\":\"%s\",\"value\":", x->name);
		if (x->known)
			buf_addf(b, "%lld", (long long)x->value);
		else
			buf_add(b, STR("null"));
		if (x->n >= 0)
			buf_addf(b, ",\"n\":%lld", (long long)x->n);
		buf_addf(b, ",\"shown\":\"%s\"}", shown);
	}
}

/* How each kind of figure was counted, once. */
static void
hows_add(const struct digest_day *d, struct buf *b)
{
	for (size_t i = 0; i < d->figures.n; i++) {
		const char *name = d->figures.v[i].name, *how = digest_figure_how(name);
		size_t k = 0;

		while (k < i && strcmp(d->figures.v[k].name, name) != 0)
			k++;
		if (k == i && how)
			buf_addf(b, ",\"%s\":\"%s\"", name, how);
	}
}

static void
story_list_add(const struct digest_day *d, struct buf *b)
{
	bool first = true;

	for (size_t i = 0; i < d->watches_n; i++)
		for (size_t k = 0; k < d->watches[i].stories_n; k++) {
			const struct day_story *s = &d->watches[i].stories[k];

			buf_add(b, first ? STR("{\"watch\":") : STR(",{\"watch\":"));
			first = false;
			json_add_text(b, d->watches[i].name);
			buf_add(b, STR(",\"story\":\""));
			id_add_hex(b, &s->id);
			buf_addf(b,
				 "\",\"negative\":%lld,\"sites\":%lld,\"first_at\":%lld,"
				 "\"number\":%zu,\"mention\":\"",
				 (long long)s->negative, (long long)s->sites,
				 (long long)s->first_at, s->figure);
			id_add_hex(b, &s->shown.mention);
			buf_add(b, STR("\",\"digest\":\""));
			hash_add_hex(b, s->shown.digest, sizeof s->shown.digest);
			buf_add(b, STR("\"}"));
		}
}

static void
incident_list_add(const struct digest_day *d, struct buf *b)
{
	for (size_t i = 0; i < d->incidents_n; i++) {
		const struct day_incident *x = &d->incidents[i];

		buf_addf(b, "%s{\"incident\":\"", i ? "," : "");
		id_add_hex(b, &x->id);
		buf_addf(b, "\",\"level\":%lld,\"confidential\":%s}", (long long)x->level,
			 x->confidential ? "true" : "false");
	}
}

/* A composed line as the text form has it. */
static void
line_add(struct str s, struct arena *a, struct buf *b)
{
	struct page p = { .a = a };
	struct buf text = BUF(8192);

	page_say(&p, PAGE_LINE, s);
	page_write(&p, PAGE_TEXT, "", &text);
	json_add_text(b, str_trim(buf_str(&text)));
	page_release(&p);
	buf_release(&text);
}

static void
screen_add(const struct responder_env *env, const struct digest_day *d, struct buf *b)
{
	struct arena *a = arena_new();
	struct digest_screen s;

	digest_screen(env, d, a, &s);
	buf_add(b, STR("{\"title\":"));
	line_add(s.title, a, b);
	buf_add(b, STR(",\"verdict\":"));
	line_add(s.verdict, a, b);
	buf_add(b, STR(",\"word\":"));
	line_add(s.word, a, b);
	buf_add(b, STR(",\"know\":["));
	for (size_t i = 0; i < s.know_n; i++) {
		if (i)
			buf_add_byte(b, ',');
		line_add(s.know[i], a, b);
	}
	buf_add(b, STR("],\"do\":"));
	line_add(s.todo, a, b);
	buf_add(b, STR(",\"blind\":"));
	line_add(s.blind, a, b);
	buf_add_byte(b, '}');
	arena_free(a);
}

static void
charts_add(const struct responder_env *env, const struct digest_day *d, struct buf *b)
{
	struct chart charts[CHARTS_MAX];
	size_t n = charts_of(d, env->zone, charts);

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_byte(b, ',');
		chart_add_json(&charts[i], b);
	}
}

static void
watch_list_add(const struct digest_day *d, struct buf *b)
{
	for (size_t i = 0; i < d->watches_n; i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, d->watches[i].name);
	}
}

void
digest_facts(const struct responder_env *env, const struct digest_day *d, struct str chat,
	     struct buf *b)
{
	buf_add(b, STR("{\"digest\":"));
	json_add_text(b, d->conf->name);
	buf_addf(b,
		 ",\"lang\":\"%s\",\"period\":%lld,\"cut\":%lld,\"zone\":", d->zh ? "zh" : "en",
		 (long long)d->conf->period, (long long)d->conf->cut);
	json_add_text(b, d->conf->zone);
	buf_addf(b, ",\"date\":\"%s\"", d->date);
	buf_addf(b,
		 ",\"from\":%lld,\"to\":%lld,\"before_from\":%lld,\"week_from\":%lld,"
		 "\"week_to\":%lld,\"late_since\":%lld,\"arrived_before\":%lld,\"as_of\":%lld",
		 (long long)d->from, (long long)d->to, (long long)d->span[DAY_BEFORE].from,
		 (long long)d->span[DAY_WEEK].from, (long long)d->span[DAY_WEEK].to,
		 (long long)d->late_since, (long long)d->made_at, (long long)d->as_of);
	buf_add(b, STR(",\"watches\":["));
	watch_list_add(d, b);
	buf_addf(b, "],\"all_watches\":%s", d->conf->watches.n ? "false" : "true");
	buf_add(b, STR(",\"counted\":{\"day\":\"published_at if known and before arrival, else "
		       "arrived_at; from <= t < to; without old, imported and own items; as_of "
		       "at most as_of; arrived before arrived_before\""));
	hows_add(d, b);
	buf_add(b, STR("},\"figures\":["));
	figure_list_add(d, b);
	buf_add(b, STR("],\"stories\":["));
	story_list_add(d, b);
	buf_add(b, STR("],\"incidents\":["));
	incident_list_add(d, b);
	buf_add(b, STR("],\"charts\":["));
	charts_add(env, d, b);
	buf_add(b, STR("],\"chat\":"));
	json_add_text(b, chat);
	buf_add(b, STR(",\"screen\":"));
	screen_add(env, d, b);
}
