#include "dimension/bias.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "base/rng.h"

static int make_gaussian(size_t d, size_t rows, uint64_t seed, struct limen_matrix *out,
                         struct limen_error *error) {
  char stream[64];
  snprintf(stream, sizeof stream, "dimension/gaussian/%zu", d);
  int status = limen_matrix_init(out, rows, d, error);
  if (status != LIMEN_OK) return status;
  gsl_rng *rng = limen_rng_alloc(seed, stream, error);
  for (size_t i = 0; rng && i < rows * d; i++)
    out->values[i] = (float)gsl_ran_gaussian_ziggurat(rng, 1);
  limen_rng_free(rng);
  return rng ? LIMEN_OK : LIMEN_FAILED;
}

static size_t neighbours_needed(const struct limen_estimator *const *estimators, size_t count,
                                size_t k) {
  size_t most = 1;
  for (size_t e = 0; e < count; e++) {
    size_t needed = estimators[e]->times_k * k + estimators[e]->plus;
    if (needed > most) most = needed;
  }
  return most;
}

int limen_bias_curve(const struct limen_estimator *const *estimators, size_t n_estimators,
                     const struct limen_bias_settings *bias,
                     const struct limen_dimension_settings *settings, struct limen_estimate *out,
                     struct limen_error *error) {
  const struct limen_neighbours_settings search = {
      .k = neighbours_needed(estimators, n_estimators, settings->k),
      .points = bias->points,
      .metric = bias->metric,
      .seed = bias->seed};
  int status = LIMEN_OK;
  for (size_t i = 0; status == LIMEN_OK && i < bias->count; i++) {
    struct limen_matrix matrix = {0};
    struct limen_vectors vectors = {0};
    struct limen_neighbours neighbours = {0};
    const size_t d = bias->dimensions[i];
    status = bias->make ? bias->make(bias->context, d, bias->rows, bias->seed, &matrix, error)
                        : make_gaussian(d, bias->rows, bias->seed, &matrix, error);
    if (status == LIMEN_OK) {
      limen_vectors_lend(&vectors, &matrix);
      status = limen_neighbours_find(&vectors, &search, &neighbours, error);
    }
    for (size_t e = 0; status == LIMEN_OK && e < n_estimators; e++)
      status = limen_estimator_run(estimators[e], &neighbours, settings, &out[i * n_estimators + e],
                                   error);
    limen_neighbours_clear(&neighbours);
    limen_vectors_close(&vectors);
    limen_matrix_clear(&matrix);
  }
  return status;
}

double limen_bias_match(const size_t *dimensions, const double *curve, size_t count, double value) {
  for (size_t i = 0; i + 1 < count; i++)
    if (curve[i] < curve[i + 1] && value >= curve[i] && value <= curve[i + 1]) {
      double part = (value - curve[i]) / (curve[i + 1] - curve[i]);
      double step = (double)dimensions[i + 1] - (double)dimensions[i];
      return (double)dimensions[i] + part * step;
    }
  return NAN;
}
