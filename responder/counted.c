#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/counted.h"
#include "responder/signal.h"

static uint64_t
hash_of(const struct id *id)
{
	return hash_fast(id_str(id), 0);
}

static uint8_t
tier_of(const struct day_mention *m)
{
	const struct document d = { .followers = m->followers };
	int tier = document_tier(&d);

	return (uint8_t)(tier < 0 ? DAY_TIERS - 1 : tier);
}

static uint8_t
marks_of(const struct day_mention *m, unsigned bits)
{
	return (uint8_t)((bits & SIGNAL_BIT_NEGATIVE ? COUNTED_NEGATIVE : 0) |
			 (bits & SIGNAL_BIT_POSITIVE ? COUNTED_POSITIVE : 0) |
			 (bits & SIGNAL_BIT_COMPLAINT ? COUNTED_COMPLAINT : 0) |
			 (m->flags & MENTION_RIVAL ? COUNTED_RIVAL : 0) |
			 (m->document_flags & RECORD_AUTHOR_GONE ? COUNTED_AUTHOR_GONE : 0));
}

bool
counted_of(const struct day_mention *m, struct counted *x)
{
	struct signal_marks marks = { m->label, m->intent, m->flags, m->document_flags,
				      m->source_class };

	if (!signal_counts_window(&marks))
		return false;
	*x = (struct counted){
		.arrived_at = m->arrived_at,
		.told_at = m->published_at > 0 && m->published_at < m->arrived_at
				   ? m->published_at
				   : m->arrived_at,
		.reach = m->followers > 0 ? m->followers : 0,
		.author = id_none(&m->author_key) ? hash_fast(m->site, 0)
						  : hash_of(&m->author_key),
		.voice = hash_of(id_none(&m->voice) ? &m->document : &m->voice),
		.rank = (uint16_t)(m->rank > 0 ? m->rank : 0),
		.marks = marks_of(m, signal_bits(&marks)),
		.tier = tier_of(m),
	};
	return true;
}

struct id
counted_story(const struct day_mention *m)
{
	return id_none(&m->story) ? m->document : m->story;
}

void
counted_topics(struct str topics, struct arena *a, void (*each)(void *arg, struct str topic),
	       void *arg)
{
	struct err e;
	const struct json *list = topics.n > 2 ? json_parse(a, topics, &e) : NULL;

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_at(list, i);
		struct str name = json_text(json_get(t, "topic"), STR(""));
		bool seen = json_int(json_get(t, "negated"), 0) != 0;

		for (size_t o = 0; o < i && !seen; o++)
			seen = !json_int(json_get(json_at(list, o), "negated"), 0) &&
			       str_eq(name,
				      json_text(json_get(json_at(list, o), "topic"), STR("")));
		if (!seen && name.n)
			each(arg, name);
	}
	arena_reset(a);
}
