/*
 * inbox_mail.c - e-mail from a maildir or an mbox -> documents.
 *
 * A maildir is only read: which of its files we know is a mark like those of items, by the name that
 * a message keeps when it is moved from new/ to cur/. An mbox is followed like any file that grows.
 */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/date.h"
#include "crawler/inbox_read.h"
#include "core/mime.h"
#include "crawler/spool_store.h"
#include "crawler/state.h"

#define MESSAGE_MAX ((size_t)32 << 20)

static int
message_take(struct look *l, const char *name, int64_t line, struct str raw)
{
	struct err why = { 0 };
	struct mime m;
	struct id words;
	struct buf identity = BUF(64);
	int64_t date_at;
	int r;

	arena_reset(l->row);
	if (mime_parse(l->row, raw, &m, &why) < 0) {
		look_refused(l, name, line, why.text);
		return 0;
	}
	if (!m.text.n && !m.subject.n) {
		look_refused(l, name, line, "it has no text: attachments are never opened");
		return 0;
	}
	if (date_parse(m.date, l->c->now, NULL, &date_at) < 0 || date_at < 0)
		date_at = 0;
	words = ID_OF(raw);
	id_add_hex(&identity, &words);
	r = look_take(l, &(struct intake){ .source = l->source,
					   .identity = m.id.n ? m.id : buf_str(&identity),
					   .title = m.subject,
					   .text = m.text,
					   .author = m.author,
					   .lang = l->source->lang,
					   .site = m.list,
					   .followers = -1,
					   .published_at = date_at,
					   .words_alone = true });
	buf_release(&identity);
	return r;
}

/* ---- a maildir ----------------------------------------------------------------------------------- */

static int
message_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;
	char block[65536];
	ssize_t n = 0;

	if (fd < 0)
		return 1; /* moved while we looked: it is met under its other name */
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return 1;
	}
	while (buf_ok(out) && (n = read(fd, block, sizeof block)) > 0)
		buf_add(out, (struct str){ block, (size_t)n });
	close(fd);
	return n < 0 ? 1 : 0;
}

static int
maildir_file(struct look *l, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t n = strcspn(name, ":");
	struct id mark = ID_OF(STR("maildir"), l->source->name, (struct str){ name, n });
	int seen = spool_is_seen(l->c->store, &mark, l->e), r;
	struct buf raw = BUF(MESSAGE_MAX);

	if (seen)
		return seen < 0 ? -1 : spool_renew_seen(l->c->store, &mark, l->c->now, l->e);
	r = message_read(path, &raw);
	if (r == 0 && !buf_ok(&raw))
		look_refused(l, name, 0, "it is over 32 MiB");
	else if (r == 0)
		r = message_take(l, name, 0, buf_str(&raw));
	l->bytes += raw.n;
	buf_release(&raw);
	if (r)
		return r < 0 ? -1 : 0;
	return spool_mark_seen(l->c->store, &mark, l->c->now, l->e) < 0 ? -1 : 0;
}

static int
maildir_look(struct look *l, const char *path)
{
	static const char *const parts[] = { "new", "cur" };

	for (size_t k = 0; k < LY_COUNT(parts); k++) {
		char **names;
		size_t n;

		if (folder_list(l, arena_textf(l->a, "%s/%s", path, parts[k]), &names, &n) < 0)
			return -1;
		for (size_t i = 0; i < n && !(l->more = look_full(l)); i++)
			if (maildir_file(l, names[i]) < 0)
				return -1;
	}
	return 0;
}

/* ---- an mbox ------------------------------------------------------------------------------------- */

/* ">From " at the beginning of a line was "From ". */
static struct str
unstuffed(struct arena *a, struct str s)
{
	struct buf b = BUF(s.n + 1);
	struct str line, rest = s;

	if (str_find(s, STR("\n>From ")) < 0)
		return s;
	while (str_next(&rest, '\n', &line)) {
		buf_add(&b,
			str_starts(line, STR(">From ")) ? str_slice(line, 1, line.n) : line);
		buf_add_byte(&b, '\n');
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static int64_t
lines_of(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static int
mbox_piece(struct look *l, struct piece *p)
{
	int r = 0;

	while (r == 0 && !look_full(l) && p->used < p->text.n) {
		struct str rest = str_slice(p->text, p->used, p->text.n), head, message;
		ptrdiff_t end = str_find(rest, STR("\nFrom "));
		int64_t line = p->line + p->lines;

		if (end < 0 && !p->final)
			break; /* it may still be written */
		message = str_slice(rest, 0, end < 0 ? rest.n : (size_t)end + 1);
		p->used += message.n;
		p->lines += lines_of(message);
		if (str_starts(message, STR("From ")))
			str_next(&message, '\n', &head);
		if (str_trim(message).n)
			r = message_take(l, p->name, line, unstuffed(l->file, message));
	}
	return r;
}

int
mail_look(struct look *l)
{
	const char *path;
	struct stat st;
	int r;

	if (path_find(l, &path) < 0)
		return -1;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return maildir_look(l, path);
	r = file_follow(l, path, mbox_piece);
	return r == 1 ? err_set(l->e, ERR_REJECT, "\"%s\" is no file", path) : r;
}
