/*
 * How a line is made:
 *   1. expand: the format's conversions are put between two marks that a value cannot hold
 *      by chance, so that afterwards what came from a value is known from what the caller wrote.
 *   2. words: each word of the format is one pair; its value is quoted when it must be.
 *   3. under the lock: the rate is asked, and one write(2) puts the line out.
 *
 * The one state of the process that lives outside a `self` is struct log_state below: a
 * line must be possible from everywhere, also from where no self is at hand.
 */
#include "core/base.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

#define LINE_MAX_BYTES \
	4096 /* PIPE_BUF: a line into a pipe is not torn by other processes either */
#define PER_WINDOW 10
#define WINDOW_MS  60000
#define SLOTS      1024 /* different (event, first pair) within a minute; others share one */
#define PROBES     8
#define MARK_BYTES 10

/* What was seen of one (event, first pair) since since_ms. */
struct log_slot {
	uint64_t key; /* 0 = free */
	int64_t since_ms;
	uint64_t seen;
	char event[48], first[80];
};
struct log_state {
	pthread_mutex_t lock; /* over everything below */
	enum log_level threshold;
	uint64_t count[LOG_ERROR + 1];
	int fd;
	int64_t (*mono_ms)(void);
	int64_t swept_ms;
	struct log_slot slots[SLOTS + 1]; /* the last one is shared by those without a place */
};

static struct log_state state = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.threshold = LOG_INFO,
	.fd = STDERR_FILENO,
	.mono_ms = clock_mono_ms,
};

/* ---- 1. expand ------------------------------------------------------------------------- */

struct marks {
	char open[MARK_BYTES + 1], close[MARK_BYTES + 1];
};

/* Not secret, only new for each line: a value is formatted before it could know them. */
static void
marks_make(struct marks *m)
{
	uint64_t x = (uint64_t)clock_mono_us() * 0x9e3779b97f4a7c15u ^ (uintptr_t)m;

	m->open[0] = '\x01';
	m->close[0] = '\x02';
	for (int i = 1; i < MARK_BYTES; i++, x >>= 6)
		m->open[i] = m->close[i] = (char)('0' + (x & 63));
	m->open[MARK_BYTES] = m->close[MARK_BYTES] = '\0';
}

/* Length of the conversion at p ("%-8.*lld"); 0 when it is "%%" or no conversion. */
static size_t
conversion(const char *p)
{
	size_t n = 1;

	if (p[0] != '%' || p[1] == '%' || p[1] == '\0')
		return 0;
	n += strspn(p + n, "-+ #0123456789.*hlLqjzt");
	return p[n] ? n + 1 : 0;
}

static void
mark_format(struct buf *b, const char *fmt, const struct marks *m)
{
	while (*fmt) {
		size_t n = conversion(fmt);

		if (n) {
			buf_add(b, str_of(m->open));
			buf_add(b, (struct str){ fmt, n });
			buf_add(b, str_of(m->close));
		} else {
			n = fmt[0] == '%' && fmt[1] == '%' ? 2 : 1;
			buf_add(b, (struct str){ fmt, n });
		}
		fmt += n;
	}
}

/* ---- 2. words -------------------------------------------------------------------------- */

/* Characters that would move the reader's eye or the terminal: line ends, bidi, zero width. */
static bool
hidden(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0xfeff ||
	       (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfffd;
}

/* One code point of a value or of the format; returns its bytes. */
static size_t
add_point(struct buf *b, const char *p, const char *end, bool quoted)
{
	uint32_t cp;
	size_t n = utf8_next(p, end, &cp);

	if (cp == 0xfffd && n == 1)
		buf_addf(b, "\\x%02x", (unsigned char)*p);
	else if (cp == '\n')
		buf_add(b, STR("\\n"));
	else if (hidden(cp))
		buf_addf(b, cp < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)cp);
	else if (quoted && (cp == '"' || cp == '\\'))
		buf_addf(b, "\\%c", (char)cp);
	else
		buf_add(b, (struct str){ p, n });
	return n;
}

/* A reader over expanded text that knows which bytes came from a value. */
struct walk {
	const char *p, *end;
	const struct marks *m;
	bool in_value;
};

static bool
walk_more(struct walk *w)
{
	for (;;) {
		const char *mark = w->in_value ? w->m->close : w->m->open;

		if (w->p >= w->end)
			return false;
		if ((size_t)(w->end - w->p) < MARK_BYTES || memcmp(w->p, mark, MARK_BYTES) != 0)
			return true;
		w->in_value = !w->in_value;
		w->p += MARK_BYTES;
	}
}

/* Where the word that begins at w ends: at a space of the format outside its own quotes.
 * *needs: the value must be quoted. */
static struct walk
word_end(struct walk w, bool *needs)
{
	bool quoted = false, empty = true;

	for (*needs = false; walk_more(&w); w.p++) {
		if (!w.in_value && *w.p == ' ' && !quoted)
			break;
		if (!w.in_value && *w.p == '=' && !quoted) {
			empty = true;
			continue;
		}
		empty = false;
		if (!w.in_value && *w.p == '"')
			quoted = !quoted, *needs = true;
		if (strchr(" \"=\\", *w.p) || (unsigned char)*w.p < 0x20 || *w.p == 0x7f)
			*needs = true;
	}
	*needs = *needs || empty;
	return w;
}

static void
add_word(struct buf *b, struct walk *w)
{
	bool needs, value = false;
	struct walk end = word_end(*w, &needs);
	struct walk probe = *w;

	buf_add_byte(b, ' ');
	for (; walk_more(&probe) && probe.p < end.p && !value; probe.p++)
		value = !probe.in_value && *probe.p == '=';
	if (!value) /* a word without a key is given one */
		buf_add(b, STR("text="));
	if (!value && needs)
		buf_add_byte(b, '"');
	for (bool opened = !value; walk_more(w) && w->p < end.p;) {
		if (!w->in_value && *w->p == '"') {
			w->p++; /* we quote by ourselves */
		} else if (!opened && !w->in_value && *w->p == '=') {
			buf_add(b, needs ? STR("=\"") : STR("="));
			w->p++;
			opened = true;
		} else {
			w->p += add_point(b, w->p, w->end, needs);
		}
	}
	if (needs)
		buf_add_byte(b, '"');
	*w = end;
}

/* The pairs of an expanded text, each after a space. *first: the end of the first one. */
static void
add_pairs(struct buf *b, struct str expanded, const struct marks *m, size_t *first)
{
	struct walk w = { expanded.p, expanded.p + expanded.n, m, false };

	*first = b->n;
	for (size_t words = 0; walk_more(&w); words++) {
		while (walk_more(&w) && !w.in_value && *w.p == ' ')
			w.p++;
		if (!walk_more(&w) && w.p >= w.end)
			break;
		add_word(b, &w);
		if (words == 0)
			*first = b->n;
	}
}

/* ---- 3. out ---------------------------------------------------------------------------- */

static const char *
level_name(enum log_level level)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	return names[level];
}

/* With the lock held. */
static void
put_line(enum log_level level, const char *event, struct str pairs)
{
	struct buf line = BUF(2 * LINE_MAX_BYTES);
	struct str out;

	buf_add(&line, STR("t="));
	clock_add_iso(&line, clock_wall());
	buf_addf(&line, " level=%s event=%.64s", level_name(level), event);
	out = utf8_cut(pairs, LINE_MAX_BYTES - line.n - STR("…\n").n);
	buf_add(&line, out);
	buf_add(&line, out.n < pairs.n ? STR("…\n") : STR("\n"));
	state.count[level]++;
	for (out = buf_str(&line); out.n;) {
		ssize_t n = write(state.fd, out.p, out.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break; /* nowhere left to say so */
		out = str_slice(out, (size_t)n, out.n);
	}
	buf_release(&line);
}

/* Say what a slot held back and free it. */
static void
slot_end(struct log_slot *s)
{
	struct buf b = BUF(512);

	if (s->seen > PER_WINDOW) {
		buf_addf(&b, " of=%s%s held=%llu", s->event, s->first,
			 (unsigned long long)(s->seen - PER_WINDOW));
		put_line(LOG_WARN, "log_held_back", buf_str(&b));
	}
	buf_release(&b);
	s->key = 0;
}

/* At most once a second: end the windows that are over. */
static void
sweep(int64_t now_ms)
{
	if (now_ms - state.swept_ms < 1000)
		return;
	state.swept_ms = now_ms;
	for (size_t i = 0; i < LY_COUNT(state.slots); i++)
		if (state.slots[i].key && now_ms - state.slots[i].since_ms >= WINDOW_MS)
			slot_end(&state.slots[i]);
}

/* FNV-1a; a collision only makes two events share ten lines. */
static uint64_t
key_of(const char *event, struct str first)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *event; event++)
		h = (h ^ (unsigned char)*event) * 0x100000001b3u;
	for (size_t i = 0; i < first.n; i++)
		h = (h ^ (unsigned char)first.p[i]) * 0x100000001b3u;
	return h ? h : 1;
}

static struct log_slot *
slot_get(const char *event, struct str first, int64_t now_ms)
{
	struct log_slot *s, *free_one = NULL;
	uint64_t key = key_of(event, first);

	for (uint64_t i = 0; i < PROBES; i++) {
		s = &state.slots[(key + i) % SLOTS];
		if (s->key == key)
			return s;
		if (!s->key && !free_one)
			free_one = s;
	}
	s = free_one ? free_one : &state.slots[SLOTS];
	if (s == &state.slots[SLOTS]) {
		event = "others";
		first = (struct str){ "", 0 };
		if (s->key)
			return s;
	}
	*s = (struct log_slot){ .key = key, .since_ms = now_ms };
	snprintf(s->event, sizeof s->event, "%s", event);
	/* A cut value could end inside its quotes: a long one is left out. */
	if (first.n < sizeof s->first)
		snprintf(s->first, sizeof s->first, "%.*s", STR_ARG(first));
	return s;
}

void
log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	struct buf format = BUF(LINE_MAX_BYTES), expanded = BUF((size_t)1 << 16);
	struct buf pairs = BUF((size_t)1 << 18);
	char text[LINE_MAX_BYTES];
	struct marks marks;
	size_t first;
	int64_t now_ms;
	va_list ap;
	int n;

	if (level < __atomic_load_n(&state.threshold, __ATOMIC_RELAXED))
		return;
	marks_make(&marks);
	mark_format(&format, fmt, &marks);
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, format.p, ap);
	va_end(ap);
	if (n > 0)
		buf_add(&expanded, str_slice(str_of(text), 0, (size_t)n));
	add_pairs(&pairs, buf_str(&expanded), &marks, &first);

	pthread_mutex_lock(&state.lock);
	now_ms = state.mono_ms();
	sweep(now_ms);
	if (slot_get(event, str_slice(buf_str(&pairs), 0, first), now_ms)->seen++ < PER_WINDOW)
		put_line(level, event, buf_str(&pairs));
	pthread_mutex_unlock(&state.lock);
	buf_release(&format);
	buf_release(&expanded);
	buf_release(&pairs);
}

void
log_threshold(enum log_level level)
{
	__atomic_store_n(&state.threshold, level, __ATOMIC_RELAXED);
}

uint64_t
log_count(enum log_level level)
{
	uint64_t n;

	pthread_mutex_lock(&state.lock);
	n = state.count[level];
	pthread_mutex_unlock(&state.lock);
	return n;
}

void
log_redirect(int fd, int64_t (*mono_ms)(void))
{
	pthread_mutex_lock(&state.lock);
	state.fd = fd < 0 ? STDERR_FILENO : fd;
	state.mono_ms = mono_ms ? mono_ms : clock_mono_ms;
	state.swept_ms = 0;
	memset(state.slots, 0, sizeof state.slots);
	pthread_mutex_unlock(&state.lock);
}
