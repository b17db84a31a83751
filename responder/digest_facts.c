/* digest_facts.c - every figure of a digest with its id, its value and how it was counted: JSON. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/digest_words.h"

static const struct {
	const char *name, *how;
} figures[DIGEST_FIGURES] = {
	{ "mentions", "rows of mention of the watch" },
	{ "negative", "of these, label neg and not promotion, own or about a rival" },
	{ "positive", "of these, label pos" },
	{ "complaints",
	  "of these, intent complaint or from a complaint source, not promotion, own or "
	  "about a rival" },
	{ "authors", "different author keys of these; of unknown authors, different sites" },
	{ "sites", "different sites of these" },
	{ "net_milli", "(positive - negative) * 1000 / mentions; null under 30" },
};

const char *
digest_figure_id(size_t watch, size_t figure, struct arena *a)
{
	return arena_textf(a, "f%zu", watch * DIGEST_FIGURES + figure + 1);
}

static void
value_add(struct buf *b, const struct day_counts *c, size_t figure)
{
	const int64_t v[] = { c->mentions,   c->negative, c->positive,
			      c->complaints, c->authors,  c->sites };

	if (figure < LY_COUNT(v))
		buf_addf(b, "%lld", (long long)v[figure]);
	else if (c->mentions < DIGEST_SMALL)
		buf_add(b, STR("null"));
	else
		buf_addf(b, "%lld", (long long)digest_net(c));
}

static void
watch_add(const struct digest_day *d, size_t i, struct buf *b)
{
	const struct day_watch *w = &d->watches[i];

	for (size_t k = 0; k < DIGEST_FIGURES; k++) {
		buf_addf(b, "%s{\"id\":\"f%zu\",\"watch\":", i || k ? "," : "",
			 i * DIGEST_FIGURES + k + 1);
		json_add_text(b, w->name);
		buf_addf(b, ",\"figure\":\"%s\",\"value\":", figures[k].name);
		value_add(b, &w->now, k);
		buf_add(b, STR(",\"day_before\":"));
		value_add(b, &w->before, k);
		buf_add_byte(b, '}');
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
				 "\"mention\":\"",
				 (long long)s->negative, (long long)s->sites,
				 (long long)s->first_at);
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

static void
screen_add(const struct responder_env *env, const struct digest_day *d, struct buf *b)
{
	struct arena *a = arena_new();
	struct digest_screen s;

	digest_screen(env, d, a, &s);
	buf_add(b, STR("{\"title\":"));
	json_add_text(b, s.title);
	buf_add(b, STR(",\"verdict\":"));
	json_add_text(b, s.verdict);
	buf_add(b, STR(",\"know\":["));
	for (size_t i = 0; i < s.know_n; i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, s.know[i]);
	}
	buf_add(b, STR("],\"do\":"));
	json_add_text(b, s.todo);
	buf_add(b, STR(",\"blind\":"));
	json_add_text(b, s.blind);
	buf_add_byte(b, '}');
	arena_free(a);
}

void
digest_facts(const struct responder_env *env, const struct digest_day *d, struct buf *b)
{
	buf_add(b, STR("{\"digest\":"));
	json_add_text(b, d->conf->name);
	buf_addf(b,
		 ",\"from\":%lld,\"to\":%lld,\"late_since\":%lld,\"arrived_before\":%lld,\"as_"
		 "of\":%lld",
		 (long long)d->from, (long long)d->to, (long long)d->late_since,
		 (long long)d->made_at, (long long)d->as_of);
	buf_add(b, STR(",\"counted\":{\"day\":\"published_at if known and before arrival, else "
		       "arrived_at; from <= t < to; without old, imported and own items; as_of "
		       "at most "
		       "as_of; arrived before arrived_before\""));
	for (size_t i = 0; i < LY_COUNT(figures); i++)
		buf_addf(b, ",\"%s\":\"%s\"", figures[i].name, figures[i].how);
	buf_add(b, STR("},\"figures\":["));
	for (size_t i = 0; i < d->watches_n; i++)
		watch_add(d, i, b);
	buf_add(b, STR("],\"late\":{"));
	for (size_t i = 0; i < d->watches_n; i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, d->watches[i].name);
		buf_addf(b, ":%lld", (long long)d->watches[i].late);
	}
	buf_add(b, STR("},\"stories\":["));
	story_list_add(d, b);
	buf_add(b, STR("],\"incidents\":["));
	incident_list_add(d, b);
	buf_addf(b,
		 "],\"coverage\":{\"documents\":%lld,\"sources\":%lld,\"silent\":%zu,"
		 "\"rejects\":%lld},"
		 "\"screen\":",
		 (long long)d->documents, (long long)d->sources_heard, d->silent_all,
		 (long long)d->rejects);
	screen_add(env, d, b);
	buf_add_byte(b, '}');
}
