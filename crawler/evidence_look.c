/*
 * evidence_look.c - one look at a page: hop by hop, each kept, each asked of manners and law.
 *
 * Redirects are followed here and not by the HTTP client, because every hop is evidence.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/evidence_inside.h"
#include "crawler/evidence_text.h"
#include "crawler/evidence_warc.h"
#include "crawler/harvest.h"
#include "crawler/law.h"
#include "crawler/robots_gate.h"
#include "crawler/tell.h"
#include "crawler/wall.h"

#define PIECES_MAX ((size_t)80 << 20)
#define HOPS_MAX   6
#define BUSY_S     5 /* every transfer runs: asked again after */

struct look {
	struct evidence *v;
	struct look *next, **at;
	struct arena *arena;
	struct id document;
	int64_t n;                        /* number of the sight it will be */
	struct str asked, url;            /* the page's address, and the one after redirects */
	const struct source_conf *source; /* NULL: it is not in the configuration any more */
	int64_t hop, go_at;
	bool running;
	struct buf pieces; /* the hops so far */
};

static void
look_free(struct look *k)
{
	*k->at = k->next;
	if (k->next)
		k->next->at = k->at;
	k->v->n_looks--;
	k->v->next_at = 0; /* there is room for another */
	buf_release(&k->pieces);
	arena_free(k->arena);
	free(k);
}

void
looks_free(struct evidence *v)
{
	while (v->looks)
		look_free(v->looks);
}

bool
look_runs(const struct evidence *v, const struct id *document)
{
	for (const struct look *k = v->looks; k; k = k->next)
		if (id_eq(&k->document, document))
			return true;
	return false;
}

void
look_begin(struct evidence *v, const struct evidence_row *row)
{
	struct look *k = calloc(1, sizeof *k);

	if (!k)
		abort();
	*k = (struct look){ .v = v,
			    .next = v->looks,
			    .at = &v->looks,
			    .arena = arena_new(),
			    .document = row->document,
			    .n = row->sights,
			    .source = source_find(v->c->setup.sources, row->source),
			    .go_at = v->c->now,
			    .pieces = BUF(PIECES_MAX) };
	k->asked = k->url = arena_str(k->arena, row->url);
	if (k->next)
		k->next->at = &k->next;
	v->looks = k;
	v->n_looks++;
}

/* ---- what it says --------------------------------------------------------------------------------- */

static enum sight_outcome
outcome_of(const struct http_response *r)
{
	switch (r->end) {
	case HTTP_OK:
		break;
	case HTTP_OTHER_TYPE:
	case HTTP_DISALLOWED:
	case HTTP_TOO_LARGE:
	case HTTP_BLOCKED:
		return SIGHT_REFUSED;
	default:
		return SIGHT_UNREACHABLE;
	}
	if (r->status == 404 || r->status == 410)
		return SIGHT_GONE;
	return r->status >= 200 && r->status < 300 ? SIGHT_FIRST : SIGHT_UNREACHABLE;
}

/* The newest sights that show the page: its words, and its bytes. */
struct shown {
	const struct sight_row *text, *body;
};

static struct shown
shown_find(const struct sight_row *v, size_t n)
{
	struct shown s = { NULL, NULL };

	for (size_t i = 0; i < n; i++) {
		if (v[i].outcome != SIGHT_FIRST && v[i].outcome != SIGHT_SAME &&
		    v[i].outcome != SIGHT_CHANGED)
			continue;
		s.text = &v[i];
		if (v[i].body_sha.n)
			s.body = &v[i];
	}
	return s;
}

static struct str
sha_of(struct arena *a, struct str bytes)
{
	uint8_t sha[32];

	hash_sha256(bytes, sha);
	return arena_str(a, (struct str){ (const char *)sha, sizeof sha });
}

/* Fills outcome, words and digests of a page that was read. */
static void
page_judge(struct look *k, const struct http_response *r, const struct shown *shown,
	   struct sight_row *s)
{
	struct str text;
	struct err e = { 0 };
	struct wall wall;

	if (evidence_is_packed(r->body) &&
	    !evidence_field(r->head, STR("Content-Encoding")).n) {
		s->outcome = SIGHT_REFUSED;
		s->why = STR("its bytes are those of an archive or attachment");
		return;
	}
	wall = wall_find(&(struct wall_answer){ r->status, k->asked, k->url, r->type, r->body },
			 k->arena);
	if (wall.kind != WALL_NONE) {
		s->outcome = SIGHT_WALL; /* it says nothing of the page */
		s->why = arena_str(k->arena, str_of(wall.why));
		return;
	}
	if (evidence_text(k->arena, r->head, r->body, r->url, k->v->c->now, &text, &e) < 0) {
		s->why = arena_str(k->arena, str_of(e.text));
		text = r->body; /* then its bytes are what is compared */
	}
	s->text_sha = sha_of(k->arena, text);
	if (!k->hop) /* what is behind redirects is stored every time */
		s->body_sha = sha_of(k->arena, r->body);
	if (shown->text)
		s->outcome =
			str_eq(s->text_sha, shown->text->text_sha) ? SIGHT_SAME : SIGHT_CHANGED;
}

/* The records of the last hop; a payload that must not be kept is not among them. */
static void
hop_keep(struct look *k, const struct http_response *r, const struct shown *shown,
	 struct sight_row *s)
{
	struct evidence_hop hop = { k->document, k->n, k->hop, k->v->c->now, k->url, r, -1 };
	struct http_response bare = *r;

	/* Nothing left this machine, or what came is not whole: then the outcome says so. */
	if (!r->sent.n || !r->head.n || (r->end != HTTP_OK && s->outcome != SIGHT_REFUSED))
		return;
	if (s->outcome == SIGHT_REFUSED) {
		bare.body = STR("");
		hop.response = &bare;
	} else if (shown->body && s->body_sha.n && str_eq(s->body_sha, shown->body->body_sha)) {
		hop.same_as = shown->body->n;
		s->body_sha = STR(""); /* it stands there, not here */
	}
	evidence_add_hop(&k->pieces, &hop);
}

/* ---- its end -------------------------------------------------------------------------------------- */

/* The post was edited or deleted: said once each time, in the batch of its sight. */
static int
look_tell(const struct look *k, const struct evidence_row *row, const struct sight_row *s,
	  bool was_gone, struct err *e)
{
	bool gone = s->outcome == SIGHT_GONE;
	struct buf kind = BUF(80), text = BUF(160);
	int bad;

	if (s->outcome != SIGHT_CHANGED && (!gone || was_gone))
		return 0;
	buf_add(&kind, STR("post "));
	id_add_hex(&kind, &k->document);
	buf_add(&text, STR("{\"document\":\""));
	id_add_hex(&text, &k->document);
	buf_add(&text, STR("\"}"));
	bad = crawler_tell(
		k->v->c,
		&(struct word){ .kind = buf_str(&kind),
				.says = gone ? STR("post-gone") : STR("post-changed"),
				.name = row->source,
				.text = buf_str(&text),
				.since_at = s->at },
		e);
	buf_release(&kind);
	buf_release(&text);
	return bad;
}

static int
look_write(struct look *k, const struct http_response *r, struct sight_row *s, struct err *e)
{
	struct evidence *v = k->v;
	struct store *store = v->c->store;
	struct evidence_row row;
	struct sight_row *sights;
	struct shown shown;
	size_t n;
	int known;

	if (crawler_begin(v->c, e) < 0 ||
	    (known = evidence_read(store, &k->document, k->arena, &row, e)) < 0)
		return -1;
	if (!known)
		return 0; /* erased meanwhile */
	if (sights_read(store, &k->document, k->arena, &sights, &n, e) < 0)
		return -1;
	shown = shown_find(sights, n);
	if (r && s->outcome == SIGHT_FIRST)
		page_judge(k, r, &shown, s);
	if (r)
		hop_keep(k, r, &shown, s);
	s->n = row.sights;
	s->at = v->c->now;
	evidence_add_outcome(&k->pieces, &row, s, shown.text);
	row.next_at = evidence_again(v, &row, v->c->now);
	if (!buf_ok(&k->pieces)) {
		log_event(LOG_WARN, "evidence_too_large", "url=%.*s", STR_ARG(k->url));
		return evidence_write(store, &row, e);
	}
	log_event(LOG_INFO, "evidence", "outcome=%s status=%lld source=%.*s",
		  sight_words[s->outcome], (long long)s->status, STR_ARG(row.source));
	if (look_tell(k, &row, s, n && sights[n - 1].outcome == SIGHT_GONE, e) < 0)
		return -1;
	return evidence_put(v, &row, s, buf_str(&k->pieces), e);
}

static void
look_end(struct look *k, const struct http_response *r, struct sight_row *s)
{
	struct crawler *c = k->v->c;
	struct err e = { 0 };

	if (look_write(k, r, s, &e) < 0)
		crawler_fail(c, &e);
	look_free(k);
}

static void
look_refuse(struct look *k, const char *why)
{
	struct sight_row s = { .outcome = SIGHT_REFUSED,
			       .why = arena_str(k->arena, str_of(why)) };

	look_end(k, NULL, &s);
}

/* ---- hops ----------------------------------------------------------------------------------------- */

/* On to where the answer points; the look waits for that host as for any other. */
static void
look_follow(struct look *k, const struct http_response *r)
{
	struct evidence_hop hop = { k->document, k->n, k->hop, k->v->c->now, k->url, r, -1 };
	struct buf url = BUF(8192);
	struct err e = { 0 };

	if (k->hop + 1 >= HOPS_MAX || k->hop >= k->v->c->setup.fetch->max_redirects) {
		look_refuse(k, "more redirects than are followed");
	} else if (url_resolve(k->url, r->location, &url, &e) < 0) {
		look_refuse(k, e.text);
	} else {
		evidence_add_hop(&k->pieces, &hop);
		k->url = arena_str(k->arena, buf_str(&url));
		k->hop++;
		k->go_at = k->v->c->now;
	}
	buf_release(&url);
}

/* A host is free again: who waits asks once more. */
static void
looks_wake(struct evidence *v)
{
	for (struct look *k = v->looks; k; k = k->next)
		if (!k->running)
			k->go_at = v->c->now;
}

static void
look_done(void *arg, const struct http_response *r)
{
	struct look *k = arg;
	struct crawler *c = k->v->c;
	struct sight_row s = { .outcome = outcome_of(r), .status = r->status };
	int64_t until, rest, asked;

	k->running = false;
	if (r->end == HTTP_STOPPED) {
		look_free(k);
		return;
	}
	until = answer_judge(&(struct source_state){ 0 }, r, c->now).host_until;
	asked = schedule_delay(c->schedule, k->url);
	rest = k->source && k->source->allow_private.n ? 0 : c->setup.fetch->delay_s;
	rest = c->now + (asked > rest ? asked : rest);
	schedule_leave(c->schedule, k->url, c->now, until > rest ? until : rest);
	looks_wake(k->v);
	if (http_is_redirect(r)) {
		look_follow(k, r);
		return;
	}
	if (r->end != HTTP_OK)
		s.why = arena_str(k->arena,
				  str_of(arena_textf(k->arena, "%s: %s", http_end_words[r->end],
						     r->detail)));
	look_end(k, r, &s);
}

/* Its host is free: ask. */
static void
look_ask(struct look *k)
{
	static const struct http_header plain[] = { { STR_INIT("Accept-Encoding"),
						      STR_INIT("identity") } };
	static const struct source_conf nobody = { .name = STR_INIT("") };
	struct evidence *v = k->v;
	struct crawler *c = v->c;
	struct http_request q = {
		.method = STR("GET"),
		.url = k->url,
		.headers = plain,
		.n_headers = 1,
		.max_bytes = v->conf->max_bytes,
		.timeout_ms = c->setup.fetch->timeout_s * 1000,
		.max_redirects = -1,
		.allow_private = k->source ? &k->source->allow_private : NULL,
		.verbatim = true,
		.types = evidence_types,
		.done = look_done,
		.arg = k,
	};
	struct err e = { 0 };

	if (robots_start(c->robots, k->source ? k->source : &nobody, &q, &e) == 0) {
		k->running = true;
		return;
	}
	schedule_leave(c->schedule, k->url, c->now, c->now);
	if (e.kind == ERR_RETRY)
		k->go_at = c->now + BUSY_S;
	else
		look_refuse(k, e.text);
}

static void
look_go(struct look *k)
{
	struct crawler *c = k->v->c;
	const char *closed;
	int64_t wait_until;

	if (k->source && !law_allows(k->source, c->now, &closed)) {
		look_refuse(k, closed);
		return;
	}
	if (evidence_is_file(k->url)) {
		look_refuse(k, "its address is that of an archive or attachment");
		return;
	}
	wait_until = schedule_enter(c->schedule, k->url, c->now);
	if (wait_until)
		k->go_at = wait_until > c->now ? wait_until : c->now + 1;
	else
		look_ask(k);
}

void
looks_turn(struct evidence *v)
{
	for (struct look *k = v->looks, *next; k && !v->c->failed; k = next) {
		next = k->next;
		if (!k->running && k->go_at <= v->c->now)
			look_go(k);
	}
}

int64_t
looks_due(const struct evidence *v)
{
	int64_t at = EVIDENCE_NEVER;

	for (const struct look *k = v->looks; k; k = k->next)
		if (!k->running && k->go_at < at)
			at = k->go_at;
	return at;
}
