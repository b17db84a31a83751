/* act_unsubscribe.c - the address in the head of a digest's mail: a GET shows a page, a POST acts. Who
 * brings wrong ones is slowed down by address. */
#include "core/base.h"

#include "core/httpd_route.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/digest_word.h"
#include "responder/unsubscribe.h"

#define PAGE "text/html; charset=utf-8"

static int
show(struct act *x, enum unsubscribe_page page, struct str title)
{
	x->status = unsubscribe_status(page);
	x->type = PAGE;
	buf_clear(&x->out);
	unsubscribe_page(page, title, &x->out);
	return 0;
}

/* Whose it is, of a digest that is there: its name; else the page that says no. */
static bool
read_token(struct act *x, struct unsubscribe *u, struct str *title)
{
	const struct digest_conf *c = x->r->conf->digests.v;
	int64_t now_ms = clock_mono_ms();

	if (notices_unsubscribe(x->r->notices, act_arg(x, "token"), x->a, u) == 0 &&
	    person_find(&x->r->conf->notice, u->person))
		for (size_t i = 0; i < x->r->conf->digests.n; i++)
			if (str_eq(c[i].name, u->digest)) {
				*title = c[i].name;
				return true;
			}
	show(x,
	     knock(&x->r->knocks, x->c->actor, now_ms) ? UNSUBSCRIBE_WRONG
						       : UNSUBSCRIBE_LIMITED,
	     STR(""));
	return false;
}

static int
act_unsubscribe_show(struct act *x, struct err *e)
{
	struct unsubscribe u;
	struct str title;

	(void)e;
	return read_token(x, &u, &title) ? show(x, UNSUBSCRIBE_ASKED, title) : 0;
}

/* "back=1" of our own page's form; a mail program sends "List-Unsubscribe=One-Click". */
static bool
wants_back(const struct act *x)
{
	struct str body = x->c->body, pair;

	while (str_next(&body, '&', &pair))
		if (str_is(pair, "back=1"))
			return true;
	return false;
}

static int
act_unsubscribe(struct act *x, struct err *e)
{
	bool back = wants_back(x);
	struct unsubscribe u;
	struct str title;
	struct buf args = BUF(4096);
	struct err bad;
	int status;

	if (!read_token(x, &u, &title))
		return 0;
	buf_add_byte(&args, '{');
	json_add_pair(&args, "name", u.digest);
	json_add_pair(&args, "person", u.person);
	buf_add(&args, back ? STR(",\"back\":true}") : STR("}"));
	x->kept = arena_str(x->a, buf_str(&args)); /* not the token */
	buf_release(&args);
	x->args = json_parse(x->a, x->kept, &bad);
	status = act_digest_word(x, digest_word_off, e);
	if (status < 0)
		return -1;
	return show(x, back ? UNSUBSCRIBE_BACK : UNSUBSCRIBE_DONE, title);
}

const struct verb act_unsubscribe_verbs[] = {
	{ "unsubscribe.show", act_unsubscribe_show, false },
	{ "unsubscribe.use", act_unsubscribe, true },
	{ .name = NULL },
};
