/* evidence_warc.h - one look -> the WARC records that it leaves. Pure. */
#ifndef LY_CRAWLER_EVIDENCE_WARC_H
#define LY_CRAWLER_EVIDENCE_WARC_H

#include "core/document.h"
#include "core/http.h"

#include "crawler/evidence_store.h"

/* What stands at the head of every file. name: of the file, no folder. */
void evidence_add_info(struct buf *out, struct str name, int64_t at);
/* The document as it was taken in, masked: a resource record of JSON. */
void evidence_add_document(struct buf *out, const struct document *d, int64_t at);
/* A request and its answer. n: number of the sight; hop: 0, 1, … */
struct evidence_hop {
	struct id document;
	int64_t n, hop, at;
	struct str url;
	const struct http_response *response;
	/* The same payload stands in the answer of that sight: a revisit record. -1 = it does not. */
	int64_t same_as;
};
void evidence_add_hop(struct buf *out, const struct evidence_hop *h);
/* What came of the look. before: of the sight it is compared with; NULL = none. */
void evidence_add_outcome(struct buf *out, const struct evidence_row *row,
			  const struct sight_row *s, const struct sight_row *before);

#endif
