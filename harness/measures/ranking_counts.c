/* What went into an evaluation. All are sums over queries, printed as whole numbers. */
#include "measures/ranking_measure.h"

static double num_q(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)ranks;
  (void)cutoff;
  return 1;
}

static double num_ret(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return (double)ranks->count;
}

static double num_rel(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return (double)ranks->relevant;
}

static double num_rel_ret(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  return (double)ranks->found;
}

const struct limen_ranking_measure limen_ranking_num_q = {
    .name = "num_q",
    .about = "queries that the measures are of",
    .official = true,
    .only_summary = true,
    .summary = LIMEN_OF_ALL_SUM,
    .value = num_q,
};

const struct limen_ranking_measure limen_ranking_num_ret = {
    .name = "num_ret",
    .about = "documents retrieved",
    .official = true,
    .summary = LIMEN_OF_ALL_SUM,
    .value = num_ret,
};

const struct limen_ranking_measure limen_ranking_num_rel = {
    .name = "num_rel",
    .about = "relevant documents",
    .official = true,
    .summary = LIMEN_OF_ALL_SUM,
    .value = num_rel,
};

const struct limen_ranking_measure limen_ranking_num_rel_ret = {
    .name = "num_rel_ret",
    .about = "relevant documents retrieved",
    .official = true,
    .summary = LIMEN_OF_ALL_SUM,
    .value = num_rel_ret,
};
