#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/strategy.h"
#include "responder/template_body.h"

#define FILE_MAX (64 << 10)

const char *const template_kind_words[] = { "holding", "full",  "reply", "complaint", "update",
					    "staff",   "cover", "press", "closing",   NULL };
const char *const template_lang_words[] = { "zh", "en", NULL };
const char *const template_form_words[] = { "text", "markdown", "html", NULL };
const char *const template_tone_words[] = { "plain", "calm", "warm", "formal", "brisk", NULL };
/* Where a text will stand. */
const char *const template_channel_words[] = { "social",  "site",     "app",    "mail",
					       "message", "comment",  "press",  "store",
					       "phone",   "internal", "status", NULL };
static const struct {
	const char *word;
	unsigned bit; /* enum strategy; 0: SCCT's bolstering goes with any of them */
} strategies[] = { { "instructing", STRATEGY_INSTRUCT },
		   { "adjusting", STRATEGY_ADJUST },
		   { "deny", STRATEGY_DENY },
		   { "diminish", STRATEGY_DIMINISH },
		   { "rebuild", STRATEGY_REBUILD },
		   { "bolster", 0 } };
/* Benoit's image repair, without what attacks, shifts blame or makes light: the lint refuses
 * texts that do so. */
static const char *const repairs[] = { "denial",
				       "defeasibility",
				       "accident",
				       "intentions",
				       "bolstering",
				       "differentiation",
				       "transcendence",
				       "compensation",
				       "corrective",
				       "mortification",
				       NULL };

/* ---- front matter ---------------------------------------------------------------------------- */

static const struct conf_key slot_keys[] = {
	{ "type", CONF_CHOICE, offsetof(struct template_slot, type), .dflt = "text",
	  .help = "text, brand, product, person, batch, figure, remedy, deadline, contact, "
		  "link, "
		  "quote",
	  .choices = slot_type_words },
	{ "wants", CONF_TEXT, offsetof(struct template_slot, wants), 1, 400, NULL,
	  "what to fill in, shown in the gap" },
	CONF_END,
};
static const struct conf_schema slot_schema = {
	.name = "slot",
	.size = sizeof(struct template_slot),
	.keys = slot_keys,
	.help = "A fact that the text wants.",
	.name_at = offsetof(struct template_slot, name),
};

#define AT(field) offsetof(struct template, field)
static const struct conf_key keys[] = {
	{ "id", CONF_NAME, AT(id), 1, 60, NULL, "unique name; also of the draft's file" },
	{ "language", CONF_CHOICE, AT(lang), .dflt = NULL, .help = "zh or en",
	  .choices = template_lang_words },
	{ "scenario", CONF_TEXTS, AT(scenario), 1, 40, NULL, "topics it speaks of, or [any]" },
	{ "kind", CONF_CHOICE, AT(kind), .dflt = NULL,
	  .help = "holding, full, reply, complaint, update, staff, cover, press, closing",
	  .choices = template_kind_words },
	{ "strategy", CONF_TEXTS, AT(strategy), 0, 6, "",
	  "instructing, adjusting, deny, diminish, rebuild, bolster" },
	{ "level", CONF_COUNT, AT(level), 1, 3, "2", "drafted from this level on" },
	{ "audience", CONF_TEXT, AT(audience), 0, 200, "", "who reads it" },
	{ "channel", CONF_TEXTS, AT(channel), 1, 11, NULL,
	  "social, site, app, mail, message, comment, press, store, phone, internal, status" },
	{ "repair", CONF_TEXTS, AT(repair), 0, 6, "",
	  "Benoit: denial, defeasibility, accident, intentions, bolstering, differentiation, "
	  "transcendence, compensation, corrective, mortification" },
	{ "tone", CONF_CHOICE, AT(tone), .dflt = "plain",
	  .help = "plain, calm, warm, formal or brisk", .choices = template_tone_words },
	{ "max_length", CONF_COUNT, AT(max_length), 20, 20000, "1000",
	  "code points, filled in" },
	{ "next_update", CONF_SECONDS, AT(next_update), 600, 14 * 86400, "2h",
	  "what {{next_update}} promises, rounded up to half an hour" },
	{ "format", CONF_CHOICE, AT(form), .dflt = "text",
	  .help = "text, markdown or html: how values are escaped",
	  .choices = template_form_words },
	{ "version", CONF_COUNT, AT(version), 1, 100000, "1", "raised when the text changes" },
	{ "approved_by", CONF_TEXT, AT(approved_by), 0, 200, "",
	  "who approved it; empty: nobody" },
	{ "slots", CONF_TABLE, AT(slots), 0, 60, "", "facts it wants, by name",
	  .of = &slot_schema },
	CONF_END,
};

static bool
has_text(const struct conf_texts *t, const char *word)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_is(t->v[i], word))
			return true;
	return false;
}

static void
strategies_check(struct conf_reader *r, struct template *t)
{
	for (size_t i = 0; i < t->strategy.n; i++) {
		size_t k = 0;

		while (k < LY_COUNT(strategies) &&
		       !str_is(t->strategy.v[i], strategies[k].word))
			k++;
		if (k == LY_COUNT(strategies))
			conf_error(r, &t->strategy, "there is no strategy \"%.*s\"",
				   STR_ARG(t->strategy.v[i]));
		else
			t->strategies |= strategies[k].bit;
	}
	if (t->strategies & STRATEGY_DENY &&
	    t->strategies & (STRATEGY_DIMINISH | STRATEGY_REBUILD))
		conf_error(r, &t->strategy, "deny cannot stand beside diminish or rebuild");
}

/* The two theories say one thing: what denies here denies there, and does not pay or repent. */
static void
repairs_check(struct conf_reader *r, struct template *t)
{
	bool denies = has_text(&t->repair, "denial");

	for (size_t i = 0; i < t->repair.n; i++)
		if (template_word(repairs, t->repair.v[i]) < 0)
			conf_error(r, &t->repair, "there is no image repair \"%.*s\"",
				   STR_ARG(t->repair.v[i]));
	if (denies != !!(t->strategies & STRATEGY_DENY))
		conf_error(r, &t->repair, "denial and the strategy deny go together");
	if (denies &&
	    (has_text(&t->repair, "compensation") || has_text(&t->repair, "mortification")))
		conf_error(r, &t->repair,
			   "denial cannot stand beside compensation or mortification");
}

static void
channels_check(struct conf_reader *r, struct template *t)
{
	for (size_t i = 0; i < t->channel.n; i++) {
		int at = template_word(template_channel_words, t->channel.v[i]);

		if (at < 0)
			conf_error(r, &t->channel, "there is no channel \"%.*s\"",
				   STR_ARG(t->channel.v[i]));
		else
			t->channels |= 1u << at;
	}
}

static void
head_check(struct conf_reader *r, void *self)
{
	struct template *t = self;
	const struct template_slot *slot = t->slots.v;

	strategies_check(r, t);
	repairs_check(r, t);
	channels_check(r, t);
	for (size_t i = 0; i < t->slots.n; i++) {
		if (!template_slot_name_ok(slot[i].name))
			conf_error(r, &t->slots, "slot \"%.*s\" is not of the form a-z, 0-9, _",
				   STR_ARG(slot[i].name));
		if (template_word(template_known_words, slot[i].name) >= 0)
			conf_error(r, &t->slots,
				   "slot \"%.*s\" is filled by langyan: leave it out",
				   STR_ARG(slot[i].name));
	}
}

static const struct conf_schema head_schema = {
	.name = "template",
	.size = sizeof(struct template),
	.keys = keys,
	.help = "The head of a template file.",
	.check = head_check,
};

/* ---- file ---------------------------------------------------------------------------------------- */

/* "---\n" head "---\n" body. The head keeps its first line so that line numbers are the file's. */
static int
split(struct str text, const char *name, struct str *head, struct str *body, struct err *e)
{
	ptrdiff_t end;

	if (!str_starts(text, STR("---\n")))
		return err_set(e, ERR_USAGE, "%s:1: a template begins with a line \"---\"",
			       name);
	end = str_find(text, STR("\n---\n"));
	if (end < 0)
		return err_set(e, ERR_USAGE, "%s:1: the head is not closed by a line \"---\"",
			       name);
	*head = str_slice(text, 0, (size_t)end + 1);
	*body = str_slice(text, (size_t)end + 5, text.n);
	return 0;
}

static int
lines_of(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static bool
printable(struct str s)
{
	if (!utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t')
			return false;
	return true;
}

static int
head_read(struct template *t, struct str head, const char *name, struct err *e)
{
	struct buf report = BUF(1 << 16);
	struct template into = { .arena = t->arena, .file = t->file, .hash = t->hash };
	struct str first, all;

	into.conf = conf_read_text(head, name, &head_schema, &into, &report, e);
	all = buf_str(&report);
	if (!into.conf && str_next(&all, '\n', &first))
		err_set(e, ERR_USAGE, "%.*s", STR_ARG(utf8_cut(first, 240)));
	buf_release(&report);
	if (!into.conf)
		return -1;
	*t = into;
	return 0;
}

struct template *
template_parse(struct str text, const char *name, struct err *e)
{
	struct template *t = heap_zero(1, sizeof *t);
	struct str head, body;

	t->arena = arena_new();
	t->file = str_of(arena_text(t->arena, str_of(name)));
	t->hash = ID_OF(text);
	text = arena_str(t->arena, text);
	if (text.n > FILE_MAX || !printable(text)) {
		err_set(e, ERR_USAGE, "%s:1: not UTF-8 text of at most %d bytes", name,
			FILE_MAX);
		goto fail;
	}
	if (split(text, name, &head, &body, e) < 0 || head_read(t, head, name, e) < 0)
		goto fail;
	if (template_body_read(t, body, lines_of(head) + 2, e) < 0)
		goto fail;
	return t;
fail:
	template_free(t);
	return NULL;
}

void
template_free(struct template *t)
{
	if (!t)
		return;
	conf_free(t->conf);
	arena_free(t->arena);
	free(t->parts);
	free(t);
}

int
template_fits(const struct template *t, struct str topic)
{
	for (size_t i = 0; topic.n && i < t->scenario.n; i++)
		if (str_eq(t->scenario.v[i], topic))
			return 2;
	return has_text(&t->scenario, "any");
}
