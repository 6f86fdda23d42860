/* Rows for the tests of orders, with all that an order may look at. */
#ifndef LIMEN_TESTS_ORDER_ROWS_H
#define LIMEN_TESTS_ORDER_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "orders/order.h"

enum { N = 611, D = 7 }; /* two chunks of farthest_first, and no multiple of anything */

static float values[N * D];
static uint32_t label[N], occurrences[N];
static double lid[N];
static struct limen_matrix base = {.rows = N, .columns = D, .values = values};
static char *names[] = {"shirts", "shoes", "hats", "gloves", "scarves", "belts", "socks"};
static struct limen_labels labels = {.rows = N, .count = 4, .label = label, .names = names};

/* Rows with copies and ties, and rows without a local dimension. */
static inline int fill(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(17, "test", NULL);
  if (!rng) return -1;
  for (size_t i = 0; i < N * D; i++) values[i] = (float)(gsl_rng_uniform(rng) - 0.32);
  for (size_t i = 40; i < 50; i++) memcpy(values + i * D, values + (i % 3) * D, D * sizeof *values);
  for (size_t i = 540; i < 543; i++) /* in another chunk */
    memcpy(values + i * D, values, D * sizeof *values);
  for (size_t i = 0; i < N; i++) {
    label[i] = (uint32_t)gsl_rng_uniform_int(rng, 4);
    occurrences[i] = (uint32_t)gsl_rng_uniform_int(rng, 20);
    lid[i] = i % 11 == 3 ? NAN : 0.11 * (double)gsl_rng_uniform_int(rng, 100);
  }
  limen_rng_free(rng);
  return 0;
}

static inline struct limen_order_input all_of_it(void) {
  return (struct limen_order_input){.base = &base,
                                    .metric = LIMEN_L2,
                                    .labels = &labels,
                                    .lid = lid,
                                    .occurrences = occurrences,
                                    .seed = 5};
}

static inline void arrange(const struct limen_order *order, const struct limen_order_input *input,
                           size_t *out) {
  struct limen_error error = {0};
  if (limen_order_arrange(order, input, out, &error) != LIMEN_OK)
    fail_msg("%s: %s", order->name, error.text);
}

static inline void expect_permutation(const char *name, const size_t *order, size_t n) {
  bool *seen = calloc(n, sizeof *seen);
  assert_non_null(seen);
  for (size_t i = 0; i < n; i++) {
    if (order[i] >= n || seen[order[i]]) fail_msg("%s: place %zu has row %zu", name, i, order[i]);
    seen[order[i]] = true;
  }
  free(seen);
}

static inline void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

#endif
