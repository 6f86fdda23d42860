#include "orders/order_parts.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "knn/distance.h"

/* ---- sorting ---- */

struct keyed {
  double key;
  size_t row;
};

static int by_key_then_row(const void *left, const void *right) {
  const struct keyed *a = left, *b = right;
  if (isnan(a->key) != isnan(b->key)) return isnan(a->key) ? 1 : -1;
  if (a->key < b->key) return -1;
  if (a->key > b->key) return 1;
  return (a->row > b->row) - (a->row < b->row);
}

int limen_order_by_key(const double *keys, size_t n, bool descending, size_t *order,
                       struct limen_error *error) {
  struct keyed *sorted = limen_alloc_scratch(n, sizeof *sorted, error);
  if (!sorted) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++)
    sorted[i] = (struct keyed){.key = descending ? -keys[i] : keys[i], .row = i};
  qsort(sorted, n, sizeof *sorted, by_key_then_row);
  for (size_t i = 0; i < n; i++) order[i] = sorted[i].row;
  limen_free(sorted);
  return LIMEN_OK;
}

/* ---- drawing ---- */

int limen_order_shuffle(const struct limen_order_input *input, const char *name, size_t block,
                        size_t *order, struct limen_error *error) {
  const size_t n = input->base->rows;
  char stream[128];
  snprintf(stream, sizeof stream, "orders/%s/%zu", name, input->variant);
  gsl_rng *rng = limen_rng_alloc(input->seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t first = 0; first < n; first += block)
    gsl_ran_shuffle(rng, order + first, n - first < block ? n - first : block, sizeof *order);
  limen_rng_free(rng);
  return LIMEN_OK;
}

size_t limen_order_drawn(const struct limen_order_input *input) {
  (void)input;
  return SIZE_MAX;
}

/* ---- geometry ---- */

static const float *row_of(const struct limen_order_space *space, size_t i) {
  return space->base->values + i * space->base->columns;
}

static double scale_of(const struct limen_order_space *space, size_t i) {
  return space->unit ? 1 / sqrt(space->squares[i]) : 1;
}

int limen_order_space_init(struct limen_order_space *space, const struct limen_order_input *input,
                           struct limen_error *error) {
  const size_t n = input->base->rows, d = input->base->columns;
  *space = (struct limen_order_space){.base = input->base, .unit = input->metric == LIMEN_COSINE};
  if (!(space->squares = limen_alloc(n, sizeof *space->squares, error))) return LIMEN_FAILED;
  if (!(space->centroid = limen_alloc(d, sizeof *space->centroid, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) {
    const float *row = row_of(space, i);
    space->squares[i] = limen_product(row, row, d); /* of floats: finite unless one is not */
    if (!isfinite(space->squares[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu holds a value that is not finite; its place in an order by "
                        "distance is undefined",
                        i);
    if (space->unit && !(space->squares[i] > 0))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu is zero and has no direction; leave it out or take metric l2", i);
    const double scale = scale_of(space, i);
    for (size_t j = 0; j < d; j++) space->centroid[j] += scale * (double)row[j];
  }
  for (size_t j = 0; j < d; j++) space->centroid[j] /= (double)n;
  return LIMEN_OK;
}

void limen_order_space_clear(struct limen_order_space *space) {
  limen_free(space->squares);
  limen_free(space->centroid);
  *space = (struct limen_order_space){0};
}

double limen_order_space_between(const struct limen_order_space *space, size_t i, size_t j) {
  const float *x = row_of(space, i), *y = row_of(space, j);
  if (!space->unit) return limen_distance(LIMEN_L2, x, y, space->base->columns);
  /* As limen_distance has it, with the lengths at hand. */
  double cosine =
      limen_product(x, y, space->base->columns) / sqrt(space->squares[i] * space->squares[j]);
  return cosine > 1 ? 0 : 1 - cosine;
}

void limen_order_space_from_centroid(const struct limen_order_space *space, double *out) {
  for (size_t i = 0; i < space->base->rows; i++) {
    const float *row = row_of(space, i);
    const double scale = scale_of(space, i);
    out[i] = 0;
    for (size_t j = 0; j < space->base->columns; j++) {
      double difference = scale * (double)row[j] - space->centroid[j];
      out[i] += difference * difference;
    }
  }
}
