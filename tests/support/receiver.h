/*
 * receiver.h - a webhook in the test itself: a listening socket and a script of answers; and a desk
 * whose notices go there. Domain time is passed in; real time passes only as long as loopback needs.
 */
#ifndef LY_TESTS_SUPPORT_RECEIVER_H
#define LY_TESTS_SUPPORT_RECEIVER_H

#include "tests/support/desk.h"

#define SEEN_MAX 16

struct receiver {
	int fd, port;
	const char *answers[SEEN_MAX]; /* by the order of requests; the last goes on */
	size_t n_answers;
	char *seen[SEEN_MAX]; /* whole requests */
	size_t n_seen;
	bool silent; /* take the request and close without a word */
};

void receiver_open(struct receiver *r);
void receiver_close(struct receiver *r);
/* One connection, one request, one answer. */
void receiver_take(struct receiver *r);
/* The value of a request's header, in a buffer of the test. */
void receiver_header(const char *request, const char *name, char *out, size_t size);
struct str receiver_body(const char *request);

#define YES  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
#define BUSY "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define LATER                                                                        \
	"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\nConnection: " \
	"close\r\n\r\n"
#define NO "HTTP/1.1 400 Bad\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops"

struct hooked {
	struct desk d;
	struct receiver r;
	char dir[64], secret[96];
};

/* lin is told by webhook; a directory is the second way to her and the operator's. answer .. NULL:
 * what the receiver says. */
void hooked_open(struct hooked *w, int64_t now, const char *answer, ...);
/* Other people, in YAML; the route's owner is lin. answers: NULL-ended. */
void hooked_open_for(struct hooked *w, int64_t now, const char *people,
		     const char *const *answers);
void hooked_close(struct hooked *w);
/* Until nothing is on its way at this domain time. */
void hooked_pump(struct desk *d, struct receiver *r, int64_t now);
/* "1 500 answered, 2 200 answered": all attempts. */
const char *hooked_attempts(struct hooked *w);

#endif
