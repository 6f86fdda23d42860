/* Random documents, two ways.
 *
 * Gaussian centroids: documents are random, every coordinate N(0, 1 / d), and the query for a set
 * is its sum. In d of the order of k^2 log n dimensions every set comes out right with high
 * probability (Wang et al., arXiv 2601.20844); nothing is promised below. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "limits/layout.h"

extern const struct limen_layout limen_layout_gaussian, limen_layout_random;

static size_t most(size_t d, size_t k) {
  (void)k;
  return d >= 1 ? SIZE_MAX : 0;
}

/* The documents of fewer are the first of those of more: coordinates are drawn in their order. */
static int draw(const struct limen_placing *placing, const char *stream, double *out,
                struct limen_error *error) {
  gsl_rng *rng = limen_rng_alloc(placing->seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  const double deviation = 1 / sqrt((double)placing->d);
  for (size_t i = 0; i < placing->n * placing->d; i++) out[i] = gsl_ran_gaussian(rng, deviation);
  limen_rng_free(rng);
  return LIMEN_OK;
}

static int gaussian(const struct limen_placing *placing, double *out, struct limen_error *error) {
  return draw(placing, "layouts/gaussian", out, error);
}

static int unit(const struct limen_placing *placing, double *out, struct limen_error *error) {
  int status = draw(placing, "layouts/random_unit", out, error);
  for (size_t v = 0; v < placing->n && status == LIMEN_OK; v++) {
    double square = 0, *row = out + v * placing->d;
    for (size_t i = 0; i < placing->d; i++) square += row[i] * row[i];
    for (size_t i = 0; i < placing->d; i++) row[i] /= sqrt(square);
  }
  return status;
}

static void sum(const struct limen_placing *placing, const double *vectors, const uint32_t *set,
                double *out) {
  memset(out, 0, placing->d * sizeof *out);
  for (size_t s = 0; s < placing->k; s++)
    for (size_t i = 0; i < placing->d; i++) out[i] += vectors[set[s] * placing->d + i];
}

const struct limen_layout limen_layout_gaussian = {
    .name = "gaussian_centroids",
    .about = "random Gaussian documents, queries that are the sums of their sets",
    .most = most,
    .documents = gaussian,
    .query = sum,
};

const struct limen_layout limen_layout_random = {
    .name = "random_unit",
    .about = "random documents of unit length, each set with its best query",
    .unit = true,
    .most = most,
    .documents = unit,
};
