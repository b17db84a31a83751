#include "core/base.h"

#include <endian.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/store_fts.h"
#include "core/str.h"
#include "responder/record_store.h"

#define RANK_MAX 1000 /* below all that counts */

/* ---- the schema ---------------------------------------------------------------------------
 * document, content, mention, story_why: record_store.c · story_move: story_store.c · copies: copies_store.c · rollup_*, trigger_state, firing:
 * signal_store.c · incident, move, timer, command: incident_store.c · notice, attempt:
 * notice_store.c · draft: draft_store.c · digest: digest_store.c · mention_label: label_store.c · entry: entry_store.c ·
 * rota_change: rota_store.c · action: action_store.c · duty: duty_store.c · what erasing takes: erase_store.c ·
 * notice_hold: hold_store.c · notice_group, group_member: group_store.c · silence_change: silence_store.c ·
 * rewrite: unquote_store.c · auto_ack: auto_ack_store.c · quote: quote_store.c · what goes at its term: retain_store.c ·
 * digest_word: digest_word_store.c · library: library_store.c · count_block: count_store.c · fts: core/store_fts.c */
static const char counted[] =
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);\n"
	"CREATE TABLE document (id BYTEA PRIMARY KEY, source TEXT NOT NULL, source_class"
	" BIGINT NOT NULL, site TEXT NOT NULL, url TEXT NOT NULL, lang TEXT NOT NULL,"
	" author_key BYTEA, followers BIGINT NOT NULL, published_at BIGINT NOT NULL,"
	" arrived_at BIGINT NOT NULL, flags BIGINT NOT NULL, spool BYTEA NOT NULL, seq BIGINT"
	" NOT NULL, text_hash BYTEA NOT NULL, story BYTEA, mentions BIGINT NOT NULL, as_of"
	" BIGINT NOT NULL);\n"
	"CREATE TABLE content (document BYTEA PRIMARY KEY, digest BYTEA NOT NULL, salt BYTEA,"
	" title TEXT, body TEXT, author TEXT, erased_at BIGINT, erased_why TEXT);\n"
	"CREATE TABLE mention (id BYTEA PRIMARY KEY, document BYTEA NOT NULL, watch TEXT NOT"
	" NULL, arrived_at BIGINT NOT NULL, published_at BIGINT NOT NULL, score BIGINT NOT"
	" NULL, label BIGINT NOT NULL, confidence BIGINT NOT NULL, subjectivity BIGINT NOT"
	" NULL, intent BIGINT NOT NULL, flags BIGINT NOT NULL, severity BIGINT NOT NULL,"
	" topics TEXT NOT NULL, spans BYTEA NOT NULL, conf BYTEA NOT NULL, image BYTEA NOT"
	" NULL, story BYTEA, as_of BIGINT NOT NULL);\n"
	"CREATE INDEX mention_by_watch ON mention (watch, arrived_at);\n"
	"CREATE TABLE copies (document BYTEA PRIMARY KEY, arrived_at BIGINT NOT NULL,"
	" signature BYTEA NOT NULL, story BYTEA NOT NULL);\n"
	"CREATE TABLE rollup_minute (watch TEXT NOT NULL, topic TEXT NOT NULL, at BIGINT NOT"
	" NULL, mentions BIGINT NOT NULL, negative BIGINT NOT NULL, positive BIGINT NOT NULL,"
	" complaints BIGINT NOT NULL, score BIGINT NOT NULL, reach BIGINT NOT NULL, PRIMARY"
	" KEY (watch, topic, at));\n"
	"CREATE TABLE rollup_hour (watch TEXT NOT NULL, topic TEXT NOT NULL, at BIGINT NOT"
	" NULL, mentions BIGINT NOT NULL, negative BIGINT NOT NULL, positive BIGINT NOT NULL,"
	" complaints BIGINT NOT NULL, score BIGINT NOT NULL, reach BIGINT NOT NULL, PRIMARY"
	" KEY (watch, topic, at));\n"
	"CREATE TABLE rollup_day (watch TEXT NOT NULL, topic TEXT NOT NULL, at BIGINT NOT"
	" NULL, mentions BIGINT NOT NULL, negative BIGINT NOT NULL, positive BIGINT NOT NULL,"
	" complaints BIGINT NOT NULL, score BIGINT NOT NULL, reach BIGINT NOT NULL, PRIMARY"
	" KEY (watch, topic, at));\n"
	"CREATE TABLE trigger_state (trigger TEXT NOT NULL, watch TEXT NOT NULL, story TEXT"
	" NOT NULL, over_since BIGINT, fired_at BIGINT, firing BYTEA, PRIMARY KEY (trigger,"
	" watch, story));\n"
	"CREATE TABLE firing (id BYTEA PRIMARY KEY, trigger TEXT NOT NULL, version BYTEA NOT"
	" NULL, watch TEXT NOT NULL, story TEXT NOT NULL, grade BIGINT NOT NULL, at BIGINT NOT"
	" NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, observed BIGINT NOT NULL,"
	" threshold BIGINT NOT NULL, baseline BIGINT NOT NULL, facts TEXT NOT NULL , reason_zh"
	" TEXT NOT NULL, reason_en TEXT NOT NULL, evidence BYTEA NOT NULL , incident BYTEA,"
	" as_of BIGINT NOT NULL);\n";
static const char answered[] =
	"CREATE TABLE incident (id BYTEA PRIMARY KEY, number TEXT NOT NULL UNIQUE, watch TEXT"
	" NOT NULL, story TEXT NOT NULL, topic TEXT NOT NULL, title TEXT NOT NULL, state TEXT"
	" NOT NULL, level BIGINT NOT NULL, grade BIGINT NOT NULL, opened_at BIGINT NOT NULL,"
	" first_mention_at BIGINT NOT NULL, acked_by TEXT, acked_at BIGINT, acked_until"
	" BIGINT, owner TEXT, policy TEXT, step BIGINT NOT NULL, round BIGINT NOT NULL,"
	" step_due BIGINT, safety BIGINT NOT NULL, merged_into BYTEA, closed_at BIGINT,"
	" closed_why TEXT, version BIGINT NOT NULL);\n"
	"CREATE TABLE move (seq BIGINT PRIMARY KEY, incident BYTEA NOT NULL, at BIGINT NOT"
	" NULL, event TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,"
	" from_level BIGINT NOT NULL, to_level BIGINT NOT NULL, actor TEXT NOT NULL, reason"
	" TEXT NOT NULL, firing BYTEA, evidence TEXT NOT NULL , previous BYTEA NOT NULL, hash"
	" BYTEA NOT NULL);\n"
	"CREATE TABLE timer (id BYTEA PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL,"
	" incident BYTEA, arg TEXT NOT NULL, done_at BIGINT);\n"
	"CREATE TABLE notice (id BYTEA PRIMARY KEY , incident BYTEA, level BIGINT NOT NULL,"
	" kind TEXT NOT NULL , recipient TEXT NOT NULL, channel TEXT NOT NULL, address TEXT"
	" NOT NULL, seq BIGINT NOT NULL, state TEXT NOT NULL , why TEXT NOT NULL, created_at"
	" BIGINT NOT NULL, due_at BIGINT NOT NULL, sent_at BIGINT, attempts BIGINT NOT NULL,"
	" next_at BIGINT, subject TEXT NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL, facts"
	" TEXT NOT NULL, code TEXT NOT NULL, repeat_possible BIGINT NOT NULL);\n"
	"CREATE TABLE attempt (notice BYTEA NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL,"
	" status BIGINT NOT NULL, ended TEXT NOT NULL, us BIGINT NOT NULL, answer BYTEA,"
	" PRIMARY KEY (notice, n));\n"
	"CREATE TABLE draft (id BYTEA PRIMARY KEY, incident BYTEA NOT NULL, template TEXT NOT"
	" NULL, kind TEXT NOT NULL, lang TEXT NOT NULL, at BIGINT NOT NULL, text TEXT NOT"
	" NULL, gaps TEXT NOT NULL, lint TEXT NOT NULL, evidence TEXT NOT NULL, state TEXT NOT"
	" NULL, version BIGINT NOT NULL);\n"
	"CREATE TABLE digest (id BYTEA PRIMARY KEY, name TEXT NOT NULL, day BIGINT NOT NULL,"
	" at BIGINT NOT NULL, as_of BIGINT NOT NULL, facts TEXT NOT NULL, body_text TEXT NOT"
	" NULL, body_md TEXT NOT NULL, body_html TEXT NOT NULL);\n"
	"CREATE TABLE command (id BYTEA PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL,"
	" verb TEXT NOT NULL, args TEXT NOT NULL, status BIGINT NOT NULL, reply TEXT NOT"
	" NULL);\n"
	"CREATE TABLE reject (id BYTEA PRIMARY KEY, at BIGINT NOT NULL, stage TEXT NOT NULL,"
	" why TEXT NOT NULL, bytes BYTEA NOT NULL);\n";

/* What notice_store.c looks for at every turn. */
static const char notice_indexes[] =
	"CREATE INDEX notice_by_state ON notice (state, next_at, due_at);\n"
	"CREATE INDEX notice_by_incident ON notice (incident, seq);\n"
	"CREATE INDEX notice_by_code ON notice (code);\n"
	"CREATE INDEX notice_by_recipient ON notice (recipient, created_at);\n"
	"CREATE INDEX firing_by_incident ON firing (incident, at);\n";

/* Which sources were heard, once a day. */
static const char digest_indexes[] =
	"CREATE INDEX document_by_arrival ON document (arrived_at);\n";

/* A signature is found by its time alone; keyed by the random id of its document each went to
 * another page. */
static const char copies_by_time[] =
	"CREATE TABLE copies_new (arrived_at BIGINT NOT NULL, document BYTEA NOT NULL,"
	" signature BYTEA NOT NULL, story BYTEA NOT NULL, PRIMARY KEY (arrived_at, "
	"document));\n"
	"INSERT INTO copies_new (arrived_at, document, signature, story) SELECT arrived_at,"
	" document, signature, story FROM copies;\n"
	"DROP TABLE copies;\n"
	"ALTER TABLE copies_new RENAME TO copies;\n";

/* value: 1/1,000,000. */
static const char samples[] =
	"CREATE TABLE signal_sample (signal TEXT NOT NULL, at BIGINT NOT NULL, value BIGINT NOT"
	" NULL, source TEXT NOT NULL, arrived_at BIGINT NOT NULL, PRIMARY KEY (signal, at));\n";

/* label, was: -1, 0, 1, or NULL: nobody has said. */
static const char labels[] =
	"CREATE TABLE mention_label (seq BIGINT PRIMARY KEY, mention BYTEA NOT NULL, at"
	" BIGINT NOT NULL, event TEXT NOT NULL, label BIGINT, was BIGINT, actor TEXT NOT"
	" NULL, reason TEXT NOT NULL, batch BYTEA NOT NULL, previous BYTEA NOT NULL, hash"
	" BYTEA NOT NULL);\n"
	"CREATE INDEX mention_label_by_mention ON mention_label (mention, seq);\n"
	"CREATE INDEX mention_label_by_batch ON mention_label (batch, seq);\n"
	"CREATE INDEX mention_label_by_actor ON mention_label (actor, seq);\n";

/* A text is found by its document alone. Keyed by the document's random id, each text and each
 * document of a batch went to a page of its own, twice; by number only the document does. */
static const char numbered[] =
	"CREATE TABLE document_new (n INTEGER PRIMARY KEY, id BYTEA NOT NULL UNIQUE, source"
	" TEXT NOT NULL, source_class BIGINT NOT NULL, site TEXT NOT NULL, url TEXT NOT NULL,"
	" lang TEXT NOT NULL, author_key BYTEA, followers BIGINT NOT NULL, published_at BIGINT"
	" NOT NULL, arrived_at BIGINT NOT NULL, flags BIGINT NOT NULL, spool BYTEA NOT NULL,"
	" seq BIGINT NOT NULL, text_hash BYTEA NOT NULL, story BYTEA, mentions BIGINT NOT NULL,"
	" as_of BIGINT NOT NULL);\n"
	"INSERT INTO document_new (id, source, source_class, site, url, lang, author_key,"
	" followers, published_at, arrived_at, flags, spool, seq, text_hash, story, mentions,"
	" as_of) SELECT id, source, source_class, site, url, lang, author_key, followers,"
	" published_at, arrived_at, flags, spool, seq, text_hash, story, mentions, as_of FROM"
	" document ORDER BY arrived_at, id;\n"
	"CREATE TABLE content_new (document INTEGER PRIMARY KEY, digest BYTEA NOT NULL, salt"
	" BYTEA, title TEXT, body TEXT, author TEXT, erased_at BIGINT, erased_why TEXT);\n"
	"INSERT INTO content_new (document, digest, salt, title, body, author, erased_at,"
	" erased_why) SELECT d.n, c.digest, c.salt, c.title, c.body, c.author, c.erased_at,"
	" c.erased_why FROM document_new d JOIN content c ON c.document = d.id ORDER BY d.n;\n"
	"DROP TABLE content;\n"
	"DROP TABLE document;\n"
	"ALTER TABLE document_new RENAME TO document;\n"
	"ALTER TABLE content_new RENAME TO content;\n"
	"CREATE INDEX document_by_arrival ON document (arrived_at);\n";

/* rank: best place on a hot list; 0 = on none. And by hour what authors with 500,000 followers or
 * more said, as signal_bits() counts it. */
static const char ranks[] =
	"ALTER TABLE document ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;\n"
	"INSERT INTO rollup_hour (watch, topic, at, mentions, negative, positive, complaints,"
	" score, reach) SELECT x.watch, '@T3', x.at - x.at % 3600, count(*), sum(CASE WHEN"
	" x.label < 0 AND x.ours THEN 1 ELSE 0 END), sum(CASE WHEN x.label > 0 THEN 1 ELSE 0"
	" END), sum(CASE WHEN x.ours AND (x.intent = 1 OR (x.class = 5 AND x.label <= 0))"
	" THEN 1 ELSE 0 END), sum(x.score), sum(x.followers) FROM (SELECT m.watch AS watch,"
	" CASE WHEN d.flags & 4 = 4 THEN m.published_at ELSE m.arrived_at END AS at, m.label"
	" AS label, m.intent AS intent, m.score AS score, d.source_class AS class,"
	" d.followers AS followers, m.flags & 26 = 0 AS ours FROM mention m JOIN document d"
	" ON d.id = m.document WHERE d.followers >= 500000 AND d.flags & 10 = 0 AND m.flags &"
	" 8 = 0) AS x WHERE x.at > 0 GROUP BY x.watch, x.at - x.at % 3600;\n";

/* signature: 256 bytes or empty. how: enum echo_how. */
static const char echoes[] =
	"CREATE TABLE released (id BYTEA PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL,"
	" actor TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,"
	" signature BYTEA);\n"
	"CREATE INDEX released_by_time ON released (at);\n"
	"CREATE TABLE echo (mention BYTEA PRIMARY KEY, released BYTEA NOT NULL, how BIGINT NOT"
	" NULL);\n"
	"CREATE INDEX echo_by_released ON echo (released);\n";

/* Beside the moves. erased_at: value and salt went, the chain holds. */
static const char entries[] =
	"CREATE TABLE entry (seq BIGINT PRIMARY KEY, incident BYTEA NOT NULL, at BIGINT NOT"
	" NULL, kind TEXT NOT NULL, key TEXT NOT NULL, actor TEXT NOT NULL, value TEXT, salt"
	" BYTEA, digest BYTEA NOT NULL, previous BYTEA NOT NULL, hash BYTEA NOT NULL,"
	" erased_at BIGINT, erased_why TEXT);\n"
	"CREATE INDEX entry_by_incident ON entry (incident, kind, key, seq);\n";

/* document.story is the event's since then; copies have theirs, which counts voices, in
 * mention.story. copies.gist: join_pack_state(). why: join_pack_why(). */
static const char stories[] =
	"ALTER TABLE copies ADD COLUMN gist BYTEA;\n"
	"CREATE TABLE story_why (arrived_at BIGINT NOT NULL, document BYTEA NOT NULL, story"
	" BYTEA NOT NULL, alike_to BYTEA NOT NULL, alike BIGINT NOT NULL, why BYTEA NOT NULL,"
	" PRIMARY KEY (arrived_at, document));\n";

/* follows: the one of 14 days that it goes on from. */
static const char successors[] = "ALTER TABLE incident ADD COLUMN follows BYTEA;\n";

static const char rota_changes[] =
	"CREATE TABLE rota_change (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, schedule TEXT"
	" NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT"
	" NOT NULL, ends_at BIGINT NOT NULL, previous BYTEA NOT NULL, hash BYTEA NOT NULL);\n"
	"CREATE INDEX rota_change_by_end ON rota_change (ends_at);\n";
/* The newest of each kind. What ran as a timer warns once more, when it is due. */
static const char deadlines[] =
	"CREATE TABLE deadline (incident BYTEA NOT NULL, kind TEXT NOT NULL, started_at BIGINT"
	" NOT NULL, due_at BIGINT NOT NULL, percent BIGINT NOT NULL, ended_at BIGINT, next_at"
	" BIGINT, PRIMARY KEY (incident, kind));\n"
	"CREATE INDEX deadline_by_next ON deadline (next_at);\n"
	"INSERT INTO deadline (incident, kind, started_at, due_at, percent, next_at) SELECT"
	" incident, kind, at - CASE kind WHEN 'pack' THEN 7200 ELSE 1800 END, at, 75, at FROM"
	" timer WHERE kind IN ('verdict', 'statement', 'pack');\n"
	"DELETE FROM timer WHERE kind IN ('verdict', 'statement', 'pack');\n";

/* What playbooks did, one row an attempt. let_by: "playbook", "signals" or who. */
static const char actions[] =
	"CREATE TABLE action (id BYTEA PRIMARY KEY, incident BYTEA NOT NULL, playbook TEXT NOT"
	" NULL, name TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, level BIGINT NOT"
	" NULL, state TEXT NOT NULL, why TEXT NOT NULL, let_by TEXT NOT NULL, at BIGINT NOT"
	" NULL, started_at BIGINT, ended_at BIGINT, status BIGINT, us BIGINT, bytes BIGINT,"
	" output BYTEA);\n"
	"CREATE INDEX action_by_state ON action (state, at);\n"
	"CREATE INDEX action_by_incident ON action (incident, playbook, name, n);\n";

/* said: the load when polls began to be put off; polls .. names: of what was, when it was over. */
static const char valve_words[] =
	"CREATE TABLE valve_word (at BIGINT NOT NULL, document BYTEA NOT NULL, sheds BIGINT NOT"
	" NULL, since_at BIGINT NOT NULL, said TEXT NOT NULL, polls BIGINT NOT NULL, sources"
	" BIGINT NOT NULL, names TEXT NOT NULL, as_of BIGINT NOT NULL, PRIMARY KEY (at,"
	" document));\n";

/* erased_at: composed again without a text that was erased. rewrite: what has still to be done
 * outside of the record, unquote.h. */
static const char unquoted[] =
	"ALTER TABLE notice ADD COLUMN erased_at BIGINT;\n"
	"ALTER TABLE digest ADD COLUMN erased_at BIGINT;\n"
	"CREATE TABLE rewrite (what TEXT NOT NULL, id BYTEA NOT NULL, PRIMARY KEY (what, "
	"id));\n"
	"INSERT INTO rewrite (what, id) SELECT 'all', d.id FROM content c JOIN document d ON"
	" d.n = c.document WHERE c.erased_at IS NOT NULL LIMIT 1;\n";

/* Until then a digest knew by the topic. */
static const char confidential[] =
	"ALTER TABLE incident ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;\n"
	"UPDATE incident SET confidential = 1 WHERE topic IN ('executive', 'data_leak',"
	" 'labour', 'legal', 'minors');\n";

/* How far the duty clocks of incidents are; ended_at 0: it runs. */
static const char duties[] =
	"CREATE TABLE duty (incident BYTEA NOT NULL, name TEXT NOT NULL, started_at BIGINT NOT"
	" NULL, due_at BIGINT NOT NULL, percent BIGINT NOT NULL, ended_at BIGINT NOT NULL,"
	" PRIMARY KEY (incident, name));\n";
/* Stories that were called a wrong alarm. then: authors, classes (bits); why: hush_words. */
static const char hushes[] =
	"CREATE TABLE hush (story BYTEA NOT NULL, watch TEXT NOT NULL, incident BYTEA NOT NULL,"
	" from_at BIGINT NOT NULL, at BIGINT NOT NULL, authors BIGINT NOT NULL, classes BIGINT"
	" NOT NULL, broken_at BIGINT, why TEXT, PRIMARY KEY (story, watch));\n";

/* With what links are signed, and which were used. verb: enum link_verb. */
static const char links[] = "CREATE TABLE link_key (number BIGINT PRIMARY KEY, secret BYTEA "
			    "NOT NULL, made_at BIGINT"
			    " NOT NULL);\n"
			    "CREATE TABLE link_use (notice BYTEA NOT NULL, verb BIGINT NOT "
			    "NULL, at BIGINT NOT NULL,"
			    " actor TEXT NOT NULL, PRIMARY KEY (notice, verb));\n";
/* author: a person who wrote the text. promise_at: the next update that it promises. */
static const char written_drafts[] =
	"ALTER TABLE draft ADD COLUMN author TEXT NOT NULL DEFAULT '';\n"
	"ALTER TABLE draft ADD COLUMN promise_at BIGINT NOT NULL DEFAULT 0;\n"
	"CREATE INDEX draft_by_incident ON draft (incident, template, version);\n";
/* Moves whose drafts are still to be made. */
static const char drafting[] = "CREATE INDEX move_by_incident ON move (incident, seq);\n"
			       "CREATE TABLE drafting (move BIGINT PRIMARY KEY);\n";
/* quote: what shows a text of others. expired_at: what the incident rested on went at its term. */
static const char retained[] =
	"ALTER TABLE incident ADD COLUMN expired_at BIGINT;\n"
	"CREATE INDEX incident_by_end ON incident (closed_at);\n"
	"CREATE INDEX firing_by_end ON firing (to_at);\n"
	"CREATE INDEX notice_by_kind ON notice (kind, created_at);\n"
	"CREATE INDEX reject_by_time ON reject (at);\n"
	"CREATE TABLE quote (document BYTEA NOT NULL, shown_in TEXT NOT NULL, id BYTEA NOT"
	" NULL, PRIMARY KEY (document, shown_in, id));\n"
	"INSERT INTO rewrite (what, id) SELECT 'quotes', id FROM digest LIMIT 1;\n"
	"INSERT INTO rewrite (what, id) SELECT 'quotes', id FROM notice LIMIT 1;\n";

/* Situation reports; next_at NULL: it has them no more. What is handled now has one at once. */
static const char sitreps[] =
	"CREATE TABLE sitrep (incident BYTEA PRIMARY KEY, since_at BIGINT NOT NULL, n BIGINT"
	" NOT NULL, told_at BIGINT NOT NULL, next_at BIGINT, to_seq BIGINT NOT NULL, mentions"
	" BIGINT NOT NULL);\n"
	"CREATE INDEX sitrep_by_next ON sitrep (next_at);\n"
	"INSERT INTO sitrep (incident, since_at, n, told_at, next_at, to_seq, mentions)"
	" SELECT id, opened_at, 0, opened_at, opened_at, 0, -1 FROM incident WHERE state ="
	" 'responding' AND level >= 3;\n";
/* What quotients are made of (rate.h); rows of before hold none of it. */
static const char rates[] =
	"ALTER TABLE rollup_minute ADD COLUMN tone_reach BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_minute ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_minute ADD COLUMN lag BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_minute ADD COLUMN lagged BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_hour ADD COLUMN tone_reach BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_hour ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_hour ADD COLUMN lag BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_hour ADD COLUMN lagged BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_day ADD COLUMN tone_reach BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_day ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_day ADD COLUMN lag BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE rollup_day ADD COLUMN lagged BIGINT NOT NULL DEFAULT 0;\n"
	"INSERT INTO meta (name, value) SELECT 'rates_from', max(arrived_at) FROM document"
	" HAVING max(arrived_at) > 0;\n";
/* Whose turn it is at a destination. arrived: so many parts of it are there. said: what was
 * answered, in words; wait_s: how long it asked us to wait. */
static const char lanes[] =
	"CREATE INDEX notice_by_channel ON notice (state, channel, level DESC, next_at,"
	" created_at, id);\n"
	"ALTER TABLE notice ADD COLUMN arrived BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE attempt ADD COLUMN said TEXT NOT NULL DEFAULT '';\n"
	"ALTER TABLE attempt ADD COLUMN wait_s BIGINT NOT NULL DEFAULT 0;\n"
	"CREATE INDEX attempt_by_time ON attempt (at);\n";
/* So that the documents of some mentions are found by their time. */
static const char arrivals[] =
	"DROP INDEX document_by_arrival;\n"
	"CREATE INDEX document_by_arrival ON document (arrived_at, id);\n";
/* Whom we acknowledged by ourselves (auto_ack.h), once each: who is a hash of the author. */
static const char auto_acks[] = "CREATE TABLE auto_ack (who BYTEA PRIMARY KEY, mention BYTEA "
				"NOT NULL, at BIGINT NOT NULL,"
				" template TEXT NOT NULL, hash TEXT NOT NULL);\n"
				"CREATE INDEX auto_ack_by_time ON auto_ack (at);\n";

/* What people say to digests. key: a date of an edit, or a person. */
static const char digest_words[] =
	"CREATE TABLE digest_word (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT "
	"NULL,"
	" name TEXT NOT NULL, key TEXT NOT NULL, actor TEXT NOT NULL, value TEXT NOT NULL);\n"
	"CREATE INDEX digest_word_by_key ON digest_word (name, key, seq);\n"
	"CREATE INDEX digest_by_day ON digest (name, day);\n";
/* How far answers that come back as text are read, and wrong codes. */
static const char answers[] =
	"CREATE TABLE answer_from (source TEXT PRIMARY KEY, upto BIGINT NOT NULL, validity"
	" BIGINT NOT NULL);\n"
	"CREATE TABLE answer_try (id BYTEA PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT"
	" NULL);\n"
	"CREATE INDEX answer_try_by_time ON answer_try (at);\n";

/* Why what is under way is not to be sent again. */
static const char recalls[] =
	"ALTER TABLE notice ADD COLUMN recalled TEXT NOT NULL DEFAULT '';\n";
/* What is told together, and when again; who is in it; why a notice was held, each time; silences that
 * people began and ended. */
static const char groups_and_holds[] =
	"CREATE TABLE notice_group (id BYTEA PRIMARY KEY, interval_s BIGINT NOT NULL, repeat_s"
	" BIGINT NOT NULL, flushed_at BIGINT NOT NULL, flush_at BIGINT NOT NULL, told_at BIGINT"
	" NOT NULL);\n"
	"CREATE INDEX notice_group_by_flush ON notice_group (flush_at);\n"
	"CREATE TABLE group_member (grp BYTEA NOT NULL, incident BYTEA NOT NULL, level BIGINT"
	" NOT NULL, told_at BIGINT NOT NULL, gone_at BIGINT NOT NULL, PRIMARY KEY (grp,"
	" incident, level));\n"
	"CREATE INDEX group_member_by_incident ON group_member (incident);\n"
	"CREATE TABLE notice_hold (notice BYTEA NOT NULL, n BIGINT NOT NULL, at BIGINT NOT"
	" NULL, why TEXT NOT NULL, detail TEXT NOT NULL, until_at BIGINT NOT NULL, PRIMARY"
	" KEY (notice, n));\n"
	"CREATE TABLE silence_change (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, silence"
	" BIGINT NOT NULL, kind TEXT NOT NULL, matchers TEXT NOT NULL, from_at BIGINT NOT"
	" NULL, until_at BIGINT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, previous"
	" BYTEA NOT NULL, hash BYTEA NOT NULL);\n"
	"CREATE INDEX notice_by_due ON notice (recipient, due_at);\n";
/* As they are asked for: in order, without sorting. */
static const char due_indexes[] =
	"CREATE INDEX incident_by_step ON incident (step_due, number) WHERE step_due > 0;\n"
	"CREATE INDEX incident_by_ack ON incident (acked_until, number) WHERE acked_until > 0"
	" AND (state = 'open' OR state = 'assessing' OR state = 'responding');\n"
	"CREATE INDEX incident_burning ON incident (level DESC, opened_at, number) WHERE state"
	" = 'open' OR state = 'assessing' OR state = 'responding';\n"
	"DROP INDEX notice_group_by_flush;\n"
	"CREATE INDEX notice_group_by_flush ON notice_group (flush_at, id);\n"
	"DROP INDEX notice_by_recipient;\n"
	"DROP INDEX firing_by_incident;\n"
	"CREATE INDEX firing_by_incident ON firing (incident, at DESC, grade DESC, id);\n";
/* So that those on one incident are found at its term. */
static const char command_indexes[] = "CREATE INDEX command_by_verb ON command (verb, at);\n";
/* Cases and pages by whose words they are found (library.h). */
static const char library[] =
	"CREATE TABLE library (n BIGINT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,"
	" title TEXT NOT NULL, watch TEXT NOT NULL, signature TEXT NOT NULL, traits TEXT NOT"
	" NULL, at BIGINT NOT NULL, again_at BIGINT NOT NULL, UNIQUE (kind, name));\n"
	"CREATE INDEX library_by_time ON library (kind, at);\n"
	"ALTER TABLE draft ADD COLUMN why TEXT NOT NULL DEFAULT '';\n";

/* Of which story most of what a firing counted is: so that a story has one open incident. */
static const char leads[] = "ALTER TABLE firing ADD COLUMN lead BYTEA;\n";
/* Of the incident itself: first_mention_at is that of all that was merged into it. */
static const char own_firsts[] =
	"ALTER TABLE incident ADD COLUMN own_first_mention_at BIGINT NOT NULL DEFAULT 0;\n"
	"UPDATE incident SET own_first_mention_at = first_mention_at;\n";
/* By the crawler's word (post.h). */
static const char posts[] =
	"CREATE TABLE post (document BYTEA NOT NULL, at BIGINT NOT NULL, gone BIGINT NOT NULL,"
	" PRIMARY KEY (document, at));\n";

/* What digests count, packed (count_store.h): filled in turns, also with what is there already. */
static const char count_blocks[] =
	"CREATE TABLE count_block (watch TEXT NOT NULL, to_at BIGINT NOT NULL, from_at BIGINT"
	" NOT NULL, as_of BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (watch, to_at));\n"
	"CREATE INDEX count_block_by_time ON count_block (to_at, from_at, as_of);\n";

/* moved_at: of the newest change of state, as our clock is set by now. round_entry: the newest entry of all when
 * it last flared up. */
static const char rounds[] =
	"ALTER TABLE incident ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;\n"
	"ALTER TABLE incident ADD COLUMN round_entry BIGINT NOT NULL DEFAULT 0;\n"
	"UPDATE incident SET moved_at = coalesce((SELECT at FROM move WHERE move.incident ="
	" incident.id AND from_state <> to_state ORDER BY seq DESC LIMIT 1), 0), round_entry ="
	" coalesce((SELECT max(entry.seq) FROM entry WHERE entry.incident = incident.id AND"
	" entry.at < (SELECT at FROM move WHERE move.incident = incident.id AND (event ="
	" 'recur' OR (from_state = 'watching' AND to_state IN ('assessing', 'responding')))"
	" ORDER BY seq DESC LIMIT 1)), 0);\n";

/* In the order in which they came, by which they are read back; nothing else looks for one. (They lie
 * so: a sort would hold 72 h of them in memory.) */
static const char copies_in_order[] =
	"CREATE TABLE copies_new (n INTEGER PRIMARY KEY, document BYTEA NOT NULL, arrived_at"
	" BIGINT NOT NULL, signature BYTEA NOT NULL, story BYTEA NOT NULL, gist BYTEA);\n"
	"INSERT INTO copies_new (document, arrived_at, signature, story, gist) SELECT document,"
	" arrived_at, signature, story, gist FROM copies;\n"
	"DROP TABLE copies;\n"
	"ALTER TABLE copies_new RENAME TO copies;\n";

/* story_as_of: since which commit a document is of its story, 0: from the first. into_story: hush.h. */
static const char story_moves[] =
	"ALTER TABLE document ADD COLUMN story_as_of BIGINT NOT NULL DEFAULT 0;\n"
	"CREATE TABLE story_move (document BYTEA NOT NULL, as_of BIGINT NOT NULL, at BIGINT"
	" NOT NULL, was BYTEA NOT NULL, story BYTEA NOT NULL, PRIMARY KEY (document, as_of));\n"
	"ALTER TABLE hush ADD COLUMN into_story BYTEA;\n";
static const struct migration steps[] = {
	{ 1, "what was said and counted", counted },
	{ 2, "what was done about it", answered },
	{ 3, "find notices by state, incident, code", notice_indexes },
	{ 4, "find documents by arrival", digest_indexes },
	{ 5, "keep copies by their time", copies_by_time },
	{ 6, "numbers that are pushed or fetched", samples },
	{ 7, "what people say of mentions", labels },
	{ 8, "find texts by their document's number", numbered },
	{ 9, "places on hot lists", ranks },
	{ 10, "what we released, and who spreads it", echoes },
	{ 11, "what is added to the file of an incident", entries },
	{ 12, "which mentions tell of one event, and why", stories },
	{ 13, "which incident goes on from which", successors },
	{ 14, "what people changed of the rota", rota_changes },
	{ 15, "what playbooks did", actions },
	{ 16, "how far the clocks of incidents are", deadlines },
	{ 17, "when polls were put off", valve_words },
	{ 18, "what quoted a text that was erased", unquoted },
	{ 19, "which incidents few may see", confidential },
	{ 20, "duty clocks", duties },
	{ 21, "which stories were called a wrong alarm", hushes },
	{ 22, "signed links", links },
	{ 23, "drafts that people wrote", written_drafts },
	{ 24, "drafts that wait until people are told", drafting },
	{ 25, "what is let go of at its term", retained },
	{ 26, "situation reports", sitreps },
	{ 27, "what people say to digests", digest_words },
	{ 28, "answers that come as text", answers },
	{ 29, "net sentiment, originality and lag", rates },
	{ 30, "whose turn it is at a destination", lanes },
	{ 31, "find documents by arrival and id", arrivals },
	{ 32, "whom we acknowledged by ourselves", auto_acks },
	{ 33, "what is called back while it is sent", recalls },
	{ 34, "what holds notices, and what is told together", groups_and_holds },
	{ 35, "find commands by verb", command_indexes },
	{ 36, "which story a firing is about", leads },
	{ 37, "when each incident's own first mention was", own_firsts },
	{ 38, "cases and pages, and why a template was picked", library },
	{ 39, "their words", fts_schema },
	{ 40, "posts that were edited or deleted", posts },
	{ 41, "what digests count, packed", count_blocks },
	{ 42, "since when incidents are in their round", rounds },
	{ 43, "find what is due of incidents", due_indexes },
	{ 44, "read copies back in their order", copies_in_order },
	{ 45, "texts that went to another story", story_moves },
	{ 0, NULL, NULL },
};
const struct migrations record_migrations = { "record", steps };

/* ---- documents ------------------------------------------------------------------------------ */

int
record_known(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM document WHERE id = :id");
	int found;

	stmt_id(q, 1, document);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int
record_add_document(struct store *s, const struct record_document *r, struct err *e)
{
	const struct document *d = r->document;
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO document (id, source, source_class, site, url, lang, author_key,"
		" followers, published_at, arrived_at, flags, spool, seq, text_hash, story,"
		" mentions, as_of, rank) VALUES (:id, :source, :class, :site, :url, :lang,"
		" :author, :followers, :published, :arrived, :flags, :spool, :seq, :hash,"
		" :story, :mentions, :as_of, :rank)");

	stmt_id(q, 1, &d->id);
	stmt_text(q, 2, d->source);
	stmt_int(q, 3, d->source_class);
	stmt_text(q, 4, d->site);
	stmt_text(q, 5, d->url);
	stmt_text(q, 6, d->lang);
	if (!id_none(&d->author_key))
		stmt_id(q, 7, &d->author_key);
	stmt_int(q, 8, d->followers);
	stmt_int(q, 9, d->published_at);
	stmt_int(q, 10, d->arrived_at);
	stmt_int(q, 11, d->flags);
	stmt_id(q, 12, &d->spool);
	stmt_int(q, 13, d->seq);
	stmt_id(q, 14, &d->text_hash);
	if (!id_none(&r->story))
		stmt_id(q, 15, &r->story);
	stmt_int(q, 16, r->mentions);
	stmt_int(q, 17, r->as_of);
	stmt_int(q, 18, record_rank(d));
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int64_t
record_rank(const struct document *d)
{
	return d->best_rank < RANK_MAX ? d->best_rank : RANK_MAX;
}

static void
add_sized(struct buf *b, struct str s)
{
	uint64_t n = htole64(s.n);

	buf_add(b, (struct str){ (const char *)&n, sizeof n });
	buf_add(b, s);
}

void
record_digest(struct str salt, struct str title, struct str body, struct str author,
	      struct buf *scratch, uint8_t out[32])
{
	buf_clear(scratch);
	add_sized(scratch, salt);
	add_sized(scratch, title);
	add_sized(scratch, body);
	add_sized(scratch, author);
	hash_sha256(buf_str(scratch), out);
}

int
record_add_content(struct store *s, const struct document *d, const struct id *salt,
		   struct buf *scratch, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO content (document, digest, salt, title, body,"
			      " author) SELECT n, :digest, :salt, :title, :body, :author"
			      " FROM document WHERE id = :document");
	uint8_t digest[32];

	record_digest(id_str(salt), d->title, d->text, d->author, scratch, digest);
	stmt_bytes(q, 1, (struct str){ (const char *)digest, sizeof digest });
	stmt_id(q, 2, salt);
	stmt_text(q, 3, d->title);
	stmt_text(q, 4, d->text);
	stmt_text(q, 5, d->author);
	stmt_id(q, 6, &d->id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ---- mentions ------------------------------------------------------------------------------- */

static void
add_topics(struct buf *b, const struct mention *m)
{
	const struct topic_hit *t = m->topics.v;

	buf_add_byte(b, '[');
	for (size_t i = 0; i < m->topics.n; i++) {
		buf_add(b, i ? STR(",{\"topic\":") : STR("{\"topic\":"));
		json_add_text(b, t[i].topic);
		buf_addf(b,
			 ",\"severity\":%d,\"safety\":%d,\"negated\":%d,\"at\":%lld,\"len\":%"
			 "lld}",
			 (int)t[i].severity, (int)t[i].safety, (int)t[i].negated,
			 (long long)t[i].at, (long long)t[i].len);
	}
	buf_add_byte(b, ']');
}

/* at, len, kind: three numbers of 32 bits, little endian, for each. */
static void
add_spans(struct buf *b, const struct mention *m)
{
	const struct span *v = m->spans.v;

	for (size_t i = 0; i < m->spans.n; i++) {
		const uint32_t three[] = { htole32((uint32_t)v[i].at),
					   htole32((uint32_t)v[i].len),
					   htole32((uint32_t)v[i].kind) };

		buf_add(b, (struct str){ (const char *)three, sizeof three });
	}
}

/* The greatest severity of a topic that is not negated. */
int64_t
record_severity(const struct mention *m)
{
	const struct topic_hit *t = m->topics.v;
	int64_t most = 0;

	for (size_t i = 0; i < m->topics.n; i++)
		if (!t[i].negated && t[i].severity > most)
			most = t[i].severity;
	return most;
}

int
record_add_mention(struct store *s, const struct record_mention *r, struct buf *scratch,
		   struct err *e)
{
	const struct mention *m = r->mention;
	const struct document *d = &r->result->document;
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO mention (id, document, watch, arrived_at, published_at, score, "
		"label,"
		" confidence, subjectivity, intent, flags, severity, topics, spans, conf, "
		"image,"
		" story, as_of) VALUES (:id, :document, :watch, :arrived, :published, :score,"
		" :label, :confidence, :subjectivity, :intent, :flags, :severity, :topics, "
		":spans,"
		" :conf, :image, :story, :as_of) ON CONFLICT (id) DO NOTHING");
	size_t topics_n;

	buf_clear(scratch);
	add_topics(scratch, m);
	topics_n = scratch->n;
	add_spans(scratch, m);
	stmt_id(q, 1, &m->id);
	stmt_id(q, 2, &d->id);
	stmt_text(q, 3, m->watch);
	stmt_int(q, 4, d->arrived_at);
	stmt_int(q, 5, d->published_at);
	stmt_int(q, 6, m->score);
	stmt_int(q, 7, m->label);
	stmt_int(q, 8, m->confidence);
	stmt_int(q, 9, m->subjectivity);
	stmt_int(q, 10, m->intent);
	stmt_int(q, 11, m->flags);
	stmt_int(q, 12, record_severity(m));
	stmt_text(q, 13, (struct str){ scratch->p, topics_n });
	stmt_bytes(q, 14, (struct str){ scratch->p + topics_n, scratch->n - topics_n });
	stmt_id(q, 15, &r->result->conf);
	stmt_id(q, 16, &r->result->image);
	if (!id_none(&r->story))
		stmt_id(q, 17, &r->story);
	stmt_int(q, 18, r->as_of);
	return stmt_run(q, e);
}

int
record_add_why(struct store *s, const struct record_why *w, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO story_why (arrived_at, document, story,"
				       " alike_to, alike, why) VALUES (:at, :document, :story,"
				       " :alike_to, :alike, :why)"
				       " ON CONFLICT (arrived_at, document) DO NOTHING");

	stmt_int(q, 1, w->arrived_at);
	stmt_id(q, 2, &w->document);
	stmt_id(q, 3, &w->story);
	stmt_id(q, 4, &w->alike_to);
	stmt_int(q, 5, w->alike);
	stmt_bytes(q, 6, w->why);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
record_add_reject(struct store *s, struct str in, const struct err *why, int64_t now,
		  struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO reject (id, at, stage, why, bytes) VALUES (:id,"
			      " :at, 'respond', :why, :bytes) ON CONFLICT (id) DO NOTHING");
	struct id id = ID_OF(STR("reject"), in);

	stmt_id(q, 1, &id);
	stmt_int(q, 2, now);
	stmt_text(q, 3, str_of(why->text));
	stmt_bytes(q, 4, in);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ---- evidence ------------------------------------------------------------------------------- */

int
record_evidence(struct store *s, const struct id *mention, struct arena *a,
		struct evidence *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT m.document, m.watch, d.url, d.site, d.source, c.title, c.body,"
		   " c.erased_why, m.arrived_at, m.score, c.digest FROM mention m"
		   " JOIN document d ON d.id = m.document"
		   " JOIN content c ON c.document = d.n WHERE m.id = :id");
	struct str digest;
	int found;

	*out = (struct evidence){ .mention = *mention };
	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0) {
		out->document = stmt_col_id(q, 0);
		out->watch = arena_str(a, stmt_col_text(q, 1));
		out->url = arena_str(a, stmt_col_text(q, 2));
		out->site = arena_str(a, stmt_col_text(q, 3));
		out->source = arena_str(a, stmt_col_text(q, 4));
		out->title = arena_str(a, stmt_col_text(q, 5));
		out->body = arena_str(a, stmt_col_text(q, 6));
		out->erased = arena_str(a, stmt_col_text(q, 7));
		out->at = stmt_col_int(q, 8);
		out->score = stmt_col_int(q, 9);
		digest = stmt_col_bytes(q, 10);
		if (digest.n == sizeof out->digest)
			memcpy(out->digest, digest.p, digest.n);
	}
	stmt_reset(q);
	return found;
}

/* ---- meta ------------------------------------------------------------------------------------ */

int
record_meta_int(struct store *s, const char *name, int64_t dflt, int64_t *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT value FROM meta WHERE name = :name");
	int found, bad = 0;

	*out = dflt;
	stmt_text(q, 1, str_of(name));
	found = stmt_step(q, e);
	if (found > 0)
		bad = str_int64(stmt_col_text(q, 0), out);
	stmt_reset(q);
	if (bad)
		return err_set(e, ERR_BROKEN, "meta row \"%s\" is not a number", name);
	return found < 0 ? -1 : 0;
}

int
record_meta_set(struct store *s, const char *name, int64_t value, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO meta (name, value) VALUES (:name, :value)"
			      " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
	struct buf b = BUF(32);
	int done;

	buf_addf(&b, "%lld", (long long)value);
	stmt_text(q, 1, str_of(name));
	stmt_text(q, 2, buf_str(&b));
	done = stmt_run(q, e);
	buf_release(&b);
	return done < 0 ? -1 : 0;
}

int
record_each_seq(struct store *s, const struct id *spool, void (*each)(void *arg, int64_t seq),
		void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq FROM document WHERE spool = :spool");
	int r;

	stmt_id(q, 1, spool);
	while ((r = stmt_step(q, e)) == 1)
		each(arg, stmt_col_int(q, 0));
	stmt_reset(q);
	return r;
}
