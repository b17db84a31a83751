/* watch_kept.c - watches.jsonl, a line {"list":…,"words":[…]} or {"watch":…,"query":…} for each;
 * parked rules. */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/json.h"
#include "core/str.h"
#include "core/watch_conf.h"

#include "cli/watch_kept.h"
#include "responder/record_store.h"

#define KEPT_MAX ((size_t)64 << 20)

static const char *
kept_path(const struct settings *s)
{
	return settings_path(s, "watches.jsonl");
}

/* The whole file into b: 1; 0 when there is none. */
static int
file_read(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[1 << 14];
	ssize_t n = 0;

	if (fd < 0)
		return errno == ENOENT ? 0
				       : err_set(e, ERR_RETRY, "could not read \"%s\": %s",
						 path, strerror(errno));
	while ((n = read(fd, part, sizeof part)) > 0)
		buf_add(b, (struct str){ part, (size_t)n });
	close(fd);
	if (n < 0 || b->over)
		return err_set(e, ERR_RETRY, "could not read \"%s\"", path);
	return 1;
}

static void
list_add(struct buf *b, const struct word_list *l)
{
	buf_add(b, STR("{\"list\":"));
	json_add_text(b, l->name);
	buf_add(b, STR(",\"words\":["));
	for (size_t i = 0; i < l->words.n; i++) {
		buf_add(b, str_of(i ? "," : ""));
		json_add_text(b, l->words.v[i]);
	}
	buf_add(b, STR("]}\n"));
}

static struct word_list
list_read(const struct json *j, struct arena *a)
{
	const struct json *words = json_get(j, "words");
	struct word_list l = { .name = arena_str(a, json_text(json_get(j, "list"), STR(""))) };

	l.words.n = json_count(words);
	l.words.v = arena_alloc(a, (l.words.n + 1) * sizeof *l.words.v);
	for (size_t i = 0; i < l.words.n; i++)
		l.words.v[i] = arena_str(a, json_text(json_at(words, i), STR("")));
	return l;
}

int
watch_keep(const struct settings *s, struct err *e)
{
	const struct watch_conf *c = s->watches.v;
	const struct word_list *lists = s->lists.v;
	const char *path = kept_path(s), *part = arena_textf(s->arena, "%s.part", path);
	struct buf now = BUF(KEPT_MAX), was = BUF(KEPT_MAX);
	struct err ignored = { .kind = ERR_NONE };
	int fd = -1, rc = 0;

	for (size_t i = 0; i < s->lists.n; i++)
		list_add(&now, &lists[i]);
	for (size_t i = 0; i < s->watches.n; i++) {
		buf_add(&now, STR("{\"watch\":"));
		json_add_text(&now, c[i].name);
		buf_add(&now, STR(",\"query\":"));
		json_add_text(&now, c[i].query);
		buf_add(&now, STR("}\n"));
	}
	if (file_read(path, &was, &ignored) == 1 && str_eq(buf_str(&was), buf_str(&now)))
		goto done;
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, now.p, now.n) != (ssize_t)now.n || fsync(fd) < 0 ||
	    rename(part, path) < 0)
		rc = err_set(e, ERR_RETRY, "could not write \"%s\": %s", path, strerror(errno));
done:
	if (fd >= 0)
		close(fd);
	buf_release(&now);
	buf_release(&was);
	return rc;
}

int
watch_kept_read(const struct settings *s, struct arena *a, struct watch_kept *out,
		struct err *e)
{
	struct buf text = BUF(KEPT_MAX);
	int rc = file_read(kept_path(s), &text, e);
	struct str rest = buf_str(&text), line;
	struct watch_conf *v;
	struct word_list *lists;
	size_t lines = 1;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	v = arena_alloc(a, lines * sizeof *v);
	lists = arena_alloc(a, lines * sizeof *lists);
	*out = (struct watch_kept){ { v, 0 }, { lists, 0 } };
	while (rc == 1 && str_next(&rest, '\n', &line)) {
		const struct json *j = line.n ? json_parse(a, line, e) : NULL;

		if (line.n && !j)
			rc = err_within(e, "%s", kept_path(s));
		if (j && json_get(j, "list"))
			lists[out->lists.n++] = list_read(j, a);
		else if (j)
			v[out->watches.n++] = (struct watch_conf){
				.name = arena_str(a, json_text(json_get(j, "watch"), STR(""))),
				.query = arena_str(a, json_text(json_get(j, "query"), STR(""))),
			};
	}
	buf_release(&text);
	return rc;
}

int
watch_parked(const struct settings *s, struct parked_row *v, int max, struct err *e)
{
	const char *path = settings_path(s, "respond/langyan.db");
	struct id conf = conf_hash(s->conf);
	struct store *store;
	int n = -1;

	if (access(path, F_OK) < 0)
		return 0;
	store = store_open_reader(path, &record_migrations, e);
	if (store)
		n = parked_read(store, &conf, s->arena, v, max, e);
	store_close(store);
	return n;
}
