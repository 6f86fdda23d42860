/* Each order on rows that were put in order by hand, or against its definition. */
#include "unit/order_rows.h"

#include <gsl/gsl_randist.h>

#include "base/threads.h"

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
}

/* Of every set of equal rows one comes early; the others, 10 and 3, come last, by row. */
static void test_copies_come_last(void **state) {
  (void)state;
  static size_t order[N];
  const struct limen_order_input input = all_of_it();
  arrange(limen_order_find("farthest_first"), &input, order);
  for (size_t i = N - 13; i + 1 < N; i++) assert_true(order[i] < order[i + 1]);
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
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_geometry),
      cmocka_unit_test(test_farthest_first),
      cmocka_unit_test(test_copies_come_last),
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
