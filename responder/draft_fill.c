/* draft_fill.c - see draft_fill.h. */
#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/draft_fill.h"

#define HALF_HOUR 1800

/* ---- facts --------------------------------------------------------------------------------------- */

static bool
has_han(struct str s)
{
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if (utf8_is_han(cp))
			return true;
	}
	return false;
}

/* In a Chinese text anything; in an English one nothing in Chinese characters. */
static bool
speaks(const struct template *t, struct str value)
{
	return value.n && (t->lang == TEMPLATE_ZH || !has_han(value));
}

static struct str
evidence_of(struct draft_fill *k, const char *where, struct str key)
{
	struct buf b = BUF(1024);
	struct str out;

	buf_addf(&b, "{\"%s\":", where);
	json_add_text(&b, key);
	buf_add_byte(&b, '}');
	out = arena_str(k->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* One key: the incident's own fact, or that of the files. What nobody has confirmed hides the
 * others and is told. */
static bool
key_find(struct draft_fill *k, const struct template *t, struct str key,
	 struct template_value *out)
{
	const struct ground_fact *own = draft_ground_fact(k->ground, key);

	if (own && !own->confirmed) {
		out->why = t->lang == TEMPLATE_ZH ? "有这一条事实，但还没有人确认"
						  : "there is such a fact, not confirmed yet";
		return false;
	}
	out->text = own ? own->value : draft_facts_get(k->facts, k->i->watch, key);
	if (!speaks(t, out->text))
		return false;
	out->evidence = evidence_of(k, own ? "incident_fact" : "fact", key);
	return true;
}

/* slot_en or slot_zh first. */
static bool
fact_find(struct draft_fill *k, const struct template *t, struct str slot,
	  struct template_value *out)
{
	struct str own = str_of(
		arena_textf(k->a, "%.*s_%s", STR_ARG(slot), template_lang_words[t->lang]));

	return key_find(k, t, own, out) || (!out->why && key_find(k, t, slot, out));
}

/* Nobody is quoted whose consent is not on record, and nobody at all where it could hurt. */
static bool
may_quote(struct draft_fill *k, const struct template *t, struct str slot,
	  struct template_value *out)
{
	struct template_value consent = { .text = { "", 0 } };
	struct str key = str_of(arena_textf(k->a, "%.*s_consent", STR_ARG(slot)));
	bool zh = t->lang == TEMPLATE_ZH;

	if (draft_is_delicate(k->i->topic))
		out->why =
			zh ? "这类事情不引用任何人的原话" : "nobody is quoted on such a matter";
	else if (!key_find(k, t, key, &consent))
		out->why = zh ? "没有记录当事人的同意" : "no consent is on record";
	return !out->why;
}

/* ---- what the record knows ----------------------------------------------------------------------- */

static const char *const months[] = { "January",   "February", "March",    "April",
				      "May",       "June",     "July",     "August",
				      "September", "October",  "November", "December" };

static const char *
zone_words(struct draft_fill *k, const struct civil *c)
{
	int m = c->offset_s / 60;

	if (!m)
		return "UTC";
	if (m % 60)
		return arena_textf(k->a, "UTC%c%d:%02d", m < 0 ? '-' : '+', abs(m) / 60,
				   abs(m) % 60);
	return arena_textf(k->a, "UTC%+d", m / 60);
}

static const char *
moment(struct draft_fill *k, const struct template *t, int64_t at)
{
	struct civil c = zone_civil(k->env->zone, at);

	if (t->lang == TEMPLATE_ZH)
		return arena_textf(k->a, "%d月%d日%02d:%02d", c.month, c.day, c.hour, c.minute);
	return arena_textf(k->a, "%02d:%02d on %d %s (%s)", c.hour, c.minute, c.day,
			   months[c.month - 1], zone_words(k, &c));
}

static const char *
date_words(struct draft_fill *k, const struct template *t, int64_t at)
{
	struct civil c = zone_civil(k->env->zone, at);

	if (t->lang == TEMPLATE_ZH)
		return arena_textf(k->a, "%d年%d月%d日", c.year, c.month, c.day);
	return arena_textf(k->a, "%d %s %d", c.day, months[c.month - 1], c.year);
}

/* The mentions that the move rests on, without a word of them. */
static const char *
mentions_of(struct draft_fill *k)
{
	struct err e;
	const struct json *list =
		k->m->evidence.n ? json_parse(k->a, k->m->evidence, &e) : NULL;
	struct buf b = BUF(4096);
	struct str out;

	buf_add(&b, STR("{\"mentions\":["));
	for (size_t i = 0; i < json_count(list) && i < 5; i++) {
		if (i)
			buf_add_byte(&b, ',');
		json_add_text(&b, json_text(json_get(json_at(list, i), "mention"), STR("")));
	}
	buf_add(&b, STR("]}"));
	out = arena_str(k->a, buf_str(&b));
	buf_release(&b);
	return out.p;
}

int64_t
draft_fill_promise(const struct template *t, int64_t as_of, int64_t now)
{
	int64_t at = (as_of + t->next_update + HALF_HOUR - 1) / HALF_HOUR * HALF_HOUR;

	return at > now || as_of >= now ? at : draft_fill_promise(t, now, now);
}

static bool
watch_find_name(struct draft_fill *k, const struct template *t, struct template_value *out)
{
	out->text = watch_title(k->env, k->i->watch);
	out->evidence = STR("{\"incident\":\"watch\"}");
	if (t->lang == TEMPLATE_EN && has_han(out->text))
		return fact_find(k, t, STR("brand"), out);
	return true;
}

static bool
known_find(struct draft_fill *k, const struct template *t, enum template_known what,
	   struct template_value *out)
{
	const struct incident *i = k->i;
	const char *clock = arena_textf(k->a, "{\"move\":%lld}", (long long)k->m->seq);

	out->evidence = str_of(clock);
	switch (what) {
	case KNOWN_NUMBER:
		*out = (struct template_value){ i->number, STR("{\"incident\":\"number\"}") };
		break;
	case KNOWN_WATCH:
		return watch_find_name(k, t, out);
	case KNOWN_TITLE:
		*out = (struct template_value){ i->title, STR("{\"incident\":\"title\"}") };
		return t->lang == TEMPLATE_ZH || !has_han(i->title);
	case KNOWN_LEVEL:
		out->text = str_of(arena_textf(k->a, "L%lld", (long long)k->m->to_level));
		break;
	case KNOWN_CONCERN:
		out->text = str_of(draft_concern(i->topic, (enum template_lang)t->lang));
		out->evidence = str_of(mentions_of(k));
		break;
	case KNOWN_FIRST_SEEN:
		out->text = i->first_mention_at ? str_of(moment(k, t, i->first_mention_at))
						: (struct str){ "", 0 };
		out->evidence = STR("{\"incident\":\"first_mention_at\"}");
		break;
	case KNOWN_DATE:
		out->text = str_of(date_words(k, t, k->now));
		break;
	case KNOWN_TIME: {
		struct civil c = zone_civil(k->env->zone, k->now);

		out->text = str_of(arena_textf(k->a, "%02d:%02d", c.hour, c.minute));
		break;
	}
	case KNOWN_NEXT_UPDATE:
		out->text = str_of(moment(k, t, draft_fill_promise(t, k->now, k->made_at)));
		break;
	case KNOWN_TOLD:
		out->text = str_of(draft_told(i->topic, (enum template_lang)t->lang));
		out->evidence = str_of(mentions_of(k));
		break;
	case KNOWN_COUNT:
		break;
	}
	return out->text.n > 0;
}

static bool
quote_ok(struct draft_fill *k, const struct template *t, struct str slot,
	 struct template_value *out)
{
	const struct template_slot *d = t->slots.v;

	for (size_t i = 0; i < t->slots.n; i++)
		if (str_eq(d[i].name, slot) && d[i].type == SLOT_QUOTE)
			return may_quote(k, t, slot, out);
	return true;
}

bool
draft_fill_find(void *arg, const struct template *t, struct str slot,
		struct template_value *out)
{
	struct draft_fill *k = arg;
	bool found = false, known = false;

	for (int w = 0; template_known_words[w]; w++)
		if (str_is(slot, template_known_words[w])) {
			known = true;
			found = known_find(k, t, (enum template_known)w, out);
		}
	if (!known)
		found = fact_find(k, t, slot, out) && quote_ok(k, t, slot, out);
	if (found && k->values_n < DRAFT_VALUES)
		k->values[k->values_n++] = out->text;
	return found;
}
