/* cmd_backup.c - copies while everything runs, and the way back. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/append.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/evidence_store.h"
#include "crawler/spool_store.h"
#include "responder/record_store.h"

#include "cli/backup_files.h"
#include "cli/command.h"
#include "cli/control.h"

/* A file goes with its write-ahead log, or its last commits are lost. */
static const char *const beside[] = { "", "-wal", "-shm" };

static const struct kept {
	const char *what, *path; /* under the data directory */
	const char *file;        /* in the backup            */
	const struct migrations *schema;
} kept[] = {
	/* The record first: what comes into a spool after it is in the spool's copy. */
	{ "record", "respond/langyan.db", "langyan.db", &record_migrations },
	{ "spool", "crawl/spool.db", "spool.db", &spool_migrations },
};

/* Before the stores and after them: what a store's copy speaks of was there before, or is there
 * afterwards (backup_files.h). */
enum folder { FOLDER_ARCHIVE, FOLDER_EVIDENCE, FOLDER_PACK };
static const struct kept_folder {
	const char *name, *path; /* in the backup; under the data directory */
} folders[] = {
	[FOLDER_ARCHIVE] = { "archive", "crawl/archive" },
	[FOLDER_EVIDENCE] = { "evidence", "crawl/evidence" },
	[FOLDER_PACK] = { "pack", "pack" }, /* attached to incidents, by hash */
};

static int
backup_one(const struct settings *s, const struct kept *k, const char *dir, struct arena *a,
	   struct err *e)
{
	const char *from = settings_path(s, k->path);
	struct store *store;
	int rc;

	if (access(from, F_OK) < 0) {
		printf("%s\tnone\n", k->what);
		return 0;
	}
	store = store_open_reader(from, k->schema, e);
	if (!store)
		return -1;
	rc = store_backup(store, arena_textf(a, "%s/%s", dir, k->file), e);
	store_close(store);
	if (rc == 0)
		printf("%s\t%s/%s\n", k->what, dir, k->file);
	return rc;
}

/* The folder may hold an older copy. */
enum older {
	OLDER_NONE,
	OLDER_UNREAD,  /* of another version: it cannot be asked whose it is */
	OLDER_SAME,    /* of this data directory                                     */
	OLDER_ANOTHER, /* of another one                                             */
};
struct backup {
	const struct settings *s;
	const char *dir;
	enum older older;
	struct arena *a;
	int64_t copied[LY_COUNT(folders)], gone[LY_COUNT(folders)];
	struct buf names; /* of evidence that the spool's copy speaks of, a line each */
};

/* A copy that was read: nothing was written, and nothing of that stays beside it. */
static void
copy_close(struct store *s, const char *path, struct arena *a)
{
	store_close(s);
	if (append_length(arena_textf(a, "%s-wal", path)) > 0)
		return; /* somebody else's work */
	for (size_t i = 1; i < LY_COUNT(beside); i++)
		unlink(arena_textf(a, "%s%s", path, beside[i]));
}

static enum older
older_of(const struct backup *b)
{
	const char *path = arena_textf(b->a, "%s/spool.db", b->dir);
	struct id here, there;
	struct err e = { 0 };
	struct store *own, *copy;
	bool named;

	if (access(path, F_OK) < 0 || access(settings_path(b->s, "crawl/spool.db"), F_OK) < 0)
		return OLDER_NONE;
	own = store_open_reader(settings_path(b->s, "crawl/spool.db"), &spool_migrations, &e);
	copy = own ? store_open_reader(path, &spool_migrations, &e) : NULL;
	named = copy && spool_named(own, &here, &e) > 0 && spool_named(copy, &there, &e) > 0;
	copy_close(copy, path, b->a);
	store_close(own);
	if (!named)
		return OLDER_UNREAD;
	return id_eq(&here, &there) ? OLDER_SAME : OLDER_ANOTHER;
}

static int
backup_folders(struct backup *b, enum copy_what what, struct err *e)
{
	for (size_t i = 0; i < LY_COUNT(folders); i++) {
		int64_t more;

		if (files_copy(settings_path(b->s, folders[i].path),
			       arena_textf(b->a, "%s/%s", b->dir, folders[i].name), what, &more,
			       e) < 0)
			return -1;
		b->copied[i] += more;
	}
	return 0;
}

static int
name_add(void *arg, const struct evidence_file *f, struct err *e)
{
	struct buf *names = arg;

	(void)e;
	buf_addf(names, "\n%s\n", f->name);
	return 0;
}

static bool
is_named(void *arg, const char *name)
{
	struct buf *names = arg, line = BUF(4300);
	bool found;

	buf_addf(&line, "\n%s\n", name);
	found = !buf_ok(names) || str_find(buf_str(names), buf_str(&line)) >= 0;
	buf_release(&line);
	return found;
}

/* Of an archive that is all gone nothing is dropped: its disk is not there, or somebody began anew.
 * Erasing leaves its segments, without the text. */
static bool
archive_is_gone(const char *folder, const char *from)
{
	DIR *d = strcmp(folder, "archive") == 0 ? opendir(from) : NULL;
	const struct dirent *entry;
	bool gone = d != NULL;

	while (d && (entry = readdir(d)))
		gone &= entry->d_name[0] == '.';
	if (d)
		closedir(d);
	return gone;
}

/* What was erased or has expired here. What the spool's copy speaks of stays: it was made while
 * that went on, and the next backup sees to it. */
static int
backup_drop(struct backup *b, struct err *e)
{
	const char *path = arena_textf(b->a, "%s/spool.db", b->dir);
	struct store *copy = store_open_reader(path, &spool_migrations, e);
	int rc = copy ? evidence_files_each(copy, name_add, &b->names, e) : -1;

	copy_close(copy, path, b->a);
	for (size_t i = 0; rc == 0 && i < LY_COUNT(folders); i++) {
		const char *from = settings_path(b->s, folders[i].path);

		if (archive_is_gone(folders[i].name, from))
			fprintf(stderr, "%s is empty: the copy's archive is left as it was\n",
				from);
		else
			rc = files_drop(from,
					arena_textf(b->a, "%s/%s", b->dir, folders[i].name),
					is_named, &b->names, &b->gone[i], e);
	}
	return rc;
}

static struct settings *
open_with_dir(int argc, char **argv, const char **dir, struct err *e)
{
	const char *path;
	int i = command_options(argc, argv, &path, e);

	if (i < 0)
		return NULL;
	if (i + 1 != argc) {
		err_set(e, ERR_USAGE, "which directory?");
		return NULL;
	}
	*dir = argv[i];
	return settings_read(path, NULL, e);
}

static int
backup_all(struct backup *b, struct err *e)
{
	if (mkdir(b->dir, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_USAGE, "could not make \"%s\": %s", b->dir,
			       strerror(errno));
	b->older = older_of(b);
	if (b->older == OLDER_ANOTHER)
		return err_set(
			e, ERR_USAGE,
			"\"%s\" holds the copy of another data directory: begin an empty "
			"folder",
			b->dir);
	if (backup_folders(b, COPY_GROWN, e) < 0)
		return -1;
	for (size_t i = 0; i < LY_COUNT(kept); i++)
		if (backup_one(b->s, &kept[i], b->dir, b->a, e) < 0)
			return -1;
	if (backup_folders(b, COPY_SAME, e) < 0 ||
	    (b->older == OLDER_SAME && backup_drop(b, e) < 0))
		return -1;
	if (b->older == OLDER_UNREAD)
		fprintf(stderr,
			"the older copy in \"%s\" is of another version: what was erased or "
			"has expired since is removed there by the next backup\n",
			b->dir);
	for (size_t i = 0; i < LY_COUNT(folders); i++) {
		const char *name = folders[i].name;

		printf("%s\t%s/%s\t%lld files\n", name, b->dir, name, (long long)b->copied[i]);
		if (b->gone[i])
			printf("%s\t%s/%s\t%lld files removed: erased or expired since\n", name,
			       b->dir, name, (long long)b->gone[i]);
	}
	return 0;
}

static int
backup(int argc, char **argv, struct err *e)
{
	struct backup b = { .names = BUF(64 << 20) };
	struct settings *s = open_with_dir(argc, argv, &b.dir, e);
	int rc;

	if (!s)
		return -1;
	b.s = s;
	b.a = arena_new();
	rc = backup_all(&b, e);
	buf_release(&b.names);
	arena_free(b.a);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_backup = {
	"backup", "[-c FILE] DIRECTORY",
	"a consistent copy of the record, spool, archive, evidence and attached files, while "
	"all "
	"runs\n"
	"Into a directory that holds an older copy, only what changed of the files is "
	"copied, and what was erased or has expired since is removed there.",
	"  langyan backup /var/backups/langyan/$(date +%F)", backup
};

#define SEQ_MAX   ((int64_t)1 << 33) /* a bit each: 1 GiB */
#define ASIDE_MAX 1000

/* Numbers of one spool that the record holds, as bits. */
struct held {
	uint8_t *bits;
	int64_t cap;
};

static void
held_add(void *arg, int64_t seq)
{
	struct held *h = arg;

	if (seq < 0 || seq > SEQ_MAX)
		return; /* nobody's number: the document counts as missing and is sent again */
	if (seq >= h->cap) {
		int64_t cap = (seq + 1) * 2 + 4096;

		h->bits = realloc(h->bits, (size_t)(cap / 8 + 1));
		if (!h->bits)
			abort();
		memset(h->bits + h->cap / 8 + (h->cap ? 1 : 0), 0,
		       (size_t)(cap / 8 - h->cap / 8) + (h->cap ? 0 : 1));
		h->cap = cap;
	}
	h->bits[seq / 8] = (uint8_t)(h->bits[seq / 8] | 1 << seq % 8);
}

static bool
held_has(void *arg, int64_t seq)
{
	const struct held *h = arg;

	return seq >= 0 && seq < h->cap && h->bits[seq / 8] >> seq % 8 & 1;
}

/* What the spool still has and the restored record has not, waits again. */
static int
resend_missing(const struct settings *s, int64_t *n, struct err *e)
{
	struct store *record =
		store_open(settings_path(s, "respond/langyan.db"), &record_migrations, e);
	struct store *spool =
		record ? store_open(settings_path(s, "crawl/spool.db"), &spool_migrations, e)
		       : NULL;
	struct held held = { 0 };
	struct id name;
	int rc = -1;

	if (spool && store_begin(spool, e) == 0 && spool_uuid(spool, &name, e) == 0 &&
	    record_each_seq(record, &name, held_add, &held, e) == 0 &&
	    (*n = spool_wait_again(spool, held_has, &held, e)) >= 0)
		rc = store_commit(spool, e);
	free(held.bits);
	store_close(spool);
	store_close(record);
	return rc;
}

/* The damaged or newer file stays for whoever wants it back: PATH.replaced, PATH.replaced-2, … */
static int
set_aside(const char *path, struct arena *a, struct err *e)
{
	const char *to = arena_textf(a, "%s.replaced", path);

	for (int i = 2; access(to, F_OK) == 0 && i < ASIDE_MAX; i++)
		to = arena_textf(a, "%s.replaced-%d", path, i);
	/* the log first: a record without its log would be opened as whole */
	for (size_t i = LY_COUNT(beside); i-- > 0;) {
		const char *old = arena_textf(a, "%s%s", path, beside[i]);

		if (access(old, F_OK) == 0 &&
		    rename(old, arena_textf(a, "%s%s", to, beside[i])) < 0)
			return err_set(e, ERR_RETRY, "could not set \"%s\" aside: %s", old,
				       strerror(errno));
	}
	return 0;
}

struct putting {
	const struct settings *s;
	const char *dir;
	struct arena *a;
	int64_t n;
};

static int
evidence_file_put(void *arg, const struct evidence_file *f, struct err *e)
{
	struct putting *p = arg;
	const char *from = arena_textf(p->a, "%s/evidence/%s", p->dir, f->name);
	const char *to = settings_path(p->s, arena_textf(p->a, "crawl/evidence/%s", f->name));
	const char *slash = strrchr(to, '/');
	const char *folder = arena_textf(p->a, "%.*s", (int)(slash - to), to);

	if (append_length(to) >= 0 || append_length(from) < 0)
		return 0;
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_USAGE, "could not make \"%s\": %s", folder,
			       strerror(errno));
	p->n++;
	return file_copy(from, to, e);
}

/* Beside a spool that survived: the files that it knows. Others expired or were erased since, and
 * nobody would ever remove them again. */
static int
restore_evidence(const struct settings *s, const char *spool, const char *dir, struct arena *a,
		 struct err *e)
{
	struct putting p = { .s = s, .dir = dir, .a = a };
	const char *folder = settings_path(s, "crawl/evidence");
	struct store *store = store_open(spool, &spool_migrations, e);
	int rc = -1;

	if (store && mkdir(folder, 0700) < 0 && errno != EEXIST)
		err_set(e, ERR_USAGE, "could not make \"%s\": %s", folder, strerror(errno));
	else if (store)
		rc = evidence_files_each(store, evidence_file_put, &p, e);
	store_close(store);
	if (rc == 0 && p.n)
		printf("evidence\t%lld files put back\n", (long long)p.n);
	return rc;
}

static int
restore_folder(const struct settings *s, enum folder which, const char *dir,
	       enum copy_what what, struct arena *a, struct err *e)
{
	const struct kept_folder *f = &folders[which];
	int64_t n;
	int rc = files_copy(arena_textf(a, "%s/%s", dir, f->name), settings_path(s, f->path),
			    what, &n, e);

	if (rc == 0 && n)
		printf("%s\t%lld files put back\n", f->name, (long long)n);
	return rc;
}

/* The spool's copy is older than what was archived since. */
static int
archive_believe(const char *path, const char *dir, struct err *e)
{
	struct store *spool = store_open(path, &spool_migrations, e);
	int rc = -1;

	if (spool && store_begin(spool, e) == 0 && archive_adopt(spool, dir, e) >= 0)
		rc = store_commit(spool, e);
	store_close(spool);
	return rc;
}

static int
restore_files(const struct settings *s, const char *dir, struct arena *a, struct err *e)
{
	const char *record = settings_path(s, "respond/langyan.db");
	const char *spool = settings_path(s, "crawl/spool.db");
	const char *fresh = arena_textf(a, "%s.restoring", record);

	if (access(arena_textf(a, "%s/langyan.db", dir), R_OK) < 0)
		return err_set(e, ERR_USAGE, "no langyan.db in \"%s\"", dir);
	/* Whole beside the old one before that is touched. */
	if (file_copy(arena_textf(a, "%s/langyan.db", dir), fresh, e) < 0 ||
	    set_aside(record, a, e) < 0)
		return -1;
	if (rename(fresh, record) < 0)
		return err_set(e, ERR_RETRY, "could not put \"%s\" in place: %s", record,
			       strerror(errno));
	/* An archive that is ahead is believed, see archive_believe. */
	if (restore_folder(s, FOLDER_ARCHIVE, dir, COPY_MISSING, a, e) < 0 ||
	    restore_folder(s, FOLDER_PACK, dir, COPY_DIFFERS, a, e) < 0)
		return -1;
	/* A spool that is still there is newer than any copy of it. */
	if (access(spool, F_OK) == 0)
		return restore_evidence(s, spool, dir, a, e);
	if (access(arena_textf(a, "%s/spool.db", dir), R_OK) < 0)
		return restore_folder(s, FOLDER_EVIDENCE, dir, COPY_MISSING, a, e);
	if (restore_folder(s, FOLDER_EVIDENCE, dir, COPY_DIFFERS, a, e) < 0)
		return -1;
	for (size_t i = 1; i < LY_COUNT(beside); i++)
		unlink(arena_textf(a, "%s%s", spool, beside[i])); /* of a file that is gone */
	if (file_copy(arena_textf(a, "%s/spool.db", dir), spool, e) < 0)
		return -1;
	return archive_believe(spool, settings_path(s, "crawl"), e);
}

static int
restore(int argc, char **argv, struct err *e)
{
	static const char *const owned[] = { "crawl", "respond" };
	struct dir_lock *locks[2] = { NULL, NULL };
	const char *dir;
	struct settings *s = open_with_dir(argc, argv, &dir, e);
	struct arena *a;
	int64_t n = 0;
	int rc = 0;

	if (!s)
		return -1;
	a = arena_new();
	rc = settings_make_dirs(s, e);
	for (size_t i = 0; rc == 0 && i < LY_COUNT(owned); i++) {
		locks[i] = dir_lock_take(settings_path(s, owned[i]), e);
		rc = locks[i] ? 0 : -1;
	}
	if (rc == 0)
		rc = restore_files(s, dir, a, e);
	if (rc == 0)
		rc = resend_missing(s, &n, e);
	if (rc == 0)
		printf("restored; %lld documents that came after will be sent again at the "
		       "next "
		       "start\n",
		       (long long)n);
	for (size_t i = 0; i < LY_COUNT(owned); i++)
		dir_lock_release(locks[i]);
	arena_free(a);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_restore = {
	"restore", "[-c FILE] DIRECTORY",
	"put a backup's record in place; nothing may be running\n"
	"The old one is kept as .replaced; what is in the spool and not in that record is sent "
	"again.",
	"  langyan restore /var/backups/langyan/2026-11-21", restore
};
