/* source_test.c - `langyan source test URL|NAME`: what a poll would bring, with nothing stored. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "cli/source_trial.h"
#include "cli/source_verbs.h"

#define ITEMS_SHOWN 3
#define PRIVATE_MAX 8

struct wishes {
	const char *path, *target;
	size_t items;
	bool json;
	struct str allowed[PRIVATE_MAX];
	size_t n_allowed;
};

static int
option(struct wishes *o, int argc, char **argv, int *i, struct err *e)
{
	const char *name = argv[*i];
	int64_t n;

	if (!strcmp(name, "--json"))
		return o->json = true, 0;
	if (*i + 1 == argc)
		return err_set(e, ERR_USAGE, "%s needs a value, or is not known", name);
	++*i;
	if (!strcmp(name, "-c"))
		return o->path = argv[*i], 0;
	if (!strcmp(name, "--items")) {
		if (str_int64(str_of(argv[*i]), &n) < 0 || n < 0 || n > 1000)
			return err_set(e, ERR_USAGE, "--items is a number up to 1000");
		return o->items = (size_t)n, 0;
	}
	if (!strcmp(name, "--allow-private") && !strchr(argv[*i], ':'))
		return err_set(e, ERR_USAGE,
			       "--allow-private \"%s\": its port is missing, as "
			       "127.0.0.1:8080",
			       argv[*i]);
	if (!strcmp(name, "--allow-private") && o->n_allowed < PRIVATE_MAX)
		return o->allowed[o->n_allowed++] = str_of(argv[*i]), 0;
	return err_set(e, ERR_USAGE, "no option \"%s\"", name);
}

static int
wishes_read(struct wishes *o, int argc, char **argv, struct err *e)
{
	*o = (struct wishes){ .items = ITEMS_SHOWN };
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-') {
			if (option(o, argc, argv, &i, e) < 0)
				return -1;
		} else if (o->target) {
			return err_set(e, ERR_USAGE, "one at a time: \"%s\" is too much",
				       argv[i]);
		} else {
			o->target = argv[i];
		}
	}
	if (!o->target)
		return err_set(e, ERR_USAGE, "which? an address, or a source's name");
	return 0;
}

int
source_test(int argc, char **argv, struct err *e)
{
	struct trial_world w = { 0 };
	struct wishes o;
	struct trial t;
	int rc = -1;

	if (wishes_read(&o, argc, argv, e) < 0)
		return -1;
	w.allow_private = (struct conf_texts){ o.allowed, o.n_allowed };
	if (trial_world_open(&w, o.path, e) == 0 &&
	    trial_run(&w, o.target, o.items, &t, e) == 0) {
		(o.json ? trial_print_json : trial_print)(&w, &t, o.items);
		rc = t.read ? 0 : 1;
	}
	trial_world_close(&w);
	return rc;
}
