#include "core/base.h"

#include "core/hash.h"
#include "responder/copies_load.h"
#include "responder/copies_store.h"
#include "responder/record_store.h"
#include "responder/state.h"

#define BESIDE_FROM 256 /* rows: for fewer no second connection is opened */

static bool
copy_back(void *arg, int64_t n, const struct copies_row *row)
{
	const struct copies_load *x = arg;
	struct story_item item = { .document = row->document, .at = row->arrived_at };
	struct join_item told = { .document = row->document, .at = row->arrived_at };
	struct join given;

	if (!id_eq(&row->story, &row->document))
		told.copy = &row->story;
	if (n > x->stories && story_unpack(row->signature, &item))
		stories_load(x->r->stories, &item, &row->story);
	if (n > x->joins && join_unpack_state(row->gist, &told, &given))
		joins_load(x->r->joins, &told, &given);
	return true;
}

static bool
past_look(void *arg, int64_t n, const struct copies_row *row)
{
	struct copies_load *x = arg;
	struct join_item told;
	struct join given;

	(void)n;
	x->known = join_unpack_state(row->gist, &told, &given) && given.past.known;
	return false;
}

static size_t
bound(size_t asked, size_t most)
{
	return asked && asked < most ? asked : most;
}

static int
load(struct copies_load *x, struct store *s, struct err *e)
{
	return copies_read(s, x->joins < x->stories ? x->joins : x->stories, copy_back, x, e);
}

static void *
load_beside(void *arg)
{
	struct copies_load *x = arg;

	x->rc = load(x, x->beside, &x->e);
	return NULL;
}

static struct store *
second_connection(const struct responder *r)
{
	struct buf path = BUF(1 << 16);
	struct store *s = NULL;
	struct err e;

	buf_add(&path, r->conf->record);
	if (buf_ok(&path))
		s = store_open_reader(path.p, &record_migrations, &e);
	buf_release(&path);
	if (s)
		store_read_once(s);
	return s;
}

/* What is older than the newest that are looked at has left, and what stories remember of it is
 * written with these: except by older versions, then all that there is comes by once more. */
static int
look(struct copies_load *x, int64_t *rows, struct err *e)
{
	struct responder *r = x->r;
	size_t stories = bound(r->conf->stories_most, STORY_MAX),
	       joins = bound(r->conf->joins_most, JOIN_MAX);

	stories_bound(r->stories, stories);
	joins_bound(r->joins, joins);
	if (copies_newest(r->store, rows, e) < 0)
		return -1;
	x->stories = *rows - (int64_t)stories;
	x->joins = *rows - (int64_t)joins;
	if (copies_read(r->store, x->joins, past_look, x, e) < 0)
		return -1;
	if (!x->known)
		x->joins = 0;
	r->copies_most = x->known ? (int64_t)stories : INT64_MAX;
	return 0;
}

int
copies_load_begin(struct responder *r, struct copies_load *x, struct err *e)
{
	int64_t rows;

	*x = (struct copies_load){ .r = r, .known = true };
	if (look(x, &rows, e) < 0)
		return -1;
	if (rows >= BESIDE_FROM && !store_in_batch(r->store))
		x->beside = second_connection(r);
	if (x->beside && pthread_create(&x->thread, NULL, load_beside, x) == 0)
		return 0;
	store_close(x->beside);
	x->beside = NULL;
	return load(x, r->store, e);
}

int
copies_load_end(struct copies_load *x, struct err *e)
{
	if (!x->beside)
		return 0;
	pthread_join(x->thread, NULL);
	store_close(x->beside);
	if (x->rc < 0)
		*e = x->e;
	return x->rc;
}
