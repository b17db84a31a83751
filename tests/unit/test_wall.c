#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/str.h"
#include "crawler/wall.h"

static struct wall
look(int status, const char *asked, const char *url, const char *type, const char *body)
{
	struct arena *a = arena_new();
	struct wall w = wall_find(&(struct wall_answer){ status, str_of(asked), str_of(url),
							 str_of(type), str_of(body) },
				  a);

	arena_free(a);
	return w;
}

static void
walls_are_known_by_their_signs(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum wall_kind kind;
		const char *why;
	} cases[] = {
		{ 403,
		  "<!DOCTYPE html><html><head><title>Just a "
		  "moment...</title></head><body></body>",
		  WALL_CHALLENGE, "blocked: a browser check (title \"just a moment\")" },
		{ 200,
		  "<html><title>百度安全验证</title><body>网络不给力，请稍后重试</body></html>",
		  WALL_CAPTCHA, "blocked: a captcha (title \"安全验证\")" },
		{ 200, "<html><title>x</title><body><p>请完成安全验证后继续</p></body></html>",
		  WALL_CAPTCHA, "blocked: a captcha (text \"请完成安全验证\")" },
		{ 503,
		  "<html><head><title>Access Denied</title></head><body>Reference #18.2</body>",
		  WALL_REFUSED, "blocked: a firewall's refusal (title \"access denied\")" },
		{ 200,
		  "<html><body>"
		  "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</body>",
		  WALL_REFUSED, "blocked: a firewall's refusal (text \"您的访问被阻断\")" },
		{ 200,
		  "<html><title>Login - Example</title><body><form><input "
		  "type=password></form>",
		  WALL_LOGIN, "blocked: a login (title \"login\")" },
		{ 200, "<html><title>首页</title><body>请先登录</body></html>", WALL_LOGIN,
		  "blocked: a login (text \"请先登录\")" },
		{ 200, "<html><title>404 Not Found</title><body><center>nginx</center></body>",
		  WALL_ERROR, "error page: no document (title \"404 not found\")" },
		{ 200, "<html><title>提示</title><body>您访问的页面不存在</body></html>",
		  WALL_ERROR, "error page: no document (text \"您访问的页面不存在\")" },
		{ 200,
		  "<html><head><script "
		  "src=\"https://www.google.com/recaptcha/api.js\"></script>"
		  "</head><body>Continue</body></html>",
		  WALL_CAPTCHA, "blocked: a captcha (markup \"google.com/recaptcha/api.js\")" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct wall w = look(cases[i].status, "https://a.test/", "https://a.test/",
				     "text/html", cases[i].body);

		assert_string_equal(w.why, cases[i].why);
		assert_int_equal(w.kind, cases[i].kind);
	}
}

static void
an_answer_from_a_login_page_is_a_wall_unless_it_was_asked_for(void **state)
{
	static const char page[] = "<html><title>t</title><body>Hello, this is a page</body>";

	(void)state;
	assert_string_equal(look(200, "https://a.test/n/1", "https://a.test/login?next=/n/1",
				 "text/html", page)
				    .why,
			    "blocked: a login (sent to \"/login\")");
	assert_int_equal(look(200, "https://a.test/login/help", "https://a.test/login/help",
			      "text/html", page)
				 .kind,
			 WALL_NONE);
	assert_int_equal(
		look(200, "https://a.test/1", "https://a.test/2?from=/login", "text/html", page)
			.kind,
		WALL_NONE);
}

/* The words of walls, in what is none. */
static void
articles_feeds_and_answers_of_programs_are_no_walls(void **state)
{
	struct buf article = BUF(100000);

	(void)state;
	buf_add(&article, STR("<html><title>Just a moment: how captchas work</title><body>"));
	for (int i = 0; i < 60; i++)
		buf_add(&article, STR("<p>Please verify you are human, says the page, and the "
				      "reader, who is one, sighs.</p>"));
	assert_int_equal(look(200, "", "", "text/html", article.p).kind, WALL_NONE);
	buf_release(&article);
	assert_int_equal(look(200, "", "", "application/rss+xml",
			      "<?xml version=\"1.0\"?><rss><channel><title>安全验证</title>"
			      "</channel></rss>")
				 .kind,
			 WALL_NONE);
	assert_int_equal(look(200, "", "", "text/html",
			      "<rss version=\"2.0\"><channel><title>404 not found</title>")
				 .kind,
			 WALL_NONE);
	assert_int_equal(look(200, "", "", "application/json", "{\"title\":\"验证码\"}").kind,
			 WALL_NONE);
	assert_int_equal(look(200, "", "", "text/html", "").kind, WALL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walls_are_known_by_their_signs),
		cmocka_unit_test(an_answer_from_a_login_page_is_a_wall_unless_it_was_asked_for),
		cmocka_unit_test(articles_feeds_and_answers_of_programs_are_no_walls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
