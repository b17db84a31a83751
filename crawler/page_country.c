/* page_country.c - by which clock the readers of a site live: a table of countries. */
#include "core/base.h"

#include "core/str.h"
#include "crawler/page_meta.h"

/* How far east most readers of a country's sites live, in hours of its winter; those of Europe
 * that change the clock. */
static const struct country {
	char code[3];
	int8_t hours;
	bool summer;
} countries[] = {
	{ "ae", 4, false },  { "ar", -3, false }, { "at", 1, true },  { "be", 1, true },
	{ "bg", 2, true },   { "br", -3, false }, { "ch", 1, true },  { "cl", -4, false },
	{ "cn", 8, false },  { "co", -5, false }, { "cz", 1, true },  { "de", 1, true },
	{ "dk", 1, true },   { "ee", 2, true },   { "es", 1, true },  { "fi", 2, true },
	{ "fr", 1, true },   { "gr", 2, true },   { "hk", 8, false }, { "hr", 1, true },
	{ "hu", 1, true },   { "id", 7, false },  { "il", 2, true },  { "in", 5, false },
	{ "it", 1, true },   { "jp", 9, false },  { "kr", 9, false }, { "lt", 2, true },
	{ "lv", 2, true },   { "my", 8, false },  { "nl", 1, true },  { "no", 1, true },
	{ "pe", -5, false }, { "ph", 8, false },  { "pl", 1, true },  { "ro", 2, true },
	{ "rs", 1, true },   { "ru", 3, false },  { "sa", 3, false }, { "se", 1, true },
	{ "sg", 8, false },  { "si", 1, true },   { "sk", 1, true },  { "th", 7, false },
	{ "tr", 3, false },  { "tw", 8, false },  { "ua", 2, true },  { "vn", 7, false },
};

/* The country at the end of the host's name, else in "pt-BR"; "" for none. */
static struct str
country_of(struct str url, struct str lang)
{
	ptrdiff_t at = str_find(url, STR("://"));
	struct str host = at < 0 ? STR("") : str_slice(url, (size_t)at + 3, url.n);
	size_t n = 0;

	while (n < host.n && !strchr("/:?#", host.p[n]))
		n++;
	host = str_slice(host, 0, n);
	if (n > 3 && host.p[n - 3] == '.' && !str_ends(host, STR(".co")))
		return str_slice(host, n - 2, 2);
	return lang.n == 5 && (lang.p[2] == '-' || lang.p[2] == '_') ? str_slice(lang, 3, 2)
								     : STR("");
}

int
page_country_offset(struct str url, struct str lang, int month)
{
	struct str code = country_of(url, lang);

	for (size_t i = 0; code.n && i < LY_COUNT(countries); i++)
		if (str_eq_nocase(code, str_of(countries[i].code)))
			return (countries[i].hours +
				(countries[i].summer && month > 3 && month < 11)) *
			       3600;
	return 0;
}
