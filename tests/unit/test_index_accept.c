/* The libraries' own files from strangers: what a library would believe is refused before it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "scratch.h"
#include "support/engine_data.h"

/* Where things stand in hnswlib's file at M 4 and 6 columns: an element is 9 words of links, 6 of
 * numbers, a label.
 */
enum {
  ROWS = 300,
  COLUMNS = 6,
  M = 4,
  HEAD = 96,
  VECTOR = 36,
  LABEL = 60,
  ELEMENT = 68,
  LIST = 20,
  UPPER = HEAD + ROWS * ELEMENT
};

static const struct limen_engine *engine;
static struct limen_matrix base;
static struct limen_index_settings settings;
static char *bytes; /* of the whole file */
static size_t size;

static int setup_of(const char *name, void **state) {
  engine = limen_engine_find(name);
  base = clusters(ROWS, COLUMNS, "base");
  settings = settings_of(LIMEN_L2);
  settings.M = M;
  if (scratch_setup(state) != 0) return -1;
  struct limen_index index = index_of(engine, &base, 1, &settings);
  int status = engine->save(index.state, at("raw"), NULL);
  limen_index_clear(&index);
  if (status == LIMEN_OK) bytes = get_file(at("raw"), &size);
  return status;
}

static int setup_hnswlib(void **state) { return setup_of("hnswlib", state); }

static int setup_faiss(void **state) { return setup_of("faiss", state); }

static int teardown(void **state) {
  limen_free(bytes);
  limen_matrix_clear(&base);
  return scratch_teardown(state);
}

static void expect_refused(const char *words) {
  struct limen_error error = {0};
  void *index = NULL;
  put_file(at("raw"), bytes, size);
  int status = engine->load(at("raw"), ROWS, COLUMNS, &settings, &index, &error);
  expect_error(status, &error, LIMEN_INPUT, words);
  assert_null(index);
}

/* Puts `count` bytes somewhere, and back. */
static void expect_field(size_t position, const void *field, size_t count, const char *words) {
  char kept[8];
  memcpy(kept, bytes + position, count);
  memcpy(bytes + position, field, count);
  expect_refused(words);
  memcpy(bytes + position, kept, count);
}

static void expect_word(size_t position, uint32_t value, const char *words) {
  expect_field(position, &value, sizeof value, words);
}

static void expect_number(size_t position, uint64_t value, const char *words) {
  expect_field(position, &value, sizeof value, words);
}

static uint32_t word_at(size_t position) {
  uint32_t value;
  memcpy(&value, bytes + position, sizeof value);
  return value;
}

static void test_whole(void **state) {
  (void)state;
  struct limen_error error = {0};
  void *index = NULL;
  if (engine->load(at("raw"), ROWS, COLUMNS, &settings, &index, &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  engine->close(index);
}

static void test_head(void **state) {
  (void)state;
  static const struct {
    size_t at;
    const char *words;
  } fields[] = {
      {0, "byte 0, offsetLevel0 is 77, and 0 follows from other fields"},
      {8, "byte 8, max_elements is 77; 300 to "},
      {16, "linkListSize of node 0 is "},
      {24, "byte 24, size_data_per_element is 77, and 68 follows from other fields"},
      {32, "byte 24, size_data_per_element is 68, and 85 follows from other fields"},
      {40, "byte 40, offsetData is 77, and 36 follows from other fields"},
      {56, "byte 56, maxM is 77, and 4 follows from other fields"},
      {64, "byte 64, maxM0 is 77, and 8 follows from other fields"},
      {72, "byte 56, maxM is 4, and 77 follows from other fields"},
      {88, "hnswlib, ef_construction: the file has 77, and 100 was saved"},
  };
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    expect_number(fields[i].at, 77, fields[i].words);
  expect_number(8, ROWS + 1, "hnswlib, room for rows: the file has 301, and 300 was saved");
  const double scales[] = {-1, NAN, INFINITY};
  for (size_t i = 0; i < 3; i++) expect_field(80, &scales[i], 8, "byte 80, mult is ");
  expect_word(48, 64, "byte 48, maxlevel is 64; 0 to 63 are possible");
  expect_word(48, UINT32_MAX, "byte 48, maxlevel is -1");
  expect_word(52, ROWS, "byte 52, enterpoint_node is 300; 0 to 299 are possible");
  expect_word(48, word_at(48) + 1, "byte 52, enterpoint_node ");
  size_t low = 0;
  while (limen_level_by_label(1, word_at(HEAD + low * ELEMENT + LABEL), M) > 0) low++;
  expect_word(52, (uint32_t)low, "its highest level is 0, and maxlevel is ");
}

static void test_elements(void **state) {
  (void)state;
  const size_t element = HEAD + 5 * ELEMENT;
  const float bad[] = {NAN, INFINITY};
  const uint32_t count = word_at(element);
  expect_word(element, 9, "node 5 has 9 links on level 0, which has room for 8");
  expect_word(element, count | 0x10000, "hnswlib, deleted rows: the file has 1, and 0 was saved");
  expect_word(element, count | 0x20000, "node 5 on level 0 has the marks 0x0002");
  expect_word(element, count | 0x1000000, "node 5 on level 0 has the marks 0x0100");
  expect_word(element + 4, ROWS,
              "link 0 of node 5 on level 0 leads to node 300, but there are 300");
  expect_word(element + 4, UINT32_MAX, "leads to node 4294967295, but there are 300 nodes");
  expect_word(element + 4 * count, 5, "of node 5 on level 0 leads to itself");
  expect_field(element + VECTOR + 8, &bad[0], 4, "node 5, column 2 is ");
  expect_field(element + VECTOR + 20, &bad[1], 4, "node 5, column 5 is inf");
  const char *rows = "hnswlib: its nodes are not the rows 0 to 299, each once";
  expect_number(element + LABEL, ROWS, rows);
  expect_number(element + LABEL, UINT64_MAX, rows);
  expect_number(element + LABEL, word_at(HEAD + LABEL), rows);
}

static void test_upper_lists(void **state) {
  (void)state;
  expect_word(UPPER, 1, "linkListSize of node 0 is 1: 20 bytes a level are needed");
  expect_word(UPPER, 200 * LIST, "linkListSize of node 0 is 4000");
  expect_word(UPPER, UINT32_MAX / LIST * LIST, "linkListSize of node 0 is 42949672");
  size_t i = 0, at_list = UPPER; /* the first element with a list, and its first link */
  for (; word_at(at_list) == 0; i++) at_list += 4;
  char words[96];
  snprintf(words, sizeof words, "node %zu has 5 links on level 1, which has room for 4", i);
  expect_word(at_list + 4, 5, words);
  snprintf(words, sizeof words, "node %zu on level 1 has the marks 0x0001", i);
  expect_word(at_list + 4, word_at(at_list + 4) | 0x10000, words);
  snprintf(words, sizeof words, "of node %zu on level 1 leads to node 300", i);
  expect_word(at_list + 8, ROWS, words);
  size_t low = 0;
  while (limen_level_by_label(1, word_at(HEAD + low * ELEMENT + LABEL), M) > 0) low++;
  snprintf(words, sizeof words, "leads to node %zu, whose highest level is 0", low);
  expect_word(at_list + 8, (uint32_t)low, words);
}

static void test_lengths(void **state) {
  (void)state;
  const size_t whole = size;
  const size_t lengths[] = {0, HEAD - 1, UPPER - 1, UPPER, UPPER + 3, whole - 1};
  const char *const words[] = {
      "byte 0, offsetLevel0: 1 x 8 bytes should follow, and 0 bytes are left of the file",
      "byte 88, ef_construction: 1 x 8 bytes should follow, and 7 bytes",
      "byte 96, data_level0_memory: 300 x 68 bytes should follow, and 20399 bytes",
      "linkListSize: 1 x 4 bytes should follow, and 0 bytes",
      "linkListSize: 1 x 4 bytes should follow, and 3 bytes",
      "it is cut short or damaged"};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size = lengths[i];
    expect_refused(words[i]);
  }
  size = whole + 1; /* the NUL after the end */
  expect_refused("1 bytes follow after the last node");
  size = whole;
}

/* ---- files that are whole, and of something else ---- */

static void expect_other(size_t rows, size_t columns, const char *words) {
  struct limen_error error = {0};
  void *index = NULL;
  int status = engine->load(at("raw"), rows, columns, &settings, &index, &error);
  expect_error(status, &error, LIMEN_INPUT, words);
  assert_null(index);
}

static void test_other_indexes(void **state) {
  (void)state;
  const struct limen_index_settings kept = settings;
  put_file(at("raw"), bytes, size);
  expect_other(ROWS, COLUMNS + 1, "columns: the file has 6, and 7 was saved");
  expect_other(SIZE_MAX / 4, COLUMNS, "rows: the file has 300, and 4611686018427387903 was saved");
  settings.M++;
  expect_other(ROWS, COLUMNS, ", M: the file has 4, and 5 was saved");
  settings = kept;
  settings.ef_construction = 99;
  expect_other(ROWS, COLUMNS, ", ef_construction: the file has 100, and 99 was saved");
  settings = kept;
  settings.level_seed = 2;
  expect_other(ROWS, COLUMNS, "; with the seed 2 it belongs on level ");
  settings = kept;
}

/* What FAISS alone writes: the metric, and rows behind its own bytes. */
static void test_rows_of_faiss(void **state) {
  (void)state;
  const size_t whole = size, rows = size - ROWS * 4;
  uint32_t first;
  memcpy(&first, bytes + rows, sizeof first);
  expect_word(rows + 4, first, "rows[1] is ");
  expect_word(rows + 4, ROWS, "rows[1] is 300: rows are 0 to 299, each of them once");
  const float bad = -INFINITY;
  expect_field(rows - 16 - 4, &bad, 4, "FAISS IHNf, node 299, column 5 is -inf");
  size = rows - 16;
  expect_refused("FAISS IHNf: its nodes are not the rows 0 to 299, each once");
  size = whole;
  put_file(at("raw"), bytes, size);
  settings.metric = LIMEN_COSINE;
  expect_other(ROWS, COLUMNS, "FAISS IHNf, metric: the file has l2, and ip was saved");
  settings.metric = LIMEN_L2;
}

/* A metric that FAISS would refuse only once it is asked to search, in both heads of the file. */
static void test_metric_of_faiss(void **state) {
  (void)state;
  enum { METRIC = 4 + 29 /* of a head, behind its letters */ };
  const char *vectors = memmem(bytes, size, "IxF", 3);
  assert_non_null(vectors);
  const size_t below = (size_t)(vectors - bytes) + METRIC;
  const int32_t unknown = -3;
  assert_int_equal(word_at(below), 1);
  memcpy(bytes + below, &unknown, sizeof unknown);
  expect_word(METRIC, (uint32_t)unknown,
              "FAISS IHNf, metric: the file has one that is not known here, and l2 was saved");
  memcpy(bytes + below, &(int32_t){1}, sizeof(int32_t));
}

/* Whatever is let through can be searched. */
static void test_any_damage(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(1, "damage", NULL);
  char *kept = limen_copy(bytes, size, 1, NULL);
  size_t refused = 0;
  for (size_t trial = 0; trial < 400; trial++) {
    void *index = NULL;
    for (size_t i = gsl_rng_uniform_int(rng, 3) + 1; i > 0; i--)
      bytes[gsl_rng_uniform_int(rng, size)] = (char)gsl_rng_uniform_int(rng, 256);
    FILE *stream = fopen(at("damaged"), "wb");
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
    memcpy(bytes, kept, size);
    if (engine->load(at("damaged"), ROWS, COLUMNS, &settings, &index, NULL) != LIMEN_OK) {
      refused++;
      continue;
    }
    int64_t ids[50];
    size_t found = 0;
    struct limen_graph graph = {0};
    for (size_t q = 0; q < 20; q++) {
      assert_int_equal(engine->search(index, base.values + q * COLUMNS, 50, 50, ids, &found, NULL),
                       LIMEN_OK);
      for (size_t i = 0; i < found; i++) assert_in_range(ids[i], 0, ROWS - 1);
    }
    assert_int_equal(engine->graph(index, &graph, NULL), LIMEN_OK);
    assert_int_equal(limen_graph_check(&graph, NULL), LIMEN_OK);
    limen_graph_clear(&graph);
    engine->close(index);
  }
  assert_true(refused > 100 && refused < 390); /* both happen */
  limen_free(kept);
  limen_rng_free(rng);
}

int main(void) {
  const struct CMUnitTest hnswlib[] = {
      cmocka_unit_test(test_whole),      cmocka_unit_test(test_head),
      cmocka_unit_test(test_elements),   cmocka_unit_test(test_upper_lists),
      cmocka_unit_test(test_lengths),    cmocka_unit_test(test_other_indexes),
      cmocka_unit_test(test_any_damage),
  };
  const struct CMUnitTest faiss[] = {
      cmocka_unit_test(test_whole),           cmocka_unit_test(test_rows_of_faiss),
      cmocka_unit_test(test_metric_of_faiss), cmocka_unit_test(test_other_indexes),
      cmocka_unit_test(test_any_damage),
  };
  int failed = cmocka_run_group_tests(hnswlib, setup_hnswlib, teardown);
  if (limen_engine_find("faiss")) /* it may not be compiled in */
    failed += cmocka_run_group_tests(faiss, setup_faiss, teardown);
  return failed;
}
