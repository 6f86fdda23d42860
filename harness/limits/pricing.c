#include "limits/pricing.h"

#include <math.h>
#include <stdlib.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "limits/best_query.h"

enum { NEAR_MOST = 256 /* documents of least slack that are kept */ };

int limen_pricing_measure(struct limen_pricing *pricing, struct limen_error *error) {
  double longest = 0;
  for (size_t v = 0; v < pricing->n; v++) {
    double square = 0;
    for (size_t i = 0; i < pricing->d; i++) {
      double value = pricing->documents[v * pricing->d + i];
      if (!isfinite(value))
        return LIMEN_FAIL(error, LIMEN_INPUT, "document %zu holds %g in dimension %zu", v, value,
                          i);
      square += value * value;
    }
    longest = fmax(longest, square);
  }
  pricing->longest = sqrt(longest) * (1 + ((double)pricing->d + 4) * 0x1p-53);
  return LIMEN_OK;
}

int limen_pricing_init(struct limen_pricing *pricing, size_t n, size_t d, const float *documents,
                       struct limen_error *error) {
  *pricing = (struct limen_pricing){.n = n, .d = d, .documents = documents};
  int status = limen_pricing_measure(pricing, error);
  if (status != LIMEN_OK) return status;
  if ((pricing->inside = limen_alloc(n, sizeof *pricing->inside, error)) &&
      (pricing->near = limen_alloc(NEAR_MOST, sizeof *pricing->near, error)))
    return LIMEN_OK;
  limen_pricing_clear(pricing);
  return LIMEN_FAILED;
}

void limen_pricing_clear(struct limen_pricing *pricing) {
  limen_free(pricing->inside);
  limen_free(pricing->near);
  *pricing = (struct limen_pricing){0};
}

void limen_pricing_mark(struct limen_pricing *pricing, const uint32_t *set, size_t k, bool inside) {
  for (size_t i = 0; i < k; i++) pricing->inside[set[i]] = inside;
}

static double score(const struct limen_pricing *pricing, const double *x, size_t v) {
  typedef double unaligned __attribute__((vector_size(64), may_alias, aligned(8)));
  const float *row = pricing->documents + v * pricing->d;
  limen_wide sum[2] = {{0}, {0}};
  size_t i = 0, d = pricing->d;
  for (; i + 2 * LIMEN_WIDE <= d; i += 2 * LIMEN_WIDE)
    for (size_t lane = 0; lane < 2; lane++) {
      const double *part = x + i + lane * LIMEN_WIDE;
      sum[lane] += *(const unaligned *)part * limen_wide_load(row + i + lane * LIMEN_WIDE);
    }
  sum[0] += sum[1];
  double total = 0;
  for (size_t lane = 0; lane < LIMEN_WIDE; lane++) total += sum[0][lane];
  for (; i < d; i++) total += x[i] * row[i];
  return total;
}

/* ---- the documents of least slack: a heap with the greatest of them on top ---- */

static void sink(struct limen_priced *heap, size_t count, size_t at) {
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= count) return;
    if (child + 1 < count && heap[child + 1].slack > heap[child].slack) child++;
    if (heap[child].slack <= heap[at].slack) return;
    struct limen_priced kept = heap[at];
    heap[at] = heap[child];
    heap[child] = kept;
    at = child;
  }
}

static void keep(struct limen_pricing *pricing, double slack, uint32_t document) {
  struct limen_priced *heap = pricing->near;
  if (pricing->count < NEAR_MOST) {
    heap[pricing->count++] = (struct limen_priced){slack, document};
    if (pricing->count == NEAR_MOST)
      for (size_t at = NEAR_MOST / 2; at-- > 0;) sink(heap, NEAR_MOST, at);
  } else if (slack < heap[0].slack) {
    heap[0] = (struct limen_priced){slack, document};
    sink(heap, NEAR_MOST, 0);
  }
}

static int by_slack(const void *a, const void *b) {
  const struct limen_priced *x = a, *y = b;
  if (x->slack != y->slack) return x->slack < y->slack ? -1 : 1;
  return x->document < y->document ? -1 : x->document > y->document;
}

/* Those on the wrong side come first, worst first. They are few, and no one reads further, so the
 * others are left as they stand. */
static void sort_wrong(struct limen_pricing *pricing) {
  size_t wrong = 0;
  for (size_t h = 0; h < pricing->count; h++) {
    if (!(pricing->near[h].slack < 0)) continue;
    struct limen_priced kept = pricing->near[h];
    pricing->near[h] = pricing->near[wrong];
    pricing->near[wrong++] = kept;
  }
  if (wrong > 1) qsort(pricing->near, wrong, sizeof *pricing->near, by_slack);
}

void limen_pricing_all(struct limen_pricing *pricing, const double *x, double level_inside,
                       double level_outside) {
  pricing->count = 0;
  pricing->lowest = INFINITY;
  pricing->highest = -INFINITY;
  for (size_t v = 0; v < pricing->n; v++) {
    double s = score(pricing, x, v);
    bool inside = pricing->inside[v];
    if (inside && s < pricing->lowest) {
      pricing->lowest = s;
      pricing->lowest_inside = (uint32_t)v;
    } else if (!inside && s > pricing->highest) {
      pricing->highest = s;
      pricing->highest_outside = (uint32_t)v;
    }
    keep(pricing, inside ? s - level_inside : level_outside - s, (uint32_t)v);
  }
  sort_wrong(pricing);
}

void limen_pricing_near(struct limen_pricing *pricing, const double *x, double level_inside,
                        double level_outside) {
  for (size_t h = 0; h < pricing->count; h++) {
    struct limen_priced *near = &pricing->near[h];
    double s = score(pricing, x, near->document);
    near->slack = pricing->inside[near->document] ? s - level_inside : level_outside - s;
  }
  sort_wrong(pricing);
}

/* x is float64, so a product rounds once and a score errs by at most gamma_d |x| |v|; eight units
 * more pay for |x|, the difference and the quotient. */
struct limen_gap limen_pricing_gap(const struct limen_pricing *pricing, const double *x) {
  const double unit = ((double)pricing->d + 8) * 0x1p-53, gamma = unit / (1 - unit);
  double square = 0;
  for (size_t i = 0; i < pricing->d; i++) square += x[i] * x[i];
  double gap = (pricing->lowest - pricing->highest) / sqrt(square);
  double error = 2 * gamma * pricing->longest + gamma * fabs(gap);
  return (struct limen_gap){gap - error, gap + error};
}
