/*
 * responder.h - results -> signals -> incidents -> notices, drafts, digests; the record.
 *
 * The stage that alone writes the record. Results are applied in one open transaction that
 * settle() commits; only then do receipts and notices leave.
 */
#ifndef LY_RESPONDER_RESPONDER_H
#define LY_RESPONDER_RESPONDER_H

#include "core/httpd.h"
#include "core/stage.h"
#include "responder/alive.h"
#include "responder/approval.h"
#include "responder/auto_ack.h"
#include "responder/conf.h"
#include "responder/digest.h"
#include "responder/draft.h"
#include "responder/duty.h"
#include "responder/library.h"
#include "responder/notice.h"
#include "responder/retain.h"

/* Filled by cli/settings.c: site, watches and clock from their owners, the rest through the
 * schemas. Outlives the responder. */
struct responder_conf {
	struct str record; /* path of langyan.db; ":memory:" for replay    */
	struct site_view site;
	const struct watch_conf *watches;
	size_t watches_n;
	struct conf_list
		triggers; /* struct trigger_conf; n == 0: the shipped defaults by size */
	struct conf_list signals;   /* struct signal_conf: numbers from outside that may fire */
	struct str signal_secret;   /* pushed numbers are signed with it; empty: not asked */
	struct conf_list playbooks; /* playbooks_merge(): struct playbook_conf */
	struct conf_list duties;    /* duties_merge(): struct duty_conf        */
	struct legal_conf legal;
	struct notice_conf notice;
	struct draft_conf draft;
	struct approval_conf approvals;
	struct auto_ack_conf auto_ack;
	struct conf_texts publish; /* channels through which we may publish ourselves */
	struct conf_list digests;  /* digest_schema */
	struct retain_conf retain;
	struct alive_conf alive;
	enum clock_mode clock;
	int64_t (*passed_s)(
		void); /* clock_passed_s() beside the wall clock, else NULL (jump.h) */
	enum send_mode send;
	struct told_sink told;
	/* replay, stepped: nobody restarts from this record, verifies it or waits for receipts. Rows
	 * that serve these alone are not written, evidence is not asked for, a tick that set off nothing
	 * leaves its batch open, and respond_stage.due() tells the next time at which something is due
	 * that looks at what is committed. */
	bool fleeting;
	/* How many documents are looked at for copies, and for stories, when those are fewer than
	 * STORY_MAX and JOIN_MAX: for tests. 0: no fewer. */
	size_t stories_most, joins_most;
};

struct responder;
/* Opens the record (migrating it) and reloads everything from it. now: the domain clock. */
struct responder *responder_new(const struct responder_conf *c, int64_t now,
				struct err *e) LY_MUST_USE;
void responder_free(struct responder *r);
/* self is the struct responder. Takes KIND_RESULT, KIND_TICK, KIND_COMMAND. */
extern const struct stage respond_stage;

/* Commands (core/control.h) this stage answers: incident.list, incident.show, incident.ack,
 * incident.promote, incident.verdict, incident.close, incident.act, incident.playbook, notice.list, notice.show, notice.test, erase, mention.label,
 * mention.unlabel, rota.override, rota.swap, rota.temporary, rota.cancel, rota.changes, signal.push, alert.push, signal.list,
 * signal.show, signal.metrics, retain. Replies are JSON. */
extern const struct route responder_routes[]; /* ends with .path == NULL */
/* The same without a running responder, in a process that holds the data directory's lock. */
int responder_act(struct responder *r, const struct command *c, int64_t now, struct out *out,
		  struct err *e) LY_MUST_USE;

#endif
