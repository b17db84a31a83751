#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "tests/support/small_lexicon.h"

#define HEAD(list, lang, kind) \
	"# langyan-lexicon: 1\n# list: " list "\n# lang: " lang "\n# kind: " kind "\n"

static const char *const files[] = {
	HEAD("en-polarity", "en",
	     "polarity") "good\t2.0\ngreat\t3.0\nlove\t3.0\nnice\t2.0\nbest\t3.0\nbad\t-2."
			 "0\nawful\t-3.0\nslow\t-1.5\n"
			 "rude\t-2.0\nbroken\t-2.0\nlosing\t-1.5\nwar\t-2.5\tsubj=0\n:)\t2.0\n",
	HEAD("zh-polarity", "zh",
	     "polarity") "好\t1.5\n好吃\t2.0\n好看\t2.0\n不错\t2.0\n满意\t2.0\n难吃\t-2."
			 "5\n慢\t-1.5\n太慢\t-2.0\n"
			 "差\t-2.0\n垃圾\t-3.0\n异物\t-3.0\n[微笑]\t-1.0\n[哈哈]\t1.5\n",
	HEAD("en-negator", "en", "negator") "not\t-0.7\nno\t-0.7\nnever\t-0.7\ncan't\t-0."
					    "7\ndidn't\t-0.7\tscope=6\nunable to\t-0.7\n"
					    "refused\t-0.7\talone=-1.5\n",
	HEAD("zh-negator", "zh",
	     "negator") "不\t-1.0\n没有\t-0.8\n没\t-0.8\n不是\t-0.9\n拒绝\t-0.8\talone=-1.2\n",
	HEAD("en-degree", "en", "degree") "very\t1.5\nslightly\t0.5\n",
	HEAD("zh-degree", "zh", "degree") "很\t1.3\n非常\t1.6\n有点\t0.6\n",
	HEAD("en-contrast", "en", "contrast") "but\t1.5\nhowever\t1.5\n",
	HEAD("zh-contrast", "zh", "contrast") "但\t1.5\n但是\t1.5\n",
	HEAD("en-concede", "en", "concede") "although\t0.5\n",
	HEAD("zh-concede", "zh", "concede") "虽然\t0.5\n",
	HEAD("en-summary", "en", "summary") "overall\t2.0\n",
	HEAD("zh-summary", "zh", "summary") "总体\t2.0\n",
	HEAD("en-wish", "en", "wish") "hope\t0.0\n",
	HEAD("zh-wish", "zh", "wish") "希望\t0.0\n",
	HEAD("en-sarcasm", "en", "sarcasm") "yeah right\t-2.0\n",
	HEAD("zh-sarcasm", "zh", "sarcasm") "呵呵\t-1.5\n",
	HEAD("en-opener", "en", "opener") "thanks for\t1\n",
	HEAD("zh-opener", "zh", "opener") "谢谢\t1\n",
	HEAD("en-ability", "en", "ability") "get through\t-1.5\nreach\t-1.5\n",
	HEAD("zh-ability", "zh", "ability") "打通\t-1.5\n",
	HEAD("en-waiting", "en", "waiting") "on hold\t-1.8\n",
	HEAD("zh-waiting", "zh", "waiting") "还没到\t-1.8\n",
	HEAD("en-up", "en", "direction-up") "rose\t1\nup\t1\n",
	HEAD("en-down", "en", "direction-down") "fell\t1\n",
	HEAD("zh-up", "zh", "direction-up") "上升\t1\n",
	HEAD("zh-down", "zh", "direction-down") "下滑\t1\n",
	HEAD("en-good-noun", "en", "good-noun") "profit\t1\nsales\nturnover\t2\n",
	HEAD("en-bad-noun", "en", "bad-noun") "costs\t1\n",
	HEAD("zh-good-noun", "zh", "good-noun") "利润\t1\n",
	HEAD("zh-bad-noun", "zh", "bad-noun") "成本\t1\n",
	HEAD("en-rhetorical", "en", "rhetorical") "is this the\t-1.5\n",
	HEAD("zh-rhetorical", "zh", "rhetorical") "这也叫\t-1.2\n",
	HEAD("en-duration", "en",
	     "duration") "minutes\t1.2\tcount=1\ntimes a day\t1.5\tcount=1\nsince "
			 "monday\t1.2\n",
	HEAD("zh-duration", "zh", "duration") "分钟\t1.2\tcount=1\n半天\t1.2\n",
	HEAD("en-compare", "en", "compare") "compared to\t1\n",
	HEAD("zh-compare", "zh", "compare") "去年同期为\t1\n",
	HEAD("en-story", "en", "story") "tale of\t0.3\n",
	HEAD("zh-story", "zh", "story") "讲述\t0.3\n",
	HEAD("en-speech", "en", "speech") "said\t1\n",
	HEAD("zh-speech", "zh", "speech") "表示\t1\n",
	HEAD("en-neutral", "en", "neutral") "best buy\t0\ngood friday\t0\n",
	HEAD("zh-neutral", "zh", "neutral") "好几\t0\n希望小学\t0\n",
	HEAD("en-name", "en", "name") "rex\ngood bag co\n",
	HEAD("zh-name", "zh", "name") "味道薯片\n",
	HEAD("en-firsthand", "en", "firsthand") "my\t1\n",
	HEAD("zh-firsthand", "zh", "firsthand") "我家\t1\n",
	HEAD("en-promo", "en", "promo") "giveaway\t1\nuse code\t1\nenter to win\t1\n",
	HEAD("zh-promo", "zh", "promo") "抽奖\t1\n转发抽\t1\n包邮\t1\n",
	HEAD("en-question", "en", "question") "anyone know\t1\n",
	HEAD("zh-question", "zh", "question") "请问\t1\n",
	HEAD("en-help", "en", "help") "please help\t1\n",
	HEAD("zh-help", "zh", "help") "求助\t1\n",
	HEAD("en-deny", "en", "rumour-deny") "debunked\t1\n",
	HEAD("zh-deny", "zh", "rumour-deny") "辟谣\t1\n",
	HEAD("en-official", "en", "official") "fda\t1\n",
	HEAD("zh-official", "zh", "official") "市场监管局\t1\n",
	HEAD("en-action", "en", "action") "recall\t1\n",
	HEAD("zh-action", "zh", "action") "召回\t1\n责令召回\t1\n立案\t1\n",
	HEAD("topics", "any",
	     "topics-table") "food_safety\t3\t食品安全\tfood "
			     "safety\tsafety\nservice\t1\t服务\tservice\t-\n"
			     "recall\t2\t召回\trecall\t-\nodour\t2\t异味\todour\t-\n",
	HEAD("en-topic", "en", "topic") "glass in\tfood_safety\nfood "
					"poisoning\tfood_safety\nrecall\trecall\tw=0.8\n"
					"customer service\tservice\n",
	HEAD("zh-topic", "zh", "topic") "异物\tfood_safety\n有异味物\todour\n拉肚子\tfood_"
					"safety\n召回\trecall\n客服\tservice\n",
};

/* Learned lists, for small_learned_image() alone. The score of the lists counts 2, so that the
 * n-grams have something to add to. */
#define LEARNED(lang)                                                                      \
	HEAD(lang "-learned", lang, "learned")                                             \
	"# grams: 2\n# full: 8\n# unit: 10000 10000\n# feature: bias 0.1 0.3\n"            \
	"# feature: score 2.0 0.0\n# feature: strength 0 -1.5\n# feature: praise 0.1 0\n"  \
	"# feature: blame -0.1 0\n# feature: neither 0 0.2\n# feature: good 0.3 0\n"       \
	"# feature: bad -0.3 0\n# feature: mixed 0 -0.1\n# feature: first 0.05 0\n"        \
	"# feature: last 0.1 0\n# feature: shouts 0 -0.2\n# feature: asks -0.1 0.1\n"      \
	"# feature: firsthand 0 -0.1\n# feature: promo 0 0.3\n# feature: question 0 0.3\n" \
	"# feature: help -0.1 0\n# feature: sells 0 0.5\n"
static const char *const learned[] = {
	LEARNED("en") "!\t10\t-20\n@\t-5\t0\nbag\t-30\t-5\ncrisps\t60\t-10\nmy bag\t-80\t"
		      "-40\nthe\t0\t20\n",
	LEARNED("zh") "!\t5\t-10\n味道\t40\t0\n包\t-20\t5\n等\t-60\t-20\n薯片\t70\t-10\n",
	HEAD("where", "any", "thresholds") "class:video\t0.5\t-0.5\nsource:tube\t-10\t10\n"
					   "class:video\t0.125\t0\tby=lists\n",
	HEAD("where-en", "en", "thresholds") "source:tube\t10\t-10\n",
};

static struct lexicon *
parsed(size_t n_learned)
{
	struct str names[LY_COUNT(files) + LY_COUNT(learned)], texts[LY_COUNT(names)];
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	size_t n = LY_COUNT(files);
	struct lexicon *l;

	for (size_t i = 0; i < LY_COUNT(names); i++) {
		names[i] = STR("small.tsv");
		texts[i] = str_of(i < n ? files[i] : learned[i - n]);
	}
	l = lexicon_parse(names, texts, n + n_learned, &report, &e);
	if (!l) {
		fprintf(stderr, "%s%s\n", report.p, e.text);
		abort();
	}
	buf_release(&report);
	return l;
}

struct lexicon *
small_lexicon(void)
{
	return parsed(0);
}

static struct image *
image_of(struct lexicon *l, const struct image_literal *literals, size_t n)
{
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_build(l, literals, n, &e);

	lexicon_free(l);
	if (!m)
		abort();
	return m;
}

struct image *
small_image(const struct image_literal *literals, size_t n)
{
	return image_of(small_lexicon(), literals, n);
}

struct image *
small_learned_image(void)
{
	return image_of(parsed(LY_COUNT(learned)), NULL, 0);
}
