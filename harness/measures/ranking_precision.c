/* How many of the first documents are relevant, divided by one thing or another. */
#include "measures/ranking_measure.h"

static double found(const struct limen_judged_ranks *ranks, double cutoff) {
  return (double)limen_ranks_found(ranks, (size_t)cutoff);
}

/* By the cutoff, also where the ranking is shorter. */
static double precision(const struct limen_judged_ranks *ranks, double cutoff) {
  return found(ranks, cutoff) / cutoff;
}

static double recall(const struct limen_judged_ranks *ranks, double cutoff) {
  return ranks->relevant == 0 ? 0 : found(ranks, cutoff) / (double)ranks->relevant;
}

static double success(const struct limen_judged_ranks *ranks, double cutoff) {
  return found(ranks, cutoff) > 0;
}

static double r_precision(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return recall(ranks, (double)ranks->relevant);
}

static const double success_cutoffs[] = {1, 5, 10, LIMEN_CUTOFFS_END};

const struct limen_ranking_measure limen_ranking_p = {
    .name = "P",
    .about = "share of the first K documents that are relevant",
    .cutoffs = limen_rank_cutoffs,
    .official = true,
    .value = precision,
};

const struct limen_ranking_measure limen_ranking_recall = {
    .name = "recall",
    .about = "share of the relevant documents that are among the first K",
    .cutoffs = limen_rank_cutoffs,
    .value = recall,
};

const struct limen_ranking_measure limen_ranking_success = {
    .name = "success",
    .about = "whether a relevant document is among the first K",
    .cutoffs = success_cutoffs,
    .value = success,
};

const struct limen_ranking_measure limen_ranking_rprec = {
    .name = "Rprec",
    .about = "precision among the first R, R the number of relevant documents",
    .official = true,
    .value = r_precision,
};
