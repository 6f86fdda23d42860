/* All-wrong score: ann-benchmarks counts an answer as right when its distance is at most r_k +
 * 1e-3, whatever the data's scale. This is the recall it gives the best answer without a single
 * true id, the neighbours k + 1 .. 2k. Where it is not 0, such a recall means little. Distances are
 * those of ann-benchmarks: Euclidean, or 1 - cosine. */
#include "dimension/estimator.h"

static const double SLACK = 1e-3;

static double distance(double r, enum limen_metric metric) {
  return metric == LIMEN_COSINE ? r * r / 2 : r;
}

static double from_list(const double *r, size_t k, enum limen_metric metric) {
  const double limit = distance(r[k - 1], metric) + SLACK;
  size_t passed = 0;
  while (passed < k && distance(r[k + passed], metric) <= limit) passed++;
  return (double)passed / (double)k;
}

const struct limen_estimator limen_estimator_all_wrong = {
    .name = "all_wrong",
    .about = "recall that r_k + 1e-3 gives to an answer without a true id",
    .parameter = "k",
    .times_k = 2,
    .from_list = from_list,
};
