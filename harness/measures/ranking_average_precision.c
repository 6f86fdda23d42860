/* Average precision: the precision at the rank of every relevant document, 0 for those that were
 * not retrieved, averaged over the relevant documents; and the curve that it is the area under. */
#include <math.h>

#include "measures/ranking_measure.h"

/* What trec_eval takes for an average precision of 0, whose logarithm there is none of. */
static const double geometric_least = 1e-5;

static double up_to(const struct limen_judged_ranks *ranks, size_t depth) {
  size_t found = 0;
  double sum = 0;
  if (ranks->relevant == 0) return 0;
  for (size_t i = 0; i < depth && i < ranks->count; i++)
    if (ranks->grade[i] >= ranks->level) sum += (double)++found / (double)(i + 1);
  return sum / (double)ranks->relevant;
}

static double at_cutoff(const struct limen_judged_ranks *ranks, double cutoff) {
  return up_to(ranks, (size_t)cutoff);
}

static double whole(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return up_to(ranks, ranks->count);
}

static double logarithm(const struct limen_judged_ranks *ranks, double cutoff) {
  return log(fmax(whole(ranks, cutoff), geometric_least));
}

/* The highest precision at any rank where at least the share `cutoff` of the relevant documents has
 * been found. How many documents a share is, is rounded as trec_eval does. */
static double interpolated(const struct limen_judged_ranks *ranks, double cutoff) {
  const size_t needed = (size_t)(cutoff * (double)ranks->relevant + 0.9);
  double best = 0;
  size_t found = 0;
  for (size_t i = 0; i < ranks->count; i++) {
    if (ranks->grade[i] < ranks->level) continue;
    if (++found >= needed) best = fmax(best, (double)found / (double)(i + 1));
  }
  return best;
}

static const double recall_levels[] = {0,   0.1, 0.2, 0.3, 0.4, 0.5,
                                       0.6, 0.7, 0.8, 0.9, 1,   LIMEN_CUTOFFS_END};

const struct limen_ranking_measure limen_ranking_map = {
    .name = "map",
    .about = "average precision",
    .official = true,
    .value = whole,
};

const struct limen_ranking_measure limen_ranking_gm_map = {
    .name = "gm_map",
    .about = "average precision, geometric mean over queries, 0 counted as 0.00001",
    .official = true,
    .only_summary = true,
    .summary = LIMEN_OF_ALL_GEOMETRIC_MEAN,
    .value = logarithm,
};

const struct limen_ranking_measure limen_ranking_map_cut = {
    .name = "map_cut",
    .about = "average precision, nothing beyond rank K counted",
    .cutoffs = limen_rank_cutoffs,
    .value = at_cutoff,
};

const struct limen_ranking_measure limen_ranking_iprec_at_recall = {
    .name = "iprec_at_recall",
    .about = "highest precision at recall K or above",
    .cutoffs = recall_levels,
    .shares = true,
    .official = true,
    .value = interpolated,
};
