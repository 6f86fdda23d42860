/* Runs of the kind recall on a user's own vectors: what is stored is what was found, and what is
 * told is what is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>

#include "contract/recall_world.h"
#include "measures/missed.h"
#include "support/answers.h"

static void expect_equal(double a, double b, double tolerance) {
  if (!(fabs(a - b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

/* ---- the store ---- */

static sqlite3 *open_store(const struct world *world, const char *out) {
  sqlite3 *store = NULL;
  char *folder = path_of(world->folder, out), *path = path_of(folder, "run.db");
  assert_int_equal(sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  free(path);
  free(folder);
  return store;
}

/* The raw answer of a cell's row, released by free; of `bytes` bytes, 0: as many as there are. */
static void *ask_blob(sqlite3 *store, const char *key, int row, const char *name, size_t bytes) {
  sqlite3_stmt *statement = NULL;
  assert_int_equal(
      sqlite3_prepare_v2(store,
                         "SELECT bytes, size FROM answers WHERE key = ? AND row = ? AND name = ?",
                         -1, &statement, NULL),
      SQLITE_OK);
  sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_int(statement, 2, row);
  sqlite3_bind_text(statement, 3, name, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) != SQLITE_ROW) fail_msg("no answer %s in row %d", name, row);
  size_t count;
  void *copy = answer_of(statement, &count);
  if (bytes > 0) assert_int_equal(count, bytes);
  sqlite3_finalize(statement);
  return copy;
}

/* ---- results.csv ---- */

struct table {
  char *text;
  char *cell[64][80]; /* line, column; line 0 is the head */
  size_t lines, columns;
};

/* None of the values here holds a comma. */
static void read_table(const struct world *world, const char *out, struct table *table) {
  char *folder = path_of(world->folder, out), *path = path_of(folder, "results.csv");
  char *rest = table->text = read_whole(path, NULL);
  table->lines = 0;
  for (char *line; (line = strsep(&rest, "\n")) && *line;) {
    size_t column = 0;
    assert_true(table->lines < 64);
    for (char *word; (word = strsep(&line, ",")) && column < 80;)
      table->cell[table->lines][column++] = word;
    table->columns = column;
    table->lines++;
  }
  free(path);
  free(folder);
}

static const char *word_at(const struct table *table, size_t line, const char *name) {
  for (size_t c = 0; c < table->columns; c++)
    if (strcmp(table->cell[0][c], name) == 0) return table->cell[line][c];
  fail_msg("no column %s", name);
  return NULL;
}

static double number_at(const struct table *table, size_t line, const char *name) {
  return strtod(word_at(table, line, name), NULL);
}

/* The key of the cell that a line came from, released by free. */
static char *key_of(sqlite3 *store, const struct table *table, size_t line) {
  sqlite3_stmt *statement = NULL;
  char pattern[200], *key = NULL;
  snprintf(pattern, sizeof pattern, "* order=%s *build=%s variant=%s",
           word_at(table, line, "order"), word_at(table, line, "build"),
           word_at(table, line, "variant"));
  assert_int_equal(
      sqlite3_prepare_v2(store, "SELECT key FROM cells WHERE text GLOB ?", -1, &statement, NULL),
      SQLITE_OK);
  sqlite3_bind_text(statement, 1, pattern, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) != SQLITE_ROW) fail_msg("no cell is like %s", pattern);
  key = strdup((const char *)sqlite3_column_text(statement, 0));
  assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_finalize(statement);
  return key;
}

/* ---- recalls by looking at everything ---- */

struct ranked {
  double distance;
  size_t row;
};

static int nearer(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static double squared(const float *x, const float *y) {
  double sum = 0;
  for (size_t c = 0; c < D; c++)
    sum += ((double)x[c] - (double)y[c]) * ((double)x[c] - (double)y[c]);
  return sum;
}

static void rank_all(const struct world *world, size_t query, struct ranked *out) {
  for (size_t i = 0; i < ROWS; i++)
    out[i] = (struct ranked){squared(world->base + i * D, world->queries + query * D), i};
  qsort(out, ROWS, sizeof *out, nearer);
}

/* Recalls of one query: by id, with ties, with epsilon = 0.1. */
static void judge(const struct world *world, size_t query, const int32_t *ids, double recalls[3]) {
  struct ranked ranked[ROWS];
  rank_all(world, query, ranked);
  const double r_k = sqrt(ranked[K - 1].distance);
  recalls[0] = recalls[1] = recalls[2] = 0;
  for (size_t i = 0; i < K; i++) {
    bool again = ids[i] < 0;
    for (size_t j = 0; j < i; j++) again |= ids[j] == ids[i];
    if (again) continue;
    double r = sqrt(squared(world->base + (size_t)ids[i] * D, world->queries + query * D));
    for (size_t j = 0; j < K; j++) recalls[0] += (size_t)ids[i] == ranked[j].row ? 1.0 / K : 0;
    recalls[1] += r <= r_k * (1 + 1e-6) ? 1.0 / K : 0;
    recalls[2] += r <= r_k * 1.1 ? 1.0 / K : 0;
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double mean_of_lowest(const double *sorted, double share) {
  size_t count = (size_t)ceil(share * QUERIES);
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += sorted[i];
  return sum / (double)count;
}

static void expect_recalls(const struct world *world, const struct table *table, size_t line,
                           const int32_t *ids) {
  double sums[3] = {0}, recalls[QUERIES], zero = 0, fewer = 0;
  for (size_t q = 0; q < QUERIES; q++) {
    double three[3];
    size_t given = 0;
    judge(world, q, ids + q * K, three);
    for (size_t i = 0; i < 3; i++) sums[i] += three[i] / QUERIES;
    for (size_t i = 0; i < K; i++) given += ids[q * K + i] >= 0;
    recalls[q] = three[0];
    zero += three[0] == 0 ? 1.0 / QUERIES : 0;
    fewer += given < K ? 1.0 / QUERIES : 0;
  }
  qsort(recalls, QUERIES, sizeof *recalls, ascending);
  expect_equal(number_at(table, line, "recall"), sums[0], 1e-12);
  expect_equal(number_at(table, line, "recall_ties"), sums[1], 1e-12);
  expect_equal(number_at(table, line, "recall_epsilon"), sums[2], 1e-12);
  expect_equal(number_at(table, line, "worst_1"), mean_of_lowest(recalls, 0.01), 1e-12);
  expect_equal(number_at(table, line, "worst_5"), mean_of_lowest(recalls, 0.05), 1e-12);
  expect_equal(number_at(table, line, "zero_share"), zero, 1e-12);
  expect_equal(number_at(table, line, "short_answers"), fewer, 1e-12);
}

/* Every true neighbour has a record, and one that was returned has no reason. */
static void expect_records(const struct world *world, const struct table *table, size_t line,
                           const int32_t *ids, const struct limen_miss_record *records) {
  size_t counts[LIMEN_MISSES] = {0};
  for (size_t q = 0; q < QUERIES; q++) {
    struct ranked ranked[ROWS];
    rank_all(world, q, ranked);
    for (size_t j = 0; j < K; j++) {
      const struct limen_miss_record *record = &records[q * K + j];
      bool found = false;
      for (size_t i = 0; i < K; i++) found |= ids[q * K + i] == (int32_t)ranked[j].row;
      assert_int_equal(record->query, q);
      assert_int_equal(record->row, ranked[j].row);
      assert_int_equal(record->rank, j + 1);
      assert_int_equal(record->reason == LIMEN_MISS_NONE, found);
      counts[record->reason]++;
    }
  }
  for (size_t r = LIMEN_MISS_TIE; r < LIMEN_MISSES; r++) {
    char name[64];
    snprintf(name, sizeof name, "miss_%s", limen_miss_name(r));
    expect_equal(number_at(table, line, name), (double)counts[r] / (QUERIES * K), 1e-12);
  }
}

/* ---- what is found is what is told ---- */

static void recalls_are_those_of_the_stored_ids(void **state) {
  const struct world *world = *state;
  struct table table;
  double missed = 0;
  expect_cells(world, "out", CELLS, 0, "--threads", "2", NULL);
  read_table(world, "out", &table);
  assert_int_equal(table.lines, 1 + CELLS * EFS);
  sqlite3 *store = open_store(world, "out");
  for (size_t line = 1; line < table.lines; line++) {
    const int row = (int)number_at(&table, line, "ef") == 1 ? 0 : 1;
    char *key = key_of(store, &table, line);
    int32_t *ids = ask_blob(store, key, row, "ids", QUERIES * K * sizeof *ids);
    struct limen_miss_record *records =
        ask_blob(store, key, row, "records", QUERIES * K * sizeof *records);
    assert_int_equal((int)number_at(&table, line, "rows"), ROWS);
    expect_recalls(world, &table, line, ids);
    expect_records(world, &table, line, ids, records);
    missed += 1 - number_at(&table, line, "recall");
    free(records);
    free(ids);
    free(key);
  }
  assert_true(missed > 0.5); /* there is something to be right about */
  sqlite3_close(store);
  free(table.text);
}

/* Rows go in category by category, in six sequences. */
static void categories_are_inserted_one_after_the_other(void **state) {
  const struct world *world = *state;
  struct table table;
  bool met[CLUSTERS * CLUSTERS * CLUSTERS] = {false};
  size_t sequences = 0;
  run_well(world, "out", NULL, NULL, NULL);
  read_table(world, "out", &table);
  sqlite3 *store = open_store(world, "out");
  for (size_t line = 1; line < table.lines; line += EFS) {
    if (strcmp(word_at(&table, line, "order"), "by_category") != 0) continue;
    char *key = key_of(store, &table, line);
    uint32_t *inserted = ask_blob(store, key, 0, "inserted", ROWS * sizeof *inserted);
    uint32_t *label = ask_blob(store, key, 0, "labels", ROWS * sizeof *label);
    char *told = ask_blob(store, key, 0, "names", 3 * 4);
    size_t at[ROWS], changes = 0, sequence = 0;
    assert_memory_equal(told, "eel\0dog\0cat", 12); /* in the order in which they are met */
    for (size_t i = 0; i < ROWS; i++) {
      assert_int_equal(label[i], category_of(i));
      at[inserted[i]] = i;
    }
    sequence = label[at[0]];
    for (size_t i = 1; i < ROWS; i++) {
      if (label[at[i]] == label[at[i - 1]]) continue;
      sequence = sequence * CLUSTERS + label[at[i]];
      changes++;
    }
    assert_int_equal(changes, CLUSTERS - 1);
    sequences += !met[sequence];
    met[sequence] = true;
    free(told);
    free(label);
    free(inserted);
    free(key);
  }
  assert_int_equal(sequences, 6);
  sqlite3_close(store);
  free(table.text);
}

/* Headline numbers are named by all axes, a file by its name alone; shares of reasons are those of
 * the table. */
static void headlines_come_from_the_table(void **state) {
  const struct world *world = *state;
  static const char *const measures[] = {
      "recall",       "recall_ties", "recall_epsilon",    "distances", "miss_unreachable",
      "miss_trapped", "miss_budget", "miss_intermediate", "miss_tie",  "miss_duplicate"};
  enum { MEASURES = sizeof measures / sizeof *measures };
  struct table table;
  size_t i, seen = 0;
  json_t *metric;
  run_well(world, "out", NULL, NULL, NULL);
  read_table(world, "out", &table);
  char *folder = path_of(world->folder, "out"), *path = path_of(folder, "summary.json");
  json_t *root = json_load_file(path, 0, NULL), *metrics = json_object_get(root, "metrics");
  json_array_foreach(metrics, i, metric) {
    const char *name = json_string_value(json_object_get(metric, "name"));
    const double value = json_number_value(json_object_get(metric, "value"));
    for (size_t m = 0; m < MEASURES * 4; m++) {
      const char *order = m % 2 ? "by_category" : "random", *ef = m / 2 % 2 ? "12" : "1";
      double sum = 0;
      size_t count = 0;
      char wanted[300];
      snprintf(wanted, sizeof wanted,
               "%s/data=vectors.fvecs/metric=l2/engine=hnswlib/batch=0/levels=library/order=%s/"
               "M=3/ef_construction=6/ef=%s/r=0",
               measures[m / 4], order, ef);
      if (strcmp(name, wanted) != 0) continue;
      for (size_t line = 1; line < table.lines; line++)
        if (strcmp(word_at(&table, line, "order"), order) == 0 &&
            strcmp(word_at(&table, line, "ef"), ef) == 0) {
          sum += number_at(&table, line, measures[m / 4]);
          count++;
        }
      assert_int_equal(count, m % 2 ? 12 : 2);
      expect_equal(value, sum / (double)count, 1e-9);
      assert_true(json_number_value(json_object_get(metric, "lower")) <= value);
      assert_true(json_number_value(json_object_get(metric, "upper")) >= value);
      assert_int_equal(json_integer_value(json_object_get(metric, "n")), count * QUERIES);
      seen++;
    }
  }
  assert_int_equal(seen, MEASURES * 4);
  assert_int_equal(json_array_size(metrics), MEASURES * 4);
  json_decref(root);
  free(path);
  free(folder);
  free(table.text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(recalls_are_those_of_the_stored_ids, make, unmake),
      cmocka_unit_test_setup_teardown(categories_are_inserted_one_after_the_other, make, unmake),
      cmocka_unit_test_setup_teardown(headlines_come_from_the_table, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
