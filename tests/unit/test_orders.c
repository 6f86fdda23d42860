/* What every order of the table keeps: permutations, the same every time, variants that differ, and
 * words for what is missing. */
#include "unit/order_rows.h"

#include "base/threads.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_permutations_that_differ),
      cmocka_unit_test(test_seeds),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_one_row_and_none),
      cmocka_unit_test(test_what_is_missing),
      cmocka_unit_test(test_variants_past_the_end),
  };
  return cmocka_run_group_tests(tests, fill, NULL);
}
