/* source_presets.c - `langyan source presets`: beginnings of sources, ready for the configuration. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"

#include "cli/source_verbs.h"

/* Public addresses as their owners document them, written down by us. {} is what VALUE replaces,
 * escaped for an address; where there is none it stays, and says what goes there. */
static const struct preset {
	const char *name, *basis, *zh, *en;
	const char *hint; /* what {} is; NULL = there is none */
	const char *keys; /* lines of the source */
} presets[] = {
	{ "google-news", "public", "谷歌新闻搜索", "news search, Google", "words to search for",
	  "url: \"https://news.google.com/rss/search?q={}&hl=zh-CN&gl=CN&ceid=CN:zh-Hans\"\n"
	  "class: news\nbasis: public\ninterval: 15m" },
	{ "bing-news", "public", "必应新闻搜索", "news search, Bing", "words to search for",
	  "url: \"https://www.bing.com/news/search?q={}&format=rss\"\n"
	  "class: news\nbasis: public\ninterval: 15m" },
	{ "google-alert", "public", "谷歌快讯（投递方式选 RSS）",
	  "a Google alert delivered as a feed", "the numbers of the feed, USER/ALERT",
	  "url: \"https://www.google.com/alerts/feeds/{}\"\n"
	  "class: news\nbasis: public\ninterval: 15m" },
	{ "fda-recalls", "public", "美国 FDA 召回公告", "recalls, US FDA", NULL,
	  "url: \"https://www.fda.gov/about-fda/contact-fda/stay-informed/rss-feeds/recalls/"
	  "rss.xml\"\n"
	  "class: official\nbasis: public\ninterval: 30m\npersonal_data: off" },
	{ "cpsc-recalls", "public", "美国 CPSC 召回公告", "recalls, US CPSC", NULL,
	  "url: \"https://www.cpsc.gov/Newsroom/CPSC-RSS-Feed/Recalls-RSS\"\n"
	  "class: official\nbasis: public\ninterval: 30m\npersonal_data: off" },
	{ "app-store", "public", "苹果应用商店评价（中国区）", "App Store reviews, China",
	  "the app's number",
	  "url: "
	  "\"https://itunes.apple.com/cn/rss/customerreviews/id={}/sortBy=mostRecent/xml\"\n"
	  "class: review\nbasis: public\nsite: App Store\ninterval: 30m" },
	{ "mastodon-tag", "public", "Mastodon 话题", "a Mastodon tag", "the tag without #",
	  "url: \"https://mastodon.social/tags/{}.rss\"\n"
	  "class: social\nbasis: public\nsite: Mastodon\ninterval: 10m" },
	{ "bluesky", "public", "Bluesky 账号", "a Bluesky account", "the handle",
	  "url: \"https://bsky.app/profile/{}/rss\"\n"
	  "class: social\nbasis: public\nsite: Bluesky\ninterval: 15m" },
	{ "youtube", "public", "YouTube 频道", "a YouTube channel", "the channel's id, UC…",
	  "url: \"https://www.youtube.com/feeds/videos.xml?channel_id={}\"\n"
	  "class: video\nbasis: public\nsite: YouTube\ninterval: 30m" },
	{ "wikipedia-zh", "public", "中文维基百科词条的修改", "edits of a Wikipedia page",
	  "the page's title",
	  "url: \"https://zh.wikipedia.org/w/index.php?title={}&action=history&feed=atom\"\n"
	  "class: other\nbasis: public\nsite: Wikipedia\ninterval: 1h" },
	{ "helpdesk", "owned", "自有客服、工单系统推送", "your help desk, by push", NULL,
	  "kind: push\nclass: complaint\nbasis: owned\nsite: help desk" },
	{ "shop-export", "export", "店铺后台导出的评价", "reviews exported from a shop", NULL,
	  "kind: push\nclass: review\nbasis: export\nsite: shop" },
	{ "complaints-12315", "export", "12315 投诉导出", "complaints exported from 12315",
	  NULL, "kind: push\nclass: complaint\nbasis: export\nsite: \"12315\"" },
	{ "vendor-push", "licensed", "数据服务商推送（按合同）",
	  "a data vendor's push, by contract", NULL,
	  "kind: push\nclass: social\nbasis: licensed\n"
	  "contract_end: 2027-01-01  # nothing is taken in from then on: write your date" },
	{ "rsshub-weibo", "bridge", "自建 RSSHub：微博关键词",
	  "your own RSSHub: Weibo by keyword", "the keyword",
	  "url: \"http://127.0.0.1:1200/weibo/keyword/{}\"\nallow_private: "
	  "[\"127.0.0.1:1200\"]\n"
	  "class: social\nbasis: bridge\nsite: 微博\ninterval: 10m\n"
	  "# off until somebody answers for it by name:\n# accept_risk: NAME" },
};

static void
value_add(struct buf *b, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr("-._~/", c))
			buf_add_byte(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

static void
preset_add(struct buf *b, const struct preset *p, struct str value)
{
	struct str keys = str_of(p->keys), line;

	buf_addf(b, "  # %s\n", p->en);
	if (p->hint && !value.n)
		buf_addf(b, "  # {} is %s\n", p->hint);
	buf_addf(b, "  %s:\n", p->name);
	while (str_next(&keys, '\n', &line)) {
		ptrdiff_t at = str_find(line, STR("{}"));

		buf_add(b, STR("    "));
		if (at >= 0 && value.n) {
			buf_add(b, str_slice(line, 0, (size_t)at));
			value_add(b, value);
			line = str_slice(line, (size_t)at + 2, line.n);
		}
		buf_add(b, line);
		buf_add_byte(b, '\n');
	}
}

int
source_preset(size_t i, const char **name, struct str value, struct buf *out)
{
	if (i >= LY_COUNT(presets))
		return -1;
	*name = presets[i].name;
	preset_add(out, &presets[i], value);
	return 0;
}

static int
preset_print(const char *name, const char *value, struct err *e)
{
	const char *names[LY_COUNT(presets)], *near;

	for (size_t i = 0; i < LY_COUNT(presets); i++) {
		struct buf b = BUF(8192);

		names[i] = presets[i].name;
		if (strcmp(name, presets[i].name))
			continue;
		if (value && !presets[i].hint)
			return err_set(e, ERR_USAGE, "preset \"%s\" takes no value", name);
		preset_add(&b, &presets[i], str_of(value));
		fputs(b.p, stdout);
		buf_release(&b);
		return 0;
	}
	near = conf_nearest(str_of(name), names, LY_COUNT(names));
	return err_set(e, ERR_USAGE, "no preset \"%s\"%s%s%s", name,
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int
source_presets_run(int argc, char **argv, struct err *e)
{
	if (argc > 3)
		return err_set(e, ERR_USAGE, "source presets takes NAME and VALUE");
	if (argc > 1)
		return preset_print(argv[1], argc > 2 ? argv[2] : NULL, e);
	for (size_t i = 0; i < LY_COUNT(presets); i++)
		printf("%-17s %-9s %s / %s\n", presets[i].name, presets[i].basis, presets[i].zh,
		       presets[i].en);
	return 0;
}
