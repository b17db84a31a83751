/* html_names.h - the table behind html_reference() in core/xml.h. */
#ifndef LY_CORE_HTML_NAMES_H
#define LY_CORE_HTML_NAMES_H

#include "core/base.h"

struct html_name {
	char name[15];
	uint16_t cp;
	bool bare; /* also known without its semicolon, as in HTML 2 */
};
extern const struct html_name html_names[]; /* sorted bytewise by name */
extern const size_t html_names_count;

#endif
