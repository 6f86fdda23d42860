/* The kind recall and the files it reads: which are known again, and which are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <sqlite3.h>

#include "contract/recall_world.h"
#include "support/answers.h"

/* The definition with one line in place of another. */
static void rewrite(const struct world *world, const char *line, const char *by) {
  char text[sizeof definition + 200];
  const char *at = strstr(definition, line);
  assert_non_null(at);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - definition), definition, by,
           at + strlen(line));
  put_text(world, "mine.yml", text);
}

static char *report_of(const struct world *world, const char *out) {
  char *folder = path_of(world->folder, out), *path = path_of(folder, "report.md");
  char *text = read_whole(path, NULL);
  free(path);
  free(folder);
  return text;
}

/* ---- known again by their content ---- */

static void a_renamed_file_is_known_again(void **state) {
  const struct world *world = *state;
  expect_cells(world, "out", CELLS, 0, NULL, NULL, NULL);
  expect_cells(world, "out", 0, CELLS, NULL, NULL, NULL);
  move(world, "vectors.fvecs", "more/renamed.fvecs");
  rewrite(world, "data: vectors.fvecs", "data: more/renamed.fvecs");
  expect_cells(world, "out", 0, CELLS, NULL, NULL, NULL);
  put_vectors(world, "vectors.fvecs", world->queries, QUERIES); /* the old name tells nothing */
  expect_cells(world, "out", 0, CELLS, NULL, NULL, NULL);
  char *report = report_of(world, "out");
  expect_word(report, "renamed.fvecs");
  free(report);
}

/* One more float, one more label, one more query: each makes other cells. */
static void a_changed_file_is_another(void **state) {
  struct world *world = *state;
  expect_cells(world, "out", CELLS, 0, NULL, NULL, NULL);
  world->base[57] += 0.11f;
  put_vectors(world, "vectors.fvecs", world->base, ROWS);
  expect_cells(world, "out", CELLS, 0, NULL, NULL, NULL);
  world->queries[32] += 0.11f;
  put_vectors(world, "more/queries.fvecs", world->queries, QUERIES);
  expect_cells(world, "out", CELLS, 0, NULL, NULL, NULL);
  char *path = path_of(world->folder, "names.txt"), *text = read_whole(path, NULL);
  memcpy(text, "dog", 3);
  write_whole(path, text);
  expect_cells(world, "out", CELLS, 0, NULL, NULL, NULL);
  /* Back again: the cells are still there. */
  memcpy(text, "eel", 3);
  write_whole(path, text);
  expect_cells(world, "out", 0, CELLS, NULL, NULL, NULL);
  free(text);
  free(path);
}

/* More builds leave the ones that are there. */
static void more_builds_are_added(void **state) {
  expect_cells(*state, "out", CELLS, 0, NULL, NULL, NULL);
  expect_cells(*state, "out", 7, CELLS, "--set", "builds=3", NULL);
  expect_cells(*state, "out", 0, 7, "--set", "builds=1", NULL);
}

/* ---- rows of one file ---- */

static void *ask_blob(const struct world *world, const char *name, size_t *bytes) {
  sqlite3 *store = NULL;
  sqlite3_stmt *statement = NULL;
  char *folder = path_of(world->folder, "out"), *path = path_of(folder, "run.db");
  assert_int_equal(sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(
                       store, "SELECT bytes, size FROM answers WHERE row = 0 AND name = ? LIMIT 1",
                       -1, &statement, NULL),
                   SQLITE_OK);
  sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  void *copy = answer_of(statement, bytes);
  sqlite3_finalize(statement);
  sqlite3_close(store);
  free(path);
  free(folder);
  return copy;
}

/* Clusters lie far apart, so all true neighbours of a query are of one category: if the labels of
 * the base were those of other rows, they would be mixed. */
static void held_out_rows_take_their_labels_along(void **state) {
  const struct world *world = *state;
  size_t bytes, counts[CLUSTERS] = {0};
  rewrite(world, "  queries: more/queries.fvecs\n", "  nq: 57\n");
  run_well(world, "out", "--set", "engine=exact", NULL);
  uint32_t *label = ask_blob(world, "labels", &bytes);
  assert_int_equal(bytes, (ROWS - 57) * sizeof *label);
  for (size_t i = 0; i < ROWS - 57; i++) counts[label[i]]++;
  for (size_t c = 0; c < CLUSTERS; c++) assert_in_range(counts[c], ROWS / 3 - 57, ROWS / 3);
  int32_t *ids = ask_blob(world, "ids", &bytes);
  assert_int_equal(bytes, 57 * K * sizeof *ids);
  for (size_t i = 0; i < (size_t)57 * K; i++) {
    assert_in_range(ids[i], 0, ROWS - 57 - 1);
    assert_int_equal(label[ids[i]], label[ids[i / K * K]]);
  }
  free(ids);
  free(label);
}

static void a_subset_takes_its_labels_along(void **state) {
  const struct world *world = *state;
  size_t bytes;
  rewrite(world, "n: all", "n: 111");
  run_well(world, "out", "--set", "engine=exact", NULL);
  uint32_t *label = ask_blob(world, "labels", &bytes);
  assert_int_equal(bytes, 111 * sizeof *label);
  int32_t *ids = ask_blob(world, "ids", &bytes);
  assert_int_equal(bytes, QUERIES * K * sizeof *ids);
  for (size_t i = 0; i < (size_t)QUERIES * K; i++)
    assert_int_equal(label[ids[i]], i / K % CLUSTERS);
  free(ids);
  free(label);
}

/* ---- what is left out, and what is refused ---- */

static void an_order_without_its_labels_is_left_out(void **state) {
  const struct world *world = *state;
  rewrite(world, "  labels: names.txt\n", "");
  expect_cells(world, "out", 4, 0, NULL, NULL, NULL);
  char *report = report_of(world, "out");
  expect_word(report, "Left out for want of labels: by_category on vectors.fvecs");
  free(report);
  /* A search that looks at no order misses no labels. */
  expect_cells(world, "exact", 1, 0, "--set", "engine=exact", "--set=order=by_category,random");
  report = report_of(world, "exact");
  assert_null(strstr(report, "Left out"));
  free(report);
}

static void bad_vectors_are_refused(void **state) {
  struct world *world = *state;
  world->base[7 * D + 2] = NAN;
  put_vectors(world, "vectors.fvecs", world->base, ROWS);
  expect_refused(world, LIMEN_INPUT, "k=5", "row 7");
  world->base[7 * D + 2] = 0;
  put_vectors(world, "vectors.fvecs", world->base, ROWS);
  world->queries[11 * D] = INFINITY;
  put_vectors(world, "more/queries.fvecs", world->queries, QUERIES);
  expect_refused(world, LIMEN_INPUT, "k=5", "queries.fvecs");
}

static void bad_labels_are_refused(void **state) {
  const struct world *world = *state;
  put_labels(world, "names.txt", ROWS - 1);
  expect_refused(world, LIMEN_INPUT, "k=5", "names.txt has 329 labels, the vectors 330 rows");
  put_labels(world, "names.txt", ROWS);
  expect_refused(world, LIMEN_INPUT, "label_column=1", "names.txt");
}

static void bad_queries_are_refused(void **state) {
  const struct world *world = *state;
  struct limen_matrix narrow = {
      .rows = 10, .columns = 5, .values = (float *)(uintptr_t)world->base};
  struct limen_vectors vectors;
  char *path = path_of(world->folder, "more/queries.fvecs");
  limen_vectors_lend(&vectors, &narrow);
  assert_int_equal(limen_vectors_write(path, &vectors, NULL), LIMEN_OK);
  expect_refused(world, LIMEN_INPUT, "k=5", "queries.fvecs has 5 dimensions");
  put_vectors(world, "more/queries.fvecs", world->queries, 1);
  expect_refused(world, LIMEN_INPUT, "k=5", "queries.fvecs has 1 row");
  free(path);
}

static void too_much_is_refused(void **state) {
  const struct world *world = *state;
  expect_refused(world, LIMEN_INPUT, "k=331", "330 rows");
  expect_refused(world, LIMEN_USAGE, "data_options=helix", "write DATASET.KEY=VALUE");
  rewrite(world, "  queries: more/queries.fvecs\n", "");
  expect_refused(world, LIMEN_INPUT, "nq=326", "vectors.fvecs has 330 rows: too few for nq = 326");
  expect_refused(world, LIMEN_INPUT, "data=nowhere.fvecs", "nowhere.fvecs");
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_renamed_file_is_known_again),   TEST(a_changed_file_is_another),
      TEST(more_builds_are_added),           TEST(held_out_rows_take_their_labels_along),
      TEST(a_subset_takes_its_labels_along), TEST(an_order_without_its_labels_is_left_out),
      TEST(bad_vectors_are_refused),         TEST(bad_labels_are_refused),
      TEST(bad_queries_are_refused),         TEST(too_much_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
