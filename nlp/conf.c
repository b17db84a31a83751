#include "core/base.h"

#include "nlp/conf.h"

static const struct conf_key lexicons_keys[] = {
	{ "dir", CONF_PATH, offsetof(struct lexicons_conf, dir), 1, 4096, "lexicons",
	  "folder of the lexicons (zh/, en/, any/, topics/); left out: beside this file, or "
	  "the "
	  "shipped ones",
	  NULL, NULL },
	{ "extra", CONF_TEXTS, offsetof(struct lexicons_conf, extra), 0, 100, "",
	  "your own lexicon files or folders, read after dir", NULL, NULL },
	CONF_END,
};

const struct conf_schema lexicons_schema = {
	"lexicons",
	sizeof(struct lexicons_conf),
	lexicons_keys,
	"Word lists with weights; docs/lexicon.md tells their format.",
	0,
	NULL,
};
