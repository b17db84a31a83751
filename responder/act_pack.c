/* act_pack.c - people complete the response pack: attach, say how far it is, confirm, waive. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/act.h"
#include "responder/pack_keep.h"

#define TEXT_MAX 2000

struct packing {
	struct incident *i;
	struct gate_ask q;
	struct pack_file p[PACK_PIECES];
	enum pack_piece piece;
};

static struct str
pieces_text(void)
{
	return STR("piece is statement, plan or third");
}

/* Incident and piece. 1, 0 refused, -1. */
static int
packing_begin(struct act *x, struct packing *k, struct err *e)
{
	struct str word = act_arg(x, "piece");
	int at = str_index(word, pack_piece_words);

	k->i = act_incident(x);
	if (!k->i || act_seen_older(x, k->i))
		return 0;
	k->q = act_gate(x, k->i);
	if (at < 0)
		return act_say(x, 400, "%.*s", pieces_text());
	k->piece = (enum pack_piece)at;
	return pack_read(&k->q, k->p, e) < 0 ? -1 : 1;
}

/* True: refused. */
static bool
refused(struct act *x, const struct packing *k, const struct pack_doing *d)
{
	const char *no = pack_refused(&k->p[k->piece], d);

	if (no)
		act_say(x, 409, "%.*s",
			str_of(arena_textf(x->a, "%s %s", pack_piece_words[k->piece], no)));
	return no != NULL;
}

static int
done(struct act *x, struct packing *k, const struct pack_adding *adding, struct err *e)
{
	if (pack_add(x->r, &k->q, k->i, adding, e) < 0 ||
	    incident_active(x->r->incidents, k->i, x->now, e) < 0 ||
	    pack_read(&k->q, k->p, e) < 0)
		return -1;
	return act_done(
		x, k->i,
		arena_textf(x->a, "%s: %s%s", pack_piece_words[k->piece],
			    pack_state_words[k->p[k->piece].state],
			    pack_all_complete(k->p, x->now) ? "; the pack is complete" : ""));
}

/* The file lies where it is kept, under its hash: whoever asks has put it there. */
static int
act_attach(struct act *x, struct err *e)
{
	struct str name = act_arg(x, "file"), given = act_arg(x, "sha256"), hex;
	struct pack_adding adding = { .act = PACK_ATTACH };
	struct pack_doing d = { .act = PACK_ATTACH, .now = x->now };
	struct packing k;
	uint8_t bytes[32];
	int64_t size;
	int found = packing_begin(x, &k, e);

	if (found <= 0)
		return found;
	if (hash_from_hex(given, bytes, sizeof bytes) < 0 || !name.n || name.n > 255 ||
	    !utf8_valid(name))
		return act_say(x, 400, "a file wants its name and its SHA-256 in hex%.*s",
			       STR(""));
	if (refused(x, &k, &d))
		return 0;
	if (pack_file_hash(pack_path(x->r->conf->site.data, k.i->number, given, x->a), x->a,
			   &hex, &size, e) < 0)
		return act_say(x, 409, "%.*s", str_of(arena_textf(x->a, "%s", e->text)));
	if (!str_eq(hex, given))
		return act_say(x, 409, "the file that was put there is not the one of %.*s",
			       given);
	adding.piece = k.piece;
	adding.pairs = (const char *[]){ "incident", arena_text(x->a, k.i->number),
					 "file",     arena_text(x->a, name),
					 "sha256",   arena_text(x->a, given),
					 "bytes",    arena_textf(x->a, "%lld", (long long)size),
					 NULL };
	return done(x, &k, &adding, e);
}

/* Who has the role fixer in the incident, or stands in. 1, 0, -1. */
static int
is_fixer(struct act *x, const struct packing *k, struct err *e)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, x->c->actor);
	struct entry of = { .incident = k->i->id, .kind = STR("role"), .key = STR("fixer") },
		     row;
	const struct json *j;
	struct err bad;
	int found = p ? entry_newest(x->r->store, &of, x->a, &row, e) : 0;

	if (found <= 0)
		return found;
	j = json_parse(x->a, row.value.n ? row.value : STR("{}"), &bad);
	return str_eq(json_text(json_get(j, "person"), STR("")), p->key) ||
	       str_eq(json_text(json_get(j, "deputy"), STR("")), p->key);
}

/* text and until, or those that stand and wait for the fixer. */
static int
act_status(struct act *x, struct err *e)
{
	struct str text = act_arg(x, "text"), until = act_arg(x, "until");
	struct pack_adding adding = { .act = PACK_INTERIM };
	struct pack_doing d = { .act = PACK_INTERIM, .now = x->now };
	struct packing k;
	struct buf iso = BUF(64);
	struct err bad;
	int found = packing_begin(x, &k, e), fixer;

	if (found <= 0)
		return found;
	fixer = is_fixer(x, &k, e);
	if (fixer < 0)
		return -1;
	if (!text.n && !fixer)
		return act_say(x, 403,
			       "an interim status wants its text, and is confirmed by "
			       "the fixer%.*s",
			       STR(""));
	if (!text.n && k.p[k.piece].state != PACK_UNCONFIRMED)
		return act_say(x, 409, "no interim status waits for you%.*s", STR(""));
	d.until = k.p[k.piece].until;
	if (text.n && clock_parse_iso(act_time(x, until), &d.until, &bad) < 0)
		return act_say(x, 400, "until is a span (4h) or a time to come, not \"%.*s\"",
			       utf8_cut(until, 80));
	if (text.n > TEXT_MAX || !utf8_valid(text))
		return act_say(x, 400, "text: more than 2,000 bytes, or no UTF-8%.*s", STR(""));
	if (fixer)
		d.act = adding.act = PACK_CONFIRMED;
	if (refused(x, &k, &d))
		return 0;
	clock_add_iso(&iso, d.until);
	adding.piece = k.piece;
	adding.pairs =
		(const char *[]){ "text", arena_text(x->a, text.n ? text : k.p[k.piece].text),
				  "until", arena_text(x->a, buf_str(&iso)), NULL };
	buf_release(&iso);
	return done(x, &k, &adding, e);
}

static int
act_waive(struct act *x, struct err *e)
{
	struct pack_adding adding = { .act = PACK_WAIVE };
	struct pack_doing d = { .act = PACK_WAIVE, .now = x->now };
	struct packing k;
	int found = packing_begin(x, &k, e);

	if (found <= 0)
		return found;
	d.by = pack_waiver(&k.q, x->c->actor);
	if (!person_of_actor(&x->r->conf->notice, x->c->actor))
		return act_say(x, 403, "%.*s is nobody of the configuration's people",
			       x->c->actor);
	if (!act_why(x, "").n)
		return act_say(x, 400,
			       "why is missing: what is waived stays so, with its "
			       "reason%.*s",
			       STR(""));
	if (refused(x, &k, &d))
		return 0;
	adding.piece = k.piece;
	adding.pairs = (const char *[]){ "why", arena_text(x->a, act_why(x, "")), NULL };
	return done(x, &k, &adding, e);
}

static void
piece_add(struct act *x, const struct packing *k, int at, struct str person)
{
	const struct pack_file *p = &k->p[at];
	struct pack_wants w = pack_wants((enum pack_piece)at, k->i->topic);
	struct buf *b = &x->out;

	buf_add(b, at ? STR(",{\"piece\":") : STR("{\"piece\":"));
	json_add_text(b, str_of(pack_piece_words[at]));
	act_add_text(b, "is", str_of(w.word));
	act_add_text(b, "what_zh", str_of(w.zh));
	act_add_text(b, "what_en", str_of(w.en));
	act_add_text(b, "role", str_of(pack_owners[at]));
	act_add_text(b, "owner", person);
	act_add_text(b, "state", str_of(pack_state_words[p->state]));
	buf_addf(b, ",\"complete\":%s,\"waivers\":%zu",
		 pack_is_complete(p, x->now) ? "true" : "false", p->waivers);
	act_add_text(b, "file", p->file);
	act_add_text(b, "sha256", p->sha256);
	act_add_text(b, "text", p->text);
	act_add_time(b, "until", p->until);
	buf_add_byte(b, '}');
}

static int
act_pack(struct act *x, struct err *e)
{
	struct packing k = { .i = act_incident(x) };
	int64_t due;

	if (!k.i)
		return 0;
	k.q = act_gate(x, k.i);
	if (pack_read(&k.q, k.p, e) < 0 || pack_due(&k.q, &due, e) < 0)
		return -1;
	buf_add(&x->out, STR("{\"incident\":"));
	json_add_text(&x->out, k.i->number);
	act_add_time(&x->out, "due", due);
	buf_addf(&x->out, ",\"complete\":%s,\"pieces\":[",
		 pack_all_complete(k.p, x->now) ? "true" : "false");
	for (int at = 0; at < PACK_PIECES; at++) {
		struct str person;

		if (gate_holder(&k.q, pack_owners[at], &person, e) < 0)
			return -1;
		piece_add(x, &k, at, person);
	}
	buf_add(&x->out, STR("]}"));
	return 0;
}

const struct verb act_pack_verbs[] = {
	{ "incident.pack", act_pack, false },
	{ "incident.pack_attach", act_attach, true },
	{ "incident.pack_status", act_status, true },
	{ "incident.pack_waive", act_waive, true },
	{ .name = NULL },
};
