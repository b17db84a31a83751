/* Images as files: found again under their hash, whole or refused, and not more than a few. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/image_file.h"
#include "tests/support/small_lexicon.h"

struct rig {
	char dir[64], folder[80];
};

static int
rig_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	memcpy(r->dir, "/tmp/langyan-test-XXXXXX", sizeof "/tmp/langyan-test-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	snprintf(r->folder, sizeof r->folder, "%s/images", r->dir);
	*state = r;
	return 0;
}

static int
names(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
rig_down(void **state)
{
	struct rig *r = *state;
	struct dirent **v = NULL;
	int n = scandir(r->folder, &v, names, alphasort);
	char path[400];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", r->folder, v[i]->d_name);
		unlink(path);
		free(v[i]);
	}
	free(v);
	rmdir(r->folder);
	rmdir(r->dir);
	free(r);
	return 0;
}

static int
files_in(const struct rig *r)
{
	struct dirent **v = NULL;
	int n = scandir(r->folder, &v, names, alphasort);

	for (int i = 0; i < n; i++)
		free(v[i]);
	free(v);
	return n;
}

static struct image *
image_with(const char *word)
{
	const struct image_literal lit[] = { { str_of(word), false } };

	return small_image(lit, 1);
}

static void
an_image_is_kept_mapped_and_found_by_its_hash(void **state)
{
	struct rig *r = *state;
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_with("山脆"), *again;
	struct id id = m->id;

	m = image_keep(m, r->folder, &e);
	assert_int_equal(e.kind, ERR_NONE);
	assert_true(m->mapped);
	assert_false(m->foreign);
	assert_true(id_eq(&m->id, &id));
	assert_true(image_find(m, STR("山脆")) >= 0);
	again = image_kept(r->folder, &id, &e);
	assert_non_null(again);
	/* what is mapped lives on when its file goes */
	assert_int_equal(rig_down(state), 0);
	assert_true(image_find(again, STR("山脆")) >= 0);
	image_free(m);
	image_free(again);
	assert_int_equal(rig_up(state), 0);
}

static void
the_same_image_is_one_file(void **state)
{
	struct rig *r = *state;
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_keep(image_with("a1"), r->folder, &e);
	struct image *same = image_keep(image_with("a1"), r->folder, &e);
	struct image *other = image_keep(image_with("b1"), r->folder, &e);

	assert_int_equal(e.kind, ERR_NONE);
	assert_int_equal(files_in(r), 2);
	image_free(m);
	image_free(same);
	image_free(other);
}

static void
the_latest_are_kept(void **state)
{
	struct rig *r = *state;
	struct err e = { .kind = ERR_NONE };
	struct id first = { .b = { 0 } }, second = first;
	struct image *m;
	char word[16];

	for (int i = 0; i < IMAGES_KEPT + 3; i++) {
		snprintf(word, sizeof word, "word%d", i);
		m = image_keep(image_with(word), r->folder, &e);
		assert_int_equal(e.kind, ERR_NONE);
		first = i == 0 ? m->id : first;
		second = i == 1 ? m->id : second;
		image_free(m);
		/* the first one is used again and again */
		m = image_keep(image_with("word0"), r->folder, &e);
		image_free(m);
	}
	assert_int_equal(files_in(r), IMAGES_KEPT);
	m = image_kept(r->folder, &first, &e);
	assert_non_null(m);
	image_free(m);
	assert_null(image_kept(r->folder, &second, &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

static void
a_damaged_file_is_refused_and_written_anew(void **state)
{
	struct rig *r = *state;
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_keep(image_with("山脆"), r->folder, &e);
	struct id id = m->id;
	struct buf path = BUF(1 << 10);
	FILE *f;

	buf_addf(&path, "%s/", r->folder);
	id_add_hex(&path, &id);
	buf_add(&path, STR(".image"));
	image_free(m);
	f = fopen(path.p, "r+b");
	assert_non_null(f);
	fseek(f, -3, SEEK_END);
	fputc('#', f);
	fclose(f);
	assert_null(image_kept(r->folder, &id, &e));
	assert_int_equal(e.kind, ERR_REJECT);
	assert_non_null(strstr(e.text, "is damaged"));
	assert_int_equal(truncate(path.p, 100), 0);
	assert_null(image_map(path.p, &e));
	assert_int_equal(truncate(path.p, 0), 0);
	assert_null(image_map(path.p, &e));
	e = (struct err){ .kind = ERR_NONE };
	m = image_keep(image_with("山脆"), r->folder, &e);
	assert_int_equal(e.kind, ERR_NONE);
	assert_true(m->mapped);
	image_free(m);
	buf_release(&path);
}

static void
without_a_folder_the_image_works_on_in_memory(void **state)
{
	struct rig *r = *state;
	struct err e = { .kind = ERR_NONE };
	struct image *m;
	FILE *f = fopen(r->folder, "wb");

	assert_non_null(f);
	fclose(f);
	m = image_keep(image_with("山脆"), r->folder, &e);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(m);
	assert_false(m->mapped);
	assert_true(image_find(m, STR("山脆")) >= 0);
	image_free(m);
	unlink(r->folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_image_is_kept_mapped_and_found_by_its_hash,
						rig_up, rig_down),
		cmocka_unit_test_setup_teardown(the_same_image_is_one_file, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(the_latest_are_kept, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_refused_and_written_anew,
						rig_up, rig_down),
		cmocka_unit_test_setup_teardown(without_a_folder_the_image_works_on_in_memory,
						rig_up, rig_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
