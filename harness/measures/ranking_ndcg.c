/* Normalised discounted cumulative gain (Järvelin and Kekäläinen, ACM TOIS 2002): grades are gains,
 * the one at rank r divided by log2(r + 1), and the sum divided by that of the best order. The
 * level of relevance plays no part. */
#include <math.h>

#include "measures/ranking_measure.h"

static double gain(const int32_t *grades, size_t count, size_t depth) {
  double sum = 0;
  for (size_t i = 0; i < count && i < depth; i++)
    if (grades[i] > 0) sum += grades[i] / log2((double)i + 2);
  return sum;
}

static double at_depth(const struct limen_judged_ranks *ranks, size_t depth) {
  const double best = gain(ranks->ideal, ranks->judged, depth);
  return best > 0 ? gain(ranks->grade, ranks->count, depth) / best : 0;
}

static double at_cutoff(const struct limen_judged_ranks *ranks, double cutoff) {
  return at_depth(ranks, (size_t)cutoff);
}

static double whole(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return at_depth(ranks, SIZE_MAX);
}

const struct limen_ranking_measure limen_ranking_ndcg = {
    .name = "ndcg",
    .about = "discounted cumulative gain of the grades, divided by the best there is",
    .value = whole,
};

const struct limen_ranking_measure limen_ranking_ndcg_cut = {
    .name = "ndcg_cut",
    .about = "discounted cumulative gain of the first K documents, divided by the best",
    .cutoffs = limen_rank_cutoffs,
    .value = at_cutoff,
};
