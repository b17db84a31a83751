/*
 * draft.c - a move that reaches L2 or L3 gets its texts: from templates, facts and the record.
 *
 * 1. Nothing is invented: what no fact and no evidence fills stays a visible gap.
 * 2. A value is put in once and never parsed again (template.h).
 * 3. No user is quoted: of mentions only their ids are kept, as evidence.
 * 4. The same move gives the same rows: id = hash(incident, template, move).
 */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/draft.h"
#include "responder/draft_store.h"
#include "responder/heap.h"
#include "responder/lint.h"
#include "responder/playbook.h"
#include "responder/template.h"

#define HALF_HOUR     1800
#define REDO_AT_START 64 /* newest drafts whose file is made again when it is missing */

static const struct conf_key draft_keys[] = {
	{ "dir", CONF_PATH, offsetof(struct draft_conf, dir), 0, 0, "",
	  "folder of the templates (zh/, en/); left out: the shipped ones; \"\": no drafts" },
	{ "facts", CONF_PATH, offsetof(struct draft_conf, facts), 0, 0, "",
	  "YAML file with what slots may be filled with" },
	CONF_END,
};
const struct conf_schema draft_schema = {
	.name = "templates",
	.size = sizeof(struct draft_conf),
	.keys = draft_keys,
	.help = "话术库: where reply texts and the facts for their slots come from.",
};

struct facts {
	struct conf_list v; /* struct conf_pair */
};
static const struct conf_key facts_keys[] = {
	{ "facts", CONF_MAP, offsetof(struct facts, v), 0, 2000, "",
	  "confirmed facts: name -> text; NAME_en is taken first in English texts" },
	CONF_END,
};
static const struct conf_schema facts_schema = {
	.name = "facts",
	.size = sizeof(struct facts),
	.keys = facts_keys,
	.help = "What drafts may say.",
};

struct drafts {
	const struct responder_env *env;
	struct templates *templates; /* NULL: none are configured */
	struct lint *lint;
	struct conf *facts_conf;
	struct facts facts;
	struct id *pending; /* rows of which no file is written yet */
	size_t pending_n, pending_cap;
	bool redo; /* look for missing files once */
};

/* ---- life ---------------------------------------------------------------------------------------- */

static int
facts_read(struct drafts *d, struct str path, struct err *e)
{
	struct buf report = BUF(1 << 16);
	struct str all, first;

	if (!path.n)
		return 0;
	d->facts_conf = conf_read(path.p, &facts_schema, &d->facts, &report, e);
	all = buf_str(&report);
	if (!d->facts_conf && str_next(&all, '\n', &first))
		err_set(e, ERR_USAGE, "%.*s", STR_ARG(utf8_cut(first, 240)));
	buf_release(&report);
	return d->facts_conf ? 0 : -1;
}

struct drafts *
drafts_new(const struct draft_conf *c, const struct responder_env *env, struct err *e)
{
	struct drafts *d = heap_zero(1, sizeof *d);

	d->env = env;
	d->redo = true;
	if (!c->dir.n)
		return d;
	d->templates = templates_load(c->dir.p, e);
	d->lint = d->templates ? lint_new(e) : NULL;
	if (!d->lint || facts_read(d, c->facts, e) < 0) {
		drafts_free(d);
		return NULL;
	}
	return d;
}

void
drafts_free(struct drafts *d)
{
	if (!d)
		return;
	templates_free(d->templates);
	lint_free(d->lint);
	conf_free(d->facts_conf);
	free(d->pending);
	free(d);
}

/* ---- values for slots ------------------------------------------------------------------------------ */

/* One draft being made. */
struct making {
	struct drafts *d;
	const struct incident *i;
	const struct move *m;
	int64_t now;
	struct arena *a;
	struct str values[80]; /* what was put in: figures in them are supported */
	size_t values_n;
};

/* What topics are called in public. Others stay a gap: a person says it better. */
static const struct {
	const char *topic, *zh, *en;
} concerns[] = {
	{ "food_safety", "食品安全", "food safety" },
	{ "product_safety", "产品安全", "product safety" },
	{ "injury", "人身安全", "personal safety" },
	{ "recall", "产品质量", "product quality" },
	{ "quality", "产品质量", "product quality" },
	{ "service", "服务", "service" },
	{ "refund", "退款", "refund" },
	{ "outage", "服务中断", "service outage" },
	{ "price", "价格", "pricing" },
	{ "data_leak", "个人信息安全", "personal data" },
	{ "privacy", "个人信息", "privacy" },
	{ "advertising", "宣传", "advertising" },
	{ "environment", "环境保护", "environmental" },
};

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

static struct str
fact_get(const struct drafts *d, struct str key)
{
	const struct conf_pair *f = d->facts.v.v;

	for (size_t i = 0; i < d->facts.v.n; i++)
		if (str_eq(f[i].name, key))
			return str_trim(f[i].value);
	return (struct str){ "", 0 };
}

/* slot_en or slot_zh first. A Chinese value never stands in an English text. */
static bool
fact_find(struct making *k, const struct template *t, struct str slot,
	  struct template_value *out)
{
	const char *lang = template_lang_words[t->lang];
	struct str own = str_of(arena_textf(k->a, "%.*s_%s", STR_ARG(slot), lang));
	struct str key = fact_get(k->d, own).n ? own : slot;
	struct buf b = BUF(1024);

	out->text = fact_get(k->d, key);
	if (!out->text.n || (t->lang == TEMPLATE_EN && has_han(out->text)))
		return false;
	buf_add(&b, STR("{\"fact\":"));
	json_add_text(&b, key);
	buf_add_byte(&b, '}');
	out->evidence = arena_str(k->a, buf_str(&b));
	buf_release(&b);
	return true;
}

static const char *const months[] = { "January",   "February", "March",    "April",
				      "May",       "June",     "July",     "August",
				      "September", "October",  "November", "December" };

static const char *
zone_words(struct making *k, const struct civil *c)
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
moment(struct making *k, const struct template *t, int64_t at)
{
	struct civil c = zone_civil(k->d->env->zone, at);

	if (t->lang == TEMPLATE_ZH)
		return arena_textf(k->a, "%d月%d日%02d:%02d", c.month, c.day, c.hour, c.minute);
	return arena_textf(k->a, "%02d:%02d on %d %s (%s)", c.hour, c.minute, c.day,
			   months[c.month - 1], zone_words(k, &c));
}

static const char *
date_words(struct making *k, const struct template *t, int64_t at)
{
	struct civil c = zone_civil(k->d->env->zone, at);

	if (t->lang == TEMPLATE_ZH)
		return arena_textf(k->a, "%d年%d月%d日", c.year, c.month, c.day);
	return arena_textf(k->a, "%d %s %d", c.day, months[c.month - 1], c.year);
}

/* The mentions that the move rests on, without a word of them. */
static const char *
mentions_of(struct making *k)
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

static const char *
concern_of(const struct incident *i, int64_t lang)
{
	for (size_t k = 0; k < LY_COUNT(concerns); k++)
		if (str_is(i->topic, concerns[k].topic))
			return lang == TEMPLATE_ZH ? concerns[k].zh : concerns[k].en;
	return "";
}

static int64_t
next_update(const struct template *t, int64_t now)
{
	return (now + t->next_update + HALF_HOUR - 1) / HALF_HOUR * HALF_HOUR;
}

static bool
watch_find_name(struct making *k, const struct template *t, struct template_value *out)
{
	out->text = watch_title(k->d->env, k->i->watch);
	out->evidence = STR("{\"incident\":\"watch\"}");
	if (t->lang == TEMPLATE_EN && has_han(out->text))
		return fact_find(k, t, STR("brand"), out);
	return true;
}

static bool
known_find(struct making *k, const struct template *t, enum template_known what,
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
		out->text = str_of(concern_of(i, t->lang));
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
		struct civil c = zone_civil(k->d->env->zone, k->now);

		out->text = str_of(arena_textf(k->a, "%02d:%02d", c.hour, c.minute));
		break;
	}
	case KNOWN_NEXT_UPDATE:
		out->text = str_of(moment(k, t, next_update(t, k->now)));
		break;
	case KNOWN_COUNT:
		break;
	}
	return out->text.n > 0;
}

static bool
value_find(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	struct making *k = arg;
	bool found = false, known = false;

	for (int w = 0; template_known_words[w]; w++)
		if (str_is(slot, template_known_words[w])) {
			known = true;
			found = known_find(k, t, (enum template_known)w, out);
		}
	if (!known)
		found = fact_find(k, t, slot, out);
	if (found && k->values_n < LY_COUNT(k->values))
		k->values[k->values_n++] = out->text;
	return found;
}

/* ---- one draft -------------------------------------------------------------------------------------- */

static void
pending_add(struct drafts *d, const struct id *id)
{
	if (d->pending_n == d->pending_cap)
		d->pending = heap_more(d->pending, &d->pending_cap, sizeof *d->pending);
	d->pending[d->pending_n++] = *id;
}

/* A gap keeps a text from going out, but it is not a fault of the text. */
static struct str
state_of(const struct lint_findings *f, size_t gaps)
{
	size_t faults = 0;

	for (size_t i = 0; i < f->n; i++)
		faults +=
			f->v[i].severity == LINT_BLOCK && strcmp(f->v[i].rule, "any.gap") != 0;
	if (faults)
		return STR("lint_failed");
	return gaps ? STR("generated") : STR("lint_passed");
}

static int
draft_make(struct making *k, const struct template *t, struct err *e)
{
	struct template_source src = { value_find, k };
	struct template_out out = template_out_new();
	struct buf lint = BUF(256 << 10);
	struct lint_findings found;
	struct lint_ask ask = { .lang = (enum template_lang)t->lang,
				.kind = t->kind,
				.level = k->m->to_level,
				.age_s = k->now - k->i->opened_at,
				.max_length = t->max_length };
	char seq[32];
	struct draft_row row = { .incident = k->i->id,
				 .template = t->id,
				 .kind = str_of(template_kind_words[t->kind]),
				 .lang = str_of(template_lang_words[t->lang]),
				 .at = k->now };
	int added;

	k->values_n = 0;
	template_render(t, &src, &out);
	ask.text = buf_str(&out.text);
	ask.supported = k->values;
	ask.supported_n = k->values_n;
	lint_text(k->d->lint, &ask, k->a, &found);
	lint_add_json(&lint, &found, ask.text);
	snprintf(seq, sizeof seq, "%lld", (long long)k->m->seq);
	row.id = ID_OF(STR("draft"), id_str(&k->i->id), t->id, str_of(seq));
	row.text = ask.text;
	row.gaps = buf_str(&out.gaps);
	row.lint = buf_str(&lint);
	row.evidence = buf_str(&out.evidence);
	row.state = state_of(&found, out.gaps_n);
	added = draft_add(k->d->env->store, &row, e);
	if (added > 0)
		pending_add(k->d, &row.id);
	template_out_release(&out);
	buf_release(&lint);
	return added < 0 ? -1 : 0;
}

/* ---- which --------------------------------------------------------------------------------------------- */

/* What reaching a level calls for. */
static const struct {
	enum template_kind kind;
	int64_t level;
} wanted[] = {
	{ TEMPLATE_HOLDING, 2 }, { TEMPLATE_REPLY, 2 }, { TEMPLATE_HOLDING, 3 },
	{ TEMPLATE_FULL, 3 },    { TEMPLATE_COVER, 3 }, { TEMPLATE_STAFF, 3 },
	{ TEMPLATE_PRESS, 3 },
};

static bool
is_wanted(const struct move *m, int64_t kind)
{
	bool again = m->to_state == INCIDENT_RESPONDING && m->from_state != INCIDENT_RESPONDING;

	for (size_t i = 0; i < LY_COUNT(wanted); i++)
		if ((int64_t)wanted[i].kind == kind && m->to_level >= wanted[i].level &&
		    (m->from_level < wanted[i].level || (again && wanted[i].level == 3)))
			return true;
	return false;
}

/* 3 when the playbook asks for it, 2 for its topic, 1 for any, 0 not at all. */
static int
fits_of(const struct making *k, const struct template *t)
{
	return playbook_wants(k->i->playbook, t->id) ? 3 : template_fits(t, k->i->topic);
}

/* The templates of one kind and language that the playbook asks for; else those that speak of the
 * topic; else those for any. */
static int
kind_make(struct making *k, int64_t kind, int64_t lang, struct err *e)
{
	const struct templates *all = k->d->templates;
	int best = 0;

	for (size_t i = 0; i < templates_count(all); i++) {
		const struct template *t = templates_at(all, i);
		int fits = t->kind == kind && t->lang == lang && t->level <= k->m->to_level
				   ? fits_of(k, t)
				   : 0;

		best = fits > best ? fits : best;
	}
	for (size_t i = 0; best && i < templates_count(all); i++) {
		const struct template *t = templates_at(all, i);

		if (t->kind != kind || t->lang != lang || t->level > k->m->to_level ||
		    fits_of(k, t) != best)
			continue;
		if (draft_make(k, t, e) < 0)
			return -1;
	}
	return 0;
}

int
drafts_on_move(struct drafts *d, const struct incident *i, const struct move *m, int64_t now,
	       struct err *e)
{
	int64_t first = str_is(d->env->site->lang, "en") ? TEMPLATE_EN : TEMPLATE_ZH;
	int bad = 0;

	if (!d->templates || !incident_is_open(i))
		return 0;
	for (int64_t kind = 0; kind < TEMPLATE_KINDS && !bad; kind++) {
		struct making k = { .d = d, .i = i, .m = m, .now = now };

		if (!is_wanted(m, kind))
			continue;
		k.a = arena_new();
		bad = kind_make(&k, kind, first, e) < 0 || kind_make(&k, kind, !first, e) < 0;
		arena_free(k.a);
	}
	return bad ? -1 : 0;
}

int
drafts_for(struct drafts *d, const struct incident *i, const struct move *m,
	   const struct conf_texts *templates, int64_t now, struct err *e)
{
	struct making k = { .d = d, .i = i, .m = m, .now = now, .a = arena_new() };
	int made = 0;

	for (size_t t = 0; d->templates && t < templates->n && made >= 0; t++) {
		const struct template *of = templates_find(d->templates, templates->v[t]);

		if (of)
			made = draft_make(&k, of, e) < 0 ? -1 : made + 1;
		else
			log_event(LOG_ERROR, "no_such_template", "template=%.*s",
				  STR_ARG(templates->v[t]));
	}
	arena_free(k.a);
	return made;
}

/* ---- files ------------------------------------------------------------------------------------------- */

static int
redo_one(void *arg, const struct draft_row *row)
{
	struct drafts *d = arg;
	struct arena *a = arena_new();
	const char *dir = arena_textf(a, "%.*s/drafts", STR_ARG(d->env->site->data));

	if (access(draft_path(dir, row, a), F_OK) < 0)
		pending_add(d, &row->id);
	arena_free(a);
	return 0;
}

static int
file_make(struct drafts *d, const struct id *id, struct err *e)
{
	struct arena *a = arena_new();
	const char *dir = arena_textf(a, "%.*s/drafts", STR_ARG(d->env->site->data));
	struct draft_row row;
	int found = draft_read(d->env->store, id, a, &row, e);

	if (found > 0)
		found = draft_write_file(dir, &row, d->env->zone, a, e);
	arena_free(a);
	return found < 0 ? -1 : 0;
}

void
drafts_flush(struct drafts *d)
{
	struct err e = { 0 };

	if (d->env->send == SEND_SINK || store_in_batch(d->env->store))
		return;
	if (d->redo && drafts_read(d->env->store, (struct str){ "", 0 }, REDO_AT_START,
				   redo_one, d, &e) < 0)
		log_event(LOG_WARN, "drafts_unread", "why=%s", e.text);
	d->redo = false;
	for (size_t i = 0; i < d->pending_n; i++)
		if (file_make(d, &d->pending[i], &e) < 0)
			log_event(LOG_WARN, "draft_unwritten", "why=%s", e.text);
	d->pending_n = 0;
}
