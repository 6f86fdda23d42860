#include "stats/wilcoxon.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static int by_size(const void *left, const void *right) {
  const double a = fabs(*(const double *)left), b = fabs(*(const double *)right);
  return (a > b) - (a < b);
}

/* Twice the rank of each sorted difference, which is whole also where ranks are shared. Returns the
 * sum of t^3 - t over the groups of t equal ones. */
static double rank(const double *sorted, size_t n, size_t *twice) {
  double ties = 0;
  for (size_t first = 0, next; first < n; first = next) {
    for (next = first + 1; next < n && fabs(sorted[next]) == fabs(sorted[first]);) next++;
    const double t = (double)(next - first);
    ties += t * t * t - t;
    for (size_t i = first; i < next; i++) twice[i] = first + next + 1; /* first+1 .. next */
  }
  return ties;
}

/* ways[s]: how many choices of differences have ranks that sum up to s / 2. The distribution is
 * symmetric, so both tails are twice the smaller one. */
static int exact_p(const size_t *twice, size_t n, size_t smaller, double *p,
                   struct limen_error *error) {
  const size_t total = n * (n + 1);
  double *ways = limen_alloc(total + 1, sizeof *ways, error), below = 0;
  if (!ways) return LIMEN_FAILED;
  ways[0] = 1;
  for (size_t i = 0, most = 0; i < n; i++) {
    most += twice[i];
    for (size_t s = most + 1; s-- > twice[i];) ways[s] += ways[s - twice[i]];
  }
  for (size_t s = 0; s <= smaller; s++) below += ways[s];
  *p = fmin(1, 2 * ldexp(below, -(int)n));
  limen_free(ways);
  return LIMEN_OK;
}

static double normal_p(double positive, double n, double ties) {
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
  const double away = fmax(0, fabs(positive - n * (n + 1) / 4) - 0.5);
  return erfc(away / sqrt(2 * variance));
}

int limen_wilcoxon_test(const double *differences, size_t n, struct limen_wilcoxon *out,
                        struct limen_error *error) {
  size_t positive = 0;
  *out = (struct limen_wilcoxon){.p = 1, .exact = true};
  double *kept = limen_alloc(n, sizeof *kept, error);
  size_t *twice = kept ? limen_alloc(n, sizeof *twice, error) : NULL;
  int status = twice ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < n && status == LIMEN_OK; i++) {
    if (!isfinite(differences[i]))
      status = LIMEN_FAIL(error, LIMEN_INPUT, "difference %zu of %zu is %g; only finite ones rank",
                          i + 1, n, differences[i]);
    if (differences[i] != 0) kept[out->n++] = differences[i];
  }
  if (status == LIMEN_OK && out->n > 0) {
    qsort(kept, out->n, sizeof *kept, by_size);
    const double ties = rank(kept, out->n, twice);
    for (size_t i = 0; i < out->n; i++) positive += kept[i] > 0 ? twice[i] : 0;
    const size_t negative = out->n * (out->n + 1) - positive;
    out->positive = (double)positive / 2;
    out->exact = out->n <= LIMEN_WILCOXON_EXACT_MOST;
    if (out->exact)
      status = exact_p(twice, out->n, positive < negative ? positive : negative, &out->p, error);
    else
      out->p = normal_p(out->positive, (double)out->n, ties);
  }
  limen_free(kept);
  limen_free(twice);
  return status;
}
