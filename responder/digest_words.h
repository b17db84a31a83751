/* digest_words.h - a counted day -> a page: screen one, then the rest. Pure. */
#ifndef LY_RESPONDER_DIGEST_WORDS_H
#define LY_RESPONDER_DIGEST_WORDS_H

#include "responder/digest_day.h"
#include "responder/digest_page.h"

#define SCREEN_MAX 300 /* code points of screen one */

/* Verdict, at most three things to know, at most one to do, what we cannot see. */
struct digest_screen {
	struct str title, verdict, word, know[3], todo, blind; /* word, todo may be empty */
	size_t know_n;
};
void digest_screen(const struct responder_env *env, const struct digest_day *d, struct arena *a,
		   struct digest_screen *out);
/* The highest level that is open; 0 none; -1: nothing came in, so nobody knows. */
int digest_level(const struct digest_day *d);
enum story_figure { STORY_NEGATIVE, STORY_SITES };
const char *day_story_mark(const struct day_story *s, enum story_figure which, struct arena *a);
/* The line of screen one about the most negative story of all; how it begins. */
#define DIGEST_STORY_ZH "负面最多：“"
#define DIGEST_STORY_EN "Most negative: \""
struct str digest_story_line(struct arena *a, bool zh, const struct day_story *s);
/* A row of the table of stories: its last cell is digest_evidence_name(). */
void digest_story_row(const struct responder_env *env, bool zh, const struct day_story *s,
		      struct page *p);
struct str digest_evidence_name(struct arena *a,
				const struct id *mention); /* "m:0123456789ab" */
/* How the title of an erased text begins, and that of one past its term. */
#define DIGEST_GONE_ZH "（已删除："
#define DIGEST_GONE_EN "(erased: "
#define DIGEST_TERM_ZH "（已过保存期）"
#define DIGEST_TERM_EN "(past its term)"
/* The chat form, at most CHAT_MAX code points: screen one, then what there is room for. In a. */
#define CHAT_MAX 600
struct str digest_chat(const struct digest_day *d, const struct digest_screen *s,
		       struct arena *a);
/* What digest_words.c is made of: digest_sections.c has the parts that fold. */
struct writing {
	const struct responder_env *env;
	const struct digest_day *d;
	struct page *p;
	struct arena *a;
	bool zh;
};
struct str digest_local(struct writing *w, int64_t at); /* "03-10 08:00" */
void digest_cockpit(struct writing *w);
void digest_rota(struct writing *w);
void digest_health(struct writing *w);
void digest_definitions(struct writing *w);
/* The whole page, with the stories of at most `detail` watches; p->a is set. */
void digest_page(const struct responder_env *env, const struct digest_day *d,
		 const struct digest_screen *s, size_t detail, struct page *p);

#endif
