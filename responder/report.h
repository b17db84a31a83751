/*
 * report.h - one incident as a page: what happened, who did what, what was said, what came of it.
 *
 * One table of sections; each kind of page takes some of them. Every figure is marked with an id and
 * counted from the record as it was at made_at (dossier.h), so `langyan verify FILE` counts it again.
 * People's words and texts of others are cleaned where they are put in (digest_page.h).
 */
#ifndef LY_RESPONDER_REPORT_H
#define LY_RESPONDER_REPORT_H

#include "responder/digest_figure.h"
#include "responder/digest_page.h"
#include "responder/dossier.h"

enum report_kind {
	REPORT_BRIEF,        /* 事件简报: one page, for who must know now            */
	REPORT_AFTER_ACTION, /* 复盘报告: all of it, with what went well and badly   */
	REPORT_CASE,         /* 案例: what is worth finding again                   */
	REPORT_KINDS
};
extern const char *const report_words[]; /* "brief", "after-action", "case", NULL-ended */
extern const char
	*const report_forms[]; /* "md", "html", "text", NULL-ended: enum report_form */
enum report_form { REPORT_MD, REPORT_HTML, REPORT_TEXT, REPORT_FORMS };

struct report_ask {
	enum report_kind kind;
	struct str number;
	int64_t made_at;
	bool zh;
};
/* The page of a dossier; its figures in *f, their owner the caller (figures_release). */
int report_page(const struct responder_env *env, const struct report_ask *q,
		const struct dossier *d, struct page *p, struct figures *f,
		struct err *e) LY_MUST_USE;
/* The whole file, sealed. In a. 1, 0 there is no such incident, -1. */
int report_write(const struct responder_env *env, const struct report_ask *q,
		 enum report_form form, struct arena *a, struct str *out,
		 struct err *e) LY_MUST_USE;
/* {"figures":[…]}: as a report of that would have them now, for seal_figures(). In a. The same. */
int report_facts(const struct responder_env *env, const struct report_ask *q, struct arena *a,
		 struct str *out, struct err *e) LY_MUST_USE;
/* The name that the seal of a report has, and what it is of. False: it is of no report. */
const char *report_name(const struct report_ask *q, struct arena *a);
bool report_of_name(struct str name, struct report_ask *q);

#endif
