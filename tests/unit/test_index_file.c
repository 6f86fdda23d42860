/* Saved indexes: the same answers again, and no damage that gets through. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "scratch.h"
#include "support/engine_data.h"

enum { ROWS = 300, QUERIES = 20, COLUMNS = 6, METRICS = 3, HEADER = 592 };

static struct limen_matrix base, queries;

static int setup(void **state) {
  base = clusters(ROWS, COLUMNS, "base");
  queries = clusters(QUERIES, COLUMNS, "queries");
  return scratch_setup(state);
}

static int teardown(void **state) {
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
  return scratch_teardown(state);
}

/* Engines of the table that save; NULL past the end. */
static const struct limen_engine *saving(size_t i) {
  for (size_t e = 0; limen_engine_at(e); e++)
    if (limen_engine_at(e)->save && i-- == 0) return limen_engine_at(e);
  return NULL;
}

static const char *saved(const struct limen_engine *engine,
                         const struct limen_index_settings *settings) {
  const char *path = at("index");
  struct limen_error error = {0};
  struct limen_index index = index_of(engine, &base, 1, settings);
  if (limen_index_save(&index, path, &error) != LIMEN_OK) fail_msg("%s", error.text);
  limen_index_clear(&index);
  return path;
}

static void expect_no_load(const char *path, const struct limen_matrix *matrix, int wanted,
                           const char *words) {
  struct limen_error error = {0};
  struct limen_index index;
  int status = limen_index_load(path, matrix, &index, &error);
  expect_error(status, &error, wanted, words);
  assert_null(index.engine);
  assert_null(index.unit.values);
}

/* ---- there and back ---- */

static void expect_same_graph(struct limen_index *a, struct limen_index *b) {
  struct limen_graph one, two;
  assert_int_equal(limen_index_graph(a, &one, NULL), LIMEN_OK);
  assert_int_equal(limen_index_graph(b, &two, NULL), LIMEN_OK);
  assert_int_equal(one.entry, two.entry);
  assert_int_equal(one.levels, two.levels);
  assert_memory_equal(one.top, two.top, ROWS);
  for (size_t l = 0; l < one.levels; l++) {
    const struct limen_graph_level *x = &one.level[l], *y = &two.level[l];
    assert_memory_equal(x->offsets, y->offsets, (ROWS + 1) * sizeof *x->offsets);
    assert_memory_equal(x->links, y->links, x->offsets[ROWS] * sizeof *x->links);
  }
  limen_graph_clear(&one);
  limen_graph_clear(&two);
}

static void test_there_and_back(void **state) {
  (void)state;
  for (size_t e = 0; saving(e); e++)
    for (size_t m = 0; m < METRICS; m++)
      for (int levels = LIMEN_LEVELS_BY_LABEL; levels <= LIMEN_LEVELS_LIBRARY; levels++) {
        struct limen_error error = {0};
        struct limen_index_settings settings = settings_of((enum limen_metric)m);
        settings.M = 4; /* more levels */
        settings.levels = (enum limen_levels)levels;
        settings.level_seed = 99;
        settings.batch = 70;
        struct limen_index index = index_of(saving(e), &base, 1, &settings), back;
        const char *path = at("index");
        assert_int_equal(limen_index_save(&index, path, &error), LIMEN_OK);
        if (limen_index_load(path, &base, &back, &error) != LIMEN_OK) fail_msg("%s", error.text);
        assert_ptr_equal(back.engine, saving(e));
        assert_int_equal(back.rows, ROWS);
        assert_int_equal(back.settings.metric, m);
        assert_int_equal(back.settings.M, 4);
        assert_int_equal(back.settings.ef_construction, 100);
        assert_int_equal(back.settings.levels, levels);
        assert_int_equal(back.settings.level_seed, 99);
        assert_int_equal(back.settings.batch, 70);
        assert_null(back.settings.factory);
        expect_same_answers(&index, &back, &queries, 10, 10);
        expect_same_answers(&index, &back, &queries, 10, 50);
        if (saving(e)->graph) expect_same_graph(&index, &back);
        assert_int_equal(limen_index_save(&back, at("again"), &error), LIMEN_OK);
        char first[LIMEN_HASH_SIZE], second[LIMEN_HASH_SIZE];
        assert_int_equal(limen_hash_file(path, first, NULL), LIMEN_OK);
        assert_int_equal(limen_hash_file(at("again"), second, NULL), LIMEN_OK);
        assert_string_equal(first, second);
        limen_index_clear(&index);
        limen_index_clear(&back);
      }
  char **names = NULL;
  size_t count = 0;
  assert_int_equal(limen_folder_list(scratch, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 2); /* nothing lies beside them */
  limen_folder_list_free(names, count);
}

/* ---- damage ---- */

static void flip(const char *path, long position) {
  FILE *stream = fopen(path, "r+b");
  assert_non_null(stream);
  assert_int_equal(fseek(stream, position, SEEK_SET), 0);
  int byte = fgetc(stream);
  assert_true(byte >= 0);
  assert_int_equal(fseek(stream, position, SEEK_SET), 0);
  fputc(byte ^ 0x10, stream);
  assert_int_equal(fclose(stream), 0);
}

static void test_every_damage(void **state) {
  (void)state;
  for (size_t e = 0; saving(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    const char *path = saved(saving(e), &settings);
    size_t size = 0;
    limen_free(get_file(path, &size));
    /* All of the header; then steps that fall on other bytes of an element each time. */
    for (size_t i = 0; i < size; i += i < HEADER ? 1 : 211) {
      flip(path, (long)i);
      expect_no_load(path, &base, LIMEN_INPUT,
                     i < 8    ? "index: it is no index saved by limen"
                     : i < 16 ? "this program reads version 1"
                     : i < HEADER
                         ? "index: the header is damaged: its SHA-256 is another one"
                         : "the library's bytes are damaged: their SHA-256 is another one");
      flip(path, (long)i);
    }
    struct limen_index back;
    assert_int_equal(limen_index_load(path, &base, &back, NULL), LIMEN_OK);
    limen_index_clear(&back);
  }
}

static void test_cut_short(void **state) {
  (void)state;
  for (size_t e = 0; saving(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_IP);
    const char *path = saved(saving(e), &settings);
    size_t size = 0;
    char *bytes = get_file(path, &size), words[128];
    put_file(path, bytes, size + 1); /* the NUL after the end */
    snprintf(words, sizeof words, "%zu bytes of the library, and %zu follow", size - HEADER,
             size - HEADER + 1);
    expect_no_load(path, &base, LIMEN_INPUT, words);
    assert_int_equal(truncate(path, (off_t)size - 1), 0);
    expect_no_load(path, &base, LIMEN_INPUT, "the file was cut short, or something was added");
    assert_int_equal(truncate(path, HEADER), 0);
    expect_no_load(path, &base, LIMEN_INPUT, "bytes of the library, and 0 follow");
    assert_int_equal(truncate(path, HEADER - 1), 0);
    expect_no_load(path, &base, LIMEN_INPUT,
                   "index: it has 591 bytes, and the header of a saved index 592");
    assert_int_equal(truncate(path, 0), 0);
    expect_no_load(path, &base, LIMEN_INPUT, "index: it has 0 bytes");
    limen_free(bytes);
  }
}

/* ---- honest hashes over wrong fields ---- */

/* Where fields of the header stand. */
enum {
  ROWS_AT = 16,
  M_AT = 32,
  EF_AT = 40,
  THREADS_AT = 64,
  ENGINE_AT = 80,
  METRIC_AT = 112,
  LEVELS_AT = 128,
  FACTORY_AT = 144,
  SELF_AT = 528
};

static void expect_refused(const char *bytes, size_t size, size_t position, const void *field,
                           size_t count, const char *words) {
  char hex[LIMEN_HASH_SIZE], *copy = limen_copy(bytes, size, 1, NULL);
  assert_non_null(copy);
  memcpy(copy + position, field, count);
  assert_int_equal(limen_hash_text(copy, SELF_AT, hex, NULL), LIMEN_OK);
  memcpy(copy + SELF_AT, hex, sizeof hex - 1);
  put_file(at("forged"), copy, size);
  limen_free(copy);
  expect_no_load(at("forged"), &base, LIMEN_INPUT, words);
}

static void test_forged_headers(void **state) {
  (void)state;
  for (size_t e = 0; saving(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    size_t size = 0;
    char *bytes = get_file(saved(saving(e), &settings), &size), endless[256];
    const uint64_t one = 1, much = UINT64_MAX, none = 0, more = ROWS + 1;
    memset(endless, 'x', sizeof endless);
    expect_refused(bytes, size, M_AT, &one, 8, "forged: M is 1; an index has 2 to 1000");
    expect_refused(bytes, size, M_AT, &much, 8, "M is 18446744073709551615");
    expect_refused(bytes, size, EF_AT, &none, 8, "ef_construction is 0");
    expect_refused(bytes, size, THREADS_AT, &much, 8, "threads were asked for");
    expect_refused(bytes, size, ROWS_AT, &more, 8,
                   "forged: it was built from a base of 301 x 6 values; this one has 300 x 6");
    expect_refused(bytes, size, ENGINE_AT, "annoy", 6,
                   "the header's engine is annoy; this program has exact, hnswlib");
    expect_refused(bytes, size, ENGINE_AT, "exact", 6,
                   "the header's engine is exact, which saves no indexes");
    expect_refused(bytes, size, ENGINE_AT, endless, 32, "the header's engine is xxxx");
    expect_refused(bytes, size, METRIC_AT, "l1", 3,
                   "the header's metric is l1; this program has l2, ip, cosine");
    expect_refused(bytes, size, LEVELS_AT, "mine", 5,
                   "the header's levels is mine; this program has by_label, library");
    expect_refused(bytes, size, FACTORY_AT, endless, 256, "the header's factory has no end");
    limen_free(bytes);
  }
}

/* ---- other ways to fail ---- */

static void test_wrong_base(void **state) {
  (void)state;
  for (size_t e = 0; saving(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_COSINE);
    const char *path = saved(saving(e), &settings);
    struct limen_matrix other = {ROWS - 1, COLUMNS, base.values};
    expect_no_load(path, &other, LIMEN_INPUT,
                   "index: it was built from a base of 300 x 6 values; this one has 299 x 6");
    other = (struct limen_matrix){ROWS, COLUMNS + 1, base.values};
    expect_no_load(path, &other, LIMEN_INPUT, "this one has 300 x 7");
    const float kept = base.values[77];
    base.values[77] += 0.25f;
    expect_no_load(path, &base, LIMEN_INPUT,
                   "index: it was built from a base with other values: their SHA-256 is ");
    base.values[77] = kept;
  }
}

static void test_places(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  struct limen_index index = index_of(saving(0), &base, 0, &settings);
  expect_no_load(at("nowhere"), &base, LIMEN_INPUT, "nowhere: cannot be read: No such file");
  expect_no_load(scratch, &base, LIMEN_INPUT, "it is a folder");
  put_file(at("text"), "once upon a time", 16);
  expect_no_load(at("text"), &base, LIMEN_INPUT, "text: it has 16 bytes");
  int status = limen_index_save(&index, at("no/folder"), &error);
  expect_error(status, &error, LIMEN_FAILED, "no/folder: No such file or directory");
  /* /dev/full takes nothing: the library says nothing about it, and its file is looked at. */
  status = index.engine->save(index.state, "/dev/full", &error);
  expect_error(status, &error, LIMEN_FAILED, "/dev/full");
  limen_index_clear(&index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_there_and_back, setup, teardown),
      cmocka_unit_test_setup_teardown(test_every_damage, setup, teardown),
      cmocka_unit_test_setup_teardown(test_cut_short, setup, teardown),
      cmocka_unit_test_setup_teardown(test_forged_headers, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wrong_base, setup, teardown),
      cmocka_unit_test_setup_teardown(test_places, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
