/* Correlation dimension, d ln C(r) / d ln r (Grassberger and Procaccia, "Measuring the strangeness
 * of strange attractors", Physica D 1983), C(r) the share of pairs at most r apart. The slope is
 * taken between two radii, the medians of the distances to neighbours k/2 (rounded up) and k. */
#include <math.h>

#include "base/memory.h"
#include "dimension/estimator.h"
#include "dimension/scan.h"
#include "stats/interval.h"

/* A median is often the distance of a pair. Whether that pair is within it must not hang on the
 * last bit, so radii reach this much further, relatively: what float32 coordinates do not resolve.
 */
static const double SLACK = 1e-6;

struct counts {
  const size_t *within; /* points x LIMEN_SCAN_RADII */
  double log_ratio;     /* of the radii */
};

static double slope(const size_t *rows, size_t n, const void *data) {
  const struct counts *counts = data;
  double near = 0, far = 0;
  for (size_t i = 0; i < n; i++) {
    near += (double)counts->within[rows[i] * LIMEN_SCAN_RADII];
    far += (double)counts->within[rows[i] * LIMEN_SCAN_RADII + 1];
  }
  return near > 0 ? log(far / near) / counts->log_ratio : NAN;
}

/* The median over the points of the distance to neighbour number `rank`, from 1. */
static int median_distance(const struct limen_neighbours *neighbours, size_t rank, double *out,
                           struct limen_error *error) {
  double *all = limen_alloc(neighbours->count, sizeof *all, error);
  if (!all) return LIMEN_FAILED;
  for (size_t i = 0; i < neighbours->count; i++)
    all[i] = neighbours->distances[i * neighbours->k + rank - 1];
  int status = limen_quantile(all, neighbours->count, 0.5, out, error);
  limen_free(all);
  return status;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  struct limen_scan scan = {0};
  double radii[LIMEN_SCAN_RADII] = {0};
  if (!neighbours->base) return limen_estimate_undefined(out, "the vectors themselves are needed");
  int status = median_distance(neighbours, (settings->k + 1) / 2, &radii[0], error);
  if (status == LIMEN_OK) status = median_distance(neighbours, settings->k, &radii[1], error);
  if (status != LIMEN_OK) return status;
  if (!(radii[0] > 0 && radii[0] < radii[1]))
    return limen_estimate_undefined(out, "the two radii are equal, or one is zero");
  const double reach[LIMEN_SCAN_RADII] = {radii[0] * (1 + SLACK), radii[1] * (1 + SLACK)};
  status = limen_scan_make(neighbours, reach, &scan, error);
  if (status == LIMEN_OK) {
    const struct counts counts = {scan.within, log(radii[1] / radii[0])};
    status = limen_estimate_bootstrap(slope, &counts, scan.count, settings,
                                      "no pair is within the smaller radius", out, error);
  }
  limen_scan_clear(&scan);
  return status;
}

const struct limen_estimator limen_estimator_corrdim = {
    .name = "corrdim",
    .about = "correlation dimension between the radii of k/2 and k neighbours",
    .parameter = "k",
    .times_k = 1,
    .estimate = estimate,
};
