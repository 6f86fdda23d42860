/* Relative contrast: the mean distance to all vectors over the distance to the nearest one, both
 * averaged over the points first (He, Kumar, Chang, "On the Difficulty of Nearest Neighbor Search",
 * ICML 2012). Near 1, the nearest neighbour is hardly nearer than anything else. */
#include <math.h>

#include "dimension/estimator.h"
#include "dimension/scan.h"

struct contrast {
  const struct limen_neighbours *neighbours;
  const struct limen_scan *scan;
};

static double ratio(const size_t *rows, size_t n, const void *data) {
  const struct contrast *contrast = data;
  double mean = 0, nearest = 0;
  for (size_t i = 0; i < n; i++) {
    mean += contrast->scan->mean[rows[i]];
    nearest +=
        contrast->neighbours->distances[contrast->scan->scanned[rows[i]] * contrast->neighbours->k];
  }
  return nearest > 0 ? mean / nearest : NAN;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  static const double no_radii[LIMEN_SCAN_RADII];
  struct limen_scan scan = {0};
  if (!neighbours->base) return limen_estimate_undefined(out, "the vectors themselves are needed");
  int status = limen_scan_make(neighbours, no_radii, &scan, error);
  const struct contrast contrast = {neighbours, &scan};
  if (status == LIMEN_OK)
    status = limen_estimate_bootstrap(ratio, &contrast, scan.count, settings,
                                      "every point has a copy", out, error);
  limen_scan_clear(&scan);
  return status;
}

const struct limen_estimator limen_estimator_relative_contrast = {
    .name = "relative_contrast",
    .about = "mean distance over the distance to the nearest",
    .plus = 1,
    .estimate = estimate,
};
