#include "core/base.h"

#include "core/document.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/entry.h"
#include "responder/tags_store.h"

#define HOUR_S       3600
#define RECENT_HOURS 2
#define BEFORE_HOURS 22
#define RISING_LEAST 5
#define RISING_TIMES 2

bool
tags_rising(int64_t recent, int64_t before)
{
	return recent >= RISING_LEAST &&
	       recent * BEFORE_HOURS >= RISING_TIMES * before * RECENT_HOURS;
}

/* Mentions of the topic in from..to, whole hours. */
static int
heard(struct store *s, const struct matter *m, int64_t from, int64_t to, int64_t *n,
      struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT coalesce(sum(mentions), 0) FROM rollup_hour WHERE"
			      " watch = :watch AND topic = :topic AND at >= :from AND at"
			      " < :to");
	int found;

	stmt_text(q, 1, m->watch);
	stmt_text(q, 2, m->topic);
	stmt_int(q, 3, from);
	stmt_int(q, 4, to);
	found = stmt_step(q, e);
	*n = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
rising_read(struct store *s, const struct matter *m, int64_t now, bool *rising, struct err *e)
{
	int64_t hour = now - now % HOUR_S, from = hour - (RECENT_HOURS - 1) * HOUR_S;
	int64_t recent, before;

	if (heard(s, m, from, hour + HOUR_S, &recent, e) < 0 ||
	    heard(s, m, from - BEFORE_HOURS * HOUR_S, from, &before, e) < 0)
		return -1;
	*rising = tags_rising(recent, before);
	return 0;
}

/* Of the newest mention that it counts. */
static int
source_read(struct store *s, const struct matter *m, struct arena *a, struct route_ask *q,
	    struct err *e)
{
	struct stmt *of;
	int found;

	if (!m->evidence_n)
		return 0;
	of = store_stmt(s, "SELECT source_class, lang FROM document WHERE id = :id");
	stmt_id(of, 1, &m->evidence[0].document);
	found = stmt_step(of, e);
	if (found > 0) {
		int64_t class = stmt_col_int(of, 0);

		q->lang = arena_str(a, stmt_col_text(of, 1));
		if (class >= 0 && class < CLASS_COUNT)
			q->source = str_of(source_class_words[class]);
	}
	stmt_reset(of);
	return found < 0 ? -1 : 0;
}

static int
scenario_read(struct store *s, const struct matter *m, struct arena *a, struct str *out,
	      struct err *e)
{
	struct entry of = { .incident = m->id, .kind = STR("playbook"), .key = STR("") }, x;
	int found = entry_newest(s, &of, a, &x, e);
	struct err bad;

	if (found > 0)
		*out = json_text(json_get(json_parse(a, x.value, &bad), "name"), STR(""));
	return found < 0 ? -1 : 0;
}

int
tags_read(struct store *s, const struct matter *m, enum signal_class class, int64_t now,
	  struct arena *a, struct tags *out, struct err *e)
{
	struct route_ask q = { .watch = m->watch,
			       .level = m->level,
			       .class = class,
			       .grade = m->grade,
			       .topic = m->topic };
	struct err bad;

	if (m->facts.n)
		q.kind = json_text(json_get(json_parse(a, m->facts, &bad), "kind"), STR(""));
	if (source_read(s, m, a, &q, e) < 0 || scenario_read(s, m, a, &q.scenario, e) < 0 ||
	    rising_read(s, m, now, &q.rising, e) < 0)
		return -1;
	*out = route_tags(&q);
	return 0;
}
