/*
 * channel_command.c - a program of the owner's: a modem, a pager, a bridge of their own. Never a
 * shell; what it is told stands in its environment, its input is empty, its time is limited.
 *
 * It ends with 0: taken; 65 (EX_DATAERR): this notice never; 77, 78 (EX_NOPERM, EX_CONFIG): nothing
 * until it is set up otherwise; anything else: later again.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/child.h"
#include "core/str.h"
#include "responder/channel_inside.h"

#define TEXT_MOST   100000 /* the kernel takes 128 KiB in one variable */
#define OUTPUT_KEEP 4096
#define ENV_MAX     16
#define SEARCH_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static char *
variable(const struct letter *l, const char *name, struct str value)
{
	return arena_textf(l->a, "LANGYAN_%s=%.*s", name, STR_ARG(value));
}

static char **
variables(const struct letter *l)
{
	char **env = arena_alloc(l->a, ENV_MAX * sizeof *env);
	struct buf links = BUF(16384);
	const struct piece whole = { .n = 1 };
	size_t n = 0;

	letter_add_links(l, &whole, DIALECT_RAW, &links);
	env[n++] = arena_textf(l->a, SEARCH_PATH);
	env[n++] = arena_textf(l->a, "LANG=C.UTF-8");
	env[n++] = variable(l, "KEY", str_of(l->p->uuid));
	env[n++] = variable(l, "KIND", l->p->kind);
	env[n++] = arena_textf(l->a, "LANGYAN_LEVEL=%lld", (long long)l->p->level);
	env[n++] = variable(l, "INCIDENT", letter_fact(l, "incident"));
	env[n++] = variable(l, "ADDRESS", l->p->address);
	env[n++] = variable(l, "SUBJECT", l->title);
	env[n++] = variable(l, "TEXT", l->text);
	env[n++] = variable(l, "LINKS", str_trim(buf_str(&links)));
	env[n++] = variable(l, "LINK", letter_link(l));
	env[n++] = variable(l, "REPEAT", l->p->repeat_possible ? STR("possible") : STR(""));
	env[n] = NULL;
	buf_release(&links);
	return env;
}

int
command_start(struct sending *s, struct err *e)
{
	const struct letter *l = &s->letter;
	const struct conf_texts *argv = &l->c->argv;
	char **v = arena_alloc(l->a, (argv->n + 1) * sizeof *v);

	if (l->text.n > TEXT_MOST)
		return err_set(e, ERR_REJECT, "the notice is over %d bytes", TEXT_MOST);
	for (size_t i = 0; i < argv->n; i++)
		v[i] = arena_text(l->a, argv->v[i]);
	s->child = child_start(&(struct child_ask){ .argv = v,
						    .env = variables(l),
						    .dir = "/",
						    .limit_ms = l->c->timeout_s * 1000,
						    .keep_bytes = OUTPUT_KEEP,
						    .epoll = channels_epoll(s->owner) },
			       e);
	return s->child ? 0 : -1;
}

void
command_turn(struct sending *s)
{
	struct http_response r = { .end = HTTP_OK };
	struct child *child = s->child;
	struct child_end end;
	struct buf said = BUF(1000);

	if (!child_turn(child, &end))
		return;
	r.us = end.us;
	r.status = end.status;
	r.body = end.output;
	if (end.how == CHILD_OVER_LIMIT)
		r.end = HTTP_SLOW;
	else if (end.how == CHILD_KILLED)
		r.end = HTTP_CUT;
	plain_add(&said, PLAIN_TEXT, end.output, 30);
	if (end.how == CHILD_EXITED)
		snprintf(r.detail, sizeof r.detail, "it ended with %d%s%s", end.status,
			 said.n ? ": " : "", said.p);
	else
		snprintf(r.detail, sizeof r.detail, "%s",
			 end.how == CHILD_KILLED ? "a signal ended it" : "it took too long");
	buf_release(&said);
	s->child = NULL; /* its output lives until here */
	sending_answered(s, &r);
	child_free(child);
}
