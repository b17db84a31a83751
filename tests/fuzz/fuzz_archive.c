/* fuzz: crawler/archive_block.c core/zstd.c */
#include "core/base.h"

#include <assert.h>

#include "core/str.h"

#include "crawler/archive_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Walk over a whole segment: every byte belongs to exactly one thing that is told. */
static int64_t
walk(struct str file)
{
	struct buf raw = BUF(ARCHIVE_RAW_MAX);
	struct archive_block b;
	enum archive_said said;
	size_t at = 0, seen = 0;
	int64_t documents = 0;

	while ((said = archive_block_next(file, &at, &b)) != ARCHIVE_END) {
		struct err e = { 0 };

		assert(b.at == seen && b.n > 0 && at == seen + b.n && at <= file.n);
		seen = at;
		assert(said != ARCHIVE_TAIL || at == file.n);
		if (said != ARCHIVE_BLOCK)
			continue;
		buf_clear(&raw);
		if (archive_block_read(&b, &raw, &e) < 0)
			assert(e.kind == ERR_REJECT && e.text[0]);
		else
			assert(raw.n == b.raw_bytes);
		documents += b.span.documents;
	}
	assert(seen == file.n);
	buf_release(&raw);
	return documents;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct archive_span span = { .documents = 1, .last_seq = -1, .last_at = INT64_MAX };
	struct buf file = BUF(ARCHIVE_RAW_MAX * 2);

	walk(in);
	/* What is whole is found behind anything, and before anything. */
	buf_add(&file, in);
	archive_block_add(&file, in, &span);
	buf_add(&file, in);
	assert(walk(buf_str(&file)) >= 1);
	buf_release(&file);
	return 0;
}
