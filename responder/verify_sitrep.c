/* verify_sitrep.c - the figures of each situation report again, from the mentions of the same commits
 * and the same entries. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/sitrep.h"
#include "responder/unquote_store.h"
#include "responder/verify_parts.h"

/* What is compared, figure by figure. */
static const struct {
	const char *name;
	size_t at;
	bool voices; /* of mentions, which expire */
} compared[] = {
#define FIGURE(field, voices)                                  \
	{                                                      \
#field, offsetof(struct sitrep, field), voices \
	}
	FIGURE(mentions, true),  FIGURE(negative, true),  FIGURE(complaints, true),
	FIGURE(authors, true),   FIGURE(sites, true),     FIGURE(reach, true),
	FIGURE(rank, true),      FIGURE(claims_n, false), FIGURE(releases, false),
	FIGURE(released, false), FIGURE(last_at, false),  FIGURE(promise_at, false),
#undef FIGURE
};

static int64_t
figure(const struct sitrep *s, size_t i)
{
	int64_t v;

	memcpy(&v, (const char *)s + compared[i].at, sizeof v);
	return v;
}

static void
compare(struct verify *v, const char *hex, const struct sitrep *told, const struct sitrep *is,
	bool expired)
{
	for (size_t i = 0; i < LY_COUNT(compared); i++)
		if (!(expired && compared[i].voices) && figure(told, i) != figure(is, i))
			verify_differs(v, "situation report %s says %s %lld; it is %lld", hex,
				       compared[i].name, (long long)figure(told, i),
				       (long long)figure(is, i));
	if (told->late_n < is->late_n || told->late_n > is->late_n + is->tasks_gone)
		verify_differs(v, "situation report %s says late_n %lld; it is %lld", hex,
			       (long long)told->late_n, (long long)is->late_n);
	for (size_t i = 0; i < SITREP_SHOWN && (int64_t)i < is->claims_n; i++)
		if (told->claims[i].entry != is->claims[i].entry ||
		    (is->claims[i].text.n &&
		     !str_eq(told->claims[i].truth, is->claims[i].truth)))
			verify_differs(
				v,
				"situation report %s tells entry %lld as \"%.*s\"; entry "
				"%lld is \"%.*s\"",
				hex, (long long)told->claims[i].entry,
				STR_ARG(told->claims[i].truth), (long long)is->claims[i].entry,
				STR_ARG(is->claims[i].truth));
}

/* Its rows of figures are those of its facts, in one of both languages. */
static bool
says_figures(const struct stored_sitrep *n, const struct sitrep *s, bool brief)
{
	bool any = false;

	for (int zh = 0; zh < 2; zh++) {
		struct buf voices = BUF(4096), reach = BUF(4096);

		sitrep_add_voices(s, zh != 0, &voices);
		sitrep_add_reach(s, zh != 0, &reach);
		any = any || (str_find(n->body, buf_str(&voices)) >= 0 &&
			      (brief || str_find(n->body, buf_str(&reach)) >= 0));
		buf_release(&voices);
		buf_release(&reach);
	}
	return any;
}

static int
check_quotes(struct verify *v, const struct stored_sitrep *n, const struct json *facts)
{
	const struct json *list = json_get(facts, "evidence");
	int erased = 0;

	for (size_t i = 0; erased >= 0 && i < json_count(list); i++) {
		struct str hex = json_text(json_at(list, i), STR(""));
		struct id id;

		erased = id_from_hex(hex, &id) < 0 ? 0 : mention_is_erased(v->s, &id, v->e);
		if (erased > 0 && notice_quotes(n->body, i))
			verify_differs(v,
				       "a situation report still quotes mention %.*s, which is "
				       "erased",
				       STR_ARG(hex));
	}
	return erased < 0 ? -1 : 0;
}

static int
check_report(void *arg, const struct stored_sitrep *n)
{
	struct verify *v = arg;
	struct sitrep told, is;
	const struct json *facts;
	struct buf hex = BUF(64);
	struct err bad;
	int r = 0;

	arena_reset(v->a);
	v->sum->notices++;
	v->sum->erased += n->erased;
	id_add_hex(&hex, &n->id);
	facts = json_parse(v->a, n->facts, &bad);
	if (json_int(json_get(facts, "confidential"), 0)) {
		if (str_find(n->body, STR("声量")) >= 0 ||
		    str_find(n->body, STR("Voices")) >= 0)
			verify_differs(v,
				       "situation report %s of a confidential incident tells "
				       "figures",
				       hex.p);
	} else if (sitrep_of_facts(facts, v->a, &told) < 0) {
		verify_differs(v, "situation report %s has no figures", hex.p);
	} else {
		is = told;
		r = sitrep_voices(v->s, &is, v->e) < 0 ||
				    sitrep_file(v->s, &n->incident, v->a, &is, v->e) < 0
			    ? -1
			    : check_quotes(v, n, facts);
		if (r == 0)
			compare(v, hex.p, &told, &is,
				v->oldest > told.from_at && told.mentions);
		if (r == 0 && !n->erased &&
		    !says_figures(n, &told, json_int(json_get(facts, "brief"), 0) != 0))
			verify_differs(v,
				       "situation report %s tells other figures than it was "
				       "made with",
				       hex.p);
	}
	buf_release(&hex);
	return r;
}

int
verify_all_sitreps(struct verify *v)
{
	return sitreps_stored(v->s, check_report, v, v->e) < 0 ? -1 : 0;
}
