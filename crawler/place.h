/*
 * place.h - a Chinese postal address down to the house, found at its digits.
 *
 * A road with a house number ("漕溪北路595号"), or an estate with building and unit
 * ("阳光花园2期3栋501"), with the province, city, district and street before it and the
 * building, unit and room behind it. A town or a road alone is no address of a person.
 */
#ifndef LY_CRAWLER_PLACE_H
#define LY_CRAWLER_PLACE_H

#include "core/base.h"

/* The address around the digits that begin at byte at of s: *from .. *to. It begins at
 * byte low or later. */
bool place_around(struct str s, size_t at, size_t low, size_t *from, size_t *to);

#endif
