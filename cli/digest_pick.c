#include "core/base.h"

#include "core/str.h"

#include "responder/record_store.h"

#include "cli/digest_pick.h"

int
digest_pick(const struct settings *s, const char *name, struct digest_conf *out, struct err *e)
{
	const struct digest_conf *c = s->digests.v;

	*out = (struct digest_conf){ .name = STR("daily"), .cut = 8 * 3600, .at = 9 * 3600 };
	for (size_t i = 0; i < s->digests.n; i++)
		if (!name || str_is(c[i].name, name)) {
			*out = c[i];
			return 0;
		}
	if (name && !str_is(out->name, name))
		return err_set(e, ERR_USAGE, "there is no digest \"%s\" in the configuration",
			       name);
	return 0;
}

int
digest_pick_watch(const struct settings *s, const char *name, struct digest_conf *c,
		  struct str *watch, struct err *e)
{
	const struct watch_conf *w = s->watches.v;

	for (size_t i = 0; i < s->watches.n; i++)
		if (str_is(w[i].name, name)) {
			*watch = w[i].name;
			c->watches = (struct conf_texts){ watch, 1 };
			return 0;
		}
	return err_set(e, ERR_USAGE, "there is no watch \"%s\"", name);
}

int
digest_view_open(struct settings *s, struct digest_view *v, struct err *e)
{
	*v = (struct digest_view){ .rc = settings_responder(s) };
	v->zone = zone_open(s->site.zone.p, e);
	v->env = (struct responder_env){ .site = &v->rc.site,
					 .watches = v->rc.watches,
					 .watches_n = v->rc.watches_n,
					 .zone = v->zone };
	if (v->zone)
		v->env.store = store_open_reader(v->rc.record.p, &record_migrations, e);
	return v->env.store ? 0 : -1;
}

void
digest_view_close(struct digest_view *v)
{
	store_close(v->env.store);
	zone_close(v->zone);
}
