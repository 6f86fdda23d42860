/* hnswlib's own files from strangers: what the library would believe is refused before it. */
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

/* Where things stand at M 4 and 6 columns: an element is 9 words of links, 6 of numbers, a label.
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

static int setup(void **state) {
  engine = limen_engine_find("hnswlib");
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
      {0, "byte 0 of hnswlib's part: offset of level 0 is 77, not 0"},
      {8, "most elements is 77, not 300"},
      {16, "elements is 77, not 300"},
      {24, "bytes of an element is 77, not 68"},
      {32, "offset of labels is 77, not 60"},
      {40, "offset of vectors is 77, not 36"},
      {56, "links on upper levels is 77, not 4"},
      {64, "links on level 0 is 77, not 8"},
      {72, "byte 72 of hnswlib's part: M is 77, not 4"},
      {88, "ef_construction is 77, not 100"},
  };
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    expect_number(fields[i].at, 77, fields[i].words);
  const double scales[] = {0, -1, NAN, INFINITY};
  for (size_t i = 0; i < 4; i++)
    expect_field(80, &scales[i], 8, "byte 80 of hnswlib's part: the scale of levels is ");
  expect_word(48, 256, "on level 256; there are 300 elements, and at most 255 levels");
  expect_word(48, UINT32_MAX, "on level 4294967295");
  expect_word(52, ROWS, "searches start at element 300 on level ");
  expect_word(48, word_at(48) + 1, "it reaches level ");
  size_t low = 0;
  while (limen_level_by_label(1, word_at(HEAD + low * ELEMENT + LABEL), M) > 0) low++;
  expect_word(52, (uint32_t)low, "it reaches level 0 only");
}

static void test_elements(void **state) {
  (void)state;
  const size_t element = HEAD + 5 * ELEMENT;
  const float bad[] = {NAN, INFINITY};
  const uint32_t count = word_at(element);
  expect_word(element, 9, "element 5, level 0: the word of its list is 0x9; it may have 8 links");
  expect_word(element, count | 0x10000, "and no marks"); /* deleted */
  expect_word(element + 4, ROWS, "element 5, level 0 links to element 300, which there is not");
  expect_word(element + 4, UINT32_MAX, "links to element 4294967295, which there is not");
  expect_word(element + 4 * count, 5, "element 5, level 0 links to element 5, which is itself");
  expect_field(element + VECTOR + 8, &bad[0], 4, "element 5, column 2 is ");
  expect_field(element + VECTOR + 20, &bad[1], 4, "element 5, column 5 is inf");
  expect_number(element + LABEL, ROWS, "element 5 is row 300; there are 300 rows, each once");
  expect_number(element + LABEL, UINT64_MAX, "element 5 is row 18446744073709551615");
  char words[64];
  snprintf(words, sizeof words, "element 5 is row %u again", word_at(HEAD + LABEL));
  expect_number(element + LABEL, word_at(HEAD + LABEL), words);
}

static void test_upper_lists(void **state) {
  (void)state;
  expect_word(UPPER, 1, "element 0 has 1 bytes of upper links: a level has 20");
  expect_word(UPPER, 200 * LIST, "element 0 has 4000 bytes of upper links");
  expect_word(UPPER, UINT32_MAX / LIST * LIST, "bytes of upper links");
  size_t i = 0, at_list = UPPER; /* the first element with a list, and its first link */
  for (; word_at(at_list) == 0; i++) at_list += 4;
  char words[96];
  snprintf(words, sizeof words, "element %zu, level 1: the word of its list is 0x5", i);
  expect_word(at_list + 4, 5, words);
  snprintf(words, sizeof words, "element %zu, level 1 links to element 300", i);
  expect_word(at_list + 8, ROWS, words);
  size_t low = 0;
  while (limen_level_by_label(1, word_at(HEAD + low * ELEMENT + LABEL), M) > 0) low++;
  snprintf(words, sizeof words, "links to element %zu, which is not on that level", low);
  expect_word(at_list + 8, (uint32_t)low, words);
  settings.level_seed = 2;
  expect_refused("belongs on level ");
  settings.level_seed = 1;
}

static void test_lengths(void **state) {
  (void)state;
  struct limen_error error = {0};
  void *index = NULL;
  const size_t whole = size;
  const size_t lengths[] = {0, HEAD - 1, UPPER - 1, UPPER, UPPER + 3, whole - 1};
  const char *const words[] = {"hnswlib's part has 0 bytes, too few for 300 rows of 6 values",
                               "has 95 bytes",
                               "too few for 300 rows of 6 values",
                               "it ends before the upper links of element 0",
                               "it ends before the upper links of element 0",
                               "element 299"};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size = lengths[i];
    expect_refused(words[i]);
  }
  size = whole + 1; /* the NUL after the end */
  expect_refused("1 bytes follow the last element's links");
  size = whole;
  put_file(at("raw"), bytes, size);
  int status = engine->load(at("raw"), ROWS, COLUMNS + 1, &settings, &index, &error);
  expect_error(status, &error, LIMEN_INPUT, "bytes of an element is 68, not 72");
  status = engine->load(at("raw"), SIZE_MAX / 4, COLUMNS, &settings, &index, &error);
  expect_error(status, &error, LIMEN_INPUT, "too few for");
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
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole),    cmocka_unit_test(test_head),
      cmocka_unit_test(test_elements), cmocka_unit_test(test_upper_lists),
      cmocka_unit_test(test_lengths),  cmocka_unit_test(test_any_damage),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
