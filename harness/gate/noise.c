#include "gate/noise.h"

#include <math.h>

#include "stats/distributions.h"

enum { QUERIES_MOST = 1000000000, BUILDS_MOST = 1000000 };

double limen_noise_se(const struct limen_noise *noise, double *df) {
  const double queries = (double)noise->queries;
  double over_queries = noise->change / queries, variance = 0, squares_over_df = 0;
  for (int s = 0; s < 2; s++) {
    const struct limen_noise_side *side = &noise->side[s];
    const double builds = (double)side->builds;
    /* As the mean square of builds will be, which holds the residual too. */
    const double square = (side->build + side->residual / queries) / builds;
    if (side->builds == 1) {
      over_queries += side->residual / queries;
    } else {
      variance += square;
      squares_over_df += square * square / (builds - 1);
    }
  }
  variance += over_queries;
  squares_over_df += over_queries * over_queries / (queries - 1);
  *df = variance > 0 ? variance * variance / squares_over_df : queries - 1;
  return sqrt(variance);
}

double limen_noise_reach(double df, double alpha, double power) {
  return limen_t_half_width(1 - 2 * alpha, df, 1) + limen_t_half_width(2 * power - 1, df, 1);
}

static bool is_enough(const struct limen_noise *noise, double margin, double alpha, double power) {
  double df;
  const double se = limen_noise_se(noise, &df);
  return se == 0 || limen_noise_reach(df, alpha, power) * se <= margin;
}

static void set_queries(struct limen_noise *noise, size_t count) { noise->queries = count; }

static void set_builds(struct limen_noise *noise, size_t count) {
  for (int s = 0; s < 2; s++) noise->side[s].builds = count;
}

/* Noise falls as the count grows: doubles until it is enough, then halves the gap. */
static size_t fewest(const struct limen_noise *noise, void (*set)(struct limen_noise *, size_t),
                     size_t least, size_t most, double margin, double alpha, double power) {
  struct limen_noise tried = *noise;
  size_t low = least, high = least;
  if (!(margin > 0)) return 0;
  for (set(&tried, high); !is_enough(&tried, margin, alpha, power); set(&tried, high)) {
    if (high >= most) return 0;
    low = high + 1;
    high = high > most / 2 ? most : 2 * high;
  }
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    set(&tried, middle);
    if (is_enough(&tried, margin, alpha, power))
      high = middle;
    else
      low = middle + 1;
  }
  return high;
}

size_t limen_noise_queries(const struct limen_noise *noise, double margin, double alpha,
                           double power) {
  return fewest(noise, set_queries, 2, QUERIES_MOST, margin, alpha, power);
}

size_t limen_noise_builds(const struct limen_noise *noise, double margin, double alpha,
                          double power) {
  return fewest(noise, set_builds, 2, BUILDS_MOST, margin, alpha, power);
}

size_t limen_noise_least_queries(double share, double alpha) {
  if (!(share > 0)) return QUERIES_MOST;
  if (share >= 1) return 1;
  const double least = ceil(log(alpha) / log1p(-share));
  return least < QUERIES_MOST ? (size_t)least : QUERIES_MOST;
}
