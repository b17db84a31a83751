/* report_inside.h - what report.c and report_sections.c share. */
#ifndef LY_RESPONDER_REPORT_INSIDE_H
#define LY_RESPONDER_REPORT_INSIDE_H

#include "responder/report.h"

struct reporting {
	const struct responder_env *env;
	const struct report_ask *q;
	const struct dossier *d;
	struct page *p;
	struct figures *f;
	struct arena *a;
	bool zh;
};
/* Each adds a section, or nothing when there is nothing to say. */
int report_summary(struct reporting *r, struct err *e);
int report_facts_known(struct reporting *r, struct err *e);
int report_evidence(struct reporting *r, struct err *e);
int report_timeline(struct reporting *r, struct err *e);
int report_clocks(struct reporting *r, struct err *e);
int report_notices(struct reporting *r, struct err *e);
int report_texts(struct reporting *r, struct err *e);
int report_measured(struct reporting *r, struct err *e);
int report_lessons(struct reporting *r, struct err *e);
int report_tasks(struct reporting *r, struct err *e);
int report_counted(struct reporting *r, struct err *e);

#endif
