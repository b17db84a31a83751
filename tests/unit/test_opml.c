#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"

#include "cli/source_verbs.h"
#include "crawler/opml.h"

static const char list[] =
	"<?xml version=\"1.0\"?>\n"
	"<opml version=\"2.0\" xmlns:fz=\"urn:forumzilla:\">\n"
	"  <head><title>我的 &amp; more</title><fz:seen at=\"1\">x</fz:seen></head>\n"
	"  <body>\n"
	"    <outline text=\"科技\" fz:quickMode=\"false\"><outline text=\"国内\">\n"
	"      <outline type=\"rss\" text=\"A &lt;站&gt;\" "
	"xmlUrl=\"http://a.example/f?x=1&amp;y=2\" category=\"/tech\" own=\"1&#10;2\"/>\n"
	"    </outline></outline>\n"
	"    <outline type=\"link\" text=\"L\" url=\"http://l.example\"/>\n"
	"    <outline text=\"B\" xmlurl=\"https://b.example/rss\"/>\n"
	"    <outline text=\"A too\" xmlUrl=\"HTTP://A.example:80/f?x=1&amp;y=2\"/>\n"
	"    <note>hello</note>\n"
	"  </body>\n"
	"</opml>\n";

static struct opml
parse(struct arena *a, struct str bytes)
{
	struct err e = { 0 };
	struct opml o;

	if (opml_parse(a, bytes, &o, &e) < 0)
		fail_msg("%s", e.text);
	return o;
}

static void
same(const struct opml_node *x, const struct opml_node *y)
{
	const struct opml_node *a, *b;

	assert_true(str_eq(x->name, y->name) && str_eq(x->text, y->text));
	assert_int_equal(x->n, y->n);
	for (size_t i = 0; i < x->n; i++)
		assert_true(str_eq(x->attrs[i].name, y->attrs[i].name) &&
			    str_eq(x->attrs[i].value, y->attrs[i].value));
	for (a = x->first, b = y->first; a && b; a = a->next, b = b->next)
		same(a, b);
	assert_null(a);
	assert_null(b);
}

static void
what_is_written_says_what_was_read(void **state)
{
	struct arena *a = arena_new();
	struct opml one = parse(a, str_of(list)), two;
	struct buf out = BUF(1 << 20), groups = BUF(1000);
	struct opml_node *x;

	(void)state;
	opml_write(&one, &out);
	two = parse(a, buf_str(&out));
	same(one.root, two.root);
	assert_non_null(strstr(out.p, "xmlns:fz=\"urn:forumzilla:\""));
	assert_non_null(strstr(out.p, "<fz:seen at=\"1\">x</fz:seen>"));
	assert_non_null(strstr(out.p, "own=\"1&#10;2\""));
	assert_non_null(strstr(out.p, "<note>hello</note>"));
	x = opml_next(&one, opml_next(&one, opml_next(&one, NULL)));
	assert_true(opml_is_feed(x));
	opml_groups(x, &groups);
	assert_string_equal(groups.p, "科技 / 国内; /tech");
	buf_release(&out);
	buf_release(&groups);
	arena_free(a);
}

static void
outlines_are_taken_out_and_added(void **state)
{
	struct arena *a = arena_new();
	struct opml o = parse(a, str_of(list));
	struct buf out = BUF(1 << 20);
	int feeds = 0;

	(void)state;
	for (struct opml_node *x = opml_next(&o, NULL), *next; x; x = next) {
		next = opml_next(&o, x);
		feeds += opml_is_feed(x);
		if (opml_is_feed(x))
			opml_remove(x);
	}
	assert_int_equal(feeds, 3);
	opml_add(a, &o, NULL, STR("new & \"old\""), STR("http://n.example/?a=1&b=2"));
	opml_write(&o, &out);
	assert_null(strstr(out.p, "a.example"));
	assert_non_null(strstr(out.p, "<outline text=\"国内\"/>"));
	assert_non_null(strstr(out.p,
			       "<outline type=\"rss\" text=\"new &amp; &quot;old&quot;\" "
			       "title=\"new &amp; &quot;old&quot;\" "
			       "xmlUrl=\"http://n.example/?a=1&amp;b=2\"/>"));
	buf_release(&out);
	arena_free(a);
}

static void
what_is_hand_made_is_read_and_what_is_no_opml_is_told(void **state)
{
	struct arena *a = arena_new();
	struct buf deep = BUF(8 << 20);
	struct opml o;
	struct err e = { 0 };

	(void)state;
	o = parse(a, STR("<opml><body><outline text='a & b' xmlUrl='http://x.example/f'>"
			 "<outline text=c xmlUrl=http://y.example/g></body>"));
	assert_true(opml_is_feed(opml_next(&o, NULL)));
	assert_int_equal(opml_parse(a, STR("<rss><channel/></rss>"), &o, &e), -1);
	assert_string_equal(e.text, "it is no OPML: its first element is \"rss\"");
	assert_int_equal(opml_parse(a, STR("nothing"), &o, &e), -1);
	assert_int_equal(opml_parse(a, STR("<opml><head/></opml>"), &o, &e), -1);
	assert_string_equal(e.text, "the OPML has no body");
	buf_add(&deep, STR("<opml><body>"));
	for (int i = 0; i < 100000; i++)
		buf_add(&deep, STR("<outline text='x'>"));
	o = parse(a, buf_str(&deep));
	assert_true(o.lost > 99000 && o.nodes < 100);
	buf_release(&deep);
	arena_free(a);
}

/* ---- through the configuration ----------------------------------------------------------------- */

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What a verb prints, run in a folder of its own. */
static void
run(int (*verb)(int, char **, struct err *), const char *const *argv, struct buf *out)
{
	char *text = NULL, *args[8];
	size_t n = 0;
	int argc = 0, rc;
	FILE *kept = stdout;
	struct err e = { 0 };

	while (argv[argc]) {
		args[argc] = strdup(argv[argc]);
		argc++;
	}
	stdout = open_memstream(&text, &n); /* glibc lets stdout be assigned */
	rc = verb(argc, args, &e);
	fclose(stdout);
	stdout = kept;
	if (rc)
		fail_msg("%d: %s", rc, e.text);
	buf_add(out, (struct str){ text, n });
	free(text);
	while (argc)
		free(args[--argc]);
}

static void
an_imported_list_is_exported_as_it_came(void **state)
{
	static const char *const in[] = { "import", "--into", "feeds.yaml", "in.opml", NULL },
				 *const out[] = { "export", NULL };
	char dir[] = "/tmp/langyan-opml-XXXXXX", here[4096];
	struct buf said = BUF(1 << 20), yaml = BUF(1 << 20);
	struct arena *a = arena_new();
	struct opml one, two;
	char block[4096];
	FILE *f;

	(void)state;
	assert_non_null(getcwd(here, sizeof here));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	put("in.opml", list);
	put("langyan.yaml", "site:\n  allow_root: on\n");
	run(source_import, in, &said);
	f = fopen("feeds.yaml", "r");
	assert_non_null(f);
	buf_add(&yaml, (struct str){ block, fread(block, 1, sizeof block, f) });
	fclose(f);
	assert_string_equal(yaml.p, "sources:\n"
				    "  A-站:  # 科技 / 国内; /tech\n"
				    "    url: \"http://a.example/f?x=1&y=2\"\n"
				    "  B:\n"
				    "    url: \"https://b.example/rss\"\n");
	put("langyan.yaml", "include: [feeds.yaml]\nsite:\n  allow_root: on\n");
	buf_clear(&said);
	run(source_export, out, &said);
	one = parse(a, str_of(list));
	two = parse(a, buf_str(&said));
	same(one.root, two.root);
	unlink("in.opml");
	unlink("langyan.yaml");
	unlink("feeds.yaml");
	unlink("feeds.yaml.opml");
	assert_int_equal(chdir(here), 0);
	assert_int_equal(rmdir(dir), 0);
	buf_release(&said);
	buf_release(&yaml);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_says_what_was_read),
		cmocka_unit_test(outlines_are_taken_out_and_added),
		cmocka_unit_test(what_is_hand_made_is_read_and_what_is_no_opml_is_told),
		cmocka_unit_test(an_imported_list_is_exported_as_it_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
