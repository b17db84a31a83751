/* coverage.c - see coverage.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/http.h"
#include "core/psl.h"
#include "core/str.h"

#include "crawler/coverage.h"

#define LIVE_EVERY_S 3600
#define LIVE_DELAY_S 7200

const struct words coverage_words[COVER_COUNT] = {
	[COVER_LIVE] = { "live", "实时", "live" },
	[COVER_DELAYED] = { "delayed", "有延迟", "delayed" },
	[COVER_EXPORT] = { "export", "仅导出", "export only" },
	[COVER_DOWN] = { "down", "无数据", "no data" },
	[COVER_NONE] = { "uncovered", "未覆盖", "not covered" },
};

static enum coverage
source_judge(const struct coverage_source *s)
{
	if (s->dark || (s->waiting && !s->every_s))
		return COVER_DOWN;
	if (s->basis == BASIS_EXPORT)
		return COVER_EXPORT;
	if (s->every_s > LIVE_EVERY_S || s->delay_s > LIVE_DELAY_S)
		return COVER_DELAYED;
	return COVER_LIVE;
}

static struct platform *
platform_find(struct platform *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(v[i].name, name))
			return &v[i];
	return NULL;
}

struct platform *
coverage_judge(struct arena *a, const struct coverage_source *v, size_t n_v,
	       const struct conf_texts *matter, size_t *n)
{
	struct platform *out = arena_alloc(a, (n_v + matter->n + 1) * sizeof *out);

	*n = 0;
	for (size_t i = 0; i < matter->n; i++)
		if (!platform_find(out, *n, matter->v[i]))
			out[(*n)++] = (struct platform){ .name = matter->v[i],
							 .how = COVER_NONE,
							 .listed = true };
	for (size_t i = 0; i < n_v; i++) {
		struct platform *p = platform_find(out, *n, v[i].platform);
		enum coverage how = source_judge(&v[i]);

		if (!p) {
			p = &out[(*n)++];
			*p = (struct platform){ .name = v[i].platform, .how = COVER_NONE };
		}
		p->sources++;
		p->working += how != COVER_DOWN;
		if (how < p->how)
			p->how = how;
		if (v[i].came_at > p->came_at)
			p->came_at = v[i].came_at;
	}
	return out;
}

struct str
coverage_platform(struct arena *a, const struct source_conf *s)
{
	struct buf b = BUF(512);
	struct str site = { 0 };

	if (s->site.n)
		return s->site;
	if (s->url.n && url_host(s->url, &b) == 0)
		site = psl_domain(a, buf_str(&b));
	site = site.n ? arena_str(a, site) : s->name;
	buf_release(&b);
	return site;
}
