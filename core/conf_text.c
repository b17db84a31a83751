/* conf_text.c: texts with a rule: names, zones, addresses, paths and secrets. */
#include "core/base.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/conf_tree.h"
#include "core/str.h"
#include "core/utf8.h"

#define SECRET_BYTES ((size_t)64 << 10) /* a file of cookies is the largest */

bool
conf_is_name(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	bool begins = true;

	for (; p < end; begins = false) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		if ((cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
		    (cp >= 'a' && cp <= 'z') || utf8_is_han(cp))
			continue;
		if (begins || (cp != '_' && cp != '.' && cp != '-'))
			return false;
	}
	return s.n > 0;
}

static int
check_name(struct conf_reader *r, struct str s, struct err *e)
{
	if (conf_is_name(s))
		return 0;
	return err_set(
		e, ERR_USAGE,
		"%s is not a name: letters, digits, Han, and after the first \"_\", \".\", "
		"\"-\"",
		conf_quote(r->scratch, s));
}

static int
check_zone(struct conf_reader *r, struct str s, struct err *e)
{
	struct zone *z = zone_open(arena_text(r->scratch, s), e);

	zone_close(z);
	return z ? 0 : -1;
}

/* Scheme, host, no space: enough to refuse a slip. What may be fetched is judged at fetching. */
static int
check_url(struct conf_reader *r, struct str s, struct err *e)
{
	size_t scheme = str_starts(s, STR("https://"))  ? 8
			: str_starts(s, STR("http://")) ? 7
							: 0;
	const char *shown = conf_quote(r->scratch, s);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return err_set(e, ERR_USAGE, "%s holds a space or control byte", shown);
	if (!scheme && str_find(s, STR(":/")) < 0 && str_find_byte(s, '.') > 0)
		return err_set(e, ERR_USAGE,
			       "%s does not begin with http:// or https://: did you mean "
			       "\"https://%.*s\"?",
			       shown, STR_ARG(utf8_cut(s, 60)));
	if (!scheme)
		return err_set(e, ERR_USAGE, "%s does not begin with http:// or https://",
			       shown);
	if (s.n == scheme || strchr("/?#:@", s.p[scheme]))
		return err_set(e, ERR_USAGE, "%s names no host", shown);
	return 0;
}

/* The text without its line end. */
static struct str
chomp(struct str s)
{
	if (str_ends(s, STR("\n")))
		s.n--;
	if (str_ends(s, STR("\r")))
		s.n--;
	return s;
}

static int
secret_from_file(struct conf_reader *r, const struct conf_node *node, struct str path,
		 struct str *out, struct err *e)
{
	const char *full = conf_path_join(r->scratch, node->file->dir, path), *why;
	const char *shown = conf_quote(r->scratch, path);
	unsigned mode = 0;
	struct str text;

	if (conf_file_text(r->conf->arena, full, SECRET_BYTES, &text, &mode, &why) < 0)
		return err_set(e, ERR_USAGE, "could not read the secret file %s: %s", shown,
			       why);
	if (mode & (S_IROTH | S_IWOTH))
		return err_set(e, ERR_USAGE,
			       "everybody may %s the secret file %s (mode %04o): chmod 600 it",
			       mode & S_IROTH ? "read" : "write", shown, mode & 07777u);
	*out = chomp(text);
	return 0;
}

/* The messages never hold the value. */
static int
secret_value(struct conf_reader *r, const struct conf_node *node, struct str *out,
	     struct err *e)
{
	struct str s = node->text;

	if (str_starts(s, STR("file:"))) {
		if (secret_from_file(r, node, str_slice(s, 5, s.n), out, e) < 0)
			return -1;
	} else if (str_starts(s, STR("env:"))) {
		const char *v = getenv(arena_text(r->scratch, str_slice(s, 4, s.n)));

		if (!v)
			return err_set(e, ERR_USAGE, "the environment has no %s",
				       conf_quote(r->scratch, str_slice(s, 4, s.n)));
		*out = arena_str(r->conf->arena, str_of(v));
	} else {
		conf_mask_add(r, node);
		return err_set(
			e, ERR_USAGE,
			"a secret is not written here: use \"file:PATH\" or \"env:NAME\"");
	}
	if (out->n == 0)
		return err_set(e, ERR_USAGE, "the secret at %s is empty",
			       conf_quote(r->scratch, s));
	if (memchr(out->p, '\0', out->n))
		return err_set(e, ERR_USAGE, "the secret at %s holds a NUL byte",
			       conf_quote(r->scratch, s));
	return 0;
}

/* What a double-quoted YAML text can smuggle in by "\0" or "\e". */
static int
check_bytes(struct str s, struct err *e)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t') ||
		    s.p[i] == 0x7f)
			return err_set(e, ERR_USAGE, "holds the control byte 0x%02x",
				       (unsigned)(unsigned char)s.p[i]);
	return 0;
}

/* The length within the key's bounds; those of lists count entries, not bytes. */
static int
check_length(const struct conf_key *k, struct str s, struct err *e)
{
	bool own = k->type != CONF_TEXTS && k->type != CONF_MAP;
	size_t max = own && k->max > 0 ? (size_t)k->max : CONF_TEXT_BYTES;
	size_t min = own && k->min > 0 ? (size_t)k->min : 0;

	if (s.n > max || s.n < min)
		return err_set(e, ERR_USAGE, "%zu bytes long, not within %zu..%zu", s.n, min,
			       max);
	return 0;
}

/* What has "" for a default may also be written as "". */
static bool
may_be_empty(const struct conf_key *k)
{
	return k->type == CONF_TEXT || k->type == CONF_TEXTS || k->type == CONF_MAP ||
	       (k->dflt && !k->dflt[0]);
}

int
conf_text_value(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
		struct str *out, struct err *e)
{
	static const struct {
		int (*check)(struct conf_reader *r, struct str s, struct err *e);
	} rules[] = {
		[CONF_NAME] = { check_name },
		[CONF_ZONE] = { check_zone },
		[CONF_URL] = { check_url },
	};
	struct str s = node->text;

	if (check_length(k, s, e) < 0 || check_bytes(s, e) < 0)
		return -1;
	*out = (struct str){ "", 0 };
	if (s.n == 0)
		return may_be_empty(k) ? 0 : err_set(e, ERR_USAGE, "must not be empty");
	if (k->type == CONF_SECRET)
		return secret_value(r, node, out, e);
	if (k->type < LY_COUNT(rules) && rules[k->type].check &&
	    rules[k->type].check(r, s, e) < 0)
		return -1;
	if (k->type == CONF_PATH)
		*out = str_of(conf_path_join(r->conf->arena, node->file->dir, s));
	else
		*out = arena_str(r->conf->arena, s);
	return 0;
}
