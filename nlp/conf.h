/* conf.h - where the lexicons lie. Watches are in core/watch_conf.h. */
#ifndef LY_NLP_CONF_H
#define LY_NLP_CONF_H

#include "core/conf.h"
#include "core/watch_conf.h"

struct lexicons_conf {
	struct str dir;          /* holds zh/ en/ any/ topics/ with *.tsv              */
	struct conf_texts extra; /* more files or folders, read after dir; paths as written */
};
extern const struct conf_schema lexicons_schema;

#endif
