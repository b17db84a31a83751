#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "nlp/copies.h"
#include "responder/echo.h"
#include "responder/record_store.h"
#include "responder/released.h"

#define NOW ((int64_t)1773446400)

/* Our own words. */
static const char zh[] =
	"山脆食品有限公司就长沙门店异物一事的说明\n"
	"昨天有顾客在我们的薯片里吃到一根细铁丝。我们已经下架了同一批次的全部产品，并请第三方检"
	"测。"
	"买过这一批的顾客可以凭包装全额退款。\n山脆食品有限公司\n2026年3月14日";
static const char en[] = "A statement on our crisps\n"
			 "A customer found a thin wire in a bag of our crisps yesterday. We "
			 "have taken all bags of "
			 "this batch off the shelves, and a laboratory is looking at them. "
			 "Whoever bought one gets "
			 "the money back.\nShancui Foods";
#define ADDRESS "https://www.shancui.example/news/12"

static struct echo_text
text_of(const char *id, const char *text, uint8_t *sig)
{
	struct echo_text t = { .id = ID_OF(str_of(id)), .at = NOW, .text = str_of(text) };

	if (copies_sign(t.text, sig))
		t.copies = (struct str){ (char *)sig, COPIES_BYTES };
	return t;
}

static struct echoes *
ours(void)
{
	struct echoes *x = echoes_new();
	uint8_t sig[COPIES_BYTES];
	struct echo_text t = text_of("zh", zh, sig);

	t.url = STR(ADDRESS);
	echoes_add(x, &t);
	t = text_of("en", en, sig);
	echoes_add(x, &t);
	return x;
}

static void
each_is(const char *const texts[], size_t n, enum echo_how how)
{
	struct echoes *x = ours();

	for (size_t i = 0; i < n; i++) {
		uint8_t sig[COPIES_BYTES];
		struct echo_text t = text_of("theirs", texts[i], sig);
		struct id of;

		if (echoes_find(x, &t, &of) != how)
			fail_msg("\"%s\" is %s", texts[i], echo_words[echoes_find(x, &t, &of)]);
	}
	echoes_free(x);
}

static void
copies_are_known_with_a_tail_and_with_small_changes(void **state)
{
	static const char *const texts[] = {
		zh,
		/* a tail, other marks, full width */
		"昨天有顾客在我们的薯片里吃到一根细铁丝！我们已经下架了同一批次的全部产品 "
		"并请第三方检测。"
		"买过这一批的顾客可以凭包装全额退款。转发微博，大家都看看，附近的朋友互相告诉一"
		"声",
		/* a word here and there is another */
		"山脆食品有限公司就长沙门店异物一事的说明：昨天有顾客在我们的薯片里吃到了一根细"
		"铁丝。"
		"我们已经下架了同一批次的所有产品，并请第三方检测。买过这一批的顾客可以凭包装全"
		"额退款。",
		"BREAKING: a customer found a thin wire in a bag of our crisps yesterday. we "
		"have taken "
		"ALL bags of this batch off the shelves, and a laboratory is looking at them. "
		"(via app)",
	};

	(void)state;
	each_is(texts, LY_COUNT(texts), ECHO_COPY);
}

static void
one_sentence_of_ours_in_another_text_is_a_quote(void **state)
{
	static const char *const texts[] = {
		"今天的热搜又是吃的。公司回应说：“我们已经下架了同一批次的全部产品，并请第三方"
		"检测。”"
		"不过记者走访了城里的几家超市，有两家的货架上还能看到这种薯片，店员说没有接到任"
		"何通知。",
		"The company says: \"We have taken all bags of this batch off the shelves, and "
		"a "
		"laboratory is looking at them.\" We asked in four shops of the city this "
		"morning, and "
		"in two of them the very same bags were still on sale, next to the till, at "
		"half the "
		"price of last week.",
	};

	(void)state;
	each_is(texts, LY_COUNT(texts), ECHO_QUOTE);
}

static void
our_address_in_a_text_is_a_link(void **state)
{
	static const char *const texts[] = {
		"他们终于说话了 http://shancui.example/news/12，自己看",
		"read this: https://www.Shancui.example/news/12/?utm_source=x.",
		"(https://www.shancui.example/news/12#top)",
	};

	(void)state;
	each_is(texts, LY_COUNT(texts), ECHO_LINK);
}

static void
who_speaks_of_the_same_in_own_words_is_no_echo(void **state)
{
	static const char *const texts[] = {
		"长沙有人在山脆薯片里吃到铁丝，公司说把那批都下架了，买过的能退钱",
		"山脆食品有限公司就长沙门店异物一事的说明我看了，什么都没说",
		"我家孩子也在薯片里吃到一根细铁丝，打电话没人接，退款也不给退！",
		"山脆食品有限公司\n2026年3月14日",
		("They found a wire in a bag of crisps and took the batch off the shelves. "
		 "Good."),
		"A statement on our crisps. Really? Shancui Foods, you can do better.",
		"see https://shancui.example/news/123 and https://shancui.example/ and http://",
		"我们已经下架了同一批次的",
		"",
	};

	(void)state;
	each_is(texts, LY_COUNT(texts), ECHO_NONE);
}

static void
what_was_said_before_is_no_echo(void **state)
{
	struct echoes *x = ours();
	uint8_t sig[COPIES_BYTES];
	struct echo_text t = text_of("theirs", zh, sig);
	struct id of;

	(void)state;
	t.at = NOW - 7200;
	assert_int_equal(echoes_find(x, &t, &of), ECHO_NONE);
	t.at = NOW - 60; /* a clock that goes slow */
	assert_int_equal(echoes_find(x, &t, &of), ECHO_COPY);
	echoes_free(x);
}

/* 3,000 texts: the newest are known, the memory of the old ones is gone, and none is confused. */
static void
the_newest_texts_are_known_and_the_oldest_leave(void **state)
{
	struct echoes *x = echoes_new();

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3000; i++) {
			struct buf text = BUF(1 << 10), id = BUF(32);
			struct echo_text t = { .at = NOW };
			struct id of;

			buf_addf(&id, "%d", i);
			buf_addf(&text,
				 "To all who bought bag %d of our crisps in shop %d of the "
				 "town: it is safe to eat.",
				 i, i * 7);
			t.id = ID_OF(buf_str(&id));
			t.text = buf_str(&text);
			if (!round) {
				echoes_add(x, &t);
			} else if (i < 3000 - ECHO_TEXTS) {
				assert_int_equal(echoes_find(x, &t, &of), ECHO_NONE);
			} else {
				assert_int_equal(echoes_find(x, &t, &of), ECHO_COPY);
				assert_true(id_eq(&of, &t.id));
			}
			buf_release(&text);
			buf_release(&id);
		}
	assert_int_equal(echoes_count(x), ECHO_TEXTS);
	echoes_free(x);
}

/* ---- told by a person ---- */

static int
tell(struct store *s, struct echoes *x, const char *args, struct buf *out)
{
	struct arena *a = arena_new();
	struct err e = { .kind = ERR_NONE };
	struct released_ask q = { STR("ann"), NOW, json_parse(a, str_of(args), &e) };
	int status;

	buf_clear(out);
	assert_int_equal(store_begin(s, &e), 0);
	status = released_tell(s, x, &q, out, &e);
	assert_int_equal(store_commit(s, &e), 0);
	arena_free(a);
	return status;
}

static void
note(void *arg, const struct echo_text *t)
{
	echoes_add(arg, t);
}

static void
what_a_person_tells_of_is_known_after_a_restart(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct store *s = store_open(":memory:", &record_migrations, &e);
	struct echoes *x = echoes_new(), *again = echoes_new();
	struct buf out = BUF(1 << 12);
	struct echo_text t = { .at = NOW, .text = STR("look: https://s.example/a/1") };
	struct id of;

	(void)state;
	assert_int_equal(tell(s, x, "{\"url\":\"https://s.example/a/1\"}", &out), 200);
	assert_non_null(strstr(out.p, "\"known_by\":1,\"new\":true"));
	assert_int_equal(tell(s, x, "{\"url\":\"https://s.example/a/1\"}", &out), 200);
	assert_non_null(strstr(out.p, "\"new\":false"));
	assert_int_equal(echoes_count(x), 1);
	assert_int_equal(released_read(s, note, again, &e), 0);
	assert_int_equal(echoes_find(again, &t, &of), ECHO_LINK);
	echoes_free(x);
	echoes_free(again);
	store_close(s);
	buf_release(&out);
}

static void
what_could_never_be_known_again_is_refused(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct store *s = store_open(":memory:", &record_migrations, &e);
	struct echoes *x = echoes_new();
	struct buf out = BUF(1 << 12);

	(void)state;
	assert_int_equal(
		tell(s, x, "{\"text\":\"Sorry!\",\"url\":\"https://s.example/\"}", &out), 400);
	assert_string_equal(
		out.p, "{\"error\":\"there is nothing to know its echo by: it wants a "
		       "sentence of 14 characters or 10 words, or an address with a path\"}");
	assert_int_equal(tell(s, x, "{\"text\":\"Sorry!\",\"copies\":\"00zz\"}", &out), 400);
	assert_int_equal(echoes_count(x), 0);
	echoes_free(x);
	store_close(s);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_known_with_a_tail_and_with_small_changes),
		cmocka_unit_test(one_sentence_of_ours_in_another_text_is_a_quote),
		cmocka_unit_test(our_address_in_a_text_is_a_link),
		cmocka_unit_test(who_speaks_of_the_same_in_own_words_is_no_echo),
		cmocka_unit_test(what_was_said_before_is_no_echo),
		cmocka_unit_test(the_newest_texts_are_known_and_the_oldest_leave),
		cmocka_unit_test(what_a_person_tells_of_is_known_after_a_restart),
		cmocka_unit_test(what_could_never_be_known_again_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
