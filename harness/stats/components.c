#include "stats/components.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/memory.h"
#include "stats/checks.h"
#include "stats/distributions.h"

/* A mean square and its degrees of freedom. */
struct square {
  double value, df;
};

/* ---- intervals ---- */

static struct limen_component last_component(struct square error, double confidence) {
  const double tail = (1 - confidence) / 2, sum = error.df * error.value;
  return (struct limen_component){.variance = error.value,
                                  .lower = sum / gsl_cdf_chisq_Qinv(tail, error.df),
                                  .upper = sum / gsl_cdf_chisq_Pinv(tail, error.df),
                                  .p = NAN};
}

/* How far a bound lies from the difference of two mean squares. The names are those of the paper,
 * where the lower bound has G1, H2, G12 and the upper H1, G2, H12: `one` and `two` are what is left
 * when the other mean square is 0, `both` makes the bound exact where the difference vanishes. */
static double reach(struct square first, struct square second, double tail) {
  double f = limen_f_quantile(tail, first.df, second.df);
  double one = 1 - 1 / limen_f_quantile(tail, first.df, HUGE_VAL);
  double two = 1 / limen_f_quantile(1 - tail, second.df, HUGE_VAL) - 1;
  double both = ((f - 1) * (f - 1) - one * one * f * f - two * two) / f;
  double square = one * one * first.value * first.value + two * two * second.value * second.value +
                  both * first.value * second.value;
  return sqrt(fmax(0, square));
}

static double p_of(struct square effect, struct square error) {
  if (error.value > 0) return gsl_cdf_fdist_Q(effect.value / error.value, effect.df, error.df);
  return effect.value > 0 ? 0 : NAN;
}

/* (effect - error) / each. */
static struct limen_component component(struct square effect, struct square error, double each,
                                        double confidence) {
  const double tail = (1 - confidence) / 2, difference = effect.value - error.value;
  double below = reach(effect, error, tail), above = reach(effect, error, 1 - tail);
  return (struct limen_component){.variance = fmax(0, difference) / each,
                                  .lower = fmax(0, difference - below) / each,
                                  .upper = fmax(0, difference + above) / each,
                                  .p = p_of(effect, error),
                                  .truncated = difference < 0};
}

/* ---- tables ---- */

static int check_table(const double *values, size_t rows, size_t columns, double confidence,
                       struct limen_error *error) {
  size_t n;
  if (rows < 2 || columns < 2)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "components need a table of at least 2 x 2 values; %zu x %zu were given",
                      rows, columns);
  if (__builtin_mul_overflow(rows, columns, &n))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu values are more than a machine can address",
                      rows, columns);
  int status = limen_check_confidence(confidence, error);
  return status == LIMEN_OK ? limen_check_values("components", values, n, 4, error) : status;
}

int limen_components_one_way(const double *values, size_t groups, size_t replicates,
                             double confidence, struct limen_one_way *out,
                             struct limen_error *error) {
  int status = check_table(values, groups, replicates, confidence, error);
  if (status != LIMEN_OK) return status;
  double *means = limen_alloc(groups, sizeof *means, error);
  if (!means) return LIMEN_FAILED;
  struct square within = {.df = (double)(groups * (replicates - 1))};
  for (size_t g = 0; g < groups; g++) {
    means[g] = gsl_stats_mean(values + g * replicates, 1, replicates);
    within.value += gsl_stats_variance_m(values + g * replicates, 1, replicates, means[g]);
  }
  within.value /= (double)groups;
  struct square between = {.value = (double)replicates * gsl_stats_variance(means, 1, groups),
                           .df = (double)(groups - 1)};
  *out =
      (struct limen_one_way){.groups = groups,
                             .replicates = replicates,
                             .mean = gsl_stats_mean(means, 1, groups),
                             .between = component(between, within, (double)replicates, confidence),
                             .within = last_component(within, confidence),
                             .coverage = confidence};
  limen_free(means);
  return LIMEN_OK;
}

int limen_mean_squares_two_way(const double *values, size_t rows, size_t columns,
                               struct limen_mean_squares *out, double *column_means,
                               struct limen_error *error) {
  double *row_means = limen_alloc(rows, sizeof *row_means, error);
  double *means = limen_alloc(columns, sizeof *means, error), sum = 0;
  int status = LIMEN_FAILED;
  if (!row_means || !means) goto done;
  for (size_t r = 0; r < rows; r++) row_means[r] = gsl_stats_mean(values + r * columns, 1, columns);
  for (size_t r = 0; r < rows; r++) /* row by row, as memory lies */
    for (size_t c = 0; c < columns; c++)
      means[c] += (values[r * columns + c] - means[c]) / (double)(r + 1);
  const double mean = gsl_stats_mean(row_means, 1, rows);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      double left = (values[r * columns + c] - row_means[r]) - (means[c] - mean);
      sum += left * left;
    }
  const double n = (double)rows, m = (double)columns, df = (n - 1) * (m - 1);
  *out = (struct limen_mean_squares){
      .mean = mean,
      .row = rows > 1 ? m * gsl_stats_variance(row_means, 1, rows) : NAN,
      .column = columns > 1 ? n * gsl_stats_variance(means, 1, columns) : NAN,
      .residual = df > 0 ? sum / df : NAN};
  for (size_t c = 0; column_means && c < columns; c++) column_means[c] = means[c];
  status = LIMEN_OK;
done:
  limen_free(row_means);
  limen_free(means);
  return status;
}

int limen_components_two_way(const double *values, size_t rows, size_t columns, double confidence,
                             struct limen_two_way *out, struct limen_error *error) {
  struct limen_mean_squares squares;
  int status = check_table(values, rows, columns, confidence, error);
  if (status == LIMEN_OK)
    status = limen_mean_squares_two_way(values, rows, columns, &squares, NULL, error);
  if (status != LIMEN_OK) return status;
  const double n = (double)rows, m = (double)columns;
  const struct square row = {squares.row, n - 1}, column = {squares.column, m - 1};
  const struct square residual = {squares.residual, (n - 1) * (m - 1)};
  *out = (struct limen_two_way){.rows = rows,
                                .columns = columns,
                                .mean = squares.mean,
                                .row = component(row, residual, m, confidence),
                                .column = component(column, residual, n, confidence),
                                .residual = last_component(residual, confidence),
                                .coverage = confidence};
  return LIMEN_OK;
}
