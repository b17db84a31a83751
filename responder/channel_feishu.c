/*
 * channel_feishu.c - 飞书 / Lark: a group's robot, and an app that can ring a phone.
 *
 * The card stands under "card", not "content". A robot's signature is over nothing, with the time
 * in seconds and the secret as its key, and stands in the body. A robot's buttons are links: it
 * hears no answers.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/channel_inside.h"

#define BASE      "https://open.feishu.cn"
#define BODY_MAX  (1 << 20)
#define EARLY_S   300 /* a token is asked for anew so long before it ends */
#define RING_FROM 3   /* level */

/* ---- the card ------------------------------------------------------------------------------------- */

static const char *
colour_of(const struct letter *l)
{
	static const char *const by_level[] = { "blue", "yellow", "orange", "red" };

	if (str_is(l->p->kind, "clear"))
		return "green";
	return by_level[l->p->level >= 1 && l->p->level <= 3 ? l->p->level : 0];
}

static void
add_buttons(const struct letter *l, const struct piece *x, struct buf *b)
{
	if (!piece_is_last(x) || !l->links_n)
		return;
	buf_add(b, STR(",{\"tag\":\"action\",\"actions\":["));
	for (size_t i = 0; i < l->links_n; i++) {
		buf_addf(b,
			 "%s{\"tag\":\"button\",\"type\":\"%s\",\"text\":{\"tag\":\"plain_"
			 "text\"",
			 i ? "," : "", i ? "default" : "primary");
		json_add_pair(b, "content", l->links[i].label);
		buf_add_byte(b, '}');
		json_add_pair(b, "url", l->links[i].url);
		buf_add_byte(b, '}');
	}
	buf_add(b, STR("]}"));
}

/* at: whom it calls, or empty. */
static void
add_card(const struct letter *l, const struct piece *x, struct str at, struct buf *b)
{
	struct buf title = BUF(4096), text = BUF(BODY_MAX);

	letter_add_title(l, x, DIALECT_MARKDOWN, &title);
	if (at.n && !x->i)
		buf_addf(&text, "<at id=%.*s></at>\n", STR_ARG(at));
	buf_add(&text, x->text);
	if (l->c->keyword.n && str_find(x->text, l->c->keyword) < 0 &&
	    str_find(buf_str(&title), l->c->keyword) < 0)
		buf_addf(&text, "\n%.*s", STR_ARG(l->c->keyword));
	buf_addf(b,
		 "{\"config\":{\"wide_screen_mode\":true},\"header\":{\"template\":\"%s\","
		 "\"title\":{\"tag\":\"plain_text\"",
		 colour_of(l));
	json_add_pair(b, "content", buf_str(&title));
	buf_add(b, STR("}},\"elements\":[{\"tag\":\"div\",\"text\":{\"tag\":\"lark_md\""));
	json_add_pair(b, "content", buf_str(&text));
	buf_add(b, STR("}}"));
	add_buttons(l, x, b);
	buf_add(b, STR("]}"));
	buf_release(&title);
	buf_release(&text);
}

/* ---- the robot ------------------------------------------------------------------------------------- */

void
feishu_sign(struct str secret, int64_t wall_at, struct buf *out)
{
	struct buf key = BUF(8192);

	buf_addf(&key, "%lld\n%.*s", (long long)wall_at, STR_ARG(secret));
	sign_base64(buf_str(&key), STR(""), out);
	buf_release(&key);
}

int
feishu_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	     struct err *e)
{
	struct buf b = BUF(BODY_MAX), sign = BUF(100);

	buf_add_byte(&b, '{');
	if (l->c->secret.n) {
		feishu_sign(l->c->secret, l->wall_at, &sign);
		buf_addf(&b, "\"timestamp\":\"%lld\",\"sign\":\"%s\",", (long long)l->wall_at,
			 sign.p);
		buf_release(&sign);
	}
	buf_add(&b, STR("\"msg_type\":\"interactive\",\"card\":"));
	add_card(l, x, l->p->address, &b);
	buf_add_byte(&b, '}');
	q->url = hook_url(l, BASE, "/open-apis/bot/v2/hook/", "");
	return request_json(l, q, &b, e);
}

/* ---- the app ---------------------------------------------------------------------------------------- */

static const char *
id_type(struct str address)
{
	static const struct {
		const char *head, *type;
	} types[] = { { "ou_", "open_id" }, { "on_", "union_id" }, { "oc_", "chat_id" } };

	for (size_t i = 0; i < LY_COUNT(types); i++)
		if (str_starts(address, str_of(types[i].head)))
			return types[i].type;
	return str_find_byte(address, '@') > 0 ? "email" : "user_id";
}

static struct str
api(const struct letter *l, const char *path)
{
	struct str base = l->c->url.n ? l->c->url : STR(BASE);

	return str_of(arena_textf(l->a, "%.*s/open-apis/%s", STR_ARG(base), path));
}

/* The message: the card as a text in JSON. One uuid, one message within an hour. */
int
feishu_app_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
		 struct err *e)
{
	struct buf card = BUF(BODY_MAX), b = BUF(BODY_MAX), key = BUF(100);

	add_card(l, x, STR(""), &card);
	buf_addf(&key, "%s-%zu", l->p->hex, x->i + 1);
	buf_add_byte(&b, '{');
	json_add_pair(&b, "receive_id", l->p->address);
	json_add_pair(&b, "msg_type", STR("interactive"));
	json_add_pair(&b, "content", buf_str(&card));
	json_add_pair(&b, "uuid", buf_str(&key));
	buf_add_byte(&b, '}');
	q->url = api(l, arena_textf(l->a, "im/v1/messages?receive_id_type=%s",
				    id_type(l->p->address)));
	q->counted = arena_str(l->a, buf_str(&card)); /* before it is escaped once more */
	buf_release(&card);
	buf_release(&key);
	return request_json(l, q, &b, e);
}

static int
token_request(const struct letter *l, struct channel_request *q, struct err *e)
{
	struct buf b = BUF(8192);

	buf_add_byte(&b, '{');
	json_add_pair(&b, "app_id", l->c->app);
	json_add_pair(&b, "app_secret", l->c->secret);
	buf_add_byte(&b, '}');
	q->url = api(l, "auth/v3/tenant_access_token/internal");
	return request_json(l, q, &b, e);
}

static int
ring_request(const struct sending *s, struct channel_request *q, struct err *e)
{
	static const char *const how[] = { "", "urgent_app", "urgent_sms", "urgent_phone" };
	const struct letter *l = &s->letter;
	struct buf b = BUF(1024);

	buf_add(&b, STR("{\"user_id_list\":["));
	json_add_text(&b, l->p->address);
	buf_add(&b, STR("]}"));
	q->method = STR("PATCH");
	q->url = api(l, arena_textf(l->a, "im/v1/messages/%.*s/%s?user_id_type=%s",
				    STR_ARG(s->message), how[l->c->urgent],
				    id_type(l->p->address)));
	return request_json(l, q, &b, e);
}

/* Only whoever is named can be rung, not a group. */
static bool
shall_ring(const struct sending *s)
{
	const struct letter *l = &s->letter;

	return l->c->urgent && !s->rung && l->p->level >= RING_FROM &&
	       !str_is(l->p->kind, "clear") && s->at + 1 == s->n &&
	       !str_starts(l->p->address, STR("oc_"));
}

int
feishu_app_step(struct sending *s, struct channel_request *q, struct err *e)
{
	const struct letter *l = &s->letter;
	int made = 0;

	if (s->token->until <= l->wall_at)
		return token_request(l, q, e);
	if (!s->message.n)
		made = feishu_app_frame(l, &s->pieces[s->at], q, e);
	else if (shall_ring(s))
		made = ring_request(s, q, e);
	if (!made) { /* there, and rung: the next one */
		s->message = STR("");
		return 0;
	}
	q->bearer = str_of(arena_textf(l->a, "Bearer %s", s->token->text));
	return made;
}

void
feishu_app_heard(struct sending *s, struct str answer)
{
	const struct letter *l = &s->letter;
	struct err e = { 0 };
	const struct json *j = json_parse(l->a, answer, &e);
	struct str token = json_text(json_get(j, "tenant_access_token"), STR(""));

	if (token.n) {
		int64_t lives = json_int(json_get(j, "expire"), 0);

		snprintf(s->token->text, sizeof s->token->text, "%.*s", STR_ARG(token));
		s->token->until = l->wall_at + (lives > 2 * EARLY_S ? lives - EARLY_S : lives);
	} else if (!s->message.n) {
		s->message = json_text(json_get(json_get(j, "data"), "message_id"), STR("-"));
	} else {
		s->rung = true;
	}
}
