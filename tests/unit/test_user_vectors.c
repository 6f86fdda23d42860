/* The representation user: vectors and ids from files, matched with a collection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "data/format.h"
#include "unit/scratch.h"
#include "unit/texts.h"

static struct limen_collection collection;

/* Four documents and a query in two dimensions; the files hold them in another order, and a
 * document more. */
static int setup(void **state) {
  collection = (struct limen_collection){0};
  add_document(&collection, "Ann Lee", "");
  add_document(&collection, "Bo", "");
  add_document(&collection, "C\u00E9d", "");
  add_query(&collection, "q 1", "");
  return scratch_setup(state);
}

static int teardown(void **state) {
  limen_collection_clear(&collection);
  return scratch_teardown(state);
}

static const char *write_vectors(const char *name, size_t rows, size_t columns,
                                 const float *values) {
  struct limen_matrix matrix = {.rows = rows, .columns = columns};
  struct limen_vectors vectors;
  float copy[32];
  memcpy(copy, values, rows * columns * sizeof *values);
  matrix.values = copy;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at(name), &vectors, NULL), LIMEN_OK);
  return at(name);
}

static const char *write_ids(const char *name, const char *text) {
  put_file(at(name), text, strlen(text));
  return at(name);
}

static const float rows[] = {0.11f, 0.57f, 9, 9, -0.32f, 0.2f, 0.83f, -0.4f},
                   query[] = {0.5f, 0.25f};

static struct limen_representation_settings good_files(char paths[4][256]) {
  struct limen_representation_settings settings = limen_representation_defaults;
  strcpy(paths[0], write_vectors("d.fvecs", 4, 2, rows));
  strcpy(paths[1], write_ids("d.txt", "Bo\nstranger\r\nC\u00E9d\nAnn Lee"));
  strcpy(paths[2], write_vectors("q.npy", 1, 2, query));
  strcpy(paths[3], write_ids("q.txt", "q 1\n"));
  settings.documents = paths[0];
  settings.document_ids = paths[1];
  settings.queries = paths[2];
  settings.query_ids = paths[3];
  return settings;
}

/* Bo 0.055 + 0.1425, Céd -0.16 + 0.05, Ann 0.415 - 0.1. */
static void test_rows_are_found_by_their_ids(void **state) {
  (void)state;
  char paths[4][256];
  struct limen_representation_settings settings = good_files(paths);
  struct limen_retriever retriever = retriever_of("user", &collection, &settings);
  struct limen_hits hits = hits_of(&retriever, 3);
  static const uint32_t order[] = {0, 1, 2};
  assert_int_equal(retriever.settings.d, 2);
  assert_memory_equal(retriever.document_vectors.values, rows + 6, 2 * sizeof *rows);
  assert_memory_equal(retriever.document_vectors.values + 2, rows, 2 * sizeof *rows);
  assert_memory_equal(hits.document, order, sizeof order);
  expect_near(hits.score[0], 0.315, 1e-7);
  expect_near(hits.score[1], 0.1975, 1e-7);
  expect_near(hits.score[2], -0.11, 1e-7);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  /* Of unit length: Bo has 0.1975 / (0.580517 * 0.559017), Ann 0.315 / (0.921358 * 0.559017). */
  settings.unit = true;
  retriever = retriever_of("user", &collection, &settings);
  hits = hits_of(&retriever, 3);
  expect_near(score_in(&hits, 0, 0), 0.6115857, 1e-6);
  expect_near(score_in(&hits, 0, 1), 0.6085932, 1e-6);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
}

/* Without files of ids: the collection's order. */
static void test_rows_in_order(void **state) {
  (void)state;
  char paths[4][256];
  struct limen_representation_settings settings = good_files(paths);
  settings.document_ids = settings.query_ids = NULL;
  strcpy(paths[0], write_vectors("three.fvecs", 3, 2, rows));
  struct limen_retriever retriever = retriever_of("user", &collection, &settings);
  assert_memory_equal(retriever.document_vectors.values, rows, 6 * sizeof *rows);
  limen_retriever_clear(&retriever);
}

static void expect_error(const struct limen_representation_settings *settings, int status,
                         const char *expected) {
  struct limen_retriever retriever;
  struct limen_error error = {0};
  assert_int_equal(limen_retriever_build(limen_representation_find("user"), &collection, settings,
                                         &retriever, &error),
                   status);
  assert_null(retriever.order);
  if (!strstr(error.text, expected)) fail_msg("\"%s\" is not in \"%s\"", expected, error.text);
}

static void test_files_that_do_not_fit(void **state) {
  (void)state;
  char paths[4][256], other[256];
  static const float zero[] = {0.11f, 0.57f, 9, 9, 0, 0, 0.83f, -0.4f}, wide[] = {1, 2, 3};
  struct limen_representation_settings settings = good_files(paths), bad = settings;
  bad.documents = NULL;
  expect_error(&bad, LIMEN_USAGE,
               "the representation user needs a file of vectors for the documents");
  bad = settings;
  bad.queries = "/nowhere/q.npy";
  expect_error(&bad, LIMEN_INPUT, "/nowhere/q.npy");
  bad = settings;
  bad.query_ids = "/nowhere/q.txt";
  expect_error(&bad, LIMEN_INPUT, "/nowhere/q.txt");
  bad = settings;
  bad.document_ids = NULL;
  expect_error(&bad, LIMEN_INPUT,
               "d.fvecs has 4 rows and the collection has 3 documents; a row is one passage");
  bad = settings;
  bad.document_ids = strcpy(other, write_ids("short.txt", "Bo\nAnn Lee\nC\u00E9d\n"));
  expect_error(&bad, LIMEN_INPUT, "short.txt 3 ids; a row is one passage");
  bad.document_ids = strcpy(other, write_ids("less.txt", "Bo\nAnn Lee\nx\ny\n"));
  expect_error(&bad, LIMEN_INPUT,
               "less.txt names no vector for \"C\u00E9d\" of the collection's documents; every one "
               "needs its own");
  bad.document_ids = strcpy(other, write_ids("twice.txt", "Bo\nAnn Lee\nx\nBo\n"));
  expect_error(&bad, LIMEN_INPUT, "twice.txt: the id \"Bo\" stands twice");
  bad = settings;
  bad.d = 3;
  expect_error(&bad, LIMEN_INPUT, "d.fvecs");
  bad = settings;
  bad.queries = strcpy(other, write_vectors("wide.npy", 1, 3, wide));
  expect_error(&bad, LIMEN_INPUT, "wide.npy 3; both must come from the same model");
  bad = settings;
  bad.unit = true;
  bad.documents = strcpy(other, write_vectors("zero.fvecs", 4, 2, zero));
  expect_error(&bad, LIMEN_INPUT, "zero.fvecs: the vector of \"C\u00E9d\" is all zeros");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_rows_are_found_by_their_ids),
      TEST(test_rows_in_order),
      TEST(test_files_that_do_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
