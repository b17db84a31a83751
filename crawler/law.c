/* law.c - see law.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/law.h"

enum law_said
law_judge(const struct source_conf *s, int64_t now, int64_t ahead_s)
{
	if (s->paused)
		return LAW_PAUSED;
	if (s->basis == BASIS_BRIDGE && !s->accept_risk.n)
		return LAW_RISK;
	if (!s->contract_end_at)
		return LAW_OPEN;
	if (now >= s->contract_end_at)
		return LAW_ENDED;
	return now >= s->contract_end_at - ahead_s ? LAW_ENDING : LAW_OPEN;
}

bool
law_allows(const struct source_conf *s, int64_t now, const char **why)
{
	static const char *const words[] = {
		[LAW_ENDED] = "its contract has ended",
		[LAW_RISK] = "nobody has accepted the risk of this bridge (accept_risk)",
		[LAW_PAUSED] = "it is paused",
	};
	enum law_said said = law_judge(s, now, 0);

	*why = said < LY_COUNT(words) ? words[said] : NULL;
	return !*why;
}

static bool
is_header(struct str name, const char *is)
{
	return str_eq_nocase(name, str_of(is));
}

void
law_check(struct conf_reader *r, const struct source_conf *s)
{
	const struct conf_pair *h = s->headers.v;

	for (size_t i = 0; i < s->headers.n; i++) {
		if (is_header(h[i].name, "cookie"))
			conf_error(r, &s->headers,
				   "a cookie is a secret: it goes into \"cookies\", not here");
		if (is_header(h[i].name, "authorization"))
			conf_error(r, &s->headers,
				   "a key is a secret: it goes into \"secret_headers\"");
	}
	if (s->cookies.n && (s->basis == BASIS_PUBLIC || s->basis == BASIS_EXPORT))
		conf_error(r, &s->cookies,
			   "what is read with a login is not public: cookies need the basis "
			   "owned or licensed (or bridge, with accept_risk)");
	if (s->robots == ROBOTS_IGNORE && s->basis != BASIS_OWNED && s->basis != BASIS_LICENSED)
		conf_error(r, &s->robots,
			   "robots.txt may be ignored where the basis is owned or licensed");
	if (s->accept_risk.n && s->basis != BASIS_BRIDGE)
		conf_error(r, &s->accept_risk, "only a source of basis bridge has it");
}
