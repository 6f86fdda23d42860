/* Measures of what comes before what. */
#include "measures/ranking_measure.h"

static double reciprocal_rank(const struct limen_judged_ranks *ranks, double cutoff) {
  (void)cutoff;
  for (size_t i = 0; i < ranks->count; i++)
    if (ranks->grade[i] >= ranks->level) return 1 / (double)(i + 1);
  return 0;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Buckley and Voorhees, "Retrieval evaluation with incomplete information", SIGIR 2004, in the form
 * of trec_eval: of each relevant document the share of the first R judged others that do not stand
 * before it. There may be fewer than R of them; then it is the share of all. */
static double binary_preference(const struct limen_judged_ranks *ranks, double cutoff) {
  const size_t r = ranks->relevant, others = smaller(ranks->judged - r, r);
  size_t before = 0;
  double sum = 0;
  (void)cutoff;
  if (r == 0) return 0;
  for (size_t i = 0; i < ranks->count; i++) {
    if (ranks->grade[i] == LIMEN_NOT_JUDGED) continue;
    if (ranks->grade[i] < ranks->level)
      before++;
    else
      sum += before > 0 ? 1 - (double)smaller(before, r) / (double)others : 1;
  }
  return sum / (double)r;
}

const struct limen_ranking_measure limen_ranking_recip_rank = {
    .name = "recip_rank",
    .about = "1 / the rank of the first relevant document",
    .official = true,
    .value = reciprocal_rank,
};

const struct limen_ranking_measure limen_ranking_bpref = {
    .name = "bpref",
    .about = "how often a relevant document stands before one judged not relevant",
    .official = true,
    .value = binary_preference,
};
