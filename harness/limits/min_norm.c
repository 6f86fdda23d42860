#include "limits/min_norm.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* A point whose part outside the span of the others is shorter than this share of it lies in that
 * span, as far as rounding can tell. */
static const double independent = 1e-13;

struct limen_min_norm {
  size_t d;
  size_t count; /* of the corral: at most d + 1 */
  size_t *point;
  double *weight, *aim;
  double *row;    /* (d + 1) x d: the points of the corral */
  double *basis;  /* (d + 1) x d: orthonormal, rows */
  double *factor; /* (d + 1) x (d + 1): row m holds the products of point m with the basis */
  double *z;
  double *y, *best;
};

struct limen_min_norm *limen_min_norm_alloc(size_t d, struct limen_error *error) {
  struct limen_min_norm *solver = limen_alloc(1, sizeof *solver, error);
  const size_t most = d + 1;
  if (!solver) return NULL;
  solver->d = d;
  if ((solver->point = limen_alloc(most, sizeof *solver->point, error)) &&
      (solver->weight = limen_alloc(most, sizeof(double), error)) &&
      (solver->aim = limen_alloc(most, sizeof(double), error)) &&
      (solver->row = limen_alloc(most * d, sizeof(double), error)) &&
      (solver->basis = limen_alloc(most * d, sizeof(double), error)) &&
      (solver->factor = limen_alloc(most * most, sizeof(double), error)) &&
      (solver->z = limen_alloc(most, sizeof(double), error)) &&
      (solver->y = limen_alloc(d, sizeof(double), error)) &&
      (solver->best = limen_alloc(d, sizeof(double), error)))
    return solver;
  limen_min_norm_free(solver);
  return NULL;
}

void limen_min_norm_free(struct limen_min_norm *solver) {
  if (!solver) return;
  limen_free(solver->point);
  limen_free(solver->weight);
  limen_free(solver->aim);
  limen_free(solver->row);
  limen_free(solver->basis);
  limen_free(solver->factor);
  limen_free(solver->z);
  limen_free(solver->y);
  limen_free(solver->best);
  limen_free(solver);
}

/* ---- looking at all points ---- */

enum { BLOCK = 512 };

double limen_min_norm_lowest(size_t d, size_t n, size_t stride, const double *points,
                             const double *y, size_t *which) {
  double lowest = INFINITY, product[BLOCK];
  for (size_t from = 0; from < n; from += BLOCK) {
    const size_t width = n - from < BLOCK ? n - from : BLOCK;
    const double *row = points + from;
    for (size_t l = 0; l < width; l++) product[l] = y[0] * row[l];
    for (size_t i = 1; i < d; i++) {
      row = points + i * stride + from;
      for (size_t l = 0; l < width; l++) product[l] += y[i] * row[l];
    }
    double here = INFINITY;
#pragma omp simd reduction(min : here)
    for (size_t l = 0; l < width; l++) here = product[l] < here ? product[l] : here;
    if (!(here < lowest)) continue;
    lowest = here;
    for (size_t l = 0; l < width; l++)
      if (product[l] == here) {
        *which = from + l;
        break;
      }
  }
  return lowest;
}

/* The point that is nearest to the origin itself. */
static size_t nearest(size_t d, size_t n, size_t stride, const double *points) {
  size_t best = 0;
  double shortest = INFINITY;
  for (size_t l = 0; l < n; l++) {
    double square = 0;
    for (size_t i = 0; i < d; i++) square += points[i * stride + l] * points[i * stride + l];
    if (square < shortest) shortest = square, best = l;
  }
  return best;
}

/* ---- the corral ---- */

static double dot(size_t d, const double *a, const double *b) {
  double sum = 0;
  for (size_t i = 0; i < d; i++) sum += a[i] * b[i];
  return sum;
}

/* Orthogonalises row m of the corral against those before, twice, as once leaves what rounding made
 * of nearly parallel points. False when it lies in their span. */
static bool factorise(struct limen_min_norm *solver, size_t m) {
  const size_t d = solver->d, width = d + 1;
  double *basis = solver->basis + m * d, *factor = solver->factor + m * width;
  memcpy(basis, solver->row + m * d, d * sizeof *basis);
  memset(factor, 0, width * sizeof *factor);
  const double length = sqrt(dot(d, basis, basis));
  for (size_t turn = 0; turn < 2; turn++)
    for (size_t c = 0; c < m; c++) {
      const double *other = solver->basis + c * d;
      const double part = dot(d, basis, other);
      factor[c] += part;
      for (size_t i = 0; i < d; i++) basis[i] -= part * other[i];
    }
  const double left = sqrt(dot(d, basis, basis));
  if (m == d || !(left > independent * length)) return false;
  factor[m] = left;
  for (size_t i = 0; i < d; i++) basis[i] /= left;
  return true;
}

static void add(struct limen_min_norm *solver, size_t point, size_t stride, const double *points) {
  const size_t m = solver->count++;
  solver->point[m] = point;
  solver->weight[m] = 0;
  for (size_t i = 0; i < solver->d; i++)
    solver->row[m * solver->d + i] = points[i * stride + point];
}

static void drop(struct limen_min_norm *solver, size_t m) {
  const size_t after = --solver->count - m, d = solver->d;
  memmove(solver->point + m, solver->point + m + 1, after * sizeof *solver->point);
  memmove(solver->weight + m, solver->weight + m + 1, after * sizeof *solver->weight);
  memmove(solver->row + m * d, solver->row + (m + 1) * d, after * d * sizeof *solver->row);
}

/* Weights of the point of the corral's flat that is nearest to the origin, and y. With all points
 * independent, R' z = 1, y = Q z and R w = z, w scaled to sum 1. */
static void aim_at_flat(struct limen_min_norm *solver) {
  const size_t count = solver->count, d = solver->d, width = d + 1;
  double square = 0, *z = solver->z;
  for (size_t m = 0; m < count; m++) {
    const double *factor = solver->factor + m * width;
    z[m] = (1 - dot(m, factor, z)) / factor[m];
    square += z[m] * z[m];
  }
  memset(solver->y, 0, d * sizeof *solver->y);
  for (size_t m = 0; m < count; m++)
    for (size_t i = 0; i < d; i++) solver->y[i] += z[m] * solver->basis[m * d + i];
  for (size_t m = count; m-- > 0;) {
    double value = z[m];
    for (size_t c = m + 1; c < count; c++) value -= solver->factor[c * width + m] * solver->aim[c];
    solver->aim[m] = value / solver->factor[m * width + m];
  }
  for (size_t m = 0; m < count; m++) solver->aim[m] /= square;
}

/* The last point depends on the others, so their flat holds the origin: weights of that. False when
 * even the flat is one dimension short, which only rounding makes. */
static bool aim_at_origin(struct limen_min_norm *solver) {
  const size_t last = solver->count - 1, width = solver->d + 1;
  double sum = 1, size = 1;
  solver->aim[last] = 1;
  for (size_t m = last; m-- > 0;) {
    double value = -solver->factor[last * width + m];
    for (size_t c = m + 1; c < last; c++) value -= solver->factor[c * width + m] * solver->aim[c];
    solver->aim[m] = value / solver->factor[m * width + m];
    sum += solver->aim[m];
    size += fabs(solver->aim[m]);
  }
  if (!(fabs(sum) > independent * size)) return false;
  for (size_t m = 0; m <= last; m++) solver->aim[m] /= sum;
  return true;
}

enum settled { SETTLED, HOLDS_ORIGIN, STUCK };

/* From the weights towards the aim; what reaches 0 on the way leaves. Again until all of the aim is
 * positive. `known` of the corral's rows are factorised already. */
static enum settled settle(struct limen_min_norm *solver, size_t known) {
  for (;;) {
    bool dependent = false;
    for (size_t m = known; m < solver->count && !dependent; m++)
      dependent = !factorise(solver, m) && m + 1 == solver->count;
    if (dependent) {
      if (!aim_at_origin(solver)) return STUCK;
    } else {
      aim_at_flat(solver);
    }
    double step = 1;
    size_t first = SIZE_MAX;
    for (size_t m = 0; m < solver->count; m++) {
      if (!isfinite(solver->aim[m])) return STUCK;
      if (solver->aim[m] > 0) continue;
      const double weight = solver->weight[m];
      const double reach = weight > 0 ? weight / (weight - solver->aim[m]) : 0;
      if (first == SIZE_MAX || reach < step) step = reach, first = m;
    }
    if (first == SIZE_MAX) {
      memcpy(solver->weight, solver->aim, solver->count * sizeof *solver->weight);
      return dependent ? HOLDS_ORIGIN : SETTLED;
    }
    for (size_t m = 0; m < solver->count; m++)
      solver->weight[m] = fmax(solver->weight[m] + step * (solver->aim[m] - solver->weight[m]), 0);
    if (solver->count == 1) return STUCK;
    drop(solver, first);
    known = first;
  }
}

static bool holds(const struct limen_min_norm *solver, size_t point) {
  for (size_t m = 0; m < solver->count; m++)
    if (solver->point[m] == point) return true;
  return false;
}

void limen_min_norm_solve(struct limen_min_norm *solver, size_t n, size_t stride,
                          const double *points, const struct limen_min_norm_settings *settings,
                          struct limen_min_norm_answer *out) {
  const size_t d = solver->d;
  *out = (struct limen_min_norm_answer){
      .lower = -INFINITY, .upper = INFINITY, .direction = solver->best};
  memset(solver->best, 0, d * sizeof *solver->best);
  solver->count = 0;
  add(solver, nearest(d, n, stride, points), stride, points);
  solver->weight[0] = 1;
  enum settled settled = settle(solver, 0);
  for (; settled == SETTLED && out->rounds < settings->rounds; out->rounds++) {
    const double length = sqrt(dot(d, solver->y, solver->y));
    if (!isfinite(length)) break;
    out->upper = fmin(out->upper, 1 / length);
    if ((out->converged = out->upper <= settings->enough)) return;
    size_t worst = 0;
    const double lowest = limen_min_norm_lowest(d, n, stride, points, solver->y, &worst);
    if (lowest / length > out->lower) {
      out->lower = lowest / length;
      if (lowest > 0) memcpy(solver->best, solver->y, d * sizeof *solver->best);
    }
    out->converged = lowest >= 1 - settings->tolerance || out->lower > settings->aim;
    if (out->converged) return;
    if (holds(solver, worst)) return;
    add(solver, worst, stride, points);
    settled = settle(solver, solver->count - 1);
  }
  if (settled == HOLDS_ORIGIN) {
    out->upper = 0;
    out->lower = fmin(out->lower, 0);
    out->converged = true;
  }
}
