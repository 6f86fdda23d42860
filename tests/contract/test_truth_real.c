/* `limen truth` on vectors that others made, against a plain float64 loop that shares nothing with
 * it: three metrics, ties kept. They are not part of the project: where ../shared/data beside the
 * sources is missing, these tests are skipped. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "data/format.h"
#include "support/program.h"
#include "unit/scratch.h"

#define DATA LIMEN_SOURCE_DIR "/../shared/data/"

enum { K = 10, METRICS = 3 };

static void need(const char *path) {
  if (limen_file_exists(path)) return;
  print_message("skipped: %s is not there\n", path);
  skip();
}

static struct program_setup setup_here(void) {
  static char cache[300];
  static const char *environment[2];
  snprintf(cache, sizeof cache, "LIMEN_CACHE=%s/cache", scratch);
  environment[0] = cache;
  return (struct program_setup){.folder = scratch, .environment = environment};
}

/* ---- the loop ---- */

struct answer {
  double distance;
  int32_t id;
};

static int nearer(const void *left, const void *right) {
  const struct answer *a = left, *b = right;
  if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static double plain_distance(enum limen_metric metric, const float *x, const float *y, size_t d) {
  double square = 0, xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < d; i++) {
    const double a = (double)x[i], b = (double)y[i];
    square += (a - b) * (a - b);
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return metric == LIMEN_L2   ? square
         : metric == LIMEN_IP ? 1 - xy
                              : fmax(0, 1 - xy / sqrt(xx * yy));
}

/* All rows, nearest first. */
static struct answer *answer_all(const struct limen_matrix *base, const float *query,
                                 enum limen_metric metric) {
  struct answer *all = malloc(base->rows * sizeof *all);
  assert_non_null(all);
  for (size_t i = 0; i < base->rows; i++)
    all[i] = (struct answer){
        plain_distance(metric, query, base->values + i * base->columns, base->columns), (int32_t)i};
  qsort(all, base->rows, sizeof *all, nearer);
  return all;
}

/* ---- the comparison ---- */

/* Sums in another order round otherwise: 1e-12 of terms of this size is a thousand times that. Two
 * rows closer than this may stand in either order. */
static double slack(const struct limen_matrix *base, enum limen_metric metric) {
  if (metric == LIMEN_COSINE) return 1e-12;
  float largest = 0; /* queries are rows and middles of rows */
  for (size_t i = 0; i < base->rows * base->columns; i++)
    largest = fmaxf(largest, fabsf(base->values[i]));
  return 1e-12 * (double)base->columns * (double)largest * (double)largest;
}

/* Row q of the file; returns how many rows were kept beyond k. */
static size_t expect_answer(const struct limen_ids *found, size_t q,
                            const struct limen_matrix *base, const float *query,
                            enum limen_metric metric, double near, size_t *swapped) {
  struct answer *expected = answer_all(base, query, metric);
  const int32_t *ids = found->ids + q * found->columns;
  const float *distances = found->distances + q * found->columns;
  size_t count = K;
  while (count < found->columns && ids[count] >= 0) count++;
  /* What is kept beyond k ties with the k-th, and all that ties exactly is kept. */
  size_t ties = K;
  while (ties < base->rows && expected[ties].distance == expected[K - 1].distance) ties++;
  if (ties != count && expected[count].distance - expected[K - 1].distance > near)
    fail_msg("query %zu: %zu rows in place of %zu", q, count, ties);
  for (size_t i = 0; i < count; i++) {
    const double r = expected[i].distance;
    if (ids[i] != expected[i].id) {
      const double its = plain_distance(
          metric, query, base->values + (size_t)ids[i] * base->columns, base->columns);
      if (fabs(its - r) > near)
        fail_msg("query %zu, place %zu: row %d at %.17g in place of row %d at %.17g", q, i, ids[i],
                 its, expected[i].id, r);
      ++*swapped;
    }
    if (fabs((double)distances[i] - r) > 1e-7 * fabs(r) + near)
      fail_msg("query %zu, place %zu: %.9g in place of %.17g", q, i, (double)distances[i], r);
  }
  free(expected);
  return count - K;
}

/* The base as a file that the program reads, with its own options; queries of it: some rows, the
 * named ones among them, and points between rows. Returns ties kept. */
static size_t compare(const char *path, const char *dimension, const struct limen_matrix *base,
                      const struct limen_matrix *queries, enum limen_metric metric,
                      size_t *swapped) {
  const struct program_setup setup = setup_here();
  const char *name = limen_metric_name((size_t)metric);
  const double near = slack(base, metric);
  struct limen_vectors lent;
  struct limen_ids found;
  size_t ties = 0;
  limen_vectors_lend(&lent, queries);
  assert_int_equal(limen_vectors_write(at("query.fvecs"), &lent, NULL), LIMEN_OK);
  expect_run(
      &setup, LIMEN_OK,
      WORDS("truth", "--base", path, "--queries", "query.fvecs", "-k", "10", "--metric", name,
            "--ties", "0", "--out", "found.ibin", dimension ? "--dimension" : NULL, dimension),
      WORDS("10 nearest of"));
  assert_int_equal(limen_ids_read(at("found.ibin"), NULL, &found, NULL), LIMEN_OK);
  assert_int_equal(found.rows, queries->rows);
  for (size_t q = 0; q < queries->rows; q++)
    ties +=
        expect_answer(&found, q, base, queries->values + q * base->columns, metric, near, swapped);
  limen_ids_clear(&found);
  return ties;
}

static struct limen_matrix queries_of(const struct limen_matrix *base, size_t count,
                                      const size_t *named, size_t n_named) {
  const size_t d = base->columns;
  struct limen_matrix queries;
  assert_int_equal(limen_matrix_init(&queries, count, d, NULL), LIMEN_OK);
  for (size_t q = 0; q < count; q++) {
    const size_t row = q < n_named ? named[q] : q * 811 % base->rows;
    const size_t other = q < n_named || q % 2 ? row : (row + 1234) % base->rows;
    for (size_t i = 0; i < d; i++)
      queries.values[q * d + i] = 0.5f * (base->values[row * d + i] + base->values[other * d + i]);
  }
  return queries;
}

static void compare_metrics(const char *path, const char *dimension,
                            const struct limen_matrix *base, const struct limen_matrix *queries,
                            size_t ties[METRICS], size_t *swapped) {
  for (int m = 0; m < METRICS; m++)
    ties[m] = compare(path, dimension, base, queries, (enum limen_metric)m, swapped);
  print_message("%s: ties beyond k: l2 %zu, ip %zu, cosine %zu; %zu places swapped\n", path,
                ties[0], ties[1], ties[2], *swapped);
}

/* ---- the files ---- */

/* Whole numbers: every sum is exact, so nothing may be swapped. */
static void test_sift(void **state) {
  (void)state;
  static const char path[] = DATA "sift/sift_base_5000x128.fvecs";
  struct limen_matrix base, queries;
  size_t ties[METRICS], swapped = 0;
  need(path);
  need(DATA "sift/sift_query_100x128.fvecs");
  assert_int_equal(limen_matrix_read(path, NULL, &base, NULL), LIMEN_OK);
  assert_int_equal(limen_matrix_read(DATA "sift/sift_query_100x128.fvecs", NULL, &queries, NULL),
                   LIMEN_OK);
  compare_metrics(path, NULL, &base, &queries, ties, &swapped);
  assert_int_equal(swapped, 0);
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
}

static void test_mnist(void **state) {
  (void)state;
  static const char path[] = DATA "mnist/t10k-images-idx3-ubyte.gz";
  struct limen_matrix base;
  size_t ties[METRICS], swapped = 0;
  need(path);
  assert_int_equal(limen_matrix_read(path, NULL, &base, NULL), LIMEN_OK);
  struct limen_matrix queries = queries_of(&base, 30, NULL, 0);
  compare_metrics(path, NULL, &base, &queries, ties, &swapped);
  assert_int_equal(swapped, 0);
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
}

/* The one repeated pair is asked for, and named. */
static void test_bge(void **state) {
  (void)state;
  static const char path[] = DATA "bge_beir/bge_base_beir_10747x768.fvecs";
  struct limen_matrix base;
  struct limen_vectors lent;
  struct limen_defects defects;
  size_t ties[METRICS], swapped = 0;
  need(path);
  assert_int_equal(limen_matrix_read(path, NULL, &base, NULL), LIMEN_OK);
  limen_vectors_lend(&lent, &base);
  assert_int_equal(limen_defects_find(&lent, &defects, NULL), LIMEN_OK);
  const size_t pair[] = {defects.first_repeat, defects.repeat_of};
  struct limen_matrix queries = queries_of(&base, 30, pair, 2);
  compare_metrics(path, NULL, &base, &queries, ties, &swapped);
  struct answer *all = answer_all(&base, queries.values, LIMEN_L2);
  assert_true(all[0].distance == 0 && all[1].distance == 0);
  assert_int_equal(all[0].id, defects.repeat_of);
  assert_int_equal(all[1].id, defects.first_repeat);
  free(all);
  char words[128];
  snprintf(words, sizeof words, "1 repeated row, the first is row %zu, which repeats row %zu",
           defects.first_repeat, defects.repeat_of);
  const struct program_setup setup = setup_here();
  expect_run(&setup, LIMEN_OK,
             WORDS("truth", "--base", path, "--queries", "query.fvecs", "-k", "1", "--metric", "l2",
                   "--out", "found.ibin"),
             WORDS(path, "no zero rows; ", words));
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
}

/* ---- a file with zero rows ---- */

static const char minilm[] = DATA "luceneutil/vector-task-minilm.vec";

static bool is_zero(const struct limen_matrix *base, size_t row) {
  for (size_t i = 0; i < base->columns; i++)
    if (base->values[row * base->columns + i] != 0) return false;
  return true;
}

/* Without its zero rows, for the cosine; returns the first of them. */
static size_t drop_zero_rows(const struct limen_matrix *base, struct limen_matrix *out) {
  size_t first = base->rows, kept = 0;
  assert_int_equal(limen_matrix_init(out, base->rows, base->columns, NULL), LIMEN_OK);
  for (size_t r = 0; r < base->rows; r++) {
    if (is_zero(base, r)) {
      first = r < first ? r : first;
      continue;
    }
    memcpy(out->values + kept++ * base->columns, base->values + r * base->columns,
           base->columns * sizeof(float));
  }
  out->rows = kept;
  return first;
}

static void test_minilm(void **state) {
  (void)state;
  const struct limen_read_options options = {.dimension = 384};
  struct limen_matrix base, kept;
  struct limen_vectors lent;
  struct limen_defects defects;
  size_t swapped = 0;
  need(minilm);
  assert_int_equal(limen_matrix_read(minilm, &options, &base, NULL), LIMEN_OK);
  limen_vectors_lend(&lent, &base);
  assert_int_equal(limen_defects_find(&lent, &defects, NULL), LIMEN_OK);
  const size_t first = drop_zero_rows(&base, &kept);
  assert_int_equal(first, defects.first_zero);
  const size_t named[] = {first, defects.first_repeat, defects.repeat_of};

  /* Asked for a zero row, the 13 zero rows are all nearest: three more than were asked for. By the
   * product all rows are as near to it, far more than are kept. */
  struct limen_matrix queries = queries_of(&base, 40, named, 3);
  const size_t ties = compare(minilm, "384", &base, &queries, LIMEN_L2, &swapped);
  assert_true(ties >= 3);
  limen_matrix_clear(&queries);
  queries = queries_of(&base, 40, named + 1, 2);
  for (size_t q = 0; q < queries.rows; q++) assert_false(is_zero(&queries, q));
  compare(minilm, "384", &base, &queries, LIMEN_IP, &swapped);

  char words[256], row[64];
  snprintf(words, sizeof words,
           "13 zero rows, the first is row %zu; 60 repeated rows, the first is row %zu, which "
           "repeats row %zu",
           first, defects.first_repeat, defects.repeat_of);
  snprintf(row, sizeof row, "base row %zu", first);
  const struct program_setup setup = setup_here();
  const char *const as_cosine[] = {"truth",    "--base", minilm,        "--queries", "query.fvecs",
                                   "--metric", "cosine", "--dimension", "384",       "-k",
                                   "3",        "--out",  "no.ibin",     NULL};
  expect_run(&setup, LIMEN_INPUT, as_cosine, WORDS(words, row, "all zeros"));
  expect_run(&setup, LIMEN_INPUT,
             WORDS("dimension", minilm, "--dimension", "384", "--metric", "cosine"),
             WORDS(words, "all zeros"));
  expect_run(&setup, LIMEN_OK,
             WORDS("dimension", minilm, "--dimension", "384", "--points", "50", "-k", "5"),
             WORDS(words));

  limen_vectors_lend(&lent, &kept);
  assert_int_equal(limen_vectors_write(at("kept.fvecs"), &lent, NULL), LIMEN_OK);
  limen_matrix_clear(&queries);
  queries = queries_of(&kept, 40, NULL, 0);
  compare("kept.fvecs", NULL, &kept, &queries, LIMEN_COSINE, &swapped);
  print_message("minilm: ties beyond k: l2 %zu; %zu places swapped\n", ties, swapped);
  limen_matrix_clear(&queries);
  limen_matrix_clear(&base);
  limen_matrix_clear(&kept);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_sift), TEST(test_mnist), TEST(test_bge),
                                     TEST(test_minilm)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
