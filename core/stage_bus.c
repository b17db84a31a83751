#include "core/base.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include <zmq.h>

#include "core/log.h"
#include "core/stage_bus.h"
#include "core/str.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01" /* fixed by ZeroMQ RFC 27 */
#define ZAP_DOMAIN   "langyan"
#define ZAP_FRAMES   16
#define KEY_BYTES    32
#define KEY_TEXT     40
#define LINGER_MS    1000
#define SOCKETS_MAX  4096

struct bus {
	void *context;
	bool curve;
	char public_key[KEY_TEXT + 1], secret_key[KEY_TEXT + 1], server_key[KEY_TEXT + 1];
	pthread_mutex_t lock; /* of allowed */
	uint8_t (*allowed)[KEY_BYTES];
	size_t n_allowed;
	void *zap;
	pthread_t zap_thread;
};

/* ---- whom we let in ----------------------------------------------------------------------- */

static bool
key_allowed(struct bus *b, const uint8_t key[KEY_BYTES])
{
	bool found = false;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n_allowed && !found; i++)
		found = !memcmp(b->allowed[i], key, KEY_BYTES);
	pthread_mutex_unlock(&b->lock);
	return found;
}

bool
bus_allows(struct bus *b, const char *user)
{
	uint8_t key[KEY_BYTES];

	if (!user || strlen(user) != KEY_TEXT)
		return false;
	return zmq_z85_decode(key, user) && key_allowed(b, key);
}

/* Frames of a ZAP request, as RFC 27 numbers them. */
enum { ZAP_VERSION, ZAP_ID, ZAP_IN_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_KEY };

struct zap_request {
	zmq_msg_t frames[ZAP_FRAMES];
	int n;
};

static struct str
zap_frame(struct zap_request *q, int i)
{
	if (i >= q->n)
		return (struct str){ NULL, 0 };
	return (struct str){ zmq_msg_data(&q->frames[i]), zmq_msg_size(&q->frames[i]) };
}

static bool
zap_receive(void *socket, struct zap_request *q)
{
	int more = 1;
	size_t size = sizeof more;

	for (q->n = 0; more; q->n++) {
		if (q->n == ZAP_FRAMES)
			return false;
		zmq_msg_init(&q->frames[q->n]);
		if (zmq_msg_recv(&q->frames[q->n], socket, 0) < 0)
			return false;
		zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
	}
	return true;
}

static void
zap_answer(struct bus *b, struct zap_request *q)
{
	struct str key = zap_frame(q, ZAP_KEY), id = zap_frame(q, ZAP_ID);
	bool in = q->n == ZAP_KEY + 1 && str_is(zap_frame(q, ZAP_VERSION), "1.0") &&
		  str_is(zap_frame(q, ZAP_MECHANISM), "CURVE") &&
		  str_is(zap_frame(q, ZAP_IN_DOMAIN), ZAP_DOMAIN) && key.n == KEY_BYTES &&
		  key_allowed(b, (const uint8_t *)key.p);
	char user[KEY_TEXT + 1] = "";

	if (in)
		zmq_z85_encode(user, (const uint8_t *)key.p, KEY_BYTES);
	else
		log_event(LOG_WARN, "peer_unknown", "address=%.*s mechanism=%.*s",
			  STR_ARG(zap_frame(q, ZAP_ADDRESS)),
			  STR_ARG(zap_frame(q, ZAP_MECHANISM)));
	zmq_send(b->zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(b->zap, id.p, id.n, ZMQ_SNDMORE);
	zmq_send(b->zap, in ? "200" : "400", 3, ZMQ_SNDMORE);
	zmq_send(b->zap, in ? "ok" : "no", 2, ZMQ_SNDMORE);
	zmq_send(b->zap, user, strlen(user), ZMQ_SNDMORE);
	zmq_send(b->zap, "", 0, 0);
}

/* Ends when the context is shut down. */
static void *
zap_run(void *arg)
{
	struct bus *b = arg;
	struct zap_request q = { .n = 0 };
	bool on = true;

	while (on) {
		on = zap_receive(b->zap, &q);
		if (on)
			zap_answer(b, &q);
		for (int i = 0; i < q.n; i++)
			zmq_msg_close(&q.frames[i]);
	}
	zmq_close(b->zap);
	return NULL;
}

static int
zap_start(struct bus *b, struct err *e)
{
	int rc;

	b->zap = zmq_socket(b->context, ZMQ_REP);
	if (!b->zap || zmq_bind(b->zap, ZAP_ENDPOINT) < 0) {
		err_set(e, ERR_BROKEN, "could not open %s: %s", ZAP_ENDPOINT,
			zmq_strerror(errno));
		goto fail;
	}
	rc = pthread_create(&b->zap_thread, NULL, zap_run, b);
	if (!rc)
		return 0;
	err_set(e, ERR_RETRY, "could not start a thread: %s", strerror(rc));
fail:
	if (b->zap)
		zmq_close(b->zap);
	b->zap = NULL;
	return -1;
}

/* ---- keys --------------------------------------------------------------------------------- */

static int
key_take(struct str text, const char *what, char to[KEY_TEXT + 1], struct err *e)
{
	uint8_t raw[KEY_BYTES];

	text = str_trim(text);
	if (text.n == KEY_TEXT) {
		memcpy(to, text.p, KEY_TEXT);
		to[KEY_TEXT] = '\0';
		if (zmq_z85_decode(raw, to))
			return 0;
	}
	return err_set(e, ERR_USAGE, "%s is not a key: 40 characters of Z85", what);
}

int
bus_allow(struct bus *b, struct conf_texts allowed, struct err *e)
{
	uint8_t(*keys)[KEY_BYTES] = calloc(allowed.n + 1, KEY_BYTES), (*old)[KEY_BYTES];
	char text[KEY_TEXT + 1];

	if (!keys)
		abort();
	for (size_t i = 0; i < allowed.n; i++) {
		if (key_take(allowed.v[i], "an allowed key", text, e) < 0) {
			free(keys);
			return -1;
		}
		zmq_z85_decode(keys[i], text);
	}
	pthread_mutex_lock(&b->lock);
	old = b->allowed;
	b->allowed = keys;
	b->n_allowed = allowed.n;
	pthread_mutex_unlock(&b->lock);
	free(old);
	return 0;
}

static int
keys_take(struct bus *b, const struct curve *c, struct err *e)
{
	if (!zmq_has("curve"))
		return err_set(e, ERR_USAGE, "this libzmq cannot speak CURVE");
	if (key_take(c->public_key, "the public key", b->public_key, e) < 0 ||
	    key_take(c->secret_key, "the secret key", b->secret_key, e) < 0)
		return -1;
	if (c->server_key.n && key_take(c->server_key, "the server key", b->server_key, e) < 0)
		return -1;
	b->curve = true;
	return bus_allow(b, c->allowed, e);
}

void
bus_keygen(char public_key[41], char secret_key[41])
{
	public_key[0] = secret_key[0] = '\0';
	zmq_curve_keypair(public_key, secret_key);
}

/* ---- the bus ------------------------------------------------------------------------------ */

struct bus *
bus_new(const struct curve *curve, struct err *e)
{
	struct bus *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	pthread_mutex_init(&b->lock, NULL);
	b->context = zmq_ctx_new();
	if (!b->context) {
		err_set(e, ERR_RETRY, "could not start the bus: %s", zmq_strerror(errno));
		goto fail;
	}
	zmq_ctx_set(b->context, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
	if (curve && (keys_take(b, curve, e) < 0 || zap_start(b, e) < 0))
		goto fail;
	return b;
fail:
	bus_free(b);
	return NULL;
}

void
bus_free(struct bus *b)
{
	if (!b)
		return;
	if (b->context)
		zmq_ctx_shutdown(b->context);
	if (b->zap)
		pthread_join(b->zap_thread, NULL);
	if (b->context)
		zmq_ctx_term(b->context);
	pthread_mutex_destroy(&b->lock);
	free(b->allowed);
	explicit_bzero(b->secret_key, sizeof b->secret_key);
	free(b);
}

static void
set_int(void *socket, int option, int value)
{
	zmq_setsockopt(socket, option, &value, sizeof value);
}

static int
socket_curve(struct bus *b, void *socket, const struct bus_socket *want, struct err *e)
{
	if (!b->curve)
		return err_set(e, ERR_USAGE,
			       "\"%s\": tcp needs keys (wire.public_key, wire.secret_key)",
			       want->endpoint);
	zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, b->secret_key, KEY_TEXT + 1);
	if (want->side == BUS_BIND) {
		set_int(socket, ZMQ_CURVE_SERVER, 1);
		zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN));
		return 0;
	}
	if (!b->server_key[0])
		return err_set(e, ERR_USAGE, "\"%s\": connecting needs wire.server_key",
			       want->endpoint);
	zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, b->public_key, KEY_TEXT + 1);
	zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, b->server_key, KEY_TEXT + 1);
	return 0;
}

static void
socket_limits(void *socket, const struct bus_socket *want)
{
	int64_t max = (int64_t)want->max_bytes;

	zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
	set_int(socket, ZMQ_SNDHWM, want->high_water);
	set_int(socket, ZMQ_RCVHWM, want->high_water);
	set_int(socket, ZMQ_LINGER, LINGER_MS);
	set_int(socket, ZMQ_IMMEDIATE, 1);
	set_int(socket, ZMQ_RECONNECT_IVL, 50);
	set_int(socket, ZMQ_RECONNECT_IVL_MAX, 2000);
	set_int(socket, ZMQ_HANDSHAKE_IVL, 5000);
	set_int(socket, ZMQ_TCP_KEEPALIVE, 1);
	set_int(socket, ZMQ_IPV6, 1);
	if (want->side == BUS_BIND)
		set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
}

void *
bus_open(struct bus *b, const struct bus_socket *want, struct err *e)
{
	bool tcp = str_starts(str_of(want->endpoint), STR("tcp://"));
	void *socket = zmq_socket(b->context, want->side == BUS_BIND ? ZMQ_ROUTER : ZMQ_DEALER);
	int rc;

	if (!socket) {
		err_set(e, ERR_RETRY, "could not make a socket: %s", zmq_strerror(errno));
		return NULL;
	}
	socket_limits(socket, want);
	if (tcp && socket_curve(b, socket, want, e) < 0)
		goto fail;
	rc = want->side == BUS_BIND ? zmq_bind(socket, want->endpoint)
				    : zmq_connect(socket, want->endpoint);
	if (rc == 0)
		return socket;
	err_set(e, errno == EADDRINUSE ? ERR_RETRY : ERR_USAGE, "could not %s \"%s\": %s",
		want->side == BUS_BIND ? "bind" : "connect to", want->endpoint,
		zmq_strerror(errno));
fail:
	zmq_close(socket);
	return NULL;
}
