/*
 * Two walks over a pattern happen here, both by the same reader of single steps (step_next):
 * what may not be in it (recursion, callouts, verbs; PCRE2 itself refuses \C) and which
 * literal every match must contain. The second is careful rather than clever: whatever it is
 * not sure of ends the literal, so it may be shorter than it could be but never wrong.
 */
#include "core/base.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/rx.h"

#define MATCH_LIMIT 10000 /* RELIABILITY.md 21: nested quantifiers end in 0.01-0.03 ms */
#define HEAP_KIB    2048
#define DEPTH_LIMIT 1000
#define STACK_BYTES ((size_t)512 * 1024)
#define PATTERN_MAX 16384
#define GROUPS_MAX  63

struct rx {
	pcre2_code *code;
	bool jit;
	uint32_t groups;
	char *literal;
	size_t literal_n;
};
struct rx_scratch {
	pcre2_match_data *data;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
};

/* ---- reading a pattern ------------------------------------------------------------------- */

enum step_kind {
	STEP_END,
	STEP_CHAR, /* one literal code point: text          */
	STEP_ATOM, /* something that is no literal: . [a] \d ^ */
	STEP_OPEN, /* ( or (?: or (?=                       */
	STEP_CLOSE,
	STEP_OR,
	STEP_REPEAT,  /* * + ? {2,3} with its ? or +; least    */
	STEP_NOTHING, /* \Q \E (?#…): what stands on both sides of it touches */
	STEP_REFUSED, /* why                                   */
	STEP_UNSURE,  /* (?x) and the like: nothing after it can be read by this walk */
};
struct step {
	enum step_kind kind;
	struct str text;
	bool least; /* REPEAT: at least one                */
	const char *why;
};
struct walk {
	struct str s;
	size_t at;
	bool quoted;   /* between \Q and \E */
	bool comments; /* # to the end of the line says nothing */
};

static char
peek(const struct walk *w, size_t ahead)
{
	return w->at + ahead < w->s.n ? w->s.p[w->at + ahead] : '\0';
}

static size_t
char_bytes(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

static struct step
take(struct walk *w, enum step_kind kind, size_t n)
{
	struct step st = { .kind = kind };

	n = n < w->s.n - w->at ? n : w->s.n - w->at;
	st.text = (struct str){ w->s.p + w->at, n };
	w->at += n;
	return st;
}

static struct step
refuse(struct walk *w, const char *why)
{
	struct step st = take(w, STEP_REFUSED, 0);

	st.why = why;
	return st;
}

/* Past the next c, or to the end. */
static void
skip_past(struct walk *w, char c)
{
	while (w->at < w->s.n && w->s.p[w->at] != c)
		w->at++;
	w->at += w->at < w->s.n;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool
one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* From behind "\x": {...}, <...>, '...', one property letter, digits of a code. */
static void
skip_argument(struct walk *w, char letter)
{
	char open = peek(w, 0);

	if (one_of(letter, "pPxogkNc") && open == '{')
		skip_past(w, '}');
	else if (one_of(letter, "gk") && one_of(open, "<'")) {
		w->at++;
		skip_past(w, open == '<' ? '>' : '\'');
	} else if (one_of(letter, "pPc") && open)
		take(w, STEP_ATOM, char_bytes(open));
	else if (one_of(letter, "xg") || is_digit(letter))
		while (is_alnum(peek(w, 0)) || one_of(peek(w, 0), "+-"))
			w->at++;
}

static struct step
step_escape(struct walk *w)
{
	char c = peek(w, 1), next = peek(w, 2);
	struct step st;

	if (c == 'Q') {
		w->at += 2;
		w->quoted = true;
		return take(w, STEP_NOTHING, 0);
	}
	if (c == 'E')
		return take(w, STEP_NOTHING, 2);
	if (c == 'C')
		return refuse(w, "\\C is not allowed");
	if (c == 'g' && (next == '<' || next == '\''))
		return refuse(w, "recursion is not allowed");
	if (c && !is_alnum(c)) { /* an escaped sign is itself */
		w->at++;
		return take(w, STEP_CHAR, char_bytes(c));
	}
	st = take(w, STEP_ATOM, 2);
	skip_argument(w, c);
	return st;
}

/* "[:alpha:]" inside a class, as PCRE2 10.42 looks for its end (check_posix_syntax): a ] or
 * another "[:" before it, and the [ was a plain member. */
static void
step_posix(struct walk *w, char mark)
{
	size_t from = w->at;

	for (w->at += 2; w->at + 1 < w->s.n; w->at++) {
		char c = peek(w, 0), next = peek(w, 1);

		if (c == '\\' && (next == ']' || next == '\\')) {
			w->at++;
		} else if (c == mark && next == ']') {
			w->at += 2;
			return;
		} else if (c == ']' || (c == '[' && next == mark)) {
			break;
		}
	}
	w->at = from + 1;
}

/* A class, whose first ] is a member; [:alpha:] inside. */
static struct step
step_class(struct walk *w)
{
	struct step st = take(w, STEP_ATOM, 1);

	w->at += peek(w, 0) == '^';
	w->at += peek(w, 0) == ']';
	while (w->at < w->s.n && peek(w, 0) != ']') {
		char c = peek(w, 0), next = peek(w, 1);

		if (c == '\\' && next == 'Q') {
			/* To its \E, wherever that is. */
			for (w->at += 2; w->at < w->s.n; w->at++)
				if (peek(w, 0) == '\\' && peek(w, 1) == 'E')
					break;
			w->at += 2;
		} else if (c == '\\') {
			w->at += 2;
		} else if (c == '[' && (next == ':' || next == '.' || next == '=')) {
			step_posix(w, next);
		} else {
			w->at++;
		}
	}
	w->at = w->at < w->s.n ? w->at + 1 : w->s.n;
	return st;
}

/* Behind "(?": does it call a group? */
static bool
is_recursion(char c, char next)
{
	return one_of(c, "R&") || is_digit(c) || (c == 'P' && next == '>') ||
	       (one_of(c, "+-") && is_digit(next));
}

/* (?:  (?=  (?!  (?|  (?>  (?<=  (?<!  (?<name>  (?'name'  (?P<name>  (?P=name)  (?(condition) */
static struct step
step_group(struct walk *w)
{
	char c = peek(w, 2), next = peek(w, 3);
	struct step st = take(w, STEP_OPEN, 3);

	if (c == '(')
		w->at--; /* a condition opens by itself */
	else if (c == '<' && one_of(next, "=!"))
		w->at++;
	else if (c == '\'')
		skip_past(w, '\'');
	else if (one_of(c, "<P"))
		skip_past(w, peek(w, 0) == '=' ? '=' : '>');
	return st;
}

static struct step
step_open(struct walk *w)
{
	char c = peek(w, 2);
	size_t flags = 2;

	if (peek(w, 1) == '*')
		return refuse(w, "verbs (*...) are not allowed");
	if (peek(w, 1) != '?')
		return take(w, STEP_OPEN, 1);
	if (c == '#') {
		skip_past(w, ')');
		return take(w, STEP_NOTHING, 0);
	}
	if (c == 'C')
		return refuse(w, "callouts are not allowed");
	if (is_recursion(c, peek(w, 3)))
		return refuse(w, "recursion is not allowed");
	if (one_of(c, ":=!|><'P("))
		return step_group(w);
	while (one_of(peek(w, flags), "ms"))
		flags++;
	if (peek(w, flags) == ':')
		return take(w, STEP_OPEN, flags + 1);
	if (peek(w, flags) == ')')
		return take(w, STEP_ATOM, flags + 1);
	return take(w, STEP_UNSURE, 2);
}

/* {2}, {2,}, {2,3}, and {,3} as newer versions read it; else a literal brace. */
static struct step
step_brace(struct walk *w)
{
	size_t i = 1, digits = 0;
	bool least = false;
	struct step st;

	for (; is_digit(peek(w, i)); i++, digits++)
		least |= peek(w, i) != '0';
	if (peek(w, i) == ',')
		for (i++; is_digit(peek(w, i)); i++)
			digits++;
	if (peek(w, i) != '}' || !digits)
		return take(w, STEP_ATOM, 1);
	st = take(w, STEP_REPEAT, i + 1);
	st.least = least;
	return st;
}

static struct step
step_repeat(struct walk *w)
{
	char c = peek(w, 0);
	struct step st;

	if (c == '{') {
		st = step_brace(w);
	} else {
		st = take(w, STEP_REPEAT, 1);
		st.least = c == '+';
	}
	if (st.kind == STEP_REPEAT && (peek(w, 0) == '?' || peek(w, 0) == '+'))
		w->at++;
	return st;
}

static struct step
step_next(struct walk *w)
{
	char c = peek(w, 0);

	if (w->at >= w->s.n)
		return (struct step){ .kind = STEP_END };
	if (w->quoted) {
		if (c == '\\' && peek(w, 1) == 'E') {
			w->quoted = false;
			return take(w, STEP_NOTHING, 2);
		}
		return take(w, STEP_CHAR, char_bytes(c));
	}
	switch (c) {
	case '\\':
		return step_escape(w);
	case '[':
		return step_class(w);
	case '(':
		return step_open(w);
	case ')':
		return take(w, STEP_CLOSE, 1);
	case '|':
		return take(w, STEP_OR, 1);
	case '*':
	case '+':
	case '?':
	case '{':
		return step_repeat(w);
	case '#':
		if (!w->comments)
			return take(w, STEP_CHAR, 1);
		skip_past(w, '\n');
		return take(w, STEP_ATOM, 0);
	case '.':
	case '^':
	case '$':
		return take(w, STEP_ATOM, 1);
	default:
		return take(w, STEP_CHAR, char_bytes(c));
	}
}

/* 1 when a (?x) or the like was met. */
static int
check_walk(struct walk w, struct err *e)
{
	int unsure = 0;
	struct step st;

	do {
		size_t column = 1;

		st = step_next(&w);
		unsure |= st.kind == STEP_UNSURE;
		if (st.kind != STEP_REFUSED)
			continue;
		for (size_t i = 0; i < w.at; i++)
			column += ((unsigned char)w.s.p[i] & 0xc0) != 0x80;
		return err_set(e, ERR_USAGE, "column %zu: %s", column, st.why);
	} while (st.kind != STEP_END);
	return unsure;
}

/* A comment could hide a bracket that hides a recursion: read it both ways. */
static int
check_allowed(struct str pattern, int flags, struct err *e)
{
	int rc = check_walk((struct walk){ .s = pattern }, e);

	if (rc == 1 || (rc == 0 && (flags & RX_EXTENDED)))
		rc = check_walk((struct walk){ .s = pattern, .comments = true }, e);
	return rc < 0 ? -1 : 0;
}

/* ---- the literal -------------------------------------------------------------------------- */

struct run {
	char *p;        /* room for the whole pattern */
	size_t n, last; /* last: where its last code point begins */
};

static void
run_add(struct run *r, struct str text)
{
	r->last = r->n;
	memcpy(r->p + r->n, text.p, text.n);
	r->n += text.n;
}

static void
run_end(struct run *r, struct run *best)
{
	if (r->n > best->n) {
		memcpy(best->p, r->p, r->n);
		best->n = r->n;
	}
	r->n = 0;
}

/* Runs of literals that stand outside every group, in a pattern without alternatives there. */
static bool
find_literal(struct str pattern, struct run *now, struct run *best)
{
	struct walk w = { .s = pattern };
	size_t depth = 0;

	for (;;) {
		struct step st = step_next(&w);

		switch (st.kind) {
		case STEP_END:
			run_end(now, best);
			return true;
		case STEP_CHAR:
			if (depth == 0)
				run_add(now, st.text);
			break;
		case STEP_REPEAT:
			if (depth == 0 && now->n && !st.least)
				now->n = now->last;
			run_end(now, best);
			break;
		case STEP_OR:
			if (depth == 0)
				return false;
			break;
		case STEP_OPEN:
			run_end(now, best);
			depth++;
			break;
		case STEP_CLOSE:
			if (depth-- == 0)
				return false;
			break;
		case STEP_ATOM:
			run_end(now, best);
			break;
		case STEP_NOTHING: /* a ? behind it is of what stands before */
			break;
		default:
			return false;
		}
	}
}

static void
keep_literal(struct rx *rx, struct str pattern, int flags)
{
	struct run now = { malloc(pattern.n + 1), 0, 0 },
		   best = { malloc(pattern.n + 1), 0, 0 };

	if (!now.p || !best.p)
		abort();
	if ((flags & RX_EXTENDED) || !find_literal(pattern, &now, &best))
		best.n = 0;
	best.p[best.n] = '\0';
	rx->literal = best.p;
	rx->literal_n = best.n;
	free(now.p);
}

struct str
rx_literal(const struct rx *rx)
{
	return (struct str){ rx->literal, rx->literal_n };
}

/* ---- compiling and matching --------------------------------------------------------------- */

static int
refuse_code(struct str pattern, int code, size_t offset, struct err *e)
{
	PCRE2_UCHAR why[160];
	size_t column = 1;

	for (size_t i = 0; i < offset && i < pattern.n; i++)
		column += ((unsigned char)pattern.p[i] & 0xc0) != 0x80;
	pcre2_get_error_message(code, why, sizeof why);
	return err_set(e, ERR_USAGE, "column %zu: %s", column, (const char *)why);
}

static pcre2_code *
compile(struct str pattern, int flags, struct err *e)
{
	static const struct {
		int ours;
		uint32_t theirs;
	} options[] = {
		{ RX_NOCASE, PCRE2_CASELESS },
		{ RX_MULTILINE, PCRE2_MULTILINE },
		{ RX_DOTALL, PCRE2_DOTALL },
		{ RX_EXTENDED, PCRE2_EXTENDED },
	};
	uint32_t theirs = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	size_t offset;
	int rc;

	if (!limits)
		abort();
	for (size_t i = 0; i < LY_COUNT(options); i++)
		if (flags & options[i].ours)
			theirs |= options[i].theirs;
	pcre2_set_max_pattern_length(limits, PATTERN_MAX);
	code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, theirs, &rc,
			     &offset, limits);
	pcre2_compile_context_free(limits);
	if (!code)
		refuse_code(pattern, rc, offset, e);
	return code;
}

struct rx *
rx_compile(struct str pattern, int flags, struct err *e)
{
	struct rx *rx;
	uint32_t groups;
	pcre2_code *code;

	if (memchr(pattern.p ? pattern.p : "", '\0', pattern.n)) {
		err_set(e, ERR_USAGE, "a rule holds no zero byte");
		return NULL;
	}
	code = compile(pattern, flags, e);
	if (!code)
		return NULL;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups > GROUPS_MAX)
		err_set(e, ERR_USAGE, "%u groups are more than %d", groups, GROUPS_MAX);
	if (groups > GROUPS_MAX || check_allowed(pattern, flags, e) < 0) {
		pcre2_code_free(code);
		return NULL;
	}
	rx = calloc(1, sizeof *rx);
	if (!rx)
		abort();
	rx->code = code;
	rx->groups = groups + 1;
	/* Without JIT (a hardened kernel may forbid it) the same limits hold, only slower. */
	rx->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
	keep_literal(rx, pattern, flags);
	return rx;
}

void
rx_free(struct rx *rx)
{
	if (!rx)
		return;
	pcre2_code_free(rx->code);
	free(rx->literal);
	free(rx);
}

struct rx_scratch *
rx_scratch_new(void)
{
	struct rx_scratch *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->data = pcre2_match_data_create(GROUPS_MAX + 1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create((size_t)32 * 1024, STACK_BYTES, NULL);
	if (!s->data || !s->limits || !s->stack)
		abort();
	pcre2_set_match_limit(s->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(s->limits, HEAP_KIB);
	pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
	pcre2_jit_stack_assign(s->limits, NULL, s->stack);
	return s;
}

void
rx_scratch_free(struct rx_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->limits);
	pcre2_jit_stack_free(s->stack);
	free(s);
}

int
rx_match(const struct rx *rx, struct rx_scratch *s, struct str subject, size_t from,
	 struct rx_span *spans, int n)
{
	PCRE2_SPTR text = (PCRE2_SPTR)(subject.p ? subject.p : "");
	const size_t *v;
	int rc, filled = n < (int)rx->groups ? n : (int)rx->groups;

	if (from > subject.n)
		return 0;
	if (rx->jit)
		rc = pcre2_jit_match(rx->code, text, subject.n, from, PCRE2_NO_UTF_CHECK,
				     s->data, s->limits);
	else
		rc = pcre2_match(rx->code, text, subject.n, from, PCRE2_NO_UTF_CHECK, s->data,
				 s->limits);
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	if (rc < 0)
		return RX_LIMIT;
	v = pcre2_get_ovector_pointer(s->data);
	for (int i = 0; i < filled; i++) {
		bool took_part = i < rc && v[2 * i] != PCRE2_UNSET;

		spans[i].at = took_part ? v[2 * i] : 0;
		spans[i].n = !took_part ? SIZE_MAX : v[2 * i + 1] - v[2 * i];
	}
	return filled > 0 ? filled : 1;
}
