/*
 * draft.c - a move that reaches L2 or L3 gets its texts: from templates, facts and the record.
 *
 * What may be put in is draft_fill.h, which templates are made draft_pick.h. A value is put in
 * once and never parsed again (template.h). The same move gives the same rows:
 * id = hash(incident, template, move).
 */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/draft.h"
#include "responder/draft_inside.h"
#include "responder/draft_pick.h"
#include "responder/incident_store.h"
#include "responder/library.h"
#include "responder/playbook.h"
#include "responder/template.h"

#define STEPS         ((int64_t)TEMPLATE_KINDS * 2)
#define ASKED_MAX     200  /* templates of one incident that are made anew at once */
#define ASKED_ROWS    2000 /* newest drafts that are looked through for them       */
#define REDO_AT_START 64   /* newest drafts whose file is made again when it is missing */

static const struct conf_key draft_keys[] = {
	{ "dir", CONF_PATH, offsetof(struct draft_conf, dir), 0, 0, "",
	  "folder of the templates (zh/, en/); left out: the shipped ones; \"\": no drafts" },
	{ "facts", CONF_PATH, offsetof(struct draft_conf, facts), 0, 0, "",
	  "what slots may be filled with: a YAML file, or a folder with all.yaml and one "
	  "WATCH.yaml "
	  "a brand" },
	{ "variants", CONF_COUNT, offsetof(struct draft_conf, variants), 1, DRAFT_VARIANTS, "2",
	  "drafts of one kind and language to choose from" },
	{ "channels", CONF_TEXTS, offsetof(struct draft_conf, channels), 0, 11, "",
	  "where you can publish (social, site, app, mail, message, comment, press, store, "
	  "phone, "
	  "internal, status); empty: everywhere" },
	CONF_END,
};

static void
draft_check(struct conf_reader *r, void *self)
{
	const struct draft_conf *c = self;
	struct str names[16];
	size_t n = 0;

	for (; template_channel_words[n]; n++)
		names[n] = str_of(template_channel_words[n]);
	for (size_t i = 0; i < c->channels.n; i++) {
		size_t k = 0;

		while (k < n && !str_eq(names[k], c->channels.v[i]))
			k++;
		if (k == n)
			conf_unknown(r, &c->channels, "channel", c->channels.v[i], names, n);
	}
}

const struct conf_schema draft_schema = {
	.name = "templates",
	.size = sizeof(struct draft_conf),
	.keys = draft_keys,
	.help = "话术库: where reply texts and the facts for their slots come from.",
	.check = draft_check,
};

/* ---- life ---------------------------------------------------------------------------------------- */

static unsigned
channels_of(const struct conf_texts *words)
{
	unsigned bits = 0;

	for (size_t i = 0; i < words->n; i++)
		for (int k = 0; template_channel_words[k]; k++)
			if (str_is(words->v[i], template_channel_words[k]))
				bits |= 1u << k;
	return bits;
}

static int
due_find(struct drafts *d, struct err *e)
{
	struct arena *a = arena_new();
	struct move m;
	int found = drafting_next(d->env->store, a, &m, e);

	d->due_at = found > 0 ? m.at : INT64_MAX;
	arena_free(a);
	return found < 0 ? -1 : 0;
}

struct drafts *
drafts_new(const struct draft_conf *c, const struct responder_env *env, struct err *e)
{
	struct drafts *d = heap_zero(1, sizeof *d);

	d->env = env;
	d->redo = true;
	d->due_at = INT64_MAX;
	if (!c->dir.n)
		return d;
	d->channels = channels_of(&c->channels);
	d->variants = (size_t)c->variants;
	d->templates = templates_load(c->dir.p, e);
	d->lint = d->templates ? lint_new(e) : NULL;
	d->facts = d->lint ? draft_facts_read(c->facts, env, e) : NULL;
	if (d->facts && due_find(d, e) == 0)
		return d;
	drafts_free(d);
	return NULL;
}

void
drafts_free(struct drafts *d)
{
	if (!d)
		return;
	templates_free(d->templates);
	lint_free(d->lint);
	together_free(d->together);
	draft_facts_free(d->facts);
	free(d->pending);
	free(d);
}

/* ---- one draft -------------------------------------------------------------------------------------- */

/* A gap keeps a text from going out, but it is not a fault of the text; and what the text seems to
 * lack may be what the gap is for. */
static enum draft_event
event_of(const struct lint_findings *f, size_t gaps)
{
	size_t faults = 0;

	for (size_t i = 0; i < f->n; i++)
		faults += f->v[i].severity == LINT_BLOCK && strcmp(f->v[i].rule, "any.gap") &&
			  (f->v[i].len || !gaps);
	if (faults)
		return DRAFT_MADE_FAULTY;
	return gaps ? DRAFT_MADE_GAPS : DRAFT_MADE_CLEAN;
}

/* asked: 0 for what a move calls for, once; a person may ask again: the time of that. *row's texts
 * end with the call. why: it was picked; or empty. */
struct draft_call_for {
	int64_t asked;
	struct str why;
};
static int
draft_make(struct drafts *d, struct draft_fill *k, const struct template *t,
	   const struct draft_call_for *call, struct draft_made *said, struct err *e)
{
	int64_t asked = call->asked;
	struct template_source src = { draft_fill_find, k };
	struct template_out out = template_out_new();
	struct buf lint = BUF(256 << 10);
	struct lint_findings found;
	struct lint_ask ask;
	char seq[64];
	struct draft_row row = { .incident = k->i->id,
				 .template = t->id,
				 .kind = str_of(template_kind_words[t->kind]),
				 .lang = str_of(template_lang_words[t->lang]),
				 .at = k->now,
				 .why = call->why };
	int added;

	k->values_n = 0;
	template_render(t, &src, &out);
	ask = draft_lint_ask(k, k->m->to_level, buf_str(&out.text));
	ask.lang = (enum template_lang)t->lang;
	ask.kind = t->kind;
	ask.max_length = t->max_length;
	lint_text(d->lint, &ask, k->a, &found);
	lint_add_json(&lint, &found, ask.text, 0);
	snprintf(seq, sizeof seq, asked ? "%lld asked %lld" : "%lld", (long long)k->m->seq,
		 (long long)asked);
	row.text = ask.text;
	row.id = asked ? ID_OF(STR("draft"), id_str(&k->i->id), t->id, str_of(seq), row.text)
		       : ID_OF(STR("draft"), id_str(&k->i->id), t->id, str_of(seq));
	row.gaps = buf_str(&out.gaps);
	row.lint = buf_str(&lint);
	row.evidence = buf_str(&out.evidence);
	row.state =
		str_of(draft_state_words[draft_next(DRAFT_NONE, event_of(&found, out.gaps_n))]);
	if (str_find(row.evidence, STR("\"next_update\":")) >= 0)
		row.promise_at = draft_fill_promise(t, k->now, k->made_at);
	added = asked ? draft_add_new(d->env->store, &row, e)
		      : draft_add(d->env->store, &row, e);
	if (added > 0)
		drafts_pending(d, &row.id);
	*said = (struct draft_made){ t->id, row.state, row.version, out.gaps_n };
	template_out_release(&out);
	buf_release(&lint);
	return added < 0 ? -1 : 0;
}

/* ---- which --------------------------------------------------------------------------------------------- */

/* What reaching a level calls for. People at work hear of it before the public does. */
static const struct {
	enum template_kind kind;
	int64_t level;
} wanted[] = {
	{ TEMPLATE_STAFF, 2 }, { TEMPLATE_HOLDING, 2 }, { TEMPLATE_REPLY, 2 },
	{ TEMPLATE_STAFF, 3 }, { TEMPLATE_HOLDING, 3 }, { TEMPLATE_FULL, 3 },
	{ TEMPLATE_COVER, 3 }, { TEMPLATE_PRESS, 3 },
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

static bool
by_playbook(const void *arg, struct str id)
{
	return playbook_wants(arg, id);
}

static int
kind_make(struct drafts *d, struct draft_fill *k, int64_t kind, int64_t lang, struct err *e)
{
	struct draft_ask q = { .kind = kind,
			       .lang = lang,
			       .level = k->m->to_level,
			       .topic = k->i->topic,
			       .use = k->ground->use,
			       .blocked = k->ground->blocked,
			       .channels = d->channels,
			       .variants = d->variants,
			       .wanted = by_playbook,
			       .arg = k->i->playbook,
			       .worked = k->worked,
			       .worked_n = k->worked_n };
	const struct template *picked[DRAFT_VARIANTS];
	size_t n = draft_pick(d->templates, &q, picked);
	struct draft_made said;

	for (size_t i = 0; i < n; i++) {
		struct buf why = BUF(8192);
		int bad;

		draft_pick_why(picked[i], &q, &why);
		bad = draft_make(d, k, picked[i], &(struct draft_call_for){ 0, buf_str(&why) },
				 &said, e);
		buf_release(&why);
		if (bad < 0)
			return -1;
	}
	return 0;
}

/* The first step from at on that m calls for; STEPS: there is none. A kind is two steps, the
 * site's language first. */
static int64_t
step_wanted(const struct move *m, int64_t at)
{
	while (at < STEPS && !is_wanted(m, at / 2))
		at++;
	return at;
}

static int
step_make(struct drafts *d, struct draft_fill *k, int64_t step, struct err *e)
{
	int64_t first = str_is(d->env->site->lang, "en") ? TEMPLATE_EN : TEMPLATE_ZH;

	return kind_make(d, k, step / 2, step % 2 ? !first : first, e);
}

/* Everything that is drafted at one time of one incident stands on the same ground. */
static int
fill_begin(struct draft_fill *k, int64_t at, struct draft_ground *ground, struct err *e)
{
	k->a = arena_new();
	k->ground = ground;
	return draft_ground_read(k->env->store, &k->i->id, at, k->a, ground, e);
}

int
drafts_on_move(struct drafts *d, const struct move *m, struct err *e)
{
	if (!d->templates || step_wanted(m, 0) == STEPS)
		return 0;
	if (m->at < d->due_at)
		d->due_at = m->at;
	return drafting_add(d->env->store, m->seq, e);
}

int64_t
drafts_due(const struct drafts *d)
{
	return d->due_at;
}

static void
worked_add(struct draft_fill *k, struct draft_worked *v, const struct library_similar *s)
{
	bool turned = str_is(s->turn, dossier_turn_words[DOSSIER_TURNED]);
	size_t i = 0;

	if (!s->template.n || (!turned && !str_is(s->turn, dossier_turn_words[DOSSIER_NOT])))
		return;
	while (i < k->worked_n && !str_eq(v[i].template, s->template))
		i++;
	if (i == k->worked_n)
		v[k->worked_n++] = (struct draft_worked){ .template = s->template };
	v[i].turned += turned;
	v[i].not_turned += !turned;
	v[i].cases = str_of(arena_textf(k->a, "%.*s%s%.*s", STR_ARG(v[i].cases),
					v[i].cases.n ? ", " : "", STR_ARG(s->number)));
}

/* Whoever reads the draft may read of it: not of a confidential one. */
static int
is_for_all(void *arg, struct str number, struct err *e)
{
	struct draft_fill *k = arg;
	struct incident i;
	int found = incident_read(k->env->store, number, k->a, &i, e);

	return found > 0 ? !i.confidential : found;
}

/* What the cases that are like it say of templates. first: of its move; they are settled once. */
static int
worked_read(struct draft_fill *k, bool first, int64_t now, struct err *e)
{
	const struct library_reader all = { is_for_all, k };
	struct draft_worked *v = arena_alloc(k->a, SIMILAR_MAX * sizeof *v);
	struct library_similar like[SIMILAR_MAX];
	int n = first ? library_settle(k->env, LIBRARY_CASES_ONLY, LIBRARY_AT_ONCE, now, e) : 0;

	if (n >= 0)
		n = library_similar_to(k->env, k->i->number, &all, now, k->a, like, e);
	for (int i = 0; i < n; i++)
		worked_add(k, v, &like[i]);
	k->worked = v;
	return n < 0 ? -1 : 0;
}

static int
move_make(struct drafts *d, const struct incident *i, const struct move *m, int64_t step,
	  int64_t now, struct err *e)
{
	struct draft_fill k = {
		.env = d->env, .facts = d->facts, .i = i, .m = m, .now = m->at, .made_at = now
	};
	struct draft_ground ground;
	int bad = fill_begin(&k, m->at, &ground, e);

	if (!bad)
		bad = worked_read(&k, step == step_wanted(m, 0), now, e);
	if (!bad)
		bad = step_make(d, &k, step, e);
	arena_free(k.a);
	return bad;
}

int
drafts_step(struct drafts *d, struct incidents *s, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	const struct incident *i;
	int64_t step = STEPS;
	struct move m;
	int found = drafting_next(d->env->store, a, &m, e);

	if (found > 0) {
		i = incidents_find(s, &m.incident);
		if (d->of_move != m.seq)
			d->step = 0;
		d->of_move = m.seq;
		if (i && incident_is_open(i))
			step = step_wanted(&m, d->step);
		d->step = step + 1;
		if (step < STEPS ? move_make(d, i, &m, step, now, e) < 0
				 : drafting_drop(d->env->store, m.seq, e) < 0)
			found = -1;
	}
	arena_free(a);
	if (!found)
		d->due_at = INT64_MAX;
	return found;
}

int
drafts_turn(struct drafts *d, struct incidents *s, int64_t now, struct err *e)
{
	int found = 0, made = 0;

	while (d->due_at != INT64_MAX && (found = drafts_step(d, s, now, e)) > 0)
		made++;
	return found < 0 ? -1 : made;
}

int
drafts_for(struct drafts *d, const struct incident *i, const struct move *m,
	   const struct conf_texts *templates, int64_t now, struct err *e)
{
	struct draft_fill k = {
		.env = d->env, .facts = d->facts, .i = i, .m = m, .now = now, .made_at = now
	};
	struct draft_ground ground;
	struct draft_made said;
	int made;

	if (!d->templates)
		return 0;
	made = fill_begin(&k, INT64_MAX, &ground, e);
	for (size_t t = 0; t < templates->n && made >= 0; t++) {
		const struct template *of = templates_find(d->templates, templates->v[t]);

		if (of)
			made = draft_make(d, &k, of, &(struct draft_call_for){ 0 }, &said, e) <
					       0
				       ? -1
				       : made + 1;
		else
			log_event(LOG_ERROR, "no_such_template", "template=%.*s",
				  STR_ARG(templates->v[t]));
	}
	arena_free(k.a);
	return made;
}

/* The templates of what stands, each once. */
struct standing {
	struct arena *a;
	struct str ids[ASKED_MAX];
	size_t n;
};

static int
standing_add(void *arg, const struct draft_row *row)
{
	struct standing *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->ids[i], row->template))
			return 0;
	if (s->n < ASKED_MAX)
		s->ids[s->n++] = arena_str(s->a, row->template);
	return 0;
}

int
drafts_asked(struct drafts *d, const struct incident *i, const struct move *m,
	     struct str template, int64_t now,
	     void (*each)(void *arg, const struct draft_made *x), void *arg, struct err *e)
{
	struct draft_fill k = {
		.env = d->env, .facts = d->facts, .i = i, .m = m, .now = now, .made_at = now
	};
	struct standing ids = { .n = 0 };
	struct draft_ground ground;
	struct draft_made said;
	int bad = 0, made = 0;

	if (!d->templates)
		return 0;
	bad = fill_begin(&k, INT64_MAX, &ground, e);
	ids.a = k.a;
	if (!str_is(template, "all"))
		ids.ids[ids.n++] = template;
	else if (!bad)
		bad = drafts_read(d->env->store, i->number, ASKED_ROWS, standing_add, &ids, e);
	for (size_t t = 0; t < ids.n && !bad; t++) {
		const struct template *of = templates_find(d->templates, ids.ids[t]);

		if (!of)
			continue;
		bad = draft_make(d, &k, of, &(struct draft_call_for){ .asked = now }, &said, e);
		each(arg, &said);
		made++;
	}
	arena_free(k.a);
	return bad ? -1 : made;
}

/* ---- files ------------------------------------------------------------------------------------------- */

static int
redo_one(void *arg, const struct draft_row *row)
{
	struct drafts *d = arg;
	struct arena *a = arena_new();
	const char *dir = arena_textf(a, "%.*s/drafts", STR_ARG(d->env->site->data));

	if (access(draft_path(dir, row, a), F_OK) < 0)
		drafts_pending(d, &row->id);
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
