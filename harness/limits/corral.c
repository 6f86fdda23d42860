#include "limits/corral.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Of a document's squared lifted length: what is left of it beside the others' span and is still
 * more than the rounding of the factor. */
static const double independent = 1e-13;

int limen_corral_init(struct limen_corral *corral, size_t n, size_t d, struct limen_error *error) {
  size_t most = n < d + 2 ? n : d + 2;
  *corral = (struct limen_corral){.d = d, .most = most};
  if ((corral->origin = limen_alloc(d, sizeof *corral->origin, error)) &&
      (corral->document = limen_alloc(most, sizeof *corral->document, error)) &&
      (corral->side = limen_alloc(most, sizeof *corral->side, error)) &&
      (corral->weight = limen_alloc(most, sizeof *corral->weight, error)) &&
      (corral->aim = limen_alloc(most, sizeof *corral->aim, error)) &&
      (corral->row = limen_alloc(most, sizeof *corral->row, error)) &&
      (corral->factor = limen_alloc_scratch(most, most * sizeof *corral->factor, error)) &&
      (corral->scratch = limen_alloc(most, 3 * sizeof *corral->scratch, error)) &&
      (corral->rows = limen_alloc_scratch(most, d * sizeof *corral->rows, error))) {
    for (size_t i = 0; i < most; i++) corral->row[i] = corral->rows + i * d;
    return LIMEN_OK;
  }
  limen_corral_clear(corral);
  return LIMEN_FAILED;
}

void limen_corral_clear(struct limen_corral *corral) {
  limen_free(corral->origin);
  limen_free(corral->document);
  limen_free(corral->side);
  limen_free(corral->weight);
  limen_free(corral->aim);
  limen_free(corral->row);
  limen_free(corral->factor);
  limen_free(corral->scratch);
  limen_free(corral->rows);
  *corral = (struct limen_corral){0};
}

void limen_corral_start(struct limen_corral *corral, const double *origin, double lift) {
  assert(lift > 0);
  corral->count = 0;
  corral->lift = lift;
  memcpy(corral->origin, origin, corral->d * sizeof *origin);
}

/* Four sums side by side: the compiler may not reorder one. */
static double product(const double *a, const double *b, size_t n) {
  double sum[4] = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t lane = 0; lane < 4; lane++) sum[lane] += a[i + lane] * b[i + lane];
  for (; i < n; i++) sum[0] += a[i] * b[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double *factor_row(const struct limen_corral *corral, size_t at) {
  return corral->factor + at * corral->most;
}

/* y with L y = b, in place. */
static void solve_lower(const struct limen_corral *corral, size_t count, double *b) {
  for (size_t i = 0; i < count; i++) {
    const double *row = factor_row(corral, i);
    b[i] = (b[i] - product(row, b, i)) / row[i];
  }
}

/* z with L^T z = y, in place. */
static void solve_upper(const struct limen_corral *corral, double *y) {
  for (size_t i = corral->count; i-- > 0;) {
    const double *row = factor_row(corral, i);
    y[i] /= row[i];
    for (size_t j = 0; j < i; j++) y[j] -= y[i] * row[j];
  }
}

bool limen_corral_add(struct limen_corral *corral, uint32_t document, const float *vector,
                      bool inside) {
  size_t at = corral->count;
  if (at == corral->most) return false;
  double side = inside ? 1 : -1, *u = corral->row[at], *row = factor_row(corral, at);
  for (size_t i = 0; i < corral->d; i++) u[i] = side * (vector[i] - corral->origin[i]);
  for (size_t j = 0; j < at; j++)
    row[j] = product(u, corral->row[j], corral->d) + (corral->side[j] == side ? corral->lift : 0);
  double length = product(u, u, corral->d) + corral->lift;
  solve_lower(corral, at, row);
  double left = length - product(row, row, at);
  if (!(left > independent * length)) return false;
  row[at] = sqrt(left);
  corral->document[at] = document;
  corral->side[at] = side;
  corral->weight[at] = 0;
  corral->count++;
  return true;
}

/* Rotates columns (c, c + 1) of the rows from `at` on, which have each moved up by one, until the
 * factor is triangular again. The rotations of all rows above are applied first. */
static void close_factor(struct limen_corral *corral, size_t at) {
  double *cosine = corral->scratch, *sine = corral->scratch + corral->most;
  for (size_t i = at; i < corral->count; i++) {
    double *row = factor_row(corral, i);
    memcpy(row, factor_row(corral, i + 1), (i + 2) * sizeof *row);
    for (size_t c = at; c < i; c++) {
      double left = row[c], right = row[c + 1];
      row[c] = cosine[c] * left + sine[c] * right;
      row[c + 1] = cosine[c] * right - sine[c] * left;
    }
    double length = hypot(row[i], row[i + 1]);
    cosine[i] = row[i] / length;
    sine[i] = row[i + 1] / length;
    row[i] = length;
  }
}

void limen_corral_drop(struct limen_corral *corral, size_t at) {
  double *kept = corral->row[at];
  size_t behind = --corral->count - at;
  memmove(corral->document + at, corral->document + at + 1, behind * sizeof *corral->document);
  memmove(corral->side + at, corral->side + at + 1, behind * sizeof *corral->side);
  memmove(corral->weight + at, corral->weight + at + 1, behind * sizeof *corral->weight);
  memmove(corral->aim + at, corral->aim + at + 1, behind * sizeof *corral->aim);
  memmove(corral->row + at, corral->row + at + 1, behind * sizeof *corral->row);
  corral->row[corral->count] = kept;
  close_factor(corral, at);
}

/* The minimiser of z^T M z under C^T z = (1, 1), where the columns of C tell the sides, is
 * z = M^-1 C lambda with (C^T M^-1 C) lambda = (1, 1). With M = L L^T and T = L^-1 C the matrix is
 * T^T T, and z = L^-T T lambda. */
bool limen_corral_aim(struct limen_corral *corral) {
  size_t m = corral->count;
  double *inside = corral->scratch, *outside = corral->scratch + corral->most;
  for (size_t i = 0; i < m; i++) {
    inside[i] = corral->side[i] > 0;
    outside[i] = corral->side[i] < 0;
  }
  solve_lower(corral, m, inside);
  solve_lower(corral, m, outside);
  double a = product(inside, inside, m), b = product(inside, outside, m),
         c = product(outside, outside, m), determinant = a * c - b * b;
  if (!(determinant > 0)) return false;
  double first = (c - b) / determinant, second = (a - b) / determinant;
  for (size_t i = 0; i < m; i++) corral->aim[i] = first * inside[i] + second * outside[i];
  solve_upper(corral, corral->aim);
  /* Rounding leaves the sums slightly off; what they lack is shared out in proportion. */
  double sums[2] = {0};
  for (size_t i = 0; i < m; i++) sums[corral->side[i] > 0] += corral->aim[i];
  if (!(fabs(sums[0] - 1) < 0.5 && fabs(sums[1] - 1) < 0.5)) return false;
  for (size_t i = 0; i < m; i++) corral->aim[i] /= sums[corral->side[i] > 0];
  return true;
}

void limen_corral_point(const struct limen_corral *corral, double *x) {
  memset(x, 0, corral->d * sizeof *x);
  for (size_t m = 0; m < corral->count; m++)
    for (size_t i = 0; i < corral->d; i++) x[i] += corral->weight[m] * corral->row[m][i];
}
