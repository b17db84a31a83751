/* pack.c - see pack.h. */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/pack.h"

const char *const pack_piece_words[] = { "statement", "plan", "third", NULL };
const char *const pack_owners[PACK_PIECES] = { "spokesperson", "lead", "fixer" };
const char *const pack_act_words[] = { "attach", "interim",  "confirmed", "release",
				       "waive",  "withdraw", NULL };
const char *const pack_state_words[] = { "missing",  "unconfirmed", "interim", "attached",
					 "released", "waived",      NULL };

/* ---- what it is ------------------------------------------------------------------------------------ */

#define SAMPLING                                                                           \
	{                                                                                  \
		"sampling", "抽检通报：查什么、哪家机构、几时出结果；出来后附报告",        \
			"sampling notice: what is tested, by which laboratory, due when; " \
			"then the report"                                                  \
	}
static const struct {
	const char *topic;
	struct pack_wants wants;
} thirds[] = {
	{ "food_safety", SAMPLING },
	{ "product_safety", SAMPLING },
	{ "recall", SAMPLING },
	{ "quality", SAMPLING },
	{ "injury", SAMPLING },
	{ "death", SAMPLING },
	{ "executive",
	  { "investigation", "调查说明：谁来查、查什么范围、何时公布",
	    "who investigates, what, and by when it is told" } },
	{ "labour",
	  { "investigation", "调查说明：谁来查、查什么范围、何时公布",
	    "who investigates, what, and by when it is told" } },
	{ "data_leak",
	  { "scope", "影响范围和自我保护办法：哪些信息、多少人、现在该做什么",
	    "scope and self-protection: which data, whose, what to do now" } },
	{ "privacy",
	  { "scope", "影响范围和自我保护办法：哪些信息、多少人、现在该做什么",
	    "scope and self-protection: which data, whose, what to do now" } },
	{ "outage",
	  { "status", "服务状态和原因：恢复到哪一步、为什么、怎样不再发生",
	    "status and cause: how far it is back, why, and what keeps it from happening "
	    "again" } },
	{ "rumour",
	  { "proof", "证明材料：能让人自己核对的原件或来源",
	    "proof: originals or sources that people can check themselves" } },
	{ "ai_forgery",
	  { "proof", "证明材料：能让人自己核对的原件或来源",
	    "proof: originals or sources that people can check themselves" } },
};
static const struct pack_wants firsts[] = {
	{ "statement", "致歉声明", "apology statement" },
	{ "plan", "补偿方案：谁、得到什么、怎么领、到哪天",
	  "compensation plan: who gets what, how, until when" },
};
static const struct pack_wants other = {
	"findings", "核查说明：查什么、谁来查、何时公布；出来后附结果",
	"what is looked into, by whom, due when; then what came "
	"of it"
};

struct pack_wants
pack_wants(enum pack_piece piece, struct str topic)
{
	if (piece != PACK_THIRD)
		return firsts[piece];
	for (size_t k = 0; k < LY_COUNT(thirds); k++)
		if (str_is(topic, thirds[k].topic))
			return thirds[k].wants;
	return other;
}

/* ---- what was done --------------------------------------------------------------------------------- */

const char *
pack_refused(const struct pack_file *p, const struct pack_doing *d)
{
	bool status = d->act == PACK_INTERIM || d->act == PACK_CONFIRMED;

	if (status && (p->state == PACK_ATTACHED || p->state == PACK_RELEASED))
		return "is there already: an interim status would say less";
	if (status && d->until <= d->now)
		return "wants a time to come by which there will be more";
	if (d->act == PACK_WAIVE && p->state >= PACK_ATTACHED)
		return "is there already, or waived";
	if (d->act == PACK_WAIVE && p->waivers && str_eq(p->waived_by[0], d->by))
		return "was waived by you already: it wants somebody else";
	return NULL;
}

static struct str
text(const struct json *j, const char *name)
{
	return json_text(json_get(j, name), STR(""));
}

void
pack_take(struct pack_file *p, const struct json *j, struct str by)
{
	static const enum pack_state leads[PACK_ACTS] = { PACK_ATTACHED, PACK_UNCONFIRMED,
							  PACK_DATED,    PACK_RELEASED,
							  PACK_WAIVED,   PACK_MISSING };
	struct err bad;
	int k = str_index(text(j, "act"), pack_act_words);

	if (k < 0)
		return;
	if (k == PACK_WITHDRAW) {
		p->waivers = 0; /* of what was there: another matter now */
		if (p->state == PACK_RELEASED)
			p->state = p->sha256.n ? PACK_ATTACHED : PACK_MISSING;
		return;
	}
	if (k == PACK_WAIVE) {
		if (p->waivers < 2 && !(p->waivers && str_eq(p->waived_by[0], by)))
			p->waived_by[p->waivers++] = by;
		if (p->waivers < 2)
			return; /* where it stands, until a second does */
	}
	p->state = leads[k];
	if (k == PACK_ATTACH) {
		p->file = text(j, "file");
		p->sha256 = text(j, "sha256");
	}
	if (k == PACK_INTERIM || k == PACK_CONFIRMED) {
		p->text = text(j, "text");
		if (clock_parse_iso(text(j, "until"), &p->until, &bad) < 0)
			p->until = 0;
	}
}

bool
pack_is_complete(const struct pack_file *p, int64_t now)
{
	return p->state >= PACK_ATTACHED || (p->state == PACK_DATED && now < p->until);
}

bool
pack_all_complete(const struct pack_file p[PACK_PIECES], int64_t now)
{
	for (int k = 0; k < PACK_PIECES; k++)
		if (!pack_is_complete(&p[k], now))
			return false;
	return true;
}

/* ---- files ------------------------------------------------------------------------------------------ */

static int
bytes_read(int fd, const char *path, struct buf *b, struct err *e)
{
	char part[65536];
	ssize_t n = 0;

	while (buf_ok(b) && (n = read(fd, part, sizeof part)) > 0)
		buf_add(b, (struct str){ part, (size_t)n });
	if (n < 0)
		return err_set(e, ERR_USAGE, "could not read \"%s\": %s", path,
			       strerror(errno));
	if (!buf_ok(b))
		return err_set(e, ERR_USAGE, "\"%s\" is larger than 16 MiB", path);
	return b->n ? 0 : err_set(e, ERR_USAGE, "\"%s\" is empty", path);
}

int
pack_file_read(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	int bad = fd < 0 || fstat(fd, &st) < 0;

	if (bad)
		err_set(e, ERR_USAGE, "could not open \"%s\": %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		bad = err_set(e, ERR_USAGE, "\"%s\" is no file", path);
	else
		bad = bytes_read(fd, path, b, e);
	if (fd >= 0)
		close(fd);
	return bad ? -1 : 0;
}

struct str
pack_hash(struct str bytes, struct arena *a)
{
	struct buf hex = BUF(128);
	uint8_t hash[32];
	struct str s;

	hash_sha256(bytes, hash);
	hash_add_hex(&hex, hash, sizeof hash);
	s = arena_str(a, buf_str(&hex));
	buf_release(&hex);
	return s;
}

int
pack_file_hash(const char *path, struct arena *a, struct str *hex, int64_t *bytes,
	       struct err *e)
{
	struct buf b = BUF(PACK_FILE_MAX);
	int bad = pack_file_read(path, &b, e);

	if (!bad) {
		*hex = pack_hash(buf_str(&b), a);
		*bytes = (int64_t)b.n;
	}
	buf_release(&b);
	return bad;
}

const char *
pack_path(struct str data, struct str number, struct str sha256, struct arena *a)
{
	return arena_textf(a, "%.*s/pack/%.*s/%.*s", STR_ARG(data), STR_ARG(number),
			   STR_ARG(sha256));
}
