/*
 * channel_judge.c - what an answer means: taken, later, this text never, or nothing through here
 * until somebody changes the settings. A table of codes per kind over one rule for HTTP.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel.h"
#include "responder/retry.h"

#define WHY_MAX 200 /* code points */

/* What others wrote is shown to people and kept: made clean, and never over its place. */
static void
say(struct channel_said *s, enum channel_fault fault, int64_t wait_s, const char *why)
{
	struct buf clean = BUF(4096);

	s->fault = fault;
	if (wait_s > s->wait_s)
		s->wait_s = wait_s;
	plain_add(&clean, PLAIN_TEXT, str_of(why), WHY_MAX);
	snprintf(s->why, sizeof s->why, "%.*s",
		 STR_ARG(utf8_cut(buf_str(&clean), sizeof s->why - 1)));
	buf_release(&clean);
}

/* A status that is no yes: of whom does it speak? */
static enum channel_fault
fault_of_status(int status)
{
	static const int key[] = { 301, 302, 307, 308, 401, 402, 403, 404, 405, 407, 410 };

	if (status >= 500 || status == 408 || status == 425 || status == 429)
		return FAULT_WORLD;
	for (size_t i = 0; i < LY_COUNT(key); i++)
		if (status == key[i])
			return FAULT_KEY;
	return FAULT_BODY;
}

/* No answer: what went wrong on the way, and what to do when it is ours to say. */
static void
say_end(const struct channel_answer *a, struct channel_said *s, enum channel_fault fault)
{
	const char *words = http_end_words[a->end];
	bool detail = a->detail && a->detail[0];
	struct buf why = BUF(4096);

	if (!detail || a->end == HTTP_TLS)
		buf_addf(&why, "%s%s", words, detail ? ": " : "");
	if (detail)
		buf_addf(&why, "%s", a->detail);
	if (a->end == HTTP_BLOCKED)
		buf_add(&why, STR("; if it is yours: allow_private: [ADDRESS:PORT]"));
	say(s, fault, 0, why.p);
	buf_release(&why);
}

static void
judge_http(const struct channel_answer *a, struct channel_said *s)
{
	enum retry_said said = retry_judge(RETRY_HTTP, a->end, a->status);
	char why[160];

	if (said == RETRY_DONE)
		return;
	s->wait_s = retry_asked_s(a->retry_after, a->wall_at);
	if (a->end != HTTP_OK) {
		say_end(a, s, said == RETRY_LATER ? FAULT_WORLD : FAULT_KEY);
		return;
	}
	snprintf(why, sizeof why, "it answered %d", a->status);
	say(s, fault_of_status(a->status), 0, why);
}

/* RFC 5321, RFC 4954: 53x is about who we are, the other 5yz about this mail. */
static void
judge_mail(const struct channel_answer *a, struct channel_said *s)
{
	enum retry_said said = retry_judge(RETRY_SMTP, a->end, a->status);
	bool key = (a->status >= 530 && a->status < 540) || a->end != HTTP_REFUSED_MAIL;

	if (said == RETRY_DONE)
		return;
	say_end(a, s, said == RETRY_LATER ? FAULT_WORLD : key ? FAULT_KEY : FAULT_BODY);
}

/* ---- codes of the vendors ---------------------------------------------------------------------------- */

/* What each says inside an answer. Read in their documents and in the threads of those who met
 * them (CHANNELS.md 1-6). */
static const struct code {
	enum channel_type kind;
	int64_t code;
	enum channel_fault fault;
	int64_t wait_s;
	const char *why;
} codes[] = {
	{ CHANNEL_FEISHU, 9499, FAULT_BODY, 0, "the message is not well formed" },
	{ CHANNEL_FEISHU, 19001, FAULT_KEY, 0,
	  "the robot's token is unknown: was it removed?" },
	{ CHANNEL_FEISHU, 19021, FAULT_KEY, 0,
	  "the signature is refused: is the secret right, and the clock?" },
	{ CHANNEL_FEISHU, 19022, FAULT_KEY, 0, "this address is not on the robot's IP list" },
	{ CHANNEL_FEISHU, 19024, FAULT_KEY, 0, "the robot's keyword is missing: set keyword" },
	{ CHANNEL_FEISHU, 11232, FAULT_WORLD, 20, "too many messages" },
	{ CHANNEL_FEISHU, 19036, FAULT_BODY, 0, "the message is too large" },
	{ CHANNEL_FEISHU_APP, 10003, FAULT_KEY, 0, "the App ID is wrong" },
	{ CHANNEL_FEISHU_APP, 10014, FAULT_KEY, 0, "the App Secret is wrong" },
	{ CHANNEL_FEISHU_APP, 99991400, FAULT_WORLD, 10, "too many messages" },
	{ CHANNEL_FEISHU_APP, 99991661, FAULT_WORLD, 1, "the token was missing" },
	{ CHANNEL_FEISHU_APP, 99991663, FAULT_WORLD, 1, "the token is over" },
	{ CHANNEL_FEISHU_APP, 99991664, FAULT_WORLD, 1, "the token is over" },
	{ CHANNEL_FEISHU_APP, 99991672, FAULT_KEY, 0, "the app lacks a permission" },
	{ CHANNEL_FEISHU_APP, 230002, FAULT_BODY, 0, "the app's robot is not in this group" },
	{ CHANNEL_FEISHU_APP, 230012, FAULT_BODY, 0,
	  "it arrived, but does not ring: the app did not send this message" },
	{ CHANNEL_FEISHU_APP, 230013, FAULT_BODY, 0, "the app is not offered to this person" },
	{ CHANNEL_FEISHU_APP, 230020, FAULT_WORLD, 10, "too many messages to this group" },
	{ CHANNEL_FEISHU_APP, 230024, FAULT_BODY, 0,
	  "it arrived, but does not ring: the quota of calls is used up" },
	{ CHANNEL_FEISHU_APP, 230025, FAULT_BODY, 0, "the message is too large" },
	{ CHANNEL_DINGTALK, -1, FAULT_WORLD, 10, "their system is busy" },
	{ CHANNEL_DINGTALK, 300001, FAULT_KEY, 0, "the robot's token is unknown" },
	{ CHANNEL_DINGTALK, 300005, FAULT_KEY, 0, "the robot's token is unknown" },
	{ CHANNEL_DINGTALK, 310000, FAULT_KEY, 0,
	  "its security setting refuses us: signature, keyword, address or clock" },
	{ CHANNEL_DINGTALK, 130101, FAULT_WORLD, 600, "too many messages: ten minutes' rest" },
	{ CHANNEL_DINGTALK, 410100, FAULT_WORLD, 600, "too many messages: ten minutes' rest" },
	{ CHANNEL_DINGTALK, 460101, FAULT_BODY, 0, "the message is too long" },
	{ CHANNEL_WECOM, -1, FAULT_WORLD, 10, "their system is busy" },
	{ CHANNEL_WECOM, 40058, FAULT_BODY, 0, "the message is too long" },
	{ CHANNEL_WECOM, 45009, FAULT_WORLD, 60, "too many messages" },
	{ CHANNEL_WECOM, 45033, FAULT_WORLD, 5, "too many messages at once" },
	{ CHANNEL_WECOM, 93000, FAULT_KEY, 0, "the robot's key is unknown: was it removed?" },
	{ CHANNEL_WECOM, 93008, FAULT_KEY, 0, "the robot is not in the group any more" },
	{ CHANNEL_COMMAND, 65, FAULT_BODY, 0, "" },
	{ CHANNEL_COMMAND, 77, FAULT_KEY, 0, "" },
	{ CHANNEL_COMMAND, 78, FAULT_KEY, 0, "" },
};

static const struct code *
code_find(enum channel_type kind, int64_t code)
{
	for (size_t i = 0; i < LY_COUNT(codes); i++)
		if (codes[i].kind == kind && codes[i].code == code)
			return &codes[i];
	return NULL;
}

/* Where an answer holds its code and its words, and what the code of "taken" is. */
static const struct answer_form {
	const char *code, *old_code, *words;
} forms[CHANNEL_TYPES] = {
	[CHANNEL_FEISHU] = { "code", "StatusCode", "msg" },
	[CHANNEL_FEISHU_APP] = { "code", NULL, "msg" },
	[CHANNEL_DINGTALK] = { "errcode", NULL, "errmsg" },
	[CHANNEL_WECOM] = { "errcode", NULL, "errmsg" },
	[CHANNEL_TELEGRAM] = { "error_code", NULL, "description" },
	[CHANNEL_NTFY] = { "code", NULL, "error" },
	[CHANNEL_PAGERDUTY] = { NULL, NULL, "message" },
};

/* "too many messages (11232: frequency limited psm…)" */
static void
words_add(struct channel_said *s, const char *why, struct str theirs)
{
	struct buf b = BUF(4096), clean = BUF(1000);

	plain_add(&clean, PLAIN_TEXT, theirs, 30);
	if (s->code)
		buf_addf(&b, "%s%s%lld%s%s%s", why, *why ? " (" : "it answered ",
			 (long long)s->code, clean.n ? ": " : "", clean.p, *why ? ")" : "");
	else
		buf_addf(&b, "%s%s%s", why, clean.n ? ": " : "", clean.p);
	say(s, s->fault, 0, b.p);
	buf_release(&b);
	buf_release(&clean);
}

/* A 200 whose yes or no stands inside. */
static void
judge_code(enum channel_type kind, const struct json *j, struct channel_said *s)
{
	const struct answer_form *f = &forms[kind];
	const struct json *at = json_get(j, f->code);
	const struct code *known;

	if (!at && f->old_code)
		at = json_get(j, f->old_code);
	if (json_kind(at) != JSON_INT) {
		say(s, FAULT_WORLD, 0, "its answer is not one of this vendor's: who answered?");
		return;
	}
	s->code = json_int(at, 0);
	if (!s->code)
		return;
	known = code_find(kind, s->code);
	say(s, known ? known->fault : FAULT_BODY, known ? known->wait_s : 0, "");
	words_add(s, known ? known->why : "", json_text(json_get(j, f->words), STR("")));
}

/* Where the status decides, and what the body adds. */
static void
judge_words(enum channel_type kind, const struct json *j, struct channel_said *s)
{
	const struct answer_form *f = &forms[kind];
	struct str words = f->words ? json_text(json_get(j, f->words), STR("")) : STR("");
	int64_t wait = json_int(json_get(json_get(j, "parameters"), "retry_after"), 0);
	char why[sizeof s->why];

	if (s->fault == FAULT_NONE)
		return;
	if (wait > s->wait_s && s->fault == FAULT_WORLD)
		s->wait_s = wait < 3600 ? wait : 3600;
	if (f->code)
		s->code = json_int(json_get(j, f->code), 0);
	/* A 400 about who we are; a 403 about whom it is for. */
	if (s->fault == FAULT_BODY && (str_find_nocase(words, STR("routing key")) >= 0 ||
				       str_find_nocase(words, STR("routing_key")) >= 0))
		s->fault = FAULT_KEY;
	if (kind == CHANNEL_TELEGRAM && s->code == 403)
		s->fault = FAULT_BODY; /* this one has blocked the bot */
	snprintf(why, sizeof why, "%s", s->why);
	if (words.n)
		words_add(s, why, words);
}

static void
judge_body(enum channel_type kind, const struct channel_answer *a, struct channel_said *s)
{
	struct arena *arena = arena_new_small(4096);
	struct err e = { 0 };
	const struct json *j = json_parse_web(arena, a->body, &e);

	switch (kind) {
	case CHANNEL_FEISHU:
	case CHANNEL_DINGTALK:
	case CHANNEL_WECOM:
		if (s->fault == FAULT_NONE)
			judge_code(kind, j, s);
		break;
	case CHANNEL_FEISHU_APP: /* says no with a 4xx and the code */
		if (s->fault == FAULT_NONE || json_int(json_get(j, "code"), 0))
			judge_code(kind, j, s);
		break;
	case CHANNEL_TELEGRAM:
		if (s->fault == FAULT_NONE && !json_true(json_get(j, "ok")))
			say(s, FAULT_WORLD, 0,
			    "its answer is not one of this vendor's: who answered?");
		judge_words(kind, j, s);
		break;
	case CHANNEL_SLACK: /* a word */
		if (s->fault == FAULT_NONE && !str_is(str_trim(a->body), "ok"))
			say(s, FAULT_WORLD, 0,
			    "its answer is not one of this vendor's: who answered?");
		else if (s->fault == FAULT_BODY || s->fault == FAULT_KEY)
			words_add(s, "it answered", a->body);
		break;
	case CHANNEL_PAGERDUTY:
		if (a->status == 429 && s->wait_s < 120)
			s->wait_s = 120;
		judge_words(kind, j, s);
		break;
	case CHANNEL_NTFY:
		judge_words(kind, j, s);
		break;
	default:
		break;
	}
	arena_free(arena);
}

/* An exit code. */
static void
judge_command(const struct channel_answer *a, struct channel_said *s)
{
	const struct code *known =
		a->end == HTTP_OK ? code_find(CHANNEL_COMMAND, a->status) : NULL;

	if (a->end == HTTP_OK && a->status == 0)
		return;
	say(s, known ? known->fault : FAULT_WORLD, 0, a->detail ? a->detail : "");
}

void
channel_judge(enum channel_type kind, const struct channel_answer *a, struct channel_said *out)
{
	*out = (struct channel_said){ .fault = FAULT_NONE };
	if (kind == CHANNEL_SMTP) {
		judge_mail(a, out);
	} else if (kind == CHANNEL_COMMAND) {
		judge_command(a, out);
	} else {
		judge_http(a, out);
		if (a->end == HTTP_OK)
			judge_body(kind, a, out);
	}
}
