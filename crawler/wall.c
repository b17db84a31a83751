/* wall.c - see wall.h. */
#include "core/base.h"

#include <stdio.h>
#include <strings.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/wall.h"

#define LOOK_MAX  ((size_t)512 << 10)
#define FEW       600  /* letters that a wall shows; a Han one counts as two */
#define SOME      1500 /* an error page with the site's menus around         */
#define TITLE_MAX 300

const char *const wall_words[WALL_KINDS] = {
	[WALL_NONE] = "",
	[WALL_CHALLENGE] = "a browser check",
	[WALL_CAPTCHA] = "a captcha",
	[WALL_REFUSED] = "a firewall's refusal",
	[WALL_LOGIN] = "a login",
	[WALL_ERROR] = "no document",
};

enum where { IN_TITLE, IS_TITLE, IN_TEXT, IN_MARKUP };
static const char *const where_words[] = { "title", "title", "text", "markup" };

/* words: lower case. most: letters of text on a page where the sign counts; times two when the
 * status is 4xx or 5xx. */
static const struct sign {
	enum where where;
	const char *words;
	enum wall_kind kind;
	int most;
} signs[] = {
	/* challenges */
	{ IN_TITLE, "just a moment", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "attention required! | cloudflare", WALL_REFUSED, SOME },
	{ IN_TITLE, "checking your browser", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "ddos-guard", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "ddos protection", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "one moment, please", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "please wait...", WALL_CHALLENGE, 200 },
	{ IN_TITLE, "vercel security checkpoint", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "making sure you're not a bot", WALL_CHALLENGE, SOME },
	{ IN_TITLE, "einen moment, bitte", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "nur einen moment", WALL_CHALLENGE, FEW },
	{ IN_TITLE, "请稍候", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "checking if the site connection is secure", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "verifying you are human", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "enable javascript and cookies to continue", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "needs to review the security of your connection", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "正在检查您的浏览器", WALL_CHALLENGE, FEW },
	{ IN_TEXT, "浏览器安全检查", WALL_CHALLENGE, FEW },
	{ IN_MARKUP, "/cdn-cgi/challenge-platform/h/", WALL_CHALLENGE, 60 },
	{ IN_MARKUP, "window._cf_chl_opt", WALL_CHALLENGE, FEW },
	{ IN_MARKUP, "_incapsula_resource", WALL_CHALLENGE, 120 },
	{ IN_MARKUP, "/_sec/cp_challenge", WALL_CHALLENGE, 200 },
	{ IN_MARKUP, "awswafintegration", WALL_CHALLENGE, 200 },
	{ IN_MARKUP, "gokuprops", WALL_CHALLENGE, 200 },
	{ IN_MARKUP, "__jsl_clearance", WALL_CHALLENGE, 60 },
	{ IN_MARKUP, "sucuri_cloudproxy_js", WALL_CHALLENGE, 200 },
	{ IN_MARKUP, "aliyun_waf_", WALL_CHALLENGE, 120 },
	{ IN_MARKUP, "acw_sc__v2", WALL_CHALLENGE, 60 },
	{ IN_MARKUP, "passport.weibo.com/visitor", WALL_CHALLENGE, 200 },
	{ IN_TITLE, "sina visitor system", WALL_CHALLENGE, FEW },
	/* captchas */
	{ IN_TITLE, "安全验证", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "访问验证", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "验证码", WALL_CAPTCHA, 300 },
	{ IN_TITLE, "人机验证", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "滑动验证", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "captcha", WALL_CAPTCHA, 300 },
	{ IN_TITLE, "are you a robot", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "robot or human", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "human verification", WALL_CAPTCHA, FEW },
	{ IN_TITLE, "security check", WALL_CAPTCHA, 300 },
	{ IN_TITLE, "pardon our interruption", WALL_CAPTCHA, SOME },
	{ IN_TEXT, "unusual traffic from your computer network", WALL_CAPTCHA, SOME },
	{ IN_TEXT, "prove you are human", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "verify you are human", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "verify that you are not a robot", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "press & hold to confirm", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "type the characters you see in this image", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "enter the characters you see below", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "拖动滑块", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "拖动下方滑块", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "请输入验证码", WALL_CAPTCHA, 300 },
	{ IN_TEXT, "请完成验证", WALL_CAPTCHA, 300 },
	{ IN_TEXT, "请完成下方验证", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "请完成安全验证", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "当前环境异常，完成验证后即可继续访问", WALL_CAPTCHA, FEW },
	{ IN_TEXT, "为了保护您的账号安全，请先完成验证", WALL_CAPTCHA, FEW },
	{ IN_MARKUP, "px-captcha", WALL_CAPTCHA, 200 },
	{ IN_MARKUP, "captcha-delivery.com", WALL_CAPTCHA, 200 },
	{ IN_MARKUP, "hcaptcha.com/1/api.js", WALL_CAPTCHA, 100 },
	{ IN_MARKUP, "google.com/recaptcha/api.js", WALL_CAPTCHA, 100 },
	{ IN_MARKUP, "geetest.com/static", WALL_CAPTCHA, 100 },
	/* firewalls */
	{ IS_TITLE, "access denied", WALL_REFUSED, FEW },
	{ IN_TITLE, "access to this page has been denied", WALL_REFUSED, SOME },
	{ IN_TITLE, "403 forbidden", WALL_REFUSED, FEW },
	{ IS_TITLE, "forbidden", WALL_REFUSED, FEW },
	{ IN_TITLE, "sucuri website firewall", WALL_REFUSED, SOME },
	{ IN_TITLE, "request rejected", WALL_REFUSED, FEW },
	{ IN_TITLE, "web application firewall", WALL_REFUSED, FEW },
	{ IS_TITLE, "blocked", WALL_REFUSED, FEW },
	{ IN_TITLE, "you have been blocked", WALL_REFUSED, SOME },
	{ IN_TITLE, "网站防火墙", WALL_REFUSED, FEW },
	{ IN_TITLE, "访问被拦截", WALL_REFUSED, FEW },
	{ IN_TITLE, "访问被拒绝", WALL_REFUSED, FEW },
	{ IN_TITLE, "访问禁止", WALL_REFUSED, FEW },
	{ IN_TITLE, "访问受限", WALL_REFUSED, FEW },
	{ IN_TEXT, "request unsuccessful. incapsula incident id", WALL_REFUSED, FEW },
	{ IN_TEXT, "sorry, you have been blocked", WALL_REFUSED, SOME },
	{ IN_TEXT, "you don't have permission to access", WALL_REFUSED, FEW },
	{ IN_TEXT, "the requested url was rejected", WALL_REFUSED, FEW },
	{ IN_TEXT, "your ip address has been blocked", WALL_REFUSED, FEW },
	{ IN_TEXT, "your access to this site has been limited", WALL_REFUSED, SOME },
	{ IN_TEXT, "访问过于频繁", WALL_REFUSED, FEW },
	{ IN_TEXT, "请求过于频繁", WALL_REFUSED, FEW },
	{ IN_TEXT, "您的访问出现异常", WALL_REFUSED, FEW },
	{ IN_TEXT, "您的请求已被拦截", WALL_REFUSED, FEW },
	{ IN_TEXT, "您的访问被阻断", WALL_REFUSED, FEW },
	{ IN_TEXT, "访问请求可能对网站造成安全威胁", WALL_REFUSED, FEW },
	{ IN_TEXT, "可能对网站造成安全威胁", WALL_REFUSED, FEW },
	{ IN_TEXT, "您的ip已被", WALL_REFUSED, FEW },
	{ IN_TEXT, "当前请求存在异常，暂时限制本次访问", WALL_REFUSED, FEW },
	{ IN_TEXT, "该请求被拦截", WALL_REFUSED, FEW },
	{ IN_TEXT, "存在恶意攻击", WALL_REFUSED, 300 },
	/* logins */
	{ IN_TEXT, "登录后查看", WALL_LOGIN, 300 },
	{ IN_TEXT, "请先登录", WALL_LOGIN, 200 },
	{ IN_TEXT, "请登录后", WALL_LOGIN, 200 },
	{ IN_TEXT, "登录后可继续", WALL_LOGIN, 300 },
	{ IN_TEXT, "扫码登录", WALL_LOGIN, 300 },
	{ IN_TEXT, "you must log in to continue", WALL_LOGIN, FEW },
	{ IN_TEXT, "please log in to continue", WALL_LOGIN, FEW },
	{ IN_TEXT, "you must be logged in", WALL_LOGIN, 300 },
	{ IN_TEXT, "sign in to continue", WALL_LOGIN, 300 },
	{ IS_TITLE, "登录", WALL_LOGIN, FEW },
	{ IS_TITLE, "用户登录", WALL_LOGIN, FEW },
	{ IS_TITLE, "log in", WALL_LOGIN, FEW },
	{ IS_TITLE, "login", WALL_LOGIN, FEW },
	{ IS_TITLE, "sign in", WALL_LOGIN, FEW },
	{ IS_TITLE, "anmelden", WALL_LOGIN, FEW },
	/* error pages */
	{ IN_TITLE, "404 not found", WALL_ERROR, SOME },
	{ IN_TITLE, "error 404", WALL_ERROR, SOME },
	{ IN_TITLE, "page not found", WALL_ERROR, SOME },
	{ IN_TITLE, "page cannot be found", WALL_ERROR, SOME },
	{ IS_TITLE, "not found", WALL_ERROR, SOME },
	{ IS_TITLE, "404", WALL_ERROR, SOME },
	{ IN_TITLE, "seite nicht gefunden", WALL_ERROR, SOME },
	{ IN_TITLE, "page introuvable", WALL_ERROR, SOME },
	{ IN_TITLE, "página no encontrada", WALL_ERROR, SOME },
	{ IN_TITLE, "500 internal server error", WALL_ERROR, FEW },
	{ IN_TITLE, "502 bad gateway", WALL_ERROR, FEW },
	{ IN_TITLE, "503 service", WALL_ERROR, FEW },
	{ IN_TITLE, "504 gateway", WALL_ERROR, FEW },
	{ IN_TITLE, "service unavailable", WALL_ERROR, FEW },
	{ IN_TITLE, "under maintenance", WALL_ERROR, FEW },
	{ IN_TITLE, "404错误", WALL_ERROR, SOME },
	{ IN_TITLE, "404页面", WALL_ERROR, SOME },
	{ IN_TITLE, "页面不存在", WALL_ERROR, SOME },
	{ IN_TITLE, "页面没有找到", WALL_ERROR, SOME },
	{ IN_TITLE, "页面未找到", WALL_ERROR, SOME },
	{ IN_TITLE, "页面找不到", WALL_ERROR, SOME },
	{ IN_TITLE, "找不到页面", WALL_ERROR, SOME },
	{ IN_TITLE, "无法访问", WALL_ERROR, 300 },
	{ IN_TITLE, "系统维护", WALL_ERROR, FEW },
	{ IN_TITLE, "系统繁忙", WALL_ERROR, FEW },
	{ IN_TEXT, "您访问的页面不存在", WALL_ERROR, FEW },
	{ IN_TEXT, "你访问的页面不存在", WALL_ERROR, FEW },
	{ IN_TEXT, "您要访问的页面不存在", WALL_ERROR, FEW },
	{ IN_TEXT, "您访问的内容不存在", WALL_ERROR, FEW },
	{ IN_TEXT, "该内容已被发布者删除", WALL_ERROR, FEW },
	{ IN_TEXT, "此内容因违规无法查看", WALL_ERROR, FEW },
	{ IN_TEXT, "文章不存在或已删除", WALL_ERROR, FEW },
	{ IN_TEXT, "内容已被删除", WALL_ERROR, 200 },
	{ IN_TEXT, "系统繁忙，请稍后再试", WALL_ERROR, 300 },
	{ IN_TEXT, "the page you are looking for", WALL_ERROR, 300 },
	{ IN_TEXT, "the page you requested could not be found", WALL_ERROR, FEW },
};

/* Parts of a path where an answer ends that was sent to log in. */
static const char *const login_paths[] = { "/login",          "/signin",     "/sign-in",
					   "/sign_in",        "/logon",      "/passport/",
					   "/accounts/login", "/user/login", "/sso/",
					   "passport.",       "//login.",    "//accounts." };

struct page_words {
	struct str title, text, markup; /* lower case */
	int64_t letters;
};

static struct str
lower(struct arena *a, struct str s)
{
	s = arena_str(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			((char *)(uintptr_t)s.p)[i] |= 32;
	return s;
}

static int64_t
letters(struct str s)
{
	int64_t n = 0;
	const char *p = s.p, *end = p + s.n;

	while (p < end) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		n += cp <= ' ' ? 0 : cp >= 0x2e80 ? 2 : 1;
	}
	return n;
}

static struct str
title_of(struct arena *a, struct str markup)
{
	ptrdiff_t at = str_find(markup, STR("<title")), end;
	struct str s;

	if (at < 0)
		return STR("");
	s = str_slice(markup, (size_t)at, 4096);
	at = str_find_byte(s, '>');
	s = at < 0 ? STR("") : str_slice(s, (size_t)at + 1, s.n);
	end = str_find(s, STR("</title"));
	return str_trim(html_text(a, str_slice(s, 0, end < 0 ? TITLE_MAX : (size_t)end)));
}

/* A title may carry the site behind it: "Login - Example". */
static bool
is_title(struct str title, struct str words)
{
	struct str rest;

	if (!str_starts(title, words))
		return false;
	rest = str_trim(str_slice(title, words.n, title.n));
	return !rest.n || str_starts(rest, STR("-")) || str_starts(rest, STR("|")) ||
	       str_starts(rest, STR("_")) || str_starts(rest, STR("–"));
}

static bool
stands(const struct sign *s, const struct page_words *w)
{
	switch (s->where) {
	case IS_TITLE:
		return is_title(w->title, str_of(s->words));
	case IN_TITLE:
		return str_find(w->title, str_of(s->words)) >= 0;
	case IN_TEXT:
		return str_find(w->text, str_of(s->words)) >= 0;
	case IN_MARKUP:
		return str_find(w->markup, str_of(s->words)) >= 0;
	}
	return false;
}

static bool
is_html(const struct wall_answer *r, struct str markup)
{
	struct str head = str_trim(str_slice(markup, 0, 1024));

	if (str_find_nocase(r->type, STR("json")) >= 0 ||
	    (str_find_nocase(r->type, STR("xml")) >= 0 &&
	     str_find_nocase(r->type, STR("xhtml")) < 0))
		return false;
	if (head.n >= 3 && memcmp(head.p, "\xef\xbb\xbf", 3) == 0)
		head = str_trim(str_slice(head, 3, head.n));
	if (str_starts(head, STR("<?xml")) && str_find_nocase(head, STR("<html")) < 0)
		return false;
	return str_starts(head, STR("<")) && str_find_nocase(head, STR("<rss")) < 0 &&
	       str_find_nocase(head, STR("<feed")) < 0 &&
	       str_find_nocase(head, STR("<rdf")) < 0;
}

static const char *
login_in(struct str url)
{
	ptrdiff_t query = str_find_byte(url, '?');

	url = str_slice(url, 0, query < 0 ? url.n : (size_t)query);
	for (size_t i = 0; i < LY_COUNT(login_paths); i++)
		if (str_find_nocase(url, str_of(login_paths[i])) >= 0)
			return login_paths[i];
	return NULL;
}

static struct wall
found(enum wall_kind kind, const char *where, const char *sign)
{
	struct wall w = { .kind = kind };

	snprintf(w.why, sizeof w.why, "%s: %s (%s \"%s\")",
		 kind == WALL_ERROR ? "error page" : "blocked", wall_words[kind], where, sign);
	return w;
}

static void
release(void *b)
{
	buf_release(b);
}

struct wall
wall_find(const struct wall_answer *r, struct arena *a)
{
	struct buf *text = arena_alloc(a, sizeof *text);
	struct charset_found charset;
	struct page_words w;
	struct err e;

	*text = BUF(LOOK_MAX * 3 + 1);
	arena_defer(a, release, text);
	if (login_in(r->url) && !login_in(r->asked) && r->asked.n)
		return found(WALL_LOGIN, "sent to", login_in(r->url));
	if (r->body.n > LOOK_MAX || charset_decode(r->body, r->type, text, &charset, &e) < 0 ||
	    !is_html(r, buf_str(text)))
		return (struct wall){ .kind = WALL_NONE };
	w.text = html_text(a, buf_str(text));
	w.letters = letters(w.text);
	if (w.letters > 2 * SOME)
		return (struct wall){ .kind = WALL_NONE };
	w.text = lower(a, w.text);
	w.markup = lower(a, buf_str(text));
	w.title = title_of(a, w.markup);
	for (size_t i = 0; i < LY_COUNT(signs); i++)
		if (w.letters <= signs[i].most * (r->status >= 400 ? 2 : 1) &&
		    stands(&signs[i], &w))
			return found(signs[i].kind, where_words[signs[i].where],
				     signs[i].words);
	return (struct wall){ .kind = WALL_NONE };
}
