/* the fixed texts of all queries -> numbers, and how rare each is -> (query_need.c, image.c) */
#include "core/base.h"

#include "core/hash.h"
#include "core/utf8.h"
#include "nlp/literals.h"

static uint32_t *
literal_slot(const struct literals *l, struct str text, enum literal_edge edge)
{
	size_t mask = l->cap * 2 - 1, i = hash_fast(text, edge) & mask;

	while (l->slots[i] && !(l->v[l->slots[i] - 1].edge == edge &&
				str_eq(l->v[l->slots[i] - 1].text, text)))
		i = (i + 1) & mask;
	return &l->slots[i];
}

static void
literals_grow(struct literals *l)
{
	l->cap = l->cap ? l->cap * 2 : 64;
	l->v = realloc(l->v, l->cap * sizeof *l->v);
	free(l->slots);
	l->slots = calloc(l->cap * 2, sizeof *l->slots);
	if (!l->v || !l->slots)
		abort();
	for (size_t i = 0; i < l->n; i++)
		*literal_slot(l, l->v[i].text, l->v[i].edge) = (uint32_t)i + 1;
}

uint32_t
literals_add(struct literals *l, struct str folded, enum literal_edge edge)
{
	uint32_t *slot;

	if (l->n == l->cap)
		literals_grow(l);
	slot = literal_slot(l, folded, edge);
	if (!*slot) {
		l->v[l->n++] = (struct image_literal){ folded, edge };
		*slot = (uint32_t)l->n;
	}
	return *slot - 1;
}

void
literals_release(struct literals *l)
{
	free(l->v);
	free(l->slots);
	*l = (struct literals){ .n = 0 };
}

/* ---- how rare ---- */

#define RATE_MAX 1000000

/* Words that stand in every hundredth text or more: to wait for one of them is to wait for
 * nothing. Sorted by bytes. */
static const char *const common[] = {
	"about",    "after", "all",     "also",    "and",     "any",     "app",     "are",
	"back",     "bad",   "because", "been",    "best",    "better",  "big",     "bought",
	"brand",    "but",   "buy",     "can",     "com",     "come",    "company", "could",
	"customer", "day",   "did",     "do",      "does",    "don't",   "even",    "ever",
	"every",    "first", "for",     "free",    "from",    "get",     "go",      "going",
	"good",     "got",   "great",   "had",     "has",     "have",    "he",      "help",
	"her",      "here",  "his",     "how",     "http",    "https",   "i'm",     "if",
	"in",       "into",  "is",      "it",      "it's",    "its",     "just",    "know",
	"last",     "like",  "look",    "love",    "made",    "make",    "many",    "market",
	"me",       "more",  "most",    "much",    "my",      "need",    "never",   "new",
	"news",     "no",    "not",     "now",     "of",      "off",     "on",      "one",
	"online",   "only",  "or",      "order",   "other",   "our",     "out",     "over",
	"people",   "phone", "price",   "problem", "product", "quality", "really",  "said",
	"say",      "see",   "service", "she",     "shop",    "should",  "so",      "some",
	"still",    "store", "take",    "thank",   "thanks",  "that",    "the",     "their",
	"them",     "then",  "there",   "they",    "thing",   "think",   "this",    "time",
	"to",       "today", "too",     "two",     "up",      "us",      "use",     "very",
	"want",     "was",   "way",     "we",      "well",    "were",    "what",    "when",
	"which",    "who",   "why",     "will",    "with",    "work",    "would",   "www",
	"year",     "years", "yes",     "you",     "your",    "一下",    "一个",    "一些",
	"一定",     "一样",  "一直",    "一起",    "不会",    "不是",    "不能",    "东西",
	"中国",     "为了",  "产品",    "产生",    "什么",    "今天",    "他们",    "以后",
	"价格",     "企业",  "但是",    "使用",    "公司",    "其他",    "包装",    "可以",
	"可能",     "吃的",  "品牌",    "喜欢",    "因为",    "大家",    "好吃",    "如果",
	"客服",     "就是",  "已经",    "市场",    "怎么",    "感觉",    "我们",    "手机",
	"时候",     "时间",  "有人",    "有点",    "朋友",    "服务",    "没有",    "消费者",
	"现在",     "电话",  "看到",    "真的",    "知道",    "老板",    "自己",    "觉得",
	"质量",     "还是",  "还有",    "这个",    "这么",    "那个",    "问题",    "非常",
};

static int
by_text(const void *key, const void *entry)
{
	return str_cmp(*(const struct str *)key, str_of(*(const char *const *)entry));
}

static bool
is_common(struct str s)
{
	return bsearch(&s, common, LY_COUNT(common), sizeof *common, by_text);
}

/* One part without blanks. Latin by letters, Han by characters; found by counting in our own
 * sample texts, rounded to powers of about three. */
static uint32_t
part_rate(struct str s)
{
	static const uint32_t latin[] = {
		RATE_MAX, RATE_MAX, 20000, 6000, 2000, 600, 300, 100
	};
	static const uint32_t han[] = { RATE_MAX, RATE_MAX, 2000, 200, 50 };
	const char *p = s.p, *end = s.p + s.n;
	size_t letters = 0, wide = 0, signs = 0;
	uint32_t cp;

	if (is_common(s))
		return 50000;
	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (utf8_is_han(cp) && cp < 0x20000)
			wide++;
		else if (cp < 0x2000)
			letters++;
		else
			signs++;
	}
	if (signs) /* an emoji, a sign */
		return signs + wide + letters > 1 ? 100 : 1000;
	if (wide >= letters)
		return wide + letters < LY_COUNT(han) ? han[wide + letters] : 20;
	letters += wide;
	return letters < LY_COUNT(latin) ? latin[letters] : 40;
}

uint32_t
literal_rate(const struct image_literal *x)
{
	struct str rest = x->text, part;
	uint64_t rate = RATE_MAX;

	while (str_next(&rest, ' ', &part))
		if (part.n) {
			uint64_t r = part_rate(part);

			/* words that stand together are not independent */
			rate = rate == RATE_MAX ? r : (r < rate ? r : rate) / 4 + 1;
		}
	if (utf8_count(x->text) < 2)
		return (uint32_t)rate;
	if (rate == RATE_MAX) /* "a b" */
		rate = 50000;
	if (x->edge != LITERAL_WORD)
		rate *= 4;
	return rate > RATE_MAX - 1 ? RATE_MAX - 1 : (uint32_t)rate;
}
