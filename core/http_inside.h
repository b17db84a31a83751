/* http_inside.h - the inside of struct http and struct transfer, for core/http.c and http_end.c. */
#ifndef LY_CORE_HTTP_INSIDE_H
#define LY_CORE_HTTP_INSIDE_H

#include <curl/curl.h>

#include "core/http_loop.h"

#define IDLE_MAX 64

struct http {
	CURLM *multi;
	CURLSH *share;
	int epoll, timer;
	struct buf agent, proxy, ca_file;
	const char *encodings;
	size_t running, max;
	bool stopping;
	struct transfer *first;
	int64_t timer_us;     /* monotonic, when the timer fires; 0 = it is not set */
	CURL *idle[IDLE_MAX]; /* handles to be used again: a new one costs 5 us */
	size_t n_idle;
};

struct transfer {
	struct http *h;
	CURL *easy;
	struct transfer *next, *prev;
	struct curl_slist *list;
	struct buf allow; /* one "address:port" a line */
	struct buf body, upload;
	size_t uploaded;
	struct http_fields fields;
	int64_t began_us, left_us;
	bool mail, too_large, verbatim, other_type;
	const char *const *types;
	struct buf sent, head;    /* verbatim: of the last hop */
	char blocked[80];         /* what the guard refused last */
	struct curl_slist *plain; /* the headers without the secrets */
	struct str home;          /* the secrets go to its origin alone; empty = no secrets */
	char words[CURL_ERROR_SIZE];
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};

/* http_end.c: why t ended, and that in words. status: of the answer, 0 for none. */
enum http_end transfer_end(const struct transfer *t, CURLcode code, int status);
void transfer_explain(const struct transfer *t, CURLcode code, struct http_response *r);

#endif
