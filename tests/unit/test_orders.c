/* What every order of the table keeps, and each of them on rows that were put in order by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "orders/order.h"

enum { N = 611, D = 7 }; /* two chunks of farthest_first, and no multiple of anything */

static float values[N * D];
static uint32_t label[N], occurrences[N];
static double lid[N];
static struct limen_matrix base = {.rows = N, .columns = D, .values = values};
static char *names[] = {"shirts", "shoes", "hats", "gloves", "scarves", "belts", "socks"};
static struct limen_labels labels = {.rows = N, .count = 4, .label = label, .names = names};

/* Rows with copies and ties, and rows without a local dimension. */
static int fill(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(17, "test", NULL);
  if (!rng) return -1;
  for (size_t i = 0; i < N * D; i++) values[i] = (float)(gsl_rng_uniform(rng) - 0.32);
  for (size_t i = 40; i < 50; i++) memcpy(values + i * D, values + (i % 3) * D, D * sizeof *values);
  for (size_t i = 0; i < N; i++) {
    label[i] = (uint32_t)gsl_rng_uniform_int(rng, 4);
    occurrences[i] = (uint32_t)gsl_rng_uniform_int(rng, 20);
    lid[i] = i % 11 == 3 ? NAN : 0.11 * (double)gsl_rng_uniform_int(rng, 100);
  }
  limen_rng_free(rng);
  return 0;
}

static struct limen_order_input all_of_it(void) {
  return (struct limen_order_input){.base = &base,
                                    .metric = LIMEN_L2,
                                    .labels = &labels,
                                    .lid = lid,
                                    .occurrences = occurrences,
                                    .seed = 5};
}

static void arrange(const struct limen_order *order, const struct limen_order_input *input,
                    size_t *out) {
  struct limen_error error = {0};
  if (limen_order_arrange(order, input, out, &error) != LIMEN_OK)
    fail_msg("%s: %s", order->name, error.text);
}

static void expect_permutation(const char *name, const size_t *order, size_t n) {
  bool *seen = calloc(n, sizeof *seen);
  assert_non_null(seen);
  for (size_t i = 0; i < n; i++) {
    if (order[i] >= n || seen[order[i]]) fail_msg("%s: place %zu has row %zu", name, i, order[i]);
    seen[order[i]] = true;
  }
  free(seen);
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

/* ---- the table ---- */

static size_t shown_variants(const struct limen_order *order,
                             const struct limen_order_input *input) {
  size_t variants = limen_order_variants(order, input);
  return variants < 24 ? variants : 24;
}

static void test_names(void **state) {
  (void)state;
  size_t i = 0;
  for (; limen_order_at(i); i++) {
    assert_ptr_equal(limen_order_find(limen_order_name(i)), limen_order_at(i));
    assert_true(strlen(limen_order_at(i)->about) > 0);
  }
  assert_true(i >= 12);
  assert_null(limen_order_name(i));
  assert_null(limen_order_find("randon"));
}

static void test_permutations_that_differ(void **state) {
  (void)state;
  static size_t found[24][N], again[N];
  for (size_t i = 0; limen_order_at(i); i++) {
    const struct limen_order *order = limen_order_at(i);
    for (int metric = LIMEN_L2; metric <= LIMEN_COSINE; metric++) {
      struct limen_order_input input = all_of_it();
      input.metric = (enum limen_metric)metric;
      const size_t variants = shown_variants(order, &input);
      assert_true(variants >= 1);
      for (input.variant = 0; input.variant < variants; input.variant++) {
        size_t *one = found[input.variant];
        arrange(order, &input, one);
        expect_permutation(order->name, one, N);
        memset(again, 0xff, sizeof again);
        arrange(order, &input, again);
        assert_memory_equal(one, again, sizeof again);
        for (size_t v = 0; v < input.variant; v++)
          if (memcmp(one, found[v], sizeof again) == 0)
            fail_msg("%s: variants %zu and %zu are the same", order->name, v, input.variant);
      }
    }
  }
}

/* Orders that draw follow the seed, all others do not look at it. */
static void test_seeds(void **state) {
  (void)state;
  static size_t one[N], other[N];
  for (size_t i = 0; limen_order_at(i); i++) {
    const struct limen_order *order = limen_order_at(i);
    struct limen_order_input input = all_of_it();
    const bool drawn = limen_order_variants(order, &input) == SIZE_MAX;
    arrange(order, &input, one);
    input.seed++;
    arrange(order, &input, other);
    if ((memcmp(one, other, sizeof one) != 0) != drawn) fail_msg("%s and its seed", order->name);
  }
}

static void test_threads(void **state) {
  (void)state;
  static size_t alone[N], helped[N];
  for (size_t i = 0; limen_order_at(i); i++) {
    struct limen_order_input input = all_of_it();
    limen_threads_set(1);
    arrange(limen_order_at(i), &input, alone);
    limen_threads_set(2);
    int status = LIMEN_FAILED;
#pragma omp parallel
#pragma omp single
    status = limen_order_arrange(limen_order_at(i), &input, helped, NULL);
    assert_int_equal(status, LIMEN_OK);
    if (memcmp(alone, helped, sizeof alone) != 0)
      fail_msg("%s differs between threads", limen_order_name(i));
  }
}

static void test_one_row_and_none(void **state) {
  (void)state;
  struct limen_matrix little = {.rows = 1, .columns = D, .values = values};
  struct limen_labels one = {.rows = 1, .count = 4, .label = label, .names = names};
  for (size_t i = 0; limen_order_at(i); i++) {
    struct limen_order_input input = all_of_it();
    size_t order[1] = {99};
    input.base = &little;
    input.labels = &one;
    little.rows = one.rows = 1;
    arrange(limen_order_at(i), &input, order);
    assert_int_equal(order[0], 0);
    little.rows = one.rows = 0;
    order[0] = 99;
    arrange(limen_order_at(i), &input, order);
    assert_int_equal(order[0], 99);
  }
}

static void test_what_is_missing(void **state) {
  (void)state;
  static size_t out[N];
  static const struct {
    unsigned need;
    const char *words;
  } needs[] = {
      {LIMEN_ORDER_NEEDS_LABELS, "needs a category for every row; read labels with the vectors"},
      {LIMEN_ORDER_NEEDS_LID, "needs the local intrinsic dimension of every row; estimate it"},
      {LIMEN_ORDER_NEEDS_OCCURRENCES, "needs how often every row is among the nearest of others"}};
  unsigned provoked = 0;
  for (size_t i = 0; limen_order_at(i); i++) {
    const struct limen_order *order = limen_order_at(i);
    const struct limen_order_input bare = {.base = &base, .metric = LIMEN_L2};
    struct limen_error error = {0};
    if (order->needs == 0) {
      arrange(order, &bare, out);
      continue;
    }
    assert_int_equal(limen_order_variants(order, &bare), 0);
    assert_int_equal(limen_order_arrange(order, &bare, out, &error), LIMEN_INPUT);
    says(&error, order->name);
    for (size_t n = 0; n < 3; n++)
      if (order->needs & needs[n].need) says(&error, needs[n].words);
    provoked |= order->needs;
  }
  assert_int_equal(provoked, 7);
}

static void test_variants_past_the_end(void **state) {
  (void)state;
  static size_t out[N];
  struct limen_order_input input = all_of_it();
  struct limen_error error;
  for (size_t i = 0; limen_order_at(i); i++) {
    input.variant = limen_order_variants(limen_order_at(i), &input);
    if (input.variant == SIZE_MAX) continue;
    assert_int_equal(limen_order_arrange(limen_order_at(i), &input, out, &error), LIMEN_USAGE);
    says(&error, limen_order_name(i));
  }
  input.variant = 24;
  limen_order_arrange(limen_order_find("by_category"), &input, out, &error);
  says(&error, "the order by_category has 24 variants here, counted from 0; variant 24 was asked");
  limen_order_arrange(limen_order_find("hubs_first"), &input, out, &error);
  says(&error, "the order hubs_first has 1 variant here");
}

/* ---- by hand ---- */

/* Expects the rows of one column of `n` values in this order. */
static void expect_order(const char *name, const struct limen_order_input *input,
                         const size_t *expected) {
  size_t order[16];
  const size_t n = input->base->rows;
  arrange(limen_order_find(name), input, order);
  for (size_t i = 0; i < n; i++)
    if (order[i] != expected[i])
      fail_msg("%s, variant %zu: place %zu has row %zu, not %zu", name, input->variant, i, order[i],
               expected[i]);
}
#define ROWS(...) ((const size_t[]){__VA_ARGS__})

static void test_keys(void **state) {
  (void)state;
  float column[] = {0.57f, -0.11f, 0.32f, 0.11f, -0.32f};
  double dimension[] = {0.57, NAN, 0.11, 0.57, HUGE_VAL};
  uint32_t often[] = {3, 7, 0, 7, 4000000000u};
  const struct limen_matrix five = {.rows = 5, .columns = 1, .values = column};
  const struct limen_order_input input = {
      .base = &five, .metric = LIMEN_L2, .lid = dimension, .occurrences = often};
  expect_order("as_given", &input, ROWS(0, 1, 2, 3, 4));
  expect_order("norm_ascending", &input, ROWS(1, 3, 2, 4, 0));
  expect_order("norm_descending", &input, ROWS(0, 2, 4, 1, 3));
  expect_order("lid_ascending", &input, ROWS(2, 0, 3, 4, 1));
  expect_order("lid_descending", &input, ROWS(4, 0, 3, 2, 1));
  expect_order("hubs_first", &input, ROWS(4, 1, 3, 0, 2));
}

/* The mean is 0.454. From it the values are 0.344, 0.134, 0.116, 0.496 and 0.134 away. From 0.57,
 * 0.11 is farthest (0.46); then 0.95 (0.38); then both 0.32 (0.21), the second as a copy. */
static void test_geometry(void **state) {
  (void)state;
  float column[] = {0.11f, 0.32f, 0.57f, 0.95f, 0.32f};
  const struct limen_matrix five = {.rows = 5, .columns = 1, .values = column};
  struct limen_order_input input = {.base = &five, .metric = LIMEN_L2};
  expect_order("centroid_outwards", &input, ROWS(2, 1, 4, 0, 3));
  expect_order("farthest_first", &input, ROWS(2, 0, 3, 1, 4));
  input.metric = LIMEN_IP;
  expect_order("farthest_first", &input, ROWS(2, 0, 3, 1, 4));

  /* Directions of 0, 10, 30, 90 and 35 degrees: that of the centroid is 31.5. Lengths do not
   * count; under L2 the centroid is (10.1, 6.9), and 9.4, 11.7, 11.71 and 12.1 away. */
  const double degrees[] = {0, 10, 30, 90, 35}, length[] = {0.11, 3.2, 0.57, 0.95, 57};
  float plane[10];
  for (size_t i = 0; i < 5; i++) {
    plane[2 * i] = (float)(length[i] * cos(degrees[i] * M_PI / 180));
    plane[2 * i + 1] = (float)(length[i] * sin(degrees[i] * M_PI / 180));
  }
  const struct limen_matrix directions = {.rows = 5, .columns = 2, .values = plane};
  input = (struct limen_order_input){.base = &directions, .metric = LIMEN_COSINE};
  expect_order("centroid_outwards", &input, ROWS(2, 4, 1, 0, 3));
  expect_order("farthest_first", &input, ROWS(2, 3, 0, 1, 4));
  input.metric = LIMEN_L2;
  expect_order("centroid_outwards", &input, ROWS(1, 2, 3, 0, 4));
}

/* Against the definition, every distance anew at every step. */
static void test_farthest_first(void **state) {
  (void)state;
  enum { FEW = 97 };
  const struct limen_matrix few = {.rows = FEW, .columns = D, .values = values};
  const struct limen_order_input input = {.base = &few, .metric = LIMEN_L2};
  static size_t order[FEW];
  arrange(limen_order_find("farthest_first"), &input, order);
  for (size_t step = 1; step < FEW; step++) {
    double most = -1;
    size_t row = 0;
    for (size_t i = 0; i < FEW; i++) {
      double nearest = HUGE_VAL;
      bool in = false;
      for (size_t s = 0; s < step; s++) {
        double square = 0;
        for (size_t j = 0; j < D; j++)
          square += pow((double)values[i * D + j] - (double)values[order[s] * D + j], 2);
        nearest = fmin(nearest, square);
        in = in || order[s] == i;
      }
      if (!in && nearest > most) most = nearest, row = i;
    }
    assert_int_equal(order[step], row);
  }
  for (size_t i = 0; i < 9; i++) /* the copies among rows 40 .. 49 or of their originals */
    assert_true(order[FEW - 10 + i] < order[FEW - 9 + i]);
}

static void test_rows_without_a_place(void **state) {
  (void)state;
  float plane[] = {0.11f, 0.32f, 0.57f, 0.95f, 0, 0};
  static const char *const by_vectors[] = {"norm_ascending", "norm_descending", "centroid_outwards",
                                           "farthest_first"};
  const struct limen_matrix three = {.rows = 3, .columns = 2, .values = plane};
  struct limen_order_input input = {.base = &three, .metric = LIMEN_COSINE};
  struct limen_error error;
  size_t order[3];
  expect_order("norm_ascending", &input, ROWS(2, 0, 1));
  for (size_t i = 2; i < 4; i++) {
    assert_int_equal(limen_order_arrange(limen_order_find(by_vectors[i]), &input, order, &error),
                     LIMEN_INPUT);
    says(&error, "row 2 is zero and has no direction; leave it out or take metric l2");
  }
  plane[3] = NAN;
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(limen_order_arrange(limen_order_find(by_vectors[i]), &input, order, &error),
                     LIMEN_INPUT);
    says(&error, "row 1 holds a value that is not finite");
  }
}

/* Whoever interrupts a long arrangement does not wait for it. */
static void test_interruption(void **state) {
  (void)state;
  static size_t order[N];
  struct limen_error error;
  struct limen_order_input input = all_of_it();
  limen_interrupt_set(true);
  int status = limen_order_arrange(limen_order_find("farthest_first"), &input, order, &error);
  limen_interrupt_set(false);
  assert_int_equal(status, LIMEN_INTERRUPTED);
  says(&error, "interrupted");
}

/* ---- categories ---- */

/* Names in another order than their first appearance, and one without rows. */
static void test_categories(void **state) {
  (void)state;
  uint32_t seven[] = {2, 0, 2, 3, 0, 2, 3};
  const struct limen_matrix rows = {.rows = 7, .columns = 1, .values = values};
  struct limen_labels few = {.rows = 7, .count = 4, .label = seven, .names = names};
  struct limen_order_input input = {.base = &rows, .labels = &few};
  const size_t expected[][7] = {{0, 2, 5, 1, 4, 3, 6}, {0, 2, 5, 3, 6, 1, 4},
                                {1, 4, 0, 2, 5, 3, 6}, {1, 4, 3, 6, 0, 2, 5},
                                {3, 6, 0, 2, 5, 1, 4}, {3, 6, 1, 4, 0, 2, 5}};
  assert_int_equal(limen_order_variants(limen_order_find("by_category"), &input), 6);
  for (input.variant = 0; input.variant < 6; input.variant++)
    expect_order("by_category", &input, expected[input.variant]);

  struct limen_error error;
  size_t order[7];
  input.variant = 0;
  seven[5] = 4;
  assert_int_equal(limen_order_arrange(limen_order_find("by_category"), &input, order, &error),
                   LIMEN_INPUT);
  says(&error, "row 5 has label 4, there are 4 categories");
  few.rows = 6;
  assert_int_equal(limen_order_arrange(limen_order_find("by_category"), &input, order, &error),
                   LIMEN_INPUT);
  says(&error, "there are 7 rows and 6 labels");
}

/* All 120 of five, each greater than the one before it. */
static void test_all_permutations(void **state) {
  (void)state;
  uint32_t five[] = {0, 1, 2, 3, 4};
  const struct limen_matrix rows = {.rows = 5, .columns = 1, .values = values};
  const struct limen_labels each = {.rows = 5, .count = 5, .label = five, .names = names};
  struct limen_order_input input = {.base = &rows, .labels = &each};
  size_t before = 0, order[5];
  assert_int_equal(limen_order_variants(limen_order_find("by_category"), &input), 120);
  for (; input.variant < 120; input.variant++) {
    size_t digits = 0;
    arrange(limen_order_find("by_category"), &input, order);
    expect_permutation("by_category", order, 5);
    for (size_t i = 0; i < 5; i++) digits = 10 * digits + order[i];
    assert_true(digits > before);
    before = digits;
  }
  assert_int_equal(before, 43210);
}

/* Seven categories are drawn: still whole ones, each in its given order, the identity first. */
static void test_many_categories(void **state) {
  (void)state;
  static uint32_t mixed[N];
  static size_t order[N];
  for (size_t i = 0; i < N; i++) mixed[i] = (uint32_t)(6 - i % 7);
  const struct limen_labels many = {.rows = N, .count = 7, .label = mixed, .names = names};
  struct limen_order_input input = all_of_it();
  size_t first_is_first = 0;
  input.labels = &many;
  assert_int_equal(limen_order_variants(limen_order_find("by_category"), &input), SIZE_MAX);
  for (input.variant = 0; input.variant < 700; input.variant++) {
    size_t changes = 0;
    arrange(limen_order_find("by_category"), &input, order);
    for (size_t i = 1; i < N; i++)
      if (mixed[order[i]] != mixed[order[i - 1]])
        changes++;
      else
        assert_true(order[i] > order[i - 1]);
    assert_int_equal(changes, 6);
    first_is_first += order[0] == 0;
    for (size_t i = 0; input.variant == 0 && i < N; i++)
      assert_true(i == 0 || order[i] == order[i - 1] + 7 || order[i] == order[i - 1] % 7 + 1);
  }
  /* Binomial(700, 1/7): 100 +- 9.3; four deviations. */
  assert_in_range(first_is_first, 63, 137);
}

/* ---- drawn orders ---- */

static void test_streams(void **state) {
  (void)state;
  static size_t order[N], expected[N];
  struct limen_order_input input = all_of_it();
  input.variant = 3;
  gsl_rng *rng = limen_rng_alloc(5, "orders/random/3", NULL);
  assert_non_null(rng);
  for (size_t i = 0; i < N; i++) expected[i] = i;
  gsl_ran_shuffle(rng, expected, N, sizeof *expected);
  limen_rng_free(rng);
  arrange(limen_order_find("random"), &input, order);
  assert_memory_equal(order, expected, sizeof order);
}

/* Three rows have six orders; each comes in a sixth of 6000 variants. The sum of squares over the
 * expectation is chi-square with 5 degrees of freedom, above 25.7 once in 10,000. */
static void test_random_is_even(void **state) {
  (void)state;
  const struct limen_matrix three = {.rows = 3, .columns = D, .values = values};
  struct limen_order_input input = {.base = &three, .seed = 11};
  size_t count[3][3] = {{0}}, order[3];
  double sum = 0;
  for (; input.variant < 6000; input.variant++) {
    arrange(limen_order_find("random"), &input, order);
    count[order[0]][order[1]]++;
  }
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      if (i != j) sum += pow((double)count[i][j] - 1000, 2) / 1000;
  assert_true(sum < 25.7);
}

/* Every row stays in its block, whole blocks and the last are shuffled, each in its own way. */
static void test_blocks(void **state) {
  (void)state;
  enum { MANY = 2 * 8192 + 777 };
  static size_t order[MANY];
  const struct limen_matrix many = {.rows = MANY, .columns = 0};
  const struct limen_order_input input = {.base = &many, .seed = 3, .variant = 1};
  for (size_t block = 1024; block <= 8192; block *= 8) {
    arrange(limen_order_find(block == 1024 ? "block_shuffle_1024" : "block_shuffle_8192"), &input,
            order);
    expect_permutation("block_shuffle", order, MANY);
    for (size_t first = 0; first < MANY; first += block) {
      size_t stayed = 0, alike = 0, end = first + block < MANY ? first + block : MANY;
      for (size_t i = first; i < end; i++) {
        assert_int_equal(order[i] / block, first / block);
        stayed += order[i] == i;
        alike += order[i] % block == order[i - first];
      }
      assert_true(stayed < 8); /* Poisson(1) */
      assert_true(first == 0 || alike < 8);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_permutations_that_differ),
      cmocka_unit_test(test_seeds),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_one_row_and_none),
      cmocka_unit_test(test_what_is_missing),
      cmocka_unit_test(test_variants_past_the_end),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_geometry),
      cmocka_unit_test(test_farthest_first),
      cmocka_unit_test(test_rows_without_a_place),
      cmocka_unit_test(test_interruption),
      cmocka_unit_test(test_categories),
      cmocka_unit_test(test_all_permutations),
      cmocka_unit_test(test_many_categories),
      cmocka_unit_test(test_streams),
      cmocka_unit_test(test_random_is_even),
      cmocka_unit_test(test_blocks),
  };
  return cmocka_run_group_tests(tests, fill, NULL);
}
