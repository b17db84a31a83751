/* psl.h - registrable domains (libpsl, publicsuffix): what "independent sources" means. */
#ifndef LY_CORE_PSL_H
#define LY_CORE_PSL_H

#include "core/arena.h"

/* "news.example.co.uk" -> "example.co.uk"; an address or unknown stays as it is. Lower case,
 * lives in a. Thread-safe. */
struct str psl_domain(struct arena *a, struct str host);

#endif
