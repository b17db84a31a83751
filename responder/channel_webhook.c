/*
 * Alertmanager's webhook, version 4: every bridge that exists for it takes our notices. Signed,
 * with the idempotency key as Idempotency-Key and X-Langyan-Delivery.
 */
#include "core/base.h"

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/exercise.h"

#define BODY_MAX (256 << 10)

void
webhook_sign(struct str secret, int64_t wall_at, struct str body, struct buf *out)
{
	struct buf message = BUF(BODY_MAX + 64);
	uint8_t mac[32];

	buf_addf(&message, "%lld.", (long long)wall_at);
	buf_add(&message, body);
	hash_hmac_sha256(secret, buf_str(&message), mac);
	buf_addf(out, "t=%lld,v1=", (long long)wall_at);
	hash_add_hex(out, mac, sizeof mac);
	buf_release(&message);
}

static void
add_labels(struct buf *b, const struct letter *l)
{
	static const struct str severity[] = { STR_INIT("none"), STR_INIT("info"),
					       STR_INIT("warning"), STR_INIT("critical") };
	static const struct str levels[] = { STR_INIT("0"), STR_INIT("1"), STR_INIT("2"),
					     STR_INIT("3") };
	const struct parcel *p = l->p;
	struct str trigger = l->bare ? STR("") : letter_fact(l, "trigger");
	struct str watch = l->bare ? STR("") : letter_fact(l, "watch");
	int64_t level = p->level >= 0 && p->level <= 3 ? p->level : 0;

	buf_add_byte(b, '{');
	json_add_pair(b, "alertname", trigger.n ? trigger : p->kind);
	json_add_pair(b, "kind", p->kind);
	json_add_pair(b, "severity", severity[level]);
	json_add_pair(b, "level", levels[level]);
	if (letter_fact(l, "incident").n)
		json_add_pair(b, "incident", letter_fact(l, "incident"));
	if (watch.n)
		json_add_pair(b, "watch", watch);
	buf_add_byte(b, '}');
}

static void
add_annotations(struct buf *b, const struct letter *l)
{
	const struct piece whole = { .n = 1 };
	struct buf links = BUF(16384);

	letter_add_links(l, &whole, DIALECT_RAW, &links);
	buf_add_byte(b, '{');
	json_add_pair(b, "summary", l->title);
	json_add_pair(b, "description", l->whole);
	if (links.n)
		json_add_pair(b, "links", str_trim(buf_str(&links)));
	buf_release(&links);
	buf_add_byte(b, '}');
}

/* No time: Alertmanager's year 1. */
static void
add_time(struct buf *b, const char *key, int64_t at)
{
	buf_addf(b, ",\"%s\":\"", key);
	if (at > 0)
		clock_add_iso(b, at);
	else
		buf_add(b, STR("0001-01-01T00:00:00Z"));
	buf_add_byte(b, '"');
}

static void
add_alert(struct buf *b, const struct letter *l, const char *status)
{
	struct str print = letter_fact(l, "fingerprint");

	buf_addf(b, "{\"status\":\"%s\",\"labels\":", status);
	add_labels(b, l);
	buf_add(b, STR(",\"annotations\":"));
	add_annotations(b, l);
	add_time(b, "startsAt", json_int(json_get(l->facts, "opened_at"), l->p->at));
	add_time(b, "endsAt", json_int(json_get(l->facts, "closed_at"), 0));
	json_add_pair(b, "generatorURL", letter_link(l));
	json_add_pair(b, "fingerprint", print.n ? print : (struct str){ l->p->hex, 16 });
	buf_add_byte(b, '}');
}

static void
alerts_render(const struct letter *l, struct buf *b)
{
	struct str number = letter_fact(l, "incident");
	const char *status = str_is(l->p->kind, "clear") ? "resolved" : "firing";
	struct buf group = BUF(256);

	buf_addf(&group, "langyan/%.*s", STR_ARG(number.n ? number : l->p->kind));
	buf_add(b, STR("{\"version\":\"4\",\"groupKey\":"));
	json_add_text(b, buf_str(&group));
	buf_add(b, STR(",\"truncatedAlerts\":0,\"receiver\":"));
	json_add_text(b, l->c->name);
	buf_addf(b, ",\"status\":\"%s\",\"groupLabels\":{", status);
	if (number.n)
		json_add_pair(b, "incident", number);
	buf_add(b, STR("},\"commonLabels\":"));
	add_labels(b, l);
	buf_add(b, STR(",\"commonAnnotations\":"));
	add_annotations(b, l);
	buf_add(b, STR(",\"externalURL\":"));
	json_add_text(b, l->p->public_url);
	buf_add(b, STR(",\"alerts\":["));
	add_alert(b, l, status);
	buf_add(b, STR("]}"));
	buf_release(&group);
}

/* A text for a place of our own, approved (release.h), or beforehand (auto_ack.h): what it is, and the text as it was approved. */
static void
publish_render(const struct letter *l, struct buf *b)
{
	const struct parcel *p = l->p;

	buf_addf(b, "{\"event\":\"%.*s\",\"key\":", STR_ARG(p->kind));
	json_add_text(b, str_of(p->uuid));
	buf_add(b, STR(",\"release\":"));
	buf_add(b, p->facts);
	buf_add(b, STR(",\"text\":"));
	json_add_text(b, p->exercise ? exercise_text(l->a, p->body, p->zh) : p->body);
	buf_add_byte(b, '}');
}

static void
body_add(const struct letter *l, struct buf *b)
{
	if (str_is(l->p->kind, "publish") || str_is(l->p->kind, "auto_ack"))
		publish_render(l, b);
	else
		alerts_render(l, b);
}

void
webhook_render(const struct channel_conf *c, const struct parcel *p, struct buf *b)
{
	struct arena *a = arena_new();
	struct letter l;

	letter_read(&l, a, c, p);
	body_add(&l, b);
	arena_free(a);
}

int
webhook_frame(const struct letter *l, const struct piece *x, struct channel_request *q,
	      struct err *e)
{
	const struct parcel *p = l->p;
	struct buf body = BUF(BODY_MAX), sign = BUF(256);
	bool fits;

	(void)x;
	body_add(l, &body);
	q->url = l->c->url;
	request_header(q, "Content-Type", STR("application/json"));
	request_header(q, "Idempotency-Key", str_of(p->uuid));
	request_header(q, "X-Langyan-Delivery", str_of(p->uuid));
	if (p->repeat_possible)
		request_header(q, "X-Langyan-Repeat", STR("possible"));
	if (l->c->secret.n) {
		webhook_sign(l->c->secret, l->wall_at, buf_str(&body), &sign);
		request_header(q, "X-Langyan-Signature", arena_str(l->a, buf_str(&sign)));
	}
	fits = buf_ok(&body);
	q->body = arena_str(l->a, buf_str(&body));
	buf_release(&body);
	buf_release(&sign);
	return fits ? 1 : err_set(e, ERR_REJECT, "the notice is over 256 KB");
}
