/* cmd_verify.c - does every figure follow from the stored rows? */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/evidence_check.h"
#include "responder/verify.h"

#include "cli/command.h"
#include "cli/file.h"
#include "cli/settings.h"
#include "cli/verify_digest_file.h"
#include "cli/verify_packs.h"
#include "cli/verify_scores.h"
#include "cli/verify_stories.h"

#define DIGEST_MAX (32 << 20)

static void
mismatch(void *arg, struct str what)
{
	(void)arg;
	printf("mismatch: %.*s\n", STR_ARG(what));
}

static void
evidence_wrong(void *arg, const struct evidence_row *row, const char *what)
{
	struct buf hex = BUF(40);

	(void)arg;
	id_add_hex(&hex, &row->document);
	printf("mismatch: evidence of document %s: %s\n", hex.p, what);
	buf_release(&hex);
}

/* Of our own data directory: what was kept is what it was. */
static int
verify_evidence(const struct settings *s, int64_t *wrong, struct err *e)
{
	const struct evidence_told told = { evidence_wrong, NULL };
	struct evidence_sum sum = { 0 };

	if (evidence_check_all(settings_path(s, "crawl"), &told, &sum, e) < 0)
		return -1;
	if (sum.documents)
		printf("evidence of %lld documents, %lld sights, %lld WARC records computed "
		       "again; %lld mismatches\n",
		       (long long)sum.documents, (long long)sum.sights, (long long)sum.records,
		       (long long)sum.wrong);
	*wrong += sum.wrong;
	return 0;
}

/* Of texts that are still there, with images that are still kept. */
static int
scores_again(const struct settings *s, const char *record, int64_t *wrong, struct err *e)
{
	struct verify_scores sum;

	if (verify_scores(record, settings_path(s, "images"), &sum, e) < 0)
		return -1;
	printf("%lld scores computed again from text and image; of %lld the image is not kept, "
	       "%lld are another program's, %lld have too many names; %lld mismatches\n",
	       (long long)sum.computed, (long long)sum.no_image, (long long)sum.foreign,
	       (long long)sum.cut, (long long)sum.mismatches);
	*wrong += sum.mismatches;
	return 0;
}

/* Why mentions joined stories. */
static int
stories_again(const char *record, int64_t *wrong, struct err *e)
{
	struct verify_stories sum;

	if (verify_stories(record, &sum, e) < 0)
		return -1;
	printf("%lld reasons of stories computed again; of %lld a text is erased, %lld are "
	       "another program's; %lld mismatches\n",
	       (long long)sum.computed, (long long)sum.erased, (long long)sum.foreign,
	       (long long)sum.mismatches);
	if (sum.went)
		printf("%lld documents went to another story after they came; each says from "
		       "which\n",
		       (long long)sum.went);
	*wrong += sum.mismatches;
	return 0;
}

/* The file of a digest; a record begins otherwise. 1 it is one and *wrong says, 0, -1. */
static int
verify_digest(struct settings *s, const char *path, int64_t *wrong, struct err *e)
{
	struct buf file = BUF(DIGEST_MAX);
	struct err big;
	int is = file_read(path, &file, &big) == 0 && digest_file_is(buf_str(&file));

	if (is)
		*wrong = digest_file_verify(s, buf_str(&file), e);
	buf_release(&file);
	return is && *wrong < 0 ? -1 : is;
}

static int
packs_again(const struct settings *s, const char *record, int64_t *wrong, struct err *e)
{
	struct verify_packs sum = { 0 };

	if (verify_packs(s, record, &sum, e) < 0)
		return -1;
	if (sum.files)
		printf("%lld files of response packs read again; %lld mismatches\n",
		       (long long)sum.files, (long long)sum.mismatches);
	*wrong += sum.mismatches;
	return 0;
}

/* What lies beside the record. */
static int
files_again(const struct settings *s, const char *record, int64_t *wrong, struct err *e)
{
	return verify_evidence(s, wrong, e) < 0 ? -1 : packs_again(s, record, wrong, e);
}

static int
verify(int argc, char **argv, struct err *e)
{
	struct verify_sum sum = { 0 };
	struct settings *s = NULL;
	struct zone *z = NULL;
	const char *path, *record = NULL;
	int64_t wrong = 0;
	int i = command_options(argc, argv, &path, e), rc = -1;

	if (i >= 0 && argc - i > 1)
		return err_set(e, ERR_USAGE, "at most one file");
	if (i >= 0)
		s = settings_read(path, NULL, e);
	if (s && i < argc) {
		int is = verify_digest(s, argv[i], &wrong, e);

		if (is) {
			settings_free(s);
			return is < 0 ? -1 : wrong != 0;
		}
	}
	if (s)
		record = i < argc ? argv[i] : settings_path(s, "respond/langyan.db");
	if (s && (z = zone_open(s->site.zone.p, e)))
		rc = verify_file(record, z, mismatch, NULL, &sum, e);
	if (rc == 0)
		printf("%lld mentions, %lld roll-ups, %lld firings, %lld moves, %lld labels, "
		       "%lld entries, %lld drafts, %lld rota changes, %lld silence rows, "
		       "%lld contents, %lld digests computed again; %lld erased, %lld expired; "
		       "%lld "
		       "mismatches\n",
		       (long long)sum.mentions, (long long)sum.rollups, (long long)sum.firings,
		       (long long)sum.moves, (long long)sum.labels, (long long)sum.entries,
		       (long long)sum.drafts, (long long)sum.rota, (long long)sum.silences,
		       (long long)sum.contents, (long long)sum.digests, (long long)sum.erased,
		       (long long)sum.expired, (long long)sum.mismatches);
	if (rc == 0)
		rc = scores_again(s, record, &wrong, e);
	if (rc == 0)
		rc = stories_again(record, &wrong, e);
	if (rc == 0 && i == argc)
		rc = files_again(s, record, &wrong, e);
	zone_close(z);
	settings_free(s);
	return rc < 0 ? -1 : sum.mismatches || wrong ? 1 : 0;
}

const struct subcommand cmd_verify = {
	"verify", "[-c FILE] [RECORD | DIGEST]",
	"compute every figure, reason, digest and link of the audit chain again from stored "
	"rows\n"
	"and every score from its text and the kept image that it names, every digest of "
	"evidence.\n"
	"RECORD is another langyan.db, a backup's say; DIGEST the file of a digest: html, md, "
	"json or\n"
	"text, of which every figure is computed again. Exit 1 names each mismatch.",
	"  langyan verify\n  langyan verify daily-2026-03-10.html\n  langyan verify "
	"/var/backups/langyan/2026-11-21/langyan.db",
	verify
};
