/* pack_keep.c - see pack_keep.h. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/append.h"
#include "core/str.h"
#include "responder/deadline_store.h"
#include "responder/incident_store.h"
#include "responder/pack_keep.h"
#include "responder/release.h"
#include "responder/retain_store.h"

#define PAIRS_MAX 16

struct reading {
	struct pack_file *p;
	const struct gate_ask *q;
	struct conf_texts out; /* recused: what they waived does not count */
	struct round round;
};

/* The same person under another account is the same. */
struct str
pack_waiver(const struct gate_ask *q, struct str actor)
{
	const struct person_conf *who = person_of_actor(q->people, actor);

	return who ? who->key : actor;
}

static int
take(void *arg, const struct entry *x)
{
	struct reading *r = arg;
	struct arena *a = r->q->a;
	const struct json *j;
	struct str by;
	struct err bad;
	int k = str_index(x->key, pack_piece_words);

	if (!str_is(x->kind, "pack") || !x->value.n || k < 0 || x->seq <= r->round.entry)
		return 0;
	j = json_parse(a, arena_str(a, x->value), &bad);
	by = arena_str(a, pack_waiver(r->q, x->actor));
	if (!gate_is_out(&r->out, by) ||
	    !str_is(json_text(json_get(j, "act"), STR("")), pack_act_words[PACK_WAIVE]))
		pack_take(&r->p[k], j, by);
	return 0;
}

int
pack_read(const struct gate_ask *q, struct pack_file p[PACK_PIECES], struct err *e)
{
	struct reading r = { .p = p, .q = q };

	memset(p, 0, PACK_PIECES * sizeof *p);
	if (gate_out(q->env->store, &q->incident->id, q->a, &r.out, e) < 0 ||
	    round_read(q->env->store, &q->incident->id, &r.round, e) < 0)
		return -1;
	return entries_read(q->env->store, &q->incident->id, take, &r, e);
}

/* "pack.third" */
static const char *
task_key(const struct gate_ask *q, enum pack_piece piece)
{
	return arena_textf(q->a, "pack.%s", pack_piece_words[piece]);
}

struct gate_task
pack_task(const struct gate_ask *q, enum pack_piece piece, int64_t due_at)
{
	struct pack_wants w = pack_wants(piece, q->incident->topic);

	return (struct gate_task){ str_of(task_key(q, piece)),
				   str_of(str_is(q->env->site->lang, "en") ? w.en : w.zh),
				   str_of(pack_owners[piece]), due_at, true };
}

int
pack_due(const struct gate_ask *q, int64_t *at, struct err *e)
{
	struct entry of = { .incident = q->incident->id,
			    .kind = STR("task"),
			    .key = STR("pack.third") },
		     x;
	struct deadline d;
	struct err bad;
	int found = deadline_read(q->env->store, &q->incident->id, DEADLINE_PACK, &d, e);

	*at = found > 0 ? d.due_at : 0;
	if (found)
		return found < 0 ? -1 : 0;
	found = entry_newest(q->env->store, &of, q->a, &x, e);
	if (found > 0 &&
	    clock_parse_iso(
		    json_text(json_get(json_parse(q->a, x.value, &bad), "due"), STR("")), at,
		    &bad) < 0)
		*at = 0;
	return found < 0 ? -1 : 0;
}

/* What an interim status promises is to be done by then. */
static int
promise(const struct gate_ask *q, enum pack_piece piece, const struct pack_file *p,
	struct err *e)
{
	bool zh = !str_is(q->env->site->lang, "en");
	struct pack_wants w = pack_wants(piece, q->incident->topic);
	struct gate_task t = { .role = STR("fixer"), .due_at = p->until };

	t.key = str_of(arena_textf(q->a, "%s.%lld", task_key(q, piece), (long long)p->until));
	t.what = str_of(arena_textf(
		q->a, zh ? "兑现进展说明：%s" : "what the interim status promised: %s",
		zh ? w.zh : w.en));
	return gate_task(q, &t, e) < 0 ? -1 : 0;
}

int
pack_add(struct responder *r, const struct gate_ask *q, struct incident *i,
	 const struct pack_adding *x, struct err *e)
{
	const char *value[PAIRS_MAX + 3] = { "act", pack_act_words[x->act] };
	struct pack_file p[PACK_PIECES];
	size_t n = 2;

	for (const char *const *pair = x->pairs; pair && pair[0] && n < PAIRS_MAX; pair += 2) {
		value[n++] = pair[0];
		value[n++] = pair[1];
	}
	r->wrote = true;
	if (gate_add(q, "pack", str_of(pack_piece_words[x->piece]), gate_value(q, value), e) <
		    0 ||
	    pack_read(q, p, e) < 0)
		return -1;
	if (p[x->piece].state == PACK_DATED && promise(q, x->piece, &p[x->piece], e) < 0)
		return -1;
	if (pack_is_complete(&p[x->piece], q->at) && gate_done(q, task_key(q, x->piece), e) < 0)
		return -1;
	if (!pack_all_complete(p, q->at))
		return 0;
	if (gate_done(q, "pack", e) < 0 || urge_done(r, i, DEADLINE_PACK, q->at, e) < 0)
		return -1;
	return release_settle(r, q, i, e) < 0 ? -1 : 0;
}

/* ---- at its term ------------------------------------------------------------------------------ */

static int
folder_remove(const char *path, struct arena *a, struct err *e)
{
	DIR *d = opendir(path);
	const struct dirent *entry;
	int bad = 0;

	if (!d && errno == ENOENT)
		return 0;
	while (d && !bad && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			bad = append_remove(arena_textf(a, "%s/%s", path, entry->d_name), e);
	if (d)
		closedir(d);
	if (bad)
		return -1;
	if (!d || rmdir(path) < 0)
		return err_set(e, ERR_RETRY, "could not remove \"%s\": %s", path,
			       strerror(errno));
	return 0;
}

int
pack_folder_remove(struct store *s, struct str data, const struct id *incident, struct err *e)
{
	struct arena *a = arena_new();
	struct str number;
	int found = retain_number(s, incident, a, &number, e);

	if (found > 0 &&
	    folder_remove(arena_textf(a, "%.*s/pack/%.*s", STR_ARG(data), STR_ARG(number)), a,
			  e) < 0)
		found = -1;
	arena_free(a);
	return found < 0 ? -1 : 0;
}
