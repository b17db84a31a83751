/* answers.c - asks the mailboxes and bots for what came, one question at a time each. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/http.h"
#include "core/imap.h"
#include "core/json.h"
#include "core/log.h"
#include "core/mime.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/answer_inside.h"
#include "responder/answer_store.h"
#include "responder/heap.h"

#define MAIL_BYTES 65536 /* of a message: its head and first lines */
#define BODY_BYTES (1 << 20)
#define ASK_S \
	8 /* how long a bot's server may wait with its answer; the loop ends what is silent for 10 */
#define WAIT_MAX_S 300
#define SKIP_AFTER 5 /* a message that the server did not give us so often is left */

enum asking { ASK_NOTHING, ASK_UPDATES, ASK_SEARCH, ASK_FETCH };

/* One channel that is read. */
struct way {
	struct answers *x;
	const struct channel_conf *c;
	struct str source;
	int64_t due_at;
	enum asking asked; /* under way, or ended and not applied yet */
	bool ended;
	bool dropped; /* what is under way was asked for a place that was undone */
	enum http_end end;
	int status;
	char detail[160];
	struct buf body, head;
	int fails;
	int most; /* updates of a bot at once */
	/* of a mailbox */
	int refused; /* times that the next message was */
	int64_t uids[IMAP_MAX];
	size_t uids_n, uids_at;
};
struct answers {
	struct responder *r;
	struct http *http;
	struct arena *a, *kept; /* of a turn; names of sources */
	struct way *ways;
	size_t n;
	struct saying { /* to a bot, once what it says is committed */
		const struct channel_conf *c;
		char *method, *body;
		struct saying *next;
	} * says;
	bool closing;
};

static bool
is_read(const struct channel_conf *c)
{
	return (c->kind == CHANNEL_TELEGRAM && c->answers) ||
	       (c->kind == CHANNEL_SMTP && c->replies.n);
}

struct answers *
answers_new(struct responder *r, int64_t now, struct err *e)
{
	const struct channel_conf *c = r->conf->notice.channels.v;
	size_t n = 0;
	struct answers *x;

	for (size_t i = 0; i < r->conf->notice.channels.n; i++)
		n += is_read(&c[i]);
	if (!n || r->env.send == SEND_SINK || r->env.clock != CLOCK_WALL)
		return NULL;
	x = heap_zero(1, sizeof *x);
	*x = (struct answers){ .r = r,
			       .a = arena_new(),
			       .kept = arena_new(),
			       .ways = heap_zero(n, sizeof *x->ways) };
	for (size_t i = 0; i < r->conf->notice.channels.n; i++)
		if (is_read(&c[i]))
			x->ways[x->n++] = (struct way){ .x = x,
							.c = &c[i],
							.due_at = now,
							.most = UPDATES_MAX,
							.body = BUF(BODY_BYTES + 4096),
							.head = BUF(BODY_BYTES) };
	for (size_t i = 0; i < x->n; i++)
		x->ways[i].source = str_of(
			arena_textf(x->kept, "%s:%.*s",
				    x->ways[i].c->kind == CHANNEL_SMTP ? "mail" : "telegram",
				    STR_ARG(x->ways[i].c->name)));
	x->http = http_new(&(struct http_conf){ .agent = STR("langyan"),
						.max_transfers = 16,
						.per_host = 2 },
			   e);
	if (x->http)
		return x;
	answers_free(x);
	return NULL;
}

static void
says_free(struct answers *x)
{
	while (x->says) {
		struct saying *s = x->says;

		x->says = s->next;
		free(s->method);
		free(s->body);
		free(s);
	}
}

void
answers_free(struct answers *x)
{
	if (!x)
		return;
	x->closing = true;
	http_free(x->http);
	says_free(x);
	for (size_t i = 0; i < x->n; i++) {
		buf_release(&x->ways[i].body);
		buf_release(&x->ways[i].head);
	}
	arena_free(x->a);
	arena_free(x->kept);
	free(x->ways);
	free(x);
}

int
answers_fd(const struct answers *x)
{
	return x ? http_fd(x->http) : -1;
}

int64_t
answers_due(const struct answers *x)
{
	int64_t at = INT64_MAX;

	for (size_t i = 0; x && i < x->n; i++) {
		const struct way *w = &x->ways[i];
		int64_t his = w->ended ? 0 : w->asked ? INT64_MAX : w->due_at;

		at = his < at ? his : at;
	}
	return at;
}

void
answers_look(struct answers *x, int64_t now)
{
	for (size_t i = 0; x && i < x->n; i++)
		if (x->ways[i].due_at > now)
			x->ways[i].due_at = now;
}

bool
answers_hear(struct answers *x)
{
	if (!x)
		return false;
	http_turn(x->http);
	return answers_due(x) == 0;
}

void
answers_undo(struct answers *x)
{
	if (!x)
		return;
	says_free(x);
	for (size_t i = 0; i < x->n;
	     i++) { /* from what the record says, not from where we were */
		x->ways[i].dropped = x->ways[i].asked != ASK_NOTHING;
		x->ways[i].uids_n = x->ways[i].uids_at = 0;
	}
}

/* ---- asking ------------------------------------------------------------------------------------------- */

static void
asked_done(void *arg, const struct http_response *r)
{
	struct way *w = arg;

	if (w->x->closing)
		return;
	w->ended = true;
	w->end = r->end;
	w->status = r->status;
	snprintf(w->detail, sizeof w->detail, "%s", r->detail);
	buf_clear(&w->body);
	buf_clear(&w->head);
	buf_add(&w->body, r->body);
	buf_add(&w->head, r->head);
}

/* "https://api.telegram.org/botTOKEN/METHOD"; the token may be written as that whole address. */
static void
bot_url(const struct channel_conf *c, const char *method, struct buf *b)
{
	struct str base = c->url.n ? c->url : STR("https://api.telegram.org"), token = c->token;
	ptrdiff_t at = str_find(token, STR("/bot")), end;

	if (str_starts(token, STR("http")) && at > 0) {
		base = c->url.n ? c->url : str_slice(token, 0, (size_t)at);
		token = str_slice(token, (size_t)at + 4, token.n);
		end = str_find_byte(token, '/');
		token = end >= 0 ? str_slice(token, 0, (size_t)end) : token;
	}
	buf_addf(b, "%.*s/bot%.*s/%s", STR_ARG(base), STR_ARG(token), method);
}

static int
bot_ask(struct answers *x, const struct channel_conf *c, const char *method, struct str body,
	void (*done)(void *arg, const struct http_response *r), void *arg, struct err *e)
{
	static const struct http_header type = { STR_INIT("Content-Type"),
						 STR_INIT("application/json") };
	struct buf url = BUF(8192);
	int r;

	bot_url(c, method, &url);
	r = http_start(x->http,
		       &(struct http_request){ .method = STR("POST"),
					       .url = buf_str(&url),
					       .headers = &type,
					       .n_headers = 1,
					       .body = body,
					       .max_bytes = BODY_BYTES,
					       .max_redirects = -1,
					       .allow_private = &c->allow_private,
					       .done = done,
					       .arg = arg },
		       e);
	buf_release(&url);
	return r;
}

/* any: the owner named the server, so it may be anywhere. */
static struct imap_box
box_of(const struct channel_conf *c, const struct conf_texts *any)
{
	return (struct imap_box){ .url = c->replies,
				  .user = c->replies_user.n ? c->replies_user : c->user,
				  .password = c->replies_password.n ? c->replies_password
								    : c->password,
				  .starttls = c->starttls,
				  .allow_private = any };
}

static int
updates_ask(struct way *w, struct err *e)
{
	struct answer_from from = { .source = w->source };
	struct buf b = BUF(300);
	int r = answer_from_read(w->x->r->store, &from, e);

	buf_addf(
		&b,
		"{\"offset\":%lld,\"timeout\":%d,\"limit\":%d,\"allowed_updates\":[\"message\","
		"\"callback_query\"]}",
		(long long)(r > 0 ? from.upto + 1 : 0), ASK_S, w->most);
	w->asked = ASK_UPDATES;
	if (r >= 0)
		r = bot_ask(w->x, w->c, "getUpdates", buf_str(&b), asked_done, w, e);
	buf_release(&b);
	return r < 0 ? -1 : 0;
}

static int
box_ask(struct way *w, struct err *e)
{
	struct str any = STR("*");
	struct conf_texts all = { &any, 1 };
	struct imap_box box = box_of(w->c, &all);
	struct answer_from from = { .source = w->source };

	if (w->uids_at < w->uids_n) {
		w->asked = ASK_FETCH;
		return imap_fetch(w->x->http, &box, w->uids[w->uids_at], MAIL_BYTES, asked_done,
				  w, e);
	}
	w->asked = ASK_SEARCH;
	if (answer_from_read(w->x->r->store, &from, e) < 0)
		return -1;
	return imap_search(w->x->http, &box, from.upto, asked_done, w, e);
}

static void
later(struct way *w, int64_t now, const char *why)
{
	int64_t wait = 1;

	w->fails++;
	for (int i = 0; i < w->fails && wait < WAIT_MAX_S; i++)
		wait *= 2;
	w->due_at = now + (wait < WAIT_MAX_S ? wait : WAIT_MAX_S);
	w->asked = ASK_NOTHING;
	log_event(LOG_WARN, "answers_unread", "channel=%.*s fails=%d retry_s=%lld why=\"%s\"",
		  STR_ARG(w->c->name), w->fails, (long long)(w->due_at - now), why);
}

static void
said_done(void *arg, const struct http_response *r)
{
	(void)arg, (void)r; /* a kindness: what it tells is done */
}

void
answers_start(struct answers *x, int64_t now)
{
	struct err e = { .kind = ERR_NONE };

	for (size_t i = 0; x && i < x->n; i++) {
		struct way *w = &x->ways[i];

		if (w->asked || w->due_at > now)
			continue;
		if ((w->c->kind == CHANNEL_SMTP ? box_ask(w, &e) : updates_ask(w, &e)) < 0)
			later(w, now, e.text);
	}
	for (struct saying *s = x ? x->says : NULL; s; s = s->next)
		if (bot_ask(x, s->c, s->method, str_of(s->body), said_done, NULL, &e) < 0)
			log_event(LOG_WARN, "answer_unsaid", "channel=%.*s why=\"%s\"",
				  STR_ARG(s->c->name), e.text);
	if (x)
		says_free(x);
}

/* ---- what came ----------------------------------------------------------------------------------------- */

static void
say_to_bot(struct answers *x, const struct channel_conf *c, const struct update *u,
	   const char *text)
{
	struct saying *s = heap_zero(1, sizeof *s);
	struct buf b = BUF(16384);

	buf_add(&b, u->callback.n ? STR("{\"callback_query_id\":") : STR("{\"chat_id\":"));
	json_add_text(&b, u->callback.n ? u->callback : u->chat);
	buf_add(&b, STR(",\"text\":"));
	json_add_text(&b, utf8_cut(str_of(text), 190)); /* of a button's: at most 200 */
	buf_add_byte(&b, '}');
	*s = (struct saying){ c, strdup(u->callback.n ? "answerCallbackQuery" : "sendMessage"),
			      strdup(b.p), x->says };
	if (!s->method || !s->body)
		abort();
	x->says = s;
	buf_release(&b);
}

static int
updates_take(struct way *w, int64_t now, struct err *e)
{
	struct answers *x = w->x;
	struct answer_from from = { .source = w->source };
	struct updates *all = arena_alloc(x->a, sizeof *all);
	struct err bad = { .kind = ERR_NONE };
	int known = answer_from_read(x->r->store, &from, e);

	if (known < 0)
		return -1;
	if (w->end == HTTP_TOO_LARGE && w->most > 1) { /* who writes at length stops nobody */
		w->most /= 2;
		w->asked = ASK_NOTHING;
		w->due_at = now;
		return 0;
	}
	if (w->end != HTTP_OK || updates_read(x->a, buf_str(&w->body), all, &bad) < 0) {
		later(w, now, w->end != HTTP_OK ? w->detail : bad.text);
		return 0;
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct update *u = &all->v[i];
		struct answer_heard h = { .c = w->c,
					  .from = u->from,
					  .chat = u->chat,
					  .text = u->text,
					  .now = now,
					  .a = x->a };
		const char *said;

		if (known && u->id <= from.upto)
			continue;
		h.id = ID_OF(w->source, str_of(arena_textf(x->a, "%lld", (long long)u->id)));
		if (answer_apply(x->r, &h, &said, e) < 0)
			return -1;
		if (said)
			say_to_bot(x, w->c, u, said);
	}
	w->fails = 0;
	w->most = w->most * 2 < UPDATES_MAX ? w->most * 2 : UPDATES_MAX;
	w->asked = ASK_NOTHING;
	w->due_at = now;
	if (all->last <= from.upto)
		return 0;
	from.upto = all->last;
	return answer_from_write(x->r->store, &from, e) < 0 ? -1 : 1;
}

/* The first look, or other numbers: what is there already is none of ours. */
static int
found_take(struct way *w, int64_t now, struct err *e)
{
	struct answer_from from = { .source = w->source };
	int known = answer_from_read(w->x->r->store, &from, e);
	struct imap_found f;

	if (known < 0)
		return -1;
	if (w->end != HTTP_OK) {
		later(w, now, w->detail);
		return 0;
	}
	imap_found_read(buf_str(&w->head), from.upto, &f);
	w->fails = 0;
	w->asked = ASK_NOTHING;
	w->due_at = now + w->c->replies_every;
	w->uids_n = w->uids_at = 0;
	if (known && (!f.validity || f.validity == from.validity)) {
		memcpy(w->uids, f.uids, f.n * sizeof *f.uids);
		w->uids_n = f.n;
		w->due_at = f.n ? now : w->due_at;
		return 0;
	}
	if (known)
		log_event(LOG_WARN, "mailbox_renumbered", "channel=%.*s", STR_ARG(w->c->name));
	from.validity = f.validity;
	from.upto = f.next > 0 ? f.next - 1 : f.n ? f.uids[f.n - 1] : 0;
	return answer_from_write(w->x->r->store, &from, e) < 0 ? -1 : 1;
}

/* What is not read is said: somebody may wait for its answer. */
static void
mail_left(const struct way *w, const char *why)
{
	log_event(LOG_WARN, "answer_unread", "channel=%.*s uid=%lld why=\"%s\"",
		  STR_ARG(w->c->name), (long long)w->uids[w->uids_at], why);
}

/* Before the next try it is asked what is new: who does not get through, or may not log in, fails
 * there, which says nothing of a message. True: it is left. */
static bool
mail_unread(struct way *w, int64_t now)
{
	bool his = w->end == HTTP_TOO_LARGE || w->end == HTTP_PROTOCOL ||
		   w->end == HTTP_REFUSED_MAIL;

	if (his && w->refused >= SKIP_AFTER) {
		mail_left(w, w->detail);
		return true;
	}
	w->refused += his;
	if (his)
		w->fails = w->refused - 1; /* the search between went well */
	later(w, now, w->detail);
	w->uids_n = w->uids_at = 0;
	return false;
}

static int
mail_take(struct way *w, int64_t now, struct err *e)
{
	struct answers *x = w->x;
	struct answer_from from = { .source = w->source };
	int64_t uid = w->uids[w->uids_at];
	struct answer_heard h = { .c = w->c, .now = now, .a = x->a };
	struct err bad = { .kind = ERR_NONE };
	const char *said;
	struct mime m;

	if (answer_from_read(x->r->store, &from, e) < 0)
		return -1;
	if (w->end != HTTP_OK && !mail_unread(w, now))
		return 0;
	if (w->end == HTTP_OK && mime_parse(x->a, buf_str(&w->body), &m, &bad) < 0) {
		mail_left(w, bad.text);
	} else if (w->end == HTTP_OK) {
		h.from = m.address;
		h.text = m.text;
		h.id = ID_OF(w->source,
			     str_of(arena_textf(x->a, "%lld/%lld", (long long)from.validity,
						(long long)uid)));
		if (answer_apply(x->r, &h, &said, e) < 0 ||
		    (said && answer_tell(x->r, &h, said, e) < 0))
			return -1;
	}
	w->fails = w->refused = 0;
	w->uids_at++;
	w->asked = ASK_NOTHING;
	w->due_at = now; /* the next of them, or whether there are more */
	if (w->uids_at == w->uids_n && w->uids_n < IMAP_MAX)
		w->due_at = now + w->c->replies_every;
	from.upto = uid;
	return answer_from_write(x->r->store, &from, e) < 0 ? -1 : 1;
}

int
answers_turn(struct answers *x, int64_t now, struct err *e)
{
	int changed = 0;

	for (size_t i = 0; x && i < x->n; i++) {
		struct way *w = &x->ways[i];
		int r;

		if (!w->ended)
			continue;
		arena_reset(x->a);
		w->ended = false;
		if (w->dropped) {
			w->dropped = false;
			w->asked = ASK_NOTHING;
			w->due_at = now;
			continue;
		}
		r = w->asked == ASK_UPDATES  ? updates_take(w, now, e)
		    : w->asked == ASK_SEARCH ? found_take(w, now, e)
					     : mail_take(w, now, e);
		if (r < 0) { /* undone: asked again, and applied then */
			w->asked = ASK_NOTHING;
			w->uids_n = w->uids_at = 0;
			return err_within(e, "answers of channel %.*s", STR_ARG(w->c->name));
		}
		changed |= r;
	}
	return changed;
}
